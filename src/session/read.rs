//! Reading a session file, with all its faults at once.

use std::collections::BTreeMap;
use std::ops::Range;

use super::{FORMAT, Paper, Session, Vials, Written};
use crate::document::{self, Fields, Item};
use crate::fault::Faults;
use crate::plan::Pattern;
use crate::units::Microlitres;

/// The most zones a session names, ten times what the atlas has.
const MOST_ZONES: usize = 200;
/// The most vials on a tray.
const MOST_VIALS: u32 = 1000;

/// The places of the values, by key.
type Places = BTreeMap<String, Range<usize>>;

/// Reads a session file; see [`Session::read`].
pub(super) fn read(origin: &str, text: &str) -> Result<Session, Faults> {
    document::read(origin, text, FORMAT, |table| {
        let mut places = Places::new();
        let mut session = read_names(table, &mut places);
        session.spacing_mm = placed(table, &mut places, "spacing", length);
        session.total = placed(table, &mut places, "total", volume);
        session.volume = placed(table, &mut places, "volume", volume);
        session.periorbital_volume = placed(table, &mut places, "periorbital-volume", volume);
        session.volumes = read_volumes(table, &mut places);
        session.vials = placed(table, &mut places, "vials", |item| item.table().and_then(read_vials));
        session.pattern = placed(table, &mut places, "pattern", |item| {
            choose(item, &[("rows", Pattern::Rows), ("even", Pattern::Even)])
        });
        session.paper = placed(table, &mut places, "paper", |item| {
            choose(item, &[("a4", Paper::A4), ("letter", Paper::Letter)])
        });
        session.written = Some(Written { origin: origin.to_owned(), text: text.to_owned(), places });
        Some(session)
    })
}

fn read_names(table: &mut Fields<'_, '_>, places: &mut Places) -> Session {
    let text = |item: &Item<'_, '_>| item.text().map(|text| text.trim().to_owned());
    let zones = table.get("zones").and_then(|item| {
        places.insert("zones".to_owned(), item.span());
        let items = item.list()?;
        if items.is_empty() {
            item.note("is empty", |fault| {
                fault.hint("name a zone or preset, or leave the key out for the full face")
            });
        }
        too_many(&item, items.len())?;
        for (index, item) in items.iter().enumerate() {
            places.insert(format!("zones.{}", index + 1), item.span());
        }
        Some(items.iter().filter_map(text).collect())
    });
    Session {
        zones: zones.unwrap_or_default(),
        body: placed(table, places, "body", text),
        protocol: placed(table, places, "protocol", text),
        syringe: placed(table, places, "syringe", text),
        // An empty reference is what the template shows: it says nothing, so it is no fault.
        reference: placed(table, places, "reference", |item| if item.is_blank() { None } else { text(item) }),
        ..Session::default()
    }
}

/// Nothing, with the fault noted, where a session names more zones than any atlas has.
fn too_many(item: &Item<'_, '_>, count: usize) -> Option<()> {
    if count <= MOST_ZONES {
        return Some(());
    }
    item.note("names too many zones", |fault| {
        fault.value(count.to_string()).bound(format!("at most {MOST_ZONES}")).hint("name a preset")
    });
    None
}

/// The value of a key, with its place noted.
fn placed<T>(
    table: &mut Fields<'_, '_>,
    places: &mut Places,
    key: &'static str,
    read: impl FnOnce(&Item<'_, '_>) -> Option<T>,
) -> Option<T> {
    let item = table.get(key)?;
    places.insert(key.to_owned(), item.span());
    read(&item)
}

fn length(item: &Item<'_, '_>) -> Option<f64> {
    let length = item.length_mm()?;
    if length <= 0.0 {
        item.note("must be above zero", |fault| fault);
        return None;
    }
    Some(length)
}

fn volume(item: &Item<'_, '_>) -> Option<Microlitres> {
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

fn read_vials(mut table: Fields<'_, '_>) -> Option<Vials> {
    let volume = table.need("volume").and_then(|item| volume(&item));
    let number = table.get("number").map(|item| {
        let number = item.whole()?;
        if !(1..=MOST_VIALS).contains(&number) {
            item.note("is out of range", |fault| fault.bound(format!("1 to {MOST_VIALS}")));
            return None;
        }
        Some(number)
    });
    table.finish();
    Some(Vials { volume: volume?, number: number.unwrap_or(Some(1))? })
}

fn choose<T: Copy>(item: &Item<'_, '_>, choices: &[(&str, T)]) -> Option<T> {
    let text = item.text()?.trim().to_lowercase();
    let found = choices.iter().find(|(name, _)| *name == text).map(|(_, value)| *value);
    if found.is_none() {
        let names: Vec<_> = choices.iter().map(|(name, _)| *name).collect();
        item.note("is not one of the choices", |fault| fault.hint(format!("one of {}", names.join(", "))));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_template_is_a_session_and_so_it_is_with_every_key_filled_in() {
        let template = Session::template();
        let plain = Session::read("template", &template).unwrap_or_else(|faults| panic!("{faults}"));
        assert_eq!(plain.zones, ["full-face"]);
        assert_eq!(plain.total, None);

        let keys = ["body", "protocol", "spacing", "pattern", "total", "volume", "periorbital-volume"];
        let more = ["syringe", "paper", "reference", "[volumes]", "forehead", "[vials]", "number"];
        let mut filled = template;
        for key in keys.iter().chain(&more) {
            let commented = format!("\n# {key}");
            assert!(filled.contains(&commented), "the template does not explain {key}");
            filled = filled.replace(&commented, &format!("\n{key}"));
        }
        let filled = Session::read("template", &filled).unwrap_or_else(|faults| panic!("{faults}"));
        assert_eq!(filled.spacing_mm, Some(12.5));
        assert_eq!(filled.volume, Some(Microlitres(15)));
        assert_eq!(filled.volumes.get("forehead"), Some(&Microlitres(10)));
        assert_eq!(filled.vials.map(Vials::total), Some(Microlitres(4000)));
        assert_eq!(filled.reference, None);
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
