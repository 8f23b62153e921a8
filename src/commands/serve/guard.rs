//! Who is answered: the page of this program in a browser on this machine, nobody else.
//!
//! A page elsewhere can make a browser send requests to the loopback. It cannot name this program as
//! `Host` by rebinding its own name, cannot leave its `Origin` out, and cannot send the token, which
//! is in no cookie but in the memory of the page alone.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use nappage::fault::Fault;
use nappage::said;

use super::faults::refused;
use super::token::Token;

/// The header that carries the token.
const TOKEN: &str = "x-nappage-token";
/// Paths that are answered with the token alone.
const GUARDED: &str = "/api/";
/// Where the page that the program opened itself is told the token.
const ENTRY: &str = "/api/enter";

/// What every answer says to the browser.
const HEADERS: [(HeaderName, &str); 8] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::CACHE_CONTROL, "no-store"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()"),
];

/// What a request must name and know.
pub(super) struct Door {
    hosts: [String; 2],
    token: Token,
    /// Lets a single page in, which is told the token.
    entry: Mutex<Option<Token>>,
}

/// What becomes of a request.
enum Verdict {
    Answered,
    LetIn,
    Refused(StatusCode, Box<Fault>),
}

impl Door {
    /// The door of a server that listens on `address`. `entry` stands in the command that opens the
    /// browser, which others on the machine may see: it serves once.
    pub(super) fn new(address: SocketAddr, token: Token, entry: Option<Token>) -> Self {
        let hosts = ["127.0.0.1", "localhost"].map(|name| format!("{name}:{}", address.port()));
        Self { hosts, token, entry: Mutex::new(entry) }
    }

    /// What becomes of a request for a path.
    fn verdict(&self, path: &str, headers: &HeaderMap) -> Verdict {
        let said = |name: &str| {
            let mut values = headers.get_all(name).iter();
            values.next().map(|value| (value.as_bytes(), values.next().is_none()))
        };
        let own = |value: &[u8], lead: &str| {
            self.hosts.iter().any(|host| value.strip_prefix(lead.as_bytes()) == Some(host.as_bytes()))
        };
        let hint = "open the address that `nappage serve` prints";
        let foreign = |what: &'static str| {
            let fault = Fault::new(what, "is not this program's").hint(hint);
            Verdict::Refused(StatusCode::FORBIDDEN, Box::new(fault))
        };
        if !said("host").is_some_and(|(host, alone)| alone && own(host, "")) {
            return foreign("Host");
        }
        if said("origin").is_some_and(|(origin, alone)| !alone || !own(origin, "http://")) {
            return foreign("Origin");
        }
        if !path.starts_with(GUARDED) {
            return Verdict::Answered;
        }
        if said("sec-fetch-site")
            .is_some_and(|(site, alone)| !alone || !matches!(site, b"same-origin" | b"none"))
        {
            return foreign("the page that asks");
        }
        let given = said(TOKEN).filter(|(_, alone)| *alone).map(|(token, _)| token);
        if given.is_some_and(|given| self.token.is(given)) {
            return Verdict::Answered;
        }
        let mut entry = self.entry.lock().unwrap_or_else(PoisonError::into_inner);
        if path == ENTRY && given.is_some_and(|given| entry.take_if(|entry| entry.is(given)).is_some()) {
            return Verdict::LetIn;
        }
        let fault = Fault::new(said!("the address"), "does not carry the token of the running program");
        Verdict::Refused(StatusCode::UNAUTHORIZED, Box::new(fault.hint(hint)))
    }
}

/// Answers those who may ask, and tells the browser how the answer may be used.
pub(super) async fn guard(State(door): State<Arc<Door>>, request: Request, next: Next) -> Response {
    let mut response = match door.verdict(request.uri().path(), request.headers()) {
        Verdict::Answered => next.run(request).await,
        Verdict::LetIn => door.token.to_string().into_response(),
        Verdict::Refused(status, fault) => refused(status, *fault).into_response(),
    };
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}
