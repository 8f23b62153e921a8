//! The page model: what every writer reads.

use std::collections::BTreeSet;

use nalgebra::Point2;

use super::font;
use crate::fault::Fault;

/// A position on the page in mm: x to the right, y down, from the top left corner.
pub type Spot = Point2<f64>;

/// A colour of the screen, with its opacity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Colour {
    /// Red, green and blue.
    pub rgb: [u8; 3],
    /// 255 is opaque.
    pub alpha: u8,
}

impl Colour {
    /// White paper.
    pub const WHITE: Self = Self::rgb(255, 255, 255);
    /// The ink of text.
    pub const INK: Self = Self::rgb(0x1f, 0x24, 0x29);

    /// An opaque colour.
    pub const fn rgb(red: u8, green: u8, blue: u8) -> Self {
        Self { rgb: [red, green, blue], alpha: 255 }
    }

    /// The same, seen through.
    #[must_use]
    pub const fn with_alpha(self, alpha: u8) -> Self {
        Self { alpha, ..self }
    }

    /// Relative luminance from 0 (black) to 1 (white), as WCAG 2 defines it.
    pub fn luminance(self) -> f64 {
        let linear = |c: u8| {
            let c = f64::from(c) / 255.0;
            if c <= 0.04045 { c / 12.92 } else { libm::pow((c + 0.055) / 1.055, 2.4) }
        };
        let [r, g, b] = self.rgb;
        0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
    }
}

/// The pen of a line. Ends and corners are round.
#[derive(Clone, Debug, PartialEq)]
pub struct Stroke {
    /// The colour.
    pub colour: Colour,
    /// The width in mm.
    pub width_mm: f64,
    /// Lengths of dashes and gaps in mm; empty for a solid line.
    pub dashes_mm: Vec<f64>,
}

impl Stroke {
    /// A solid line.
    pub const fn solid(colour: Colour, width_mm: f64) -> Self {
        Self { colour, width_mm, dashes_mm: Vec::new() }
    }
}

/// A step of an outline.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Segment {
    /// Lift the pen and start here.
    Move(Spot),
    /// A straight line to here.
    Line(Spot),
    /// A cubic curve by two control points to the third.
    Cubic(Spot, Spot, Spot),
    /// A straight line back to the last start.
    Close,
}

/// A filled or stroked shape. Fills are even-odd, so that an outline inside another is a hole.
#[derive(Clone, Debug, PartialEq)]
pub struct Outline {
    /// The steps; the first is a [`Segment::Move`].
    pub segments: Vec<Segment>,
    /// The colour inside.
    pub fill: Option<Colour>,
    /// The pen along it.
    pub stroke: Option<Stroke>,
}

impl Outline {
    /// A stroked line through places.
    pub fn line(spots: impl IntoIterator<Item = Spot>, stroke: Stroke) -> Self {
        Self { segments: polyline(spots), fill: None, stroke: Some(stroke) }
    }

    /// A filled ring.
    pub fn area(spots: impl IntoIterator<Item = Spot>, fill: Colour) -> Self {
        let mut segments = polyline(spots);
        segments.push(Segment::Close);
        Self { segments, fill: Some(fill), stroke: None }
    }

    /// A rectangle from its top left corner.
    pub fn rectangle(
        at: Spot,
        width_mm: f64,
        height_mm: f64,
        fill: Option<Colour>,
        stroke: Option<Stroke>,
    ) -> Self {
        let (x, y) = (at.x + width_mm, at.y + height_mm);
        let mut segments = polyline([at, Spot::new(x, at.y), Spot::new(x, y), Spot::new(at.x, y)]);
        segments.push(Segment::Close);
        Self { segments, fill, stroke }
    }
}

fn polyline(spots: impl IntoIterator<Item = Spot>) -> Vec<Segment> {
    let mut spots = spots.into_iter();
    spots.next().map(Segment::Move).into_iter().chain(spots.map(Segment::Line)).collect()
}

/// The shape of a mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shape {
    /// A circle.
    Circle,
    /// A square on its side.
    Square,
    /// A triangle on its base.
    Triangle,
    /// A square on its corner.
    Diamond,
    /// A triangle on its tip.
    Wedge,
}

/// A mark at a place, such as a point of the plan.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    /// Its centre.
    pub at: Spot,
    /// Its shape.
    pub shape: Shape,
    /// The diameter of the circle of equal area, in mm.
    pub size_mm: f64,
    /// The colour inside.
    pub fill: Colour,
    /// The pen around it.
    pub stroke: Stroke,
}

