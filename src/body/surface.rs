//! A bicubic spline through a table of values on a grid of unequal steps.
//!
//! Twice continuously differentiable: the tangents in each direction are those of the cubic spline
//! through the table, so normals and shading have no creases.

/// A smooth function of two coordinates, even in the first.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Surface {
    us: Axis,
    vs: Axis,
    /// Value, du, dv, dudv at each knot, row by row of `vs`.
    knots: Vec<[f64; 4]>,
    /// Whether each knot's value is known, row by row.
    known: Vec<bool>,
}

/// How the spline leaves the last column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// The slope is zero: the surface is even about the last column too.
    Even,
    /// The second derivative is zero.
    Free,
}

impl Surface {
    /// A spline through `rows[v][u]`; NaN at the end of a row marks places without skin. `None` where
    /// the axes do not grow strictly from 0, are shorter than 3, or the rows do not fit them.
    pub(super) fn new(us: Vec<f64>, vs: Vec<f64>, rows: &[Vec<f64>], end: End) -> Option<Self> {
        let grows = |axis: &[f64]| {
            axis.len() >= 3
                && axis.iter().all(|x| x.is_finite())
                && axis.windows(2).all(|pair| pair[0] < pair[1])
        };
        let fits = |row: &Vec<f64>| row.len() == us.len() && !row.iter().any(|x| x.is_infinite());
        if !grows(&us) || !grows(&vs) || us[0] != 0.0 || rows.len() != vs.len() || !rows.iter().all(fits) {
            return None;
        }
        let known: Vec<bool> = rows.iter().flatten().map(|x| !x.is_nan()).collect();
        let values = filled(&us, rows)?;
        let (columns, count) = (us.len(), us.len() * vs.len());
        let mut knots = vec![[0.0; 4]; count];
        for (knot, value) in knots.iter_mut().zip(values.iter().flatten()) {
            knot[0] = *value;
        }
        for row in knots.chunks_mut(columns) {
            let slopes = slopes(&us, &row.iter().map(|k| k[0]).collect::<Vec<_>>(), true, end == End::Even);
            for (knot, slope) in row.iter_mut().zip(slopes) {
                knot[1] = slope;
            }
        }
        for (from, to) in [(0, 2), (1, 3)] {
            for column in 0..columns {
                let line: Vec<f64> = knots.iter().skip(column).step_by(columns).map(|k| k[from]).collect();
                for (row, slope) in slopes(&vs, &line, false, false).into_iter().enumerate() {
                    knots[row * columns + column][to] = slope;
                }
            }
        }
        Some(Self { us: Axis::new(us), vs: Axis::new(vs), knots, known })
    }

    /// Value and its derivatives by u and v. Outside the table the nearest border counts.
    pub(super) fn at(&self, u: f64, v: f64) -> (f64, f64, f64) {
        let (i, s, hu) = self.us.locate(u);
        let (j, t, hv) = self.vs.locate(v);
        let (bu, cu) = (hermite(s, hu), hermite_slope(s, hu));
        let (bv, cv) = (hermite(t, hv), hermite_slope(t, hv));
        let columns = self.us.knots.len();
        let (mut value, mut by_u, mut by_v) = (0.0, 0.0, 0.0);
        for (dj, di) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
            let knot = &self.knots[(j + dj) * columns + i + di];
            let (p, dp) = ([bu[di], bu[di + 2]], [cu[di], cu[di + 2]]);
            let (q, dq) = ([bv[dj], bv[dj + 2]], [cv[dj], cv[dj + 2]]);
            let along = |a: [f64; 2]| (a[0] * knot[0] + a[1] * knot[1], a[0] * knot[2] + a[1] * knot[3]);
            let (low, cross) = along(p);
            let (d_low, d_cross) = along(dp);
            value += q[0] * low + q[1] * cross;
            by_v += dq[0] * low + dq[1] * cross;
            by_u += q[0] * d_low + q[1] * d_cross;
        }
        (value, by_u, by_v)
    }

    /// Whether all four knots around a place are known.
    pub(super) fn covers(&self, u: f64, v: f64) -> bool {
        let [(u0, u1), (v0, v1)] = self.bounds();
        if !(u >= u0 && u <= u1 && v >= v0 && v <= v1) {
            return false;
        }
        let (i, s, _) = self.us.locate(u);
        let (j, t, _) = self.vs.locate(v);
        let columns = self.us.knots.len();
        [(0, 0), (0, 1), (1, 0), (1, 1)].iter().all(|&(dj, di)| {
            // A knot across the cell does not matter on the cell's own border.
            let unused = (di == 1 && s == 0.0)
                || (di == 0 && s == 1.0)
                || (dj == 1 && t == 0.0)
                || (dj == 0 && t == 1.0);
            unused || self.known[(j + dj) * columns + i + di]
        })
    }

    /// The least and the greatest value where there is skin, looked for at the knots and between them.
    pub(super) fn span(&self) -> (f64, f64) {
        const STEPS: u32 = 4;
        let (mut least, mut greatest) = (f64::INFINITY, f64::NEG_INFINITY);
        for (u, v) in self.us.knots.windows(2).flat_map(|u| self.vs.knots.windows(2).map(move |v| (u, v))) {
            for (i, j) in (0..=STEPS).flat_map(|i| (0..=STEPS).map(move |j| (i, j))) {
                let part = |ends: &[f64], step: u32| {
                    ends[0] + (ends[1] - ends[0]) * f64::from(step) / f64::from(STEPS)
                };
                let at = (part(u, i), part(v, j));
                if self.covers(at.0, at.1) {
                    let value = self.at(at.0, at.1).0;
                    (least, greatest) = (least.min(value), greatest.max(value));
                }
            }
        }
        (least, greatest)
    }

    /// The ends of both axes.
    pub(super) fn bounds(&self) -> [(f64, f64); 2] {
        [&self.us, &self.vs].map(|axis| (axis.knots[0], axis.knots[axis.knots.len() - 1]))
    }
}

