//! What a batch made: one entry a map, read again by the next run to make only what is missing.

use serde::{Deserialize, Serialize};

pub use crate::digest::sha256;
use crate::plan::{Finding, Plan};
use crate::units::Microlitres;

/// The name and version of the form.
pub const FORMAT: &str = "nappage-manifest/1";

/// What a batch made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Always [`FORMAT`].
    pub format: String,
    /// The version of the program that wrote it.
    pub version: String,
    /// SHA-256 of the contact sheet beside it.
    pub index_sha256: String,
    /// One entry for each map asked for, in the order of the requests.
    pub entries: Vec<Entry>,
    /// Maps of earlier runs that stand beside them and were not asked for again, or could not be made.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier: Vec<Earlier>,
}

/// A map of an earlier run, known again so that a later one may replace it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Earlier {
    /// The file, beside the manifest.
    pub file: String,
    /// What it was made from.
    pub source: String,
    /// SHA-256 of the file.
    pub sha256: String,
}

/// One map of a batch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The file, beside the manifest; none where the map could not be made.
    pub file: Option<String>,
    /// What a reader calls it.
    pub title: String,
    /// What it was made from: a zone, a preset, or a session file.
    pub source: String,
    /// The id of the body.
    pub body: String,
    /// Number of points.
    pub points: usize,
    /// Volume of all points, and of what goes onto the skin.
    pub volume_ul: Microlitres,
    /// What the clinician should know about the plan.
    pub findings: Vec<Finding>,
    /// Why the map could not be made.
    pub fault: Option<String>,
    /// SHA-256 of the request: the same request needs no new map.
    pub request_sha256: String,
    /// The input hash printed on the map.
    pub input_hash: String,
    /// SHA-256 of the file.
    pub sha256: String,
}

impl Entry {
    /// The entry of a map that was made, of one plan or of the layers of a session.
    pub fn made(
        title: &str,
        source: &str,
        request_sha256: &str,
        plans: &[&Plan],
        file: String,
        content: &[u8],
    ) -> Self {
        Self {
            file: Some(file),
            title: title.to_owned(),
            source: source.to_owned(),
            body: plans.first().map(|plan| plan.body.id.clone()).unwrap_or_default(),
            points: plans.iter().map(|plan| plan.totals.points).sum(),
            volume_ul: plans.iter().map(|plan| plan.totals.volume_ul).sum(),
            findings: plans.iter().flat_map(|plan| plan.findings.clone()).collect(),
            fault: None,
            request_sha256: request_sha256.to_owned(),
            input_hash: plans.iter().map(|plan| plan.input_hash.as_str()).collect::<Vec<_>>().join(" "),
            sha256: sha256(content),
        }
    }

    /// The entry of a map that could not be made.
    pub fn failed(title: &str, source: &str, body: &str, fault: String) -> Self {
        Self {
            file: None,
            title: title.to_owned(),
            source: source.to_owned(),
            body: body.to_owned(),
            points: 0,
            volume_ul: Microlitres::ZERO,
            findings: Vec::new(),
            fault: Some(fault),
            request_sha256: String::new(),
            input_hash: String::new(),
            sha256: String::new(),
        }
    }
}

impl Entry {
    /// What a later run needs to know of its map.
    fn left(&self) -> Option<Earlier> {
        let file = self.file.clone()?;
        Some(Earlier { file, source: self.source.clone(), sha256: self.sha256.clone() })
    }
}

impl Manifest {
    /// A manifest of `entries`, with the contact sheet that shows them.
    pub fn of(entries: Vec<Entry>, index: &str) -> Self {
        Self {
            format: FORMAT.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            index_sha256: sha256(index.as_bytes()),
            entries,
            earlier: Vec::new(),
        }
    }

    /// Every map that this run or an earlier one left.
    pub fn standing(&self) -> Vec<Earlier> {
        let made = self.entries.iter().filter_map(Entry::left);
        made.chain(self.earlier.iter().cloned()).collect()
    }

    /// The map that this run or an earlier one left in a file.
    pub fn left(&self, file: &str) -> Option<Earlier> {
        let earlier = || self.earlier.iter().find(|left| left.file == file).cloned();
        self.entry(file).and_then(Entry::left).or_else(earlier)
    }

    /// Reads a manifest; `None` where the text is not one.
    pub fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok().filter(|manifest: &Self| manifest.format == FORMAT)
    }

    /// The JSON form, one line an entry.
    pub fn to_json(&self) -> String {
        crate::export::lines(self)
    }

    /// The entry of a file.
    pub fn entry(&self, file: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.file.as_deref() == Some(file))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_is_read_back_as_it_was_written() {
        let manifest =
            Manifest::of(vec![Entry::failed("A \"b\"", "a.toml", "woman", "is empty".into())], "<p>");
        assert_eq!(Manifest::read(&manifest.to_json()), Some(manifest));
    }

    #[test]
    fn other_files_are_no_manifest() {
        for text in
            ["", "{}", "[1]", "{\"format\": \"nappage-manifest/2\", \"version\": \"1\", \"entries\": []}"]
        {
            assert_eq!(Manifest::read(text), None, "{text}");
        }
    }
}
