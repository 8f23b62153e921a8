//! The tables of a worksheet: the lines of work, the syringes, and the sums by zone.

use std::collections::BTreeSet;

use super::blocks::{Block, Breaks, Density, Entry};
use super::checklist::cut;
use super::column::{Column, RULE};
use super::font::shortened;
use super::panels::{GREY, SMALL_MM, TEXT_MM, bare, counted, titled};
use super::symbols::Symbols;
use super::{Align, Colour, Group, Item, Outline, Spot, Stroke, Text, Weight, text_width_mm};
use crate::dose::{Filling, Line};
use crate::plan::{MIXED, Plan, PlannedZone};
use crate::units::Microlitres;
use crate::zones::Region;

/// What the tables are made of.
#[derive(Clone, Copy)]
pub(super) struct Work<'a> {
    pub plan: &'a Plan,
    pub fillings: &'a [Filling<'a>],
    pub symbols: &'a Symbols,
}

/// The least side of a box that a pen ticks, in mm.
const LEAST_BOX_MM: f64 = 3.5;
/// Size of a line of work, in mm.
const WORK_MM: f64 = 2.6;
/// Shading under names of regions, light enough to write on.
const SHADE: Colour = Colour::rgb(0xe9, 0xec, 0xee);
/// Where the columns of the lines of work end, in parts of the width.
const SYRINGE: f64 = 0.084;
const ROW: f64 = 0.129;
const SYMBOL: f64 = 0.15;
const ZONE: f64 = 0.166;
const POINTS: f64 = 0.5;
const COUNT: f64 = 0.543;
const EACH: f64 = 0.618;
const VOLUME: f64 = 0.704;
const SO_FAR: f64 = 0.785;
const GIVEN: [f64; 2] = [0.802, 0.897];
const WASTED: [f64; 2] = [0.905, 1.0];

/// A line of work with where it stands among the others.
struct Step<'a> {
    line: Line<'a>,
    zone: Option<&'a PlannedZone>,
    /// The syringe, from 1.
    syringe: usize,
    /// Whether the line before is of another syringe, or of another row.
    new_syringe: bool,
    new_row: bool,
    /// What is given up to here.
    so_far: Microlitres,
}

