//! Zone files, sound and at fault.

use nalgebra::Point2;
use proptest::prelude::*;

use super::{Atlas, ExclusionShape, Side, Zone};
use crate::fault::Faults;
use crate::library::{Library, validate};

/// A sound zone; its outline stands on line 11, its units on line 8.
const SQUARE: &str = r#"format = "nappage-zone/1"
[[zone]]
id = "patch"
name = "Patch"
region = "chest"
kind = "standard"
chart = "flat"
units = ["mm", "mm"]
sides = "whole"
drawn = "a square"
outline = [[0, 0], [40, 0], [40, 40], [0, 40], [0, 0]]
"#;

fn read(text: &str) -> Result<Vec<Zone>, Faults> {
    validate("clinic.toml", text, Library::built_in())
}

fn faults(text: &str) -> Faults {
    read(text).expect_err("the text is at fault")
}

/// That `text` has exactly one fault: on that line, of that item, with those words.
#[track_caller]
fn one_fault(text: &str, line: usize, item: &str, words: &str) {
    let found = faults(text);
    assert_eq!(found.list.len(), 1, "{found}");
    let fault = &found.list[0];
    assert_eq!((found.line(fault), fault.item.as_str()), (Some(line), item), "{found}");
    assert!(fault.to_string().contains(words), "{found}");
}

fn with_outline(outline: &str) -> String {
    SQUARE.replace("[[0, 0], [40, 0], [40, 40], [0, 40], [0, 0]]", outline)
}

#[test]
fn a_sound_zone_is_read_with_edges_of_two_millimetres() {
    let zones = read(SQUARE).unwrap();
    assert_eq!((zones.len(), zones[0].id.as_str(), zones[0].side), (1, "patch", Side::Midline));
    assert_eq!(zones[0].shape.area(), 1600.0);
    assert_eq!(zones[0].shape.outer().len(), 80);
}

#[test]
fn wrong_orientation_is_mended_silently() {
    let clockwise = read(&with_outline("[[0, 0], [0, 40], [40, 40], [40, 0], [0, 0]]")).unwrap();
    assert_eq!(clockwise[0].shape.area(), 1600.0);
}

#[test]
fn toml_that_cannot_be_parsed_names_its_line() {
    one_fault(&SQUARE.replace("\"Patch\"", "\"Patch"), 4, "toml", "");
}

#[test]
fn an_unknown_key_hints_the_nearest() {
    let text = SQUARE.replace("sides = \"whole\"", "sides = \"whole\"\ncaer = [\"x\"]");
    one_fault(&text, 10, "zone 'patch', caer", "did you mean 'care'?");
    one_fault(&format!("colour = 3\n{SQUARE}"), 1, "colour", "not a known key");
}

#[test]
fn a_missing_key_is_named_at_its_table() {
    one_fault(&SQUARE.replace("region = \"chest\"\n", ""), 2, "zone 'patch', region", "is missing");
    one_fault(&SQUARE.replace("format = \"nappage-zone/1\"\n", ""), 1, "format", "is missing");
}

#[test]
fn a_wrong_type_is_told() {
    one_fault(
        &SQUARE.replace("\"Patch\"", "7"),
        4,
        "zone 'patch', name",
        "must be a text in quotes, is a number",
    );
    one_fault(&with_outline("\"brow\""), 11, "zone 'patch', outline", "must be a list");
    one_fault(
        &with_outline("[[0, 0], 5, [40, 40], [0, 0]]"),
        11,
        "zone 'patch', outline item 2",
        "must be a corner",
    );
    one_fault(
        &with_outline("[[0, 0], [\"a\", 1], [9, 9], [0, 0]]"),
        11,
        "zone 'patch', outline point 2",
        "a number",
    );
}

#[test]
fn a_wrong_number_of_coordinates_is_told() {
    let text = with_outline("[[0, 0],\n[40, 0, 7],\n[40, 40], [0, 0]]");
    one_fault(&text, 12, "zone 'patch', outline point 2", "has 3 coordinates (value [40, 0, 7], bound 2)");
    one_fault(
        &with_outline("[[0, 0], [40], [40, 40], [0, 0]]"),
        11,
        "zone 'patch', outline point 2",
        "has 1 coordinates",
    );
}

