//! Plane geometry of the charts: rings and polygons with holes.
//!
//! A [`Polygon`] that exists is finite, simple, has area, runs counter-clockwise outside and
//! clockwise in its holes. Coordinates are chart coordinates, never lengths on the skin.

use std::fmt;

use nalgebra::Point2;

/// A polygon with holes in chart coordinates.
#[derive(Clone, Debug, PartialEq)]
pub struct Polygon {
    outer: Vec<Point2<f64>>,
    holes: Vec<Vec<Point2<f64>>>,
}

/// Which ring of a polygon.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RingPlace {
    /// The outer ring.
    Outline,
    /// A hole, from 0.
    Hole(usize),
}

impl fmt::Display for RingPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Outline => f.write_str("outline"),
            Self::Hole(index) => write!(f, "hole {}", index + 1),
        }
    }
}

/// What keeps rings from being a polygon. Indices count from 0.
#[derive(Clone, Debug, PartialEq)]
pub enum RingFault {
    /// Fewer than three different points.
    TooFewPoints {
        /// The ring.
        ring: RingPlace,
        /// How many different points it has.
        points: usize,
    },
    /// A coordinate is NaN or infinite.
    NotFinite {
        /// The ring.
        ring: RingPlace,
        /// The point.
        index: usize,
    },
    /// The same point stands twice in a row.
    Repeated {
        /// The ring.
        ring: RingPlace,
        /// The second of the two.
        index: usize,
    },
    /// Two edges of a ring cross or touch.
    Crossing {
        /// The ring.
        ring: RingPlace,
        /// Where the first edge starts.
        first: usize,
        /// Where the second edge starts.
        second: usize,
        /// A place the edges share.
        at: Point2<f64>,
    },
    /// The ring has no area.
    NoArea {
        /// The ring.
        ring: RingPlace,
    },
    /// A hole crosses or lies outside the outline, or crosses or holds another hole.
    HoleMisplaced {
        /// The hole.
        hole: usize,
        /// What it conflicts with.
        with: RingPlace,
    },
}

