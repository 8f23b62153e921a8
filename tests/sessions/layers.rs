//! Several treatments in one session: no point of one lands on a point of another, and each keeps its own books.

use nappage::library::Library;
use nappage::plan::{Layered, Plan, Severity};
use nappage::session::{Session, layers, plan};
use nappage::units::Microlitres;
use proptest::prelude::*;

fn session(text: &str) -> Session {
    let text = format!("format = 'nappage-session/1'\n{text}");
    Session::read("s.toml", &text).unwrap_or_else(|faults| panic!("{faults}"))
}

fn layered(text: &str) -> Layered {
    layers(&session(text), Library::built_in()).unwrap_or_else(|faults| panic!("{faults}"))
}

fn codes(layered: &Layered, severity: Severity) -> Vec<&str> {
    let found = layered.findings.iter().filter(|finding| finding.severity == severity);
    found.map(|finding| finding.code.as_str()).collect()
}

/// The least distance between points of two plans, searched plainly.
fn between_mm(first: &Plan, second: &Plan) -> f64 {
    let distance = |a: [f64; 3], b: [f64; 3]| (0..3).map(|k| (a[k] - b[k]).powi(2)).sum::<f64>().sqrt();
    let all = first.points.iter().flat_map(|a| second.points.iter().map(|b| distance(a.skin_mm, b.skin_mm)));
    all.fold(f64::INFINITY, f64::min)
}

const BOTH: &str = "[[layer]]\nname = 'booster'\nprotocol = 'vyc-12l'\n[[layer]]\nname = 'exosome'\n";

#[test]
fn an_exosome_goes_between_the_points_of_a_booster() {
    for zones in ["['full-face']", "['neck']", "['cheek', 'chin']"] {
        let layered = layered(&format!("zones = {zones}\n{BOTH}"));
        let [booster, exosome] = layered.layers.as_slice() else { panic!("two layers") };
        assert_eq!(layered.apart_mm, Some(1.8), "a quarter of 7.5 mm");
        let between = between_mm(&booster.plan, &exosome.plan);
        assert!(between >= 1.8 && layered.min_between_mm.is_some_and(|mm| (mm - between).abs() < 1e-9));
        assert_eq!(codes(&layered, Severity::Error), Vec::<&str>::new());
        assert_eq!(codes(&layered, Severity::Note), ["layers-apart"]);
        assert!(exosome.plan.quality.min_spacing_mm.is_some_and(|mm| mm >= 10.0 - 1e-6));
        let alone = plan(&session(&format!("zones = {zones}\n")), Library::built_in()).expect("a plan");
        let share = exosome.plan.points.len() as f64 / alone.points.len() as f64;
        assert!((0.85..1.15).contains(&share), "{zones}: {share}");
    }
}

#[test]
fn layers_keep_apart_at_every_spacing_and_leave_no_skin_bare() {
    for (body, spacing) in [("woman", 11.0), ("woman", 11.5), ("woman", 13.0), ("man", 12.0), ("man", 12.5)] {
        let text = format!("zones = ['full-face']\nbody = '{body}'\n{BOTH}spacing = '{spacing} mm'\n");
        let layered = layered(&text);
        let quality = &layered.layers[1].plan.quality;
        assert!(layered.min_between_mm.is_some_and(|mm| mm >= 1.8), "{text}: {:?}", layered.min_between_mm);
        assert!(quality.min_spacing_mm.is_some_and(|mm| mm >= 10.0 - 1e-6), "{text}");
        assert!(quality.gap_mm.is_some_and(|mm| mm <= spacing), "{text}: {:?}", quality.gap_mm);
    }
}

#[test]
fn the_first_layer_is_planned_as_if_it_were_alone() {
    let layered = layered(&format!("zones = ['chin']\n{BOTH}"));
    let alone =
        plan(&session("zones = ['chin']\nprotocol = 'vyc-12l'\n"), Library::built_in()).expect("a plan");
    assert_eq!(layered.layers[0].plan.points, alone.points);
    assert_ne!(layered.layers[1].plan.input_hash, alone.input_hash);
}

