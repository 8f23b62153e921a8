//! What earlier runs left in a folder, by which a later one knows its own files again.

use std::collections::BTreeMap;

use nappage::batch::manifest::{Earlier, Entry, Manifest};

use super::job::Job;

/// What earlier runs left in the folder.
pub(super) struct Before {
    pub(super) manifest: Manifest,
    /// Every file of them.
    left: BTreeMap<String, Earlier>,
}

impl Before {
    pub(super) fn of(manifest: Manifest) -> Self {
        let left = manifest.standing().map(|left| (left.file.clone(), left)).collect();
        Self { manifest, left }
    }

    /// The map that a request had.
    pub(super) fn entry(&self, job: &Job<'_>) -> Option<&Entry> {
        let named = [job.single(), job.page(1)];
        let mut entries = named.iter().filter_map(|file| self.manifest.entry(file));
        entries.find(|entry| entry.source == job.request.source)
    }

    /// Whether a file of this content is one that they left of a source.
    pub(super) fn holds(&self, file: &str, source: &str, sha256: &str) -> bool {
        self.left.get(file).is_some_and(|left| left.source == source && left.sha256 == sha256)
    }
}
