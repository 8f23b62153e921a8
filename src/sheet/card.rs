//! The course card: when each session of a course is due, and what was done.

use super::blocks::{Block, Breaks, Entry, Frame, filled};
use super::checklist::cut;
use super::column::{Column, RULE};
use super::map::Content;
use super::panels::{GREY, SMALL_MM, TEXT_MM, titled};
use super::{Align, Colour, Group, Item, Outline, Page, PageKind, Paper, Spot, Stroke, Weight};
use super::{checklist, frame};
use crate::course::{Course, Kind, MAINTENANCE, Need, Schedule, Why, shown};
use crate::fault::Fault;
use crate::protocol::Protocol;

/// Height of a line to write in, in mm.
const LINE_MM: f64 = 11.0;
/// Where the columns of the lines begin, in parts of the width.
const DAY: f64 = 0.2;
const GIVEN: [(f64, &str); 6] = [
    (0.47, "done on"),
    (0.57, "given ml"),
    (0.66, "wasted ml"),
    (0.755, "product, batch"),
    (0.9, "by"),
    (1.0, ""),
];
const ASSESSED: [(f64, &str); 4] = [(0.47, "done on"), (0.57, "findings"), (0.9, "by"), (1.0, "")];
/// The title of the page.
const TITLE: &str = "Course card";

/// A line of the card.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Line {
    kind: Kind,
    name: String,
    /// When it is due: its day, or how long after the first session.
    due: String,
    /// Where it was moved from, and why.
    moved: String,
}

/// The columns that are written in.
fn written(kind: Kind) -> &'static [(f64, &'static str)] {
    match kind {
        Kind::Session | Kind::Maintenance => &GIVEN,
        Kind::Assessment => &ASSESSED,
    }
}

/// What a course card shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    lines: Vec<Line>,
    notes: Vec<String>,
    need: Option<Need>,
}

impl Card {
    /// The card of a dated course.
    pub fn dated(course: &Course) -> Self {
        let line = |item: &crate::course::Item| Line {
            kind: item.kind,
            name: titled(&item.name()),
            due: item
                .until
                .map_or(shown(item.date).into(), |until| format!("{} to {until}", shown(item.date))),
            moved: item.moved.map_or(String::new(), |moved| match moved.why {
                Why::Closed => format!("closed on {}", shown(moved.from)),
                Why::Asked => format!("moved from {}", shown(moved.from)),
            }),
        };
        Self {
            lines: course.items.iter().map(line).collect(),
            notes: course.findings.iter().map(|finding| finding.message.to_string()).collect(),
            need: course.need,
        }
    }

    /// The card of a course without a first day: how long after it everything is due, with what the protocol says
    /// of it.
    pub fn undated(schedule: &Schedule, protocol: &Protocol) -> Self {
        let line = |kind, name: String, due: String| Line { kind, name, due, moved: String::new() };
        let of = schedule.sessions();
        let mut lines: Vec<Line> = schedule
            .sessions
            .iter()
            .zip(1..)
            .map(|(offset, number)| {
                let due = if number == 1 { "first day".to_owned() } else { format!("after {offset}") };
                line(Kind::Session, format!("Session {number} of {of}"), due)
            })
            .collect();
        let assessed = schedule.assessment.map(|offset| format!("after {offset}"));
        lines.extend(assessed.map(|due| line(Kind::Assessment, "Assessment".to_owned(), due)));
        if let Some(months) = schedule.maintenance {
            let due = format!("every {months}");
            let each = |number| line(Kind::Maintenance, format!("Maintenance {number}"), due.clone());
            lines.extend((1..=MAINTENANCE).map(each));
        }
        let mut notes = vec![format!("Intervals: {}.", schedule.standing)];
        notes.extend(schedule.findings(protocol).into_iter().map(|finding| finding.message.into()));
        Self { lines, notes, need: None }
    }
}

/// The pages of a course card: one, but for courses of many sessions.
///
/// # Errors
/// When a name of the protocol cannot be printed.
pub fn pages(content: &Content<'_>, card: &Card, paper: Paper) -> Result<Vec<Page>, Fault> {
    let size = paper.size_mm();
    let body = frame::body_without_bars(size, content);
    let frames =
        |count: usize| -> Vec<Frame> { (0..count).map(|page| Frame { page, bounds: body }).collect() };
    let blocks = blocks(content, card);
    let most = card.lines.len() + blocks.len() + 1;
    let made = (1..=most).find_map(|count| Some((count, filled(&blocks, &frames(count))?)));
    let (count, filled) = made.ok_or_else(|| Fault::new("course card", "has an entry that no page holds"))?;
    let words = |page: usize| frame::Words {
        title: TITLE,
        page: [page + 1, count],
        bars: None,
        alarm: frame::UNUSABLE,
    };
    let mut pages: Vec<Vec<Item>> = (0..count).map(|page| frame::drawn(size, content, words(page))).collect();
    let notes = filled.rest.first().map(|rest| (rest.page, checklist::notes(rest.bounds).items));
    for (page, mut items) in filled.items.into_iter().chain(notes) {
        if let Some(page) = pages.get_mut(page) {
            page.append(&mut items);
        }
    }
    let title = format!("{TITLE}: {}", content.plan.protocol.name);
    pages.into_iter().map(|items| Page::new(PageKind::Course, size, &title, items)).collect()
}

