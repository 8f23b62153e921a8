//! Points on the treated skin: evenly spread, in rows, mirrored, and never closer than allowed.
//!
//! # Method
//! 1. The treated skin of one chart is sampled (`domain`); of a symmetric selection only the
//!    patient's left half, the other being its mirror image to the last bit.
//! 2. Rows are laid at true pitch and true steps along the skin, at several phases (`seed`). The
//!    number of points is that of a perfect hexagonal lattice of the spacing asked for on the same
//!    area, `A / (sqrt(3)/2 s^2)`.
//! 3. The best seeds settle (`relax`): each point moves to where its own cell of skin is covered
//!    best, a step of the p-centre problem softened to a high power of the distance, which is raised
//!    as the layout settles. Points of a row are tied into a gentle curve (`rows`) unless the
//!    pattern is free. After every step points are pushed back to the least distance and into the
//!    domain, and the best feasible layout is kept.
//! 4. Skin still too far from a point, such as an island of its own, gets one (`fill`).
//! 5. Charts that meet settle once more together, and the result is measured afresh on the skin
//!    (`measure`).
//!
//! All distances are straight lines through space, which never exceed those on the skin.
//!
//! Sources: R. Kershner, "The number of circles covering a set", Am. J. Math. 61 (1939), for the
//! perfect cover; A. Suzuki and Z. Drezner, "The p-center location problem in an area", Location
//! Science 4 (1996), for the Voronoi step; E. T. Whittaker, "On a new method of graduation" (1923),
//! for the smoothing of rows.

mod bounds;
mod cells;
mod domain;
mod fill;
mod measure;
mod near;
mod number;
mod relax;
mod rows;
mod seed;

use crate::body::{Chart, ChartPoint, Place};
use crate::plan::{Finding, Pattern, Quality, Severity};
use crate::treated::Treated;
use crate::units;
use cells::Cover;
use domain::{Domain, Sample};
pub use measure::perfect_gap_mm;
use relax::{Terms, relax};
use rows::Rows;
use seed::Seed;

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
    /// The points: rows top to bottom, each from the patient's right to left.
    pub points: Vec<LaidPoint>,
    /// Measures over the whole map.
    pub quality: Quality,
    /// Measures of each zone, in the order of [`Treated::zones`].
    pub zone_quality: Vec<Quality>,
    /// What could not be met, and zones too small to hold points.
    pub findings: Vec<Finding>,
}

/// Pitch of the samples on which seeds are compared and first settle, in mm.
const COARSE_MM: f64 = 2.4;
/// Pitch of the samples on which a layout settles at last, in mm.
const FINE_MM: f64 = 1.2;
/// Seeds that are allowed to settle before one is chosen; more on small domains, where they are
/// cheap and the border decides.
const FINALISTS: usize = 3;
/// Stiffness of rows against bending (see `rows`); chosen by the evenness it still allows.
const STIFFNESS: f64 = 3.0;

/// Lays points out over the treated skin at `spacing_mm`.
///
/// Everything that cannot be met is among the findings; a layout is returned always, and no two of
/// its points are closer than `limits.least_mm`.
pub fn lay_out(treated: &Treated, spacing_mm: f64, limits: SpacingLimits, pattern: Pattern) -> Layout {
    let domain = Domain::new(treated);
    let mut findings = Vec::new();
    let mut layout = Seed::default();
    if spacing_mm.is_finite() && spacing_mm > 0.0 {
        for chart in 0..domain.charts.len() {
            layout.append(settle_chart(&domain, chart, spacing_mm, limits, pattern));
        }
        if domain.charts.len() > 1 {
            join_charts(&domain, &mut layout, spacing_mm, limits, pattern);
        }
    }
    fill::keep_apart(&domain, &mut layout, limits.least_mm);
    let (quality, zone_quality) = measure::measure(&domain, &layout.spots, spacing_mm.max(1.0));
    let points = number::number(&domain, &layout, pattern, spacing_mm);
    findings.extend(small_zones(treated, &points));
    findings.extend(unmet(&quality, spacing_mm, limits));
    Layout { spacing_mm, points, quality, zone_quality, findings }
}

