//! `batch SESSION… --out DIR`: the maps of many sessions.

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use nappage::fault::Faults;
use nappage::session::Session;

use super::drawing::{Drawing, DrawingArgs};
use super::failure::{Failure, Outcome};
use super::gallery::{Gallery, Request};
use super::input;
use super::output::Existing;
use super::rows;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Session files, folders of them, or CSV files with one session a row.
    #[arg(value_name = "SESSION", required = true)]
    sessions: Vec<PathBuf>,
    /// The folder to write to.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    #[command(flatten)]
    drawing: DrawingArgs,
    /// Number of maps made at a time [default: one for each core].
    #[arg(long, value_name = "N")]
    jobs: Option<NonZeroUsize>,
    /// Make every map anew and replace files that exist.
    #[arg(long)]
    force: bool,
}

pub(crate) fn run(args: &Args, zones_dir: Option<&Path>) -> Result<Outcome, Failure> {
    let (drawing, pages) = (args.drawing.drawing()?, args.drawing.pages.kinds()?);
    let library = input::library(zones_dir)?;
    let (mut requests, mut inputs): (_, Vec<PathBuf>) = (Vec::new(), Vec::new());
    let mut seen = BTreeSet::new();
    for path in &args.sessions {
        let files =
            if path.is_dir() { input::files_under(path, &["toml", "csv"]) } else { Ok(vec![path.clone()]) };
        match files {
            Ok(files) => {
                for file in files {
                    // A file that is named beside its folder is one session all the same.
                    let is_new = std::fs::canonicalize(&file).map_or(true, |real| seen.insert(real));
                    if is_new {
                        requests.extend(of_file(&file, drawing)?);
                        inputs.push(file);
                    }
                }
            }
            Err(failure) => requests.push(unread(path, failure)?),
        }
    }
    let gallery = Gallery {
        dir: &args.out,
        title: "Sessions",
        drawing,
        pages: &pages,
        library: &library,
        inputs: &inputs,
        existing: Existing::forced(args.force),
        workers: args.jobs,
    };
    gallery.make(&requests)
}

/// The sessions of a file: one of a session file, one a row of a CSV. Layers share a PDF, and have files of their
/// own of a format that holds one page.
fn of_file(path: &Path, drawing: Drawing) -> Result<Vec<Request>, Failure> {
    if input::has_ending(path, "csv") {
        return match rows::read(path) {
            Ok(requests) => Ok(requests),
            Err(failure) => Ok(vec![unread(path, failure)?]),
        };
    }
    match input::session(path) {
        Ok(session) if drawing != Drawing::Pdf && !session.layers.is_empty() => {
            let layers = session.layers.iter().map(|layer| of_layer(path, &session, &layer.name));
            Ok(layers.collect())
        }
        Ok(session) => Ok(vec![request(path, Ok(session))]),
        Err(failure) => Ok(vec![unread(path, failure)?]),
    }
}

/// A session that could not be read, to be reported beside those that could.
fn unread(path: &Path, failure: Failure) -> Result<Request, Failure> {
    match failure {
        Failure::Faults(faults) => Ok(request(path, Err(faults))),
        Failure::ClosedPipe => Err(failure),
    }
}

fn request(path: &Path, session: Result<Session, Vec<Faults>>) -> Request {
    let shown = path.display().to_string();
    Request { title: stem(path), source: shown.clone(), place: shown, session, layer: None }
}

fn of_layer(path: &Path, session: &Session, name: &str) -> Request {
    let whole = request(path, Ok(session.clone()));
    Request { title: format!("{} {name}", whole.title), layer: Some(name.to_owned()), ..whole }
}

fn stem(path: &Path) -> String {
    path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
}
