//! The plan of the session before, as a person or a script names it.

use crate::support;

use support::Folder;

const SESSION: &str = "format = 'nappage-session/1'\nzones = ['chin']\nprevious = 'last/plan.json'\n";

#[test]
fn a_session_lies_between_the_points_of_the_plan_it_names() {
    let folder = Folder::new();
    folder.put("next/last/empty", "");
    folder.run(&["map", "chin", "-o", "next/last/plan.json"]).exits(0);
    folder.put("next/s.toml", SESSION);
    let plan = folder.run(&["map", "--session", "next/s.toml", "--format", "json"]).exits(0);
    let plan = plan.says(&["points lie between those of last time"]).json();
    let first: serde_json::Value = serde_json::from_str(&folder.read("next/last/plan.json")).expect("a plan");
    assert_eq!(plan["last_time"].as_array().map(Vec::len), first["points"].as_array().map(Vec::len));
    assert_ne!(plan["points"], first["points"]);
    folder.run(&["check", "next/s.toml"]).exits(0).prints(&["PASS", "last time"]);
    let before = folder.read("next/last/plan.json");
    let over = ["map", "--session", "next/s.toml", "--force", "-o", "next/last/plan.json"];
    folder.run(&over).exits(2).says(&["is read by this command"]);
    assert_eq!(folder.read("next/last/plan.json"), before);
}

#[test]
fn points_stay_where_they_are_where_it_is_not_to_be_interleaved() {
    let folder = Folder::new();
    folder.run(&["map", "chin", "-o", "last/plan.json"]).exits(2);
    folder.put("last/empty", "");
    folder.run(&["map", "chin", "-o", "last/plan.json"]).exits(0);
    folder.put("s.toml", format!("{SESSION}interleave = false\n"));
    let plan = folder.run(&["map", "--session", "s.toml", "--format", "json"]).exits(0);
    let plan = plan.says(&["as they would without those of last time", "0 mm at the least"]).json();
    let first: serde_json::Value = serde_json::from_str(&folder.read("last/plan.json")).expect("a plan");
    assert_eq!(plan["points"], first["points"]);
    assert_eq!(plan["last_time"].as_array().map(Vec::len), first["points"].as_array().map(Vec::len));
    folder.put("s.toml", format!("{SESSION}interleave = true\n"));
    let plan = folder.run(&["map", "--session", "s.toml", "--format", "json"]).exits(0).json();
    assert_ne!(plan["points"], first["points"]);
    folder.put("s.toml", format!("{SESSION}interleave = 1\n"));
    folder.run(&["check", "s.toml"]).exits(2).says(&["s.toml:4:", "interleave"]);
    folder.put("s.toml", "format = 'nappage-session/1'\ninterleave = true\n");
    folder
        .run(&["check", "s.toml"])
        .exits(2)
        .says(&["interleave: has no plan of last time", "hint: take it out"]);
}

#[test]
fn what_is_no_plan_is_named() {
    let folder = Folder::new();
    folder.put("s.toml", SESSION);
    folder.run(&["check", "s.toml"]).exits(2).says(&["last/plan.json: does not exist"]);
    for (text, told) in [
        ("{", "is no plan"),
        ("{}", "is no plan"),
        ("[1, 2]", "write one with `nappage map --session FILE --format json -o plan.json`"),
        ("\u{0}", "is no plan"),
    ] {
        folder.put("last/plan.json", text);
        folder.run(&["check", "s.toml"]).exits(2).says(&["last/plan.json", told]);
    }
    folder.run(&["map", "chin", "--force", "-o", "last/plan.json"]).exits(0);
    let other = folder.read("last/plan.json").replace("nappage-plan/1", "nappage-plan/9");
    folder.put("last/plan.json", other);
    folder
        .run(&["check", "s.toml"])
        .exits(2)
        .says(&["format: is of another kind or version", "nappage-plan/9"]);
}
