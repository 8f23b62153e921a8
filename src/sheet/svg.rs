//! Pages as SVG.
//!
//! The `svg` crate writes the root and escapes what people wrote; what stands on the page are some thousands of
//! small elements, which are written here and side by side, so that a map takes milliseconds and the same page
//! gives the same bytes everywhere. Sizes are in mm and so is the coordinate system.

use std::fmt::Write;

use svg::node::element::Element;
use svg::node::{Blob, Node, Text as Words};

use super::{Align, Colour, Group, Item, Mark, Page, Segment, Shape, Spot, Stroke, Text, Weight, font};
use crate::abreast::abreast;
use crate::units::number;

/// Decimals of a coordinate: a hundredth of a millimetre.
const DECIMALS: usize = 2;

/// The page as an SVG document, ending in a line feed.
pub fn write(page: &Page) -> String {
    let [width, height] = page.size_mm().map(|side| number(side, DECIMALS));
    let mut root = Element::new("svg");
    root.assign("xmlns", "http://www.w3.org/2000/svg");
    root.assign("width", format!("{width}mm"));
    root.assign("height", format!("{height}mm"));
    root.assign("viewBox", format!("0 0 {width} {height}"));
    root.assign("font-family", font::FAMILY);
    root.assign("stroke-linecap", "round");
    root.assign("stroke-linejoin", "round");
    root.assign("fill-rule", "evenodd");
    let mut title = String::new();
    titled(&mut title, page.title());
    root.append(Blob::new(title));
    // Viewers with a dark background would show dark words on it.
    let mut paper = Element::new("rect");
    paper.assign("class", "paper");
    paper.assign("width", width.as_str());
    paper.assign("height", height.as_str());
    paper.assign("fill", "#ffffff");
    root.append(paper);
    for item in (Writer { clips: 0, paint: None }).side_by_side(page.items(), SIDE_BY_SIDE) {
        root.append(Blob::new(item));
    }
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{root}\n")
}

/// Levels of groups whose items are written side by side: the views of a map, and what each is made of.
const SIDE_BY_SIDE: usize = 2;

fn is_clipped(item: &Item) -> bool {
    matches!(item, Item::Group(Group { clip: Some(_), .. }))
}

/// The fill and the pen of a shape.
#[derive(Clone, Debug, PartialEq)]
struct Paint {
    fill: Option<Colour>,
    stroke: Option<Stroke>,
}

impl Paint {
    /// That of a shape, or of the only one in a group; `None` of anything else.
    fn of(item: &Item) -> Option<Self> {
        match item {
            Item::Mark(mark) => Some(Self { fill: Some(mark.fill), stroke: Some(mark.stroke.clone()) }),
            Item::Text(text) => {
                let halo = (text.halo_mm > 0.0).then(|| Stroke::solid(Colour::WHITE, 2.0 * text.halo_mm));
                Some(Self { fill: Some(text.colour), stroke: halo })
            }
            Item::Outline(outline) => Some(Self { fill: outline.fill, stroke: outline.stroke.clone() }),
            Item::Group(Group { items, clip: None, .. }) if items.len() == 1 => Self::of(&items[0]),
            Item::Group(_) => None,
        }
    }

    /// What a group says once for all it holds: the paint of the first of at least [`MANY`] shapes. One that
    /// differs says its own.
    fn said_once(items: &[Item]) -> Option<Self> {
        let plain = |paint: &Self| {
            let opaque = |colour: Colour| colour.alpha == 255;
            paint.fill.is_some_and(opaque)
                && paint.stroke.as_ref().is_some_and(|pen| opaque(pen.colour) && pen.dashes_mm.is_empty())
        };
        let is_shape = |item| Self::of(item).is_some();
        let alike = items.len() >= MANY && items.iter().all(is_shape);
        items.first().filter(|_| alike).and_then(Self::of).filter(plain)
    }
}

/// So many shapes are worth saying their paint once.
const MANY: usize = 4;

struct Writer {
    /// How many clips were written, to name the next.
    clips: usize,
    /// What a group around says once of the shapes in it.
    paint: Option<Paint>,
}

