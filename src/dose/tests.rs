//! The promises of a dose, over areas, budgets, syringes and kinds drawn at random.

use proptest::prelude::*;

use super::*;
use crate::body::{Chart, ChartPoint, Place};
use crate::layout::{LaidPoint, SpacingLimits};
use crate::plan::Quality;

fn span(least: u64, greatest: u64) -> Span<Microlitres> {
    Span { least: Microlitres(least), greatest: Microlitres(greatest) }
}

/// The figures of exosome nappage.
fn exosome() -> Limits {
    Limits {
        spacing: SpacingLimits { least_mm: 10.0, greatest_mm: 15.0 },
        middle_spacing_mm: 12.5,
        standard: span(10, 20),
        periorbital: Some(span(5, 10)),
        budget: Some(span(2000, 4000)),
        middle_total: Some(Microlitres(3000)),
    }
}

fn wish(extent: Extent) -> Wish {
    Wish {
        spacing_mm: None,
        total: None,
        volume: None,
        periorbital_volume: None,
        by_zone: BTreeMap::new(),
        graduation: Microlitres(5),
        extent,
    }
}

fn zone(base: &str, kind: Kind, area_cm2: f64) -> DoseZone {
    DoseZone { base: base.to_owned(), kind, area_cm2 }
}

/// About the treated skin of a full face.
fn face() -> Vec<DoseZone> {
    let standard = |(base, area): (&str, f64)| zone(base, Kind::Standard, area);
    let once = [("forehead", 42.0), ("glabella", 5.0), ("upper-lip", 6.0), ("chin", 14.0)].map(standard);
    let pairs = [("temple", 15.0), ("cheek", 38.0), ("lateral-cheek", 16.0), ("jaw", 15.0)].map(standard);
    let mut zones = once.to_vec();
    for pair in pairs.into_iter().chain([zone("periorbital", Kind::Periorbital, 8.0)]) {
        zones.extend([pair.clone(), pair]);
    }
    zones
}

/// A layout with as many points as a real one would have, give or take `noise` parts.
fn fake(zones: &[DoseZone], spacing: f64, noise: f64) -> Layout {
    let cell = 3_f64.sqrt() / 2.0 * (spacing / 10.0).powi(2);
    let points = zones.iter().enumerate().flat_map(|(index, zone)| {
        let wobble = 1.0 + noise * (37.0 * spacing + index as f64).sin();
        let count = (zone.area_cm2 / cell * wobble).round() as usize;
        (0..count).map(move |_| LaidPoint {
            zone: index,
            row: 1,
            chart: Chart::Flat,
            at: ChartPoint::origin(),
            place: Place::origin(),
        })
    });
    Layout {
        spacing_mm: spacing,
        settled: true,
        points: points.collect(),
        quality: Quality::default(),
        zone_quality: vec![Quality::default(); zones.len()],
        findings: Vec::new(),
    }
}

fn dosed(wish: &Wish, limits: &Limits, zones: &[DoseZone]) -> (Dosed, usize) {
    let mut calls = Vec::new();
    let dosed = dose(wish, limits, zones, |spacing| {
        calls.push(spacing);
        fake(zones, spacing, 0.02)
    });
    let count = calls.len();
    calls.dedup();
    assert_eq!(calls.len(), count, "a spacing was laid out twice");
    (dosed, count)
}

#[test]
fn a_full_face_without_a_wish_comes_near_the_middle_of_the_budget() {
    let (dosed, calls) = dosed(&wish(Extent::FullFace), &exosome(), &face());
    assert!(dosed.total.0.abs_diff(3000) <= 75, "{}", dosed.reason);
    assert!(calls <= 3, "{calls} layouts");
    assert!(dosed.findings.is_empty());
    assert!(dosed.reason.contains("the middle of the budget"), "{}", dosed.reason);
}

