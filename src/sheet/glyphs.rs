//! Lines of text as glyphs of DejaVu Sans, for writers that bring their own letters.
//!
//! One glyph a character, side by side by their advances, as [`text_width_mm`](super::text_width_mm)
//! measures them: no writer's line is longer than another's.

use std::sync::OnceLock;

use skrifa::charmap::Charmap;
use skrifa::instance::{LocationRef, Size};
use skrifa::metrics::GlyphMetrics;
use skrifa::outline::{DrawSettings, OutlinePen};
use skrifa::{FontRef, GlyphId, MetadataProvider, OutlineGlyphCollection};

use super::{Align, Segment, Spot, Text, Weight};
use crate::fault::Fault;

/// A weight of the typeface, read once.
struct Face {
    characters: Charmap<'static>,
    metrics: GlyphMetrics<'static>,
    outlines: OutlineGlyphCollection<'static>,
    /// Units to the font's size.
    em: f64,
}

impl Face {
    /// The typeface in a weight.
    ///
    /// # Errors
    /// When its data cannot be read.
    fn of(weight: Weight) -> Result<&'static Self, Fault> {
        static REGULAR: OnceLock<Option<Face>> = OnceLock::new();
        static BOLD: OnceLock<Option<Face>> = OnceLock::new();
        let face = match weight {
            Weight::Regular => REGULAR.get_or_init(|| Self::read(dejavu::sans::regular())),
            Weight::Bold => BOLD.get_or_init(|| Self::read(dejavu::sans::bold())),
        };
        face.as_ref().ok_or_else(unreadable)
    }

    fn read(data: &'static [u8]) -> Option<Self> {
        let font = FontRef::new(data).ok()?;
        let place = LocationRef::default();
        let em = font.metrics(Size::unscaled(), place).units_per_em;
        Some(Self {
            characters: font.charmap(),
            metrics: font.glyph_metrics(Size::unscaled(), place),
            outlines: font.outline_glyphs(),
            em: f64::from(em),
        })
    }

    /// The advance of a glyph in units of the font's size.
    fn advance(&self, glyph: GlyphId) -> f64 {
        f64::from(self.metrics.advance_width(glyph).unwrap_or_default()) / self.em
    }

    fn glyph(&self, c: char) -> Option<GlyphId> {
        self.characters.map(c).filter(|glyph| glyph.to_u32() != 0)
    }
}

/// What is wrong where the typeface that is built in cannot be read.
pub(super) fn unreadable() -> Fault {
    Fault::new("typeface DejaVu Sans", "cannot be read")
}

/// A glyph of a line, for one character.
pub(super) struct Glyph {
    pub(super) id: GlyphId,
    /// How far the next one begins from here, in units of the font's size.
    pub(super) advance: f64,
}

/// A line of text, set.
pub(super) struct Line {
    face: &'static Face,
    size_mm: f64,
    /// Where its baseline begins.
    pub(super) start: Spot,
    pub(super) glyphs: Vec<Glyph>,
}

impl Line {
    /// Sets a text.
    ///
    /// # Errors
    /// Names the first character that the typeface lacks or that a line cannot be set with.
    pub(super) fn set(text: &Text) -> Result<Self, Fault> {
        let face = Face::of(text.weight)?;
        let mut glyphs = Vec::with_capacity(text.words.len());
        for c in text.words.chars() {
            let id =
                face.glyph(c).ok_or_else(|| unset(text, c, "holds a character that DejaVu Sans lacks"))?;
            if turns(c) {
                return Err(unset(text, c, "holds a character of a script that runs from right to left"));
            }
            glyphs.push(Glyph { id, advance: face.advance(id) });
        }
        let width = text.size_mm * glyphs.iter().map(|glyph| glyph.advance).sum::<f64>();
        let left = match text.align {
            Align::Left => 0.0,
            Align::Centre => width / 2.0,
            Align::Right => width,
        };
        let start = Spot::new(text.at.x - left, text.at.y);
        Ok(Self { face, size_mm: text.size_mm, start, glyphs })
    }

    /// The outlines of its letters. Where two overlap, both are inside.
    pub(super) fn outline(&self) -> Vec<Segment> {
        let scale = self.size_mm / self.face.em;
        let mut pen = Pen { origin: self.start, scale, at: self.start, segments: Vec::new() };
        for glyph in &self.glyphs {
            let settings = DrawSettings::unhinted(Size::unscaled(), LocationRef::default());
            // A glyph without outlines, such as a blank, leaves nothing.
            if let Some(outline) = self.face.outlines.get(glyph.id) {
                let _ = outline.draw(settings, &mut pen);
            }
            pen.origin.x += glyph.advance * self.size_mm;
        }
        pen.segments
    }
}

