//! `record` as a person or a script meets it.

use crate::support;

use support::Folder;

/// A folder with a small session and its plan.
fn folder() -> Folder {
    let folder = Folder::new();
    let session = "format = 'nappage-session/1'\nzones = ['chin']\nreference = 'Jane Doe'\n[product]\nname = 'A'\n\
                   volume = '2 ml'\nbatch = 'B1'\nexpiry = '2027-05-31'\n[visit]\ndate = '2026-12-01'\n";
    folder.put("s.toml", session);
    let plan = folder.run(&["map", "--session", "s.toml", "--format", "json"]).exits(0).stdout;
    folder.put("plan.json", plan);
    folder
}

/// The record with every blank of it filled in.
fn filled(text: &str) -> String {
    let planned = text.lines().find_map(|line| line.strip_prefix("planned = ")).expect("a zone");
    let values = [
        ("reference", "\"A-1\""),
        ("practitioner", "\"Lee\""),
        ("consent", "true"),
        ("needle", "\"30G\""),
        ("depth", "\"mid dermis\""),
        ("reactions", "\"none\""),
        ("aftercare", "\"yes\""),
        ("review", "\"2026-12-15\""),
        ("given", planned),
        ("wasted", "\"0 ml\""),
    ];
    let fill = |line: &str| {
        let value = values.iter().find(|(key, _)| line.starts_with(&format!("{key} = \"\"")));
        value.map_or(line.to_owned(), |(key, value)| format!("{key} = {value}"))
    };
    text.lines().map(|line| fill(line) + "\n").collect()
}

#[test]
fn a_record_goes_from_the_plan_to_the_seal() {
    let folder = folder();
    folder.run(&["record", "new", "--plan", "plan.json", "-o", "r.toml"]).exits(0).says(&["wrote r.toml"]);
    folder.run(&["record", "new", "--plan", "plan.json", "-o", "r.toml"]).exits(2).says(&["already exists"]);
    let text = folder.read("r.toml");
    assert!(text.contains("batch = \"B1\"") && !text.contains("Jane"), "{text}");
    folder.run(&["record", "check", "r.toml"]).exits(0).prints(&[
        "OPEN",
        "To be filled in",
        "visit.reference",
        "chin given",
    ]);
    let close = ["record", "close", "r.toml", "--by", "Lee", "--date", "2026-12-01", "-o", "closed.toml"];
    folder.run(&close).exits(2).says(&["r.toml: record: is not filled in", "visit.reference"]);
    assert!(!folder.path().join("closed.toml").exists());

    folder.put("r.toml", filled(&text));
    folder.run(&["record", "check", "r.toml"]).exits(0).prints(&["PASS", "2026-12-01", "open"]);
    folder.run(&close).exits(0).says(&["wrote closed.toml"]);
    let again = folder.run(&close).exits(2).says(&["already exists", "this command replaces none"]);
    assert!(!again.stderr.contains("--force"), "{}", again.stderr);
    folder.run(&["record", "check", "closed.toml"]).exits(0).prints(&["PASS", "closed on 2026-12-01 by Lee"]);

    let closed = folder.read("closed.toml");
    folder.put("changed.toml", closed.replace("\"A-1\"", "\"A-2\""));
    let changed = folder.run(&["record", "check", "changed.toml"]).exits(1);
    changed.prints(&["FAIL", "changed since", "[seal-broken]"]);

    let amend = |record, reason| {
        [
            "record",
            "amend",
            record,
            "--by",
            "Kim",
            "--date",
            "2026-12-03",
            "--reason",
            reason,
            "-o",
            "new.toml",
        ]
    };
    folder.run(&amend("r.toml", "x")).exits(2).says(&["is not closed"]);
    folder.run(&amend("changed.toml", "x")).exits(2).says(&["has changed since"]);
    folder.run(&amend("closed.toml", "misread")).exits(0);
    let again =
        folder.run(&amend("closed.toml", "misread")).exits(2).says(&["already exists", "replaces none"]);
    assert!(!again.stderr.contains("--force"), "{}", again.stderr);
    folder.run(&["record", "check", "new.toml"]).exits(0).prints(&["PASS", "amends the record sealed"]);
    assert_eq!(folder.read("closed.toml"), closed);
}

