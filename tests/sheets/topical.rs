//! What is put onto the skin: no points, and a volume by the treated skin.

use crate::pages;

use nappage::library::Library;
use nappage::plan::{Plan, Severity};
use nappage::session::{Session, layers, plan};
use nappage::sheet::{Paper, map};
use nappage::units::Microlitres;
use pages::{data, groups};

fn planned(text: &str) -> Result<Plan, String> {
    let text = format!("format = 'nappage-session/1'\nuse = 'topical'\n{text}");
    let session = Session::read("s.toml", &text).map_err(|faults| faults.to_string())?;
    plan(&session, Library::built_in()).map_err(|faults| faults.to_string())
}

#[test]
fn a_full_face_gets_the_published_volume_on_every_body() {
    for body in ["body = 'woman'", "body = 'man'", "[measurements]\nmenton-sellion = '125 mm'"] {
        let plan = planned(body).expect("a plan");
        assert_eq!((plan.points.len(), plan.totals.volume_ul), (0, Microlitres(1000)), "{body}");
        assert_eq!(
            plan.topical.as_ref().map(|topical| topical.standing.as_str()),
            Some("about, published, celmade-2026")
        );
        assert!(
            plan.findings.iter().all(|finding| finding.severity != Severity::Error),
            "{:?}",
            plan.findings
        );
    }
}

#[test]
fn fewer_zones_get_their_part_in_whole_graduations_that_add_up() {
    for (zones, syringe) in
        [("'forehead'", "insulin-0.3"), ("'cheek', 'chin'", "tuberculin-1"), ("'neck'", "insulin-0.3")]
    {
        let plan = planned(&format!("zones = [{zones}]\nsyringe = '{syringe}'\n")).expect("a plan");
        let topical = plan.topical.as_ref().expect("topical");
        let exact = 1000.0 * plan.quality.area_cm2 / topical.full_face_cm2;
        let (total, step) = (plan.totals.volume_ul.0, plan.syringe.graduation_ul.0);
        assert!(
            total.is_multiple_of(step) && (total as f64 - exact).abs() <= step as f64 / 2.0,
            "{zones}: {total} of {exact}"
        );
        assert_eq!(plan.zones.iter().map(|zone| zone.volume_ul).sum::<Microlitres>().0, total);
        assert_eq!(plan.totals.by_region.values().copied().sum::<Microlitres>().0, total);
        let losses = plan.syringe.dead_space_ul * topical.fillings;
        assert_eq!((plan.tray.losses_ul, plan.tray.needed_ul), (losses, plan.totals.volume_ul + losses));
    }
}

#[test]
fn how_it_is_applied_is_told_with_its_source() {
    let plan = planned("zones = ['chin']").expect("a plan");
    let finding = plan.findings.iter().find(|finding| finding.code == "topical").expect("how");
    assert!(
        finding.message.contains("no rubbing or massage (published, celmade-2026)"),
        "{}",
        finding.message
    );
}

#[test]
fn both_sides_name_their_zones() {
    let plan = planned("zones = ['cheek', 'jaw']").expect("a plan");
    let content = map::Content::of(&plan, Library::built_in(), None).expect("content");
    let page = map::lateral(&content, Paper::A4).expect("a page");
    for (view, names) in
        groups(page.items(), "view").iter().zip([["cheek-right", "jaw-right"], ["cheek-left", "jaw-left"]])
    {
        let named: Vec<&str> = groups(&view.items, "name").iter().map(|name| data(name, "zone")).collect();
        assert_eq!(named, names);
    }
}

#[test]
fn a_protocol_without_a_topical_volume_and_keys_of_points_are_refused() {
    let told = planned("protocol = 'vyc-12l'\n").expect_err("no topical volume");
    for part in ["s.toml:2", "protocol 'vyc-12l' says nothing", "states a topical volume: exosome"] {
        assert!(told.contains(part), "{part}: {told}");
    }
    let told = planned("zones = ['chin']\nspacing = '12 mm'\nvolume = '10 ul'\n[volumes]\nchin = '10 ul'\n")
        .expect_err("keys of points");
    for line in ["s.toml:4: spacing", "s.toml:5: volume", "s.toml:7: volumes"] {
        assert!(told.contains(line) && told.contains("take it out"), "{line}: {told}");
    }
}

#[test]
fn a_topical_layer_leaves_points_alone_and_needs_none_of_the_sessions_keys_of_them() {
    let text = "format = 'nappage-session/1'\nzones = ['chin']\nspacing = '12 mm'\n\
                [[layer]]\nname = 'points'\n[[layer]]\nname = 'on the skin'\nuse = 'topical'\n";
    let session = Session::read("s.toml", text).expect("a session");
    let layered = layers(&session, Library::built_in()).expect("a plan");
    assert_eq!((layered.apart_mm, layered.min_between_mm), (None, None));
    assert!(layered.findings.is_empty(), "{:?}", layered.findings);
    assert!(!layered.layers[0].plan.points.is_empty() && layered.layers[1].plan.points.is_empty());
}

#[test]
fn vials_that_do_not_hold_it_are_an_error() {
    let plan = planned("[product]\nid = 'exosome-ready'\nvolume = '0.5 ml'\n").expect("a plan");
    assert!(plan.findings.iter().any(|finding| finding.code == "vial-not-enough"));
}
