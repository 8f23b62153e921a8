//! Moves points off those of another layout, from which a distance is to be kept.

use std::collections::BTreeSet;

use nalgebra::{Point2, Vector3};

use crate::body::Place;

use super::bounds::{hold, keep_side, moved};
use super::cover::Cover;
use super::domain::{Domain, Spot, mirrored};
use super::neighbours::Neighbourhood;
use super::others::Others;
use super::seed::Seed;
use super::{Goal, LaidPoint};

/// Turns of pushing points off the others and holding them apart from each other.
const TURNS: usize = 24;
/// How far a point is pushed, in distances to be kept: a hair more, so that the next turn need not.
const CLEAR: f64 = 1.03;
/// Where a point is looked for that could not be pushed off: rings around it up to so many spacings, and the
/// places on each.
const REACH: f64 = 0.9;
const RINGS: u32 = 18;
const PLACES: u32 = 32;

/// So many points that cannot be moved off may come to stand otherwise; more have no room.
const OTHERWISE: usize = 8;

/// The layout of `before` with the points closer than `apart_mm` to one of `others` moved off, as far as
/// they can be.
pub(super) fn part(
    domain: &Domain,
    cover: &Cover,
    before: &[LaidPoint],
    (others, apart_mm): (&[Place], f64),
    goal: Goal,
) -> Seed {
    let off = Off::new(domain, others, apart_mm, goal);
    let mut layout = off.parted(Seed::of(domain, before));
    // What cannot be moved off has to stand otherwise, as long as no skin is farther from a point for it than any
    // was before, or than the spacing.
    let bare_mm = cover.farthest_mm(domain, &layout.spots).max(goal.spacing_mm);
    let mut stuck = off.at_fault(&layout.spots);
    while (1..=OTHERWISE).contains(&stuck.len()) {
        let tried = stuck.iter().flat_map(|&index| off.otherwise(&layout, index));
        let better = tried.map(|tried| off.parted(tried)).find_map(|tried| {
            let at_fault = off.at_fault(&tried.spots);
            let is_better =
                at_fault.len() < stuck.len() && cover.farthest_mm(domain, &tried.spots) <= bare_mm;
            is_better.then_some((tried, at_fault))
        });
        let Some(better) = better else { break };
        (layout, stuck) = better;
    }
    layout
}

/// What is kept off.
struct Off<'a> {
    domain: &'a Domain,
    goal: Goal,
    apart_mm: f64,
    others: Others,
}

impl<'a> Off<'a> {
    fn new(domain: &'a Domain, others: &[Place], apart_mm: f64, goal: Goal) -> Self {
        Self { domain, goal, apart_mm, others: Others::new(domain, others, apart_mm) }
    }

    /// A layout with the points that are at fault moved, as far as they can be.
    fn parted(&self, mut layout: Seed) -> Seed {
        let mut best = (self.at_fault(&layout.spots).len(), layout.spots.clone());
        for _ in 0..TURNS {
            if best.0 == 0 {
                break;
            }
            self.push(&mut layout.spots);
            hold(self.domain, &mut layout.spots, self.goal.limits);
            let at_fault = self.at_fault(&layout.spots).len();
            if at_fault < best.0 {
                best = (at_fault, layout.spots.clone());
            }
        }
        layout.spots = best.1;
        for index in self.at_fault(&layout.spots) {
            self.resettle(&mut layout.spots, index);
        }
        layout
    }

    /// Layouts with a point otherwise than it stands: one on the midline as a pair beside it, a pair beside it
    /// as one point there, and without it.
    fn otherwise(&self, layout: &Seed, index: usize) -> Vec<Seed> {
        let Self { domain, goal, .. } = *self;
        let (spot, least_mm) = (layout.spots[index], goal.limits.least_mm);
        let mut tried = Vec::new();
        if domain.half && spot.place().x < least_mm {
            let aside = spot.frame.chart_step(&(Vector3::x() * (CLEAR * least_mm / 2.0)));
            let at = if spot.on_midline() { spot.at + aside } else { Point2::new(0.0, spot.at.y) };
            if let Some(at) = domain.nearest_inside(spot.chart, at) {
                let mut other = layout.clone();
                other.spots[index] = domain.spot(spot.chart, at);
                tried.push(other);
            }
        }
        let mut without = layout.clone();
        without.spots.remove(index);
        without.rows.remove(index);
        tried.push(without);
        tried
    }

