//! Bad input ends with exit code 2, says what, where and what to do, and leaves no file behind.

use crate::support;

use std::process::Stdio;

use support::{Folder, SMALL, ended};

const NOTHING: [&str; 0] = [];

#[test]
fn a_missing_file_is_named() {
    let folder = Folder::new();
    for args in [["check", "gone.toml"], ["zones", "validate"]] {
        let args = if args[1] == "validate" { vec!["zones", "validate", "gone.toml"] } else { args.to_vec() };
        folder.run(&args).exits(2).says(&["error: gone.toml: does not exist", "hint: check the spelling"]);
    }
}

#[test]
fn an_empty_file_is_named() {
    let folder = Folder::new();
    folder.put("empty.toml", "");
    folder.run(&["check", "empty.toml"]).exits(2).says(&["empty.toml: is empty"]);
    folder.run(&["zones", "validate", "empty.toml"]).exits(2).says(&["empty.toml: is empty"]);
}

#[test]
fn a_binary_file_is_no_text() {
    let folder = Folder::new();
    folder.put("picture.toml", [0x89, b'P', b'N', b'G', 0, 0xff, 0xfe]);
    folder.run(&["check", "picture.toml"]).exits(2).says(&["picture.toml: is not UTF-8 text", "hint:"]);
    folder.put("nul.toml", [0; 64]);
    folder.run(&["check", "nul.toml"]).exits(2).says(&["nul.toml"]);
}

#[test]
fn a_huge_file_is_not_read_to_its_end() {
    let folder = Folder::new();
    folder.put("huge.toml", vec![b'#'; 50_000_000]);
    folder.run(&["check", "huge.toml"]).exits(2).says(&["huge.toml: is too large", "bound 4 MB"]);
    #[cfg(unix)]
    folder.run(&["check", "/dev/zero"]).exits(2).says(&["/dev/zero: is too large"]);
}

#[test]
fn a_folder_is_no_file() {
    let folder = Folder::new();
    folder.run(&["check", "."]).exits(2).says(&["is a directory, not a file"]);
    folder.run(&["map", "chin", "-o", "."]).exits(2).says(&["is a directory, not a file"]);
}

#[test]
fn every_fault_of_a_session_is_shown_with_its_line() {
    let folder = Folder::new();
    let text = "format = \"nappage-session/1\"\nzones = [\"chin\"]\nspacing = nan\ntotl = \"3 ml\"\nvolume = \"-1 ml\"\n";
    folder.put("s.toml", text);
    folder.run(&["check", "s.toml"]).exits(2).says(&[
        "s.toml:3:11",
        "value nan",
        "s.toml:4:1",
        "did you mean 'total'?",
        "s.toml:5:10",
        "is negative",
    ]);
}

#[test]
fn an_unknown_zone_is_answered_with_the_nearest_name() {
    let folder = Folder::new();
    for args in [["map", "foreheat"].as_slice(), &["zones", "show", "foreheat"]] {
        folder
            .run(args)
            .exits(2)
            .says(&["is not known", "foreheat", "did you mean 'forehead'?"])
            .prints(&NOTHING);
    }
    folder.run(&["map", "face"]).exits(2).says(&["did you mean 'full-face'?"]).prints(&NOTHING);
    folder.put("s.toml", "format = \"nappage-session/1\"\nzones = [\"chim\"]\n");
    folder.run(&["check", "s.toml"]).exits(2).says(&["s.toml:2", "did you mean 'chin'?"]);
}

#[test]
fn unknown_bodies_and_protocols_are_answered_with_the_nearest_name() {
    let folder = Folder::new();
    folder.run(&["map", "chin", "--body", "women"]).exits(2).says(&["did you mean 'woman'?"]);
    folder.run(&["map", "chin", "--protocol", "exosom"]).exits(2).says(&["did you mean 'exosome'?"]);
    folder.run(&["protocols", "show", "exosom"]).exits(2).says(&["did you mean 'exosome'?"]);
}

#[test]
fn lengths_and_volumes_on_the_command_line_need_a_unit_and_a_sign_that_makes_sense() {
    let folder = Folder::new();
    for (option, value, problem) in [
        ("--spacing", "12.5", "has no unit"),
        ("--spacing", "-12.5mm", "is not above zero"),
        ("--spacing", "NaNmm", "is not a length"),
        ("--spacing", "inf", "is not a length"),
        ("--total", "3", "has no unit"),
        ("--volume", "-0.015ml", "is negative"),
        ("--volume", "0ml", "is not above zero"),
        ("--periorbital-volume", "0.0055 ml", "is not a whole number of microlitres"),
        ("--total", "0.01234567 ml", "is not a whole number of microlitres; 0.001 ml is the smallest step"),
        ("--spacing", "12.12345678mm", "has too many decimals; write 6 at most"),
    ] {
        folder.run(&["map", "chin", option, value]).exits(2).says(&[option, value, problem]);
    }
}

