//! Measures of a finished layout, taken afresh on the skin.

use nalgebra::Vector2;

use crate::body::Place;
use crate::plan::Quality;

use super::cells::{cells, spread};
use super::cover::Cover;
use super::domain::{Domain, Sample, Spot};
use super::neighbours::Neighbourhood;
use super::tree::{NOBODY, Watch};

/// The search for the greatest gap ends at steps of this share of the samples' pitch.
const FINEST: f64 = 0.015;

/// The cells of points farther apart than so many spacings do not meet.
const BESIDE: f64 = 2.4;

/// No sample is this far from the places it stands for, in pitches.
const ASIDE: f64 = 0.75;

/// Measures of the whole map and of each treated zone.
pub(super) fn measure(
    domain: &Domain,
    cover: &Cover,
    spots: &[Spot],
    spacing_mm: f64,
) -> (Quality, Vec<Quality>) {
    let zones = domain.treated.zones.len();
    let around = Neighbourhood::new(domain, spots, spacing_mm);
    let nearest =
        [&cover.inner, &cover.rim].map(|layer| layer.tree.nearest(domain, spots, &mut Watch::once()));
    let near: Vec<(f64, u32, &Sample)> = cover
        .samples()
        .zip(nearest.iter().flatten())
        .filter(|(_, near)| near.label != NOBODY)
        .map(|(sample, near)| (near.squared.sqrt(), near.label, sample))
        .collect();
    let mut lists = Vec::new();
    around.list(BESIDE * spacing_mm, &mut lists);
    let cells = cells(domain, (&cover.inner, cover.pitch_mm), spots, &nearest[0], &lists);
    let spread = (!cells.is_empty()).then(|| spread(&cells));
    let gaps = zone_gaps(domain, near, cover.pitch_mm, &around, zones);
    let (mut least, mut most) = (vec![None::<f64>; zones], vec![None::<f64>; zones]);
    let mut counts = vec![0_usize; zones];
    let (mut closest, mut loneliest) = (None::<f64>, None::<f64>);
    for (index, spot) in spots.iter().enumerate() {
        let Some(zone) = domain.zone_of(spot) else { continue };
        let doubled = domain.half && !spot.on_midline();
        counts[zone] += 1;
        if doubled {
            let twin = domain.twin(zone);
            counts[twin] += 1;
        }
        if let Some((_, squared)) = around.near.nearest(&spot.place(), Some(index as u32)) {
            let distance = squared.sqrt();
            for zone in [Some(zone), doubled.then(|| domain.twin(zone))].into_iter().flatten() {
                least[zone] = Some(least[zone].map_or(distance, |d| d.min(distance)));
                most[zone] = Some(most[zone].map_or(distance, |d| d.max(distance)));
            }
            closest = Some(closest.map_or(distance, |d| d.min(distance)));
            loneliest = Some(loneliest.map_or(distance, |d| d.max(distance)));
        }
    }
    let quality = |area_cm2: f64, count: usize, min, max, gap: Option<f64>| Quality {
        area_cm2,
        min_spacing_mm: min,
        max_neighbour_mm: max,
        gap_mm: gap,
        q: gap.filter(|_| count > 0).map(|gap| gap / perfect_gap_mm(area_cm2 * 100.0, count)),
        area_spread: None,
        row_sway_mm: None,
    };
    let by_zone = (0..zones)
        .map(|z| quality(domain.treated.zones[z].area_cm2, counts[z], least[z], most[z], gaps[z]))
        .collect();
    let gap = gaps.iter().flatten().copied().reduce(f64::max);
    let whole = quality(domain.area_mm2 / 100.0, counts.iter().sum(), closest, loneliest, gap);
    (Quality { area_spread: spread, ..whole }, by_zone)
}

/// The covering radius of a perfect hexagonal lattice of as many points on the same area, in mm
/// (Kershner 1939).
pub fn perfect_gap_mm(area_mm2: f64, count: usize) -> f64 {
    (2.0 * area_mm2 / (3.0 * 3.0_f64.sqrt() * count as f64)).sqrt()
}

