//! The verdict on a record, for a person.

use std::fmt::Write;

use clap::builder::styling::AnsiColor;
use nappage::plan::Severity;
use nappage::record::{Report, State, ZoneReport};
use nappage::units::{Microlitres, number};

use crate::commands::check::{group, ml};
use crate::commands::diagnose::printable;
use crate::commands::failure::Outcome;

/// PASS, FAIL or OPEN first, then the sums, a table by zone, and the findings.
pub(super) fn verdict(report: &Report) -> String {
    let (word, colour) = match (Outcome::of(&report.findings), report.missing.is_empty()) {
        (Outcome::Findings, _) => ("FAIL", AnsiColor::BrightRed),
        (Outcome::Clean, true) => ("PASS", AnsiColor::BrightGreen),
        (Outcome::Clean, false) => ("OPEN", AnsiColor::Yellow),
    };
    let style = colour.on_default().bold();
    let totals = &report.totals;
    let mut text = format!(
        "{style}{word}{style:#}  {} given of {} planned, {} wasted\n",
        totals.given_ul, totals.planned_ul, totals.wasted_ul
    );
    text += &printable(&context(report));
    text.push('\n');
    text += &table(report);
    if let Some(drawn) = totals.drawn_ul {
        let left = totals.left_ul.map_or("less than was used".to_owned(), |left| format!("{left} left"));
        let _ = writeln!(text, "drawn up {drawn}; {left}");
    }
    if !report.missing.is_empty() {
        let _ = writeln!(text, "\nTo be filled in\n  {}", printable(&report.missing.join("\n  ")));
    }
    // What is missing stands above in full.
    let findings: Vec<_> =
        report.findings.iter().filter(|finding| finding.code != "missing").cloned().collect();
    for (severity, heading, colour) in [
        (Severity::Error, "Errors", AnsiColor::BrightRed),
        (Severity::Warning, "Warnings", AnsiColor::Yellow),
        (Severity::Note, "Notes", AnsiColor::BrightGreen),
    ] {
        text += &group(&findings, severity, heading, colour.on_default().bold());
    }
    text
}

/// The state of the record, and of which plan it is.
fn context(report: &Report) -> String {
    let state = match (report.state, &report.seal) {
        (State::Closed, Some(seal)) => {
            format!("closed on {} by {}, seal {}", seal.date, seal.by, &seal.sha256)
        }
        (State::Changed, Some(seal)) => format!("closed on {} by {}, and changed since", seal.date, seal.by),
        _ => "open".to_owned(),
    };
    let date = report.date.map_or(String::new(), |date| format!("{date}, "));
    let layer = report.layer.as_ref().map_or(String::new(), |layer| format!("layer {layer}, "));
    let mut text =
        format!("      {date}{layer}{}, plan {}\n      {state}\n", report.protocol.name, report.input_hash);
    if let Some(sha256) = &report.amends {
        let _ = writeln!(text, "      amends the record sealed {sha256}");
    }
    text
}

/// One row a zone: points and skipped ones, or skin; ml planned, given and wasted; then their sums.
fn table(report: &Report) -> String {
    let width = report.zones.iter().map(|zone| zone.id.chars().count()).max().unwrap_or(0).max(8);
    let mut text = String::new();
    let mut row = |cells: [&str; 6]| {
        let [zone, points, skipped, planned, given, wasted] = cells;
        let _ = writeln!(
            text,
            "{zone:width$}  {points:>6}  {skipped:>7}  {planned:>10}  {given:>8}  {wasted:>9}"
        );
    };
    let heads = if report.topical { ["cm2", ""] } else { ["points", "skipped"] };
    row(["zone", heads[0], heads[1], "planned ml", "given ml", "wasted ml"]);
    let count = |points: usize, area_cm2: f64| match report.topical {
        true => number(area_cm2, 1),
        false => points.to_string(),
    };
    let skipped = |count: usize| if report.topical { String::new() } else { count.to_string() };
    let written = |volume: Option<Microlitres>| volume.map_or("-".to_owned(), ml);
    for zone in &report.zones {
        row([
            &printable(&zone.id),
            &count(zone.points, zone.area_cm2),
            &skipped(zone.skipped),
            &ml(zone.planned_ul),
            &written(zone.given_ul),
            &written(zone.wasted_ul),
        ]);
    }
    let sum = |of: fn(&ZoneReport) -> usize| report.zones.iter().map(of).sum::<usize>();
    let area_cm2 = report.zones.iter().map(|zone| zone.area_cm2).sum();
    let totals = &report.totals;
    row([
        "total",
        &count(sum(|zone| zone.points), area_cm2),
        &skipped(sum(|zone| zone.skipped)),
        &ml(totals.planned_ul),
        &ml(totals.given_ul),
        &ml(totals.wasted_ul),
    ]);
    text
}
