//! Values on the command line: lengths, volumes and pixels.

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

// Clap names the value itself.
fn said(error: UnitError) -> String {
    format!("{}; {}", error.problem, error.hint)
}
