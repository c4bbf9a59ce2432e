//! Addresses that only lead on to another one which stands in them: search engines, alerts, networks that count clicks.
//! Never asks the network where an address leads.

use base64::Engine;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use url::{Url, form_urlencoded};

/// Hosts without `www.`, the path they redirect from, and the parameters that hold the target. A host that ends in a dot
/// stands for that name under any top-level domain.
const REDIRECTS: [(&str, &str, &[&str]); 16] = [
    ("google.", "/url", &["url", "q"]),
    ("bing.com", "/news/apiclick.aspx", &["url"]),
    ("facebook.com", "/l.php", &["u"]),
    ("l.facebook.com", "/l.php", &["u"]),
    ("lm.facebook.com", "/l.php", &["u"]),
    ("l.instagram.com", "/", &["u"]),
    ("l.messenger.com", "/l.php", &["u"]),
    ("t.umblr.com", "/redirect", &["z"]),
    ("href.li", "/", &[]),
    ("duckduckgo.com", "/l/", &["uddg"]),
    ("youtube.com", "/redirect", &["q"]),
    ("out.reddit.com", "/", &["url"]),
    ("linkedin.com", "/redir/redirect", &["url"]),
    ("steamcommunity.com", "/linkfilter/", &["url", "u"]),
    ("vk.com", "/away.php", &["to"]),
    ("slack-redir.net", "/link", &["url"]),
];

/// How many redirects may be wrapped in each other.
const MAX_DEPTH: usize = 3;

/// The address that `url` leads to, where it says so itself.
pub(super) fn target(url: &Url) -> Option<Url> {
    let mut found = once(url)?;
    for _ in 1..MAX_DEPTH {
        match once(&found) {
            Some(next) => found = next,
            None => break,
        }
    }
    Some(found)
}

fn once(url: &Url) -> Option<Url> {
    let host = url.host_str()?;
    let host = host.strip_prefix("www.").unwrap_or(host);
    if host == "news.google.com" {
        return google_news(url);
    }
    let is_host = |known: &str| host == known || known.ends_with('.') && host.starts_with(known);
    let (_, path, names) = REDIRECTS.iter().find(|(known, ..)| is_host(known))?;
    if names.is_empty() {
        return url.query().and_then(web);
    }
    if !url.path().starts_with(path) {
        return None;
    }
    // Targets are not always encoded, and a plus in them is none of a form.
    let query = url.query().unwrap_or_default().replace('+', "%2B");
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    pairs.find_map(|(name, value)| web(&value).filter(|_| names.contains(&&*name)))
}

fn web(text: &str) -> Option<Url> {
    Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

/// Google News: its ids were once a message of protocol buffers in base64 with the address as field 4. Newer ones hold
/// only a token, which is left as it is.
fn google_news(url: &Url) -> Option<Url> {
    let mut path = url.path_segments()?;
    let id = path.find(|part| *part == "articles" || *part == "read").and_then(|_| path.next())?;
    let config = GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true);
    let message = GeneralPurpose::new(&URL_SAFE, config).decode(id).ok()?;
    let field = message.strip_prefix(&[0x08, 0x13, 0x22])?;
    let (length, rest) = match field {
        [low, high, rest @ ..] if *low >= 0x80 => (usize::from(low & 0x7f) | usize::from(*high) << 7, rest),
        [length, rest @ ..] => (usize::from(*length), rest),
        [] => return None,
    };
    web(std::str::from_utf8(rest.get(..length)?).ok()?)
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::target;

    fn lead(url: &str) -> Option<String> {
        target(&url.parse().unwrap()).map(String::from)
    }

    #[test]
    fn redirects_are_unwrapped() {
        let to = "https%3A%2F%2Fx.example%2Fa%3Fb%3D1";
        for url in [
            format!("https://www.google.com/url?rct=j&sa=t&url={to}&ct=ga"),
            format!("https://www.google.co.uk/url?q={to}"),
            format!("http://www.bing.com/news/apiclick.aspx?ref=F&url={to}&c=1"),
            format!("https://l.facebook.com/l.php?u={to}&h=AT0"),
            format!("https://t.umblr.com/redirect?z={to}&t=abc"),
            format!("https://duckduckgo.com/l/?uddg={to}&rut=1"),
            format!("https://www.youtube.com/redirect?event=video&q={to}"),
            "https://href.li/?https://x.example/a?b=1".to_owned(),
            format!(
                "https://www.google.com/url?url=https%3A%2F%2Fl.facebook.com%2Fl.php%3Fu%3D{}",
                to.replace('%', "%25")
            ),
        ] {
            assert_eq!(lead(&url).as_deref(), Some("https://x.example/a?b=1"), "{url}");
        }
    }

    #[test]
    fn a_plus_in_a_target_is_part_of_it() {
        for url in [
            "https://www.google.com/url?rct=j&url=https://x.example/a+b%3Fc%3Dd+e&ct=ga",
            "https://l.facebook.com/l.php?u=https%3A%2F%2Fx.example%2Fa%2Bb%3Fc%3Dd%2Be&h=1",
        ] {
            assert_eq!(lead(url).as_deref(), Some("https://x.example/a+b?c=d+e"), "{url}");
        }
    }

    #[test]
    fn ids_of_google_news_tell_their_address_if_they_hold_it() {
        for address in ["https://x.example/2026/11/acme".to_owned(), format!("https://x.example/{}", "a".repeat(200))] {
            let mut message = vec![0x08, 0x13, 0x22];
            match u8::try_from(address.len()) {
                Ok(length) if length < 0x80 => message.push(length),
                _ => message.extend([address.len() as u8 | 0x80, (address.len() >> 7) as u8]),
            }
            message.extend(address.as_bytes());
            message.extend([0xd2, 0x01, 0x00]);
            let id = URL_SAFE_NO_PAD.encode(message);
            assert!(id.starts_with("CBMi"), "{id}");
            assert_eq!(lead(&format!("https://news.google.com/rss/articles/{id}?oc=5")), Some(address));
        }
        let token = [b"\x08\x13\x22\x10AU_yqLNabcdefghi".as_slice(), b"\xd2\x01\x00"].concat();
        let opaque = format!("https://news.google.com/rss/articles/{}?oc=5", URL_SAFE_NO_PAD.encode(token));
        for url in [
            &opaque,
            "https://news.google.com/rss/articles/CBMi",
            "https://news.google.com/rss/articles/",
            "https://news.google.com/",
        ] {
            assert_eq!(lead(url), None, "{url}");
        }
    }

    #[test]
    fn what_leads_nowhere_stays() {
        for url in [
            "https://google.com/url?url=javascript:alert(1)",
            "https://www.google.com/search?q=https://x.example/",
            "https://googlexy.example/url?url=https://x.example/",
            "https://notfacebook.com/l.php?u=https://x.example/",
            "https://www.youtube.com/watch?v=1&q=https://x.example/",
        ] {
            assert_eq!(lead(url), None, "{url}");
        }
    }
}
