//! The product that a course needs.

use serde::{Deserialize, Serialize};

use crate::dose::fillings;
use crate::fault::Fault;
use crate::plan::Plan;
use crate::session::Vials;
use crate::units::Microlitres;

/// The product of one session and of the whole course, every session as the one that was planned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Need {
    /// What one session gives.
    pub session_ul: Microlitres,
    /// What stays behind in its syringes, at most.
    pub losses_ul: Microlitres,
    /// What all sessions give.
    pub course_ul: Microlitres,
    /// What all sessions take with what stays behind.
    pub course_with_losses_ul: Microlitres,
    /// The vials for that, where their size was said.
    pub vials: Option<VialsNeeded>,
}

/// Vials of a course: each session opens its own, since what is left of one is not kept for the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VialsNeeded {
    /// What each holds.
    pub volume_ul: Microlitres,
    /// Vials of one session.
    pub session: u64,
    /// Vials of all sessions.
    pub course: u64,
}

impl Need {
    /// What so many sessions like `plan` need.
    ///
    /// # Errors
    /// When the plan's syringe cannot hold what is to be drawn into it.
    pub(super) fn of(plan: &Plan, vials: Option<Vials>, sessions: u32) -> Result<Self, Fault> {
        let sessions = u64::from(sessions);
        let given = plan.totals.volume_ul;
        let losses = match plan.topical {
            Some(_) => plan.tray.losses_ul,
            None => fillings(&plan.points, &plan.syringe)?.iter().map(|filling| filling.loss).sum(),
        };
        let needed = given + losses;
        let vials = vials.map(|vials| {
            let each = needed.0.div_ceil(vials.volume.0.max(1));
            VialsNeeded { volume_ul: vials.volume, session: each, course: each.saturating_mul(sessions) }
        });
        Ok(Self {
            session_ul: given,
            losses_ul: losses,
            course_ul: given * sessions,
            course_with_losses_ul: needed * sessions,
            vials,
        })
    }
}
