//! The layout, held to its promises from outside: on the built-in zones, on zones nobody would draw, and
//! after a lesion is marked.

mod adapt;
mod cover;
mod interleave;
mod measured;
mod promises;
mod random_zones;
#[path = "../../benches/ways/mod.rs"]
mod ways;
