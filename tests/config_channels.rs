//! `[[channel]]`: what each kind needs and how it is understood, and that its secrets are shown nowhere.

use std::time::Duration;

use mentiond::config::{self, ChannelKind, Config, Env, Faults, Way};
use secrecy::ExposeSecret as _;

const SECRET: &str = "hunter2-s3cret";
const SMALL: &str = r#"
recipients = ["channel:ops"]
[[brand]]
name = "Skip Hop"
[[source]]
name = "Company blog"
kind = "feed"
url = "https://blog.example.org/feed.xml"
[[channel]]
name = "ops"
"#;

fn parse(lines: &str, variables: &[(&str, &str)]) -> Result<Config, Faults> {
    let home = [("HOME", "/home/anna")];
    let env = home.iter().chain(variables).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    config::parse("/etc/mentiond/mentiond.toml", &format!("{SMALL}{lines}"), &Env(env))
}

fn way(lines: &str, secret: &str) -> Way {
    let config = parse(lines, &[("MENTIOND_CHANNEL_OPS_SECRET", secret)]).unwrap();
    assert!(!format!("{config:?}").contains(SECRET), "{lines}");
    assert_eq!(config.brands[0].value.recipients, ["channel:ops"]);
    assert_eq!(config.health.recipients, ["channel:ops"], "the only recipient hears of sources");
    config.channels.into_iter().next().unwrap().way
}

#[test]
fn every_kind_with_what_it_needs() {
    let key = format!("{SECRET}-{}", "k".repeat(24));
    let Way::Webhook { url, key: read } = way("kind = \"webhook\"\nurl = \"https://a.example/x\"", &key) else {
        panic!()
    };
    assert_eq!((url.as_str(), read.bytes()), ("https://a.example/x", key.into_bytes()));

    let coded = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    let Way::Webhook { key, .. } = way("kind = \"webhook\"\nurl = \"https://a.example/x\"", coded) else { panic!() };
    assert_eq!((key.bytes().len(), key.bytes()[0]), (24, 0x31), "base64 is read");

    let address = format!("https://hooks.slack.com/services/T0/{SECRET}");
    let Way::Slack(slack) = way("kind = \"slack\"", &address) else { panic!() };
    let Way::Teams(teams) = way("kind = \"teams\"", &address) else { panic!() };
    assert_eq!([slack.expose().as_str(), teams.expose().as_str()], [&address, &address]);

    let Way::Ntfy { server, topic, token } = way("kind = \"ntfy\"\nroom = \"alerts\"", SECRET) else { panic!() };
    assert_eq!((server.as_str(), topic.as_str()), ("https://ntfy.sh/", "alerts"));
    assert_eq!(token.unwrap().expose_secret(), SECRET);

    let Way::Telegram { server, chat, token } = way("kind = \"telegram\"\nroom = \"-100\"", SECRET) else { panic!() };
    assert_eq!((server.as_str(), chat.as_str()), ("https://api.telegram.org/", "-100"));
    assert_eq!(token.expose_secret(), SECRET);

    let lines = "kind = \"matrix\"\nroom = \"!a:b\"\nurl = \"https://matrix.example\"";
    let Way::Matrix { server, room, token } = way(lines, SECRET) else { panic!() };
    assert_eq!((server.as_str(), room.as_str()), ("https://matrix.example/", "!a:b"));
    assert_eq!(token.expose_secret(), SECRET);

    let config = parse("kind = \"maildir\"\ndir = \"mails\"", &[]).unwrap();
    let Way::Maildir(dir) = &config.channels[0].way else { panic!() };
    assert_eq!(dir, std::path::Path::new("/etc/mentiond/mails"));
    assert_eq!(format!("{:?}", config.channels), "[channel \"ops\" (maildir)]");
}

#[test]
fn what_need_not_be_written() {
    let config = parse("kind = \"ntfy\"\nroom = \"alerts\"", &[]).unwrap();
    let ops = &config.channels[0];
    assert_eq!((ops.allow_private, ops.timeout), (false, Duration::from_secs(30)));
    assert!(matches!(ops.way, Way::Ntfy { token: None, .. }), "a public server wants no token");
    for kind in ChannelKind::ALL {
        let said = parse(&format!("kind = \"{}\"", kind.as_str()), &[]).map(|_| ()).unwrap_err().to_string();
        assert!(!said.contains("is not a kind"), "{said}");
    }
}

#[test]
fn a_network_of_ones_own_may_be_told_in_the_clear_but_for_tokens() {
    let key = "k".repeat(24);
    let variables = [("MENTIOND_CHANNEL_OPS_SECRET", key.as_str())];
    let webhook = "kind = \"webhook\"\nurl = \"http://tickets:8080/hook\"";
    let said = parse(webhook, &variables).unwrap_err().to_string();
    assert!(said.contains("notices would cross the network in the clear"), "{said}");
    parse(&format!("{webhook}\nallow_private = true"), &variables).unwrap();
    parse("kind = \"webhook\"\nurl = \"http://127.0.0.1/hook\"", &variables).unwrap();
}

#[test]
fn a_secret_is_given_once_and_to_one_channel() {
    let twice = "kind = \"ntfy\"\nroom = \"a\"\n[[channel]]\nname = \"Ops\"\nkind = \"ntfy\"\nroom = \"b\"\n";
    let said = parse(twice, &[("MENTIOND_CHANNEL_OPS_SECRET", SECRET)]).unwrap_err().to_string();
    let expected = "environment: MENTIOND_CHANNEL_OPS_SECRET: the secret fits two channels, `ops` and `Ops`\n  \
                    hint: rename one of them, so that no other server gets it";
    assert_eq!(said, expected);

    let said =
        parse("kind = \"ntfy\"\nroom = \"a\"", &[("MENTIOND_CHANNEL_OP_SECRET", SECRET)]).unwrap_err().to_string();
    let expected = "environment: MENTIOND_CHANNEL_OP_SECRET: there is no such variable\n  \
                    hint: did you mean `MENTIOND_CHANNEL_OPS_SECRET`?";
    assert_eq!(said, expected);

    let said = parse("kind = \"webhook\"\nurl = \"https://a.example/\"", &[("MENTIOND_CHANNEL_OPS_SECRET", SECRET)]);
    let expected = "environment: MENTIOND_CHANNEL_OPS_SECRET: the key has not 24 to 64 bytes\n  \
                    hint: make one with `echo whsec_$(openssl rand -base64 32)`";
    assert_eq!(said.unwrap_err().to_string(), expected);
}
