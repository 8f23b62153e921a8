//! Folders of maps: whole, repeatable, and careful with what already stands there.

use crate::support;

use std::fs;

use serde_json::Value;
use support::{Folder, SMALL};

fn manifest(folder: &Folder, out: &str) -> Value {
    serde_json::from_str(&folder.read(&format!("{out}/manifest.json"))).expect("the manifest is JSON")
}

fn session(zone: &str) -> String {
    format!("format = \"nappage-session/1\"\nzones = [\"{zone}\"]\n")
}

#[test]
fn one_bad_session_is_reported_and_the_others_are_made() {
    let folder = Folder::new();
    folder.put("in/a.toml", SMALL);
    folder.put("in/b.toml", session("foreheat"));
    folder.put("in/deep/c.toml", "format = 3\n");
    folder.put("in/d.toml", "");
    let run = folder.run(&["batch", "in", "gone.toml", "--out", "out"]).exits(1);
    run.says(&[
        "did you mean 'forehead'?",
        "in/d.toml: is empty",
        "gone.toml: does not exist",
        "1 made, 0 kept, 4 not made",
    ]);
    assert_eq!(folder.names("out"), ["a.svg", "index.html", "manifest.json"]);
    let manifest = manifest(&folder, "out");
    let entries = manifest["entries"].as_array().expect("entries");
    assert_eq!(entries.len(), 5);
    assert_eq!(entries[0]["file"], "a.svg");
    assert_eq!(entries[0]["sha256"].as_str().map(str::len), Some(64));
    assert!(entries[0]["points"].as_u64().is_some_and(|points| points > 0));
    assert!(entries[1]["fault"].as_str().is_some_and(|fault| fault.contains("foreheat")));
    let index = folder.read("out/index.html");
    assert!(index.contains("src=\"a.svg\"") && index.contains("Not made") && !index.contains("<script"));
}

#[test]
fn a_rerun_makes_only_what_is_missing_or_has_changed() {
    let folder = Folder::new();
    folder.put("in/a.toml", SMALL);
    folder.put("in/b.toml", session("glabella"));
    let args = ["batch", "in", "--out", "out"];
    folder.run(&args).exits(0).says(&["2 made, 0 kept"]);
    let first = (folder.read("out/manifest.json"), folder.read("out/index.html"), folder.read("out/a.svg"));
    folder.run(&args).exits(0).says(&["0 made, 2 kept"]);
    fs::remove_file(folder.path().join("out/a.svg")).expect("the map is there");
    folder.run(&args).exits(0).says(&["1 made, 1 kept"]);
    let again = (folder.read("out/manifest.json"), folder.read("out/index.html"), folder.read("out/a.svg"));
    assert!(first == again, "a rerun changed what was there");
    folder.put("in/b.toml", session("jaw-left"));
    folder.run(&args).exits(0).says(&["1 made, 1 kept"]);
    folder.run(&["batch", "in", "--out", "out", "--force"]).exits(0).says(&["2 made, 0 kept"]);
}

#[test]
fn a_batch_that_was_cut_short_goes_on_where_it_stopped() {
    let folder = Folder::new();
    folder.put("in/a.toml", SMALL);
    folder.run(&["batch", "in", "--out", "out"]).exits(0);
    fs::remove_file(folder.path().join("out/manifest.json")).expect("the manifest is there");
    fs::remove_file(folder.path().join("out/index.html")).expect("the sheet is there");
    folder.run(&["batch", "in", "--out", "out"]).exits(0).says(&["0 made, 1 kept"]);
}

#[test]
fn files_from_elsewhere_are_never_replaced() {
    let folder = Folder::new();
    folder.put("in/a.toml", SMALL);
    for name in ["index.html", "manifest.json"] {
        folder.put(&format!("{name}-out/{name}"), "mine");
        let out = format!("{name}-out");
        folder.run(&["batch", "in", "--out", &out]).exits(2).says(&[name, "already exists", "--force"]);
        assert_eq!(folder.names(&out), [name]);
        assert_eq!(folder.read(&format!("{out}/{name}")), "mine");
    }
    folder.put("out/a.svg", "mine");
    folder.run(&["batch", "in", "--out", "out"]).exits(1).says(&["a.svg: already exists", "1 not made"]);
    assert_eq!(folder.read("out/a.svg"), "mine");
    // A map of the same name from another folder is another patient's.
    folder.run(&["batch", "in", "--out", "second"]).exits(0);
    let before = folder.read("second/a.svg");
    folder.put("other/a.toml", session("glabella"));
    folder.run(&["batch", "other", "--out", "second"]).exits(1).says(&["a.svg: already exists"]);
    assert_eq!(folder.read("second/a.svg"), before);
}

