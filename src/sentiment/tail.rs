//! Ends of compounds ("Signalstörung"). Never cuts a word at its beginning.

use super::lexicon::Effect;

/// Characters in front of the end of a compound, at least.
const HEAD: usize = 3;
/// Entries from here on are ends of compounds.
pub(super) const FIRST_TAIL: u32 = 1 << 30;

/// All ends, as a tree of their letters from behind.
#[derive(Debug, Clone)]
pub(super) struct Tails {
    nodes: Vec<Node>,
    /// Where each last letter leads, 0 for nowhere: most words end there.
    last: [u32; 256],
}

#[derive(Debug, Clone, Default)]
struct Node {
    effect: Option<Effect>,
    next: Vec<(u8, u32)>,
}

impl Default for Tails {
    fn default() -> Self {
        Self { nodes: vec![Node::default()], last: [0; 256] }
    }
}

impl Tails {
    /// Adds the end of a compound; the first that is said of it counts.
    pub(super) fn add(&mut self, tail: &str, effect: Effect) {
        let mut at = 0;
        for byte in tail.bytes().rev() {
            let new = u32::try_from(self.nodes.len()).unwrap_or_default();
            let Some(node) = self.nodes.get_mut(at as usize) else { return };
            at = match node.next.iter().find(|(known, _)| *known == byte) {
                Some((_, next)) => *next,
                None => {
                    node.next.push((byte, new));
                    self.nodes.push(Node::default());
                    new
                }
            };
        }
        if let Some(node) = self.nodes.get_mut(at as usize) {
            node.effect.get_or_insert(effect);
        }
        for (byte, next) in self.nodes.first().into_iter().flat_map(|first| &first.next) {
            self.last.get_mut(usize::from(*byte)).into_iter().for_each(|last| *last = *next);
        }
    }

    /// The longest end of `word` that is known, with its number.
    pub(super) fn find(&self, word: &str) -> Option<(u32, Effect)> {
        let (mut at, mut found) = (0, None);
        for (place, byte) in word.bytes().enumerate().rev() {
            let next = match at {
                0 => self.last.get(usize::from(byte)).filter(|next| **next > 0),
                _ => self.nodes.get(at as usize)?.next.iter().find(|(known, _)| *known == byte).map(|(_, next)| next),
            };
            let Some(next) = next else { break };
            at = *next;
            if let Some(effect) = self.nodes.get(at as usize)?.effect
                && word.get(..place).is_some_and(|head| head.chars().nth(HEAD - 1).is_some())
            {
                found = Some((FIRST_TAIL + at, effect));
            }
        }
        found
    }
}
