//! Reading a TOML file key by key, so that every fault in it is found at once and with its place.
//!
//! A derived deserialiser stops at the first fault. Here a reader asks a [`Table`] for what it
//! needs; whatever is missing, of the wrong kind or unknown is noted with its bytes, and reading
//! goes on.

use std::cell::RefCell;
use std::ops::Range;

use serde_spanned::Spanned;
use toml::de::{DeTable, DeValue};

use crate::fault::{Fault, Faults, nearest_name};
use crate::units::{Microlitres, UnitError, parse_length_mm, parse_volume};

/// Reads a file of the given `format` with `build`.
///
/// # Errors
/// Every fault of the file: of its syntax, of its `format` key, those `build` noted, and the keys
/// that nothing asked for.
pub(crate) fn read<T>(
    origin: &str,
    text: &str,
    format: &str,
    build: impl FnOnce(&mut Table<'_>) -> Option<T>,
) -> Result<T, Faults> {
    let (root, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        let list = errors.iter().map(|error| {
            let fault = Fault::new("file", error.message().to_lowercase());
            match error.span() {
                Some(span) => fault.at(span),
                None => fault,
            }
        });
        return Err(Faults::in_text(origin, text, list.collect()));
    }
    let faults = RefCell::new(Vec::new());
    let mut table = Table::new(root.get_ref(), 0..0, String::new(), &faults);
    let built = match table.text("format") {
        Some(found) if found == format => {
            let built = build(&mut table);
            table.finish();
            built
        }
        Some(found) => {
            let hint = format!("this program reads {format}");
            table.note("format", "is of another kind or version", |f| f.value(found).hint(hint));
            None
        }
        None => None,
    };
    let mut list = faults.into_inner();
    match built {
        Some(value) if list.is_empty() => Ok(value),
        _ => {
            if list.is_empty() {
                list.push(Fault::new("file", "could not be read"));
            }
            Err(Faults::in_text(origin, text, list))
        }
    }
}

/// A table of the file, with the keys that were asked for.
pub(crate) struct Table<'a> {
    table: &'a DeTable<'a>,
    span: Range<usize>,
    path: String,
    asked: Vec<&'static str>,
    faults: &'a RefCell<Vec<Fault>>,
}

impl<'a> Table<'a> {
    fn new(
        table: &'a DeTable<'a>,
        span: Range<usize>,
        path: String,
        faults: &'a RefCell<Vec<Fault>>,
    ) -> Self {
        Self { table, span, path, asked: Vec::new(), faults }
    }

