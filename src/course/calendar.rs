//! A course as iCalendar (RFC 5545), for calendar programs.
//!
//! Every entry is an event of whole days that blocks no time. Its UID follows from the protocol, the
//! start, the label and which entry it is, so that a session that was moved and is imported again
//! replaces the old one; give courses that start on one day different labels. Its time stamp is
//! midnight UTC of the start. Nothing in it tells who the patient is.

use jiff::civil::Date;

use super::{Course, Item, Kind, Why};
use crate::digest::sha256_of;

/// The longest line, in bytes without its end (RFC 5545, 3.1).
const LONGEST_LINE: usize = 75;
/// How many hex digits of a hash make a UID.
const UID_DIGITS: usize = 32;

/// The course as a calendar file: lines end in CR LF and are folded.
///
/// ```
/// use nappage::course::{Asked, course, icalendar, parse_date};
/// use nappage::library::Library;
/// use nappage::session::Session;
///
/// let asked = Asked { start: Some(parse_date("2026-12-01")?), ..Asked::default() };
/// let session = Session { course: asked, ..Session::default() };
/// let file = icalendar(&course(&session, Library::built_in(), None)?);
/// assert!(file.contains("DTSTART;VALUE=DATE:20261201\r\nDTEND;VALUE=DATE:20261202\r\n"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn icalendar(course: &Course) -> String {
    let mut file = Lines::default();
    file.put("BEGIN:VCALENDAR");
    file.put("VERSION:2.0");
    file.put(&format!("PRODID:-//Nappage//Nappage {}//EN", escaped(&course.version)));
    file.put("CALSCALE:GREGORIAN");
    for item in &course.items {
        event(&mut file, course, item);
    }
    file.put("END:VCALENDAR");
    file.0
}

fn event(file: &mut Lines, course: &Course, item: &Item) {
    let last = item.until.unwrap_or(item.date);
    // The day after; the last day there is has none, and its event ends with it.
    let end = last.tomorrow().unwrap_or(last);
    let label = course.label.as_ref().map(|label| format!("{label}: ")).unwrap_or_default();
    file.put("BEGIN:VEVENT");
    file.put(&format!("UID:{}@nappage", uid(course, item)));
    file.put(&format!("DTSTAMP:{}T000000Z", basic(course.start)));
    file.put(&format!("DTSTART;VALUE=DATE:{}", basic(item.date)));
    file.put(&format!("DTEND;VALUE=DATE:{}", basic(end)));
    file.put(&format!("SUMMARY:{}", escaped(&format!("{label}{}, {}", course.protocol.name, item.name()))));
    if let Some(text) = description(item) {
        file.put(&format!("DESCRIPTION:{}", escaped(&text)));
    }
    file.put("TRANSP:TRANSPARENT");
    file.put("END:VEVENT");
}

fn description(item: &Item) -> Option<String> {
    if item.kind == Kind::Maintenance {
        return Some("One session on any of these days.".to_owned());
    }
    let moved = item.moved?;
    let why = match moved.why {
        Why::Closed => ", when the clinic is closed",
        Why::Asked => "",
    };
    Some(format!("Moved from {}{why}.", moved.from))
}

fn uid(course: &Course, item: &Item) -> String {
    let (protocol, start, label) = (&course.protocol.id, course.start, &course.label);
    let mut uid =
        sha256_of(format_args!("{protocol:?}\n{start}\n{label:?}\n{:?}\n{}", item.kind, item.number));
    uid.truncate(UID_DIGITS);
    uid
}

/// A day without hyphens.
fn basic(date: Date) -> String {
    format!("{:04}{:02}{:02}", date.year(), date.month(), date.day())
}

/// A text value: what has a meaning in the format is led by a backslash.
fn escaped(text: &str) -> String {
    let mut value = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | ';' | ',' => value.extend(['\\', c]),
            '\n' => value.push_str("\\n"),
            c if c.is_control() => value.push(' '),
            c => value.push(c),
        }
    }
    value
}

/// The lines of a file.
#[derive(Default)]
struct Lines(String);

impl Lines {
    /// Adds a line, folded between characters where it is too long: what goes on is led by a blank.
    fn put(&mut self, line: &str) {
        let mut length = 0;
        for c in line.chars() {
            if length + c.len_utf8() > LONGEST_LINE {
                self.0.push_str("\r\n ");
                length = 1;
            }
            self.0.push(c);
            length += c.len_utf8();
        }
        self.0.push_str("\r\n");
    }
}
