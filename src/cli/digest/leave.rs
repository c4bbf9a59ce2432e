//! `mentiond digest unsubscribe` and `subscribe`: somebody wants a digest no more, or again, whom the configuration names.

use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Subcommand};

use crate::cli::options::{Author, ConfigOption, argument_fault, named};
use crate::cli::print::{remark, say};
use crate::clock::Clock;
use crate::store::Store;

/// What becomes of a recipient.
#[derive(Debug, Subcommand)]
pub enum Command {
    Unsubscribe(Unsubscribe),
    Subscribe(Subscribe),
}

/// Somebody gets a digest no more, though the configuration names them.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mentiond digest unsubscribe --recipient anna@example.org --digest weekly
  mentiond digest unsubscribe --recipient anna@example.org    of all digests")]
pub struct Unsubscribe {
    #[command(flatten)]
    whom: Whom,
    #[command(flatten)]
    author: Author,
}

/// Somebody who had left a digest gets it again.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mentiond digest subscribe --recipient anna@example.org --digest weekly
`mentiond status` lists who has left.")]
pub struct Subscribe {
    #[command(flatten)]
    whom: Whom,
}

#[derive(Debug, Args)]
struct Whom {
    #[command(flatten)]
    config: ConfigOption,
    /// The mail address or `channel:NAME`, as the configuration writes it
    #[arg(long, value_name = "RECIPIENT")]
    recipient: String,
    /// Only the digest of this name [default: all]
    #[arg(long, value_name = "NAME")]
    digest: Option<String>,
}

/// Runs the command.
pub async fn run(command: Command) -> Result<ExitCode> {
    let now = Clock::system().now();
    match command {
        Command::Unsubscribe(Unsubscribe { whom, author }) => {
            let (store, digests) = whom.open().await?;
            let by = author.name();
            for digest in &digests {
                let left = store.leave_digest(digest, &whom.recipient, &by, now).await?;
                let word = if left { "no more" } else { "no more; that was so already" };
                say!("{} gets the digest `{digest}` {word}", whom.recipient)?;
            }
            store.close().await;
        }
        Command::Subscribe(Subscribe { whom }) => {
            let (store, digests) = whom.open().await?;
            for digest in &digests {
                if store.rejoin_digest(digest, &whom.recipient).await? {
                    say!("{} gets the digest `{digest}` again", whom.recipient)?;
                } else {
                    say!("{} had not left the digest `{digest}`", whom.recipient)?;
                }
            }
            store.close().await;
        }
    }
    Ok(ExitCode::SUCCESS)
}

impl Whom {
    /// The store, and the names of the digests that are meant.
    async fn open(&self) -> Result<(Store, Vec<String>)> {
        let config = self.config.load_for_store()?;
        let all: Vec<&str> = config.digests.iter().map(|digest| digest.value.name.as_str()).collect();
        let meant: Vec<String> = match &self.digest {
            Some(name) => vec![name.clone()],
            None => all.iter().map(|&name| name.to_owned()).collect(),
        };
        if let Some(name) = self.digest.as_deref().filter(|name| !all.contains(name)) {
            let hint = match named(all) {
                names if names.is_empty() => "the configuration has none".to_owned(),
                names => format!("the configuration has {names}"),
            };
            return Err(argument_fault("--digest", format!("there is no digest `{name}`"), hint).into());
        }
        let of_brands = config.brands.iter().flat_map(|brand| &brand.value.recipients);
        let of_digests = config.digests.iter().flat_map(|digest| &digest.value.recipients);
        if !of_brands.chain(of_digests).any(|recipient| recipient == &self.recipient) {
            remark!("`{}` is no recipient in the configuration", self.recipient);
        }
        Ok((Store::open_existing(&config.store).await?, meant))
    }
}
