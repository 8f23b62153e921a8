//! The marks of a piece by which it is laid on: where it meets other parts, and landmarks.

use nalgebra::Vector2;

use super::super::Spot;
use super::super::register::{Landmark, landmarks};
use super::{Join, Piece};
use crate::body::{Chart, ChartPoint};
use crate::units::number;

/// Landmarks farther from a piece are no help, in mm; nor are more than so many.
const NEAR_MM: f64 = 15.0;
const MOST_LANDMARKS: usize = 6;

/// A mark by which a piece is laid on.
pub(super) struct Register {
    pub(super) name: String,
    pub(super) at: Spot,
    /// Away from the piece; `None` for a landmark inside it.
    pub(super) out: Option<Vector2<f64>>,
}

impl Piece<'_> {
    /// The marks to lay the piece on by, the nearest landmarks first.
    pub(super) fn registers(&self) -> Vec<Register> {
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
            (0..ring.len()).filter(|&k| self.content.studio.features().hair(ring[k].0).abs() < 1.0).collect();
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
}
