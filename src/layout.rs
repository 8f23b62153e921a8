//! Points on the treated skin: evenly spread, in rows, mirrored, and never closer than allowed.
//!
//! # Method
//! 1. The treated skin of one chart is sampled (`domain`, `cover`, `rim`); of a symmetric selection
//!    only the patient's left half, the other being its mirror image to the last bit.
//! 2. Rows are laid at true pitch and true steps along the skin, at several phases (`seed`). The
//!    number of points is that of a perfect hexagonal lattice of the spacing asked for on the same
//!    area, `A / (sqrt(3)/2 s^2)`.
//! 3. The best seeds, a few at a time, drift apart (`relax`): each point goes towards the middle of its
//!    own cell of skin, far places counting most.
//! 4. The best of those are tightened (`tighten`): the deep holes are found exactly (`holes`), and
//!    all points move at once so that a soft maximum of their depths shrinks, against springs that
//!    keep points at their distance (`crowd`) and the stiffness of the rows (`rows`). Each step solves
//!    one sparse least-squares system (`system`). Who is near whom (`crowd`, `threes`) and near which
//!    sample (`tree`) is found anew only when points have moved far enough to change it.
//! 5. Points change places (`settle`): one that covers little skin goes where skin is covered worst,
//!    as long as that betters the layout. Where the layout is not good then, the next few seeds start;
//!    the more work it has taken, the less is asked. Skin still left out, such as an island of its own,
//!    gets a point (`fill`).
//! 6. Charts that meet are tightened once more together. Free points then give a little of their cover for
//!    more even shares of skin (`cells`), each step the more, until those are even enough. What has come too close or out of its margins
//!    is taken away, and the result is measured afresh on the skin (`measure`) and numbered (`number`).
//!
//! `docs/method.svg`, drawn by `examples/method.rs`, shows what comes of it beside plain grids; the
//! bench `compare` measures both on the built-in skins.
//!
//! All distances are straight lines through space, which never exceed those on the skin. Every loop
//! has a bound on its steps. Whatever the skin, no two points end closer than the least spacing and
//! none outside the treated skin; what else cannot be met is a finding.
//!
//! # Sources
//! - R. Kershner, "The number of circles covering a set", Am. J. Math. 61 (1939): the perfect cover.
//! - A. Suzuki and Z. Drezner, "The p-center location problem in an area", Location Science 4 (1996):
//!   points moved to the middle of their own cell, the step of `relax`.
//! - K. Levenberg, "A method for the solution of certain non-linear problems in least squares", Q.
//!   Appl. Math. 2 (1944) and D. Marquardt, J. SIAM 11 (1963): the damped step of `tighten`.
//! - M. Hestenes and E. Stiefel, "Methods of conjugate gradients for solving linear systems", J. Res.
//!   NBS 49 (1952): the solver of `system`.
//! - J. Danskin, "The theory of max-min" (1967): how the depth of a hole changes when the points around
//!   it move.

mod adapt;
mod bounds;
mod cells;
mod cover;
mod crowd;
mod domain;
mod fill;
mod holes;
mod interleave;
mod measure;
mod near;
mod neighbours;
mod number;
mod others;
mod part;
mod relax;
mod rim;
mod rows;
mod seed;
mod settle;
mod system;
mod threes;
mod tighten;
mod tree;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use crate::abreast::abreast;
use crate::body::{Chart, ChartPoint, Place};
use crate::plan::{Finding, Pattern, Quality, Severity};
use crate::treated::{Treated, TreatedZone};
use crate::units;
use cover::Cover;
use domain::Domain;
pub use measure::perfect_gap_mm;
use relax::relax;
use seed::Seed;
pub use seed::lattice_count;
use settle::{ChartGround, seam_stage, settle};
use tighten::tighten;

/// The limits a layout keeps, in mm on the skin.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SpacingLimits {
    /// No two points are closer.
    pub least_mm: f64,
    /// No nearest neighbour is farther.
    pub greatest_mm: f64,
}

