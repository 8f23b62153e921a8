//! Templates: zones laid flat, and the pages they stand on.

use crate::pages;

use std::collections::BTreeMap;

use nalgebra::Point2;
use nappage::body::{Body, Chart, ChartPoint, Place, Skin};
use nappage::geometry::Polygon;
use nappage::library::Library;
use nappage::plan::Plan;
use nappage::session::{self, Session};
use nappage::sheet::{Bounds, Group, Item, Page, Paper, Spot, Weight, map, svg, template};
use nappage::unroll::Unrolled;
use pages::{corners, data, groups, texts};
use proptest::prelude::*;

fn polygon(corners: &[[f64; 2]]) -> Polygon {
    Polygon::new(corners.iter().map(|&at| at.into()).collect(), Vec::new()).expect("a polygon")
}

/// A star around a place, with its corners at the given parts of the radii.
fn star(middle: [f64; 2], radii: [f64; 2], parts: &[f64]) -> Polygon {
    let corner = |(k, part): (usize, &f64)| {
        let turn = std::f64::consts::TAU * k as f64 / parts.len() as f64;
        [middle[0] + radii[0] * part * turn.cos(), middle[1] + radii[1] * part * turn.sin()]
    };
    polygon(&parts.iter().enumerate().map(corner).collect::<Vec<_>>())
}

#[test]
fn a_plane_unrolls_true() {
    let shape = polygon(&[[0.0, 0.0], [60.0, -8.0], [110.0, 5.0], [70.0, 62.0], [40.0, 20.0], [12.0, 48.0]]);
    let flat = Unrolled::new(&Skin::plane(), Chart::Flat, &shape).expect("a plane");
    assert!(flat.stretch().greatest < 1e-6 && flat.is_sound());
    let far = |a: [f64; 2], b: [f64; 2]| (flat.spot(a.into()) - flat.spot(b.into())).norm();
    approx::assert_relative_eq!(far([10.0, 5.0], [90.0, 10.0]), f64::hypot(80.0, 5.0), max_relative = 1e-9);
}

/// A body whose head is a cylinder of radius 70 mm.
fn cylinder() -> Body {
    let azimuths: Vec<String> = (0..=24).map(|k| (k as f64 * 7.5).to_string()).collect();
    let heights: Vec<String> = (0..=20).map(|k| (k * 10 - 100).to_string()).collect();
    let row = format!("[{}]", vec!["70"; azimuths.len()].join(", "));
    let text = format!(
        "format = \"nappage-body/1\"\nid = \"tube\"\nname = \"Tube\"\nsource = \"a cylinder\"\n[head]\n\
         origin_mm = [0, 0, 0]\nazimuth_deg = [{}]\nheight_mm = [{}]\nradius_mm = [{}]\n",
        azimuths.join(", "),
        heights.join(", "),
        vec![row; heights.len()].join(", ")
    );
    let library = Library::with_files(&[("tube.toml".to_owned(), text)]).expect("a body");
    library.body("tube").expect("the body").clone()
}

#[test]
fn a_cylinder_unrolls_true() {
    let body = cylinder();
    let skin = body.skin(Chart::Head).expect("a head");
    let shape = polygon(&[[-40.0, -30.0], [35.0, -42.0], [60.0, 20.0], [-10.0, 44.0]]);
    let flat = Unrolled::new(skin, Chart::Head, &shape).expect("a cylinder");
    assert!(flat.stretch().greatest < 1e-6, "{:?}", flat.stretch());
    let width = (flat.spot(Point2::new(30.0, 0.0)) - flat.spot(Point2::new(-30.0, 0.0))).norm();
    approx::assert_relative_eq!(width, 70.0 * 60_f64.to_radians(), max_relative = 1e-6);
}

