//! What a view shows of a plan: zone outlines with their names, points, and the numbers of rows.

use std::collections::BTreeMap;

use super::camera::Camera;
use super::face::{Figure, Sight, runs};
use super::labels::Taken;
use super::page::{Align, Bounds, Colour, Group, Item, Outline, Spot, Stroke, Text};
use super::symbols::Symbols;
use super::views::{View, place_of};
use super::{FeatureSet, Weight};
use crate::body::{Body, ChartPoint, Place};
use crate::plan::{Plan, PlannedPoint, PlannedZone};
use crate::units::number;

/// A surface tilted more than this (cosine) shows its points only where no other view shows them
/// better: closer together than half their distance they would run into each other.
const FACING: f64 = 0.42;
/// A surface tilted more than this (cosine) is not seen at all.
const EDGE_ON: f64 = 0.04;
/// Size of names and of row numbers, in mm.
const NAME_MM: f64 = 2.3;
const NUMBER_MM: f64 = 1.95;

/// A view with its place on the page.
pub(crate) struct Placed<'a> {
    /// The view.
    pub view: &'a View,
    /// Where it may draw, title included.
    pub cell: Bounds,
    /// Its camera, at the page's scale.
    pub camera: Camera,
}

/// Everything the views of one page share.
pub(crate) struct Scene<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// Its body.
    pub body: &'a Body,
    /// The line art.
    pub features: &'a FeatureSet,
    /// Marks by dose.
    pub symbols: &'a Symbols,
    /// Size of a mark, in mm.
    pub mark_mm: f64,
    /// Body mm to a page mm, for the titles.
    pub ratio: f64,
}

/// Which points a view shows, and where.
type Shown = BTreeMap<usize, Spot>;

/// The seen stretches of zones' outlines, by index of the zone.
type Outlines = BTreeMap<usize, Vec<Vec<Spot>>>;

/// What all views show.
struct All {
    /// The points of each view.
    shown: Vec<Shown>,
    /// The outlines of each view.
    outlines: Vec<Outlines>,
    /// The view in which each zone is named.
    homes: Vec<usize>,
}

/// The drawn views.
pub(crate) struct Drawn {
    /// The views' groups.
    pub items: Vec<Item>,
    /// The numbers of points that no view shows.
    pub unseen: Vec<usize>,
}

