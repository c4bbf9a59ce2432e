//! Whether one text was copied from another. Every rule can only say no, until one says yes. Pure.
//!
//! - Where both texts run in step, what stands in one instead of the other must be a slip of the pen or a few plain
//!   words. Another number, day or name, a negation, or the same word changed throughout makes it another story told in
//!   the same words: a warning for the next town, the next release, the next recall.
//! - An article is a copy if one text holds nearly all of the other, and a summary only if it stands at the beginning.
//!   Equal titles ask for less, changed ones for more.
//! - Posts of different people are a story only where they pass on the same thing: by a mark, or by a link to the same
//!   page with the same words and none of their own. Two who complain are two, whatever they say.

use super::align::{Gap, gaps, runs};
use super::lists;
use super::wording::Wording;
use super::words::{Kind, Word};

/// Longest gap in words in which a word stands for another.
const NARROW: usize = 6;
/// Longest gap in words that may be a list of names.
const LIST: usize = 30;
/// Words that run in step for each plain word that may be another.
const PER_EDIT: usize = 30;

/// How two sequences of words lie beside each other.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Likeness {
    /// Words in step.
    matched: usize,
    /// Share of the shorter text that is in step, 0 to 1.
    of_shorter: f64,
    /// Share of the longer one.
    of_longer: f64,
    /// Where the first run begins in the longer text.
    begins: usize,
    /// Words of the shorter.
    shorter: usize,
    /// Plain words that are others.
    edits: usize,
    /// What differs makes it another story.
    contradicts: bool,
}

/// How titles stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Titles {
    /// One has none.
    Missing,
    /// The same words.
    Equal,
    /// The same, with something left out.
    Alike,
    /// The same with other plain words in it.
    Edited,
    /// The same with another fact in it.
    Contrary,
    /// Written anew.
    Different,
}

impl Wording {
    /// Whether both tell one story because one is a copy of the other. It is the same asked the other way around.
    #[must_use]
    pub fn retells(&self, other: &Self) -> bool {
        if self.reply || other.reply {
            return self.is_same_person(other)
                && self.reply == other.reply
                && self.is_verbatim(other, 12)
                && !self.contradicts(other);
        }
        match (self.post, other.post) {
            (true, true) => self.is_passed_on(other),
            (true, false) => self.points_at(other),
            (false, true) => other.points_at(self),
            (false, false) => self.is_reprint_of(other),
        }
    }

    /// Whether one says what the other cannot have said, so that they are of different stories whatever else they share.
    #[must_use]
    pub fn contradicts(&self, other: &Self) -> bool {
        if self.post || other.post {
            return likeness(&self.whole(), &other.whole()).contradicts;
        }
        let contrary = titles(&self.title, &other.title) == Titles::Contrary;
        contrary || likeness(&self.body, &other.body).contradicts || stray_numbers(self, other)
    }

    fn is_same_person(&self, other: &Self) -> bool {
        self.author.is_some() && self.author == other.author
    }

    fn are_two_people(&self, other: &Self) -> bool {
        matches!((&self.author, &other.author), (Some(one), Some(two)) if one != two)
    }

    /// Whether that account said it, or it is passed on from there.
    fn comes_from(&self, account: &str) -> bool {
        self.share.as_deref().or(self.account.as_deref()) == Some(account)
    }

    /// Word for word, but for a slip of the pen.
    fn is_verbatim(&self, other: &Self, least: usize) -> bool {
        let like = likeness(&self.whole(), &other.whole());
        !like.contradicts && like.edits == 0 && like.matched >= least && like.of_longer >= 0.9
    }

    fn shares_a_page(&self, other: &Self) -> bool {
        self.pages.iter().any(|page| other.pages.contains(page) || other.page.as_ref() == Some(page))
            || self.page.as_ref().is_some_and(|page| other.pages.contains(page))
    }

