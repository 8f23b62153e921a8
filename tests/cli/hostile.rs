//! Inputs made to break the program: huge numbers, outputs that are inputs, disks that are full.

use crate::support;

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use support::{Folder, SMALL, ended};

const NOTHING: [&str; 0] = [];

fn flat_zone(outline: &str) -> String {
    format!(
        "format = \"nappage-zone/1\"\n[[zone]]\nid = \"own\"\nname = \"Own\"\nregion = \"chest\"\n\
         kind = \"standard\"\nchart = \"flat\"\nunits = [\"mm\", \"mm\"]\nsides = \"whole\"\n\
         drawn = \"by hand\"\noutline = {outline}\n"
    )
}

#[test]
fn no_command_writes_over_what_it_reads() {
    let folder = Folder::new();
    folder.put("s.toml", SMALL);
    folder.put("clinic/own.toml", flat_zone("[[0, 0], [60, 0], [60, 50], [0, 0]]"));
    folder.put("index.html", SMALL);
    let told = ["is read by this command", "name another file"];
    for output in ["s.toml", "./clinic/../s.toml"] {
        folder
            .run(&["map", "--session", "s.toml", "-o", output, "--format", "svg", "--force"])
            .exits(2)
            .says(&told);
    }
    let clinic = ["--zones", "clinic", "map", "own", "-o", "clinic/own.toml", "--format", "csv", "--force"];
    folder.run(&clinic).exits(2).says(&told);
    folder.run(&["batch", "index.html", "--out", ".", "--force"]).exits(2).says(&told);
    assert_eq!((folder.read("s.toml"), folder.read("index.html")), (SMALL.to_owned(), SMALL.to_owned()));
    assert_eq!(folder.names("."), ["clinic", "index.html", "s.toml"]);
}

#[cfg(unix)]
#[test]
fn a_file_in_the_place_of_a_folder_is_named() {
    let folder = Folder::new();
    folder.put("s.toml", SMALL);
    for args in [["batch", "s.toml", "--out", "s.toml"], ["templates", "chin", "--out", "s.toml"]] {
        folder.run(&args).exits(2).says(&["s.toml: is a file, not a folder"]);
    }
    folder
        .run(&["map", "chin", "--zones", "s.toml"])
        .exits(2)
        .says(&["s.toml: is a file, not a folder", "hint:"]);
    let long = format!("{}.svg", "d".repeat(300));
    folder.run(&["map", "chin", "-o", &long]).exits(2).says(&["no such name", "choose a shorter"]);
    folder.run(&["map", "chin", "-o", "s.toml/m.svg"]).exits(2).says(&["a file where a directory should be"]);
}

#[test]
fn zones_of_square_metres_are_refused_at_once() {
    let folder = Folder::new();
    let start = Instant::now();
    for (outline, part) in [
        ("[[0, 0], [9e9, 0], [9e9, 9e9], [0, 0]]", "bound -10000 to 10000"),
        ("[[0, 0], [1e308, 0], [0, -1e308], [0, 0]]", "bound -10000 to 10000"),
        ("[[0, 0], [9000, 0], [9000, 9000], [0, 9000], [0, 0]]", "bound 10000 points"),
        ("[[0, 0], [3000, 0], [3000, 3000], [0, 3000], [0, 0]]", "bound 5000 cm2"),
        ("[[0, 0], [nan, 0], [inf, 5], [0, 0]]", "is not a finite number"),
    ] {
        folder.put("clinic/own.toml", flat_zone(outline));
        folder.run(&["zones", "validate", "clinic/own.toml"]).exits(2).says(&["own.toml:", part]);
        folder.run(&["map", "own", "--zones", "clinic"]).exits(2).says(&["own.toml:", part]);
    }
    folder.put("clinic/own.toml", flat_zone("[[0, 0], [700, 0], [700, 700], [0, 700], [0, 0]]"));
    let run = folder.run(&["map", "own", "--zones", "clinic", "--spacing", "10mm"]).exits(2);
    run.says(&[
        "need too many points",
        "value 4757 cm2 at 10 mm",
        "bound 3000 points",
        "treat less at a time",
    ]);
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
}

