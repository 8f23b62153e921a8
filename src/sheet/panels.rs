//! The figures beside the views: doses, the budget, totals by zone, technique, findings.

use std::collections::BTreeMap;

use super::map::Content;
use super::page::{Align, Colour, Group, Item, Outline, Spot, Stroke, Text, Weight};
use super::symbols::Symbols;
use super::{text_width_mm, wrapped};
use crate::plan::{PlannedZone, Severity};
use crate::units::Microlitres;
use crate::zones::Kind;

/// Sizes of text in mm: headings, text, remarks.
const HEADING_MM: f64 = 2.8;
pub(super) const TEXT_MM: f64 = 2.45;
pub(super) const SMALL_MM: f64 = 2.1;
pub(super) const GREY: Colour = Colour::rgb(0x5a, 0x62, 0x6a);
pub(super) const RULE: Colour = Colour::rgb(0xb9, 0xc0, 0xc6);
const ALARM: Colour = Colour::rgb(0xa3, 0x1a, 0x1a);

/// A column being filled from the top.
pub(crate) struct Column {
    /// The left edge.
    left: f64,
    /// The width in mm.
    width: f64,
    /// Where the next line begins.
    pub y: f64,
    /// What was put in.
    pub items: Vec<Item>,
}

impl Column {
    /// An empty column.
    pub(crate) fn new(at: Spot, width: f64) -> Self {
        Self { left: at.x, width, y: at.y, items: Vec::new() }
    }

    fn right(&self) -> f64 {
        self.left + self.width
    }

    fn text(&mut self, text: Text) {
        self.items.push(Item::Text(text));
    }

    fn rule(&mut self, y: f64, colour: Colour, width: f64) {
        let line = [Spot::new(self.left, y), Spot::new(self.right(), y)];
        self.items.push(Item::Outline(Outline::line(line, Stroke::solid(colour, width))));
    }

    fn heading(&mut self, words: &str) {
        self.y += HEADING_MM;
        self.text(Text::new(Spot::new(self.left, self.y), HEADING_MM, words).bold());
        self.y += 1.3;
        self.rule(self.y, RULE, 0.2);
        self.y += 0.9;
    }

    /// Air before the next panel.
    pub(crate) fn gap(&mut self) {
        self.y += 3.4;
    }

    /// A wrapped paragraph, led by a bold word where there is one.
    fn paragraph(&mut self, lead: &str, words: &str, size: f64, colour: Colour) {
        let indent = if lead.is_empty() { 0.0 } else { text_width_mm(lead, size, Weight::Bold) + size * 0.4 };
        if !lead.is_empty() {
            let at = Spot::new(self.left, self.y + size);
            self.text(Text::new(at, size, lead).bold().colour(colour));
        }
        // The first line is shorter by its lead: it is wrapped on its own.
        let first =
            wrapped(words, size, Weight::Regular, self.width - indent).into_iter().next().unwrap_or_default();
        let rest =
            words.split_whitespace().skip(first.split_whitespace().count()).collect::<Vec<_>>().join(" ");
        let lines = wrapped(&rest, size, Weight::Regular, self.width);
        for (k, line) in std::iter::once(first).chain(lines).enumerate() {
            self.y += size * if k == 0 { 1.0 } else { 1.28 };
            let x = self.left + if k == 0 { indent } else { 0.0 };
            self.text(Text::new(Spot::new(x, self.y), size, line).colour(colour));
        }
        self.y += size * 0.5;
    }

    fn cells(&mut self, size: f64, weight: Weight, cells: &[(f64, Align, String)]) {
        for (x, align, words) in cells {
            let text = Text {
                weight,
                ..Text::new(Spot::new(self.left + x, self.y), size, words.as_str()).align(*align)
            };
            self.text(text);
        }
    }

    /// The marks, what they stand for, and how often each is given.
    pub(crate) fn doses(&mut self, content: &Content<'_>, symbols: &Symbols) {
        self.heading("Dose per point");
        let width = self.width;
        for &(volume, count) in &symbols.doses {
            self.y += 3.6;
            let at = Spot::new(self.left + 1.8, self.y - 0.9);
            let mark = Item::Mark(symbols.mark(volume, at, 2.6));
            let group = Group::of_class("legend", vec![mark]).data("volume-ul", volume.0.to_string());
            self.items.push(Item::Group(group));
            let sum = volume * count as u64;
            self.cells(
                TEXT_MM,
                Weight::Regular,
                &[
                    (4.8, Align::Left, volume.to_string()),
                    (width * 0.62, Align::Right, format!("{count} points")),
                    (width, Align::Right, sum.to_string()),
                ],
            );
        }
        self.y += 0.8;
        let spacing = crate::units::number(content.plan.spacing_mm, 2);
        let words = format!(
            "Spacing {spacing} mm on the skin. Numbers at row ends name the rows, top to bottom; in a row, work from the patient's right to left."
        );
        self.paragraph("", &words, SMALL_MM, GREY);
    }

