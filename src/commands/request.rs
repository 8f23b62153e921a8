//! What is asked of a plan on the command line: the flags a session file has keys for.

use clap::ValueEnum;
use nappage::plan;
use nappage::session::{self, Session};
use nappage::units::Microlitres;

use super::values;

#[derive(Debug, clap::Args)]
pub(crate) struct Request {
    /// Zones and presets to treat, such as forehead, cheek-left, neck [default: full-face].
    #[arg(value_name = "ZONE|PRESET", value_delimiter = ',')]
    zones: Vec<String>,
    /// The body the points are laid on [default: woman].
    #[arg(long, value_name = "ID")]
    body: Option<String>,
    /// The protocol that sets the limits [default: exosome].
    #[arg(long, value_name = "ID")]
    protocol: Option<String>,
    /// Distance between points on the skin, such as 12.5mm or 1.25cm.
    #[arg(long, value_name = "LENGTH", value_parser = values::length, allow_hyphen_values = true)]
    spacing: Option<f64>,
    /// How the points are arranged [default: rows].
    #[arg(long)]
    pattern: Option<Pattern>,
    /// How the product gets to the skin [default: injected].
    #[arg(long = "use")]
    used: Option<Use>,
    /// Total to reach, such as 3ml; spacing and volumes are chosen together.
    #[arg(long, value_name = "VOLUME", value_parser = values::volume, allow_hyphen_values = true,
          conflicts_with_all = ["volume", "periorbital_volume"])]
    total: Option<Microlitres>,
    /// Volume of each point, such as 0.015ml.
    #[arg(long, value_name = "VOLUME", value_parser = values::volume, allow_hyphen_values = true)]
    volume: Option<Microlitres>,
    /// Volume of each point around the eyes.
    #[arg(long, value_name = "VOLUME", value_parser = values::volume, allow_hyphen_values = true)]
    periorbital_volume: Option<Microlitres>,
    /// Size of the page [default: a4].
    #[arg(long, ignore_case = true)]
    paper: Option<Paper>,
}

/// How the points are arranged.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Pattern {
    /// Gently curved rows a hand can follow.
    Rows,
    /// Free positions, for the best cover.
    Even,
}

/// How a product gets to the skin.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Use {
    /// Into it, point by point.
    Injected,
    /// Onto it, after microneedling or laser.
    Topical,
}

/// Size of a page.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Paper {
    /// 210 x 297 mm.
    A4,
    /// 8.5 x 11 in.
    Letter,
}

impl From<Paper> for session::Paper {
    fn from(paper: Paper) -> Self {
        match paper {
            Paper::A4 => Self::A4,
            Paper::Letter => Self::Letter,
        }
    }
}

impl Request {
    /// The session that the flags alone ask for.
    pub(crate) fn session(self) -> Session {
        Session {
            zones: self.zones,
            body: self.body,
            protocol: self.protocol,
            spacing_mm: self.spacing,
            pattern: self.pattern.map(|pattern| match pattern {
                Pattern::Rows => plan::Pattern::Rows,
                Pattern::Even => plan::Pattern::Even,
            }),
            used: self.used.map(|used| match used {
                Use::Injected => session::Use::Injected,
                Use::Topical => session::Use::Topical,
            }),
            total: self.total,
            volume: self.volume,
            periorbital_volume: self.periorbital_volume,
            paper: self.paper.map(Into::into),
            ..Session::default()
        }
    }
}
