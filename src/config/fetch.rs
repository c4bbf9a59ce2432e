//! `[fetch]`: how feeds and APIs are fetched. Never fetches.

use std::time::Duration;

use super::addresses::Contact;
use super::check::{HOUR, MINUTE, SECOND, count, within};
use super::env::Env;
use super::fault::Findings;
use super::file::FetchTable;
use super::proxy::{self, ProxyConfig};
use super::reader::Key;
use super::words::Bytes;

/// How feeds and APIs are fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchConfig {
    /// The whole `User-Agent`: program, version and where its operator can be reached.
    pub user_agent: String,
    /// From the start of a request to the last byte.
    pub timeout: Duration,
    /// For the connection alone.
    pub connect_timeout: Duration,
    /// From the start of a request to the head of its answer, the connection included; at most `timeout`.
    pub head_timeout: Duration,
    /// The longest pause within the body of an answer.
    pub idle_timeout: Duration,
    /// Largest decoded body in bytes.
    pub max_body: u64,
    /// Polls at the same time.
    pub concurrency: usize,
    /// How long a host is left alone after a poll of one of its sources.
    pub host_gap: Duration,
    /// Most pages read from one lane of a source in one poll.
    pub max_pages: u32,
    /// The proxies that the environment names.
    pub proxies: ProxyConfig,
}

pub(super) fn resolve(table: FetchTable, env: &Env, findings: &mut Findings) -> FetchConfig {
    let contact = table.contact.or(Contact(env!("CARGO_PKG_REPOSITORY").to_owned())).0;
    let user_agent = match table.user_agent.given() {
        Some(written) => written.value.0,
        None => format!("mentiond/{} (+{contact})", env!("CARGO_PKG_VERSION")),
    };

    let patient = "a server that needs longer is polled again later anyway";
    let timeout = within(table.timeout, SECOND..=MINUTE * 10, SECOND * 30, patient, findings);
    let mut part = |key: Key<Duration>, default: Duration, what: &str| {
        let place = key.place().cloned();
        let given = within(key, SECOND..=MINUTE * 10, default.min(timeout), patient, findings);
        if let Some(place) = place.filter(|_| given > timeout) {
            findings.add(&place, format!("{what} than the whole request"), "make it at most `timeout`");
        }
        given
    };
    let connect_timeout = part(table.connect_timeout, SECOND * 10, "connecting may take longer");
    let head_timeout = part(table.head_timeout, SECOND * 20, "the head of an answer may take longer");
    let idle_timeout = part(table.idle_timeout, SECOND * 15, "a pause may last longer");

    let alone = "a host that is left alone for longer would hold back its own sources";
    let host_gap = within(table.host_gap, Duration::ZERO..=HOUR, SECOND, alone, findings);

    let (kib, mib) = (Bytes(1 << 10), Bytes(256 << 20));
    let memory = "every poll at the same time may need this much memory";
    FetchConfig {
        user_agent,
        timeout,
        connect_timeout,
        head_timeout,
        idle_timeout,
        max_body: within(table.max_body, kib..=mib, Bytes(10 << 20), memory, findings).0,
        concurrency: count(table.concurrency, 1..=256, 8, "more at the same time gain nothing", findings),
        host_gap,
        max_pages: count(table.max_pages, 1..=1000, 10, "a poll that never ends holds back the others", findings),
        proxies: proxy::resolve(env, findings),
    }
}

impl FetchConfig {
    /// As where the configuration says nothing; proxies are those of the environment.
    #[must_use]
    pub fn of_environment(env: &Env) -> Self {
        resolve(FetchTable::default(), env, &mut Findings::default())
    }
}
