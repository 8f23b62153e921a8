//! Reading a protocol file, with all its faults at once.

use std::collections::BTreeSet;

use super::quantity::{Count, Millimetres, Quantity, Span, Weeks};
use super::{FORMAT, Figure, FigureLine, Order, Protocol, Source};
use crate::document::{self, Fields, Item, LONGEST_ID};
use crate::fault::{Fault, Faults, nearest_name};
use crate::units::Microlitres;
use crate::zones::Status;

/// How a figure is laid down in its table: one value, a range or a list.
pub(crate) trait Shape: Sized {
    /// The unit it is shown in.
    const UNIT: &'static str;
    /// Reads it from the table of the figure.
    fn read(table: &mut Fields<'_, '_>) -> Option<Self>;
    /// The value without its unit.
    fn show(&self) -> String;
}

macro_rules! one_value {
    ($($type:ty),*) => {$(
        impl Shape for $type {
            const UNIT: &'static str = <$type as Quantity>::UNIT;
            fn read(table: &mut Fields<'_, '_>) -> Option<Self> {
                Quantity::read(&table.need("value")?)
            }
            fn show(&self) -> String {
                Quantity::show(self)
            }
        }
    )*};
}

one_value!(String, Microlitres, Millimetres, Count, Weeks, super::Months);

impl<T: Quantity> Shape for Span<T> {
    const UNIT: &'static str = T::UNIT;
    fn read(table: &mut Fields<'_, '_>) -> Option<Self> {
        let (from, to) = (table.need("from"), table.need("to"));
        let (least, greatest) = (T::read(&from?), to.and_then(|item| Some((T::read(&item)?, item))));
        let (least, (greatest, item)) = (least?, greatest?);
        if least.rank() > greatest.rank() {
            let bound = format!("{} {}", least.show(), T::UNIT);
            item.note("is below the lower end of its range", |fault| {
                fault.bound(format!("at least {}", bound.trim_end())).hint("swap 'from' and 'to'")
            });
            return None;
        }
        Some(Self { least, greatest })
    }
    fn show(&self) -> String {
        let (least, greatest) = (self.least.show(), self.greatest.show());
        if least == greatest { least } else { format!("{least} to {greatest}") }
    }
}

impl<T: Quantity> Shape for Vec<T> {
    const UNIT: &'static str = T::UNIT;
    fn read(table: &mut Fields<'_, '_>) -> Option<Self> {
        let item = table.need("values")?;
        let items = item.list()?;
        if items.is_empty() {
            item.note("is empty", |fault| fault.hint("give at least one, or leave the figure out"));
            return None;
        }
        // Every item is read before giving up, so that each fault is noted.
        let read: Vec<Option<T>> = items.iter().map(T::read).collect();
        let values: Vec<T> = read.into_iter().collect::<Option<_>>()?;
        let ranks: Vec<_> = values.iter().filter_map(Quantity::rank).collect();
        if ranks.windows(2).any(|pair| pair[0] >= pair[1]) {
            item.note("must rise from one to the next", |fault| fault);
            return None;
        }
        Some(values)
    }
    fn show(&self) -> String {
        let separator = if T::UNIT.is_empty() { "; " } else { ", " };
        self.iter().map(Quantity::show).collect::<Vec<_>>().join(separator)
    }
}

impl Shape for Order {
    const UNIT: &'static str = "";
    fn read(table: &mut Fields<'_, '_>) -> Option<Self> {
        let (words, item) = (table.need_text("value"), table.need("after"));
        let item = item?;
        let ids: Vec<Option<String>> = item.list()?.iter().map(Item::id).collect();
        if ids.is_empty() {
            item.note("is empty", |fault| fault.hint("name the product or protocol that goes first"));
            return None;
        }
        Some(Self { words: words?, after: ids.into_iter().collect::<Option<_>>()? })
    }
    fn show(&self) -> String {
        format!("{} (after {})", self.words, self.after.join(", "))
    }
}

/// Reads the figure of a key; `None` where the protocol has no such figure.
pub(super) fn figure<T: Shape>(table: &mut Fields<'_, '_>, key: &'static str) -> Option<Figure<T>> {
    let mut table = table.table(key)?;
    let read = figure_of(&mut table);
    table.finish();
    read
}

