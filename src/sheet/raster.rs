//! What of a body is seen: depth and normals on a grid over a view, and tests of what is hidden.

use std::ops::Range;

use nalgebra::Vector3;

use super::camera::{Camera, Window};
use super::mesh::{Mesh, Vertex};
use super::{Bounds, Spot};

/// How far behind the nearest skin a place may lie and still be seen, in body mm. Covers the mesh's
/// chords, which cut inside the smooth skin.
const BIAS_MM: f64 = 1.2;

/// The nearest skin at every sample of a window, in body mm as seen: x to the right, y down.
#[derive(Clone, Debug)]
pub(crate) struct Raster {
    /// Samples across.
    pub columns: usize,
    /// Samples down.
    pub rows: usize,
    /// Between two samples.
    step_mm: f64,
    origin: Spot,
    /// Distance towards the viewer, row by row; minus infinity where there is no skin.
    depth: Vec<f64>,
    /// The normal as seen, row by row.
    normals: Vec<Vector3<f64>>,
    /// How far inside the hair, row by row.
    hair: Vec<f64>,
}

/// What is kept of the nearest skin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Detail {
    /// How near it is.
    Depth,
    /// The normal and the hair as well.
    Shade,
}

/// A corner as drawn: its position in samples, depth, normal and hair.
type Corner = (Spot, f64, Vector3<f64>, f64);

impl Raster {
    /// Draws a mesh as a camera at 1:1 sees it.
    pub(crate) fn new(mesh: &Mesh, camera: &Camera, window: &Window, step_mm: f64, detail: Detail) -> Self {
        let bounds = window.bounds(camera);
        let count = |length: f64| (length / step_mm).ceil().max(1.0) as usize + 1;
        let (columns, rows) = (count(bounds.max.x - bounds.min.x), count(bounds.max.y - bounds.min.y));
        let shaded = if detail == Detail::Shade { columns * rows } else { 0 };
        let mut raster = Self {
            columns,
            rows,
            step_mm,
            origin: bounds.min,
            depth: vec![f64::NEG_INFINITY; columns * rows],
            normals: vec![Vector3::z(); shaded],
            hair: vec![0.0; shaded],
        };
        let seen: Vec<Corner> = mesh
            .vertices
            .iter()
            .map(|Vertex { place, normal, hair }| {
                let (spot, depth) = camera.project(place);
                let grid = (spot - raster.origin) / step_mm;
                let normal = if shaded > 0 { camera.seen_direction(normal) } else { *normal };
                (Spot::from(grid), depth, normal, *hair)
            })
            .collect();
        for triangle in &mesh.triangles {
            let [Some(a), Some(b), Some(c)] = triangle.map(|i| seen.get(i as usize)) else { continue };
            raster.fill([a, b, c]);
        }
        raster
    }

    /// Draws one triangle given in samples.
    fn fill(&mut self, [a, b, c]: [&Corner; 3]) {
        let span = |v: [f64; 3], end: usize| {
            let [low, high] = [v[0].min(v[1]).min(v[2]), v[0].max(v[1]).max(v[2])];
            // Casts cut off what is below 0 and beyond the end.
            let from = low as usize + usize::from(low > low as usize as f64);
            from..if high < 0.0 { from } else { (high as usize + 1).min(end).max(from) }
        };
        let columns = span([a.0.x, b.0.x, c.0.x], self.columns);
        let rows = span([a.0.y, b.0.y, c.0.y], self.rows);
        let (to_b, to_c) = (b.0 - a.0, c.0 - a.0);
        let area = to_b.perp(&to_c);
        if columns.is_empty() || rows.is_empty() || area.abs() < 1e-9 {
            return;
        }
        let (to_b, to_c) = (to_b / area, to_c / area);
        for y in rows {
            let down = y as f64 - a.0.y;
            for x in columns.clone() {
                let right = x as f64 - a.0.x;
                let wb = right * to_c.y - down * to_c.x;
                let wc = down * to_b.x - right * to_b.y;
                let wa = 1.0 - wb - wc;
                if wa < -1e-9 || wb < -1e-9 || wc < -1e-9 {
                    continue;
                }
                let depth = a.1 * wa + b.1 * wb + c.1 * wc;
                let index = y * self.columns + x;
                if depth > self.depth[index] {
                    self.depth[index] = depth;
                    if let (Some(normal), Some(hair)) =
                        (self.normals.get_mut(index), self.hair.get_mut(index))
                    {
                        *normal = a.2 * wa + b.2 * wb + c.2 * wc;
                        *hair = a.3 * wa + b.3 * wb + c.3 * wc;
                    }
                }
            }
        }
    }

