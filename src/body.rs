//! Bodies: what places every chart coordinate in space.
//!
//! A [`Chart`] is a plain coordinate system of one body region; a [`Skin`] maps it onto a surface in
//! the body's common frame (mm): x to the patient's left, y up with 0 at sellion, z forward with 0
//! on the head axis. Bodies are symmetric about x = 0, to the last bit.
//!
//! The reference tables and their provenance are in `face_zones/bodies/`.

mod fit;
mod load;
mod measure;
mod surface;
mod walk;
mod warp;

use std::collections::BTreeMap;
use std::fmt;

use nalgebra::{Point2, Point3, Vector3};
use serde::{Deserialize, Serialize};

use crate::said::{Said, Say};
pub(crate) use load::{FORMAT, read as read_body};
pub use measure::{Measurement, Spread, Survey, measurements};
use surface::Surface;
use warp::Warp;

/// A chart coordinate: `(azimuth in degrees, height in mm)` or `(mm, mm)`, as its [`Chart`] says.
pub type ChartPoint = Point2<f64>;
/// A place on the body in the common frame, in mm.
pub type Place = Point3<f64>;

/// A plane coordinate system of one body region.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Chart {
    /// Azimuth in degrees (patient's left positive), height in mm (0 at sellion).
    Head,
    /// Forward of the neck: x mm (patient's left positive), z mm forward, seen from below.
    Submental,
    /// Azimuth in degrees around the neck's axis, height in mm (0 at sellion).
    Neck,
    /// x mm (patient's left positive), mm below suprasternale.
    Chest,
    /// x mm, y mm in a plane.
    Flat,
}

impl Chart {
    /// Every chart, head first.
    pub const ALL: [Self; 5] = [Self::Head, Self::Submental, Self::Neck, Self::Chest, Self::Flat];

    /// The name used in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Head => "head",
            Self::Submental => "submental",
            Self::Neck => "neck",
            Self::Chest => "chest",
            Self::Flat => "flat",
        }
    }

    /// The units of its two coordinates.
    pub fn units(self) -> [&'static str; 2] {
        match self {
            Self::Head | Self::Neck => ["deg", "mm"],
            Self::Submental | Self::Chest | Self::Flat => ["mm", "mm"],
        }
    }

    /// `1` where the second coordinate grows towards the head, `-1` where it grows away from it.
    pub fn up(self) -> f64 {
        match self {
            Self::Head | Self::Neck | Self::Flat | Self::Submental => 1.0,
            Self::Chest => -1.0,
        }
    }
}

impl Say for Chart {
    fn say(&self) -> Said {
        match self {
            Self::Head => said!("head"),
            Self::Submental => said!("submental"),
            Self::Neck => said!("neck"),
            Self::Chest => said!("chest"),
            Self::Flat => said!("flat"),
        }
    }
}

impl fmt::Display for Chart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A place on the skin with the directions in which its chart coordinates grow.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frame {
    /// The place, in mm.
    pub place: Place,
    /// Change of place per unit of the first coordinate.
    pub du: Vector3<f64>,
    /// Change of place per unit of the second coordinate.
    pub dv: Vector3<f64>,
}

impl Frame {
    /// Skin area per unit of chart area, in mm2 per squared chart unit.
    pub fn area_element(&self) -> f64 {
        self.du.cross(&self.dv).norm()
    }

    /// Two unit directions along the skin, at a right angle to each other, the first that in which
    /// the first coordinate grows. `None` where the skin has no tangent plane.
    pub fn directions(&self) -> Option<(Vector3<f64>, Vector3<f64>)> {
        let across = self.du.try_normalize(f64::MIN_POSITIVE)?;
        let along = (self.dv - across * self.dv.dot(&across)).try_normalize(f64::MIN_POSITIVE)?;
        Some((across, along))
    }

    /// The chart step that moves by `step` (mm) along the skin, as well as its tangent plane can.
    pub fn chart_step(&self, step: &Vector3<f64>) -> nalgebra::Vector2<f64> {
        let (uu, uv, vv) = (self.du.norm_squared(), self.du.dot(&self.dv), self.dv.norm_squared());
        let (a, b) = (self.du.dot(step), self.dv.dot(step));
        let det = uu * vv - uv * uv;
        if det <= f64::EPSILON * uu * vv {
            return nalgebra::Vector2::zeros();
        }
        nalgebra::Vector2::new((vv * a - uv * b) / det, (uu * b - uv * a) / det)
    }
}

