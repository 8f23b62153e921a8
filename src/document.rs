//! Reading a TOML file without stopping at its first fault.
//!
//! A derive of serde ends at the first thing it cannot take. Here the parsed document is walked
//! value by value; what cannot be taken is noted in a [`Report`] with its bytes, and the reading goes
//! on, so that a file is mended in one round.

mod fields;
mod item;
mod write;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::ops::Range;

use serde_spanned::Spanned;
use toml::de::{DeTable, DeValue};

use crate::fault::{Fault, Faults, nearest_name};
use crate::said::Said;
use crate::units::number;

pub(crate) use fields::Fields;
pub(crate) use item::Item;
pub(crate) use write::toml_text;

/// The bytes of a file something stands at.
pub(crate) type Span = Range<usize>;
/// A value of the document with its bytes.
pub(crate) type Node<'t> = Spanned<DeValue<'t>>;

/// The largest file that is read, in bytes. Files drawn by hand hold a few kilobytes; a few
/// megabytes leave room for traced outlines, and what is larger was named by mistake.
pub(crate) const MAX_BYTES: usize = 4 << 20;
/// The longest text a file may give, in characters: a care note or a citation takes a tenth of it.
const LONGEST_TEXT: usize = 2000;
/// The longest id, in characters: it is a column of tables and a part of file names.
pub(crate) const LONGEST_ID: usize = 60;
/// The hint on a session that is read as another file.
pub(crate) const SESSION_HINT: &str = "a session goes to `nappage check` or `map --session`";
/// The hint on a record that is read as another file.
const RECORD_HINT: &str = "a record goes to `nappage record check`";
/// How many faults of a file's syntax are listed.
const MAX_SYNTAX_FAULTS: usize = 5;
/// How many faults of one file are listed.
const MAX_FAULTS: usize = 100;

/// The bytes of values in a file, by key.
pub(crate) type Places = BTreeMap<String, Range<usize>>;

/// Reads a file of the given `format` with `build`.
///
/// # Errors
/// Every fault of the file: of its syntax, of its `format` key, those `build` noted, and the keys
/// that nothing asked for.
pub(crate) fn read<T>(
    origin: &str,
    text: &str,
    format: &'static str,
    build: impl FnOnce(&mut Fields<'_, '_>) -> Option<T>,
) -> Result<T, Faults> {
    let report = Report::new(origin, text);
    let built = report.parse().and_then(|document| {
        let mut fields = Fields::new(document.get_ref(), "", 0..0, &report);
        fields.format(format)?;
        let built = build(&mut fields);
        fields.finish();
        built
    });
    match (built, report.into_faults()) {
        (_, Some(faults)) => Err(faults),
        (Some(built), None) => Ok(built),
        (None, None) => Err(Faults::of(origin, vec![Fault::new("file", "could not be read")])),
    }
}

/// What is wrong with one file, gathered while it is read.
#[derive(Debug)]
pub(crate) struct Report {
    origin: String,
    text: String,
    faults: RefCell<Vec<Fault>>,
    /// How many more were noted than are kept.
    further: Cell<usize>,
}

impl Report {
    /// An empty report on a file.
    pub(crate) fn new(origin: &str, text: &str) -> Self {
        Self {
            origin: origin.to_owned(),
            text: text.to_owned(),
            faults: RefCell::default(),
            further: Cell::new(0),
        }
    }

    /// Notes a fault. Beyond the first hundred they are only counted.
    pub(crate) fn put(&self, fault: Fault) {
        let mut faults = self.faults.borrow_mut();
        if faults.len() < MAX_FAULTS {
            faults.push(fault);
        } else {
            self.further.set(self.further.get() + 1);
        }
    }

