//! The tray: what is on it against what a plan needs, and whether it keeps for the session.
//!
//! ```
//! use nappage::library::Library;
//! use nappage::session::{Session, plan};
//!
//! let text = r#"
//! format = "nappage-session/1"
//! zones = ["forehead"]
//! [product]
//! id = "exosome-lyophilised"
//! volume = "2 ml"
//! reconstituted = "14:00"
//! [visit]
//! start = "14:30"
//! lasts = "40 min"
//! "#;
//! let plan = plan(&Session::read("s.toml", text)?, Library::built_in())?;
//! let tray = &plan.tray;
//! assert_eq!(tray.times.use_by.map(|clock| clock.to_string()).as_deref(), Some("16:00"));
//! let drawn: u64 = plan.fillings.iter().map(|filling| filling.drawn_ul.0).sum();
//! assert_eq!(tray.held_ul.map(|held| held.0), tray.left_ul.map(|left| left.0 + drawn));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod read;

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::clock::Clock;
use crate::dose::fillings;
use crate::fault::Fault;
use crate::library::Library;
use crate::plan::{Finding, Plan, PlannedFilling, Severity, Times, Tray, TrayProduct};
use crate::product::{Form, Product};
use crate::protocol::{Hours, Minutes, Protocol, Span};
use crate::said::Said;
use crate::session::{Session, Vials};
use crate::units::Microlitres;

pub(crate) use read::{number, read_clock, read_product, read_visit};

/// The standing of what a session says itself.
const CLINIC_SET: &str = "clinic-set";

/// What a session says about the product. `None`: left to the product's own file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OnTray {
    /// The id of a product of the library.
    pub id: Option<String>,
    /// The name that sheets bear.
    pub name: Option<String>,
    /// What one vial or prefilled syringe holds, once made up.
    pub volume: Option<Microlitres>,
    /// How many there are.
    pub number: Option<u32>,
    /// How strong it is, in the maker's words.
    pub concentration: Option<String>,
    /// The batch.
    pub batch: Option<String>,
    /// The last day on which it may be used.
    pub expiry: Option<Date>,
    /// When it was, or will be, made up.
    pub reconstituted: Option<Clock>,
    /// How long it may be used once made up.
    pub use_within: Option<Span<Minutes>>,
}

/// When a session takes place.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Visit {
    /// The day.
    pub date: Option<Date>,
    /// When the first point is given.
    pub start: Option<Clock>,
    /// How long it takes until the last.
    pub lasts: Option<Minutes>,
}

impl Session {
    /// The vials or prefilled syringes on the tray: those of `[vials]`, else the product's, where its size is
    /// known.
    pub fn vials_on_tray(&self, library: &Library) -> Option<Vials> {
        let known = self.product.id.as_deref().and_then(|id| library.product(id).ok());
        let stated = known.and_then(|product| product.volume.as_ref()).map(|figure| figure.value);
        let number = self.product.number.unwrap_or(1);
        let own = self.product.volume.or(stated).map(|volume| Vials { volume, number });
        self.vials.or(own)
    }
}

/// The fillings of a plan; none where a single point is more than its syringe holds, of which the check
/// tells.
pub(crate) fn planned_fillings(plan: &Plan) -> Vec<PlannedFilling> {
    let fillings = fillings(&plan.points, &plan.syringe).unwrap_or_default();
    let planned = fillings.iter().zip(1..).filter_map(|(filling, number)| {
        let (first, last) = (filling.lines.first()?, filling.lines.last()?);
        let points = || filling.lines.iter().flat_map(|line| line.points());
        let mut seen = BTreeSet::new();
        let zones = filling.lines.iter().map(|line| line.zone()).filter(|zone| seen.insert(*zone));
        Some(PlannedFilling {
            number,
            points: points().count(),
            from_to: [points().next()?.number, points().next_back()?.number],
            rows: [first.row(), last.row()],
            zones: zones.map(str::to_owned).collect(),
            given_ul: filling.given(),
            loss_ul: filling.loss,
            drawn_ul: filling.drawn(),
        })
    });
    planned.collect()
}

