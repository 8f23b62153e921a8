//! Bodies scaled to a patient's measurements: each is met on the skin, whatever else is given.

use std::collections::BTreeMap;

use nappage::body::{Body, Chart, ChartPoint, Measurement, Survey, measurements};
use nappage::library::Library;
use nappage::plan::{Plan, Severity};
use nappage::session::{Session, plan};
use proptest::prelude::*;

fn body(id: &str) -> &'static Body {
    Library::built_in().body(id).expect("a built-in body")
}

fn of(body: &Body, id: &str) -> f64 {
    Measurement::find(id).expect(id).of(body).expect("a built-in body has every chart")
}

fn scaled(body: &Body, given: &[(&str, f64)]) -> Body {
    let given: BTreeMap<String, f64> = given.iter().map(|(id, mm)| ((*id).to_owned(), *mm)).collect();
    body.measured(&given).unwrap_or_else(|faults| panic!("{faults:?}")).into_owned()
}

/// Lengths to draw from: the survey's 0.1 to 99.9 percentile, or a fifth around the body's own.
fn usual(measurement: &Measurement, body: &Body) -> (f64, f64) {
    match measurement.survey(body.survey) {
        Some(spread) => spread.usual_mm().into(),
        None => {
            let own = measurement.of(body).expect("a built-in body has every chart");
            (0.8 * own, 1.2 * own)
        }
    }
}

/// The places between which the arc of the chin is measured, on the chart of the head.
fn chin_arc() -> Vec<ChartPoint> {
    let file: toml::Table = include_str!("../../face_zones/measurements.toml").parse().expect("the file");
    let arc = file["measurement"].as_array().expect("measurements").iter();
    let arc = arc.filter(|one| one["id"].as_str() == Some("bitragion-chin-arc")).map(|one| &one["places"]);
    let number = |value: &toml::Value| {
        value.as_float().or(value.as_integer().map(|whole| whole as f64)).expect("a number")
    };
    let places = arc.flat_map(|places| places.as_array().expect("places"));
    places.map(|place| ChartPoint::new(number(&place[0]), number(&place[1]))).collect()
}

/// The shortest arc of the chin that goes together with the other measurements, in mm, whatever the depth of
/// the lower face: that moves each place of the arc along a straight line, and nothing that the others are
/// measured on, so that the length over all depths is convex.
fn least_chin_arc_mm(body: &Body, given: &BTreeMap<String, f64>) -> f64 {
    let arc = |chin_mm: f64| {
        let mut given = given.clone();
        given.insert("bitragion-chin-arc".to_owned(), chin_mm);
        let body = body.measured(&given).expect("a long arc of the chin");
        let head = body.skin(Chart::Head).expect("a head");
        chin_arc().into_iter().map(|at| head.place(at)).collect::<Vec<_>>()
    };
    let (near, far) = (arc(400.0), arc(420.0));
    let length_mm = |part: f64| {
        let places: Vec<_> = near.iter().zip(&far).map(|(near, far)| near + (far - near) * part).collect();
        2.0 * places.windows(2).map(|pair| (pair[1] - pair[0]).norm()).sum::<f64>()
    };
    assert!((length_mm(0.0) - 400.0).abs() < 1e-3 && (length_mm(1.0) - 420.0).abs() < 1e-3);
    let (mut low, mut high) = (-100.0, 1.0);
    for _ in 0..200 {
        let (a, b) = (low + (high - low) / 3.0, high - (high - low) / 3.0);
        if length_mm(a) < length_mm(b) { high = b } else { low = a }
    }
    length_mm(low)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn every_subset_is_met_on_the_skin(
        id in prop::sample::select(vec!["woman", "man"]),
        chosen in prop::collection::vec(prop::option::weighted(0.6, 0.0..=1.0_f64), 10),
    ) {
        let body = body(id);
        let mut given = BTreeMap::new();
        for (measurement, share) in measurements().iter().zip(chosen) {
            let (least, greatest) = usual(measurement, body);
            // The upper third of the face is not drawn apart from the whole it is a part of.
            if let Some(share) = share.filter(|_| measurement.id != "trichion-menton") {
                given.insert(measurement.id.clone(), least + share * (greatest - least));
            }
        }
        let scaled = match body.measured(&given) {
            Ok(scaled) => scaled,
            Err(faults) => {
                // One in a hundred draws, which take each measurement by itself, asks for a chin that no
                // face with the other measurements has.
                let chin_mm = given.get("bitragion-chin-arc").copied().unwrap_or(f64::INFINITY);
                prop_assert!(chin_mm < least_chin_arc_mm(body, &given), "{given:?}: {faults:?}");
                prop_assert!(faults[0].1.to_string().contains("does not go together"), "{faults:?}");
                return Ok(());
            }
        };
        for (id, wanted) in &given {
            let measured = of(&scaled, id);
            prop_assert!((measured - wanted).abs() < 1e-3, "{id}: {measured} for {wanted}");
        }
        prop_assert_eq!(&scaled.measurements_mm, &given);
        let finite = |chart: Chart, at: ChartPoint| {
            let frame = scaled.skin(chart).expect("every chart").frame(at);
            frame.place.iter().chain(frame.du.iter()).chain(frame.dv.iter()).all(|x| x.is_finite())
                && frame.area_element() > 0.0
        };
        for step in 0..=20 {
            let share = f64::from(step) / 20.0;
            prop_assert!(finite(Chart::Head, ChartPoint::new(80.0 * share, 55.0 - 160.0 * share)));
            prop_assert!(finite(Chart::Submental, ChartPoint::new(40.0 * share, 40.0)));
            prop_assert!(finite(Chart::Neck, ChartPoint::new(80.0 * share, -116.0 - 55.0 * share)));
            prop_assert!(finite(Chart::Chest, ChartPoint::new(-100.0 * share, 30.0 + 100.0 * share)));
        }
    }

    #[test]
    fn the_hairline_is_met_together_with_the_face_below_it(face in 95.0..130.0_f64, brow in 35.0..75.0_f64) {
        let given = [("menton-sellion", face), ("trichion-menton", face + brow)];
        let scaled = scaled(body("woman"), &given);
        for (id, wanted) in given {
            prop_assert!((of(&scaled, id) - wanted).abs() < 1e-3, "{id}: {} for {wanted}", of(&scaled, id));
        }
    }
}

