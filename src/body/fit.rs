//! Scaling a body to the measurements of a patient.
//!
//! Breadth, height and depth of the head, girth and length of the neck, breadth and length of the chest
//! are independent: bizygomatic breadth and face length, for one, correlate by 0.2 only in the survey.
//! Where something of an axis is measured, what else lies on it follows the survey's means as long as
//! they go together; an axis of which nothing is measured stays as the body has it.
//!
//! Charts, and so zones and borders, are not touched: the skin under them is bent. What is solved for
//! are the ten factors; Newton's method takes a few steps.

use std::borrow::Cow;
use std::collections::BTreeMap;

use nalgebra::{DMatrix, DVector};

use super::measure::{Degree, Measurement, measurements};
use super::warp::Warp;
use super::{Body, Chart, ChartPoint, JAW_HEIGHT_MM, Place};
use crate::fault::Fault;
use crate::plan::Finding;
use crate::units::number;

/// The factors that a body can be scaled by in any direction.
const FACTOR: std::ops::RangeInclusive<f64> = 0.3..=3.0;
/// The most a factor changes in one step.
const LONGEST_STEP: f64 = 0.25;
/// Steps after which no solution is expected any more.
const MOST_STEPS: usize = 60;
/// How well measurements are met, in mm.
const CLOSE_MM: f64 = 1e-6;
/// Change of a factor for differences.
const NUDGE: f64 = 1e-6;
/// Heights on the reference woman's chart of the levels at which the depth is set: the front of the
/// chin, subnasale, and just above the brows.
const LEVELS_MM: [f64; 3] = [-94.8, -46.7, 20.0];

/// A factor for each degree of freedom.
type Factors = [f64; Degree::COUNT];

impl Body {
    /// The body scaled to measurements, in mm by the id of [`measurements`]; measured on its skin, each
    /// is met within a thousandth of a millimetre. Without any it is itself. For a body that has not been
    /// scaled so before.
    ///
    /// # Errors
    /// When a measurement is not known, is not possible at all or lies on a chart the body does not
    /// have, or no body meets all of them: each fault with the id of its measurement.
    pub fn measured(&self, given_mm: &BTreeMap<String, f64>) -> Result<Cow<'_, Self>, Vec<(String, Fault)>> {
        if given_mm.is_empty() {
            return Ok(Cow::Borrowed(self));
        }
        let mut faults = Vec::new();
        let mut wanted: Vec<(&Measurement, f64)> = Vec::new();
        for (id, &length) in given_mm {
            match Measurement::find(id).and_then(|found| found.allows(length).map(|()| found)) {
                Ok(found) if self.skin(found.chart).is_some() => wanted.push((found, length)),
                Ok(found) => {
                    let problem = said!(
                        "cannot be met: the body '{id}' has no {chart} chart",
                        id = self.id,
                        chart = found.chart
                    );
                    let fault =
                        Fault::new(found.name.clone(), problem).hint("choose another body, or leave it out");
                    faults.push((id.clone(), fault));
                }
                Err(fault) => faults.push((id.clone(), fault)),
            }
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let followed = measurements().iter().filter(|other| {
            let same_axis = wanted.iter().any(|(given, _)| given.sets.axis() == other.sets.axis());
            same_axis && !given_mm.contains_key(&other.id)
        });
        let followed: Vec<_> =
            followed.filter_map(|other| Some((other, other.survey(self.survey)?.mean_mm))).collect();
        let with_means: Vec<_> = wanted.iter().copied().chain(followed).collect();
        // What is unusual may leave no room for the means.
        let mut body = self.solved(&with_means).or_else(|_| self.solved(&wanted))?;
        body.measurements_mm.clone_from(given_mm);
        Ok(Cow::Owned(body))
    }

    /// A warning on each measurement it was scaled to that the survey hardly found.
    pub(crate) fn measurement_findings(&self) -> Vec<Finding> {
        let given = self.measurements_mm.iter();
        let known = given.filter_map(|(id, length)| Some((Measurement::find(id).ok()?, *length)));
        known.filter_map(|(measurement, length)| measurement.finding(length, self.survey)).collect()
    }

