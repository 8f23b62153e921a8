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

/// Places boxes of the given widths and heights, none larger than `area`: the highest first, each on the
/// first shelf with room, else on a new one on the first page with room.
pub(super) fn nested(sizes: &[[f64; 2]], area: Bounds) -> Vec<Placed> {
    let mut order: Vec<usize> = (0..sizes.len()).collect();
    order.sort_by(|&a, &b| sizes[b][1].total_cmp(&sizes[a][1]).then(a.cmp(&b)));
    let mut placed = vec![Placed { page: 0, at: area.min }; sizes.len()];
    let mut shelves: Vec<Shelf> = Vec::new();
    // Where the next shelf of each page begins.
    let mut tops: Vec<f64> = Vec::new();
    for index in order {
        let [width, height] = sizes[index];
        let fits = |s: &Shelf| s.height + 1e-9 >= height && s.x + width <= area.max.x + 1e-9;
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
        placed[index] = Placed { page: shelf.page, at: Spot::new(shelf.x, shelf.top) };
        shelf.x += width + GAP_MM;
    }
    placed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_keep_apart_and_inside() {
        let area = Bounds { min: Spot::new(10.0, 20.0), max: Spot::new(110.0, 170.0) };
        let sizes: Vec<[f64; 2]> =
            (0..40).map(|k| [10.0 + f64::from(k * 37 % 90), 10.0 + f64::from(k * 53 % 140)]).collect();
        let placed = nested(&sizes, area);
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
