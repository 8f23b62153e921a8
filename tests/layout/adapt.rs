//! A lesion marked on a finished layout moves only its neighbours.

use std::f64::consts::TAU;

use super::measured::{LIMITS, assert_promises, gap_mm};
use nalgebra::{Point2, Vector2};
use nappage::geometry::Polygon;
use nappage::layout::{Ground, LaidPoint, Layout};
use nappage::library::Library;
use nappage::plan::Pattern;
use nappage::treated::Treated;
use nappage::zones::{Atlas, Exclusion, ExclusionShape, Status};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

const SPACING_MM: f64 = 12.5;

fn treated(atlas: &Atlas, zones: &str) -> Treated {
    let body = Library::built_in().body("woman").expect("built in");
    let zones = atlas.select(&[zones.to_owned()]).expect("built in");
    Treated::new(body, atlas, &zones, LIMITS.least_mm).expect("zones on the skin")
}

/// The atlas with a round lesion beside a point.
fn with_lesion(treated: &Treated, point: &LaidPoint, beside: Vector2<f64>, radius_mm: f64) -> Atlas {
    let frame = treated.body().skin(point.chart).expect("the skin of a point").frame(point.at);
    let per_mm = Vector2::new(1.0 / frame.du.norm(), 1.0 / frame.dv.norm());
    let corner = |k: usize| {
        let (sin, cos) = (TAU * k as f64 / 12.0).sin_cos();
        point.at + (beside + Vector2::new(cos, sin) * radius_mm).component_mul(&per_mm)
    };
    let ring: Vec<Point2<f64>> = (0..12).map(corner).collect();
    let mut atlas = Library::built_in().atlas.clone();
    atlas.exclusions.push(Exclusion {
        id: "lesion".to_owned(),
        name: "Lesion".to_owned(),
        chart: point.chart,
        shape: ExclusionShape::Area(Polygon::new(ring, Vec::new()).expect("a ring")),
        margin_mm: 5.0,
        status: Status::ClinicSet,
    });
    atlas
}

/// Holds all that is said of a layout adapted to a lesion at a place.
fn holds(before: &Layout, after: &Layout, changed: &Treated, lesion: &LaidPoint, reach_mm: f64) {
    assert_promises(changed, after, "with a lesion");
    let same = |a: &LaidPoint, b: &LaidPoint| a.at == b.at && a.place == b.place && a.zone == b.zone;
    for point in before.points.iter().filter(|p| (p.place - lesion.place).norm() > reach_mm) {
        assert!(after.points.iter().any(|other| same(point, other)), "{point:?} has moved");
    }
    let gap = gap_mm(changed, after, 0.7);
    assert!(gap < SPACING_MM, "gap {gap} mm");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, rng_seed: RngSeed::Fixed(7), ..ProptestConfig::default() })]

    #[test]
    fn a_lesion_moves_only_its_neighbours(
        zones in prop_oneof![Just("full-face"), Just("neck"), Just("decolletage")],
        pattern in prop_oneof![Just(Pattern::Rows), Just(Pattern::Even)],
        index in any::<prop::sample::Index>(),
        beside in (-6.0..6.0, -6.0..6.0),
        radius_mm in 1.0..8.0,
    ) {
        let skin = treated(&Library::built_in().atlas, zones);
        let before = Ground::new(skin.clone(), LIMITS).lay_out(SPACING_MM, pattern);
        let point = before.points[index.index(before.points.len())];
        let atlas = with_lesion(&skin, &point, Vector2::new(beside.0, beside.1), radius_mm);
        let changed = treated(&atlas, zones);
        let after = Ground::new(changed.clone(), LIMITS).adapt(&before, pattern);
        // The lesion with its margin, and two spacings beyond what it takes.
        let reach_mm = 9.0 + radius_mm + 5.0 + 2.0 * SPACING_MM + 2.0;
        holds(&before, &after, &changed, &point, reach_mm);
    }
}

#[test]
fn a_layout_of_unchanged_skin_stays_as_it_was() {
    let skin = treated(&Library::built_in().atlas, "full-face");
    let ground = Ground::new(skin, LIMITS);
    for pattern in [Pattern::Rows, Pattern::Even] {
        let before = ground.lay_out(SPACING_MM, pattern);
        assert_eq!(ground.adapt(&before, pattern).points, before.points);
    }
}
