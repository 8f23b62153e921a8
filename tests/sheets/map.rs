//! Every map there is: presets and single zones, both bodies, both papers, read as pages.

use crate::pages;

use std::collections::{BTreeMap, BTreeSet};

use nappage::library::Library;
use nappage::plan::Plan;
use nappage::session::{self, Session};
use nappage::sheet::{
    Bounds, Colour, FeatureSet, Group, Item, Mark, Page, Paper, Spot, Studio, layers, map, svg,
};
use pages::{SELECTIONS, corners, data, groups, texts, words_are_on_the_page_and_clear_of_each_other};

/// A page with the plan it shows.
struct Sheet {
    name: String,
    plan: Plan,
    page: Page,
}

/// Runs `check` on the maps of every `of`-th selection from `part` on.
fn on_every_sheet(part: usize, of: usize, check: impl Fn(&Sheet)) {
    let library = Library::built_in();
    for body in &library.bodies {
        for zones in SELECTIONS.iter().skip(part).step_by(of) {
            let zones: Vec<String> = zones.iter().map(|zone| (*zone).to_owned()).collect();
            let name = format!("{} on {}", zones.join(" "), body.id);
            let session =
                Session { zones, body: Some(body.id.clone()), spacing_mm: Some(12.5), ..Session::default() };
            let plan = session::plan(&session, library).expect("a built-in selection");
            for paper in [Paper::A4, Paper::Letter] {
                let page = map_of(&plan, library, paper);
                check(&Sheet { name: format!("{name}, {paper:?}"), plan: plan.clone(), page });
            }
        }
    }
}

fn map_of(plan: &Plan, library: &Library, paper: Paper) -> Page {
    let content = map::Content::of(plan, library, None).expect("the plan's body and protocol");
    map::page(&content, paper).expect("a page")
}

fn marks(items: &[Item]) -> Vec<&Mark> {
    let mut found = Vec::new();
    for item in items {
        item.each(&mut |item| {
            if let Item::Mark(mark) = item {
                found.push(mark);
            }
        });
    }
    found
}

/// The leader of a name: its first outline.
fn leader(name: &Group) -> (Spot, Spot) {
    let outline = name.items.iter().find_map(|item| if let Item::Outline(o) = item { Some(o) } else { None });
    let corners = corners(outline.expect("a leader"));
    (corners[0], corners[1])
}

fn lines_cross(a: Spot, b: Spot, c: Spot, d: Spot) -> bool {
    let side = |p: Spot, q: Spot, r: Spot| (q - p).perp(&(r - p));
    side(a, b, c) * side(a, b, d) < 0.0 && side(c, d, a) * side(c, d, b) < 0.0
}

fn distance(at: Spot, a: Spot, b: Spot) -> f64 {
    let along = b - a;
    let t = ((at - a).dot(&along) / along.norm_squared().max(1e-12)).clamp(0.0, 1.0);
    (at - (a + along * t)).norm()
}

fn distance_to_box(at: Spot, bounds: &Bounds) -> f64 {
    let near = Spot::new(at.x.clamp(bounds.min.x, bounds.max.x), at.y.clamp(bounds.min.y, bounds.max.y));
    (at - near).norm()
}

/// The points of a view lie on skin tinted for their zone, or beside its border; one may lie beside a tint where
/// skin turns away.
fn points_stand_on_the_tint_of_their_zone(name: &str, view: &Group) {
    let mut tints: BTreeMap<&str, Vec<Vec<Spot>>> = BTreeMap::new();
    for zone in groups(&view.items, "zone") {
        for item in &zone.items {
            let Item::Outline(outline) = item else { panic!("{name}: a zone is of lines") };
            if outline.fill.is_some() {
                tints.entry(data(zone, "zone")).or_default().push(corners(outline));
            }
        }
    }
    let sides = |ring: &[Spot], at: Spot| {
        let sides = (0..ring.len()).map(|k| (ring[k], ring[(k + 1) % ring.len()]));
        let crossed = sides.filter(|(a, b)| (a.y > at.y) != (b.y > at.y));
        crossed.filter(|(a, b)| at.x < a.x + (b.x - a.x) * (at.y - a.y) / (b.y - a.y)).count()
    };
    let (mut on, mut all) = (0, 0);
    for point in groups(&view.items, "point") {
        let Some(Item::Mark(mark)) = point.items.first() else { panic!("{name}: a point is a mark") };
        let tint = tints.get(data(point, "zone")).map(Vec::as_slice).unwrap_or_default();
        let is_beside = |ring: &Vec<Spot>| {
            (0..ring.len()).any(|k| distance(mark.at, ring[k], ring[(k + 1) % ring.len()]) < mark.reach_mm())
        };
        all += 1;
        on += usize::from(tint.iter().any(|ring| sides(ring, mark.at) % 2 == 1 || is_beside(ring)));
    }
    assert!(on + 1 + all / 50 >= all, "{name}: {on} of {all} points of {:?} on a tint", view.id);
}

