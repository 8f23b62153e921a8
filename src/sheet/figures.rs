//! Which views a plan needs, what each shows, and where each zone is named.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use nalgebra::{Vector2, Vector3};

use super::camera::Window;
use super::face::Figure;
use super::font::shortened;
use super::names::height_mm;
use super::panels::MOST_MARKED;
use super::views::{Look, Rings, View, candidates, on_skin};
use super::{Spot, Studio, Weight, text_width_mm, wrapped};
use crate::abreast::abreast;
use crate::body::{Body, Chart, Place};
use crate::plan::{Plan, PlannedPoint};
use crate::zones::Side;

/// A surface tilted more than this (cosine) shows its points only where no other view shows them
/// better: closer together than half their distance they would run into each other.
pub(super) const FACING: f64 = 0.42;
/// A view is added for points that the others show at a tilt greater than this (cosine).
const WANTED: f64 = 0.5;
/// No view is added for points that it shows hardly better than the others (part of the cosine).
const NEARLY: f64 = 0.8;
/// A surface tilted more than this (cosine) is not seen at all.
const EDGE_ON: f64 = 0.04;
/// Body mm to a page mm while finding out what is hidden.
const PROBE: f64 = 2.2;
/// Size of a zone's name, the width at which it is wrapped, and air beside it, in mm.
pub(crate) const NAME_MM: f64 = 2.3;
const NAME_WIDTH_MM: f64 = 17.5;
pub(crate) const NAME_AIR_MM: f64 = 2.4;

/// The bodies to be drawn, one for each set of skins.
pub(crate) struct Figures {
    figures: BTreeMap<Vec<Chart>, Arc<Figure>>,
}

impl Figures {
    /// The figures of some views.
    fn of(views: &[View], body: &Body, studio: &Studio) -> Self {
        let skins: BTreeSet<&[Chart]> = views.iter().map(|view| view.skins).collect();
        let skins: Vec<&[Chart]> = skins.into_iter().filter(|skins| !skins.is_empty()).collect();
        let figures = abreast(&skins, |skins| (skins.to_vec(), studio.figure(body, skins)));
        Self { figures: figures.into_iter().collect() }
    }

    /// The figure of a view; `None` where none is drawn.
    pub(crate) fn get(&self, view: &View) -> Option<&Figure> {
        self.figures.get(view.skins).map(Arc::as_ref)
    }
}

/// What a name is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Of {
    /// The zone of this index.
    Zone(usize),
    /// The area marked on the skin of this index.
    Marked(usize),
}

/// Where the name of a zone, or of an area marked on the skin, stands.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct NamePlan {
    /// What it names.
    pub of: Of,
    /// The name, in lines.
    pub lines: Vec<String>,
    /// On the left of the figure.
    pub on_left: bool,
}

/// What is shown where.
pub(crate) struct Survey {
    /// The bodies.
    pub figures: Figures,
    /// The zones on the skin.
    pub zones: Vec<Rings>,
    /// The views that are drawn.
    pub views: Vec<View>,
    /// By view: numbers of the points it shows, in their order.
    pub shown: Vec<Vec<usize>>,
    /// By view: the names that stand beside it.
    pub names: Vec<Vec<NamePlan>>,
    /// Numbers of points that no view shows.
    pub unseen: Vec<usize>,
}

impl Survey {
    /// Looks at a plan from everywhere and keeps the views that are needed.
    pub(crate) fn new(plan: &Plan, body: &Body, studio: &Studio, look: Look) -> Self {
        let zones = on_skin(plan, body);
        let all = candidates(plan, &zones, body, look);
        let normals = normals(plan, body);
        let figures = Figures::of(&all, body, studio);
        let facings: Vec<Vec<Option<f64>>> =
            abreast(&all, |view| facings(plan, &normals, view, figures.get(view)));
        let kept = match look {
            Look::Best => needed(plan, &all, &facings),
            Look::Sides => (0..all.len()).collect(),
        };
        let views: Vec<View> = kept.iter().map(|&k| all[k].clone()).collect();
        let facings: Vec<&Vec<Option<f64>>> = kept.iter().map(|&k| &facings[k]).collect();
        let mut shown = vec![Vec::new(); views.len()];
        let mut unseen = Vec::new();
        for (index, point) in plan.points.iter().enumerate() {
            let best = best_of(facings.iter().map(|view| view[index]));
            // What no side shows stands on the map.
            if best.is_none() && look == Look::Best {
                unseen.push(point.number);
            }
            for (view, shown) in facings.iter().zip(&mut shown) {
                let best = best.filter(|_| look == Look::Best);
                if view[index].is_some_and(|facing| facing >= FACING || Some(facing) == best) {
                    shown.push(point.number);
                }
            }
        }
        shown.iter_mut().for_each(|shown| shown.sort_unstable());
        let names = names(plan, body, &views, &facings);
        Self { figures, zones, views, shown, names, unseen }
    }

