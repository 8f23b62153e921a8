//! Sessions out of a CSV, one a row.
//!
//! The columns bear the names of the keys of a session file; those of a table are joined by a dot
//! (`vials.volume`, `vials.number`, `volumes.forehead`). `zones` holds ids apart by blanks, commas or
//! semicolons. `name` is the map's name. An empty cell is a key left out.

use std::path::Path;

use nappage::fault::{Fault, Faults, nearest_name};
use nappage::session::{FORMAT, Session};
use toml::{Table, Value};

use super::failure::{Failure, at_path};
use super::gallery::Request;
use super::input;

/// The columns, but for those of single zones: `volumes.ZONE`.
const COLUMNS: [&str; 14] = [
    "name",
    "zones",
    "body",
    "protocol",
    "spacing",
    "pattern",
    "total",
    "volume",
    "periorbital-volume",
    "syringe",
    "vials.volume",
    "vials.number",
    "paper",
    "reference",
];

/// The sessions of a CSV file, in the order of its rows; a row at fault carries its faults.
///
/// # Errors
/// When the file cannot be read, has no rows, or a column is unknown or stands twice.
pub(super) fn read(path: &Path) -> Result<Vec<Request>, Failure> {
    let text = input::text(path)?;
    let text = text.trim_start_matches('\u{feff}');
    let header = text.lines().next().unwrap_or_default();
    // Spreadsheets of countries with a decimal comma write semicolons.
    let delimiter = if header.contains(';') && !header.contains(',') { b';' } else { b',' };
    let mut reader =
        csv::ReaderBuilder::new().delimiter(delimiter).trim(csv::Trim::All).from_reader(text.as_bytes());
    let columns = columns(path, &mut reader)?;
    let origin = path.display().to_string();
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let mut requests = Vec::new();
    for record in reader.records() {
        let number = requests.len() + 1;
        let mut title = format!("{stem}-{number}");
        let session = match record {
            Ok(record) => {
                let line = record.position().map_or(0, csv::Position::line);
                let cells: Vec<(&str, &str)> = columns
                    .iter()
                    .map(String::as_str)
                    .zip(&record)
                    .filter(|(_, cell)| !cell.is_empty())
                    .collect();
                if let Some((_, name)) = cells.iter().find(|(column, _)| *column == "name") {
                    title = (*name).to_owned();
                }
                session(&format!("{origin}:{line}"), &cells)
            }
            Err(error) => Err(Faults::of(origin.clone(), vec![torn(&error)])),
        };
        let source = format!("{origin}, row {number}");
        requests.push(Request { title, source, session: session.map_err(|faults| vec![faults]) });
    }
    if requests.is_empty() {
        let fault =
            Fault::new("", "holds no session").hint("write one row for each session below the header");
        return Err(at_path(path, fault));
    }
    Ok(requests)
}

fn columns(path: &Path, reader: &mut csv::Reader<&[u8]>) -> Result<Vec<String>, Failure> {
    let header = reader.headers().map_err(|error| at_path(path, torn(&error)))?;
    let columns: Vec<String> = header.iter().map(str::to_owned).collect();
    let mut faults = Vec::new();
    for (index, column) in columns.iter().enumerate() {
        let known = COLUMNS.contains(&column.as_str())
            || column.strip_prefix("volumes.").is_some_and(|id| !id.is_empty());
        if !known {
            let hint = match nearest_name(column, COLUMNS) {
                Some(near) => format!("did you mean '{near}'?"),
                None => format!("known are {} and volumes.ZONE", COLUMNS.join(", ")),
            };
            faults.push(Fault::new(format!("column {}", index + 1), "is not known").value(column).hint(hint));
        } else if columns.iter().take(index).any(|before| before == column) {
            faults.push(Fault::new(format!("column {}", index + 1), "stands twice").value(column));
        }
    }
    if faults.is_empty() { Ok(columns) } else { Err(Faults::of(path.display().to_string(), faults).into()) }
}

fn torn(error: &csv::Error) -> Fault {
    let line = error.position().map(|position| format!("line {}", position.line())).unwrap_or_default();
    match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            Fault::new(line, "has too many or too few cells")
                .value(len.to_string())
                .bound(format!("{expected_len} as in the header"))
                .hint("put cells that hold a comma in quotes")
        }
        _ => Fault::new(line, format!("is no CSV: {error}")),
    }
}

/// The session of a row, read as the session file with the same keys.
fn session(origin: &str, cells: &[(&str, &str)]) -> Result<Session, Faults> {
    let mut file = Table::new();
    file.insert("format".to_owned(), FORMAT.into());
    for (column, cell) in cells.iter().filter(|(column, _)| *column != "name") {
        let value = match *column {
            "zones" => {
                let names = cell.split([' ', ',', ';']).filter(|name| !name.is_empty());
                Value::Array(names.map(Value::from).collect())
            }
            "vials.number" => cell.parse::<i64>().map_or_else(|_| Value::from(*cell), Value::from),
            _ => Value::from(*cell),
        };
        match column.split_once('.') {
            None => drop(file.insert((*column).to_owned(), value)),
            Some((table, key)) => {
                let table = file.entry(table.to_owned()).or_insert_with(|| Value::Table(Table::new()));
                if let Value::Table(table) = table {
                    table.insert(key.to_owned(), value);
                }
            }
        }
    }
    // Messages point at the row: the text read here is nothing the user has written.
    let plain = |faults: Faults| {
        let list = faults.list.into_iter().map(|fault| Fault { span: None, ..fault }).collect();
        Faults::of(origin.to_owned(), list)
    };
    let session = Session::read(origin, &file.to_string()).map_err(plain)?;
    Ok(Session { written: None, ..session })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_the_session_file_with_the_same_keys() {
        let cells = [
            ("name", "a"),
            ("zones", "forehead; cheek-left"),
            ("total", "1,2 ml"),
            ("vials.volume", "2ml"),
            ("vials.number", "2"),
        ];
        let session = session("s.csv:2", &cells).unwrap_or_else(|faults| panic!("{faults}"));
        assert_eq!(session.zones, ["forehead", "cheek-left"]);
        assert_eq!(session.total.map(|total| total.0), Some(1200));
        assert_eq!(session.vials.map(|vials| vials.total().0), Some(4000));
    }

    #[test]
    fn a_fault_of_a_row_names_the_row_and_the_key() {
        let faults = session("s.csv:7", &[("spacing", "12.5"), ("vials.number", "two")]).unwrap_err();
        let text = faults.to_string();
        assert!(
            text.starts_with("s.csv:7: ") && text.contains("spacing") && text.contains("number"),
            "{text}"
        );
    }
}
