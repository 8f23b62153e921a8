//! Several treatments in one session: each a plain session, planned after the points of those before it.

use std::collections::{BTreeMap, BTreeSet};

use super::beside::Beside;
use super::planner::Planner;
use super::planning::planned;
use super::{PointName, Session, Use, Written};
use crate::document::Places;
use crate::fault::{Fault, Faults};
use crate::library::Library;
use crate::plan::{Finding, LAYERS_FORMAT, Layered, Plan, PlannedLayer, Severity};
use crate::tray::OnTray;
use crate::units::{Microlitres, number};

/// The distance that layers keep where none is asked for, in the narrowest spacing of any. No source gives a
/// figure: it is clinic-set, and well inside the 0.58 that the holes of a perfect lattice allow.
const APART: f64 = 0.25;
/// Distances are compared to the micrometre.
const SLACK_MM: f64 = 1e-3;

/// One of several treatments in a session.
#[derive(Clone, Debug, PartialEq)]
pub struct Layer {
    /// What it is called; its pages bear the name.
    pub name: String,
    /// What it asks for itself. What it leaves out is the session's; what the session alone can say (body,
    /// exclusions, visit, pages and the like) is left out of it.
    pub asked: Session,
}

impl Layer {
    /// Whether it goes by a name, in capitals or not.
    pub fn is_called(&self, name: &str) -> bool {
        same_name(&self.name, name)
    }
}

/// Whether two names of layers are one: capitals and blanks around them do not count.
pub fn same_name(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}

impl Session {
    /// The session of each of its layers, in their order; none where it has none.
    pub fn by_layer(&self) -> Vec<Self> {
        self.layers.iter().map(|layer| self.of_layer(layer)).collect()
    }

    /// The plain session of one layer: what it asks for, and for the rest what the session does.
    fn of_layer(&self, layer: &Layer) -> Self {
        let mut session = Self { layers: Vec::new(), layers_apart_mm: None, ..self.clone() };
        let own = layer.asked.written.as_ref().map(|written| &written.places);
        session.written = self.written.as_ref().map(|written| Written {
            places: overlaid(&written.places, own.unwrap_or(&Places::new()), self.skip.len()),
            ..written.clone()
        });
        session.keep_points_of(layer, self.written.as_ref().map(|written| &written.places));
        if layer.asked.product != OnTray::default() {
            session.vials = None;
        }
        // What the session says of points says nothing of a layer that has none.
        if layer.asked.used.or(self.used) == Some(Use::Topical) {
            session = Self {
                spacing_mm: None,
                pattern: None,
                total: None,
                volume: None,
                periorbital_volume: None,
                volumes: BTreeMap::new(),
                previous: None,
                interleave: None,
                last_points: Vec::new(),
                ..session
            };
        }
        let written = session.written.take();
        Self { written, ..session.overridden_by(Self { written: None, ..layer.asked.clone() }) }
    }

    /// Keeps the points that are of a layer, and notes their places in the file by their new numbers.
    fn keep_points_of(&mut self, layer: &Layer, places: Option<&Places>) {
        let (skipped, skip_numbers): (Vec<_>, Vec<usize>) =
            points_of(layer, &self.skip_points, |point| point).into_iter().unzip();
        let (volumes, volume_numbers): (Vec<_>, Vec<usize>) =
            points_of(layer, &self.point_volumes, |own| &mut own.point).into_iter().unzip();
        (self.skip_points, self.point_volumes) = (skipped, volumes);
        let (Some(written), Some(places)) = (&mut self.written, places) else { return };
        for (key, numbers) in [("skip-point", skip_numbers), ("point-volume", volume_numbers)] {
            written.places.retain(|place, _| !place.starts_with(&format!("{key}.")));
            for (number, was) in (1..).zip(numbers) {
                let place = places.get(&format!("{key}.{was}")).cloned();
                written.places.extend(place.map(|place| (format!("{key}.{number}"), place)));
            }
        }
    }
}

/// The points of a layer among those that a session names, no longer bearing its name, with the number of each
/// in the file.
fn points_of<T: Clone>(layer: &Layer, all: &[T], point: fn(&mut T) -> &mut PointName) -> Vec<(T, usize)> {
    let own = all.iter().cloned().zip(1..).filter_map(|(mut named, number)| {
        let name = point(&mut named).layer.take()?;
        layer.is_called(&name).then_some((named, number))
    });
    own.collect()
}