#[test]
fn numbers_that_are_not_finite_are_all_named() {
    let found = faults(&with_outline("[[0, 0],\n[nan, 0],\n[40, inf], [1e999, -inf], [0, 0]]"));
    let lines: Vec<_> = found.list.iter().map(|fault| (found.line(fault), fault.value.clone())).collect();
    let value = |text: &str| Some(text.to_owned().into());
    assert_eq!(
        lines,
        [
            (Some(12), value("nan")),
            (Some(13), value("inf")),
            (Some(13), value("1e999")),
            (Some(13), value("-inf"))
        ]
    );
}

#[test]
fn units_must_stand_there_and_be_those_of_the_chart() {
    one_fault(&SQUARE.replace("units = [\"mm\", \"mm\"]\n", ""), 2, "zone 'patch', units", "unit missing");
    one_fault(
        &SQUARE.replace("[\"mm\", \"mm\"]", "[\"deg\", \"mm\"]"),
        8,
        "zone 'patch', units",
        "mm, mm of chart 'flat'",
    );
    one_fault(
        &SQUARE.replace("[\"mm\", \"mm\"]", "\"mm\""),
        8,
        "zone 'patch', units",
        "must be a list of two units",
    );
}

#[test]
fn unknown_names_hint_the_nearest() {
    one_fault(&SQUARE.replace("\"chest\"", "\"chesst\""), 5, "zone 'patch', region", "did you mean 'chest'?");
    one_fault(
        &SQUARE.replace("\"standard\"", "\"standart\""),
        6,
        "zone 'patch', kind",
        "did you mean 'standard'?",
    );
    one_fault(&SQUARE.replace("\"flat\"", "\"flatt\""), 7, "zone 'patch', chart", "did you mean 'flat'?");
    one_fault(&SQUARE.replace("\"whole\"", "\"hole\""), 9, "zone 'patch', sides", "did you mean 'whole'?");
    one_fault(
        &with_outline("[[0, 0], \"hairlin\", [0, 0]]"),
        11,
        "zone 'patch', outline item 2",
        "did you mean 'hairline'?",
    );
    one_fault(
        &with_outline("[[0, 0], \"hairline\", [0, 0]]"),
        11,
        "zone 'patch', outline item 2",
        "a border of chart 'flat'",
    );
}

#[test]
fn a_part_of_a_border_lies_between_two_of_its_drawn_points() {
    let border = "[[border]]\nid = 'edge'\nchart = 'flat'\nunits = ['mm', 'mm']\ndrawn = 'x'\npoints = [[0, 0], [40, 0], [60, 0]]\n";
    let part = |from: &str, to: &str| {
        let step = format!("[{{ border = 'edge', from = {from}, to = {to} }}, [40, 40], [0, 40], [0, 0]]");
        with_outline(&step) + border
    };
    assert_eq!(read(&part("[0, 0]", "[40, 0]")).unwrap()[0].shape, read(SQUARE).unwrap()[0].shape);
    one_fault(&part("[0, 0]", "[41, 0]"), 11, "zone 'patch', outline item 1", "the nearest is [40, 0]");
    one_fault(
        &part("[0, 0]", "[0, 0]"),
        11,
        "zone 'patch', outline item 1",
        "begins and ends at the same point",
    );
}

#[test]
fn an_open_walk_is_told_how_to_close() {
    let text = with_outline("[[0, 0], [40, 0], [40, 40],\n[0, 40]]");
    one_fault(&text, 12, "zone 'patch', outline", "hint: end it with [0, 0]");
}

#[test]
fn a_ring_that_crosses_itself_names_both_ways() {
    let text = with_outline("[[0, 0], [40, 40], [40, 0],\n[0, 40], [0, 0]]");
    one_fault(
        &text,
        12,
        "zone 'patch', outline point 4",
        "the way to it crosses the way to outline point 2 (value at [20, 20])",
    );
}

#[test]
fn a_repeated_point_is_told() {
    let text = with_outline("[[0, 0], [40, 0],\n[40, 0], [40, 40], [0, 0]]");
    one_fault(&text, 12, "zone 'patch', outline point 3", "repeats the point before");
    let text = with_outline("[{ curve = [[0, 0], [40, 0],\n[40, 0.001], [40, 40]] }, [0, 0]]");
    one_fault(&text, 12, "zone 'patch', outline item 1 curve point 3", "repeats the point before");
    let text = with_outline("[[0, 0], [40, 0], [40, 40],\n[0, 40], [0, 0.001], [0, 0]]");
    one_fault(&text, 12, "zone 'patch', outline point 6", "misses the point before by a hair");
}

