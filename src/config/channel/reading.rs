//! Reads `[[channel]]`: what each kind needs, what means nothing to it, and its secret. Never connects to a server, and
//! never repeats a secret.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use super::super::addresses::{Recipient, is_open};
use super::super::check::{MINUTE, Names, SECOND, within};
use super::super::env::channel_variable;
use super::super::fault::{Findings, Place};
use super::super::file::{ChannelTable, EscalateTable, File, List, RouteTable};
use super::super::paths::Surroundings;
use super::super::reader::{Key, Written};
use super::super::secret;
use super::super::stand_in;
use super::super::words::{FilePath, Line, shown};
use super::{CODED, ChannelConfig, ChannelKind, KEY_BYTES, SecretUrl, Way, WebhookKey};
use crate::model::outbox::channel_of;

/// The channels, and the names of the variables that may hold their secrets. Whoever is to be told by a channel that does
/// not exist is a fault.
pub(in super::super) fn resolve(
    file: &mut File,
    stand_ins: &[stand_in::Asked],
    around: &Surroundings<'_>,
    findings: &mut Findings,
) -> (Vec<ChannelConfig>, Vec<String>) {
    let list = std::mem::take(&mut file.channel);
    let known = !matches!(list, Key::Faulty);
    let mut reading = Reading { names: Names::default(), secrets: BTreeMap::new(), around, findings };
    let written = list.or(Vec::new());
    let channels: Vec<ChannelConfig> =
        written.into_iter().filter_map(|Written { value, place }| reading.one(value, &place)).collect();
    let Reading { names, secrets, findings, .. } = reading;
    if known {
        for Written { value: Recipient(recipient), place } in recipients(file, stand_ins) {
            if let Some(name) = channel_of(recipient).filter(|name| !names.has(name)) {
                let hint = match names.nearest(name) {
                    Some(meant) => format!("did you mean `channel:{meant}`?"),
                    None => format!("add a `[[channel]]` with `name = {name:?}`"),
                };
                findings.add_absence(place, format!("there is no channel {}", shown(name)), hint);
            }
        }
    }
    (channels, secrets.into_keys().collect())
}

/// Everybody who is to be told something, wherever that is written.
fn recipients<'a>(file: &'a File, stand_ins: &'a [stand_in::Asked]) -> impl Iterator<Item = &'a Written<Recipient>> {
    let brands = file.brand.given_ref().into_iter().flat_map(|list| &list.value).map(|brand| &brand.value.recipients);
    let digests =
        file.digest.given_ref().into_iter().flat_map(|list| &list.value).map(|digest| &digest.value.recipients);
    let health = file.health.given_ref().map(|health| &health.value.recipients);
    let fallback = file.deliver.given_ref().map(|deliver| &deliver.value.fallback);
    let mut of_routes = Vec::new();
    let alert = file.alert.given_ref();
    add_steps(alert.map(|alert| &alert.value.escalate), &mut of_routes);
    add_routes(file.route.given_ref().map_or(&[], |list| &list.value), &mut of_routes);
    let lists =
        std::iter::once(&file.recipients).chain(brands).chain(digests).chain(health).chain(fallback).chain(of_routes);
    let lists = lists.chain(stand_ins.iter().map(stand_in::Asked::recipients));
    lists.filter_map(Key::given_ref).flat_map(|list| &list.value)
}

/// The recipients of routes and of those within them.
fn add_routes<'a>(routes: &'a [Written<RouteTable>], lists: &mut Vec<&'a Key<List<Recipient>>>) {
    for route in routes {
        lists.push(&route.value.recipients);
        add_steps(Some(&route.value.escalate), lists);
        add_routes(route.value.route.given_ref().map_or(&[], |nested| &nested.value.0), lists);
    }
}

/// The recipients of steps.
fn add_steps<'a>(steps: Option<&'a Key<List<EscalateTable>>>, lists: &mut Vec<&'a Key<List<Recipient>>>) {
    let steps = steps.and_then(Key::given_ref).map_or(&[][..], |steps| &steps.value);
    lists.extend(steps.iter().map(|step| &step.value.recipients));
}

