//! `course` as a person or a script meets it.

use crate::support;

use support::Folder;

#[test]
fn a_course_is_a_table_a_value_or_a_calendar() {
    let folder = Folder::new();
    let start = ["course", "--start", "2026-12-01"];
    folder
        .run(&start)
        .exits(0)
        .prints(&["session 2 of 3", "tue 2026-12-29", "assessment", "mon 2027-04-26 to wed 2027-05-26"])
        .says(&["3 sessions are the least of this course"]);
    let json =
        folder.run(&[&start[..], &["--format", "json", "--maintenance", "0"]].concat()).exits(0).json();
    assert_eq!(json["format"], "nappage-course/1");
    assert_eq!(json["items"].as_array().map(Vec::len), Some(4));
    assert_eq!(json["items"][1]["date"], "2026-12-29");
    let written = [&start[..], &["-o", "course.ics"]].concat();
    folder.run(&written).exits(0).says(&["wrote course.ics"]);
    assert!(folder.read("course.ics").starts_with("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"));
    folder.run(&written).exits(2).says(&["already exists"]);
    folder.run(&[&written[..], &["--force", "--label", "Room 2"]].concat()).exits(0);
    assert!(folder.read("course.ics").contains("SUMMARY:Room 2: "));
}

#[test]
fn closed_days_and_moves_are_taken_from_flags_and_the_session_file() {
    let folder = Folder::new();
    let file = "format = 'nappage-session/1'\nzones = ['chin']\nreference = 'Jane Doe'\n[vials]\nvolume = '2 ml'\n\
                [course]\nstart = 2026-11-27\nclosed = ['sat', 'sun']\nclosed-on = [2026-12-25]\n";
    folder.put("s.toml", file);
    let args = ["course", "--session", "s.toml", "--move", "3=2027-02-01", "--closed", "MON"];
    folder
        .run(&args)
        .exits(0)
        .prints(&[
            "tue 2026-12-29",
            "closed on fri 2026-12-25",
            "moved from tue 2027-01-26",
            "vials of 2.00 ml: 1 a session, 3",
        ])
        .says(&["the clinic is closed", "interval-farther"]);
    let calendar = folder.run(&[&args[..], &["--format", "ics"]].concat()).exits(0).stdout;
    assert!(!calendar.contains("Jane"), "{calendar}");
    folder
        .run(&["course", "--session", "s.toml", "--start", "2026-11-28"])
        .exits(0)
        .says(&["mon 2026-11-30"]);
    folder.run(&["course", "--start", "2026-12-01", "--sessions", "2"]).exits(1).says(&["too-few-sessions"]);
}

#[test]
fn a_day_that_may_mean_two_is_asked_about() {
    let folder = Folder::new();
    for (day, asked) in [
        ("01.12.2026", "did you mean 2026-12-01?"),
        ("12/1/2026", "did you mean 2026-12-01 or 2026-01-12?"),
        ("2026-02-29", "that month has 28 days"),
        ("-1", "write year, month and day"),
    ] {
        folder.run(&["course", "--start", day]).exits(2).says(&[asked]);
        folder.run(&["course", "--start", "2026-12-01", "--closed-on", day]).exits(2).says(&[asked]);
        folder
            .run(&["course", "--start", "2026-12-01", "--move", &format!("2={day}")])
            .exits(2)
            .says(&[asked]);
    }
    folder.run(&["course"]).exits(2).says(&["start: is missing", "--start 2026-12-01"]);
    folder.run(&["course", "--start", "2026-12-01", "--move", "2"]).exits(2).says(&["as in 2=2027-01-05"]);
    folder
        .run(&["course", "--start", "2026-12-01", "--move", "x=2027-01-05"])
        .exits(2)
        .says(&["or assessment"]);
    folder
        .run(&["course", "--start", "2026-12-01", "--closed", "sut"])
        .exits(2)
        .says(&["did you mean 'sat'?"]);
    folder
        .run(&["course", "--start", "2026-12-01", "--protocol", "exosom"])
        .exits(2)
        .says(&["did you mean 'exosome'?"]);
    folder.run(&["course", "--start", "2026-12-01", "--label", " "]).exits(2).says(&["is empty"]);
}
