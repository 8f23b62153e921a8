//! Values on the command line: lengths, volumes, pixels and days.

use jiff::civil::Date;
use nappage::course::{LONGEST_LABEL, Place, Weekday, parse_date, parse_weekday};
use nappage::session::Printed;
use nappage::units::{Microlitres, UnitError, parse_length_mm, parse_volume};

/// Reads a length above zero in mm.
///
/// # Errors
/// With the problem and what to write instead.
pub(crate) fn length(text: &str) -> Result<f64, String> {
    let length = parse_length_mm(text).map_err(said)?;
    if length > 0.0 {
        Ok(length)
    } else {
        Err("is not above zero; write a length such as '12.5mm'".to_owned())
    }
}

/// Reads a volume above zero.
///
/// # Errors
/// With the problem and what to write instead.
pub(crate) fn volume(text: &str) -> Result<Microlitres, String> {
    let volume = parse_volume(text).map_err(said)?;
    if volume > Microlitres::ZERO {
        Ok(volume)
    } else {
        Err("is not above zero; write a volume such as '0.015ml'".to_owned())
    }
}

/// Reads a number of pixels an inch.
///
/// # Errors
/// With the problem and what to write instead.
pub(crate) fn dpi(text: &str) -> Result<u32, String> {
    match text.trim().parse() {
        Ok(dpi @ 50..=600) => Ok(dpi),
        Ok(_) => Err("is not between 50 and 600; write a number such as 200".to_owned()),
        Err(_) => Err("is not a whole number of pixels an inch; write one from 50 to 600".to_owned()),
    }
}

/// Reads a kind of pages.
///
/// # Errors
/// With the problem and what to write instead.
pub(crate) fn printed(text: &str) -> Result<Printed, String> {
    let name = text.trim().to_lowercase();
    let found = Printed::ALL.iter().find(|(known, _)| *known == name).map(|(_, kind)| *kind);
    found.ok_or_else(|| {
        let names: Vec<&str> = Printed::ALL.iter().map(|(name, _)| *name).collect();
        format!("is no kind of pages; write one of {}", names.join(", "))
    })
}

/// Reads a day.
///
/// # Errors
/// With the problem and what to write instead.
pub(crate) fn date(text: &str) -> Result<Date, String> {
    parse_date(text).map_err(said)
}

/// Reads a day of the week.
///
/// # Errors
/// With the problem and what to write instead.
pub(crate) fn weekday(text: &str) -> Result<Weekday, String> {
    parse_weekday(text).map_err(said)
}

/// Reads a session and the day it is moved to.
///
/// # Errors
/// With the problem and what to write instead.
pub(crate) fn moved(text: &str) -> Result<(Place, Date), String> {
    let (place, day) =
        text.split_once('=').ok_or("has no '='; write a session and its day, as in 2=2027-01-05")?;
    Ok((place.parse()?, date(day)?))
}

/// Reads what a calendar shows before each entry.
///
/// # Errors
/// When it is empty or too long.
pub(crate) fn label(text: &str) -> Result<String, String> {
    let text = text.trim();
    match text.chars().count() {
        0 => Err("is empty; leave the flag out".to_owned()),
        length if length > LONGEST_LABEL => Err(format!("is too long; at most {LONGEST_LABEL} characters")),
        _ => Ok(text.to_owned()),
    }
}

// Clap names the value itself.
fn said(error: UnitError) -> String {
    format!("{}; {}", error.problem, error.hint)
}
