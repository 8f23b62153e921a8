//! The tray of a session: nothing is lost between the vial and the skin, and times are kept.

use nappage::library::Library;
use nappage::plan::{Plan, Severity};
use nappage::session::{self, Session};
use nappage::units::Microlitres;
use proptest::prelude::*;

fn planned(text: &str) -> Plan {
    let text = format!("format = 'nappage-session/1'\nzones = ['chin', 'periorbital']\n{text}");
    let session = Session::read("s.toml", &text).unwrap_or_else(|faults| panic!("{faults}"));
    session::plan(&session, Library::built_in()).unwrap_or_else(|faults| panic!("{faults}"))
}

fn faults(text: &str) -> String {
    let text = format!("format = 'nappage-session/1'\n{text}");
    match Session::read("s.toml", &text) {
        Err(faults) => faults.to_string(),
        Ok(session) => session::plan(&session, Library::built_in()).expect_err("a fault").to_string(),
    }
}

fn codes(plan: &Plan, severity: Severity) -> Vec<&str> {
    let found = plan.findings.iter().filter(|finding| finding.severity == severity);
    found.map(|finding| finding.code.as_str()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn what_the_vials_hold_is_given_lost_or_left(
        volume in 100..3000_u64,
        number in 1..6_u32,
        syringe in 0..2_usize,
        each in 1..3_u64,
        spacing in 0..3_usize,
    ) {
        let syringe = ["insulin-0.3", "tuberculin-1"][syringe];
        let spacing = ["11 mm", "12.5 mm", "14 mm"][spacing];
        let plan = planned(&format!(
            "spacing = '{spacing}'\nvolume = '{} ul'\nperiorbital-volume = '10 ul'\nsyringe = '{syringe}'\n\
             [product]\nvolume = '{volume} ul'\nnumber = {number}\n",
            each * 10,
        ));
        let sum = |of: fn(&nappage::plan::PlannedFilling) -> Microlitres| -> u64 {
            plan.fillings.iter().map(|filling| of(filling).0).sum()
        };
        let (given, lost, drawn) =
            (sum(|filling| filling.given_ul), sum(|filling| filling.loss_ul), sum(|filling| filling.drawn_ul));
        prop_assert_eq!(given, plan.totals.volume_ul.0);
        prop_assert_eq!(drawn, given + lost);
        prop_assert_eq!((plan.tray.losses_ul.0, plan.tray.needed_ul.0), (lost, drawn));
        let held = volume * u64::from(number);
        prop_assert_eq!(plan.tray.held_ul, Some(Microlitres(held)));
        let short = codes(&plan, Severity::Error).contains(&"vial-not-enough");
        match plan.tray.left_ul {
            Some(left) => prop_assert!(!short && held == drawn + left.0),
            None => prop_assert!(short && held < drawn),
        }
        // Every point is in exactly one filling, in the order of work.
        let mut next = 1;
        for filling in &plan.fillings {
            prop_assert_eq!(filling.from_to[0], next);
            prop_assert_eq!(filling.from_to[1] + 1 - filling.from_to[0], filling.points);
            next = filling.from_to[1] + 1;
        }
        prop_assert_eq!(next, plan.points.len() + 1);
    }
}

#[test]
fn a_product_past_its_day_fails_and_one_without_a_day_to_compare_is_noted() {
    let label = |expiry: &str, date: &str| {
        planned(&format!("[product]\nname = 'A'\nexpiry = '{expiry}'\n[visit]\ndate = '{date}'\n"))
    };
    assert!(codes(&label("2026-12-01", "2026-12-01"), Severity::Error).is_empty());
    assert_eq!(codes(&label("2026-11-30", "2026-12-01"), Severity::Error), ["expired"]);
    let open = planned("[product]\nexpiry = 2026-11-30\n");
    assert!(codes(&open, Severity::Note).contains(&"expiry-unchecked"));
}

#[test]
fn a_product_is_used_within_its_window() {
    let day = |made: &str, start: &str, lasts: &str, more: &str| {
        planned(&format!(
            "[product]\nid = 'exosome-lyophilised'\nvolume = '4 ml'\nreconstituted = '{made}'\n{more}\n[visit]\nstart = '{start}'\n\
             lasts = '{lasts}'\n"
        ))
    };
    let plan = day("14:00", "14:30", "90 min", "");
    assert!(codes(&plan, Severity::Error).is_empty() && codes(&plan, Severity::Warning).is_empty());
    assert_eq!(codes(&day("14:00", "14:30", "91 min", ""), Severity::Warning), ["use-by-near"]);
    assert_eq!(codes(&day("14:00", "14:30", "3.6 h", ""), Severity::Error), ["use-by-passed"]);
    assert_eq!(codes(&day("14:45", "14:30", "40 min", ""), Severity::Warning), ["reconstituted-late"]);
    // The clinic's own window stands before the source's.
    let plan = day("14:00", "14:30", "40 min", "use-within = '1 h'");
    assert_eq!(codes(&plan, Severity::Error), ["use-by-passed"]);
    // What comes ready has no window that a source gives.
    let plan = planned(
        "[product]\nid = 'exosome-ready'\nreconstituted = '08:00'\n[visit]\nstart = '14:30'\nlasts = '2 h'\n",
    );
    assert_eq!(plan.tray.times.use_by, None);
    // Past midnight.
    let plan = day("23:30", "23:45", "40 min", "");
    let shown = plan.tray.times.use_by.map(|at| at.to_string());
    assert_eq!(shown.as_deref(), Some("01:30 the next day"));
    let json = serde_json::to_string(&plan).expect("plain values");
    let again: Plan = serde_json::from_str(&json).expect("the same values");
    assert!(again.tray == plan.tray && again.fillings == plan.fillings);
}

#[test]
fn a_product_is_held_against_its_protocol_and_its_window_against_the_source() {
    let warned = |text: &str| -> Vec<String> {
        codes(&planned(text), Severity::Warning).into_iter().map(str::to_owned).collect()
    };
    assert_eq!(warned("[product]\nid = 'ha-booster'\nvolume = '2 ml'"), ["other-product"]);
    assert_eq!(warned("[product]\nid = 'pdrn'\nvolume = '2 ml'"), ["other-product"]);
    assert_eq!(warned("[product]\nid = 'exosome-ready'\nvolume = '2 ml'"), Vec::<String>::new());
    assert_eq!(warned("[product]\nname = 'Ours'\nvolume = '2 ml'"), Vec::<String>::new());
    assert_eq!(warned("[product]\nid = 'exosome-lyophilised'\nvolume = ''\nnumber = 2"), ["vials-unchecked"]);
    let longer = "[product]\nid = 'exosome-lyophilised'\nvolume = '2 ml'\nuse-within = '24 h'";
    assert_eq!(warned(longer), ["use-within-beyond"]);
}

#[test]
fn the_anaesthetic_is_put_on_by_the_time_that_the_source_gives() {
    let plan = planned("[visit]\nstart = '14:30'\n");
    let times = plan.tray.times.anaesthetic.map(|times| times.map(|at| at.to_string()));
    assert_eq!(times, Some(["13:45".to_owned(), "14:00".to_owned()]));
}

#[test]
fn the_label_and_the_times_change_no_plan() {
    let bare = planned("[product]\nvolume = '4 ml'\n");
    let told = planned(
        "[product]\nvolume = '4 ml'\nbatch = 'B'\nexpiry = '2030-01-01'\n[visit]\ndate = '2026-12-01'\nstart = '9:00'\n",
    );
    assert_eq!(bare.input_hash, told.input_hash);
    assert_eq!(bare.points, told.points);
}

#[test]
fn every_field_of_the_tray_says_what_is_wrong_with_it() {
    for (text, words) in [
        ("[product]\nid = 'exosome'", "is not known"),
        ("[product]\nvolume = '2'", "has no unit"),
        ("[product]\nvolume = '0 ml'", "above zero"),
        ("[product]\nnumber = 0", "1 to 1000"),
        ("[product]\nexpiry = '31.05.2027'", "did you mean 2027-05-31?"),
        ("[product]\nreconstituted = '2 pm'", "did you mean 14:00?"),
        ("[product]\nreconstituted = '14.05'", "did you mean 14:05?"),
        ("[product]\nuse-within = '3'", "'3 h'"),
        ("[product]\nbatsh = 'A'", "did you mean 'batch'?"),
        ("[product]\nvolume = '2 ml'\n[vials]\nvolume = '2 ml'", "say in one of the two"),
        ("[visit]\ndate = '2026-02-30'", "calendar"),
        ("[visit]\nstart = '25:00'", "is no time of the day"),
        ("[visit]\nlasts = '40'", "40 min"),
        ("[visit]\nlast = '40 min'", "did you mean 'lasts'?"),
    ] {
        let said = faults(text);
        assert!(said.contains(words) && said.contains("s.toml:"), "{text}: {said}");
    }
}
