//! A session with its plan, or with those of its layers: what the commands write and tell of.

use std::borrow::Cow;

use nappage::batch::manifest::{Entry, Written};
use nappage::export;
use nappage::fault::{Fault, nearest_name};
use nappage::library::Library;
use nappage::plan::{Finding, Layered, Plan};
use nappage::session::{Planner, Printed, Session, same_name};
use nappage::sheet::{Page, layers, map::Content};

use super::diagnose;
use super::failure::Failure;
use super::pages;

/// A session that is planned.
pub(crate) enum Planned {
    /// A single treatment.
    Single(Box<(Session, Plan)>),
    /// Several, one after another.
    Layers(Layers),
}

/// The layers of a session.
pub(crate) struct Layers {
    /// The plain session of each.
    sessions: Vec<Session>,
    layered: Layered,
    /// The one that was asked for, of all.
    only: Option<usize>,
}

/// A plan as its pages print it.
pub(crate) struct Part<'a> {
    /// Its session.
    pub(crate) session: &'a Session,
    /// The plan; of a layer, with what was found on the layers together.
    pub(crate) plan: Cow<'a, Plan>,
    /// The layers that it is one of, and its place among them.
    layers: Option<(&'a Layered, usize)>,
}

impl Part<'_> {
    /// What its pages show.
    ///
    /// # Errors
    /// When its body or protocol is not in the library.
    pub(crate) fn content<'a>(&'a self, library: &'a Library) -> Result<Content<'a>, Fault> {
        let content = Content::of(&self.plan, library, self.session.reference.as_deref())?;
        let content = Content { answers: self.session.screening.as_ref(), ..content };
        Ok(match self.layers {
            Some((layered, index)) => content.of_layer(layered, index),
            None => content,
        })
    }
}

impl Planned {
    /// Plans a session; of one with layers, those or the one of this name are written.
    ///
    /// # Errors
    /// All that keeps it from being planned; when there is no such layer.
    pub(crate) fn of(session: Session, library: &Library, layer: Option<&str>) -> Result<Self, Failure> {
        Self::by(&Planner::new(library), session, layer)
    }

    /// The same for what is to be drawn: where there is another core, the body is drawn while the points settle,
    /// which their pages then find done.
    ///
    /// # Errors
    /// As [`Planned::of`].
    pub(crate) fn to_draw(session: Session, library: &Library, layer: Option<&str>) -> Result<Self, Failure> {
        let planner = Planner::new(library);
        let pages = pages::of_bodies(&session);
        if pages.is_empty() || rayon::current_num_threads() < 2 {
            return Self::by(&planner, session, layer);
        }
        // What cannot be planned or drawn is said of the plan itself.
        let rough = Self::by(&planner.rough(), Session { pages, ..session.clone() }, layer);
        let (planned, _) = rayon::join(
            || Self::by(&planner, session, layer),
            || rough.and_then(|rough| rough.pages(library)),
        );
        planned
    }

    fn by(planner: &Planner<'_>, session: Session, layer: Option<&str>) -> Result<Self, Failure> {
        let only = layer.map(|name| place_of(&session, name)).transpose()?;
        if session.layers.is_empty() {
            let plan = planner.plan(&session)?;
            return Ok(Self::Single(Box::new((session, plan))));
        }
        let layered = planner.layers(&session)?;
        Ok(Self::of_layers(&session, layered, only))
    }

    /// A session with layers that are planned already; all of them or the one at `only` are written.
    pub(crate) fn of_layers(session: &Session, layered: Layered, only: Option<usize>) -> Self {
        Self::Layers(Layers { sessions: session.by_layer(), layered, only })
    }

    /// Every finding on what is written.
    pub(crate) fn findings(&self) -> Vec<Finding> {
        match self {
            Self::Single(planned) => planned.1.findings.clone(),
            Self::Layers(layers) => {
                let own = layers.chosen().flat_map(|(index, _)| &layers.layered.layers[index].plan.findings);
                layers.layered.findings.iter().chain(own).cloned().collect()
            }
        }
    }

    /// Every plan that is written, with its session.
    pub(crate) fn parts(&self) -> Vec<(&Session, &Plan)> {
        match self {
            Self::Single(planned) => vec![(&planned.0, &planned.1)],
            Self::Layers(layers) => {
                let part =
                    |(index, _): (usize, &str)| (&layers.sessions[index], &layers.layered.layers[index].plan);
                layers.chosen().map(part).collect()
            }
        }
    }

