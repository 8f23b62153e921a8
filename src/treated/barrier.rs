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
    /// Around each [`BALL`] segments.
    balls: Vec<Ball>,
    /// Around each [`BALL`] balls.
    clusters: Vec<Ball>,
}

#[derive(Clone, Debug)]
struct Ball {
    centre: Place,
    /// Radius plus the greatest margin inside: what a query may gain beyond the centre's distance.
    reach_mm: f64,
}

/// Segments per ball. Borders come in order, so neighbours in the list are neighbours in space.
const BALL: usize = 4;

impl Ball {
    /// A ball around balls.
    fn around(balls: &[Self]) -> Self {
        let sum: Vector3<f64> = balls.iter().map(|ball| ball.centre.coords).sum();
        let centre = Place::from(sum / balls.len().max(1) as f64);
        let reach = |ball: &Self| (ball.centre - centre).norm() + ball.reach_mm;
        Self { centre, reach_mm: balls.iter().map(reach).fold(0.0, f64::max) }
    }

    /// Whether something in the ball may be nearer than `best`.
    fn may_beat(&self, best: f64, at: &Place) -> bool {
        let reach = best + self.reach_mm;
        reach > 0.0 && (self.centre - at).norm_squared() < reach * reach
    }
}

impl Barriers {
    pub(super) fn new(segments: Vec<Segment>) -> Self {
        let ends = |s: &Segment| {
            let margin = s.margin_mm.max(0.0);
            [s.from, s.to].map(|centre| Ball { centre, reach_mm: margin })
        };
        let balls: Vec<Ball> = segments
            .chunks(BALL)
            .map(|chunk| Ball::around(&chunk.iter().flat_map(ends).collect::<Vec<_>>()))
            .collect();
        let clusters = balls.chunks(BALL).map(Ball::around).collect();
        Self { segments, balls, clusters }
    }

    /// Least of distance minus margin over all segments, in mm; infinite without any. `hint` is the
    /// ball to look at first, and becomes the one that decided: nearby queries share it.
    pub(super) fn clearance(&self, at: &Place, hint: &mut usize) -> f64 {
        let mut best = f64::INFINITY;
        let first = *hint;
        self.look_into(first, at, &mut best);
        for (index, cluster) in self.clusters.iter().enumerate() {
            if !cluster.may_beat(best, at) {
                continue;
            }
            for (ball, within) in self.balls.iter().enumerate().skip(index * BALL).take(BALL) {
                if ball != first && within.may_beat(best, at) {
                    let before = best;
                    self.look_into(ball, at, &mut best);
                    if best < before {
                        *hint = ball;
                    }
                }
            }
        }
        best
    }

    /// Whether the clearance is at most `limit`.
    pub(super) fn is_within(&self, at: &Place, limit: f64) -> bool {
        let near = |ball: &Ball| ball.may_beat(limit + 1e-9, at);
        self.clusters.iter().enumerate().filter(|(_, cluster)| near(cluster)).any(|(index, _)| {
            let balls = self.balls.iter().enumerate().skip(index * BALL).take(BALL);
            balls.filter(|(_, ball)| near(ball)).any(|(ball, _)| {
                let mut best = f64::INFINITY;
                self.look_into(ball, at, &mut best);
                best <= limit
            })
        })
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
