//! The tables of a record page: zone by zone what was planned, given and wasted, and the syringes.

use super::column::{Column, RULE};
use super::panels::{SMALL_MM, TEXT_MM};
use super::worklist::{from_to, sided, volume};
use super::{Align, Colour, Group, Item, Spot, Weight};
use crate::plan::{Plan, PlannedFilling};
use crate::record::{Report, ZoneReport};
use crate::units::{Microlitres, number};

/// Heights of a line of the zones and of a syringe, in mm.
const ZONE_MM: f64 = 4.6;
const SYRINGE_MM: f64 = 4.0;
/// Where the columns of the zones end, in parts of the width; the first after the names.
const POINTS: f64 = 0.5;
const SKIPPED: f64 = 0.61;
const PLANNED: f64 = 0.735;
const GIVEN: [f64; 2] = [0.755, 0.87];
const WASTED: [f64; 2] = [0.885, 1.0];
/// How much is treated: points, or skin.
fn count(points: usize, area_cm2: f64, topical: bool) -> String {
    if topical { number(area_cm2, 1) } else { points.to_string() }
}

impl Column {
    /// The names of the columns of the zones; what goes onto the skin has no points.
    pub(super) fn recorded_head(&mut self, topical: bool) {
        self.y += 2.6;
        let width = self.width;
        let [count, skipped] = if topical { ["cm2", ""] } else { ["points", "skipped"] };
        let mut heads = vec![(0.0, Align::Left, "zone".to_owned())];
        for (at, name) in [
            (POINTS, count),
            (SKIPPED, skipped),
            (PLANNED, "planned ml"),
            (GIVEN[1], "given ml"),
            (WASTED[1], "wasted ml"),
        ] {
            heads.push((at * width, Align::Right, name.to_owned()));
        }
        self.cells(SMALL_MM, Weight::Regular, &heads);
        self.y += 1.0;
    }

    /// A zone with what was planned, given and wasted.
    pub(super) fn recorded(&mut self, zone: &ZoneReport, topical: bool) {
        let mut row = Self::new(Spot::new(self.left, self.y), self.width);
        let width = row.width;
        row.rule(row.y + ZONE_MM, RULE, 0.15);
        let columns = [(GIVEN, zone.given_ul), (WASTED, zone.wasted_ul)];
        row.blank_cells(columns);
        row.y += (ZONE_MM + TEXT_MM * 0.72) / 2.0;
        let skipped = if zone.skipped > 0 { zone.skipped.to_string() } else { String::new() };
        let mut cells = vec![
            (0.0, Align::Left, sided(&zone.name, TEXT_MM, POINTS * width - 12.0)),
            (POINTS * width, Align::Right, count(zone.points, zone.area_cm2, topical)),
            (SKIPPED * width, Align::Right, skipped),
            volume(PLANNED * width, TEXT_MM, Weight::Regular, zone.planned_ul),
        ];
        let written = columns.into_iter().filter_map(|([_, to], volume)| Some((to, volume?)));
        cells.extend(written.map(|(to, given)| volume(to * width, TEXT_MM, Weight::Regular, given)));
        row.cells(TEXT_MM, Weight::Regular, &cells);
        let shown = |volume: Option<Microlitres>| volume.map_or(String::new(), |volume| volume.0.to_string());
        let group = Group::of_class("recorded", row.items)
            .data("zone", zone.id.as_str())
            .data("planned-ul", zone.planned_ul.0.to_string())
            .data("given-ul", shown(zone.given_ul))
            .data("wasted-ul", shown(zone.wasted_ul));
        self.items.push(Item::Group(group));
        self.y += ZONE_MM;
    }

    /// The sums under the zones; of what was given and wasted, once every zone says so.
    pub(super) fn recorded_total(&mut self, report: &Report, [given, wasted]: [Option<Microlitres>; 2]) {
        let width = self.width;
        self.rule(self.y, Colour::INK, 0.35);
        let sums = [(GIVEN, given), (WASTED, wasted)];
        self.blank_cells(sums);
        let top = self.y;
        self.y += (ZONE_MM + TEXT_MM * 0.72) / 2.0;
        let sum = |of: fn(&ZoneReport) -> usize| report.zones.iter().map(of).sum::<usize>();
        let skipped = sum(|zone| zone.skipped);
        let area_cm2 = report.zones.iter().map(|zone| zone.area_cm2).sum();
        let points = count(sum(|zone| zone.points), area_cm2, report.topical);
        let weight = Weight::Bold;
        let mut cells = vec![
            (0.0, Align::Left, "Total".to_owned()),
            (POINTS * width, Align::Right, points),
            (SKIPPED * width, Align::Right, if skipped > 0 { skipped.to_string() } else { String::new() }),
            volume(PLANNED * width, TEXT_MM, weight, report.totals.planned_ul),
        ];
        let written = sums.into_iter().filter_map(|([_, to], sum)| Some((to, sum?)));
        cells.extend(written.map(|(to, sum)| volume(to * width, TEXT_MM, weight, sum)));
        self.cells(TEXT_MM, weight, &cells);
        self.y = top + ZONE_MM + 0.6;
    }

    /// Cells to write in for what is not written yet.
    fn blank_cells(&mut self, columns: [([f64; 2], Option<Microlitres>); 2]) {
        for ([from, to], _) in columns.into_iter().filter(|(_, written)| written.is_none()) {
            self.cell_to_write(from * self.width, to * self.width, ZONE_MM);
        }
    }

    /// Which points a syringe was planned for.
    pub(super) fn syringe_given(&mut self, plan: &Plan, filling: &PlannedFilling) {
        let width = self.width;
        self.rule(self.y + SYRINGE_MM, RULE, 0.15);
        let top = self.y;
        self.y += (SYRINGE_MM + TEXT_MM * 0.72) / 2.0;
        let name = |id: &String| {
            plan.zones.iter().find(|zone| zone.id == *id).map_or(id.clone(), |zone| zone.name.clone())
        };
        let zones: Vec<String> = filling.zones.iter().map(name).collect();
        let room = width * 0.72 - 14.0;
        let zones = super::font::shortened(&zones.join("; "), TEXT_MM, Weight::Regular, room);
        self.cells(TEXT_MM, Weight::Bold, &[(0.0, Align::Left, format!("S{}", filling.number))]);
        let [first, last] = filling.from_to;
        let cells = [
            (width * 0.1, Align::Left, from_to(first, last)),
            (width * 0.26, Align::Left, zones),
            volume(width, TEXT_MM, Weight::Regular, filling.given_ul),
        ];
        self.cells(TEXT_MM, Weight::Regular, &cells);
        self.y = top + SYRINGE_MM;
    }
}
