//! Landmarks that a template is laid on by.

use super::features::Feature;
use super::map::Content;
use crate::body::{Chart, ChartPoint};

/// A named place of a chart.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Landmark {
    /// What it is called on the page.
    pub(super) name: &'static str,
    /// Where it lies.
    pub(super) at: ChartPoint,
}

/// Which place of a feature is a landmark.
#[derive(Clone, Copy, Debug)]
enum Which {
    /// The one farthest from the midline.
    Lateral,
    /// The one nearest to it.
    Medial,
    /// The lowest.
    Lowest,
}

/// Landmarks by the features that show them; those with sides on both.
const LANDMARKS: [(&str, Which, &str); 9] = [
    ("eye", Which::Lateral, "outer canthus"),
    ("eye", Which::Medial, "inner canthus"),
    ("brow", Which::Lateral, "outer end of brow"),
    ("brow", Which::Medial, "inner end of brow"),
    ("ala", Which::Lateral, "wing of nose"),
    ("mouth", Which::Lateral, "corner of mouth"),
    ("ear", Which::Lowest, "ear lobe"),
    ("suprasternal-notch", Which::Medial, "suprasternal notch"),
    ("thyroid-notch", Which::Medial, "thyroid notch"),
];

/// The landmarks on a chart, as far as the line art shows them.
pub(super) fn landmarks(content: &Content<'_>, chart: Chart) -> Vec<Landmark> {
    let mut found = Vec::new();
    let features = content.studio.features().features();
    for (id, which, name) in LANDMARKS {
        let own = |feature: &&Feature| {
            let rest = feature.id.strip_prefix(id);
            feature.chart == chart && matches!(rest, Some("" | "-left" | "-right"))
        };
        for feature in features.iter().filter(own) {
            let key = |at: &ChartPoint| match which {
                Which::Lateral => -at.x.abs(),
                Which::Medial => at.x.abs(),
                Which::Lowest => at.y,
            };
            // A feature across the midline has its lateral place on both sides.
            let crosses = feature.line.iter().any(|(at, _)| at.x > 1e-9)
                && feature.line.iter().any(|(at, _)| at.x < -1e-9);
            let best = feature.line.iter().map(|(at, _)| *at).min_by(|a, b| key(a).total_cmp(&key(b)));
            let Some(at) = best else { continue };
            found.push(Landmark { name, at });
            if crosses && matches!(which, Which::Lateral) {
                found.push(Landmark { name, at: ChartPoint::new(-at.x, at.y) });
            }
        }
    }
    found
}
