//! The scorers of a configuration: the shipped words with the user's own on top, for all brands and for some. Reads no
//! file: `config` has.

use std::collections::BTreeMap;

use crate::config::{Config, Fault, Faults, Place, ToneConfig, WordsFile, WordsForm};
use crate::model::Language;
use crate::pipeline::Scorers;
use crate::sentiment::{Scorer, Words};

/// The scorers of a configuration, for whoever judges texts by it.
///
/// # Errors
/// Everything that is wrong with the user's words, with its place in their files.
pub fn scorers(config: &Config) -> Result<Scorers, Faults> {
    let mut faults = Vec::new();
    let scorers = draft(&config.tone, &mut faults);
    if faults.is_empty() { Ok(scorers) } else { Err(Faults(faults)) }
}

/// Compiles what can be, and adds a fault for what cannot.
pub(super) fn draft(tone: &ToneConfig, faults: &mut Vec<Fault>) -> Scorers {
    let common_laid = laid(&BTreeMap::new(), &tone.words, faults);
    let common = compiled(Scorer::new(), &common_laid);
    let mut scorers = Scorers::from(common.clone());
    // Brands with the same files share one scorer.
    let mut known: Vec<(&[WordsFile], Scorer)> = Vec::new();
    for (brand, files) in &tone.of_brands {
        let scorer = match known.iter().find(|(of, _)| is_same(of, files)) {
            Some((_, scorer)) => scorer.clone(),
            None => {
                let scorer = compiled(common.clone(), &laid(&common_laid.words, files, faults));
                known.push((files, scorer.clone()));
                scorer
            }
        };
        scorers.insert(brand.clone(), scorer);
    }
    scorers
}

fn is_same(files: &[WordsFile], others: &[WordsFile]) -> bool {
    let what = |file: &WordsFile| (file.language.clone(), file.path.clone(), file.form);
    files.iter().map(what).eq(others.iter().map(what))
}

/// What files say, one on top of the other.
#[derive(Default)]
struct Laid {
    /// The words of every language that they speak.
    words: BTreeMap<Language, Words>,
    /// Emoji and emoticons.
    signs: BTreeMap<String, f64>,
}

fn laid(below: &BTreeMap<Language, Words>, files: &[WordsFile], faults: &mut Vec<Fault>) -> Laid {
    let mut laid = Laid::default();
    for file in files {
        let known = laid.words.get(&file.language).or_else(|| below.get(&file.language)).cloned();
        let Some(words) = known.or_else(|| Scorer::shipped_words(&file.language)) else {
            let message = format!("there is no lexicon for `{}` that words could be added to", file.language);
            faults.push(Fault::at(Some(&file.place), "", message, "write `en`, `de` or `nb`".to_owned()));
            continue;
        };
        let added = match file.form {
            WordsForm::Lexicon => words.with_lexicon(&file.text),
            WordsForm::List { scale } => words.with_list(&file.text, scale),
        };
        match added {
            Ok(words) => {
                laid.signs.extend(words.top_signs().clone());
                laid.words.insert(file.language.clone(), words);
            }
            Err(wrong) => {
                let path = file.path.display().to_string();
                let faulty = wrong.into_iter().map(|wrong| {
                    let place = Place { file: path.clone(), line: wrong.line, column: 1, key: String::new() };
                    Fault { place, message: wrong.message, hint: Some(wrong.hint) }
                });
                // A file may be named by several brands.
                let new: Vec<Fault> = faulty.filter(|fault| !faults.contains(fault)).collect();
                faults.extend(new);
            }
        }
    }
    laid
}

fn compiled(scorer: Scorer, laid: &Laid) -> Scorer {
    let scorer = laid.words.iter().fold(scorer, |scorer, (language, words)| scorer.with_words(language, words));
    scorer.with_signs(&laid.signs)
}
