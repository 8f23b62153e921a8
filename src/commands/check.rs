//! `check SESSION`: PASS or FAIL first, then the total, a table by zone, and the findings.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use clap::builder::styling::{AnsiColor, Style};
use nappage::course::{self, Asked};
use nappage::export;
use nappage::plan::{Budget, Finding, MIXED, Plan, PlannedFilling, Severity, Tray};
use nappage::session::{self, Session};
use nappage::units::{Microlitres, number};

use super::diagnose::{finding_text, printable};
use super::failure::{Failure, Outcome};
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
    let session = input::session(&args.session)?;
    let plan = session::plan(&session, &library)?;
    if session.course != Asked::default() {
        // Its days are printed by `course`; what is wrong with them is told here too.
        let start = session.course.start.or(session.visit.date);
        let asked = Asked { start, ..session.course.clone() };
        if start.is_some() {
            course::course(&Session { course: asked, ..session.clone() }, &library, Some(&plan))?;
        }
    }
    output::print(&match args.format {
        Format::Text => verdict(&plan),
        Format::Json => export::json(&plan),
    })?;
    Ok(Outcome::of(&plan.findings))
}

/// The verdict on a plan, styled for a terminal.
fn verdict(plan: &Plan) -> String {
    let (word, colour) = match Outcome::of(&plan.findings) {
        Outcome::Clean => ("PASS", AnsiColor::BrightGreen),
        Outcome::Findings => ("FAIL", AnsiColor::BrightRed),
    };
    let style = colour.on_default().bold();
    let mut text = format!(
        "{style}{word}{style:#}  {} in {} points; {}\n",
        plan.totals.volume_ul,
        plan.totals.points,
        budget(&plan.budget)
    );
    let context = format!(
        "      {}, body {}, spacing {} mm, {}\n",
        plan.protocol.name,
        plan.body.id,
        number(plan.spacing_mm, 2),
        plan.syringe.name
    );
    text += &printable(&context);
    text += &printable(&tray(&plan.tray));
    text.push('\n');
    text += &table(plan);
    text += &syringes(&plan.fillings);
    for (severity, heading, colour) in [
        (Severity::Error, "Errors", AnsiColor::BrightRed),
        (Severity::Warning, "Warnings", AnsiColor::Yellow),
        (Severity::Note, "Notes", AnsiColor::BrightGreen),
    ] {
        text += &group(&plan.findings, severity, heading, colour.on_default().bold());
    }
    text
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
    let mut text =
        format!("{:width$}  {:>6}  {:>12}  {:>7}  {:>7}\n", "zone", "points", "ml per point", "ml", "ul/cm2");
    for zone in &plan.zones {
        let _ = writeln!(
            text,
            "{:width$}  {:>6}  {:>12}  {:>7}  {:>7}",
            printable(&zone.id),
            zone.points,
            match zone.each_ul() {
                _ if zone.points == 0 => "-".to_owned(),
                Some(each) => ml(each),
                None => MIXED.to_owned(),
            },
            ml(zone.volume_ul),
            format!("{:.1}", zone.ul_per_cm2)
        );
    }
    let _ = writeln!(
        text,
        "{:width$}  {:>6}  {:>12}  {:>7}",
        "total",
        plan.totals.points,
        "",
        ml(plan.totals.volume_ul)
    );
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