impl Mark {
    /// The mark as an outline. Shapes have the area of the circle of the same size.
    pub fn outline(&self) -> Outline {
        let r = self.size_mm / 2.0;
        let spot = |x: f64, y: f64| Spot::new(self.at.x + x, self.at.y + y);
        let mut segments = match self.shape {
            Shape::Circle => circle(self.at, r),
            Shape::Square => {
                let h = r * 0.886;
                polyline([spot(-h, -h), spot(h, -h), spot(h, h), spot(-h, h)])
            }
            Shape::Diamond => {
                let h = r * 1.253;
                polyline([spot(0.0, -h), spot(h, 0.0), spot(0.0, h), spot(-h, 0.0)])
            }
            Shape::Triangle | Shape::Wedge => {
                let flip = if self.shape == Shape::Wedge { -1.0 } else { 1.0 };
                let (half, up) = (r * 1.347, r * 1.555);
                polyline([spot(0.0, -up * flip), spot(half, 0.5 * up * flip), spot(-half, 0.5 * up * flip)])
            }
        };
        segments.push(Segment::Close);
        Outline { segments, fill: Some(self.fill), stroke: Some(self.stroke.clone()) }
    }

    /// How far it reaches from its centre, pen included, in mm.
    pub fn reach_mm(&self) -> f64 {
        let reach = match self.shape {
            Shape::Circle => 0.5,
            Shape::Square | Shape::Diamond => 0.627,
            Shape::Triangle | Shape::Wedge => 0.778,
        };
        self.size_mm * reach + self.stroke.width_mm / 2.0
    }
}

/// A circle as four cubic curves, without the closing step.
fn circle(at: Spot, r: f64) -> Vec<Segment> {
    let k = 0.552_284_75 * r;
    let spot = |x: f64, y: f64| Spot::new(at.x + x, at.y + y);
    vec![
        Segment::Move(spot(r, 0.0)),
        Segment::Cubic(spot(r, k), spot(k, r), spot(0.0, r)),
        Segment::Cubic(spot(-k, r), spot(-r, k), spot(-r, 0.0)),
        Segment::Cubic(spot(-r, -k), spot(-k, -r), spot(0.0, -r)),
        Segment::Cubic(spot(k, -r), spot(r, -k), spot(r, 0.0)),
    ]
}

/// Which part of a text stands at its place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Align {
    /// Its beginning.
    #[default]
    Left,
    /// Its middle.
    Centre,
    /// Its end.
    Right,
}

/// The weight of a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// For reading.
    #[default]
    Regular,
    /// For finding.
    Bold,
}

/// One line of text.
#[derive(Clone, Debug, PartialEq)]
pub struct Text {
    /// Where its baseline is.
    pub at: Spot,
    /// Which part of it stands there.
    pub align: Align,
    /// The size of the font in mm (1 pt is 0.353 mm).
    pub size_mm: f64,
    /// The weight.
    pub weight: Weight,
    /// The colour.
    pub colour: Colour,
    /// The words.
    pub words: String,
}

impl Text {
    /// A regular text in ink that begins at `at`.
    pub fn new(at: Spot, size_mm: f64, words: impl Into<String>) -> Self {
        Self {
            at,
            align: Align::Left,
            size_mm,
            weight: Weight::Regular,
            colour: Colour::INK,
            words: words.into(),
        }
    }

    /// The same in bold.
    #[must_use]
    pub fn bold(mut self) -> Self {
        self.weight = Weight::Bold;
        self
    }

    /// The same in another colour.
    #[must_use]
    pub fn colour(mut self, colour: Colour) -> Self {
        self.colour = colour;
        self
    }

    /// The same with another part of it at its place.
    #[must_use]
    pub fn align(mut self, align: Align) -> Self {
        self.align = align;
        self
    }

    /// How long it is, in mm.
    pub fn width_mm(&self) -> f64 {
        font::text_width_mm(&self.words, self.size_mm, self.weight)
    }

    /// The box around it, from the tallest letter to the deepest.
    pub fn bounds(&self) -> Bounds {
        let width = self.width_mm();
        let left = match self.align {
            Align::Left => self.at.x,
            Align::Centre => self.at.x - width / 2.0,
            Align::Right => self.at.x - width,
        };
        Bounds {
            min: Spot::new(left, self.at.y - 0.76 * self.size_mm),
            max: Spot::new(left + width, self.at.y + 0.22 * self.size_mm),
        }
    }
}

/// An upright rectangle on the page.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    /// The top left corner.
    pub min: Spot,
    /// The bottom right corner.
    pub max: Spot,
}