    /// The body that meets all of `wanted`.
    fn solved(&self, wanted: &[(&Measurement, f64)]) -> Result<Self, Vec<(String, Fault)>> {
        let mut factors: Factors = [1.0; Degree::COUNT];
        let misses = |factors: &Factors| {
            let body = self.shaped(factors);
            let miss = |&(measurement, length): &(&Measurement, f64)| Some(measurement.of(&body)? - length);
            wanted.iter().map(|wanted| miss(wanted).unwrap_or(f64::NAN)).collect::<Vec<f64>>()
        };
        let mut missed = misses(&factors);
        for _ in 0..MOST_STEPS {
            if missed.iter().all(|miss| miss.abs() <= CLOSE_MM) {
                return Ok(self.shaped(&factors));
            }
            let column = |&(measurement, _): &(&Measurement, f64)| {
                let mut nudged = factors;
                nudged[measurement.sets as usize] += NUDGE;
                let after = misses(&nudged);
                let slopes = after.iter().zip(&missed).map(|(after, before)| (after - before) / NUDGE);
                DVector::from_iterator(wanted.len(), slopes)
            };
            let slopes = DMatrix::from_columns(&wanted.iter().map(column).collect::<Vec<_>>());
            let Some(step) = slopes.lu().solve(&DVector::from_column_slice(&missed)) else { break };
            let longest = step.amax();
            if !longest.is_finite() {
                break;
            }
            let shortened = (LONGEST_STEP / longest).min(1.0);
            for ((measurement, _), step) in wanted.iter().zip(step.iter()) {
                let factor = &mut factors[measurement.sets as usize];
                *factor = (*factor - shortened * step).clamp(*FACTOR.start(), *FACTOR.end());
            }
            missed = misses(&factors);
        }
        Err(vec![self.unmet(wanted, &missed)])
    }

    /// The fault of measurements that no body meets together, about the one that is missed most.
    fn unmet(&self, wanted: &[(&Measurement, f64)], missed: &[f64]) -> (String, Fault) {
        let worst = wanted.iter().zip(missed).max_by(|a, b| a.1.abs().total_cmp(&b.1.abs()));
        let Some(((measurement, length), miss)) = worst else {
            return (String::new(), Fault::new("measurements", "cannot be met"));
        };
        let fault = Fault::new(measurement.name.clone(), "does not go together with the other measurements")
            .value(format!("{} mm", number(*length, 1)))
            .bound(said!("{length} mm at the nearest", length = number(length + miss, 1)))
            .hint("measure it and the others of its part again");
        (measurement.id.clone(), fault)
    }

    /// The body with its degrees of freedom scaled.
    fn shaped(&self, factors: &Factors) -> Self {
        let of = |degree: Degree| factors[degree as usize];
        let mut body = self.clone();
        let warp = self.skin(Chart::Head).map(|head| Warp {
            breadth: of(Degree::HeadBreadth),
            height: [of(Degree::LowerFace), of(Degree::UpperFace)],
            depth: [of(Degree::LowerDepth), of(Degree::MiddleDepth), of(Degree::UpperDepth)],
            levels_mm: LEVELS_MM.map(|height| head.place(ChartPoint::new(0.0, height)).y),
        });
        for chart in [Chart::Head, Chart::Submental] {
            if let Some(skin) = body.skins.get_mut(&chart) {
                skin.warp = warp;
            }
        }
        let bent = |place: Place| warp.map_or(place, |warp| warp.place(place));
        for place in body.landmarks.values_mut() {
            *place = bent(*place);
        }
        let jaw = self.skin(Chart::Head).map(|head| head.place(ChartPoint::new(0.0, JAW_HEIGHT_MM)));
        let dropped = jaw.map_or(0.0, |jaw| bent(jaw).y - jaw.y);
        let mut chest_dropped = dropped;
        if let Some(skin) = body.skins.get_mut(&Chart::Neck) {
            // The neck grows from its top, which stays at the jaw.
            let top = self.skin(Chart::Neck).map_or(0.0, |neck| {
                let [_, (_, top)] = neck.bounds();
                neck.place(ChartPoint::new(0.0, top)).y
            });
            let (girth, length) = (of(Degree::NeckGirth), of(Degree::NeckLength));
            let axis = bent(Place::new(0.0, top, skin.offset.z));
            skin.scale.component_mul_assign(&nalgebra::Vector3::new(girth, length, girth));
            skin.offset.y = top + dropped + (skin.offset.y - top) * length;
            skin.offset.z = axis.z;
            let sternum = self.skin(Chart::Chest).map_or(top, |chest| chest.offset.y);
            chest_dropped += (sternum - top) * (length - 1.0);
        }
        if let Some(skin) = body.skins.get_mut(&Chart::Chest) {
            let (breadth, length) = (of(Degree::ChestBreadth), of(Degree::ChestLength));
            skin.scale.component_mul_assign(&nalgebra::Vector3::new(breadth, length, 1.0));
            skin.offset.y += chest_dropped;
        }
        body
    }
}
