//! The source that the options of `mentiond sources test` describe, with everything that is wrong with them at once.

use std::path::PathBuf;

use clap::Args;
use url::Url;

use crate::cli::options::argument_fault;
use crate::cli::print::remark;
use crate::config::argument::{self, TokenFrom};
use crate::config::{Env, Fault, Faults, Wrong};
use crate::model::kinds::{Address, Asks, Profile, Token};
use crate::model::{Language, Source, SourceKind};

/// The variable that a token may stand in.
const TOKEN: &str = "MENTIOND_TEST_TOKEN";
/// Where to find what a kind takes.
const KINDS: &str = "leave it out; `mentiond sources` says what each kind is asked for";

/// A source that need not be configured.
#[derive(Debug, Args)]
pub(super) struct Given {
    /// The kind; `mentiond sources` lists them
    #[arg(value_parser = kind, required_unless_present = "source")]
    kind: Option<SourceKind>,
    /// Its address, where the kind has none of its own
    #[arg(long)]
    url: Option<String>,
    /// What to search for, or a tag; several times for several
    #[arg(long = "term", value_name = "TERM")]
    terms: Vec<String>,
    /// Where to look; several times for several
    #[arg(long = "place", value_name = "PLACE")]
    places: Vec<String>,
    /// The name that goes with the token
    #[arg(long)]
    account: Option<String>,
    /// A file that holds the token
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// The language that is asked for, where a kind takes one, and that of entries that do not say theirs
    #[arg(long, value_parser = argument::language)]
    language: Option<Language>,
    /// The country whose edition is read, two letters
    #[arg(long, value_parser = argument::country)]
    country: Option<String>,
}

fn kind(word: &str) -> Result<SourceKind, String> {
    SourceKind::parse(word).ok_or_else(|| "there is no such kind; `mentiond sources` lists them".to_owned())
}

impl Given {
    /// The source.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub(super) fn source(self, env: &Env) -> Result<Source, Faults> {
        let mut wrongs = Wrongs::default();
        let Some(kind) = self.kind.filter(|kind| *kind != SourceKind::Json) else {
            let hint = "write it into a configuration, and try it with `mentiond sources test --source NAME`";
            wrongs.add("KIND", "a JSON API has to be described", hint);
            return Err(Faults(wrongs.0));
        };
        let profile = kind.profile();
        wrongs.refuse_what_means_nothing(&self, profile);
        let url = wrongs.address(self.url.as_deref(), profile, kind);
        let read = if profile.asks == Asks::Tags { argument::tag } else { argument::line };
        let terms = self.terms.iter().filter_map(|term| wrongs.keep("--term", read(term))).collect();
        let places = self.places.iter().filter_map(|place| wrongs.keep("--place", argument::line(place))).collect();
        wrongs.demand_what_is_asked_for(&self, profile);
        let from = match &self.token_file {
            Some(file) => Some(("--token-file", TokenFrom::File(file))),
            None => env.get(TOKEN).map(|text| (TOKEN, TokenFrom::Text(text))),
        };
        wrongs.demand_a_login(from.is_some(), self.account.is_some(), profile);
        let is_taken = profile.token != Token::None;
        if !is_taken && self.token_file.is_none() && from.is_some() {
            remark!("`{TOKEN}` is not sent: {} is open to everybody", profile.name);
        }
        let token = from
            .filter(|_| is_taken)
            .and_then(|(option, from)| wrongs.keep(option, argument::token(profile.token, from, url.as_ref())));
        match url {
            Some(url) if wrongs.0.is_empty() => Ok(Source {
                terms,
                places,
                account: self.account,
                language: self.language,
                country: self.country,
                token,
                ..Source::new(kind.as_str().to_owned(), kind, url)
            }),
            _ => Err(Faults(wrongs.0)),
        }
    }
}

/// What is wrong with the options.
#[derive(Default)]
struct Wrongs(Vec<Fault>);

