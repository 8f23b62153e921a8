//! `record new | check | print | close | amend`: what was done, joined to its plan.

mod join;
mod text;

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use jiff::civil::Date;
use nappage::fault::Fault;
use nappage::library::Library;
use nappage::record::{PlanFile, Record, Report, check, json};
use nappage::sheet::record;

use super::drawing;
use super::failure::{Failure, Outcome, at_path};
use super::output::{self, Existing, Target, print};
use super::planned::layer_named;
use super::request::Paper;
use super::{diagnose, input, values};
use join::{Joined, Planned, beside};

#[derive(Debug, clap::Subcommand)]
pub(crate) enum Args {
    /// Write the record of a plan, to be filled in.
    New {
        #[command(flatten)]
        of: Of,
        /// Of a session with layers, the one whose record it is: each has its own.
        #[arg(long, value_name = "NAME")]
        layer: Option<String>,
        #[command(flatten)]
        to: To,
    },
    /// Hold a record against its plan: what was given and wasted, what differs, what is missing.
    Check {
        #[command(flatten)]
        record: Recorded,
        /// What to print.
        #[arg(long, default_value = "text")]
        format: Format,
    },
    /// Draw a record as a page to be signed.
    Print {
        #[command(flatten)]
        record: Recorded,
        /// What to write [default: by the ending of the file, else svg].
        #[arg(long)]
        format: Option<drawing::Format>,
        /// Pixels an inch of a png, 50 to 600 [default: 200].
        #[arg(long, value_name = "N", value_parser = values::dpi, allow_hyphen_values = true)]
        dpi: Option<u32>,
        /// Size of the page [default: a4].
        #[arg(long, ignore_case = true)]
        paper: Option<Paper>,
        /// The file to write; svg and png number it where they have several pages.
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
        /// Replace a file that exists.
        #[arg(long)]
        force: bool,
    },
    /// Seal a record that is filled in: a copy that tells when it was changed afterwards.
    Close {
        #[command(flatten)]
        record: Recorded,
        #[command(flatten)]
        signed: Signed,
    },
    /// Begin the record that corrects a closed one, which stays as it is.
    Amend {
        /// The closed record.
        record: PathBuf,
        /// What was wrong.
        #[arg(long, value_name = "TEXT")]
        reason: String,
        #[command(flatten)]
        signed: Signed,
    },
}

/// What a new record is of.
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Of {
    /// The plan, as `nappage map --format json` wrote it.
    #[arg(long, value_name = "FILE")]
    plan: Option<PathBuf>,
    /// The session, whose plan is made anew.
    #[arg(long, value_name = "FILE")]
    session: Option<PathBuf>,
}

/// Where a new record goes.
#[derive(Debug, clap::Args)]
pub(crate) struct To {
    /// The file to write [default: standard output].
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Replace a file that exists.
    #[arg(long)]
    force: bool,
}

/// A record and, where it lies elsewhere by now, its plan.
#[derive(Debug, clap::Args)]
pub(crate) struct Recorded {
    /// The record.
    record: PathBuf,
    /// Its plan or session file [default: the one the record names].
    #[arg(long, value_name = "FILE")]
    plan: Option<PathBuf>,
}

/// Who writes a record that is not edited any more, and where.
#[derive(Debug, clap::Args)]
pub(crate) struct Signed {
    /// Who does it.
    #[arg(long, value_name = "NAME")]
    by: String,
    /// The day, as in 2026-12-01.
    #[arg(long, value_name = "DATE", value_parser = values::date, allow_hyphen_values = true)]
    date: Date,
    /// The file to write; one that exists is left as it is.
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// The verdict, for a person.
    Text,
    /// Everything but what is the patient's, for a program.
    Json,
}

