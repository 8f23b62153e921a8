//! Files that were damaged at random: never a panic, never a hang, and every fault names its file.

use std::fs;
use std::path::{Path, PathBuf};

use nappage::library::{Library, validate};
use nappage::plan::{Pattern, Plan};
use nappage::record::{Record, check};
use nappage::session::{Session, plan};

use crate::zone_file;

use zone_file::{Outcome, planned};

/// A generator of numbers that are the same on every machine (splitmix64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((x ^ (x >> 31)) % sides.max(1) as u64) as usize
    }

    fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.roll(list.len())]
    }
}

/// What stands badly in the place of anything.
const ODD: [&str; 26] = [
    "nan",
    "-inf",
    "inf",
    "1e308",
    "-1e308",
    "1e-320",
    "-0.0",
    "0",
    "-1",
    "99999999999999999999",
    "''",
    "[]",
    "{}",
    "true",
    "1979-05-27",
    "\"1e9 mm\"",
    "\"-5 ml\"",
    "\"0 ml\"",
    "\"1,25cm\"",
    "[[[[]]]]",
    "\u{feff}",
    "\u{0}",
    "é",
    "\"\u{202e}\"",
    "\n[zone]\n",
    "=",
];

/// The places where words, numbers and signs of a text begin and end.
fn tokens(text: &str) -> Vec<(usize, usize)> {
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '"' | '\'');
    let mut tokens: Vec<(usize, usize)> = Vec::new();
    let mut in_word = false;
    for (at, c) in text.char_indices() {
        match tokens.last_mut() {
            Some(last) if is_word(c) && in_word => last.1 = at + c.len_utf8(),
            _ if !c.is_whitespace() => tokens.push((at, at + c.len_utf8())),
            _ => {}
        }
        in_word = is_word(c);
    }
    tokens
}

fn odd(dice: &mut Dice) -> &'static str {
    ODD[dice.roll(ODD.len())]
}

/// The text with one to three damages.
fn damaged(text: &str, dice: &mut Dice) -> String {
    let mut text = text.to_owned();
    for _ in 0..=dice.roll(3) {
        let tokens = tokens(&text);
        if tokens.is_empty() {
            return text;
        }
        let (start, end) = *dice.pick(&tokens);
        match dice.roll(7) {
            0 => text.replace_range(start..end, odd(dice)),
            1 => text.insert_str(start, odd(dice)),
            2 => text.replace_range(start..end, ""),
            3 => text.truncate(start),
            4 => {
                let (other, until) = *dice.pick(&tokens);
                let (one, two) = (text[start..end].to_owned(), text[other..until].to_owned());
                if end <= other {
                    text.replace_range(other..until, &one);
                    text.replace_range(start..end, &two);
                }
            }
            5 => {
                let lines: Vec<&str> = text.lines().collect();
                let line = (*dice.pick(&lines)).to_owned();
                text.insert_str(start, &format!("\n{line}\n"));
            }
            _ => {
                let mut bytes = text.clone().into_bytes();
                bytes[start] ^= 1 << dice.roll(8);
                text = String::from_utf8_lossy(&bytes).into_owned();
            }
        }
    }
    text
}

/// The text with one to four of its coordinates elsewhere: outlines that still can be read.
fn moved(text: &str, dice: &mut Dice) -> String {
    let mut text = text.to_owned();
    for _ in 0..=dice.roll(4) {
        let numbers: Vec<(usize, usize)> = tokens(&text)
            .into_iter()
            .filter(|&(start, end)| text[start..end].parse::<f64>().is_ok())
            .collect();
        let (start, end) = *dice.pick(&numbers);
        let by = [-60.0, -9.0, -1.0, -0.01, 0.01, 1.0, 9.0, 60.0][dice.roll(8)];
        if let Ok(number) = text[start..end].parse::<f64>() {
            text.replace_range(start..end, &format!("{}", number + by));
        }
    }
    text
}

fn files_in(folder: &str) -> Vec<(PathBuf, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "toml"));
    paths.sort();
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        (path, text)
    };
    paths.into_iter().map(read).collect()
}

/// Every message begins with the name of a file and tells what is wrong.
fn assert_told(faults: &nappage::fault::Faults, damaged: &str) {
    assert!(!faults.list.is_empty() && !faults.origin.is_empty(), "{damaged}");
    for line in faults.to_string().lines().filter(|line| !line.is_empty()) {
        assert!(line.len() < 2000, "a message of {} bytes: {line:.200}", line.len());
    }
    assert!(faults.to_string().starts_with(&faults.origin), "{faults}\n{damaged}");
}