#[test]
fn a_session_that_was_at_fault_for_a_while_is_made_anew() {
    let folder = Folder::new();
    let args = ["batch", "in", "--out", "out"];
    folder.put("in/a.toml", SMALL);
    folder.run(&args).exits(0);
    folder.put("in/a.toml", session("chim"));
    folder.run(&args).exits(1).says(&["in/a.toml:2", "did you mean 'chin'?", "a.svg is of an earlier run"]);
    folder.put("in/a.toml", session("glabella"));
    folder.run(&args).exits(0).says(&["1 made, 0 kept"]);
    // The same goes for a map that a run in between was not asked for.
    folder.put("other/b.toml", session("chin"));
    folder.run(&["batch", "other", "--out", "out"]).exits(0).says(&["1 made"]);
    folder.put("in/a.toml", session("nose"));
    folder.run(&args).exits(0).says(&["1 made, 0 kept"]);
}

#[test]
fn a_row_put_in_above_makes_only_its_own_map() {
    let folder = Folder::new();
    folder.put("s.csv", "name,zones\na,chin\n");
    folder.run(&["batch", "s.csv", "--out", "out"]).exits(0).says(&["1 made, 0 kept"]);
    folder.put("s.csv", "name,zones\nb,glabella\na,chin\n");
    folder.run(&["batch", "s.csv", "--out", "out"]).exits(0).says(&["1 made, 1 kept"]);
    folder.put("s.csv", "name,zones\nb,glabela\na,chin\n");
    folder.run(&["batch", "s.csv", "--out", "out"]).exits(1).says(&["s.csv:2: ", "did you mean 'glabella'?"]);
}

#[test]
fn a_zone_file_that_changes_makes_the_maps_out_of_date() {
    let folder = Folder::new();
    let zone = |corner: u32| {
        format!(
            "format = \"nappage-zone/1\"\n[[zone]]\nid = \"own\"\nname = \"Own\"\nregion = \"chest\"\n\
             kind = \"standard\"\nchart = \"flat\"\nunits = [\"mm\", \"mm\"]\nsides = \"whole\"\n\
             drawn = \"by hand\"\noutline = [[0, 0], [{corner}, 0], [60, 50], [0, 50], [0, 0]]\n"
        )
    };
    folder.put("clinic/own.toml", zone(60));
    folder.put("in/a.toml", session("own"));
    let batch = ["batch", "in", "--out", "out", "--zones", "clinic"];
    let templates = ["templates", "own", "--body", "woman", "--out", "templates", "--zones", "clinic"];
    let plan = ["map", "own", "--zones", "clinic", "--format", "json"];
    for args in [batch.as_slice(), &templates] {
        folder.run(args).exits(0).says(&["1 made, 0 kept"]);
        folder.run(args).exits(0).says(&["0 made, 1 kept"]);
    }
    let before = folder.run(&plan).exits(0).json();
    folder.put("clinic/own.toml", zone(61));
    for args in [batch.as_slice(), &templates] {
        folder.run(args).exits(0).says(&["1 made, 0 kept"]);
    }
    assert_ne!(folder.run(&plan).exits(0).json()["input_hash"], before["input_hash"]);
}

#[test]
fn names_that_collide_are_told_apart_and_said() {
    let folder = Folder::new();
    folder.put("one/a.toml", SMALL);
    folder.put("two/A.toml", session("glabella"));
    let run = folder.run(&["batch", "one", "two", "--out", "out"]).exits(0);
    run.says(&["two/A.toml goes to A-2.svg, since A.svg is taken"]);
    assert_eq!(folder.names("out"), ["A-2.svg", "a.svg", "index.html", "manifest.json"]);
}

