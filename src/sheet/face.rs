//! The body of a view: shaded skin, the edges where it turns away, and its features as line art.

use std::collections::BTreeMap;

use super::backdrop;
use super::camera::{Camera, Window};
use super::contour::{simplified, simplified_ring};
use super::features::{Feature, FeatureSet, Ink};
use super::mesh::Mesh;
use super::raster::{Detail, Raster};
use super::{Bounds, Colour, Group, Item, Outline, Spot, Stroke};
use crate::body::{Body, Chart, Place};

/// Page mm by which a line may be simplified.
const FINE_MM: f64 = 0.05;
/// The ink of line art: dark enough to be read, lighter than points and text.
const LINE: Colour = Colour::rgb(0x6f, 0x5c, 0x52);

/// A body ready to be drawn in any view.
pub(crate) struct Figure<'a> {
    body: &'a Body,
    features: &'a FeatureSet,
    charts: Vec<Chart>,
    mesh: Mesh,
}

/// One view of a figure: what is in it and what of it is seen.
pub(crate) struct Sight<'a> {
    figure: &'a Figure<'a>,
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
    raster: Raster,
}

impl Eye {
    /// Where a place stands on the page, when nothing hides it.
    pub(crate) fn spot(&self, place: &Place) -> Option<Spot> {
        let (spot, _) = self.camera.project(place);
        (self.bounds.holds(&Bounds { min: spot, max: spot }) && self.raster.sees(&self.camera, place))
            .then_some(spot)
    }

    /// The place of the skin that is seen on a spot of the page.
    pub(crate) fn place(&self, spot: &Spot) -> Option<Place> {
        self.raster.depth(spot).map(|near| self.camera.place(spot, near))
    }
}

impl<'a> Figure<'a> {
    /// The body with the skin of the given charts.
    pub(crate) fn new(body: &'a Body, charts: &[Chart], features: &'a FeatureSet) -> Self {
        let mut mesh = Mesh::of(body, charts, features);
        for feature in features.features().iter().filter(|f| f.ink == Ink::Shell && charts.contains(&f.chart))
        {
            let places = feature.places(body);
            let side = if feature.line.first().is_some_and(|(at, _)| at.x < 0.0) { -1.0 } else { 1.0 };
            let ring: Vec<Place> = places.iter().map(|(_, place)| *place).collect();
            mesh.add_fan(&ring, nalgebra::Vector3::new(side * 0.86, 0.05, 0.5).normalize());
        }
        Self { body, features, charts: charts.to_vec(), mesh }
    }

    /// What of the figure is seen, without its light and shade.
    pub(crate) fn eye(&self, camera: Camera, window: Window) -> Eye {
        let raster = Raster::new(&self.mesh, &camera, &window, Detail::Depth);
        Eye { camera, bounds: window.bounds(&camera), raster }
    }

    /// The figure as seen.
    pub(crate) fn seen(&'a self, camera: Camera, window: Window) -> Sight<'a> {
        let raster = Raster::new(&self.mesh, &camera, &window, Detail::Shade);
        let cuts = raster.cuts();
        Sight { figure: self, eye: Eye { camera, bounds: window.bounds(&camera), raster }, cuts }
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
        self.eye.raster.extent(bottom)
    }

    /// How much of the body is left at a spot of the page, from 0 to 1.
    fn fade(&self, spot: Spot) -> f64 {
        backdrop::fade(&self.eye.bounds, self.cuts, spot)
    }

    /// Everything of the body, the lowest first.
    pub(crate) fn drawn(&self) -> Vec<Item> {
        let mut items = vec![Item::Group(backdrop::drawn(&self.eye.raster, |spot| self.fade(spot)))];
        let features: Vec<&Feature> = self
            .figure
            .features
            .features()
            .iter()
            .filter(|f| self.figure.charts.contains(&f.chart))
            .collect();
        let mut art = Vec::new();
        for feature in &features {
            art.extend(self.feature(feature));
        }
        art.extend(self.edges());
        items.push(Item::Group(Group::of_class("features", art)));
        items
    }

    /// One feature, as much of it as is seen.
    fn feature(&self, feature: &Feature) -> Vec<Item> {
        let places = feature.places(self.figure.body);
        let seen: Vec<Option<Spot>> = places.iter().map(|(_, place)| self.unfaded(place)).collect();
        let (fill, pen) = inked(feature.ink);
        let mut items = Vec::new();
        if let Some(fill) = fill {
            let ring: Vec<Spot> = seen.iter().flatten().copied().collect();
            if ring.len() * 5 > seen.len() * 2 {
                let mut area = Outline::area(simplified_ring(&ring, FINE_MM), fill);
                area.stroke = pen.clone();
                items.push(Item::Outline(area));
            }
        } else if let Some(pen) = pen {
            for run in runs(&seen, feature.closed) {
                items.push(Item::Outline(Outline::line(simplified(&run, FINE_MM), pen.clone())));
            }
        }
        items
    }

    /// The spot of a place that is seen and not faded out.
    fn unfaded(&self, place: &Place) -> Option<Spot> {
        self.spot(place).filter(|&spot| self.fade(spot) > 0.3)
    }

    /// Lines where the skin turns away from the viewer.
    fn edges(&self) -> Vec<Item> {
        let mesh = &self.figure.mesh;
        let facing: Vec<f64> = mesh.vertices.iter().map(|v| self.eye.camera.facing(&v.normal)).collect();
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
        let mut items = Vec::new();
        for chain in chains(links) {
            let places: Vec<Place> = chain.iter().map(place).collect();
            let seen: Vec<Option<Spot>> = places.iter().map(|p| self.unfaded(p)).collect();
            for run in runs(&seen, false) {
                let length: f64 = run.windows(2).map(|w| (w[1] - w[0]).norm()).sum();
                if length > 3.0 {
                    let line = simplified(&softened(&run), FINE_MM);
                    items.push(Item::Outline(Outline::line(line, Stroke::solid(LINE, 0.26))));
                }
            }
        }
        items
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
