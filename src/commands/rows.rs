//! Sessions out of a CSV, one a row.
//!
//! The columns bear the names of the keys of a session file; those of a table are joined by a dot
//! (`vials.volume`, `vials.number`, `volumes.forehead`, `measurements.neck-circumference`). `zones` and `skip` hold ids apart by blanks, commas or
//! semicolons. `name` is the map's name. An empty cell is a key left out.

use std::path::Path;

use nappage::body::measurements;
use nappage::fault::{Fault, Faults, nearest_name};
use nappage::session::{FORMAT, Session};
use toml::{Table, Value};

use super::failure::Failure;
use super::gallery::Request;
use super::input;

/// The columns, but for those of single zones, `volumes.ZONE`, of answers, `screening.QUESTION`, of moved sessions,
/// `course.moved.SESSION`, and of measurements.
const COLUMNS: [&str; 35] = [
    "name",
    "zones",
    "skip",
    "body",
    "protocol",
    "spacing",
    "pattern",
    "use",
    "total",
    "volume",
    "periorbital-volume",
    "syringe",
    "vials.volume",
    "vials.number",
    "product.id",
    "product.name",
    "product.volume",
    "product.number",
    "product.concentration",
    "product.batch",
    "product.expiry",
    "product.reconstituted",
    "product.use-within",
    "visit.date",
    "visit.start",
    "visit.lasts",
    "course.start",
    "course.sessions",
    "course.maintenance",
    "course.label",
    "course.closed",
    "course.closed-on",
    "paper",
    "pages",
    "reference",
];

/// The most rows of a file.
const MOST_ROWS: usize = 10_000;

/// The sessions of a CSV file, in the order of its rows; a row at fault carries its faults.
///
/// Takes what spreadsheets write: a byte order mark, a `sep=` line, commas, semicolons or tabs, quotes,
/// any line ends, empty columns and rows at the end.
///
/// # Errors
/// When the file cannot be read, has no rows or too many, or a column is unknown or stands twice.
pub(super) fn read(path: &Path) -> Result<Vec<Request>, Failure> {
    let text = input::text(path)?;
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    Ok(parse(&path.display().to_string(), &stem, &text)?)
}

fn parse(origin: &str, stem: &str, text: &str) -> Result<Vec<Request>, Faults> {
    let at_file = |fault: Fault| Faults::of(origin, vec![fault]);
    let body = text.trim_start_matches('\u{feff}');
    let (told, body) = separator_line(body);
    let delimiter = told.unwrap_or_else(|| delimiter(body));
    let before = text.len() - body.len();
    let line_of = |byte: usize| {
        // Line ends before a record are no part of it.
        let rest = body.get(byte..).unwrap_or_default();
        let start = before + byte + rest.len() - rest.trim_start_matches(['\r', '\n']).len();
        1 + text.bytes().take(start).filter(|byte| *byte == b'\n').count()
    };
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .trim(csv::Trim::All)
        .flexible(true)
        .has_headers(false)
        .from_reader(body.as_bytes());
    let mut columns: Option<Vec<String>> = None;
    let mut requests = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| at_file(Fault::new("", format!("is no CSV: {error}"))))?;
        if record.iter().all(str::is_empty) {
            continue;
        }
        let line = line_of(record.position().map_or(0, |position| position.byte() as usize));
        let Some(columns) = &columns else {
            columns = Some(read_header(&format!("{origin}:{line}"), &record)?);
            continue;
        };
        if requests.len() == MOST_ROWS {
            let fault = Fault::new("", "holds too many sessions").bound(MOST_ROWS.to_string());
            return Err(at_file(fault.hint("split the file")));
        }
        requests.push(request(origin, stem, line, requests.len() + 1, columns, &record));
    }
    if requests.is_empty() {
        let fault = Fault::new("", "holds no session");
        return Err(at_file(fault.hint("write one row for each session below the header")));
    }
    Ok(requests)
}

