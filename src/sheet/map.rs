//! The map: the body in views with zones, points and names, and the figures beside them. Of a session with
//! several layers there is one of each, with its rows and doses, and one of all of them ([`layers`](super::layers)).

use std::borrow::Cow;

use super::arrange::{Arrangement, Figure, arranged};
use super::faint;
use super::figures::Survey;
use super::frame;
use super::panels::{Panel, Panelled, Panels};
use super::scene::{Key, Scene};
use super::symbols::Symbols;
use super::views::Look;
use super::{Item, Page, PageKind, Paper, Spot, Studio};
use crate::abreast::both;
use crate::body::{Body, Chart, Skin};
use crate::fault::Fault;
use crate::library::Library;
use crate::plan::{Layered, Plan, PlannedLayer, PlannedZone};
use crate::protocol::Protocol;
use crate::screening::Answers;

/// What the frame of a map says.
pub(super) const WORDS: frame::Words<'static> = frame::Words {
    title: "Injection map",
    page: [1, 1],
    bars: Some("The bars are of the paper; each figure has its scale above it."),
    alarm: frame::UNUSABLE,
};

/// What a map shows.
#[derive(Clone, Debug)]
pub struct Content<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// The body it was made on, with its measurements.
    pub body: Cow<'a, Body>,
    /// The protocol it was made under.
    pub protocol: &'a Protocol,
    /// The line art, and the bodies drawn with it.
    pub studio: &'a Studio,
    /// What stands in the field of the patient reference; a blank where there is none.
    pub reference: Option<&'a str>,
    /// What the patient answered to the protocol's questions; boxes to tick where nothing is known.
    pub answers: Option<&'a Answers>,
    /// What it is of the session's layers, where that has several.
    pub layer: Option<OfLayers<'a>>,
}

/// What a sheet is of the layers of its session, which stand in the order of work.
#[derive(Clone, Debug)]
pub enum OfLayers<'a> {
    /// One of them.
    One {
        /// All of them.
        layers: &'a [PlannedLayer],
        /// Its place among them, from 0.
        index: usize,
    },
    /// All of them at once.
    All {
        /// All of them.
        layers: &'a [PlannedLayer],
        /// The protocol of each.
        protocols: Vec<&'a Protocol>,
    },
}

impl OfLayers<'_> {
    /// Which layer it is, of how many, or all of them: `layer 2 of 2: exosome`, `booster, then exosome`.
    pub(super) fn words(&self) -> String {
        match self {
            Self::One { layers, index } => {
                let name = layers.get(*index).map_or("", |layer| layer.name.as_str());
                format!("layer {} of {}: {name}", index + 1, layers.len())
            }
            Self::All { layers, .. } => {
                let names: Vec<&str> = layers.iter().map(|layer| layer.name.as_str()).collect();
                names.join(", then ")
            }
        }
    }
}

impl<'a> Content<'a> {
    /// A plan with the body and the protocol it names, and the built-in line art.
    ///
    /// # Errors
    /// When the library lacks the body or the protocol.
    pub fn of(plan: &'a Plan, library: &'a Library, reference: Option<&'a str>) -> Result<Self, Fault> {
        Ok(Self {
            plan,
            body: library.body_used(&plan.body)?,
            protocol: library.protocol(&plan.protocol.id)?,
            studio: Studio::built_in(),
            reference,
            answers: None,
            layer: None,
        })
    }

    /// The same as one of the layers of a session, the one at `index`; the points of the others are drawn
    /// faintly.
    #[must_use]
    pub fn of_layer(self, layered: &'a Layered, index: usize) -> Self {
        Self { layer: Some(OfLayers::One { layers: &layered.layers, index }), ..self }
    }

    /// The skin that a zone lies on.
    pub(super) fn skin(&self, zone: &PlannedZone) -> Result<&Skin, Fault> {
        self.body.skin(zone.chart).ok_or_else(|| {
            Fault::new(format!("body '{}'", self.body.id), "has no skin for a zone's chart")
                .value(format!("{} of zone '{}'", zone.chart, zone.id))
        })
    }
}

