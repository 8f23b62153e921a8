//! A column of text that is filled from the top.

use super::font::with_unit;
use super::panels::{ALARM, SMALL_MM, TEXT_MM};
use super::{Align, Colour, Item, Outline, Spot, Stroke, Text, Weight, text_width_mm, wrapped};

/// The side of a box to tick, air beside it, size of the words over one, and the height of a line to write on,
/// in mm.
const TICK_MM: f64 = 3.8;
const BESIDE_MM: f64 = 1.0;
const ANSWER_MM: f64 = SMALL_MM;
const BLANK_MM: f64 = 6.2;
/// Size of headings, in mm.
const HEADING_MM: f64 = 2.8;
/// The thin line under headings and tables.
pub(super) const RULE: Colour = Colour::rgb(0xb9, 0xc0, 0xc6);

/// The pen of a tick.
const TICKED: Stroke = Stroke::solid(Colour::INK, 0.5);

/// A column being filled from the top.
pub(crate) struct Column {
    /// The left edge.
    pub left: f64,
    /// The width in mm.
    pub width: f64,
    /// Where the next line begins.
    pub y: f64,
    /// What was put in.
    pub items: Vec<Item>,
}

impl Column {
    /// An empty column.
    pub(crate) fn new(at: Spot, width: f64) -> Self {
        Self { left: at.x, width, y: at.y, items: Vec::new() }
    }

    /// An empty column that goes on where this one ends, to try what would follow.
    pub(super) fn beside(&self) -> Self {
        Self::new(Spot::new(self.left, self.y), self.width)
    }

    pub(super) fn right(&self) -> f64 {
        self.left + self.width
    }

    pub(super) fn text(&mut self, text: Text) {
        self.items.push(Item::Text(text));
    }

    pub(super) fn rule(&mut self, y: f64, colour: Colour, width: f64) {
        let line = [Spot::new(self.left, y), Spot::new(self.right(), y)];
        self.items.push(Item::Outline(Outline::line(line, Stroke::solid(colour, width))));
    }

    pub(super) fn heading(&mut self, words: &str) {
        self.y += HEADING_MM;
        self.text(Text::new(Spot::new(self.left, self.y), HEADING_MM, words).bold());
        self.y += 1.3;
        self.rule(self.y, RULE, 0.2);
        self.y += 0.9;
    }

    /// A wrapped paragraph, led by bold words where there are some.
    pub(super) fn paragraph(&mut self, lead: &str, words: &str, size: f64, colour: Colour) {
        let runs = [(lead, Weight::Bold), (words, Weight::Regular)];
        let (left, width) = (self.left, self.width);
        self.y += size;
        let (mut x, mut first) = (0.0, true);
        for (run, weight) in runs.into_iter().filter(|(run, _)| !run.trim().is_empty()) {
            let blank = if first { 0.0 } else { size * 0.4 };
            // What is left of the line takes whole words only; the rest goes on over the full width.
            let room = width - x - blank;
            let mut head = String::new();
            let mut words = run.split_whitespace().peekable();
            while let Some(word) = words.peek() {
                let longer = if head.is_empty() { (*word).to_owned() } else { format!("{head} {word}") };
                if text_width_mm(&with_unit(&longer, words.clone().nth(1).as_ref()), size, weight) > room {
                    break;
                }
                head = longer;
                words.next();
            }
            let rest: Vec<&str> = words.collect();
            let later = wrapped(&rest.join(" "), size, weight, width);
            if !head.is_empty() {
                let text =
                    Text { weight, ..Text::new(Spot::new(left + x + blank, self.y), size, head.as_str()) };
                x += blank + text.width_mm();
                self.text(text.colour(colour));
            }
            for (k, line) in later.into_iter().enumerate() {
                if k > 0 || x > 0.0 {
                    self.y += size * 1.28;
                }
                let text = Text { weight, ..Text::new(Spot::new(left, self.y), size, line) };
                x = text.width_mm();
                self.text(text.colour(colour));
            }
            first = false;
        }
        self.y += size * 0.5;
    }

    /// One line of texts, each at its distance from the left edge.
    pub(super) fn cells(&mut self, size: f64, weight: Weight, cells: &[(f64, Align, String)]) {
        for (x, align, words) in cells {
            let text = Text {
                weight,
                ..Text::new(Spot::new(self.left + x, self.y), size, words.as_str()).align(*align)
            };
            self.text(text);
        }
    }

