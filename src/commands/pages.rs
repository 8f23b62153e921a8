//! The pages that a plan is drawn as.

use nappage::course::{self, Schedule};
use nappage::fault::Fault;
use nappage::library::Library;
use nappage::plan::Plan;
use nappage::session::{Printed, Session};
use nappage::sheet::{Page, card, card::Card, map, template, worksheet};

use super::failure::Failure;
use super::values;

/// Which pages are drawn.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct PagesArgs {
    /// The pages of a drawing, in their order: map, lateral, layers, worksheet, template, course [default: map].
    #[arg(long, value_name = "LIST", value_delimiter = ',', value_parser = values::printed)]
    pages: Vec<Printed>,
}

impl PagesArgs {
    /// The kinds asked for; none where nothing is asked.
    ///
    /// # Errors
    /// When one is named twice.
    pub(crate) fn kinds(&self) -> Result<Vec<Printed>, Fault> {
        let twice = Printed::ALL
            .iter()
            .find(|(_, kind)| self.pages.iter().filter(|asked| *asked == kind).count() > 1);
        match twice {
            Some((name, _)) => {
                let fault = Fault::new("--pages", "names a kind of pages twice").value((*name).to_owned());
                Err(fault.hint("name each once"))
            }
            None => Ok(self.pages.clone()),
        }
    }
}

/// The pages of a plan, kind by kind: those that its session names, else the map. Of a layer, kinds that
/// have nothing to show of it alone are left out.
///
/// # Errors
/// When the body lacks a zone's chart, the course cannot be dated, or a kind has nothing to show.
pub(crate) fn drawn(
    content: &map::Content<'_>,
    session: &Session,
    library: &Library,
) -> Result<Vec<Page>, Failure> {
    let plan = content.plan;
    let paper = session.paper.unwrap_or_default();
    let kinds = kinds(session);
    let mut pages = Vec::new();
    for kind in kinds {
        match kind {
            Printed::Template if plan.topical.is_some() && content.layer.is_none() => {
                let fault = Fault::new("pages", "has no points to mark through a template").value("template");
                return Err(fault.hint("leave template out: the product goes onto the skin").into());
            }
            Printed::Template if plan.topical.is_some() => {}
            // Drawn once, of all layers.
            Printed::Layers if content.layer.is_some() => {}
            Printed::Layers => {
                let fault = Fault::new("pages", "has nothing to show of a single treatment").value("layers");
                return Err(fault.hint("ask for map: the session has no [[layer]]").into());
            }
            Printed::Lateral if content.layer.is_some() && !map::has_sides(plan) => {}
            Printed::Map => pages.push(map::page(content, paper)?),
            Printed::Lateral => pages.push(map::lateral(content, paper)?),
            Printed::Worksheet => pages.extend(worksheet::pages(content, paper)?),
            Printed::Template => pages.extend(template::pages(content, paper)?),
            Printed::Course => {
                let card = course_card(plan, session, library)?;
                pages.extend(card::pages(content, &card, paper)?);
            }
        }
    }
    Ok(pages)
}

/// The kinds of pages of a session.
fn kinds(session: &Session) -> &[Printed] {
    if session.pages.is_empty() { &[Printed::Map] } else { &session.pages }
}

/// Those of them that draw a body.
pub(crate) fn of_bodies(session: &Session) -> Vec<Printed> {
    let draws = |kind: &&Printed| matches!(kind, Printed::Map | Printed::Lateral | Printed::Layers);
    kinds(session).iter().filter(draws).copied().collect()
}

/// The card with the days of the course, or with its intervals where no first day is given.
fn course_card(plan: &Plan, session: &Session, library: &Library) -> Result<Card, Failure> {
    if session.course.start.is_some() {
        return Ok(Card::dated(&course::course(session, library, Some(plan))?));
    }
    let protocol = library.protocol(&plan.protocol.id)?;
    let schedule = Schedule::of(protocol)?.with_sessions(session.course.sessions)?;
    Ok(Card::undated(&schedule, protocol))
}
