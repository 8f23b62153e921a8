//! What is marked on the patient's skin and left out: lesions, whole zones, single points.

use std::collections::BTreeMap;
use std::fmt;

use crate::body::{Body, Chart, ChartPoint, Place, Skin};
use crate::fault::{Fault, nearest_name};
use crate::geometry::{Polygon, RingFault};
use crate::plan::{Finding, Plan, Severity};
use crate::protocol::Protocol;
use crate::said::{Said, Say};
use crate::units::{Microlitres, number};
use crate::zones::{Exclusion, ExclusionShape, Side, Status};

/// Corners of the polygon around a circle.
const CORNERS: u32 = 24;

/// An area that is not treated, such as a lesion.
#[derive(Clone, Debug, PartialEq)]
pub struct Marked {
    /// What it is called in messages.
    pub name: String,
    /// Where it is.
    pub shape: MarkedShape,
    /// The distance points keep from it, in mm on the skin; the protocol's where none is given.
    pub margin_mm: Option<f64>,
}

/// Where a marked area is.
#[derive(Clone, Debug, PartialEq)]
pub enum MarkedShape {
    /// A circle on the skin.
    Round {
        /// Its middle.
        middle: Anchor,
        /// Its radius, in mm on the skin.
        radius_mm: f64,
    },
    /// A ring of corners on a chart.
    Outline {
        /// The chart.
        chart: Chart,
        /// The corners.
        corners: Vec<ChartPoint>,
    },
}

/// How a place is given.
#[derive(Clone, Debug, PartialEq)]
pub enum Anchor {
    /// By its chart coordinates.
    Chart(Chart, ChartPoint),
    /// By its way from a landmark along the skin.
    Landmark {
        /// The landmark, of [`Body::landmarks`].
        landmark: String,
        /// The patient's side on which it lies.
        side: Side,
        /// Away from the midline, in mm on the skin; negative towards it.
        lateral_mm: f64,
        /// Towards the head, in mm on the skin; negative away from it.
        up_mm: f64,
    },
}

/// A point of a plan by where it stands: by its row, which it keeps while points of other rows come and go, or by
/// its place on the skin, where it is found whatever becomes of the others.
#[derive(Clone, Debug, PartialEq)]
pub struct PointName {
    /// The id of its zone, with the side: `cheek-left`.
    pub zone: String,
    /// The row, as the map numbers it.
    pub row: usize,
    /// Its place among the zone's points in the row, from the patient's right, from 1; points that are
    /// left out count.
    pub place: usize,
    /// Where on the zone's chart it stood when it was named. Where that is known, row and place are for whoever
    /// reads them: it is the zone's point nearest to there, within half the spacing.
    pub at: Option<ChartPoint>,
    /// The layer whose point it is, in a session that has some.
    pub layer: Option<String>,
}

/// A volume that one point gets in place of its zone's.
#[derive(Clone, Debug, PartialEq)]
pub struct PointVolume {
    /// The point.
    pub point: PointName,
    /// Its volume.
    pub volume: Microlitres,
}

impl Say for PointName {
    fn say(&self) -> Said {
        said!("{zone}, row {row}, place {place}", zone = self.zone, row = self.row, place = self.place)
    }
}

impl fmt::Display for PointName {
    /// `cheek-left, row 9, place 1`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.say())
    }
}

