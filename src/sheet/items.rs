//! What stands on a page: outlines, marks, texts, and groups of them.

use super::bounds::{Bounds, Spot};
use super::paint::Stroke;
use super::shapes::{Mark, Outline, Segment, spots};
use super::text::Text;

/// The greatest length and coordinate on a page, in mm: writers reckon in single precision.
pub(super) const FARTHEST_MM: f64 = 10_000.0;

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

    pub(super) fn each_mut(&mut self, visit: &mut dyn FnMut(&mut Self)) {
        visit(self);
        if let Self::Group(group) = self {
            for item in &mut group.items {
                item.each_mut(visit);
            }
        }
    }

    /// Whether every length and place in it lies within [`FARTHEST_MM`].
    pub(super) fn is_near(&self) -> bool {
        let near = |mm: f64| mm.abs() <= FARTHEST_MM;
        let spot = |spot: Spot| near(spot.x) && near(spot.y);
        let pen = |stroke: &Stroke| near(stroke.width_mm) && stroke.dashes_mm.iter().all(|&mm| near(mm));
        match self {
            Self::Outline(o) => spots(&o.segments).all(spot) && o.stroke.as_ref().is_none_or(pen),
            Self::Mark(mark) => spot(mark.at) && near(mark.size_mm) && pen(&mark.stroke),
            Self::Text(text) => spot(text.at) && near(text.size_mm) && near(text.halo_mm),
            Self::Group(group) => group.clip.iter().all(|clip| spots(clip).all(spot)),
        }
    }
}
