//! Addresses that lead to the same page, however they are written. Pure: it compares what is written and never asks the
//! network. What it calls the same may still hold two different things: who merges them looks at their words too.

use url::Url;

/// Hosts that show the same pages for small screens.
const MIRRORS: [&str; 3] = ["m.", "mobile.", "amp."];
/// Endings of paths that ask for another rendering of the same page.
const RENDERINGS: [&str; 5] = ["/index.html", "/index.htm", "/amp", ".amp.html", ".amp"];
/// Parameters that ask for the AMP rendering.
const AMP: [&str; 4] = ["amp", "amp=1", "amp=true", "outputType=amp"];

/// What addresses of the same page share: no scheme, `www.`, mobile or AMP host, AMP or index ending, slash at the end,
/// order of parameters, or fragment that only scrolls. `None` for what is no web address, and for the front page of a
/// site, which says nothing about an entry.
#[must_use]
pub fn same_page(address: &str) -> Option<String> {
    let url = unwrapped(Url::parse(address).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?);
    let host = host(url.host_str()?);
    let path = path(url.path());
    if let Some(id) = video(host, path) {
        return Some(format!("youtube.com/watch?v={id}"));
    }
    let query = query(url.query().unwrap_or_default());
    let fragment = url.fragment().filter(|fragment| names_a_part(fragment)).unwrap_or_default();
    if is_front(path) && query.is_empty() && fragment.is_empty() {
        return None;
    }
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    let query = if query.is_empty() { query } else { format!("?{query}") };
    let fragment = if fragment.is_empty() { String::new() } else { format!("#{fragment}") };
    Some(format!("{host}{port}{path}{query}{fragment}"))
}

/// The page that an AMP cache shows: `www.google.com/amp/s/HOST/PATH`, `HOST.cdn.ampproject.org/c/s/HOST/PATH`.
fn unwrapped(url: Url) -> Url {
    let host = url.host_str().unwrap_or_default();
    let inner = match url.path().strip_prefix('/').unwrap_or_default() {
        path if host.ends_with(".ampproject.org") => {
            ["c/s/", "c/", "v/s/", "v/"].iter().find_map(|lead| path.strip_prefix(lead))
        }
        path if host.trim_start_matches("www.").starts_with("google.") => {
            ["amp/s/", "amp/"].iter().find_map(|lead| path.strip_prefix(lead))
        }
        _ => None,
    };
    let target = inner.and_then(|inner| Url::parse(&format!("https://{inner}")).ok());
    target.filter(|target| target.host_str().is_some_and(|host| host.contains('.'))).unwrap_or(url)
}

fn host(host: &str) -> &str {
    let host = without(host.trim_end_matches('.'), "www.");
    MIRRORS.iter().map(|lead| without(host, lead)).min_by_key(|rest| rest.len()).unwrap_or(host)
}

/// The video that another address than its usual one leads to.
fn video<'path>(host: &str, path: &'path str) -> Option<&'path str> {
    let id = match host {
        "youtube.com" => ["/shorts/", "/live/", "/embed/"].iter().find_map(|lead| path.strip_prefix(lead)),
        "youtu.be" => path.strip_prefix('/'),
        _ => None,
    };
    id.filter(|id| !id.is_empty() && !id.contains('/'))
}

fn without<'host>(host: &'host str, lead: &str) -> &'host str {
    host.strip_prefix(lead).filter(|rest| rest.contains('.')).unwrap_or(host)
}

fn path(path: &str) -> &str {
    let path = path.trim_end_matches('/');
    RENDERINGS.iter().find_map(|ending| path.strip_suffix(ending)).unwrap_or(path)
}

fn query(query: &str) -> String {
    let mut pairs: Vec<&str> = query.split('&').filter(|pair| !pair.is_empty() && !AMP.contains(pair)).collect();
    pairs.sort_unstable();
    pairs.join("&")
}

