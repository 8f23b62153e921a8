//! One value of a file, by its name.

use toml::de::DeValue;

use super::{Fields, LONGEST_ID, LONGEST_TEXT, Node, Report, Span, finite, too_long, wrong_type};
use crate::fault::Fault;
use crate::said::Said;
use crate::units::{Microlitres, UnitError, parse_length_mm, parse_volume};

/// One value of the file with the name it goes by in messages.
pub(crate) struct Item<'a, 't> {
    label: String,
    node: &'a Node<'t>,
    report: &'a Report,
}

impl<'a, 't> Item<'a, 't> {
    /// The value `node`, called `label`.
    pub(crate) fn new(label: String, node: &'a Node<'t>, report: &'a Report) -> Self {
        Self { label, node, report }
    }

    /// Its bytes in the file.
    pub(crate) fn span(&self) -> Span {
        self.node.span()
    }

    /// The text as it is written, if it is one.
    pub(crate) fn written(&self) -> Option<&'a str> {
        self.node.get_ref().as_str()
    }

    /// Whether it is a text of nothing but blanks.
    pub(crate) fn is_blank(&self) -> bool {
        self.node.get_ref().as_str().is_some_and(|text| text.trim().is_empty())
    }

    /// Whether it is a table.
    pub(crate) fn is_table(&self) -> bool {
        self.node.get_ref().is_table()
    }

    /// Notes what is wrong with it.
    pub(crate) fn note(&self, problem: impl Into<Said>, more: impl FnOnce(Fault) -> Fault) {
        let fault = Fault::new(self.label.clone(), problem).value(self.report.shown(&self.span()));
        self.report.put(more(fault).at(self.span()));
    }

    fn wrong<T>(&self, wanted: &'static str) -> Option<T> {
        let fault = wrong_type(self.label.clone(), self.node, wanted, self.report);
        self.report.put(fault.hint(said!("write {wanted}", wanted)));
        None
    }

    /// The text, which must be more than blanks.
    pub(crate) fn text(&self) -> Option<&'a str> {
        match self.node.get_ref().as_str() {
            Some(_) if self.is_blank() => {
                self.note("is empty", |fault| fault.hint("fill it in"));
                None
            }
            Some(text) => match too_long(self.label.clone(), text, LONGEST_TEXT) {
                Some(fault) => {
                    self.report.put(fault.at(self.span()));
                    None
                }
                None => Some(text),
            },
            None => self.wrong("a text in quotes"),
        }
    }

    /// The id: lower case letters, digits and single hyphens, a letter first.
    pub(crate) fn id(&self) -> Option<String> {
        let id = self.text()?;
        if is_id(id) {
            return Some(id.to_owned());
        }
        self.note("is malformed", |fault| {
            let bound = "lower case letters, digits and single hyphens, a letter first";
            fault.bound(said!("{bound}, at most {most}", most = LONGEST_ID, bound))
        });
        None
    }

    /// The list; its items are named `key 1`, `key 2`.
    pub(crate) fn list(&self) -> Option<Vec<Self>> {
        let Some(array) = self.node.get_ref().as_array() else {
            let fault = wrong_type(self.label.clone(), self.node, "a list", self.report);
            let shown = self.report.shown(&self.span());
            self.report.put(fault.hint(said!("put it in brackets: [{shown}]", shown)));
            return None;
        };
        let item = |(index, node)| Self::new(format!("{} {}", self.label, index + 1), node, self.report);
        Some(array.iter().enumerate().map(item).collect())
    }

    /// The table.
    pub(crate) fn table(&self) -> Option<Fields<'a, 't>> {
        let Some(table) = self.node.get_ref().as_table() else {
            let fault = wrong_type(self.label.clone(), self.node, "a table", self.report);
            let hint = "write its name in brackets on a line of its own, and its keys below";
            self.report.put(fault.hint(hint));
            return None;
        };
        Some(Fields::new(table, self.label.clone(), self.span(), self.report))
    }

    /// The whole number, zero or more.
    pub(crate) fn whole(&self) -> Option<u32> {
        let number = self.node.get_ref().as_integer();
        let number = number.and_then(|n| u32::from_str_radix(n.as_str(), n.radix()).ok());
        if number.is_none() {
            self.note("must be a whole number", |fault| {
                fault.hint("write it without quotes, sign or decimals")
            });
        }
        number
    }

    /// The `true` or `false`.
    pub(crate) fn truth(&self) -> Option<bool> {
        match self.node.get_ref() {
            DeValue::Boolean(truth) => Some(*truth),
            _ => self.wrong("true or false"),
        }
    }

    /// The answer to a question: true or false, or yes or no.
    pub(crate) fn answer(&self) -> Option<bool> {
        match self.written().map(|text| text.trim().to_lowercase()).as_deref() {
            None => self.truth(),
            Some("yes" | "true") => Some(true),
            Some("no" | "false") => Some(false),
            Some(_) => {
                self.note("is no answer", |fault| fault.hint("write true or false, or \"yes\" or \"no\""));
                None
            }
        }
    }

    /// The finite number.
    pub(crate) fn number(&self) -> Option<f64> {
        finite(self.node, &self.label, self.report)
    }

    /// Whether it is written `nan`.
    pub(crate) fn is_nan(&self) -> bool {
        let float = self.node.get_ref().as_float();
        float.is_some_and(|x| matches!(x.as_str(), "nan" | "+nan" | "-nan"))
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
        what: &'static str,
        example: &str,
        parse: impl FnOnce(&str) -> Result<T, UnitError>,
    ) -> Option<T> {
        let hint = said!("write {what} in quotes with its unit, as in \"{example}\"", what, example);
        let text = match self.node.get_ref() {
            DeValue::String(text) => text,
            DeValue::Integer(_) | DeValue::Float(_) => {
                self.note("has no unit", |fault| fault.hint(hint));
                return None;
            }
            _ => {
                let fault = wrong_type(self.label.clone(), self.node, what, self.report);
                self.report.put(fault.hint(hint));
                return None;
            }
        };
        self.taken(parse(text))
    }

    /// A text, or a date of TOML's own, that `parse` reads; `wanted` says what it is in a message.
    pub(crate) fn parsed<T>(
        &self,
        wanted: &'static str,
        parse: impl FnOnce(&str) -> Result<T, UnitError>,
    ) -> Option<T> {
        match self.node.get_ref() {
            DeValue::String(text) => self.taken(parse(text)),
            DeValue::Datetime(date) => self.taken(parse(&date.to_string())),
            _ => self.wrong(wanted),
        }
    }

    /// What was read, or nothing with the fault noted.
    fn taken<T>(&self, read: Result<T, UnitError>) -> Option<T> {
        read.map_err(|error| self.note(error.problem, |fault| fault.hint(error.hint))).ok()
    }
}

/// Whether a text is an id: lower case letters, digits and single hyphens, a letter first.
fn is_id(text: &str) -> bool {
    text.len() <= LONGEST_ID
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.split('-').all(|part| {
            !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        })
}
