//! Tape and caliper measurements: where they lie on the skin, what the survey found, what is possible.
//!
//! They are data: `face_zones/measurements.toml`.

use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use super::{Body, Chart, ChartPoint};
use crate::document::{self, Fields, Item};
use crate::fault::{Fault, Faults, nearest_name};
use crate::plan::{Finding, Severity};
use crate::said::Said;
use crate::units::{number, parse_length_mm};

const FORMAT: &str = "nappage-measurements/1";
/// How many deviations the 0.1 and the 99.9 percentile of a normal distribution are from its mean.
const RARE: f64 = 3.0902;
/// Millimetres of an inch.
const INCH_MM: f64 = 25.4;

/// What a measurement scales of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Degree {
    HeadBreadth,
    LowerFace,
    UpperFace,
    LowerDepth,
    MiddleDepth,
    UpperDepth,
    NeckGirth,
    NeckLength,
    ChestBreadth,
    ChestLength,
}

impl Degree {
    /// How many there are.
    pub(super) const COUNT: usize = 10;

    const NAMES: [(&'static str, Self); Self::COUNT] = [
        ("head-breadth", Self::HeadBreadth),
        ("lower-face", Self::LowerFace),
        ("upper-face", Self::UpperFace),
        ("lower-depth", Self::LowerDepth),
        ("middle-depth", Self::MiddleDepth),
        ("upper-depth", Self::UpperDepth),
        ("neck-girth", Self::NeckGirth),
        ("neck-length", Self::NeckLength),
        ("chest-breadth", Self::ChestBreadth),
        ("chest-length", Self::ChestLength),
    ];

    /// The axis it lies on: the first degree of it.
    pub(super) fn axis(self) -> Self {
        match self {
            Self::UpperFace => Self::LowerFace,
            Self::MiddleDepth | Self::UpperDepth => Self::LowerDepth,
            other => other,
        }
    }
}

/// The people of a survey whom a body stands for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Survey {
    /// Its women.
    #[default]
    Women,
    /// Its men.
    Men,
}

/// What a survey found of a measurement.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// The mean, in mm.
    pub mean_mm: f64,
    /// The standard deviation, in mm.
    pub sd_mm: f64,
}

impl Spread {
    /// The 0.1 and the 99.9 percentile, in mm, taking the distribution as normal (derived).
    pub fn usual_mm(&self) -> [f64; 2] {
        [self.mean_mm - RARE * self.sd_mm, self.mean_mm + RARE * self.sd_mm]
    }
}

/// A measurement of a patient.
#[derive(Clone, Debug, PartialEq)]
pub struct Measurement {
    /// The key in session files.
    pub id: String,
    /// The name used in messages.
    pub name: String,
    /// How it is taken.
    pub taken: String,
    /// What the survey found in women and in men, with the id of its source; `None` where it did not
    /// look.
    pub surveyed: Option<(Spread, Spread, String)>,
    /// The least and the greatest length that is no slip of the pen, in mm.
    pub possible_mm: [f64; 2],
    pub(super) sets: Degree,
    pub(super) chart: Chart,
    places: Vec<ChartPoint>,
    times: f64,
}

/// Every measurement that a body can be scaled to.
///
/// ```
/// let breadth = &nappage::body::measurements()[0];
/// assert_eq!(breadth.id, "bizygomatic-breadth");
/// let woman = nappage::library::Library::built_in().body("woman").unwrap();
/// assert!((breadth.of(woman).unwrap() - 133.8).abs() < 1.0);
/// ```
pub fn measurements() -> &'static [Measurement] {
    static ALL: OnceLock<Vec<Measurement>> = OnceLock::new();
    ALL.get_or_init(|| {
        let text = include_str!("../../face_zones/measurements.toml");
        // The file is part of the program, and a test reads it.
        read(text).unwrap_or_default()
    })
}

