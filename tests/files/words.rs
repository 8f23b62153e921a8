//! The page's words: everything that the core can say stands in `words.en.js`, and nothing else.
//!
//! The templates are read out of the source, names and questions out of the built-in data.
//! `NAPPAGE_WORDS=1` writes the list anew.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use nappage::body::measurements;
use nappage::fault::Faults;
use nappage::library::Library;
use nappage::said::Said;
use nappage::session::{self, Session};
use nappage::sheet::Studio;
use nappage::sheet::screen::Scenery;

const WORDS: &str = "src/commands/serve/page/words.en.js";
/// What no page shows: records and batches, commands other than `serve`, and the files of a library, which
/// are read before there is a page.
const UNSEEN: [&str; 14] = [
    "src/batch",
    "src/body/load.rs",
    "src/commands",
    "src/export.rs",
    "src/main.rs",
    "src/product",
    "src/protocol/question.rs",
    "src/protocol/read.rs",
    "src/protocol/syringe.rs",
    "src/record",
    "src/schema.rs",
    "src/sheet/features.rs",
    "src/unroll",
    "src/zones",
];
/// What is seen all the same.
const SEEN: [&str; 3] = ["src/commands/input.rs", "src/commands/serve", "src/zones.rs"];
/// What takes sentences, and which of its arguments are any; of the others, the last ones are keys.
const TAKERS: [(&str, usize); 15] = [
    ("bound", 0),
    ("fail", 0),
    ("fault", 0),
    ("foreign", 0),
    ("hint", 0),
    ("need_text", 1),
    ("note", 0),
    ("parsed", 0),
    ("read_zones", 3),
    ("required", 1),
    ("text", 1),
    ("told", 0),
    ("with_unit", 0),
    ("wrong", 0),
    ("wrong_type", 2),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The source files whose sentences a page can show.
fn sources() -> Vec<PathBuf> {
    fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                collect(&path, files);
            } else if path.extension().is_some_and(|ending| ending == "rs") && !path.ends_with("tests.rs") {
                files.push(path);
            }
        }
    }
    let mut files = Vec::new();
    collect(&root().join("src"), &mut files);
    let within = |path: &Path, list: &[&str]| list.iter().any(|part| path.starts_with(root().join(part)));
    files.retain(|path| !within(path, &UNSEEN) || within(path, &SEEN));
    files
}

/// What code is made of, as far as it matters here.
#[derive(Clone, Debug, PartialEq)]
enum Token {
    Word(String),
    Mark(char),
    Text(String),
}

/// The code without its comments.
fn tokens(code: &str) -> Vec<Token> {
    let letters: Vec<char> = code.chars().collect();
    let after = |at: usize, text: &str| letters[at..].iter().copied().take(text.len()).eq(text.chars());
    let end_of =
        |at: usize, text: &str| (at..letters.len()).find(|at| after(*at, text)).unwrap_or(letters.len());
    let mut found = Vec::new();
    let mut at = 0;
    while at < letters.len() {
        let c = letters[at];
        if after(at, "//") {
            at = end_of(at, "\n");
        } else if after(at, "r#\"") {
            let end = end_of(at + 3, "\"#");
            found.push(Token::Text(letters[at + 3..end].iter().collect()));
            at = end + 2;
        } else if c == '"' {
            let (text, end) = text(&letters, at + 1);
            found.push(Token::Text(text));
            at = end + 1;
        } else if c == '\'' && (letters.get(at + 1) == Some(&'\\') || letters.get(at + 2) == Some(&'\'')) {
            // A letter; else a lifetime.
            at =
                end_of(at + 3, "'").min(if letters.get(at + 2) == Some(&'\'') { at + 2 } else { usize::MAX })
                    + 1;
        } else if c.is_alphanumeric() || c == '_' {
            let end = (at..letters.len()).find(|at| !(letters[*at].is_alphanumeric() || letters[*at] == '_'));
            let end = end.unwrap_or(letters.len());
            found.push(Token::Word(letters[at..end].iter().collect()));
            at = end;
        } else {
            if !c.is_whitespace() {
                found.push(Token::Mark(c));
            }
            at += 1;
        }
    }
    found
}

/// The text that begins at a place, and where its closing quote stands.
fn text(letters: &[char], mut at: usize) -> (String, usize) {
    let mut text = String::new();
    while letters[at] != '"' {
        if letters[at] != '\\' {
            text.push(letters[at]);
        } else {
            at += 1;
            match letters[at] {
                'n' => text.push('\n'),
                't' => text.push('\t'),
                'u' => {
                    let end = (at..).find(|at| letters[*at] == '}').expect("the end of a letter's number");
                    let number: String = letters[at + 2..end].iter().collect();
                    text.extend(u32::from_str_radix(&number, 16).ok().and_then(char::from_u32));
                    at = end;
                }
                // The text goes on with the next word.
                '\n' => at = (at..).find(|at| !letters[*at].is_whitespace()).expect("more text") - 1,
                c => text.push(c),
            }
        }
        at += 1;
    }
    (text, at)
}

