//! A session from what is asked to the finished plan.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::assemble::assemble;
use super::beside::Beside;
use super::last_time::LastTime;
use super::left_out::{LeftOut, Told};
use super::planner::Planner;
use super::topical::topical;
use super::{Session, Use, Vials, point_volume, size};
use crate::body::Body;
use crate::check::{Against, check};
use crate::course::Asked;
use crate::digest::sha256_of;
use crate::dose::{DoseZone, Extent, Wish, dose_changed};
use crate::fault::{Fault, Faults, nearest_name};
use crate::layout::Layout;
use crate::library::Library;
use crate::plan::{Named, Plan};
use crate::product::Product;
use crate::protocol::{Limits, Protocol, SyringeKind};
use crate::screening;
use crate::tray::{OnTray, Visit, planned_fillings, product, tray};
use crate::treated::TreatedZone;
use crate::units::{Microlitres, number};
use crate::zones::{Exclusion, Zone};

/// The preset that makes a session one of the full face.
pub(super) const FULL_FACE: &str = "full-face";
/// The body taken when none is named.
const DEFAULT_BODY: &str = "woman";

/// Plans a session: selects the zones, takes off their margins, chooses spacing and volumes, lays
/// the points out, doses and checks them.
///
/// A plan that breaks a clinical limit is a plan with error findings, not a fault.
///
/// # Errors
/// All that keeps it from being made, at once: unknown zones, body, protocol or syringe, volumes for
/// zones that are not treated, a spacing outside the protocol's limits.
///
/// ```
/// use nappage::library::Library;
/// use nappage::session::{Session, plan};
///
/// let session = Session { zones: vec!["forehead".to_owned()], ..Session::default() };
/// let plan = plan(&session, Library::built_in()).unwrap();
/// assert_eq!(plan.totals.points, plan.points.len());
/// ```
pub fn plan(session: &Session, library: &Library) -> Result<Plan, Faults> {
    Planner::new(library).plan(session)
}

/// Plans a session whose points keep off those of other layers.
///
/// # Errors
/// As [`plan`].
pub(super) fn planned(session: &Session, planner: &Planner, beside: &Beside) -> Result<Plan, Faults> {
    let library = planner.library;
    let setting = Setting::new(session, library).map_err(|list| session.faults(list))?;
    let limits = setting.limits;
    let left = LeftOut::new(session, &setting, planner)?;
    let mut plan = match session.used.unwrap_or_default() {
        Use::Injected => injected(session, &setting, planner, beside, &left)?,
        Use::Topical => topical(session, &setting, library, left.treated())?,
    };
    plan.marked = left.areas();
    plan.skipped = setting.skipped.clone();
    plan.findings.extend(left.findings());
    plan.input_hash = input_hash(session, &setting, planner, beside);
    let charts: BTreeSet<_> = setting.zones.iter().map(|zone| zone.chart).collect();
    let kept = library.atlas.exclusions.iter().filter(|exclusion| charts.contains(&exclusion.chart));
    let exclusions: Vec<&Exclusion> = kept.chain(&setting.marked).collect();
    plan.fillings = planned_fillings(&plan);
    let held = setting.vials.map(|vials| vials.total());
    let (tray, findings) = tray(session, &plan, setting.protocol, setting.product, held);
    plan.tray = tray;
    plan.findings.extend(findings);
    plan.findings.extend(screening::findings(session.screening.as_ref(), setting.protocol));
    plan.findings = check(
        &plan,
        &Against {
            protocol: setting.protocol,
            limits: &limits,
            // What is marked or left out by hand is no reason to give the rest more.
            extent: if left.is_all() { setting.extent } else { Extent::Part },
            asked: session.total,
            vials: setting.vials,
            syringes: &library.syringes,
            exclusions: &exclusions,
        },
    );
    Ok(plan)
}

