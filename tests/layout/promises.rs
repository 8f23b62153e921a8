//! The promises of a layout on every preset, both reference bodies and both patterns, measured from
//! the places of the points alone.

use std::collections::BTreeSet;

use nappage::layout::{LaidPoint, Layout, SpacingLimits, lay_out};
use nappage::library::Library;
use nappage::plan::Pattern;
use nappage::treated::Treated;

const LIMITS: SpacingLimits = SpacingLimits { least_mm: 10.0, greatest_mm: 15.0 };

/// Runs `check` on the layout of every preset at 12.5 mm.
fn on_every_preset(check: impl Fn(&Treated, &Layout, &str)) {
    let library = Library::built_in();
    for body in &library.bodies {
        for preset in ["full-face", "neck", "decolletage", "face-neck", "all"] {
            let zones = library.atlas.select(&[preset.to_owned()]).expect("a built-in preset");
            let treated =
                Treated::new(body, &library.atlas, &zones, LIMITS.least_mm).expect("zones on the skin");
            for pattern in [Pattern::Rows, Pattern::Even] {
                let layout = lay_out(&treated, 12.5, LIMITS, pattern);
                check(&treated, &layout, &format!("{preset} on {} {pattern:?}", body.id));
            }
        }
    }
}

fn nearest_mm(points: &[LaidPoint], index: usize) -> f64 {
    let place = points[index].place;
    let others = points.iter().enumerate().filter(|(other, _)| *other != index);
    others.map(|(_, other)| (other.place - place).norm()).fold(f64::INFINITY, f64::min)
}

#[test]
fn points_keep_the_least_distance_and_have_a_neighbour_within_the_greatest() {
    on_every_preset(|_, layout, name| {
        for index in 0..layout.points.len() {
            let nearest = nearest_mm(&layout.points, index);
            assert!((LIMITS.least_mm..=LIMITS.greatest_mm).contains(&nearest), "{name}: {nearest} mm");
        }
    });
}

#[test]
fn no_treated_skin_is_far_from_a_point() {
    on_every_preset(|_, layout, name| {
        let gap = layout.quality.gap_mm.expect("points");
        assert!(gap < 13.0, "{name}: gap {gap} mm");
    });
}

#[test]
fn every_point_lies_in_its_zone_clear_of_its_margins() {
    on_every_preset(|treated, layout, name| {
        for point in &layout.points {
            let zone = &treated.zones[point.zone];
            assert!(zone.zone.shape.contains(&point.at), "{name}: {point:?}");
            // The clearance is told short by the slack of the traced edges, 0.15 mm.
            let clearance = treated.clearance_mm(point.chart, point.at);
            assert!(clearance > -0.15, "{name}: {clearance} mm at {point:?}");
        }
    });
}

#[test]
fn the_map_is_its_own_mirror_image_to_the_last_bit() {
    on_every_preset(|_, layout, name| {
        let key = |p: &LaidPoint, sign: f64| {
            let place = [p.place.x * sign + 0.0, p.place.y, p.place.z].map(f64::to_bits);
            (p.chart, p.row, (p.at.x * sign + 0.0).to_bits(), p.at.y.to_bits(), place)
        };
        let points: BTreeSet<_> = layout.points.iter().map(|p| key(p, 1.0)).collect();
        assert_eq!(points.len(), layout.points.len(), "{name}");
        assert!(layout.points.iter().all(|p| points.contains(&key(p, -1.0))), "{name}");
    });
}

#[test]
fn rows_count_on_and_run_from_the_patients_right_to_left() {
    on_every_preset(|_, layout, name| {
        assert_eq!(layout.points[0].row, 1, "{name}");
        for pair in layout.points.windows(2) {
            let same_row = pair[0].row == pair[1].row;
            assert!(same_row || pair[1].row == pair[0].row + 1, "{name}");
            assert!(!same_row || pair[0].at.x <= pair[1].at.x, "{name}");
        }
    });
}

#[test]
fn a_layout_of_any_spacing_ends_without_a_panic() {
    let library = Library::built_in();
    let zones = library.atlas.select(&["chin".to_owned()]).expect("a built-in zone");
    let treated =
        Treated::new(&library.bodies[0], &library.atlas, &zones, LIMITS.least_mm).expect("zones on the skin");
    for spacing in [f64::NAN, f64::INFINITY, -1.0, 0.0, 10.0, 1e9] {
        let layout = lay_out(&treated, spacing, LIMITS, Pattern::Rows);
        for index in 0..layout.points.len() {
            assert!(nearest_mm(&layout.points, index) >= LIMITS.least_mm);
        }
    }
}
