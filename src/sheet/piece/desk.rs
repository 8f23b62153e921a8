//! The words on a piece, each where there is room for it.

use std::collections::BTreeMap;

use nalgebra::Vector2;

use super::super::hole::reach_mm;
use super::super::panels::GREY;
use super::super::scene::MARKED;
use super::super::taken::{Line, Taken, crosses_box, nearest_in_box};
use super::super::{
    Align, Bounds, Colour, Group, Item, Outline, Segment, Spot, Stroke, Text, Weight, font, wrapped,
};
use super::edge::Register;
use super::{BENT, PAD_MM, Piece, Tile, Turn};
use crate::body::Chart;
use crate::geometry::ring_contains;
use crate::units::number;
use crate::zones::Side;

/// Free boxes looked at for one off the lines that words may stand on.
const OFF_LINES: usize = 400;
/// How much farther such a box may be from where a word is wanted, as a part of how far it may be at all.
const DETOUR: f64 = 0.25;
/// Air beside the number of a point, in mm: words would read on from it.
const NUMBER_AIR_MM: f64 = 0.6;
/// A part that reaches across the midline by less lies beside it, in the units of a chart.
const BESIDE: f64 = 1e-6;
/// A name farther from its mark gets a line to it, in mm.
const LEADER_MM: f64 = 4.0;
/// Half the length of a mark on the edge, in mm.
const TICK_MM: f64 = 2.2;

impl Piece<'_> {
    /// All words, with the marks and arrows they belong to.
    pub(super) fn words(&self, cut: Vec<Vec<Spot>>, step: Vector2<f64>, tile: Option<&Tile>) -> Vec<Item> {
        let mut desk = Desk::new(self, cut);
        let registers = self.registers();
        desk.ticks(&registers);
        desk.numbers();
        if let Some(tile) = tile {
            desk.keep_to(tile, step);
        }
        desk.left_out();
        desk.name();
        desk.arrow();
        desk.midline();
        desk.sides();
        desk.registers(&registers);
        desk.identity();
        // A number stands where its hole does.
        let shown = |(k, item): &(usize, Item)| match (tile, desk.holes.get(k)) {
            (None, _) => true,
            (Some(tile), Some(hole)) => tile.shows(hole + step),
            (Some(tile), None) => item.bounds().is_some_and(|bounds| tile.window.holds(&bounds)),
        };
        let mut items = desk.items;
        items.iter_mut().for_each(|item| moved(item, step));
        items.into_iter().enumerate().filter(shown).map(|(_, item)| item).collect()
    }
}

/// Width and height of the box that a word takes, in mm.
fn size_mm(text: &Text) -> [f64; 2] {
    [text.width_mm() + 0.4, text.size_mm + 0.2]
}

/// Moves the lines and words of an item.
fn moved(item: &mut Item, step: Vector2<f64>) {
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

/// Where a word may stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Where {
    /// On the piece.
    On,
    /// Inside the line to cut along, over the border if need be.
    Within,
    /// Beside it.
    Beside,
}

impl Where {
    /// The best first: what stands beside the piece is cut off.
    const ALL: [Self; 3] = [Self::On, Self::Within, Self::Beside];
}

/// What is being written on a piece.
struct Desk<'a> {
    piece: &'a Piece<'a>,
    /// The lines to cut along.
    cut: Vec<Vec<Spot>>,
    /// The outlines of what is not treated, which words keep off.
    marked: Vec<Vec<Spot>>,
    taken: Taken,
    /// Lines, and dots of bent skin, that words keep off where there is room elsewhere.
    soft: Taken,
    /// Where words may stand.
    paper: Bounds,
    /// Where what belongs to the piece may be seen.
    seen: Bounds,
    /// The place of the piece, or of what a tile has of it.
    extent: Bounds,
    tile: Option<String>,
    items: Vec<Item>,
    /// The holes of numbers, by the number's place among the items.
    holes: BTreeMap<usize, Spot>,
}

