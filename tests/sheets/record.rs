//! Records: nothing is lost between the syringe and the page, what differs from the plan is told, and a closed
//! record shows when it was changed.

use crate::pages;

use std::sync::LazyLock;

use nappage::clock::parse_clock;
use nappage::course::parse_date;
use nappage::library::Library;
use nappage::plan::{Plan, Severity};
use nappage::record::{Form, PlanFile, Record, RecordedZone, Report, State, check, json};
use nappage::session::{self, Session};
use nappage::sheet::{Page, Paper, record as sheet};
use nappage::units::Microlitres;
use pages::{data, groups, texts, words_are_on_the_page_and_clear_of_each_other};
use proptest::prelude::*;

/// A session with a tray, planned once.
static PLAN: LazyLock<Plan> = LazyLock::new(|| {
    let text = "format = 'nappage-session/1'\nzones = ['chin', 'periorbital']\nspacing = '12 mm'\n\
                [product]\nid = 'exosome-lyophilised'\nvolume = '2 ml'\nbatch = 'A1234'\nexpiry = '2027-05-31'\n\
                reconstituted = '14:00'\n[visit]\ndate = '2026-12-01'\nstart = '14:30'\n";
    let session = Session::read("s.toml", text).unwrap_or_else(|faults| panic!("{faults}"));
    session::plan(&session, Library::built_in()).unwrap_or_else(|faults| panic!("{faults}"))
});

fn blank() -> Record {
    Record::blank(&PLAN, PlanFile::Plan("plan.json".to_owned()))
}

/// A record with everything filled in as planned.
fn filled() -> Record {
    let mut record = blank();
    let words = |text: &str| Some(text.to_owned());
    record.form = Form {
        reference: words("A-1047"),
        practitioner: words("Lee"),
        consent: Some(true),
        ended: parse_clock("15:00").ok(),
        dilution: words("2 ml of the maker's"),
        drawn: Some(PLAN.tray.needed_ul),
        needle: words("30G"),
        depth: words("mid dermis"),
        reactions: words("none"),
        aftercare: Some(true),
        review: parse_date("2026-12-15").ok(),
        ..record.form
    };
    for zone in &mut record.zones {
        (zone.given, zone.wasted) = (zone.planned, Some(Microlitres::ZERO));
    }
    record
}

fn checked(record: &Record) -> Report {
    check(record, &PLAN, Library::built_in()).unwrap_or_else(|fault| panic!("{fault}"))
}

fn read(text: &str) -> Record {
    Record::read("r.toml", text).unwrap_or_else(|faults| panic!("{faults}\n{text}"))
}

fn codes(report: &Report, severity: Severity) -> Vec<&str> {
    let found = report.findings.iter().filter(|finding| finding.severity == severity);
    found.map(|finding| finding.code.as_str()).collect()
}

fn closed() -> Record {
    let record = filled();
    let day = parse_date("2026-12-01").expect("a day");
    record.closed(&checked(&record), "Lee", day).unwrap_or_else(|fault| panic!("{fault}"))
}

#[test]
fn a_blank_record_knows_what_the_plan_knows_and_lists_the_rest() {
    let record = blank();
    let form = &record.form;
    assert_eq!((form.batch.as_deref(), form.expiry), (Some("A1234"), parse_date("2027-05-31").ok()));
    assert_eq!((form.date, form.use_by), (parse_date("2026-12-01").ok(), parse_clock("16:00").ok()));
    assert_eq!(record.zones.len(), PLAN.zones.len());
    let report = checked(&record);
    assert_eq!(report.state, State::Open);
    for key in ["visit.reference", "visit.consent", "product.dilution", "after.reactions", "chin given"] {
        assert!(report.missing.contains(&key.to_owned()), "{key}: {:?}", report.missing);
    }
    assert!(!report.missing.iter().any(|key| key.contains("batch") || key.contains("prescriber")));
    assert_eq!(codes(&report, Severity::Note), ["missing"]);
}

