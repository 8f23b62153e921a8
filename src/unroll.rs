//! Skin laid flat: a part of a curved skin as a plane pattern, distances kept as well as its curvature
//! allows.
//!
//! # Method
//! 1. A lattice of a few millimetres covers the part in its chart (`lattice`). Each of its cells has six
//!    lengths, four sides and two diagonals, measured along the skin.
//! 2. The flat corners start where the chart has them, in mm. They are then moved all at once by steps of
//!    Gauss and Newton until the squared logarithms of flat length over skin length are least; cells
//!    count by how much of the part they hold. A step is halved until no cell turns over.
//! 3. The pattern is measured afresh, on a lattice twice as fine ([`Stretch`]).
//!
//! A plane, a cylinder and a cone come out true; a part that is its own mirror image stays one, to the
//! last bit. Every loop has a bound on its steps.
//!
//! # Sources
//! - J. McCartney, B. Hinds and B. Seow, "The flattening of triangulated surfaces incorporating darts and
//!   gussets", Computer-Aided Design 31 (1999): a pattern of least strain in the edges of a mesh.

mod band;
mod lattice;

use nalgebra::{Point2, Vector2};

use crate::body::{Chart, ChartPoint, Skin};
use crate::fault::Fault;
use crate::geometry::Polygon;
use band::Band;
use lattice::{Lattice, Length};

/// How far a pattern's distances are off those on the skin, as parts of 1.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Stretch {
    /// The greatest deviation of a short distance anywhere in the part.
    pub greatest: f64,
    /// The mean deviation.
    pub mean: f64,
}

/// A part of a skin laid flat, in mm: x to the right as seen from outside, y in the direction in which
/// the chart goes up.
#[derive(Clone, Debug, PartialEq)]
pub struct Unrolled {
    lattice: Lattice,
    spots: Vec<Point2<f64>>,
    sides: Sides,
    /// Where distances were measured, with how far they are off.
    deviations: Vec<(ChartPoint, f64)>,
}

/// How chart coordinates on the patient's right are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sides {
    /// As they are.
    Own,
    /// As the mirror image of those on the left.
    Twin,
    /// All coordinates as their mirror images.
    Mirrored,
}

/// No part takes more steps.
const MOST_STEPS: usize = 60;
/// A step is halved no more often.
const MOST_HALVINGS: usize = 24;
/// The search ends when a step betters the sum of squares by less than this part of it.
const ENOUGH: f64 = 1e-5;
/// Sums of squares below this, for each length, are those of rounding.
const ROUNDING: f64 = 1e-20;
/// Stiffness added to every corner, as a part of the greatest: it holds the pattern in its place.
const HOLD: f64 = 1e-10;

impl Unrolled {
    /// The part of a skin inside a polygon of its chart, laid flat.
    ///
    /// # Errors
    /// When the skin has no extent there.
    pub fn new(skin: &Skin, chart: Chart, shape: &Polygon) -> Result<Self, Fault> {
        let (low, high) = shape.bounds();
        if low.x + high.x < -1e-9 {
            return Ok(Self::new(skin, chart, &shape.mirrored())?.mirrored());
        }
        let symmetric = corners(shape) == corners(&shape.mirrored());
        let lattice = Lattice::new(skin, chart.up(), shape)
            .ok_or_else(|| Fault::new(said!("the {chart} chart", chart), "has no skin to lay flat there"))?;
        let mut spots = settled(&lattice);
        if symmetric {
            lattice.make_even(&mut spots);
        } else {
            upright(&lattice, &mut spots);
        }
        let sides = if symmetric { Sides::Twin } else { Sides::Own };
        let mut flat = Self { lattice, spots, sides, deviations: Vec::new() };
        flat.deviations = flat.lattice.deviations(skin, shape, |at| flat.spot(at));
        Ok(flat)
    }

    /// The same part of the other side of the body.
    #[must_use]
    pub fn mirrored(mut self) -> Self {
        for (at, _) in &mut self.deviations {
            at.x = -at.x;
        }
        self.sides = match self.sides {
            Sides::Own => Sides::Mirrored,
            Sides::Mirrored => Sides::Own,
            Sides::Twin => Sides::Twin,
        };
        self
    }

    /// Where a chart coordinate of the part lies on the pattern.
    pub fn spot(&self, at: ChartPoint) -> Point2<f64> {
        let mirror = |p: Point2<f64>| Point2::new(-p.x, p.y);
        match self.sides {
            Sides::Own => self.lattice.spot(&self.spots, at),
            Sides::Twin if at.x >= 0.0 => self.lattice.spot(&self.spots, at),
            Sides::Twin | Sides::Mirrored => mirror(self.lattice.spot(&self.spots, mirror(at))),
        }
    }

