//! How a command ends: what could not be done, and which exit code says so.

use std::io;
use std::path::Path;
use std::process::ExitCode;

use nappage::fault::{Fault, Faults};
use nappage::plan::{Finding, Severity};

/// Why a command could not run. Exit code 2, but for a closed pipe.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Files or arguments at fault.
    Faults(Vec<Faults>),
    /// The reader of standard output went away; nobody is left to tell.
    ClosedPipe,
}

impl Failure {
    /// What stopped the reading or writing of `path`.
    pub(crate) fn io(path: &Path, doing: &str, error: &io::Error) -> Self {
        at_path(path, io_fault(doing, error))
    }
}

impl From<Faults> for Failure {
    fn from(faults: Faults) -> Self {
        Self::Faults(vec![faults])
    }
}

impl From<Vec<Faults>> for Failure {
    fn from(faults: Vec<Faults>) -> Self {
        Self::Faults(faults)
    }
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        Faults::of(String::new(), vec![fault]).into()
    }
}

/// A fault of the file or directory at `path`.
pub(crate) fn at_path(path: &Path, fault: Fault) -> Failure {
    Faults::of(path.display().to_string(), vec![fault]).into()
}

/// Puts an error of the system into words, with what to do about it.
pub(crate) fn io_fault(doing: &str, error: &io::Error) -> Fault {
    use io::ErrorKind as Kind;
    let (problem, hint) = match error.kind() {
        Kind::NotFound if doing == "read" => ("does not exist".to_owned(), "check the spelling of the path"),
        Kind::NotFound => (format!("could not be {doing}: there is no such place"), "check the path"),
        Kind::PermissionDenied => (
            format!("could not be {doing}: permission denied"),
            "check the rights of the file and its directory",
        ),
        Kind::StorageFull | Kind::QuotaExceeded | Kind::FileTooLarge => (
            format!("could not be {doing}: no space left on the disk"),
            "free some space, or write elsewhere",
        ),
        Kind::IsADirectory => ("is a directory, not a file".to_owned(), "name a file"),
        Kind::NotADirectory => ("has a file where a directory should be".to_owned(), "check the path"),
        Kind::InvalidFilename => {
            (format!("could not be {doing}: the disk takes no such name"), "choose a shorter, plainer name")
        }
        Kind::ReadOnlyFilesystem => {
            (format!("could not be {doing}: the disk is read-only"), "write elsewhere")
        }
        _ => (format!("could not be {doing}: {error}"), "try another path"),
    };
    Fault::new("", problem).hint(hint)
}

/// How a command that ran came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Done, and nothing breaks a limit. Exit code 0.
    Clean,
    /// Done, with an error finding or one of several inputs at fault. Exit code 1.
    Findings,
}

impl Outcome {
    /// Whether any finding breaks a limit.
    pub(crate) fn of(findings: &[Finding]) -> Self {
        if findings.iter().any(|finding| finding.severity == Severity::Error) {
            Self::Findings
        } else {
            Self::Clean
        }
    }
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Clean => Self::SUCCESS,
            Outcome::Findings => Self::from(1),
        }
    }
}

/// Exit code of a command that could not run.
pub(crate) const COULD_NOT_RUN: u8 = 2;
