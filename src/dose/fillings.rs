//! Which syringe every point is given from.
//!
//! Points are given in lines of work: the points of one zone in one row. A syringe takes whole lines, in
//! the order of work, so that a hand changes syringes between lines; only a line that is more than a
//! filling is split.

use crate::fault::Fault;
use crate::plan::{PlannedPoint, Syringe};
use crate::units::Microlitres;

/// Points of one row, zone and volume that are given one after the other: one at least.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Line<'a> {
    first: &'a PlannedPoint,
    points: &'a [PlannedPoint],
}

impl<'a> Line<'a> {
    fn of(points: &'a [PlannedPoint]) -> Option<Self> {
        points.first().map(|first| Self { first, points })
    }

    /// Its points, in the order of work.
    pub fn points(&self) -> &'a [PlannedPoint] {
        self.points
    }

    /// The row.
    pub fn row(&self) -> usize {
        self.first.row
    }

    /// The id of the zone.
    pub fn zone(&self) -> &'a str {
        &self.first.zone
    }

    /// Volume of each of its points.
    pub fn each(&self) -> Microlitres {
        self.first.volume_ul
    }

    /// Volume of all its points.
    pub fn volume(&self) -> Microlitres {
        self.points.iter().map(|point| point.volume_ul).sum()
    }
}

/// One filling of a syringe.
#[derive(Clone, Debug, PartialEq)]
pub struct Filling<'a> {
    /// What is given from it, in the order of work.
    pub lines: Vec<Line<'a>>,
    /// What stays behind in it, at most.
    pub loss: Microlitres,
}

impl Filling<'_> {
    /// The dose: what is given from it.
    pub fn given(&self) -> Microlitres {
        self.lines.iter().map(Line::volume).sum()
    }

    /// What it takes from the vial: the dose and the loss.
    pub fn drawn(&self) -> Microlitres {
        self.given() + self.loss
    }
}

/// The fillings that points in the order of work are given from, first to last.
///
/// # Errors
/// When a single point is more than the syringe holds.
pub fn fillings<'a>(points: &'a [PlannedPoint], syringe: &Syringe) -> Result<Vec<Filling<'a>>, Fault> {
    let capacity = usable(syringe);
    let runs = points.chunk_by(|a, b| (a.row, &a.zone, a.volume_ul) == (b.row, &b.zone, b.volume_ul));
    let mut fillings: Vec<Filling<'a>> = Vec::new();
    let mut room = Microlitres::ZERO;
    for line in runs.filter_map(Line::of) {
        // As many points of the line as one filling holds.
        let most = capacity.0 / line.each().0.max(1);
        if most == 0 {
            return Err(too_small(line, syringe));
        }
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        for piece in line.points.chunks(most).filter_map(Line::of) {
            match (room.checked_sub(piece.volume()), fillings.last_mut()) {
                (Some(rest), Some(filling)) => {
                    room = rest;
                    filling.lines.push(piece);
                }
                _ => {
                    room = capacity.saturating_sub(piece.volume());
                    fillings.push(Filling { lines: vec![piece], loss: syringe.dead_space_ul });
                }
            }
        }
    }
    Ok(fillings)
}

/// What a filling can give: the capacity in whole graduations.
fn usable(syringe: &Syringe) -> Microlitres {
    let step = syringe.graduation_ul.0.max(1);
    Microlitres(syringe.capacity_ul.0 / step * step)
}

