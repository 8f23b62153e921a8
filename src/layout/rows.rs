//! Rows of points that a hand can follow.

use nalgebra::Point2;

use super::domain::{Domain, Spot};
use super::seed::Seed;

/// Which spots stand in which row, each row by growing first coordinate.
#[derive(Clone, Debug)]
pub(super) struct Rows {
    rows: Vec<Vec<usize>>,
    /// How stiff a row is against bending.
    stiffness: f64,
    half: bool,
    /// Neighbours in a row farther apart than this are not tied, in mm.
    tie_mm: f64,
}

impl Rows {
    pub(super) fn new(domain: &Domain, layout: &Seed, spacing_mm: f64, stiffness: f64) -> Self {
        let Seed { spots, rows: row_of } = layout;
        let count = row_of.iter().max().map_or(0, |last| last + 1);
        let mut rows = vec![Vec::new(); count];
        for (spot, &row) in row_of.iter().enumerate() {
            rows[row].push(spot);
        }
        for row in &mut rows {
            row.sort_by(|&a, &b| spots[a].at.x.total_cmp(&spots[b].at.x));
        }
        Self { rows, stiffness, half: domain.half, tie_mm: 2.0 * spacing_mm }
    }

    /// Bends the second coordinates of `moved` back towards gently curved rows (Whittaker's
    /// smoothing: least squares with a penalty on second differences).
    pub(super) fn straighten(&self, spots: &[Spot], moved: &mut [Point2<f64>]) {
        if self.stiffness <= 0.0 {
            return;
        }
        for row in &self.rows {
            for run in row.chunk_by(|&a, &b| (spots[a].place() - spots[b].place()).norm() <= self.tie_mm) {
                let heights: Vec<f64> = run.iter().map(|&i| moved[i].y).collect();
                let first = &spots[run[0]];
                let image = if !self.half || first.place().x * 2.0 > self.tie_mm {
                    Image::None
                } else if first.on_midline() {
                    Image::AboutFirst
                } else {
                    Image::BeforeFirst
                };
                for (&i, height) in run.iter().zip(smooth(&heights, image, self.stiffness)) {
                    moved[i].y = height;
                }
            }
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Image {
    None,
    AboutFirst,
    BeforeFirst,
}

/// Solves `(1 + stiffness D'D) x = y`, `D` the second difference, a matrix of five diagonals.
fn smooth(heights: &[f64], image: Image, stiffness: f64) -> Vec<f64> {
    let mirrored: Vec<f64> = match image {
        Image::None => Vec::new(),
        Image::AboutFirst => heights[1..].iter().rev().copied().collect(),
        Image::BeforeFirst => heights.iter().rev().copied().collect(),
    };
    let skip = mirrored.len();
    let y: Vec<f64> = mirrored.into_iter().chain(heights.iter().copied()).collect();
    let n = y.len();
    if n < 3 {
        return heights.to_vec();
    }
    // Bands of the matrix: the diagonal and the two above it.
    let mut bands = vec![[1.0, 0.0, 0.0]; n];
    for i in 0..n - 2 {
        let d = [1.0, -2.0, 1.0];
        for a in 0..3 {
            for b in a..3 {
                bands[i + a][b - a] += stiffness * d[a] * d[b];
            }
        }
    }
    let mut x = y;
    // Cholesky's elimination without square roots.
    for i in 0..n {
        for k in 1..=2.min(n - 1 - i) {
            let factor = bands[i][k] / bands[i][0];
            for m in k..=2 {
                bands[i + k][m - k] -= factor * bands[i][m];
            }
            x[i + k] -= factor * x[i];
        }
    }
    for i in (0..n).rev() {
        for k in 1..=2.min(n - 1 - i) {
            x[i] -= bands[i][k] * x[i + k];
        }
        x[i] /= bands[i][0];
    }
    x.split_off(skip)
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn a_straight_row_stays_and_a_bent_one_is_eased() {
        let straight = [1.0, 2.0, 3.0, 4.0];
        for (a, b) in smooth(&straight, Image::None, 5.0).into_iter().zip(straight) {
            assert_relative_eq!(a, b, epsilon = 1e-12);
        }
        let eased = smooth(&[0.0, 0.0, 3.0, 0.0, 0.0], Image::None, 2.0);
        assert!(eased[2] < 2.0 && eased[1] > 0.0);
        assert_relative_eq!(eased.iter().sum::<f64>(), 3.0, epsilon = 1e-9);
    }
}