impl Measurement {
    /// The measurement of that id.
    ///
    /// # Errors
    /// When there is none; the hint is the nearest.
    pub fn find(id: &str) -> Result<&'static Self, Fault> {
        measurements().iter().find(|measurement| measurement.id == id).ok_or_else(|| {
            let ids = || measurements().iter().map(|measurement| measurement.id.as_str());
            let fault = Fault::new("measurements", "is not known").value(document::quoted(id));
            match nearest_name(id, ids()) {
                Some(near) => fault.hint(said!("did you mean '{near}'?", near)),
                None => fault.bound(document::listed(ids())),
            }
        })
    }

    /// The length measured on a body's skin, in mm; `None` where the body lacks the chart.
    pub fn of(&self, body: &Body) -> Option<f64> {
        let skin = body.skin(self.chart)?;
        let places: Vec<_> = self.places.iter().map(|at| skin.place(*at)).collect();
        let length: f64 = places.windows(2).map(|pair| (pair[1] - pair[0]).norm()).sum();
        Some(length * self.times)
    }

    /// What the survey found among those whom a body stands for.
    pub fn survey(&self, survey: Survey) -> Option<Spread> {
        let (women, men, _) = self.surveyed.as_ref()?;
        Some(match survey {
            Survey::Women => *women,
            Survey::Men => *men,
        })
    }

    /// Whether a length is possible at all.
    pub(super) fn allows(&self, length_mm: f64) -> Result<(), Fault> {
        if self.holds(length_mm) {
            return Ok(());
        }
        let value = format!("{} mm", number(length_mm, 1));
        let fault = Fault::new(self.name.clone(), "is not possible").value(value).bound(self.range());
        Err(fault.hint(self.asked(length_mm)))
    }

    fn holds(&self, length_mm: f64) -> bool {
        let [least, greatest] = self.possible_mm;
        (least..=greatest).contains(&length_mm)
    }

    fn range(&self) -> Said {
        let [least, greatest] = self.possible_mm;
        said!("{least} to {greatest} mm", least = number(least, 1), greatest = number(greatest, 1))
    }

    /// Asks what a bare number may mean, as millimetres, centimetres or inches.
    fn asked(&self, figure: f64) -> Said {
        let mut meant = Vec::new();
        if self.holds(figure) {
            meant.push(said!("{figure} mm", figure = number(figure, 2)));
        }
        if self.holds(figure / 10.0) {
            meant.push(said!("{figure} mm", figure = number(figure / 10.0, 2)));
        }
        if self.holds(figure * 10.0) {
            meant.push(said!("{figure} cm", figure = number(figure, 2)));
        }
        if self.holds(figure * INCH_MM) {
            meant.push(said!(
                "{millimetres} mm, {inches} inches",
                millimetres = number(figure * INCH_MM, 1),
                inches = number(figure, 2)
            ));
        }
        match meant.as_slice() {
            [] => said!("write a length of {range}: {taken}", range = self.range(), taken = self.taken),
            _ => said!("did you mean {meant}?", meant = Said::joined(meant, ", or ")),
        }
    }

    /// Reads its length in a session file.
    pub(crate) fn read(&self, item: &Item<'_, '_>) -> Option<f64> {
        let (length, figure, problem) = match item.written() {
            Some(text) => match parse_length_mm(text) {
                Ok(length) => (Some(length), length, said!("is not possible")),
                Err(error) => (None, figure(text).unwrap_or(f64::NAN), error.problem),
            },
            None => (None, item.number()?, said!("has no unit")),
        };
        if let Some(length) = length.filter(|length| self.holds(*length)) {
            return Some(length);
        }
        item.note(problem, |fault| fault.bound(self.range()).hint(self.asked(figure)));
        None
    }

    /// The warning on a length that the survey hardly found.
    pub(crate) fn finding(&self, length_mm: f64, survey: Survey) -> Option<Finding> {
        let [least, greatest] = self.survey(survey)?.usual_mm();
        if (least..=greatest).contains(&length_mm) {
            return None;
        }
        let (_, _, source) = self.surveyed.as_ref()?;
        let message = said!(
            "{name} of {length} mm lies outside {least} to {greatest} mm, the 0.1 to the 99.9 percentile of the {people} surveyed (derived, \
             {source}): measure it again, or go on where it is right",
            name = self.name,
            length = number(length_mm, 1),
            least = number(least, 1),
            greatest = number(greatest, 1),
            people = match survey {
                Survey::Women => said!("women"),
                Survey::Men => said!("men"),
            },
            source
        );
        Some(Finding::new(Severity::Warning, "rare-measurement", message))
    }
}

