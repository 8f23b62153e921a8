//! Closed rings and what is wrong with them, in the words of the walks that drew them.

use std::collections::BTreeSet;

use nalgebra::Point2;

use super::walk::{Trace, shown};
use crate::body::ChartPoint;
use crate::document::{Report, Span};
use crate::fault::Fault;
use crate::geometry::{RingFault, RingPlace};

/// A closed ring and the walk it came from.
pub(super) struct Ring {
    pub(super) label: String,
    pub(super) places: Vec<ChartPoint>,
    pub(super) trace: Trace,
    /// Whether its mirror image belongs to the shape as well.
    pub(super) image: bool,
}

impl Ring {
    /// The ring, and its mirror image where that belongs to the shape as well.
    pub(super) fn with_image(self) -> Vec<Self> {
        if !self.image {
            return vec![self];
        }
        let places = self.places.iter().map(|&at| mirror(at)).collect();
        let image = Self { label: self.label.clone(), places, trace: self.trace.clone(), image: false };
        vec![self, image]
    }

    /// The step that leads to a vertex; the mirror half counts back along the chain.
    fn step(&self, index: usize) -> (String, Span) {
        let drawn = self.trace.vertices.len();
        let index = if index < drawn { index } else { (2 * drawn).saturating_sub(2 + index) };
        self.trace.label(index)
    }

    /// The step that draws the edge from a vertex to the next.
    fn step_of_edge(&self, index: usize) -> (String, Span) {
        self.step(if index + 1 < self.places.len() { index + 1 } else { index })
    }
}

/// The ring of a chain from midline to midline and its mirror image.
pub(super) fn halved(trace: Trace, label: &str, end: Span, report: &Report) -> Option<Ring> {
    let places = trace.places();
    let (first, last) = (places.first()?, places.last()?);
    if first.x != 0.0 || last.x != 0.0 {
        let (what, at, span) =
            if first.x == 0.0 { ("ends", last, end) } else { ("begins", first, trace.label(0).1) };
        let fault = Fault::new(label.to_owned(), format!("is halved but {what} off the midline"))
            .value(shown(*at))
            .bound("begins and ends at 0 exactly")
            .hint("draw from midline to midline, or use sides = \"whole\"");
        report.put(fault.at(span));
        return None;
    }
    let between = 1..places.len().saturating_sub(1);
    let touching = trace.first_of_each_step(|index, at| between.contains(&index) && at.x == 0.0);
    for &index in &touching {
        let (item, span) = trace.label(index);
        let fault = Fault::new(item.to_owned(), "touches the midline between the ends of the walk")
            .hint("end the walk where it first returns to the midline");
        report.put(fault.at(span));
    }
    if !touching.is_empty() {
        return None;
    }
    let image: Vec<_> = places.get(between).unwrap_or_default().iter().rev().map(|&at| mirror(at)).collect();
    let places = places.into_iter().chain(image).collect();
    Some(Ring { label: label.to_owned(), places, trace, image: false })
}

/// Two edges of a ring that cross, told where the later of them is drawn.
fn crossing(ring: &Ring, first: usize, second: usize, at: ChartPoint) -> Fault {
    let (a, b) = (ring.step_of_edge(first), ring.step_of_edge(second));
    let (later, earlier) = if a.1.start > b.1.start { (a, b) } else { (b, a) };
    let problem = if later.0 == earlier.0 {
        "crosses itself".to_owned()
    } else {
        let short = earlier.0.rsplit(", ").next().unwrap_or_default();
        format!("the way to it crosses the way to {short}")
    };
    let fault = Fault::new(later.0, problem).value(said!("at {place}", place = shown(at)));
    fault.hint("a ring may not cross or touch itself").at(later.1)
}

/// The faults of rings in the words of the walks that drew them.
pub(super) fn ring_faults(faults: &[RingFault], rings: &[Ring]) -> Vec<Fault> {
    let ring_at = |place: &RingPlace| match place {
        RingPlace::Outline => rings.first(),
        RingPlace::Hole(index) => rings.get(index + 1),
    };
    let mut found = Vec::new();
    let mut pairs = BTreeSet::new();
    for fault in faults {
        match fault {
            RingFault::Crossing { ring, first, second, at } => {
                let Some(ring) = ring_at(ring) else { continue };
                let fault = crossing(ring, *first, *second, *at);
                if pairs.insert((fault.item.clone(), fault.problem.clone())) {
                    found.push(fault);
                }
            }
            RingFault::TooFewPoints { ring, points } => found.extend(ring_at(ring).map(|ring| {
                let fault = Fault::new(&ring.label, "has too few different points").value(points.to_string());
                fault.bound("at least 3").at(ring.step(0).1)
            })),
            RingFault::NoArea { ring } => found
                .extend(ring_at(ring).map(|ring| Fault::new(&ring.label, "has no area").at(ring.step(0).1))),
            RingFault::NotFinite { ring, index } => found.extend(ring_at(ring).map(|ring| {
                let (item, span) = ring.step(*index);
                Fault::new(item.to_owned(), "is not finite").at(span)
            })),
            RingFault::Repeated { ring, index } => found.extend(ring_at(ring).map(|ring| {
                let (item, span) = ring.step(*index);
                Fault::new(item.to_owned(), "repeats the point before").at(span)
            })),
            RingFault::HoleMisplaced { hole, with } => {
                let other = ring_at(with).map_or(String::new(), |ring| ring.label.clone());
                let other = other.rsplit(", ").next().unwrap_or_default().to_owned();
                found.extend(rings.get(hole + 1).map(|ring| {
                    let problem = match with {
                        RingPlace::Outline => "does not lie inside the outline".to_owned(),
                        RingPlace::Hole(_) => format!("meets {other}"),
                    };
                    Fault::new(&ring.label, problem).at(ring.step(0).1)
                }));
            }
        }
    }
    found
}

/// The mirror image of a place.
pub(super) fn mirror(at: ChartPoint) -> ChartPoint {
    // Zero stays plus zero, so that images compare bit by bit.
    Point2::new(-at.x + 0.0, at.y)
}
