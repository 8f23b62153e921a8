//! Damped least squares over the moves of points, each term touching a few of them.

/// How a term changes with the moves of a point: its index, and the slope along the two directions it can
/// move in.
pub(super) type Slope = (usize, [f64; 2]);

/// The quadratic model `gradient . x + 1/2 sum stiffness (slopes . x)^2` of what is to be lessened.
#[derive(Debug)]
pub(super) struct System {
    gradient: Vec<f64>,
    /// The stiffness of each term, and where its slopes end.
    terms: Vec<(f64, usize)>,
    slopes: Vec<Slope>,
}

/// Steps of the solver; more would only sharpen moves that are cut short anyway.
const MOST_STEPS: usize = 24;
/// The solver is done when what is left has shrunk by this factor, squared.
const SHRUNK: f64 = 1e-5;

impl System {
    pub(super) fn new(points: usize) -> Self {
        Self { gradient: vec![0.0; 2 * points], terms: Vec::new(), slopes: Vec::new() }
    }

    /// Adds a term that grows by `force` per unit of its slopes, and by `stiffness` more per unit.
    pub(super) fn add(&mut self, force: f64, stiffness: f64, slopes: impl IntoIterator<Item = Slope>) {
        for (point, [a, b]) in slopes {
            self.gradient[2 * point] += force * a;
            self.gradient[2 * point + 1] += force * b;
            self.slopes.push((point, [a, b]));
        }
        self.terms.push((stiffness, self.slopes.len()));
    }

    /// The moves that lessen the model most, each held back by `damping` (conjugate gradients).
    pub(super) fn solve(&self, damping: f64) -> Vec<f64> {
        let n = self.gradient.len();
        let mut x = vec![0.0; n];
        let mut left: Vec<f64> = self.gradient.iter().map(|g| -g).collect();
        let mut direction = left.clone();
        let mut image = vec![0.0; n];
        let mut size = dot(&left, &left);
        let enough = size * SHRUNK;
        for _ in 0..MOST_STEPS {
            if size <= enough {
                break;
            }
            self.apply(damping, &direction, &mut image);
            let length = size / dot(&direction, &image);
            for i in 0..n {
                x[i] += length * direction[i];
                left[i] -= length * image[i];
            }
            let before = std::mem::replace(&mut size, dot(&left, &left));
            let turn = size / before;
            for (d, l) in direction.iter_mut().zip(&left) {
                *d = l + turn * *d;
            }
        }
        x
    }

    fn apply(&self, damping: f64, x: &[f64], into: &mut [f64]) {
        for (out, x) in into.iter_mut().zip(x) {
            *out = damping * x;
        }
        let mut start = 0;
        for &(stiffness, end) in &self.terms {
            let slopes = &self.slopes[start..end];
            start = end;
            let along: f64 = slopes.iter().map(|(i, [a, b])| a * x[2 * i] + b * x[2 * i + 1]).sum();
            let push = stiffness * along;
            for (i, [a, b]) in slopes {
                into[2 * i] += a * push;
                into[2 * i + 1] += b * push;
            }
        }
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn the_moves_meet_the_normal_equations() {
        let mut system = System::new(3);
        system.add(0.7, 2.0, [(0, [1.0, 0.5]), (1, [-0.3, 0.2])]);
        system.add(-0.2, 1.0, [(1, [0.4, 0.4]), (2, [1.0, -1.0])]);
        system.add(0.1, 3.0, [(0, [0.2, -0.9]), (1, [0.1, 0.0]), (2, [0.5, 0.5])]);
        let x = system.solve(0.1);
        let mut image = vec![0.0; 6];
        system.apply(0.1, &x, &mut image);
        for (image, gradient) in image.iter().zip(&system.gradient) {
            assert_relative_eq!(*image, -gradient, epsilon = 1e-3);
        }
    }
}
