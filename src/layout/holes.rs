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
use super::neighbours::{NOBODY, Nearest, Neighbourhood, nearest, nearest_to, places};

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

/// How far from a sample points are looked for, in spacings.
const REACH: f64 = 1.0;
/// How many points are known at a sample: three bound a hole there, others may lie nearer to it.
const KNOWN: usize = 5;
/// No sample is this far from the place it stands for, in pitches.
const ASIDE: f64 = 0.75;

/// Finds the holes of a layout that are deeper than a share of the deepest.
pub(super) fn find(domain: &Domain, cover: &Cover, spots: &[Spot], spacing_mm: f64, share: f64) -> Holes {
    if spots.is_empty() {
        return Holes::default();
    }
    let reach_mm = REACH * spacing_mm;
    let mut inner: Vec<Nearest<KNOWN>> = nearest(domain, &cover.inner, spots, reach_mm);
    let rim: Vec<Nearest<1>> = nearest(domain, &cover.rim, spots, reach_mm);
    let finder = Finder { domain, cover, spots, reach_mm, places: places(spots) };
    let (in_deep, on_deep) = (deepest(&inner), deepest(&rim));
    let (deepest, label, sample) = match (in_deep, on_deep) {
        (Some(a), Some(b)) if b.0 > a.0 => (b.0, b.1, &cover.rim.samples[b.2]),
        (Some(a), _) => (a.0, a.1, &cover.inner.samples[a.2]),
        (None, Some(b)) => (b.0, b.1, &cover.rim.samples[b.2]),
        (None, None) => return Holes::default(),
    };
    let least = deepest * share * share;
    let mut list = finder.along_rim(&rim, least);
    list.extend(finder.inside(&mut inner, least));
    let found = list.iter().map(|hole| hole.depth_mm).fold(0.0, f64::max);
    if deepest > found * found {
        list.push(finder.below(&sample.place(), label));
    }
    let gap_mm = found.max(deepest.sqrt());
    Holes { list, gap_mm }
}

/// The sample farthest from its nearest point: how far, squared, that point's label, and its index.
fn deepest<const K: usize>(near: &[Nearest<K>]) -> Option<(f64, u32, usize)> {
    let mut deepest: Option<(f64, usize)> = None;
    for (index, near) in near.iter().enumerate() {
        if deepest.is_none_or(|(most, _)| near.squared() > most) {
            deepest = Some((near.squared(), index));
        }
    }
    deepest.map(|(squared, index)| (squared, near[index].labels[0], index))
}

struct Finder<'a> {
    domain: &'a Domain<'a>,
    cover: &'a Cover,
    spots: &'a [Spot],
    reach_mm: f64,
    /// By label.
    places: Vec<Place>,
}

/// No slope: fills up the three of a hole that fewer points bound.
const NONE: (usize, Vector3<f64>) = (0, Vector3::new(0.0, 0.0, 0.0));

/// The labels of three points, in order.
type Three = [u32; 3];

/// The three nearest points.
fn three(near: &Nearest<KNOWN>) -> Option<Three> {
    let mut three = [near.labels[0], near.labels[1], near.labels[2]];
    three.sort_unstable();
    (three[2] != NOBODY).then_some(three)
}

