//! Whether a session is small enough to be laid out in seconds.

use crate::fault::Fault;
use crate::layout::lattice_count;
use crate::treated::Treated;
use crate::units::number;

/// The most points a plan may need. All zones of the atlas at 10 mm need some 700; a whole back needs
/// some 2500.
const MOST_POINTS: f64 = 3000.0;

/// The least spacing at which the zones can be laid out, in mm, in steps of 0.1.
///
/// # Errors
/// When it is above `greatest_mm`: then there are too many zones, or too large ones.
pub(super) fn least_spacing_mm(treated: &Treated, greatest_mm: f64) -> Result<f64, Fault> {
    let area = treated.area_cm2();
    let least_mm = (lattice_count(area * 100.0, 1.0) / MOST_POINTS).sqrt();
    let least_mm = (least_mm * 10.0).ceil() / 10.0;
    if least_mm <= greatest_mm {
        return Ok(least_mm);
    }
    // An area that is no number ends here too.
    let largest = treated.zones.iter().max_by(|a, b| a.area_cm2.total_cmp(&b.area_cm2));
    let largest = largest.map_or("", |largest| &largest.zone.id);
    let value = said!("{area} cm2 at {spacing} mm", area = number(area, 0), spacing = number(greatest_mm, 3));
    let most_cm2 = MOST_POINTS / lattice_count(100.0, greatest_mm);
    let bound = said!("{points} points, {area} cm2", points = MOST_POINTS, area = number(most_cm2, 0));
    let hint = match least_mm.is_finite() {
        true => said!("{least} mm, where the protocol allows it", least = number(least_mm, 1)),
        false => said!("a wider spacing"),
    };
    let hint = said!("treat less at a time (the largest is '{largest}'), or choose {hint}", largest, hint);
    Err(Fault::new("zones", "need too many points").value(value).bound(bound).hint(hint))
}
