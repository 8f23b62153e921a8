//! The record page: what was planned, given and wasted, to be signed and filed. What is not written yet is a
//! blank to be filled in with a pen.

use super::blocks::{Block, Breaks, Entry, Frame, filled};
use super::checklist::{Field, cut, notes};
use super::column::Column;
use super::map::Content;
use super::panels::{ALARM, GREY, SMALL_MM, TEXT_MM};
use super::worksheet::frames;
use super::{Align, Colour, Item, Page, PageKind, Paper, Weight, frame};
use crate::fault::Fault;
use crate::library::Library;
use crate::plan::{Finding, Plan, Severity, Times, Tray};
use crate::record::{Record, Report, ZoneReport};
use crate::units::Microlitres;

/// The title of the page.
const TITLE: &str = "Treatment record";
/// Lines to write on where reactions or notes are blank.
const BLANK_LINES: usize = 3;
/// Digits of a seal that stand together.
const SEAL_GROUP: usize = 8;

/// What the pages are made of.
#[derive(Clone, Copy)]
struct Sheet<'a> {
    record: &'a Record,
    report: &'a Report,
    plan: &'a Plan,
}

/// The pages of a record: one, but for many zones.
///
/// # Errors
/// When the library lacks the plan's body or protocol, or a name of these cannot be printed.
pub fn pages(
    record: &Record,
    report: &Report,
    plan: &Plan,
    library: &Library,
    paper: Paper,
) -> Result<Vec<Page>, Fault> {
    let size = paper.size_mm();
    // Head and banner are those of what was done.
    let times = Times { date: record.form.date, ..Times::default() };
    let done =
        Plan { findings: report.findings.clone(), tray: Tray { times, ..plan.tray.clone() }, ..plan.clone() };
    let content = Content::of(&done, library, record.form.reference.as_deref())?;
    let body = frame::body_without_bars(size, &content);
    let mut fields = Column::new(body.min, body.max.x - body.min.x);
    fields.fields(&known(record, report.topical));
    let sheet = Sheet { record, report, plan };
    let (done, read) = (sheet.left(), sheet.right());
    let most = report.zones.len() + plan.fillings.len() + report.findings.len() + 2;
    let made = (1..=most).find_map(|count| {
        let [left, right] = frames(body, fields.y + 4.0, count);
        let done = filled(&done, &left)?;
        let read = filled(&read, &[right, done.rest].concat())?;
        // What is left is for notes, where none are written yet.
        let free = |frame: &&Frame| record.form.notes.is_none() && frame.bounds.min.x == body.min.x;
        let rest = read.rest.iter().filter(free);
        let rest = rest.map(|frame| (frame.page, notes(frame.bounds).items));
        Some((count, done.items.into_iter().chain(read.items).chain(rest).collect::<Vec<_>>()))
    });
    let (count, items) = made.ok_or_else(|| Fault::new("record", "has an entry that no page holds"))?;
    let words = |page| frame::Words { title: TITLE, page: [page, count], bars: None, alarm: "CHECK" };
    let mut pages: Vec<Vec<Item>> =
        (1..=count).map(|page| frame::drawn(size, &content, words(page))).collect();
    for (page, mut items) in items.into_iter().chain([(0, fields.items)]) {
        if let Some(page) = pages.get_mut(page) {
            page.append(&mut items);
        }
    }
    let title = format!("{TITLE}: {}", plan.protocol.name);
    pages.into_iter().map(|items| Page::new(PageKind::Record, size, &title, items)).collect()
}

/// What stands over the tables, line by line.
fn known(record: &Record, topical: bool) -> [Vec<Field>; 4] {
    let form = &record.form;
    let (practitioner, prescriber) = (form.practitioner.clone(), form.prescriber.clone());
    let people = match &record.layer {
        None => vec![("Practitioner", 0.5, practitioner), ("Prescriber", 0.5, prescriber)],
        layer => vec![
            ("Layer", 0.34, layer.clone()),
            ("Practitioner", 0.33, practitioner),
            ("Prescriber", 0.33, prescriber),
        ],
    };
    let technique = match topical {
        true => vec![("Microneedling or laser before", 1.0, form.preparation.clone())],
        false => vec![("Needle", 0.26, form.needle.clone()), ("Depth", 0.74, form.depth.clone())],
    };
    let product = form.product.as_ref().map(|name| match &form.concentration {
        Some(concentration) => format!("{name}, {concentration}"),
        None => name.clone(),
    });
    [
        people,
        vec![
            ("Product", 0.5, product),
            ("Batch", 0.26, form.batch.clone()),
            ("Expiry", 0.24, form.expiry.map(|day| day.to_string())),
        ],
        vec![
            ("Dilution", 0.36, form.dilution.clone()),
            ("Made up at", 0.22, form.reconstituted.map(|at| at.to_string())),
            ("Use by", 0.18, form.use_by.map(|at| at.to_string())),
            ("Last given at", 0.24, form.ended.map(|at| at.to_string())),
        ],
        technique,
    ]
}

