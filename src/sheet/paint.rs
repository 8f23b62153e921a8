//! Colours and pens.

/// A colour of the screen, with its opacity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Colour {
    /// Red, green and blue.
    pub rgb: [u8; 3],
    /// 255 is opaque.
    pub alpha: u8,
}

impl Colour {
    /// White paper.
    pub const WHITE: Self = Self::rgb(255, 255, 255);
    /// The ink of text.
    pub const INK: Self = Self::rgb(0x1f, 0x24, 0x29);

    /// An opaque colour.
    pub const fn rgb(red: u8, green: u8, blue: u8) -> Self {
        Self { rgb: [red, green, blue], alpha: 255 }
    }

    /// The same, seen through.
    #[must_use]
    pub const fn with_alpha(self, alpha: u8) -> Self {
        Self { alpha, ..self }
    }

    /// Relative luminance from 0 (black) to 1 (white), as WCAG 2 defines it.
    pub fn luminance(self) -> f64 {
        let linear = |c: u8| {
            let c = f64::from(c) / 255.0;
            if c <= 0.04045 { c / 12.92 } else { libm::pow((c + 0.055) / 1.055, 2.4) }
        };
        let [r, g, b] = self.rgb;
        0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
    }
}

/// The pen of a line. Ends and corners are round.
#[derive(Clone, Debug, PartialEq)]
pub struct Stroke {
    /// The colour.
    pub colour: Colour,
    /// The width in mm.
    pub width_mm: f64,
    /// Lengths of dashes and gaps in mm; empty for a solid line.
    pub dashes_mm: Vec<f64>,
}

impl Stroke {
    /// A solid line.
    pub const fn solid(colour: Colour, width_mm: f64) -> Self {
        Self { colour, width_mm, dashes_mm: Vec::new() }
    }
}
