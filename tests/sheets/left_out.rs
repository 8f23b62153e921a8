//! What is left out: lesions by place and landmark, zones, single points. The rest stays as it was.

use crate::pages;

use std::collections::BTreeSet;

use nappage::body::{Chart, ChartPoint};
use nappage::fault::Faults;
use nappage::library::Library;
use nappage::plan::{Plan, PlannedPoint, Severity};
use nappage::session::{Session, plan};
use nappage::sheet::{Paper, map, worksheet};
use nappage::units::Microlitres;
use pages::{groups, texts};
use proptest::prelude::*;

const HEAD: &str = "format = 'nappage-session/1'\nspacing = '12.5 mm'\nvolume = '0.015 ml'\nperiorbital-volume = '0.005 ml'\n";

fn try_plan(text: &str) -> Result<Plan, Faults> {
    plan(&Session::read("s.toml", text)?, Library::built_in())
}

fn planned(text: &str) -> Plan {
    try_plan(text).unwrap_or_else(|faults| panic!("{text}\n{faults}"))
}

fn codes(plan: &Plan) -> Vec<&str> {
    plan.findings.iter().map(|finding| finding.code.as_str()).collect()
}

fn apart(a: &PlannedPoint, place: [f64; 3]) -> f64 {
    a.skin_mm.iter().zip(place).map(|(a, b)| (a - b) * (a - b)).sum::<f64>().sqrt()
}

/// The places of a marked area's outline on the reference woman.
fn outline(plan: &Plan) -> Vec<[f64; 3]> {
    let body = Library::built_in().body(&plan.body.id).expect("a built-in body");
    let skin = body.skin(plan.marked[0].chart).expect("a chart");
    let place = |at: &[f64; 2]| skin.place(ChartPoint::new(at[0], at[1])).coords.into();
    plan.marked[0].outline.iter().map(place).collect()
}

