//! Protocols: the limits of a treatment, each figure with its unit, its source and its status.
//!
//! A protocol is a TOML file (`nappage-protocol/1`; the built-in ones are in
//! `face_zones/protocols/`). A [`Protocol`] that exists is consistent: no range is upside down, every
//! unit is right, every source is known. A figure that no source gives is absent, or `clinic-set`.
//!
//! ```
//! let reference = nappage::protocol::built_in().unwrap();
//! let exosome = reference.protocols.iter().find(|protocol| protocol.id == "exosome").unwrap();
//! let spacing = exosome.spacing.as_ref().unwrap();
//! assert_eq!(spacing.value.to_string(), "10 to 15 mm");
//! assert_eq!(spacing.source.as_deref(), Some("celmade-2026"));
//! ```

mod quantity;
mod question;
mod read;
mod source;
mod syringe;

use crate::fault::{Fault, Faults};
use crate::layout::SpacingLimits;
use crate::product::{self, FORMAT as PRODUCT_FORMAT, Product, read_product};
use crate::said::{Said, Say};
use crate::units::Microlitres;
use crate::zones::{Kind, Status};

pub(crate) use quantity::Quantity;
pub use quantity::{Count, Degrees, Gauge, Hours, Millimetres, Minutes, Months, Span, Weeks};
pub use question::{Concern, Question};
use read::read_protocol;
pub(crate) use read::{figure_checked, line as figure_line};
pub(crate) use source::FORMAT as SOURCES_FORMAT;
pub use source::Source;
use source::read_sources;
pub(crate) use syringe::FORMAT as SYRINGES_FORMAT;
pub use syringe::SyringeKind;
use syringe::read_syringes;

/// The built-in protocol files: name and text.
const PROTOCOL_FILES: [(&str, &str); 6] = [
    ("protocols/exosome.toml", include_str!("../face_zones/protocols/exosome.toml")),
    ("protocols/vyc-12l.toml", include_str!("../face_zones/protocols/vyc-12l.toml")),
    (
        "protocols/small-particle-ha-cheek.toml",
        include_str!("../face_zones/protocols/small-particle-ha-cheek.toml"),
    ),
    (
        "protocols/small-particle-ha-entire-cheek.toml",
        include_str!("../face_zones/protocols/small-particle-ha-entire-cheek.toml"),
    ),
    ("protocols/cpm-ha20g.toml", include_str!("../face_zones/protocols/cpm-ha20g.toml")),
    ("protocols/dilute-toxin.toml", include_str!("../face_zones/protocols/dilute-toxin.toml")),
];

/// The protocols, syringes, products and sources that come with the program.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reference {
    /// The protocols, the default one first.
    pub protocols: Vec<Protocol>,
    /// The syringes.
    pub syringes: Vec<SyringeKind>,
    /// The products.
    pub products: Vec<Product>,
    /// The sources they name, and those of the bodies.
    pub sources: Vec<Source>,
}

impl Reference {
    /// Adds a file of one of the four formats; what has a known id replaces it.
    ///
    /// # Errors
    /// Every fault of the file.
    pub(crate) fn add(&mut self, format: &str, origin: &str, text: &str) -> Result<(), Faults> {
        match format {
            SOURCES_FORMAT => {
                for source in read_sources(origin, text)? {
                    replace(&mut self.sources, source, |source| &source.id);
                }
            }
            SYRINGES_FORMAT => {
                for syringe in read_syringes(origin, text, &self.sources)? {
                    replace(&mut self.syringes, syringe, |syringe| &syringe.id);
                }
            }
            PRODUCT_FORMAT => {
                let product = read_product(origin, text, &self.sources)?;
                replace(&mut self.products, product, |product| &product.id);
            }
            _ => {
                let protocol = read_protocol(origin, text, &self.sources)?;
                replace(&mut self.protocols, protocol, |protocol| &protocol.id);
            }
        }
        Ok(())
    }
}

