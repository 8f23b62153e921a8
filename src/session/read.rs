//! Reading a session file, with all its faults at once.

use std::collections::BTreeMap;

use super::read_layers::read_layers;
use super::read_marked::{read_exclusion, read_point, read_point_volume};
use super::{FORMAT, Paper, Printed, Session, Use, Vials, Written};
use crate::body::Measurement;
use crate::course::read_asked;
use crate::document::{self, Fields, Item, Places};
use crate::fault::Faults;
use crate::plan::Pattern;
use crate::screening::read_answers;
use crate::tray::{number, read_product, read_visit};
use crate::units::Microlitres;

/// The most zones a session names, ten times what the atlas has.
const MOST_ZONES: usize = 200;

/// Reads a session file; see [`Session::read`].
pub(super) fn read(origin: &str, text: &str) -> Result<Session, Faults> {
    document::read(origin, text, FORMAT, |table| {
        let mut places = Places::new();
        let mut session = read_treatment(table, &mut places);
        read_names(table, &mut places, &mut session);
        session.marked = each(table, &mut places, "exclusion", read_exclusion);
        read_layers(table, &mut places, &mut session);
        let layers = &session.layers;
        session.skip_points = each(table, &mut places, "skip-point", |table, _| read_point(table, layers));
        session.point_volumes =
            each(table, &mut places, "point-volume", |table, _| read_point_volume(table, layers));
        session.measurements_mm = read_measurements(table, &mut places);
        session.paper = placed(table, &mut places, "paper", |item| {
            choose(item, &[("a4", Paper::A4), ("letter", Paper::Letter)])
        });
        session.previous = placed(table, &mut places, "previous", words);
        session.interleave = placed(table, &mut places, "interleave", |item| item.truth());
        if let (Some(item), None) = (table.get("interleave"), &session.previous) {
            item.note("has no plan of last time to go by", |fault| {
                fault.hint("take it out, or name the plan with previous = \"plan.json\"")
            });
        }
        if let Some(table) = table.table("course") {
            session.course = read_asked(table, &mut places);
        }
        if let Some(visit) = table.table("visit") {
            session.visit = read_visit(visit, &mut places);
        }
        session.screening = table.table("screening").map(|answers| read_answers(answers, &mut places));
        session.pages = placed(table, &mut places, "pages", pages).unwrap_or_default();
        session.written = Some(Written { origin: origin.to_owned(), text: text.to_owned(), places });
        Some(session)
    })
}

/// What a session and each of its layers may say.
pub(super) fn read_treatment(table: &mut Fields<'_, '_>, places: &mut Places) -> Session {
    let mut session = Session {
        zones: read_zones(
            table,
            places,
            "zones",
            "name a zone or preset, or leave the key out for the full face",
        ),
        skip: read_zones(table, places, "skip", "name a zone or preset, or leave the key out to skip none"),
        protocol: placed(table, places, "protocol", words),
        syringe: placed(table, places, "syringe", words),
        used: placed(table, places, "use", |item| choose(item, &Use::ALL)),
        spacing_mm: placed(table, places, "spacing", length),
        pattern: placed(table, places, "pattern", |item| {
            choose(item, &[("rows", Pattern::Rows), ("even", Pattern::Even)])
        }),
        total: placed(table, places, "total", volume),
        volume: placed(table, places, "volume", volume),
        periorbital_volume: placed(table, places, "periorbital-volume", volume),
        volumes: read_volumes(table, places),
        vials: placed(table, places, "vials", |item| item.table().and_then(read_vials)),
        ..Session::default()
    };
    if let Some(product) = table.table("product") {
        if let (Some(_), Some(item)) = (session.vials, table.get("vials"))
            && (product.has("volume") || product.has("number"))
        {
            item.note("stands beside a [product] with a volume or number", |fault| {
                fault.hint("say in one of the two what is on the tray")
            });
        }
        session.product = read_product(product, places);
    }
    session
}

fn read_names(table: &mut Fields<'_, '_>, places: &mut Places, session: &mut Session) {
    session.body = placed(table, places, "body", words);
    // An empty reference is what the template shows: it says nothing, so it is no fault.
    session.reference =
        placed(table, places, "reference", |item| if item.is_blank() { None } else { words(item) });
}

fn words(item: &Item<'_, '_>) -> Option<String> {
    item.text().map(|text| text.trim().to_owned())
}

