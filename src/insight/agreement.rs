//! How far the rules agree with what people said of tones, which words erred, and what a user could write into a lexicon of
//! their own. Pure. It suggests, and never changes anything.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::model::correction::Correction;
use crate::model::{Reason, Tone};

/// A word that erred in so many texts is worth a suggestion.
const ENOUGH: u64 = 2;
/// Words that are named, and titles of texts in which nothing was heard.
const NAMED: usize = 20;

/// How far the rules agree in one language.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Agreement {
    /// The language they took the texts for; `None` where they knew none.
    pub language: Option<String>,
    /// Texts somebody spoke of.
    pub texts: u64,
    /// Those of which the rules say the same.
    pub agreed: u64,
    /// How many texts there are by what the rules say, and by what people say.
    pub confusion: BTreeMap<Tone, BTreeMap<Tone, u64>>,
    /// The words that erred, the worst first.
    pub words: Vec<ErringWord>,
    /// The titles of texts of which people say something, while no word of theirs spoke.
    pub unheard: Vec<String>,
    /// What could be written into a lexicon of one's own, in TOML.
    pub suggestion: Option<String>,
}

/// A word that spoke against what people said.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ErringWord {
    /// The word, in small letters.
    pub word: String,
    /// Whether it was negated there, so that rather the negation has erred.
    pub negated: bool,
    /// In how many texts it spoke against them.
    pub wrong: u64,
    /// In how many it spoke for them.
    pub right: u64,
}

/// How far the rules agree, by language, the one with the most texts first.
#[must_use]
pub fn agreement(corrections: &[Correction]) -> Vec<Agreement> {
    let mut languages: BTreeMap<Option<&str>, Vec<&Correction>> = BTreeMap::new();
    for correction in corrections {
        languages.entry(correction.language.as_deref()).or_default().push(correction);
    }
    let mut all: Vec<Agreement> =
        languages.into_iter().map(|(language, texts)| of_language(language, &texts)).collect();
    all.sort_by_key(|agreement| std::cmp::Reverse(agreement.texts));
    all
}

fn of_language(language: Option<&str>, corrections: &[&Correction]) -> Agreement {
    let mut confusion: BTreeMap<Tone, BTreeMap<Tone, u64>> = BTreeMap::new();
    let mut counts: BTreeMap<(String, bool), (u64, u64)> = BTreeMap::new();
    let (mut agreed, mut unheard) = (0, Vec::new());
    for correction in corrections {
        let (said, ruled) = (correction.tone, correction.ruled.tone);
        *confusion.entry(ruled).or_default().entry(said).or_default() += 1;
        agreed += u64::from(said == ruled);
        if correction.reasons.is_empty() && said != Tone::Neutral {
            unheard.push(correction.title.clone());
        }
        let spoken = |wrong: bool| {
            let speaks = correction.reasons.iter().filter(move |reason| speaks(reason, said, ruled) == Some(!wrong));
            speaks.map(|reason| (plain(&reason.word), reason.note.contains("negated"))).collect::<BTreeSet<_>>()
        };
        spoken(true).into_iter().for_each(|word| counts.entry(word).or_default().0 += 1);
        spoken(false).into_iter().for_each(|word| counts.entry(word).or_default().1 += 1);
    }
    let erring = counts.into_iter().filter(|(_, (wrong, right))| wrong > right);
    let mut words: Vec<ErringWord> =
        erring.map(|((word, negated), (wrong, right))| ErringWord { word, negated, wrong, right }).collect();
    words.sort_by_key(|word| (std::cmp::Reverse(word.wrong - word.right), std::cmp::Reverse(word.wrong)));
    words.truncate(NAMED);
    unheard.truncate(NAMED);
    let suggestion = suggestion(&words);
    let (language, texts) = (language.map(str::to_owned), corrections.len() as u64);
    Agreement { language, texts, agreed, confusion, words, unheard, suggestion }
}

/// Whether a word spoke for what somebody said; `None` if neither for nor against it.
fn speaks(reason: &Reason, said: Tone, ruled: Tone) -> Option<bool> {
    let praises = match reason.weight {
        weight if weight > 0.0 => true,
        weight if weight < 0.0 => false,
        _ => return None,
    };
    match (said, ruled) {
        (Tone::Positive, _) => Some(praises),
        (Tone::Negative, _) => Some(!praises),
        (_, Tone::Positive) => praises.then_some(false),
        (_, Tone::Negative) => (!praises).then_some(false),
        _ => None,
    }
}

