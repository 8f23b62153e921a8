//! The plain ways to put points down, for comparison: grids clipped to the zones, and random points that
//! keep a least distance. They know nothing of promises; what they give is measured like any layout, by
//! samples of the skin. With them, zones to put points down on.

// The programs that share this file use a part of it each.
#![allow(dead_code)]

use std::collections::BTreeMap;

use nalgebra::{Point2, Vector2};
use nappage::body::{Chart, ChartPoint, Place};
use nappage::geometry::Polygon;
use nappage::layout::{Layout, perfect_gap_mm};
use nappage::treated::Treated;
use nappage::zones::{Kind, Region, Side, Zone};

/// A place where a point may lie.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spot {
    /// Its chart.
    pub(crate) chart: Chart,
    /// Its chart coordinate.
    pub(crate) at: ChartPoint,
    /// Its place on the body.
    pub(crate) place: Place,
}

/// Treated skin, densely sampled.
pub(crate) struct Skin {
    spots: Vec<Spot>,
    area_mm2: f64,
}

/// What there is to say of points on some skin.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Measures {
    /// Number of points.
    pub(crate) points: usize,
    /// Least distance between two, in mm.
    pub(crate) closest_mm: f64,
    /// Greatest distance to a nearest neighbour, in mm.
    pub(crate) loneliest_mm: f64,
    /// Greatest distance from skin to its nearest point, in mm.
    pub(crate) gap_mm: f64,
    /// The gap over that of the perfect cover.
    pub(crate) q: f64,
}

impl Skin {
    /// Samples treated skin about `pitch_mm` apart, and along its borders.
    pub(crate) fn new(treated: &Treated, pitch_mm: f64) -> Self {
        let mut spots = Vec::new();
        for zone in &treated.zones {
            let chart = zone.zone.chart;
            let Some(skin) = treated.body().skin(chart) else { continue };
            let mut keep = |at| spots.push(Spot { chart, at, place: skin.place(at) });
            for piece in &zone.pieces {
                piece.rings().flatten().for_each(|&corner| keep(corner));
                let (low, high) = piece.bounds();
                let middle = nalgebra::center(&low, &high);
                let mut v = low.y;
                while v < high.y {
                    let frame = skin.frame(Point2::new(middle.x, v));
                    let step = Vector2::new(frame.du.norm(), frame.dv.norm()).map(|d| pitch_mm / d.max(0.3));
                    let mut u = low.x + step.x / 2.0;
                    while u < high.x {
                        let at = Point2::new(u, v + step.y / 2.0);
                        if piece.contains(&at) {
                            keep(at);
                        }
                        u += step.x;
                    }
                    v += step.y;
                }
            }
        }
        Self { spots, area_mm2: treated.area_cm2() * 100.0 }
    }

    /// A square grid on a drawing seen from the front, as on a paper chart: only what the drawing shows
    /// gets points.
    pub(crate) fn square_on_the_drawing(&self, spacing_mm: f64) -> Vec<Place> {
        let mut nearest: BTreeMap<(i64, i64), (f64, Place)> = BTreeMap::new();
        for spot in &self.spots {
            let node = [spot.place.x, spot.place.y].map(|x| (x / spacing_mm).round());
            let off = (spot.place.x - node[0] * spacing_mm).hypot(spot.place.y - node[1] * spacing_mm);
            // Of skin one behind the other the drawing shows the front.
            let behind = off - 0.01 * spot.place.z;
            let best = nearest.entry((node[0] as i64, node[1] as i64)).or_insert((f64::INFINITY, spot.place));
            if off < 1.0 && behind < best.0 {
                *best = (behind, spot.place);
            }
        }
        nearest.into_values().filter(|(off, _)| off.is_finite()).map(|(_, place)| place).collect()
    }

