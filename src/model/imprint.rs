//! What tells whether an entry is still what it was, and whether two entries are one. Pure. Never keeps the text itself.

use super::hash::sha256_hex;
use super::same_page::same_page;
use super::text::is_unseen;
use super::{Author, Entry, Language};

/// Bytes of a hash.
const BYTES: usize = 12;
/// Fewest words of a part of a text that is recognised in the whole.
const FEWEST_WORDS: usize = 5;
/// Most words of each text that are compared.
const MOST_WORDS: usize = 5_000;

/// What is counted beside an entry and changes without it.
const COUNTED: [&str; 24] = [
    "comment",
    "comments",
    "kommentar",
    "kommentare",
    "kommentarer",
    "like",
    "likes",
    "view",
    "views",
    "aufrufe",
    "visninger",
    "reply",
    "replies",
    "answers",
    "antworten",
    "svar",
    "votes",
    "shares",
    "delinger",
    "reads",
    "reactions",
    "reaktionen",
    "reaksjoner",
    "upvotes",
];
/// What is counted where it is said in front (`Points: 12`); behind a number it may be what somebody gives.
const LABELLED: &str = "points";
/// What stands before or after a time that is told from now.
const AGO: [&str; 3] = ["ago", "vor", "siden"];
/// What stands behind a part of a text that is meant to make people read on.
const READ_ON: [&str; 8] =
    ["read more", "continue reading", "weiterlesen", "mehr lesen", "les mer", "les hele saken", "full story", "mehr"];

/// Hashes of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imprint {
    /// Changes when the entry is edited: of title, text and page, without white space and what is counted beside it.
    pub content: String,
    /// Changes also when its author, its language, its tags or what is looked for change: another judgement may come of it
    /// then. No two entries share it.
    pub judged: String,
    /// The same for addresses of the same page; `None` where the address tells no page.
    pub page: Option<String>,
}

impl Imprint {
    /// The hashes of an entry in which `wanted` is looked for.
    #[must_use]
    pub fn of(entry: &Entry, wanted: &str) -> Self {
        let address = entry.url.as_deref();
        let page = address.and_then(same_page);
        let place = page.as_deref().or(address).unwrap_or_default();
        let said = stars(entry.rating);
        let content = sha256_hex([&*steady(&entry.title), "\n", &steady(&entry.text), "\n", place, &said], BYTES);
        let Author { name, handle, .. } = entry.author.clone().unwrap_or_default();
        let (handle, tags) = (handle.unwrap_or_default(), entry.tags.join("\n"));
        let language = entry.language.as_ref().map(Language::as_str).unwrap_or_default();
        let also = [entry.key.0.as_str(), &content, wanted, language, &name, &handle, &tags].join("\n");
        let judged = sha256_hex([also.as_str()], BYTES);
        Self { content, judged, page: address.and_then(page_hash) }
    }
}

/// What addresses of the same page share, as [`Imprint::page`] holds it.
#[must_use]
pub fn page_hash(address: &str) -> Option<String> {
    same_page(address).map(|page| sha256_hex([page.as_str()], BYTES))
}

/// By what identical texts are known: the hash of title, text and stars, whatever their letter case, their white space and
/// what is counted beside them. `None` where there is no text.
#[must_use]
pub fn text_key(title: &str, text: &str, rating: Option<f64>) -> Option<String> {
    let (title, text) = (steady(title).to_lowercase(), steady(text).to_lowercase());
    let says_something = !title.is_empty() || !text.is_empty();
    says_something.then(|| sha256_hex([&*title, "\n", &*text, &*stars(rating)], BYTES))
}

/// What stars add to a hash: nothing where there are none.
fn stars(rating: Option<f64>) -> String {
    rating.map(|rating| format!("\n{rating} stars")).unwrap_or_default()
}

/// The text without what changes while nobody edits it: white space, marks without a shape, counts (`12 comments`,
/// `Points: 12`) and times told from now (`3 hours ago`, `vor 3 Stunden`).
fn steady(text: &str) -> String {
    let mut steady = String::with_capacity(text.len());
    let mut words = text.split_whitespace();
    let mut before = "";
    while let Some(word) = words.next() {
        if is_number(word) {
            let mut ahead = words.clone();
            let (next, after) = (ahead.next().unwrap_or_default(), ahead.next().unwrap_or_default());
            if is_counted(next) || before.ends_with(':') && is_label(before) {
                before = word;
                continue;
            }
            if is_ago(before) || is_ago(after) {
                // The unit goes with the number.
                before = words.next().unwrap_or_default();
                continue;
            }
        }
        before = word;
        let length = steady.len();
        steady.extend(word.chars().filter(|c| !is_unseen(*c)));
        if steady.len() > length {
            steady.push(' ');
        }
    }
    steady
}