/// The product that a session names.
///
/// # Errors
/// When the library has none of its id.
pub(crate) fn product<'l>(session: &Session, library: &'l Library) -> Result<Option<&'l Product>, Fault> {
    session.product.id.as_deref().map(|id| library.product(id)).transpose()
}

/// The tray of a plan whose fillings stand, with what is to be known about it.
pub(crate) fn tray(
    session: &Session,
    plan: &Plan,
    protocol: &Protocol,
    product: Option<&Product>,
    held: Option<Microlitres>,
) -> (Tray, Vec<Finding>) {
    let losses = match &plan.topical {
        Some(topical) => plan.syringe.dead_space_ul * topical.fillings,
        None => plan.fillings.iter().map(|filling| filling.loss_ul).sum(),
    };
    let needed = plan.totals.volume_ul + losses;
    let stated = stated(protocol, product);
    let longer = longer_window(session, stated.as_ref());
    // The session's own window stands before any other.
    let own = session.product.use_within.map(|span| Window { span, standing: CLINIC_SET.into() });
    let window = own.or(stated);
    let times = times(session, protocol, window.as_ref());
    let tray = Tray {
        product: described(&session.product, product),
        losses_ul: losses,
        needed_ul: needed,
        held_ul: held,
        left_ul: held.and_then(|held| held.checked_sub(needed)),
        use_within_min: session.product.use_within.map(|Span { least, greatest }| [least.0, greatest.0]),
        times,
    };
    let mut findings: Vec<Finding> = unchecked(session, &tray).into_iter().collect();
    findings.extend(other_protocol(protocol, product));
    findings.extend(longer);
    findings.extend(expired(&tray));
    findings.extend(outlasted(&tray.times, window.as_ref()));
    (tray, findings)
}

fn described(own: &OnTray, product: Option<&Product>) -> Option<TrayProduct> {
    let name = own.name.clone().or_else(|| product.map(|product| product.name.clone()));
    let stated =
        product.and_then(|product| product.concentration.as_ref()).map(|figure| figure.value.clone());
    let said = own.batch.is_some() || own.expiry.is_some() || own.concentration.is_some();
    // A product is told by its name, or else by what stands on its label.
    let name = name.or_else(|| said.then(|| "product".to_owned()))?;
    Some(TrayProduct {
        id: own.id.clone(),
        name,
        form: product.map(|product| product.form),
        concentration: own.concentration.clone().or(stated),
        batch: own.batch.clone(),
        expiry: own.expiry,
    })
}

/// How long a product may be used once made up, and who says so.
pub(crate) struct Window {
    pub(crate) span: Span<Minutes>,
    /// Its status and source: `published, celmade-2026`.
    pub(crate) standing: Said,
}

/// The window by which a plan was made: the session's own where it gave one, else that of a source.
pub(crate) fn window(tray: &Tray, protocol: &Protocol, product: Option<&Product>) -> Option<Window> {
    let stated = stated(protocol, product);
    let times = &tray.times;
    let ends = times.reconstituted.zip(times.use_by.zip(times.use_by_latest));
    let ends = ends.map(|(made, (by, latest))| Span { least: by.since(made), greatest: latest.since(made) });
    let own = tray.use_within_min.map(|minutes| {
        let [least, greatest] = minutes.map(Minutes);
        Span { least, greatest }
    });
    // Plans of before held the session's own window in their times alone.
    let span = own.or(ends);
    match span.filter(|span| stated.as_ref().is_none_or(|stated| stated.span != *span)) {
        Some(span) => Some(Window { span, standing: CLINIC_SET.into() }),
        None => stated,
    }
}

/// The window that a source gives: the product's, else that of the protocol unless the product comes ready.
fn stated(protocol: &Protocol, product: Option<&Product>) -> Option<Window> {
    let ready = product.is_some_and(|product| product.form == Form::Ready);
    let of_protocol = protocol.use_within.as_ref().filter(|_| !ready);
    let figure = product.and_then(|product| product.use_within.as_ref()).or(of_protocol)?;
    let minutes = |Hours(hours): Hours| Minutes(hours.saturating_mul(60));
    let span = Span { least: minutes(figure.value.least), greatest: minutes(figure.value.greatest) };
    Some(Window { span, standing: figure.standing() })
}