/// The greatest deviation of short distances in a polygon, measured at random places.
fn remeasured(skin: &Skin, shape: &Polygon, flat: &Unrolled, mm: f64) -> f64 {
    let (low, high) = shape.bounds();
    let mut seed = 7_u64;
    let mut next = || {
        seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (seed >> 11) as f64 / (1_u64 << 53) as f64
    };
    let mut worst = 0.0_f64;
    for _ in 0..3000 {
        let at = Point2::new(low.x + (high.x - low.x) * next(), low.y + (high.y - low.y) * next());
        let turn = std::f64::consts::TAU * next();
        let frame = skin.frame(at);
        let step = frame.chart_step(&(frame.du.normalize() * turn.cos() + frame.dv.normalize() * turn.sin()));
        let line: Vec<ChartPoint> = (0..=8).map(|k| at + step * (mm * f64::from(k) / 8.0)).collect();
        if !line.iter().all(|at| shape.contains(at)) {
            continue;
        }
        let on_skin: f64 = line.windows(2).map(|w| (skin.place(w[1]) - skin.place(w[0])).norm()).sum();
        let on_paper: f64 = line.windows(2).map(|w| (flat.spot(w[1]) - flat.spot(w[0])).norm()).sum();
        worst = worst.max((on_paper / on_skin - 1.0).abs());
    }
    worst
}

/// A zone beside the midline of a scaled head: a star about a place, with the lengths of its rays.
#[derive(Debug)]
struct Beside {
    middle: [f64; 2],
    parts: Vec<f64>,
    size: f64,
    head: [f64; 3],
}

