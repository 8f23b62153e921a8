//! `zones list | show ID | validate FILE…`.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use nappage::library::{self, Library};
use nappage::units::number;
use nappage::zones::{Kind, Zone};

use super::diagnose::{self, printable};
use super::failure::{Failure, Outcome};
use super::{input, output, picture, table};

#[derive(Debug, clap::Subcommand)]
pub(crate) enum Args {
    /// List the zones and the presets.
    List,
    /// Show the facts of a zone or preset, and where it lies.
    Show {
        /// The id of a zone, of one of a pair such as cheek-left, or of a preset.
        id: String,
    },
    /// Find every fault of zone files, and of a clinic's bodies, protocols, syringes and sources.
    Validate {
        /// The files.
        #[arg(value_name = "FILE", required = true)]
        files: Vec<PathBuf>,
    },
}

pub(crate) fn run(args: &Args, zones_dir: Option<&Path>) -> Result<Outcome, Failure> {
    let library = input::library(zones_dir)?;
    match args {
        Args::List => output::print(&printable(&list(&library)))?,
        Args::Show { id } => output::print(&printable(&show(id, &library)?))?,
        Args::Validate { files } => validate(files, &library)?,
    }
    Ok(Outcome::Clean)
}

fn list(library: &Library) -> String {
    let header = ["zone", "name", "region", "kind", "chart"].map(str::to_owned);
    let rows = library.atlas.zones.iter().map(|zone| {
        [
            zone.id.clone(),
            zone.name.clone(),
            zone.region.to_string(),
            kind(zone.kind).to_owned(),
            zone.chart.to_string(),
        ]
    });
    let mut text = table::aligned([header].into_iter().chain(rows));
    text.push('\n');
    let header = ["preset", "name", "zones"].map(str::to_owned);
    let rows = library
        .atlas
        .presets
        .iter()
        .map(|preset| [preset.id.clone(), preset.name.clone(), preset.zones.join(", ")]);
    text += &table::aligned([header].into_iter().chain(rows));
    text + "\nBoth sides of a pair go by its id without the side: temple for temple-left and temple-right.\n"
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Standard => "standard",
        Kind::Periorbital => "periorbital",
    }
}

fn show(id: &str, library: &Library) -> Result<String, Failure> {
    let zones = library.atlas.select(&[id.to_owned()])?;
    let mut text = String::new();
    if let Some(preset) = library.atlas.presets.iter().find(|preset| preset.id == id) {
        let _ = writeln!(text, "{}: {}, a preset of {} zones\n", preset.id, preset.name, preset.zones.len());
    }
    for zone in &zones {
        text += &facts(zone, library);
        text.push('\n');
    }
    Ok(text + &picture::on_charts(&zones, &library.atlas))
}

fn facts(zone: &Zone, library: &Library) -> String {
    let [u, v] = zone.chart.units();
    let (low, high) = zone.shape.bounds();
    let span = |low: f64, high: f64, unit: &str| format!("{} to {} {unit}", number(low, 1), number(high, 1));
    let mut rows = vec![
        ["  region".to_owned(), zone.region.to_string()],
        ["  kind".to_owned(), kind(zone.kind).to_owned()],
        [
            "  chart".to_owned(),
            format!("{}, {} by {}", zone.chart, span(low.x, high.x, u), span(low.y, high.y, v)),
        ],
        [
            "  outline".to_owned(),
            format!("{} places, {} holes", zone.shape.outer().len(), zone.shape.holes().len()),
        ],
        ["  drawn".to_owned(), zone.drawn.clone()],
    ];
    rows.extend(zone.care.iter().map(|care| ["  care".to_owned(), care.clone()]));
    let in_presets: Vec<&str> = library
        .atlas
        .presets
        .iter()
        .filter(|preset| preset.zones.iter().any(|name| *name == zone.id || *name == zone.base))
        .map(|preset| preset.id.as_str())
        .collect();
    if !in_presets.is_empty() {
        rows.push(["  in presets".to_owned(), in_presets.join(", ")]);
    }
    format!("{}: {}\n{}", zone.id, zone.name, table::aligned(rows))
}

/// Prints what each sound file holds; the faults of all others together are the failure.
fn validate(files: &[PathBuf], library: &Library) -> Result<(), Failure> {
    let mut faults = Vec::new();
    for path in files {
        match validate_one(path, library) {
            Ok(zones) => {
                let names: Vec<&str> = zones.iter().map(|zone| zone.id.as_str()).collect();
                let holds = if names.is_empty() { "no zone".to_owned() } else { names.join(", ") };
                output::print(&printable(&format!("{}: sound; {holds}\n", path.display())))?;
            }
            Err(Failure::Faults(found)) => faults.extend(found),
            Err(other) => return Err(other),
        }
    }
    if faults.is_empty() {
        return Ok(());
    }
    let count: usize = faults.iter().map(|faults| faults.list.len()).sum();
    let plural = |count: usize| if count == 1 { "" } else { "s" };
    let summary = format!("{count} fault{} in {} file{}", plural(count), faults.len(), plural(faults.len()));
    faults.iter().for_each(diagnose::faults);
    diagnose::say(&summary);
    // All is said; what is left is the exit code.
    Err(Failure::Faults(Vec::new()))
}

fn validate_one(path: &Path, library: &Library) -> Result<Vec<Zone>, Failure> {
    Ok(library::validate(&path.display().to_string(), &input::text(path)?, library)?)
}