struct Reading<'a> {
    names: Names,
    /// Whose secret each variable holds.
    secrets: BTreeMap<String, String>,
    around: &'a Surroundings<'a>,
    findings: &'a mut Findings,
}

impl Reading<'_> {
    /// One channel; `None` if something that it needs is missing or wrong.
    fn one(&mut self, mut table: ChannelTable, place: &Place) -> Option<ChannelConfig> {
        let name = std::mem::take(&mut table.name).required(place, "name", "name = \"ops\"", self.findings);
        if let Some(name) = &name {
            self.names.take(name, self.findings);
        }
        let kind = std::mem::take(&mut table.kind).required(place, "kind", "kind = \"slack\"", self.findings);
        let (name, kind) = (name?, kind?.value);
        self.refuse_what_means_nothing(kind, &table, &name);
        let patient = "whoever waits longer is told later in any case";
        let timeout = within(table.timeout, SECOND..=MINUTE * 2, SECOND * 30, patient, self.findings);
        let allow_private = table.allow_private.or(false);
        let rate = table.rate.given().map(|rate| rate.value);
        let secret = match kind {
            ChannelKind::Maildir => Key::Absent,
            _ => self.secret(&name, table.secret_file),
        };
        let asked = Asked { kind, place, name: &name.value.0, allow_private };
        let way = match kind {
            ChannelKind::Webhook => {
                let example = "url = \"https://tickets.example.org/hooks/mentiond\"";
                let url = self.server(&asked, table.url, &secret, example);
                let key = self.needed(&asked, secret);
                Way::Webhook { url: url?, key: self.key(key?)? }
            }
            ChannelKind::Slack => Way::Slack(self.secret_url(&asked, secret)?),
            ChannelKind::Teams => Way::Teams(self.secret_url(&asked, secret)?),
            ChannelKind::Ntfy => {
                let topic = self.room(&asked, table.room, "room = \"skiphop-7f3kq2\"");
                let server = self.server(&asked, table.url, &secret, "");
                Way::Ntfy { server: server?, topic: topic?, token: secret.given().map(|secret| secret.value) }
            }
            ChannelKind::Telegram => {
                let chat = self.room(&asked, table.room, "room = \"-1001234567890\"");
                let server = self.server(&asked, table.url, &secret, "");
                Way::Telegram { token: self.needed(&asked, secret)?.value, server: server?, chat: chat? }
            }
            ChannelKind::Matrix => {
                let room = self.room(&asked, table.room, "room = \"!abc:example.org\"");
                let server = self.server(&asked, table.url, &secret, "url = \"https://matrix.example.org\"");
                Way::Matrix { token: self.needed(&asked, secret)?.value, server: server?, room: room? }
            }
            ChannelKind::Maildir => {
                let dir = table.dir.required(place, "dir", "dir = \"/var/mail/mentiond\"", self.findings)?;
                Way::Maildir(self.around.absolute(&dir))
            }
        };
        Some(ChannelConfig { name: name.value.0, way, allow_private, timeout, rate })
    }

    /// A key that has no effect for the kind is a mistake, even if each of the two is right.
    fn refuse_what_means_nothing(&mut self, kind: ChannelKind, table: &ChannelTable, name: &Written<Line>) {
        use ChannelKind::{Maildir, Matrix, Ntfy, Slack, Teams, Telegram};
        let is = |kinds: &[ChannelKind]| kinds.contains(&kind);
        if let Some(place) = table.url.place().filter(|_| is(&[Slack, Teams])) {
            let hint = format!(
                "write it into a file of its own and name that with `secret_file`, or set `{}`",
                channel_variable(&name.value.0)
            );
            self.findings.add(place, "whoever knows this address can post: it is a secret", hint);
        }
        let idle = [
            (table.url.place(), is(&[Maildir])),
            (table.room.place(), !is(&[Ntfy, Telegram, Matrix])),
            (table.secret_file.place(), is(&[Maildir])),
            (table.allow_private.place(), is(&[Maildir])),
            (table.timeout.place(), is(&[Maildir])),
            (table.rate.place(), is(&[Maildir])),
            (table.dir.place(), !is(&[Maildir])),
        ];
        for place in idle.into_iter().filter_map(|(place, idle)| place.filter(|_| idle)) {
            self.findings.add(place, format!("this means nothing for the kind `{}`", kind.as_str()), "remove it");
        }
    }

    fn secret(&mut self, name: &Written<Line>, file: Key<FilePath>) -> Key<SecretString> {
        let variable = channel_variable(&name.value.0);
        let credential = variable.trim_start_matches("MENTIOND_").to_ascii_lowercase();
        let taken = self.secrets.insert(variable.clone(), name.value.0.clone());
        if let Some(other) = taken.filter(|other| *other != name.value.0)
            && secret::is_offered(&variable, &credential, self.around)
        {
            let message = format!("the secret fits two channels, {} and {}", shown(&other), shown(&name.value.0));
            let hint = "rename one of them, so that no other server gets it";
            self.findings.add(&Place::variable(&variable), message, hint);
            return Key::Faulty;
        }
        secret::read(secret::Ways { variable, file, credential, fits: secret::token }, self.around, self.findings)
    }

    fn needed(&mut self, asked: &Asked<'_>, secret: Key<SecretString>) -> Option<Written<SecretString>> {
        if secret.is_absent() {
            let what = match asked.kind {
                ChannelKind::Webhook => "there is no key to sign with",
                ChannelKind::Slack | ChannelKind::Teams => "there is no address to post to",
                _ => "there is no token to post with",
            };
            let hint = format!("name a file with `secret_file`, or set `{}`", channel_variable(asked.name));
            self.findings.add_absence(&asked.place.child("secret_file"), what, hint);
        }
        secret.given()
    }

    fn room(&mut self, asked: &Asked<'_>, key: Key<Line>, example: &str) -> Option<String> {
        key.required(asked.place, "room", example, self.findings).map(|room| room.value.0)
    }

    /// The address as written, or the usual one. What is said to it crosses a network only where nobody can read along.
    fn server(&mut self, asked: &Asked<'_>, key: Key<Url>, secret: &Key<SecretString>, example: &str) -> Option<Url> {
        if key.is_absent()
            && let Some(usual) = asked.kind.usual_server()
        {
            return Some(usual);
        }
        let Written { value: url, place } = key.required(asked.place, "url", example, self.findings)?;
        let sends_secret = asked.kind != ChannelKind::Webhook && !secret.is_absent();
        if is_open(&url) && sends_secret {
            let message = "the token would cross the network in the clear";
            self.findings.add(&place, message, "write the address with `https://`");
        } else if is_open(&url) && !asked.allow_private {
            let hint = "write the address with `https://`, or `allow_private = true` for a server of your own network";
            self.findings.add(&place, "notices would cross the network in the clear", hint);
        }
        Some(url)
    }

    fn secret_url(&mut self, asked: &Asked<'_>, secret: Key<SecretString>) -> Option<SecretUrl> {
        let Written { value, place } = self.needed(asked, secret)?;
        let parsed = Url::parse(value.expose_secret()).ok();
        let url = parsed.filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        match &url {
            None => self.findings.add(&place, "the secret is not a web address", "it begins with `https://`"),
            Some(url) if is_open(url) => {
                let message = "the secret would cross the network in the clear";
                self.findings.add(&place, message, "its address begins with `https://`");
            }
            Some(_) => {}
        }
        url.map(SecretUrl)
    }

    fn key(&mut self, secret: Written<SecretString>) -> Option<WebhookKey> {
        let text = secret.value.expose_secret();
        let length = match text.strip_prefix(CODED) {
            Some(coded) => STANDARD.decode(coded).ok().map(|bytes| bytes.len()),
            None => Some(text.len()),
        };
        let wrong = match length {
            Some(length) if KEY_BYTES.contains(&length) => return Some(WebhookKey(secret.value)),
            Some(_) => format!("the key has not {} to {} bytes", KEY_BYTES.start(), KEY_BYTES.end()),
            None => format!("the key begins with `{CODED}`, but no base64 follows"),
        };
        self.findings.add(&secret.place, wrong, "make one with `echo whsec_$(openssl rand -base64 32)`");
        None
    }
}

/// The channel that is being read.
struct Asked<'a> {
    kind: ChannelKind,
    place: &'a Place,
    name: &'a str,
    allow_private: bool,
}