impl<'a> Work<'a> {
    /// The lines of work with a total at the end.
    pub(super) fn lines(self, density: Density) -> Block<'a> {
        let mut entries: Vec<Entry<'a>> = Vec::new();
        let several = regions(self.plan).len() > 1;
        let (mut so_far, mut last_row, mut last_region) = (Microlitres::ZERO, 0, None);
        for (index, filling) in self.fillings.iter().enumerate() {
            for (place, &line) in filling.lines.iter().enumerate() {
                let zone = self.plan.zones.iter().find(|zone| zone.id == line.zone());
                let region = zone.map(|zone| zone.region);
                so_far += line.volume();
                let step = Step {
                    line,
                    zone,
                    syringe: index + 1,
                    new_syringe: place == 0,
                    new_row: line.row() != last_row,
                    so_far,
                };
                let band = region.filter(|_| several && region != last_region);
                (last_row, last_region) = (line.row(), region);
                entries.push(Box::new(move |column| {
                    if let Some(region) = band {
                        column.band(&titled(&region.to_string()));
                    }
                    column.step(&step, self.symbols, density.line_mm);
                }));
            }
        }
        entries.push(Box::new(move |column| column.work_total(self.plan, density.line_mm)));
        Block {
            title: "In the order of work",
            head: Some(Box::new(Column::work_head)),
            entries,
            breaks: Breaks::Anywhere,
        }
    }

    /// To which mark each syringe is filled, and what for.
    pub(super) fn syringes(self, density: Density) -> Block<'a> {
        let mut entries: Vec<Entry<'a>> = Vec::new();
        for (index, filling) in self.fillings.iter().enumerate() {
            entries.push(Box::new(move |column| column.filling(index + 1, filling, density.syringe_mm)));
        }
        let syringe = &self.plan.syringe;
        let given: Microlitres = self.fillings.iter().map(Filling::given).sum();
        let drawn: Microlitres = self.fillings.iter().map(Filling::drawn).sum();
        let count = counted(self.fillings.len(), "syringe");
        entries.push(Box::new(move |column| {
            column.y += 0.6;
            column.rule(column.y, Colour::INK, 0.25);
            column.y += 3.4;
            let width = column.width;
            let cells = [(0.0, Align::Left, count.clone()), volume(width, TEXT_MM, Weight::Bold, given)];
            column.cells(TEXT_MM, Weight::Bold, &cells);
            column.y += 1.0;
        }));
        let vials = self.plan.budget.vials_ul.map_or(String::new(), |vials| {
            let rest = vials.saturating_sub(drawn);
            format!(" The vials hold {vials}; {rest} is left.")
        });
        let words = format!(
            "{}. Each keeps back up to {} beyond its mark: {drawn} of product in all. What a row has in one zone is kept whole where a syringe holds it.{vials}",
            cut(&syringe.name),
            syringe.dead_space_ul
        );
        entries.push(Box::new(move |column| column.paragraph("", &words, SMALL_MM, GREY)));
        Block {
            title: "Syringes",
            head: Some(Box::new(|column| {
                let width = column.width;
                column.y += 2.4;
                let cells = [
                    (5.2, Align::Left, "syr.".to_owned()),
                    (width * 0.2, Align::Left, "rows".to_owned()),
                    (width * 0.68, Align::Right, "points".to_owned()),
                    (width, Align::Right, "fill to ml".to_owned()),
                ];
                column.cells(SMALL_MM, Weight::Regular, &cells);
                column.y += 0.7;
            })),
            entries,
            breaks: Breaks::Anywhere,
        }
    }

    /// Points and volume of each zone, by region.
    pub(super) fn zones(self, density: Density) -> Block<'a> {
        let plan = self.plan;
        let mut entries: Vec<Entry<'a>> = Vec::new();
        let regions = regions(plan);
        let several = regions.len() > 1;
        for region in regions {
            let zones = plan.zones.iter().filter(move |zone| zone.region == region);
            let points: usize = zones.clone().map(|zone| zone.points).sum();
            let volume: Microlitres = zones.clone().map(|zone| zone.volume_ul).sum();
            for (place, zone) in zones.enumerate() {
                entries.push(Box::new(move |column| {
                    if place == 0 && several {
                        column.sum(&titled(&region.to_string()), points, volume);
                    }
                    column.zone(zone, self.symbols, density.sum_mm);
                }));
            }
        }
        entries.push(Box::new(move |column| {
            column.y += 1.1;
            column.rule(column.y, Colour::INK, 0.25);
            column.sum("Total", plan.totals.points, plan.totals.volume_ul);
            column.left_out(plan);
        }));
        Block {
            title: "Zones",
            head: Some(Box::new(|column| {
                let width = column.width;
                column.y += 2.4;
                let cells = [
                    (width * 0.65, Align::Right, "points".to_owned()),
                    (width * 0.83, Align::Right, "ml each".to_owned()),
                    (width, Align::Right, "ml".to_owned()),
                ];
                column.cells(SMALL_MM, Weight::Regular, &cells);
                column.y += 0.3;
            })),
            entries,
            breaks: Breaks::Rarely,
        }
    }
}

/// The regions that a plan treats.
fn regions(plan: &Plan) -> BTreeSet<Region> {
    plan.zones.iter().map(|zone| zone.region).collect()
}

/// The name of a zone in `room` mm: where it is too long, the place is cut and the side kept.
pub(super) fn sided(name: &str, size: f64, room: f64) -> String {
    let width = |words: &str| text_width_mm(words, size, Weight::Regular);
    let sides = [", left", ", right"].into_iter();
    match sides.filter_map(|side| Some((name.strip_suffix(side)?, side))).next() {
        Some((place, side)) if width(name) > room => {
            shortened(place, size, Weight::Regular, room - width(side)) + side
        }
        _ => shortened(name, size, Weight::Regular, room),
    }
}

/// A volume in ml that ends at a place, the decimal points of a column under each other.
pub(super) fn volume(at: f64, size: f64, weight: Weight, volume: Microlitres) -> (f64, Align, String) {
    let third = if volume.0.is_multiple_of(10) { text_width_mm("0", size, weight) } else { 0.0 };
    (at - third, Align::Right, bare(volume))
}

/// `12` or `12-15`.
pub(super) fn from_to(first: usize, last: usize) -> String {
    if first == last { first.to_string() } else { format!("{first}\u{2013}{last}") }
}

