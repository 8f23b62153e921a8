//! A zone laid flat, with all that stands on it.

use std::collections::BTreeMap;

use geo::Buffer;
use geo::buffer::{BufferStyle, LineJoin};
use nalgebra::Vector2;

use super::contour::simplified;
use super::hole::{HOLE_MM, hole, reach_mm};
use super::map::Content;
use super::panels::{ALARM, GREY, SMALL_MM, TEXT_MM, counted};
use super::register::{Landmark, landmarks};
use super::scene::MARKED;
use super::symbols::Symbols;
use super::taken::Taken;
use super::wrapped;
use super::{Align, Bounds, Colour, Group, Item, Outline, Segment, Spot, Stroke, Text, Weight};
use crate::body::{Chart, ChartPoint, Place, Skin};
use crate::geometry::{Polygon, ring_contains, ring_edges};
use crate::plan::{MarkedArea, PlannedPoint, PlannedZone};
use crate::treated::to_geo;
use crate::units::number;
use crate::unroll::Unrolled;
use crate::zones::Side;

/// Paper kept between the border of a zone and the line to cut along, in mm.
const CUT_MM: f64 = 3.0;
/// Paper kept around a piece for what stands beside it, in mm.
const PAD_MM: f64 = 7.0;
/// The narrowest caption, and the distance of its lines, in mm.
const CAPTION_MM: f64 = 58.0;
const LEADING_MM: f64 = 3.1;
/// Outlines are cut to this length before they are laid flat, in mm.
const DENSE_MM: f64 = 1.0;
/// Parts of 1 by which distances may be off before the page says where.
const BENT: f64 = 0.05;
/// Landmarks farther from a piece are no help, in mm; nor are more than so many.
const NEAR_MM: f64 = 15.0;
const MOST_LANDMARKS: usize = 6;
/// Points nearer than so many spacings are neighbours.
const NEIGHBOURS: f64 = 1.5;
/// Free boxes looked at for one off the lines that words may stand on.
const OFF_LINES: usize = 120;
/// A name farther from its mark gets a line to it, in mm.
const LEADER_MM: f64 = 4.0;
/// The turn between two places of a rounded corner, in radians.
const ROUNDED: f64 = 0.1;
/// Half the length of a mark on the edge, in mm.
const TICK_MM: f64 = 2.2;

/// The rings of a shape on the paper, grown outwards.
fn grown(shape: &Polygon, by_mm: f64) -> Vec<Vec<Spot>> {
    let style = BufferStyle::new(by_mm).line_join(LineJoin::Round(ROUNDED));
    let shapes = to_geo(shape).buffer_with_style(style);
    let rings = shapes.iter().flat_map(|shape| [shape.exterior()].into_iter().chain(shape.interiors()));
    rings.map(|ring| ring.coords().map(|c| Spot::new(c.x, c.y)).collect()).collect()
}

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

/// Whether a hole is whole in a window.
pub(super) fn shows(window: &Bounds, at: Spot) -> bool {
    window.holds(&Bounds { min: at, max: at }.grown(HOLE_MM / 2.0 + 0.1))
}

/// A mark by which a piece is laid on.
struct Register {
    name: String,
    at: Spot,
    /// Away from the piece; `None` for a landmark inside it.
    out: Option<Vector2<f64>>,
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

