//! A record with the plan that it names.

use std::fs;
use std::path::{Component, Path, PathBuf};

use nappage::library::Library;
use nappage::plan::Plan;
use nappage::record::Record;
use nappage::session;

use crate::commands::failure::Failure;
use crate::commands::input;

/// A record with its plan.
pub(super) struct Joined {
    pub(super) record: Record,
    pub(super) plan: Plan,
    /// The files that were read.
    pub(super) inputs: Vec<PathBuf>,
}

impl Joined {
    /// Reads a record and its plan: `plan`, or else the one it names.
    ///
    /// # Errors
    /// When either cannot be read; every fault in it.
    pub(super) fn read(path: &Path, plan: Option<&Path>, library: &Library) -> Result<Self, Failure> {
        let record = record(path)?;
        let file = plan.map_or_else(|| beside(path, record.plan.path()), Path::to_path_buf);
        // A session is written as TOML, a plan as JSON.
        let plan = match input::has_ending(&file, "toml") {
            true => session::plan(&input::session(&file)?, library)?,
            false => input::plan(&file)?,
        };
        Ok(Self { record, plan, inputs: vec![path.to_path_buf(), file] })
    }

    /// A record that names this one's plan from where it is written itself.
    ///
    /// # Errors
    /// When a folder on the way cannot be read.
    pub(super) fn moved(&self, record: Record, to: &Path) -> Result<Record, Failure> {
        let [_, plan] = self.inputs.as_slice() else { return Ok(record) };
        let plan = record.plan.at(path_from(to, plan)?);
        Ok(Record { plan, ..record })
    }
}

/// Reads a record file.
///
/// # Errors
/// When it cannot be read; every fault in it.
pub(super) fn record(path: &Path) -> Result<Record, Failure> {
    Ok(Record::read(&path.display().to_string(), &input::text(path)?)?)
}

/// A path that the file at `record` names from where it lies itself.
pub(super) fn beside(record: &Path, path: &str) -> PathBuf {
    record.with_file_name("").join(path)
}

/// The path of `to` as the file at `from` names it: from the folder it lies in, with slashes.
///
/// # Errors
/// When a folder on the way cannot be read.
pub(super) fn path_from(from: &Path, to: &Path) -> Result<String, Failure> {
    let folder = |path: &Path| match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_path_buf(),
        _ => PathBuf::from("."),
    };
    let real = |folder: &Path| fs::canonicalize(folder).map_err(|e| Failure::io(folder, "read", &e));
    let (here, there) = (real(&folder(from))?, real(&folder(to))?);
    let shared = here.components().zip(there.components()).take_while(|(a, b)| a == b).count();
    let up = here.components().skip(shared).map(|_| Component::ParentDir);
    let way = up.chain(there.components().skip(shared)).map(|part| part.as_os_str().to_owned());
    let way = way.chain(to.file_name().map(ToOwned::to_owned));
    Ok(way.map(|part| part.to_string_lossy().into_owned()).collect::<Vec<_>>().join("/"))
}