#[test]
fn a_ring_without_area_is_told() {
    let found = faults(&with_outline("[[0, 0], [40, 0], [0, 0]]"));
    assert!(found.list.iter().all(|fault| fault.item.starts_with("zone 'patch', outline")), "{found}");
}

#[test]
fn a_misplaced_hole_is_told() {
    let hole = |ring: &str| format!("{SQUARE}holes = [{ring}]\n");
    assert_eq!(read(&hole("[[10, 10], [20, 10], [20, 20], [10, 10]]")).unwrap()[0].shape.holes().len(), 1);
    one_fault(
        &hole("[[10, 10], [60, 10], [20, 20], [10, 10]]"),
        12,
        "zone 'patch', hole 1",
        "does not lie inside",
    );
    one_fault(&hole("[[10, 10], [20, 10], [20, 20]]"), 12, "zone 'patch', hole 1", "is open");
    let nested = hole("[[5, 5], [30, 5], [30, 30], [5, 5]], [[20, 10], [25, 10], [25, 20], [20, 10]]");
    one_fault(&nested, 12, "zone 'patch', hole 2", "meets hole 1");
}

/// A zone of the head, away from those of the atlas, with its outline on line 11.
fn on_head(sides: &str, outline: &str) -> String {
    with_outline(outline)
        .replace("\"flat\"", "\"head\"")
        .replace("[\"mm\", \"mm\"]", "[\"deg\", \"mm\"]")
        .replace("\"whole\"", &format!("\"{sides}\""))
}

#[test]
fn what_lies_outside_the_chart_is_told_with_its_bounds() {
    let text = on_head("whole", "[[-3, 80], [3, 80],\n[3, 95], [-3, 80]]");
    let found = faults(&text);
    let first = &found.list[0];
    assert_eq!((found.line(first), first.item.as_str()), (Some(12), "zone 'patch', outline point 3"));
    assert!(first.to_string().contains("-180 to 180 deg, -115 to 90 mm"), "{found}");
    one_fault(
        &with_outline("[[0, 0], [1e300, 0], [0, 1], [0, 0]]"),
        11,
        "zone 'patch', outline point 2",
        "outside the chart",
    );
}

#[test]
fn a_pair_may_not_cross_the_midline() {
    let text = on_head("pair", "[[3, 80], [20, 80],\n[-3, 88], [3, 80]]");
    let found = faults(&text);
    assert_eq!(found.list[0].item, "zone 'patch', outline point 3", "{found}");
    assert!(found.list[0].problem.contains("crosses the midline") && found.line(&found.list[0]) == Some(12));
}

#[test]
fn a_halved_walk_begins_and_ends_on_the_midline() {
    let zone = &read(&on_head("halved", "[[0, 80], [10, 80], [10, 88], [0, 88]]")).unwrap()[0];
    assert_eq!((zone.side, zone.shape.area()), (Side::Midline, 160.0));
    assert!(zone.shape.outer().iter().all(|p| zone.shape.outer().contains(&Point2::new(-p.x, p.y))));
    let off = on_head("halved", "[[0, 80], [10, 80],\n[10, 88]]");
    one_fault(&off, 12, "zone 'patch', outline", "ends off the midline");
    let off = on_head("halved", "[[1, 80], [10, 80], [10, 88], [0, 88]]");
    one_fault(&off, 11, "zone 'patch', outline", "begins off the midline");
    let touching = on_head("halved", "[[0, 78], [10, 80], [0, 84], [10, 88],\n[0, 88]]");
    one_fault(&touching, 11, "zone 'patch', outline point 3", "touches the midline");
}

#[test]
fn an_overlap_names_both_zones_and_the_area() {
    let second = SQUARE
        .split_once('\n')
        .unwrap()
        .1
        .replace("patch", "other")
        .replace("[0, 0]", "[20, 0]")
        .replace("[0, 40]", "[20, 40]")
        .replace("[40, ", "[60, ");
    let text = format!("{SQUARE}{second}");
    one_fault(&text, 12, "zone 'other'", "overlaps zone 'patch' (value about 800 mm2 around [30, 20]");
    let beside = text.replace("[20, 0]", "[40, 0]").replace("[20, 40]", "[40, 40]");
    assert_eq!(read(&beside).unwrap().len(), 2, "sharing an edge is no overlap");
}