/// The number that a text begins with; nothing where it begins with none.
fn figure(text: &str) -> Option<f64> {
    let text = text.trim().replace(',', ".");
    let end = text.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(text.len());
    text.get(..end)?.parse().ok()
}

fn read(text: &str) -> Result<Vec<Measurement>, Faults> {
    document::read("measurements.toml", text, FORMAT, |file| {
        let read: Vec<Option<Measurement>> =
            file.tables("measurement").into_iter().map(measurement).collect();
        read.into_iter().collect()
    })
}

fn measurement(mut table: Fields<'_, '_>) -> Option<Measurement> {
    let charts = Chart::ALL.map(|chart| (chart.name(), chart));
    let pair = |table: &mut Fields<'_, '_>, key| {
        let lengths: Vec<f64> = table.get(key)?.list()?.iter().filter_map(Item::length_mm).collect();
        <[f64; 2]>::try_from(lengths).ok()
    };
    let (women, men) = (pair(&mut table, "women"), pair(&mut table, "men"));
    let spread = |[mean_mm, sd_mm]: [f64; 2]| Spread { mean_mm, sd_mm };
    let places = table.need("places")?.list()?;
    let place = |item: &Item<'_, '_>| {
        let numbers: Vec<f64> = item.list()?.iter().filter_map(Item::number).collect();
        <[f64; 2]>::try_from(numbers).ok().map(|[u, v]| ChartPoint::new(u, v))
    };
    let measurement = Measurement {
        id: table.need_text("id")?,
        name: table.need_text("name")?,
        taken: table.need_text("taken")?,
        surveyed: table.get_text("source").and_then(|source| Some((spread(women?), spread(men?), source))),
        possible_mm: pair(&mut table, "possible")?,
        sets: table.one_of("sets", &Degree::NAMES)?,
        chart: table.one_of("chart", &charts)?,
        places: places.iter().map(place).collect::<Option<_>>()?,
        times: table.need("times")?.number()?,
    };
    table.finish();
    Some(measurement)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::Library;

    #[test]
    fn the_file_is_sound_and_sets_every_degree_once() {
        let all = read(include_str!("../../face_zones/measurements.toml"))
            .unwrap_or_else(|faults| panic!("{faults}"));
        let mut degrees: Vec<usize> = all.iter().map(|measurement| measurement.sets as usize).collect();
        degrees.sort_unstable();
        assert_eq!(degrees, (0..Degree::COUNT).collect::<Vec<_>>());
        let sources = &Library::built_in().sources;
        for measurement in all {
            let known = |(_, _, id): &(Spread, Spread, String)| sources.iter().any(|source| source.id == *id);
            assert!(measurement.surveyed.as_ref().is_none_or(known), "{}", measurement.id);
            for body in &Library::built_in().bodies {
                let length = measurement.of(body).expect("a built-in body has every chart");
                assert!(measurement.holds(length), "{}: {length}", measurement.id);
            }
        }
    }

    #[test]
    fn what_a_number_may_mean_is_asked() {
        let breadth = Measurement::find("bizygomatic-breadth").expect("known");
        assert_eq!(breadth.asked(134.0), "did you mean 134 mm?");
        assert_eq!(breadth.asked(13.4), "did you mean 13.4 cm?");
        assert_eq!(breadth.asked(5.3), "did you mean 134.6 mm, 5.3 inches?");
        assert!(breadth.asked(1.0).starts_with("write a length of 90 to 190 mm"));
    }
}
