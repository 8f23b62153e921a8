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
        let mean = |a: f64, b: f64, c: f64| 0.25 * a + 0.5 * b + 0.25 * c;
        if columns == 0 || rows == 0 {
            return self;
        }
        let mut across = self.values.clone();
        for _ in 0..times {
            for (out, line) in across.chunks_mut(columns).zip(self.values.chunks(columns)) {
                for (out, near) in out.iter_mut().skip(1).zip(line.windows(3)) {
                    *out = mean(near[0], near[1], near[2]);
                }
                let (first, last) = (line[0], line[columns - 1]);
                out[0] = mean(first, first, line[1.min(columns - 1)]);
                out[columns - 1] = mean(line[columns.saturating_sub(2)], last, last);
            }
            let line = |row: usize| &across[row * columns..(row + 1) * columns];
            for (row, out) in self.values.chunks_mut(columns).enumerate() {
                let (above, own, below) =
                    (line(row.saturating_sub(1)), line(row), line((row + 1).min(rows - 1)));
                for (((out, above), own), below) in out.iter_mut().zip(above).zip(own).zip(below) {
                    *out = mean(*above, *own, *below);
                }
            }
        }
        self
    }

    /// Closed rings, in grid coordinates, around the values of at least each level; levels rise from above
    /// 0. Each cell is looked at once, whatever the number of levels.
    pub(crate) fn rings(&self, levels: &[f64]) -> Vec<Vec<Vec<Spot>>> {
        // Cells reach one beyond the grid on each side; each cell side has one number.
        let (wide, high) = (self.columns + 2, self.rows + 2);
        // How many levels each place reaches, with a rim around the grid that reaches none.
        let mut reached = vec![0_u16; wide * high];
        for (row, line) in self.values.chunks(self.columns).enumerate() {
            let own = &mut reached[(row + 1) * wide + 1..][..line.len()];
            for (reached, value) in own.iter_mut().zip(line) {
                *reached = levels.iter().take_while(|level| value >= level).count() as u16;
            }
        }
        let corners = |at: usize| [reached[at], reached[at + 1], reached[at + wide + 1], reached[at + wide]];
        // By level, the cells that its rings run through.
        let mut cells: Vec<Vec<usize>> = vec![Vec::new(); levels.len()];
        for row in 0..high - 1 {
            for at in row * wide..(row + 1) * wide - 1 {
                let [a, b, c, d] = corners(at);
                let (least, most) = (a.min(b).min(c).min(d), a.max(b).max(c).max(d));
                for cells in &mut cells[usize::from(least)..usize::from(most)] {
                    cells.push(at);
                }
            }
        }
        let mut next = vec![usize::MAX; 2 * wide * high];
        let rings = |(index, &level): (usize, &f64)| {
            let mut sides_left = Vec::new();
            for &at in &cells[index] {
                let inside = corners(at).map(|reached| usize::from(reached) > index);
                // Sides in the order of the corners: top, right, bottom, left; a side is twice the number
                // of its first corner, and one more where it is upright.
                let sides = [2 * at, 2 * (at + 1) + 1, 2 * (at + wide), 2 * at + 1];
                for k in 0..4 {
                    // A line enters where going round falls below the level and leaves at the
                    // nearest side after it where it rises again.
                    if inside[k] && !inside[(k + 1) % 4] {
                        let rise = (1..4).map(|j| (k + j) % 4).find(|&j| !inside[j] && inside[(j + 1) % 4]);
                        if let Some(j) = rise {
                            next[sides[k]] = sides[j];
                            sides_left.push(sides[k]);
                        }
                    }
                }
            }
            sides_left.sort_unstable();
            let mut rings = Vec::new();
            for start in sides_left {
                let mut ring = Vec::new();
                let mut at = start;
                while next[at] != usize::MAX {
                    ring.push(self.crossing(at, wide, level));
                    at = std::mem::replace(&mut next[at], usize::MAX);
                }
                if ring.len() > 2 {
                    rings.push(ring);
                }
            }
            rings
        };
        levels.iter().enumerate().map(rings).collect()
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
        let (a, along) = (line[from], line[to] - line[from]);
        let length = along.norm();
        let distance = |p: &Spot| match length < 1e-9 {
            true => (p - a).norm(),
            false => along.perp(&(p - a)).abs() / length,
        };
        let far = (from + 1..to).map(|k| (distance(&line[k]), k)).max_by(|x, y| x.0.total_cmp(&y.0));
        if let Some((_, k)) = far.filter(|(far, _)| *far > tolerance) {
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
        let rings = Field { columns, rows, values }.rings(&[1.0]).remove(0);
        assert_eq!(rings.len(), 1);
        assert!(rings[0].iter().all(|p| ((p - Spot::new(20.0, 20.0)).norm() - 10.0).abs() < 0.1));
    }

    #[test]
    fn rings_close_at_the_border_of_the_grid() {
        let rings = Field { columns: 4, rows: 3, values: vec![1.0; 12] }.rings(&[0.5]).remove(0);
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
