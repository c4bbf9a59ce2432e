//! All networks at the same time, each told of when it has answered.

use std::time::Duration;

use anyhow::Result;
use futures_util::{StreamExt as _, stream};

use crate::app::{self, Plan, Session};
use crate::cli::print::remark;
use crate::cli::words::{count, first_of};
use crate::clock::Clock;
use crate::config::Config;
use crate::model::{PollFault, Source};
use crate::pipeline::{Pipeline, Polled, Unread};
use crate::shutdown::{Shutdown, unless_stopped};
use crate::store::StoreError;

/// Networks that are asked at the same time.
const AT_ONCE: usize = 8;

/// What came of a network.
pub(super) struct Asked {
    pub(super) name: String,
    pub(super) entries: usize,
    /// Why it, or the rest of it, could not be read.
    fault: Option<PollFault>,
    /// What was not read of it.
    pub(super) unread: Unread,
}

impl Asked {
    fn unread(source: &Source, fault: Option<PollFault>) -> Self {
        Self { name: source.name.clone(), entries: 0, fault, unread: Unread::all() }
    }
}

/// Asks all of them, each for as long as the `limit` at most, until the stop is asked for; answers whether all have answered
/// by then.
pub(super) async fn all(
    config: &Config,
    plan: &Plan,
    session: &Session,
    clock: &Clock,
    limit: Duration,
    stop: &Shutdown,
) -> Result<(Vec<Asked>, bool)> {
    let pipeline = app::pipeline(config, plan)?.in_one_sitting(limit);
    let lease = limit.saturating_mul(2);
    let answers = plan.sources.iter().map(|source| ask(&pipeline, source, session, lease, clock));
    let mut answers = stream::iter(answers).buffer_unordered(AT_ONCE);
    let mut asked = Vec::new();
    while let Some(answer) = unless_stopped(stop, answers.next()).await.flatten() {
        let (answer, problems) = answer?;
        let left = (!answer.unread.is_empty() && !answer.unread.is_all()).then(|| answer.unread.to_string());
        let fault = answer.fault.as_ref().map(ToString::to_string);
        let said = [count(answer.entries, "entry", "entries")].into_iter().chain(left).chain(fault);
        remark!("{}: {}", answer.name, said.collect::<Vec<_>>().join("; "));
        first_of(&problems).for_each(|problem| remark!("  {problem}"));
        asked.push(answer);
    }
    let missing = plan.sources.iter().filter(|source| !asked.iter().any(|known: &Asked| known.name == source.name));
    let missing: Vec<Asked> = missing.map(|source| Asked::unread(source, None)).collect();
    let is_whole = missing.is_empty();
    asked.extend(missing);
    asked.sort_by(|one, other| one.name.cmp(&other.name));
    Ok((asked, is_whole))
}

async fn ask(
    pipeline: &Pipeline,
    source: &Source,
    session: &Session,
    lease: Duration,
    clock: &Clock,
) -> Result<(Asked, Vec<String>), StoreError> {
    let (now, owner) = (clock.now(), &session.owner);
    let Some(claim) = session.store.claim_source(&source.name, owner, now, now + lease).await? else {
        let fault = PollFault::Refused("somebody else asks it just now".to_owned());
        return Ok((Asked::unread(source, Some(fault)), Vec::new()));
    };
    let polled = pipeline.poll_source(&session.store, source, claim, owner, clock).await?;
    let Polled { entries, fault, unread, problems, .. } = polled;
    Ok((Asked { name: source.name.clone(), entries, fault, unread }, problems))
}
