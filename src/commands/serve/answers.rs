//! What is asked and answered.
//!
//! | request | answer |
//! | --- | --- |
//! | `POST /api/enter` | of the code in the address that the program opens itself: the token, once |
//! | `GET /api/library` | what there is to choose from |
//! | `POST /api/plan` | of a session's keys: the session file, the plan, its points on every view |
//! | `POST /api/plan/2` | the same of the second layer of a session that has several |
//! | `POST /api/plan/2/front` | the same with the points on that view only |
//! | `POST /api/draft/2/front` | the same at once: with `draft` in its plan, the points would settle further |
//! | `POST /api/views` | of a plan's `body`: the views of it |
//! | `POST /api/view` | of a plan's `body` and `view`: that view with its zones, SVG |
//! | `POST /api/spot` | of a plan's `body`, `view`, `x` and `y` on it: `chart` and `place` of the skin there |
//! | `POST /api/walk` | of a plan's `body`, `chart`, `place`, `left_mm` and `up_mm`: the `place` so far off |
//! | `POST /api/sheet` | of `session`, `layer`, `format`, `dpi`, `page`: the file |
//! | `POST /api/course` | of `session`, `layer`: the calendar of its course |
//! | `POST /api/save` | of a session's keys: the session file |
//! | `POST /api/open` | of `name` and `text`: the keys of that session file |
//! | `POST /api/previous` | of `name` and `text`, a plan of last time: how many points it has |
//!
//! What cannot be answered comes back as `faults`, each with item, problem, value, bound and hint. What a
//! person reads comes a second time under `said`, as templates with values, for pages in other languages.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Path, Request, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, HeaderName};
use axum::http::{StatusCode, Uri};
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Router, http};
use nappage::body::{Chart, ChartPoint};
use nappage::course::icalendar;
use nappage::dose::settable;
use nappage::fault::{Fault, Faults};
use nappage::plan::{BodyUsed, Plan, Severity};
use nappage::said;
use nappage::session::{PointName, PointVolume};
use nappage::sheet::screen::{self, Beside, Legend, Meaning};
use nappage::sheet::{Item, Page, Spot, svg};
use nappage::units::Microlitres;
use nappage::zones::Kind;
use rayon::prelude::*;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use tokio::time::timeout;

use super::faults::{Refusal, refused};
use super::guard::{Door, guard};
use super::script::{self, Script};
use super::sentences::Sentences;
use super::sheets::{self, Order, Sheet};
use super::work::{Hurry, Workshop};
use super::{assets, listing};
use crate::commands::input::{LARGEST, plan_of};
use crate::commands::planned::Planned;

/// How long a body may take to arrive, and how long an answer may take.
const BODY_TIME: Duration = Duration::from_secs(10);
const ANSWER_TIME: Duration = Duration::from_secs(120);
/// How many files an order makes.
const FILES: HeaderName = HeaderName::from_static("x-nappage-files");

type Keys = Map<String, Value>;
type Shop = State<Arc<Workshop>>;

/// Everything that is answered, behind the door. `words` is the file of the page's words in another language.
pub(super) fn router(workshop: Arc<Workshop>, door: Door, words: Option<String>) -> Router {
    Router::new()
        .route("/api/library", get(library))
        .route("/api/plan", post(plan))
        .route("/api/plan/{layer}", post(plan_of_layer))
        .route("/api/plan/{layer}/{view}", post(plan_in_view))
        .route("/api/draft/{layer}/{view}", post(draft_in_view))
        .route("/api/views", post(views))
        .route("/api/view", post(view))
        .route("/api/spot", post(spot))
        .route("/api/walk", post(walk))
        .route("/api/sheet", post(sheet))
        .route("/api/course", post(course))
        .route("/api/save", post(save))
        .route("/api/open", post(open))
        .route("/api/previous", post(previous))
        .with_state(workshop)
        .merge(assets::routes(words))
        .fallback(unknown)
        .method_not_allowed_fallback(unknown)
        .layer(middleware::from_fn(in_time))
        .layer(middleware::from_fn_with_state(Arc::new(door), guard))
}

