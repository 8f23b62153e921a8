//! Texts as TOML files hold them.

use std::fmt::Write;

/// The text in quotes, as a basic string of TOML on one line.
pub(crate) fn toml_text(text: &str) -> String {
    let mut written = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => written += "\\\"",
            '\\' => written += "\\\\",
            '\n' => written += "\\n",
            '\t' => written += "\\t",
            // What no file may hold as it is.
            c if c.is_control() || c == char::REPLACEMENT_CHARACTER => {
                let _ = write!(written, "\\u{:04X}", u32::from(c));
            }
            c => written.push(c),
        }
    }
    written + "\""
}
