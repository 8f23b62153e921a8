//! The built-in atlas: areas against the published region cut, tiling, exclusions and presets.

use std::collections::BTreeMap;

use nappage::body::{Body, Chart, ChartPoint, Place};
use nappage::geometry::Polygon;
use nappage::library::Library;
use nappage::zones::{Exclusion, ExclusionShape, Kind, Region, Status, Zone};

/// Side of the cells areas are summed over, in chart units (mm or degrees).
const CELL: f64 = 0.5;

fn body(id: &str) -> &'static Body {
    Library::built_in().body(id).unwrap()
}

fn zones() -> &'static [Zone] {
    &Library::built_in().atlas.zones
}

/// The zones drawn under an id: one, or a pair.
fn drawn_as(base: &str) -> Vec<&'static Zone> {
    let found: Vec<_> = zones().iter().filter(|zone| zone.base == base).collect();
    assert!(!found.is_empty(), "no zone is drawn as {base}");
    found
}

/// The middles of the cells inside a polygon.
fn cells(shape: &Polygon) -> Vec<ChartPoint> {
    let (low, high) = shape.bounds();
    let count = |span: f64| (span / CELL).ceil() as usize;
    let (columns, rows) = (count(high.x - low.x), count(high.y - low.y));
    (0..rows)
        .flat_map(|j| (0..columns).map(move |i| (i as f64 + 0.5, j as f64 + 0.5)))
        .map(|(i, j)| ChartPoint::new(low.x + i * CELL, low.y + j * CELL))
        .filter(|at| shape.contains(at))
        .collect()
}

fn area_cm2(body: &Body, chart: Chart, shape: &Polygon) -> f64 {
    let skin = body.skin(chart).unwrap();
    cells(shape).iter().map(|at| skin.frame(*at).area_element() * CELL * CELL).sum::<f64>() / 100.0
}

/// Skin area of all zones drawn under an id, both sides together.
fn zone_area_cm2(body: &Body, base: &str) -> f64 {
    drawn_as(base).iter().map(|zone| area_cm2(body, zone.chart, &zone.shape)).sum()
}

fn assert_within(found: f64, wanted: f64, tolerance: f64, what: &str) {
    let off = found / wanted - 1.0;
    assert!(off.abs() <= tolerance, "{what}: {found:.2} instead of {wanted} ({:+.1} %)", off * 100.0);
}

fn exclusions(base: &str) -> Vec<&'static Exclusion> {
    let of_base =
        |id: &str| id == base || [format!("{base}-left"), format!("{base}-right")].contains(&id.to_owned());
    let found: Vec<_> =
        Library::built_in().atlas.exclusions.iter().filter(|exclusion| of_base(&exclusion.id)).collect();
    assert!(!found.is_empty(), "no exclusion is drawn as {base}");
    found
}

fn area_of(exclusion: &Exclusion) -> &Polygon {
    match &exclusion.shape {
        ExclusionShape::Area(area) => area,
        ExclusionShape::Line(_) => panic!("{} is a line", exclusion.id),
    }
}

#[test]
fn areas_on_the_reference_woman_agree_with_the_published_regions() {
    // Both sides together, in cm2: the region cut of the two meshes.
    for (base, wanted) in [("forehead", 49.0), ("cheek", 83.0), ("neck", 123.0), ("decolletage", 349.0)] {
        assert_within(zone_area_cm2(body("woman"), base), wanted, 0.10, base);
    }
}

#[test]
fn a_mans_zones_are_larger_by_the_published_ratio() {
    for (base, man, woman) in [("forehead", 56.0, 49.0), ("cheek", 96.0, 83.0), ("neck", 143.0, 123.0)] {
        let ratio = zone_area_cm2(body("man"), base) / zone_area_cm2(body("woman"), base);
        assert_within(ratio, man / woman, 0.10, base);
        assert!(ratio > 1.0);
    }
    let face = |id| -> f64 {
        zones()
            .iter()
            .filter(|z| z.region == Region::Face)
            .map(|z| area_cm2(body(id), z.chart, &z.shape))
            .sum()
    };
    assert_within(face("man") / face("woman"), 407.0 / 351.0, 0.10, "face");
}

#[test]
fn paired_zones_are_mirror_images() {
    for zone in zones() {
        let twins = drawn_as(&zone.base);
        let mirrored = zone.shape.mirrored();
        let same_area = twins.iter().any(|twin| (twin.shape.area() - mirrored.area()).abs() < 1e-9);
        let same_bounds = twins.iter().any(|twin| twin.shape.bounds() == mirrored.bounds());
        assert!(same_area && same_bounds, "{}", zone.id);
    }
}