    fn is_clear(&self, place: &Place) -> bool {
        self.others.nearest(place).is_none_or(|(_, distance)| distance >= self.apart_mm)
    }

    /// The points that are too close to one of the others, or to one of their own.
    fn at_fault(&self, spots: &[Spot]) -> Vec<usize> {
        let around = Neighbourhood::new(self.domain, spots, self.goal.limits.least_mm);
        let at_fault = |&index: &usize| {
            let place = spots[index].place();
            !self.is_clear(&place) || !self.stands_apart(&around, index, &place)
        };
        (0..spots.len()).filter(at_fault).collect()
    }

    /// Whether a point at `place` instead of point `index` keeps the least spacing.
    fn stands_apart(&self, around: &Neighbourhood, index: usize, place: &Place) -> bool {
        self.is_off_its_image(place) && self.in_the_way(around, index, place).is_empty()
    }

    /// Whether a point at `place` keeps the least spacing from its own mirror image.
    fn is_off_its_image(&self, place: &Place) -> bool {
        let image = (mirrored(place) - place).norm();
        !self.domain.half || image <= 1e-6 || image >= self.goal.limits.least_mm
    }

    /// The points too close to `place` for point `index` to stand there.
    fn in_the_way(&self, around: &Neighbourhood, index: usize, place: &Place) -> BTreeSet<usize> {
        let least_mm = self.goal.limits.least_mm;
        let mut close = BTreeSet::new();
        around.near.within(place, least_mm, |label, squared| {
            if squared < least_mm * least_mm {
                close.insert(label as usize % around.count);
            }
        });
        close.remove(&index);
        close
    }

    fn push(&self, spots: &mut [Spot]) {
        for spot in spots.iter_mut() {
            let Some((from, distance)) =
                self.others.nearest(&spot.place()).filter(|near| near.1 < self.apart_mm)
            else {
                continue;
            };
            let away = (spot.place() - from) / distance.max(1e-6);
            let step = away * (CLEAR * self.apart_mm - distance);
            if let Some(moved) = moved(self.domain, spot, &step) {
                *spot = moved;
            }
        }
    }

    /// Puts a point where it is clear of all others and its own, the nearest such place; where there is none,
    /// one neighbour makes room. Where that does not help either, it stays.
    fn resettle(&self, spots: &mut [Spot], index: usize) {
        if let Some(spot) = self.nearest_free(spots, index) {
            spots[index] = spot;
            return;
        }
        let before = spots[index];
        for spot in self.round_about(&before) {
            let place = spot.place();
            if !self.domain.stands(&spot) || !self.is_clear(&place) || !self.is_off_its_image(&place) {
                continue;
            }
            spots[index] = spot;
            let around = Neighbourhood::new(self.domain, spots, self.goal.limits.least_mm);
            let in_the_way = self.in_the_way(&around, index, &place);
            let neighbour = in_the_way.first().copied().filter(|_| in_the_way.len() == 1);
            if let Some((neighbour, moved)) =
                neighbour.and_then(|neighbour| Some((neighbour, self.nearest_free(spots, neighbour)?)))
            {
                spots[neighbour] = moved;
                return;
            }
        }
        spots[index] = before;
    }

    /// The nearest place for a point at which it is clear of all others and its own.
    fn nearest_free(&self, spots: &[Spot], index: usize) -> Option<Spot> {
        let around = Neighbourhood::new(self.domain, spots, self.goal.limits.least_mm);
        self.round_about(spots.get(index)?).find(|tried| {
            let place = tried.place();
            self.domain.stands(tried) && self.is_clear(&place) && self.stands_apart(&around, index, &place)
        })
    }

    /// Places around a point, the nearest first.
    fn round_about(&self, spot: &Spot) -> impl Iterator<Item = Spot> + use<'_, 'a> {
        let (spot, domain) = (*spot, self.domain);
        let ways = (1..=RINGS).flat_map(|ring| (0..PLACES).map(move |place| (ring, place)));
        ways.filter_map(move |(ring, place)| {
            let (across, down) = spot.frame.directions()?;
            let reach = REACH * self.goal.spacing_mm * f64::from(ring) / f64::from(RINGS);
            let angle = std::f64::consts::TAU * f64::from(place) / f64::from(PLACES);
            let step = (across * libm::cos(angle) + down * libm::sin(angle)) * reach;
            let at = keep_side(domain, &spot, spot.at + spot.frame.chart_step(&step));
            Some(domain.spot(spot.chart, at))
        })
    }
}