impl Polygon {
    /// A polygon of an outer ring and holes. Rings are not closed by repeating the first point (one
    /// that is gets mended), and may run either way.
    ///
    /// # Errors
    /// Every fault of the rings, in their order.
    pub fn new(outer: Vec<Point2<f64>>, holes: Vec<Vec<Point2<f64>>>) -> Result<Self, Vec<RingFault>> {
        let mut faults = Vec::new();
        let mut rings = Vec::with_capacity(1 + holes.len());
        for (index, mut ring) in std::iter::once(outer).chain(holes).enumerate() {
            let place = if index == 0 { RingPlace::Outline } else { RingPlace::Hole(index - 1) };
            if ring.len() > 1 && ring.first() == ring.last() {
                ring.pop();
            }
            ring_faults(&ring, place, &mut faults);
            rings.push(ring);
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        for i in 1..rings.len() {
            let hole = i - 1;
            if rings_cross(&rings[0], &rings[i]) || !ring_contains(&rings[0], &rings[i][0]) {
                faults.push(RingFault::HoleMisplaced { hole, with: RingPlace::Outline });
            }
            for j in 1..i {
                let nested = ring_contains(&rings[j], &rings[i][0]) || ring_contains(&rings[i], &rings[j][0]);
                if nested || rings_cross(&rings[j], &rings[i]) {
                    faults.push(RingFault::HoleMisplaced { hole, with: RingPlace::Hole(j - 1) });
                }
            }
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        for (index, ring) in rings.iter_mut().enumerate() {
            if (signed_area(ring) > 0.0) != (index == 0) {
                ring.reverse();
            }
        }
        let outer = rings.remove(0);
        Ok(Self { outer, holes: rings })
    }

    /// A polygon whose rings are known to be in order, such as the outcome of a boolean operation.
    pub(crate) fn from_sound_rings(outer: Vec<Point2<f64>>, holes: Vec<Vec<Point2<f64>>>) -> Self {
        Self { outer, holes }
    }

    /// The outer ring, counter-clockwise, its last point joined to its first.
    pub fn outer(&self) -> &[Point2<f64>] {
        &self.outer
    }

    /// The holes, clockwise.
    pub fn holes(&self) -> &[Vec<Point2<f64>>] {
        &self.holes
    }

    /// The outer ring, then the holes.
    pub fn rings(&self) -> impl Iterator<Item = &[Point2<f64>]> {
        std::iter::once(self.outer.as_slice()).chain(self.holes.iter().map(Vec::as_slice))
    }

    /// Every edge of every ring.
    pub fn edges(&self) -> impl Iterator<Item = (Point2<f64>, Point2<f64>)> {
        self.rings().flat_map(ring_edges)
    }

    /// Whether a place lies inside. Places on the border may count either way.
    pub fn contains(&self, at: &Point2<f64>) -> bool {
        ring_contains(&self.outer, at) && !self.holes.iter().any(|hole| ring_contains(hole, at))
    }

    /// Where a line of equal second coordinate crosses the rings, in no order: a place of it lies inside that has
    /// an odd number of these beyond it.
    pub(crate) fn crossings(&self, v: f64) -> Vec<f64> {
        self.rings().flat_map(|ring| crossings(ring, v)).collect()
    }

    /// Area in squared chart units.
    pub fn area(&self) -> f64 {
        self.rings().map(signed_area).sum()
    }

    /// Least and greatest corner.
    pub fn bounds(&self) -> (Point2<f64>, Point2<f64>) {
        bounds(&self.outer)
    }

    /// What lies on either side of a line along which one coordinate, 0 or 1, is `at`: the part with
    /// more, then that with less; `None` where nothing does. Mirror images are cut into mirror images.
    /// Parts that the cut leaves apart stay joined along it.
    pub(crate) fn cut(&self, axis: usize, at: f64) -> [Option<Self>; 2] {
        [1.0, -1.0].map(|sign| self.side(axis, at, sign)).map(|half| half.filter(|half| half.area() > 0.0))
    }

    fn side(&self, axis: usize, at: f64, sign: f64) -> Option<Self> {
        let kept = |ring: &[Point2<f64>]| {
            let mut line: Vec<Point2<f64>> = Vec::new();
            for (a, b) in ring_edges(ring) {
                let (from, to) = ((a[axis] - at) * sign, (b[axis] - at) * sign);
                if from >= 0.0 {
                    line.push(a);
                }
                if (from < 0.0 && to > 0.0) || (from > 0.0 && to < 0.0) {
                    // From the nearer end on, so that a mirrored edge is crossed at the same place.
                    let (near, far) = if from.abs() <= to.abs() { (a, b) } else { (b, a) };
                    let (short, long) = (from.abs().min(to.abs()), from.abs().max(to.abs()));
                    let other = 1 - axis;
                    let mut crossing = near;
                    crossing[axis] = at;
                    crossing[other] = if short == long {
                        (near[other] + far[other]) / 2.0
                    } else {
                        near[other] + (far[other] - near[other]) * (short / (short + long))
                    };
                    line.push(crossing);
                }
            }
            (line.len() > 2).then_some(line)
        };
        let holes = self.holes.iter().filter_map(|hole| kept(hole)).collect();
        Some(Self::from_sound_rings(kept(&self.outer)?, holes))
    }

    /// The mirror image about the second axis, to the last bit.
    #[must_use]
    pub fn mirrored(&self) -> Self {
        let flip = |ring: &[Point2<f64>]| ring.iter().rev().map(|p| Point2::new(-p.x + 0.0, p.y)).collect();
        Self { outer: flip(&self.outer), holes: self.holes.iter().map(|hole| flip(hole)).collect() }
    }
}

/// The edges of a ring, the closing one last.
pub(crate) fn ring_edges(ring: &[Point2<f64>]) -> impl Iterator<Item = (Point2<f64>, Point2<f64>)> {
    (0..ring.len()).map(move |i| (ring[i], ring[(i + 1) % ring.len()]))
}

/// Least and greatest corner of some places.
pub(crate) fn bounds(points: &[Point2<f64>]) -> (Point2<f64>, Point2<f64>) {
    points.iter().fold(
        (Point2::new(f64::INFINITY, f64::INFINITY), Point2::new(f64::NEG_INFINITY, f64::NEG_INFINITY)),
        |(low, high), p| (low.inf(p), high.sup(p)),
    )
}

/// Area of a ring, positive counter-clockwise.
pub(crate) fn signed_area(ring: &[Point2<f64>]) -> f64 {
    let Some(origin) = ring.first() else { return 0.0 };
    ring_edges(ring).map(|(a, b)| (a - origin).perp(&(b - origin))).sum::<f64>() / 2.0
}

/// Whether a ring goes around a place (even-odd).
pub(crate) fn ring_contains(ring: &[Point2<f64>], at: &Point2<f64>) -> bool {
    crossings(ring, at.y).fold(false, |inside, crossing| inside != (at.x < crossing))
}

fn crossings(ring: &[Point2<f64>], v: f64) -> impl Iterator<Item = f64> + '_ {
    let crossed = ring_edges(ring).filter(move |(a, b)| (a.y > v) != (b.y > v));
    crossed.map(move |(a, b)| a.x + (v - a.y) / (b.y - a.y) * (b.x - a.x))
}

/// A place that two segments share, if any.
fn segments_meet(a: (Point2<f64>, Point2<f64>), b: (Point2<f64>, Point2<f64>)) -> Option<Point2<f64>> {
    let (d, e) = (a.1 - a.0, b.1 - b.0);
    let gap = b.0 - a.0;
    let cross = d.perp(&e);
    if cross != 0.0 {
        let (s, t) = (gap.perp(&e) / cross, gap.perp(&d) / cross);
        return ((0.0..=1.0).contains(&s) && (0.0..=1.0).contains(&t)).then(|| a.0 + d * s);
    }
    if d.perp(&gap) != 0.0 {
        return None;
    }
    // On one line: they meet where an end of one lies on the other.
    let within = |p: Point2<f64>, s: (Point2<f64>, Point2<f64>)| (p - s.0).dot(&(p - s.1)) <= 0.0;
    [b.0, b.1].into_iter().find(|&p| within(p, a)).or_else(|| [a.0, a.1].into_iter().find(|&p| within(p, b)))
}

fn ring_faults(ring: &[Point2<f64>], place: RingPlace, faults: &mut Vec<RingFault>) {
    let before = faults.len();
    for (index, point) in ring.iter().enumerate() {
        if !(point.x.is_finite() && point.y.is_finite()) {
            faults.push(RingFault::NotFinite { ring: place, index });
        } else if index > 0 && *point == ring[index - 1] {
            faults.push(RingFault::Repeated { ring: place, index });
        }
    }
    if ring.len() < 3 {
        faults.push(RingFault::TooFewPoints { ring: place, points: ring.len() });
    }
    if faults.len() > before {
        return;
    }
    ring_crossings(ring, place, faults);
    if faults.len() == before {
        let (low, high) = bounds(ring);
        let span = (high - low).norm();
        if signed_area(ring).abs() <= 1e-9 * span * span {
            faults.push(RingFault::NoArea { ring: place });
        }
    }
}

/// Edges that cross, found by a sweep over the second coordinate.
fn ring_crossings(ring: &[Point2<f64>], place: RingPlace, faults: &mut Vec<RingFault>) {
    let n = ring.len();
    let edge = |i: usize| (ring[i], ring[(i + 1) % n]);
    let mut order: Vec<usize> = (0..n).collect();
    let low = |i: usize| edge(i).0.y.min(edge(i).1.y);
    let high = |i: usize| edge(i).0.y.max(edge(i).1.y);
    order.sort_by(|&i, &j| low(i).total_cmp(&low(j)).then(i.cmp(&j)));
    let mut open: Vec<usize> = Vec::new();
    let mut found = Vec::new();
    for &i in &order {
        open.retain(|&j| high(j) >= low(i));
        for &j in &open {
            let (first, second) = (i.min(j), i.max(j));
            let shared = if first + 1 == second {
                Some(ring[second])
            } else if first == 0 && second == n - 1 {
                Some(ring[0])
            } else {
                None
            };
            let meets = match shared {
                None => segments_meet(edge(first), edge(second)),
                // Neighbours share their corner; they are at fault only where one folds back.
                Some(corner) => {
                    let far = |(a, b): (Point2<f64>, Point2<f64>)| if a == corner { b } else { a };
                    let (p, q) = (far(edge(first)) - corner, far(edge(second)) - corner);
                    (p.perp(&q) == 0.0 && p.dot(&q) > 0.0).then_some(corner)
                }
            };
            if let Some(at) = meets {
                found.push((first, second, at));
            }
        }
        open.push(i);
        if found.len() > 100 {
            break;
        }
    }
    found.sort_by_key(|&(first, second, _)| (first, second));
    faults.extend(found.into_iter().map(|(first, second, at)| RingFault::Crossing {
        ring: place,
        first,
        second,
        at,
    }));
}

fn rings_cross(a: &[Point2<f64>], b: &[Point2<f64>]) -> bool {
    let (low, high) = bounds(b);
    ring_edges(a)
        .filter(|(p, q)| {
            p.x.min(q.x) <= high.x && p.x.max(q.x) >= low.x && p.y.min(q.y) <= high.y && p.y.max(q.y) >= low.y
        })
        .any(|edge| ring_edges(b).any(|other| segments_meet(edge, other).is_some()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring(points: &[[f64; 2]]) -> Vec<Point2<f64>> {
        points.iter().map(|p| Point2::new(p[0], p[1])).collect()
    }

    fn square(low: f64, high: f64) -> Vec<Point2<f64>> {
        ring(&[[low, low], [high, low], [high, high], [low, high]])
    }

    #[test]
    fn orientation_and_closing_point_are_mended() {
        let mut clockwise = square(0.0, 2.0);
        clockwise.reverse();
        clockwise.push(clockwise[0]);
        let polygon = Polygon::new(clockwise, vec![square(0.5, 1.0)]).unwrap();
        assert_eq!(polygon.outer().len(), 4);
        assert_eq!(polygon.area(), 3.75);
    }

    #[test]
    fn every_fault_is_named() {
        let bow = ring(&[[0.0, 0.0], [2.0, 2.0], [2.0, 0.0], [0.0, 2.0]]);
        assert!(matches!(
            Polygon::new(bow, vec![]).unwrap_err()[0],
            RingFault::Crossing { first: 0, second: 2, .. }
        ));
        let spike = ring(&[[0.0, 0.0], [2.0, 0.0], [1.0, 0.0], [1.0, 1.0]]);
        assert!(Polygon::new(spike, vec![]).is_err());
        let flat = ring(&[[0.0, 0.0], [1.0, 0.0]]);
        assert!(matches!(
            Polygon::new(flat, vec![]).unwrap_err()[0],
            RingFault::TooFewPoints { points: 2, .. }
        ));
        let nan = ring(&[[0.0, 0.0], [f64::NAN, 0.0], [1.0, 1.0], [1.0, 1.0]]);
        assert_eq!(Polygon::new(nan, vec![]).unwrap_err().len(), 2);
        let outside = Polygon::new(square(0.0, 2.0), vec![square(1.0, 3.0)]).unwrap_err();
        assert!(matches!(outside[0], RingFault::HoleMisplaced { hole: 0, with: RingPlace::Outline }));
        let nested = Polygon::new(square(0.0, 9.0), vec![square(1.0, 5.0), square(2.0, 3.0)]).unwrap_err();
        assert!(matches!(nested[0], RingFault::HoleMisplaced { hole: 1, with: RingPlace::Hole(0) }));
    }

    #[test]
    fn a_mirror_image_mirrors_back_to_the_last_bit() {
        let polygon = Polygon::new(ring(&[[0.1, 0.2], [3.3, 0.7], [1.0, 5.0]]), vec![]).unwrap();
        assert_eq!(polygon.mirrored().mirrored(), polygon);
        assert!(polygon.mirrored().area() > 0.0);
    }
}
