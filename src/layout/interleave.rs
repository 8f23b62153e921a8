//! A layout whose points lie between those of an earlier one, so that skin which was far from a point last
//! time is near one now.
//!
//! A hexagonal lattice of the same density fits into the holes of another when it is shifted by half a step
//! along its rows, or by a third of a pitch across them too. On skin with borders the shift is a beginning:
//! points are pushed off those of last time and tightened, in turns.

use crate::body::Place;

use super::bounds::{hold, moved};
use super::cover::Cover;
use super::domain::{Domain, Spot};
use super::fill::{fill, to_count};
use super::others::Others;
use super::seed::Seed;
use super::settle::exchange_stage;
use super::tighten::{Stage, tighten};
use super::{Goal, LaidPoint};

/// Shifts that are tried, along rows and towards the head, in spacings.
const SHIFTS: [(f64, f64); 5] = [(0.5, 0.0), (0.5, 0.29), (0.5, -0.29), (0.0, 0.58), (0.0, -0.58)];
/// Points of last time are kept this many spacings of the narrower layout away; in the holes of a perfect lattice, 0.58 would be.
const APART: f64 = 0.45;
/// Turns of pushing and tightening, and the steps of each.
const TURNS: usize = 3;
const STEPS: usize = 8;
/// The share of the way that a push goes.
const PUSH: f64 = 0.7;
/// How far the number of points may be from that without the other layout, as a share.
const COUNT_WITHIN: f64 = 0.03;
/// How much a point right on one of last time counts against a layout, as a share of its gap.
const ON_TOP: f64 = 2.0;

/// The layout between the points of `last`, laid out at `theirs_mm`, from `before`, which knows nothing of
/// them.
pub(super) fn interleave(
    domain: &Domain,
    cover: &Cover,
    before: &[LaidPoint],
    (last, theirs_mm): (&[Place], f64),
    goal: Goal,
) -> Seed {
    let apart_mm = APART * goal.spacing_mm.min(theirs_mm);
    let between = Between { domain, cover, goal, apart_mm, last: Others::new(domain, last, apart_mm) };
    let tried = SHIFTS.map(|shift| between.laid(before, shift));
    let best = tried.into_iter().min_by(|a, b| a.0.total_cmp(&b.0));
    best.map(|(_, layout)| layout).unwrap_or_default()
}

struct Between<'a> {
    domain: &'a Domain,
    cover: &'a Cover,
    goal: Goal,
    apart_mm: f64,
    last: Others,
}

impl Between<'_> {
    /// A layout from a shift with its score, the less the better.
    fn laid(&self, before: &[LaidPoint], shift: (f64, f64)) -> (f64, Seed) {
        let Self { domain, cover, goal, .. } = *self;
        let mut layout = self.shifted(before, shift);
        fill(domain, cover, &mut layout, goal);
        let wanted = before.len() as f64;
        let within = (COUNT_WITHIN * wanted).max(1.0);
        to_count(domain, &cover.coarse, &mut layout, goal, wanted, within);
        let stage = Stage { steps: STEPS, ..exchange_stage(goal.pattern) };
        let mut gap_mm = f64::INFINITY;
        for _ in 0..TURNS {
            self.push(&mut layout.spots);
            gap_mm = tighten(domain, cover, &mut layout, goal, stage).gap_mm;
        }
        let count = layout.count(domain) as f64;
        (gap_mm * count.sqrt() * (1.0 + ON_TOP * self.nearness(&layout.spots)), layout)
    }

    /// The points moved along their rows and towards the head, as far as there is treated skin.
    fn shifted(&self, before: &[LaidPoint], (along, up): (f64, f64)) -> Seed {
        let Self { domain, goal, .. } = *self;
        let mut layout = Seed::default();
        for point in before.iter().filter(|point| !domain.half || point.at.x >= 0.0) {
            let Some(chart) = domain.charts.iter().position(|part| part.chart == point.chart) else {
                continue;
            };
            let spot = domain.spot(chart, point.at);
            let Some((across, down)) = spot.frame.directions() else { continue };
            let step = (across * along + down * (up * point.chart.up())) * goal.spacing_mm;
            let mut at = spot.at + spot.frame.chart_step(&step);
            if domain.half && spot.on_midline() && along == 0.0 {
                at.x = 0.0;
            }
            if domain.zone_at(chart, at).is_some() {
                layout.spots.push(domain.spot(chart, at));
                layout.rows.push(point.row.saturating_sub(1));
            }
        }
        hold(domain, &mut layout.spots, goal.limits);
        layout
    }

    /// Pushes points off those of last time.
    fn push(&self, spots: &mut [Spot]) {
        for spot in spots.iter_mut() {
            let Some((from, distance)) = self.nearest(spot) else { continue };
            let step = (spot.place() - from) * (PUSH * (self.apart_mm - distance) / distance.max(1e-6));
            if let Some(moved) = moved(self.domain, spot, &step) {
                *spot = moved;
            }
        }
        hold(self.domain, spots, self.goal.limits);
    }

    /// The point of last time that is nearest, where it is too near, with its distance in mm.
    fn nearest(&self, spot: &Spot) -> Option<(Place, f64)> {
        self.last.nearest(&spot.place()).filter(|(_, distance)| *distance < self.apart_mm)
    }

    /// How near the points are to those of last time: 0 where all are apart, 1 where all lie on one.
    fn nearness(&self, spots: &[Spot]) -> f64 {
        let near = spots.iter().filter_map(|spot| self.nearest(spot));
        let sum: f64 = near.map(|(_, distance)| 1.0 - distance / self.apart_mm).map(|near| near * near).sum();
        sum / spots.len().max(1) as f64
    }
}
