//! The names of the files of each request.

use nappage::batch;

use super::super::diagnose::{self, printable};
use super::Request;

/// A request with the names its files are given.
pub(super) struct Job<'a> {
    pub(super) request: &'a Request,
    /// The name of a single file, without its ending.
    stem: String,
    /// What the numbers of pages follow.
    page_stem: String,
    ending: &'static str,
}

impl Job<'_> {
    /// The name of its file where there is one.
    pub(super) fn single(&self) -> String {
        format!("{}.{}", self.stem, self.ending)
    }

    /// The name of the file of a page where there are several, from 1.
    pub(super) fn page(&self, number: usize) -> String {
        format!("{}-{number}.{}", self.page_stem, self.ending)
    }

    /// The names of so many files.
    pub(super) fn names(&self, count: usize) -> Vec<String> {
        if count == 1 { vec![self.single()] } else { (1..=count).map(|number| self.page(number)).collect() }
    }
}

/// Gives each request the names of its files, and says where two would have had the same.
pub(super) fn jobs<'a>(requests: &'a [Request], ending: &'static str) -> Vec<Job<'a>> {
    let titles: Vec<&str> = requests.iter().map(|request| request.title.as_str()).collect();
    let stems = batch::file_stems(&titles);
    let alone: Vec<String> = titles.iter().flat_map(|title| batch::file_stems(&[*title])).collect();
    for ((request, stem), alone) in requests.iter().zip(&stems).zip(&alone) {
        if stem != alone {
            let source = printable(&request.source);
            diagnose::say(&format!(
                "note: {source} goes to {stem}.{ending}, since {alone}.{ending} is taken"
            ));
        }
    }
    let named = stems.iter().cloned().zip(batch::page_stems(&stems));
    let job = |(request, (stem, page_stem))| Job { request, stem, page_stem, ending };
    requests.iter().zip(named).map(job).collect()
}
