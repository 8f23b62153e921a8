//! The panels beside the figures: doses, the total, totals by zone, technique, and remarks.

use super::checklist::cut;
use super::column::{Column, RULE};
use super::faint;
use super::font::shortened;
use super::frame::on_a_plane_alone;
use super::map::Content;
use super::scene::MARKED;
use super::symbols::Symbols;
use super::{Align, Colour, Group, Item, Outline, Spot, Stroke, Text, Weight, text_width_mm};
use crate::plan::{Finding, MIXED, MarkedArea, Plan, Severity, Topical};
use crate::protocol::FigureLine;
use crate::units::{Microlitres, number};
use crate::zones::{Kind, Region, Status};

/// Sizes of text in mm: text, remarks.
pub(super) const TEXT_MM: f64 = 2.45;
pub(super) const SMALL_MM: f64 = 2.1;
/// The ink of what is read second.
pub(super) const GREY: Colour = Colour::rgb(0x52, 0x5a, 0x62);
/// The ink of what is wrong.
pub(super) const ALARM: Colour = Colour::rgb(0xa3, 0x1a, 0x1a);
/// The heading over what is put onto the skin.
pub(super) const ON_SKIN: &str = "On the skin";
/// What the limits of the total are of, where other zones than a full face are treated.
const OF_FULL_FACE: &str = "The limits are a full face's, held against all here.";
/// Most areas marked on the skin that are named one by one.
pub(super) const MOST_MARKED: usize = 8;
/// Least rows of a part of the table of zones.
pub(super) const LEAST_ZONES: usize = 7;
/// Most rows of a compact table of zones.
const MOST_ZONES: usize = 150;

/// A panel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Panel {
    /// Marks and what they stand for.
    Doses,
    /// The total against the protocol's limits.
    Total,
    /// The table of zones, or a part of it.
    Zones {
        /// From 0.
        part: usize,
        /// How many parts there are.
        of: usize,
    },
    /// Needle, angle, depth.
    Technique,
    /// What the clinician should know.
    Findings,
    /// Where to take care.
    Care,
}

/// How much of long panels is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Detail {
    /// Everything.
    Full,
    /// Remarks down to a few lines, with how many are left out.
    Short,
    /// The gravest remarks, with how many are left out.
    Brief,
    /// The same, and the table of zones in small type.
    Table,
}

impl Detail {
    /// From the most to the least, but for what is printed where nothing else fits.
    pub(crate) const USUAL: [Self; 3] = [Self::Full, Self::Short, Self::Brief];

    /// Height in mm that remarks may take.
    pub(super) fn remarks_mm(self) -> f64 {
        match self {
            Self::Full => f64::INFINITY,
            Self::Short => 38.0,
            Self::Brief | Self::Table => 24.0,
        }
    }
}

/// The panels beside the figures of a page.
pub(crate) trait Panelled: Sync {
    /// Orders in which the panels may be read, with the table of zones in so many parts.
    fn lists(&self, parts: usize) -> Vec<Vec<Panel>>;

    /// A panel in its place, as a column filled down to its end.
    fn filled(&self, panel: Panel, at: Spot, width: f64, detail: Detail) -> Column;

    /// How high a panel is at a width, in mm.
    fn height(&self, panel: Panel, width: f64, detail: Detail) -> f64 {
        self.filled(panel, Spot::origin(), width, detail).y
    }
}

/// The panels of a map.
#[derive(Clone, Copy)]
pub(crate) struct Panels<'a> {
    /// What the map shows.
    pub content: &'a Content<'a>,
    /// Marks by dose.
    pub symbols: &'a Symbols,
    /// The numbers of points that no view shows.
    pub unseen: &'a [usize],
}