    /// A hexagonal grid on each chart, drawn at the chart's mean scale, at the best of many offsets.
    pub(crate) fn hexagonal_at_the_best_offset(&self, treated: &Treated, spacing_mm: f64) -> Vec<Place> {
        const OFFSETS: usize = 8;
        let pitch = spacing_mm * 3.0_f64.sqrt() / 2.0;
        let offsets =
            (0..OFFSETS * OFFSETS).map(|k| [k % OFFSETS, k / OFFSETS].map(|k| k as f64 / OFFSETS as f64));
        let grid = |[across, down]: [f64; 2]| {
            let mut places = Vec::new();
            for zone in &treated.zones {
                let Some(skin) = treated.body().skin(zone.zone.chart) else { continue };
                let of_chart = self.spots.iter().filter(|spot| spot.chart == zone.zone.chart);
                let (mut scale, mut count) = (Vector2::zeros(), 0.0);
                for spot in of_chart.step_by(50) {
                    let frame = skin.frame(spot.at);
                    scale += Vector2::new(frame.du.norm(), frame.dv.norm());
                    count += 1.0;
                }
                scale /= count;
                for piece in &zone.pieces {
                    let (low, high) = piece.bounds();
                    let first = (low.y * scale.y / pitch - down).floor() as i64;
                    for row in first..=first + ((high.y - low.y) * scale.y / pitch) as i64 + 1 {
                        let shift = across + if row.rem_euclid(2) == 0 { 0.0 } else { 0.5 };
                        let start = (low.x * scale.x / spacing_mm - shift).floor() as i64;
                        for k in start..=start + ((high.x - low.x) * scale.x / spacing_mm) as i64 + 1 {
                            let at = Point2::new(
                                (k as f64 + shift) * spacing_mm / scale.x,
                                (row as f64 + down) * pitch / scale.y,
                            );
                            if piece.contains(&at) {
                                places.push(skin.place(at));
                            }
                        }
                    }
                }
            }
            places
        };
        let q = |places: &Vec<Place>| self.gap_mm(places) * (places.len() as f64).sqrt();
        let scored = offsets.map(grid).map(|places| (q(&places), places));
        scored.min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, places)| places).unwrap_or_default()
    }

    /// Random places, each at least `least_mm` from all before it, until none fits.
    pub(crate) fn random_with_a_least_distance(&self, least_mm: f64) -> Vec<Place> {
        let mut order: Vec<usize> = (0..self.spots.len()).collect();
        // A fixed shuffle (Fisher and Yates, with a congruential generator): the same on every machine.
        let mut state = 1_u64;
        for k in (1..order.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            order.swap(k, (state >> 33) as usize % (k + 1));
        }
        let mut places: Vec<Place> = Vec::new();
        for index in order {
            let place = self.spots[index].place;
            if places.iter().all(|other| (other - place).norm_squared() >= least_mm * least_mm) {
                places.push(place);
            }
        }
        places
    }

    /// The greatest distance from a sample to its nearest point, in mm.
    pub(crate) fn gap_mm(&self, places: &[Place]) -> f64 {
        let nearest = |spot: &Spot| nearest_squared(&spot.place, places.iter());
        self.spots.iter().map(nearest).fold(0.0, f64::max).sqrt()
    }

    /// Measures points by the samples of this skin.
    pub(crate) fn measures(&self, places: &[Place]) -> Measures {
        let neighbours: Vec<f64> = (0..places.len())
            .map(|i| {
                let others = places.iter().enumerate().filter(|(j, _)| *j != i).map(|(_, place)| place);
                nearest_squared(&places[i], others).sqrt()
            })
            .collect();
        let gap_mm = self.gap_mm(places);
        Measures {
            points: places.len(),
            closest_mm: neighbours.iter().copied().fold(f64::INFINITY, f64::min),
            loneliest_mm: neighbours.iter().copied().fold(0.0, f64::max),
            gap_mm,
            q: gap_mm / perfect_gap_mm(self.area_mm2, places.len()),
        }
    }
}

fn nearest_squared<'a>(place: &Place, others: impl Iterator<Item = &'a Place>) -> f64 {
    others.map(|other| (other - place).norm_squared()).fold(f64::INFINITY, f64::min)
}

/// The places of a layout.
pub(crate) fn places(layout: &Layout) -> Vec<Place> {
    layout.points.iter().map(|point| point.place).collect()
}

/// A zone of standard points, drawn for the occasion.
pub(crate) fn zone(id: &str, chart: Chart, shape: Polygon) -> Zone {
    Zone {
        id: id.to_owned(),
        base: id.to_owned(),
        name: id.to_owned(),
        region: Region::Chest,
        side: Side::Midline,
        kind: Kind::Standard,
        chart,
        shape,
        care: Vec::new(),
        drawn: String::new(),
    }
}
