//! Faults and findings on standard error: where, what, which value, which bound, what to do.

use std::io::Write;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use clap::builder::styling::{AnsiColor, Style};
use nappage::fault::{Fault, Faults};
use nappage::plan::{Finding, Severity};

const ERROR: Style = AnsiColor::BrightRed.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();
const NOTE: Style = AnsiColor::BrightGreen.on_default().bold();
const HINT: Style = AnsiColor::BrightCyan.on_default().bold();

/// Says something on standard error. Where that is closed, nobody is left to tell.
pub(crate) fn say(text: &str) {
    let mut stream = anstream::stderr().lock();
    let _ = writeln!(stream, "{text}");
}

/// Prints every fault, those with a place in a file together with its line.
pub(crate) fn faults(faults: &Faults) {
    for fault in &faults.list {
        say(&render(faults, fault));
    }
}

/// The text of one fault, styled for a terminal.
fn render(faults: &Faults, fault: &Fault) -> String {
    match place(faults, fault) {
        Some((text, span)) => snippet(&faults.origin, text, span, fault),
        None => plain(&faults.origin, fault),
    }
}

/// The text to point into, with a span that lies in it and on character borders.
fn place<'a>(faults: &'a Faults, fault: &Fault) -> Option<(&'a str, Range<usize>)> {
    let (text, span) = (faults.text.as_deref()?, fault.span.clone()?);
    let sound = text.get(span.clone()).is_some() && !text.is_empty();
    sound.then_some((text, span))
}

fn snippet(origin: &str, text: &str, span: Range<usize>, fault: &Fault) -> String {
    let figures = figures(fault);
    let mut annotation = AnnotationKind::Primary.span(one_line(text, span));
    if !figures.is_empty() {
        annotation = annotation.label(figures);
    }
    let mut group = Group::with_title(Level::ERROR.primary_title(title(fault)))
        .element(Snippet::source(text).path(origin).annotation(annotation));
    if let Some(hint) = &fault.hint {
        group = group.element(Level::HELP.with_name("hint").message(printable(hint)));
    }
    Renderer::styled().render(&[group])
}

/// The span cut at its first line's end: a whole table underlined hides the message.
fn one_line(text: &str, span: Range<usize>) -> Range<usize> {
    let length = text.get(span.clone()).and_then(|covered| covered.find('\n'));
    span.start..length.map_or(span.end, |length| span.start + length)
}

fn plain(origin: &str, fault: &Fault) -> String {
    let mut text = format!("{ERROR}error{ERROR:#}: ");
    if !origin.is_empty() {
        text += &format!("{}: ", printable(origin));
    }
    text += &title(fault);
    let figures = figures(fault);
    if !figures.is_empty() {
        text += &format!(" ({figures})");
    }
    if let Some(hint) = &fault.hint {
        text += &format!("\n {HINT}hint{HINT:#}: {}", printable(hint));
    }
    text
}

fn title(fault: &Fault) -> String {
    let separator = if fault.item.is_empty() { "" } else { ": " };
    printable(&format!("{}{separator}{}", fault.item, fault.problem))
}

fn figures(fault: &Fault) -> String {
    let value = fault.value.as_ref().map(|value| format!("value {}", shortened(value)));
    let bound = fault.bound.as_ref().map(|bound| format!("bound {bound}"));
    printable(&value.into_iter().chain(bound).collect::<Vec<_>>().join(", "))
}

/// A value from outside at a length that still leaves the message readable.
fn shortened(value: &str) -> String {
    const MOST: usize = 80;
    match value.char_indices().nth(MOST) {
        Some((end, _)) => format!("{} …", &value[..end]),
        None => value.to_owned(),
    }
}

/// Text from outside without the control characters that would steer a terminal.
pub(crate) fn printable(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() && c != '\n' {
            safe.extend(c.escape_default());
        } else {
            safe.push(c);
        }
    }
    safe
}

/// Prints the findings, the gravest first, one a line; several notes of one kind share a line.
pub(crate) fn findings(findings: &[Finding]) {
    let mut sorted: Vec<&Finding> = findings.iter().collect();
    sorted.sort_by_key(|finding| finding.severity);
    let (grave, notes): (Vec<_>, Vec<_>) =
        sorted.into_iter().partition(|finding| finding.severity != Severity::Note);
    for finding in grave {
        let (style, name) = match finding.severity {
            Severity::Error => (ERROR, "error"),
            _ => (WARNING, "warning"),
        };
        say(&format!("{style}{name}{style:#}: {}", finding_text(finding)));
    }
    let mut kinds: Vec<&str> = Vec::new();
    for note in &notes {
        if kinds.contains(&note.code.as_str()) {
            continue;
        }
        kinds.push(&note.code);
        let text = match notes.iter().filter(|other| other.code == note.code).count() {
            1 => finding_text(note),
            count => format!("[{}] {count} notes, in full with --format json", printable(&note.code)),
        };
        say(&format!("{NOTE}note{NOTE:#}: {text}"));
    }
}

/// A finding on one line: its code and its message, which names the zone.
pub(crate) fn finding_text(finding: &Finding) -> String {
    printable(&format!("[{}] {}", finding.code, finding.message)).replace('\n', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stripped(text: &str) -> String {
        anstream::adapter::strip_str(text).to_string()
    }

    #[test]
    fn a_fault_with_a_place_shows_file_line_value_bound_and_hint() {
        let text = "a = 1\nspacing = \"2cm\" # é\n";
        let fault = Fault::new("spacing", "is too wide")
            .value("2cm")
            .bound("10 to 15 mm")
            .hint("give a spacing within the bound")
            .at(16..21);
        let faults = Faults::in_text("s.toml", text, vec![fault]);
        let shown = stripped(&render(&faults, &faults.list[0]));
        for part in
            ["error: spacing: is too wide", "s.toml:2:11", "value 2cm, bound 10 to 15 mm", "hint: give"]
        {
            assert!(shown.contains(part), "{part} missing in:\n{shown}");
        }
    }

    #[test]
    fn a_span_outside_its_text_falls_back_to_plain_words() {
        for span in [3..900, 900..901, 1..2] {
            let faults = Faults::in_text("s.toml", "é", vec![Fault::new("x", "is odd").at(span)]);
            assert_eq!(stripped(&render(&faults, &faults.list[0])), "error: s.toml: x: is odd");
        }
    }

    #[test]
    fn control_characters_from_outside_do_not_reach_the_terminal() {
        let faults = Faults::of("a\u{1b}[2J.toml", vec![Fault::new("\u{7}", "is odd").value("\u{1b}]0;x")]);
        let shown = stripped(&render(&faults, &faults.list[0]));
        assert!(!shown.chars().any(|c| c.is_control()), "{shown:?}");
    }
}
