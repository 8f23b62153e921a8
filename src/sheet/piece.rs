//! A zone laid flat, with all that stands on it.

mod caption;
mod desk;
mod edge;
mod lines;

use nalgebra::Vector2;

use super::hole::{HOLE_MM, hole};
use super::map::Content;
use super::symbols::Symbols;
use super::{Bounds, Group, Item, Spot, Text};
use crate::body::{ChartPoint, Skin};
use crate::geometry::{Polygon, ring_edges};
use crate::plan::{PlannedPoint, PlannedZone};
use crate::unroll::Unrolled;
use caption::LEADING_MM;
use lines::clip;

/// Paper kept around a piece for what stands beside it, in mm.
const PAD_MM: f64 = 7.0;
/// Outlines are cut to this length before they are laid flat, in mm.
const DENSE_MM: f64 = 1.0;
/// Parts of 1 by which distances may be off before the page says where.
const BENT: f64 = 0.05;

/// Which way a piece lies on the paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// Up is up.
    Upright,
    /// Up is to the right.
    Quarter,
}

/// A zone laid flat.
pub(super) struct Piece<'a> {
    content: &'a Content<'a>,
    symbols: &'a Symbols,
    pub(super) zone: &'a PlannedZone,
    skin: &'a Skin,
    shape: Polygon,
    flat: Unrolled,
    points: Vec<&'a PlannedPoint>,
    /// Which part of the zone it is, and of how many.
    part: Option<[usize; 2]>,
    /// Where it meets the other parts.
    joins: Vec<Join>,
    turn: Turn,
    /// Places along every ring of the outline, in the chart and on the paper.
    rings: Vec<Vec<(ChartPoint, Spot)>>,
    /// The outline on the paper, before the piece is moved to its place.
    paper: Polygon,
    /// Of the outline, before the piece is moved to its place.
    bounds: Bounds,
    caption: Vec<Text>,
}

/// A zone, or a part of one that bends too much in one piece.
pub(super) struct Part<'a> {
    pub(super) shape: Polygon,
    pub(super) flat: Unrolled,
    pub(super) points: Vec<&'a PlannedPoint>,
    /// Which part of the zone it is, from 1, and of how many.
    pub(super) part: Option<[usize; 2]>,
    /// Where it meets the other parts.
    pub(super) joins: Vec<Join>,
}

/// A place where a part of a zone meets another.
#[derive(Clone, Copy, Debug)]
pub(super) struct Join {
    /// The other part, from 1.
    pub(super) part: usize,
    pub(super) at: ChartPoint,
}

/// A part of the paper that shows some of a piece larger than it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tile {
    /// Its row and column, from 0.
    pub(super) row: usize,
    pub(super) column: usize,
    /// What it shows.
    pub(super) window: Bounds,
    /// What it does not share with its neighbours.
    pub(super) own: Bounds,
}

impl Tile {
    /// Its name: A1, A2 along the first row.
    pub(super) fn name(&self) -> String {
        let letter = char::from(b'A' + (self.row % 26) as u8);
        format!("{letter}{}", self.column + 1)
    }

    /// Whether a hole is whole in it.
    pub(super) fn shows(&self, at: Spot) -> bool {
        self.window.holds(&Bounds { min: at, max: at }.grown(HOLE_MM / 2.0 + 0.1))
    }
}

impl<'a> Piece<'a> {
    pub(super) fn new(
        content: &'a Content<'a>,
        symbols: &'a Symbols,
        zone: &'a PlannedZone,
        skin: &'a Skin,
        Part { shape, flat, points, part, joins }: Part<'a>,
    ) -> Self {
        let bounds = Bounds { min: Spot::origin(), max: Spot::origin() };
        let (turn, rings, caption) = (Turn::Upright, Vec::new(), Vec::new());
        let paper = Polygon::from_sound_rings(Vec::new(), Vec::new());
        let mut piece = Self {
            content,
            symbols,
            zone,
            skin,
            shape,
            flat,
            points,
            part,
            joins,
            turn,
            rings,
            paper,
            bounds,
            caption,
        };
        piece.lay(Turn::Upright);
        piece
    }

