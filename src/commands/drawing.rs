//! The map of a plan as a drawing.

use nappage::library::Library;
use nappage::plan::Plan;
use nappage::session::Session;
use nappage::sheet::{map, svg};

use super::failure::Failure;

/// The map as SVG.
///
/// # Errors
/// When the plan's body or protocol is not in the library, or the body lacks a zone's chart.
pub(crate) fn svg(plan: &Plan, session: &Session, library: &Library) -> Result<String, Failure> {
    let content = map::Content::of(plan, library, session.reference.as_deref())?;
    Ok(svg::write(&map::page(&content, session.paper.unwrap_or_default())?))
}
