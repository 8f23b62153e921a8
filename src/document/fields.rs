//! A table of a file, key by key.

use serde_spanned::Spanned;
use toml::de::DeTable;

use super::{
    Item, LONGEST_ID, LONGEST_TEXT, Node, RECORD_HINT, Report, SESSION_HINT, Span, listed, quoted, too_long,
    wrong_type,
};
use crate::fault::Fault;
use crate::said::Said;

/// The most tables of one kind in a file, ten times what the atlas has: their neighbours are compared
/// one by one.
const MOST_TABLES: usize = 200;

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

    /// The same table under another name.
    pub(crate) fn named(self, item: impl Into<String>) -> Self {
        Self { item: item.into(), ..self }
    }

    /// What the table describes.
    pub(crate) fn item(&self) -> &str {
        &self.item
    }

    /// Where the table stands.
    pub(crate) fn span(&self) -> Span {
        self.span.clone()
    }

    /// The name of a key within the table, for messages; that of the table where the key is empty.
    pub(crate) fn label(&self, key: &str) -> String {
        // A key is whatever the file holds before its equals sign.
        let key = key.char_indices().nth(LONGEST_ID).map_or(key, |(end, _)| &key[..end]);
        match (self.item.as_str(), key) {
            ("", key) => key.to_owned(),
            (item, "") => item.to_owned(),
            (item, key) => format!("{item}, {key}"),
        }
    }

    /// The value of a key that may be absent.
    pub(crate) fn optional(&mut self, key: &'static str) -> Option<&'a Node<'t>> {
        if !self.known.contains(&key) {
            self.known.push(key);
        }
        self.table.get(key)
    }

    /// The value of a key; its absence is a fault, for which `hint` says how to mend it.
    pub(crate) fn required(&mut self, key: &'static str, hint: impl Into<Said>) -> Option<&'a Node<'t>> {
        let value = self.optional(key);
        if value.is_none() {
            let fault = Fault::new(self.label(key), "is missing").hint(hint);
            self.report.put(fault.at(self.span.clone()));
        }
        value
    }

    /// The item of a key, when it is there.
    pub(crate) fn get(&mut self, key: &'static str) -> Option<Item<'a, 't>> {
        let node = self.optional(key)?;
        Some(self.item_of(key, node))
    }

    /// The item of a key; a missing one is noted.
    pub(crate) fn need(&mut self, key: &'static str) -> Option<Item<'a, 't>> {
        let node = self.required(key, said!("add {key} = …", key))?;
        Some(self.item_of(key, node))
    }

    /// The text of a key that must be there.
    pub(crate) fn need_text(&mut self, key: &'static str) -> Option<String> {
        self.need(key)?.text().map(str::to_owned)
    }

    /// The text of a key that may be absent.
    pub(crate) fn get_text(&mut self, key: &'static str) -> Option<String> {
        self.get(key)?.text().map(str::to_owned)
    }

    /// Whether a key is there; it may still be unknown.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    /// The table of a key, when it is there.
    pub(crate) fn table(&mut self, key: &'static str) -> Option<Self> {
        self.get(key)?.table()
    }

    /// Every item of the table with its key, in the order of the file; for tables whose keys are names.
    pub(crate) fn entries(self) -> Vec<(String, Item<'a, 't>)> {
        let mut entries: Vec<_> = self.table.iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        let named = |(key, node): (&'a Spanned<std::borrow::Cow<'t, str>>, &'a Node<'t>)| {
            (key.get_ref().to_string(), self.item_of(key.get_ref(), node))
        };
        entries.into_iter().map(named).collect()
    }

    /// Notes a fault of a key, at its place or that of the table.
    pub(crate) fn note(&self, key: &str, problem: impl Into<Said>, more: impl FnOnce(Fault) -> Fault) {
        let span = self.table.get(key).map_or_else(|| self.span.clone(), Spanned::span);
        self.report.put(more(Fault::new(self.label(key), problem)).at(span));
    }

    /// Holds the key `format` against the one this reader knows.
    pub(crate) fn format(&mut self, known: &'static str) -> Option<()> {
        let (format, span) = self.text("format", said!("begin the file with format = \"{known}\"", known))?;
        if format == known {
            return Some(());
        }
        let fault = Fault::new("format", "is of another kind or version").value(quoted(format)).bound(known);
        let own = known.split('/').next();
        let hint = match format.split('/').next() {
            kind if kind == own => "this Nappage reads the version above; a newer one reads later ones too",
            Some("nappage-session") => SESSION_HINT,
            Some("nappage-record") => RECORD_HINT,
            Some("nappage-plan") => "a plan is what the program writes, not what it reads",
            _ => "check that this is the file you meant",
        };
        self.report.put(fault.hint(hint).at(span));
        None
    }

    fn item_of(&self, key: &str, node: &'a Node<'t>) -> Item<'a, 't> {
        Item::new(self.label(key), node, self.report)
    }

    /// A text that must be there and not be empty.
    pub(crate) fn text(&mut self, key: &'static str, hint: impl Into<Said>) -> Option<(&'a str, Span)> {
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
        if let Some(fault) = too_long(self.label(key), text, LONGEST_TEXT) {
            self.report.put(fault.at(node.span()));
            return None;
        }
        Some((text, node.span()))
    }

    /// A text that must be one of some names.
    pub(crate) fn one_of<T: Copy>(&mut self, key: &'static str, names: &[(&str, T)]) -> Option<T> {
        let bound = listed(names.iter().map(|(name, _)| *name));
        let (text, span) = self.text(key, said!("give one of {bound}", bound))?;
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

    /// The tables of an array of tables that may be absent, such as all `[[zone]]`; they are named
    /// `zone 1`, `zone 2`.
    pub(crate) fn tables(&mut self, key: &'static str) -> Vec<Self> {
        let Some(node) = self.optional(key) else { return Vec::new() };
        let Some(array) = node.get_ref().as_array() else {
            let fault = wrong_type(self.label(key), node, "a list of tables", self.report);
            self.report.put(fault.hint(said!("begin each with [[{key}]]", key)));
            return Vec::new();
        };
        if let Some(entry) = array.get(MOST_TABLES) {
            let fault = Fault::new(self.label(key), "stands too often").value(array.len().to_string());
            let bound = said!("at most {most} in one file", most = MOST_TABLES);
            self.report.put(fault.bound(bound).hint("split the file").at(entry.span()));
        }
        let mut tables = Vec::new();
        for (index, entry) in array.iter().take(MOST_TABLES).enumerate() {
            match entry.get_ref().as_table() {
                Some(table) => {
                    let item = format!("{} {}", self.label(key), index + 1);
                    tables.push(Self::new(table, item, entry.span(), self.report));
                }
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
