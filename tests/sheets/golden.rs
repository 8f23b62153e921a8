//! One picture of each view and a worksheet, of a plan that never changes, and every figure of the protocols, against
//! those kept beside this test.
//! `NAPPAGE_BLESS=1 cargo test --test golden` writes them anew: look at them before you commit them.

use std::fs;
use std::path::{Path, PathBuf};

use nappage::library::Library;
use nappage::plan::Plan;
use nappage::sheet::{Group, Item, Page, PageKind, Paper, map, svg, worksheet};

const VIEWS: [&str; 6] = ["front", "right", "left", "chest", "below", "flat"];

/// The group of a view without its skin: line art, outlines, points, numbers and names.
fn view(page: &Page, id: &str) -> Item {
    let wanted = format!("view-{id}");
    let group = page.items().iter().find_map(|item| match item {
        Item::Group(group) if group.id.as_deref() == Some(wanted.as_str()) => Some(group.clone()),
        _ => None,
    });
    Item::Group(skinned(group.unwrap_or_else(|| panic!("the page has no {wanted}"))))
}

fn skinned(mut group: Group) -> Group {
    let skin = |item: &Item| matches!(item, Item::Group(part) if part.class.as_deref() == Some("skin"));
    group.items.retain(|item| !skin(item));
    for item in &mut group.items {
        if let Item::Group(part) = item {
            *part = skinned(std::mem::take(part));
        }
    }
    group
}

/// Whether a drawing is the one that is kept; keeps it where that is asked for.
fn is_kept(name: &str, drawn: &str) -> bool {
    let file = folder().join(name);
    if std::env::var_os("NAPPAGE_BLESS").is_some_and(|value| value == "1") {
        fs::write(&file, drawn).expect("the picture is written");
        return true;
    }
    fs::read_to_string(&file).ok().as_deref() == Some(drawn)
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

fn plan() -> Plan {
    let text = fs::read_to_string(folder().join("plan.json")).expect("the plan of the pictures");
    serde_json::from_str(&text).expect("a plan")
}

#[test]
fn every_view_looks_as_it_did() {
    let plan = plan();
    let content = map::Content::of(&plan, Library::built_in(), None).expect("a built-in body and protocol");
    let page = map::page(&content, Paper::A4).expect("a page");
    let mut changed = Vec::new();
    for id in VIEWS {
        let picture =
            Page::new(PageKind::Picture, page.size_mm(), id, vec![view(&page, id)]).expect("a page");
        let drawn = svg::write(&picture);
        if !is_kept(&format!("view-{id}.svg"), &drawn) {
            changed.push(id);
        }
    }
    assert!(changed.is_empty(), "these views changed: {changed:?}; NAPPAGE_BLESS=1 keeps the new ones");
}

#[test]
fn every_figure_of_the_protocols_is_as_it_was() {
    let mut facts = String::new();
    for protocol in &Library::built_in().protocols {
        facts += &format!("{}: {}\n", protocol.id, protocol.name);
        for line in protocol.figures() {
            let source = line.source.map_or(String::new(), |source| format!(", {source}"));
            let note = line.note.map_or(String::new(), |note| format!("; {note}"));
            let figure = format!("{}: {} {}", line.key, line.value, line.unit);
            facts += &format!("  {} ({}{source}{note})\n", figure.trim_end(), line.status);
        }
    }
    assert!(is_kept("facts.txt", &facts), "a figure changed; NAPPAGE_BLESS=1 keeps the new ones");
}

#[test]
fn the_worksheet_looks_as_it_did() {
    let plan = plan();
    let content = map::Content::of(&plan, Library::built_in(), Some("A-1047")).expect("content");
    let pages = worksheet::pages(&content, Paper::A4).expect("a worksheet");
    let first = pages.first().expect("a page");
    assert!(is_kept("worksheet.svg", &svg::write(first)), "it changed; NAPPAGE_BLESS=1 keeps the new one");
}