    /// Every plan that is written, as its pages print it.
    pub(crate) fn printed(&self) -> Vec<Part<'_>> {
        match self {
            Self::Single(planned) => {
                let (session, plan) = planned.as_ref();
                vec![Part { session, plan: Cow::Borrowed(plan), layers: None }]
            }
            Self::Layers(layers) => layers.chosen().map(|(index, _)| layers.part(index)).collect(),
        }
    }

    /// The pages: what shows all layers at once, then layer by layer.
    ///
    /// # Errors
    /// When one cannot be drawn, or there is none.
    pub(crate) fn pages(&self, library: &Library) -> Result<Vec<Page>, Failure> {
        let mut all = match self {
            Self::Layers(layers) => layers.together(library)?,
            Self::Single(_) => Vec::new(),
        };
        for part in self.printed() {
            all.extend(pages::drawn(&part.content(library)?, part.session, library)?);
        }
        if all.is_empty() {
            let fault = Fault::new("pages", "have nothing to show of what was chosen");
            return Err(fault.hint("ask for other pages, or for another layer").into());
        }
        Ok(all)
    }

    /// The plan as JSON; those of all layers together.
    pub(crate) fn json(&self) -> String {
        match self {
            Self::Single(planned) => export::json(&planned.1),
            Self::Layers(Layers { layered, only: None, .. }) => export::layers_json(layered),
            Self::Layers(Layers { layered, only: Some(only), .. }) => {
                export::json(&layered.layers[*only].plan)
            }
        }
    }

    /// The points as CSV; those of all layers together, with a column of the layer.
    pub(crate) fn csv(&self) -> String {
        match self {
            Self::Single(planned) => export::csv(&planned.1),
            Self::Layers(Layers { layered, only: None, .. }) => export::layers_csv(layered),
            Self::Layers(Layers { layered, only: Some(only), .. }) => {
                export::csv(&layered.layers[*only].plan)
            }
        }
    }

    /// The entry of a batch for the files that show it.
    pub(crate) fn entry(
        &self,
        title: &str,
        source: &str,
        request_sha256: &str,
        files: impl IntoIterator<Item = Written>,
    ) -> Entry {
        let plans: Vec<&Plan> = self.parts().into_iter().map(|(_, plan)| plan).collect();
        let made = Entry::made(title, source, request_sha256, &plans, files);
        Entry { findings: self.findings(), ..made }
    }

    /// Says on standard error why the plans are as they are, and what was found.
    pub(crate) fn tell(&self) {
        match self {
            Self::Single(planned) => diagnose::say(&diagnose::printable(&planned.1.reason)),
            Self::Layers(layers) => {
                for (index, name) in layers.chosen() {
                    let reason = &layers.layered.layers[index].plan.reason;
                    diagnose::say(&diagnose::printable(&format!("{name}: {reason}")));
                }
            }
        }
        diagnose::findings(&self.findings());
    }
}

impl Layers {
    /// The plans of all of them.
    pub(crate) fn layered(&self) -> &Layered {
        &self.layered
    }

    /// The map of all of them, where the session asks for it, whichever is chosen.
    fn together(&self, library: &Library) -> Result<Vec<Page>, Failure> {
        let asked = self.sessions.first().filter(|session| session.pages.contains(&Printed::Layers));
        let Some(session) = asked else { return Ok(Vec::new()) };
        let (reference, paper) = (session.reference.as_deref(), session.paper.unwrap_or_default());
        Ok(vec![layers::page(&self.layered, library, reference, paper)?])
    }

    /// The layers that are written, with their names.
    fn chosen(&self) -> impl Iterator<Item = (usize, &str)> {
        let named = self.layered.layers.iter().map(|layer| layer.name.as_str()).enumerate();
        named.filter(|(index, _)| self.only.is_none_or(|only| only == *index))
    }

    /// A layer as its pages print it: with what was found on the layers together.
    fn part(&self, index: usize) -> Part<'_> {
        let own = &self.layered.layers[index].plan;
        let findings = self.layered.findings.iter().chain(&own.findings).cloned().collect();
        let plan = Cow::Owned(Plan { findings, ..own.clone() });
        Part { session: &self.sessions[index], plan, layers: Some((&self.layered, index)) }
    }
}

/// A session with whatever `flags` holds in place of its own: what the session alone can say, and what the
/// layer says where one is chosen.
///
/// # Errors
/// When there are layers and flags say what each of them says itself, but no layer is chosen; when it is none
/// of them.
pub(crate) fn overridden(session: Session, flags: Session, layer: Option<&str>) -> Result<Session, Fault> {
    if session.layers.is_empty() {
        return Ok(session.overridden_by(flags));
    }
    let whole = Session {
        body: flags.body.clone(),
        paper: flags.paper,
        pages: flags.pages.clone(),
        ..Session::default()
    };
    let own = Session { body: None, paper: None, pages: Vec::new(), ..flags };
    let mut session = session.overridden_by(whole);
    if own == Session::default() {
        return Ok(session);
    }
    let Some(name) = layer else {
        let fault = Fault::new("--session", "holds layers, each with zones, protocol and doses of its own");
        return Err(fault.hint("choose one with --layer for these flags to change, or change the file"));
    };
    let index = place_of(&session, name)?;
    let asked = std::mem::take(&mut session.layers[index].asked);
    session.layers[index].asked = asked.overridden_by(own);
    Ok(session)
}

/// Where a layer stands in its session.
///
/// # Errors
/// When it is none of them.
pub(crate) fn place_of(session: &Session, name: &str) -> Result<usize, Fault> {
    layer_named(&session.layers.iter().map(|layer| layer.name.as_str()).collect::<Vec<_>>(), name)
}

/// Where a layer stands among those of these names.
///
/// # Errors
/// When it is none of them.
pub(crate) fn layer_named(names: &[&str], name: &str) -> Result<usize, Fault> {
    names.iter().position(|known| same_name(known, name)).ok_or_else(|| {
        let fault = Fault::new("--layer", "names no layer of the session").value(format!("'{name}'"));
        match (names.is_empty(), nearest_name(name, names.iter().copied())) {
            (true, _) => fault.hint("leave it out: the session is a single treatment"),
            (_, Some(near)) => fault.hint(format!("did you mean '{near}'?")),
            _ => fault.hint(format!("one of {}", names.join(", "))),
        }
    })
}
