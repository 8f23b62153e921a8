//! Draws the figure of the method, Nappage beside the plain ways to put points down, as SVG on standard
//! output: `cargo run --release --example method > docs/method.svg`.
//!
//! Skin is the darker the farther it is from its nearest point; the ring is the largest circle without one.

use std::fmt::Write;

use nalgebra::Point2;
use nappage::body::{Body, Chart, Place};
use nappage::geometry::Polygon;
use nappage::layout::{Ground, SpacingLimits};
use nappage::plan::Pattern;
use nappage::treated::Treated;
use nappage::zones::Atlas;

#[path = "../benches/ways/mod.rs"]
mod ways;
use ways::{Skin, places, zone};

const LIMITS: SpacingLimits = SpacingLimits { least_mm: 10.0, greatest_mm: 15.0 };
const SPACING_MM: f64 = 12.5;
/// A panel and the air around it, in mm.
const PANEL_MM: (f64, f64) = (150.0, 132.0);
/// A dot of the shading, in mm, and its shades: up to how far from a point, in mm.
const DOT_MM: f64 = 1.0;
const SHADES: [(f64, &str); 5] =
    [(5.0, "#f7f2ee"), (6.5, "#ecdccf"), (8.0, "#dfbfa8"), (9.5, "#cf9a7b"), (f64::INFINITY, "#b8694a")];

/// A field with a bay and a hole, as a cheek between lid, nose and lip might be.
fn field() -> Polygon {
    let ring = |corners: usize, at: &dyn Fn(f64) -> (f64, f64)| -> Vec<Point2<f64>> {
        let angle = |k: usize| std::f64::consts::TAU * k as f64 / corners as f64;
        (0..corners).map(|k| at(angle(k))).map(|(x, y)| Point2::new(x, y)).collect()
    };
    let outer = ring(72, &|a| {
        let radius = 1.0 + 0.12 * (3.0 * a).sin() - 0.14 * (2.0 * a + 0.8).cos();
        (72.0 + 64.0 * radius * a.cos(), 57.0 + 46.0 * radius * a.sin())
    });
    let hole = ring(24, &|a| (84.0 + 11.0 * a.cos(), 60.0 - 7.0 * a.sin()));
    Polygon::new(outer, vec![hole]).expect("a ring with a hole")
}

fn main() {
    let zones = [zone("field", Chart::Flat, field())];
    let treated = Treated::new(&Body::flat(), &Atlas::default(), &zones, LIMITS.least_mm).expect("a plane");
    let skin = Skin::new(&treated, 0.5);
    let ground = Ground::new(treated.clone(), LIMITS);
    let panels: [(&str, Vec<Place>); 4] = [
        ("Hexagonal grid, best of 64 offsets", skin.hexagonal_at_the_best_offset(&treated, SPACING_MM)),
        ("Random, 10 mm apart", skin.random_with_a_least_distance(LIMITS.least_mm)),
        ("Nappage, rows", places(&ground.lay_out(SPACING_MM, Pattern::Rows))),
        ("Nappage, even", places(&ground.lay_out(SPACING_MM, Pattern::Even))),
    ];
    let (width, height) = (2.0 * PANEL_MM.0, 2.0 * PANEL_MM.1);
    println!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" role="img">"#
    );
    println!("<title>How far skin lies from its nearest point, by way of putting points down</title>");
    println!(r##"<rect width="{width}" height="{height}" fill="#ffffff"/>"##);
    for (index, (name, places)) in panels.iter().enumerate() {
        let (x, y) = (PANEL_MM.0 * (index % 2) as f64, PANEL_MM.1 * (index / 2) as f64);
        println!(r#"<g transform="translate({x} {y})">{}</g>"#, panel(&treated, &skin, name, places));
    }
    println!("</svg>");
}

fn panel(treated: &Treated, skin: &Skin, name: &str, places: &[Place]) -> String {
    let pieces = &treated.zones[0].pieces;
    let nearest =
        |at: Point2<f64>| places.iter().map(|p| (p.x - at.x).hypot(p.y - at.y)).fold(f64::INFINITY, f64::min);
    let mut deepest = (0.0, Point2::origin());
    let mut shaded = vec![String::new(); SHADES.len()];
    // A chart of the body counts up, a page down.
    let down = |y: f64| PANEL_MM.1 - 4.0 - y;
    for row in 0..(PANEL_MM.1 / DOT_MM) as usize {
        let y = DOT_MM * (row as f64 + 0.5);
        let mut run: Option<(usize, f64)> = None;
        for column in 0..=(PANEL_MM.0 / DOT_MM) as usize {
            let at = Point2::new(DOT_MM * (column as f64 + 0.5), y);
            let distance = pieces.iter().any(|piece| piece.contains(&at)).then(|| nearest(at));
            if let Some(far) = distance.filter(|far| *far > deepest.0) {
                deepest = (far, at);
            }
            let shade = distance.map(|far| SHADES.iter().position(|(most, _)| far <= *most).unwrap_or(0));
            if run.map(|(shade, _)| shade) != shade {
                if let Some((shade, from)) = run {
                    // Writing to a string cannot fail.
                    let _ = write!(
                        shaded[shade],
                        "M{from:.1} {:.1}h{:.1}v{DOT_MM}h-{:.1}z",
                        down(y) - DOT_MM / 2.0,
                        at.x - DOT_MM / 2.0 - from,
                        at.x - DOT_MM / 2.0 - from
                    );
                }
                run = shade.map(|shade| (shade, at.x - DOT_MM / 2.0));
            }
        }
    }
    let mut text = String::new();
    for (path, (_, colour)) in shaded.iter().zip(SHADES) {
        let _ = write!(text, r#"<path fill="{colour}" stroke="{colour}" stroke-width="0.1" d="{path}"/>"#);
    }
    for piece in pieces {
        for ring in piece.rings() {
            let corners: Vec<String> =
                ring.iter().map(|at| format!("{:.1},{:.1}", at.x, down(at.y))).collect();
            let corners = corners.join(" ");
            let _ = write!(
                text,
                r##"<polygon points="{corners}" fill="none" stroke="#3d4f5c" stroke-width="0.5"/>"##
            );
        }
    }
    let (far, at) = deepest;
    let _ = write!(
        text,
        r##"<circle cx="{:.1}" cy="{:.1}" r="{far:.1}" fill="none" stroke="#20262b" stroke-width="0.6" stroke-dasharray="1.6 1"/>"##,
        at.x,
        down(at.y)
    );
    for place in places {
        let _ = write!(
            text,
            r##"<circle cx="{:.1}" cy="{:.1}" r="1.5" fill="#0b5394"/>"##,
            place.x,
            down(place.y)
        );
    }
    let m = skin.measures(places);
    let _ = write!(
        text,
        r##"<text x="5" y="7.5" font-size="6" font-weight="bold" fill="#20262b">{name}</text><text x="5" y="14" font-size="4.8" fill="#4a5560">{} points · farthest skin {:.1} mm · q {:.2}</text>"##,
        m.points, m.gap_mm, m.q
    );
    text
}
