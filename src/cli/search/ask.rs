//! All networks at the same time, each told of when it has answered.

use std::time::Duration;

use anyhow::Result;
use futures_util::{StreamExt as _, stream};

use crate::app::{self, Plan, Session};
use crate::cli::print::remark;
use crate::cli::words::{MORE, count, first_of};
use crate::clock::Clock;
use crate::config::Config;
use crate::model::{PollFault, Source};
use crate::pipeline::Pipeline;
use crate::shutdown::{Shutdown, unless_stopped};
use crate::store::StoreError;

/// Networks that are asked at the same time.
const AT_ONCE: usize = 8;
/// The longest that one network may take.
const LIMIT: Duration = Duration::from_secs(60);

/// What came of a network.
pub(super) struct Asked {
    pub(super) name: String,
    pub(super) entries: usize,
    /// Why it, or the rest of it, could not be read.
    pub(super) fault: Option<PollFault>,
}

/// Asks all of them until the stop is asked for; answers whether all have answered by then.
pub(super) async fn all(
    config: &Config,
    plan: &Plan,
    session: &Session,
    clock: &Clock,
    stop: &Shutdown,
) -> Result<(Vec<Asked>, bool)> {
    let pipeline = app::pipeline(config, plan)?;
    let answers = plan.sources.iter().map(|source| ask(&pipeline, source, session, clock));
    let mut answers = stream::iter(answers).buffer_unordered(AT_ONCE);
    let mut asked = Vec::new();
    while let Some(answer) = unless_stopped(stop, answers.next()).await.flatten() {
        let (answer, problems) = answer?;
        match &answer.fault {
            None => remark!("{}: {}", answer.name, count(answer.entries, "entry", "entries")),
            Some(fault) => remark!("{}: {}; {fault}", answer.name, count(answer.entries, "entry", "entries")),
        }
        first_of(&problems).for_each(|problem| remark!("  {problem}"));
        asked.push(answer);
    }
    let missing = plan.sources.iter().filter(|source| !asked.iter().any(|known: &Asked| known.name == source.name));
    let stopped = || Some(PollFault::Unreachable("it had not answered yet".to_owned()));
    let missing: Vec<Asked> =
        missing.map(|source| Asked { name: source.name.clone(), entries: 0, fault: stopped() }).collect();
    let is_whole = missing.is_empty();
    asked.extend(missing);
    asked.sort_by(|one, other| one.name.cmp(&other.name));
    Ok((asked, is_whole))
}

async fn ask(
    pipeline: &Pipeline,
    source: &Source,
    session: &Session,
    clock: &Clock,
) -> Result<(Asked, Vec<String>), StoreError> {
    let unread = |fault| (Asked { name: source.name.clone(), entries: 0, fault: Some(fault) }, Vec::new());
    let lease = clock.now() + LIMIT * 2;
    let Some(claim) = session.store.claim_source(&source.name, &session.owner, clock.now(), lease).await? else {
        return Ok(unread(PollFault::Refused("somebody else asks it just now".to_owned())));
    };
    let poll = pipeline.poll_source(&session.store, source, claim, &session.owner, clock);
    match tokio::time::timeout(LIMIT, poll).await {
        Ok(polled) => {
            let polled = polled?;
            let asked = Asked { name: source.name.clone(), entries: polled.entries, fault: polled.fault };
            let more = polled.goes_on.then(|| MORE.to_owned());
            Ok((asked, polled.problems.into_iter().chain(more).collect()))
        }
        Err(_) => Ok(unread(PollFault::Unreachable(format!("no answer within {} s", LIMIT.as_secs())))),
    }
}
