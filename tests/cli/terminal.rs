//! What is different where a person watches: a drawing goes to a file, words have colours.
#![cfg(unix)]

use crate::support;

use std::ffi::OsStr;
use std::fs::{File, OpenOptions};
use std::io::Read;
use std::os::unix::ffi::OsStrExt;
use std::process::Stdio;

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use support::Folder;

/// Runs the program with its standard output on a terminal: exit code, what the terminal showed, and
/// standard error.
fn on_terminal(folder: &Folder, args: &[&str]) -> (Option<i32>, String, String) {
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a terminal");
    grantpt(&master).and_then(|()| unlockpt(&master)).expect("the terminal is ours");
    let name = ptsname(&master, Vec::new()).expect("the terminal has a name");
    let open = OpenOptions::new().read(true).write(true).open(OsStr::from_bytes(name.as_bytes()));
    let mut command = folder.command(args);
    command.stdout(Stdio::from(open.expect("the terminal opens"))).stderr(Stdio::piped());
    command.env("TERM", "xterm-256color").env_remove("NO_COLOR");
    let child = command.spawn().expect("the program starts");
    // Only the program holds the terminal open now, so that its end is the end of the text.
    drop(command);
    let watcher = std::thread::spawn(move || {
        let mut shown = Vec::new();
        // A terminal whose last user is gone ends with an error.
        let _ = File::from(master).read_to_end(&mut shown);
        String::from_utf8_lossy(&shown).into_owned()
    });
    let output = child.wait_with_output().expect("the program ends");
    let shown = watcher.join().expect("the terminal was read");
    (output.status.code(), shown, String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn a_drawing_nobody_named_goes_to_a_file_of_its_own() {
    let folder = Folder::new();
    let (code, shown, said) = on_terminal(&folder, &["map", "chin"]);
    assert_eq!((code, shown.as_str()), (Some(0), ""), "{said}");
    assert!(said.contains("wrote nappage-map.svg"), "{said}");
    assert_eq!(folder.names("."), ["nappage-map.svg"]);
    let drawn = folder.read("nappage-map.svg");
    assert!(drawn.ends_with("</svg>\n"));
    assert!(drawn == folder.run(&["map", "chin"]).exits(0).stdout, "the file and the pipe differ");

    let (code, _, said) = on_terminal(&folder, &["map", "jaw"]);
    assert_eq!(code, Some(2));
    assert!(said.contains("nappage-map.svg: already exists") && said.contains("--force"), "{said}");
    assert!(drawn == folder.read("nappage-map.svg"));
}

#[test]
fn what_is_no_text_is_kept_off_the_terminal() {
    let folder = Folder::new();
    for format in ["pdf", "png"] {
        let (code, shown, said) = on_terminal(&folder, &["map", "chin", "--format", format]);
        assert_eq!((code, shown.as_str()), (Some(0), ""), "{said}");
        assert!(said.contains(&format!("wrote nappage-map.{format}")), "{said}");
        let (code, shown, said) = on_terminal(&folder, &["map", "chin", "--format", format, "-o", "-"]);
        assert_eq!((code, shown.as_str()), (Some(2), ""), "{said}");
        assert!(said.contains("standard output: is a terminal") && said.contains("hint: "), "{said}");
    }
    assert_eq!(folder.names("."), ["nappage-map.pdf", "nappage-map.png"]);
}

#[test]
fn points_and_words_are_shown_where_the_person_watches() {
    let folder = Folder::new();
    let (code, shown, said) = on_terminal(&folder, &["map", "chin", "--format", "csv"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(shown.starts_with("number,row,zone,"), "{shown}");
    folder.put("s.toml", support::SMALL);
    let (code, shown, said) = on_terminal(&folder, &["check", "s.toml"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(shown.contains("PASS") && shown.contains('\u{1b}'), "{shown:?}");
    assert_eq!(folder.names("."), ["s.toml"]);
}