    /// Height of the higher column of names beside a view, in mm.
    pub(crate) fn names_high_mm(&self, view: usize) -> f64 {
        let side = |left: bool| {
            height_mm(
                self.names[view].iter().filter(|name| name.on_left == left).map(|name| name.lines.len()),
            )
        };
        side(true).max(side(false))
    }

    /// Widths of the columns of names on the left and right of a view, in mm.
    pub(crate) fn names_mm(&self, view: usize) -> [f64; 2] {
        [true, false].map(|left| {
            let lines =
                self.names[view].iter().filter(|name| name.on_left == left).flat_map(|name| &name.lines);
            let widths = lines.map(|line| text_width_mm(line, NAME_MM, Weight::Regular) + NAME_AIR_MM);
            widths.fold(0.0, f64::max)
        })
    }
}

/// The names that fit columns of a height in mm on either side, from the first on.
pub(crate) fn fitting(names: &[NamePlan], high: f64) -> Vec<NamePlan> {
    let mut used = [0.0; 2];
    let fits = |name: &&NamePlan| {
        let side = usize::from(name.on_left);
        used[side] += height_mm([name.lines.len()].into_iter());
        used[side] <= high
    };
    names.iter().filter(fits).cloned().collect()
}

/// The chart of each point of a plan and the unit normal of the skin there.
fn normals(plan: &Plan, body: &Body) -> Vec<Option<(Chart, Vector3<f64>)>> {
    let charts: BTreeMap<&str, Chart> =
        plan.zones.iter().map(|zone| (zone.id.as_str(), zone.chart)).collect();
    let normal = |point: &PlannedPoint| {
        let chart = *charts.get(point.zone.as_str())?;
        Some((chart, body.skin(chart)?.normal(point.chart.into())))
    };
    plan.points.iter().map(normal).collect()
}

/// How much each point of a plan faces a view; `None` where the view does not show it.
fn facings(
    plan: &Plan,
    normals: &[Option<(Chart, Vector3<f64>)>],
    view: &View,
    figure: Option<&Figure>,
) -> Vec<Option<f64>> {
    let mut camera = view.camera();
    camera.scale = 1.0 / PROBE;
    let window = Window {
        x: [view.limits.x[0].min(view.window.x[0]), view.limits.x[1].max(view.window.x[1])],
        y: [view.limits.y[0].min(view.window.y[0]), view.limits.y[1].max(view.window.y[1])],
    };
    let eye = figure.map(|figure| figure.eye(camera, window));
    plan.points
        .iter()
        .zip(normals)
        .map(|(point, known)| {
            let (_, normal) = known.as_ref().filter(|(chart, _)| view.shows.contains(chart))?;
            let facing = camera.facing(normal);
            let seen = eye.as_ref().is_none_or(|eye| eye.spot(&Place::from(point.skin_mm)).is_some());
            (seen && facing > EDGE_ON).then_some(facing)
        })
        .collect()
}

fn best_of(facings: impl Iterator<Item = Option<f64>>) -> Option<f64> {
    facings.flatten().max_by(f64::total_cmp)
}

/// The fewest views that show every point well enough; the head's are chosen among, the others shown.
fn needed(plan: &Plan, all: &[View], facings: &[Vec<Option<f64>>]) -> Vec<usize> {
    let head: Vec<usize> =
        (0..all.len()).filter(|&k| matches!(all[k].id, "front" | "right" | "left")).collect();
    let others = (0..all.len()).filter(|k| !head.contains(k));
    let midline = plan
        .zones
        .iter()
        .any(|zone| zone.side == Side::Midline && head.iter().any(|&k| all[k].shows.contains(&zone.chart)));
    let enough = |set: &[usize]| {
        (0..plan.points.len()).all(|point| {
            let Some(best) = best_of(head.iter().map(|&k| facings[k][point])) else { return true };
            let here = best_of(set.iter().map(|&k| facings[k][point])).unwrap_or(-1.0);
            here >= WANTED.min(best * NEARLY)
        })
    };
    let mut sets: Vec<Vec<usize>> = (1..1_usize << head.len())
        .map(|bits| (0..head.len()).filter(|k| bits >> k & 1 == 1).map(|k| head[k]).collect())
        .collect();
    sets.sort_by_key(Vec::len);
    let front = head.first().copied();
    let kept = sets
        .into_iter()
        .filter(|set| !midline || front.is_none_or(|front| set.contains(&front)))
        .find(|set| enough(set))
        .unwrap_or(head.clone());
    let mut kept: Vec<usize> = kept.into_iter().chain(others).collect();
    kept.sort_unstable();
    kept
}