impl Finder<'_> {
    /// The slope of a depth by the spot of a label; a mirror image moves as the mirror does.
    fn slope(&self, label: u32, by: Vector3<f64>) -> (usize, Vector3<f64>) {
        let index = label as usize % self.spots.len();
        (index, if label as usize == index { by } else { mirrored_vector(&by) })
    }

    fn along_rim(&self, nearest: &[Nearest<1>], least: f64) -> Vec<Hole> {
        let samples = &self.cover.rim.samples;
        let mut holes = Vec::new();
        for stretch in &self.cover.stretches {
            let (near, at) = (&nearest[stretch.clone()], &samples[stretch.clone()]);
            let mut just_before = false;
            for (k, &Nearest { squares: [squared], labels: [label] }) in near.iter().enumerate() {
                let after =
                    near.get(k + 1).filter(|n| n.labels[0] != label && squared.max(n.squared()) >= least);
                let between =
                    after.and_then(|n| self.between(&at[k].place(), &at[k + 1].place(), label, n.labels[0]));
                // A corner that sticks out is farther than what is beside it.
                let lower = |other: Option<&Nearest<1>>| other.is_none_or(|n| n.squared() <= squared);
                let beside = just_before || between.is_some();
                if squared >= least
                    && !beside
                    && lower(k.checked_sub(1).map(|k| &near[k]))
                    && lower(near.get(k + 1))
                {
                    holes.push(self.below(&at[k].place(), label));
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

    fn inside(&self, nearest: &mut [Nearest<KNOWN>], least: f64) -> Vec<Hole> {
        // For each three points that are nearest to some sample, the sample most equally near to them.
        let known = (self.reach_mm - 2.0 * ASIDE * self.cover.pitch_mm).max(0.0);
        let samples = &self.cover.inner.samples;
        let mut around = None;
        let mut threes: Vec<(Three, f64, u32)> = Vec::new();
        for (index, (near, sample)) in nearest.iter_mut().zip(samples).enumerate() {
            if near.squared() < NEARBY * NEARBY * least {
                continue;
            }
            if near.squared() > known * known {
                // The three of a deep hole may lie beyond the reach.
                let around =
                    around.get_or_insert_with(|| Neighbourhood::new(self.domain, self.spots, self.reach_mm));
                *near = nearest_to(around, &sample.place());
            }
            if let Some(three) = three(near) {
                let spread = near.squares[2] - near.squares[0];
                // Neighbouring samples mostly have the same three.
                match threes.last_mut() {
                    Some(last) if last.0 == three => {
                        if spread < last.1 {
                            *last = (three, spread, index as u32);
                        }
                    }
                    _ => threes.push((three, spread, index as u32)),
                }
            }
        }
        threes.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
        threes.dedup_by_key(|(three, ..)| *three);
        let amid = |(three, _, index): &(Three, f64, u32)| {
            self.amid(*three, &samples[*index as usize], &nearest[*index as usize])
        };
        let mut holes: Vec<(Three, Hole)> = threes.iter().filter_map(amid).collect();
        holes.retain(|(_, hole)| hole.depth_mm * hole.depth_mm >= least);
        holes.sort_unstable_by_key(|(three, _)| *three);
        holes.dedup_by_key(|(three, _)| *three);
        holes.into_iter().map(|(_, hole)| hole).collect()
    }

    /// The points known at a sample, as seen from a place beside it.
    fn seen_from(&self, place: &Place, known: &Nearest<KNOWN>) -> Nearest<KNOWN> {
        let mut near = Nearest::NONE;
        for &label in known.labels.iter().filter(|&&label| label != NOBODY) {
            near.take(label, (self.places[label as usize] - place).norm_squared());
        }
        near
    }

    /// The hole between three points, searched from a sample near it. Where other points are nearer to
    /// what is found, it is searched among those: small holes hold no sample.
    fn amid(&self, mut three: Three, sample: &Sample, known: &Nearest<KNOWN>) -> Option<(Three, Hole)> {
        let (mut at, mut frame) = (sample.at, sample.frame);
        for _ in 0..WALKS {
            let corners = three.map(|label| self.places[label as usize]);
            (at, frame) = self.equally_near(&corners, sample.chart, (at, frame))?;
            let depth = (corners[0] - frame.place).norm() * NEARER;
            let near = self.seen_from(&frame.place, known);
            let nearer =
                near.squares.iter().zip(&near.labels).filter(|(squared, _)| **squared < depth * depth);
            if nearer.map(|(_, label)| label).all(|label| three.contains(label)) {
                // A hole beyond the midline is the mirror image of one on this side.
                let on_this_side = if self.domain.half { Point2::new(at.x.abs(), at.y) } else { at };
                self.domain.zone_at(sample.chart, on_this_side)?;
                return Some((three, self.hole(three, &corners, &frame)?));
            }
            three = self::three(&near)?;
        }
        None
    }

    /// The hole at a place that is equally near to three points, when they stand all around it.
    fn hole(&self, three: Three, corners: &[Place; 3], frame: &Frame) -> Option<Hole> {
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
        (mut at, mut frame): (ChartPoint, Frame),
    ) -> Option<(ChartPoint, Frame)> {
        let skin = self.domain.charts[chart].skin;
        let farthest = (a - frame.place).norm();
        for _ in 0..NEWTON_STEPS {
            let row = |other: &Place| {
                let apart = other - a;
                // |x - a|^2 - |x - other|^2, and its slope by the chart coordinates.
                let unequal = apart.dot(&((frame.place - a) + (frame.place - other)));
                (2.0 * apart.dot(&frame.du), 2.0 * apart.dot(&frame.dv), -unequal)
            };
            let (first, second) = (row(b), row(c));
            let step = Matrix2::new(first.0, first.1, second.0, second.1).try_inverse()?
                * Vector2::new(first.2, second.2);
            let way = frame.du * step.x + frame.dv * step.y;
            if way.norm() > farthest {
                return None;
            }
            at += step;
            if way.norm() < LAST_STEP * farthest {
                // So short a way ends on the skin, as near as matters.
                frame.place += way;
                return Some((at, frame));
            }
            frame = skin.frame(at);
        }
        Some((at, frame))
    }
}
