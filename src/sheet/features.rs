//! Line art of the body: brows, lids, lips and the like, drawn on the charts (`nappage-features/1`).
//!
//! Features orient the eye; they limit nothing. The built-in ones and how they were drawn are in
//! `face_zones/features.toml`.

use std::sync::OnceLock;

use serde::Deserialize;

use crate::body::{Body, Chart, ChartPoint, Place};
use crate::fault::{Fault, Faults};

/// How a feature is inked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ink {
    /// A fine line, such as a crease.
    Faint,
    /// A line, such as the rim of the nostril.
    Line,
    /// A strong line, such as the upper lid.
    Strong,
    /// An area of hair, such as a brow.
    Hair,
    /// The vermilion.
    Lip,
    /// The white of the eye.
    White,
    /// The iris.
    Iris,
    /// The pupil or a nostril.
    Dark,
    /// The shell of an ear: skin that stands off the head.
    Shell,
    /// The edge of the hair: not inked, but hair begins above it.
    Hairline,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Sides {
    Pair,
    Halved,
}

/// A drawn line or area of one side.
#[derive(Clone, Debug, PartialEq)]
pub struct Feature {
    /// The id, with the side for one of a pair: `brow-left`.
    pub id: String,
    /// The chart it is drawn on.
    pub chart: Chart,
    /// How it is inked.
    pub ink: Ink,
    /// Whether the last place joins the first.
    pub closed: bool,
    /// Its places: chart coordinates, and how far off the skin in mm. Dense enough to be joined by
    /// straight lines.
    pub line: Vec<(ChartPoint, f64)>,
}

impl Feature {
    /// The places of the feature on a body that has its chart.
    pub(crate) fn places(&self, body: &Body) -> Vec<(ChartPoint, Place)> {
        let Some(skin) = body.skin(self.chart) else { return Vec::new() };
        let lifted = |&(at, lift): &(ChartPoint, f64)| {
            let place = skin.place(at);
            if lift == 0.0 {
                return (at, place);
            }
            // Off the skin, level: away from the head's axis.
            let radians = at.x.to_radians();
            (
                at,
                Place::new(place.x + lift * libm::sin(radians), place.y, place.z + lift * libm::cos(radians)),
            )
        };
        self.line.iter().map(lifted).collect()
    }
}

/// All the features there are, the first lowest.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FeatureSet {
    features: Vec<Feature>,
    /// Height of the hairline by azimuth on the head chart.
    hairline: Vec<ChartPoint>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    format: String,
    #[serde(default, rename = "feature")]
    features: Vec<Drawn>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Drawn {
    id: String,
    chart: Chart,
    units: [String; 2],
    sides: Sides,
    ink: Ink,
    #[serde(default)]
    closed: bool,
    #[allow(dead_code, reason = "says how it was drawn, for people")]
    drawn: Option<String>,
    #[serde(default)]
    curve: Vec<Vec<f64>>,
    #[serde(default)]
    points: Vec<Vec<f64>>,
}

impl FeatureSet {
    /// The features of `face_zones/features.toml`.
    pub fn built_in() -> &'static Self {
        static SET: OnceLock<FeatureSet> = OnceLock::new();
        SET.get_or_init(|| {
            let text = include_str!("../../face_zones/features.toml");
            // A test reads the file; were it broken, maps would lack line art, not fail.
            Self::read("features.toml", text).unwrap_or_default()
        })
    }

    /// Reads a features file.
    ///
    /// # Errors
    /// Every fault of the file: unknown keys, wrong units, numbers missing or not finite.
    pub fn read(origin: &str, text: &str) -> Result<Self, Faults> {
        let file: File = toml::from_str(text).map_err(|error| {
            let fault = Fault::new("features", error.message().to_owned());
            let fault = if let Some(span) = error.span() { fault.at(span) } else { fault };
            Faults::in_text(origin, text, vec![fault])
        })?;
        let mut faults = Vec::new();
        if file.format != "nappage-features/1" {
            faults.push(Fault::new("format", "is not known").value(&file.format).bound("nappage-features/1"));
        }
        let mut set = Self::default();
        for drawn in &file.features {
            match drawn.resolved() {
                Ok(line) => set.add(drawn, line),
                Err(fault) => faults.push(fault),
            }
        }
        if faults.is_empty() { Ok(set) } else { Err(Faults::in_text(origin, text, faults)) }
    }

    /// The features, the first lowest.
    pub fn features(&self) -> &[Feature] {
        &self.features
    }

    /// How far above the hairline a place of the head chart lies, in mm; far below where no hairline
    /// is drawn.
    pub(crate) fn hair(&self, at: ChartPoint) -> f64 {
        let azimuth = at.x.abs();
        let spans = self.hairline.windows(2);
        for span in spans {
            if azimuth >= span[0].x && azimuth <= span[1].x && span[1].x > span[0].x {
                let t = (azimuth - span[0].x) / (span[1].x - span[0].x);
                return at.y - (span[0].y + t * (span[1].y - span[0].y));
            }
        }
        self.hairline.last().map_or(-50.0, |last| at.y - last.y)
    }

    fn add(&mut self, drawn: &Drawn, line: Vec<(ChartPoint, f64)>) {
        if drawn.ink == Ink::Hairline {
            self.hairline = line.into_iter().map(|(at, _)| at).collect();
            return;
        }
        let feature =
            |id: String, line| Feature { id, chart: drawn.chart, ink: drawn.ink, closed: drawn.closed, line };
        let mirrored = |line: &[(ChartPoint, f64)]| -> Vec<(ChartPoint, f64)> {
            line.iter().map(|&(at, lift)| (ChartPoint::new(-at.x, at.y), lift)).collect()
        };
        match drawn.sides {
            Sides::Pair => {
                self.features.push(feature(format!("{}-right", drawn.id), mirrored(&line)));
                self.features.push(feature(format!("{}-left", drawn.id), line));
            }
            Sides::Halved => {
                let mut whole = mirrored(&line);
                whole.reverse();
                whole.extend(line.into_iter().skip_while(|(at, _)| at.x == 0.0));
                self.features.push(feature(drawn.id.clone(), whole));
            }
        }
    }
}

