//! All ways out: mail, and those of `[[channel]]` by their names. Chooses by how the recipient is written, and does
//! nothing else.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::answer::answerable;
use super::letter::Sender;
use super::maildir::Maildir;
use super::pace::Pace;
use super::post::Post;
use super::{Channel, DeliveryFault, Outcome, SetupError, render};
use crate::config::{ChannelConfig, FetchConfig, MailConfig, Way};
use crate::fetch::Client;
use crate::link::Links;
use crate::model::Instant;
use crate::model::outbox::{OutboxMessage, channel_of};
use crate::tally::Tally;

/// All ways out. Clones are the same.
#[derive(Clone)]
pub struct Channels {
    mail: Channel,
    config: MailConfig,
    links: Option<Links>,
    tally: Tally,
    kinds: Arc<BTreeMap<String, &'static str>>,
    others: Arc<BTreeMap<String, Other>>,
}

struct Other {
    way: OtherWay,
    pace: Option<Pace>,
}

enum OtherWay {
    Post(Box<Post>),
    Maildir(Maildir),
}

impl Channels {
    /// Sets them up; connects to nothing and creates nothing.
    ///
    /// # Errors
    /// When mail cannot be set up, or this machine cannot post.
    pub fn new(mail: &MailConfig, channels: &[ChannelConfig], fetch: &FetchConfig) -> Result<Self, SetupError> {
        let mut client = None;
        let mut others = BTreeMap::new();
        let kinds = channels.iter().map(|channel| (channel.name.clone(), channel.way.kind().as_str())).collect();
        for channel in channels {
            let way = match &channel.way {
                Way::Maildir(dir) => OtherWay::Maildir(Maildir::new(dir, Sender::parse(&mail.from)?)),
                _ => {
                    let client = match &client {
                        Some(client) => client,
                        None => client.insert(Client::new(fetch)?),
                    };
                    OtherWay::Post(Box::new(Post::new(channel.clone(), client.clone(), mail.time_zone)))
                }
            };
            others.insert(channel.name.clone(), Other { way, pace: channel.rate.map(Pace::new) });
        }
        Ok(Self {
            mail: Channel::new(mail)?,
            config: mail.clone(),
            links: None,
            tally: Tally::default(),
            kinds: Arc::new(kinds),
            others: Arc::new(others),
        })
    }

    /// The same, but recipients can answer by links.
    #[must_use]
    pub fn linked(self, links: Option<Links>) -> Self {
        Self { links, ..self }
    }

    /// The same, but attempts are counted here.
    #[must_use]
    pub fn counted(self, tally: Tally) -> Self {
        Self { tally, ..self }
    }

    /// The way out for mail.
    #[must_use]
    pub fn mail(&self) -> &Channel {
        &self.mail
    }

    /// All of them in words, to stand in a sentence.
    #[must_use]
    pub fn describe(&self) -> String {
        match self.others.len() {
            0 => self.mail.describe(),
            1 => format!("{} or 1 channel", self.mail.describe()),
            many => format!("{} or {many} channels", self.mail.describe()),
        }
    }

    /// Whether a channel is ready, as far as that can be told without saying anything by it: of folders whether they can
    /// be written, of others nothing (`None`).
    #[must_use]
    pub fn check(&self, name: &str) -> Option<Result<(), DeliveryFault>> {
        match &self.others.get(name)?.way {
            OtherWay::Maildir(maildir) => Some(maildir.check()),
            OtherWay::Post(_) => None,
        }
    }

    /// Lets go of all connections, once no more is to be delivered.
    pub async fn close(&self) {
        self.mail.close().await;
    }

    /// Tries once to deliver a notice, as [`Channel::deliver`] does. A recipient that is a channel which is no longer
    /// configured waits: whoever renames one by mistake loses nothing.
    pub async fn deliver(&self, message: &OutboxMessage, now: Instant) -> Outcome {
        let begun = tokio::time::Instant::now();
        let outcome = self.try_once(&answerable(message, self.links.as_ref()), now).await;
        self.tally.delivery(self.kind(&message.recipient), message.kind, outcome.label(), begun.elapsed());
        outcome
    }

    /// The kind of channel that a recipient is told by.
    fn kind(&self, recipient: &str) -> &'static str {
        match channel_of(recipient) {
            None if self.config.smtp.is_some() => "smtp",
            None => "file",
            Some(name) => self.kinds.get(name).copied().unwrap_or("none"),
        }
    }

    async fn try_once(&self, message: &OutboxMessage, now: Instant) -> Outcome {
        let Some(name) = channel_of(&message.recipient) else { return self.mail.deliver(message, now).await };
        let Some(other) = self.others.get(name) else {
            let fault = DeliveryFault::transient(format!("there is no channel `{name}` in the configuration"));
            return fault.into_outcome();
        };
        if let Some(wait) = other.pace.as_ref().and_then(|pace| pace.turn(message.id, now).err()) {
            return Outcome::NotYet(wait.to_std().unwrap_or_default());
        }
        let delivered = match &other.way {
            OtherWay::Post(post) => post.deliver(message, now).await,
            OtherWay::Maildir(maildir) => maildir.put(message, &render(message, &self.config)).await,
        };
        match delivered {
            Ok(()) => Outcome::Sent,
            Err(fault) => fault.into_outcome(),
        }
    }
}
