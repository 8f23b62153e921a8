//! Nearest neighbours among places in space, by a uniform grid.

use crate::body::Place;

/// Places sorted into cubes.
#[derive(Clone, Debug)]
pub(super) struct Near {
    origin: Place,
    cell: f64,
    counts: [usize; 3],
    /// Where each cube's places start in `places`.
    starts: Vec<u32>,
    places: Vec<(Place, u32)>,
}

/// What rounding may take from a distance, in mm or mm2.
const ROUNDED: f64 = 1e-6;
/// More cubes than this are never made; they grow instead.
const MOST_CELLS: f64 = 2e6;

impl Default for Near {
    fn default() -> Self {
        Self::new(&[], &[], 1.0)
    }
}

impl Near {
    /// Sorts the places into cubes of at least `cell` mm, each known by its label.
    pub(super) fn new(places: &[Place], labels: &[u32], cell: f64) -> Self {
        let (low, high) = places.iter().fold(
            (Place::new(f64::MAX, f64::MAX, f64::MAX), Place::new(f64::MIN, f64::MIN, f64::MIN)),
            |(low, high), p| (low.inf(p), high.sup(p)),
        );
        let (low, high) = if places.is_empty() { (Place::origin(), Place::origin()) } else { (low, high) };
        let span = high - low;
        let mut cell = cell.max(1e-3);
        let cells = |cell: f64| span.iter().map(|s| (s / cell).floor() + 1.0).product::<f64>();
        while cells(cell) > MOST_CELLS {
            cell *= 1.5;
        }
        let counts = [0, 1, 2].map(|axis| (span[axis] / cell) as usize + 1);
        let mut near = Self {
            origin: low,
            cell,
            counts,
            starts: vec![0; counts.iter().product::<usize>() + 1],
            places: Vec::new(),
        };
        let keys: Vec<usize> = places.iter().map(|p| near.key(near.cube(p))).collect();
        for &key in &keys {
            near.starts[key + 1] += 1;
        }
        for i in 1..near.starts.len() {
            near.starts[i] += near.starts[i - 1];
        }
        let mut fill = near.starts.clone();
        near.places = vec![(Place::origin(), 0); places.len()];
        for ((place, &label), &key) in places.iter().zip(labels).zip(&keys) {
            near.places[fill[key] as usize] = (*place, label);
            fill[key] += 1;
        }
        near
    }

    fn cube(&self, at: &Place) -> [usize; 3] {
        let relative = (at - self.origin) / self.cell;
        [0, 1, 2].map(|axis| (relative[axis].max(0.0) as usize).min(self.counts[axis] - 1))
    }

    fn key(&self, [i, j, k]: [usize; 3]) -> usize {
        (k * self.counts[1] + j) * self.counts[0] + i
    }

    /// The places in one cube row from `i0` to `i1`, which stand together.
    fn row(&self, i0: usize, i1: usize, j: usize, k: usize) -> &[(Place, u32)] {
        let (first, last) = (self.key([i0, j, k]), self.key([i1, j, k]));
        &self.places[self.starts[first] as usize..self.starts[last + 1] as usize]
    }

    /// The nearest place and the squared distance to it, leaving out the place `but`. The lower index
    /// wins a tie.
    pub(super) fn nearest(&self, at: &Place, but: Option<u32>) -> Option<(u32, f64)> {
        let centre = self.cube(at);
        let mut best: Option<(f64, u32)> = None;
        let most = *self.counts.iter().max().unwrap_or(&1);
        for ring in 0..=most {
            // Everything beyond this ring is at least this far.
            let beyond = (ring as f64 - 1.0).max(0.0) * self.cell;
            if best.is_some_and(|(least, _)| least < beyond * beyond) {
                break;
            }
            self.visit_ring(centre, ring, |place, index| {
                if Some(index) != but {
                    let candidate = ((place - at).norm_squared(), index);
                    if best.is_none_or(|b| candidate < b) {
                        best = Some(candidate);
                    }
                }
            });
        }
        best.map(|(distance, index)| (index, distance))
    }

    fn visit_ring(&self, centre: [usize; 3], ring: usize, mut with: impl FnMut(&Place, u32)) {
        let range = |axis: usize| {
            centre[axis].saturating_sub(ring)..=(centre[axis] + ring).min(self.counts[axis] - 1)
        };
        let on = |axis: usize, x: usize| x.abs_diff(centre[axis]) == ring;
        for k in range(2) {
            for j in range(1) {
                let mut visit = |i0: usize, i1: usize| {
                    for (place, index) in self.row(i0, i1, j, k) {
                        with(place, *index);
                    }
                };
                let (first, last) = (*range(0).start(), *range(0).end());
                if ring == 0 || on(2, k) || on(1, j) {
                    visit(first, last);
                } else {
                    if on(0, first) {
                        visit(first, first);
                    }
                    if last > first && on(0, last) {
                        visit(last, last);
                    }
                }
            }
        }
    }

    /// Calls `with(index, squared distance)` for each place within `radius`.
    pub(super) fn within(&self, at: &Place, radius: f64, mut with: impl FnMut(u32, f64)) {
        let reach = radius * radius;
        let per_mm = 1.0 / self.cell;
        let low = self.cube(&(at - nalgebra::Vector3::repeat(radius)));
        let high = self.cube(&(at + nalgebra::Vector3::repeat(radius)));
        // How far a slab of cubes is, squared; those at the ends of the grid hold all beyond them too.
        let relative = at - self.origin;
        let apart = |axis: usize, slab: usize| {
            let start = slab as f64 * self.cell;
            let apart = (start - relative[axis]).max(relative[axis] - start - self.cell).max(0.0);
            apart * apart
        };
        for k in low[2]..=high[2] {
            let left = reach - apart(2, k);
            for j in low[1]..=high[1] {
                let left = left - apart(1, j);
                if left < -ROUNDED {
                    continue;
                }
                let half = left.max(0.0).sqrt() + ROUNDED;
                let along = |x: f64| ((x * per_mm).max(0.0) as usize).min(self.counts[0] - 1);
                let (first, last) = (along(relative.x - half), along(relative.x + half));
                for (place, index) in self.row(first, last, j, k) {
                    let squared = (place - at).norm_squared();
                    if squared <= reach {
                        with(*index, squared);
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn place() -> impl Strategy<Value = Place> {
        (-80.0..80.0, -80.0..80.0, -40.0..40.0).prop_map(|(x, y, z)| Place::new(x, y, z))
    }

    proptest! {
        #[test]
        fn the_grid_finds_what_a_plain_search_finds(
            places in prop::collection::vec(place(), 1..80),
            at in place(),
            cell in 1.0..60.0f64,
        ) {
            let labels: Vec<u32> = (0..places.len() as u32).collect();
            let near = Near::new(&places, &labels, cell);
            let plain = (0..places.len() as u32).map(|i| ((places[i as usize] - at).norm_squared(), i)).fold((f64::MAX, 0), |a, b| if b < a { b } else { a });
            prop_assert_eq!(near.nearest(&at, None), Some((plain.1, plain.0)));
            let mut found = Vec::new();
            near.within(&at, 30.0, |i, _| found.push(i));
            found.sort_unstable();
            let expected: Vec<u32> = (0..places.len() as u32).filter(|&i| (places[i as usize] - at).norm_squared() <= 900.0).collect();
            prop_assert_eq!(found, expected);
        }
    }
}
