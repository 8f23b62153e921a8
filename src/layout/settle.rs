//! From many seeds of a chart to the one layout that covers it best.

use super::Goal;
use super::cover::Cover;
use super::domain::{Domain, Sample};
use super::fill::{add_one, fill, merge, take_one};
use super::measure::perfect_gap_mm;
use super::relax::relax;
use super::rows::greatest_sway_mm;
use super::seed::{Seed, lattice_count, ranked};
use super::tighten::{Stage, tighten};
use crate::plan::Pattern;

/// How many seeds start to drift apart, how many of those are tightened, and how many of those again.
const DRIFTING: usize = 6;
const TIGHTENED: usize = 3;
const TIGHTENED_AGAIN: usize = 1;
/// Exchanges that are tried, and how many may fail in a row: two of each kind.
const EXCHANGES: usize = 16;
const FAILURES: usize = 2 * Exchange::ALL.len();
/// A layout of no more than this q is good enough, in rows and without.
const GOOD_ROWS: f64 = 1.12;
const GOOD_FREE: f64 = 1.08;
/// How far exchanges may take the number of points from that of the perfect lattice, as a share.
const COUNT_WITHIN: f64 = 0.045;
/// Stiffness of rows, and of free points in the first rounds, where it keeps them from folding.
const ROWS: f64 = 0.5;
const FREE: f64 = 0.0125;
/// A point that sways from its row by more than this many spacings counts against a layout, as much as a
/// gap greater by the other factor.
const STRAIGHT: f64 = 0.15;
const SWAYED: f64 = 1.0;

/// Lays one chart out: many seeds start, the best of each round go on.
pub(super) fn settle(domain: &Domain, cover: &Cover, chart: usize, goal: Goal) -> Seed {
    let settling = Settling { domain, cover, chart, goal };
    let mut field = ranked(domain, chart, cover, goal);
    field = settling.best_of(field, DRIFTING, |seed| relax(domain, cover, &mut seed.spots, goal));
    for (starters, stage) in
        [(TIGHTENED, first_stage(goal.pattern)), (TIGHTENED_AGAIN, second_stage(goal.pattern))]
    {
        field =
            settling.best_of(field, starters, |seed| tighten(domain, cover, seed, goal, stage).soft_gap_mm);
    }
    let mut layout = field.into_iter().next().unwrap_or_default();
    let last = last_stage(goal.pattern);
    if !layout.spots.is_empty() {
        let gap_mm = tighten(domain, cover, &mut layout, goal, last).gap_mm;
        settling.exchange(&mut layout, gap_mm);
    }
    if fill(domain, cover, &mut layout, goal) > 0 {
        tighten(domain, cover, &mut layout, goal, last);
    }
    layout
}

fn stiffness(pattern: Pattern) -> f64 {
    match pattern {
        Pattern::Rows => ROWS,
        Pattern::Even => FREE,
    }
}

fn first_stage(pattern: Pattern) -> Stage {
    Stage { steps: 10, sharpness: [12.0, 80.0], stiffness: 3.0 * stiffness(pattern) }
}

fn second_stage(pattern: Pattern) -> Stage {
    Stage { steps: 12, sharpness: [80.0, 160.0], stiffness: stiffness(pattern) }
}

/// The finish, in which free points are held by nothing.
pub(super) fn last_stage(pattern: Pattern) -> Stage {
    let stiffness = if pattern == Pattern::Rows { ROWS } else { 0.0 };
    Stage { steps: 24, sharpness: [160.0, 500.0], stiffness }
}

/// As the last stage, for a layout that something has upset.
pub(super) fn exchange_stage(pattern: Pattern) -> Stage {
    Stage { steps: 16, sharpness: [40.0, 500.0], ..last_stage(pattern) }
}

/// A change to a layout that no small move makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Exchange {
    /// Two mirror images at the deepest hole become one point on the midline.
    Merge,
    /// A point goes from where it covers least to where skin is farthest.
    Move,
    Add,
    Remove,
}