    /// Where a sample is seen, fractions allowed.
    pub(crate) fn spot(&self, column: f64, row: f64) -> Spot {
        Spot::new(self.origin.x + column * self.step_mm, self.origin.y + row * self.step_mm)
    }

    /// The corners of the window, round it.
    pub(crate) fn corners(&self) -> [Spot; 4] {
        let (right, low) = (self.columns as f64, self.rows as f64);
        [(0.0, 0.0), (right, 0.0), (right, low), (0.0, low)].map(|(column, row)| self.spot(column, row))
    }

    /// Whether there is skin at a sample.
    pub(crate) fn has_skin(&self, column: usize, row: usize) -> bool {
        self.depth.get(row * self.columns + column).is_some_and(|depth| depth.is_finite())
    }

    /// The nearest skin's normal at a sample, where there is skin.
    pub(crate) fn normal(&self, column: usize, row: usize) -> Option<Vector3<f64>> {
        let normal = self.normals.get(row * self.columns + column).filter(|_| self.has_skin(column, row));
        normal.and_then(|normal| normal.try_normalize(1e-9))
    }

    /// How near the skin that is seen at a spot is to the viewer, where there is skin.
    pub(crate) fn depth(&self, spot: &Spot) -> Option<f64> {
        let grid = (spot - self.origin) / self.step_mm;
        let inside =
            |v: f64, end: usize| (v > -0.5 && v < end as f64 - 0.5).then(|| v.round().max(0.0) as usize);
        let (column, row) = (inside(grid.x, self.columns)?, inside(grid.y, self.rows)?);
        self.depth.get(row * self.columns + column).copied().filter(|depth| depth.is_finite())
    }

    /// How far inside the hair the nearest skin lies at a sample, where there is skin.
    pub(crate) fn hair(&self, column: usize, row: usize) -> Option<f64> {
        self.hair.get(row * self.columns + column).copied().filter(|_| self.has_skin(column, row))
    }

    /// Left and right edge of the skin inside a rectangle; `None` where there is none.
    pub(crate) fn extent(&self, bounds: &Bounds) -> Option<[f64; 2]> {
        let [columns, rows] = self.samples(bounds);
        let on = |column: &usize| rows.clone().any(|row| self.has_skin(*column, row));
        let (first, last) = (columns.clone().find(on)?, columns.rev().find(on)?);
        Some([first, last].map(|column| self.spot(column as f64, 0.0).x))
    }

    /// Whether the left, right, upper and lower edge of a rectangle cut the skin.
    pub(crate) fn cuts(&self, bounds: &Bounds) -> [bool; 4] {
        let [columns, rows] = self.samples(bounds);
        let down = |column: usize| rows.clone().any(|row| self.has_skin(column, row));
        let along = |row: usize| columns.clone().any(|column| self.has_skin(column, row));
        [down(columns.start), down(columns.end - 1), along(rows.start), along(rows.end - 1)]
    }

    /// The columns and rows inside a rectangle, one at least of each.
    fn samples(&self, bounds: &Bounds) -> [Range<usize>; 2] {
        let [from, to] = [bounds.min, bounds.max].map(|spot| (spot - self.origin) / self.step_mm);
        let range = |from: f64, to: f64, end: usize| {
            let first = (from.ceil().max(0.0) as usize).min(end - 1);
            first..((to.floor().max(0.0) as usize).min(end - 1) + 1).max(first + 1)
        };
        [range(from.x, to.x, self.columns), range(from.y, to.y, self.rows)]
    }

    /// Whether nothing stands before a place that is seen at a spot, so near to the viewer. The farthest of
    /// the samples around it decides, so that a place beside an edge is not taken for one behind it.
    pub(crate) fn sees(&self, spot: &Spot, near: f64) -> bool {
        let grid = (spot - self.origin) / self.step_mm;
        let inside = |v: f64, end: usize| v >= 0.0 && v <= (end - 1) as f64;
        if !inside(grid.x, self.columns) || !inside(grid.y, self.rows) {
            return false;
        }
        let (x, y) = (grid.x.floor() as usize, grid.y.floor() as usize);
        let corners = [(x, y), (x + 1, y), (x, y + 1), (x + 1, y + 1)];
        corners
            .iter()
            .filter_map(|&(x, y)| {
                self.depth.get(y.min(self.rows - 1) * self.columns + x.min(self.columns - 1))
            })
            .any(|&nearest| nearest <= near + BIAS_MM)
    }
}
