//! The skin, softly shaded: bands of tone from the shaded body, inside its silhouette.

use nalgebra::{Vector2, Vector3};

use super::camera::Camera;
use super::contour::{Field, simplified_ring};
use super::mesh::Mesh;
use super::raster::Raster;
use super::trace::Trace;
use super::{Bounds, Colour, Item, Outline, Spot};
use crate::abreast::both;

/// Skin where it is lightest and where it is darkest; light enough that every mark stands out.
const LIGHT: [f64; 3] = [252.0, 245.0, 239.0];
const DARK: [f64; 3] = [192.0, 164.0, 147.0];
/// The tone laid over hair.
const HAIR: Colour = Colour::rgb(0x8c, 0x7c, 0x72);
/// Steps of tone.
const BANDS: usize = 10;
/// Levels of the hair, each with how opaque its tone is.
const HAIR_LEVELS: [(f64, u8); 3] = [(0.3, 38), (0.55, 60), (0.9, 60)];
/// Page mm over which the body fades out towards the edges of the window, and in how many steps.
const FADE_MM: f64 = 9.0;
const FADING: usize = 24;
/// Extent of the smallest patch of a tone that is drawn, in mm.
const LEAST_MM: f64 = 2.5;
/// Page mm by which a band's edge may be simplified.
const TOLERANCE_MM: f64 = 0.07;

/// The silhouette and the shaded skin of a view, in mm as seen, for a page with `grade` of them to a mm.
pub(crate) fn drawn(mesh: &Mesh, raster: &Raster, camera: &Camera, grade: f64) -> (Trace, Vec<Trace>) {
    let levels: Vec<f64> = (0..BANDS).map(|band| (band as f64 + 0.3) / BANDS as f64).collect();
    let bands = || {
        let light = Vector3::new(-0.32, 0.42, 0.85).normalize();
        let normal = |sample| raster.mean(mesh, sample, |corner| corner.normal)?.try_normalize(1e-9);
        let darkness = spread(raster, |sample| Some(dark(&camera.seen_direction(&normal(sample)?), &light)));
        ringed(raster, &darkness.smoothed(3), &levels, grade)
    };
    let strands = || {
        let inside = |sample| raster.mean(mesh, sample, |corner| corner.hair);
        let hair = spread(raster, |sample| Some(inside(sample)? / 12.0 + 0.5)).smoothed(2);
        ringed(raster, &hair, &HAIR_LEVELS.map(|(level, _)| level), grade)
    };
    let silhouette = || {
        let cover = field(raster, |sample| f64::from(u8::from(raster.is_skin(sample)))).smoothed(1);
        ringed(raster, &cover, &[0.5], grade).swap_remove(0)
    };
    let (bands, (strands, silhouette)) = both(bands, || both(strands, silhouette));
    let mut skin = vec![Trace::area(vec![raster.corners().to_vec()], tone(0.0))];
    skin.extend(bands.into_iter().zip(&levels).map(|(rings, level)| Trace::area(rings, tone(*level))));
    let opaque = HAIR_LEVELS.map(|(_, alpha)| HAIR.with_alpha(alpha));
    skin.extend(strands.into_iter().zip(opaque).map(|(rings, colour)| Trace::area(rings, colour)));
    (Trace::area(silhouette, Colour::WHITE), skin)
}

/// What lies over a body where the window cuts it, so that it fades into the paper: the frames of a window,
/// each wider than the one before.
pub(crate) fn fading(bounds: &Bounds, cuts: [bool; 4]) -> Vec<Item> {
    if cuts == [false; 4] {
        return Vec::new();
    }
    // A little beyond the window, so that no seam is left at its edge.
    let outside = bounds.grown(FADE_MM / FADING as f64);
    // What is left of the body after a part of the way in; each frame takes what the wider ones left.
    let left = |step: usize| eased((step as f64 + 0.5) / FADING as f64);
    let frame = |step: usize| {
        let wide = FADE_MM * (step + 1) as f64 / FADING as f64;
        let [left_edge, right_edge, upper, lower] = cuts.map(|cut| if cut { wide } else { 0.0 });
        let (min, max) =
            (bounds.min + Vector2::new(left_edge, upper), bounds.max - Vector2::new(right_edge, lower));
        let through = left(step) / if step + 1 < FADING { left(step + 1) } else { 1.0 };
        let white = Colour::WHITE.with_alpha(((1.0 - through) * 255.0).round() as u8);
        let mut frame = Outline::filled(&outside, white);
        if max.x > min.x && max.y > min.y {
            frame.segments.extend(Outline::filled(&Bounds { min, max }, white).segments);
        }
        Item::Outline(frame)
    };
    (0..FADING).map(frame).collect()
}

