//! Lengths in millimetres and volumes in whole microlitres: reading them from text and printing them.
//!
//! Lengths are plain `f64` millimetres. Volumes are [`Microlitres`], an integer, so that sums and
//! budget checks are exact.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Mul};

use crate::said::Said;
use serde::{Deserialize, Serialize};

/// A volume as a whole number of microlitres.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Microlitres(pub u64);

impl Microlitres {
    /// No volume at all.
    pub const ZERO: Self = Self(0);

    /// The volume in millilitres, for drawing and statistics; sums stay in microlitres.
    pub fn millilitres(self) -> f64 {
        self.0 as f64 / 1000.0
    }

    /// Microlitres per cm2 of so much skin; 0 on none.
    pub fn per_cm2(self, area_cm2: f64) -> f64 {
        if area_cm2 > 0.0 { self.0 as f64 / area_cm2 } else { 0.0 }
    }

    /// `self - other`, or `None` where that would be negative.
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }

    /// `self - other`, or zero where that would be negative.
    pub fn saturating_sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Add for Microlitres {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl AddAssign for Microlitres {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Mul<u64> for Microlitres {
    type Output = Self;
    fn mul(self, count: u64) -> Self {
        Self(self.0.saturating_mul(count))
    }
}

impl Sum for Microlitres {
    fn sum<I: Iterator<Item = Self>>(volumes: I) -> Self {
        volumes.fold(Self::ZERO, Add::add)
    }
}

impl fmt::Display for Microlitres {
    /// Millilitres with as many decimals as the volume needs, two at least: `0.015 ml`, `3.00 ml`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, rest) = (self.0 / 1000, self.0 % 1000);
        if rest % 10 == 0 {
            write!(f, "{whole}.{:02} ml", rest / 10)
        } else {
            write!(f, "{whole}.{rest:03} ml")
        }
    }
}

/// Why a length or a volume could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitError {
    /// The text as it was given.
    pub value: String,
    /// What is wrong with it.
    pub problem: Said,
    /// What would be accepted.
    pub hint: Said,
}

impl UnitError {
    /// What is wrong with a text, and what would be accepted.
    pub(crate) fn new(value: &str, problem: impl Into<Said>, hint: impl Into<Said>) -> Self {
        Self { value: value.to_owned(), problem: problem.into(), hint: hint.into() }
    }
}

impl fmt::Display for UnitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "'{}' {}; {}", self.value, self.problem, self.hint)
    }
}

impl std::error::Error for UnitError {}

/// Reads a length such as `12.5mm`, `1.25 cm` or `1,25cm` as millimetres.
///
/// # Errors
/// When the number is missing or not finite, or the unit is missing or not `mm` or `cm`.
///
/// ```
/// assert_eq!(nappage::units::parse_length_mm("1.25cm").unwrap(), 12.5);
/// assert!(nappage::units::parse_length_mm("12.5").unwrap_err().hint.contains("mm"));
/// ```
pub fn parse_length_mm(text: &str) -> Result<f64, UnitError> {
    let fail = |problem: &'static str, hint: &'static str| UnitError::new(text, problem, hint);
    let example = "write a number and its unit, as in '12.5mm' or '1.25cm'";
    let (digits, unit) = split_number(text);
    let decimal = read_decimal(&digits).ok_or_else(|| match decimals(&digits) > LENGTH_DECIMALS {
        true => fail("has too many decimals", "write 6 at most"),
        false => fail("is not a length", example),
    })?;
    match unit {
        "mm" => Ok(decimal.mm()),
        "cm" => Ok(decimal.times_ten().mm()),
        "" => Err(fail("has no unit", example)),
        _ => Err(fail("has an unknown unit", example)),
    }
}

/// Reads a volume such as `0.015ml`, `15ul`, `15 µl` or `0,5 ml`.
///
/// # Errors
/// When the number or the unit cannot be read, the volume is negative, larger than a litre, or not
/// a whole number of microlitres.
///
/// ```
/// use nappage::units::{parse_volume, Microlitres};
/// assert_eq!(parse_volume("0.015ml").unwrap(), Microlitres(15));
/// assert!(parse_volume("0.0125ml").is_err());
/// ```
pub fn parse_volume(text: &str) -> Result<Microlitres, UnitError> {
    let fail = |problem: &'static str, hint: &'static str| UnitError::new(text, problem, hint);
    let example = "write a number and its unit, as in '0.015ml' or '15ul'";
    let (digits, unit) = split_number(text);
    let number = read_decimal(&digits).ok_or_else(|| match decimals(&digits) > LENGTH_DECIMALS {
        true => fail("is not a whole number of microlitres", SMALLEST_STEP),
        false => fail("is not a volume", example),
    })?;
    if number.negative {
        return Err(fail("is negative", "give a volume above zero"));
    }
    let whole =
        |value: Option<u64>| value.ok_or_else(|| fail("is not a whole number of microlitres", SMALLEST_STEP));
    let volume = match unit.to_lowercase().as_str() {
        "ml" => whole(number.exact_millionths(1000))?,
        "ul" | "µl" | "μl" => whole(number.exact_millionths(1))?,
        "" => return Err(fail("has no unit", example)),
        _ => return Err(fail("has an unknown unit", example)),
    };
    if volume > 1_000_000 {
        return Err(fail("is more than a litre", "check the unit"));
    }
    Ok(Microlitres(volume))
}

