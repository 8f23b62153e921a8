//! Points that are not of the plan but beside its own: those of last time, those of the other layers. They are
//! drawn faintly under the plan's own.

use super::map::{Content, OfLayers};
use super::{Colour, Mark, Shape, Spot, Stroke};
use crate::body::{Chart, ChartPoint};
use crate::plan::Plan;

/// The pen of a faint mark, light against skin and paper.
const PEN: Colour = Colour::rgb(0x84, 0x8d, 0x94);
/// The shapes of the kinds of faint points, in their order.
const SHAPES: [Shape; 5] = [Shape::Circle, Shape::Square, Shape::Diamond, Shape::Triangle, Shape::Wedge];
/// Size of a faint mark, in sizes of the plan's own.
const SIZE: f64 = 0.42;

/// What points are that lie beside those of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Beside {
    /// Those of the session before.
    LastTime,
    /// Those of a layer that comes before, by its name.
    Before(String),
    /// Those of a layer that comes after, by its name.
    After(String),
}

impl Beside {
    /// What they are, as the legend says it.
    pub(super) fn words(&self) -> String {
        match self {
            Self::LastTime => "last time".to_owned(),
            Self::Before(layer) => format!("before: {layer}"),
            Self::After(layer) => format!("after: {layer}"),
        }
    }
}

/// Points of one kind beside those of a plan.
pub(crate) struct Faint {
    /// What they are.
    pub(super) of: Beside,
    /// Where they lie.
    pub(super) points: Vec<(Chart, ChartPoint)>,
}

/// What lies beside the points of a plan.
pub(super) fn beside(content: &Content<'_>) -> Vec<Faint> {
    let mut kinds = Vec::new();
    let last = content.plan.last_time.iter().map(|point| (point.chart, point.at.into()));
    kinds.push(Faint { of: Beside::LastTime, points: last.collect() });
    if let Some(OfLayers::One { layers, index: own }) = &content.layer {
        for (index, layer) in layers.iter().enumerate().filter(|(index, _)| index != own) {
            let when = if index < *own { Beside::Before } else { Beside::After };
            kinds.push(Faint { of: when(layer.name.clone()), points: points(&layer.plan) });
        }
    }
    kinds.retain(|kind| !kind.points.is_empty());
    kinds
}

fn points(plan: &Plan) -> Vec<(Chart, ChartPoint)> {
    let chart = |id: &str| plan.zones.iter().find(|zone| zone.id == id).map(|zone| zone.chart);
    plan.points.iter().filter_map(|point| Some((chart(&point.zone)?, point.chart.into()))).collect()
}

/// The mark of a kind, by its place among them.
pub(super) fn mark(kind: usize, at: Spot, size_mm: f64) -> Mark {
    let (size_mm, shape) = (SIZE * size_mm, SHAPES[kind % SHAPES.len()]);
    Mark { at, shape, size_mm, fill: Colour::WHITE, stroke: Stroke::solid(PEN, 0.22 * size_mm) }
}
