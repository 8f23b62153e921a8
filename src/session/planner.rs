//! Plans of one library after another, which share what was made of the skin.

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::beside::Beside;
use super::planning::{Setting, planned};
use super::{Session, layers};
use crate::body::Body;
use crate::digest::sha256_of;
use crate::fault::{Fault, Faults};
use crate::layout::{Ground, Layout};
use crate::library::Library;
use crate::plan::{Layered, Pattern, Plan};
use crate::recent::Recent;
use crate::treated::Treated;
use crate::zones::Exclusion;

/// How much treated skin is kept: of a few sessions, with and without what is marked on it.
const KEPT: usize = 6;
/// How many layouts of each are kept.
const KEPT_LAYOUTS: usize = 6;

/// Plans sessions one after the other: where one treats the same zones of the same body as another shortly
/// before, as while a slider moves, their margins are not traced anew, nor are points laid out anew where but
/// their doses change. The plans are those of [`plan`](super::plan) and [`layers`](super::layers).
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
    kept: Arc<Kept>,
    /// How points are laid out.
    way: Way,
}

/// How points are laid out.
#[derive(Debug)]
enum Way {
    /// As well as they can be, until there is a hurry.
    Settled { hurry: Arc<AtomicBool> },
    /// As rows are first laid.
    Rough,
}

/// What was made of the skin.
#[derive(Debug)]
struct Kept {
    /// Treated skin by what was treated, ready to be laid out.
    grounds: Recent<Arc<LaidGround>>,
    /// SHA-256 of bodies with what else is known, by body.
    known: Recent<String>,
}

/// Treated skin with the layouts that were made of it and have settled.
#[derive(Debug)]
pub(super) struct LaidGround {
    pub(super) ground: Ground,
    layouts: Recent<Layout>,
}

impl<'a> Planner<'a> {
    /// One that has planned nothing yet.
    pub fn new(library: &'a Library) -> Self {
        let kept = Arc::new(Kept { grounds: Recent::new(KEPT), known: Recent::new(KEPT) });
        Self { library, kept, way: Way::Settled { hurry: Arc::default() } }
    }

    /// One that shares with this what is made of the skin, and plans at once as soon as `hurry` is true: what
    /// it plans then may be [drafts](Plan::draft), whose points would settle further.
    #[must_use]
    pub fn hurried(&self, hurry: Arc<AtomicBool>) -> Self {
        self.by(Way::Settled { hurry })
    }

    /// One that shares with this what is made of the skin, and lays points out roughly: its plans tell which
    /// zones are treated and about how many points lie about where, in a fraction of the time. They are
    /// [drafts](Plan::draft) that keep none of a plan's promises, good for making ready what the plan will need.
    #[must_use]
    pub fn rough(&self) -> Self {
        self.by(Way::Rough)
    }

    /// Whether points stay where they are first laid, whatever else is asked of them.
    pub(super) fn is_rough(&self) -> bool {
        matches!(self.way, Way::Rough)
    }

    fn by(&self, way: Way) -> Self {
        Self { library: self.library, kept: Arc::clone(&self.kept), way }
    }

    /// A layout of treated skin.
    pub(super) fn lay_out(&self, on: &LaidGround, spacing_mm: f64, pattern: Pattern) -> Layout {
        let hurry = match &self.way {
            Way::Settled { hurry } => hurry,
            Way::Rough => return on.ground.rough(spacing_mm, pattern),
        };
        let key = format!("{spacing_mm:?} {pattern:?}");
        if let Some(known) = on.layouts.get(&key) {
            return known;
        }
        let made = on.ground.draft(spacing_mm, pattern, hurry);
        if made.settled {
            on.layouts.put(key, made.clone());
        }
        made
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
        if let Some(known) = self.kept.known.get(&key) {
            return known;
        }
        let Library { syringes, atlas, .. } = self.library;
        let made =
            sha256_of(format_args!("{syringes:?}\n{body:?}\n{:?}\n{:?}", atlas.zones, atlas.exclusions));
        self.kept.known.put(key, made.clone());
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
    ) -> Result<Arc<LaidGround>, Fault> {
        let ids: Vec<&str> = setting.zones.iter().map(|zone| zone.id.as_str()).collect();
        let spacing = setting.limits.spacing;
        let key = format!("{:?}", (&setting.body.id, &session.measurements_mm, ids, spacing, marked));
        if let Some(known) = self.kept.grounds.get(&key) {
            return Ok(known);
        }
        let mut atlas = Cow::Borrowed(&self.library.atlas);
        if !marked.is_empty() {
            atlas.to_mut().exclusions.extend_from_slice(marked);
        }
        let treated = Treated::new(&setting.body, &atlas, &setting.zones, spacing.least_mm)?;
        let ground = Ground::new(treated, spacing);
        let made = Arc::new(LaidGround { ground, layouts: Recent::new(KEPT_LAYOUTS) });
        self.kept.grounds.put(key, Arc::clone(&made));
        Ok(made)
    }
}