    /// The greatest deviation between neighbouring points, in parts of 1.
    fn between_points(&self) -> Option<f64> {
        let reach = self.content.plan.spacing_mm * NEIGHBOURS;
        let spots: Vec<(Place, Spot)> =
            self.points.iter().map(|p| (Place::from(p.skin_mm), self.spot(p.chart.into()))).collect();
        let mut worst = None;
        for (k, (place, spot)) in spots.iter().enumerate() {
            for (other, at) in &spots[..k] {
                let on_skin = (place - other).norm();
                if on_skin < reach {
                    let off = ((spot - at).norm() / on_skin - 1.0).abs();
                    worst = Some(off.max(worst.unwrap_or(0.0)));
                }
            }
        }
        worst
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

    /// What it is and how true it is.
    fn caption(&self) -> Vec<Text> {
        // Rounded up, but for what is rounding already.
        let percent = |part: f64| number((part * 1000.0 - 1e-6).ceil().max(0.0) / 10.0, 1);
        let stretch = self.flat.stretch();
        let mut words = format!(
            "{}. True to the skin within {} % (mean {} %)",
            counted(self.points.len(), "point"),
            percent(stretch.greatest),
            percent(stretch.mean)
        );
        if let Some(off) = self.between_points() {
            words += &format!(", from point to point within {} %", percent(off));
        }
        words.push('.');
        let width = self.bare_size()[0].max(CAPTION_MM);
        let line = |words: String| Text::new(Spot::origin(), SMALL_MM, words);
        let title = super::font::shortened(&self.name(), TEXT_MM, Weight::Bold, width);
        let mut lines = vec![Text::new(Spot::origin(), TEXT_MM, title).bold()];
        lines.extend(wrapped(&words, SMALL_MM, Weight::Regular, width).into_iter().map(line));
        if stretch.greatest > BENT {
            let words = "Dotted: the skin bends too much to lie flat, off by more than 5 %. Ease the paper there, by slits if need be, and go by the map.";
            let bold = wrapped(words, SMALL_MM, Weight::Bold, width);
            lines.extend(bold.into_iter().map(|words| line(words).bold().colour(ALARM)));
        }
        lines
    }

    /// The words below the piece, from a corner.
    pub(super) fn captioned(&self, at: Spot) -> Vec<Item> {
        let set = |(k, text): (usize, &Text)| {
            let mut text = text.clone();
            text.at = Spot::new(at.x, at.y + LEADING_MM * (k as f64 + 0.85));
            Item::Text(text)
        };
        self.caption.iter().enumerate().map(set).collect()
    }

    /// The piece with its upper left corner at `at`, as much of it as a window shows.
    pub(super) fn drawn(&self, at: Spot, window: Option<Bounds>) -> Item {
        let step = self.step(at);
        let mut items = vec![self.bent(step), self.treated(step)];
        items.extend(self.midline(step));
        items.extend(self.left_out(step));
        let cut = grown(&self.paper, CUT_MM);
        items.extend(self.outline(&cut, step));
        let seen = |bounds: &Bounds| window.is_none_or(|window| window.holds(bounds));
        for point in &self.points {
            let spot = self.spot(point.chart.into()) + step;
            if window.is_none_or(|window| shows(&window, spot)) {
                items.push(self.marked(point, spot));
            }
        }
        for (of, item) in self.words(cut, step) {
            // A number stands where its hole does.
            let shown = match of {
                Some(hole) => window.is_none_or(|window| shows(&window, hole)),
                None => item.bounds().is_some_and(|bounds| seen(&bounds)),
            };
            if shown {
                items.push(item);
            }
        }
        let mut group = Group::of_class("piece", items).data("zone", &self.zone.id);
        if let Some(Bounds { min, max }) = window {
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

    /// The border of the zone, and around it the line to cut along, for points may lie on the border.
    fn outline(&self, cut: &[Vec<Spot>], step: Vector2<f64>) -> Vec<Item> {
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
    fn treated(&self, step: Vector2<f64>) -> Item {
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
    fn left_out(&self, step: Vector2<f64>) -> Vec<Item> {
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
    fn bent(&self, step: Vector2<f64>) -> Item {
        let dot = |at: ChartPoint| {
            let spot = self.spot(at) + step;
            Item::Outline(Outline::line([spot, spot], Stroke::solid(Colour::rgb(0xc9, 0x9a, 0x9a), 0.5)))
        };
        Item::Group(Group::of_class("bent", self.flat.bent(BENT).into_iter().map(dot).collect()))
    }

    /// The stretches of the midline inside the piece.
    fn midline_runs(&self) -> Vec<Vec<Spot>> {
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
        super::face::runs(&seen, false)
    }

    fn midline(&self, step: Vector2<f64>) -> Vec<Item> {
        let pen = Stroke { colour: GREY, width_mm: 0.2, dashes_mm: vec![3.0, 1.0, 0.01, 1.0] };
        let line = |run: Vec<Spot>| {
            let spots: Vec<Spot> = run.into_iter().map(|spot| spot + step).collect();
            let line = Item::Outline(Outline::line(simplified(&spots, 0.05), pen.clone()));
            Item::Group(Group::of_class("midline", vec![line]))
        };
        self.midline_runs().into_iter().map(line).collect()
    }

    /// The marks to lay the piece on by, the nearest landmarks first.
    fn registers(&self) -> Vec<Register> {
        let mut found: Vec<(f64, Register)> = Vec::new();
        for Landmark { name, at } in landmarks(self.content, self.zone.chart) {
            if self.shape.contains(&at) {
                found.push((0.0, Register { name: name.to_owned(), at: self.spot(at), out: None }));
                continue;
            }
            let place = self.skin.place(at);
            let distance = |(p, _): &(ChartPoint, Spot)| (self.skin.place(*p) - place).norm();
            let samples = self.rings.iter().flat_map(|ring| (0..ring.len()).map(move |k| (ring, k)));
            let nearest = samples
                .map(|(ring, k)| (distance(&ring[k]), ring, k))
                .min_by(|a, b| a.0.total_cmp(&b.0))
                .filter(|(mm, ..)| *mm <= NEAR_MM);
            let Some((mm, ring, k)) = nearest else { continue };
            let name = if mm < 1.5 { name.to_owned() } else { format!("{name}, {} mm off", number(mm, 0)) };
            found.push((mm, Register { name, at: ring[k].1, out: self.outward(ring, k) }));
        }
        found.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut kept: Vec<Register> = self.joins.iter().filter_map(|join| self.joined(join)).collect();
        kept.extend(self.hairline());
        for (_, register) in found {
            if kept.len() < MOST_LANDMARKS && kept.iter().all(|r| (r.at - register.at).norm() > 4.0) {
                kept.push(register);
            }
        }
        kept
    }

    /// A mark on the edge that meets another part: both bear it at the same place of the skin.
    fn joined(&self, join: &Join) -> Option<Register> {
        let at = self.spot(join.at);
        let samples = self.rings.iter().flat_map(|ring| (0..ring.len()).map(move |k| (ring, k)));
        let off = |ring: &[(ChartPoint, Spot)], k: usize| (ring[k].1 - at).norm();
        let (ring, k) = samples.min_by(|a, b| off(a.0, a.1).total_cmp(&off(b.0, b.1)))?;
        Some(Register { name: format!("meets part {}", join.part), at, out: self.outward(ring, k) })
    }

    /// A mark where the edge runs along the hairline.
    fn hairline(&self) -> Option<Register> {
        if self.zone.chart != Chart::Head {
            return None;
        }
        let ring = self.rings.first()?;
        let near: Vec<usize> =
            (0..ring.len()).filter(|&k| self.content.features.hair(ring[k].0).abs() < 1.0).collect();
        let widest = near.iter().map(|&k| ring[k].0.x.abs()).fold(0.0, f64::max);
        let off = |k: &usize| (ring[*k].0.x.abs() - 0.6 * widest).abs();
        let best = near.iter().copied().min_by(|a, b| off(a).total_cmp(&off(b)))?;
        let name = "along the hairline".to_owned();
        (near.len() > 6).then(|| Register { name, at: ring[best].1, out: self.outward(ring, best) })
    }

    /// The direction out of the piece at a place of its outline.
    fn outward(&self, ring: &[(ChartPoint, Spot)], k: usize) -> Option<Vector2<f64>> {
        let last = ring.len() - 1;
        let (before, after) = (if k == 0 { last - 1 } else { k - 1 }, if k == last { 1 } else { k + 1 });
        let across = (ring[after].1 - ring[before].1).try_normalize(1e-9)?;
        let normal = Vector2::new(across.y, -across.x);
        let inside = self.paper.contains(&(ring[k].1 + normal * 0.5));
        Some(if inside { -normal } else { normal })
    }

    /// All words, with the marks and arrows they belong to.
    fn words(&self, cut: Vec<Vec<Spot>>, step: Vector2<f64>) -> Vec<(Option<Spot>, Item)> {
        let mut desk = Desk::new(self, cut);
        let registers = self.registers();
        desk.ticks(&registers);
        desk.numbers();
        desk.arrow();
        desk.name();
        desk.midline();
        desk.sides();
        desk.registers(&registers);
        desk.identity();
        let holes = desk.holes;
        let mut items = desk.items;
        for item in &mut items {
            item.each_mut(&mut |item| match item {
                Item::Text(text) => text.at += step,
                Item::Outline(outline) => {
                    for segment in &mut outline.segments {
                        if let Segment::Move(at) | Segment::Line(at) = segment {
                            *at += step;
                        }
                    }
                }
                Item::Mark(_) | Item::Group(_) => {}
            });
        }
        let of = |(k, item)| (holes.get(&k).map(|hole| hole + step), item);
        items.into_iter().enumerate().map(of).collect()
    }
}

/// A ring that shows what is inside.
fn clip(ring: impl IntoIterator<Item = Spot>) -> Vec<Segment> {
    let mut segments = Outline::line(ring, Stroke::solid(Colour::INK, 0.0)).segments;
    segments.push(Segment::Close);
    segments
}

/// Where a word may stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Where {
    /// On the piece.
    On,
    /// Beside it.
    Beside,
}

/// What is being written on a piece.
struct Desk<'a> {
    piece: &'a Piece<'a>,
    taken: Taken,
    /// Lines that words keep off where there is room elsewhere.
    soft: Taken,
    paper: Bounds,
    items: Vec<Item>,
    /// The holes of numbers, by the number's place among the items.
    holes: BTreeMap<usize, Spot>,
}

impl<'a> Desk<'a> {
    fn new(piece: &'a Piece<'a>, cut: Vec<Vec<Spot>>) -> Self {
        let mut taken = Taken { lines: cut, ..Taken::default() };
        for point in &piece.points {
            let reach = reach_mm(piece.symbols, point.volume_ul);
            taken.marks.push((piece.spot(point.chart.into()), reach + 0.3));
        }
        let paper = piece.bounds.grown(PAD_MM - 0.2);
        let mut soft = Taken { lines: piece.midline_runs(), ..Taken::default() };
        let treated =
            piece.zone.treated.iter().flat_map(|part| [&part.outline].into_iter().chain(&part.holes));
        let line = |ring: &Vec<[f64; 2]>| ring.iter().map(|&at| piece.spot(at.into())).collect();
        soft.lines.extend(treated.map(line));
        soft.lines.extend(piece.paper.rings().map(<[Spot]>::to_vec));
        Self { piece, taken, soft, paper, items: Vec::new(), holes: BTreeMap::new() }
    }

    /// The free box of a size with its middle nearest to `wanted`, at most `far` from it; takes it.
    fn room(&mut self, [width, height]: [f64; 2], wanted: Spot, far: f64, place: Where) -> Option<Bounds> {
        let half = Vector2::new(width / 2.0, height / 2.0);
        let count = (far / 0.7).ceil() as i64;
        let mut offsets: Vec<(i64, i64)> =
            (-count..=count).flat_map(|x| (-count..=count).map(move |y| (x, y))).collect();
        offsets.retain(|(x, y)| x * x + y * y <= count * count);
        offsets.sort_by_key(|(x, y)| (x * x + y * y, *y, *x));
        let boxes = offsets.into_iter().map(|(x, y)| {
            let middle = wanted + Vector2::new(x as f64, y as f64) * 0.7;
            Bounds { min: middle - half, max: middle + half }
        });
        let mut free = boxes.filter(|own| self.is_free(own, place));
        // A box off the soft lines is worth a way, but not any.
        let first = free.next()?;
        let clear = |own: &Bounds| self.soft.lines_hit(own) == 0;
        let found = if clear(&first) { first } else { free.take(OFF_LINES).find(clear).unwrap_or(first) };
        self.taken.boxes.push(found);
        Some(found)
    }

    fn is_free(&self, own: &Bounds, place: Where) -> bool {
        let corners = [own.min, own.max, Spot::new(own.min.x, own.max.y), Spot::new(own.max.x, own.min.y)];
        self.paper.holds(own)
            && self.taken.is_free(own, own)
            && corners.iter().all(|at| self.piece.paper.contains(at) == (place == Where::On))
            && self.taken.lines_hit(&own.grown(0.3)) == 0
    }

    /// A word near a spot, on the piece if there is room, else beside it.
    fn write(&mut self, text: Text, wanted: Spot, far: f64) -> Option<Bounds> {
        let size = [text.width_mm() + 0.4, text.size_mm + 0.2];
        let found =
            [Where::On, Where::Beside].into_iter().find_map(|place| self.room(size, wanted, far, place))?;
        self.put(text, found);
        Some(found)
    }

    /// A word in the middle of its box.
    fn put(&mut self, text: Text, found: Bounds) {
        let mut text = text.align(Align::Centre).halo(0.3);
        text.at = Spot::new((found.min.x + found.max.x) / 2.0, found.max.y - 0.1 - 0.22 * text.size_mm);
        self.items.push(Item::Text(text));
    }

    /// Short lines across the edge, or crosses inside it.
    fn ticks(&mut self, registers: &[Register]) {
        for Register { at, out, .. } in registers {
            let lines = match out {
                Some(out) => vec![[at - out * TICK_MM, at + out * TICK_MM]],
                None => [[1.0, 1.0], [1.0, -1.0]]
                    .map(|[x, y]| Vector2::new(x, y) * 1.1)
                    .map(|arm| [at - arm, at + arm])
                    .into(),
            };
            self.taken.leaders.extend(lines.iter().map(|line| (line[0], line[1])));
            let pen = Stroke::solid(Colour::INK, 0.3);
            let lines = lines.into_iter().map(|line| Item::Outline(Outline::line(line, pen.clone())));
            self.items.push(Item::Group(Group::of_class("tick", lines.collect())));
        }
    }

    /// The number of each point.
    fn numbers(&mut self) {
        for point in &self.piece.points {
            let at = self.piece.spot(point.chart.into());
            let text = Text::new(at, 1.8, point.number.to_string()).colour(GREY);
            let reach = reach_mm(self.piece.symbols, point.volume_ul);
            let wanted = at + Vector2::new(reach + 0.5 + text.width_mm() / 2.0, 0.0);
            if self.write(text, wanted, 5.0).is_some() {
                self.holes.insert(self.items.len() - 1, at);
            }
        }
    }

    /// Which way is up.
    fn arrow(&mut self) {
        let words = match self.piece.zone.chart {
            Chart::Head | Chart::Neck | Chart::Chest => "up, to the crown",
            Chart::Submental => "to the chin",
            Chart::Flat => "up, as drawn",
        };
        let middle = Spot::from((self.piece.bounds.min.coords + self.piece.bounds.max.coords) / 2.0);
        let wanted = middle + Vector2::new(8.0, 0.0);
        for words in [words, "up"] {
            let text = Text::new(Spot::origin(), 1.9, words);
            let wide = text.width_mm() + 0.4;
            let (size, tail, tip) = match self.piece.turn {
                Turn::Upright => ([wide + 3.0, 6.4], Vector2::new(1.2, 6.2), Vector2::new(1.2, 0.2)),
                Turn::Quarter => ([wide.max(7.0), 5.0], Vector2::new(0.2, 1.2), Vector2::new(6.6, 1.2)),
            };
            for (place, far) in [(Where::On, 45.0), (Where::Beside, 45.0)] {
                let Some(found) = self.room(size, wanted, far, place) else { continue };
                let (tail, tip) = (found.min + tail, found.min + tip);
                let back = (tail - tip).normalize() * 1.7;
                let side = Vector2::new(back.y, -back.x) * 0.55;
                let pen = Stroke::solid(Colour::INK, 0.45);
                let head = [tip + back + side, tip, tip + back - side];
                let mut text = text;
                text.at = match self.piece.turn {
                    Turn::Upright => Spot::new(found.min.x + 3.0, (tail.y + tip.y) / 2.0 + 0.7),
                    Turn::Quarter => Spot::new(found.min.x + 0.2, found.max.y - 0.6),
                };
                let items = vec![
                    Item::Outline(Outline::line([tail, tip], pen.clone())),
                    Item::Outline(Outline::line(head, pen)),
                    Item::Text(text),
                ];
                self.items.push(Item::Group(Group::of_class("up", items)));
                return;
            }
        }
    }

    fn name(&mut self) {
        let middle = Spot::from((self.piece.bounds.min.coords + self.piece.bounds.max.coords) / 2.0);
        for size in [3.0, 2.4, 2.0] {
            let text = Text::new(middle, size, self.piece.name()).bold();
            let wide = [text.width_mm() + 0.4, size + 0.2];
            if let Some(found) = self.room(wide, middle, 40.0, Where::On) {
                self.put(text, found);
                return;
            }
        }
    }

    /// Which plan the piece is of, once it is cut out.
    fn identity(&mut self) {
        let plan = self.piece.content.plan;
        let middle = Spot::from((self.piece.bounds.min.coords + self.piece.bounds.max.coords) / 2.0);
        let wanted = middle + Vector2::new(0.0, 5.0);
        let input = plan.input_hash.get(..6).unwrap_or(&plan.input_hash);
        let spacing = format!("{} mm, input {input}", number(plan.spacing_mm, 2));
        let reference = self.piece.content.reference.map(|reference| {
            let name = super::font::shortened(reference, 1.7, Weight::Regular, 30.0);
            format!("{name}, {spacing}")
        });
        for words in reference.into_iter().chain([spacing]) {
            let text = Text::new(wanted, 1.7, words).colour(GREY);
            let size = [text.width_mm() + 0.4, text.size_mm + 0.2];
            if let Some(found) = self.room(size, wanted, 45.0, Where::On) {
                self.put(text, found);
                return;
            }
        }
    }

    fn midline(&mut self) {
        let runs = self.piece.midline_runs();
        let longest = runs.iter().max_by_key(|run| run.len());
        if let Some(&end) = longest.and_then(|run| run.last()) {
            let _ = self.write(Text::new(end, 1.9, "midline").colour(GREY), end, 14.0);
        }
    }

    /// Whose side is whose.
    fn sides(&mut self) {
        let zone = self.piece.zone;
        if zone.chart == Chart::Flat {
            return;
        }
        let [right, left] = match self.piece.turn {
            Turn::Upright => [Vector2::new(-1.0, 0.0), Vector2::new(1.0, 0.0)],
            Turn::Quarter => [Vector2::new(0.0, -1.0), Vector2::new(0.0, 1.0)],
        };
        let half = (self.piece.bounds.max - self.piece.bounds.min) / 2.0;
        let middle = self.piece.bounds.min + half;
        let ends: &[(&str, Vector2<f64>)] = match zone.side {
            Side::Midline => &[("R", right), ("L", left)],
            Side::Right => &[("R", Vector2::new(0.0, 0.0))],
            Side::Left => &[("L", Vector2::new(0.0, 0.0))],
        };
        for (letter, way) in ends {
            let wanted = middle + way.component_mul(&half) * 0.8;
            // Across the midline a word on the other half would be wrong.
            let far = if way.norm() > 0.0 { 0.6 * way.component_mul(&half).norm() } else { 30.0 };
            let words = if *letter == "R" { "patient's right" } else { "patient's left" };
            let text = Text::new(wanted, 1.9, words);
            if self.write(text, wanted, far).is_none() {
                let _ = self.write(Text::new(wanted, 2.4, *letter).bold(), wanted, far);
            }
        }
    }

    /// The names of the marks.
    fn registers(&mut self, registers: &[Register]) {
        for register in registers {
            let inward = register.out.map_or_else(|| Vector2::new(0.0, 2.6), |out| out * -(TICK_MM + 1.8));
            let text = Text::new(register.at, 1.9, &register.name);
            let wide = text.width_mm() / 2.0;
            let wanted = register.at
                + inward
                + Vector2::new(
                    inward.x.signum() * wide * 0.8 * f64::from(u8::from(inward.x.abs() > 2.0)),
                    0.0,
                );
            let Some(found) = self.write(text, wanted, 16.0) else { continue };
            let near = |low: f64, high: f64, at: f64| at.clamp(low, high);
            let start = Spot::new(
                near(found.min.x, found.max.x, register.at.x),
                near(found.min.y, found.max.y, register.at.y),
            );
            if (start - register.at).norm() > LEADER_MM {
                let pen = Stroke::solid(GREY, 0.14);
                let line = Item::Outline(Outline::line([start, register.at], pen));
                self.items.push(Item::Group(Group::of_class("leader", vec![line])));
            }
        }
    }
}
