//! Rings around what is at least as high as a level, on a grid of values (marching squares).

use super::Spot;

/// Values on a grid, row by row.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    /// Values a row.
    pub columns: usize,
    /// Rows.
    pub rows: usize,
    /// The values.
    pub values: Vec<f64>,
}

impl Field {
    fn at(&self, column: isize, row: isize) -> f64 {
        // Outside lies a rim lower than any level, so that every ring closes.
        if column < 0 || row < 0 || column >= self.columns as isize || row >= self.rows as isize {
            return -1.0;
        }
        self.values.get(row as usize * self.columns + column as usize).copied().unwrap_or(-1.0)
    }

    /// Each value the mean of itself and its neighbours, weighted 1 2 1 both ways, `times` times.
    pub(crate) fn smoothed(mut self, times: usize) -> Self {
        let (columns, rows) = (self.columns, self.rows);
        for _ in 0..times {
            let old = self.values.clone();
            for (row, line) in old.chunks(columns).enumerate() {
                for column in 0..columns {
                    let (left, right) = (line[column.saturating_sub(1)], line[(column + 1).min(columns - 1)]);
                    self.values[row * columns + column] = 0.25 * left + 0.5 * line[column] + 0.25 * right;
                }
            }
            let old = self.values.clone();
            let line = |row: usize| &old[row * columns..(row + 1) * columns];
            for row in 0..rows {
                let (above, own, below) =
                    (line(row.saturating_sub(1)), line(row), line((row + 1).min(rows - 1)));
                for column in 0..columns {
                    self.values[row * columns + column] =
                        0.25 * above[column] + 0.5 * own[column] + 0.25 * below[column];
                }
            }
        }
        self
    }

    /// Closed rings, in grid coordinates, around the values of at least `level` (above 0).
    pub(crate) fn rings(&self, level: f64) -> Vec<Vec<Spot>> {
        // Cells reach one beyond the grid on each side; each cell side has one number.
        let (wide, high) = (self.columns + 2, self.rows + 2);
        let side =
            |column: usize, row: usize, vertical: bool| 2 * (row * wide + column) + usize::from(vertical);
        let mut next = vec![usize::MAX; 2 * wide * high];
        // Whether each place is inside, with a rim around the grid that is not.
        let mut inside = vec![false; wide * high];
        for (row, line) in self.values.chunks(self.columns).enumerate() {
            for (column, value) in line.iter().enumerate() {
                inside[(row + 1) * wide + column + 1] = *value >= level;
            }
        }
        for row in 0..high - 1 {
            for column in 0..wide - 1 {
                let at = row * wide + column;
                let corners = [inside[at], inside[at + 1], inside[at + wide + 1], inside[at + wide]];
                if corners == [corners[0]; 4] {
                    continue;
                }
                // Sides in the order of the corners: top, right, bottom, left.
                let sides = [
                    side(column, row, false),
                    side(column + 1, row, true),
                    side(column, row + 1, false),
                    side(column, row, true),
                ];
                for k in 0..4 {
                    // A line enters where going round falls below the level and leaves at the
                    // nearest side after it where it rises again.
                    if corners[k] && !corners[(k + 1) % 4] {
                        let rise = (1..4).map(|j| (k + j) % 4).find(|&j| !corners[j] && corners[(j + 1) % 4]);
                        if let Some(j) = rise {
                            next[sides[k]] = sides[j];
                        }
                    }
                }
            }
        }
        let mut rings = Vec::new();
        for start in 0..next.len() {
            let mut ring = Vec::new();
            let mut at = start;
            while let Some(&to) = next.get(at).filter(|&&to| to != usize::MAX) {
                next[at] = usize::MAX;
                ring.push(self.crossing(at, wide, level));
                at = to;
            }
            if ring.len() > 2 {
                rings.push(ring);
            }
        }
        rings
    }

