//! Lines of text.

use super::bounds::{Bounds, Spot};
use super::font;
use super::paint::Colour;

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
    /// How far the colour of the paper reaches around the letters, in mm; 0 for no halo.
    pub halo_mm: f64,
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
            halo_mm: 0.0,
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

    /// The same with a halo of paper that reaches `mm` around the letters.
    #[must_use]
    pub fn halo(mut self, mm: f64) -> Self {
        self.halo_mm = mm;
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
