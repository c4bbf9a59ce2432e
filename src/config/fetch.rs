//! `[fetch]`: how feeds and APIs are fetched. Never fetches.

use std::time::Duration;

use super::addresses::Contact;
use super::check::{HOUR, MINUTE, SECOND, count, within};
use super::fault::Findings;
use super::file::FetchTable;
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
    /// Largest decoded body in bytes.
    pub max_body: u64,
    /// Polls at the same time.
    pub concurrency: usize,
    /// How long a host is left alone after a poll of one of its sources.
    pub host_gap: Duration,
    /// Most pages read from one lane of a source in one poll.
    pub max_pages: u32,
}

pub(super) fn resolve(table: FetchTable, findings: &mut Findings) -> FetchConfig {
    let contact = table.contact.or(Contact(env!("CARGO_PKG_REPOSITORY").to_owned())).0;
    let user_agent = match table.user_agent.given() {
        Some(written) => written.value.0,
        None => format!("mentiond/{} (+{contact})", env!("CARGO_PKG_VERSION")),
    };

    let patient = "a server that needs longer is polled again later anyway";
    let timeout = within(table.timeout, SECOND..=MINUTE * 10, SECOND * 30, patient, findings);
    let connect_place = table.connect_timeout.place().cloned();
    let connect_timeout =
        within(table.connect_timeout, SECOND..=MINUTE * 10, timeout.min(SECOND * 10), patient, findings);
    if let Some(place) = connect_place.filter(|_| connect_timeout > timeout) {
        findings.add(&place, "connecting may take longer than the whole request", "make it at most `timeout`");
    }

    let alone = "a host that is left alone for longer would hold back its own sources";
    let host_gap = within(table.host_gap, Duration::ZERO..=HOUR, SECOND, alone, findings);

    let (kib, mib) = (Bytes(1 << 10), Bytes(256 << 20));
    let memory = "every poll at the same time may need this much memory";
    FetchConfig {
        user_agent,
        timeout,
        connect_timeout,
        max_body: within(table.max_body, kib..=mib, Bytes(10 << 20), memory, findings).0,
        concurrency: count(table.concurrency, 1..=256, 8, "more at the same time gain nothing", findings),
        host_gap,
        max_pages: count(table.max_pages, 1..=1000, 10, "a poll that never ends holds back the others", findings),
    }
}
