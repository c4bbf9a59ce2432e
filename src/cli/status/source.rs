//! A source in a line of `mentiond status`: how it is, since when and why, when it was read and when it will be.

use chrono_tz::Tz;

use super::{distance, length};
use crate::cli::words::count;
use crate::model::health::Health;
use crate::model::text::{one_line, without_query};
use crate::model::{Instant, Source, Usage};
use crate::store::{SourceState, WebhookState};

/// Most characters of an error.
const WHY: usize = 300;

/// How many sources are how, the worst first: `: 1 failing, 8 healthy`.
pub(super) fn summary(states: &[SourceState]) -> String {
    let of = |health| states.iter().filter(|state| state.condition.health == health).count();
    let counts = Health::ALL.into_iter().map(|health| (health, of(health))).filter(|(_, number)| *number > 0);
    let words: Vec<String> = counts.map(|(health, number)| format!("{number} {}", health.as_str())).collect();
    if words.is_empty() { String::new() } else { format!(": {}", words.join(", ")) }
}

/// A source in one line.
pub(super) fn describe(state: &SourceState, zone: Tz, now: Instant) -> String {
    let read = state.last_read_at.map_or_else(|| "never read".to_owned(), |at| format!("read {}", distance(at, now)));
    // A poll that failed has read nothing.
    let polled = state.last_polled_at.filter(|at| state.last_read_at.is_none_or(|read| *at > read));
    let polled = polled.map(|at| format!("last polled {}", distance(at, now)));
    let read = [Some(read), polled].into_iter().flatten().collect::<Vec<_>>().join(", ");
    let stopped = state.stopped.is_some();
    let every = (!stopped).then(|| format!("every {}", length(state.interval.as_secs())));
    let next = match state.next_poll_at {
        _ if stopped => "not polled any more".to_owned(),
        next if state.host_free_at > next.max(now) => {
            format!("next poll {}, when its host may be asked again", distance(state.host_free_at, now))
        }
        next if next > now => format!("next poll {}", distance(next, now)),
        next => format!("its poll was due {}", distance(next, now)),
    };
    let parts = [Some(health(state, zone, now)), Some(read), every, Some(next)];
    parts.into_iter().flatten().collect::<Vec<_>>().join("; ")
}

