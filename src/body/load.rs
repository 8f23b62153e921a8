//! Reading a body file (`nappage-body/1`).

use std::collections::BTreeMap;

use nalgebra::Vector3;
use serde::Deserialize;

use super::surface::{End, Surface};
use super::{Body, Chart, Place, Shape, Skin};
use crate::fault::{Fault, Faults};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BodyFile {
    #[allow(dead_code, reason = "its presence and value are checked on reading")]
    format: Format,
    id: String,
    name: String,
    source: String,
    based_on: Option<String>,
    scale: Option<ScaleTable>,
    #[serde(default)]
    landmarks: BTreeMap<String, [f64; 3]>,
    head: Option<RadiusTable>,
    neck: Option<RadiusTable>,
    chest: Option<DepthTable>,
    submental: Option<HeightTable>,
}

#[derive(Deserialize)]
enum Format {
    #[serde(rename = "nappage-body/1")]
    V1,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ScaleTable {
    head: [f64; 3],
    neck_girth: f64,
    chest: [f64; 3],
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RadiusTable {
    origin_mm: [f64; 3],
    azimuth_deg: Vec<f64>,
    height_mm: Vec<f64>,
    radius_mm: Vec<Vec<f64>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DepthTable {
    origin_mm: [f64; 3],
    x_mm: Vec<f64>,
    below_mm: Vec<f64>,
    depth_mm: Vec<Vec<f64>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HeightTable {
    origin_mm: [f64; 3],
    x_mm: Vec<f64>,
    forward_mm: Vec<f64>,
    height_mm: Vec<Vec<f64>>,
}

/// Reads a body; `known` are the bodies it may be based on.
pub(crate) fn read(origin: &str, text: &str, known: &[Body]) -> Result<Body, Faults> {
    let fail = |fault: Fault| Faults::in_text(origin, text, vec![fault]);
    let file: BodyFile = toml::from_str(text).map_err(|error| {
        let fault = Fault::new("body file", error.message().to_owned());
        fail(match error.span() {
            Some(span) => fault.at(span),
            None => fault,
        })
    })?;
    let mut body = match &file.based_on {
        Some(base) => known
            .iter()
            .find(|body| &body.id == base)
            .cloned()
            .ok_or_else(|| fail(Fault::new("based_on", "names no known body").value(base.clone())))?,
        None => Body::flat(),
    };
    let mut shapes = Vec::new();
    for (chart, table, end) in [(Chart::Head, file.head, End::Even), (Chart::Neck, file.neck, End::Free)] {
        if let Some(t) = table {
            let surface = Surface::new(t.azimuth_deg, t.height_mm, &t.radius_mm, end);
            shapes.push((chart, t.origin_mm, surface.map(Shape::Radius)));
        }
    }
    if let Some(t) = file.chest {
        shapes.push((
            Chart::Chest,
            t.origin_mm,
            Surface::new(t.x_mm, t.below_mm, &t.depth_mm, End::Free).map(Shape::Depth),
        ));
    }
    if let Some(t) = file.submental {
        shapes.push((
            Chart::Submental,
            t.origin_mm,
            Surface::new(t.x_mm, t.forward_mm, &t.height_mm, End::Free).map(Shape::Height),
        ));
    }
    for (chart, origin_mm, shape) in shapes {
        let shape = shape.map_err(|fault| {
            let item = format!("[{chart}] {}", fault.item);
            fail(Fault { item, ..fault })
        })?;
        if origin_mm.iter().any(|x| !x.is_finite()) {
            return Err(fail(Fault::new(format!("[{chart}] origin_mm"), "must be finite")));
        }
        body.skins
            .insert(chart, Skin { shape, scale: Vector3::repeat(1.0), offset: Vector3::from(origin_mm) });
    }
    for (name, place) in &file.landmarks {
        if place.iter().any(|x| !x.is_finite()) {
            return Err(fail(Fault::new(format!("landmark '{name}'"), "must be finite")));
        }
        body.landmarks.insert(name.clone(), Place::from(*place));
    }
    if let Some(scale) = file.scale {
        let factors = scale.head.iter().chain(&scale.chest).chain([&scale.neck_girth]);
        if let Some(factor) = factors.clone().find(|&&f| !(0.5..=2.0).contains(&f)) {
            return Err(fail(
                Fault::new("[scale]", "is out of range").value(factor.to_string()).bound("0.5 to 2"),
            ));
        }
        body = body.scaled(scale.head, scale.neck_girth, scale.chest);
        for place in body.landmarks.values_mut() {
            *place = Place::from(place.coords.component_mul(&Vector3::from(scale.head)));
        }
    }
    (body.id, body.name, body.source) = (file.id, file.name, file.source);
    Ok(body)
}
