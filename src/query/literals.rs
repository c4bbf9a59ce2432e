//! What every place that a regular expression finds holds as it stands, so that it is tried only where that occurs. Pure.

use memchr::memmem;
use regex_syntax::ParserBuilder;
use regex_syntax::hir::literal::{ExtractKind, Extractor};
use regex_syntax::hir::{Hir, HirKind};

use super::tree::Expression;

/// What is shorter stands nearly everywhere.
const SHORTEST: usize = 3;
/// Most of one expression.
const MOST: usize = 32;
/// What is as long is rare enough.
const ENOUGH: usize = 5;
/// How far into an expression they are looked for.
const STARTS: usize = 32;
/// Most ways to write the beginning of an expression that are looked at; letters in any case make many.
const WAYS: usize = 64;

/// Letters that are ASCII letters in another case, which no ASCII case tells.
const STRANGE: [(u8, char); 2] = [(b'k', '\u{212a}'), (b's', '\u{17f}')];

/// Bytes of which at least one string occurs, in any ASCII case, wherever the expression finds something; `None` if there
/// are none that are worth being looked for.
pub(super) fn literals(expression: &Expression) -> Option<Vec<Vec<u8>>> {
    if !expression.flags.contains('i') {
        return inner(&parsed(expression, false)?);
    }
    // Letters in two cases make many strings, of which few can be held: one case is enough as long as it is ASCII, and
    // no set of letters is made from others, which may be empty in one case.
    let has_sets = ["&&", "--", "~~"].iter().any(|operator| expression.source.contains(operator));
    match inner(&parsed(expression, false)?) {
        Some(mut found) if found.iter().all(|one| one.is_ascii()) && !has_sets => {
            let strange = STRANGE.into_iter().filter(|(ascii, _)| found.iter().any(|one| one.contains(ascii)));
            let strange: Vec<Vec<u8>> = strange.map(|(_, letter)| letter.to_string().into_bytes()).collect();
            found.extend(strange);
            Some(found)
        }
        _ => inner(&parsed(expression, true)?),
    }
}

fn parsed(expression: &Expression, in_any_case: bool) -> Option<Hir> {
    let has = |flag: char| expression.flags.contains(flag);
    ParserBuilder::new()
        .case_insensitive(in_any_case)
        .multi_line(has('m'))
        .dot_matches_new_line(has('s'))
        .build()
        .parse(&expression.source)
        .ok()
}

/// The first literals that are long enough from which on the rest of an expression can be read, or else the longest.
fn inner(hir: &Hir) -> Option<Vec<Vec<u8>>> {
    match hir.kind() {
        HirKind::Capture(capture) => inner(&capture.sub),
        HirKind::Concat(parts) => {
            let starts = (0..parts.len().min(STARTS)).filter_map(|start| parts.get(start..));
            let mut best: Option<(usize, Vec<Vec<u8>>)> = None;
            for literals in starts.filter_map(|rest| beginnings(&Hir::concat(rest.to_vec()))) {
                let length = literals.iter().map(Vec::len).min().unwrap_or_default();
                if best.as_ref().is_none_or(|(known, _)| length > *known) {
                    best = Some((length, literals));
                }
                if length >= ENOUGH {
                    break;
                }
            }
            best.map(|(_, literals)| literals)
        }
        _ => beginnings(hir),
    }
}

/// How whatever an expression finds begins.
fn beginnings(hir: &Hir) -> Option<Vec<Vec<u8>>> {
    let found = Extractor::new().kind(ExtractKind::Prefix).limit_total(WAYS).extract(hir);
    let mut literals: Vec<Vec<u8>> =
        found.literals()?.iter().map(|literal| literal.as_bytes().to_ascii_lowercase()).collect();
    literals.sort_unstable_by(|one, next| (one.len(), one).cmp(&(next.len(), next)));
    // Where a longer one stands, the shorter one in it does.
    let mut shortest: Vec<Vec<u8>> = Vec::new();
    for literal in literals {
        if !shortest.iter().any(|short| memmem::find(&literal, short).is_some()) {
            shortest.push(literal);
        }
    }
    let literals = shortest;
    let are_worth_it = (1..=MOST).contains(&literals.len()) && literals.iter().all(|one| one.len() >= SHORTEST);
    are_worth_it.then_some(literals)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::descent::Budget;
    use crate::query::expression::expression;

    #[test]
    fn expressions_hold_what_they_cannot_do_without() {
        for (source, flags, expected) in [
            ("acme", "", Some(vec!["acme"])),
            (r"\bacme[ -]?shop\b", "", Some(vec!["acme-shop", "acme shop", "acmeshop"])),
            ("gr[ae]y", "", Some(vec!["gray", "grey"])),
            ("[0-9]+ acme", "", Some(vec![" acme"])),
            ("(the |a )?refund(s|ed)?", "", Some(vec!["refund"])),
            (".*recall", "s", Some(vec!["recall"])),
            ("^(scam|fraud)$", "m", Some(vec!["fraud", "scam"])),
            ("ab|refund", "", None),
            (r"\d{4}", "", None),
            ("[a-z]+", "i", None),
            ("", "", None),
            ("(Skip|Hop)-?x", "i", Some(vec!["skip-x", "skipx", "hop-x", "hopx", "\u{212a}", "\u{17f}"])),
            ("(?i)acm", "", Some(vec!["acm"])),
            ("für", "i", Some(vec!["für", "fÜr"])),
            ("abcq|[a-z&&A-Z]def", "i", None),
        ] {
            let parsed = expression(source.to_owned(), flags.to_owned(), &mut Budget::default(), None);
            let found = parsed.ok().and_then(|parsed| literals(&parsed));
            let mut expected = expected.map(|all| all.iter().map(|one| one.as_bytes().to_vec()).collect::<Vec<_>>());
            expected.iter_mut().for_each(|all| all.sort_unstable());
            let found = found.map(|mut found| {
                found.sort_unstable();
                found
            });
            assert_eq!(found, expected, "{source}");
        }
    }
}
