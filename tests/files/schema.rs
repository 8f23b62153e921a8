//! The schemas say of a file what the program says of it.

use std::collections::BTreeSet;

use nappage::course::parse_date;
use nappage::library::{self, Library};
use nappage::record::{Amendment, PlanFile, Record, Seal};
use nappage::schema::SCHEMAS;
use nappage::session::{self, Session};
use serde_json::Value;

/// What is wrong with a value, by the part of JSON Schema that the schemas use, but for patterns.
fn faults_of(schema: &Value, root: &Value, value: &Value, at: &str, into: &mut Vec<String>) {
    if let Some(place) = schema["$ref"].as_str().and_then(|name| name.strip_prefix('#')) {
        let there = root.pointer(place).unwrap_or_else(|| panic!("{place} is not there"));
        return faults_of(there, root, value, at, into);
    }
    let mut fault = |what: String| into.push(format!("{at}: {what}"));
    let fits = |schema: &Value| {
        let mut found = Vec::new();
        faults_of(schema, root, value, at, &mut found);
        found.is_empty()
    };
    for (ways, one) in [("anyOf", false), ("oneOf", true)] {
        if let Some(ways) = schema[ways].as_array() {
            let count = ways.iter().filter(|way| fits(way)).count();
            if count == 0 || one && count > 1 {
                fault(format!("fits {count} of several ways"));
            }
        }
    }
    if schema.get("const").is_some_and(|wanted| wanted != value) {
        fault("is not the constant".to_owned());
    }
    if schema["enum"].as_array().is_some_and(|names| !names.contains(value)) {
        fault("is no choice".to_owned());
    }
    let is_type = match schema["type"].as_str() {
        Some("string") => value.is_string(),
        Some("integer") => value.is_u64(),
        Some("number") => value.is_number(),
        Some("array") => value.is_array(),
        Some("object") => value.is_object(),
        _ => true,
    };
    if !is_type {
        fault("is of another type".to_owned());
    }
    let number = value.as_u64();
    if schema["minimum"].as_u64().is_some_and(|least| number.is_some_and(|number| number < least))
        || schema["maximum"].as_u64().is_some_and(|most| number.is_some_and(|number| number > most))
    {
        fault("is out of range".to_owned());
    }
    if let Some(list) = value.as_array() {
        if schema["maxItems"].as_u64().is_some_and(|most| (list.len() as u64) > most) {
            fault("has too many items".to_owned());
        }
        if schema["minItems"].as_u64().is_some_and(|least| (list.len() as u64) < least) {
            fault("has too few items".to_owned());
        }
        if schema["maxItems"].as_u64().is_some_and(|most| (list.len() as u64) > most) {
            fault("has too many items".to_owned());
        }
        if schema["uniqueItems"] == true && (1..list.len()).any(|k| list[..k].contains(&list[k])) {
            fault("repeats an item".to_owned());
        }
        if schema["items"].is_object() {
            for item in list {
                faults_of(&schema["items"], root, item, at, into);
            }
        }
    }
    if let Some(table) = value.as_object() {
        for key in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            if !table.contains_key(key) {
                into.push(format!("{at}: lacks {key}"));
            }
        }
        for (key, value) in table {
            let at = format!("{at}.{key}");
            match (&schema["properties"][key], &schema["additionalProperties"]) {
                (Value::Null, Value::Bool(false)) => into.push(format!("{at}: is not known")),
                (Value::Null, more) if more.is_object() => faults_of(more, root, value, &at, into),
                (Value::Null, _) => {}
                (known, _) => faults_of(known, root, value, &at, into),
            }
        }
    }
}

fn schema(kind: &str) -> Value {
    let (_, text) = SCHEMAS.iter().find(|(known, _)| *known == kind).expect("a known kind");
    serde_json::from_str(text).expect("JSON")
}

/// A TOML file as an editor hands it to a schema: dates and times as texts.
fn values(text: &str) -> Value {
    fn plain(value: toml::Value) -> Value {
        match value {
            // JSON has no nan, which stands for a number that there is not.
            toml::Value::Float(nan) if nan.is_nan() => Value::from(0),
            toml::Value::Datetime(date) => Value::String(date.to_string()),
            toml::Value::Array(list) => list.into_iter().map(plain).collect(),
            toml::Value::Table(table) => table.into_iter().map(|(key, value)| (key, plain(value))).collect(),
            other => serde_json::to_value(other).expect("a plain value"),
        }
    }
    plain(toml::Value::Table(text.parse().expect("TOML")))
}

fn faults(schema: &Value, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    faults_of(schema, schema, &values(text), "file", &mut found);
    found
}

