//! Records of what goes onto the skin: volumes by zone, no points, no needle, and a page to sign.

use crate::pages;

use nappage::course::parse_date;
use nappage::library::Library;
use nappage::plan::Plan;
use nappage::record::{PlanFile, Record, Report, check};
use nappage::session::{Session, Use, plan};
use nappage::sheet::{Paper, record as sheet};
use nappage::units::Microlitres;
use pages::{texts, words_are_on_the_page_and_clear_of_each_other};

fn planned() -> Plan {
    let zones = vec!["chin".to_owned(), "nose".to_owned()];
    let session = Session { used: Some(Use::Topical), zones, ..Session::default() };
    plan(&session, Library::built_in()).unwrap_or_else(|faults| panic!("{faults}"))
}

fn checked(record: &Record, plan: &Plan) -> Report {
    check(record, plan, Library::built_in()).unwrap_or_else(|fault| panic!("{fault}"))
}

/// The record of a plan with every volume given as planned.
fn given(plan: &Plan) -> Record {
    let mut record = Record::blank(plan, PlanFile::Plan("plan.json".to_owned())).of_layer("exosome");
    for zone in &mut record.zones {
        (zone.given, zone.wasted) = (zone.planned, Some(Microlitres::ZERO));
    }
    record
}

#[test]
fn zones_have_volumes_and_no_points() {
    let plan = planned();
    let record = given(&plan);
    assert_eq!(record.zones.len(), plan.zones.len());
    assert!(record.zones.iter().all(|zone| zone.points.is_none() && zone.planned > Some(Microlitres::ZERO)));
    let text = record.written();
    assert!(text.contains("layer = \"exosome\"") && !text.contains("points ="), "{text}");
    assert_eq!(Record::read("r.toml", &text).as_ref(), Ok(&record));
    let report = checked(&record, &plan);
    assert!(report.topical && report.layer.as_deref() == Some("exosome"));
    assert_eq!(report.totals.given_ul, plan.totals.volume_ul);
    assert_eq!(report.findings.iter().map(|finding| finding.code.as_str()).collect::<Vec<_>>(), ["missing"]);
    let missing = |key: &str| report.missing.contains(&key.to_owned());
    assert!(missing("technique.preparation") && !missing("technique.needle") && !missing("technique.depth"));
}

#[test]
fn what_differs_is_told_by_the_skin() {
    let plan = planned();
    let mut record = given(&plan);
    record.zones[0].given = Some(Microlitres(1));
    record.skipped = vec![1];
    let report = checked(&record, &plan);
    let told = |code: &str| {
        let found = report.findings.iter().find(|finding| finding.code == code);
        found.map(|finding| finding.message.clone()).unwrap_or_default()
    };
    assert!(told("given-differs").contains("cm2 of skin"), "{}", told("given-differs"));
    assert!(told("no-such-point").contains("it has none"), "{}", told("no-such-point"));
    assert!(told("under-point-limit").is_empty());
    let mut record = given(&plan);
    record.zones[0].points = Some(3);
    let report = checked(&record, &plan);
    let found = report.findings.iter().find(|finding| finding.code == "planned-differs").expect("it differs");
    assert!(found.message.contains("on the skin, the record") && found.message.contains("in 3 points"));
}

#[test]
fn parts_by_area_are_given_to_the_nearest_mark() {
    let plan = planned();
    let mark = plan.syringe.graduation_ul;
    assert!(mark > Microlitres(1));
    let differs = |off: u64| {
        let mut record = given(&plan);
        record.zones[0].given = record.zones[0].planned.map(|planned| planned + Microlitres(off));
        checked(&record, &plan).findings.iter().any(|finding| finding.code == "given-differs")
    };
    assert!(!differs(0) && !differs(mark.0 - 1) && differs(mark.0));
}

#[test]
fn it_is_sealed_with_its_layer_and_its_page_shows_skin() {
    let plan = planned();
    let mut record = given(&plan);
    let day = parse_date("2026-12-01").ok();
    let words = |text: &str| Some(text.to_owned());
    let form = &mut record.form;
    (form.reference, form.practitioner, form.consent) = (words("A-1"), words("Lee"), Some(true));
    (form.date, form.expiry, form.review, form.aftercare) = (day, day, day, Some(true));
    (form.product, form.batch, form.reactions) = (words("A"), words("B1"), words("none"));
    form.preparation = words("microneedling");
    let report = checked(&record, &plan);
    assert_eq!(report.missing, Vec::<String>::new());
    let closed = record.closed(&report, "Lee", day.expect("a day")).unwrap_or_else(|fault| panic!("{fault}"));
    assert_eq!(closed.holds(), Some(true));
    assert_eq!(Record { layer: words("other"), ..closed.clone() }.holds(), Some(false));
    for paper in [Paper::A4, Paper::Letter] {
        let report = checked(&closed, &plan);
        let drawn = sheet::pages(&closed, &report, &plan, Library::built_in(), paper).expect("pages");
        drawn.iter().for_each(|page| words_are_on_the_page_and_clear_of_each_other("record", page));
        let said: Vec<String> =
            drawn.iter().flat_map(|page| texts(page.items())).map(|text| text.words.clone()).collect();
        for words in ["cm2", "exosome", "microneedling"] {
            assert!(said.iter().any(|said| said == words), "{words} is missing in {said:?}");
        }
        for words in ["points", "skipped", "Points skipped", "Needle"] {
            assert!(said.iter().all(|said| said != words), "{words} in {said:?}");
        }
    }
}
