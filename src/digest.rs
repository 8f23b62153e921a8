//! SHA-256 of bytes and of values as they are printed for debugging.

use std::fmt::{self, Write};

use sha2::{Digest, Sha256};

/// SHA-256 in lower-case hex digits.
pub fn sha256(bytes: &[u8]) -> String {
    hex(Sha256::digest(bytes))
}

/// SHA-256 of what is printed, without holding it all at once.
pub(crate) fn sha256_of(printed: fmt::Arguments<'_>) -> String {
    let mut sink = Sink(Sha256::new());
    // Writing to a digest cannot fail.
    let _ = sink.write_fmt(printed);
    hex(sink.0.finalize())
}

fn hex(bytes: impl IntoIterator<Item = u8>) -> String {
    bytes.into_iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Feeds what is written into a digest.
struct Sink(Sha256);

impl Write for Sink {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.update(text.as_bytes());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sha256_agrees_with_the_published_example() {
        // FIPS 180-4, the one-block message "abc".
        assert!(sha256(b"abc").starts_with("ba7816bf8f01cfea"));
        assert_eq!(sha256_of(format_args!("a{}", "bc")), sha256(b"abc"));
    }
}
