//! Where a distance-like function over a chart equals zero: marching squares, looking only at cells
//! near the line.

use std::collections::{BTreeMap, HashMap};

use nalgebra::{Point2, Vector2};

use crate::geometry::{Polygon, ring_contains, signed_area};

/// A grid over a chart. Node `(0, 0)` stands at the origin, so that grids are mirror images.
#[derive(Clone, Copy, Debug)]
pub(super) struct Grid {
    /// Chart units per cell.
    pub(super) step: Vector2<f64>,
    /// Least node.
    pub(super) low: (i64, i64),
    /// Greatest node.
    pub(super) high: (i64, i64),
}

impl Grid {
    pub(super) fn node(&self, i: i64, j: i64) -> Point2<f64> {
        Point2::new(i as f64 * self.step.x, j as f64 * self.step.y)
    }
}

/// What is to be contoured.
pub(super) trait Field {
    /// The value at a chart coordinate, in mm; it changes by at most 1 mm per mm of skin.
    fn value(&mut self, at: Point2<f64>) -> f64;
    /// Whether the value may be zero somewhere in a chart box around a place.
    fn may_cross(&mut self, middle: Point2<f64>, half: Vector2<f64>) -> bool;
}

/// The places where the field is positive, as polygons with holes, inside the grid.
pub(super) fn positive(field: &mut impl Field, grid: Grid) -> Vec<Polygon> {
    let mut march = March { field, grid, values: HashMap::new(), next: BTreeMap::new(), at: HashMap::new() };
    let mut block = 1;
    while block < 32 {
        block *= 2;
    }
    let (mut j, (low, high)) = (grid.low.1, (grid.low, grid.high));
    while j < high.1 {
        let mut i = low.0;
        while i < high.0 {
            march.block(i, j, block);
            i += block;
        }
        j += block;
    }
    nest(march.rings())
}

/// A crossing this near to zero will do, in mm.
const CLOSE_MM: f64 = 5e-3;

/// A cell edge: its lower or left node and whether it runs along the first coordinate.
type EdgeKey = (i64, i64, bool);

struct March<'a, F> {
    field: &'a mut F,
    grid: Grid,
    values: HashMap<(i64, i64), f64>,
    /// From where the line enters a cell to where it leaves it.
    next: BTreeMap<EdgeKey, EdgeKey>,
    at: HashMap<EdgeKey, Point2<f64>>,
}

