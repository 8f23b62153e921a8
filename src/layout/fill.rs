//! Adds points where skin is left out, and takes away what stands too close.

use nalgebra::Point2;

use crate::body::Place;

use super::Goal;
use super::bounds::cleared;
use super::cover::{Cover, Layer};
use super::domain::{Domain, Sample, Spot, mirrored};
use super::neighbours::Neighbourhood;
use super::seed::Seed;
use super::tree::{NOBODY, Watch};

/// Skin farther than this many spacings from any point gets a point of its own; a settled layout
/// leaves about 0.65.
const LEFT_OUT: f64 = 0.88;

/// Adds points, the farthest place first, until no skin is left out.
///
/// Returns how many were added. They may stand too close to others across the midline, which is for
/// what follows to mend.
pub(super) fn fill(domain: &Domain, cover: &Cover, layout: &mut Seed, goal: Goal) -> usize {
    add_farthest(domain, cover, layout, goal, |sample| Some(sample.place()))
}

/// Adds points as [`fill`] does, but only where they keep the least distance and their margins.
pub(super) fn fill_up(domain: &Domain, cover: &Cover, layout: &mut Seed, goal: Goal) -> usize {
    let stands =
        |sample: &Sample| standing(domain, sample, goal.limits.least_mm).filter(|spot| domain.stands(spot));
    add_farthest(domain, cover, layout, goal, |sample| stands(sample).map(|spot| spot.place()))
}

/// Adds a point for the sample that is left out most, by where a point for it stands, as long as one is.
fn add_farthest(
    domain: &Domain,
    cover: &Cover,
    layout: &mut Seed,
    goal: Goal,
    stands_at: impl Fn(&Sample) -> Option<Place>,
) -> usize {
    let Goal { spacing_mm, limits, .. } = goal;
    let before = layout.spots.len();
    let left_out = (LEFT_OUT * spacing_mm).max(limits.least_mm * (1.0 + 1e-6));
    let around = Neighbourhood::new(domain, &layout.spots, spacing_mm);
    let far = |place: &Place| {
        let squared = around.near.nearest(place, None).map_or(f64::INFINITY, |n| n.1);
        (squared > left_out * left_out).then_some(squared)
    };
    let mut left: Vec<(f64, Place, &Sample)> = cover
        .samples()
        .filter(|sample| far(&sample.place()).is_some())
        .filter_map(|sample| {
            let place = stands_at(sample)?;
            Some((far(&place)?, place, sample))
        })
        .collect();
    // Each point covers skin of its own, so there are never more than samples.
    while let Some(index) = (0..left.len()).max_by(|&a, &b| left[a].0.total_cmp(&left[b].0)) {
        let (_, _, sample) = left.swap_remove(index);
        let Some(spot) = add(domain, layout, sample, goal) else { continue };
        for (squared, place, _) in &mut left {
            let direct = (*place - spot.place()).norm_squared();
            let image = (mirrored(place) - spot.place()).norm_squared();
            *squared = squared.min(if domain.half { direct.min(image) } else { direct });
        }
        left.retain(|(squared, ..)| *squared > left_out * left_out);
    }
    layout.spots.len() - before
}

/// Adds a point at a sample, to the row it lies level with.
pub(super) fn add(domain: &Domain, layout: &mut Seed, sample: &Sample, goal: Goal) -> Option<Spot> {
    let spot = standing(domain, sample, goal.limits.least_mm)?;
    layout.rows.push(layout.row_beside(domain, sample, goal.spacing_mm));
    layout.spots.push(spot);
    Some(spot)
}

/// Where a point for a sample stands: on the midline, when its mirror image would be nearer to it than
/// the least distance.
fn standing(domain: &Domain, sample: &Sample, least_mm: f64) -> Option<Spot> {
    let to_midline = domain.half && sample.place().x * 2.0 < least_mm;
    let at = if to_midline { Point2::new(0.0, sample.at.y) } else { sample.at };
    let at = domain.nearest_inside(sample.chart, at)?;
    let spot = domain.spot(sample.chart, at);
    let meets_itself = domain.half && !spot.on_midline() && spot.place().x * 2.0 < least_mm;
    (!meets_itself).then_some(spot)
}

/// Adds points where skin is farthest from one, or takes away those that cover least skin, until their
/// number is `wanted`, give or take `within`.
pub(super) fn to_count(
    domain: &Domain,
    looked_at: &Layer,
    layout: &mut Seed,
    goal: Goal,
    wanted: f64,
    within: f64,
) {
    // Every step comes nearer by one point at least, so this ends; the bound is for what cannot be met.
    for _ in 0..MOST_COUNTED {
        let over = layout.count(domain) as f64 - wanted;
        if over.abs() <= within {
            break;
        }
        let done = match over < 0.0 {
            true => add_one(domain, looked_at, layout, goal),
            false => take_one(domain, looked_at, layout, 0),
        };
        if !done {
            break;
        }
    }
}