/// Whether a fragment leads to something else than the page as a whole: a comment (`comment-17`, `post17`) or, on pages
/// that are one program, another page (`!/p/17`, `/p/17`). What only scrolls or tracks does not.
fn names_a_part(fragment: &str) -> bool {
    if [":~:", "xtor=", "utm_", "more-"].iter().any(|lead| fragment.starts_with(lead)) {
        return false;
    }
    fragment.starts_with(['!', '/']) || fragment.contains('=') || fragment.bytes().any(|byte| byte.is_ascii_digit())
}

/// The front page of a site, or of one of its languages (`/en`, `/de-at`).
fn is_front(path: &str) -> bool {
    let name = path.trim_matches('/');
    let mut parts = name.split(['-', '_']);
    name.is_empty()
        || name.len() <= 5 && parts.all(|part| part.len() == 2 && part.bytes().all(|b| b.is_ascii_alphabetic()))
}

#[cfg(test)]
mod tests {
    use super::same_page;

    #[test]
    fn the_same_page_compares_equal() {
        let page = same_page("https://x.example/a/b");
        assert_eq!(page.as_deref(), Some("x.example/a/b"));
        for address in [
            "http://x.example/a/b",
            "https://www.x.example/a/b/",
            "https://X.Example:443/a/b",
            "https://m.x.example/a/b",
            "https://www.amp.x.example/a/b",
            "https://x.example/a/b/amp/",
            "https://x.example/a/b.amp.html",
            "https://x.example/a/b?amp=1",
            "https://x.example/a/b/index.html",
            "https://x.example/a/b#top",
            "https://x.example/a/b#comments",
            "https://x.example/a/b#:~:text=the%20word",
            "https://x.example/a/b#xtor=RSS-3208",
            "https://x.example/a/b#more-17",
            "https://www.google.com/amp/s/x.example/a/b",
            "https://x-example.cdn.ampproject.org/c/s/x.example/a/b",
        ] {
            assert_eq!(same_page(address), page, "{address}");
        }
        let video = same_page("https://www.youtube.com/watch?v=nO9pQ1rS3tU");
        for address in
            ["www.youtube.com/shorts/nO9pQ1rS3tU", "m.youtube.com/live/nO9pQ1rS3tU?si=x", "youtu.be/nO9pQ1rS3tU"]
        {
            assert_eq!(same_page(&format!("https://{address}")), video, "{address}");
        }
        assert_eq!(same_page("https://x.example/?b=2&a=1"), same_page("https://x.example?a=1&b=2"));
    }

    #[test]
    fn other_pages_stay_apart() {
        let addresses = [
            "https://x.example/a/b",
            "https://x.example/a/B",
            "https://x.example/a",
            "https://x.example:8080/a/b",
            "https://y.x.example/a/b",
            "https://x.example/a/b#comment-1",
            "https://x.example/a/b#comment-2",
            "https://x.example/a/b#!/c",
            "https://x.example/a/b?page=2",
            "https://x.example/camp",
            "https://x.example/?p=88",
            "https://m.example/a/b",
            "https://www.google.com/amp/s/nowhere",
            "https://www.youtube.com/watch?v=a",
            "https://www.youtube.com/watch?v=a&lc=b",
            "https://www.youtube.com/shorts/b",
            "https://www.youtube.com/shorts",
        ];
        let pages: Vec<_> = addresses.iter().map(|address| same_page(address).unwrap()).collect();
        for (index, page) in pages.iter().enumerate() {
            assert_eq!(pages.iter().position(|other| other == page), Some(index), "{page}");
        }
    }

    #[test]
    fn a_front_page_and_what_is_no_page_say_nothing() {
        for address in [
            "https://x.example",
            "https://www.x.example/#top",
            "https://x.example/index.html",
            "https://x.example/en/",
            "https://x.example/de-AT",
            "mailto:a@b.example",
            "nothing",
            "",
        ] {
            assert_eq!(same_page(address), None, "{address}");
        }
        assert_eq!(same_page("https://x.example/a1").as_deref(), Some("x.example/a1"));
    }
}
