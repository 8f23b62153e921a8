//! Threes of points that a hole may lie between: no other point stands well inside their circle.
//!
//! On a plane they would be the triangles of Delaunay, and those that nearly are. Of a skin, which is
//! nearly flat over a few points, the circle through three of them says well enough which they are.

use crate::body::{ChartPoint, Frame, Place};

use super::domain::{Domain, Spot};

/// Labels of three points, in order; the first is a spot of the layout, not a mirror image.
pub(super) type Labels = [u32; 3];

/// Three points, and where the hole between them was found last.
#[derive(Clone, Copy, Debug)]
pub(super) struct Three {
    pub(super) labels: Labels,
    pub(super) found: Option<(usize, ChartPoint, Frame)>,
    /// How much deeper than their circle's radius the hole between them may be, as a factor.
    pub(super) deeper: f64,
}

/// A circle through three points is less deep than the hole between them, on a skin as round as a nose, by
/// this share at most; and other points stand out of the one as far as they do out of the other.
pub(super) const ROUND: f64 = 0.85;
/// A point nearer to the middle of a circle, in radii, hardly leaves it before the threes are made anew.
const WELL_INSIDE: f64 = 0.7;

/// All threes whose circles have a radius of `most_mm` at most, of neighbours within each other's `lists`. Of
/// those that are mirror images of each other there is one.
pub(super) fn threes(
    domain: &Domain,
    spots: &[Spot],
    lists: &[Vec<u32>],
    places: &[Place],
    most_mm: f64,
) -> Vec<Three> {
    let reach = 4.0 * most_mm * most_mm;
    let mut threes = Vec::new();
    for (first, list) in lists.iter().enumerate() {
        let is_near = |&label: &u32| (places[label as usize] - places[first]).norm_squared() <= reach;
        // Lists are in order, so those after the first are too.
        let after = list.partition_point(|&label| label as usize <= first);
        let near: Vec<u32> = list[after..].iter().copied().filter(is_near).collect();
        for (k, &b) in near.iter().enumerate() {
            for &c in &near[k + 1..] {
                let labels = [first as u32, b, c];
                let corners = labels.map(|label| places[label as usize]);
                if (corners[1] - corners[2]).norm_squared() > reach || !is_first_image(domain, spots, labels)
                {
                    continue;
                }
                let Some((middle, squared)) = circle(&corners) else { continue };
                if squared <= most_mm * most_mm
                    && is_empty(list, places, labels, &middle, WELL_INSIDE * WELL_INSIDE * squared)
                {
                    threes.push(Three { labels, found: None, deeper: 1.0 / ROUND });
                }
            }
        }
    }
    threes
}

/// Whether no other point of a list is nearer to a place than the root of `squared`.
pub(super) fn is_empty(list: &[u32], places: &[Place], but: Labels, place: &Place, squared: f64) -> bool {
    !list
        .iter()
        .any(|&label| (places[label as usize] - place).norm_squared() < squared && !but.contains(&label))
}

/// The middle of the circle through three places, and its radius squared.
pub(super) fn circle([a, b, c]: &[Place; 3]) -> Option<(Place, f64)> {
    let (to_b, to_c) = (b - a, c - a);
    let normal = to_b.cross(&to_c);
    let size = 2.0 * normal.norm_squared();
    let to_middle = normal.cross(&to_b) * to_c.norm_squared() + to_c.cross(&normal) * to_b.norm_squared();
    (size > f64::MIN_POSITIVE).then(|| (a + to_middle / size, to_middle.norm_squared() / (size * size)))
}

/// Whether the mirror image of three points does not come before them.
fn is_first_image(domain: &Domain, spots: &[Spot], labels: Labels) -> bool {
    let count = spots.len();
    let image = |label: u32| match label as usize {
        own if own < count && spots[own].on_midline() => label,
        own if own < count => label + count as u32,
        other => (other - count) as u32,
    };
    let mut images = labels.map(image);
    images.sort_unstable();
    !domain.half || labels <= images
}
