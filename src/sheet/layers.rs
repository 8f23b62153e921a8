//! The map of all layers of a session at once: what lies where of which, each layer in a colour and a shape of its
//! own. Rows and doses stand on the map of each layer; this one shows how the layers lie between each other.

use super::column::{Column, RULE};
use super::figures::Survey;
use super::font::shortened;
use super::frame;
use super::map::{Content, Drawing, OfLayers, WORDS};
use super::panels::{Detail, GREY, LEAST_ZONES, Panel, Panelled, SMALL_MM, TEXT_MM, bare, counted};
use super::scene::{Key, told};
use super::symbols;
use super::views::Look;
use super::{Align, Colour, Group, Item, Mark, Page, PageKind, Paper, Spot, Weight, text_width_mm};
use crate::fault::Fault;
use crate::library::Library;
use crate::plan::{Finding, Layered, Plan, PlannedLayer, PlannedPoint, PlannedZone, Totals};
use crate::units::{Microlitres, number};

const TITLE: &str = "Map of all layers";
/// How far the points of all layers lie apart, in the narrowest spacing of any, for the size of their marks.
const MARK_APART: f64 = 0.75;
/// The least size of a mark, in mm: smaller than on the map of a layer, for there are more of them.
const LEAST_MARK_MM: f64 = 1.05;
/// Most layers with a column of their own in the table of zones, and most whose points are counted there.
const MOST_COLUMNS: usize = 4;
const MOST_COUNTED: usize = 2;
/// Width of such a column with points and without, in mm.
const COLUMN_MM: [f64; 2] = [17.5, 10.5];
/// Where the words of a layer begin beside its mark, in mm.
const INDENT_MM: f64 = 4.8;

/// The map of all layers of a session.
///
/// # Errors
/// When the library lacks a layer's body or protocol, the body has no skin for a zone's chart, or there is no
/// layer.
pub fn page(
    layered: &Layered,
    library: &Library,
    reference: Option<&str>,
    paper: Paper,
) -> Result<Page, Fault> {
    let layers = &layered.layers;
    let protocols = layers.iter().map(|layer| library.protocol(&layer.plan.protocol.id));
    let protocols = protocols.collect::<Result<Vec<_>, _>>()?;
    let together = Together::of(layered).ok_or_else(|| Fault::new("layers", "are missing"))?;
    let content = Content::of(&together.plan, library, reference)?;
    let content = Content { layer: Some(OfLayers::All { layers, protocols }), ..content };
    for zone in &content.plan.zones {
        content.skin(zone)?;
    }
    let survey = Survey::new(content.plan, &content.body, content.studio, Look::Best);
    let panels = Panels { content: &content, layered, together: &together, unseen: &survey.unseen };
    let drawing = Drawing {
        content: &content,
        survey: &survey,
        panels: &panels,
        key: &together,
        apart_mm: MARK_APART * content.plan.spacing_mm,
        least_mm: LEAST_MARK_MM,
    };
    let words = frame::Words { title: TITLE, ..WORDS };
    let names: Vec<&str> = layers.iter().map(|layer| layer.name.as_str()).collect();
    let title = format!("{TITLE}: {}", names.join(", "));
    Page::new(PageKind::Map, paper.size_mm(), &title, drawing.drawn(paper, words))
}

/// The layers of a session as one plan.
struct Together<'a> {
    layers: &'a [PlannedLayer],
    /// Zones and points of all of them; points are numbered through.
    plan: Plan,
    /// Of each point, in the order of their numbers, the place of its layer and its number there.
    own: Vec<(usize, usize)>,
}

