//! Any feed, sound or broken, as Atom that feed-rs reads: RSS of all versions, Atom 0.3 and 1.0, CDF, and what is only like
//! them. Reads the document once, keeps what is whole, and tells each fault. Never guesses a text.

use url::Url;

use super::marks::Marks;
use super::writer::{State, Writer};
use super::xml::{Piece, Pieces};

/// A document as Atom.
#[derive(Debug, Default)]
pub(super) struct Rewritten {
    /// The document; empty if there is no feed in it.
    pub(super) text: String,
    /// What feed-rs does not tell.
    pub(super) marks: Marks,
    /// Number of entries, also of those that are not in the text.
    pub(super) found: usize,
    /// What was wrong with it.
    pub(super) faults: Vec<String>,
    /// What is lost, where the document ends too early.
    pub(super) lost: Option<String>,
}

/// Rewrites a document that came from `base`.
pub(super) fn rewrite(document: &str, base: &Url) -> Rewritten {
    let mut writer = Writer::new(base);
    let mut pieces = Pieces::of(document);
    let mut junk = false;
    while let Some(piece) = pieces.next() {
        let known = writer.found;
        let is_outside = writer.root.is_none() && writer.entry.is_none() && known == 0;
        junk |= is_outside && matches!(piece, Piece::Text(text) if !text.trim().is_empty());
        match piece {
            Piece::Doctype(content) => writer.entities.declare(content),
            Piece::Start(tag) => writer.start(tag),
            Piece::End(name) => writer.end(name),
            Piece::Text(text) => writer.text(text, false),
            Piece::Verbatim(text) => writer.text(text, true),
        }
        if writer.entry.is_some() || writer.found > known {
            writer.marks.spread(pieces.start(), pieces.end());
        }
    }
    let (loose, cut) = (pieces.is_loose, pieces.is_cut);
    finish(writer, junk, loose, cut)
}

/// What is left when the document has ended.
fn finish(mut writer: Writer<'_>, junk: bool, loose: bool, cut: bool) -> Rewritten {
    if writer.root.is_none() && writer.found == 0 && writer.entry.is_none() {
        return Rewritten::default();
    }
    let is_open = writer.entry.is_some() || !matches!(writer.state, State::Between);
    let is_early = is_open || (cut || writer.root.is_some()) && !writer.is_root_closed;
    let kept = writer.found;
    let lost = is_early.then(|| match (is_open && writer.entry.is_some(), kept) {
        (true, 0) => "the document ends in the middle of its first entry".to_owned(),
        (true, _) => format!("the document ends in the middle of entry {}, which is lost with all behind it", kept + 1),
        (false, _) => format!("the document ends early; what may have stood behind entry {kept} is lost"),
    });
    let language = writer.scopes.iter().find_map(|scope| scope.language.clone());
    writer.language = writer.language.take().or(language);
    for extra in &mut writer.marks.extras {
        extra.language = extra.language.take().or_else(|| writer.language.clone());
    }
    let faults = [
        (junk, "left out what stands before it"),
        (loose || writer.entities.is_bare, "took signs that begin no tag or reference for text"),
        (writer.misfits, "made the tags fit together"),
        (writer.prefixes.is_undeclared, "took prefixes that are not declared for what they are elsewhere"),
        (writer.entities.is_spent(), "left out entities that expand beyond 1 MiB"),
        (writer.is_cut, "cut texts after 2 MiB"),
    ];
    Rewritten {
        text: format!("<feed xmlns=\"http://www.w3.org/2005/Atom\">{}{}</feed>", writer.authors, writer.out),
        marks: writer.marks,
        found: kept,
        faults: faults.into_iter().filter(|(is_so, _)| *is_so).map(|(_, fault)| fault.to_owned()).collect(),
        lost,
    }
}
