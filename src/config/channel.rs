//! `[[channel]]`: the ways out beside mail, for recipients that are written `channel:NAME`. Never shows an
//! address or a secret: of some kinds the address is the secret. What is written is read in `channel/reading.rs`.

mod reading;

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use super::rate::Rate;
use super::words::{Word, Wrong, choice, shown};
pub(super) use reading::resolve;

/// A way out beside mail.
#[derive(Clone)]
pub struct ChannelConfig {
    /// The unique name, to which `channel:NAME` refers.
    pub name: String,
    /// Where it leads.
    pub way: Way,
    /// Whether addresses that are not public may be reached.
    pub allow_private: bool,
    /// For one whole delivery.
    pub timeout: Duration,
    /// How many notices may go by it.
    pub rate: Option<Rate>,
}

/// Where a channel leads.
#[derive(Clone)]
pub enum Way {
    /// A program that takes JSON, signed as Standard Webhooks asks for.
    Webhook {
        /// Its address.
        url: Url,
        /// By which it is signed.
        key: WebhookKey,
    },
    /// What takes Slack's incoming webhooks.
    Slack(SecretUrl),
    /// A workflow of Microsoft Teams.
    Teams(SecretUrl),
    /// A topic of ntfy.
    Ntfy {
        /// The server.
        server: Url,
        /// The topic.
        topic: String,
        /// The token to publish with, where the server wants one.
        token: Option<SecretString>,
    },
    /// A chat of Telegram, by a bot.
    Telegram {
        /// The server of the bot API.
        server: Url,
        /// The chat's number, or `@name` of a public one.
        chat: String,
        /// The bot's token.
        token: SecretString,
    },
    /// A room of Matrix.
    Matrix {
        /// The homeserver.
        server: Url,
        /// The room's id.
        room: String,
        /// The access token.
        token: SecretString,
    },
    /// A folder of mails that mail programs read.
    Maildir(PathBuf),
}

/// A web address that is a secret: whoever knows it can post.
#[derive(Clone)]
pub struct SecretUrl(Url);

impl SecretUrl {
    /// The address.
    #[must_use]
    pub fn expose(&self) -> &Url {
        &self.0
    }
}

/// The key of a webhook. One that begins with `whsec_` is written in base64, any other stands for itself.
#[derive(Clone)]
pub struct WebhookKey(SecretString);

impl WebhookKey {
    /// The bytes to sign with.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let text = self.0.expose_secret();
        let coded = text.strip_prefix(CODED).and_then(|coded| STANDARD.decode(coded).ok());
        coded.unwrap_or_else(|| text.as_bytes().to_vec())
    }
}

/// How a key in base64 begins.
const CODED: &str = "whsec_";
/// Bytes of a key, as Standard Webhooks asks for.
const KEY_BYTES: std::ops::RangeInclusive<usize> = 24..=64;

/// The kinds of channels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChannelKind {
    /// JSON to a program.
    Webhook,
    /// Slack, Mattermost, Rocket.Chat.
    Slack,
    /// Microsoft Teams.
    Teams,
    /// ntfy.
    Ntfy,
    /// Telegram.
    Telegram,
    /// Matrix.
    Matrix,
    /// A folder of mails.
    Maildir,
}

impl ChannelKind {
    /// All kinds.
    pub const ALL: [Self; 7] =
        [Self::Webhook, Self::Slack, Self::Teams, Self::Ntfy, Self::Telegram, Self::Matrix, Self::Maildir];

    /// The word of the configuration.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Webhook => "webhook",
            Self::Slack => "slack",
            Self::Teams => "teams",
            Self::Ntfy => "ntfy",
            Self::Telegram => "telegram",
            Self::Matrix => "matrix",
            Self::Maildir => "maildir",
        }
    }

    /// The server that it usually is.
    fn usual_server(self) -> Option<Url> {
        let server = match self {
            Self::Ntfy => "https://ntfy.sh",
            Self::Telegram => "https://api.telegram.org",
            Self::Webhook | Self::Slack | Self::Teams | Self::Matrix | Self::Maildir => return None,
        };
        Url::parse(server).ok()
    }
}

impl Word for ChannelKind {
    const WHAT: &'static str = "a kind of channel";
    const EXAMPLE: &'static str = "slack";

    fn parse(text: &str) -> Result<Self, Wrong> {
        let lower = text.to_ascii_lowercase();
        let hint = match lower.as_str() {
            "mattermost" | "rocketchat" | "rocket.chat" | "discord" => {
                "write `slack`: it is for everything that takes Slack's incoming webhooks"
            }
            "mail" | "email" | "smtp" => "a mail address needs no channel: write it among the `recipients`",
            _ => return choice(text, Self::ALL.map(|kind| (kind.as_str(), kind))),
        };
        Err(Wrong::new(format!("{} is not {}", shown(text), Self::WHAT), hint))
    }
}

impl Way {
    /// What kind it is.
    #[must_use]
    pub fn kind(&self) -> ChannelKind {
        match self {
            Self::Webhook { .. } => ChannelKind::Webhook,
            Self::Slack(_) => ChannelKind::Slack,
            Self::Teams(_) => ChannelKind::Teams,
            Self::Ntfy { .. } => ChannelKind::Ntfy,
            Self::Telegram { .. } => ChannelKind::Telegram,
            Self::Matrix { .. } => ChannelKind::Matrix,
            Self::Maildir(_) => ChannelKind::Maildir,
        }
    }
}

/// Name and kind only.
impl fmt::Debug for ChannelConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "channel {:?} ({})", self.name, self.way.kind().as_str())
    }
}