impl Panelled for Panels<'_> {
    fn lists(&self, parts: usize) -> Vec<Vec<Panel>> {
        if parts > 1 && self.content.plan.zones.len() < LEAST_ZONES * parts {
            return Vec::new();
        }
        let zones = (0..parts).map(|part| Panel::Zones { part, of: parts });
        if self.content.plan.topical.is_some() {
            let first = [Panel::Doses].into_iter().chain(zones).chain([Panel::Findings]);
            return vec![first.collect()];
        }
        let care = super::remarks::has_care(self.content).then_some(Panel::Care);
        let mut first: Vec<Panel> = [Panel::Doses, Panel::Total].into_iter().chain(zones.clone()).collect();
        first.extend([Panel::Technique, Panel::Findings]);
        first.extend(care);
        let mut second = vec![Panel::Doses, Panel::Total, Panel::Technique];
        second.extend(zones);
        second.push(Panel::Findings);
        second.extend(care);
        vec![first, second]
    }

    fn filled(&self, panel: Panel, at: Spot, width: f64, detail: Detail) -> Column {
        let mut column = Column::new(at, width);
        let (content, symbols) = (self.content, self.symbols);
        let bottom = at.y + detail.remarks_mm();
        match panel {
            Panel::Doses => match &content.plan.topical {
                Some(topical) => {
                    column.heading(ON_SKIN);
                    column.applied(content.plan, topical);
                }
                None => column.doses(content, symbols),
            },
            Panel::Total => column.budget(content),
            Panel::Zones { part, of } => column.zones(content, symbols, (part, of), detail == Detail::Table),
            Panel::Technique => column.technique(content),
            Panel::Findings => {
                let unseen: Vec<String> = self.unseen.iter().map(usize::to_string).collect();
                column.findings(content, &unseen, bottom);
            }
            Panel::Care => column.care(content, bottom),
        }
        column
    }
}

