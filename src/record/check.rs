//! A record against its plan.
//!
//! | code | severity | what |
//! | --- | --- | --- |
//! | `seal-broken` | error | the record was changed after it was closed |
//! | `no-consent` | error | consent is answered no |
//! | `expired` | error | the batch had expired on the day of the session |
//! | `use-by-late` | error, warning | the record lets it be used longer than it keeps once made up |
//! | `given-after-use-by` | error, warning | it was given after it could be used |
//! | `zone-not-planned` | error | something was given where nothing was planned |
//! | `planned-differs` | error | the record's plan of a zone is not the plan's |
//! | `over-point-limit`, `under-point-limit` | error, warning | a zone's volume per point breaks the protocol's limits |
//! | `no-such-point` | error | a skipped point is none of the plan |
//! | `more-than-drawn`, `more-than-held` | error | more was given and wasted than was drawn up, or more drawn up than the tray held |
//! | `given-differs` | warning | a zone was given another volume than planned |
//! | `points-skipped` | note | points were skipped, and the zone given as much less |
//! | `no-aftercare`, `review-early`, `plan-fails` | warning | what the words say |
//! | `missing` | note | what is still to be filled in |

use std::collections::BTreeSet;

use super::form::Need;
use super::report::{FORMAT, Report, State, Sums, ZoneReport};
use super::{Record, RecordedZone, takes, use_by};
use crate::fault::{Fault, nearest_name};
use crate::library::Library;
use crate::plan::{Finding, Plan, PlannedZone, Severity};
use crate::product::Form;
use crate::protocol::{Figure, Protocol, Span};
use crate::said::Said;
use crate::tray::{expired_on, window};
use crate::units::{Microlitres, number};
use crate::zones::Kind;

/// The most missing keys that a message names.
const MOST_NAMED: usize = 8;

/// Holds a record against its plan.
///
/// # Errors
/// When the plan is not the one that the record was made for, or its protocol or product is not in the library.
pub fn check(record: &Record, plan: &Plan, library: &Library) -> Result<Report, Fault> {
    if record.input_hash != plan.input_hash {
        let fault = Fault::new("plan", "is not the one that the record was made for");
        let fault = fault.value(plan.input_hash.clone()).bound(record.input_hash.clone());
        return Err(fault.hint("name the record's own plan, or make a new record of this one"));
    }
    let protocol = library.protocol(&plan.protocol.id)?;
    let id = plan.tray.product.as_ref().and_then(|product| product.id.as_deref());
    let product = id.map(|id| library.product(id)).transpose()?;
    let window = window(&plan.tray, protocol, product);
    let state = State::of(record);
    let zones = zones(record, plan);
    let totals = Sums::over(&zones, record.form.drawn);
    let missing = missing(record, plan);
    let mut findings = sealed(state);
    findings.extend(form(record));
    findings.extend(use_by::findings(&record.form, window.as_ref()));
    findings.extend(record.zones.iter().filter_map(|zone| planned(zone, plan)));
    for (zone, report) in plan.zones.iter().zip(&zones) {
        if plan.topical.is_none() {
            findings.extend(point_limit(zone, report, protocol));
        }
        findings.extend(given(zone, report, plan));
    }
    findings.extend(no_points(record, plan));
    findings.extend(drawn(&totals, plan));
    findings.extend(plan_fails(plan));
    findings.extend(named(&missing));
    findings.sort_by_key(|finding| finding.severity);
    Ok(Report {
        format: FORMAT.to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        state,
        seal: record.seal.clone(),
        amends: record.amends.as_ref().map(|amends| amends.sha256.clone()),
        input_hash: record.input_hash.clone(),
        layer: record.layer.clone(),
        topical: plan.topical.is_some(),
        protocol: plan.protocol.clone(),
        date: record.form.date,
        zones,
        totals,
        missing,
        findings,
    })
}

/// Every zone of the plan, then those of the record that were not planned.
fn zones(record: &Record, plan: &Plan) -> Vec<ZoneReport> {
    let planned: BTreeSet<&str> = plan.zones.iter().map(|zone| zone.id.as_str()).collect();
    let other = record.zones.iter().map(|zone| zone.id.as_str()).filter(|id| !planned.contains(id));
    let ids = plan.zones.iter().map(|zone| zone.id.as_str()).chain(other);
    ids.map(|id| ZoneReport::of(plan, record, id)).collect()
}

