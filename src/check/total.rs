//! The total against the budget, and the vials against the total.

use std::collections::BTreeMap;

use super::Against;
use crate::dose::{Extent, SPACING_STEP_MM, TOLERANCE, fillings, settable};
use crate::plan::{Finding, Plan, Severity};
use crate::said::Said;
use crate::units::{Microlitres, number};

/// Findings on the total and the vials.
pub(super) fn findings(plan: &Plan, against: &Against<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    if plan.topical.is_some() {
        return vials(plan, against);
    }
    if plan.points.is_empty() {
        return findings;
    }
    findings.extend(over(plan, against));
    findings.extend(under(plan, against));
    findings.extend(target(against));
    findings.extend(usual(plan, against));
    findings.extend(vials(plan, against));
    findings
}

/// The standing of the total's bounds: `published, celmade-2026`.
fn standing(against: &Against<'_>) -> Said {
    against.protocol.total.as_ref().map(|figure| figure.standing()).unwrap_or_default()
}

fn over(plan: &Plan, against: &Against<'_>) -> Option<Finding> {
    let most = plan.budget.max_ul?;
    let total = plan.totals.volume_ul;
    let excess = total.checked_sub(most).filter(|excess| *excess > Microlitres::ZERO)?;
    let mut remedies = vec![leave_out(plan, excess)];
    let wider = plan.spacing_mm * (total.0 as f64 / most.0 as f64).sqrt();
    let wider = (wider / SPACING_STEP_MM).ceil() * SPACING_STEP_MM;
    if wider <= against.limits.spacing.greatest_mm {
        remedies.push(said!("widen the spacing to about {wider} mm", wider = number(wider, 2)));
    }
    remedies.extend(other_volumes(plan, against, |total| total <= most, Order::GreatestFirst));
    let remedies = Said::joined(remedies, "; or ");
    let message = said!(
        "{total} is {excess} above {most}, the greatest total of a session ({standing}): {remedies}",
        total,
        excess,
        most,
        standing = standing(against),
        remedies
    );
    Some(Finding::new(Severity::Error, "over-budget", message))
}

fn under(plan: &Plan, against: &Against<'_>) -> Option<Finding> {
    let least = plan.budget.min_ul?;
    let total = plan.totals.volume_ul;
    let missing = least.checked_sub(total).filter(|missing| *missing > Microlitres::ZERO)?;
    if against.extent == Extent::Part {
        let message = said!(
            "{total} is less than {least}, the least total over the full face ({standing}); nothing to mend where only a \
             part of it is treated",
            total,
            least,
            standing = standing(against)
        );
        return Some(Finding::new(Severity::Note, "under-budget", message));
    }
    let mut remedies = Vec::new();
    let narrower = plan.spacing_mm * (total.0 as f64 / least.0 as f64).sqrt();
    let narrower = (narrower / SPACING_STEP_MM).floor() * SPACING_STEP_MM;
    if narrower >= against.limits.spacing.least_mm {
        remedies.push(said!("narrow the spacing to about {narrower} mm", narrower = number(narrower, 2)));
    }
    remedies.extend(other_volumes(plan, against, |total| total >= least, Order::LeastFirst));
    if remedies.is_empty() {
        let area = plan.quality.area_cm2 * (least.0 as f64 / total.0.max(1) as f64 - 1.0);
        remedies.push(said!("add zones of about {area} cm2", area = number(area.ceil(), 0)));
    }
    let message = said!(
        "{total} is {missing} below {least}, the least total over the full face ({standing}): {remedies}",
        total,
        missing,
        least,
        standing = standing(against),
        remedies = Said::joined(remedies, "; or ")
    );
    Some(Finding::new(Severity::Error, "under-budget", message))
}

/// The fewest zones whose volumes make up for `excess`, both of a pair together.
fn leave_out(plan: &Plan, excess: Microlitres) -> Said {
    let mut by_name: BTreeMap<&str, Microlitres> = BTreeMap::new();
    for zone in &plan.zones {
        let name = zone.id.trim_end_matches("-left").trim_end_matches("-right");
        *by_name.entry(name).or_default() += zone.volume_ul;
    }
    let mut zones: Vec<_> = by_name.into_iter().collect();
    zones.sort_by_key(|&(name, volume)| (std::cmp::Reverse(volume), name));
    // One zone that is just large enough, or else the largest ones until it is enough.
    let one = zones.iter().rev().find(|(_, volume)| *volume >= excess);
    let mut left_out = Vec::new();
    let mut spared = Microlitres::ZERO;
    for &(name, volume) in one.map_or(zones.as_slice(), std::slice::from_ref) {
        if spared >= excess {
            break;
        }
        spared += volume;
        left_out.push(name);
    }
    said!("leave out {left_out} ({spared})", left_out = left_out.join(", "), spared)
}

