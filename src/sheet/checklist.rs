//! The words of a worksheet: what is asked before the session, how the needle is held, and what is
//! written down after it. All that is clinical is the protocol's.

use super::blocks::{Block, Breaks, Density, Entry};
use super::column::Column;
use super::font::shortened;
use super::map::Content;
use super::panels::{GREY, ON_SKIN, SMALL_MM, TEXT_MM, titled, worded};
use super::{Bounds, Colour, Spot, Text, Weight, text_width_mm};
use crate::plan::{Plan, Topical, Tray};
use crate::protocol::{
    Concern, Degrees, Figure, FigureLine, Millimetres, Protocol, Question, Span, insertion_mm,
};
use crate::screening::Answers;
use crate::units::number;
use crate::zones::{Kind, Status};

/// Height of a line of the fields, in mm.
const FIELD_MM: f64 = 7.4;
/// The least size of what is known of a field, in mm.
const LEAST_KNOWN_MM: f64 = 1.3;
/// The most letters of a protocol's sentence that are printed.
const LONGEST: usize = 240;
/// Height that notes take at least and at most, in mm.
const LEAST_NOTES_MM: f64 = 20.0;
const MOST_NOTES_MM: f64 = 80.0;
/// Width from which two blanks stand side by side, in mm.
const WIDE_MM: f64 = 90.0;
/// The most questions under one name.
const MOST_QUESTIONS: usize = 12;

/// A blank: its name, its share of the width, and what is known already.
pub(super) type Field = (&'static str, f64, Option<String>);

/// What is filled in first on a worksheet, line by line.
pub(super) fn fields(tray: &Tray) -> [Vec<Field>; 3] {
    let product = tray.product.as_ref();
    let name = product.map(|product| match &product.concentration {
        Some(concentration) => format!("{}, {concentration}", product.name),
        None => product.name.clone(),
    });
    let (batch, expiry) = (
        product.and_then(|product| product.batch.clone()),
        product.and_then(|product| product.expiry).map(|day| day.to_string()),
    );
    let times = &tray.times;
    let use_by = times.use_by.zip(times.use_by_latest).map(|(by, latest)| match by == latest {
        true => by.to_string(),
        false => format!("{by}, latest {latest}"),
    });
    let anaesthetic = times.anaesthetic.map(|[from, to]| format!("{from} to {to}"));
    [
        vec![("Practitioner", 0.5, None), ("Prescriber", 0.5, None)],
        vec![("Product", 0.5, name), ("Batch", 0.26, batch), ("Expiry", 0.24, expiry)],
        vec![
            ("Reconstituted at", 0.32, times.reconstituted.map(|at| at.to_string())),
            ("Use by", 0.3, use_by),
            ("Anaesthesia start", 0.38, anaesthetic),
        ],
    ]
}

impl Column {
    /// The blanks over a sheet, with what is known already.
    pub(super) fn fields(&mut self, lines: &[Vec<Field>]) {
        self.y -= 2.6;
        for line in lines {
            self.y += FIELD_MM;
            let mut from = 0.0;
            let mut blanks = Vec::new();
            for &(name, share, ref known) in line {
                let start = from;
                from += share * (self.width + 5.0);
                blanks.push((start, from - 5.0, name));
                let after = start + text_width_mm(name, TEXT_MM, Weight::Regular) + 2.0;
                if let Some(known) = known {
                    // Smaller before shorter: a batch is told by its last letter too.
                    let room = from - 5.0 - after;
                    let wide = text_width_mm(known, TEXT_MM, Weight::Regular);
                    let size = (TEXT_MM * (room / wide.max(1e-9)).min(1.0)).max(LEAST_KNOWN_MM);
                    let words = shortened(known, size, Weight::Regular, room + 1e-6);
                    self.text(Text::new(Spot::new(self.left + after, self.y), size, words));
                }
            }
            self.blanks(&blanks);
            self.y -= 0.9;
        }
        self.y += 0.9;
    }
}

/// What is asked before the session.
pub(super) fn asked<'a>(content: &Content<'a>, density: Density) -> Block<'a> {
    let size = density.words_mm;
    let mut entries: Vec<Entry<'a>> = Vec::new();
    entries.push(small("Ask each and tick the answer; write what there is to say of a yes beside it."));
    let mut missing = Vec::new();
    for (concern, figure) in content.protocol.asked() {
        let plural = match concern {
            Concern::Contraindication => "contraindications",
            Concern::Deferral => "reasons to defer",
            Concern::Caution => "cautions",
            Concern::PoorCandidate => "",
        };
        match figure {
            Some(figure) => entries.extend(questions(concern, figure, content.answers, size)),
            None if plural.is_empty() => {}
            None => missing.push(plural),
        }
    }
    if !missing.is_empty() {
        let words = format!("The protocol names no {}: the clinic's own list holds.", missing.join(", no "));
        entries.push(Box::new(move |column| column.paragraph("", &words, size, Colour::INK)));
    }
    Block { title: "Ask before the session", head: None, entries, breaks: Breaks::Rarely }
}

