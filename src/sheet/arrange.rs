//! Where everything goes: the largest figures for which the panels, measured first, still fit.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::{Mutex, PoisonError};

use super::camera::{Camera, Window};
use super::panels::{Detail, Panel, Panelled};
use super::titles::BAND_MM;
use super::views::View;
use super::{Bounds, Spot};
use crate::abreast::abreast;

/// Body mm to a page mm, from the largest figure to the smallest.
const RATIOS: [f64; 34] = [
    1.0, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.7, 1.8, 1.9, 2.0, 2.1, 2.2, 2.3, 2.4, 2.5, 2.6, 2.7, 2.8, 2.9, 3.0,
    3.1, 3.2, 3.3, 3.4, 3.5, 3.75, 4.0, 4.5, 5.0, 7.5, 10.0, 25.0, 100.0,
];
/// Air between figures, between figures and panels, and between columns of panels, in mm.
const AIR_MM: f64 = 4.0;
const COLUMN_AIR_MM: f64 = 6.5;
/// Air between two panels in a column, in mm.
const PANEL_AIR_MM: f64 = 3.6;
/// Least and greatest width of a column of panels beside figures, in mm.
const COLUMN_MM: [f64; 2] = [55.0, 74.0];
/// Least width of a figure's cell: its title needs it, in mm.
const CELL_MM: f64 = 50.0;
/// Greatest height that a figure is given for its names alone, in mm.
const NAMES_MM: f64 = 110.0;
/// Columns of the strip of panels under the figures.
const STRIP: usize = 3;
/// What it costs to print doses and total apart, in mm of air.
const PARTED_MM: f64 = 12.0;
/// How much smaller figures may be for a tidy arrangement.
const TIDY_WORTH: f64 = 1.17;
/// How much smaller figures may be for all remarks to be printed in full.
const WORTH: f64 = 1.3;

/// A view with what its names need beside it.
#[derive(Clone, Debug)]
pub(crate) struct Figure<'a> {
    /// The view.
    pub view: &'a View,
    /// Widths of the columns of names on its left and right, in mm.
    pub names_mm: [f64; 2],
    /// Height of the higher of them, in mm.
    pub names_high_mm: f64,
}

impl Figure<'_> {
    /// Width and height at a scale, in mm.
    fn size(&self, ratio: f64) -> [f64; 2] {
        let [width, height] = self.view.window.size();
        let [left, right] = self.beside(ratio);
        let high = (height / ratio).max(self.names_high_mm.min(NAMES_MM));
        [(width / ratio + left + right).max(CELL_MM), high + BAND_MM]
    }

    /// Room for names on the left and right of the window, in mm: what does not fit between its edge
    /// and head or neck.
    fn beside(&self, ratio: f64) -> [f64; 2] {
        let (window, core) = (self.view.window.x, self.view.core.0);
        let inside = [core[0] - window[0], window[1] - core[1]];
        [0, 1].map(|side| (self.names_mm[side] - inside[side] / ratio).max(0.0))
    }
}

/// A figure in its place.
#[derive(Clone, Debug)]
pub(crate) struct Cell {
    /// Its room, title and names included.
    pub bounds: Bounds,
    /// Where the body is drawn.
    pub figure: Bounds,
    /// What part of the body is drawn there.
    pub window: Window,
    /// How it is looked at.
    pub camera: Camera,
}

/// Where everything goes.
#[derive(Clone, Debug)]
pub(crate) struct Arrangement {
    /// Body mm to a page mm.
    pub ratio: f64,
    /// The figures' places, in their order.
    pub cells: Vec<Cell>,
    /// The panels with their top left corners and widths.
    pub panels: Vec<(Panel, Spot, f64)>,
    /// How much of long panels is printed.
    pub detail: Detail,
}

/// A row of figures from the top of the room.
#[derive(Clone, Debug)]
struct Row {
    figures: Vec<usize>,
    height: f64,
    beside: bool,
}

/// Where a column of panels stands beside rows of figures.
#[derive(Clone, Copy, Debug)]
struct Style {
    /// Rows with a column of panels at their right: the first, or the last.
    rows: usize,
    last: bool,
    /// The two sides of the body are drawn side by side or over each other, and the table of zones is
    /// in one piece.
    tidy: bool,
}

