//! Courses: the days follow the protocol, closed days and moves, and calendars can read them.

use std::collections::BTreeSet;

use icalendar::parser::{read_calendar, unfold};
use jiff::ToSpan;
use jiff::civil::{Date, date};
use nappage::course::{
    Asked, Closed, Course, Kind, MOST_SESSIONS, Place, Why, course, icalendar, json, parse_weekday,
};
use nappage::library::Library;
use nappage::plan::Severity;
use nappage::session::{Session, plan};
use nappage::units::Microlitres;
use proptest::prelude::*;

fn session(course: Asked) -> Session {
    Session { course, ..Session::default() }
}

fn dated(asked: Asked) -> Course {
    course(&session(asked), Library::built_in(), None).unwrap_or_else(|faults| panic!("{faults}"))
}

fn from(start: Date) -> Asked {
    Asked { start: Some(start), ..Asked::default() }
}

fn days(course: &Course) -> Vec<String> {
    let shown = |item: &nappage::course::Item| match item.until {
        Some(until) => format!("{} to {until}", item.date),
        None => item.date.to_string(),
    };
    course.items.iter().map(shown).collect()
}

fn codes(course: &Course, severity: Severity) -> Vec<&str> {
    let of = course.findings.iter().filter(|finding| finding.severity == severity);
    of.map(|finding| finding.code.as_str()).collect()
}

/// A clinic closed at weekends.
fn weekends() -> Closed {
    let weekdays = ["sat", "Sunday"].map(|name| parse_weekday(name).expect("a day of the week"));
    Closed { weekdays: weekdays.into(), ..Closed::default() }
}

#[test]
fn the_weeks_are_those_of_the_protocol() {
    let course = dated(from(date(2026, 12, 1)));
    assert_eq!(
        days(&course),
        [
            "2026-12-01",
            "2026-12-29",
            "2027-01-26",
            "2027-02-23",
            "2027-04-26 to 2027-05-26",
            "2027-07-26 to 2027-09-26",
            "2027-10-26 to 2028-01-26",
            "2028-01-26 to 2028-05-26",
        ]
    );
    assert_eq!(codes(&course, Severity::Note), ["least-sessions", "maintenance-every", "maintenance-total"]);
    let every = &course.findings[1].message;
    assert!(every.contains("every 3 to 4 months") && every.contains("published, celmade-2026"), "{every}");
    assert!(course.findings[0].message.contains("3 sessions are the least"), "{:?}", course.findings);
    assert!(course.findings[0].message.contains("published, celmade-2026"), "{:?}", course.findings);
}

#[test]
fn an_assessment_that_moves_with_the_number_of_sessions_is_told_beside_what_the_protocol_states() {
    let told = |sessions: u32| {
        let course = dated(Asked { sessions: Some(sessions), ..from(date(2026, 12, 1)) });
        let found = course.findings.into_iter().find(|finding| finding.code == "assessment-moved");
        found.map(|finding| finding.message).unwrap_or_default()
    };
    let six = told(6);
    for part in
        ["24 weeks after the start", "4 weeks after the last of 6 sessions", "12 weeks for 3 sessions"]
    {
        assert!(six.contains(part), "{part}: {six}");
    }
    assert!(six.contains("published, celmade-2026"), "{six}");
    assert_eq!((told(3).as_str(), told(2).contains("8 weeks after the start")), ("", true));
}

#[test]
fn a_month_without_such_a_day_ends_a_session_on_its_last_and_the_next_is_not_drawn_along() {
    let asked =
        Session { protocol: Some("small-particle-ha-cheek".to_owned()), ..session(from(date(2027, 1, 31))) };
    let course = course(&asked, Library::built_in(), None).unwrap_or_else(|faults| panic!("{faults}"));
    assert_eq!(days(&course), ["2027-01-31", "2027-02-28", "2027-03-31"]);
}