async fn unknown(uri: Uri) -> Refusal {
    refused(
        StatusCode::NOT_FOUND,
        Fault::new(said!("the address"), "is not known")
            .value(uri.path().chars().take(80).collect::<String>()),
    )
}

/// Gives up on an answer that takes too long.
async fn in_time(request: Request, next: middleware::Next) -> Response {
    timeout(ANSWER_TIME, next.run(request)).await.unwrap_or_else(|_| {
        let fault = Fault::new(said!("the answer"), "takes too long")
            .hint("treat less at a time, or choose a wider spacing");
        refused(StatusCode::SERVICE_UNAVAILABLE, fault).into_response()
    })
}

async fn library(State(shop): Shop) -> Response {
    json_text(listing::listing(shop.library).to_string())
}

async fn views(State(shop): Shop, body: Body) -> Result<Response, Refusal> {
    let used = body_used(&keys(body).await?)?;
    let views = shop.done(move |shop, _| Ok(listing::views(&*shop.scenery(&used)?))).await?;
    Ok(json_text(views.to_string()))
}

async fn view(State(shop): Shop, body: Body) -> Result<Response, Refusal> {
    let keys = keys(body).await?;
    let used = body_used(&keys)?;
    let view = keys.get("view").and_then(Value::as_str).unwrap_or_default().to_owned();
    let drawn = move |shop: &Workshop, _: &Hurry| {
        let scenery = shop.scenery(&used)?;
        let scene = scenery.scenes().iter().find(|scene| scene.id() == view);
        let scene = scene.ok_or_else(|| Fault::new("view", "is not known").value(view.clone()))?;
        Ok(svg::write(scene.page()))
    };
    let drawn = shop.done(drawn).await?;
    Ok(([(CONTENT_TYPE, "image/svg+xml")], drawn).into_response())
}

/// A place of a view, in millimetres of its page.
#[derive(Deserialize)]
struct Spotted {
    body: BodyUsed,
    view: String,
    x: f64,
    y: f64,
}

async fn spot(State(shop): Shop, body: Body) -> Result<Response, Refusal> {
    let asked: Spotted = read(body).await?;
    let found = move |shop: &Workshop, _: &Hurry| {
        let (scenery, body) = (shop.scenery(&asked.body)?, shop.library.body_used(&asked.body)?);
        let scene = scenery.scenes().iter().find(|scene| scene.id() == asked.view);
        let spot = Spot::new(asked.x, asked.y);
        let (chart, at) = scene.and_then(|scene| scene.find(&body, spot)).ok_or_else(beside)?;
        Ok(json!({ "chart": chart, "place": tenths(at) }))
    };
    Ok(json_text(shop.done(found).await?.to_string()))
}

/// A way along the skin from a place of a chart.
#[derive(Deserialize)]
struct Way {
    body: BodyUsed,
    chart: Chart,
    place: [f64; 2],
    left_mm: f64,
    up_mm: f64,
}

async fn walk(State(shop): Shop, body: Body) -> Result<Response, Refusal> {
    let Way { body: used, chart, place, left_mm, up_mm } = read(body).await?;
    let reached = move |shop: &Workshop, _: &Hurry| {
        let body = shop.library.body_used(&used)?;
        let skin = body.skin(chart).ok_or_else(beside)?;
        let at = skin.walk(chart, place.into(), left_mm, up_mm);
        if skin.covers(at) { Ok(json!({ "place": tenths(at) })) } else { Err(beside().into()) }
    };
    Ok(json_text(shop.done(reached).await?.to_string()))
}

fn beside() -> Fault {
    Fault::new("place", "is beside the skin of the view").hint("choose a place on the skin")
}

/// Chart coordinates as fine as a hand can point: to a tenth of a degree or millimetre.
fn tenths(at: ChartPoint) -> [f64; 2] {
    [at.x, at.y].map(|value| (value * 10.0).round() / 10.0 + 0.0)
}

