//! Volumes per point, chosen together with the spacing.
//!
//! Per-point volumes are whole steps of the syringe inside the protocol's limits: one volume for all
//! standard points and one for all periorbital ones, since a hand remembers two numbers. Single
//! zones differ only where they were asked to, or where a total that was asked for cannot be met
//! otherwise.
//!
//! With `N` points a step of 5 ul moves the total by `5 N` ul, close to a millilitre on a face, so
//! a total is met mostly by the spacing. A layout is dear: the search predicts the number of points
//! of each zone as its area over the cell of a hexagonal lattice, `A / (sqrt(3)/2 s^2)`, ranks every
//! spacing and pair of volumes, lays out the best, corrects its predictions by what came out, and is
//! done when the best has been laid out.

mod explain;
mod fillings;
mod search;
mod vary;

use std::collections::BTreeMap;

use crate::layout::Layout;
use crate::plan::{Finding, Severity};
use crate::protocol::{Limits, Span};
use crate::said::Said;
use crate::units::Microlitres;
use crate::zones::Kind;

pub use fillings::{Filling, Line, fillings};
use search::Search;

/// How far a planned total may lie from the one aimed for, in parts of it. Neighbouring spacings of
/// the lattice differ by 4 % in their number of points, so this leaves every total a spacing.
pub const TOLERANCE: f64 = 0.025;

/// Step between the spacings tried, in mm: as fine as a hand can tell.
pub const SPACING_STEP_MM: f64 = 0.25;

/// The most layouts one search makes.
pub const MAX_LAYOUTS: usize = 5;

/// How much of the face is treated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// The full face, and perhaps more: the protocol's least total holds.
    FullFace,
    /// Less than the full face: only its greatest total holds.
    Part,
}

/// What is asked of the doses. `None`: to be chosen.
#[derive(Clone, Debug, PartialEq)]
pub struct Wish {
    /// The spacing, in mm.
    pub spacing_mm: Option<f64>,
    /// The total.
    pub total: Option<Microlitres>,
    /// Volume per standard point.
    pub volume: Option<Microlitres>,
    /// Volume per periorbital point.
    pub periorbital_volume: Option<Microlitres>,
    /// Volume per point of single zones, by index of the zone.
    pub by_zone: BTreeMap<usize, Microlitres>,
    /// The smallest step of the syringe.
    pub graduation: Microlitres,
    /// How much of the face is treated.
    pub extent: Extent,
}

/// What a dose needs to know of a treated zone.
#[derive(Clone, Debug, PartialEq)]
pub struct DoseZone {
    /// The id it was drawn under; both of a pair are dosed alike.
    pub base: String,
    /// The limits it falls under.
    pub kind: Kind,
    /// Skin area where points may lie, in cm2.
    pub area_cm2: f64,
}

/// A layout with its volumes.
#[derive(Clone, Debug)]
pub struct Dosed {
    /// The chosen layout.
    pub layout: Layout,
    /// Volume per point of each zone.
    pub volumes: Vec<Microlitres>,
    /// Sum over all points.
    pub total: Microlitres,
    /// The total aimed for: asked, or the middle of the budget. `None` where neither applies.
    pub target: Option<Microlitres>,
    /// Why, in one line.
    pub reason: Said,
    /// What could not be met.
    pub findings: Vec<Finding>,
}

/// The total to aim for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Target {
    /// The user named it.
    Asked(Microlitres),
    /// Nobody did: the middle of the budget.
    Middle(Microlitres),
    /// Too little skin for the middle of the budget to mean anything, or nothing left to choose.
    None,
}

impl Target {
    fn volume(self) -> Option<Microlitres> {
        match self {
            Self::Asked(volume) | Self::Middle(volume) => Some(volume),
            Self::None => None,
        }
    }

    /// Whether `total` is within `share` of the target.
    fn is_met(self, total: Microlitres, share: f64) -> bool {
        self.volume().is_none_or(|target| total.0.abs_diff(target.0) as f64 <= share * target.0 as f64)
    }
}

/// The volumes inside `limits` that the syringe can be set to, rising. Empty where none is.
///
/// ```
/// use nappage::dose::settable;
/// use nappage::protocol::Span;
/// use nappage::units::Microlitres;
///
/// let limits = Span { least: Microlitres(5), greatest: Microlitres(10) };
/// assert_eq!(settable(limits, Microlitres(5)), [Microlitres(5), Microlitres(10)]);
/// assert_eq!(settable(limits, Microlitres(10)), [Microlitres(10)]);
/// ```
pub fn settable(limits: Span<Microlitres>, graduation: Microlitres) -> Vec<Microlitres> {
    let step = graduation.0.max(1);
    let (first, last) = (limits.least.0.div_ceil(step).max(1), limits.greatest.0 / step);
    // Far more steps than a hand would tell apart are thinned out, so that a search stays short.
    let stride = (last.saturating_sub(first) / MAX_VOLUMES + 1) as usize;
    (first..=last).step_by(stride).map(|count| Microlitres(count * step)).collect()
}

/// The most volumes of one kind that are tried.
const MAX_VOLUMES: u64 = 48;

/// Chooses spacing and volumes for `zones`; `lay` lays points out at a spacing in mm.
///
/// Prefers, in this order: a total inside the budget, a layout that keeps its promises, a total
/// within [`TOLERANCE`] of the target, a spacing near the protocol's middle, volumes near theirs.
/// `lay` is called once for each spacing tried, [`MAX_LAYOUTS`] times at most.
pub fn dose(wish: &Wish, limits: &Limits, zones: &[DoseZone], lay: impl FnMut(f64) -> Layout) -> Dosed {
    dose_changed(wish, limits, zones, lay, |layout| layout, Around::Nothing)
}

/// What points are laid out among.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Around {
    /// They are alone on the skin.
    Nothing,
    /// Points of other layers, off which they keep.
    Layers,
}

/// Chooses as [`dose`] does, then lets `change` take from the chosen layout what is left out of it, such as
/// points on a lesion: spacing and volumes are those of the whole.
pub(crate) fn dose_changed(
    wish: &Wish,
    limits: &Limits,
    zones: &[DoseZone],
    lay: impl FnMut(f64) -> Layout,
    change: impl FnOnce(Layout) -> Layout,
    around: Around,
) -> Dosed {
    let mut search = Search::new(wish, limits, zones);
    let best = search.run(lay);
    let uniform = search.zone_volumes(best.pair);
    let met = search.target.is_met(best.total, TOLERANCE);
    let varied = match search.target {
        Target::Asked(target) if !met => vary::vary(&search, target),
        _ => None,
    };
    let (spacing, volumes) = match varied {
        Some(varied) => (varied.spacing, varied.volumes),
        None => (best.spacing, uniform),
    };
    let target = search.target;
    let mut findings = Vec::new();
    let layout = change(search.layout(spacing));
    let total = total(&layout, &volumes);
    if let (Target::Asked(asked), false) = (target, target.is_met(total, TOLERANCE)) {
        let message = search.explain_miss(asked, total, around);
        findings.push(Finding::new(Severity::Warning, "target-missed", message));
    }
    let reason = explain::reason(&search, &layout, &volumes, total);
    Dosed { layout, volumes, total, target: target.volume(), reason, findings }
}

/// The exact sum over all points.
fn total(layout: &Layout, volumes: &[Microlitres]) -> Microlitres {
    layout.points.iter().filter_map(|point| volumes.get(point.zone).copied()).sum()
}

#[cfg(test)]
mod tests;
