//! How well layouts cover the skin, on both reference bodies and on bodies between the 5th and the 95th
//! percentile of the survey, measured apart from the layout's own measures.

use super::measured::{LIMITS, area_spread, gap_mm};
use nappage::body::Body;
use nappage::layout::{LaidPoint, Layout, lattice_count, lay_out, perfect_gap_mm};
use nappage::library::Library;
use nappage::plan::Pattern;
use nappage::treated::Treated;

/// Pitch of the samples, in mm.
const PITCH_MM: f64 = 0.7;

/// The scales of the head's width, height and depth, the neck's girth and the chest's width, height and
/// depth that take a mean body to a percentile of the ANSUR II survey.
const WOMAN_5TH: ([f64; 3], f64, [f64; 3]) = ([0.931, 0.911, 0.936], 0.904, [0.918, 0.935, 0.886]);
const MAN_95TH: ([f64; 3], f64, [f64; 3]) = ([1.072, 1.09, 1.058], 1.107, [1.076, 1.064, 1.103]);

fn body(id: &str) -> Body {
    Library::built_in().body(id).expect("a built-in body").clone()
}

fn bodies() -> [(&'static str, Body); 4] {
    let scaled = |id: &str, (head, neck, chest)| body(id).scaled(head, neck, chest);
    [
        ("woman", body("woman")),
        ("man", body("man")),
        ("small woman", scaled("woman", WOMAN_5TH)),
        ("large man", scaled("man", MAN_95TH)),
    ]
}

fn treated(body: &Body, zones: &str) -> Treated {
    let atlas = &Library::built_in().atlas;
    let zones = atlas.select(&[zones.to_owned()]).expect("built-in zones");
    Treated::new(body, atlas, &zones, LIMITS.least_mm).expect("zones on the skin")
}

/// Holds the cover and the number of points of a selection on every body to `most` q.
fn holds(zones: &str, pattern: Pattern, spacings: &[f64], most: f64) {
    for (name, body) in bodies() {
        let treated = treated(&body, zones);
        for &spacing in spacings {
            let layout = lay_out(&treated, spacing, LIMITS, pattern);
            let name = format!("{zones} of {name} at {spacing} mm, {pattern:?}");
            let (gap, q) = measured(&treated, &layout, &name);
            assert!(q <= most, "{name}: q {q:.3}");
            if zones == "full-face" && spacing == 12.5 {
                assert!(gap <= 9.5, "{name}: gap {gap:.2} mm");
            }
            let wanted = lattice_count(treated.area_cm2() * 100.0, spacing);
            let off = (layout.points.len() as f64 - wanted).abs() / wanted;
            assert!(off <= 0.05, "{name}: {} points for {wanted:.1}", layout.points.len());
        }
    }
}

/// Gap and q as found here, after those of the layout have been held against them.
fn measured(treated: &Treated, layout: &Layout, name: &str) -> (f64, f64) {
    let gap = gap_mm(treated, layout, PITCH_MM);
    let told = layout.quality.gap_mm.expect("points");
    // What was found by samples alone falls short by less than their distance from the deepest place.
    assert!(gap <= told + 0.02 && told < gap + 0.71 * PITCH_MM, "{name}: gap {gap} mm, told as {told}");
    (told, told / perfect_gap_mm(treated.area_cm2() * 100.0, layout.points.len()))
}

#[test]
fn rows_cover_the_face() {
    holds("full-face", Pattern::Rows, &[11.0, 12.5, 14.0], 1.20);
}

#[test]
fn free_points_cover_the_face() {
    holds("full-face", Pattern::Even, &[11.0, 11.8, 12.5, 14.0], 1.12);
}

#[test]
fn rows_and_free_points_cover_the_neck() {
    holds("neck", Pattern::Rows, &[11.0, 12.5, 14.0], 1.14);
    holds("neck", Pattern::Even, &[11.0, 12.5, 14.0], 1.12);
}

#[test]
fn rows_and_free_points_cover_the_decolletage() {
    holds("decolletage", Pattern::Rows, &[11.0, 11.25, 12.5], 1.12);
    holds("decolletage", Pattern::Even, &[11.0, 12.5], 1.08);
}

#[test]
fn single_zones_are_covered_too() {
    let atlas = &Library::built_in().atlas;
    for (name, body) in bodies().into_iter().take(2) {
        for zone in &atlas.zones {
            let treated = treated(&body, &zone.id);
            if treated.area_cm2() < 15.0 {
                continue;
            }
            for (pattern, most) in [(Pattern::Rows, 1.25), (Pattern::Even, 1.25)] {
                let layout = lay_out(&treated, 12.5, LIMITS, pattern);
                let name = format!("{} of {name}, {pattern:?}", zone.id);
                let (_, q) = measured(&treated, &layout, &name);
                assert!(q <= most, "{name}: q {q:.3}");
            }
        }
    }
}

/// How far the points of rows lie off the line between their neighbours, along the skin, in mm: root mean
/// square and greatest.
fn sways_mm(treated: &Treated, points: &[LaidPoint], spacing: f64) -> (f64, f64) {
    let mut sways: Vec<f64> = Vec::new();
    for three in points.windows(3) {
        let [a, b, c] = three else { continue };
        let (before, after) = ((a.place - b.place).norm(), (b.place - c.place).norm());
        if a.row != c.row || a.chart != c.chart || before.max(after) > 1.7 * spacing {
            continue;
        }
        let line = a.at.y + (c.at.y - a.at.y) * before / (before + after);
        let steepness = treated.body().skin(b.chart).expect("the skin of a point").frame(b.at).dv.norm();
        sways.push((b.at.y - line).abs() * steepness);
    }
    let squares: f64 = sways.iter().map(|sway| sway * sway).sum();
    ((squares / sways.len().max(1) as f64).sqrt(), sways.into_iter().fold(0.0, f64::max))
}

#[test]
fn rows_lead_a_hand_gently_and_run_on_across_seams() {
    for (name, body) in bodies().into_iter().take(2) {
        for zones in ["full-face", "neck", "decolletage", "all"] {
            let treated = treated(&body, zones);
            let layout = lay_out(&treated, 12.5, LIMITS, Pattern::Rows);
            let name = format!("{zones} of {name}");
            let (usual, greatest) = sways_mm(&treated, &layout.points, 12.5);
            let told = layout.quality.row_sway_mm.expect("rows");
            assert!((greatest - told).abs() < 0.05 * told, "{name}: {greatest} mm, told as {told}");
            assert!(usual < 0.06 * 12.5 && greatest < 0.25 * 12.5, "{name}: {usual} mm, {greatest} mm");
            for pair in layout.points.windows(2).filter(|pair| pair[0].row == pair[1].row) {
                let skin = treated.body().skin(pair[0].chart).expect("the skin of a point");
                let rise = (pair[1].at.y - pair[0].at.y).abs() * skin.frame(pair[0].at).dv.norm();
                let step = (pair[1].place - pair[0].place).norm();
                // Nowhere steeper than 45 degrees: a row never turns back on itself.
                assert!(rise < 0.7 * step || step > 1.7 * 12.5, "{name}: {rise} mm up in {step} mm");
            }
        }
    }
}

#[test]
fn free_points_have_equal_shares_of_skin() {
    for (name, body) in bodies() {
        for zones in ["full-face", "neck", "decolletage"] {
            let treated = treated(&body, zones);
            for spacing in [11.0, 12.5, 14.0] {
                let layout = lay_out(&treated, spacing, LIMITS, Pattern::Even);
                let told = layout.quality.area_spread.expect("points");
                let spread = area_spread(&treated, &layout, PITCH_MM);
                let name = format!("{zones} of {name} at {spacing} mm");
                assert!((told - spread).abs() < 0.015, "{name}: {spread:.4}, told as {told:.4}");
                assert!(told < 0.15, "{name}: {told:.3}");
            }
        }
    }
}
