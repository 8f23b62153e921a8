//! `products list | show ID`: what is known of the products, each figure with its source and status.

use std::path::Path;

use nappage::library::Library;
use nappage::product::{Form, Product};

use super::diagnose::printable;
use super::failure::{Failure, Outcome};
use super::{figures, input, output};

#[derive(Debug, clap::Subcommand)]
pub(crate) enum Args {
    /// List the products.
    List,
    /// Show every figure of a product with its source and status.
    Show {
        /// The id of the product.
        id: String,
    },
}

pub(crate) fn run(args: &Args, zones_dir: Option<&Path>) -> Result<Outcome, Failure> {
    let library = input::library(zones_dir)?;
    let text = match args {
        Args::List => list(&library),
        Args::Show { id } => show(library.product(id)?, &library),
    };
    output::print(&printable(&text))?;
    Ok(Outcome::Clean)
}

fn list(library: &Library) -> String {
    let row = |product: &Product| [product.id.clone(), product.name.clone(), form(product.form).to_owned()];
    super::table::aligned(library.products.iter().map(row))
}

fn show(product: &Product, library: &Library) -> String {
    let figures = product.figures();
    let name = format!("{}, {}", product.name, form(product.form));
    if figures.is_empty() {
        return format!("{}: {name}\n\nNo source gives a figure for all makers of it.\n", product.id);
    }
    figures::shown(&product.id, &name, &figures, library)
}

fn form(form: Form) -> &'static str {
    match form {
        Form::Lyophilised => "lyophilised",
        Form::Ready => "ready to use",
    }
}