/// Puts an entry in the place of the one of its id, or at the end of the list.
pub(crate) fn replace<T>(list: &mut Vec<T>, entry: T, id: impl Fn(&T) -> &str) {
    match list.iter_mut().find(|known| id(known) == id(&entry)) {
        Some(known) => *known = entry,
        None => list.push(entry),
    }
}

/// Reads the built-in protocols, syringes, products and sources.
///
/// # Errors
/// Never with the files as they are shipped, which the tests read.
pub fn built_in() -> Result<Reference, Faults> {
    let mut reference = Reference::default();
    reference.add(SOURCES_FORMAT, "sources.toml", include_str!("../face_zones/sources.toml"))?;
    reference.add(SYRINGES_FORMAT, "syringes.toml", include_str!("../face_zones/syringes.toml"))?;
    for (name, text) in PROTOCOL_FILES {
        reference.add(FORMAT, name, text)?;
    }
    for (name, text) in product::FILES {
        reference.add(PRODUCT_FORMAT, name, text)?;
    }
    Ok(reference)
}

/// The format key of a protocol file.
pub const FORMAT: &str = "nappage-protocol/1";

/// A clinical figure: a value with where it comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure<T> {
    /// The figure.
    pub value: T,
    /// The id of its source; a clinic-set figure has none.
    pub source: Option<String>,
    /// How sure it is.
    pub status: Status,
    /// What else is to be known about it.
    pub note: Option<String>,
}

/// A figure as a line of a table, whatever its type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FigureLine {
    /// Its key in the file: `periorbital-volume`.
    pub key: &'static str,
    /// What it is: `volume per point, periorbital`.
    pub name: &'static str,
    /// The value without its unit: `5 to 10`.
    pub value: String,
    /// The unit; empty for words and plain counts.
    pub unit: &'static str,
    /// The id of its source.
    pub source: Option<String>,
    /// How sure it is.
    pub status: Status,
    /// What else is to be known about it.
    pub note: Option<String>,
}

/// What is given first where two treatments share a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// The order in words.
    pub words: String,
    /// The ids of products and protocols that go first.
    pub after: Vec<String>,
}

