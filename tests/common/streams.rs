//! A server on loopback that streams (WebSocket) and answers beside it: Bluesky's Jetstream, which keeps what happened, and a
//! Mastodon server, which does not but shows timelines. It can be told to behave badly.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use url::Url;

use bluesky::{KARI, commit};

mod bluesky;

/// How a connection goes.
#[derive(Clone, Default)]
pub enum Manner {
    /// As promised.
    #[default]
    Good,
    /// This answer in place of a stream.
    Answer(String),
    /// It breaks off in the middle of a message, after so many.
    BreakOff(usize),
    /// It breaks off in the middle of a message, this long after it was opened.
    BreakOffAfter(Duration),
    /// It says nothing and hears nothing.
    Deaf,
    /// It says so many messages of so many bytes.
    Flood(usize, usize),
    /// It asks whether we are there before it says anything.
    Ping,
    /// It does not know that it can be told what to tell of.
    Stubborn,
}

/// Something that happened: when, in which tag (none for Jetstream), and as it is told.
struct Event {
    at: i64,
    tag: String,
    text: String,
}

#[derive(Default)]
struct State {
    events: Vec<Event>,
    /// What happened before is not kept.
    floor: i64,
    posts: Vec<(u64, String, Value)>,
    /// What is answered in place of the timelines of some tags.
    refusals: HashMap<String, String>,
    manners: VecDeque<Manner>,
    requests: Vec<String>,
    /// Where the Mastodon server says that it streams, if not here.
    streams_at: Option<String>,
    /// Connections that are opened when this changes break off.
    era: usize,
    opened: usize,
    leaves: usize,
    pongs: usize,
    flooded: usize,
}

/// The server. Clones are the same one.
#[derive(Clone)]
pub struct Streams {
    port: u16,
    state: Arc<Mutex<State>>,
}