#[test]
fn every_total_inside_the_budget_is_met_on_a_face_with_two_volumes() {
    for asked in (2000..=4000).step_by(100) {
        let wish = Wish { total: Some(Microlitres(asked)), ..wish(Extent::FullFace) };
        let (dosed, calls) = dosed(&wish, &exosome(), &face());
        let spread = |kind| {
            let zones = face().into_iter().zip(&dosed.volumes).filter(move |(zone, _)| zone.kind == kind);
            zones.map(|(_, volume)| *volume).collect::<std::collections::BTreeSet<_>>().len()
        };
        assert!(dosed.total.0.abs_diff(asked) as f64 <= 0.025 * asked as f64, "{asked}: {}", dosed.reason);
        assert_eq!((spread(Kind::Standard), spread(Kind::Periorbital)), (1, 1), "{}", dosed.reason);
        assert!(calls <= MAX_LAYOUTS);
    }
}

#[test]
fn skin_far_larger_than_the_face_is_planned_inside_the_budget_by_wider_spacing() {
    let mut zones = face();
    zones.extend([zone("neck", Kind::Standard, 110.0), zone("decolletage", Kind::Standard, 290.0)]);
    let (dosed, _) = dosed(&wish(Extent::FullFace), &exosome(), &zones);
    assert!((2000..=4000).contains(&dosed.total.0), "{}", dosed.reason);
    assert!((14.0..=14.5).contains(&dosed.layout.spacing_mm), "{}", dosed.reason);
}

#[test]
fn one_small_zone_is_planned_at_the_middle_of_spacing_and_volume() {
    let zones = [zone("glabella", Kind::Standard, 5.0)];
    let (dosed, calls) = dosed(&wish(Extent::Part), &exosome(), &zones);
    assert_eq!((dosed.layout.spacing_mm, dosed.volumes[0]), (12.5, Microlitres(15)));
    assert_eq!((dosed.target, calls), (None, 1));
    assert!(dosed.reason.contains("no total asked"), "{}", dosed.reason);
}

#[test]
fn a_fixed_spacing_gets_volumes_by_zone_only_where_two_volumes_cannot_meet_the_total() {
    let fixed =
        |total| Wish { spacing_mm: Some(12.5), total: Some(Microlitres(total)), ..wish(Extent::FullFace) };
    let zones = face();
    let (two, _) = dosed(&fixed(2000), &exosome(), &zones);
    let by_zone = (2000..=3600).step_by(50).map(|total| dosed(&fixed(total), &exosome(), &zones).0);
    let mut varied = 0;
    for dosed in by_zone.chain([two]) {
        assert!(dosed.findings.is_empty(), "{}", dosed.reason);
        let pairs = zones.iter().zip(&dosed.volumes);
        for (zone, volume) in pairs.clone() {
            let alike = pairs.clone().filter(|(other, _)| other.base == zone.base);
            assert!(alike.clone().all(|(_, other)| other == volume), "a pair is dosed unevenly");
        }
        varied += usize::from(dosed.reason.contains(" in "));
    }
    assert!((5..33).contains(&varied), "{varied} of 34 by zone");
}

#[test]
fn a_total_that_cannot_be_met_is_named_with_what_would_meet_it() {
    let fixed = Wish {
        spacing_mm: Some(15.0),
        volume: Some(Microlitres(10)),
        periorbital_volume: Some(Microlitres(5)),
        total: Some(Microlitres(3500)),
        ..wish(Extent::FullFace)
    };
    let (dosed, _) = dosed(&fixed, &exosome(), &face());
    let message = &dosed.findings[0].message;
    assert_eq!(dosed.findings[0].code, "target-missed");
    assert!(message.contains("less;") && message.contains("per point at"), "{message}");

    let spacing_only = Wish { volume: None, periorbital_volume: None, ..fixed };
    let message = &super::tests::dosed(&spacing_only, &exosome(), &face()).0.findings[0].message;
    assert!(message.contains("a spacing of") && message.contains("would meet it"), "{message}");

    let glabella = [zone("glabella", Kind::Standard, 5.0)];
    let much = Wish { total: Some(Microlitres(1000)), ..wish(Extent::Part) };
    let message = &super::tests::dosed(&much, &exosome(), &glabella).0.findings[0].message;
    assert!(message.contains("add about"), "{message}");
}

