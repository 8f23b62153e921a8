//! Results on standard output or in files: a file is written whole or not at all.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use nappage::fault::Fault;

use super::diagnose::{printable, say};
use super::failure::{Failure, at_path};
use super::input::has_ending;

/// What to do where a file already stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Existing {
    /// Leave it and say so.
    Keep,
    /// Replace it.
    Replace,
    /// Leave it and say so: the command replaces no file.
    Never,
}

impl Existing {
    /// The choice that `--force` stands for.
    pub(crate) fn forced(force: bool) -> Self {
        if force { Self::Replace } else { Self::Keep }
    }
}

/// Where a result goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// Standard output.
    Stdout,
    /// A named file.
    File(PathBuf),
}

impl Target {
    /// The file named with `-o`, or standard output for none and for `-`.
    pub(crate) fn named(path: Option<PathBuf>) -> Self {
        match path {
            Some(path) if path.as_os_str() != "-" => Self::File(path),
            _ => Self::Stdout,
        }
    }

    /// The targets of so many results: this one for a single result, else files of its name with the
    /// numbers from 1, `map.png` giving `map-1.png`.
    ///
    /// # Errors
    /// When there are several and this is standard output, which holds one.
    pub(crate) fn numbered(self, count: usize) -> Result<Vec<Self>, Failure> {
        match self {
            target if count == 1 => Ok(vec![target]),
            Self::File(path) => {
                Ok((1..=count).map(|number| Self::File(with_number(&path, number))).collect())
            }
            Self::Stdout => {
                let fault = Fault::new("standard output", "holds one page of this format")
                    .value(format!("{count} pages"))
                    .hint("name a file with -o, to be numbered, or write a pdf");
                Err(fault.into())
            }
        }
    }

    /// Fails, before anything is written, where a write would fail for a file that stands in the way,
    /// or would replace one of the `inputs`.
    ///
    /// # Errors
    /// When the file is an input, or exists and is to be kept.
    pub(crate) fn check(&self, existing: Existing, inputs: &[PathBuf]) -> Result<(), Failure> {
        let Self::File(path) = self else { return Ok(()) };
        no_input(path, inputs)?;
        let kept = existing != Existing::Replace && stands(path);
        if kept { Err(in_the_way(path, existing)) } else { Ok(()) }
    }

    /// Writes so many files: each whole, and none where one of them would be refused. Returns where each went.
    ///
    /// # Errors
    /// See [`Target::numbered`], [`Target::check`] and [`Target::write`].
    pub(crate) fn put(
        self,
        files: &[Vec<u8>],
        existing: Existing,
        inputs: &[PathBuf],
    ) -> Result<Vec<Self>, Failure> {
        let targets = self.numbered(files.len())?;
        targets.iter().try_for_each(|target| target.check(existing, inputs))?;
        targets.iter().zip(files).try_for_each(|(target, file)| target.write(file, existing))?;
        Ok(targets)
    }

    /// Says that a file was written.
    pub(crate) fn told(&self) {
        if let Self::File(path) = self {
            say(&format!("wrote {}", printable(&path.display().to_string())));
        }
    }

    /// Writes the whole result.
    ///
    /// # Errors
    /// See [`write_file`] and [`print`].
    pub(crate) fn write(&self, content: &[u8], existing: Existing) -> Result<(), Failure> {
        match self {
            Self::Stdout => pour(io::stdout().lock(), content),
            Self::File(path) => write_file(path, content, existing),
        }
    }
}

/// The format asked for, else the one the file's ending names, else the `usual` one where it has none.
///
/// # Errors
/// When the ending names another format than is asked for, or none is asked for and it names none: a
/// drawing under another name would not open.
pub(crate) fn format<F: ValueEnum + PartialEq + Copy>(
    asked: Option<F>,
    output: Option<&Path>,
    usual: F,
) -> Result<F, Failure> {
    let Some(path) = output else { return Ok(asked.unwrap_or(usual)) };
    let Some(ending) = path.extension() else { return Ok(asked.unwrap_or(usual)) };
    let mut formats = F::value_variants().iter().copied();
    let named =
        |format: &F| format.to_possible_value().is_some_and(|value| has_ending(path, value.get_name()));
    let found = formats.find(named);
    if let Some(asked) = asked {
        return match found.filter(|found| *found != asked) {
            None => Ok(asked),
            Some(_) => {
                let fault = Fault::new("", "has the ending of another format than --format asks for");
                let fault = fault.value(format!(".{}", ending.to_string_lossy()));
                Err(at_path(path, fault.hint("leave one of the two out, or make them agree")))
            }
        };
    }
    found.ok_or_else(|| {
        let names = F::value_variants().iter().filter_map(ValueEnum::to_possible_value);
        let names: Vec<String> = names.map(|value| format!(".{}", value.get_name())).collect();
        let fault = Fault::new("", "has an ending that names no format")
            .value(format!(".{}", ending.to_string_lossy()))
            .bound(names.join(", "))
            .hint("give the file one of these endings, or choose with --format");
        at_path(path, fault)
    })
}

