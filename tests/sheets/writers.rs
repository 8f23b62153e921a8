//! Pages as PDF and PNG, read back by other programs: size, words, letters, lengths, bytes.
//!
//! PDF is read with poppler. Where it is not installed, a test says that it was skipped; in CI (the
//! variable `CI`) it fails.

use std::io::{Cursor, Write};
use std::process::{Command, Stdio};

use nappage::library::Library;
use nappage::session::{self, Session};
use nappage::sheet::{
    Colour, Group, Item, Mark, Outline, Page, PageKind, Paper, Segment, Shape, Spot, Stroke, Text, map, pdf,
    png as pictures,
};

/// What a program of poppler makes of a PDF; `None` where it is not installed.
fn poppler(program: &str, args: &[&str], pdf: &[u8]) -> Option<Vec<u8>> {
    let mut file = tempfile::NamedTempFile::new().expect("a file for the test");
    file.write_all(pdf).expect("the file is written");
    let mut command = Command::new(program);
    command.args(args).arg(file.path());
    if program == "pdftotext" {
        command.arg("-");
    }
    let output = match command.stdin(Stdio::null()).output() {
        Ok(output) => output,
        Err(_) if std::env::var_os("CI").is_none() => {
            eprintln!("skipped: {program} of poppler-utils is not installed");
            return None;
        }
        Err(error) => panic!("{program} of poppler-utils: {error}"),
    };
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.is_empty(), "{program}: {said}");
    Some(output.stdout)
}

fn told(program: &str, args: &[&str], pdf: &[u8]) -> Option<String> {
    poppler(program, args, pdf).map(|text| String::from_utf8(text).expect("poppler writes UTF-8"))
}

fn map_of(zones: &[&str], body: &str, paper: Paper, reference: Option<&str>) -> Page {
    let library = Library::built_in();
    let session = Session {
        zones: zones.iter().map(|zone| (*zone).to_owned()).collect(),
        body: Some(body.to_owned()),
        spacing_mm: Some(13.0),
        ..Session::default()
    };
    let plan = session::plan(&session, library).expect("a built-in selection");
    let content = map::Content::of(&plan, library, reference).expect("a built-in body and protocol");
    map::page(&content, paper).expect("a page")
}

fn picture(size_mm: [f64; 2], items: Vec<Item>) -> Page {
    Page::new(PageKind::Picture, size_mm, "Picture", items).expect("a page")
}

fn words(page: &Page) -> Vec<&str> {
    let mut words = Vec::new();
    page.each(|item| {
        if let Item::Text(text) = item {
            words.push(text.words.as_str());
        }
    });
    words
}

/// Grey values in rows, of which each pixel is the least of its colours.
struct Grey {
    width: usize,
    pixels: Vec<u8>,
}

impl Grey {
    /// Of a PNG, with its pixels a metre.
    fn of_png(bytes: &[u8]) -> (Self, Option<png::PixelDimensions>) {
        let mut reader = png::Decoder::new(Cursor::new(bytes)).read_info().expect("a PNG");
        let mut pixels = vec![0; reader.output_buffer_size().expect("a size")];
        reader.next_frame(&mut pixels).expect("all of it");
        let info = reader.info();
        assert_eq!((info.color_type, info.bit_depth), (png::ColorType::Rgb, png::BitDepth::Eight));
        (Self::of_rgb(info.width as usize, &pixels), info.pixel_dims)
    }

    /// Of a PDF's first page, as poppler draws it.
    fn of_pdf(bytes: &[u8], dpi: u32) -> Option<Self> {
        let ppm = poppler("pdftoppm", &["-r", &dpi.to_string(), "-singlefile"], bytes)?;
        let mut lines = ppm.splitn(4, |&byte| byte == b'\n');
        assert_eq!(lines.next(), Some(b"P6".as_slice()));
        let size = String::from_utf8_lossy(lines.next()?).into_owned();
        let width = size.split(' ').next()?.parse().expect("a width");
        Some(Self::of_rgb(width, lines.nth(1)?))
    }

    fn of_rgb(width: usize, rgb: &[u8]) -> Self {
        Self { width, pixels: rgb.chunks_exact(3).map(|c| c.iter().copied().min().unwrap_or(0)).collect() }
    }

    fn row(&self, y: usize) -> &[u8] {
        &self.pixels[y * self.width..(y + 1) * self.width]
    }

    /// The pixel at a place in mm.
    fn at(&self, x: f64, y: f64, dpi: u32) -> u8 {
        let pixel = |mm: f64| (mm * f64::from(dpi) / 25.4) as usize;
        self.row(pixel(y))[pixel(x)]
    }
}

