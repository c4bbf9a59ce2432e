//! What the stories of a period talk about: words and pairs of words that tell it from the time before, and tags. Counts
//! stories, so that one who repeats himself counts once. Pure. Never holds the texts, and never more than so many words,
//! however much is said.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::LazyLock;

use crate::model::digest::Tops;

/// Words that are told.
const SHOWN: usize = 8;
/// Words and pairs that are counted at the same time; beyond that, those that stand in one story are forgotten.
const MOST: usize = 200_000;
/// Shortest word, in characters.
const SHORTEST: usize = 3;
/// Longest.
const LONGEST: usize = 40;
/// A word of a pair that hardly ever stands without the other says nothing of its own.
const PAIRED: f64 = 0.6;

/// Words that are no keywords, by language. There are fewer languages than bits of a [`Told::common`].
static COMMON: LazyLock<Vec<(String, HashSet<String>)>> = LazyLock::new(|| {
    let lists = read(include_str!("../../config/keywords/common.toml"));
    let words = |list: &str| list.split_whitespace().map(str::to_owned).collect();
    lists.into_iter().map(|(language, list)| (language, words(&list))).collect()
});

#[expect(clippy::expect_used, reason = "the lists are compiled in, and a test reads them")]
fn read(source: &str) -> HashMap<String, String> {
    toml::from_str(source).expect("the shipped lists are sound")
}

/// A word, or a pair of words, that was heard.
#[derive(Debug, Clone, Copy, Default)]
struct Heard {
    /// In how many stories.
    stories: u64,
    /// The last of them: what a story says twice counts once.
    last: u64,
}

impl Heard {
    fn hear(&mut self, story: u64) {
        if self.last != story {
            self.last = story;
            self.stories += 1;
        }
    }
}

/// A word that was told, whether or not it may be a keyword.
#[derive(Debug, Clone, Copy)]
struct Told {
    /// By which its pairs know it.
    number: u32,
    /// A bit for each list of [`COMMON`] in which it stands; all of them where it is too short or too long.
    common: u32,
    heard: Heard,
}

/// In how many stories each word stands. Texts are long and words come again and again, so that each is looked up once
/// where it stands, and pairs are known by the numbers of their words.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    stories: u64,
    next: u32,
    words: HashMap<Box<str>, Told>,
    pairs: HashMap<(u32, u32), Heard>,
    tags: HashMap<String, (String, u64)>,
}

impl Tally {
    /// Counts a story. `language` is the one it was judged in; where it is not known, words of none of the languages count
    /// that are common in one.
    pub fn hear(&mut self, title: &str, text: &str, tags: &[String], language: Option<&str>) {
        self.stories += 1;
        let lists = lists_of(language);
        for part in [title, text] {
            self.collect(part, lists);
        }
        let tags: BTreeSet<(String, &str)> =
            tags.iter().map(|tag| (tag.trim_start_matches('#').to_lowercase(), tag.as_str())).collect();
        let mut last = None;
        for (key, shown) in tags {
            if key.is_empty() || last.as_ref() == Some(&key) {
                continue;
            }
            let shown = shown.trim_start_matches('#').to_owned();
            self.tags.entry(key.clone()).or_insert((shown, 0)).1 += 1;
            last = Some(key);
        }
        if self.words.len() + self.pairs.len() > MOST {
            // A pair stands in no more stories than each of its words, so that none is left without them.
            self.words.retain(|_, told| told.heard.stories > 1);
            self.pairs.retain(|_, heard| heard.stories > 1);
        }
        if self.tags.len() > MOST {
            self.tags.retain(|_, (_, stories)| *stories > 1);
        }
    }

    /// The words of a text and its pairs of words that stand side by side, but for common ones.
    fn collect(&mut self, text: &str, lists: u32) {
        let mut last: Option<u32> = None;
        for (word, follows) in words(text) {
            let before = last.take().filter(|_| follows);
            let told = match self.words.get_mut(&*word) {
                Some(told) => told,
                None => {
                    let told = Told { number: self.next, common: lists_with(&word), heard: Heard::default() };
                    self.next = self.next.wrapping_add(1);
                    self.words.entry(word.into()).or_insert(told)
                }
            };
            if told.common & lists != 0 {
                continue;
            }
            told.heard.hear(self.stories);
            let number = told.number;
            if let Some(before) = before {
                self.pairs.entry((before, number)).or_default().hear(self.stories);
            }
            last = Some(number);
        }
    }