impl Exchange {
    const ALL: [Self; 4] = [Self::Merge, Self::Move, Self::Add, Self::Remove];
}

struct Settling<'a> {
    domain: &'a Domain<'a>,
    cover: &'a Cover,
    chart: usize,
    goal: Goal,
}

impl Settling<'_> {
    /// Lets the first few of a field settle further, and ranks them by the gap that `settled` returns.
    fn best_of(
        &self,
        mut field: Vec<Seed>,
        starters: usize,
        mut settled: impl FnMut(&mut Seed) -> f64,
    ) -> Vec<Seed> {
        field.truncate(starters);
        let mut scored: Vec<(f64, Seed)> = field
            .into_iter()
            .map(|mut seed| {
                let gap_mm = if seed.spots.is_empty() { f64::INFINITY } else { settled(&mut seed) };
                (self.score(gap_mm, &seed), seed)
            })
            .collect();
        scored.sort_by(|a, b| a.0.total_cmp(&b.0));
        scored.into_iter().map(|(_, seed)| seed).collect()
    }

    /// A gap weighed by the number of points, more of them counting against a layout as the perfect
    /// cover says, and by how far its rows sway.
    fn score(&self, gap_mm: f64, layout: &Seed) -> f64 {
        let sway = match self.goal.pattern {
            Pattern::Rows => {
                greatest_sway_mm(self.domain, layout, self.goal.spacing_mm) / self.goal.spacing_mm
            }
            Pattern::Even => 0.0,
        };
        let swayed = 1.0 + SWAYED * (sway - STRAIGHT).max(0.0);
        gap_mm * (layout.count(self.domain) as f64).sqrt() * swayed
    }

    /// Tries exchanges, each kind in turn, and keeps those that better the layout, until it is good.
    fn exchange(&self, layout: &mut Seed, gap_mm: f64) {
        let Self { domain, cover, chart, goal } = *self;
        let samples = cover.thinned();
        let stage = exchange_stage(goal.pattern);
        let good = match goal.pattern {
            Pattern::Rows => GOOD_ROWS,
            Pattern::Even => GOOD_FREE,
        };
        let good = good * perfect_gap_mm(domain.chart_area_mm2(chart), 1);
        let mut best = self.score(gap_mm, layout);
        let mut failures = 0;
        for _ in 0..EXCHANGES {
            if best <= good || failures >= FAILURES {
                break;
            }
            let exchange = Exchange::ALL[failures % Exchange::ALL.len()];
            let mut trial = layout.clone();
            if self.apply(exchange, failures / Exchange::ALL.len(), &samples, &mut trial) {
                if matches!(exchange, Exchange::Move | Exchange::Merge) {
                    relax(domain, cover, &mut trial.spots, goal);
                }
                let gap_mm = tighten(domain, cover, &mut trial, goal, stage).gap_mm;
                let score = self.score(gap_mm, &trial);
                if score < best {
                    (best, *layout, failures) = (score, trial, 0);
                    continue;
                }
            }
            failures += 1;
        }
    }

    /// Makes an exchange; returns whether it is one to be tried. The higher the rank, the farther down
    /// the list of points that may be spared.
    fn apply(&self, exchange: Exchange, rank: usize, samples: &[&Sample], layout: &mut Seed) -> bool {
        let Self { domain, chart, goal, .. } = *self;
        let take = |layout: &mut Seed| take_one(domain, samples, layout, goal, rank);
        let add = |layout: &mut Seed| add_one(domain, samples, layout, goal);
        let made = match exchange {
            Exchange::Merge => merge(domain, samples, layout, goal, rank),
            Exchange::Move => take(layout) && add(layout),
            Exchange::Add => rank == 0 && add(layout),
            Exchange::Remove => take(layout),
        };
        let wanted = lattice_count(domain.chart_area_mm2(chart), goal.spacing_mm);
        made && (layout.count(domain) as f64 - wanted).abs() <= (COUNT_WITHIN * wanted).max(1.0)
    }
}
