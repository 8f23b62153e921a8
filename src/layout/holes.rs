//! Deep holes: the places where the distance to the nearest point is greatest, found exactly.
//!
//! The distance from a place to its nearest point has its local maxima where three points are
//! equally near (a vertex of their Voronoi diagram), where two are equally near on the rim, and in
//! corners of the rim. Samples only say where to look; the place itself is then solved for, so that
//! few samples do. With each depth comes its slope: by the envelope theorem, moving point `i` by `d`
//! changes the depth by `w_i u_i . d`, with `u_i` the direction from the hole to the point and `w_i`
//! the weights (at least 0, of sum 1) for which the `w_i u_i` cancel along the skin.

use nalgebra::{Matrix2, Point2, Vector2, Vector3};

use crate::body::{ChartPoint, Frame, Place};

use super::cover::Cover;
use super::domain::{Domain, Sample, Spot, mirrored_vector};
use super::watch::{Nearest, Watch, nearest, places};

/// A place of greatest distance.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hole {
    /// Distance to the nearest points, in mm.
    pub(super) depth_mm: f64,
    /// The points that bound it, each with the change of depth per mm it moves.
    pub(super) slopes: [(usize, Vector3<f64>); 3],
}

/// The deep holes of a layout.
#[derive(Debug, Default)]
pub(super) struct Holes {
    pub(super) list: Vec<Hole>,
    /// Depth of the deepest, in mm.
    pub(super) gap_mm: f64,
}

impl Holes {
    /// How much a hole counts in the soft maximum, the deepest counting 1.
    pub(super) fn excess(&self, hole: &Hole, sharpness: f64) -> f64 {
        libm::exp(sharpness * (hole.depth_mm - self.gap_mm))
    }

    /// The soft maximum of the depths, in mm.
    pub(super) fn soft_gap_mm(&self, sharpness: f64) -> f64 {
        let sum: f64 = self.list.iter().map(|hole| self.excess(hole, sharpness)).sum();
        self.gap_mm + libm::log(sum.max(1.0)) / sharpness
    }
}

/// Samples of this share of the depth looked for may stand for a hole.
const NEARBY: f64 = 0.8;
/// Another point this much nearer shows that a hole is not one; of four that stand in a rectangle,
/// as mirror images do, any three will do.
const NEARER: f64 = 1.0 - 1e-4;
/// Weights below 0 by no more count as 0, for the same reason.
const ASKEW: f64 = 0.02;
/// The steps of Newton's method to a hole, the last being one shorter than this share of its depth: what
/// is left then is the square of it.
const NEWTON_STEPS: usize = 6;
const LAST_STEP: f64 = 5e-3;
/// How often a hole is searched among other points than before.
const WALKS: usize = 4;

/// Finds the holes of a layout that are deeper than a share of the deepest; `watch` must be up to date.
pub(super) fn find(domain: &Domain, cover: &Cover, watch: &Watch, spots: &[Spot], share: f64) -> Holes {
    if spots.is_empty() {
        return Holes::default();
    }
    let finder = Finder { domain, cover, watch, count: spots.len(), places: places(spots) };
    let inner = nearest(&cover.inner, &watch.inner, &finder.places);
    let rim = nearest(&cover.rim, &watch.rim, &finder.places);
    let deepest = inner.iter().chain(&rim).map(|(squared, _)| *squared).fold(0.0, f64::max);
    let least = deepest * share * share;
    let mut list = finder.along_rim(&rim, least);
    list.extend(finder.inside(&inner, least));
    let found = list.iter().map(|hole| hole.depth_mm).fold(0.0, f64::max);
    let samples = cover.samples().zip(inner.iter().chain(&rim));
    let missed = samples.filter(|(_, near)| near.0 > found * found).max_by(|a, b| a.1.0.total_cmp(&b.1.0));
    if let Some((sample, &(_, label))) = missed {
        list.push(finder.below(&sample.place, label));
    }
    let gap_mm = found.max(deepest.sqrt());
    Holes { list, gap_mm }
}

struct Finder<'a> {
    domain: &'a Domain<'a>,
    cover: &'a Cover,
    watch: &'a Watch,
    count: usize,
    /// By label.
    places: Vec<Place>,
}

/// No slope: fills up the three of a hole that fewer points bound.
const NONE: (usize, Vector3<f64>) = (0, Vector3::new(0.0, 0.0, 0.0));