    /// Notes a fault of an unknown name, with the nearest known one as its hint when one is near.
    pub(crate) fn put_unknown<'k>(&self, fault: Fault, name: &str, known: impl IntoIterator<Item = &'k str>) {
        // Nobody reads the hint of a fault that is only counted, and finding it takes its time.
        let kept = self.faults.borrow().len() < MAX_FAULTS;
        self.put(if kept { with_nearest(fault, name, known) } else { fault });
    }

    /// How many faults were noted so far.
    pub(crate) fn len(&self) -> usize {
        self.faults.borrow().len() + self.further.get()
    }

    /// The value as it stands in the file, shortened.
    pub(crate) fn shown(&self, span: &Span) -> String {
        let text = self.text.get(span.clone()).unwrap_or_default();
        let line = text.lines().next().unwrap_or_default();
        let mut shown: String = line.chars().filter(|c| !c.is_control()).take(40).collect();
        if shown.len() < text.len() {
            shown.push('…');
        }
        shown
    }

    /// All faults in the order of the file, or nothing when there are none.
    pub(crate) fn into_faults(self) -> Option<Faults> {
        let mut list = self.faults.into_inner();
        if list.is_empty() {
            return None;
        }
        list.sort_by_key(|fault| fault.span.as_ref().map_or(usize::MAX, |span| span.start));
        list.dedup();
        let further = self.further.get();
        if further > 0 {
            let note = Fault::new("file", said!("has {further} further faults", further));
            list.push(Fault { span: list.last().and_then(|fault| fault.span.clone()), ..note });
        }
        Some(Faults::in_text(self.origin, self.text, list))
    }

    /// The parsed document; nothing when the text is no TOML.
    pub(crate) fn parse(&self) -> Option<Spanned<DeTable<'_>>> {
        if let Some(fault) = refused(&self.text) {
            self.put(fault);
            return None;
        }
        let (table, errors) = DeTable::parse_recoverable(&self.text);
        if errors.is_empty() {
            return Some(table);
        }
        // One lost bracket brings an error for every line after it: the first few tell the story.
        for error in errors.iter().take(MAX_SYNTAX_FAULTS) {
            let fault = Fault::new("toml", error.message().lines().collect::<Vec<_>>().join("; "));
            let Some(span) = error.span() else {
                self.put(fault);
                continue;
            };
            let fault = match unquoted(&self.text, span.start) {
                Some(value) => {
                    fault.hint(said!("put texts, and numbers with a unit, in quotes: \"{value}\"", value))
                }
                None => fault,
            };
            self.put(fault.at(span));
        }
        None
    }
}

/// The value of the line at `place` where it is a word, or a number and a unit, without quotes: `woman`,
/// `1,25cm`.
fn unquoted(text: &str, place: usize) -> Option<&str> {
    let start = text.get(..place)?.rfind('\n').map_or(0, |end| end + 1);
    let line = text.get(start..)?.lines().next()?;
    let value = line.split_once('=')?.1.split('#').next()?.trim();
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | ',' | '-' | '+' | '/' | '_' | ' ');
    let is_text = value.chars().any(char::is_alphabetic) && value.chars().all(is_plain);
    (is_text && value.chars().count() <= 40).then_some(value)
}

/// Why a text is not even parsed.
fn refused(text: &str) -> Option<Fault> {
    if text.len() > MAX_BYTES {
        let fault = Fault::new("file", "is too large")
            .value(format!("{} MB", number(text.len() as f64 / 1_048_576.0, 1)))
            .bound(said!("at most {most} MB", most = MAX_BYTES >> 20))
            .hint("check that this is the file you meant");
        return Some(fault.at(0..0));
    }
    if text.trim().is_empty() {
        return Some(Fault::new("file", "is empty").at(0..0));
    }
    let strange = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
    if let Some(at) = text.find(|c: char| strange(c) || c == char::REPLACEMENT_CHARACTER) {
        let fault = Fault::new("file", "is not plain text").hint("check that this is the file you meant");
        return Some(fault.at(at..at));
    }
    None
}

/// The fault with the nearest known name as its hint, when one is near enough.
fn with_nearest<'k>(fault: Fault, name: &str, known: impl IntoIterator<Item = &'k str>) -> Fault {
    match nearest_name(name, known) {
        Some(near) => fault.hint(said!("did you mean '{near}'?", near)),
        None => fault,
    }
}

/// A value of the wrong type.
pub(crate) fn wrong_type(
    item: impl Into<Said>,
    node: &Node<'_>,
    wanted: impl Into<Said>,
    report: &Report,
) -> Fault {
    let span = node.span();
    let wanted = wanted.into();
    Fault::new(item, said!("must be {wanted}, is {given}", wanted, given = type_name(node.get_ref())))
        .value(report.shown(&span))
        .at(span)
}

fn type_name(value: &DeValue<'_>) -> Said {
    match value {
        DeValue::String(_) => said!("a text"),
        DeValue::Integer(_) | DeValue::Float(_) => said!("a number"),
        DeValue::Boolean(_) => said!("true or false"),
        DeValue::Datetime(_) => said!("a date"),
        DeValue::Array(_) => said!("a list"),
        DeValue::Table(_) => said!("a table"),
    }
}

