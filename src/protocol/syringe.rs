//! Syringes: the steps a volume can be set in, and what a filling loses.

use super::read::figure_checked;
use super::{Figure, Source};
use crate::document::{self, Fields};
use crate::fault::Faults;
use crate::plan::Syringe;
use crate::units::Microlitres;

/// The format key of a syringes file.
pub(crate) const FORMAT: &str = "nappage-syringes/1";

/// A kind of syringe with the figures of its maker or of those who measured it.
#[derive(Clone, Debug, PartialEq)]
pub struct SyringeKind {
    /// The id used in session files.
    pub id: String,
    /// The name used on sheets.
    pub name: String,
    /// Whether it is taken when a session names none.
    pub default: bool,
    /// What it holds.
    pub capacity: Figure<Microlitres>,
    /// The smallest step that can be set.
    pub graduation: Figure<Microlitres>,
    /// What stays behind in it, at most.
    pub dead_space: Figure<Microlitres>,
    /// What stays behind in the hub of a detachable needle, at most.
    pub needle_hub: Option<Figure<Microlitres>>,
}

impl SyringeKind {
    /// What stays behind in the syringe and the needle's hub together, at most.
    pub fn loss(&self) -> Microlitres {
        let hub = self.needle_hub.as_ref().map_or(Microlitres::ZERO, |figure| figure.value);
        self.dead_space.value + hub
    }

    /// The syringe as a plan holds it.
    pub fn planned(&self) -> Syringe {
        Syringe {
            id: self.id.clone(),
            name: self.name.clone(),
            graduation_ul: self.graduation.value,
            capacity_ul: self.capacity.value,
            dead_space_ul: self.loss(),
        }
    }
}

/// Reads a syringes file (`nappage-syringes/1`).
///
/// # Errors
/// Every fault of the file: keys, units, unknown sources, a step that does not divide the capacity.
pub(crate) fn read_syringes(
    origin: &str,
    text: &str,
    sources: &[Source],
) -> Result<Vec<SyringeKind>, Faults> {
    document::read(origin, text, FORMAT, |table| {
        let mut syringes: Vec<SyringeKind> = Vec::new();
        for mut entry in table.tables("syringe") {
            let syringe = read_syringe(&mut entry, sources);
            if let Some(syringe) = syringe {
                if syringes.iter().any(|known| known.id == syringe.id) {
                    entry.note("id", "stands twice", |fault| fault.value(&syringe.id));
                }
                syringes.push(syringe);
            }
            entry.finish();
        }
        Some(syringes)
    })
}

fn read_syringe(entry: &mut Fields<'_, '_>, sources: &[Source]) -> Option<SyringeKind> {
    let (id, name) = (entry.need_text("id"), entry.need_text("name"));
    let default = entry.get("default").and_then(|item| item.truth());
    let mut needed = |key: &'static str| {
        entry.need(key)?;
        figure_checked(entry, key, sources)
    };
    let (capacity, graduation, dead_space) = (needed("capacity"), needed("graduation"), needed("dead-space"));
    let syringe = SyringeKind {
        id: id?,
        name: name?,
        default: default.unwrap_or(false),
        capacity: capacity?,
        graduation: graduation?,
        dead_space: dead_space?,
        needle_hub: figure_checked(entry, "needle-hub", sources),
    };
    let (step, capacity) = (syringe.graduation.value.0, syringe.capacity.value);
    if step == 0 || capacity.0 % step != 0 {
        let value = syringe.graduation.value.to_string();
        entry.note("graduation", "does not divide the capacity", |fault| {
            fault.value(value).bound(said!("capacity {capacity}", capacity))
        });
    }
    Some(syringe)
}
