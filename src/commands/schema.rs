//! `schema KIND`: the JSON Schema of a file, for editors.

use clap::builder::PossibleValuesParser;
use nappage::schema::SCHEMAS;

use super::failure::{Failure, Outcome};
use super::output;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The kind of file.
    #[arg(value_parser = PossibleValuesParser::new(SCHEMAS.map(|(kind, _)| kind)))]
    kind: String,
}

pub(crate) fn run(args: &Args) -> Result<Outcome, Failure> {
    for (_, schema) in SCHEMAS.iter().filter(|(kind, _)| *kind == args.kind) {
        output::print(schema)?;
    }
    Ok(Outcome::Clean)
}
