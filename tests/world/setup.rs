//! The configuration of the daemon that lives in the world: one source for each network.

use std::path::Path;

use mentiond::config::{self, Config, Env};

use super::lively::Lively;
use super::networks::{self, Network, Secret};
use super::server::World;
use crate::common::dovecot::PASSWORD;
use crate::common::secrets::{apple_key, google_user, service_account};

/// The configuration, with its secrets in files. It is the same whenever it is asked for.
pub fn configuration(dir: &Path, world: &World, lively: &Lively, smtp: u16) -> Config {
    let state = dir.join("state").display().to_string();
    let mut text = format!(
        "state_dir = \"{state}\"\nrecipients = [\"support@skiphop.example\"]\ndigest = []\n\
         [mail]\nfrom = \"mentiond@skiphop.example\"\n[mail.smtp]\nhost = \"127.0.0.1\"\nport = {smtp}\nsecurity = \"plain\"\n\
         [fetch]\nhost_gap = \"0s\"\n[spike]\nenabled = false\n[health]\nrecipients = []\n\
         [alert]\ngroup_wait = \"0s\"\ngroup_interval = \"10s\"\n[[brand]]\nname = \"Skip Hop\"\n"
    );
    for (place, network) in networks::all().iter().enumerate() {
        let base = if network.is_web() { world.url(place) } else { lively.url(network.kind) };
        text += &source(dir, network, base.trim_end_matches('/'));
    }
    config::parse("mentiond.toml", &text, &Env::default()).unwrap_or_else(|faults| panic!("{faults}\n{text}"))
}

fn source(dir: &Path, network: &Network, base: &str) -> String {
    let (name, kind, path) = (network.name(), network.kind.as_str(), network.path);
    let file = dir.join(format!("{name}.secret"));
    let secret = match network.secret {
        Secret::None => None,
        Secret::Word => Some("0123456789abcdef".to_owned()),
        Secret::GoogleUser => Some(google_user(base)),
        Secret::ServiceAccount => Some(service_account(base)),
        Secret::AppleKey => Some(apple_key()),
        Secret::Mailbox => Some(PASSWORD.to_owned()),
    };
    // A key is made once.
    if let Some(secret) = secret.as_ref().filter(|_| !file.exists()) {
        std::fs::write(&file, secret).unwrap();
    }
    let token = secret.map(|_| format!("token_file = \"{}\"\n", file.display())).unwrap_or_default();
    let lines = network.lines;
    format!(
        "[[source]]\nname = \"{name}\"\nkind = \"{kind}\"\nurl = \"{base}{path}\"\nallow_private = true\n{token}{lines}"
    )
}