#[test]
fn an_overlap_with_the_atlas_is_told_on_either_side() {
    let text = on_head("whole", "[[-40, -40], [-30, -40], [-30, -30], [-40, -40]]");
    one_fault(&text, 2, "zone 'patch'", "overlaps zone 'cheek'");
}

#[test]
fn ids_are_sound_and_stand_once() {
    for id in ["Patch", "2nd", "a--b", "a b", "-a", "ä"] {
        one_fault(&SQUARE.replace("\"patch\"", &format!("\"{id}\"")), 3, "zone 1, id", "is malformed");
    }
    let twice = format!("{SQUARE}{}", SQUARE.split_once('\n').unwrap().1);
    let found = faults(&twice);
    assert_eq!(
        (found.list[0].item.as_str(), found.line(&found.list[0])),
        ("zone 'patch'", Some(12)),
        "{found}"
    );
}

#[test]
fn a_side_of_a_pair_may_not_bear_the_id_of_another_zone() {
    let text = SQUARE.replace("\"patch\"", "\"temple-left\"");
    one_fault(&text, 2, "zone 'temple-left'", "is the id of a side of zone 'temple'");
}

#[test]
fn a_margin_bears_its_unit() {
    let exclusion = |margin: &str| {
        format!(
            "format = 'nappage-zone/1'\n[[exclusion]]\nid = 'mole'\nname = 'Mole'\nchart = 'flat'\nunits = ['mm', 'mm']\n\
             sides = 'whole'\nstatus = 'clinic-set'\ndrawn = 'x'\nline = [[0, 0], [5, 5]]\nmargin = {margin}\n"
        )
    };
    assert_eq!(read(&exclusion("'1 cm'")), Ok(Vec::new()));
    one_fault(&exclusion("10"), 11, "exclusion 'mole', margin", "unit missing");
    one_fault(&exclusion("'10'"), 11, "exclusion 'mole', margin", "unit missing");
    one_fault(&exclusion("'-1 mm'"), 11, "exclusion 'mole', margin", "0 to 50 mm");
}

#[test]
fn a_preset_names_known_zones() {
    let text = "format = 'nappage-zone/1'\n[[preset]]\nid = 'mine'\nname = 'Mine'\nzones = ['cheek',\n'temple-left', 'chekk']\n";
    one_fault(text, 6, "preset 'mine', zones", "did you mean 'cheek'?");
}

#[test]
fn every_fault_of_a_file_is_told_at_once() {
    let text = SQUARE
        .replace("\"chest\"", "\"back\"")
        .replace("units = [\"mm\", \"mm\"]\n", "")
        .replace("[40, 40]", "[40, nan]")
        .replace("name =", "nmae =");
    let items: Vec<_> = faults(&text).list.into_iter().map(|fault| fault.item).collect();
    assert_eq!(
        items,
        [
            "zone 'patch', name",
            "zone 'patch', units",
            "zone 'patch', nmae",
            "zone 'patch', region",
            "zone 'patch', outline point 3"
        ]
    );
}

#[test]
fn what_is_no_zone_file_is_refused_early() {
    one_fault("", 1, "file", "is empty");
    one_fault("\u{1}\u{2}ELF", 1, "file", "is not plain text");
    one_fault(&"a".repeat(50 << 20), 1, "file", "is too large (value 50 MB, bound at most 4 MB)");
    one_fault("format = \"nappage-session/1\"", 1, "format", "is not known");
}

#[test]
fn a_few_bytes_cannot_ask_for_endless_points() {
    let zigzag: String =
        (0..400).map(|i| format!("[{}, {i}], ", if i % 2 == 0 { -9999 } else { 9999 })).collect();
    let found = faults(&with_outline(&format!("[{zigzag}[-9999, 0]]")));
    assert!(found.list[0].problem.contains("too many points"), "{found}");
}

#[test]
fn endless_tables_and_faults_are_cut_short() {
    let found = faults(&format!("format = 'nappage-zone/1'\n{}", "[[preset]]\n".repeat(3000)));
    assert!(found.list.iter().any(|fault| fault.problem.contains("further faults")), "{found}");
    let presets: String =
        (0..201).map(|i| format!("[[preset]]\nid = 'p{i}'\nname = 'x'\nzones = ['chin']\n")).collect();
    one_fault(&format!("format = 'nappage-zone/1'\n{presets}"), 802, "preset", "at most 200 in one file");
}

