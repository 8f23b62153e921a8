//! Sessions: what the user asks for, from a file (`nappage-session/1`) or from the command line.
//!
//! Everything in a [`Session`] is optional; what is left out is taken from the protocol.
//!
//! ```
//! use nappage::session::Session;
//! use nappage::units::Microlitres;
//!
//! let text = r#"
//! format = "nappage-session/1"
//! zones = ["forehead", "cheek"]
//! total = "1.2 ml"
//! "#;
//! let session = Session::read("morning.toml", text).unwrap();
//! assert_eq!(session.total, Some(Microlitres(1200)));
//!
//! let flags = Session { spacing_mm: Some(12.0), ..Session::default() };
//! assert_eq!(session.overridden_by(flags).spacing_mm, Some(12.0));
//! ```

mod assemble;
mod beside;
mod last_time;
mod layers;
mod left_out;
mod marked;
mod planner;
mod planning;
mod point_volume;
mod read;
mod read_layers;
mod read_marked;
mod size;
mod topical;
mod write;

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use crate::body::{Chart, ChartPoint};
use crate::course::Asked;
use crate::fault::{Fault, Faults};
use crate::plan::Pattern;
use crate::screening::Answers;
use crate::tray::{OnTray, Visit};
use crate::units::Microlitres;

pub use layers::{Layer, layers, same_name};
pub use marked::{Anchor, Marked, MarkedShape, PointName, PointVolume};
pub use planner::Planner;
pub use planning::plan;

/// The format key of a session file.
pub const FORMAT: &str = "nappage-session/1";

/// What is asked of a plan. `None`, or empty: left to the program.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Session {
    /// Zones and presets; empty for the full face.
    pub zones: Vec<String>,
    /// Zones and presets that are left out of those.
    pub skip: Vec<String>,
    /// Lesions and other areas that are not treated.
    pub marked: Vec<Marked>,
    /// Single points that are left out.
    pub skip_points: Vec<PointName>,
    /// Volumes of single points.
    pub point_volumes: Vec<PointVolume>,
    /// The body, reference woman if none.
    pub body: Option<String>,
    /// Measurements of the patient that the body is scaled to, in mm, by the id of
    /// [`measurements`](crate::body::measurements).
    pub measurements_mm: BTreeMap<String, f64>,
    /// The protocol, exosome nappage if none.
    pub protocol: Option<String>,
    /// The spacing to lay out, in mm.
    pub spacing_mm: Option<f64>,
    /// How the points are arranged.
    pub pattern: Option<Pattern>,
    /// How the product gets to the skin, into it if nothing is said.
    pub used: Option<Use>,
    /// The total to reach.
    pub total: Option<Microlitres>,
    /// Volume per point.
    pub volume: Option<Microlitres>,
    /// Volume per point around the eyes.
    pub periorbital_volume: Option<Microlitres>,
    /// Volume per point of single zones, by zone id.
    pub volumes: BTreeMap<String, Microlitres>,
    /// The syringe.
    pub syringe: Option<String>,
    /// The vials on the tray.
    pub vials: Option<Vials>,
    /// The product, where more is said of it than its vials.
    pub product: OnTray,
    /// When the session takes place. It changes no plan.
    pub visit: Visit,
    /// The paper of the sheets.
    pub paper: Option<Paper>,
    /// The kinds of pages, in their order; empty for the map alone.
    pub pages: Vec<Printed>,
    /// Free text printed on the sheets, such as a patient reference. Never required, never in the
    /// plan.
    pub reference: Option<String>,
    /// The file of the plan of the session before, whose points are shown beside this one's; it lies beside the
    /// session's own file.
    pub previous: Option<String>,
    /// Whether points lie between those of the plan before. Without: yes.
    pub interleave: Option<bool>,
    /// The points of that plan, which whoever reads files puts in; see [`Session::after`].
    pub last_points: Vec<(Chart, ChartPoint)>,
    /// The days of the course it belongs to. They change no plan.
    pub course: Asked,
    /// What the patient answered to the protocol's questions, where they were asked. It changes no plan but
    /// its findings.
    pub screening: Option<Answers>,
    /// Treatments of one session that follow each other, in their order; empty for a single one.
    pub layers: Vec<Layer>,
    /// Least distance between points of different layers, in mm on the skin.
    pub layers_apart_mm: Option<f64>,
    /// The file it was read from, to point at its lines.
    pub written: Option<Written>,
}

