//! Bending a head to a patient's measurements: breadth, height and depth each by a smooth factor.

use nalgebra::Vector3;

use super::Frame;

/// Half the height over which the factor of the height changes at sellion, in mm.
const BLEND_MM: f64 = 15.0;

/// A smooth map of the common frame onto itself. Breadth grows by one factor; height by one below
/// sellion and another above it; depth by a factor of its own at each of three levels, and by something
/// between them between the levels. Twice continuously differentiable, and symmetric as bodies are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Warp {
    /// The factor of x.
    pub(super) breadth: f64,
    /// The factors of y below and above 0.
    pub(super) height: [f64; 2],
    /// The factors of z at the levels.
    pub(super) depth: [f64; 3],
    /// Heights of the levels, growing.
    pub(super) levels_mm: [f64; 3],
}

impl Warp {
    /// A place of the frame and its tangents, bent.
    pub(super) fn bend(&self, frame: &Frame) -> Frame {
        let place = frame.place;
        let (y, by_y) = self.y(place.y);
        let (depth, depth_by_y) = self.depth(place.y);
        let bent = |d: &Vector3<f64>| {
            Vector3::new(self.breadth * d.x, by_y * d.y, depth * d.z + depth_by_y * d.y * place.z)
        };
        Frame {
            place: super::Place::new(self.breadth * place.x, y, depth * place.z),
            du: bent(&frame.du),
            dv: bent(&frame.dv),
        }
    }

    /// A place, bent.
    pub(super) fn place(&self, place: super::Place) -> super::Place {
        let frame = Frame { place, du: Vector3::zeros(), dv: Vector3::zeros() };
        self.bend(&frame).place
    }

    /// The height that y becomes, 0 staying 0, and its derivative.
    fn y(&self, y: f64) -> (f64, f64) {
        let [below, above] = self.height;
        let width = 2.0 * BLEND_MM;
        let (at, at_zero) = ((y + BLEND_MM) / width, 0.5);
        let risen = rise_integral(at) - rise_integral(at_zero);
        (below * y + (above - below) * width * risen, below + (above - below) * rise(at).0)
    }

    /// The factor of the depth at a height and its derivative.
    fn depth(&self, y: f64) -> (f64, f64) {
        let [low, middle, high] = self.depth;
        let [a, b, c] = self.levels_mm;
        let step = |from: f64, to: f64| {
            let (share, slope) = rise((y - from) / (to - from));
            (share, slope / (to - from))
        };
        let ((first, first_slope), (second, second_slope)) = (step(a, b), step(b, c));
        (
            low + (middle - low) * first + (high - middle) * second,
            (middle - low) * first_slope + (high - middle) * second_slope,
        )
    }
}

/// The smooth step from 0 at 0 to 1 at 1, flat and without curvature at both ends, and its derivative.
fn rise(t: f64) -> (f64, f64) {
    let t = t.clamp(0.0, 1.0);
    (t * t * t * (10.0 + t * (6.0 * t - 15.0)), 30.0 * t * t * (1.0 - t) * (1.0 - t))
}

/// The integral of the smooth step from 0.
fn rise_integral(t: f64) -> f64 {
    let inside = t.clamp(0.0, 1.0);
    let fourth = inside * inside * inside * inside;
    fourth * (2.5 + inside * (inside - 3.0)) + (t - 1.0).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::body::Place;
    use approx::assert_relative_eq;

    const ODD: Warp =
        Warp { breadth: 1.1, height: [0.8, 1.3], depth: [0.7, 1.2, 0.9], levels_mm: [-95.0, -47.0, 20.0] };

    #[test]
    fn a_warp_of_ones_changes_nothing() {
        let same = Warp { breadth: 1.0, height: [1.0; 2], depth: [1.0; 3], ..ODD };
        for y in [-120.0, -60.0, -3.0, 0.0, 7.0, 15.0, 60.0] {
            assert_relative_eq!(
                same.place(Place::new(3.0, y, 40.0)),
                Place::new(3.0, y, 40.0),
                epsilon = 1e-12
            );
        }
    }

    #[test]
    fn tangents_agree_with_differences() {
        let step = 1e-6;
        for y in [-120.0, -80.0, -47.0, -20.0, -14.0, 0.0, 3.0, 14.0, 15.5, 50.0] {
            let at = Place::new(30.0, y, 60.0);
            let along = Vector3::new(0.3, 0.8, -0.5);
            let frame = ODD.bend(&Frame { place: at, du: along, dv: Vector3::x() });
            let difference = (ODD.place(at + along * step) - ODD.place(at - along * step)) / (2.0 * step);
            assert_relative_eq!(frame.du, difference, epsilon = 1e-6);
        }
    }

    #[test]
    fn sellion_stays_and_heights_grow_by_their_own_factor() {
        let y = |y: f64| ODD.place(Place::new(0.0, y, 0.0)).y;
        assert_relative_eq!(y(0.0), 0.0);
        assert_relative_eq!(y(-100.0) - y(-50.0), -40.0, epsilon = 1e-9);
        assert_relative_eq!(y(60.0) - y(20.0), 52.0, epsilon = 1e-9);
    }
}
