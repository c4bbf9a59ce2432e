//! The configuration: one bad file per rule with its exact message, the environment, secrets.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

use mentiond::config::{self, Config, Env, Faults, SmtpSecurity, Way};
use mentiond::model::{Interval, Tone};
use secrecy::ExposeSecret;

const SECRET: &str = "hunter2-s3cret";
const KEY: &str = "0123456789abcdef0123456789abcdef";
const SMALL: &str = r#"
recipients = ["anna@example.org"]
[[brand]]
name = "Skip Hop"
[[source]]
name = "Company blog"
kind = "feed"
url = "https://blog.example.org/feed.xml"
"#;
const PEM: &str = include_str!("data/keys/ed25519.pem");
const SERVER: &str = "[mail]\nfrom = \"m@example.org\"\n[mail.smtp]\nhost = \"mail.example.org\"\n";

fn env(variables: &[(&str, &str)]) -> Env {
    let home = [("HOME", "/home/anna")];
    Env(home.iter().chain(variables).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
}

fn parse(text: &str, variables: &[(&str, &str)]) -> Result<Config, Faults> {
    config::parse("/etc/mentiond/mentiond.toml", text, &env(variables))
}

#[expect(clippy::expect_used, reason = "a test may fail")]
fn good(text: &str, variables: &[(&str, &str)]) -> Config {
    parse(text, variables).expect("this has no fault")
}

#[expect(clippy::expect_used, reason = "a test may fail")]
fn bad(text: &str, variables: &[(&str, &str)]) -> String {
    parse(text, variables).expect_err("this has a fault").to_string()
}

/// The message of every `tests/data/config/NAME.toml` is `NAME.txt`, to the letter.
#[test]
fn every_bad_file_is_told_what_is_wrong() {
    let folder = Path::new("tests/data/config");
    let prefix = [format!("{}/", folder.display()), format!("{}/", std::path::absolute(folder).unwrap().display())];
    let mut pairs = 0;
    for entry in folder.read_dir().unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "toml") {
            continue;
        }
        let expected = std::fs::read_to_string(path.with_extension("txt")).unwrap();
        let faults = config::load(&path, &env(&[])).expect_err("this has a fault");
        let said = prefix.iter().rev().fold(faults.to_string(), |said, prefix| said.replace(prefix, ""));
        assert_eq!(said.trim_end(), expected.trim_end(), "{}", path.display());
        assert!(!said.contains(SECRET) && !format!("{faults:?}").contains(SECRET), "{}", path.display());
        pairs += 1;
    }
    assert!(pairs >= 55, "only {pairs} files were found");
}

#[test]
fn one_reading_finds_more_than_ten_faults_each_on_its_line() {
    let faults = config::load(Path::new("tests/data/config/many.toml"), &env(&[])).expect_err("this has faults").0;
    let lines: Vec<usize> = faults.iter().map(|fault| fault.place.line).collect();
    assert_eq!(lines, [2, 3, 6, 9, 10, 12, 14, 15, 21, 22, 24, 30, 35, 36, 37, 41, 42, 47]);
    let messages: BTreeSet<&str> = faults.iter().map(|fault| fault.message.as_str()).collect();
    assert_eq!(messages.len(), 17, "`the key is missing` is said for two keys, all else once");
}

#[test]
fn defaults() {
    let config = good(SMALL, &[]);
    assert_eq!(config.state_dir, Path::new("/home/anna/.local/state/mentiond"));
    assert_eq!(config.store.url, "sqlite:///home/anna/.local/state/mentiond/mentiond.db");
    assert_eq!(config.mail.dir, Path::new("/home/anna/.local/state/mentiond/mails"));
    assert_eq!(config.brands[0].value.query, "\"Skip Hop\"");
    assert_eq!(config.brands[0].value.recipients, ["anna@example.org"]);
    assert_eq!(config.rules[0].value.tones, [Tone::Negative, Tone::Neutral, Tone::Unscored]);
    assert_eq!(config.grouping.repeat_interval, Some(Duration::from_secs(4 * 3600)));
    assert_eq!((config.digests[0].value.name.as_str(), config.digests[0].place.as_ref()), ("daily", None));
    let agent = format!("mentiond/{} (+https://github.com/mentiond/mentiond)", env!("CARGO_PKG_VERSION"));
    assert_eq!(config.fetch.user_agent, agent);
}

