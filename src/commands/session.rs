//! `session new`: a commented session file to start from.

use std::path::PathBuf;

use nappage::session::Session;

use super::failure::{Failure, Outcome};
use super::output::{Existing, Target};

#[derive(Debug, clap::Subcommand)]
pub(crate) enum Args {
    /// Write a session file with every key explained.
    New {
        /// The file to write [default: standard output].
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
        /// Replace a file that exists.
        #[arg(long)]
        force: bool,
    },
}

pub(crate) fn run(args: Args) -> Result<Outcome, Failure> {
    let Args::New { output, force } = args;
    let target = Target::named(output);
    target.write(Session::template().as_bytes(), Existing::forced(force))?;
    target.told();
    Ok(Outcome::Clean)
}
