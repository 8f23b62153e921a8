//! Widths of the one typeface of the sheets, DejaVu Sans.

use std::borrow::Cow;

use super::Weight;
use super::advances::BLOCKS;

/// The family, as writers name it.
pub(crate) const FAMILY: &str = "DejaVu Sans, Verdana, sans-serif";

/// Units to the font's size.
const EM: f64 = 2048.0;
/// Units of measure that stay on the line of their figure.
const UNITS: [&str; 7] = ["%", "mm", "cm", "cm2", "ml", "ml/cm2", "µl"];

/// The advance of a character; that of the widest where the tables do not hold it.
fn advance(c: char, weight: Weight) -> u16 {
    if matches!(c, '\u{300}'..='\u{36f}') {
        // A mark above or below a letter takes no room of its own.
        return 0;
    }
    let known = BLOCKS.iter().find_map(|block| {
        let advances = match weight {
            Weight::Regular => block.regular,
            Weight::Bold => block.bold,
        };
        advances.get((c as usize).checked_sub(block.first as usize)?).copied()
    });
    known.filter(|&width| width > 0).unwrap_or(EM as u16)
}

/// How long a line of text is, in mm, at a font size in mm.
///
/// ```
/// use nappage::sheet::{Weight, text_width_mm};
/// assert!(text_width_mm("mm", 3.0, Weight::Bold) > text_width_mm("mm", 3.0, Weight::Regular));
/// ```
pub fn text_width_mm(words: &str, size_mm: f64, weight: Weight) -> f64 {
    let units: f64 = words.chars().map(|c| f64::from(advance(c, weight))).sum();
    units * size_mm / EM
}

/// The text broken into lines no longer than `width_mm`. Words too long for a line are cut.
pub fn wrapped(words: &str, size_mm: f64, weight: Weight, width_mm: f64) -> Vec<String> {
    let fits = |line: &str| text_width_mm(line, size_mm, weight) <= width_mm;
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    let mut words = words.split_whitespace().peekable();
    while let Some(word) = words.next() {
        let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
        if fits(&with_unit(&longer, words.peek())) {
            line = longer;
            continue;
        }
        if !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        for c in word.chars() {
            line.push(c);
            if !fits(&line) && line.chars().count() > 1 {
                line.pop();
                lines.push(std::mem::replace(&mut line, c.to_string()));
            }
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

/// A line, and the word after it where that is the unit of a figure at the line's end: they are not parted.
pub(super) fn with_unit<'a>(line: &'a str, next: Option<&&str>) -> Cow<'a, str> {
    let unit = next.filter(|next| UNITS.contains(&next.trim_end_matches(['.', ',', ';', ':', ')'])));
    match unit.filter(|_| line.ends_with(|c: char| c.is_ascii_digit())) {
        Some(unit) => Cow::Owned(format!("{line} {unit}")),
        None => Cow::Borrowed(line),
    }
}

/// The text, cut to `width_mm` and ended with three dots where it is longer.
pub(crate) fn shortened(words: &str, size_mm: f64, weight: Weight, width_mm: f64) -> String {
    if text_width_mm(words, size_mm, weight) <= width_mm {
        return words.to_owned();
    }
    let mut kept = String::new();
    for c in words.chars() {
        if text_width_mm(&format!("{kept}{c}\u{2026}"), size_mm, weight) > width_mm {
            break;
        }
        kept.push(c);
    }
    format!("{}\u{2026}", kept.trim_end())
}

/// The words, without their middle where they are longer than `width_mm`: what tells two long ones apart
/// mostly stands at an end.
pub(crate) fn shortened_inside(words: &str, size_mm: f64, weight: Weight, width_mm: f64) -> String {
    let fits = |words: &String| text_width_mm(words, size_mm, weight) <= width_mm;
    if text_width_mm(words, size_mm, weight) <= width_mm {
        return words.to_owned();
    }
    let chars: Vec<char> = words.chars().collect();
    let kept = |count: usize| {
        let (head, tail) = (&chars[..count.div_ceil(2)], &chars[chars.len() - count / 2..]);
        head.iter().chain(&['\u{2026}']).chain(tail).collect::<String>()
    };
    // From both ends inwards: of words without end, only what is kept is looked at.
    (0..chars.len()).map(kept).take_while(fits).last().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ends_of_long_words_are_kept() {
        let short = |words: &str| shortened_inside(words, 3.0, Weight::Regular, 38.0);
        assert_eq!(short("P-0012"), "P-0012");
        let (one, two) =
            (short("A very long reference, Papadopoulou 1"), short("A very long reference, Papadopoulou 2"));
        assert!(one.starts_with("A very") && one.ends_with("1") && one != two, "{one}, {two}");
        assert!(text_width_mm(&one, 3.0, Weight::Regular) <= 38.0);
        assert!(short(&"words ".repeat(200_000)).chars().count() < 40, "words without end");
    }

    #[test]
    fn lines_are_no_longer_than_the_box_even_where_a_word_is() {
        let text = "Several words, and averyveryverylongwordthatfitsnoline, end.";
        let lines = wrapped(text, 3.0, Weight::Regular, 25.0);
        assert!(lines.iter().all(|line| text_width_mm(line, 3.0, Weight::Regular) <= 25.0));
        assert_eq!(lines.concat().replace(' ', ""), text.replace(' ', ""));
    }

    #[test]
    fn a_figure_and_its_unit_stand_on_one_line() {
        let text = "True to the skin within 16.8 % (mean 2.2 %), from point to point 3.5 mm, and 5 points.";
        for width in 12..90 {
            let lines = wrapped(text, 2.1, Weight::Regular, f64::from(width));
            let parted = |line: &String| ["%", "mm"].iter().any(|unit| line.starts_with(unit));
            assert!(!lines.iter().any(parted), "{lines:?}");
            assert_eq!(lines.join(" "), text);
        }
    }

    #[test]
    fn a_shortened_text_fits_its_box() {
        let short = shortened("Preauricular cheek, left", 2.5, Weight::Regular, 20.0);
        assert!(short.ends_with('\u{2026}') && text_width_mm(&short, 2.5, Weight::Regular) <= 20.0);
        assert_eq!(shortened("Chin", 2.5, Weight::Regular, 20.0), "Chin");
    }
}
