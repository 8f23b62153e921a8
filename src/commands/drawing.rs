//! Pages as files: in which format, how fine, and how many.

use clap::ValueEnum;
use nappage::fault::Fault;
use nappage::sheet::{Page, pdf, png, svg};

use super::pages::PagesArgs;
use super::values;

/// Pixels an inch of a picture where nobody says.
const DPI: u32 = 200;

/// How maps are to be written, for commands that write nothing else.
#[derive(Debug, clap::Args)]
pub(crate) struct DrawingArgs {
    /// What to write the maps as [default: svg].
    #[arg(long)]
    format: Option<Format>,
    /// Pixels an inch of a png, 50 to 600 [default: 200].
    #[arg(long, value_name = "N", value_parser = values::dpi, allow_hyphen_values = true)]
    dpi: Option<u32>,
    #[command(flatten)]
    pub(crate) pages: PagesArgs,
}

impl DrawingArgs {
    /// How the maps are written.
    ///
    /// # Errors
    /// See [`Format::drawing`].
    pub(crate) fn drawing(&self) -> Result<Drawing, Fault> {
        self.format.unwrap_or(Format::Svg).drawing(self.dpi)
    }
}

/// The format of a drawing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// True to size, for browsers and editors.
    Svg,
    /// True to size, for printing.
    Pdf,
    /// A picture of pixels.
    Png,
}

impl Format {
    /// The drawing in this format, of so many pixels an inch where it has pixels.
    ///
    /// # Errors
    /// When pixels are asked for in a format that has none.
    pub(crate) fn drawing(self, dpi: Option<u32>) -> Result<Drawing, Fault> {
        match (self, dpi) {
            (Self::Png, dpi) => Ok(Drawing::Png { dpi: dpi.unwrap_or(DPI) }),
            (Self::Svg, None) => Ok(Drawing::Svg),
            (Self::Pdf, None) => Ok(Drawing::Pdf),
            (Self::Svg | Self::Pdf, Some(dpi)) => Err(no_pixels(dpi)),
        }
    }
}

/// The fault of asking for pixels in a format that has none.
pub(crate) fn no_pixels(dpi: u32) -> Fault {
    Fault::new("--dpi", "goes with png alone")
        .value(dpi.to_string())
        .hint("leave it out, or write a png with --format png")
}

/// How pages are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Drawing {
    Svg,
    Pdf,
    Png {
        /// Pixels an inch.
        dpi: u32,
    },
}

impl Drawing {
    /// The ending of its files.
    pub(crate) fn ending(self) -> &'static str {
        match self {
            Self::Svg => "svg",
            Self::Pdf => "pdf",
            Self::Png { .. } => "png",
        }
    }

    /// The files that hold the pages: one for all as PDF, else one for each.
    ///
    /// # Errors
    /// When the writer cannot write a page.
    pub(crate) fn files(self, pages: &[Page]) -> Result<Vec<Vec<u8>>, Fault> {
        match self {
            Self::Svg => Ok(pages.iter().map(|page| svg::write(page).into_bytes()).collect()),
            Self::Pdf => Ok(vec![pdf::written(pages)?]),
            Self::Png { dpi } => pages.iter().map(|page| png::written(page, dpi)).collect(),
        }
    }
}
