//! The figures with all that stands on them: zone outlines, points, row numbers, names.

use std::collections::{BTreeMap, BTreeSet};

use nalgebra::Vector2;

use super::arrange::Cell;
use super::contour::{simplified, simplified_ring};
use super::face::{Sight, last_seen, runs};
use super::faint::{self, Faint};
use super::figures::{FACING, NAME_AIR_MM, NamePlan, Of, Survey, fitting};
use super::names::{self, Anchor, Columns, Name};
use super::numbers::{self, NumberedView, number_others};
use super::symbols::Symbols;
use super::taken::{Line, Taken, distance_to_box, distance_to_line};
use super::titles;
use super::views::View;
use super::{Bounds, Colour, Group, Item, Mark, Outline, Segment, Spot, Stroke, Text};
use crate::abreast::abreast;
use crate::body::{Body, Chart, ChartPoint, Place};
use crate::geometry::Polygon;
use crate::plan::{MarkedArea, Plan, PlannedPoint, PlannedZone};

/// The pen of a zone's outline.
pub(super) const OUTLINE: Stroke = Stroke::solid(Colour::rgb(0x35, 0x4f, 0x5e), 0.25);
/// The tint of its skin.
const TINT: Colour = Colour::rgb(0x2a, 0x86, 0xa0).with_alpha(28);
/// Page mm by which the edge of a tint may be simplified where it is not the outline, one in how many hidden
/// corners it is led along, and the halvings on the way to where each is hidden.
const TINTED_MM: f64 = 0.1;
const HIDDEN_STEP: usize = 3;
const HALVINGS: usize = 7;
/// Steps across a zone in the search for a leader's end, and most places that are tried: at first, and for
/// a leader that runs over something to all of these.
const FEW_ANCHORS: (usize, usize) = (24, 80);
const MANY_ANCHORS: (usize, usize) = (64, 1600);
/// The same across an area marked on the skin.
const MARKED_STEPS: usize = 9;
/// How far a leader's end stands off points, at least and better, and off the zone's outline, in mm, and what
/// each mm short of the better and of the latter costs, in mm of leader.
const CLEAR_MM: [f64; 2] = [0.42, 0.62];
const DEPTH_MM: f64 = 2.0;
const NARROW: f64 = 20.0;
const SHALLOW: f64 = 5.0;

/// What tells the points of a page apart, and what is told of them.
pub(crate) trait Key: Sync {
    /// The mark of a point.
    fn mark(&self, point: &PlannedPoint, at: Spot, size_mm: f64) -> Mark;
    /// A point as a group that programs can find, once it is drawn.
    fn point(&self, point: &PlannedPoint, mark: Item) -> Group;
    /// A name of its own for a point.
    fn id(&self, point: &PlannedPoint) -> String;
    /// What a zone is given.
    fn given(&self, zone: &PlannedZone) -> String;
    /// Whether rows are numbered.
    fn numbers_rows(&self) -> bool;
}

/// Points by their dose.
impl Key for Symbols {
    fn mark(&self, point: &PlannedPoint, at: Spot, size_mm: f64) -> Mark {
        Self::mark(self, point.volume_ul, at, size_mm)
    }

    fn point(&self, point: &PlannedPoint, mark: Item) -> Group {
        told(point, mark)
    }

    fn id(&self, point: &PlannedPoint) -> String {
        format!("point-{}", point.number)
    }

    fn given(&self, zone: &PlannedZone) -> String {
        format!("{} points, {}", zone.points, zone.volume_ul)
    }

    fn numbers_rows(&self) -> bool {
        true
    }
}

/// Everything the figures of one page share.
pub(crate) struct Scene<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// Its body.
    pub body: &'a Body,
    /// Which view shows what.
    pub survey: &'a Survey,
    /// What tells its points apart.
    pub key: &'a dyn Key,
    /// What lies beside the plan's own points.
    pub faint: &'a [Faint],
    /// Size of a mark, in mm.
    pub mark_mm: f64,
    /// Body mm to a page mm, for the titles.
    pub ratio: f64,
}

