//! Volumes by zone, where no two volumes meet a total that was asked for.
//!
//! Some zones get the next step of the syringe, the fewest that bring the total within tolerance;
//! both zones of a pair are dosed alike.

use std::collections::BTreeMap;

use super::search::{Pair, Search, Spacing, mm};
use super::{TOLERANCE, Target, settable};
use crate::units::Microlitres;
use crate::zones::Kind;

/// A choice of volumes by zone.
pub(super) struct Varied {
    pub(super) spacing: Spacing,
    pub(super) volumes: Vec<Microlitres>,
}

/// The zones of one base id, which are dosed alike.
struct Group {
    zones: Vec<usize>,
    kind: Kind,
    points: u64,
}

/// The most groups that are told apart; no session has as many.
const MAX_GROUPS: usize = 40;

/// The least deviation from one volume a kind that meets `target` on a spacing already laid out.
pub(super) fn vary(search: &Search<'_>, target: Microlitres) -> Option<Varied> {
    let middle = search.limits.middle_spacing_mm;
    let mut best: Option<((u32, u64, u64), Varied)> = None;
    for spacing in search.laid() {
        let groups = groups(search, spacing);
        for candidate in search.candidates(spacing) {
            let Some((raised, total)) = raise(search, &groups, candidate.pair, candidate.total, target)
            else {
                continue;
            };
            let from_middle = ((mm(spacing) - middle).abs() * 1000.0).round() as u64;
            let key = (raised.count_ones(), from_middle, total.abs_diff(target.0));
            if best.as_ref().is_none_or(|(found, _)| key < *found) {
                let volumes = volumes(search, &groups, candidate.pair, raised);
                best = Some((key, Varied { spacing, volumes }));
            }
        }
    }
    best.map(|(_, varied)| varied)
}

fn groups(search: &Search<'_>, spacing: Spacing) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut by_base = BTreeMap::new();
    for (index, (zone, count)) in search.zones.iter().zip(search.counts(spacing)).enumerate() {
        if !search.is_free(index) || count < 1.0 {
            continue;
        }
        let at = *by_base.entry((&zone.base, zone.kind)).or_insert_with(|| {
            groups.push(Group { zones: Vec::new(), kind: zone.kind, points: 0 });
            groups.len() - 1
        });
        if let Some(group) = groups.get_mut(at) {
            group.zones.push(index);
            group.points += count.round() as u64;
        }
    }
    groups.truncate(MAX_GROUPS);
    groups
}

/// The next step of the syringe above the volume of a kind, when it is inside the limits.
fn next(search: &Search<'_>, pair: Pair, kind: Kind) -> Option<Microlitres> {
    let options = settable(search.limits.volume(kind), search.wish.graduation);
    options.into_iter().find(|volume| *volume > pair.of(kind))
}

/// Which groups to raise by one step, as a set of bits, and the total they give: the fewest that
/// meet the target inside the budget, then the nearest.
fn raise(
    search: &Search<'_>,
    groups: &[Group],
    pair: Pair,
    total: Microlitres,
    target: Microlitres,
) -> Option<(u64, u64)> {
    let aim = Target::Asked(target);
    let most = target.0 + (TOLERANCE * target.0 as f64) as u64;
    if total.0 > most {
        return None;
    }
    // For every total that can be reached, the fewest groups that reach it.
    let mut reached: BTreeMap<u64, u64> = BTreeMap::from([(total.0, 0)]);
    for (bit, group) in groups.iter().enumerate() {
        let Some(raised) = next(search, pair, group.kind) else { continue };
        let more = group.points * (raised.0 - pair.of(group.kind).0);
        for (sum, set) in reached.clone() {
            let (sum, set) = (sum + more, set | 1 << bit);
            if sum <= most {
                let kept = reached.entry(sum).or_insert(set);
                if set.count_ones() < kept.count_ones() {
                    *kept = set;
                }
            }
        }
    }
    let fits =
        |sum: u64| aim.is_met(Microlitres(sum), TOLERANCE) && search.outside_budget(Microlitres(sum)) == 0;
    let fitting = reached.into_iter().filter(|&(sum, _)| fits(sum));
    let best = fitting.min_by_key(|&(sum, set)| (set.count_ones(), sum.abs_diff(target.0), sum))?;
    Some((best.1, best.0))
}

fn volumes(search: &Search<'_>, groups: &[Group], pair: Pair, raised: u64) -> Vec<Microlitres> {
    let mut volumes = search.zone_volumes(pair);
    for (bit, group) in groups.iter().enumerate() {
        let Some(volume) = next(search, pair, group.kind).filter(|_| raised >> bit & 1 == 1) else {
            continue;
        };
        for &zone in &group.zones {
            if let Some(slot) = volumes.get_mut(zone) {
                *slot = volume;
            }
        }
    }
    volumes
}
