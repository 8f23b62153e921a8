//! A layout laid between the points of an earlier one keeps its promises and its distance from them.

use super::measured::{LIMITS, assert_promises, gap_mm};
use nappage::body::Place;
use nappage::layout::{Ground, LaidPoint};
use nappage::library::Library;
use nappage::plan::Pattern;
use nappage::treated::Treated;

const SPACING_MM: f64 = 12.5;

fn places(points: &[LaidPoint]) -> Vec<Place> {
    points.iter().map(|point| point.place).collect()
}

/// Distances from each point to the nearest of last time, least first.
fn distances(points: &[LaidPoint], last: &[Place]) -> Vec<f64> {
    let nearest = |p: &LaidPoint| last.iter().map(|l| (l - p.place).norm()).fold(f64::INFINITY, f64::min);
    let mut all: Vec<f64> = points.iter().map(nearest).collect();
    all.sort_by(f64::total_cmp);
    all
}

#[test]
fn points_lie_between_those_of_last_time() {
    let library = Library::built_in();
    for zones in ["full-face", "neck", "decolletage"] {
        let chosen = library.atlas.select(&[zones.to_owned()]).expect("built in");
        let body = library.body("woman").expect("built in");
        let treated =
            Treated::new(body, &library.atlas, &chosen, LIMITS.least_mm).expect("zones on the skin");
        let ground = Ground::new(treated.clone(), LIMITS);
        for pattern in [Pattern::Rows, Pattern::Even] {
            let name = format!("{zones}, {pattern:?}");
            let first = ground.lay_out(SPACING_MM, pattern);
            let last = places(&first.points);
            let second = ground.interleave(&first, &last, SPACING_MM, pattern);
            assert_promises(&treated, &second, &name);
            let apart = distances(&second.points, &last);
            let (middle, low) = (apart[apart.len() / 2], apart[apart.len() / 10]);
            let gap = gap_mm(&treated, &second, 0.7);
            assert!(middle > 0.42 * SPACING_MM && low > 0.25 * SPACING_MM, "{name}: {low} {middle}");
            assert!(gap < 0.95 * SPACING_MM, "{name}: gap {gap}");
            let count = second.points.len() as f64 / first.points.len() as f64;
            assert!((0.9..1.1).contains(&count), "{name}: {count}");
            assert_eq!(ground.interleave(&first, &last, SPACING_MM, pattern).points, second.points);
        }
    }
}
