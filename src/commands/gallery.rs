//! A folder of maps: each drawn in parallel, with a manifest and a contact sheet beside them.
//!
//! A map has one file, or one for each of its pages where the format holds one page. A rerun makes only what is
//! missing: a map whose request, files and manifest entry still agree is kept. A map whose session has changed is made
//! anew, as long as its files are still those that the manifest describes; a file from elsewhere is never replaced
//! without `--force`.

mod before;
mod job;

use std::collections::BTreeSet;
use std::fs;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use indicatif::{ProgressBar, ProgressStyle};
use nappage::batch;
use nappage::batch::index;
use nappage::batch::manifest::{Earlier, Entry, Manifest, Written, sha256};
use nappage::fault::{Fault, Faults};
use nappage::library::Library;
use nappage::plan::Severity;
use nappage::session::{Printed, Session};

use super::diagnose::{self, printable};
use super::drawing::Drawing;
use super::failure::{Failure, Outcome, at_path};
use super::input;
use super::output::{self, Existing};
use super::planned::Planned;
use before::Before;
use job::{Job, jobs};

/// One map to make.
pub(crate) struct Request {
    /// What a reader calls it; also the name of its files.
    pub(crate) title: String,
    /// What it is made from; the same in every run.
    pub(crate) source: String,
    /// Where a fault of it is to be looked for: a file, or a line of one.
    pub(crate) place: String,
    /// What is asked for, or why that cannot be read.
    pub(crate) session: Result<Session, Vec<Faults>>,
    /// Of a session with layers, the one it shows; none for all.
    pub(crate) layer: Option<String>,
}

/// Where and how the maps are made.
pub(crate) struct Gallery<'a> {
    /// The folder.
    pub(crate) dir: &'a Path,
    /// The heading of the contact sheet.
    pub(crate) title: &'a str,
    /// How the maps are written.
    pub(crate) drawing: Drawing,
    /// The kinds of pages, in place of those that the sessions name; none for theirs.
    pub(crate) pages: &'a [Printed],
    /// What plans are made of.
    pub(crate) library: &'a Library,
    /// The files the sessions come from, which are never written to.
    pub(crate) inputs: &'a [PathBuf],
    /// What to do about files that stand in the way.
    pub(crate) existing: Existing,
    /// Number of maps made at a time; one for each core if none.
    pub(crate) workers: Option<NonZeroUsize>,
}

/// What stands where a file of a map goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// Nothing.
    Nothing,
    /// The same.
    Same,
    /// What may be replaced: an earlier run left it of the same source, or everything is made anew.
    Ours,
    /// Something else.
    Foreign,
}

/// How one map came out.
struct Made {
    entry: Entry,
    faults: Vec<Faults>,
    kept: bool,
}

