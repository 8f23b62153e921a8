//! Placing words by rule: never on a point, never on each other, leaders never through a point.

use super::page::{Align, Bounds, Colour, Item, Outline, Spot, Stroke, Text};

/// What is taken on a part of the page.
#[derive(Clone, Debug)]
pub(crate) struct Taken {
    /// Where words may stand.
    pub room: Bounds,
    /// Marks, each a centre with its reach in mm.
    pub marks: Vec<(Spot, f64)>,
    /// Boxes of words.
    pub boxes: Vec<Bounds>,
    /// Leaders.
    pub leaders: Vec<(Spot, Spot)>,
}

/// Air around words, in mm.
const AIR_MM: f64 = 0.35;

impl Taken {
    /// Whether a box is in the room and clear of everything.
    fn is_free(&self, bounds: &Bounds) -> bool {
        let wide = bounds.grown(AIR_MM);
        self.room.holds(bounds)
            && !self.boxes.iter().any(|other| other.overlaps(&wide))
            && !self.marks.iter().any(|(at, reach)| distance_to_box(*at, bounds) < reach + AIR_MM)
            && !self.leaders.iter().any(|(a, b)| crosses_box(*a, *b, &wide))
    }

    /// Whether a leader is clear of marks, words and other leaders.
    fn is_clear(&self, a: Spot, b: Spot) -> bool {
        !self.marks.iter().any(|(at, reach)| distance_to_line(*at, a, b) < reach + 0.2)
            && !self.boxes.iter().any(|other| crosses_box(a, b, &other.grown(0.15)))
            && !self.leaders.iter().any(|(c, d)| lines_cross(a, b, *c, *d))
    }

    /// Places a row's number near the mark at its end, outwards if it can be.
    pub(crate) fn place_number(
        &mut self,
        end: Spot,
        outward: f64,
        reach: f64,
        words: &str,
        size_mm: f64,
    ) -> Option<Text> {
        let probe = Text::new(Spot::origin(), size_mm, words).align(Align::Centre);
        let (half, high) = (probe.width_mm() / 2.0, size_mm * 0.36);
        for distance in [0.5, 1.0, 1.7, 2.6] {
            for slope in [0.0, -0.5, 0.5, -1.0, 1.0, -2.0, 2.0] {
                let direction = nalgebra::Vector2::new(outward, slope).normalize();
                let out = reach + distance + half * direction.x.abs() + high * direction.y.abs();
                let centre = end + direction * out;
                let text = Text { at: Spot::new(centre.x, centre.y + high), ..probe.clone() };
                if self.is_free(&text.bounds()) {
                    self.boxes.push(text.bounds());
                    return Some(text);
                }
            }
        }
        None
    }

    /// Places a name with a leader to one of `anchors`, where `cost` (mm) of its box and the length
    /// of the leader are least. `None` where no place is clear.
    pub(crate) fn place_name(
        &mut self,
        lines: &[String],
        size_mm: f64,
        anchors: &[Spot],
        cost: impl Fn(&Bounds) -> f64,
    ) -> Option<Vec<Item>> {
        let width =
            lines.iter().map(|l| Text::new(Spot::origin(), size_mm, l).width_mm()).fold(0.0, f64::max);
        let leading = size_mm * 1.15;
        let height = leading * lines.len() as f64;
        let middle = Spot::from(
            anchors.iter().map(|a| a.coords).sum::<nalgebra::Vector2<f64>>() / anchors.len().max(1) as f64,
        );
        let mut best: Option<(f64, Bounds, Spot, Spot)> = None;
        let steps = |from: f64, to: f64| {
            (0..=((to - from).max(0.0) / 1.5) as usize).map(move |k| from + k as f64 * 1.5)
        };
        for y in steps(self.room.min.y, self.room.max.y - height) {
            for x in steps(self.room.min.x, self.room.max.x - width) {
                let bounds = Bounds { min: Spot::new(x, y), max: Spot::new(x + width, y + height) };
                let least = distance_to_box(middle, &bounds) * 0.6;
                if best.as_ref().is_some_and(|b| least >= b.0) || !self.is_free(&bounds) {
                    continue;
                }
                let extra = cost(&bounds);
                for &anchor in anchors {
                    let start = nearest_in_box(anchor, &bounds.grown(0.5));
                    let total = (anchor - start).norm() + extra;
                    if best.as_ref().is_none_or(|b| total < b.0) && self.is_clear(start, anchor) {
                        best = Some((total, bounds, start, anchor));
                    }
                }
            }
        }
        let (_, bounds, start, anchor) = best?;
        self.boxes.push(bounds);
        self.leaders.push((start, anchor));
        Some(named(lines, size_mm, &bounds, start, anchor))
    }
}

