//! Reading a TOML file without stopping at its first fault.
//!
//! A derive of serde ends at the first thing it cannot take. Here the parsed document is walked
//! value by value; what cannot be taken is noted in a [`Report`] with its bytes, and the reading goes
//! on, so that a file is mended in one round.

use std::cell::{Cell, RefCell};
use std::ops::Range;

use serde_spanned::Spanned;
use toml::de::{DeTable, DeValue};

use crate::fault::{Fault, Faults, nearest_name};
use crate::units::number;

/// The bytes of a file something stands at.
pub(crate) type Span = Range<usize>;
/// A value of the document with its bytes.
pub(crate) type Node<'t> = Spanned<DeValue<'t>>;

/// The largest file that is read, in bytes. Files drawn by hand hold a few kilobytes; a few
/// megabytes leave room for traced outlines, and what is larger was named by mistake.
pub(crate) const MAX_BYTES: usize = 4 << 20;
/// The most tables of one kind in a file, ten times what the atlas has: their neighbours are compared
/// one by one.
const MOST_TABLES: usize = 200;
/// How many faults of a file's syntax are listed.
const MAX_SYNTAX_FAULTS: usize = 5;
/// How many faults of one file are listed.
const MAX_FAULTS: usize = 100;

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
            let note = Fault::new("file", format!("has {further} further faults"));
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
            self.put(match error.span() {
                Some(span) => fault.at(span),
                None => fault,
            });
        }
        None
    }
}

