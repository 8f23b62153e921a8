//! From the steps of a walk to its vertices.

use std::collections::BTreeMap;

use super::curve::{Metric, SAME_PLACE_MM, SampledBorder, smooth, straight};
use super::drawn::{DrawnPoint, Step, StepForm};
use crate::body::{Chart, ChartPoint};
use crate::document::{Report, Span, quoted};
use crate::fault::Fault;
use crate::units::number;

/// The most vertices of one ring. The largest zone of the atlas has a few hundred; the bound keeps a
/// slip of a coordinate from filling the memory.
const MOST_VERTICES: usize = 10_000;

/// The borders by id; nothing for a border that is at fault itself.
pub(super) type Borders<'d> = BTreeMap<&'d str, Option<SampledBorder>>;

/// A walk as vertices, each knowing the step that leads to it.
#[derive(Clone, Debug)]
pub(super) struct Trace {
    pub(super) vertices: Vec<Vertex>,
    labels: Vec<(String, Span)>,
}

/// A vertex of a walk.
#[derive(Clone, Copy, Debug)]
pub(super) struct Vertex {
    pub(super) at: ChartPoint,
    step: usize,
}

impl Trace {
    /// The places alone.
    pub(super) fn places(&self) -> Vec<ChartPoint> {
        self.vertices.iter().map(|vertex| vertex.at).collect()
    }

    /// What step a vertex belongs to, such as `zone 'cheek', outline point 3`, and where it stands.
    pub(super) fn label(&self, index: usize) -> (String, Span) {
        let step = self.vertices.get(index).map_or(0, |vertex| vertex.step);
        self.labels.get(step).cloned().unwrap_or_default()
    }

    /// The first vertex of every step that is not as it should be.
    pub(super) fn first_of_each_step(&self, wrong: impl Fn(usize, ChartPoint) -> bool) -> Vec<usize> {
        let mut found: Vec<usize> = Vec::new();
        for (index, vertex) in self.vertices.iter().enumerate() {
            let known = found.last().is_some_and(|&last| self.vertices[last].step == vertex.step);
            if !known && wrong(index, vertex.at) {
                found.push(index);
            }
        }
        found
    }
}

/// A place for messages: `[12.5, -3]`.
pub(super) fn shown(at: ChartPoint) -> String {
    format!("[{}, {}]", number(at.x, 3), number(at.y, 3))
}

/// The vertices of a walk on a chart; nothing when a step is at fault, which is then reported.
///
/// `label` names the walk, such as `zone 'cheek', outline`.
pub(super) fn trace(
    walk: &[Step],
    chart: Chart,
    borders: &Borders<'_>,
    label: &str,
    report: &Report,
) -> Option<Trace> {
    let tracer = Tracer { chart, metric: Metric::of(chart), borders, report };
    let labels: Vec<_> =
        walk.iter().enumerate().map(|(i, step)| (step_label(step, label, i), step.span.clone())).collect();
    let pieces: Vec<_> = walk.iter().zip(&labels).map(|(step, (item, _))| tracer.piece(step, item)).collect();
    let mut pieces: Vec<Piece> = pieces.into_iter().collect::<Option<_>>()?;
    turn_first(&mut pieces, Metric::of(chart));
    let mut vertices: Vec<Vertex> = Vec::new();
    let mut sound = true;
    for (step, piece) in pieces.iter().enumerate() {
        let mut places = piece.places.clone();
        let item = &labels[step];
        if let Some(last) = vertices.last().map(|vertex| vertex.at) {
            if piece.free && tracer.reversed_is_nearer(last, &places) {
                places.reverse();
            }
            sound &= tracer.check_join(last, &places, walk, step, item);
            let joint =
                places.first().filter(|&&first| first != last).map(|&first| straight(last, first, chart));
            let joint = joint.unwrap_or_default();
            vertices.extend(joint.iter().skip(1).map(|&at| Vertex { at, step }));
            vertices.extend(places.iter().skip(1).map(|&at| Vertex { at, step }));
        } else {
            vertices.extend(places.iter().map(|&at| Vertex { at, step }));
        }
        if vertices.len() > MOST_VERTICES {
            let fault =
                Fault::new(label.to_owned(), "has too many points once curves and edges are resolved")
                    .bound(format!("{MOST_VERTICES} points, one every 2 mm"))
                    .hint("check the unit of the coordinates");
            report.put(fault.at(item.1.clone()));
            return None;
        }
    }
    sound.then_some(Trace { vertices, labels })
}

/// The places of one step.
struct Piece {
    places: Vec<ChartPoint>,
    /// Whether it may be walked either way.
    free: bool,
}

/// Turns a walk's first border so that it ends where the second step begins.
fn turn_first(pieces: &mut [Piece], metric: Metric) {
    let [first, second, ..] = pieces else { return };
    let (Some(&start), Some(&end)) = (first.places.first(), first.places.last()) else { return };
    let mut entries: Vec<ChartPoint> = second.places.first().copied().into_iter().collect();
    if second.free {
        entries.extend(second.places.last());
    }
    let gap =
        |from: ChartPoint| entries.iter().map(|&to| metric.distance(from, to)).fold(f64::INFINITY, f64::min);
    if first.free && gap(start) < gap(end) {
        first.places.reverse();
    }
    first.free = false;
}

struct Tracer<'a, 'd> {
    chart: Chart,
    metric: Metric,
    borders: &'a Borders<'d>,
    report: &'a Report,
}