    /// The total against the protocol's limits.
    pub(crate) fn budget(&mut self, content: &Content<'_>) {
        let plan = content.plan;
        let total = plan.totals.volume_ul;
        self.heading("Total");
        self.y += 4.0;
        let left = self.left;
        self.text(Text::new(Spot::new(left, self.y), 4.2, total.to_string()).bold());
        let said = format!("in {} points", plan.totals.points);
        let x = left + text_width_mm(&total.to_string(), 4.2, Weight::Bold) + 1.5;
        self.text(Text::new(Spot::new(x, self.y), TEXT_MM, said));
        let (min, max) = (plan.budget.min_ul, plan.budget.max_ul);
        let Some(top) = max else {
            self.y += 0.6;
            self.paragraph("", "The protocol's source bounds no total.", SMALL_MM, GREY);
            return;
        };
        self.y += 4.2;
        self.bar(total, min.unwrap_or(Microlitres::ZERO), top);
        self.y += 1.0;
    }

    fn bar(&mut self, total: Microlitres, min: Microlitres, max: Microlitres) {
        let full = (max.0 as f64 * 1.25).max(total.0 as f64 * 1.06).max(1.0);
        let (left, width, y) = (self.left, self.width, self.y);
        let at = |volume: Microlitres| left + width * volume.0 as f64 / full;
        let shape = |x0: f64, x1: f64, fill, stroke| {
            Item::Outline(Outline::rectangle(Spot::new(x0, y), x1 - x0, 2.4, fill, stroke))
        };
        let pen = Stroke::solid(Colour::rgb(0x6a, 0x74, 0x7c), 0.2);
        self.items.push(shape(left, left + width, Some(Colour::rgb(0xf1, 0xf3, 0xf4)), None));
        self.items.push(shape(at(min), at(max), Some(Colour::rgb(0xcf, 0xdb, 0xe2)), Some(pen)));
        let out = total < min || total > max;
        let ink = if out { ALARM } else { Colour::INK };
        let x = at(total);
        let tip = [Spot::new(x, y + 2.4), Spot::new(x, y)];
        self.items.push(Item::Outline(Outline::line(tip, Stroke::solid(ink, 0.55))));
        let head = [Spot::new(x, y - 0.2), Spot::new(x - 1.1, y - 1.9), Spot::new(x + 1.1, y - 1.9)];
        self.items.push(Item::Outline(Outline::area(head, ink)));
        self.y += 5.0;
        let (low, high) = (format!("min {min}"), format!("max {max}"));
        let low_text = Text::new(Spot::new(at(min), self.y), SMALL_MM, low).align(Align::Centre).colour(GREY);
        let high_text =
            Text::new(Spot::new(at(max), self.y), SMALL_MM, high).align(Align::Centre).colour(GREY);
        // Where the limits lie close, each is pushed outwards by half of what the two overlap.
        let overlap = low_text.bounds().max.x + 2.0 - high_text.bounds().min.x;
        let push = (overlap / 2.0).max(0.0);
        for (mut text, by) in [(low_text, -push), (high_text, push)] {
            let half = text.width_mm() / 2.0;
            text.at.x = (text.at.x + by).clamp(left + half, (left + width - half).max(left + half));
            self.text(text);
        }
    }

    /// Points, volume per point and volume of each zone.
    pub(crate) fn totals(&mut self, content: &Content<'_>, symbols: &Symbols) {
        let plan = content.plan;
        self.heading("Zones");
        let columns = [self.width * 0.60, self.width * 0.82, self.width];
        let row = |column: &mut Self, weight, cells: [String; 4], indent: f64| {
            let [name, points, each, sum] = cells;
            let name = super::font::shortened(&name, TEXT_MM, weight, columns[0] - indent - 7.0);
            let cells = [
                (indent, Align::Left, name),
                (columns[0], Align::Right, points),
                (columns[1], Align::Right, each),
                (columns[2], Align::Right, sum),
            ];
            column.cells(TEXT_MM, weight, &cells);
        };
        self.y += 2.6;
        let heads = [
            (columns[0], Align::Right, "points".to_owned()),
            (columns[1], Align::Right, "ml each".to_owned()),
            (columns[2], Align::Right, "ml".to_owned()),
        ];
        self.cells(SMALL_MM, Weight::Regular, &heads);
        self.y += 0.4;
        for zone in &plan.zones {
            self.y += 3.45;
            let at = Spot::new(self.left + 1.3, self.y - 0.85);
            if zone.points > 0 {
                self.items.push(Item::Mark(symbols.mark(zone.per_point_ul, at, 1.8)));
            }
            let cells =
                [zone.name.clone(), zone.points.to_string(), bare(zone.per_point_ul), bare(zone.volume_ul)];
            row(self, Weight::Regular, cells, 3.4);
        }
        self.y += 1.3;
        self.rule(self.y, RULE, 0.2);
        self.y += 3.2;
        let totals = &plan.totals;
        row(
            self,
            Weight::Bold,
            ["Total".into(), totals.points.to_string(), String::new(), bare(totals.volume_ul)],
            0.0,
        );
        self.y += 0.8;
    }

