//! What there is to choose from, as the page reads it.

use nappage::body::measurements;
use nappage::library::Library;
use nappage::protocol::{Limits, Span};
use nappage::session::{FORMAT, Printed};
use nappage::sheet::screen::Scenery;
use nappage::units::Microlitres;
use serde_json::{Value, json};

/// Everything there is to choose from, but for the views of bodies.
pub(super) fn listing(library: &Library) -> Value {
    let atlas = &library.atlas;
    let zones = atlas.zones.iter().map(|zone| {
        json!({
            "id": zone.id, "base": zone.base, "name": zone.name, "region": zone.region, "side": zone.side,
            "kind": zone.kind, "care": zone.care,
        })
    });
    let presets = atlas.presets.iter().map(|preset| {
        let zones: Vec<&str> = atlas.named(&preset.id).iter().map(|zone| zone.id.as_str()).collect();
        json!({ "id": preset.id, "name": preset.name, "zones": zones })
    });
    let bodies = library.bodies.iter().map(|body| json!({ "id": body.id, "name": body.name }));
    let protocols = library.protocols.iter().map(|protocol| {
        let (limits, fault) = match protocol.limits() {
            Ok(limits) => (Some(bounds(&limits)), None),
            Err(fault) => (None, Some(fault.to_string())),
        };
        let questions = protocol.questions().into_iter();
        let questions =
            questions.map(|(_, question, _)| json!({ "id": question.id, "words": question.words }));
        let margin = protocol.lesion_margin.as_ref().map(|figure| figure.value.0);
        json!({
            "id": protocol.id, "name": protocol.name, "limits": limits, "fault": fault,
            "topical": protocol.topical_total.is_some(), "lesion_margin_mm": margin, "questions": questions.collect::<Vec<_>>(),
        })
    });
    let syringes = library.syringes.iter().map(|syringe| {
        json!({
            "id": syringe.id, "name": syringe.name, "graduation_ul": syringe.graduation.value,
            "capacity_ul": syringe.capacity.value,
        })
    });
    let products = library.products.iter().map(|product| json!({ "id": product.id, "name": product.name }));
    let measured = measurements().iter().map(
        |one| json!({ "id": one.id, "name": one.name, "taken": one.taken, "possible_mm": one.possible_mm }),
    );
    let pages: Vec<&str> = Printed::ALL.iter().map(|(name, _)| *name).collect();
    json!({
        "version": env!("CARGO_PKG_VERSION"),
        "format": FORMAT,
        "pages": pages,
        "measurements": measured.collect::<Vec<_>>(),
        "bodies": bodies.collect::<Vec<_>>(),
        "protocols": protocols.collect::<Vec<_>>(),
        "presets": presets.collect::<Vec<_>>(),
        "zones": zones.collect::<Vec<_>>(),
        "syringes": syringes.collect::<Vec<_>>(),
        "products": products.collect::<Vec<_>>(),
        "syringe": library.default_syringe().map(|syringe| &syringe.id),
    })
}

/// The limits of a protocol, in mm and microlitres.
fn bounds(limits: &Limits) -> Value {
    let span = |span: Span<Microlitres>| json!([span.least, span.greatest]);
    json!({
        "spacing_mm": [limits.spacing.least_mm, limits.spacing.greatest_mm],
        "middle_spacing_mm": limits.middle_spacing_mm,
        "volume_ul": span(limits.standard),
        "periorbital_ul": limits.periorbital.map(span),
        "total_ul": limits.budget.map(span),
        "middle_total_ul": limits.middle_total,
    })
}

/// The views of a body, with their charts.
pub(super) fn views(scenery: &Scenery) -> Value {
    let views = scenery.scenes().iter().map(|scene| json!({ "id": scene.id(), "title": scene.title() }));
    json!({ "views": views.collect::<Vec<_>>() })
}