    /// A box to tick with what it stands for.
    pub(super) fn tick(&mut self, words: &str, size: f64) {
        self.ticked(words, size, false);
    }

    /// A box with what it stands for, ticked where that is done.
    pub(super) fn ticked(&mut self, words: &str, size: f64, is_done: bool) {
        self.boxes(&[is_done], "", words, size, Colour::INK);
    }

    /// A question with a box for no and one for yes. What is answered with yes stands out.
    pub(super) fn question(&mut self, words: &str, size: f64, answer: Option<bool>) {
        let (lead, colour) = if answer == Some(true) { ("YES:", ALARM) } else { ("", Colour::INK) };
        self.boxes(&[false, true].map(|told| answer == Some(told)), lead, words, size, colour);
    }

    /// What the two boxes of the questions below are for.
    pub(super) fn no_and_yes(&mut self) {
        self.y += ANSWER_MM;
        for (words, place) in [("no", 0.0), ("yes", 1.0)] {
            let at = Spot::new(self.left + TICK_MM / 2.0 + place * (TICK_MM + BESIDE_MM), self.y);
            self.text(Text::new(at, ANSWER_MM, words).align(Align::Centre));
        }
    }

    /// Boxes side by side, some of them ticked, with what they stand for.
    fn boxes(&mut self, ticked: &[bool], lead: &str, words: &str, size: f64, colour: Colour) {
        let indent = ticked.len() as f64 * (TICK_MM + BESIDE_MM) + 0.6;
        self.y += 0.5;
        for (place, &is_ticked) in ticked.iter().enumerate() {
            let left = self.left + place as f64 * (TICK_MM + BESIDE_MM);
            self.tick_box(Spot::new(left, self.y), TICK_MM);
            if is_ticked {
                let at = |x: f64, y: f64| Spot::new(left + TICK_MM * x, self.y + TICK_MM * y);
                let hook = Outline::line([at(0.2, 0.52), at(0.42, 0.78), at(0.82, 0.22)], TICKED);
                self.items.push(Item::Outline(hook));
            }
        }
        let mut beside =
            Self::new(Spot::new(self.left + indent, self.y + (TICK_MM - size) / 2.0), self.width - indent);
        beside.paragraph(lead, words, size, colour);
        self.items.append(&mut beside.items);
        self.y = (self.y + TICK_MM + 0.5).max(beside.y) + 0.4;
    }

    /// A box to tick, from its top left corner.
    pub(super) fn tick_box(&mut self, at: Spot, side: f64) {
        let pen = Some(Stroke::solid(Colour::INK, 0.3));
        self.items.push(Item::Outline(Outline::rectangle(at, side, side, None, pen)));
    }

    /// A line to write on, behind what is to be written on it.
    pub(super) fn blank(&mut self, label: &str) {
        self.y += BLANK_MM;
        self.blanks(&[(0.0, self.width, label)]);
        self.y += 0.6;
    }

    /// Lines to write on, side by side at the height of the next baseline: from and to, from the left
    /// edge, with what is to be written on each.
    pub(super) fn blanks(&mut self, blanks: &[(f64, f64, &str)]) {
        for &(from, to, label) in blanks {
            let text = Text::new(Spot::new(self.left + from, self.y), TEXT_MM, label);
            let start = text.bounds().max.x + if label.is_empty() { 0.0 } else { 1.2 };
            let ends = [Spot::new(start, self.y + 0.7), Spot::new(self.left + to, self.y + 0.7)];
            self.items.push(Item::Outline(Outline::line(ends, Stroke::solid(Colour::INK, 0.2))));
            if !label.is_empty() {
                self.text(text);
            }
        }
        self.y += 0.9;
    }

    /// A paragraph, unless it and one more line would pass `bottom`.
    pub(super) fn try_paragraph(
        &mut self,
        lead: &str,
        words: &str,
        size: f64,
        colour: Colour,
        bottom: f64,
    ) -> bool {
        let mut trial = Self::new(Spot::new(self.left, self.y), self.width);
        trial.paragraph(lead, words, size, colour);
        if trial.y + size * 1.5 > bottom {
            return false;
        }
        self.items.append(&mut trial.items);
        self.y = trial.y;
        true
    }
}