/// The body that a plan names.
fn body_used(keys: &Keys) -> Result<BodyUsed, Fault> {
    let given = keys.get("body").cloned().unwrap_or_default();
    serde_json::from_value(given)
        .map_err(|error| Fault::new("body", said!("is none of a plan: {error}", error = error.to_string())))
}

async fn plan(State(shop): Shop, body: Body) -> Result<Response, Refusal> {
    shown(shop, 1, Wanted::ALL, body).await
}

async fn plan_of_layer(
    State(shop): Shop,
    Path(layer): Path<String>,
    body: Body,
) -> Result<Response, Refusal> {
    shown(shop, layer_number(layer)?, Wanted::ALL, body).await
}

async fn plan_in_view(
    State(shop): Shop,
    Path((layer, view)): Path<(String, String)>,
    body: Body,
) -> Result<Response, Refusal> {
    shown(shop, layer_number(layer)?, Wanted { view: Some(view), drafted: false }, body).await
}

async fn draft_in_view(
    State(shop): Shop,
    Path((layer, view)): Path<(String, String)>,
    body: Body,
) -> Result<Response, Refusal> {
    shown(shop, layer_number(layer)?, Wanted { view: Some(view), drafted: true }, body).await
}

/// What is wanted of a plan.
struct Wanted {
    /// The view whose points are; of all views where there is none.
    view: Option<String>,
    /// Whether a draft will do for now.
    drafted: bool,
}

impl Wanted {
    const ALL: Self = Self { view: None, drafted: false };
}

fn layer_number(layer: String) -> Result<usize, Fault> {
    layer.parse().map_err(|_| Fault::new("layer", "is not a number from 1").value(layer))
}

/// The plan of a session as the page shows it; of one with layers, of the one with this number.
async fn shown(shop: Arc<Workshop>, layer: usize, wanted: Wanted, body: Body) -> Result<Response, Refusal> {
    let script = Script::of(&keys(body).await?)?;
    let layer = (!script.session.layers.is_empty() || layer != 1).then_some(layer);
    let key = format!("{layer:?} {:?} {}", wanted.view, script.text);
    let answer = match shop.answers.get(&key) {
        Some(known) => known,
        None => {
            let (made, is_draft) =
                shop.done(move |shop, hurry| told(shop, &script, layer, &wanted, hurry)).await?;
            if !is_draft {
                shop.answers.put(key, made.clone());
            }
            made
        }
    };
    Ok(json_text(answer))
}

/// A plan as the page shows it.
#[derive(Serialize)]
struct Told<'a> {
    /// The session file.
    text: &'a str,
    /// The plan without its outlines, which the views show.
    plan: Plan,
    /// What the plan says, to be said in another language.
    said: Sentences<'a>,
    /// The points by view, SVG: of all views, or of the one that is asked for.
    marks: BTreeMap<&'static str, String>,
    /// What each view shows.
    shown: BTreeMap<&'static str, Shown>,
    /// The place of each point in its row, by which the session can leave it out.
    places: Vec<usize>,
    /// By volume of a single point in the session: the number of the point that gets it, where there is one.
    given: Vec<Option<usize>>,
    /// By kind of zone: the volumes that the syringe sets within the limits, in microlitres.
    settable: BTreeMap<Kind, Vec<Microlitres>>,
    legend: Vec<Value>,
    /// The layers of the session; none of a single treatment.
    layers: Vec<Value>,
}

/// What a view shows of a plan.
#[derive(Serialize)]
struct Shown {
    /// The zones of which it shows points.
    zones: BTreeSet<String>,
    /// The areas marked on the skin, by their numbers.
    marked: BTreeSet<String>,
}

impl Shown {
    fn of(page: &Page) -> Self {
        let (mut zones, mut marked) = (BTreeSet::new(), BTreeSet::new());
        let mut note = |item: &Item| {
            let Item::Group(group) = item else { return };
            for (name, value) in &group.data {
                match name.as_str() {
                    "zone" => _ = zones.insert(value.clone()),
                    "marked" => _ = marked.insert(value.clone()),
                    _ => {}
                }
            }
        };
        page.items().iter().for_each(|item| item.each(&mut note));
        Self { zones, marked }
    }
}