#[test]
fn a_record_filled_in_as_planned_differs_in_nothing() {
    let report = checked(&filled());
    assert_eq!((report.missing.as_slice(), report.findings.as_slice()), ([].as_slice(), [].as_slice()));
    assert_eq!(report.totals.given_ul, PLAN.totals.volume_ul);
    assert_eq!(report.totals.left_ul, Some(PLAN.tray.losses_ul));
}

#[test]
fn whatever_differs_from_the_plan_is_told_as_gravely_as_it_is() {
    type Change = fn(&mut Record);
    let clock = |text: &str| parse_clock(text).ok();
    assert_eq!(PLAN.tray.times.use_by_latest, clock("18:00"), "made up at 14:00, and keeps 2 to 4 hours");
    let cases: [(Change, Severity, &str); 19] = [
        (|r| r.form.use_by = parse_clock("16:01").ok(), Severity::Warning, "use-by-late"),
        (|r| r.form.use_by = parse_clock("18:01").ok(), Severity::Error, "use-by-late"),
        (|r| r.form.ended = parse_clock("16:01").ok(), Severity::Error, "given-after-use-by"),
        (
            |r| (r.form.use_by, r.form.ended) = (parse_clock("18:00").ok(), parse_clock("17:30").ok()),
            Severity::Warning,
            "given-after-use-by",
        ),
        // Before it was made up: on the next day.
        (|r| r.form.ended = parse_clock("13:59").ok(), Severity::Error, "given-after-use-by"),
        (|r| r.form.consent = Some(false), Severity::Error, "no-consent"),
        (|r| r.form.expiry = parse_date("2026-11-30").ok(), Severity::Error, "expired"),
        (|r| r.form.aftercare = Some(false), Severity::Warning, "no-aftercare"),
        (|r| r.form.review = parse_date("2026-11-30").ok(), Severity::Warning, "review-early"),
        (|r| r.form.drawn = Some(Microlitres(1)), Severity::Error, "more-than-drawn"),
        (|r| r.form.drawn = Some(Microlitres(2001)), Severity::Error, "more-than-held"),
        (|r| r.skipped = vec![10_000], Severity::Error, "no-such-point"),
        (|r| r.skipped = vec![1], Severity::Warning, "given-differs"),
        (|r| r.zones[0].planned = Some(Microlitres(1)), Severity::Error, "planned-differs"),
        (|r| r.zones[0].points = Some(1), Severity::Error, "planned-differs"),
        (|r| r.zones[0].id = "chim".to_owned(), Severity::Error, "zone-not-planned"),
        (|r| r.zones[0].given = Some(Microlitres(1900)), Severity::Error, "over-point-limit"),
        (|r| r.zones[0].given = Some(Microlitres(1)), Severity::Warning, "under-point-limit"),
        (|r| r.zones[0].given = Some(Microlitres(1)), Severity::Warning, "given-differs"),
    ];
    for (change, severity, code) in cases {
        let mut record = filled();
        change(&mut record);
        let report = checked(&record);
        assert!(codes(&report, severity).contains(&code), "{code}: {:?}", report.findings);
    }
    let mut record = filled();
    record.zones[0].id = "chim".to_owned();
    let report = checked(&record);
    let told = report.findings.iter().find(|finding| finding.code == "zone-not-planned").expect("it is told");
    assert!(told.message.contains("did you mean"), "{}", told.message);
    assert!(report.zones.iter().any(|zone| zone.id == "chim" && zone.points == 0));
}

#[test]
fn a_zone_given_less_by_what_was_skipped_is_a_note_alone() {
    let mut record = filled();
    let chin = PLAN.zones.iter().position(|zone| zone.id == "chin").expect("the chin");
    let points: Vec<_> = PLAN.points.iter().filter(|point| point.zone == "chin").take(2).collect();
    record.skipped = points.iter().map(|point| point.number).collect();
    let less: Microlitres = points.iter().map(|point| point.volume_ul).sum();
    let given = PLAN.zones[chin].volume_ul.saturating_sub(less);
    record.zones[chin].given = Some(given);
    let report = checked(&record);
    assert_eq!(codes(&report, Severity::Note), ["points-skipped"]);
    assert!(codes(&report, Severity::Error).is_empty() && codes(&report, Severity::Warning).is_empty());
    assert_eq!(report.zones[chin].skipped, 2);
}

