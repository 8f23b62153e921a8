//! `check SESSION`: PASS or FAIL first, then the total, a table by zone, and the findings.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use clap::builder::styling::{AnsiColor, Style};
use nappage::export;
use nappage::plan::{Budget, Finding, Plan, Severity};
use nappage::session;
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
    if let Some(held) = plan.budget.vials_ul {
        let _ = writeln!(text, "      vials hold {held}");
    }
    text.push('\n');
    text += &table(plan);
    for (severity, heading, colour) in [
        (Severity::Error, "Errors", AnsiColor::BrightRed),
        (Severity::Warning, "Warnings", AnsiColor::Yellow),
        (Severity::Note, "Notes", AnsiColor::BrightGreen),
    ] {
        text += &group(&plan.findings, severity, heading, colour.on_default().bold());
    }
    text
}

fn budget(budget: &Budget) -> String {
    match (budget.min_ul, budget.max_ul) {
        (Some(least), Some(greatest)) => format!("budget {least} to {greatest}"),
        (None, Some(greatest)) => format!("budget at most {greatest}"),
        (Some(least), None) => format!("budget at least {least}"),
        (None, None) => "the protocol sets no budget".to_owned(),
    }
}

/// One row a zone: points, ml per point, ml; then their sum.
fn table(plan: &Plan) -> String {
    let width = plan.zones.iter().map(|zone| zone.id.chars().count()).max().unwrap_or(0).max(8);
    let mut text = format!("{:width$}  {:>6}  {:>12}  {:>7}\n", "zone", "points", "ml per point", "ml");
    for zone in &plan.zones {
        let _ = writeln!(
            text,
            "{:width$}  {:>6}  {:>12}  {:>7}",
            printable(&zone.id),
            zone.points,
            if zone.points == 0 { "-".to_owned() } else { ml(zone.per_point_ul) },
            ml(zone.volume_ul)
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
fn ml(volume: Microlitres) -> String {
    format!("{}.{:03}", volume.0 / 1000, volume.0 % 1000)
}

fn group(findings: &[Finding], severity: Severity, heading: &str, style: Style) -> String {
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