/// Reads the figure that a table holds.
fn figure_of<T: Shape>(table: &mut Fields<'_, '_>) -> Option<Figure<T>> {
    let value = T::read(table);
    let (source, status) = standing(table);
    let note = table.get_text("note");
    Some(Figure { value: value?, source, status: status?, note })
}

/// Reads every `[[order]]`, and notes sources that are not among `sources`.
fn orders(table: &mut Fields<'_, '_>, sources: &[Source]) -> Vec<Figure<Order>> {
    let read = table.tables("order").into_iter().filter_map(|mut table| {
        let order: Option<Figure<Order>> = figure_of(&mut table);
        check_source(&table, order.as_ref().and_then(|order| order.source.as_deref()), sources);
        table.finish();
        order
    });
    read.collect()
}

/// Reads the figure of a key, and notes a source that is not among `sources`.
pub(crate) fn figure_checked<T: Shape>(
    table: &mut Fields<'_, '_>,
    key: &'static str,
    sources: &[Source],
) -> Option<Figure<T>> {
    let read: Option<Figure<T>> = figure(table, key);
    let source = read.as_ref().and_then(|figure| figure.source.as_deref());
    if source.is_some() {
        check_source(&table.table(key)?, source, sources);
    }
    read
}

/// The figure as a line of a table.
pub(crate) fn line<T: Shape>(figure: &Figure<T>, key: &'static str, name: &'static str) -> FigureLine {
    FigureLine {
        key,
        name,
        value: figure.value.show(),
        unit: T::UNIT,
        source: figure.source.clone(),
        status: figure.status,
        note: figure.note.clone(),
    }
}

/// Reads `source` and `status`: a clinic-set figure has no source, any other must have one.
pub(super) fn standing(table: &mut Fields<'_, '_>) -> (Option<String>, Option<Status>) {
    let source = table.get_text("source");
    let status = table.need("status").and_then(|item| status(&item));
    match status {
        Some(Status::ClinicSet) if source.is_some() => {
            table.note("source", "cannot be named for a clinic-set figure", |fault| {
                fault.hint("clinic-set means that no source was found; use published or derived")
            });
        }
        Some(Status::Published | Status::Derived) if source.is_none() => {
            table.note("source", "is missing", |fault| {
                fault.hint("name an id of sources.toml, or make the figure clinic-set")
            });
        }
        _ => {}
    }
    (source, status)
}

fn status(item: &Item<'_, '_>) -> Option<Status> {
    let known = [Status::Published, Status::Derived, Status::ClinicSet];
    let text = item.text()?;
    let found = known.into_iter().find(|status| status.to_string() == text);
    if found.is_none() {
        item.note("is no status", |fault| fault.hint("one of published, derived, clinic-set"));
    }
    found
}

/// Notes a source that is not among `sources`.
pub(super) fn check_source(table: &Fields<'_, '_>, source: Option<&str>, sources: &[Source]) {
    let Some(source) = source.filter(|id| sources.iter().all(|known| known.id != *id)) else { return };
    table.note("source", "names no known source", |fault| {
        let fault = fault.value(source.to_owned());
        match nearest_name(source, sources.iter().map(|known| known.id.as_str())) {
            Some(near) => fault.hint(format!("did you mean '{near}'?")),
            None => fault.hint("add it to a sources file (nappage-sources/1)"),
        }
    });
}

/// Reads a protocol file.
///
/// # Errors
/// Every fault of the file: keys, units, ranges, sources that are not among `sources`, and figures
/// that contradict each other.
pub(crate) fn read_protocol(origin: &str, text: &str, sources: &[Source]) -> Result<Protocol, Faults> {
    document::read(origin, text, FORMAT, |table| {
        let (id, name) = (table.need_text("id"), table.need_text("name"));
        let mut protocol = Protocol::read_figures(table, id.unwrap_or_default(), name.unwrap_or_default());
        for line in protocol.figures() {
            if let Some(figure) = table.table(line.key) {
                check_source(&figure, line.source.as_deref(), sources);
            }
        }
        protocol.orders = orders(table, sources);
        consistent(table, &protocol);
        Some(protocol)
    })
}

