//! A zone on a view of the screen: the area to point at, and what is seen of its edge.

use super::angle::Angle;
use crate::body::{Body, Chart, ChartPoint, Skin};
use crate::sheet::contour::{simplified, simplified_ring};
use crate::sheet::face::{Eye, last_seen, runs};
use crate::sheet::scene::OUTLINE;
use crate::sheet::{Colour, Group, Item, Outline, Spot};
use crate::zones::Zone;

/// The tint of an area.
const TINT: Colour = Colour::rgb(0x35, 0x4f, 0x5e).with_alpha(20);
/// Page mm by which an edge may be simplified.
const FINE_MM: f64 = 0.04;
/// Halvings on the way to the edge of what is seen: a hundredth of a degree is left.
const HALVINGS: usize = 14;
/// A zone is shown where at least this part of its edge is seen.
const SHOWN: f64 = 0.04;

/// A zone as much as it is seen; `None` where it is not.
pub(super) fn drawn(zone: &Zone, body: &Body, angle: &Angle, eye: Option<&Eye>) -> Option<Group> {
    let look = Look { skin: body.skin(zone.chart)?, chart: zone.chart, angle, eye };
    let (mut edges, mut segments) = (Vec::new(), Vec::new());
    for ring in std::iter::once(zone.shape.outer()).chain(zone.shape.holes().iter().map(Vec::as_slice)) {
        let seen: Vec<Option<Spot>> = ring.iter().map(|&at| look.spot(at)).collect();
        let count = seen.iter().flatten().count();
        if (count as f64) < SHOWN * seen.len() as f64 {
            continue;
        }
        let filled = ring.iter().zip(&seen).filter_map(|(&at, spot)| spot.or_else(|| look.nearest(at)));
        let filled: Vec<Spot> = filled.collect();
        segments.extend(Outline::area(simplified_ring(&filled, FINE_MM), TINT).segments);
        edges.extend(
            runs(&seen, true)
                .into_iter()
                .map(|run| Item::Outline(Outline::line(simplified(&run, FINE_MM), OUTLINE))),
        );
    }
    if segments.is_empty() {
        return None;
    }
    let area = Item::Outline(Outline { segments, fill: Some(TINT), stroke: None });
    let parts =
        vec![Item::Group(Group::of_class("area", vec![area])), Item::Group(Group::of_class("edge", edges))];
    Some(Group::of_class("zone", parts).title(&zone.name).data("zone", &zone.id))
}

/// A skin as it is looked at.
struct Look<'a> {
    skin: &'a Skin,
    chart: Chart,
    angle: &'a Angle,
    eye: Option<&'a Eye>,
}

impl Look<'_> {
    /// Where a chart position stands on the page, when it is seen.
    fn spot(&self, at: ChartPoint) -> Option<Spot> {
        let place = self.skin.place(at);
        match self.eye {
            Some(eye) => eye.spot(&place),
            None => Some(self.angle.camera().project(&place).0),
        }
    }

    /// The last seen place on the way round the axis to a hidden one, from where the skin of its height
    /// faces the viewer.
    fn nearest(&self, at: ChartPoint) -> Option<Spot> {
        if !matches!(self.chart, Chart::Head | Chart::Neck) {
            return None;
        }
        last_seen(|at| self.spot(at), self.angle.yaw, at, HALVINGS).map(|(_, spot)| spot)
    }
}
