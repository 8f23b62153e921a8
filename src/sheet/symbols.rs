//! Marks: each volume of a plan, or each layer of a session, has a shape, a fill and a hue of its own, so that
//! they are told apart in black and white and by the colour-blind.

use std::collections::{BTreeMap, BTreeSet};

use super::{Colour, Mark, Shape, Spot, Stroke};
use crate::plan::Plan;
use crate::units::Microlitres;
use crate::zones::Kind;

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
    /// Place of each volume in the order of styles: the commonest volume first, after that of face and body those
    /// around the eyes alone, which never take the first place: a mark means the same on every map.
    ranks: BTreeMap<Microlitres, usize>,
}

impl Symbols {
    /// The marks of all volumes of a plan.
    pub(crate) fn of(plan: &Plan) -> Self {
        let around_eyes: BTreeSet<&str> = plan
            .zones
            .iter()
            .filter(|zone| zone.kind == Kind::Periorbital)
            .map(|zone| zone.id.as_str())
            .collect();
        let mut counts: BTreeMap<Microlitres, usize> = BTreeMap::new();
        let mut elsewhere: BTreeSet<Microlitres> = BTreeSet::new();
        for point in &plan.points {
            *counts.entry(point.volume_ul).or_default() += 1;
            if !around_eyes.contains(point.zone.as_str()) {
                elsewhere.insert(point.volume_ul);
            }
        }
        let mut order: Vec<(Microlitres, usize)> = counts.iter().map(|(v, n)| (*v, *n)).collect();
        order.sort_by_key(|(volume, count)| {
            (!elsewhere.contains(volume), std::cmp::Reverse((*count, *volume)))
        });
        let first = usize::from(elsewhere.is_empty());
        let ranks = (first..).zip(&order).map(|(rank, (volume, _))| (*volume, rank)).collect();
        Self { doses: counts.into_iter().collect(), ranks }
    }

    /// The place of a volume in the order of styles, with its hue.
    pub(crate) fn style(&self, volume: Microlitres) -> (usize, Colour) {
        let rank = self.ranks.get(&volume).copied().unwrap_or(0);
        (rank, STYLES[rank % STYLES.len()].1)
    }

    /// The mark of a volume.
    pub(crate) fn mark(&self, volume: Microlitres, at: Spot, size_mm: f64) -> Mark {
        mark(self.style(volume).0, at, size_mm)
    }
}

/// The mark of what is told apart by its place in an order. Filled and hollow alternate from shape to shape;
/// past the fifth the shapes come again the other way round.
pub(super) fn mark(rank: usize, at: Spot, size_mm: f64) -> Mark {
    let (shape, colour) = STYLES[rank % STYLES.len()];
    let filled = (rank % STYLES.len()).is_multiple_of(2) == (rank / STYLES.len()).is_multiple_of(2);
    if filled {
        let stroke = Stroke::solid(Colour::WHITE, 0.14 * size_mm / 2.0);
        Mark { at, shape, size_mm, fill: colour, stroke }
    } else {
        // The pen of a hollow mark runs inside, so that both kinds are of one size.
        let stroke = Stroke::solid(colour, size_mm * 0.2);
        Mark { at, shape, size_mm: size_mm * 0.9, fill: Colour::WHITE, stroke }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Simulated sight of red-, green- and blue-blind people, for linear light (Machado, Oliveira and
    /// Fernandes 2009, severity 1).
    const BLIND: [[[f64; 3]; 3]; 3] = [
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
    ];

    fn linear(colour: Colour) -> [f64; 3] {
        colour.rgb.map(|part| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        })
    }

    fn luminance([red, green, blue]: [f64; 3]) -> f64 {
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    /// Contrast after the Web Content Accessibility Guidelines 2.
    fn contrast(a: Colour, b: Colour) -> f64 {
        let [a, b] = [a, b].map(|colour| luminance(linear(colour)) + 0.05);
        a.max(b) / a.min(b)
    }

    /// CIELAB under daylight, from linear light.
    fn lab([red, green, blue]: [f64; 3]) -> [f64; 3] {
        let f = |t: f64| {
            if t > 0.008856 { t.cbrt() } else { 7.787 * t + 16.0 / 116.0 }
        };
        let x = f((0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505);
        let y = f(0.2126 * red + 0.7152 * green + 0.0722 * blue);
        let z = f((0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089);
        [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
    }

    fn symbols(volumes: usize) -> Symbols {
        let doses = (1..=volumes).map(|volume| Microlitres(volume as u64)).map(|volume| (volume, 1));
        let ranks = doses.clone().enumerate().map(|(rank, (volume, _))| (volume, rank)).collect();
        Symbols { doses: doses.collect(), ranks }
    }

    #[test]
    fn ten_volumes_are_told_apart_without_any_hue() {
        let symbols = symbols(10);
        let seen: std::collections::BTreeSet<_> = symbols
            .doses
            .iter()
            .map(|(volume, _)| symbols.mark(*volume, Spot::origin(), 2.0))
            .map(|mark| (format!("{:?}", mark.shape), mark.fill == Colour::WHITE))
            .collect();
        assert_eq!(seen.len(), 10);
    }

    #[test]
    fn marks_stand_out_from_paper_and_from_the_darkest_skin() {
        let skin = Colour::rgb(192, 164, 147);
        for (shape, colour) in STYLES {
            assert!(contrast(colour, Colour::WHITE) > 4.5, "{shape:?} on paper");
            assert!(contrast(colour, skin) > 2.0, "{shape:?} on skin: {}", contrast(colour, skin));
        }
    }

    #[test]
    fn the_hues_of_the_first_two_volumes_differ_for_the_colour_blind() {
        for matrix in BLIND {
            let [a, b] = [STYLES[0].1, STYLES[1].1].map(|colour| {
                let own = linear(colour);
                lab(matrix
                    .map(|row| row.iter().zip(own).map(|(k, part)| k * part).sum::<f64>().clamp(0.0, 1.0)))
            });
            let apart = (0..3).map(|k| (a[k] - b[k]).powi(2)).sum::<f64>().sqrt();
            assert!(apart > 25.0, "{apart}");
        }
    }
}
