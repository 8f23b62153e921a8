//! Where bodies are drawn: the line art, and the bodies that were drawn with it lately.

use std::sync::{Arc, OnceLock};

use super::face::Figure;
use super::features::FeatureSet;
use crate::body::{Body, Chart};
use crate::recent::Recent;

/// How many bodies are kept, each with its set of skins.
const KEPT: usize = 6;

/// The line art, and the bodies that were drawn with it lately, so that a further map of one of them is drawn
/// in a fraction of the time. What is drawn does not depend on what was drawn before.
#[derive(Debug)]
pub struct Studio {
    features: FeatureSet,
    figures: Recent<Arc<Figure>, Sitter>,
}

/// A body with the skins that are drawn of it.
#[derive(Debug, PartialEq)]
struct Sitter {
    body: Body,
    charts: Vec<Chart>,
}

impl Studio {
    /// One that has drawn nothing yet.
    pub fn new(features: FeatureSet) -> Self {
        Self { features, figures: Recent::new(KEPT) }
    }

    /// The one of the built-in line art.
    pub fn built_in() -> &'static Self {
        static STUDIO: OnceLock<Studio> = OnceLock::new();
        STUDIO.get_or_init(|| Self::new(FeatureSet::built_in().clone()))
    }

    /// The line art.
    pub fn features(&self) -> &FeatureSet {
        &self.features
    }

    /// A body with the skin of some charts, ready to be drawn.
    pub(crate) fn figure(&self, body: &Body, charts: &[Chart]) -> Arc<Figure> {
        if let Some(known) = self.figures.find(|sitter| sitter.charts == charts && sitter.body == *body) {
            return known;
        }
        let made = Arc::new(Figure::new(body, charts, &self.features));
        self.figures.put(Sitter { body: body.clone(), charts: charts.to_vec() }, Arc::clone(&made));
        made
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::Library;
    use crate::session::{Planner, Session};
    use crate::sheet::{Paper, map};

    #[test]
    fn the_map_of_a_rough_plan_draws_what_that_of_the_plan_needs() {
        let library = Library::built_in();
        let sessions = ["woman", "man"].into_iter().flat_map(|body| {
            ["full-face", "neck", "decolletage", "forehead"].map(|zones| Session {
                zones: vec![zones.to_owned()],
                body: Some(body.to_owned()),
                ..Session::default()
            })
        });
        for session in sessions {
            let planner = Planner::new(library);
            let studio = Studio::new(FeatureSet::built_in().clone());
            let kept = || -> usize { studio.figures.values().iter().map(|figure| figure.drawings()).sum() };
            let mut counts = Vec::new();
            for planner in [planner.rough(), planner] {
                let plan = planner.plan(&session).expect("a plan");
                let content = map::Content::of(&plan, library, None).expect("its body");
                map::page(&map::Content { studio: &studio, ..content }, Paper::A4).expect("a page");
                counts.push(kept());
            }
            assert!(counts[0] > 0 && counts[0] == counts[1], "{counts:?} of {session:?}");
        }
    }
}