/// Why a text is not even parsed.
fn refused(text: &str) -> Option<Fault> {
    if text.len() > MAX_BYTES {
        let fault = Fault::new("file", "is too large")
            .value(format!("{} MB", number(text.len() as f64 / 1_048_576.0, 1)))
            .bound(format!("at most {} MB", MAX_BYTES >> 20))
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

/// A table being read: every key that is asked for is known, the others are at fault.
pub(crate) struct Fields<'a, 't> {
    table: &'a DeTable<'t>,
    /// What the table describes, such as `zone 'cheek'`; empty for the whole file.
    item: String,
    span: Span,
    report: &'a Report,
    known: Vec<&'static str>,
}

impl<'a, 't> Fields<'a, 't> {
    /// A table that describes `item`.
    pub(crate) fn new(
        table: &'a DeTable<'t>,
        item: impl Into<String>,
        span: Span,
        report: &'a Report,
    ) -> Self {
        Self { table, item: item.into(), span, report, known: Vec::new() }
    }

    /// What the table describes.
    pub(crate) fn item(&self) -> &str {
        &self.item
    }

    /// Where the table stands.
    pub(crate) fn span(&self) -> Span {
        self.span.clone()
    }

    /// The name of a key within the table, for messages.
    pub(crate) fn label(&self, key: &str) -> String {
        if self.item.is_empty() { key.to_owned() } else { format!("{}, {key}", self.item) }
    }

    /// The value of a key that may be absent.
    pub(crate) fn optional(&mut self, key: &'static str) -> Option<&'a Node<'t>> {
        self.known.push(key);
        self.table.get(key)
    }

    /// The value of a key; its absence is a fault, for which `hint` says how to mend it.
    pub(crate) fn required(&mut self, key: &'static str, hint: &str) -> Option<&'a Node<'t>> {
        let value = self.optional(key);
        if value.is_none() {
            let fault = Fault::new(self.label(key), "is missing").hint(hint);
            self.report.put(fault.at(self.span.clone()));
        }
        value
    }

    /// A text that must be there and not be empty.
    pub(crate) fn text(&mut self, key: &'static str, hint: &str) -> Option<(&'a str, Span)> {
        let node = self.required(key, hint)?;
        self.as_text(key, node)
    }

    fn as_text(&self, key: &str, node: &'a Node<'t>) -> Option<(&'a str, Span)> {
        let Some(text) = node.get_ref().as_str() else {
            self.report.put(wrong_type(self.label(key), node, "a text in quotes", self.report));
            return None;
        };
        if text.trim().is_empty() {
            self.report.put(Fault::new(self.label(key), "is empty").at(node.span()));
            return None;
        }
        Some((text, node.span()))
    }

    /// A text that must be one of some names.
    pub(crate) fn one_of<T: Copy>(&mut self, key: &'static str, names: &[(&str, T)]) -> Option<T> {
        let bound = listed(names.iter().map(|(name, _)| *name));
        let (text, span) = self.text(key, &format!("give one of {bound}"))?;
        let found = names.iter().find(|(name, _)| *name == text).map(|&(_, value)| value);
        if found.is_none() {
            let fault = Fault::new(self.label(key), "is not a known name").value(quoted(text)).bound(bound);
            let known = names.iter().map(|(name, _)| *name);
            self.report.put_unknown(fault.at(span), text, known);
        }
        found
    }

    /// A list of texts that may be absent.
    pub(crate) fn texts(&mut self, key: &'static str) -> Vec<(&'a str, Span)> {
        let Some(node) = self.optional(key) else { return Vec::new() };
        let Some(array) = node.get_ref().as_array() else {
            self.report.put(wrong_type(self.label(key), node, "a list of texts", self.report));
            return Vec::new();
        };
        array.iter().filter_map(|entry| self.as_text(key, entry)).collect()
    }

    /// The tables of an array of tables that may be absent, such as all `[[zone]]`.
    pub(crate) fn tables(&mut self, key: &'static str) -> Vec<(&'a DeTable<'t>, Span)> {
        let Some(node) = self.optional(key) else { return Vec::new() };
        let Some(array) = node.get_ref().as_array() else {
            let fault = wrong_type(self.label(key), node, "a list of tables", self.report);
            self.report.put(fault.hint(format!("begin each with [[{key}]]")));
            return Vec::new();
        };
        if let Some(entry) = array.get(MOST_TABLES) {
            let fault = Fault::new(self.label(key), "stands too often").value(array.len().to_string());
            let bound = format!("at most {MOST_TABLES} in one file");
            self.report.put(fault.bound(bound).hint("split the file").at(entry.span()));
        }
        let mut tables = Vec::new();
        for entry in array.iter().take(MOST_TABLES) {
            match entry.get_ref().as_table() {
                Some(table) => tables.push((table, entry.span())),
                None => self.report.put(wrong_type(self.label(key), entry, "a table", self.report)),
            }
        }
        tables
    }

    /// Ends the reading: every key that was never asked for is at fault.
    pub(crate) fn finish(self) {
        for (key, _) in self.table.iter() {
            let name: &str = key.get_ref();
            if self.known.contains(&name) {
                continue;
            }
            let fault =
                Fault::new(self.label(name), "is not a known key").bound(listed(self.known.iter().copied()));
            self.report.put_unknown(fault.at(key.span()), name, self.known.iter().copied());
        }
    }
}

/// The fault with the nearest known name as its hint, when one is near enough.
fn with_nearest<'k>(fault: Fault, name: &str, known: impl IntoIterator<Item = &'k str>) -> Fault {
    match nearest_name(name, known) {
        Some(near) => fault.hint(format!("did you mean '{near}'?")),
        None => fault,
    }
}

/// A value of the wrong type.
pub(crate) fn wrong_type(item: impl Into<String>, node: &Node<'_>, wanted: &str, report: &Report) -> Fault {
    let span = node.span();
    Fault::new(item, format!("must be {wanted}, is {}", type_name(node.get_ref())))
        .value(report.shown(&span))
        .at(span)
}

fn type_name(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// A finite number; nothing, with the fault noted, when it is none.
pub(crate) fn finite(node: &Node<'_>, item: &str, report: &Report) -> Option<f64> {
    let value = match node.get_ref() {
        DeValue::Integer(n) => i64::from_str_radix(n.as_str(), n.radix()).map_or(f64::INFINITY, |n| n as f64),
        DeValue::Float(x) => x.as_str().parse().unwrap_or(f64::NAN),
        _ => {
            report.put(wrong_type(item, node, "a number", report));
            return None;
        }
    };
    if value.is_finite() {
        // Minus zero would break mirror images that are compared bit by bit.
        return Some(value + 0.0);
    }
    let span = node.span();
    report.put(Fault::new(item, "is not a finite number").value(report.shown(&span)).at(span));
    None
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