/// Whether to name the greatest volume that will do or the least.
enum Order {
    GreatestFirst,
    LeastFirst,
}

/// Other volumes per point at the same points that bring the total where it `fits`: each kind at the
/// same step of its limits, from the one nearest to what is planned.
fn other_volumes(
    plan: &Plan,
    against: &Against<'_>,
    fits: impl Fn(Microlitres) -> bool,
    order: Order,
) -> Option<Said> {
    let graduation = plan.syringe.graduation_ul;
    let mut volumes = settable(against.limits.standard, graduation);
    if let Order::GreatestFirst = order {
        volumes.reverse();
    }
    volumes.into_iter().find_map(|volume| {
        let total = plan.zones.iter().map(|zone| {
            let span = against.limits.volume(zone.kind);
            volume.clamp(span.least, span.greatest) * zone.points as u64
        });
        let least_greatest = |zone: &&crate::plan::PlannedZone| {
            let span = against.limits.volume(zone.kind);
            volume.clamp(span.least, span.greatest)
        };
        let around_eyes = plan.zones.iter().find(|zone| zone.kind == crate::zones::Kind::Periorbital);
        let text = match around_eyes.as_ref().map(least_greatest) {
            Some(other) if other != volume => {
                said!(
                    "give {volume} ul per point, periorbital {other} ul",
                    volume = volume.0,
                    other = other.0
                )
            }
            _ => said!("give {volume} ul per point", volume = volume.0),
        };
        fits(total.sum()).then_some(text)
    })
}

fn target(against: &Against<'_>) -> Option<Finding> {
    let (asked, budget) = (against.asked?, against.limits.budget?);
    let (least, greatest) = (budget.least, budget.greatest);
    let message = if asked > greatest {
        said!(
            "{asked} asked is {over} above {greatest}, the bound of a session's total ({standing}): ask for {least} to {greatest}",
            asked,
            over = asked.saturating_sub(greatest),
            greatest,
            standing = standing(against),
            least
        )
    } else if asked < least && against.extent == Extent::FullFace {
        said!(
            "{asked} asked is {missing} below {least}, the bound of a session's total ({standing}): ask for {least} to {greatest}",
            asked,
            missing = least.saturating_sub(asked),
            least,
            standing = standing(against),
            greatest
        )
    } else {
        return None;
    };
    Some(Finding::new(Severity::Error, "target-outside-budget", message))
}

/// The usual total, where the source gives no bounds.
fn usual(plan: &Plan, against: &Against<'_>) -> Option<Finding> {
    let figure = against.protocol.usual_total.as_ref().filter(|_| against.limits.budget.is_none())?;
    let (usual, total) = (figure.value, plan.totals.volume_ul);
    let off = total.0.abs_diff(usual.0) as f64 > TOLERANCE * usual.0 as f64;
    if !off || (against.extent == Extent::Part && total < usual) {
        return None;
    }
    let message = said!(
        "{total} planned, the source gives {usual} over the full face ({standing}) and bounds no total: decide which holds",
        total,
        usual,
        standing = figure.standing()
    );
    Some(Finding::new(Severity::Warning, "usual-total", message))
}

fn vials(plan: &Plan, against: &Against<'_>) -> Vec<Finding> {
    let syringe = &plan.syringe;
    let total = plan.totals.volume_ul;
    let count = match (&plan.topical, fillings(&plan.points, syringe)) {
        (Some(topical), _) => topical.fillings,
        (None, Ok(fillings)) => fillings.len() as u64,
        (None, Err(fault)) => {
            return vec![Finding::new(Severity::Error, "syringe-too-small", fault.said())];
        }
    };
    let losses = syringe.dead_space_ul * count;
    let needed = total + losses;
    let capacity = number(syringe.capacity_ul.millilitres(), 2);
    let drawn = match count {
        1 => said!(
            "1 filling of the {capacity} ml syringe keeps back up to {losses}: {needed} with the {total} planned",
            capacity,
            losses,
            needed,
            total
        ),
        _ => said!(
            "{count} fillings of the {capacity} ml syringe keep back up to {losses}: {needed} with the {total} planned",
            count,
            capacity,
            losses,
            needed,
            total
        ),
    };
    let mut findings = Vec::new();
    if let Some(vials) = against.vials {
        let short = needed.saturating_sub(vials.total());
        if short > Microlitres::ZERO {
            let number = needed.0.div_ceil(vials.volume.0.max(1));
            let message = said!(
                "{held} x {volume} is {short} short; {drawn}: have {number} vials, or plan for {most} at most",
                held = vials.number,
                volume = vials.volume,
                short,
                drawn,
                number,
                most = vials.total().saturating_sub(losses)
            );
            findings.push(Finding::new(Severity::Error, "vial-not-enough", message));
            return findings;
        }
    }
    findings.push(Finding::new(Severity::Note, "syringes", drawn));
    findings
}