/// The sample farthest from a point.
fn farthest<'s>(domain: &Domain, looked_at: &'s Layer, spots: &[Spot]) -> Option<&'s Sample> {
    let nearest = looked_at.tree.nearest(domain, spots, &mut Watch::once());
    let far = nearest.into_iter().map(|near| near.squared).zip(&looked_at.samples);
    far.max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, sample)| sample)
}

/// Adds a point where skin is farthest from one. Returns whether one was.
pub(super) fn add_one(domain: &Domain, looked_at: &Layer, layout: &mut Seed, goal: Goal) -> bool {
    farthest(domain, looked_at, &layout.spots)
        .is_some_and(|sample| add(domain, layout, sample, goal).is_some())
}

/// Takes away the point that covers least skin, or the one that comes `rank` after it. Returns whether
/// there was one.
pub(super) fn take_one(domain: &Domain, looked_at: &Layer, layout: &mut Seed, rank: usize) -> bool {
    let count = layout.spots.len();
    let mut covered = vec![0_usize; count];
    let nearest = looked_at.tree.nearest(domain, &layout.spots, &mut Watch::once());
    for near in nearest.iter().filter(|near| near.label != NOBODY) {
        covered[near.label as usize % count] += 1;
    }
    let doubled = |i: usize| if domain.half && layout.spots[i].on_midline() { 2 } else { 1 };
    let mut order: Vec<usize> = (0..covered.len()).collect();
    order.sort_by_key(|&i| covered[i] * doubled(i));
    let Some(&least) = order.get(rank) else { return false };
    layout.spots.remove(least);
    layout.rows.remove(least);
    true
}

/// Makes one point on the midline of two mirror images that stand beside the deepest hole, when that
/// lies there: in a narrow strip two points that may come no nearer to each other cover less than one.
/// Of several such pairs it takes the nearest, or the one that comes `rank` after it. Returns whether
/// there was one.
pub(super) fn merge(domain: &Domain, looked_at: &Layer, layout: &mut Seed, goal: Goal, rank: usize) -> bool {
    let Some(sample) = farthest(domain, looked_at, &layout.spots) else { return false };
    if !domain.half || sample.place().x * 2.0 >= goal.limits.least_mm {
        return false;
    }
    let mut pairs: Vec<(f64, usize)> = (0..layout.spots.len())
        .filter(|&i| !layout.spots[i].on_midline() && layout.spots[i].place().x < goal.limits.least_mm)
        .map(|i| ((layout.spots[i].place() - sample.place()).norm(), i))
        .filter(|(distance, _)| *distance < goal.spacing_mm)
        .collect();
    pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
    let Some(&(_, pair)) = pairs.get(rank) else { return false };
    // The nearest stood too close to the hole to cover it; another one keeps its height.
    let at = Point2::new(0.0, if rank == 0 { sample.at.y } else { layout.spots[pair].at.y });
    if domain.zone_at(sample.chart, at).is_none() {
        return false;
    }
    layout.spots[pair] = domain.spot(sample.chart, at);
    true
}

/// The most points that are added or taken away for the count.
const MOST_COUNTED: usize = 40;

/// Moves points off their margins, and takes away those that cannot be, that lie outside, or are closer
/// than `least_mm` to one that stays: the last guard of those promises.
pub(super) fn keep_promises(domain: &Domain, layout: &mut Seed, least_mm: f64) {
    let kept = layout.spots.iter().map(|spot| cleared(domain, spot)).zip(&layout.rows);
    let (spots, rows): (Vec<Spot>, Vec<usize>) = kept.filter_map(|(spot, &row)| Some((spot?, row))).unzip();
    let around = Neighbourhood::new(domain, &spots, least_mm);
    let close = least_mm * least_mm;
    let mut keep = vec![true; spots.len()];
    for (index, spot) in spots.iter().enumerate() {
        around.near.within(&spot.place(), least_mm, |label, squared| {
            let other = label as usize % around.count;
            let itself = label as usize == index;
            if !itself && squared < close && (other == index || (other < index && keep[other])) {
                keep[index] = false;
            }
        });
    }
    let kept = spots.into_iter().zip(rows).zip(keep).filter_map(|(spot, keep)| keep.then_some(spot));
    (layout.spots, layout.rows) = kept.unzip();
}
