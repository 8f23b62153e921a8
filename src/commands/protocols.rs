//! `protocols list | show ID`: every figure with its unit, source and status.

use std::path::Path;

use nappage::library::Library;
use nappage::protocol::Protocol;

use super::diagnose::printable;
use super::failure::{Failure, Outcome};
use super::{figures, input, output};

#[derive(Debug, clap::Subcommand)]
pub(crate) enum Args {
    /// List the protocols.
    List,
    /// Show every figure of a protocol with its source and status.
    Show {
        /// The id of the protocol.
        id: String,
    },
}

pub(crate) fn run(args: &Args, zones_dir: Option<&Path>) -> Result<Outcome, Failure> {
    let library = input::library(zones_dir)?;
    let text = match args {
        Args::List => list(&library),
        Args::Show { id } => {
            let protocol = library.protocol(id)?;
            let figures = figures::shown(&protocol.id, &protocol.name, &protocol.figures(), &library);
            figures + &questions(protocol)
        }
    };
    output::print(&printable(&text))?;
    Ok(Outcome::Clean)
}

fn list(library: &Library) -> String {
    let rows = library.protocols.iter().map(|protocol| [protocol.id.clone(), protocol.name.clone()]);
    super::table::aligned(rows)
}

/// The questions asked before a session, by the keys of their answers.
fn questions(protocol: &Protocol) -> String {
    let rows = protocol.questions().into_iter().map(|(concern, question, _)| {
        [format!("  {}", question.id), concern.name().to_owned(), question.words.clone()]
    });
    match super::table::aligned(rows) {
        none if none.is_empty() => none,
        rows => format!("\nQuestions, answered in [screening] of a session file\n{rows}"),
    }
}
