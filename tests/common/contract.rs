//! A network on loopback that answers by a script, and all that a source of its kind asks and reads there, written down.
//! What is written is compared with `tests/data/contracts/NAME.txt`; `MENTIOND_TEST_UPDATE=1` writes it anew, and somebody
//! reads it beside the contract.

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use chrono::TimeDelta;
use http::HeaderMap;
use mentiond::alert::Rules;
use mentiond::config::{FetchConfig, HealthConfig, ProxyConfig};
use mentiond::fetch::Client;
use mentiond::model::source::Budget;
use mentiond::model::{Answer, Cursor, Entry, Instant, Interval, PollFault, Source, SourceKind};
use mentiond::pipeline::{Judge, Pipeline, Reading};
use mentiond::seal::Seal;
use mentiond::sentiment::Scorer;
use mentiond::source::adapter;
use mentiond::store::ClaimedSource;
use secrecy::ExposeSecret as _;
use serde_json::Value;

use super::broken::broken;
use super::hostile::{Reply, Server};
use super::shown;
use request::{readable, request};

mod counts;
mod request;

/// Stands for every secret; it may be seen in requests only.
pub const SECRET: &str = "SECRET";
/// Where a source is; in a secret of its own it stands for the network on loopback.
pub const NETWORK: &str = "https://network.example";

/// An answer of the network.
#[derive(Clone)]
pub struct Scripted {
    name: String,
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Scripted {
    /// Whether it answers a login.
    fn is_login(&self) -> bool {
        self.name.starts_with("login")
    }
}

/// What a network promises, and what a source is to make of it.
pub struct Contract {
    /// The source; its address becomes that of the network on loopback.
    pub source: Source,
    path: &'static str,
    pages: Vec<Scripted>,
    /// The answers of the second poll, where they are others.
    later: Vec<Scripted>,
    empty: Scripted,
    refusals: Vec<Scripted>,
    /// What nobody may see but in requests.
    hidden: Vec<String>,
}

impl Contract {
    /// Of a source with these terms and a secret. When there is nothing more, the network answers with `empty`.
    pub fn of(kind: SourceKind, terms: &[&str], empty: &str) -> Self {
        let url = NETWORK.parse().unwrap();
        let source = Source {
            // What pages cost is another matter.
            budget: Budget { dollars_per_month: Some(1_000.0), ..Budget::default() },
            terms: terms.iter().map(|term| (*term).to_owned()).collect(),
            interval: Interval::Fixed(Duration::from_secs(300)),
            allow_private: true,
            first_poll_depth: Duration::from_secs(60 * 86_400),
            ..Source::new("network".to_owned(), kind, url)
        };
        let hidden = vec![SECRET.to_owned()];
        let empty = scripted("empty", 200, empty);
        Self { source, path: "/", pages: Vec::new(), later: Vec::new(), empty, refusals: Vec::new(), hidden }
    }

    /// With a secret, and the name that goes with it.
    pub fn secret(mut self, account: Option<&str>) -> Self {
        self.source.token = Some(SECRET.to_owned().into());
        self.source.account = account.map(str::to_owned);
        self
    }

    /// At this path of the network.
    pub fn at(mut self, path: &'static str) -> Self {
        self.path = path;
        self
    }

    /// With a document as its secret; no text in quotation marks and no line in it may be seen that is as long as a secret.
    pub fn document(mut self, secret: &str, account: Option<&str>) -> Self {
        let parts = secret.split(['"', '\n']).flat_map(|part| part.split("\\n")).map(str::trim);
        let parts = parts.filter(|part| part.len() >= 12 && !part.starts_with("-----") && !part.starts_with("http"));
        self.hidden = parts.map(str::to_owned).chain([secret.to_owned()]).collect();
        self.source.token = Some(secret.to_owned().into());
        self.source.account = account.map(str::to_owned);
        self
    }

    /// In these places.
    pub fn places(mut self, places: &[&str]) -> Self {
        self.source.places = places.iter().map(|place| (*place).to_owned()).collect();
        self
    }

    /// The sample of that name is the next answer, with the status and headers that the manifest has for it.
    pub fn page(mut self, file: &str) -> Self {
        self.pages.push(sample(file));
        self
    }