impl Writer {
    /// Each of some items as it is written, on every core, down so many levels.
    fn side_by_side(&mut self, items: &[Item], levels: usize) -> Vec<String> {
        let numbered: Vec<(usize, &Item)> = items
            .iter()
            .map(|item| {
                let before = self.clips;
                item.each(&mut |item| self.clips += usize::from(is_clipped(item)));
                (before, item)
            })
            .collect();
        abreast(&numbered, |&(clips, item)| {
            let mut written = String::new();
            Writer { clips, paint: self.paint.clone() }.item(&mut written, item, levels - 1);
            written
        })
    }

    fn item(&mut self, out: &mut String, item: &Item, levels: usize) {
        match item {
            Item::Group(group) => self.group(out, group, levels),
            shape => self.shape(out, shape),
        }
    }

    fn shape(&self, out: &mut String, item: &Item) {
        let mut shape = match item {
            Item::Outline(outline) => path(out, &outline.segments),
            Item::Mark(mark) if mark.shape == Shape::Circle => circle(out, mark),
            Item::Mark(mark) => path(out, &mark.outline().segments),
            Item::Text(text) => line(out, text),
            Item::Group(_) => return,
        };
        if let Some(paint) = Paint::of(item) {
            shape.paint(&paint, self.paint.as_ref());
        }
        match item {
            Item::Text(text) => shape.say(&text.words),
            _ => shape.close(),
        }
    }

    fn group(&mut self, out: &mut String, group: &Group, levels: usize) {
        let mut tag = Tag::new(out, "g");
        if let Some(class) = &group.class {
            tag.set_words("class", class);
        }
        let clip = group.clip.as_ref().map(|clip| {
            self.clips += 1;
            (format!("clip-{}", self.clips), clip)
        });
        if let Some((id, _)) = &clip {
            tag.set("clip-path", format!("url(#{id})"));
        }
        for (name, value) in &group.data {
            tag.set_words(&format!("data-{name}"), value);
        }
        if let Some(id) = &group.id {
            tag.set_words("id", id);
        }
        let around = self.paint.clone();
        if let Some(paint) = Paint::said_once(&group.items) {
            tag.paint(&paint, around.as_ref());
            self.paint = Some(paint);
        }
        let mut held = tag.holding();
        if let Some(title) = &group.title {
            titled(held.next(), title);
        }
        if let Some((id, clip)) = &clip {
            let mut clip_path = Tag::new(held.next(), "clipPath");
            clip_path.set("id", id);
            let mut shapes = clip_path.holding();
            let mut shape = Tag::new(shapes.next(), "path");
            shape.set("clip-rule", "evenodd");
            shape.set_path(clip);
            shape.close();
            shapes.close();
        }
        if levels > 0 {
            for written in self.side_by_side(&group.items, levels) {
                held.next().push_str(&written);
            }
        } else {
            for item in &group.items {
                self.item(held.next(), item, 0);
            }
        }
        self.paint = around;
        held.close();
    }
}

fn titled(out: &mut String, title: &str) {
    Tag::new(out, "title").say(title);
}

fn path<'a>(out: &'a mut String, segments: &[Segment]) -> Tag<'a> {
    let mut shape = Tag::new(out, "path");
    shape.set_path(segments);
    shape
}

fn circle<'a>(out: &'a mut String, mark: &Mark) -> Tag<'a> {
    let mut shape = Tag::new(out, "circle");
    for (name, value) in [("cx", mark.at.x), ("cy", mark.at.y), ("r", mark.size_mm / 2.0)] {
        shape.set_mm(name, value);
    }
    shape
}

fn line<'a>(out: &'a mut String, text: &Text) -> Tag<'a> {
    let mut shape = Tag::new(out, "text");
    for (name, value) in [("x", text.at.x), ("y", text.at.y), ("font-size", text.size_mm)] {
        shape.set_mm(name, value);
    }
    if text.weight == Weight::Bold {
        shape.set("font-weight", "bold");
    }
    match text.align {
        Align::Left => {}
        Align::Centre => shape.set("text-anchor", "middle"),
        Align::Right => shape.set("text-anchor", "end"),
    }
    if text.halo_mm > 0.0 {
        shape.set("paint-order", "stroke");
    }
    shape
}

/// An element that is being written.
struct Tag<'a> {
    out: &'a mut String,
    name: &'static str,
}