impl<'a> Together<'a> {
    /// All layers of a session; none where it has none.
    fn of(layered: &'a Layered) -> Option<Self> {
        let layers = layered.layers.as_slice();
        let first = layers.first()?;
        let mut zones: Vec<PlannedZone> = Vec::new();
        let (mut points, mut own) = (Vec::new(), Vec::new());
        let (mut marked, mut last_time) = (Vec::new(), Vec::new());
        for (index, PlannedLayer { plan, .. }) in layers.iter().enumerate() {
            // Each list is in the atlas's order, and so is what comes of them.
            let mut place = 0;
            for zone in &plan.zones {
                match zones.iter().position(|known| known.id == zone.id) {
                    Some(known) => place = known + 1,
                    None => {
                        zones.insert(place, zone.clone());
                        place += 1;
                    }
                }
            }
            for point in &plan.points {
                own.push((index, point.number));
                points.push(PlannedPoint { number: own.len(), ..point.clone() });
            }
            marked.extend(
                plan.marked.iter().filter(|area| !marked.contains(*area)).cloned().collect::<Vec<_>>(),
            );
            last_time.extend(
                plan.last_time.iter().filter(|at| !last_time.contains(*at)).copied().collect::<Vec<_>>(),
            );
        }
        let spacing_mm =
            layers.iter().filter(|layer| !layer.plan.points.is_empty()).map(|layer| layer.plan.spacing_mm);
        let plan = Plan {
            spacing_mm: spacing_mm.reduce(f64::min).unwrap_or(first.plan.spacing_mm),
            zones,
            totals: Totals { points: points.len(), ..first.plan.totals.clone() },
            points,
            marked,
            last_time,
            topical: first.plan.topical.clone().filter(|_| own.is_empty()),
            findings: findings(layered),
            ..first.plan.clone()
        };
        Some(Self { layers, plan, own })
    }

    /// The place of a point's layer, and its number there.
    fn own(&self, number: usize) -> (usize, usize) {
        number.checked_sub(1).and_then(|place| self.own.get(place)).copied().unwrap_or_default()
    }

    /// What a layer gives a zone, and in how many points; none where it leaves it out.
    fn given(&self, layer: usize, zone: &str) -> Option<(usize, Microlitres)> {
        let zone = self.layers[layer].plan.zones.iter().find(|known| known.id == zone)?;
        Some((zone.points, zone.volume_ul))
    }
}

/// What was found on the layers together, and on each; what was found on several stands once.
fn findings(layered: &Layered) -> Vec<Finding> {
    let mut findings = layered.findings.clone();
    let found = |plan: &Plan, finding: &Finding| plan.findings.contains(finding);
    for PlannedLayer { name, plan } in &layered.layers {
        for finding in &plan.findings {
            let shared = layered.layers.iter().filter(|layer| found(&layer.plan, finding)).count() > 1;
            if !shared {
                let message = said!("{name}: {message}", name, message = finding.message.clone());
                findings.push(Finding { message, ..finding.clone() });
            } else if !findings.contains(finding) {
                findings.push(finding.clone());
            }
        }
    }
    findings
}

/// Points by their layer.
impl Key for Together<'_> {
    fn mark(&self, point: &PlannedPoint, at: Spot, size_mm: f64) -> Mark {
        symbols::mark(self.own(point.number).0, at, size_mm)
    }

    fn point(&self, point: &PlannedPoint, mark: Item) -> Group {
        let (layer, number) = self.own(point.number);
        let name = &self.layers[layer].name;
        let PlannedPoint { row, zone, volume_ul, .. } = point;
        told(&PlannedPoint { number, ..point.clone() }, mark)
            .title(format!("{name}: point {number}, row {row}, {zone}, {volume_ul}"))
            .data("layer", (layer + 1).to_string())
    }

    fn id(&self, point: &PlannedPoint) -> String {
        let (layer, number) = self.own(point.number);
        format!("layer-{}-point-{number}", layer + 1)
    }

    fn given(&self, zone: &PlannedZone) -> String {
        let each = self.layers.iter().enumerate().filter_map(|(index, layer)| {
            let (points, volume) = self.given(index, &zone.id)?;
            let points = if points > 0 { format!("{}, ", counted(points, "point")) } else { String::new() };
            Some(format!("{}: {points}{volume}", layer.name))
        });
        each.collect::<Vec<_>>().join("; ")
    }

    fn numbers_rows(&self) -> bool {
        false
    }
}

