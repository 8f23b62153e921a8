//! From drawn zones to the atlas.

use std::cell::Cell;

use super::curve::SampledBorder;
use super::drawn::{
    Drawn, DrawnBorder, DrawnExclusion, DrawnPreset, DrawnShape, DrawnZone, Extent, Sides, Step,
};
use super::ring::{Ring, halved, mirror, ring_faults};
use super::walk::{Borders, Trace, shown, sound_points, trace};
use super::{Atlas, Exclusion, ExclusionShape, Side, Zone};
use crate::body::{Body, Chart, ChartPoint, Skin};
use crate::document::{Report, quoted};
use crate::fault::Fault;
use crate::geometry::{Polygon, RingPlace};
use crate::units::number;

/// The atlas that is drawn, on the charts of `body`. Faults go to the report of the file they are
/// in; what is at fault is left out.
pub(super) fn resolve(drawn: &Drawn, body: &Body, reports: &[Report]) -> Atlas {
    let resolver = Resolver { borders: Borders::new(), points: Cell::new(0), body, reports };
    let borders = drawn.borders.iter().map(|border| (border.id.as_str(), resolver.border(border))).collect();
    let resolver = Resolver { borders, ..resolver };
    let mut atlas = Atlas::default();
    for zone in &drawn.zones {
        resolver.check_id(zone, drawn);
        atlas.zones.extend(resolver.zone(zone));
    }
    for exclusion in &drawn.exclusions {
        atlas.exclusions.extend(resolver.exclusion(exclusion));
    }
    for preset in &drawn.presets {
        resolver.check_preset(preset, drawn);
        atlas.presets.push(preset.preset.clone());
    }
    atlas
}

/// The most points of all outlines together. The atlas has some two thousand; the bound keeps a file
/// of a few kilobytes from asking for minutes of work.
const MOST_POINTS: usize = 100_000;

/// The largest zone of the flat chart, in mm2: a square of 70 cm. The other charts end with the body.
const LARGEST_MM2: f64 = 500_000.0;

struct Resolver<'a> {
    borders: Borders<'a>,
    /// The points of all outlines so far.
    points: Cell<usize>,
    body: &'a Body,
    reports: &'a [Report],
}