impl<'a> Tag<'a> {
    fn new(out: &'a mut String, name: &'static str) -> Self {
        out.push('<');
        out.push_str(name);
        Self { out, name }
    }

    /// Sets what needs no escaping.
    fn set(&mut self, name: &str, value: impl AsRef<str>) {
        self.set_to(name, |out| out.push_str(value.as_ref()));
    }

    fn set_to(&mut self, name: &str, value: impl FnOnce(&mut String)) {
        for part in [" ", name, "=\""] {
            self.out.push_str(part);
        }
        value(self.out);
        self.out.push('"');
    }

    /// Sets what people may have written.
    fn set_words(&mut self, name: &str, value: &str) {
        match value.contains(['&', '<', '>', '"']) {
            true => self.set(name, Words::new(value).to_string().replace('"', "&quot;")),
            false => self.set(name, value),
        }
    }

    /// A length or a coordinate, in whole hundredths of a millimetre.
    fn set_mm(&mut self, name: &str, mm: f64) {
        self.set_to(name, |out| push_step(out, hundredths(mm)));
    }

    fn set_path(&mut self, segments: &[Segment]) {
        self.set_to("d", |out| push_path(out, segments));
    }

    /// Sets a paint, where it is not `said` by a group around.
    fn paint(&mut self, paint: &Paint, said: Option<&Paint>) {
        if said == Some(paint) {
            return;
        }
        match paint.fill {
            Some(fill) => self.set_to("fill", |out| push_hex(out, fill)),
            None => self.set("fill", "none"),
        }
        if let Some(fill) = paint.fill.filter(|fill| fill.alpha < 255) {
            self.set("fill-opacity", number(f64::from(fill.alpha) / 255.0, 3));
        }
        let Some(stroke) = &paint.stroke else {
            if said.is_some() {
                self.set("stroke", "none");
            }
            return;
        };
        self.set_to("stroke", |out| push_hex(out, stroke.colour));
        self.set("stroke-width", number(stroke.width_mm, 3));
        if stroke.colour.alpha < 255 {
            self.set("stroke-opacity", number(f64::from(stroke.colour.alpha) / 255.0, 3));
        }
        if !stroke.dashes_mm.is_empty() {
            let dashes: Vec<String> = stroke.dashes_mm.iter().map(|&d| number(d, DECIMALS)).collect();
            self.set("stroke-dasharray", dashes.join(" "));
        }
    }

    /// Ends an element that holds nothing.
    fn close(self) {
        self.out.push_str("/>");
    }

    /// Ends an element that holds words.
    fn say(self, words: &str) {
        // Writing to a string never fails.
        _ = write!(self.out, ">{}</{}>", Words::new(words), self.name);
    }

    /// The element with others inside it.
    fn holding(self) -> Holding<'a> {
        Holding { tag: self, is_empty: true }
    }
}

/// An element that holds others, each on a line of its own.
struct Holding<'a> {
    tag: Tag<'a>,
    is_empty: bool,
}

impl Holding<'_> {
    /// Where the next element is written.
    fn next(&mut self) -> &mut String {
        self.tag.out.push_str(if self.is_empty { ">\n" } else { "\n" });
        self.is_empty = false;
        self.tag.out
    }

    fn close(self) {
        if self.is_empty {
            return self.tag.close();
        }
        for part in ["\n</", self.tag.name, ">"] {
            self.tag.out.push_str(part);
        }
    }
}

fn push_hex(out: &mut String, colour: Colour) {
    let digit = |value: u8| char::from(b"0123456789abcdef"[usize::from(value % 16)]);
    let short = colour.rgb.iter().all(|part| part % 17 == 0);
    out.push('#');
    for part in colour.rgb {
        if !short {
            out.push(digit(part / 16));
        }
        out.push(digit(part));
    }
}

