//! Zone files read together into one atlas.

use std::collections::{BTreeMap, BTreeSet};

use super::drawn::{Drawn, DrawnZone, Sides, Source};
use super::overlap::{Overlap, overlap};
use super::read::read;
use super::resolve::resolve;
use super::walk::shown;
use super::{Atlas, Side, Zone};
use crate::body::Body;
use crate::document::Report;
use crate::fault::{Fault, Faults};
use crate::units::number;

/// How many overlaps are listed; each costs a boolean operation, and the first few tell the story.
const MOST_OVERLAPS: usize = 20;

/// What some zone files draw, with the files themselves to point into.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sources {
    files: Vec<(String, String)>,
    drawn: Drawn,
}

/// Zone files read, with what is wrong with each.
pub(crate) struct Assembly {
    /// All files, read.
    pub(crate) sources: Sources,
    /// What they draw together.
    pub(crate) atlas: Atlas,
    /// The files before the added ones.
    known: usize,
    reports: Vec<Report>,
}

impl Sources {
    /// Reads further files `(name, text)` beside the known ones; what has a known id replaces it.
    pub(crate) fn with(&self, files: &[(String, String)], body: &Body) -> Assembly {
        let mut sources = self.clone();
        let known = sources.files.len();
        sources.files.extend_from_slice(files);
        let reports: Vec<Report> =
            sources.files.iter().map(|(origin, text)| Report::new(origin, text)).collect();
        for (index, report) in reports.iter().enumerate().skip(known) {
            if let Some(document) = report.parse() {
                let drawn = read(document.get_ref(), index, report);
                note_drawn_twice(&sources, &drawn, known, report);
                sources.drawn.add(drawn);
            }
        }
        let atlas = resolve(&sources.drawn, body, &reports);
        Assembly { sources, atlas, known, reports }
    }
}

impl Assembly {
    /// Notes every overlap that the added files bring.
    pub(crate) fn checked(self) -> Self {
        let drawn: BTreeMap<&str, &DrawnZone> =
            self.sources.drawn.zones.iter().map(|zone| (zone.id.as_str(), zone)).collect();
        let mut listed: BTreeSet<(&str, &str)> = BTreeSet::new();
        for (index, second) in self.atlas.zones.iter().enumerate() {
            for first in self.atlas.zones.iter().take(index) {
                let pair = (first.base.as_str(), second.base.as_str());
                let (Some(a), Some(b)) = (drawn.get(pair.0), drawn.get(pair.1)) else { continue };
                if pair.0 == pair.1 || listed.contains(&pair) || !self.concerns(a, b) {
                    continue;
                }
                // Mirror images overlap where their originals do.
                let whole = |zone: &DrawnZone| zone.shape.as_ref().is_none_or(|s| s.sides == Sides::Whole);
                let on_right = first.side == Side::Right || second.side == Side::Right;
                if on_right && !whole(a) && !whole(b) {
                    continue;
                }
                if let Some(found) = overlap(first, second) {
                    self.note(a, b, found);
                    listed.insert(pair);
                }
                if listed.len() >= MOST_OVERLAPS {
                    return self;
                }
            }
        }
        self
    }

    /// Whether the added files can have brought an overlap of two zones.
    fn concerns(&self, a: &DrawnZone, b: &DrawnZone) -> bool {
        // A border that is replaced moves zones of other files.
        let borders = self.sources.drawn.borders.iter().any(|border| self.is_added(&border.source));
        borders || self.is_added(&a.source) || self.is_added(&b.source)
    }

    fn is_added(&self, source: &Source) -> bool {
        source.file >= self.known
    }

    /// Notes an overlap where the later of two zones is drawn, or the one that was added.
    fn note(&self, a: &DrawnZone, b: &DrawnZone, found: Overlap) {
        let turned = self.is_added(&a.source) && !self.is_added(&b.source);
        let (at_fault, other) = if turned { (a, b) } else { (b, a) };
        let Some(report) = self.reports.get(at_fault.source.file) else { return };
        let problem = format!("overlaps zone '{}'", other.id);
        let fault = Fault::new(format!("zone '{}'", at_fault.id), problem)
            .value(said!(
                "about {area} mm2 around {place}",
                area = number(found.area_mm2, 1),
                place = shown(found.around)
            ))
            .bound("no overlap beyond a hairline")
            .hint("let both use the same border, or draw them apart");
        report.put(fault.at(at_fault.source.span.clone()));
    }

    /// The atlas with its files, or every fault file by file.
    pub(crate) fn finish(self) -> Result<(Sources, Atlas), Vec<Faults>> {
        let faults: Vec<Faults> = self.reports.into_iter().filter_map(Report::into_faults).collect();
        if faults.is_empty() { Ok((self.sources, self.atlas)) } else { Err(faults) }
    }

    /// The zones of the added files alone, or their faults: of the first added file that has any,
    /// else of the first file they put at fault.
    pub(crate) fn finish_added(self) -> Result<Vec<Zone>, Faults> {
        let known = self.known;
        let added: BTreeSet<String> = self
            .sources
            .drawn
            .zones
            .iter()
            .filter(|zone| self.is_added(&zone.source))
            .map(|zone| zone.id.clone())
            .collect();
        let mut faults: Vec<_> = self.reports.into_iter().map(Report::into_faults).collect();
        let of_added = faults.split_off(known.min(faults.len()));
        match of_added.into_iter().chain(faults).flatten().next() {
            Some(faults) => Err(faults),
            None => Ok(self.atlas.zones.into_iter().filter(|zone| added.contains(&zone.base)).collect()),
        }
    }
}

/// Notes what two of the added files both draw: which of them counts would hang on their order.
fn note_drawn_twice(sources: &Sources, drawn: &Drawn, known: usize, report: &Report) {
    let before = sources.drawn.named();
    for (what, id, source) in drawn.named() {
        let twice = before.iter().find(|(w, i, s)| *w == what && *i == id && s.file >= known);
        if let Some((_, _, other)) = twice {
            let origin = sources.files.get(other.file).map_or("", |(origin, _)| origin);
            let fault = Fault::new(format!("{what} '{id}'"), format!("is drawn in '{origin}' too"));
            report.put(fault.hint("give each its own id").at(source.span.clone()));
        }
    }
}
