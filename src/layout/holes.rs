//! Deep holes: the places where the distance to the nearest point is greatest, found exactly.
//!
//! The distance from a place to its nearest point has its local maxima where three points are
//! equally near (a vertex of their Voronoi diagram), where two are equally near on the rim, and in
//! corners of the rim. The first are solved for from the circles through `threes` of points, the others
//! from samples of the rim. With each depth comes its slope: by the envelope theorem, moving point `i` by
//! `d` changes the depth by `w_i u_i . d`, with `u_i` the direction from the hole to the point and `w_i`
//! the weights (at least 0, of sum 1) for which the `w_i u_i` cancel along the skin.

use nalgebra::{Matrix2, Point2, Vector2, Vector3};

use crate::body::{ChartPoint, Frame, Place};

use super::cover::Cover;
use super::crowd::Crowd;
use super::domain::{Domain, Spot, mirrored, mirrored_vector};
use super::neighbours::places;
use super::threes::{Labels, ROUND, Three, circle, is_empty};
use super::tree::{Nearest, Watch};

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

/// The hole between three points keeps its depth, in radii of their circle, to this share while they move as
/// little as they may before the threes are made anew.
const KEPT: f64 = 1.03;
/// Another point this much nearer shows that a hole is not one; of four that stand in a rectangle,
/// as mirror images do, any three will do.
const NEARER: f64 = 1.0 - 1e-4;
/// Weights below 0 by no more count as 0, for the same reason.
const ASKEW: f64 = 0.02;
/// The steps of Newton's method to a hole, the last being one shorter than this share of its depth: what
/// is left then is the square of it.
const NEWTON_STEPS: usize = 6;
const LAST_STEP: f64 = 5e-3;

/// The deepest hole on the rim lies beside a sample of this share of the deepest sample's depth.
const DEEP: f64 = 0.8;

/// Finds the holes of a layout that are deeper than a share of the deepest.
pub(super) fn find(domain: &Domain, cover: &Cover, spots: &[Spot], crowd: &mut Crowd, share: f64) -> Holes {
    if spots.is_empty() {
        return Holes::default();
    }
    let finder = Finder { domain, spots, lists: &crowd.lists, places: places(spots) };
    let mut list = finder.along_rim(cover, &mut crowd.rim, share);
    finder.inside(&mut crowd.threes, share, &mut list);
    let gap_mm = deepest_mm(&list);
    list.retain(|hole| hole.depth_mm >= share * gap_mm);
    Holes { list, gap_mm }
}

/// The depth of the deepest hole in mm, though it were too wide for three neighbours to bound it.
pub(super) fn gap_mm(domain: &Domain, cover: &Cover, spots: &[Spot], crowd: &mut Crowd) -> f64 {
    let samples = cover.inner.tree.nearest(domain, spots, &mut Watch::once());
    let deepest = samples.iter().map(|near| near.squared).fold(0.0, f64::max);
    find(domain, cover, spots, crowd, DEEP).gap_mm.max(deepest.sqrt())
}

fn deepest_mm(holes: &[Hole]) -> f64 {
    holes.iter().map(|hole| hole.depth_mm).fold(0.0, f64::max)
}

struct Finder<'a> {
    domain: &'a Domain,
    spots: &'a [Spot],
    /// Of each spot, the labels of those near it.
    lists: &'a [Vec<u32>],
    /// By label.
    places: Vec<Place>,
}

/// No slope: fills up the three of a hole that fewer points bound.
const NONE: (usize, Vector3<f64>) = (0, Vector3::new(0.0, 0.0, 0.0));