    /// Two posts.
    fn is_passed_on(&self, other: &Self) -> bool {
        if self.is_same_person(other) {
            return self.is_verbatim(other, 8);
        }
        if let Some(by) = self.share.as_ref().or(other.share.as_ref()) {
            if !self.comes_from(by) || !other.comes_from(by) {
                return false;
            }
            let like = likeness(&self.whole(), &other.whole());
            return !like.contradicts
                && like.edits == 0
                && like.matched >= 5
                && like.of_shorter >= 0.9
                && like.begins < 3;
        }
        if self.personal || other.personal {
            return false;
        }
        if self.shares_a_page(other) {
            return self.is_verbatim(other, 6);
        }
        !self.are_two_people(other) && (self.author.is_none() || other.author.is_none()) && self.is_verbatim(other, 25)
    }

    /// A post and an article.
    fn points_at(&self, article: &Self) -> bool {
        let like = likeness(&self.whole(), &article.whole());
        if like.contradicts || like.edits > 0 {
            return false;
        }
        if self.is_same_person(article) {
            return like.matched >= 12 && like.of_shorter >= 0.8;
        }
        if self.personal || article.personal {
            return false;
        }
        let linked = self.shares_a_page(article);
        let least = if linked { 4 } else { 20 };
        like.matched >= least
            && like.of_shorter >= 0.8
            && like.begins < 40
            && self.body.len() <= article.whole().len() + 8
    }

    /// Two articles.
    fn is_reprint_of(&self, other: &Self) -> bool {
        let titles = titles(&self.title, &other.title);
        let like = likeness(&self.body, &other.body);
        if titles == Titles::Contrary || like.contradicts || like.edits > like.matched / PER_EDIT {
            return false;
        }
        if stray_numbers(self, other) {
            return false;
        }
        if !self.is_same_person(other) && (self.personal || other.personal) {
            let copied = like.of_longer >= 0.9 && like.matched >= if titles == Titles::Equal { 20 } else { 40 };
            return !self.are_two_people(other) && copied;
        }
        let words = self.title.len().min(other.title.len());
        let one_place = self.site.is_some() && self.site == other.site;
        if one_place {
            let again = matches!(titles, Titles::Equal | Titles::Alike | Titles::Missing);
            return again
                && !self.are_two_people(other)
                && like.matched >= 12
                && like.of_longer >= 0.7
                && like.of_shorter >= 0.9;
        }
        if self.are_two_people(other) && like.shorter < 25 {
            return titles == Titles::Equal && words >= 6 && like.of_shorter >= 0.8;
        }
        let at_the_beginning = like.of_longer >= 0.6 || like.begins < 12;
        match titles {
            Titles::Equal if like.shorter == 0 => words >= 6,
            Titles::Equal if like.shorter < 12 => words >= 5 && like.of_shorter >= 0.8,
            Titles::Equal => words >= 4 && like.of_shorter >= if words >= 7 { 0.3 } else { 0.5 },
            Titles::Alike => like.shorter >= 12 && like.of_shorter >= 0.7 && at_the_beginning,
            Titles::Edited => {
                let least = if like.of_longer >= 0.95 { 18 } else { 25 };
                like.matched >= least && like.of_shorter >= 0.95 && like.edits == 0 && at_the_beginning
            }
            Titles::Different => like.matched >= 20 && like.of_shorter >= 0.8 && at_the_beginning,
            Titles::Missing => like.matched >= 20 && like.of_shorter >= 0.8 && at_the_beginning,
            Titles::Contrary => false,
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "texts are cut at a few hundred words")]
fn likeness(a: &[Word], b: &[Word]) -> Likeness {
    let (short, long) = ordered(a, b);
    let mut runs = runs(short, long);
    // A word alone that both have says nothing.
    let gaps_of_all = gaps(&runs, short.len(), long.len());
    runs.retain(|run| run.len >= 2 || short.len() < 6);
    let matched = runs.iter().map(|run| run.len).sum::<usize>();
    let share = |whole: usize| if whole == 0 { 0.0 } else { matched as f64 / whole as f64 };
    let mut like = Likeness {
        matched,
        of_shorter: share(short.len()).min(1.0),
        of_longer: share(long.len()).min(1.0),
        begins: runs.iter().map(|run| run.b).min().unwrap_or_default(),
        shorter: short.len(),
        ..Likeness::default()
    };
    let mut changes: Vec<(Vec<u64>, Vec<u64>)> = Vec::new();
    for gap in gaps_of_all {
        match change(short, long, &gap) {
            Change::None => {}
            Change::Contrary => like.contradicts = true,
            Change::Edit(from, to) => {
                like.edits += from.len().max(to.len());
                // The same word changed throughout is a form that was filled in again.
                like.contradicts |= changes.contains(&(from.clone(), to.clone()));
                changes.push((from, to));
            }
        }
    }
    like
}

/// The shorter first, and of two as long always the same one, so that it does not matter which text came first.
fn ordered<'a>(a: &'a [Word], b: &'a [Word]) -> (&'a [Word], &'a [Word]) {
    let marks = |words: &'a [Word]| words.iter().map(|word| word.mark);
    let longer = a.len().cmp(&b.len()).then_with(|| marks(a).cmp(marks(b)));
    if longer.is_gt() { (b, a) } else { (a, b) }
}