#[test]
fn a_csv_holds_one_session_a_row() {
    let folder = Folder::new();
    folder.put(
        "s.csv",
        "name,zones,spacing,volumes.chin\nfirst,chin jaw-left,12mm,0.02 ml\n,glabella,,\nbad,chin,12,\n",
    );
    let run = folder.run(&["batch", "s.csv", "--out", "out"]).exits(1);
    run.says(&["s.csv:4", "spacing", "has no unit", "2 made, 0 kept, 1 not made"]);
    assert_eq!(folder.names("out"), ["first.svg", "index.html", "manifest.json", "s-2.svg"]);
    folder.put("odd.csv", "zone,zones,zones\nchin,chin,chin\n");
    let run = folder.run(&["batch", "odd.csv", "--out", "odd"]).exits(1);
    run.says(&["column 1", "did you mean 'zones'?", "column 3", "stands twice"]);
    folder.put("semi.csv", "\u{feff}zones;total\r\nchin;0,3 ml\r\n");
    folder.run(&["batch", "semi.csv", "--out", "semi"]);
    assert_eq!(manifest(&folder, "semi")["entries"][0]["file"], "semi-1.svg");
}

#[test]
fn the_number_of_jobs_changes_nothing() {
    let folder = Folder::new();
    for zone in ["chin", "glabella", "upper-lip", "jaw-left"] {
        folder.put(&format!("in/{zone}.toml"), session(zone));
    }
    folder.run(&["batch", "in", "--out", "one", "--jobs", "1"]).exits(0);
    folder.run(&["batch", "in", "--out", "many", "--jobs", "4"]).exits(0);
    for name in folder.names("one") {
        assert!(
            folder.read(&format!("one/{name}")) == folder.read(&format!("many/{name}")),
            "{name} differs"
        );
    }
    folder.run(&["batch", "in", "--out", "none", "--jobs", "0"]).exits(2).says(&["--jobs"]);
}

#[test]
fn maps_are_made_in_the_format_asked_for_and_kept_by_a_rerun() {
    let folder = Folder::new();
    folder.put("in/a.toml", SMALL);
    folder.put("in/b.toml", format!("{SMALL}reference = \"山田\"\n"));
    let batch = |more: &[&'static str]| {
        let args = [&["batch", "in", "--out", "out"], more].concat();
        folder.run(&args)
    };
    for format in ["pdf", "png"] {
        let run = batch(&["--format", format]).exits(1);
        run.says(&["in/b.toml: text '山田'", "'山' (U+5C71)", "1 made, 0 kept, 1 not made"]);
        let run = batch(&["--format", format]).exits(1).says(&["0 made, 1 kept, 1 not made"]);
        assert!(!run.stderr.contains("earlier run"), "{}", run.stderr);
        assert_eq!(manifest(&folder, "out")["entries"][0]["file"], format!("a.{format}"));
        let index = folder.read("out/index.html");
        assert!(index.contains(&format!("href=\"a.{format}\"")), "{index}");
        assert_eq!(index.contains("<img src=\"a.png\""), format == "png", "{index}");
    }
    // Another fineness is another map; that of the earlier run is ours to replace.
    batch(&["--format", "png", "--dpi", "100"]).exits(1).says(&["1 made, 0 kept"]);
    batch(&[]).exits(0).says(&["2 made, 0 kept"]);
    assert_eq!(folder.names("out"), ["a.pdf", "a.png", "a.svg", "b.svg", "index.html", "manifest.json"]);
    let run = folder.run(&["templates", "chin", "--body", "man", "--format", "pdf", "--out", "templates"]);
    run.exits(0).says(&["1 made"]);
    assert_eq!(folder.names("templates"), ["chin-man.pdf", "index.html", "manifest.json"]);
}