/// What it has used up of its budget, if it has one.
pub(super) fn used(source: &Source, usage: Usage) -> Option<String> {
    let budget = source.budget();
    let calls = budget.calls_per_day.map(|most| format!("{} of {most} calls today", usage.calls));
    let dollars =
        budget.dollars_per_month.map(|most| format!("{:.2} of {most:.2} US dollars this month", usage.dollars));
    let parts: Vec<String> = calls.into_iter().chain(dollars).collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// What came by its webhook.
pub(super) fn webhook(called: Option<&WebhookState>, now: Instant) -> String {
    let (verified, delivered) = called.map(|called| (called.verified_at, called.delivered_at)).unwrap_or_default();
    let refused = called.and_then(|called| {
        let (refused, first) = (count(called.refused, "delivery", "deliveries"), distance(called.refused_since?, now));
        Some(format!("; {refused} refused for a wrong signature, the first {first}"))
    });
    let stands = match (verified, delivered) {
        (_, Some(at)) => format!("its webhook last delivered {}", distance(at, now)),
        (Some(at), None) => format!("its webhook was verified {} and has delivered nothing yet", distance(at, now)),
        (None, None) if refused.is_some() => "its webhook has delivered nothing yet".to_owned(),
        (None, None) => "nobody has called at its webhook yet".to_owned(),
    };
    stands + &refused.unwrap_or_default()
}

/// How it is. What is not well is written large.
fn health(state: &SourceState, zone: Tz, now: Instant) -> String {
    let condition = &state.condition;
    let label = condition.health.as_str();
    let fault = state.fault.as_deref().map(|fault| format!(": {}", one_line(fault, WHY))).unwrap_or_default();
    if condition.health == Health::Healthy {
        return match state.failures {
            0 if state.news_at.is_none() && state.last_read_at.is_some() => {
                "healthy, but has shown nothing yet".to_owned()
            }
            0 if state.last_polled_at.is_none() => "not polled yet".to_owned(),
            0 => label.to_owned(),
            1 if state.last_read_at.is_none() => format!("NOT READ YET, the only poll failed{fault}"),
            failures if state.last_read_at.is_none() => format!("NOT READ YET, all {failures} polls failed{fault}"),
            1 => format!("healthy, but the last poll failed{fault}"),
            failures => format!("healthy, but the last {failures} polls failed{fault}"),
        };
    }
    let since = condition.since.map(|since| {
        let time = since.with_timezone(&zone).format("%-d %b %Y, %H:%M %Z");
        format!(" since {time} ({})", distance(since, now))
    });
    let why = match condition.health {
        _ if state.failures > 0 => format!("{fault} ({})", count(state.failures, "time", "times")),
        Health::Failing => ", but the last poll worked".to_owned(),
        Health::Moved => format!(" to {}", without_query(&condition.why)),
        _ if condition.why.is_empty() => String::new(),
        _ => format!(": {}", one_line(&condition.why, WHY)),
    };
    format!("{}{}{why}", label.to_uppercase(), since.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Lanes;
    use crate::model::health::Condition;
    use chrono::{TimeDelta, TimeZone, Utc};

    fn now() -> Instant {
        Utc.with_ymd_and_hms(2026, 3, 2, 8, 0, 0).unwrap()
    }

    fn ago(hours: i64) -> Option<Instant> {
        Some(now() - TimeDelta::hours(hours))
    }

    fn state(health: Health, why: &str) -> SourceState {
        let since = ago(3).filter(|_| health != Health::Healthy);
        SourceState {
            name: "news".to_owned(),
            next_poll_at: now() + TimeDelta::minutes(10),
            host_free_at: now() - TimeDelta::minutes(5),
            last_read_at: Some(now() - TimeDelta::minutes(5)),
            failures: 0,
            fault: None,
            condition: Condition { health, since, why: why.to_owned() },
            last_polled_at: Some(now() - TimeDelta::minutes(5)),
            news_at: ago(30),
            stopped: None,
            interval: std::time::Duration::from_secs(900),
            usage: Usage::default(),
            lanes: Lanes::default(),
        }
    }

    fn failed(health: Health, failures: u32) -> SourceState {
        let fault = Some("no route to\n  hint: host".to_owned());
        SourceState { failures, fault, last_read_at: ago(4), ..state(health, "as it was") }
    }

    #[test]
    fn a_source_is_described_in_a_line() {
        let rest = "read 5 min ago; every 15 min; next poll in 10 min";
        let late = "read 4 h ago, last polled 5 min ago; every 15 min; next poll in 10 min";
        let never = "never read, last polled 5 min ago; every 15 min; next poll in 10 min";
        let unread = |failures| SourceState { last_read_at: None, news_at: None, ..failed(Health::Healthy, failures) };
        let fresh = SourceState { last_polled_at: None, last_read_at: None, ..state(Health::Healthy, "") };
        let gone = SourceState { stopped: Some("it was the last issue".to_owned()), ..failed(Health::Gone, 1) };
        for (state, line) in [
            (state(Health::Healthy, ""), format!("healthy; {rest}")),
            (SourceState { news_at: None, ..state(Health::Healthy, "") }, format!("healthy, but has shown nothing yet; {rest}")),
            (SourceState { news_at: None, ..fresh }, "not polled yet; never read; every 15 min; next poll in 10 min".to_owned()),
            (
                SourceState { host_free_at: now() + TimeDelta::minutes(40), ..state(Health::Healthy, "") },
                "healthy; read 5 min ago; every 15 min; next poll in 40 min, when its host may be asked again".to_owned(),
            ),
            (failed(Health::Healthy, 1), format!("healthy, but the last poll failed: no route to hint: host; {late}")),
            (failed(Health::Healthy, 2), format!("healthy, but the last 2 polls failed: no route to hint: host; {late}")),
            (unread(1), format!("NOT READ YET, the only poll failed: no route to hint: host; {never}")),
            (unread(2), format!("NOT READ YET, all 2 polls failed: no route to hint: host; {never}")),
            (
                failed(Health::Failing, 7),
                format!("FAILING since 2 Mar 2026, 05:00 UTC (3 h ago): no route to hint: host (7 times); {late}"),
            ),
            (
                state(Health::Failing, "as it was"),
                format!("FAILING since 2 Mar 2026, 05:00 UTC (3 h ago), but the last poll worked; {rest}"),
            ),
            (
                state(Health::Moved, "https://new.example/feed?key=s3cret"),
                format!("MOVED since 2 Mar 2026, 05:00 UTC (3 h ago) to https://new.example/feed?…; {rest}"),
            ),
            (
                state(Health::Silent, "before, something new came about 7 times a week"),
                format!("SILENT since 2 Mar 2026, 05:00 UTC (3 h ago): before, something new came about 7 times a week; {rest}"),
            ),
            (
                gone,
                "GONE since 2 Mar 2026, 05:00 UTC (3 h ago): no route to hint: host (1 time); read 4 h ago, last polled 5 min ago; not polled \
                 any more"
                    .to_owned(),
            ),
        ] {
            assert_eq!(describe(&state, Tz::UTC, now()), line);
        }
    }

    #[test]
    fn what_is_used_up_is_told_where_there_is_a_budget() {
        let url = url::Url::parse("https://x.example").unwrap();
        let mut source = Source::new("x".to_owned(), crate::model::SourceKind::Json, url);
        let usage = Usage::default().asked(&source, now()).brought(&source, 5, now()).asked(&source, now()).brought(
            &source,
            5,
            now(),
        );
        assert_eq!(used(&source, usage), None);
        source.budget.calls_per_day = Some(100);
        assert_eq!(used(&source, usage).as_deref(), Some("2 of 100 calls today"));
        source.budget.dollars_per_month = Some(5.0);
        let both = "2 of 100 calls today, 0.00 of 5.00 US dollars this month";
        assert_eq!(used(&source, usage).as_deref(), Some(both));
    }

    #[test]
    fn what_came_by_webhook_is_told() {
        let called = |verified_at, delivered_at| WebhookState {
            source: String::new(),
            verified_at,
            delivered_at,
            refused: 0,
            refused_since: None,
        };
        let refusing = |called, refused| WebhookState { refused, refused_since: ago(2), ..called };
        for (called, told) in [
            (
                Some(refusing(called(None, None), 4)),
                "its webhook has delivered nothing yet; 4 deliveries refused for a wrong signature, the first 2 h ago",
            ),
            (
                Some(refusing(called(ago(30), ago(3)), 1)),
                "its webhook last delivered 3 h ago; 1 delivery refused for a wrong signature, the first 2 h ago",
            ),
            (None, "nobody has called at its webhook yet"),
            (Some(called(ago(3), None)), "its webhook was verified 3 h ago and has delivered nothing yet"),
            (Some(called(ago(30), ago(3))), "its webhook last delivered 3 h ago"),
        ] {
            assert_eq!(webhook(called.as_ref(), now()), told);
        }
    }

    #[test]
    fn the_summary_counts_the_worst_first() {
        let states = [Health::Healthy, Health::Failing, Health::Healthy].map(|health| state(health, ""));
        assert_eq!(summary(&states), ": 1 failing, 2 healthy");
        assert_eq!(summary(&[]), "");
    }
}