/// Vials of one product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Vials {
    /// What each holds once reconstituted.
    pub volume: Microlitres,
    /// How many there are.
    pub number: u32,
}

impl Vials {
    /// What they hold together.
    pub fn total(self) -> Microlitres {
        self.volume * u64::from(self.number)
    }
}

/// How a product gets to the skin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Use {
    /// Into it, point by point.
    #[default]
    Injected,
    /// Onto it, after microneedling or laser: no points, one volume.
    Topical,
}

impl Use {
    /// Each with its name.
    pub const ALL: [(&'static str, Self); 2] = [("injected", Self::Injected), ("topical", Self::Topical)];

    /// The name by which files and flags know it.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, used)| *used == self).map_or("", |(name, _)| name)
    }
}

/// A paper size.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Paper {
    /// 210 x 297 mm.
    #[default]
    A4,
    /// 8.5 x 11 in.
    Letter,
}

impl Paper {
    /// Width and height in mm, upright.
    pub fn size_mm(self) -> [f64; 2] {
        match self {
            Self::A4 => [210.0, 297.0],
            Self::Letter => [215.9, 279.4],
        }
    }
}

impl fmt::Display for Paper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::A4 => "a4",
            Self::Letter => "letter",
        })
    }
}

/// A kind of pages of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Printed {
    /// The body with zones, points and figures.
    Map,
    /// The same from both sides.
    Lateral,
    /// Of a session with layers, one map of all of them.
    Layers,
    /// What is filled in with a pen: the work line by line, syringes, checks, the record.
    Worksheet,
    /// Each zone at true size, to cut out and lay on the skin.
    Template,
    /// When the sessions of the course are due, and what was done.
    Course,
}

impl Printed {
    /// Every kind with its name.
    pub const ALL: [(&'static str, Self); 6] = [
        ("map", Self::Map),
        ("lateral", Self::Lateral),
        ("layers", Self::Layers),
        ("worksheet", Self::Worksheet),
        ("template", Self::Template),
        ("course", Self::Course),
    ];

    /// The name by which files and flags know it.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, kind)| *kind == self).map_or("", |(name, _)| name)
    }
}

/// A session file with the place of each key in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// The file's name as it was given.
    pub origin: String,
    /// Its text.
    pub text: String,
    /// The bytes of each value, by key; `volumes.forehead` for one of a table, `zones.1` for the
    /// first of a list.
    pub places: BTreeMap<String, Range<usize>>,
}

impl Session {
    /// Reads a session file.
    ///
    /// # Errors
    /// Every fault of the file at once: syntax, unknown keys, missing units, volumes and lengths that
    /// cannot be.
    pub fn read(origin: &str, text: &str) -> Result<Self, Faults> {
        read::read(origin, text)
    }

