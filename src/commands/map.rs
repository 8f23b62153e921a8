//! `map`: the whole session, from the zones to the drawing.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use nappage::export;
use nappage::fault::Fault;
use nappage::plan::Plan;
use nappage::session;

use super::drawing::{self, Drawing};
use super::failure::{Failure, Outcome, at_path};
use super::output::{Existing, Target};
use super::pages::{self, Kind};
use super::request::Request;
use super::{diagnose, input, values};

/// Where a drawing goes when nobody says and a person is watching, but for its ending.
const UNNAMED: &str = "nappage-map";

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
    /// Pixels an inch of a png, 50 to 600 [default: 200].
    #[arg(long, value_name = "N", value_parser = values::dpi, allow_hyphen_values = true)]
    dpi: Option<u32>,
    /// The pages of a drawing, in their order [default: map].
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    pages: Vec<Kind>,
    /// The file to write; svg and png number it where they have several pages [default: standard
    /// output, on a terminal nappage-map.svg].
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Replace a file that exists.
    #[arg(long)]
    force: bool,
}

/// What `map` can write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// The drawing, true to size, for browsers and editors.
    Svg,
    /// The drawing, true to size, for printing.
    Pdf,
    /// The drawing as a picture of pixels.
    Png,
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
    let writing = format.writing(args.dpi, args.pages)?;
    let target = target(args.output, &writing, reader)?;
    let existing = Existing::forced(args.force);
    let inputs = input::inputs(args.session.as_slice(), zones_dir)?;

    let library = input::library(zones_dir)?;
    let asked = args.request.session();
    let session = match &args.session {
        Some(path) => input::session(path)?.overridden_by(asked),
        None => asked,
    };
    let plan = session::plan(&session, &library)?;
    let files = match writing {
        Writing::Drawn(drawing, kinds) => drawing.files(&pages::drawn(&kinds, &plan, &session, &library)?)?,
        Writing::Told(text) => vec![text(&plan).into_bytes()],
    };
    let targets = target.numbered(files.len())?;
    targets.iter().try_for_each(|target| target.check(existing, &inputs))?;
    for (target, file) in targets.iter().zip(&files) {
        target.write(file, existing)?;
    }
    diagnose::say(&diagnose::printable(&plan.reason));
    diagnose::findings(&plan.findings);
    for target in &targets {
        if let Target::File(path) = target {
            diagnose::say(&format!("wrote {}", diagnose::printable(&path.display().to_string())));
        }
    }
    Ok(Outcome::of(&plan.findings))
}

/// How a plan becomes files.
enum Writing {
    /// As pages of these kinds.
    Drawn(Drawing, Vec<Kind>),
    /// As a text.
    Told(fn(&Plan) -> String),
}

impl Format {
    /// How this format is written.
    ///
    /// # Errors
    /// When pixels or pages are asked for in a format that has none.
    fn writing(self, dpi: Option<u32>, pages: Vec<Kind>) -> Result<Writing, Fault> {
        let drawn = |format: drawing::Format| {
            let kinds = if pages.is_empty() { vec![Kind::Map] } else { pages.clone() };
            Ok(Writing::Drawn(format.drawing(dpi)?, kinds))
        };
        let told = |text| match dpi {
            Some(dpi) => Err(drawing::no_pixels(dpi)),
            None if !pages.is_empty() => {
                let fault = Fault::new("--pages", "goes with drawings alone").bound("svg, pdf, png");
                Err(fault.hint("leave it out, or choose one of these with --format"))
            }
            None => Ok(Writing::Told(text)),
        };
        match self {
            Self::Svg => drawn(drawing::Format::Svg),
            Self::Pdf => drawn(drawing::Format::Pdf),
            Self::Png => drawn(drawing::Format::Png),
            Self::Json => told(export::json),
            Self::Csv => told(export::csv),
        }
    }
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
///
/// # Errors
/// When the drawing is no text and was asked for on a terminal.
fn target(output: Option<PathBuf>, writing: &Writing, reader: Reader) -> Result<Target, Fault> {
    let named = output.is_some();
    match (Target::named(output), writing, reader) {
        (Target::Stdout, Writing::Drawn(drawing, _), Reader::Person) if !named => {
            Ok(Target::File(PathBuf::from(format!("{UNNAMED}.{}", drawing.ending()))))
        }
        (Target::Stdout, Writing::Drawn(Drawing::Pdf | Drawing::Png { .. }, _), Reader::Person) => {
            let fault = Fault::new("standard output", "is a terminal, which shows text alone");
            Err(fault.hint("name a file with -o, or lead the output into one"))
        }
        (target, ..) => Ok(target),
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
        let goes = |output: Option<&str>, format: Format, reader| {
            let writing = format.writing(None, Vec::new()).ok()?;
            target(output.map(PathBuf::from), &writing, reader).ok()
        };
        let file = |name: &str| Some(Target::File(PathBuf::from(name)));
        assert_eq!(goes(None, Format::Svg, Reader::Person), file("nappage-map.svg"));
        assert_eq!(goes(None, Format::Pdf, Reader::Person), file("nappage-map.pdf"));
        assert_eq!(goes(None, Format::Png, Reader::Program), Some(Target::Stdout));
        assert_eq!(goes(None, Format::Json, Reader::Person), Some(Target::Stdout));
        assert_eq!(goes(Some("-"), Format::Svg, Reader::Person), Some(Target::Stdout));
        assert_eq!(goes(Some("-"), Format::Pdf, Reader::Person), None);
        assert_eq!(goes(Some("-"), Format::Pdf, Reader::Program), Some(Target::Stdout));
    }
}
