//! The configuration of somebody who has none: some brands, the sources that need no key, mails as files; or one search.

use std::path::Path;
use std::time::Duration;

use url::Url;

use super::addresses::{Listened, Recipient};
use super::env::{Env, TOKEN, source_variable};
use super::fault::{Faults, Findings, Place};
use super::file::{BrandTable, File, SourceTable};
use super::paths::Surroundings;
use super::reader::{Key, Written};
use super::words::{FilePath, LONGEST_LINE, Line, Word, shown};
use super::{Config, resolve};
use crate::model::kinds::Address;
use crate::model::text::one_line;
use crate::model::{SourceKind, is_quote};

/// What faults and places call the arguments.
const COMMAND_LINE: &str = "command line";

/// The configuration for one search: the query as the only brand, every network that can be searched, all that is read
/// kept in `state_dir`. Of the environment it takes the proxies, the log, and the tokens of the kinds (see
/// [`can_log_in`]): what else a daemon finds there says where the daemon keeps its own.
///
/// # Errors
/// A query that cannot be one, and everything that is wrong with the environment.
pub fn for_search(
    query: &str,
    kinds: &[SourceKind],
    since: Duration,
    state_dir: &Path,
    env: &Env,
) -> Result<Config, Faults> {
    let mut findings = Findings::default();
    let brand = match query {
        "" => {
            findings.add(&asked(), "there is nothing to search for", "write a name, or a query as for a brand");
            None
        }
        _ if is_expression(query) => expression(query, &mut findings),
        _ => brand(query, &asked(), &mut findings),
    };
    let since = || Key::Given(Written { value: since, place: Place::whole(COMMAND_LINE, "--since") });
    let is_for_search = |name: &str| {
        ["MENTIOND_LOG", "MENTIOND_LOG_FORMAT"].contains(&name)
            || !name.starts_with("MENTIOND_") && name != "CREDENTIALS_DIRECTORY"
    };
    let mut own =
        Env(env.0.iter().filter(|(name, _)| is_for_search(name)).map(|(k, v)| (k.clone(), v.clone())).collect());
    let mut sources = Vec::new();
    for kind in kinds {
        // A token belongs to one server, and is shown to no other.
        let mut login = can_log_in(*kind, env);
        for mut source in places_to_search(*kind) {
            if std::mem::take(&mut login) {
                log_in(&mut source, *kind, env, &mut own);
            }
            sources.push(written(SourceTable { first_poll_depth: since(), ..source }));
        }
    }
    let file = File {
        state_dir: given(FilePath(state_dir.to_owned())),
        recipients: given(vec![written(Recipient("you@localhost".to_owned()))]),
        brand: brand.map_or(Key::Faulty, |brand| given(vec![brand])),
        source: given(sources),
        ..File::default()
    };
    let mut draft = resolve(file, COMMAND_LINE, &own, findings);
    // What is wrong with an argument is found in the table of each network.
    draft.faults.dedup();
    draft.conclude()
}

/// Whether the environment has what a search of this kind needs to say who it is: `MENTIOND_SOURCE_<KIND>_TOKEN`, and
/// `MENTIOND_SOURCE_<KIND>_ACCOUNT` where the token has a name that goes with it.
#[must_use]
pub fn can_log_in(kind: SourceKind, env: &Env) -> bool {
    let is_set = |what: &str| env.get(&search_variable(kind, what)).is_some();
    is_set("TOKEN") && (kind.profile().account.is_none() || is_set("ACCOUNT"))
}

fn search_variable(kind: SourceKind, what: &str) -> String {
    format!("MENTIOND_SOURCE_{}_{what}", kind.as_str().to_ascii_uppercase())
}

/// Hands a source the token of its kind, under the name that a configured source of this name has it by.
fn log_in(source: &mut SourceTable, kind: SourceKind, env: &Env, own: &mut Env) {
    if let (Key::Given(name), Some(token)) = (&source.name, env.get(&search_variable(kind, "TOKEN"))) {
        own.0.insert(source_variable(&name.value.0, TOKEN), token.to_owned());
    }
    let account = env.get(&search_variable(kind, "ACCOUNT")).filter(|_| kind.profile().account.is_some());
    if let Some(account) = account.and_then(|account| Line::parse(account).ok()) {
        source.account = given(account);
    }
}