/// The numbers of the first and the last point of lines.
fn numbers(lines: &[Line<'_>]) -> Option<(usize, usize)> {
    let mut points = lines.iter().flat_map(|line| line.points());
    let first = points.next()?;
    Some((first.number, points.next_back().unwrap_or(first).number))
}

impl Column {
    /// The names of the columns of the lines of work.
    fn work_head(&mut self) {
        self.y += 2.6;
        let width = self.width;
        let mut heads = vec![(0.0, Align::Left, "done".to_owned())];
        let names = [
            (SYRINGE, "syr."),
            (ROW, "row"),
            (POINTS, "points"),
            (COUNT, "no."),
            (EACH, "ml each"),
            (VOLUME, "ml"),
            (SO_FAR, "so far"),
        ];
        heads.extend(names.map(|(at, name)| (at * width, Align::Right, name.to_owned())));
        heads.push((ZONE * width, Align::Left, "zone".to_owned()));
        for (cell, name) in [(GIVEN, "given ml"), (WASTED, "wasted ml")] {
            heads.push(((cell[0] + cell[1]) / 2.0 * width, Align::Centre, name.to_owned()));
        }
        self.cells(SMALL_MM, Weight::Regular, &heads);
        self.y += 1.0;
    }

    /// The name of a region across the table.
    fn band(&mut self, words: &str) {
        let at = Spot::new(self.left, self.y);
        self.items.push(Item::Outline(Outline::rectangle(at, self.width, 4.2, Some(SHADE), None)));
        self.text(Text::new(Spot::new(self.left + 1.2, self.y + 3.0), WORK_MM, words).bold());
        self.y += 4.2;
    }

    /// A line of work.
    fn step(&mut self, step: &Step<'_>, symbols: &Symbols, high: f64) {
        let mut row = Self::new(Spot::new(self.left, self.y), self.width);
        row.step_rules(step, high);
        let side = (high - 0.8).clamp(LEAST_BOX_MM, 4.4);
        row.tick_box(Spot::new(row.left, row.y + (high - side) / 2.0), side);
        row.writing_cells(high);
        let width = row.width;
        row.y += (high + WORK_MM * 0.72) / 2.0;
        let weight = |new: bool| if new { Weight::Bold } else { Weight::Regular };
        let line = step.line;
        row.cells(
            WORK_MM,
            weight(step.new_syringe),
            &[(SYRINGE * width, Align::Right, format!("S{}", step.syringe))],
        );
        row.cells(WORK_MM, weight(step.new_row), &[(ROW * width, Align::Right, line.row().to_string())]);
        let at = Spot::new(row.left + SYMBOL * width, row.y - WORK_MM * 0.36);
        row.items.push(Item::Mark(symbols.mark(line.each(), at, 2.1)));
        let (first, last) = numbers(&[line]).unwrap_or_default();
        let numbers = from_to(first, last);
        let room = (POINTS - ZONE) * width - text_width_mm(&numbers, WORK_MM, Weight::Regular) - 1.2;
        let name = step.zone.map_or(line.zone(), |zone| zone.name.as_str());
        let cells = [
            (ZONE * width, Align::Left, sided(name, WORK_MM, room)),
            (POINTS * width, Align::Right, numbers),
            (COUNT * width, Align::Right, line.points().len().to_string()),
            volume(EACH * width, WORK_MM, Weight::Regular, line.each()),
            volume(SO_FAR * width, WORK_MM, Weight::Regular, step.so_far),
        ];
        row.cells(WORK_MM, Weight::Regular, &cells);
        row.cells(WORK_MM, Weight::Bold, &[volume(VOLUME * width, WORK_MM, Weight::Bold, line.volume())]);
        let group = Group::of_class("line", row.items)
            .data("row", line.row().to_string())
            .data("zone", line.zone())
            .data("points", line.points().len().to_string())
            .data("volume-ul", line.volume().0.to_string())
            .data("syringe", step.syringe.to_string());
        self.items.push(Item::Group(group));
        self.y += high;
    }

    /// The rules over a line: the heaviest where the syringe changes.
    fn step_rules(&mut self, step: &Step<'_>, high: f64) {
        let width = self.width;
        self.rule(self.y + high, RULE, 0.15);
        let (from, pen) = match (step.new_syringe, step.new_row) {
            (true, _) => (0.0, Stroke::solid(Colour::INK, 0.45)),
            (false, true) => (SYRINGE, Stroke::solid(GREY, 0.25)),
            (false, false) => return,
        };
        let ends = [Spot::new(self.left + from * width, self.y), Spot::new(self.right(), self.y)];
        self.items.push(Item::Outline(Outline::line(ends, pen)));
    }

    /// The two cells that are written in.
    fn writing_cells(&mut self, high: f64) {
        for [from, to] in [GIVEN, WASTED] {
            self.cell_to_write(from * self.width, to * self.width, high);
        }
    }

    /// A cell that is written in: from and to, from the left edge, in a line so high.
    pub(super) fn cell_to_write(&mut self, from: f64, to: f64, high: f64) {
        let at = Spot::new(self.left + from, self.y + 0.4);
        let pen = Some(Stroke::solid(GREY, 0.2));
        let cell = Outline::rectangle(at, to - from - 0.1, high - 0.8, Some(Colour::WHITE), pen);
        self.items.push(Item::Outline(cell));
    }

    /// The sums under the lines of work, with cells for what was given and wasted in all.
    fn work_total(&mut self, plan: &Plan, high: f64) {
        self.rule(self.y, Colour::INK, 0.45);
        self.y += 0.4;
        self.writing_cells(high);
        let (top, width) = (self.y, self.width);
        self.y += (high + WORK_MM * 0.72) / 2.0;
        let cells = [
            (ZONE * width, Align::Left, "Total".to_owned()),
            (COUNT * width, Align::Right, plan.totals.points.to_string()),
            volume(VOLUME * width, WORK_MM, Weight::Bold, plan.totals.volume_ul),
        ];
        self.cells(WORK_MM, Weight::Bold, &cells);
        self.y = top + high + 0.6;
    }

    /// One syringe: tick when it is drawn up.
    fn filling(&mut self, number: usize, filling: &Filling<'_>, high: f64) {
        let side = (high - 0.7).clamp(LEAST_BOX_MM, 3.9);
        let mut row = Self::new(Spot::new(self.left, self.y), self.width);
        row.tick_box(Spot::new(row.left, row.y + (high - side) / 2.0), side);
        row.rule(row.y + high, RULE, 0.15);
        row.y += (high + TEXT_MM * 0.72) / 2.0;
        let (width, lines) = (row.width, filling.lines.as_slice());
        let rows = lines.first().zip(lines.last()).map_or((0, 0), |(a, b)| (a.row(), b.row()));
        let (first, last) = numbers(lines).unwrap_or_default();
        row.cells(TEXT_MM, Weight::Bold, &[(5.2, Align::Left, format!("S{number}"))]);
        let cells = [
            (width * 0.2, Align::Left, from_to(rows.0, rows.1)),
            (width * 0.68, Align::Right, from_to(first, last)),
            volume(width, TEXT_MM, Weight::Regular, filling.given()),
        ];
        row.cells(TEXT_MM, Weight::Regular, &cells);
        let group = Group::of_class("syringe", row.items)
            .data("number", number.to_string())
            .data("given-ul", filling.given().0.to_string())
            .data("drawn-ul", filling.drawn().0.to_string());
        self.items.push(Item::Group(group));
        self.y += high;
    }

    /// Points and volume of a zone.
    fn zone(&mut self, zone: &PlannedZone, symbols: &Symbols, high: f64) {
        let mut row = Self::new(Spot::new(self.left, self.y + high), self.width);
        let width = row.width;
        if zone.points > 0 {
            let at = Spot::new(row.left + 1.3, row.y - TEXT_MM * 0.36);
            row.items.push(Item::Mark(symbols.mark(zone.per_point_ul, at, 1.9)));
        }
        let name = sided(&zone.name, TEXT_MM, width * 0.65 - 9.5);
        let each = match zone.each_ul() {
            Some(each) => volume(width * 0.83, TEXT_MM, Weight::Regular, each),
            None => (width * 0.83, Align::Right, MIXED.to_owned()),
        };
        let cells = [
            (3.4, Align::Left, name),
            (width * 0.65, Align::Right, zone.points.to_string()),
            each,
            volume(width, TEXT_MM, Weight::Regular, zone.volume_ul),
        ];
        row.cells(TEXT_MM, Weight::Regular, &cells);
        let group = Group::of_class("sum", row.items)
            .data("zone", zone.id.as_str())
            .data("points", zone.points.to_string())
            .data("volume-ul", zone.volume_ul.0.to_string());
        self.items.push(Item::Group(group));
        self.y = row.y;
    }

    /// A sum over zones.
    fn sum(&mut self, name: &str, points: usize, sum: Microlitres) {
        self.y += 3.6;
        let (width, weight) = (self.width, Weight::Bold);
        let cells = [
            (0.0, Align::Left, name.to_owned()),
            (width * 0.65, Align::Right, points.to_string()),
            volume(width, TEXT_MM, weight, sum),
        ];
        self.cells(TEXT_MM, weight, &cells);
    }
}