#[test]
fn the_plan_of_another_session_is_refused() {
    let record = Record { input_hash: "0123456789ab".to_owned(), ..filled() };
    let fault = check(&record, &PLAN, Library::built_in()).expect_err("another plan");
    assert!(fault.to_string().contains("is not the one that the record was made for"), "{fault}");
    assert_eq!(fault.bound.as_deref(), Some("0123456789ab"));
}

#[test]
fn a_report_holds_nothing_of_the_patient() {
    let mut record = filled();
    record.form.notes = Some("A word about Jane Doe".to_owned());
    record.form.reactions = Some("a wheal on Jane Doe".to_owned());
    record.form.reference = Some("Jane Doe".to_owned());
    let text = json(&checked(&record));
    assert!(text.contains("\"format\": \"nappage-record-report/1\"") && !text.contains("Jane"), "{text}");
    let again: Report = serde_json::from_str(&text).expect("a report");
    assert_eq!(again, checked(&record));
}

#[test]
fn a_record_closes_only_when_it_is_filled_in_and_not_before_its_session() {
    let day = |text: &str| parse_date(text).expect("a day");
    let open = blank();
    let fault = open.closed(&checked(&open), "Lee", day("2026-12-01")).expect_err("it is blank");
    assert!(fault.to_string().contains("visit.reference"), "{fault}");
    let record = filled();
    let report = checked(&record);
    let early = record.closed(&report, "Lee", day("2026-11-30")).expect_err("before the session");
    assert!(early.to_string().contains("bound from 2026-12-01 on"), "{early}");
    assert!(record.closed(&report, " ", day("2026-12-01")).is_err());
    let closed = closed();
    assert_eq!((closed.holds(), record.holds()), (Some(true), None));
    let twice = closed.closed(&report, "Lee", day("2026-12-01")).expect_err("closed already");
    assert!(twice.to_string().contains("record amend"), "{twice}");
}

#[test]
fn what_happened_can_be_closed_even_where_it_breaks_a_limit() {
    let mut record = filled();
    record.form.expiry = parse_date("2026-11-30").ok();
    let report = checked(&record);
    assert_eq!(codes(&report, Severity::Error), ["expired"]);
    let day = parse_date("2026-12-01").expect("a day");
    let closed = record.closed(&report, "Lee", day).expect("it is what happened");
    assert_eq!(codes(&checked(&closed), Severity::Error), ["expired"]);
}

#[test]
fn a_change_to_any_line_of_a_closed_record_breaks_its_seal() {
    let text = closed().written();
    let mut tried = 0;
    for (number, line) in text.lines().enumerate() {
        let Some((key, rest)) = line.split_once(" = ") else { continue };
        let value = rest.split(" # ").next().unwrap_or_default();
        let other = match value {
            hash if matches!(key, "input" | "sha256") => {
                format!("\"{}{}", if hash.starts_with("\"0") { 1 } else { 0 }, &hash[2..])
            }
            "true" => "false".to_owned(),
            "[]" => "[1]".to_owned(),
            "\"\"" => "\"x\"".to_owned(),
            value if value.ends_with(" ml\"") => "\"0.999 ml\"".to_owned(),
            value if value.contains("-12-") => value.replace("-12-", "-11-"),
            value if value.contains("-05-") => value.replace("-05-", "-06-"),
            value if value.contains(":00") => value.replace(":00", ":01"),
            value if value.parse::<u32>().is_ok() => format!("{value}0"),
            value => value.replacen(['a', 'e', '3', 'A', 'n', 'c'], "b", 1),
        };
        // The path may change, and a format that is not known cannot be read.
        if matches!(key, "file" | "format") || (key == "drawn" && value == "\"\"") {
            continue;
        }
        let changed: Vec<String> = text
            .lines()
            .enumerate()
            .map(|(k, old)| if k == number { format!("{key} = {other}") } else { old.to_owned() })
            .collect();
        let changed = changed.join("\n") + "\n";
        if let Ok(record) = Record::read("r.toml", &changed) {
            assert_eq!(record.holds(), Some(false), "{line} -> {other}");
            tried += 1;
        }
    }
    assert!(tried > 25, "{tried} lines were changed");
}