/// What is made ready.
pub(super) fn ready(protocol: &Protocol, density: Density) -> Block<'_> {
    let size = density.words_mm;
    let mut entries = vec![tick("Consent signed".to_owned(), size)];
    if let Some(photographs) = &protocol.photographs {
        entries.push(tick(cut(&format!("Photographs: {}", photographs.value.join(", "))), size));
    }
    let figures = protocol.figures();
    let names = [
        ("Anaesthetic", "anaesthetic"),
        ("Put on ahead by", "anaesthetic-before"),
        ("Diluent", "diluent"),
        ("Mixing", "mixing"),
        ("Use within", "use-within"),
        ("What is left", "leftover"),
    ];
    for (name, key) in names {
        entries
            .extend(figures.iter().find(|figure| figure.key == key).map(|figure| said(name, figure, size)));
    }
    Block { title: "Make ready", head: None, entries, breaks: Breaks::Anywhere }
}

/// A name and each of a figure's questions, with the answer where there is one.
fn questions<'a>(
    concern: Concern,
    figure: &'a Figure<Vec<Question>>,
    answers: Option<&'a Answers>,
    size: f64,
) -> Vec<Entry<'a>> {
    let status = match figure.status {
        Status::Published => String::new(),
        status => format!("({status})"),
    };
    let named = move |(place, question): (usize, &Question)| -> Entry<'a> {
        let (words, status) = (cut(&question.words), status.clone());
        let answer = answers.and_then(|answers| answers.get(&question.id)).copied();
        Box::new(move |column| {
            // The name stays with the first box.
            if place == 0 {
                column.y += 0.6;
                column.paragraph(&titled(concern.name()), &status, size, Colour::INK);
                column.no_and_yes();
            }
            column.question(&words, size, answer);
        })
    };
    let mut entries: Vec<Entry<'a>> =
        figure.value.iter().take(MOST_QUESTIONS).enumerate().map(named).collect();
    let rest = figure.value.len().saturating_sub(MOST_QUESTIONS);
    if rest > 0 {
        entries.push(tick(format!("and {rest} more: `nappage protocols show` lists all"), size));
    }
    entries
}

fn tick<'a>(words: String, size: f64) -> Entry<'a> {
    Box::new(move |column| column.tick(&words, size))
}

fn small<'a>(words: &'static str) -> Entry<'a> {
    Box::new(move |column| column.paragraph("", words, SMALL_MM, GREY))
}

/// A figure of the protocol with its note.
fn said<'a>(name: &'static str, figure: &FigureLine, size: f64) -> Entry<'a> {
    let note = figure.note.as_ref().map_or(String::new(), |note| format!(" ({note})"));
    let words = cut(&format!("{}{note}", worded(figure)));
    Box::new(move |column| column.paragraph(name, &words, size, Colour::INK))
}

/// A figure that the protocol lacks: a line to write the clinic's own on.
fn lacking<'a>(name: &str) -> Entry<'a> {
    let label = format!("{name}: not in the protocol");
    Box::new(move |column| column.blank(&label))
}

/// A sentence of a file, no longer than a panel bears.
pub(super) fn cut(words: &str) -> String {
    match words.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}\u{2026}", words[..end].trim_end()),
        None => words.to_owned(),
    }
}

/// What goes onto the skin, how, and what was given of it.
pub(super) fn applied<'a>(plan: &'a Plan, topical: &'a Topical) -> Block<'a> {
    let entries: Vec<Entry<'a>> = vec![
        Box::new(move |column| column.applied(plan, topical)),
        Box::new(|column| column.blank("Microneedling or laser: device, depth, done at")),
        Box::new(|column| {
            column.y += 7.2;
            let half = column.width * 0.5;
            column.blanks(&[(0.0, half - 4.0, "Given, ml"), (half, column.width, "Wasted, ml")]);
        }),
    ];
    Block { title: ON_SKIN, head: None, entries, breaks: Breaks::Rarely }
}

/// How the needle is held in each kind of zone of a plan.
pub(super) fn technique<'a>(plan: &Plan, protocol: &Protocol, density: Density) -> Vec<Block<'a>> {
    let kinds = [(Kind::Standard, "Technique"), (Kind::Periorbital, "Technique, periorbital")];
    let has = |kind: Kind| plan.zones.iter().any(|zone| zone.kind == kind);
    kinds
        .into_iter()
        .filter(|(kind, _)| has(*kind))
        .map(|(kind, title)| Block {
            title,
            head: None,
            entries: needle(kind, protocol, density.words_mm),
            breaks: Breaks::Rarely,
        })
        .collect()
}

