//! Screening: the protocol's questions before a session, answered in the session file.
//!
//! An answer of yes to what rules a treatment out, or puts it off, is an error of the plan; to what calls
//! for caution, a warning. Answers move no point and change no dose, and a plan holds them only as findings.
//!
//! ```
//! use nappage::library::Library;
//! use nappage::session::{Session, plan};
//!
//! let text = "format = 'nappage-session/1'\nzones = ['chin']\n[screening]\npregnancy = true\n";
//! let plan = plan(&Session::read("s.toml", text)?, Library::built_in())?;
//! let found = &plan.findings[0];
//! assert_eq!(found.code, "defer");
//! assert!(found.message.contains("published, celmade-2026"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::collections::BTreeMap;

use crate::document::{Fields, Item, Places, listed};
use crate::fault::{Fault, nearest_name};
use crate::plan::{Finding, Severity};
use crate::protocol::{Concern, Protocol, Question};
use crate::said::Said;

/// The answers by the ids of their questions; whether it is so.
pub type Answers = BTreeMap<String, bool>;

/// Reads the table `[screening]` of a session file, and notes where its values stand. A blank is no answer
/// yet.
pub(crate) fn read_answers(table: Fields<'_, '_>, places: &mut Places) -> Answers {
    let answer = |(id, item): (String, Item<'_, '_>)| {
        places.insert(format!("screening.{id}"), item.span());
        let answer = if item.is_blank() { None } else { item.answer() };
        Some((id, answer?))
    };
    table.entries().into_iter().filter_map(answer).collect()
}

/// The faults of answers to what the protocol does not ask, by their keys in the session file.
pub(crate) fn unasked(answers: &Answers, protocol: &Protocol) -> Vec<(String, Fault)> {
    let ids: Vec<&str> = protocol.questions().iter().map(|(_, question, _)| question.id.as_str()).collect();
    let fault = |id: &String| {
        let fault = Fault::new(
            "screening",
            said!("answers no question of protocol '{protocol}'", protocol = protocol.id),
        );
        let hint = match nearest_name(id, ids.iter().copied()) {
            Some(near) => said!("did you mean '{near}'?", near),
            None if ids.is_empty() => said!("take it out: the protocol asks none"),
            None => said!("one of {ids}", ids = listed(ids.iter().copied())),
        };
        (format!("screening.{id}"), fault.value(format!("'{id}'")).hint(hint))
    };
    answers.keys().filter(|id| !ids.contains(&id.as_str())).map(fault).collect()
}

/// What the answers mean for the session, and what is not answered; nothing where the session has no answers.
pub(crate) fn findings(answers: Option<&Answers>, protocol: &Protocol) -> Vec<Finding> {
    let questions = protocol.questions();
    let Some(answers) = answers else { return Vec::new() };
    let yes = questions.iter().filter(|(_, question, _)| answers.get(&question.id) == Some(&true));
    let mut findings: Vec<Finding> =
        yes.map(|(concern, question, standing)| answered_yes(*concern, question, standing)).collect();
    let asked = questions.iter().map(|(_, question, _)| question.id.as_str());
    let open: Vec<&str> = asked.filter(|id| !answers.contains_key(*id)).collect();
    if !open.is_empty() {
        let message = said!("not answered: {open}; ask before the session", open = listed(open));
        findings.push(Finding::new(Severity::Note, "screening-open", message));
    }
    findings
}

fn answered_yes(concern: Concern, question: &Question, standing: &Said) -> Finding {
    let (severity, code, what) = match concern {
        Concern::Contraindication => {
            (Severity::Error, "contraindicated", said!("an absolute contraindication: do not treat"))
        }
        Concern::Deferral => (Severity::Error, "defer", said!("a reason to defer: put the session off")),
        Concern::Caution => {
            (Severity::Warning, "caution", said!("calls for caution: decide before the session"))
        }
        Concern::PoorCandidate => {
            (Severity::Warning, "poor-candidate", said!("a poor candidate: talk about what can be expected"))
        }
    };
    Finding::new(
        severity,
        code,
        said!("{question}: {what} ({standing})", question = question.words, what, standing),
    )
}
