//! Reading files and folders with bounds, so that no input is too large, too deep or not text.

use std::borrow::Cow;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use nappage::fault::Fault;
use nappage::library::Library;
use nappage::plan::{FORMAT, LAYERS_FORMAT, Layered, Plan};
use nappage::said;
use nappage::session::Session;

use super::failure::{Failure, at_path};

/// Largest file read, in bytes. A zone file of a thousand points is 30 kB.
pub(crate) const LARGEST: u64 = 4 * 1024 * 1024;
/// Most files of one kind taken from a folder.
const MOST_FILES: usize = 10_000;
/// Deepest folder looked into.
const DEEPEST: usize = 8;

/// The text of a file.
///
/// # Errors
/// When it cannot be read, is larger than [`LARGEST`], is empty or is not UTF-8.
pub(crate) fn text(path: &Path) -> Result<String, Failure> {
    let unread = |error: std::io::Error| Failure::io(path, "read", &error);
    let mut bytes = Vec::new();
    File::open(path).map_err(unread)?.take(LARGEST + 1).read_to_end(&mut bytes).map_err(unread)?;
    if bytes.len() as u64 > LARGEST {
        let fault = Fault::new("", "is too large to be a file of this program")
            .bound(said!("{most} MB", most = LARGEST / (1024 * 1024)))
            .hint("check that this is the file you meant");
        return Err(at_path(path, fault));
    }
    if bytes.is_empty() {
        let fault = Fault::new("", "is empty").hint("check that this is the file you meant");
        return Err(at_path(path, fault));
    }
    String::from_utf8(bytes).map_err(|error| {
        let place = error.utf8_error().valid_up_to();
        let fault = Fault::new("", said!("is not UTF-8 text: byte {place} cannot be read", place))
            .hint("save it as UTF-8 (in a spreadsheet: CSV UTF-8), and check that it is the file you meant");
        at_path(path, fault)
    })
}

/// The files under `dir` whose names end in one of `endings`, at any depth, in the order of their
/// paths. Hidden files and folders, and folders that are links, are left out.
///
/// # Errors
/// When the folder cannot be read, is nested too deep, holds too many such files or none.
pub(crate) fn files_under(dir: &Path, endings: &[&str]) -> Result<Vec<PathBuf>, Failure> {
    let mut found = Vec::new();
    collect(dir, endings, 0, &mut found)?;
    if found.is_empty() {
        let wanted = endings.iter().map(|ending| format!(".{ending}")).collect::<Vec<_>>().join(" or ");
        return Err(at_path(
            dir,
            Fault::new("", said!("holds no {wanted} file", wanted)).hint("name another folder"),
        ));
    }
    found.sort();
    Ok(found)
}

fn collect(dir: &Path, endings: &[&str], depth: usize, found: &mut Vec<PathBuf>) -> Result<(), Failure> {
    if depth > DEEPEST {
        return Err(at_path(
            dir,
            Fault::new("", "is nested too deep")
                .bound(said!("{most} folders", most = DEEPEST))
                .hint("name a folder further in"),
        ));
    }
    let unread = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotADirectory => {
            at_path(dir, Fault::new("", "is a file, not a folder").hint("name the folder it lies in"))
        }
        _ => Failure::io(dir, "read", &error),
    };
    for entry in fs::read_dir(dir).map_err(unread)? {
        let entry = entry.map_err(unread)?;
        let path = entry.path();
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        if entry.file_type().map_err(unread)?.is_dir() {
            collect(&path, endings, depth + 1, found)?;
        } else if endings.iter().any(|ending| has_ending(&path, ending)) && path.is_file() {
            found.push(path);
        }
        if found.len() > MOST_FILES {
            return Err(at_path(
                dir,
                Fault::new("", "holds too many files")
                    .bound(MOST_FILES.to_string())
                    .hint("name a folder further in"),
            ));
        }
    }
    Ok(())
}

/// Whether the file's name ends in `.ending`, in capitals or not.
pub(crate) fn has_ending(path: &Path, ending: &str) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case(ending))
}

/// What is built in, with the clinic's own folder beside it where one is named.
///
/// # Errors
/// When the folder cannot be read; every fault of every file in it.
pub(crate) fn library(zones_dir: Option<&Path>) -> Result<Cow<'static, Library>, Failure> {
    match zones_dir {
        None => Ok(Cow::Borrowed(Library::built_in())),
        Some(dir) => Ok(Cow::Owned(Library::with_files(&clinic_files(dir)?)?)),
    }
}

/// Every file a command reads: those named, and the clinic's own.
///
/// # Errors
/// When the clinic's folder cannot be read.
pub(crate) fn inputs(named: &[PathBuf], zones_dir: Option<&Path>) -> Result<Vec<PathBuf>, Failure> {
    let clinic = zones_dir.map(|dir| files_under(dir, &["toml"])).transpose()?.unwrap_or_default();
    Ok(named.iter().cloned().chain(clinic).collect())
}

/// The clinic's own files, by their paths: name and text.
///
/// # Errors
/// When the folder or one of its files cannot be read.
fn clinic_files(dir: &Path) -> Result<Vec<(String, String)>, Failure> {
    let paths = files_under(dir, &["toml"])?;
    paths.iter().map(|path| Ok((path.display().to_string(), text(path)?))).collect()
}

/// Reads a session file, and the plan before it where it names one.
///
/// # Errors
/// When either cannot be read; every fault in it.
pub(crate) fn session(path: &Path) -> Result<Session, Failure> {
    if has_ending(path, "csv") && path.is_file() {
        let fault = Fault::new("", "is a CSV, which may hold many sessions");
        return Err(at_path(path, fault.hint("give it to `nappage batch`")));
    }
    let session = Session::read(&path.display().to_string(), &text(path)?)?;
    match previous(path, &session) {
        None => Ok(session),
        Some(file) => Ok(session.after(&plan(&file)?)),
    }
}

/// The plan before a session, which its file names from where it lies itself.
pub(crate) fn previous(path: &Path, session: &Session) -> Option<PathBuf> {
    Some(path.with_file_name("").join(session.previous.as_ref()?))
}

/// Reads the file of a plan.
///
/// # Errors
/// When it cannot be read or is no plan.
pub(crate) fn plan(path: &Path) -> Result<Plan, Failure> {
    plan_of(&text(path)?).map_err(|fault| at_path(path, fault))
}

/// The plans of a session's layers that were written as JSON; none where the text is anything else.
pub(crate) fn layered_of(text: &str) -> Option<Layered> {
    let layered: Layered = serde_json::from_str(text).ok()?;
    (layered.format == LAYERS_FORMAT).then_some(layered)
}

/// A plan that was written as JSON.
///
/// # Errors
/// When the text is no plan.
pub(crate) fn plan_of(text: &str) -> Result<Plan, Fault> {
    if layered_of(text).is_some() {
        let fault = Fault::new("format", "holds the plans of a session's layers").value(LAYERS_FORMAT);
        let hint =
            "write the one meant with `nappage map --session FILE --layer NAME --format json -o plan.json`";
        return Err(fault.bound(FORMAT).hint(hint));
    }
    let plan: Plan = serde_json::from_str(text).map_err(|error| {
        let fault = Fault::new("", said!("is no plan: {error}", error = error.to_string()));
        fault.hint("write one with `nappage map --session FILE --format json -o plan.json`")
    })?;
    if plan.format == FORMAT {
        return Ok(plan);
    }
    let value: String = plan.format.chars().take(40).collect();
    Err(Fault::new("format", "is of another kind or version").value(value).bound(FORMAT))
}
