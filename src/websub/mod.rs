//! The rules of WebSub (W3C WebSub, PubSubHubbub 0.4) for who subscribes: what a hub is asked, how long a lease counts,
//! what a signature proves. Pure but for the chance in a token; never talks to a hub and never stores anything.

mod key;
mod signature;

use std::time::Duration;

use url::Url;

pub use key::{HubKey, KeyError, new_token};
pub use signature::{is_same, is_signed};

/// The lease that is asked for, and the one that counts where a hub does not say its own.
pub const LEASE: Duration = Duration::from_secs(10 * 86_400);
/// A longer lease is not believed: no subscription is endless.
const LONGEST_LEASE: Duration = Duration::from_secs(30 * 86_400);
/// However short a lease, the hub is not asked again before this.
const SOONEST: Duration = Duration::from_secs(300);
/// How long after a refusal a hub is asked again.
pub const DENIED: Duration = Duration::from_secs(86_400);
/// How long a hub that took the request may need to verify it before it is asked again.
const PATIENCE: Duration = Duration::from_secs(3600);
/// The wait after the first failure.
const FIRST_WAIT: Duration = Duration::from_secs(60);
/// Times that a hub is asked to end a subscription; after that the lease ends it.
pub const FAREWELLS: u32 = 3;
/// Longest token, in bytes.
const LONGEST_TOKEN: usize = 64;

/// What a hub is asked to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// To deliver.
    Subscribe,
    /// To deliver no longer.
    Unsubscribe,
}

impl Mode {
    /// The word of the protocol.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Subscribe => "subscribe",
            Self::Unsubscribe => "unsubscribe",
        }
    }
}

/// The form that asks a hub (W3C WebSub, 5.1). `secret` goes only where [`keeps_secrets`] allows it.
#[must_use]
pub fn form<'a>(
    mode: Mode,
    topic: &'a str,
    callback: &'a str,
    lease_seconds: &'a str,
    secret: &'a str,
) -> Vec<(&'static str, &'a str)> {
    let mut form = vec![("hub.mode", mode.as_str()), ("hub.topic", topic), ("hub.callback", callback)];
    if mode == Mode::Subscribe {
        form.extend([("hub.lease_seconds", lease_seconds), ("hub.secret", secret)]);
    }
    form
}

/// Whether a secret may be sent to this hub: over https, or without leaving this machine. Others are never subscribed
/// at, since nobody could tell their deliveries from forged ones.
#[must_use]
pub fn keeps_secrets(hub: &Url) -> bool {
    let stays = match hub.host() {
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost",
        None => false,
    };
    hub.scheme() == "https" || stays && hub.scheme() == "http"
}

/// The callback of a token below the public address of this daemon; `None` where that cannot have a path.
#[must_use]
pub fn callback(public_url: &Url, token: &str) -> Option<Url> {
    let mut url = public_url.clone();
    url.path_segments_mut().ok()?.pop_if_empty().extend(["websub", token]);
    Some(url)
}

/// Whether a text can be a token, so that nothing else is looked for.
#[must_use]
pub fn is_token(text: &str) -> bool {
    (1..=LONGEST_TOKEN).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_lowercase())
}

/// How long a lease counts of which a hub says this many seconds.
#[must_use]
pub fn lease(granted: Option<&str>) -> Duration {
    let seconds = granted.and_then(|text| text.trim().parse::<u64>().ok()).filter(|seconds| *seconds > 0);
    seconds.map_or(LEASE, Duration::from_secs).min(LONGEST_LEASE)
}

/// When a lease is renewed: after four fifths of it.
#[must_use]
pub fn renewal(lease: Duration) -> Duration {
    (lease * 4 / 5).max(SOONEST)
}

/// The wait after so many requests in a row that came to nothing, if this one could not even be made: a minute, doubled
/// with each up to a day, and up to a quarter more that follows from `seed`, so that subscriptions do not fail in step.
#[must_use]
pub fn wait(failures: u32, seed: u32) -> Duration {
    doubled(FIRST_WAIT, failures, seed)
}

/// The same for a hub that took the request, to verify it: an hour.
#[must_use]
pub fn patience(failures: u32, seed: u32) -> Duration {
    doubled(PATIENCE, failures, seed)
}

fn doubled(first: Duration, failures: u32, seed: u32) -> Duration {
    let base = first.saturating_mul(1 << failures.saturating_sub(1).min(20)).min(DENIED);
    base + base * (seed % 64) / 256
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hubs_lease_counts_but_none_is_endless() {
        for (granted, seconds, renewed) in [
            (Some("432000"), 432_000, 345_600),
            (Some(" 86400 "), 86_400, 69_120),
            (None, 864_000, 691_200),
            (Some(""), 864_000, 691_200),
            (Some("0"), 864_000, 691_200),
            (Some("-5"), 864_000, 691_200),
            (Some("soon"), 864_000, 691_200),
            (Some("99999999999999999999999"), 864_000, 691_200),
            (Some("18446744073709551615"), 2_592_000, 2_073_600),
            (Some("31536000"), 2_592_000, 2_073_600),
            (Some("1"), 1, 300),
        ] {
            let lease = lease(granted);
            assert_eq!((lease.as_secs(), renewal(lease).as_secs()), (seconds, renewed), "{granted:?}");
        }
    }

    #[test]
    fn waits_double_up_to_a_day_and_a_quarter() {
        assert_eq!(wait(1, 0).as_secs(), 60);
        assert_eq!(wait(4, 0).as_secs(), 480);
        assert_eq!([wait(u32::MAX, 0), patience(u32::MAX, 0)], [DENIED; 2]);
        assert_eq!(patience(2, 0).as_secs(), 7_200);
        assert!((60..=75).contains(&wait(1, u32::MAX).as_secs()));
    }

    #[test]
    fn a_secret_goes_only_where_nobody_listens() {
        for (hub, kept) in [
            ("https://hub.example/", true),
            ("http://hub.example/", false),
            ("http://127.0.0.1:8080/", true),
            ("http://[::1]/", true),
            ("http://localhost/", true),
            ("http://localhost.example/", false),
            ("http://10.0.0.1/", false),
            ("ftp://127.0.0.1/", false),
        ] {
            assert_eq!(keeps_secrets(&Url::parse(hub).unwrap()), kept, "{hub}");
        }
    }

    #[test]
    fn the_callback_stands_below_the_public_address() {
        for (public, expected) in [
            ("https://monitor.example", "https://monitor.example/websub/8f1c0f7d2b"),
            ("https://monitor.example/", "https://monitor.example/websub/8f1c0f7d2b"),
            ("https://a.example/mentiond/", "https://a.example/mentiond/websub/8f1c0f7d2b"),
            ("https://a.example/mentiond", "https://a.example/mentiond/websub/8f1c0f7d2b"),
        ] {
            let callback = callback(&Url::parse(public).unwrap(), "8f1c0f7d2b").unwrap();
            assert_eq!(callback.as_str(), expected);
        }
    }

    #[test]
    fn what_can_be_a_token() {
        assert!(is_token("8f1c0f7d2b") && is_token(&"a".repeat(64)));
        for text in ["", "../x", "8F1C", "a b", "\u{e6}", &"a".repeat(65)] {
            assert!(!is_token(text), "{text}");
        }
    }
}
