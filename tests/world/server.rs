//! One server on loopback that is all networks: each has an address of its own, sees the time of the world, wants to be left
//! alone at times, and lets logins end. What a polite guest would not do is written down.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Response, Uri, header};
use chrono::TimeDelta;
use mentiond::clock::Clock;
use mentiond::model::{Instant, SourceKind};
use tokio::net::TcpListener;
use tokio::sync::Notify;

use super::list::Order;
use super::networks::{self, Network, SMALL};
use super::posts::{Form, Post, minute, timetable};
use super::troubles::{TROUBLES, Trouble};

/// The number of the first address.
const FIRST: usize = 10;
/// How long a login is said to be good for.
const SESSION: TimeDelta = TimeDelta::minutes(20);
/// Reddit's end before that.
const SHORT_SESSION: TimeDelta = TimeDelta::minutes(12);
/// From then on the daemon is killed as soon as it asks for a further page.
pub const STRIKE: i64 = 27;

/// A request of the daemon.
#[derive(Clone, Copy)]
pub struct Call {
    pub network: usize,
    pub at: Instant,
    pub what: What,
}

/// What a request was for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum What {
    Posts,
    Login,
    Counts,
}

/// All networks. Clones are the same ones.
#[derive(Clone)]
pub struct World {
    port: u16,
    strike: Arc<Notify>,
    inner: Arc<Mutex<Inner>>,
}

/// What has come of the hour.
#[derive(Default)]
pub struct Seen {
    pub calls: Vec<Call>,
    /// The networks that have shown a post, as often as they did.
    pub shown: Vec<usize>,
    /// What is counted of a post, as it was told last.
    pub counts: HashMap<usize, u64>,
    /// The troubles that the daemon met, by their places.
    pub troubles: BTreeSet<usize>,
    /// What it should not have done.
    pub wrongs: Vec<String>,
}

struct Inner {
    clock: Clock,
    networks: Vec<Network>,
    posts: Vec<Vec<Post>>,
    seen: Seen,
    has_struck: bool,
    /// Until when networks want to be left alone.
    rests: BTreeMap<usize, Instant>,
    /// Logins: their names, and until when they are good.
    sessions: BTreeMap<usize, (String, Instant)>,
    /// Posts of a queue that were taken.
    taken: i64,
}