#[test]
fn a_record_that_cannot_be_true_is_not_closed() {
    type Change = fn(&mut Record);
    let cases: [(Change, &str, &str); 2] = [
        (
            |r| r.skipped = vec![1, 10_000],
            "skipped: names points that the plan does not have (value 10000, bound 1 to ",
            "write the numbers that the map shows",
        ),
        (
            |r| r.form.drawn = Some(Microlitres(1)),
            "product.drawn: is less than was given and wasted (value 0.001 ml, bound at least ",
            "correct drawn",
        ),
    ];
    for (change, told, hint) in cases {
        let mut record = filled();
        change(&mut record);
        let day = parse_date("2026-12-01").expect("a day");
        let fault = record.closed(&checked(&record), "Lee", day).expect_err(told);
        assert!(fault.to_string().starts_with(told), "{fault}");
        assert!(fault.hint.as_ref().is_some_and(|words| words.contains(hint)), "{fault}");
    }
}

#[test]
fn a_window_of_the_sessions_own_stands_before_the_sources() {
    let mut plan = PLAN.clone();
    plan.tray.times.use_by = parse_clock("14:30").ok();
    plan.tray.times.use_by_latest = plan.tray.times.use_by;
    let report = check(&filled(), &plan, Library::built_in()).expect("a report");
    let found = report.findings.iter().find(|finding| finding.code == "given-after-use-by").expect("one");
    assert!(found.message.contains("after 14:30") && found.message.contains("clinic-set"), "{found:?}");
}

#[test]
fn it_is_kept_where_the_making_up_was_not_planned_but_done() {
    let text = "format = 'nappage-session/1'\nzones = ['chin', 'periorbital']\nspacing = '12 mm'\n\
                [product]\nid = 'exosome-lyophilised'\nuse-within = '45 min'\n";
    let session = Session::read("s.toml", text).unwrap_or_else(|faults| panic!("{faults}"));
    let plan = session::plan(&session, Library::built_in()).unwrap_or_else(|faults| panic!("{faults}"));
    assert_eq!((plan.tray.use_within_min, plan.tray.times.use_by), (Some([45, 45]), None));
    let mut record = Record::blank(&plan, PlanFile::Plan("plan.json".to_owned()));
    record.form.reconstituted = parse_clock("14:00").ok();
    let error = |record: &Record| {
        let report = check(record, &plan, Library::built_in()).expect("a report");
        report.findings.into_iter().find(|finding| finding.code == "given-after-use-by")
    };
    record.form.ended = parse_clock("14:45").ok();
    assert_eq!(error(&record), None);
    record.form.ended = parse_clock("14:46").ok();
    let found = error(&record).expect("a minute late");
    assert!(found.message.contains("after 14:45") && found.message.contains("clinic-set"), "{found:?}");
}

#[test]
fn comments_blanks_and_the_place_of_the_plan_do_not_break_a_seal() {
    let text = closed().written();
    let bare: String =
        text.lines().map(|line| format!("{}\n\n", line.split(" # ").next().unwrap_or(""))).collect();
    let moved = bare.replace("\"plan.json\"", "\"../plans/plan.json\"");
    assert_ne!(moved, text);
    assert_eq!(read(&moved).holds(), Some(true));
    let changed = text.replace("batch = \"A1234\"", "batch = \"A1235\"");
    let report = checked(&read(&changed));
    assert_eq!((report.state, codes(&report, Severity::Error)), (State::Changed, vec!["seal-broken"]));
}