/// The answer, and whether it is of a draft.
fn told(
    shop: &Workshop,
    script: &Script,
    layer: Option<usize>,
    Wanted { view, drafted }: &Wanted,
    hurry: &Hurry,
) -> Result<(Bytes, bool), Refusal> {
    if *drafted {
        hurry.store(true, Ordering::Relaxed);
    }
    let planned = shop.planned(&script.session, layer, hurry)?;
    let part = planned.printed().into_iter().next().ok_or_else(none)?;
    let content = part.content(shop.library)?;
    let plan = content.plan;
    let scenery = shop.scenery(&plan.body)?;
    let views = scenery.scenes().par_iter().map(|scene| {
        let page = scene.marks(&content)?;
        let is_seen = view.as_ref().is_none_or(|view| view == scene.id());
        Ok((scene.id(), Shown::of(&page), is_seen.then(|| svg::write(&page))))
    });
    let views = views.collect::<Result<Vec<_>, Fault>>()?;
    let (mut marks, mut shown) = (BTreeMap::new(), BTreeMap::new());
    for (id, of, points) in views {
        shown.insert(id, of);
        marks.extend(points.map(|points| (id, points)));
    }
    let names = PointName::all_of(plan, &part.session.skip_points);
    let numbered = |own: &PointVolume| Some(own.point.find(plan, &names, &content.body)? + 1);
    let limits = shop.library.protocol(&plan.protocol.id)?.limits()?;
    let settable = [Kind::Standard, Kind::Periorbital]
        .map(|kind| (kind, settable(limits.volume(kind), plan.syringe.graduation_ul)));
    let answer = Told {
        text: &script.text,
        plan: without_outlines(plan),
        said: Sentences::of(plan),
        marks,
        shown,
        places: names.iter().map(|name| name.place).collect(),
        given: part.session.point_volumes.iter().map(numbered).collect(),
        settable: settable.into_iter().collect(),
        legend: screen::legend(&content)?.iter().map(explained).collect(),
        layers: summaries(&planned),
    };
    let answer = serde_json::to_vec(&answer).map_err(|error| Fault::new("plan", error.to_string()))?;
    Ok((Bytes::from(answer), plan.draft))
}

/// A plan without the outlines of its zones: more than all the rest of it.
fn without_outlines(plan: &Plan) -> Plan {
    let mut plan = plan.clone();
    for zone in &mut plan.zones {
        (zone.outline, zone.holes, zone.treated) = (Vec::new(), Vec::new(), Vec::new());
    }
    plan
}

fn none() -> Fault {
    Fault::new("layer", "is not there")
}

/// A mark of the legend with what it stands for.
fn explained(Legend { meaning, points, page }: &Legend) -> Value {
    let mark = svg::write(page);
    match meaning {
        Meaning::Volume(volume) => json!({ "volume": volume.to_string(), "points": points, "mark": mark }),
        Meaning::Beside(beside) => {
            let (beside, layer) = match beside {
                Beside::LastTime => ("last-time", None),
                Beside::Before(layer) => ("before", Some(layer)),
                Beside::After(layer) => ("after", Some(layer)),
            };
            json!({ "beside": beside, "layer": layer, "points": points, "mark": mark })
        }
    }
}

/// The layers of a session with their sums.
fn summaries(planned: &Planned) -> Vec<Value> {
    let Planned::Layers(layers) = planned else { return Vec::new() };
    let summary = layers.layered().layers.iter().map(|layer| {
        let (totals, findings) = (&layer.plan.totals, &layer.plan.findings);
        let errors = findings.iter().filter(|finding| finding.severity == Severity::Error).count();
        json!({ "name": layer.name, "points": totals.points, "volume_ul": totals.volume_ul, "errors": errors })
    });
    summary.collect()
}

