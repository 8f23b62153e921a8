//! Zones that lie over each other.

use geo::{Area, BooleanOps, Centroid, Coord, LineString};

use super::Zone;
use super::curve::Metric;
use crate::body::ChartPoint;
use crate::geometry::Polygon;

/// Two zones may overlap by a strip of this mean width, in mm: the width of a hairline, and far more
/// than rounding leaves where two zones share a border.
const HAIRLINE_MM: f64 = 0.05;

/// What two zones share.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Overlap {
    /// Its area by the chart's plain measure, in mm2.
    pub(super) area_mm2: f64,
    /// Its middle.
    pub(super) around: ChartPoint,
}

/// What two zones share beyond a hairline, if anything.
pub(super) fn overlap(a: &Zone, b: &Zone) -> Option<Overlap> {
    if a.chart != b.chart || !bounds_meet(&a.shape, &b.shape) {
        return None;
    }
    let metric = Metric::of(a.chart);
    let shared = as_geo(&a.shape).intersection(&as_geo(&b.shape));
    let beyond: Vec<geo::Polygon> = shared
        .into_iter()
        .filter(|piece| {
            let around: f64 = std::iter::once(piece.exterior())
                .chain(piece.interiors())
                .flat_map(|ring| ring.lines())
                .map(|edge| metric.distance(place(edge.start), place(edge.end)))
                .sum();
            // A strip's area over half its way around is its mean width.
            piece.unsigned_area() * metric.area() > HAIRLINE_MM * around / 2.0
        })
        .collect();
    let largest = beyond.iter().max_by(|a, b| a.unsigned_area().total_cmp(&b.unsigned_area()))?;
    let around = largest.centroid()?;
    let area: f64 = beyond.iter().map(Area::unsigned_area).sum();
    Some(Overlap { area_mm2: area * metric.area(), around: ChartPoint::new(around.x(), around.y()) })
}

fn bounds_meet(a: &Polygon, b: &Polygon) -> bool {
    let ((a0, a1), (b0, b1)) = (a.bounds(), b.bounds());
    a0.x < b1.x && b0.x < a1.x && a0.y < b1.y && b0.y < a1.y
}

fn as_geo(polygon: &Polygon) -> geo::Polygon {
    let ring = |ring: &[ChartPoint]| LineString::from_iter(ring.iter().map(|p| Coord { x: p.x, y: p.y }));
    geo::Polygon::new(ring(polygon.outer()), polygon.holes().iter().map(|hole| ring(hole)).collect())
}

fn place(at: Coord) -> ChartPoint {
    ChartPoint::new(at.x, at.y)
}
