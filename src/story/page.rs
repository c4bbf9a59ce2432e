//! Which page an address leads to, so that two ways to write it are one. Pure.

use url::Url;

/// The name of a site: its host without `www.`, `m.` or `amp.`.
pub fn site(address: &str) -> Option<String> {
    let url = Url::parse(address).ok()?;
    let host = url.host_str()?.to_lowercase();
    let shorter = ["www.", "m.", "amp."].iter().find_map(|prefix| host.strip_prefix(prefix));
    Some(shorter.unwrap_or(&host).to_owned())
}

/// Site, path and what the query asks for, without trackers. `None` for an address that leads to no single page, such
/// as the front page of a site.
pub fn page(address: &str) -> Option<String> {
    let address = address.trim_end_matches(['.', ',', ')', '…', '!', '?', ';', '"', '“']);
    let url = Url::parse(address).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    let path = url.path().trim_end_matches('/');
    let query: Vec<String> = url
        .query_pairs()
        .filter(|(name, _)| !is_tracker(name))
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    (path.len() > 3 || !query.is_empty()).then(|| Some(format!("{}{path}?{}", site(address)?, query.join("&"))))?
}

fn is_tracker(name: &str) -> bool {
    name.starts_with("utm_")
        || matches!(name, "fbclid" | "gclid" | "ref" | "source" | "mc_cid" | "mc_eid" | "wt_mc" | "cmp")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_known_by_its_address_however_it_is_written() {
        let one = page("https://www.news.example/a/recall/?utm_source=x#top");
        assert_eq!(one.as_deref(), Some("news.example/a/recall?"));
        assert_eq!(page("http://news.example/a/recall)."), one);
        assert_ne!(page("https://news.example/a/recall?id=2"), one);
        for nowhere in ["https://news.example/", "https://news.example/de", "mailto:a@b.example", "recall", ""] {
            assert_eq!(page(nowhere), None, "{nowhere}");
        }
    }
}