/// The plan of what is given point by point: layout and doses.
fn injected(
    session: &Session,
    setting: &Setting<'_>,
    planner: &Planner,
    beside: &Beside,
    left: &LeftOut<'_>,
) -> Result<Plan, Faults> {
    let limits = setting.limits;
    let widest_mm = session.spacing_mm.unwrap_or(limits.spacing.greatest_mm);
    let ground = &left.whole().ground;
    let least_mm = size::least_spacing_mm(ground.treated(), widest_mm)
        .map_err(|fault| session.faults(vec![("zones".to_owned(), fault)]))?;
    // Spacings that would take too long are not tried; what is laid out keeps the protocol's own.
    let mut tried = limits;
    tried.spacing.least_mm = limits.spacing.least_mm.max(least_mm);
    tried.middle_spacing_mm = limits.middle_spacing_mm.max(least_mm);
    let pattern = session.pattern.unwrap_or_default();
    let zones: Vec<_> = ground.treated().zones.iter().map(dose_zone).collect();
    let last = LastTime::on(session, &setting.body);
    let last = last.map_err(|fault| session.faults(vec![("previous".to_owned(), fault)]))?;
    let mut told = Told::default();
    let change = |layout: Layout| {
        if planner.is_rough() {
            return layout;
        }
        let layout = left.around(last.between(ground, layout, beside, pattern), pattern);
        left.without_points(beside.parted(left.rest(), layout, pattern), &mut told)
    };
    let lay = |spacing_mm| planner.lay_out(left.whole(), spacing_mm, pattern);
    let dosed = dose_changed(&setting.wish(session), &tried, &zones, lay, change, beside.around());
    if !told.faults.is_empty() {
        return Err(session.faults(told.faults));
    }
    let mut plan = assemble(setting, left.treated(), &dosed, pattern);
    plan.findings.extend(told.findings);
    point_volume::set(&mut plan, session, &setting.body);
    plan.last_time = last.shown();
    plan.findings.extend(last.finding(&plan));
    Ok(plan)
}

/// What a session's names stand for.
pub(super) struct Setting<'a> {
    pub(super) body: Cow<'a, Body>,
    pub(super) protocol: &'a Protocol,
    pub(super) limits: Limits,
    pub(super) syringe: &'a SyringeKind,
    product: Option<&'a Product>,
    pub(super) vials: Option<Vials>,
    pub(super) zones: Vec<Zone>,
    /// The zones that were chosen with others and then left out.
    pub(super) skipped: Vec<Named>,
    /// What is marked on the skin.
    pub(super) marked: Vec<Exclusion>,
    extent: Extent,
    by_zone: BTreeMap<usize, Microlitres>,
}

impl<'a> Setting<'a> {
    /// Looks up everything that is named.
    ///
    /// # Errors
    /// Every fault with the key of the session it is about.
    fn new(session: &Session, library: &'a Library) -> Result<Self, Vec<(String, Fault)>> {
        let mut faults = Vec::new();
        let mut keep = |key: &str, fault: Fault| faults.push((key.to_owned(), fault));
        let body = library.body(session.body.as_deref().unwrap_or(DEFAULT_BODY));
        let body = body.map_err(|fault| keep("body", fault)).ok();
        let body = body.and_then(|body| {
            let scaled = body.measured(&session.measurements_mm);
            let mut each = |(id, fault): (String, Fault)| keep(&format!("measurements.{id}"), fault);
            scaled.map_err(|list| list.into_iter().for_each(&mut each)).ok()
        });
        let protocol = library.protocol_or_first(session.protocol.as_deref());
        let protocol = protocol.map_err(|fault| keep("protocol", fault)).ok();
        let limits = protocol.and_then(|p| p.limits().map_err(|fault| keep("protocol", fault)).ok());
        let syringe = match (&session.syringe, library.default_syringe()) {
            (Some(id), _) => library.syringe(id),
            (None, Some(default)) => Ok(default),
            (None, None) => Err(Fault::new("syringe", "there is none")),
        };
        let syringe = syringe.map_err(|fault| keep("syringe", fault)).ok();
        let product = product(session, library).map_err(|fault| keep("product.id", fault)).ok().flatten();
        let vials = session.vials_on_tray(library);
        if let (Some(spacing), Some(protocol), Some(limits)) = (session.spacing_mm, protocol, limits)
            && let Some(fault) = outside_spacing(spacing, protocol, &limits, library)
        {
            keep("spacing", fault);
        }
        if let (Some(answers), Some(protocol)) = (&session.screening, protocol) {
            let unasked = screening::unasked(answers, protocol);
            unasked.into_iter().for_each(|(key, fault)| keep(&key, fault));
        }
        let (zones, skipped) = select(session, library, &mut keep);
        let by_zone = volumes_by_zone(session, &zones, &mut keep);
        let extent = extent(&zones, library);
        let marked = match (&body, protocol) {
            (Some(body), Some(protocol)) => marked(session, body, protocol, &mut keep),
            _ => Vec::new(),
        };
        match (body, protocol, limits, syringe) {
            (Some(body), Some(protocol), Some(limits), Some(syringe)) if faults.is_empty() => Ok(Self {
                body,
                protocol,
                limits,
                syringe,
                product,
                vials,
                zones,
                skipped,
                marked,
                extent,
                by_zone,
            }),
            _ => Err(faults),
        }
    }