/// The keys that a closed record must have and this one lacks.
fn missing(record: &Record, plan: &Plan) -> Vec<String> {
    let form = plan.tray.product.as_ref().and_then(|product| product.form);
    let made_up = form == Some(Form::Lyophilised) || record.form.reconstituted.is_some();
    let needed = |need: Need| match need {
        Need::Always => true,
        Need::Never => false,
        Need::MadeUp => made_up,
        Need::Injected => plan.topical.is_none(),
        Need::Topical => plan.topical.is_some(),
    };
    let lines = record.form.lines().into_iter().filter(|line| line.value.is_none() && needed(line.need));
    let mut missing: Vec<String> = lines.map(|line| format!("{}.{}", line.table, line.key)).collect();
    for zone in plan.zones.iter().filter(|zone| takes(zone)) {
        let written = record.zones.iter().find(|written| written.id == zone.id);
        let volumes = [
            ("given", written.and_then(|written| written.given)),
            ("wasted", written.and_then(|written| written.wasted)),
        ];
        let blank = volumes.into_iter().filter(|(_, volume)| volume.is_none());
        missing.extend(blank.map(|(key, _)| format!("{} {key}", zone.id)));
    }
    missing
}

fn error(code: &str, message: impl Into<Said>) -> Finding {
    Finding::new(Severity::Error, code, message)
}

fn warning(code: &str, message: impl Into<Said>) -> Finding {
    Finding::new(Severity::Warning, code, message)
}

fn sealed(state: State) -> Vec<Finding> {
    let message = "the record was changed after it was closed: its content no longer fits its seal; find the \
                   copy that it fits, and correct it with `nappage record amend`";
    match state {
        State::Changed => vec![error("seal-broken", message)],
        State::Open | State::Closed => Vec::new(),
    }
}

/// What the form says by itself.
fn form(record: &Record) -> Vec<Finding> {
    let form = &record.form;
    let mut findings = Vec::new();
    if form.consent == Some(false) {
        findings.push(error("no-consent", "consent is answered no: nothing may be given without it"));
    }
    if let Some((expiry, date)) = form.expiry.zip(form.date) {
        findings.extend(expired_on(expiry, date));
    }
    if form.aftercare == Some(false) {
        findings.push(warning("no-aftercare", "the care afterwards was not explained: do so"));
    }
    if let Some((review, date)) = form.review.zip(form.date).filter(|(review, date)| review < date) {
        let message = format!("the review on {review} is before the session on {date}: check both days");
        findings.push(warning("review-early", message));
    }
    findings
}

/// A zone of the record that the plan does not have, or has otherwise.
fn planned(written: &RecordedZone, plan: &Plan) -> Option<Finding> {
    let Some(zone) = plan.zones.iter().find(|zone| zone.id == written.id) else {
        let known = plan.zones.iter().map(|zone| zone.id.as_str());
        let near = nearest_name(&written.id, known).map(|near| format!(", or did you mean '{near}'?"));
        let given = match written.given {
            Some(given) => format!("{given} given"),
            None => "an entry".to_owned(),
        };
        let message = format!(
            "{}: {given} where nothing was planned: write why into the notes{}",
            written.id,
            near.unwrap_or_default()
        );
        return Some(error("zone-not-planned", message).in_zone(written.id.clone()));
    };
    let differs = written.planned.is_some_and(|planned| planned != zone.volume_ul)
        || written.points.is_some_and(|points| points as usize != zone.points);
    differs.then(|| {
        let has = match plan.topical {
            Some(_) => format!("{} on the skin", zone.volume_ul),
            None => format!("{} in {} points", zone.volume_ul, zone.points),
        };
        let says = [
            written.planned.map(|planned| planned.to_string()),
            written.points.map(|points| format!("{points} points")),
        ];
        let says = says.into_iter().flatten().collect::<Vec<_>>().join(" in ");
        let message = format!(
            "{}: the plan has {has}, the record {says}: write points and planned as the plan has them",
            zone.id
        );
        error("planned-differs", message).in_zone(zone.id.clone())
    })
}

