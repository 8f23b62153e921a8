//! Records: what was done in a session, joined to its plan (`nappage-record/1`).
//!
//! [`Record::blank`] makes the form of a plan, to be filled in; [`check`] holds what was written against the
//! plan, zone by zone and to the microlitre; [`Record::closed`] seals it, and [`Record::amended`] begins the
//! record that corrects a sealed one. Nothing is corrected in place. A session of several treatments has a
//! record for each: each has a product, a batch and doses of its own.
//!
//! The seal is the SHA-256 of [`Record::canonical`]. It shows that a record was changed after it was closed,
//! not by whom: whoever can change the file can make a new seal. It is no signature.
//!
//! ```
//! use nappage::library::Library;
//! use nappage::record::{PlanFile, Record, check};
//! use nappage::session::{Session, plan};
//! use nappage::units::Microlitres;
//!
//! let library = Library::built_in();
//! let plan = plan(&Session { zones: vec!["chin".to_owned()], ..Session::default() }, library)?;
//! let mut record = Record::blank(&plan, PlanFile::Plan("plan.json".to_owned()));
//! record.zones[0].given = record.zones[0].planned;
//! record.zones[0].wasted = Some(Microlitres(20));
//! let text = record.written();
//! assert_eq!(Record::read("record.toml", &text)?, record);
//!
//! let report = check(&record, &plan, library).unwrap();
//! assert_eq!(report.totals.given_ul, plan.totals.volume_ul);
//! assert!(report.missing.contains(&"visit.reference".to_owned()));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod check;
mod form;
mod read;
mod report;
mod seal;
mod use_by;
mod write;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::fault::Faults;
use crate::plan::{Plan, PlannedZone};
use crate::units::Microlitres;

pub use check::check;
pub use form::Form;
pub use report::{FORMAT as REPORT_FORMAT, Report, State, Sums, ZoneReport, json};

/// The format key of a record file.
pub const FORMAT: &str = "nappage-record/1";

/// A session's record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The plan it belongs to.
    pub plan: PlanFile,
    /// Which of several treatments of the session it is of, by the name of the layer.
    pub layer: Option<String>,
    /// The hash of that plan's input: the first 12 hex digits of its SHA-256.
    pub input_hash: String,
    /// What is written once for the whole session.
    pub form: Form,
    /// The numbers of the points that were not given.
    pub skipped: Vec<usize>,
    /// What was given where.
    pub zones: Vec<RecordedZone>,
    /// The sealed record that this one corrects.
    pub amends: Option<Amendment>,
    /// That it is closed.
    pub seal: Option<Seal>,
}

/// The file that a record's plan is in, by its path from the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlanFile {
    /// A plan as JSON.
    Plan(String),
    /// A session file, whose plan is made anew.
    Session(String),
}

impl PlanFile {
    /// The path.
    pub fn path(&self) -> &str {
        let (Self::Plan(path) | Self::Session(path)) = self;
        path
    }

    /// The same kind of file at another path.
    #[must_use]
    pub fn at(&self, path: String) -> Self {
        match self {
            Self::Plan(_) => Self::Plan(path),
            Self::Session(_) => Self::Session(path),
        }
    }
}

/// What was given in one zone. `None`: not written yet, or a zone that was not planned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedZone {
    /// The id, with the side for one of a pair.
    pub id: String,
    /// The number of its points; `None` where the product goes onto the skin.
    pub points: Option<u32>,
    /// The volume planned for it.
    pub planned: Option<Microlitres>,
    /// The volume given.
    pub given: Option<Microlitres>,
    /// The volume drawn up for it and wasted.
    pub wasted: Option<Microlitres>,
}

/// Which record is corrected, by whom, when and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Amendment {
    /// The seal of the record that is corrected: a SHA-256 in hex digits.
    pub sha256: String,
    /// Who corrects it.
    pub by: String,
    /// The day.
    pub date: Date,
    /// What was wrong.
    pub reason: String,
}

/// That a record is closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seal {
    /// The SHA-256 of the record's canonical form, in hex digits.
    pub sha256: String,
    /// Who closed it.
    pub by: String,
    /// The day.
    pub date: Date,
}

impl Record {
    /// The form of a plan: what the plan knows is filled in, the rest is blank. A zone that takes nothing is
    /// left out; where the product goes onto the skin, the zones have volumes and no points.
    pub fn blank(plan: &Plan, file: PlanFile) -> Self {
        let zone = |zone: &PlannedZone| RecordedZone {
            id: zone.id.clone(),
            points: u32::try_from(zone.points).ok().filter(|_| plan.topical.is_none()),
            planned: Some(zone.volume_ul),
            given: None,
            wasted: None,
        };
        Self {
            plan: file,
            layer: None,
            input_hash: plan.input_hash.clone(),
            form: Form::of(&plan.tray),
            skipped: Vec::new(),
            zones: plan.zones.iter().filter(|zone| takes(zone)).map(zone).collect(),
            amends: None,
            seal: None,
        }
    }

    /// The same as that of the layer of a name.
    ///
    /// ```
    /// use nappage::library::Library;
    /// use nappage::record::{PlanFile, Record};
    /// use nappage::session::{Session, layers};
    ///
    /// let text = "format = 'nappage-session/1'\nzones = ['chin']\n\
    ///             [[layer]]\nname = 'points'\n[[layer]]\nname = 'on top'\nuse = 'topical'\n";
    /// let layered = layers(&Session::read("s.toml", text)?, Library::built_in())?;
    /// let file = PlanFile::Session("s.toml".to_owned());
    /// let records = layered.layers.iter().map(|layer| {
    ///     Record::blank(&layer.plan, file.clone()).of_layer(&layer.name)
    /// });
    /// assert!(records.map(|record| record.zones.len()).eq([1, 1]));
    /// # Ok::<(), nappage::fault::Faults>(())
    /// ```
    #[must_use]
    pub fn of_layer(self, name: &str) -> Self {
        Self { layer: Some(name.to_owned()), ..self }
    }

    /// Reads a record file.
    ///
    /// # Errors
    /// Every fault of the file at once: syntax, another version of the format, unknown keys, volumes without
    /// a unit, days and times that are none, zones and points named twice.
    pub fn read(origin: &str, text: &str) -> Result<Self, Faults> {
        read::read(origin, text)
    }

    /// The record as a file, every key with what is to be written there. Reading it gives the same record,
    /// and writing that the same bytes.
    pub fn written(&self) -> String {
        write::written(self)
    }
}

/// Whether something is to be given in a zone.
fn takes(zone: &PlannedZone) -> bool {
    zone.points > 0 || zone.volume_ul > Microlitres::ZERO
}