impl Gallery<'_> {
    /// Makes every map, the manifest and the contact sheet, and says what came of it.
    ///
    /// # Errors
    /// When the folder cannot be written. A request at fault is reported and the others are made.
    pub(crate) fn make(&self, requests: &[Request]) -> Result<Outcome, Failure> {
        let jobs = jobs(requests, self.drawing.ending());
        for file in jobs.iter().map(Job::single).chain([INDEX, MANIFEST].map(str::to_owned)) {
            output::no_input(&self.dir.join(file), self.inputs)?;
        }
        self.make_dir()?;
        let before = self.before()?.map(Before::of);
        let bar = progress(jobs.len());
        let stopped = AtomicBool::new(false);
        let library = self.library.fingerprint();
        let made = batch::each(&jobs, self.workers, |job| {
            if stopped.load(Ordering::Relaxed) {
                return Ok(None);
            }
            let made = self.one(job, before.as_ref(), &library);
            stopped.fetch_or(made.is_err(), Ordering::Relaxed);
            bar.inc(1);
            made.map(Some)
        });
        bar.finish_and_clear();
        let made: Vec<Made> =
            made.into_iter().collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect();
        report(&made);
        self.close(made, before)
    }

    fn make_dir(&self) -> Result<(), Failure> {
        if self.dir.exists() && !self.dir.is_dir() {
            return Err(at_path(
                self.dir,
                Fault::new("", "is a file, not a folder").hint("name another folder"),
            ));
        }
        fs::create_dir_all(self.dir).map_err(|error| Failure::io(self.dir, "made", &error))
    }

    /// The manifest of an earlier run.
    fn before(&self) -> Result<Option<Manifest>, Failure> {
        let path = self.dir.join(MANIFEST);
        let manifest = fs::read_to_string(&path).ok().and_then(|text| Manifest::read(&text));
        if self.existing == Existing::Replace {
            return Ok(manifest);
        }
        if manifest.is_none() && path.exists() {
            return Err(foreign(&path));
        }
        let index = self.dir.join(INDEX);
        let ours = manifest
            .as_ref()
            .is_some_and(|manifest| hash_of(&index).as_ref() == Some(&manifest.index_sha256));
        if index.exists() && !ours { Err(foreign(&index)) } else { Ok(manifest) }
    }

    fn one(&self, job: &Job<'_>, before: Option<&Before>, library: &str) -> Result<Made, Failure> {
        let request = job.request;
        let session = match &request.session {
            Ok(session) => {
                &session.clone().overridden_by(Session { pages: self.pages.to_vec(), ..Session::default() })
            }
            Err(faults) => return Ok(failed(request, faults.clone())),
        };
        let layer = request.layer.as_deref();
        let request_sha256 = request_hash(session, layer, library, self.drawing);
        if let Some(old) = before.and_then(|before| before.entry(job))
            && self.existing == Existing::Keep
            && old.request_sha256 == request_sha256
            && old
                .files()
                .iter()
                .all(|file| hash_of(&self.dir.join(&file.file)).as_ref() == Some(&file.sha256))
        {
            return Ok(Made { entry: old.clone(), faults: Vec::new(), kept: true });
        }
        let planned = Planned::of(session.clone(), self.library, layer);
        let drawn = planned.and_then(|planned| {
            let pages = planned.pages(self.library)?;
            Ok((self.drawing.files(&pages)?, planned))
        });
        let (contents, planned) = match drawn {
            Ok(drawn) => drawn,
            Err(Failure::Faults(faults)) => {
                let faults = faults.into_iter().map(|faults| placed(faults, &request.place)).collect();
                return Ok(failed(request, faults));
            }
            Err(closed) => return Err(closed),
        };
        let named = job.names(contents.len()).into_iter().zip(&contents);
        let files: Vec<Written> = named.map(|(name, content)| Written::of(name, content)).collect();
        let stand = files.iter().map(|file| self.standing(file, &request.source, before));
        let stand: Vec<Standing> = stand.collect();
        if let Some((_, file)) =
            stand.iter().zip(&files).find(|(standing, _)| **standing == Standing::Foreign)
        {
            return Ok(match foreign(&self.dir.join(&file.file)) {
                Failure::Faults(faults) => failed(request, faults),
                Failure::ClosedPipe => failed(request, Vec::new()),
            });
        }
        let kept = stand.iter().all(|standing| *standing == Standing::Same);
        for ((file, content), standing) in files.iter().zip(&contents).zip(stand) {
            self.put(&file.file, content, standing)?;
        }
        let entry = planned.entry(&request.title, &request.source, &request_sha256, files);
        Ok(Made { entry, faults: Vec::new(), kept })
    }

    /// What stands where a file goes.
    fn standing(&self, file: &Written, source: &str, before: Option<&Before>) -> Standing {
        match hash_of(&self.dir.join(&file.file)) {
            _ if self.existing != Existing::Keep => Standing::Ours,
            None => Standing::Nothing,
            Some(sha256) if sha256 == file.sha256 => Standing::Same,
            Some(sha256) if before.is_some_and(|before| before.holds(&file.file, source, &sha256)) => {
                Standing::Ours
            }
            Some(_) => Standing::Foreign,
        }
    }

    /// Writes a file where it is not yet.
    fn put(&self, file: &str, content: &[u8], standing: Standing) -> Result<(), Failure> {
        let path = self.dir.join(file);
        output::no_input(&path, self.inputs)?;
        match standing {
            Standing::Same => Ok(()),
            Standing::Ours => output::write_file(&path, content, Existing::Replace),
            Standing::Nothing | Standing::Foreign => output::write_file(&path, content, Existing::Keep),
        }
    }

    /// Writes the manifest and the contact sheet, and sums up.
    fn close(&self, made: Vec<Made>, before: Option<Before>) -> Result<Outcome, Failure> {
        let kept = made.iter().filter(|made| made.kept).count();
        let missing = made.iter().filter(|made| made.entry.file.is_none()).count();
        let entries: Vec<Entry> = made.into_iter().map(|made| made.entry).collect();
        let breaks =
            |entry: &Entry| Outcome::of(&entry.findings) == Outcome::Findings || entry.fault.is_some();
        let outcome = if entries.iter().any(breaks) { Outcome::Findings } else { Outcome::Clean };
        let index = index::write(self.title, &entries);
        let summary = format!(
            "{} made, {kept} kept, {missing} not made; see {}",
            entries.len() - kept - missing,
            printable(&self.dir.join(INDEX).display().to_string())
        );
        // The sheet first: a manifest that describes a sheet not yet there would lock the folder.
        output::write_file(&self.dir.join(INDEX), index.as_bytes(), Existing::Replace)?;
        let earlier = self.earlier(&entries, before);
        let again = |left: &Earlier| {
            input::has_ending(Path::new(&left.file), self.drawing.ending())
                && entries.iter().any(|entry| entry.source == left.source)
        };
        for left in earlier.iter().filter(|left| again(left)) {
            let path = printable(&self.dir.join(&left.file).display().to_string());
            diagnose::say(&format!("note: {path} is of an earlier run, before its session was changed"));
        }
        let manifest = Manifest { earlier, ..Manifest::of(entries, &index) }.to_json();
        output::write_file(&self.dir.join(MANIFEST), manifest.as_bytes(), Existing::Replace)?;
        diagnose::say(&summary);
        Ok(outcome)
    }
}

