//! The body of a view: shaded skin, the edges where it turns away, and its features as line art.
//!
//! A body is drawn in mm as seen, as fine as its scale on the page asks for, and then put on the page; so what
//! was drawn once serves every page that looks at the body from the same side.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use super::backdrop;
use super::camera::{Camera, Window};
use super::contour::{simplified, simplified_ring};
use super::features::{Feature, FeatureSet, Ink};
use super::mesh::Mesh;
use super::raster::Raster;
use super::trace::{self, Trace};
use super::{Bounds, Colour, Group, Item, Outline, Spot, Stroke};
use crate::abreast::both;
use crate::body::{Body, Chart, ChartPoint, Place};
use crate::recent::Recent;

/// Page mm between two places that are looked at.
const STEP_MM: f64 = 0.55;
/// Body mm to a page mm, from the largest drawing to the smallest; one in between is drawn as finely as the
/// larger next to it.
const GRADES: [f64; 14] = [1.0, 1.2, 1.4, 1.7, 2.0, 2.4, 2.8, 3.3, 4.0, 5.0, 7.5, 10.0, 25.0, 100.0];
/// A drawing reaches on to multiples of so many body mm, so that it serves windows that differ by little.
const ROUND_MM: f64 = 20.0;
/// Page mm beyond the window that are still put on the page, and cut off only there.
const BEYOND_MM: f64 = 0.5;
/// How many drawings of a body are kept.
const KEPT: usize = 12;
/// Page mm by which a line may be simplified, and the shortest edge that is drawn.
const FINE_MM: f64 = 0.05;
const EDGE_MM: f64 = 3.0;
/// Part of the body that is left where its lines still stand in the way of words.
const FADED: f64 = 0.3;
/// The ink of line art: dark enough to be read, lighter than points and text.
const LINE: Colour = Colour::rgb(0x6f, 0x5c, 0x52);

/// A body ready to be drawn in any view.
#[derive(Debug)]
pub(crate) struct Figure {
    mesh: Mesh,
    art: Vec<Art>,
    portraits: Recent<Arc<Portrait>, Pose>,
}

/// A feature on the body.
#[derive(Debug)]
struct Art {
    ink: Ink,
    closed: bool,
    places: Vec<Place>,
}

/// From where a figure is drawn, in which window, and for how many body mm to a page mm.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Pose {
    camera: Camera,
    window: Window,
    grade: f64,
}

/// A figure as drawn from one side, in mm as seen: x to the right, y down.
#[derive(Debug)]
struct Portrait {
    pose: Pose,
    raster: Raster,
    /// What is drawn of it, once that was asked for.
    drawn: OnceLock<Drawn>,
}

/// What is drawn of a figure, the first lowest.
#[derive(Debug)]
struct Drawn {
    /// Inside which there is skin.
    silhouette: Trace,
    skin: Vec<Trace>,
    art: Vec<Trace>,
}

/// One view of a figure: what is in it and what of it is seen.
pub(crate) struct Sight<'a> {
    figure: &'a Figure,
    eye: Eye,
    cuts: [bool; 4],
}

/// What of a body is seen from one side.
#[derive(Clone, Debug)]
pub(crate) struct Eye {
    /// How it is looked at.
    pub camera: Camera,
    /// What of the page that is.
    bounds: Bounds,
    portrait: Arc<Portrait>,
}

impl Eye {
    /// Where a place stands on the page, when nothing hides it.
    pub(crate) fn spot(&self, place: &Place) -> Option<Spot> {
        let Portrait { pose, raster, .. } = self.portrait.as_ref();
        let (seen, near) = pose.camera.project(place);
        let spot = self.camera.placed(&seen);
        (self.bounds.holds(&Bounds { min: spot, max: spot }) && raster.sees(&seen, near)).then_some(spot)
    }

    /// The place of the skin that is seen on a spot of the page.
    pub(crate) fn place(&self, spot: &Spot) -> Option<Place> {
        let seen = self.camera.seen_at(spot);
        self.portrait.raster.depth(&seen).map(|near| self.camera.place(spot, near))
    }

    /// A rectangle of the page, in mm as seen.
    fn seen(&self, bounds: &Bounds) -> Bounds {
        let [min, max] = [bounds.min, bounds.max].map(|spot| self.camera.seen_at(&spot));
        Bounds { min, max }
    }
}

