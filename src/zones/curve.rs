//! Sampling of borders and edges into short straight pieces.
//!
//! Whatever is sampled is sampled in one direction only, from its lesser end, so that two zones that
//! draw the same edge or curve get the same vertices to the last bit.

use nalgebra::Point2;

use super::drawn::{Course, DrawnLine};
use crate::body::{Chart, ChartPoint};

/// No edge of an outline is longer, in mm by [`Metric`].
const LONGEST_EDGE_MM: f64 = 2.0;
/// No edge of a sampled curve leaves the curve by more, in mm.
const SAGITTA_MM: f64 = 0.05;
/// Places closer than this count as the same, in mm: a hundredth of what a hand can set.
pub(super) const SAME_PLACE_MM: f64 = 0.01;

/// A chart's plain measure of length: how many mm a unit of the first coordinate is, taking the head
/// as a cylinder of 72 mm radius and the neck as one of 52 mm. Good enough to sample by, never used
/// to space points.
#[derive(Clone, Copy, Debug)]
pub(super) struct Metric(f64);

impl Metric {
    pub(super) fn of(chart: Chart) -> Self {
        Self(match chart {
            Chart::Head => 1.25,
            Chart::Neck => 0.9,
            Chart::Submental | Chart::Chest | Chart::Flat => 1.0,
        })
    }

    /// Distance of two places in mm.
    pub(super) fn distance(self, a: ChartPoint, b: ChartPoint) -> f64 {
        let (du, dv) = ((b.x - a.x) * self.0, b.y - a.y);
        (du * du + dv * dv).sqrt()
    }

    /// mm2 per squared chart unit.
    pub(super) fn area(self) -> f64 {
        self.0
    }
}

/// A border sampled once, segment by segment between its drawn points.
#[derive(Clone, Debug)]
pub(super) struct SampledBorder {
    pub(super) chart: Chart,
    /// The drawn points.
    pub(super) points: Vec<ChartPoint>,
    /// The vertices from each drawn point to the next, both included.
    segments: Vec<Vec<ChartPoint>>,
}

impl SampledBorder {
    pub(super) fn new(line: &DrawnLine) -> Self {
        let points: Vec<ChartPoint> = line.points.iter().map(|point| point.at).collect();
        let segments = match line.course {
            Course::Smooth => smooth_segments(&points, line.chart),
            Course::Straight => {
                points.windows(2).map(|ends| straight(ends[0], ends[1], line.chart)).collect()
            }
        };
        Self { chart: line.chart, points, segments }
    }

    /// The vertices between two drawn points, both included, in the direction asked for.
    pub(super) fn between(&self, from: usize, to: usize) -> Vec<ChartPoint> {
        let (low, high) = (from.min(to), from.max(to));
        let mut vertices = joined(self.segments.get(low..high).unwrap_or_default());
        if from > to {
            vertices.reverse();
        }
        vertices
    }

    /// All vertices, first drawn point to last.
    pub(super) fn whole(&self) -> Vec<ChartPoint> {
        joined(&self.segments)
    }
}

fn joined(segments: &[Vec<ChartPoint>]) -> Vec<ChartPoint> {
    let mut vertices: Vec<ChartPoint> =
        segments.first().and_then(|s| s.first()).copied().into_iter().collect();
    for segment in segments {
        vertices.extend(segment.iter().skip(1));
    }
    vertices
}

/// A straight edge with both its ends.
pub(super) fn straight(from: ChartPoint, to: ChartPoint, chart: Chart) -> Vec<ChartPoint> {
    if precedes(to, from) {
        let mut vertices = straight(to, from, chart);
        vertices.reverse();
        return vertices;
    }
    let pieces = (Metric::of(chart).distance(from, to) / LONGEST_EDGE_MM).ceil().max(1.0) as usize;
    let mut vertices: Vec<_> = (0..pieces).map(|i| from + (to - from) * (i as f64 / pieces as f64)).collect();
    vertices.push(to);
    vertices
}

/// A smooth curve through all places, with every drawn place among its vertices.
pub(super) fn smooth(points: &[ChartPoint], chart: Chart) -> Vec<ChartPoint> {
    joined(&smooth_segments(points, chart))
}

/// Centripetal Catmull-Rom (Yuksel, Schaefer, Keyser 2011: no cusps, no loops within a segment).
///
/// A curve that returns to its first point runs smoothly through it. One that ends on the midline
/// meets its own mirror image smoothly. Any other end is continued straight.
fn smooth_segments(points: &[ChartPoint], chart: Chart) -> Vec<Vec<ChartPoint>> {
    let [first, .., last] = points else { return Vec::new() };
    let (second, before_last) = (points[1], points[points.len() - 2]);
    let closed = first == last && points.len() > 3;
    if precedes(*last, *first) || (closed && precedes(before_last, second)) {
        let backwards: Vec<_> = points.iter().rev().copied().collect();
        let mut segments = smooth_segments(&backwards, chart);
        segments.reverse();
        segments.iter_mut().for_each(|segment| segment.reverse());
        return segments;
    }
    let (lead, trail) =
        if closed { (before_last, second) } else { (beyond(*first, second), beyond(*last, before_last)) };
    let at = |i: isize| {
        if i < 0 { lead } else { points.get(i as usize).copied().unwrap_or(trail) }
    };
    (0..points.len() as isize - 1)
        .map(|i| smooth_segment([at(i - 1), at(i), at(i + 1), at(i + 2)], chart))
        .collect()
}

/// The place that continues a curve beyond its end.
fn beyond(end: ChartPoint, neighbour: ChartPoint) -> ChartPoint {
    if end.x == 0.0 && neighbour.x != 0.0 {
        Point2::new(-neighbour.x, neighbour.y)
    } else {
        end + (end - neighbour)
    }
}

