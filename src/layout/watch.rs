//! Which points each cluster of samples, and each point, has to look at.
//!
//! The lists serve until a point has moved by more than a slack, which saves nearly all of the
//! searching while a layout settles.

use std::ops::Range;

use crate::body::Place;

use super::cover::{Cluster, Cover, Layer};
use super::domain::{Domain, Spot, mirrored};
use super::near::Near;
use super::{Goal, SpacingLimits};

/// The places of a layout, with the mirror images that close a half layout, found by nearness.
///
/// Label `i < count` is spot `i`; label `count + i` its mirror image.
pub(super) struct Neighbourhood {
    pub(super) near: Near,
    pub(super) count: usize,
}

impl Neighbourhood {
    pub(super) fn new(domain: &Domain, spots: &[Spot], cell_mm: f64) -> Self {
        let count = spots.len();
        let mut places: Vec<Place> = spots.iter().map(Spot::place).collect();
        let mut labels: Vec<u32> = (0..count as u32).collect();
        if domain.half {
            for (index, spot) in spots.iter().enumerate().filter(|(_, spot)| !spot.on_midline()) {
                places.push(mirrored(&spot.place()));
                labels.push((count + index) as u32);
            }
        }
        Self { near: Near::new(&places, &labels, cell_mm), count }
    }
}

/// The places of all labels: the spots, then their mirror images.
pub(super) fn places(spots: &[Spot]) -> Vec<Place> {
    let own = spots.iter().map(Spot::place);
    own.chain(spots.iter().map(|spot| mirrored(&spot.place()))).collect()
}

/// Squared distance to the nearest point, and its label.
pub(super) type Nearest = (f64, u32);

/// The nearest point of each sample, out of the list of its cluster.
pub(super) fn nearest(layer: &Layer, lists: &Lists, places: &[Place]) -> Vec<Nearest> {
    let mut all = Vec::with_capacity(layer.samples.len());
    for (index, cluster) in layer.clusters.iter().enumerate() {
        let list = lists.of(index);
        for sample in &layer.samples[cluster.members.clone()] {
            let mut best = (f64::INFINITY, 0);
            for &label in list {
                let squared = (places[label as usize] - sample.place).norm_squared();
                if squared < best.0 {
                    best = (squared, label);
                }
            }
            all.push(best);
        }
    }
    all
}

/// Labels near each of a row of things.
#[derive(Debug, Default)]
pub(super) struct Lists {
    starts: Vec<u32>,
    labels: Vec<u32>,
}

impl Lists {
    pub(super) fn of(&self, index: usize) -> &[u32] {
        let Range { start, end } = self.starts[index] as usize..self.starts[index + 1] as usize;
        &self.labels[start..end]
    }

    fn clear(&mut self) {
        self.labels.clear();
        self.starts.clear();
        self.starts.push(0);
    }

    /// One list a ball: the labels whose places lie in it.
    fn fill(&mut self, around: &Neighbourhood, balls: impl Iterator<Item = (Place, f64)>) {
        self.clear();
        for (centre, reach) in balls {
            let first = self.labels.len();
            around.near.within(&centre, reach, |label, _| self.labels.push(label));
            self.labels[first..].sort_unstable();
            self.starts.push(self.labels.len() as u32);
        }
    }

    /// One list a centre: those labels of the wide list that lie within the reach, which depends on
    /// the distance to the nearest.
    fn narrow(
        &mut self,
        wide: &Self,
        places: &[Place],
        balls: impl Iterator<Item = Place>,
        reach: impl Fn(usize, f64) -> f64,
    ) {
        self.clear();
        for (index, centre) in balls.enumerate() {
            let list = wide.of(index);
            let squared = |label: u32| (places[label as usize] - centre).norm_squared();
            let nearest = list.iter().map(|&label| squared(label)).fold(f64::INFINITY, f64::min);
            let reach = reach(index, nearest.sqrt());
            self.labels.extend(list.iter().filter(|&&label| squared(label) <= reach * reach));
            self.starts.push(self.labels.len() as u32);
        }
    }
}

/// The lists of one layout.
#[derive(Debug, Default)]
pub(super) struct Watch {
    /// For each cluster inside, what may be among the three nearest points of its samples.
    pub(super) inner: Lists,
    /// The same along the rim.
    pub(super) rim: Lists,
    /// For each spot, what may come too close or be its nearest neighbour.
    pub(super) spots: Lists,
    made_at: Vec<Place>,
    wide: Wide,
}

/// Longer lists that serve longer, out of which the others are made.
#[derive(Debug, Default)]
struct Wide {
    inner: Lists,
    rim: Lists,
    made_at: Vec<Place>,
}

/// How far points may move before the lists are made anew, as a share of the spacing; and the wide
/// lists.
const SLACK: f64 = 0.12;
const WIDE_SLACK: f64 = 0.4;
/// The three nearest points of a place are looked for this far beyond the nearest, in spacings.
const BEYOND: f64 = 0.25;

impl Watch {
    /// Makes the lists anew where points have moved too far.
    pub(super) fn update(&mut self, domain: &Domain, cover: &Cover, spots: &[Spot], goal: Goal) {
        let slack = SLACK * goal.spacing_mm;
        if !have_moved(&self.made_at, spots, slack) {
            return;
        }
        let beyond = |cluster: &Cluster| 2.0 * (cluster.radius_mm + slack) + BEYOND * goal.spacing_mm;
        let wide_slack = WIDE_SLACK * goal.spacing_mm;
        if have_moved(&self.wide.made_at, spots, wide_slack - slack) {
            let around = Neighbourhood::new(domain, spots, goal.spacing_mm);
            let ball = |cluster: &Cluster| {
                let nearest =
                    around.near.nearest(&cluster.centre, None).map_or(0.0, |(_, squared)| squared.sqrt());
                (cluster.centre, nearest + beyond(cluster) + 2.0 * wide_slack)
            };
            self.wide.inner.fill(&around, cover.inner.clusters.iter().map(ball));
            self.wide.rim.fill(&around, cover.rim.clusters.iter().map(ball));
            self.wide.made_at = spots.iter().map(Spot::place).collect();
        }
        let places = places(spots);
        for (lists, wide, layer) in
            [(&mut self.inner, &self.wide.inner, &cover.inner), (&mut self.rim, &self.wide.rim, &cover.rim)]
        {
            let reach = |index: usize, nearest: f64| nearest + beyond(&layer.clusters[index]);
            lists.narrow(wide, &places, layer.clusters.iter().map(|cluster| cluster.centre), reach);
        }
        let around = Neighbourhood::new(domain, spots, goal.spacing_mm);
        let SpacingLimits { least_mm, greatest_mm } = goal.limits;
        let reach = greatest_mm.min(2.0 * goal.spacing_mm).max(least_mm) + 2.0 * slack;
        self.spots.fill(&around, spots.iter().map(|spot| (spot.place(), reach)));
        self.made_at = spots.iter().map(Spot::place).collect();
    }
}

/// Whether a spot has moved by more than `by_mm`, or there are other spots now; of none it is taken so.
fn have_moved(made_at: &[Place], spots: &[Spot], by_mm: f64) -> bool {
    let moved = |(a, spot): (&Place, &Spot)| (a - spot.place()).norm_squared() > by_mm * by_mm;
    made_at.is_empty() || made_at.len() != spots.len() || made_at.iter().zip(spots).any(moved)
}