impl Portrait {
    /// Where a place is seen, when nothing hides it.
    fn spot(&self, place: &Place) -> Option<Spot> {
        let (seen, near) = self.pose.camera.project(place);
        self.raster.sees(&seen, near).then_some(seen)
    }
}

impl Figure {
    /// The body with the skin of the given charts.
    pub(crate) fn new(body: &Body, charts: &[Chart], features: &FeatureSet) -> Self {
        let mut mesh = Mesh::of(body, charts, features);
        let mut art = Vec::new();
        for feature in features.features().iter().filter(|feature| charts.contains(&feature.chart)) {
            let Feature { ink, closed, .. } = *feature;
            let places: Vec<Place> = feature.places(body).into_iter().map(|(_, place)| place).collect();
            if ink == Ink::Shell {
                let side = if feature.line.first().is_some_and(|(at, _)| at.x < 0.0) { -1.0 } else { 1.0 };
                mesh.add_fan(&places, nalgebra::Vector3::new(side * 0.86, 0.05, 0.5).normalize());
            }
            art.push(Art { ink, closed, places });
        }
        mesh.face_outwards();
        Self { mesh, art, portraits: Recent::new(KEPT) }
    }

    /// What of the figure is seen.
    pub(crate) fn eye(&self, camera: Camera, window: Window) -> Eye {
        let bounds = window.bounds(&camera);
        Eye { camera, bounds, portrait: self.portrait(camera, window) }
    }

    /// The figure as seen.
    pub(crate) fn seen(&self, camera: Camera, window: Window) -> Sight<'_> {
        let eye = self.eye(camera, window);
        let cuts = eye.portrait.raster.cuts(&eye.seen(&eye.bounds));
        Sight { figure: self, eye, cuts }
    }

    fn portrait(&self, camera: Camera, window: Window) -> Arc<Portrait> {
        let ratio = 1.0 / camera.scale;
        let grade = GRADES.into_iter().rev().find(|&grade| grade <= ratio).unwrap_or(GRADES[0]);
        let pose = Pose { camera: camera.at_life_size(), window: window.rounded(ROUND_MM), grade };
        if let Some(known) = self.portraits.get(&pose) {
            return known;
        }
        let raster = Raster::new(&self.mesh, &pose.camera, &pose.window, STEP_MM * grade);
        let made = Arc::new(Portrait { pose, raster, drawn: OnceLock::new() });
        self.portraits.put(pose, Arc::clone(&made));
        made
    }

    /// How many drawings are kept.
    #[cfg(test)]
    pub(crate) fn drawings(&self) -> usize {
        self.portraits.values().len()
    }

    /// What is drawn of a portrait.
    fn drawn(&self, portrait: &Portrait) -> Drawn {
        let Portrait { pose, raster, .. } = portrait;
        let skin = || backdrop::drawn(&self.mesh, raster, &pose.camera, pose.grade);
        let art = || {
            let art = self.art.iter().flat_map(|art| art.drawn(portrait));
            art.chain(self.edges(portrait)).collect()
        };
        let ((silhouette, skin), art) = both(skin, art);
        Drawn { silhouette, skin, art }
    }

    /// Lines where the skin turns away from the viewer.
    fn edges(&self, portrait: &Portrait) -> Vec<Trace> {
        let (mesh, Pose { camera, grade, .. }) = (&self.mesh, &portrait.pose);
        let facing: Vec<f64> = mesh.vertices.iter().map(|v| camera.facing(&v.normal)).collect();
        // Each crossed side of a triangle leads to the other crossed side.
        let mut links: BTreeMap<(u32, u32), Vec<(u32, u32)>> = BTreeMap::new();
        for triangle in &mesh.triangles {
            let [a, b, c] = *triangle;
            let towards = triangle.map(|corner| facing[corner as usize] > 0.0);
            if towards[0] == towards[1] && towards[1] == towards[2] {
                continue;
            }
            let crossed: Vec<(u32, u32)> = [(a, b), (b, c), (c, a)]
                .into_iter()
                .filter(|&(p, q)| (facing[p as usize] > 0.0) != (facing[q as usize] > 0.0))
                .map(|(p, q)| (p.min(q), p.max(q)))
                .collect();
            if let [p, q] = crossed[..] {
                links.entry(p).or_default().push(q);
                links.entry(q).or_default().push(p);
            }
        }
        let place = |&(p, q): &(u32, u32)| {
            let (a, b) = (facing[p as usize], facing[q as usize]);
            let (p, q) = (&mesh.vertices[p as usize].place, &mesh.vertices[q as usize].place);
            Place::from(p.coords + (q - p) * (a / (a - b)))
        };
        let mut traces = Vec::new();
        for chain in chains(links) {
            let places: Vec<Place> = chain.iter().map(place).collect();
            let seen: Vec<Option<Spot>> = places.iter().map(|place| portrait.spot(place)).collect();
            for run in runs(&seen, false) {
                let length: f64 = run.windows(2).map(|w| (w[1] - w[0]).norm()).sum();
                if length > EDGE_MM * grade {
                    let line = simplified(&softened(&run), FINE_MM * grade);
                    traces.push(Trace::line(line, Stroke::solid(LINE, 0.26)));
                }
            }
        }
        traces
    }
}

