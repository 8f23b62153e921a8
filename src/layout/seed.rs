//! First layouts: rows at true pitch over the treated skin, at many phases.

use nalgebra::Point2;

use crate::abreast::abreast;

use super::cover::Cover;
use super::domain::{ChartDomain, Domain, Sample, Spot};
use super::fill;
use super::tree::Watch;
use super::{Goal, LaidPoint};

/// A first layout with its rows.
#[derive(Clone, Debug, Default)]
pub(super) struct Seed {
    pub(super) spots: Vec<Spot>,
    /// Row of each spot, from 0 at the top.
    pub(super) rows: Vec<usize>,
}

impl Seed {
    /// A finished layout with its rows; of a half domain, that half.
    pub(super) fn of(domain: &Domain, points: &[LaidPoint]) -> Self {
        let mut layout = Self::default();
        for point in points.iter().filter(|point| !domain.half || point.at.x >= 0.0) {
            let Some(chart) = domain.charts.iter().position(|part| part.chart == point.chart) else {
                continue;
            };
            layout.spots.push(domain.spot(chart, point.at));
            layout.rows.push(point.row.saturating_sub(1));
        }
        layout
    }

    /// Adds a layout of another chart; its rows come after.
    pub(super) fn append(&mut self, other: Self) {
        let rows = self.rows.iter().max().map_or(0, |last| last + 1);
        self.spots.extend(other.spots);
        self.rows.extend(other.rows.into_iter().map(|row| row + rows));
    }

    /// The row a new point at a sample belongs to: that of the nearest points which lies most level
    /// with it, or one of its own where none is level.
    pub(super) fn row_beside(&self, domain: &Domain, sample: &Sample, spacing_mm: f64) -> usize {
        let mut near: Vec<(f64, usize)> = (0..self.spots.len())
            .filter(|&i| self.spots[i].chart == sample.chart)
            .map(|i| ((self.spots[i].place() - sample.place()).norm_squared(), i))
            .collect();
        near.sort_by(|a, b| a.0.total_cmp(&b.0));
        let steepness = domain.charts[sample.chart].skin.frame(sample.at).dv.norm();
        let level = near
            .iter()
            .take(4)
            .map(|&(_, i)| ((self.spots[i].at.y - sample.at.y).abs() * steepness, self.rows[i]))
            .min_by(|a, b| a.0.total_cmp(&b.0));
        let own = self.rows.iter().max().map_or(0, |last| last + 1);
        level.filter(|(apart_mm, _)| *apart_mm < LEVEL * spacing_mm).map_or(own, |(_, row)| row)
    }

    /// Number of points, mirror images included.
    pub(super) fn count(&self, domain: &Domain) -> usize {
        self.spots.iter().map(|spot| if domain.half && !spot.on_midline() { 2 } else { 1 }).sum()
    }
}

/// A point this many spacings above or below a row is not of it.
const LEVEL: f64 = 0.6;

/// The seeds of a chart, the most promising first; those whose rows do not hold the number of points that is
/// wanted count as if theirs were spread as well over as many.
pub(super) fn ranked(domain: &Domain, chart: usize, cover: &Cover, goal: Goal) -> Vec<Seed> {
    let spacing_mm = goal.spacing_mm;
    let profile = Profile::new(&domain.charts[chart]);
    let wanted = wanted_count(domain, chart, goal);
    let downs = (0..PHASES).map(|down| (down as f64 + 0.5) / PHASES as f64);
    let phases: Vec<Phase> = [false, true]
        .into_iter()
        .flat_map(|shifted| downs.clone().map(move |down| (shifted, down)))
        .flat_map(|(shifted, down)| ASPECTS.map(|aspect| Phase { down, shifted, spacing_mm, aspect }))
        .collect();
    let mut seeds: Vec<(f64, Seed)> = abreast(&phases, |&phase| {
        let seed = of_count(domain, chart, &profile, phase, wanted);
        let unit = 1.0 / (spacing_mm * spacing_mm);
        let nearest = cover.coarse.tree.nearest(domain, &seed.spots, &mut Watch::once());
        let far = nearest.iter().map(|near| (near.squared * unit).min(FARTHEST));
        let badness: f64 = far.map(fifth_power).sum();
        let spread = seed.count(domain) as f64 / wanted;
        (badness * fifth_power(spread), seed)
    });
    seeds.sort_by(|a, b| a.0.total_cmp(&b.0));
    seeds.into_iter().map(|(_, seed)| seed).collect()
}