/// The template with every key filled in.
fn filled_template() -> String {
    let is_key = |text: &str| text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    let is_code =
        |line: &str| line.starts_with('[') || line.split_once(" = ").is_some_and(|(key, _)| is_key(key));
    let bare = |line: &str| match line.strip_prefix("# ") {
        Some(code) if is_code(code) => format!("{code}\n"),
        _ => format!("{line}\n"),
    };
    Session::template().lines().map(bare).collect()
}

#[test]
fn every_example_and_the_filled_template_are_sessions_to_the_schema() {
    let schema = schema("session");
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/sessions");
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).expect("the examples") {
        let path = entry.expect("a file").path();
        if path.extension().is_some_and(|ending| ending == "toml") {
            let text = std::fs::read_to_string(&path).expect("a text");
            assert_eq!(faults(&schema, &text), Vec::<String>::new(), "{}", path.display());
            seen += 1;
        }
    }
    assert!(seen > 5);
    for text in [Session::template(), filled_template()] {
        assert_eq!(faults(&schema, &text), Vec::<String>::new());
    }
}

#[test]
fn the_schema_knows_the_keys_that_the_template_explains_and_few_more() {
    fn keys(schema: &Value, into: &mut BTreeSet<String>) {
        if let Some(own) = schema["properties"].as_object() {
            into.extend(own.keys().cloned());
            own.values().for_each(|value| keys(value, into));
        }
        if schema["items"].is_object() {
            keys(&schema["items"], into);
        }
    }
    let (_, text) = SCHEMAS[0];
    let mut known = BTreeSet::new();
    keys(&serde_json::from_str(text).expect("JSON"), &mut known);
    let mut told = BTreeSet::new();
    let mut tables = vec![values(&filled_template())];
    while let Some(table) = tables.pop() {
        match table {
            Value::Object(table) => {
                told.extend(table.keys().cloned());
                tables.extend(table.into_iter().map(|(_, value)| value));
            }
            Value::Array(list) => tables.extend(list),
            _ => {}
        }
    }
    let silent: Vec<_> = known.difference(&told).map(String::as_str).collect();
    // Another spelling of a key that the template explains.
    assert_eq!(silent, ["above", "medial", "outline", "vials"]);
    let free: Vec<_> = told.difference(&known).map(String::as_str).collect();
    // Named by the user, or by the protocol.
    let questions = ["autoimmune", "expectation", "hypersensitivity", "infection", "malignancy", "pregnancy"];
    assert_eq!(free, [&["2"], &questions[..1], &["expectation", "forehead"], &questions[2..]].concat());
}

#[test]
fn what_the_schema_refuses_the_program_refuses_too() {
    let schema = schema("session");
    for text in [
        "zones = 'chin'",
        "zones = []",
        "spacing = 12.5",
        "pattern = 'grid'",
        "volum = '10 ul'",
        "pages = ['map', 'map']",
        "pages = ['maps']",
        "[vials]\nnumber = 2",
        "[product]\nnumber = 0",
        "[[exclusion]]\nname = 'mole'",
        "[[exclusion]]\nlandmark = 'exocanthion'\nchart = 'head'\nplace = [1, 2]\ndiameter = '5 mm'",
        "[[skip-point]]\nzone = 'chin'\nrow = 0\nplace = 1",
        "[[point-volume]]\nzone = 'chin'\nrow = 1\nplace = 1",
        "[measurements]\nneck = '10 cm'",
        "[screening]\npregnancy = 'perhaps'",
        "use = 'oral'",
        "[[layer]]\nprotocol = 'exosome'",
        "[[layer]]\nname = 'a'\nbody = 'man'",
        "[[layer]]\nname = 'a'\nspacing = 12",
        "layer = 'a'",
    ] {
        let text = format!("format = 'nappage-session/1'\n{text}\n");
        assert!(!faults(&schema, &text).is_empty(), "the schema takes {text}");
        assert!(Session::read("s.toml", &text).is_err(), "the program takes {text}");
    }
}

#[test]
fn the_built_in_products_are_products_to_the_schema() {
    let schema = schema("product");
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("face_zones/products");
    for entry in std::fs::read_dir(folder).expect("the products") {
        let path = entry.expect("a file").path();
        let text = std::fs::read_to_string(&path).expect("a text");
        assert_eq!(faults(&schema, &text), Vec::<String>::new(), "{}", path.display());
        assert!(library::validate("p.toml", &text, Library::built_in()).is_ok());
    }
    let ours = "format = 'nappage-product/1'\nid = 'ours'\nname = 'Ours'\nform = 'lyophilised'\n\
                [volume]\nvalue = '5 ml'\nstatus = 'clinic-set'\n[diluent]\nvalue = '5 ml'\nstatus = 'clinic-set'\n";
    assert_eq!(faults(&schema, ours), Vec::<String>::new());
    assert!(library::validate("p.toml", ours, Library::built_in()).is_ok());
}

