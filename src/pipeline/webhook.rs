//! What a network sent by webhook: read at once as far as it shows something, and then asked for where it only tells of
//! it, within the budget and in the name of the account. What cannot be asked just now is asked again, less and less
//! often; what could not be read in the end is told.

use std::time::Duration;

use chrono::TimeDelta;

use super::delivered::Brought;
use super::{POLL_DEADLINE, Pipeline, Reading, hide_secrets, next_poll};
use crate::model::{Entry, Instant, Loss, LossReason, PollFault, Source};
use crate::source::{self, Heard, Webhook};
use crate::store::{ClaimedSource, Left, Settled};

/// So often the same is asked for, which takes about three days.
pub(super) const MOST_TRIES: u32 = 20;
/// The wait after the first failure, doubled with each further one, and the longest one.
const FIRST_WAIT: Duration = Duration::from_secs(60);
const LONGEST_WAIT: Duration = Duration::from_secs(6 * 3600);

/// Reads what was sent, on a thread of its own. What it shows is stored before anything is asked.
pub(super) async fn hear(
    source: &Source,
    claim: &ClaimedSource,
    id: i64,
    body: Vec<u8>,
    now: Instant,
) -> Result<Brought, PollFault> {
    let webhook = webhook_of(source)?;
    let listener = source.clone();
    let heard = tokio::task::spawn_blocking(move || webhook.hear(&listener, &body)).await;
    let gives_up = |_| Err(PollFault::Unreadable("the document makes the reader give up".to_owned()));
    let Heard { entries, deleted, asks, problems } = heard.unwrap_or_else(gives_up)?;
    let reading = Reading { entries, deleted, problems, ..Reading::unread(claim) };
    let left = (!asks.is_empty()).then_some(Left { asks, due_at: now, afresh: true });
    Ok(Brought { reading, settled: Settled { id, left, asked: false }, host_until: None })
}

/// What was told of since then, and nobody will see.
pub(super) fn unheard(since: Instant, why: String, now: Instant) -> Option<Loss> {
    let to = now.max(since + TimeDelta::seconds(1));
    Loss::between(since, to, LossReason::Told(why))
}

fn webhook_of(source: &Source) -> Result<&'static dyn Webhook, PollFault> {
    let none = || PollFault::Unreadable(format!("the kind `{}` reads no webhooks", source.kind.as_str()));
    source::webhook(source.kind).ok_or_else(none)
}

impl Pipeline {
    /// Asks for what a network told of at `received_at`, one thing after the other, and what is left is tried again.
    pub(super) async fn ask_for_left(
        &self,
        source: &Source,
        claim: &ClaimedSource,
        (id, asks): (i64, Vec<String>),
        (received_at, attempts): (Instant, u32),
        now: Instant,
    ) -> Brought {
        let mut reading = Reading::unread(claim);
        let (mut left, mut read, mut ended) = (Vec::new(), 0_usize, false);
        let began = tokio::time::Instant::now();
        for about in asks {
            if ended || began.elapsed() > POLL_DEADLINE {
                left.push(about);
                continue;
            }
            match self.learn(source, &about, &mut reading, now).await {
                Ok(entries) => {
                    read += 1;
                    reading.usage = reading.usage.brought(source, entries.len(), now);
                    reading.entries.extend(entries);
                }
                Err(fault) if passes(&fault) => {
                    ended = fault.is_of_server();
                    reading.fault = Some(fault);
                    left.push(about);
                }
                Err(fault) => {
                    read += 1;
                    reading.problems.push(format!("what the webhook told of is not to be had ({about}): {fault}"));
                }
            }
        }
        hide_secrets(source, &mut reading);
        let asked = reading.requests > 0;
        let next = next_poll(source, claim, &reading, reading.usage, now);
        let host_until = next.host_until.filter(|_| asked && reading.fault.is_some());
        let mut settled = Settled { id, left: None, asked };
        if left.is_empty() {
            reading.fault = None;
        } else if read == 0 && attempts >= MOST_TRIES {
            let why = reading.fault.as_ref().map(|fault| format!(": {fault}")).unwrap_or_default();
            let what = if left.len() == 1 { "a mention".to_owned() } else { format!("{} mentions", left.len()) };
            let reason = format!("{what} that its webhook told of could not be read in {MOST_TRIES} attempts{why}");
            reading.lost.extend(unheard(received_at, reason.clone(), now));
            reading.problems.push(reason);
        } else {
            let due_at = again_at(reading.fault.as_ref(), if read > 0 { 1 } else { attempts }, now);
            settled.left = Some(Left { asks: left, due_at, afresh: read > 0 });
        }
        Brought { reading, settled, host_until }
    }

    async fn learn(
        &self,
        source: &Source,
        about: &str,
        reading: &mut Reading,
        now: Instant,
    ) -> Result<Vec<Entry>, PollFault> {
        let webhook = webhook_of(source)?;
        let request = webhook.ask(source, about);
        let answer = self.ask(source::adapter(source.kind), source, &request, reading, now).await?;
        answer.map_or_else(|| Ok(Vec::new()), |answer| webhook.learn(source, about, &answer))
    }
}

/// Whether what failed may work later. What the network refuses for its own sake does not: it is gone, or hidden.
fn passes(fault: &PollFault) -> bool {
    match fault {
        PollFault::Status { status, .. } => !(400..500).contains(status) || [408, 429].contains(status),
        PollFault::Gone | PollFault::Unreadable(_) | PollFault::WebPage { .. } => false,
        _ => true,
    }
}

/// When what is left is asked for again: when the network or the budget says, and not before the wait is over.
fn again_at(fault: Option<&PollFault>, attempts: u32, now: Instant) -> Instant {
    let wait = FIRST_WAIT.saturating_mul(1 << attempts.saturating_sub(1).min(16)).min(LONGEST_WAIT);
    let wait = now + TimeDelta::from_std(wait).unwrap_or(TimeDelta::MAX);
    match fault {
        Some(PollFault::Throttled { until: Some(until), .. } | PollFault::Spent { until, .. }) => wait.max(*until),
        Some(_) => wait,
        None => now,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_pass_is_waited_for_longer_and_longer() {
        let now: Instant = "2026-11-20T12:00:00Z".parse().unwrap();
        let minutes = |fault, attempts| (again_at(fault, attempts, now) - now).num_minutes();
        let fault = PollFault::Unreachable("no route to host".to_owned());
        assert_eq!([1, 2, 5, 9, 10, 20].map(|attempts| minutes(Some(&fault), attempts)), [1, 2, 16, 256, 360, 360]);
        let in_all: i64 = (1..MOST_TRIES).map(|attempts| minutes(Some(&fault), attempts)).sum();
        assert_eq!(in_all / 60, 68, "hours");
        let spent = PollFault::Spent { what: "the budget".to_owned(), until: now + TimeDelta::hours(9) };
        assert_eq!((minutes(Some(&spent), 1), minutes(None, 7)), (540, 0));
    }

    #[test]
    fn what_is_gone_is_not_asked_for_again() {
        let status = |status| PollFault::Status { status, message: String::new() };
        assert!(![400, 404, 410, 422].into_iter().any(|gone| passes(&status(gone))));
        assert!([408, 429, 500, 503].into_iter().all(|passing| passes(&status(passing))));
        assert!(!passes(&PollFault::Gone) && passes(&PollFault::Denied { status: 403, message: String::new() }));
    }
}
