//! The lines of a piece: where to cut, what is treated, what is left out and where the skin bends too much.

use geo::Buffer;
use geo::buffer::{BufferStyle, LineJoin};
use nalgebra::Vector2;

use super::super::contour::simplified;
use super::super::panels::GREY;
use super::super::scene::MARKED;
use super::super::{Bounds, Colour, Group, Item, Outline, Segment, Spot, Stroke, face};
use super::{BENT, Piece};
use crate::body::{Chart, ChartPoint};
use crate::geometry::{Polygon, ring_contains};
use crate::plan::MarkedArea;
use crate::treated::to_geo;
use crate::zones::Side;

/// Paper kept between the border of a zone and the line to cut along, in mm.
const CUT_MM: f64 = 3.0;
/// Air between words and a line that leaves them out, in mm.
const AIR_MM: f64 = 0.25;
/// The turn between two places of a rounded corner, in radians.
const ROUNDED: f64 = 0.1;

impl<'a> Piece<'a> {
    /// The line to cut along, before the piece is moved to its place.
    pub(super) fn cut(&self) -> Vec<Vec<Spot>> {
        grown(&self.paper, CUT_MM)
    }

    /// The line to cut along, in its place.
    pub(super) fn cut_along(&self, cut: &[Vec<Spot>], step: Vector2<f64>) -> Vec<Item> {
        let pen = Stroke::solid(Colour::INK, 0.4);
        let line = |ring: &Vec<Spot>| {
            let spots: Vec<Spot> = ring.iter().map(|spot| spot + step).collect();
            let line = Outline::line(simplified(&spots, 0.03), pen.clone());
            Item::Group(Group::of_class("cut", vec![Item::Outline(line)]))
        };
        cut.iter().map(line).collect()
    }

    /// The border of the zone, on which points may lie.
    pub(super) fn border(&self, step: Vector2<f64>, words: &[Bounds]) -> Vec<Item> {
        let pen = Stroke::solid(Colour::INK, 0.15);
        let line = |ring: &[Spot]| {
            let spots: Vec<Spot> = ring.iter().map(|spot| spot + step).collect();
            Item::Group(Group::of_class("border", around(&spots, words, &pen)))
        };
        self.paper.rings().map(line).collect()
    }

    /// The border of what is treated.
    pub(super) fn treated(&self, step: Vector2<f64>, words: &[Bounds]) -> Item {
        let pen = Stroke { colour: GREY, width_mm: 0.16, dashes_mm: vec![1.4, 1.0] };
        let rings =
            self.zone.treated.iter().flat_map(|piece| [&piece.outline].into_iter().chain(&piece.holes));
        let line = |ring: &Vec<[f64; 2]>| {
            let ring: Vec<ChartPoint> = ring.iter().copied().map(ChartPoint::from).collect();
            let spots: Vec<Spot> = self.dense(&ring).iter().map(|(_, spot)| spot + step).collect();
            around(&spots, words, &pen)
        };
        let mut group = Group::of_class("treated", rings.flat_map(line).collect());
        if self.part.is_some() {
            let ring = |ring: &Vec<(ChartPoint, Spot)>| clip(ring.iter().map(|(_, spot)| spot + step));
            group.clip = Some(self.rings.iter().flat_map(ring).collect());
        }
        Item::Group(group)
    }

    /// The areas marked on the skin, as far as the piece holds them.
    pub(super) fn left_out(&self, step: Vector2<f64>) -> Vec<Item> {
        let (pen, fill) = MARKED;
        let ring = |ring: &Vec<(ChartPoint, Spot)>| clip(ring.iter().map(|(_, spot)| spot + step));
        let drawn = |area: &MarkedArea| {
            let outline: Vec<ChartPoint> = area.outline.iter().copied().map(ChartPoint::from).collect();
            let spots = self.dense(&outline).into_iter().map(|(_, spot)| spot + step);
            let mut area_drawn = Outline::area(spots, fill);
            area_drawn.stroke = Some(pen.clone());
            let mut group =
                Group::of_class("marked", vec![Item::Outline(area_drawn)]).title(area.name.as_str());
            group.clip = Some(self.rings.iter().flat_map(ring).collect());
            Item::Group(group)
        };
        self.areas().map(drawn).collect()
    }

