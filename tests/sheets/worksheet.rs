//! Every worksheet there is, read as pages: what stands on it is the plan's, all of it, and can be read.

use crate::pages;

use std::collections::BTreeMap;

use nappage::library::Library;
use nappage::plan::Plan;
use nappage::protocol::Question;
use nappage::screening::Answers;
use nappage::session::{self, Session};
use nappage::sheet::{Bounds, Item, Page, Paper, Spot, map, svg, worksheet};
use nappage::units::Microlitres;
use pages::{SELECTIONS, corners, data, groups, texts, words_are_on_the_page_and_clear_of_each_other};

fn planned(zones: &[&str], body: &str, spacing_mm: f64) -> Plan {
    let session = Session {
        zones: zones.iter().map(|zone| (*zone).to_owned()).collect(),
        body: Some(body.to_owned()),
        spacing_mm: Some(spacing_mm),
        ..Session::default()
    };
    session::plan(&session, Library::built_in()).expect("a built-in selection")
}

fn worksheet_of(plan: &Plan, reference: Option<&str>, paper: Paper) -> Vec<Page> {
    let content =
        map::Content::of(plan, Library::built_in(), reference).expect("a built-in body and protocol");
    worksheet::pages(&content, paper).expect("a worksheet")
}

/// The sum of a value of all groups of a class.
fn sum(pages: &[Page], class: &str, name: &str) -> u64 {
    let groups = pages.iter().flat_map(|page| groups(page.items(), class));
    groups.map(|group| data(group, name).parse::<u64>().expect("a whole number")).sum()
}

fn can_be_read(name: &str, pages: &[Page]) {
    for page in pages {
        words_are_on_the_page_and_clear_of_each_other(name, page);
        let [width, height] = page.size_mm();
        let paper = Bounds { min: Spot::new(9.0, 9.0), max: Spot::new(width - 9.0, height - 8.0) };
        for item in page.items() {
            assert!(
                item.bounds().is_none_or(|bounds| paper.holds(&bounds)),
                "{name}: {item:?} is off the page"
            );
        }
        for text in texts(page.items()) {
            assert!(text.size_mm >= 2.1, "{name}: '{}' is {} mm high", text.words, text.size_mm);
        }
    }
}

fn says_what_the_plan_says(name: &str, plan: &Plan, pages: &[Page]) {
    let total = plan.totals.volume_ul;
    for class in ["line", "sum"] {
        assert_eq!(sum(pages, class, "points"), plan.totals.points as u64, "{name}: points of {class}");
        assert_eq!(sum(pages, class, "volume-ul"), total.0, "{name}: volume of {class}");
    }
    let fillings = pages.iter().flat_map(|page| groups(page.items(), "syringe")).count() as u64;
    assert_eq!(sum(pages, "syringe", "given-ul"), total.0, "{name}");
    assert_eq!(
        sum(pages, "syringe", "drawn-ul"),
        total.0 + fillings * plan.syringe.dead_space_ul.0,
        "{name}"
    );
    let noted = plan.findings.iter().any(|finding| finding.message.contains(&format!("{fillings} filling")));
    assert!(noted, "{name}: no finding speaks of {fillings} fillings");
    let mut zones: BTreeMap<&str, (usize, Microlitres)> = BTreeMap::new();
    for line in pages.iter().flat_map(|page| groups(page.items(), "line")) {
        let zone = zones.entry(data(line, "zone")).or_default();
        zone.0 += data(line, "points").parse::<usize>().expect("a number of points");
        zone.1 += Microlitres(data(line, "volume-ul").parse().expect("a volume"));
    }
    for zone in plan.zones.iter().filter(|zone| zone.points > 0) {
        assert_eq!(zones.get(zone.id.as_str()), Some(&(zone.points, zone.volume_ul)), "{name}: {}", zone.id);
    }
    let words: Vec<&str> =
        pages.iter().flat_map(|page| texts(page.items())).map(|text| text.words.as_str()).collect();
    for wanted in
        ["Practitioner", "Prescriber", "Batch", "Expiry", "Signature", "Reactions", "For licensed", "Total"]
    {
        assert!(words.iter().any(|words| words.contains(wanted)), "{name}: '{wanted}' is missing");
    }
    assert!(words.iter().any(|words| words.contains(&plan.input_hash)), "{name}");
}

