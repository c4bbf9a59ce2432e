//! Words for messages: what servers say made fit to be shown, hosts and times. Never shows an address beyond its
//! host, since paths and parameters may hold secrets.

use std::time::Duration;

use url::Url;

use crate::model::exchange::LONGEST_WORDS;
use crate::model::text::one_line;

/// A server's words, fit to be shown.
pub(super) fn plain(text: &str) -> String {
    one_line(text, LONGEST_WORDS)
}

/// The host of an address, with its port where that is not the usual one.
pub(super) fn host(url: &Url) -> String {
    let host = plain(url.host_str().unwrap_or_default());
    url.port().map_or_else(|| host.clone(), |port| format!("{host}:{port}"))
}

/// `30 s`.
pub(super) fn seconds(time: Duration) -> String {
    format!("{} s", time.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_shown_without_what_may_be_secret() {
        let url = |text| Url::parse(text).unwrap();
        assert_eq!(host(&url("https://user:pass@feeds.example:443/secret?key=1")), "feeds.example");
        assert_eq!(host(&url("http://[::1]:8080/")), "[::1]:8080");
    }

    #[test]
    fn times_are_readable() {
        assert_eq!([seconds(Duration::from_secs(30)), seconds(Duration::from_millis(500))], ["30 s", "0.5 s"]);
    }
}