/// The map of a plan.
///
/// # Errors
/// When the body has no skin for a zone's chart.
pub fn page(content: &Content<'_>, paper: Paper) -> Result<Page, Fault> {
    looked_at(content, paper, Look::Best, WORDS)
}

/// The map of face and neck from both sides, to hold against lateral photographs.
///
/// # Errors
/// When the body has no skin for a zone's chart, or no zone lies on face or neck.
pub fn lateral(content: &Content<'_>, paper: Paper) -> Result<Page, Fault> {
    if !has_sides(content.plan) {
        let fault = Fault::new("pages", "has nothing to show from the sides").value("lateral");
        return Err(fault.hint("leave lateral out, or treat a zone of face or neck"));
    }
    looked_at(content, paper, Look::Sides, frame::Words { title: "Injection map, lateral", ..WORDS })
}

/// Whether a plan has something to show from the sides.
pub fn has_sides(plan: &Plan) -> bool {
    plan.zones.iter().any(|zone| matches!(zone.chart, Chart::Head | Chart::Neck))
}

fn looked_at(
    content: &Content<'_>,
    paper: Paper,
    look: Look,
    words: frame::Words<'_>,
) -> Result<Page, Fault> {
    for zone in &content.plan.zones {
        content.skin(zone)?;
    }
    let title = match content.plan.topical {
        Some(_) => words.title.replace("Injection", "Application"),
        None => words.title.to_owned(),
    };
    let words = frame::Words { title: &title, ..words };
    let symbols = Symbols::of(content.plan);
    let survey = Survey::new(content.plan, &content.body, content.studio, look);
    let panels = Panels { content, symbols: &symbols, unseen: &survey.unseen };
    let drawing = Drawing {
        content,
        survey: &survey,
        panels: &panels,
        key: &symbols,
        apart_mm: content.plan.spacing_mm,
        least_mm: 1.25,
    };
    Page::new(
        PageKind::Map,
        paper.size_mm(),
        &format!("{}: {}", words.title, content.plan.protocol.name),
        drawing.drawn(paper, words),
    )
}

/// What a map is drawn from.
pub(super) struct Drawing<'a> {
    /// What it shows.
    pub(super) content: &'a Content<'a>,
    /// Which view shows what.
    pub(super) survey: &'a Survey,
    /// What stands beside the figures.
    pub(super) panels: &'a dyn Panelled,
    /// What tells the points apart.
    pub(super) key: &'a dyn Key,
    /// How far points lie apart on the skin, for the size of their marks.
    pub(super) apart_mm: f64,
    /// The least size of a mark, in mm.
    pub(super) least_mm: f64,
}

impl Drawing<'_> {
    /// The page's items: figures and panels in their places inside the frame.
    pub(super) fn drawn(&self, paper: Paper, words: frame::Words<'_>) -> Vec<Item> {
        let Self { content, survey, panels, key, apart_mm, least_mm } = *self;
        let faint = faint::beside(content);
        let size = paper.size_mm();
        let figures: Vec<Figure<'_>> = survey
            .views
            .iter()
            .enumerate()
            .map(|(k, view)| Figure {
                view,
                names_mm: survey.names_mm(k),
                names_high_mm: survey.names_high_mm(k),
            })
            .collect();
        let arrangement = arranged(&figures, panels, frame::body(size, content));
        let scene = Scene {
            plan: content.plan,
            body: &content.body,
            survey,
            key,
            faint: &faint,
            mark_mm: (apart_mm / arrangement.ratio * 0.34).clamp(least_mm, 2.6),
            ratio: arrangement.ratio,
        };
        let mut items = frame::drawn(size, content, words);
        let Arrangement { cells, panels: placed, detail, .. } = &arrangement;
        let filled =
            |&(panel, at, width): &(Panel, Spot, f64)| panels.filled(panel, at, width, *detail).items;
        let (figures, words) =
            both(|| scene.draw(cells), || placed.iter().flat_map(filled).collect::<Vec<_>>());
        items.extend(figures);
        items.extend(words);
        items
    }
}