    /// Lays the piece another way.
    pub(super) fn lay(&mut self, turn: Turn) {
        self.turn = turn;
        self.rings = self.shape.rings().map(|ring| self.dense(ring)).collect();
        let mut spots = self.rings.iter().map(|ring| ring.iter().map(|(_, spot)| *spot).collect());
        self.paper = Polygon::from_sound_rings(spots.next().unwrap_or_default(), spots.collect());
        self.bounds = Bounds::of(self.paper.rings().flatten().copied()).unwrap_or(self.bounds);
        self.caption = self.caption();
    }

    /// Width and height of all that belongs to the piece, in mm.
    pub(super) fn size(&self) -> [f64; 2] {
        let [width, height] = self.bare_size();
        let words = self.caption.iter().map(Text::width_mm).fold(0.0, f64::max);
        [width.max(words), height + LEADING_MM * self.caption.len() as f64 + 1.0]
    }

    /// The same without the words below.
    pub(super) fn bare_size(&self) -> [f64; 2] {
        let extent = self.bounds.max - self.bounds.min;
        [extent.x + 2.0 * PAD_MM, extent.y + 2.0 * PAD_MM]
    }

    /// A place of the zone on the paper.
    fn spot(&self, at: ChartPoint) -> Spot {
        let flat = self.flat.spot(at);
        match self.turn {
            Turn::Upright => Spot::new(flat.x, -flat.y),
            Turn::Quarter => Spot::new(flat.y, flat.x),
        }
    }

    /// A ring as places at most [`DENSE_MM`] apart, closed.
    fn dense(&self, ring: &[ChartPoint]) -> Vec<(ChartPoint, Spot)> {
        let mut line = Vec::new();
        for (a, b) in ring_edges(ring) {
            let parts = ((self.spot(b) - self.spot(a)).norm() / DENSE_MM).ceil().clamp(1.0, 1e4) as usize;
            line.extend((0..parts).map(|k| a + (b - a) * (k as f64 / parts as f64)));
        }
        line.extend(ring.first());
        line.into_iter().map(|at| (at, self.spot(at))).collect()
    }

    /// The zone's name, with the part.
    fn name(&self) -> String {
        match self.part {
            Some([part, of]) => format!("{}, part {part} of {of}", self.zone.name),
            None => self.zone.name.clone(),
        }
    }

    /// The points on the paper, with the piece's upper left corner at `at`.
    pub(super) fn spots(&self, at: Spot) -> Vec<Spot> {
        let step = self.step(at);
        self.points.iter().map(|point| self.spot(point.chart.into()) + step).collect()
    }

    fn step(&self, at: Spot) -> Vector2<f64> {
        at - self.bounds.min + Vector2::repeat(PAD_MM)
    }

    /// The piece with its upper left corner at `at`, or a tile of it.
    pub(super) fn drawn(&self, at: Spot, tile: Option<&Tile>) -> Item {
        let step = self.step(at);
        let cut = self.cut();
        let cut_along = self.cut_along(&cut, step);
        let words = self.words(cut, step, tile);
        let boxes = lines::boxes(&words);
        let mut items = vec![self.bent(step, &boxes), self.treated(step, &boxes)];
        items.extend(self.midline(step, &boxes));
        items.extend(self.left_out(step));
        items.extend(self.border(step, &boxes));
        items.extend(cut_along);
        for point in &self.points {
            let spot = self.spot(point.chart.into()) + step;
            if tile.is_none_or(|tile| tile.shows(spot)) {
                items.push(self.marked(point, spot));
            }
        }
        items.extend(words);
        let mut group = Group::of_class("piece", items).data("zone", &self.zone.id);
        if let Some(Tile { window: Bounds { min, max }, .. }) = tile.copied() {
            group.clip = Some(clip([min, Spot::new(max.x, min.y), max, Spot::new(min.x, max.y)]));
        }
        Item::Group(group)
    }

    /// A point as a group that programs can find.
    fn marked(&self, point: &PlannedPoint, spot: Spot) -> Item {
        let PlannedPoint { number, zone, row, volume_ul, .. } = point;
        let group = Group::of_class("point", hole(self.symbols, *volume_ul, spot))
            .id(format!("point-{number}"))
            .title(format!("point {number}, row {row}, {zone}, {volume_ul}"))
            .data("point", number.to_string())
            .data("zone", zone);
        Item::Group(group)
    }
}
