//! A session of several treatments on the command line: told, drawn and written layer by layer, none lost.

use crate::support;

use support::Folder;

const LAYERS: &str = "format = 'nappage-session/1'\nzones = ['chin']\n\
    [[layer]]\nname = 'booster'\nprotocol = 'vyc-12l'\n[[layer]]\nname = 'exosome'\n";
const WRONG: &str = "format = 'nappage-session/1'\nzones = ['chin']\n\
    [[layer]]\nname = 'exosome'\n[[layer]]\nname = 'booster'\nprotocol = 'vyc-12l'\n";

fn folder() -> Folder {
    let folder = Folder::new();
    folder.put("s.toml", LAYERS);
    folder.put("wrong.toml", WRONG);
    folder
}

#[test]
fn check_tells_of_the_session_and_of_each_layer() {
    let folder = folder();
    let run = folder.run(&["check", "s.toml"]).exits(0);
    let run =
        run.prints(&["2 layers", "1.8 mm is the least", "1 booster", "2 exosome", "Layer 2 of 2: exosome"]);
    assert!(run.stdout.starts_with("PASS") && run.stdout.matches("PASS").count() == 5, "{}", run.stdout);
    let run = folder.run(&["check", "wrong.toml"]).exits(1);
    let run = run.prints(&["[layer-order]", "HA first", "published, celmade-2026"]);
    assert!(run.stdout.starts_with("FAIL"), "{}", run.stdout);
}

#[test]
fn one_map_shows_all_layers_where_it_is_asked_for() {
    let folder = folder();
    let title = "<title>Map of all layers";
    let args = ["map", "--session", "s.toml", "--pages", "layers,map", "-o", "a.svg"];
    folder.run(&args).exits(0).says(&["a-1.svg", "a-3.svg"]);
    assert!(folder.read("a-1.svg").contains(title));
    assert!(["a-2.svg", "a-3.svg"].iter().all(|file| !folder.read(file).contains(title)));
    let alone = ["map", "--session", "s.toml", "--layer", "exosome", "--pages", "layers", "-o", "b.svg"];
    folder.run(&alone).exits(0);
    assert_eq!(folder.read("b.svg"), folder.read("a-1.svg"));
    let run = folder.run(&["map", "chin", "--pages", "layers", "-o", "c.svg"]).exits(2);
    run.says(&["pages", "a single treatment", "layers", "hint: ask for map"]);
    folder.run(&["map", "--session", "wrong.toml", "--pages", "layers", "-o", "d.svg"]).exits(1);
    assert!(folder.read("d.svg").contains("DO NOT USE: 1 error"));
}

#[test]
fn a_map_is_the_same_bytes_on_one_core_and_on_all() {
    let folder = folder();
    let sessions: [&[&str]; 3] = [
        &["--session", "s.toml", "--pages", "layers,map,lateral,worksheet"],
        &["full-face", "--spacing", "12.5mm", "--pages", "map,lateral"],
        &["neck", "--body", "man", "--pages", "template"],
    ];
    for session in sessions {
        let args = |file| [&["map"], session, &["--force", "-o", file]].concat();
        support::ended(folder.command(&args("one.pdf")).env("RAYON_NUM_THREADS", "1")).exits(0);
        folder.run(&args("all.pdf")).exits(0);
        assert!(folder.bytes("one.pdf") == folder.bytes("all.pdf"), "{session:?}");
    }
}

#[test]
fn json_holds_the_plan_of_each_layer_and_csv_names_it() {
    let folder = folder();
    let json = folder.run(&["map", "--session", "s.toml", "--format", "json"]).exits(0).json();
    assert_eq!((json["format"].as_str(), json["apart_mm"].as_f64()), (Some("nappage-layers/1"), Some(1.8)));
    let names = json["layers"].as_array().expect("layers");
    assert_eq!(
        names.iter().filter_map(|layer| layer["name"].as_str()).collect::<Vec<_>>(),
        ["booster", "exosome"]
    );
    assert!(names.iter().all(|layer| layer["plan"]["format"] == "nappage-plan/1"));
    assert!(json["min_between_mm"].as_f64() >= json["apart_mm"].as_f64());
    assert_eq!(folder.run(&["check", "s.toml", "--format", "json"]).exits(0).json(), json);
    let alone = ["map", "--session", "s.toml", "--layer", "Exosome", "--format", "json"];
    assert_eq!(folder.run(&alone).exits(0).json(), names[1]["plan"]);
    let csv = folder.run(&["map", "--session", "s.toml", "--format", "csv"]).exits(0).stdout;
    let rows: Vec<&str> = csv.lines().collect();
    assert!(rows[0].starts_with("layer,number,row,zone"), "{}", rows[0]);
    let of = |name: &str| rows.iter().filter(|row| row.starts_with(&format!("{name},"))).count() as u64;
    let points = |index: usize| names[index]["plan"]["totals"]["points"].as_u64().expect("points");
    assert_eq!((of("booster"), of("exosome")), (points(0), points(1)));
    let csv = folder.run(&["map", "chin", "--format", "csv"]).exits(0).stdout;
    assert!(csv.starts_with("number,row,zone"));
}

