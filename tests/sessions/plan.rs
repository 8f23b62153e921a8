//! Whole sessions, from what is asked to the finding, on the built-in bodies and protocols.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use nappage::library::Library;
use nappage::plan::{Pattern, Plan, Severity};
use nappage::session::{Planner, Session, plan};
use nappage::units::Microlitres;

fn session(zones: &[&str]) -> Session {
    Session { zones: zones.iter().map(|zone| (*zone).to_owned()).collect(), ..Session::default() }
}

fn planned(session: &Session) -> Plan {
    plan(session, Library::built_in()).unwrap_or_else(|faults| panic!("{faults}"))
}

fn codes(plan: &Plan, severity: Severity) -> Vec<&str> {
    let of = plan.findings.iter().filter(|finding| finding.severity == severity);
    of.map(|finding| finding.code.as_str()).collect()
}

#[test]
fn a_full_face_is_planned_inside_the_budget_without_an_error() {
    let plan = planned(&Session::default());
    assert!(codes(&plan, Severity::Error).is_empty(), "{:#?}", plan.findings);
    assert!((2925..=3075).contains(&plan.totals.volume_ul.0), "{}", plan.reason);
}

#[test]
fn sums_are_exact_by_zone_by_region_and_over_all() {
    let plan = planned(&session(&["forehead", "cheek"]));
    let points: Microlitres = plan.points.iter().map(|point| point.volume_ul).sum();
    let zones: Microlitres = plan.zones.iter().map(|zone| zone.volume_ul).sum();
    let regions: Microlitres = plan.totals.by_region.values().copied().sum();
    assert_eq!([points, zones, regions], [plan.totals.volume_ul; 3]);
    assert_eq!(
        plan.points.iter().map(|point| point.number).collect::<Vec<_>>(),
        (1..=plan.points.len()).collect::<Vec<_>>()
    );
}

#[test]
fn one_small_zone_gets_the_middle_of_everything_and_a_note() {
    let plan = planned(&session(&["glabella"]));
    assert_eq!(plan.spacing_mm, 12.5);
    assert_eq!(plan.zones[0].per_point_ul, Microlitres(15));
    assert!(codes(&plan, Severity::Note).contains(&"under-budget"), "{:#?}", plan.findings);
    assert!(codes(&plan, Severity::Error).is_empty(), "{:#?}", plan.findings);
}

#[test]
fn a_spacing_outside_the_protocol_is_refused_with_its_bound_and_source() {
    for spacing in [9.99, 15.01, -3.0, f64::NAN, f64::INFINITY] {
        let session = Session { spacing_mm: Some(spacing), ..session(&["forehead"]) };
        let faults = plan(&session, Library::built_in()).unwrap_err().to_string();
        assert!(faults.contains("10 to 15 mm") && faults.contains("Celmade"), "{faults}");
    }
}

#[test]
fn all_that_keeps_a_session_from_being_planned_is_said_at_once_and_in_place() {
    let text = "format = 'nappage-session/1'\nzones = ['forhead', 'chin']\nbody = 'womann'\n\
                protocol = 'exosomes'\nsyringe = 'insulin-03'\n[volumes]\nnose = '0.01ml'\n";
    let session = Session::read("s.toml", text).unwrap();
    let faults = plan(&session, Library::built_in()).unwrap_err();
    let lines: Vec<_> = faults.list.iter().map(|fault| faults.line(fault)).collect();
    assert_eq!(lines, [Some(2), Some(3), Some(4), Some(5), Some(7)], "{faults}");
    assert!(faults.to_string().contains("'forehead'"), "{faults}");
}

#[test]
fn a_protocol_without_spacing_says_so() {
    let session = Session { protocol: Some("cpm-ha20g".to_owned()), ..session(&["cheek"]) };
    let faults = plan(&session, Library::built_in()).unwrap_err().to_string();
    assert!(faults.contains("states no spacing"), "{faults}");
}

#[test]
fn asked_volumes_are_kept_and_judged() {
    let mut asked = session(&["forehead", "temple"]);
    asked.volume = Some(Microlitres(15));
    asked.volumes.insert("temple".to_owned(), Microlitres(25));
    asked.syringe = Some("tuberculin-1".to_owned());
    let plan = planned(&asked);
    let volumes: Vec<_> = plan.zones.iter().map(|zone| zone.per_point_ul.0).collect();
    assert_eq!(volumes, [15, 25, 25]);
    let errors = codes(&plan, Severity::Error);
    assert!(
        errors.contains(&"volume-outside-limits") && errors.contains(&"volume-not-settable"),
        "{errors:?}"
    );
}