#[test]
fn measured_apart_from_the_programs_own_lines_a_body_has_what_was_asked() {
    let scaled = scaled(
        body("woman"),
        &[("bizygomatic-breadth", 141.0), ("menton-sellion", 120.0), ("neck-circumference", 360.0)],
    );
    let head = scaled.skin(Chart::Head).expect("a head");
    let zygion = head.place(ChartPoint::new(73.1, -14.1));
    assert!((2.0 * zygion.x - 141.0).abs() < 1.0, "{zygion}");
    let menton = head.place(ChartPoint::new(0.0, -110.8));
    assert!(((head.place(ChartPoint::new(0.0, 0.0)) - menton).norm() - 120.0).abs() < 1.0);
    let neck = scaled.skin(Chart::Neck).expect("a neck");
    let around: Vec<_> =
        (-900..=900).map(|t| neck.place(ChartPoint::new(f64::from(t) / 10.0, -150.0))).collect();
    let front: f64 = around.windows(2).map(|pair| (pair[1] - pair[0]).norm()).sum();
    assert!((2.0 * front - 360.0).abs() < 1.0, "{front}");
}

#[test]
fn the_reference_bodies_have_the_means_of_what_they_were_made_from() {
    for (id, survey) in [("woman", Survey::Women), ("man", Survey::Men)] {
        let body = body(id);
        assert_eq!(body.survey, survey);
        for name in ["bizygomatic-breadth", "menton-sellion", "neck-circumference", "biacromial-breadth"] {
            let mean = Measurement::find(name).expect(name).survey(survey).expect("surveyed").mean_mm;
            assert!(
                (of(body, name) / mean - 1.0).abs() < 0.015,
                "{id}, {name}: {} for {mean}",
                of(body, name)
            );
        }
    }
}

#[test]
fn axes_are_independent_and_what_shares_one_follows_the_survey() {
    let woman = body("woman");
    let broad = scaled(woman, &[("bizygomatic-breadth", 145.0)]);
    for at in [ChartPoint::new(40.0, 20.0), ChartPoint::new(-60.0, -60.0)] {
        let place = |body: &Body| body.skin(Chart::Head).expect("a head").place(at);
        assert_eq!(place(&broad).yz(), place(woman).yz());
    }
    assert_eq!(of(&broad, "neck-circumference"), of(woman, "neck-circumference"));
    let deep = scaled(woman, &[("bitragion-frontal-arc", 300.0)]);
    assert!((of(&deep, "bitragion-subnasale-arc") - 282.5).abs() < 1e-3);
    assert!((of(&deep, "bitragion-chin-arc") - 311.0).abs() < 1e-3);
    assert_eq!(of(&deep, "bizygomatic-breadth"), of(woman, "bizygomatic-breadth"));
}