type Answer = (u16, Vec<(&'static str, String)>, String);

impl World {
    /// Serves until the runtime ends.
    pub async fn start(clock: Clock) -> Self {
        let networks = networks::all();
        let table = |(place, network): (usize, &Network)| {
            if network.name() == SMALL { Vec::new() } else { timetable(network, place) }
        };
        let posts = networks.iter().enumerate().map(table).collect();
        let (rests, sessions) = (BTreeMap::new(), BTreeMap::new());
        let seen = Seen::default();
        let inner = Inner { clock, networks, posts, seen, has_struck: false, rests, sessions, taken: 0 };
        let listener = TcpListener::bind("0.0.0.0:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let world = Self { port, strike: Arc::default(), inner: Arc::new(Mutex::new(inner)) };
        let router = Router::new().fallback(answer).with_state(world.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        world
    }

    /// Where a network is.
    pub fn url(&self, network: usize) -> String {
        format!("http://127.0.1.{}:{}", FIRST + network, self.port)
    }

    /// What is written in a network over the hour.
    pub fn posts(&self, network: usize) -> Vec<Post> {
        self.with(|inner| inner.posts[network].clone())
    }

    /// Once the daemon is to be killed; it waits for an answer then.
    pub async fn strikes(&self) {
        self.strike.notified().await;
    }

    /// Requests that did not come here.
    pub fn note(&self, network: usize, calls: usize) {
        self.with(|inner| {
            let call = Call { network, at: inner.clock.now(), what: What::Posts };
            inner.seen.calls.extend(std::iter::repeat_n(call, calls));
        });
    }

    /// What has come of the hour.
    pub fn seen(&self) -> Seen {
        self.with(|inner| std::mem::take(&mut inner.seen))
    }

    fn with<T>(&self, work: impl FnOnce(&mut Inner) -> T) -> T {
        work(&mut self.inner.lock().unwrap())
    }
}

async fn answer(State(world): State<World>, headers: HeaderMap, uri: Uri, body: Bytes) -> Response<Body> {
    let text = |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let address = text(header::HOST).split(':').next().unwrap();
    let network = address.rsplit('.').next().unwrap().parse::<usize>().unwrap() - FIRST;
    let pairs = url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    let pairs: Vec<String> = pairs.map(|(name, value)| format!("{name}={value}")).collect();
    let asked = format!("{}?{}", uri.path(), pairs.join("&"));
    let form = String::from_utf8_lossy(&body);
    let ((status, headers, body), strikes) =
        world.with(|inner| inner.answer(network, &asked, text(header::AUTHORIZATION), &form));
    if strikes {
        world.strike.notify_one();
        // Whoever asked is gone before it is answered.
        tokio::time::sleep(Duration::from_secs(20)).await;
    }
    let kind = if body.starts_with('<') { "application/rss+xml" } else { "application/json" };
    let has_kind = headers.iter().any(|(name, _)| *name == "content-type");
    let kind = (!has_kind).then(|| ("content-type", kind.to_owned()));
    let headers = headers.into_iter().chain(kind);
    let response =
        headers.fold(Response::builder().status(status), |response, (name, value)| response.header(name, value));
    response.body(Body::from(body)).unwrap()
}

impl Inner {
    /// The answer, and whether the daemon is to be killed before it gets it.
    fn answer(&mut self, place: usize, asked: &str, authorization: &str, form: &str) -> (Answer, bool) {
        let (now, network) = (self.clock.now(), self.networks[place]);
        let is_login = !form.is_empty();
        let list = network.lists.iter().find(|list| asked.contains(list.part));
        let authors = network.authors.filter(|(part, _)| asked.contains(part));
        let what = match (is_login, authors, list) {
            (true, ..) => What::Login,
            (_, Some(_), _) => What::Counts,
            (_, _, Some(list)) if list.is_recount => What::Counts,
            _ => What::Posts,
        };
        self.seen.calls.push(Call { network: place, at: now, what });
        if let Some(until) = self.rests.get(&place).filter(|until| now < **until) {
            self.wrong(&network, &format!("wanted to be left alone until {until} and was asked at {now}"));
        }
        if is_login {
            return (self.log_in(place, form, now), false);
        }
        if let Some(refusal) =
            self.refuse_stranger(place, authorization, now).or_else(|| self.refuse(place, asked, now))
        {
            return (refusal, false);
        }
        let strikes = !self.has_struck && now >= minute(STRIKE) && list.is_some_and(|list| list.is_further(asked));
        self.has_struck |= strikes;
        let other = network.others.iter().copied().find(|(part, _)| asked.contains(part));
        if let Some((_, body)) = other.or(authors) {
            return ((200, Vec::new(), body.to_owned()), false);
        }
        let Some(list) = list else {
            self.wrong(&network, &format!("shows nothing at {asked}"));
            return ((404, Vec::new(), "{}".to_owned()), false);
        };
        if let Some(taken) = list.taken(asked) {
            self.taken = self.taken.max(taken);
        }
        let keeps = |post: &Post| list.order != Order::Oldest || post.position(Form::Number) >= self.taken;
        let is_there = |post: &&Post| post.at <= now && keeps(post);
        let shown = list.show(asked, self.posts[place].iter().filter(is_there), now);
        self.seen.shown.extend(shown.posts.iter().map(|_| place));
        if list.counts() {
            self.seen.counts.extend(shown.posts.iter().map(|post| (post.number, post.count(now))));
        }
        ((200, shown.headers, shown.body), strikes)
    }

    fn wrong(&mut self, network: &Network, what: &str) {
        self.seen.wrongs.push(format!("{} {what}", network.name()));
    }

    fn log_in(&mut self, place: usize, form: &str, now: Instant) -> Answer {
        let network = self.networks[place];
        let (grant, lasts) = match network.kind {
            SourceKind::Reddit => ("grant_type=client_credentials", SHORT_SESSION),
            SourceKind::Bluesky => ("\"identifier\":\"acme.example\"", SESSION),
            SourceKind::GoogleBusiness => ("grant_type=refresh_token", SESSION),
            SourceKind::GooglePlay => ("jwt-bearer&assertion=ey", SESSION),
            _ => ("nobody logs in here", SESSION),
        };
        if !form.contains(grant) {
            self.wrong(&network, &format!("does not know what to do with the login {form}"));
        }
        let name = format!("session-{place}-{}", now.timestamp());
        let seconds = SESSION.num_seconds();
        let body = format!(
            r#"{{"access_token":"{name}","token_type":"Bearer","expires_in":{seconds},"scope":"*","accessJwt":"{name}",
                "refreshJwt":"other","handle":"acme.example","did":"did:plc:x"}}"#
        );
        self.sessions.insert(place, (name, now + lasts));
        (200, Vec::new(), body)
    }

    /// The answer to whoever has not logged in, or too long ago.
    fn refuse_stranger(&self, place: usize, authorization: &str, now: Instant) -> Option<Answer> {
        let network = self.networks[place];
        let session = self.sessions.get(&place).filter(|(_, until)| now < *until);
        let is_known = session.is_some_and(|(name, _)| authorization == format!("Bearer {name}"));
        let status = if network.kind == SourceKind::Bluesky { 400 } else { 401 };
        let body = r#"{"error":"ExpiredToken","message":"Token has expired"}"#;
        (network.logs_in() && !is_known).then(|| (status, Vec::new(), body.to_owned()))
    }

    /// What a network answers that wants to be left alone.
    fn refuse(&mut self, place: usize, asked: &str, now: Instant) -> Option<Answer> {
        let name = self.networks[place].name();
        let begins = |trouble: &Trouble| {
            trouble.network == name && now >= minute(trouble.minute) && asked.contains(trouble.part)
        };
        let number = TROUBLES.iter().position(begins).filter(|number| self.seen.troubles.insert(*number))?;
        let trouble = &TROUBLES[number];
        self.rests.insert(place, trouble.until(now));
        let (headers, body) = trouble.answer(now);
        Some((trouble.status, headers, body))
    }
}
