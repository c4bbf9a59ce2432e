//! The kinds of text that say where something or somebody is: web and mail addresses, servers, user agents. Pure.
//! Never repeats the user part of a web address or what stands behind its `?`: that may be a secret.

use std::str::FromStr;

use lettre::Address;
use lettre::message::Mailbox;
use url::Url;

use super::words::{Line, Word, Wrong, shown};
use crate::model::kinds::Address as Home;
use crate::model::outbox::channel_of;

/// The address of a server on the web: `http` or `https`, with a host and no credentials.
impl Word for Url {
    const WHAT: &'static str = "a web address";
    const EXAMPLE: &'static str = "https://www.example.org/feed.xml";

    fn parse(text: &str) -> Result<Self, Wrong> {
        address(text, &["https", "http"])
    }
}

/// The address of a source: on the web, or that of a mail server (`imaps`, or `imap` where TLS begins later).
pub(super) struct Listened(pub(super) Url);

impl Word for Listened {
    const WHAT: &'static str = <Url as Word>::WHAT;
    const EXAMPLE: &'static str = <Url as Word>::EXAMPLE;

    fn parse(text: &str) -> Result<Self, Wrong> {
        let url = address(text, &["https", "http", "imaps", "imap"])?;
        if url.host_str().is_none_or(str::is_empty) {
            let message = format!("{} names no server", shown(url.as_str()));
            return Err(Wrong::new(message, "for instance `\"imaps://mail.example.org\"`"));
        }
        Ok(Self(url))
    }
}

/// The address, if it can be that of a source which is usually there.
pub(super) fn fitting(home: Home, url: Url) -> Result<Url, Wrong> {
    if !home.takes(&url) {
        let (Home::Known(example) | Home::Own(example)) = home;
        let message = format!("the scheme {} does not belong to this kind", shown(url.scheme()));
        return Err(Wrong::new(message, format!("for instance `\"{example}\"`")));
    }
    if !matches!(url.scheme(), "http" | "https") && !matches!(url.path(), "" | "/") {
        let hint = "write the folder into `places`, and the server alone into the address";
        return Err(Wrong::new("a folder does not belong into the address", hint));
    }
    Ok(url)
}

/// An address with a host, without credentials.
fn address(text: &str, schemes: &[&str]) -> Result<Url, Wrong> {
    let secret = text.contains('@');
    let address = if secret { "this".to_owned() } else { shown(text.split('?').next().unwrap_or_default()) };
    let url = match Url::parse(text.trim()) {
        Ok(url) => url,
        Err(url::ParseError::RelativeUrlWithoutBase) if !secret && text.contains('.') => {
            let meant = format!("did you mean `https://{}`?", text.trim_start_matches('/').escape_debug());
            return Err(Wrong::new(format!("{address} has no scheme"), meant));
        }
        Err(error) => {
            let message = format!("{address} is not a web address: {error}");
            return Err(Wrong::new(message, format!("for instance `\"{}\"`", <Url as Word>::EXAMPLE)));
        }
    };
    if !schemes.contains(&url.scheme()) {
        return Err(Wrong::new(
            format!("the scheme {} cannot be polled", shown(url.scheme())),
            "write an address that starts with `https://` or `http://`",
        ));
    }
    if !url.username().is_empty() || url.password().is_some() {
        let hint = "remove the part before `@`, and put a token into a file named with `token_file`";
        return Err(Wrong::new("a secret must not stand in an address", hint));
    }
    Ok(url)
}

/// A mail address without a name, or `channel:NAME`.
pub(super) struct Recipient(pub(super) String);

impl Word for Recipient {
    const WHAT: &'static str = "a mail address";
    const EXAMPLE: &'static str = "anna@example.org";

    fn parse(text: &str) -> Result<Self, Wrong> {
        if let Some(name) = channel_of(text) {
            let named = Line::parse(name).map(|_| Self(text.to_owned()));
            return named
                .map_err(|_| Wrong::new(format!("{} names no channel", shown(text)), "for instance `channel:ops`"));
        }
        match Address::from_str(text) {
            Ok(_) => Ok(Self(text.to_owned())),
            Err(_) if text.contains('<') => {
                let hint = "write only what stands between `<` and `>`";
                Err(Wrong::new(format!("{} has a name beside the address", shown(text)), hint))
            }
            Err(_) => Err(Wrong::not::<Self>(text)),
        }
    }
}

/// A mail address with or without a name.
pub(super) struct Sender(pub(super) String);

impl Word for Sender {
    const WHAT: &'static str = "a mail address";
    const EXAMPLE: &'static str = "mentiond <mentiond@example.org>";

