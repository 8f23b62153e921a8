//! The secret that the opened address carries, without which nothing is answered.

use std::fmt;

use nappage::fault::Fault;
use nappage::said;

/// 128 bits from the system, as 32 hex digits.
#[derive(Clone)]
pub(super) struct Token(String);

impl Token {
    /// A new token.
    ///
    /// # Errors
    /// When the system gives no random numbers.
    pub(super) fn new() -> Result<Self, Fault> {
        let mut bytes = [0_u8; 16];
        getrandom::fill(&mut bytes).map_err(|error| {
            Fault::new(
                said!("the system"),
                said!("gives no random numbers: {error}", error = error.to_string()),
            )
            .hint("without them the page cannot be kept to this machine")
        })?;
        Ok(Self(bytes.iter().map(|byte| format!("{byte:02x}")).collect()))
    }

    /// Whether the token is this one. The time it takes does not tell how much of it was right.
    pub(super) fn is(&self, given: &[u8]) -> bool {
        let own = self.0.as_bytes();
        let unlike = own.iter().zip(given).fold(0, |unlike, (a, b)| unlike | (a ^ b));
        own.len() == given.len() && unlike == 0
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_itself_alone() {
        let (token, other) = (Token::new().unwrap(), Token::new().unwrap());
        let text = token.to_string();
        assert_eq!(text.len(), 32);
        assert!(token.is(text.as_bytes()) && !other.is(text.as_bytes()));
        for wrong in
            [&text[..31], "", &format!("{text}0"), &text.to_uppercase().replace(char::is_numeric, "x")]
        {
            assert!(!token.is(wrong.as_bytes()), "{wrong}");
        }
    }
}