impl Column {
    /// The marks, what they stand for, and how often each is given.
    fn doses(&mut self, content: &Content<'_>, symbols: &Symbols) {
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
                    (width * 0.62, Align::Right, counted(count, "point")),
                    (width, Align::Right, sum.to_string()),
                ],
            );
        }
        for (kind, faint) in faint::beside(content).iter().enumerate() {
            self.y += 3.6;
            let at = Spot::new(self.left + 1.8, self.y - 0.9);
            self.items.push(Item::Mark(faint::mark(kind, at, 2.6)));
            let count = counted(faint.points.len(), "point");
            let room = width - 6.8 - text_width_mm(&count, TEXT_MM, Weight::Regular);
            let words = shortened(&faint.of.words(), TEXT_MM, Weight::Regular, room);
            let cells = [(4.8, Align::Left, words), (width, Align::Right, count)];
            self.cells(TEXT_MM, Weight::Regular, &cells);
        }
        self.y += 0.8;
        let spacing = crate::units::number(content.plan.spacing_mm, 2);
        let way = match on_a_plane_alone(content) {
            true => "from left to right",
            false => "from the patient's right (R) to left (L)",
        };
        let words = format!(
            "Spacing {spacing} mm on the skin. Numbers at row ends name the rows, top to bottom; in a row, work {way}."
        );
        self.paragraph("", &words, SMALL_MM, GREY);
    }

    /// The volume that goes onto the skin, and how.
    pub(super) fn applied(&mut self, plan: &Plan, topical: &Topical) {
        self.y += 4.0;
        let total = plan.totals.volume_ul;
        self.text(Text::new(Spot::new(self.left, self.y), 4.2, total.to_string()).bold());
        self.y += 1.6;
        if let Some(how) = &topical.how {
            self.paragraph("How", &cut(how), TEXT_MM, Colour::INK);
        }
        let words = format!(
            "{} over the full face ({}), {} cm2 of treated skin; here {} cm2, so {total} (derived), in whole marks of \
             the syringe.",
            topical.full_face_ul,
            topical.standing,
            number(topical.full_face_cm2, 0),
            number(plan.quality.area_cm2, 0),
        );
        self.paragraph("", &words, SMALL_MM, GREY);
        let fillings = counted(usize::try_from(topical.fillings).unwrap_or(usize::MAX), "filling");
        self.paragraph("Syringe", &format!("{}: {fillings}", plan.syringe.name), TEXT_MM, Colour::INK);
    }

    /// The total against the protocol's limits.
    fn budget(&mut self, content: &Content<'_>) {
        let plan = content.plan;
        let total = plan.totals.volume_ul;
        self.heading("Total");
        self.y += 4.0;
        let left = self.left;
        self.text(Text::new(Spot::new(left, self.y), 4.2, total.to_string()).bold());
        let said = format!("in {}", counted(plan.totals.points, "point"));
        let x = left + text_width_mm(&total.to_string(), 4.2, Weight::Bold) + 1.5;
        self.text(Text::new(Spot::new(x, self.y), TEXT_MM, said));
        let (min, max) = (plan.budget.min_ul, plan.budget.max_ul);
        let Some(top) = max else {
            self.y += 0.6;
            self.paragraph("", "The protocol's source bounds no total.", SMALL_MM, GREY);
            return;
        };
        self.y += 4.2;
        // Below the least total is no error where only a part of the face is treated.
        let breaks =
            |finding: &Finding| finding.severity == Severity::Error && finding.code.ends_with("-budget");
        let ink = if plan.findings.iter().any(breaks) { ALARM } else { Colour::INK };
        // Nor is it drawn where it does not hold.
        let part = plan
            .findings
            .iter()
            .any(|finding| finding.severity == Severity::Note && finding.code == "under-budget");
        self.bar(total, min.filter(|_| !part), top, ink);
        self.y += 1.0;
        if part || plan.totals.by_region.keys().any(|region| *region != Region::Face) {
            self.paragraph("", OF_FULL_FACE, SMALL_MM, GREY);
        }
    }

    fn bar(&mut self, total: Microlitres, min: Option<Microlitres>, max: Microlitres, ink: Colour) {
        let full = (max.0 as f64 * 1.25).max(total.0 as f64 * 1.06).max(1.0);
        let (left, width, y) = (self.left, self.width, self.y);
        let at = |volume: Microlitres| left + width * volume.0 as f64 / full;
        let shape = |x0: f64, x1: f64, fill, stroke| {
            Item::Outline(Outline::rectangle(Spot::new(x0, y), x1 - x0, 2.4, fill, stroke))
        };
        let pen = Stroke::solid(Colour::rgb(0x6a, 0x74, 0x7c), 0.2);
        self.items.push(shape(left, left + width, Some(Colour::rgb(0xf1, 0xf3, 0xf4)), None));
        self.items.push(shape(
            at(min.unwrap_or(Microlitres::ZERO)),
            at(max),
            Some(Colour::rgb(0xcf, 0xdb, 0xe2)),
            Some(pen),
        ));
        let x = at(total);
        let tip = [Spot::new(x, y + 2.4), Spot::new(x, y)];
        self.items.push(Item::Outline(Outline::line(tip, Stroke::solid(ink, 0.55))));
        let head = [Spot::new(x, y - 0.2), Spot::new(x - 1.1, y - 1.9), Spot::new(x + 1.1, y - 1.9)];
        self.items.push(Item::Outline(Outline::area(head, ink)));
        self.y += 5.0;
        let end = |volume: Microlitres, words: String| {
            Text::new(Spot::new(at(volume), self.y), SMALL_MM, words).align(Align::Centre).colour(GREY)
        };
        let high = end(max, format!("max {max}"));
        let low = min.map(|min| end(min, format!("min {min}")));
        // Where the limits lie close, each is pushed outwards by half of what the two overlap.
        let overlap = low.as_ref().map_or(0.0, |low| low.bounds().max.x + 2.0 - high.bounds().min.x);
        let push = (overlap / 2.0).max(0.0);
        let mut least = left;
        for (mut text, by) in low.map(|low| (low, -push)).into_iter().chain([(high, push)]) {
            let half = text.width_mm() / 2.0;
            text.at.x = (text.at.x + by).min(left + width - half).max(least + half);
            least = text.bounds().max.x + 2.0;
            self.text(text);
        }
    }

    /// Points, volume per point and volume of each zone: part `part` of `of` of the table.
    fn zones(&mut self, content: &Content<'_>, symbols: &Symbols, (part, of): (usize, usize), compact: bool) {
        let plan = content.plan;
        let (size, step) = if compact { (SMALL_MM, 2.75) } else { (TEXT_MM, 3.45) };
        let count = plan.zones.len();
        let shown = if compact { count.min(MOST_ZONES) } else { count };
        let each = shown.div_ceil(of);
        let zones = &plan.zones[(each * part).min(shown)..(each * (part + 1)).min(shown)];
        self.heading(if part == 0 { "Zones" } else { "Zones, continued" });
        let columns = [self.width * 0.64, self.width * 0.84, self.width];
        let row = |column: &mut Self, weight, cells: [String; 4], indent: f64| {
            let [name, points, each, sum] = cells;
            let name = super::font::shortened(&name, size, weight, columns[0] - indent - 5.5);
            let cells = [
                (indent, Align::Left, name),
                (columns[0], Align::Right, points),
                (columns[1], Align::Right, each),
                (columns[2], Align::Right, sum),
            ];
            column.cells(size, weight, &cells);
        };
        self.y += 2.6;
        let names = if plan.topical.is_some() { ["cm2", "", "ml"] } else { ["points", "ml each", "ml"] };
        let heads: Vec<_> =
            columns.iter().zip(names).map(|(at, name)| (*at, Align::Right, name.to_owned())).collect();
        self.cells(SMALL_MM, Weight::Regular, &heads);
        self.y += 0.4;
        for zone in zones {
            self.y += step;
            let at = Spot::new(self.left + 1.3, self.y - size * 0.35);
            if zone.points > 0 {
                self.items.push(Item::Mark(symbols.mark(zone.per_point_ul, at, step * 0.52)));
            }
            let [points, each] = match plan.topical {
                Some(_) => [number(zone.area_cm2, 0), String::new()],
                None => [zone.points.to_string(), zone.each_ul().map_or_else(|| MIXED.to_owned(), bare)],
            };
            let cells = [zone.name.clone(), points, each, bare(zone.volume_ul)];
            row(self, Weight::Regular, cells, 3.4);
        }
        self.y += 1.3;
        if part + 1 < of {
            return;
        }
        let rest = &plan.zones[shown..];
        if !rest.is_empty() {
            let points: usize = rest.iter().map(|zone| zone.points).sum();
            let volume: Microlitres = rest.iter().map(|zone| zone.volume_ul).sum();
            let words = format!("and {} more zones with {points} points, {volume}", rest.len());
            self.paragraph("", &words, SMALL_MM, Colour::INK);
            self.y += 0.6;
        }
        self.rule(self.y, RULE, 0.2);
        self.y += 3.2;
        let totals = &plan.totals;
        let total = match plan.topical {
            Some(_) => number(plan.quality.area_cm2, 0),
            None => totals.points.to_string(),
        };
        row(self, Weight::Bold, ["Total".into(), total, String::new(), bare(totals.volume_ul)], 0.0);
        self.y += 0.8;
        self.left_out(plan);
    }

    /// What is not treated: zones that were skipped, and what is marked on the skin, with the mark it has on the
    /// map; nothing where nothing is.
    pub(super) fn left_out(&mut self, plan: &Plan) {
        if !plan.skipped.is_empty() {
            self.y += 1.0;
            let names: Vec<&str> = plan.skipped.iter().map(|zone| zone.name.as_str()).collect();
            self.paragraph("Skipped, not treated", &cut(&names.join("; ")), SMALL_MM, Colour::INK);
        }
        if plan.marked.is_empty() {
            return;
        }
        self.y += 1.0;
        self.items.push(Item::Outline(marked_box(Spot::new(self.left, self.y + 0.5))));
        let each =
            |area: &MarkedArea| format!("{} (margin {} mm)", area.name.trim(), number(area.margin_mm, 1));
        let named: Vec<String> = plan.marked.iter().take(MOST_MARKED).map(each).collect();
        let rest = plan.marked.len().saturating_sub(MOST_MARKED);
        let rest = if rest > 0 { format!(", and {rest} more") } else { String::new() };
        let words = cut(&format!("{}{rest}", named.join(", ")));
        let mut beside = Self::new(Spot::new(self.left + 3.4, self.y), self.width - 3.4);
        beside.paragraph("Not treated", &words, SMALL_MM, Colour::INK);
        self.items.append(&mut beside.items);
        self.y = beside.y;
    }

    /// Needle, angle and depth for each kind of zone, as the protocol says.
    fn technique(&mut self, content: &Content<'_>) {
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
            self.paragraph(name, &worded(figure), TEXT_MM, Colour::INK);
        }
    }
}

/// The mark of what is marked on the skin, in a legend.
pub(super) fn marked_box(at: Spot) -> Outline {
    let (pen, fill) = MARKED;
    Outline::rectangle(at, 2.4, 1.7, Some(fill), Some(pen))
}

/// A figure with its unit, and its status where it is not published.
pub(super) fn worded(figure: &FigureLine) -> String {
    let unit = match figure.unit {
        "deg" => "\u{b0} to the skin".to_owned(),
        "" => String::new(),
        unit => format!(" {unit}"),
    };
    let status = match figure.status {
        Status::Published => String::new(),
        status => format!(" ({status})"),
    };
    format!("{}{unit}{status}", figure.value)
}

/// A volume in ml without its unit, for a column that names it.
pub(super) fn bare(volume: Microlitres) -> String {
    volume.to_string().trim_end_matches(" ml").to_owned()
}

/// Words with their first letter as a capital.
pub(super) fn titled(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

/// A count with its noun: `1 point`, `2 points`.
pub(super) fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}
