//! The session as the page holds it: the keys of a session file, as JSON.
//!
//! The page's keys are written as TOML and read as any session file is, so that there is one reader,
//! and what the page saves is what it was checked as.

use nappage::fault::{Fault, Faults};
use nappage::said;
use nappage::session::{FORMAT, Session};
use serde_json::{Map, Value};

/// The order in which keys are saved; keys of later versions follow them, tables last.
const ORDER: [&str; 16] = [
    "name",
    "zones",
    "skip",
    "body",
    "protocol",
    "use",
    "spacing",
    "pattern",
    "total",
    "volume",
    "periorbital-volume",
    "syringe",
    "paper",
    "pages",
    "reference",
    "layers-apart",
];

/// The key of a session's layers.
const LAYERS: &str = "layer";

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
    Session::read(name, text)?;
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

/// The session file that holds the keys, its layers last.
fn written(keys: &Map<String, Value>) -> Result<String, Fault> {
    let layers = keys.get(LAYERS).and_then(Value::as_array);
    let layers = layers.filter(|layers| layers.iter().all(Value::is_object));
    let apart = |key: &str| key == "format" || (key == LAYERS && layers.is_some());
    let of_session = keys.iter().filter(|(key, _)| !apart(key));
    let mut text = format!("format = \"{FORMAT}\"\n{}", entries(of_session, false)?);
    for layer in layers.into_iter().flatten().filter_map(Value::as_object) {
        text += &format!("\n[[{LAYERS}]]\n{}", entries(layer, true)?);
    }
    Ok(text)
}

/// What a session or one of its layers holds as TOML, plain values first.
fn entries<'a>(
    table: impl IntoIterator<Item = (&'a String, &'a Value)>,
    of_layer: bool,
) -> Result<String, Fault> {
    let mut entries: Vec<(&String, Value)> =
        table.into_iter().filter_map(|(key, value)| Some((key, filled(value)?))).collect();
    let tabular = |value: &Value| {
        value.is_object() || matches!(value, Value::Array(list) if list.iter().any(Value::is_object))
    };
    let place = |key: &str| ORDER.iter().position(|known| *known == key).unwrap_or(ORDER.len());
    entries.sort_by_key(|(key, value)| (tabular(value), place(key)));
    let mut text = String::new();
    for (key, value) in entries {
        let unwritten = |error: toml::ser::Error| {
            Fault::new(
                key.clone(),
                said!("cannot stand in a session file: {error}", error = error.to_string()),
            )
        };
        let tabular = tabular(&value);
        if tabular {
            text.push('\n');
        }
        let entry = Value::Object(Map::from_iter([(key.clone(), value)]));
        let entry =
            if of_layer && tabular { Map::from_iter([(LAYERS.to_owned(), entry)]).into() } else { entry };
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
    fn layers_are_saved_whole_and_in_their_order() {
        let given = json!({
            "zones": ["full-face"], "layers-apart": "2.5 mm", "visit": {"date": "2026-12-01"},
            "skip-point": [{"layer": "b", "zone": "chin", "row": 1, "place": 1}],
            "layer": [
                {"name": "b", "zones": ["chin"], "protocol": "vyc-12l", "volumes": {"chin": "0.02 ml"}, "product": {"id": "ha-booster", "volume": "1 ml"}},
                {"name": "a", "use": "topical"},
            ],
        });
        let script = script(given.clone()).unwrap_or_else(|faults| panic!("{faults}"));
        assert_eq!(script.session.layers.len(), 2);
        assert_eq!(
            script.session.layers[0].asked.product.id.as_deref(),
            Some("ha-booster"),
            "{}",
            script.text
        );
        assert_eq!(keys("s.toml", &script.text).unwrap(), given);
        assert_eq!(script.text.matches("[[layer]]\nname = ").count(), 2, "{}", script.text);
    }

    #[test]
    fn what_is_no_layer_is_told() {
        for layers in [json!("a"), json!([3]), json!([{}]), json!([{"name": ""}, {"name": "a"}])] {
            assert!(script(json!({"layer": layers})).is_err(), "{layers}");
        }
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
        assert!(keys("s.toml", "format = 'nappage-zone/1'").unwrap_err().to_string().starts_with("s.toml:1"));
    }
}
