//! Points too close to each other, and points too far from their nearest neighbour, as springs.

use nalgebra::Vector3;

use crate::body::Place;

use super::domain::{Domain, Spot, mirrored_vector};
use super::neighbours::{Neighbourhood, places};
use super::threes::{Three, threes};
use super::tree::{Watch, has_moved};
use super::{Goal, SpacingLimits};

/// Springs act this far inside the bounds, so that points come to rest inside them, as a share of
/// the bound.
const INSIDE: f64 = 2e-3;

/// Two points that are pushed apart, or pulled together where `by_mm` is negative.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spring {
    pub(super) point: usize,
    pub(super) other: usize,
    /// From the other one, or its mirror image, to the point.
    pub(super) direction: Vector3<f64>,
    /// The same for the other one.
    pub(super) back: Vector3<f64>,
    /// How much farther apart they should be.
    pub(super) by_mm: f64,
}

/// How far points may move before the lists are made anew, as a share of the spacing.
const SLACK: f64 = 0.12;
/// The radius of the largest hole between three points that is looked for, in spacings.
pub(super) const WIDEST: f64 = 1.2;

/// Who is near whom, kept while points move little.
#[derive(Debug)]
pub(super) struct Crowd {
    /// For each spot, the labels of those that may come too close, be its nearest neighbour, or bound a hole
    /// with it.
    pub(super) lists: Vec<Vec<u32>>,
    pub(super) threes: Vec<Three>,
    /// Who is near the rim.
    pub(super) rim: Watch,
    /// Who is near the inside.
    pub(super) inner: Watch,
    made_at: Vec<Place>,
}

impl Crowd {
    pub(super) fn new(goal: Goal) -> Self {
        let [rim, inner] = [0, 1].map(|_| Watch::new(SLACK * goal.spacing_mm));
        Self { lists: Vec::new(), threes: Vec::new(), rim, inner, made_at: Vec::new() }
    }

    /// Makes the lists anew where points have moved too far.
    pub(super) fn update(&mut self, domain: &Domain, spots: &[Spot], goal: Goal) {
        let slack = SLACK * goal.spacing_mm;
        if !has_moved(&self.made_at, spots, slack) {
            return;
        }
        let SpacingLimits { least_mm, greatest_mm } = goal.limits;
        let widest_mm = WIDEST * goal.spacing_mm;
        let reach = greatest_mm.min(2.0 * goal.spacing_mm).max(least_mm).max(2.0 * widest_mm) + 2.0 * slack;
        let around = Neighbourhood::new(domain, spots, goal.spacing_mm);
        self.made_at = spots.iter().map(Spot::place).collect();
        around.list(reach, &mut self.lists);
        self.threes = threes(domain, spots, &self.lists, &around.places, widest_mm);
    }
}

/// The springs of a layout.
pub(super) fn springs(crowd: &Crowd, spots: &[Spot], goal: Goal) -> Vec<Spring> {
    let count = spots.len();
    let places = places(spots);
    let least = goal.limits.least_mm * (1.0 + INSIDE);
    let greatest = goal.limits.greatest_mm * (1.0 - INSIDE);
    let mut springs = Vec::new();
    let spring = |point: usize, label: u32, squared: f64, bound: f64| {
        let other = label as usize % count;
        let distance = squared.sqrt().max(1e-9);
        let direction = (places[point] - places[label as usize]) / distance;
        let back = if label as usize == other { -direction } else { mirrored_vector(&-direction) };
        Spring { point, other, direction, back, by_mm: bound - distance }
    };
    for point in 0..count {
        let mut nearest: Option<(f64, u32)> = None;
        for &label in &crowd.lists[point] {
            let other = label as usize % count;
            if label as usize == point {
                continue;
            }
            let squared = (places[label as usize] - places[point]).norm_squared();
            if nearest.is_none_or(|(least, _)| squared < least) {
                nearest = Some((squared, label));
            }
            // Each pair once; a point and its own mirror image are one too.
            if other >= point && squared < least * least {
                springs.push(spring(point, label, squared, least));
            }
        }
        if let Some((squared, label)) = nearest.filter(|(squared, _)| *squared > greatest * greatest) {
            springs.push(spring(point, label, squared, greatest));
        }
    }
    springs
}

/// How a layout stands to its limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Breaches {
    /// Pairs of points closer than allowed.
    pub(super) close: usize,
    /// Points whose nearest neighbour is farther than allowed.
    pub(super) lone: usize,
}

impl Breaches {
    pub(super) const NONE: Self = Self { close: 0, lone: 0 };

    /// How much worse than its gap a layout is for them.
    pub(super) fn worse(self) -> f64 {
        1.0 + 0.2 * (self.close + self.lone) as f64
    }
}

/// How often the limits themselves are broken, which springs keep away from by a little.
pub(super) fn breaches(springs: &[Spring], limits: SpacingLimits) -> Breaches {
    let count =
        |broken: fn(&Spring, SpacingLimits) -> bool| springs.iter().filter(|s| broken(s, limits)).count();
    Breaches {
        close: count(|spring, limits| spring.by_mm > INSIDE * limits.least_mm),
        lone: count(|spring, limits| spring.by_mm < -INSIDE * limits.greatest_mm),
    }
}