#[test]
fn an_amendment_names_what_it_corrects_and_leaves_it_alone() {
    let day = |text: &str| parse_date(text).expect("a day");
    let closed = closed();
    let amended = closed.amended("Kim", day("2026-12-03"), "the batch was misread").expect("an amendment");
    let amends = amended.amends.as_ref().expect("it names the record");
    assert_eq!(Some(&amends.sha256), closed.seal.as_ref().map(|seal| &seal.sha256));
    assert_eq!((amended.holds(), &amended.form), (None, &closed.form));
    let again = amended.closed(&checked(&amended), "Kim", day("2026-12-03")).expect("closed");
    assert_eq!(read(&again.written()), again);
    assert_eq!(checked(&again).amends.as_ref(), Some(&amends.sha256));
    // What an amendment says of itself is sealed too.
    assert_eq!(read(&again.written().replace("misread", "mistyped")).holds(), Some(false));
    for (record, by, date, reason, problem) in [
        (&filled(), "Kim", "2026-12-03", "x", "is not closed"),
        (&closed, "Kim", "2026-11-30", "x", "is before the record was closed"),
        (&closed, "Kim", "2026-12-03", " ", "reason: is empty"),
        (&closed, "", "2026-12-03", "x", "name: is empty"),
        (&Record { skipped: vec![1], ..closed.clone() }, "Kim", "2026-12-03", "x", "has changed since"),
    ] {
        let fault = record.amended(by, day(date), reason).expect_err(problem);
        assert!(fault.to_string().contains(problem), "{problem}: {fault}");
    }
}

#[test]
fn every_fault_of_a_record_is_found_at_once_with_its_line() {
    let whole = filled().written();
    let line_of = |part: &str| 1 + whole.lines().position(|line| line.starts_with(part)).expect("a line");
    let bad = [
        ("skipped = ", "[1, 1]", "names a point twice"),
        ("input = ", "\"x\"", "is no hash"),
        ("date = ", "\"01.12.2026\"", "did you mean 2026-12-01?"),
        ("consent = ", "\"perhaps\"", "is no answer"),
        ("expiry = ", "\"2027-02-30\"", "is not in the calendar"),
        ("reconstituted = ", "\"2 pm\"", "14:00"),
        ("use-by = ", "\"25:00\"", "is no time of the day"),
        ("drawn = ", "3", "has no unit"),
        ("aftercare = ", "1", "true or false"),
        ("review = ", "\"soon\"", "is no day"),
        ("needle = ", "30", "must be a text"),
        ("points = ", "\"many\"", "must be a whole number"),
        ("planned = ", "\"-1 ml\"", "is negative"),
        ("given = ", "\"0.0001 ml\"", "is not a whole number of microlitres"),
        ("wasted = ", "\"1 oz\"", "has an unknown unit"),
    ];
    let mut text: Vec<String> = whole.lines().map(str::to_owned).collect();
    for (start, value, _) in bad {
        text[line_of(start) - 1] = format!("{start}{value}");
    }
    let faults = Record::read("r.toml", &text.join("\n")).expect_err("every line is at fault");
    let told = faults.to_string();
    for (start, _, problem) in bad {
        let place = format!("r.toml:{}: ", line_of(start));
        assert!(
            told.lines().any(|line| line.starts_with(&place) && line.contains(problem)),
            "{place}{problem} is missing in\n{told}"
        );
    }
}

#[test]
fn what_a_record_cannot_hold_is_told_with_what_it_can() {
    let whole = filled().written();
    for (from, to, problem) in [
        (
            "nappage-record/1",
            "nappage-record/2",
            "(value 'nappage-record/2', bound nappage-record/1); hint: this Nappage reads the version above",
        ),
        ("batch = ", "bach = ", "did you mean 'batch'?"),
        ("[after]", "[afters]", "did you mean 'after'?"),
        ("id = \"chin\"", "id = \"periorbital-left\"", "names a zone twice"),
        ("id = \"chin\"", "name = \"chin\"", "id: is missing"),
        ("file = ", "session = 's.toml'\nfile = ", "stands beside a file"),
        ("file = \"plan.json\"\n", "", "file: is missing"),
        ("skipped = []", "skipped = [0]", "points are numbered from 1"),
        ("skipped = []", "skipped = 3", "must be a list"),
    ] {
        let text = whole.replacen(from, to, 1);
        assert_ne!(text, whole, "{from}");
        let told = Record::read("r.toml", &text).expect_err(problem).to_string();
        assert!(told.contains(problem), "{problem} is missing in\n{told}");
    }
    let sealed = closed().written();
    for (from, to, problem) in [
        ("by = \"Lee\"", "by = \"\"", "is empty"),
        ("sha256 = \"", "sha256 = \"x", "64 digits"),
        ("[seal]", "[seal]\nname = 'Lee'", "is not a known key"),
    ] {
        let told = Record::read("r.toml", &sealed.replacen(from, to, 1)).expect_err(problem).to_string();
        assert!(told.contains(problem), "{problem} is missing in\n{told}");
    }
    let told = Session::read("r.toml", &whole).expect_err("a record is no session").to_string();
    assert!(told.contains("nappage record check"), "{told}");
}

