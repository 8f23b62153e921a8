//! Reading a record file, with all its faults at once.

use std::collections::BTreeSet;

use super::form::{Entry, entry};
use super::{Amendment, FORMAT, Form, PlanFile, Record, RecordedZone, Seal};
use crate::document::{self, Fields, Item};
use crate::fault::Faults;

/// The most points of a plan, and so of a list of them.
const MOST_POINTS: usize = 3000;
/// The hex digits of an input's hash, and of a SHA-256.
const INPUT_DIGITS: usize = 12;
const SHA256_DIGITS: usize = 64;

/// Reads a record file; see [`Record::read`].
pub(super) fn read(origin: &str, text: &str) -> Result<Record, Faults> {
    document::read(origin, text, FORMAT, |file| {
        let plan = file.need("plan").and_then(|item| read_plan(item.table()?));
        let form = Form::read(file);
        let skipped = file.get("skipped").and_then(|item| read_skipped(&item)).unwrap_or_default();
        let zones = read_zones(file.tables("zone"));
        let amends = file.table("amends").and_then(read_amendment);
        let seal = file.table("seal").and_then(read_seal);
        let (plan, layer, input_hash) = plan?;
        Some(Record { plan, layer, input_hash, form, skipped, zones, amends, seal })
    })
}

/// The plan, the layer and the hash of the plan's input.
fn read_plan(mut table: Fields<'_, '_>) -> Option<(PlanFile, Option<String>, String)> {
    let (file, session) = (table.get_text("file"), table.get_text("session"));
    let layer = entry(&mut table, "layer");
    let input = table.need("input").and_then(|item| digits(&item, INPUT_DIGITS));
    let plan = match (file, session) {
        (Some(file), None) => Some(PlanFile::Plan(file)),
        (None, Some(session)) => Some(PlanFile::Session(session)),
        (Some(_), Some(_)) => {
            table.note("session", "stands beside a file", |fault| {
                fault.hint("name the plan, or the session that it is made of")
            });
            None
        }
        (None, None) => {
            let told = table.has("file") || table.has("session");
            if !told {
                table.note("file", "is missing", |fault| {
                    fault.hint("add file = \"plan.json\", or session = \"session.toml\"")
                });
            }
            None
        }
    };
    table.finish();
    Some((plan?, layer, input?))
}

/// Hex digits, so many of them.
fn digits(item: &Item<'_, '_>, count: usize) -> Option<String> {
    let text = item.text()?.trim();
    if text.len() == count && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)) {
        return Some(text.to_owned());
    }
    item.note("is no hash", |fault| fault.bound(format!("{count} digits, 0 to 9 and a to f")));
    None
}

fn read_skipped(item: &Item<'_, '_>) -> Option<Vec<usize>> {
    let items = item.list()?;
    if items.len() > MOST_POINTS {
        item.note("names too many points", |fault| {
            fault.value(items.len().to_string()).bound(format!("at most {MOST_POINTS}"))
        });
        return None;
    }
    let mut numbers = BTreeSet::new();
    for item in &items {
        let Some(number) = item.whole() else { continue };
        if number == 0 {
            item.note("is no point", |fault| fault.hint("points are numbered from 1"));
        } else if !numbers.insert(number as usize) {
            item.note("names a point twice", |fault| fault.hint("name each once"));
        }
    }
    Some(numbers.into_iter().collect())
}

fn read_zones(tables: Vec<Fields<'_, '_>>) -> Vec<RecordedZone> {
    let mut ids = BTreeSet::new();
    let mut zones = Vec::new();
    for mut table in tables {
        let id = table.need_text("id").map(|id| id.trim().to_owned());
        let zone = id.map(|id| RecordedZone {
            id,
            points: table.get("points").and_then(|item| item.whole()),
            planned: entry(&mut table, "planned"),
            given: entry(&mut table, "given"),
            wasted: entry(&mut table, "wasted"),
        });
        if let Some(zone) = &zone
            && !ids.insert(zone.id.clone())
        {
            table.note("id", "names a zone twice", |fault| {
                fault.value(format!("'{}'", zone.id)).hint("write one table for each zone")
            });
        }
        if zone.is_some() {
            table.finish();
        }
        zones.extend(zone);
    }
    zones
}

/// The entry of a key that must be there and be filled in.
fn needed<T: Entry>(table: &mut Fields<'_, '_>, key: &'static str) -> Option<T> {
    table.need(key).and_then(|item| T::read(&item))
}

fn read_amendment(mut table: Fields<'_, '_>) -> Option<Amendment> {
    let sha256 = table.need("sha256").and_then(|item| digits(&item, SHA256_DIGITS));
    let (by, date) = (needed(&mut table, "by"), needed(&mut table, "date"));
    let reason = needed(&mut table, "reason");
    table.finish();
    Some(Amendment { sha256: sha256?, by: by?, date: date?, reason: reason? })
}

fn read_seal(mut table: Fields<'_, '_>) -> Option<Seal> {
    let sha256 = table.need("sha256").and_then(|item| digits(&item, SHA256_DIGITS));
    let (by, date) = (needed(&mut table, "by"), needed(&mut table, "date"));
    table.finish();
    Some(Seal { sha256: sha256?, by: by?, date: date? })
}