#[test]
fn a_spacing_outside_the_protocol_names_the_bound_and_its_source() {
    let folder = Folder::new();
    for value in ["9.9mm", "15.1mm", "100cm"] {
        folder.run(&["map", "chin", "--spacing", value]).exits(2).says(&["10 to 15 mm", "celmade-2026"]);
    }
}

#[test]
fn a_total_and_a_volume_exclude_each_other() {
    let folder = Folder::new();
    let run = folder.run(&["map", "chin", "--total", "1ml", "--volume", "0.015ml"]);
    run.exits(2).says(&["cannot be used with"]);
}

#[test]
fn formats_of_later_versions_are_not_offered() {
    let folder = Folder::new();
    for args in
        [["map", "--format", "docx"].as_slice(), &["check", "--format", "csv", "s.toml"], &["frobnicate"]]
    {
        folder.run(args).exits(2);
    }
    assert_eq!(folder.names("."), NOTHING);
}

#[test]
fn pixels_are_asked_for_within_bounds_and_of_a_png_alone() {
    let folder = Folder::new();
    for (value, problem) in [
        ("49", "is not between 50 and 600"),
        ("601", "is not between 50 and 600"),
        ("-200", "is not a whole number"),
        ("1e2", "is not a whole number"),
        ("99999999999", "is not a whole number"),
    ] {
        folder
            .run(&["map", "chin", "--format", "png", "--dpi", value])
            .exits(2)
            .says(&["--dpi", value, problem]);
    }
    for format in ["svg", "pdf", "json", "csv"] {
        let run = folder.run(&["map", "chin", "--format", format, "--dpi", "100"]).exits(2);
        run.says(&["--dpi: goes with png alone", "value 100", "hint: "]).prints(&NOTHING);
    }
    let templates = ["templates", "chin", "--out", "out", "--format", "pdf", "--dpi", "100"];
    folder.run(&templates).exits(2).says(&["--dpi: goes with png alone"]);
    assert_eq!(folder.names("."), NOTHING);
}

#[test]
fn pages_are_of_a_known_kind_and_of_a_drawing() {
    let folder = Folder::new();
    folder.run(&["map", "chin", "--pages", "map,mop"]).exits(2).says(&["mop", "--pages", "map"]);
    let twice = folder.run(&["map", "chin", "--pages", "course, map, course"]).exits(2);
    twice.says(&["--pages: names a kind of pages twice", "value course"]);
    folder.put("s.toml", format!("{SMALL}pages = [\"map\", \"mop\"]\n"));
    folder.run(&["map", "--session", "s.toml"]).exits(2).says(&["s.toml", "pages", "worksheet"]);
    folder.put("s.toml", format!("{SMALL}pages = [\"map\", \"map\"]\n"));
    folder.run(&["map", "--session", "s.toml"]).exits(2).says(&["names a kind of pages twice"]);
    std::fs::remove_file(folder.path().join("s.toml")).expect("the file is there");
    let run = folder.run(&["map", "chin", "--format", "pdf", "-o", "m.png"]).exits(2);
    run.says(&["m.png: has the ending of another format", "--format", "hint: "]);
    for format in ["json", "csv"] {
        let run = folder.run(&["map", "chin", "--pages", "map", "--format", format]).exits(2);
        run.says(&["--pages: goes with drawings alone", "bound svg, pdf, png"]);
    }
    for format in ["svg", "png"] {
        let run = folder.run(&["map", "chin", "--pages", "map,course", "--format", format]).exits(2);
        run.says(&["standard output: holds one page", "value 2 pages", "-o"]).prints(&NOTHING);
    }
    folder.put("m-2.svg", "mine");
    let run = folder.run(&["map", "chin", "--pages", "map,course", "-o", "m.svg"]).exits(2);
    run.says(&["m-2.svg: already exists", "--force"]);
    assert_eq!(folder.names("."), ["m-2.svg"]);
}

#[test]
fn a_character_that_the_letters_lack_is_named_and_no_file_is_left() {
    let folder = Folder::new();
    folder.put("s.toml", format!("{SMALL}reference = \"山田 太郎\"\n"));
    for file in ["m.pdf", "m.png"] {
        let run = folder.run(&["map", "--session", "s.toml", "-o", file]).exits(2);
        run.says(&["text '山田 太郎'", "'山' (U+5C71)", "hint: ", "SVG"]);
    }
    folder.run(&["map", "--session", "s.toml", "-o", "m.svg"]).exits(0);
    assert_eq!(folder.names("."), ["m.svg", "s.toml"]);
    folder.put("s.toml", format!("{SMALL}reference = \"Ελένη Dvořák Щукин\"\n"));
    folder.run(&["map", "--session", "s.toml", "-o", "m.pdf"]).exits(0);
}