impl Bounds {
    /// The smallest rectangle that holds all the places; `None` where there are none.
    pub fn of(spots: impl IntoIterator<Item = Spot>) -> Option<Self> {
        spots.into_iter().fold(None, |bounds: Option<Self>, spot| {
            Some(bounds.map_or(Self { min: spot, max: spot }, |b| Self {
                min: b.min.inf(&spot),
                max: b.max.sup(&spot),
            }))
        })
    }

    /// The same, larger by `by` mm on every side.
    #[must_use]
    pub fn grown(self, by: f64) -> Self {
        let step = nalgebra::Vector2::repeat(by);
        Self { min: self.min - step, max: self.max + step }
    }

    /// Whether two rectangles share more than a border.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.min.x < other.max.x
            && other.min.x < self.max.x
            && self.min.y < other.max.y
            && other.min.y < self.max.y
    }

    /// Whether the other rectangle lies in this one.
    pub fn holds(&self, other: &Self) -> bool {
        self.min.x <= other.min.x
            && self.min.y <= other.min.y
            && self.max.x >= other.max.x
            && self.max.y >= other.max.y
    }
}

/// Items that belong together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Group {
    /// The id, unique on the page.
    pub id: Option<String>,
    /// What it is, for programs and style sheets, such as `point` or `zone`.
    pub class: Option<String>,
    /// What a reader is told on asking.
    pub title: Option<String>,
    /// Names and values for programs; written as `data-NAME`.
    pub data: Vec<(String, String)>,
    /// What of the items is shown; all of them where there is none.
    pub clip: Option<Vec<Segment>>,
    /// The items, the first lowest.
    pub items: Vec<Item>,
}

impl Group {
    /// A group of a class.
    pub fn of_class(class: &str, items: Vec<Item>) -> Self {
        Self { class: Some(class.to_owned()), items, ..Self::default() }
    }

    /// The same with an id.
    #[must_use]
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// The same with a title.
    #[must_use]
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = Some(title.into());
        self
    }

    /// The same with a value for programs.
    #[must_use]
    pub fn data(mut self, name: &str, value: impl Into<String>) -> Self {
        self.data.push((name.to_owned(), value.into()));
        self
    }
}

/// Something on the page.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// A filled or stroked shape.
    Outline(Outline),
    /// A mark.
    Mark(Mark),
    /// A line of text.
    Text(Text),
    /// Items that belong together.
    Group(Group),
}

impl Item {
    /// The box around the item, pens included; what a clip hides is not counted.
    pub fn bounds(&self) -> Option<Bounds> {
        match self {
            Self::Outline(outline) => {
                let pen = outline.stroke.as_ref().map_or(0.0, |stroke| stroke.width_mm / 2.0);
                Bounds::of(spots(&outline.segments)).map(|b| b.grown(pen))
            }
            Self::Mark(mark) => Bounds::of([mark.at]).map(|b| b.grown(mark.reach_mm())),
            Self::Text(text) => Some(text.bounds()),
            Self::Group(Group { clip: Some(clip), .. }) => Bounds::of(spots(clip)),
            Self::Group(group) => {
                Bounds::of(group.items.iter().filter_map(Self::bounds).flat_map(|b| [b.min, b.max]))
            }
        }
    }

    /// Calls `visit` for this item and every item inside it.
    pub fn each<'a>(&'a self, visit: &mut dyn FnMut(&'a Self)) {
        visit(self);
        if let Self::Group(group) = self {
            for item in &group.items {
                item.each(visit);
            }
        }
    }

    fn each_mut(&mut self, visit: &mut dyn FnMut(&mut Self)) {
        visit(self);
        if let Self::Group(group) = self {
            for item in &mut group.items {
                item.each_mut(visit);
            }
        }
    }

    fn is_finite(&self) -> bool {
        let pen =
            |stroke: &Stroke| stroke.width_mm.is_finite() && stroke.dashes_mm.iter().all(|d| d.is_finite());
        let finite = |spot: &Spot| spot.x.is_finite() && spot.y.is_finite();
        match self {
            Self::Outline(o) => spots(&o.segments).all(|s| finite(&s)) && o.stroke.as_ref().is_none_or(pen),
            Self::Mark(mark) => finite(&mark.at) && mark.size_mm.is_finite() && pen(&mark.stroke),
            Self::Text(text) => finite(&text.at) && text.size_mm.is_finite(),
            Self::Group(group) => group.clip.iter().all(|clip| spots(clip).all(|s| finite(&s))),
        }
    }
}

/// Every place a path names, control points included.
fn spots(segments: &[Segment]) -> impl Iterator<Item = Spot> + '_ {
    segments.iter().flat_map(|segment| match *segment {
        Segment::Move(a) | Segment::Line(a) => vec![a],
        Segment::Cubic(a, b, c) => vec![a, b, c],
        Segment::Close => vec![],
    })
}

