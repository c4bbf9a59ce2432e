//! Which notice is told in which language, as the configuration says it.

use mentiond::config::{self, Config, Env};
use mentiond::model::{Tongue, Tongues};

#[expect(clippy::expect_used, reason = "a test may fail")]
fn good(text: &str) -> Config {
    let env = Env([("HOME".to_owned(), "/home/anna".to_owned())].into());
    config::parse("/etc/mentiond/mentiond.toml", text, &env).expect("this has no fault")
}

fn named(pairs: &[(&str, Tongue)]) -> std::collections::BTreeMap<String, Tongue> {
    pairs.iter().map(|(name, tongue)| ((*name).to_owned(), *tongue)).collect()
}

#[test]
fn a_file_that_says_nothing_speaks_english() {
    assert_eq!(good(SMALL).tongues, Tongues::default());
    assert_eq!(Tongues::default().general, Tongue::En);
}

const SMALL: &str = r#"
recipients = ["anna@example.org"]
[[brand]]
name = "Skip Hop"
[[source]]
name = "Company blog"
kind = "feed"
url = "https://blog.example.org/feed.xml"
"#;

#[test]
fn routes_take_over_the_language_of_the_one_around_them() {
    let text = format!(
        r#"language = "de"
{SMALL}
[[brand]]
name = "Lillebror"
mail_language = "nb"
[[digest]]
name = "weekly"
schedule = "0 8 * * Mon"
language = "en"
[[digest]]
name = "daily"
schedule = "0 8 * * *"
[[route]]
name = "lawyers"
severities = ["urgent"]
language = "en"
[[route.route]]
name = "by night"
[[route.route]]
name = "in Oslo"
language = "nb"
[[route]]
name = "others"
"#
    );
    let expected = Tongues {
        general: Tongue::De,
        brands: named(&[("Lillebror", Tongue::Nb)]),
        routes: named(&[("lawyers", Tongue::En), ("by night", Tongue::En), ("in Oslo", Tongue::Nb)]),
        digests: named(&[("weekly", Tongue::En)]),
    };
    assert_eq!(good(&text).tongues, expected);
    let of_alerts = good(&format!("{text}[alert]\nlanguage = \"nb\"\n")).tongues;
    let routes = named(&[
        ("", Tongue::Nb),
        ("lawyers", Tongue::En),
        ("by night", Tongue::En),
        ("in Oslo", Tongue::Nb),
        ("others", Tongue::Nb),
    ]);
    assert_eq!(of_alerts, Tongues { routes, ..expected });
}