/// Where the middles of the dark runs of a row are, in pixels.
fn strokes(row: &[u8]) -> Vec<f64> {
    let mut strokes = Vec::new();
    let mut sums = (0.0, 0.0);
    for (x, &pixel) in row.iter().chain(&[255]).enumerate() {
        let ink = f64::from(255 - pixel);
        if pixel < 250 {
            sums = (sums.0 + ink, sums.1 + ink * (x as f64 + 0.5));
        } else if sums.0 > 0.0 {
            strokes.push(sums.1 / sums.0);
            sums = (0.0, 0.0);
        }
    }
    strokes
}

/// The row of pixels that only the tall ticks at the ends of both bars cross.
fn ticks_at(page: &Page, dpi: u32) -> usize {
    let mut line = None;
    page.each(|item| {
        if let Item::Group(group) = item
            && group.id.as_deref() == Some("bar-100")
            && let Some(Item::Outline(outline)) = group.items.first()
            && let Some(Segment::Move(at)) = outline.segments.first()
        {
            line = Some(at.y);
        }
    });
    ((line.expect("a bar of 100 mm") - 1.9) * f64::from(dpi) / 25.4) as usize
}

fn bars_are_true(grey: &Grey, page: &Page, dpi: u32, precision_mm: f64) {
    let mm: Vec<f64> =
        strokes(grey.row(ticks_at(page, dpi))).iter().map(|x| x * 25.4 / f64::from(dpi)).collect();
    assert_eq!(mm.len(), 4, "ticks at {mm:?}");
    for (length, wanted) in [(mm[1] - mm[0], 100.0), (mm[3] - mm[2], 50.0)] {
        assert!((length - wanted).abs() < precision_mm, "a bar of {wanted} mm measures {length} mm");
    }
}

#[test]
fn every_page_of_a_pdf_has_the_size_of_its_paper() {
    let pages = [Paper::A4, Paper::Letter, Paper::A4].map(|paper| map_of(&["chin"], "man", paper, None));
    let pdf = pdf::written(&pages).expect("a PDF");
    let Some(info) = told("pdfinfo", &["-f", "1", "-l", "3"], &pdf) else { return };
    let field = |name: &str| {
        let line = info
            .lines()
            .find_map(|line| line.strip_prefix(name))
            .unwrap_or_else(|| panic!("{name} in {info}"));
        line.trim().to_owned()
    };
    assert_eq!(field("Pages:"), "3");
    assert_eq!(field("Title:"), "Injection map: Intradermal exosome nappage");
    assert!(!info.contains("Date:"), "{info}");
    for (page, wanted) in (1..).zip(&pages) {
        let size = field(&format!("Page    {page} size:"));
        let sides: Vec<f64> = size.split(' ').filter_map(|word| word.parse().ok()).collect();
        for (points, mm) in sides.iter().zip(wanted.size_mm()) {
            assert!((points * 25.4 / 72.0 - mm).abs() < 5e-4, "page {page}: {size}");
        }
        assert!(size.contains(if page == 2 { "(letter)" } else { "(A4)" }), "{size}");
    }
}

#[test]
fn letters_are_embedded_and_no_more_of_them_than_needed() {
    let pdf = pdf::written(&[map_of(&["chin"], "woman", Paper::A4, None)]).expect("a PDF");
    let Some(fonts) = told("pdffonts", &[], &pdf) else { return };
    let rows: Vec<Vec<&str>> = fonts.lines().skip(2).map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(rows.len(), 2, "{fonts}");
    for row in rows {
        assert!(row[0].contains("+DejaVuSans"), "{fonts}");
        // Embedded, a subset, with a map back to Unicode.
        assert_eq!(row[row.len() - 5..row.len() - 2], ["yes", "yes", "yes"], "{fonts}");
    }
    assert!(pdf.len() < 200_000, "{} bytes", pdf.len());
}

#[test]
fn every_word_of_the_page_stands_in_the_pdf_once() {
    for (paper, reference) in [(Paper::A4, "Hélène Dvořák 12"), (Paper::Letter, "Ελένη Łukasz Щукин")]
    {
        let page = map_of(&["full-face"], "woman", paper, Some(reference));
        let pdf = pdf::written(std::slice::from_ref(&page)).expect("a PDF");
        let Some(text) = told("pdftotext", &["-layout"], &pdf) else { return };
        let signs = |text: &str| {
            let mut signs: Vec<char> = text.chars().filter(|c| !c.is_whitespace() && *c != '\u{c}').collect();
            signs.sort_unstable();
            signs.into_iter().collect::<String>()
        };
        assert_eq!(signs(&text), signs(&words(&page).concat()));
        for wanted in
            ["Injection map", "For licensed professionals; planning aid", "print again at 100 %", reference]
        {
            assert!(text.contains(wanted), "'{wanted}' in {text}");
        }
    }
}

