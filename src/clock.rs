//! Times of the day, in whole minutes.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::protocol::Minutes;
use crate::said::{Said, Say};
use crate::units::UnitError;

const DAY: u32 = 24 * 60;

/// A time of a session's day, in minutes since its midnight; beyond 24 hours it is of the next day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Clock(u32);

impl Clock {
    /// The time so much later.
    #[must_use]
    pub fn after(self, Minutes(minutes): Minutes) -> Self {
        Self(self.0.saturating_add(minutes))
    }

    /// How long after `earlier` it is; none at all where it is not.
    pub fn since(self, earlier: Self) -> Minutes {
        Minutes(self.0.saturating_sub(earlier.0))
    }

    /// The time so much earlier; `None` before the day begins.
    pub fn before(self, Minutes(minutes): Minutes) -> Option<Self> {
        self.0.checked_sub(minutes).map(Self)
    }
}

impl fmt::Display for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.say())
    }
}

impl Say for Clock {
    fn say(&self) -> Said {
        let time = format!("{:02}:{:02}", self.0 / 60 % 24, self.0 % 60);
        match self.0 / DAY {
            0 => time.into(),
            1 => said!("{time} the next day", time),
            days => said!("{time} {days} days later", time, days),
        }
    }
}

impl Serialize for Clock {
    /// The minutes since the day's midnight would be a riddle in a file: `14:05`, and `24:30` for half an
    /// hour into the next day.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{:02}:{:02}", self.0 / 60, self.0 % 60))
    }
}

impl<'de> Deserialize<'de> for Clock {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let parts = text.split_once(':').and_then(|(hours, minutes)| Some((whole(hours)?, whole(minutes)?)));
        let minutes = parts.filter(|(_, minutes)| *minutes < 60);
        let minutes = minutes.and_then(|(hours, minutes)| hours.checked_mul(60)?.checked_add(minutes));
        minutes.map(Self).ok_or_else(|| serde::de::Error::custom(format!("'{text}' is no time of the day")))
    }
}

fn whole(text: &str) -> Option<u32> {
    let digits = !text.is_empty() && text.len() <= 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

/// Reads a time of the day such as `14:05`.
///
/// # Errors
/// When it is no time, or might be of the morning or the afternoon.
///
/// ```
/// use nappage::clock::parse_clock;
/// assert_eq!(parse_clock("9:05").unwrap().to_string(), "09:05");
/// assert!(parse_clock("2:30 pm").unwrap_err().hint.contains("14:30"));
/// ```
pub fn parse_clock(text: &str) -> Result<Clock, UnitError> {
    const EXAMPLE: &str = "write hours and minutes, as in 14:05";
    let fail = |problem: &'static str, hint: Said| UnitError::new(text, problem, hint);
    let lower = text.trim().to_lowercase();
    // Seconds, which a TOML time may have, are let pass where there are none.
    let lower = lower.strip_suffix(":00").filter(|rest| rest.contains(':')).unwrap_or(&lower);
    let half = ["am", "a.m.", "pm", "p.m."].into_iter().find_map(|half| {
        lower.strip_suffix(half).map(|rest| (rest.trim().to_owned(), half.starts_with('p')))
    });
    let digits = half.as_ref().map_or(lower, |(rest, _)| rest.as_str());
    let (hours, minutes) = digits.split_once([':', '.', 'h']).unwrap_or((digits, "00"));
    let (Some(hours), Some(minutes)) = (whole(hours), whole(minutes)) else {
        return Err(fail("is no time of the day", EXAMPLE.into()));
    };
    if hours >= 24 || minutes >= 60 {
        return Err(fail("is no time of the day", EXAMPLE.into()));
    }
    if let Some((_, after_noon)) = half {
        let hours = hours % 12 + if after_noon { 12 } else { 0 };
        return Err(fail(
            "is not written with 24 hours",
            said!("did you mean {meant}?", meant = Clock(hours * 60 + minutes)),
        ));
    }
    if !lower.contains(':') {
        return Err(fail(
            "is not clearly a time",
            said!("did you mean {meant}?", meant = Clock(hours * 60 + minutes)),
        ));
    }
    Ok(Clock(hours * 60 + minutes))
}

/// Reads a length of time such as `40 min` or `1.5 h`.
///
/// # Errors
/// When it has no unit, is no whole number of minutes, or more than a day.
///
/// ```
/// use nappage::clock::parse_minutes;
/// assert_eq!(parse_minutes("1.5 h").unwrap().0, 90);
/// assert!(parse_minutes("40").unwrap_err().hint.contains("40 min"));
/// ```
pub fn parse_minutes(text: &str) -> Result<Minutes, UnitError> {
    let fail = |problem: &'static str, hint: Said| UnitError::new(text, problem, hint);
    const EXAMPLE: &str = "write a length of time with its unit, as in '40 min' or '1.5 h'";
    let trimmed = text.trim();
    let end =
        trimmed.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ','))).unwrap_or(trimmed.len());
    let (digits, unit) = trimmed.split_at(end);
    let value: Option<f64> = digits.replace(',', ".").parse().ok();
    let value = value.ok_or_else(|| fail("is no length of time", EXAMPLE.into()))?;
    let minutes = match unit.trim() {
        "min" | "minutes" | "minute" => value,
        "h" | "hours" | "hour" => value * 60.0,
        "" => return Err(fail("has no unit", said!("did you mean '{digits} min' or '{digits} h'?", digits))),
        _ => return Err(fail("has an unknown unit", EXAMPLE.into())),
    };
    let whole = (minutes - minutes.round()).abs() < 1e-6 && (0.0..=f64::from(DAY)).contains(&minutes);
    if !whole {
        return Err(fail("is no whole number of minutes up to a day", EXAMPLE.into()));
    }
    Ok(Minutes(minutes.round() as u32))
}
