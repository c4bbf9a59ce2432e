//! How adapters ask for the counts of known entries, many in one call, and how the answers find their entries.

use std::collections::BTreeMap;

use crate::model::{Counted, Counts, EntryKey, Recount, Request, Stale};

/// What a network calls an entry: what stands behind its name in the key.
pub(super) fn id_of<'k>(network: &str, key: &'k EntryKey) -> Option<&'k str> {
    key.0.strip_prefix(network)?.strip_prefix(':').filter(|id| !id.is_empty())
}

/// One request for all of these that have an id, each of which is asked for once; none where nothing has one.
pub(super) fn one<'s>(
    stale: &'s [Stale],
    id: impl Fn(&'s Stale) -> Option<&'s str>,
    ask: impl FnOnce(&[&str]) -> Request,
) -> Option<Recount> {
    let (mut ids, mut of) = (Vec::new(), Vec::new());
    for (id, stale) in stale.iter().filter_map(|stale| Some((id(stale)?, stale))) {
        if !ids.contains(&id) {
            ids.push(id);
        }
        of.push(stale.key.clone());
    }
    (!ids.is_empty()).then(|| Recount { request: ask(&ids), of })
}

/// The followers of who wrote these, told by what the network calls their authors.
pub(super) fn followers<'s>(
    stale: &'s [Stale],
    author: impl Fn(&'s Stale) -> Option<&'s str>,
    told: impl Iterator<Item = (String, u64)>,
) -> Counted {
    let told: BTreeMap<String, u64> = told.collect();
    let of = |stale: &'s Stale| {
        let followers = told.get(author(stale)?).copied()?;
        Some((stale.key.clone(), Counts { followers: Some(followers), engagement: None }))
    };
    Counted { counts: stale.iter().filter_map(of).collect(), ..Counted::default() }
}
