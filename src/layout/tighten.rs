//! Moves all points at once so that the deepest hole becomes as shallow as it can.
//!
//! What is lessened is a soft maximum of the depths of all deep holes, `log(sum exp(b d_i)) / b`,
//! sharpened step by step, with springs that keep points apart and, for rows, a stiffness against
//! bending. A step is one of Gauss and Newton, damped after Levenberg and Marquardt: holes, springs
//! and rows are linear in the moves, their weights give the curvature. Points moved one at a time to
//! the middle of their own cell (Lloyd; Suzuki and Drezner) stall long before, since a layout under
//! stress yields only as a whole.

use nalgebra::Vector3;

use super::Goal;
use super::bounds::{self, hold};
use super::cells::{Cell, cells, spread};
use super::cover::Cover;
use super::crowd::{Breaches, Crowd, Spring, breaches, springs};
use super::domain::{Domain, Spot};
use super::holes::{Holes, find, gap_mm};
use super::rows::{Tie, ties};
use super::seed::Seed;
use super::system::System;

/// How long and how hard a layout is tightened.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stage {
    pub(super) steps: usize,
    /// Sharpness of the soft maximum at the first and the last step, per spacing.
    pub(super) sharpness: [f64; 2],
    /// Stiffness of rows against bending, in spacings of depth per squared spacing of sway.
    pub(super) stiffness: f64,
    /// The gap it must come below, in mm: it is given up as soon as that is out of reach.
    pub(super) beat_mm: f64,
    /// Whether it is the areas of cells that are to come nearer to each other.
    pub(super) evening: Option<Evening>,
}

/// How cells are evened out, which counts the more the longer it takes: so the gap pays as little as it can.
#[derive(Clone, Copy, Debug)]
pub(super) struct Evening {
    /// What it counts at the first and the last step, in spacings of depth per half the squared spread.
    pub(super) weight: [f64; 2],
    /// The spread that is small enough.
    pub(super) enough: f64,
    /// The greatest gap that may come of it, in mm, where the gap is not greater already.
    pub(super) most_mm: f64,
}

/// Stiffness of springs, in spacings of depth per squared spacing.
const SPRING: f64 = 120.0;
/// No point moves farther in a step, in spacings.
const LONGEST: f64 = 0.12;
/// Damping: at the start, and how it eases and stiffens.
const DAMPING: f64 = 1.0;
const EASED: f64 = 0.5;
const STIFFENED: f64 = 4.0;
const DAMPING_RANGE: [f64; 2] = [1e-3, 1e4];
/// Holes whose weight is below `exp(-NEGLIGIBLE)` of the deepest's are not looked for, nor those less
/// deep than a share of it.
const NEGLIGIBLE: f64 = 12.0;
const SHALLOWEST: f64 = 0.7;
/// Holes of a lesser share in the soft maximum do not pull.
const LEAST_SHARE: f64 = 1e-3;
/// The gap of a usual layout, in spacings.
const USUAL_GAP: f64 = 0.63;
/// A gap is taken to fall by this many spacings in a step yet, at least.
const SLOWEST: f64 = 1e-3;
/// Moves that are tried in a step, each more damped than the one before.
const TRIES: usize = 4;

/// Tightens a layout, and leaves it as it was when it kept its limits best, of those states the one
/// of least gap.
pub(super) fn tighten(
    domain: &Domain,
    cover: &Cover,
    layout: &mut Seed,
    goal: Goal,
    stage: Stage,
) -> Tightened {
    hold(domain, &mut layout.spots, goal.limits);
    let ties = if stage.stiffness > 0.0 { ties(domain, layout, goal.spacing_mm) } else { Vec::new() };
    let crowd = Crowd::new(goal);
    let evening = stage.evening.map_or(0.0, |evening| evening.weight[0]);
    let mut tightening = Tightening { domain, cover, crowd, ties, goal, stage, evening };
    tightening.run(&mut layout.spots)
}

/// How deep the holes of a tightened layout are; worse where it breaks its limits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tightened {
    /// The deepest, in mm.
    pub(super) gap_mm: f64,
    /// How many steps it took.
    pub(super) steps: usize,
    /// The soft maximum of all, in mm: what tells how far a layout still can be tightened.
    pub(super) soft_gap_mm: f64,
}

struct Tightening<'a> {
    domain: &'a Domain,
    cover: &'a Cover,
    crowd: Crowd,
    ties: Vec<Tie>,
    goal: Goal,
    stage: Stage,
    /// What even cells count now.
    evening: f64,
}

/// What there is to lessen in a layout.
struct Strain {
    holes: Holes,
    springs: Vec<Spring>,
    /// None where they are not to be evened out.
    cells: Vec<Cell>,
}

