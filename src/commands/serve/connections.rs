//! Connections: how many at once, how long they may take, and when all end.

use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::runtime::Builder;
use tokio::sync::Semaphore;
use tokio::{net, signal, time};

use crate::commands::failure::Failure;

/// Most connections at once. A browser takes six.
const MOST: usize = 64;
/// How long the head of a request may take, and how long a connection may stand idle.
const HEAD_TIME: Duration = Duration::from_secs(15);
/// Most bytes of a request's head.
const LARGEST_HEAD: usize = 32 * 1024;
/// How long to wait after an accept that failed, such as for want of file handles.
const PAUSE: Duration = Duration::from_millis(100);

/// Serves until Ctrl-C.
///
/// # Errors
/// When the system gives no runtime or takes no listener.
pub(super) fn serve(listener: TcpListener, router: Router) -> Result<(), Failure> {
    let unserved = |error: std::io::Error| Failure::io(Path::new("127.0.0.1"), "listened on", &error);
    let runtime = Builder::new_current_thread().enable_all().build().map_err(unserved)?;
    let served = runtime.block_on(async {
        let listener = net::TcpListener::from_std(listener)?;
        tokio::select! {
            () = accept(listener, router) => Ok(()),
            ended = signal::ctrl_c() => ended,
        }
    });
    // A plan that is still being laid out is not waited for.
    runtime.shutdown_background();
    served.map_err(unserved)
}

async fn accept(listener: net::TcpListener, router: Router) {
    let free = Arc::new(Semaphore::new(MOST));
    let service = TowerToHyperService::new(router);
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD_TIME).max_buf_size(LARGEST_HEAD);
    loop {
        let Ok(place) = Arc::clone(&free).acquire_owned().await else { return };
        let Ok((stream, _)) = listener.accept().await else {
            time::sleep(PAUSE).await;
            continue;
        };
        let connection = http.serve_connection(TokioIo::new(stream), service.clone());
        tokio::spawn(async move {
            // What goes wrong with a connection concerns the one who opened it.
            let _ = connection.await;
            drop(place);
        });
    }
}
