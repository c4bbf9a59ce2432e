//! What terms have to be, so that they can be found. Pure.

use super::fold::{Class, class, fold};
use super::tree::{Manner, Named, NamedKind, Node, What};
use super::value::Wrong;
use super::words::Words;
use crate::model::is_quote;

/// Fewer letters before `*` would find too much.
const SHORTEST_PREFIX: usize = 4;
/// Most words of a phrase with `~`.
const MAX_LOOSE: usize = 50;

/// The folded form of a term, without punctuation at its edges except `+` and `#` at the end (`C++`, `C#`); `None` if
/// nothing is left to find.
pub(super) fn literal(term: &str) -> Option<String> {
    let folded = fold(term);
    let is_word = |c: char| class(c) == Class::Word;
    let start = folded.text().trim_start_matches(|c: char| !is_word(c));
    let literal = start.trim_end_matches(|c: char| !is_word(c) && c != '+' && c != '#');
    (!literal.is_empty()).then(|| literal.to_owned())
}

/// Whether a term can be found at all, and does not find too much.
pub(super) fn sound(text: &str, manner: Manner) -> Result<(), Wrong> {
    if manner != Manner::Exact && literal(text).is_none() {
        return Err((format!("`{text}` has no letter and no digit"), "write a word".to_owned()));
    }
    if manner != Manner::Prefix {
        return Ok(());
    }
    let outside = |c: char| matches!(class(c), Class::Gap | Class::Sign);
    let last = text.rsplit(outside).next().unwrap_or_default();
    let letters = last.chars().filter(|c| class(*c) == Class::Word).count();
    if letters < SHORTEST_PREFIX {
        let message = format!("`{text}*` has {letters} letters before `*`, at least {SHORTEST_PREFIX} are needed");
        return Err((message, "write more letters, or the words themselves with `OR` between them".to_owned()));
    }
    Ok(())
}

/// Whether a term, as it is written, begins with what means something there.
pub(super) fn begins(written: &str) -> Result<(), Wrong> {
    let Some(sign) = written.chars().next().filter(|c| matches!(class(*c), Class::Gap | Class::Sign)) else {
        return Ok(());
    };
    // What has no letter at all is told apart.
    if matches!(sign, '#' | '@' | '`') || is_quote(sign) || literal(written).is_none() {
        return Ok(());
    }
    let word = written.trim_start_matches(|c| class(c) != Class::Word);
    let hint = match sign {
        '!' | '‐'..='―' | '−' => {
            format!("to exclude it, write `-{word}`; to find it as it stands, `` `{written}` ``")
        }
        '~' | '^' => "leave it out; `~` and its number stand directly behind a phrase: `\"acme refund\"~5`".to_owned(),
        '\'' | '‘' | '’' | '‚' | '‛' => "write a phrase between double quotes: `\"skip hop\"`".to_owned(),
        _ => format!("leave it out, or write `` `{written}` `` to find it as it stands"),
    };
    Err((format!("a word cannot begin with `{sign}`"), hint))
}

/// Whether a phrase means what it says: a `*` in it would find nothing more.
pub(super) fn phrase(text: &str) -> Result<(), Wrong> {
    let mut before = None;
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let at_end = rest.peek().is_none_or(|next| next.is_whitespace());
        if c == '*' && at_end && before.is_some_and(|before| class(before) == Class::Word) {
            let stem = text.trim_end_matches('*');
            let hint = match stem.contains('*') {
                false => format!("write it behind them: `\"{stem}\"*`"),
                true => "only the last word of a phrase can be a beginning: `\"no refund\"*`".to_owned(),
            };
            return Err(("`*` means nothing between quotes".to_owned(), hint));
        }
        before = Some(c);
    }
    Ok(())
}

/// The words of a phrase with `~`, as they are written.
pub(super) fn words(text: &str) -> Vec<String> {
    Words::of(text).filter_map(|word| text.get(word.start..word.end)).map(str::to_owned).collect()
}

/// Whether a phrase can stand before `~`.
pub(super) fn loose(text: &str) -> Result<(), Wrong> {
    if let Some(sign) = text.chars().find(|c| class(*c) == Class::Sign) {
        let hint = "leave it out, or write two terms with `NEAR`: `\"AT&T\" NEAR/5 refund`".to_owned();
        return Err((format!("only words can stand in a phrase with `~`, not `{sign}`"), hint));
    }
    match words(text).len() {
        0 => sound(text, Manner::Words),
        1 => Err(("one word alone has no distance".to_owned(), "write more words, or leave out `~`".to_owned())),
        count if count > MAX_LOOSE => {
            let hint = "write the words that matter".to_owned();
            Err((format!("the phrase has {count} words, {MAX_LOOSE} are allowed with `~`"), hint))
        }
        _ => Ok(()),
    }
}

/// Whether what `node` finds has a place among the words of a text, so that something can stand near it.
pub(super) fn has_a_place(node: &Node) -> bool {
    match &node.what {
        What::Term(term) => literal(&term.text).is_some(),
        What::Or(branches) => branches.iter().all(has_a_place),
        What::Named(Named { kind: NamedKind::Set, .. }) => true,
        _ => false,
    }
}