/// The path with a number behind the name and before the ending.
fn with_number(path: &Path, number: usize) -> PathBuf {
    let mut name = path.file_stem().unwrap_or_default().to_owned();
    name.push(format!("-{number}"));
    if let Some(ending) = path.extension() {
        name.push(".");
        name.push(ending);
    }
    path.with_file_name(name)
}

/// Fails where writing `path` would replace one of the `inputs`, by whatever name.
///
/// # Errors
/// When it would.
pub(crate) fn no_input(path: &Path, inputs: &[PathBuf]) -> Result<(), Failure> {
    let Ok(real) = fs::canonicalize(path) else { return Ok(()) };
    let is_file = fs::metadata(&real).is_ok_and(|there| there.is_file());
    if is_file && inputs.iter().any(|input| fs::canonicalize(input).is_ok_and(|input| input == real)) {
        let fault = Fault::new("", "is read by this command, so it is not written to");
        return Err(at_path(path, fault.hint("name another file")));
    }
    Ok(())
}

/// Prints on standard output; colours are left out where it is no terminal.
///
/// # Errors
/// When nobody reads it any more ([`Failure::ClosedPipe`]) or it cannot be written.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    pour(anstream::stdout().lock(), text.as_bytes())
}

fn pour(mut stream: impl Write, content: &[u8]) -> Result<(), Failure> {
    stream.write_all(content).and_then(|()| stream.flush()).map_err(|error| match error.kind() {
        io::ErrorKind::BrokenPipe => Failure::ClosedPipe,
        _ => Failure::io(Path::new("standard output"), "written", &error),
    })
}

/// Writes a file whole or not at all: into a temporary file beside it, which then takes its name.
///
/// A device or a named pipe is written to directly, since nothing can be put in its place.
///
/// # Errors
/// When the file exists and is to be kept, its directory is missing or cannot be written, or the
/// disk is full.
pub(crate) fn write_file(path: &Path, content: &[u8], existing: Existing) -> Result<(), Failure> {
    let unwritten = |error: io::Error| unwritten(path, &error);
    match fs::metadata(path) {
        Ok(there) if there.is_dir() => {
            return Err(at_path(
                path,
                Fault::new("", "is a directory, not a file").hint("name a file in it"),
            ));
        }
        Ok(there) if !there.is_file() => {
            let mut device = OpenOptions::new().write(true).open(path).map_err(unwritten)?;
            return device.write_all(content).and_then(|()| device.flush()).map_err(unwritten);
        }
        Ok(_) if existing != Existing::Replace => return Err(in_the_way(path, existing)),
        _ => {}
    }
    // A link is written through, so that it still is a link afterwards.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let mut file = temporary(&target).map_err(unwritten)?;
    file.write_all(content).and_then(|()| file.as_file().sync_all()).map_err(unwritten)?;
    let kept = match existing {
        Existing::Replace => file.persist(&target),
        Existing::Keep | Existing::Never => file.persist_noclobber(&target),
    };
    match kept {
        Ok(_) => Ok(()),
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => Err(in_the_way(path, existing)),
        Err(error) => Err(unwritten(error.error)),
    }
}

/// A temporary file in the directory of `target`, with the rights a new file there would have.
fn temporary(target: &Path) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".nappage-").suffix(".part");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(directory(target))
}

/// The directory a file stands in.
fn directory(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// Whether a file stands at `path` that a write would replace.
fn stands(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|there| there.is_file() || there.is_symlink())
        && fs::metadata(path).map_or(true, |there| there.is_file())
}

fn in_the_way(path: &Path, existing: Existing) -> Failure {
    let hint = match existing {
        Existing::Never => "name another file: this command replaces none",
        Existing::Keep | Existing::Replace => "name another file, or replace it with --force",
    };
    at_path(path, Fault::new("", "already exists").hint(hint))
}

fn unwritten(path: &Path, error: &io::Error) -> Failure {
    if error.kind() == io::ErrorKind::NotFound {
        let missing = !directory(path).is_dir();
        let why = if missing { "its directory does not exist" } else { "its directory takes no files" };
        let fault = Fault::new("", format!("could not be written: {why}"))
            .value(directory(path).display().to_string())
            .hint("make the directory first, or write elsewhere");
        return at_path(path, fault);
    }
    Failure::io(path, "written", error)
}