/// The greatest gap of each zone: from every sample that could be its worst, uphill.
fn zone_gaps(
    domain: &Domain,
    mut far: Vec<(f64, u32, &Sample)>,
    pitch_mm: f64,
    around: &Neighbourhood,
    zones: usize,
) -> Vec<Option<f64>> {
    // The deepest first: most others then need no look, for they are too shallow or on the same hill.
    far.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut gaps: Vec<Option<f64>> = vec![None; zones];
    let mut peaks: Vec<Vec<Place>> = vec![Vec::new(); zones];
    for (d, _, sample) in far {
        let (gap, peaks) = (&mut gaps[sample.zone], &mut peaks[sample.zone]);
        // Distance changes by at most 1 mm per mm.
        let may_be_greater = gap.is_none_or(|gap| d + ASIDE * pitch_mm > gap);
        let on_known = |peak: &Place| (peak - sample.place()).norm_squared() < pitch_mm * pitch_mm;
        if may_be_greater && !peaks.iter().any(on_known) {
            let (peak, d) = uphill(domain, sample, d, pitch_mm, around);
            *gap = Some(gap.map_or(d, |gap| gap.max(d)));
            peaks.push(peak);
        }
    }
    if domain.half {
        for zone in 0..zones {
            let twin = domain.twin(zone);
            gaps[zone] = [gaps[zone], gaps[twin]].into_iter().flatten().reduce(f64::max);
        }
    }
    gaps
}

/// The points that may be nearest to a place not far from another one.
struct Candidates<'a> {
    around: &'a Neighbourhood,
    middle: Place,
    within_mm: f64,
    places: Vec<Place>,
}

impl<'a> Candidates<'a> {
    /// Those for places within `within_mm` of one that is `distance_mm` from its nearest point.
    fn new(around: &'a Neighbourhood, middle: Place, distance_mm: f64, within_mm: f64) -> Self {
        let mut places = Vec::new();
        around.near.within(&middle, distance_mm + 2.0 * within_mm, |label, _| {
            places.push(around.places[label as usize])
        });
        Self { around, middle, within_mm, places }
    }

    /// Whether the places within half as far from a place are near enough.
    fn reach(&self, place: &Place) -> bool {
        (place - self.middle).norm() <= self.within_mm / 2.0
    }

    /// Distance from a place to its nearest point, in mm.
    fn distance(&self, place: &Place) -> f64 {
        let squared = match (place - self.middle).norm() <= self.within_mm {
            true => self.places.iter().map(|at| (at - place).norm_squared()).fold(f64::INFINITY, f64::min),
            false => self.around.near.nearest(place, None).map_or(f64::INFINITY, |(_, squared)| squared),
        };
        squared.sqrt()
    }
}

fn uphill(domain: &Domain, from: &Sample, start: f64, pitch_mm: f64, around: &Neighbourhood) -> (Place, f64) {
    let skin = &domain.charts[from.chart].skin;
    let frame = from.frame;
    let unit = Vector2::new(1.0 / frame.du.norm().max(1e-3), 1.0 / frame.dv.norm().max(1e-3));
    let (mut at, mut place, mut best, mut step) = (from.at, from.place(), start, pitch_mm / 2.0);
    let mut candidates = Candidates::new(around, place, best, pitch_mm);
    while step > FINEST * pitch_mm {
        let mut moved = false;
        for (x, y) in [
            (1.0, 0.0),
            (-1.0, 0.0),
            (0.0, 1.0),
            (0.0, -1.0),
            (0.7, 0.7),
            (-0.7, 0.7),
            (0.7, -0.7),
            (-0.7, -0.7),
        ] {
            let there = at + Vector2::new(x, y).component_mul(&unit) * step;
            let then = skin.place(there);
            let d = candidates.distance(&then);
            if d > best + 1e-6 && domain.zone_at(from.chart, there) == Some(from.zone) {
                (at, place, best, moved) = (there, then, d, true);
                if !candidates.reach(&place) {
                    candidates = Candidates::new(around, place, best, pitch_mm);
                }
                break;
            }
        }
        if !moved {
            step /= 2.0;
        }
    }
    (place, best)
}