const LAYERS: &str = "format = 'nappage-session/1'\nzones = ['chin']\n[product]\nname = 'A'\nbatch = 'B1'\n\
                      expiry = '2027-05-31'\n[visit]\ndate = '2026-12-01'\n[[layer]]\nname = 'Points'\n\
                      [[layer]]\nname = 'on the skin'\nuse = 'topical'\n";

#[test]
fn every_layer_of_a_session_has_a_record_of_its_own() {
    let folder = Folder::new();
    folder.put("s.toml", LAYERS);
    folder.run(&["map", "--session", "s.toml", "-o", "plans.json"]).exits(0);
    for of in [["--session", "s.toml"], ["--plan", "plans.json"]] {
        let new = [&["record", "new"], &of[..]].concat();
        let command = format!("nappage record new {} {} --layer NAME", of[0], of[1]);
        folder.run(&new).exits(2).says(&["each with a record of its own", "Points, on the skin", &command]);
        folder.run(&[&new[..], &["--layer", "point"]].concat()).exits(2).says(&["did you mean 'Points'?"]);
        let injected = [&new[..], &["--layer", "points", "-o", "p.toml", "--force"]].concat();
        folder.run(&injected).exits(0);
        assert!(folder.read("p.toml").contains("layer = \"Points\""));
        folder.run(&["record", "check", "p.toml"]).exits(0).prints(&["OPEN", "layer Points", "points"]);
        let topical = [&new[..], &["--layer", "on the skin", "-o", "t.toml", "--force"]].concat();
        folder.run(&topical).exits(0);
        let checked = folder.run(&["record", "check", "t.toml"]).exits(0);
        checked.prints(&["OPEN", "layer on the skin", "cm2", "technique.preparation"]);
        let other = folder.read("t.toml").replace("layer = \"on the skin\"", "layer = \"Points\"");
        folder.put("other.toml", other);
        folder.run(&["record", "check", "other.toml"]).exits(2).says(&["is not the one that the record"]);
        folder.put("none.toml", folder.read("t.toml").replace("layer = \"on the skin\"\n", ""));
        folder.run(&["record", "check", "none.toml"]).exits(2).says(&["none.toml", "[plan] in the record"]);
    }
    let text = folder.read("t.toml").replace("preparation = \"\"", "preparation = \"laser\"");
    folder.put("t.toml", filled(&text));
    let close = ["record", "close", "t.toml", "--by", "Lee", "--date", "2026-12-01", "-o", "closed.toml"];
    folder.run(&close).exits(0);
    let amend = ["--by", "Kim", "--date", "2026-12-03", "--reason", "misread", "-o", "new.toml"];
    folder.run(&[&["record", "amend", "closed.toml"], &amend[..]].concat()).exits(0);
    folder.run(&["record", "check", "new.toml"]).exits(0).prints(&["layer on the skin", "amends"]);
    folder.run(&["record", "print", "closed.toml", "-o", "r.svg"]).exits(0);
    assert!(folder.read("r.svg").contains("on the skin"));
}

#[test]
fn a_plan_in_the_wrong_file_is_told_with_the_whole_command() {
    let folder = folder();
    folder.run(&["record", "new", "--plan", "s.toml"]).exits(2).says(&["--session s.toml"]);
    folder.put("odd.json", "{}");
    let command = "nappage map --session FILE --format json -o plan.json";
    folder.run(&["record", "new", "--plan", "odd.json"]).exits(2).says(&[command]);
    folder
        .run(&["record", "new", "--plan", "plan.json", "--layer", "a"])
        .exits(2)
        .says(&["single treatment"]);
    folder.put("l.toml", LAYERS);
    folder.run(&["map", "--session", "l.toml", "-o", "plans.json"]).exits(0);
    folder.put("next.toml", "format = 'nappage-session/1'\nzones = ['chin']\nprevious = 'plans.json'\n");
    let command = "nappage map --session FILE --layer NAME --format json -o plan.json";
    folder.run(&["check", "next.toml"]).exits(2).says(&[command]);
}

