//! Texts of our own, one file per language: what simple scorers get wrong and the rules get right, and what the rules
//! still get wrong. Whoever changes rules or words sees here what they win and lose.

use std::path::Path;

use mentiond::model::{Entry, Language, Tone};
use mentiond::sentiment::{Ask, Workspace};
use serde::Deserialize;
use vader_sentimental::SentimentIntensityAnalyzer;

use super::{SCORER, entry, hits};

/// So many texts are right at least, though a simple scorer gets them wrong.
const RIGHT: usize = 20;
/// So many are known to be wrong.
const STILL_WRONG: usize = 10;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Examples {
    example: Vec<Example>,
}

/// A text and what is said about it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Example {
    text: String,
    /// The brand that the tone is about; its words carry none.
    #[serde(default)]
    target: String,
    /// What a reader says.
    gold: String,
    /// What VADER says (vaderSentiment 3.3.2, from ±0.05 on).
    vader: Option<String>,
    /// What the plain sum of the weights of the words says.
    plain: Option<String>,
    /// What mentiond says, where it is not the gold.
    still_wrong: Option<String>,
}

/// The tone of a score that is neutral up to a limit.
fn tone(score: f64, limit: f64) -> &'static str {
    let tone = if score.abs() < limit || score == 0.0 {
        Tone::Neutral
    } else if score < 0.0 {
        Tone::Negative
    } else {
        Tone::Positive
    };
    tone.as_str()
}

/// What the weights of the words say that stand alone.
fn plain(text: &str, language: &str) -> &'static str {
    let words = text.split(|c: char| !c.is_alphanumeric() && c != '\'').filter(|word| !word.is_empty());
    let language = Language::parse(language);
    let ask = Ask { language: language.as_ref(), reasons: true, ..Ask::default() };
    let judged = words.map(|word| SCORER.judge_in(&mut Workspace::default(), &entry(word), &[], ask));
    tone(judged.flat_map(|judged| judged.reasons).map(|reason| reason.weight).sum(), 0.0)
}

fn vader(text: &str) -> &'static str {
    tone(SentimentIntensityAnalyzer::new().polarity_scores(text).compound, 0.05)
}

impl Example {
    /// What is wrong with this example: the tone is not the noted one, or nobody gets it wrong.
    fn fault(&self, language: &str) -> Option<String> {
        let labels = [Some(&self.gold), self.vader.as_ref(), self.plain.as_ref(), self.still_wrong.as_ref()];
        if let Some(label) = labels.into_iter().flatten().find(|label| Tone::parse(label).is_none()) {
            return Some(format!("`{label}` is not a tone: {}", self.text));
        }
        let simple = [
            self.plain.as_deref().map(|noted| (noted, plain(&self.text, language))),
            self.vader.as_deref().map(|noted| (noted, vader(&self.text))),
        ];
        if let Some((noted, said)) = simple.into_iter().flatten().find(|(noted, said)| noted != said) {
            return Some(format!("the simple scorer says {said} now, not {noted}: {}", self.text));
        }
        let claimed = Entry { language: Language::parse(language), ..entry(&self.text) };
        let places = if self.target.is_empty() { Vec::new() } else { hits(&self.text, &self.target) };
        let judgement = SCORER.judge(&claimed, &places);
        let said = judgement.tone.as_str();
        let reasons = &judgement.reasons;
        match &self.still_wrong {
            Some(_) if said == self.gold => Some(format!("is right now, move it to the right ones: {}", self.text)),
            Some(noted) if said != noted => Some(format!("says {said} now, not {noted}: {} {reasons:?}", self.text)),
            None if said != self.gold => {
                Some(format!("says {said} now, {} is right: {} {reasons:?}", self.gold, self.text))
            }
            None if labels.into_iter().skip(1).flatten().all(|simple| *simple == self.gold) => {
                Some(format!("no simple scorer gets it wrong: {}", self.text))
            }
            _ => None,
        }
    }
}

fn check(language: &str) {
    let path = Path::new("tests/data/tone").join(language).with_extension("toml");
    let written = std::fs::read_to_string(&path).unwrap();
    let examples = toml::from_str::<Examples>(&written).unwrap_or_else(|fault| panic!("{}: {fault}", path.display()));
    let faults: Vec<String> = examples.example.iter().filter_map(|example| example.fault(language)).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    let wrong = examples.example.iter().filter(|example| example.still_wrong.is_some()).count();
    let right = examples.example.len() - wrong;
    assert!(right >= RIGHT && wrong >= STILL_WRONG, "{right} right ones and {wrong} wrong ones in {}", path.display());
}

#[test]
fn english() {
    check("en");
}

#[test]
fn german() {
    check("de");
}

#[test]
fn norwegian() {
    check("nb");
}