async fn sheet(State(shop): Shop, body: Body) -> Result<Response, Refusal> {
    let keys = keys(body).await?;
    let script = Script::within(&keys)?;
    let order = Order::of(&keys, &script.session.pages)?;
    let made = shop.done(move |shop, hurry| {
        let planned = shop.planned(&script.session, order.layer(), hurry)?;
        order.sheet(&planned, shop.library)
    });
    let Sheet { name, kind, of, content } = made.await?;
    Ok(([(FILES, of.to_string())], file(kind, &name, content)).into_response())
}

async fn course(State(shop): Shop, body: Body) -> Result<Response, Refusal> {
    let keys = keys(body).await?;
    let (session, layer) = (Script::within(&keys)?.session, sheets::number(&keys, "layer")?);
    if !session.layers.is_empty() && layer.is_none() {
        let fault = Fault::new("layer", "is missing: each has a course of its own");
        return Err(fault.bound(said!("1 to {count}", count = session.layers.len())).into());
    }
    let made = shop.done(move |shop, hurry| {
        let planned = shop.planned(&session, layer, hurry)?;
        let part = planned.printed().into_iter().next().ok_or_else(none)?;
        Ok(icalendar(&nappage::course::course(part.session, shop.library, Some(&part.plan))?))
    });
    Ok(file("text/calendar; charset=utf-8", "nappage-course.ics", made.await?.into_bytes()))
}

/// A file to be saved.
fn file(kind: &'static str, name: &str, content: Vec<u8>) -> Response {
    let headers =
        [(CONTENT_TYPE, kind.to_owned()), (CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\""))];
    (headers, content).into_response()
}

async fn save(body: Body) -> Result<Response, Refusal> {
    let text = Script::of(&keys(body).await?)?.text;
    Ok(file("application/toml", "session.toml", text.into_bytes()))
}

/// A file that was chosen on the page.
#[derive(Deserialize)]
struct Chosen {
    name: String,
    text: String,
}

async fn open(body: Body) -> Result<Response, Refusal> {
    let Chosen { name, text } = read(body).await?;
    Ok(json_text(script::keys(&name, &text)?.to_string()))
}

/// Takes the plan of last time, which sessions then name by its file.
async fn previous(State(shop): Shop, body: Body) -> Result<Response, Refusal> {
    let Chosen { name, text } = read(body).await?;
    let plan = plan_of(&text).map_err(|fault| Faults::of(name.as_str(), vec![fault]))?;
    let points = plan.points.len();
    shop.keep_last(name, plan);
    Ok(json_text(json!({ "points": points }).to_string()))
}

/// The JSON object that a body holds.
///
/// # Errors
/// When it is larger than any file this program reads, takes too long, or is no such object.
async fn keys(body: Body) -> Result<Keys, Refusal> {
    read(body).await
}

/// What a body holds as JSON.
///
/// # Errors
/// As [`keys`].
async fn read<T: DeserializeOwned>(body: Body) -> Result<T, Refusal> {
    let slow = |_| {
        refused(StatusCode::REQUEST_TIMEOUT, Fault::new(said!("the request"), "takes too long to arrive"))
    };
    let large = |_| {
        let fault = Fault::new(said!("the request"), "is too large or broken off");
        refused(
            StatusCode::PAYLOAD_TOO_LARGE,
            fault.bound(said!("{most} MB", most = LARGEST / (1024 * 1024))),
        )
    };
    let read = timeout(BODY_TIME, to_bytes(body, LARGEST as usize)).await.map_err(slow)?;
    let bytes = read.map_err(large)?;
    serde_json::from_slice(&bytes).map_err(|error| {
        let fault =
            Fault::new(said!("the request"), said!("cannot be read: {error}", error = error.to_string()));
        refused(StatusCode::BAD_REQUEST, fault)
    })
}

fn json_text(text: impl Into<Body>) -> Response {
    ([(http::header::CONTENT_TYPE, "application/json")], text.into()).into_response()
}