/// What a gap does to the story.
enum Change {
    None,
    Edit(Vec<u64>, Vec<u64>),
    Contrary,
}

fn change(a: &[Word], b: &[Word], gap: &Gap) -> Change {
    let (in_a, in_b) = (a.get(gap.a.clone()).unwrap_or_default(), b.get(gap.b.clone()).unwrap_or_default());
    let inner = gap.a.start > 0 && gap.a.end < a.len() && gap.b.start > 0 && gap.b.end < b.len();
    let negates = |words: &[Word]| words.iter().filter(|word| word.kind == Kind::Negation).count();
    if inner && in_a.len().max(in_b.len()) <= 3 && negates(in_a) != negates(in_b) {
        return Change::Contrary;
    }
    if in_a.len() > NARROW || in_b.len() > NARROW {
        return if inner && are_other_names(in_a, in_b) { Change::Contrary } else { Change::None };
    }
    let only = |these: &'_ [Word], those: &[Word]| -> Vec<Word> {
        these.iter().filter(|word| word.kind != Kind::Stop && !those.contains(word)).cloned().collect()
    };
    let (from, to) = (only(in_a, in_b), only(in_b, in_a));
    if from.is_empty() || to.is_empty() || is_slip(&from, &to) {
        return Change::None;
    }
    let of = |words: &[Word], kind: Kind| words.iter().any(|word| word.kind == kind);
    let both = |kind: Kind| of(&from, kind) && of(&to, kind);
    let turned = |up: &[Word], down: &[Word]| {
        up.iter().any(|word| lists::UP.has(&word.text)) && down.iter().any(|word| lists::DOWN.has(&word.text))
    };
    if both(Kind::Number) || both(Kind::Name) || turned(&from, &to) || turned(&to, &from) {
        return Change::Contrary;
    }
    let marks = |words: &[Word]| words.iter().map(|word| word.mark).collect();
    Change::Edit(marks(&from), marks(&to))
}

/// Whether names stand where the other text has as many others: the towns of another warning, the team of another match.
fn are_other_names(a: &[Word], b: &[Word]) -> bool {
    let names = |words: &[Word]| words.iter().filter(|word| word.kind == Kind::Name).count();
    let shared = a.iter().any(|word| word.kind == Kind::Name && b.contains(word));
    let mostly = |words: &[Word]| words.len() <= LIST && names(words) * 2 >= words.len();
    !shared && mostly(a) && mostly(b) && names(a).min(names(b)) >= 3
}

