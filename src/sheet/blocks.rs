//! Blocks of entries that flow from frame to frame and from page to page.

use super::column::Column;
use super::{Bounds, Item};

/// Something that draws itself at the end of a column.
pub(super) type Entry<'a> = Box<dyn Fn(&mut Column) + 'a>;

/// How much room entries take, in mm.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Density {
    /// Height of a line of work.
    pub line_mm: f64,
    /// Height of a syringe.
    pub syringe_mm: f64,
    /// Height of a sum.
    pub sum_mm: f64,
    /// Size of sentences.
    pub words_mm: f64,
}

/// Whether a block may go on in the next frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Breaks {
    /// Between any two entries.
    Anywhere,
    /// Only where no frame holds it whole.
    Rarely,
}

/// Entries under a heading.
pub(super) struct Block<'a> {
    /// The heading.
    pub title: &'static str,
    /// What stands under the heading in every frame, such as the names of columns.
    pub head: Option<Entry<'a>>,
    /// The entries, from the top.
    pub entries: Vec<Entry<'a>>,
    /// Where it may be broken.
    pub breaks: Breaks,
}

impl Block<'_> {
    fn begin(&self, column: &mut Column, from: usize) {
        if from == 0 {
            column.heading(self.title);
        } else {
            column.heading(&format!("{}, continued", self.title));
        }
        if let Some(head) = &self.head {
            head(column);
        }
    }

    /// Where the block ends when its entries `range` are put at the end of a column.
    fn end(&self, at: &Column, range: std::ops::Range<usize>) -> f64 {
        let mut trial = at.beside();
        self.begin(&mut trial, range.start);
        self.entries[range].iter().for_each(|entry| entry(&mut trial));
        trial.y
    }
}

/// A place on a page to be filled from the top.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Frame {
    /// The page, from 0.
    pub page: usize,
    /// Where on it.
    pub bounds: Bounds,
}

/// Blocks in their places.
pub(super) struct Filled {
    /// What stands on which page.
    pub items: Vec<(usize, Vec<Item>)>,
    /// What is left of the frames, the first one from where the last block ends.
    pub rest: Vec<Frame>,
}

/// Free paper between two blocks, in mm.
const GAP_MM: f64 = 3.2;

/// Puts blocks one after the other into frames. `None` where the frames do not hold them.
pub(super) fn filled(blocks: &[Block<'_>], frames: &[Frame]) -> Option<Filled> {
    let mut frames = frames.iter().copied();
    let mut frame = frames.next()?;
    let mut column = Column::new(frame.bounds.min, frame.bounds.max.x - frame.bounds.min.x);
    let mut done = Vec::new();
    for block in blocks {
        let mut next = 0;
        while next < block.entries.len() {
            if !column.items.is_empty() {
                column.y += GAP_MM;
            }
            let last = block.entries.len();
            let fits = |to: usize| block.end(&column, next..to) <= frame.bounds.max.y;
            let least = match block.breaks {
                Breaks::Anywhere => last.min(next + 2),
                // In a frame of its own, it takes what there is.
                Breaks::Rarely if column.items.is_empty() => last.min(next + 1),
                Breaks::Rarely => last,
            };
            if fits(least) {
                let most = (least..=last).take_while(|&to| fits(to)).last().unwrap_or(least);
                // A sum with a note does not go on without a line above it.
                let end = if most < last { least.max(most.min(last.saturating_sub(3))) } else { most };
                block.begin(&mut column, next);
                block.entries[next..end].iter().for_each(|entry| entry(&mut column));
                next = end;
            }
            if next < last {
                done.push((frame.page, std::mem::take(&mut column.items)));
                frame = frames.next()?;
                column = Column::new(frame.bounds.min, frame.bounds.max.x - frame.bounds.min.x);
            }
        }
    }
    frame.bounds.min.y = column.y + GAP_MM;
    done.push((frame.page, column.items));
    Some(Filled { items: done, rest: std::iter::once(frame).chain(frames).collect() })
}
