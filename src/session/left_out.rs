//! Taking what is left out from a finished layout, so that the rest stays as it was.

use std::sync::Arc;

use super::Session;
use super::assemble::ring;
use super::marked::{PointName, PointVolume};
use super::planner::{LaidGround, Planner};
use super::planning::Setting;
use crate::body::Place;
use crate::fault::{Fault, Faults, nearest_name};
use crate::layout::{Ground, Layout};
use crate::plan::{Finding, MarkedArea, Pattern, Severity};
use crate::treated::{Treated, TreatedZone};
use crate::units::number;
use crate::zones::{Exclusion, ExclusionShape};

/// What a session leaves out of the skin it would treat.
pub(super) struct LeftOut<'a> {
    whole: Arc<LaidGround>,
    /// The skin without the marked areas, where there are any.
    rest: Option<Arc<LaidGround>>,
    marked: &'a [Exclusion],
    points: &'a [PointName],
    volumes: &'a [PointVolume],
}

impl<'a> LeftOut<'a> {
    /// Takes the marked areas off the treated skin.
    ///
    /// # Errors
    /// As [`Treated::new`].
    pub(super) fn new(
        session: &'a Session,
        setting: &'a Setting<'_>,
        planner: &Planner<'_>,
    ) -> Result<Self, Faults> {
        let marked = setting.marked.as_slice();
        let ground = |marked: &[Exclusion]| {
            let ground = planner.ground(session, setting, marked);
            ground.map_err(|fault| session.faults(vec![("zones".to_owned(), fault)]))
        };
        let whole = ground(&[])?;
        let rest = (!marked.is_empty()).then(|| ground(marked)).transpose()?;
        let (points, volumes) = (session.skip_points.as_slice(), session.point_volumes.as_slice());
        Ok(Self { whole, rest, marked, points, volumes })
    }

    /// Whether nothing is left out.
    pub(super) fn is_all(&self) -> bool {
        self.marked.is_empty() && self.points.is_empty()
    }

    /// All the skin that would be treated.
    pub(super) fn whole(&self) -> &LaidGround {
        &self.whole
    }

    /// What is left of it.
    pub(super) fn rest(&self) -> &Ground {
        &self.rest.as_ref().unwrap_or(&self.whole).ground
    }

    /// The skin that is treated after all.
    pub(super) fn treated(&self) -> &Treated {
        self.rest().treated()
    }

    /// A layout of the whole with its points moved around the marked areas.
    pub(super) fn around(&self, whole: Layout, pattern: Pattern) -> Layout {
        match &self.rest {
            Some(rest) => rest.ground.adapt(&whole, pattern),
            None => whole,
        }
    }

    /// A layout without the single points that are left out. What is told of each is noted, and a fault with its
    /// key where it is no point at all.
    pub(super) fn without_points(&self, mut layout: Layout, told: &mut Told) -> Layout {
        let mut gone = Vec::new();
        for (name, number) in self.points.iter().zip(1..) {
            match find(&layout, name, "skip-point", self.treated()) {
                Ok(Some(point)) => {
                    let message = said!("{name} in it is left out: its skin is not treated", name);
                    let finding = Finding::new(Severity::Note, "skipped-point", message);
                    told.findings.push(finding.in_zone(name.zone.clone()));
                    gone.push(point);
                }
                Ok(None) => told.findings.push(name.gone("skipped-point", layout.spacing_mm)),
                Err(fault) => told.faults.push((format!("skip-point.{number}"), fault)),
            }
        }
        told.faults.extend(self.volumes_of_none(&layout, &gone));
        let mut points = std::mem::take(&mut layout.points).into_iter().enumerate();
        layout.points =
            points.by_ref().filter(|(at, _)| !gone.contains(at)).map(|(_, point)| point).collect();
        layout
    }

    /// A fault for each volume of a point that there is not, or that has another say about it.
    fn volumes_of_none(&self, layout: &Layout, gone: &[usize]) -> Vec<(String, Fault)> {
        let mut faults = Vec::new();
        let mut given = Vec::new();
        for (number, PointVolume { point, .. }) in self.volumes.iter().enumerate() {
            let fault = |problem: &'static str, hint: &'static str| {
                Fault::new("point-volume", problem).value(point.to_string()).hint(hint)
            };
            let fault = match find(layout, point, "point-volume", self.treated()) {
                Err(fault) => fault,
                // Points that stood apart may have become one since: the last says what it gets.
                Ok(_) if point.at.is_some() => continue,
                Ok(found) if found.is_some_and(|found| gone.contains(&found)) => {
                    fault("names a point that is left out", "take its skip-point out, or its volume")
                }
                Ok(found) if given.contains(&found) => {
                    fault("names a point a second time", "give each point one volume")
                }
                Ok(found) => {
                    given.push(found);
                    continue;
                }
            };
            faults.push((format!("point-volume.{}", number + 1), fault));
        }
        faults
    }