fn is_number(word: &str) -> bool {
    let word = word.trim_matches(|c: char| matches!(c, '(' | ')' | '[' | ']' | '|'));
    word.starts_with(|c: char| c.is_ascii_digit())
        && word.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | 'k' | 'K' | '+'))
}

fn is_counted(word: &str) -> bool {
    let word = bare(word);
    COUNTED.iter().any(|counted| counted.eq_ignore_ascii_case(word))
}

fn is_label(word: &str) -> bool {
    is_counted(word) || LABELLED.eq_ignore_ascii_case(bare(word))
}

fn is_ago(word: &str) -> bool {
    AGO.iter().any(|ago| ago.eq_ignore_ascii_case(bare(word)))
}

fn bare(word: &str) -> &str {
    word.trim_matches(|c: char| !c.is_alphabetic())
}

/// Whether two entries of the same page say the same: their titles are equal, or one holds the other, and so are their
/// texts, or one has none. Articles and the comments on them share a page, so one of both is not enough.
#[must_use]
pub fn say_the_same((title, text): (&str, &str), (other_title, other_text): (&str, &str)) -> bool {
    let titles = (words(title), words(other_title));
    let texts = (words(text), words(other_text));
    let either_empty = |(one, other): &(String, String)| one.is_empty() || other.is_empty();
    if either_empty(&titles) && either_empty(&texts) {
        return !titles.0.is_empty() && titles.0 == titles.1 || !texts.0.is_empty() && texts.0 == texts.1;
    }
    let titles_agree = either_empty(&titles) || holds(&titles.0, &titles.1, 2);
    let texts_agree = match either_empty(&texts) {
        true => titles.0 == titles.1,
        false => holds(&texts.0, &texts.1, FEWEST_WORDS),
    };
    titles_agree && texts_agree
}

/// The words in lower case, each with a space before and behind it, without what only makes people read on.
fn words(text: &str) -> String {
    let mut words = String::from(" ");
    let separate = |c: char| !c.is_alphanumeric();
    for word in text.split(separate).filter(|word| !word.is_empty()).take(MOST_WORDS) {
        words.extend(word.chars().flat_map(char::to_lowercase));
        words.push(' ');
    }
    for lure in READ_ON {
        if let Some(rest) = words.strip_suffix(&format!(" {lure} ")) {
            words = format!("{rest} ");
        }
    }
    if words.trim().is_empty() { String::new() } else { words }
}

