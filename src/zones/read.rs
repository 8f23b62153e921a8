//! Reading zone files (`nappage-zone/1`) into what they draw.

use std::collections::BTreeSet;

use toml::de::DeTable;

use super::Preset;
use super::drawn::{
    Course, Drawn, DrawnBorder, DrawnExclusion, DrawnLine, DrawnPoint, DrawnPreset, DrawnShape, DrawnZone,
    Extent, Sides, Source, Step, StepForm, Walk,
};
use super::{Kind, Region, Status};
use crate::body::{Chart, ChartPoint};
use crate::document::{Fields, Node, Report, finite, listed, wrong_type};
use crate::fault::Fault;
use crate::units::{number, parse_length_mm};

/// The format of a zone file.
pub(crate) const FORMAT: &str = "nappage-zone/1";

/// The widest margin an exclusion may ask for, in mm: an eye, lip or ear needs a tenth of it, and a
/// wider one would hide whole zones by a slip of the unit.
const WIDEST_MARGIN_MM: f64 = 50.0;

const REGIONS: [(&str, Region); 3] =
    [("face", Region::Face), ("neck", Region::Neck), ("chest", Region::Chest)];
const KINDS: [(&str, Kind); 2] = [("standard", Kind::Standard), ("periorbital", Kind::Periorbital)];
const SIDES: [(&str, Sides); 3] = [("pair", Sides::Pair), ("halved", Sides::Halved), ("whole", Sides::Whole)];
const STATUSES: [(&str, Status); 3] =
    [("published", Status::Published), ("derived", Status::Derived), ("clinic-set", Status::ClinicSet)];

/// Reads the tables of a zone file; `file` is its number among the files read together.
pub(super) fn read(document: &DeTable<'_>, file: usize, report: &Report) -> Drawn {
    let mut fields = Fields::new(document, "", 0..0, report);
    let mut drawn = Drawn::default();
    // The tables of a file of another kind are not misspelt ones of this kind.
    if fields.format(FORMAT).is_none() && document.contains_key("format") {
        return drawn;
    }
    for table in fields.tables("zone") {
        let reader = Reader::new(table, "zone", file, report);
        drawn.zones.extend(reader.zone());
    }
    for table in fields.tables("border") {
        let reader = Reader::new(table, "border", file, report);
        drawn.borders.extend(reader.border());
    }
    for table in fields.tables("exclusion") {
        let reader = Reader::new(table, "exclusion", file, report);
        drawn.exclusions.extend(reader.exclusion());
    }
    for table in fields.tables("preset") {
        let reader = Reader::new(table, "preset", file, report);
        drawn.presets.extend(reader.preset());
    }
    fields.finish();
    note_repeats(&drawn, report);
    drawn
}

fn note_repeats(drawn: &Drawn, report: &Report) {
    let mut seen = BTreeSet::new();
    for (what, id, source) in drawn.named() {
        if !seen.insert((what, id)) {
            let fault = Fault::new(format!("{what} '{id}'"), "stands twice in the file");
            report.put(fault.hint("give each its own id").at(source.span.clone()));
        }
    }
}

/// One table of a zone file being read.
struct Reader<'a, 't> {
    fields: Fields<'a, 't>,
    report: &'a Report,
    id: String,
    source: Source,
}

impl<'a, 't> Reader<'a, 't> {
    /// A reader of a table, with the id read. Without a sound id the rest of the table is still read
    /// under its number, so that its faults are known too.
    fn new(mut fields: Fields<'a, 't>, what: &str, file: usize, report: &'a Report) -> Self {
        let span = fields.span();
        let numbered = fields.item().to_owned();
        let id = fields.need("id").and_then(|item| item.id());
        let item = id.as_ref().map_or(numbered.clone(), |id| format!("{what} '{id}'"));
        // A space keeps the stand-in apart from every sound id.
        let id = id.unwrap_or(numbered);
        Self { fields: fields.named(item), report, id, source: Source { file, span } }
    }