/// A kind as `mentiond search` asks it: by its word, and by the server where it has several.
fn places_to_search(kind: SourceKind) -> Vec<SourceTable> {
    let profile = kind.profile();
    match profile.address {
        Address::Known(_) => vec![source(profile.word, kind)],
        Address::Own(_) => profile.search_at.iter().filter_map(|server| server_of(server, kind)).collect(),
    }
}

/// Whether a query is more than the words of a phrase: it has signs, or the words by which queries are made.
fn is_expression(query: &str) -> bool {
    let is_operator = |word: &str| ["AND", "OR", "NOT", "NEAR", "ONEAR"].contains(&word);
    query.contains(|c: char| is_quote(c) || "():*/#@|-".contains(c)) || query.split_whitespace().any(is_operator)
}

/// A query that is more than a phrase. It is called by what it says.
fn expression(query: &str, findings: &mut Findings) -> Option<Written<BrandTable>> {
    match Line::parse(&one_line(query, LONGEST_LINE)) {
        Ok(name) => {
            let query = Key::Given(Written { value: query.to_owned(), place: asked() });
            Some(written(BrandTable { name: given(name), query, ..BrandTable::default() }))
        }
        Err(wrong) => {
            findings.add(&asked(), wrong.message, wrong.hint);
            None
        }
    }
}

fn server_of(server: &str, kind: SourceKind) -> Option<SourceTable> {
    let url = Url::parse(server).ok()?;
    let table = source(url.host_str()?, kind);
    Some(SourceTable { url: given(Listened(url)), ..table })
}

fn source(name: &str, kind: SourceKind) -> SourceTable {
    SourceTable { name: given(Line(name.to_owned())), kind: given(kind), ..SourceTable::default() }
}

/// The configuration for brands named on the command line: each searched for as a phrase, on the public sources that
/// need no key; mails for `you@localhost`, written as files unless the environment names a server. Sources have no terms
/// yet: they follow from the queries.
///
/// # Errors
/// Names that cannot be brands, and everything that is wrong with the environment.
pub fn without_file(brands: &[String], env: &Env) -> Result<Config, Faults> {
    let mut findings = Findings::default();
    let brands = brands.iter().filter_map(|name| brand(name, &argument(), &mut findings)).collect();
    let recipients = vec![written(Recipient("you@localhost".to_owned()))];
    // A folder of its own, unless a variable names one: what was found on trial is not for those whom a configuration
    // names later.
    let state_dir = match env.get("MENTIOND_STATE_DIR") {
        Some(_) => Key::Absent,
        None => {
            let usual = Surroundings::of(COMMAND_LINE, env).state_dir(Key::Absent, COMMAND_LINE, &mut findings);
            given(FilePath(usual.join("trial")))
        }
    };
    let file = File {
        state_dir,
        recipients: given(recipients),
        brand: if findings.is_empty() { given(brands) } else { Key::Faulty },
        source: given(sources()),
        ..File::default()
    };
    resolve(file, COMMAND_LINE, env, findings).conclude()
}

fn brand(name: &str, place: &Place, findings: &mut Findings) -> Option<Written<BrandTable>> {
    if name.trim().is_empty() {
        findings.add(place, "the name is empty", "write a name after `--brand`");
        return None;
    }
    if name.contains(is_quote) {
        let message = format!("{} cannot be searched for as it stands, because of its quotes", shown(name));
        findings.add(place, message, "leave the quotes out");
        return None;
    }
    match Line::parse(name) {
        Ok(name) => {
            let name = Key::Given(Written { value: name, place: place.clone() });
            Some(Written { value: BrandTable { name, ..BrandTable::default() }, place: place.clone() })
        }
        Err(wrong) => {
            findings.add(place, wrong.message, wrong.hint);
            None
        }
    }
}

fn sources() -> Vec<Written<SourceTable>> {
    let mastodon = places_to_search(SourceKind::Mastodon).into_iter();
    std::iter::once(source("Hacker News", SourceKind::HackerNews)).chain(mastodon).map(written).collect()
}

/// The argument that says what to search for.
fn asked() -> Place {
    Place::whole(COMMAND_LINE, "QUERY")
}

fn argument() -> Place {
    Place::whole(COMMAND_LINE, "--brand")
}

fn written<T>(value: T) -> Written<T> {
    Written { value, place: argument() }
}

fn given<T>(value: T) -> Key<T> {
    Key::Given(written(value))
}
