//! The skin that is to be covered, as samples: the inside at a fixed pitch, and the rim.

use std::ops::Range;

use super::domain::{Domain, Sample, Spot};
use super::rim;
use super::tree::{Tree, Watch, gather};

/// The skin of one chart, or of charts that meet.
#[derive(Clone, Debug, Default)]
pub(super) struct Cover {
    /// Places inside.
    pub(super) inner: Layer,
    /// Places along the rim, a stretch at a time.
    pub(super) rim: Layer,
    /// A part of both, to compare layouts by and to see where a point is wanted.
    pub(super) coarse: Layer,
    /// The stretches of the rim, as ranges of its samples.
    pub(super) stretches: Vec<Range<usize>>,
    /// How far apart samples inside are, about, in mm.
    pub(super) pitch_mm: f64,
}

impl Cover {
    /// The skin of one chart, sampled about `pitch_mm` apart.
    pub(super) fn new(domain: &Domain, chart: usize, pitch_mm: f64) -> Self {
        let mut inner = domain.inside(chart, pitch_mm);
        gather(&mut inner);
        let (mut rim, mut stretches) = (Vec::new(), Vec::new());
        for (zone, stretch) in rim::trace(domain, chart, pitch_mm / 2.0) {
            let first = rim.len();
            let skin = &domain.charts[chart].skin;
            rim.extend(stretch.into_iter().map(|at| Sample {
                at,
                frame: skin.frame(at),
                chart,
                zone,
                area_mm2: 0.0,
            }));
            stretches.push(first..rim.len());
        }
        Self::of(inner, rim, stretches, pitch_mm)
    }

    /// The skins of several charts as one.
    pub(super) fn of_all(covers: &[Self]) -> Self {
        let pitch_mm = covers.iter().map(|cover| cover.pitch_mm).fold(0.0, f64::max);
        let (mut inner, mut rim, mut stretches) = (Vec::new(), Vec::new(), Vec::new());
        for cover in covers {
            let first = rim.len();
            stretches.extend(cover.stretches.iter().map(|range| first + range.start..first + range.end));
            inner.extend_from_slice(&cover.inner.samples);
            rim.extend_from_slice(&cover.rim.samples);
        }
        Self::of(inner, rim, stretches, pitch_mm)
    }

    fn of(inner: Vec<Sample>, rim: Vec<Sample>, stretches: Vec<Range<usize>>, pitch_mm: f64) -> Self {
        let looked_at = inner.iter().step_by(INSIDE_LOOKED_AT).chain(rim.iter().step_by(RIM_LOOKED_AT));
        let coarse = Layer::new(looked_at.copied().collect());
        Self { inner: Layer::new(inner), rim: Layer::new(rim), coarse, stretches, pitch_mm }
    }

    /// All samples, inside and on the rim.
    pub(super) fn samples(&self) -> impl Iterator<Item = &Sample> {
        self.inner.samples.iter().chain(&self.rim.samples)
    }

    /// How far the sample farthest from every point is from the nearest, in mm.
    pub(super) fn farthest_mm(&self, domain: &Domain, spots: &[Spot]) -> f64 {
        let layers = [&self.inner, &self.rim].into_iter();
        let nearest = layers.flat_map(|layer| layer.tree.nearest(domain, spots, &mut Watch::once()));
        nearest.map(|near| near.squared).fold(0.0, f64::max).sqrt()
    }
}

/// One in how many samples, inside and on the rim, is enough where no place must be exact.
const INSIDE_LOOKED_AT: usize = 2;
const RIM_LOOKED_AT: usize = 3;

/// Samples, with the tree by which the nearest points to them are found.
#[derive(Clone, Debug, Default)]
pub(super) struct Layer {
    pub(super) samples: Vec<Sample>,
    pub(super) tree: Tree,
}

impl Layer {
    pub(super) fn new(samples: Vec<Sample>) -> Self {
        Self { tree: Tree::new(&samples), samples }
    }
}