    /// The session as a file that reads as it again; written, read and written, the bytes are the same. It
    /// holds what a file can hold: lengths to a millionth of a millimetre, and not the points of last time, but
    /// the name of their file.
    ///
    /// # Errors
    /// When a number of it is none, such as an outline's infinite corner.
    ///
    /// ```
    /// use nappage::session::Session;
    ///
    /// let session = Session { spacing_mm: Some(12.5), zones: vec!["chin".to_owned()], ..Session::default() };
    /// let text = session.written_out().unwrap();
    /// assert_eq!(text, "format = \"nappage-session/1\"\nzones = [\"chin\"]\nspacing = \"12.5 mm\"\n");
    /// assert_eq!(Session::read("session.toml", &text)?.spacing_mm, Some(12.5));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn written_out(&self) -> Result<String, Fault> {
        write::text(self).map_err(|error| Fault::new("session", format!("cannot be written: {error}")))
    }

    /// A session file to fill in: every key, explained, with what would be taken without it.
    pub fn template() -> String {
        include_str!("session/template.toml").to_owned()
    }

    /// The session with whatever `flags` holds in place of its own. A total and volumes per point
    /// are two ways to ask for one thing: a total in `flags` drops the volumes of the session, and a
    /// volume drops its total.
    #[must_use]
    pub fn overridden_by(self, flags: Self) -> Self {
        let mut session = self;
        if flags.total.is_some() {
            (session.volume, session.periorbital_volume) = (None, None);
            session.volumes.clear();
        }
        if flags.volume.is_some() {
            session.total = None;
        }
        session.forget_replaced(&flags);
        session.volumes.extend(flags.volumes);
        session.measurements_mm.extend(flags.measurements_mm);
        Self {
            zones: if flags.zones.is_empty() { session.zones } else { flags.zones },
            skip: session.skip.into_iter().chain(flags.skip).collect(),
            marked: session.marked.into_iter().chain(flags.marked).collect(),
            skip_points: session.skip_points.into_iter().chain(flags.skip_points).collect(),
            point_volumes: session.point_volumes.into_iter().chain(flags.point_volumes).collect(),
            body: flags.body.or(session.body),
            measurements_mm: session.measurements_mm,
            protocol: flags.protocol.or(session.protocol),
            spacing_mm: flags.spacing_mm.or(session.spacing_mm),
            pattern: flags.pattern.or(session.pattern),
            used: flags.used.or(session.used),
            total: flags.total.or(session.total),
            volume: flags.volume.or(session.volume),
            periorbital_volume: flags.periorbital_volume.or(session.periorbital_volume),
            volumes: session.volumes,
            syringe: flags.syringe.or(session.syringe),
            vials: flags.vials.or(session.vials),
            product: if flags.product == OnTray::default() { session.product } else { flags.product },
            visit: session.visit,
            paper: flags.paper.or(session.paper),
            pages: if flags.pages.is_empty() { session.pages } else { flags.pages },
            reference: flags.reference.or(session.reference),
            previous: flags.previous.or(session.previous),
            interleave: flags.interleave.or(session.interleave),
            last_points: if flags.last_points.is_empty() { session.last_points } else { flags.last_points },
            course: session.course.overridden_by(flags.course),
            screening: flags.screening.or(session.screening),
            layers: if flags.layers.is_empty() { session.layers } else { flags.layers },
            layers_apart_mm: flags.layers_apart_mm.or(session.layers_apart_mm),
            written: session.written,
        }
    }

    /// Forgets the places of the keys that `flags` replaces, so that no message about a flag points
    /// into the file.
    fn forget_replaced(&mut self, flags: &Self) {
        let Some(written) = &mut self.written else { return };
        let replaced = [
            ("zones", !flags.zones.is_empty()),
            ("body", flags.body.is_some()),
            ("protocol", flags.protocol.is_some()),
            ("use", flags.used.is_some()),
            ("spacing", flags.spacing_mm.is_some()),
            ("total", flags.total.is_some()),
            ("volume", flags.volume.is_some()),
            ("periorbital-volume", flags.periorbital_volume.is_some()),
            ("syringe", flags.syringe.is_some()),
            ("vials", flags.vials.is_some()),
        ];
        let days = flags.course.keys();
        let gone: Vec<_> = replaced.iter().filter(|(_, gone)| *gone).map(|(key, _)| *key).collect();
        written.places.retain(|key, _| {
            let table = key.split('.').next().unwrap_or(key);
            !gone.contains(&table)
                && !days.contains(key)
                && !key.strip_prefix("volumes.").is_some_and(|zone| flags.volumes.contains_key(zone))
        });
    }

    /// Faults of the session's own values, by key: in the file where the key stands there, on the
    /// command line where it does not.
    pub(crate) fn faults(&self, list: Vec<(String, Fault)>) -> Faults {
        let place = |key: &str| self.written.as_ref()?.places.get(key).cloned();
        let placed = list.into_iter().map(|(key, fault)| match place(&key) {
            Some(span) => fault.at(span),
            None => fault,
        });
        let list: Vec<Fault> = placed.collect();
        match &self.written {
            Some(written) if list.iter().any(|fault| fault.span.is_some()) => {
                Faults::in_text(written.origin.clone(), written.text.clone(), list)
            }
            _ => Faults::of("command line", list),
        }
    }
}