#[test]
fn a_closed_day_moves_a_session_and_the_interval_is_kept_behind_it() {
    let closed = Closed { dates: [date(2026, 12, 25)].into(), ..weekends() };
    let course = dated(Asked { closed, ..from(date(2026, 11, 27)) });
    assert_eq!(days(&course)[..4], ["2026-11-27", "2026-12-28", "2027-01-25", "2027-02-22"]);
    let moved = course.items[1].moved.expect("the second session is moved");
    assert_eq!((moved.from, moved.why), (date(2026, 12, 25), Why::Closed));
    assert!(course.items[2].moved.is_none());
    let told = course.findings.iter().find(|finding| finding.code == "moved-closed").expect("it is told");
    assert!(
        told.message.contains("31 days after session 1 of 3, 3 farther than 4 weeks"),
        "{}",
        told.message
    );
}

#[test]
fn a_start_on_a_closed_day_is_told_and_moved() {
    let course = dated(Asked { closed: weekends(), ..from(date(2026, 11, 28)) });
    assert_eq!(days(&course)[..2], ["2026-11-30", "2026-12-28"]);
    assert_eq!(codes(&course, Severity::Warning), ["start-closed"]);
}

#[test]
fn a_moved_session_stays_where_it_is_put_and_says_how_far_off_it_is() {
    let moved =
        |to| Asked { moved: [(Place::Session(2), to)].into(), closed: weekends(), ..from(date(2026, 12, 1)) };
    let later = dated(moved(date(2027, 1, 5)));
    assert_eq!(days(&later)[..4], ["2026-12-01", "2027-01-05", "2027-02-02", "2027-03-02"]);
    assert_eq!(codes(&later, Severity::Warning), ["interval-farther"]);
    let nearer = dated(moved(date(2026, 12, 15)));
    assert_eq!(codes(&nearer, Severity::Warning), ["interval-nearer"]);
    assert!(nearer.findings[0].message.contains("14 nearer than 4 weeks"), "{:?}", nearer.findings);
    let closed = dated(moved(date(2027, 1, 2)));
    assert_eq!(codes(&closed, Severity::Warning), ["closed-day", "interval-farther"]);
    let unmoved = dated(moved(date(2026, 12, 29)));
    assert!(unmoved.items[1].moved.is_none() && codes(&unmoved, Severity::Warning).is_empty());
}

#[test]
fn fewer_sessions_than_the_least_break_the_protocol_and_a_longer_course_keeps_its_intervals() {
    let of = |sessions| dated(Asked { sessions: Some(sessions), ..from(date(2026, 12, 1)) });
    assert_eq!(codes(&of(2), Severity::Error), ["too-few-sessions"]);
    let long = of(6);
    assert!(codes(&long, Severity::Error).is_empty() && codes(&long, Severity::Warning).is_empty());
    assert_eq!(long.items[5].date, date(2026, 12, 1).saturating_add(20.weeks()));
    assert_eq!(long.items[6].date, date(2026, 12, 1).saturating_add(24.weeks()));
    assert_eq!(codes(&of(7), Severity::Warning), ["long-course"]);
}

#[test]
fn what_cannot_be_dated_is_at_fault_with_its_bound() {
    let start = from(date(2026, 12, 1));
    let monday_to_sunday = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let weekdays: BTreeSet<_> = monday_to_sunday.map(|name| parse_weekday(name).expect("a day")).into();
    let moved = |place, to| Asked { moved: [(place, to)].into(), ..start.clone() };
    let cases = [
        (Asked::default(), "start: is missing"),
        (from(date(1926, 12, 1)), "bound 2000 to 2199"),
        (Asked { sessions: Some(0), ..start.clone() }, "bound 1 to 24"),
        (Asked { sessions: Some(MOST_SESSIONS + 1), ..start.clone() }, "bound 1 to 24"),
        (Asked { maintenance: Some(41), ..start.clone() }, "bound 0 to 40"),
        (Asked { closed: Closed { weekdays, ..Closed::default() }, ..start.clone() }, "leaves no open day"),
        (moved(Place::Session(4), date(2027, 3, 1)), "bound 1 to 3, assessment"),
        (moved(Place::Session(2), date(2026, 12, 1)), "after 2026-12-01, session 1 of 3"),
        (moved(Place::Assessment, date(2027, 1, 1)), "after 2027-01-26, session 3 of 3"),
    ];
    for (asked, told) in cases {
        let faults = course(&session(asked), Library::built_in(), None).expect_err(told).to_string();
        assert!(faults.contains(told), "{faults}");
    }
    let none = Session { protocol: Some("dilute-toxin".to_owned()), ..session(start) };
    let faults = course(&none, Library::built_in(), None).expect_err("no course").to_string();
    assert!(faults.contains("states no course"), "{faults}");
}

