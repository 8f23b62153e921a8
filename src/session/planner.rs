//! Plans of one library after another, which share what was made of the skin.

use std::sync::Arc;

use super::beside::Beside;
use super::planning::{Setting, planned};
use super::{Session, layers};
use crate::fault::{Fault, Faults};
use crate::library::Library;
use crate::plan::{Layered, Plan};
use crate::recent::Recent;
use crate::treated::Treated;

/// How much treated skin is kept.
const KEPT: usize = 4;

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
    /// Treated skin by what was treated.
    skins: Recent<Arc<Treated>>,
}

impl<'a> Planner<'a> {
    /// One that has planned nothing yet.
    pub fn new(library: &'a Library) -> Self {
        Self { library, skins: Recent::new(KEPT) }
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

    /// The treated skin of a session's zones, before anything is marked on it.
    ///
    /// # Errors
    /// As [`Treated::new`].
    pub(super) fn treated(&self, session: &Session, setting: &Setting) -> Result<Arc<Treated>, Fault> {
        let ids: Vec<&str> = setting.zones.iter().map(|zone| zone.id.as_str()).collect();
        let least_mm = setting.limits.spacing.least_mm;
        let key = format!("{:?}", (&setting.body.id, &session.measurements_mm, ids, least_mm));
        if let Some(known) = self.skins.get(&key) {
            return Ok(known);
        }
        let made = Treated::new(&setting.body, &self.library.atlas, &setting.zones, least_mm)?;
        let made = Arc::new(made);
        self.skins.put(key, Arc::clone(&made));
        Ok(made)
    }
}