/// A finite number; nothing, with the fault noted, when it is none.
pub(crate) fn finite(node: &Node<'_>, item: &str, report: &Report) -> Option<f64> {
    let value = match node.get_ref() {
        DeValue::Integer(n) => i64::from_str_radix(n.as_str(), n.radix()).map_or(f64::INFINITY, |n| n as f64),
        DeValue::Float(x) => x.as_str().parse().unwrap_or(f64::NAN),
        DeValue::String(text) if text.starts_with(|c: char| c.is_ascii_digit() || c == '-') => {
            let fault = wrong_type(item.to_owned(), node, "a number", report);
            report.put(fault.hint("write numbers without quotes, with a point: 1.5"));
            return None;
        }
        _ => {
            report.put(wrong_type(item.to_owned(), node, "a number", report));
            return None;
        }
    };
    if value.is_finite() {
        // Minus zero would break mirror images that are compared bit by bit.
        return Some(value + 0.0);
    }
    let span = node.span();
    report.put(Fault::new(item.to_owned(), "is not a finite number").value(report.shown(&span)).at(span));
    None
}

/// The fault of a text that no page could hold.
fn too_long(item: impl Into<Said>, text: &str, most: usize) -> Option<Fault> {
    let length = text.chars().count();
    let fault = || Fault::new(item, "is too long").value(said!("{length} characters", length));
    (length > most).then(|| fault().bound(said!("at most {most}", most)).hint("shorten it"))
}

/// Names in a row, for bounds: `head, neck, chest`.
pub(crate) fn listed<'k>(names: impl IntoIterator<Item = &'k str>) -> String {
    names.into_iter().collect::<Vec<_>>().join(", ")
}

/// A text in quotes, shortened and without control characters.
pub(crate) fn quoted(text: &str) -> String {
    let short: String = text.chars().filter(|c| !c.is_control()).take(40).collect();
    format!("'{short}'")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn two_lengths(fields: &mut Fields<'_, '_>) -> Option<(f64, f64)> {
        let first = fields.need("first").and_then(|item| item.length_mm());
        let second = fields.need("second").and_then(|item| item.length_mm());
        Some((first?, second?))
    }

    fn read_two(text: &str) -> Result<(f64, f64), Faults> {
        read("two.toml", text, "two/1", two_lengths)
    }

    #[test]
    fn what_is_well_written_is_read() {
        let text = "format = 'two/1'\nfirst = '1cm'\nsecond = '12.5 mm'\n";
        assert_eq!(read_two(text), Ok((10.0, 12.5)));
    }

    #[test]
    fn every_fault_is_found_at_once_with_its_line() {
        let faults = read_two("format = 'two/1'\nfirst = 12\nfirstt = 1\nsecond = '3 feet'\n").unwrap_err();
        let lines: Vec<_> = faults.list.iter().map(|fault| faults.line(fault)).collect();
        assert_eq!(lines, [Some(2), Some(3), Some(4)]);
        assert!(faults.to_string().contains("did you mean 'first'?"), "{faults}");
        assert!(faults.to_string().contains("has no unit"), "{faults}");
    }

    #[test]
    fn a_file_of_another_format_is_named_as_such() {
        let faults = read_two("format = 'three/1'\n").unwrap_err();
        assert_eq!(faults.list.len(), 1);
        assert!(faults.to_string().contains("bound two/1"), "{faults}");
    }

    #[test]
    fn broken_syntax_and_a_missing_format_are_faults() {
        assert!(read_two("first = = 3").is_err());
        assert!(read_two("x = 1").unwrap_err().to_string().contains("format: is missing"));
        assert!(read_two("").unwrap_err().to_string().contains("is empty"));
        assert!(
            read_two("format = 'two/1'\nfirst = \"\u{0}\"").unwrap_err().to_string().contains("plain text")
        );
    }

    #[test]
    fn a_length_without_quotes_is_answered_with_quotes() {
        for value in ["1,25cm", "12.5mm", "12,5 mm # wide", "narrow"] {
            let faults =
                read_two(&format!("format = 'two/1'\nfirst = {value}\nsecond = '1cm'\n")).unwrap_err();
            let hint = format!("in quotes: \"{}\"", value.split('#').next().unwrap_or("").trim());
            assert!(faults.to_string().contains(&hint), "{faults}");
            assert!(faults.list.iter().all(|fault| faults.line(fault) == Some(2)), "{faults}");
        }
    }

    #[test]
    fn nesting_without_end_is_a_fault_and_no_overflow() {
        for (open, close) in [("[", "]"), ("{ a = ", "}")] {
            let text =
                format!("format = 'two/1'\nfirst = {}{}\n", open.repeat(100_000), close.repeat(100_000));
            assert!(read_two(&text).is_err());
        }
        assert!(read_two(&format!("[{}]", vec!["a"; 100_000].join("."))).is_err());
    }
}