impl<'a> Sheet<'a> {
    /// What was given: zones, points that were not, syringes, and what differs.
    fn left(self) -> Vec<Block<'a>> {
        let block = |title, entries| Block { title, head: None, entries, breaks: Breaks::Rarely };
        let mut blocks = vec![self.zones()];
        if !self.report.topical {
            blocks.extend([block("Points skipped", vec![self.skipped()]), self.syringes()]);
        }
        blocks.push(block("Against the plan", self.findings()));
        blocks
    }

    fn zones(self) -> Block<'a> {
        let mut entries: Vec<Entry<'a>> = Vec::new();
        let topical = self.report.topical;
        for zone in &self.report.zones {
            entries.push(Box::new(move |column| column.recorded(zone, topical)));
        }
        let sums = [self.given(), self.wasted()];
        entries.push(Box::new(move |column| column.recorded_total(self.report, sums)));
        Block {
            title: "Planned, given and wasted",
            head: Some(Box::new(move |column| column.recorded_head(topical))),
            entries,
            breaks: Breaks::Anywhere,
        }
    }

    fn skipped(self) -> Entry<'a> {
        let numbers: Vec<String> = self.record.skipped.iter().map(usize::to_string).collect();
        if numbers.is_empty() && self.report.zones.iter().all(|zone| zone.given_ul.is_none()) {
            return Box::new(|column| column.blank(""));
        }
        let words = match numbers.as_slice() {
            [] => "None.".to_owned(),
            numbers => cut(&numbers.join(", ")),
        };
        Box::new(move |column| column.paragraph("", &words, TEXT_MM, Colour::INK))
    }

    fn syringes(self) -> Block<'a> {
        let fillings = self.plan.fillings.iter();
        Block {
            title: "Syringes, as planned",
            head: Some(Box::new(|column| {
                let width = column.width;
                column.y += 2.4;
                let cells = [
                    (0.0, Align::Left, "syr.".to_owned()),
                    (width * 0.1, Align::Left, "points".to_owned()),
                    (width * 0.26, Align::Left, "zones".to_owned()),
                    (width, Align::Right, "ml".to_owned()),
                ];
                column.cells(SMALL_MM, Weight::Regular, &cells);
                column.y += 0.7;
            })),
            entries: fillings
                .map(|filling| {
                    Box::new(move |column: &mut Column| column.syringe_given(self.plan, filling)) as _
                })
                .collect(),
            breaks: Breaks::Anywhere,
        }
    }

    fn findings(self) -> Vec<Entry<'a>> {
        // What is missing is a blank on the page.
        let told = self.report.findings.iter().filter(|finding| finding.code != "missing");
        let entry = |finding: &'a Finding| -> Entry<'a> {
            let (lead, colour) = match finding.severity {
                Severity::Error => ("Error", ALARM),
                Severity::Warning => ("Warning", Colour::INK),
                Severity::Note => ("Note", GREY),
            };
            let words = cut(&finding.message);
            Box::new(move |column| column.paragraph(lead, &words, TEXT_MM, colour))
        };
        let entries: Vec<Entry<'a>> = told.map(entry).collect();
        if entries.is_empty() { vec![said("Nothing differs in what is written.")] } else { entries }
    }

    /// What is ticked, told and signed.
    fn right(self) -> Vec<Block<'a>> {
        let form = &self.record.form;
        let block = |title, entries| Block { title, head: None, entries, breaks: Breaks::Rarely };
        let mut after = vec![
            ticked("Consent signed", form.consent),
            ticked("Aftercare explained and handed out", form.aftercare),
        ];
        after.extend(match form.reactions.as_deref() {
            Some(reactions) => written("Reactions", Some(reactions)),
            None => written("Reactions, even if none", None),
        });
        let review = form.review.map(|day| day.to_string());
        after.push(labelled("Review on", review));
        let mut blocks = vec![block("After the session", after)];
        if let Some(notes) = form.notes.as_deref() {
            blocks.push(block("Notes", written("", Some(notes))));
        }
        blocks.push(block("Volumes", self.volumes()));
        blocks.push(block("Signed", self.signed()));
        blocks
    }

    /// What was drawn up and what became of it.
    fn volumes(self) -> Vec<Entry<'a>> {
        let totals = &self.report.totals;
        let amount = |volume: Microlitres| volume.to_string();
        let left = totals.left_ul.map(amount);
        vec![
            labelled("Drawn up", totals.drawn_ul.map(amount)),
            labelled("Given", self.given().map(amount)),
            labelled("Wasted", self.wasted().map(amount)),
            labelled("Left", left),
        ]
    }

    /// What was given in all, once every zone says so.
    fn given(self) -> Option<Microlitres> {
        self.complete(|zone| zone.given_ul).then_some(self.report.totals.given_ul)
    }

    /// What was wasted in all, once every zone says so.
    fn wasted(self) -> Option<Microlitres> {
        self.complete(|zone| zone.wasted_ul).then_some(self.report.totals.wasted_ul)
    }

    fn complete(self, of: fn(&ZoneReport) -> Option<Microlitres>) -> bool {
        self.report
            .zones
            .iter()
            .filter(|zone| zone.planned_ul > Microlitres::ZERO)
            .all(|zone| of(zone).is_some())
    }

    fn signed(self) -> Vec<Entry<'a>> {
        let mut entries: Vec<Entry<'a>> = Vec::new();
        if let Some(amends) = &self.record.amends {
            entries.push(seal("Amends", &amends.sha256));
            let words = cut(&format!("{}, {}: {}", amends.date, amends.by, amends.reason));
            entries.push(Box::new(move |column| column.paragraph("", &words, TEXT_MM, Colour::INK)));
        }
        match &self.report.seal {
            Some(closed) => {
                let words = cut(&format!("{} by {}", closed.date, closed.by));
                entries
                    .push(Box::new(move |column| column.paragraph("Closed", &words, TEXT_MM, Colour::INK)));
                entries.push(seal("Seal", &closed.sha256));
            }
            None => entries.push(said("Not closed yet.")),
        }
        entries.push(Box::new(|column| column.blank("Signature")));
        entries
    }
}

