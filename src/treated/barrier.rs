//! Distance to everything points keep a margin from.

use nalgebra::Vector3;

use crate::body::Place;

/// A straight piece of a border in space, with the distance points keep from it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Segment {
    pub(super) from: Place,
    pub(super) to: Place,
    pub(super) margin_mm: f64,
}

/// Segments grouped into balls, so that a query looks into few of them.
#[derive(Clone, Debug, Default)]
pub(super) struct Barriers {
    segments: Vec<Segment>,
    balls: Vec<Ball>,
}

#[derive(Clone, Debug)]
struct Ball {
    centre: Place,
    /// Radius plus the greatest margin inside: what a query may gain beyond the centre's distance.
    reach_mm: f64,
}

/// Segments per ball. Borders come in order, so neighbours in the list are neighbours in space.
const BALL: usize = 8;

impl Barriers {
    pub(super) fn new(segments: Vec<Segment>) -> Self {
        let balls = segments
            .chunks(BALL)
            .map(|chunk| {
                let sum: Vector3<f64> = chunk.iter().map(|s| s.from.coords + s.to.coords).sum();
                let centre = Place::from(sum / (2.0 * chunk.len() as f64));
                let reach =
                    |s: &Segment| (s.from - centre).norm().max((s.to - centre).norm()) + s.margin_mm.max(0.0);
                Ball { centre, reach_mm: chunk.iter().map(reach).fold(0.0, f64::max) }
            })
            .collect();
        Self { segments, balls }
    }

    /// Least of distance minus margin over all segments, in mm; infinite without any. `hint` is the
    /// ball to look at first, and becomes the one that decided: nearby queries share it.
    pub(super) fn clearance(&self, at: &Place, hint: &mut usize) -> f64 {
        let mut best = f64::INFINITY;
        let mut decided = *hint;
        self.look_into(decided, at, &mut best);
        for (index, ball) in self.balls.iter().enumerate() {
            let reach = best + ball.reach_mm;
            if reach > 0.0 && (ball.centre - at).norm_squared() < reach * reach && index != *hint {
                let before = best;
                self.look_into(index, at, &mut best);
                if best < before {
                    decided = index;
                }
            }
        }
        *hint = decided;
        best
    }

    fn look_into(&self, ball: usize, at: &Place, best: &mut f64) {
        for s in self.segments.iter().skip(ball * BALL).take(BALL) {
            *best = best.min(distance_to_segment(at, &s.from, &s.to) - s.margin_mm);
        }
    }
}

/// Straight-line distance from a place to a segment, in mm.
pub(super) fn distance_to_segment(at: &Place, from: &Place, to: &Place) -> f64 {
    let (along, away) = (to - from, at - from);
    let length = along.norm_squared();
    let t = if length > 0.0 { (away.dot(&along) / length).clamp(0.0, 1.0) } else { 0.0 };
    (away - along * t).norm()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn place() -> impl Strategy<Value = Place> {
        (-50.0..50.0, -50.0..50.0, -50.0..50.0).prop_map(|(x, y, z)| Place::new(x, y, z))
    }

    proptest! {
        #[test]
        fn the_grouped_clearance_is_that_of_all_segments(
            ends in prop::collection::vec((place(), place(), 0.0..20.0f64), 1..60),
            queries in prop::collection::vec(place(), 1..20),
        ) {
            let segments: Vec<Segment> = ends.iter().map(|&(from, to, margin_mm)| Segment { from, to, margin_mm }).collect();
            let barriers = Barriers::new(segments.clone());
            let mut hint = 0;
            for at in queries {
                let plain = segments.iter().map(|s| distance_to_segment(&at, &s.from, &s.to) - s.margin_mm).fold(f64::INFINITY, f64::min);
                prop_assert_eq!(barriers.clearance(&at, &mut hint), plain);
            }
        }
    }
}
