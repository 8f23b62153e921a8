//! Every command of the README runs as it stands there.
//!
//! A line of an `sh` block is a command; `# exits 1` behind it names another exit code than 0.

use crate::support;

use std::fs;
use std::path::Path;

use support::Folder;

/// A command of the README with the exit code it promises.
struct Line {
    words: Vec<String>,
    code: i32,
    text: String,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn readme() -> String {
    fs::read_to_string(root().join("README.md")).expect("the README is there")
}

/// The blocks of one language.
fn blocks(text: &str, language: &str) -> Vec<String> {
    let opening = format!("```{language}");
    let mut blocks = Vec::new();
    let mut block: Option<String> = None;
    for line in text.lines() {
        match &mut block {
            None if line == opening => block = Some(String::new()),
            Some(_) if line == "```" => blocks.extend(block.take()),
            Some(content) => *content += &format!("{line}\n"),
            None => {}
        }
    }
    blocks
}

fn commands(text: &str) -> Vec<Line> {
    let mut commands = Vec::new();
    for line in
        blocks(text, "sh").iter().flat_map(|block| block.lines()).filter(|line| !line.trim().is_empty())
    {
        let (command, comment) = line.split_once('#').unwrap_or((line, ""));
        let code = if comment.contains("exits 1") { 1 } else { 0 };
        let words: Vec<String> = command.split_whitespace().map(str::to_owned).collect();
        if !words.is_empty() {
            commands.push(Line { words, code, text: line.to_owned() });
        }
    }
    commands
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("the folder is made");
    for entry in fs::read_dir(from).expect("the folder is there") {
        let path = entry.expect("an entry").path();
        let target = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy(&path, &target)
        } else {
            fs::copy(&path, &target).expect("copied");
        }
    }
}

/// The arguments for the program, or `None` for a command of cargo's own.
fn arguments(line: &Line) -> Option<Vec<&str>> {
    let words: Vec<&str> = line.words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["nappage", rest @ ..] | ["cargo", "run", "--release", "--", rest @ ..] => Some(rest.to_vec()),
        ["cargo", ..] => None,
        _ => panic!("'{}' is no command of this program or of cargo", line.text),
    }
}

/// What a command of cargo's needs must be in the project.
fn exists(line: &Line) {
    let words: Vec<&str> = line.words.iter().map(String::as_str).collect();
    let file = match words.as_slice() {
        ["cargo", "test" | "doc" | "bench" | "build"] | ["cargo", "doc", "--open"] => return,
        ["cargo", "install", "--path", "."] => "src/main.rs".to_owned(),
        ["cargo", "run", "--example", name] => format!("examples/{name}.rs"),
        ["cargo", "run", "--release", "--example", name] => format!("examples/{name}.rs"),
        ["cargo", "bench", "--bench", name] => format!("benches/{name}.rs"),
        _ => panic!("'{}' is not known to this test", line.text),
    };
    assert!(root().join(&file).is_file(), "'{}': there is no {file}", line.text);
}

#[test]
fn every_command_of_the_readme_runs() {
    let commands = commands(&readme());
    assert!(commands.len() > 10, "the README shows {} commands", commands.len());
    let folder = Folder::new();
    copy(&root().join("examples"), &folder.path().join("examples"));
    for line in &commands {
        match arguments(line) {
            None => exists(line),
            Some(args) => {
                let run = folder.run(&args);
                assert_eq!(run.code, Some(line.code), "{}\n{}{}", line.text, run.stdout, run.stderr);
            }
        }
    }
}

#[test]
fn the_files_shown_in_the_readme_are_sound() {
    let folder = Folder::new();
    let mut shown = 0;
    for block in blocks(&readme(), "toml") {
        folder.put("block.toml", &block);
        shown += 1;
        if block.contains("nappage-session/1") {
            let run = folder.run(&["check", "block.toml"]);
            assert!(matches!(run.code, Some(0 | 1)), "{block}\n{}", run.stderr);
        } else {
            folder.run(&["zones", "validate", "block.toml"]).exits(0);
        }
    }
    assert!(shown >= 2, "the README shows {shown} files");
}

#[test]
fn every_file_the_readme_links_to_is_there() {
    let text = readme();
    let mut links = 0;
    for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
        if !link.contains("://") && !link.starts_with('#') {
            links += 1;
            assert!(root().join(link).exists(), "{link} is missing");
        }
    }
    assert!(links >= 4, "the README links to {links} files");
}