/// The arguments of the call whose bracket opens at a place.
fn arguments(tokens: &[Token], open: usize) -> Vec<&[Token]> {
    let (mut depth, mut start, mut found) = (0, open + 1, Vec::new());
    for (at, token) in tokens.iter().enumerate().skip(open) {
        match token {
            Token::Mark('(' | '[' | '{') => depth += 1,
            Token::Mark(')' | ']' | '}') if depth == 1 => {
                found.push(&tokens[start..at]);
                return found;
            }
            Token::Mark(')' | ']' | '}') => depth -= 1,
            Token::Mark(',') if depth == 1 => {
                found.push(&tokens[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    found
}

/// The sentences of code: templates of `said!`, texts given to what takes a sentence, and those that may
/// come to it by a name, where they are `named`.
fn spoken(code: &str, named: bool, found: &mut BTreeSet<String>) {
    // Tests say nothing to anybody, and stand at the end.
    let tokens = tokens(code.split("#[cfg(test)]\nmod tests {").next().unwrap_or(code));
    let word = |at: Option<usize>| match at.and_then(|at| tokens.get(at)) {
        Some(Token::Word(word)) => word.as_str(),
        Some(Token::Mark('!')) => "!",
        Some(Token::Mark(':')) => ":",
        _ => "",
    };
    let literal = |tokens: &[Token]| match tokens {
        [Token::Text(text)] => Some(text.clone()),
        _ => None,
    };
    for at in 0..tokens.len() {
        let before = |back: usize| word(at.checked_sub(back));
        // What is given a name or comes of a choice, where it is more than one word.
        if named
            && let Token::Text(text) = &tokens[at]
            && matches!(at.checked_sub(1).map(|before| &tokens[before]), Some(Token::Mark('=' | '>')))
            && text.contains(' ')
            && text.starts_with(|c: char| c.is_lowercase() || c == '`' || c.is_ascii_digit())
            && !text.contains("charset")
        {
            found.insert(text.clone());
        }
        if tokens[at] != Token::Mark('(') {
            continue;
        }
        let arguments = arguments(&tokens, at);
        if before(1) == "!" && before(2) == "said" {
            found.extend(arguments.first().and_then(|first| literal(first)));
            continue;
        }
        let first = match (before(4), before(1)) {
            _ if before(2) == "fn" => continue,
            ("Fault", "new") => 1,
            ("Finding", "new") => 2,
            (_, name) => match TAKERS.iter().find(|(taker, _)| *taker == name) {
                Some((_, first)) => *first,
                None => continue,
            },
        };
        let texts: Vec<String> = arguments.iter().skip(first).filter_map(|one| literal(one)).collect();
        // Where a key comes first, the sentence is the last.
        let keys = if before(1) == "note" { texts.len().saturating_sub(1) } else { 0 };
        found.extend(texts.into_iter().skip(keys));
    }
}

/// Whether a text is one that a language can say otherwise.
fn is_words(text: &str) -> bool {
    let mut outside = String::new();
    let mut depth = 0;
    for c in text.chars() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            c if depth == 0 => outside.push(c),
            _ => {}
        }
    }
    let units = ["", "mm", "cm", "ml", "ul", "MB", "x"];
    outside.split(|c: char| !c.is_alphabetic()).any(|word| !units.contains(&word))
}

/// The names, questions and notes of the built-in data that the page shows.
fn of_data() -> BTreeSet<String> {
    let library = Library::built_in();
    let mut texts: BTreeSet<String> = BTreeSet::new();
    for zone in &library.atlas.zones {
        texts.insert(zone.name.clone());
        texts.extend(zone.name.split(',').next().map(str::to_owned));
        texts.extend(zone.care.iter().cloned());
    }
    let exclusions = library.atlas.exclusions.iter().map(|exclusion| &exclusion.id);
    texts.extend(exclusions.map(|id| id.trim_end_matches("-left").trim_end_matches("-right").to_owned()));
    texts.extend(library.atlas.presets.iter().map(|preset| preset.name.clone()));
    texts.extend(library.syringes.iter().map(|syringe| syringe.name.clone()));
    texts.extend(library.products.iter().map(|product| product.name.clone()));
    texts.extend(measurements().iter().flat_map(|one| [one.name.clone(), one.taken.clone()]));
    for body in &library.bodies {
        texts.insert(body.name.clone());
        let scenery = Scenery::new(body, &library.atlas.zones, Studio::built_in()).expect("a body");
        texts.extend(scenery.scenes().iter().map(|scene| scene.title().to_owned()));
    }
    for protocol in &library.protocols {
        texts.insert(protocol.name.clone());
        texts.extend(protocol.questions().into_iter().map(|(_, question, _)| question.words.clone()));
        texts.extend(protocol.figures().into_iter().map(|line| line.name.to_owned()));
        texts.extend(protocol.evidence.iter().map(|figure| figure.value.clone()));
        texts.extend(protocol.topical.iter().map(|figure| figure.value.clone()));
        texts.extend(protocol.topical_total.iter().filter_map(|figure| figure.note.clone()));
    }
    texts.retain(|text| text.chars().any(char::is_alphabetic));
    texts
}

/// What can be said.
fn sayable() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for path in sources() {
        let text = fs::read_to_string(&path).expect("a source file");
        // Sheets have words of their own, which stay English.
        let named = !path.starts_with(root().join("src/sheet"));
        spoken(&text, named, &mut found);
    }
    found.retain(|text| is_words(text));
    found.extend(of_data());
    found
}

const OPENING: &str = "\n  core: {\n";
const CLOSING: &str = "\n  },\n};\n";

/// The list in the file of words, and where it stands.
fn listed() -> (String, std::ops::Range<usize>) {
    let text = fs::read_to_string(root().join(WORDS)).expect("the words").replace("\r\n", "\n");
    let start = text.find(OPENING).expect("the core's part") + OPENING.len();
    let end = start - 1 + text[start - 1..].find(CLOSING).expect("its end") + 1;
    (text, start..end.max(start))
}

#[test]
fn everything_that_can_be_said_is_in_the_file_of_words() {
    let line = |text: &String| format!("    {}: \"\",\n", serde_json::to_string(text).expect("a text"));
    let wanted: String = sayable().iter().map(line).collect();
    let (text, place) = listed();
    if std::env::var_os("NAPPAGE_WORDS").is_some() {
        let written = format!("{}{wanted}{}", &text[..place.start], &text[place.end..]);
        fs::write(root().join(WORDS), written).expect("written");
        return;
    }
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<BTreeSet<String>>();
    let (wanted, given) = (lines(&wanted), lines(&text[place]));
    let missing: Vec<_> = wanted.difference(&given).collect();
    let idle: Vec<_> = given.difference(&wanted).collect();
    assert!(
        missing.is_empty() && idle.is_empty(),
        "write the list anew with NAPPAGE_WORDS=1\nmissing: {missing:#?}\nno longer said: {idle:#?}"
    );
}

/// The templates of a sentence that are not in the catalogue. Values may be anybody's words.
fn unknown(said: &Said, known: &BTreeSet<String>) -> Option<String> {
    let template = said.template();
    (is_words(template) && !known.contains(template)).then(|| template.to_owned())
}

#[test]
fn what_is_wrong_with_a_session_is_said_in_sentences_that_are_known() {
    let known = sayable();
    // Every key that a session may have, but the one that stands in each.
    let schema: serde_json::Value =
        serde_json::from_str(include_str!("../../src/schema/session.json")).expect("a schema");
    let keys = schema["properties"].as_object().expect("keys").keys().filter(|key| *key != "format");
    let values = [
        "3",
        "-1.5",
        "''",
        "'x'",
        "'12'",
        "'12 mm'",
        "'99 mm'",
        "'0.0001 ml'",
        "'-1 ml'",
        "'3 ml'",
        "[]",
        "['x']",
        "[3]",
        "true",
        "nan",
        "{}",
        "{ x = 1 }",
        "[{}]",
        "2026-12-01",
    ];
    let mut told: BTreeSet<String> = BTreeSet::new();
    let mut seen = 0;
    let mut look = |faults: Faults| {
        for fault in &faults.list {
            seen += 1;
            // The problem and the hint are the program's own words.
            told.extend(
                [Some(&fault.problem), fault.hint.as_ref()]
                    .into_iter()
                    .flatten()
                    .filter_map(|said| unknown(said, &known)),
            );
        }
    };
    let mut tried = |text: &str| match Session::read("session.toml", text) {
        Err(faults) => look(faults),
        Ok(session) if session.layers.is_empty() => {
            if let Err(faults) = session::plan(&session, Library::built_in()) {
                look(faults);
            }
        }
        Ok(_) => {}
    };
    for key in keys {
        for value in values {
            tried(&format!("format = 'nappage-session/1'\nzones = ['chin']\n{key} = {value}\n"));
        }
    }
    let tables = [
        (
            "exclusion",
            [
                "name", "chart", "place", "radius", "diameter", "margin", "landmark", "side", "lateral",
                "outline",
            ]
            .as_slice(),
        ),
        ("product", &["id", "batch", "expiry", "reconstituted", "use-within", "volume", "number"]),
        ("visit", &["date", "start", "lasts"]),
        ("course", &["start", "sessions", "closed", "closed-on", "moved", "maintenance", "label"]),
        ("vials", &["volume", "number"]),
        ("skip-point", &["zone", "row", "place", "at", "layer"]),
    ];
    for (table, keys) in tables {
        let opening = if matches!(table, "exclusion" | "skip-point") {
            format!("[[{table}]]")
        } else {
            format!("[{table}]")
        };
        for key in keys {
            for value in values {
                tried(&format!(
                    "format = 'nappage-session/1'\nzones = ['chin']\n{opening}\n{key} = {value}\n"
                ));
            }
        }
    }
    assert!(seen > 500, "{seen} faults");
    // What the reader of TOML says is its own.
    told.retain(|text| {
        !text.contains("expected") && !text.contains("invalid") && !text.contains("duplicate")
    });
    assert!(told.is_empty(), "{told:#?}");
}