/// Names of zones and presets, with the place of each noted.
fn read_zones(
    table: &mut Fields<'_, '_>,
    places: &mut Places,
    key: &'static str,
    hint: &'static str,
) -> Vec<String> {
    let names = table.get(key).and_then(|item| {
        places.insert(key.to_owned(), item.span());
        let items = item.list()?;
        if items.is_empty() {
            item.note("is empty", |fault| fault.hint(hint));
        }
        too_many(&item, items.len())?;
        for (index, item) in items.iter().enumerate() {
            places.insert(format!("{key}.{}", index + 1), item.span());
        }
        Some(items.iter().filter_map(|item| Some(item.text()?.trim().to_owned())).collect())
    });
    names.unwrap_or_default()
}

/// Nothing, with the fault noted, where a session names more zones than any atlas has.
fn too_many(item: &Item<'_, '_>, count: usize) -> Option<()> {
    if count <= MOST_ZONES {
        return Some(());
    }
    item.note("names too many zones", |fault| {
        fault.value(count.to_string()).bound(said!("at most {most}", most = MOST_ZONES)).hint("name a preset")
    });
    None
}

/// The value of a key, with its place noted.
pub(super) fn placed<T>(
    table: &mut Fields<'_, '_>,
    places: &mut Places,
    key: &'static str,
    read: impl FnOnce(&Item<'_, '_>) -> Option<T>,
) -> Option<T> {
    let item = table.get(key)?;
    places.insert(key.to_owned(), item.span());
    read(&item)
}

pub(super) fn length(item: &Item<'_, '_>) -> Option<f64> {
    let length = item.length_mm()?;
    if length <= 0.0 {
        item.note("must be above zero", |fault| {
            fault.bound("above 0 mm").hint("write a length such as \"2.5 mm\", or leave the key out")
        });
        return None;
    }
    Some(length)
}

/// A volume above zero.
pub(super) fn volume(item: &Item<'_, '_>) -> Option<Microlitres> {
    let volume = item.volume()?;
    if volume == Microlitres::ZERO {
        item.note("must be above zero", |fault| fault.hint("leave the key out to have it chosen"));
        return None;
    }
    Some(volume)
}

fn read_volumes(table: &mut Fields<'_, '_>, places: &mut Places) -> BTreeMap<String, Microlitres> {
    let mut volumes = BTreeMap::new();
    let item = table.get("volumes");
    let entries = item.as_ref().and_then(Item::table).map(Fields::entries).unwrap_or_default();
    if item.is_some_and(|item| too_many(&item, entries.len()).is_none()) {
        return volumes;
    }
    for (zone, item) in entries {
        places.insert(format!("volumes.{zone}"), item.span());
        if let Some(volume) = volume(&item) {
            volumes.insert(zone, volume);
        }
    }
    volumes
}

/// What each table of a list holds, with its place noted as `key.1`, `key.2`.
pub(super) fn each<T>(
    table: &mut Fields<'_, '_>,
    places: &mut Places,
    key: &'static str,
    read: impl Fn(Fields<'_, '_>, usize) -> Option<T>,
) -> Vec<T> {
    let tables = table.tables(key).into_iter().zip(1..);
    let read = tables.filter_map(|(table, number)| {
        places.insert(format!("{key}.{number}"), table.span());
        read(table, number)
    });
    read.collect()
}

fn read_measurements(table: &mut Fields<'_, '_>, places: &mut Places) -> BTreeMap<String, f64> {
    let mut lengths = BTreeMap::new();
    let item = table.get("measurements");
    for (id, item) in item.as_ref().and_then(Item::table).map(Fields::entries).unwrap_or_default() {
        places.insert(format!("measurements.{id}"), item.span());
        match Measurement::find(&id) {
            Ok(measurement) => lengths.extend(measurement.read(&item).map(|length| (id, length))),
            Err(fault) => item.note(fault.problem.clone(), |_| fault),
        }
    }
    lengths
}

fn read_vials(mut table: Fields<'_, '_>) -> Option<Vials> {
    let volume = table.need("volume").and_then(|item| volume(&item));
    let number = table.get("number").map(|item| number(&item));
    table.finish();
    Some(Vials { volume: volume?, number: number.unwrap_or(Some(1))? })
}

/// Kinds of pages, each named once.
fn pages(item: &Item<'_, '_>) -> Option<Vec<Printed>> {
    let items = item.list()?;
    too_many(item, items.len())?;
    let mut kinds = Vec::new();
    for item in &items {
        let kind = choose(item, &Printed::ALL)?;
        if kinds.contains(&kind) {
            item.note("names a kind of pages twice", |fault| fault.hint("name each once"));
            return None;
        }
        kinds.push(kind);
    }
    Some(kinds)
}

