//! Samples of the skin as a tree, so that the nearest point to each of them is found for all at once.
//!
//! The points go down the tree together: to each node only those that may be nearest to some place in it.
//! What arrives at the leaves is kept while points move little.

use nalgebra::Vector3;

use crate::body::Place;

use super::domain::{Domain, Sample, Spot};
use super::neighbours::{labelled, places};

/// So many samples make a leaf; distances to all of them are taken at once.
const LEAF: usize = 8;
/// Most that rounding takes from a distance or adds to it, as a share of the greatest coordinate; two are
/// compared, so it counts twice.
const ROUNDED: f32 = 8.0 * f32::EPSILON;

/// The label of nobody.
pub(super) const NOBODY: u32 = u32::MAX;

/// The point nearest to a place; of equally near ones that of the lowest label.
#[derive(Clone, Copy, Debug)]
pub(super) struct Nearest {
    /// Distance in mm, squared.
    pub(super) squared: f64,
    /// [`NOBODY`] where there are no points.
    pub(super) label: u32,
}

impl Nearest {
    pub(super) const NONE: Self = Self { squared: f64::INFINITY, label: NOBODY };
}

/// A tree over samples in their order. The first half of a node comes right after it, then the second.
#[derive(Clone, Debug, Default)]
pub(super) struct Tree {
    nodes: Vec<Node>,
    leaves: Vec<Leaf>,
    samples: usize,
}

/// A ball around samples.
#[derive(Clone, Debug)]
struct Node {
    middle: Place,
    radius_mm: f64,
}

/// Places, each coordinate by itself; the last leaf repeats its last place.
#[derive(Clone, Debug)]
struct Leaf([[f64; LEAF]; 3]);

/// Puts samples that are near each other side by side.
pub(super) fn gather(samples: &mut Vec<Sample>) {
    let mut order: Vec<(Place, u32)> = samples.iter().map(Sample::place).zip(0..).collect();
    gather_places(&mut order);
    *samples = order.into_iter().map(|(_, index)| samples[index as usize]).collect();
}

fn gather_places(places: &mut [(Place, u32)]) {
    if places.len() <= LEAF {
        return;
    }
    let (low, high) = bounds(places.iter().map(|(place, _)| *place));
    let axis = (high - low).imax();
    let half = places.len().div_ceil(LEAF) / 2 * LEAF;
    places.select_nth_unstable_by(half, |(a, _), (b, _)| a[axis].total_cmp(&b[axis]));
    let (before, after) = places.split_at_mut(half);
    gather_places(before);
    gather_places(after);
}

fn bounds(places: impl Iterator<Item = Place>) -> (Place, Place) {
    let none = (Place::from(Vector3::repeat(f64::MAX)), Place::from(Vector3::repeat(f64::MIN)));
    places.fold(none, |(low, high), place| (low.inf(&place), high.sup(&place)))
}

impl Tree {
    pub(super) fn new(samples: &[Sample]) -> Self {
        let mut tree = Self { nodes: Vec::new(), leaves: Vec::new(), samples: samples.len() };
        for chunk in samples.chunks(LEAF) {
            let place = |k: usize| chunk[k.min(chunk.len() - 1)].place();
            tree.leaves.push(Leaf([0, 1, 2].map(|axis| std::array::from_fn(|k| place(k)[axis]))));
        }
        if !samples.is_empty() {
            tree.grow(samples);
        }
        tree
    }

    fn grow(&mut self, samples: &[Sample]) {
        let (low, high) = bounds(samples.iter().map(Sample::place));
        let middle = nalgebra::center(&low, &high);
        let far = samples.iter().map(|sample| (sample.place() - middle).norm_squared()).fold(0.0, f64::max);
        self.nodes.push(Node { middle, radius_mm: far.sqrt() });
        let leaves = samples.len().div_ceil(LEAF);
        if leaves > 1 {
            let (before, after) = samples.split_at(leaves / 2 * LEAF);
            self.grow(before);
            self.grow(after);
        }
    }