/// What a page is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PageKind {
    /// A map of a plan.
    Map,
    /// A small picture.
    Picture,
}

/// A finished page. One that exists holds finite numbers, no control characters and no id twice.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    kind: PageKind,
    size_mm: [f64; 2],
    title: String,
    items: Vec<Item>,
}

impl Page {
    /// A page of the given width and height in mm. Control characters are taken out of all text.
    ///
    /// # Errors
    /// When a number is not finite, the size is not positive, or an id stands twice.
    pub fn new(kind: PageKind, size_mm: [f64; 2], title: &str, mut items: Vec<Item>) -> Result<Self, Fault> {
        if size_mm.iter().any(|&side| !(side.is_finite() && side > 0.0)) {
            return Err(Fault::new("page", "has no size").value(format!("{size_mm:?}")));
        }
        let (mut ids, mut fault) = (BTreeSet::new(), None);
        for item in &mut items {
            item.each_mut(&mut |item| {
                clean(item);
                if !item.is_finite() {
                    fault.get_or_insert(Fault::new("page", "holds a number that is not finite"));
                }
                if let Item::Group(Group { id: Some(id), .. }) = item
                    && !ids.insert(id.clone())
                {
                    fault.get_or_insert(Fault::new("page", "holds an id twice").value(id.clone()));
                }
            });
        }
        match fault {
            Some(fault) => Err(fault),
            None => Ok(Self { kind, size_mm, title: printable(title), items }),
        }
    }

    /// What the page is.
    pub fn kind(&self) -> PageKind {
        self.kind
    }

    /// Width and height in mm.
    pub fn size_mm(&self) -> [f64; 2] {
        self.size_mm
    }

    /// The title.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The items, the first lowest.
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// Calls `visit` for every item, groups before what they hold.
    pub fn each<'a>(&'a self, mut visit: impl FnMut(&'a Item)) {
        for item in &self.items {
            item.each(&mut visit);
        }
    }
}

fn clean(item: &mut Item) {
    match item {
        Item::Text(text) => text.words = printable(&text.words),
        Item::Group(group) => {
            for text in [&mut group.id, &mut group.class, &mut group.title].into_iter().flatten() {
                *text = printable(text);
            }
            for (_, value) in &mut group.data {
                *value = printable(value);
            }
        }
        Item::Outline(_) | Item::Mark(_) => {}
    }
}

/// The text with every run of white space and control characters as one blank; characters that XML
/// does not allow are dropped.
fn printable(text: &str) -> String {
    let words = text.split(|c: char| c.is_control() || c.is_whitespace()).filter(|word| !word.is_empty());
    let mut line = words.collect::<Vec<_>>().join(" ");
    line.retain(|c| !matches!(c, '\u{fffe}' | '\u{ffff}'));
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(items: Vec<Item>) -> Result<Page, Fault> {
        Page::new(PageKind::Picture, [10.0, 10.0], "t", items)
    }

    #[test]
    fn a_number_that_is_not_finite_is_refused() {
        let text = Text::new(Spot::new(f64::NAN, 0.0), 2.0, "a");
        assert!(page(vec![Item::Group(Group::of_class("g", vec![Item::Text(text)]))]).is_err());
    }

    #[test]
    fn an_id_that_stands_twice_is_refused() {
        let group = || Item::Group(Group::default().id("a"));
        assert_eq!(page(vec![group(), group()]).unwrap_err().value.as_deref(), Some("a"));
    }

    #[test]
    fn control_characters_become_one_blank() {
        let made = page(vec![Item::Text(Text::new(Spot::origin(), 2.0, "a\u{0}\n\u{7}b"))]).unwrap();
        assert!(matches!(&made.items()[0], Item::Text(text) if text.words == "a b"));
    }

    #[test]
    fn every_shape_has_the_area_of_its_circle() {
        for shape in [Shape::Square, Shape::Diamond, Shape::Triangle, Shape::Wedge] {
            let stroke = Stroke::solid(Colour::INK, 0.1);
            let mark = Mark { at: Spot::origin(), shape, size_mm: 2.0, fill: Colour::INK, stroke };
            let spots: Vec<Spot> = spots(&mark.outline().segments).collect();
            let next = spots.iter().cycle().skip(1);
            let area: f64 = spots.iter().zip(next).map(|(a, b)| a.x * b.y - b.x * a.y).sum::<f64>() / 2.0;
            approx::assert_relative_eq!(area.abs(), std::f64::consts::PI, max_relative = 0.01);
        }
    }
}