fn choose<T: Copy>(item: &Item<'_, '_>, choices: &[(&str, T)]) -> Option<T> {
    let text = item.text()?.trim().to_lowercase();
    let found = choices.iter().find(|(name, _)| *name == text).map(|(_, value)| *value);
    if found.is_none() {
        let names: Vec<_> = choices.iter().map(|(name, _)| *name).collect();
        item.note("is not one of the choices", |fault| {
            fault.hint(said!("one of {names}", names = names.join(", ")))
        });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::body::measurements;
    use crate::library::Library;

    #[test]
    fn the_template_is_a_session_and_so_it_is_with_every_key_filled_in() {
        let template = Session::template();
        let plain = Session::read("template", &template).unwrap_or_else(|faults| panic!("{faults}"));
        assert_eq!(plain.zones, ["full-face"]);
        assert_eq!(plain.total, None);

        let is_key =
            |text: &str| text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        let is_code =
            |line: &str| line.starts_with('[') || line.split_once(" = ").is_some_and(|(key, _)| is_key(key));
        let bare = |line: &str| match line.strip_prefix("# ") {
            Some(code) if is_code(code) => format!("{code}\n"),
            _ => format!("{line}\n"),
        };
        let filled: String = template.lines().map(bare).collect();
        let keys = "skip previous interleave body protocol spacing pattern use layers-apart name layer total volume periorbital-volume syringe paper pages reference forehead \
                    number zone row place landmark side lateral below diameter margin chart radius start sessions \
                    closed closed-on maintenance label 2 infection expectation";
        for key in keys.split(' ').chain(measurements().iter().map(|one| one.id.as_str())) {
            assert!(filled.contains(&format!("\n{key} = ")), "the template does not explain {key}");
        }
        let filled = Session::read("template", &filled).unwrap_or_else(|faults| panic!("{faults}"));
        assert_eq!(filled.spacing_mm, Some(12.5));
        assert_eq!(filled.volume, Some(Microlitres(15)));
        assert_eq!(filled.volumes.get("forehead"), Some(&Microlitres(10)));
        assert_eq!(filled.vials_on_tray(Library::built_in()).map(Vials::total), Some(Microlitres(4000)));
        assert_eq!(filled.visit.lasts.map(|minutes| minutes.0), Some(40));
        assert_eq!(filled.reference, None);
        assert_eq!(filled.measurements_mm.len(), measurements().len());
        assert_eq!((filled.skip.len(), filled.marked.len(), filled.skip_points.len()), (1, 2, 1));
        assert_eq!(filled.point_volumes.len(), 1);
        assert_eq!(filled.course.start.map(|day| day.to_string()).as_deref(), Some("2026-12-01"));
        let asked = Library::built_in().protocols[0].questions().len();
        assert_eq!(filled.screening.map(|answers| answers.len()), Some(asked));
        let names: Vec<&str> = filled.layers.iter().map(|layer| layer.name.as_str()).collect();
        assert_eq!(
            (names.as_slice(), filled.layers_apart_mm),
            (["booster", "exosome"].as_slice(), Some(2.5))
        );
        assert_eq!((filled.course.moved.len(), filled.course.closed.weekdays.len()), (1, 2));
    }

    #[test]
    fn every_fault_of_a_session_is_found_at_once() {
        let text = "format = 'nappage-session/1'\nzones = [3]\nspacing = 12.5\ntotal = '3'\n\
                    volum = '0.015ml'\npattern = 'grid'\n[volumes]\nchin = '-1ml'\n[vials]\nnumber = 0\n";
        let faults = Session::read("s.toml", text).unwrap_err();
        let mut lines: Vec<_> = faults.list.iter().filter_map(|fault| faults.line(fault)).collect();
        lines.dedup();
        assert_eq!(lines, [2, 3, 4, 5, 6, 8, 9, 10], "{faults}");
        assert!(faults.to_string().contains("did you mean 'volume'?"), "{faults}");
    }

    #[test]
    fn a_flag_wins_over_the_file_and_a_total_displaces_volumes() {
        let text = "format = 'nappage-session/1'\nvolume = '0.015ml'\nspacing = '12mm'\n";
        let file = Session::read("s.toml", text).unwrap_or_else(|faults| panic!("{faults}"));
        let flags = Session { total: Some(Microlitres(3000)), ..Session::default() };
        let both = file.clone().overridden_by(flags);
        assert_eq!((both.total, both.volume), (Some(Microlitres(3000)), None));
        assert_eq!(both.spacing_mm, Some(12.0));
        let flags = Session { spacing_mm: Some(13.0), ..Session::default() };
        let both = file.overridden_by(flags);
        assert_eq!((both.spacing_mm, both.volume), (Some(13.0), Some(Microlitres(15))));
        assert!(both.written.is_some_and(|written| !written.places.contains_key("spacing")));
    }
}