    /// The greatest coordinate of a sample, or more.
    fn farthest_mm(&self) -> f32 {
        self.nodes.first().map_or(0.0, |node| (node.middle.coords.amax() + node.radius_mm) as f32)
    }

    /// The point of a layout nearest to each sample, mirror images of a half layout included. `watch` is
    /// what was found near before, of the same tree and domain.
    pub(super) fn nearest(&self, domain: &Domain, spots: &[Spot], watch: &mut Watch) -> Vec<Nearest> {
        if spots.is_empty() || self.leaves.is_empty() {
            return vec![Nearest::NONE; self.samples];
        }
        watch.update(self, domain, spots);
        let places = places(spots);
        let mut found = Vec::with_capacity(self.leaves.len() * LEAF);
        for (leaf, range) in self.leaves.iter().zip(watch.ends.windows(2)) {
            let labels = &watch.labels[range[0]..range[1]];
            found.extend(leaf.nearest(labels.iter().map(|&label| (label, places[label as usize]))));
        }
        found.truncate(self.samples);
        found
    }
}

impl Leaf {
    fn nearest(&self, points: impl Iterator<Item = (u32, Place)>) -> [Nearest; LEAF] {
        let Self([xs, ys, zs]) = self;
        // A label is held as a number like the distances, so that one step chooses two of both.
        let (mut squares, mut labels) = ([f64::INFINITY; LEAF], [0.0; LEAF]);
        for (label, place) in points {
            let label = f64::from(label);
            for k in 0..LEAF {
                let (x, y, z) = (xs[k] - place.x, ys[k] - place.y, zs[k] - place.z);
                let squared = x * x + y * y + z * z;
                let nearer = squared < squares[k];
                labels[k] = if nearer { label } else { labels[k] };
                squares[k] = if nearer { squared } else { squares[k] };
            }
        }
        std::array::from_fn(|k| Nearest { squared: squares[k], label: labels[k] as u32 })
    }
}

/// The points that may be nearest to some sample of each leaf, while none has moved farther than `slack_mm`.
#[derive(Clone, Debug)]
pub(super) struct Watch {
    slack_mm: f64,
    made_at: Vec<Place>,
    /// The labels of each leaf in order, one leaf's after the other's, which end at `ends[leaf + 1]`.
    labels: Vec<u32>,
    ends: Vec<usize>,
}

impl Watch {
    pub(super) fn new(slack_mm: f64) -> Self {
        Self { slack_mm, made_at: Vec::new(), labels: Vec::new(), ends: Vec::new() }
    }

    /// For one look, after which nothing is kept.
    pub(super) fn once() -> Self {
        Self::new(0.0)
    }

    fn update(&mut self, tree: &Tree, domain: &Domain, spots: &[Spot]) {
        if has_moved(&self.made_at, spots, self.slack_mm) {
            self.made_at = spots.iter().map(Spot::place).collect();
            self.labels.clear();
            self.ends = vec![0];
            let mut party = Party::default();
            let at = |place: Place| [place.x as f32, place.y as f32, place.z as f32];
            party.points.extend(labelled(domain, spots).map(|(label, place)| (at(place), label)));
            let coordinates = party.points.iter().flat_map(|(at, _)| at);
            let farthest = coordinates.fold(0.0, |most: f32, at| most.max(at.abs()));
            let loss_mm = self.slack_mm + f64::from(farthest.max(tree.farthest_mm()) * ROUNDED);
            self.go_down(tree, (0, tree.leaves.len()), &mut party, (0, loss_mm));
        }
    }

    /// Goes down from a node over so many leaves, with the points from `start` on, which are known to
    /// within `loss_mm`.
    fn go_down(
        &mut self,
        tree: &Tree,
        (node, leaves): (usize, usize),
        party: &mut Party,
        (start, loss_mm): (usize, f64),
    ) {
        let end = party.points.len();
        party.follow(&tree.nodes[node], start, loss_mm);
        if leaves == 1 {
            self.labels.extend(party.points[end..].iter().map(|(_, label)| label));
            self.ends.push(self.labels.len());
        } else {
            let half = leaves / 2;
            self.go_down(tree, (node + 1, half), party, (end, loss_mm));
            self.go_down(tree, (node + 2 * half, leaves - half), party, (end, loss_mm));
        }
        party.points.truncate(end);
    }
}

