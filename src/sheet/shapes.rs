//! What is drawn with a pen: outlines and marks.

use super::bounds::{Bounds, Spot};
use super::paint::{Colour, Stroke};

/// A step of an outline.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Segment {
    /// Lift the pen and start here.
    Move(Spot),
    /// A straight line to here.
    Line(Spot),
    /// A cubic curve by two control points to the third.
    Cubic(Spot, Spot, Spot),
    /// A straight line back to the last start.
    Close,
}

/// A filled or stroked shape. Fills are even-odd, so that an outline inside another is a hole.
#[derive(Clone, Debug, PartialEq)]
pub struct Outline {
    /// The steps; the first is a [`Segment::Move`].
    pub segments: Vec<Segment>,
    /// The colour inside.
    pub fill: Option<Colour>,
    /// The pen along it.
    pub stroke: Option<Stroke>,
}

impl Outline {
    /// A stroked line through places.
    pub fn line(spots: impl IntoIterator<Item = Spot>, stroke: Stroke) -> Self {
        Self { segments: polyline(spots), fill: None, stroke: Some(stroke) }
    }

    /// A filled ring.
    pub fn area(spots: impl IntoIterator<Item = Spot>, fill: Colour) -> Self {
        let mut segments = polyline(spots);
        segments.push(Segment::Close);
        Self { segments, fill: Some(fill), stroke: None }
    }

    /// A filled rectangle.
    pub(super) fn filled(bounds: &Bounds, fill: Colour) -> Self {
        let size = bounds.max - bounds.min;
        Self::rectangle(bounds.min, size.x, size.y, Some(fill), None)
    }

    /// A rectangle from its top left corner.
    pub fn rectangle(
        at: Spot,
        width_mm: f64,
        height_mm: f64,
        fill: Option<Colour>,
        stroke: Option<Stroke>,
    ) -> Self {
        let (x, y) = (at.x + width_mm, at.y + height_mm);
        let mut segments = polyline([at, Spot::new(x, at.y), Spot::new(x, y), Spot::new(at.x, y)]);
        segments.push(Segment::Close);
        Self { segments, fill, stroke }
    }
}

pub(super) fn polyline(spots: impl IntoIterator<Item = Spot>) -> Vec<Segment> {
    let mut spots = spots.into_iter();
    spots.next().map(Segment::Move).into_iter().chain(spots.map(Segment::Line)).collect()
}

/// The shape of a mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shape {
    /// A circle.
    Circle,
    /// A square on its side.
    Square,
    /// A triangle on its base.
    Triangle,
    /// A square on its corner.
    Diamond,
    /// A triangle on its tip.
    Wedge,
}

/// A mark at a place, such as a point of the plan.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    /// Its centre.
    pub at: Spot,
    /// Its shape.
    pub shape: Shape,
    /// The diameter of the circle of equal area, in mm.
    pub size_mm: f64,
    /// The colour inside.
    pub fill: Colour,
    /// The pen around it.
    pub stroke: Stroke,
}

impl Mark {
    /// The mark as an outline. Shapes have the area of the circle of the same size.
    pub fn outline(&self) -> Outline {
        let r = self.size_mm / 2.0;
        let spot = |x: f64, y: f64| Spot::new(self.at.x + x, self.at.y + y);
        let mut segments = match self.shape {
            Shape::Circle => circle(self.at, r),
            Shape::Square => {
                let h = r * 0.886;
                polyline([spot(-h, -h), spot(h, -h), spot(h, h), spot(-h, h)])
            }
            Shape::Diamond => {
                let h = r * 1.253;
                polyline([spot(0.0, -h), spot(h, 0.0), spot(0.0, h), spot(-h, 0.0)])
            }
            Shape::Triangle | Shape::Wedge => {
                let flip = if self.shape == Shape::Wedge { -1.0 } else { 1.0 };
                let (half, up) = (r * 1.347, r * 1.555);
                polyline([spot(0.0, -up * flip), spot(half, 0.5 * up * flip), spot(-half, 0.5 * up * flip)])
            }
        };
        segments.push(Segment::Close);
        Outline { segments, fill: Some(self.fill), stroke: Some(self.stroke.clone()) }
    }

    /// How far it reaches from its centre, pen included, in mm.
    pub fn reach_mm(&self) -> f64 {
        let reach = match self.shape {
            Shape::Circle => 0.5,
            Shape::Square | Shape::Diamond => 0.627,
            Shape::Triangle | Shape::Wedge => 0.778,
        };
        self.size_mm * reach + self.stroke.width_mm / 2.0
    }
}

/// A circle as four cubic curves, without the closing step.
fn circle(at: Spot, r: f64) -> Vec<Segment> {
    let k = 0.552_284_75 * r;
    let spot = |x: f64, y: f64| Spot::new(at.x + x, at.y + y);
    vec![
        Segment::Move(spot(r, 0.0)),
        Segment::Cubic(spot(r, k), spot(k, r), spot(0.0, r)),
        Segment::Cubic(spot(-k, r), spot(-r, k), spot(-r, 0.0)),
        Segment::Cubic(spot(-r, -k), spot(-k, -r), spot(0.0, -r)),
        Segment::Cubic(spot(k, -r), spot(r, -k), spot(r, 0.0)),
    ]
}

/// Every place a path names, control points included.
pub(super) fn spots(segments: &[Segment]) -> impl Iterator<Item = Spot> + '_ {
    segments.iter().flat_map(|segment| {
        let named = match *segment {
            Segment::Move(a) | Segment::Line(a) => [Some(a), None, None],
            Segment::Cubic(a, b, c) => [Some(a), Some(b), Some(c)],
            Segment::Close => [None; 3],
        };
        named.into_iter().flatten()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shape_has_the_area_of_its_circle() {
        for shape in [Shape::Square, Shape::Diamond, Shape::Triangle, Shape::Wedge] {
            let stroke = Stroke::solid(Colour::INK, 0.1);
            let mark = Mark { at: Spot::origin(), shape, size_mm: 2.0, fill: Colour::INK, stroke };
            let spots: Vec<Spot> = spots(&mark.outline().segments).collect();
            let next = spots.iter().cycle().skip(1);
            let area: f64 = spots.iter().zip(next).map(|(a, b)| a.x * b.y - b.x * a.y).sum::<f64>() / 2.0;
            approx::assert_relative_eq!(area.abs(), std::f64::consts::PI, max_relative = 0.01);
        }
    }
}