#[test]
fn every_worksheet_can_be_read_and_says_what_the_plan_says() {
    for body in &Library::built_in().bodies {
        for zones in SELECTIONS {
            let plan = planned(zones, &body.id, 12.5);
            for paper in [Paper::A4, Paper::Letter] {
                let name = format!("{} on {}, {paper:?}", zones.join(" "), body.id);
                let pages = worksheet_of(&plan, None, paper);
                can_be_read(&name, &pages);
                says_what_the_plan_says(&name, &plan, &pages);
                let most = match plan.points.len() {
                    _ if zones.len() == 1 && plan.zones.len() <= 2 => 1,
                    0..=400 => 2,
                    _ => 3,
                };
                assert!(
                    pages.len() <= most,
                    "{name}: {} pages for {} points",
                    pages.len(),
                    plan.points.len()
                );
            }
        }
    }
}

#[test]
fn four_hundred_points_fit_two_pages() {
    let plan = planned(&["all", "nose"], "woman", 13.25);
    assert!(plan.points.len() >= 400, "{} points", plan.points.len());
    for paper in [Paper::A4, Paper::Letter] {
        let pages = worksheet_of(&plan, None, paper);
        assert!(pages.len() <= 2, "{} pages for {} points", pages.len(), plan.points.len());
    }
}

#[test]
fn a_worksheet_of_many_zones_fits_two_pages_of_letter() {
    let plan = planned(&["all", "submental", "nose"], "woman", 14.0);
    assert!(plan.points.len() > 370 && worksheet_of(&plan, None, Paper::Letter).len() <= 2);
}

#[test]
fn an_answer_is_ticked_in_its_own_box() {
    let plan = planned(&["chin"], "woman", 12.5);
    let content = map::Content::of(&plan, Library::built_in(), None).expect("content");
    let hooks = |answers: Option<&Answers>| -> Vec<f64> {
        let content = map::Content { answers, ..content.clone() };
        let pages = worksheet::pages(&content, Paper::A4).expect("a worksheet");
        let outlines = pages.iter().flat_map(|page| page.items()).filter_map(|item| match item {
            Item::Outline(outline) => Some(corners(outline)),
            _ => None,
        });
        outlines.filter(|line| line.len() == 3).map(|line| line[0].x).collect()
    };
    let answered = |answer: bool| Answers::from([("infection".to_owned(), answer)]);
    let [no, yes] = [false, true].map(|answer| hooks(Some(&answered(answer))));
    assert!(hooks(None).is_empty() && no.len() == 1 && yes.len() == 1);
    assert!(yes[0] > no[0] + 3.8, "{no:?} {yes:?}");
}

#[test]
fn boxes_to_tick_are_large_enough_for_a_pen() {
    let pages = [
        worksheet_of(&planned(&["full-face"], "woman", 10.0), None, Paper::A4),
        worksheet_of(&planned(&["all", "submental", "nose"], "woman", 14.0), None, Paper::Letter),
    ]
    .concat();
    for row in
        ["line", "syringe"].iter().flat_map(|class| pages.iter().flat_map(|page| groups(page.items(), class)))
    {
        let squares =
            row.items.iter().filter(|item| matches!(item, Item::Outline(_))).filter_map(Item::bounds);
        let sides = squares.map(|b| (b.max.x - b.min.x, b.max.y - b.min.y));
        assert!(sides.filter(|(x, y)| (x - y).abs() < 1e-6 && *x >= 3.5).count() == 1);
    }
}

#[test]
fn the_reference_of_the_patient_is_filled_in_on_every_page() {
    let pages = worksheet_of(&planned(&["all"], "woman", 12.5), Some("A-1047"), Paper::A4);
    assert_eq!(pages.len(), 2);
    for page in &pages {
        assert!(texts(page.items()).iter().any(|text| text.words == "A-1047"));
    }
}