/// A point laid on the skin.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LaidPoint {
    /// Index of its zone in [`Treated::zones`].
    pub zone: usize,
    /// Its row, from 1 at the top.
    pub row: usize,
    /// The chart of its coordinates.
    pub chart: Chart,
    /// Its chart coordinates.
    pub at: ChartPoint,
    /// Its place on the body.
    pub place: Place,
}

/// A finished layout, in the order of work.
#[derive(Clone, Debug)]
pub struct Layout {
    /// The spacing that was asked for, in mm.
    pub spacing_mm: f64,
    /// Whether the points were let settle as far as they do. Those of a [draft](Ground::draft) may not have been.
    pub settled: bool,
    /// The points: rows top to bottom, each from the patient's right to left.
    pub points: Vec<LaidPoint>,
    /// Measures over the whole map.
    pub quality: Quality,
    /// Measures of each zone, in the order of [`Treated::zones`].
    pub zone_quality: Vec<Quality>,
    /// What could not be met, and zones too small to hold points.
    pub findings: Vec<Finding>,
}

/// What a layout is to reach.
#[derive(Clone, Copy, Debug)]
struct Goal {
    spacing_mm: f64,
    pattern: Pattern,
    limits: SpacingLimits,
}

impl Goal {
    /// Whether there is a spacing to lay points out at.
    fn is_sound(self) -> bool {
        self.spacing_mm.is_finite() && self.spacing_mm > 0.0
    }
}

/// The treated skin made ready to be laid out, once for all spacings. Its samples are taken when they are
/// first wanted.
#[derive(Debug)]
pub struct Ground {
    limits: SpacingLimits,
    domain: Domain,
    covers: OnceLock<[Covers; 2]>,
}

/// The skin as samples: of each chart, and of all where there are several.
#[derive(Debug)]
struct Covers {
    charts: Vec<Cover>,
    all: Option<Cover>,
}

impl Covers {
    fn new(domain: &Domain, pitch_mm: f64) -> Self {
        let charts: Vec<Cover> =
            (0..domain.charts.len()).map(|chart| Cover::new(domain, chart, pitch_mm)).collect();
        let all = (charts.len() != 1).then(|| Cover::of_all(&charts));
        Self { charts, all }
    }

    fn whole(&self) -> &Cover {
        self.all.as_ref().unwrap_or_else(|| &self.charts[0])
    }
}

/// Pitch of the samples, as a share of the least spacing: a hole needs a few in it to be found.
const PITCH: f64 = 0.28;
/// Pitch of the samples among which points drift, and from which a finished layout is measured.
const FINE_PITCH: f64 = 0.2;
/// More samples than this are never taken; they stand farther apart instead.
const MOST_SAMPLES: f64 = 1e6;

/// Free points give up no more of their cover than up to this q to have more even shares of skin.
const EVEN_Q: f64 = 1.118;

/// Steps in which points drift apart in a rough layout.
const ROUGH_STEPS: usize = 4;

impl Ground {
    /// The ground of treated skin.
    pub fn new(treated: impl Into<Arc<Treated>>, limits: SpacingLimits) -> Self {
        Self { limits, domain: Domain::new(treated.into()), covers: OnceLock::new() }
    }

    /// The skin that is treated.
    pub fn treated(&self) -> &Treated {
        &self.domain.treated
    }

    /// The skin as it is covered, from few samples and from more.
    fn covers(&self) -> &[Covers; 2] {
        self.covers.get_or_init(|| {
            let finest = (self.domain.area_mm2 / MOST_SAMPLES).sqrt().max(0.05);
            let covers = |share: f64| Covers::new(&self.domain, (share * self.limits.least_mm).max(finest));
            [covers(PITCH), covers(FINE_PITCH)]
        })
    }

    /// All the skin, from few samples.
    fn whole(&self) -> &Cover {
        self.covers()[0].whole()
    }