impl Drawn {
    /// The dense line of the left half.
    fn resolved(&self) -> Result<Vec<(ChartPoint, f64)>, Fault> {
        let item = format!("feature '{}'", self.id);
        if self.units != self.chart.units() {
            return Err(Fault::new(item, "has other units than its chart")
                .value(self.units.join(", "))
                .bound(self.chart.units().join(", ")));
        }
        let (given, smooth) = if self.curve.is_empty() { (&self.points, false) } else { (&self.curve, true) };
        let mut knots = Vec::new();
        for (index, point) in given.iter().enumerate() {
            match point[..] {
                [u, v] if u.is_finite() && v.is_finite() => knots.push([u, v, 0.0]),
                [u, v, lift] if u.is_finite() && v.is_finite() && lift.is_finite() => {
                    knots.push([u, v, lift])
                }
                _ => {
                    return Err(Fault::new(
                        format!("{item}, point {}", index + 1),
                        "is not two or three finite numbers",
                    ));
                }
            }
        }
        if knots.len() < 2 {
            return Err(Fault::new(item, "needs two points or more").hint("give 'curve' or 'points'"));
        }
        let closed = self.closed && self.sides == Sides::Pair;
        let dense = if smooth { smoothed(&knots, closed) } else { knots };
        Ok(dense.into_iter().map(|[u, v, lift]| (ChartPoint::new(u, v), lift)).collect())
    }
}

/// Places on each span of a smooth line.
const PER_SPAN: usize = 6;

/// A Catmull-Rom line through the knots, which it holds.
fn smoothed(knots: &[[f64; 3]], closed: bool) -> Vec<[f64; 3]> {
    let count = knots.len() as isize;
    let knot = |k: isize| -> [f64; 3] {
        let index = if closed { k.rem_euclid(count) } else { k.clamp(0, count - 1) };
        knots[index as usize]
    };
    let spans = if closed { count } else { count - 1 };
    let mut line = Vec::new();
    for span in 0..spans {
        let [a, b, c, d] = [span - 1, span, span + 1, span + 2].map(knot);
        for step in 0..PER_SPAN {
            let t = step as f64 / PER_SPAN as f64;
            let mix = |a: f64, b: f64, c: f64, d: f64| {
                0.5 * (2.0 * b
                    + (c - a) * t
                    + (2.0 * a - 5.0 * b + 4.0 * c - d) * t * t
                    + (3.0 * b - a - 3.0 * c + d) * t * t * t)
            };
            line.push([0, 1, 2].map(|k| mix(a[k], b[k], c[k], d[k])));
        }
    }
    if !closed {
        line.push(knot(count - 1));
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_features_are_read_whole() {
        let text = include_str!("../../face_zones/features.toml");
        let set = FeatureSet::read("features.toml", text).unwrap_or_else(|faults| panic!("{faults}"));
        assert_eq!(&set, FeatureSet::built_in());
        for id in ["brow-left", "brow-right", "upper-lip", "ear-left", "nostril-right"] {
            assert!(set.features().iter().any(|feature| feature.id == id), "{id}");
        }
        assert!(set.hair(ChartPoint::new(0.0, 80.0)) > 0.0 && set.hair(ChartPoint::new(0.0, 20.0)) < 0.0);
    }

    #[test]
    fn a_feature_in_wrong_units_is_refused() {
        let text = "format = \"nappage-features/1\"\n[[feature]]\nid = \"a\"\nchart = \"head\"\nunits = [\"mm\", \"mm\"]\n\
                    sides = \"pair\"\nink = \"line\"\npoints = [[0, 1], [1, 1]]\n";
        assert!(FeatureSet::read("f", text).unwrap_err().to_string().contains("units"));
    }
}
