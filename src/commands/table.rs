//! Plain columns for a person to read.

/// Widest column, in characters; longer text runs on in lines of its own.
const WIDEST: usize = 60;

/// Rows with their columns lined up, two spaces apart.
pub(crate) fn aligned<const N: usize>(rows: impl IntoIterator<Item = [String; N]>) -> String {
    let rows: Vec<[Vec<String>; N]> = rows.into_iter().map(|row| row.map(|cell| wrapped(&cell))).collect();
    let mut widths = [0; N];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.iter().map(|line| line.chars().count()).fold(*width, usize::max);
        }
    }
    let mut text = String::new();
    for row in &rows {
        for index in 0..row.iter().map(Vec::len).max().unwrap_or(0) {
            let mut line = String::new();
            for (width, cell) in widths.iter().zip(row) {
                // A wider column cannot be asked of the formatter.
                let width = (*width).min(usize::from(u16::MAX));
                line += &format!("{:width$}  ", cell.get(index).map_or("", String::as_str));
            }
            text += line.trim_end();
            text.push('\n');
        }
    }
    text
}

/// The text in lines of at most [`WIDEST`] characters, broken at blanks; its indent is kept.
fn wrapped(text: &str) -> Vec<String> {
    let words = text.trim_start();
    let (indent, _) = text.split_at(text.len() - words.len());
    let mut lines = Vec::new();
    let mut line = indent.to_owned();
    for word in words.split_whitespace() {
        let begun = line.len() > indent.len();
        if begun && line.chars().count() + 1 + word.chars().count() > WIDEST {
            lines.push(std::mem::replace(&mut line, indent.to_owned()));
        } else if begun {
            line.push(' ');
        }
        line += word;
    }
    lines.push(line);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_and_lines_end_without_blanks() {
        let rows = [["a", "b"], ["  long", "é"], ["x", ""]].map(|row| row.map(str::to_owned));
        assert_eq!(aligned(rows), "a       b\n  long  é\nx\n");
    }

    #[test]
    fn long_text_runs_on_below_itself_and_loses_no_word() {
        let long = "word ".repeat(40);
        let shown = aligned([["a".to_owned(), long.clone(), "end".to_owned()]]);
        assert!(shown.lines().all(|line| line.chars().count() <= 70), "{shown}");
        assert_eq!(shown.matches("word").count(), 40);
        assert!(shown.lines().nth(1).is_some_and(|line| line.starts_with("   word")), "{shown}");
    }
}
