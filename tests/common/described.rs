//! Sources of the kind `json`, as the configuration describes them.

use mentiond::config::{self, Env};
use mentiond::model::Source;

/// An API at `url`, described by these lines. It is called `api` and asked for `acme`; where they say where its token
/// belongs, it has one, and where its address has a place in it, that is `news`.
pub fn described(url: &str, lines: &str) -> Source {
    described_with(url, lines, &[])
}

/// The same, with secrets in these variables.
pub fn described_with(url: &str, lines: &str, variables: &[(&str, &str)]) -> Source {
    let places = if url.contains("{place}") && !lines.contains("places = ") { "places = [\"news\"]\n" } else { "" };
    let text = format!(
        "recipients = [\"anna@example.org\"]\n[[brand]]\nname = \"Acme\"\n[[source]]\nname = \"api\"\nkind = \"json\"\n\
         url = \"{url}\"\n{places}{lines}"
    );
    let token = lines.contains("token_in").then_some(&("MENTIOND_SOURCE_API_TOKEN", "unused"));
    let variables = [("HOME", "/home/anna")].iter().chain(token).chain(variables);
    let env = Env(variables.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect());
    let mut config = config::parse("m.toml", &text, &env).unwrap_or_else(|faults| panic!("{faults}"));
    Source { terms: vec!["acme".to_owned()], ..config.sources.remove(0).value }
}