impl Tracer<'_, '_> {
    fn piece(&self, step: &Step, item: &str) -> Option<Piece> {
        match &step.form {
            StepForm::Corner(at) => {
                let fixed = |at| Piece { places: vec![at], free: false };
                in_reach(*at, self.chart, item, &step.span, self.report).then(|| fixed(*at))
            }
            StepForm::Border(id) => {
                let border = self.border(id, item, &step.span)?;
                Some(Piece { places: border.whole(), free: true })
            }
            StepForm::Part { border: id, from, to } => {
                let border = self.border(id, item, &step.span)?;
                let (start, end) =
                    (self.drawn_point(border, id, from, item), self.drawn_point(border, id, to, item));
                let (start, end) = (start?, end?);
                if start == end {
                    let fault =
                        Fault::new(item.to_owned(), "begins and ends at the same point of the border");
                    self.report.put(fault.value(shown(from.at)).at(step.span.clone()));
                    return None;
                }
                Some(Piece { places: border.between(start, end), free: false })
            }
            StepForm::Curve(points) => {
                let sound = sound_points(points, self.chart, &format!("{item} curve"), self.report);
                let places: Vec<_> = points.iter().map(|point| point.at).collect();
                sound.then(|| Piece { places: smooth(&places, self.chart), free: false })
            }
        }
    }

    fn border(&self, id: &str, item: &str, span: &Span) -> Option<&SampledBorder> {
        let Some(border) = self.borders.get(id) else {
            let fault = Fault::new(item.to_owned(), "names no known border").value(quoted(id));
            self.report.put_unknown(fault.at(span.clone()), id, self.borders.keys().copied());
            return None;
        };
        // A border at fault is reported where it is drawn.
        let border = border.as_ref()?;
        if border.chart != self.chart {
            let fault = Fault::new(item.to_owned(), format!("names a border of chart '{}'", border.chart))
                .value(quoted(id))
                .bound(format!("a border of chart '{}'", self.chart));
            self.report.put(fault.at(span.clone()));
            return None;
        }
        Some(border)
    }

    /// The number of a border's drawn point.
    fn drawn_point(&self, border: &SampledBorder, id: &str, point: &DrawnPoint, item: &str) -> Option<usize> {
        let found = border.points.iter().position(|at| *at == point.at);
        if found.is_none() {
            let gap = |at: &ChartPoint| self.metric.distance(*at, point.at);
            let nearest = border.points.iter().min_by(|a, b| gap(a).total_cmp(&gap(b)));
            let fault = Fault::new(
                item.to_owned(),
                format!("{} is no drawn point of border '{id}'", shown(point.at)),
            )
            .value(shown(point.at))
            .hint(nearest.map_or_else(String::new, |at| format!("the nearest is {}", shown(*at))));
            self.report.put(fault.at(point.span.clone()));
        }
        found
    }

    fn reversed_is_nearer(&self, last: ChartPoint, places: &[ChartPoint]) -> bool {
        match (places.first(), places.last()) {
            (Some(&first), Some(&end)) => self.metric.distance(last, end) < self.metric.distance(last, first),
            _ => false,
        }
    }

    /// Whether a step joins what precedes it soundly: not by standing at the same place again, nor by
    /// missing it by a hair.
    fn check_join(
        &self,
        last: ChartPoint,
        places: &[ChartPoint],
        walk: &[Step],
        step: usize,
        item: &(String, Span),
    ) -> bool {
        let Some(&first) = places.first() else { return true };
        let corner = |i: usize| matches!(walk.get(i), Some(Step { form: StepForm::Corner(_), .. }));
        let gap = self.metric.distance(last, first);
        let fault = if gap == 0.0 && corner(step) && corner(step.wrapping_sub(1)) {
            Fault::new(&item.0, "repeats the point before").value(shown(first)).hint("leave one of them out")
        } else if gap > 0.0 && gap < SAME_PLACE_MM {
            Fault::new(&item.0, "misses the point before by a hair")
                .value(said!("{place} after {before}", place = shown(first), before = shown(last)))
                .bound(format!("the same place, or at least {SAME_PLACE_MM} mm away"))
                .hint("write both alike")
        } else {
            return true;
        };
        self.report.put(fault.at(item.1.clone()));
        false
    }
}

fn step_label(step: &Step, label: &str, index: usize) -> String {
    let what = if matches!(step.form, StepForm::Corner(_)) { "point" } else { "item" };
    format!("{label} {what} {}", index + 1)
}

/// Whether points drawn in a row can be joined: each in reach of the chart, none repeated.
pub(super) fn sound_points(points: &[DrawnPoint], chart: Chart, item: &str, report: &Report) -> bool {
    let before = report.len();
    for (index, point) in points.iter().enumerate() {
        let item = format!("{item} point {}", index + 1);
        in_reach(point.at, chart, &item, &point.span, report);
        let repeated = index
            .checked_sub(1)
            .and_then(|previous| points.get(previous))
            .is_some_and(|previous| Metric::of(chart).distance(previous.at, point.at) < SAME_PLACE_MM);
        if repeated {
            let fault = Fault::new(item.to_owned(), "repeats the point before").value(shown(point.at));
            report.put(fault.hint("leave one of them out").at(point.span.clone()));
        }
    }
    report.len() == before
}

/// Whether a drawn place is near enough to any chart to be sampled at all. What is in reach is held
/// against the chart's skin later.
fn in_reach(at: ChartPoint, chart: Chart, item: &str, span: &Span, report: &Report) -> bool {
    /// The flat chart is 20 m wide; the charts of the body are far smaller.
    const REACH: f64 = 1e4;
    let inside = at.x.abs() <= REACH && at.y.abs() <= REACH;
    if !inside {
        let fault = Fault::new(item.to_owned(), format!("lies outside the chart '{chart}'"))
            .value(report.shown(span))
            .bound(format!("{} to {}", -REACH, REACH));
        report.put(fault.at(span.clone()));
    }
    inside
}
