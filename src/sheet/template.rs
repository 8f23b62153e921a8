//! Templates: every zone at true size, laid flat, to cut out, lay on the skin and mark points through.

use nalgebra::Vector2;

use super::font::shortened;
use super::hole::hole;
use super::map::Content;
use super::nest::nested;
use super::panels::{GREY, SMALL_MM, TEXT_MM, counted, marked_box};
use super::piece::{Join, Part, Piece, Tile, Turn};
use super::symbols::Symbols;
use super::{Align, Bounds, Group, Item, Outline, Page, PageKind, Paper, Spot, Stroke, Text};
use super::{Weight, frame, wrapped};
use crate::body::{Chart, ChartPoint, Skin};
use crate::fault::Fault;
use crate::geometry::{Polygon, ring_edges};
use crate::plan::PlannedPoint;
use crate::unroll::{Unrolled, corners};

/// What the sheet is, and what its bars are of.
const TITLE: &str = "Templates at true size";
const BARS: &str = "Everything on this page is of true size, as the bars are.";
/// What to do with the page.
const STEPS: &str = "Check the bars with a ruler. Cut along the thick line; the thin line inside it is the border of the zone. Lay each piece on the skin, printed side out, arrow as it says, midline on midline, marks on the edge at the landmarks they name. Mark the skin through the holes of 1 mm, numbered as on the worksheet; points keep ";
/// How it ends, where something is marked on the skin or nothing is.
const AROUND_MARKED: &str = "inside the dashed line along the border, and off what is marked as not treated, by the dashed line around it.";
const ALL_INSIDE: &str = "inside the dashed line.";
/// By how much the tiles of a large piece overlap, in mm.
const OVERLAP_MM: f64 = 12.0;
/// The mean deviation, in parts of 1, above which a zone is halved, and how often it may be.
const TOO_BENT: f64 = 0.015;
const HALVINGS: usize = 2;
/// Room below a tile for its words, in mm.
const UNDER_MM: f64 = 14.0;

/// The templates of all zones of a plan: as many on a page as find room, those larger than the paper in
/// tiles.
///
/// # Errors
/// When the body has no skin for a zone's chart.
pub fn pages(content: &Content<'_>, paper: Paper) -> Result<Vec<Page>, Fault> {
    let size = paper.size_mm();
    let symbols = Symbols::of(content.plan);
    let (intro, top) = intro(content, &symbols, frame::body(size, content));
    let mut area = frame::body(size, content);
    area.min.y = top;
    let (mut small, mut large) = (Vec::new(), Vec::new());
    for mut piece in pieces(content, &symbols)? {
        if fits(&mut piece, area) { small.push(piece) } else { large.push(piece) }
    }
    let mut sheets: Vec<Vec<Item>> = Vec::new();
    for (piece, placed) in small.iter().zip(nested(&families(&small), area)) {
        if sheets.len() <= placed.page {
            sheets.resize(placed.page + 1, Vec::new());
        }
        let below = placed.at.y + piece.bare_size()[1];
        sheets[placed.page].push(piece.drawn(placed.at, None));
        sheets[placed.page].extend(piece.captioned(Spot::new(placed.at.x, below)));
    }
    for piece in &mut large {
        sheets.extend(tiles(piece, area));
    }
    let total = sheets.len();
    let made = |(k, sheet): (usize, Vec<Item>)| {
        let page = [k + 1, total];
        let mut items = frame::drawn(
            size,
            content,
            frame::Words { title: TITLE, page, bars: Some(BARS), alarm: frame::UNUSABLE },
        );
        items.extend(intro.clone());
        items.extend(sheet);
        Page::new(PageKind::Template, size, &format!("{TITLE}: {}", content.plan.protocol.name), items)
    };
    sheets.into_iter().enumerate().map(made).collect()
}

/// The sizes of pieces, the parts of one zone together.
fn families(pieces: &[Piece<'_>]) -> Vec<Vec<[f64; 2]>> {
    let zones = pieces.chunk_by(|a, b| a.zone.id == b.zone.id);
    zones.map(|parts| parts.iter().map(Piece::size).collect()).collect()
}

/// What has been laid flat, by the corners of its mirror image.
type Made = Vec<(Chart, Vec<(u64, u64)>, Unrolled)>;

/// Every zone laid flat, one of a pair as the mirror image of the other.
fn pieces<'a>(content: &'a Content<'a>, symbols: &'a Symbols) -> Result<Vec<Piece<'a>>, Fault> {
    let mut made = Made::new();
    let mut pieces = Vec::new();
    // A zone without a point has nothing to mark through.
    for zone in content.plan.zones.iter().filter(|zone| zone.points > 0) {
        let skin = content.skin(zone)?;
        let ring = |ring: &Vec<[f64; 2]>| ring.iter().copied().map(ChartPoint::from).collect();
        let shape = Polygon::from_sound_rings(ring(&zone.outline), zone.holes.iter().map(ring).collect());
        let points = content.plan.points.iter().filter(|point| point.zone == zone.id).collect();
        let whole = Half { shape, points };
        let flat = unrolled(&mut made, (skin, zone.chart), &whole.shape)?;
        let mut parts = Vec::new();
        part(&mut made, (skin, zone.chart), whole, flat, HALVINGS, &mut parts)?;
        let of = parts.len();
        let joins: Vec<Vec<Join>> = (0..of).map(|k| joins(&parts, k)).collect();
        for (k, (mut part, joins)) in parts.into_iter().zip(joins).enumerate() {
            part.part = (of > 1).then_some([k + 1, of]);
            part.joins = joins;
            pieces.push(Piece::new(content, symbols, zone, skin, part));
        }
    }
    Ok(pieces)
}

