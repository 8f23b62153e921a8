//! `protocols list | show ID`: every figure with its unit, source and status.

use std::path::Path;

use nappage::library::Library;

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
            figures::shown(&protocol.id, &protocol.name, &protocol.figures(), &library)
        }
    };
    output::print(&printable(&text))?;
    Ok(Outcome::Clean)
}

fn list(library: &Library) -> String {
    let rows = library.protocols.iter().map(|protocol| [protocol.id.clone(), protocol.name.clone()]);
    super::table::aligned(rows)
}
