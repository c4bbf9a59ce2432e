//! The web server of the demo's world: feeds, APIs and pages, and the mails. It shows what has been published at the
//! clock's time, and knows that some of its sites are out of order at times.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::feeds;
use super::mails::Mails;
use super::networks::{self, Search, Timeline};
use super::pages;
use super::world::{Item, Site, World};
use crate::clock::Clock;

/// Items in a feed.
const FEED: usize = 30;

/// The running server; it ends with this value.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    task: JoinHandle<()>,
}

#[derive(Clone)]
struct Shared {
    world: Arc<World>,
    mails: Arc<Mails>,
    clock: Clock,
    base: Arc<str>,
}

impl Server {
    /// Starts to serve.
    ///
    /// # Errors
    /// When the listener has no address.
    pub fn start(listener: TcpListener, world: Arc<World>, mails: Arc<Mails>, clock: Clock) -> io::Result<Self> {
        let address = listener.local_addr()?;
        let router = Router::new()
            .route("/", get(index))
            .route("/mails", get(mails_index))
            .route("/mails/{number}", get(mail))
            .route("/api/v1/search_by_date", get(search))
            .route("/api/v1/timelines/tag/{tag}", get(timeline))
            .route("/{site}", get(site))
            .route("/{site}/{page}", get(page))
            .with_state(Shared { world, mails, clock, base: format!("http://{address}").into() });
        let task = tokio::spawn(async move {
            // Serving ends with the task; it does not fail by itself.
            let _ = axum::serve(listener, router).await;
        });
        Ok(Self { address, task })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Why there is no answer.
#[derive(Debug, Clone, Copy)]
enum Refusal {
    /// Nothing is there, or not yet.
    NotFound,
    /// The site's server is out of order.
    OutOfOrder,
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        match self {
            Self::NotFound => (StatusCode::NOT_FOUND, "There is nothing here (yet).").into_response(),
            Self::OutOfOrder => {
                let headers = [(header::RETRY_AFTER, "900")];
                (StatusCode::SERVICE_UNAVAILABLE, headers, "Out of order, please come back later.").into_response()
            }
        }
    }
}

impl Shared {
    /// What a site shows now, the latest first; its refusal while it is out of order.
    fn shown(&self, site: Site) -> Result<Vec<&Item>, Refusal> {
        let now = self.clock.now();
        if self.world.is_out(site, now) {
            return Err(Refusal::OutOfOrder);
        }
        Ok(self.world.shown(site, now).collect())
    }
}

async fn index(State(shared): State<Shared>) -> Response {
    html(pages::index(&shared.world, shared.clock.now()))
}

async fn site(State(shared): State<Shared>, Path(path): Path<String>) -> Response {
    match Site::of_path(&path) {
        Some(site) => html(pages::site(&shared.world, site, shared.clock.now())),
        None => Refusal::NotFound.into_response(),
    }
}

async fn page(
    State(shared): State<Shared>,
    Path((site, page)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let site = Site::of_path(&site).ok_or(Refusal::NotFound)?;
    let items = shared.shown(site)?;
    if site.feed() == Some(page.as_str()) {
        return Ok(feed(site, &items, &headers, &shared.base));
    }
    let number: usize = page.parse().map_err(|_| Refusal::NotFound)?;
    let item = items.into_iter().find(|item| item.number == number).ok_or(Refusal::NotFound)?;
    Ok(html(pages::item(item)))
}

/// The feed, or that it has not changed.
fn feed(site: Site, items: &[&Item], headers: &HeaderMap, base: &str) -> Response {
    let etag = format!("\"{}-{}\"", site.path(), items.len());
    if headers.get(header::IF_NONE_MATCH).is_some_and(|known| known == etag.as_str()) {
        return (StatusCode::NOT_MODIFIED, [(header::ETAG, etag)]).into_response();
    }
    match feeds::feed(site, items.get(..FEED).unwrap_or(items), base) {
        Ok(Some((kind, body))) => {
            ([(header::CONTENT_TYPE, kind.to_owned()), (header::ETAG, etag)], body).into_response()
        }
        Ok(None) => Refusal::NotFound.into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

async fn search(State(shared): State<Shared>, Query(search): Query<Search>) -> Result<Response, Refusal> {
    let items = shared.shown(Site::Hn)?;
    Ok(json(&networks::search_by_date(&search, &items)))
}

async fn timeline(
    State(shared): State<Shared>,
    Path(tag): Path<String>,
    Query(timeline): Query<Timeline>,
) -> Result<Response, Refusal> {
    let items = shared.shown(Site::Mastodon)?;
    Ok(json(&networks::tag_timeline(&tag, &timeline, &items, &shared.base)))
}

async fn mails_index(State(shared): State<Shared>) -> Response {
    html(pages::mails(&shared.mails.all()))
}

async fn mail(State(shared): State<Shared>, Path(number): Path<usize>) -> Response {
    let path = shared.mails.all().into_iter().find(|mail| mail.number == number).and_then(|mail| mail.html);
    let Some(path) = path else { return Refusal::NotFound.into_response() };
    match tokio::fs::read_to_string(path).await {
        Ok(text) => html(Ok(text)),
        Err(_) => Refusal::NotFound.into_response(),
    }
}

fn json(value: &Value) -> Response {
    ([(header::CONTENT_TYPE, "application/json; charset=utf-8")], value.to_string()).into_response()
}

fn html(page: Result<String, askama::Error>) -> Response {
    let headers: [(HeaderName, &str); 3] = [
        (header::CONTENT_SECURITY_POLICY, pages::CONTENT_SECURITY_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    match page {
        Ok(text) => (headers, Html(text)).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