#[test]
fn a_feed_follows_its_own_pace_unless_an_interval_is_configured() {
    let source = |lines: &str| {
        let text = format!("{SMALL}\n[[source]]\nname = \"another\"\n{lines}\n");
        good(&text, &[]).sources.pop().expect("it stands last").value.interval
    };
    let feed = "kind = \"feed\"\nurl = \"https://a.example/\"";
    let (minute, quarter) = (Duration::from_secs(60), Duration::from_secs(900));
    assert_eq!(source(feed), Interval::Adaptive { usual: quarter });
    assert_eq!(source(&format!("{feed}\ninterval = \"15m\"")), Interval::Fixed(quarter));
    assert_eq!(source("kind = \"hacker_news\""), Interval::Fixed(minute * 5));
}

#[test]
fn empty_lists_turn_rules_and_digests_off() {
    let config = good(&format!("rule = []\ndigest = []\n{SMALL}"), &[]);
    assert!(config.rules.is_empty() && config.digests.is_empty());
}

#[test]
fn the_health_of_sources_is_told_to_those_who_are_named_or_to_the_only_one() {
    let told = |text: &str| good(text, &[]).health.recipients;
    assert_eq!(told(SMALL), ["anna@example.org"]);
    let digest = "[[digest]]\nname = \"daily\"\nschedule = \"0 8 * * *\"\nrecipients = [\"boss@example.org\"]\n";
    assert!(told(&format!("{SMALL}{digest}")).is_empty(), "nobody knows which of two runs mentiond");
    let health = "[health]\nrecipients = [\"ops@example.org\"]\n";
    assert_eq!(told(&format!("{SMALL}{digest}{health}")), ["ops@example.org"]);
    assert!(told(&format!("{SMALL}[health]\nrecipients = []\n")).is_empty());
    let config = good(&format!("{SMALL}[fetch]\ntimeout = \"60s\"\n"), &[]);
    assert_eq!(
        (config.health.slow_after, config.health.group_wait),
        (Duration::from_secs(20), Duration::from_secs(600))
    );
}

#[test]
fn the_port_follows_the_security() {
    for (security, port) in [("starttls", 587), ("tls", 465), ("plain", 25)] {
        let text = format!("{SMALL}{SERVER}security = \"{security}\"\nallow_plaintext = true\n");
        assert_eq!(good(&text, &[]).mail.smtp.unwrap().port, port);
    }
}

#[test]
fn plain_is_allowed_on_loopback() {
    for host in ["localhost", "127.0.0.1", "127.8.8.8", "::1", "mail.localhost"] {
        let text = format!("{SMALL}{SERVER}security = \"plain\"\n").replace("mail.example.org", host);
        assert_eq!(good(&text, &[]).mail.smtp.unwrap().security, SmtpSecurity::Plain, "{host}");
    }
}

#[test]
fn places_point_at_the_query_and_the_schedule() {
    let text = format!(
        "{SMALL}[[digest]]\nname = \"weekly\"\n  schedule = \"0 8 * * Mon\"\n[[brand]]\nname = \"æ\"\nquery = \"ø\"\n"
    );
    let config = good(&text, &[]);
    let at = |place: &Option<config::Place>| {
        let place = place.clone().expect("it was written");
        (place.line, place.column, place.key)
    };
    assert_eq!(at(&config.brands[0].place), (3, 1, "brand[0]".to_owned()));
    assert_eq!(at(&config.brands[1].place), (14, 9, "brand[1].query".to_owned()));
    assert_eq!(at(&config.digests[0].place), (11, 14, "digest[0].schedule".to_owned()));
}

#[test]
fn relative_paths_start_from_the_folder_of_the_file() {
    let config = good(
        &format!("state_dir = \"state\"\n{SMALL}[store]\nurl = \"sqlite:data/m.db\"\n[mail]\ndir = \"out\"\n"),
        &[],
    );
    assert_eq!(config.state_dir, Path::new("/etc/mentiond/state"));
    assert_eq!(config.store.url, "sqlite:///etc/mentiond/data/m.db");
    assert_eq!(config.mail.dir, Path::new("/etc/mentiond/out"));
}