impl Finder<'_> {
    /// The slope of a depth by the spot of a label; a mirror image moves as the mirror does.
    fn slope(&self, label: u32, by: Vector3<f64>) -> (usize, Vector3<f64>) {
        let index = label as usize % self.spots.len();
        (index, if label as usize == index { by } else { mirrored_vector(&by) })
    }

    /// The holes on the rim, those deeper than a share of the deepest.
    fn along_rim(&self, cover: &Cover, watch: &mut Watch, share: f64) -> Vec<Hole> {
        let samples = &cover.rim.samples;
        let nearest = cover.rim.tree.nearest(self.domain, self.spots, watch);
        let deepest = nearest.iter().map(|near| near.squared).fold(0.0, f64::max);
        let least = share * share * deepest;
        let mut holes = Vec::new();
        for stretch in &cover.stretches {
            let (near, at) = (&nearest[stretch.clone()], &samples[stretch.clone()]);
            let mut just_before = false;
            for (k, &Nearest { squared, label }) in near.iter().enumerate() {
                let after = near.get(k + 1).filter(|n| n.label != label && squared.max(n.squared) >= least);
                let between = after
                    .map(|n| self.between(&at[k].place(), &at[k + 1].place(), label, n.label))
                    .unwrap_or_default();
                // A corner that sticks out is farther than what is beside it.
                let lower = |other: Option<&Nearest>| other.is_none_or(|n| n.squared <= squared);
                let found = between.iter().any(Option::is_some);
                let beside = just_before || found;
                if squared >= least
                    && !beside
                    && lower(k.checked_sub(1).map(|k| &near[k]))
                    && lower(near.get(k + 1))
                {
                    holes.push(self.below(&at[k].place(), label));
                }
                just_before = found;
                holes.extend(between.into_iter().flatten());
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

    /// The hole on the rim between two places whose nearest points differ, or the two on either side of a
    /// third point that is nearer in between.
    fn between(&self, from: &Place, to: &Place, a: u32, b: u32) -> [Option<Hole>; 2] {
        let middle = self.bisector(from, to, a, b);
        let hole = |a: u32, b: u32| self.at_bisector(from, to, a, b, &self.bisector(from, to, a, b));
        match self.nearer(&middle, a, b) {
            Some(third) => [hole(a, third), hole(third, b)],
            None => [self.at_bisector(from, to, a, b, &middle), None],
        }
    }

    /// Where between two places two points are equally near.
    fn bisector(&self, from: &Place, to: &Place, a: u32, b: u32) -> Place {
        let (pa, pb) = (self.places[a as usize], self.places[b as usize]);
        let nearer_b = |x: &Place| (x - pa).norm_squared() - (x - pb).norm_squared();
        let (start, end) = (nearer_b(from), nearer_b(to));
        let t = if end > start { (-start / (end - start)).clamp(0.0, 1.0) } else { 0.5 };
        from + (to - from) * t
    }

    /// The point nearest to a place, where it is nearer than two that are known.
    fn nearer(&self, place: &Place, a: u32, b: u32) -> Option<u32> {
        let far = |label: u32| (self.places[label as usize] - place).norm_squared();
        let known = far(a).min(far(b)) * NEARER * NEARER;
        // Mirror images keep no list; one of a pair beside the midline is a spot.
        let list = [a, b].into_iter().find_map(|label| self.lists.get(label as usize))?;
        let others = list.iter().map(|&label| (far(label), label)).filter(|(far, _)| *far < known);
        others.min_by(|x, y| x.0.total_cmp(&y.0)).map(|(_, label)| label)
    }

    /// The hole on the rim at a place where two points are equally near, when they stand on either side.
    fn at_bisector(&self, from: &Place, to: &Place, a: u32, b: u32, place: &Place) -> Option<Hole> {
        let (pa, pb) = (self.places[a as usize], self.places[b as usize]);
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

    /// Adds the holes between three points, those deeper than a share of the deepest.
    fn inside(&self, threes: &mut [Three], share: f64, holes: &mut Vec<Hole>) {
        let mut circles: Vec<(f64, Place, usize)> = Vec::with_capacity(threes.len());
        for (index, three) in threes.iter().enumerate() {
            let corners = three.labels.map(|label| self.places[label as usize]);
            circles.extend(circle(&corners).map(|(middle, squared)| (squared, middle, index)));
        }
        circles.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.2.cmp(&b.2)));
        let mut deepest = deepest_mm(holes);
        for (squared, middle, index) in circles {
            let three = &mut threes[index];
            let (radius_mm, least_mm) = (squared.sqrt(), share * deepest);
            if radius_mm < least_mm * ROUND {
                break;
            }
            if radius_mm * three.deeper < least_mm {
                continue;
            }
            let list = &self.lists[three.labels[0] as usize];
            if !is_empty(list, &self.places, three.labels, &middle, squared * ROUND * ROUND) {
                continue;
            }
            let hole = self.amid(three, &middle);
            if let Some((.., frame)) = three.found {
                let corner = self.places[three.labels[0] as usize];
                three.deeper = KEPT * (corner - frame.place).norm() / radius_mm;
            }
            if let Some(hole) = hole {
                deepest = deepest.max(hole.depth_mm);
                holes.push(hole);
            }
        }
    }

    /// The hole between three points, on the chart of one of them, searched from where it was before or
    /// from the middle of their circle.
    fn amid(&self, three: &mut Three, middle: &Place) -> Option<Hole> {
        let corners = three.labels.map(|label| self.places[label as usize]);
        let charts = three.labels.map(|label| self.spots[label as usize % self.spots.len()].chart);
        let before = three.found.take();
        for (k, &chart) in charts.iter().enumerate().filter(|(k, chart)| !charts[..*k].contains(chart)) {
            let start = match before {
                Some((known, at, frame)) if known == chart => (at, frame),
                _ => self.below_middle(three.labels[k], middle),
            };
            let Some((at, frame)) = self.equally_near(&corners, chart, start) else { continue };
            let depth = (corners[0] - frame.place).norm() * NEARER;
            let list = &self.lists[three.labels[0] as usize];
            if !is_empty(list, &self.places, three.labels, &frame.place, depth * depth) {
                three.found = Some((chart, at, frame));
                return None;
            }
            // A hole beyond the midline is the mirror image of one on this side.
            let on_this_side = if self.domain.half { Point2::new(at.x.abs(), at.y) } else { at };
            if self.domain.zone_at(chart, on_this_side).is_some() {
                three.found = Some((chart, at, frame));
                return self.hole(three.labels, &corners, &frame);
            }
        }
        None
    }

    /// The place on the skin below the middle of a circle through a point, about.
    fn below_middle(&self, label: u32, middle: &Place) -> (ChartPoint, Frame) {
        let spot = &self.spots[label as usize % self.spots.len()];
        let image = label as usize >= self.spots.len();
        let middle = if image { mirrored(middle) } else { *middle };
        let mut at = spot.at + spot.frame.chart_step(&(middle - spot.place()));
        if image {
            at.x = -at.x;
        }
        (at, self.domain.charts[spot.chart].skin.frame(at))
    }

    /// The hole at a place that is equally near to three points, when they stand all around it.
    fn hole(&self, three: Labels, corners: &[Place; 3], frame: &Frame) -> Option<Hole> {
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
        let skin = &self.domain.charts[chart].skin;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::Polygon;
    use crate::layout::crowd::WIDEST;
    use crate::layout::domain::tests::on_a_plane;
    use crate::layout::{Goal, SpacingLimits};
    use crate::plan::Pattern;
    use proptest::prelude::*;

    /// A field of 60 mm, its points 12 mm apart but for as much as each is moved.
    const SIDE_MM: f64 = 60.0;
    const SPACING_MM: f64 = 12.0;
    const PITCH_MM: f64 = 2.8;

    /// The gap found, and the greatest distance from a point over a dense grid, both in mm.
    fn found_and_deepest(moves: &[(f64, f64)], left_out: usize) -> (f64, f64) {
        let ring = [(0.0, 0.0), (SIDE_MM, 0.0), (SIDE_MM, SIDE_MM), (0.0, SIDE_MM)];
        let square = Polygon::from_sound_rings(ring.map(|(x, y)| Point2::new(x, y)).to_vec(), Vec::new());
        let treated = on_a_plane(square);
        let domain = Domain::new(treated.into());
        let lattice = |k: usize| [k % 5, k / 5].map(|k| (k as f64 + 0.5) * SPACING_MM);
        let spots: Vec<Spot> = moves
            .iter()
            .enumerate()
            .filter(|(k, _)| *k != left_out)
            .map(|(k, (x, y))| (lattice(k), x, y))
            .map(|([u, v], x, y)| {
                domain.spot(0, Point2::new((u + x).clamp(6.0, 54.0), (v + y).clamp(6.0, 54.0)))
            })
            .collect();
        let limits = SpacingLimits { least_mm: 10.0, greatest_mm: 15.0 };
        let goal = Goal { spacing_mm: SPACING_MM, pattern: Pattern::Even, limits };
        let cover = Cover::new(&domain, 0, PITCH_MM);
        let mut crowd = Crowd::new(goal);
        crowd.update(&domain, &spots, goal);
        let found = gap_mm(&domain, &cover, &spots, &mut crowd);
        let depth = |at: Point2<f64>| {
            let place = domain.spot(0, at).place();
            domain
                .zone_at(0, at)
                .map(|_| spots.iter().map(|s| (s.place() - place).norm()).fold(f64::MAX, f64::min))
        };
        let grid = (0..=120 * 120).map(|k| Point2::new((k % 121) as f64 * 0.5, (k / 121) as f64 * 0.5));
        let deepest = grid.filter_map(depth).fold(0.0, f64::max);
        (found, deepest)
    }

    proptest! {
        #[test]
        fn no_place_of_a_dense_grid_is_deeper_than_the_deepest_hole(
            moves in prop::collection::vec((-5.0..5.0f64, -5.0..5.0f64), 25),
            left_out in 0..25usize,
        ) {
            let (found, deepest) = found_and_deepest(&moves, left_out);
            // One too wide for its three points to know of each other is found by samples alone.
            let short = if deepest + 0.75 < WIDEST * SPACING_MM { 1e-3 } else { PITCH_MM };
            prop_assert!(found > deepest - short && found < deepest + 0.75, "{found} mm for {deepest} mm");
        }
    }

    #[test]
    fn a_point_that_comes_between_two_samples_of_the_rim_is_seen() {
        let mut moves = vec![(0.0, 0.0); 25];
        (moves[16], moves[20], moves[22]) = ((-2.171, 0.833), (0.559, -4.424), (-0.325, -4.69));
        let (found, deepest) = found_and_deepest(&moves, 21);
        assert!((found - deepest).abs() < 0.5, "{found} mm for {deepest} mm");
    }
}