    fn wish(&self, session: &Session) -> Wish {
        Wish {
            spacing_mm: session.spacing_mm,
            total: session.total,
            volume: session.volume,
            periorbital_volume: session.periorbital_volume,
            by_zone: self.by_zone.clone(),
            graduation: self.syringe.graduation.value,
            extent: self.extent,
        }
    }
}

/// The fault of a spacing outside the protocol's limits, naming the bound and its source.
fn outside_spacing(spacing: f64, protocol: &Protocol, limits: &Limits, library: &Library) -> Option<Fault> {
    let (least, greatest) = (limits.spacing.least_mm, limits.spacing.greatest_mm);
    if spacing >= least && spacing <= greatest {
        return None;
    }
    let range = said!("{least} to {greatest} mm", least = number(least, 3), greatest = number(greatest, 3));
    let figure = protocol.spacing.as_ref()?;
    let citation = figure.source.as_deref().and_then(|id| library.source(id)).map(|source| &source.citation);
    let bound = match citation {
        Some(citation) => {
            said!("{range}, {standing}: {citation}", range, standing = figure.standing(), citation)
        }
        None => said!("{range}, {standing}", range, standing = figure.standing()),
    };
    let fault = Fault::new(
        "spacing",
        said!("is outside the limits of protocol '{protocol}'", protocol = protocol.id),
    );
    let hint = said!("choose {range}, or leave the spacing out to have it chosen", range);
    Some(fault.value(format!("{} mm", number(spacing, 3))).bound(bound).hint(hint))
}

/// The chosen zones, and what was then left out of them; every unknown name is kept as a fault.
fn select(
    session: &Session,
    library: &Library,
    keep: &mut impl FnMut(&str, Fault),
) -> (Vec<Zone>, Vec<Named>) {
    let full_face = [FULL_FACE.to_owned()];
    let names = if session.zones.is_empty() { full_face.as_slice() } else { &session.zones };
    let mut known = Vec::new();
    for (index, name) in names.iter().enumerate() {
        match library.atlas.select(std::slice::from_ref(name)) {
            Ok(_) => known.push(name.clone()),
            Err(fault) => keep(&format!("zones.{}", index + 1), fault),
        }
    }
    let mut chosen = library.atlas.select(&known).unwrap_or_default();
    let mut left_out = Vec::new();
    for (index, name) in session.skip.iter().enumerate() {
        match library.atlas.select(std::slice::from_ref(name)) {
            Ok(skipped) => {
                let (gone, rest): (Vec<Zone>, Vec<Zone>) =
                    chosen.into_iter().partition(|zone| skipped.iter().any(|other| other.id == zone.id));
                left_out.extend(gone.into_iter().map(|zone| Named { id: zone.id, name: zone.name }));
                chosen = rest;
            }
            Err(fault) => keep(&format!("skip.{}", index + 1), fault),
        }
    }
    if chosen.is_empty() && !session.skip.is_empty() && !known.is_empty() {
        let fault = Fault::new("skip", "leaves no zone to treat");
        keep("skip", fault.hint("skip fewer zones, or name others to treat"));
    }
    (chosen, left_out)
}