/// The surface a chart lies on.
#[derive(Clone, Debug, PartialEq)]
pub struct Skin {
    shape: Shape,
    /// Stretch of x, y and z.
    scale: Vector3<f64>,
    /// Where the shape's origin stands in the common frame, in mm.
    offset: Vector3<f64>,
    /// How it is then bent to a patient's measurements.
    warp: Option<Warp>,
}

#[derive(Clone, Debug, PartialEq)]
enum Shape {
    /// Radius around a vertical axis, over azimuth and height.
    Radius(Surface),
    /// Forward depth over x and downward distance.
    Depth(Surface),
    /// Height over x and forward distance.
    Height(Surface),
    /// z = 0.
    Plane,
}

impl Skin {
    /// The plane of the flat chart.
    pub fn plane() -> Self {
        Self { shape: Shape::Plane, scale: Vector3::repeat(1.0), offset: Vector3::zeros(), warp: None }
    }

    /// The place of a chart coordinate.
    pub fn place(&self, at: ChartPoint) -> Place {
        self.frame(at).place
    }

    /// The place of a chart coordinate with its tangents. Mirror images to the last bit at `-u`.
    pub fn frame(&self, at: ChartPoint) -> Frame {
        let (u, v) = (at.x.abs(), at.y);
        let (place, du, dv) = match &self.shape {
            Shape::Radius(surface) => {
                let radians = u.to_radians();
                let (sin, cos) = (libm::sin(radians), libm::cos(radians));
                let (r, ru, rv) = surface.at(u, v);
                let turn = r * std::f64::consts::PI / 180.0;
                (
                    Vector3::new(r * sin, v, r * cos),
                    Vector3::new(ru * sin + turn * cos, 0.0, ru * cos - turn * sin),
                    Vector3::new(rv * sin, 1.0, rv * cos),
                )
            }
            Shape::Depth(surface) => {
                let (d, dx, db) = surface.at(u, v);
                (Vector3::new(u, -v, d), Vector3::new(1.0, 0.0, dx), Vector3::new(0.0, -1.0, db))
            }
            Shape::Height(surface) => {
                let (h, hx, hz) = surface.at(u, v);
                (Vector3::new(u, h, v), Vector3::new(1.0, hx, 0.0), Vector3::new(0.0, hz, 1.0))
            }
            Shape::Plane => (Vector3::new(u, v, 0.0), Vector3::x(), Vector3::y()),
        };
        let mut frame = Frame {
            place: Place::from(place.component_mul(&self.scale) + self.offset),
            du: du.component_mul(&self.scale),
            dv: dv.component_mul(&self.scale),
        };
        if let Some(warp) = &self.warp {
            frame = warp.bend(&frame);
        }
        if at.x < 0.0 {
            frame.place.x = -frame.place.x;
            frame.du.y = -frame.du.y;
            frame.du.z = -frame.du.z;
            frame.dv.x = -frame.dv.x;
        }
        frame
    }

    /// The unit normal, out of the body.
    pub fn normal(&self, at: ChartPoint) -> Vector3<f64> {
        self.faced(at).1
    }

    /// The place of a chart coordinate with the normal there.
    pub(crate) fn faced(&self, at: ChartPoint) -> (Place, Vector3<f64>) {
        let frame = self.frame(at);
        let outward = match self.shape {
            // The underside of the jaw is skin below its heights: outward is down.
            Shape::Radius(_) | Shape::Height(_) | Shape::Plane => 1.0,
            Shape::Depth(_) => -1.0,
        };
        let normal = frame.du.cross(&frame.dv) * outward;
        (frame.place, normal.try_normalize(f64::MIN_POSITIVE).unwrap_or_else(Vector3::z))
    }

    /// Whether the tables hold skin at a chart coordinate.
    pub fn covers(&self, at: ChartPoint) -> bool {
        match &self.shape {
            Shape::Radius(s) | Shape::Depth(s) | Shape::Height(s) => s.covers(at.x.abs(), at.y),
            Shape::Plane => at.x.is_finite() && at.y.is_finite() && at.x.abs() <= 1e4 && at.y.abs() <= 1e4,
        }
    }

    /// The bounds of the chart: least and greatest first and second coordinate.
    pub fn bounds(&self) -> [(f64, f64); 2] {
        match &self.shape {
            Shape::Radius(s) | Shape::Depth(s) | Shape::Height(s) => {
                let [(_, u), v] = s.bounds();
                [(-u, u), v]
            }
            Shape::Plane => [(-1e4, 1e4), (-1e4, 1e4)],
        }
    }
}

