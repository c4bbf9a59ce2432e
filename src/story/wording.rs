//! An entry as it is compared: its words without what papers put around them, who speaks, and where it points. Pure.

use super::words::{Word, fold, read};
use super::{clean, lists, page};
use crate::model::{Author, Entry};

/// Most words of a text that are looked at.
const MOST: usize = 600;
/// Most words of a title.
const MOST_OF_TITLE: usize = 40;
/// Most bytes of a text that are looked at; far more than its words have.
const BYTES: usize = 16_384;

/// An entry as it is compared.
#[derive(Debug)]
pub struct Wording {
    /// The words of the title, unless the text begins with them.
    pub(super) title: Vec<Word>,
    /// The words of the text.
    pub(super) body: Vec<Word>,
    /// Who wrote it, if that is a person.
    pub(super) author: Option<String>,
    /// Whether somebody posted it in a network, where people speak for themselves.
    pub(super) post: bool,
    /// Whether it answers, or quotes what it answers.
    pub(super) reply: bool,
    /// The account it is from, without its server.
    pub(super) account: Option<String>,
    /// The account whose words it says to pass on.
    pub(super) share: Option<String>,
    /// Whether its author speaks of himself.
    pub(super) personal: bool,
    /// The site it stands on.
    pub(super) site: Option<String>,
    /// Its own page.
    pub(super) page: Option<String>,
    /// The pages that it links to.
    pub(super) pages: Vec<String>,
}

impl Wording {
    /// Reads an entry. The time it takes is bounded whatever its length.
    #[must_use]
    pub fn of(entry: &Entry) -> Self {
        let author = entry.author.as_ref();
        let site = entry.url.as_deref().and_then(page::site);
        let names: Vec<String> =
            site.iter().cloned().chain(author.and_then(Author::shown).map(str::to_owned)).collect();
        let text = entry.text.get(..entry.text.floor_char_boundary(BYTES)).unwrap_or_default();
        let (text, share) = unshared(without_tags(text));
        let body = read(&clean::text(text), MOST);
        let title_text = entry.title.get(..entry.title.floor_char_boundary(1_000)).unwrap_or_default();
        let (title_text, shared_title) = unshared(title_text);
        let mut title = read(clean::title(title_text, &names), MOST_OF_TITLE);
        // Networks without titles get the first words of the text as one.
        let is_cut = title_text.trim_end().ends_with(['…', '.']) || title.words.len() == body.words.len();
        let untitled = is_cut
            && title.words.len() <= body.words.len()
            && title.words.iter().zip(&body.words).all(|(word, other)| word == other)
            || title.words.is_empty();
        if untitled {
            title.words.clear();
        }
        let handle = author.and_then(|author| author.handle.as_ref());
        let few = body.words.len() + title.words.len() < 60;
        let spoken = body.personal + title.personal;
        let mut pages: Vec<String> =
            body.links.iter().chain(&title.links).filter_map(|link| page::page(link)).collect();
        pages.sort();
        pages.dedup();
        Self {
            post: handle.is_some() || (untitled && !entry.text.is_empty() && body.words.len() < 120),
            reply: is_reply(&entry.title, text),
            share: share.or(shared_title),
            account: handle.map(|handle| account(handle)),
            personal: if few { spoken > 0 } else { spoken * 50 >= body.words.len() },
            author: author.and_then(|author| person(&fold(&author.identity()), site.as_deref())),
            page: entry.url.as_deref().and_then(page::page),
            title: title.words,
            body: body.words,
            site,
            pages,
        }
    }

    /// Title and text as one.
    pub(super) fn whole(&self) -> Vec<Word> {
        self.title.iter().chain(&self.body).cloned().collect()
    }
}

/// The name of a person; `None` for an agency, a newsroom or the site itself.
fn person(name: &str, site: Option<&str>) -> Option<String> {
    let words: Vec<&str> = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let nobody = words.iter().any(|word| lists::AGENCY.has(word) || lists::NEWSROOM.has(word));
    let joined = words.concat();
    let joined = joined.strip_prefix("the").filter(|rest| rest.len() >= 4).unwrap_or(&joined);
    let of_site = site.and_then(|site| site.rsplit_once('.')).is_some_and(|(site, _)| {
        let site: String = site.chars().filter(char::is_ascii_alphanumeric).collect();
        site == joined || (joined.len() >= 4 && site.contains(joined))
    });
    (!words.is_empty() && !nobody && !of_site).then(|| words.join(" "))
}

/// The name of an account without its server.
fn account(handle: &str) -> String {
    let handle = handle.trim_start_matches('@');
    fold(handle.split(['@', ':', ' ']).next().unwrap_or_default())
}

/// A text without the hashtags that it ends with.
fn without_tags(text: &str) -> &str {
    let mut text = text.trim_end();
    while let Some((before, _)) = text.rsplit_once(char::is_whitespace).filter(|(_, last)| last.starts_with('#')) {
        text = before.trim_end();
    }
    text
}

/// What somebody passes on without the words that say so: `RT @x: `, ` via @x`.
fn unshared(text: &str) -> (&str, Option<String>) {
    let text = text.trim();
    let marked = ["RT @", "RT: @", "🔁 @", "♻️ @", "Boosted @", "Repost @", "reposted @"];
    let rest = marked.iter().find_map(|mark| text.strip_prefix(mark));
    if let Some(rest) = rest {
        let (by, said) = rest.split_once([':', ' ']).unwrap_or_default();
        return (said.trim(), Some(account(by)));
    }
    match text.rsplit_once(" via @") {
        Some((said, via)) if via.split_whitespace().count() == 1 => (said, Some(account(via))),
        _ => (text, None),
    }
}

/// Whether it answers: by its title, or by a quotation that it begins with.
fn is_reply(title: &str, text: &str) -> bool {
    let title = fold(title.trim());
    let answers = ["re:", "sv:", "aw:", "antw:", "re :", "svar:", "antwort:"];
    let text = text.trim_start();
    let first = text.lines().next().unwrap_or_default();
    let head = fold(first.get(..first.floor_char_boundary(60)).unwrap_or(first));
    let quotes =
        [" wrote:", " said:", " schrieb:", " hat geschrieben:", " skrev:", " schreibt:", "zitat von ", "quote from "];
    answers.iter().any(|answer| title.starts_with(answer))
        || text.starts_with('>')
        || text.contains("\n> ")
        || quotes.iter().any(|quote| head.contains(quote) && head.split_whitespace().count() <= 8)
}
