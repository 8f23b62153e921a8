//! The commands, one a module; the options they share; how they end.

mod batch;
mod check;
mod completions;
mod course;
mod diagnose;
mod drawing;
mod failure;
mod figures;
mod gallery;
mod input;
mod man;
mod map;
mod output;
mod pages;
mod picture;
mod planned;
mod products;
mod protocols;
mod record;
mod request;
mod rows;
mod schema;
#[cfg(feature = "serve")]
mod serve;
mod session;
mod table;
mod templates;
mod values;
mod zones;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use failure::{COULD_NOT_RUN, Failure, Outcome};

/// Plans intradermal micro-injections: even points on the skin, exact doses, printable maps.
///
/// For licensed professionals. A planning aid, not clinical advice.
#[derive(Debug, Parser)]
#[command(name = "nappage", version, propagate_version = true, max_term_width = 100)]
#[command(after_help = "Exit codes: 0 done, 1 the plan breaks a limit, 2 the command could not run.")]
pub(crate) struct Cli {
    /// A clinic's own folder: adds or replaces zones, protocols, products and bodies.
    #[arg(long = "zones", value_name = "DIR", global = true)]
    zones_dir: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Draw the map of a session: points, doses, totals.
    Map(Box<map::Args>),
    /// Recompute a session file and say PASS or FAIL.
    Check(check::Args),
    /// Date a course: sessions, assessment, maintenance.
    Course(Box<course::Args>),
    /// Write a session file to start from.
    #[command(subcommand)]
    Session(session::Args),
    /// Write, check, print, close or amend the record of a session.
    #[command(subcommand)]
    Record(Box<record::Args>),
    /// Draw every zone and preset for both bodies.
    Templates(templates::Args),
    /// Draw the maps of many sessions.
    Batch(batch::Args),
    /// List, show or validate zones.
    #[command(subcommand)]
    Zones(zones::Args),
    /// List or show protocols: every figure with its source.
    #[command(subcommand)]
    Protocols(protocols::Args),
    /// List or show products: what is known of them.
    #[command(subcommand)]
    Products(products::Args),
    /// Print the JSON Schema of a file, for editors.
    Schema(schema::Args),
    /// Open the page for the browser, on this machine alone.
    #[cfg(feature = "serve")]
    Serve(serve::Args),
    /// Print completions for a shell.
    Completions(completions::Args),
    /// Print the manual page.
    Man,
}

/// Runs the command that was asked for and says what stopped it, if anything did.
pub(crate) fn run() -> ExitCode {
    match dispatch(Cli::parse()) {
        Ok(outcome) => outcome.into(),
        Err(Failure::ClosedPipe) => ExitCode::SUCCESS,
        Err(Failure::Faults(all)) => {
            all.iter().for_each(diagnose::faults);
            ExitCode::from(COULD_NOT_RUN)
        }
    }
}

fn dispatch(cli: Cli) -> Result<Outcome, Failure> {
    let zones_dir = cli.zones_dir.as_deref();
    match cli.command {
        Command::Map(args) => map::run(*args, zones_dir),
        Command::Check(args) => check::run(&args, zones_dir),
        Command::Course(args) => course::run(*args, zones_dir),
        Command::Session(args) => session::run(args),
        Command::Record(args) => record::run(*args, zones_dir),
        Command::Templates(args) => templates::run(&args, zones_dir),
        Command::Batch(args) => batch::run(&args, zones_dir),
        Command::Zones(args) => zones::run(&args, zones_dir),
        Command::Protocols(args) => protocols::run(&args, zones_dir),
        Command::Products(args) => products::run(&args, zones_dir),
        Command::Schema(args) => schema::run(&args),
        #[cfg(feature = "serve")]
        Command::Serve(args) => serve::run(&args, zones_dir),
        Command::Completions(args) => completions::run(&args),
        Command::Man => man::run(),
    }
}
