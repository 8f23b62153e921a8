//! One test a finding, on a plan written by hand.

use super::*;
use crate::body::Chart;
use crate::library::Library;
use crate::plan::{
    BodyUsed, Budget, Named, Pattern, PlannedPoint, PlannedZone, Quality, Syringe, Totals, Tray,
};
use crate::zones::{ExclusionShape, Kind, Region, Side, Status};

/// A zone with points of one volume each.
fn zone(id: &str, kind: Kind, points: usize, per_point: u64) -> PlannedZone {
    PlannedZone {
        id: id.to_owned(),
        name: id.to_owned(),
        region: Region::Face,
        side: Side::Midline,
        kind,
        chart: Chart::Flat,
        outline: Vec::new(),
        holes: Vec::new(),
        treated: Vec::new(),
        area_cm2: points as f64 * 1.35,
        points,
        volume_ul: Microlitres(per_point) * points as u64,
        per_point_ul: Microlitres(per_point),
        ul_per_cm2: 10.0,
        min_spacing_mm: Some(11.0),
        gap_mm: Some(8.0),
        q: Some(1.1),
        care: Vec::new(),
    }
}

/// A plan of exosome nappage on an insulin syringe at 12.5 mm.
fn plan(zones: Vec<PlannedZone>) -> Plan {
    let syringe = Library::built_in().syringe("insulin-0.3").unwrap().planned();
    let points = zones.iter().flat_map(|zone| (0..zone.points).map(|_| (zone.id.clone(), zone.per_point_ul)));
    let points: Vec<_> = points
        .enumerate()
        .map(|(index, (zone, volume_ul))| PlannedPoint {
            number: index + 1,
            zone,
            row: 1,
            chart: [0.0; 2],
            skin_mm: [0.0; 3],
            volume_ul,
        })
        .collect();
    Plan {
        format: crate::plan::FORMAT.to_owned(),
        version: String::new(),
        input_hash: String::new(),
        draft: false,
        protocol: Named { id: "exosome".to_owned(), name: String::new() },
        body: BodyUsed { id: "flat".to_owned(), measurements_mm: Default::default() },
        spacing_mm: 12.5,
        pattern: Pattern::Rows,
        reason: String::new().into(),
        syringe,
        totals: Totals {
            points: points.len(),
            volume_ul: points.iter().map(|point| point.volume_ul).sum(),
            by_region: Default::default(),
        },
        quality: Quality {
            area_cm2: zones.iter().map(|zone| zone.area_cm2).sum(),
            min_spacing_mm: Some(11.0),
            max_neighbour_mm: Some(14.0),
            gap_mm: Some(8.0),
            q: Some(1.1),
            ..Quality::default()
        },
        zones,
        points,
        budget: Budget {
            min_ul: Some(Microlitres(2000)),
            max_ul: Some(Microlitres(4000)),
            target_ul: None,
            vials_ul: None,
        },
        fillings: Vec::new(),
        tray: Tray::default(),
        marked: Vec::new(),
        skipped: Vec::new(),
        last_time: Vec::new(),
        topical: None,
        findings: Vec::new(),
    }
}

fn checked(plan: &Plan, extent: Extent) -> Vec<Finding> {
    checked_as("exosome", plan, |against| Against { extent, ..against })
}

fn checked_as<'a>(
    protocol: &str,
    plan: &Plan,
    with: impl FnOnce(Against<'static>) -> Against<'a>,
) -> Vec<Finding> {
    let library = Library::built_in();
    let protocol = library.protocol(protocol).unwrap();
    let limits = Box::leak(Box::new(protocol.limits().unwrap()));
    let (asked, vials, extent) = (None, None, Extent::FullFace);
    let syringes = &library.syringes;
    check(plan, &with(Against { protocol, limits, extent, asked, vials, syringes, exclusions: &[] }))
}

fn find<'a>(findings: &'a [Finding], code: &str) -> Option<&'a Finding> {
    findings.iter().find(|finding| finding.code == code)
}

fn expect(findings: &[Finding], code: &str, severity: Severity, parts: &[&str]) {
    let finding = find(findings, code).unwrap_or_else(|| panic!("no {code} in {findings:#?}"));
    assert_eq!(finding.severity, severity, "{finding:?}");
    for part in parts {
        assert!(finding.message.contains(part), "'{part}' is not in: {}", finding.message);
    }
}

