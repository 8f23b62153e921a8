//! Answers before a session: what they stop, what they warn of, and that they move nothing.

use nappage::library::Library;
use nappage::plan::{Plan, Severity};
use nappage::session::{self, Session};
use proptest::prelude::*;

fn session(text: &str) -> Session {
    let text = format!("format = 'nappage-session/1'\nzones = ['chin']\nspacing = '12 mm'\n{text}");
    Session::read("s.toml", &text).unwrap_or_else(|faults| panic!("{faults}"))
}

fn planned(session: &Session) -> Plan {
    session::plan(session, Library::built_in()).unwrap_or_else(|faults| panic!("{faults}"))
}

fn codes(plan: &Plan, severity: Severity) -> Vec<&str> {
    let found = plan.findings.iter().filter(|finding| finding.severity == severity);
    found.map(|finding| finding.code.as_str()).collect()
}

fn message<'a>(plan: &'a Plan, code: &str) -> &'a str {
    plan.findings.iter().find(|finding| finding.code == code).map_or("", |finding| &finding.message)
}

#[test]
fn each_answer_of_yes_is_as_grave_as_its_question_and_names_its_source() {
    let cases = [
        ("infection", Severity::Error, "contraindicated", "active infection or inflammation at the site"),
        ("malignancy", Severity::Error, "defer", "active malignancy"),
        ("pregnancy", Severity::Error, "defer", "pregnancy"),
        ("autoimmune", Severity::Warning, "caution", "autoimmune disease"),
        ("hypersensitivity", Severity::Warning, "caution", "check human serum albumin"),
        ("expectation", Severity::Warning, "poor-candidate", "expecting a dramatic change"),
    ];
    for (id, severity, code, words) in cases {
        for yes in ["true", "'yes'"] {
            let plan = planned(&session(&format!("[screening]\n{id} = {yes}\n")));
            assert!(codes(&plan, severity).contains(&code), "{id}");
            let told = message(&plan, code);
            assert!(told.contains(words) && told.contains("published, celmade-2026"), "{told}");
            assert!(!message(&plan, "screening-open").contains(id), "{id} is answered");
        }
    }
    let asked = Library::built_in().protocols[0].questions().len();
    assert_eq!(asked, cases.len());
}

#[test]
fn what_is_not_answered_is_one_note_and_without_a_table_there_is_none() {
    let none = planned(&session(""));
    assert_eq!(message(&none, "screening-open"), "");
    for table in ["[screening]\n", "[screening]\npregnancy = ''\n"] {
        let open = planned(&session(table));
        assert!(message(&open, "screening-open").contains("infection, malignancy, pregnancy"));
    }
    let some = planned(&session("[screening]\ninfection = false\npregnancy = 'No'\n"));
    assert!(message(&some, "screening-open").starts_with("not answered: malignancy, autoimmune"));
    assert_eq!(codes(&some, Severity::Error), Vec::<&str>::new());
}

#[test]
fn a_protocol_that_asks_nothing_says_nothing() {
    let mut session = session("protocol = 'cpm-ha20g'\n");
    session.spacing_mm = None;
    session.zones = vec!["cheek".to_owned()];
    session.screening = Some(Default::default());
    if let Ok(plan) = session::plan(&session, Library::built_in()) {
        assert_eq!(message(&plan, "screening-open"), "");
    }
    let asks_nothing = Library::built_in().protocol("vyc-12l").expect("a built-in protocol");
    assert!(asks_nothing.questions().is_empty());
    session.protocol = Some("vyc-12l".to_owned());
    assert_eq!(message(&planned(&session), "screening-open"), "");
}

#[test]
fn an_unknown_question_and_an_answer_that_is_none_are_told_with_their_lines() {
    let asked = session("[screening]\npregnant = true\nzodiac = true\n");
    let faults = session::plan(&asked, Library::built_in()).expect_err("unknown questions");
    let told = faults.to_string();
    assert!(told.contains("s.toml:5: screening: answers no question of protocol 'exosome'"), "{told}");
    assert!(
        told.contains("did you mean 'pregnancy'?") && told.contains("one of infection, malignancy"),
        "{told}"
    );
    for (value, hint) in
        [("1", "hint: write true or false"), ("'maybe'", "\"yes\" or \"no\""), ("[true]", "true or false")]
    {
        let text = format!("format = 'nappage-session/1'\n[screening]\npregnancy = {value}\n");
        let told = Session::read("s.toml", &text).expect_err("no answer").to_string();
        assert!(told.contains("s.toml:3:") && told.contains(hint), "{told}");
    }
}

#[test]
fn questions_of_one_id_are_at_fault_and_plain_words_are_an_id() {
    let protocol = |lists: &str| {
        let text = format!("format = 'nappage-protocol/1'\nid = 'ours'\nname = 'Ours'\n{lists}");
        Library::with_files(&[("p.toml".to_owned(), text)])
    };
    let list = |key: &str, values: &str| format!("[{key}]\nvalues = [{values}]\nstatus = 'clinic-set'\n");
    let sound = protocol(&list("defer", "'Sunburn, at the site', { id = 'flu', text = 'fever' }"));
    let library = sound.unwrap_or_else(|faults| panic!("{faults:?}"));
    let ids: Vec<&str> = library.protocol("ours").map_or(Vec::new(), |protocol| {
        protocol.questions().into_iter().map(|(_, question, _)| question.id.as_str()).collect()
    });
    assert_eq!(ids, ["sunburn-at-the-site", "flu"]);
    for (lists, problem) in [
        (
            list("defer", "'flu'") + &list("caution", "{ id = 'flu', text = 'fever' }"),
            "asks what was asked before",
        ),
        (list("defer", "'?'"), "holds no word"),
        (list("defer", "{ id = 'flu' }"), "text: is missing"),
        (list("defer", "{ id = 'The flu', text = 'fever' }"), "is malformed"),
        (list("defer", "{ id = 'flu', text = 'fever', txt = '' }"), "is not a known key"),
        (list("defer", "3"), "must be a text"),
    ] {
        let faults = protocol(&lists).expect_err(problem);
        assert!(faults.iter().any(|faults| faults.to_string().contains(problem)), "{problem}: {faults:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn answers_move_no_point_and_change_no_dose_and_no_hash(
        answers in prop::collection::vec(prop::option::of(any::<bool>()), 6)
    ) {
        let plain = planned(&session(""));
        let questions = Library::built_in().protocols[0].questions();
        let given = questions.iter().zip(&answers).filter_map(|((_, question, _), answer)| Some((question, (*answer)?)));
        let screening = Some(given.map(|(question, answer)| (question.id.clone(), answer)).collect());
        let asked = planned(&Session { screening, ..session("") });
        let bare = |plan: Plan| Plan { findings: Vec::new(), ..plan };
        prop_assert_eq!(bare(plain), bare(asked.clone()));
        // Every question answered yes is told, and every one left open, and no other.
        let mut told = 0;
        for ((_, question, _), answer) in questions.iter().zip(&answers) {
            let found = asked.findings.iter().any(|finding| finding.message.starts_with(&format!("{}: ", question.words)));
            prop_assert_eq!(found, *answer == Some(true));
            told += usize::from(answer.is_none());
        }
        let open = message(&asked, "screening-open");
        prop_assert_eq!(open.is_empty(), told == 0);
    }
}