/// A zone's volume per point against the protocol's limits.
fn point_limit(zone: &PlannedZone, report: &ZoneReport, protocol: &Protocol) -> Option<Finding> {
    let given = report.given_ul?;
    let points = zone.points.saturating_sub(report.skipped) as u64;
    let limit: &Figure<Span<Microlitres>> = match zone.kind {
        Kind::Periorbital => protocol.periorbital_volume.as_ref().or(protocol.volume.as_ref()),
        Kind::Standard => protocol.volume.as_ref(),
    }?;
    let Span { least, greatest } = limit.value;
    let (severity, code, word, bound) = if given > greatest * points {
        (Severity::Error, "over-point-limit", "more", greatest)
    } else if given < least * points {
        (Severity::Warning, "under-point-limit", "less", least)
    } else {
        return None;
    };
    let message = format!(
        "{}: {given} in {points} points is {word} than {bound} a point ({})",
        zone.id,
        limit.standing()
    );
    Some(Finding::new(severity, code, message).in_zone(zone.id.clone()))
}

/// What a zone's volume is for: the points that were not skipped, or its skin.
fn measure(zone: &PlannedZone, report: &ZoneReport, plan: &Plan) -> String {
    match plan.topical {
        Some(_) => format!("{} cm2 of skin", number(zone.area_cm2, 1)),
        None => format!("{} points", zone.points.saturating_sub(report.skipped)),
    }
}

/// What was given against what was planned for so much.
fn given(zone: &PlannedZone, report: &ZoneReport, plan: &Plan) -> Option<Finding> {
    let measure = measure(zone, report, plan);
    let (given, expected) = (report.given_ul?, report.expected_ul);
    // Parts by area fall between the marks of a syringe: whoever gives the nearest mark gives as planned.
    let near = plan.topical.is_some() && given.0.abs_diff(expected.0) < plan.syringe.graduation_ul.0;
    let finding = if given != expected && !near {
        let (more, less) = (given.saturating_sub(expected), expected.saturating_sub(given));
        let by = if given > expected { format!("{more} more") } else { format!("{less} less") };
        let message = format!("{}: {given} given, {expected} planned for {measure}: {by}", zone.id);
        warning("given-differs", message)
    } else if report.skipped > 0 {
        let message = format!(
            "{}: {} of {} points skipped, {given} given of {} planned",
            zone.id, report.skipped, zone.points, zone.volume_ul
        );
        Finding::new(Severity::Note, "points-skipped", message)
    } else {
        return None;
    };
    Some(finding.in_zone(zone.id.clone()))
}

fn no_points(record: &Record, plan: &Plan) -> Option<Finding> {
    let known: BTreeSet<usize> = plan.points.iter().map(|point| point.number).collect();
    let none: Vec<String> =
        record.skipped.iter().filter(|number| !known.contains(number)).map(usize::to_string).collect();
    let points = match plan.points.len() {
        0 => "it has none, so leave skipped empty".to_owned(),
        count => format!("its points are 1 to {count}"),
    };
    let message = format!("skipped points that the plan does not have: {}; {points}", first(&none));
    (!none.is_empty()).then(|| error("no-such-point", message))
}

/// The first of a list, and how many more there are.
fn first(names: &[String]) -> String {
    let rest = names.len().saturating_sub(MOST_NAMED);
    let named = names.iter().take(MOST_NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
    if rest > 0 { format!("{named} and {rest} more") } else { named }
}

/// What was given and wasted against what was drawn up, and that against what the tray held.
fn drawn(totals: &Sums, plan: &Plan) -> Vec<Finding> {
    let used = totals.given_ul + totals.wasted_ul;
    let mut findings = Vec::new();
    if let Some(drawn) = totals.drawn_ul.filter(|drawn| used > *drawn) {
        let message = format!(
            "{used} given and wasted is {} more than the {drawn} that was drawn up: check the figures",
            used.saturating_sub(drawn)
        );
        findings.push(error("more-than-drawn", message));
    }
    let taken = totals.drawn_ul.unwrap_or(used);
    if let Some(held) = plan.tray.held_ul.filter(|held| taken > *held) {
        let message = format!(
            "{taken} taken is {} more than the {held} that was on the tray: check the figures, or note the \
             vial that was added",
            taken.saturating_sub(held)
        );
        findings.push(error("more-than-held", message));
    }
    findings
}

/// A plan that broke a limit itself.
fn plan_fails(plan: &Plan) -> Option<Finding> {
    let errors = plan.findings.iter().filter(|finding| finding.severity == Severity::Error);
    let codes: Vec<String> = errors.map(|finding| finding.code.clone()).collect();
    let message = format!("the plan itself has errors: {}", first(&codes));
    (!codes.is_empty()).then(|| warning("plan-fails", message))
}

fn named(missing: &[String]) -> Option<Finding> {
    let message = format!("still to be filled in: {}", first(missing));
    (!missing.is_empty()).then(|| Finding::new(Severity::Note, "missing", message))
}
