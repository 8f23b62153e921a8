//! `templates --out DIR`: a map of every zone and preset on every body.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use nappage::library::Library;
use nappage::session::Session;

use super::drawing::DrawingArgs;
use super::failure::{Failure, Outcome};
use super::gallery::{Gallery, Request};
use super::input;
use super::output::Existing;
use super::request::Paper;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Zones and presets [default: every one].
    #[arg(value_name = "ZONE")]
    zones: Vec<String>,
    /// The folder to write to.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// A body; may be given more than once [default: every one].
    #[arg(long, value_name = "ID")]
    body: Vec<String>,
    /// Size of the page [default: a4].
    #[arg(long)]
    paper: Option<Paper>,
    #[command(flatten)]
    drawing: DrawingArgs,
    /// Number of maps made at a time [default: one for each core].
    #[arg(long, value_name = "N")]
    jobs: Option<NonZeroUsize>,
    /// Replace files that exist.
    #[arg(long)]
    force: bool,
}

pub(crate) fn run(args: &Args, zones_dir: Option<&Path>) -> Result<Outcome, Failure> {
    let (drawing, pages) = (args.drawing.drawing()?, args.drawing.pages.kinds()?);
    let library = input::library(zones_dir)?;
    let zones = zones(args, &library)?;
    let bodies = bodies(args, &library)?;
    let mut requests = Vec::new();
    for zone in &zones {
        for body in &bodies {
            let session = Session {
                zones: vec![zone.clone()],
                body: Some(body.clone()),
                paper: args.paper.map(Into::into),
                ..Session::default()
            };
            requests.push(Request {
                title: format!("{zone}, {body}"),
                source: zone.clone(),
                place: "command line".to_owned(),
                session: Ok(session),
                layer: None,
            });
        }
    }
    let gallery = Gallery {
        dir: &args.out,
        title: "Templates",
        drawing,
        pages: &pages,
        library: &library,
        inputs: &[],
        existing: Existing::forced(args.force),
        workers: args.jobs,
    };
    gallery.make(&requests)
}

/// The names to draw: those asked for, else every zone, pairs together, then every preset.
fn zones(args: &Args, library: &Library) -> Result<Vec<String>, Failure> {
    let mut names = args.zones.clone();
    if names.is_empty() {
        names.extend(library.atlas.zones.iter().map(|zone| zone.base.clone()));
        names.extend(library.atlas.presets.iter().map(|preset| preset.id.clone()));
    } else {
        library.atlas.select(&names)?;
    }
    let mut seen = std::collections::BTreeSet::new();
    names.retain(|name| seen.insert(name.clone()));
    Ok(names)
}

fn bodies(args: &Args, library: &Library) -> Result<Vec<String>, Failure> {
    if args.body.is_empty() {
        return Ok(library.bodies.iter().map(|body| body.id.clone()).collect());
    }
    let mut bodies = Vec::new();
    for id in &args.body {
        let id = library.body(id)?.id.clone();
        if !bodies.contains(&id) {
            bodies.push(id);
        }
    }
    Ok(bodies)
}
