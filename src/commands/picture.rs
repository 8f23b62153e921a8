//! The small picture of where a zone lies, for a terminal.

use nappage::body::{Chart, ChartPoint};
use nappage::zones::{Atlas, Zone};

/// Columns of a small picture.
const COLUMNS: usize = 44;
/// Most lines of a small picture.
const LINES: usize = 30;

/// One small picture for each chart that `zones` lie on: they filled, their neighbours outlined.
pub(crate) fn on_charts(zones: &[Zone], atlas: &Atlas) -> String {
    let mut text = String::new();
    for chart in Chart::ALL {
        let chosen: Vec<&Zone> = zones.iter().filter(|zone| zone.chart == chart).collect();
        if chosen.is_empty() {
            continue;
        }
        let others = atlas.zones.iter().filter(|zone| zone.chart == chart);
        text += &on_chart(chart, &chosen, &others.collect::<Vec<_>>());
        if chart != Chart::Flat {
            text += &format!("{:<half$}{:>half$}\n", "patient's right", "patient's left", half = COLUMNS / 2);
        }
    }
    text
}

fn on_chart(chart: Chart, chosen: &[&Zone], others: &[&Zone]) -> String {
    let Some(mut canvas) = Canvas::around(chart, chosen.iter().chain(others).copied()) else {
        return String::new();
    };
    for zone in others {
        for (from, to) in zone.shape.edges() {
            canvas.line(from, to);
        }
    }
    canvas.fill(chosen);
    canvas.text()
}

/// A grid of dots, eight to a character of the Braille block of Unicode.
struct Canvas {
    dots: Vec<bool>,
    width: usize,
    height: usize,
    left: f64,
    top: f64,
    /// Chart units of a dot, across and down.
    step: [f64; 2],
}

impl Canvas {
    /// A canvas that shows all `zones`, as wide as high on the skin's plain measure.
    fn around<'z>(chart: Chart, zones: impl Iterator<Item = &'z Zone>) -> Option<Self> {
        let bounds = zones.map(|zone| zone.shape.bounds()).reduce(|(a, b), (c, d)| (a.inf(&c), b.sup(&d)))?;
        let (low, high) = bounds;
        // A degree of the head is about 1.25 mm of skin, one of the neck 0.9 mm.
        let mm = match chart {
            Chart::Head => 1.25,
            Chart::Neck => 0.9,
            Chart::Submental | Chart::Chest | Chart::Flat => 1.0,
        };
        let (across, down) = ((high.x - low.x) * mm, high.y - low.y);
        let dot = (across / (2 * COLUMNS) as f64).max(down / (4 * LINES) as f64);
        if !dot.is_finite() || dot <= 0.0 {
            return None;
        }
        let count = |length: f64, most: usize| ((length / dot).ceil() as usize).clamp(1, most);
        let (width, height) = (count(across, 2 * COLUMNS), count(down, 4 * LINES));
        let top = if chart.up() > 0.0 { high.y } else { low.y };
        let step = [dot / mm, -dot * chart.up()];
        Some(Self { dots: vec![false; width * height], width, height, left: low.x, top, step })
    }

    fn middle(&self, column: usize, row: usize) -> ChartPoint {
        let [across, down] = self.step;
        ChartPoint::new(self.left + (column as f64 + 0.5) * across, self.top + (row as f64 + 0.5) * down)
    }

    fn fill(&mut self, zones: &[&Zone]) {
        for row in 0..self.height {
            for column in 0..self.width {
                let at = self.middle(column, row);
                if zones.iter().any(|zone| zone.shape.contains(&at)) {
                    self.set(column, row);
                }
            }
        }
    }

    fn line(&mut self, from: ChartPoint, to: ChartPoint) {
        let [across, down] = self.step;
        let spot = |at: ChartPoint| [(at.x - self.left) / across, (at.y - self.top) / down];
        let ([x0, y0], [x1, y1]) = (spot(from), spot(to));
        let steps = (x1 - x0).abs().max((y1 - y0).abs()).ceil().clamp(1.0, 1000.0) as usize;
        for step in 0..=steps {
            let t = step as f64 / steps as f64;
            self.set((x0 + (x1 - x0) * t) as usize, (y0 + (y1 - y0) * t) as usize);
        }
    }

    fn set(&mut self, column: usize, row: usize) {
        if column < self.width
            && let Some(dot) = self.dots.get_mut(row * self.width + column)
        {
            *dot = true;
        }
    }

    fn is_set(&self, column: usize, row: usize) -> bool {
        column < self.width && self.dots.get(row * self.width + column).is_some_and(|&dot| dot)
    }

    fn text(&self) -> String {
        /// The bit of each dot of a Braille character, column by column.
        const BITS: [[u32; 4]; 2] = [[0x01, 0x02, 0x04, 0x40], [0x08, 0x10, 0x20, 0x80]];
        let mut text = String::new();
        for top in (0..self.height).step_by(4) {
            let mut line = String::new();
            for left in (0..self.width).step_by(2) {
                let mut bits = 0;
                for (dx, column) in BITS.iter().enumerate() {
                    for (dy, bit) in column.iter().enumerate() {
                        bits |= if self.is_set(left + dx, top + dy) { *bit } else { 0 };
                    }
                }
                line.push(if bits == 0 { ' ' } else { char::from_u32(0x2800 + bits).unwrap_or('*') });
            }
            text += line.trim_end();
            text.push('\n');
        }
        text
    }
}