#[test]
fn the_product_of_a_course_is_that_of_its_sessions_to_the_microlitre() {
    let text = "format = 'nappage-session/1'\nzones = ['forehead']\ntotal = '0.6 ml'\n\
                [vials]\nvolume = '0.5 ml'\n[course]\nstart = 2026-12-01\n";
    let session = Session::read("s.toml", text).unwrap_or_else(|faults| panic!("{faults}"));
    let library = Library::built_in();
    let plan = plan(&session, library).unwrap_or_else(|faults| panic!("{faults}"));
    let course = course(&session, library, Some(&plan)).unwrap_or_else(|faults| panic!("{faults}"));
    let need = course.need.expect("the plan is known");
    assert_eq!(need.session_ul, plan.totals.volume_ul);
    assert!(need.losses_ul > Microlitres::ZERO);
    assert_eq!(need.course_with_losses_ul, (need.session_ul + need.losses_ul) * 3);
    let vials = need.vials.expect("their size is known");
    assert_eq!((vials.session, vials.course), (2, 6));
}

#[test]
fn the_days_of_a_session_change_no_plan() {
    let plain = Session { zones: vec!["chin".to_owned()], ..Session::default() };
    let with_days = Session { course: from(date(2026, 12, 1)), ..plain.clone() };
    let hash =
        |session| plan(session, Library::built_in()).unwrap_or_else(|faults| panic!("{faults}")).input_hash;
    assert_eq!(hash(&plain), hash(&with_days));
}

#[test]
fn every_fault_of_the_table_is_found_with_its_line() {
    let text = "format = 'nappage-session/1'\n[course]\nstart = '01.12.2026'\nsessions = -1\nclosed = ['sut']\n\
                closed-on = [2026-12-25, '2026-12-32']\nlabl = 'x'\n[course.moved]\n'two' = 2027-01-05\n3 = 7\n";
    let faults = Session::read("s.toml", text).unwrap_err();
    let lines: Vec<_> = faults.list.iter().filter_map(|fault| faults.line(fault)).collect();
    assert_eq!(lines, [3, 4, 5, 6, 7, 9, 10], "{faults}");
    let told = faults.to_string();
    for part in [
        "did you mean 2026-12-01?",
        "did you mean 'sat'?",
        "31 days",
        "did you mean 'label'?",
        "or assessment",
    ] {
        assert!(told.contains(part), "{part} is missing in:\n{told}");
    }
    let text = "format = 'nappage-session/1'\n[course]\nclosed = ['2026-12-24']\n";
    let faults = Session::read("s.toml", text).unwrap_err();
    assert!(faults.to_string().contains("a single day goes into closed-on"), "{faults}");
    let text = "format = 'nappage-session/1'\n[course]\nstart = 2026-12-01\n[course.moved]\n2 = 2026-11-01\n";
    let session = Session::read("s.toml", text).unwrap_or_else(|faults| panic!("{faults}"));
    let faults = course(&session, Library::built_in(), None).unwrap_err();
    assert_eq!(faults.list.iter().map(|fault| faults.line(fault)).collect::<Vec<_>>(), [Some(5)], "{faults}");
}

