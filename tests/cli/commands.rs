//! The commands, as a person or a script meets them.

use crate::support;

use serde_json::Value;
use support::{Folder, SMALL};

#[test]
fn a_map_goes_to_standard_output_where_no_file_is_named() {
    let folder = Folder::new();
    let run = folder.run(&["map", "chin"]).exits(0);
    assert!(run.stdout.starts_with("<") && run.stdout.contains("width=\"210mm\""), "{:.300}", run.stdout);
    assert!(run.stdout.ends_with("</svg>\n"));
    assert!(folder.names(".").is_empty());
}

#[test]
fn the_ending_of_the_file_chooses_the_format() {
    let folder = Folder::new();
    for file in ["m.svg", "m.json", "m.csv"] {
        folder.run(&["map", "chin", "-o", file]).exits(0).says(&["wrote", file]);
    }
    assert!(folder.read("m.svg").contains("</svg>"));
    assert!(folder.read("m.json").contains("\"format\": \"nappage-plan/1\""));
    assert!(folder.read("m.csv").starts_with("number,row,zone,"));
}

#[test]
fn drawings_are_written_as_pdf_and_png_too() {
    let folder = Folder::new();
    folder.run(&["map", "chin", "-o", "m.PDF"]).exits(0).says(&["wrote m.PDF"]);
    assert!(folder.bytes("m.PDF").starts_with(b"%PDF-"));
    folder.run(&["map", "chin", "--paper", "letter", "--dpi", "50", "-o", "m.png"]).exits(0);
    let picture = folder.bytes("m.png");
    assert!(picture.starts_with(b"\x89PNG\r\n"));
    assert_eq!(picture[16..24], [425_u32, 550].map(u32::to_be_bytes).concat());
    for format in ["pdf", "png"] {
        let output =
            folder.command(&["map", "chin", "--format", format]).output().expect("the program starts");
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        folder.run(&["map", "chin", "--format", format, "-o", "m.out"]).exits(0);
        assert!(output.stdout == folder.bytes("m.out"), "{format} differs between a file and a pipe");
        std::fs::remove_file(folder.path().join("m.out")).expect("the file is there");
    }
}

#[test]
fn several_pages_are_one_pdf_but_numbered_pictures() {
    let folder = Folder::new();
    let pages = |file: &'static str| ["map", "chin", "--pages", "map,course", "-o", file];
    folder.run(&pages("m.pdf")).exits(0).says(&["wrote m.pdf"]);
    folder.run(&pages("m.svg")).exits(0).says(&["wrote m-1.svg", "wrote m-2.svg"]);
    folder.run(&pages("m.png")).exits(0).says(&["wrote m-1.png", "wrote m-2.png"]);
    assert_eq!(folder.names("."), ["m-1.png", "m-1.svg", "m-2.png", "m-2.svg", "m.pdf"]);
    assert_eq!(folder.read("m-1.svg"), folder.run(&["map", "chin"]).exits(0).stdout);
}

#[test]
fn the_session_says_which_pages_unless_a_flag_does() {
    let folder = Folder::new();
    let text = "format = \"nappage-session/1\"\nzones = [\"chin\"]\npages = [\"map\", \"course\"]\n";
    folder.put("s.toml", text);
    folder.run(&["map", "--session", "s.toml", "-o", "m.svg"]).exits(0).says(&["wrote m-2.svg"]);
    folder.run(&["map", "--session", "s.toml", "--pages", " Course", "-o", "c.svg"]).exits(0);
    assert_eq!(folder.read("c.svg").replace("page 1 of 1", ""), folder.read("m-2.svg"));
    folder.run(&["batch", "s.toml", "--out", "out"]).exits(0).says(&["1 made"]);
    assert_eq!(folder.read("out/s-2.svg"), folder.read("m-2.svg"));
    folder.run(&["batch", "s.toml", "--out", "out", "--format", "pdf"]).exits(0).says(&["1 made"]);
    folder.run(&["batch", "s.toml", "--out", "one", "--pages", "course"]).exits(0);
    assert_eq!(folder.read("one/s.svg"), folder.read("c.svg"));
}

