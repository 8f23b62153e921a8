//! The layers of a session file.

use super::read::{each, length, placed, read_treatment};
use super::{Layer, Session, Written};
use crate::document::{Fields, Item, Places};
use crate::units::number;

/// The most layers of a session: each is laid out between the points of those before it.
const MOST_LAYERS: usize = 5;
/// The longest name of a layer, in characters: every page of it bears the name.
const LONGEST_NAME: usize = 40;
/// The greatest distance that layers may be asked to keep, in mm: the greatest spacing of any protocol.
const GREATEST_APART_MM: f64 = 50.0;
/// Keys that hold for a session as a whole.
const OF_THE_SESSION: [&str; 16] = [
    "format",
    "body",
    "measurements",
    "exclusion",
    "skip-point",
    "point-volume",
    "screening",
    "visit",
    "paper",
    "pages",
    "reference",
    "previous",
    "interleave",
    "course",
    "layer",
    "layers-apart",
];

/// Reads every `[[layer]]`, and what is said of them elsewhere in the file.
pub(super) fn read_layers(table: &mut Fields<'_, '_>, places: &mut Places, session: &mut Session) {
    session.layers_apart_mm = placed(table, places, "layers-apart", apart);
    session.layers = each(table, places, "layer", read_layer);
    let count = session.layers.len();
    if let Some(item) = table.get("layer") {
        if count > MOST_LAYERS {
            item.note("holds too many layers", |fault| {
                fault.value(count.to_string()).bound(said!("at most {most}", most = MOST_LAYERS))
            });
        }
        repeated(&item, &session.layers);
    } else if let Some(item) = table.get("layers-apart") {
        item.note("stands in a session without layers", |fault| {
            fault.hint("take it out, or begin each layer with [[layer]]")
        });
    }
}

fn apart(item: &Item<'_, '_>) -> Option<f64> {
    let apart_mm = length(item)?;
    if apart_mm > GREATEST_APART_MM {
        item.note("is out of range", |fault| {
            fault.bound(said!("above 0 to {most} mm", most = number(GREATEST_APART_MM, 0)))
        });
    }
    Some(apart_mm)
}

fn read_layer(mut table: Fields<'_, '_>, _number: usize) -> Option<Layer> {
    for key in OF_THE_SESSION {
        if table.has(key)
            && let Some(item) = table.get(key)
        {
            item.note("holds for the whole session", |fault| {
                fault.hint("write it before the first [[layer]], or take it out")
            });
        }
    }
    let mut places = Places::new();
    let name = table.need("name").and_then(|item| name(&item));
    let mut asked = read_treatment(&mut table, &mut places);
    table.finish();
    asked.written = Some(Written { places, ..Written::default() });
    Some(Layer { name: name?, asked })
}

fn name(item: &Item<'_, '_>) -> Option<String> {
    let name = item.text()?.trim();
    let count = name.chars().count();
    if count > LONGEST_NAME {
        item.note("is longer than the pages can print", |fault| {
            fault.value(count.to_string()).bound(said!("at most {most} characters", most = LONGEST_NAME))
        });
        return None;
    }
    Some(name.to_owned())
}

/// Notes names that two layers have.
fn repeated(item: &Item<'_, '_>, layers: &[Layer]) {
    for (index, layer) in layers.iter().enumerate() {
        if layers[..index].iter().any(|before| before.is_called(&layer.name)) {
            item.note("gives two layers the same name", |fault| {
                fault.value(format!("'{}'", layer.name)).hint("give each a name of its own")
            });
        }
    }
}

/// The layer that a single point names, held against those that there are.
pub(super) fn read_layer_of_point(table: &mut Fields<'_, '_>, layers: &[Layer]) -> Option<String> {
    let listed = || layers.iter().map(|layer| layer.name.as_str()).collect::<Vec<_>>().join(", ");
    let item = table.get("layer");
    let name = item.as_ref().and_then(Item::text).map(|name| name.trim().to_owned());
    match (&item, &name) {
        (None, _) if !layers.is_empty() => table.note("layer", "is missing", |fault| {
            fault.bound(listed()).hint("say of which layer the point is: each has rows of its own")
        }),
        (Some(item), Some(name)) if !layers.iter().any(|layer| layer.is_called(name)) => {
            item.note("names no layer of the session", |fault| match layers.is_empty() {
                true => fault.hint("take it out, or begin each layer with [[layer]]"),
                false => fault.bound(listed()),
            });
        }
        _ => {}
    }
    name
}