/// A word as lexicons write it: in small letters, without stretching and without what stands between its parts.
fn plain(word: &str) -> String {
    let mut plain = String::new();
    let mut rest = word.to_lowercase();
    while let Some(c) = rest.chars().next() {
        let run = rest.chars().take_while(|other| *other == c).count();
        let kept = if run >= 3 && c.is_alphabetic() { 1 } else { run };
        plain.extend(std::iter::repeat_n(c, kept));
        rest = rest.chars().skip(run).collect();
    }
    plain
}

/// A lexicon in which the words that mostly erred are silent.
fn suggestion(words: &[ErringWord]) -> Option<String> {
    let silent: Vec<&ErringWord> = words
        .iter()
        .filter(|word| !word.negated && word.wrong >= ENOUGH && word.wrong >= 2 * word.right)
        .filter(|word| is_entry(&word.word))
        .collect();
    if silent.is_empty() {
        return None;
    }
    let of = |word: &ErringWord| format!("# {}: wrong in {}, right in {}\n", word.word, word.wrong, word.right);
    let comments: String = silent.iter().map(|word| of(word)).collect();
    let entries: Vec<&str> = silent.iter().map(|word| word.word.as_str()).collect();
    Some(format!("{comments}[weights]\n0 = \"\"\"\n{}\n\"\"\"\n", entries.join(",\n")))
}

/// Whether it can be written into a lexicon as it is; emoji cannot.
fn is_entry(word: &str) -> bool {
    let inside = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '\'' | '’');
    word.chars().all(inside) && word.starts_with(char::is_alphanumeric) && word.ends_with(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Instant;
    use crate::model::correction::Verdict;

    fn correction(said: Tone, ruled: Tone, reasons: &[(&str, f64, &str)]) -> Correction {
        let reason = |&(word, weight, note): &(&str, f64, &str)| Reason {
            word: word.to_owned(),
            weight,
            note: note.to_owned(),
            place: None,
        };
        Correction {
            brand: "Skip Hop".to_owned(),
            title: format!("{said:?} but {ruled:?}"),
            tone: said,
            by: "Kari".to_owned(),
            at: Instant::UNIX_EPOCH,
            note: None,
            ruled: Verdict { tone: ruled, score: None },
            language: Some("en".to_owned()),
            reasons: reasons.iter().map(reason).collect(),
        }
    }

    #[test]
    fn words_are_blamed_for_what_they_said() {
        use Tone::{Negative, Neutral, Positive, Unscored};
        let texts = [
            correction(Positive, Negative, &[("Sick", -2.0, ""), ("sick", -2.0, ""), ("great", 1.0, "")]),
            correction(Neutral, Negative, &[("siiiick", -2.0, "stretched"), ("sale", 1.0, "")]),
            correction(Negative, Positive, &[("good", 1.0, "negated by \"not\""), ("broke", -1.0, "")]),
            correction(Negative, Positive, &[("good", 1.0, "negated by \"no\""), ("😡", 2.0, "")]),
            correction(Negative, Positive, &[("😡", 2.0, "")]),
            correction(Negative, Negative, &[("broke", -2.0, "")]),
            correction(Positive, Unscored, &[]),
        ];
        let [english] = agreement(&texts).try_into().unwrap();
        assert_eq!((english.texts, english.agreed), (7, 1));
        assert_eq!(english.confusion[&Positive], [(Negative, 3)].into());
        assert_eq!(english.confusion[&Negative], [(Negative, 1), (Neutral, 1), (Positive, 1)].into());
        let words: Vec<_> =
            english.words.iter().map(|word| (word.word.as_str(), word.negated, word.wrong, word.right)).collect();
        assert_eq!(words, [("good", true, 2, 0), ("sick", false, 2, 0), ("😡", false, 2, 0)]);
        assert_eq!(english.unheard, ["Positive but Unscored"]);
        let expected = "# sick: wrong in 2, right in 0\n[weights]\n0 = \"\"\"\nsick\n\"\"\"\n";
        assert_eq!(english.suggestion.as_deref(), Some(expected));
    }

    #[test]
    fn a_word_that_is_mostly_right_stays() {
        let wrong = correction(Tone::Positive, Tone::Negative, &[("cold", -1.0, "")]);
        let right = correction(Tone::Negative, Tone::Negative, &[("cold", -1.0, "")]);
        let one = agreement(std::slice::from_ref(&wrong)).remove(0);
        assert_eq!((one.words.len(), one.suggestion), (1, None), "one text is no reason to silence a word");
        let both = agreement(&[wrong.clone(), wrong.clone(), right.clone(), right.clone()]).remove(0);
        assert_eq!((both.words.len(), both.suggestion), (0, None));
        let mostly = agreement(&[wrong.clone(), wrong.clone(), wrong, right.clone(), right]).remove(0);
        assert_eq!((mostly.words.len(), mostly.suggestion), (1, None));
    }
}