    fn parse(text: &str) -> Result<Self, Wrong> {
        // lettre's parser stops at the first thing behind an address that it does not know, and does not say so.
        let ends = text.ends_with('>') || Address::from_str(text).is_ok();
        let plain = !text.chars().any(char::is_control);
        if ends && plain && Mailbox::from_str(text).is_ok() {
            Ok(Self(text.to_owned()))
        } else {
            Err(Wrong::not::<Self>(text))
        }
    }
}

/// The name or address of a server, without port or scheme.
pub(super) struct Host(pub(super) String);

impl Word for Host {
    const WHAT: &'static str = "the name of a server";
    const EXAMPLE: &'static str = "mail.example.org";

    fn parse(text: &str) -> Result<Self, Wrong> {
        let is_v6 = text.parse::<std::net::Ipv6Addr>().is_ok();
        let hint = match text {
            _ if is_v6 => return Ok(Self(text.to_owned())),
            _ if text.contains("://") => "write the name alone; how it is protected says `security`",
            _ if text.contains(':') => "write the port with the key `port`",
            _ if !text.is_empty() && url::Host::parse(text).is_ok() => return Ok(Self(text.to_owned())),
            _ => "for instance `\"mail.example.org\"`",
        };
        Err(Wrong::new(format!("{} is not the name of a server", shown(text)), hint))
    }
}

/// Whether what is sent to that host, as a mail server or in a web address, stays on this machine.
pub(super) fn is_loopback(host: &str) -> bool {
    let name = host.trim_end_matches('.').trim_matches(['[', ']']).to_ascii_lowercase();
    match name.parse::<std::net::IpAddr>() {
        Ok(address) => address.is_loopback(),
        Err(_) => name == "localhost" || name.ends_with(".localhost"),
    }
}

/// Whether others can read what is sent there.
pub(super) fn is_open(url: &Url) -> bool {
    url.scheme() == "http" && !url.host_str().is_some_and(is_loopback)
}

/// Where the operator can be reached: a web or mail address.
pub(super) struct Contact(pub(super) String);

impl Word for Contact {
    const WHAT: &'static str = "a web or mail address";
    const EXAMPLE: &'static str = "https://www.example.org/contact";

    fn parse(text: &str) -> Result<Self, Wrong> {
        let safe = text.chars().all(|c| c.is_ascii_graphic() && !matches!(c, '(' | ')' | '\\'));
        let web = ["https://", "http://", "mailto:"].iter().any(|scheme| text.starts_with(scheme));
        let known = if web { Url::parse(text).is_ok() } else { Address::from_str(text).is_ok() };
        if safe && known { Ok(Self(text.to_owned())) } else { Err(Wrong::not::<Self>(text)) }
    }
}

/// A whole `User-Agent`.
pub(super) struct UserAgent(pub(super) String);

impl Word for UserAgent {
    const WHAT: &'static str = "a user agent";
    const EXAMPLE: &'static str = "mentiond/1.0 (+https://www.example.org/contact)";

    fn parse(text: &str) -> Result<Self, Wrong> {
        if text.trim().is_empty() || text.trim() != text {
            return Err(Wrong::not::<Self>(text));
        }
        if !text.chars().all(|c| c.is_ascii_graphic() || c == ' ') {
            return Err(Wrong::new(format!("{} cannot stand in a header", shown(text)), "write ASCII in one line"));
        }
        Ok(Self(text.to_owned()))
    }
}

/// A tag without its `#`.
pub(super) struct Tag(pub(super) String);

impl Word for Tag {
    const WHAT: &'static str = "a tag";
    const EXAMPLE: &'static str = "skiphop";

    fn parse(text: &str) -> Result<Self, Wrong> {
        let tag = text.strip_prefix('#').unwrap_or(text);
        let plain = !tag.is_empty() && tag.chars().all(|c| c.is_alphanumeric() || c == '_');
        if plain { Ok(Self(tag.to_owned())) } else { Err(Wrong::not::<Self>(text)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stays_on_this_machine() {
        for (url, stays) in [
            ("http://localhost:8080/", true),
            ("http://a.LOCALHOST./", true),
            ("http://127.8.9.1/", true),
            ("http://[::1]/", true),
            ("http://localhost.example/", false),
            ("http://128.0.0.1/", false),
            ("http://[2001:db8::1]/", false),
        ] {
            let url = url.parse::<Url>().unwrap();
            assert_eq!(is_loopback(url.host_str().unwrap()), stays, "{url}");
        }
        assert!(is_loopback("::1"));
    }
}
