//! A session as a file: written, it reads as itself again.

use std::collections::BTreeMap;

use nappage::body::{Chart, ChartPoint};
use nappage::clock::parse_clock;
use nappage::course::{Asked, Closed, Place, parse_date, parse_weekday};
use nappage::plan::Pattern;
use nappage::protocol::{Minutes, Span};
use nappage::session::{Anchor, Marked, MarkedShape, Paper, PointName, PointVolume, Printed, Session, Vials};
use nappage::tray::{OnTray, Visit};
use nappage::units::Microlitres;
use nappage::zones::Side;
use proptest::collection::{btree_map, vec};
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

/// Words as people write them, with what a file must guard: quotes, backslashes, umlauts.
fn words() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9äß'\"\\\\#=-]([a-zA-Z0-9 äß'\"\\\\#=-]{0,12}[a-zA-Z0-9])?"
}

fn names() -> impl Strategy<Value = Vec<String>> {
    vec("[a-z][a-z-]{0,8}[a-z]", 0..4)
}

fn volume() -> impl Strategy<Value = Microlitres> {
    (1_u64..20_000).prop_map(Microlitres)
}

/// Lengths as a ruler or a program gives them, in mm.
fn length(micrometres: std::ops::Range<i32>) -> impl Strategy<Value = f64> {
    micrometres.prop_map(|micrometres| f64::from(micrometres) / 1000.0)
}

fn date() -> impl Strategy<Value = jiff::civil::Date> {
    (2020_i16..2099, 1_i8..=12, 1_i8..=28)
        .prop_map(|(year, month, day)| parse_date(&format!("{year}-{month:02}-{day:02}")).expect("a day"))
}

fn clock() -> impl Strategy<Value = nappage::clock::Clock> {
    (0_u32..24, 0_u32..60)
        .prop_map(|(hour, minute)| parse_clock(&format!("{hour}:{minute:02}")).expect("a time"))
}

fn corner() -> impl Strategy<Value = ChartPoint> {
    (-180.0..180.0, -300.0..300.0).prop_map(|(u, v)| ChartPoint::new(u, v))
}

fn marked() -> impl Strategy<Value = Marked> {
    let chart = || select(Chart::ALL.to_vec());
    let side = select(vec![Side::Left, Side::Right, Side::Midline]);
    let landmark = ("[a-z]{3,9}", side, length(-300_000..300_000), length(-300_000..300_000)).prop_map(
        |(landmark, side, lateral_mm, up_mm)| Anchor::Landmark { landmark, side, lateral_mm, up_mm },
    );
    let middle = prop_oneof![(chart(), corner()).prop_map(|(chart, at)| Anchor::Chart(chart, at)), landmark];
    let shape = prop_oneof![
        (middle, length(10..100_000))
            .prop_map(|(middle, radius_mm)| MarkedShape::Round { middle, radius_mm }),
        (chart(), vec(corner(), 3..6)).prop_map(|(chart, corners)| MarkedShape::Outline { chart, corners }),
    ];
    (words(), shape, of(length(0..100_000))).prop_map(|(name, shape, margin_mm)| Marked {
        name,
        shape,
        margin_mm,
    })
}

fn point() -> impl Strategy<Value = PointName> {
    ("[a-z]{3,9}", 1_usize..40, 1_usize..30, of(corner())).prop_map(|(zone, row, place, at)| PointName {
        zone,
        row,
        place,
        at,
        layer: None,
    })
}

fn product() -> impl Strategy<Value = OnTray> {
    let minutes =
        (1_u32..600).prop_map(|minutes| Span { least: Minutes(minutes), greatest: Minutes(minutes) });
    let label = (of(words()), of(words()), of(words()), of(words()));
    (label, of(date()), of(clock()), of(minutes)).prop_map(|(label, expiry, reconstituted, use_within)| {
        let (id, name, concentration, batch) = label;
        OnTray { id, name, concentration, batch, expiry, reconstituted, use_within, ..OnTray::default() }
    })
}

fn course() -> impl Strategy<Value = Asked> {
    let weekdays = subsequence(vec!["mon", "wed", "sat", "sun"], 0..=4)
        .prop_map(|days| days.into_iter().map(|day| parse_weekday(day).expect("a day")).collect());
    let place = prop_oneof![(1_u32..9).prop_map(Place::Session), Just(Place::Assessment)];
    let days = (of(date()), vec(date(), 0..3), btree_map(place, date(), 0..3));
    (days, weekdays, of(1_u32..9), of(0_u32..9), of(words())).prop_map(
        |((start, dates, moved), weekdays, sessions, maintenance, label)| Asked {
            start,
            sessions,
            closed: Closed { weekdays, dates: dates.into_iter().collect() },
            moved,
            maintenance,
            label,
        },
    )
}

