//! `mentiond explain`: the whole way of a mention, from the words that were found to the answer of the mail server. What is
//! recorded and what the configuration would make of it now are told apart. Changes nothing.

mod lines;
mod report;
mod today;
mod told;

use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::Args;

use super::options::{ConfigOption, Need};
use super::print::{Output, remark, say};
use crate::clock::Clock;
use crate::store::Store;
use report::Report;
use today::Today;

/// Tells the whole way of a mention: what was found, how it was judged, which rule held, who was told of it and how, and
/// if not, why.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mentiond explain 17                              mails and `mentiond status` show the numbers
  mentiond explain https://forum.example/t/4711    all mentions of what stands there
  mentiond explain 17 --json | jq '.recipients[] | {recipient, fate}'

`recorded` is what was found and decided when the mention was judged, with what people have said
of its tone since. `now` is what the configuration would make of the same text today, at the
time at which it was found: it may have been changed since. Who was told is recorded; digests do
not record what they list.

With --json each mention is a line, an object: `mention`, `brand`, `title`, `url`, `source`,
`source_kind`, `author`, `published_at`, `found_at`, `also_in`, `edited_at`, `withdrawn_at`,
`deleted_at`, `lapsed_at`; `query`, `tone`, `severity` and `decision`, each with `recorded` and `now` (null
without a configuration that can be read); `story`; `few_authors`, what it was no incident with since
too few people wrote, or null; `recipients`, each with its `fate`, which is
sent, waiting, collecting, handed_over (whoever stands in was told instead), dead, dropped,
silenced, quiet_hours or incident; `notices` with their attempts; `acknowledged`. A decision is `alert`, `copy_of_story`, or why none of the rules held:
no_rule, other_tone, score_too_high, other_severity, no_keyword, other_query, too_old,
there_before.

Exit codes: 0 done, 1 there is no such mention, or the store could not be read.")]
pub struct Arguments {
    /// The number of a mention, or the address of what was said
    #[arg(value_name = "MENTION")]
    mention: String,
    /// Of several mentions at an address that of this brand alone
    #[arg(long, value_name = "NAME")]
    brand: Option<String>,
    /// An object for programs in place of words for people
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    config: ConfigOption,
}

/// Runs the command.
pub async fn run(arguments: Arguments) -> Result<ExitCode> {
    let clock = Clock::system();
    let config = arguments.config.load_for_store()?;
    let today = match arguments.config.load_with_plan(Need::AllButMailServer, &clock) {
        Ok((config, plan)) => Some(Today::of(&config, plan)?),
        Err(faults) => {
            remark!("what the configuration would decide now is not told, since it has faults:\n{faults}");
            None
        }
    };
    let store = Store::open_existing(&config.store).await?;
    let mut reports = Vec::new();
    for number in numbers(&store, &arguments.mention).await? {
        let trail = store.trail(number, clock.now()).await?;
        let wanted = |brand: &String| arguments.brand.as_ref().is_none_or(|wanted| wanted == brand);
        if let Some(trail) = trail.filter(|trail| wanted(&trail.view.brand)) {
            reports.push(Report::new(&trail, today.as_ref(), &config.mail.from));
        }
    }
    store.close().await;
    if reports.is_empty() {
        let of_brand = arguments.brand.map(|brand| format!(" of `{brand}`")).unwrap_or_default();
        bail!(
            "there is no mention{of_brand} `{}`\n  hint: mails and `mentiond status` show the numbers of mentions; what \
             mentions nobody, or was forgotten, has none",
            arguments.mention
        );
    }
    for (place, report) in reports.iter().enumerate() {
        if arguments.json {
            serde_json::to_writer(&mut Output, report).map_err(std::io::Error::from)?;
            say!("")?;
            continue;
        }
        if place > 0 {
            say!("")?;
        }
        for line in lines::of(report, config.mail.time_zone) {
            say!("{line}")?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The mentions that are meant.
async fn numbers(store: &Store, mention: &str) -> Result<Vec<i64>> {
    if let Ok(number) = mention.parse() {
        return Ok(vec![number]);
    }
    if !mention.starts_with("http://") && !mention.starts_with("https://") {
        bail!("`{mention}` is neither the number of a mention nor an address\n  hint: write `17`, or `https://...`");
    }
    Ok(store.mentions_at(mention).await?)
}
