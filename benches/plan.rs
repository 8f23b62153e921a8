//! How long each step takes: `cargo bench --bench plan`.

mod ways;

use std::hint::black_box;
use std::time::Duration;

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use nalgebra::Point2;
use nappage::body::{Body, Chart};
use nappage::export;
use nappage::geometry::Polygon;
use nappage::layout::{Ground, SpacingLimits, lattice_count};
use nappage::library::Library;
use nappage::plan::Pattern;
use nappage::session::{self, Paper, Planner, Session};
use nappage::sheet::{FeatureSet, Studio, map, pdf, png, svg, template};
use nappage::treated::Treated;
use nappage::zones::Atlas;
use rayon::ThreadPoolBuilder;

const LIMITS: SpacingLimits = SpacingLimits { least_mm: 10.0, greatest_mm: 15.0 };
const SPACING_MM: f64 = 12.5;
const PRESETS: [&str; 5] = ["full-face", "neck", "decolletage", "face-neck", "all"];

fn treated(preset: &str) -> Treated {
    let library = Library::built_in();
    let body = library.body("woman").expect("a built-in body");
    let zones = library.atlas.select(&[preset.to_owned()]).expect("a built-in preset");
    Treated::new(body, &library.atlas, &zones, LIMITS.least_mm).expect("zones on the skin")
}

/// A square field that holds about so many points.
fn field(points: usize) -> Treated {
    let side = (points as f64 / lattice_count(1.0, SPACING_MM)).sqrt();
    let ring = [(0.0, 0.0), (side, 0.0), (side, side), (0.0, side)].map(|(x, y)| Point2::new(x, y));
    let square = Polygon::new(ring.to_vec(), Vec::new()).expect("a square");
    let zones = [ways::zone("field", Chart::Flat, square)];
    Treated::new(&Body::flat(), &Atlas::default(), &zones, LIMITS.least_mm).expect("a plane")
}

/// Margins and layouts, each on one core.
fn layouts(c: &mut Criterion) {
    let mut group = c.benchmark_group("layout");
    let one_core = ThreadPoolBuilder::new().num_threads(1).build().expect("a thread");
    for preset in PRESETS {
        group.bench_function(BenchmarkId::new("margins", preset), |b| b.iter(|| black_box(treated(preset))));
        let ground = Ground::new(treated(preset), LIMITS);
        for (name, pattern) in [("rows", Pattern::Rows), ("even", Pattern::Even)] {
            group.bench_function(BenchmarkId::new(name, preset), |b| {
                one_core.install(|| b.iter(|| black_box(ground.lay_out(SPACING_MM, pattern))));
            });
        }
    }
    for points in [100, 1_000, 10_000] {
        let ground = Ground::new(field(points), LIMITS);
        group.throughput(Throughput::Elements(points as u64));
        group.bench_function(BenchmarkId::new("plane", points), |b| {
            one_core.install(|| b.iter(|| black_box(ground.lay_out(SPACING_MM, Pattern::Rows))));
        });
    }
    group.finish();
}

/// Whole plans on all cores, the search over spacings and volumes included.
fn plans(c: &mut Criterion) {
    let mut group = c.benchmark_group("plan");
    for preset in PRESETS {
        let session = Session { zones: vec![preset.to_owned()], ..Session::default() };
        group.bench_function(preset, |b| b.iter(|| black_box(session::plan(&session, Library::built_in()))));
    }
    group.finish();
}

/// The writers, each from a finished plan, and those of PDF and PNG also from a finished page.
fn writers(c: &mut Criterion) {
    let library = Library::built_in();
    let mut group = c.benchmark_group("write");
    for preset in ["full-face", "all"] {
        let session = Session { zones: vec![preset.to_owned()], ..Session::default() };
        let plan = session::plan(&session, library).expect("a plan");
        let content = map::Content::of(&plan, library, None).expect("the plan's body and protocol");
        group.bench_function(BenchmarkId::new("svg", preset), |b| {
            b.iter(|| black_box(svg::write(&map::page(&content, Paper::A4).expect("a page"))));
        });
        // The first map of a body, which is drawn for it.
        group.bench_function(BenchmarkId::new("svg, first", preset), |b| {
            b.iter(|| {
                let studio = Studio::new(FeatureSet::built_in().clone());
                let content = map::Content { studio: &studio, ..content.clone() };
                black_box(svg::write(&map::page(&content, Paper::A4).expect("a page")))
            });
        });
        // The same where the body was drawn while the plan was made, after its rough plan, as the program does.
        let rough = Planner::new(library).rough().plan(&session).expect("a rough plan");
        let rough = map::Content::of(&rough, library, None).expect("the plan's body and protocol");
        let drawn = || {
            let studio = Studio::new(FeatureSet::built_in().clone());
            map::page(&map::Content { studio: &studio, ..rough.clone() }, Paper::A4).expect("a page");
            studio
        };
        group.bench_function(BenchmarkId::new("svg, first, body drawn beside the plan", preset), |b| {
            b.iter_batched_ref(
                drawn,
                |studio| {
                    let content = map::Content { studio, ..content.clone() };
                    black_box(svg::write(&map::page(&content, Paper::A4).expect("a page")))
                },
                BatchSize::PerIteration,
            );
        });
        let page = map::page(&content, Paper::A4).expect("a page");
        group.bench_function(BenchmarkId::new("page", preset), |b| {
            b.iter(|| black_box(map::page(&content, Paper::A4)));
        });
        group.bench_function(BenchmarkId::new("template", preset), |b| {
            b.iter(|| black_box(template::pages(&content, Paper::A4)));
        });
        group.bench_function(BenchmarkId::new("pdf", preset), |b| {
            b.iter(|| black_box(pdf::written(std::slice::from_ref(&page))));
        });
        group.bench_function(BenchmarkId::new("png", preset), |b| {
            b.iter(|| black_box(png::written(&page, 200)))
        });
        group.bench_function(BenchmarkId::new("json", preset), |b| b.iter(|| black_box(export::json(&plan))));
        group.bench_function(BenchmarkId::new("csv", preset), |b| b.iter(|| black_box(export::csv(&plan))));
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(10).measurement_time(Duration::from_secs(3)).without_plots();
    targets = layouts, plans, writers
}
criterion_main!(benches);
