//! Opening the browser.

use std::process::{Command, Stdio};
use std::thread;

use crate::commands::diagnose;

/// What opens an address on this system.
#[cfg(target_os = "macos")]
const OPENER: &[&str] = &["open"];
#[cfg(windows)]
const OPENER: &[&str] = &["cmd", "/C", "start", ""];
#[cfg(not(any(target_os = "macos", windows)))]
const OPENER: &[&str] = &["xdg-open"];

/// Opens an address; where that fails it is said, since the address stands above.
pub(super) fn open(address: String) {
    let Some((program, args)) = OPENER.split_first() else { return };
    let mut command = Command::new(program);
    command.args(args).arg(address).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    // It may not return before the browser is closed.
    thread::spawn(move || {
        if !command.status().is_ok_and(|status| status.success()) {
            diagnose::say("no browser could be opened; open the address above in one");
        }
    });
}
