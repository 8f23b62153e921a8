//! What is printed: pages and their items, files in every format.

#[path = "../pages/mod.rs"]
mod pages;

mod card;
mod golden;
mod left_out;
mod map;
mod record;
mod record_topical;
mod template;
mod topical;
mod worksheet;
mod writers;