/// The places of a session's keys with those of a layer's own in their stead. Skipped zones add up.
fn overlaid(session: &Places, own: &Places, skipped: usize) -> Places {
    let table = |key: &str| key.split('.').next().unwrap_or_default().to_owned();
    let replaced: BTreeSet<String> = own.keys().map(|key| table(key)).filter(|key| key != "skip").collect();
    let kept = session.iter().filter(|(key, _)| !replaced.contains(&table(key)));
    let mut places: Places = kept.map(|(key, span)| (key.clone(), span.clone())).collect();
    for (key, span) in own {
        let further = key.strip_prefix("skip.").and_then(|number| number.parse::<usize>().ok());
        let key = further.map_or_else(|| key.clone(), |number| format!("skip.{}", skipped + number));
        places.insert(key, span.clone());
    }
    places
}

/// Plans the layers of a session one after another, each between the points of those before it.
///
/// Points of different layers keep [`Session::layers_apart_mm`]; where the skin does not allow it, that is an
/// error finding with layer, zone and figure. A wrong order by a protocol's facts is one too.
///
/// # Errors
/// As [`plan`](super::plan), of all layers at once; when the session has no layer.
///
/// ```
/// use nappage::library::Library;
/// use nappage::session::{Session, layers};
///
/// let text = r#"
/// format = "nappage-session/1"
/// zones = ["chin"]
/// [[layer]]
/// name = "booster"
/// protocol = "vyc-12l"
/// [[layer]]
/// name = "exosome"
/// "#;
/// let layered = layers(&Session::read("s.toml", text)?, Library::built_in())?;
/// assert_eq!(layered.layers.len(), 2);
/// assert!(layered.min_between_mm >= layered.apart_mm);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn layers(session: &Session, library: &Library) -> Result<Layered, Faults> {
    Planner::new(library).layers(session)
}

/// The plans of a session's layers, as [`layers`].
pub(super) fn planned_layers(session: &Session, planner: &Planner) -> Result<Layered, Faults> {
    let library = planner.library;
    let mut sessions = session.by_layer();
    share_answers(&mut sessions, library);
    if sessions.is_empty() {
        let fault = Fault::new("layer", "is missing: the session is a single treatment");
        return Err(session.faults(vec![(String::new(), fault.hint("plan it with session::plan"))]));
    }
    let apart_mm = session.layers_apart_mm.or_else(|| default_apart_mm(&sessions, library));
    let mut beside = Beside::kept_off(apart_mm.unwrap_or_default());
    let (mut planned_layers, mut faults) = (Vec::new(), Vec::new());
    for (layer, asked) in session.layers.iter().zip(&sessions) {
        match planned(asked, planner, &beside) {
            Ok(plan) => {
                beside.add(&plan);
                planned_layers.push(PlannedLayer { name: layer.name.clone(), plan });
            }
            Err(found) => faults.extend(found.list.into_iter().map(|fault| of_layer(layer, fault))),
        }
    }
    if !faults.is_empty() {
        return Err(match &session.written {
            Some(written) => Faults::in_text(written.origin.clone(), written.text.clone(), faults),
            None => Faults::of("command line", faults),
        });
    }
    // Layers keep off those before them: where one may settle further, so may all.
    let draft = planned_layers.iter().any(|layer| layer.plan.draft);
    planned_layers.iter_mut().for_each(|layer| layer.plan.draft = draft);
    let mut layered = Layered {
        format: LAYERS_FORMAT.to_owned(),
        apart_mm,
        layers: planned_layers,
        min_between_mm: None,
        findings: Vec::new(),
    };
    let mut findings = wrong_orders(&layered.layers, library);
    findings.extend(shared_vials(session, &layered.layers, library));
    findings.extend(total_of_each(session, &sessions));
    if let Some(apart_mm) = apart_mm {
        // Rough points have not moved off those of other layers.
        if !planner.is_rough() {
            findings.extend(too_close(&layered.layers, apart_mm));
        }
        findings.extend(by_default(session, apart_mm));
    }
    findings.sort_by_key(|finding| finding.severity);
    layered.min_between_mm = min_between_mm(&layered.layers);
    layered.findings = findings;
    Ok(layered)
}