    /// The sample of that name is the next answer in the second poll, which has answers of its own then.
    pub fn later(mut self, file: &str) -> Self {
        self.later.push(sample(file));
        self
    }

    /// This text is the next answer, mostly to a login.
    pub fn answer(self, name: &str, body: &str) -> Self {
        self.answered(name, 200, body)
    }

    /// The same with this status.
    pub fn answered(mut self, name: &str, status: u16, body: &str) -> Self {
        self.pages.push(scripted(name, status, body));
        self
    }

    /// The answer before this has this header as well.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.pages.last_mut().unwrap().headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The sample of that name is a refusal.
    pub fn refusal(mut self, file: &str) -> Self {
        self.refusals.push(sample(file));
        self
    }

    /// This text is a refusal: of the login, if its name begins so.
    pub fn refused(mut self, name: &str, status: u16, body: &str) -> Self {
        self.refusals.push(scripted(name, status, body));
        self
    }

    /// Whatever `error-envelopes.json` has for a network is a refusal, or an answer with no entries.
    pub fn envelopes(mut self, network: &str) -> Self {
        let all: Value = serde_json::from_slice(&std::fs::read(data("error-envelopes.json")).unwrap()).unwrap();
        let own = all.as_array().unwrap().iter().filter(|envelope| envelope["source"] == network);
        let before = self.refusals.len();
        self.refusals.extend(own.filter(|envelope| !envelope["body"].is_null()).map(|envelope| {
            let body = envelope["body"].as_str().map_or_else(|| envelope["body"].to_string(), str::to_owned);
            let headers = headers_of(&envelope["headers"]);
            let status = u16::try_from(envelope["status"].as_u64().unwrap()).unwrap();
            Scripted { headers, ..scripted(envelope["case"].as_str().unwrap(), status, &body) }
        }));
        assert!(self.refusals.len() > before, "no envelopes of {network}");
        self
    }

    /// Plays it all and compares what was written down.
    pub async fn holds(self, name: &str) {
        let mut told = String::new();
        let first = now();
        let mut claim = ClaimedSource::fresh("network");
        // A login comes before whatever is read or refused, but its session is kept for the second poll.
        let (logins, pages): (Vec<_>, Vec<_>) = self.pages.iter().cloned().partition(|page| page.is_login());
        let again = if self.later.is_empty() { (&pages, ", with the same answers") } else { (&self.later, "") };
        let polls = [(&self.pages, "first poll".to_owned()), (again.0, format!("poll ten minutes later{}", again.1))];
        let mut cursors = Vec::new();
        for (number, (script, what)) in polls.into_iter().enumerate() {
            let at = first + TimeDelta::minutes(10) * i32::try_from(number).unwrap();
            cursors.push(claim.cursor.clone());
            let (reading, requests) = self.play(&claim, script, at).await;
            section(&mut told, &what, &requests);
            tell(&mut told, &reading, number == 0 || !self.later.is_empty());
            claim.cursor = reading.cursor;
            claim.session = reading.sealed;
            claim.lanes = reading.lanes;
        }
        let (reading, requests) = self.play(&ClaimedSource::fresh("network"), &logins, first).await;
        let own: Vec<String> = requests.into_iter().skip(logins.len()).take(1).collect();
        section(&mut told, "nothing to read", &own);
        tell(&mut told, &reading, true);
        writeln!(told, "# refusals\n").unwrap();
        for refusal in &self.refusals {
            // Where the session was not taken, it is opened once more.
            let refused = [logins.as_slice(), std::slice::from_ref(refusal)].concat();
            let script = match refusal {
                refusal if refusal.is_login() => vec![refusal.clone()],
                _ if logins.is_empty() => refused,
                _ => [refused.clone(), refused].concat(),
            };
            let (reading, _) = self.play(&ClaimedSource::fresh("network"), &script, first).await;
            let outcome = reading.fault.as_ref().map_or_else(
                || format!("read, {} entries {:?}", reading.entries.len(), reading.problems),
                |fault| format!("{}{}: {fault}", fault.label(), until(fault)),
            );
            writeln!(told, "{} ({}): {outcome}", refusal.name, refusal.status).unwrap();
        }
        writeln!(told, "\n# broken samples\n").unwrap();
        for (pages, cursor) in [&pages, &self.later].into_iter().zip(&cursors) {
            for page in pages {
                let (read, refused) = self.read_broken(page, cursor);
                writeln!(told, "{}: {read} read, {refused} refused", page.name).unwrap();
            }
        }
        compare(name, &told);
    }

