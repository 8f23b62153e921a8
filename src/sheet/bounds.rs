//! Positions and upright rectangles on the page.

use nalgebra::{Point2, Vector2};

/// A position on the page in mm: x to the right, y down, from the top left corner.
pub type Spot = Point2<f64>;

/// An upright rectangle on the page.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    /// The top left corner.
    pub min: Spot,
    /// The bottom right corner.
    pub max: Spot,
}

impl Bounds {
    /// The smallest rectangle that holds all the places; `None` where there are none.
    pub fn of(spots: impl IntoIterator<Item = Spot>) -> Option<Self> {
        spots.into_iter().fold(None, |bounds: Option<Self>, spot| {
            Some(bounds.map_or(Self { min: spot, max: spot }, |b| Self {
                min: b.min.inf(&spot),
                max: b.max.sup(&spot),
            }))
        })
    }

    /// The same, larger by `by` mm on every side.
    #[must_use]
    pub fn grown(self, by: f64) -> Self {
        let step = Vector2::repeat(by);
        Self { min: self.min - step, max: self.max + step }
    }

    /// The same, moved.
    #[must_use]
    pub(crate) fn moved(self, by: Vector2<f64>) -> Self {
        Self { min: self.min + by, max: self.max + by }
    }

    /// Whether two rectangles share more than a border.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.min.x < other.max.x
            && other.min.x < self.max.x
            && self.min.y < other.max.y
            && other.min.y < self.max.y
    }

    /// Whether two rectangles share a border at least.
    pub(crate) fn touches(&self, other: &Self) -> bool {
        self.min.x <= other.max.x
            && other.min.x <= self.max.x
            && self.min.y <= other.max.y
            && other.min.y <= self.max.y
    }

    /// Whether the other rectangle lies in this one.
    pub fn holds(&self, other: &Self) -> bool {
        self.min.x <= other.min.x
            && self.min.y <= other.min.y
            && self.max.x >= other.max.x
            && self.max.y >= other.max.y
    }
}
