//! Where a source is found: at its configured address, or where permanent redirects have led often enough. Pure; never
//! follows a redirect.

use url::Url;

/// A permanent redirect counts once so many polls in a row were led to the same address: until then it may be a mistake.
pub const SEEN_ENOUGH: u32 = 3;

/// Where a source has moved to, or seems to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Whereabouts {
    /// Where it is asked now instead of at its configured address.
    pub moved_to: Option<Url>,
    /// Where the last polls were led to.
    pub moving_to: Option<Url>,
    /// How many polls in a row were led there.
    pub moving_seen: u32,
}

impl Whereabouts {
    /// The address to ask. Where the new address fails, every second poll asks the configured one, so that a move that was
    /// taken back loses nothing.
    #[must_use]
    pub fn address<'a>(&'a self, configured: &'a Url, failures: u32) -> &'a Url {
        self.moved_to.as_ref().filter(|_| failures.is_multiple_of(2)).unwrap_or(configured)
    }

    /// After a poll that asked `asked`, was led from there to `led_to` by permanent redirects alone, if by any, and got a
    /// valid document.
    #[must_use]
    pub fn after(&self, configured: &Url, asked: &Url, led_to: Option<&Url>) -> Self {
        let end = led_to.unwrap_or(asked);
        let moved_to = self.moved_to.clone();
        if moved_to.as_ref().unwrap_or(configured) == end {
            return Self { moved_to, ..Self::default() };
        }
        if led_to.is_none() {
            return Self::default();
        }
        let again = self.moving_to.as_ref() == Some(end);
        let moving_seen = if again { self.moving_seen.saturating_add(1) } else { 1 };
        if moving_seen < SEEN_ENOUGH {
            return Self { moved_to, moving_to: Some(end.clone()), moving_seen };
        }
        Self { moved_to: Some(end).filter(|end| *end != configured).cloned(), ..Self::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(path: &str) -> Url {
        format!("https://{path}.example/feed").parse().unwrap()
    }

    /// What is known after polls that asked and were led like this: `old`, or `old > new`.
    fn told(polls: &[&str]) -> Whereabouts {
        polls.iter().fold(Whereabouts::default(), |known, poll| {
            let (asked, led_to) = poll.split_once(" > ").map_or((*poll, None), |(asked, to)| (asked, Some(url(to))));
            known.after(&url("old"), &url(asked), led_to.as_ref())
        })
    }

    #[test]
    fn a_move_counts_once_three_polls_in_a_row_were_led_to_the_same_address() {
        let (once, twice) = (["old > new"; 1], ["old > new"; 2]);
        for (polls, moved_to, moving) in [
            (&once[..], None, Some(("new", 1))),
            (&twice, None, Some(("new", 2))),
            (&["old > new"; 3], Some("new"), None),
            (&["old > new", "old > new", "old", "old > new"], None, Some(("new", 1))),
            (&["old > new", "old > new", "old > other"], None, Some(("other", 1))),
            (&["old > new", "old > new", "old > new", "new"], Some("new"), None),
            (&["old > new", "old > new", "old > new", "old > new"], Some("new"), None),
            (&["old > new", "old > new", "old > new", "old"], None, None),
            (&["old > new", "old > new", "old > new", "new > third"], Some("new"), Some(("third", 1))),
            (
                &["old > new", "old > new", "old > new", "new > third", "new > third", "new > third"],
                Some("third"),
                None,
            ),
            (&["old > new", "old > new", "old > new", "new > old", "new > old", "new > old"], None, None),
        ] {
            let (moving_to, moving_seen) = moving.map_or((None, 0), |(to, seen)| (Some(url(to)), seen));
            let expected = Whereabouts { moved_to: moved_to.map(url), moving_to, moving_seen };
            assert_eq!(told(polls), expected, "{polls:?}");
        }
    }

    #[test]
    fn where_the_new_address_fails_the_old_one_is_asked_by_turns() {
        let moved = told(&["old > new"; 3]);
        let asked: Vec<Url> = (0..4).map(|failures| moved.address(&url("old"), failures).clone()).collect();
        assert_eq!(asked, [url("new"), url("old"), url("new"), url("old")]);
        assert_eq!(*Whereabouts::default().address(&url("old"), 0), url("old"));
    }
}
