//! Ways along the skin: so many millimetres to the side and up, as with a tape.

use nalgebra::Vector2;

use super::{Chart, ChartPoint, Place, Skin};

/// Length of a step, in mm.
const STEP_MM: f64 = 0.5;
/// The most steps of a way.
const MOST_STEPS: f64 = 2000.0;
/// Steps in which the place nearest to another is found.
const APPROACHES: usize = 50;

impl Skin {
    /// The chart coordinates reached by walking along the skin from `from`, always in the same direction
    /// between the level and the upright: `across_mm` to the patient's left and `up_mm` towards the head,
    /// either measured on the skin.
    ///
    /// ```
    /// use nappage::body::{Chart, ChartPoint, Skin};
    /// let end = Skin::plane().walk(Chart::Flat, ChartPoint::new(1.0, 2.0), 30.0, -40.0);
    /// assert!((end - ChartPoint::new(31.0, -38.0)).norm() < 1e-9);
    /// ```
    pub fn walk(&self, chart: Chart, from: ChartPoint, across_mm: f64, up_mm: f64) -> ChartPoint {
        let way = Vector2::new(across_mm, up_mm * chart.up());
        let steps = (way.norm() / STEP_MM).ceil().clamp(1.0, MOST_STEPS);
        let step = way / steps;
        let forward = |at: ChartPoint| {
            let frame = self.frame(at);
            let along = |(across, up)| frame.chart_step(&(across * step.x + up * step.y));
            frame.directions().map_or_else(Vector2::zeros, along)
        };
        let mut at = from;
        for _ in 0..steps as usize {
            // The direction halfway holds for the whole step.
            at += forward(at + forward(at) / 2.0);
        }
        at
    }

    /// The chart coordinates of the skin nearest to a place, looked for from `near`.
    pub(crate) fn nearest(&self, place: &Place, near: ChartPoint) -> ChartPoint {
        let mut at = near;
        for _ in 0..APPROACHES {
            let frame = self.frame(at);
            at += frame.chart_step(&(place - frame.place));
        }
        at
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::Library;
    use proptest::prelude::*;

    /// Length of the way in the chart's straight line, on the skin.
    fn length(skin: &Skin, from: ChartPoint, to: ChartPoint) -> f64 {
        let places: Vec<_> =
            (0..=200).map(|k| skin.place(from + (to - from) * f64::from(k) / 200.0)).collect();
        places.windows(2).map(|pair| (pair[1] - pair[0]).norm()).sum()
    }

    proptest! {
        #[test]
        fn a_way_is_as_long_as_it_was_asked(
            from in (-70.0..70.0_f64, -80.0..40.0_f64),
            across in -30.0..30.0_f64,
            up in -15.0..15.0_f64,
        ) {
            for body in &Library::built_in().bodies {
                let skin = body.skin(Chart::Head).expect("a head");
                let from = ChartPoint::new(from.0, from.1);
                let level = skin.walk(Chart::Head, from, across, 0.0);
                prop_assert!((level.y - from.y).abs() < 0.02 * across.abs() + 1e-9, "{from} to {level}");
                let along = length(skin, from, level);
                prop_assert!((along - across.abs()).abs() < 0.02 * across.abs() + 1e-9, "{along} for {across}");
                let end = skin.walk(Chart::Head, from, across, up);
                prop_assert!((skin.place(end) - skin.place(from)).norm() <= 1.02 * across.hypot(up) + 1e-6);
                let mirrored = skin.walk(Chart::Head, ChartPoint::new(-from.x, from.y), -across, up);
                prop_assert!((mirrored.x + end.x).abs() < 1e-9 && (mirrored.y - end.y).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn landmarks_are_found_on_the_skin_of_every_body() {
        for body in &Library::built_in().bodies {
            for (name, place) in &body.landmarks {
                let at = body.landmark(name).expect("a landmark");
                let skin = body.skin(Chart::Head).expect("a head");
                let off = (skin.place(at) - place).norm();
                assert!(off < 6.0, "{}, {name}: {off} mm off the skin", body.id);
            }
        }
    }
}