    fn zone(mut self) -> Option<DrawnZone> {
        let name = self.name();
        let region = self.fields.one_of("region", &REGIONS);
        let kind = self.fields.one_of("kind", &KINDS);
        let chart = self.chart();
        let sides = self.fields.one_of("sides", &SIDES);
        let drawn = self.fields.text("drawn", "say how it was drawn").map_or("", |(text, _)| text).to_owned();
        let care = self.fields.texts("care").into_iter().map(|(text, _)| text.to_owned()).collect();
        let outline = self
            .fields
            .required("outline", "give the walk around the zone")
            .and_then(|node| self.walk(node, "outline"));
        let holes = match self.fields.optional("holes") {
            Some(node) => self.holes(node),
            None => Some(Vec::new()),
        };
        let shape = match (chart, sides, outline, holes) {
            (Some(chart), Some(sides), Some(outline), Some(holes)) => {
                Some(DrawnShape { chart, sides, outline, holes })
            }
            _ => None,
        };
        self.fields.finish();
        Some(DrawnZone {
            id: self.id,
            name,
            region: region.unwrap_or(Region::Face),
            kind: kind.unwrap_or(Kind::Standard),
            care,
            drawn,
            source: self.source,
            shape,
        })
    }

    fn border(mut self) -> Option<DrawnBorder> {
        let chart = self.chart();
        self.fields.text("drawn", "say how it was drawn");
        let curve = self.fields.optional("curve");
        let points = self.fields.optional("points");
        let line = match (curve, points) {
            (Some(node), None) => self.points(node, "curve").map(|p| (Course::Smooth, p)),
            (None, Some(node)) => self.points(node, "points").map(|p| (Course::Straight, p)),
            _ => {
                let fault = Fault::new(self.fields.item().to_owned(), "needs either a curve or points")
                    .hint("curve = [[…], …] is smooth, points = [[…], …] is straight");
                self.report.put(fault.at(self.fields.span()));
                None
            }
        };
        self.fields.finish();
        let line = chart.zip(line).map(|(chart, (course, points))| DrawnLine { chart, course, points });
        Some(DrawnBorder { id: self.id, source: self.source, line })
    }

    fn exclusion(mut self) -> Option<DrawnExclusion> {
        let name = self.name();
        let chart = self.chart();
        let sides = self.fields.one_of("sides", &SIDES);
        let status = self.fields.one_of("status", &STATUSES);
        self.fields.text("drawn", "say how it was drawn");
        let margin_mm = self.margin();
        let area = self.fields.optional("area");
        let line = self.fields.optional("line");
        let walk = match (area, line) {
            (Some(node), None) => self.walk(node, "area").map(|walk| (Extent::Area, walk)),
            (None, Some(node)) => self.walk(node, "line").map(|walk| (Extent::Line, walk)),
            _ => {
                let fault = Fault::new(self.fields.item().to_owned(), "needs either an area or a line")
                    .hint("area = [[…], …] closes, line = [[…], …] does not");
                self.report.put(fault.at(self.fields.span()));
                None
            }
        };
        self.fields.finish();
        let shape = match (chart, sides, walk) {
            (Some(chart), Some(sides), Some((extent, outline))) => {
                Some((extent, DrawnShape { chart, sides, outline, holes: Vec::new() }))
            }
            _ => None,
        };
        Some(DrawnExclusion {
            id: self.id,
            name,
            margin_mm: margin_mm.unwrap_or(0.0),
            status: status.unwrap_or(Status::ClinicSet),
            source: self.source,
            shape,
        })
    }

