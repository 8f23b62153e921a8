//! What of a body is seen: the nearest skin on a grid over a view, and tests of what is hidden.

use std::ops::{Add, Mul, Range};

use super::camera::{Camera, Window};
use super::mesh::{Mesh, Vertex};
use super::{Bounds, Spot};

/// How far behind the nearest skin a place may lie and still be seen, in body mm. Covers the mesh's
/// chords, which cut inside the smooth skin.
const BIAS_MM: f64 = 1.2;

/// Part of a step by which triangles overlap, so that none of the samples between two of them is lost.
const EDGE: f64 = 1e-9;

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
    /// Which triangle of the mesh that is, and how much of its second and third corner, row by row.
    nearest: Vec<(u32, [f32; 2])>,
}

/// The first sample from a place on; casts cut off what is below 0.
fn first(from: f64) -> usize {
    let whole = from as u32;
    whole as usize + usize::from(from > f64::from(whole))
}

/// Beyond the last sample of so many up to a place.
fn end(to: f64, count: usize) -> usize {
    if to < 0.0 { 0 } else { (to as usize + 1).min(count) }
}

/// A corner as drawn: its position in samples, and its depth.
type Corner = (Spot, f64);

impl Raster {
    /// Draws a mesh as a camera at 1:1 sees it. Skin is seen from outside only.
    pub(crate) fn new(mesh: &Mesh, camera: &Camera, window: &Window, step_mm: f64) -> Self {
        let bounds = window.bounds(camera);
        let count = |length: f64| (length / step_mm).ceil().max(1.0) as usize + 1;
        let (columns, rows) = (count(bounds.max.x - bounds.min.x), count(bounds.max.y - bounds.min.y));
        let mut raster = Self {
            columns,
            rows,
            step_mm,
            origin: bounds.min,
            depth: vec![f64::NEG_INFINITY; columns * rows],
            nearest: vec![(0, [0.0; 2]); columns * rows],
        };
        let seen = |vertex: &Vertex| {
            let (spot, depth) = camera.project(&vertex.place);
            (Spot::from((spot - raster.origin) / step_mm), depth)
        };
        let seen: Vec<Corner> = mesh.vertices.iter().map(seen).collect();
        for (number, triangle) in (0..).zip(&mesh.triangles) {
            let [Some(a), Some(b), Some(c)] = triangle.map(|i| seen.get(i as usize)) else { continue };
            raster.fill(number, [a, b, c]);
        }
        raster
    }

    /// Draws one triangle given in samples.
    fn fill(&mut self, number: u32, [a, b, c]: [&Corner; 3]) {
        let (to_b, to_c) = (b.0 - a.0, c.0 - a.0);
        // Down is positive, so that a triangle that faces the viewer turns the other way.
        let area = to_b.perp(&to_c);
        if area > -1e-9 {
            return;
        }
        let (xs, ys) = ([a.0.x, b.0.x, c.0.x], [a.0.y, b.0.y, c.0.y]);
        let least = |v: [f64; 3]| v[0].min(v[1]).min(v[2]);
        let greatest = |v: [f64; 3]| v[0].max(v[1]).max(v[2]);
        let (left, right) = (least(xs), greatest(xs));
        let (to_b, to_c) = (to_b / area, to_c / area);
        // How much of each corner a step to the right adds, and where along a row there is none of it.
        let steps = [to_b.y - to_c.y, to_c.y, -to_b.y];
        let none = steps.map(|step| -1.0 / step);
        for y in first(least(ys))..end(greatest(ys), self.rows) {
            let down = y as f64 - a.0.y;
            let (wb, wc) = (-down * to_c.x, down * to_b.x);
            let (mut from, mut to) = (left, right);
            for ((weight, step), none) in [1.0 - wb - wc, wb, wc].into_iter().zip(steps).zip(none) {
                let x = a.0.x + weight * none;
                if step > 0.0 {
                    from = from.max(x);
                } else if step < 0.0 {
                    to = to.min(x);
                }
            }
            for x in first(from - EDGE)..end(to + EDGE, self.columns) {
                let across = x as f64 - a.0.x;
                let (wb, wc) = (wb + across * to_c.y, wc - across * to_b.y);
                let depth = a.1 + (b.1 - a.1) * wb + (c.1 - a.1) * wc;
                let index = y * self.columns + x;
                if depth > self.depth[index] {
                    self.depth[index] = depth;
                    self.nearest[index] = (number, [wb as f32, wc as f32]);
                }
            }
        }
    }