    /// Where a cell side crosses the level.
    fn crossing(&self, side: usize, wide: usize, level: f64) -> Spot {
        let (column, row) = ((side / 2 % wide) as isize - 1, (side / 2 / wide) as isize - 1);
        let (dc, dr) = if side % 2 == 1 { (0, 1) } else { (1, 0) };
        let (a, b) = (self.at(column, row), self.at(column + dc, row + dr));
        let t = if (b - a).abs() < 1e-12 { 0.5 } else { ((level - a) / (b - a)).clamp(0.0, 1.0) };
        Spot::new(column as f64 + t * dc as f64, row as f64 + t * dr as f64)
    }
}

/// A line with the places left out that lie within `tolerance` of it (Douglas and Peucker 1973).
pub(crate) fn simplified(line: &[Spot], tolerance: f64) -> Vec<Spot> {
    let mut keep = vec![false; line.len()];
    let mut open = vec![(0, line.len().saturating_sub(1))];
    for end in [0, line.len().saturating_sub(1)] {
        if let Some(kept) = keep.get_mut(end) {
            *kept = true;
        }
    }
    while let Some((from, to)) = open.pop() {
        if to <= from + 1 {
            continue;
        }
        let (a, b) = (line[from], line[to]);
        let distance = |p: &Spot| {
            let along = b - a;
            let length = along.norm();
            if length < 1e-9 { (p - a).norm() } else { along.perp(&(p - a)).abs() / length }
        };
        let far = (from + 1..to).map(|k| (distance(&line[k]), k)).max_by(|x, y| x.0.total_cmp(&y.0));
        if let Some((far, k)) = far.filter(|(far, _)| *far > tolerance) {
            let _ = far;
            keep[k] = true;
            open.extend([(from, k), (k, to)]);
        }
    }
    line.iter().zip(keep).filter_map(|(spot, keep)| keep.then_some(*spot)).collect()
}

/// A ring simplified: the place farthest from the first is kept too, so that it stays a ring.
pub(crate) fn simplified_ring(ring: &[Spot], tolerance: f64) -> Vec<Spot> {
    let Some(first) = ring.first() else { return Vec::new() };
    let far = ring
        .iter()
        .enumerate()
        .map(|(k, p)| ((p - first).norm_squared(), k))
        .max_by(|x, y| x.0.total_cmp(&y.0))
        .map_or(0, |(_, k)| k);
    let mut out = simplified(&ring[..=far], tolerance);
    let back: Vec<Spot> = ring[far..].iter().chain([first]).copied().collect();
    out.extend(simplified(&back, tolerance).into_iter().skip(1));
    out.pop();
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disc_gives_one_ring_of_its_radius() {
        let (columns, rows) = (41, 41);
        let values = (0..columns * rows)
            .map(|i| 10.0 - f64::hypot((i % columns) as f64 - 20.0, (i / columns) as f64 - 20.0) + 1.0)
            .collect();
        let rings = Field { columns, rows, values }.rings(1.0);
        assert_eq!(rings.len(), 1);
        assert!(rings[0].iter().all(|p| ((p - Spot::new(20.0, 20.0)).norm() - 10.0).abs() < 0.1));
    }

    #[test]
    fn rings_close_at_the_border_of_the_grid() {
        let rings = Field { columns: 4, rows: 3, values: vec![1.0; 12] }.rings(0.5);
        assert_eq!(rings.len(), 1);
        assert_eq!(rings[0].len(), 14);
    }

    #[test]
    fn simplifying_a_ring_keeps_its_corners() {
        let square: Vec<Spot> = (0..40)
            .map(|k| {
                let (side, along) = (k / 10, f64::from(k % 10) / 10.0);
                match side {
                    0 => Spot::new(along, 0.0),
                    1 => Spot::new(1.0, along),
                    2 => Spot::new(1.0 - along, 1.0),
                    _ => Spot::new(0.0, 1.0 - along),
                }
            })
            .collect();
        assert_eq!(simplified_ring(&square, 0.01).len(), 4);
    }
}
