//! Sheets: the files that `map` writes, by the same means.

use clap::ValueEnum;
use nappage::fault::Fault;
use nappage::library::Library;
use nappage::said;
use nappage::session::Printed;
use serde_json::{Map, Value};

use super::faults::Refusal;
use crate::commands::map::{Format, Writing};
use crate::commands::planned::Planned;
use crate::commands::values;

/// What is to be written of a session.
pub(super) struct Order {
    stem: String,
    format: Format,
    writing: Writing,
    page: usize,
    layer: Option<usize>,
}

/// A file with the name it is saved under.
pub(super) struct Sheet {
    /// The name.
    pub(super) name: String,
    /// The kind of its content.
    pub(super) kind: &'static str,
    /// How many files the order makes.
    pub(super) of: usize,
    /// The content.
    pub(super) content: Vec<u8>,
}

impl Order {
    /// Reads `format` (pdf), `dpi`, `page`, which of several files to give (1), and `layer`, which of a
    /// session's layers (all), for these kinds of pages.
    ///
    /// # Errors
    /// When one of them is not what the command line takes.
    pub(super) fn of(keys: &Map<String, Value>, kinds: &[Printed]) -> Result<Self, Fault> {
        let named = |key: &str| keys.get(key).filter(|value| !value.is_null());
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let format = named("format").map_or(Ok(Format::Pdf), |value| {
            Format::from_str(&text(value), true).map_err(|_| {
                let choices: Vec<String> = Format::value_variants().iter().map(ending).collect();
                Fault::new("format", "is not one of the choices").value(text(value)).bound(choices.join(", "))
            })
        })?;
        let dpi = named("dpi").map(|value| {
            values::dpi(&text(value)).map_err(|problem| Fault::new("dpi", problem).value(text(value)))
        });
        let writing = format.writing(dpi.transpose()?, !kinds.is_empty())?;
        let (page, layer) = (number(keys, "page")?.unwrap_or(1), number(keys, "layer")?);
        Ok(Self { stem: stem(format, kinds), format, writing, page, layer })
    }

    /// The number of the layer that it is of; none for all.
    pub(super) fn layer(&self) -> Option<usize> {
        self.layer
    }

    /// The file.
    ///
    /// # Errors
    /// When a page cannot be drawn or written, or there are fewer of them.
    pub(super) fn sheet(&self, planned: &Planned, library: &Library) -> Result<Sheet, Refusal> {
        let mut files = self.writing.files(planned, library)?;
        let of = files.len();
        if self.page > of {
            let fault = Fault::new("page", "is not there").value(self.page.to_string());
            return Err(fault.bound(said!("1 to {count}", count = of)).into());
        }
        let layer = self.layer.map_or_else(String::new, |layer| format!("-layer-{layer}"));
        let number = if of > 1 { format!("-{}", self.page) } else { String::new() };
        let name = format!("nappage-{}{layer}{number}.{}", self.stem, ending(&self.format));
        Ok(Sheet { name, kind: self.media_type(), of, content: files.swap_remove(self.page - 1) })
    }

    fn media_type(&self) -> &'static str {
        match self.format {
            Format::Svg => "image/svg+xml",
            Format::Pdf => "application/pdf",
            Format::Png => "image/png",
            Format::Json => "application/json",
            Format::Csv => "text/csv; charset=utf-8",
        }
    }
}

/// A number from 1 that stands under a key.
///
/// # Errors
/// When it is none.
pub(super) fn number(keys: &Map<String, Value>, key: &'static str) -> Result<Option<usize>, Fault> {
    let Some(value) = keys.get(key).filter(|value| !value.is_null()) else { return Ok(None) };
    let number = value.as_u64().and_then(|number| usize::try_from(number).ok()).filter(|number| *number > 0);
    let given = || value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    number.map(Some).ok_or_else(|| Fault::new(key, "is not a number from 1").value(given()))
}

/// What the files hold, for their names.
fn stem(format: Format, kinds: &[Printed]) -> String {
    if matches!(format, Format::Json | Format::Csv) {
        return "plan".to_owned();
    }
    let kinds = if kinds.is_empty() { &[Printed::Map] } else { kinds };
    kinds.iter().map(|kind| kind.name()).collect::<Vec<_>>().join("-")
}

/// The ending of files of a format, which is its name on the command line too.
fn ending(format: &Format) -> String {
    format.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned())
}