/// The panels of a map of all layers.
struct Panels<'a> {
    content: &'a Content<'a>,
    layered: &'a Layered,
    together: &'a Together<'a>,
    unseen: &'a [usize],
}

impl Panelled for Panels<'_> {
    fn lists(&self, parts: usize) -> Vec<Vec<Panel>> {
        if parts > 1 && self.content.plan.zones.len() < LEAST_ZONES * parts {
            return Vec::new();
        }
        let zones = (0..parts).map(|part| Panel::Zones { part, of: parts });
        let zones = zones.filter(|_| self.layered.layers.len() <= MOST_COLUMNS);
        vec![[Panel::Doses].into_iter().chain(zones).chain([Panel::Findings]).collect()]
    }

    fn filled(&self, panel: Panel, at: Spot, width: f64, detail: Detail) -> Column {
        let mut column = Column::new(at, width);
        let bottom = at.y + detail.remarks_mm();
        match panel {
            Panel::Doses => column.layers(self),
            Panel::Zones { part, of } => column.layered_zones(self, (part, of), detail == Detail::Table),
            Panel::Findings => {
                let unseen = self.unseen.iter().map(|&number| {
                    let (layer, number) = self.together.own(number);
                    format!("{} {number}", self.layered.layers[layer].name)
                });
                column.findings(self.content, &unseen.collect::<Vec<_>>(), bottom);
            }
            Panel::Total | Panel::Technique | Panel::Care => {}
        }
        column
    }
}

impl Column {
    /// The layers in the order of work: mark, total, limits, product, doses, and what is left on the tray.
    fn layers(&mut self, panels: &Panels<'_>) {
        self.heading("Layers, in the order of work");
        for (index, layer) in panels.layered.layers.iter().enumerate() {
            self.layer(index, layer);
        }
        self.y += 1.0;
        let words = match (panels.layered.apart_mm, panels.layered.min_between_mm) {
            (Some(asked), Some(least)) => format!(
                "Points of different layers keep {} mm on the skin; the nearest two are {} mm apart. ",
                number(asked, 1),
                number(least, 1)
            ),
            _ => String::new(),
        };
        let words = format!("{words}Numbers of rows and doses stand on the map of each layer.");
        self.paragraph("", &words, SMALL_MM, GREY);
    }

    /// A layer with its mark and its own totals.
    fn layer(&mut self, index: usize, layer: &PlannedLayer) {
        let plan = &layer.plan;
        self.y += 4.0;
        if !plan.points.is_empty() {
            let at = Spot::new(self.left + 1.8, self.y - 0.9);
            let mark = Item::Mark(symbols::mark(index, at, 2.6));
            let group = Group::of_class("legend", vec![mark]).data("layer", (index + 1).to_string());
            self.items.push(Item::Group(group));
        }
        let total = plan.totals.volume_ul.to_string();
        let room = self.width - INDENT_MM - text_width_mm(&total, TEXT_MM, Weight::Bold) - 2.0;
        let name = shortened(&format!("{} {}", index + 1, layer.name), TEXT_MM, Weight::Bold, room);
        let cells = [(INDENT_MM, Align::Left, name), (self.width, Align::Right, total)];
        self.cells(TEXT_MM, Weight::Bold, &cells);
        self.y += 0.6;
        let mut beside = Self::new(Spot::new(self.left + INDENT_MM, self.y), self.width - INDENT_MM);
        for words in about(plan) {
            beside.paragraph("", &words, SMALL_MM, Colour::INK);
            beside.y -= 0.5;
        }
        self.items.append(&mut beside.items);
        self.y = beside.y + 0.5;
    }