/// Leaves each layer the answers to its own protocol's questions, and those to questions that no layer asks,
/// which are at fault.
fn share_answers(sessions: &mut [Session], library: &Library) {
    let asked = |session: &Session| -> BTreeSet<String> {
        let protocol = library.protocol_or_first(session.protocol.as_deref());
        let questions = protocol.map(|protocol| protocol.questions()).unwrap_or_default();
        questions.into_iter().map(|(_, question, _)| question.id.clone()).collect()
    };
    let own: Vec<BTreeSet<String>> = sessions.iter().map(asked).collect();
    for (session, own_ids) in sessions.iter_mut().zip(&own) {
        if let Some(answers) = &mut session.screening {
            answers.retain(|id, _| own_ids.contains(id) || own.iter().all(|ids| !ids.contains(id)));
        }
    }
}

fn of_layer(layer: &Layer, fault: Fault) -> Fault {
    Fault { item: said!("layer '{layer}', {item}", layer = layer.name, item = fault.item), ..fault }
}

/// The distance that layers keep where none is asked for, in whole tenths of a millimetre: from the spacings
/// asked for, or else the middle of each protocol's. None where fewer than two layers have points.
fn default_apart_mm(sessions: &[Session], library: &Library) -> Option<f64> {
    let injected = sessions.iter().filter(|session| session.used != Some(Use::Topical));
    let spacing_mm = |session: &Session| {
        let protocol = library.protocol_or_first(session.protocol.as_deref()).ok()?;
        session.spacing_mm.or_else(|| Some(protocol.limits().ok()?.middle_spacing_mm))
    };
    let spacings: Vec<f64> = injected.filter_map(spacing_mm).collect();
    let narrowest = spacings.iter().copied().reduce(f64::min).filter(|_| spacings.len() > 1)?;
    Some((narrowest * APART * 10.0).floor() / 10.0)
}

fn by_default(session: &Session, apart_mm: f64) -> Option<Finding> {
    let message = said!(
        "points of different layers keep {apart} mm, a quarter of the narrowest spacing that is asked or of the middle of its \
         protocol's: no source was found, the clinic decides (clinic-set); set layers-apart",
        apart = number(apart_mm, 1)
    );
    session.layers_apart_mm.is_none().then(|| Finding::new(Severity::Note, "layers-apart", message))
}

/// Pairs of layers, the earlier first.
fn pairs(layers: &[PlannedLayer]) -> impl Iterator<Item = (&PlannedLayer, &PlannedLayer)> {
    let later = |(index, layer)| layers.iter().skip(index + 1).map(move |other| (layer, other));
    layers.iter().enumerate().flat_map(later)
}

/// The least distance from the points of a zone to those of another plan, in mm.
fn nearest_mm(plan: &Plan, zone: &str, other: &Plan) -> f64 {
    let distance = |a: &[f64; 3], b: &[f64; 3]| {
        (0..3).map(|axis| (a[axis] - b[axis]) * (a[axis] - b[axis])).sum::<f64>()
    };
    let own = plan.points.iter().filter(|point| point.zone == zone);
    let all = own.flat_map(|point| other.points.iter().map(|other| distance(&point.skin_mm, &other.skin_mm)));
    all.fold(f64::INFINITY, f64::min).sqrt()
}

fn min_between_mm(layers: &[PlannedLayer]) -> Option<f64> {
    let zones = pairs(layers).flat_map(|(first, second)| {
        second.plan.zones.iter().map(|zone| nearest_mm(&second.plan, &zone.id, &first.plan))
    });
    zones.reduce(f64::min).filter(|mm| mm.is_finite())
}

/// Zones in which a layer comes too close to one before it.
fn too_close(layers: &[PlannedLayer], apart_mm: f64) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (first, second) in pairs(layers) {
        for zone in &second.plan.zones {
            let nearest = nearest_mm(&second.plan, &zone.id, &first.plan);
            if nearest >= apart_mm - SLACK_MM {
                continue;
            }
            let message = said!(
                "layer '{second}', {zone}: a point is {nearest} mm from one of layer '{first}', {apart} mm is the least: set layers-apart to {floor} mm, \
                 widen the spacing of one of the two, or leave the zone out of one",
                second = second.name,
                zone = zone.name,
                nearest = number(nearest, 2),
                first = first.name,
                apart = number(apart_mm, 2),
                floor = number((nearest * 10.0).floor() / 10.0, 1)
            );
            findings
                .push(Finding::new(Severity::Error, "layers-too-close", message).in_zone(zone.id.clone()));
        }
    }
    findings
}

