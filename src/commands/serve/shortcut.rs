//! A file to double-click that starts the page, for those who open no terminal.

use std::env;
use std::io;
use std::path::{Path, PathBuf};

use super::Args;
use crate::commands::failure::Failure;
use crate::commands::output::{Existing, Target};

/// Writes the shortcut into a folder; one that is there already is left.
///
/// # Errors
/// When the program does not know where it lies, a path is no text, or the file cannot be written.
pub(super) fn write(folder: &Path, args: &Args, zones_dir: Option<&Path>) -> Result<(), Failure> {
    let program = env::current_exe().map_err(|error| Failure::io(folder, "given a shortcut to", &error))?;
    let mut words = vec![text(&program)?, "serve".to_owned()];
    if let Some(port) = args.port {
        words.extend(["--port".to_owned(), port.to_string()]);
    }
    if let Some(file) = &args.words {
        let file = file.canonicalize().map_err(|error| Failure::io(file, "read", &error))?;
        words.extend(["--words".to_owned(), text(&file)?]);
    }
    if let Some(zones) = zones_dir {
        let zones = zones.canonicalize().map_err(|error| Failure::io(zones, "read", &error))?;
        words.extend(["--zones".to_owned(), text(&zones)?]);
    }
    let (name, content) = if cfg!(windows) {
        ("Nappage.bat", batch(&words))
    } else if cfg!(target_os = "macos") {
        ("Nappage.command", script(&words))
    } else {
        ("Nappage.desktop", desktop(&words))
    };
    let file = Target::File(folder.join(name));
    file.check(Existing::Never, &[])?;
    file.write(content.as_bytes(), Existing::Never)?;
    make_runnable(&folder.join(name))?;
    file.told();
    Ok(())
}

fn text(path: &Path) -> Result<String, Failure> {
    let no_text = || io::Error::new(io::ErrorKind::InvalidData, "its path is no text");
    path.to_str().map(str::to_owned).ok_or_else(|| Failure::io(path, "written into a shortcut", &no_text()))
}

/// A launcher of the freedesktop.org specification: words quoted, then the whole escaped as a string.
fn desktop(words: &[String]) -> String {
    let quoted = |word: &String| {
        let mut quoted = String::from("\"");
        for letter in word.chars() {
            match letter {
                '"' | '`' | '$' | '\\' => quoted.extend(['\\', letter]),
                '%' => quoted.push_str("%%"),
                letter => quoted.push(letter),
            }
        }
        quoted + "\""
    };
    let line = words.iter().map(quoted).collect::<Vec<_>>().join(" ").replace('\\', "\\\\");
    format!(
        "[Desktop Entry]\nType=Application\nName=Nappage\nComment=Plan micro-injections in the browser\n\
         Exec={line}\nTerminal=true\nCategories=Science;MedicalSoftware;\n"
    )
}

/// A script of the shell, which takes what stands between single quotes as it is.
fn script(words: &[String]) -> String {
    let quoted = |word: &String| format!("'{}'", word.replace('\'', "'\\''"));
    format!("#!/bin/sh\nexec {}\n", words.iter().map(quoted).collect::<Vec<_>>().join(" "))
}

/// A batch file of Windows, whose paths hold no double quotes.
fn batch(words: &[String]) -> String {
    let quoted = |word: &String| format!("\"{}\"", word.replace('%', "%%"));
    format!("@{}\r\n", words.iter().map(quoted).collect::<Vec<_>>().join(" "))
}

#[cfg(unix)]
fn make_runnable(file: &PathBuf) -> Result<(), Failure> {
    use std::os::unix::fs::PermissionsExt;
    let made = std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o755));
    made.map_err(|error| Failure::io(file, "made runnable", &error))
}

#[cfg(not(unix))]
fn make_runnable(_: &PathBuf) -> Result<(), Failure> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words() -> Vec<String> {
        ["/home/a b/$x/it's 100%/nappage", "serve"].map(str::to_owned).to_vec()
    }

    #[test]
    fn every_letter_of_a_path_is_taken_as_it_is() {
        assert!(
            desktop(&words()).contains("Exec=\"/home/a b/\\\\$x/it's 100%%/nappage\" \"serve\"\n"),
            "{}",
            desktop(&words())
        );
        assert_eq!(script(&words()), "#!/bin/sh\nexec '/home/a b/$x/it'\\''s 100%/nappage' 'serve'\n");
        assert_eq!(batch(&words()), "@\"/home/a b/$x/it's 100%%/nappage\" \"serve\"\r\n");
    }
}