/// The knots along one coordinate, growing strictly.
#[derive(Clone, Debug, PartialEq)]
struct Axis {
    knots: Vec<f64>,
    /// The cell in which each of as many equal steps along the axis begins.
    starts: Vec<usize>,
    steps_per_unit: f64,
}

/// Equal steps to a cell, on average.
const STEPS: usize = 2;

impl Axis {
    fn new(knots: Vec<f64>) -> Self {
        let (cells, first) = (knots.len() - 1, knots[0]);
        let steps_per_unit = (STEPS * cells) as f64 / (knots[cells] - first);
        let begins = |step: usize| first + step as f64 / steps_per_unit;
        let cell = |x: f64| knots.partition_point(|&knot| knot <= x).clamp(1, cells) - 1;
        let starts = (0..=STEPS * cells).map(|step| cell(begins(step))).collect();
        Self { knots, starts, steps_per_unit }
    }

    /// The cell a coordinate falls into, the fraction within it, and the cell's width.
    fn locate(&self, x: f64) -> (usize, f64, f64) {
        // A number below 0, or none, becomes 0.
        let step = ((x - self.knots[0]) * self.steps_per_unit) as usize;
        let mut cell = self.starts[step.min(self.starts.len() - 1)];
        // Rounding may have put it one step too far.
        while cell > 0 && self.knots[cell] > x {
            cell -= 1;
        }
        while cell + 2 < self.knots.len() && self.knots[cell + 1] <= x {
            cell += 1;
        }
        let width = self.knots[cell + 1] - self.knots[cell];
        (cell, ((x - self.knots[cell]) / width).clamp(0.0, 1.0), width)
    }
}

/// Weights of value at 0, value at 1, slope at 0, slope at 1.
fn hermite(t: f64, width: f64) -> [f64; 4] {
    let (t2, t3) = (t * t, t * t * t);
    let rise = 3.0 * t2 - 2.0 * t3;
    [1.0 - rise, rise, (t3 - 2.0 * t2 + t) * width, (t3 - t2) * width]
}

fn hermite_slope(t: f64, width: f64) -> [f64; 4] {
    let t2 = t * t;
    let rise = 6.0 * (t - t2) / width;
    [-rise, rise, 3.0 * t2 - 4.0 * t + 1.0, 3.0 * t2 - 2.0 * t]
}