/// Whether they are equal, or one of at least `fewest` words stands in the other.
fn holds(one: &str, other: &str, fewest: usize) -> bool {
    let (short, long) = if one.len() < other.len() { (one, other) } else { (other, one) };
    one == other || short.split_whitespace().count() >= fewest && long.contains(short)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::EntryKey;

    fn entry(title: &str, text: &str, url: &str) -> Entry {
        let url = Some(url.to_owned());
        Entry { title: title.to_owned(), text: text.to_owned(), url, ..Entry::new(EntryKey("k".to_owned())) }
    }

    fn content(text: &str) -> String {
        Imprint::of(&entry("t", text, "https://x.example/a"), "w").content
    }

    #[test]
    fn what_changes_by_itself_is_no_edit() {
        for (before, after) in [
            ("a bag\n\n that broke", "a bag that\u{a0}broke \u{200b}"),
            ("It broke. 12 comments", "It broke. 1,304 comments"),
            ("Points: 12 # Comments: 3", "Points: 140 # Comments: 77"),
            ("posted 3 hours ago by Kari", "posted 2 days ago by Kari"),
            ("vor 59 Minuten: kaputt", "vor 1 Stunde: kaputt"),
            ("for 3 timer siden. Ødelagt", "for 4 timer siden. Ødelagt"),
        ] {
            assert_eq!(content(before), content(after), "{before}");
        }
        let page = |url| Imprint::of(&entry("t", "x", url), "w");
        assert_eq!(page("http://www.x.example/a/"), page("https://x.example/a"));
    }

    #[test]
    fn what_somebody_changed_is_an_edit() {
        for (before, after) in [
            ("a good bag", "a bad bag"),
            ("a good bag", "a GOOD bag"),
            ("it costs 12 kroner", "it costs 13 kroner"),
            ("model 500", "model 400"),
            ("Acme gets 9 poeng", "Acme gets 2 poeng"),
            ("9 points of 10", "2 points of 10"),
            ("I like it", "I like it not"),
            ("ab c", "a bc"),
            ("", "text"),
        ] {
            assert_ne!(content(before), content(after), "{before}");
        }
        let of = |title, url| Imprint::of(&entry(title, "x", url), "w").content;
        let stars = Entry { rating: Some(1.0), ..entry("a", "x", "https://x.example/a") };
        assert_ne!(of("a", "https://x.example/a"), Imprint::of(&stars, "w").content);
        assert_ne!(of("a", "https://x.example/a"), of("b", "https://x.example/a"));
        assert_ne!(of("a", "https://x.example/a"), of("a", "https://x.example/b"));
    }

    #[test]
    fn another_judgement_may_come_of_tags_authors_and_what_is_looked_for() {
        let plain = entry("t", "x", "https://x.example/a");
        let (tags, author) = (vec!["acme".to_owned()], Some(Author { name: "Acme".to_owned(), ..Author::default() }));
        let first = Imprint::of(&plain, "w");
        for other in [
            Imprint::of(&plain, "v"),
            Imprint::of(&Entry { tags, ..plain.clone() }, "w"),
            Imprint::of(&Entry { author, ..plain.clone() }, "w"),
        ] {
            assert_eq!(other.content, first.content);
            assert_ne!(other.judged, first.judged);
        }
        assert_eq!(Imprint::of(&Entry { engagement: Some(3), ..plain }, "w"), first);
    }

    #[test]
    fn identical_texts_have_one_key() {
        let key = |title, text| text_key(title, text, None);
        assert_eq!(key("Still no answer", "A bag\n broke"), key("STILL no  answer", "a bag broke \u{200b}"));
        assert_eq!(key("", "It broke. 12 comments"), key("", "It broke. 13 comments"));
        for (title, text) in
            [("Still no answer!", "A bag broke"), ("", "Still no answer A bag broke"), ("", "A bag broke 😡")]
        {
            assert_ne!(key("Still no answer", "A bag broke"), key(title, text), "{title} {text}");
        }
        assert_ne!(key("", "Acme gets 9 poeng"), key("", "Acme gets 2 poeng"));
        let rated = |stars| text_key("", "Bra", Some(stars));
        assert_eq!(rated(1.0), rated(1.0));
        assert!(rated(1.0) != rated(5.0) && rated(1.0) != key("", "Bra"));
        assert_eq!(key(" ", "\n"), None);
    }

    const TEXT: &str = "The firm calls back ten thousand bags, since their straps break after two days of use.";

    #[test]
    fn copies_say_the_same() {
        for (one, other) in [
            (("Bags called back", TEXT), ("Bags called back", TEXT)),
            (("Bags called back", TEXT), ("Bags called back - The Courier", "The firm calls back ten thousand bags…")),
            (("Bags called back", TEXT), ("Bags called …", "… ten thousand bags, since their straps [...] Read more")),
            (("Bags called back", TEXT), ("BAGS CALLED BACK!", "")),
            (("", "short"), ("", "Short.")),
            (("", TEXT), ("Bags called back", TEXT)),
        ] {
            assert!(say_the_same(one, other), "{one:?} {other:?}");
            assert!(say_the_same(other, one), "{other:?} {one:?}");
        }
    }

    #[test]
    fn comments_answers_and_other_articles_do_not() {
        for (one, other) in [
            (
                ("Bags called back", TEXT),
                ("Comment on Bags called back by Kari", "Mine broke as well, and nobody answers"),
            ),
            (("Bags called back", TEXT), ("Bags called back", "Mine broke as well, and nobody answers")),
            (("Bags called back", TEXT), ("Mine too", TEXT)),
            (("Bags called back", TEXT), ("Re", "")),
            (("Bags called back", TEXT), ("", "bags")),
            (("Bags called back", ""), ("", TEXT)),
            (("", ""), ("", "")),
        ] {
            assert!(!say_the_same(one, other), "{one:?} {other:?}");
            assert!(!say_the_same(other, one), "{other:?} {one:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_two_texts_are_compared(one in ".{0,80}", other in ".{0,80}", url in "https?://[a-z.]{1,12}/.{0,40}") {
            let entry = |text: &str| entry(text, text, &url);
            proptest::prop_assert_eq!(Imprint::of(&entry(&one), "w"), Imprint::of(&entry(&one), "w"));
            let spaced = format!(" \u{200b} {one}\n\n");
            proptest::prop_assert_eq!(steady(&one), steady(&spaced));
            let (said, heard) = ((one.as_str(), one.as_str()), (other.as_str(), other.as_str()));
            proptest::prop_assert_eq!(say_the_same(said, heard), say_the_same(heard, said));
            proptest::prop_assert_eq!(say_the_same(said, said), !words(&one).is_empty());
        }
    }
}
