//! Reading what is left out: `[[exclusion]]`, `[[skip-point]]`; and `[[point-volume]]`.

use super::Layer;
use super::marked::{Anchor, Marked, MarkedShape, PointName, PointVolume};
use super::read::volume;
use super::read_layers::read_layer_of_point;
use crate::body::{Chart, ChartPoint};
use crate::document::{Fields, Item};
use crate::fault::Fault;
use crate::units::number;
use crate::zones::Side;

/// The most corners of an outline.
const MOST_CORNERS: usize = 500;
/// The greatest radius, in mm: more is no lesion but a zone.
const GREATEST_RADIUS_MM: f64 = 100.0;
/// The longest way from a landmark, in mm.
const LONGEST_WAY_MM: f64 = 300.0;
/// The greatest margin, in mm.
const GREATEST_MARGIN_MM: f64 = 100.0;

/// Reads one `[[exclusion]]`.
pub(super) fn read_exclusion(mut table: Fields<'_, '_>, number: usize) -> Option<Marked> {
    let name = table.get_text("name");
    let margin = table.get("margin").map(|item| within(&item, 0.0, GREATEST_MARGIN_MM));
    let shape = shape(&mut table);
    table.finish();
    let name = name.map_or_else(|| format!("exclusion {number}"), |name| name.trim().to_owned());
    Some(Marked { name, shape: shape?, margin_mm: margin.map_or(Some(None), |margin| margin.map(Some))? })
}

fn shape(table: &mut Fields<'_, '_>) -> Option<MarkedShape> {
    let charts = Chart::ALL.map(|chart| (chart.name(), chart));
    let landmark = table.get_text("landmark");
    let sides = [("left", Side::Left), ("right", Side::Right), ("midline", Side::Midline)];
    let side = table.get("side").is_some().then(|| table.one_of("side", &sides));
    let lateral = either(table, ["lateral", "medial"], way);
    let up = either(table, ["above", "below"], way);
    let chart = table.get("chart").is_some().then(|| table.one_of("chart", &charts));
    let (place, outline) = (table.get("place"), table.get("outline"));
    let radius = either(table, ["radius", "diameter"], radius);
    let given = [landmark.is_some(), place.is_some(), outline.is_some()];
    if given.iter().filter(|given| **given).count() != 1 {
        table.note("", "must say where it is in one way", |fault| {
            fault.hint("give a landmark, or a chart with a place on it, or a chart with an outline")
        });
        return None;
    }
    let beside = [("side", side.is_some()), ("lateral", lateral.is_some()), ("above", up.is_some())];
    if let Some((key, _)) = beside.iter().find(|(_, given)| *given && landmark.is_none()) {
        table.note("", said!("gives {key} without a landmark to count from", key), |fault| {
            fault.hint("name the landmark, or take the key out")
        });
        return None;
    }
    if landmark.is_none() && chart.is_none() {
        table.note("", "names no chart", |fault| fault.hint("add chart = \"head\", or the chart it lies on"));
        return None;
    }
    if let Some(item) = outline {
        if radius.is_some() {
            table.note("", "has an outline and a radius", |fault| fault.hint("keep one of them"));
            return None;
        }
        return Some(MarkedShape::Outline { chart: chart??, corners: corners(&item)? });
    }
    let Some(radius) = radius else {
        table
            .note("", "has no size", |fault| fault.hint("add diameter = \"6 mm\", or its radius or outline"));
        return None;
    };
    let middle = match (landmark, place) {
        (Some(landmark), _) => Anchor::Landmark {
            landmark: landmark.trim().to_owned(),
            side: side.map_or(Some(Side::Midline), |side| side)?,
            lateral_mm: lateral.map_or(Some(0.0), |way| way)?,
            up_mm: up.map_or(Some(0.0), |way| way)?,
        },
        (None, place) => Anchor::Chart(chart??, corner(&place?)?),
    };
    Some(MarkedShape::Round { middle, radius_mm: radius? })
}