impl Resolver<'_> {
    /// Counts points, and says whether they are too many by now.
    fn is_used_up(&self, points: usize) -> bool {
        self.points.set(self.points.get() + points);
        self.points.get() > MOST_POINTS
    }

    fn skin(&self, chart: Chart) -> Skin {
        self.body.skin(chart).cloned().unwrap_or_else(Skin::plane)
    }

    fn border(&self, border: &DrawnBorder) -> Option<SampledBorder> {
        let (line, report) = (border.line.as_ref()?, self.reports.get(border.source.file)?);
        let item = format!("border '{}'", border.id);
        if !sound_points(&line.points, line.chart, &item, report) {
            return None;
        }
        let mut sound = true;
        for (index, point) in line.points.iter().enumerate() {
            let item = format!("{item} point {}", index + 1);
            if point.at.x < 0.0 {
                report.put(right_of_midline(item, point.at).at(point.span.clone()));
                sound = false;
            }
        }
        sound.then(|| SampledBorder::new(line))
    }

    fn zone(&self, zone: &DrawnZone) -> Vec<Zone> {
        let (Some(shape), Some(report)) = (&zone.shape, self.reports.get(zone.source.file)) else {
            return Vec::new();
        };
        let item = format!("zone '{}'", zone.id);
        let Some(polygon) = self.polygon(shape, &item, "outline", report) else { return Vec::new() };
        if shape.chart == Chart::Flat && polygon.area() > LARGEST_MM2 {
            let fault = Fault::new(item.to_owned(), "is larger than any treatment")
                .value(format!("{} cm2", number(polygon.area() / 100.0, 0)))
                .bound(format!("{} cm2", number(LARGEST_MM2 / 100.0, 0)))
                .hint("check the unit of the coordinates: mm");
            report.put(fault.at(zone.source.span.clone()));
            return Vec::new();
        }
        let made = |side: Side, suffix: &str, polygon: Polygon| Zone {
            id: suffixed(&zone.id, "-", suffix),
            base: zone.id.clone(),
            name: suffixed(&zone.name, ", ", suffix),
            region: zone.region,
            side,
            kind: zone.kind,
            chart: shape.chart,
            shape: polygon,
            care: zone.care.clone(),
            drawn: zone.drawn.clone(),
        };
        match shape.sides {
            Sides::Pair => {
                let mirrored = polygon.mirrored();
                vec![made(Side::Right, "right", mirrored), made(Side::Left, "left", polygon)]
            }
            Sides::Halved => vec![made(Side::Midline, "", polygon)],
            Sides::Whole => vec![made(side_of(&polygon, shape.chart), "", polygon)],
        }
    }

    fn exclusion(&self, exclusion: &DrawnExclusion) -> Vec<Exclusion> {
        let (Some((extent, shape)), Some(report)) =
            (&exclusion.shape, self.reports.get(exclusion.source.file))
        else {
            return Vec::new();
        };
        let item = format!("exclusion '{}'", exclusion.id);
        let resolved = match extent {
            Extent::Area => self.polygon(shape, &item, "area", report).map(ExclusionShape::Area),
            Extent::Line => self.line(shape, &item, report).map(ExclusionShape::Line),
        };
        let Some(resolved) = resolved else { return Vec::new() };
        let made = |suffix: &str, shape_made: ExclusionShape| Exclusion {
            id: suffixed(&exclusion.id, "-", suffix),
            name: suffixed(&exclusion.name, ", ", suffix),
            chart: shape.chart,
            shape: shape_made,
            margin_mm: exclusion.margin_mm,
            status: exclusion.status,
        };
        if shape.sides != Sides::Pair {
            return vec![made("", resolved)];
        }
        let mirrored = match &resolved {
            ExclusionShape::Area(polygon) => ExclusionShape::Area(polygon.mirrored()),
            ExclusionShape::Line(line) => ExclusionShape::Line(line.iter().map(|&at| mirror(at)).collect()),
        };
        vec![made("right", mirrored), made("left", resolved)]
    }

    /// A closed shape; nothing, with every fault reported, when it is none.
    fn polygon(&self, shape: &DrawnShape, item: &str, key: &str, report: &Report) -> Option<Polygon> {
        let label = format!("{item}, {key}");
        let before = report.len();
        let outline = self.ring(&shape.outline, shape, RingPlace::Outline, &label, report);
        let holes: Vec<_> = shape
            .holes
            .iter()
            .enumerate()
            .map(|(index, walk)| {
                let place = RingPlace::Hole(index);
                self.ring(walk, shape, place, &format!("{item}, {place}"), report)
            })
            .collect();
        let outline = outline?;
        let holes: Vec<Ring> = holes.into_iter().flatten().collect();
        let rings: Vec<Ring> =
            std::iter::once(outline).chain(holes.into_iter().flat_map(Ring::with_image)).collect();
        let mut places = rings.iter().map(|ring| ring.places.clone());
        let polygon = Polygon::new(places.next().unwrap_or_default(), places.collect());
        match polygon {
            Ok(polygon) => (report.len() == before).then_some(polygon),
            Err(faults) => {
                for fault in ring_faults(&faults, &rings) {
                    report.put(fault);
                }
                None
            }
        }
    }

    /// A closed ring of a shape, its mirror half added where it is drawn halved.
    fn ring(
        &self,
        walk: &[Step],
        shape: &DrawnShape,
        place: RingPlace,
        label: &str,
        report: &Report,
    ) -> Option<Ring> {
        let mut trace = trace(walk, shape.chart, &self.borders, label, report)?;
        if self.is_used_up(trace.vertices.len()) {
            let fault = Fault::new(label.to_owned(), "leaves the files with too many points in all")
                .bound(format!("{MOST_POINTS} points, one every 2 mm"))
                .hint("check the unit of the coordinates");
            report.put(fault.at(trace.label(0).1));
            return None;
        }
        self.check_places(&trace, shape, report);
        let (first, last) = (trace.vertices.first()?.at, trace.vertices.last()?.at);
        let closed = trace.vertices.len() > 1 && first == last;
        let end = trace.label(trace.vertices.len().saturating_sub(1)).1;
        let hole = place != RingPlace::Outline;
        if shape.sides == Sides::Halved && !(hole && closed) {
            return halved(trace, label, end, report);
        }
        if !closed {
            let fault = Fault::new(label.to_owned(), "is open: it does not end where it begins")
                .value(said!("ends at {place}", place = shown(last)))
                .bound(format!("begins at {}", shown(first)))
                .hint(format!("end it with {}", shown(first)));
            report.put(fault.at(end));
            return None;
        }
        trace.vertices.pop();
        let places = trace.places();
        // A hole beside the midline of a halved zone has its mirror image on the other side.
        let image = hole && shape.sides == Sides::Halved;
        Some(Ring { label: label.to_owned(), places, trace, image })
    }

    fn line(&self, shape: &DrawnShape, item: &str, report: &Report) -> Option<Vec<ChartPoint>> {
        let label = format!("{item}, line");
        let trace = trace(&shape.outline, shape.chart, &self.borders, &label, report)?;
        let before = report.len();
        self.check_places(&trace, shape, report);
        let mut places = trace.places();
        let end = trace.label(places.len().saturating_sub(1)).1;
        if places.len() < 2 {
            let fault = Fault::new(&label, "has too few points").value(places.len().to_string());
            report.put(fault.bound("at least 2").at(end));
            return None;
        }
        if shape.sides == Sides::Halved {
            let on_midline = |at: Option<&ChartPoint>| at.is_some_and(|at| at.x == 0.0);
            if !on_midline(places.first()) {
                places.reverse();
            }
            if !on_midline(places.first()) {
                let fault =
                    Fault::new(&label, "is halved but has no end on the midline").bound("an end at 0");
                report.put(fault.hint("let it begin at 0, or use sides = \"pair\"").at(end));
                return None;
            }
            let image: Vec<_> = places.iter().skip(1).rev().map(|&at| mirror(at)).collect();
            places = image.into_iter().chain(places).collect();
        }
        (report.len() == before).then_some(places)
    }

    /// Notes every step that leaves the chart or the half it is drawn on.
    fn check_places(&self, trace: &Trace, shape: &DrawnShape, report: &Report) {
        let skin = self.skin(shape.chart);
        for index in trace.first_of_each_step(|_, at| !skin.covers(at)) {
            let Some(vertex) = trace.vertices.get(index) else { continue };
            let (item, span) = trace.label(index);
            let [(u0, u1), (v0, v1)] = skin.bounds();
            let units = shape.chart.units();
            let within = (u0..=u1).contains(&vertex.at.x) && (v0..=v1).contains(&vertex.at.y);
            let bound = if within {
                format!("the skin of body '{}'", self.body.id)
            } else {
                let n = |x| number(x, 1);
                format!("{} to {} {}, {} to {} {}", n(u0), n(u1), units[0], n(v0), n(v1), units[1])
            };
            let problem = format!("lies outside the chart '{}'", shape.chart);
            report.put(Fault::new(item.to_owned(), problem).value(shown(vertex.at)).bound(bound).at(span));
        }
        if shape.sides == Sides::Whole {
            return;
        }
        for index in trace.first_of_each_step(|_, at| at.x < 0.0) {
            let Some(vertex) = trace.vertices.get(index) else { continue };
            let (item, span) = trace.label(index);
            report.put(right_of_midline(item, vertex.at).at(span));
        }
    }

    /// Notes a zone that bears the id a pair gives to one of its sides.
    fn check_id(&self, zone: &DrawnZone, drawn: &Drawn) {
        let base = base_of(&zone.id, drawn);
        if let Some(report) = self.reports.get(zone.source.file).filter(|_| base != zone.id) {
            let item = format!("zone '{}'", zone.id);
            let fault = Fault::new(item.to_owned(), format!("is the id of a side of zone '{base}'"));
            report.put(fault.hint("give it another id").at(zone.source.span.clone()));
        }
    }

    fn check_preset(&self, preset: &DrawnPreset, drawn: &Drawn) {
        let Some(report) = self.reports.get(preset.source.file) else { return };
        let label = format!("preset '{}', zones", preset.preset.id);
        let known = || drawn.zones.iter().map(|zone| zone.id.as_str());
        for (zone, span) in preset.preset.zones.iter().zip(&preset.spans) {
            if !known().any(|id| id == base_of(zone, drawn)) {
                let fault = Fault::new(&label, "names no known zone").value(quoted(zone));
                report.put_unknown(fault.at(span.clone()), zone, known());
            }
        }
    }
}