#[test]
fn the_state_directory_is_searched_in_order() {
    let all =
        [("MENTIOND_STATE_DIR", "/a"), ("STATE_DIRECTORY", "/b:/other"), ("XDG_STATE_HOME", "/c"), ("HOME", "/d")];
    for (skip, expected) in [(0, "/a"), (1, "/b"), (2, "/c/mentiond"), (3, "/d/.local/state/mentiond")] {
        assert_eq!(good(SMALL, &all[skip..]).state_dir, Path::new(expected));
    }
    let text = format!("state_dir = \"/e\"\n{SMALL}");
    assert_eq!(good(&text, &all).state_dir, Path::new("/a"));
    assert_eq!(good(&text, &all[1..]).state_dir, Path::new("/e"));

    let homeless = config::parse("m.toml", SMALL, &Env::default()).expect_err("there is no place for the state");
    assert_eq!(
        homeless.to_string(),
        "m.toml: state_dir: the state directory is not known: neither the key nor `HOME` is set\n  \
         hint: set `state_dir`, or the variable `MENTIOND_STATE_DIR`"
    );
}

#[test]
fn every_variable_overrules_the_file() {
    let config = good(
        &format!(
            "{SMALL}[[channel]]\nname = \"ops\"\nkind = \"telegram\"\nroom = \"1\"\n\
             [[mail.smtp.fallback]]\nhost = \"mx2.example.org\"\nusername = \"anna\"\n\
             [mail.dkim]\nselector = \"one\"\n[web]\npublic_url = \"https://m.example.org\"\n\
             [[source]]\nname = \"A\"\nkind = \"facebook\"\nplaces = [\"1\"]\n\
             [[source]]\nname = \"An API\"\nkind = \"json\"\nurl = \"https://a.example/\"\n[source.json]\nid = \"/id\"\n\
             [[source.json.secret]]\nsecret_in = \"header X-App-Id\"\n"
        ),
        &[
            ("MENTIOND_STATE_DIR", "/srv/state"),
            ("MENTIOND_STORE_URL", "sqlite:///srv/m.db"),
            ("MENTIOND_LOG", "mentiond=debug,info"),
            ("MENTIOND_LOG_FORMAT", "json"),
            ("MENTIOND_SMTP_HOST", "mail.example.org"),
            ("MENTIOND_SMTP_PORT", "2525"),
            ("MENTIOND_SMTP_SECURITY", "tls"),
            ("MENTIOND_SMTP_USERNAME", "anna"),
            ("MENTIOND_SMTP_PASSWORD", SECRET),
            ("MENTIOND_SMTP_MX2_EXAMPLE_ORG_PASSWORD", SECRET),
            ("MENTIOND_MAIL_FROM", "Anna <anna@example.org>"),
            ("MENTIOND_DKIM_KEY", PEM),
            ("MENTIOND_WEB_KEY", KEY),
            ("MENTIOND_SOURCE_COMPANY_BLOG_TOKEN", SECRET),
            ("MENTIOND_SOURCE_A_TOKEN", SECRET),
            ("MENTIOND_SOURCE_A_WEBHOOK_SECRET", SECRET),
            ("MENTIOND_SOURCE_A_VERIFY_TOKEN", "meatyhamhock"),
            ("MENTIOND_SOURCE_AN_API_SECRET_X_APP_ID", SECRET),
            ("MENTIOND_CHANNEL_OPS_SECRET", SECRET),
        ],
    );
    assert_eq!((config.state_dir.to_str(), config.store.url.as_str()), (Some("/srv/state"), "sqlite:///srv/m.db"));
    assert_eq!((config.log.filter.as_str(), config.log.json), ("mentiond=debug,info", true));
    assert_eq!(config.mail.from, "Anna <anna@example.org>");
    let smtp = config.mail.smtp.expect("the variables make a server");
    assert_eq!((smtp.host.as_str(), smtp.port, smtp.security), ("mail.example.org", 2525, SmtpSecurity::Tls));
    assert_eq!((smtp.username.as_deref(), smtp.password.unwrap().expose_secret()), (Some("anna"), SECRET));
    let dkim = config.mail.dkim.as_ref().expect("mails are signed");
    assert_eq!((dkim.domain.as_str(), dkim.selector.as_str()), ("example.org", "one"), "by the sender's domain");
    assert_eq!(dkim.key.expose_secret(), PEM.trim_end());
    let secrets = [&config.mail.fallbacks[0].password, &config.sources[0].value.token];
    assert!(secrets.iter().all(|secret| secret.as_ref().unwrap().expose_secret() == SECRET));
    let webhook = config.sources[1].value.webhook.as_ref().unwrap();
    assert_eq!((webhook.secret.expose_secret(), webhook.verify_token.expose_secret()), (SECRET, "meatyhamhock"));
    let further: Vec<&str> = config.sources[2].value.secrets().map(|secret| secret.expose_secret()).collect();
    assert_eq!(further, [SECRET]);
    assert_eq!(config.web.key.unwrap().expose_secret(), KEY);
    let Way::Telegram { token, .. } = &config.channels[0].way else { panic!() };
    assert_eq!(token.expose_secret(), SECRET);
    assert_eq!(config::VARIABLES.len(), 18, "a new variable belongs into this test");
}