    /// Every word and every pair that stands in so many stories or more.
    fn terms(&self, fewest: u64) -> Vec<(Cow<'_, str>, u64)> {
        let often = self.words.iter().filter(|(_, told)| told.heard.stories >= fewest);
        let mut terms: Vec<(Cow<'_, str>, u64)> =
            often.clone().map(|(word, told)| (Cow::Borrowed(&**word), told.heard.stories)).collect();
        let names: HashMap<u32, &str> = often.map(|(word, told)| (told.number, &**word)).collect();
        terms.extend(self.pairs.iter().filter(|(_, heard)| heard.stories >= fewest).filter_map(|((a, b), heard)| {
            Some((Cow::Owned(format!("{} {}", names.get(a)?, names.get(b)?)), heard.stories))
        }));
        terms
    }

    /// In how many stories a word or a pair stands.
    fn stories_with(&self, term: &str) -> u64 {
        let number = |word: &str| self.words.get(word).map(|told| told.number);
        let heard = match term.split_once(' ') {
            None => self.words.get(term).map(|told| &told.heard),
            Some((a, b)) => number(a).zip(number(b)).and_then(|pair| self.pairs.get(&pair)),
        };
        heard.map_or(0, |heard| heard.stories)
    }

    /// How many stories were counted.
    #[must_use]
    pub fn stories(&self) -> u64 {
        self.stories
    }

    /// What tells these stories from those `before`, but for the brand's own words. Where nothing was before, the words
    /// of most stories.
    #[must_use]
    pub fn tops(&self, before: &Self, own: &[String]) -> Tops {
        let mut known: HashSet<String> = HashSet::new();
        for term in own {
            let parts: Vec<String> = words(term).map(|(word, _)| word.into_owned()).collect();
            known.insert(parts.concat());
            known.extend(parts);
        }
        let is_own = |words: &str| words.split(' ').any(|word| known.contains(word));
        let mut rated: Vec<(f64, Cow<'_, str>, u64)> = self
            .terms(self.fewest())
            .into_iter()
            .filter(|(word, _)| !is_own(word))
            .map(|(word, stories)| (self.surprise(stories, before, &word), word, stories))
            .filter(|(surprise, _, _)| *surprise > 0.0)
            .collect();
        rated.sort_by(|a, b| b.0.total_cmp(&a.0).then(b.2.cmp(&a.2)).then(a.1.cmp(&b.1)));
        let mut keywords: Vec<(String, u64)> = Vec::new();
        for (_, word, stories) in &rated {
            if keywords.len() == SHOWN {
                break;
            }
            if !keywords.iter().any(|(known, of)| says_no_more(word, *stories, known, *of)) {
                keywords.retain(|(known, of)| !says_no_more(known, *of, word, *stories));
                keywords.push((word.to_string(), *stories));
            }
        }
        keywords.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        let mut hashtags: Vec<(String, u64)> = self
            .tags
            .iter()
            .filter(|(key, _)| !is_own(key))
            .map(|(_, (shown, stories))| (shown.clone(), *stories))
            .collect();
        hashtags.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        hashtags.truncate(SHOWN);
        Tops { keywords, hashtags, sample: None }
    }

    /// A word of one story alone tells nothing of the period, unless there are hardly more.
    fn fewest(&self) -> u64 {
        2.max(self.stories / 200)
    }

    /// How much more often it is said than before: the log-likelihood ratio (Dunning) of its share of the stories, 0 where
    /// it is said less.
    fn surprise(&self, stories: u64, before: &Self, word: &str) -> f64 {
        if before.stories == 0 {
            return real(stories);
        }
        let (a, b) = (real(stories), real(before.stories_with(word)));
        let (n, m) = (real(self.stories), real(before.stories));
        if a / n <= b / m {
            return 0.0;
        }
        let share = (a + b) / (n + m);
        let part = |seen: f64, expected: f64| if seen > 0.0 { seen * (seen / expected).ln() } else { 0.0 };
        let with = part(a, n * share) + part(b, m * share);
        let without = part(n - a, n * (1.0 - share)) + part(m - b, m * (1.0 - share));
        2.0 * (with + without)
    }
}

/// Whether a word is a part of another term, and hardly ever stands without the rest of it.
fn says_no_more(word: &str, stories: u64, term: &str, of: u64) -> bool {
    let is_part = word.len() < term.len() && term.split(' ').any(|part| part == word);
    is_part && real(of) >= real(stories) * PAIRED
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
fn real(number: u64) -> f64 {
    number as f64
}

/// The lists whose words are no keywords in a language: all of them where it is not known or has none.
fn lists_of(language: Option<&str>) -> u32 {
    let language = language.map(|language| if language == "nn" { "nb" } else { language });
    let of_language = COMMON.iter().position(|(list, _)| Some(list.as_str()) == language);
    of_language.map_or(u32::MAX, |list| 1 << list)
}

/// The lists in which a word stands.
fn lists_with(word: &str) -> u32 {
    if !(SHORTEST..=LONGEST).contains(&word.chars().count()) {
        return u32::MAX;
    }
    let lists = COMMON.iter().enumerate().filter(|(_, (_, words))| words.contains(word));
    lists.fold(0, |lists, (list, _)| lists | 1 << list)
}

/// The words of a text in lower case, each with whether nothing but a blank stands between it and the one before. What
/// holds a digit, and addresses, are no words.
fn words(text: &str) -> impl Iterator<Item = (Cow<'_, str>, bool)> {
    let mut side_by_side = false;
    text.split_whitespace().filter_map(move |piece| {
        let is_inside = |c: char| c.is_alphanumeric() || matches!(c, '\'' | '’' | '-');
        let core = piece.trim_matches(|c: char| !c.is_alphanumeric());
        let (opens, closes) = (piece.starts_with(core), piece.ends_with(core));
        let follows = std::mem::replace(&mut side_by_side, closes) && opens;
        let is_word = !core.is_empty() && core.chars().all(|c| is_inside(c) && !c.is_numeric());
        if !is_word {
            side_by_side = false;
            return None;
        }
        let plain = |c: char| c.is_ascii() && !c.is_ascii_uppercase();
        let word = match core.chars().all(plain) {
            true => Cow::Borrowed(core),
            false => Cow::Owned(core.to_lowercase().replace('’', "'")),
        };
        let word = match word {
            Cow::Borrowed(word) => Cow::Borrowed(word.strip_suffix("'s").unwrap_or(word)),
            Cow::Owned(word) => Cow::Owned(word.strip_suffix("'s").map(str::to_owned).unwrap_or(word)),
        };
        Some((word, follows))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(texts: &[&str]) -> Tally {
        let mut tally = Tally::default();
        for text in texts {
            tally.hear(text, "", &[], Some("en"));
        }
        tally
    }

    fn keywords(texts: &[&str], before: &[&str], own: &[&str]) -> Vec<String> {
        let own: Vec<String> = own.iter().map(|&word| word.to_owned()).collect();
        let tops = tally(texts).tops(&tally(before), &own);
        tops.keywords.into_iter().map(|(word, stories)| format!("{word} {stories}")).collect()
    }

    #[test]
    fn what_is_new_tells_a_period_from_the_one_before() {
        let before =
            ["Skip Hop backpack arrived", "Skip Hop backpack is nice", "backpack for school", "nice zoo bottle"];
        let now =
            ["The buckle of my backpack broke", "Buckle broke again", "Backpack with broken zip", "Skip Hop buckle"];
        assert_eq!(keywords(&now, &before, &["Skip Hop"]), ["buckle 3", "broke 2"]);
        assert_eq!(keywords(&now, &[], &["Skip Hop"]), ["buckle 3", "backpack 2", "broke 2"]);
        assert_eq!(keywords(&[], &before, &[]), Vec::<String>::new());
    }

    #[test]
    fn a_pair_stands_for_its_words_where_they_come_together() {
        let now =
            ["Customer service never calls", "customer service is gone", "Their customer, service", "new service"];
        assert_eq!(keywords(&now, &[], &[]), ["service 4", "customer service 2"]);
        let now = ["recall notice sent", "a recall notice", "recall notice!", "notice"];
        assert_eq!(keywords(&now, &[], &[]), ["recall notice 3"]);
    }

    #[test]
    fn a_story_counts_once_and_common_words_of_each_language_never() {
        let mut tally = Tally::default();
        for _ in 0..2 {
            tally.hear("Nicht wieder", "Schnalle gebrochen, Schnalle, Schnalle!", &["#Kinder".to_owned()], Some("de"));
            tally.hear(
                "Ikke igjen",
                "Spennen røk, og ikke bare det. https://x.example/a 2026",
                &["kinder".to_owned()],
                Some("nb"),
            );
            tally.hear("die 12x", "die hard", &[], None);
        }
        let tops = tally.tops(&Tally::default(), &[]);
        let words: Vec<&str> = tops.keywords.iter().map(|(word, _)| word.as_str()).collect();
        assert_eq!(words, ["hard", "schnalle gebrochen", "spennen røk"]);
        assert_eq!(tops.hashtags, [("Kinder".to_owned(), 4)]);
        assert_eq!(tally.stories(), 6);
    }

    #[test]
    fn words_are_forgotten_rather_than_fill_the_memory() {
        let mut tally = Tally::default();
        for number in 0..30_000_u32 {
            let letters: String = format!("{number:08}").bytes().map(|digit| char::from(digit - b'0' + b'a')).collect();
            let text: Vec<String> = (0..12).map(|word: u8| format!("{letters}{}", char::from(b'a' + word))).collect();
            tally.hear("always here", &text.join(", "), &[], Some("en"));
        }
        let held = tally.words.len() + tally.pairs.len();
        assert!(held <= MOST, "{held}");
        assert!(tally.tops(&Tally::default(), &[]).keywords.is_empty(), "both of the title are common");
    }
}
