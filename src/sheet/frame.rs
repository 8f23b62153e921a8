//! What surrounds every sheet: its head, the bars to hold a ruler to, and the foot.

use super::column::RULE;
use super::map::{Content, OfLayers};
use super::panels::{GREY, SMALL_MM, TEXT_MM, titled};
use super::{Align, Bounds, Colour, Group, Item, Outline, Spot, Stroke, Text, Weight};
use super::{text_width_mm, wrapped};
use crate::body::Chart;
use crate::plan::{Pattern, Severity};
use crate::protocol::Protocol;
use crate::units::number;
use crate::zones::Status;

/// Free paper around a sheet, in mm.
pub(super) const MARGIN_MM: f64 = 10.0;
/// Heights of head, banner, bars and foot, in mm.
const HEAD_MM: f64 = 17.0;
const BANNER_MM: f64 = 9.0;
const BARS_MM: f64 = 10.5;
const FOOT_MM: f64 = 13.0;
/// Lines of small print in it.
const FOOT_LINES: usize = 3;
/// The least room for the name of a body, in mm.
const LEAST_NAME_MM: f64 = 20.0;

/// What is left between head and bars.
pub(super) fn body(size: [f64; 2], content: &Content<'_>) -> Bounds {
    let mut body = body_without_bars(size, content);
    body.max.y -= BARS_MM;
    body
}

/// What is left between head and foot.
pub(super) fn body_without_bars(size: [f64; 2], content: &Content<'_>) -> Bounds {
    let banner = if errors(content) > 0 { BANNER_MM } else { 0.0 };
    Bounds {
        min: Spot::new(MARGIN_MM, MARGIN_MM + HEAD_MM + banner),
        max: Spot::new(size[0] - MARGIN_MM, size[1] - MARGIN_MM - FOOT_MM),
    }
}

fn errors(content: &Content<'_>) -> usize {
    content.plan.findings.iter().filter(|finding| finding.severity == Severity::Error).count()
}

/// The alarm of a plan that must not be used as it is.
pub(super) const UNUSABLE: &str = "DO NOT USE";

/// The words that differ from one sheet to another.
#[derive(Clone, Copy, Debug)]
pub(super) struct Words<'a> {
    /// What the sheet is.
    pub(super) title: &'a str,
    /// Which page it is, of how many of its kind.
    pub(super) page: [usize; 2],
    /// What the bars to hold a ruler to are of, where it has any.
    pub(super) bars: Option<&'a str>,
    /// What stands before the number of errors, where there are some.
    pub(super) alarm: &'a str,
}

/// Head, banner, bars and foot.
pub(super) fn drawn(size: [f64; 2], content: &Content<'_>, words: Words<'_>) -> Vec<Item> {
    let mut items = head(size, content, words.title);
    items.extend(banner(size, content, words.alarm));
    items.extend(words.bars.map(|of| bars(size, of)));
    items.extend(foot(size, content, words.page));
    items
}

