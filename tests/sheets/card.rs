//! Course cards, read as pages: every day of the course stands on one, and can be read.

use crate::pages;

use nappage::course::{Asked, Course, Place, Schedule, course, parse_date, shown};
use nappage::library::Library;
use nappage::plan::Plan;
use nappage::session::{self, Session, Vials};
use nappage::sheet::{Page, Paper, card, card::Card, map};
use nappage::units::Microlitres;
use pages::{data, groups, texts, words_are_on_the_page_and_clear_of_each_other};

fn session(asked: Asked) -> Session {
    let vials = Some(Vials { volume: Microlitres(2000), number: 2 });
    Session { zones: vec!["chin".to_owned()], vials, course: asked, ..Session::default() }
}

fn planned() -> Plan {
    session::plan(&session(Asked::default()), Library::built_in()).expect("a built-in selection")
}

fn dated(asked: Asked, plan: &Plan) -> Course {
    course(&session(asked), Library::built_in(), Some(plan)).expect("a course")
}

fn drawn(plan: &Plan, card: &Card, paper: Paper) -> Vec<Page> {
    let content = map::Content::of(plan, Library::built_in(), None).expect("a built-in body and protocol");
    let pages = card::pages(&content, card, paper).expect("a card");
    pages.iter().for_each(|page| words_are_on_the_page_and_clear_of_each_other("card", page));
    pages
}

fn names(pages: &[Page]) -> Vec<String> {
    let lines = pages.iter().flat_map(|page| groups(page.items(), "due"));
    lines.map(|line| data(line, "name").to_lowercase()).collect()
}

fn says(pages: &[Page], words: &str) -> bool {
    let wanted = words.to_lowercase();
    pages
        .iter()
        .any(|page| texts(page.items()).iter().any(|text| text.words.to_lowercase().contains(&wanted)))
}

#[test]
fn every_day_of_a_course_stands_on_its_card_in_order() {
    let plan = planned();
    let day = |text: &str| parse_date(text).expect("a day");
    let asked = Asked {
        start: Some(day("2026-12-01")),
        moved: [(Place::Session(2), day("2027-01-05"))].into(),
        ..Asked::default()
    };
    let course = dated(asked, &plan);
    for paper in [Paper::A4, Paper::Letter] {
        let pages = drawn(&plan, &Card::dated(&course), paper);
        assert_eq!(pages.len(), 1);
        assert_eq!(names(&pages), course.items.iter().map(|item| item.name()).collect::<Vec<_>>());
        for item in &course.items {
            assert!(says(&pages, &shown(item.date)), "{}", item.name());
        }
        let need = course.need.expect("the product of the plan");
        for words in ["moved from tue 2026-12-29", "celmade-2026", &need.course_with_losses_ul.to_string()] {
            assert!(says(&pages, words), "{words}");
        }
    }
}

#[test]
fn the_longest_course_goes_on_over_pages() {
    let plan = planned();
    let start = parse_date("2026-12-01").ok();
    let asked = Asked { start, sessions: Some(24), maintenance: Some(40), ..Asked::default() };
    let course = dated(asked, &plan);
    for paper in [Paper::A4, Paper::Letter] {
        let pages = drawn(&plan, &Card::dated(&course), paper);
        assert!(pages.len() > 1);
        assert_eq!(names(&pages).len(), course.items.len());
    }
}

#[test]
fn a_course_without_a_first_day_tells_its_intervals() {
    let plan = planned();
    for protocol in &Library::built_in().protocols {
        let Ok(schedule) = Schedule::of(protocol) else { continue };
        let pages = drawn(&plan, &Card::undated(&schedule, protocol), Paper::A4);
        let last = schedule.sessions.last().expect("a session");
        assert!(schedule.sessions() == 1 || says(&pages, &format!("after {last}")), "{}", protocol.id);
        assert!(says(&pages, &schedule.standing));
    }
}

#[test]
fn a_card_without_a_first_day_tells_that_the_assessment_moves_with_the_sessions() {
    let protocol = Library::built_in().protocol("exosome").expect("built in");
    let schedule = Schedule::of(protocol).and_then(|schedule| schedule.with_sessions(Some(6)));
    let schedule = schedule.unwrap_or_else(|fault| panic!("{fault}"));
    let pages = drawn(&planned(), &Card::undated(&schedule, protocol), Paper::A4);
    assert!(says(&pages, "24 weeks after the start") && says(&pages, "12 weeks for 3 sessions"));
}