/// A part of a zone with the points on it.
struct Half<'a> {
    shape: Polygon,
    points: Vec<&'a PlannedPoint>,
}

/// Lays a shape flat, or takes the mirror image of what has been laid flat already.
fn unrolled(made: &mut Made, (skin, chart): (&Skin, Chart), shape: &Polygon) -> Result<Unrolled, Fault> {
    let key = corners(shape);
    let flat = match made.iter().find(|(c, mirrored, _)| *c == chart && *mirrored == key) {
        Some((.., flat)) => flat.clone().mirrored(),
        None => Unrolled::new(skin, chart, shape)?,
    };
    made.push((chart, corners(&shape.mirrored()), flat.clone()));
    Ok(flat)
}

/// A shape laid flat, in two halves where it bends too much in one piece: upper and lower, or the
/// patient's right and left, whichever come out truer.
fn part<'a>(
    made: &mut Made,
    on: (&Skin, Chart),
    whole: Half<'a>,
    flat: Unrolled,
    halvings: usize,
    into: &mut Vec<Part<'a>>,
) -> Result<(), Fault> {
    if flat.stretch().mean > TOO_BENT && halvings > 0 {
        let mut best: Option<(f64, [(Half<'a>, Unrolled); 2])> = None;
        for axis in [1, 0] {
            let Some(halves) = halves(&whole, axis, on.1) else { continue };
            let areas = [&halves[0], &halves[1]].map(|half| half.shape.area());
            let [first, second] = halves;
            let flats = [unrolled(made, on, &first.shape)?, unrolled(made, on, &second.shape)?];
            let off = (areas[0] * flats[0].stretch().mean + areas[1] * flats[1].stretch().mean)
                / (areas[0] + areas[1]);
            let [flat, other] = flats;
            if best.as_ref().is_none_or(|(least, _)| off < 0.8 * least) {
                best = Some((off, [(first, flat), (second, other)]));
            }
        }
        if let Some((_, halves)) = best {
            for (half, flat) in halves {
                part(made, on, half, flat, halvings - 1, into)?;
            }
            return Ok(());
        }
    }
    into.push(Part { shape: whole.shape, flat, points: whole.points, part: None, joins: Vec::new() });
    Ok(())
}

/// A part in two: the upper first, or that on the patient's right.
fn halves<'a>(whole: &Half<'a>, axis: usize, chart: Chart) -> Option<[Half<'a>; 2]> {
    let (low, high) = whole.shape.bounds();
    let crosses_midline = axis == 0 && low.x < -1e-9 && high.x > 1e-9;
    let at = if crosses_midline { 0.0 } else { between_points(&whole.shape, &whole.points, axis) };
    let [Some(more), Some(less)] = whole.shape.cut(axis, at) else { return None };
    let (beyond, before) = whole.points.iter().partition(|point| point.chart[axis] >= at);
    let halves = [Half { shape: more, points: beyond }, Half { shape: less, points: before }];
    let more_is_first = axis == 1 && chart.up() > 0.0;
    let [more, less] = halves;
    Some(if more_is_first { [more, less] } else { [less, more] })
}

/// Where a part of a zone meets the others: the middle of each edge it shares with one of them.
fn joins(parts: &[Part<'_>], own: usize) -> Vec<Join> {
    let edges = |part: &Part<'_>, axis: usize| -> Vec<(f64, f64, f64)> {
        let edges = part.shape.rings().flat_map(ring_edges).filter(|(a, b)| a[axis] == b[axis]);
        let span = |(a, b): (ChartPoint, ChartPoint)| {
            (a[axis], a[1 - axis].min(b[1 - axis]), a[1 - axis].max(b[1 - axis]))
        };
        edges.map(span).collect()
    };
    let mut joins = Vec::new();
    for (k, other) in parts.iter().enumerate().filter(|(k, _)| *k != own) {
        for axis in [0, 1] {
            let theirs = edges(other, axis);
            let shared = edges(&parts[own], axis).into_iter().flat_map(|(at, low, high)| {
                let same = theirs.iter().filter(move |edge| edge.0 == at);
                same.map(move |edge| (at, low.max(edge.1), high.min(edge.2)))
            });
            let longest = shared.max_by(|a, b| (a.2 - a.1).total_cmp(&(b.2 - b.1)));
            if let Some((at, low, high)) = longest.filter(|(_, low, high)| high > low) {
                let mut middle = ChartPoint::origin();
                (middle[axis], middle[1 - axis]) = (at, (low + high) / 2.0);
                joins.push(Join { part: k + 1, at: middle });
            }
        }
    }
    joins
}

/// A coordinate in the middle third of a shape, as far from all points as may be.
fn between_points(shape: &Polygon, points: &[&PlannedPoint], axis: usize) -> f64 {
    let (low, high) = shape.bounds();
    let (low, high) = (low[axis], high[axis]);
    let places = (0..=20).map(|k| low + (high - low) * (1.0 + f64::from(k) / 20.0) / 3.0);
    let middle = (low + high) / 2.0;
    let room = |at: f64| {
        let near = points.iter().map(|point| (point.chart[axis] - at).abs()).fold(f64::INFINITY, f64::min);
        near.min(high - low) - 0.2 * (at - middle).abs()
    };
    places.max_by(|a, b| room(*a).total_cmp(&room(*b))).unwrap_or(middle)
}

/// Whether a piece finds room in an area; it is turned where it does not upright.
fn fits(piece: &mut Piece<'_>, area: Bounds) -> bool {
    let room = area.max - area.min;
    [Turn::Upright, Turn::Quarter].into_iter().any(|turn| {
        piece.lay(turn);
        let [width, height] = piece.size();
        width <= room.x && height <= room.y
    })
}

/// What to do, and which hole is which dose; with where they end.
fn intro(content: &Content<'_>, symbols: &Symbols, area: Bounds) -> (Vec<Item>, f64) {
    let mut y = area.min.y;
    let mut items = Vec::new();
    let is_marked = !content.plan.marked.is_empty();
    let steps = format!("{STEPS}{}", if is_marked { AROUND_MARKED } else { ALL_INSIDE });
    for line in wrapped(&steps, SMALL_MM, Weight::Regular, area.max.x - area.min.x) {
        y += 2.9;
        items.push(Item::Text(Text::new(Spot::new(area.min.x, y), SMALL_MM, line)));
    }
    y += 4.4;
    let mut x = area.min.x;
    for &(volume, count) in &symbols.doses {
        let words = format!("{volume}, {}", counted(count, "point"));
        let text = Text::new(Spot::new(x + 5.0, y), TEXT_MM, words);
        if text.bounds().max.x > area.max.x {
            (x, y) = (area.min.x, y + 4.4);
        }
        let mut text = text;
        text.at = Spot::new(x + 5.0, y);
        let mark = hole(symbols, volume, Spot::new(x + 2.0, y - 0.9));
        let group = Group::of_class("legend", mark).data("volume-ul", volume.0.to_string());
        x = text.bounds().max.x + 6.0;
        items.extend([Item::Group(group), Item::Text(text)]);
    }
    if is_marked {
        y += 4.4;
        items.push(Item::Outline(marked_box(Spot::new(area.min.x + 0.8, y - 1.7))));
        let names: Vec<&str> = content.plan.marked.iter().map(|area| area.name.trim()).collect();
        let words = format!("not treated: {}", names.join(", "));
        let words = shortened(&words, TEXT_MM, Weight::Regular, area.max.x - area.min.x - 5.0);
        items.push(Item::Text(Text::new(Spot::new(area.min.x + 5.0, y), TEXT_MM, words)));
    }
    (items, y + 3.0)
}

/// A piece larger than the paper, a page for each tile.
fn tiles(piece: &mut Piece<'_>, area: Bounds) -> Vec<Vec<Item>> {
    let room = Spot::new(area.max.x - area.min.x, area.max.y - area.min.y - UNDER_MM);
    let count = |size: f64, room: f64| ((size - OVERLAP_MM) / (room - OVERLAP_MM)).ceil().max(1.0) as usize;
    let mut grid = |turn: Turn| {
        piece.lay(turn);
        let [width, height] = piece.bare_size();
        [count(width, room.x), count(height, room.y)]
    };
    let (upright, quarter) = (grid(Turn::Upright), grid(Turn::Quarter));
    let turned = quarter[0] * quarter[1] < upright[0] * upright[1];
    let [columns, rows] = grid(if turned { Turn::Quarter } else { Turn::Upright });
    let [width, height] = piece.bare_size();
    // Tiles of one size, so that none holds a sliver.
    let share = |size: f64, count: usize| (size - OVERLAP_MM) / count as f64;
    let stride = [share(width, columns), share(height, rows)];
    let mut sheets = Vec::new();
    for (row, column) in (0..rows).flat_map(|row| (0..columns).map(move |column| (row, column))) {
        let corner = Spot::new(area.min.x - stride[0] * column as f64, area.min.y - stride[1] * row as f64);
        let window = Bounds {
            min: area.min,
            max: area.min + Vector2::new(stride[0], stride[1]).add_scalar(OVERLAP_MM),
        };
        let tile = Tile { row, column, window, own: own(window, [column, row], [columns, rows]) };
        let mut items = vec![piece.drawn(corner, Some(&tile))];
        let spots = piece.spots(corner);
        items.extend(seams(&tile, [columns, rows], &spots));
        let here = spots.iter().filter(|&&at| tile.shows(at)).count();
        let words = format!(
            "Tile {} of {}, {here} of {}, some on more than one tile: lay the tiles one on the other so that crosses of one name meet, and glue them.",
            tile.name(),
            columns * rows,
            counted(spots.len(), "point")
        );
        let at = Spot::new(area.min.x, window.max.y + 3.4);
        items.push(Item::Text(Text::new(at, SMALL_MM, words).colour(GREY)));
        items.extend(piece.captioned(Spot::new(area.min.x, window.max.y + 4.2)));
        sheets.push(items);
    }
    sheets
}

/// A window without the strips that it shares with its neighbours.
fn own(window: Bounds, [column, row]: [usize; 2], [columns, rows]: [usize; 2]) -> Bounds {
    let strip = |shared: bool| if shared { OVERLAP_MM } else { 0.0 };
    Bounds {
        min: window.min + Vector2::new(strip(column > 0), strip(row > 0)),
        max: window.max - Vector2::new(strip(column + 1 < columns), strip(row + 1 < rows)),
    }
}

/// Crosses in the strips that a tile shares with its neighbours: the same on both.
fn seams(tile: &Tile, [columns, rows]: [usize; 2], points: &[Spot]) -> Vec<Item> {
    let Tile { row, column, window, .. } = *tile;
    let named = |column: usize, row: usize| Tile { row, column, ..*tile }.name();
    let half = OVERLAP_MM / 2.0;
    let mut items = Vec::new();
    // A cross goes on inwards until no point is near it, which is so on both tiles alike.
    let mut cross = |mut at: Spot, inwards: Vector2<f64>, name: String| {
        let near = |at: Spot| points.iter().any(|point| (point - at).norm() < 5.5);
        for _ in 0..12 {
            if near(at) {
                at += inwards * 2.0;
            }
        }
        let pen = Stroke::solid(GREY, 0.2);
        let arm = |x: f64, y: f64| {
            let line = [Spot::new(at.x - x, at.y - y), Spot::new(at.x + x, at.y + y)];
            Item::Outline(Outline::line(line, pen.clone()))
        };
        let text = Text::new(Spot::new(at.x, at.y - 2.4), SMALL_MM, name).align(Align::Centre).halo(0.4);
        items
            .push(Item::Group(Group::of_class("seam", vec![arm(1.8, 0.0), arm(0.0, 1.8), Item::Text(text)])));
    };
    let joins = |a: String, b: String, end: &str| format!("{a}/{b} {end}");
    let own = || tile.name();
    for (x, left, right, there) in [
        (window.max.x - half, own(), named(column + 1, row), column + 1 < columns),
        (window.min.x + half, named(column.saturating_sub(1), row), own(), column > 0),
    ] {
        for (y, down, end) in [(window.min.y + 6.0, 1.0, "a"), (window.max.y - 6.0, -1.0, "b")] {
            if there {
                cross(Spot::new(x, y), Vector2::new(0.0, down), joins(left.clone(), right.clone(), end));
            }
        }
    }
    for (y, upper, lower, there) in [
        (window.max.y - half, own(), named(column, row + 1), row + 1 < rows),
        (window.min.y + half, named(column, row.saturating_sub(1)), own(), row > 0),
    ] {
        for (x, on, end) in [(window.min.x + 14.0, 1.0, "c"), (window.max.x - 14.0, -1.0, "d")] {
            if there {
                cross(Spot::new(x, y), Vector2::new(on, 0.0), joins(upper.clone(), lower.clone(), end));
            }
        }
    }
    let pen = Stroke { colour: GREY, width_mm: 0.16, dashes_mm: vec![0.6, 1.2] };
    let [w, h] = [window.max.x - window.min.x, window.max.y - window.min.y];
    items.push(Item::Outline(Outline::rectangle(window.min, w, h, None, Some(pen))));
    items
}
