//! What of a body is drawn, before it is put on a page.

use super::shapes::{Segment, polyline};
use super::{Bounds, Colour, Item, Outline, Spot, Stroke};

/// Rings that are filled, a ring inside another being a hole; or lines.
#[derive(Clone, Debug)]
pub(crate) struct Trace {
    pub lines: Vec<Vec<Spot>>,
    pub fill: Option<Colour>,
    /// As wide as it is on the page.
    pub pen: Option<Stroke>,
}

impl Trace {
    /// Filled rings.
    pub(crate) fn area(lines: Vec<Vec<Spot>>, fill: Colour) -> Self {
        Self { lines, fill: Some(fill), pen: None }
    }

    /// A line.
    pub(crate) fn line(line: Vec<Spot>, pen: Stroke) -> Self {
        Self { lines: vec![line], fill: None, pen: Some(pen) }
    }

    /// The same on a page, each place put there by `put`, as far as it lies in a rectangle of it: rings are cut
    /// to that, lines that do not come near it are left out.
    pub(crate) fn placed(&self, put: impl Fn(Spot) -> Spot, bounds: &Bounds) -> Option<Outline> {
        let mut segments: Vec<Segment> = Vec::new();
        for line in &self.lines {
            let line: Vec<Spot> = line.iter().map(|&spot| put(spot)).collect();
            let Some(own) = Bounds::of(line.iter().copied()).filter(|own| own.touches(bounds)) else {
                continue;
            };
            let Some(fill) = self.fill else {
                segments.extend(polyline(line));
                continue;
            };
            let ring = if bounds.holds(&own) { line } else { cut(line, bounds) };
            // What is left may be too small to hold anything.
            if ring.len() > 2 {
                segments.extend(Outline::area(ring, fill).segments);
            }
        }
        (!segments.is_empty()).then(|| Outline { segments, fill: self.fill, stroke: self.pen.clone() })
    }
}

/// Drawn shapes on the page.
pub(crate) fn items(traces: &[Trace], put: impl Fn(Spot) -> Spot, bounds: &Bounds) -> Vec<Item> {
    traces.iter().filter_map(|trace| trace.placed(&put, bounds)).map(Item::Outline).collect()
}

/// A ring cut to a rectangle, side by side (Sutherland and Hodgman 1974).
fn cut(mut ring: Vec<Spot>, bounds: &Bounds) -> Vec<Spot> {
    for axis in [0, 1] {
        for (edge, inward) in [(bounds.min[axis], 1.0), (bounds.max[axis], -1.0)] {
            let depth = |spot: &Spot| (spot[axis] - edge) * inward;
            let before = ring.iter().cycle().skip(ring.len().saturating_sub(1));
            let mut kept = Vec::new();
            for (from, to) in before.zip(&ring) {
                let (a, b) = (depth(from), depth(to));
                if (a < 0.0) != (b < 0.0) {
                    kept.push(from + (to - from) * (a / (a - b)));
                }
                if b >= 0.0 {
                    kept.push(*to);
                }
            }
            ring = kept;
        }
    }
    ring
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ring_cut_to_a_rectangle_is_what_both_share() {
        let ring = |places: &[[f64; 2]]| places.iter().map(|at| Spot::from(*at)).collect::<Vec<_>>();
        let bounds = Bounds { min: Spot::new(0.0, 0.0), max: Spot::new(4.0, 4.0) };
        let area = |ring: &[Spot]| {
            let next = ring.iter().cycle().skip(1);
            ring.iter().zip(next).map(|(a, b)| a.x * b.y - b.x * a.y).sum::<f64>() / 2.0
        };
        let diamond = ring(&[[4.0, -2.0], [10.0, 4.0], [4.0, 10.0], [-2.0, 4.0]]);
        approx::assert_relative_eq!(area(&cut(diamond, &bounds)), 14.0);
        let inside = ring(&[[1.0, 1.0], [3.0, 1.0], [2.0, 3.0]]);
        assert_eq!(cut(inside.clone(), &bounds).len(), inside.len());
        let beside = ring(&[[5.0, 1.0], [7.0, 1.0], [6.0, 3.0]]);
        assert_eq!(cut(beside, &bounds), []);
        assert_eq!(cut(Vec::new(), &bounds), []);
    }
}
