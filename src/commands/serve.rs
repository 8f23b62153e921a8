//! `serve`: the page for the browser, given to this machine alone.
//!
//! The page asks and shows; every position and every dose is computed here, and every file is the one
//! that the other commands write. Nothing is written to the disk.

mod answers;
mod assets;
mod browser;
mod connections;
mod faults;
mod guard;
mod listing;
mod script;
mod sentences;
mod sheets;
mod shortcut;
mod token;
mod work;

use std::borrow::Cow;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use nappage::fault::Fault;
use nappage::library::Library;

use super::failure::{Failure, Outcome, at_path};
use super::{diagnose, input, output};
use guard::Door;
use token::Token;
use work::Workshop;

/// The port tried first, so that a page that was left open finds the program again. It has no meaning
/// elsewhere (unassigned by IANA).
const PREFERRED_PORT: u16 = 7643;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The port to listen on, 0 for a free one [default: 7643, or a free one where that is taken].
    #[arg(long, value_name = "N")]
    port: Option<u16>,
    /// Print the address and leave the browser alone.
    #[arg(long)]
    no_browser: bool,
    /// A file of the page's words in another language, of the shape of its words.en.js.
    #[arg(long, value_name = "FILE")]
    words: Option<PathBuf>,
    /// Write a file into this folder, such as the desktop, that starts the page when it is double-clicked.
    #[arg(long, value_name = "FOLDER", conflicts_with = "no_browser")]
    shortcut: Option<PathBuf>,
}

pub(crate) fn run(args: &Args, zones_dir: Option<&Path>) -> Result<Outcome, Failure> {
    if let Some(folder) = &args.shortcut {
        shortcut::write(folder, args, zones_dir)?;
        return Ok(Outcome::Clean);
    }
    // The library lives as long as the program.
    let library: &'static Library = match input::library(zones_dir)? {
        Cow::Borrowed(built_in) => built_in,
        Cow::Owned(with_clinic) => Box::leak(Box::new(with_clinic)),
    };
    let words = args.words.as_deref().map(words).transpose()?;
    let (listener, address) = listen(args.port)?;
    let token = Token::new()?;
    let page = format!("http://{address}/");
    let opened = format!(
        "Nappage is open in the browser at\n\n  {page}#{token}\n\nfor this machine alone. Ctrl-C ends it.\n"
    );
    output::print(&opened)?;
    let entry = if args.no_browser { None } else { Some(Token::new()?) };
    if let Some(entry) = &entry {
        browser::open(format!("{page}#enter-{entry}"));
    }
    let workshop = Arc::new(Workshop::new(library));
    connections::serve(listener, answers::router(workshop, Door::new(address, token, entry), words))?;
    diagnose::say("ended; what was not saved is still in the open page");
    Ok(Outcome::Clean)
}

/// The file of words in another language.
///
/// # Errors
/// When it cannot be read, or is no such file.
fn words(path: &Path) -> Result<String, Failure> {
    let text = input::text(path)?;
    if text.contains("export const words") {
        return Ok(text);
    }
    let fault = Fault::new("words", "is no file of the page's words");
    Err(at_path(path, fault.hint("begin with a copy of the page's own, /words.en.js of its address")))
}

/// A listener on the loopback: on the port asked for, else on the preferred one, else on a free one.
fn listen(port: Option<u16>) -> Result<(TcpListener, SocketAddr), Failure> {
    let on = |port: u16| TcpListener::bind((Ipv4Addr::LOCALHOST, port));
    let listener = match port {
        Some(port) => on(port),
        None => on(PREFERRED_PORT).or_else(|_| on(0)),
    };
    let bound = listener.and_then(|listener| {
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        Ok((listener, address))
    });
    bound.map_err(|error| {
        let port = port.map_or("a free port".to_owned(), |port| port.to_string());
        match error.kind() {
            std::io::ErrorKind::AddrInUse => Fault::new("--port", "is taken by another program")
                .value(port)
                .hint("choose another, or leave it out to have a free one taken")
                .into(),
            _ => Failure::io(&PathBuf::from(format!("127.0.0.1, {port}")), "listened on", &error),
        }
    })
}