#[test]
fn a_file_that_exists_is_kept_unless_forced() {
    let folder = Folder::new();
    folder.put("m.svg", "mine");
    folder.run(&["map", "chin", "-o", "m.svg"]).exits(2).says(&["m.svg: already exists", "--force"]);
    assert_eq!(folder.read("m.svg"), "mine");
    folder.run(&["map", "chin", "-o", "m.svg", "--force"]).exits(0);
    assert!(folder.read("m.svg").ends_with("</svg>\n"));
    folder.run(&["session", "new", "-o", "m.svg"]).exits(2).says(&["already exists"]);
    assert_eq!(folder.names("."), ["m.svg"]);
}

#[test]
fn a_missing_folder_is_named_and_not_made() {
    let folder = Folder::new();
    let run = folder.run(&["map", "chin", "-o", "gone/m.svg"]);
    run.exits(2).says(&["gone/m.svg: could not be written: its directory does not exist"]);
    assert_eq!(folder.names("."), NOTHING);
}

#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_takes_no_files_is_named() {
    let folder = Folder::new();
    folder.run(&["map", "chin", "-o", "/proc/m.svg"]).exits(2).says(&["/proc/m.svg: could not be written"]);
    folder.put("s.toml", SMALL);
    folder.run(&["batch", "s.toml", "--out", "/proc/maps-of-nappage"]).exits(2).says(&["could not be made"]);
    folder
        .run(&["templates", "chin", "--out", "/proc/maps-of-nappage"])
        .exits(2)
        .says(&["could not be made"]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_said_and_leaves_no_half_file() {
    let folder = Folder::new();
    folder.run(&["map", "chin", "-o", "/dev/full"]).exits(2).says(&["/dev/full", "no space left"]);
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("the device is there");
    let run = ended(folder.command(&["map", "chin"]).stdout(Stdio::from(full)));
    run.exits(2).says(&["standard output: could not be written", "no space left"]);
    // A limit on the size of files stands for a disk that fills up half way through.
    let program = env!("CARGO_BIN_EXE_nappage");
    let script = format!("trap '' XFSZ; ulimit -f 4; exec '{program}' map chin --format json -o m.json");
    let run = ended(std::process::Command::new("bash").args(["-c", &script]).current_dir(folder.path()));
    run.exits(2).says(&["m.json: could not be written", "no space left"]);
    assert_eq!(folder.names("."), NOTHING);
}

#[cfg(unix)]
#[test]
fn a_reader_that_goes_away_is_no_fault() {
    let folder = Folder::new();
    let program = env!("CARGO_BIN_EXE_nappage");
    for args in ["map chin --format json", "zones list", "protocols show exosome", "completions zsh", "man"] {
        let script = format!("set -o pipefail; '{program}' {args} 2>err | true; cat err >&2");
        let run = ended(std::process::Command::new("bash").args(["-c", &script]).current_dir(folder.path()));
        assert!(!run.stderr.contains("panicked") && !run.stderr.contains("error"), "{args}: {}", run.stderr);
    }
}

#[test]
fn a_clinic_folder_at_fault_stops_every_command() {
    let folder = Folder::new();
    folder.run(&["--zones", "gone", "zones", "list"]).exits(2).says(&["gone: does not exist"]);
    folder.put("empty/readme.txt", "nothing");
    folder.run(&["zones", "list", "--zones", "empty"]).exits(2).says(&["empty: holds no .toml file"]);
    folder.put("bad/deep/a.toml", [0xff, 0xfe, b'a']);
    folder.run(&["map", "chin", "--zones", "bad"]).exits(2).says(&["a.toml: is not UTF-8 text"]);
    folder.put("odd/z.toml", "format = \"nappage-zone/1\"\n[[zone]]\nid = \"x\"\ncolour = 3\n");
    folder.run(&["map", "chin", "--zones", "odd"]).exits(2).says(&["z.toml:", "colour"]);
    folder.run(&["zones", "list", "--zones", "odd/z.toml"]).exits(2).says(&["is a file, not a folder"]);
}

#[test]
fn all_faults_of_a_zone_file_come_at_once() {
    let folder = Folder::new();
    folder.put(
        "z.toml",
        r#"format = "nappage-zone/1"

[[zone]]
id = "bow"
name = "Bow tie"
region = "face"
kind = "standard"
chart = "flat"
units = ["mm", "mm"]
sides = "whole"
drawn = "by hand"
outline = [[0, 0], [40, 40], [40, 0], [0, 40], [0, 0]]

[[zone]]
id = "open"
name = "Open"
region = "face"
kind = "standard"
chart = "flat"
units = ["mm"]
sides = "whole"
drawn = "by hand"
colour = "red"
outline = [[0, 0], [nan, 40], [40, 0]]
"#,
    );
    let run = folder.run(&["zones", "validate", "z.toml"]).exits(2);
    let run = run.says(&["bow", "cross", "units", "colour", "nan", "z.toml:12", "z.toml:23"]);
    assert!(run.stderr.matches("error: ").count() >= 4, "{}", run.stderr);
    assert!(run.stdout.is_empty(), "{}", run.stdout);
}
