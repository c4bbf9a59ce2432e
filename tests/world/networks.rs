//! The networks of the world.

use mentiond::model::SourceKind;

use super::list::List;

mod forums;
mod press;
mod reviews;
mod social;

/// A source whose budget is spent at once.
pub const SMALL: &str = "small";

/// A network, and how it is listened to.
#[derive(Clone, Copy)]
pub struct Network {
    pub kind: SourceKind,
    /// The name of the source; that of the kind where there is none.
    pub name: &'static str,
    /// The first whose part stands in an address answers it.
    pub lists: &'static [List],
    /// Addresses that show no posts, by a part of them, with their answers; they come before the lists.
    pub others: &'static [(&'static str, &'static str)],
    /// Where it tells who follows the authors, and what.
    pub authors: Option<(&'static str, &'static str)>,
    /// What stands behind its host in the address of the source.
    pub path: &'static str,
    pub secret: Secret,
    /// Further lines of the configuration.
    pub lines: &'static str,
    /// Minutes between two posts.
    pub every: i64,
    /// Posts that come at once.
    pub rush: usize,
    /// Calls that it allows in so many seconds, where that is known.
    pub quota: Option<(usize, i64)>,
}

/// What a source has to log in with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Secret {
    None,
    Word,
    GoogleUser,
    ServiceAccount,
    AppleKey,
    Mailbox,
}

pub const HOUR: i64 = 3_600;
pub const DAY: i64 = 24 * HOUR;

/// A network where somebody writes every six minutes.
const fn of(kind: SourceKind) -> Network {
    Network {
        kind,
        name: "",
        lists: &[],
        others: &[],
        authors: None,
        path: "",
        secret: Secret::None,
        lines: "",
        every: 6,
        rush: 0,
        quota: None,
    }
}

/// All of them.
pub fn all() -> Vec<Network> {
    [forums::FORUMS, press::PRESS, reviews::REVIEWS, social::SOCIAL].concat()
}

impl Network {
    pub fn name(&self) -> &'static str {
        if self.name.is_empty() { self.kind.as_str() } else { self.name }
    }

    /// Whether it is asked by HTTP alone.
    pub fn is_web(&self) -> bool {
        !matches!(self.kind, SourceKind::Imap | SourceKind::Jetstream | SourceKind::MastodonStreaming)
    }

    /// Whether it is asked in sessions.
    pub fn logs_in(&self) -> bool {
        let logs_in = [SourceKind::Bluesky, SourceKind::Reddit, SourceKind::GoogleBusiness, SourceKind::GooglePlay];
        logs_in.contains(&self.kind)
    }

    /// Pages that so many posts fill, each list with one more that is empty.
    pub fn pages(&self, posts: usize) -> usize {
        self.lists.iter().map(|list| posts.div_ceil(list.most) + 1).sum()
    }
}
