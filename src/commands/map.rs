//! `map`: the whole session, from the zones to the drawing.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use nappage::fault::Fault;
use nappage::library::Library;
use nappage::session::Session;

use super::drawing::{self, Drawing};
use super::failure::{Failure, Outcome};
use super::output::{self, Existing, Target};
use super::pages::PagesArgs;
use super::planned::{Planned, overridden};
use super::request::Request;
use super::{input, values};

/// Where a drawing goes when nobody says and a person is watching, but for its ending.
const UNNAMED: &str = "nappage-map";

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    request: Request,
    /// Take everything not given here from a session file.
    #[arg(long, value_name = "FILE")]
    session: Option<PathBuf>,
    /// Of a session with layers, the one to write [default: all].
    #[arg(long, value_name = "NAME")]
    layer: Option<String>,
    /// What to write [default: by the ending of the file, else svg].
    #[arg(long)]
    format: Option<Format>,
    /// Pixels an inch of a png, 50 to 600 [default: 200].
    #[arg(long, value_name = "N", value_parser = values::dpi, allow_hyphen_values = true)]
    dpi: Option<u32>,
    #[command(flatten)]
    pages: PagesArgs,
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
pub(crate) enum Format {
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
    let format = output::format(args.format, args.output.as_deref(), Format::Svg)?;
    let pages = args.pages.kinds()?;
    let writing = format.writing(args.dpi, !pages.is_empty())?;
    let target = target(args.output, &writing, reader)?;
    let existing = Existing::forced(args.force);
    let mut inputs = input::inputs(args.session.as_slice(), zones_dir)?;

    let library = input::library(zones_dir)?;
    let asked = Session { pages, ..args.request.session() };
    let layer = args.layer.as_deref();
    let session = match &args.session {
        Some(path) => overridden(input::session(path)?, asked, layer)?,
        None => asked,
    };
    inputs.extend(args.session.as_ref().and_then(|path| input::previous(path, &session)));
    let planned = match writing {
        Writing::Drawn(_) => Planned::to_draw(session, &library, layer)?,
        Writing::Told(_) => Planned::of(session, &library, layer)?,
    };
    let files = writing.files(&planned, &library)?;
    let targets = target.put(&files, existing, &inputs)?;
    planned.tell();
    targets.iter().for_each(Target::told);
    Ok(Outcome::of(&planned.findings()))
}

/// How a plan becomes files.
pub(crate) enum Writing {
    /// As pages.
    Drawn(Drawing),
    /// As a text.
    Told(fn(&Planned) -> String),
}

impl Writing {
    /// The files of what is planned.
    ///
    /// # Errors
    /// When a page cannot be drawn or written.
    pub(crate) fn files(&self, planned: &Planned, library: &Library) -> Result<Vec<Vec<u8>>, Failure> {
        match self {
            Self::Drawn(drawing) => Ok(drawing.files(&planned.pages(library)?)?),
            Self::Told(text) => Ok(vec![text(planned).into_bytes()]),
        }
    }
}

impl Format {
    /// How this format is written.
    ///
    /// # Errors
    /// When pixels or pages are asked for in a format that has none.
    pub(crate) fn writing(self, dpi: Option<u32>, pages: bool) -> Result<Writing, Fault> {
        let drawn = |format: drawing::Format| Ok(Writing::Drawn(format.drawing(dpi)?));
        let told = |text| match dpi {
            Some(dpi) => Err(drawing::no_pixels(dpi)),
            None if pages => {
                let fault = Fault::new("--pages", "goes with drawings alone").bound("svg, pdf, png");
                Err(fault.hint("leave it out, or choose one of these with --format"))
            }
            None => Ok(Writing::Told(text)),
        };
        match self {
            Self::Svg => drawn(drawing::Format::Svg),
            Self::Pdf => drawn(drawing::Format::Pdf),
            Self::Png => drawn(drawing::Format::Png),
            Self::Json => told(Planned::json),
            Self::Csv => told(Planned::csv),
        }
    }
}

/// The file named; else a file of its own for a drawing nobody wants on a terminal.
///
/// # Errors
/// When the drawing is no text and was asked for on a terminal.
fn target(output: Option<PathBuf>, writing: &Writing, reader: Reader) -> Result<Target, Fault> {
    let named = output.is_some();
    match (Target::named(output), writing, reader) {
        (Target::Stdout, Writing::Drawn(drawing), Reader::Person) if !named => {
            Ok(Target::File(PathBuf::from(format!("{UNNAMED}.{}", drawing.ending()))))
        }
        (Target::Stdout, Writing::Drawn(Drawing::Pdf | Drawing::Png { .. }), Reader::Person) => {
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
        let chosen = |asked, output: &str| output::format(asked, Some(Path::new(output)), Format::Svg).ok();
        assert_eq!(chosen(None, "a.CSV"), Some(Format::Csv));
        assert_eq!(chosen(None, "a.json"), Some(Format::Json));
        assert_eq!(chosen(Some(Format::Svg), "a.json"), None);
        assert_eq!(chosen(Some(Format::Svg), "a.out"), Some(Format::Svg));
        assert_eq!(chosen(None, "plan"), Some(Format::Svg));
        assert_eq!(chosen(None, "a.docx"), None);
        assert_eq!(output::format(None, None, Format::Svg).ok(), Some(Format::Svg));
    }

    #[test]
    fn a_drawing_nobody_named_goes_to_a_file_only_when_a_person_watches() {
        let goes = |output: Option<&str>, format: Format, reader| {
            let writing = format.writing(None, false).ok()?;
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