#[test]
fn the_plan_as_json_has_the_promised_keys_and_agrees_with_itself() {
    let folder = Folder::new();
    let plan = folder.run(&["map", "chin", "jaw", "--format", "json"]).exits(0).json();
    assert_eq!(plan["format"], "nappage-plan/1");
    assert_eq!(plan["protocol"]["id"], "exosome");
    assert_eq!(plan["body"]["id"], "woman");
    assert_eq!(plan["budget"]["max_ul"], 4000);
    for key in ["spacing_mm", "quality", "findings"] {
        assert!(!plan[key].is_null(), "{key}");
    }
    for key in [
        "id",
        "name",
        "region",
        "side",
        "kind",
        "chart",
        "outline",
        "treated",
        "area_cm2",
        "points",
        "volume_ul",
        "per_point_ul",
        "min_spacing_mm",
        "gap_mm",
        "q",
    ] {
        assert!(plan["zones"][0].get(key).is_some(), "{key}");
    }
    let points = plan["points"].as_array().expect("points");
    assert!(!points.is_empty());
    let volume: u64 = points.iter().filter_map(|point| point["volume_ul"].as_u64()).sum();
    assert_eq!(plan["totals"]["volume_ul"], volume);
    assert_eq!(plan["totals"]["points"], points.len());
}

#[test]
fn the_csv_has_one_row_a_point() {
    let folder = Folder::new();
    let plan = folder.run(&["map", "chin", "--format", "json"]).exits(0).json();
    let csv = folder.run(&["map", "chin", "--format", "csv"]).exits(0).stdout;
    let mut lines = csv.lines();
    let columns = lines.next().map_or(0, |header| header.split(',').count());
    assert_eq!(Value::from(lines.clone().count()), plan["totals"]["points"]);
    assert!(lines.all(|line| line.split(',').count() == columns));
}

#[test]
fn the_same_request_gives_the_same_bytes() {
    let folder = Folder::new();
    for format in ["svg", "json", "csv"] {
        let args = ["map", "forehead", "--format", format];
        assert!(folder.run(&args).stdout == folder.run(&args).stdout, "{format} differs between two runs");
    }
}

#[test]
fn a_flag_beside_a_session_file_wins() {
    let folder = Folder::new();
    folder.put("s.toml", format!("{SMALL}body = \"man\"\nspacing = \"12 mm\"\n"));
    let plan = folder.run(&["map", "--session", "s.toml", "--format", "json"]).exits(0).json();
    assert_eq!((&plan["body"]["id"], &plan["spacing_mm"]), (&Value::from("man"), &Value::from(12.0)));
    let flags = ["map", "jaw-left", "--session", "s.toml", "--spacing", "1.3cm", "--format", "json"];
    let plan = folder.run(&flags).exits(0).json();
    assert_eq!((&plan["body"]["id"], &plan["spacing_mm"]), (&Value::from("man"), &Value::from(13.0)));
    assert_eq!(plan["zones"].as_array().map(Vec::len), Some(1));
    assert_eq!(plan["zones"][0]["id"], "jaw-left");
}

#[test]
fn a_plan_that_breaks_a_limit_is_written_and_exits_with_1() {
    let folder = Folder::new();
    let args = ["map", "all", "--spacing", "10mm", "--volume", "0.02ml", "-o", "m.json"];
    folder.run(&args).exits(1).says(&["error: [over-budget]", "wrote m.json"]);
    assert!(folder.read("m.json").contains("over-budget"));
}