impl<'a> Desk<'a> {
    fn new(piece: &'a Piece<'a>, cut: Vec<Vec<Spot>>) -> Self {
        let mut taken = Taken { lines: cut.iter().cloned().map(Line::new).collect(), ..Taken::default() };
        for point in &piece.points {
            let reach = reach_mm(piece.symbols, point.volume_ul);
            taken.marks.push((piece.spot(point.chart.into()), reach + 0.3));
        }
        let marked: Vec<Vec<Spot>> = piece.area_rings();
        taken.lines.extend(marked.iter().cloned().map(Line::new));
        let paper = piece.bounds.grown(PAD_MM - 0.2);
        let mut soft = Taken::default();
        let treated =
            piece.zone.treated.iter().flat_map(|part| [&part.outline].into_iter().chain(&part.holes));
        let line = |ring: &Vec<[f64; 2]>| ring.iter().map(|&at| piece.spot(at.into())).collect();
        let lines = piece.midline_runs().into_iter().chain(treated.map(line));
        soft.lines.extend(lines.chain(piece.paper.rings().map(<[Spot]>::to_vec)).map(Line::new));
        soft.marks = piece.flat.bent(BENT).into_iter().map(|at| (piece.spot(at), 0.0)).collect();
        let (seen, extent, tile) = (paper, piece.bounds, None);
        Self {
            piece,
            cut,
            marked,
            taken,
            soft,
            paper,
            seen,
            extent,
            tile,
            items: Vec::new(),
            holes: BTreeMap::new(),
        }
    }

    /// Keeps all that is still to be written to a tile, off the strips that others cover.
    fn keep_to(&mut self, tile: &Tile, step: Vector2<f64>) {
        let back = |bounds: Bounds| Bounds { min: bounds.min - step, max: bounds.max - step };
        let (own, piece) = (back(tile.own), self.piece.bounds);
        self.extent = Bounds { min: own.min.sup(&piece.min), max: own.max.inf(&piece.max) };
        (self.paper, self.seen) = (own, back(tile.window));
        self.tile = Some(tile.name());
    }

    /// The middle of what is written on.
    fn middle(&self) -> Spot {
        nalgebra::center(&self.extent.min, &self.extent.max)
    }

    /// How far from the middle a word may stand: so far, or anywhere on a tile.
    fn far(&self, usual: f64) -> f64 {
        let anywhere = (self.extent.max - self.extent.min).norm() / 2.0;
        if self.tile.is_some() { anywhere } else { usual }
    }

    /// The free box of a size with its middle nearest to `wanted`, at most `far` from it; takes it.
    fn room(&mut self, size: [f64; 2], wanted: Spot, far: f64, place: Where) -> Option<Bounds> {
        self.room_where(size, wanted, far, place, |_, _| true)
    }

    /// The same of the boxes that `fits` is true of.
    fn room_where(
        &mut self,
        [width, height]: [f64; 2],
        wanted: Spot,
        far: f64,
        place: Where,
        fits: impl Fn(&Self, &Bounds) -> bool,
    ) -> Option<Bounds> {
        let half = Vector2::new(width / 2.0, height / 2.0);
        let count = (far / 0.7).ceil() as i64;
        let mut offsets: Vec<(i64, i64)> =
            (-count..=count).flat_map(|x| (-count..=count).map(move |y| (x, y))).collect();
        offsets.retain(|(x, y)| x * x + y * y <= count * count);
        offsets.sort_by_key(|(x, y)| (x * x + y * y, *y, *x));
        let boxes = offsets.into_iter().map(|(x, y)| {
            let off = Vector2::new(x as f64, y as f64) * 0.7;
            (off.norm(), Bounds { min: wanted + off - half, max: wanted + off + half })
        });
        let mut free = boxes.filter(|(_, own)| self.is_free(own, place) && fits(self, own));
        let (off, first) = free.next()?;
        let found = if self.is_quiet(&first) {
            first
        } else {
            let near = free.take(OFF_LINES).take_while(|(farther, _)| *farther <= off + far * DETOUR);
            near.map(|(_, own)| own).find(|own| self.is_quiet(own)).unwrap_or(first)
        };
        self.taken.boxes.push(found);
        Some(found)
    }

    fn is_free(&self, own: &Bounds, place: Where) -> bool {
        let corners = [own.min, own.max, Spot::new(own.min.x, own.max.y), Spot::new(own.max.x, own.min.y)];
        let is_there = |at: &Spot| match place {
            Where::On => self.piece.paper.contains(at),
            Where::Within => self.cut.iter().filter(|cut| ring_contains(cut, at)).count() % 2 == 1,
            Where::Beside => !self.piece.paper.contains(at),
        };
        self.paper.holds(own)
            && self.taken.is_free(own, own)
            && corners.iter().all(is_there)
            && !self.marked.iter().any(|ring| corners.iter().any(|at| ring_contains(ring, at)))
            && self.taken.lines_hit(&own.grown(0.3), 0) == 0
    }

    /// Whether a box is off the lines and dots that words may stand on.
    fn is_quiet(&self, own: &Bounds) -> bool {
        self.soft.lines_hit(own, 0) == 0 && self.soft.is_free(own, own)
    }

