//! The Message-IDs of our own mails: how they are made, and how they are known again, so that a mail of ours that comes
//! back, as itself or in an answer or a bounce, is never taken for what somebody says. Pure.

use memchr::memmem;

use super::Instant;

/// The last part of what stands before the `@`.
const OURS: &str = "mentiond";
/// The same, as it stands in a mail.
const MARK: &[u8] = b".mentiond@";
/// The time in them, with milliseconds.
const STAMP: &str = "%Y%m%dT%H%M%S%3f";
/// Most bytes of the parts before the mark: a time, a dot and a number.
const LONGEST: usize = 40;

/// What stands before the `@` in the Message-ID of an outbox row with this id that was written then.
#[must_use]
pub fn local_part(id: i64, created_at: Instant) -> String {
    format!("{}.{id}.{OURS}", created_at.format(STAMP))
}

/// Whether a Message-ID, without its angle brackets, is one of ours: of whichever mentiond.
#[must_use]
pub fn is_ours(message_id: &str) -> bool {
    let Some((local, _)) = message_id.split_once('@') else { return false };
    let parts: Vec<&str> = local.split('.').collect();
    let &[stamp, id, last] = parts.as_slice() else { return false };
    let is_stamp = |(at, byte): (usize, u8)| if at == 8 { byte == b'T' } else { byte.is_ascii_digit() };
    last == OURS
        && stamp.len() == 18
        && stamp.bytes().enumerate().all(is_stamp)
        && !id.is_empty()
        && id.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether one of our Message-IDs stands anywhere in a mail.
#[must_use]
pub fn stands_in(mail: &[u8]) -> bool {
    memmem::find_iter(mail, MARK).any(|at| {
        let before = mail.get(at.saturating_sub(LONGEST)..at).unwrap_or_default();
        let is_part = |byte: &&u8| byte.is_ascii_digit() || matches!(byte, b'T' | b'.');
        let length = before.iter().rev().take_while(is_part).count();
        let local = before.get(before.len() - length..).unwrap_or_default();
        is_ours(&format!("{}.{OURS}@", String::from_utf8_lossy(local)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_mails_are_known_again_and_no_others() {
        let local = local_part(17, "2026-11-24T07:31:00.250Z".parse().unwrap());
        assert_eq!(local, "20261124T073100250.17.mentiond");
        assert!(is_ours(&format!("{local}@skiphop.example")));
        for other in [
            "",
            "@",
            "mentiond@skiphop.example",
            "a.b.mentiond@skiphop.example",
            "20261124T073100250.17.mentiond",
            "20261124T073100250..mentiond@x",
            "20261124T073100250.17.mentions@x",
            "2026112430731002500.17.mentiond@x",
            "x.20261124T073100250.17.mentiond@x",
        ] {
            assert!(!is_ours(other), "{other}");
        }
    }

    #[test]
    fn they_are_found_wherever_they_stand() {
        let inside = |text: &str| stands_in(text.as_bytes());
        assert!(inside("Message-ID: <20261124T073100250.17.mentiond@skiphop.example>\r\n"));
        assert!(inside("x.mentiond@x, then 20261124T073100250.17.mentiond@x"));
        assert!(!inside("write to help.mentiond@skiphop.example") && !inside(".mentiond@") && !inside(""));
        assert!(!inside("20261124T073100250.17.mentiond at skiphop"));
    }
}
