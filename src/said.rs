//! Sentences with values, so that another language can say them anew.
//!
//! A [`Said`] is its English text, and beside it the template and the values that the text was made
//! of. Whoever shows it looks the template up in a catalogue and fills the values in; where nothing is
//! found, the English stands. Values are said themselves, so that a part of a sentence that is there
//! or not, or a plural, is a sentence of its own.
//!
//! ```
//! use nappage::said;
//! use nappage::units::Microlitres;
//!
//! let total = Microlitres(3400);
//! let told = said!("{total} planned, {least} at least", total, least = Microlitres(2000));
//! assert_eq!(told, "3.40 ml planned, 2.00 ml at least");
//! assert_eq!(told.template(), "{total} planned, {least} at least");
//! assert_eq!(told.values()[0].1, "3.40 ml");
//! ```

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt::{self, Display};
use std::ops::Deref;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A name of a value in a template.
type Name = Cow<'static, str>;

/// A sentence with the template and the values that it was made of. It reads, compares and is
/// serialised as its English text.
#[derive(Clone, Default)]
pub struct Said {
    text: Cow<'static, str>,
    /// Empty where the text has no values.
    template: Cow<'static, str>,
    values: Vec<(Name, Said)>,
}

impl Said {
    /// The sentence of a template with named places, such as `{total} planned`, and their values.
    /// [`said!`](crate::said!) makes it, and holds the two against each other.
    pub fn filled(template: impl Into<Cow<'static, str>>, values: Vec<(Name, Said)>) -> Self {
        let template = template.into();
        if values.is_empty() {
            return Self { text: template, ..Self::default() };
        }
        let mut text = String::with_capacity(2 * template.len());
        let mut rest = template.as_ref();
        while let Some((before, after)) = rest.split_once('{') {
            text += before;
            let (name, after) = after.split_once('}').unwrap_or((after, ""));
            if let Some((_, value)) = values.iter().find(|(known, _)| known == name) {
                text += value;
            }
            rest = after;
        }
        text += rest;
        Self { text: text.into(), template, values }
    }

    /// Several in a row, with the same between each two.
    pub fn joined(list: impl IntoIterator<Item = impl Into<Self>>, between: &str) -> Self {
        let mut list: Vec<Self> = list.into_iter().map(Into::into).collect();
        if list.len() < 2 {
            return list.pop().unwrap_or_default();
        }
        let places: Vec<String> = (1..=list.len()).map(|number| format!("{{{number}}}")).collect();
        let named = |(index, said): (usize, Self)| ((index + 1).to_string().into(), said);
        Self::filled(places.join(between), list.into_iter().enumerate().map(named).collect())
    }

    /// The English text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The English template; the text itself where it has no values.
    pub fn template(&self) -> &str {
        if self.values.is_empty() { &self.text } else { &self.template }
    }

    /// The values by their names.
    pub fn values(&self) -> &[(Name, Self)] {
        &self.values
    }
}

impl Deref for Said {
    type Target = str;

    fn deref(&self) -> &str {
        &self.text
    }
}

impl Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl fmt::Debug for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.text, f)
    }
}

impl PartialEq for Said {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Said {}

impl PartialOrd for Said {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Said {
    fn cmp(&self, other: &Self) -> Ordering {
        self.text.cmp(&other.text)
    }
}

impl PartialEq<str> for Said {
    fn eq(&self, other: &str) -> bool {
        self.text == other
    }
}

impl PartialEq<&str> for Said {
    fn eq(&self, other: &&str) -> bool {
        self.text == *other
    }
}

impl PartialEq<Said> for String {
    fn eq(&self, other: &Said) -> bool {
        *self == other.text
    }
}

impl AsRef<str> for Said {
    fn as_ref(&self) -> &str {
        &self.text
    }
}

impl From<&'static str> for Said {
    fn from(text: &'static str) -> Self {
        Self { text: Cow::Borrowed(text), ..Self::default() }
    }
}

impl From<String> for Said {
    fn from(text: String) -> Self {
        Self { text: text.into(), ..Self::default() }
    }
}

impl From<&String> for Said {
    fn from(text: &String) -> Self {
        text.clone().into()
    }
}

impl From<&Said> for Said {
    fn from(said: &Said) -> Self {
        said.clone()
    }
}

impl From<Said> for String {
    fn from(said: Said) -> Self {
        said.text.into_owned()
    }
}

impl Serialize for Said {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for Said {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from)
    }
}

/// What can stand in a sentence.
pub trait Say {
    /// It, as it stands there.
    fn say(&self) -> Said;
}