/// The pen and the fill of an area marked on the skin.
pub(super) const MARKED: (Stroke, Colour) =
    (Stroke::solid(Colour::rgb(0x7a, 0x1f, 0x1f), 0.3), Colour::rgb(0xe9, 0xd3, 0xcf));

/// What is seen of the corners of a ring, and the corners on their chart.
type Ring<'a> = (Vec<Option<Spot>>, &'a Vec<[f64; 2]>);

/// What is seen of zones, by index of the zone.
type Outlines = BTreeMap<usize, Seen>;

/// What is seen of a zone.
#[derive(Default)]
struct Seen {
    /// The stretches of its outline and holes; those seen whole are closed.
    lines: Vec<Vec<Spot>>,
    /// The rings around what is seen of its skin, where that is not all of it.
    area: Vec<Vec<Spot>>,
}

/// A view that is being drawn.
struct Drawing<'a> {
    view: &'a View,
    sight: Option<Sight<'a>>,
    outlines: Outlines,
    /// Areas marked on the skin.
    marked: Vec<Item>,
    /// Points beside the plan's own.
    faint: Vec<Item>,
    points: Vec<Item>,
    body: Option<Item>,
    titles: Vec<Text>,
    names: Vec<Item>,
}

impl Scene<'_> {
    /// Draws every figure into its cell.
    pub(crate) fn draw(&self, cells: &[Cell]) -> Vec<Item> {
        let views: Vec<(usize, (&View, &Cell))> = self.survey.views.iter().zip(cells).enumerate().collect();
        let mut homes: BTreeMap<usize, usize> = BTreeMap::new();
        for (index, shown) in self.survey.shown.iter().enumerate() {
            for &number in shown {
                homes.entry(number).or_insert(index);
            }
        }
        let drawn = abreast(&views, |&(index, (view, cell))| self.drawing(index, view, cell, &homes));
        let (drawings, mut numbered): (Vec<_>, Vec<_>) = drawn.into_iter().unzip();
        number_others(&mut numbered);
        let mut zones_done = BTreeSet::new();
        let mut items = Vec::new();
        for (drawing, numbered) in drawings.into_iter().zip(numbered) {
            let view = drawing.view;
            let mut parts: Vec<Item> = drawing.body.into_iter().collect();
            for (&zone, seen) in &drawing.outlines {
                let first = zones_done.insert(zone);
                parts.push(Item::Group(self.outline(&self.plan.zones[zone], seen, first, view)));
            }
            parts.extend(drawing.marked);
            parts.extend(drawing.faint);
            parts.push(Item::Group(Group::of_class("row-leaders", numbered.leads)));
            parts.push(Item::Group(Group::of_class("rows", numbered.numbers)));
            parts.push(Item::Group(Group::of_class("points", drawing.points)));
            parts.push(Item::Group(Group::of_class("names", drawing.names)));
            parts.extend(drawing.titles.into_iter().map(Item::Text));
            items.push(Item::Group(
                Group::of_class("view", parts).id(format!("view-{}", view.id)).title(view.title),
            ));
        }
        items
    }

    /// A view with its names placed, and the numbers at the ends of its rows. `homes` are the first views of
    /// points, by their numbers: there they have their own names.
    fn drawing<'s>(
        &'s self,
        index: usize,
        view: &'s View,
        cell: &Cell,
        homes: &BTreeMap<usize, usize>,
    ) -> (Drawing<'s>, NumberedView) {
        let sight = self.survey.figures.get(view).map(|figure| figure.seen(cell.camera, cell.window));
        let body = sight.as_ref().map(|sight| Item::Group(sight.drawn()));
        let shown = &self.survey.shown[index];
        let total = self.plan.totals.points;
        let plans = &self.survey.names[index];
        let named = fitting(plans, cell.bounds.max.y - cell.figure.min.y);
        let unnamed = plans.len() - named.len();
        let titles = titles::drawn(view, cell, self.ratio, [shown.len(), total], unnamed);
        let mut taken = Taken { boxes: titles.iter().map(Text::bounds).collect(), ..Taken::default() };
        if let (Some(sight), Some(body)) = (&sight, &body) {
            taken.lines = strokes(body).iter().flat_map(|line| sight.unfaded(line)).map(Line::new).collect();
        }
        let mut points = Vec::new();
        let mut rows: BTreeMap<usize, Vec<(Spot, f64)>> = BTreeMap::new();
        for point in self.plan.points.iter().filter(|point| shown.binary_search(&point.number).is_ok()) {
            let spot = cell.camera.project(&point.skin_mm.into()).0;
            let mark = self.key.mark(point, spot, self.mark_mm);
            let reach = mark.reach_mm();
            let mut id = self.key.id(point);
            if homes.get(&point.number) != Some(&index) {
                id += &format!("-{}", view.id);
            }
            points.push(Item::Group(self.key.point(point, Item::Mark(mark)).id(id)));
            taken.marks.push((spot, reach));
            if self.key.numbers_rows() {
                rows.entry(point.row).or_default().push((spot, reach));
            }
        }
        let mut drawing = Drawing {
            view,
            sight,
            outlines: Outlines::new(),
            marked: Vec::new(),
            faint: Vec::new(),
            points,
            body,
            titles,
            names: Vec::new(),
        };
        drawing.outlines = self.outlines(&drawing, cell);
        drawing.marked = self.marked(&drawing, cell);
        drawing.faint = self.faint(&drawing, cell);
        let drawn = drawing.marked.iter().flat_map(strokes);
        let outlines = drawing.outlines.values().flat_map(|seen| &seen.lines).cloned();
        taken.lines.extend(drawn.chain(outlines).map(Line::new));
        drawing.names = self.names(&drawing, cell, &named, &mut taken);
        // No number stands on what is marked on the skin.
        taken.boxes.extend(drawing.marked.iter().filter_map(Item::bounds));
        let room = Bounds { min: Spot::new(cell.bounds.min.x, cell.figure.min.y), max: cell.bounds.max };
        let [least, most] = numbers::NUMBER_MM;
        let size_mm = (self.plan.spacing_mm / self.ratio * 0.62).clamp(least, most);
        (drawing, NumberedView::new(rows, size_mm, room, taken))
    }

    /// What is seen of every zone, by index of the zone.
    fn outlines(&self, drawing: &Drawing<'_>, cell: &Cell) -> Outlines {
        let mut all = Outlines::new();
        for (index, zone) in self.plan.zones.iter().enumerate() {
            if !drawing.view.shows.contains(&zone.chart) {
                continue;
            }
            let corners = std::iter::once(&zone.outline).chain(&zone.holes);
            let rings: Vec<Ring<'_>> = self.survey.zones[index]
                .iter()
                .map(|ring| ring.iter().map(|(place, _)| seen(drawing, cell, place)).collect())
                .zip(corners)
                .collect();
            let lines: Vec<Vec<Spot>> = rings.iter().flat_map(|(ring, _)| runs(ring, true)).collect();
            let is_whole = rings.iter().all(|(ring, _)| ring.iter().all(Option::is_some));
            let area = match is_whole || lines.is_empty() {
                true => Vec::new(),
                false => rings.iter().map(|ring| self.area(drawing, cell, zone.chart, ring)).collect(),
            };
            if !lines.is_empty() {
                all.insert(index, Seen { lines, area });
            }
        }
        all
    }

    /// The ring around what is seen inside another one, from what is seen of its corners.
    fn area(
        &self,
        drawing: &Drawing<'_>,
        cell: &Cell,
        chart: Chart,
        (ring, corners): &Ring<'_>,
    ) -> Vec<Spot> {
        let turns = matches!(chart, Chart::Head | Chart::Neck);
        let zone = shape(corners, &[]);
        let hidden = |k: usize| {
            let there = turns && k.is_multiple_of(HIDDEN_STEP);
            let seen = |at: ChartPoint| self.seen(drawing, cell, chart, at.into());
            let last =
                there.then(|| last_seen(seen, drawing.view.yaw, corners[k].into(), HALVINGS)).flatten();
            // What stands before a zone, such as the nose before the far cheek, bears none of its tint.
            last.filter(|(at, _)| zone.contains(at)).map(|(_, spot)| spot)
        };
        ring.iter().enumerate().filter_map(|(k, spot)| spot.or_else(|| hidden(k))).collect()
    }

    /// The areas marked on the skin that a view shows, as far as it does.
    fn marked(&self, drawing: &Drawing<'_>, cell: &Cell) -> Vec<Item> {
        let mut items = Vec::new();
        for area in self.plan.marked.iter().filter(|area| drawing.view.shows.contains(&area.chart)) {
            let ring = area.outline.iter();
            let seen: Vec<Option<Spot>> = ring.map(|&at| self.seen(drawing, cell, area.chart, at)).collect();
            let (pen, fill) = MARKED;
            let runs = runs(&seen, true);
            let mut parts = Vec::new();
            parts.extend(runs.iter().map(|run| Item::Outline(Outline::area(run.iter().copied(), fill))));
            parts.extend(runs.into_iter().map(|run| Item::Outline(Outline::line(run, pen.clone()))));
            if !parts.is_empty() {
                items.push(Item::Group(Group::of_class("marked", parts).title(area.name.as_str())));
            }
        }
        items
    }

    /// The points beside the plan's own that a view shows, one group a kind.
    fn faint(&self, drawing: &Drawing<'_>, cell: &Cell) -> Vec<Item> {
        let groups = self.faint.iter().enumerate().filter_map(|(kind, faint)| {
            let shown = faint.points.iter().filter(|(chart, _)| drawing.view.shows.contains(chart));
            let spots = shown.filter_map(|&(chart, at)| {
                let skin = self.body.skin(chart)?;
                let facing = cell.camera.facing(&skin.normal(at)) > FACING;
                seen(drawing, cell, &skin.place(at)).filter(|_| facing)
            });
            let marks: Vec<Item> =
                spots.map(|spot| Item::Mark(faint::mark(kind, spot, self.mark_mm))).collect();
            let group = Group::of_class("faint", marks).title(faint.of.words());
            (!group.items.is_empty()).then_some(Item::Group(group))
        });
        groups.collect()
    }

    /// The outline of a zone as a group that programs can find.
    fn outline(&self, zone: &PlannedZone, seen: &Seen, first: bool, view: &View) -> Group {
        let line = |line: &Vec<Spot>| Outline::line(simplified(line, 0.04), OUTLINE);
        let mut items: Vec<Item> = Vec::new();
        if seen.area.is_empty() {
            // Edge and tint in one; holes stay bare.
            let segments =
                seen.lines.iter().flat_map(|ring| Outline::area(simplified(ring, 0.04), TINT).segments);
            let segments = segments.collect();
            items.push(Item::Outline(Outline { segments, fill: Some(TINT), stroke: Some(OUTLINE) }));
        } else {
            let rings = seen.area.iter().map(|ring| simplified_ring(ring, TINTED_MM));
            let segments = rings.flat_map(|ring| Outline::area(ring, TINT).segments).collect();
            items.push(Item::Outline(Outline { segments, fill: Some(TINT), stroke: None }));
            items.extend(seen.lines.iter().map(|run| Item::Outline(line(run))));
        }
        let title = format!("{}: {}", zone.name, self.key.given(zone));
        let suffix = if first { String::new() } else { format!("-{}", view.id) };
        let group = Group::of_class("zone", items).id(format!("zone-{}{suffix}", zone.id));
        group.title(title).data("zone", &zone.id)
    }

    /// The spot of a chart position, when nothing hides it.
    fn seen(&self, drawing: &Drawing<'_>, cell: &Cell, chart: Chart, at: [f64; 2]) -> Option<Spot> {
        seen(drawing, cell, &self.body.skin(chart)?.place(at.into()))
    }

    /// The names of the zones that are named in a view.
    fn names(&self, drawing: &Drawing<'_>, cell: &Cell, plans: &[NamePlan], taken: &mut Taken) -> Vec<Item> {
        // Names stand beside head and neck, above the shoulders, if there is height enough.
        let shoulder = cell.camera.spot(0.0, drawing.view.core.1).y.min(cell.bounds.max.y);
        let high = shoulder - cell.figure.min.y;
        let fits = [true, false].map(|left| {
            names::height_mm(plans.iter().filter(|p| p.on_left == left).map(|p| p.lines.len())) <= high
        });
        let bottom = if fits == [true; 2] { shoulder } else { cell.bounds.max.y };
        let extent = drawing.sight.as_ref().and_then(|sight| sight.extent(bottom));
        let [left, right] = extent.unwrap_or([cell.figure.min.x, cell.figure.max.x]);
        let columns = Columns {
            left: left - NAME_AIR_MM,
            right: right + NAME_AIR_MM,
            span: [cell.figure.min.y, bottom],
        };
        let among: &Taken = taken;
        let named = |plan: &NamePlan| Name {
            zone: match plan.of {
                Of::Zone(index) => Some(self.plan.zones[index].id.clone()),
                Of::Marked(_) => None,
            },
            lines: plan.lines.clone(),
            on_left: plan.on_left,
            anchors: match plan.of {
                Of::Zone(index) => self.anchors(drawing, cell, index, among, FEW_ANCHORS),
                Of::Marked(index) => self.middles(drawing, cell, &self.plan.marked[index]),
            },
        };
        let names = abreast(plans, named);
        let more = |name: usize, taken: &Taken| match plans[name].of {
            Of::Zone(index) => self.anchors(drawing, cell, index, taken, MANY_ANCHORS),
            Of::Marked(_) => Vec::new(),
        };
        names::placed(names, &columns, taken, more)
    }

    /// Where a leader may end in a zone: inside what is seen of it, clear of points and its outline.
    fn anchors(
        &self,
        drawing: &Drawing<'_>,
        cell: &Cell,
        index: usize,
        taken: &Taken,
        (steps, most): (usize, usize),
    ) -> Vec<Anchor> {
        let zone = &self.plan.zones[index];
        let inside = self.inside(drawing, cell, zone.chart, &shape(&zone.outline, &zone.holes), steps);
        let lines = drawing.outlines.get(&index).map(|seen| &seen.lines);
        // No more is asked than whether it is as deep as it should be.
        let depth = |spot: &Spot| {
            let beside = Bounds { min: *spot, max: *spot }.grown(DEPTH_MM);
            let sides = lines.into_iter().flatten().flat_map(|line| line.windows(2));
            let near =
                sides.filter(|w| beside.overlaps(&Bounds { min: w[0].inf(&w[1]), max: w[0].sup(&w[1]) }));
            near.map(|w| distance_to_line(*spot, w[0], w[1])).fold(DEPTH_MM, f64::min)
        };
        let extent = Bounds::of(inside.iter().copied());
        let beside = |(mark, reach): &&(Spot, f64)| {
            extent.is_some_and(|extent| distance_to_box(*mark, &extent) <= reach + CLEAR_MM[1] + 1e-6)
        };
        let marks: Vec<(Spot, f64)> = taken.marks.iter().filter(beside).copied().collect();
        let air = |spot: &Spot| {
            marks.iter().map(|(mark, reach)| (mark - spot).norm() - reach).fold(CLEAR_MM[1], f64::min)
        };
        let mut free: Vec<(Spot, f64)> =
            inside.iter().map(|&spot| (spot, CLEAR_MM[1] - air(&spot))).collect();
        if free.iter().any(|(_, short)| *short < CLEAR_MM[1] - CLEAR_MM[0]) {
            free.retain(|(_, short)| *short < CLEAR_MM[1] - CLEAR_MM[0]);
        }
        let stride = free.len().div_ceil(most).max(1);
        // The end keeps away from the outline, as far as the zone's size allows.
        let shallow = |spot: &Spot| SHALLOW * (DEPTH_MM - depth(spot));
        free.into_iter()
            .step_by(stride)
            .map(|(spot, short)| (spot, shallow(&spot) + NARROW * short))
            .collect()
    }

    /// Where a leader may end in an area marked on the skin: the nearer to its middle, the better.
    fn middles(&self, drawing: &Drawing<'_>, cell: &Cell, area: &MarkedArea) -> Vec<Anchor> {
        let inside = self.inside(drawing, cell, area.chart, &shape(&area.outline, &[]), MARKED_STEPS);
        let sum = inside.iter().map(|spot| spot.coords).sum::<Vector2<f64>>();
        let middle = Spot::from(sum / inside.len().max(1) as f64);
        inside.into_iter().map(|spot| (spot, SHALLOW * (spot - middle).norm())).collect()
    }

    /// Places on a grid inside a shape of a chart, as far as they are seen.
    fn inside(
        &self,
        drawing: &Drawing<'_>,
        cell: &Cell,
        chart: Chart,
        shape: &Polygon,
        steps: usize,
    ) -> Vec<Spot> {
        let Some(skin) = self.body.skin(chart) else { return Vec::new() };
        let (low, high) = shape.bounds();
        let step = (high - low) / steps as f64;
        let mut inside = Vec::new();
        for row in 0..steps {
            let v = low.y + (row as f64 + 0.5) * step.y;
            let crossings = shape.crossings(v);
            for column in 0..steps {
                let at = ChartPoint::new(low.x + (column as f64 + 0.5) * step.x, v);
                if crossings.iter().filter(|&&crossing| at.x < crossing).count() % 2 == 0 {
                    continue;
                }
                let (place, normal) = skin.faced(at);
                if cell.camera.facing(&normal) > 0.2 {
                    inside.extend(seen(drawing, cell, &place));
                }
            }
        }
        inside
    }
}