/// A slip of the pen that one of them has mended, or a word written apart.
fn is_slip(from: &[Word], to: &[Word]) -> bool {
    let joined = |words: &[Word]| words.iter().map(|word| word.text.as_str()).collect::<String>();
    let (from_text, to_text) = (joined(from), joined(to));
    if from_text == to_text {
        return true;
    }
    let fixed = from.iter().chain(to).any(|word| word.kind == Kind::Number || word.kind == Kind::Negation);
    let shorter = from_text.chars().count().min(to_text.chars().count());
    !fixed
        && from.len() == to.len()
        && shorter >= 5
        && from.iter().zip(to).all(|(one, two)| is_near(&one.text, &two.text))
}

/// Whether a letter was left out, doubled, exchanged or swapped with the next.
fn is_near(one: &str, two: &str) -> bool {
    if one == two {
        return true;
    }
    let (one, two): (Vec<char>, Vec<char>) = (one.chars().collect(), two.chars().collect());
    let same = one.iter().zip(&two).take_while(|(a, b)| a == b).count();
    let rest = one.len().min(two.len()) - same;
    let tail = one.iter().rev().zip(two.iter().rev()).take(rest).take_while(|(a, b)| a == b).count();
    let (left_one, left_two) = (one.len() - same - tail, two.len() - same - tail);
    let swapped =
        left_one == 2 && left_two == 2 && one.get(same) == two.get(same + 1) && one.get(same + 1) == two.get(same);
    one.len().min(two.len()) >= 5 && (left_one.max(left_two) <= 1 || swapped)
}

fn titles(a: &[Word], b: &[Word]) -> Titles {
    if a.is_empty() || b.is_empty() {
        return Titles::Missing;
    }
    let (a, b) = ordered(a, b);
    let content = |words: &[Word]| words.iter().filter(|word| word.kind != Kind::Stop).count().max(1);
    let runs = runs(a, b);
    let matched = runs.iter().map(|run| content(a.get(run.a..run.a + run.len).unwrap_or_default())).sum::<usize>();
    let all = gaps(&runs, a.len(), b.len());
    let plain = |range: std::ops::Range<usize>, words: &[Word]| {
        words.get(range).unwrap_or_default().iter().all(|word| word.kind == Kind::Stop)
    };
    if all.iter().all(|gap| plain(gap.a.clone(), a) && plain(gap.b.clone(), b)) {
        return Titles::Equal;
    }
    let mut edited = false;
    let mut slips = 0;
    for gap in &all {
        match change(a, b, gap) {
            Change::Contrary if matched * 2 >= content(a).min(content(b)) && is_swap(a, b, gap) => {
                return Titles::Contrary;
            }
            Change::Contrary | Change::Edit(..) => edited = true,
            Change::None if gap.a.len() == gap.b.len() => slips += gap.a.len(),
            Change::None => {}
        }
    }
    if (matched + slips) * 2 < content(a).min(content(b)) {
        Titles::Different
    } else if edited {
        Titles::Edited
    } else if slips > 0 && a.len() == b.len() {
        Titles::Equal
    } else {
        Titles::Alike
    }
}

/// Whether one fact stands where the other title has another, and not a phrase where it has another phrase.
fn is_swap(a: &[Word], b: &[Word], gap: &Gap) -> bool {
    let words = |words: &[Word], range: &std::ops::Range<usize>| {
        let content = words.get(range.clone()).unwrap_or_default().iter().filter(|word| word.kind != Kind::Stop);
        content.map(|word| word.kind).collect::<Vec<_>>()
    };
    let (in_a, in_b) = (words(a, &gap.a), words(b, &gap.b));
    (in_a.len() <= 2 && in_b.len() <= 2) || (in_a.contains(&Kind::Number) && in_b.contains(&Kind::Number))
}

/// Whether each has a number that the other has nowhere.
fn stray_numbers(a: &Wording, b: &Wording) -> bool {
    let strays = |these: &Wording, those: &Wording| {
        let numbers = these
            .title
            .iter()
            .chain(&these.body)
            .filter(|word| word.kind == Kind::Number && !lists::DAY.has(&word.text));
        numbers.filter(|word| !those.title.contains(word) && !those.body.contains(word)).count()
    };
    strays(a, b) > 0 && strays(b, a) > 0
}