/// What the sheet is, and the blanks to fill in.
fn head(size: [f64; 2], content: &Content<'_>, title: &str) -> Vec<Item> {
    let (left, right, top) = (MARGIN_MM, size[0] - MARGIN_MM, MARGIN_MM);
    let plan = content.plan;
    let pattern = match plan.pattern {
        Pattern::Rows => "rows",
        Pattern::Even => "even cover",
    };
    let zones = super::panels::counted(plan.zones.len(), "zone");
    let (what, way) = match (&content.layer, &plan.topical) {
        (Some(OfLayers::All { layers, .. }), _) => {
            (String::new(), super::panels::counted(layers.len(), "layer"))
        }
        (_, Some(_)) => (format!("{} \u{b7} ", plan.protocol.name), "on the skin".to_owned()),
        _ => {
            let spacing = number(plan.spacing_mm, 2);
            (format!("{} \u{b7} ", plan.protocol.name), format!("{spacing} mm spacing, {pattern}"))
        }
    };
    let room = right - left - 72.0;
    let rest = format!(" \u{b7} {zones} \u{b7} {way}");
    // A long name gives way, for the rest tells one plan from another.
    let left_of = room - text_width_mm(&format!("{what}{rest}"), TEXT_MM, Weight::Regular);
    let left_of = left_of.max(LEAST_NAME_MM);
    let name = body_name(content);
    let name = match text_width_mm(&name, TEXT_MM, Weight::Regular) <= left_of || name == content.body.name {
        true => name,
        false => format!("{}, scaled", content.body.name),
    };
    let body = super::font::shortened(&name, TEXT_MM, Weight::Regular, left_of);
    let subtitle = super::font::shortened(&format!("{what}{body}{rest}"), TEXT_MM, Weight::Regular, room);
    let line_mm = if content.layer.is_some() { 11.8 } else { 10.2 };
    let mut items = vec![
        Item::Text(Text::new(Spot::new(left, top + 5.2), 6.0, title).bold()),
        Item::Text(Text::new(Spot::new(left, top + line_mm), TEXT_MM, subtitle).colour(GREY)),
    ];
    items.extend(layer(content, Spot::new(left, top + 8.6), room));
    let given = content.reference.unwrap_or_default();
    let date = plan.tray.times.date.map(|date| date.to_string()).unwrap_or_default();
    for (k, (name, value)) in [("Date", date.as_str()), ("Patient reference", given)].into_iter().enumerate()
    {
        let y = top + 4.0 + 6.4 * k as f64;
        let x = right - 40.0;
        items.push(Item::Text(Text::new(Spot::new(x - 2.0, y), TEXT_MM, name).align(Align::Right)));
        let line = [Spot::new(x, y + 0.9), Spot::new(right, y + 0.9)];
        items.push(Item::Outline(Outline::line(line, Stroke::solid(Colour::INK, 0.2))));
        let value = super::font::shortened_inside(value, TEXT_MM, Weight::Regular, 38.0);
        if !value.is_empty() {
            items.push(Item::Text(Text::new(Spot::new(x + 1.0, y), TEXT_MM, value)));
        }
    }
    let y = top + 13.2;
    items.push(Item::Outline(Outline::line(
        [Spot::new(left, y), Spot::new(right, y)],
        Stroke::solid(Colour::INK, 0.35),
    )));
    items
}

/// Which layer of the session it is, with its product, or which there are.
fn layer(content: &Content<'_>, at: Spot, room: f64) -> Option<Item> {
    let layer = content.layer.as_ref()?;
    let product = content.plan.tray.product.as_ref().filter(|_| matches!(layer, OfLayers::One { .. }));
    let product = product.map(|product| format!(" \u{b7} {}", product.name)).unwrap_or_default();
    let words = titled(&format!("{}{product}", layer.words()));
    let words = super::font::shortened(&words, TEXT_MM, Weight::Bold, room);
    Some(Item::Text(Text::new(at, TEXT_MM, words).bold()))
}

/// The body, and how many measurements of the patient it was scaled to.
fn body_name(content: &Content<'_>) -> String {
    let name = &content.body.name;
    match content.plan.body.measurements_mm.len() {
        0 => name.clone(),
        count => format!("{name}, scaled to {}", super::panels::counted(count, "measurement")),
    }
}

/// The measurements that the body was scaled to.
fn measured(content: &Content<'_>) -> String {
    let each = |(id, mm): (&String, &f64)| format!("{} {}", id.replace('-', " "), number(*mm, 1));
    let list: Vec<String> = content.plan.body.measurements_mm.iter().map(each).collect();
    if list.is_empty() { String::new() } else { format!(" Scaled to, in mm: {}.", list.join(", ")) }
}

