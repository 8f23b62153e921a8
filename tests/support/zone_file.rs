//! A zone file all the way to a plan, held against what a plan promises. Shared with the fuzz target.

#![allow(dead_code, reason = "each that shares it uses a part of it")]

use nappage::fault::Faults;
use nappage::library::Library;
use nappage::plan::{Pattern, Plan};
use nappage::session::{Session, plan};

/// The least spacing of the built-in protocol, in mm.
const LEAST_MM: f64 = 10.0;
/// Places in a plan are rounded to micrometres, chart coordinates to thousandths.
const ROUNDED_MM: f64 = 0.004;

/// What came of a zone file.
pub(crate) enum Outcome {
    /// It cannot be read.
    Refused(Vec<Faults>),
    /// It can be read, but not planned, and why.
    Unplanned(Faults),
    Planned(Box<Plan>),
}

/// Plans all zones that a file adds or replaces, on the reference woman.
///
/// Panics where the plan breaks a promise: that is what it is for.
pub(crate) fn planned(text: &str, spacing_mm: f64, pattern: Pattern) -> Outcome {
    let library = match Library::with_files(&[("clinic.toml".to_owned(), text.to_owned())]) {
        Ok(library) => library,
        Err(faults) => return Outcome::Refused(faults),
    };
    let built_in = &Library::built_in().atlas.zones;
    let added = library.atlas.zones.iter().filter(|zone| !built_in.contains(zone));
    let mut zones: Vec<String> = added.map(|zone| zone.id.clone()).collect();
    zones.truncate(4);
    if zones.is_empty() {
        zones.push("chin".to_owned());
    }
    let session =
        Session { zones, spacing_mm: Some(spacing_mm), pattern: Some(pattern), ..Session::default() };
    match plan(&session, &library) {
        Ok(plan) => {
            keeps_its_promises(&plan);
            Outcome::Planned(Box::new(plan))
        }
        Err(faults) => Outcome::Unplanned(faults),
    }
}

fn keeps_its_promises(plan: &Plan) {
    let points = &plan.points;
    for (index, point) in points.iter().enumerate() {
        assert_eq!(point.number, index + 1, "points are numbered in order");
        assert!(point.skin_mm.iter().chain(&point.chart).all(|x| x.is_finite()), "{point:?}");
        let zone = plan.zones.iter().find(|zone| zone.id == point.zone);
        let zone = zone.unwrap_or_else(|| panic!("{point:?} is of no zone"));
        let within = |ring: &[[f64; 2]]| is_inside(ring, point.chart);
        assert!(within(&zone.outline), "{point:?} lies outside its zone");
        assert!(!zone.holes.iter().any(|hole| within(hole)), "{point:?} lies in a hole");
    }
    // Points far apart along an axis need no closer look.
    let mut places: Vec<[f64; 3]> = points.iter().map(|point| point.skin_mm).collect();
    places.sort_by(|a, b| a[0].total_cmp(&b[0]));
    for (index, a) in places.iter().enumerate() {
        for b in places[index + 1..].iter().take_while(|b| b[0] - a[0] < LEAST_MM) {
            let apart = (0..3).map(|k| (a[k] - b[k]) * (a[k] - b[k])).sum::<f64>().sqrt();
            assert!(apart > LEAST_MM - ROUNDED_MM, "points {apart:.4} mm apart");
        }
    }
    let sum = points.iter().map(|point| point.volume_ul).sum::<nappage::units::Microlitres>();
    assert_eq!(sum, plan.totals.volume_ul, "the total is the sum of the points");
}

/// Whether a ring holds a place, or it lies within a rounding of the border.
fn is_inside(ring: &[[f64; 2]], [x, y]: [f64; 2]) -> bool {
    let mut inside = false;
    for (a, b) in ring.iter().zip(ring.iter().cycle().skip(1)) {
        let along = [b[0] - a[0], b[1] - a[1]];
        let length = along[0] * along[0] + along[1] * along[1];
        let t = if length > 0.0 {
            (((x - a[0]) * along[0] + (y - a[1]) * along[1]) / length).clamp(0.0, 1.0)
        } else {
            0.0
        };
        let apart = [x - a[0] - along[0] * t, y - a[1] - along[1] * t];
        if apart[0].hypot(apart[1]) < 0.02 {
            return true;
        }
        if (a[1] > y) != (b[1] > y) && x < a[0] + (y - a[1]) / along[1] * along[0] {
            inside = !inside;
        }
    }
    inside
}