    /// Whether a line from a name to its mark runs over no word and no point.
    fn is_clear(&self, name: Spot, mark: Spot) -> bool {
        (name - mark).norm() <= LEADER_MM
            || self.taken.marks_hit(name, mark) == 0
                && !self.taken.boxes.iter().any(|words| crosses_box(name, mark, words))
    }

    /// A word near a spot, on the piece if there is room, else over its border, else beside it.
    fn write(&mut self, text: Text, wanted: Spot, far: f64) -> Option<Bounds> {
        let size = size_mm(&text);
        let found = Where::ALL.into_iter().find_map(|place| self.room(size, wanted, far, place))?;
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
            if let Some(found) = self.write(text, wanted, 5.0) {
                self.taken.boxes.push(found.grown(NUMBER_AIR_MM));
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
        let wanted = self.middle() + Vector2::new(8.0, 0.0);
        // Beside the piece it would be cut off: better without words.
        let inside = [words, "up", ""].map(|words| (Where::On, words));
        for (place, words) in inside.into_iter().chain([(Where::Within, ""), (Where::Beside, words)]) {
            let text = (!words.is_empty()).then(|| Text::new(Spot::origin(), 1.9, words));
            let wide = text.as_ref().map_or(0.0, |text| text.width_mm() + 0.4);
            let (size, tail, tip) = match self.piece.turn {
                Turn::Upright => ([wide + 3.0, 6.4], Vector2::new(1.2, 6.2), Vector2::new(1.2, 0.2)),
                Turn::Quarter => ([wide.max(7.0), 5.0], Vector2::new(0.2, 1.2), Vector2::new(6.6, 1.2)),
            };
            let Some(found) = self.room(size, wanted, self.far(45.0), place) else { continue };
            let (tail, tip) = (found.min + tail, found.min + tip);
            let back = (tail - tip).normalize() * 1.7;
            let side = Vector2::new(back.y, -back.x) * 0.55;
            let pen = Stroke::solid(Colour::INK, 0.45);
            let head = [tip + back + side, tip, tip + back - side];
            let at = match self.piece.turn {
                Turn::Upright => Spot::new(found.min.x + 3.0, (tail.y + tip.y) / 2.0 + 0.7),
                Turn::Quarter => Spot::new(found.min.x + 0.2, found.max.y - 0.6),
            };
            let mut items = vec![
                Item::Outline(Outline::line([tail, tip], pen.clone())),
                Item::Outline(Outline::line(head, pen)),
            ];
            items.extend(text.map(|text| Item::Text(Text { at, ..text })));
            self.items.push(Item::Group(Group::of_class("up", items)));
            return;
        }
    }

    /// What it is, once it is cut out: on one line if there is room, else on more.
    fn name(&mut self) {
        let middle = self.middle();
        let name = match &self.tile {
            Some(tile) => format!("{}, tile {tile}", self.piece.name()),
            None => self.piece.name(),
        };
        let one = vec![name.clone()];
        let two = match name.rsplit_once(", ") {
            Some((name, part)) => vec![format!("{name},"), part.to_owned()],
            None => one.clone(),
        };
        let wide = Text::new(middle, 2.4, name.as_str()).bold().width_mm();
        let narrow = wrapped(&name, 2.4, Weight::Bold, 0.6 * wide);
        let whole = [3.0, 2.4, 2.0].map(|size| (size, &one)).into_iter();
        let broken = [&two, &narrow].into_iter().flat_map(|lines| [2.4, 2.0, 1.7].map(|size| (size, lines)));
        let ways: Vec<(f64, &Vec<String>)> = whole.chain(broken).collect();
        // A smaller name off lines and dots is better than a larger one on them.
        let places = [(Where::On, true), (Where::On, false), (Where::Within, false)].into_iter();
        let all = places.flat_map(|at| ways.iter().skip(usize::from(!at.1)).map(move |way| (at, way)));
        for ((place, quiet), &(size, lines)) in all {
            let lines: Vec<Text> = lines.iter().map(|line| Text::new(middle, size, line).bold()).collect();
            let wide = lines.iter().map(Text::width_mm).fold(0.0, f64::max) + 0.4;
            let high = size * (1.2 * (lines.len() - 1) as f64 + 1.0) + 0.2;
            let fits = |desk: &Self, own: &Bounds| !quiet || desk.is_quiet(own);
            let Some(found) = self.room_where([wide, high], middle, self.far(40.0), place, fits) else {
                continue;
            };
            for (below, line) in (0..lines.len()).rev().zip(lines) {
                let max = found.max - Vector2::new(0.0, 1.2 * size * below as f64);
                self.put(line, Bounds { max, ..found });
            }
            return;
        }
    }

    /// What is not treated, beside it.
    fn left_out(&mut self) {
        for (area, ring) in self.piece.areas().zip(self.marked.clone()) {
            let Some(Bounds { min, max }) = Bounds::of(ring) else { continue };
            let name = font::shortened(area.name.trim(), 1.7, Weight::Regular, 24.0);
            let text = Text::new(min, 1.7, name).colour(MARKED.0.colour);
            let wanted = Spot::new((min.x + max.x) / 2.0, max.y + 1.6);
            let size = size_mm(&text);
            if let Some(found) = self.room(size, wanted, 12.0, Where::On) {
                self.put(text, found);
            }
        }
    }

    /// Which plan the piece is of, once it is cut out.
    fn identity(&mut self) {
        let plan = self.piece.content.plan;
        let wanted = self.middle() + Vector2::new(0.0, 5.0);
        let input = plan.input_hash.get(..6).unwrap_or(&plan.input_hash);
        let spacing = format!("{} mm, input {input}", number(plan.spacing_mm, 2));
        let reference = self.piece.content.reference.map(|reference| {
            let name = font::shortened(reference, 1.7, Weight::Regular, 30.0);
            format!("{name}, {spacing}")
        });
        for words in reference.into_iter().chain([spacing]) {
            let text = Text::new(wanted, 1.7, words).colour(GREY);
            let size = size_mm(&text);
            if let Some(found) = self.room(size, wanted, self.far(45.0), Where::On) {
                self.put(text, found);
                return;
            }
        }
    }

    fn midline(&mut self) {
        let runs = self.piece.midline_runs();
        let longest = runs.iter().max_by_key(|run| run.len());
        let seen = |at: &&Spot| self.seen.holds(&Bounds { min: **at, max: **at });
        if let Some(&end) = longest.and_then(|run| run.iter().rev().find(seen)) {
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
        let (low, high) = self.piece.shape.bounds();
        let ends: &[(&str, Vector2<f64>)] = match zone.side {
            Side::Midline if low.x < -BESIDE && high.x > BESIDE => &[("R", right), ("L", left)],
            Side::Midline if high.x <= BESIDE => &[("R", Vector2::zeros())],
            Side::Right => &[("R", Vector2::zeros())],
            Side::Midline | Side::Left => &[("L", Vector2::zeros())],
        };
        for (letter, way) in ends {
            let wanted = middle + way.component_mul(&half) * 0.8;
            let wanted = Spot::from(wanted.coords.sup(&self.extent.min.coords).inf(&self.extent.max.coords));
            // Across the midline a word on the other half would be wrong.
            let far = if way.norm() > 0.0 { 0.75 * (wanted - middle).dot(way) } else { self.far(30.0) };
            if far <= 0.0 {
                continue;
            }
            let words = if *letter == "R" { "patient's right" } else { "patient's left" };
            let text = Text::new(wanted, 1.9, words);
            if self.write(text, wanted, far).is_none() {
                let _ = self.write(Text::new(wanted, 2.4, *letter).bold(), wanted, far);
            }
        }
    }

    /// The names of the marks.
    fn registers(&mut self, registers: &[Register]) {
        let seen = self.seen;
        for register in
            registers.iter().filter(|register| seen.holds(&Bounds { min: register.at, max: register.at }))
        {
            let inward = register.out.map_or_else(|| Vector2::new(0.0, 2.6), |out| out * -(TICK_MM + 1.8));
            let text = Text::new(register.at, 1.9, &register.name);
            let wide = text.width_mm() / 2.0;
            let wanted = register.at
                + inward
                + Vector2::new(
                    inward.x.signum() * wide * 0.8 * f64::from(u8::from(inward.x.abs() > 2.0)),
                    0.0,
                );
            let size = size_mm(&text);
            let clear =
                |desk: &Self, own: &Bounds| desk.is_clear(nearest_in_box(register.at, own), register.at);
            let mut places = Where::ALL.map(|place| (place, 16.0)).into_iter().chain([(Where::Beside, 24.0)]);
            let found = places.find_map(|(place, far)| self.room_where(size, wanted, far, place, clear));
            let Some(found) = found else { continue };
            self.put(text, found);
            let start = nearest_in_box(register.at, &found);
            if (start - register.at).norm() > LEADER_MM {
                self.taken.leaders.push((start, register.at));
                let pen = Stroke::solid(GREY, 0.14);
                let line = Item::Outline(Outline::line([start, register.at], pen));
                self.items.push(Item::Group(Group::of_class("leader", vec![line])));
            }
        }
    }
}
