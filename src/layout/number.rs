//! The order of work: rows top to bottom, each from the patient's right to left.

use nalgebra::Point2;

use crate::plan::Pattern;

use super::LaidPoint;
use super::domain::{ChartDomain, Domain, mirrored};
use super::rows::{TIE, UNEVEN, greatest_sway_mm};
use super::seed::{Profile, Seed};

/// A point farther above or below the one before it, in spacings, does not lie level with it.
const LEVEL: f64 = 0.5;

/// The layout with the rows that a hand can follow best: of free points, bands of equal height; else those
/// it was laid in, or bands where they could not be held.
pub(super) fn rowed(domain: &Domain, layout: Seed, pattern: Pattern, spacing_mm: f64) -> Seed {
    parted(in_rows(domain, layout, pattern, spacing_mm), spacing_mm)
}

fn in_rows(domain: &Domain, layout: Seed, pattern: Pattern, spacing_mm: f64) -> Seed {
    let sway_mm = |layout: &Seed| greatest_sway_mm(domain, layout, spacing_mm);
    match pattern {
        Pattern::Even => in_bands(domain, &layout, spacing_mm),
        Pattern::Rows if sway_mm(&layout) <= UNEVEN * spacing_mm => layout,
        Pattern::Rows => {
            let banded = in_bands(domain, &layout, spacing_mm);
            if sway_mm(&banded) < sway_mm(&layout) { banded } else { layout }
        }
    }
}

/// A layout whose rows end where the next point is neither near nor level: what comes after it is a row of its
/// own, so that no row passes over or under another to go on.
fn parted(layout: Seed, spacing_mm: f64) -> Seed {
    let Seed { spots, mut rows } = layout;
    let mut order: Vec<usize> = (0..spots.len()).collect();
    order.sort_by(|&a, &b| rows[a].cmp(&rows[b]).then(spots[a].at.x.total_cmp(&spots[b].at.x)));
    let mut next = rows.iter().max().map_or(0, |last| last + 1);
    let goes_on = |a: usize, b: usize| {
        let (from, to) = (&spots[a], &spots[b]);
        let off_mm = (from.at.y - to.at.y).abs() * from.frame.dv.norm();
        (from.place() - to.place()).norm() <= TIE * spacing_mm || off_mm <= LEVEL * spacing_mm
    };
    for row in order.chunk_by(|&a, &b| rows[a] == rows[b]).map(<[usize]>::to_vec).collect::<Vec<_>>() {
        for part in row.chunk_by(|&a, &b| goes_on(a, b)).skip(1) {
            part.iter().for_each(|&spot| rows[spot] = next);
            next += 1;
        }
    }
    Seed { spots, rows }
}

/// The whole layout as points in the order of work; a half layout with its mirror image.
pub(super) fn number(domain: &Domain, layout: &Seed) -> Vec<LaidPoint> {
    let mut points = Vec::new();
    for (chart, part) in domain.charts.iter().enumerate() {
        let members: Vec<usize> =
            (0..layout.spots.len()).filter(|&i| layout.spots[i].chart == chart).collect();
        let rows: Vec<usize> = members.iter().map(|&i| layout.rows[i]).collect();
        for (&index, row) in members.iter().zip(ranks(layout, &members, &rows, part.chart.up())) {
            let spot = &layout.spots[index];
            let Some(zone) = domain.zone_of(spot) else { continue };
            let point = LaidPoint { zone, row, chart: part.chart, at: spot.at, place: spot.place() };
            if domain.half && !spot.on_midline() {
                let (at, place) = (Point2::new(-spot.at.x, spot.at.y), mirrored(&spot.place()));
                points.push((chart, LaidPoint { zone: domain.twin(zone), at, place, ..point }));
            }
            points.push((chart, point));
        }
    }
    points.sort_by(|(a, p), (b, q)| {
        a.cmp(b).then(p.row.cmp(&q.row)).then(p.at.x.total_cmp(&q.at.x)).then(p.at.y.total_cmp(&q.at.y))
    });
    // Rows count on from chart to chart.
    let mut numbered = Vec::with_capacity(points.len());
    let (mut row, mut last) = (0, None);
    for (chart, point) in points {
        if last != Some((chart, point.row)) {
            row += 1;
            last = Some((chart, point.row));
        }
        numbered.push(LaidPoint { row, ..point });
    }
    numbered
}

/// Points put into rows anew, as bands of equal height; chart after chart.
fn in_bands(domain: &Domain, layout: &Seed, spacing_mm: f64) -> Seed {
    let mut rows = vec![0; layout.spots.len()];
    let mut first = 0;
    for (chart, part) in domain.charts.iter().enumerate() {
        let members: Vec<usize> =
            (0..layout.spots.len()).filter(|&i| layout.spots[i].chart == chart).collect();
        let bands = banded(part, layout, &members, spacing_mm);
        for (&index, &band) in members.iter().zip(&bands) {
            rows[index] = first + band;
        }
        first += bands.iter().max().map_or(0, |last| last + 1);
    }
    Seed { spots: layout.spots.clone(), rows }
}

fn banded(part: &ChartDomain, layout: &Seed, members: &[usize], spacing_mm: f64) -> Vec<usize> {
    let profile = Profile::new(part);
    let depths: Vec<f64> = members.iter().map(|&i| profile.depth_at(layout.spots[i].at.y)).collect();
    bands(&depths, spacing_mm * 3.0_f64.sqrt() / 2.0)
}

/// The rank of each member's row, rows ordered by mean height.
fn ranks(layout: &Seed, members: &[usize], bands: &[usize], up: f64) -> Vec<usize> {
    let count = bands.iter().max().map_or(0, |last| last + 1);
    let mut heights = vec![(0.0, 0.0); count];
    for (&index, &band) in members.iter().zip(bands) {
        heights[band].0 += layout.spots[index].at.y * up;
        heights[band].1 += 1.0;
    }
    let mean = |band: usize| heights[band].0 / f64::max(heights[band].1, 1.0);
    let mut order: Vec<usize> = (0..count).filter(|&band| heights[band].1 > 0.0).collect();
    order.sort_by(|&a, &b| mean(b).total_cmp(&mean(a)).then(a.cmp(&b)));
    let mut rank = vec![0; count];
    for (place, &band) in order.iter().enumerate() {
        rank[band] = place;
    }
    bands.iter().map(|&band| rank[band]).collect()
}

/// Bands of equal pitch, at the phase that parts the depths most clearly.
fn bands(depths: &[f64], pitch: f64) -> Vec<usize> {
    let distance_to_edge = |depth: f64, phase: f64| {
        let t = (depth / pitch - phase).rem_euclid(1.0);
        t.min(1.0 - t)
    };
    let score = |phase: f64| depths.iter().map(|&d| distance_to_edge(d, phase)).sum::<f64>();
    let best = (0..16).map(|k| k as f64 / 16.0).fold((f64::MIN, 0.0), |best, phase| {
        let score = score(phase);
        if score > best.0 { (score, phase) } else { best }
    });
    depths.iter().map(|d| (d / pitch - best.1 + 1.0).floor().max(0.0) as usize).collect()
}