#[test]
fn no_depth_is_made_up() {
    let library = Library::built_in();
    let plan = planned(&["chin"], "woman", 12.5);
    let mut protocol = library.protocol("exosome").expect("the default protocol").clone();
    let words = |protocol: &nappage::protocol::Protocol| {
        let content = map::Content { protocol, ..map::Content::of(&plan, library, None).expect("content") };
        let pages = worksheet::pages(&content, Paper::A4).expect("a worksheet");
        let words = pages.iter().flat_map(|page| texts(page.items())).map(|text| text.words.clone());
        words.collect::<Vec<_>>().join(" ")
    };
    let published = words(&protocol);
    assert!(
        published.contains("The protocol has no depth in mm") && published.contains("clinic's depth, mm")
    );
    // A clinic's own depth of 1 mm at 30 to 45 degrees.
    protocol.needle_depth = Some(nappage::protocol::Figure {
        value: nappage::protocol::Span {
            least: nappage::protocol::Millimetres(1.0),
            greatest: nappage::protocol::Millimetres(1.0),
        },
        source: None,
        status: nappage::zones::Status::ClinicSet,
        note: None,
    });
    let set = words(&protocol);
    assert!(set.contains("1.41 to 2 mm (derived)") && set.contains("1 mm (clinic-set)"), "{set}");
    assert!(!set.contains("clinic's depth, mm"));
    protocol.needle = None;
    assert!(words(&protocol).contains("Needle: not in the protocol"));
}

#[test]
fn hostile_texts_stay_in_their_places() {
    let library = Library::built_in();
    let mut plan = planned(&["chin", "periorbital", "neck"], "woman", 12.5);
    let strange = "\u{202e}<b>&\u{0}\u{1f9ea}\u{3042} Reagenz\u{301} ".repeat(60);
    let unbroken = "x".repeat(3000);
    for zone in &mut plan.zones {
        zone.name = strange.clone();
    }
    plan.protocol.name = unbroken.clone();
    plan.syringe.name = "A syringe of a long name ".repeat(4);
    let mut protocol = library.protocol("exosome").expect("the default protocol").clone();
    let figures = [&mut protocol.contraindications, &mut protocol.caution];
    for figure in figures.into_iter().flatten() {
        let words = [strange.clone(), unbroken.clone(), "word ".repeat(900)].into_iter().cycle().take(60);
        figure.value = words.map(|words| Question { id: String::new(), words }).collect();
    }
    for figure in
        [&mut protocol.endpoint, &mut protocol.anaesthetic, &mut protocol.evidence].into_iter().flatten()
    {
        figure.value = unbroken.clone();
        figure.note = Some(strange.clone());
    }
    let content = map::Content {
        protocol: &protocol,
        ..map::Content::of(&plan, library, Some(&unbroken)).expect("content")
    };
    for paper in [Paper::A4, Paper::Letter] {
        let pages = worksheet::pages(&content, paper).expect("a worksheet");
        can_be_read("hostile", &pages);
        assert!(pages.iter().map(svg::write).all(|page| !page.contains("NaN")));
    }
}

#[test]
fn many_zones_go_on_from_page_to_page() {
    let mut plan = planned(&["chin"], "woman", 12.5);
    let zone = plan.zones[0].clone();
    for k in 0..170 {
        let mut copy = zone.clone();
        copy.id = format!("chin-{k}");
        copy.name = format!("Chin, number {k} of a clinic with long names that take more than a line");
        plan.zones.push(copy);
    }
    can_be_read("many zones", &worksheet_of(&plan, None, Paper::A4));
}

#[test]
fn a_point_larger_than_the_syringe_is_a_fault() {
    let mut plan = planned(&["chin"], "woman", 12.5);
    plan.points[0].volume_ul = Microlitres(400);
    let content = map::Content::of(&plan, Library::built_in(), None).expect("content");
    let fault = worksheet::pages(&content, Paper::A4).expect_err("it cannot be given");
    assert!(fault.hint.is_some_and(|hint| hint.contains("larger syringe")));
}
