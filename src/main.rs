//! The command line of Nappage.

mod commands;

use std::process::ExitCode;

fn main() -> ExitCode {
    commands::run()
}
