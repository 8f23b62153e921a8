//! The finished page: what every writer reads.

use super::items::{FARTHEST_MM, Group, Item};
use crate::fault::Fault;

/// What a page is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PageKind {
    /// A map of a plan.
    Map,
    /// What a clinician fills in beside the map.
    Worksheet,
    /// Zones at true size, to be cut out.
    Template,
    /// When the sessions of a course are due.
    Course,
    /// What was done in a session.
    Record,
    /// A small picture.
    Picture,
}

/// A finished page. One that exists holds no number beyond 10 m, no control characters
/// and no id twice.
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
    /// When a number is not finite or beyond 10 m, the size is not positive, or an id stands twice.
    pub fn new(kind: PageKind, size_mm: [f64; 2], title: &str, mut items: Vec<Item>) -> Result<Self, Fault> {
        if size_mm.iter().any(|&side| !(side > 0.0 && side <= FARTHEST_MM)) {
            return Err(Fault::new("page", "has no such size")
                .value(format!("{size_mm:?} mm"))
                .bound("0 to 10000 mm"));
        }
        let mut is_near = true;
        for item in &mut items {
            item.each_mut(&mut |item| {
                clean(item);
                is_near &= item.is_near();
            });
        }
        if !is_near {
            let far = Fault::new("page", "holds a number that is too large or none");
            return Err(far.bound("-10000 to 10000 mm"));
        }
        if let Some(id) = twice(&items) {
            return Err(Fault::new("page", "holds an id twice").value(id.to_owned()));
        }
        Ok(Self { kind, size_mm, title: printable(title), items })
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

/// The first id in their order that stands twice.
fn twice(items: &[Item]) -> Option<&str> {
    let mut ids: Vec<&str> = Vec::new();
    for item in items {
        item.each(&mut |item| {
            if let Item::Group(Group { id: Some(id), .. }) = item {
                ids.push(id);
            }
        });
    }
    ids.sort_unstable();
    ids.windows(2).find(|pair| pair[0] == pair[1]).map(|pair| pair[0])
}

fn clean(item: &mut Item) {
    match item {
        Item::Text(text) => make_printable(&mut text.words),
        Item::Group(group) => {
            let named = [&mut group.id, &mut group.class, &mut group.title].into_iter().flatten();
            named.chain(group.data.iter_mut().map(|(_, value)| value)).for_each(make_printable);
        }
        Item::Outline(_) | Item::Mark(_) => {}
    }
}

/// Makes a text [`printable`] where it is not.
fn make_printable(text: &mut String) {
    let plain = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_graphic());
    if !text.split(' ').all(plain) {
        *text = printable(text);
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
    use crate::sheet::{Spot, Text};

    fn page(items: Vec<Item>) -> Result<Page, Fault> {
        Page::new(PageKind::Picture, [10.0, 10.0], "t", items)
    }

    #[test]
    fn a_number_that_is_not_finite_or_too_large_is_refused() {
        for x in [f64::NAN, f64::INFINITY, 1e5] {
            let text = Text::new(Spot::new(x, 0.0), 2.0, "a");
            assert!(page(vec![Item::Group(Group::of_class("g", vec![Item::Text(text)]))]).is_err());
        }
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
}