/// Slopes at the knots of the cubic spline through `ys`; an even end has slope 0, a free end
/// second derivative 0. Solved as a tridiagonal system.
fn slopes(xs: &[f64], ys: &[f64], even_start: bool, even_end: bool) -> Vec<f64> {
    let n = xs.len();
    let step = |i: usize| xs[i + 1] - xs[i];
    let secant = |i: usize| (ys[i + 1] - ys[i]) / step(i);
    let (mut below, mut diagonal, mut above, mut right) =
        (vec![0.0; n], vec![1.0; n], vec![0.0; n], vec![0.0; n]);
    if !even_start {
        (diagonal[0], above[0], right[0]) = (2.0, 1.0, 3.0 * secant(0));
    }
    if !even_end {
        (below[n - 1], diagonal[n - 1], right[n - 1]) = (1.0, 2.0, 3.0 * secant(n - 2));
    }
    for i in 1..n - 1 {
        below[i] = step(i);
        diagonal[i] = 2.0 * (step(i - 1) + step(i));
        above[i] = step(i - 1);
        right[i] = 3.0 * (step(i) * secant(i - 1) + step(i - 1) * secant(i));
    }
    for i in 1..n {
        let factor = below[i] / diagonal[i - 1];
        diagonal[i] -= factor * above[i - 1];
        right[i] -= factor * right[i - 1];
    }
    let mut slopes = vec![0.0; n];
    slopes[n - 1] = right[n - 1] / diagonal[n - 1];
    for i in (0..n - 1).rev() {
        slopes[i] = (right[i] - above[i] * slopes[i + 1]) / diagonal[i];
    }
    slopes
}

/// The table with its blanks continued from the known values of the same row, on a straight line
/// through the last two, so that the spline stays calm where the skin ends.
fn filled(us: &[f64], rows: &[Vec<f64>]) -> Option<Vec<Vec<f64>>> {
    rows.iter()
        .map(|row| {
            let known = row.iter().take_while(|x| !x.is_nan()).count();
            if known < 2 || row[known..].iter().any(|x| !x.is_nan()) {
                return None;
            }
            let slope = (row[known - 1] - row[known - 2]) / (us[known - 1] - us[known - 2]);
            let continued = |i: usize| row[known - 1] + slope * (us[i] - us[known - 1]);
            Some((0..row.len()).map(|i| if i < known { row[i] } else { continued(i) }).collect())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    fn surface(f: impl Fn(f64, f64) -> f64) -> Surface {
        let us: Vec<f64> = vec![0.0, 1.0, 2.5, 4.0, 5.0, 7.0];
        let vs: Vec<f64> = vec![-3.0, -1.0, 0.0, 2.0, 3.0];
        let rows: Vec<Vec<f64>> = vs.iter().map(|&v| us.iter().map(|&u| f(u, v)).collect()).collect();
        Surface::new(us, vs, &rows, End::Free).unwrap()
    }

    #[test]
    fn the_surface_runs_through_its_table() {
        let f = |u: f64, v: f64| (u * 0.7).cos() * 3.0 + v * v;
        let s = surface(f);
        assert_relative_eq!(s.at(2.5, 2.0).0, f(2.5, 2.0), epsilon = 1e-12);
        assert_relative_eq!(s.at(7.0, 3.0).0, f(7.0, 3.0), epsilon = 1e-12);
    }

    #[test]
    fn derivatives_agree_with_differences() {
        let s = surface(|u, v| (u * 0.7).cos() * 3.0 + (v * 0.5).sin() * u);
        let (u, v, h) = (3.1, 0.7, 1e-6);
        let (_, du, dv) = s.at(u, v);
        assert_relative_eq!(du, (s.at(u + h, v).0 - s.at(u - h, v).0) / (2.0 * h), epsilon = 1e-6);
        assert_relative_eq!(dv, (s.at(u, v + h).0 - s.at(u, v - h).0) / (2.0 * h), epsilon = 1e-6);
    }

    #[test]
    fn every_coordinate_is_in_its_own_cell() {
        let knots = vec![-3.0, -2.9, -1.0, 0.0, 0.25, 5.0, 40.0];
        let axis = Axis::new(knots.clone());
        let between = (-900..=8800).map(|k| f64::from(k) / 200.0);
        for x in knots.iter().copied().chain(between).chain([f64::MIN, f64::MAX]) {
            let cell = knots.partition_point(|&knot| knot <= x).clamp(1, knots.len() - 1) - 1;
            assert_eq!(axis.locate(x).0, cell, "{x}");
        }
    }

    #[test]
    fn a_broken_table_is_refused() {
        let axis = || vec![0.0, 1.0, 2.0];
        assert!(Surface::new(axis(), vec![0.0, 0.0, 1.0], &vec![vec![1.0; 3]; 3], End::Free).is_none());
        assert!(Surface::new(axis(), axis(), &vec![vec![1.0; 2]; 3], End::Free).is_none());
        assert!(Surface::new(axis(), axis(), &vec![vec![f64::NAN; 3]; 3], End::Free).is_none());
        assert!(Surface::new(vec![], vec![], &[], End::Free).is_none());
    }
}