fn pages(record: &Record, paper: Paper) -> Vec<Page> {
    let pages = sheet::pages(record, &checked(record), &PLAN, Library::built_in(), paper).expect("pages");
    pages.iter().for_each(|page| words_are_on_the_page_and_clear_of_each_other("record", page));
    pages
}

fn said(pages: &[Page]) -> String {
    let words = pages.iter().flat_map(|page| texts(page.items()).into_iter().map(|text| text.words.clone()));
    words.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_record_stands_on_one_page_with_every_zone_and_volume() {
    for paper in [Paper::A4, Paper::Letter] {
        let record = closed();
        let drawn = pages(&record, paper);
        assert_eq!(drawn.len(), 1);
        let rows = groups(drawn[0].items(), "recorded");
        assert_eq!(rows.len(), record.zones.len());
        for (row, zone) in rows.iter().zip(&record.zones) {
            assert_eq!(data(row, "zone"), zone.id);
            assert_eq!(data(row, "given-ul"), zone.given.map_or(String::new(), |given| given.0.to_string()));
        }
        let said = said(&drawn);
        for words in ["A-1047", "Lee", "A1234", "2027-05-31", "30G", "none", "2026-12-15", "Signature"] {
            assert!(said.contains(words), "{words} is missing in\n{said}");
        }
        let seal = record.seal.as_ref().map_or("", |seal| &seal.sha256[..8]);
        assert!(said.contains(seal) && !said.contains("CHECK"));
    }
}

#[test]
fn a_page_of_a_blank_record_can_be_filled_in_and_an_error_stands_on_top() {
    let open = pages(&blank(), Paper::A4);
    assert!(said(&open).contains("Reactions, even if none") && said(&open).contains("Not closed yet."));
    let mut record = filled();
    record.form.expiry = parse_date("2026-11-30").ok();
    let failed = pages(&record, Paper::A4);
    assert!(said(&failed).contains("CHECK: 1 error") && !said(&failed).contains("DO NOT USE"));
}

#[test]
fn hostile_words_stay_on_the_pages_of_a_record() {
    let mut record = filled();
    let strange = "\u{202e}<b>&\u{7} Reagenz\u{301} \u{1f9ea} ".repeat(40);
    let unbroken = "x".repeat(1900);
    for field in [&mut record.form.practitioner, &mut record.form.dilution, &mut record.form.reactions] {
        *field = Some(strange.clone());
    }
    for field in [&mut record.form.reference, &mut record.form.product, &mut record.form.notes] {
        *field = Some(unbroken.clone());
    }
    record.skipped = (1..3000).collect();
    for k in 0..120 {
        let zone = RecordedZone { id: format!("{k}-{unbroken}"), ..record.zones[0].clone() };
        record.zones.push(zone);
    }
    for paper in [Paper::A4, Paper::Letter] {
        assert!(pages(&record, paper).len() > 1);
    }
}

/// Texts with quotes, controls, letters of many scripts and blanks at their ends.
fn words() -> impl Strategy<Value = Option<String>> {
    prop::option::of("[ -~\\t\\r\\nà-ÿΑ-ωА-я\u{0}\u{7f}\u{85}\u{fffd}\u{1f9ea}]{0,40}")
}

fn volumes() -> impl Strategy<Value = Option<Microlitres>> {
    prop::option::of((0..1_000_000_u64).prop_map(Microlitres))
}

fn days() -> impl Strategy<Value = Option<jiff::civil::Date>> {
    prop::option::of((2000..2200_i16, 1..13_i8, 1..29_i8).prop_map(|(y, m, d)| jiff::civil::date(y, m, d)))
}

prop_compose! {
    fn forms()(
        [reference, practitioner, prescriber, product, concentration, batch] in [words(), words(), words(), words(), words(), words()],
        [dilution, needle, depth, reactions, notes] in [words(), words(), words(), words(), words()],
        [date, expiry, review] in [days(), days(), days()],
        [consent, aftercare] in [prop::option::of(any::<bool>()), prop::option::of(any::<bool>())],
        minutes in prop::option::of(0..1440_u32),
        preparation in words(),
        drawn in volumes(),
    ) -> Form {
        let clock = minutes.and_then(|minutes| parse_clock(&format!("{:02}:{:02}", minutes / 60, minutes % 60)).ok());
        Form {
            reference, date, practitioner, prescriber, consent, product, concentration, batch, expiry, dilution,
            reconstituted: clock, use_by: clock, ended: clock, preparation, drawn, needle, depth, reactions, aftercare, review, notes,
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn what_is_written_is_read_and_written_again_to_the_same_bytes(
        form in forms(),
        zones in prop::collection::vec((volumes(), volumes()), 0..4),
        skipped in prop::collection::btree_set(1..3000_usize, 0..6),
        path in "[ -~]{0,20}[!-~]",
        is_session in any::<bool>(),
        layer in words(),
    ) {
        let mut record = filled();
        record.layer = layer;
        record.plan = if is_session { PlanFile::Session(path) } else { PlanFile::Plan(path) };
        record.form = form;
        record.skipped = skipped.into_iter().collect();
        for (zone, (given, wasted)) in record.zones.iter_mut().zip(zones) {
            (zone.given, zone.wasted) = (given, wasted);
        }
        let text = record.written();
        let again = Record::read("r.toml", &text);
        prop_assert!(again.is_ok(), "{}\n{text}", again.err().map_or(String::new(), |faults| faults.to_string()));
        let again = again.expect("it is read");
        prop_assert_eq!(again.written(), text);
        prop_assert_eq!(again.canonical(), record.canonical());
    }

    #[test]
    fn what_was_drawn_up_is_given_wasted_or_left(
        volumes in prop::collection::vec((0..40_u64, 0..40_u64), 3),
        drawn in 0..400_u64,
    ) {
        let mut record = filled();
        record.form.drawn = Some(Microlitres(drawn));
        for (zone, (given, wasted)) in record.zones.iter_mut().zip(&volumes) {
            (zone.given, zone.wasted) = (Some(Microlitres(*given)), Some(Microlitres(*wasted)));
        }
        let used: u64 = record.zones.iter().map(|zone| zone.given.map_or(0, |v| v.0) + zone.wasted.map_or(0, |v| v.0)).sum();
        let report = checked(&record);
        let more = codes(&report, Severity::Error).contains(&"more-than-drawn");
        let totals = report.totals;
        prop_assert_eq!(totals.given_ul.0 + totals.wasted_ul.0, used);
        match totals.left_ul {
            Some(left) => prop_assert!(!more && used + left.0 == drawn),
            None => prop_assert!(more && used > drawn),
        }
    }

    #[test]
    fn a_seal_holds_through_writing_and_reading(form in forms()) {
        let mut record = filled();
        let known = record.form.clone();
        record.form = Form {
            // What must be there is.
            date: known.date, reference: known.reference, practitioner: known.practitioner, consent: known.consent,
            drawn: known.drawn, ended: known.ended, product: known.product, batch: known.batch, expiry: known.expiry, dilution: known.dilution,
            reconstituted: known.reconstituted, use_by: known.use_by, needle: known.needle, depth: known.depth,
            reactions: known.reactions, aftercare: known.aftercare, review: known.review, ..form
        };
        let day = parse_date("2026-12-01").expect("a day");
        let closed = record.closed(&checked(&record), "Lee", day).expect("closed");
        let again = Record::read("r.toml", &closed.written()).expect("it is read");
        prop_assert_eq!(again.holds(), Some(true));
    }
}