/// The borders of the face: every edge of the zones that no neighbour runs back along, joined to rings.
fn face_borders() -> Vec<Vec<ChartPoint>> {
    let key = |p: &ChartPoint| (p.x.to_bits(), p.y.to_bits());
    let mut open = BTreeMap::new();
    for zone in zones().iter().filter(|zone| zone.region == Region::Face) {
        assert_eq!(zone.chart, Chart::Head, "{}", zone.id);
        for (a, b) in zone.shape.edges() {
            let (a, b) = (a + nalgebra::Vector2::zeros(), b + nalgebra::Vector2::zeros());
            if open.remove(&(key(&b), key(&a))).is_none() {
                assert!(open.insert((key(&a), key(&b)), (a, b)).is_none(), "two zones hold one edge at {a}");
            }
        }
    }
    let mut next: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for (a, b) in open.into_values() {
        next.entry(key(&a)).or_default().push(b);
    }
    let mut rings = Vec::new();
    while let Some(start) = next.iter().find(|(_, ends)| !ends.is_empty()).map(|(start, _)| *start) {
        let (mut ring, mut at) = (Vec::new(), start);
        loop {
            let to = next.get_mut(&at).and_then(Vec::pop).expect("every border goes on");
            ring.push(to);
            at = key(&to);
            if at == start {
                break;
            }
        }
        rings.push(ring);
    }
    rings
}

fn signed_area(ring: &[ChartPoint]) -> f64 {
    (0..ring.len()).map(|i| ring[i].coords.perp(&ring[(i + 1) % ring.len()].coords)).sum::<f64>() / 2.0
}

#[test]
fn the_faces_zones_tile_it_without_overlap_or_sliver() {
    // Neighbours hold their seam in opposite directions, so shared edges cancel to the last bit. What
    // stays must be one simple ring around the face, and one each around the eyes (lid, upper lid and
    // brow) and the mouth: then every place between them lies in exactly one zone.
    let (outside, inside): (Vec<_>, Vec<_>) = face_borders().into_iter().partition(|r| signed_area(r) > 0.0);
    assert_eq!((outside.len(), inside.len()), (1, 3), "rings around and within the face");
    let face = Polygon::new(outside[0].clone(), inside).unwrap();
    let covered: f64 = zones().iter().filter(|z| z.region == Region::Face).map(|z| z.shape.area()).sum();
    assert!((face.area() - covered).abs() < 1e-6 * covered);
    for hole in ["lid-aperture", "vermilion"].into_iter().flat_map(exclusions) {
        let middle = cells(area_of(hole));
        assert!(middle.iter().all(|at| !face.contains(at)), "{} lies in a hole of the face", hole.id);
    }
}

#[test]
fn the_whole_face_has_the_published_area() {
    // 351 cm2 counts upper lids and brows, which no zone covers, but not lid aperture and vermilion.
    let woman = body("woman");
    let outer = face_borders().into_iter().find(|ring| signed_area(ring) > 0.0).unwrap();
    let face = area_cm2(woman, Chart::Head, &Polygon::new(outer, vec![]).unwrap());
    let left_out: f64 = ["lid-aperture", "vermilion"]
        .into_iter()
        .flat_map(exclusions)
        .map(|exclusion| area_cm2(woman, exclusion.chart, area_of(exclusion)))
        .sum();
    assert_within(face - left_out, 351.0, 0.06, "face");
}

#[test]
fn every_zone_lies_where_the_body_has_skin() {
    for body in &Library::built_in().bodies {
        for zone in zones() {
            let skin = body.skin(zone.chart).unwrap();
            let outline = zone.shape.rings().flatten();
            let bare = outline.chain(&cells(&zone.shape)).find(|at| !skin.covers(**at)).copied();
            assert_eq!(bare, None, "{} on {}", zone.id, body.id);
        }
    }
}

/// Distance from a place to the outlines of some zones.
fn to_outlines(body: &Body, bases: &[&str], from: &Place) -> f64 {
    let edges = bases.iter().flat_map(|base| drawn_as(base)).flat_map(|zone| {
        let skin = body.skin(zone.chart).unwrap();
        zone.shape.edges().map(|(a, b)| (skin.place(a), skin.place(b))).collect::<Vec<_>>()
    });
    edges
        .map(|(a, b)| {
            let along = ((from - a).dot(&(b - a)) / (b - a).norm_squared()).clamp(0.0, 1.0);
            (from - (a + (b - a) * along)).norm()
        })
        .fold(f64::INFINITY, f64::min)
}