impl Finder<'_> {
    /// The slope of a depth by the spot of a label; a mirror image moves as the mirror does.
    fn slope(&self, label: u32, by: Vector3<f64>) -> (usize, Vector3<f64>) {
        let index = label as usize % self.count;
        (index, if label as usize == index { by } else { mirrored_vector(&by) })
    }

    fn along_rim(&self, nearest: &[Nearest], least: f64) -> Vec<Hole> {
        let samples = &self.cover.rim.samples;
        let mut holes = Vec::new();
        for stretch in &self.cover.stretches {
            let (near, at) = (&nearest[stretch.clone()], &samples[stretch.clone()]);
            let mut just_before = false;
            for (k, &(squared, label)) in near.iter().enumerate() {
                let after = near.get(k + 1).filter(|n| n.1 != label && squared.max(n.0) >= least);
                let between = after.and_then(|n| self.between(&at[k].place, &at[k + 1].place, label, n.1));
                // A corner that sticks out is farther than what is beside it.
                let lower = |other: Option<&Nearest>| other.is_none_or(|n| n.0 <= squared);
                let beside = just_before || between.is_some();
                if squared >= least
                    && !beside
                    && lower(k.checked_sub(1).map(|k| &near[k]))
                    && lower(near.get(k + 1))
                {
                    holes.push(self.below(&at[k].place, label));
                }
                just_before = between.is_some();
                holes.extend(between);
            }
        }
        holes
    }

    /// The hole at a place of which only the nearest point is known.
    fn below(&self, place: &Place, label: u32) -> Hole {
        let apart = self.places[label as usize] - place;
        let depth_mm = apart.norm();
        Hole { depth_mm, slopes: [self.slope(label, apart / depth_mm.max(1e-9)), NONE, NONE] }
    }

    /// The hole on the rim between two places whose nearest points differ.
    fn between(&self, from: &Place, to: &Place, a: u32, b: u32) -> Option<Hole> {
        let (pa, pb) = (self.places[a as usize], self.places[b as usize]);
        let nearer_b = |x: &Place| (x - pa).norm_squared() - (x - pb).norm_squared();
        let (start, end) = (nearer_b(from), nearer_b(to));
        let t = if end > start { (-start / (end - start)).clamp(0.0, 1.0) } else { 0.5 };
        let place = from + (to - from) * t;
        let depth_mm = (place - pa).norm().min((place - pb).norm());
        let along = (to - from).try_normalize(1e-9)?;
        let (ua, ub) = ((pa - place) / depth_mm, (pb - place) / depth_mm);
        let (back, forth) = (ua.dot(&along), ub.dot(&along));
        if !(back < 0.0 && forth > 0.0) {
            return None;
        }
        let share = forth / (forth - back);
        Some(Hole { depth_mm, slopes: [self.slope(a, ua * share), self.slope(b, ub * (1.0 - share)), NONE] })
    }

    fn inside(&self, nearest: &[Nearest], least: f64) -> Vec<Hole> {
        // For each three points that are nearest to some sample, the sample most equally near to them.
        let mut threes: Vec<([u32; 3], f64, &Sample, usize)> = Vec::new();
        for (index, cluster) in self.cover.inner.clusters.iter().enumerate() {
            let (list, members) = (self.watch.inner.of(index), cluster.members.clone());
            let samples = self.cover.inner.samples[members.clone()].iter().zip(&nearest[members]);
            for (sample, _) in samples.filter(|(_, (squared, _))| *squared >= NEARBY * NEARBY * least) {
                if let Some((three, spread)) = self.three_nearest(&sample.place, list) {
                    threes.push((three, spread, sample, index));
                }
            }
        }
        threes.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
        threes.dedup_by_key(|(three, ..)| *three);
        let mut holes: Vec<([u32; 3], Hole)> = threes
            .into_iter()
            .filter_map(|(three, _, sample, index)| self.amid(three, sample, self.watch.inner.of(index)))
            .filter(|(_, hole)| hole.depth_mm * hole.depth_mm >= least)
            .collect();
        holes.sort_unstable_by_key(|(three, _)| *three);
        holes.dedup_by_key(|(three, _)| *three);
        holes.into_iter().map(|(_, hole)| hole).collect()
    }

    /// The labels of the three nearest points in order, and how unequally far they are.
    fn three_nearest(&self, at: &Place, list: &[u32]) -> Option<([u32; 3], f64)> {
        let mut three = [(f64::INFINITY, u32::MAX); 3];
        for &label in list {
            let squared = (self.places[label as usize] - at).norm_squared();
            if squared < three[2].0 {
                three[2] = (squared, label);
                if three[2].0 < three[1].0 {
                    three.swap(1, 2);
                }
                if three[1].0 < three[0].0 {
                    three.swap(0, 1);
                }
            }
        }
        let mut labels = three.map(|(_, label)| label);
        labels.sort_unstable();
        (three[2].1 != u32::MAX).then(|| (labels, three[2].0 - three[0].0))
    }

    /// The hole between three points, searched from a sample near it. Where other points are nearer to
    /// what is found, it is searched among those: small holes hold no sample.
    fn amid(&self, mut three: [u32; 3], sample: &Sample, list: &[u32]) -> Option<([u32; 3], Hole)> {
        let mut from = (sample.at, sample.place);
        for _ in 0..WALKS {
            let corners = three.map(|label| self.places[label as usize]);
            let at = self.equally_near(&corners, sample.chart, from)?;
            let frame = self.domain.charts[sample.chart].skin.frame(at);
            let depth = (corners[0] - frame.place).norm() * NEARER;
            let (nearest, _) = self.three_nearest(&frame.place, list)?;
            let is_nearer = |label: &u32| {
                !three.contains(label)
                    && (self.places[*label as usize] - frame.place).norm_squared() < depth * depth
            };
            if !nearest.iter().any(is_nearer) {
                // A hole beyond the midline is the mirror image of one on this side.
                let on_this_side = if self.domain.half { Point2::new(at.x.abs(), at.y) } else { at };
                self.domain.zone_at(sample.chart, on_this_side)?;
                return Some((three, self.hole(three, &corners, &frame)?));
            }
            (three, from) = (nearest, (at, frame.place));
        }
        None
    }

    /// The hole at a place that is equally near to three points, when they stand all around it.
    fn hole(&self, three: [u32; 3], corners: &[Place; 3], frame: &Frame) -> Option<Hole> {
        let place = frame.place;
        let depth_mm = corners.iter().map(|corner| (place - corner).norm()).sum::<f64>() / 3.0;
        let towards = corners.map(|corner| (corner - place) / depth_mm);
        let (across, along) = frame.directions()?;
        let flat = towards.map(|u| Vector2::new(u.dot(&across), u.dot(&along)));
        let weights = [flat[1].perp(&flat[2]), flat[2].perp(&flat[0]), flat[0].perp(&flat[1])];
        let sum: f64 = weights.iter().sum();
        // Where the three stand to one side the distance grows beyond them: no hole of theirs.
        if sum.abs() < 1e-9 || weights.iter().any(|weight| weight / sum < -ASKEW) {
            return None;
        }
        let slope = |k: usize| self.slope(three[k], towards[k] * (weights[k] / sum).max(0.0));
        Some(Hole { depth_mm, slopes: [slope(0), slope(1), slope(2)] })
    }

    /// Where on the skin three places are equally near, by Newton's method.
    fn equally_near(
        &self,
        [a, b, c]: &[Place; 3],
        chart: usize,
        (mut at, place): (ChartPoint, Place),
    ) -> Option<ChartPoint> {
        let skin = self.domain.charts[chart].skin;
        let farthest = (a - place).norm();
        for _ in 0..NEWTON_STEPS {
            let frame = skin.frame(at);
            let row = |other: &Place| {
                let apart = other - a;
                // |x - a|^2 - |x - other|^2, and its slope by the chart coordinates.
                let unequal = apart.dot(&((frame.place - a) + (frame.place - other)));
                (2.0 * apart.dot(&frame.du), 2.0 * apart.dot(&frame.dv), -unequal)
            };
            let (first, second) = (row(b), row(c));
            let step = Matrix2::new(first.0, first.1, second.0, second.1).try_inverse()?
                * Vector2::new(first.2, second.2);
            let length = (frame.du * step.x + frame.dv * step.y).norm();
            if length > farthest {
                return None;
            }
            at += step;
            if length < LAST_STEP * farthest {
                break;
            }
        }
        Some(at)
    }
}
