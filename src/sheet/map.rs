//! The map: the body in views with zones, points and names, and the figures beside them.

use super::camera::Camera;
use super::frame;
use super::page::{Bounds, Item, Page, PageKind, Spot};
use super::panels::Column;
use super::scene::{Placed, Scene};
use super::symbols::Symbols;
use super::views::{View, needed};
use super::{FeatureSet, Paper};
use crate::body::Body;
use crate::fault::Fault;
use crate::plan::Plan;
use crate::protocol::Protocol;

/// What a map shows.
#[derive(Clone, Copy, Debug)]
pub struct Content<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// The body it was made on, with its measurements.
    pub body: &'a Body,
    /// The protocol it was made under.
    pub protocol: &'a Protocol,
    /// The line art.
    pub features: &'a FeatureSet,
    /// What stands in the field of the patient reference; a blank where there is none.
    pub reference: Option<&'a str>,
}

/// Body mm to a page mm, from the largest picture to the smallest.
const RATIOS: [f64; 15] = [1.0, 1.25, 1.5, 1.75, 2.0, 2.25, 2.5, 2.75, 3.0, 3.25, 3.5, 4.0, 5.0, 10.0, 25.0];
/// Height of a view's title, and air between views, in mm.
const TITLE_MM: f64 = 7.5;
const AIR_MM: f64 = 4.0;
/// Least width of the column of figures, and least height left for findings, in mm.
const COLUMN_MM: f64 = 56.0;
const FINDINGS_MM: f64 = 24.0;

/// The map of a plan.
///
/// # Errors
/// When the body has no skin for a zone's chart.
pub fn page(content: &Content<'_>, paper: Paper) -> Result<Page, Fault> {
    for zone in &content.plan.zones {
        if content.body.skin(zone.chart).is_none() {
            return Err(Fault::new(format!("body '{}'", content.body.id), "has no skin for a zone's chart")
                .value(format!("{} of zone '{}'", zone.chart, zone.id)));
        }
    }
    let size = paper.size_mm();
    let room = frame::body(size, content);
    let symbols = Symbols::of(content.plan);
    let views = needed(content.plan, content.body);
    let plan = arranged(content, &symbols, &views, room);
    let mut items = frame::drawn(size, content);
    let scene = Scene {
        plan: content.plan,
        body: content.body,
        features: content.features,
        symbols: &symbols,
        mark_mm: (content.plan.spacing_mm / plan.ratio * 0.37).clamp(1.3, 2.5),
        ratio: plan.ratio,
    };
    let placed: Vec<Placed<'_>> = views
        .iter()
        .zip(&plan.cells)
        .map(|(view, cell)| Placed { view, cell: *cell, camera: aimed(view, cell, plan.ratio) })
        .collect();
    let drawn = scene.draw(&placed);
    items.extend(drawn.items);
    items.extend(figures(content, &symbols, &plan, &drawn.unseen));
    Page::new(PageKind::Map, size, &format!("Injection map: {}", content.plan.protocol.name), items)
}

