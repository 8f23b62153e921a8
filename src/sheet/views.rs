//! From where a plan can be looked at, and what part of the body each view must and may show.

use nalgebra::Vector3;

use super::camera::{Camera, Window};
use crate::body::{Body, Chart, Place};
use crate::plan::{Plan, PlannedZone};

/// A view that may be drawn.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct View {
    /// Suffix of ids: `front`.
    pub id: &'static str,
    /// What it is called on the page.
    pub title: &'static str,
    /// Degrees to the patient's left.
    pub yaw: f64,
    /// Degrees above.
    pub pitch: f64,
    /// The part that must be drawn, in body mm as seen.
    pub window: Window,
    /// The part that may be drawn where there is room, in body mm as seen.
    pub limits: Window,
    /// Left, right and lower end of head and neck, beside which names may stand, in body mm as seen.
    pub core: ([f64; 2], f64),
    /// The skins drawn.
    pub skins: &'static [Chart],
    /// The charts whose zones and points are shown.
    pub shows: &'static [Chart],
}

impl View {
    /// The camera of the view at 1:1.
    pub(crate) fn camera(&self) -> Camera {
        Camera::new(self.yaw, self.pitch)
    }
}

/// Skin shown around a small zone, so that its place is known, and around a large one, in mm.
const AROUND_SMALL_MM: f64 = 42.0;
const AROUND_LARGE_MM: f64 = 14.0;
/// Height at which neck goes over into shoulders, on the reference woman.
const SHOULDER_MM: f64 = -150.0;
/// Height over the lips, on the reference woman.
const LIPS_MM: f64 = -57.0;
/// What the zones and the skin around them should measure together, in mm.
const KNOWN_MM: f64 = 130.0;

/// From where a plan is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Look {
    /// From wherever its points are seen best.
    Best,
    /// From both sides, as lateral photographs are taken.
    Sides,
}

/// An id, a title, the yaw in degrees, and the extent of head and neck as seen, in mm.
type Turned = (&'static str, &'static str, f64, [f64; 2]);

/// The rings of a zone on the skin, its outline first: places with the unit normals there.
pub(crate) type Rings = Vec<Vec<(Place, Vector3<f64>)>>;

/// The rings of every zone of a plan; none where the body lacks the skin.
pub(crate) fn on_skin(plan: &Plan, body: &Body) -> Vec<Rings> {
    let rings = |zone: &PlannedZone| {
        let Some(skin) = body.skin(zone.chart) else { return Rings::new() };
        let ring = |ring: &Vec<[f64; 2]>| ring.iter().map(|&at| skin.faced(at.into())).collect();
        std::iter::once(&zone.outline).chain(&zone.holes).map(ring).collect()
    };
    plan.zones.iter().map(rings).collect()
}

/// Every view from which some zone of a plan may be seen, in the order in which they are read. `zones` are its
/// zones on the skin.
pub(crate) fn candidates(plan: &Plan, zones: &[Rings], body: &Body, look: Look) -> Vec<View> {
    let on = |chart: Chart| plan.zones.iter().any(|zone| zone.chart == chart);
    let (head, neck, chest) = (on(Chart::Head), on(Chart::Neck), on(Chart::Chest));
    let mut views = Vec::new();
    if head || neck {
        let skins: &[Chart] = if neck {
            // A neck is drawn with the shoulders that it stands on.
            &[Chart::Head, Chart::Neck, Chart::Chest]
        } else {
            &[Chart::Head, Chart::Neck]
        };
        // A neck from the side is known by the head without its crown.
        let top = if head || look == Look::Best { 100.0 } else { 60.0 };
        let y = [if neck { -205.0 } else { -130.0 }, top];
        // Beyond the head, a neck's figure takes the shoulders.
        let wing = if neck { 40.0 } else { 0.0 };
        let best: &[Turned] = &[
            ("front", "Front", 0.0, if head { [-92.0, 92.0] } else { [-66.0, 66.0] }),
            ("right", "Three-quarter, right", -45.0, if head { [-96.0, 86.0] } else { [-74.0, 70.0] }),
            ("left", "Three-quarter, left", 45.0, if head { [-86.0, 96.0] } else { [-70.0, 74.0] }),
        ];
        let sides: &[Turned] = &[
            ("right", "Lateral, right", -90.0, [-62.0, 112.0]),
            ("left", "Lateral, left", 90.0, [-112.0, 62.0]),
        ];
        let (turned, wing) = match look {
            Look::Best => (best, wing),
            Look::Sides => (sides, 0.0),
        };
        for &(id, title, yaw, core) in turned {
            let limits = Window { x: [core[0] - wing, core[1] + wing], y };
            let view = View {
                id,
                title,
                yaw,
                pitch: 0.0,
                window: limits,
                limits,
                core: (core, SHOULDER_MM),
                skins,
                shows: &[Chart::Head, Chart::Neck],
            };
            views.push(view);
        }
    }
    if chest && look == Look::Best {
        let limits = Window { x: [-205.0, 205.0], y: [-340.0, if head || neck { -112.0 } else { -52.0 }] };
        let skins: &[Chart] = &[Chart::Head, Chart::Neck, Chart::Chest];
        let (id, title) = ("chest", "Décolletage, front");
        views.push(View {
            id,
            title,
            yaw: 0.0,
            pitch: 0.0,
            window: limits,
            limits,
            core: ([-60.0, 60.0], SHOULDER_MM),
            skins,
            shows: &[Chart::Chest],
        });
    }
    if on(Chart::Submental) && look == Look::Best {
        let limits = Window { x: [-88.0, 88.0], y: [-94.0, 84.0] };
        let skins: &[Chart] = &[Chart::Head, Chart::Neck, Chart::Submental];
        let (id, title) = ("below", "From below");
        views.push(View {
            id,
            title,
            yaw: 0.0,
            pitch: -50.0,
            window: limits,
            limits,
            core: (limits.x, limits.y[0]),
            skins,
            shows: &[Chart::Submental],
        });
    }
    if on(Chart::Flat) && look == Look::Best {
        let limits = Window { x: [-10.0, 10.0], y: [-10.0, 10.0] };
        views.push(View {
            id: "flat",
            title: "Flat sheet",
            yaw: 0.0,
            pitch: 0.0,
            window: limits,
            limits,
            core: (limits.x, limits.y[0]),
            skins: &[],
            shows: &[Chart::Flat],
        });
    }
    for view in &mut views {
        // From the side, a neck alone is shown with all of it.
        let zones = Some(zones).filter(|_| head || look == Look::Best);
        framed(view, zones.and_then(|zones| extent(view, plan, zones)), body);
    }
    views
}

