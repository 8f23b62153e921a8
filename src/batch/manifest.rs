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
    /// Files of earlier runs that stand beside them and were not asked for again, or could not be made.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier: Vec<Earlier>,
}

/// A file of an earlier run, known again so that a later one may replace it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Earlier {
    /// The file, beside the manifest.
    pub file: String,
    /// What it was made from.
    pub source: String,
    /// SHA-256 of the file.
    pub sha256: String,
}

/// A file beside the manifest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
    /// Its name.
    pub file: String,
    /// SHA-256 of what it holds.
    pub sha256: String,
}

impl Written {
    /// A file of this name that holds `content`.
    pub fn of(file: String, content: &[u8]) -> Self {
        Self { file, sha256: sha256(content) }
    }
}

/// One map of a batch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The file, beside the manifest, or that of the first page; none where the map could not be made.
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
    /// The files of the pages after the first, where each page has one of its own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub further: Vec<Written>,
}

impl Entry {
    /// The entry of a map that was made, of one plan or of the layers of a session, in these files.
    pub fn made(
        title: &str,
        source: &str,
        request_sha256: &str,
        plans: &[&Plan],
        files: impl IntoIterator<Item = Written>,
    ) -> Self {
        let mut files = files.into_iter();
        let (file, sha256) = files.next().map(|first| (first.file, first.sha256)).unzip();
        Self {
            file,
            title: title.to_owned(),
            source: source.to_owned(),
            body: plans.first().map(|plan| plan.body.id.clone()).unwrap_or_default(),
            points: plans.iter().map(|plan| plan.totals.points).sum(),
            volume_ul: plans.iter().map(|plan| plan.totals.volume_ul).sum(),
            findings: plans.iter().flat_map(|plan| plan.findings.clone()).collect(),
            fault: None,
            request_sha256: request_sha256.to_owned(),
            input_hash: plans.iter().map(|plan| plan.input_hash.as_str()).collect::<Vec<_>>().join(" "),
            sha256: sha256.unwrap_or_default(),
            further: files.collect(),
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
            further: Vec::new(),
        }
    }

    /// Its files, page by page; none where the map could not be made.
    pub fn files(&self) -> Vec<Written> {
        let first = self.file.clone().map(|file| Written { file, sha256: self.sha256.clone() });
        first.into_iter().chain(self.further.iter().cloned()).collect()
    }

    /// What a later run needs to know of its files.
    fn left(&self) -> impl Iterator<Item = Earlier> {
        let left = |Written { file, sha256 }| Earlier { file, source: self.source.clone(), sha256 };
        self.files().into_iter().map(left)
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

    /// Every file that this run or an earlier one left.
    pub fn standing(&self) -> impl Iterator<Item = Earlier> {
        self.entries.iter().flat_map(Entry::left).chain(self.earlier.iter().cloned())
    }

    /// The entry of a file, or of the pages of which it is the first.
    pub fn entry(&self, file: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.file.as_deref() == Some(file))
    }

    /// Reads a manifest; `None` where the text is not one.
    pub fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok().filter(|manifest: &Self| manifest.format == FORMAT)
    }

    /// The JSON form, one line an entry.
    pub fn to_json(&self) -> String {
        crate::export::lines(self)
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
    fn a_map_of_one_file_is_written_as_it_always_was() {
        let files = |count: usize| (1..=count).map(|k| Written::of(format!("a-{k}.svg"), b"<svg>"));
        let entry = |count| Entry::made("A", "a.toml", "", &[], files(count));
        let text = |entry: Entry| Manifest::of(vec![entry], "<p>").to_json();
        assert!(!text(entry(1)).contains("further"));
        assert!(text(entry(3)).contains("\"a-3.svg\""));
        let read = Manifest::read(&text(entry(3))).expect("a manifest");
        assert_eq!(
            read.standing().map(|left| left.file).collect::<Vec<_>>(),
            ["a-1.svg", "a-2.svg", "a-3.svg"]
        );
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