    /// The item of a key, when it is there.
    pub(crate) fn get(&mut self, key: &'static str) -> Option<Item<'a>> {
        self.asked.push(key);
        let value = self.table.get(key)?;
        Some(self.item(key, value))
    }

    /// The item of a key; a missing one is noted.
    pub(crate) fn need(&mut self, key: &'static str) -> Option<Item<'a>> {
        let item = self.get(key);
        if item.is_none() {
            self.note(key, "is missing", |fault| fault);
        }
        item
    }

    /// The text of a key that must be there.
    pub(crate) fn text(&mut self, key: &'static str) -> Option<String> {
        self.need(key)?.text().map(str::to_owned)
    }

    /// The table of a key, when it is there.
    pub(crate) fn table(&mut self, key: &'static str) -> Option<Table<'a>> {
        self.get(key)?.table()
    }

    /// The tables of a key, written `[[key]]`, in the order of the file.
    pub(crate) fn tables(&mut self, key: &'static str) -> Vec<Table<'a>> {
        let items = self.get(key).and_then(|item| item.list()).unwrap_or_default();
        items.into_iter().filter_map(|item| item.table()).collect()
    }

    /// Every item of the table with its key, in the order of the file; for tables whose keys are names.
    pub(crate) fn entries(self) -> Vec<(String, Item<'a>)> {
        let mut entries: Vec<_> = self.table.iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        let named = |(key, value): (&'a Spanned<_>, _)| {
            let key: &std::borrow::Cow<'a, str> = key.get_ref();
            (key.to_string(), self.item(key, value))
        };
        entries.into_iter().map(named).collect()
    }

    /// Notes the keys that nothing asked for.
    pub(crate) fn finish(self) {
        for (key, _) in self.table.iter() {
            let name: &str = key.get_ref();
            if self.asked.contains(&name) {
                continue;
            }
            let hint = match nearest_name(name, self.asked.iter().copied()) {
                Some(near) => format!("did you mean '{near}'?"),
                None => format!("known here: {}", self.asked.join(", ")),
            };
            let fault = Fault::new(self.name_of(name), "is not a known key").hint(hint);
            self.faults.borrow_mut().push(fault.at(key.span()));
        }
    }

    /// Notes a fault of a key, at its place or that of the table.
    pub(crate) fn note(&self, key: &str, problem: &str, more: impl FnOnce(Fault) -> Fault) {
        let span = self.table.get(key).map_or_else(|| self.span.clone(), Spanned::span);
        let fault = more(Fault::new(self.name_of(key), problem)).at(span);
        self.faults.borrow_mut().push(fault);
    }

    fn item(&self, key: &str, value: &'a Spanned<DeValue<'a>>) -> Item<'a> {
        Item { name: self.name_of(key), value, faults: self.faults }
    }

    fn name_of(&self, key: &str) -> String {
        match (self.path.is_empty(), key.is_empty()) {
            (true, _) => key.to_owned(),
            (false, true) => self.path.clone(),
            (false, false) => format!("{} {key}", self.path),
        }
    }
}

/// One value of the file.
pub(crate) struct Item<'a> {
    name: String,
    value: &'a Spanned<DeValue<'a>>,
    faults: &'a RefCell<Vec<Fault>>,
}

impl<'a> Item<'a> {
    /// Its bytes in the file.
    pub(crate) fn span(&self) -> Range<usize> {
        self.value.span()
    }

    /// What is written there, for messages.
    pub(crate) fn written(&self) -> String {
        match self.value.get_ref() {
            DeValue::String(text) => text.to_string(),
            DeValue::Integer(number) => number.to_string(),
            DeValue::Float(number) => number.to_string(),
            other => format!("a {}", other.type_str()),
        }
    }

    /// Notes what is wrong with it.
    pub(crate) fn note(&self, problem: impl Into<String>, more: impl FnOnce(Fault) -> Fault) {
        let fault = more(Fault::new(self.name.clone(), problem).value(self.written()));
        self.faults.borrow_mut().push(fault.at(self.span()));
    }

    /// The text, which must be more than blanks.
    pub(crate) fn text(&self) -> Option<&'a str> {
        match self.value.get_ref().as_str() {
            Some(text) if text.trim().is_empty() => {
                self.note("is empty", |fault| fault);
                None
            }
            Some(text) => Some(text),
            None => {
                self.note("must be text in quotes", |fault| fault);
                None
            }
        }
    }

    /// The list; its items are named `key 1`, `key 2`.
    pub(crate) fn list(&self) -> Option<Vec<Item<'a>>> {
        let Some(array) = self.value.get_ref().as_array() else {
            self.note("must be a list", |fault| fault);
            return None;
        };
        let item = |(index, value)| Item {
            name: format!("{} {}", self.name, index + 1),
            value,
            faults: self.faults,
        };
        Some(array.iter().enumerate().map(item).collect())
    }

    /// The table.
    pub(crate) fn table(&self) -> Option<Table<'a>> {
        let Some(table) = self.value.get_ref().as_table() else {
            self.note("must be a table", |fault| fault);
            return None;
        };
        Some(Table::new(table, self.span(), format!("[{}]", self.name), self.faults))
    }

    /// The whole number, zero or more.
    pub(crate) fn whole(&self) -> Option<u32> {
        let number = self.value.get_ref().as_integer();
        let number = number.and_then(|n| u32::from_str_radix(n.as_str(), n.radix()).ok());
        if number.is_none() {
            self.note("must be a whole number", |fault| fault);
        }
        number
    }

    /// The `true` or `false`.
    pub(crate) fn truth(&self) -> Option<bool> {
        let truth = self.value.get_ref().as_bool();
        if truth.is_none() {
            self.note("must be true or false", |fault| fault);
        }
        truth
    }

    /// The length in mm, written with its unit.
    pub(crate) fn length_mm(&self) -> Option<f64> {
        self.with_unit("a length", "12.5mm", parse_length_mm)
    }

    /// The volume, written with its unit.
    pub(crate) fn volume(&self) -> Option<Microlitres> {
        self.with_unit("a volume", "0.015ml", parse_volume)
    }

    /// A quantity written as text with its unit.
    pub(crate) fn with_unit<T>(
        &self,
        what: &str,
        example: &str,
        parse: impl FnOnce(&str) -> Result<T, UnitError>,
    ) -> Option<T> {
        let Some(text) = self.value.get_ref().as_str() else {
            let hint = format!("write {what} in quotes with its unit, as in \"{example}\"");
            self.note("has no unit", |fault| fault.hint(hint));
            return None;
        };
        match parse(text) {
            Ok(value) => Some(value),
            Err(error) => {
                self.note(error.problem, |fault| fault.hint(error.hint));
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn two_lengths(table: &mut Table<'_>) -> Option<(f64, f64)> {
        let first = table.need("first").and_then(|item| item.length_mm());
        let second = table.need("second").and_then(|item| item.length_mm());
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
        assert!(faults.to_string().contains("this program reads two/1"), "{faults}");
    }

    #[test]
    fn broken_syntax_and_a_missing_format_are_faults() {
        assert!(read_two("first = = 3").is_err());
        assert!(read_two("").unwrap_err().to_string().contains("format: is missing"));
    }
}
