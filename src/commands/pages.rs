//! The kinds of page that a plan is drawn as.

use clap::ValueEnum;
use nappage::fault::Fault;
use nappage::library::Library;
use nappage::plan::Plan;
use nappage::session::{Paper, Session};
use nappage::sheet::{Page, map, template, worksheet};

use super::failure::Failure;

/// A kind of page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// The body with zones, points and figures.
    Map,
    /// What is filled in with a pen: the work line by line, syringes, checks, the record.
    Worksheet,
    /// Each zone at true size, to cut out and lay on the skin.
    Template,
}

impl Kind {
    /// The pages of this kind, in their order.
    fn pages(self, content: &map::Content<'_>, paper: Paper) -> Result<Vec<Page>, Fault> {
        match self {
            Self::Map => Ok(vec![map::page(content, paper)?]),
            Self::Worksheet => worksheet::pages(content, paper),
            Self::Template => template::pages(content, paper),
        }
    }
}

/// The pages of a plan, kind by kind.
///
/// # Errors
/// When the plan's body or protocol is not in the library, or the body lacks a zone's chart.
pub(crate) fn drawn(
    kinds: &[Kind],
    plan: &Plan,
    session: &Session,
    library: &Library,
) -> Result<Vec<Page>, Failure> {
    let content = map::Content::of(plan, library, session.reference.as_deref())?;
    let mut pages = Vec::new();
    for kind in kinds {
        pages.extend(kind.pages(&content, session.paper.unwrap_or_default())?);
    }
    Ok(pages)
}
