//! What is asked before a session: whether something rules it out, puts it off, or calls for caution.

use super::quantity::Quantity;
use super::{Figure, Protocol};
use crate::document::{Item, LONGEST_ID};
use crate::said::Said;

/// What an answer of yes means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Concern {
    /// The treatment is ruled out.
    Contraindication,
    /// The session is put off.
    Deferral,
    /// The clinician weighs it.
    Caution,
    /// The patient will be disappointed.
    PoorCandidate,
}

impl Concern {
    /// The key of its questions in a protocol file.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Contraindication => "contraindications",
            Self::Deferral => "defer",
            Self::Caution => "caution",
            Self::PoorCandidate => "poor-candidate",
        }
    }

    /// What it is called on sheets and in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Contraindication => "absolute contraindication",
            Self::Deferral => "defer",
            Self::Caution => "caution",
            Self::PoorCandidate => "poor candidate",
        }
    }
}

/// A question: whether this is so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The id that its answer goes by in a session file.
    pub id: String,
    /// What is asked after, such as `pregnancy`.
    pub words: String,
}

impl Quantity for Question {
    const UNIT: &'static str = "";
    fn read(item: &Item<'_, '_>) -> Option<Self> {
        if !item.is_table() {
            let words = item.text()?.trim().to_owned();
            let id = id_of(&words);
            if id.is_empty() {
                item.note("holds no word", |fault| fault.hint("say what is asked after"));
                return None;
            }
            return Some(Self { id, words });
        }
        let mut table = item.table()?;
        let (id, words) = (table.need("id").and_then(|item| item.id()), table.need_text("text"));
        table.finish();
        Some(Self { id: id?, words: words?.trim().to_owned() })
    }
    fn show(&self) -> String {
        self.words.clone()
    }
    fn rank(&self) -> Option<f64> {
        None
    }
}

/// The id of a question that has none of its own: its words in lower case, joined by hyphens.
fn id_of(words: &str) -> String {
    let lower = words.to_lowercase();
    let mut id = String::new();
    for word in lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        if id.len() + 1 + word.len() > LONGEST_ID && !id.is_empty() {
            break;
        }
        id += if id.is_empty() { "" } else { "-" };
        id += word;
    }
    id
}

impl Protocol {
    /// The lists of questions, the gravest first.
    pub(crate) fn asked(&self) -> [(Concern, Option<&Figure<Vec<Question>>>); 4] {
        [
            (Concern::Contraindication, self.contraindications.as_ref()),
            (Concern::Deferral, self.defer.as_ref()),
            (Concern::Caution, self.caution.as_ref()),
            (Concern::PoorCandidate, self.poor_candidate.as_ref()),
        ]
    }

    /// Every question asked before a session, the gravest first, with what an answer of yes means and how
    /// sure that is.
    ///
    /// ```
    /// use nappage::{library::Library, protocol::Concern};
    /// let exosome = Library::built_in().protocol("exosome").unwrap();
    /// let (concern, question, standing) = exosome.questions().remove(2);
    /// assert_eq!((concern, question.id.as_str()), (Concern::Deferral, "pregnancy"));
    /// assert_eq!(standing, "published, celmade-2026");
    /// ```
    pub fn questions(&self) -> Vec<(Concern, &Question, Said)> {
        let mut questions = Vec::new();
        for (concern, figure) in self.asked() {
            let Some(figure) = figure else { continue };
            questions.extend(figure.value.iter().map(|question| (concern, question, figure.standing())));
        }
        questions
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_without_an_id_goes_by_its_words() {
        assert_eq!(id_of("Active infection, or inflammation"), "active-infection-or-inflammation");
        assert_eq!(id_of("Беременность"), "беременность");
        assert_eq!(id_of("?!"), "");
        assert!(id_of(&"word ".repeat(100)).len() <= LONGEST_ID);
    }
}
