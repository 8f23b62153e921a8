//! The local page: what the program answers, and the page in a browser.

#[path = "../support/browser.rs"]
mod browser;
#[path = "../support/server.rs"]
mod server;
#[path = "../support/mod.rs"]
mod support;

mod answers;
mod page;