#[test]
fn what_goes_onto_the_skin_is_counted_beside_the_points_and_has_its_volumes_in_the_csv() {
    let folder = Folder::new();
    let session = "format = 'nappage-session/1'\nzones = ['chin', 'nose']\n[[layer]]\nname = 'a'\n\
                   [[layer]]\nname = 'b'\nuse = 'topical'\n";
    folder.put("s.toml", session);
    let json = folder.run(&["map", "--session", "s.toml", "--format", "json"]).exits(0).json();
    let totals = |index: usize| json["layers"][index]["plan"]["totals"].clone();
    let ml = |index: usize| format!("0.{:03}", totals(index)["volume_ul"].as_u64().expect("a volume"));
    let points = totals(0)["points"].as_u64().expect("points");
    let run = folder.run(&["check", "s.toml"]).exits(0);
    let first = run.stdout.lines().next().unwrap_or_default();
    let [injected, on_skin] = [0, 1].map(|index| ml(index).trim_end_matches('0').to_owned());
    assert!(first.contains(&format!("in {points} points and ")) && first.contains(" on the skin"), "{first}");
    assert!(first.contains(&injected) && first.contains(&on_skin), "{first}: {injected}, {on_skin}");
    let row = run.stdout.lines().find(|line| line.starts_with("2 b")).unwrap_or_default();
    assert!(row.contains(" - "), "no points: {row}");

    let csv = folder.run(&["map", "--session", "s.toml", "--format", "csv"]).exits(0).stdout;
    let rows: Vec<Vec<&str>> = csv.lines().map(|row| row.split(',').collect()).collect();
    let column = |name: &str| rows[0].iter().position(|column| *column == name).expect("a column");
    let topical: Vec<&Vec<&str>> = rows.iter().filter(|row| row[0] == "b").collect();
    let zones: Vec<&str> = topical.iter().map(|row| row[column("zone")]).collect();
    assert_eq!(zones.len(), json["layers"][1]["plan"]["zones"].as_array().expect("zones").len());
    assert!(zones.contains(&"chin") && topical.iter().all(|row| row.len() == rows[0].len()));
    for empty in ["number", "row", "chart_u", "skin_z_mm"] {
        assert!(topical.iter().all(|row| row[column(empty)].is_empty()), "{empty}: {csv}");
    }
    let sum: u64 = topical.iter().filter_map(|row| row[column("volume_ul")].parse::<u64>().ok()).sum();
    assert_eq!(Some(sum), totals(1)["volume_ul"].as_u64());
    let alone = folder.run(&["map", "chin", "--use", "topical", "--format", "csv"]).exits(0).stdout;
    assert_eq!(alone.lines().count(), 2, "{alone}");
}

#[test]
fn pages_come_layer_by_layer_and_say_which() {
    let folder = folder();
    folder
        .run(&["map", "--session", "s.toml", "--pages", "map,worksheet,template", "-o", "all.pdf"])
        .exits(0);
    folder.run(&["map", "--session", "s.toml", "-o", "m.svg"]).exits(0).says(&["m-1.svg", "m-2.svg"]);
    let (first, second) = (folder.read("m-1.svg"), folder.read("m-2.svg"));
    assert!(first.contains("Layer 1 of 2: booster") && second.contains("Layer 2 of 2: exosome"));
    assert!(first.contains("after: exosome") && second.contains("before: booster"));
    assert!(second.contains("class=\"faint\""));
    let one = folder.run(&["map", "--session", "s.toml", "--layer", "exosome"]).exits(0);
    assert_eq!(one.stdout, second);
    folder.run(&["map", "--session", "s.toml"]).exits(2).says(&["holds one page of this format"]);
    folder.run(&["map", "--session", "wrong.toml", "-o", "w.svg"]).exits(1).says(&["layer-order"]);
    assert!(folder.read("w-2.svg").contains("DO NOT USE"), "each page is marked");
}