/// Any course that can be dated, with odd labels.
fn asked() -> impl Strategy<Value = Asked> {
    let day = (0_i32..3000).prop_map(|days| date(2026, 1, 1).saturating_add(days.days()));
    let weekdays =
        prop::collection::btree_set(prop::sample::select(vec!["mon", "wed", "fri", "sat", "sun"]), 0..5);
    let dates = prop::collection::btree_set(day.clone(), 0..30);
    let gaps = prop::collection::vec(prop::option::of(1_i32..90), 4);
    let label = prop::option::of("[a-zà-ü漢;,:\\\\\"\\n\\t\u{1f600} ]{1,60}");
    (day, 1_u32..8, weekdays, dates, gaps, 0_u32..6, label).prop_map(
        |(start, sessions, weekdays, dates, gaps, maintenance, label)| {
            let mut moved = std::collections::BTreeMap::new();
            let mut last = start;
            for (number, gap) in (1..=sessions).zip(gaps) {
                // Moves that keep the order: each after whatever the one before can be.
                last = last.saturating_add(200.days());
                if let Some(gap) = gap {
                    moved.insert(Place::Session(number), last.saturating_add(gap.days()));
                }
            }
            let weekdays = weekdays.into_iter().filter_map(|name| parse_weekday(name).ok()).collect();
            let closed = Closed { weekdays, dates };
            let (start, sessions, maintenance) = (Some(start), Some(sessions), Some(maintenance));
            Asked { start, sessions, closed, moved, maintenance, label }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn days_rise_keep_open_and_hold_the_intervals(asked in asked()) {
        let Ok(course) = course(&session(asked.clone()), Library::built_in(), None) else { return Ok(()) };
        let single: Vec<_> = course.items.iter().filter(|item| item.kind != Kind::Maintenance).collect();
        prop_assert!(single.windows(2).all(|pair| pair[0].date < pair[1].date));
        for item in &single {
            let put = asked.moved.values().any(|day| *day == item.date);
            prop_assert!(put || !asked.closed.on(item.date), "{item:?}");
        }
        for pair in single.windows(2) {
            let gap = pair[0].date.until(pair[1].date).map(|span| span.get_days()).unwrap_or(0);
            prop_assert!(pair[1].moved.is_some() || gap == 28, "{pair:?}");
        }
        let text = json(&course);
        prop_assert_eq!(serde_json::from_str::<Course>(&text).ok(), Some(course));
    }

    #[test]
    fn calendar_programs_read_what_is_meant(asked in asked()) {
        let Ok(course) = course(&session(asked), Library::built_in(), None) else { return Ok(()) };
        let file = icalendar(&course);
        prop_assert!(file.ends_with("\r\n"));
        for line in file.split("\r\n") {
            prop_assert!(line.len() <= 75 && !line.contains(['\r', '\n']), "{line}");
        }
        let unfolded = unfold(&file);
        let calendar = read_calendar(&unfolded).map_err(TestCaseError::fail)?;
        let value = |name: &str| calendar.properties.iter().find(|p| p.name == name).map(|p| p.val.to_string());
        prop_assert_eq!(value("VERSION"), Some("2.0".to_owned()));
        prop_assert!(value("PRODID").is_some());
        prop_assert_eq!(calendar.components.len(), course.items.len());
        let mut uids = BTreeSet::new();
        for (event, item) in calendar.components.iter().zip(&course.items) {
            prop_assert_eq!(event.name.as_str(), "VEVENT");
            let value = |name: &str| event.find_prop(name).map(|p| p.val.to_string());
            let day = |date: Date| Some(date.strftime("%Y%m%d").to_string());
            prop_assert_eq!(value("DTSTART"), day(item.date));
            prop_assert_eq!(value("DTEND"), day(item.until.unwrap_or(item.date).saturating_add(1.day())));
            prop_assert_eq!(value("DTSTAMP"), Some(format!("{}T000000Z", course.start.strftime("%Y%m%d"))));
            let label = course.label.as_ref().map(|label| format!("{label}: ")).unwrap_or_default();
            let summary = format!("{label}{}, {}", course.protocol.name, item.name()).replace('\t', " ");
            prop_assert_eq!(value("SUMMARY"), Some(summary));
            prop_assert!(uids.insert(value("UID")));
        }
    }
}