#[test]
fn a_wrong_variable_is_a_fault_that_names_it() {
    for (variables, expected) in [
        (
            &[("MENTIOND_SMTP_HOTS", "x")][..],
            "environment: MENTIOND_SMTP_HOTS: there is no such variable\n  hint: did you mean `MENTIOND_SMTP_HOST`?",
        ),
        (
            &[("MENTIOND_LOG_FORMAT", "xml")],
            "environment: MENTIOND_LOG_FORMAT: `xml` is not a log format\n  hint: allowed: `text`, `json`",
        ),
        (
            &[("MENTIOND_SMTP_HOST", "localhost"), ("MENTIOND_MAIL_FROM", "a@b.org"), ("MENTIOND_SMTP_PORT", "smtp")],
            "environment: MENTIOND_SMTP_PORT: expected a whole number, found text\n  hint: for instance `587`",
        ),
        (
            &[("MENTIOND_SMTP_HOST", "localhost")],
            "environment: MENTIOND_SMTP_HOST: the key is missing\n  hint: a server wants a sender that it knows: write \
             `from = \"mentiond <mentiond@example.org>\"` below `[mail]`, or set `MENTIOND_MAIL_FROM`",
        ),
        (
            &[("MENTIOND_SOURCE_COMPANY_BLOK_TOKEN", SECRET)],
            "environment: MENTIOND_SOURCE_COMPANY_BLOK_TOKEN: there is no such variable\n  \
             hint: did you mean `MENTIOND_SOURCE_COMPANY_BLOG_TOKEN`?",
        ),
    ] {
        assert_eq!(bad(SMALL, variables), expected);
    }
}

#[test]
fn variables_of_others_and_empty_ones_are_nobodys_fault() {
    good(
        SMALL,
        &[
            ("MENTIOND_CONFIG", "/etc/mentiond.toml"),
            ("MENTIOND_TEST_ANYTHING", "1"),
            ("MENTIOND_SMTP_HOST", ""),
            ("MENTIOND_SERVICE_HOST", "10.0.0.7"),
            ("MENTIOND_PORT_80_TCP", "tcp://10.0.0.7:80"),
        ],
    );
}

#[test]
fn secrets_come_from_one_place_only() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().display().to_string();
    std::fs::write(folder.path().join("smtp_password"), format!("{SECRET}\r\n")).unwrap();
    std::fs::write(folder.path().join("source_company_blog_token"), SECRET).unwrap();
    let text = format!("{SMALL}{SERVER}username = \"anna\"\n");
    let systemd = ("CREDENTIALS_DIRECTORY", path.as_str());

    let config = good(&text, &[systemd]);
    assert_eq!(config.mail.smtp.unwrap().password.unwrap().expose_secret(), SECRET);
    assert_eq!(config.sources[0].value.token.as_ref().unwrap().expose_secret(), SECRET);

    let variable = ("MENTIOND_SMTP_PASSWORD", SECRET);
    let twice = |by: &str| format!("the secret is given twice: here and by {by}\n  hint: give it in one way only");
    assert_eq!(
        bad(&text, &[systemd, variable]),
        format!("environment: MENTIOND_SMTP_PASSWORD: {}", twice("the credential `smtp_password`"))
    );
    let with_file = format!("{text}password_file = \"{path}/smtp_password\"\n");
    assert_eq!(good(&with_file, &[]).mail.smtp.unwrap().password.unwrap().expose_secret(), SECRET);
    assert_eq!(
        bad(&with_file, &[variable]),
        format!(
            "/etc/mentiond/mentiond.toml:14:17: mail.smtp.password_file: {}",
            twice("the variable `MENTIOND_SMTP_PASSWORD`")
        )
    );

    std::fs::write(folder.path().join("smtp_password"), "x".repeat(4097)).unwrap();
    assert!(bad(&with_file, &[]).contains("is larger than 4096 bytes\n"));
}