/// Points on their way down, those of a node after those of the one above it, in single precision, which is
/// enough to see who may be nearest.
#[derive(Default)]
struct Party {
    points: Vec<([f32; 3], u32)>,
    /// Squared distances from a node.
    squares: Vec<f32>,
}

impl Party {
    /// Adds, of those from `start` on, the points that may be nearest to some place in a node.
    fn follow(&mut self, Node { middle, radius_mm }: &Node, start: usize, loss_mm: f64) {
        let Self { points, squares } = self;
        let end = points.len();
        let [x0, y0, z0] = [middle.x as f32, middle.y as f32, middle.z as f32];
        squares.clear();
        squares.extend(points[start..].iter().map(|([x, y, z], _)| {
            let (x, y, z) = (x - x0, y - y0, z - z0);
            x * x + y * y + z * z
        }));
        let least = squares.iter().copied().fold(f32::INFINITY, |a, b| if b < a { b } else { a });
        let reach = f64::from(least).sqrt() + 2.0 * (radius_mm + loss_mm);
        let farthest = (reach * reach) as f32;
        // Every point is written down; the next one goes over those that stay behind.
        points.resize(end + squares.len(), ([0.0; 3], 0));
        let (above, below) = points.split_at_mut(end);
        let mut next = 0;
        for (point, squared) in above[start..].iter().zip(&*squares) {
            below[next] = *point;
            next += usize::from(*squared <= farthest);
        }
        points.truncate(end + next);
    }
}

/// Whether a layout is another one than that at `made_at`, or one of its points has moved farther than a slack.
pub(super) fn has_moved(made_at: &[Place], spots: &[Spot], slack_mm: f64) -> bool {
    let moved = |(a, spot): (&Place, &Spot)| (a - spot.place()).norm_squared() > slack_mm * slack_mm;
    made_at.len() != spots.len() || made_at.iter().zip(spots).any(moved)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::body::ChartPoint;
    use crate::geometry::Polygon;
    use crate::layout::domain::tests::on_a_plane;
    use proptest::prelude::*;

    fn at() -> impl Strategy<Value = (f64, f64)> {
        (0.0..80.0f64, 0.0..50.0f64)
    }

    proptest! {
        #[test]
        fn the_tree_finds_what_a_plain_search_finds_while_points_move(
            start in prop::collection::vec(at(), 1..40),
            moves in prop::collection::vec((-2.0..2.0f64, -2.0..2.0f64), 40),
            slack_mm in 0.0..3.0f64,
        ) {
            let ring = [(0.0, 0.0), (80.0, 0.0), (80.0, 50.0), (0.0, 50.0)];
            let field = ring.map(|(x, y)| ChartPoint::new(x, y)).to_vec();
            let treated = on_a_plane(Polygon::from_sound_rings(field, Vec::new()));
            let domain = Domain::new(treated.into());
            let mut samples = domain.inside(0, 3.0);
            gather(&mut samples);
            let tree = Tree::new(&samples);
            let mut watch = Watch::new(slack_mm);
            for step in 0..4 {
                let moved = start.iter().zip(&moves).map(|(a, by)| (a.0 + by.0 * f64::from(step), a.1 + by.1 * f64::from(step)));
                let spots: Vec<Spot> = moved.map(|(x, y)| domain.spot(0, ChartPoint::new(x, y))).collect();
                for (sample, near) in samples.iter().zip(tree.nearest(&domain, &spots, &mut watch)) {
                    let apart = |spot: &Spot| (spot.place() - sample.place()).norm_squared();
                    let plain = spots.iter().map(apart).fold(f64::INFINITY, f64::min);
                    prop_assert!((near.squared - plain).abs() < 1e-9);
                    prop_assert!((apart(&spots[near.label as usize]) - plain).abs() < 1e-9);
                }
            }
        }
    }
}
