//! From where a body is looked at on the screen.

use crate::body::{Body, Chart};
use crate::sheet::Spot;
use crate::sheet::camera::{Camera, Window};
use crate::sheet::views::stretch;
use crate::zones::Zone;

/// Body mm to a page mm: what the pens of the line art are made for.
const RATIO: f64 = 2.0;
/// Air around zones on a plane, in mm.
const AROUND_FLAT_MM: f64 = 12.0;

/// A view of a body.
#[derive(Clone, Debug)]
pub(super) struct Angle {
    /// Its id.
    pub(super) id: &'static str,
    /// What it is called.
    pub(super) title: &'static str,
    /// Degrees to the patient's left.
    pub(super) yaw: f64,
    /// Degrees above.
    pitch: f64,
    /// The part that is drawn, in body mm as seen.
    pub(super) window: Window,
    /// The skins drawn; none on a plane.
    pub(super) skins: &'static [Chart],
    /// The charts whose zones and points are shown.
    pub(super) shows: &'static [Chart],
}

impl Angle {
    /// The camera that puts the window's corner on the page's.
    pub(super) fn camera(&self) -> Camera {
        let mut camera = Camera::new(self.yaw, self.pitch);
        camera.scale = 1.0 / RATIO;
        camera.origin = Spot::new(-self.window.x[0] / RATIO, self.window.y[1] / RATIO);
        camera
    }

    /// Width and height of the page in mm.
    pub(super) fn size_mm(&self) -> [f64; 2] {
        self.window.size().map(|mm| mm / RATIO)
    }
}

/// A row of the table of views: id, title, yaw and pitch in degrees, left and right, bottom and top in
/// mm on the reference woman, skins, charts.
type Row = (&'static str, &'static str, [f64; 2], [f64; 2], [f64; 2], &'static [Chart], &'static [Chart]);

const FACE: &[Chart] = &[Chart::Head, Chart::Neck];
const BUST: &[Chart] = &[Chart::Head, Chart::Neck, Chart::Chest];
const ROWS: [Row; 7] = [
    ("front", "Front", [0.0, 0.0], [-96.0, 96.0], [-150.0, 104.0], FACE, FACE),
    ("right", "Three-quarter, right", [-45.0, 0.0], [-104.0, 92.0], [-170.0, 104.0], FACE, FACE),
    ("left", "Three-quarter, left", [45.0, 0.0], [-92.0, 104.0], [-170.0, 104.0], FACE, FACE),
    ("right-side", "Side, right", [-90.0, 0.0], [-106.0, 116.0], [-170.0, 104.0], FACE, FACE),
    ("left-side", "Side, left", [90.0, 0.0], [-116.0, 106.0], [-170.0, 104.0], FACE, FACE),
    (
        "chest",
        "Neck and décolletage",
        [0.0, 0.0],
        [-205.0, 205.0],
        [-340.0, -62.0],
        BUST,
        &[Chart::Neck, Chart::Chest],
    ),
    (
        "below",
        "From below",
        [0.0, -50.0],
        [-92.0, 92.0],
        [-104.0, 88.0],
        &[Chart::Head, Chart::Neck, Chart::Submental],
        &[Chart::Submental],
    ),
];

/// The views that show some zone of a body.
pub(super) fn all(body: &Body, zones: &[Zone]) -> Vec<Angle> {
    let on = |shows: &[Chart]| {
        zones.iter().any(|zone| shows.contains(&zone.chart) && body.skin(zone.chart).is_some())
    };
    let rows = ROWS.into_iter().filter(|(.., shows)| on(shows));
    let scaled = |(id, title, [yaw, pitch], x, y, skins, shows): Row| {
        let [wide, high] = stretch(body, yaw);
        let window = Window { x: x.map(|x: f64| x * wide), y: y.map(|y: f64| y * high) };
        Angle { id, title, yaw, pitch, window, skins, shows }
    };
    rows.map(scaled).chain(flat(body, zones)).collect()
}

/// The plane that holds all flat zones.
fn flat(body: &Body, zones: &[Zone]) -> Option<Angle> {
    body.skin(Chart::Flat)?;
    let bounds = zones.iter().filter(|zone| zone.chart == Chart::Flat).map(|zone| zone.shape.bounds());
    let (low, high) = bounds.reduce(|(a, b), (low, high)| (a.inf(&low), b.sup(&high)))?;
    let around = |low: f64, high: f64| [low - AROUND_FLAT_MM, high + AROUND_FLAT_MM];
    Some(Angle {
        id: "flat",
        title: "Flat sheet",
        yaw: 0.0,
        pitch: 0.0,
        window: Window { x: around(low.x, high.x), y: around(low.y, high.y) },
        skins: &[],
        shows: &[Chart::Flat],
    })
}