fn check(sheet: &Sheet) {
    let Sheet { name, plan, page } = sheet;
    words_are_on_the_page_and_clear_of_each_other(name, page);
    let mut named: BTreeMap<&str, usize> = BTreeMap::new();
    let (mut points, mut rows) = (BTreeMap::new(), Vec::new());
    for view in groups(page.items(), "view") {
        let (names, marks) = (groups(&view.items, "name"), marks(&view.items));
        names_are_clear(name, view, &names, &marks);
        points_stand_on_the_tint_of_their_zone(name, view);
        for group in &names {
            *named.entry(data(group, "zone")).or_default() += 1;
        }
        for point in groups(&view.items, "point") {
            points.insert(data(point, "point").to_owned(), data(point, "zone").to_owned());
        }
        for lines in groups(&view.items, "row-leaders") {
            for line in &lines.items {
                let Item::Outline(line) = line else { panic!("{name}: a row's line is a line") };
                let ends = corners(line);
                let over = marks.iter().find(|mark| distance(mark.at, ends[0], ends[1]) < mark.reach_mm());
                assert!(over.is_none(), "{name}: the line of a row's number runs over {over:?}");
            }
        }
        for rows_of in groups(&view.items, "rows") {
            for number in texts(&rows_of.items) {
                rows.push(number.words.parse::<usize>().expect("a row's number"));
                let bounds = number.bounds().grown(-0.1);
                for mark in &marks {
                    let gap = distance_to_box(mark.at, &bounds);
                    assert!(gap > mark.reach_mm() - 0.05, "{name}: number {} on a point", number.words);
                }
            }
        }
    }
    for zone in &plan.zones {
        let times = named.get(zone.id.as_str()).copied().unwrap_or(0);
        assert_eq!(times, 1, "{name}: zone {} is named {times} times", zone.id);
        let shown = points.values().filter(|id| **id == zone.id).count();
        assert_eq!(shown, zone.points, "{name}: points of {}", zone.id);
    }
    assert_eq!(points.len(), plan.totals.points, "{name}: points");
    for point in &plan.points {
        assert!(rows.contains(&point.row), "{name}: row {} has no number", point.row);
    }
    let written = svg::write(page);
    assert!(written.len() < 400_000, "{name}: {} bytes", written.len());
    assert!(!written.contains("NaN") && !written.contains("inf\""), "{name}");
    let words: Vec<&str> = texts(page.items()).iter().map(|text| text.words.as_str()).collect();
    for wanted in ["For licensed professionals", &plan.input_hash, &plan.version, "100 mm", "50 mm"] {
        assert!(words.iter().any(|words| words.contains(wanted)), "{name}: '{wanted}' is missing");
    }
}

fn names_are_clear(name: &str, view: &Group, names: &[&Group], marks: &[&Mark]) {
    let outlines: Vec<Vec<Spot>> = groups(&view.items, "zone")
        .iter()
        .flat_map(|zone| &zone.items)
        .filter_map(|item| if let Item::Outline(outline) = item { Some(corners(outline)) } else { None })
        .collect();
    for (k, group) in names.iter().enumerate() {
        let (from, to) = leader(group);
        for text in texts(&group.items) {
            let bounds = text.bounds();
            for mark in marks {
                let gap = distance_to_box(mark.at, &bounds);
                assert!(gap > mark.reach_mm(), "{name}: '{}' on a point", text.words);
            }
            for line in outlines.iter().flat_map(|line| line.windows(2)) {
                let middle = Spot::from((bounds.min.coords + bounds.max.coords) / 2.0);
                let clear = line.iter().all(|&at| distance_to_box(at, &bounds) > 0.0);
                assert!(
                    clear && distance(middle, line[0], line[1]) > 0.5,
                    "{name}: '{}' on an outline",
                    text.words
                );
            }
        }
        for mark in marks {
            let gap = distance(mark.at, from, to);
            assert!(gap > mark.reach_mm(), "{name}: the leader of {} over a point", data(group, "zone"));
        }
        for other in &names[..k] {
            let (a, b) = leader(other);
            let zones = (data(group, "zone"), data(other, "zone"));
            assert!(!lines_cross(from, to, a, b), "{name}: leaders cross: {zones:?}");
        }
    }
}

