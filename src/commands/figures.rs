//! Figures with their units, sources and status, for a person to read.

use std::fmt::Write;

use nappage::library::Library;
use nappage::protocol::FigureLine;

/// A table of the figures, and below it their notes and sources.
pub(crate) fn shown(id: &str, name: &str, figures: &[FigureLine], library: &Library) -> String {
    let mut text = format!("{id}: {name}\n\n");
    let header = ["figure", "value", "source", "status"].map(str::to_owned);
    text += &super::table::aligned([header].into_iter().chain(figures.iter().map(row)));
    text += &notes(figures);
    text += &sources(figures, library);
    text
}

fn row(figure: &FigureLine) -> [String; 4] {
    let unit = if figure.unit.is_empty() { String::new() } else { format!(" {}", figure.unit) };
    [
        figure.name.to_owned(),
        format!("{}{unit}", figure.value),
        figure.source.clone().unwrap_or_else(|| "-".to_owned()),
        figure.status.to_string(),
    ]
}

fn notes(figures: &[FigureLine]) -> String {
    let mut text = String::new();
    for figure in figures {
        if let Some(note) = &figure.note {
            let _ = writeln!(text, "  {}: {note}", figure.name);
        }
    }
    if text.is_empty() { text } else { format!("\nNotes\n{text}") }
}

fn sources(figures: &[FigureLine], library: &Library) -> String {
    let mut text = String::new();
    for source in &library.sources {
        if figures.iter().any(|figure| figure.source.as_ref() == Some(&source.id)) {
            let doi = source.doi.as_ref().map(|doi| format!(", doi:{doi}")).unwrap_or_default();
            let registry = source.registry.as_ref().map(|id| format!(", {id}")).unwrap_or_default();
            let _ = writeln!(text, "  {}: {}{doi}{registry}", source.id, source.citation);
        }
    }
    if text.is_empty() { text } else { format!("\nSources\n{text}") }
}