/// How much of the body is left at a spot: it fades out where the window cuts it, which `cuts` says
/// for the left, right, upper and lower edge.
pub(crate) fn fade(bounds: &Bounds, cuts: [bool; 4], spot: Spot) -> f64 {
    let to_edges =
        [spot.x - bounds.min.x, bounds.max.x - spot.x, spot.y - bounds.min.y, bounds.max.y - spot.y];
    let inside = to_edges.iter().zip(cuts).filter(|(_, cut)| *cut).map(|(d, _)| *d).fold(FADE_MM, f64::min);
    eased(inside / FADE_MM)
}

/// From 0 at 0 to 1 at 1, level at both ends.
pub(super) fn eased(part: f64) -> f64 {
    let t = part.clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// How dark the skin is under a light from above the viewer's left shoulder, from 0 to 1.
fn dark(normal: &Vector3<f64>, light: &Vector3<f64>) -> f64 {
    let lit = normal.dot(light).max(0.0);
    let rim = 1.0 - normal.z.clamp(0.0, 1.0);
    (0.78 * (1.0 - lit) + 0.34 * rim * rim * rim).clamp(0.0, 1.0)
}

/// The tone of a darkness from 0 to 1.
fn tone(dark: f64) -> Colour {
    let mix = |k: usize| (LIGHT[k] + (DARK[k] - LIGHT[k]) * dark).round() as u8;
    Colour::rgb(mix(0), mix(1), mix(2))
}

fn field(raster: &Raster, value: impl Fn(usize) -> f64) -> Field {
    let (columns, rows) = (raster.columns, raster.rows);
    Field { columns, rows, values: (0..columns * rows).map(value).collect() }
}

/// Values where there is skin, carried on a few samples beyond its edge, so that smoothing does not
/// bleed the paper into the skin.
fn spread(raster: &Raster, value: impl Fn(usize) -> Option<f64>) -> Field {
    let mut field = field(raster, |sample| value(sample).unwrap_or(f64::NAN));
    let columns = field.columns;
    let near =
        |index: usize| [index.wrapping_sub(1), index + 1, index.wrapping_sub(columns), index + columns];
    let unknown = |values: &[f64], index: usize| values.get(index).is_some_and(|value| value.is_nan());
    let beside = |&index: &usize| {
        let known = |&k: &usize| field.values.get(k).is_some_and(|value| !value.is_nan());
        unknown(&field.values, index) && near(index).iter().any(known)
    };
    let mut edge: Vec<usize> = (0..field.values.len()).filter(beside).collect();
    for _ in 0..5 {
        edge.sort_unstable();
        edge.dedup();
        let mean = |&index: &usize| {
            let known = near(index).into_iter().filter_map(|k| field.values.get(k)).filter(|v| !v.is_nan());
            let (sum, count) = known.fold((0.0, 0.0), |(sum, count), v| (sum + v, count + 1.0));
            sum / count
        };
        let means: Vec<f64> = edge.iter().map(mean).collect();
        for (&index, mean) in edge.iter().zip(means) {
            field.values[index] = mean;
        }
        edge = edge.into_iter().flat_map(near).filter(|&index| unknown(&field.values, index)).collect();
    }
    for value in &mut field.values {
        if value.is_nan() {
            *value = 0.0;
        }
    }
    field
}

/// The rings of a field, level by level; rings too small to be seen are left out.
fn ringed(raster: &Raster, field: &Field, levels: &[f64], grade: f64) -> Vec<Vec<Vec<Spot>>> {
    let shown = |rings: Vec<Vec<Spot>>| -> Vec<Vec<Spot>> {
        let rings = rings.iter().map(|ring| {
            let ring: Vec<Spot> = ring.iter().map(|p| raster.spot(p.x, p.y)).collect();
            simplified_ring(&ring, TOLERANCE_MM * grade)
        });
        let large = |ring: &Vec<Spot>| {
            ring.len() > 2
                && Bounds::of(ring.iter().copied())
                    .is_some_and(|b| (b.max - b.min).norm() >= LEAST_MM * grade)
        };
        rings.filter(large).collect()
    };
    field.rings(levels).into_iter().map(shown).collect()
}