/// What `read` makes of the one of two keys that is given, told whether it is the second; nothing where
/// none is, and `Some(None)` where it is at fault.
fn either(
    table: &mut Fields<'_, '_>,
    [key, other]: [&'static str; 2],
    read: impl Fn(&Item<'_, '_>, bool) -> Option<f64>,
) -> Option<Option<f64>> {
    match (table.get(key), table.get(other)) {
        (Some(_), Some(_)) => {
            table.note(other, said!("stands beside {key}", key), |fault| fault.hint("keep one of them"));
            Some(None)
        }
        (first, second) => {
            first.map(|item| read(&item, false)).or_else(|| second.map(|item| read(&item, true)))
        }
    }
}

/// A way along the skin; the other of two directions counts backwards.
fn way(item: &Item<'_, '_>, back: bool) -> Option<f64> {
    let length = within(item, 0.0, LONGEST_WAY_MM)?;
    Some(if back { -length } else { length })
}

/// The radius, given as it is or by the diameter.
fn radius(item: &Item<'_, '_>, diameter: bool) -> Option<f64> {
    let radii = if diameter { 2.0 } else { 1.0 };
    Some(within(item, f64::MIN_POSITIVE, radii * GREATEST_RADIUS_MM)? / radii)
}

fn within(item: &Item<'_, '_>, least: f64, greatest: f64) -> Option<f64> {
    let length = item.length_mm()?;
    if (least..=greatest).contains(&length) {
        return Some(length);
    }
    let from = if least > 0.0 { "above 0" } else { "0" };
    item.note("is out of range", |fault: Fault| {
        fault.bound(said!("{from} to {greatest} mm", from, greatest = number(greatest, 0)))
    });
    None
}

fn corners(item: &Item<'_, '_>) -> Option<Vec<ChartPoint>> {
    let items = item.list()?;
    if items.len() > MOST_CORNERS {
        item.note("has too many corners", |fault| {
            fault.value(items.len().to_string()).bound(said!("at most {most}", most = MOST_CORNERS))
        });
        return None;
    }
    let read: Vec<Option<ChartPoint>> = items.iter().map(corner).collect();
    read.into_iter().collect()
}

fn corner(item: &Item<'_, '_>) -> Option<ChartPoint> {
    let numbers: Vec<Option<f64>> = item.list()?.iter().map(Item::number).collect();
    match numbers.as_slice() {
        [u, v] => Some(ChartPoint::new((*u)?, (*v)?)),
        _ => {
            item.note("must hold two numbers in the chart's units", |fault| fault.bound("2"));
            None
        }
    }
}

/// Reads one `[[skip-point]]` of a session with these layers.
pub(super) fn read_point(mut table: Fields<'_, '_>, layers: &[Layer]) -> Option<PointName> {
    let point = point(&mut table, layers);
    table.finish();
    point
}

/// Reads one `[[point-volume]]` of a session with these layers.
pub(super) fn read_point_volume(mut table: Fields<'_, '_>, layers: &[Layer]) -> Option<PointVolume> {
    let point = point(&mut table, layers);
    let volume = table.need("volume").and_then(|item| volume(&item));
    table.finish();
    Some(PointVolume { point: point?, volume: volume? })
}

/// The point that a table names by zone, row and place, and by where it stood where that is known.
fn point(table: &mut Fields<'_, '_>, layers: &[Layer]) -> Option<PointName> {
    let zone = table.need_text("zone");
    let mut count = |key| {
        let item = table.need(key)?;
        let number = item.whole()?;
        if number == 0 {
            item.note("must be 1 or more", |fault| fault.hint("rows and places are counted from 1"));
        }
        usize::try_from(number).ok().filter(|number| *number > 0)
    };
    let (row, place) = (count("row"), count("place"));
    let at = table.get("at").map(|item| corner(&item));
    let layer = read_layer_of_point(table, layers);
    let at = at.map_or(Some(None), |at| at.map(Some))?;
    Some(PointName { zone: zone?.trim().to_owned(), row: row?, place: place?, at, layer })
}