impl Beside {
    /// Holds its pattern against the skin, and against its mirror image.
    fn check(&self) {
        let body = Library::built_in().bodies[0].scaled(self.head, 1.0, [1.0; 3]);
        let skin = body.skin(Chart::Head).expect("a head");
        let shape = star(self.middle, [25.0 * self.size, 28.0 * self.size], &self.parts);
        let flat = Unrolled::new(skin, Chart::Head, &shape).expect("skin");
        assert!(flat.is_sound());
        let stretch = flat.stretch();
        assert!(stretch.greatest.is_finite() && stretch.mean <= stretch.greatest);
        let seen = remeasured(skin, &shape, &flat, 4.0);
        assert!(seen <= stretch.greatest * 1.25 + 0.004, "{seen} against {}", stretch.greatest);
        // The other side is the mirror image, to the last bit.
        let other = Unrolled::new(skin, Chart::Head, &shape.mirrored()).expect("skin");
        for at in shape.outer() {
            let (a, b) = (flat.spot(*at), other.spot(Point2::new(-at.x, at.y)));
            assert!(a.x == -b.x && a.y == b.y);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn random_zones_unroll_without_folds_and_as_true_as_they_say(
        middle in (5.0..60.0_f64, 10.0..45.0_f64),
        parts in prop::collection::vec(0.5..1.0_f64, 5..9),
        size in 0.4..1.0_f64,
        head in prop::array::uniform3(0.85..1.2_f64),
    ) {
        Beside { middle: [middle.0, middle.1], parts, size, head }.check();
    }
}

#[test]
fn a_zone_over_the_root_of_the_nose_is_as_true_as_it_says() {
    let parts = vec![0.893, 0.5, 0.865, 0.5, 0.721, 0.718, 0.715, 0.5];
    Beside { middle: [5.0, 14.76], parts, size: 0.9736, head: [1.0265, 1.1939, 1.0878] }.check();
}

#[test]
fn a_zone_across_the_midline_unrolls_into_its_own_mirror_image() {
    let library = Library::built_in();
    for id in ["forehead", "nose", "chin", "neck", "decolletage"] {
        let zone = library.atlas.named(id)[0];
        let skin = library.bodies[0].skin(zone.chart).expect("a chart");
        let flat = Unrolled::new(skin, zone.chart, &zone.shape).expect("skin");
        assert!(flat.is_sound());
        for at in zone.shape.outer() {
            let (a, b) = (flat.spot(*at), flat.spot(Point2::new(-at.x, at.y)));
            assert!(a.y == b.y && (a.x == -b.x || at.x == 0.0), "{id} at {at}");
        }
    }
}

fn plan(zones: &[&str], body: &str) -> Plan {
    let zones = zones.iter().map(|zone| (*zone).to_owned()).collect();
    let session =
        Session { zones, body: Some(body.to_owned()), spacing_mm: Some(12.5), ..Session::default() };
    session::plan(&session, Library::built_in()).expect("a built-in selection")
}

fn pages(plan: &Plan, paper: Paper) -> Vec<Page> {
    let content = map::Content::of(plan, Library::built_in(), None).expect("the plan's body and protocol");
    template::pages(&content, paper).expect("pages")
}

/// The hole of a point: its topmost mark.
fn hole(point: &Group) -> Spot {
    let Some(Item::Mark(mark)) = point.items.last() else { panic!("a point ends with its hole") };
    assert_eq!(mark.size_mm, 1.0);
    mark.at
}

/// No line but the one to cut along, and no dot, runs through a word.
fn undisturbed(name: &str, piece: &Group) {
    let words = texts(&piece.items);
    let mut lines = 0;
    for class in ["border", "treated", "midline", "bent"] {
        for item in groups(&piece.items, class).iter().flat_map(|group| &group.items) {
            let Item::Outline(line) = item else { panic!("{class} is of lines") };
            lines += 1;
            for side in corners(line).windows(2) {
                for part in 0..=10 {
                    let at = side[0] + (side[1] - side[0]) * (f64::from(part) / 10.0);
                    let over = words.iter().find(|text| text.bounds().holds(&Bounds { min: at, max: at }));
                    assert!(over.is_none(), "{name}: {class} runs through {over:?}");
                }
            }
        }
    }
    assert!(lines > 1, "{name}: {lines} lines");
}

fn check(name: &str, plan: &Plan, pages: &[Page]) {
    let mut seen: BTreeMap<usize, usize> = BTreeMap::new();
    let mut tiled = false;
    for (k, page) in pages.iter().enumerate() {
        let name = format!("{name}, page {}", k + 1);
        let [width, height] = page.size_mm();
        let paper = Bounds { min: Spot::new(8.0, 8.0), max: Spot::new(width - 8.0, height - 6.0) };
        for item in page.items() {
            let bounds = item.bounds();
            assert!(bounds.is_none_or(|bounds| paper.holds(&bounds)), "{name}: {bounds:?} is off the page");
        }
        let words = texts(page.items());
        for (k, text) in words.iter().enumerate() {
            let own = text.bounds().grown(-0.24);
            assert!(paper.holds(&own), "{name}: '{}' is off the page", text.words);
            let over = words[..k].iter().find(|other| other.bounds().overlaps(&own));
            assert!(over.is_none(), "{name}: '{}' on {over:?}", text.words);
        }
        for point in groups(page.items(), "point") {
            let at = hole(point);
            let near = Bounds { min: at, max: at }.grown(0.4);
            let over = words.iter().find(|text| text.bounds().overlaps(&near));
            assert!(over.is_none(), "{name}: {:?} on {over:?}", point.id);
            let number = point.data.iter().find(|(key, _)| key == "point").expect("a number");
            *seen.entry(number.1.parse().expect("a number")).or_default() += 1;
        }
        for leader in groups(page.items(), "leader") {
            let Some(Item::Outline(line)) = leader.items.first() else { panic!("a leader is a line") };
            let ends = corners(line);
            let along = |k: usize| ends[0] + (ends[1] - ends[0]) * (k as f64 / 50.0);
            let over = |at: &Spot| {
                words.iter().find(|text| text.bounds().grown(-0.3).holds(&Bounds { min: *at, max: *at }))
            };
            let crossed = (1..50).map(along).find_map(|at| over(&at));
            assert!(crossed.is_none(), "{name}: a leader runs over {crossed:?}");
        }
        tiled |= !groups(page.items(), "seam").is_empty();
        for piece in groups(page.items(), "piece") {
            undisturbed(&name, piece);
            let zone = plan.zones.iter().find(|zone| zone.id == data(piece, "zone")).expect("a zone");
            let bold = texts(&piece.items).into_iter().filter(|text| text.weight == Weight::Bold);
            let bold: Vec<&str> = bold.map(|text| text.words.as_str()).collect();
            assert!(bold.join(" ").contains(&zone.name), "{name}: a piece of {} bears {bold:?}", zone.id);
            assert_eq!(groups(&piece.items, "up").len(), 1, "{name}: a piece of {} lacks its top", zone.id);
        }
        for wanted in ["For licensed professionals", &plan.input_hash, "100 mm", "50 mm"] {
            assert!(words.iter().any(|text| text.words.contains(wanted)), "{name}: '{wanted}' is missing");
        }
        let title = format!("page {} of {}", k + 1, pages.len());
        let told = words.iter().any(|text| text.words.contains(&title));
        assert!(told || pages.len() == 1, "{name}: '{title}' is missing");
        for (bar, length) in groups(page.items(), "bar").iter().zip([100.0, 50.0]) {
            let Some(Item::Outline(line)) = bar.items.first() else { panic!("a bar begins with its line") };
            let ends = corners(line);
            assert!(((ends[1] - ends[0]).norm() - length).abs() < 1e-9);
        }
    }
    for point in &plan.points {
        let times = seen.get(&point.number).copied().unwrap_or(0);
        assert!(times == 1 || tiled && times > 1, "{name}: point {} stands {times} times", point.number);
    }
}

#[test]
fn templates_are_legible_and_hold_every_point() {
    for zones in [
        &["all", "nose", "submental"][..],
        &["forehead"],
        &["nose"],
        &["cheek"],
        &["periorbital"],
        &["decolletage"],
        &["neck"],
    ] {
        for body in ["woman", "man"] {
            let plan = plan(zones, body);
            for paper in [Paper::A4, Paper::Letter] {
                let name = format!("{} on {body}, {paper:?}", zones.join(" "));
                check(&name, &plan, &pages(&plan, paper));
            }
        }
    }
}

#[test]
fn words_keep_off_what_is_marked_on_the_skin_and_every_page_names_it() {
    let text = "format = 'nappage-session/1'\nzones = ['chin', 'cheek', 'perioral']\n\
                [[exclusion]]\nname = 'mole'\nlandmark = 'pogonion'\nabove = '4 mm'\ndiameter = '9 mm'\n\
                [[exclusion]]\nname = 'burn'\nchart = 'head'\noutline = [[30, -30], [52, -32], [50, -58], [33, -60]]\n";
    let session = Session::read("s.toml", text).expect("a session");
    let plan = session::plan(&session, Library::built_in()).expect("a plan");
    let mut areas = 0;
    for paper in [Paper::A4, Paper::Letter] {
        let pages = pages(&plan, paper);
        check("marked", &plan, &pages);
        for page in pages {
            let words = texts(page.items());
            assert!(words.iter().any(|text| text.words == "not treated: mole, burn"));
            for piece in groups(page.items(), "piece") {
                let marked = groups(&piece.items, "marked");
                let rings = marked.iter().flat_map(|area| &area.items).map(|item| {
                    let Item::Outline(outline) = item else { panic!("an area is an outline") };
                    corners(outline).into_iter().map(|spot| [spot.x, spot.y]).collect::<Vec<_>>()
                });
                for ring in rings {
                    areas += 1;
                    let area = polygon(&ring);
                    for text in texts(&piece.items) {
                        let middle = nalgebra::center(&text.bounds().min, &text.bounds().max);
                        assert!(!area.contains(&middle), "'{}' stands on what is marked", text.words);
                    }
                }
            }
        }
    }
    assert!(areas >= 4, "{areas}");
}

#[test]
fn distances_on_paper_are_those_on_the_skin() {
    for (zone, within) in [("forehead", 0.02), ("temple-left", 0.006), ("cheek", 0.02), ("decolletage", 0.02)]
    {
        let plan = plan(&[zone], "woman");
        let mut pairs = 0;
        for page in pages(&plan, Paper::A4) {
            for piece in groups(page.items(), "piece") {
                let points: Vec<(Place, Spot)> = groups(&piece.items, "point")
                    .iter()
                    .map(|group| {
                        let number: usize = group.data[0].1.parse().expect("a number");
                        (Place::from(plan.points[number - 1].skin_mm), hole(group))
                    })
                    .collect();
                for (k, (a, p)) in points.iter().enumerate() {
                    for (b, q) in points[..k].iter().filter(|(b, _)| (b - a).norm() < 18.0) {
                        let off = ((q - p).norm() / (b - a).norm() - 1.0).abs();
                        assert!(off < within, "{zone}: {off}");
                        pairs += 1;
                    }
                }
            }
        }
        assert!(pairs > 5, "{zone}");
    }
}

#[test]
fn a_zone_larger_than_the_paper_comes_in_tiles_that_join() {
    let plan = plan(&["decolletage"], "man");
    let pages = pages(&plan, Paper::Letter);
    assert!(pages.len() > 1);
    let mut crosses: BTreeMap<String, usize> = BTreeMap::new();
    for page in &pages {
        for seam in groups(page.items(), "seam") {
            *crosses.entry(texts(&seam.items)[0].words.clone()).or_default() += 1;
        }
    }
    assert!(!crosses.is_empty() && crosses.values().all(|&count| count == 2), "{crosses:?}");
}

#[test]
fn the_same_plan_gives_the_same_templates() {
    let plan = plan(&["full-face"], "woman");
    let written = || pages(&plan, Paper::A4).iter().map(svg::write).collect::<Vec<_>>();
    assert!(written() == written());
}