/// The words in their box with the leader and a dot at its end.
fn named(lines: &[String], size_mm: f64, bounds: &Bounds, start: Spot, anchor: Spot) -> Vec<Item> {
    let ink = Colour::rgb(0x3a, 0x42, 0x4a);
    let (align, x) = if anchor.x < bounds.min.x {
        (Align::Left, bounds.min.x)
    } else if anchor.x > bounds.max.x {
        (Align::Right, bounds.max.x)
    } else {
        (Align::Centre, (bounds.min.x + bounds.max.x) / 2.0)
    };
    let mut items = Vec::new();
    if (anchor - start).norm() > 0.6 {
        items.push(Item::Outline(Outline::line([start, anchor], Stroke::solid(ink, 0.18))));
    }
    items.push(Item::Outline(Outline::line([anchor, anchor], Stroke::solid(ink, 0.7))));
    items.extend(lines.iter().enumerate().map(|(k, line)| {
        let y = bounds.min.y + size_mm * (0.9 + 1.15 * k as f64);
        Item::Text(Text::new(Spot::new(x, y), size_mm, line).align(align).colour(ink))
    }));
    items
}

fn nearest_in_box(at: Spot, bounds: &Bounds) -> Spot {
    Spot::new(at.x.clamp(bounds.min.x, bounds.max.x), at.y.clamp(bounds.min.y, bounds.max.y))
}

pub(crate) fn distance_to_box(at: Spot, bounds: &Bounds) -> f64 {
    (at - nearest_in_box(at, bounds)).norm()
}

pub(crate) fn distance_to_line(at: Spot, a: Spot, b: Spot) -> f64 {
    let along = b - a;
    let length = along.norm_squared();
    let t = if length < 1e-12 { 0.0 } else { ((at - a).dot(&along) / length).clamp(0.0, 1.0) };
    (at - (a + along * t)).norm()
}

fn lines_cross(a: Spot, b: Spot, c: Spot, d: Spot) -> bool {
    let side = |p: Spot, q: Spot, r: Spot| (q - p).perp(&(r - p));
    side(a, b, c) * side(a, b, d) <= 0.0 && side(c, d, a) * side(c, d, b) <= 0.0
}

fn crosses_box(a: Spot, b: Spot, bounds: &Bounds) -> bool {
    let Bounds { min, max } = *bounds;
    let corners = [min, Spot::new(max.x, min.y), max, Spot::new(min.x, max.y)];
    distance_to_box(a, bounds) == 0.0
        || distance_to_box(b, bounds) == 0.0
        || (0..4).any(|k| lines_cross(a, b, corners[k], corners[(k + 1) % 4]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken() -> Taken {
        let room = Bounds { min: Spot::origin(), max: Spot::new(60.0, 40.0) };
        Taken { room, marks: vec![(Spot::new(30.0, 20.0), 1.2)], boxes: Vec::new(), leaders: Vec::new() }
    }

    #[test]
    fn numbers_of_many_rows_at_one_place_never_overlap() {
        let mut taken = taken();
        let texts: Vec<Text> = (1..9)
            .filter_map(|row| taken.place_number(Spot::new(30.0, 20.0), 1.0, 1.2, &row.to_string(), 2.0))
            .collect();
        assert!(texts.len() > 2);
        for (k, text) in texts.iter().enumerate() {
            assert!(texts[..k].iter().all(|other| !other.bounds().overlaps(&text.bounds())));
            assert!(distance_to_box(Spot::new(30.0, 20.0), &text.bounds()) >= 1.2);
        }
    }

    #[test]
    fn a_leader_goes_round_a_mark_that_stands_in_its_way() {
        let mut taken = taken();
        let anchor = Spot::new(34.0, 20.0);
        let items = taken.place_name(&["Cheek".to_owned()], 2.3, &[anchor], |b| b.min.x).unwrap();
        let (a, b) = taken.leaders[0];
        assert!(distance_to_line(Spot::new(30.0, 20.0), a, b) > 1.2);
        assert!(items.iter().any(|item| matches!(item, Item::Text(text) if text.words == "Cheek")));
    }
}