/// The mark of what has errors.
fn banner(size: [f64; 2], content: &Content<'_>, alarm: &str) -> Vec<Item> {
    let count = errors(content);
    let first = content.plan.findings.iter().find(|finding| finding.severity == Severity::Error);
    let Some(first) = first else { return Vec::new() };
    let red = Colour::rgb(0xa3, 0x1a, 0x1a);
    let (left, top, width) = (MARGIN_MM, MARGIN_MM + HEAD_MM - 1.6, size[0] - 2.0 * MARGIN_MM);
    let words = format!("{alarm}: {count} error{}", if count == 1 { "" } else { "s" });
    let lead = text_width_mm(&words, 3.2, Weight::Bold);
    let room = width - lead - 8.0;
    let shape = Outline::rectangle(Spot::new(left, top), width, 7.6, Some(red), None);
    let mut items = vec![
        Item::Outline(shape),
        Item::Text(Text::new(Spot::new(left + 2.5, top + 5.0), 3.2, words).bold().colour(Colour::WHITE)),
    ];
    // What to do stands at the end of a message, so that it is cut only beyond two lines.
    let lines = wrapped(&first.message, SMALL_MM, Weight::Regular, room);
    let rest = lines.get(1..).unwrap_or_default().join(" ");
    let second = super::font::shortened(&rest, SMALL_MM, Weight::Regular, room);
    let lines: Vec<String> =
        lines.into_iter().take(1).chain([second]).filter(|line| !line.is_empty()).collect();
    let first_mm = if lines.len() > 1 { 3.2 } else { 4.7 };
    for (k, line) in lines.into_iter().enumerate() {
        let at = Spot::new(left + lead + 5.5, top + first_mm + 2.9 * k as f64);
        items.push(Item::Text(Text::new(at, SMALL_MM, line).colour(Colour::WHITE)));
    }
    vec![Item::Group(Group::of_class("error", items).id("error"))]
}

/// Bars of 100 mm and 50 mm with what to do when they measure off.
fn bars(size: [f64; 2], of: &str) -> Item {
    let y = size[1] - MARGIN_MM - FOOT_MM - 5.0;
    let mut items = Vec::new();
    let mut x = MARGIN_MM;
    for length in [100.0, 50.0] {
        items.extend(bar(x, y, length));
        x += length + 20.0;
    }
    let words = format!("{of} If they measure off, print again at 100 % (\"actual size\", no fit to page).");
    items.push(Item::Text(Text::new(Spot::new(MARGIN_MM, y + 3.6), SMALL_MM, words).colour(GREY)));
    Item::Group(Group::of_class("scale", items).id("scale"))
}

/// A bar with a tick every 10 mm and its length beside it.
fn bar(x: f64, y: f64, length: f64) -> Vec<Item> {
    let pen = || Stroke::solid(Colour::INK, 0.25);
    let line = |a: Spot, b: Spot| Item::Outline(Outline::line([a, b], pen()));
    let mut items = vec![line(Spot::new(x, y), Spot::new(x + length, y))];
    let mut at = 0.0;
    while at <= length {
        let tall = if at == 0.0 || at == length { 2.4 } else { 1.2 };
        items.push(line(Spot::new(x + at, y), Spot::new(x + at, y - tall)));
        at += 10.0;
    }
    let words = format!("{} mm", number(length, 0));
    items.push(Item::Text(Text::new(Spot::new(x + length + 1.6, y), TEXT_MM, words)));
    vec![Item::Group(Group::of_class("bar", items).id(format!("bar-{}", number(length, 0))))]
}

