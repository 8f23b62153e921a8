//! The files that are read: zones, protocols, bodies, products, their schemas, and the words of the page.

#[path = "../support/zone_file.rs"]
mod zone_file;

mod atlas;
mod mutations;
mod schema;
mod words;