/// Path data in steps relative to the pen. The pen is kept in whole hundredths of a millimetre, so
/// that rounding never adds up along a path.
fn push_path(data: &mut String, segments: &[Segment]) {
    let (mut pen, mut start) = ([0_i64; 2], [0_i64; 2]);
    let mut last = ' ';
    for segment in segments {
        let (letter, spots): (char, &[Spot]) = match segment {
            Segment::Move(a) => ('m', &[*a]),
            Segment::Line(a) => ('l', &[*a]),
            Segment::Cubic(a, b, c) => ('c', &[*a, *b, *c]),
            Segment::Close => ('z', &[]),
        };
        if letter == 'z' || letter != last {
            data.push(letter);
        }
        let mut end = pen;
        for spot in spots {
            end = [hundredths(spot.x), hundredths(spot.y)];
            push_step(data, end[0] - pen[0]);
            push_step(data, end[1] - pen[1]);
        }
        pen = end;
        match letter {
            'm' => start = pen,
            'z' => pen = start,
            _ => {}
        }
        // After a move, further pairs are lines.
        last = if letter == 'm' { 'l' } else { letter };
    }
}

fn hundredths(mm: f64) -> i64 {
    (mm * 100.0).round() as i64
}

/// Appends a number of hundredths, with a blank before it only where one is needed.
fn push_step(data: &mut String, step: i64) {
    if step < 0 {
        data.push('-');
    } else if data.bytes().next_back().is_some_and(|last| last.is_ascii_digit()) {
        data.push(' ');
    }
    let digit = |value: u64| char::from(b'0' + (value % 10) as u8);
    let (whole, part) = (step.unsigned_abs() / 100, step.unsigned_abs() % 100);
    match whole {
        0 if part > 0 => {}
        0..10 => data.push(digit(whole)),
        // Writing to a string never fails.
        _ => _ = write!(data, "{whole}"),
    }
    if part > 0 {
        data.push('.');
        data.push(digit(part / 10));
    }
    if part % 10 > 0 {
        data.push(digit(part));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::PageKind;

    fn path_data(segments: &[Segment]) -> String {
        let mut data = String::new();
        push_path(&mut data, segments);
        data
    }

    #[test]
    fn path_data_is_relative_and_does_not_drift() {
        let at = |x: f64| Spot::new(x, 0.0);
        let thirds = [
            Segment::Move(at(1.0)),
            Segment::Line(at(1.333)),
            Segment::Line(at(1.666)),
            Segment::Line(at(2.0)),
        ];
        assert_eq!(path_data(&thirds), "m1 0 .33 0 .34 0 .33 0");
    }

    #[test]
    fn steps_are_written_as_short_as_they_read() {
        let written = |steps: &[i64]| {
            let mut data = String::new();
            steps.iter().for_each(|&step| push_step(&mut data, step));
            data
        };
        assert_eq!(written(&[0, 5, -5, 50, -120, 103, 3000, 0]), "0 .05-.05 .5-1.2 1.03 30 0");
    }

    #[test]
    fn a_second_ring_starts_from_where_the_first_began() {
        let ring = |x: f64| {
            [Segment::Move(Spot::new(x, 1.0)), Segment::Line(Spot::new(x + 1.0, -1.5)), Segment::Close]
        };
        let both: Vec<Segment> = ring(1.0).into_iter().chain(ring(4.0)).collect();
        assert_eq!(path_data(&both), "m1 1 1-2.5zm3 0 1-2.5z");
    }

    #[test]
    fn names_and_values_of_groups_are_escaped() {
        let group = Group::of_class("a\"b", Vec::new()).id("<i>").title("c & d").data("zone", "\"e\" > f");
        let page = Page::new(PageKind::Picture, [10.0, 10.0], "t", vec![Item::Group(group)]).unwrap();
        let wanted = "<g class=\"a&quot;b\" data-zone=\"&quot;e&quot; &gt; f\" id=\"&lt;i&gt;\">\n<title>c &amp; d</title>\n</g>";
        assert!(write(&page).contains(wanted), "{}", write(&page));
    }

    #[test]
    fn text_is_escaped_and_sizes_are_physical() {
        let text = Item::Text(Text::new(Spot::new(1.0, 2.0), 3.0, "<a & \"b\">"));
        let page = Page::new(PageKind::Picture, [210.0, 297.0], "t", vec![text]).unwrap();
        let svg = write(&page);
        assert!(svg.contains("width=\"210mm\"") && svg.contains("viewBox=\"0 0 210 297\""));
        assert!(svg.contains("&lt;a &amp; \"b\"&gt;"));
    }
}
