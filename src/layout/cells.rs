//! Which point covers which skin, and how well.

use crate::body::Place;

use super::domain::{Domain, Sample, Spot, mirrored};
use super::near::Near;
use super::relax::power;

/// The places of a layout, with the mirror images that close a half layout, found by nearness.
///
/// Label `i < count` is spot `i`; label `count + i` its mirror image.
pub(super) struct Neighbourhood {
    pub(super) near: Near,
    pub(super) count: usize,
}

impl Neighbourhood {
    pub(super) fn new(domain: &Domain, spots: &[Spot], spacing_mm: f64) -> Self {
        let count = spots.len();
        let mut places: Vec<Place> = spots.iter().map(Spot::place).collect();
        let mut labels: Vec<u32> = (0..count as u32).collect();
        if domain.half {
            for (index, spot) in spots.iter().enumerate().filter(|(_, spot)| !spot.on_midline()) {
                places.push(mirrored(&spot.place()));
                labels.push((count + index) as u32);
            }
        }
        Self { near: Near::new(&places, &labels, spacing_mm), count }
    }
}

/// Samples in small groups, each with the points that can be nearest to any of the group. The lists
/// serve until points have moved by more than a slack, which saves most of the searching while a
/// layout settles.
pub(super) struct Cover<'a> {
    samples: &'a [Sample],
    groups: Vec<Group>,
    /// For each group, where its list starts in `listed`.
    starts: Vec<u32>,
    listed: Vec<u32>,
    /// Where the points stood when the lists were made.
    made_at: Vec<Place>,
}

struct Group {
    first: u32,
    count: u32,
    centre: Place,
    radius_mm: f64,
}

/// Samples in a group; they come in strips, so a group is a short run along one.
const GROUP: usize = 6;
/// How far points may move before the lists are made anew, in mm.
const SLACK_MM: f64 = 1.5;

impl<'a> Cover<'a> {
    pub(super) fn new(samples: &'a [Sample]) -> Self {
        let mut groups = Vec::new();
        let mut first = 0;
        while first < samples.len() {
            let mut count = 1;
            while count < GROUP
                && first + count < samples.len()
                && (samples[first + count].place - samples[first].place).norm() < 10.0
            {
                count += 1;
            }
            let members = &samples[first..first + count];
            let centre = members[count / 2].place;
            let radius_mm = members.iter().map(|s| (s.place - centre).norm()).fold(0.0, f64::max);
            groups.push(Group { first: first as u32, count: count as u32, centre, radius_mm });
            first += count;
        }
        Self { samples, groups, starts: Vec::new(), listed: Vec::new(), made_at: Vec::new() }
    }

    /// Gives every sample to its nearest point; of a half layout, samples nearest to an image count
    /// mirrored for the point itself.
    pub(super) fn cells(&mut self, domain: &Domain, spots: &[Spot], spacing_mm: f64) -> Cells {
        let moved = |a: &Place, spot: &Spot| (a - spot.place()).norm_squared() > SLACK_MM * SLACK_MM;
        if self.made_at.len() != spots.len() || self.made_at.iter().zip(spots).any(|(a, spot)| moved(a, spot))
        {
            self.list(domain, spots, spacing_mm);
        }
        let count = spots.len();
        let mut places: Vec<Place> = spots.iter().map(Spot::place).collect();
        places.extend(spots.iter().map(|spot| mirrored(&spot.place())));
        let mut owners = vec![0_u32; self.samples.len()];
        let mut squares = vec![0.0; self.samples.len()];
        let mut starts = vec![0_u32; count + 1];
        for (group, span) in self.groups.iter().zip(self.starts.windows(2)) {
            let list = &self.listed[span[0] as usize..span[1] as usize];
            let range = group.first as usize..(group.first + group.count) as usize;
            for index in range {
                let at = &self.samples[index].place;
                let mut best = (f64::INFINITY, 0);
                for &label in list {
                    let squared = (places[label as usize] - at).norm_squared();
                    if squared < best.0 {
                        best = (squared, label);
                    }
                }
                (squares[index], owners[index]) = best;
                if count > 0 {
                    starts[best.1 as usize % count + 1] += 1;
                }
            }
        }
        if count == 0 {
            return Cells { gap_mm: f64::INFINITY, starts, members: Vec::new(), squares };
        }
        for i in 0..count {
            starts[i + 1] += starts[i];
        }
        let mut fill = starts.clone();
        let mut members = vec![Place::origin(); owners.len()];
        for (sample, &owner) in self.samples.iter().zip(&owners) {
            let own = owner as usize % count;
            members[fill[own] as usize] =
                if own == owner as usize { sample.place } else { mirrored(&sample.place) };
            fill[own] += 1;
        }
        let gap_mm = squares.iter().copied().fold(0.0, f64::max).sqrt();
        Cells { gap_mm, starts, members, squares }
    }

    fn list(&mut self, domain: &Domain, spots: &[Spot], spacing_mm: f64) {
        let around = Neighbourhood::new(domain, spots, spacing_mm);
        self.starts.clear();
        self.listed.clear();
        self.starts.push(0);
        for group in &self.groups {
            if let Some((_, squared)) = around.near.nearest(&group.centre, None) {
                // A hair more, against rounding.
                let reach = squared.sqrt() + 2.0 * group.radius_mm + 2.0 * SLACK_MM + 1e-9;
                let listed = &mut self.listed;
                around.near.within(&group.centre, reach, |label, _| listed.push(label));
                let from = self.starts[self.starts.len() - 1] as usize;
                listed[from..].sort_unstable();
            }
            self.starts.push(self.listed.len() as u32);
        }
        self.made_at = spots.iter().map(Spot::place).collect();
    }
}

/// The skin each point is the nearest to.
pub(super) struct Cells {
    /// Greatest distance from a sample to its nearest point, in mm.
    pub(super) gap_mm: f64,
    starts: Vec<u32>,
    members: Vec<Place>,
    /// Squared distance from each sample to its nearest point, in mm2.
    pub(super) squares: Vec<f64>,
}

impl Cells {
    /// The skin of one point, as places.
    pub(super) fn members(&self, spot: usize) -> &[Place] {
        &self.members[self.starts[spot] as usize..self.starts[spot + 1] as usize]
    }

    /// How far skin lies from points, worse places weighing far more: the mean of a high power.
    pub(super) fn badness(&self, spacing_mm: f64) -> f64 {
        let unit = 1.0 / (spacing_mm * spacing_mm);
        self.squares.iter().map(|squared| power(squared * unit, 8)).sum::<f64>()
            / self.squares.len().max(1) as f64
    }
}