#[test]
fn a_wrong_order_is_told_with_its_source() {
    let text = "zones = ['chin']\n[[layer]]\nname = 'exosome'\n[[layer]]\nname = 'second'\n";
    for other in
        ["protocol = 'vyc-12l'\n", "protocol = 'small-particle-ha-cheek'\n", "[layer.product]\nid = 'pdrn'\n"]
    {
        let layered = layered(&format!("{text}{other}"));
        assert!(codes(&layered, Severity::Error).contains(&"layer-order"), "{other}");
        let finding = layered.findings.iter().find(|finding| finding.code == "layer-order").expect("one");
        assert!(finding.message.contains("published, celmade-2026"), "{}", finding.message);
        assert!(finding.message.contains("write 'second' first"), "{}", finding.message);
    }
    let right = layered(&format!("zones = ['chin']\n{BOTH}"));
    assert!(!codes(&right, Severity::Error).contains(&"layer-order"));
    let exosome = Library::built_in().protocol("exosome").expect("built in");
    let lines = exosome.figures();
    let orders =
        lines.iter().filter(|line| line.key == "order" && line.source.as_deref() == Some("celmade-2026"));
    assert_eq!(orders.count(), 2);
}

#[test]
fn a_layer_takes_from_the_session_what_it_leaves_out() {
    let text = "zones = ['forehead', 'chin']\nskip = ['chin']\nspacing = '12 mm'\nbody = 'man'\n\
                [[skip-point]]\nzone = 'forehead'\nrow = 1\nplace = 1\nlayer = 'B'\n\
                [[layer]]\nname = 'a'\n[[layer]]\nname = 'b'\nspacing = '13 mm'\npattern = 'even'\nskip = ['glabella']\n";
    let session = session(text);
    let [a, b] = session.by_layer().try_into().expect("two layers");
    assert_eq!((a.spacing_mm, b.spacing_mm), (Some(12.0), Some(13.0)));
    assert_eq!((a.skip.as_slice(), b.skip.len()), (["chin".to_owned()].as_slice(), 2));
    assert_eq!((a.skip_points.len(), b.skip_points.len()), (0, 1));
    assert_eq!((a.body.as_deref(), b.body.as_deref()), (Some("man"), Some("man")));
    assert!(a.layers.is_empty() && b.layers.is_empty());
    let layered = layers(&session, Library::built_in()).expect("a plan");
    assert!(layered.layers[1].plan.findings.iter().any(|finding| finding.code == "skipped-point"));
}

#[test]
fn a_session_with_layers_is_written_as_the_file_that_reads_as_it_again() {
    let text = format!(
        "zones = ['chin']\nlayers-apart = '2 mm'\n[[skip-point]]\nzone = 'chin'\nrow = 1\nplace = 1\nlayer = 'exosome'\n\
         {BOTH}total = '0.2 ml'\nuse = 'injected'\n[layer.product]\nid = 'exosome-ready'\n"
    );
    let before = session(&text);
    let written = before.written_out().expect("a text");
    let again = Session::read("again.toml", &written).unwrap_or_else(|faults| panic!("{faults}\n{written}"));
    let plain = |session: &Session| -> Vec<Session> {
        session.by_layer().into_iter().map(|layer| Session { written: None, ..layer }).collect()
    };
    assert_eq!(plain(&again), plain(&before));
    assert_eq!(again.written_out().as_deref(), Ok(written.as_str()));
}

#[test]
fn answers_are_held_against_the_questions_of_each_layers_own_protocol() {
    let layered = layered(&format!("zones = ['chin']\n[screening]\npregnancy = true\n{BOTH}"));
    let of = |index: usize| layered.layers[index].plan.findings.iter().any(|finding| finding.code == "defer");
    assert_eq!((of(0), of(1)), (false, true));
    let odd = session(&format!("zones = ['chin']\n[screening]\npregnant = true\n{BOTH}"));
    let faults = layers(&odd, Library::built_in()).expect_err("no such question").to_string();
    assert!(faults.contains("did you mean 'pregnancy'?"), "{faults}");
}

#[test]
fn what_cannot_be_met_is_told_with_layer_zone_and_figure() {
    let layered = layered(&format!("zones = ['chin']\nlayers-apart = '6 mm'\n{BOTH}"));
    let finding = layered.findings.iter().find(|finding| finding.code == "layers-too-close").expect("one");
    assert_eq!((finding.severity, finding.zone.as_deref()), (Severity::Error, Some("chin")));
    for part in ["layer 'exosome'", "Chin", "6 mm is the least", "set layers-apart to", "widen the spacing"] {
        assert!(finding.message.contains(part), "{part}: {}", finding.message);
    }
}

#[test]
fn layers_that_share_the_vials_of_the_session_are_held_against_them_together() {
    let text = |ml: &str| {
        format!(
            "zones = ['chin']\n[product]\nid = 'exosome-ready'\nvolume = '{ml} ml'\n\
                 [[layer]]\nname = 'a'\n[[layer]]\nname = 'b'\n"
        )
    };
    assert!(codes(&layered(&text("0.2")), Severity::Error).contains(&"vial-not-enough"));
    assert!(codes(&layered(&text("5")), Severity::Note).contains(&"vials-shared"));
}

