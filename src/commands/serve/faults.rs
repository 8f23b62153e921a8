//! What is wrong, told to the page.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use nappage::fault::{Fault, Faults};
use serde::Serialize;

use super::sentences::Sentence;
use crate::commands::failure::Failure;

/// An answer that is none: its status and all that is wrong.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    faults: Vec<Faults>,
}

/// One fault, as the page reads it.
#[derive(Serialize)]
struct Told<'a> {
    origin: &'a str,
    line: Option<usize>,
    item: &'a str,
    problem: &'a str,
    value: Option<&'a str>,
    bound: Option<&'a str>,
    hint: Option<&'a str>,
    said: Sentences<'a>,
}

/// The same, to be said in another language.
#[derive(Serialize)]
struct Sentences<'a> {
    item: Sentence<'a>,
    problem: Sentence<'a>,
    value: Option<Sentence<'a>>,
    bound: Option<Sentence<'a>>,
    hint: Option<Sentence<'a>>,
}

/// A refusal for one reason.
pub(super) fn refused(status: StatusCode, fault: Fault) -> Refusal {
    Refusal { status, faults: vec![Faults::of(String::new(), vec![fault])] }
}

impl From<Faults> for Refusal {
    fn from(faults: Faults) -> Self {
        Self { status: StatusCode::UNPROCESSABLE_ENTITY, faults: vec![faults] }
    }
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        refused(StatusCode::UNPROCESSABLE_ENTITY, fault)
    }
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        let faults = match failure {
            Failure::Faults(faults) => faults,
            Failure::ClosedPipe => Vec::new(),
        };
        Self { status: StatusCode::UNPROCESSABLE_ENTITY, faults }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let told = |(faults, fault): (&Faults, &Fault)| {
            serde_json::to_value(Told {
                origin: &faults.origin,
                line: faults.line(fault),
                item: &fault.item,
                problem: &fault.problem,
                value: fault.value.as_deref(),
                bound: fault.bound.as_deref(),
                hint: fault.hint.as_deref(),
                said: Sentences {
                    item: Sentence(&fault.item),
                    problem: Sentence(&fault.problem),
                    value: fault.value.as_ref().map(Sentence),
                    bound: fault.bound.as_ref().map(Sentence),
                    hint: fault.hint.as_ref().map(Sentence),
                },
            })
        };
        let all = self.faults.iter().flat_map(|faults| faults.list.iter().map(move |fault| (faults, fault)));
        let list: Vec<_> = all.map(told).filter_map(Result::ok).collect();
        let body = serde_json::json!({ "faults": list }).to_string();
        (self.status, [(header::CONTENT_TYPE, "application/json")], body).into_response()
    }
}
