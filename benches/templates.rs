//! A thousand maps of single zones and presets, planned and written on every core:
//! `cargo bench --bench templates`.

use std::time::Instant;

use nappage::batch::each;
use nappage::library::Library;
use nappage::session::{self, Paper, Session};
use nappage::sheet::{map, svg};

const MAPS: usize = 1_000;

fn main() {
    let library = Library::built_in();
    let mut names: Vec<&str> = library.atlas.zones.iter().map(|zone| zone.base.as_str()).collect();
    names.extend(library.atlas.presets.iter().map(|preset| preset.id.as_str()));
    names.dedup();
    // Every zone and preset on both bodies, at ever other spacings, so that no two maps are alike.
    let requests: Vec<Session> = (0..MAPS)
        .map(|k| Session {
            zones: vec![names[k % names.len()].to_owned()],
            body: Some(library.bodies[k / names.len() % library.bodies.len()].id.clone()),
            spacing_mm: Some(11.0 + 0.1 * (k / names.len() % 30) as f64),
            ..Session::default()
        })
        .collect();
    let start = Instant::now();
    let bytes = each(&requests, None, |session| {
        let plan = session::plan(session, library).expect("a plan");
        let content = map::Content::of(&plan, library, None).expect("the plan's body and protocol");
        svg::write(&map::page(&content, Paper::A4).expect("a page")).len()
    });
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "{MAPS} maps, {:.0} MB, in {seconds:.1} s: {:.0} maps a second",
        bytes.iter().sum::<usize>() as f64 / 1e6,
        MAPS as f64 / seconds
    );
}