#[test]
fn a_total_of_the_session_is_told_with_the_layers_that_it_is_asked_of() {
    let told = |text: &str| {
        let layered = layered(&format!("zones = ['chin']\n{text}"));
        let found = layered.findings.into_iter().find(|finding| finding.code == "total-of-each");
        found.map(|finding| (finding.severity, finding.message))
    };
    assert_eq!(told(BOTH), None);
    let (severity, message) = told(&format!("total = '0.2 ml'\n{BOTH}")).expect("each");
    assert_eq!(severity, Severity::Warning);
    assert!(message.contains("each of the layers 'booster', 'exosome', 0.40 ml in all"), "{message}");
    let (severity, message) = told(&format!("total = '0.2 ml'\n{BOTH}total = '0.1 ml'\n")).expect("one");
    assert_eq!((severity, message.contains("layer 'booster' alone")), (Severity::Note, true));
    let topical = "[[layer]]\nname = 'a'\nuse = 'topical'\n";
    let (severity, message) = told(&format!("total = '0.2 ml'\n{topical}")).expect("none");
    assert_eq!((severity, message.contains("of no layer")), (Severity::Warning, true));
}

#[test]
fn another_spacing_is_promised_between_layers_only_where_they_leave_it_room() {
    let missed = |layers: &str| {
        let layered = layered(&format!("zones = ['cheek']\n{layers}"));
        let plan = &layered.layers.last().expect("a layer").plan;
        let found = plan.findings.iter().find(|finding| finding.code == "target-missed");
        found.map(|finding| finding.message.clone()).unwrap_or_default()
    };
    let second = "[[layer]]\nname = 'b'\nspacing = '12.5 mm'\nvolume = '15 ul'\ntotal = '0.75 ml'\n";
    let alone = missed(second);
    let room = "if the points of the other layers leave it room";
    assert!(alone.contains("mm would meet it") && !alone.contains(room), "{alone}");
    let beside = missed(&format!("[[layer]]\nname = 'a'\nprotocol = 'vyc-12l'\n{second}"));
    assert!(beside.contains("mm would meet it") && beside.contains(room), "{beside}");
}

#[test]
fn layers_are_not_planned_as_one_treatment() {
    let faults = plan(&session(BOTH), Library::built_in()).expect_err("layers").to_string();
    assert!(faults.contains("s.toml:2") && faults.contains("session::layers"), "{faults}");
    let faults = layers(&session(""), Library::built_in()).expect_err("none").to_string();
    assert!(faults.contains("single treatment"), "{faults}");
}

#[test]
fn faults_of_all_layers_are_told_at_once_with_their_lines() {
    let text = "zones = ['chin']\n[[layer]]\nname = 'a'\nprotocol = 'vyc'\n[[layer]]\nname = 'b'\nspacing = '40 mm'\n\
                [[layer]]\nname = 'c'\nzones = ['chim']\n";
    let faults = layers(&session(text), Library::built_in()).expect_err("three").to_string();
    for part in ["s.toml:5: layer 'a', ", "s.toml:8: layer 'b', spacing", "s.toml:11: layer 'c', ", "'chin'?"]
    {
        assert!(faults.contains(part), "{part}: {faults}");
    }
}

