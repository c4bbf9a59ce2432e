//! One server on loopback that is all networks: each has an address of its own, and sees the time of the world.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, Uri, header};
use axum::response::IntoResponse;
use chrono::{DateTime, Utc};
use mentiond::clock::Clock;
use mentiond::model::SourceKind;
use tokio::net::TcpListener;

use super::shapes::{Post, Shape};
use super::table::NETWORKS;
use super::{SMALL, posts};

/// The number of the first address.
const FIRST: usize = 10;
/// What any login is answered.
const SESSION: &str = r#"{"access_token":"session","token_type":"Bearer","expires_in":86400,"scope":"*",
    "accessJwt":"session","refreshJwt":"other","handle":"acme.example","did":"did:plc:x"}"#;

/// A request of the daemon.
#[derive(Clone)]
pub struct Call {
    pub network: usize,
    pub at: DateTime<Utc>,
    pub asked: String,
    /// Whether it asked for the list of the network, or logged in.
    pub known: bool,
}

/// All networks.
pub struct World {
    port: u16,
    inner: Arc<Inner>,
}

struct Inner {
    clock: Clock,
    networks: Vec<(String, Shape)>,
    posts: Vec<Vec<Post>>,
    calls: Mutex<Vec<Call>>,
}

impl World {
    /// Serves until the runtime ends.
    pub async fn start(clock: Clock) -> Self {
        let mut networks: Vec<(String, Shape)> =
            NETWORKS.iter().map(|shape| (shape.kind.as_str().to_owned(), *shape)).collect();
        let lemmy = *NETWORKS.iter().find(|shape| shape.kind == SourceKind::Lemmy).unwrap();
        networks.push((SMALL.to_owned(), lemmy));
        let posts = (0..networks.len()).map(posts).collect();
        let inner = Arc::new(Inner { clock, networks, posts, calls: Mutex::default() });
        let router = Router::new().fallback(answer).with_state(Arc::clone(&inner));
        let listener = TcpListener::bind("0.0.0.0:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { port, inner }
    }

    /// The names of the sources, and what they are.
    pub fn networks(&self) -> impl Iterator<Item = (&str, &Shape)> {
        self.inner.networks.iter().map(|(name, shape)| (name.as_str(), shape))
    }

    /// Where a network is.
    pub fn url(&self, network: usize) -> String {
        format!("http://127.0.1.{}:{}", FIRST + network, self.port)
    }

    /// All that was asked.
    pub fn calls(&self) -> Vec<Call> {
        self.inner.calls.lock().unwrap().clone()
    }
}

async fn answer(State(world): State<Arc<Inner>>, headers: HeaderMap, uri: Uri) -> impl IntoResponse {
    let host = headers.get(header::HOST).unwrap().to_str().unwrap();
    let address = host.split(':').next().unwrap();
    let network = address.rsplit('.').next().unwrap().parse::<usize>().unwrap() - FIRST;
    let (shape, now) = (world.networks[network].1, world.clock.now());
    let asked = uri.to_string();
    let is_login = ["/token", "access_token", "createSession"].iter().any(|part| uri.path().ends_with(part));
    let is_list = !is_login && asked.contains(shape.part);
    let known = is_login || is_list;
    world.calls.lock().unwrap().push(Call { network, at: now, asked, known });
    let body = match (is_login, is_list) {
        (true, _) => SESSION.to_owned(),
        (_, true) => {
            let query = uri.query().unwrap_or_default().as_bytes();
            let asked: Vec<(String, String)> = url::form_urlencoded::parse(query).into_owned().collect();
            let mut shown: Vec<&Post> =
                world.posts[network].iter().rev().filter(|post| post.at <= now && shape.shows(post, &asked)).collect();
            if shape.kind == SourceKind::Telegram {
                shown.reverse();
            }
            shape.document(&shown)
        }
        _ => shape.empty.to_owned(),
    };
    let kind = if shape.file.is_empty() { "application/rss+xml" } else { "application/json" };
    ([(header::CONTENT_TYPE, kind)], body)
}