pub(crate) fn run(args: Args, zones_dir: Option<&Path>) -> Result<Outcome, Failure> {
    let library = input::library(zones_dir)?;
    match args {
        Args::New { of, layer, to } => new(of, layer.as_deref(), to, &library),
        Args::Check { record, format } => {
            let (_, report) = checked(&record, &library)?;
            print(&match format {
                Format::Text => text::verdict(&report),
                Format::Json => json(&report),
            })?;
            Ok(Outcome::of(&report.findings))
        }
        Args::Print { record, format, dpi, paper, output, force } => {
            let usual = drawing::Format::Svg;
            let drawing = output::format(format, Some(&output), usual)?.drawing(dpi)?;
            let (Joined { record: written, plan, inputs, .. }, report) = checked(&record, &library)?;
            let paper = paper.map(Into::into).unwrap_or_default();
            let pages = record::pages(&written, &report, &plan, &library, paper)?;
            let target = Target::named(Some(output));
            let targets = target.put(&drawing.files(&pages)?, Existing::forced(force), &inputs)?;
            targets.iter().for_each(Target::told);
            diagnose::findings(&report.findings);
            Ok(Outcome::of(&report.findings))
        }
        Args::Close { record, signed } => {
            let (joined, report) = checked(&record, &library)?;
            let closed = joined.record.closed(&report, &signed.by, signed.date);
            let closed = closed.map_err(|fault| at_path(&record.record, fault))?;
            write(&joined.moved(closed, &signed.output)?, &signed.output)?;
            diagnose::findings(&report.findings);
            Ok(Outcome::of(&report.findings))
        }
        Args::Amend { record: path, reason, signed } => {
            let record = join::record(&path)?;
            let amended = record.amended(&signed.by, signed.date, &reason);
            let amended = amended.map_err(|fault| at_path(&path, fault))?;
            let plan = beside(&path, record.plan.path());
            let file = record.plan.at(join::path_from(&signed.output, &plan)?);
            write(&Record { plan: file, ..amended }, &signed.output)?;
            Ok(Outcome::Clean)
        }
    }
}

fn new(of: Of, layer: Option<&str>, to: To, library: &Library) -> Result<Outcome, Failure> {
    let (path, option, file): (_, _, fn(String) -> PlanFile) = match (of.plan, of.session) {
        (Some(path), _) if input::has_ending(&path, "toml") => {
            let fault = Fault::new("--plan", "names a session, not the plan of one");
            let hint = format!("give it as --session {}", path.display());
            return Err(at_path(&path, fault.hint(hint)));
        }
        (Some(path), _) => (path, "--plan", PlanFile::Plan),
        (None, session) => (session.unwrap_or_default(), "--session", PlanFile::Session),
    };
    let target = Target::named(to.output.clone());
    let existing = Existing::forced(to.force);
    target.check(existing, std::slice::from_ref(&path))?;
    let here = to.output.unwrap_or_default();
    let file = file(join::path_from(&here, &path)?);
    let record = match join::plan_at(&path, library)? {
        Planned::Single(plan) => {
            if let Some(layer) = layer {
                layer_named(&[], layer)?;
            }
            Record::blank(&plan, file)
        }
        Planned::Layers(layered) => {
            let hint = format!("choose one: `nappage record new {option} {} --layer NAME`", path.display());
            let layer = join::of_layer(layered, layer, hint)?;
            Record::blank(&layer.plan, file).of_layer(&layer.name)
        }
    };
    target.write(record.written().as_bytes(), existing)?;
    target.told();
    Ok(Outcome::Clean)
}

/// A record beside its plan, and what there is to say of it.
fn checked(of: &Recorded, library: &Library) -> Result<(Joined, Report), Failure> {
    let joined = Joined::read(&of.record, of.plan.as_deref(), library)?;
    let report = check(&joined.record, &joined.plan, library).map_err(|fault| at_path(&of.record, fault))?;
    Ok((joined, report))
}

/// Writes a record that is not edited any more, where no file stands yet.
fn write(record: &Record, path: &Path) -> Result<(), Failure> {
    let target = Target::named(Some(path.to_path_buf()));
    target.write(record.written().as_bytes(), Existing::Never)?;
    target.told();
    Ok(())
}