/// The first layout of a chart at one phase, whose number of points is near that wanted.
pub(super) fn rough(domain: &Domain, chart: usize, goal: Goal) -> Seed {
    let profile = Profile::new(&domain.charts[chart]);
    let phase = Phase { down: 0.5, shifted: false, spacing_mm: goal.spacing_mm, aspect: 1.0 };
    of_count(domain, chart, &profile, phase, wanted_count(domain, chart, goal))
}

/// No place counts as farther from a point than this, in squared spacings.
const FARTHEST: f64 = 1e6;

fn fifth_power(x: f64) -> f64 {
    let squared = x * x;
    squared * squared * x
}

impl Seed {
    /// Adds or takes away single points until there are about as many as wanted.
    pub(super) fn counted(mut self, domain: &Domain, chart: usize, cover: &Cover, goal: Goal) -> Self {
        let wanted = wanted_count(domain, chart, goal);
        let within = (COUNT_WITHIN * wanted).max(1.0);
        fill::to_count(domain, &cover.coarse, &mut self, goal, wanted, within);
        self
    }
}

/// Even rows whose number of points is near that wanted: the spacing is eased until it is, and where
/// the number of rows will not have it, the step along them.
fn of_count(domain: &Domain, chart: usize, profile: &Profile, mut phase: Phase, wanted: f64) -> Seed {
    let mut seed = even_rows(domain, chart, profile, phase);
    for attempt in 0..3 {
        let ratio = seed.count(domain) as f64 / wanted;
        if ratio == 0.0 || (ratio - 1.0).abs() < COUNT_NEAR {
            break;
        }
        let eased = ratio.sqrt().clamp(0.8, 1.25);
        phase.spacing_mm *= eased;
        if attempt >= 2 {
            phase.aspect *= eased;
        }
        seed = even_rows(domain, chart, profile, phase);
    }
    seed
}

/// The number of points of a hexagonal lattice of a spacing on an area, `A / (sqrt(3)/2 s^2)`.
pub fn lattice_count(area_mm2: f64, spacing_mm: f64) -> f64 {
    area_mm2 / (3.0_f64.sqrt() / 2.0 * spacing_mm * spacing_mm)
}

/// A lattice nearer than this to the least distance, as a share of it, jams on skin with borders.
const JAMMED: f64 = 1.02;

/// The number of points a chart is to hold, mirror images included.
pub(super) fn wanted_count(domain: &Domain, chart: usize, goal: Goal) -> f64 {
    let spacing_mm = goal.spacing_mm.max(JAMMED * goal.limits.least_mm);
    lattice_count(domain.chart_area_mm2(chart), spacing_mm)
}

/// Phases of the first row that are tried.
const PHASES: usize = 6;
/// Aspects that are tried.
const ASPECTS: [f64; 3] = [0.96, 1.0, 1.04];
/// How far the number of points may be from that of the perfect lattice, as a share: of whole rows, and once
/// single points are added or taken away.
const COUNT_NEAR: f64 = 0.05;
const COUNT_WITHIN: f64 = 0.03;

/// What distinguishes one seed of a chart from another.
#[derive(Clone, Copy, Debug)]
pub(super) struct Phase {
    /// Where the first row lies, in pitches.
    pub(super) down: f64,
    /// Whether the first row is shifted by half a step along.
    pub(super) shifted: bool,
    /// Spacing of the lattice, in mm.
    pub(super) spacing_mm: f64,
    /// Spacing along rows over that of a perfect hexagonal lattice of the same density.
    pub(super) aspect: f64,
}

/// Heights along a chart, stretched to mean skin distance.
pub(super) struct Profile {
    /// Second coordinates, top first.
    heights: Vec<f64>,
    /// Mean skin distance from the top, in mm.
    depths: Vec<f64>,
}

impl Profile {
    pub(super) fn new(part: &ChartDomain) -> Self {
        let steps = ((part.high_v - part.low_v) / 2.0).ceil().clamp(1.0, 1e4) as usize;
        let up = part.chart.up();
        let (top, bottom) = if up > 0.0 { (part.high_v, part.low_v) } else { (part.low_v, part.high_v) };
        let (mut heights, mut depths) = (vec![top], vec![0.0]);
        let mut depth = 0.0;
        for k in 0..steps {
            let middle = top + (bottom - top) * (k as f64 + 0.5) / steps as f64;
            let (mut stretch, mut length) = (0.0, 0.0);
            for (from, to) in part.runs(middle) {
                for j in 0..8 {
                    let frame =
                        part.skin.frame(Point2::new(from + (to - from) * (j as f64 + 0.5) / 8.0, middle));
                    let mm = (to - from) * frame.du.norm();
                    // Area over length along: the skin height of the strip, true for slanted rows too.
                    stretch += (to - from) * frame.area_element();
                    length += mm;
                }
            }
            let down = ((bottom - top) / steps as f64).abs();
            depth += down * if length > 0.0 { stretch / length } else { 1.0 };
            heights.push(top + (bottom - top) * (k as f64 + 1.0) / steps as f64);
            depths.push(depth);
        }
        Self { heights, depths }
    }

