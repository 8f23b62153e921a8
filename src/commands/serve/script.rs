//! The session as the page holds it: the keys of a session file, as JSON.
//!
//! The page's keys are written as TOML and read as any session file is, so that there is one reader,
//! and what the page saves is what it was checked as.

use nappage::fault::{Fault, Faults};
use nappage::session::{FORMAT, Session};
use serde_json::{Map, Value};

/// The order in which keys are saved; keys of later versions follow them, tables last.
const ORDER: [&str; 12] = [
    "zones",
    "body",
    "protocol",
    "spacing",
    "pattern",
    "total",
    "volume",
    "periorbital-volume",
    "syringe",
    "paper",
    "pages",
    "reference",
];

/// A session with the text that says it.
#[derive(Clone, Debug)]
pub(super) struct Script {
    /// The session file.
    pub(super) text: String,
    /// What it asks for.
    pub(super) session: Session,
}

impl Script {
    /// The session of the page's keys. Keys without a value count as left out.
    ///
    /// # Errors
    /// Every fault of the keys and their values.
    pub(super) fn of(keys: &Map<String, Value>) -> Result<Self, Faults> {
        let text = written(keys).map_err(|fault| Faults::of("session", vec![fault]))?;
        let session = Session::read("session", &text)?;
        Ok(Self { text, session })
    }

    /// The session that stands among other keys as `session`.
    ///
    /// # Errors
    /// Every fault of it.
    pub(super) fn within(keys: &Map<String, Value>) -> Result<Self, Faults> {
        let none = Map::new();
        Self::of(keys.get("session").and_then(Value::as_object).unwrap_or(&none))
    }
}

/// The page's keys of a session file.
///
/// # Errors
/// Every fault of the file.
pub(super) fn keys(name: &str, text: &str) -> Result<Value, Faults> {
    let session = Session::read(name, text)?;
    if !session.layers.is_empty() {
        let fault = Fault::new("layer", "stands in the file, and this page shows one treatment");
        let hint = "plan it with `nappage map --session FILE`, or open a file of each layer alone";
        return Err(Faults::of(name, vec![fault.hint(hint)]));
    }
    let unread = |problem: String| Faults::of(name, vec![Fault::new("", problem)]);
    let table: toml::Table = toml::from_str(text).map_err(|error| unread(error.message().to_owned()))?;
    let mut keys = serde_json::to_value(dateless(table.into())).map_err(|error| unread(error.to_string()))?;
    if let Some(keys) = keys.as_object_mut() {
        keys.remove("format");
    }
    Ok(keys)
}

/// The value with TOML's own dates as texts, which the reader takes as well; JSON has none.
fn dateless(value: toml::Value) -> toml::Value {
    match value {
        toml::Value::Datetime(date) => toml::Value::String(date.to_string()),
        toml::Value::Array(list) => toml::Value::Array(list.into_iter().map(dateless).collect()),
        toml::Value::Table(table) => {
            toml::Value::Table(table.into_iter().map(|(key, value)| (key, dateless(value))).collect())
        }
        other => other,
    }
}

/// The session file that holds the keys.
fn written(keys: &Map<String, Value>) -> Result<String, Fault> {
    let mut entries: Vec<(&String, Value)> =
        keys.iter().filter_map(|(key, value)| Some((key, filled(value)?))).collect();
    entries.retain(|(key, _)| *key != "format");
    let tabular = |value: &Value| {
        value.is_object() || matches!(value, Value::Array(list) if list.iter().any(Value::is_object))
    };
    let place = |key: &str| ORDER.iter().position(|known| *known == key).unwrap_or(ORDER.len());
    entries.sort_by_key(|(key, value)| (tabular(value), place(key)));
    let mut text = format!("format = \"{FORMAT}\"\n");
    for (key, value) in entries {
        let entry = Map::from_iter([(key.clone(), value.clone())]);
        let unwritten = |error: toml::ser::Error| {
            Fault::new(key.as_str(), format!("cannot stand in a session file: {error}"))
        };
        if tabular(&value) {
            text.push('\n');
        }
        text += &toml::to_string(&entry).map_err(unwritten)?;
    }
    Ok(text)
}

/// A value without what is empty; `None` where nothing is left.
fn filled(value: &Value) -> Option<Value> {
    match value {
        Value::Null => None,
        Value::String(text) if text.trim().is_empty() => None,
        Value::Array(list) => Some(Value::Array(list.iter().filter_map(filled).collect())),
        Value::Object(map) => {
            let map: Map<String, Value> =
                map.iter().filter_map(|(key, value)| Some((key.clone(), filled(value)?))).collect();
            (!map.is_empty()).then_some(Value::Object(map))
        }
        other => Some(other.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn script(keys: Value) -> Result<Script, Faults> {
        Script::of(keys.as_object().unwrap())
    }

    #[test]
    fn what_is_saved_opens_as_the_same_keys() {
        let given = json!({
            "zones": ["chin", "temple-left"], "body": "man", "spacing": "12,5 mm", "total": "1.2 ml",
            "pages": ["map", "course"], "course": {"start": "2026-12-01", "moved": {"2": "2027-01-05"}},
            "reference": "a \"quoted\" \\ name", "vials": {"volume": "2 ml", "number": 2},
        });
        let script = script(given.clone()).unwrap();
        assert!(script.text.starts_with("format = \"nappage-session/1\"\nzones = "), "{}", script.text);
        assert_eq!(script.session.spacing_mm, Some(12.5));
        assert_eq!(keys("s.toml", &script.text).unwrap(), given);
        let own = script.text.replace("\"2026-12-01\"", "2026-12-01");
        assert_eq!(keys("s.toml", &own).unwrap(), given, "a date of TOML's own");
    }

    #[test]
    fn what_is_empty_is_left_out() {
        let script =
            script(json!({"body": "", "total": null, "volumes": {"chin": ""}, "vials": {}})).unwrap();
        assert_eq!(script.text, "format = \"nappage-session/1\"\n");
    }

    #[test]
    fn every_fault_of_the_keys_is_told() {
        let faults =
            script(json!({"spacing": "12", "colour": "red", "zones": [3, null], "total": [1]})).unwrap_err();
        assert!(faults.list.len() >= 3, "{faults}");
        let layers = "format = 'nappage-session/1'\n[[layer]]\nname = 'a'\n";
        let told = keys("s.toml", layers).unwrap_err().to_string();
        assert!(told.contains("shows one treatment") && told.contains("map --session"), "{told}");
        assert!(keys("s.toml", "format = 'nappage-zone/1'").unwrap_err().to_string().starts_with("s.toml:1"));
    }
}
