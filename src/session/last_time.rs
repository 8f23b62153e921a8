//! The plan of the session before, beside whose points those of this one are shown, and between which they are put
//! unless the session says otherwise.

use super::Session;
use super::assemble::positive;
use super::beside::Beside;
use crate::body::{Body, Chart, ChartPoint, Place};
use crate::fault::Fault;
use crate::layout::{Ground, Layout};
use crate::plan::{Finding, LastPoint, Pattern, Plan, Severity};
use crate::units::number;

impl Session {
    /// The session with the points of the plan before it, which its key `previous` names.
    #[must_use]
    pub fn after(self, previous: &Plan) -> Self {
        let chart = |id: &str| previous.zones.iter().find(|zone| zone.id == id).map(|zone| zone.chart);
        let point = |point: &crate::plan::PlannedPoint| {
            Some((chart(&point.zone)?, ChartPoint::new(point.chart[0], point.chart[1])))
        };
        let last_points = previous.points.iter().filter_map(point).collect();
        Self { last_points, ..self }
    }
}

/// The points of last time on the skin of this one's body.
pub(super) struct LastTime {
    points: Vec<(Chart, ChartPoint, Place)>,
    /// Whether points of this time lie between them.
    interleaved: bool,
}

impl LastTime {
    /// Puts the points of last time on a body.
    ///
    /// # Errors
    /// When a plan is named but was not read.
    pub(super) fn on(session: &Session, body: &Body) -> Result<Self, Fault> {
        if let (Some(file), true) = (&session.previous, session.last_points.is_empty()) {
            let fault = Fault::new("previous", "was not read, or holds no point").value(format!("'{file}'"));
            return Err(fault.hint("name a plan that `nappage map --format json` wrote"));
        }
        let placed = session.last_points.iter().filter_map(|&(chart, at)| {
            let skin = body.skin(chart).filter(|skin| skin.covers(at))?;
            Some((chart, at, skin.place(at)))
        });
        Ok(Self { points: placed.collect(), interleaved: session.interleave != Some(false) })
    }

    /// A layout with its points between those of last time and of the layers beside it.
    pub(super) fn between(
        &self,
        ground: &Ground,
        layout: Layout,
        beside: &Beside,
        pattern: Pattern,
    ) -> Layout {
        let last = self.points.iter().filter(|_| self.interleaved).map(|(_, _, place)| *place);
        let places: Vec<Place> = last.chain(beside.places()).collect();
        if places.is_empty() {
            return layout;
        }
        let theirs_mm = beside.spacing_mm().unwrap_or(layout.spacing_mm);
        ground.interleave(&layout, &places, theirs_mm, pattern)
    }

    /// The points of last time, as a plan shows them.
    pub(super) fn shown(&self) -> Vec<LastPoint> {
        let point = |(chart, at, place): &(Chart, ChartPoint, Place)| LastPoint {
            chart: *chart,
            at: [positive(at.x), positive(at.y)],
            skin_mm: [positive(place.x), positive(place.y), positive(place.z)],
        };
        self.points.iter().map(point).collect()
    }

    /// A note on how far the points of a plan are from those of last time, whether they were put between them or not.
    pub(super) fn finding(&self, plan: &Plan) -> Option<Finding> {
        let nearest = |point: &[f64; 3]| {
            let place = Place::from(*point);
            self.points.iter().map(|(_, _, last)| (last - place).norm()).fold(f64::INFINITY, f64::min)
        };
        let mut distances: Vec<f64> = plan.points.iter().map(|point| nearest(&point.skin_mm)).collect();
        distances.sort_by(f64::total_cmp);
        let (least, middle) = (distances.first()?, distances.get(distances.len() / 2)?);
        let (middle_mm, least_mm) = (number(*middle, 1), number(*least, 1));
        let (code, message) = match self.interleaved {
            true => (
                "interleaved",
                said!(
                    "points lie between those of last time: {middle_mm} mm from the nearest of them in the middle, {least_mm} mm at the least",
                    middle_mm,
                    least_mm
                ),
            ),
            false => (
                "last-time",
                said!(
                    "points lie as they would without those of last time: {middle_mm} mm from the nearest of them in the middle, {least_mm} mm at the least",
                    middle_mm,
                    least_mm
                ),
            ),
        };
        middle.is_finite().then(|| Finding::new(Severity::Note, code, message))
    }
}