    fn depth_mm(&self) -> f64 {
        self.depths.last().copied().unwrap_or(0.0)
    }

    /// Mean skin distance from the top to a height, in mm.
    pub(super) fn depth_at(&self, height: f64) -> f64 {
        let down = |h: f64| {
            (h - self.heights[0]) * (self.heights[self.heights.len() - 1] - self.heights[0]).signum()
        };
        let k = self.heights.partition_point(|&h| down(h) <= down(height)).clamp(1, self.heights.len() - 1);
        let (h0, h1) = (self.heights[k - 1], self.heights[k]);
        let t = if h1 != h0 { ((height - h0) / (h1 - h0)).clamp(0.0, 1.0) } else { 0.0 };
        self.depths[k - 1] + (self.depths[k] - self.depths[k - 1]) * t
    }

    fn height_at(&self, depth: f64) -> f64 {
        let k = self.depths.partition_point(|&d| d <= depth).clamp(1, self.depths.len() - 1);
        let (d0, d1) = (self.depths[k - 1], self.depths[k]);
        let t = if d1 > d0 { ((depth - d0) / (d1 - d0)).clamp(0.0, 1.0) } else { 0.0 };
        self.heights[k - 1] + (self.heights[k] - self.heights[k - 1]) * t
    }
}

/// Rows at equal pitch, each with its points at equal steps along its own length.
pub(super) fn even_rows(domain: &Domain, chart: usize, profile: &Profile, phase: Phase) -> Seed {
    let part = &domain.charts[chart];
    let pitch = phase.spacing_mm * 3.0_f64.sqrt() / 2.0 / phase.aspect;
    let step = phase.spacing_mm * phase.aspect;
    let mut seed = Seed::default();
    let mut row = 0;
    for level in 0..100_000 {
        let depth = (level as f64 + phase.down) * pitch;
        if depth > profile.depth_mm() {
            break;
        }
        let v = profile.height_at(depth);
        let on_midline = (level % 2 == 0) != phase.shifted;
        let before = seed.spots.len();
        for (from, to) in part.runs(v) {
            let middle = domain.half && from < 0.0 && to > 0.0;
            if domain.half && to <= 0.0 {
                continue;
            }
            let from = if middle { 0.0 } else { from };
            let arc = Arc::new(part, v, from, to);
            let length = arc.length_mm();
            let lead = if middle && on_midline { 0.0 } else { 0.5 };
            let count = ((length / step + 0.5 - lead).round()).max(if lead > 0.0 && length < step / 4.0 {
                0.0
            } else {
                1.0
            }) as usize;
            let even = length / (count as f64 + lead - 0.5).max(0.5);
            for k in 0..count {
                let u = arc.at((k as f64 + lead) * even);
                let at = Point2::new(if middle && k == 0 && lead == 0.0 { 0.0 } else { u }, v);
                if domain.zone_at(chart, at).is_some() {
                    seed.spots.push(domain.spot(chart, at));
                    seed.rows.push(row);
                }
            }
        }
        if seed.spots.len() > before {
            row += 1;
        }
    }
    seed
}

/// Skin length along a line of equal second coordinate.
struct Arc {
    from: f64,
    width: f64,
    lengths: Vec<f64>,
}

impl Arc {
    fn new(part: &ChartDomain, v: f64, from: f64, to: f64) -> Self {
        let rough = (to - from) * part.skin.frame(Point2::new((from + to) / 2.0, v)).du.norm();
        let parts = (rough / 4.0).ceil().clamp(2.0, 1e4) as usize;
        let width = (to - from) / parts as f64;
        let mut lengths = vec![0.0];
        let mut sum = 0.0;
        for k in 0..parts {
            sum += part.skin.frame(Point2::new(from + width * (k as f64 + 0.5), v)).du.norm() * width;
            lengths.push(sum);
        }
        Self { from, width, lengths }
    }

    fn length_mm(&self) -> f64 {
        self.lengths.last().copied().unwrap_or(0.0)
    }

    /// The first coordinate at a length from the start.
    fn at(&self, length: f64) -> f64 {
        let k = self.lengths.partition_point(|&l| l <= length).clamp(1, self.lengths.len() - 1);
        let (l0, l1) = (self.lengths[k - 1], self.lengths[k]);
        let t = if l1 > l0 { ((length - l0) / (l1 - l0)).clamp(0.0, 1.0) } else { 0.0 };
        self.from + self.width * (k as f64 - 1.0 + t)
    }
}
