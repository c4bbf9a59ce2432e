//! Secrets of sources, the token and further ones: whose each is, and where it may go.

use mentiond::config::{self, Env, Faults};

const SECRET: &str = "hunter2-s3cret";
const SMALL: &str = r#"
recipients = ["anna@example.org"]
[[brand]]
name = "Skip Hop"
[[source]]
name = "Company blog"
kind = "feed"
url = "https://blog.example.org/feed.xml"
"#;

/// What is wrong with a configuration beside these variables.
fn told(text: &str, variables: &[(&str, &str)]) -> String {
    let variables = [("HOME", "/home/anna")].iter().chain(variables);
    let env = Env(variables.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect());
    let read = config::parse("/etc/mentiond/mentiond.toml", text, &env);
    read.err().as_ref().map(Faults::to_string).unwrap_or_default()
}

#[test]
fn a_token_that_fits_two_sources_goes_to_neither() {
    let twin = "[[source]]\nname = \"company-blog\"\nkind = \"feed\"\nurl = \"https://other.example.org/\"\n";
    let text = format!("{SMALL}{twin}");
    assert_eq!(told(&text, &[]), "");
    assert_eq!(
        told(&text, &[("MENTIOND_SOURCE_COMPANY_BLOG_TOKEN", SECRET)]),
        "environment: MENTIOND_SOURCE_COMPANY_BLOG_TOKEN: the token fits two sources, `Company blog` and \
         `company-blog`\n  hint: rename one of them, so that no other server gets it"
    );
}

#[test]
fn further_secrets_are_guarded_as_tokens_are() {
    let source = |name: &str, url: &str| {
        format!(
            "[[source]]\nname = \"{name}\"\nkind = \"json\"\nurl = \"{url}\"\n[source.json]\nid = \"/id\"\n\
             [[source.json.secret]]\nsecret_in = \"header X-App-Id\"\n"
        )
    };
    let given = [("MENTIOND_SOURCE_AN_API_SECRET_X_APP_ID", SECRET)];
    assert_eq!(told(&format!("{SMALL}{}", source("An API", "https://a.example/")), &given), "");
    assert_eq!(
        told(&format!("{SMALL}{}", source("An API", "http://a.example/")), &given),
        "environment: MENTIOND_SOURCE_AN_API_SECRET_X_APP_ID: the token would cross the network in the clear\n  \
         hint: write the address with `https://`"
    );
    let twins = format!("{SMALL}{}{}", source("An API", "https://a.example/"), source("an-api", "https://b.example/"));
    assert_eq!(
        told(&twins, &given),
        "environment: MENTIOND_SOURCE_AN_API_SECRET_X_APP_ID: the token fits two sources, `An API` and `an-api`\n  \
         hint: rename one of them, so that no other server gets it"
    );
}