#[test]
fn a_record_of_a_session_is_joined_to_the_plan_made_anew() {
    let folder = folder();
    folder.run(&["record", "new", "--session", "s.toml", "-o", "r.toml"]).exits(0);
    assert!(folder.read("r.toml").contains("session = \"s.toml\""));
    folder.run(&["record", "check", "r.toml"]).exits(0).prints(&["OPEN"]);
    folder.put("s.toml", "format = 'nappage-session/1'\nzones = ['glabella']\n");
    folder
        .run(&["record", "check", "r.toml"])
        .exits(2)
        .says(&["r.toml", "is not the one that the record was made for"]);
    folder.run(&["record", "check", "r.toml", "--plan", "plan.json"]).exits(0);
    folder.run(&["record", "new"]).exits(2).says(&["--plan", "--session"]);
    folder.run(&["record", "new", "--plan", "plan.json", "--session", "s.toml"]).exits(2);
}

#[test]
fn a_record_names_its_plan_from_wherever_it_is_written() {
    let folder = folder();
    folder.put("records/open/.keep", "");
    folder.put("closed/.keep", "");
    folder.run(&["record", "new", "--plan", "plan.json", "-o", "records/open/r.toml"]).exits(0);
    let text = folder.read("records/open/r.toml");
    assert!(text.contains("file = \"../../plan.json\""), "{text}");
    folder.put("records/open/r.toml", filled(&text));
    let sign = ["--by", "Lee", "--date", "2026-12-01", "-o", "closed/c.toml"];
    folder.run(&[&["record", "close", "records/open/r.toml"], &sign[..]].concat()).exits(0);
    assert!(folder.read("closed/c.toml").contains("file = \"../plan.json\""));
    folder.run(&["record", "check", "closed/c.toml"]).exits(0).prints(&["PASS"]);
    folder.run(&["record", "new", "--plan", "plan.json", "-o", "none/r.toml"]).exits(2).says(&["none"]);
    std::fs::remove_file(folder.path().join("plan.json")).expect("it is removed");
    folder.run(&["record", "check", "closed/c.toml"]).exits(2).says(&["plan.json", "does not exist"]);
}

#[test]
fn a_record_is_printed_in_every_format_and_marked_where_it_differs() {
    let folder = folder();
    folder.run(&["record", "new", "--plan", "plan.json", "-o", "r.toml"]).exits(0);
    for (file, begins) in [("r.svg", &b"<"[..]), ("r.pdf", b"%PDF"), ("r.png", b"\x89PNG")] {
        folder.run(&["record", "print", "r.toml", "-o", file]).exits(0).says(&["wrote"]);
        assert!(folder.bytes(file).starts_with(begins), "{file}");
    }
    assert!(folder.read("r.svg").contains("Treatment record"));
    folder.run(&["record", "print", "r.toml", "-o", "r.svg"]).exits(2).says(&["already exists"]);
    folder.run(&["record", "print", "r.toml", "-o", "r.toml", "--force"]).exits(2);
    folder.run(&["record", "print", "r.toml", "-o", "r.docx"]).exits(2).says(&[".svg, .pdf, .png"]);
    let expired = folder.read("r.toml").replace("2027-05-31", "2026-11-30");
    folder.put("expired.toml", expired);
    folder.run(&["record", "print", "expired.toml", "-o", "e.svg"]).exits(1).says(&["[expired]"]);
    assert!(folder.read("e.svg").contains("CHECK: 1 error"));
    let report = folder.run(&["record", "check", "expired.toml", "--format", "json"]).exits(1).json();
    assert_eq!(report["format"], "nappage-record-report/1");
    assert_eq!(report["findings"][0]["code"], "expired");
}