#[test]
fn a_plan_inside_every_limit_has_notes_only() {
    let zones =
        vec![zone("forehead", Kind::Standard, 180, 15), zone("periorbital", Kind::Periorbital, 20, 5)];
    let findings = checked(&plan(zones), Extent::FullFace);
    assert!(findings.iter().all(|finding| finding.severity == Severity::Note), "{findings:#?}");
    expect(&findings, "evidence", Severity::Note, &["no phase 3 trial"]);
}

#[test]
fn over_budget_says_by_how_much_and_what_would_mend_it() {
    let zones = vec![
        zone("forehead", Kind::Standard, 180, 20),
        zone("chin", Kind::Standard, 30, 20),
        zone("jaw", Kind::Standard, 40, 20),
    ];
    let findings = checked(&plan(zones), Extent::FullFace);
    // 250 points of 20 ul are 5 ml; jaw alone spares 0.8 ml, forehead 3.6 ml; 12.5 sqrt(5/4) = 13.98.
    let parts =
        ["5.00 ml is 1.00 ml above 4.00 ml", "leave out forehead (3.60 ml)", "14 mm", "15 ul per point"];
    expect(&findings, "over-budget", Severity::Error, &parts);
    assert_eq!(findings[0].severity, Severity::Error, "errors come first");
}

#[test]
fn several_zones_are_left_out_where_one_is_not_enough() {
    let zones = (0..6).map(|i| zone(&format!("part-{i}"), Kind::Standard, 60, 15)).collect();
    let findings = checked(&plan(zones), Extent::FullFace);
    expect(&findings, "over-budget", Severity::Error, &["leave out part-0, part-1 (1.80 ml)"]);
}

#[test]
fn under_budget_is_an_error_on_a_full_face_and_a_note_elsewhere() {
    let few = plan(vec![zone("forehead", Kind::Standard, 120, 15)]);
    let parts =
        ["1.80 ml is 0.20 ml below 2.00 ml", "narrow the spacing to about 11.75 mm", "20 ul per point"];
    expect(&checked(&few, Extent::FullFace), "under-budget", Severity::Error, &parts);
    expect(&checked(&few, Extent::Part), "under-budget", Severity::Note, &["1.80 ml", "2.00 ml"]);
}

#[test]
fn a_total_asked_outside_the_budget_is_named() {
    let plan = plan(vec![zone("forehead", Kind::Standard, 200, 20)]);
    let asked = |ul, extent| {
        checked_as("exosome", &plan, |against| Against { asked: Some(Microlitres(ul)), extent, ..against })
    };
    let high = asked(5000, Extent::Part);
    expect(&high, "target-outside-budget", Severity::Error, &["5.00 ml", "1.00 ml above 4.00 ml"]);
    let low = asked(1500, Extent::FullFace);
    expect(&low, "target-outside-budget", Severity::Error, &["0.50 ml below 2.00 ml"]);
    assert!(find(&asked(1500, Extent::Part), "target-outside-budget").is_none());
}

#[test]
fn a_volume_outside_the_limits_of_its_kind_is_named_with_its_source() {
    let zones =
        vec![zone("forehead", Kind::Standard, 100, 25), zone("periorbital", Kind::Periorbital, 20, 15)];
    let findings = checked(&plan(zones), Extent::FullFace);
    let outside: Vec<_> = findings.iter().filter(|f| f.code == "volume-outside-limits").collect();
    assert_eq!(outside.len(), 2);
    assert_eq!(outside[0].zone.as_deref(), Some("forehead"));
    assert!(
        outside[0].message.contains("0.01 to 0.02 ml (published, celmade-2026): give 0.02 ml"),
        "{outside:?}"
    );
    assert!(outside[1].message.contains("0.005 to 0.01 ml"), "{outside:?}");
}

#[test]
fn a_volume_between_two_marks_is_named_with_a_syringe_that_sets_it() {
    let mut plan = plan(vec![zone("forehead", Kind::Standard, 180, 15)]);
    plan.syringe = Library::built_in().syringe("tuberculin-1").unwrap().planned();
    let findings = checked(&plan, Extent::FullFace);
    let parts = ["0.015 ml cannot be set", "steps of 0.01 ml", "'insulin-0.3'", "give 0.0"];
    expect(&findings, "volume-not-settable", Severity::Error, &parts);
    plan.syringe = Syringe { graduation_ul: Microlitres(5), ..plan.syringe };
    assert!(find(&checked(&plan, Extent::FullFace), "volume-not-settable").is_none());
}