/// Declares every figure once: its field, type, key and name. Reading, listing and the golden dump
/// follow from this one table, so that none can be forgotten in one of them.
macro_rules! figures {
    ($($(#[$doc:meta])* $field:ident: $type:ty, $key:literal, $name:literal;)*) => {
        /// A treatment's limits and instructions.
        #[derive(Clone, Debug, PartialEq)]
        pub struct Protocol {
            /// The id used on the command line.
            pub id: String,
            /// The name used on sheets.
            pub name: String,
            $($(#[$doc])* pub $field: Option<Figure<$type>>,)*
            /// What is given before it in one session.
            pub orders: Vec<Figure<Order>>,
        }

        impl Protocol {
            /// Every figure the protocol holds, in the order in which a session needs them.
            pub fn figures(&self) -> Vec<FigureLine> {
                let mut lines = Vec::new();
                $(lines.extend(self.$field.as_ref().map(|figure| read::line(figure, $key, $name)));)*
                lines.extend(self.orders.iter().map(|order| read::line(order, "order", "order in one session")));
                lines
            }

            fn read_figures(table: &mut crate::document::Fields<'_, '_>, id: String, name: String) -> Self {
                Self { id, name, orders: Vec::new(), $($field: read::figure(table, $key),)* }
            }
        }
    };
}

figures! {
    /// Where it is given.
    zones: String, "zones", "zones";
    /// How the points are arranged.
    pattern: String, "pattern", "pattern";
    /// Distance between neighbouring points, least and greatest.
    spacing: Span<Millimetres>, "spacing", "spacing";
    /// The spacing to prefer, where it is not the middle of `spacing`.
    usual_spacing: Millimetres, "usual-spacing", "usual spacing";
    /// Volume per point.
    volume: Span<Microlitres>, "volume", "volume per point";
    /// Volume per point around the eyes.
    periorbital_volume: Span<Microlitres>, "periorbital-volume", "volume per point, periorbital";
    /// Total of a session over the full face.
    total: Span<Microlitres>, "total", "total, full face";
    /// The total to aim for, where only one is given.
    usual_total: Microlitres, "usual-total", "usual total, full face";
    /// Total of a maintenance session over the full face.
    maintenance_total: Microlitres, "maintenance-total", "total, maintenance session";
    /// Number of points.
    points: Count, "points", "points";
    /// Number of points that share one millilitre.
    points_per_ml: Span<Count>, "points-per-ml", "points per ml";
    /// Needles to choose from.
    needle: Vec<Gauge>, "needle", "needle";
    /// Angle of the needle to the skin.
    angle: Span<Degrees>, "angle", "angle to the skin";
    /// Angle of the needle to the skin around the eyes.
    periorbital_angle: Span<Degrees>, "periorbital-angle", "angle to the skin, periorbital";
    /// The layer that receives the volume.
    depth: String, "depth", "depth";
    /// How far below the skin the needle's tip comes to lie.
    needle_depth: Span<Millimetres>, "needle-depth", "depth of the needle's tip";
    /// The same around the eyes.
    periorbital_needle_depth: Span<Millimetres>, "periorbital-needle-depth", "depth of the needle's tip, periorbital";
    /// What shows that the depth is right.
    endpoint: String, "endpoint", "endpoint";
    /// Thickness of the dermis the needle stays in.
    dermis_thickness: Span<Millimetres>, "dermis-thickness", "thickness of the facial dermis";
    /// How far the needle is inserted; computed by [`insertion_mm`].
    insertion: String, "insertion", "needle insertion";
    /// Anaesthetic.
    anaesthetic: String, "anaesthetic", "anaesthetic";
    /// How long before the session the anaesthetic is put on.
    anaesthetic_before: Span<Minutes>, "anaesthetic-before", "anaesthetic before the session";
    /// What a lyophilised product is dissolved in.
    diluent: String, "diluent", "reconstitution: diluent";
    /// How it is mixed.
    mixing: String, "mixing", "reconstitution: mixing";
    /// How long it may be used.
    use_within: Span<Hours>, "use-within", "reconstitution: use within";
    /// What is done with the rest.
    leftover: String, "leftover", "reconstitution: what is left";
    /// Number of sessions.
    sessions: Count, "sessions", "sessions";
    /// The week of each session.
    session_weeks: Vec<Weeks>, "session-weeks", "sessions at";
    /// Weeks from session to session.
    interval_weeks: Weeks, "interval-weeks", "between sessions";
    /// Months from session to session.
    interval_months: Months, "interval-months", "between sessions";
    /// Number of sessions below which nothing can be judged.
    least_sessions: Count, "least-sessions", "least number of sessions";
    /// Number of sessions of a longer course.
    long_course: Span<Count>, "long-course", "sessions of a longer course";
    /// The week of the assessment.
    assessment: Weeks, "assessment", "assessment at";
    /// Months between maintenance sessions.
    maintenance_every: Span<Months>, "maintenance-every", "maintenance every";
    /// The views to photograph.
    photographs: Vec<String>, "photographs", "photographs";
    /// When to photograph.
    photographs_when: Vec<String>, "photographs-when", "photographs taken";
    /// What rules the treatment out.
    contraindications: Vec<Question>, "contraindications", "absolute contraindication";
    /// What puts it off.
    defer: Vec<Question>, "defer", "defer";
    /// The distance points keep from a marked lesion.
    lesion_margin: Millimetres, "lesion-margin", "margin of a marked lesion";
    /// What calls for caution.
    caution: Vec<Question>, "caution", "caution";
    /// Who will be disappointed.
    poor_candidate: Vec<Question>, "poor-candidate", "poor candidate";
    /// Volume given topically after microneedling or laser.
    topical_total: Microlitres, "topical-total", "topical after microneedling or laser, full face";
    /// How it is given topically.
    topical: String, "topical", "topical: how";
    /// What is known of the effect.
    evidence: String, "evidence", "evidence";
}

impl<T> Figure<T> {
    /// Its standing in one phrase for messages: `published, celmade-2026`.
    pub fn standing(&self) -> Said {
        match &self.source {
            Some(source) => said!("{status}, {source}", status = self.status, source),
            None => self.status.say(),
        }
    }
}

/// What a plan needs of a protocol: the figures without which no point can be laid or dosed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// Least and greatest spacing.
    pub spacing: SpacingLimits,
    /// The spacing to prefer: the usual one, or the middle.
    pub middle_spacing_mm: f64,
    /// Volume per point.
    pub standard: Span<Microlitres>,
    /// Volume per point around the eyes, where the protocol has one of its own.
    pub periorbital: Option<Span<Microlitres>>,
    /// Total of a session, where the protocol bounds it.
    pub budget: Option<Span<Microlitres>>,
    /// The total to aim for when none is asked: the usual one, or the middle of the budget.
    pub middle_total: Option<Microlitres>,
}

impl Limits {
    /// The volume limits of a kind of zone.
    pub fn volume(&self, kind: Kind) -> Span<Microlitres> {
        match kind {
            Kind::Standard => self.standard,
            Kind::Periorbital => self.periorbital.unwrap_or(self.standard),
        }
    }
}

impl Protocol {
    /// What a plan needs of it.
    ///
    /// # Errors
    /// When the protocol states no spacing or no volume per point, so that nothing can be laid out.
    pub fn limits(&self) -> Result<Limits, Fault> {
        let missing = |what: Said| {
            Fault::new(
                said!("protocol '{id}'", id = self.id),
                said!("states no {what}, so no point can be planned", what),
            )
            .hint(said!(
                "choose another protocol, or give the {what} as clinic-set in a copy of its file",
                what
            ))
        };
        let spacing = self.spacing.as_ref().ok_or_else(|| missing(said!("spacing")))?.value;
        let standard = self.volume.as_ref().ok_or_else(|| missing(said!("volume per point")))?.value;
        let budget = self.total.as_ref().map(|figure| figure.value);
        let middle = |span: Span<Microlitres>| Microlitres((span.least.0 + span.greatest.0) / 2);
        let usual_spacing = self.usual_spacing.as_ref().map(|figure| figure.value.0);
        let usual_total = self.usual_total.as_ref().map(|figure| figure.value);
        Ok(Limits {
            spacing: SpacingLimits { least_mm: spacing.least.0, greatest_mm: spacing.greatest.0 },
            middle_spacing_mm: usual_spacing.unwrap_or((spacing.least.0 + spacing.greatest.0) / 2.0),
            standard,
            periorbital: self.periorbital_volume.as_ref().map(|figure| figure.value),
            budget,
            middle_total: usual_total.or(budget.map(middle)),
        })
    }
}

/// How far a needle is inserted to reach `depth_mm` below the skin at `angle_deg` to it, in mm:
/// depth / sin(angle) (Micheels et al., J Drugs Dermatol 2016;15:483). `None` where the angle is not
/// between 0 and 90 degrees or the depth is negative or not finite.
///
/// ```
/// let insertion = nappage::protocol::insertion_mm(1.0, 30.0).unwrap();
/// assert!((insertion - 2.0).abs() < 1e-12);
/// ```
pub fn insertion_mm(depth_mm: f64, angle_deg: f64) -> Option<f64> {
    let possible = angle_deg > 0.0 && angle_deg <= 90.0 && depth_mm >= 0.0 && depth_mm.is_finite();
    possible.then(|| depth_mm / libm::sin(angle_deg.to_radians()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_files_are_read_without_a_fault() {
        let reference = built_in().unwrap_or_else(|faults| panic!("{faults}"));
        for protocol in &reference.protocols {
            println!("{}", protocol.id);
            for line in protocol.figures() {
                println!("  {line:?}");
            }
        }
    }
}