    /// Lays points out at `spacing_mm`.
    ///
    /// Everything that cannot be met is among the findings; a layout is returned always, and no two
    /// of its points are closer than the least spacing.
    pub fn lay_out(&self, spacing_mm: f64, pattern: Pattern) -> Layout {
        self.draft(spacing_mm, pattern, &AtomicBool::new(false))
    }

    /// Lays points out at `spacing_mm`, and makes do with what there is once `hurry` is true, which another
    /// thread may set: where points jam, they cover the skin less evenly than they could, and
    /// [`Layout::settled`] says so. What has settled is the layout of [`Ground::lay_out`].
    pub fn draft(&self, spacing_mm: f64, pattern: Pattern, hurry: &AtomicBool) -> Layout {
        let goal = Goal { spacing_mm, pattern, limits: self.limits };
        let mut layout = Seed::default();
        let mut settled = true;
        if goal.is_sound() {
            let domain = &self.domain;
            let [few, more] = self.covers();
            let grounds = few.charts.iter().zip(&more.charts).enumerate();
            let grounds: Vec<ChartGround> =
                grounds.map(|(chart, (cover, fine))| ChartGround { domain, chart, cover, fine }).collect();
            for (part, cut_short) in abreast(&grounds, |&ground| settle(ground, goal, hurry)) {
                layout.append(part);
                settled &= !cut_short;
            }
            self.join(&mut layout, goal);
            settled &= self.even_out(&mut layout, goal, hurry);
            self.guard(&mut layout, goal);
            layout = number::rowed(domain, layout, pattern, spacing_mm);
        }
        self.finished(&layout, goal, settled)
    }

    /// Rows at `spacing_mm` as they are first laid, which takes a fraction of the time: about as many points, at
    /// about the places of [`Ground::lay_out`], but they keep no distance and have not settled.
    pub fn rough(&self, spacing_mm: f64, pattern: Pattern) -> Layout {
        let goal = Goal { spacing_mm, pattern, limits: self.limits };
        let mut layout = Seed::default();
        if goal.is_sound() {
            let domain = &self.domain;
            for (chart, cover) in self.covers()[0].charts.iter().enumerate() {
                let mut part = seed::rough(domain, chart, goal);
                relax(domain, cover, &mut part.spots, goal, ROUGH_STEPS);
                layout.append(part);
            }
            self.guard(&mut layout, goal);
        }
        Layout { findings: Vec::new(), ..self.finished(&layout, goal, false) }
    }

    /// Lays a finished layout out anew after a change to the skin, such as a lesion marked on it: `self` is
    /// the changed skin. Points within two spacings of one that has lost its place may move, be added or
    /// taken away; all others stay to the last bit. Rows keep their numbers as long as they hold points.
    pub fn adapt(&self, before: &Layout, pattern: Pattern) -> Layout {
        let goal = Goal { spacing_mm: before.spacing_mm, pattern, limits: self.limits };
        let mut layout = Seed::default();
        if goal.is_sound() {
            layout = adapt::adapt(&self.domain, self.whole(), &before.points, goal);
            self.guard(&mut layout, goal);
        }
        self.finished(&layout, goal, before.settled)
    }

    /// Lays a finished layout out anew so that its points lie between those of another one, at the places of
    /// `last`, laid out at `theirs_mm`: near the middles of the gaps between them, as far as the skin allows.
    pub fn interleave(&self, before: &Layout, last: &[Place], theirs_mm: f64, pattern: Pattern) -> Layout {
        let goal = Goal { spacing_mm: before.spacing_mm, pattern, limits: self.limits };
        let mut layout = Seed::default();
        if goal.is_sound() {
            let last = (last, theirs_mm);
            layout = interleave::interleave(&self.domain, self.whole(), &before.points, last, goal);
            self.guard(&mut layout, goal);
            layout = number::rowed(&self.domain, layout, pattern, goal.spacing_mm);
        }
        self.finished(&layout, goal, before.settled)
    }

