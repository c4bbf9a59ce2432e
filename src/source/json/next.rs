//! Which page of a described API comes behind the one that was read. Never one of another server.

use serde_json::Value;
use url::Url;

use super::Visit;
use crate::model::json_api::{JsonApi, Paging};
use crate::model::text::one_line;
use crate::model::{Answer, Slot, Source, host_of};
use crate::parse::{json, link_header};

/// Most characters of an address that are repeated.
const LONGEST: usize = 100;

/// What the page behind this one is called, if there is one.
///
/// # Errors
/// Why it cannot be asked for, in plain words.
pub(super) fn page(
    source: &Source,
    visit: &Visit<'_>,
    answer: &Answer,
    body: &Value,
    items: usize,
) -> Result<Option<String>, String> {
    let Some(api) = &source.json else { return Ok(None) };
    let is_full = |size: Option<u32>| size.is_none_or(|size| usize::try_from(size).is_ok_and(|size| items >= size));
    let number = |first: u32| visit.page.and_then(|page| page.parse().ok()).unwrap_or(first);
    let shown = u32::try_from(items).unwrap_or(u32::MAX);
    match &api.paging {
        Paging::None => Ok(None),
        Paging::Page { first, size } => Ok(is_full(*size).then(|| number(*first).saturating_add(1).to_string())),
        Paging::Offset { size } => Ok(is_full(*size).then(|| number(0).saturating_add(shown).to_string())),
        Paging::Cursor(pointer) => told(body, pointer),
        Paging::Address(pointer) => {
            told(body, pointer)?.map(|address| on_own_server(source, api, answer, &address)).transpose()
        }
        Paging::Link => {
            let headers = answer.headers.get_all("link").iter().filter_map(|value| value.to_str().ok());
            let links = link_header::links(headers, &answer.url);
            let next = link_header::first(&links, "next");
            next.map(|next| on_own_server(source, api, answer, next.as_str())).transpose()
        }
    }
}

/// What the answer has at the place that leads on; nothing, or what means nothing, is the end.
fn told(body: &Value, pointer: &str) -> Result<Option<String>, String> {
    match body.pointer(pointer) {
        None | Some(Value::Null | Value::Bool(false)) => Ok(None),
        Some(value @ (Value::String(_) | Value::Number(_))) => Ok(json::written(value)),
        Some(_) => {
            Err(format!("what stands at `{pointer}`, where `next` says, is no text and no number that leads on"))
        }
    }
}

/// Path and query of an address on the source's own server, without the secrets. It may call itself otherwise behind a
/// proxy or after a redirect; it is asked as configured all the same.
fn on_own_server(source: &Source, api: &JsonApi, answer: &Answer, address: &str) -> Result<String, String> {
    let mut url = answer
        .url
        .join(address)
        .map_err(|_| format!("the next page has an address that cannot be read: `{}`", one_line(address, LONGEST)))?;
    let host = host_of(&url);
    if host != host_of(&source.url) && host != host_of(&answer.url) {
        let host = one_line(&host, LONGEST);
        return Err(format!("the next page is on another server, `{host}`, which is not asked"));
    }
    let places = std::iter::once(&api.credential).chain(api.secrets.iter().map(|secret| &secret.place));
    let secret: Vec<&str> = places
        .filter_map(|place| match place {
            Slot::Parameter(name) => Some(name.as_ref()),
            _ => None,
        })
        .collect();
    if !secret.is_empty() && url.query().is_some() {
        let kept: Vec<(String, String)> = url
            .query_pairs()
            .filter(|(name, _)| !secret.contains(&name.as_ref()))
            .map(|(name, value)| (name.into(), value.into()))
            .collect();
        url.query_pairs_mut().clear().extend_pairs(kept);
    }
    let query = url.query().filter(|query| !query.is_empty()).map(|query| format!("?{query}")).unwrap_or_default();
    Ok(format!("{}{query}", url.path()))
}

/// The address on the source's own server, whatever its path looks like.
pub(super) fn on_server(own: &Url, next: &str) -> Url {
    let (path, query) = next.split_once('?').map_or((next, None), |(path, query)| (path, Some(query)));
    let mut url = own.clone();
    url.set_path(path);
    url.set_query(query);
    url.set_fragment(None);
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_next_page_is_never_on_another_server() {
        let own = Url::parse("https://api.example/v1/posts?q={term}").unwrap();
        for (next, asked) in [
            ("//evil.example/x?page=2", "https://api.example//evil.example/x?page=2"),
            ("/v1/posts?a=1&b=c%20d", "https://api.example/v1/posts?a=1&b=c%20d"),
            ("/v1/posts", "https://api.example/v1/posts"),
            ("https://evil.example/", "https://api.example/https://evil.example/"),
        ] {
            assert_eq!(on_server(&own, next).as_str(), asked);
        }
    }
}
