//! Holes to mark the skin through: circles of 1 mm, told apart by what is around them.

use super::symbols::Symbols;
use super::{Colour, Item, Mark, Outline, Shape, Spot, Stroke};
use crate::units::Microlitres;

/// Diameter of a hole, in mm.
pub(super) const HOLE_MM: f64 = 1.0;
/// How far a hole reaches with what is around it, in mm.
pub(super) const REACH_MM: f64 = 1.7;

/// The hole of a volume: bare for the commonest, then with cross hairs, in a ring, in a square, with
/// slanting hairs.
pub(super) fn hole(symbols: &Symbols, volume: Microlitres, at: Spot) -> Vec<Item> {
    let (rank, colour) = symbols.style(volume);
    let pen = Stroke::solid(colour, 0.2);
    let line = |a: [f64; 2], b: [f64; 2]| {
        let spot = |[x, y]: [f64; 2]| Spot::new(at.x + x, at.y + y);
        Item::Outline(Outline::line([spot(a), spot(b)], pen.clone()))
    };
    let circle = |size_mm: f64, fill: Colour| {
        Item::Mark(Mark { at, shape: Shape::Circle, size_mm, fill, stroke: pen.clone() })
    };
    let (near, far) = (0.8, REACH_MM - 0.1);
    let mut items = match rank % 5 {
        0 => Vec::new(),
        1 => [[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0]]
            .map(|[x, y]| line([x * near, y * near], [x * far, y * far]))
            .into(),
        2 => vec![circle(2.4, Colour::WHITE)],
        3 => {
            let square = Outline::rectangle(
                Spot::new(at.x - 1.1, at.y - 1.1),
                2.2,
                2.2,
                Some(Colour::WHITE),
                Some(pen.clone()),
            );
            vec![Item::Outline(square)]
        }
        _ => [[1.0, 1.0], [-1.0, 1.0], [1.0, -1.0], [-1.0, -1.0]]
            .map(|[x, y]| line([x * near * 0.7, y * near * 0.7], [x * far * 0.7, y * far * 0.7]))
            .into(),
    };
    items.push(circle(HOLE_MM, Colour::WHITE));
    items
}