impl Art {
    /// As much of the feature as is seen.
    fn drawn(&self, portrait: &Portrait) -> Vec<Trace> {
        let seen: Vec<Option<Spot>> = self.places.iter().map(|place| portrait.spot(place)).collect();
        let fine = FINE_MM * portrait.pose.grade;
        let (fill, pen) = inked(self.ink);
        if fill.is_some() {
            let ring: Vec<Spot> = seen.iter().flatten().copied().collect();
            let whole = ring.len() * 5 > seen.len() * 2;
            return whole
                .then(|| Trace { lines: vec![simplified_ring(&ring, fine)], fill, pen })
                .into_iter()
                .collect();
        }
        let Some(pen) = pen else { return Vec::new() };
        let lines = runs(&seen, self.closed).into_iter();
        lines.map(|run| Trace::line(simplified(&run, fine), pen.clone())).collect()
    }
}

impl Sight<'_> {
    /// Where a place stands on the page, when nothing hides it.
    pub(crate) fn spot(&self, place: &Place) -> Option<Spot> {
        self.eye.spot(place)
    }

    /// What is seen, without the figure.
    pub(crate) fn into_eye(self) -> Eye {
        self.eye
    }

    /// Left and right edge of the skin above a height of the page; `None` where there is none.
    pub(crate) fn extent(&self, bottom: f64) -> Option<[f64; 2]> {
        let Bounds { min, max } = self.eye.bounds;
        let above = Bounds { min, max: Spot::new(max.x, max.y.min(bottom)) };
        let extent = self.eye.portrait.raster.extent(&self.eye.seen(&above))?;
        Some(extent.map(|x| self.eye.camera.spot(x, 0.0).x))
    }

    /// Everything of the body, the lowest first.
    pub(crate) fn drawn(&self) -> Group {
        let Eye { camera, bounds, portrait } = &self.eye;
        let drawn = portrait.drawn.get_or_init(|| self.figure.drawn(portrait));
        let put = |seen: Spot| camera.placed(&seen);
        let shown = bounds.grown(BEYOND_MM);
        // Where there is no silhouette, there is no skin.
        let skin = drawn.silhouette.placed(put, &shown).map(|silhouette| Group {
            clip: Some(silhouette.segments),
            ..Group::of_class("skin", trace::items(&drawn.skin, put, &shown))
        });
        let art = Group::of_class("features", trace::items(&drawn.art, put, &shown));
        let items = skin.into_iter().chain([art]).map(Item::Group).collect();
        let clip = Some(Outline::filled(bounds, Colour::WHITE).segments);
        let mut items = vec![Item::Group(Group { clip, ..Group::of_class("figure", items) })];
        items.extend(backdrop::fading(bounds, self.cuts));
        Group::of_class("body", items)
    }

    /// The stretches of a line that stand in the way of words: where the body has not faded out.
    pub(crate) fn unfaded(&self, line: &[Spot]) -> Vec<Vec<Spot>> {
        let bounds = &self.eye.bounds;
        let shown = |&spot: &Spot| {
            let inside = bounds.holds(&Bounds { min: spot, max: spot });
            (inside && backdrop::fade(bounds, self.cuts, spot) > FADED).then_some(spot)
        };
        runs(&line.iter().map(shown).collect::<Vec<_>>(), false)
    }
}

