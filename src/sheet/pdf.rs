//! Pages as PDF: one file of any number of pages, each of its exact size.
//!
//! Words stay words, in subsets of the typeface that the file brings along. Nothing in it tells when
//! or where it was made, so that the same pages give the same bytes.

use std::sync::OnceLock;

use krilla::color::rgb;
use krilla::geom::{Path, PathBuilder, Point, Transform};
use krilla::metadata::Metadata;
use krilla::num::NormalizedF32;
use krilla::page::PageSettings;
use krilla::paint::{Fill, FillRule, LineCap, LineJoin, StrokeDash};
use krilla::surface::Surface;
use krilla::text::{Font, GlyphId, KrillaGlyph};
use krilla::{Data, Document};

use super::glyphs::{Line, unreadable};
use super::shapes::spots;
use super::{Colour, Group, Item, Mark, Outline, Page, Segment, Shape, Spot, Stroke, Text, Weight};
use crate::fault::Fault;
use crate::units::number;

/// Points of PDF to a millimetre.
const POINTS: f64 = 72.0 / 25.4;
/// The longest side of a page in points, by the PDF standard (ISO 32000-1, annex C).
const LONGEST: f64 = 14_400.0;

/// The pages as a PDF, titled as the first.
///
/// # Errors
/// When there is no page, one is too large for the format, or a text holds a character that the
/// typeface lacks.
pub fn written(pages: &[Page]) -> Result<Vec<u8>, Fault> {
    let first = pages.first().ok_or_else(|| Fault::new("PDF", "has no page"))?;
    let mut document = Document::new();
    document.set_metadata(
        Metadata::new()
            .title(first.title().to_owned())
            .language("en".to_owned())
            .creator(concat!("nappage ", env!("CARGO_PKG_VERSION")).to_owned()),
    );
    for page in pages {
        let mut sheet = document.start_page_with(settings(page)?);
        let mut surface = sheet.surface();
        surface.push_transform(&Transform::from_scale(POINTS as f32, POINTS as f32));
        let drawn = page.items().iter().try_for_each(|item| draw(&mut surface, item));
        surface.pop();
        drawn?;
    }
    document.finish().map_err(|error| Fault::new("PDF", error.to_string()))
}

fn settings(page: &Page) -> Result<PageSettings, Fault> {
    let [width, height] = page.size_mm().map(|side| side * POINTS);
    let fits = width.max(height) <= LONGEST;
    let settings = if fits { PageSettings::from_wh(width as f32, height as f32) } else { None };
    settings.ok_or_else(|| {
        let size = page.size_mm().map(|side| number(side, 1)).join(" x ");
        Fault::new("page", "does not fit a PDF")
            .value(format!("{size} mm"))
            .bound(format!("{} mm", LONGEST / POINTS))
    })
}

fn draw(surface: &mut Surface<'_>, item: &Item) -> Result<(), Fault> {
    match item {
        Item::Outline(outline) => stroke_and_fill(surface, outline),
        Item::Mark(mark) => stroke_and_fill(surface, &mark.outline()),
        Item::Text(text) => line(surface, text)?,
        Item::Group(group) => self::group(surface, group)?,
    }
    Ok(())
}

fn group(surface: &mut Surface<'_>, group: &Group) -> Result<(), Fault> {
    let clip = match group.clip.as_deref().map(path) {
        // A clip without area hides all.
        Some(None) => return Ok(()),
        Some(clip) => clip,
        None => None,
    };
    if let Some(clip) = &clip {
        surface.push_clip_path(clip, &FillRule::EvenOdd);
    }
    let drawn = group.items.iter().try_for_each(|item| draw(surface, item));
    if clip.is_some() {
        surface.pop();
    }
    drawn
}

fn stroke_and_fill(surface: &mut Surface<'_>, outline: &Outline) {
    if outline.fill.is_none() && outline.stroke.is_none() {
        return;
    }
    let dot = dot(outline);
    let outline = dot.as_ref().unwrap_or(outline);
    let Some(path) = path(&outline.segments) else { return };
    surface.set_fill(outline.fill.map(fill));
    surface.set_stroke(outline.stroke.as_ref().map(pen));
    surface.draw_path(&path);
}