#[test]
fn the_input_hash_follows_what_goes_into_the_plan_and_nothing_else() {
    let plain = planned(&session(&["chin"])).input_hash;
    assert_eq!(plain.len(), 12);
    let with = |change: fn(&mut Session)| {
        let mut session = session(&["chin"]);
        change(&mut session);
        planned(&session).input_hash
    };
    assert_eq!(with(|session| session.reference = Some("patient 7".to_owned())), plain);
    // A default counts the same whether it is written down or not.
    assert_eq!(with(|session| session.body = Some("woman".to_owned())), plain);
    assert_eq!(with(|session| session.protocol = Some("exosome".to_owned())), plain);
    assert_eq!(with(|session| session.syringe = Some("insulin-0.3".to_owned())), plain);
    assert_ne!(with(|session| session.volume = Some(Microlitres(20))), plain);
    assert_ne!(with(|session| session.body = Some("man".to_owned())), plain);
    assert_ne!(with(|session| session.zones = vec!["jaw".to_owned()]), plain);
}

#[test]
fn a_planner_that_has_laid_points_out_gives_the_plans_of_one_that_has_not() {
    let planner = Planner::new(Library::built_in());
    let chin = Session { spacing_mm: Some(11.0), ..session(&["chin", "jaw"]) };
    let sessions = [
        chin.clone(),
        Session { volume: Some(Microlitres(20)), ..chin.clone() },
        Session { total: Some(Microlitres(300)), spacing_mm: None, ..chin.clone() },
        Session { pattern: Some(Pattern::Even), ..chin.clone() },
        Session { body: Some("man".to_owned()), ..chin.clone() },
        chin,
    ];
    for asked in &sessions {
        assert_eq!(planner.plan(asked).expect("a plan"), planned(asked));
    }
}

#[test]
fn what_is_planned_in_a_hurry_says_when_it_is_a_draft_and_is_never_taken_for_the_plan() {
    let planner = Planner::new(Library::built_in());
    let hurried = planner.hurried(Arc::new(AtomicBool::new(true)));
    let jammed = Session { spacing_mm: Some(10.4), ..session(&["full-face"]) };
    let draft = hurried.plan(&jammed).expect("a plan");
    assert!(draft.draft && draft.quality.min_spacing_mm >= Some(10.0));
    let whole = planner.plan(&jammed).expect("a plan");
    assert_eq!(whole, planned(&jammed));
    assert!(!whole.draft && !nappage::export::json(&whole).contains("draft"));
    // What has settled needs no hurry.
    assert_eq!(hurried.plan(&jammed).expect("a plan"), whole);
}

#[test]
fn a_rough_plan_has_about_as_many_points_in_the_same_zones_and_is_never_taken_for_the_plan() {
    for (body, zones) in
        [("woman", "full-face"), ("man", "all"), ("woman", "neck"), ("man", "nose"), ("woman", "periorbital")]
    {
        for pattern in [Pattern::Rows, Pattern::Even] {
            let asked = Session {
                body: Some(body.to_owned()),
                spacing_mm: Some(12.5),
                pattern: Some(pattern),
                ..session(&[zones])
            };
            let planner = Planner::new(Library::built_in());
            let rough = planner.rough().plan(&asked).expect("a plan");
            let whole = planner.plan(&asked).expect("a plan");
            assert_eq!(whole, planned(&asked));
            assert!(rough.draft && !whole.draft);
            let ids = |plan: &Plan| plan.zones.iter().map(|zone| zone.id.clone()).collect::<Vec<_>>();
            assert_eq!(ids(&rough), ids(&whole));
            let [about, exact] = [&rough, &whole].map(|plan| plan.totals.points);
            let apart = about.abs_diff(exact) as f64;
            assert!(apart <= f64::max(4.0, 0.1 * exact as f64), "{about} for {exact} in {zones} of {body}");
        }
    }
}

#[test]
fn the_same_session_gives_the_same_plan() {
    let session = Session { total: Some(Microlitres(800)), ..session(&["forehead"]) };
    assert_eq!(planned(&session), planned(&session));
}
