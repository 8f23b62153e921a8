//! The kinds of figures a protocol holds, each with its unit.

use std::fmt;

use crate::document::Item;
use crate::said::{Said, Say};
use crate::units::{Microlitres, UnitError, number};

/// What a figure can be made of: how it is written in a file and how it is shown.
pub(crate) trait Quantity: Sized + Clone {
    /// The unit it is shown in; empty for words.
    const UNIT: &'static str;
    /// Reads it; what cannot be read is noted at the item.
    fn read(item: &Item<'_, '_>) -> Option<Self>;
    /// The figure without its unit.
    fn show(&self) -> String;
    /// Where it stands on its scale, to compare two; `None` for words.
    fn rank(&self) -> Option<f64>;
}

/// A quantity that is written as a number and a unit, such as `30 deg`.
macro_rules! measured {
    ($(#[$doc:meta])* $name:ident($of:ty), $unit:literal, $also:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
        pub struct $name(pub $of);

        impl Quantity for $name {
            const UNIT: &'static str = $unit;
            fn read(item: &Item<'_, '_>) -> Option<Self> {
                let value = item.with_unit("a figure", concat!("4 ", $unit), |text| {
                    read_measured(text, &[$unit, $also])
                })?;
                Some(Self(<$of as FromNumber>::from_number(value).or_else(|| {
                    item.note("must be a whole number", |fault| fault);
                    None
                })?))
            }
            fn show(&self) -> String {
                number(f64::from(self.0), 3)
            }
            fn rank(&self) -> Option<f64> {
                Some(f64::from(self.0))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{} {}", self.show(), $unit)
            }
        }
    };
}

measured!(
    /// An angle to the skin, in degrees.
    Degrees(f64), "deg", "degrees"
);
measured!(
    /// Whole minutes.
    Minutes(u32), "min", "minutes"
);
measured!(
    /// Whole hours.
    Hours(u32), "hours", "h"
);
measured!(
    /// Whole weeks, from the first session where a date is meant.
    Weeks(u32), "weeks", "week"
);
measured!(
    /// Whole months.
    Months(u32), "months", "month"
);

/// Turns a number that was read into the type that holds it, when it fits.
trait FromNumber: Sized {
    fn from_number(value: f64) -> Option<Self>;
}

impl FromNumber for f64 {
    fn from_number(value: f64) -> Option<Self> {
        Some(value)
    }
}

impl FromNumber for u32 {
    fn from_number(value: f64) -> Option<Self> {
        (value.fract() == 0.0 && (0.0..=1e6).contains(&value)).then_some(value as u32)
    }
}

fn read_measured(text: &str, units: &[&str]) -> Result<f64, UnitError> {
    let fail = |problem: &'static str| UnitError {
        value: text.to_owned(),
        problem: problem.into(),
        hint: said!("write a number and its unit, as in '4 {unit}'", unit = units.first().unwrap_or(&"")),
    };
    let text = text.trim();
    let end = text.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ','))).unwrap_or(text.len());
    let (digits, unit) = text.split_at(end);
    let value: Option<f64> = digits.replace(',', ".").parse().ok();
    let value = value.filter(|value| value.is_finite()).ok_or_else(|| fail("is not a figure"))?;
    match unit.trim() {
        "" => Err(fail("has no unit")),
        unit if units.contains(&unit) => Ok(value),
        _ => Err(fail("has an unknown unit")),
    }
}

/// A length in mm.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Millimetres(pub f64);

impl Quantity for Millimetres {
    const UNIT: &'static str = "mm";
    fn read(item: &Item<'_, '_>) -> Option<Self> {
        let length = item.length_mm()?;
        if length <= 0.0 {
            item.note("must be above zero", |fault| fault);
            return None;
        }
        Some(Self(length))
    }
    fn show(&self) -> String {
        number(self.0, 3)
    }
    fn rank(&self) -> Option<f64> {
        Some(self.0)
    }
}

impl fmt::Display for Millimetres {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} mm", self.show())
    }
}

impl Quantity for Microlitres {
    const UNIT: &'static str = "ml";
    fn read(item: &Item<'_, '_>) -> Option<Self> {
        let volume = item.volume()?;
        if volume == Self::ZERO {
            item.note("must be above zero", |fault| fault);
            return None;
        }
        Some(volume)
    }
    fn show(&self) -> String {
        number(self.millilitres(), 3)
    }
    fn rank(&self) -> Option<f64> {
        Some(self.millilitres())
    }
}

/// A needle's gauge: `30G`. A higher gauge is a finer needle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gauge(pub u32);

impl Quantity for Gauge {
    const UNIT: &'static str = "G";
    fn read(item: &Item<'_, '_>) -> Option<Self> {
        let gauge = item.text()?.trim().strip_suffix('G').and_then(|digits| digits.parse().ok());
        match gauge {
            Some(gauge @ 10..=36) => Some(Self(gauge)),
            _ => {
                item.note("is no needle gauge", |fault| {
                    fault.bound("10G to 36G").hint("write it as \"30G\"")
                });
                None
            }
        }
    }
    fn show(&self) -> String {
        self.0.to_string()
    }
    fn rank(&self) -> Option<f64> {
        Some(f64::from(self.0))
    }
}

impl fmt::Display for Gauge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}G", self.0)
    }
}

/// A plain count, of sessions or points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Count(pub u32);

impl Quantity for Count {
    const UNIT: &'static str = "";
    fn read(item: &Item<'_, '_>) -> Option<Self> {
        item.whole().map(Self)
    }
    fn show(&self) -> String {
        self.0.to_string()
    }
    fn rank(&self) -> Option<f64> {
        Some(f64::from(self.0))
    }
}

impl Quantity for String {
    const UNIT: &'static str = "";
    fn read(item: &Item<'_, '_>) -> Option<Self> {
        item.text().map(str::to_owned)
    }
    fn show(&self) -> String {
        self.clone()
    }
    fn rank(&self) -> Option<f64> {
        None
    }
}

/// A range with both ends included; least is never above greatest.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Span<T> {
    /// The lower end.
    pub least: T,
    /// The upper end.
    pub greatest: T,
}

impl<T: PartialOrd> Span<T> {
    /// Whether `value` lies in the range, ends included.
    pub fn contains(&self, value: &T) -> bool {
        &self.least <= value && value <= &self.greatest
    }
}

impl<T: Quantity> Say for Span<T> {
    fn say(&self) -> Said {
        let (least, greatest) = (self.least.show(), self.greatest.show());
        let greatest = format!("{greatest} {}", T::UNIT).trim_end().to_owned();
        if self.least.show() == self.greatest.show() {
            return greatest.into();
        }
        said!("{least} to {greatest}", least, greatest)
    }
}

impl<T: Quantity> fmt::Display for Span<T> {
    /// `1 to 1.5 mm`; a single figure where both ends are one.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (least, greatest) = (self.least.show(), self.greatest.show());
        f.write_str(&least)?;
        if least != greatest {
            write!(f, " to {greatest}")?;
        }
        match T::UNIT {
            "" => Ok(()),
            unit => write!(f, " {unit}"),
        }
    }
}
