//! How much harm a text speaks of: words of harm, and what stands beside them in their sentence. Never looks at the tone.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::ops::Range;

use super::beside::Beside;
use super::figure::Figures;
use super::harm::{HARM, entries};
use crate::model::{Concern, Entry, Field, Gravity, Hit, Language, Place, Severity};
use crate::query::Keywords;

/// Most words of harm that are kept, the gravest.
const MOST: usize = 20;
/// A word so many bytes from the brand is hardly said of it.
const FAR: usize = 300;

/// Finds the words of harm in texts, in the words of their language.
#[derive(Debug, Clone)]
pub struct Severities(Vec<Words>);

impl Default for Severities {
    fn default() -> Self {
        Self::new()
    }
}

impl Severities {
    /// Compiles the shipped words.
    #[must_use]
    pub fn new() -> Self {
        Self([Some(Language::EN), Some(Language::DE), Some(Language::NB), None].map(Words::new).into())
    }

    /// How much harm `entry` speaks of, whose text is in `language` and has the brand at the places of `hits`. In a
    /// language without words of its own, those of all others are looked for.
    #[must_use]
    pub fn judge(&self, entry: &Entry, hits: &[Hit], language: Option<&Language>) -> Gravity {
        let known = language.map(|language| if language.as_str() == "nn" { Language::NB } else { language.as_str() });
        let own = self.0.iter().find(|words| words.language.is_some() && words.language == known);
        let Some(words) = own.or_else(|| self.0.last()) else { return Gravity::default() };
        let mut concerns = Vec::new();
        for (field, text) in [(Field::Title, &entry.title), (Field::Text, &entry.text)] {
            let brand: Vec<Range<usize>> =
                hits.iter().filter(|hit| hit.field == field).map(|hit| hit.start..hit.end).collect();
            words.add(field, text, &brand, &mut concerns);
        }
        concerns.sort_by_key(|concern: &Concern| Reverse(concern.severity));
        concerns.truncate(MOST);
        concerns.sort_by_key(|concern| (concern.place.field, concern.place.start));
        Gravity::of(concerns)
    }
}

/// The words of one language, or of all.
#[derive(Debug, Clone)]
struct Words {
    language: Option<&'static str>,
    harm: Keywords,
    severities: HashMap<String, Severity>,
    harmless: Keywords,
    figures: Figures,
    beside: [(Beside, Keywords); Beside::ALL.len()],
}

impl Words {
    fn new(language: Option<&'static str>) -> Self {
        let mut severities = HashMap::new();
        for (lists, severity) in
            [(&HARM.urgent, Severity::Urgent), (&HARM.notice, Severity::Notice), (&HARM.common, Severity::Notice)]
        {
            severities.extend(entries(lists, language).map(|word| (word, severity)));
        }
        let keywords = |lists| Keywords::new(entries(lists, language));
        Self {
            language,
            harm: Keywords::new(severities.keys().cloned()),
            severities,
            harmless: keywords(&HARM.harmless),
            figures: Figures::new(language),
            beside: Beside::ALL.map(|beside| (beside, keywords(beside.lists()))),
        }
    }

    /// Adds the words of harm in `text`, which has the brand at the places of `brand`.
    fn add(&self, field: Field, text: &str, brand: &[Range<usize>], concerns: &mut Vec<Concern>) {
        let found = self.harm.find(text);
        if found.is_empty() {
            return;
        }
        let harmless = self.harmless.find(text).into_iter().map(|(_, around)| around);
        let harmless: Vec<Range<usize>> = harmless.chain(self.figures.find(text)).collect();
        let beside = self.beside.each_ref().map(|(beside, words)| (*beside, words.find(text)));
        let mut end = 0;
        for (word, range) in found {
            let of_brand = brand.iter().any(|brand| brand.start < range.end && range.start < brand.end);
            if range.start < end || of_brand {
                continue;
            }
            end = range.end;
            let within = |around: &Range<usize>| around.start <= range.start && range.end <= around.end;
            let base = self.severities.get(word).copied().unwrap_or_default();
            let (severity, note) = if let Some(around) = harmless.iter().find(|around| within(around)) {
                (Severity::Info, format!("harmless in \"{}\"", shown(text, around)))
            } else if let Some((beside, by)) = Beside::first(&beside, text, &range) {
                (beside.limits(base), beside.note(shown(text, &by)))
            } else if !brand.is_empty() && brand.iter().all(|brand| distance(brand, &range) > FAR) {
                (base.min(Severity::Notice), "far from the brand".to_owned())
            } else {
                (base, String::new())
            };
            let place = Place { field, start: range.start, end: range.end };
            concerns.push(Concern { word: shown(text, &range).to_owned(), severity, note, place });
        }
    }
}

fn distance(one: &Range<usize>, other: &Range<usize>) -> usize {
    one.start.saturating_sub(other.end).max(other.start.saturating_sub(one.end))
}

fn shown<'t>(text: &'t str, range: &Range<usize>) -> &'t str {
    text.get(range.clone()).unwrap_or_default()
}
