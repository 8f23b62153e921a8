//! The lines of a piece: where to cut, what is treated, what is left out and where the skin bends too much.

use geo::Buffer;
use geo::buffer::{BufferStyle, LineJoin};
use nalgebra::Vector2;

use super::super::contour::simplified;
use super::super::panels::GREY;
use super::super::scene::MARKED;
use super::super::{Colour, Group, Item, Outline, Segment, Spot, Stroke, face};
use super::{BENT, Piece};
use crate::body::{Chart, ChartPoint};
use crate::geometry::{Polygon, ring_contains};
use crate::plan::MarkedArea;
use crate::treated::to_geo;
use crate::zones::Side;

/// Paper kept between the border of a zone and the line to cut along, in mm.
const CUT_MM: f64 = 3.0;
/// The turn between two places of a rounded corner, in radians.
const ROUNDED: f64 = 0.1;

impl Piece<'_> {
    /// The line to cut along, before the piece is moved to its place.
    pub(super) fn cut(&self) -> Vec<Vec<Spot>> {
        grown(&self.paper, CUT_MM)
    }

    /// The border of the zone, and around it the line to cut along, for points may lie on the border.
    pub(super) fn outline(&self, cut: &[Vec<Spot>], step: Vector2<f64>) -> Vec<Item> {
        let line = |class: &str, ring: &[Spot], width_mm: f64| {
            let spots: Vec<Spot> = ring.iter().map(|spot| spot + step).collect();
            let line = Outline::line(simplified(&spots, 0.03), Stroke::solid(Colour::INK, width_mm));
            Item::Group(Group::of_class(class, vec![Item::Outline(line)]))
        };
        let mut items: Vec<Item> = self.paper.rings().map(|ring| line("border", ring, 0.15)).collect();
        items.extend(cut.iter().map(|ring| line("cut", ring, 0.4)));
        items
    }

    /// The border of what is treated.
    pub(super) fn treated(&self, step: Vector2<f64>) -> Item {
        let pen = Stroke { colour: GREY, width_mm: 0.16, dashes_mm: vec![1.4, 1.0] };
        let rings =
            self.zone.treated.iter().flat_map(|piece| [&piece.outline].into_iter().chain(&piece.holes));
        let line = |ring: &Vec<[f64; 2]>| {
            let ring: Vec<ChartPoint> = ring.iter().copied().map(ChartPoint::from).collect();
            let spots: Vec<Spot> = self.dense(&ring).iter().map(|(_, spot)| spot + step).collect();
            Item::Outline(Outline::line(simplified(&spots, 0.05), pen.clone()))
        };
        let mut group = Group::of_class("treated", rings.map(line).collect());
        if self.part.is_some() {
            let ring = |ring: &Vec<(ChartPoint, Spot)>| clip(ring.iter().map(|(_, spot)| spot + step));
            group.clip = Some(self.rings.iter().flat_map(ring).collect());
        }
        Item::Group(group)
    }

    /// The areas marked on the skin, as far as the piece holds them.
    pub(super) fn left_out(&self, step: Vector2<f64>) -> Vec<Item> {
        let (pen, fill) = MARKED;
        let inside = |area: &&MarkedArea| {
            let ring: Vec<ChartPoint> = area.outline.iter().copied().map(ChartPoint::from).collect();
            area.chart == self.zone.chart
                && (ring.iter().any(|at| self.shape.contains(at))
                    || self.shape.outer().iter().any(|at| ring_contains(&ring, at)))
        };
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
        self.content.plan.marked.iter().filter(inside).map(drawn).collect()
    }

    /// Dots where the pattern is not to be trusted.
    pub(super) fn bent(&self, step: Vector2<f64>) -> Item {
        let dot = |at: ChartPoint| {
            let spot = self.spot(at) + step;
            Item::Outline(Outline::line([spot, spot], Stroke::solid(Colour::rgb(0xc9, 0x9a, 0x9a), 0.5)))
        };
        Item::Group(Group::of_class("bent", self.flat.bent(BENT).into_iter().map(dot).collect()))
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

    pub(super) fn midline(&self, step: Vector2<f64>) -> Vec<Item> {
        let pen = Stroke { colour: GREY, width_mm: 0.2, dashes_mm: vec![3.0, 1.0, 0.01, 1.0] };
        let line = |run: Vec<Spot>| {
            let spots: Vec<Spot> = run.into_iter().map(|spot| spot + step).collect();
            let line = Item::Outline(Outline::line(simplified(&spots, 0.05), pen.clone()));
            Item::Group(Group::of_class("midline", vec![line]))
        };
        self.midline_runs().into_iter().map(line).collect()
    }
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
