//! Widths of the one typeface of the sheets, DejaVu Sans.
//!
//! Advances are those of DejaVu fonts 2.37 (`hmtx` tables), in units of 1/2048 of the font's size.

use super::Weight;

/// The family, as writers name it.
pub(crate) const FAMILY: &str = "DejaVu Sans, Verdana, sans-serif";

/// Advances of U+0020 to U+017F, regular; 0 where there is no glyph.
#[rustfmt::skip]
const REGULAR: [u16; 352] = [
    651, 821, 942, 1716, 1303, 1946, 1597, 563, 799, 799, 1024, 1716, 651, 739, 651, 690, 1303, 1303, 1303,
    1303, 1303, 1303, 1303, 1303, 1303, 1303, 690, 690, 1716, 1716, 1716, 1087, 2048, 1401, 1405, 1430,
    1577, 1294, 1178, 1587, 1540, 604, 604, 1343, 1141, 1767, 1532, 1612, 1235, 1612, 1423, 1300, 1251,
    1499, 1401, 2025, 1403, 1251, 1403, 799, 690, 799, 1716, 1024, 1024, 1255, 1300, 1126, 1300, 1260, 721,
    1300, 1298, 569, 569, 1186, 569, 1995, 1298, 1253, 1300, 1300, 842, 1067, 803, 1298, 1212, 1675, 1212,
    1212, 1075, 1303, 690, 1303, 1716, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 651, 821, 1303, 1303, 1303, 1303, 690, 1024, 1024, 2048, 965, 1253, 1716,
    739, 2048, 1024, 1024, 1716, 821, 821, 1024, 1303, 1303, 651, 1024, 821, 965, 1253, 1985, 1985, 1985,
    1087, 1401, 1401, 1401, 1401, 1401, 1401, 1995, 1430, 1294, 1294, 1294, 1294, 604, 604, 604, 604, 1587,
    1532, 1612, 1612, 1612, 1612, 1612, 1716, 1612, 1499, 1499, 1499, 1499, 1251, 1239, 1290, 1255, 1255,
    1255, 1255, 1255, 1255, 2011, 1126, 1260, 1260, 1260, 1260, 569, 569, 569, 569, 1253, 1298, 1253, 1253,
    1253, 1253, 1253, 1716, 1253, 1298, 1298, 1298, 1298, 1212, 1300, 1212, 1401, 1255, 1401, 1255, 1401,
    1255, 1430, 1126, 1430, 1126, 1430, 1126, 1430, 1126, 1577, 1300, 1587, 1300, 1294, 1260, 1294, 1260,
    1294, 1260, 1294, 1260, 1294, 1260, 1587, 1300, 1587, 1300, 1587, 1300, 1587, 1300, 1540, 1298, 1876,
    1423, 604, 569, 604, 569, 604, 569, 604, 569, 604, 569, 1208, 1138, 604, 569, 1343, 1186, 1186, 1141,
    569, 1141, 569, 1141, 768, 1141, 700, 1151, 582, 1532, 1298, 1532, 1298, 1532, 1298, 1666, 1532, 1298,
    1612, 1253, 1612, 1253, 1612, 1253, 2191, 2095, 1423, 842, 1423, 842, 1423, 842, 1300, 1067, 1300, 1067,
    1300, 1067, 1300, 1067, 1251, 803, 1251, 803, 1251, 803, 1499, 1298, 1499, 1298, 1499, 1298, 1499, 1298,
    1499, 1298, 1499, 1298, 2025, 1675, 1251, 1212, 1251, 1403, 1075, 1403, 1075, 1403, 1075, 721,
];