fn said<'a>(words: &'static str) -> Entry<'a> {
    Box::new(move |column| column.paragraph("", words, TEXT_MM, GREY))
}

fn ticked<'a>(words: &'static str, answer: Option<bool>) -> Entry<'a> {
    Box::new(move |column| match answer {
        None => column.tick(words, TEXT_MM),
        Some(true) => column.ticked(words, TEXT_MM, true),
        Some(false) => column.ticked(&format!("NOT: {words}"), TEXT_MM, false),
    })
}

/// A text under its name; lines to write on where there is none.
fn written<'a>(name: &'static str, text: Option<&str>) -> Vec<Entry<'a>> {
    if let Some(text) = text {
        let text = cut(text);
        return vec![Box::new(move |column| {
            column.y += 0.8;
            column.paragraph(name, &text, TEXT_MM, Colour::INK);
        })];
    }
    let lines = (0..BLANK_LINES).map(|line| if line == 0 { name } else { "" });
    lines.map(|name| Box::new(move |column: &mut Column| column.blank(name)) as _).collect()
}

/// A value behind its name; a line to write on where there is none.
fn labelled<'a>(name: &'static str, value: Option<String>) -> Entry<'a> {
    Box::new(move |column| match &value {
        Some(value) => {
            column.y += 0.8;
            column.paragraph(name, value, TEXT_MM, Colour::INK);
        }
        None => column.blank(name),
    })
}

/// A seal in groups of digits that an eye can compare.
fn seal<'a>(name: &'static str, sha256: &str) -> Entry<'a> {
    let digits: Vec<char> = sha256.chars().collect();
    let groups: Vec<String> = digits.chunks(SEAL_GROUP).map(|group| group.iter().collect()).collect();
    let words = groups.join(" ");
    Box::new(move |column| column.paragraph(name, &words, SMALL_MM, GREY))
}
