//! When networks want to be left alone, each in its own words.

use chrono::TimeDelta;
use mentiond::model::Instant;

/// A refusal: from this minute on, once.
pub struct Trouble {
    /// Whose.
    pub network: &'static str,
    /// Of which requests: those with this part in their address.
    pub part: &'static str,
    pub minute: i64,
    /// How long the network wants to be left alone.
    pub minutes: i64,
    pub status: u16,
    /// In headers and body `{iso}`, `{unix}` and `{seconds}` stand for when that ends.
    pub headers: &'static [(&'static str, &'static str)],
    pub body: &'static str,
}

const fn of(network: &'static str, minute: i64, minutes: i64, status: u16) -> Trouble {
    Trouble { network, part: "", minute, minutes, status, headers: &[], body: "{}" }
}

/// All of them. Some are over before the crash, some after it, and of some the end is told while nobody listens.
pub const TROUBLES: &[Trouble] = &[
    Trouble { body: r#"{"error":"rate_limit_error"}"#, ..of("lemmy", 10, 1, 400) },
    Trouble {
        headers: &[("x-ratelimit-reset", "{iso}")],
        body: r#"{"error":"Too many requests"}"#,
        ..of("mastodon", 12, 8, 429)
    },
    Trouble {
        body: r#"{"items":[],"has_more":false,"backoff":{seconds},"quota_max":300,"quota_remaining":200}"#,
        ..of("stack_exchange", 12, 15, 200)
    },
    Trouble {
        headers: &[("retry-after", "{seconds}")],
        body: r#"{"failed":"FAILED","message":"Please slow down."}"#,
        ..of("discourse", 12, 15, 429)
    },
    Trouble { headers: &[("retry-after", "{seconds}")], ..of("feed", 14, 18, 503) },
    Trouble {
        headers: &[("content-type", "text/html")],
        body: "Please limit requests to one every 5 seconds or contact us.\n",
        ..of("gdelt", 14, 1, 200)
    },
    Trouble {
        headers: &[(
            "x-business-use-case-usage",
            r#"{"1": [{"type": "pages", "call_count": 103, "estimated_time_to_regain_access": 17}]}"#,
        )],
        body: include_str!("../data/sources/facebook-error-page-buc-limit.json"),
        ..of("facebook", 14, 17, 400)
    },
    Trouble { headers: &[("x-ratelimit-reset", "{seconds}.5")], ..of("reddit", 14, 18, 429) },
    Trouble { part: "cursor=p2", ..of("app_store_connect", 14, 1, 429) },
    Trouble {
        headers: &[("x-rate-limit-reset", "{unix}")],
        body: r#"{"title":"Too Many Requests","status":429}"#,
        ..of("x", 14, 20, 429)
    },
    Trouble {
        body: r#"{"message":"You are being rate limited.","retry_after":{seconds}.57,"global":false}"#,
        ..of("discord", 20, 7, 429)
    },
    Trouble {
        part: "page=2",
        headers: &[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "{unix}")],
        body: r#"{"message":"API rate limit exceeded"}"#,
        ..of("github", 40, 7, 403)
    },
    Trouble {
        body: r#"{"ok":false,"error_code":429,"description":"Too Many Requests","parameters":{"retry_after":{seconds}}}"#,
        ..of("telegram", 40, 3, 429)
    },
    Trouble { headers: &[("retry-after", "{seconds}")], ..of("guardian", 40, 14, 429) },
    Trouble {
        headers: &[("ratelimit-reset", "{unix}")],
        body: r#"{"error":"RateLimitExceeded","message":"Rate Limit Exceeded"}"#,
        ..of("bluesky", 42, 7, 429)
    },
    Trouble {
        body: r#"{"error":{"code":429,"message":"Quota exceeded","status":"RESOURCE_EXHAUSTED"}}"#,
        ..of("google_play", 44, 1, 429)
    },
    Trouble { headers: &[("retry-after", "{seconds}")], ..of("hacker_news", 45, 8, 503) },
];

impl Trouble {
    /// When it is over that begins now.
    pub fn until(&self, now: Instant) -> Instant {
        now + TimeDelta::minutes(self.minutes)
    }

    /// Headers and body.
    pub fn answer(&self, now: Instant) -> (Vec<(&'static str, String)>, String) {
        let until = self.until(now);
        let times = [
            ("{iso}", until.to_rfc3339()),
            ("{unix}", until.timestamp().to_string()),
            ("{seconds}", (60 * self.minutes).to_string()),
        ];
        let fill = |text: &str| times.iter().fold(text.to_owned(), |text, (name, time)| text.replace(name, time));
        (self.headers.iter().map(|(name, text)| (*name, fill(text))).collect(), fill(self.body))
    }
}
