//! The body for the screen: the same views whatever is treated, so that a plan can be drawn anew on
//! them while it is changed.
//!
//! A [`Scenery`] is drawn once for a body. Its views hold every zone, treated or not, as something to
//! point at; the points of a plan are drawn apart, to be laid over a view.

mod angle;
mod area;

use std::collections::BTreeMap;

use super::face::Eye;
use super::faint;
use super::map::Content;
use super::scene::{MARKED, named};
use super::symbols::Symbols;
use super::{Group, Item, Mark, Outline, Page, PageKind, Spot, Studio};
use crate::body::{Body, Chart, ChartPoint, Place, Skin};
use crate::fault::Fault;
use crate::plan::{MarkedArea, Plan, PlannedPoint};
use crate::units::Microlitres;
use crate::zones::Zone;
use angle::Angle;

pub use super::faint::Beside;

/// Skin that is tilted more than this (cosine) shows no points: they would run into each other.
const FACING: f64 = 0.12;
/// Size of a mark, as a part of the spacing on the page, and its limits in mm.
const MARK: f64 = 0.34;
const MARK_MM: [f64; 2] = [1.25, 3.0];
/// How far off a skin a place of it may be found, in mm: the drawn body is a little coarser.
const OFF_MM: f64 = 3.0;
/// Steps across a skin in the search for a place on it.
const GRID: usize = 48;
/// Size of a mark in the legend and of the paper it stands on, in mm.
const LEGEND_MM: [f64; 2] = [2.4, 4.0];

/// A body with its zones, seen from every side that has one.
#[derive(Clone, Debug)]
pub struct Scenery {
    scenes: Vec<Scene>,
}

/// One view of a body: what is drawn of it, and what is seen.
#[derive(Clone, Debug)]
pub struct Scene {
    angle: Angle,
    eye: Option<Eye>,
    page: Page,
}

impl Scenery {
    /// The views of a body with these zones.
    ///
    /// # Errors
    /// When a view holds a number that is too large for a page.
    pub fn new(body: &Body, zones: &[Zone], studio: &Studio) -> Result<Self, Fault> {
        let mut scenes = Vec::new();
        for angle in angle::all(body, zones) {
            let figure = (!angle.skins.is_empty()).then(|| studio.figure(body, angle.skins));
            let sight = figure.as_ref().map(|figure| figure.seen(angle.camera(), angle.window));
            let mut items: Vec<Item> = sight.iter().map(|sight| Item::Group(sight.drawn())).collect();
            let eye = sight.map(super::face::Sight::into_eye);
            let areas = zones.iter().filter(|zone| angle.shows.contains(&zone.chart));
            let areas = areas.filter_map(|zone| area::drawn(zone, body, &angle, eye.as_ref()));
            items.push(Item::Group(Group::of_class("zones", areas.map(Item::Group).collect())));
            let page = Page::new(PageKind::Picture, angle.size_mm(), angle.title, items)?;
            scenes.push(Scene { angle, eye, page });
        }
        Ok(Self { scenes })
    }

    /// The views, the front first.
    pub fn scenes(&self) -> &[Scene] {
        &self.scenes
    }
}

