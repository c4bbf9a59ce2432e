//! The server: [`router`] says what there is, [`serve`] lets the world in. Connections, heads, bodies and times are
//! bounded; there are no cookies; a handler that panics is one failed request. Nothing but the routes is answered.

mod body;
mod health;
mod hook;
mod metrics;
mod pages;
mod ready;
mod server;
mod state;
mod websub;

use axum::Router;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tower_http::catch_panic::CatchPanicLayer;

pub use hook::{Hooks, hook_address};
pub use server::serve;
pub use state::{WebParts, WebState};

/// What is answered to the world.
pub fn router(state: WebState) -> Router {
    let routes = Router::new()
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(ready::readyz))
        .route("/acknowledge/{token}", get(pages::show).post(pages::take))
        .route("/unsubscribe/{token}", get(pages::show_leaving).post(pages::leave))
        .route("/websub/{token}", get(websub::verify).head(no_head).post(websub::deliver))
        .route("/hook/{source}", get(hook::verify).head(no_head).post(hook::deliver))
        .with_state(state);
    guarded(routes)
}

/// What is answered to those who run mentiond, where the world does not reach.
pub fn operator_router(state: WebState) -> Router {
    let routes = Router::new()
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(ready::readyz))
        .route("/metrics", get(metrics::metrics))
        .with_state(state);
    guarded(routes)
}

/// A hub that verifies wants to read the answer; who asks for its head alone changes nothing.
async fn no_head() -> StatusCode {
    StatusCode::METHOD_NOT_ALLOWED
}

/// Routes with what holds for all answers: a path that is none has no words, a panic has none either, browsers do not
/// guess at types, and nobody keeps a copy.
fn guarded(routes: Router) -> Router {
    routes
        .fallback(|| async { StatusCode::NOT_FOUND })
        .layer(CatchPanicLayer::custom(|_| {
            tracing::error!("a request made the server panic");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }))
        .layer(axum::middleware::map_response(plain))
}

async fn plain(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::{TcpListener, TcpStream};

    use super::*;
    use crate::shutdown::Shutdown;

    async fn broken() -> StatusCode {
        panic!("this handler is broken")
    }

    #[tokio::test]
    async fn a_panic_is_one_failed_request() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let shutdown = Shutdown::new();
        let routes = Router::new().route("/broken", get(broken)).route("/well", get(|| async { "well" }));
        let serving = tokio::spawn(serve(listener, guarded(routes), shutdown.clone()));
        for (path, status) in [("/broken", "500"), ("/well", "200"), ("/../x", "404"), ("/broken", "500")] {
            let mut stream = TcpStream::connect(address).await.unwrap();
            let request = format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
            stream.write_all(request.as_bytes()).await.unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).await.unwrap();
            assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{path}: {answer}");
            assert!(answer.contains("x-content-type-options: nosniff") && !answer.contains("set-cookie"), "{answer}");
        }
        shutdown.cancel();
        serving.await.unwrap();
    }
}