fn too_small(line: Line<'_>, syringe: &Syringe) -> Fault {
    Fault::new(said!("syringe '{id}'", id = syringe.id), "holds less than a single point")
        .value(said!("{volume} at point {number}", volume = line.each(), number = line.first.number))
        .bound(said!("capacity {capacity}", capacity = syringe.capacity_ul))
        .hint("give less per point, or choose a larger syringe")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn syringe(capacity: u64, graduation: u64, loss: u64) -> Syringe {
        Syringe {
            id: "test".to_owned(),
            name: String::new(),
            graduation_ul: Microlitres(graduation),
            capacity_ul: Microlitres(capacity),
            dead_space_ul: Microlitres(loss),
        }
    }

    /// Points by runs: row, zone, number of points, volume of each.
    fn points(runs: &[(usize, &str, usize, u64)]) -> Vec<PlannedPoint> {
        let each = runs.iter().flat_map(|&(row, zone, count, ul)| (0..count).map(move |_| (row, zone, ul)));
        each.enumerate()
            .map(|(index, (row, zone, ul))| PlannedPoint {
                number: index + 1,
                zone: zone.to_owned(),
                row,
                chart: [0.0; 2],
                skin_mm: [0.0; 3],
                volume_ul: Microlitres(ul),
            })
            .collect()
    }

    fn counts(points: &[PlannedPoint], syringe: &Syringe) -> Vec<Vec<usize>> {
        let fillings = fillings(points, syringe).unwrap();
        fillings.iter().map(|filling| filling.lines.iter().map(|line| line.points.len()).collect()).collect()
    }

    #[test]
    fn a_syringe_takes_whole_lines() {
        let points = points(&[(1, "a", 12, 15), (2, "a", 9, 15), (2, "b", 8, 15)]);
        assert_eq!(counts(&points, &syringe(300, 5, 2)), [vec![12], vec![9, 8]]);
    }

    #[test]
    fn a_line_is_split_only_where_it_is_more_than_a_filling() {
        let points = points(&[(1, "a", 5, 15), (2, "a", 23, 15), (3, "a", 4, 15)]);
        assert_eq!(counts(&points, &syringe(300, 5, 2)), [vec![5], vec![20], vec![3, 4]]);
    }

    #[test]
    fn nothing_is_drawn_where_nothing_is_given() {
        assert_eq!(fillings(&[], &syringe(300, 5, 2)), Ok(Vec::new()));
    }

    #[test]
    fn a_point_larger_than_the_syringe_is_a_fault() {
        let points = points(&[(1, "a", 2, 400)]);
        assert!(fillings(&points, &syringe(300, 5, 2)).unwrap_err().hint.is_some());
    }

    proptest! {
        #[test]
        fn every_point_is_in_one_syringe_and_none_is_over_its_capacity(
            runs in prop::collection::vec((1..4_usize, 0..3_usize, 1..40_usize, 1..25_u64), 0..30),
            (steps, graduation, loss) in (6..80_u64, 1..11_u64, 0..130_u64),
            odd in 0..5_u64,
        ) {
            let mut row = 0;
            let runs: Vec<_> = runs
                .into_iter()
                .map(|(step, zone, count, ul)| {
                    row += step - 1;
                    (row, ["a", "b", "c"][zone], count, ul)
                })
                .collect();
            let points = points(&runs);
            // A capacity beyond the last whole graduation cannot be set.
            let syringe = syringe(steps * graduation + odd.min(graduation - 1), graduation, loss);
            let largest = points.iter().map(|point| point.volume_ul.0).max().unwrap_or(0);
            let Ok(fillings) = fillings(&points, &syringe) else {
                prop_assert!(largest > steps * graduation);
                return Ok(());
            };
            let lines: Vec<_> = fillings.iter().flat_map(|filling| &filling.lines).collect();
            let given: Vec<_> = lines.iter().flat_map(|line| line.points()).collect();
            prop_assert_eq!(given, points.iter().collect::<Vec<_>>());
            for filling in &fillings {
                prop_assert!(!filling.lines.is_empty());
                prop_assert!(filling.given().0 <= steps * graduation);
                prop_assert_eq!(filling.drawn(), filling.given() + Microlitres(loss));
            }
            for line in &lines {
                let same = |p: &PlannedPoint| {
                    (p.row, p.zone.as_str(), p.volume_ul) == (line.row(), line.zone(), line.each())
                };
                prop_assert!(line.points().iter().all(same));
                prop_assert_eq!(line.volume(), line.each() * line.points().len() as u64);
            }
            // A line goes on in the next syringe only where it is more than a filling.
            for pair in fillings.windows(2) {
                if let (Some(last), Some(next)) = (pair[0].lines.last(), pair[1].lines.first()) {
                    let one = (last.row(), last.zone(), last.each()) == (next.row(), next.zone(), next.each());
                    prop_assert!(!one || (last.points().len() as u64 + 1) * last.each().0 > steps * graduation);
                }
            }
            let sum: Microlitres = fillings.iter().map(Filling::given).sum();
            prop_assert_eq!(sum, points.iter().map(|point| point.volume_ul).sum());
        }
    }
}