#[test]
fn the_scaled_body_is_its_own_mirror_image_and_stays_joined() {
    let given = [("bitragion-chin-arc", 330.0), ("menton-sellion", 125.0), ("neck-height", 75.0)];
    let scaled = scaled(body("woman"), &given);
    let place =
        |chart: Chart, u: f64, v: f64| scaled.skin(chart).expect("every chart").place(ChartPoint::new(u, v));
    let (left, right) = (place(Chart::Head, 31.0, -40.0), place(Chart::Head, -31.0, -40.0));
    assert_eq!((left.x, left.y, left.z), (-right.x, right.y, right.z));
    // Suprasternale of the neck and of the chest.
    let gap = place(Chart::Neck, 0.0, -175.0) - place(Chart::Chest, 0.0, 0.0);
    assert!(gap.y.abs() < 1e-9, "{gap}");
    let submental = place(Chart::Submental, 0.0, 60.0);
    assert!((submental.y - place(Chart::Head, 0.0, -110.0).y).abs() < 12.0, "{submental}");
}

fn planned(text: &str) -> Plan {
    let session = Session::read("s.toml", text).unwrap_or_else(|faults| panic!("{faults}"));
    plan(&session, Library::built_in()).unwrap_or_else(|faults| panic!("{faults}"))
}

#[test]
fn a_plan_shows_what_was_given_and_warns_of_what_is_rare() {
    let head = "format = 'nappage-session/1'\nzones = ['cheek']\nspacing = '12 mm'\nvolume = '0.01 ml'\n";
    let plain = planned(head);
    let broad = planned(&format!("{head}[measurements]\nbizygomatic-breadth = '15.2 cm'\n"));
    assert_eq!(broad.body.measurements_mm, [("bizygomatic-breadth".to_owned(), 152.0)].into());
    assert!(broad.quality.area_cm2 > 1.02 * plain.quality.area_cm2);
    assert_ne!(broad.input_hash, plain.input_hash);
    let rare = broad.findings.iter().find(|finding| finding.code == "rare-measurement").expect("a warning");
    assert_eq!(rare.severity, Severity::Warning);
    assert!(
        rare.message.contains("116.5 to 151.1 mm") && rare.message.contains("ansur-ii"),
        "{}",
        rare.message
    );
    assert!(!plain.findings.iter().any(|finding| finding.code == "rare-measurement"));
}

#[test]
fn every_kind_of_bad_measurement_is_asked_about() {
    for (given, told) in [
        ("bizygomatic-breadth = 134", "did you mean 134 mm?"),
        ("bizygomatic-breadth = '13.4'", "did you mean 13.4 cm?"),
        ("bizygomatic-breadth = '13.4 mm'", "did you mean 13.4 cm?"),
        ("bizygomatic-breadth = '134 cm'", "did you mean 134 mm?"),
        ("bizygomatic-breadth = '5.3 in'", "134.6 mm, 5.3 inches?"),
        ("bizygomatic-breadth = 5.3", "134.6 mm, 5.3 inches?"),
        ("bizygomatic-breadth = '1 mm'", "90 to 190 mm"),
        ("bizygomatic-breadth = -134", "90 to 190 mm"),
        ("bizygomatic-breadth = 'wide'", "is not a length"),
        ("bizygomatic-breadth = true", "must be a number"),
        ("bizygomatic-bredth = '134 mm'", "did you mean 'bizygomatic-breadth'?"),
    ] {
        let text = format!("format = 'nappage-session/1'\n[measurements]\n{given}\n");
        let faults = Session::read("s.toml", &text).expect_err(given);
        assert_eq!(
            faults.list.iter().map(|fault| faults.line(fault)).collect::<Vec<_>>(),
            [Some(3)],
            "{faults}"
        );
        assert!(faults.to_string().contains(told), "{given}: {faults}");
    }
}

#[test]
fn what_no_body_meets_is_at_fault_and_names_its_measurement() {
    // A forehead lower than the brows leaves nothing to stretch.
    let text = "format = 'nappage-session/1'\n[measurements]\nmenton-sellion = '165 mm'\ntrichion-menton = '115 mm'\n";
    let session = Session::read("s.toml", text).unwrap_or_else(|faults| panic!("{faults}"));
    let faults = plan(&session, Library::built_in()).expect_err("too short");
    assert!(faults.to_string().contains("does not go together"), "{faults}");
    assert!(matches!(faults.line(&faults.list[0]), Some(3 | 4)), "{faults}");
    let flat =
        Body::flat().measured(&BTreeMap::from([("neck-height".to_owned(), 60.0)])).expect_err("no neck");
    assert!(flat[0].1.to_string().contains("has no neck chart"), "{flat:?}");
}
