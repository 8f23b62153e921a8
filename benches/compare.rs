//! Nappage beside the plain ways to put points down, on the same skin and measured alike:
//! `cargo bench --bench compare` prints one table.

mod ways;

use std::time::Instant;

use nappage::body::Place;
use nappage::layout::{Ground, SpacingLimits};
use nappage::library::Library;
use nappage::plan::Pattern;
use nappage::treated::Treated;
use rayon::ThreadPoolBuilder;
use ways::{Skin, places};

const LIMITS: SpacingLimits = SpacingLimits { least_mm: 10.0, greatest_mm: 15.0 };
const SPACING_MM: f64 = 12.5;
/// Pitch of the samples that measure, in mm.
const PITCH_MM: f64 = 0.4;

fn main() {
    let one_core = ThreadPoolBuilder::new().num_threads(1).build().expect("a thread");
    one_core.install(compare);
}

fn compare() {
    let library = Library::built_in();
    println!("Spacing asked {SPACING_MM} mm, {} to {} mm allowed.", LIMITS.least_mm, LIMITS.greatest_mm);
    println!("q is the greatest distance from skin to its nearest point over that of the perfect cover.\n");
    println!("| skin | way | points | closest mm | loneliest mm | gap mm | q | ms |");
    println!("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |");
    for (body, preset) in [
        ("woman", "full-face"),
        ("man", "full-face"),
        ("woman", "neck"),
        ("woman", "decolletage"),
        ("woman", "all"),
    ] {
        let body = library.body(body).expect("a built-in body");
        let zones = library.atlas.select(&[preset.to_owned()]).expect("a built-in preset");
        let treated = Treated::new(body, &library.atlas, &zones, LIMITS.least_mm).expect("zones on the skin");
        let skin = Skin::new(&treated, PITCH_MM);
        let ground = Ground::new(treated.clone(), LIMITS);
        // Samples are taken once, for the first layout.
        ground.lay_out(SPACING_MM, Pattern::Rows);
        let coarse = Skin::new(&treated, 3.0 * PITCH_MM);
        let row = |way: &str, make: &dyn Fn() -> Vec<Place>| {
            let start = Instant::now();
            let made = make();
            let ms = start.elapsed().as_secs_f64() * 1e3;
            let m = skin.measures(&made);
            println!(
                "| {preset}, {} | {way} | {} | {:.1} | {:.1} | {:.1} | {:.2} | {ms:.0} |",
                body.id, m.points, m.closest_mm, m.loneliest_mm, m.gap_mm, m.q
            );
        };
        row("square, on a frontal drawing", &|| skin.square_on_the_drawing(SPACING_MM));
        row("hexagonal, best of 64 offsets", &|| coarse.hexagonal_at_the_best_offset(&treated, SPACING_MM));
        row("random, 10 mm apart", &|| skin.random_with_a_least_distance(LIMITS.least_mm));
        row("**Nappage, rows**", &|| places(&ground.lay_out(SPACING_MM, Pattern::Rows)));
        row("**Nappage, even**", &|| places(&ground.lay_out(SPACING_MM, Pattern::Even)));
    }
}
