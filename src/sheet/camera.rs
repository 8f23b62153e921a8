//! How a body is looked at: from where, at what scale, and where on the page.

use nalgebra::{Point3, Vector3};

use super::{Bounds, Spot};
use crate::body::Place;

/// An orthographic view of the body on the page.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Camera {
    /// To the right on the page.
    right: Vector3<f64>,
    /// Up on the page.
    up: Vector3<f64>,
    /// Towards the viewer.
    toward: Vector3<f64>,
    /// Page mm per body mm.
    pub scale: f64,
    /// Where the body's origin stands on the page.
    pub origin: Spot,
}

impl Camera {
    /// A view from `yaw` degrees to the patient's left and `pitch` degrees above, at 1:1 with the
    /// body's origin at the page's.
    pub(crate) fn new(yaw: f64, pitch: f64) -> Self {
        let (yaw, pitch) = (yaw.to_radians(), pitch.to_radians());
        let (sy, cy) = (libm::sin(yaw), libm::cos(yaw));
        let (sp, cp) = (libm::sin(pitch), libm::cos(pitch));
        let toward = Vector3::new(sy * cp, sp, cy * cp);
        let right = Vector3::new(cy, 0.0, -sy);
        Self { right, up: toward.cross(&right), toward, scale: 1.0, origin: Spot::origin() }
    }

    /// Right, up and towards the viewer, in body mm.
    pub(crate) fn seen(&self, place: &Place) -> Point3<f64> {
        let p = &place.coords;
        Point3::new(self.right.dot(p), self.up.dot(p), self.toward.dot(p))
    }

    /// A direction, as seen.
    pub(crate) fn seen_direction(&self, v: &Vector3<f64>) -> Vector3<f64> {
        Vector3::new(self.right.dot(v), self.up.dot(v), self.toward.dot(v))
    }

    /// Where a place stands on the page, and how near it is to the viewer in body mm.
    pub(crate) fn project(&self, place: &Place) -> (Spot, f64) {
        let seen = self.seen(place);
        (self.spot(seen.x, seen.y), seen.z)
    }

    /// The place that stands on a spot of the page, so near to the viewer in body mm.
    pub(crate) fn place(&self, spot: &Spot, near: f64) -> Place {
        let [x, y] = [spot.x - self.origin.x, self.origin.y - spot.y].map(|mm| mm / self.scale);
        Place::from(self.right * x + self.up * y + self.toward * near)
    }

    /// The spot of a place that is `x` to the right and `y` up, in body mm.
    pub(crate) fn spot(&self, x: f64, y: f64) -> Spot {
        Spot::new(self.origin.x + x * self.scale, self.origin.y - y * self.scale)
    }

    /// The same view at 1:1, with the body's origin at the page's.
    pub(crate) fn at_life_size(self) -> Self {
        Self { scale: 1.0, origin: Spot::origin(), ..self }
    }

    /// What stands on a spot of the page, in body mm as seen: x to the right, y down.
    pub(crate) fn seen_at(&self, spot: &Spot) -> Spot {
        Spot::from((spot - self.origin) / self.scale)
    }

    /// The spot of what is seen there in body mm: x to the right, y down.
    pub(crate) fn placed(&self, seen: &Spot) -> Spot {
        self.spot(seen.x, -seen.y)
    }

    /// How much a surface faces the viewer: the cosine of its tilt.
    pub(crate) fn facing(&self, normal: &Vector3<f64>) -> f64 {
        self.toward.dot(normal)
    }
}

/// The part of a view that is drawn, in body mm as seen: x to the right, y up.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Window {
    /// Left and right.
    pub x: [f64; 2],
    /// Bottom and top.
    pub y: [f64; 2],
}

impl Window {
    /// Width and height in body mm.
    pub(crate) fn size(&self) -> [f64; 2] {
        [self.x[1] - self.x[0], self.y[1] - self.y[0]]
    }

    /// Its rectangle on the page.
    pub(crate) fn bounds(&self, camera: &Camera) -> Bounds {
        Bounds { min: camera.spot(self.x[0], self.y[1]), max: camera.spot(self.x[1], self.y[0]) }
    }

    /// The same, grown to multiples of `step` body mm.
    pub(crate) fn rounded(&self, step: f64) -> Self {
        let round = |[low, high]: [f64; 2]| [(low / step).floor() * step, (high / step).ceil() * step];
        Self { x: round(self.x), y: round(self.y) }
    }

    /// The same, grown about its middle towards `size` (body mm), but not beyond `limits`.
    pub(crate) fn grown_to(&self, limits: &Self, size: [f64; 2]) -> Self {
        let grown = |own: [f64; 2], limit: [f64; 2], size: f64| {
            let spare = (size - (own[1] - own[0])).max(0.0);
            let [low, high] = [(own[0] - limit[0]).max(0.0), (limit[1] - own[1]).max(0.0)];
            // What one side cannot take is left to the other.
            let down = low.min((spare / 2.0).max(spare - high));
            let up = high.min(spare - down);
            [own[0] - down, own[1] + up]
        };
        Self { x: grown(self.x, limits.x, size[0]), y: grown(self.y, limits.y, size[1]) }
    }
}
