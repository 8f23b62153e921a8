//! The rim of the treated skin: the borders that no treated zone lies behind.

use nalgebra::{Point2, Vector2};

use crate::body::ChartPoint;

use super::domain::Domain;

/// How far beside a border it is asked whether skin is treated there, in mm.
const BESIDE_MM: f64 = 0.05;

/// The stretches of the rim on one chart, each with the zone it belongs to, their places at most
/// `step_mm` apart. Of a half domain the stretches end at the midline.
pub(super) fn trace(domain: &Domain, chart: usize, step_mm: f64) -> Vec<(usize, Vec<ChartPoint>)> {
    let part = &domain.charts[chart];
    let mut stretches = Vec::new();
    for (index, zone) in domain.treated.zones.iter().enumerate().filter(|(_, z)| z.zone.chart == part.chart) {
        for ring in zone.pieces.iter().flat_map(|piece| piece.rings()) {
            stretches.extend(along(domain, chart, ring, step_mm).into_iter().map(|stretch| (index, stretch)));
        }
    }
    stretches
}

/// The stretches of one ring.
fn along(domain: &Domain, chart: usize, ring: &[ChartPoint], step_mm: f64) -> Vec<Vec<ChartPoint>> {
    let skin = &domain.charts[chart].skin;
    let mut stretches: Vec<Vec<ChartPoint>> = Vec::new();
    let mut open = false;
    for (k, &from) in ring.iter().enumerate() {
        let to = ring[(k + 1) % ring.len()];
        let Some((from, to)) = left_half(domain, from, to).filter(|&(a, b)| is_rim(domain, chart, a, b))
        else {
            open = false;
            continue;
        };
        match stretches.last_mut() {
            Some(last) if open && last.last() == Some(&from) => {}
            _ => stretches.push(vec![from]),
        }
        open = true;
        let length = (skin.place(to) - skin.place(from)).norm();
        let parts = (length / step_mm).ceil().clamp(1.0, 1e4) as usize;
        if let Some(last) = stretches.last_mut() {
            last.extend((1..=parts).map(|j| from + (to - from) * (j as f64 / parts as f64)));
        }
    }
    // The ring may have been entered in the middle of a stretch.
    if stretches.len() > 1 && stretches[0].first() == stretches[stretches.len() - 1].last() {
        let first = stretches.remove(0);
        if let Some(last) = stretches.last_mut() {
            last.extend(first.into_iter().skip(1));
        }
    }
    stretches
}

/// The part of an edge on the patient's left, when only that half is laid out.
fn left_half(domain: &Domain, from: ChartPoint, to: ChartPoint) -> Option<(ChartPoint, ChartPoint)> {
    if !domain.half {
        return Some((from, to));
    }
    let on_midline = |a: ChartPoint, b: ChartPoint| Point2::new(0.0, a.y + (b.y - a.y) * (a.x / (a.x - b.x)));
    match (from.x > 0.0, to.x > 0.0) {
        (true, true) => Some((from, to)),
        (true, false) => Some((from, on_midline(from, to))),
        (false, true) => Some((on_midline(from, to), to)),
        (false, false) => None,
    }
}

/// Whether an edge has treated skin on one side only.
fn is_rim(domain: &Domain, chart: usize, from: ChartPoint, to: ChartPoint) -> bool {
    let middle = nalgebra::center(&from, &to);
    let frame = domain.charts[chart].skin.frame(middle);
    let scale = Vector2::new(frame.du.norm().max(1e-3), frame.dv.norm().max(1e-3));
    let Some(along) = (to - from).component_mul(&scale).try_normalize(1e-9) else { return false };
    let beside = Vector2::new(-along.y, along.x).component_div(&scale) * BESIDE_MM;
    let treated = |at: ChartPoint| {
        let at = if domain.half { Point2::new(at.x.abs(), at.y) } else { at };
        domain.zone_at(chart, at).is_some()
    };
    !(treated(middle + beside) && treated(middle - beside))
}
