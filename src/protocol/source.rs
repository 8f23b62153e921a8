//! Sources of clinical figures and of the bodies.

use crate::document;
use crate::fault::Faults;

/// The format key of a sources file.
pub(crate) const FORMAT: &str = "nappage-sources/1";

/// Where a figure comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The id that figures name.
    pub id: String,
    /// The work, as one would cite it.
    pub citation: String,
    /// Digital object identifier.
    pub doi: Option<String>,
    /// Id in a register of trials.
    pub registry: Option<String>,
    /// When it was published or last reviewed, as precisely as is known.
    pub date: Option<String>,
    /// The licence of data carried over from it.
    pub licence: Option<String>,
}

/// Reads a sources file (`nappage-sources/1`).
///
/// # Errors
/// Every fault of the file; an id that stands twice is one.
pub(crate) fn read_sources(origin: &str, text: &str) -> Result<Vec<Source>, Faults> {
    document::read(origin, text, FORMAT, |table| {
        let mut sources: Vec<Source> = Vec::new();
        for mut entry in table.tables("source") {
            let (id, citation) = (entry.need_text("id"), entry.need_text("citation"));
            let mut optional = |key| entry.get_text(key);
            let (doi, registry) = (optional("doi"), optional("registry"));
            let (date, licence) = (optional("date"), optional("licence"));
            if let (Some(id), Some(citation)) = (id, citation) {
                if sources.iter().any(|known| known.id == id) {
                    entry.note("id", "stands twice", |fault| fault.value(&id));
                }
                sources.push(Source { id, citation, doi, registry, date, licence });
            }
            entry.finish();
        }
        Some(sources)
    })
}