    /// Moves the points of a finished layout that are closer than `apart_mm` to one of `others` off them, as
    /// far as the skin and the least spacing allow; all others stay, but for those that make room. A few that
    /// cannot be moved off become a pair beside the midline, one point on it, or go, where that leaves no skin
    /// bare. What is still too close stays where it is: whoever asks measures.
    pub fn part(&self, before: &Layout, others: &[Place], apart_mm: f64, pattern: Pattern) -> Layout {
        let goal = Goal { spacing_mm: before.spacing_mm, pattern, limits: self.limits };
        match goal.is_sound() {
            true => {
                let mut layout =
                    part::part(&self.domain, self.whole(), &before.points, (others, apart_mm), goal);
                fill::keep_promises(&self.domain, &mut layout, goal.limits.least_mm);
                self.finished(&layout, goal, before.settled)
            }
            false => before.clone(),
        }
    }

    /// The last guard: no point where none may be, and none missing where one may.
    fn guard(&self, layout: &mut Seed, goal: Goal) {
        fill::keep_promises(&self.domain, layout, goal.limits.least_mm);
        fill::fill_up(&self.domain, self.whole(), layout, goal);
    }

    /// Lets charts that meet settle together, so that the seam between them is laid out as one.
    fn join(&self, layout: &mut Seed, goal: Goal) {
        let near = 1.6 * goal.spacing_mm;
        let meets = layout.spots.iter().enumerate().any(|(i, a)| {
            let mut before = layout.spots[..i].iter().filter(|b| b.chart != a.chart);
            before.any(|b| (a.place() - b.place()).norm() < near)
        });
        if meets {
            tighten(&self.domain, self.whole(), layout, goal, seam_stage(goal.pattern));
        }
    }

    /// Lets the skin that is each free point's own become more even, as far as the gap has room for it. Returns
    /// whether there was time for it.
    fn even_out(&self, layout: &mut Seed, goal: Goal, hurry: &AtomicBool) -> bool {
        let count = layout.count(&self.domain);
        if goal.pattern == Pattern::Rows || count == 0 {
            return true;
        }
        let in_time = !hurry.load(Ordering::Relaxed);
        if in_time {
            let stage = settle::even_stage(EVEN_Q * perfect_gap_mm(self.domain.area_mm2, count));
            tighten(&self.domain, self.covers()[1].whole(), layout, goal, stage);
        }
        in_time
    }

    /// The measures and the numbers.
    fn finished(&self, layout: &Seed, goal: Goal, settled: bool) -> Layout {
        let (domain, spacing_mm) = (&self.domain, goal.spacing_mm);
        let (mut quality, mut zone_quality) =
            measure::measure(domain, self.covers()[1].whole(), &layout.spots, spacing_mm.max(1.0));
        if goal.pattern == Pattern::Rows && goal.is_sound() {
            for (spot, sway_mm) in rows::sways_mm(domain, layout, spacing_mm) {
                let Some(zone) = domain.zone_of(spot).and_then(|zone| zone_quality.get_mut(zone)) else {
                    continue;
                };
                zone.row_sway_mm = Some(zone.row_sway_mm.map_or(sway_mm, |most| most.max(sway_mm)));
            }
            let sways = zone_quality.iter().filter_map(|zone| zone.row_sway_mm);
            quality.row_sway_mm = Some(sways.fold(0.0, f64::max));
        }
        let points = number::number(domain, layout);
        let mut findings = small_zones(self.treated(), &points);
        let lone = lone_point(&quality, goal);
        findings.extend(lone.map(|found| self.placed(found, &zone_quality, |zone| zone.max_neighbour_mm)));
        let bare = bare_skin(&quality, goal);
        findings.extend(bare.map(|found| self.placed(found, &zone_quality, |zone| zone.gap_mm)));
        let uneven = uneven_rows(&quality, goal);
        findings.extend(uneven.map(|found| self.placed(found, &zone_quality, |zone| zone.row_sway_mm)));
        Layout { spacing_mm, settled, points, quality, zone_quality, findings }
    }

