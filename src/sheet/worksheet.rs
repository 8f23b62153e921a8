//! The worksheet: what lies beside the map on the tray and is filled in with a pen. The lines of work
//! stand on the left, in the order in which they are done; what is read before and written after stands
//! on the right.

use super::blocks::{Block, Density, Frame, filled};
use super::column::Column;
use super::map::Content;
use super::panels::{SMALL_MM, TEXT_MM};
use super::symbols::Symbols;
use super::worklist::Work;
use super::{Bounds, Item, Page, PageKind, Paper, Spot, checklist, frame};
use crate::dose::fillings;
use crate::fault::Fault;

/// Share of the width that the lines of work take, and the free paper beside them in mm.
const WORK: f64 = 0.66;
const GUTTER_MM: f64 = 6.0;
/// From wide to dense: the first with which the sheet has the fewest pages is taken.
const DENSITIES: [Density; 4] = [
    Density { line_mm: 6.0, syringe_mm: 4.9, sum_mm: 3.5, words_mm: TEXT_MM },
    Density { line_mm: 5.2, syringe_mm: 4.9, sum_mm: 3.5, words_mm: TEXT_MM },
    Density { line_mm: 4.3, syringe_mm: 4.3, sum_mm: 3.1, words_mm: SMALL_MM },
    Density { line_mm: 3.9, syringe_mm: 3.9, sum_mm: 2.9, words_mm: SMALL_MM },
];

/// Where the record of the session stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Record {
    /// Under the lines of work.
    UnderWork,
    /// After everything else.
    Last,
}

/// The worksheet of a plan.
///
/// # Errors
/// When a single point is more than the plan's syringe holds, or a name of the protocol cannot be
/// printed.
pub fn pages(content: &Content<'_>, paper: Paper) -> Result<Vec<Page>, Fault> {
    let (plan, size) = (content.plan, paper.size_mm());
    let fillings = fillings(&plan.points, &plan.syringe)?;
    let symbols = Symbols::of(plan);
    let work = Work { plan, fillings: &fillings, symbols: &symbols };
    let body = frame::body_without_bars(size, content);
    let mut fields = Column::new(body.min, body.max.x - body.min.x);
    fields.fields(&checklist::fields(&plan.tray));
    let first_top = fields.y + 4.0;
    let mut sheet = None;
    for count in 1..=plan.points.len() + plan.zones.len() + 1 {
        let frames = frames(body, first_top, count);
        let ways =
            DENSITIES.iter().flat_map(|density| [(*density, Record::UnderWork), (*density, Record::Last)]);
        let mut made = ways.filter_map(|(density, record)| arranged(content, work, density, record, &frames));
        sheet = made.next().map(|items| (count, items));
        if sheet.is_some() {
            break;
        }
    }
    let words =
        |page: [usize; 2]| frame::Words { title: "Worksheet", page, bars: None, alarm: frame::UNUSABLE };
    let no_room = || Fault::new("worksheet", "has an entry that no page holds");
    let (count, items) = sheet.ok_or_else(no_room)?;
    let mut pages: Vec<Vec<Item>> =
        (1..=count).map(|page| frame::drawn(size, content, words([page, count]))).collect();
    if let Some(first) = pages.first_mut() {
        first.append(&mut fields.items);
    }
    for (page, mut items) in items {
        if let Some(page) = pages.get_mut(page) {
            page.append(&mut items);
        }
    }
    let title = format!("Worksheet: {}", plan.protocol.name);
    pages.into_iter().map(|items| Page::new(PageKind::Worksheet, size, &title, items)).collect()
}

/// The frames on the left and on the right of so many pages.
pub(super) fn frames(body: Bounds, first_top: f64, count: usize) -> [Vec<Frame>; 2] {
    let edge = body.min.x + (body.max.x - body.min.x) * WORK;
    [[body.min.x, edge], [edge + GUTTER_MM, body.max.x]].map(|[left, right]| {
        let top = |page| if page == 0 { first_top } else { body.min.y };
        let bounds =
            |page| Bounds { min: Spot::new(left, top(page)), max: Spot::new(right, body.max.y - 1.0) };
        (0..count).map(|page| Frame { page, bounds: bounds(page) }).collect()
    })
}

/// Everything under the fields in its place, page by page: what finds no room on the right goes under the
/// lines of work. `None` where it does not fit.
fn arranged(
    content: &Content<'_>,
    work: Work<'_>,
    density: Density,
    record: Record,
    [left, right]: &[Vec<Frame>; 2],
) -> Option<Vec<(usize, Vec<Item>)>> {
    let mut read: Vec<Block<'_>> =
        vec![checklist::asked(content, density), checklist::ready(content.protocol, density)];
    let mut done = match &content.plan.topical {
        Some(topical) => vec![checklist::applied(content.plan, topical)],
        None => {
            read.push(work.syringes(density));
            read.extend(checklist::technique(content.plan, content.protocol, density));
            read.push(work.zones(density));
            vec![work.lines(density)]
        }
    };
    match record {
        Record::UnderWork => done.push(checklist::after(density)),
        Record::Last => read.push(checklist::after(density)),
    }
    let done = filled(&done, left)?;
    let read = filled(&read, &[right.as_slice(), &done.rest].concat())?;
    let edge = left.first()?.bounds.min.x;
    let rest = read.rest.iter().filter(|frame| frame.bounds.min.x == edge);
    let notes = rest.map(|frame| (frame.page, checklist::notes(frame.bounds).items));
    Some(done.items.into_iter().chain(read.items).chain(notes).collect())
}
