//! What the robots.txt of hosts lets us read (RFC 9309). Kept for a day and in bounded memory; never asks itself.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;
use url::Url;

use super::body::Limits;
use crate::model::Answer;

/// The name by which robots.txt calls us.
const PRODUCT: &str = "mentiond";
/// Bytes of a robots.txt that count (RFC 9309, 2.5).
const LONGEST: u64 = 500 << 10;
/// How long is kept what it says (RFC 9309, 2.4), and how long that it could not be read.
const KEPT: Duration = Duration::from_secs(24 * 60 * 60);
const KEPT_UNREAD: Duration = Duration::from_secs(60 * 60);
/// Bytes of all that is kept, and hosts.
const MOST_KEPT: usize = 4 << 20;
const MOST_HOSTS: usize = 1000;

/// What a host lets us read.
#[derive(Debug)]
enum Rules {
    /// As its robots.txt says.
    Text(Vec<u8>),
    /// Everything: it has none.
    Everything,
    /// Nothing: whether it has one cannot be told.
    Nothing,
}

#[derive(Debug)]
struct Known {
    address: Url,
    until: Instant,
    rules: Rules,
}

/// What is known of hosts, the oldest first.
#[derive(Debug, Default)]
pub(super) struct Robots(Mutex<VecDeque<Known>>);

/// Where the robots.txt for an address is.
pub(super) fn address(url: &Url) -> Url {
    robotxt::robots_url(url).unwrap_or_else(|_| url.clone())
}

/// Those for robots.txt: what is too much of it does not count.
pub(super) fn limits(usual: Limits) -> Limits {
    Limits { body: LONGEST, cuts: true, ..usual }
}

impl Robots {
    /// Whether a page may be read, as far as is known from the robots.txt at `address`.
    pub(super) fn judge(&self, address: &Url, page: &Url, now: Instant) -> Option<bool> {
        let known = self.lock();
        let known = known.iter().find(|known| known.address == *address && known.until > now)?;
        Some(known.rules.allow(page))
    }

    /// Keeps what the host answered when its robots.txt was asked for (`None` when it did not), and judges a page by it.
    pub(super) fn learn(&self, address: Url, answer: Option<Answer>, page: &Url, now: Instant) -> bool {
        let rules = Rules::of(answer);
        let allowed = rules.allow(page);
        let time = if matches!(rules, Rules::Nothing) { KEPT_UNREAD } else { KEPT };
        let mut known = self.lock();
        known.retain(|known| known.address != address);
        known.push_back(Known { address, until: now + time, rules });
        while known.len() > MOST_HOSTS || known.iter().map(|known| known.rules.size()).sum::<usize>() > MOST_KEPT {
            known.pop_front();
        }
        allowed
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Known>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Rules {
    /// A server that fails or asks us to wait may have one; any other answer than a success says that there is none.
    fn of(answer: Option<Answer>) -> Self {
        match answer {
            Some(answer) => match answer.status {
                200..=299 => Self::Text(answer.body),
                429 | 500..=599 => Self::Nothing,
                _ => Self::Everything,
            },
            None => Self::Nothing,
        }
    }

    fn allow(&self, page: &Url) -> bool {
        match self {
            Self::Text(text) => robotxt::Robots::parse(text, PRODUCT).is_url_allowed(page),
            Self::Everything => true,
            Self::Nothing => false,
        }
    }

    fn size(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Everything | Self::Nothing => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;

    use super::*;

    fn answer(status: u16, text: &str) -> Option<Answer> {
        let url = Url::parse("https://x.example/robots.txt").unwrap();
        Some(Answer { url, status, moved: None, headers: HeaderMap::new(), body: text.into() })
    }

    #[test]
    fn what_an_answer_allows() {
        let page = Url::parse("https://x.example/blog/?page=2").unwrap();
        let groups =
            "User-agent: other\nDisallow: /\n\nUser-agent: *\nDisallow: /blog\n\nUser-agent: Mentiond\nAllow: /\n";
        let longest_wins = "User-agent: *\nDisallow: /\nAllow: /blog/\n";
        let query = "User-agent: mentiond\nDisallow: /*?page=\n";
        for (answer, allowed) in [
            (answer(200, ""), true),
            (answer(200, "User-agent: *\nDisallow: /"), false),
            (answer(200, "user-agent: mentiond\r\ndisallow: /blog/ # keep out\r\n"), false),
            (answer(200, groups), true),
            (answer(200, longest_wins), true),
            (answer(200, query), false),
            (answer(200, "<html>\0\u{fffd}"), true),
            (answer(404, "User-agent: *\nDisallow: /"), true),
            (answer(401, ""), true),
            (answer(403, ""), true),
            (answer(302, ""), true),
            (answer(429, ""), false),
            (answer(503, ""), false),
            (None, false),
        ] {
            let said = format!("{answer:?}");
            let (robots, now) = (Robots::default(), Instant::now());
            let address = address(&page);
            assert_eq!(robots.judge(&address, &page, now), None);
            assert_eq!(robots.learn(address.clone(), answer, &page, now), allowed, "{said}");
            assert_eq!(robots.judge(&address, &page, now), Some(allowed), "{said}");
        }
    }

    #[test]
    fn it_is_kept_for_a_day_and_in_bounded_memory() {
        let (robots, start) = (Robots::default(), Instant::now());
        let at = |n: u32| Url::parse(&format!("https://{n}.example/robots.txt")).unwrap();
        let keep = |n: u32, answer| robots.learn(at(n), answer, &at(n), start);
        keep(0, answer(404, ""));
        keep(1, None);
        let known = |n: u32, after: Duration| robots.judge(&at(n), &at(n), start + after);
        assert_eq!([known(0, Duration::ZERO), known(1, Duration::ZERO)], [Some(true), Some(false)]);
        assert_eq!([known(0, KEPT_UNREAD), known(1, KEPT_UNREAD)], [Some(true), None]);
        assert_eq!(known(0, KEPT), None);

        let large = "#".repeat(500 << 10);
        for n in 0..2_000 {
            keep(n, answer(if n % 10 == 0 { 200 } else { 404 }, &large));
        }
        let known = robots.lock();
        assert!(known.len() <= MOST_HOSTS, "{}", known.len());
        assert!(known.iter().map(|known| known.rules.size()).sum::<usize>() <= MOST_KEPT);
        assert_eq!(known.back().unwrap().address, at(1_999));
    }

    #[test]
    fn its_address_holds_no_secret() {
        let page = Url::parse("https://anna:secret@x.example:8443/a/b?key=secret#c").unwrap();
        assert_eq!(address(&page).as_str(), "https://x.example:8443/robots.txt");
    }
}