/// Chains of linked sides, each side in one chain. Ends first, then what is left as rings.
fn chains(mut links: BTreeMap<(u32, u32), Vec<(u32, u32)>>) -> Vec<Vec<(u32, u32)>> {
    let ends: Vec<(u32, u32)> = links.iter().filter(|(_, to)| to.len() == 1).map(|(side, _)| *side).collect();
    let rest: Vec<(u32, u32)> = links.keys().copied().collect();
    let mut chains = Vec::new();
    for start in ends.into_iter().chain(rest) {
        let mut chain = vec![start];
        let mut at = start;
        while let Some(next) = links.get_mut(&at).and_then(Vec::pop) {
            if let Some(back) = links.get_mut(&next)
                && let Some(k) = back.iter().position(|side| *side == at)
            {
                back.remove(k);
            }
            chain.push(next);
            at = next;
        }
        if chain.len() > 1 {
            chains.push(chain);
        }
    }
    chains
}

/// A line with its small zigzags drawn out.
fn softened(line: &[Spot]) -> Vec<Spot> {
    let mut line = line.to_vec();
    for _ in 0..4 {
        let old = line.clone();
        for k in 1..old.len().saturating_sub(1) {
            line[k] = Spot::from((old[k - 1].coords + old[k].coords * 2.0 + old[k + 1].coords) / 4.0);
        }
    }
    line
}

/// The stretches of a line that are seen.
pub(crate) fn runs(seen: &[Option<Spot>], closed: bool) -> Vec<Vec<Spot>> {
    let mut runs: Vec<Vec<Spot>> = Vec::new();
    let count = seen.len();
    if count == 0 {
        return runs;
    }
    // A closed line starts after a hidden place, so that no run is cut where the ring begins.
    let start = if closed { seen.iter().position(Option::is_none).unwrap_or(0) } else { 0 };
    let whole = closed && seen.iter().all(Option::is_some);
    let mut run = Vec::new();
    for k in 0..count + usize::from(whole) {
        match seen[(start + k) % count] {
            Some(spot) => run.push(spot),
            None => runs.push(std::mem::take(&mut run)),
        }
    }
    runs.push(run);
    runs.retain(|run| run.len() > 1);
    runs
}

/// The last seen place of a skin on the way round the body's axis from where it faces the viewer, at `yaw`
/// degrees, to a hidden place of the same height, after so many halvings; `None` where none is seen.
pub(crate) fn last_seen(
    seen: impl Fn(ChartPoint) -> Option<Spot>,
    yaw: f64,
    hidden: ChartPoint,
    halvings: usize,
) -> Option<(ChartPoint, Spot)> {
    let (mut near, mut far) = (yaw, hidden.x);
    let mut last = seen(ChartPoint::new(near, hidden.y))?;
    for _ in 0..halvings {
        let middle = (near + far) / 2.0;
        match seen(ChartPoint::new(middle, hidden.y)) {
            Some(spot) => (near, last) = (middle, spot),
            None => far = middle,
        }
    }
    Some((ChartPoint::new(near, hidden.y), last))
}

fn inked(ink: Ink) -> (Option<Colour>, Option<Stroke>) {
    let pen = |width| Some(Stroke::solid(LINE, width));
    match ink {
        Ink::Faint => (None, Some(Stroke::solid(Colour::rgb(0x9a, 0x84, 0x78), 0.2))),
        Ink::Line => (None, pen(0.28)),
        Ink::Strong => (None, Some(Stroke::solid(Colour::rgb(0x4a, 0x3c, 0x36), 0.42))),
        Ink::Hair => (Some(Colour::rgb(0x8a, 0x76, 0x6a)), None),
        Ink::Lip => {
            (Some(Colour::rgb(0xdd, 0xb4, 0xa8)), Some(Stroke::solid(Colour::rgb(0xb0, 0x88, 0x7c), 0.16)))
        }
        Ink::White => (Some(Colour::rgb(0xff, 0xfe, 0xfd)), None),
        Ink::Iris => {
            (Some(Colour::rgb(0x9c, 0x94, 0x8c)), Some(Stroke::solid(Colour::rgb(0x6a, 0x60, 0x5a), 0.16)))
        }
        Ink::Dark => (Some(Colour::rgb(0x5a, 0x4a, 0x44)), None),
        Ink::Shell => (None, pen(0.26)),
        Ink::Hairline => (None, None),
    }
}