/// The id a name was drawn under: `temple` for `temple-left` when the temple is a pair.
fn base_of<'n>(name: &'n str, drawn: &Drawn) -> &'n str {
    let base = name.strip_suffix("-left").or_else(|| name.strip_suffix("-right")).unwrap_or(name);
    let is_pair = |zone: &&DrawnZone| zone.shape.as_ref().is_none_or(|shape| shape.sides == Sides::Pair);
    if drawn.zones.iter().filter(is_pair).any(|zone| zone.id == base) { base } else { name }
}

fn right_of_midline(item: String, at: ChartPoint) -> Fault {
    Fault::new(item.to_owned(), "crosses the midline")
        .value(shown(at))
        .bound("0 or more: the patient's left half")
        .hint("draw the left half alone; sides = \"whole\" takes both")
}

fn suffixed(name: &str, joint: &str, suffix: &str) -> String {
    if suffix.is_empty() { name.to_owned() } else { format!("{name}{joint}{suffix}") }
}

/// The side a zone that was drawn whole lies on. The flat chart has no sides.
fn side_of(polygon: &Polygon, chart: Chart) -> Side {
    let (low, high) = polygon.bounds();
    match chart {
        Chart::Flat => Side::Midline,
        _ if low.x >= 0.0 => Side::Left,
        _ if high.x <= 0.0 => Side::Right,
        _ => Side::Midline,
    }
}
