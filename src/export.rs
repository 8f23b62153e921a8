//! Plans for other programs: JSON and CSV.
//!
//! The columns of the CSV, one row a point in the order of work:
//!
//! | column | what it holds |
//! | --- | --- |
//! | `number` | the point's number, from 1 |
//! | `row` | its row, from 1 at the top |
//! | `zone` | the id of its zone |
//! | `side` | the patient's side of the zone: `left`, `right` or `midline` |
//! | `kind` | the limits it falls under: `standard` or `periorbital` |
//! | `chart` | the chart of the next two columns |
//! | `chart_u`, `chart_v` | its chart coordinates, in the chart's units |
//! | `skin_x_mm`, `skin_y_mm`, `skin_z_mm` | its place on the body: to the patient's left, up, forward |
//! | `volume_ul` | its volume in whole microlitres |
//! | `volume_ml` | the same in millilitres |
//!
//! A product that goes onto the skin has no points: a row for each zone that takes some of it then, with its volume, and
//! nothing in the columns of number, row and places.
//!
//! The layers of a session are written together as `nappage-layers/1`, which holds the plan of each, and as CSV with the
//! name of the layer in a column `layer` before the others.
//!
//! Text that a spreadsheet would take for a formula is led by an apostrophe.

use std::collections::BTreeMap;
use std::io;

use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, Serializer};

use crate::plan::{Layered, Plan, PlannedZone};
use crate::units::{Microlitres, number};
use crate::zones::{Kind, Side};

/// The header of the CSV.
pub const CSV_COLUMNS: [&str; 13] = [
    "number",
    "row",
    "zone",
    "side",
    "kind",
    "chart",
    "chart_u",
    "chart_v",
    "skin_x_mm",
    "skin_y_mm",
    "skin_z_mm",
    "volume_ul",
    "volume_ml",
];

/// The plan as `nappage-plan/1`, one line for each zone, point and finding, ended by a line break.
pub fn json(plan: &Plan) -> String {
    lines(plan)
}

/// The layers of a session as `nappage-layers/1`, one line for each zone, point and finding.
pub fn layers_json(layered: &Layered) -> String {
    lines_down_to(5, layered)
}

/// The plan's points as CSV, see the [module's page](self) for the columns.
pub fn csv(plan: &Plan) -> String {
    rows(plan).fold(format!("{}\n", CSV_COLUMNS.join(",")), |text, row| text + &row + "\n")
}

/// The points of all layers of a session as CSV, led by a column `layer`.
pub fn layers_csv(layered: &Layered) -> String {
    let mut text = format!("layer,{}\n", CSV_COLUMNS.join(","));
    for layer in &layered.layers {
        let name = cell(&layer.name);
        text = rows(&layer.plan).fold(text, |text, row| text + &name + "," + &row + "\n");
    }
    text
}

/// A row of the CSV for each point; for each zone where the product goes onto the skin.
fn rows(plan: &Plan) -> impl Iterator<Item = String> + '_ {
    let zones: BTreeMap<&str, &PlannedZone> =
        plan.zones.iter().map(|zone| (zone.id.as_str(), zone)).collect();
    let points = plan.points.iter().map(move |point| {
        let places = point.chart.map(|x| number(x, 4)).into_iter().chain(point.skin_mm.map(|x| number(x, 3)));
        let numbers = [point.number.to_string(), point.row.to_string()];
        row(numbers, &point.zone, zones.get(point.zone.as_str()).copied(), places, point.volume_ul)
    });
    let on_skin =
        plan.zones.iter().filter(|zone| plan.topical.is_some() && zone.volume_ul > Microlitres::ZERO);
    let on_skin = on_skin.map(|zone| {
        let places = std::iter::repeat_n(String::new(), 5);
        row([String::new(), String::new()], &zone.id, Some(zone), places, zone.volume_ul)
    });
    points.chain(on_skin)
}