#[test]
fn the_map_of_most_points_stays_small() {
    let session = Session {
        zones: vec!["all".to_owned()],
        body: Some("man".to_owned()),
        spacing_mm: Some(10.5),
        ..Session::default()
    };
    let plan = session::plan(&session, Library::built_in()).expect("a plan");
    let content = map::Content::of(&plan, Library::built_in(), None).expect("its body");
    let written = svg::write(&map::page(&content, Paper::A4).expect("a page"));
    assert!(plan.points.len() > 600 && written.len() < 400_000, "{} bytes", written.len());
}

#[test]
fn maps_are_legible_first_third() {
    on_every_sheet(0, 3, check);
}

#[test]
fn maps_are_legible_second_third() {
    on_every_sheet(1, 3, check);
}

#[test]
fn maps_are_legible_last_third() {
    on_every_sheet(2, 3, check);
}

#[test]
fn a_single_zone_is_drawn_large_and_not_in_views_that_do_not_show_it() {
    let library = Library::built_in();
    for (zone, views) in [("glabella", 1), ("temple-left", 1), ("temple", 2), ("submental", 1)] {
        let session = Session { zones: vec![zone.to_owned()], ..Session::default() };
        let plan = session::plan(&session, library).expect("a built-in zone");
        let page = map_of(&plan, library, Paper::A4);
        assert_eq!(groups(page.items(), "view").len(), views, "{zone}");
        let bounds = |class: &str| {
            groups(page.items(), class).into_iter().cloned().filter_map(|group| Item::Group(group).bounds())
        };
        let area: f64 = bounds("figure")
            .zip(bounds("skin"))
            .map(|(figure, skin)| figure.max.inf(&skin.max) - figure.min.sup(&skin.min))
            .map(|size| size.x * size.y)
            .sum();
        assert!(area > 90.0 * 110.0, "{zone}: {area} mm2");
    }
}

#[test]
fn points_around_the_eyes_have_their_mark_whatever_else_is_treated() {
    let library = Library::built_in();
    let marks = ["full-face", "periorbital"].map(|zones| {
        let session = Session { zones: vec![zones.to_owned()], ..Session::default() };
        let page = map_of(&session::plan(&session, library).expect("a plan"), library, Paper::A4);
        let points = groups(page.items(), "point");
        let around_eyes = points.iter().filter(|point| data(point, "zone").starts_with("periorbital"));
        let marks = around_eyes.map(|point| {
            let Some(Item::Mark(mark)) = point.items.first() else { panic!("a point is a mark") };
            (format!("{:?}", mark.shape), mark.stroke.colour)
        });
        marks.collect::<Vec<_>>()
    });
    let [first, ..] = &marks[0][..] else { panic!("points around the eyes") };
    assert!(marks[1].len() > 2 && marks.iter().flatten().all(|mark| mark == first), "{marks:?}");
}

#[test]
fn a_map_is_the_same_whatever_was_drawn_before() {
    let library = Library::built_in();
    let plans: Vec<Plan> = [("full-face", "woman"), ("chin", "man"), ("all", "man"), ("full-face", "man")]
        .into_iter()
        .map(|(zone, body)| Session {
            zones: vec![zone.to_owned()],
            body: Some(body.to_owned()),
            ..Session::default()
        })
        .map(|session| session::plan(&session, library).expect("a built-in selection"))
        .collect();
    let drawn = |plan: &Plan, studio: &Studio, paper| {
        let content = map::Content::of(plan, library, None).expect("the plan's body and protocol");
        svg::write(&map::page(&map::Content { studio, ..content }, paper).expect("a page"))
    };
    let studio = Studio::new(FeatureSet::built_in().clone());
    // Twice, so that the second map of each is of a body that was drawn.
    for plan in plans.iter().chain(&plans) {
        for paper in [Paper::A4, Paper::Letter] {
            let first = drawn(plan, &Studio::new(FeatureSet::built_in().clone()), paper);
            assert!(drawn(plan, &studio, paper) == first, "{} {paper:?}", plan.body.id);
        }
    }
}

#[test]
fn bars_are_as_long_as_they_say() {
    let library = Library::built_in();
    let session = Session { zones: vec!["chin".to_owned()], ..Session::default() };
    let plan = session::plan(&session, library).expect("a built-in zone");
    for paper in [Paper::A4, Paper::Letter] {
        let page = map_of(&plan, library, paper);
        for (bar, length) in groups(page.items(), "bar").iter().zip([100.0, 50.0]) {
            let Some(Item::Outline(line)) = bar.items.first() else { panic!("a bar begins with its line") };
            let ends = corners(line);
            assert!(((ends[1] - ends[0]).norm() - length).abs() < 1e-9);
        }
    }
}