impl Tightening<'_> {
    fn run(&mut self, spots: &mut Vec<Spot>) -> Tightened {
        let mut best: Option<(Breaches, f64, Vec<Spot>)> = None;
        let mut damping = DAMPING;
        let [first, last] = self.stage.sharpness.map(|b| b / self.goal.spacing_mm);
        let ratio =
            |first: f64, last: f64| libm::pow(last / first, 1.0 / (self.stage.steps.max(2) - 1) as f64);
        let sharper = ratio(first, last);
        let heavier = self.stage.evening.map_or(1.0, |evening| ratio(evening.weight[0], evening.weight[1]));
        let mut sharpness = first;
        let mut strain = self.strain(spots, sharpness);
        if let Some(evening) = &mut self.stage.evening {
            evening.most_mm = evening.most_mm.max(strain.holes.gap_mm);
        }
        let mut steps = 0;
        let mut falls = [f64::INFINITY; 2];
        for step in 0..self.stage.steps {
            self.note(&mut best, spots, &strain);
            if self.is_even(&strain) {
                break;
            }
            let system = self.system(spots, &strain, sharpness);
            let before = self.value(spots, &strain, sharpness);
            let mut better = None;
            for _ in 0..TRIES {
                let moved = self.moved(spots, &system.solve(damping / strain.weight(sharpness)));
                let then = self.strain(&moved, sharpness);
                if self.value(&moved, &then, sharpness) < before {
                    better = Some((moved, then));
                    damping = (damping * EASED).max(DAMPING_RANGE[0]);
                    break;
                }
                damping = (damping * STIFFENED).min(DAMPING_RANGE[1]);
            }
            let gap_mm = strain.holes.gap_mm;
            steps = step + 1;
            match better {
                Some((moved, then)) => (*spots, strain) = (moved, then),
                None => damping = DAMPING,
            }
            // Steps fall less and less, so that no gap falls farther than on a straight line.
            falls = [falls[1], gap_mm - strain.holes.gap_mm];
            let left = (self.stage.steps - step) as f64;
            if strain.holes.gap_mm - falls[0].max(falls[1]).max(SLOWEST * self.goal.spacing_mm) * left
                > self.stage.beat_mm
            {
                break;
            }
            sharpness *= sharper;
            self.evening *= heavier;
        }
        hold(self.domain, spots, self.goal.limits);
        strain = self.strain(spots, last);
        self.note(&mut best, spots, &strain);
        let soft_gap_mm = strain.holes.soft_gap_mm(last);
        let mut worse = 1.0;
        if let Some((broken, _, kept)) = best {
            (*spots, worse) = (kept, broken.worse());
        }
        self.crowd.update(self.domain, spots, self.goal);
        let gap_mm = gap_mm(self.domain, self.cover, spots, &mut self.crowd);
        Tightened { gap_mm: gap_mm * worse, soft_gap_mm: soft_gap_mm * worse, steps }
    }

    /// Keeps a layout that is better than the best so far.
    fn note(&self, best: &mut Option<(Breaches, f64, Vec<Spot>)>, spots: &[Spot], strain: &Strain) {
        let gap = self.worth(strain);
        // A lesser one is worth a look only while the limits are kept no worse.
        if best.as_ref().is_none_or(|(worst, least, _)| gap < *least || *worst > Breaches::NONE) {
            let now = breaches(&strain.springs, self.goal.limits);
            if best.as_ref().is_none_or(|(worst, least, _)| (now, gap) < (*worst, *least)) {
                *best = Some((now, gap, spots.to_vec()));
            }
        }
    }

    /// What the best layout has least of: the gap in mm, or the spread of cells as long as the gap allows it.
    fn worth(&self, strain: &Strain) -> f64 {
        match self.stage.evening {
            None => strain.holes.gap_mm,
            Some(evening) if strain.holes.gap_mm <= evening.most_mm => spread(&strain.cells) - 1.0,
            Some(evening) => strain.holes.gap_mm - evening.most_mm,
        }
    }

    /// Whether cells are as even as they are to become.
    fn is_even(&self, strain: &Strain) -> bool {
        self.stage.evening.is_some_and(|evening| {
            strain.holes.gap_mm <= evening.most_mm
                && spread(&strain.cells) <= evening.enough
                && breaches(&strain.springs, self.goal.limits) == Breaches::NONE
        })
    }

    /// The cells of a layout, where they are to be evened out.
    fn cells(&mut self, spots: &[Spot]) -> Vec<Cell> {
        let Cover { inner, pitch_mm, .. } = self.cover;
        let Crowd { lists, inner: watch, .. } = &mut self.crowd;
        match self.stage.evening {
            None => Vec::new(),
            Some(_) => {
                let nearest = inner.tree.nearest(self.domain, spots, watch);
                cells(self.domain, (inner, *pitch_mm), spots, &nearest, lists)
            }
        }
    }

    fn strain(&mut self, spots: &[Spot], sharpness: f64) -> Strain {
        let usual = USUAL_GAP * self.goal.spacing_mm;
        let share = (1.0 - NEGLIGIBLE / (sharpness * usual)).clamp(SHALLOWEST, 1.0);
        self.crowd.update(self.domain, spots, self.goal);
        Strain {
            holes: find(self.domain, self.cover, spots, &mut self.crowd, share),
            springs: springs(&self.crowd, spots, self.goal),
            cells: self.cells(spots),
        }
    }

    fn value(&self, spots: &[Spot], strain: &Strain, sharpness: f64) -> f64 {
        let per_mm = 1.0 / self.goal.spacing_mm;
        let springs: f64 = strain.springs.iter().map(|spring| spring.by_mm * spring.by_mm).sum();
        let sways = self.ties.iter().map(|tie| tie.sway_mm(spots)).map(|sway| sway * sway).sum::<f64>();
        let spread = spread(&strain.cells);
        strain.holes.soft_gap_mm(sharpness)
            + 0.5 * per_mm * (SPRING * springs + self.stage.stiffness * sways)
            + 0.5 * self.goal.spacing_mm * self.evening * spread * spread
    }

    /// The model of the value around a layout.
    fn system(&self, spots: &[Spot], strain: &Strain, sharpness: f64) -> System {
        let directions: Vec<[Vector3<f64>; 2]> =
            spots.iter().map(|spot| directions(self.domain, spot)).collect();
        let along = |(point, by): (usize, Vector3<f64>)| (point, directions[point].map(|d| by.dot(&d)));
        let mut system = System::new(spots.len());
        let weight = strain.weight(sharpness);
        for hole in &strain.holes.list {
            let share = strain.holes.excess(hole, sharpness) / weight;
            if share > LEAST_SHARE {
                system.add(share, sharpness * share, hole.slopes.map(along));
            }
        }
        let per_mm = 1.0 / self.goal.spacing_mm;
        for spring in &strain.springs {
            let slopes = [along((spring.point, spring.direction)), along((spring.other, spring.back))];
            system.add(-SPRING * per_mm * spring.by_mm, SPRING * per_mm, slopes);
        }
        let stiffness = self.stage.stiffness * per_mm;
        let by_height = |point: usize| directions[point].map(|d| spots[point].frame.chart_step(&d).y);
        for tie in &self.ties {
            system.add(stiffness * tie.sway_mm(spots), stiffness, tie.slopes(spots, by_height));
        }
        for cell in &strain.cells {
            let stiffness = self.goal.spacing_mm * self.evening * cell.share;
            system.add(stiffness * cell.off, stiffness, cell.slopes.iter().map(|&slope| along(slope)));
        }
        system
    }

    fn moved(&self, spots: &[Spot], moves: &[f64]) -> Vec<Spot> {
        let longest = moves.chunks_exact(2).map(|m| m[0] * m[0] + m[1] * m[1]).fold(0.0, f64::max).sqrt();
        let scale = (LONGEST * self.goal.spacing_mm / longest.max(1e-12)).min(1.0);
        let mut moved = spots.to_vec();
        for (spot, m) in moved.iter_mut().zip(moves.chunks_exact(2)).filter(|(spot, _)| !spot.fixed) {
            let [across, along] = directions(self.domain, spot);
            let step = across * (m[0] * scale) + along * (m[1] * scale);
            if let Some(there) = bounds::moved(self.domain, spot, &step) {
                *spot = there;
            }
        }
        moved
    }
}

impl Strain {
    /// Number of holes that count, the deepest being 1.
    fn weight(&self, sharpness: f64) -> f64 {
        self.holes.list.iter().map(|hole| self.holes.excess(hole, sharpness)).sum::<f64>().max(1.0)
    }
}

/// The two directions along the skin a point can move in, zero where it cannot.
fn directions(domain: &Domain, spot: &Spot) -> [Vector3<f64>; 2] {
    match spot.frame.directions() {
        Some(_) if spot.fixed => [Vector3::zeros(); 2],
        Some((_, along)) if domain.half && spot.on_midline() => [Vector3::zeros(), along],
        Some((across, along)) => [across, along],
        None => [Vector3::zeros(); 2],
    }
}
