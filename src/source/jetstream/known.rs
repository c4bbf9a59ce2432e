//! Who wrote known posts, and what becomes of them: Bluesky's public server tells it everybody, without an account.

use url::Url;

use super::super::bluesky::counts;
use crate::model::{Recount, Source, Stale};

/// Where Bluesky's own Jetstream servers are.
const OWN: &str = ".bsky.network";
/// What tells everybody of posts and accounts.
/// <https://docs.bsky.app/docs/advanced-guides/api-directory>
const PUBLIC: &str = "https://public.api.bsky.app";

pub(super) fn recounts(source: &Source, stale: &[Stale]) -> Vec<Recount> {
    counts::recounts(&Source { url: public(&source.url), ..source.clone() }, stale)
}

/// The public server, or whatever else streams in place of Bluesky's.
fn public(stream: &Url) -> Url {
    let own = stream.host_str().is_some_and(|host| host.ends_with(OWN));
    if let (true, Ok(url)) = (own, Url::parse(PUBLIC)) {
        return url;
    }
    let mut url = stream.clone();
    let scheme = if matches!(url.scheme(), "ws" | "http") { "http" } else { "https" };
    // Each of these may take the place of the other.
    let _ = url.set_scheme(scheme);
    url.set_path("");
    url.set_query(None);
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_stands_in_for_the_stream_stands_in_for_the_public_server() {
        for (stream, asked) in [
            ("https://jetstream2.us-east.bsky.network/subscribe", "https://public.api.bsky.app/"),
            ("wss://jetstream1.us-west.bsky.network/subscribe?x=1", "https://public.api.bsky.app/"),
            ("ws://127.0.0.1:6008/subscribe", "http://127.0.0.1:6008/"),
            ("https://mirror.example/all?x=1", "https://mirror.example/"),
        ] {
            assert_eq!(public(&Url::parse(stream).unwrap()).as_str(), asked);
        }
    }
}
