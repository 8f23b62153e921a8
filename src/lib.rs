//! Nappage plans intradermal micro-injections: it lays the points out on the skin of a body in three
//! dimensions, gives each its dose, checks the session's total, and draws the map.
//!
//! For licensed professionals. A planning aid, not clinical advice.
//!
//! A [`session::Session`] says what is wanted, a [`library::Library`] holds what is known (bodies,
//! zones, protocols, syringes), and [`session::plan`] makes the [`plan::Plan`]: plain values with
//! every point, dose and finding.
//!
//! ```
//! use nappage::library::Library;
//! use nappage::session::{Session, plan};
//! use nappage::units::parse_volume;
//!
//! let session = Session {
//!     zones: vec!["forehead".to_owned(), "cheek".to_owned()],
//!     total: Some(parse_volume("1.2ml")?),
//!     ..Session::default()
//! };
//! let plan = plan(&session, Library::built_in())?;
//! println!("{} in {} points: {}", plan.totals.volume_ul, plan.totals.points, plan.reason);
//! for zone in &plan.zones {
//!     println!("{}: {} points of {}", zone.name, zone.points, zone.per_point_ul);
//! }
//! assert_eq!(plan.totals.volume_ul, plan.points.iter().map(|point| point.volume_ul).sum());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! No step reads a file, a clock or a random number: the same session gives the same plan, to the last
//! bit. What is wrong with an input comes back as [`fault::Faults`], all at once, each with its line,
//! value, bound and a hint; what is wrong with a plan that could be made is a [`plan::Finding`] in it.
//!
//! | what | modules |
//! | --- | --- |
//! | measures and shapes | [`units`], [`geometry`], [`fault`] |
//! | what is known | [`body`], [`zones`], [`protocol`], [`library`] |
//! | the steps | [`treated`], [`layout`], [`dose`], [`check`], [`session`], [`course`] |
//! | what comes out | [`plan`], [`export`], [`unroll`], [`sheet`], [`batch`] |
//! | before and after | [`screening`], [`record`] |

// First, for its macro.
#[macro_use]
pub mod said;

mod abreast;
pub mod batch;
pub mod body;
pub mod check;
pub mod clock;
pub mod course;
mod digest;
mod document;
pub mod dose;
pub mod export;
pub mod fault;
pub mod geometry;
pub mod layout;
pub mod library;
pub mod plan;
pub mod product;
pub mod protocol;
pub mod recent;
pub mod record;
pub mod schema;
pub mod screening;
pub mod session;
pub mod sheet;
pub mod tray;
pub mod treated;
pub mod units;
pub mod unroll;
pub mod zones;