impl Wrongs {
    fn add(&mut self, option: &str, message: impl Into<String>, hint: impl Into<String>) {
        self.0.extend(argument_fault(option, message.into(), hint.into()).0);
    }

    /// What was read, or nothing and a fault. Hints speak of keys, which are options here.
    fn keep<T>(&mut self, option: &str, read: Result<T, Wrong>) -> Option<T> {
        read.map_err(|wrong| {
            let hint = [("token_file", "token-file"), ("places", "place")]
                .iter()
                .fold(wrong.hint, |hint, (key, option)| hint.replace(&format!("`{key}`"), &format!("`--{option}`")));
            self.add(option, wrong.message, hint);
        })
        .ok()
    }

    fn address(&mut self, given: Option<&str>, profile: &Profile, kind: SourceKind) -> Option<Url> {
        match (given, profile.address) {
            (Some(text), _) => self.keep("--url", argument::source_address(kind, text)),
            (None, Address::Known(url)) => Url::parse(url).ok(),
            (None, Address::Own(example)) => {
                let message = format!("{} has no address of its own", profile.name);
                self.add("--url", message, format!("for instance `--url {example}`"));
                None
            }
        }
    }

    /// An option that would change nothing is a mistake.
    fn refuse_what_means_nothing(&mut self, given: &Given, profile: &Profile) {
        let takes_terms = profile.asks.takes_terms() || profile.asks == Asks::Tags;
        let meaningless = [
            ("--term", !given.terms.is_empty() && !takes_terms),
            ("--place", !given.places.is_empty() && profile.asks.places().is_none()),
            ("--account", given.account.is_some() && profile.account.is_none()),
            ("--token-file", given.token_file.is_some() && profile.token == Token::None),
            ("--country", given.country.is_some() && !profile.by_country),
        ];
        for (option, _) in meaningless.into_iter().filter(|(_, is_meaningless)| *is_meaningless) {
            self.add(option, format!("this means nothing for the kind `{}`", profile.word), KINDS);
        }
    }

    fn demand_what_is_asked_for(&mut self, given: &Given, profile: &Profile) {
        let name = profile.name;
        match profile.asks {
            Asks::Terms if given.terms.is_empty() => {
                self.add("--term", format!("{name} is asked for words"), "for instance `--term \"skip hop\"`");
            }
            Asks::Tags if given.terms.is_empty() => {
                self.add("--term", format!("{name} is asked for tags"), "for instance `--term skiphop`");
            }
            Asks::Places(places) if given.places.is_empty() => {
                let message = format!("{name} is asked for places: {}", places.what);
                self.add("--place", message, format!("for instance `--place {}`", places.example));
            }
            Asks::TermsInPlaces(places) if given.terms.is_empty() && given.places.is_empty() => {
                let message = format!("{name} is asked for words, for places or for both: {}", places.what);
                let hint = format!("for instance `--term \"skip hop\"`, or `--place {}`", places.example);
                self.add("--term", message, hint);
            }
            _ if profile.takes_none(&given.terms) => {
                self.add("--term", profile.refusal(), "for instance `--term \"skip hop\"`");
            }
            _ => {}
        }
    }

    fn demand_a_login(&mut self, has_token: bool, has_account: bool, profile: &Profile) {
        let name = profile.name;
        let hint = format!("name a file that holds it, or put it into `{TOKEN}`");
        if let (Some(what), false) = (profile.token.needed(), has_token) {
            self.add("--token-file", format!("{name} shows nothing without a secret: {what}"), hint);
        } else if let (Token::Optional(what), false, true) = (profile.token, has_token, has_account) {
            self.add("--token-file", format!("the account says nothing to {name} without a secret: {what}"), hint);
        }
        if let (Some(what), true, false) = (profile.account, has_token, has_account) {
            self.add("--account", format!("{name} knows the secret only with its name: {what}"), "`--account NAME`");
        }
    }
}
