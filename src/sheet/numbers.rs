//! Numbers of rows, just outside the points at a row's ends.
//!
//! A number never stands on a point, on words or on a leader. One that finds no place close to its point stands
//! farther off, with a thin line to it that runs over no point and no words. An end is left without one where
//! that would be far, as long as the row has a number at its other end in the same view.

use std::collections::{BTreeMap, BTreeSet};

use nalgebra::Vector2;

use super::taken::{Taken, crosses_box, lines_cross, nearest_in_box};
use super::{Align, Bounds, Colour, Item, Outline, Spot, Stroke, Text, Weight};

/// Greatest and least size of a number, its halo of paper, and its ink.
pub(crate) const NUMBER_MM: [f64; 2] = [1.65, 1.95];
const HALO_MM: f64 = 0.35;
const INK: Colour = Colour::rgb(0x1f, 0x24, 0x29);
/// Air between two numbers side by side, in mm: less, and they would read as one.
const BESIDE_MM: f64 = 0.9;
/// What a line through a number costs, in mm of distance.
const ACROSS: f64 = 1.0;
/// A place that costs more is used only for an end whose number finds none that costs less.
const ENOUGH: f64 = 2.6;
/// And one that costs more than this only for a row that has no number in the view.
const FAR: f64 = 6.0;
/// Air between a point and the line to its number, in mm, and the pen of that.
const LEAD_AIR_MM: f64 = 0.25;
const LEAD: Stroke = Stroke::solid(Colour::rgb(0x52, 0x5a, 0x62), 0.14);

/// How far off its point a number is tried, in mm: so close without a line to it, and so far with one.
const CLOSE: [f64; 3] = [0.5, 0.8, 1.2];
const LED: [f64; 12] = [1.7, 2.3, 3.0, 4.0, 5.0, 6.5, 8.0, 10.0, 12.0, 14.0, 16.0, 18.0];

/// A point of a row: where it stands in a view, and how far it reaches in mm.
pub(crate) type RowPoint = (Spot, f64);

/// What numbers need to know of one view.
pub(crate) struct NumberedView {
    /// By row: the points shown.
    pub rows: BTreeMap<usize, Vec<RowPoint>>,
    /// Size of a number, in mm.
    pub size_mm: f64,
    /// Where numbers may stand.
    pub room: Bounds,
    /// What they must keep clear of.
    pub taken: Taken,
    /// The numbers that are placed.
    pub numbers: Vec<Item>,
    /// The lines from some of them to their points.
    pub leads: Vec<Item>,
    /// The rows that they number at an end.
    numbered: BTreeSet<usize>,
}

/// A number in its place.
struct Numbering {
    text: Text,
    /// The line to its point.
    lead: Option<(Spot, Spot)>,
}

/// Numbers the rows that no view numbers at an end.
pub(crate) fn number_others(views: &mut [NumberedView]) {
    let all: BTreeSet<usize> = views.iter().flat_map(|view| view.rows.keys().copied()).collect();
    let numbered: BTreeSet<usize> = views.iter().flat_map(|view| &view.numbered).copied().collect();
    for row in all.difference(&numbered) {
        // The first place beside any of its points, from the ends inwards; at the worst one that lies
        // between its own point and another row's.
        let among = |beside: f64| {
            views.iter().enumerate().find_map(|(k, view)| {
                let mut points = view.rows.get(row)?.clone();
                points.sort_by(|a, b| a.0.x.total_cmp(&b.0.x));
                let number = points
                    .iter()
                    .find_map(|&point| view.best(point, &[-1.0, 1.0], *row, f64::INFINITY, beside))?;
                Some((k, number))
            })
        };
        if let Some((k, number)) = among(1.0).or_else(|| among(0.0)) {
            views[k].place(number);
        }
    }
}

/// A number's box with the air it needs to its sides.
fn aired(mut bounds: Bounds) -> Bounds {
    bounds.min.x -= BESIDE_MM;
    bounds.max.x += BESIDE_MM;
    bounds
}

/// The points at a row's ends, with the way outwards.
fn ends(points: &[RowPoint]) -> Vec<(RowPoint, f64)> {
    let by_x = |a: &&RowPoint, b: &&RowPoint| a.0.x.total_cmp(&b.0.x);
    let first = points.iter().min_by(by_x).map(|&point| (point, -1.0));
    let last = points.iter().max_by(by_x).filter(|_| points.len() > 1).map(|&point| (point, 1.0));
    first.into_iter().chain(last).collect()
}

impl NumberedView {
    /// A view with the numbers that stand well at the ends of its rows.
    pub(crate) fn new(
        rows: BTreeMap<usize, Vec<RowPoint>>,
        size_mm: f64,
        room: Bounds,
        taken: Taken,
    ) -> Self {
        let (numbers, leads, numbered) = (Vec::new(), Vec::new(), BTreeSet::new());
        let mut view = Self { rows, size_mm, room, taken, numbers, leads, numbered };
        let mut left: Vec<(usize, RowPoint, f64)> = view
            .rows
            .iter()
            .flat_map(|(&row, points)| {
                ends(points).into_iter().map(move |(point, outward)| (row, point, outward))
            })
            .collect();
        // Those that stand close have their places; the others make do with what is left.
        for most in [ENOUGH, FAR] {
            left.retain(|&(row, point, outward)| !view.number(row, point, outward, most));
        }
        for (row, point, outward) in left {
            if !view.numbered.contains(&row) {
                view.number(row, point, outward, f64::INFINITY);
            }
        }
        view
    }

