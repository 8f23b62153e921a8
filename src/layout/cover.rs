//! The skin that is to be covered, as samples: the inside at a fixed pitch, and the rim.

use std::ops::Range;

use nalgebra::Vector3;

use crate::body::Place;

use super::domain::{Domain, Sample};
use super::rim;

/// The skin of one chart, or of charts that meet.
#[derive(Clone, Debug, Default)]
pub(super) struct Cover {
    /// Places inside.
    pub(super) inner: Layer,
    /// Places along the rim, a stretch at a time.
    pub(super) rim: Layer,
    /// The stretches of the rim, as ranges of its samples.
    pub(super) stretches: Vec<Range<usize>>,
}

impl Cover {
    /// The skin of one chart, sampled about `pitch_mm` apart.
    pub(super) fn new(domain: &Domain, chart: usize, pitch_mm: f64) -> Self {
        let inner = domain.inside(chart, pitch_mm);
        let (mut rim, mut stretches) = (Vec::new(), Vec::new());
        for (zone, stretch) in rim::trace(domain, chart, pitch_mm / 2.0) {
            let first = rim.len();
            let skin = domain.charts[chart].skin;
            rim.extend(stretch.into_iter().map(|at| Sample {
                place: skin.place(at),
                at,
                chart,
                zone,
                area_mm2: 0.0,
            }));
            stretches.push(first..rim.len());
        }
        Self { inner: Layer::inside(inner, pitch_mm), rim: Layer::along(rim, pitch_mm), stretches }
    }

    /// The skins of several charts as one.
    pub(super) fn of_all(covers: impl Iterator<Item = Self>) -> Self {
        covers.reduce(|a, b| a.and(&b)).unwrap_or_default()
    }

    fn and(&self, other: &Self) -> Self {
        let shift = self.rim.samples.len();
        let moved = other.stretches.iter().map(|range| range.start + shift..range.end + shift);
        Self {
            inner: self.inner.and(&other.inner),
            rim: self.rim.and(&other.rim),
            stretches: self.stretches.iter().cloned().chain(moved).collect(),
        }
    }

    /// A part of the samples, to compare layouts by and to see where a point is wanted.
    pub(super) fn thinned(&self) -> Vec<&Sample> {
        let inner = self.inner.samples.iter().step_by(INSIDE_LOOKED_AT);
        inner.chain(self.rim.samples.iter().step_by(RIM_LOOKED_AT)).collect()
    }

    /// All samples, inside and on the rim.
    pub(super) fn samples(&self) -> impl Iterator<Item = &Sample> {
        self.inner.samples.iter().chain(&self.rim.samples)
    }
}

/// One in how many samples, inside and on the rim, is enough where no place must be exact.
const INSIDE_LOOKED_AT: usize = 2;
const RIM_LOOKED_AT: usize = 3;

/// Samples in the order in which they were taken, and in clusters of neighbours.
#[derive(Clone, Debug, Default)]
pub(super) struct Layer {
    pub(super) samples: Vec<Sample>,
    pub(super) clusters: Vec<Cluster>,
}

/// Neighbouring samples.
#[derive(Clone, Debug)]
pub(super) struct Cluster {
    pub(super) members: Range<usize>,
    pub(super) centre: Place,
    pub(super) radius_mm: f64,
}

/// Width of the cubes whose samples make a cluster, in pitches.
const CUBE: f64 = 2.0;

impl Layer {
    /// Sorts samples into clusters, one for each cube they lie in.
    fn inside(mut samples: Vec<Sample>, pitch_mm: f64) -> Self {
        let width = CUBE * pitch_mm;
        let cube = |s: &Sample| [s.place.z, s.place.y, s.place.x].map(|x| (x / width).floor() as i64);
        samples.sort_by_key(cube);
        Self::new(samples, |a, b| cube(a) == cube(b))
    }

    /// Samples along a line, in clusters of equal length.
    fn along(samples: Vec<Sample>, pitch_mm: f64) -> Self {
        let width = CUBE * pitch_mm;
        Self::new(samples, |first, other| (first.place - other.place).norm() <= width)
    }

    /// Samples in the order given, a new cluster where one does not belong to the first of the last.
    fn new(samples: Vec<Sample>, belongs: impl Fn(&Sample, &Sample) -> bool) -> Self {
        let mut clusters = Vec::new();
        let mut first = 0;
        while first < samples.len() {
            let beyond = samples[first..].iter().position(|other| !belongs(&samples[first], other));
            let end = beyond.map_or(samples.len(), |count| first + count);
            let members = &samples[first..end];
            let sum: Vector3<f64> = members.iter().map(|s| s.place.coords).sum();
            let centre = Place::from(sum / members.len() as f64);
            let radius_mm = members.iter().map(|s| (s.place - centre).norm()).fold(0.0, f64::max);
            clusters.push(Cluster { members: first..end, centre, radius_mm });
            first = end;
        }
        Self { samples, clusters }
    }

    fn and(&self, other: &Self) -> Self {
        let shift = self.samples.len();
        let moved = other.clusters.iter().map(|cluster| Cluster {
            members: cluster.members.start + shift..cluster.members.end + shift,
            ..cluster.clone()
        });
        Self {
            samples: self.samples.iter().chain(&other.samples).copied().collect(),
            clusters: self.clusters.iter().cloned().chain(moved).collect(),
        }
    }
}