    fn preset(mut self) -> Option<DrawnPreset> {
        let name = self.name();
        let (zones, spans): (Vec<_>, Vec<_>) =
            self.fields.texts("zones").into_iter().map(|(zone, span)| (zone.to_owned(), span)).unzip();
        if zones.is_empty() {
            let fault =
                Fault::new(self.fields.label("zones"), "names no zone").hint("give a list of zone ids");
            self.report.put(fault.at(self.fields.span()));
        }
        self.fields.finish();
        Some(DrawnPreset { preset: Preset { id: self.id, name, zones }, spans, source: self.source })
    }

    fn name(&mut self) -> String {
        self.fields.text("name", "give the name used on sheets").map_or("", |(name, _)| name).to_owned()
    }

    /// The chart, once its units are written beside it.
    fn chart(&mut self) -> Option<Chart> {
        let chart = self.fields.one_of("chart", &Chart::ALL.map(|chart| (chart.name(), chart)));
        let wanted = chart.map(|chart| format!("[\"{}\"]", chart.units().join("\", \"")));
        let hint = format!("write units = {}", wanted.as_deref().unwrap_or("[\"mm\", \"mm\"]"));
        let Some(node) = self.fields.optional("units") else {
            let fault = Fault::new(self.fields.label("units"), "unit missing").hint(hint);
            self.report.put(fault.at(self.fields.span()));
            return chart;
        };
        let given: Option<Vec<&str>> = node
            .get_ref()
            .as_array()
            .and_then(|list| list.iter().map(|unit| unit.get_ref().as_str()).collect());
        match (given, chart) {
            (None, _) => {
                let fault = wrong_type(self.fields.label("units"), node, "a list of two units", self.report);
                self.report.put(fault.hint(hint));
            }
            (Some(given), Some(chart)) if given != chart.units() => {
                let span = node.span();
                let fault = Fault::new(self.fields.label("units"), "are not the units of the chart")
                    .value(self.report.shown(&span))
                    .bound(format!("{} of chart '{chart}'", listed(chart.units())))
                    .hint(hint);
                self.report.put(fault.at(span));
            }
            _ => {}
        }
        chart
    }

    /// The margin of an exclusion in mm.
    fn margin(&mut self) -> Option<f64> {
        let hint = "write it with its unit, as in \"10 mm\"";
        let node = self.fields.required("margin", hint)?;
        let (label, span) = (self.fields.label("margin"), node.span());
        let shown = self.report.shown(&span);
        let fault = match node.get_ref().as_str().map(parse_length_mm) {
            Some(Ok(mm)) if (0.0..=WIDEST_MARGIN_MM).contains(&mm) => return Some(mm),
            Some(Ok(_)) => Fault::new(label.to_owned(), "is out of range")
                .bound(format!("0 to {} mm", number(WIDEST_MARGIN_MM, 0)))
                .hint("check the unit"),
            Some(Err(error)) if error.problem == "has no unit" => {
                Fault::new(label.to_owned(), "unit missing").hint(hint)
            }
            Some(Err(error)) => Fault::new(label.to_owned(), error.problem).hint(error.hint),
            None if node.get_ref().is_integer() || node.get_ref().is_float() => {
                Fault::new(label.to_owned(), "unit missing").hint(hint)
            }
            None => wrong_type(label.to_owned(), node, "a length in quotes", self.report).hint(hint),
        };
        self.report.put(fault.value(shown).at(span));
        None
    }

    fn holes(&self, node: &Node<'_>) -> Option<Vec<Walk>> {
        let Some(list) = node.get_ref().as_array() else {
            let fault = wrong_type(self.fields.label("holes"), node, "a list of rings", self.report);
            self.report.put(fault);
            return None;
        };
        let walks: Vec<_> = list
            .iter()
            .enumerate()
            .map(|(index, ring)| self.walk(ring, &format!("hole {}", index + 1)))
            .collect();
        walks.into_iter().collect()
    }