#[test]
fn bars_measure_what_they_say() {
    for paper in [Paper::A4, Paper::Letter] {
        let page = map_of(&["chin"], "woman", paper, None);
        let (grey, _) = Grey::of_png(&pictures::written(&page, 600).expect("a PNG"));
        bars_are_true(&grey, &page, 600, 0.01);
        let pdf = pdf::written(std::slice::from_ref(&page)).expect("a PDF");
        let Some(grey) = Grey::of_pdf(&pdf, 600) else { return };
        bars_are_true(&grey, &page, 600, 0.03);
    }
}

#[test]
fn the_same_page_gives_the_same_bytes() {
    let pages = || [map_of(&["glabella"], "woman", Paper::A4, None)];
    assert!(pdf::written(&pages()).unwrap() == pdf::written(&pages()).unwrap(), "two PDFs differ");
    let png = || pictures::written(&pages()[0], 100).unwrap();
    assert!(png() == png(), "two PNGs differ");
}

#[test]
fn a_png_knows_its_size_on_paper() {
    for (paper, dpi, size) in [(Paper::A4, 200, [1654, 2339]), (Paper::Letter, 100, [850, 1100])] {
        let (grey, dims) =
            Grey::of_png(&pictures::written(&map_of(&["chin"], "man", paper, None), dpi).unwrap());
        assert_eq!([grey.width, grey.pixels.len() / grey.width], size);
        let dims = dims.expect("a pHYs chunk");
        let a_metre = (f64::from(dpi) / 0.0254).round() as u32;
        assert_eq!((dims.xppu, dims.yppu, dims.unit), (a_metre, a_metre, png::Unit::Meter));
        for corner in [0, grey.width - 1, grey.pixels.len() - 1] {
            assert_eq!(grey.pixels[corner], 255);
        }
    }
}

#[test]
fn the_png_looks_like_the_pdf() {
    // A side of the paper is a whole number of pixels, so that both begin at the same corner.
    const DPI: u32 = 200;
    // In pixels, 3 mm.
    const SIDE: usize = 24;
    let page = map_of(&["face-neck"], "woman", Paper::Letter, None);
    let pdf = pdf::written(std::slice::from_ref(&page)).expect("a PDF");
    let Some(theirs) = Grey::of_pdf(&pdf, DPI) else { return };
    let (ours, _) = Grey::of_png(&pictures::written(&page, DPI).expect("a PNG"));
    // Two programs smooth edges differently, but leave as much ink in every square of 3 mm.
    let rows = ours.pixels.len() / ours.width;
    assert_eq!((ours.width, ours.pixels.len()), (theirs.width, theirs.pixels.len()));
    for top in (0..rows - SIDE).step_by(SIDE) {
        for left in (0..ours.width - SIDE).step_by(SIDE) {
            let ink = |grey: &Grey| {
                let rows = (top..top + SIDE).flat_map(|y| &grey.row(y)[left..left + SIDE]);
                rows.map(|&pixel| f64::from(pixel)).sum::<f64>() / (SIDE * SIDE) as f64
            };
            let (a, b) = (ink(&ours), ink(&theirs));
            assert!((a - b).abs() < 12.0, "the square at {left}, {top} is {a} here, {b} in the PDF");
        }
    }
}

/// Every kind of item and paint, at places that the test below looks at.
fn specimen() -> Page {
    let red = Colour::rgb(200, 0, 0);
    let at = Spot::new;
    let square =
        |x: f64, y: f64, side: f64, fill: Colour| Outline::rectangle(at(x, y), side, side, Some(fill), None);
    let mut ring = square(10.0, 10.0, 20.0, red);
    ring.segments.extend(square(15.0, 15.0, 10.0, red).segments);
    let clip = square(40.0, 10.0, 10.0, red).segments;
    let clipped = Group {
        clip: Some(clip),
        items: vec![Item::Outline(square(35.0, 5.0, 30.0, red))],
        ..Group::default()
    };
    let hidden = Group {
        clip: Some(Vec::new()),
        items: vec![Item::Outline(square(35.0, 30.0, 10.0, red))],
        ..Group::default()
    };
    let pen = |width_mm: f64, dashes_mm: Vec<f64>| Stroke { colour: red, width_mm, dashes_mm };
    let mark = |x: f64, shape: Shape| {
        Item::Mark(Mark { at: at(x, 60.0), shape, size_mm: 6.0, fill: red, stroke: pen(0.5, Vec::new()) })
    };
    picture(
        [80.0, 70.0],
        vec![
            Item::Outline(ring),
            Item::Group(clipped),
            Item::Group(hidden),
            Item::Outline(square(60.0, 10.0, 10.0, Colour::rgb(0, 0, 0).with_alpha(51))),
            Item::Outline(Outline::line([at(10.0, 40.0), at(70.0, 40.0)], pen(2.0, vec![5.0, 15.0]))),
            Item::Outline(Outline::line([at(10.0, 50.0), at(10.0, 50.0)], pen(4.0, Vec::new()))),
            Item::Outline(square(20.0, 45.0, 10.0, red)),
            Item::Text(Text::new(at(21.0, 54.0), 9.0, "l").halo(1.0)),
            mark(10.0, Shape::Circle),
            mark(20.0, Shape::Square),
            mark(30.0, Shape::Triangle),
            mark(40.0, Shape::Diamond),
            mark(50.0, Shape::Wedge),
        ],
    )
}