    /// Needle, angle and depth for each kind of zone, as the protocol says.
    pub(crate) fn technique(&mut self, content: &Content<'_>) {
        let has = |kind: Kind| content.plan.zones.iter().any(|zone| zone.kind == kind);
        self.heading("Technique");
        let figures = content.protocol.figures();
        let mut wanted = vec![("needle", "Needle")];
        let own_angle = figures.iter().any(|figure| figure.key == "periorbital-angle");
        if has(Kind::Standard) || !own_angle {
            let plain = has(Kind::Periorbital) && own_angle;
            wanted.push(("angle", if plain { "Angle, face and body" } else { "Angle" }));
        }
        if has(Kind::Periorbital) {
            wanted.push(("periorbital-angle", "Angle, periorbital"));
        }
        wanted.extend([("depth", "Depth"), ("endpoint", "Endpoint")]);
        for (key, name) in wanted {
            let Some(figure) = figures.iter().find(|figure| figure.key == key) else { continue };
            let unit = if figure.unit == "deg" {
                "\u{b0} to the skin".to_owned()
            } else {
                format!(" {}", figure.unit)
            };
            let status = match figure.status {
                crate::zones::Status::Published => String::new(),
                status => format!(" ({status})"),
            };
            self.paragraph(name, format!("{}{unit}{status}", figure.value).trim(), TEXT_MM, Colour::INK);
        }
    }

    /// The points that no view shows, by number; nothing where there are none.
    pub(crate) fn unseen(&mut self, unseen: &[usize]) {
        if unseen.is_empty() {
            return;
        }
        let numbers: Vec<String> = unseen.iter().take(12).map(usize::to_string).collect();
        let more = if unseen.len() > 12 { " and others" } else { "" };
        let words = format!("{} points are in no view: {}{more}.", unseen.len(), numbers.join(", "));
        self.paragraph("Not shown", &words, SMALL_MM, Colour::INK);
    }

    /// Errors, warnings and notes down to `bottom`, then how many are left out.
    pub(crate) fn findings(&mut self, content: &Content<'_>, bottom: f64) {
        self.heading("Findings");
        let mut findings: Vec<_> = content.plan.findings.iter().filter(|f| f.code != "care").collect();
        findings.sort_by_key(|finding| finding.severity);
        if findings.is_empty() {
            self.paragraph("", "None.", SMALL_MM, GREY);
        }
        for (k, finding) in findings.iter().enumerate() {
            let (lead, colour) = match finding.severity {
                Severity::Error => ("Error", ALARM),
                Severity::Warning => ("Warning", Colour::INK),
                Severity::Note => ("Note", GREY),
            };
            if !self.try_paragraph(lead, &finding.message, colour, bottom) {
                let left = findings.len() - k;
                self.paragraph("", &format!("and {left} more: `nappage check` lists all"), SMALL_MM, GREY);
                return;
            }
        }
    }

    /// Where to take care, in short.
    pub(crate) fn care(&mut self, content: &Content<'_>, bottom: f64) {
        let places = care_places(&content.plan.zones);
        if places.is_empty() {
            return;
        }
        self.heading("Take care at");
        for (note, zones) in &places {
            if !self.try_paragraph(note, &zones.join(", "), Colour::INK, bottom) {
                break;
            }
        }
        self.paragraph("", "In full: `nappage zones show ID`.", SMALL_MM, GREY);
    }

    /// A paragraph, unless it and one more line would pass `bottom`.
    fn try_paragraph(&mut self, lead: &str, words: &str, colour: Colour, bottom: f64) -> bool {
        let mut trial = Self::new(Spot::new(self.left, self.y), self.width);
        trial.paragraph(lead, words, SMALL_MM, colour);
        if trial.y + SMALL_MM * 1.5 > bottom {
            return false;
        }
        self.items.append(&mut trial.items);
        self.y = trial.y;
        true
    }
}

/// The head of each care note (what stands before its colon) with the zones it is about.
fn care_places(zones: &[PlannedZone]) -> Vec<(String, Vec<String>)> {
    let mut order = Vec::new();
    let mut about: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for zone in zones {
        for note in &zone.care {
            let head = note.split(':').next().unwrap_or(note).trim().to_owned();
            let name = zone.name.split(',').next().unwrap_or(&zone.name).to_lowercase();
            let named = about.entry(head.clone()).or_insert_with(|| {
                order.push(head.clone());
                Vec::new()
            });
            if !named.contains(&name) {
                named.push(name);
            }
        }
    }
    order.into_iter().filter_map(|head| about.remove(&head).map(|zones| (head, zones))).collect()
}

/// A volume in ml without its unit, for a column that names it.
fn bare(volume: Microlitres) -> String {
    volume.to_string().trim_end_matches(" ml").to_owned()
}