#[test]
fn secrets_never_show() {
    let variables = [("MENTIOND_SMTP_PASSWORD", SECRET), ("MENTIOND_SOURCE_COMPANY_BLOG_TOKEN", SECRET)];
    let config = good(&format!("{SMALL}{SERVER}username = \"anna\"\n"), &variables);
    assert!(![format!("{config:?}"), format!("{:?}", env(&variables))].concat().contains(SECRET));
    let unsendable = format!("{SECRET}\u{7}");
    let faults =
        bad(SMALL, &[("MENTIOND_SMTP_PASSWORD", &unsendable), ("MENTIOND_SOURCE_COMPANY_BLOG_TOKEN", &unsendable)]);
    assert!(faults.contains("characters that cannot be sent") && !faults.contains(SECRET), "{faults}");
}

#[test]
fn a_secret_may_have_lines_where_the_network_gives_a_document() {
    let source = |kind: &str, rest: &str| format!("{SMALL}\n[[source]]\nname = \"own\"\nkind = \"{kind}\"\n{rest}\n");
    let secret = [("MENTIOND_SOURCE_OWN_TOKEN", "{\n  \"type\": \"authorized_user\"\n}\n")];
    let config = good(&source("google_play", "places = [\"com.example.app\"]"), &secret);
    let own = config.sources.iter().find(|source| source.value.name == "own").unwrap();
    assert_eq!(own.value.token.as_ref().unwrap().expose_secret(), secret[0].1.trim_end());
    assert_eq!(
        bad(&source("trustpilot", "places = [\"507f191e810c19729de860ea\"]"), &secret),
        "environment: MENTIOND_SOURCE_OWN_TOKEN: the secret has characters that cannot be sent\n  \
         hint: the secret and nothing else, in one line"
    );
}

#[test]
fn without_a_file_there_are_public_sources_and_mails_as_files() {
    let config = config::without_file(&["Skip Hop".to_owned(), "Acme".to_owned()], &env(&[])).unwrap();
    let queries: Vec<_> = config.brands.iter().map(|brand| brand.value.query.as_str()).collect();
    assert_eq!(queries, ["\"Skip Hop\"", "\"Acme\""]);
    assert_eq!(config.brands[0].value.recipients, ["you@localhost"]);
    assert_eq!(config.health.recipients, ["you@localhost"]);
    let sources: BTreeMap<_, _> =
        config.sources.iter().map(|source| (source.value.name.as_str(), source.value.url.as_str())).collect();
    assert_eq!(
        sources,
        BTreeMap::from([
            ("Hacker News", "https://hn.algolia.com/"),
            ("mas.to", "https://mas.to/"),
            ("mastodon.social", "https://mastodon.social/"),
            ("mstdn.social", "https://mstdn.social/"),
        ])
    );
    assert!(config.sources.iter().all(|source| source.value.terms.is_empty() && source.place.is_none()));
    assert!(config.mail.smtp.is_none());
    assert_eq!(config.digests[0].value.schedule, "0 8 * * *");
}

#[test]
fn brands_of_the_command_line_are_checked_too() {
    for (brands, expected) in [
        (&[""][..], "command line: --brand: the name is empty\n  hint: write a name after `--brand`"),
        (
            &["\"x\""],
            "command line: --brand: `\"x\"` cannot be searched for as it stands, because of its quotes\n  hint: leave the \
             quotes out",
        ),
        (&["a", "a"], "command line: --brand: the name `a` is taken\n  hint: give it once"),
    ] {
        let brands: Vec<String> = brands.iter().map(|brand| (*brand).to_owned()).collect();
        assert_eq!(config::without_file(&brands, &env(&[])).expect_err("this has a fault").to_string(), expected);
    }
}

#[test]
fn a_file_that_cannot_be_read_is_one_fault() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mentiond.toml");
    let said = |path: &Path| {
        let faults = config::load(path, &env(&[])).expect_err("it cannot be read");
        faults.0[0].to_string().replace(&path.display().to_string(), "FILE")
    };
    let hint = "\n  hint: name one with `--config FILE`; `config/mentiond.toml` is a start";
    assert_eq!(said(&path), format!("FILE: the file does not exist{hint}"));
    assert_eq!(said(folder.path()), format!("FILE: the file is a folder{hint}"));
    std::fs::write(&path, b"a = 1\nb = \"\xff\"\n").unwrap();
    assert_eq!(said(&path), format!("FILE: the file is not UTF-8: line 2 has a byte that does not belong there{hint}"));
}
