//! The `Link` header (RFC 8288), read as tolerantly as browsers do and no further than a bound. Never trusts an address
//! beyond its form.

use url::Url;

/// Bytes read of all `Link` headers of one answer, and links kept of them.
const MAX_BYTES: usize = 16 << 10;
const MAX_LINKS: usize = 50;
/// Longest address that is kept, in bytes.
const MAX_LENGTH: usize = 2_048;

/// One link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Where it leads; `http` or `https`.
    pub url: Url,
    /// What it is to the document, in lower case.
    pub rels: Vec<String>,
}

/// The links of all `Link` headers of one answer that came from `base`. What cannot be read is passed over.
pub fn links<'h>(headers: impl IntoIterator<Item = &'h str>, base: &Url) -> Vec<Link> {
    let mut links = Vec::new();
    let mut left = MAX_BYTES;
    for header in headers {
        let Some(now_left) = left.checked_sub(header.len()) else { break };
        left = now_left;
        let mut rest = header;
        while let Some((link, behind)) = next(rest, base) {
            links.extend(link);
            rest = behind;
            if links.len() >= MAX_LINKS {
                return links;
            }
        }
    }
    links
}

/// Where the first link of a kind leads.
#[must_use]
pub fn first<'l>(links: &'l [Link], rel: &str) -> Option<&'l Url> {
    links.iter().find(|link| link.rels.iter().any(|own| own == rel)).map(|link| &link.url)
}

/// The next link, if it is one that can be used, and what stands behind it; `None` when there is no other.
fn next<'h>(text: &'h str, base: &Url) -> Option<(Option<Link>, &'h str)> {
    let (_, behind) = text.split_once('<')?;
    let (target, mut rest) = behind.split_once('>')?;
    let mut rels = None;
    let mut anchored = false;
    loop {
        rest = rest.trim_start();
        let Some(behind) = rest.strip_prefix(';') else { break };
        let (name, value, behind) = parameter(behind);
        match name.to_ascii_lowercase().as_str() {
            "rel" if rels.is_none() => {
                rels = Some(value.split_ascii_whitespace().map(str::to_ascii_lowercase).collect());
            }
            // It speaks of another document.
            "anchor" => anchored = true,
            _ => {}
        }
        rest = behind;
    }
    let url = Some(target.trim()).filter(|target| target.len() <= MAX_LENGTH).and_then(|target| base.join(target).ok());
    let url = url.filter(|url| {
        matches!(url.scheme(), "http" | "https") && url.username().is_empty() && url.password().is_none()
    });
    let link = url.zip(rels).filter(|_| !anchored).map(|(url, rels)| Link { url, rels });
    Some((link, rest))
}

/// Name and value of a parameter, and what stands behind it. A value may be quoted or not.
fn parameter(text: &str) -> (&str, String, &str) {
    let end = text.find(['=', ';', ',']).unwrap_or(text.len());
    let (name, rest) = text.split_at_checked(end).unwrap_or((text, ""));
    let Some(value) = rest.strip_prefix('=') else { return (name.trim(), String::new(), rest) };
    let value = value.trim_start();
    if let Some(quoted) = value.strip_prefix('"') {
        let (value, behind) = unquoted(quoted);
        return (name.trim(), value, behind);
    }
    let end = value.find([';', ',']).unwrap_or(value.len());
    let (value, behind) = value.split_at_checked(end).unwrap_or((value, ""));
    (name.trim(), value.trim().to_owned(), behind)
}

/// A text up to its closing quote, and what stands behind that.
fn unquoted(text: &str) -> (String, &str) {
    let mut value = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => break,
            '\\' => value.extend(chars.next()),
            c => value.push(c),
        }
    }
    (value, chars.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(headers: &[&str]) -> (Option<String>, Option<String>) {
        let base = Url::parse("https://blog.example/a/feed").unwrap();
        let links = links(headers.iter().copied(), &base);
        (first(&links, "hub").map(Url::to_string), first(&links, "self").map(Url::to_string))
    }

    #[test]
    fn a_hub_is_found_however_it_is_written() {
        let hub = || Some("https://hub.example/".to_owned());
        let own = || Some("https://blog.example/feed".to_owned());
        for headers in [
            &["<https://hub.example/>; rel=\"hub\", <https://blog.example/feed>; rel=\"self\""][..],
            &["<https://hub.example/>; rel=hub", "</feed>;rel=self"],
            &["<https://hub.example/>;title=\"a, <b>; c\";REL=\"HUB\",<../feed>;rel=\"self\""],
            &["<https://hub.example/> ; rel = \"preconnect hub\" , <//blog.example/feed> ; rel=\"alternate self\" ;x"],
            &["junk, <https://hub.example/>; rel=\"hub\"; rel=\"next\",, <https://blog.example/feed>; rel=self;"],
            &["<https://other.example/>; anchor=\"#x\"; rel=hub, <https://hub.example/>; rel=hub, </feed>; rel=\"self"],
            &[
                "<javascript:alert(1)>; rel=hub, <https://a:b@x.example/>; rel=hub, <https://hub.example/>;rel=hub",
                "</feed>;rel=self",
            ],
        ] {
            assert_eq!(read(headers), (hub(), own()), "{headers:?}");
        }
    }

    #[test]
    fn what_names_none_names_none() {
        let many = "<https://x.example/>; rel=next, ".repeat(60) + "<https://hub.example/>; rel=hub";
        let long = format!("<https://hub.example/>; title=\"{}\"; rel=hub", "x".repeat(20_000));
        for header in [
            "",
            "<",
            "<>",
            "<https://hub.example/>",
            "<https://hub.example/; rel=hub",
            "hub",
            "<h>; rel",
            "; rel=hub",
            &many,
            &long,
        ] {
            assert_eq!(read(&[header]).0, None, "{header:.60}");
        }
    }

    #[test]
    fn the_time_is_linear() {
        let hostile = "<;\"\\".repeat(4_000);
        assert_eq!(read(&[&hostile]), (None, None));
        let hostile = format!("<x>{}", ";a=\"\\".repeat(2_000));
        assert_eq!(read(&[&hostile]), (None, None));
    }
}