    /// Numbers an end of a row, where there is a place that costs less than `most`; returns whether there is.
    fn number(&mut self, row: usize, point: RowPoint, outward: f64, most: f64) -> bool {
        let found = self.best(point, &[outward], row, most, 1.0);
        let is_found = found.is_some();
        if let Some(number) = found {
            self.place(number);
            self.numbered.insert(row);
        }
        is_found
    }

    fn place(&mut self, Numbering { text, lead }: Numbering) {
        self.taken.boxes.push(text.bounds());
        self.numbers.push(Item::Text(text));
        if let Some((from, to)) = lead {
            self.taken.leaders.push((from, to));
            self.leads.push(Item::Outline(Outline::line([from, to], LEAD)));
        }
    }

    /// Whether a line to a number runs over nothing.
    fn is_clear(&self, from: Spot, to: Spot) -> bool {
        self.taken.marks_hit(from, to) == 0
            && !self.taken.boxes.iter().any(|words| crosses_box(from, to, words))
            && !self.taken.leaders.iter().any(|(a, b)| lines_cross(from, to, *a, *b))
    }

    /// The points of other rows than this that may lie nearer to a number than its own point does, which is
    /// at most so many mm off.
    fn others(&self, spot: Spot, row: usize, off_mm: f64) -> Vec<RowPoint> {
        let others = self.rows.iter().filter(|(other, _)| **other != row).flat_map(|(_, points)| points);
        others.filter(|(other, reach)| (other - spot).norm() - reach < 2.0 * off_mm).copied().collect()
    }

    /// The cheapest free place for a row's number beside a point; `None` above `most` mm. Without a line between
    /// them, points of other rows lie no nearer than `beside` times as far, 1 at most.
    fn best(
        &self,
        (spot, reach): RowPoint,
        ways: &[f64],
        row: usize,
        most: f64,
        beside: f64,
    ) -> Option<Numbering> {
        let probe = Text { weight: Weight::Bold, ..Text::new(Spot::origin(), self.size_mm, row.to_string()) };
        let probe = probe.align(Align::Centre).colour(INK).halo(HALO_MM);
        let (half, high, own) = (probe.width_mm() / 2.0, self.size_mm * 0.365, probe.bounds());
        let others = self.others(spot, row, reach + CLOSE[CLOSE.len() - 1] + half + high);
        // A number that lies nearer to a point of another row would name that.
        let names_another = |place: Spot| {
            let own = (place - spot).norm() - reach;
            others.iter().any(|(other, reach)| (place - other).norm() - reach < beside * own)
        };
        let mut best: Option<(f64, Numbering)> = None;
        for &way in ways {
            for slope in [0.0, -0.25, 0.25, -0.5, 0.5, -1.0, 1.0, -2.0, 2.0, -6.0, 6.0] {
                let close = CLOSE.map(|distance| (distance, false)).into_iter();
                for (distance, is_led) in close.chain(LED.map(|distance| (distance, true))) {
                    let direction = Vector2::new(way, slope).normalize();
                    let out = reach + distance + half * direction.x.abs() + high * direction.y.abs();
                    let centre = spot + direction * out;
                    let at = Spot::new(centre.x, centre.y + high);
                    let words = own.moved(at.coords);
                    let tight = Bounds {
                        min: Spot::new(centre.x - half, centre.y - high),
                        max: Spot::new(centre.x + half, centre.y + high),
                    };
                    let cost = distance + 0.55 * f64::abs(slope).min(2.5);
                    let limit = best.as_ref().map_or(most, |b| b.0);
                    if cost >= limit {
                        break;
                    }
                    if !is_led && names_another(centre)
                        || !self.room.holds(&words)
                        || !self.taken.is_free(&aired(words), &tight)
                    {
                        continue;
                    }
                    let from = spot + direction * (reach + LEAD_AIR_MM);
                    let lead = is_led.then(|| (from, nearest_in_box(from, &tight)));
                    let lead = lead.filter(|&(from, to)| self.is_clear(from, to));
                    // At the worst a number far off does without.
                    if is_led && lead.is_none() && beside > 0.0 {
                        continue;
                    }
                    let most = ((limit - cost) / ACROSS).min(f64::from(u16::MAX)) as usize;
                    let cost = cost + ACROSS * self.taken.lines_hit(&tight, most) as f64;
                    if cost < limit {
                        best = Some((cost, Numbering { text: Text { at, ..probe.clone() }, lead }));
                    }
                }
            }
        }
        best.map(|(_, numbering)| numbering)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crowded_row_is_numbered_in_the_view_that_has_room() {
        let room = Bounds { min: Spot::origin(), max: Spot::new(60.0, 40.0) };
        let at = Spot::new(30.0, 20.0);
        let view = |taken| NumberedView::new(BTreeMap::from([(3, vec![(at, 1.0)])]), 1.9, room, taken);
        let full = Taken { boxes: vec![Bounds { min: at, max: at }.grown(9.0)], ..Taken::default() };
        let mut views = [view(full), view(Taken::default())];
        number_others(&mut views);
        assert_eq!(views.map(|view| view.numbers.len()), [0, 1]);
    }

    #[test]
    fn numbers_of_many_rows_at_one_place_never_overlap() {
        let room = Bounds { min: Spot::origin(), max: Spot::new(60.0, 40.0) };
        let at = Spot::new(30.0, 20.0);
        let rows = (1..9).map(|row| (row, vec![(at, 1.2)])).collect();
        let mut views = [NumberedView::new(rows, 1.9, room, Taken::default())];
        number_others(&mut views);
        let boxes = &views[0].taken.boxes;
        assert!(boxes.len() > 2);
        for (k, bounds) in boxes.iter().enumerate() {
            assert!(boxes[..k].iter().all(|other| !other.overlaps(bounds)));
        }
    }
}