/// What a pen leaves that was set down and not moved, as a disc: krilla draws nothing without extent.
fn dot(outline: &Outline) -> Option<Outline> {
    let (stroke, at) = (outline.stroke.as_ref()?, spots(&outline.segments).next()?);
    if spots(&outline.segments).any(|spot| place(spot) != place(at)) {
        return None;
    }
    let (size_mm, fill) = (stroke.width_mm, stroke.colour);
    let mark = Mark { at, shape: Shape::Circle, size_mm, fill, stroke: stroke.clone() };
    Some(Outline { stroke: None, ..mark.outline() })
}

/// The halo as outlines below the words, so that words are found once.
fn line(surface: &mut Surface<'_>, text: &Text) -> Result<(), Fault> {
    let line = Line::set(text)?;
    if text.halo_mm > 0.0 {
        let stroke = Some(Stroke::solid(Colour::WHITE, 2.0 * text.halo_mm));
        stroke_and_fill(surface, &Outline { segments: line.outline(), fill: None, stroke });
    }
    let glyphs: Vec<KrillaGlyph> = text
        .words
        .char_indices()
        .zip(&line.glyphs)
        .map(|((at, c), glyph)| {
            let (id, bytes) = (GlyphId::new(glyph.id.to_u32()), at..at + c.len_utf8());
            KrillaGlyph::new(id, glyph.advance as f32, 0.0, 0.0, 0.0, bytes, None)
        })
        .collect();
    let [x, y] = place(line.start);
    surface.set_fill(Some(fill(text.colour)));
    surface.set_stroke(None);
    surface.draw_glyphs(
        Point::from_xy(x, y),
        &glyphs,
        font(text.weight)?,
        &text.words,
        text.size_mm as f32,
        false,
    );
    Ok(())
}

/// The typeface as the writer knows it, read once.
fn font(weight: Weight) -> Result<Font, Fault> {
    static REGULAR: OnceLock<Option<Font>> = OnceLock::new();
    static BOLD: OnceLock<Option<Font>> = OnceLock::new();
    let read = |data: &'static [u8]| Font::new(Data::from(data), 0);
    let font = match weight {
        Weight::Regular => REGULAR.get_or_init(|| read(dejavu::sans::regular())),
        Weight::Bold => BOLD.get_or_init(|| read(dejavu::sans::bold())),
    };
    font.clone().ok_or_else(unreadable)
}

fn path(segments: &[Segment]) -> Option<Path> {
    let mut path = PathBuilder::new();
    for segment in segments {
        match *segment {
            Segment::Move(a) => {
                let [x, y] = place(a);
                path.move_to(x, y);
            }
            Segment::Line(a) => {
                let [x, y] = place(a);
                path.line_to(x, y);
            }
            Segment::Cubic(a, b, c) => {
                let [[ax, ay], [bx, by], [cx, cy]] = [a, b, c].map(place);
                path.cubic_to(ax, ay, bx, by, cx, cy);
            }
            Segment::Close => path.close(),
        }
    }
    path.finish()
}

/// A place in whole micrometres, which keeps the file small.
fn place(at: Spot) -> [f32; 2] {
    [at.x, at.y].map(|mm| ((mm * 1e3).round() / 1e3) as f32)
}

fn fill(colour: Colour) -> Fill {
    Fill { paint: paint(colour).into(), opacity: opacity(colour), rule: FillRule::EvenOdd }
}

fn pen(stroke: &Stroke) -> krilla::paint::Stroke {
    let array: Vec<f32> = stroke.dashes_mm.iter().map(|&mm| mm as f32).collect();
    let is_dashed = array.iter().all(|&mm| mm >= 0.0) && array.iter().any(|&mm| mm > 0.0);
    krilla::paint::Stroke {
        paint: paint(stroke.colour).into(),
        width: stroke.width_mm.max(0.0) as f32,
        line_cap: LineCap::Round,
        line_join: LineJoin::Round,
        opacity: opacity(stroke.colour),
        dash: is_dashed.then_some(StrokeDash { array, offset: 0.0 }),
        ..Default::default()
    }
}

fn paint(colour: Colour) -> rgb::Color {
    let [red, green, blue] = colour.rgb;
    rgb::Color::new(red, green, blue)
}

fn opacity(colour: Colour) -> NormalizedF32 {
    NormalizedF32::new(f32::from(colour.alpha) / 255.0).unwrap_or(NormalizedF32::ONE)
}
