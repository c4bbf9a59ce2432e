//! What is counted of an entry and of who wrote it, and how often a network is asked for that again. Pure.

use chrono::TimeDelta;

use super::{Author, Entry, EntryKey, EntryKind, Instant, Request};

/// What was published longer ago is not counted again.
const YOUNG: TimeDelta = TimeDelta::hours(48);
/// An entry is asked for again so often at most.
const SHORTEST: TimeDelta = TimeDelta::minutes(30);
/// The older it is, the more rarely: what is a day old every three hours.
const SHARE_OF_AGE: i32 = 8;

/// What is counted; what a network does not tell is unknown, not 0.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Likes, points, shares and replies added up.
    pub engagement: Option<u64>,
    /// Followers of who wrote it.
    pub followers: Option<u64>,
}

impl Counts {
    /// What the entry tells.
    #[must_use]
    pub fn of(entry: &Entry) -> Self {
        let followers = entry.author.as_ref().and_then(|author| author.followers);
        Self { engagement: entry.engagement, followers }
    }

    /// These, and of the others what these do not tell.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        let (engagement, followers) = (self.engagement.or(other.engagement), self.followers.or(other.followers));
        Self { engagement, followers }
    }

    /// The entry with these; what they do not tell stays. Followers of nobody are not kept.
    #[must_use]
    pub fn on(self, entry: Entry) -> Entry {
        let Self { engagement, followers } = self.or(Self::of(&entry));
        let author = entry.author.map(|author| Author { followers, ..author });
        Entry { engagement, author, ..entry }
    }
}

/// A mention whose counts are to be read again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stale {
    /// Its key.
    pub key: EntryKey,
    /// The page of who wrote it.
    pub author: Option<String>,
    /// What sort of thing it is.
    pub kind: Option<EntryKind>,
    /// When it was published, or else found.
    pub since: Instant,
}

/// One request for the counts of several entries.
#[derive(Debug, Clone)]
pub struct Recount {
    /// What to ask.
    pub request: Request,
    /// For which of them.
    pub of: Vec<EntryKey>,
}

/// What a network answers to a [`Recount`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counted {
    /// What it counts. An entry that is not among them is not known any more, or only to others.
    pub counts: Vec<(EntryKey, Counts)>,
    /// Who wrote them, where it says so.
    pub authors: Vec<(EntryKey, Author)>,
    /// Entries of which it says that they were deleted.
    pub deleted: Vec<EntryKey>,
}

/// When what is known `since` then is to be counted next; `None` when that is over.
#[must_use]
pub fn next_recount(since: Instant, now: Instant) -> Option<Instant> {
    let age = now - since;
    (age < YOUNG).then(|| now + SHORTEST.max(age / SHARE_OF_AGE))
}

/// Whether what is known `since` then is young enough to be counted again.
#[must_use]
pub fn is_young(since: Instant, now: Instant) -> bool {
    now - since < YOUNG
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_older_is_counted_more_rarely_and_then_no_more() {
        let now = Instant::UNIX_EPOCH + TimeDelta::days(9);
        for (hours, minutes) in
            [(-1, Some(30)), (0, Some(30)), (4, Some(30)), (24, Some(180)), (47, Some(352)), (48, None)]
        {
            let next = next_recount(now - TimeDelta::hours(hours), now);
            assert_eq!(next.map(|next| (next - now).num_minutes()), minutes, "{hours}");
            assert_eq!(is_young(now - TimeDelta::hours(hours), now), minutes.is_some());
        }
    }

    #[test]
    fn what_is_not_told_stays() {
        let author = Some(Author { name: "Kari".to_owned(), followers: Some(7), ..Author::default() });
        let entry = Entry { engagement: Some(3), author, ..Entry::new(EntryKey::of("x", "1")) };
        let told = Counts { engagement: Some(9), followers: None }.on(entry.clone());
        assert_eq!(Counts::of(&told), Counts { engagement: Some(9), followers: Some(7) });
        let nobody = Counts { engagement: None, followers: Some(4) }.on(Entry { author: None, ..entry });
        assert_eq!(Counts::of(&nobody), Counts { engagement: Some(3), followers: None });
    }
}