#[test]
fn records_are_records_to_the_schema_however_far_they_are_filled_in() {
    let schema = schema("record");
    let session = Session { zones: vec!["chin".to_owned()], ..Session::default() };
    let plan = session::plan(&session, Library::built_in()).expect("a plan");
    let mut record = Record::blank(&plan, PlanFile::Plan("plan.json".to_owned())).of_layer("exosome");
    assert_eq!(faults(&schema, &record.written()), Vec::<String>::new());
    record.plan = PlanFile::Session("s.toml".to_owned());
    record.skipped = vec![1, 2];
    record.form.consent = Some(true);
    record.form.date = parse_date("2026-12-01").ok();
    record.zones[0].given = record.zones[0].planned;
    let day = parse_date("2026-12-01").expect("a day");
    let (sha256, by) = ("0".repeat(64), "Lee".to_owned());
    record.seal = Some(Seal { sha256: sha256.clone(), by: by.clone(), date: day });
    record.amends = Some(Amendment { sha256, by, date: day, reason: "misread".to_owned() });
    let text = record.written();
    assert_eq!(faults(&schema, &text), Vec::<String>::new());
    let example = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/records/chin.toml");
    let example = std::fs::read_to_string(example).expect("the example");
    assert_eq!(faults(&schema, &example), Vec::<String>::new());
    for (from, to) in [
        ("record/1", "record/2"),
        ("skipped = [1, 2]", "skipped = [1, 1]"),
        ("skipped = [1, 2]", "skipped = [0]"),
        ("consent = true", "consent = \"perhaps\""),
        ("session = ", "file = 'a'\nsession = "),
        ("batch = ", "bach = "),
        ("id = ", "name = "),
        ("reason = ", "why = "),
    ] {
        let text = text.replacen(from, to, 1);
        assert!(!faults(&schema, &text).is_empty(), "the schema takes {to}");
        assert!(Record::read("r.toml", &text).is_err(), "the program takes {to}");
    }
}

/// The kind of schema that a file of a format falls under.
fn kind_of(text: &str) -> &str {
    let format = text.lines().find_map(|line| line.strip_prefix("format = \"nappage-"));
    format.and_then(|rest| rest.split('/').next()).unwrap_or_default()
}

#[test]
fn every_file_that_comes_with_the_program_fits_the_schema_of_its_kind() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut seen = BTreeSet::new();
    let folders = ["face_zones", "face_zones/zones", "face_zones/protocols", "face_zones/bodies"];
    for folder in folders.into_iter().chain(["examples/clinic-flat", "examples/clinic-head"]) {
        for entry in std::fs::read_dir(root.join(folder)).expect("a folder") {
            let path = entry.expect("a file").path();
            let Ok(text) = std::fs::read_to_string(&path) else { continue };
            let kind = kind_of(&text);
            if let Some((known, _)) = SCHEMAS.iter().find(|(known, _)| *known == kind) {
                assert_eq!(faults(&schema(known), &text), Vec::<String>::new(), "{}", path.display());
                seen.insert(*known);
            }
        }
    }
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), ["body", "protocol", "zone"]);
}

#[test]
fn what_the_schemas_of_a_clinics_files_refuse_the_program_refuses_too() {
    let read = |path: &str| {
        std::fs::read_to_string(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).expect("a text")
    };
    let scar = read("examples/clinic-flat/scar.toml");
    let exosome = read("face_zones/protocols/exosome.toml");
    let man = read("face_zones/bodies/man.toml");
    for (text, from, to) in [
        (&scar, "kind = ", "kinds = "),
        (&scar, "units = [\"mm\", \"mm\"]", "units = [\"mm\"]"),
        (&scar, "region = \"", "region = \"the "),
        (&exosome, "[spacing]\nfrom", "[spacing]\nform"),
        (&exosome, "[spacing]", "[spacings]"),
        (&exosome, "status = \"published\"", "status = \"known\""),
        (&exosome, "{ id = \"pregnancy\", text", "{ id = \"pregnancy\", txt"),
        (&exosome, "from = 4", "from = \"four\""),
        (&man, "neck_girth", "neck_girt"),
        (&man, "survey = \"men\"", "survey = \"all\""),
        (&man, "head = [1.066, ", "head = ["),
    ] {
        let broken = text.replacen(from, to, 1);
        assert_ne!(&broken, text, "{from}");
        assert!(!faults(&schema(kind_of(text)), &broken).is_empty(), "the schema takes {to}");
        assert!(library::validate("f.toml", &broken, Library::built_in()).is_err(), "the program takes {to}");
    }
}