/// The arrangement with the largest figures.
pub(crate) fn arranged(figures: &[Figure<'_>], panels: &dyn Panelled, room: Bounds) -> Arrangement {
    let heights = Heights { panels, known: Mutex::default() };
    let best = |detail: &Detail| Search::new(figures, &heights, room, *detail).best();
    let best: Vec<Arrangement> = abreast(&Detail::USUAL, best).into_iter().flatten().collect();
    let least = best.iter().map(|a| a.ratio).fold(f64::INFINITY, f64::min);
    let usual = best.into_iter().find(|a| a.ratio <= least * WORTH);
    let chosen = usual.or_else(|| Search::new(figures, &heights, room, Detail::Table).best());
    chosen.unwrap_or_else(|| Arrangement {
        ratio: 1.0,
        cells: Vec::new(),
        panels: Vec::new(),
        detail: Detail::Table,
    })
}

/// Heights of panels, each measured once.
struct Heights<'a> {
    panels: &'a dyn Panelled,
    /// By panel, width in tenths of a mm, and detail.
    known: Mutex<BTreeMap<(Panel, i64, Detail), f64>>,
}

impl Heights<'_> {
    /// The height of a panel at a width in mm.
    fn of(&self, panel: Panel, width: f64, detail: Detail) -> f64 {
        // Detail changes long remarks, and the table of zones at last.
        let matters = match panel {
            Panel::Findings | Panel::Care => true,
            Panel::Zones { .. } => detail == Detail::Table,
            Panel::Doses | Panel::Total | Panel::Technique => false,
        };
        let detail = if matters { detail } else { Detail::Full };
        let key = (panel, (width * 10.0).round() as i64, detail);
        let known = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(&height) = known().get(&key) {
            return height;
        }
        let height = self.panels.height(panel, width, detail);
        known().insert(key, height);
        height
    }
}

struct Search<'a> {
    figures: &'a [Figure<'a>],
    heights: &'a Heights<'a>,
    room: Bounds,
    detail: Detail,
    /// Width of a column of the strip under the figures, in mm.
    strip_mm: f64,
    /// Orders of the figures that a reader expects, and of the panels.
    orders: Vec<Vec<usize>>,
    lists: Vec<List>,
}

/// Panels in an order in which they may be read.
struct List {
    panels: Vec<Panel>,
    /// In how many parts the table of zones is.
    parts: usize,
    /// Their heights in the strip under the figures, in mm.
    heights: Vec<f64>,
    /// The same of each set of them, under each other.
    stacks: Vec<f64>,
    /// What goes under the figures, by the set of what goes beside them.
    strips: RefCell<Vec<Option<Strip>>>,
}

/// Columns of panels and the height of the highest, in mm.
type Strip = Rc<(Vec<Vec<Panel>>, f64)>;

impl List {
    /// The panels that go under the figures where those of a set go beside them: in columns, in their order,
    /// and the height of the highest.
    fn strip(&self, set: usize) -> Strip {
        if let Some(known) = &self.strips.borrow()[set] {
            return Rc::clone(known);
        }
        let under: Vec<usize> = (0..self.panels.len()).filter(|k| set >> k & 1 == 0).collect();
        let stack = |part: &[usize]| {
            let heights: f64 = part.iter().map(|&k| self.heights[k]).sum();
            heights + PANEL_AIR_MM * part.len().saturating_sub(1) as f64
        };
        let mut best = (vec![under.as_slice()], stack(&under));
        for first in 0..=under.len() {
            for second in first..=under.len() {
                let parts = [&under[..first], &under[first..second], &under[second..]];
                let height = parts.iter().map(|part| stack(part)).fold(0.0, f64::max);
                if height < best.1 - 1e-9 {
                    best = (parts.into_iter().filter(|part| !part.is_empty()).collect(), height);
                }
            }
        }
        let columns = best.0.into_iter().map(|part| part.iter().map(|&k| self.panels[k]).collect());
        let best = Rc::new((columns.collect(), best.1));
        self.strips.borrow_mut()[set] = Some(Rc::clone(&best));
        best
    }
}

/// By set of panels, one bit each: their heights under each other, without air.
fn stacks(heights: &[f64]) -> Vec<f64> {
    let mut stacks = vec![0.0];
    for height in heights {
        stacks.extend_from_within(..);
        let with = stacks.len() / 2;
        stacks[with..].iter_mut().for_each(|stack| *stack += height);
    }
    stacks
}

