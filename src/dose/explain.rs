//! Why a choice was made, and what would meet a total that was missed.

use std::collections::BTreeMap;

use super::search::{Candidate, Search, lattice, mm};
use super::{Around, TOLERANCE, Target, Wish};
use crate::layout::Layout;
use crate::protocol::Limits;
use crate::said::Said;
use crate::units::{Microlitres, number};
use crate::zones::Kind;

/// The choice and its reason in one line.
pub(super) fn reason(
    search: &Search<'_>,
    layout: &Layout,
    volumes: &[Microlitres],
    total: Microlitres,
) -> Said {
    let doses = doses(search, volumes);
    let spacing = layout.spacing_mm;
    said!(
        "{doses} at {spacing} mm: {on_total}; {on_spacing}",
        doses,
        spacing = number(spacing, 2),
        on_total = on_total(search, total),
        on_spacing = on_spacing(search, spacing)
    )
}

/// The volumes: `15 ul, periorbital 5 ul`, with the zones that differ named.
fn doses(search: &Search<'_>, volumes: &[Microlitres]) -> Said {
    let mut parts = Vec::new();
    for kind in [Kind::Standard, Kind::Periorbital] {
        let mut by_volume: BTreeMap<Microlitres, Vec<&str>> = BTreeMap::new();
        for (zone, volume) in search.zones.iter().zip(volumes).filter(|(zone, _)| zone.kind == kind) {
            let bases = by_volume.entry(*volume).or_default();
            if !bases.contains(&zone.base.as_str()) {
                bases.push(&zone.base);
            }
        }
        // The volume of most zones stands alone; the others are named with theirs.
        let common = by_volume.iter().max_by_key(|(_, bases)| bases.len()).map(|(volume, _)| *volume);
        for (volume, bases) in &by_volume {
            let volume_ul = volume.0;
            let dose = match kind {
                Kind::Standard => said!("{volume_ul} ul", volume_ul),
                Kind::Periorbital => said!("periorbital {volume_ul} ul", volume_ul),
            };
            parts.push(match Some(*volume) == common {
                true => dose,
                false => said!("{dose} in {zones}", dose, zones = bases.join(", ")),
            });
        }
    }
    Said::joined(parts, ", ")
}

fn on_total(search: &Search<'_>, total: Microlitres) -> Said {
    let met = search.target.is_met(total, TOLERANCE);
    match (search.target, met) {
        (Target::Asked(asked), true) => said!("{asked} asked, {total} planned", asked, total),
        (Target::Asked(asked), false) => {
            said!("{asked} asked, {total} planned, the nearest that fits", asked, total)
        }
        (Target::Middle(middle), true) => {
            said!("{total} planned, {middle} is the middle of the budget", total, middle)
        }
        (Target::Middle(middle), false) => {
            said!(
                "{total} planned, as near to {middle}, the middle of the budget, as two volumes come",
                total,
                middle
            )
        }
        (Target::None, _) => said!("{total} planned, no total asked", total),
    }
}

fn on_spacing(search: &Search<'_>, spacing: f64) -> Said {
    let Limits { spacing: bounds, middle_spacing_mm: middle, .. } = search.limits;
    let range = said!(
        "{least} to {greatest} mm",
        least = number(bounds.least_mm, 2),
        greatest = number(bounds.greatest_mm, 2)
    );
    if search.wish.spacing_mm.is_some() {
        return said!("spacing as asked");
    }
    if (spacing - middle).abs() < 0.001 {
        return said!("spacing at the middle of {range}", range);
    }
    match search.target {
        Target::None => said!("spacing nearest to the middle of {range} that keeps the budget", range),
        Target::Asked(_) | Target::Middle(_) => {
            said!("spacing nearest to the middle of {range} for this total", range)
        }
    }
}

