//! `check SESSION`: PASS or FAIL first, then the total, a table by zone, and the findings.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use clap::builder::styling::{AnsiColor, Style};
use nappage::course::{self, Asked};
use nappage::library::Library;
use nappage::plan::{Budget, Finding, Layered, MIXED, Plan, PlannedFilling, Severity, Tray};
use nappage::session::Session;
use nappage::units::{Microlitres, number};

use super::diagnose::{finding_text, printable};
use super::failure::{Failure, Outcome};
use super::planned::Planned;
use super::{input, output};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The session file.
    session: PathBuf,
    /// What to print.
    #[arg(long, default_value = "text")]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// The verdict, for a person.
    Text,
    /// The whole plan, for a program.
    Json,
}

pub(crate) fn run(args: &Args, zones_dir: Option<&Path>) -> Result<Outcome, Failure> {
    let library = input::library(zones_dir)?;
    let planned = Planned::of(input::session(&args.session)?, &library, None)?;
    dated(&planned, &library)?;
    output::print(&match args.format {
        Format::Text => told(&planned),
        Format::Json => planned.json(),
    })?;
    Ok(Outcome::of(&planned.findings()))
}

/// Dates the course that a session asks for: its days are printed by `course`, what is wrong with them is told
/// here too. Of layers, those whose protocols state a course.
///
/// # Errors
/// When it cannot be dated.
fn dated(planned: &Planned, library: &Library) -> Result<(), Failure> {
    let mut last = Ok(());
    for (session, plan) in planned.parts() {
        let start = session.course.start.or(session.visit.date);
        if session.course == Asked::default() || start.is_none() {
            return Ok(());
        }
        let asked = Asked { start, ..session.course.clone() };
        match course::course(&Session { course: asked, ..session.clone() }, library, Some(plan)) {
            Ok(_) => return Ok(()),
            Err(faults) => last = Err(faults.into()),
        }
    }
    last
}

/// The verdict on what is planned: of layers, on the session first, then on each.
fn told(planned: &Planned) -> String {
    let layered = match planned {
        Planned::Single(planned) => return verdict(&planned.1),
        Planned::Layers(layers) => layers.layered(),
    };
    let mut text = together(layered, &planned.findings());
    for (layer, number) in layered.layers.iter().zip(1..) {
        let heading = format!("Layer {number} of {}: {}", layered.layers.len(), layer.name);
        let bold = Style::new().bold();
        text += &format!("\n{bold}{}{bold:#}\n{}", printable(&heading), verdict(&layer.plan));
    }
    text
}

/// The verdict on the layers of a session together, with a row for each.
fn together(layered: &Layered, findings: &[Finding]) -> String {
    let plans = || layered.layers.iter().map(|layer| &layer.plan);
    let sum = |topical: bool| -> Microlitres {
        plans().filter(|plan| plan.topical.is_some() == topical).map(|plan| plan.totals.volume_ul).sum()
    };
    let points: usize = plans().map(|plan| plan.totals.points).sum();
    let (injected, on_skin) = (sum(false), sum(true));
    let total = injected + on_skin;
    let given = match on_skin {
        Microlitres::ZERO => format!("{injected} in {points} points"),
        _ if points == 0 => format!("{on_skin} on the skin"),
        _ => format!("{injected} in {points} points and {on_skin} on the skin"),
    };
    let mut text = format!(
        "{}  {given}; {} layers, one after the other\n",
        mark(Outcome::of(findings)),
        layered.layers.len()
    );
    if let (Some(apart), Some(between)) = (layered.apart_mm, layered.min_between_mm) {
        let (apart, between) = (number(apart, 2), number(between, 2));
        let _ = writeln!(
            text,
            "      points of different layers at least {between} mm apart; {apart} mm is the least"
        );
    }
    text.push('\n');
    let names = layered.layers.iter().map(|layer| printable(&layer.name));
    let ids = layered.layers.iter().map(|layer| layer.plan.protocol.id.as_str());
    let wide = |lengths: &mut dyn Iterator<Item = usize>| lengths.max().unwrap_or(0).max(8);
    let width = wide(&mut names.map(|name| name.chars().count() + 2));
    let id_width = wide(&mut ids.map(str::len));
    let _ =
        writeln!(text, "{:width$}  {:id_width$}  {:>6}  {:>7}  verdict", "layer", "protocol", "points", "ml");
    for (layer, number) in layered.layers.iter().zip(1..) {
        let Plan { protocol, totals, topical, findings, .. } = &layer.plan;
        let points = if topical.is_some() { "-".to_owned() } else { totals.points.to_string() };
        let _ = writeln!(
            text,
            "{:width$}  {:id_width$}  {:>6}  {:>7}  {}",
            format!("{number} {}", printable(&layer.name)),
            printable(&protocol.id),
            points,
            ml(totals.volume_ul),
            mark(Outcome::of(findings))
        );
    }
    let _ = writeln!(text, "{:width$}  {:id_width$}  {points:>6}  {:>7}", "total", "", ml(total));
    text + &grouped(&layered.findings)
}