/// The marked areas as exclusions of the body.
fn marked(
    session: &Session,
    body: &Body,
    protocol: &Protocol,
    keep: &mut impl FnMut(&str, Fault),
) -> Vec<Exclusion> {
    let mut areas = Vec::new();
    for (marked, number) in session.marked.iter().zip(1..) {
        match marked.on(body, protocol) {
            Ok(area) => areas.push(area),
            Err(fault) => keep(&format!("exclusion.{number}"), fault),
        }
    }
    areas
}

/// Volumes of single zones by index; a zone's own id counts more than the one it was drawn under.
fn volumes_by_zone(
    session: &Session,
    zones: &[Zone],
    keep: &mut impl FnMut(&str, Fault),
) -> BTreeMap<usize, Microlitres> {
    let mut by_zone = BTreeMap::new();
    for (name, volume) in &session.volumes {
        let named = |zone: &&Zone| zone.id == *name || zone.base == *name;
        if !zones.iter().any(|zone| named(&zone)) {
            let ids = zones.iter().flat_map(|zone| [zone.base.as_str(), zone.id.as_str()]);
            let fault = Fault::new("volumes", "names a zone that is not treated").value(format!("'{name}'"));
            let hint = match nearest_name(name, ids) {
                Some(near) => said!("did you mean '{near}'?", near),
                None => said!("add it to the zones, or take its volume out"),
            };
            keep(&format!("volumes.{name}"), fault.hint(hint));
        }
        for (index, zone) in zones.iter().enumerate().filter(|(_, zone)| named(zone)) {
            if zone.id == *name || !session.volumes.contains_key(&zone.id) {
                by_zone.insert(index, *volume);
            }
        }
    }
    by_zone
}

/// A full face is one that holds every zone of the preset.
fn extent(zones: &[Zone], library: &Library) -> Extent {
    let face = library.atlas.named(FULL_FACE);
    let treated = |wanted: &&Zone| zones.iter().any(|zone| zone.id == wanted.id);
    if !face.is_empty() && face.iter().all(treated) { Extent::FullFace } else { Extent::Part }
}

fn dose_zone(zone: &TreatedZone) -> DoseZone {
    DoseZone { base: zone.zone.base.clone(), kind: zone.zone.kind, area_cm2: zone.area_cm2 }
}

/// The first 12 hex digits of the SHA-256 of everything a plan depends on: the program's version,
/// the wishes, the protocol, the syringes, the body with its tables, other layers, and the whole atlas, since
/// zones that are not treated set margins too.
fn input_hash(session: &Session, setting: &Setting<'_>, planner: &Planner, beside: &Beside) -> String {
    // What changes no point and no dose stays out: the sheets' paper and pages, the patient's reference, the
    // product's label, the times of the day, the days of the course, the patient's answers, and where the
    // session was read. Names
    // are given by what they stand for, so that a default counts the same whether it was written down or not.
    let wishes = Session {
        zones: Vec::new(),
        skip: Vec::new(),
        body: None,
        protocol: None,
        syringe: None,
        pattern: Some(session.pattern.unwrap_or_default()),
        used: Some(session.used.unwrap_or_default()),
        vials: setting.vials,
        product: OnTray::default(),
        visit: Visit::default(),
        paper: None,
        pages: Vec::new(),
        reference: None,
        course: Asked::default(),
        screening: None,
        previous: None,
        written: None,
        ..session.clone()
    };
    let zones: Vec<_> = setting.zones.iter().map(|zone| &zone.id).collect();
    let (version, extent) = (env!("CARGO_PKG_VERSION"), setting.extent);
    let Setting { protocol, syringe, .. } = setting;
    let known = planner.known(session, &setting.body);
    let mut hash = sha256_of(format_args!(
        "{version}\n{extent:?}\n{wishes:?}\n{zones:?}\n{protocol:?}\n{syringe:?}\n{beside:?}\n{known}"
    ));
    hash.truncate(12);
    hash
}