fn times(session: &Session, protocol: &Protocol, window: Option<&Window>) -> Times {
    let visit = session.visit;
    let reconstituted = session.product.reconstituted;
    let until = |of: fn(&Span<Minutes>) -> Minutes| Some(reconstituted?.after(of(&window?.span)));
    let before = protocol.anaesthetic_before.as_ref().map(|figure| figure.value);
    let anaesthetic = before
        .zip(visit.start)
        .and_then(|(span, start)| Some([start.before(span.greatest)?, start.before(span.least)?]));
    Times {
        date: visit.date,
        start: visit.start,
        end: visit.start.map(|start| start.after(visit.lasts.unwrap_or(Minutes(0)))),
        anaesthetic,
        reconstituted,
        use_by: until(|span| span.least),
        use_by_latest: until(|span| span.greatest),
    }
}

/// A product of which nobody said how much there is.
fn unchecked(session: &Session, tray: &Tray) -> Option<Finding> {
    let said = session.product != OnTray::default() && tray.held_ul.is_none();
    let message = "the volume of the product is not said: whether it is enough is not checked; give volume in [product]";
    said.then(|| Finding::new(Severity::Warning, "vials-unchecked", message))
}

/// A product that is of another protocol.
fn other_protocol(protocol: &Protocol, product: Option<&Product>) -> Option<Finding> {
    let product = product?;
    let others = product.protocols.as_ref().filter(|ids| !ids.contains(&protocol.id))?;
    let theirs = match others.as_slice() {
        [] => said!("no protocol here is of it"),
        ids => said!("it is given under {ids}", ids = ids.join(", ")),
    };
    let message = said!(
        "{product} is not what protocol '{protocol}' is of: {theirs}; choose another product or protocol",
        product = product.name,
        protocol = protocol.id,
        theirs
    );
    Some(Finding::new(Severity::Warning, "other-product", message))
}

/// A window of the clinic's own that is longer than a source's.
fn longer_window(session: &Session, stated: Option<&Window>) -> Option<Finding> {
    let (own, stated) = (session.product.use_within?, stated?);
    let message = said!(
        "use within {own} as the session says, {stated} at most by the source ({standing}): hold to the maker's own window",
        own = own.greatest,
        stated = stated.span.greatest,
        standing = stated.standing
    );
    (own.greatest > stated.span.greatest)
        .then(|| Finding::new(Severity::Warning, "use-within-beyond", message))
}

fn expired(tray: &Tray) -> Option<Finding> {
    let expiry = tray.product.as_ref()?.expiry?;
    let Some(date) = tray.times.date else {
        let message = said!(
            "expires on {expiry}: no date of the session to hold it against; give date in [visit]",
            expiry
        );
        return Some(Finding::new(Severity::Note, "expiry-unchecked", message));
    };
    expired_on(expiry, date)
}

/// A product that had expired on the day of a session.
pub(crate) fn expired_on(expiry: Date, date: Date) -> Option<Finding> {
    let message = said!(
        "expires on {expiry}, the session is on {date}: take a batch that has not expired",
        expiry,
        date
    );
    (expiry < date).then(|| Finding::new(Severity::Error, "expired", message))
}

/// What is made up too early, or after the first point.
fn outlasted(times: &Times, window: Option<&Window>) -> Option<Finding> {
    let (start, end, made) = (times.start?, times.end?, times.reconstituted?);
    if made > start {
        let message =
            said!("made up at {made}, after the session's start at {start}: make it up before", made, start);
        return Some(Finding::new(Severity::Warning, "reconstituted-late", message));
    }
    let (surely, latest, window) = (times.use_by?, times.use_by_latest?, window?);
    let told = |by: Clock| {
        let standing = &window.standing;
        said!(
            "made up at {made}, to be used by {by} ({standing}); the session lasts until {end}: make it up later",
            made,
            by,
            standing,
            end
        )
    };
    if end > latest {
        Some(Finding::new(Severity::Error, "use-by-passed", told(latest)))
    } else if end > surely {
        let message = said!(
            "{surely}, or ask the maker whether it keeps until {latest}",
            surely = told(surely),
            latest
        );
        Some(Finding::new(Severity::Warning, "use-by-near", message))
    } else {
        None
    }
}