impl<'a> Search<'a> {
    fn new(figures: &'a [Figure<'a>], heights: &'a Heights<'a>, room: Bounds, detail: Detail) -> Self {
        let full = room.max.x - room.min.x;
        let strip_mm = ((full - COLUMN_AIR_MM * (STRIP - 1) as f64) / STRIP as f64 * 10.0).floor() / 10.0;
        let orders = Self::orders(figures);
        let mut search = Self { figures, heights, room, detail, strip_mm, orders, lists: Vec::new() };
        let lists = (1..=STRIP)
            .flat_map(|parts| heights.panels.lists(parts).into_iter().map(move |list| (parts, list)));
        search.lists = lists.map(|(parts, panels)| search.list(panels, parts)).collect();
        search
    }

    fn list(&self, panels: Vec<Panel>, parts: usize) -> List {
        let heights = self.heights(&panels, self.strip_mm);
        let strips = RefCell::new(vec![None; 1 << panels.len()]);
        let stacks = stacks(&heights);
        List { panels, parts, heights, stacks, strips }
    }

    /// The largest figures, or the largest of the tidy arrangements if those are nearly as large.
    fn best(&self) -> Option<Arrangement> {
        let any = RATIOS.into_iter().find_map(|ratio| self.at(ratio, false))?;
        let mut worth =
            RATIOS.into_iter().filter(|&ratio| ratio >= any.ratio && ratio <= any.ratio * TIDY_WORTH);
        Some(worth.find_map(|ratio| self.at(ratio, true)).unwrap_or(any))
    }

    /// The tidiest arrangement at a scale: the one with most air left.
    fn at(&self, ratio: f64, tidy: bool) -> Option<Arrangement> {
        let mut best: Option<(f64, Arrangement)> = None;
        // Figures of more area than the room has fit in no arrangement.
        let area: f64 = self.figures.iter().map(|figure| figure.size(ratio)).map(|[w, h]| w * h).sum();
        let room = self.room.max - self.room.min;
        if area > room.x * room.y {
            return None;
        }
        for order in &self.orders {
            for rows in 0..=self.figures.len() {
                for last in [false, true] {
                    let found = self.styled(order, Style { rows, last, tidy }, ratio);
                    if let Some((spare, arrangement)) = found
                        && best.as_ref().is_none_or(|b| spare > b.0 + 0.5)
                    {
                        best = Some((spare, arrangement));
                    }
                }
            }
        }
        best.map(|(_, arrangement)| arrangement)
    }

    /// Orders of the figures that a reader expects.
    fn orders(figures: &[Figure<'_>]) -> Vec<Vec<usize>> {
        let place = |id: &str| figures.iter().position(|f| f.view.id == id);
        let all = ["front", "right", "left", "chest", "below", "flat"];
        let given = |ids: [&str; 6]| -> Vec<usize> { ids.iter().filter_map(|id| place(id)).collect() };
        let mut orders = vec![
            given(all),
            given(["right", "front", "left", "chest", "below", "flat"]),
            given(["front", "chest", "right", "left", "below", "flat"]),
            given(["front", "below", "right", "left", "chest", "flat"]),
        ];
        let mut known = BTreeSet::new();
        orders.retain(|order| known.insert(order.clone()));
        orders
    }

    fn styled(&self, order: &[usize], style: Style, ratio: f64) -> Option<(f64, Arrangement)> {
        let full = self.room.max.x - self.room.min.x;
        let narrow = full - COLUMN_MM[0] - COLUMN_AIR_MM;
        let rows = self.rows(order, style, ratio, full, narrow)?;
        let row_of =
            |id: &str| rows.iter().position(|row| row.figures.iter().any(|&k| self.figures[k].view.id == id));
        let alike = match (row_of("right"), row_of("left")) {
            (Some(right), Some(left)) => {
                let alone = |row: usize| rows[row].figures.len() == 1;
                right == left || alone(right) && alone(left) && rows[right].beside == rows[left].beside
            }
            _ => true,
        };
        if style.tidy && !alike {
            return None;
        }
        let beside: Vec<&Row> = rows.iter().filter(|row| row.beside).collect();
        if beside.len() != style.rows {
            return None;
        }
        let width = |row: &Row| {
            let widths: f64 = row.figures.iter().map(|&k| self.figures[k].size(ratio)[0]).sum();
            widths + AIR_MM * (row.figures.len() - 1) as f64
        };
        let widest = beside.iter().map(|row| width(row)).fold(0.0, f64::max);
        let column = (full - COLUMN_AIR_MM - widest).min(COLUMN_MM[1]).floor();
        let used: f64 = rows.iter().map(|row| row.height).sum::<f64>() + AIR_MM * (rows.len() - 1) as f64;
        let high = self.room.max.y - self.room.min.y;
        if used > high {
            return None;
        }
        let side: f64 =
            beside.iter().map(|row| row.height).sum::<f64>() + AIR_MM * beside.len().saturating_sub(1) as f64;
        let mut best: Option<(f64, Flow)> = None;
        for list in self.lists.iter().filter(|list| list.parts == 1 || !style.tidy) {
            // Without rows beside a column, everything goes under the figures.
            let beside = match style.rows {
                0 => vec![0.0],
                _ => stacks(&self.heights(&list.panels, column)),
            };
            for (set, stack) in beside.into_iter().enumerate() {
                // What is too high even without air is not looked at closely.
                let under = list.stacks[list.stacks.len() - 1 - set];
                if stack > side + high - used || under > STRIP as f64 * (high - used) {
                    continue;
                }
                let taken = stack + PANEL_AIR_MM * f64::from(set.count_ones().saturating_sub(1));
                let foot = set + 1 == 1 << list.panels.len() && rows.last().is_some_and(|row| row.beside);
                let run = if foot { side + high - used } else { side };
                if taken > run {
                    continue;
                }
                let filled = list.strip(set);
                let (columns, strip) = (&filled.0, filled.1);
                let air = if strip > 0.0 { AIR_MM + 1.0 } else { 0.0 };
                let spare = high - used - strip - air;
                // A table in one piece is read more easily, and a column should not stand empty.
                // Doses and total belong together.
                let under =
                    |panel| list.panels.iter().position(|p| *p == panel).is_some_and(|k| set >> k & 1 == 0);
                let parted = [Panel::Doses, Panel::Total].map(under);
                let parted = if parted[0] == parted[1] { 0.0 } else { PARTED_MM };
                let worth = spare - 3.0 * list.parts as f64 - 0.2 * (run - taken) - parted;
                if spare >= 0.0 && best.as_ref().is_none_or(|b| worth > b.0 + 1e-9) {
                    // Rows that grow above such a column push it down.
                    let pushed = foot && !rows.first().is_some_and(|row| row.beside);
                    let spare = if pushed { spare.min(run - taken) } else { spare };
                    let beside = (0..list.panels.len()).filter(|k| set >> k & 1 == 1);
                    let beside = beside.map(|k| list.panels[k]).collect();
                    best = Some((worth, Flow { beside, columns: columns.clone(), spare }));
                }
            }
        }
        let (worth, flow) = best?;
        Some((worth, self.laid(&rows, flow, ratio, column)))
    }

    /// The figures in rows from the top, as many in each as fit; `None` where one fits no row.
    fn rows(&self, order: &[usize], style: Style, ratio: f64, full: f64, narrow: f64) -> Option<Vec<Row>> {
        // Rows beside the column at the end are found by filling from the end.
        let mut rest: Vec<usize> = order.to_vec();
        if style.last {
            rest.reverse();
        }
        let mut rows: Vec<Row> = Vec::new();
        while !rest.is_empty() {
            let beside = rows.len() < style.rows;
            let limit = if beside { narrow } else { full };
            let mut used = -AIR_MM;
            let fitting = rest.iter().take_while(|&&k| {
                used += self.figures[k].size(ratio)[0] + AIR_MM;
                used <= limit
            });
            let count = fitting.count();
            if count == 0 {
                return None;
            }
            let mut figures: Vec<usize> = rest.drain(..count).collect();
            if style.last {
                figures.reverse();
            }
            let height = figures.iter().map(|&k| self.figures[k].size(ratio)[1]).fold(0.0, f64::max);
            rows.push(Row { figures, height, beside });
        }
        if style.last {
            rows.reverse();
        }
        Some(rows)
    }

    fn height(&self, panel: Panel, width: f64) -> f64 {
        self.heights.of(panel, width, self.detail)
    }

    fn heights(&self, panels: &[Panel], width: f64) -> Vec<f64> {
        panels.iter().map(|&panel| self.height(panel, width)).collect()
    }

    /// Everything in its place: what is left is given to the figures first, then to the air.
    fn laid(&self, rows: &[Row], flow: Flow, ratio: f64, column: f64) -> Arrangement {
        let strip = self.strip_mm;
        let mut heights: Vec<f64> = rows.iter().map(|row| row.height).collect();
        let mut spare = flow.spare;
        for (k, row) in rows.iter().enumerate() {
            let most = row.figures.iter().map(|&f| self.figures[f].view.limits.size()[1] / ratio + BAND_MM);
            let grow = (most.fold(0.0, f64::max) - heights[k]).clamp(0.0, spare / (rows.len() - k) as f64);
            heights[k] += grow;
            spare -= grow;
        }
        let gaps = rows.len() - 1 + usize::from(!flow.columns.is_empty());
        let air = AIR_MM + (spare / gaps.max(1) as f64).min(5.0);
        let mut cells: Vec<Option<Cell>> = vec![None; self.figures.len()];
        let (mut top, mut side_top) = (self.room.min.y, None);
        for (row, height) in rows.iter().zip(&heights) {
            let right = if row.beside { self.room.max.x - column - COLUMN_AIR_MM } else { self.room.max.x };
            if row.beside {
                side_top.get_or_insert(top);
            }
            let room = Bounds { min: Spot::new(self.room.min.x, top), max: Spot::new(right, top + height) };
            self.row(row, room, ratio, &mut cells);
            top += height + air;
        }
        let mut panels = Vec::new();
        let mut stack = |list: &[Panel], at: Spot, width: f64| {
            let mut y = at.y;
            for &panel in list {
                panels.push((panel, Spot::new(at.x, y), width));
                y += self.height(panel, width) + PANEL_AIR_MM;
            }
        };
        stack(&flow.beside, Spot::new(self.room.max.x - column, side_top.unwrap_or(self.room.min.y)), column);
        for (k, list) in flow.columns.iter().enumerate() {
            stack(list, Spot::new(self.room.min.x + (strip + COLUMN_AIR_MM) * k as f64, top + 1.0), strip);
        }
        Arrangement { ratio, cells: cells.into_iter().flatten().collect(), panels, detail: self.detail }
    }

    /// The figures of one row side by side, each as wide as it may be.
    fn row(&self, row: &Row, room: Bounds, ratio: f64, cells: &mut [Option<Cell>]) {
        let widths: Vec<f64> = row.figures.iter().map(|&k| self.figures[k].size(ratio)[0]).collect();
        let count = widths.len() as f64;
        let spare = room.max.x - room.min.x - widths.iter().sum::<f64>() - AIR_MM * (count - 1.0);
        let mut x = room.min.x;
        for (&k, width) in row.figures.iter().zip(widths) {
            let figure = &self.figures[k];
            let bounds = Bounds {
                min: Spot::new(x, room.min.y),
                max: Spot::new(x + width + spare / count, room.max.y),
            };
            x = bounds.max.x + AIR_MM;
            let [left, right] = figure.beside(ratio);
            let space = [bounds.max.x - bounds.min.x - left - right, bounds.max.y - bounds.min.y - BAND_MM];
            let window = figure.view.window.grown_to(&figure.view.limits, space.map(|mm| mm * ratio));
            let [wide, high] = window.size().map(|mm| mm / ratio);
            let corner = Spot::new(bounds.min.x + left + (space[0] - wide) / 2.0, bounds.min.y + BAND_MM);
            let mut camera = figure.view.camera();
            camera.scale = 1.0 / ratio;
            camera.origin = Spot::new(corner.x - window.x[0] / ratio, corner.y + window.y[1] / ratio);
            let drawn = Bounds { min: corner, max: corner + nalgebra::Vector2::new(wide, high) };
            cells[k] = Some(Cell { bounds, figure: drawn, window, camera });
        }
    }
}

/// Which panels stand where.
struct Flow {
    beside: Vec<Panel>,
    columns: Vec<Vec<Panel>>,
    /// Height that is left, in mm.
    spare: f64,
}