impl<F: Field> March<'_, F> {
    /// Visits a block of `size` x `size` cells unless the line cannot run through it. Blocks at the
    /// grid's border are always visited: the line is closed along it.
    fn block(&mut self, i: i64, j: i64, size: i64) {
        let Grid { low, high, step } = self.grid;
        if i >= high.0 || j >= high.1 {
            return;
        }
        if size == 1 {
            return self.cell(i, j);
        }
        let inside = i > low.0 && j > low.1 && i + size < high.0 && j + size < high.1;
        if inside {
            let half = step * (size as f64 / 2.0);
            let middle = self.grid.node(i, j) + half;
            if !self.field.may_cross(middle, half) {
                return;
            }
        }
        let half = size / 2;
        for (di, dj) in [(0, 0), (half, 0), (0, half), (half, half)] {
            self.block(i + di, j + dj, half);
        }
    }

    fn value(&mut self, i: i64, j: i64) -> f64 {
        let Grid { low, high, .. } = self.grid;
        if i <= low.0 || j <= low.1 || i >= high.0 || j >= high.1 {
            return -1.0;
        }
        let (field, grid) = (&mut *self.field, self.grid);
        *self.values.entry((i, j)).or_insert_with(|| field.value(grid.node(i, j)))
    }

    fn cell(&mut self, i: i64, j: i64) {
        let corners = [(i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1)];
        let values = corners.map(|(i, j)| self.value(i, j));
        let inside = values.map(|value| value > 0.0);
        if inside == [true; 4] || inside == [false; 4] {
            return;
        }
        let edges: [EdgeKey; 4] = [(i, j, true), (i + 1, j, false), (i, j + 1, true), (i, j, false)];
        let crossed: Vec<usize> = (0..4).filter(|&e| inside[e] != inside[(e + 1) % 4]).collect();
        for &e in &crossed {
            if !self.at.contains_key(&edges[e]) {
                let (a, b) = (corners[e], corners[(e + 1) % 4]);
                let at = self.crossing((a, values[e]), (b, values[(e + 1) % 4]));
                self.at.insert(edges[e], at);
            }
        }
        // With the positive side on the left, a line starts where the cell's border leaves it.
        let middle = self.grid.node(i, j) + self.grid.step / 2.0;
        let joined = crossed.len() == 4 && self.field.value(middle) > 0.0;
        for (k, &e) in crossed.iter().enumerate() {
            if inside[e] {
                let n = crossed.len();
                let end = if joined { crossed[(k + 1) % n] } else { crossed[(k + n - 1) % n] };
                self.next.insert(edges[e], edges[end]);
            }
        }
    }

    /// Where the field is zero between two nodes: a linear guess, mended twice.
    fn crossing(&mut self, a: ((i64, i64), f64), b: ((i64, i64), f64)) -> Point2<f64> {
        let place = |n: (i64, i64)| self.grid.node(n.0, n.1);
        // From the lesser node, so that both cells beside the edge find the same place.
        let (a, b) = if a.0 <= b.0 { (a, b) } else { (b, a) };
        let (pa, pb) = (place(a.0), place(b.0));
        let (mut low, mut high) = ((0.0, a.1), (1.0, b.1));
        let mut t = 0.5;
        for _ in 0..3 {
            t = (low.0 + (high.0 - low.0) * low.1 / (low.1 - high.1)).clamp(0.0, 1.0);
            let value = self.field.value(pa + (pb - pa) * t);
            if value.abs() < CLOSE_MM {
                break;
            }
            if (value > 0.0) == (low.1 > 0.0) {
                low = (t, value);
            } else {
                high = (t, value);
            }
        }
        pa + (pb - pa) * t
    }

    fn rings(mut self) -> Vec<Vec<Point2<f64>>> {
        let mut rings = Vec::new();
        while let Some((&start, _)) = self.next.first_key_value() {
            let mut ring: Vec<Point2<f64>> = Vec::new();
            let mut key = start;
            while let Some(following) = self.next.remove(&key) {
                if let Some(at) = self.at.get(&key).filter(|at| ring.last() != Some(at)) {
                    ring.push(*at);
                }
                key = following;
            }
            if ring.len() > 3 && ring.first() == ring.last() {
                ring.pop();
            }
            if ring.len() >= 3 && signed_area(&ring) != 0.0 {
                rings.push(ring);
            }
        }
        rings
    }
}

/// Gives each clockwise ring to the smallest counter-clockwise ring around it.
fn nest(rings: Vec<Vec<Point2<f64>>>) -> Vec<Polygon> {
    let (outers, holes): (Vec<_>, Vec<_>) = rings.into_iter().partition(|ring| signed_area(ring) > 0.0);
    let areas: Vec<f64> = outers.iter().map(|ring| signed_area(ring)).collect();
    let mut owned: Vec<Vec<Vec<Point2<f64>>>> = vec![Vec::new(); outers.len()];
    for hole in holes {
        let owner = (0..outers.len())
            .filter(|&o| ring_contains(&outers[o], &hole[0]))
            .min_by(|&a, &b| areas[a].total_cmp(&areas[b]));
        if let Some(owner) = owner {
            owned[owner].push(hole);
        }
    }
    outers.into_iter().zip(owned).map(|(outer, holes)| Polygon::from_sound_rings(outer, holes)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    struct Ring;

    impl Field for Ring {
        fn value(&mut self, at: Point2<f64>) -> f64 {
            let r = at.coords.norm();
            (20.0 - r).min(r - 8.0)
        }
        fn may_cross(&mut self, middle: Point2<f64>, half: Vector2<f64>) -> bool {
            self.value(middle).abs() <= half.norm()
        }
    }

    #[test]
    fn a_ring_is_found_with_its_hole() {
        let grid = Grid { step: Vector2::new(1.0, 1.0), low: (-40, -40), high: (40, 40) };
        let found = positive(&mut Ring, grid);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].holes().len(), 1);
        assert_relative_eq!(found[0].area(), std::f64::consts::PI * (400.0 - 64.0), max_relative = 2e-3);
        for (p, r) in
            found[0].outer().iter().map(|p| (p, 20.0)).chain(found[0].holes()[0].iter().map(|p| (p, 8.0)))
        {
            assert_relative_eq!(p.coords.norm(), r, epsilon = 1e-2);
        }
    }
}