fn session() -> impl Strategy<Value = Session> {
    let pattern = select(vec![Pattern::Rows, Pattern::Even]);
    let paper = select(vec![Paper::A4, Paper::Letter]);
    let pages = subsequence(Printed::ALL.map(|(_, kind)| kind).to_vec(), 0..=5);
    let vials = (volume(), 1_u32..99).prop_map(|(volume, number)| Vials { volume, number });
    let measured = btree_map(select(vec!["menton-sellion", "neck-height"]), length(80_000..130_000), 0..3);
    let by_zone = btree_map("[a-z]{3,9}", volume(), 0..3);
    let visit = (of(date()), of(clock()), of((1_u32..600).prop_map(Minutes)));
    let asked = (
        names(),
        names(),
        of(words()),
        of(words()),
        of(words()),
        of(words()),
        of((words(), of(any::<bool>()))),
    );
    let doses = (of(length(2_000..50_000)), of(pattern), of(volume()), of(volume()), of(volume()), by_zone);
    let by_hand = (
        vec(marked(), 0..3),
        vec(point(), 0..3),
        vec((point(), volume()).prop_map(|(point, volume)| PointVolume { point, volume }), 0..3),
    );
    let answers = of(btree_map("[a-z]{3,9}", any::<bool>(), 0..4));
    let rest = (answers, of(vials), product(), visit, course(), of(paper), pages, measured);
    (asked, doses, by_hand, rest).prop_map(|(asked, doses, by_hand, rest)| {
        let (zones, skip, body, protocol, syringe, reference, last) = asked;
        let (previous, interleave) = last.unzip();
        let (spacing_mm, pattern, total, volume, periorbital_volume, volumes) = doses;
        let (marked, skip_points, point_volumes) = by_hand;
        let (screening, vials, product, (date, start, lasts), course, paper, pages, measured) = rest;
        let measurements_mm: BTreeMap<String, f64> =
            measured.into_iter().map(|(id, mm)| (id.to_owned(), mm)).collect();
        Session {
            zones,
            skip,
            marked,
            skip_points,
            point_volumes,
            body,
            measurements_mm,
            protocol,
            spacing_mm,
            pattern,
            total,
            volume,
            periorbital_volume,
            volumes,
            syringe,
            vials,
            product,
            visit: Visit { date, start, lasts },
            paper,
            pages,
            reference,
            previous,
            interleave: interleave.flatten(),
            course,
            screening,
            ..Session::default()
        }
    })
}

/// The session that a text reads as, without the places of its keys.
fn read(text: &str) -> Session {
    let mut read = Session::read("written.toml", text).unwrap_or_else(|faults| panic!("{text}\n{faults}"));
    read.layers.iter_mut().for_each(|layer| layer.asked.written = None);
    Session { written: None, ..read }
}

proptest! {
    #[test]
    fn a_session_that_is_written_reads_as_itself(session in session()) {
        let text = session.written_out().expect("written");
        let again = read(&text);
        prop_assert_eq!(&again, &session, "{}", text);
        prop_assert_eq!(again.written_out().expect("written"), text);
    }
}

#[test]
fn every_example_reads_as_itself_once_written() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/sessions");
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).expect("the examples") {
        let path = entry.expect("an entry").path();
        if path.extension().is_none_or(|ending| ending != "toml") {
            continue;
        }
        let session = read(&std::fs::read_to_string(&path).expect("text"));
        assert_eq!(read(&session.written_out().expect("written")), session, "{}", path.display());
        seen += 1;
    }
    assert!(seen > 5);
}

#[test]
fn what_is_no_number_is_not_written() {
    let corners = vec![ChartPoint::new(0.0, f64::NAN); 3];
    let marked = Marked {
        name: "mole".into(),
        shape: MarkedShape::Outline { chart: Chart::Head, corners },
        margin_mm: None,
    };
    let session = Session { marked: vec![marked], ..Session::default() };
    let written = session.written_out();
    assert!(written.is_err() || Session::read("s.toml", &written.unwrap()).is_err());
}
