//! Marks by dose: each volume of a plan has a shape, a fill and a hue of its own, so that they are
//! told apart in black and white and by the colour-blind.

use std::collections::BTreeMap;

use super::{Colour, Mark, Shape, Spot, Stroke};
use crate::plan::Plan;
use crate::units::Microlitres;

/// Hues after Okabe and Ito (2008), darkened to stand out on skin: each with its own shape.
const STYLES: [(Shape, Colour); 5] = [
    (Shape::Circle, Colour::rgb(0x00, 0x55, 0x8f)),
    (Shape::Triangle, Colour::rgb(0xb8, 0x45, 0x00)),
    (Shape::Square, Colour::rgb(0x00, 0x70, 0x55)),
    (Shape::Diamond, Colour::rgb(0x8a, 0x3d, 0x74)),
    (Shape::Wedge, Colour::rgb(0x5c, 0x4a, 0x00)),
];

/// The marks of a plan's volumes.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Symbols {
    /// Volumes with the number of points that receive them, smallest first.
    pub doses: Vec<(Microlitres, usize)>,
    /// Place of each volume in the order of styles: the commonest volume first.
    ranks: BTreeMap<Microlitres, usize>,
}

impl Symbols {
    /// The marks of all volumes of a plan.
    pub(crate) fn of(plan: &Plan) -> Self {
        let mut counts: BTreeMap<Microlitres, usize> = BTreeMap::new();
        for point in &plan.points {
            *counts.entry(point.volume_ul).or_default() += 1;
        }
        let mut order: Vec<(Microlitres, usize)> = counts.iter().map(|(v, n)| (*v, *n)).collect();
        order.sort_by(|a, b| b.1.cmp(&a.1).then(b.0.cmp(&a.0)));
        let ranks = order.iter().enumerate().map(|(rank, (volume, _))| (*volume, rank)).collect();
        Self { doses: counts.into_iter().collect(), ranks }
    }

    /// The place of a volume in the order of styles, with its hue.
    pub(crate) fn style(&self, volume: Microlitres) -> (usize, Colour) {
        let rank = self.ranks.get(&volume).copied().unwrap_or(0);
        (rank, STYLES[rank % STYLES.len()].1)
    }

    /// The mark of a volume. Filled and hollow alternate from shape to shape; past five volumes the
    /// shapes come again the other way round.
    pub(crate) fn mark(&self, volume: Microlitres, at: Spot, size_mm: f64) -> Mark {
        let rank = self.ranks.get(&volume).copied().unwrap_or(0);
        let (shape, colour) = STYLES[rank % STYLES.len()];
        let filled = (rank % 2 == 0) != (rank / STYLES.len() % 2 == 1);
        if filled {
            Mark {
                at,
                shape,
                size_mm,
                fill: colour,
                stroke: Stroke::solid(Colour::WHITE, 0.14 * size_mm / 2.0),
            }
        } else {
            // The pen of a hollow mark runs inside, so that both kinds are of one size.
            let pen = size_mm * 0.2;
            Mark {
                at,
                shape,
                size_mm: size_mm * 0.9,
                fill: Colour::WHITE,
                stroke: Stroke::solid(colour, pen),
            }
        }
    }
}