impl PointName {
    /// The names of a plan's points, in their order. `left_out` are the points its session leaves out.
    ///
    /// ```
    /// use nappage::library::Library;
    /// use nappage::session::{PointName, Session, plan};
    ///
    /// let mut session = Session { zones: vec!["chin".to_owned()], ..Session::default() };
    /// let before = PointName::all_of(&plan(&session, Library::built_in()).unwrap(), &[]);
    /// session.skip_points.push(before[0].clone());
    /// let after = plan(&session, Library::built_in()).unwrap();
    /// assert_eq!(PointName::all_of(&after, &session.skip_points), before[1..]);
    /// ```
    pub fn all_of(plan: &Plan, left_out: &[Self]) -> Vec<Self> {
        let mut last: BTreeMap<(&str, usize), usize> = BTreeMap::new();
        let mut names = Vec::new();
        for point in &plan.points {
            let last = last.entry((&point.zone, point.row)).or_default();
            let mut name =
                Self { zone: point.zone.clone(), row: point.row, place: *last + 1, at: None, layer: None };
            while left_out.iter().any(|other| other.is_called_as(&name)) {
                name.place += 1;
            }
            *last = name.place;
            names.push(name);
        }
        names
    }

    /// Whether another name has the same zone, row and place.
    fn is_called_as(&self, other: &Self) -> bool {
        self.zone == other.zone && self.row == other.row && self.place == other.place
    }

    /// The index of the point that it names among those of a plan on a body. `names` are [all](Self::all_of) of
    /// these.
    pub fn find(&self, plan: &Plan, names: &[Self], body: &Body) -> Option<usize> {
        if self.at.is_none() {
            return names.iter().position(|name| name.is_called_as(self));
        }
        let chart = plan.zones.iter().find(|zone| zone.id == self.zone)?.chart;
        let own = plan.points.iter().enumerate().filter(|(_, point)| point.zone == self.zone);
        self.nearest(
            body.skin(chart)?,
            plan.spacing_mm,
            own.map(|(index, point)| (index, point.skin_mm.into())),
        )
    }

    /// Of its zone's points with their places, the one nearest to where it stood, if any is near enough.
    pub(super) fn nearest(
        &self,
        skin: &Skin,
        spacing_mm: f64,
        points: impl Iterator<Item = (usize, Place)>,
    ) -> Option<usize> {
        let place = skin.place(self.at?);
        let far = points.map(|(index, other)| ((other - place).norm(), index));
        let near = far.filter(|(far_mm, _)| *far_mm <= reach_mm(spacing_mm));
        near.min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, index)| index)
    }

    /// What is told where no point is near enough.
    pub(super) fn gone(&self, code: &str, spacing_mm: f64) -> Finding {
        let message = said!(
            "no point of it stands within {reach} mm of where {name} was when it was chosen: nothing is changed there",
            reach = number(reach_mm(spacing_mm), 1),
            name = self
        );
        Finding::new(Severity::Warning, code, message).in_zone(self.zone.clone())
    }
}

/// How far from where a point stood it is looked for, in mm.
fn reach_mm(spacing_mm: f64) -> f64 {
    spacing_mm / 2.0
}

impl Marked {
    /// The exclusion it makes on a body.
    ///
    /// # Errors
    /// When the body has no such chart or landmark, the area leaves its skin or is no ring, or neither it
    /// nor the protocol gives a margin.
    pub(super) fn on(&self, body: &Body, protocol: &Protocol) -> Result<Exclusion, Fault> {
        let figure = protocol.lesion_margin.as_ref();
        let (margin_mm, status) = match (self.margin_mm, figure) {
            (Some(margin), _) => (margin, Status::ClinicSet),
            (None, Some(figure)) => (figure.value.0, figure.status),
            (None, None) => {
                let problem =
                    said!("has no margin, and protocol '{protocol}' states none", protocol = protocol.id);
                return Err(self.fault(problem).hint("add margin = \"10 mm\", or what the clinic keeps"));
            }
        };
        let (chart, ring) = match &self.shape {
            MarkedShape::Outline { chart, corners } => (*chart, corners.clone()),
            MarkedShape::Round { middle, radius_mm } => {
                let (chart, at) = self.place(middle, body)?;
                (chart, circle(self.skin(chart, body)?, chart, at, *radius_mm))
            }
        };
        let skin = self.skin(chart, body)?;
        if let Some(at) = ring.iter().find(|at| !skin.covers(**at)) {
            let value = format!("[{}, {}]", number(at.x, 2), number(at.y, 2));
            let fault = self.fault(said!("leaves the skin of the {chart} chart", chart)).value(value);
            return Err(fault.hint("check its place, or make it smaller"));
        }
        let area = Polygon::new(ring, Vec::new()).map_err(|faults| self.no_ring(faults.first()))?;
        let (id, name, shape) = (self.name.clone(), self.name.clone(), ExclusionShape::Area(area));
        Ok(Exclusion { id, name, chart, shape, margin_mm, status })
    }