#[test]
fn bad_values_of_every_key_are_told_with_line_value_and_hint() {
    for (text, line, parts) in [
        ("use = 'oral'", 2, &["use", "'oral'", "injected, topical"][..]),
        ("layers-apart = '2.5 mm'", 2, &["layers-apart", "without layers", "[[layer]]"]),
        ("layers-apart = '0 mm'\n[[layer]]\nname = 'a'", 2, &["above zero"]),
        (
            "layers-apart = '-1 mm'\n[[layer]]\nname = 'a'",
            2,
            &["above zero", "-1 mm", "above 0 mm", "hint: write a length"],
        ),
        ("layers-apart = 3\n[[layer]]\nname = 'a'", 2, &["layers-apart", "3"]),
        ("layers-apart = '60 mm'\n[[layer]]\nname = 'a'", 2, &["60 mm", "above 0 to 50 mm"]),
        ("layer = 'a'", 2, &["layer", "[[layer]]"]),
        ("[[layer]]\nzones = ['chin']", 2, &["layer 1, name", "missing", "add name"]),
        ("[[layer]]\nname = ' '", 3, &["layer 1, name", "is empty"]),
        ("[[layer]]\nname = 'a'\n[[layer]]\nname = 'A'", 2, &["same name", "'A'"]),
        ("[[layer]]\nname = 'a'\nbody = 'man'", 4, &["layer 1, body", "whole session", "first [[layer]]"]),
        ("[[layer]]\nname = 'a'\nspaceing = '3'", 4, &["spaceing", "did you mean 'spacing'?"]),
        ("[[layer]]\nname = 'a'\nuse = 1", 4, &["layer 1, use"]),
        (
            "[[layer]]\nname = 'a'\n[[skip-point]]\nzone = 'chin'\nrow = 1\nplace = 1",
            4,
            &["layer", "missing"],
        ),
        (
            "[[layer]]\nname = 'a'\n[[skip-point]]\nzone = 'chin'\nrow = 1\nplace = 1\nlayer = 'b'",
            8,
            &["names no layer", "'b'", "bound a"],
        ),
        (
            "[[skip-point]]\nzone = 'chin'\nrow = 1\nplace = 1\nlayer = 'b'",
            6,
            &["names no layer", "take it out"],
        ),
    ] {
        let text = format!("format = 'nappage-session/1'\n{text}\n");
        let faults = Session::read("s.toml", &text).expect_err(&text);
        let told = faults.to_string();
        assert!(told.contains(&format!("s.toml:{line}: ")), "line {line} of {text}: {told}");
        for part in parts {
            assert!(told.contains(part), "'{part}' of {text}: {told}");
        }
    }
    let many = "[[layer]]\nname = 'x'\n".repeat(6);
    let many = many.replacen("'x'", "'y'", 1);
    let faults = Session::read("s.toml", &format!("format = 'nappage-session/1'\n{many}")).expect_err("six");
    assert!(faults.to_string().contains("at most 5"), "{faults}");
    let long = format!("format = 'nappage-session/1'\n[[layer]]\nname = '{}'\n", "é".repeat(41));
    assert!(Session::read("s.toml", &long).expect_err("long").to_string().contains("at most 40 characters"));
}

/// The points that each filling of a plan names, one after the other.
fn filled(plan: &Plan) -> Vec<usize> {
    plan.fillings.iter().flat_map(|filling| filling.from_to[0]..=filling.from_to[1]).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10, ..ProptestConfig::default() })]

    #[test]
    fn layers_keep_their_distance_or_say_so_and_each_keeps_its_books(
        zones in prop::sample::subsequence(vec!["chin", "forehead", "cheek-left", "jaw", "glabella"], 1..3),
        fine_mm in 5.0..10.0f64,
        coarse_mm in 10.0..15.0f64,
        swapped in any::<bool>(),
        apart_mm in prop::option::of(0.5..5.0f64),
        even in any::<bool>(),
    ) {
        let one = format!("protocol = 'vyc-12l'\nspacing = '{fine_mm:.2} mm'\n");
        let two = format!("spacing = '{coarse_mm:.2} mm'\npattern = '{}'\n", if even { "even" } else { "rows" });
        let (first, second) = if swapped { (two, one) } else { (one, two) };
        let apart = apart_mm.map_or(String::new(), |mm| format!("layers-apart = '{mm:.2} mm'\n"));
        let text = format!("zones = {zones:?}\n{apart}[[layer]]\nname = 'a'\n{first}[[layer]]\nname = 'b'\n{second}");
        let layered = layered(&text);
        let [a, b] = layered.layers.as_slice() else { panic!("two layers") };
        let wanted = layered.apart_mm.expect("a distance");
        let between = between_mm(&a.plan, &b.plan);
        let told = codes(&layered, Severity::Error).contains(&"layers-too-close");
        prop_assert_eq!(told, between < wanted - 1e-3, "{} of {}", between, wanted);
        for layer in [a, b] {
            let plan = &layer.plan;
            let numbers: Vec<usize> = plan.points.iter().map(|point| point.number).collect();
            prop_assert_eq!(filled(plan), numbers);
            let sum: Microlitres = plan.points.iter().map(|point| point.volume_ul).sum();
            prop_assert_eq!(plan.totals.volume_ul, sum);
            prop_assert_eq!(plan.fillings.iter().map(|filling| filling.given_ul).sum::<Microlitres>(), sum);
            prop_assert!(plan.findings.iter().all(|finding| finding.code != "spacing-too-close"));
        }
        prop_assert_eq!(&layered, &self::layered(&text));
    }
}
