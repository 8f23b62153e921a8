//! A finished layout after a change to the skin, such as a lesion marked on it: only what stands near
//! the change moves, for the clinician has looked at the rest.

use crate::body::Place;

use super::cover::{Cover, Layer};
use super::domain::{Domain, Sample, Spot, mirrored};
use super::fill::{add_one, fill};
use super::seed::Seed;
use super::settle::exchange_stage;
use super::tighten::tighten;
use super::{Goal, LaidPoint};

/// Points within this many spacings of one that has lost its place may move.
const NEAR: f64 = 2.0;

/// The layout with the points of `before` that still lie on treated skin, and those near others moved.
pub(super) fn adapt(domain: &Domain, cover: &Cover, before: &[LaidPoint], goal: Goal) -> Seed {
    let mut layout = Seed::default();
    let mut lost: Vec<Spot> = Vec::new();
    let was = Seed::of(domain, before);
    for (spot, row) in was.spots.into_iter().zip(was.rows) {
        if domain.stands(&spot) {
            layout.spots.push(Spot { fixed: true, ..spot });
            layout.rows.push(row);
        } else {
            lost.push(spot);
        }
    }
    loosen(domain, &mut layout, &lost, NEAR * goal.spacing_mm);
    // The fewest points that leave no more skin bare than they must: none of the lost, or some.
    let tightened = |mut layout: Seed| {
        let gap_mm = tighten(domain, cover, &mut layout, goal, exchange_stage(goal.pattern)).gap_mm;
        (gap_mm * (layout.count(domain) as f64).sqrt(), layout)
    };
    let mut best = tightened(layout.clone());
    let near_mm = NEAR * goal.spacing_mm;
    let is_near = |sample: &&Sample| lost.iter().any(|spot| (spot.place() - sample.place()).norm() < near_mm);
    let near = Layer::new(cover.samples().filter(is_near).copied().collect());
    for _ in &lost {
        add_one(domain, &near, &mut layout, goal);
        let trial = tightened(layout.clone());
        if trial.0 < best.0 {
            best = trial;
        }
    }
    let mut layout = best.1;
    if fill(domain, cover, &mut layout, goal) > 0 {
        tighten(domain, cover, &mut layout, goal, exchange_stage(goal.pattern));
    }
    // What has not moved stays where points have come too close after all.
    let (fixed, free): (Vec<_>, Vec<_>) =
        layout.spots.into_iter().zip(layout.rows).partition(|(spot, _)| spot.fixed);
    let (spots, rows) = fixed.into_iter().chain(free).unzip();
    Seed { spots, rows }
}

/// Lets points near those that are lost move.
fn loosen(domain: &Domain, layout: &mut Seed, lost: &[Spot], near_mm: f64) {
    let is_near = |spot: &Spot, other: &Spot| {
        let apart = |place: Place| (spot.place() - place).norm();
        apart(other.place()) < near_mm || (domain.half && apart(mirrored(&other.place())) < near_mm)
    };
    for spot in &mut layout.spots {
        spot.fixed = !lost.iter().any(|other| is_near(spot, other));
    }
}