/// Whom it is for, how sure it is, and what made it.
fn foot(size: [f64; 2], content: &Content<'_>, [page, of]: [usize; 2]) -> Vec<Item> {
    let (left, right) = (MARGIN_MM, size[0] - MARGIN_MM);
    let top = size[1] - MARGIN_MM - FOOT_MM + 1.4;
    let mut items = vec![Item::Outline(Outline::line(
        [Spot::new(left, top), Spot::new(right, top)],
        Stroke::solid(RULE, 0.2),
    ))];
    let licensed = "For licensed professionals; planning aid, not clinical advice.";
    items.push(Item::Text(Text::new(Spot::new(left, top + 3.4), TEXT_MM, licensed).bold()));
    let plan = content.plan;
    let inputs = match &content.layer {
        Some(OfLayers::All { layers, .. }) => {
            let each: Vec<&str> = layers.iter().map(|layer| layer.plan.input_hash.as_str()).collect();
            format!("inputs {}", each.join(", "))
        }
        _ => format!("input {}", plan.input_hash),
    };
    let mut made = format!("nappage {} \u{b7} {inputs}", plan.version);
    if of > 1 {
        made += &format!(" \u{b7} page {page} of {of}");
    }
    items.push(Item::Text(
        Text::new(Spot::new(right, top + 3.4), SMALL_MM, made).align(Align::Right).colour(GREY),
    ));
    // Of several protocols the evidence stands on the sheets of each.
    let evidence = match (&content.layer, &content.protocol.evidence) {
        (Some(OfLayers::All { .. }), _) | (_, None) => String::new(),
        (_, Some(evidence)) => format!("Evidence: {}. ", evidence.value.trim_end_matches('.')),
    };
    let words = format!("{evidence}{}", sources(content));
    let width = right - left;
    let mut lines = wrapped(&words, SMALL_MM, Weight::Regular, width);
    if lines.len() > FOOT_LINES {
        let rest = lines.split_off(FOOT_LINES - 1).join(" ");
        lines.push(super::font::shortened(&rest, SMALL_MM, Weight::Regular, width));
    }
    for (k, line) in lines.into_iter().enumerate() {
        let y = top + 6.6 + 2.8 * k as f64;
        items.push(Item::Text(Text::new(Spot::new(left, y), SMALL_MM, line).colour(GREY)));
    }
    items
}

/// Whether all zones lie on the flat chart, which has neither body nor sides.
pub(super) fn on_a_plane_alone(content: &Content<'_>) -> bool {
    content.plan.zones.iter().all(|zone| zone.chart == Chart::Flat)
}

/// The protocols that a sheet goes by, each once.
fn protocols<'a>(content: &'a Content<'_>) -> Vec<&'a Protocol> {
    let all = match &content.layer {
        Some(OfLayers::All { protocols, .. }) => protocols.as_slice(),
        _ => std::slice::from_ref(&content.protocol),
    };
    let mut each: Vec<&Protocol> = Vec::new();
    for &protocol in all {
        if each.iter().all(|known| known.id != protocol.id) {
            each.push(protocol);
        }
    }
    each
}

/// How sure the figures are, and whose they are.
fn sources(content: &Content<'_>) -> String {
    let protocols = protocols(content);
    let figures: Vec<String> = match protocols.as_slice() {
        [one] => vec![format!("Protocol figures: {}.", standing(one))],
        several => several.iter().map(|one| format!("Figures of {}: {}.", one.name, standing(one))).collect(),
    };
    let figures = figures.join(" ");
    if on_a_plane_alone(content) {
        return figures + " Distances on a plane sheet, true where the skin is flat.";
    }
    format!(
        "{figures} Margins to eyes, lips, hairline and ears: clinic-set.{} Body: {}.",
        measured(content),
        content.body.source.trim_end_matches('.')
    )
}

/// How sure the figures of a protocol are, and whose they are.
fn standing(protocol: &Protocol) -> String {
    let figures = protocol.figures();
    let count = |status: Status| figures.iter().filter(|figure| figure.status == status).count();
    let kinds = [Status::Published, Status::Derived, Status::ClinicSet];
    let parts: Vec<String> =
        kinds.iter().filter(|s| count(**s) > 0).map(|s| format!("{} {s}", count(*s))).collect();
    let mut ids: Vec<&str> = figures.iter().filter_map(|figure| figure.source.as_deref()).collect();
    ids.sort_unstable();
    ids.dedup();
    format!("{} ({})", parts.join(", "), ids.join(", "))
}