    /// A value of the nearest skin at a sample, where there is skin, from those of the corners of its mesh.
    pub(crate) fn mean<T>(&self, mesh: &Mesh, sample: usize, value: impl Fn(&Vertex) -> T) -> Option<T>
    where
        T: Mul<f64, Output = T> + Add<Output = T>,
    {
        let (number, [b, c]) = *self.nearest.get(sample).filter(|_| self.is_skin(sample))?;
        let [first, second, third] =
            mesh.triangles[number as usize].map(|i| value(&mesh.vertices[i as usize]));
        let (b, c) = (f64::from(b), f64::from(c));
        Some(first * (1.0 - b - c) + second * b + third * c)
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

    /// Whether there is skin at a sample, counted row by row.
    pub(crate) fn is_skin(&self, sample: usize) -> bool {
        self.depth.get(sample).is_some_and(|depth| depth.is_finite())
    }

    fn has_skin(&self, column: usize, row: usize) -> bool {
        self.is_skin(row * self.columns + column)
    }

    /// How near the skin that is seen at a spot is to the viewer, where there is skin.
    pub(crate) fn depth(&self, spot: &Spot) -> Option<f64> {
        let grid = (spot - self.origin) / self.step_mm;
        let inside =
            |v: f64, end: usize| (v > -0.5 && v < end as f64 - 0.5).then(|| v.round().max(0.0) as usize);
        let (column, row) = (inside(grid.x, self.columns)?, inside(grid.y, self.rows)?);
        self.depth.get(row * self.columns + column).copied().filter(|depth| depth.is_finite())
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

#[cfg(test)]
mod tests {
    use super::*;
    use nalgebra::Vector3;
    use proptest::prelude::*;

    fn corner(x: f64, y: f64, z: f64) -> Vertex {
        Vertex { hair: x, ..Vertex::bare(crate::body::Place::new(x, y, z), Vector3::z()) }
    }

    proptest! {
        #[test]
        fn a_triangle_is_seen_where_it_is_and_from_outside_only(
            at in prop::array::uniform3(prop::array::uniform3(-12.0..12.0_f64)),
        ) {
            let mut mesh = Mesh { vertices: at.map(|[x, y, z]| corner(x, y, z)).to_vec(), triangles: vec![[0, 1, 2]] };
            mesh.face_outwards();
            let window = Window { x: [-10.0, 10.0], y: [-10.0, 10.0] };
            let raster = Raster::new(&mesh, &Camera::new(0.0, 0.0), &window, 1.0);
            let [a, b, c] = mesh.triangles[0].map(|corner| mesh.vertices[corner as usize].place);
            let area = (b - a).xy().perp(&(c - a).xy());
            prop_assume!(area > 1e-3);
            for sample in 0..raster.columns * raster.rows {
                let spot = raster.spot((sample % raster.columns) as f64, (sample / raster.columns) as f64);
                let here = Spot::new(spot.x, -spot.y);
                // How much of each corner there is.
                let shares = [(b, c), (c, a), (a, b)].map(|(from, to)| {
                    (to - from).xy().perp(&(here - from.xy())) / area
                });
                let least = shares.iter().copied().fold(f64::INFINITY, f64::min);
                if least.abs() > 1e-6 {
                    prop_assert_eq!(raster.is_skin(sample), least > 0.0, "{:?} at {}", shares, here);
                }
                if let Some(x) = raster.mean(&mesh, sample, |corner| corner.hair) {
                    let near = shares[0] * a.z + shares[1] * b.z + shares[2] * c.z;
                    prop_assert!((x - here.x).abs() < 1e-4 && (raster.depth[sample] - near).abs() < 1e-6);
                }
            }
            let behind = Raster::new(&mesh, &Camera::new(180.0, 0.0), &window, 1.0);
            prop_assert!((0..behind.depth.len()).all(|sample| !behind.is_skin(sample)));
        }
    }
}