impl Scene {
    /// The id: `front`.
    pub fn id(&self) -> &'static str {
        self.angle.id
    }

    /// What the view is called.
    pub fn title(&self) -> &'static str {
        self.angle.title
    }

    /// The charts whose zones and points it shows.
    pub fn shows(&self) -> &'static [Chart] {
        self.angle.shows
    }

    /// The body with the areas of all zones: groups of class `zone` with `data-zone`, each with its
    /// `area` to point at and its `edge`.
    pub fn page(&self) -> &Page {
        &self.page
    }

    /// The points of a plan that are seen, on a page of the size of [`Self::page`], in a group of class
    /// `points`; under them those of last time and of other layers, a group of class `faint` for each
    /// [`Beside`], and the areas marked on the skin, groups of class `marked` with `data-marked`, their
    /// number from 1.
    ///
    /// # Errors
    /// When a point stands too far off for a page.
    pub fn marks(&self, content: &Content<'_>) -> Result<Page, Fault> {
        let (plan, body) = (content.plan, content.body.as_ref());
        let symbols = Symbols::of(plan);
        let charts: BTreeMap<&str, Chart> =
            plan.zones.iter().map(|zone| (zone.id.as_str(), zone.chart)).collect();
        let [least, greatest] = MARK_MM;
        // Beside what has no points, those of others have all the room.
        let spaced = || (plan.spacing_mm * self.angle.camera().scale * MARK).clamp(least, greatest);
        let size_mm = if plan.topical.is_some() { greatest } else { spaced() };
        let mark = |point: &PlannedPoint| {
            let chart = *charts.get(point.zone.as_str())?;
            let spot = self.seen(&Place::from(point.skin_mm), chart, point.chart.into(), body)?;
            Some(Item::Group(named(point, Item::Mark(symbols.mark(point.volume_ul, spot, size_mm)))))
        };
        let marks = plan.points.iter().filter_map(mark).collect();
        let mut items: Vec<Item> = self.marked(plan, body).into_iter().map(Item::Group).collect();
        items.extend(self.faint(content, size_mm));
        items.push(Item::Group(Group::of_class("points", marks)));
        let layers = vec![Item::Group(Group::of_class("plan", items))];
        Page::new(PageKind::Picture, self.page.size_mm(), self.angle.title, layers)
    }

    /// The marked areas that are seen whole or in part.
    fn marked(&self, plan: &Plan, body: &Body) -> Vec<Group> {
        let shown = |(area, number): (&MarkedArea, usize)| {
            let skin = body.skin(area.chart).filter(|_| self.angle.shows.contains(&area.chart))?;
            let seen = area.outline.iter().filter_map(|&at| self.spot(&skin.place(at.into())));
            let seen: Vec<Spot> = seen.collect();
            let (pen, fill) = MARKED;
            let ring = Outline { stroke: Some(pen), ..Outline::area(seen.iter().copied(), fill) };
            let group = Group::of_class("marked", vec![Item::Outline(ring)]).title(area.name.as_str());
            (seen.len() > 2).then(|| group.data("marked", number.to_string()))
        };
        plan.marked.iter().zip(1..).filter_map(shown).collect()
    }

    /// The points beside the plan's own that are seen, one group for each kind of them.
    fn faint(&self, content: &Content<'_>, size_mm: f64) -> Vec<Item> {
        let groups = faint::beside(content).into_iter().enumerate().filter_map(|(kind, faint)| {
            let mark = |&(chart, at): &(Chart, ChartPoint)| {
                let place = content.body.skin(chart)?.place(at);
                Some(Item::Mark(faint::mark(kind, self.seen(&place, chart, at, &content.body)?, size_mm)))
            };
            let marks: Vec<Item> = faint.points.iter().filter_map(mark).collect();
            (!marks.is_empty()).then(|| Item::Group(Group::of_class("faint", marks).title(faint.of.words())))
        });
        groups.collect()
    }

    /// The chart coordinates of the skin that is seen at a spot of the page, on one of the charts that
    /// the view shows.
    pub fn find(&self, body: &Body, spot: Spot) -> Option<(Chart, ChartPoint)> {
        let place = match &self.eye {
            Some(eye) => eye.place(&spot)?,
            None => self.angle.camera().place(&spot, 0.0),
        };
        let on = |chart: &Chart| {
            let skin = body.skin(*chart)?;
            let at = skin.nearest(&place, roughly(skin, &place));
            let off = (skin.place(at) - place).norm();
            (skin.covers(at) && off < OFF_MM).then_some((off, *chart, at))
        };
        let found = self.angle.shows.iter().filter_map(on).min_by(|a, b| a.0.total_cmp(&b.0));
        found.map(|(_, chart, at)| (chart, at))
    }

    /// Where a place stands on the page, when it is seen.
    fn spot(&self, place: &Place) -> Option<Spot> {
        match &self.eye {
            Some(eye) => eye.spot(place),
            None => Some(self.angle.camera().project(place).0),
        }
    }

    /// Where a point stands on the page, when it is seen: its place, and where that is on a chart.
    fn seen(&self, place: &Place, chart: Chart, at: ChartPoint, body: &Body) -> Option<Spot> {
        let normal = body.skin(chart).filter(|_| self.angle.shows.contains(&chart))?.normal(at);
        if self.angle.camera().facing(&normal) < FACING {
            return None;
        }
        self.spot(place)
    }
}

