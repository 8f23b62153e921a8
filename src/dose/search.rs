//! The search over spacings and pairs of volumes.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::{DoseZone, Extent, MAX_LAYOUTS, SPACING_STEP_MM, TOLERANCE, Target, Wish, settable};
use crate::layout::{Layout, lattice_count};
use crate::plan::{Quality, Severity};
use crate::protocol::{Limits, Span};
use crate::units::Microlitres;
use crate::zones::Kind;

/// A spacing in whole micrometres, so that it can be a key.
pub(super) type Spacing = u64;

/// The spacing in mm.
pub(super) fn mm(spacing: Spacing) -> f64 {
    spacing as f64 / 1000.0
}

fn micrometres(mm: f64) -> Spacing {
    (mm * 1000.0).round().max(1.0) as Spacing
}

/// One volume for standard points, one for periorbital ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pair {
    pub(super) standard: Microlitres,
    pub(super) periorbital: Microlitres,
}

impl Pair {
    pub(super) fn of(self, kind: Kind) -> Microlitres {
        match kind {
            Kind::Standard => self.standard,
            Kind::Periorbital => self.periorbital,
        }
    }
}

/// A spacing with a pair of volumes and the total they give.
#[derive(Clone, Copy, Debug)]
pub(super) struct Candidate {
    pub(super) spacing: Spacing,
    pub(super) pair: Pair,
    pub(super) total: Microlitres,
}

/// Better is less: see [`Search::rank`].
type Rank = (u64, bool, [bool; 2], u64, u64, u64, u64, Reverse<u64>, u64);

/// The state of a search.
pub(super) struct Search<'a> {
    pub(super) wish: &'a Wish,
    pub(super) limits: &'a Limits,
    pub(super) zones: &'a [DoseZone],
    pub(super) target: Target,
    pub(super) spacings: Vec<Spacing>,
    pub(super) pairs: Vec<Pair>,
    laid: BTreeMap<Spacing, Laid>,
}

struct Laid {
    layout: Layout,
    counts: Vec<f64>,
    /// Whether the layout breaks a promise.
    broken: bool,
}

impl<'a> Search<'a> {
    pub(super) fn new(wish: &'a Wish, limits: &'a Limits, zones: &'a [DoseZone]) -> Self {
        let spacings = match wish.spacing_mm {
            Some(spacing) => vec![micrometres(spacing)],
            None => lattice(limits),
        };
        let mut search = Self {
            wish,
            limits,
            zones,
            target: Target::None,
            spacings,
            pairs: pairs(wish, limits, zones),
            laid: BTreeMap::new(),
        };
        search.target = search.choose_target();
        search
    }

    /// Lays out the most promising spacing until the best choice is one that was laid out.
    pub(super) fn run(&mut self, mut lay: impl FnMut(f64) -> Layout) -> Candidate {
        for _ in 0..MAX_LAYOUTS {
            let best = self.best(self.spacings.iter().copied());
            if self.laid.contains_key(&best.spacing) {
                return best;
            }
            let layout = lay(mm(best.spacing));
            self.laid.insert(best.spacing, Laid::new(layout, self.zones.len()));
        }
        self.best(self.laid.keys().copied())
    }

    /// The spacings that were laid out.
    pub(super) fn laid(&self) -> impl Iterator<Item = Spacing> {
        self.laid.keys().copied()
    }

    /// The layout of a spacing that was laid out.
    pub(super) fn layout(&self, spacing: Spacing) -> Layout {
        match self.laid.get(&spacing) {
            Some(laid) => laid.layout.clone(),
            None => Layout {
                spacing_mm: mm(spacing),
                settled: true,
                points: Vec::new(),
                quality: Quality::default(),
                zone_quality: vec![Quality::default(); self.zones.len()],
                findings: Vec::new(),
            },
        }
    }

    /// The best choice among `spacings`.
    fn best(&self, spacings: impl Iterator<Item = Spacing>) -> Candidate {
        let candidates = spacings.flat_map(|spacing| self.candidates(spacing));
        candidates.min_by_key(|candidate| self.rank(candidate)).unwrap_or(Candidate {
            spacing: micrometres(self.limits.middle_spacing_mm),
            pair: Pair { standard: self.limits.standard.least, periorbital: self.limits.standard.least },
            total: Microlitres::ZERO,
        })
    }

    /// Every pair of volumes at a spacing.
    pub(super) fn candidates(&self, spacing: Spacing) -> impl Iterator<Item = Candidate> {
        self.with_counts(spacing, &self.counts(spacing))
    }