fn blocks<'a>(content: &'a Content<'_>, card: &'a Card) -> Vec<Block<'a>> {
    let lines = |kind: Kind| card.lines.iter().filter(move |line| line.kind == kind);
    let table = |title, kind| Block {
        title,
        head: Some(Box::new(move |column: &mut Column| column.card_head(kind)) as Entry<'a>),
        entries: lines(kind)
            .map(|line| Box::new(move |column: &mut Column| column.card_line(line)) as _)
            .collect(),
        breaks: Breaks::Anywhere,
    };
    let mut assessment = table("Assessment", Kind::Assessment);
    if let (Some(photographs), false) = (&content.protocol.photographs, assessment.entries.is_empty()) {
        let words = cut(&format!("Photographs as at the beginning: {}", photographs.value.join(", ")));
        assessment.entries.push(Box::new(move |column| {
            column.y += 1.2;
            column.tick(&words, TEXT_MM);
        }));
    }
    let notes = needed(card).into_iter().chain(card.notes.iter().cloned());
    let notes = Block {
        title: "About this course",
        head: None,
        entries: notes
            .map(|words| {
                let words = cut(&titled(&words));
                Box::new(move |column: &mut Column| column.paragraph("", &words, TEXT_MM, Colour::INK)) as _
            })
            .collect(),
        breaks: Breaks::Rarely,
    };
    vec![table("Sessions", Kind::Session), assessment, table("Maintenance", Kind::Maintenance), notes]
}

/// The product that the sessions need.
fn needed(card: &Card) -> Vec<String> {
    let Some(need) = card.need else { return Vec::new() };
    let mut words = vec![format!(
        "Each session as this plan: {} and up to {} left in syringes; {} for all sessions.",
        need.session_ul, need.losses_ul, need.course_with_losses_ul
    )];
    words.extend(need.vials.map(|vials| {
        format!(
            "Vials of {}: {} a session, {} for all sessions.",
            vials.volume_ul, vials.session, vials.course
        )
    }));
    words
}

impl Column {
    /// The names of the columns.
    fn card_head(&mut self, kind: Kind) {
        self.y += 2.6;
        let width = self.width;
        let mut heads = vec![(DAY * width, Align::Left, "due".to_owned())];
        for pair in written(kind).windows(2) {
            heads.push(((pair[0].0 + pair[1].0) / 2.0 * width, Align::Centre, pair[0].1.to_owned()));
        }
        self.cells(SMALL_MM, Weight::Regular, &heads);
        self.y += 1.0;
    }

    /// What is due when, with cells to write in.
    fn card_line(&mut self, line: &Line) {
        let mut row = Self::new(Spot::new(self.left, self.y), self.width);
        let width = row.width;
        for pair in written(line.kind).windows(2) {
            let at = Spot::new(row.left + pair[0].0 * width + 0.4, row.y + 0.6);
            let cell = Outline::rectangle(
                at,
                (pair[1].0 - pair[0].0) * width - 0.8,
                LINE_MM - 1.2,
                Some(Colour::WHITE),
                Some(Stroke::solid(GREY, 0.2)),
            );
            row.items.push(Item::Outline(cell));
        }
        row.rule(row.y + LINE_MM, RULE, 0.15);
        row.y += if line.moved.is_empty() { LINE_MM / 2.0 + 0.9 } else { LINE_MM / 2.0 - 0.6 };
        let room = (GIVEN[0].0 - DAY) * width - 2.0;
        let due = super::font::shortened(&titled(&line.due), TEXT_MM, Weight::Regular, room);
        row.cells(TEXT_MM, Weight::Bold, &[(0.0, Align::Left, line.name.clone())]);
        row.cells(TEXT_MM, Weight::Regular, &[(DAY * width, Align::Left, due)]);
        row.y += 3.2;
        row.cells(SMALL_MM, Weight::Regular, &[(DAY * width, Align::Left, line.moved.clone())]);
        let group = Group::of_class("due", row.items).data("name", line.name.as_str());
        self.items.push(Item::Group(group));
        self.y += LINE_MM;
    }
}