#[test]
fn a_lesion_by_landmark_lies_where_a_tape_would_put_it() {
    let text = format!(
        "{HEAD}zones = ['cheek', 'lateral-cheek', 'temple']\n[[exclusion]]\nname = 'mole'\nlandmark = 'exocanthion'\n\
         side = 'left'\nlateral = '20 mm'\nbelow = '15 mm'\ndiameter = '6 mm'\n"
    );
    let left = planned(&text);
    let mole = &left.marked[0];
    let content = map::Content::of(&left, Library::built_in(), None).expect("content");
    let page = map::page(&content, Paper::A4).expect("a page");
    let named = groups(page.items(), "name");
    let named = named.iter().filter(|name| texts(&name.items).iter().any(|text| text.words == "mole"));
    assert_eq!(named.count(), 1, "the map names the mole once");
    assert_eq!((mole.name.as_str(), mole.chart, mole.margin_mm), ("mole", Chart::Head, 10.0));
    let middle = |plan: &Plan| {
        let ring = &plan.marked[0].outline;
        let sum = ring.iter().fold([0.0, 0.0], |sum, at| [sum[0] + at[0], sum[1] + at[1]]);
        sum.map(|sum| sum / ring.len() as f64)
    };
    // Exocanthion stands at 33.6 degrees and -4.7 mm; 20 mm on the skin are about 15 degrees there.
    let [azimuth, height] = middle(&left);
    assert!((45.0..53.0).contains(&azimuth) && (-22.0..-17.0).contains(&height), "{azimuth} {height}");
    let ring = outline(&left);
    for place in &ring {
        for point in &left.points {
            assert!(apart(point, *place) >= 10.0 - 1e-6, "point {} is too near", point.number);
        }
    }
    let across = ring.iter().flat_map(|a| ring.iter().map(move |b| (a, b)));
    let across = across.map(|(a, b)| a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum::<f64>().sqrt());
    let widest = across.fold(0.0, f64::max);
    assert!((5.7..6.2).contains(&widest), "{widest}");
    let right = planned(&text.replace("'left'", "'right'"));
    let mirrored = middle(&right);
    assert!((mirrored[0] + azimuth).abs() < 1e-9 && (mirrored[1] - height).abs() < 1e-9);
    assert!(
        left.findings.iter().any(|f| f.code == "clinic-set" && f.message.contains("margin of mole 10 mm"))
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn a_lesion_moves_only_its_neighbours(
        azimuth in -60.0..60.0_f64,
        height in -80.0..45.0_f64,
        radius in 1.0..6.0_f64,
        margin in 2.0..10.0_f64,
    ) {
        let before = planned(&format!("{HEAD}zones = ['full-face']\n"));
        let text = format!(
            "{HEAD}zones = ['full-face']\n[[exclusion]]\nchart = 'head'\nplace = [{azimuth:.3}, {height:.3}]\n\
             radius = '{radius:.2} mm'\nmargin = '{margin:.2} mm'\n"
        );
        let after = planned(&text);
        let middle = Library::built_in().body("woman").expect("built in").skin(Chart::Head).expect("a head")
            .place(ChartPoint::new(azimuth, height)).coords.into();
        let reach = 2.0 * 12.5 + radius + margin + 15.0;
        for point in before.points.iter().filter(|point| apart(point, middle) > reach) {
            prop_assert!(after.points.iter().any(|other| other.chart == point.chart && other.zone == point.zone));
        }
        for point in &after.points {
            let clear = outline(&after).iter().all(|place| apart(point, *place) >= margin - 0.01);
            prop_assert!(clear && apart(point, middle) > radius.min(margin), "point {}", point.number);
        }
        prop_assert_eq!(after.spacing_mm, before.spacing_mm);
        let sum: u64 = after.points.iter().map(|point| point.volume_ul.0).sum();
        prop_assert_eq!(sum, after.totals.volume_ul.0);
    }
}

#[test]
fn the_spacing_and_volumes_of_a_total_stay_when_a_lesion_is_marked() {
    let text = "format = 'nappage-session/1'\ntotal = '3 ml'\n";
    let before = planned(text);
    let after =
        planned(&format!("{text}[[exclusion]]\nchart = 'head'\nplace = [40, -40]\ndiameter = '10 mm'\n"));
    assert_eq!(after.spacing_mm, before.spacing_mm);
    assert_eq!(after.zones[0].per_point_ul, before.zones[0].per_point_ul);
    assert!(after.totals.points < before.totals.points);
}

#[test]
fn an_outline_is_left_out_and_one_beside_the_skin_is_warned_of() {
    let text = format!(
        "{HEAD}zones = ['decolletage']\n[[exclusion]]\nname = 'scar'\nchart = 'chest'\nmargin = '5 mm'\n\
         outline = [[-25, 50], [30, 52], [28, 85], [-27, 83]]\n"
    );
    let scar = planned(&text);
    let in_scar =
        |p: &&PlannedPoint| (-24.0..=27.0).contains(&p.chart[0]) && (53.0..=82.0).contains(&p.chart[1]);
    let before = planned(&format!("{HEAD}zones = ['decolletage']\n"));
    assert!(before.points.iter().any(|p| in_scar(&p)) && !scar.points.iter().any(|p| in_scar(&p)));
    assert!(!codes(&scar).contains(&"exclusion-without-effect"));
    let beside = planned(&text.replace("'decolletage'", "'chin'"));
    assert!(codes(&beside).contains(&"exclusion-without-effect"));
}

#[test]
fn skipped_zones_are_as_if_they_had_not_been_named() {
    let mut skipped = planned(&format!("{HEAD}zones = ['forehead', 'cheek']\nskip = ['cheek-left']\n"));
    let named = planned(&format!("{HEAD}zones = ['forehead', 'cheek-right']\n"));
    // But for their names, which stand on map and worksheet.
    let content = map::Content::of(&skipped, Library::built_in(), None).expect("content");
    let mut pages = worksheet::pages(&content, Paper::A4).expect("a worksheet");
    pages.push(map::page(&content, Paper::A4).expect("a map"));
    for page in &pages {
        let words: Vec<&str> = texts(page.items()).into_iter().map(|text| text.words.as_str()).collect();
        let told = words.iter().position(|words| *words == "Skipped, not treated").expect("what is skipped");
        assert_eq!(words[told + 1], "Cheek, left");
    }
    let names: Vec<String> = std::mem::take(&mut skipped.skipped).into_iter().map(|zone| zone.id).collect();
    assert_eq!(names, ["cheek-left"]);
    assert!(skipped == named);
}

#[test]
fn a_skipped_point_is_gone_and_all_others_stay() {
    let before = planned(&format!("{HEAD}zones = ['cheek']\n"));
    let row = before.points.iter().find(|point| point.zone == "cheek-left").expect("a point").row;
    let text =
        format!("{HEAD}zones = ['cheek']\n[[skip-point]]\nzone = 'cheek-left'\nrow = {row}\nplace = 1\n");
    let after = planned(&text);
    assert_eq!(after.points.len() + 1, before.points.len());
    let same = |a: &PlannedPoint, b: &PlannedPoint| a.skin_mm == b.skin_mm && a.row == b.row;
    let gone: Vec<_> = before.points.iter().filter(|p| !after.points.iter().any(|q| same(p, q))).collect();
    assert!(matches!(gone.as_slice(), [point] if point.zone == "cheek-left" && point.row == row), "{gone:?}");
    assert_eq!(
        after.points.iter().map(|p| p.number).collect::<Vec<_>>(),
        (1..=after.points.len()).collect::<Vec<_>>()
    );
    assert_eq!(after.totals.volume_ul.0 + 15, before.totals.volume_ul.0);
    assert!(codes(&after).contains(&"skipped-point"));
}

/// The keys that name a point by where it stands, with its row and place among others of its zone.
fn by_place(plan: &Plan, point: &PlannedPoint) -> String {
    let row = plan.points.iter().filter(|other| other.zone == point.zone && other.row == point.row);
    let place = 1 + row.into_iter().position(|other| other == point).expect("a point of the plan");
    let PlannedPoint { zone, row, chart: [u, v], .. } = point;
    format!("zone = '{zone}'\nrow = {row}\nplace = {place}\nat = [{u:.2}, {v:.2}]\n")
}

#[test]
fn a_point_that_is_left_out_where_it_stood_stays_out_whatever_becomes_of_its_row() {
    let head = format!("{HEAD}zones = ['forehead', 'cheek', 'chin']\n");
    let before = planned(&head);
    let rows: BTreeSet<usize> = before.points.iter().map(|point| point.row).collect();
    let row_of = |row| before.points.iter().filter(move |p| p.zone == "forehead" && p.row == row);
    let row: Vec<_> =
        rows.into_iter().map(|row| row_of(row).collect::<Vec<_>>()).find(|row| row.len() > 4).expect("a row");
    let left = row[3];
    let skip = format!("[[skip-point]]\n{}", by_place(&before, left));
    let [u, v] = row[0].chart;
    let lesion =
        format!("[[exclusion]]\nchart = 'head'\nplace = [{u}, {v}]\nradius = '2 mm'\nmargin = '3 mm'\n");
    // A lesion in its row takes the first of it, and the rest count on.
    let after = planned(&format!("{head}{skip}{lesion}"));
    assert!(after.points.iter().all(|point| apart(point, row[0].skin_mm) > 4.9));
    assert!(after.points.iter().all(|point| apart(point, left.skin_mm) > 6.0), "it came back");
    assert!(after.points.iter().any(|point| apart(point, row[4].skin_mm) < 1e-9), "its neighbour is gone");
    // At other spacings, in another pattern and with fewer zones, the point that stands there is left out.
    for change in [
        "12.5 -> 11",
        "12.5 -> 12.1",
        "12.5 -> 14.5",
        "'chin' -> 'nose'",
        "[[skip -> pattern = 'even'\n[[skip",
    ] {
        let (from, to) = change.split_once(" -> ").expect("two");
        let whole = planned(&head.replace(from, to));
        let text = format!("{head}{skip}").replacen(from, to, 1);
        let after = planned(&text);
        let near =
            |plan: &Plan| plan.points.iter().map(|p| apart(p, left.skin_mm)).fold(f64::INFINITY, f64::min);
        let most = after.spacing_mm / 2.0;
        match change.contains("even") || near(&whole) <= most {
            true => assert!(near(&after) > most.min(5.0), "{change}: {} mm", near(&after)),
            false => assert!(codes(&after).contains(&"skipped-point"), "{change}"),
        }
        if !change.contains("even") && near(&whole) <= most {
            assert_eq!(after.points.len() + 1, whole.points.len(), "{change}");
        }
    }
}

#[test]
fn a_point_that_stands_nowhere_near_any_more_is_told_of_and_changes_nothing() {
    let head = format!("{HEAD}zones = ['forehead', 'chin']\n");
    let before = planned(&head);
    for (table, code) in [("skip-point", "skipped-point"), ("point-volume", "point-volume")] {
        let volume = if table == "point-volume" { "volume = '0.02 ml'\n" } else { "" };
        for at in ["[0.0, -60.0]", "[1e300, -1e300]", "[170.0, 0.0]"] {
            let text =
                format!("{head}[[{table}]]\nzone = 'forehead'\nrow = 1\nplace = 1\nat = {at}\n{volume}");
            let after = planned(&text);
            assert_eq!(after.points, before.points, "{at}");
            let found = after.findings.iter().find(|finding| finding.code == code).expect("a finding");
            assert!(found.severity == Severity::Warning && found.message.contains("6.2 mm"), "{found:?}");
        }
    }
    let fault = try_plan(&format!("{head}[[skip-point]]\nzone = 'nose'\nrow = 1\nplace = 1\nat = [0, 0]\n"));
    assert!(fault.expect_err("a fault").to_string().contains("not treated"));
}

#[test]
fn a_volume_goes_to_the_point_that_stands_where_it_was_given() {
    let head = format!("{HEAD}zones = ['cheek']\n");
    let before = planned(&head);
    let point = before.points.iter().find(|point| point.zone == "cheek-right").expect("a point");
    let own = |volume: &str| format!("[[point-volume]]\n{}volume = '{volume}'\n", by_place(&before, point));
    let given = |text: &str| {
        let plan = planned(text);
        let given: Vec<PlannedPoint> = plan.points.into_iter().filter(|p| p.volume_ul.0 != 15).collect();
        let [given] = given.as_slice() else { panic!("{given:?}") };
        (apart(given, point.skin_mm), given.volume_ul.0)
    };
    assert_eq!(given(&format!("{head}{}", own("0.02 ml"))), (0.0, 20));
    // Of several that have become those of one point, the last counts.
    assert_eq!(given(&format!("{head}{}{}", own("0.01 ml"), own("0.02 ml"))), (0.0, 20));
    let (off_mm, volume) = given(&format!("{head}{}", own("0.02 ml")).replace("12.5 mm", "11.7 mm"));
    assert!(off_mm < 5.85 && volume == 20, "{off_mm} mm");
}

#[test]
fn a_single_point_gets_its_own_volume_and_every_sum_counts_it() {
    let head = format!("{HEAD}zones = ['cheek', 'periorbital']\n");
    let before = planned(&head);
    let row = before.points.iter().find(|point| point.zone == "cheek-left").expect("a point").row;
    let text = format!(
        "{head}[[skip-point]]\nzone = 'cheek-left'\nrow = {row}\nplace = 1\n\
         [[point-volume]]\nzone = 'cheek-left'\nrow = {row}\nplace = 2\nvolume = '0.02 ml'\n"
    );
    let after = planned(&text);
    let given: Vec<_> = after.points.iter().filter(|p| p.volume_ul == Microlitres(20)).collect();
    let of_row = |p: &&PlannedPoint| p.zone == "cheek-left" && p.row == row;
    let second = before.points.iter().filter(of_row).nth(1).expect("two points in the row");
    assert!(matches!(given.as_slice(), [point] if point.skin_mm == second.skin_mm), "{given:?}");
    let sum = |plan: &Plan| plan.points.iter().map(|point| point.volume_ul).sum::<Microlitres>();
    assert_eq!(sum(&after).0, sum(&before).0 - 15 + 5);
    assert_eq!(after.totals.volume_ul, sum(&after));
    assert_eq!(after.totals.by_region.values().copied().sum::<Microlitres>(), sum(&after));
    assert_eq!(after.fillings.iter().map(|filling| filling.given_ul).sum::<Microlitres>(), sum(&after));
    assert_eq!(after.tray.needed_ul, sum(&after) + after.tray.losses_ul);
    for zone in &after.zones {
        let own = after.points.iter().filter(|point| point.zone == zone.id);
        assert_eq!(zone.volume_ul, own.map(|point| point.volume_ul).sum());
        assert_eq!(zone.each_ul().is_none(), zone.id == "cheek-left", "{}", zone.id);
    }
    assert!(codes(&after).contains(&"point-volume"));
    assert!(after.reason.ends_with(&format!("{} with single points set by hand", after.totals.volume_ul)));
}

#[test]
fn a_single_volume_outside_the_limits_or_off_the_marks_is_an_error() {
    let before = planned(&format!("{HEAD}zones = ['cheek']\n"));
    let row = before.points.iter().find(|point| point.zone == "cheek-left").expect("a point").row;
    for (volume, code) in [("0.05 ml", "volume-outside-limits"), ("0.017 ml", "volume-not-settable")] {
        let text = format!(
            "{HEAD}zones = ['cheek']\n[[point-volume]]\nzone = 'cheek-left'\nrow = {row}\nplace = 1\nvolume = '{volume}'\n"
        );
        let plan = planned(&text);
        let found = plan.findings.iter().find(|finding| finding.code == code).expect(code);
        assert_eq!(
            (found.severity, found.zone.as_deref()),
            (Severity::Error, Some("cheek-left")),
            "{found:?}"
        );
    }
}

#[test]
fn every_kind_of_bad_single_volume_says_what_to_do() {
    let text = |keys: &str| format!("{HEAD}zones = ['cheek']\n{}\n", keys.replace("; ", "\n"));
    let volume = |keys: &str| text(&format!("[[point-volume]]; {keys}"));
    let row = planned(&text("")).points.iter().find(|point| point.zone == "cheek-left").expect("a point").row;
    let name = format!("zone = 'cheek-left'; row = {row}; place = 1");
    let cases = [
        (volume(&name), "volume"),
        (volume(&format!("{name}; volume = '0 ml'")), "above zero"),
        (volume(&format!("{name}; volume = 15")), "has no unit"),
        (volume(&format!("{name}; volme = '0.01 ml'")), "did you mean 'volume'?"),
        (volume("zone = 'cheek'; row = 9; place = 1; volume = '0.01 ml'"), "cheek-left"),
        (volume("zone = 'cheek-left'; row = 99; place = 1; volume = '0.01 ml'"), "without points"),
        (
            text(&format!("[[skip-point]]; {name}; [[point-volume]]; {name}; volume = '0.01 ml'")),
            "a point that is left out",
        ),
        (
            text(&format!(
                "[[point-volume]]; {name}; volume = '0.01 ml'; [[point-volume]]; {name}; volume = '0.02 ml'"
            )),
            "a second time",
        ),
    ];
    for (text, said) in cases {
        let faults = Session::read("s.toml", &text).and_then(|session| plan(&session, Library::built_in()));
        let faults = faults.expect_err(&text).to_string();
        assert!(faults.contains(said) && faults.contains("s.toml:"), "{text}\n{faults}");
    }
}

#[test]
fn every_kind_of_bad_exclusion_says_what_to_do() {
    let exclusion =
        |keys: &str| format!("{HEAD}zones = ['cheek']\n[[exclusion]]\n{}\n", keys.replace("; ", "\n"));
    let point =
        |keys: &str| format!("{HEAD}zones = ['cheek']\n[[skip-point]]\n{}\n", keys.replace("; ", "\n"));
    let cases = [
        (exclusion("radius = '3 mm'"), "in one way"),
        (
            exclusion("landmark = 'exocanthion'; chart = 'head'; place = [1, 2]; radius = '3 mm'"),
            "in one way",
        ),
        (exclusion("place = [1, 2]; radius = '3 mm'"), "names no chart"),
        (exclusion("chart = 'heat'; place = [1, 2]; radius = '3 mm'"), "did you mean 'head'?"),
        (exclusion("chart = 'head'; place = [1]; radius = '3 mm'"), "two numbers"),
        (exclusion("chart = 'head'; place = [1, 2]"), "has no size"),
        (
            exclusion("chart = 'head'; place = [1, 2]; radius = '3 mm'; diameter = '6 mm'"),
            "stands beside radius",
        ),
        (exclusion("chart = 'head'; place = [1, 2]; radius = '0 mm'"), "above 0 to 100 mm"),
        (exclusion("chart = 'head'; place = [1, 2]; radius = 3"), "has no unit"),
        (
            exclusion("chart = 'head'; place = [1, 2]; radius = '3 mm'; lateral = '2 mm'"),
            "without a landmark",
        ),
        (exclusion("chart = 'head'; place = [1, 2]; radius = '3 mm'; margin = '-1 mm'"), "0 to 100 mm"),
        (exclusion("chart = 'head'; place = [1, 999]; radius = '3 mm'"), "leaves the skin of the head chart"),
        (exclusion("chart = 'head'; outline = [[0, 0], [5, 5]]"), "fewer than three corners"),
        (exclusion("chart = 'head'; outline = [[0, 0], [5, 5], [5, 0], [0, 5]]"), "crosses itself"),
        (
            exclusion("chart = 'head'; outline = [[0, 0], [5, 5], [5, 0]]; radius = '3 mm'"),
            "an outline and a radius",
        ),
        (exclusion("landmark = 'exocantion'; side = 'left'; radius = '3 mm'"), "did you mean 'exocanthion'?"),
        (exclusion("landmark = 'exocanthion'; radius = '3 mm'"), "on which side"),
        (exclusion("landmark = 'pronasale'; lateral = '3 mm'; radius = '3 mm'"), "on which side"),
        (
            exclusion("landmark = 'pronasale'; side = 'left'; medial = '3 mm'; radius = '3 mm'"),
            "on the midline",
        ),
        (exclusion("landmark = 'exocanthion'; side = 'links'; radius = '3 mm'"), "left, right"),
        (
            exclusion("landmark = 'exocanthion'; side = 'left'; laterl = '3 mm'; radius = '3 mm'"),
            "did you mean 'lateral'?",
        ),
        (
            exclusion(
                "landmark = 'exocanthion'; side = 'left'; above = '3 mm'; below = '3 mm'; radius = '3 mm'",
            ),
            "keep one",
        ),
        (point("zone = 'cheek'; row = 1; place = 1"), "name one of them, cheek-right or cheek-left"),
        (point("zone = 'cheek-left'; row = 99; place = 1"), "names a row without points"),
        (point("zone = 'cheek-left'; row = 2; place = 99"), "names a point that there is not"),
        (point("zone = 'cheek-left'; row = 99; place = 1"), "hint: count on the map"),
        (
            point("zone = 'cheek-left'; row = 2; place = 99").replace("skip-point", "point-volume")
                + "volume = '10 ul'\n",
            "in this row of cheek-left); hint: count on the map",
        ),
        (point("zone = 'cheek-left'; row = 0; place = 1"), "must be 1 or more"),
        (point("zone = 'cheek-left'; row = 9"), "place: is missing"),
        (format!("{HEAD}zones = ['cheek']\nskip = ['cheak']\n"), "did you mean 'cheek'?"),
        (format!("{HEAD}zones = ['cheek']\nskip = ['cheek']\n"), "leaves no zone to treat"),
        (format!("{HEAD}zones = ['cheek']\nskip = []\n"), "is empty"),
    ];
    for (text, told) in cases {
        let faults = try_plan(&text).expect_err(&text);
        assert!(faults.to_string().contains(told), "{text}\n{faults}");
        assert!(
            faults.list.iter().all(|fault| faults.line(fault).is_some_and(|line| line >= 5)),
            "{text}\n{faults}"
        );
    }
}

#[test]
fn points_lie_between_those_of_the_plan_before() {
    let session = |text: &str| Session::read("s.toml", text).unwrap_or_else(|faults| panic!("{faults}"));
    let text = format!("{HEAD}zones = ['decolletage']\n");
    let first = planned(&text);
    let named = session(&format!("{text}previous = 'plan.json'\n"));
    let faults = plan(&named, Library::built_in()).expect_err("the plan was not read");
    assert!(faults.to_string().contains("s.toml:6: previous: was not read"), "{faults}");
    let second = plan(&named.after(&first), Library::built_in()).unwrap_or_else(|faults| panic!("{faults}"));
    assert_eq!(second.last_time.len(), first.points.len());
    assert!(codes(&second).contains(&"interleaved"));
    let nearest = |point: &PlannedPoint| {
        first.points.iter().map(|p| apart(point, p.skin_mm)).fold(f64::INFINITY, f64::min)
    };
    let mut distances: Vec<f64> = second.points.iter().map(nearest).collect();
    distances.sort_by(f64::total_cmp);
    assert!(distances[0] > 2.0 && distances[distances.len() / 2] > 5.5, "{distances:?}");
    // A lesion marked since then moves its neighbours alone.
    let mole = format!(
        "{text}previous = 'plan.json'\n[[exclusion]]\nchart = 'chest'\nplace = [30, 80]\nradius = '3 mm'\n"
    );
    let third =
        plan(&session(&mole).after(&first), Library::built_in()).unwrap_or_else(|faults| panic!("{faults}"));
    let stayed = |p: &&PlannedPoint| second.points.iter().any(|q| q.skin_mm == p.skin_mm);
    assert!(third.points.iter().filter(stayed).count() > third.points.len() / 2);
}