impl Search<'_> {
    /// How far an asked total was missed and which change would meet it, by what was laid out.
    pub(super) fn explain_miss(&self, asked: Microlitres, total: Microlitres, around: Around) -> Said {
        let remedy = self.remedy(asked, around);
        match total < asked {
            true => said!(
                "{asked} asked, {total} planned: {missing} less; {remedy}",
                asked,
                total,
                missing = asked.saturating_sub(total),
                remedy
            ),
            false => said!(
                "{asked} asked, {total} planned: {over} more; {remedy}",
                asked,
                total,
                over = total.saturating_sub(asked),
                remedy
            ),
        }
    }

    fn remedy(&self, asked: Microlitres, around: Around) -> Said {
        // Other spacings were laid out alone on the skin.
        let between = |remedy: Said| match around {
            Around::Nothing => remedy,
            Around::Layers => {
                said!("{remedy}, if the points of the other layers leave it room: check it again", remedy)
            }
        };
        let freed = |wish: Wish| {
            let free = Search::new(&wish, self.limits, self.zones);
            let spacings = match wish.spacing_mm {
                Some(_) => free.spacings.clone(),
                None => lattice(self.limits),
            };
            let fits = |c: &Candidate| Target::Asked(asked).is_met(c.total, TOLERANCE);
            let all = spacings.into_iter().flat_map(|spacing| {
                let counts = self.counts(spacing);
                free.with_counts(spacing, &counts)
            });
            let fitting = all.filter(|c| fits(c) && self.outside_budget(c.total) == 0);
            let middle = self.limits.middle_spacing_mm;
            fitting.min_by(|a, b| (mm(a.spacing) - middle).abs().total_cmp(&(mm(b.spacing) - middle).abs()))
        };
        if self.outside_budget(asked) > 0 {
            return said!("it lies outside the protocol's budget");
        }
        let no_volumes = |wish: &Wish| Wish {
            volume: None,
            periorbital_volume: None,
            by_zone: BTreeMap::new(),
            ..wish.clone()
        };
        let widened = Wish { spacing_mm: None, ..self.wish.clone() };
        if let Some(found) = freed(widened.clone()) {
            let spacing = number(mm(found.spacing), 2);
            return between(said!("a spacing of {spacing} mm would meet it", spacing));
        }
        if let Some(found) = freed(no_volumes(self.wish)) {
            return said!("{volumes} per point would meet it", volumes = self.pair_text(&found));
        }
        if let Some(found) = freed(no_volumes(&widened)) {
            let spacing = number(mm(found.spacing), 2);
            let volumes = self.pair_text(&found);
            return between(said!("{volumes} per point at {spacing} mm would meet it", volumes, spacing));
        }
        self.skin_remedy(asked)
    }

    fn pair_text(&self, found: &Candidate) -> Said {
        let has = |kind| self.zones.iter().any(|zone| zone.kind == kind);
        match (has(Kind::Standard), has(Kind::Periorbital)) {
            (true, true) if found.pair.standard != found.pair.periorbital => {
                said!(
                    "{standard} ul, periorbital {periorbital} ul",
                    standard = found.pair.standard.0,
                    periorbital = found.pair.periorbital.0
                )
            }
            (false, true) => said!("{volume_ul} ul", volume_ul = found.pair.periorbital.0),
            _ => said!("{volume_ul} ul", volume_ul = found.pair.standard.0),
        }
    }

    /// How much skin more or less would meet the total at the limits of spacing and volume.
    fn skin_remedy(&self, asked: Microlitres) -> Said {
        let open = Wish {
            spacing_mm: None,
            total: None,
            volume: None,
            periorbital_volume: None,
            by_zone: BTreeMap::new(),
            ..self.wish.clone()
        };
        let free = Search::new(&open, self.limits, self.zones);
        let totals: Vec<_> = lattice(self.limits)
            .into_iter()
            .flat_map(|spacing| free.with_counts(spacing, &self.counts(spacing)))
            .map(|candidate| candidate.total)
            .collect();
        let (least, most) = (totals.iter().min(), totals.iter().max());
        let area: f64 = self.zones.iter().map(|zone| zone.area_cm2).sum();
        match (least, most) {
            (_, Some(&most)) if most < asked && most > Microlitres::ZERO => {
                let more = area * (asked.0 as f64 / most.0 as f64 - 1.0);
                said!(
                    "these zones hold {most} at most: add about {more} cm2 of zones",
                    most,
                    more = number(more.ceil(), 0)
                )
            }
            (Some(&least), _) if least > asked => {
                let fewer = area * (1.0 - asked.0 as f64 / least.0 as f64);
                said!(
                    "these zones take {least} at least: leave out about {fewer} cm2",
                    least,
                    fewer = number(fewer.ceil(), 0)
                )
            }
            (_, Some(&most)) if most == Microlitres::ZERO => said!("these zones hold no point"),
            _ => said!("a syringe with finer steps would meet it"),
        }
    }
}