/// What a volume that cannot be told from its neighbours is answered with.
const SMALLEST_STEP: &str = "0.001 ml is the smallest step";

/// The most decimals that a length in mm is read with.
pub(crate) const LENGTH_DECIMALS: usize = 6;

/// A decimal number held exactly as millionths, so that `0.015` is not rounded on the way in.
struct Decimal {
    negative: bool,
    millionths: u64,
    shift: u32,
}

impl Decimal {
    fn times_ten(mut self) -> Self {
        self.shift += 1;
        self
    }

    fn mm(&self) -> f64 {
        let scaled = self.millionths.saturating_mul(10_u64.pow(self.shift));
        let value = scaled as f64 / 1e6;
        if self.negative && scaled > 0 { -value } else { value }
    }

    fn exact_millionths(&self, factor: u64) -> Option<u64> {
        let scaled = self.millionths.checked_mul(factor)?;
        (scaled % 1_000_000 == 0).then_some(scaled / 1_000_000)
    }
}

fn split_number(text: &str) -> (String, &str) {
    let text = text.trim();
    let end = text
        .find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ',' | '-' | '+')))
        .unwrap_or(text.len());
    (text[..end].replace(',', "."), text[end..].trim())
}

/// How many decimals a number has, without zeros at their end; none in what is no number.
fn decimals(digits: &str) -> usize {
    let fraction = digits.split_once('.').map_or("", |(_, fraction)| fraction.trim_end_matches('0'));
    if fraction.bytes().all(|b| b.is_ascii_digit()) { fraction.len() } else { 0 }
}

fn read_decimal(digits: &str) -> Option<Decimal> {
    let (negative, digits) = match digits.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, digits.strip_prefix('+').unwrap_or(digits)),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if whole.len() + fraction.len() == 0 || !all_digits(whole) || !all_digits(fraction) {
        return None;
    }
    let fraction = fraction.trim_end_matches('0');
    if whole.len() > 9 || fraction.len() > LENGTH_DECIMALS {
        return None;
    }
    let whole: u64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let fraction: u64 = format!("{fraction:0<6}").parse().ok()?;
    Some(Decimal { negative, millionths: whole * 1_000_000 + fraction, shift: 0 })
}

/// Prints a number with at most `decimals` decimals, no trailing zeros, and `-0` as `0`.
///
/// Every number on a page and in a message goes through here.
pub fn number(value: f64, decimals: usize) -> String {
    let mut text = format!("{value:.decimals$}");
    if text.contains('.') {
        let kept = text.trim_end_matches('0').trim_end_matches('.').len();
        text.truncate(kept);
    }
    if text == "-0" { "0".to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_read_in_millimetres_and_centimetres() {
        assert_eq!(parse_length_mm("1.25cm"), Ok(12.5));
        assert_eq!(parse_length_mm(" 12,5 mm "), Ok(12.5));
        assert_eq!(parse_length_mm("-3mm"), Ok(-3.0));
    }

    #[test]
    fn lengths_without_unit_or_number_are_refused() {
        for text in ["", "12.5", "mm", "1.2.3mm", "NaNmm", "inf mm", "5in", "--1mm", "1e3mm"] {
            assert!(parse_length_mm(text).is_err(), "{text}");
        }
    }

    #[test]
    fn volumes_are_whole_microlitres() {
        assert_eq!(parse_volume("0.015ml"), Ok(Microlitres(15)));
        assert_eq!(parse_volume("3ml"), Ok(Microlitres(3000)));
        assert_eq!(parse_volume("15µl"), Ok(Microlitres(15)));
        for text in ["0.0125ml", "-1ml", "15", "ml", "1500ml", "2.5ul", "99999999999999999999ml"] {
            assert!(parse_volume(text).is_err(), "{text}");
        }
    }

    #[test]
    fn volumes_print_in_millilitres() {
        assert_eq!(Microlitres(15).to_string(), "0.015 ml");
        assert_eq!(Microlitres(3000).to_string(), "3.00 ml");
        assert_eq!(Microlitres(20).to_string(), "0.02 ml");
    }

    #[test]
    fn numbers_print_without_trailing_zeros_or_negative_zero() {
        assert_eq!(number(-0.0001, 2), "0");
        assert_eq!(number(12.50, 3), "12.5");
        assert_eq!(number(1200.0, 0), "1200");
    }
}
