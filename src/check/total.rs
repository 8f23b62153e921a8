//! The total against the budget, and the vials against the total.

use std::collections::BTreeMap;

use super::Against;
use crate::dose::{Extent, SPACING_STEP_MM, TOLERANCE, fillings, settable};
use crate::plan::{Finding, Plan, Severity};
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
fn standing(against: &Against<'_>) -> String {
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
        remedies.push(format!("widen the spacing to about {} mm", number(wider, 2)));
    }
    remedies.extend(other_volumes(plan, against, |total| total <= most, Order::GreatestFirst));
    let remedies = remedies.join("; or ");
    let message = format!(
        "{total} is {excess} above {most}, the greatest total of a session ({}): {remedies}",
        standing(against)
    );
    Some(Finding::new(Severity::Error, "over-budget", message))
}

fn under(plan: &Plan, against: &Against<'_>) -> Option<Finding> {
    let least = plan.budget.min_ul?;
    let total = plan.totals.volume_ul;
    let missing = least.checked_sub(total).filter(|missing| *missing > Microlitres::ZERO)?;
    if against.extent == Extent::Part {
        let message = format!(
            "{total} is less than {least}, the least total over the full face ({}); nothing to mend where only a \
             part of it is treated",
            standing(against)
        );
        return Some(Finding::new(Severity::Note, "under-budget", message));
    }
    let mut remedies = Vec::new();
    let narrower = plan.spacing_mm * (total.0 as f64 / least.0 as f64).sqrt();
    let narrower = (narrower / SPACING_STEP_MM).floor() * SPACING_STEP_MM;
    if narrower >= against.limits.spacing.least_mm {
        remedies.push(format!("narrow the spacing to about {} mm", number(narrower, 2)));
    }
    remedies.extend(other_volumes(plan, against, |total| total >= least, Order::LeastFirst));
    if remedies.is_empty() {
        let area = plan.quality.area_cm2 * (least.0 as f64 / total.0.max(1) as f64 - 1.0);
        remedies.push(format!("add zones of about {} cm2", number(area.ceil(), 0)));
    }
    let message = format!(
        "{total} is {missing} below {least}, the least total over the full face ({}): {}",
        standing(against),
        remedies.join("; or ")
    );
    Some(Finding::new(Severity::Error, "under-budget", message))
}

/// The fewest zones whose volumes make up for `excess`, both of a pair together.
fn leave_out(plan: &Plan, excess: Microlitres) -> String {
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
    format!("leave out {} ({spared})", left_out.join(", "))
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
) -> Option<String> {
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
                format!("give {} ul per point, periorbital {} ul", volume.0, other.0)
            }
            _ => format!("give {} ul per point", volume.0),
        };
        fits(total.sum()).then_some(text)
    })
}

fn target(against: &Against<'_>) -> Option<Finding> {
    let (asked, budget) = (against.asked?, against.limits.budget?);
    let (distance, bound, word) = if asked > budget.greatest {
        (asked.saturating_sub(budget.greatest), budget.greatest, "above")
    } else if asked < budget.least && against.extent == Extent::FullFace {
        (budget.least.saturating_sub(asked), budget.least, "below")
    } else {
        return None;
    };
    let message = format!(
        "{asked} asked is {distance} {word} {bound}, the bound of a session's total ({}): ask for {} to {}",
        standing(against),
        budget.least,
        budget.greatest
    );
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
    let message = format!(
        "{total} planned, the source gives {usual} over the full face ({}) and bounds no total: decide which holds",
        figure.standing()
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
            return vec![Finding::new(Severity::Error, "syringe-too-small", fault.to_string())];
        }
    };
    let losses = syringe.dead_space_ul * count;
    let needed = total + losses;
    let drawn = format!(
        "{count} filling{} of the {} ml syringe keep{} back up to {losses}: {needed} with the {total} planned",
        if count == 1 { "" } else { "s" },
        number(syringe.capacity_ul.millilitres(), 2),
        if count == 1 { "s" } else { "" },
    );
    let mut findings = Vec::new();
    if let Some(vials) = against.vials {
        let short = needed.saturating_sub(vials.total());
        if short > Microlitres::ZERO {
            let number = needed.0.div_ceil(vials.volume.0.max(1));
            let message = format!(
                "{} x {} is {short} short; {drawn}: have {number} vials, or plan for {} at most",
                vials.number,
                vials.volume,
                vials.total().saturating_sub(losses),
            );
            findings.push(Finding::new(Severity::Error, "vial-not-enough", message));
            return findings;
        }
    }
    findings.push(Finding::new(Severity::Note, "syringes", drawn));
    findings
}