/// The separator that a first line such as `sep=;` names, and the text after that line.
fn separator_line(text: &str) -> (Option<u8>, &str) {
    let (line, rest) = text.split_once('\n').unwrap_or((text, ""));
    match line.trim_end_matches('\r').as_bytes() {
        [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', separator] => (Some(*separator), rest),
        _ => (None, text),
    }
}

/// What stands between the cells: spreadsheets of countries with a decimal comma write semicolons.
fn delimiter(text: &str) -> u8 {
    let header = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let count = |delimiter: u8| header.bytes().filter(|byte| *byte == delimiter).count();
    // The last of equals wins.
    [b'\t', b';', b','].into_iter().max_by_key(|delimiter| count(*delimiter)).unwrap_or(b',')
}

/// The session of a row, or why there is none.
fn request(
    origin: &str,
    stem: &str,
    line: usize,
    number: usize,
    columns: &[String],
    record: &csv::StringRecord,
) -> Request {
    let place = format!("{origin}:{line}");
    let named = || columns.iter().map(String::as_str).zip(record).filter(|(_, cell)| !cell.is_empty());
    let name = named().find(|(column, _)| *column == "name").map(|(_, name)| name.to_owned());
    let title = name.unwrap_or_else(|| format!("{stem}-{number}"));
    let session = match torn(columns, record) {
        Some(fault) => Err(Faults::of(place.clone(), vec![fault])),
        None => session(&place, &named().collect::<Vec<_>>()),
    };
    // Rows keep their maps when others are put in above them, as long as they have names.
    let source = format!("{origin}, {title}");
    Request { title, source, place, session: session.map_err(|faults| vec![faults]), layer: None }
}

/// The fault of a row whose cells do not fit the header, or that runs over several lines.
fn torn(columns: &[String], record: &csv::StringRecord) -> Option<Fault> {
    if let Some(cell) = record.iter().find(|cell| cell.contains(['\n', '\r'])) {
        let fault = Fault::new("", "has a cell of several lines").value(quoted(cell));
        return Some(fault.hint("close the quote that opens in this row, or take the line break out"));
    }
    let filled = record.iter().enumerate().filter(|(_, cell)| !cell.is_empty()).last();
    let filled = filled.map_or(0, |(last, _)| last + 1);
    if record.len() >= columns.len() && filled <= columns.len() {
        return None;
    }
    let fault = Fault::new("", "has too many or too few cells")
        .value(record.len().to_string())
        .bound(format!("{} as in the header", columns.len()));
    Some(fault.hint("put cells that hold a comma in quotes, and leave a cell empty for a key left out"))
}

fn quoted(cell: &str) -> String {
    let line: String = cell.lines().next().unwrap_or_default().chars().take(40).collect();
    format!("'{line}…'")
}

/// The columns of the header, without empty ones at its end. Capitals do not count.
fn read_header(place: &str, header: &csv::StringRecord) -> Result<Vec<String>, Faults> {
    let mut columns: Vec<String> = header.iter().map(str::to_lowercase).collect();
    while columns.last().is_some_and(String::is_empty) {
        columns.pop();
    }
    let measured: Vec<String> = measurements().iter().map(|one| format!("measurements.{}", one.id)).collect();
    let mut faults = Vec::new();
    for (index, column) in columns.iter().enumerate() {
        let item = || format!("column {}", index + 1);
        let one_of = |table: &str| column.strip_prefix(table).is_some_and(|id| !id.is_empty());
        let known = COLUMNS.contains(&column.as_str())
            || ["volumes.", "screening.", "course.moved."].into_iter().any(one_of)
            || measured.contains(column);
        if column.is_empty() {
            faults.push(Fault::new(item(), "has no name").hint("name it, or take it out"));
        } else if !known {
            let named = COLUMNS.into_iter().chain(measured.iter().map(String::as_str));
            let hint = match nearest_name(column, named) {
                Some(near) => format!("did you mean '{near}'?"),
                None => format!(
                    "known are {}, volumes.ZONE, screening.QUESTION, course.moved.SESSION and {}",
                    COLUMNS.join(", "),
                    measured.join(", ")
                ),
            };
            faults.push(Fault::new(item(), "is not known").value(format!("'{column}'")).hint(hint));
        } else if columns.iter().take(index).any(|before| before == column) {
            let fault = Fault::new(item(), "stands twice").value(format!("'{column}'"));
            faults.push(fault.hint("take one of them out"));
        }
    }
    if faults.is_empty() { Ok(columns) } else { Err(Faults::of(place, faults)) }
}

/// The session of a row, read as the session file with the same keys.
fn session(origin: &str, cells: &[(&str, &str)]) -> Result<Session, Faults> {
    let mut file = Table::new();
    file.insert("format".to_owned(), FORMAT.into());
    for (column, cell) in cells.iter().filter(|(column, _)| *column != "name") {
        let value = match *column {
            "zones" | "pages" | "skip" | "course.closed" | "course.closed-on" => {
                let names = cell.split([' ', ',', ';']).filter(|name| !name.is_empty());
                Value::Array(names.map(Value::from).collect())
            }
            "vials.number" | "product.number" | "course.sessions" | "course.maintenance" => {
                cell.parse::<i64>().map_or_else(|_| Value::from(*cell), Value::from)
            }
            _ => Value::from(*cell),
        };
        put(&mut file, column, value);
    }
    // Messages point at the row: the text read here is nothing the user has written.
    let plain = |faults: Faults| {
        let list = faults.list.into_iter().map(|fault| Fault { span: None, ..fault }).collect();
        Faults::of(origin.to_owned(), list)
    };
    let session = Session::read(origin, &file.to_string()).map_err(plain)?;
    Ok(Session { written: None, ..session })
}

/// Puts a value at a key, or in the table that stands before its dot.
fn put(file: &mut Table, column: &str, value: Value) {
    let Some((table, key)) = column.split_once('.') else {
        file.insert(column.to_owned(), value);
        return;
    };
    if let Value::Table(table) = file.entry(table.to_owned()).or_insert_with(|| Value::Table(Table::new())) {
        put(table, key, value);
    }
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
            ("measurements.neck-circumference", "35 cm"),
            ("course.start", "2026-12-01"),
            ("course.sessions", "4"),
            ("course.closed", "sat, sun"),
            ("course.moved.2", "2027-01-05"),
            ("course.moved.assessment", "2027-04-01"),
        ];
        let session = session("s.csv:2", &cells).unwrap_or_else(|faults| panic!("{faults}"));
        assert_eq!(session.zones, ["forehead", "cheek-left"]);
        assert_eq!(session.total.map(|total| total.0), Some(1200));
        assert_eq!(session.measurements_mm.get("neck-circumference"), Some(&350.0));
        assert_eq!(session.vials.map(|vials| vials.total().0), Some(4000));
        let course = session.course;
        assert_eq!((course.start.is_some(), course.sessions), (true, Some(4)));
        assert_eq!((course.closed.weekdays.len(), course.moved.len()), (2, 2));
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

    fn parsed(text: &str) -> Vec<Request> {
        parse("s.csv", "s", text).unwrap_or_else(|faults| panic!("{faults}"))
    }

    fn shown(request: &Request) -> String {
        match &request.session {
            Ok(session) => {
                format!("{}: {:?} {:?}", request.title, session.zones, session.total.map(|ul| ul.0))
            }
            Err(faults) => faults.iter().map(ToString::to_string).collect(),
        }
    }

    #[test]
    fn what_spreadsheets_write_is_read_alike() {
        let wanted = ["a: [\"chin\", \"jaw-left\"] Some(1200)", "s-2: [\"glabella\"] None"];
        for text in [
            "name,zones,total\na,chin jaw-left,1.2ml\n,glabella,\n",
            "\u{feff}Name;Zones;Total\r\na;chin jaw-left;1,2 ml\r\n;glabella;\r\n",
            "sep=;\r\nname;zones;total;;\r\na;chin jaw-left;1,2 ml;;\r\n;;;;\r\n;glabella;;;\r\n;;;;\r\n",
            "name\tzones\ttotal\r\na\tchin jaw-left\t1,2 ml\r\n\tglabella\t\r\n",
            "\"name\",\"zones\",\"total\"\n\"a\",\"chin, jaw-left\",\"1,2 ml\"\n\n\"\",\"glabella\",\"\"",
        ] {
            assert_eq!(parsed(text).iter().map(shown).collect::<Vec<_>>(), wanted, "{text:?}");
        }
    }

    #[test]
    fn a_row_that_does_not_fit_is_at_fault_alone_with_its_line() {
        for end in ["\n", "\r\n"] {
            let text = ["name;zones", "", "a;chin", ";;", "b;chin;jaw", "c", "d;chim 3;", "e;nose"].join(end);
            let rows: Vec<String> = parsed(&text).iter().map(shown).collect();
            assert_eq!(rows[0], "a: [\"chin\"] None");
            assert!(
                rows[1].starts_with("s.csv:5: has too many or too few cells (value 3, bound 2"),
                "{rows:?}"
            );
            assert!(rows[2].starts_with("s.csv:6: has too many or too few cells (value 1"), "{rows:?}");
            assert_eq!(rows[4], "e: [\"nose\"] None");
        }
        let rows = parsed("name,reference,zones\na,\"open,chin\nb,,nose\n");
        assert!(shown(&rows[0]).starts_with("s.csv:2: has a cell of several lines"), "{}", shown(&rows[0]));
    }

    #[test]
    fn a_header_at_fault_names_its_line_and_columns() {
        let faults =
            parse("s.csv", "s", "\n\nzone,,zones,zones\nchin,,,\n").err().map(|faults| faults.to_string());
        let text = faults.unwrap_or_default();
        for part in
            ["s.csv:3: column 1", "did you mean 'zones'?", "column 2: has no name", "column 4: stands twice"]
        {
            assert!(text.contains(part), "{part} is missing in:\n{text}");
        }
        assert!(parse("s.csv", "s", "zones\n").is_err() && parse("s.csv", "s", ",,\n,,\n").is_err());
        assert!(parse("s.csv", "s", &format!("zones\n{}", "chin\n".repeat(MOST_ROWS + 1))).is_err());
    }

    #[test]
    fn damaged_tables_are_told_or_read() {
        let whole = include_str!("../../examples/sessions/morning.csv");
        let odd = [
            "\"", ";", ",", "\n", "\r\n", "\u{feff}", "\0", "é", "1,5", "volumes.", "=1+1", "nan", "sep=;\n",
        ];
        let places: Vec<usize> = whole.char_indices().map(|(at, _)| at).collect();
        for (step, at) in places.iter().enumerate() {
            let mut damaged = whole.to_owned();
            damaged.insert_str(*at, odd[step % odd.len()]);
            for text in [damaged.as_str(), &whole[..*at], &whole[*at..]] {
                let told = match parse("s.csv", "s", text) {
                    Ok(rows) => rows.into_iter().filter_map(|row| row.session.err()).flatten().collect(),
                    Err(faults) => vec![faults],
                };
                assert!(told.iter().all(|faults| faults.to_string().starts_with("s.csv")), "{text}");
            }
        }
    }
}
