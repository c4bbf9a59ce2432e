//! `mentiond query check`: the tree of an expression, or what is wrong with it.

use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, ValueEnum};

use super::read::read;
use crate::cli::options::ConfigOption;
use crate::cli::print::{remark, say};
use crate::query::Scope;

/// Shows how an expression is understood, or where it is wrong.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mentiond query check 'acme (refund OR \"no answer\") -jobs'
  mentiond query check --scope rule 'tone:negative severity:urgent'
  mentiond query check 'set:competitors NEAR/5 cheaper' --config mentiond.toml

The tree has one line for each part, what belongs to it below it, with the column at which it begins.

Exit codes: 0 it is sound, 2 it is not.")]
pub struct Arguments {
    /// The expression
    #[arg(value_name = "EXPR", allow_hyphen_values = true)]
    expression: String,
    /// Where it is to stand: not everything is known of an entry while it is looked for
    #[arg(long, value_enum, default_value_t = Place::Brand)]
    scope: Place,
    #[command(flatten)]
    config: ConfigOption,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Place {
    /// The query of a brand: nothing but the entry is known
    Brand,
    /// The query of a rule: its tone and severity as well
    Rule,
    /// The query of a digest: it chooses brands by their names and, with `tag:`, their labels
    Digest,
    /// A search or an export: also what became of the mention
    Search,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    let scope = match arguments.scope {
        Place::Brand => Scope::Entry,
        Place::Rule => Scope::Mention,
        Place::Digest => Scope::Brand,
        Place::Search => Scope::Kept,
    };
    match read(&arguments.expression, scope, &arguments.config)? {
        Ok(query) => {
            say!("{}", query.tree().trim_end())?;
            Ok(ExitCode::SUCCESS)
        }
        Err(fault) => {
            remark!("{fault}");
            Ok(ExitCode::from(2))
        }
    }
}
