//! What takes time: plans and sheets, a few at once, the last ones kept.

use std::borrow::Cow;
use std::num::NonZero;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use axum::body::Bytes;
use axum::http::StatusCode;
use nappage::course::Asked;
use nappage::fault::Fault;
use nappage::library::Library;
use nappage::plan::{BodyUsed, Layered, Plan};
use nappage::recent::Recent;
use nappage::said;
use nappage::session::{Planner, Session};
use nappage::sheet::Studio;
use nappage::sheet::screen::Scenery;
use tokio::sync::Semaphore;
use tokio::task;

use super::faults::{Refusal, refused};
use crate::commands::planned::Planned;

/// Most pieces of work at once, on a machine that has as many cores.
const MOST_AT_ONCE: usize = 4;
/// How many plans and answers are kept.
const KEPT: usize = 16;
/// How many plans of last time are kept.
const KEPT_LAST: usize = 4;
/// How many bodies are kept with all their views.
const KEPT_BODIES: usize = 4;

/// Whether there is a hurry: nobody waits any more, or not for long.
pub(super) type Hurry = Arc<AtomicBool>;

/// Who waits for a piece of work.
struct Asker(Hurry);

impl Drop for Asker {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// The library, and what was made of it.
pub(super) struct Workshop {
    /// What is known.
    pub(super) library: &'static Library,
    /// Answers that were given, by what was asked.
    pub(super) answers: Recent<Bytes>,
    planner: Planner<'static>,
    free: Semaphore,
    plans: Recent<Arc<Plan>>,
    layers: Recent<Arc<Layered>>,
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
            planner: Planner::new(library),
            free: Semaphore::new(cores.min(MOST_AT_ONCE)),
            plans: Recent::new(KEPT),
            layers: Recent::new(KEPT),
            last: Recent::new(KEPT_LAST),
            sceneries: Recent::new(KEPT_BODIES),
        }
    }

    /// Does a piece of work apart from the connections, when its turn has come. Where the asker has gone
    /// by then, it is not done at all; where it goes later, the work is told to hurry.
    ///
    /// # Errors
    /// Those of the work; when it ends in a fault of the program.
    pub(super) async fn done<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&Self, &Hurry) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        let broken = || {
            let fault = Fault::new(said!("the program"), "has a fault of its own and could not do this");
            refused(StatusCode::INTERNAL_SERVER_ERROR, fault.hint("save the session and report it"))
        };
        let _turn = self.free.acquire().await.map_err(|_| broken())?;
        let own = Arc::clone(self);
        let asker = Asker(Hurry::default());
        let hurry = asker.0.clone();
        task::spawn_blocking(move || work(&own, &hurry)).await.map_err(|_| broken())?
    }

    /// The plan of a session; of one with layers, those of all or of the one with this number. Where there is
    /// a hurry, it may be a draft.
    ///
    /// # Errors
    /// All that keeps it from being made; when there is no such layer.
    pub(super) fn planned(
        &self,
        session: &Session,
        layer: Option<usize>,
        hurry: &Hurry,
    ) -> Result<Planned, Refusal> {
        let planner = self.planner.hurried(hurry.clone());
        let session = self.after_last(session);
        let only = layer.map(|number| place_of(&session, number)).transpose()?;
        // What changes no plan is no part of the key.
        let mut key = Session {
            paper: None,
            pages: Vec::new(),
            reference: None,
            course: Asked::default(),
            written: None,
            ..session.clone().into_owned()
        };
        key.layers.iter_mut().for_each(|layer| layer.asked.written = None);
        let key = format!("{key:?}");
        if session.layers.is_empty() {
            let plan = made(&self.plans, key, || planner.plan(&session), |plan| !plan.draft)?;
            return Ok(Planned::Single(Box::new((session.into_owned(), (*plan).clone()))));
        }
        let settled = |layered: &Layered| layered.layers.iter().all(|layer| !layer.plan.draft);
        let layered = made(&self.layers, key, || planner.layers(&session), settled)?;
        Ok(Planned::of_layers(&session, (*layered).clone(), only))
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
        let made = Arc::new(Scenery::new(&body, &self.library.atlas.zones, Studio::built_in())?);
        self.sceneries.put(key, Arc::clone(&made));
        Ok(made)
    }
}

/// Where the layer of a number stands in its session.
fn place_of(session: &Session, number: usize) -> Result<usize, Fault> {
    let count = session.layers.len();
    if (1..=count).contains(&number) {
        return Ok(number - 1);
    }
    let fault = Fault::new("layer", "is not there").value(number.to_string());
    Err(match count {
        0 => fault.hint("leave it out: the session is a single treatment"),
        _ => fault.bound(said!("1 to {count}", count)),
    })
}

/// What is kept under a key; else it is made, and kept where it is `lasting`.
fn made<T, E>(
    kept: &Recent<Arc<T>>,
    key: String,
    make: impl FnOnce() -> Result<T, E>,
    lasting: impl FnOnce(&T) -> bool,
) -> Result<Arc<T>, E> {
    if let Some(known) = kept.get(&key) {
        return Ok(known);
    }
    let made = Arc::new(make()?);
    if lasting(&made) {
        kept.put(key, Arc::clone(&made));
    }
    Ok(made)
}
