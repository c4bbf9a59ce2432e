//! The networks that are not asked but listened to, and the mailbox: whatever happens there has to be done.

use std::path::Path;
use std::time::SystemTime;

use mentiond::model::{Instant, SourceKind};
use serde_json::json;

use super::networks::{self, Network};
use super::posts::{Post, begin, minute};
use super::server::World;
use crate::common::dovecot::Dovecot;
use crate::common::streams::{Manner, Streams};

/// Streams break off at these minutes: while the daemon lives, and shortly before it has been killed for long.
pub const BREAKS: [i64; 2] = [15, 45];
/// How long Mastodon wants to be left alone after the first.
const REFUSAL: &str = "HTTP/1.1 429 Too Many Requests\r\nretry-after: 120\r\ncontent-length: 0\r\n\r\n";

/// All of them.
pub struct Lively {
    jetstream: Streams,
    mastodon: Streams,
    dovecot: Dovecot,
    places: Vec<(usize, Network)>,
    /// Everything until then has happened.
    until: Instant,
    /// Requests that have been noted, of each place.
    noted: Vec<usize>,
}

impl Lively {
    /// `None` where Dovecot is missing.
    pub async fn start(dir: &Path) -> Option<Self> {
        let dovecot = Dovecot::start(dir)?;
        let is_lively = |(_, network): &(usize, Network)| !network.is_web();
        let places: Vec<_> = networks::all().into_iter().enumerate().filter(is_lively).collect();
        let noted = vec![0; places.len()];
        let (jetstream, mastodon) = (Streams::start().await, Streams::start().await);
        Some(Self { jetstream, mastodon, dovecot, places, until: begin(), noted })
    }

    /// The address of a source.
    pub fn url(&self, kind: SourceKind) -> String {
        match kind {
            SourceKind::Jetstream => self.jetstream.url("http", "").to_string(),
            SourceKind::MastodonStreaming => self.mastodon.url("http", "").to_string(),
            _ => format!("imaps://localhost:{}", self.dovecot.port),
        }
    }

    /// Streams that were opened at a network of them.
    pub fn opened(&self, kind: SourceKind) -> Option<usize> {
        match kind {
            SourceKind::Jetstream => Some(self.jetstream.opened()),
            SourceKind::MastodonStreaming => Some(self.mastodon.opened()),
            _ => None,
        }
    }

    /// Everything happens until then.
    pub fn happen(&mut self, world: &World, until: Instant) {
        let (places, now) = (self.places.clone(), self.until);
        let is_new = |at: Instant| at > now && at <= until;
        for at in BREAKS.map(minute).into_iter().filter(|at| is_new(*at)) {
            if at == minute(BREAKS[0]) {
                self.mastodon.next(Manner::Answer(REFUSAL.to_owned()));
            } else {
                self.jetstream.next(Manner::BreakOff(1));
            }
            self.jetstream.break_off();
            self.mastodon.break_off();
        }
        // The network is never silent.
        for at in (0..).map(minute).take_while(|at| *at <= until).filter(|at| is_new(*at)) {
            self.jetstream.post(at.timestamp_micros(), &format!("talk{}", at.timestamp()), "hop over the others");
        }
        for (place, network) in places {
            for post in world.posts(place).iter().filter(|post| is_new(post.at)) {
                self.publish(&network, post);
            }
        }
        self.until = until;
    }

    fn publish(&self, network: &Network, post: &Post) {
        match network.kind {
            SourceKind::Jetstream => {
                let text = json!({
                    "did": "did:plc:kari", "time_us": post.at.timestamp_micros(), "kind": "commit",
                    "commit": {
                        "rev": "1", "operation": "create", "collection": "app.bsky.feed.post", "rkey": post.token(),
                        "record": { "text": post.text(), "createdAt": post.at.to_rfc3339(), "langs": ["en"] },
                    },
                });
                self.jetstream.tell(post.at.timestamp_micros(), text.to_string());
            }
            SourceKind::MastodonStreaming => {
                let status = network.lists[0].one(post, post.at);
                self.mastodon.show("skiphop", &status);
                self.mastodon.toot_event("skiphop", "update", &status.to_string());
            }
            _ => {
                let mail = "Message-ID: <{n}@customer.example>\r\nDate: {mail}\r\nFrom: Ola <ola@customer.example>\r\n\
                            To: anna@skiphop.example\r\nSubject: A complaint\r\n\r\n{text}\r\n";
                self.dovecot.deliver_at("", post.words(mail, post.at), SystemTime::from(post.at));
            }
        }
    }

    /// Notes what was asked since it was noted last.
    pub fn note(&mut self, world: &World) {
        for ((place, network), noted) in self.places.iter().zip(&mut self.noted) {
            let all = match network.kind {
                SourceKind::Jetstream => self.jetstream.requests().len(),
                SourceKind::MastodonStreaming => self.mastodon.requests().len(),
                _ => self.dovecot.log().matches("Login: user").count(),
            };
            world.note(*place, all - *noted);
            *noted = all;
        }
    }
}
