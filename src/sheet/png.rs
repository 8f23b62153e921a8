//! Pages as pictures of pixels, which know how large they are to be printed.

use tiny_skia::{FillRule, LineCap, LineJoin, Mask, Paint, Path, PathBuilder, Pixmap, StrokeDash, Transform};

use super::glyphs::Line;
use super::{Colour, Item, Outline, Page, Segment, Spot, Stroke, Text};
use crate::fault::Fault;

/// Most pixels of a picture: A3 at 600 dpi. Each takes 4 bytes while it is drawn.
const MOST_PIXELS: f64 = 70e6;
const MM_AN_INCH: f64 = 25.4;

/// The page as a PNG of `dpi` pixels an inch, on white paper.
///
/// # Errors
/// When the picture would have no pixels or too many, or a text holds a character that the typeface
/// lacks.
pub fn written(page: &Page, dpi: u32) -> Result<Vec<u8>, Fault> {
    let scale = f64::from(dpi) / MM_AN_INCH;
    let [width, height] = page.size_mm().map(|side| (side * scale).round());
    let pixmap = if width * height <= MOST_PIXELS { Pixmap::new(width as u32, height as u32) } else { None };
    let mut pixmap = pixmap.ok_or_else(|| {
        Fault::new("picture", "cannot be drawn at this size")
            .value(format!("{width} x {height} pixels"))
            .bound(format!("1 to {} million pixels", MOST_PIXELS / 1e6))
            .hint("choose other dots an inch")
    })?;
    pixmap.fill(tiny_skia::Color::WHITE);
    let mut canvas = Canvas { pixmap, scale: Transform::from_scale(scale as f32, scale as f32) };
    for item in page.items() {
        canvas.draw(item, None)?;
    }
    encoded(&canvas.pixmap, dpi).map_err(|error| Fault::new("PNG", error.to_string()))
}

/// The picture without its opacity, since paper has none.
fn encoded(pixmap: &Pixmap, dpi: u32) -> Result<Vec<u8>, png::EncodingError> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, pixmap.width(), pixmap.height());
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let a_metre = (f64::from(dpi) / MM_AN_INCH * 1e3).round() as u32;
    encoder.set_pixel_dims(Some(png::PixelDimensions {
        xppu: a_metre,
        yppu: a_metre,
        unit: png::Unit::Meter,
    }));
    let pixels: Vec<u8> =
        pixmap.data().chunks_exact(4).flat_map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect();
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&pixels)?;
    writer.finish()?;
    Ok(bytes)
}

struct Canvas {
    pixmap: Pixmap,
    /// From mm to pixels.
    scale: Transform,
}

impl Canvas {
    /// Draws an item where the mask lets it be seen.
    fn draw(&mut self, item: &Item, mask: Option<&Mask>) -> Result<(), Fault> {
        match item {
            Item::Outline(outline) => self.outline(outline, FillRule::EvenOdd, mask),
            Item::Mark(mark) => self.outline(&mark.outline(), FillRule::EvenOdd, mask),
            Item::Text(text) => self.text(text, mask)?,
            Item::Group(group) => {
                let narrower = group.clip.as_deref().and_then(|clip| self.narrowed(clip, mask));
                for item in &group.items {
                    self.draw(item, narrower.as_ref().or(mask))?;
                }
            }
        }
        Ok(())
    }

    fn text(&mut self, text: &Text, mask: Option<&Mask>) -> Result<(), Fault> {
        let segments = Line::set(text)?.outline();
        let stroke = (text.halo_mm > 0.0).then(|| Stroke::solid(Colour::WHITE, 2.0 * text.halo_mm));
        let halo = Outline { segments, fill: None, stroke };
        self.outline(&halo, FillRule::Winding, mask);
        let letters = Outline { fill: Some(text.colour), stroke: None, ..halo };
        self.outline(&letters, FillRule::Winding, mask);
        Ok(())
    }

    fn outline(&mut self, outline: &Outline, rule: FillRule, mask: Option<&Mask>) {
        let Some(path) = path(&outline.segments) else { return };
        if let Some(fill) = outline.fill {
            self.pixmap.fill_path(&path, &paint(fill), rule, self.scale, mask);
        }
        if let Some(stroke) = &outline.stroke {
            self.pixmap.stroke_path(&path, &paint(stroke.colour), &pen(stroke), self.scale, mask);
        }
    }

    /// The mask that lets through what lies inside the clip, of what the outer mask does.
    fn narrowed(&self, clip: &[Segment], outer: Option<&Mask>) -> Option<Mask> {
        let mut mask = Mask::new(self.pixmap.width(), self.pixmap.height())?;
        // A clip without area hides all.
        if let Some(path) = path(clip) {
            match outer {
                Some(outer) => {
                    mask.clone_from(outer);
                    mask.intersect_path(&path, FillRule::EvenOdd, true, self.scale);
                }
                None => mask.fill_path(&path, FillRule::EvenOdd, true, self.scale),
            }
        }
        Some(mask)
    }
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

fn place(at: Spot) -> [f32; 2] {
    [at.x as f32, at.y as f32]
}

fn pen(stroke: &Stroke) -> tiny_skia::Stroke {
    let mut dashes: Vec<f32> = stroke.dashes_mm.iter().map(|&mm| mm as f32).collect();
    if dashes.len() % 2 == 1 {
        dashes.extend_from_within(..);
    }
    tiny_skia::Stroke {
        width: stroke.width_mm as f32,
        line_cap: LineCap::Round,
        line_join: LineJoin::Round,
        dash: StrokeDash::new(dashes, 0.0),
        ..Default::default()
    }
}

fn paint(colour: Colour) -> Paint<'static> {
    let [red, green, blue] = colour.rgb;
    let mut paint = Paint { anti_alias: true, ..Paint::default() };
    paint.set_color_rgba8(red, green, blue, colour.alpha);
    paint
}
