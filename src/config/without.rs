//! The configuration of somebody who has none: some brands, the sources that need no key, mails as files.

use super::addresses::Recipient;
use super::env::Env;
use super::fault::{Faults, Findings, Place};
use super::file::{BrandTable, File, SourceTable};
use super::paths::Surroundings;
use super::reader::{Key, Written};
use super::words::{FilePath, Line, Word, shown};
use super::{Config, resolve};
use crate::model::{SourceKind, is_quote};

/// Large Mastodon servers whose tag timelines are public.
const MASTODON: [&str; 3] = ["mastodon.social", "mstdn.social", "mas.to"];

/// What faults and places call the arguments.
const COMMAND_LINE: &str = "command line";

/// The configuration for brands named on the command line: each searched for as a phrase, on the public sources that
/// need no key; mails for `you@localhost`, written as files unless the environment names a server. Sources have no terms
/// yet: they follow from the queries.
///
/// # Errors
/// Names that cannot be brands, and everything that is wrong with the environment.
pub fn without_file(brands: &[String], env: &Env) -> Result<Config, Faults> {
    let mut findings = Findings::default();
    let brands = brands.iter().filter_map(|name| brand(name, &mut findings)).collect();
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

fn brand(name: &str, findings: &mut Findings) -> Option<Written<BrandTable>> {
    if name.trim().is_empty() {
        findings.add(&argument(), "the name is empty", "write a name after `--brand`");
        return None;
    }
    if name.contains(is_quote) {
        let message = format!("{} cannot be searched for as it stands, because of its quotes", shown(name));
        findings.add(&argument(), message, "leave the quotes out");
        return None;
    }
    match Line::parse(name) {
        Ok(name) => Some(written(BrandTable { name: given(name), ..BrandTable::default() })),
        Err(wrong) => {
            findings.add(&argument(), wrong.message, wrong.hint);
            None
        }
    }
}

fn sources() -> Vec<Written<SourceTable>> {
    let source = |name: &str, kind| SourceTable {
        name: given(Line(name.to_owned())),
        kind: given(kind),
        ..SourceTable::default()
    };
    let mastodon = MASTODON.iter().filter_map(|server| {
        let url = url::Url::parse(&format!("https://{server}")).ok()?;
        Some(SourceTable { url: given(url), ..source(server, SourceKind::Mastodon) })
    });
    std::iter::once(source("Hacker News", SourceKind::HackerNews)).chain(mastodon).map(written).collect()
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
