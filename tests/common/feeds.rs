//! A web server on loopback with feeds that a test fills while it runs.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

/// One item of a feed.
#[derive(Debug, Clone)]
pub struct Item {
    pub id: String,
    pub title: String,
    pub text: String,
    pub author: String,
    /// RFC 3339.
    pub published: String,
}

/// The server; it ends with the test's runtime.
#[derive(Clone)]
pub struct Feeds {
    pub port: u16,
    state: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    items: Mutex<BTreeMap<String, Vec<Item>>>,
    pause: Mutex<Duration>,
    broken: Mutex<Option<StatusCode>>,
}

impl Feeds {
    /// Serves `/rss/NAME`, `/atom/NAME` and `/json/NAME`, and as `/page/NAME` a web page that names `/rss/NAME`.
    pub async fn start() -> Self {
        let state = Arc::new(Shared::default());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let router = Router::new().route("/{format}/{name}", get(serve)).with_state(Arc::clone(&state));
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { port, state }
    }

    /// Adds an item to a feed.
    pub fn publish(&self, name: &str, item: Item) {
        self.state.items.lock().unwrap().entry(name.to_owned()).or_default().push(item);
    }

    /// Takes an item back, if the feed shows it.
    pub fn unpublish(&self, name: &str, id: &str) {
        self.state.items.lock().unwrap().entry(name.to_owned()).or_default().retain(|item| item.id != id);
    }

    /// Answers only after this time.
    pub fn pause(&self, pause: Duration) {
        *self.state.pause.lock().unwrap() = pause;
    }

    /// Answers with this status from now on.
    pub fn break_with(&self, status: Option<StatusCode>) {
        *self.state.broken.lock().unwrap() = status;
    }
}

async fn serve(State(state): State<Arc<Shared>>, Path((format, name)): Path<(String, String)>) -> Response {
    let pause = *state.pause.lock().unwrap();
    tokio::time::sleep(pause).await;
    if let Some(status) = *state.broken.lock().unwrap() {
        return status.into_response();
    }
    let items = state.items.lock().unwrap().get(&name).cloned().unwrap_or_default();
    let (kind, body) = match format.as_str() {
        "rss" => ("application/rss+xml", rss(&items)),
        "atom" => ("application/atom+xml", atom(&items)),
        "json" => ("application/feed+json", json(&items)),
        "page" => {
            let link = "<!doctype html><link rel=alternate type='application/rss+xml' href='/rss/";
            ("text/html", format!("{link}{name}'>"))
        }
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    ([(header::CONTENT_TYPE, kind)], body).into_response()
}

fn rss(items: &[Item]) -> String {
    let items: String = items
        .iter()
        .map(|item| {
            let date = chrono::DateTime::parse_from_rfc3339(&item.published).unwrap().to_rfc2822();
            format!(
                "<item><guid isPermaLink=\"false\">{0}</guid><link>https://news.example/{0}</link><title>{1}</title>\
                 <description>{2}</description><dc:creator>{3}</dc:creator><pubDate>{date}</pubDate></item>",
                item.id, item.title, item.text, item.author
            )
        })
        .collect();
    format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><channel>\
         <title>News</title><link>https://news.example/</link><description>n</description>{items}</channel></rss>"
    )
}

fn atom(items: &[Item]) -> String {
    let items: String = items
        .iter()
        .map(|item| {
            format!(
                "<entry><id>urn:x:{0}</id><link href=\"https://blog.example/{0}\"/><title>{1}</title>\
                 <content type=\"html\">&lt;p&gt;{2}&lt;/p&gt;</content><author><name>{3}</name></author>\
                 <updated>{4}</updated><published>{4}</published></entry>",
                item.id, item.title, item.text, item.author, item.published
            )
        })
        .collect();
    format!(
        "<?xml version=\"1.0\"?><feed xmlns=\"http://www.w3.org/2005/Atom\"><title>Blog</title><id>urn:x</id>\
         <updated>2026-01-01T00:00:00Z</updated>{items}</feed>"
    )
}

fn json(items: &[Item]) -> String {
    let items: Vec<_> = items
        .iter()
        .map(|item| {
            serde_json::json!({
                "id": item.id, "url": format!("https://forum.example/{}", item.id), "title": item.title,
                "content_text": item.text, "authors": [{"name": item.author}], "date_published": item.published,
            })
        })
        .collect();
    serde_json::json!({"version": "https://jsonfeed.org/version/1.1", "title": "Forum", "items": items}).to_string()
}