/// The names of each view: each zone is named once, where it shows best, and one of a pair on its
/// own side.
fn names(plan: &Plan, body: &Body, views: &[View], facings: &[&Vec<Option<f64>>]) -> Vec<Vec<NamePlan>> {
    let mut names: Vec<Vec<NamePlan>> = vec![Vec::new(); views.len()];
    let mut midline: Vec<(usize, usize, f64)> = Vec::new();
    for (index, zone) in plan.zones.iter().enumerate() {
        let worth = |view: usize| -> f64 {
            let points = plan.points.iter().zip(facings[view]).filter(|(point, _)| point.zone == zone.id);
            points.filter_map(|(_, facing)| *facing).sum::<f64>()
                + match views[view].shows.contains(&zone.chart) {
                    true if zone.points == 0 => 1.0 + turned((zone.chart, &zone.outline), body, &views[view]),
                    shows => f64::from(shows),
                }
        };
        let home = (0..views.len()).map(|view| (view, worth(view)));
        // The first of several that are as good.
        let home = home.fold(None, |best: Option<(usize, f64)>, at| match best {
            Some(best) if at.1 <= best.1 * 1.02 => Some(best),
            _ => Some(at),
        });
        let Some((view, worth)) = home else { continue };
        if worth <= 0.0 {
            continue;
        }
        let name = |on_left| NamePlan { of: Of::Zone(index), lines: lines(&zone.name), on_left };
        match (zone.side, views[view].id) {
            (Side::Right, _) | (Side::Midline, "right") => names[view].push(name(true)),
            (Side::Left, _) | (Side::Midline, "left") => names[view].push(name(false)),
            (Side::Midline, _) => {
                midline.push((index, view, middle((zone.chart, &zone.outline), body, &views[view]).y))
            }
        }
    }
    // Names of zones on the midline go to either side in turn, from the top.
    midline.sort_by(|a, b| b.2.total_cmp(&a.2).then(a.0.cmp(&b.0)));
    for (zone, view, _) in midline {
        let left = names[view].iter().filter(|name| name.on_left).count();
        let on_left = left * 2 <= names[view].len();
        names[view].push(NamePlan { of: Of::Zone(zone), lines: lines(&plan.zones[zone].name), on_left });
    }
    // The others are named in words alone, as on the panel of doses.
    for (index, area) in plan.marked.iter().enumerate().take(MOST_MARKED) {
        let own = (area.chart, area.outline.as_slice());
        let shows = |view: &usize| views[*view].shows.contains(&area.chart);
        let facing = |view: usize| (view, turned(own, body, &views[view]));
        let best = (0..views.len()).filter(shows).map(facing).rev().max_by(|a, b| a.1.total_cmp(&b.1));
        let Some((view, _)) = best.filter(|best| best.1 > FACING) else { continue };
        let on_left = match views[view].id {
            "right" => true,
            "left" => false,
            _ => middle(own, body, &views[view]).x <= 0.0,
        };
        names[view].push(NamePlan { of: Of::Marked(index), lines: lines(area.name.trim()), on_left });
    }
    names
}

/// An outline on a chart.
type OnChart<'a> = (Chart, &'a [[f64; 2]]);

/// How much an outline faces a view, in the mean.
fn turned((chart, outline): OnChart<'_>, body: &Body, view: &View) -> f64 {
    let Some(skin) = body.skin(chart) else { return 0.0 };
    let camera = view.camera();
    let facing = |at: &[f64; 2]| camera.facing(&skin.normal((*at).into())).max(0.0);
    outline.iter().map(facing).sum::<f64>() / outline.len().max(1) as f64
}

/// The mean place of an outline as seen, in mm.
fn middle((chart, outline): OnChart<'_>, body: &Body, view: &View) -> Spot {
    let Some(skin) = body.skin(chart) else { return Spot::origin() };
    let camera = view.camera();
    let seen = outline.iter().map(|at| camera.seen(&skin.place((*at).into())).xy().coords);
    Spot::from(seen.sum::<Vector2<f64>>() / outline.len().max(1) as f64)
}

/// A name in two lines at most, broken at its comma where it does not fit one.
fn lines(name: &str) -> Vec<String> {
    let mut lines = unbounded_lines(name);
    if lines.len() > 2 {
        let rest = lines.split_off(1).join(" ");
        lines.push(shortened(&rest, NAME_MM, Weight::Regular, NAME_WIDTH_MM));
    }
    lines
}

fn unbounded_lines(name: &str) -> Vec<String> {
    let whole = wrapped(name, NAME_MM, Weight::Regular, NAME_WIDTH_MM);
    let parted = name.split_once(", ").filter(|_| whole.len() > 1);
    let Some((place, side)) = parted else { return whole };
    let mut lines = wrapped(&format!("{place},"), NAME_MM, Weight::Regular, NAME_WIDTH_MM);
    lines.extend(wrapped(side, NAME_MM, Weight::Regular, NAME_WIDTH_MM));
    lines
}