    /// Every pair of volumes at a spacing that puts down `counts` points in each zone.
    pub(super) fn with_counts(
        &self,
        spacing: Spacing,
        counts: &[f64],
    ) -> impl Iterator<Item = Candidate> + use<> {
        let (mut standard, mut periorbital, mut fixed) = (0.0, 0.0, 0.0);
        for (index, (zone, count)) in self.zones.iter().zip(counts).enumerate() {
            match (self.wish.by_zone.get(&index), zone.kind) {
                (Some(volume), _) => fixed += count * volume.0 as f64,
                (None, Kind::Standard) => standard += count,
                (None, Kind::Periorbital) => periorbital += count,
            }
        }
        self.pairs.clone().into_iter().map(move |pair| {
            let free = standard * pair.standard.0 as f64 + periorbital * pair.periorbital.0 as f64;
            Candidate { spacing, pair, total: Microlitres((fixed + free).round() as u64) }
        })
    }

    /// The number of points of each zone at a spacing: as laid out, or predicted from the area and
    /// the nearest spacing that was laid out.
    pub(super) fn counts(&self, spacing: Spacing) -> Vec<f64> {
        let nearest = self.laid.iter().min_by_key(|(laid, _)| laid.abs_diff(spacing));
        match nearest {
            Some((&laid, exact)) if laid == spacing => exact.counts.clone(),
            Some((&laid, near)) => {
                let ratio = laid as f64 / spacing as f64;
                near.counts.iter().map(|count| count * ratio * ratio).collect()
            }
            None => {
                let count = |zone: &DoseZone| lattice_count(zone.area_cm2.max(0.0) * 100.0, mm(spacing));
                self.zones.iter().map(count).collect()
            }
        }
    }

    /// How good a choice is, less being better: microlitres outside the budget; a broken promise of
    /// the layout; then whether the target is missed and whether the spacing is at the edge of its
    /// limits (a total that was asked for counts more than the edge, the middle of the budget
    /// less); how far the target is missed; how far spacing and volumes are from their middle; how
    /// far the total is from the target; and between equals the wider spacing, the lesser volume.
    fn rank(&self, candidate: &Candidate) -> Rank {
        let Candidate { spacing, pair, total } = *candidate;
        let laid = self.laid.get(&spacing);
        // A prediction must come closer, since the layout will differ from it.
        let share = if laid.is_some() { TOLERANCE } else { 0.8 * TOLERANCE };
        let missed = !self.target.is_met(total, share);
        let edge = self.wish.spacing_mm.is_none() && self.at_edge(spacing);
        let off = self.target.volume().map_or(0, |target| total.0.abs_diff(target.0));
        let misses = match self.target {
            Target::Asked(_) => [missed, edge],
            Target::Middle(_) | Target::None => [edge, missed],
        };
        let from_middle = |volume: Microlitres, span: Span<Microlitres>| {
            (2 * volume.0).abs_diff(span.least.0 + span.greatest.0)
        };
        (
            self.outside_budget(total),
            laid.is_some_and(|laid| laid.broken),
            misses,
            if missed { off } else { 0 },
            spacing.abs_diff(micrometres(self.limits.middle_spacing_mm)),
            from_middle(pair.standard, self.limits.volume(Kind::Standard))
                + from_middle(pair.periorbital, self.limits.volume(Kind::Periorbital)),
            off,
            Reverse(spacing),
            pair.standard.0 + pair.periorbital.0,
        )
    }

    /// By how many microlitres a total breaks the budget; the lower bound holds for a full face only.
    pub(super) fn outside_budget(&self, total: Microlitres) -> u64 {
        let Some(budget) = self.limits.budget else { return 0 };
        let least = match self.wish.extent {
            Extent::FullFace => budget.least,
            Extent::Part => Microlitres::ZERO,
        };
        total.saturating_sub(budget.greatest).0 + least.saturating_sub(total).0
    }

    /// Whether a spacing is in the outer tenths of its limits, where a layout has no play left.
    fn at_edge(&self, spacing: Spacing) -> bool {
        let limits = self.limits.spacing;
        let tenth = 0.1 * (limits.greatest_mm - limits.least_mm);
        let inner = micrometres(limits.least_mm + tenth)..=micrometres(limits.greatest_mm - tenth);
        !inner.contains(&spacing)
    }

