//! The files of the page, which are part of the program.

use std::sync::Arc;

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;

/// Path, kind and content of each file.
const FILES: [(&str, &str, &str); 18] = [
    ("/", "text/html; charset=utf-8", include_str!("page/index.html")),
    ("/style.css", "text/css; charset=utf-8", include_str!("page/style.css")),
    ("/icon.svg", "image/svg+xml", include_str!("page/icon.svg")),
    ("/words.en.js", SCRIPT, include_str!("page/words.en.js")),
    ("/words.js", SCRIPT, include_str!("page/words.js")),
    ("/told.js", SCRIPT, include_str!("page/told.js")),
    ("/app.js", SCRIPT, include_str!("page/app.js")),
    ("/controls.js", SCRIPT, include_str!("page/controls.js")),
    ("/chooser.js", SCRIPT, include_str!("page/chooser.js")),
    ("/elements.js", SCRIPT, include_str!("page/elements.js")),
    ("/figure.js", SCRIPT, include_str!("page/figure.js")),
    ("/layers.js", SCRIPT, include_str!("page/layers.js")),
    ("/left_out.js", SCRIPT, include_str!("page/left_out.js")),
    ("/screening.js", SCRIPT, include_str!("page/screening.js")),
    ("/results.js", SCRIPT, include_str!("page/results.js")),
    ("/server.js", SCRIPT, include_str!("page/server.js")),
    ("/state.js", SCRIPT, include_str!("page/state.js")),
    ("/tabs.js", SCRIPT, include_str!("page/tabs.js")),
];

const SCRIPT: &str = "text/javascript; charset=utf-8";

/// Words of no other language.
const NO_WORDS: &str = "export const words = {};\n";

/// The routes of the files. `words` is the file of words in another language.
pub(super) fn routes(words: Option<String>) -> Router {
    let words: Arc<str> = words.map_or_else(|| NO_WORDS.into(), Arc::from);
    let own = get(move || async move { ([(CONTENT_TYPE, SCRIPT)], words.to_string()) });
    FILES.into_iter().fold(Router::new().route("/words.own.js", own), |router, (path, kind, content)| {
        router.route(path, get(move || async move { ([(CONTENT_TYPE, kind)], content) }))
    })
}