/// The place of a coarse grid on a skin that is nearest to a place.
fn roughly(skin: &Skin, place: &Place) -> ChartPoint {
    let [(u0, u1), (v0, v1)] = skin.bounds();
    let step = |k: usize, low: f64, high: f64| low + (high - low) * k as f64 / GRID as f64;
    let grid = (0..=GRID * (GRID + 2)).map(|k| (k % (GRID + 1), k / (GRID + 1)));
    let places = grid.map(|(i, j)| ChartPoint::new(step(i, u0, u1), step(j, v0, v1)));
    let off = |at: &ChartPoint| (skin.place(*at) - place).norm_squared();
    let nearest = places.map(|at| (off(&at), at)).min_by(|a, b| a.0.total_cmp(&b.0));
    nearest.map_or_else(ChartPoint::origin, |(_, at)| at)
}

/// A mark, to be shown beside what it stands for.
#[derive(Clone, Debug, PartialEq)]
pub struct Legend {
    /// What it stands for.
    pub meaning: Meaning,
    /// How many points bear it.
    pub points: usize,
    /// Its mark.
    pub page: Page,
}

/// What a mark stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// A volume of the plan's points.
    Volume(Microlitres),
    /// Points beside the plan's own.
    Beside(Beside),
}

/// The marks of a plan's volumes, the smallest volume first, then of what lies beside its points.
///
/// # Errors
/// When a page cannot hold a mark, which no plan brings about.
pub fn legend(content: &Content<'_>) -> Result<Vec<Legend>, Fault> {
    let symbols = Symbols::of(content.plan);
    let [size_mm, side] = LEGEND_MM;
    let middle = Spot::new(side / 2.0, side / 2.0);
    let shown = |meaning, points, mark: Mark, title: &str| {
        let page = Page::new(PageKind::Picture, [side, side], title, vec![Item::Mark(mark)])?;
        Ok(Legend { meaning, points, page })
    };
    let doses = symbols.doses.iter().map(|&(volume, points)| {
        let mark = symbols.mark(volume, middle, size_mm);
        shown(Meaning::Volume(volume), points, mark, &volume.to_string())
    });
    let beside = faint::beside(content).into_iter().enumerate().map(|(kind, faint)| {
        let (mark, words) = (faint::mark(kind, middle, size_mm), faint.of.words());
        shown(Meaning::Beside(faint.of), faint.points.len(), mark, &words)
    });
    doses.chain(beside).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::Library;
    use crate::session::{Session, plan};

    #[test]
    fn a_point_is_found_where_it_is_seen() {
        let library = Library::built_in();
        let session = Session { zones: vec!["all".to_owned()], ..Session::default() };
        let plan = plan(&session, library).unwrap_or_else(|faults| panic!("{faults}"));
        let body = library.body_used(&plan.body).unwrap();
        let scenery = Scenery::new(&body, &library.atlas.zones, Studio::built_in()).unwrap();
        let charts: BTreeMap<&str, Chart> =
            plan.zones.iter().map(|zone| (zone.id.as_str(), zone.chart)).collect();
        let mut seen = vec![false; plan.points.len()];
        for scene in scenery.scenes() {
            for (point, seen) in plan.points.iter().zip(&mut seen) {
                let (chart, place) = (charts[point.zone.as_str()], Place::from(point.skin_mm));
                let Some(spot) = scene.seen(&place, chart, point.chart.into(), &body) else { continue };
                *seen = true;
                let normal = body.skin(charts[point.zone.as_str()]).unwrap().normal(point.chart.into());
                if scene.angle.camera().facing(&normal) < 0.5 {
                    continue;
                }
                let (chart, at) = scene.find(&body, spot).expect("skin");
                let off = (body.skin(chart).unwrap().place(at) - Place::from(point.skin_mm)).norm();
                assert!(off < 4.0, "point {} in {}: {off} mm", point.number, scene.id());
            }
        }
        assert!(seen.iter().all(|seen| *seen), "some point is seen nowhere");
    }

    #[test]
    fn nothing_is_found_beside_the_body() {
        let library = Library::built_in();
        let body = library.body("woman").unwrap();
        let scenery = Scenery::new(body, &library.atlas.zones, Studio::built_in()).unwrap();
        for spot in
            [Spot::new(0.5, 0.5), Spot::new(-1e9, 3.0), Spot::new(f64::NAN, 1.0), Spot::new(1e300, 1e300)]
        {
            assert!(
                scenery
                    .scenes()
                    .iter()
                    .all(|scene| scene.id() == "below" || scene.find(body, spot).is_none())
            );
        }
    }
}
