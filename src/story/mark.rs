//! Numbers that stand for texts. They are stored, so the same text has the same mark in every version and on every
//! machine. Not for secrets. Pure.

/// FNV-1a over the bytes, its bits then mixed as in SplitMix64, so that the smallest of several are a fair sample.
pub fn mark(text: &str) -> u64 {
    mix(text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)))
}

/// The mark of several marks in their order.
pub fn mark_of(marks: impl IntoIterator<Item = u64>) -> u64 {
    marks.into_iter().fold(0x9e37_79b9_7f4a_7c15, |hash, mark| mix(hash.rotate_left(5) ^ mark))
}

fn mix(hash: u64) -> u64 {
    let hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_tell_texts_and_their_order_apart_and_never_change() {
        assert_eq!(mark("story"), mark("story"));
        assert_ne!(mark("ab"), mark("ba"));
        assert_ne!(mark_of([1, 2]), mark_of([2, 1]));
        assert_ne!(mark_of([1]), mark_of([1, 1]));
        // Marks are stored: another value here is another database.
        assert_eq!(mark(""), mix(0xcbf2_9ce4_8422_2325));
    }
}
