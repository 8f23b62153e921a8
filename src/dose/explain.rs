//! Why a choice was made, and what would meet a total that was missed.

use std::collections::BTreeMap;

use super::search::{Candidate, Search, lattice, mm};
use super::{Around, TOLERANCE, Target, Wish};
use crate::layout::Layout;
use crate::protocol::Limits;
use crate::units::{Microlitres, number};
use crate::zones::Kind;

/// The choice and its reason in one line.
pub(super) fn reason(
    search: &Search<'_>,
    layout: &Layout,
    volumes: &[Microlitres],
    total: Microlitres,
) -> String {
    let doses = doses(search, volumes);
    let spacing = layout.spacing_mm;
    format!(
        "{doses} at {} mm: {}; {}",
        number(spacing, 2),
        on_total(search, total),
        on_spacing(search, spacing)
    )
}

/// The volumes: `15 ul, periorbital 5 ul`, with the zones that differ named.
fn doses(search: &Search<'_>, volumes: &[Microlitres]) -> String {
    let mut parts = Vec::new();
    for (kind, word) in [(Kind::Standard, ""), (Kind::Periorbital, "periorbital ")] {
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
            let place =
                if Some(*volume) == common { String::new() } else { format!(" in {}", bases.join(", ")) };
            parts.push(format!("{word}{} ul{place}", volume.0));
        }
    }
    parts.join(", ")
}

fn on_total(search: &Search<'_>, total: Microlitres) -> String {
    let met = search.target.is_met(total, TOLERANCE);
    match (search.target, met) {
        (Target::Asked(asked), true) => format!("{asked} asked, {total} planned"),
        (Target::Asked(asked), false) => format!("{asked} asked, {total} planned, the nearest that fits"),
        (Target::Middle(middle), true) => format!("{total} planned, {middle} is the middle of the budget"),
        (Target::Middle(middle), false) => {
            format!("{total} planned, as near to {middle}, the middle of the budget, as two volumes come")
        }
        (Target::None, _) => format!("{total} planned, no total asked"),
    }
}

fn on_spacing(search: &Search<'_>, spacing: f64) -> String {
    let Limits { spacing: bounds, middle_spacing_mm: middle, .. } = search.limits;
    let range = format!("{} to {} mm", number(bounds.least_mm, 2), number(bounds.greatest_mm, 2));
    if search.wish.spacing_mm.is_some() {
        return "spacing as asked".to_owned();
    }
    if (spacing - middle).abs() < 0.001 {
        return format!("spacing at the middle of {range}");
    }
    match search.target {
        Target::None => format!("spacing nearest to the middle of {range} that keeps the budget"),
        Target::Asked(_) | Target::Middle(_) => {
            format!("spacing nearest to the middle of {range} for this total")
        }
    }
}

impl Search<'_> {
    /// How far an asked total was missed and which change would meet it, by what was laid out.
    pub(super) fn explain_miss(&self, asked: Microlitres, total: Microlitres, around: Around) -> String {
        let (missing, direction) = match total < asked {
            true => (asked.saturating_sub(total), "less"),
            false => (total.saturating_sub(asked), "more"),
        };
        let remedy = self.remedy(asked, around);
        format!("{asked} asked, {total} planned: {missing} {direction}; {remedy}")
    }

    fn remedy(&self, asked: Microlitres, around: Around) -> String {
        // Other spacings were laid out alone on the skin.
        let between = match around {
            Around::Nothing => "",
            Around::Layers => ", if the points of the other layers leave it room: check it again",
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
            return "it lies outside the protocol's budget".to_owned();
        }
        let no_volumes = |wish: &Wish| Wish {
            volume: None,
            periorbital_volume: None,
            by_zone: BTreeMap::new(),
            ..wish.clone()
        };
        let widened = Wish { spacing_mm: None, ..self.wish.clone() };
        if let Some(found) = freed(widened.clone()) {
            return format!("a spacing of {} mm would meet it{between}", number(mm(found.spacing), 2));
        }
        if let Some(found) = freed(no_volumes(self.wish)) {
            return format!("{} per point would meet it", self.pair_text(&found));
        }
        if let Some(found) = freed(no_volumes(&widened)) {
            let spacing = number(mm(found.spacing), 2);
            return format!("{} per point at {spacing} mm would meet it{between}", self.pair_text(&found));
        }
        self.skin_remedy(asked)
    }

    fn pair_text(&self, found: &Candidate) -> String {
        let has = |kind| self.zones.iter().any(|zone| zone.kind == kind);
        match (has(Kind::Standard), has(Kind::Periorbital)) {
            (true, true) if found.pair.standard != found.pair.periorbital => {
                format!("{} ul, periorbital {} ul", found.pair.standard.0, found.pair.periorbital.0)
            }
            (false, true) => format!("{} ul", found.pair.periorbital.0),
            _ => format!("{} ul", found.pair.standard.0),
        }
    }

    /// How much skin more or less would meet the total at the limits of spacing and volume.
    fn skin_remedy(&self, asked: Microlitres) -> String {
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
                format!("these zones hold {most} at most: add about {} cm2 of zones", number(more.ceil(), 0))
            }
            (Some(&least), _) if least > asked => {
                let fewer = area * (1.0 - asked.0 as f64 / least.0 as f64);
                format!("these zones take {least} at least: leave out about {} cm2", number(fewer.ceil(), 0))
            }
            (_, Some(&most)) if most == Microlitres::ZERO => "these zones hold no point".to_owned(),
            _ => "a syringe with finer steps would meet it".to_owned(),
        }
    }
}
