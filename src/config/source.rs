//! `[[source]]`: where mentiond listens. Never asks a network; what is particular about a kind stands in `model::source`,
//! and how it is asked in `source`.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;
use url::Url;

use super::Located;
use super::addresses::{Listened, fitting, is_open};
use super::check::{DAY, MINUTE, Names, SECOND, count, lines, within};
use super::env::{TOKEN, source_variable};
use super::fault::{Findings, Place};
use super::file::{List, SourceTable};
use super::json_api;
use super::paths::Surroundings;
use super::reader::{Key, Written};
use super::secret;
use super::template;
use super::webhook;
use super::words::{FilePath, Line, shown};
use crate::model::kinds::{Address, Asks, Price, Refresh, Token};
use crate::model::source::Budget;
use crate::model::{Interval, Source, SourceKind};

/// The secrets of all sources: where they come from, and which variable is whose.
pub(super) struct Secrets<'a> {
    taken: BTreeMap<String, String>,
    around: &'a Surroundings<'a>,
    /// Whether the world can reach mentiond.
    pub(super) is_public: bool,
}

/// The sources, and the names of the variables that may hold their secrets.
pub(super) fn resolve(
    list: Key<List<SourceTable>>,
    file: &str,
    (around, is_public): (&Surroundings<'_>, bool),
    findings: &mut Findings,
) -> (Vec<Located<Source>>, Vec<String>) {
    let faulty = matches!(list, Key::Faulty);
    let written = list.or(Vec::new());
    if written.is_empty() && !faulty {
        let hint = "add `[[source]]` and below it `name = \"Hacker News\"` and `kind = \"hacker_news\"`";
        findings.add_absence(&Place::whole(file, "source"), "there is no source to poll", hint);
    }
    let mut names = Names::default();
    let mut secrets = Secrets { taken: BTreeMap::new(), around, is_public };
    let mut sources = Vec::new();
    for Written { value: table, place } in written {
        if let Some(value) = one(table, &place, &mut names, &mut secrets, findings) {
            sources.push(Located { value, place: Some(place).filter(|place| place.line > 0) });
        }
    }
    (sources, secrets.taken.into_keys().collect())
}

/// One source; `None` if something that it needs is missing or wrong.
fn one(
    mut table: SourceTable,
    place: &Place,
    names: &mut Names,
    secrets: &mut Secrets<'_>,
    findings: &mut Findings,
) -> Option<Source> {
    let name = std::mem::take(&mut table.name).required(place, "name", "name = \"Company blog\"", findings);
    if let Some(name) = &name {
        names.take(name, findings);
    }
    let kind =
        std::mem::take(&mut table.kind).required(place, "kind", "kind = \"feed\"", findings).map(|kind| kind.value);
    if let Some(kind) = kind {
        refuse_what_means_nothing(kind, &table, findings);
    }
    let webhook = webhook::Keys::of(&mut table);
    let keys = template::Keys {
        source: place.clone(),
        url: table.url.place().cloned(),
        terms: table.terms.place().cloned(),
        places: table.places.place().cloned(),
    };
    let url = address(kind, table.url, place, findings);
    let token = match &name {
        Some(name) => token(name, kind, table.token_file, secrets, findings),
        None => Key::Absent,
    };
    let hooked = name.as_ref().filter(|_| kind.is_some_and(|kind| kind.profile().webhook.is_some()));
    let webhook = hooked.and_then(|name| webhook.resolve(name, place, secrets, findings));
    refuse_open_token(&token, url.as_ref(), findings);

    let polite = "networks lock out who asks too often; minutes are usual";
    let own_interval =
        (!table.interval.is_absent()).then(|| within(table.interval, SECOND..=DAY * 30, MINUTE * 15, polite, findings));
    let weight = within(table.weight, 0.0..=1000.0, 1.0, "1 is usual", findings);
    let first_poll_depth = within(table.first_poll_depth, Duration::ZERO..=DAY * 365, DAY * 7, "", findings);
    let first_alert_age = within(table.first_alert_age, Duration::ZERO..=DAY * 365, DAY, "", findings);
    let terms = match table.tags {
        Key::Given(tags) => tags.value.into_iter().map(|tag| tag.value.0).collect(),
        Key::Absent | Key::Faulty => lines(table.terms),
    };
    let unasked = token.is_absent();
    let (own_calls, own_dollars) = (!table.calls_per_day.is_absent(), !table.dollars_per_month.is_absent());
    let calls = count(table.calls_per_day, 1..=1_000_000, 1_000, "", findings);
    let least = kind.map_or(0.0, |kind| kind.profile().price.of_answer()).max(0.01);
    let dear = "what one answer may cost is put aside before it is asked for";
    let dollars = within(table.dollars_per_month, least..=1_000_000.0, 1.0, dear, findings);
    let json_is_absent = table.json.is_absent();
    let json = match (table.json.given(), &name) {
        (Some(json), Some(name)) => {
            let mut secrets = json_api::Secrets { of: name, no_token: unasked, url: url.as_ref(), all: secrets };
            json_api::resolve(json.value, &json.place, &mut secrets, findings).map(Arc::new)
        }
        _ => None,
    };
    let source = Source {
        name: name?.value.0,
        kind: kind?,
        url: url?,
        terms,
        searches: Vec::new(),
        places: lines(table.places),
        interval: own_interval.map_or(kind?.interval(), Interval::Fixed),
        weight,
        language: table.language.given().map(|language| language.value),
        allow_private: table.allow_private.or(false),
        token: token.given().map(|token| token.value),
        account: table.account.given().map(|account| account.value.0),
        country: table.country.given().map(|country| country.value.0),
        first_poll_depth,
        first_alert_age,
        webhook,
        budget: Budget { calls_per_day: own_calls.then_some(calls), dollars_per_month: own_dollars.then_some(dollars) },
        refresh: table.refresh.or(kind?.profile().refresh == Refresh::Free),
        json,
    };
    if kind == Some(SourceKind::Json) && source.json.is_none() && json_is_absent {
        let hint = "add `[source.json]` below the source, with `id = \"/id\"` and where the rest stands in an item";
        findings.add_absence(&place.child("json"), "there is no description of the API", hint);
    }
    demand_what_it_needs(&source, unasked, place, findings);
    template::check(&source, &keys, findings);
    Some(source)
}

/// The address of the source, or of its kind.
fn address(kind: Option<SourceKind>, key: Key<Listened>, place: &Place, findings: &mut Findings) -> Option<Url> {
    let address = kind.map(|kind| kind.profile().address);
    let written = match address {
        Some(Address::Known(url)) if key.is_absent() => return Url::parse(url).ok(),
        Some(Address::Own(example)) => key.required(place, "url", &format!("url = \"{example}\""), findings),
        Some(Address::Known(_)) | None => key.given(),
    }?;
    let Listened(url) = written.value;
    match address.map_or_else(|| Ok(url.clone()), |address| fitting(address, url.clone())) {
        Ok(url) => Some(url),
        Err(wrong) => {
            findings.add(&written.place, wrong.message, wrong.hint);
            None
        }
    }
}

/// A key that has no effect for the kind is a mistake, even if each of the two is right.
fn refuse_what_means_nothing(kind: SourceKind, table: &SourceTable, findings: &mut Findings) {
    let profile = kind.profile();
    let name = profile.name;
    let asked_for = match profile.asks {
        Asks::Document => format!("{name} is read whole, and the queries of the brands find the mentions in it"),
        Asks::Terms | Asks::TermsInPlaces(_) => format!("{name} is asked for `terms`"),
        Asks::Tags => format!("{name} is asked for `tags`"),
        Asks::Places(places) | Asks::SomePlaces(places) => {
            format!("{name} is asked for `places`: {}", places.what)
        }
    };
    let has_token = profile.token != Token::None;
    let meaningless = [
        (!profile.asks.takes_terms(), table.terms.place(), asked_for.clone()),
        (profile.asks != Asks::Tags, table.tags.place(), asked_for.clone()),
        (profile.asks.places().is_none(), table.places.place(), asked_for),
        (!has_token, table.token_file.place(), format!("{name} is open to everybody; remove the key")),
        (
            profile.account.is_none(),
            table.account.place(),
            format!("{name} knows its users by their tokens; remove the key"),
        ),
        (!profile.by_country, table.country.place(), format!("{name} has no editions by country; remove the key")),
        (!profile.reaches_back, table.first_poll_depth.place(), format!("{name} has no further pages; remove the key")),
        (profile.webhook.is_none(), table.webhook_secret_file.place(), format!("{name} sends nothing; remove the key")),
        (profile.webhook.is_none(), table.verify_token_file.place(), format!("{name} sends nothing; remove the key")),
        (
            profile.refresh == Refresh::Never,
            table.refresh.place(),
            format!("{name} cannot be asked for the counts of many posts in one call; remove the key"),
        ),
        (kind != SourceKind::Json, table.json.place(), "the table describes a source of the kind `json`".to_owned()),
        (
            profile.price == Price::Nothing,
            table.dollars_per_month.place(),
            format!("{name} costs nothing; remove the key"),
        ),
    ];
    for (_, place, hint) in meaningless.into_iter().filter(|(meaningless, ..)| *meaningless) {
        if let Some(place) = place {
            findings.add(place, format!("this means nothing for the kind `{}`", kind.as_str()), hint);
        }
    }
}

/// What a kind cannot do without.
fn demand_what_it_needs(source: &Source, unasked: bool, place: &Place, findings: &mut Findings) {
    let profile = source.kind.profile();
    if let (Asks::Places(places), true) = (profile.asks, source.places.is_empty()) {
        let message = format!("{} needs `places`: {}", profile.name, places.what);
        findings.add_absence(
            &place.child("places"),
            message,
            format!("for instance `places = [\"{}\"]`", places.example),
        );
    }
    if let (Some(what), true) = (profile.token.needed(), unasked) {
        let variable = source_variable(&source.name, TOKEN);
        let message = format!("{} shows nothing without a secret: {what}", profile.name);
        let hint = format!("put it into the file that `token_file` names, or into `{variable}`");
        findings.add_absence(&place.child("token_file"), message, hint);
    }
    if let (Some(what), None, true) = (profile.account, &source.account, !unasked) {
        findings.add_absence(&place.child("account"), format!("{} needs `account`: {what}", profile.name), "");
    }
}

fn token(
    name: &Written<Line>,
    kind: Option<SourceKind>,
    file: Key<FilePath>,
    secrets: &mut Secrets<'_>,
    findings: &mut Findings,
) -> Key<SecretString> {
    let fits = secret::fits(kind.map_or(Token::None, |kind| kind.profile().token));
    secrets.read(name, source_variable(&name.value.0, TOKEN), file, fits, findings)
}

impl Secrets<'_> {
    /// Reads a secret of the source with this name.
    pub(super) fn read(
        &mut self,
        name: &Written<Line>,
        variable: String,
        file: Key<FilePath>,
        fits: fn(&str) -> bool,
        findings: &mut Findings,
    ) -> Key<SecretString> {
        let credential = variable.trim_start_matches("MENTIOND_").to_ascii_lowercase();
        let taken = self.taken.insert(variable.clone(), name.value.0.clone());
        if let Some(other) = taken.filter(|other| *other != name.value.0)
            && secret::is_offered(&variable, &credential, self.around)
        {
            let message = format!("the token fits two sources, {} and {}", shown(&other), shown(&name.value.0));
            findings.add(&Place::variable(&variable), message, "rename one of them, so that no other server gets it");
            return Key::Faulty;
        }
        secret::read(secret::Ways { variable, file, credential, fits }, self.around, findings)
    }
}

/// A token crosses a network only where nobody can read along.
pub(super) fn refuse_open_token(token: &Key<SecretString>, url: Option<&Url>, findings: &mut Findings) {
    let (Some(place), Some(url)) = (token.place(), url) else { return };
    if is_open(url) {
        findings.add(place, "the token would cross the network in the clear", "write the address with `https://`");
    }
}