    /// One poll, and the requests that it made.
    async fn play(&self, claim: &ClaimedSource, script: &[Scripted], at: Instant) -> (Reading, Vec<String>) {
        let queue = Arc::new(Mutex::new(script.iter().cloned().collect::<VecDeque<_>>()));
        let empty = self.empty.clone();
        let server =
            Server::start(move |_| raw(&queue.lock().unwrap().pop_front().unwrap_or_else(|| empty.clone()))).await;
        let address = server.url("/").as_str().trim_end_matches('/').to_owned();
        let token = self.source.token.as_ref().map(|token| token.expose_secret().replace(NETWORK, &address).into());
        let source = Source { url: server.url(self.path), token, ..self.source.clone() };
        let mut reading = pipeline().read_source(&source, claim, at).await;
        reading.entries.iter_mut().for_each(|entry| anonymise(entry, &source));
        let shown = |told: &str| self.hidden.iter().any(|secret| told.contains(secret.as_str()));
        assert!(!reading.problems.iter().any(|problem| shown(problem)), "{:?}", reading.problems);
        assert!(!reading.fault.as_ref().is_some_and(|fault| shown(&fault.to_string())), "{:?}", reading.fault);
        assert!(!reading.cursor.0.iter().any(|(lane, cursor)| shown(lane) || shown(cursor)), "{:?}", reading.cursor);
        assert!(!shown(&format!("{:?} {:?}", reading.lanes, reading.lost)), "{:?}", reading.lanes);
        assert!(!reading.sealed.as_ref().is_some_and(|sealed| shown(sealed)));
        let requests = server.requests().into_iter().zip(server.bodies()).map(|(head, body)| request(&head, &body));
        (reading, requests.map(|request| readable(&request).replace(&address, NETWORK)).collect())
    }

    /// Reads a sample with each of its fields missing, null or of another type in turn. Nothing may panic.
    fn read_broken(&self, page: &Scripted, cursor: &Cursor) -> (usize, usize) {
        let Ok(body) = serde_json::from_slice::<Value>(&page.body) else { return (0, 0) };
        let adapter = adapter(self.source.kind);
        let lane = adapter.lanes(&self.source).remove(0);
        let mut outcomes = (0, 0);
        for broken in broken(&body) {
            let answer = Answer {
                url: self.source.url.clone(),
                status: page.status,
                moved: None,
                headers: HeaderMap::new(),
                body: broken.to_string().into_bytes(),
            };
            match adapter.read(&self.source, &lane, cursor.0.get(&lane).map(String::as_str), &answer, now()) {
                Ok(_) => outcomes.0 += 1,
                Err(_) => outcomes.1 += 1,
            }
        }
        outcomes
    }
}

/// The day of the samples.
pub fn now() -> Instant {
    "2026-11-20T12:00:00Z".parse().unwrap()
}

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/sources").join(name)
}

fn scripted(name: &str, status: u16, body: &str) -> Scripted {
    let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
    Scripted { name: name.to_owned(), status, headers, body: body.into() }
}

fn sample(file: &str) -> Scripted {
    let body = std::fs::read(data(file)).unwrap();
    let manifest: Value = serde_json::from_slice(&std::fs::read(data("manifest.json")).unwrap()).unwrap();
    let known = manifest["samples"].as_array().unwrap().iter().find(|sample| sample["file"] == file);
    let known = known
        .map(|sample| (u16::try_from(sample["status"].as_u64().unwrap()).unwrap(), headers_of(&sample["headers"])));
    let (status, headers) = known.unwrap_or_else(|| (200, scripted("", 200, "").headers));
    Scripted { name: file.to_owned(), status, headers, body }
}

fn headers_of(headers: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    headers.as_object().into_iter().flatten().map(|(name, value)| (name.clone(), text(value))).collect()
}