    /// A walk; nothing where any of its steps is at fault.
    fn walk(&self, node: &Node<'_>, key: &str) -> Option<Walk> {
        let label = self.fields.label(key);
        let Some(list) = node.get_ref().as_array() else {
            self.report.put(wrong_type(
                label.to_owned(),
                node,
                "a list of corners, borders and curves",
                self.report,
            ));
            return None;
        };
        if list.is_empty() {
            self.report
                .put(Fault::new(label.to_owned(), "is empty").hint("give a list of corners").at(node.span()));
            return None;
        }
        let steps: Vec<_> = list
            .iter()
            .enumerate()
            .map(|(index, step)| {
                let form = self.step(step, &label, index)?;
                Some(Step { form, span: step.span() })
            })
            .collect();
        steps.into_iter().collect()
    }

    fn step(&self, node: &Node<'_>, label: &str, index: usize) -> Option<StepForm> {
        let value = node.get_ref();
        if let Some(border) = value.as_str() {
            return Some(StepForm::Border(border.to_owned()));
        }
        if value.is_array() {
            return self.point(node, &format!("{label} point {}", index + 1)).map(StepForm::Corner);
        }
        let item = format!("{label} item {}", index + 1);
        let Some(table) = value.as_table() else {
            let wanted = "a corner [x, y], the name of a border, or a table";
            self.report.put(wrong_type(item.to_owned(), node, wanted, self.report));
            return None;
        };
        let mut fields = Fields::new(table, item.clone(), node.span(), self.report);
        if let Some(curve) = fields.optional("curve") {
            fields.finish();
            return self.points(curve, &format!("{item} curve")).map(StepForm::Curve);
        }
        let hint = "write { border = \"…\", from = […], to = […] } or { curve = [[…], …] }";
        let border = fields.text("border", hint);
        let from = fields.required("from", hint);
        let to = fields.required("to", hint);
        let from = from.and_then(|node| self.place(node, &format!("{item} from")));
        let to = to.and_then(|node| self.place(node, &format!("{item} to")));
        fields.finish();
        Some(StepForm::Part { border: border?.0.to_owned(), from: from?, to: to? })
    }

    /// At least two places; nothing where any is at fault.
    fn points(&self, node: &Node<'_>, key: &str) -> Option<Vec<DrawnPoint>> {
        let label = if key.starts_with(self.fields.item()) { key.to_owned() } else { self.fields.label(key) };
        let Some(list) = node.get_ref().as_array() else {
            self.report.put(wrong_type(label.to_owned(), node, "a list of points", self.report));
            return None;
        };
        if list.len() < 2 {
            let fault = Fault::new(label.to_owned(), "has too few points")
                .value(list.len().to_string())
                .bound("at least 2");
            self.report.put(fault.at(node.span()));
            return None;
        }
        let points: Vec<_> = list
            .iter()
            .enumerate()
            .map(|(index, point)| self.place(point, &format!("{label} point {}", index + 1)))
            .collect();
        points.into_iter().collect()
    }

    fn place(&self, node: &Node<'_>, item: &str) -> Option<DrawnPoint> {
        self.point(node, item).map(|at| DrawnPoint { at, span: node.span() })
    }

    fn point(&self, node: &Node<'_>, item: &str) -> Option<ChartPoint> {
        let Some(list) = node.get_ref().as_array() else {
            self.report.put(wrong_type(item.to_owned(), node, "a point of two numbers", self.report));
            return None;
        };
        if list.len() != 2 {
            let span = node.span();
            let mut fault = Fault::new(item.to_owned(), format!("has {} coordinates", list.len()))
                .value(self.report.shown(&span))
                .bound("2");
            if list.len() > 2 {
                fault = fault.hint("write decimals with a point: 1.5, not 1,5");
            }
            self.report.put(fault.at(span));
        }
        let numbers: Vec<_> = list.iter().map(|x| finite(x, item, self.report)).collect();
        match numbers.as_slice() {
            [Some(u), Some(v)] => Some(ChartPoint::new(*u, *v)),
            _ => None,
        }
    }
}