#[test]
fn damaged_files_of_a_clinic_are_told_or_taken() {
    let library = Library::built_in();
    let mut dice = Dice(1);
    for folder in ["face_zones", "face_zones/zones", "face_zones/protocols", "examples/clinic-flat"] {
        for (path, text) in files_in(folder) {
            for _ in 0..120 {
                let text = damaged(&text, &mut dice);
                if let Err(faults) = validate(&path.display().to_string(), &text, library) {
                    assert_told(&faults, &text);
                }
            }
        }
    }
}

#[test]
fn damaged_zone_files_are_told_or_laid_out_as_promised() {
    let mut dice = Dice(4);
    let mut laid_out = 0;
    for folder in ["examples/clinic-flat", "examples/clinic-head"] {
        for (path, text) in files_in(folder) {
            for _ in 0..250 {
                let text =
                    if dice.roll(2) == 0 { moved(&text, &mut dice) } else { damaged(&text, &mut dice) };
                let spacing_mm = 10.0 + 0.5 * dice.roll(11) as f64;
                let pattern = *dice.pick(&[Pattern::Rows, Pattern::Even]);
                match planned(&text, spacing_mm, pattern) {
                    Outcome::Refused(all) => all.iter().for_each(|faults| assert_told(faults, &text)),
                    Outcome::Unplanned(faults) => assert!(!faults.list.is_empty(), "{text}"),
                    Outcome::Planned(plan) => laid_out += usize::from(!plan.points.is_empty()),
                }
            }
            assert!(laid_out > 0, "{}: no damaged file could be laid out", path.display());
        }
    }
    assert!(laid_out > 100, "only {laid_out} damaged files could be laid out");
}

#[test]
fn damaged_bodies_are_told_or_can_be_planned_on() {
    let mut dice = Dice(2);
    let mut planned = 0;
    for (path, text) in files_in("face_zones/bodies") {
        for round in 0..300 {
            let text = damaged(&text, &mut dice);
            let files = [(path.display().to_string(), text.clone())];
            match Library::with_files(&files) {
                Ok(library) if round % 8 == 0 => {
                    let body = path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
                    let session = Session { zones: vec!["chin".to_owned()], body, ..Session::default() };
                    planned += usize::from(plan(&session, &library).is_ok());
                }
                Ok(_) => {}
                Err(all) => all.iter().for_each(|faults| assert_told(faults, &text)),
            }
        }
    }
    assert!(planned > 0, "no damaged body could be planned on");
}

#[test]
fn damaged_sessions_are_told_or_planned() {
    let library = Library::built_in();
    let mut dice = Dice(3);
    let mut files = files_in("examples/sessions");
    files.push((PathBuf::from("template.toml"), Session::template().replace("\n# ", "\n")));
    files.push((
        PathBuf::from("small.toml"),
        "format = \"nappage-session/1\"\nzones = [\"chin\", \"glabella\"]\nspacing = \"12 mm\"\ntotal = \"0.2 ml\"\n\
         paper = \"letter\"\n[volumes]\nchin = \"0.01 ml\"\n[vials]\nvolume = \"2 ml\"\nnumber = 2\n"
            .to_owned(),
    ));
    for (path, text) in files {
        for round in 0..600 {
            let text = damaged(&text, &mut dice);
            match Session::read(&path.display().to_string(), &text) {
                Ok(session) if round % 10 == 0 && path.ends_with("small.toml") => {
                    if let Err(faults) = plan(&session, library) {
                        assert_told(&faults, &text);
                    }
                }
                Ok(_) => {}
                Err(faults) => assert_told(&faults, &text),
            }
        }
    }
}

#[test]
fn damaged_records_are_told_or_held_against_their_plan() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/records");
    let plan = fs::read_to_string(folder.join("plan.json")).expect("the plan of the example");
    let plan: Plan = serde_json::from_str(&plan).expect("a plan");
    let mut dice = Dice(5);
    let mut held = 0;
    for (path, text) in files_in("examples/records") {
        for _ in 0..1500 {
            let text = damaged(&text, &mut dice);
            match Record::read(&path.display().to_string(), &text) {
                Ok(record) => {
                    // What was read can be written, and read again.
                    assert_eq!(Record::read("again.toml", &record.written()).as_ref(), Ok(&record), "{text}");
                    held += usize::from(check(&record, &plan, Library::built_in()).is_ok());
                }
                Err(faults) => assert_told(&faults, &text),
            }
        }
    }
    assert!(held > 20, "only {held} damaged records could be held against their plan");
}
