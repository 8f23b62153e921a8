//! `protocols list | show ID`: every figure with its unit, source and status.

use std::fmt::Write;
use std::path::Path;

use nappage::library::Library;
use nappage::protocol::{FigureLine, Protocol};

use super::diagnose::printable;
use super::failure::{Failure, Outcome};
use super::{input, output};

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
        Args::Show { id } => show(library.protocol(id)?, &library),
    };
    output::print(&printable(&text))?;
    Ok(Outcome::Clean)
}

fn list(library: &Library) -> String {
    let rows = library.protocols.iter().map(|protocol| [protocol.id.clone(), protocol.name.clone()]);
    super::table::aligned(rows)
}

fn show(protocol: &Protocol, library: &Library) -> String {
    let figures = protocol.figures();
    let mut text = format!("{}: {}\n\n", protocol.id, protocol.name);
    let header = ["figure", "value", "source", "status"].map(str::to_owned);
    text += &super::table::aligned([header].into_iter().chain(figures.iter().map(row)));
    text += &notes(&figures);
    text += &sources(&figures, library);
    text
}

fn row(figure: &FigureLine) -> [String; 4] {
    let unit = if figure.unit.is_empty() { String::new() } else { format!(" {}", figure.unit) };
    [
        figure.name.to_owned(),
        format!("{}{unit}", figure.value),
        figure.source.clone().unwrap_or_else(|| "-".to_owned()),
        figure.status.to_string(),
    ]
}

fn notes(figures: &[FigureLine]) -> String {
    let mut text = String::new();
    for figure in figures {
        if let Some(note) = &figure.note {
            let _ = writeln!(text, "  {}: {note}", figure.name);
        }
    }
    if text.is_empty() { text } else { format!("\nNotes\n{text}") }
}

fn sources(figures: &[FigureLine], library: &Library) -> String {
    let mut text = String::new();
    for source in &library.sources {
        if figures.iter().any(|figure| figure.source.as_ref() == Some(&source.id)) {
            let doi = source.doi.as_ref().map(|doi| format!(", doi:{doi}")).unwrap_or_default();
            let registry = source.registry.as_ref().map(|id| format!(", {id}")).unwrap_or_default();
            let _ = writeln!(text, "  {}: {}{doi}{registry}", source.id, source.citation);
        }
    }
    if text.is_empty() { text } else { format!("\nSources\n{text}") }
}