/// The spacings that are micro-injection at all: older texts call 2 mm nappage.
const SPACING: Span<Millimetres> = Span { least: Millimetres(2.0), greatest: Millimetres(50.0) };
/// The volumes a single papule can hold.
const POINT_VOLUME: Span<Microlitres> = Span { least: Microlitres(1), greatest: Microlitres(500) };
/// The volumes a session can give.
const TOTAL: Span<Microlitres> = Span { least: Microlitres(1), greatest: Microlitres(100_000) };

/// Notes a range that reaches beyond what is possible at all.
fn bounded<T: Quantity + PartialOrd>(
    table: &Fields<'_, '_>,
    key: &str,
    range: Option<Span<T>>,
    possible: Span<T>,
) {
    let Some(range) = range else { return };
    if !possible.contains(&range.least) || !possible.contains(&range.greatest) {
        table.note(key, "is not possible", |fault| {
            fault.value(range.to_string()).bound(possible.to_string()).hint("check the unit")
        });
    }
}

/// Notes figures that contradict each other or cannot be.
fn consistent(table: &Fields<'_, '_>, protocol: &Protocol) {
    if protocol.id.len() > LONGEST_ID
        || !protocol.id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "-.".contains(c))
    {
        let may = format!("may hold lower-case letters, digits, hyphens and dots only, at most {LONGEST_ID}");
        table.note("id", &may, |f| f.value(&protocol.id));
    }
    let angles = [("angle", &protocol.angle), ("periorbital-angle", &protocol.periorbital_angle)];
    for (key, angle) in angles {
        let Some(span) = angle.as_ref().map(|figure| figure.value) else { continue };
        if span.least.0 <= 0.0 || span.greatest.0 > 90.0 {
            table.note(key, "is no angle to the skin", |f| {
                f.value(span.to_string()).bound("above 0 to 90 deg")
            });
        }
    }
    asked_once(table, protocol);
    let spacing = protocol.spacing.as_ref().map(|figure| figure.value);
    bounded(table, "spacing", spacing, SPACING);
    let volume = |figure: &Option<Figure<Span<Microlitres>>>| figure.as_ref().map(|figure| figure.value);
    bounded(table, "volume", volume(&protocol.volume), POINT_VOLUME);
    bounded(table, "periorbital-volume", volume(&protocol.periorbital_volume), POINT_VOLUME);
    bounded(table, "total", volume(&protocol.total), TOTAL);
    within(table, "usual-spacing", &protocol.usual_spacing, "spacing", &protocol.spacing);
    within(table, "usual-total", &protocol.usual_total, "total", &protocol.total);
    within(table, "maintenance-total", &protocol.maintenance_total, "total", &protocol.total);
    let total = protocol.total.as_ref().map(|figure| figure.value.greatest);
    for (key, volume) in [("volume", &protocol.volume), ("periorbital-volume", &protocol.periorbital_volume)]
    {
        let (Some(span), Some(total)) = (volume.as_ref().map(|figure| figure.value), total) else { continue };
        if span.greatest > total {
            let bound = format!("at most the total, {total}");
            table.note(key, "is more than a whole session", |f| f.value(span.to_string()).bound(bound));
        }
    }
}

/// Notes questions of one id, whose answers could not be told apart.
fn asked_once(table: &Fields<'_, '_>, protocol: &Protocol) {
    let mut ids = BTreeSet::new();
    for (concern, figure) in protocol.asked() {
        for question in figure.iter().flat_map(|figure| &figure.value) {
            if !ids.insert(&question.id) {
                table.note(concern.key(), "asks what was asked before", |f| {
                    f.value(&question.id).hint("ask it once, or give each an id of its own")
                });
            }
        }
    }
}

fn within<T: Quantity + PartialOrd>(
    table: &Fields<'_, '_>,
    key: &str,
    one: &Option<Figure<T>>,
    range_key: &str,
    range: &Option<Figure<Span<T>>>,
) {
    let (Some(one), Some(range)) = (one, range) else { return };
    if !range.value.contains(&one.value) {
        let value = format!("{} {}", one.value.show(), T::UNIT);
        let bound = format!("{range_key} {}, {}", range.value, range.status);
        table.note(key, "lies outside its range", |fault: Fault| fault.value(value).bound(bound));
    }
}
