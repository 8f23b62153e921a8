//! Nappage plans intradermal micro-injections.

pub mod body;
pub mod fault;
pub mod geometry;
pub mod layout;
pub mod plan;
pub mod protocol;
pub mod session;
mod table;
pub mod treated;
pub mod units;
pub mod zones;
