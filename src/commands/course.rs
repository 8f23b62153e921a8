//! `course`: the days of sessions, assessment and maintenance.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use jiff::civil::Date;
use nappage::course::{self, Asked, Closed, Course, Need, Place, Weekday, Why, shown};
use nappage::fault::Fault;
use nappage::session::Session;

use super::diagnose::{self, printable};
use super::failure::{Failure, Outcome, at_path};
use super::output::{Existing, Target};
use super::planned::Planned;
use super::{input, values};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The day of the first session, as in 2026-12-01.
    #[arg(long, value_name = "DATE", value_parser = values::date, allow_hyphen_values = true)]
    start: Option<Date>,
    /// The protocol whose course it is [default: exosome].
    #[arg(long, value_name = "ID", conflicts_with = "layer")]
    protocol: Option<String>,
    /// Number of sessions [default: the protocol's].
    #[arg(long, value_name = "N")]
    sessions: Option<u32>,
    /// Days of the week on which the clinic is closed, such as sat,sun.
    #[arg(long, value_name = "DAYS", value_parser = values::weekday, value_delimiter = ',')]
    closed: Vec<Weekday>,
    /// A day on which the clinic is closed; may be given again.
    #[arg(long, value_name = "DATE", value_parser = values::date, allow_hyphen_values = true)]
    closed_on: Vec<Date>,
    /// Move a session to another day, as in 2=2027-01-05 or assessment=2027-03-02; may be given again.
    #[arg(long = "move", value_name = "N=DATE", value_parser = values::moved)]
    moved: Vec<(Place, Date)>,
    /// How many maintenance sessions to list [default: 4].
    #[arg(long, value_name = "N")]
    maintenance: Option<u32>,
    /// What a calendar shows before each entry. Never a patient's name.
    #[arg(long, value_name = "TEXT", value_parser = values::label)]
    label: Option<String>,
    /// Take everything not given here from a session file, and count the product its plan needs.
    #[arg(long, value_name = "FILE")]
    session: Option<PathBuf>,
    /// Of a session with layers, the one whose course it is.
    #[arg(long, value_name = "NAME", requires = "session")]
    layer: Option<String>,
    /// What to write [default: by the ending of the file, else text].
    #[arg(long)]
    format: Option<Format>,
    /// The file to write [default: standard output].
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Replace a file that exists.
    #[arg(long)]
    force: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A table for a person.
    Text,
    /// Everything, for a program.
    Json,
    /// A calendar for calendar programs.
    Ics,
}

pub(crate) fn run(args: Args, zones_dir: Option<&Path>) -> Result<Outcome, Failure> {
    let format = match args.format {
        Some(format) => format,
        None => Format::of_ending(args.output.as_deref())?,
    };
    let target = Target::named(args.output);
    let existing = Existing::forced(args.force);
    target.check(existing, &input::inputs(args.session.as_slice(), zones_dir)?)?;
    let library = input::library(zones_dir)?;
    let flags = Session {
        protocol: args.protocol,
        course: Asked {
            start: args.start,
            sessions: args.sessions,
            closed: Closed {
                weekdays: args.closed.into_iter().collect(),
                dates: args.closed_on.into_iter().collect(),
            },
            moved: args.moved.into_iter().collect(),
            maintenance: args.maintenance,
            label: args.label,
        },
        ..Session::default()
    };
    let (session, plan) = match &args.session {
        Some(path) => {
            let session = input::session(path)?.overridden_by(flags);
            if !session.layers.is_empty() && args.layer.is_none() {
                return Err(which_layer(&session).into());
            }
            let planned = Planned::of(session, &library, args.layer.as_deref())?;
            let part = planned.parts().first().map(|(session, plan)| ((*session).clone(), (*plan).clone()));
            part.map_or_else(|| (Session::default(), None), |(session, plan)| (session, Some(plan)))
        }
        None => (flags, None),
    };
    let course = course::course(&session, &library, plan.as_ref())?;
    let content = match format {
        Format::Text => printable(&text(&course)),
        Format::Json => course::json(&course),
        Format::Ics => course::icalendar(&course),
    };
    target.write(content.as_bytes(), existing)?;
    diagnose::findings(&course.findings);
    target.told();
    Ok(Outcome::of(&course.findings))
}

/// The fault of asking for the course of a session whose layers have one each.
fn which_layer(session: &Session) -> Fault {
    let names: Vec<&str> = session.layers.iter().map(|layer| layer.name.as_str()).collect();
    let fault = Fault::new("--session", "holds layers, each with a course of its own");
    fault.bound(names.join(", ")).hint("choose one with --layer")
}

impl Format {
    /// The format that the file's ending names; a table where it has none.
    ///
    /// # Errors
    /// When the ending names no format.
    fn of_ending(output: Option<&Path>) -> Result<Self, Failure> {
        let Some((path, ending)) = output.and_then(|path| Some((path, path.extension()?))) else {
            return Ok(Self::Text);
        };
        let known = [("ics", Self::Ics), ("json", Self::Json), ("txt", Self::Text)];
        let found = known.into_iter().find(|(ending, _)| input::has_ending(path, ending));
        found.map(|(_, format)| format).ok_or_else(|| {
            let fault = Fault::new("", "has an ending that names no format")
                .value(format!(".{}", ending.to_string_lossy()))
                .bound(".ics, .json, .txt")
                .hint(
                    "give the file one of these endings, or choose with --format; a card to print is \
                       `nappage map --pages course -o card.pdf`",
                );
            at_path(path, fault)
        })
    }
}

/// The course as a table, with the product below it.
fn text(course: &Course) -> String {
    let mut text = format!("{}, from {}\n\n", course.protocol.name, shown(course.start));
    text += &super::table::aligned(course.items.iter().map(|item| {
        let until = item.until.map(|until| format!(" to {}", shown(until))).unwrap_or_default();
        let moved = item.moved.map(|moved| match moved.why {
            Why::Closed => format!("closed on {}", shown(moved.from)),
            Why::Asked => format!("moved from {}", shown(moved.from)),
        });
        [item.name().into(), format!("{}{until}", shown(item.date)), moved.unwrap_or_default()]
    }));
    text += &course.need.as_ref().map(need).unwrap_or_default();
    text
}

fn need(need: &Need) -> String {
    let mut text = format!(
        "\nproduct: {} a session and up to {} left in syringes, {} for the course",
        need.session_ul, need.losses_ul, need.course_with_losses_ul
    );
    if let Some(vials) = &need.vials {
        let _ = write!(
            text,
            "\nvials of {}: {} a session, {} for the course",
            vials.volume_ul, vials.session, vials.course
        );
    }
    text.push('\n');
    text
}