/// One segment, from the second place to the third, in as few edges as keep to it.
fn smooth_segment(places: [ChartPoint; 4], chart: Chart) -> Vec<ChartPoint> {
    let metric = Metric::of(chart);
    let [p0, p1, p2, p3] = places;
    let step = |a, b| metric.distance(a, b).sqrt();
    let t1 = step(p0, p1);
    let t2 = t1 + step(p1, p2);
    let t3 = t2 + step(p2, p3);
    let mix = |a: ChartPoint, b: ChartPoint, ta: f64, tb: f64, t: f64| {
        ChartPoint::from((a.coords * (tb - t) + b.coords * (t - ta)) / (tb - ta))
    };
    let curve = |s: f64| {
        let t = t1 + (t2 - t1) * s;
        let (a, b, c) = (mix(p0, p1, 0.0, t1, t), mix(p1, p2, t1, t2, t), mix(p2, p3, t2, t3, t));
        mix(mix(a, b, 0.0, t2, t), mix(b, c, t1, t3, t), t1, t2, t)
    };
    let sampled = |pieces: usize| -> Vec<ChartPoint> {
        let inner = (1..pieces).map(|i| curve(i as f64 / pieces as f64));
        std::iter::once(p1).chain(inner).chain([p2]).collect()
    };
    let keeps = |vertices: &[ChartPoint]| {
        let pieces = vertices.len() - 1;
        vertices.windows(2).enumerate().all(|(i, ends)| {
            let middle = curve((i as f64 + 0.5) / pieces as f64);
            let edge = metric.distance(ends[0], ends[1]);
            let off = (ends[1] - ends[0]).perp(&(middle - ends[0])).abs() * metric.area();
            edge <= LONGEST_EDGE_MM && off <= SAGITTA_MM * edge
        })
    };
    let mut pieces = (metric.distance(p1, p2) / LONGEST_EDGE_MM).ceil().max(1.0) as usize;
    loop {
        let vertices = sampled(pieces);
        // A curve is never much longer than a few times its chord; the bound only ends the search.
        if keeps(&vertices) || pieces > 100_000 {
            return vertices;
        }
        pieces += 1 + pieces / 8;
    }
}

/// The order of places that decides which way an edge is sampled.
fn precedes(a: ChartPoint, b: ChartPoint) -> bool {
    (a.x, a.y) < (b.x, b.y)
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    fn places(points: &[[f64; 2]]) -> Vec<ChartPoint> {
        points.iter().map(|p| Point2::new(p[0], p[1])).collect()
    }

    #[test]
    fn an_edge_has_the_same_vertices_both_ways() {
        let (a, b) = (Point2::new(3.3, 0.1), Point2::new(17.7, -31.9));
        let mut back = straight(b, a, Chart::Head);
        back.reverse();
        assert_eq!(straight(a, b, Chart::Head), back);
        let curve = places(&[[40.0, 3.3], [31.0, 9.1], [12.0, 7.7], [5.0, -20.0]]);
        let mut reversed = curve.clone();
        reversed.reverse();
        let mut back = smooth(&reversed, Chart::Head);
        back.reverse();
        assert_eq!(smooth(&curve, Chart::Head), back);
    }

    #[test]
    fn no_edge_is_longer_than_two_millimetres_and_drawn_points_stay() {
        let curve = places(&[[0.0, 55.7], [20.0, 55.7], [45.0, 50.0], [60.0, 37.8], [75.0, 5.2]]);
        let vertices = smooth(&curve, Chart::Head);
        let metric = Metric::of(Chart::Head);
        assert!(vertices.windows(2).all(|ends| metric.distance(ends[0], ends[1]) <= LONGEST_EDGE_MM));
        assert!(curve.iter().all(|point| vertices.contains(point)));
        let edge = straight(curve[0], curve[4], Chart::Head);
        assert!(edge.windows(2).all(|ends| metric.distance(ends[0], ends[1]) <= LONGEST_EDGE_MM + 1e-9));
    }

    /// The angle between the edges before and after a vertex, in radians.
    fn turn(before: ChartPoint, at: ChartPoint, after: ChartPoint) -> f64 {
        (at - before).angle(&(after - at))
    }

    #[test]
    fn a_curve_meets_its_mirror_image_as_smoothly_as_it_runs_on() {
        let half = places(&[[0.0, 10.0], [20.0, 20.0], [40.0, 0.0]]);
        let both: Vec<_> =
            half[1..].iter().rev().map(|p| Point2::new(-p.x, p.y)).chain(half.clone()).collect();
        let vertices = smooth(&half, Chart::Flat);
        let image = Point2::new(-vertices[1].x, vertices[1].y);
        let whole = smooth(&both, Chart::Flat);
        let middle = whole.iter().position(|p| *p == half[0]).unwrap();
        let drawn_whole = turn(whole[middle - 1], whole[middle], whole[middle + 1]);
        assert_relative_eq!(turn(image, vertices[0], vertices[1]), drawn_whole, epsilon = 1e-9);
    }

    #[test]
    fn a_closed_curve_turns_where_it_closes_as_it_does_at_its_other_points() {
        let ring = places(&[[20.0, 0.0], [0.0, 20.0], [-20.0, 0.0], [0.0, -20.0], [20.0, 0.0]]);
        let vertices = smooth(&ring, Chart::Flat);
        let top = vertices.iter().position(|p| *p == ring[1]).unwrap();
        let at_close = turn(vertices[vertices.len() - 2], vertices[0], vertices[1]);
        let at_top = turn(vertices[top - 1], vertices[top], vertices[top + 1]);
        assert_relative_eq!(at_close, at_top, epsilon = 1e-9);
        assert!(at_close < 0.3, "{at_close}");
    }
}
