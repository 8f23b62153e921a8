//! Rows of points that a hand can follow.

use super::domain::{Domain, Spot};
use super::seed::Seed;
use super::system::Slope;

/// Neighbours in a row farther apart than this are not tied, in spacings.
pub(super) const TIE: f64 = 1.7;

/// A row is uneven when a point lies this many spacings off the line between its neighbours.
pub(super) const UNEVEN: f64 = 0.35;

/// Three points that follow each other in a row.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tie {
    /// The points; one that stands twice is its own mirror image's neighbour.
    points: [usize; 3],
    /// Share of the first and the last in the height between them.
    shares: [f64; 2],
}

impl Tie {
    fn new(spots: &[Spot], points: [usize; 3]) -> Self {
        let apart = |a: usize, b: usize| (spots[a].place() - spots[b].place()).norm();
        let (before, after) = (apart(points[0], points[1]), apart(points[1], points[2]));
        // At the midline one of the two distances is that to the mirror image.
        let (before, after) =
            if points[0] == points[1] { (2.0 * spots[points[0]].place().x, after) } else { (before, after) };
        let sum = (before + after).max(1e-9);
        Self { points, shares: [after / sum, before / sum] }
    }

    /// How far the middle point lies above the line between the others, along the skin, in mm.
    pub(super) fn sway_mm(&self, spots: &[Spot]) -> f64 {
        let height = |k: usize| spots[self.points[k]].at.y;
        let line = self.shares[0] * height(0) + self.shares[1] * height(2);
        (height(1) - line) * spots[self.points[1]].frame.dv.norm()
    }

    /// How the sway changes with the moves of the points; `by_height` gives a point's change of
    /// height along the two directions it can move in.
    pub(super) fn slopes(&self, spots: &[Spot], by_height: impl Fn(usize) -> [f64; 2]) -> [Slope; 3] {
        let scale = spots[self.points[1]].frame.dv.norm();
        let share = [-self.shares[0], 1.0, -self.shares[1]];
        [0, 1, 2].map(|k| {
            let point = self.points[k];
            (point, by_height(point).map(|slope| slope * share[k] * scale))
        })
    }
}

/// The ties of a layout's rows, across the midline of a half layout too.
pub(super) fn ties(domain: &Domain, layout: &Seed, spacing_mm: f64) -> Vec<Tie> {
    let Seed { spots, rows: row_of } = layout;
    let count = row_of.iter().max().map_or(0, |last| last + 1);
    let mut rows = vec![Vec::new(); count];
    for (spot, &row) in row_of.iter().enumerate() {
        rows[row].push(spot);
    }
    let tie_mm = TIE * spacing_mm;
    let tied = |a: usize, b: usize| {
        spots[a].chart == spots[b].chart && (spots[a].place() - spots[b].place()).norm() <= tie_mm
    };
    let mut ties = Vec::new();
    for row in &mut rows {
        row.sort_by(|&a, &b| spots[a].at.x.total_cmp(&spots[b].at.x));
        let threes = row.windows(3).filter(|w| tied(w[0], w[1]) && tied(w[1], w[2]));
        ties.extend(threes.map(|w| [w[0], w[1], w[2]]));
        if let [first, second, ..] = row[..]
            && domain.half
            && tied(first, second)
        {
            if spots[first].on_midline() {
                ties.push([second, first, second]);
            } else if 2.0 * spots[first].place().x <= tie_mm {
                ties.push([first, first, second]);
            }
        }
    }
    ties.into_iter().map(|points| Tie::new(spots, points)).collect()
}

/// The greatest distance of a point from the line between its neighbours in its row, along the skin, in
/// mm; 0 where no row has three points.
pub(super) fn greatest_sway_mm(domain: &Domain, layout: &Seed, spacing_mm: f64) -> f64 {
    sways_mm(domain, layout, spacing_mm).map(|(_, sway)| sway).fold(0.0, f64::max)
}

/// The points between two others in their row, each with its distance from the line between these, along the
/// skin, in mm.
pub(super) fn sways_mm<'a>(
    domain: &Domain,
    layout: &'a Seed,
    spacing_mm: f64,
) -> impl Iterator<Item = (&'a Spot, f64)> {
    let ties = ties(domain, layout, spacing_mm).into_iter();
    ties.map(|tie| (&layout.spots[tie.points[1]], tie.sway_mm(&layout.spots).abs()))
}
