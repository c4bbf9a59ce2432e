//! Ends of compounds ("Signalstörung"). Never cuts a word at its beginning.

use super::lexicon::Effect;

/// Characters in front of the end of a compound, at least.
const HEAD: usize = 3;
/// Entries from here on are ends of compounds.
pub(super) const FIRST_TAIL: u32 = 1 << 30;

/// All ends, as a tree of their letters from behind.
#[derive(Debug, Clone)]
pub(super) struct Tails(Vec<Node>);

#[derive(Debug, Clone, Default)]
struct Node {
    effect: Option<Effect>,
    next: Vec<(u8, u32)>,
}

impl Default for Tails {
    fn default() -> Self {
        Self(vec![Node::default()])
    }
}

impl Tails {
    /// Adds the end of a compound; the first that is said of it counts.
    pub(super) fn add(&mut self, tail: &str, effect: Effect) {
        let mut at = 0;
        for byte in tail.bytes().rev() {
            let new = u32::try_from(self.0.len()).unwrap_or_default();
            let Some(node) = self.0.get_mut(at as usize) else { return };
            at = match node.next.iter().find(|(known, _)| *known == byte) {
                Some((_, next)) => *next,
                None => {
                    node.next.push((byte, new));
                    self.0.push(Node::default());
                    new
                }
            };
        }
        if let Some(node) = self.0.get_mut(at as usize) {
            node.effect.get_or_insert(effect);
        }
    }

    /// The longest end of `word` that is known, with its number.
    pub(super) fn find(&self, word: &str) -> Option<(u32, Effect)> {
        let mut at = 0;
        let mut found = None;
        for (place, byte) in word.bytes().enumerate().rev() {
            let next = self.0.get(at as usize)?.next.iter().find(|(known, _)| *known == byte);
            let Some((_, next)) = next else { break };
            at = *next;
            if let Some(effect) = self.0.get(at as usize)?.effect
                && word.get(..place).is_some_and(|head| head.chars().nth(HEAD - 1).is_some())
            {
                found = Some((FIRST_TAIL + at, effect));
            }
        }
        found
    }
}
