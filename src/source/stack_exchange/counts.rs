//! Scores of known questions and answers, and the answers to questions; a call tells either the questions or the answers of
//! one site, a hundred of them.

use std::collections::BTreeMap;

use serde_json::Value;

use super::super::{api, recount};
use super::{ANSWERS, QUESTIONS, key};
use crate::model::{Answer, Counted, Counts, EntryKey, PollFault, Recount, Slot, Source, Stale};
use crate::parse::json;

/// Numbers that one call takes.
const AT_ONCE: usize = 100;

pub(super) fn recounts(source: &Source, stale: &[Stale]) -> Vec<Recount> {
    let mut groups: BTreeMap<(&str, &str), Vec<Stale>> = BTreeMap::new();
    for one in stale {
        if let Some((site, what, _)) = parts(&one.key) {
            groups.entry((site, what)).or_default().push(one.clone());
        }
    }
    let chunks = groups.iter().flat_map(|(group, stale)| stale.chunks(AT_ONCE).map(move |part| (group, part)));
    let ask = |(site, what): (&str, &str), ids: &[&str]| {
        let parameters = [("site", site), ("pagesize", "100")];
        api::keyed(source, Slot::Parameter("key".into()), &["2.3", what, &ids.join(";")], &parameters)
    };
    chunks
        .filter_map(|(group, part)| {
            recount::one(part, |stale| parts(&stale.key).map(|(.., id)| id), |ids| ask(*group, ids))
        })
        .collect()
}

pub(super) fn counts(stale: &[Stale], answer: &Answer) -> Result<Counted, PollFault> {
    let body = api::body(answer)?;
    if json::at(&body, "items").is_none_or(|items| !items.is_array()) {
        return Err(api::missing(answer, &body, "list of items"));
    }
    // The answer does not name the site; the address that was asked does.
    let site = api::parameter(&answer.url, "site").unwrap_or_default();
    let told = json::list(&body, "items").filter_map(|item| {
        let (what, id) = match json::text(item, "answer_id") {
            Some(id) => ("a", id),
            None => ("q", json::text(item, "question_id")?),
        };
        Some((key(&site, what, &id), Counts { engagement: engagement(item, what), followers: None }))
    });
    let told: BTreeMap<EntryKey, Counts> = told.collect();
    let counts = stale.iter().filter_map(|stale| Some((stale.key.clone(), *told.get(&stale.key)?)));
    Ok(Counted { counts: counts.collect(), ..Counted::default() })
}

/// The score, and of a question its answers.
pub(super) fn engagement(item: &Value, what: &str) -> Option<u64> {
    json::sum(item, if what == "q" { &["score", "answer_count"] } else { &["score"] })
}

/// Site, path of the API and number of what a key names.
fn parts(key: &EntryKey) -> Option<(&str, &str, &str)> {
    let mut parts = recount::id_of("stack_exchange", key)?.splitn(3, '/');
    let (site, what, id) = (parts.next()?, parts.next()?, parts.next()?);
    let what = match what {
        "q" => QUESTIONS,
        "a" => ANSWERS,
        _ => return None,
    };
    id.bytes().all(|byte| byte.is_ascii_digit()).then_some((site, what, id))
}
