//! What is made up against how long it may be used then.

use super::Form;
use crate::clock::Clock;
use crate::plan::{Finding, Severity};
use crate::protocol::Minutes;
use crate::tray::Window;

const DAY: Minutes = Minutes(24 * 60);

/// The record's own use-by, and when the last was given, against the window of the product or protocol.
///
/// A time that comes before the making up is one of the next day.
pub(super) fn findings(form: &Form, window: Option<&Window>) -> Vec<Finding> {
    let later = |clock: Clock| match form.reconstituted {
        Some(made) if clock < made => clock.after(DAY),
        _ => clock,
    };
    let (use_by, ended) = (form.use_by.map(later), form.ended.map(later));
    let keeps = form.reconstituted.zip(window).map(|(made, window)| Keeps {
        surely: made.after(window.span.least),
        latest: made.after(window.span.greatest),
        words: format!("made up at {made} it keeps {} ({})", window.span, window.standing),
    });
    let longer = use_by.and_then(|by| late(by, keeps.as_ref()?, "use-by-late", "use-by"));
    let after = ended.and_then(|at| {
        let kept = keeps.as_ref().and_then(|keeps| late(at, keeps, AFTER, "the last was given at"));
        let own = use_by.filter(|by| at > *by).map(|by| {
            let message =
                format!("the last was given at {at}, to be used by {by} as the record says: {REMEDY}");
            Finding::new(Severity::Error, AFTER, message)
        });
        // The graver of the two.
        kept.into_iter().chain(own).min_by_key(|finding| finding.severity)
    });
    longer.into_iter().chain(after).collect()
}

const AFTER: &str = "given-after-use-by";
const REMEDY: &str = "check the times; where they are right, write into the notes what was done about it";

/// Until when a product that was made up keeps.
struct Keeps {
    /// By the shorter end of its window.
    surely: Clock,
    /// By the longer one.
    latest: Clock,
    words: String,
}

/// What is to be said of a time that is later than the product keeps.
fn late(at: Clock, keeps: &Keeps, code: &str, what: &str) -> Option<Finding> {
    let (severity, until, remedy) = if at > keeps.latest {
        (Severity::Error, keeps.latest, REMEDY)
    } else if at > keeps.surely {
        (Severity::Warning, keeps.surely, "ask the maker whether it keeps longer")
    } else {
        return None;
    };
    let message = format!("{what} {at}, after {until}: {}; {remedy}", keeps.words);
    Some(Finding::new(severity, code, message))
}
