//! Plans of one library after another, which share what was made of the skin.

use std::borrow::Cow;
use std::sync::Arc;

use super::beside::Beside;
use super::planning::{Setting, planned};
use super::{Session, layers};
use crate::body::Body;
use crate::digest::sha256_of;
use crate::fault::{Fault, Faults};
use crate::layout::Ground;
use crate::library::Library;
use crate::plan::{Layered, Plan};
use crate::recent::Recent;
use crate::treated::Treated;
use crate::zones::Exclusion;

/// How much treated skin is kept: of a few sessions, with and without what is marked on it.
const KEPT: usize = 6;

/// Plans sessions one after the other: where one treats the same zones of the same body as another shortly
/// before, as while a slider moves, their margins are not traced anew. The plans are those of
/// [`plan`](super::plan) and [`layers`](super::layers).
///
/// ```
/// use nappage::library::Library;
/// use nappage::session::{Planner, Session, plan};
///
/// let planner = Planner::new(Library::built_in());
/// for spacing_mm in [12.0, 13.0] {
///     let session =
///         Session { zones: vec!["chin".to_owned()], spacing_mm: Some(spacing_mm), ..Session::default() };
///     assert_eq!(planner.plan(&session).unwrap(), plan(&session, Library::built_in()).unwrap());
/// }
/// ```
#[derive(Debug)]
pub struct Planner<'a> {
    pub(super) library: &'a Library,
    /// Treated skin by what was treated, ready to be laid out.
    grounds: Recent<Arc<Ground>>,
    /// SHA-256 of bodies with what else is known, by body.
    known: Recent<String>,
}

impl<'a> Planner<'a> {
    /// One that has planned nothing yet.
    pub fn new(library: &'a Library) -> Self {
        Self { library, grounds: Recent::new(KEPT), known: Recent::new(KEPT) }
    }

    /// The plan of a session that is one treatment; see [`plan`](super::plan).
    ///
    /// # Errors
    /// As [`plan`](super::plan).
    pub fn plan(&self, session: &Session) -> Result<Plan, Faults> {
        if !session.layers.is_empty() {
            let fault = Fault::new("layer", "stands in what is to be planned as one treatment");
            let fault = fault
                .hint("plan it with `nappage map` or `nappage check`; as a library, with session::layers");
            return Err(session.faults(vec![("layer.1".to_owned(), fault)]));
        }
        planned(session, self, &Beside::default())
    }

    /// The plans of a session's layers; see [`layers`](super::layers).
    ///
    /// # Errors
    /// As [`layers`](super::layers).
    pub fn layers(&self, session: &Session) -> Result<Layered, Faults> {
        layers::planned_layers(session, self)
    }

    /// SHA-256 of what a session on a body depends on and does not say itself: the tables of the body, the
    /// syringes, and the whole atlas, since zones that are not treated set margins too.
    pub(super) fn known(&self, session: &Session, body: &Body) -> String {
        let key = format!("{:?}", (&body.id, &session.measurements_mm));
        if let Some(known) = self.known.get(&key) {
            return known;
        }
        let Library { syringes, atlas, .. } = self.library;
        let made =
            sha256_of(format_args!("{syringes:?}\n{body:?}\n{:?}\n{:?}", atlas.zones, atlas.exclusions));
        self.known.put(key, made.clone());
        made
    }

    /// The treated skin of a session's zones without what is marked on it.
    ///
    /// # Errors
    /// As [`Treated::new`].
    pub(super) fn ground(
        &self,
        session: &Session,
        setting: &Setting,
        marked: &[Exclusion],
    ) -> Result<Arc<Ground>, Fault> {
        let ids: Vec<&str> = setting.zones.iter().map(|zone| zone.id.as_str()).collect();
        let spacing = setting.limits.spacing;
        let key = format!("{:?}", (&setting.body.id, &session.measurements_mm, ids, spacing, marked));
        if let Some(known) = self.grounds.get(&key) {
            return Ok(known);
        }
        let mut atlas = Cow::Borrowed(&self.library.atlas);
        if !marked.is_empty() {
            atlas.to_mut().exclusions.extend_from_slice(marked);
        }
        let treated = Treated::new(&setting.body, &atlas, &setting.zones, spacing.least_mm)?;
        let made = Arc::new(Ground::new(treated, spacing));
        self.grounds.put(key, Arc::clone(&made));
        Ok(made)
    }
}
