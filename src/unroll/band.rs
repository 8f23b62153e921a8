//! Symmetric systems of equations whose entries lie near the diagonal.

/// The lower half of a symmetric matrix: of each row the last `width + 1` entries up to the diagonal.
#[derive(Clone, Debug)]
pub(super) struct Band {
    rows: usize,
    width: usize,
    entries: Vec<f64>,
}

impl Band {
    /// A matrix of zeros of so many rows, with entries up to `width` from the diagonal.
    pub(super) fn new(rows: usize, width: usize) -> Self {
        let width = width.min(rows.saturating_sub(1));
        Self { rows, width, entries: vec![0.0; rows * (width + 1)] }
    }

    pub(super) fn clear(&mut self) {
        self.entries.fill(0.0);
    }

    /// Adds to an entry; those on both sides of the diagonal are one.
    pub(super) fn add(&mut self, row: usize, column: usize, value: f64) {
        let (row, column) = (row.max(column), row.min(column));
        debug_assert!(row - column <= self.width);
        self.entries[row * (self.width + 1) + self.width + column - row] += value;
    }

    /// Adds a part of the greatest entry on the diagonal to all of them.
    pub(super) fn hold(&mut self, part: f64) {
        let step = self.width + 1;
        let diagonal = || (0..self.rows).map(|row| row * step + self.width);
        let most = diagonal().map(|k| self.entries[k]).fold(0.0, f64::max);
        for k in diagonal() {
            self.entries[k] += part * most;
        }
    }

    /// The `x` for which the matrix times `x` is `right`, after Cholesky; the matrix becomes its own
    /// triangular factor. `None` where it is not positive definite.
    pub(super) fn solve(&mut self, mut right: Vec<f64>) -> Option<Vec<f64>> {
        let (width, step) = (self.width, self.width + 1);
        for row in 0..self.rows {
            let first = row.saturating_sub(width);
            let (done, own) = self.entries.split_at_mut(row * step);
            let own = &mut own[..step];
            for column in first..row {
                // Columns from `start` on stand in both rows.
                let start = first.max(column.saturating_sub(width));
                let above = &done[column * step..(column + 1) * step];
                let (a, b) = (width + start - row, width + start - column);
                let count = column - start;
                let rest = own[width + column - row] - dot(&own[a..a + count], &above[b..b + count]);
                own[width + column - row] = rest / above[width];
            }
            let left = &own[width + first - row..width];
            let pivot = own[width] - dot(left, left);
            if !(pivot > 0.0 && pivot.is_finite()) {
                return None;
            }
            let known = dot(left, &right[first..row]);
            own[width] = pivot.sqrt();
            right[row] = (right[row] - known) / own[width];
        }
        for row in (0..self.rows).rev() {
            let own = &self.entries[row * step..(row + 1) * step];
            right[row] /= own[width];
            let (first, value) = (row.saturating_sub(width), right[row]);
            for (x, factor) in right[first..row].iter_mut().zip(&own[width + first - row..width]) {
                *x -= factor * value;
            }
        }
        Some(right)
    }
}

/// The sum of products, in four strands so that it is quick and always the same.
fn dot(a: &[f64], b: &[f64]) -> f64 {
    let (a4, b4) = (a.chunks_exact(4), b.chunks_exact(4));
    let rest: f64 = a4.remainder().iter().zip(b4.remainder()).map(|(x, y)| x * y).sum();
    let mut strands = [0.0; 4];
    for (x, y) in a4.zip(b4) {
        for k in 0..4 {
            strands[k] += x[k] * y[k];
        }
    }
    (strands[0] + strands[1]) + (strands[2] + strands[3]) + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_solution_solves_its_system() {
        for (rows, width) in [(1, 0), (2, 5), (9, 1), (40, 7)] {
            let mut band = Band::new(rows, width);
            for row in 0..rows {
                band.add(row, row, 4.0 + width as f64);
                for column in row.saturating_sub(width)..row {
                    band.add(column, row, libm::sin((3 * row + column) as f64));
                }
            }
            let full = |band: &Band, row: usize, column: usize| {
                let (row, column) = (row.max(column), row.min(column));
                let near = row - column <= band.width;
                if near { band.entries[row * (band.width + 1) + band.width + column - row] } else { 0.0 }
            };
            let matrix = band.clone();
            let right: Vec<f64> = (0..rows).map(|k| 1.0 + k as f64).collect();
            let x = band.solve(right.clone()).expect("positive definite");
            for (row, wanted) in right.iter().enumerate() {
                let sum: f64 = x.iter().enumerate().map(|(k, x)| full(&matrix, row, k) * x).sum();
                assert!((sum - wanted).abs() < 1e-9, "{rows} {width}");
            }
        }
        assert_eq!(Band::new(3, 1).solve(vec![1.0; 3]), None);
    }
}