fn row(
    numbers: [String; 2],
    id: &str,
    zone: Option<&PlannedZone>,
    places: impl Iterator<Item = String>,
    volume: Microlitres,
) -> String {
    let side = zone.map_or("", |zone| match zone.side {
        Side::Left => "left",
        Side::Right => "right",
        Side::Midline => "midline",
    });
    let kind = zone.map_or("", |zone| match zone.kind {
        Kind::Standard => "standard",
        Kind::Periorbital => "periorbital",
    });
    let zone =
        [cell(id), side.to_owned(), kind.to_owned(), zone.map_or("", |zone| zone.chart.name()).to_owned()];
    let volumes = [volume.0.to_string(), number(volume.millilitres(), 3)];
    let cells = numbers.into_iter().chain(zone).chain(places).chain(volumes);
    cells.collect::<Vec<_>>().join(",")
}

/// Text as one CSV field that no spreadsheet runs as a formula.
fn cell(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if formula { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

/// JSON with every entry of the outermost lists on a line of its own: short enough to read, and a
/// comparison of two files shows which points moved.
pub(crate) fn lines<T: Serialize>(value: &T) -> String {
    lines_down_to(2, value)
}

/// The same with what stands `deepest` brackets deep on lines of its own.
fn lines_down_to<T: Serialize>(deepest: usize, value: &T) -> String {
    let mut bytes = Vec::new();
    let mut serializer = Serializer::with_formatter(&mut bytes, Lines { depth: 0, deepest });
    // Values with string keys, written to memory, cannot fail.
    if value.serialize(&mut serializer).is_err() {
        return String::new();
    }
    bytes.push(b'\n');
    String::from_utf8(bytes).unwrap_or_default()
}

/// Line breaks and indents down to a depth of brackets, nothing below.
struct Lines {
    depth: usize,
    deepest: usize,
}

impl Lines {
    fn open<W: ?Sized + io::Write>(&mut self, writer: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.depth += 1;
        writer.write_all(bracket)
    }

    fn close<W: ?Sized + io::Write>(&mut self, writer: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.depth -= 1;
        if self.depth < self.deepest {
            self.line(writer)?;
        }
        writer.write_all(bracket)
    }

    fn line<W: ?Sized + io::Write>(&self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b"\n")?;
        (0..self.depth).try_for_each(|_| writer.write_all(b"  "))
    }

    fn entry<W: ?Sized + io::Write>(&self, writer: &mut W, first: bool) -> io::Result<()> {
        if !first {
            writer.write_all(if self.depth > self.deepest { b", " } else { b"," })?;
        }
        if self.depth <= self.deepest { self.line(writer) } else { Ok(()) }
    }
}

impl Formatter for Lines {
    fn begin_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.open(writer, b"[")
    }

    fn end_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.close(writer, b"]")
    }

    fn begin_array_value<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.entry(writer, first)
    }

    fn begin_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.open(writer, b"{")
    }

    fn end_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.close(writer, b"}")
    }

    fn begin_object_key<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.entry(writer, first)
    }

    fn begin_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        CompactFormatter.begin_object_value(writer)?;
        writer.write_all(b" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_cannot_start_a_formula_or_break_the_row() {
        assert_eq!(cell("forehead"), "forehead");
        for formula in ["=1+1", "+cmd", "-2", "@sum", "\tx"] {
            assert!(cell(formula).trim_start_matches('"').starts_with('\''), "{formula}");
        }
        assert_eq!(cell("a,\"b\""), "\"a,\"\"b\"\"\"");
    }

    #[test]
    fn json_keeps_one_entry_of_a_list_on_one_line() {
        let value = serde_json::json!({"a": 1, "b": [{"c": [1, 2], "d": {}}, {}], "e": []});
        let text = lines(&value);
        assert!(text.lines().any(|line| line == "    {\"c\": [1, 2], \"d\": {}},"), "{text}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).ok(), Some(value));
    }
}
