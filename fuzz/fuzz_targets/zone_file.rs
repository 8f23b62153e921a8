//! Any zone file, all the way through the layout: refused with reasons, or laid out as promised.
//!
//! `cargo +nightly fuzz run zone_file fuzz/corpus examples/clinic-flat examples/clinic-head`

#![no_main]

use libfuzzer_sys::fuzz_target;
use nappage::plan::Pattern;

#[path = "../../tests/support/zone_file.rs"]
mod zone_file;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    // The first byte chooses what a session would.
    let choice = data.first().copied().unwrap_or_default();
    let pattern = if choice % 2 == 0 { Pattern::Rows } else { Pattern::Even };
    let _ = zone_file::planned(text, 10.0 + f64::from(choice % 11) / 2.0, pattern);
});