#[test]
fn a_map_of_several_pages_has_a_file_for_each() {
    let folder = Folder::new();
    folder.put("in/a.toml", SMALL);
    let pages = |pages: &'static str| ["batch", "in", "--out", "out", "--pages", pages];
    folder.run(&pages("map,worksheet,template")).exits(0).says(&["1 made, 0 kept"]);
    let sheets = ["a-1.svg", "a-2.svg", "a-3.svg"];
    assert_eq!(folder.names("out"), [&sheets[..], &["index.html", "manifest.json"]].concat());
    let map = ["map", "--session", "in/a.toml", "--pages", "map,worksheet,template", "-o", "a.svg"];
    folder.run(&map).exits(0);
    for sheet in sheets {
        assert_eq!(folder.read(sheet), folder.read(&format!("out/{sheet}")), "{sheet}");
    }
    let entry = &manifest(&folder, "out")["entries"][0];
    assert_eq!((&entry["file"], &entry["further"][1]["file"]), (&"a-1.svg".into(), &"a-3.svg".into()));
    assert_eq!(entry["further"][0]["sha256"].as_str().map(str::len), Some(64));
    let index = folder.read("out/index.html");
    for sheet in sheets {
        assert!(index.contains(&format!("href=\"{sheet}\"")) && index.contains(&format!("src=\"{sheet}\"")));
    }
    // Kept while every page stands; one that is gone is made, one from elsewhere is left.
    folder.run(&pages("map,worksheet,template")).exits(0).says(&["0 made, 1 kept"]);
    fs::remove_file(folder.path().join("out/a-2.svg")).expect("the worksheet is there");
    folder.run(&pages("map,worksheet,template")).exits(0).says(&["1 made, 0 kept"]);
    assert_eq!(folder.read("out/a-2.svg"), folder.read("a-2.svg"));
    folder.put("out/a-3.svg", "mine");
    fs::remove_file(folder.path().join("out/a-1.svg")).expect("the map is there");
    let run = folder.run(&pages("map,worksheet,template")).exits(1);
    run.says(&["a-3.svg: already exists", "1 not made", "a-2.svg is of an earlier run"]);
    assert_eq!(folder.read("out/a-3.svg"), "mine");
    assert!(!folder.path().join("out/a-1.svg").exists(), "a part of a map was written");
    // Ours again once it is gone, and the pages of another number of pages are told of.
    fs::remove_file(folder.path().join("out/a-3.svg")).expect("mine is there");
    folder.run(&pages("map,worksheet")).exits(0).says(&["1 made, 0 kept"]);
    folder.run(&pages("map")).exits(0).says(&["1 made", "a-1.svg is of an earlier run"]);
    folder.run(&pages("worksheet,map")).exits(0).says(&["1 made", "a.svg is of an earlier run"]);
}

#[test]
fn pages_never_take_the_name_of_another_map() {
    let folder = Folder::new();
    folder.put(
        "in/a.toml",
        "format = \"nappage-session/1\"\nzones = [\"chin\"]\npages = [\"map\", \"worksheet\"]\n",
    );
    folder.put("in/a-2.toml", SMALL);
    folder.run(&["batch", "in", "--out", "out"]).exits(0).says(&["2 made"]);
    let names = ["a-2.svg", "a-page-1.svg", "a-page-2.svg", "index.html", "manifest.json"];
    assert_eq!(folder.names("out"), names);
    folder.run(&["batch", "in", "--out", "out"]).exits(0).says(&["2 kept"]);
}

#[test]
fn the_tiles_of_a_template_have_a_file_each() {
    let folder = Folder::new();
    let templates = [
        "templates",
        "decolletage",
        "--body",
        "woman",
        "--pages",
        "template",
        "--out",
        "out",
        "--format",
        "png",
    ];
    folder.run(&[&templates[..], &["--dpi", "50"]].concat()).exits(0).says(&["1 made"]);
    let names = ["decolletage-woman-1.png", "decolletage-woman-2.png", "index.html", "manifest.json"];
    assert_eq!(folder.names("out"), names);
}

#[test]
fn templates_are_drawn_for_the_bodies_asked_for() {
    let folder = Folder::new();
    let run = folder.run(&["templates", "chin", "jaw", "chin", "--out", "out", "--paper", "letter"]);
    run.exits(0).says(&["4 made"]);
    let names = folder.names("out");
    assert_eq!(
        names,
        ["chin-man.svg", "chin-woman.svg", "index.html", "jaw-man.svg", "jaw-woman.svg", "manifest.json"]
    );
    assert!(folder.read("out/chin-man.svg").contains("width=\"215.9mm\""));
    let manifest = manifest(&folder, "out");
    assert_eq!(
        (&manifest["entries"][0]["source"], &manifest["entries"][0]["body"]),
        (&"chin".into(), &"woman".into())
    );
    folder.run(&["templates", "chin", "--body", "man", "--out", "man"]).exits(0).says(&["1 made"]);
    folder.run(&["templates", "chim", "--out", "none"]).exits(2).says(&["did you mean 'chin'?"]);
    folder.run(&["templates", "--body", "men", "--out", "none"]).exits(2).says(&["did you mean 'man'?"]);
    assert!(!folder.path().join("none").exists());
}
