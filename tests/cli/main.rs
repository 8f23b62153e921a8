//! The program as its users run it: every command, its files, exit codes and faults, and what the README says of it.

#[path = "../support/mod.rs"]
mod support;

mod batch;
mod commands;
mod course;
mod faults;
mod hostile;
mod layers;
mod previous;
mod readme;
mod record;
mod terminal;