impl Scene<'_> {
    /// Draws every view.
    pub(crate) fn draw(&self, placed: &[Placed<'_>]) -> Drawn {
        let figures: Vec<Figure<'_>> =
            placed.iter().map(|p| Figure::new(self.body, p.view.skins, self.features)).collect();
        let sights: Vec<Sight<'_>> =
            placed.iter().zip(&figures).map(|(p, figure)| figure.seen(p.camera, p.view.window)).collect();
        let shown = self.shown(placed, &sights);
        let homes = self.homes(&shown);
        let outlines: Vec<Outlines> =
            placed.iter().zip(&sights).map(|(p, sight)| self.outlines(p, sight)).collect();
        let all = All { shown, outlines, homes };
        let shown = &all.shown;
        let mut items = Vec::new();
        for (index, (p, sight)) in placed.iter().zip(&sights).enumerate() {
            items.push(Item::Group(self.view(index, p, sight, &all)));
        }
        let unseen = self
            .plan
            .points
            .iter()
            .map(|point| point.number)
            .filter(|number| !shown.iter().any(|view| view.contains_key(number)))
            .collect();
        Drawn { items, unseen }
    }

    /// The points of each view: those that face it, and those that face no other view better.
    fn shown(&self, placed: &[Placed<'_>], sights: &[Sight<'_>]) -> Vec<Shown> {
        let mut shown = vec![Shown::new(); placed.len()];
        for point in &self.plan.points {
            let Some(zone) = self.zone(point) else { continue };
            let Some(skin) = self.body.skin(zone.chart) else { continue };
            let normal = skin.normal(ChartPoint::new(point.chart[0], point.chart[1]));
            let place = Place::from(point.skin_mm);
            let seen: Vec<(usize, f64, Spot)> = placed
                .iter()
                .zip(sights)
                .enumerate()
                .filter(|(_, (p, _))| p.view.shows.contains(&zone.chart))
                .filter_map(|(index, (p, sight))| {
                    let facing = p.camera.facing(&normal);
                    let spot = if p.view.skins.is_empty() {
                        Some(p.camera.project(&place).0)
                    } else {
                        sight.spot(&place)
                    };
                    spot.filter(|_| facing > EDGE_ON).map(|spot| (index, facing, spot))
                })
                .collect();
            let best = seen.iter().max_by(|a, b| a.1.total_cmp(&b.1)).map(|(index, _, _)| *index);
            for (index, facing, spot) in seen {
                if facing >= FACING || Some(index) == best {
                    shown[index].insert(point.number, spot);
                }
            }
        }
        shown
    }

    /// The view in which each zone is named: the one that shows most of its points, the first of
    /// several.
    fn homes(&self, shown: &[Shown]) -> Vec<usize> {
        let count = |zone: &PlannedZone, view: &Shown| {
            self.plan.points.iter().filter(|p| p.zone == zone.id && view.contains_key(&p.number)).count()
        };
        self.plan
            .zones
            .iter()
            .map(|zone| {
                let counts = shown.iter().map(|view| count(zone, view)).enumerate();
                counts.max_by_key(|&(index, n)| (n, std::cmp::Reverse(index))).map_or(0, |(index, _)| index)
            })
            .collect()
    }

    fn zone(&self, point: &PlannedPoint) -> Option<&PlannedZone> {
        self.plan.zones.iter().find(|zone| zone.id == point.zone)
    }

    /// One view, whole.
    fn view(&self, index: usize, p: &Placed<'_>, sight: &Sight<'_>, all: &All) -> Group {
        let here = &all.shown[index];
        let mut taken = Taken {
            room: Bounds { min: Spot::new(p.cell.min.x, p.cell.min.y + 7.5), max: p.cell.max },
            marks: Vec::new(),
            boxes: Vec::new(),
            leaders: Vec::new(),
        };
        // The words lie over the drawing, whose lower edge fades out under them.
        let titles = self.titles(p, here.len(), &mut taken);
        let mut items = if p.view.skins.is_empty() { Vec::new() } else { sight.drawn() };
        items.extend(titles);
        let outlines = &all.outlines[index];
        for (zone, lines) in outlines {
            let first = all.outlines.iter().position(|view| view.contains_key(zone)) == Some(index);
            items.push(Item::Group(self.outline(*zone, lines, first, p.view)));
        }
        let mut points = Vec::new();
        for point in self.plan.points.iter() {
            let Some(&spot) = here.get(&point.number) else { continue };
            let mark = self.symbols.mark(point.volume_ul, spot, self.mark_mm);
            taken.marks.push((spot, mark.reach_mm()));
            let first = all.shown.iter().position(|view| view.contains_key(&point.number)) == Some(index);
            points.push(Item::Group(self.point(point, Item::Mark(mark), first, p.view)));
        }
        items.push(Item::Group(Group::of_class("points", points)));
        items.push(Item::Group(Group::of_class("rows", self.row_numbers(here, &mut taken))));
        items.push(Item::Group(Group::of_class(
            "names",
            self.names(index, outlines, &all.homes, sight, &mut taken),
        )));
        Group::of_class("view", items).id(format!("view-{}", p.view.id)).title(p.view.title)
    }

    /// The title of a view, and the patient's sides.
    fn titles(&self, p: &Placed<'_>, count: usize, taken: &mut Taken) -> Vec<Item> {
        let grey = Colour::rgb(0x5a, 0x62, 0x6a);
        let (left, right) = (p.cell.min.x, p.cell.max.x);
        let title = Text::new(Spot::new(left, p.cell.min.y + 3.0), 2.8, p.view.title).bold();
        let total = self.plan.totals.points;
        let note = format!("scale 1:{} \u{b7} shows {count} of {total} points", number(self.ratio, 2));
        let note = Text::new(Spot::new(left, p.cell.min.y + 6.3), 2.1, note).colour(grey);
        let mut texts = vec![title, note];
        if p.view.id != "flat" {
            let y = p.cell.max.y - 1.0;
            for (letter, words, align, x, step) in [
                ("R", "patient's right", Align::Left, left, 3.6),
                ("L", "patient's left", Align::Right, right, -3.6),
            ] {
                texts.push(Text::new(Spot::new(x, y), 4.0, letter).bold().align(align).colour(grey));
                texts.push(Text::new(Spot::new(x + step, y), 2.1, words).align(align).colour(grey));
            }
        }
        taken.boxes.extend(texts.iter().map(Text::bounds));
        texts.into_iter().map(Item::Text).collect()
    }

    /// The seen stretches of every zone's outline and holes, by index of the zone.
    fn outlines(&self, p: &Placed<'_>, sight: &Sight<'_>) -> Outlines {
        let mut all = Outlines::new();
        for (index, zone) in self.plan.zones.iter().enumerate() {
            if !p.view.shows.contains(&zone.chart) {
                continue;
            }
            let mut lines = Vec::new();
            for ring in std::iter::once(&zone.outline).chain(&zone.holes) {
                let seen: Vec<Option<Spot>> = ring
                    .iter()
                    .map(|&at| {
                        let place = place_of(self.body, zone, at)?;
                        if p.view.skins.is_empty() {
                            Some(p.camera.project(&place).0)
                        } else {
                            sight.spot(&place)
                        }
                    })
                    .collect();
                lines.extend(runs(&seen, true));
            }
            if !lines.is_empty() {
                all.insert(index, lines);
            }
        }
        all
    }

    /// The outline of a zone as a group that programs can find.
    fn outline(&self, zone: usize, lines: &[Vec<Spot>], first: bool, view: &View) -> Group {
        let zone = &self.plan.zones[zone];
        let pen = Stroke::solid(Colour::rgb(0x35, 0x4f, 0x5e), 0.25);
        let items = lines
            .iter()
            .map(|line| Item::Outline(Outline::line(super::contour::simplified(line, 0.03), pen.clone())))
            .collect();
        let title = format!("{}: {} points, {}", zone.name, zone.points, zone.volume_ul);
        let suffix = if first { String::new() } else { format!("-{}", view.id) };
        Group::of_class("zone", items)
            .id(format!("zone-{}{suffix}", zone.id))
            .title(title)
            .data("zone", &zone.id)
    }

    fn point(&self, point: &PlannedPoint, mark: Item, first: bool, view: &View) -> Group {
        let PlannedPoint { number, zone, row, volume_ul, .. } = point;
        let suffix = if first { String::new() } else { format!("-{}", view.id) };
        Group::of_class("point", vec![mark])
            .id(format!("point-{number}{suffix}"))
            .title(format!("point {number}, row {row}, {zone}, {volume_ul}"))
            .data("point", number.to_string())
            .data("zone", zone)
    }

    /// A number at each end of every row that the view shows.
    fn row_numbers(&self, here: &Shown, taken: &mut Taken) -> Vec<Item> {
        let mut rows: BTreeMap<usize, Vec<(Spot, f64)>> = BTreeMap::new();
        for point in &self.plan.points {
            if let Some(&spot) = here.get(&point.number) {
                let reach = self.symbols.mark(point.volume_ul, spot, self.mark_mm).reach_mm();
                rows.entry(point.row).or_default().push((spot, reach));
            }
        }
        let mut items = Vec::new();
        for (row, mut ends) in rows {
            ends.sort_by(|a, b| a.0.x.total_cmp(&b.0.x));
            let words = row.to_string();
            let sides = [(ends.first(), -1.0), (ends.last().filter(|_| ends.len() > 1), 1.0)];
            for (end, outward) in sides {
                let Some(&(spot, reach)) = end else { continue };
                let text = taken.place_number(spot, outward, reach, &words, NUMBER_MM);
                items.extend(text.map(|text| Item::Text(text.colour(Colour::rgb(0x2c, 0x33, 0x3a)))));
            }
        }
        items
    }

    /// The names of the zones that are named in this view.
    fn names(
        &self,
        view: usize,
        outlines: &Outlines,
        homes: &[usize],
        sight: &Sight<'_>,
        taken: &mut Taken,
    ) -> Vec<Item> {
        let mut items = Vec::new();
        for (zone, lines) in outlines.iter().filter(|(zone, _)| homes[**zone] == view) {
            let name = &self.plan.zones[*zone].name;
            let words = super::wrapped(name, NAME_MM, Weight::Regular, 19.0);
            let anchors = anchors(lines, taken);
            let cost = |bounds: &Bounds| {
                let corners = [
                    bounds.min,
                    bounds.max,
                    Spot::new(bounds.min.x, bounds.max.y),
                    Spot::new(bounds.max.x, bounds.min.y),
                ];
                corners.iter().filter(|&&corner| sight.covers(corner)).count() as f64 * 40.0
            };
            items.extend(taken.place_name(&words, NAME_MM, &anchors, cost).into_iter().flatten());
        }
        items
    }
}

