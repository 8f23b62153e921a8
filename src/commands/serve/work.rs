//! What takes time: plans and sheets, a few at once, the last ones kept.

use std::borrow::Cow;
use std::num::NonZero;
use std::sync::Arc;
use std::thread;

use axum::body::Bytes;
use axum::http::StatusCode;
use nappage::course::Asked;
use nappage::fault::Fault;
use nappage::library::Library;
use nappage::plan::{BodyUsed, Plan};
use nappage::session::{self, Session};
use nappage::sheet::FeatureSet;
use nappage::sheet::screen::Scenery;
use tokio::sync::Semaphore;
use tokio::task;

use super::faults::{Refusal, refused};
use super::recent::Recent;

/// Most pieces of work at once, on a machine that has as many cores.
const MOST_AT_ONCE: usize = 4;
/// How many plans and answers are kept.
const KEPT: usize = 16;
/// How many plans of last time are kept.
const KEPT_LAST: usize = 4;
/// How many bodies are kept with all their views.
const KEPT_BODIES: usize = 4;

/// The library, and what was made of it.
pub(super) struct Workshop {
    /// What is known.
    pub(super) library: &'static Library,
    /// Answers that were given, by what was asked.
    pub(super) answers: Recent<Bytes>,
    free: Semaphore,
    plans: Recent<Arc<Plan>>,
    /// Plans of last time, by the names of their files.
    last: Recent<Arc<Plan>>,
    sceneries: Recent<Arc<Scenery>>,
}

impl Workshop {
    /// A workshop in which nothing is made yet.
    pub(super) fn new(library: &'static Library) -> Self {
        let cores = thread::available_parallelism().map_or(1, NonZero::get);
        Self {
            library,
            answers: Recent::new(KEPT),
            free: Semaphore::new(cores.min(MOST_AT_ONCE)),
            plans: Recent::new(KEPT),
            last: Recent::new(KEPT_LAST),
            sceneries: Recent::new(KEPT_BODIES),
        }
    }

    /// Does a piece of work apart from the connections, when its turn has come. Where the asker has gone
    /// by then, it is not done at all.
    ///
    /// # Errors
    /// Those of the work; when it ends in a fault of the program.
    pub(super) async fn done<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&Self) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        let broken = || {
            let fault = Fault::new("the program", "has a fault of its own and could not do this");
            refused(StatusCode::INTERNAL_SERVER_ERROR, fault.hint("save the session and report it"))
        };
        let _turn = self.free.acquire().await.map_err(|_| broken())?;
        let own = Arc::clone(self);
        task::spawn_blocking(move || work(&own)).await.map_err(|_| broken())?
    }

    /// The plan of a session.
    ///
    /// # Errors
    /// All that keeps it from being made.
    pub(super) fn plan(&self, session: &Session) -> Result<Arc<Plan>, Refusal> {
        let session = self.after_last(session);
        // What changes no plan is no part of the key.
        let key = Session {
            paper: None,
            pages: Vec::new(),
            reference: None,
            course: Asked::default(),
            written: None,
            ..session.clone().into_owned()
        };
        let key = format!("{key:?}");
        if let Some(plan) = self.plans.get(&key) {
            return Ok(plan);
        }
        let plan = Arc::new(session::plan(&session, self.library)?);
        self.plans.put(key, Arc::clone(&plan));
        Ok(plan)
    }

    /// Keeps the plan of last time for the sessions that name its file.
    pub(super) fn keep_last(&self, name: String, plan: Plan) {
        self.last.put(name, Arc::new(plan));
        // Another plan may have borne the name.
        self.answers.clear();
    }

    /// A session with the points of the plan that it names as that of last time, where it is kept.
    fn after_last<'s>(&self, session: &'s Session) -> Cow<'s, Session> {
        match session.previous.as_ref().and_then(|name| self.last.get(name)) {
            Some(plan) => Cow::Owned(session.clone().after(&plan)),
            None => Cow::Borrowed(session),
        }
    }

    /// The views of the body of a plan.
    ///
    /// # Errors
    /// When the library lacks the body, or it cannot be scaled to such measurements.
    pub(super) fn scenery(&self, used: &BodyUsed) -> Result<Arc<Scenery>, Refusal> {
        let key = format!("{used:?}");
        if let Some(known) = self.sceneries.get(&key) {
            return Ok(known);
        }
        let body = self.library.body_used(used)?;
        let made = Arc::new(Scenery::new(&body, &self.library.atlas.zones, FeatureSet::built_in())?);
        self.sceneries.put(key, Arc::clone(&made));
        Ok(made)
    }
}