    /// What each layer gives each zone: part `part` of `of` of the table.
    fn layered_zones(&mut self, panels: &Panels<'_>, (part, of): (usize, usize), compact: bool) {
        let (zones, layers) = (&panels.content.plan.zones, &panels.layered.layers);
        let (size, step) = if compact { (SMALL_MM, 2.75) } else { (TEXT_MM, 3.45) };
        let each = zones.len().div_ceil(of);
        let shown = &zones[(each * part).min(zones.len())..(each * (part + 1)).min(zones.len())];
        let count = layers.len();
        let counted = count <= MOST_COUNTED && layers.iter().any(|layer| !layer.plan.points.is_empty());
        let (column_mm, what) = match counted {
            true => (COLUMN_MM[0], "Zones, points and ml of each layer"),
            false => (COLUMN_MM[1], "Zones, ml of each layer"),
        };
        self.heading(if part == 0 { what } else { "Zones, continued" });
        let end = |layer: usize| self.width - column_mm * (count - 1 - layer) as f64;
        let ends: Vec<f64> = (0..count).map(end).collect();
        let room = self.width - column_mm * count as f64;
        self.y += 2.8;
        for (layer, &end) in
            ends.iter().enumerate().filter(|(layer, _)| !layers[*layer].plan.points.is_empty())
        {
            let at = Spot::new(self.left + end - 3.4, self.y - SMALL_MM * 0.35);
            self.items.push(Item::Mark(symbols::mark(layer, at, 1.8)));
        }
        let heads: Vec<_> = ends
            .iter()
            .enumerate()
            .map(|(layer, &end)| (end, Align::Right, (layer + 1).to_string()))
            .collect();
        self.cells(SMALL_MM, Weight::Regular, &heads);
        self.y += 0.4;
        let said = |points: usize, volume: Microlitres| match points {
            points if points == 0 || !counted => bare(volume),
            points => format!("{points} \u{b7} {}", bare(volume)),
        };
        for zone in shown {
            self.y += step;
            let mut cells = vec![(0.0, Align::Left, shortened(&zone.name, size, Weight::Regular, room))];
            cells.extend(ends.iter().enumerate().filter_map(|(layer, &end)| {
                let (points, volume) = panels.together.given(layer, &zone.id)?;
                Some((end, Align::Right, said(points, volume)))
            }));
            self.cells(size, Weight::Regular, &cells);
        }
        self.y += 1.3;
        if part + 1 < of {
            return;
        }
        self.rule(self.y, RULE, 0.2);
        self.y += 3.2;
        let mut cells = vec![(0.0, Align::Left, "Total".to_owned())];
        cells.extend(ends.iter().zip(layers).map(|(&end, layer)| {
            let totals = &layer.plan.totals;
            (end, Align::Right, said(totals.points, totals.volume_ul))
        }));
        self.cells(size, Weight::Bold, &cells);
        self.y += 0.8;
        self.left_out(panels.content.plan);
    }
}

/// What there is to say of a layer, line by line.
fn about(plan: &Plan) -> Vec<String> {
    let product = plan.tray.product.as_ref().map(|product| product.name.clone());
    let mut lines: Vec<String> = product.into_iter().collect();
    lines.push(plan.protocol.name.clone());
    if plan.topical.is_some() {
        lines.push(format!("on the skin, {} cm2", number(plan.quality.area_cm2, 0)));
    } else {
        let points = counted(plan.totals.points, "point");
        lines.push(format!("{points}, {} mm apart", number(plan.spacing_mm, 2)));
        let doses = symbols::Symbols::of(plan).doses;
        let doses = doses.into_iter().map(|(volume, count)| format!("{count} of {volume}"));
        lines.push(doses.collect::<Vec<_>>().join(", "));
    }
    let limits = match (plan.budget.min_ul, plan.budget.max_ul) {
        (Some(least), Some(most)) => Some(format!("limits {} to {most}", bare(least))),
        (None, Some(most)) => Some(format!("at most {most}")),
        (Some(least), None) => Some(format!("at least {least}")),
        (None, None) => None,
    };
    let needed = format!("{} with losses", plan.tray.needed_ul);
    let held = plan.tray.held_ul.map(|held| format!("vials hold {held}"));
    lines.push([limits, Some(needed), held].into_iter().flatten().collect::<Vec<_>>().join("; "));
    lines
}