    /// A finding in the zone where a measure is greatest, the first of several.
    fn placed(&self, finding: Finding, zones: &[Quality], of: fn(&Quality) -> Option<f64>) -> Finding {
        let measured = self.treated().zones.iter().zip(zones).rev();
        let worst = measured.max_by(|(_, a), (_, b)| of(a).unwrap_or(0.0).total_cmp(&of(b).unwrap_or(0.0)));
        finding.named(worst.map(|(TreatedZone { zone, .. }, _)| (zone.id.as_str(), zone.name.as_str())))
    }
}

/// Lays points out over the treated skin at `spacing_mm`; see [`Ground`] for many spacings.
pub fn lay_out(treated: &Treated, spacing_mm: f64, limits: SpacingLimits, pattern: Pattern) -> Layout {
    Ground::new(treated.clone(), limits).lay_out(spacing_mm, pattern)
}

/// Zones that hold no point, or nothing at all.
fn small_zones(treated: &Treated, points: &[LaidPoint]) -> Vec<Finding> {
    let count = |zone: usize| points.iter().filter(|point| point.zone == zone).count();
    treated
        .zones
        .iter()
        .enumerate()
        .filter(|(zone, _)| count(*zone) == 0)
        .map(|(_, zone)| {
            let message = if zone.pieces.is_empty() {
                said!("{zone}: nothing is left of the zone inside its margins and what is marked on it; where its own borders are the cause, treat it with a neighbour, whose shared border needs no margin", zone = zone.zone.name)
            } else {
                said!("{zone}: no point falls into its {area} cm2 of treated skin; points across its borders cover it", zone = zone.zone.name, area = units::number(zone.area_cm2, 1))
            };
            Finding::new(Severity::Warning, "zone-too-small", message).in_zone(&zone.zone.id)
        })
        .collect()
}

/// A point whose nearest neighbour is too far, where the skin holds no second one nearer.
fn lone_point(quality: &Quality, goal: Goal) -> Option<Finding> {
    let greatest = goal.limits.greatest_mm;
    let farthest = quality.max_neighbour_mm.filter(|d| *d > greatest)?;
    Some(Finding::new(
        Severity::Note,
        "lone-point",
        said!(
            "a point's nearest neighbour is {farthest} mm away, more than {greatest} mm: its piece of treated skin is too small for a second point, or a spacing below {spacing} mm is needed",
            farthest = units::number(farthest, 1),
            greatest = units::number(greatest, 1),
            spacing = units::number(goal.spacing_mm, 2)
        ),
    ))
}

/// Rows that sway too much for a hand to follow them without the numbers.
fn uneven_rows(quality: &Quality, goal: Goal) -> Option<Finding> {
    let sway_mm = quality.row_sway_mm.filter(|sway| *sway > rows::UNEVEN * goal.spacing_mm)?;
    Some(Finding::new(
        Severity::Note,
        "uneven-rows",
        said!(
            "rows are uneven: a point lies {sway} mm off the line between its neighbours in the row; follow the zones there, or choose a spacing wider than {spacing} mm",
            sway = units::number(sway_mm, 1),
            spacing = units::number(goal.spacing_mm, 2)
        ),
    ))
}

/// Skin farther from a point than the spacing asked for, where no point can stand nearer.
fn bare_skin(quality: &Quality, goal: Goal) -> Option<Finding> {
    let gap = quality.gap_mm.filter(|gap| *gap > goal.spacing_mm)?;
    Some(Finding::new(
        Severity::Note,
        "bare-skin",
        said!(
            "treated skin is up to {gap} mm from its nearest point, more than the spacing of {spacing} mm: a point there would stand closer than {least} mm to another",
            gap = units::number(gap, 1),
            spacing = units::number(goal.spacing_mm, 2),
            least = units::number(goal.limits.least_mm, 1)
        ),
    ))
}
