//! A publisher on loopback: a feed that names a hub, and the hub, which answers as a test says and writes down what it is
//! asked. It verifies and delivers only when the test does so.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};

/// What the hub was asked.
pub type Form = BTreeMap<String, String>;

/// The server; it ends with the test's runtime.
#[derive(Clone)]
pub struct Publisher {
    pub port: u16,
    state: Arc<Shared>,
}

struct Shared {
    port: u16,
    items: Mutex<Vec<String>>,
    link: Mutex<Option<String>>,
    answer: Mutex<(StatusCode, &'static str)>,
    forms: Mutex<Vec<Form>>,
    polls: Mutex<usize>,
}

impl Publisher {
    /// Serves `/feed`, whose `Link` header names `/hub`.
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let link = format!("<http://127.0.0.1:{port}/hub>; rel=\"hub\", <https://blog.example/feed>; rel=\"self\"");
        let state = Arc::new(Shared {
            port,
            items: Mutex::default(),
            link: Mutex::new(Some(link)),
            answer: Mutex::new((StatusCode::ACCEPTED, "")),
            forms: Mutex::default(),
            polls: Mutex::default(),
        });
        let routes = Router::new().route("/feed", get(feed)).route("/hub", post(asked)).route("/moved", post(moved));
        let router = routes.with_state(Arc::clone(&state));
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { port, state }
    }

    /// Adds an item to the feed.
    pub fn publish(&self, title: &str) {
        self.state.items.lock().unwrap().push(title.to_owned());
    }

    /// What the feed's `Link` header says from now on.
    pub fn link(&self, link: Option<String>) {
        *self.state.link.lock().unwrap() = link;
    }

    /// How the hub answers from now on.
    pub fn answer(&self, status: StatusCode, words: &'static str) {
        *self.state.answer.lock().unwrap() = (status, words);
    }

    /// What the hub was asked so far.
    pub fn forms(&self) -> Vec<Form> {
        self.state.forms.lock().unwrap().clone()
    }

    /// How often the feed was polled.
    pub fn polls(&self) -> usize {
        *self.state.polls.lock().unwrap()
    }
}

async fn feed(State(state): State<Arc<Shared>>) -> Response {
    *state.polls.lock().unwrap() += 1;
    let mut headers = HeaderMap::from_iter([(header::CONTENT_TYPE, "application/rss+xml".parse().unwrap())]);
    if let Some(link) = state.link.lock().unwrap().as_ref() {
        headers.insert(header::LINK, link.parse().unwrap());
    }
    (headers, rss(&state.items.lock().unwrap())).into_response()
}

async fn asked(state: State<Arc<Shared>>, body: Bytes) -> Response {
    keep(&state, &body);
    let (status, words) = *state.answer.lock().unwrap();
    let location = [(header::LOCATION, format!("http://127.0.0.1:{}/moved", state.port))];
    if status.is_redirection() { (status, location).into_response() } else { (status, words).into_response() }
}

async fn moved(state: State<Arc<Shared>>, body: Bytes) -> StatusCode {
    keep(&state, &body);
    StatusCode::ACCEPTED
}

fn keep(state: &Shared, body: &[u8]) {
    let form = url::form_urlencoded::parse(body).into_owned().collect();
    state.forms.lock().unwrap().push(form);
}

/// A feed with items of these titles; the title is also the id.
pub fn rss(titles: &[impl AsRef<str>]) -> String {
    let item = |title: &str| {
        let id = title.replace(' ', "-").to_lowercase();
        format!("<item><guid isPermaLink=\"false\">{id}</guid><link>/{id}</link><title>{title}</title></item>")
    };
    let items: String = titles.iter().map(|title| item(title.as_ref())).collect();
    format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Blog</title><link>https://blog.example/</link>\
         <description>b</description>{items}</channel></rss>"
    )
}
