//! The panels of words: findings, and where to take care.

use super::Colour;
use super::column::Column;
use super::map::Content;
use super::panels::{ALARM, GREY, counted};
use crate::plan::Severity;

/// Size of a remark, in mm.
const REMARK_MM: f64 = 2.2;

/// Whether a plan's zones have care notes.
pub(super) fn has_care(content: &Content<'_>) -> bool {
    content.plan.zones.iter().any(|zone| !zone.care.is_empty())
}

impl Column {
    /// Points that no view shows, errors, warnings and notes down to `bottom`, then how many are left
    /// out.
    pub(super) fn findings(&mut self, content: &Content<'_>, unseen: &[String], bottom: f64) {
        self.heading("Findings");
        if !unseen.is_empty() {
            let numbers = unseen.iter().take(12).cloned().collect::<Vec<_>>().join(", ");
            let more = if unseen.len() > 12 { " and others" } else { "" };
            let be = if unseen.len() == 1 { "is" } else { "are" };
            let points = counted(unseen.len(), "point");
            let words = format!("{points} {be} in no view: {numbers}{more}.");
            self.paragraph("Not shown", &words, REMARK_MM, Colour::INK);
        }
        let mut findings: Vec<_> = content.plan.findings.iter().filter(|f| f.code != "care").collect();
        findings.sort_by_key(|finding| finding.severity);
        if findings.is_empty() {
            self.paragraph("", "None.", REMARK_MM, GREY);
        }
        for (k, finding) in findings.iter().enumerate() {
            let (lead, colour) = match finding.severity {
                Severity::Error => ("Error", ALARM),
                Severity::Warning => ("Warning", Colour::INK),
                Severity::Note => ("Note", GREY),
            };
            if !self.try_paragraph(lead, &finding.message, REMARK_MM, colour, bottom) {
                let left = findings.len() - k;
                let words = format!("and {left} more: `nappage check` lists all");
                self.paragraph("", &words, REMARK_MM, Colour::INK);
                return;
            }
        }
    }

    /// Where to take care and why, down to `bottom`, then how many notes are left out.
    pub(super) fn care(&mut self, content: &Content<'_>, bottom: f64) {
        let notes = care_notes(content);
        self.heading("Take care at");
        for (k, note) in notes.iter().enumerate() {
            if !self.try_paragraph(&note.places.join(", "), &note.words, REMARK_MM, Colour::INK, bottom) {
                let left = notes.len() - k;
                let more = counted(left, "more note");
                let words = format!("and {more}: `nappage zones show ID` prints a zone's in full");
                self.paragraph("", &words, REMARK_MM, Colour::INK);
                return;
            }
        }
    }
}

/// A care note with the places it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
struct CareNote {
    places: Vec<String>,
    words: String,
}

/// The care notes of all zones: what is said of several places is said once. Identifiers of papers
/// are left to the sources' table.
fn care_notes(content: &Content<'_>) -> Vec<CareNote> {
    let mut notes: Vec<CareNote> = Vec::new();
    for zone in &content.plan.zones {
        for note in &zone.care {
            let (place, words) = note.split_once(':').unwrap_or((zone.name.as_str(), note));
            let (place, words) = (place.trim().to_owned(), without_identifiers(words.trim()));
            match notes.iter_mut().find(|known| known.words == words) {
                Some(known) if known.places.contains(&place) => {}
                Some(known) => known.places.push(place),
                None => notes.push(CareNote { places: vec![place], words }),
            }
        }
    }
    notes
}

/// A note without its identifiers of papers, such as `, 10.1097/PRS.1`.
fn without_identifiers(words: &str) -> String {
    let mut kept = String::new();
    let mut rest = words;
    while let Some(start) = rest.find(", 10.") {
        let end = rest[start + 2..].find([')', ';', ' ']).map_or(rest.len(), |end| start + 2 + end);
        let is_identifier = rest[start + 2..end].contains('/');
        kept.push_str(&rest[..if is_identifier { start } else { end }]);
        rest = &rest[end..];
    }
    kept + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_keeps_its_source_and_loses_the_identifier() {
        assert_eq!(without_identifiers("veins (Lee 2019, 10.1/ab.c); more"), "veins (Lee 2019); more");
        assert_eq!(without_identifiers("about 5, 10.5 and 30 mm"), "about 5, 10.5 and 30 mm");
    }
}
