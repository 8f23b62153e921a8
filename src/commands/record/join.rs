//! A record with the plan that it names.

use std::fs;
use std::path::{Component, Path, PathBuf};

use nappage::fault::Fault;
use nappage::library::Library;
use nappage::plan::{Layered, Plan, PlannedLayer};
use nappage::record::Record;
use nappage::said::Said;
use nappage::session;

use crate::commands::failure::{Failure, at_path};
use crate::commands::input;
use crate::commands::planned::layer_named;

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
        let hint = "add its layer to [plan] in the record";
        let plan = match plan_at(&file, library)? {
            Planned::Single(plan) => *plan,
            Planned::Layers(layered) => {
                of_layer(layered, record.layer.as_deref(), hint).map_err(|fault| at_path(path, fault))?.plan
            }
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

/// What a record can be of.
pub(super) enum Planned {
    /// The one treatment of a session.
    Single(Box<Plan>),
    /// The several of one.
    Layers(Layered),
}

/// The plan in a file, or of the session in it: a session is written as TOML, a plan as JSON.
///
/// # Errors
/// When it cannot be read or planned; every fault in it.
pub(super) fn plan_at(file: &Path, library: &Library) -> Result<Planned, Failure> {
    if !input::has_ending(file, "toml") {
        let text = input::text(file)?;
        return match input::layered_of(&text) {
            Some(layered) => Ok(Planned::Layers(layered)),
            None => {
                Ok(Planned::Single(Box::new(input::plan_of(&text).map_err(|fault| at_path(file, fault))?)))
            }
        };
    }
    let session = input::session(file)?;
    match session.layers.is_empty() {
        true => Ok(Planned::Single(Box::new(session::plan(&session, library)?))),
        false => Ok(Planned::Layers(session::layers(&session, library)?)),
    }
}

/// The layer of a name, its plan with what was found on the layers together.
///
/// # Errors
/// When no name is given, for which `hint` says what to do, or it is none of them.
pub(super) fn of_layer(
    mut layered: Layered,
    name: Option<&str>,
    hint: impl Into<Said>,
) -> Result<PlannedLayer, Fault> {
    let names: Vec<&str> = layered.layers.iter().map(|layer| layer.name.as_str()).collect();
    let Some(name) = name else {
        let fault = Fault::new("plan", "is that of a session with layers, each with a record of its own");
        return Err(fault.bound(names.join(", ")).hint(hint));
    };
    let index = layer_named(&names, name)?;
    let mut layer = layered.layers.swap_remove(index);
    layer.plan.findings.append(&mut layered.findings);
    Ok(layer)
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
