//! Nappage plans intradermal micro-injections.

pub mod batch;
pub mod body;
pub mod check;
mod digest;
mod document;
pub mod dose;
pub mod export;
pub mod fault;
pub mod geometry;
pub mod layout;
pub mod library;
pub mod plan;
pub mod protocol;
pub mod session;
pub mod sheet;
pub mod treated;
pub mod units;
pub mod zones;