#[test]
fn many_zones_with_long_names_stay_on_the_page() {
    let library = Library::built_in();
    let session = Session { zones: vec!["chin".to_owned()], ..Session::default() };
    let mut plan = session::plan(&session, library).expect("a built-in zone");
    let zone = plan.zones[0].clone();
    for k in 0..170 {
        let mut copy = zone.clone();
        copy.id = format!("chin-{k}");
        copy.name = format!("Chin, number {k} of a clinic with long names");
        copy.care = vec![format!("Place {k}: note {k}, which is as long as such notes are and goes on.")];
        plan.zones.push(copy);
    }
    for paper in [Paper::A4, Paper::Letter] {
        words_are_on_the_page_and_clear_of_each_other("many zones", &map_of(&plan, library, paper));
    }
}

#[test]
fn the_map_of_all_layers_shows_every_point_in_the_mark_of_its_layer() {
    let library = Library::built_in();
    let two = "[[layer]]\nname = 'booster'\nprotocol = 'vyc-12l'\nzones = ['cheek', 'chin', 'jaw']\n\
               [[layer]]\nname = 'exosome'\nspacing = '12.5 mm'\n";
    let three = "[[layer]]\nname = 'booster'\nprotocol = 'vyc-12l'\nzones = ['cheek', 'neck']\n\
                 [[layer]]\nname = 'exosome'\nzones = ['full-face']\n\
                 [[layer]]\nname = 'exosome once more'\nuse = 'topical'\n";
    let five = "[[layer]]\nname = 'a'\n[[layer]]\nname = 'b'\n[[layer]]\nname = 'c'\n[[layer]]\nname = 'd'\n\
                [[layer]]\nname = 'e'\nuse = 'topical'\n";
    let on_skin = "[[layer]]\nname = 'a'\nuse = 'topical'\n[[layer]]\nname = 'b'\nuse = 'topical'\n";
    let cases = [("full-face", two), ("face-neck", three), ("cheek", five), ("full-face", on_skin)];
    for (body, (zones, layers)) in
        library.bodies.iter().flat_map(|body| cases.into_iter().map(move |case| (&body.id, case)))
    {
        let text = format!("format = 'nappage-session/1'\nbody = '{body}'\nzones = ['{zones}']\n{layers}");
        let session = Session::read("s.toml", &text).expect("a session");
        let layered = session::layers(&session, library).expect("layers");
        for paper in [Paper::A4, Paper::Letter] {
            let name = format!("{zones} on {body}, {paper:?}: {layers}");
            let page = layers::page(&layered, library, Some("A-17"), paper).expect("a page");
            words_are_on_the_page_and_clear_of_each_other(&name, &page);
            let mut shown: Vec<BTreeMap<&str, (String, bool)>> = vec![BTreeMap::new(); layered.layers.len()];
            let mut named = Vec::new();
            for view in groups(page.items(), "view") {
                let (names, marks) = (groups(&view.items, "name"), marks(&view.items));
                names_are_clear(&name, view, &names, &marks);
                named.extend(names.iter().map(|group| data(group, "zone")));
                for point in groups(&view.items, "point") {
                    let layer: usize = data(point, "layer").parse().expect("a layer's number");
                    let Some(Item::Mark(mark)) = point.items.first() else { panic!("{name}: no mark") };
                    let look = (format!("{:?}", mark.shape), mark.fill == Colour::WHITE);
                    shown[layer - 1].insert(data(point, "point"), look);
                }
            }
            let mut looks = Vec::new();
            for (layer, shown) in layered.layers.iter().zip(&shown) {
                assert_eq!(shown.len(), layer.plan.totals.points, "{name}: points of {}", layer.name);
                let mut of_layer: Vec<_> = shown.values().collect();
                of_layer.dedup();
                assert!(of_layer.len() <= 1, "{name}: {of_layer:?}");
                looks.extend(of_layer);
            }
            let count = looks.len();
            assert_eq!(groups(page.items(), "legend").len(), count, "{name}: legend");
            looks.sort();
            looks.dedup();
            assert_eq!(looks.len(), count, "{name}: layers that look alike");
            let zones: BTreeSet<&str> = layered
                .layers
                .iter()
                .flat_map(|layer| layer.plan.zones.iter().map(|zone| zone.id.as_str()))
                .collect();
            assert_eq!(named.len(), zones.len(), "{name}: {named:?}");
            let words: Vec<&str> = texts(page.items()).iter().map(|text| text.words.as_str()).collect();
            for layer in &layered.layers {
                for wanted in
                    [layer.name.as_str(), &layer.plan.totals.volume_ul.to_string(), &layer.plan.input_hash]
                {
                    assert!(
                        words.iter().any(|words| words.contains(wanted)),
                        "{name}: '{wanted}' is missing"
                    );
                }
            }
            assert!(svg::write(&page).len() < 400_000, "{name}");
        }
    }
}
