//! The key of this daemon, from which the secrets for hubs, the signatures of links and the seal of sessions follow: the configured one, else
//! one that is made at first need and kept in the state directory for nobody else to read.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};
use std::path::Path;

use anyhow::{Context as _, Result};
use secrecy::{ExposeSecret, SecretString};

use crate::config::Config;
use crate::link::{LinkKey, Links};
use crate::seal::Seal;
use crate::websub::HubKey;

/// The file in the state directory. Its name is from when it was for hubs alone.
const FILE: &str = "hub-key";

/// The keys that follow from the one key.
pub struct Keys {
    /// For the secrets of hubs.
    pub hub: HubKey,
    /// For links.
    pub link: LinkKey,
    /// For the sessions of networks.
    pub seal: Seal,
}

/// The keys of this daemon.
///
/// # Errors
/// When the file cannot be read or written, or what it holds is no key.
pub fn keys(config: &Config) -> Result<Keys> {
    if let Some(key) = &config.web.key {
        return follow(key.expose_secret());
    }
    let path = config.state_dir.join(FILE);
    let text = match std::fs::read_to_string(&path) {
        Err(error) if error.kind() == ErrorKind::NotFound => make(&path)
            .with_context(|| format!("the key for hubs and links cannot be written to `{}`", path.display()))?,
        text => text
            .map(SecretString::from)
            .with_context(|| format!("the key for hubs and links `{}` cannot be read", path.display()))?,
    };
    follow(text.expose_secret().trim()).with_context(|| {
        let shown = path.display();
        format!("`{shown}` holds no key\n  hint: remove it; mentiond makes another, asks hubs anew, and links in older mails end")
    })
}

/// Where links in mails lead; `None` where the world cannot reach this daemon.
///
/// # Errors
/// When there is no key.
pub fn links(config: &Config) -> Result<Option<Links>> {
    let Some(public_url) = config.web.public_url.clone() else { return Ok(None) };
    Ok(Some(Links::new(keys(config)?.link, public_url)))
}

fn follow(text: &str) -> Result<Keys> {
    let hub = HubKey::new(text)?;
    let (link, seal) = LinkKey::new(text).zip(Seal::new(text)).context("the key is empty")?;
    Ok(Keys { hub, link, seal })
}

/// Makes a key; it is whole or not there, whenever the machine stops.
fn make(path: &Path) -> Result<SecretString> {
    let key = HubKey::make()?;
    let draft = path.with_extension("new");
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match std::fs::remove_file(&draft) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error.into()),
        _ => {}
    }
    let mut file = options.open(&draft)?;
    file.write_all(key.expose_secret().as_bytes())?;
    file.sync_all()?;
    std::fs::rename(&draft, path)?;
    Ok(key)
}