#[test]
fn check_says_pass_or_fail_first_and_shows_a_table_that_adds_up() {
    let folder = Folder::new();
    folder.put("good.toml", format!("{SMALL}volume = \"0.015 ml\"\n"));
    let run =
        folder.run(&["check", "good.toml"]).exits(0).prints(&["budget 2.00 ml to 4.00 ml", "chin", "0.015"]);
    assert!(run.stdout.starts_with("PASS  "), "{}", run.stdout);
    assert!(!run.stdout.contains('\u{1b}'), "colours where no terminal is");
    let row = |name: &str| -> Vec<String> {
        let line = run.stdout.lines().find(|line| line.starts_with(name)).unwrap_or_default();
        line.split_whitespace().map(str::to_owned).collect()
    };
    assert_eq!((&row("chin")[1], &row("chin")[3]), (&row("total")[1], &row("total")[2]));

    folder.put(
        "bad.toml",
        "format = \"nappage-session/1\"\nzones = [\"all\"]\nspacing = \"10 mm\"\nvolume = \"0.02 ml\"\n",
    );
    let run = folder.run(&["check", "bad.toml"]).exits(1).prints(&["Errors", "[over-budget]"]);
    assert!(run.stdout.starts_with("FAIL  "), "{}", run.stdout);
    let plan = folder.run(&["check", "bad.toml", "--format", "json"]).exits(1).json();
    assert_eq!(plan["findings"][0]["severity"], "error");
}

#[test]
fn a_new_session_file_can_be_checked_as_it_is() {
    let folder = Folder::new();
    folder.run(&["session", "new", "-o", "s.toml"]).exits(0);
    assert!(folder.read("s.toml").contains("# "));
    assert_eq!(folder.run(&["session", "new"]).exits(0).stdout, folder.read("s.toml"));
    folder.run(&["check", "s.toml"]).exits(0).prints(&["PASS"]);
}

#[test]
fn zones_and_presets_are_listed_and_shown() {
    let folder = Folder::new();
    folder.run(&["zones", "list"]).exits(0).prints(&["forehead", "temple-left", "full-face", "periorbital"]);
    let run = folder.run(&["zones", "show", "temple"]).exits(0);
    run.prints(&["temple-left: Temple, left", "temple-right", "chart", "deg", "patient's left", "⣿"]);
}

#[test]
fn every_figure_of_a_protocol_is_shown_with_its_source() {
    let folder = Folder::new();
    folder.run(&["protocols", "list"]).exits(0).prints(&["exosome", "vyc-12l"]);
    let run = folder.run(&["protocols", "show", "exosome"]).exits(0);
    run.prints(&["10 to 15 mm", "0.01 to 0.02 ml", "celmade-2026", "published", "Sources"]);
}

#[test]
fn a_clinic_adds_and_replaces_zones() {
    let folder = Folder::new();
    let zone = |id: &str, drawn: &str| {
        format!(
            "[[zone]]\nid = \"{id}\"\nname = \"Own\"\nregion = \"chest\"\nkind = \"standard\"\nchart = \"flat\"\n\
             units = [\"mm\", \"mm\"]\nsides = \"whole\"\ndrawn = \"{drawn}\"\n\
             outline = [[0, 0], [60, 0], [60, 50], [0, 50], [0, 0]]\n"
        )
    };
    let file = format!("format = \"nappage-zone/1\"\n{}", zone("own", "by hand"));
    folder.put("clinic/sub/own.toml", file);
    folder.run(&["zones", "validate", "clinic/sub/own.toml"]).exits(0).prints(&["sound", "own"]);
    folder.run(&["zones", "show", "own", "--zones", "clinic"]).exits(0).prints(&["by hand"]);
    let plan = folder.run(&["--zones", "clinic", "map", "own", "--format", "json"]).exits(0).json();
    assert_eq!(plan["zones"][0]["chart"], "flat");
    assert!(plan["totals"]["points"].as_u64().is_some_and(|points| points > 4), "{}", plan["totals"]);
}

#[test]
fn completions_and_the_manual_name_every_command() {
    let folder = Folder::new();
    let commands = ["map", "check", "session", "templates", "batch", "zones", "protocols", "completions"];
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        folder.run(&["completions", shell]).exits(0).prints(&commands);
    }
    folder.run(&["man"]).exits(0).prints(&commands).prints(&[".TH nappage", "periorbital"]);
}

#[test]
fn help_and_version_go_to_standard_output() {
    let folder = Folder::new();
    folder.run(&["--help"]).exits(0).prints(&["Usage: nappage", "Exit codes", "licensed professionals"]);
    folder.run(&["--version"]).exits(0).prints(&[concat!("nappage ", env!("CARGO_PKG_VERSION"))]);
    folder.run(&[]).exits(2).says(&["Usage: nappage"]);
}
