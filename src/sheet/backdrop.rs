//! The skin, softly shaded: bands of tone from the shaded body, inside its silhouette.

use nalgebra::Vector3;

use super::contour::{Field, simplified_ring};
use super::raster::{Raster, STEP_MM};
use super::{Bounds, Colour, Group, Item, Outline, Segment, Spot};

/// Skin where it is lightest and where it is darkest; light enough that every mark stands out.
const LIGHT: [f64; 3] = [252.0, 245.0, 239.0];
const DARK: [f64; 3] = [192.0, 164.0, 147.0];
/// The tone laid over hair.
const HAIR: Colour = Colour::rgb(0x8c, 0x7c, 0x72);
/// The level of the lightest skin: what is below fades into the paper.
const PAPER: f64 = 0.055;
/// Levels by which the skin fades into the paper, and steps of tone above them.
const FADING: [f64; 3] = [0.012, 0.025, 0.04];
const BANDS: usize = 10;
/// Levels of the hair, each with how opaque its tone is.
const HAIR_LEVELS: [(f64, u8); 3] = [(0.3, 38), (0.55, 60), (0.9, 60)];
/// Page mm over which the body fades out towards the edges of the window.
const FADE_MM: f64 = 9.0;
/// Extent of the smallest patch of a tone that is drawn, in mm.
const LEAST_MM: f64 = 2.5;
/// Page mm by which a band's edge may be simplified.
const TOLERANCE_MM: f64 = 0.07;

/// The shaded skin of a view.
pub(crate) fn drawn(raster: &Raster, fade: impl Fn(Spot) -> f64) -> Group {
    let cover = field(raster, |c, r| f64::from(u8::from(raster.has_skin(c, r)))).smoothed(1);
    let Some((_, silhouette)) = ringed(raster, &cover, &[0.5]).pop() else { return Group::default() };
    let light = Vector3::new(-0.32, 0.42, 0.85).normalize();
    let darkness = spread(raster, |c, r| {
        raster.normal(c, r).map(|normal| PAPER + 0.005 + (0.995 - PAPER) * dark(&normal, &light))
    });
    let darkness = faded(raster, darkness.smoothed(3), &fade);
    let bands = (0..BANDS).map(|band| (band as f64 + 0.85) / BANDS as f64);
    let levels: Vec<f64> = FADING.into_iter().chain(bands).collect();
    let area = |segments, fill| Item::Outline(Outline { segments, fill: Some(fill), stroke: None });
    let toned = ringed(raster, &darkness, &levels);
    let mut items: Vec<Item> =
        toned.into_iter().map(|(band, segments)| area(segments, tone(levels[band]))).collect();
    let hair = spread(raster, |c, r| raster.hair(c, r)).smoothed(2);
    let hair =
        faded(raster, Field { values: hair.values.iter().map(|h| h / 12.0 + 0.5).collect(), ..hair }, &fade);
    let strands = ringed(raster, &hair, &HAIR_LEVELS.map(|(level, _)| level));
    items.extend(
        strands.into_iter().map(|(band, segments)| area(segments, HAIR.with_alpha(HAIR_LEVELS[band].1))),
    );
    Group { class: Some("skin".to_owned()), clip: Some(silhouette), items, ..Group::default() }
}

/// How much of the body is left at a spot: it fades out where the window cuts it, which `cuts` says
/// for the left, right, upper and lower edge.
pub(crate) fn fade(bounds: &Bounds, cuts: [bool; 4], spot: Spot) -> f64 {
    let to_edges =
        [spot.x - bounds.min.x, bounds.max.x - spot.x, spot.y - bounds.min.y, bounds.max.y - spot.y];
    let inside = to_edges.iter().zip(cuts).filter(|(_, cut)| *cut).map(|(d, _)| *d).fold(FADE_MM, f64::min);
    let t = (inside / FADE_MM).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// How dark the skin is under a light from above the viewer's left shoulder, from 0 to 1.
fn dark(normal: &Vector3<f64>, light: &Vector3<f64>) -> f64 {
    let lit = normal.dot(light).max(0.0);
    let rim = 1.0 - normal.z.clamp(0.0, 1.0);
    (0.78 * (1.0 - lit) + 0.34 * rim * rim * rim).clamp(0.0, 1.0)
}

/// The tone of a level: paper at 0, the lightest skin from `PAPER` on, then darker.
fn tone(level: f64) -> Colour {
    let paper = (1.0 - level / PAPER).max(0.0);
    let dark = ((level - PAPER) / (1.0 - PAPER)).max(0.0);
    let mix = |k: usize| {
        let skin = LIGHT[k] + (DARK[k] - LIGHT[k]) * dark;
        (skin + (255.0 - skin) * paper).round() as u8
    };
    Colour::rgb(mix(0), mix(1), mix(2))
}

fn field(raster: &Raster, value: impl Fn(usize, usize) -> f64) -> Field {
    let (columns, rows) = (raster.columns, raster.rows);
    let values = (0..columns * rows).map(|i| value(i % columns, i / columns)).collect();
    Field { columns, rows, values }
}

/// Values where there is skin, carried on a few samples beyond its edge, so that smoothing does not
/// bleed the paper into the skin.
fn spread(raster: &Raster, value: impl Fn(usize, usize) -> Option<f64>) -> Field {
    let mut field = field(raster, |c, r| value(c, r).unwrap_or(f64::NAN));
    let columns = field.columns;
    let near =
        |index: usize| [index.wrapping_sub(1), index + 1, index.wrapping_sub(columns), index + columns];
    let unknown = |values: &[f64], index: usize| values.get(index).is_some_and(|value| value.is_nan());
    let known = (0..field.values.len()).filter(|&index| !field.values[index].is_nan());
    let mut edge: Vec<usize> = known.flat_map(near).filter(|&index| unknown(&field.values, index)).collect();
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

fn faded(raster: &Raster, mut field: Field, fade: impl Fn(Spot) -> f64) -> Field {
    // Well inside all that fades, nothing does.
    let edge = (FADE_MM / STEP_MM).ceil() as usize + 1;
    let inside = |at: usize, count: usize| at.min(count - 1 - at) >= edge;
    for (row, line) in field.values.chunks_mut(field.columns.max(1)).enumerate() {
        let whole = inside(row, field.rows);
        for (column, value) in line.iter_mut().enumerate().filter(|(_, value)| **value != 0.0) {
            if !(whole && inside(column, field.columns)) {
                *value *= fade(raster.spot(column as f64, row as f64));
            }
        }
    }
    field
}

/// The rings of a field on the page, level by level; rings too small to be seen are left out, and levels
/// without any.
fn ringed(raster: &Raster, field: &Field, levels: &[f64]) -> Vec<(usize, Vec<Segment>)> {
    let shown = |rings: Vec<Vec<Spot>>| -> Vec<Segment> {
        let rings = rings.iter().map(|ring| {
            let ring: Vec<Spot> = ring.iter().map(|p| raster.spot(p.x, p.y)).collect();
            simplified_ring(&ring, TOLERANCE_MM)
        });
        let large = |ring: &Vec<Spot>| {
            ring.len() > 2
                && Bounds::of(ring.iter().copied()).is_some_and(|b| (b.max - b.min).norm() >= LEAST_MM)
        };
        rings.filter(large).flat_map(|ring| Outline::area(ring, Colour::WHITE).segments).collect()
    };
    let levels = field.rings(levels).into_iter().map(shown).enumerate();
    levels.filter(|(_, segments)| !segments.is_empty()).collect()
}