#[test]
fn a_protocol_of_hairs_or_litres_is_refused_with_its_bounds() {
    let folder = Folder::new();
    let exosome = include_str!("../../face_zones/protocols/exosome.toml");
    for (from, to, part) in [
        ("from = \"10 mm\"", "from = \"0.001 mm\"", "bound 2 to 50 mm"),
        ("to = \"15 mm\"", "to = \"999999999 cm\"", "bound 2 to 50 mm"),
        ("to = \"4 ml\"", "to = \"900 ml\"", "bound 0.001 to 100 ml"),
        ("from = \"30 deg\"", "from = \"-30 deg\"", "is not a figure"),
    ] {
        let (from, to) = (from.to_owned(), to.to_owned());
        let text = [from.clone(), from.replace("10 mm", "1 cm"), from.replace("15 mm", "1.5 cm")]
            .iter()
            .find(|from| exosome.contains(from.as_str()))
            .map(|from| exosome.replace(from, &to))
            .unwrap_or_else(|| panic!("the protocol holds no {from}"));
        folder.put("clinic/p.toml", text);
        folder.run(&["protocols", "show", "exosome", "--zones", "clinic"]).exits(2).says(&["p.toml:", part]);
        folder.run(&["zones", "validate", "clinic/p.toml"]).exits(2).says(&[
            "p.toml:",
            part,
            "1 fault in 1 file",
        ]);
    }
}

#[test]
fn a_protocol_of_narrow_spacings_is_laid_out_as_wide_as_it_must_be() {
    let folder = Folder::new();
    let exosome = include_str!("../../face_zones/protocols/exosome.toml");
    let (before, spacing) = exosome.split_once("[spacing]").expect("the protocol has a spacing");
    let spacing = spacing.replacen("from = \"10 mm\"", "from = \"2 mm\"", 1);
    let spacing = spacing.replacen("from = \"1 cm\"", "from = \"2 mm\"", 1);
    folder.put("clinic/p.toml", format!("{before}[spacing]{spacing}"));
    let start = Instant::now();
    let map = ["map", "--zones", "clinic", "--format", "csv"];
    assert_eq!(folder.run(&map).code, Some(0));
    folder
        .run(&[map.as_slice(), &["--spacing", "2mm"]].concat())
        .exits(2)
        .says(&["too many points", "choose 3."]);
    folder.run(&[map.as_slice(), &["--total", "90ml"]].concat()).says(&["target-missed"]);
    assert!(start.elapsed() < Duration::from_secs(60), "{:?}", start.elapsed());
}

#[test]
fn every_fault_of_a_body_comes_at_once() {
    let folder = Folder::new();
    let body = "format = \"nappage-body/1\"\nid = \"giant\"\nname = \"Giant\"\nsource = \"a tale\"\nbased_on = \"women\"\n\
                [scale]\nhead = [1e300, nan, 1]\nneck = 1\nchest = [1, 1]\n";
    folder.put("clinic/giant.toml", body);
    let told = [
        "giant.toml:5",
        "did you mean 'woman'?",
        "giant.toml:7",
        "bound 0.5 to 2",
        "giant.toml:8",
        "giant.toml:9",
    ];
    folder.run(&["map", "chin", "--zones", "clinic"]).exits(2).says(&told);
    folder.run(&["zones", "validate", "clinic/giant.toml"]).exits(2).says(&told);
    folder.put("clinic/giant.toml", "format = \"nappage-body/1\"\nid = \"ours\"\nname = \"Ours\"\nsource = \"tape\"\nbased_on = \"man\"\n");
    folder.run(&["zones", "validate", "clinic/giant.toml"]).exits(0).prints(&["sound"]);
    folder.run(&["map", "chin", "--zones", "clinic", "--body", "ours", "--format", "csv"]).exits(0);
}

#[test]
fn files_of_another_kind_are_told_what_reads_them() {
    let folder = Folder::new();
    folder.put("s.toml", SMALL);
    let run = folder.run(&["zones", "validate", "s.toml"]).exits(2);
    run.says(&["s.toml:1", "nappage check", "1 fault in 1 file"]);
    folder.put("z.toml", flat_zone("[[0, 0], [60, 0], [60, 50], [0, 0]]"));
    folder.run(&["check", "z.toml"]).exits(2).says(&["z.toml:1", "bound nappage-session/1"]);
    folder.put("s.csv", "zones\nchin\n");
    folder.run(&["check", "s.csv"]).exits(2).says(&["s.csv: is a CSV", "nappage batch"]);
    folder.run(&["map", "chin", "-o", "m.docx"]).exits(2).says(&[
        "m.docx: has an ending",
        "value .docx",
        "--format",
    ]);
}

#[test]
fn nesting_without_end_is_a_fault_of_the_file() {
    let folder = Folder::new();
    folder.put("deep.toml", format!("{SMALL}body = {}{}\n", "[".repeat(200_000), "]".repeat(200_000)));
    for args in [
        ["check", "deep.toml"].as_slice(),
        &["zones", "validate", "deep.toml"],
        &["map", "--session", "deep.toml"],
    ] {
        folder.run(args).exits(2).says(&["deep.toml:3", "recurs"]);
    }
}