/// PASS or FAIL, styled for a terminal.
fn mark(outcome: Outcome) -> String {
    let (word, colour) = match outcome {
        Outcome::Clean => ("PASS", AnsiColor::BrightGreen),
        Outcome::Findings => ("FAIL", AnsiColor::BrightRed),
    };
    let style = colour.on_default().bold();
    format!("{style}{word}{style:#}")
}

/// The verdict on a plan, styled for a terminal.
fn verdict(plan: &Plan) -> String {
    let given = match &plan.topical {
        Some(topical) => {
            format!("on the skin; {} over the full face, {}", topical.full_face_ul, topical.standing)
        }
        None => format!("in {} points; {}", plan.totals.points, budget(&plan.budget)),
    };
    let mut text = format!("{}  {} {given}\n", mark(Outcome::of(&plan.findings)), plan.totals.volume_ul);
    let spacing = match plan.topical {
        Some(_) => String::new(),
        None => format!("spacing {} mm, ", number(plan.spacing_mm, 2)),
    };
    let context =
        format!("      {}, body {}, {spacing}{}\n", plan.protocol.name, plan.body.id, plan.syringe.name);
    text += &printable(&context);
    text += &printable(&tray(&plan.tray));
    text.push('\n');
    text += &table(plan);
    text += &syringes(&plan.fillings);
    text + &grouped(&plan.findings)
}

/// The findings by severity, the gravest first.
fn grouped(findings: &[Finding]) -> String {
    let kinds = [
        (Severity::Error, "Errors", AnsiColor::BrightRed),
        (Severity::Warning, "Warnings", AnsiColor::Yellow),
        (Severity::Note, "Notes", AnsiColor::BrightGreen),
    ];
    let group = |(severity, heading, colour): (_, _, AnsiColor)| {
        group(findings, severity, heading, colour.on_default().bold())
    };
    kinds.into_iter().map(group).collect()
}

/// What is on the tray against what is needed, and the times of the day.
fn tray(tray: &Tray) -> String {
    let mut text = String::new();
    if let Some(product) = &tray.product {
        let parts = [
            Some(product.name.clone()),
            product.concentration.clone(),
            product.batch.as_ref().map(|batch| format!("batch {batch}")),
            product.expiry.map(|day| format!("expires {day}")),
        ];
        let _ = writeln!(text, "      {}", parts.into_iter().flatten().collect::<Vec<_>>().join(", "));
    }
    if let Some(held) = tray.held_ul {
        let Tray { needed_ul, losses_ul, .. } = tray;
        let rest = match tray.left_ul {
            Some(left) => format!("{left} is left"),
            None => format!("{} is missing", needed_ul.saturating_sub(held)),
        };
        let _ =
            writeln!(text, "      vials hold {held}; {needed_ul} needed with {losses_ul} of losses; {rest}");
    }
    let times = &tray.times;
    let told = [
        times.date.map(|date| date.to_string()),
        times.anaesthetic.map(|[from, to]| format!("anaesthetic on {from} to {to}")),
        times.reconstituted.map(|at| format!("made up {at}")),
        times.start.zip(times.end).map(|(start, end)| match start == end {
            true => format!("session {start}"),
            false => format!("session {start} to {end}"),
        }),
        times.use_by.zip(times.use_by_latest).map(|(by, latest)| match by == latest {
            true => format!("use by {by}"),
            false => format!("use by {by}, {latest} at the latest"),
        }),
    ];
    let told: Vec<String> = told.into_iter().flatten().collect();
    if !told.is_empty() {
        let _ = writeln!(text, "      {}", told.join("; "));
    }
    text
}

