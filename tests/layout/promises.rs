//! The promises of a layout on every preset, both reference bodies and both patterns, measured from
//! the places of the points alone.

use std::collections::BTreeSet;
use std::sync::atomic::AtomicBool;

use super::measured::{LIMITS, assert_promises, neighbour_mm};
use nappage::layout::{Ground, LaidPoint, Layout, lay_out};
use nappage::library::Library;
use nappage::plan::Pattern;
use nappage::treated::Treated;

/// The layouts of every preset at 12.5 mm, each with the skin it lies on.
fn on_every_preset(pattern: Pattern, check: impl Fn(&Treated, &Layout, &str)) {
    let library = Library::built_in();
    for body in &library.bodies {
        for preset in ["full-face", "neck", "decolletage", "face-neck", "all"] {
            let zones = library.atlas.select(&[preset.to_owned()]).expect("a built-in preset");
            let treated =
                Treated::new(body, &library.atlas, &zones, LIMITS.least_mm).expect("zones on the skin");
            let layout = lay_out(&treated, 12.5, LIMITS, pattern);
            check(&treated, &layout, &format!("{preset} on {} {pattern:?}", body.id));
        }
    }
}

/// All that holds on the skin of a body.
fn kept(treated: &Treated, layout: &Layout, name: &str) {
    assert_promises(treated, layout, name);
    assert!(layout.findings.iter().all(|finding| finding.code != "lone-point"), "{name}");
    let gap = layout.quality.gap_mm.expect("points");
    assert!(gap < 13.0, "{name}: gap {gap} mm");
    is_its_own_mirror_image(layout, name);
}

fn is_its_own_mirror_image(layout: &Layout, name: &str) {
    let key = |p: &LaidPoint, sign: f64| {
        let place = [p.place.x * sign + 0.0, p.place.y, p.place.z].map(f64::to_bits);
        (p.chart, p.row, (p.at.x * sign + 0.0).to_bits(), p.at.y.to_bits(), place)
    };
    let points: BTreeSet<_> = layout.points.iter().map(|p| key(p, 1.0)).collect();
    assert_eq!(points.len(), layout.points.len(), "{name}");
    assert!(layout.points.iter().all(|p| points.contains(&key(p, -1.0))), "{name}");
}

#[test]
fn rows_keep_every_promise_on_every_preset() {
    on_every_preset(Pattern::Rows, kept);
}

#[test]
fn no_row_passes_over_another_to_go_on() {
    let library = Library::built_in();
    for body in &library.bodies {
        for names in
            [vec!["chin", "periorbital"], vec!["forehead", "jaw"], vec!["full-face"], vec!["neck", "nose"]]
        {
            let names: Vec<String> = names.into_iter().map(str::to_owned).collect();
            let zones = library.atlas.select(&names).expect("built-in zones");
            let treated =
                Treated::new(body, &library.atlas, &zones, LIMITS.least_mm).expect("zones on the skin");
            for spacing_mm in [11.0, 12.5, 14.0] {
                let layout = lay_out(&treated, spacing_mm, LIMITS, Pattern::Rows);
                for pair in layout.points.windows(2).filter(|pair| pair[0].row == pair[1].row) {
                    let apart = pair[1].place - pair[0].place;
                    assert!(
                        apart.norm() < 1.8 * spacing_mm || apart.y.abs() < 0.6 * spacing_mm,
                        "{names:?} on {} at {spacing_mm} mm: row {} jumps {apart:?}",
                        body.id,
                        pair[0].row
                    );
                }
            }
        }
    }
}

#[test]
fn free_points_keep_every_promise_on_every_preset() {
    on_every_preset(Pattern::Even, kept);
}

#[test]
fn a_draft_keeps_what_a_layout_does_and_is_one_where_it_has_settled() {
    let library = Library::built_in();
    let zones = library.atlas.select(&["full-face".to_owned()]).expect("a built-in preset");
    let (mut settled, mut unsettled) = (0, 0);
    for body in &library.bodies {
        let treated = Treated::new(body, &library.atlas, &zones, LIMITS.least_mm).expect("zones on the skin");
        let ground = Ground::new(treated.clone(), LIMITS);
        for spacing in [10.2, 10.5, 10.8, 12.5, 14.0] {
            let name = format!("{} {spacing}", body.id);
            let draft = ground.draft(spacing, Pattern::Rows, &AtomicBool::new(true));
            assert_promises(&treated, &draft, &name);
            is_its_own_mirror_image(&draft, &name);
            let whole = ground.lay_out(spacing, Pattern::Rows);
            assert!(whole.settled, "{name}");
            if draft.settled {
                assert_eq!((draft.points, draft.quality), (whole.points, whole.quality), "{name}");
                settled += 1;
            } else {
                unsettled += 1;
            }
        }
    }
    assert!(settled > 0 && unsettled > 0, "{settled} {unsettled}");
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
            assert!(neighbour_mm(&layout.points, index) >= LIMITS.least_mm);
        }
    }
}