    /// How true the pattern is.
    pub fn stretch(&self) -> Stretch {
        let offs = || self.deviations.iter().map(|(_, off)| *off);
        Stretch {
            greatest: offs().fold(0.0, f64::max),
            mean: offs().sum::<f64>() / offs().count().max(1) as f64,
        }
    }

    /// The places, in chart coordinates, around which distances are off by more than a part of 1.
    pub fn bent(&self, beyond: f64) -> Vec<ChartPoint> {
        let mut places: Vec<ChartPoint> =
            self.deviations.iter().filter(|(_, off)| *off > beyond).map(|(at, _)| *at).collect();
        places.dedup();
        places
    }

    /// Whether no part of the pattern is turned over.
    pub fn is_sound(&self) -> bool {
        self.lattice.is_sound(&self.spots)
    }
}

/// A polygon's corners in an order of their own, the same wherever its rings start.
pub(crate) fn corners(shape: &Polygon) -> Vec<(u64, u64)> {
    let bits = |p: &Point2<f64>| ((p.x + 0.0).to_bits(), (p.y + 0.0).to_bits());
    let mut corners: Vec<_> = shape.rings().flatten().map(bits).collect();
    corners.sort_unstable();
    corners
}

/// The flat corners whose lengths are nearest to those on the skin.
fn settled(lattice: &Lattice) -> Vec<Point2<f64>> {
    let mut spots = lattice.start();
    let lengths = lattice.lengths();
    let mut band = Band::new(2 * spots.len(), 2 * lattice.reach() + 2);
    let mut sum = strain(lengths, &spots);
    for _ in 0..MOST_STEPS {
        if sum <= ROUNDING * lengths.len() as f64 {
            break;
        }
        let Some(step) = step(&mut band, lengths, &spots) else { break };
        let moved = |part: f64| -> Vec<Point2<f64>> {
            let by = |k: usize| Vector2::new(step[2 * k], step[2 * k + 1]) * part;
            spots.iter().enumerate().map(|(k, &spot)| spot + by(k)).collect()
        };
        let mut tries = (0..MOST_HALVINGS).map(|k| moved(libm::exp2(-(k as f64))));
        let better = tries.find(|spots| lattice.is_sound(spots) && strain(lengths, spots) < sum);
        let Some(better) = better else { break };
        spots = better;
        let now = strain(lengths, &spots);
        let gain = sum - now;
        sum = now;
        if gain < ENOUGH * sum {
            break;
        }
    }
    spots
}

/// The weighted sum of squared logarithms of flat length over skin length.
fn strain(lengths: &[Length], spots: &[Point2<f64>]) -> f64 {
    let squared = |length: &Length| {
        let log = libm::log((spots[length.to] - spots[length.from]).norm() / length.mm);
        length.weight * log * log
    };
    lengths.iter().map(squared).sum()
}

/// The step of Gauss and Newton: x and y of every corner in turn.
fn step(band: &mut Band, lengths: &[Length], spots: &[Point2<f64>]) -> Option<Vec<f64>> {
    let mut pull = vec![0.0; 2 * spots.len()];
    band.clear();
    for &Length { from, to, mm, weight } in lengths {
        let across = spots[to] - spots[from];
        let flat = across.norm();
        // The logarithm's slope by the place of `to`; by that of `from` it is the opposite.
        let slope = across / (flat * flat);
        let log = libm::log(flat / mm);
        for (corner, sign) in [(to, 1.0), (from, -1.0)] {
            for axis in 0..2 {
                pull[2 * corner + axis] -= weight * log * slope[axis] * sign;
            }
        }
        for a in 0..2 {
            for b in 0..2 {
                let value = weight * slope[a] * slope[b];
                band.add(2 * from + a, 2 * to + b, -value);
                if b <= a {
                    band.add(2 * from + a, 2 * from + b, value);
                    band.add(2 * to + a, 2 * to + b, value);
                }
            }
        }
    }
    band.hold(HOLD);
    band.solve(pull)
}

/// Turns the corners so that the chart's upward direction is that of y on the whole.
fn upright(lattice: &Lattice, spots: &mut [Point2<f64>]) {
    let up = lattice.upwards(spots);
    let Some(up) = up.try_normalize(f64::MIN_POSITIVE) else { return };
    for spot in spots {
        *spot = Point2::new(spot.x * up.y - spot.y * up.x, spot.x * up.x + spot.y * up.y);
    }
}