/// A body: a skin for every chart it has.
#[derive(Clone, Debug, PartialEq)]
pub struct Body {
    /// The id used on the command line.
    pub id: String,
    /// The name used on sheets.
    pub name: String,
    /// Where its figures come from, for the sheet's footer.
    pub source: String,
    /// Named places on the patient's left half and the midline, in mm; empty where none are known.
    pub landmarks: BTreeMap<String, Place>,
    /// Whom of the survey it stands for.
    pub survey: Survey,
    /// Measurements the body was scaled to, in mm.
    pub measurements_mm: BTreeMap<String, f64>,
    skins: BTreeMap<Chart, Skin>,
}

impl Body {
    /// A body of nothing but the flat chart, for sheets and tests.
    pub fn flat() -> Self {
        Self {
            id: "flat".to_owned(),
            name: "Flat sheet".to_owned(),
            source: "a plane".to_owned(),
            landmarks: BTreeMap::new(),
            survey: Survey::default(),
            measurements_mm: BTreeMap::new(),
            skins: BTreeMap::from([(Chart::Flat, Skin::plane())]),
        }
    }

    /// The skin of a chart, when the body has one.
    pub fn skin(&self, chart: Chart) -> Option<&Skin> {
        self.skins.get(&chart)
    }

    /// The chart coordinates of a landmark of the head on the skin, the patient's left half or the midline;
    /// `None` where there is none of that name.
    pub fn landmark(&self, name: &str) -> Option<ChartPoint> {
        let (place, skin) = (self.landmarks.get(name)?, self.skin(Chart::Head)?);
        let azimuth = libm::atan2(place.x, place.z).to_degrees();
        let found = skin.nearest(place, ChartPoint::new(azimuth, place.y));
        Some(if place.x == 0.0 { ChartPoint::new(0.0, found.y) } else { found })
    }

    /// The body stretched by the given factors of x, y and z of the head (the submental skin with
    /// it), of the neck's girth, and of x, y and z of the chest. Neck and chest stay joined to the
    /// head: the neck keeps its length and moves with the jaw.
    #[must_use]
    pub fn scaled(&self, head: [f64; 3], neck_girth: f64, chest: [f64; 3]) -> Self {
        let mut body = self.clone();
        let by = |s: [f64; 3]| Vector3::from(s);
        let drop = |skins: &BTreeMap<Chart, Skin>| {
            skins.get(&Chart::Head).map_or(0.0, |skin| JAW_HEIGHT_MM * skin.scale.y)
        };
        let before = drop(&self.skins);
        for chart in [Chart::Head, Chart::Submental] {
            if let Some(skin) = body.skins.get_mut(&chart) {
                skin.scale.component_mul_assign(&by(head));
                skin.offset.component_mul_assign(&by(head));
            }
        }
        let moved = drop(&body.skins) - before;
        if let Some(skin) = body.skins.get_mut(&Chart::Neck) {
            skin.scale.component_mul_assign(&Vector3::new(neck_girth, 1.0, neck_girth));
            skin.offset.y += moved;
            skin.offset.z *= head[2];
        }
        if let Some(skin) = body.skins.get_mut(&Chart::Chest) {
            skin.scale.component_mul_assign(&by(chest));
            skin.offset.y += moved;
        }
        body
    }
}

/// Height of the lower border of the chin on the midline, reference woman (face outline table).
const JAW_HEIGHT_MM: f64 = -109.3;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::Library;

    #[test]
    fn normals_point_out_of_the_body() {
        let outward = [
            (Chart::Head, ChartPoint::new(20.0, -40.0), Vector3::z()),
            (Chart::Head, ChartPoint::new(90.0, 30.0), Vector3::x()),
            (Chart::Neck, ChartPoint::new(-90.0, -130.0), -Vector3::x()),
            (Chart::Chest, ChartPoint::new(-50.0, 70.0), Vector3::z()),
            (Chart::Submental, ChartPoint::new(12.0, 50.0), -Vector3::y()),
            (Chart::Submental, ChartPoint::new(-12.0, 50.0), -Vector3::y()),
            (Chart::Flat, ChartPoint::new(3.0, 4.0), Vector3::z()),
        ];
        for body in &Library::built_in().bodies {
            for (chart, at, direction) in outward {
                let skin = body.skin(chart).expect("a built-in body has every chart");
                let facing = skin.normal(at).dot(&direction);
                assert!(facing > 0.5, "{} {chart} at {at}: {facing}", body.id);
            }
        }
    }
}
