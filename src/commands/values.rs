//! Values on the command line: lengths and volumes.

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

// Clap names the value itself.
fn said(error: UnitError) -> String {
    format!("{}; {}", error.problem, error.hint)
}
