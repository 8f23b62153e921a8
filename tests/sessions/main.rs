//! Sessions from what is asked to the plan.

mod course;
mod file;
mod layers;
mod measurements;
mod plan;
mod product;
mod screening;
mod tray;