#[test]
fn holes_clips_dashes_dots_halos_and_tints_are_drawn() {
    let page = specimen();
    let (png, _) = Grey::of_png(&pictures::written(&page, 200).expect("a PNG"));
    let pdf = Grey::of_pdf(&pdf::written(&[page]).expect("a PDF"), 200);
    for (name, grey) in [("PNG", Some(png)), ("PDF", pdf)] {
        let Some(grey) = grey else { continue };
        for (what, x, y, wanted) in [
            ("the ring", 12.0, 12.0, 0),
            ("the hole", 20.0, 20.0, 255),
            ("inside the clip", 45.0, 15.0, 0),
            ("outside the clip", 55.0, 15.0, 255),
            ("behind a clip without area", 40.0, 35.0, 255),
            ("the tint", 65.0, 15.0, 204),
            ("a dash", 12.5, 40.0, 0),
            ("a gap", 20.0, 40.0, 255),
            ("the next dash", 32.5, 40.0, 0),
            ("the dot", 10.0, 50.0, 0),
            ("beside the dot", 12.5, 50.0, 255),
            ("the field", 28.0, 53.0, 0),
            ("the halo", 23.1, 51.0, 255),
            ("the circle", 10.0, 60.0, 0),
            ("the square", 22.4, 62.4, 0),
            ("the triangle", 30.0, 56.5, 0),
            ("the diamond", 43.2, 60.0, 0),
            ("the wedge", 50.0, 63.5, 0),
        ] {
            let seen = grey.at(x, y, 200);
            assert!(seen.abs_diff(wanted) <= 1, "{what} in the {name} is {seen}, not {wanted}");
        }
    }
}

#[test]
fn a_character_without_a_glyph_is_an_error_of_the_writer() {
    let page = map_of(&["chin"], "woman", Paper::A4, Some("山田"));
    let faults =
        [pdf::written(std::slice::from_ref(&page)).unwrap_err(), pictures::written(&page, 50).unwrap_err()];
    for fault in faults {
        let text = fault.to_string();
        assert!(text.contains("'山' (U+5C71)") && text.contains("hint: ") && text.contains("SVG"), "{text}");
    }
}

#[test]
fn pages_that_a_format_cannot_hold_are_refused() {
    assert!(pdf::written(&[]).is_err());
    for size in [[9000.0, 10.0], [6000.0, 10.0]] {
        assert!(pdf::written(&[picture(size, Vec::new())]).unwrap_err().bound.is_some());
    }
    for (size, dpi) in
        [([9000.0, 9000.0], 200), ([3000.0, 3000.0], 600), ([0.01, 10.0], 100), ([10.0, 10.0], 0)]
    {
        assert!(pictures::written(&picture(size, Vec::new()), dpi).unwrap_err().bound.is_some(), "{size:?}");
    }
}

#[test]
fn absurd_numbers_break_no_writer() {
    for huge in [1e4, -1e4, 1e-300, 0.0] {
        let stroke = || Stroke { colour: Colour::INK, width_mm: huge, dashes_mm: vec![huge, 1.0, -huge] };
        let spots = [Spot::new(huge, 0.0), Spot::new(-huge, huge), Spot::new(5.0, 5.0)];
        let mark =
            Mark { at: spots[2], shape: Shape::Wedge, size_mm: huge, fill: Colour::INK, stroke: stroke() };
        let mut text = Text::new(spots[2], huge, "text").halo(huge.abs());
        let mut items = vec![
            Item::Outline(Outline { stroke: Some(stroke()), ..Outline::area(spots, Colour::INK) }),
            Item::Outline(Outline::line([spots[0]; 2], stroke())),
            Item::Outline(Outline { segments: vec![Segment::Close], fill: Some(Colour::INK), stroke: None }),
            Item::Outline(Outline {
                segments: vec![Segment::Line(spots[2])],
                fill: None,
                stroke: Some(stroke()),
            }),
            Item::Mark(mark),
            Item::Text(text.clone()),
        ];
        text.at = spots[0];
        items.push(Item::Text(text));
        let page = picture([20.0, 20.0], items);
        assert!(pdf::written(std::slice::from_ref(&page)).is_ok(), "{huge}");
        assert!(pictures::written(&page, 100).is_ok(), "{huge}");
    }
}