#[test]
fn submental_meets_jaw_chin_and_neck() {
    let woman = body("woman");
    let skin = woman.skin(Chart::Submental).unwrap();
    // Its back border, where the table of the underside ends, has no neighbour between jaw and neck.
    let back_mm = 30.0;
    let (mut front, mut behind) = (0, 0);
    for at in drawn_as("submental")[0].shape.outer().iter().filter(|at| at.y > back_mm) {
        let place = skin.place(*at);
        let to_face = to_outlines(woman, &["chin", "jaw"], &place);
        let to_neck = to_outlines(woman, &["neck"], &place);
        assert!(
            to_face.min(to_neck) <= 2.0,
            "at {at}: {to_face:.1} mm to the face, {to_neck:.1} mm to the neck"
        );
        if to_face < to_neck { front += 1 } else { behind += 1 }
    }
    assert!(front > 10 && behind > 10, "it meets both: {front} and {behind} corners");
}

#[test]
fn zones_keep_off_the_eyes_the_mouth_and_the_ears() {
    for exclusion in ["lid-aperture", "vermilion", "ear"].into_iter().flat_map(exclusions) {
        for at in cells(area_of(exclusion)) {
            let holder =
                zones().iter().find(|zone| zone.chart == exclusion.chart && zone.shape.contains(&at));
            assert!(holder.is_none(), "{} overlaps {}", exclusion.id, holder.unwrap().id);
        }
    }
    // The nostrils lie in the nose and nowhere else.
    for at in exclusions("nostril").into_iter().flat_map(|nostril| cells(area_of(nostril))) {
        let holders: Vec<_> =
            zones().iter().filter(|z| z.chart == Chart::Head && z.shape.contains(&at)).collect();
        assert_eq!(holders.iter().map(|zone| zone.id.as_str()).collect::<Vec<_>>(), ["nose"]);
    }
}

#[test]
fn margins_are_the_stated_defaults_and_marked_clinic_set() {
    let wanted = [
        ("lid-aperture", 10.0),
        ("vermilion", 5.0),
        ("alar-crease", 3.0),
        ("nostril", 5.0),
        ("hairline", 5.0),
        ("ear", 8.0),
        ("thyroid-notch", 10.0),
    ];
    let mut checked = 0;
    for (base, margin_mm) in wanted {
        for exclusion in exclusions(base) {
            assert_eq!(
                (exclusion.margin_mm, exclusion.status),
                (margin_mm, Status::ClinicSet),
                "{}",
                exclusion.id
            );
            checked += 1;
        }
    }
    assert_eq!(checked, Library::built_in().atlas.exclusions.len());
}

#[test]
fn presets_hold_the_zones_they_name() {
    let face: Vec<&str> = zones()
        .iter()
        .filter(|zone| zone.region == Region::Face && zone.base != "nose")
        .map(|zone| zone.id.as_str())
        .collect();
    let wanted: [(&str, Vec<&str>); 5] = [
        ("full-face", face.clone()),
        ("neck", vec!["neck"]),
        ("decolletage", vec!["decolletage"]),
        ("face-neck", [face.clone(), vec!["neck"]].concat()),
        ("all", [face, vec!["neck", "decolletage"]].concat()),
    ];
    assert_eq!(Library::built_in().atlas.presets.len(), wanted.len());
    for (preset, zones) in wanted {
        let chosen = Library::built_in().atlas.select(&[preset.to_owned()]).unwrap();
        assert_eq!(chosen.iter().map(|zone| zone.id.as_str()).collect::<Vec<_>>(), zones, "{preset}");
    }
}

#[test]
fn only_the_periorbital_zones_fall_under_periorbital_limits() {
    for zone in zones() {
        assert_eq!(zone.kind == Kind::Periorbital, zone.base == "periorbital", "{}", zone.id);
    }
}

#[test]
fn care_areas_of_the_safety_reviews_carry_a_sourced_note() {
    for (base, source) in [
        ("glabella", "10.1097/PRS.0000000000003309"),
        ("forehead", "10.1097/PRS.0000000000003309"),
        ("temple", "10.1097/PRS.0000000000003309"),
        ("nose", "10.1097/PRS.0000000000003309"),
        ("cheek", "10.1097/PRS.0000000000003309"),
        ("periorbital", "10.1097/PRS.0000000000003309"),
        ("upper-lip", "10.1097/PRS.0000000000003309"),
        ("perioral", "10.1097/PRS.0000000000003309"),
        ("chin", "10.1097/PRS.0000000000003309"),
        ("neck", "Lee 2019"),
    ] {
        for zone in drawn_as(base) {
            assert!(zone.care.iter().any(|note| note.contains(source)), "{}", zone.id);
        }
    }
    for zone in zones() {
        assert!(zone.drawn.len() > 40, "{} says how it was drawn", zone.id);
    }
}
