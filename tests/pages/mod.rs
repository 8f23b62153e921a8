//! What tests read from a page.

#![allow(dead_code, reason = "each test file uses a part of it")]

use nappage::sheet::{Bounds, Group, Item, Outline, Page, Segment, Spot, Text};

/// What a clinician asks for: presets, every zone, one of a pair.
pub(crate) const SELECTIONS: [&[&str]; 21] = [
    &["full-face"],
    &["neck"],
    &["decolletage"],
    &["face-neck"],
    &["all"],
    &["all", "nose", "submental"],
    &["forehead"],
    &["glabella"],
    &["temple"],
    &["temple-left"],
    &["periorbital"],
    &["cheek"],
    &["lateral-cheek"],
    &["upper-lip"],
    &["nose"],
    &["perioral"],
    &["chin"],
    &["jaw"],
    &["jaw-left"],
    &["submental"],
    &["neck", "decolletage"],
];

/// The groups of a class anywhere in some items.
pub(crate) fn groups<'a>(items: &'a [Item], class: &str) -> Vec<&'a Group> {
    let mut found = Vec::new();
    for item in items {
        item.each(&mut |item| {
            if let Item::Group(group) = item
                && group.class.as_deref() == Some(class)
            {
                found.push(group);
            }
        });
    }
    found
}

pub(crate) fn texts(items: &[Item]) -> Vec<&Text> {
    let mut found = Vec::new();
    for item in items {
        item.each(&mut |item| {
            if let Item::Text(text) = item {
                found.push(text);
            }
        });
    }
    found
}

/// The corners of an outline, curves by their ends.
pub(crate) fn corners(outline: &Outline) -> Vec<Spot> {
    let spot = |segment: &Segment| match *segment {
        Segment::Move(at) | Segment::Line(at) | Segment::Cubic(_, _, at) => Some(at),
        Segment::Close => None,
    };
    outline.segments.iter().filter_map(spot).collect()
}

pub(crate) fn data<'a>(group: &'a Group, name: &str) -> &'a str {
    group.data.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
}

pub(crate) fn words_are_on_the_page_and_clear_of_each_other(name: &str, page: &Page) {
    let [width, height] = page.size_mm();
    let paper = Bounds { min: Spot::new(8.0, 8.0), max: Spot::new(width - 8.0, height - 6.0) };
    let all: Vec<(&str, Bounds)> =
        texts(page.items()).into_iter().map(|text| (text.words.as_str(), text.bounds())).collect();
    for (k, (words, bounds)) in all.iter().enumerate() {
        assert!(paper.holds(bounds), "{name}: '{words}' is off the page");
        // Lines of one paragraph may touch.
        let own = bounds.grown(-0.24);
        let over = all[..k].iter().find(|(_, other)| other.overlaps(&own));
        assert!(over.is_none(), "{name}: '{words}' on {over:?}");
    }
}
