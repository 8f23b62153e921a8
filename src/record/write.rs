//! Writing a record: the file to fill in, and the canonical form that is sealed.

use std::fmt::Write;

use super::form::Entry;
use super::{FORMAT, PlanFile, Record, RecordedZone};
use crate::document::toml_text;

/// A key with its value as TOML, where there is one.
type Line = (&'static str, Option<String>);

impl RecordedZone {
    /// Its keys with their values.
    fn lines(&self) -> [Line; 5] {
        [
            ("id", self.id.written()),
            ("points", self.points.map(|points| points.to_string())),
            ("planned", self.planned.and_then(|volume| volume.written())),
            ("given", self.given.and_then(|volume| volume.written())),
            ("wasted", self.wasted.and_then(|volume| volume.written())),
        ]
    }
}

impl Record {
    /// What the tables of a record hold that only programs write.
    fn made(&self) -> Vec<(&'static str, Vec<Line>)> {
        let mut tables = Vec::new();
        if let Some(amends) = &self.amends {
            tables.push((
                "amends",
                vec![
                    ("sha256", amends.sha256.written()),
                    ("by", amends.by.written()),
                    ("date", amends.date.written()),
                    ("reason", amends.reason.written()),
                ],
            ));
        }
        if let Some(seal) = &self.seal {
            tables.push(("seal", vec![("by", seal.by.written()), ("date", seal.date.written())]));
        }
        tables
    }

    fn skipped_list(&self) -> String {
        let numbers: Vec<String> = self.skipped.iter().map(usize::to_string).collect();
        format!("[{}]", numbers.join(", "))
    }

    /// The canonical form, whose SHA-256 is the seal: the format, then a line `key = value` for everything
    /// that is written, in the order of the file, keys with the tables they stand in, values as TOML. Blanks
    /// and comments are left out; so is the path of the plan, since files move.
    pub fn canonical(&self) -> String {
        let mut text = format!("{FORMAT}\n");
        let mut put = |key: String, value: Option<String>| {
            if let Some(value) = value {
                let _ = writeln!(text, "{key} = {value}");
            }
        };
        put("plan.input".to_owned(), self.input_hash.written());
        put("plan.layer".to_owned(), self.layer.as_ref().and_then(Entry::written));
        for line in self.form.lines() {
            put(format!("{}.{}", line.table, line.key), line.value);
        }
        put("skipped".to_owned(), (!self.skipped.is_empty()).then(|| self.skipped_list()));
        for (zone, number) in self.zones.iter().zip(1..) {
            for (key, value) in zone.lines() {
                put(format!("zone.{number}.{key}"), value);
            }
        }
        for (table, lines) in self.made() {
            for (key, value) in lines {
                put(format!("{table}.{key}"), value);
            }
        }
        text
    }
}

/// The record as a file.
pub(super) fn written(record: &Record) -> String {
    let title = match (&record.seal, &record.amends) {
        (Some(_), _) => {
            "# The record of a session. It is closed: what changes it breaks its seal. Correct it with\n\
             # `nappage record amend`."
        }
        (None, Some(_)) => "# The record of a session, which corrects a closed one. Change what was wrong.",
        (None, None) => {
            "# The record of a session, to be filled in. Volumes with their unit, as in \"0.45 ml\"."
        }
    };
    let mut text = format!("{title}\nformat = \"{FORMAT}\"\n\n");
    text += "# The numbers of points that were not given, as on the map.\n";
    let _ = writeln!(text, "skipped = {}", record.skipped_list());
    let (key, path) = match &record.plan {
        PlanFile::Plan(path) => ("file", path),
        PlanFile::Session(path) => ("session", path),
    };
    text += "\n# The plan, from where this file lies, and the hash of its input.\n";
    let _ = writeln!(text, "[plan]\n{key} = {}", toml_text(path));
    if let Some(layer) = record.layer.as_ref().and_then(Entry::written) {
        let _ = writeln!(text, "layer = {layer}");
    }
    let _ = writeln!(text, "input = {}", toml_text(&record.input_hash));
    let mut table = "";
    for line in record.form.lines() {
        if line.table != table {
            table = line.table;
            let _ = writeln!(text, "\n[{table}]");
        }
        let value = line.value.unwrap_or_else(|| "\"\"".to_owned());
        let _ = writeln!(text, "{} = {value} # {}", line.key, line.hint);
    }
    for zone in &record.zones {
        text += "\n[[zone]]\n";
        for (key, value) in zone.lines() {
            let blank = matches!(key, "given" | "wasted").then(|| "\"\"".to_owned());
            if let Some(value) = value.or(blank) {
                let _ = writeln!(text, "{key} = {value}");
            }
        }
    }
    for (table, lines) in record.made() {
        let _ = writeln!(text, "\n[{table}]");
        for (key, value) in lines {
            let _ = writeln!(text, "{key} = {}", value.unwrap_or_else(|| "\"\"".to_owned()));
        }
    }
    if let Some(seal) = &record.seal {
        let _ = writeln!(text, "sha256 = {}", toml_text(&seal.sha256));
    }
    text
}