/// Sets the window to the zones with some skin around them, and the limits to the body's size.
fn framed(view: &mut View, zones: Option<Window>, body: &Body) {
    let [wide, high] = stretch(body, view.yaw);
    let mut limits = Window { x: view.limits.x.map(|v| v * wide), y: view.limits.y.map(|v| v * high) };
    let Some(zones) = zones else {
        (view.window, view.limits) = (limits, limits);
        return;
    };
    if view.skins.is_empty() {
        let own = |[low, high]: [f64; 2]| [low - 8.0, high + 8.0];
        let window = Window { x: own(zones.x), y: own(zones.y) };
        (view.window, view.limits, view.core) = (window, window, (window.x, window.y[0]));
        return;
    }
    for (limit, zones) in [(&mut limits.x, zones.x), (&mut limits.y, zones.y)] {
        *limit = [limit[0].min(zones[0] - 6.0), limit[1].max(zones[1] + 6.0)];
    }
    let around = |[low, high]: [f64; 2], limit: [f64; 2]| {
        let air = ((KNOWN_MM - (high - low)) / 2.0).clamp(AROUND_LARGE_MM, AROUND_SMALL_MM);
        [(low - air).max(limit[0]), (high + air).min(limit[1])]
    };
    let mut window = Window { x: around(zones.x, limits.x), y: around(zones.y, limits.y) };
    if view.shows.contains(&Chart::Neck) && window.y[1] < LIPS_MM * high {
        // A neck is known by the chin and lips over it.
        window.y[1] = LIPS_MM * high;
    }
    if view.id == "chest" {
        // A bust needs its shoulders and the root of its neck.
        let half = 176.0 * wide;
        window.x = [window.x[0].min(-half), window.x[1].max(half)];
        window.y[1] = window.y[1].max((-122.0 * high).min(limits.y[1]));
    }
    let core = view.core.0.map(|x| (x * wide).clamp(window.x[0], window.x[1]));
    (view.window, view.limits, view.core) = (window, limits, (core, view.core.1 * high));
}

/// The extent of the zones that a view shows, as seen.
fn extent(view: &View, plan: &Plan, zones: &[Rings]) -> Option<Window> {
    let camera = view.camera();
    let mut extent: Option<Window> = None;
    let shown = plan.zones.iter().zip(zones).filter(|(zone, _)| view.shows.contains(&zone.chart));
    for (place, normal) in shown.filter_map(|(_, rings)| rings.first()).flatten() {
        if camera.facing(normal) < 0.15 {
            continue;
        }
        let seen = camera.seen(place);
        let e = extent.get_or_insert(Window { x: [seen.x; 2], y: [seen.y; 2] });
        e.x = [e.x[0].min(seen.x), e.x[1].max(seen.x)];
        e.y = [e.y[0].min(seen.y), e.y[1].max(seen.y)];
    }
    extent
}

/// How much wider and higher than the reference woman a body is, as seen from so many degrees to its left.
pub(super) fn stretch(body: &Body, yaw: f64) -> [f64; 2] {
    let ratio = |name: &str, axis: usize, reference: f64| {
        body.landmarks.get(name).map_or(1.0, |place| place.coords[axis] / reference).clamp(0.7, 1.6)
    };
    let [breadth, depth] = [ratio("zygion", 0, 66.9), ratio("pronasale", 2, 102.1)];
    let part = libm::sin(yaw.to_radians()).powi(2);
    [breadth + (depth - breadth) * part, ratio("pogonion", 1, -94.8)]
}