impl Gallery<'_> {
    /// The files of earlier runs that this run did not make and that still stand as they were left.
    fn earlier(&self, entries: &[Entry], before: Option<Before>) -> Vec<Earlier> {
        let Some(before) = before else { return Vec::new() };
        let made: BTreeSet<String> = entries.iter().flat_map(Entry::files).map(|file| file.file).collect();
        let stands = |left: &Earlier| hash_of(&self.dir.join(&left.file)).as_ref() == Some(&left.sha256);
        before.manifest.standing().filter(|left| !made.contains(&left.file) && stands(left)).collect()
    }
}

const MANIFEST: &str = "manifest.json";
const INDEX: &str = "index.html";

fn progress(count: usize) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} {eta}");
    // Drawn on standard error, and only where that is a terminal.
    let bar = ProgressBar::new(count as u64);
    match style {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// SHA-256 of everything a map is made of: what is asked for, but for where it was written, all that
/// the names in it can stand for, and how it is written.
fn request_hash(session: &Session, layer: Option<&str>, library: &str, drawing: Drawing) -> String {
    let mut asked = Session { written: None, ..session.clone() };
    asked.layers.iter_mut().for_each(|layer| layer.asked.written = None);
    sha256(format!("{library}\n{asked:?}\n{layer:?}\n{drawing:?}").as_bytes())
}

fn hash_of(path: &Path) -> Option<String> {
    fs::read(path).ok().map(|bytes| sha256(&bytes))
}

fn failed(request: &Request, faults: Vec<Faults>) -> Made {
    let body = request.session.as_ref().ok().and_then(|session| session.body.clone()).unwrap_or_default();
    let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
    let entry = Entry::failed(&request.title, &request.source, &body, told.join("\n"));
    Made { entry, faults, kept: false }
}

/// Faults that point into no file, with the request's place for their origin.
fn placed(faults: Faults, place: &str) -> Faults {
    if faults.text.is_some() { faults } else { Faults { origin: place.to_owned(), ..faults } }
}

fn foreign(path: &Path) -> Failure {
    let fault = Fault::new("", "already exists, and is not as an earlier run left it")
        .hint("name another folder, or replace it with --force");
    at_path(path, fault)
}

fn report(made: &[Made]) {
    for Made { entry, faults, .. } in made {
        faults.iter().for_each(diagnose::faults);
        let errors = entry.findings.iter().filter(|finding| finding.severity == Severity::Error);
        for finding in errors {
            let file = entry.file.as_deref().unwrap_or_default();
            diagnose::say(&format!("{}: {}", printable(file), diagnose::finding_text(finding)));
        }
    }
}