fn atlas() -> &'static Atlas {
    &Library::built_in().atlas
}

#[test]
fn pairs_mirror_to_the_last_bit() {
    let mut pairs = 0;
    for left in atlas().zones.iter().filter(|zone| zone.side == Side::Left) {
        let right = atlas().zones.iter().find(|z| z.base == left.base && z.side == Side::Right).unwrap();
        let (a, b) = (left.shape.outer(), right.shape.outer());
        assert_eq!(a.len(), b.len());
        assert!(
            a.iter()
                .zip(b.iter().rev())
                .all(|(a, b)| (-a.x + 0.0).to_bits() == b.x.to_bits() && a.y.to_bits() == b.y.to_bits())
        );
        pairs += 1;
    }
    assert!(pairs >= 5, "{pairs}");
}

/// Distance of a place from an edge, in chart units.
fn from_edge(at: Point2<f64>, (a, b): (Point2<f64>, Point2<f64>)) -> f64 {
    let along = ((at - a).dot(&(b - a)) / (b - a).norm_squared()).clamp(0.0, 1.0);
    (at - (a + (b - a) * along)).norm()
}

#[test]
fn neighbours_share_the_vertices_of_their_border_to_the_last_bit() {
    let mut shared = 0;
    for a in &atlas().zones {
        for b in atlas().zones.iter().filter(|b| b.chart == a.chart && b.id != a.id) {
            for p in a.shape.outer() {
                let touches = b.shape.edges().any(|edge| from_edge(*p, edge) < 0.01);
                assert!(!touches || b.shape.outer().contains(p), "{p} of {} beside {}", a.id, b.id);
                shared += usize::from(touches);
            }
        }
    }
    assert!(shared > 500, "{shared}");
}

#[test]
fn exclusions_on_both_sides_are_mirror_images() {
    let found = |id: &str| atlas().exclusions.iter().find(|exclusion| exclusion.id == id).unwrap();
    let (left, right) = (found("lid-aperture-left"), found("lid-aperture-right"));
    let (ExclusionShape::Area(left), ExclusionShape::Area(right)) = (&left.shape, &right.shape) else {
        panic!("the lid aperture is an area");
    };
    assert_eq!(left.mirrored(), *right);
}

#[test]
fn a_selection_is_in_the_order_of_the_atlas_without_repeats() {
    let select = |names: &[&str]| {
        let names: Vec<_> = names.iter().map(|&name| name.to_owned()).collect();
        atlas().select(&names).map(|zones| zones.into_iter().map(|zone| zone.id).collect::<Vec<_>>())
    };
    assert_eq!(select(&["neck", "temple", "temple-left"]).unwrap(), ["temple-right", "temple-left", "neck"]);
    assert_eq!(select(&["cheek-left"]).unwrap(), ["cheek-left"]);
    let face = select(&["full-face"]).unwrap();
    assert!(face.contains(&"chin".to_owned()) && !face.contains(&"nose".to_owned()));
    assert_eq!(select(&["chekk"]).unwrap_err().hint.as_deref(), Some("did you mean 'cheek'?"));
    assert!(select(&["full-fase"]).unwrap_err().hint.unwrap().contains("full-face"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Bytes of sound files cut, doubled and swapped for others: faults, but never a panic.
    #[test]
    fn no_mutilated_file_panics(
        which in 0_usize..4,
        edits in prop::collection::vec((any::<prop::sample::Index>(), 0_usize..40, "[\\[\\]{}=\"',.0-9a-z\\n-]{0,6}|nan|inf|1e308|-0.0|\u{e9}"), 1..6),
    ) {
        let base = [
            SQUARE,
            include_str!("../../face_zones/borders.toml"),
            include_str!("../../face_zones/zones/forehead.toml"),
            include_str!("../../face_zones/exclusions.toml"),
        ][which];
        let mut text: Vec<char> = base.chars().collect();
        for (at, cut, put) in edits {
            let from = at.index(text.len() + 1);
            let to = (from + cut).min(text.len());
            text.splice(from..to, put.chars());
        }
        let text: String = text.into_iter().collect();
        if let Err(found) = read(&text) {
            prop_assert!(!found.list.is_empty());
            prop_assert!(found.list.iter().all(|fault| !fault.item.is_empty() && found.line(fault).is_some()), "{found}");
        }
    }
}