/// Layers that come before what a protocol puts first.
fn wrong_orders(layers: &[PlannedLayer], library: &Library) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (first, second) in pairs(layers) {
        let orders = library.protocol(&first.plan.protocol.id).map(|protocol| protocol.orders.as_slice());
        for order in orders.unwrap_or_default() {
            if order.value.after.iter().any(|id| is_of(&second.plan, id, library)) {
                let message = said!(
                    "layer '{first}' comes before layer '{second}': {why} ({standing}); write '{second}' first",
                    first = first.name,
                    second = second.name,
                    why = order.value.words,
                    standing = order.standing()
                );
                findings.push(Finding::new(Severity::Error, "layer-order", message));
            }
        }
    }
    findings
}

/// Whether a plan is of the product or protocol of an id, or under a protocol that the product is given under.
fn is_of(plan: &Plan, id: &str, library: &Library) -> bool {
    let of = |product: &str| library.product(product).ok().and_then(|product| product.protocols.clone());
    let product = plan.tray.product.as_ref().and_then(|product| product.id.as_deref());
    let under =
        |ids: Option<Vec<String>>, wanted: &str| ids.unwrap_or_default().iter().any(|id| id == wanted);
    plan.protocol.id == id
        || product == Some(id)
        || under(of(id), &plan.protocol.id)
        || product.is_some_and(|product| under(of(product), id))
}

/// What a total of the session is asked of: each layer that has none of its own.
fn total_of_each(session: &Session, sessions: &[Session]) -> Option<Finding> {
    let total = session.total?;
    let each = session.layers.iter().zip(sessions);
    let each = each.filter(|(layer, session)| layer.asked.total.is_none() && session.total.is_some());
    let names: Vec<String> = each.map(|(layer, _)| format!("'{}'", layer.name)).collect();
    let code = "total-of-each";
    match names.as_slice() {
        [] => {
            let message = said!("total {total} of the session is asked of no layer: take it out", total);
            Some(Finding::new(Severity::Warning, code, message))
        }
        [name] => {
            let message = said!("total {total} of the session is asked of layer {name} alone", total, name);
            Some(Finding::new(Severity::Note, code, message))
        }
        names => {
            let message = said!(
                "total {total} of the session is asked of each of the layers {names}, {sum} in all: give each a total of its own \
                 if that is not meant",
                total,
                names = names.join(", "),
                sum = total * names.len() as u64
            );
            Some(Finding::new(Severity::Warning, code, message))
        }
    }
}

/// What layers without vials of their own take from those of the session.
fn shared_vials(session: &Session, layers: &[PlannedLayer], library: &Library) -> Option<Finding> {
    let held = session.vials_on_tray(library)?.total();
    let is_own = |asked: &Session| asked.product != OnTray::default() || asked.vials.is_some();
    let shared = layers.iter().zip(&session.layers).filter(|(_, layer)| !is_own(&layer.asked));
    let shared: Vec<&PlannedLayer> = shared.map(|(planned, _)| planned).collect();
    let needed: Microlitres = shared.iter().map(|layer| layer.plan.tray.needed_ul).sum();
    if shared.len() < 2 {
        return None;
    }
    let names = shared.iter().map(|layer| format!("'{}'", layer.name)).collect::<Vec<_>>().join(", ");
    let told = said!(
        "layers {names} take {needed} together from the session's vials, which hold {held}",
        names,
        needed,
        held
    );
    Some(match held.checked_sub(needed) {
        Some(left) => {
            Finding::new(Severity::Note, "vials-shared", said!("{told}: {left} is left", told, left))
        }
        None => {
            let message =
                said!("{told}: have more vials, or give each layer a [layer.product] of its own", told);
            Finding::new(Severity::Error, "vial-not-enough", message)
        }
    })
}