#[test]
fn flags_change_the_layer_that_is_chosen() {
    let folder = folder();
    let spaced = ["map", "--session", "s.toml", "--spacing", "13mm", "--format", "json"];
    folder.run(&spaced).exits(2).says(&["each with zones, protocol and doses of its own", "--layer"]);
    let chosen = [spaced.as_slice(), &["--layer", "exosome"]].concat();
    let plan = folder.run(&chosen).exits(0).json();
    assert_eq!(plan["spacing_mm"].as_f64(), Some(13.0));
    let body = ["map", "--session", "s.toml", "--body", "man", "--format", "json"];
    assert_eq!(folder.run(&body).exits(0).json()["layers"][1]["plan"]["body"]["id"], "man");
    let near = ["map", "--session", "s.toml", "--layer", "exosom"];
    folder.run(&near).exits(2).says(&["names no layer", "did you mean 'exosome'?"]);
    folder.run(&["map", "chin", "--layer", "x"]).exits(2).says(&["single treatment"]);
}

#[test]
fn a_batch_makes_a_file_of_each_layer_or_one_pdf() {
    let folder = folder();
    folder.run(&["batch", "s.toml", "--out", "svg"]).exits(0).says(&["2 made"]);
    assert!(folder.read("svg/s-booster.svg").contains("Layer 1 of 2"));
    assert!(folder.read("svg/s-exosome.svg").contains("Layer 2 of 2"));
    folder.run(&["batch", "s.toml", "--out", "svg"]).exits(0).says(&["2 kept"]);
    folder.run(&["batch", "s.toml", "--out", "pdf", "--format", "pdf"]).exits(0).says(&["1 made"]);
    assert!(folder.path().join("pdf/s.pdf").is_file());
    folder.put("t.toml", "format = 'nappage-session/1'\nzones = ['chin']\nuse = 'topical'\n");
    folder.run(&["batch", "s.toml", "t.toml", "--out", "all"]).exits(0);
    let index = folder.read("all/index.html");
    assert!(index.contains(" ml on the skin</p>") && index.contains(" ml in all</p>"), "{index}");
}

#[test]
fn a_course_is_that_of_one_layer() {
    let folder = folder();
    let course = ["course", "--session", "s.toml", "--start", "2026-12-01"];
    folder.run(&course).exits(2).says(&["a course of its own", "booster, exosome", "--layer"]);
    folder
        .run(&[course.as_slice(), &["--layer", "exosome"]].concat())
        .exits(0)
        .prints(&["2026-12-29", "product:"]);
}

#[test]
fn the_plans_of_layers_are_no_plan_before() {
    let folder = folder();
    folder.run(&["map", "--session", "s.toml", "-o", "last.json"]).exits(0);
    folder.put("next.toml", "format = 'nappage-session/1'\nzones = ['chin']\nprevious = 'last.json'\n");
    folder.run(&["check", "next.toml"]).exits(2).says(&["plans of a session's layers", "--layer"]);
    let one = ["map", "--session", "s.toml", "--layer", "exosome", "--force", "-o", "last.json"];
    folder.run(&one).exits(0);
    folder.run(&["check", "next.toml"]).exits(0).prints(&["last time"]);
    let drawn = folder.run(&["map", "--session", "next.toml"]).exits(0).stdout;
    assert!(drawn.contains("last time"), "the legend names them");
}

#[test]
fn a_topical_product_is_told_and_drawn_without_points() {
    let folder = folder();
    let use_topical = ["map", "full-face", "--use", "topical"];
    let page = folder.run(&use_topical).exits(0).stdout;
    for words in ["Application map", "On the skin", "massage", "1.00 ml"] {
        assert!(page.contains(words), "{words}");
    }
    folder.run(&[use_topical.as_slice(), &["--pages", "worksheet", "-o", "w.pdf"]].concat()).exits(0);
    let template = [use_topical.as_slice(), &["--pages", "template"]].concat();
    folder.run(&template).exits(2).says(&["no points to mark", "leave template out"]);
    folder.put("t.toml", "format = 'nappage-session/1'\nzones = ['chin', 'nose']\nuse = 'topical'\n");
    folder.run(&["check", "t.toml"]).exits(0).prints(&[
        "PASS",
        "on the skin",
        "cm2",
        "no rubbing or massage",
    ]);
    let mixed = "format = 'nappage-session/1'\nzones = ['chin']\n[[layer]]\nname = 'a'\n\
                 [[layer]]\nname = 'b'\nuse = 'topical'\n";
    folder.put("mixed.toml", mixed);
    let pages = ["map", "--session", "mixed.toml", "--pages", "map,template", "-o", "mixed.pdf"];
    folder.run(&pages).exits(0);
}
