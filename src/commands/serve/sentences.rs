//! Sentences as the page reads them: with their templates and values, to be said in its language.

use nappage::plan::Plan;
use nappage::said::Said;
use serde::ser::{Serialize, SerializeMap, Serializer};

/// A sentence: its text where it has no values, else its template with them, each a sentence itself.
pub(super) struct Sentence<'a>(pub(super) &'a Said);

struct Values<'a>(&'a Said);

impl Serialize for Sentence<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.values().is_empty() {
            return serializer.serialize_str(self.0);
        }
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("template", self.0.template())?;
        map.serialize_entry("values", &Values(self.0))?;
        map.end()
    }
}

impl Serialize for Values<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.values().iter().map(|(name, value)| (name, Sentence(value))))
    }
}

/// What a plan says, beside it.
#[derive(serde::Serialize)]
pub(super) struct Sentences<'a> {
    reason: Sentence<'a>,
    /// The messages of its findings, in their order.
    findings: Vec<Sentence<'a>>,
}

impl<'a> Sentences<'a> {
    /// Those of a plan.
    pub(super) fn of(plan: &'a Plan) -> Self {
        let findings = plan.findings.iter().map(|finding| Sentence(&finding.message));
        Self { reason: Sentence(&plan.reason), findings: findings.collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nappage::said;
    use serde_json::json;

    #[test]
    fn a_sentence_goes_with_its_template_and_values() {
        let inner = said!("{count} points", count = 2_usize);
        let said = said!("{points} in {zone}", points = inner, zone = "Chin");
        let told = serde_json::to_value(Sentence(&said)).unwrap();
        let points = json!({ "template": "{count} points", "values": { "count": "2" } });
        let values = json!({ "points": points, "zone": "Chin" });
        assert_eq!(told, json!({ "template": "{points} in {zone}", "values": values }));
        assert_eq!(serde_json::to_value(Sentence(&said!("is empty"))).unwrap(), json!("is empty"));
    }
}