    /// Volume per point of each zone for a pair.
    pub(super) fn zone_volumes(&self, pair: Pair) -> Vec<Microlitres> {
        let zones = self.zones.iter().enumerate();
        zones
            .map(|(index, zone)| self.wish.by_zone.get(&index).copied().unwrap_or(pair.of(zone.kind)))
            .collect()
    }

    /// The zones whose volume is neither asked for by zone nor by kind.
    pub(super) fn is_free(&self, index: usize) -> bool {
        let by_kind = self.zones.get(index).and_then(|zone| match zone.kind {
            Kind::Standard => self.wish.volume,
            Kind::Periorbital => self.wish.periorbital_volume,
        });
        by_kind.is_none() && !self.wish.by_zone.contains_key(&index)
    }

    /// The asked total; else the middle of the budget, for a full face and wherever the middle of
    /// spacing and volumes would give more than it; else none.
    fn choose_target(&self) -> Target {
        if let Some(asked) = self.wish.total {
            return Target::Asked(asked);
        }
        let Some(middle) = self.limits.middle_total else { return Target::None };
        if !(0..self.zones.len()).any(|index| self.is_free(index)) {
            return Target::None;
        }
        let at_middle = self.wish.spacing_mm.unwrap_or(self.limits.middle_spacing_mm);
        let counts = self.counts(micrometres(at_middle));
        let typical: f64 = self
            .zones
            .iter()
            .zip(counts)
            .map(|(zone, count)| {
                let span = self.limits.volume(zone.kind);
                count * (span.least.0 + span.greatest.0) as f64 / 2.0
            })
            .sum();
        match self.wish.extent {
            Extent::FullFace => Target::Middle(middle),
            Extent::Part if typical > middle.0 as f64 => Target::Middle(middle),
            Extent::Part => Target::None,
        }
    }
}

impl Laid {
    fn new(layout: Layout, zones: usize) -> Self {
        let mut counts = vec![0.0; zones];
        for point in &layout.points {
            if let Some(count) = counts.get_mut(point.zone) {
                *count += 1.0;
            }
        }
        let broken = layout.findings.iter().any(|finding| finding.severity == Severity::Error);
        Self { layout, counts, broken }
    }
}

/// The spacings to try: multiples of the step inside the limits, and the middle.
pub(super) fn lattice(limits: &Limits) -> Vec<Spacing> {
    let step = micrometres(SPACING_STEP_MM);
    let (least, greatest) = (micrometres(limits.spacing.least_mm), micrometres(limits.spacing.greatest_mm));
    // A clinic's own protocol may span anything; a bounded number of spacings is enough for it.
    let stride = step * ((greatest.saturating_sub(least) / step) / 200 + 1);
    let multiples = (least.div_ceil(step)..).map(|count| count * step).take_while(|&s| s <= greatest);
    let mut spacings: Vec<_> =
        multiples.filter(|spacing| (spacing / step).is_multiple_of(stride / step)).collect();
    spacings.push(micrometres(limits.middle_spacing_mm));
    spacings.sort_unstable();
    spacings.dedup();
    spacings
}

/// The pairs of volumes to try. Kinds that no free zone has, and kinds that were asked for, have one
/// volume; where the protocol gives no limits of its own around the eyes, both volumes are one.
fn pairs(wish: &Wish, limits: &Limits, zones: &[DoseZone]) -> Vec<Pair> {
    let used = |kind| zones.iter().enumerate().any(|(i, z)| z.kind == kind && !wish.by_zone.contains_key(&i));
    let options = |kind, asked: Option<Microlitres>| {
        let span = limits.volume(kind);
        let mut options = match asked {
            Some(volume) => vec![volume],
            None => settable(span, wish.graduation),
        };
        if options.is_empty() {
            // Nothing can be set on this syringe: the check says so of the least volume.
            options.push(span.least);
        }
        if !used(kind) {
            options.truncate(1);
        }
        options
    };
    let standard = options(Kind::Standard, wish.volume);
    let around_eyes = wish.periorbital_volume.or(match limits.periorbital {
        Some(_) => None,
        None => wish.volume,
    });
    if limits.periorbital.is_none() && around_eyes.is_none() && used(Kind::Standard) {
        return standard.into_iter().map(|volume| Pair { standard: volume, periorbital: volume }).collect();
    }
    let periorbital = options(Kind::Periorbital, around_eyes);
    let pair =
        |&standard: &Microlitres| periorbital.iter().map(move |&periorbital| Pair { standard, periorbital });
    standard.iter().flat_map(pair).collect()
}
