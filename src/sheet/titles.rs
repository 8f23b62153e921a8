//! The line over each figure: what it shows, at what scale, and which side is which.

use super::arrange::Cell;
use super::panels::{GREY, SMALL_MM};
use super::views::View;
use super::{Align, Bounds, Spot, Text};
use crate::units::number;

/// Height of the titles over a figure, in mm.
pub(crate) const BAND_MM: f64 = 8.6;
/// A view turned by this many degrees or more is from the side.
const SIDE_DEG: f64 = 80.0;
/// Sizes of a title and of the letters of the sides, in mm.
const TITLE_MM: f64 = 2.9;
const LETTER_MM: f64 = 4.0;

/// The title of a view that shows `count` of `total` points, with the patient's sides at its ends.
/// `unnamed` zones found no room for their names.
pub(crate) fn drawn(
    view: &View,
    cell: &Cell,
    ratio: f64,
    [count, total]: [usize; 2],
    unnamed: usize,
) -> Vec<Text> {
    let Bounds { min, max } = cell.bounds;
    let middle =
        ((cell.figure.min.x + cell.figure.max.x) / 2.0).clamp(min.x + 24.0, (max.x - 24.0).max(min.x + 24.0));
    let first = min.y + 3.6;
    let title = Text::new(Spot::new(middle, first), TITLE_MM, view.title).bold().align(Align::Centre);
    let mut note = format!("scale 1:{}", number(ratio, 2));
    if total > 0 {
        note += &format!(" \u{b7} shows {count} of {total} points");
    }
    if unnamed > 0 {
        note += &format!(", {unnamed} zones without their names");
    }
    let note = Text::new(Spot::new(middle, min.y + 6.9), SMALL_MM, note).colour(GREY).align(Align::Centre);
    let (start, end) = (title.bounds().min.x, title.bounds().max.x);
    let mut texts = vec![title, note];
    if view.skins.is_empty() {
        return texts;
    }
    // The letters stand over the figure's sides, further out where the title needs the room.
    let left = cell.figure.min.x.min(start - 28.0).max(min.x);
    let right = cell.figure.max.x.max(end + 28.0).min(max.x);
    // From the side, the ends are back and front, not the patient's sides.
    let ends = match view.yaw {
        yaw if yaw <= -SIDE_DEG => [("", "back"), ("", "front")],
        yaw if yaw >= SIDE_DEG => [("", "front"), ("", "back")],
        _ => [("R", "patient's right"), ("L", "patient's left")],
    };
    let [(a, from), (b, to)] = ends;
    let sides = [(a, from, Align::Left, left, 3.7), (b, to, Align::Right, right, -3.5)];
    let words = sides.map(|(_, words, align, x, step)| {
        Text::new(Spot::new(x + step, first), SMALL_MM, words).align(align).colour(GREY)
    });
    for (letter, _, align, x, _) in sides.into_iter().filter(|(letter, ..)| !letter.is_empty()) {
        texts.push(Text::new(Spot::new(x, first), LETTER_MM, letter).bold().align(align).colour(GREY));
    }
    // In a narrow cell the letters stand alone; the legend says whose sides they are.
    if words[0].bounds().max.x + 1.5 <= start && words[1].bounds().min.x - 1.5 >= end {
        texts.extend(words);
    }
    texts
}