/// Where everything goes.
#[derive(Clone, Debug)]
struct Arrangement {
    ratio: f64,
    /// The cell of each view.
    cells: Vec<Bounds>,
    /// Columns of figures: from the top left corner, with their width and lower end.
    columns: Vec<(Spot, f64, f64)>,
    /// Which figures stand in which column.
    style: Style,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Style {
    /// Figures beside the first view and under the last.
    Beside,
    /// All figures under the views.
    Under,
}

/// The arrangement with the largest pictures that fit.
fn arranged(content: &Content<'_>, symbols: &Symbols, views: &[View], room: Bounds) -> Arrangement {
    let tries = RATIOS.iter().flat_map(|&ratio| [(ratio, Style::Beside), (ratio, Style::Under)]);
    let mut last = None;
    for (ratio, style) in tries {
        let arrangement = match style {
            Style::Beside => beside(views, room, ratio),
            Style::Under => under(views, room, ratio),
        };
        let Some(arrangement) = arrangement else { continue };
        if fits(content, symbols, &arrangement) {
            return arrangement;
        }
        last = Some(arrangement);
    }
    last.unwrap_or(Arrangement { ratio: 1.0, cells: Vec::new(), columns: Vec::new(), style: Style::Under })
}

fn size_of(view: &View, ratio: f64) -> [f64; 2] {
    let [width, height] = view.window.size();
    [width / ratio, height / ratio + TITLE_MM]
}

/// The first view with a column of figures beside it, the others in rows under it.
fn beside(views: &[View], room: Bounds, ratio: f64) -> Option<Arrangement> {
    let (first, rest) = views.split_first()?;
    let [width, height] = size_of(first, ratio);
    let full = room.max.x - room.min.x;
    let column = full - width - 6.0 - AIR_MM;
    if column < COLUMN_MM {
        return None;
    }
    // The view may use what the column leaves: names need air on both sides.
    let column = column.min(86.0);
    let cell =
        Bounds { min: room.min, max: Spot::new(room.max.x - column - AIR_MM * 1.5, room.min.y + height) };
    let rows =
        in_rows(rest, Bounds { min: Spot::new(room.min.x, cell.max.y + AIR_MM), max: room.max }, ratio)?;
    let bottom = rows.last().map_or(cell.max.y, |cell| cell.max.y);
    let mut columns = vec![(Spot::new(room.max.x - column, room.min.y), column, cell.max.y)];
    columns.extend(strip(room, bottom + AIR_MM, 3));
    let cells = std::iter::once(cell).chain(rows).collect();
    Some(Arrangement { ratio, cells, columns, style: Style::Beside })
}

/// The views in rows, every figure under them.
fn under(views: &[View], room: Bounds, ratio: f64) -> Option<Arrangement> {
    // The patient's right stands on the left of the page, as on the patient who is looked at.
    let order: Vec<usize> = match views {
        [front, right, left, ..] if front.id == "front" && right.id == "right" && left.id == "left" => {
            [1, 0, 2].into_iter().chain(3..views.len()).collect()
        }
        _ => (0..views.len()).collect(),
    };
    let ordered: Vec<View> = order.iter().map(|&k| views[k].clone()).collect();
    let rows = in_rows(&ordered, room, ratio)?;
    let bottom = rows.iter().map(|cell| cell.max.y).fold(room.min.y, f64::max);
    let mut cells = vec![room; views.len()];
    for (cell, &k) in rows.into_iter().zip(&order) {
        cells[k] = cell;
    }
    Some(Arrangement { ratio, cells, columns: strip(room, bottom + AIR_MM, 3), style: Style::Under })
}

/// Columns of equal width from `top` to the end of the room.
fn strip(room: Bounds, top: f64, count: usize) -> Vec<(Spot, f64, f64)> {
    let air = 7.0;
    let width = (room.max.x - room.min.x - air * (count - 1) as f64) / count as f64;
    let left = |k: usize| room.min.x + (width + air) * k as f64;
    (0..count).map(|k| (Spot::new(left(k), top), width, room.max.y)).collect()
}

/// Cells for views in rows from the top, each row spread over the width. `None` where one does not
/// fit.
fn in_rows(views: &[View], room: Bounds, ratio: f64) -> Option<Vec<Bounds>> {
    let full = room.max.x - room.min.x;
    let mut cells = Vec::new();
    let mut top = room.min.y;
    let mut rest = views;
    while !rest.is_empty() {
        let mut used = 0.0;
        let fitting = rest.iter().take_while(|view| {
            used += size_of(view, ratio)[0] + if used > 0.0 { AIR_MM } else { 0.0 };
            used <= full
        });
        let count = fitting.count();
        let (row, later) = rest.split_at(count);
        if row.is_empty() {
            return None;
        }
        let widths: f64 = row.iter().map(|view| size_of(view, ratio)[0]).sum();
        let spare = (full - widths - AIR_MM * (count - 1) as f64) / count as f64;
        let height = row.iter().map(|view| size_of(view, ratio)[1]).fold(0.0, f64::max);
        let mut x = room.min.x;
        for view in row {
            let width = size_of(view, ratio)[0] + spare;
            cells.push(Bounds { min: Spot::new(x, top), max: Spot::new(x + width, top + height) });
            x += width + AIR_MM;
        }
        top += height + AIR_MM;
        rest = later;
    }
    (top - AIR_MM <= room.max.y).then_some(cells)
}

/// Whether the figures fit their columns.
fn fits(content: &Content<'_>, symbols: &Symbols, arrangement: &Arrangement) -> bool {
    filled(content, symbols, arrangement, &[]).is_some()
}

/// A camera at scale whose window stands in the middle of the cell, at its foot.
fn aimed(view: &View, cell: &Bounds, ratio: f64) -> Camera {
    let mut camera = view.camera();
    camera.scale = 1.0 / ratio;
    let [width, _] = view.window.size();
    let left = (cell.min.x + cell.max.x - width / ratio) / 2.0;
    camera.origin = Spot::new(left - view.window.x[0] / ratio, cell.max.y + view.window.y[0] / ratio);
    camera
}

/// The figures, whether or not they fit.
fn figures(
    content: &Content<'_>,
    symbols: &Symbols,
    arrangement: &Arrangement,
    unseen: &[usize],
) -> Vec<Item> {
    filled(content, symbols, arrangement, unseen)
        .or_else(|| {
            filled(
                content,
                symbols,
                &Arrangement {
                    columns: arrangement.columns.iter().map(|c| (c.0, c.1, f64::INFINITY)).collect(),
                    ..arrangement.clone()
                },
                unseen,
            )
        })
        .unwrap_or_default()
}

/// The figures in their columns; `None` where a column overflows.
fn filled(
    content: &Content<'_>,
    symbols: &Symbols,
    arrangement: &Arrangement,
    unseen: &[usize],
) -> Option<Vec<Item>> {
    let column = |k: usize| arrangement.columns.get(k).map(|&(at, width, _)| Column::new(at, width));
    let bottom = |k: usize| arrangement.columns.get(k).map_or(0.0, |column| column.2);
    let mut columns = Vec::new();
    match arrangement.style {
        Style::Beside => {
            let mut first = column(0)?;
            first.doses(content, symbols);
            first.gap();
            first.budget(content);
            first.gap();
            first.totals(content, symbols);
            columns.push((first, bottom(0)));
            let (mut technique, mut findings, mut care) = (column(1)?, column(2)?, column(3)?);
            technique.technique(content);
            findings.unseen(unseen);
            findings.findings(content, bottom(2));
            care.care(content, bottom(3));
            let room = bottom(1) - technique.y;
            if room < 0.0 || bottom(2) - arrangement.columns.get(2)?.0.y < FINDINGS_MM {
                return None;
            }
            columns.extend([(technique, bottom(1)), (findings, bottom(2)), (care, bottom(3))]);
        }
        Style::Under => {
            let (mut first, mut second, mut third) = (column(0)?, column(1)?, column(2)?);
            first.doses(content, symbols);
            first.gap();
            first.budget(content);
            first.gap();
            first.technique(content);
            second.totals(content, symbols);
            third.unseen(unseen);
            if bottom(2) - third.y < FINDINGS_MM {
                return None;
            }
            let middle = third.y + (bottom(2) - third.y) * 0.6;
            third.findings(content, middle);
            third.gap();
            third.care(content, bottom(2));
            columns.extend([(first, bottom(0)), (second, bottom(1)), (third, bottom(2))]);
        }
    }
    let fit = columns.iter().all(|(column, bottom)| column.y <= *bottom);
    fit.then(|| columns.into_iter().flat_map(|(column, _)| column.items).collect())
}