/// One row a filling: rows, points, the mark to fill to, what is drawn with losses.
fn syringes(fillings: &[PlannedFilling]) -> String {
    let from_to = |[from, to]: [usize; 2]| if from == to { from.to_string() } else { format!("{from}-{to}") };
    let mut text = format!(
        "\n{:8}  {:>7}  {:>9}  {:>10}  {:>8}\n",
        "syringe", "rows", "points", "fill to ml", "drawn ml"
    );
    for filling in fillings {
        let _ = writeln!(
            text,
            "{:8}  {:>7}  {:>9}  {:>10}  {:>8}",
            format!("S{}", filling.number),
            from_to(filling.rows),
            from_to(filling.from_to),
            ml(filling.given_ul),
            ml(filling.drawn_ul)
        );
    }
    if fillings.is_empty() { String::new() } else { text }
}

fn budget(budget: &Budget) -> String {
    match (budget.min_ul, budget.max_ul) {
        (Some(least), Some(greatest)) => format!("budget {least} to {greatest}"),
        (None, Some(greatest)) => format!("budget at most {greatest}"),
        (Some(least), None) => format!("budget at least {least}"),
        (None, None) => "the protocol sets no budget".to_owned(),
    }
}

/// One row a zone: points, ml per point, ml, microlitres per cm2 of skin; then their sum.
fn table(plan: &Plan) -> String {
    let width = plan.zones.iter().map(|zone| zone.id.chars().count()).max().unwrap_or(0).max(8);
    let (count, each) = match plan.topical {
        Some(_) => ("cm2", ""),
        None => ("points", "ml per point"),
    };
    let mut text = format!("{:width$}  {count:>6}  {each:>12}  {:>7}  {:>7}\n", "zone", "ml", "ul/cm2");
    for zone in &plan.zones {
        let (count, each) = match plan.topical {
            Some(_) => (number(zone.area_cm2, 1), String::new()),
            None if zone.points == 0 => ("0".to_owned(), "-".to_owned()),
            None => (zone.points.to_string(), zone.each_ul().map_or_else(|| MIXED.to_owned(), ml)),
        };
        let _ = writeln!(
            text,
            "{:width$}  {:>6}  {:>12}  {:>7}  {:>7}",
            printable(&zone.id),
            count,
            each,
            ml(zone.volume_ul),
            format!("{:.1}", zone.ul_per_cm2)
        );
    }
    let count = match plan.topical {
        Some(_) => number(plan.quality.area_cm2, 1),
        None => plan.totals.points.to_string(),
    };
    let _ = writeln!(text, "{:width$}  {:>6}  {:>12}  {:>7}", "total", count, "", ml(plan.totals.volume_ul));
    text
}

/// Millilitres with three decimals, so that a column lines up.
pub(super) fn ml(volume: Microlitres) -> String {
    format!("{}.{:03}", volume.0 / 1000, volume.0 % 1000)
}

pub(super) fn group(findings: &[Finding], severity: Severity, heading: &str, style: Style) -> String {
    let mut lines = findings.iter().filter(|finding| finding.severity == severity).peekable();
    if lines.peek().is_none() {
        return String::new();
    }
    let mut text = format!("\n{style}{heading}{style:#}\n");
    for finding in lines {
        let _ = writeln!(text, "  {}", finding_text(finding));
    }
    text
}
