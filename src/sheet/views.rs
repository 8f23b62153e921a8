//! Which views a plan needs, and what part of the body each shows.

use super::camera::{Camera, Window};
use crate::body::{Body, Chart, ChartPoint, Place};
use crate::plan::{Plan, PlannedZone};

/// A view to be drawn.
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
    /// The part drawn, in body mm as seen.
    pub window: Window,
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

/// Crown with a little air, in mm above sellion on the reference woman.
const TOP_MM: f64 = 101.0;

/// The views of a plan, in the order in which they are read: front first.
pub(crate) fn needed(plan: &Plan, body: &Body) -> Vec<View> {
    let on = |chart: Chart| plan.zones.iter().any(|zone| zone.chart == chart);
    let stretch = stretch(body);
    let mut views = Vec::new();
    let chest = on(Chart::Chest);
    if on(Chart::Head) || on(Chart::Neck) {
        let top = if on(Chart::Head) { TOP_MM } else { -52.0 };
        let bottom = if on(Chart::Neck) { -190.0 } else { -134.0 };
        // On its own, a neck is drawn with the chest that it stands on.
        let skins: &[Chart] = if on(Chart::Neck) {
            &[Chart::Head, Chart::Neck, Chart::Chest]
        } else {
            &[Chart::Head, Chart::Neck]
        };
        let view = |id, title, yaw, x: [f64; 2]| View {
            id,
            title,
            yaw,
            pitch: 0.0,
            window: window(x, [bottom, top], stretch),
            skins,
            shows: &[Chart::Head, Chart::Neck],
        };
        views.push(view("front", "Front", 0.0, [-87.0, 87.0]));
        views.push(view("right", "Three-quarter, patient's right", -45.0, [-96.0, 80.0]));
        views.push(view("left", "Three-quarter, patient's left", 45.0, [-80.0, 96.0]));
    }
    if chest {
        let top = if on(Chart::Neck) || on(Chart::Head) { -150.0 } else { -70.0 };
        views.push(View {
            id: "chest",
            title: "Décolletage, front",
            yaw: 0.0,
            pitch: 0.0,
            window: window([-178.0, 178.0], [-318.0, top], stretch),
            skins: &[Chart::Head, Chart::Neck, Chart::Chest],
            shows: &[Chart::Chest],
        });
    }
    if on(Chart::Submental) {
        views.extend(around(plan, body, Chart::Submental, "below", "From below", -55.0, 26.0));
    }
    if on(Chart::Flat) {
        views.extend(around(plan, body, Chart::Flat, "flat", "Flat sheet", 0.0, 8.0));
    }
    views
}

/// How much wider and higher than the reference woman a body is.
fn stretch(body: &Body) -> [f64; 2] {
    let ratio = |name: &str, axis: usize, reference: f64| {
        body.landmarks.get(name).map_or(1.0, |place| place.coords[axis] / reference).clamp(0.7, 1.6)
    };
    [ratio("zygion", 0, 66.9), ratio("pogonion", 1, -94.8)]
}

fn window(x: [f64; 2], y: [f64; 2], [wide, high]: [f64; 2]) -> Window {
    Window { x: x.map(|v| v * wide), y: y.map(|v| v * high) }
}

/// A view that frames the zones of one chart, with air around them.
fn around(
    plan: &Plan,
    body: &Body,
    chart: Chart,
    id: &'static str,
    title: &'static str,
    pitch: f64,
    air: f64,
) -> Option<View> {
    let skin = body.skin(chart)?;
    let camera = Camera::new(0.0, pitch);
    let zones = plan.zones.iter().filter(|zone| zone.chart == chart);
    let seen: Vec<_> = zones
        .flat_map(|zone| zone.outline.iter())
        .map(|at| camera.seen(&skin.place(ChartPoint::new(at[0], at[1]))))
        .collect();
    let range = |values: Vec<f64>| {
        let low = values.iter().copied().fold(f64::INFINITY, f64::min);
        let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        [low - air, high + air]
    };
    let window =
        Window { x: range(seen.iter().map(|p| p.x).collect()), y: range(seen.iter().map(|p| p.y).collect()) };
    let skins: &[Chart] =
        if chart == Chart::Submental { &[Chart::Head, Chart::Neck, Chart::Submental] } else { &[] };
    let shows: &[Chart] = if chart == Chart::Submental { &[Chart::Submental] } else { &[Chart::Flat] };
    window.x[0].is_finite().then_some(View { id, title, yaw: 0.0, pitch, window, skins, shows })
}

/// Where a chart position of a zone stands on a body.
pub(crate) fn place_of(body: &Body, zone: &PlannedZone, at: [f64; 2]) -> Option<Place> {
    body.skin(zone.chart).map(|skin| skin.place(ChartPoint::new(at[0], at[1])))
}