/// Advances of U+0020 to U+017F, bold; 0 where there is no glyph.
#[rustfmt::skip]
const BOLD: [u16; 352] = [
    713, 934, 1067, 1716, 1425, 2052, 1786, 627, 936, 936, 1071, 1716, 778, 850, 778, 748, 1425, 1425, 1425,
    1425, 1425, 1425, 1425, 1425, 1425, 1425, 819, 819, 1716, 1716, 1716, 1188, 2048, 1585, 1561, 1503,
    1700, 1399, 1399, 1681, 1714, 762, 762, 1587, 1305, 2038, 1714, 1741, 1501, 1741, 1577, 1475, 1397,
    1663, 1585, 2259, 1579, 1483, 1485, 936, 748, 936, 1716, 1024, 1024, 1382, 1466, 1214, 1466, 1389, 891,
    1466, 1458, 702, 702, 1362, 702, 2134, 1458, 1407, 1466, 1466, 1010, 1219, 979, 1458, 1335, 1892, 1321,
    1335, 1192, 1458, 748, 1458, 1716, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 713, 934, 1425, 1425, 1303, 1425, 748, 1024, 1024, 2048, 1155, 1323, 1716,
    850, 2048, 1024, 1024, 1716, 897, 897, 1024, 1507, 1303, 778, 1024, 897, 1155, 1323, 2120, 2120, 2120,
    1188, 1585, 1585, 1585, 1585, 1585, 1585, 2222, 1503, 1399, 1399, 1399, 1399, 762, 762, 762, 762, 1716,
    1714, 1741, 1741, 1741, 1741, 1741, 1716, 1741, 1663, 1663, 1663, 1663, 1483, 1511, 1473, 1382, 1382,
    1382, 1382, 1382, 1382, 2146, 1214, 1389, 1389, 1389, 1389, 702, 702, 702, 702, 1407, 1458, 1407, 1407,
    1407, 1407, 1407, 1716, 1407, 1458, 1458, 1458, 1458, 1335, 1466, 1335, 1585, 1382, 1585, 1382, 1585,
    1382, 1503, 1214, 1503, 1214, 1503, 1214, 1503, 1214, 1700, 1466, 1716, 1466, 1399, 1389, 1399, 1389,
    1399, 1389, 1399, 1389, 1399, 1389, 1681, 1466, 1681, 1466, 1681, 1466, 1681, 1466, 1714, 1458, 1994,
    1618, 762, 702, 762, 702, 762, 702, 762, 702, 762, 702, 1524, 1404, 762, 702, 1587, 1362, 1362, 1305,
    702, 1305, 702, 1305, 982, 1305, 1140, 1315, 760, 1714, 1458, 1714, 1458, 1714, 1458, 2013, 1714, 1458,
    1741, 1407, 1741, 1407, 1741, 1407, 2390, 2241, 1577, 1010, 1577, 1010, 1577, 1010, 1475, 1219, 1475,
    1219, 1475, 1219, 1475, 1219, 1397, 979, 1397, 979, 1397, 979, 1663, 1458, 1663, 1458, 1663, 1458, 1663,
    1458, 1663, 1458, 1663, 1458, 2259, 1892, 1483, 1335, 1483, 1485, 1192, 1485, 1192, 1485, 1192, 891,
];

/// Signs outside those, with their regular and bold advances.
const SIGNS: [(char, u16, u16); 19] = [
    ('\u{3bc}', 1303, 1507),
    ('\u{2010}', 739, 850),
    ('\u{2011}', 739, 850),
    ('\u{2012}', 1303, 1425),
    ('\u{2013}', 1024, 1024),
    ('\u{2014}', 2048, 2048),
    ('\u{2018}', 651, 778),
    ('\u{2019}', 651, 778),
    ('\u{201c}', 1061, 1346),
    ('\u{201d}', 1061, 1346),
    ('\u{2022}', 1208, 1309),
    ('\u{2026}', 2048, 2048),
    ('\u{20ac}', 1303, 1425),
    ('\u{2190}', 1716, 1716),
    ('\u{2192}', 1716, 1716),
    ('\u{2212}', 1716, 1716),
    ('\u{2264}', 1716, 1716),
    ('\u{2265}', 1716, 1716),
    ('\u{2713}', 1716, 1716),
];

/// Units to the font's size.
const EM: f64 = 2048.0;

/// The advance of a character; that of the widest where the table does not hold it.
fn advance(c: char, weight: Weight) -> u16 {
    let table = match weight {
        Weight::Regular => &REGULAR,
        Weight::Bold => &BOLD,
    };
    let index = (c as usize).checked_sub(0x20);
    let known = index.and_then(|index| table.get(index)).copied().filter(|&width| width > 0);
    known
        .or_else(|| {
            let (_, regular, bold) = SIGNS.iter().find(|(sign, _, _)| *sign == c)?;
            Some(if weight == Weight::Bold { *bold } else { *regular })
        })
        .unwrap_or(EM as u16)
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
    for word in words.split_whitespace() {
        let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
        if fits(&longer) {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_no_longer_than_the_box_even_where_a_word_is() {
        let text = "Several words, and averyveryverylongwordthatfitsnoline, end.";
        let lines = wrapped(text, 3.0, Weight::Regular, 25.0);
        assert!(lines.iter().all(|line| text_width_mm(line, 3.0, Weight::Regular) <= 25.0));
        assert_eq!(lines.concat().replace(' ', ""), text.replace(' ', ""));
    }

    #[test]
    fn a_shortened_text_fits_its_box() {
        let short = shortened("Preauricular cheek, left", 2.5, Weight::Regular, 20.0);
        assert!(short.ends_with('\u{2026}') && text_width_mm(&short, 2.5, Weight::Regular) <= 20.0);
        assert_eq!(shortened("Chin", 2.5, Weight::Regular, 20.0), "Chin");
    }
}
