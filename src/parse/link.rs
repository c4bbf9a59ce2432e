//! Addresses in one form, so that the same page is recognised however it was linked. Never keeps anything but http and
//! https, and never asks the network where an address leads.

use url::Url;

use super::redirect;

/// Longest address that is kept, in bytes.
const MAX_LENGTH: usize = 2_048;

/// Parameters that only tell where a reader came from.
const TRACKING: [&str; 17] = [
    "fbclid", "gclid", "dclid", "gbraid", "wbraid", "msclkid", "yclid", "twclid", "igshid", "igsh", "mc_cid", "mc_eid",
    "_hsenc", "_hsmi", "mkt_tok", "vero_id", "wt_mc",
];

/// The address `raw` means beside `base`, without tracking parameters and credentials; an address that only leads on to
/// another is unwrapped. `None` unless it is a web address of sensible length.
#[must_use]
pub fn canonical_url(raw: &str, base: Option<&Url>) -> Option<String> {
    let raw = raw.trim();
    if raw.is_empty() || raw.len() > MAX_LENGTH {
        return None;
    }
    let mut url = match base {
        Some(base) => base.join(raw).ok()?,
        None => Url::parse(raw).ok()?,
    };
    if let Some(target) = redirect::target(&url) {
        url = target;
    }
    if !is_web(&url) {
        return None;
    }
    url.set_username("").ok()?;
    url.set_password(None).ok()?;
    drop_tracking(&mut url);
    Some(String::from(url)).filter(|url| url.len() <= MAX_LENGTH)
}

fn is_web(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https") && url.host().is_some()
}

fn drop_tracking(url: &mut Url) {
    let Some(query) = url.query() else { return };
    let kept: Vec<&str> = query.split('&').filter(|pair| !pair.is_empty() && !is_tracking(pair)).collect();
    let kept = kept.join("&");
    url.set_query(Some(kept.as_str()).filter(|query| !query.is_empty()));
}

fn is_tracking(pair: &str) -> bool {
    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
    let name = name.to_ascii_lowercase();
    name.starts_with("utm_") || TRACKING.contains(&name.as_str()) || name == "source" && value.starts_with("rss")
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::canonical_url;

    #[test]
    fn one_page_has_one_address() {
        let base = Url::parse("https://blog.example/a/feed.xml").unwrap();
        for (raw, canonical) in [
            ("https://x.example/p?utm_source=rss&id=1&UTM_Medium=y&fbclid=z", Some("https://x.example/p?id=1")),
            ("https://x.example/p?utm_source=rss", Some("https://x.example/p")),
            ("https://x.example/p?source=rss-abc-4", Some("https://x.example/p")),
            ("https://x.example/p?source=shop&q=a%20b", Some("https://x.example/p?source=shop&q=a%20b")),
            ("HTTPS://X.Example:443/p#comment-1", Some("https://x.example/p#comment-1")),
            (" ../b \n", Some("https://blog.example/b")),
            ("//cdn.example/2", Some("https://cdn.example/2")),
            ("https://user:secret@x.example/", Some("https://x.example/")),
            (
                "https://www.google.com/url?rct=j&url=https://x.example/%3Fp%3D88%26utm_source%3Dfeed&ct=ga",
                Some("https://x.example/?p=88"),
            ),
            (
                "http://www.bing.com/news/apiclick.aspx?ref=F&url=https%3a%2f%2fx.example%2fn&c=1",
                Some("https://x.example/n"),
            ),
            ("https://google.com/url?url=javascript:alert(1)", Some("https://google.com/url?url=javascript:alert(1)")),
            ("javascript:alert(1)", None),
            ("data:text/html,x", None),
            ("mailto:a@b.example", None),
            ("", None),
        ] {
            assert_eq!(canonical_url(raw, Some(&base)).as_deref(), canonical, "{raw}");
        }
        assert_eq!(canonical_url("relative", None), None);
        assert_eq!(canonical_url(&format!("https://x.example/{}", "a".repeat(3_000)), None), None);
    }
}
