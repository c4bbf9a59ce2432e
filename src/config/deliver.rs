//! `[deliver]`: who is told when notices do not arrive.

use std::time::Duration;

use super::addresses::Recipient;
use super::channel::ChannelConfig;
use super::check::{DAY, MINUTE, within};
use super::fault::Findings;
use super::file::DeliverTable;
use super::reader::Written;
use crate::model::outbox::channel_of;

/// Who is told when notices do not arrive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliverConfig {
    /// Mail addresses, and channels as `channel:NAME`; nobody by default.
    pub fallback: Vec<String>,
    /// How long a notice is tried in vain, or nothing gets through, until they are told and `healthcheck` fails.
    pub fallback_after: Duration,
}

pub(super) fn resolve(table: DeliverTable, channels: &[ChannelConfig], findings: &mut Findings) -> DeliverConfig {
    let fallback = table.fallback.or(Vec::new());
    if let Some(first) = fallback.first().filter(|_| channels.is_empty() && only_mail(&fallback)) {
        let hint = "add a `[[channel]]` with `name = \"ops\"` and write `channel:ops`";
        findings.add(&first.place, "a mail cannot tell that no mail gets through", hint);
    }
    let why = "whoever is told sooner is told of every greylist";
    DeliverConfig {
        fallback: fallback.into_iter().map(|written| written.value.0).collect(),
        fallback_after: within(table.fallback_after, MINUTE * 5..=DAY * 7, MINUTE * 30, why, findings),
    }
}

fn only_mail(fallback: &[Written<Recipient>]) -> bool {
    fallback.iter().all(|written| channel_of(&written.value.0).is_none())
}