#[test]
fn texts_and_lists_without_end_are_refused_at_once() {
    let folder = Folder::new();
    let start = Instant::now();
    folder.put("s.toml", format!("{SMALL}reference = \"{}\"\n", "x".repeat(3_000_000)));
    folder.run(&["check", "s.toml"]).exits(2).says(&["s.toml:3", "value 3000000 characters", "at most 2000"]);
    let names: String = (0..100_000).map(|number| format!("\"no{number}\", ")).collect();
    folder.put("s.toml", format!("format = \"nappage-session/1\"\nzones = [{names}]\n"));
    folder.run(&["check", "s.toml"]).exits(2).says(&["s.toml:2", "value 100000, bound at most 200"]);
    let volumes: String = (0..100_000).map(|number| format!("z{number} = \"0.01 ml\"\n")).collect();
    folder.put("s.toml", format!("{SMALL}[volumes]\n{volumes}"));
    folder.run(&["check", "s.toml"]).exits(2).says(&["s.toml:3", "value 100000, bound at most 200"]);
    let square = "[[0, 0], [60, 0], [60, 50], [0, 0]]";
    for (from, to) in [("\"own\"", "b"), ("\"Own\"", "N"), ("\"by hand\"", "d")] {
        let text = flat_zone(square).replace(from, &format!("\"{}\"", to.repeat(300_000)));
        folder.put("clinic/own.toml", text);
        folder.run(&["zones", "list", "--zones", "clinic"]).exits(2).says(&["own.toml:", "at most "]);
    }
    let bad: String = (0..100_000).map(|_| "[nan, 9e9, 1], ").collect();
    folder.put("clinic/own.toml", flat_zone(&format!("[{bad}]")));
    folder.run(&["zones", "list", "--zones", "clinic"]).exits(2).says(&["own.toml:11", "further faults"]);
    assert!(start.elapsed() < Duration::from_secs(40), "{:?}", start.elapsed());
}

#[test]
fn a_hundred_thousand_jobs_start_no_hundred_thousand_threads() {
    let folder = Folder::new();
    folder.put("s.toml", SMALL);
    folder.run(&["batch", "s.toml", "--out", "out", "--jobs", "100000"]).exits(0).says(&["1 made"]);
}

#[test]
fn a_session_named_twice_is_one() {
    let folder = Folder::new();
    folder.put("in/s.toml", SMALL);
    folder
        .run(&["batch", "in", "in/s.toml", "./in/../in/s.toml", "--out", "out"])
        .exits(0)
        .says(&["1 made, 0 kept"]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_fills_up_in_a_batch_leaves_no_half_file() {
    let folder = Folder::new();
    folder.put("in/a.toml", SMALL);
    let program = env!("CARGO_BIN_EXE_nappage");
    let script = format!("trap '' XFSZ; ulimit -f 4; exec '{program}' batch in --out out");
    let run = ended(Command::new("bash").args(["-c", &script]).current_dir(folder.path()));
    run.exits(2).says(&["could not be written", "no space left"]);
    assert_eq!(folder.names("out"), NOTHING);
    folder.run(&["batch", "in", "--out", "out"]).exits(0).says(&["1 made"]);
}

#[cfg(unix)]
#[test]
fn a_folder_that_may_not_be_written_is_named() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new();
    folder.put("shut/keep.txt", "mine");
    let shut = folder.path().join("shut");
    std::fs::set_permissions(&shut, std::fs::Permissions::from_mode(0o555)).expect("the rights are set");
    // The superuser may write everywhere.
    if std::fs::File::create(shut.join("probe")).is_err() {
        folder
            .run(&["map", "chin", "-o", "shut/m.svg"])
            .exits(2)
            .says(&["permission denied", "check the rights"]);
        folder.run(&["session", "new", "-o", "shut/s.toml"]).exits(2).says(&["permission denied"]);
        assert_eq!(folder.names("shut"), ["keep.txt"]);
    }
    std::fs::set_permissions(&shut, std::fs::Permissions::from_mode(0o755)).expect("the rights are set");
}

#[cfg(unix)]
#[test]
fn closed_and_broken_streams_end_without_a_panic() {
    let folder = Folder::new();
    folder.put("s.toml", SMALL);
    let program = env!("CARGO_BIN_EXE_nappage");
    for args in [
        "map chin --format csv",
        "check s.toml",
        "batch s.toml --out out",
        "templates chin --out t",
        "session new",
    ] {
        for streams in [">&-", "2>&-", ">&- 2>&-", "2>/dev/full", "| true"] {
            let script = format!("exec 3>err; '{program}' {args} {streams}; echo $? > rc");
            let run = ended(
                Command::new("bash").args(["-c", &script]).stdin(Stdio::null()).current_dir(folder.path()),
            );
            assert!(!run.stderr.contains("panicked"), "{args} {streams}: {}", run.stderr);
            let code = folder.read("rc");
            assert!(["0", "2"].contains(&code.trim()), "{args} {streams} ends with {code}");
        }
    }
}
