//! What of a view is taken already, and how near things come to each other.

use super::{Bounds, Spot};

/// What words must keep clear of in one view.
#[derive(Clone, Debug, Default)]
pub(crate) struct Taken {
    /// Marks, each a centre with its reach in mm.
    pub marks: Vec<(Spot, f64)>,
    /// Boxes of words.
    pub boxes: Vec<Bounds>,
    /// Leaders from a name to its zone.
    pub leaders: Vec<(Spot, Spot)>,
    /// Lines that words should not stand on but may: outlines of zones, line art.
    pub lines: Vec<Line>,
}

/// A line with the box around it.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    spots: Vec<Spot>,
    bounds: Option<Bounds>,
}

impl Line {
    /// One through these spots.
    pub(crate) fn new(spots: Vec<Spot>) -> Self {
        let bounds = Bounds::of(spots.iter().copied());
        Self { spots, bounds }
    }

    fn hits(&self, bounds: &Bounds) -> bool {
        self.bounds.is_some_and(|own| own.touches(bounds))
            && self.spots.windows(2).any(|w| crosses_box(w[0], w[1], bounds))
    }
}

/// Air around words, in mm.
const AIR_MM: f64 = 0.3;

impl Taken {
    /// Whether words are clear of other words and of leaders; `ink` is the box of what is printed of
    /// them, which keeps clear of marks.
    pub(crate) fn is_free(&self, words: &Bounds, ink: &Bounds) -> bool {
        let wide = words.grown(AIR_MM / 2.0);
        !self.boxes.iter().any(|other| other.overlaps(&wide))
            && !self.marks.iter().any(|(at, reach)| distance_to_box(*at, ink) < reach + AIR_MM)
            && !self.leaders.iter().any(|(a, b)| crosses_box(*a, *b, &wide))
    }

    /// How many marks a leader runs over.
    pub(crate) fn marks_hit(&self, a: Spot, b: Spot) -> usize {
        self.hits(a, b).count()
    }

    /// The marks that a leader runs over, found one by one.
    pub(crate) fn hits(&self, a: Spot, b: Spot) -> impl Iterator<Item = &(Spot, f64)> {
        let (min, max) = (a.inf(&b), a.sup(&b));
        self.marks.iter().filter(move |(at, reach)| {
            let near = reach + 0.12;
            // Most marks lie well above or below.
            let wide = near + 1e-6;
            at.y + wide > min.y
                && at.y - wide < max.y
                && at.x + wide > min.x
                && at.x - wide < max.x
                && distance_to_line(*at, a, b) < near
        })
    }

    /// How many lines run through a box; one more than `most` stands for all that are more.
    pub(crate) fn lines_hit(&self, bounds: &Bounds, most: usize) -> usize {
        self.lines.iter().filter(|line| line.hits(bounds)).take(most + 1).count()
    }
}

pub(crate) fn nearest_in_box(at: Spot, bounds: &Bounds) -> Spot {
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

pub(crate) fn lines_cross(a: Spot, b: Spot, c: Spot, d: Spot) -> bool {
    let side = |p: Spot, q: Spot, r: Spot| (q - p).perp(&(r - p));
    side(a, b, c) * side(a, b, d) <= 0.0 && side(c, d, a) * side(c, d, b) <= 0.0
}

pub(crate) fn crosses_box(a: Spot, b: Spot, bounds: &Bounds) -> bool {
    if !bounds.touches(&Bounds { min: a.inf(&b), max: a.sup(&b) }) {
        return false;
    }
    let Bounds { min, max } = *bounds;
    let corners = [min, Spot::new(max.x, min.y), max, Spot::new(min.x, max.y)];
    distance_to_box(a, bounds) == 0.0
        || distance_to_box(b, bounds) == 0.0
        || (0..4).any(|k| lines_cross(a, b, corners[k], corners[(k + 1) % 4]))
}