impl Streams {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = Self { port: listener.local_addr().unwrap().port(), state: Arc::default() };
        let serving = server.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let server = serving.clone();
                tokio::spawn(async move { server.serve(stream).await });
            }
        });
        server
    }

    pub fn url(&self, scheme: &str, path: &str) -> Url {
        format!("{scheme}://127.0.0.1:{}{path}", self.port).parse().unwrap()
    }

    /// The same under TLS, as `localhost`; answers its port and its certificate, which nobody vouches for.
    pub async fn secure(&self) -> (u16, String) {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let key = rustls::pki_types::PrivateKeyDer::Pkcs8(made.signing_key.serialize_der().into());
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config =
            rustls::ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        let config = config.with_no_client_auth().with_single_cert(vec![made.cert.der().clone()], key).unwrap();
        let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (port, plain) = (listener.local_addr().unwrap().port(), self.port);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let acceptor = acceptor.clone();
                tokio::spawn(async move {
                    let Ok(mut protected) = acceptor.accept(stream).await else { return };
                    let mut server = TcpStream::connect(("127.0.0.1", plain)).await.unwrap();
                    let _ = tokio::io::copy_bidirectional(&mut protected, &mut server).await;
                });
            }
        });
        (port, made.cert.pem())
    }

    fn with<T>(&self, work: impl FnOnce(&mut State) -> T) -> T {
        work(&mut self.state.lock().unwrap())
    }

    /// The next connection goes so.
    pub fn next(&self, manner: Manner) {
        self.with(|state| state.manners.push_back(manner));
    }

    /// Something happens, as Jetstream tells it.
    pub fn tell(&self, at: i64, text: impl Into<String>) {
        self.with(|state| state.events.push(Event { at, tag: String::new(), text: text.into() }));
    }

    /// A post of Bluesky.
    pub fn post(&self, at: i64, rkey: &str, text: &str) {
        let record = json!({ "text": text, "createdAt": "2026-11-20T08:00:00Z", "langs": ["en"] });
        self.tell(at, commit(at, "create", rkey, &record));
    }

    /// The same of another account.
    pub fn post_by(&self, did: &str, at: i64, rkey: &str, text: &str) {
        let record = json!({ "text": text, "createdAt": "2026-11-20T08:00:00Z", "langs": ["en"] });
        self.tell(at, commit(at, "create", rkey, &record).replace(KARI, did));
    }

    /// It is deleted.
    pub fn unpost(&self, at: i64, rkey: &str) {
        self.tell(at, commit(at, "delete", rkey, &Value::Null));
    }

    /// What happened before is not kept any more.
    pub fn forget_before(&self, at: i64) {
        self.with(|state| state.floor = at);
    }

    /// A post of Mastodon, in its timeline and in its stream.
    pub fn toot(&self, tag: &str, id: u64, text: &str) {
        let post = self.toot_unheard(tag, id, text);
        self.toot_event(tag, "update", &post.to_string());
    }

    /// The same, which the stream does not tell.
    pub fn toot_unheard(&self, tag: &str, id: u64, text: &str) -> Value {
        let post = json!({
            "id": id.to_string(),
            "uri": format!("https://mastodon.example/users/kari/statuses/{id}"),
            "url": format!("https://mastodon.example/@kari/{id}"),
            "created_at": "2026-11-20T11:00:00Z", "visibility": "public", "language": "en",
            "content": format!("<p>{text}</p>"),
            "account": { "id": "1", "acct": "kari", "display_name": "Kari", "url": "https://mastodon.example/@kari" },
        });
        self.with(|state| {
            state.posts.retain(|(known, ..)| *known != id);
            state.posts.push((id, tag.to_owned(), post.clone()));
        });
        post
    }

    /// A post in the timeline of a tag, as it is.
    pub fn show(&self, tag: &str, post: &Value) {
        let id = post["id"].as_str().unwrap().parse().unwrap();
        self.with(|state| state.posts.push((id, tag.to_owned(), post.clone())));
    }

    /// The timeline of a tag is answered so, or as it should be.
    pub fn refuse(&self, tag: &str, answer: Option<String>) {
        self.with(|state| state.refusals.remove(tag));
        self.with(|state| state.refusals.extend(answer.map(|answer| (tag.to_owned(), answer))));
    }

    /// It is gone from its timeline.
    pub fn unshow(&self, id: u64) {
        self.with(|state| state.posts.retain(|(known, ..)| *known != id));
    }

    /// A message of a tag's stream, as it is.
    pub fn say(&self, tag: &str, message: &str) {
        let (tag, text) = (tag.to_owned(), message.to_owned());
        self.with(|state| state.events.push(Event { at: 0, tag, text }));
    }

    /// An event of a tag's stream.
    pub fn toot_event(&self, tag: &str, event: &str, payload: &str) {
        self.say(tag, &json!({ "stream": ["hashtag", tag], "event": event, "payload": payload }).to_string());
    }

    /// A post is gone from its timeline, and the stream says so.
    pub fn untoot(&self, tag: &str, id: u64) {
        self.unshow(id);
        self.toot_event(tag, "delete", &id.to_string());
    }

    /// The Mastodon server says that it streams there, or here.
    pub fn streams_at(&self, address: Option<String>) {
        self.with(|state| state.streams_at = address);
    }

    /// All open connections break off in the middle of a message.
    pub fn break_off(&self) {
        self.with(|state| state.era += 1);
    }

    /// Streams that were opened so far.
    pub fn opened(&self) -> usize {
        self.with(|state| state.opened)
    }

    /// Streams that a client took leave of.
    pub fn leaves(&self) -> usize {
        self.with(|state| state.leaves)
    }

    /// Pings that were answered.
    pub fn pongs(&self) -> usize {
        self.with(|state| state.pongs)
    }

    /// Messages that a flood has got rid of.
    pub fn flooded(&self) -> usize {
        self.with(|state| state.flooded)
    }

    /// What was asked for, with the header that holds the secret, and what was said on a stream.
    pub fn requests(&self) -> Vec<String> {
        self.with(|state| state.requests.clone())
    }

    async fn serve(&self, mut stream: TcpStream) {
        let Some(head) = peek(&stream).await else { return };
        let path = head.split_whitespace().nth(1).unwrap_or_default().to_owned();
        let url = Url::parse(&format!("http://server{path}")).unwrap();
        let is_stream = head.to_ascii_lowercase().contains("upgrade: websocket");
        let secret = head.lines().find(|line| line.to_ascii_lowercase().starts_with("authorization:"));
        let what = if is_stream { "STREAM" } else { "GET" };
        let told = std::iter::once(format!("{what} {path}")).chain(secret.map(|line| format!("  {line}")));
        let told = told.collect::<Vec<_>>().join("\n");
        let (number, manner) = self.with(|state| {
            state.requests.push(told);
            let manner = if is_stream { state.manners.pop_front().unwrap_or_default() } else { Manner::Good };
            (state.requests.len() - 1, manner)
        });
        if is_stream && !matches!(manner, Manner::Answer(_)) {
            let Ok(socket) = tokio_tungstenite::accept_async(stream).await else { return };
            return self.stream(socket, &url, (number, manner)).await;
        }
        let mut swallowed = vec![0; head.len()];
        stream.read_exact(&mut swallowed).await.unwrap();
        let refusal = self.with(|state| state.refusals.get(url.path().rsplit('/').next()?).cloned());
        let answer = match (manner, refusal) {
            (Manner::Answer(answer), _) | (_, Some(answer)) => answer,
            _ => {
                let body = self.page(&url).to_string();
                let length = body.len();
                format!(
                    "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}"
                )
            }
        };
        let _ = stream.write_all(answer.as_bytes()).await;
        let _ = stream.shutdown().await;
    }

    /// What the servers show beside their streams.
    fn page(&self, url: &Url) -> Value {
        if let Some(answer) = bluesky::public(url) {
            return answer;
        }
        if url.path().ends_with("/api/v2/instance") {
            let here = || format!("ws://127.0.0.1:{}", self.port);
            let streaming = self.with(|state| state.streams_at.clone()).unwrap_or_else(here);
            return json!({ "configuration": { "urls": { "streaming": streaming } } });
        }
        let tag = url.path().rsplit('/').next().unwrap();
        let bound = |name: &str| parameter(url, name).and_then(|id| id.parse::<u64>().ok());
        let mut posts: Vec<(u64, Value)> = self.with(|state| {
            state.posts.iter().filter(|(_, of, _)| of == tag).map(|(id, _, post)| (*id, post.clone())).collect()
        });
        posts.sort_by_key(|(id, _)| *id);
        posts.retain(|(id, _)| bound("max_id").is_none_or(|max| *id < max));
        if let Some(min) = bound("min_id") {
            posts.retain(|(id, _)| *id > min);
            posts.truncate(40);
        }
        posts.into_iter().rev().take(40).map(|(_, post)| post).collect()
    }

    async fn stream(&self, mut socket: WebSocketStream<TcpStream>, url: &Url, (number, manner): (usize, Manner)) {
        // A stream of Mastodon tells of the tags that it is told.
        let is_mastodon = url.path().starts_with("/api/v1/streaming");
        let mut tags = if is_mastodon { Vec::new() } else { vec![String::new()] };
        let cursor = parameter(url, "cursor").and_then(|cursor| cursor.parse::<i64>().ok());
        let (era, mut next) = self.with(|state| {
            state.opened += 1;
            // Who names no place hears what happens from now on.
            (state.era, if cursor.is_some() { 0 } else { state.events.len() })
        });
        let opened = tokio::time::Instant::now();
        let mut said = 0;
        match manner {
            Manner::Deaf => return tokio::time::sleep(Duration::from_secs(60)).await,
            Manner::Flood(messages, bytes) => {
                for _ in 0..messages {
                    if socket.send(Message::text("x".repeat(bytes))).await.is_err() {
                        return;
                    }
                    self.with(|state| state.flooded += 1);
                }
            }
            Manner::Ping => socket.send(Message::Ping(b"?".to_vec().into())).await.unwrap(),
            _ => {}
        }
        loop {
            let (events, is_over) = self.with(|state| {
                let from = next;
                next = state.events.len();
                let told = |event: &&Event| {
                    tags.contains(&event.tag)
                        && event.at >= state.floor
                        && cursor.is_none_or(|cursor| event.at >= cursor)
                };
                let events: Vec<String> =
                    state.events.iter().skip(from).filter(told).map(|event| event.text.clone()).collect();
                (events, state.era != era)
            });
            for event in events {
                if matches!(manner, Manner::BreakOff(after) if said == after) {
                    return break_off(socket).await;
                }
                if socket.send(Message::text(event)).await.is_err() {
                    return;
                }
                said += 1;
            }
            let late = matches!(manner, Manner::BreakOffAfter(time) if opened.elapsed() > time);
            if is_over || late {
                return break_off(socket).await;
            }
            match tokio::time::timeout(Duration::from_millis(5), socket.next()).await {
                Ok(Some(Ok(Message::Text(said)))) => {
                    self.with(|state| state.requests[number].push_str(&format!("\n  {said}")));
                    let said: Value = serde_json::from_str(&said).unwrap();
                    assert_eq!((&said["type"], &said["stream"]), (&json!("subscribe"), &json!("hashtag")));
                    if matches!(manner, Manner::Stubborn) {
                        continue;
                    }
                    tags.push(said["tag"].as_str().unwrap().to_owned());
                }
                Ok(Some(Ok(Message::Close(_)))) => self.with(|state| state.leaves += 1),
                Ok(Some(Ok(Message::Pong(_)))) => self.with(|state| state.pongs += 1),
                Ok(None | Some(Err(_))) => return,
                _ => {}
            }
        }
    }
}

/// The beginning of a message of 4,096 bytes, and nothing more.
async fn break_off(mut socket: WebSocketStream<TcpStream>) {
    let _ = socket.get_mut().write_all(b"\x81\x7e\x10\x00{\"did\": \"did:plc:half").await;
    let _ = socket.get_mut().shutdown().await;
}

/// The head of a request, which is left where it is.
async fn peek(stream: &TcpStream) -> Option<String> {
    let mut buffer = vec![0; 16 << 10];
    loop {
        // Nobody asks in letters who speaks TLS.
        let read = stream.peek(&mut buffer).await.ok().filter(|read| *read > 0 && buffer[0].is_ascii_uppercase())?;
        let text = String::from_utf8_lossy(&buffer[..read]).into_owned();
        if let Some(end) = text.find("\r\n\r\n") {
            return Some(text[..end + 4].to_owned());
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

fn parameter(url: &Url, name: &str) -> Option<String> {
    url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}