impl<T: Say + ?Sized> Say for &T {
    fn say(&self) -> Said {
        T::say(self)
    }
}

impl Say for Said {
    fn say(&self) -> Said {
        self.clone()
    }
}

/// What stands in a sentence as it is displayed.
macro_rules! as_displayed {
    ($($kind:ty),* $(,)?) => {
        $(impl Say for $kind {
            fn say(&self) -> Said {
                self.to_string().into()
            }
        })*
    };
}

as_displayed!(
    str,
    String,
    Cow<'_, str>,
    char,
    f64,
    i8,
    i16,
    i32,
    i64,
    u8,
    u16,
    u32,
    u64,
    usize,
    jiff::civil::Date,
    crate::protocol::Minutes,
    crate::units::Microlitres,
);

/// A [`Said`](crate::said::Said) of a template with named places and their values, which are variables
/// of these names or given as `name = value`: `said!("{total} is {excess} above {most}", total, excess,
/// most = limit)`. A place without a value, or a value without a place, does not compile.
#[macro_export]
macro_rules! said {
    ($template:literal) => {
        $crate::said::Said::from($template)
    };
    ($template:literal, $($name:ident $(= $value:expr)?),+ $(,)?) => {{
        const { $crate::said::hold_places($template, &[$(stringify!($name)),+]) };
        $crate::said::Said::filled(
            $template,
            vec![$((
                std::borrow::Cow::Borrowed(stringify!($name)),
                $crate::said::Say::say(&$crate::said!(@value $name $(= $value)?)),
            )),+],
        )
    }};
    (@value $name:ident = $value:expr) => { $value };
    (@value $name:ident) => { $name };
}

/// Holds the places of a template against the names of its values, when it is compiled.
#[doc(hidden)]
pub const fn hold_places(template: &str, names: &[&str]) {
    let text = template.as_bytes();
    let mut name = 0;
    while name < names.len() {
        let mut at = 0;
        let mut found = false;
        while at < text.len() {
            found |= text[at] == b'{' && place_is(text, at + 1, names[name].as_bytes());
            at += 1;
        }
        assert!(found, "a value has no place in the template");
        name += 1;
    }
    let mut at = 0;
    while at < text.len() {
        if text[at] == b'{' {
            let mut name = 0;
            let mut found = false;
            while name < names.len() {
                found |= place_is(text, at + 1, names[name].as_bytes());
                name += 1;
            }
            assert!(found, "a place of the template has no value");
        }
        at += 1;
    }
}

/// Whether the place that begins after its bracket is of this name.
const fn place_is(text: &[u8], from: usize, name: &[u8]) -> bool {
    if from + name.len() >= text.len() || text[from + name.len()] != b'}' {
        return false;
    }
    let mut at = 0;
    while at < name.len() {
        if text[from + at] != name[at] {
            return false;
        }
        at += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_keeps_what_it_was_made_of() {
        let count = 2_usize;
        let points = said!("{count} points", count);
        let told = said!("{points} in {zone}, {points} in all", points, zone = "Chin");
        assert_eq!(told, "2 points in Chin, 2 points in all");
        assert_eq!(told.template(), "{points} in {zone}, {points} in all");
        assert_eq!(told.values().len(), 2);
        assert_eq!(told.values()[0].1.template(), "{count} points");
    }

    #[test]
    fn what_has_no_values_is_its_own_template() {
        let told = Said::from("{ from = 3 }".to_owned());
        assert_eq!((told.as_str(), told.template()), ("{ from = 3 }", "{ from = 3 }"));
        assert_eq!(said!("begin with [{]").as_str(), "begin with [{]");
    }

    #[test]
    fn brackets_in_a_value_are_no_places() {
        let told = said!("{name} is {what}", name = "{what}", what = "unknown");
        assert_eq!(told, "{what} is unknown");
    }

    #[test]
    fn a_row_has_a_place_for_each() {
        let told = Said::joined(["a", "b", "c"], "; or ");
        assert_eq!((told.as_str(), told.template()), ("a; or b; or c", "{1}; or {2}; or {3}"));
        assert_eq!(Said::joined(["a"], ", ").template(), "a");
        assert!(Said::joined(Vec::<Said>::new(), ", ").is_empty());
    }

    #[test]
    fn it_is_serialised_as_its_text() {
        let told = said!("{count} points", count = 3_usize);
        let json = serde_json::to_string(&told).unwrap();
        assert_eq!(json, "\"3 points\"");
        assert_eq!(serde_json::from_str::<Said>(&json).unwrap(), told);
    }
}
