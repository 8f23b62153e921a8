//! The tables `[product]` and `[visit]` of a session file.

use super::{OnTray, Visit};
use crate::clock::{Clock, parse_clock, parse_minutes};
use crate::course::read_date;
use crate::document::{Fields, Item, Places};
use crate::protocol::{Minutes, Quantity, Span};

/// The most vials on a tray.
const MOST_VIALS: u32 = 1000;

/// The longest batch, in characters.
const LONGEST_BATCH: usize = 40;

/// A table whose values' places are noted under its own name.
struct Table<'a, 't, 'p> {
    name: &'static str,
    fields: Fields<'a, 't>,
    places: &'p mut Places,
}

impl<'a, 't> Table<'a, 't, '_> {
    /// The value of a key; none where it is blank, as it is in a form not yet filled in.
    fn get<T>(&mut self, key: &'static str, read: impl FnOnce(&Item<'a, 't>) -> Option<T>) -> Option<T> {
        let item = self.fields.get(key)?;
        self.places.insert(format!("{}.{key}", self.name), item.span());
        if item.is_blank() { None } else { read(&item) }
    }
}

/// Reads the product on the tray, and notes where its values stand.
pub(crate) fn read_product(fields: Fields<'_, '_>, places: &mut Places) -> OnTray {
    let mut table = Table { name: "product", fields, places };
    let text = |item: &Item<'_, '_>| item.text().map(|text| text.trim().to_owned());
    let read = OnTray {
        id: table.get("id", text),
        name: table.get("name", text),
        volume: table.get("volume", Quantity::read),
        number: table.get("number", number),
        concentration: table.get("concentration", text),
        batch: table.get("batch", batch),
        expiry: table.get("expiry", read_date),
        reconstituted: table.get("reconstituted", read_clock),
        use_within: table
            .get("use-within", minutes)
            .map(|minutes| Span { least: minutes, greatest: minutes }),
    };
    table.fields.finish();
    read
}

/// Reads when the session takes place, and notes where the values stand.
pub(crate) fn read_visit(fields: Fields<'_, '_>, places: &mut Places) -> Visit {
    let mut table = Table { name: "visit", fields, places };
    let read = Visit {
        date: table.get("date", read_date),
        start: table.get("start", read_clock),
        lasts: table.get("lasts", minutes),
    };
    table.fields.finish();
    read
}

/// A batch that a worksheet can bear whole.
fn batch(item: &Item<'_, '_>) -> Option<String> {
    let text = item.text()?.trim();
    let count = text.chars().count();
    if count > LONGEST_BATCH {
        item.note("is longer than the worksheet can print", |fault| {
            fault.value(count.to_string()).bound(said!("at most {most} characters", most = LONGEST_BATCH))
        });
        return None;
    }
    Some(text.to_owned())
}

/// How many vials or prefilled syringes there are.
pub(crate) fn number(item: &Item<'_, '_>) -> Option<u32> {
    let number = item.whole()?;
    if (1..=MOST_VIALS).contains(&number) {
        return Some(number);
    }
    item.note("is out of range", |fault| fault.bound(said!("1 to {most}", most = MOST_VIALS)));
    None
}

/// A time of the day.
pub(crate) fn read_clock(item: &Item<'_, '_>) -> Option<Clock> {
    item.parsed("a time such as \"14:05\"", parse_clock)
}

fn minutes(item: &Item<'_, '_>) -> Option<Minutes> {
    item.parsed("a length of time such as \"40 min\"", parse_minutes)
}
