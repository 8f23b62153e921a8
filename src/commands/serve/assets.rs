//! The files of the page, which are part of the program.

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;

/// Path, kind and content of each file.
const FILES: [(&str, &str, &str); 16] = [
    ("/", "text/html; charset=utf-8", include_str!("page/index.html")),
    ("/style.css", "text/css; charset=utf-8", include_str!("page/style.css")),
    ("/icon.svg", "image/svg+xml", include_str!("page/icon.svg")),
    ("/words.en.js", SCRIPT, include_str!("page/words.en.js")),
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

/// The routes of the files.
pub(super) fn routes() -> Router {
    FILES.into_iter().fold(Router::new(), |router, (path, kind, content)| {
        router.route(path, get(move || async move { ([(CONTENT_TYPE, kind)], content) }))
    })
}