#[test]
fn without_limits_of_their_own_periorbital_points_get_the_standard_volume() {
    let limits = Limits { periorbital: None, budget: None, standard: span(10, 50), ..exosome() };
    let (dosed, _) = dosed(&wish(Extent::FullFace), &limits, &face());
    assert!(dosed.volumes.windows(2).all(|pair| pair[0] == pair[1]), "{}", dosed.reason);
}

#[test]
fn nothing_to_treat_is_no_reason_to_fail() {
    for zones in [vec![], vec![zone("speck", Kind::Periorbital, 0.0)]] {
        for total in [None, Some(Microlitres(3000))] {
            let (dosed, _) = dosed(&Wish { total, ..wish(Extent::Part) }, &exosome(), &zones);
            assert_eq!(dosed.total, Microlitres::ZERO);
        }
    }
}

fn limits_strategy() -> impl Strategy<Value = Limits> {
    let span_of = |from: std::ops::Range<u64>, wide: u64| {
        (from, 0..wide).prop_map(|(least, more)| span(least, least + more))
    };
    let standard = span_of(1..40, 60);
    let periorbital = proptest::option::of(span_of(1..20, 20));
    let budget = proptest::option::of(span_of(100..4000, 6000));
    (500..1500_u32, 0..1000_u32, standard, periorbital, budget).prop_map(
        |(least, wide, standard, periorbital, budget)| {
            let (least_mm, wide) = (f64::from(least) / 100.0, f64::from(wide) / 100.0);
            Limits {
                spacing: SpacingLimits { least_mm, greatest_mm: least_mm + wide },
                middle_spacing_mm: least_mm + wide / 2.0,
                standard,
                periorbital,
                budget,
                middle_total: budget
                    .map(|span: Span<Microlitres>| Microlitres((span.least.0 + span.greatest.0) / 2)),
            }
        },
    )
}

fn zones_strategy() -> impl Strategy<Value = Vec<DoseZone>> {
    let kind = prop_oneof![3 => Just(Kind::Standard), 1 => Just(Kind::Periorbital)];
    let zone =
        (0..6_u32, kind, 0.0..200.0).prop_map(|(name, kind, area)| zone(&format!("z{name}"), kind, area));
    proptest::collection::vec(zone, 0..12)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn chosen_volumes_are_whole_graduations_inside_their_limits_and_sum_exactly(
        limits in limits_strategy(),
        zones in zones_strategy(),
        graduation in prop_oneof![Just(1_u64), Just(5), Just(10)],
        total in proptest::option::of(100_u64..8000),
        spacing in proptest::option::of(0.0..1.0),
        whole in any::<bool>(),
    ) {
        let extent = if whole { Extent::FullFace } else { Extent::Part };
        let bounds = limits.spacing;
        let wish = Wish {
            total: total.map(Microlitres),
            spacing_mm: spacing.map(|share: f64| {
                let mm = bounds.least_mm + share * (bounds.greatest_mm - bounds.least_mm);
                (mm * 100.0).round() / 100.0
            }),
            graduation: Microlitres(graduation),
            ..wish(extent)
        };
        let (first, calls) = dosed(&wish, &limits, &zones);
        prop_assert!(calls <= MAX_LAYOUTS);
        for (zone, volume) in zones.iter().zip(&first.volumes) {
            let span = limits.volume(zone.kind);
            prop_assert!(span.contains(volume), "{} outside {}", volume, span);
            if !settable(span, wish.graduation).is_empty() {
                prop_assert_eq!(volume.0 % graduation, 0);
            }
        }
        let sum: u64 = first.layout.points.iter().map(|point| first.volumes[point.zone].0).sum();
        prop_assert_eq!(first.total.0, sum);
        if let Some(asked) = wish.spacing_mm {
            prop_assert!((first.layout.spacing_mm - asked).abs() < 0.001);
        }
        prop_assert!(first.layout.spacing_mm >= bounds.least_mm - 0.001);
        prop_assert!(first.layout.spacing_mm <= bounds.greatest_mm + 0.001);

        let (second, _) = dosed(&wish, &limits, &zones);
        prop_assert_eq!(first.reason, second.reason);
        prop_assert_eq!(first.volumes, second.volumes);
        prop_assert_eq!(first.layout.spacing_mm, second.layout.spacing_mm);
    }
}
