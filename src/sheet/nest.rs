//! Where boxes stand on as few pages as shelves allow.

use super::{Bounds, Spot};

/// Free paper between two boxes, in mm.
const GAP_MM: f64 = 4.0;

/// A box in its place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Placed {
    /// The page, from 0.
    pub(super) page: usize,
    /// The upper left corner.
    pub(super) at: Spot,
}

struct Shelf {
    page: usize,
    top: f64,
    height: f64,
    /// Where the next box begins.
    x: f64,
}

/// Places boxes of the given widths and heights, none larger than `area`, on as few pages as found. Those of
/// one family stand side by side in their order, where that takes no more pages. In the order of the
/// families.
pub(super) fn nested(families: &[Vec<[f64; 2]>], area: Bounds) -> Vec<Placed> {
    let wide = |family: &[[f64; 2]]| width(family) > area.max.x - area.min.x + 1e-9;
    let together: Vec<&[[f64; 2]]> = families
        .iter()
        .flat_map(|family| family.chunks(if wide(family) { 1 } else { family.len().max(1) }))
        .collect();
    let apart: Vec<&[[f64; 2]]> = families.iter().flat_map(|family| family.chunks(1)).collect();
    let pages = |placed: &[Placed]| placed.iter().map(|placed| placed.page).max();
    let ways = [together, apart].map(|groups| shelved(&groups, area));
    let [together, apart] = ways;
    if pages(&apart) < pages(&together) { apart } else { together }
}

/// How wide boxes are side by side, in mm.
fn width(group: &[[f64; 2]]) -> f64 {
    group.iter().map(|[width, _]| width + GAP_MM).sum::<f64>() - GAP_MM
}

/// Groups of boxes side by side: the highest first, each on the first shelf with room, else on a new one on
/// the first page with room.
fn shelved(groups: &[&[[f64; 2]]], area: Bounds) -> Vec<Placed> {
    let height = |group: &[[f64; 2]]| group.iter().map(|[_, height]| *height).fold(0.0, f64::max);
    let mut order: Vec<usize> = (0..groups.len()).collect();
    order.sort_by(|&a, &b| height(groups[b]).total_cmp(&height(groups[a])).then(a.cmp(&b)));
    let mut placed: Vec<Vec<Placed>> = vec![Vec::new(); groups.len()];
    let mut shelves: Vec<Shelf> = Vec::new();
    // Where the next shelf of each page begins.
    let mut tops: Vec<f64> = Vec::new();
    for index in order {
        let group = groups[index];
        let height = height(group);
        let fits = |s: &Shelf| s.height + 1e-9 >= height && s.x + width(group) <= area.max.x + 1e-9;
        let shelf = match shelves.iter().position(fits) {
            Some(shelf) => shelf,
            None => {
                let room = |top: &f64| top + height <= area.max.y + 1e-9;
                let page = tops.iter().position(room).unwrap_or_else(|| {
                    tops.push(area.min.y);
                    tops.len() - 1
                });
                shelves.push(Shelf { page, top: tops[page], height, x: area.min.x });
                tops[page] += height + GAP_MM;
                shelves.len() - 1
            }
        };
        let shelf = &mut shelves[shelf];
        for [width, _] in group {
            placed[index].push(Placed { page: shelf.page, at: Spot::new(shelf.x, shelf.top) });
            shelf.x += width + GAP_MM;
        }
    }
    placed.concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_keep_apart_and_inside() {
        let area = Bounds { min: Spot::new(10.0, 20.0), max: Spot::new(110.0, 170.0) };
        let sizes: Vec<[f64; 2]> =
            (0..40).map(|k| [10.0 + f64::from(k * 37 % 90), 10.0 + f64::from(k * 53 % 140)]).collect();
        let families: Vec<Vec<[f64; 2]>> = sizes.chunks(2).map(<[_]>::to_vec).collect();
        let placed = nested(&families, area);
        let boxes: Vec<(usize, Bounds)> = placed
            .iter()
            .zip(&sizes)
            .map(|(p, s)| (p.page, Bounds { min: p.at, max: Spot::new(p.at.x + s[0], p.at.y + s[1]) }))
            .collect();
        for (k, (page, bounds)) in boxes.iter().enumerate() {
            assert!(area.grown(1e-6).holds(bounds));
            assert!(!boxes[..k].iter().any(|(other, b)| other == page && b.overlaps(bounds)));
        }
    }
}