/// Where a leader may end in a zone: on its outline and a little inside, clear of marks.
fn anchors(lines: &[Vec<Spot>], taken: &Taken) -> Vec<Spot> {
    let all: Vec<Spot> = lines.iter().flatten().copied().collect();
    let Some(bounds) = Bounds::of(all.iter().copied()) else { return Vec::new() };
    let inside = |at: Spot| {
        let mut crossings = 0;
        for line in lines {
            for (a, b) in line.iter().zip(line.iter().cycle().skip(1)) {
                if (a.y > at.y) != (b.y > at.y) && at.x < a.x + (at.y - a.y) / (b.y - a.y) * (b.x - a.x) {
                    crossings += 1;
                }
            }
        }
        crossings % 2 == 1
    };
    let mut anchors = Vec::new();
    let step = ((bounds.max - bounds.min).norm() / 22.0).max(0.7);
    let steps = |from: f64, to: f64| (0..=((to - from) / step) as usize).map(move |k| from + k as f64 * step);
    for y in steps(bounds.min.y, bounds.max.y) {
        for x in steps(bounds.min.x, bounds.max.x) {
            let at = Spot::new(x, y);
            let clear = taken.marks.iter().all(|(mark, reach)| (mark - at).norm() > reach + 0.6);
            let far = all.iter().all(|edge| (edge - at).norm() > 0.8);
            if clear && far && inside(at) {
                anchors.push(at);
            }
        }
    }
    if anchors.is_empty() {
        anchors = all;
    }
    anchors
}
