//! `map`: the whole session, from the zones to the drawing.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use nappage::export;
use nappage::fault::Fault;
use nappage::session;

use super::failure::{Failure, Outcome, at_path};
use super::output::{Existing, Target};
use super::request::Request;
use super::{diagnose, drawing, input};

/// Where the map goes when nobody says and a person is watching.
const UNNAMED: &str = "nappage-map.svg";

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    request: Request,
    /// Take everything not given here from a session file.
    #[arg(long, value_name = "FILE")]
    session: Option<PathBuf>,
    /// What to write [default: by the ending of the file, else svg].
    #[arg(long)]
    format: Option<Format>,
    /// The file to write [default: standard output, on a terminal nappage-map.svg].
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Replace a file that exists.
    #[arg(long)]
    force: bool,
}

/// What `map` can write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// The drawing, true to size.
    Svg,
    /// The whole plan for other programs.
    Json,
    /// The points, one row each.
    Csv,
}

/// What stands at the other end of standard output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reader {
    Person,
    Program,
}

pub(crate) fn run(args: Args, zones_dir: Option<&Path>) -> Result<Outcome, Failure> {
    let reader = if std::io::stdout().is_terminal() { Reader::Person } else { Reader::Program };
    let format = format(args.format, args.output.as_deref())?;
    let target = target(args.output, format, reader);
    let existing = Existing::forced(args.force);
    target.check(existing, &input::inputs(args.session.as_slice(), zones_dir)?)?;

    let library = input::library(zones_dir)?;
    let asked = args.request.session();
    let session = match &args.session {
        Some(path) => input::session(path)?.overridden_by(asked),
        None => asked,
    };
    let plan = session::plan(&session, &library)?;
    let content = match format {
        Format::Svg => drawing::svg(&plan, &session, &library)?,
        Format::Json => export::json(&plan),
        Format::Csv => export::csv(&plan),
    };
    target.write(&content, existing)?;
    diagnose::say(&diagnose::printable(&plan.reason));
    diagnose::findings(&plan.findings);
    if let Target::File(path) = &target {
        diagnose::say(&format!("wrote {}", diagnose::printable(&path.display().to_string())));
    }
    Ok(Outcome::of(&plan.findings))
}

/// The format asked for, else the one the file's ending names, else SVG where it has none.
///
/// # Errors
/// When no format is asked for and the ending names none: a drawing under another name would not open.
fn format(asked: Option<Format>, output: Option<&Path>) -> Result<Format, Failure> {
    let (None, Some(path)) = (asked, output) else { return Ok(asked.unwrap_or(Format::Svg)) };
    let Some(ending) = path.extension() else { return Ok(Format::Svg) };
    let mut formats = Format::value_variants().iter().copied();
    let named = |format: &Format| {
        format.to_possible_value().is_some_and(|value| input::has_ending(path, value.get_name()))
    };
    formats.find(named).ok_or_else(|| {
        let names = Format::value_variants().iter().filter_map(ValueEnum::to_possible_value);
        let names: Vec<String> = names.map(|value| format!(".{}", value.get_name())).collect();
        let fault = Fault::new("", "has an ending that names no format")
            .value(format!(".{}", ending.to_string_lossy()))
            .bound(names.join(", "))
            .hint("give the file one of these endings, or choose with --format");
        at_path(path, fault)
    })
}

/// The file named; else a file of its own for a drawing nobody wants on a terminal.
fn target(output: Option<PathBuf>, format: Format, reader: Reader) -> Target {
    match (output, format, reader) {
        (None, Format::Svg, Reader::Person) => Target::File(PathBuf::from(UNNAMED)),
        (output, ..) => Target::named(output),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ending_names_the_format_unless_one_is_asked_for() {
        let chosen = |asked, output: &str| format(asked, Some(Path::new(output))).ok();
        assert_eq!(chosen(None, "a.CSV"), Some(Format::Csv));
        assert_eq!(chosen(None, "a.json"), Some(Format::Json));
        assert_eq!(chosen(Some(Format::Svg), "a.json"), Some(Format::Svg));
        assert_eq!(chosen(None, "plan"), Some(Format::Svg));
        assert_eq!(chosen(None, "a.docx"), None);
        assert_eq!(format(None, None).ok(), Some(Format::Svg));
    }

    #[test]
    fn a_drawing_nobody_named_goes_to_a_file_only_when_a_person_watches() {
        let unnamed = Target::File(PathBuf::from("nappage-map.svg"));
        assert_eq!(target(None, Format::Svg, Reader::Person), unnamed);
        assert_eq!(target(None, Format::Svg, Reader::Program), Target::Stdout);
        assert_eq!(target(None, Format::Json, Reader::Person), Target::Stdout);
        assert_eq!(target(Some("-".into()), Format::Svg, Reader::Person), Target::Stdout);
    }
}