    fn fault(&self, problem: impl Into<Said>) -> Fault {
        Fault::new(format!("'{}'", self.name), problem)
    }

    fn skin<'b>(&self, chart: Chart, body: &'b Body) -> Result<&'b Skin, Fault> {
        body.skin(chart).ok_or_else(|| {
            let fault = self.fault(said!(
                "lies on the {chart} chart, which the body '{body}' does not have",
                chart,
                body = body.id
            ));
            fault.hint("choose another chart or body")
        })
    }

    fn no_ring(&self, fault: Option<&RingFault>) -> Fault {
        let problem = match fault {
            Some(RingFault::TooFewPoints { .. }) => "has fewer than three corners",
            Some(RingFault::NotFinite { .. }) => "has a corner that is no place",
            Some(RingFault::Repeated { .. }) => "has the same corner twice in a row",
            Some(RingFault::NoArea { .. }) => "encloses nothing",
            _ => "crosses itself",
        };
        self.fault(problem).hint("give its corners in their order around it, each once")
    }

    /// The place an anchor stands for.
    fn place(&self, anchor: &Anchor, body: &Body) -> Result<(Chart, ChartPoint), Fault> {
        let (landmark, side, lateral_mm, up_mm) = match anchor {
            Anchor::Chart(chart, at) => return Ok((*chart, *at)),
            Anchor::Landmark { landmark, side, lateral_mm, up_mm } => (landmark, *side, *lateral_mm, *up_mm),
        };
        let Some(at) = body.landmark(landmark) else {
            let known = || body.landmarks.keys().map(String::as_str);
            let fault =
                self.fault(said!("names a landmark that the body '{body}' does not have", body = body.id));
            let hint = match nearest_name(landmark, known()) {
                Some(near) => said!("did you mean '{near}'?", near),
                None if body.landmarks.is_empty() => said!("give a place on a chart instead"),
                None => said!("known are {known}", known = known().collect::<Vec<_>>().join(", ")),
            };
            return Err(fault.value(format!("'{landmark}'")).hint(hint));
        };
        let on_midline = at.x.abs() < 1e-6;
        if side == Side::Midline && (!on_midline || lateral_mm != 0.0) {
            return Err(self
                .fault("does not say on which side")
                .hint("add side = \"left\" or \"right\", the patient's"));
        }
        if on_midline && lateral_mm < 0.0 {
            return Err(self
                .fault("lies medial of a landmark on the midline")
                .hint("give lateral and the side"));
        }
        let sign = if side == Side::Right { -1.0 } else { 1.0 };
        let skin = self.skin(Chart::Head, body)?;
        let from = ChartPoint::new(sign * at.x, at.y);
        Ok((Chart::Head, skin.walk(Chart::Head, from, sign * lateral_mm, up_mm)))
    }
}

/// A ring around the circle of `radius_mm` on the skin.
fn circle(skin: &Skin, chart: Chart, middle: ChartPoint, radius_mm: f64) -> Vec<ChartPoint> {
    let turn = std::f64::consts::TAU / f64::from(CORNERS);
    // The edges touch the circle, so that none of it is cut off.
    let radius_mm = radius_mm / libm::cos(turn / 2.0);
    let corner = |k: u32| {
        let angle = turn * f64::from(k);
        skin.walk(chart, middle, radius_mm * libm::cos(angle), radius_mm * libm::sin(angle))
    };
    (0..CORNERS).map(corner).collect()
}