    /// The marked areas as a plan shows them.
    pub(super) fn areas(&self) -> Vec<MarkedArea> {
        let area = |exclusion: &Exclusion| match &exclusion.shape {
            ExclusionShape::Area(area) => Some(MarkedArea {
                name: exclusion.name.clone(),
                chart: exclusion.chart,
                outline: ring(area.outer()),
                margin_mm: exclusion.margin_mm,
            }),
            ExclusionShape::Line(_) => None,
        };
        self.marked.iter().filter_map(area).collect()
    }

    /// A warning on each marked area that takes nothing.
    pub(super) fn findings(&self) -> Vec<Finding> {
        let idle = self.marked.iter().filter(|exclusion| !takes(exclusion, self.whole.ground.treated()));
        let idle = idle.map(|exclusion| {
            let message = said!("'{exclusion}' lies more than its margin of {margin} mm from all treated skin: check its place and side", exclusion = exclusion.name, margin = number(exclusion.margin_mm, 1));
            Finding::new(Severity::Warning, "exclusion-without-effect", message)
        });
        idle.collect()
    }
}

/// What is told of single points.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// On those that are left out, and those that are to be found no more.
    pub(super) findings: Vec<Finding>,
    /// On names that are none of a point, with their keys.
    pub(super) faults: Vec<(String, Fault)>,
}

/// Where the rows and places of points are to be read.
const ON_THE_MAP: &str =
    "count on the map: rows bear their numbers, places in a row go from the patient's right";

/// The index of a point in the layout; `None` where none stands any more where it was when it was named.
fn find(
    layout: &Layout,
    name: &PointName,
    key: &'static str,
    treated: &Treated,
) -> Result<Option<usize>, Fault> {
    let zones = &treated.zones;
    let fault = |problem: &'static str| Fault::new(key, problem);
    let Some(zone) = zones.iter().position(|treated| treated.zone.id == name.zone) else {
        let fault = fault("names a zone that is not treated").value(format!("'{}'", name.zone));
        let sides = zones.iter().map(|treated| &treated.zone).filter(|zone| zone.base == name.zone);
        let sides: Vec<&str> = sides.map(|zone| zone.id.as_str()).collect();
        let ids = zones.iter().map(|treated| treated.zone.id.as_str());
        let hint = match nearest_name(&name.zone, ids) {
            _ if !sides.is_empty() => {
                said!("it has sides: name one of them, {sides}", sides = sides.join(" or "))
            }
            Some(near) => said!("did you mean '{near}'?", near),
            None => said!("take it out, or treat the zone"),
        };
        return Err(fault.hint(hint));
    };
    let of_zone = || layout.points.iter().enumerate().filter(move |(_, point)| point.zone == zone);
    if name.at.is_some() {
        let own = of_zone().map(|(index, point)| (index, point.place));
        let skin = treated.body().skin(zones[zone].zone.chart);
        return Ok(skin.and_then(|skin| name.nearest(skin, layout.spacing_mm, own)));
    }
    let mut row: Vec<usize> =
        of_zone().filter(|(_, point)| point.row == name.row).map(|(at, _)| at).collect();
    if row.is_empty() {
        let rows = of_zone().map(|(_, point)| point.row);
        let bound = match (rows.clone().min(), rows.max()) {
            (Some(first), Some(last)) => said!("{first} to {last}", first, last),
            _ => said!("the zone holds no point"),
        };
        let fault =
            fault("names a row without points").value(said!("row {row}", row = name.row)).bound(bound);
        return Err(fault.hint(ON_THE_MAP));
    }
    row.sort_unstable();
    row.get(name.place - 1).copied().map(Some).ok_or_else(|| {
        let value = said!("place {place} of row {row}", place = name.place, row = name.row);
        let bound = said!("1 to {row} in this row of {zone}", row = row.len(), zone = name.zone);
        fault("names a point that there is not").value(value).bound(bound).hint(ON_THE_MAP)
    })
}

/// Whether an exclusion with its margin reaches treated skin.
fn takes(exclusion: &Exclusion, treated: &Treated) -> bool {
    let ExclusionShape::Area(area) = &exclusion.shape else { return true };
    let place = |chart, at| treated.body().skin(chart).map(|skin| skin.place(at));
    let corners: Vec<Place> = area.outer().iter().filter_map(|at| place(exclusion.chart, *at)).collect();
    let near = |other: Place| corners.iter().any(|corner| (corner - other).norm() <= exclusion.margin_mm);
    treated.zones.iter().any(|TreatedZone { zone, pieces, .. }| {
        pieces.iter().any(|piece| {
            let inside = zone.chart == exclusion.chart
                && (area.outer().iter().any(|at| piece.contains(at))
                    || piece.outer().first().is_some_and(|at| area.contains(at)));
            inside || piece.rings().flatten().filter_map(|at| place(zone.chart, *at)).any(near)
        })
    })
}