fn raw(answer: &Scripted) -> Reply {
    let mut head = format!("HTTP/1.1 {} X\r\ncontent-length: {}\r\n", answer.status, answer.body.len());
    for (name, value) in
        answer.headers.iter().filter(|(name, _)| !["content-length", "content-encoding"].contains(&name.as_str()))
    {
        write!(head, "{name}: {value}\r\n").unwrap();
    }
    Reply::bytes([head.as_bytes(), b"\r\n", &answer.body].concat())
}

/// The server is another one each time.
fn anonymise(entry: &mut Entry, source: &Source) {
    let server = source.url.authority();
    let anonymised = |text: &mut String| *text = text.replace(server, "network.example");
    let author = entry.author.as_mut();
    let author = author.map(|author| [author.url.as_mut(), author.handle.as_mut()]).into_iter().flatten();
    let keys = [Some(&mut entry.key), entry.parent.as_mut(), entry.thread.as_mut()];
    let keys = keys.into_iter().flatten().map(|key| &mut key.0);
    author.flatten().chain(entry.url.as_mut()).chain(keys).for_each(anonymised);
}

/// Built once, since the words of all languages are read for it.
static PIPELINE: LazyLock<Pipeline> =
    LazyLock::new(|| pipeline_of(Judge::new(Vec::new(), Scorer::new(), Rules::new(&[]))));

/// A pipeline that asks as fast as it can.
pub fn pipeline_of(judge: Judge) -> Pipeline {
    pipeline_of_pages(judge, 20)
}

/// The same, which reads so many pages in a poll.
pub fn pipeline_of_pages(judge: Judge, max_pages: u32) -> Pipeline {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let limit = Duration::from_secs(20);
    let fetch = FetchConfig {
        user_agent: "mentiond/test".to_owned(),
        timeout: limit,
        connect_timeout: limit,
        head_timeout: limit,
        idle_timeout: limit,
        proxies: ProxyConfig::default(),
        max_body: 1 << 20,
        concurrency: 1,
        host_gap: Duration::ZERO,
        max_pages,
    };
    let (client, health) = (Client::new(&fetch).unwrap(), HealthConfig::default());
    Pipeline::new(client, judge, health, max_pages, Duration::ZERO).sealing(Seal::new("key").unwrap())
}

/// A pipeline without brands that asks as fast as it can.
pub fn pipeline() -> Pipeline {
    PIPELINE.clone()
}

/// A part of what is written down: its name, and what was asked.
pub fn section(told: &mut String, what: &str, requests: &[String]) {
    writeln!(told, "# {what}\n").unwrap();
    requests.iter().for_each(|request| writeln!(told, "{request}").unwrap());
    told.push('\n');
}

/// What was read; each entry if `whole`.
pub fn tell(told: &mut String, reading: &Reading, whole: bool) {
    let count = |what: &str, count: usize| format!("{count} {what}");
    writeln!(told, "{}", count("entries", reading.entries.len())).unwrap();
    if let Some(fault) = &reading.fault {
        writeln!(told, "fault: {}{}: {fault}", fault.label(), until(fault)).unwrap();
    }
    reading.problems.iter().for_each(|problem| writeln!(told, "problem: {problem}").unwrap());
    reading.deleted.iter().for_each(|key| writeln!(told, "deleted: {}", key.0).unwrap());
    reading.closed.iter().for_each(|account| writeln!(told, "closed: {account}").unwrap());
    told.push('\n');
    if whole {
        reading.entries.iter().for_each(|entry| told.push_str(&shown::entry(entry)));
    }
}

fn until(fault: &PollFault) -> String {
    let (PollFault::Throttled { until: Some(until), .. } | PollFault::Spent { until, .. }) = fault else {
        return String::new();
    };
    format!(" until {}", until.to_rfc3339_opts(chrono::SecondsFormat::Secs, true))
}

/// Compares with `tests/data/contracts/NAME.txt`.
pub fn compare(name: &str, told: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/data/contracts/{name}.txt"));
    if std::env::var_os("MENTIOND_TEST_UPDATE").is_some() {
        std::fs::write(&file, told).unwrap();
    }
    let expected = std::fs::read_to_string(&file).unwrap_or_default();
    assert_eq!(told, expected, "{}", file.display());
}