#[test]
fn faults_of_the_spacing_are_found() {
    let mut plan = plan(vec![zone("forehead", Kind::Standard, 180, 15)]);
    plan.quality.min_spacing_mm = Some(9.5);
    plan.quality.max_neighbour_mm = Some(16.0);
    let findings = checked(&plan, Extent::FullFace);
    expect(&findings, "spacing-too-close", Severity::Error, &["9.5 mm", "10 mm is the least"]);
    expect(&findings, "neighbour-too-far", Severity::Warning, &["16 mm", "15 mm is the greatest"]);
    plan.quality.min_spacing_mm = Some(10.0);
    assert!(find(&checked(&plan, Extent::FullFace), "spacing-too-close").is_none());
}

#[test]
fn a_plan_without_points_is_an_error_of_its_own() {
    let findings = checked(&plan(vec![zone("speck", Kind::Standard, 0, 15)]), Extent::Part);
    expect(&findings, "no-points", Severity::Error, &["no zone holds a point"]);
    assert!(find(&findings, "under-budget").is_none());
}

#[test]
fn vials_must_hold_the_total_and_what_the_syringes_keep_back() {
    let plan = plan(vec![zone("forehead", Kind::Standard, 200, 15)]);
    let with = |number| {
        let vials = Some(Vials { volume: Microlitres(1500), number });
        checked_as("exosome", &plan, |against| Against { vials, ..against })
    };
    // 20 points a filling: 10 fillings keep back 10 x 2 ul.
    let parts = ["0.02 ml short", "10 fillings", "have 3 vials", "plan for 2.98 ml at most"];
    expect(&with(2), "vial-not-enough", Severity::Error, &parts);
    expect(&with(3), "syringes", Severity::Note, &["10 fillings", "3.02 ml"]);
}

#[test]
fn a_syringe_holds_a_single_point_at_least() {
    let findings = checked(&plan(vec![zone("forehead", Kind::Standard, 2, 400)]), Extent::Part);
    expect(
        &findings,
        "syringe-too-small",
        Severity::Error,
        &["0.40 ml at point 1", "0.30 ml", "larger syringe"],
    );
    assert!(find(&findings, "syringes").is_none());
}

#[test]
fn what_the_protocol_leaves_open_is_said() {
    let zones = vec![zone("cheek", Kind::Standard, 250, 10), zone("periorbital", Kind::Periorbital, 20, 10)];
    let findings = checked_as("vyc-12l", &plan(zones), |against| against);
    expect(&findings, "periorbital-limits-unknown", Severity::Warning, &["vyc-12l"]);
    expect(&findings, "usual-total", Severity::Warning, &["2.70 ml planned", "2.00 ml"]);
}

#[test]
fn care_areas_and_clinic_set_margins_are_noted() {
    let mut left = zone("cheek-left", Kind::Standard, 100, 15);
    (left.name, left.side, left.care) = ("Cheek, left".to_owned(), Side::Left, vec!["vessels".to_owned()]);
    let mut right = left.clone();
    (right.id, right.name, right.side) = ("cheek-right".to_owned(), "Cheek, right".to_owned(), Side::Right);
    let exclusion = Exclusion {
        id: "lid-aperture-left".to_owned(),
        name: String::new(),
        chart: Chart::Head,
        shape: ExclusionShape::Line(Vec::new()),
        margin_mm: 10.0,
        status: Status::ClinicSet,
    };
    let plan = plan(vec![right, left]);
    let findings = checked_as("exosome", &plan, |against| Against {
        exclusions: Box::leak(Box::new([&*Box::leak(Box::new(exclusion))])),
        ..against
    });
    assert_eq!(findings.iter().filter(|finding| finding.code == "care").count(), 1);
    expect(&findings, "care", Severity::Note, &["Cheek: vessels"]);
    expect(&findings, "clinic-set", Severity::Note, &["margin of lid-aperture 10 mm"]);
}