fn unset(text: &Text, c: char, problem: &'static str) -> Fault {
    Fault::new(format!("text '{}'", text.words), problem)
        .value(format!("'{c}' (U+{:04X})", u32::from(c)))
        .bound("Latin, Greek, Cyrillic and common signs")
        .hint("write it in these letters, or write SVG, which is shown in the fonts of its reader")
}

/// Whether a character runs from right to left, or makes others do so.
fn turns(c: char) -> bool {
    matches!(c,
        '\u{590}'..='\u{8ff}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefe}' | '\u{10800}'..='\u{10fff}')
}

/// Takes down outlines in mm on the page.
struct Pen {
    /// Where the glyph stands.
    origin: Spot,
    /// Millimetres to a unit of the font.
    scale: f64,
    at: Spot,
    segments: Vec<Segment>,
}

impl Pen {
    fn spot(&self, x: f32, y: f32) -> Spot {
        Spot::new(self.origin.x + f64::from(x) * self.scale, self.origin.y - f64::from(y) * self.scale)
    }
}

impl OutlinePen for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.at = self.spot(x, y);
        self.segments.push(Segment::Move(self.at));
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.at = self.spot(x, y);
        self.segments.push(Segment::Line(self.at));
    }

    fn quad_to(&mut self, cx: f32, cy: f32, x: f32, y: f32) {
        let (from, by, to) = (self.at, self.spot(cx, cy), self.spot(x, y));
        let near = |end: Spot| end + (by - end) * (2.0 / 3.0);
        self.segments.push(Segment::Cubic(near(from), near(to), to));
        self.at = to;
    }

    fn curve_to(&mut self, ax: f32, ay: f32, bx: f32, by: f32, x: f32, y: f32) {
        self.at = self.spot(x, y);
        self.segments.push(Segment::Cubic(self.spot(ax, ay), self.spot(bx, by), self.at));
    }

    fn close(&mut self) {
        self.segments.push(Segment::Close);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::advances::BLOCKS;
    use crate::sheet::text_width_mm;

    #[test]
    fn widths_are_those_of_the_typeface() {
        for weight in [Weight::Regular, Weight::Bold] {
            let face = Face::of(weight).unwrap();
            for block in BLOCKS {
                let advances = if weight == Weight::Bold { block.bold } else { block.regular };
                assert_eq!(block.regular.len(), block.bold.len());
                for (c, &advance) in (block.first..).zip(advances) {
                    let wanted = face.glyph(c).map_or(0.0, |glyph| face.advance(glyph));
                    approx::assert_abs_diff_eq!(f64::from(advance) / 2048.0, wanted);
                }
            }
            for mark in '\u{300}'..='\u{36f}' {
                assert_eq!(face.glyph(mark).map_or(0.0, |glyph| face.advance(glyph)), 0.0);
            }
        }
    }

    #[test]
    fn lines_are_as_long_as_they_are_measured() {
        for words in
            ["Preauricular cheek, left", "Αισθητική", "Косметология", "Clinique He\u{301}lène Dvořák, Nguyễn"]
        {
            for weight in [Weight::Regular, Weight::Bold] {
                let text = Text { weight, ..Text::new(Spot::origin(), 3.0, words) }.align(Align::Right);
                let line = Line::set(&text).unwrap();
                approx::assert_abs_diff_eq!(-line.start.x, text_width_mm(words, 3.0, weight), epsilon = 1e-9);
            }
        }
    }

    #[test]
    fn a_character_without_a_glyph_is_named() {
        for (words, sign) in [
            ("Clinic 山田", "'山' (U+5C71)"),
            ("🧴", "(U+1F9F4)"),
            ("שלום", "(U+05E9)"),
            ("a\u{202e}b", "(U+202E)"),
        ] {
            let Err(fault) = Line::set(&Text::new(Spot::origin(), 3.0, words)) else {
                panic!("{words} is set")
            };
            assert!(fault.value.as_ref().is_some_and(|value| value.contains(sign)), "{fault}");
            assert!(fault.hint.is_some() && fault.item.contains(words), "{fault}");
        }
    }
}
