//! `record new | check | print | close | amend`: what was done, joined to its plan.

mod join;
mod text;

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use jiff::civil::Date;
use nappage::library::Library;
use nappage::record::{PlanFile, Record, Report, check, json};
use nappage::session;
use nappage::sheet::record;

use super::drawing;
use super::failure::{Failure, Outcome};
use super::output::{self, Existing, Target, print};
use super::request::Paper;
use super::{diagnose, input, values};
use join::{Joined, beside};

#[derive(Debug, clap::Subcommand)]
pub(crate) enum Args {
    /// Write the record of a plan, to be filled in.
    New {
        #[command(flatten)]
        of: Of,
        /// The file to write [default: standard output].
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
        /// Replace a file that exists.
        #[arg(long)]
        force: bool,
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
        Args::New { of, output, force } => new(of, output, Existing::forced(force), &library),
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
            let closed = joined.record.closed(&report, &signed.by, signed.date)?;
            write(&joined.moved(closed, &signed.output)?, &signed.output)?;
            diagnose::findings(&report.findings);
            Ok(Outcome::of(&report.findings))
        }
        Args::Amend { record: path, reason, signed } => {
            let record = join::record(&path)?;
            let amended = record.amended(&signed.by, signed.date, &reason)?;
            let plan = beside(&path, record.plan.path());
            let file = record.plan.at(join::path_from(&signed.output, &plan)?);
            write(&Record { plan: file, ..amended }, &signed.output)?;
            Ok(Outcome::Clean)
        }
    }
}

fn new(of: Of, output: Option<PathBuf>, existing: Existing, library: &Library) -> Result<Outcome, Failure> {
    let (plan, path, file): (_, _, fn(String) -> PlanFile) = match (of.plan, of.session) {
        (Some(path), _) => (input::plan(&path)?, path, PlanFile::Plan),
        (None, session) => {
            let path = session.unwrap_or_default();
            (session::plan(&input::session(&path)?, library)?, path, PlanFile::Session)
        }
    };
    let here = output.clone().unwrap_or_default();
    let record = Record::blank(&plan, file(join::path_from(&here, &path)?))?;
    let target = Target::named(output);
    target.check(existing, &[path])?;
    target.write(record.written().as_bytes(), existing)?;
    target.told();
    Ok(Outcome::Clean)
}

/// A record beside its plan, and what there is to say of it.
fn checked(of: &Recorded, library: &Library) -> Result<(Joined, Report), Failure> {
    let joined = Joined::read(&of.record, of.plan.as_deref(), library)?;
    let report = check(&joined.record, &joined.plan, library)
        .map_err(|fault| super::failure::at_path(&of.record, fault))?;
    Ok((joined, report))
}

/// Writes a record that is not edited any more, where no file stands yet.
fn write(record: &Record, path: &Path) -> Result<(), Failure> {
    let target = Target::named(Some(path.to_path_buf()));
    target.write(record.written().as_bytes(), Existing::Keep)?;
    target.told();
    Ok(())
}
