//! Plans a full face and prints its totals: `cargo run --example plan`.

use std::error::Error;

use nappage::library::Library;
use nappage::session::{self, Session};
use nappage::units::Microlitres;

fn main() -> Result<(), Box<dyn Error>> {
    let session = Session { total: Some(Microlitres(3000)), ..Session::default() };
    let plan = session::plan(&session, Library::built_in())?;

    println!("{}", plan.reason);
    for zone in &plan.zones {
        println!("{:22} {:4} points of {}", zone.name, zone.points, zone.per_point_ul);
    }
    println!("{:22} {:4} points, {}", "Total", plan.totals.points, plan.totals.volume_ul);
    for finding in &plan.findings {
        println!("{}", finding.message);
    }
    Ok(())
}