/// Chooses a seed for one chart and lets it settle.
fn settle_chart(
    domain: &Domain,
    chart: usize,
    spacing_mm: f64,
    limits: SpacingLimits,
    pattern: Pattern,
) -> Seed {
    let coarse = of_chart(domain.samples(COARSE_MM), chart);
    let fine = of_chart(domain.samples(FINE_MM), chart);
    let terms = Terms { spacing_mm, limits, power: 6, stride: 0.4, steps: 20 };
    let mut cover = Cover::new(&coarse);
    let finalists = FINALISTS + 6000 / coarse.len().max(300);
    let mut best: Option<(f64, Seed)> = None;
    for mut seed in seed::best(domain, chart, &coarse, spacing_mm, finalists) {
        for stage in [terms, Terms { power: 10, stride: 0.25, ..terms }] {
            settle(domain, &mut cover, &mut seed, pattern, stage);
        }
        fill::fill(domain, &coarse, &mut seed, spacing_mm, limits);
        let badness = cover.cells(domain, &seed.spots, spacing_mm).badness(spacing_mm);
        if best.as_ref().is_none_or(|(least, _)| badness < *least) {
            best = Some((badness, seed));
        }
    }
    let mut layout = best.map(|(_, seed)| seed).unwrap_or_default();
    let mut cover = Cover::new(&fine);
    for stage in [
        Terms { power: 10, stride: 0.25, steps: 10, ..terms },
        Terms { power: 16, stride: 0.15, steps: 25, ..terms },
    ] {
        settle(domain, &mut cover, &mut layout, pattern, stage);
    }
    fill::fill(domain, &fine, &mut layout, spacing_mm, limits);
    layout
}

fn settle(domain: &Domain, cover: &mut Cover, layout: &mut Seed, pattern: Pattern, terms: Terms) {
    let stiffness = match pattern {
        Pattern::Rows => STIFFNESS,
        Pattern::Even => 0.0,
    };
    let rows = Rows::new(domain, layout, terms.spacing_mm, stiffness);
    relax(domain, cover, &mut layout.spots, &rows, terms);
}

/// Lets charts that meet settle together, so that the seam between them is laid out as one.
fn join_charts(domain: &Domain, layout: &mut Seed, spacing_mm: f64, limits: SpacingLimits, pattern: Pattern) {
    let meets = layout.spots.iter().enumerate().any(|(i, a)| {
        layout.spots[..i]
            .iter()
            .any(|b| b.chart != a.chart && (a.place() - b.place()).norm() < 1.6 * spacing_mm)
    });
    if !meets {
        return;
    }
    let fine = domain.samples(FINE_MM);
    let mut cover = Cover::new(&fine);
    let terms = Terms { spacing_mm, limits, power: 10, stride: 0.25, steps: 20 };
    for stage in [terms, Terms { power: 16, stride: 0.15, ..terms }] {
        settle(domain, &mut cover, layout, pattern, stage);
    }
}

fn of_chart(mut samples: Vec<Sample>, chart: usize) -> Vec<Sample> {
    samples.retain(|sample| sample.chart == chart);
    samples
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
                format!("{}: nothing is left of the zone inside its margins; treat it with a neighbour, whose shared border needs no margin", zone.zone.name)
            } else {
                format!(
                    "{}: no point falls into its {} cm2 of treated skin; points across its borders cover it",
                    zone.zone.name,
                    units::number(zone.area_cm2, 1)
                )
            };
            Finding::new(Severity::Warning, "zone-too-small", message).in_zone(&zone.zone.id)
        })
        .collect()
}

/// Promises that the skin does not allow to keep.
fn unmet(quality: &Quality, spacing_mm: f64, limits: SpacingLimits) -> Option<Finding> {
    let farthest = quality.max_neighbour_mm.filter(|d| *d > limits.greatest_mm)?;
    Some(Finding::new(
        Severity::Note,
        "lone-point",
        format!(
            "a point's nearest neighbour is {} mm away, more than {} mm: its piece of treated skin is too small for a second point, or a spacing below {} mm is needed",
            units::number(farthest, 1),
            units::number(limits.greatest_mm, 1),
            units::number(spacing_mm, 2)
        ),
    ))
}