fn needle<'a>(kind: Kind, protocol: &Protocol, size: f64) -> Vec<Entry<'a>> {
    let figures = protocol.figures();
    let found = |key: &str| figures.iter().find(|figure| figure.key == key);
    let mut entries = Vec::new();
    let mut one = |name: &'static str, figure: Option<&FigureLine>| {
        entries.push(figure.map_or_else(|| lacking(name), |figure| said(name, figure, size)));
    };
    let (angle, depth) = match kind {
        Kind::Standard => (&protocol.angle, &protocol.needle_depth),
        Kind::Periorbital => (&protocol.periorbital_angle, &protocol.periorbital_needle_depth),
    };
    let angle_key = if kind == Kind::Standard { "angle" } else { "periorbital-angle" };
    one("Needle", found("needle"));
    one("Angle", found(angle_key));
    one("Depth", found("depth"));
    if let Some(endpoint) = found("endpoint") {
        one("Endpoint", Some(endpoint));
    }
    let standing =
        protocol.insertion.as_ref().map_or(String::new(), |figure| format!(" ({})", figure.standing()));
    entries.extend(insertion(&cut(&standing), angle.as_ref(), depth.as_ref(), size));
    entries
}

/// How far the needle is inserted for its depth, or what is missing to tell; `standing` is that of the
/// formula.
fn insertion<'a>(
    standing: &str,
    angle: Option<&Figure<Span<Degrees>>>,
    depth: Option<&Figure<Span<Millimetres>>>,
    size: f64,
) -> Vec<Entry<'a>> {
    let reach = |depth: f64, angle: Degrees| insertion_mm(depth, angle.0).map(|mm| number(mm, 2));
    let span = |least: f64, greatest: f64| {
        let angle = angle?.value;
        Some((reach(least, angle.greatest)?, reach(greatest, angle.least)?))
    };
    let formula = format!("depth / sin(angle){standing}");
    if let Some(depth) = depth
        && let Some((least, greatest)) = span(depth.value.least.0, depth.value.greatest.0)
    {
        let (tip, standing) = (depth.value.to_string(), depth.standing());
        let inserted = format!("{least} to {greatest} mm (derived), by {formula}");
        return vec![
            Box::new(move |column| {
                column.paragraph("Tip at", &cut(&format!("{tip} ({standing})")), size, Colour::INK);
            }),
            Box::new(move |column| column.paragraph("Insert", &inserted, size, Colour::INK)),
        ];
    }
    let words = match span(1.0, 1.0) {
        Some((least, greatest)) => {
            format!(
                "{formula}: {least} to {greatest} times the depth (derived). The protocol has no depth in mm:"
            )
        }
        None => format!("{formula}. The protocol lacks the angle for it:"),
    };
    vec![
        Box::new(move |column| column.paragraph("Insert", &words, size, Colour::INK)),
        Box::new(|column| {
            column.y += 5.0;
            let middle = column.width * 0.58;
            column.blanks(&[(0.0, middle - 2.0, "clinic's depth, mm"), (middle, column.width, "insert, mm")]);
        }),
    ]
}

/// What is written down after the session.
pub(super) fn after<'a>(density: Density) -> Block<'a> {
    let entries: Vec<Entry<'a>> = vec![
        tick("Aftercare explained and handed out".to_owned(), density.words_mm),
        Box::new(|column| column.blank("Reactions, even if none")),
        Box::new(|column| column.blank("")),
        Box::new(|column| {
            let (width, half) = (column.width, column.width * 0.36);
            if width > WIDE_MM {
                column.y += 7.2;
                column.blanks(&[(0.0, half - 4.0, "Review on"), (half, width, "Signature")]);
            } else {
                column.blank("Review on");
                column.blank("Signature");
            }
        }),
    ];
    Block { title: "After the session", head: None, entries, breaks: Breaks::Rarely }
}

/// Lines for notes down to the end of a frame, where there is room for some.
pub(super) fn notes(room: Bounds) -> Column {
    let mut column = Column::new(room.min, room.max.x - room.min.x);
    if room.max.y - room.min.y < LEAST_NOTES_MM {
        return column;
    }
    column.heading("Notes");
    let (width, bottom) = (column.width, room.max.y.min(room.min.y + MOST_NOTES_MM));
    while column.y + 8.0 < bottom {
        column.y += 7.0;
        column.blanks(&[(0.0, width, "")]);
    }
    column
}
