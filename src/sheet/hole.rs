//! Holes to mark the skin through: circles of 1 mm, told apart by what is around them.

use super::symbols::Symbols;
use super::{Colour, Item, Mark, Shape, Spot, Stroke};
use crate::units::Microlitres;

/// Diameter of a hole, in mm.
pub(super) const HOLE_MM: f64 = 1.0;
/// Size of the shape around a hole, in mm.
const SHAPE_MM: f64 = 2.8;

/// The hole of a volume: bare for the commonest, else in the shape that the volume has on the map.
pub(super) fn hole(symbols: &Symbols, volume: Microlitres, at: Spot) -> Vec<Item> {
    let colour = symbols.style(volume).1;
    let ring = |shape, size_mm, width_mm| {
        let stroke = Stroke::solid(colour, width_mm);
        Item::Mark(Mark { at, shape, size_mm, fill: Colour::WHITE, stroke })
    };
    let around =
        ringed(symbols, volume).then(|| ring(symbols.mark(volume, at, SHAPE_MM).shape, SHAPE_MM, 0.3));
    around.into_iter().chain([ring(Shape::Circle, HOLE_MM, 0.2)]).collect()
}

/// How far the hole of a volume reaches with what is around it, in mm.
pub(super) fn reach_mm(symbols: &Symbols, volume: Microlitres) -> f64 {
    if ringed(symbols, volume) { SHAPE_MM * 0.6 } else { HOLE_MM / 2.0 + 0.1 }
}

/// Whether something is around the hole of a volume.
fn ringed(symbols: &Symbols, volume: Microlitres) -> bool {
    symbols.style(volume).0 > 0
}