/// The shape of an outline with holes.
fn shape(outline: &[[f64; 2]], holes: &[Vec<[f64; 2]>]) -> Polygon {
    let ring = |ring: &[[f64; 2]]| ring.iter().copied().map(ChartPoint::from).collect();
    Polygon::from_sound_rings(ring(outline), holes.iter().map(|hole| ring(hole)).collect())
}

/// The spot of a place, when nothing hides it.
fn seen(drawing: &Drawing<'_>, cell: &Cell, place: &Place) -> Option<Spot> {
    match &drawing.sight {
        Some(sight) => sight.spot(place),
        None => Some(cell.camera.project(place).0),
    }
}

/// The places along every stroke of an item.
fn strokes(item: &Item) -> Vec<Vec<Spot>> {
    let mut lines = Vec::new();
    item.each(&mut |item| {
        if let Item::Outline(Outline { segments, stroke: Some(_), .. }) = item {
            let spot = |segment: &Segment| match *segment {
                Segment::Move(at) | Segment::Line(at) | Segment::Cubic(_, _, at) => Some(at),
                Segment::Close => None,
            };
            lines.push(segments.iter().filter_map(spot).collect());
        }
    });
    lines
}

/// The mark of a point, by which a program can tell its number and zone.
pub(super) fn named(point: &PlannedPoint, mark: Item) -> Group {
    let group = Group::of_class("point", vec![mark]).data("point", point.number.to_string());
    group.data("zone", &point.zone)
}

/// The same with what a reader is told of it.
pub(super) fn told(point: &PlannedPoint, mark: Item) -> Group {
    let PlannedPoint { number, zone, row, volume_ul, .. } = point;
    named(point, mark).title(format!("point {number}, row {row}, {zone}, {volume_ul}"))
}