    /// The areas marked on the skin that the piece holds some of.
    pub(super) fn areas(&self) -> impl Iterator<Item = &'a MarkedArea> {
        let inside = |area: &&MarkedArea| {
            let ring: Vec<ChartPoint> = area.outline.iter().copied().map(ChartPoint::from).collect();
            area.chart == self.zone.chart
                && (ring.iter().any(|at| self.shape.contains(at))
                    || self.shape.outer().iter().any(|at| ring_contains(&ring, at)))
        };
        self.content.plan.marked.iter().filter(inside)
    }

    /// Their outlines on the paper, before the piece is moved to its place.
    pub(super) fn area_rings(&self) -> Vec<Vec<Spot>> {
        let ring = |area: &MarkedArea| -> Vec<Spot> {
            let outline: Vec<ChartPoint> = area.outline.iter().copied().map(ChartPoint::from).collect();
            self.dense(&outline).into_iter().map(|(_, spot)| spot).collect()
        };
        self.areas().map(ring).collect()
    }

    /// Dots where the pattern is not to be trusted, but for where words stand.
    pub(super) fn bent(&self, step: Vector2<f64>, words: &[Bounds]) -> Item {
        let pen = Stroke::solid(Colour::rgb(0xc9, 0x9a, 0x9a), 0.5);
        let spots = self.flat.bent(BENT).into_iter().map(|at| self.spot(at) + step);
        let dot = |spot: Spot| Item::Outline(Outline::line([spot, spot], pen.clone()));
        Item::Group(Group::of_class("bent", spots.filter(|spot| !is_under(spot, words)).map(dot).collect()))
    }

    /// The stretches of the midline inside the piece.
    pub(super) fn midline_runs(&self) -> Vec<Vec<Spot>> {
        if self.zone.chart == Chart::Flat || self.zone.side != Side::Midline {
            return Vec::new();
        }
        let (low, high) = self.shape.bounds();
        let count = 240;
        let place = |k: usize| ChartPoint::new(0.0, low.y + (high.y - low.y) * (k as f64 / count as f64));
        // Beside the midline, where a border may run along it.
        let inside = |at: &ChartPoint| self.shape.contains(&(at + Vector2::new(1e-6, 0.0)));
        let seen: Vec<Option<Spot>> =
            (0..=count).map(place).map(|at| if inside(&at) { Some(self.spot(at)) } else { None }).collect();
        face::runs(&seen, false)
    }

    pub(super) fn midline(&self, step: Vector2<f64>, words: &[Bounds]) -> Vec<Item> {
        let pen = Stroke { colour: GREY, width_mm: 0.2, dashes_mm: vec![3.0, 1.0, 0.01, 1.0] };
        let line = |run: Vec<Spot>| {
            let spots: Vec<Spot> = run.into_iter().map(|spot| spot + step).collect();
            Item::Group(Group::of_class("midline", around(&spots, words, &pen)))
        };
        self.midline_runs().into_iter().map(line).collect()
    }
}

/// The boxes of the words among some items, with a little air.
pub(super) fn boxes(items: &[Item]) -> Vec<Bounds> {
    let mut boxes = Vec::new();
    for item in items {
        item.each(&mut |item| {
            if let Item::Text(text) = item {
                boxes.push(text.bounds().grown(AIR_MM));
            }
        });
    }
    boxes
}

fn is_under(spot: &Spot, words: &[Bounds]) -> bool {
    words.iter().any(|words| words.holds(&Bounds { min: *spot, max: *spot }))
}

/// A line that leaves words out.
fn around(line: &[Spot], words: &[Bounds], pen: &Stroke) -> Vec<Item> {
    let mut seen = Vec::new();
    for side in line.windows(2) {
        let own = Bounds { min: side[0].inf(&side[1]), max: side[0].sup(&side[1]) };
        let is_near = words.iter().any(|words| words.touches(&own));
        let parts = if is_near { ((side[1] - side[0]).norm() / AIR_MM).ceil().max(1.0) as usize } else { 1 };
        let spots = (0..parts).map(|k| side[0] + (side[1] - side[0]) * (k as f64 / parts as f64));
        seen.extend(spots.map(|spot| (!is_near || !is_under(&spot, words)).then_some(spot)));
    }
    seen.extend(line.last().map(|last| (!is_under(last, words)).then_some(*last)));
    let runs = face::runs(&seen, false).into_iter();
    runs.map(|run| Item::Outline(Outline::line(simplified(&run, 0.05), pen.clone()))).collect()
}

/// The rings of a shape on the paper, grown outwards.
fn grown(shape: &Polygon, by_mm: f64) -> Vec<Vec<Spot>> {
    let style = BufferStyle::new(by_mm).line_join(LineJoin::Round(ROUNDED));
    let shapes = to_geo(shape).buffer_with_style(style);
    let rings = shapes.iter().flat_map(|shape| [shape.exterior()].into_iter().chain(shape.interiors()));
    rings.map(|ring| ring.coords().map(|c| Spot::new(c.x, c.y)).collect()).collect()
}

/// A ring that shows what is inside.
pub(super) fn clip(ring: impl IntoIterator<Item = Spot>) -> Vec<Segment> {
    let mut segments = Outline::line(ring, Stroke::solid(Colour::INK, 0.0)).segments;
    segments.push(Segment::Close);
    segments
}
