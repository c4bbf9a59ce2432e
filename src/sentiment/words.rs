//! The words of a language as people write them, in lexicons and in lists: text -> entries, one file on top of another.
//! How a lexicon is written is told at the top of `config/lexicon/en.toml`. Never looks at a text that is judged.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::key::key;
use super::lexicon::{Effect, Thresholds};
use super::written::{Entry, Layer};

/// Most entries of one language, endings and spellings written out.
const MOST_ENTRIES: usize = 200_000;
/// Most emoji and emoticons of one file.
const MOST_SIGNS: usize = 2_000;
/// Most faults of one file that are told.
const MOST_FAULTS: usize = 20;

/// What is wrong with a lexicon or a list of words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {message}\n  hint: {hint}")]
pub struct WordFault {
    /// Where, from 1.
    pub line: usize,
    /// What, in lower case without a full stop.
    pub message: String,
    /// What to do about it.
    pub hint: String,
}

impl WordFault {
    pub(super) fn new(line: usize, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { line, message: message.into(), hint: hint.into() }
    }
}

/// The words of one language, before they are compiled: what was put on top wins over what lies below.
#[derive(Debug, Clone)]
pub struct Words {
    pub(super) thresholds: Thresholds,
    /// Whether all nouns are written with a capital.
    pub(super) capital_nouns: bool,
    endings: BTreeMap<String, String>,
    /// Words joined by blanks, folded as the words of texts are, each once; a `*` in front is the end of a compound.
    entries: Vec<(String, Effect)>,
    signs: BTreeMap<String, f64>,
}

impl Words {
    /// No words at all.
    pub(super) fn none() -> Self {
        let thresholds = Thresholds { negative: -0.25, positive: 0.25 };
        Self { thresholds, capital_nouns: false, endings: BTreeMap::new(), entries: Vec::new(), signs: BTreeMap::new() }
    }

    /// Puts a lexicon on top. All its tables may be left out; what it says of a word wins, and its thresholds and endings
    /// do.
    ///
    /// # Errors
    /// What is wrong with it, line by line.
    pub fn with_lexicon(&self, text: &str) -> Result<Self, Vec<WordFault>> {
        self.with(Layer::lexicon(text))
    }

    /// Puts a list of words on top: a word or several, a tab, a weight, one line each. Weights times `scale` are those of
    /// a lexicon.
    ///
    /// # Errors
    /// What is wrong with it, line by line.
    pub fn with_list(&self, text: &str, scale: f64) -> Result<Self, Vec<WordFault>> {
        self.with(Layer::list(text, scale))
    }

    /// The emoji and emoticons with their weights that the file on top speaks of. They belong to no language.
    #[must_use]
    pub fn top_signs(&self) -> &BTreeMap<String, f64> {
        &self.signs
    }

    /// What each word or expression does, each once.
    pub(super) fn entries(&self) -> impl Iterator<Item = (&str, Effect)> {
        self.entries.iter().map(|(entry, effect)| (entry.as_str(), *effect))
    }

    fn with(&self, layer: Layer) -> Result<Self, Vec<WordFault>> {
        let mut faults = layer.faults;
        let mut endings = self.endings.clone();
        endings.extend(layer.endings);
        let mut top = Top::default();
        // What is written out wins over what endings make.
        for entry in layer.entries.iter().filter(|entry| entry.endings.is_none()) {
            top.add(&entry.text, entry, true).unwrap_or_else(|fault| faults.push(fault));
        }
        for entry in &layer.entries {
            let Some(name) = &entry.endings else { continue };
            let Some(endings) = endings.get(name) else {
                let message = format!("`{}/{name}` names endings that are not there", entry.text);
                faults.push(WordFault::new(entry.line, message, "add them to `[endings]`"));
                continue;
            };
            for ending in std::iter::once("").chain(endings.split_whitespace()) {
                // A few endings on many stems are soon more than fit into memory.
                if top.entries.len() > MOST_ENTRIES {
                    break;
                }
                top.add(&format!("{}{ending}", entry.text), entry, false).unwrap_or_else(|fault| faults.push(fault));
            }
        }
        let mut entries = top.entries;
        entries.extend(self.entries.iter().filter(|entry| !top.places.contains_key(&place(entry))).cloned());
        if layer.signs.len() > MOST_SIGNS {
            let message = format!("the file has more than {MOST_SIGNS} emoji and emoticons");
            faults.push(WordFault::new(1, message, "keep those that matter"));
        }
        if entries.len() > MOST_ENTRIES {
            let message = format!("with this file the language has more than {MOST_ENTRIES} entries");
            faults.push(WordFault::new(1, message, "keep the words that matter"));
        }
        if !faults.is_empty() {
            return Err(told(faults));
        }
        let mut thresholds = self.thresholds;
        layer.negative.into_iter().for_each(|negative| thresholds.negative = negative);
        layer.positive.into_iter().for_each(|positive| thresholds.positive = positive);
        let capital_nouns = layer.capital_nouns.unwrap_or(self.capital_nouns);
        Ok(Self { thresholds, capital_nouns, endings, entries, signs: layer.signs })
    }
}

/// The faults in the order of their lines, and no more than somebody reads.
fn told(mut faults: Vec<WordFault>) -> Vec<WordFault> {
    faults.sort_by_key(|fault| fault.line);
    let mut seen = HashSet::new();
    faults.retain(|fault| seen.insert((fault.line, fault.message.clone())));
    let more = faults.len().saturating_sub(MOST_FAULTS);
    if more > 0 {
        faults.truncate(MOST_FAULTS);
        if let Some(last) = faults.last_mut() {
            last.hint = format!("{}; {more} more faults follow in this file", last.hint);
        }
    }
    faults
}

/// The entries of one file.
#[derive(Default)]
struct Top {
    entries: Vec<(String, Effect)>,
    /// Where each of them stands.
    places: HashMap<(String, bool), usize>,
}

impl Top {
    fn add(&mut self, text: &str, entry: &Entry, strict: bool) -> Result<(), WordFault> {
        let folded = key(text.trim_start_matches('*'));
        for spelling in spellings(&folded) {
            let words: Vec<&str> = spelling.split([' ', '-']).filter(|word| !word.is_empty()).collect();
            let expression = words.join(" ");
            if text.starts_with('*') {
                self.put(format!("*{expression}"), entry.effect);
            }
            let known = self.put(expression, entry.effect);
            if strict && known != entry.effect {
                let message = format!("`{folded}` stands in the file twice, with different effects");
                return Err(WordFault::new(entry.line, message, "remove one of them"));
            }
        }
        Ok(())
    }

    /// What the expression does: what is said of it first.
    fn put(&mut self, expression: String, effect: Effect) -> Effect {
        let entry = (expression, effect);
        let place = place(&entry);
        if let Some((_, known)) = self.places.get(&place).and_then(|place| self.entries.get(*place)) {
            return *known;
        }
        self.places.insert(place, self.entries.len());
        self.entries.push(entry);
        effect
    }
}

/// A word has one role and one other effect.
fn place((expression, effect): &(String, Effect)) -> (String, bool) {
    (expression.clone(), matches!(effect, Effect::Role(_)))
}

/// An entry as it stands, and as it is written in a hurry (`cant`) or on keyboards without its letters (`verspaetung`).
fn spellings(entry: &str) -> Vec<String> {
    let plain: String = entry.chars().fold(String::new(), |mut plain, c| {
        match c {
            'ä' | 'æ' => plain.push_str("ae"),
            'ö' | 'ø' => plain.push_str("oe"),
            'ü' => plain.push_str("ue"),
            'å' => plain.push_str("aa"),
            _ => plain.push(c),
        }
        plain
    });
    let plain = plain.replace("n't", "nt");
    if plain == entry { vec![plain] } else { vec![entry.to_owned(), plain] }
}

#[cfg(test)]
mod tests {
    use super::{Effect, WordFault, Words};

    const SHIPPED: &str = "[thresholds]\nnegative = -0.2\npositive = 0.3\n[endings]\nadj = \"e er\"\n[modifiers]\nstronger = \
                           \"mega\"\n[weights]\n-2 = \"schlecht/adj, *störung, rip off, can't open\"\n3 = \"gut\"\n";

    fn shipped() -> Words {
        Words::none().with_lexicon(SHIPPED).unwrap()
    }

    fn effect(words: &Words, entry: &str) -> Option<Effect> {
        let mut found = words.entries().filter(|(known, _)| *known == entry).map(|(_, effect)| effect);
        let effect = found.next();
        assert_eq!(found.next(), None, "{entry} stands there twice");
        effect
    }

    #[test]
    fn what_lies_on_top_wins() {
        let own = shipped()
            .with_lexicon("weights.0 = \"Schlechter, *störung\"\nweights.-1 = \"mega, kalt/adj\"\n")
            .unwrap()
            .with_list("# mine\nRip-Off\t-1\n\ngut\t0.25\nsehr gut\t1  # best\n", 4.0)
            .unwrap();
        for (entry, expected) in [
            ("schlecht", Some(Effect::Tone(-2.0))),
            ("schlechter", Some(Effect::Tone(0.0))),
            ("*störung", Some(Effect::Tone(0.0))),
            ("*stoerung", Some(Effect::Tone(0.0))),
            ("störung", Some(Effect::Tone(0.0))),
            ("mega", Some(Effect::Tone(-1.0))),
            ("kalter", Some(Effect::Tone(-1.0))),
            ("rip off", Some(Effect::Tone(-4.0))),
            ("can't open", Some(Effect::Tone(-2.0))),
            ("cant open", Some(Effect::Tone(-2.0))),
            ("gut", Some(Effect::Tone(1.0))),
            ("sehr gut", Some(Effect::Tone(4.0))),
            ("rip-off", None),
        ] {
            assert_eq!(effect(&own, entry), expected, "{entry}");
        }
        assert_eq!((own.thresholds.negative, own.thresholds.positive), (-0.2, 0.3));
        let strict = own.with_lexicon("thresholds.positive = 0.5").unwrap();
        assert_eq!((strict.thresholds.negative, strict.thresholds.positive), (-0.2, 0.5));
    }

    #[test]
    fn signs_stand_in_files_of_both_kinds() {
        let lexicon = "weights.-2 = \"🔥, :/, T_T, xD\"\nweights.0 = \"❤️\u{200d}🔥, >:-#\"\nweights.1 = \"\"\"✈️,\n😐 nice\"\"\"";
        let faults = shipped().with_lexicon(lexicon).unwrap_err();
        assert_eq!(faults[0].message, "`😐 nice` has a `😐`, which no word has there");
        let own = shipped().with_lexicon(&lexicon.replace(" nice", "")).unwrap();
        let signs = |words: &Words| {
            let signs = words.top_signs().iter().map(|(sign, weight)| format!("{sign} {weight}"));
            signs.collect::<Vec<_>>().join(", ")
        };
        assert_eq!(signs(&own), ":/ -2, >:-# 0, T_T -2, xD -2, ✈ 1, ❤\u{200d}🔥 0, 🔥 -2, 😐 1");
        let list = own.with_list("🔥\t0.5  # hot\n:/\t0\n:#\t-1 # sealed\n👍🏽\t1\n24/7\t1\n:30\t1", 2.0).unwrap_err();
        assert_eq!(list[0].message, "`:30` has a `:`, which no word has there");
        let list = own.with_list("🔥\t0.5  # hot\n:/\t0\n:#\t-1 # sealed\n👍🏽\t1\n24/7\t1", 2.0).unwrap();
        assert_eq!(signs(&list), ":# -2, :/ 0, 👍 2, 🔥 1");
        assert_eq!(effect(&list, "24 7"), Some(Effect::Tone(2.0)));
        for (text, expected) in [
            (
                "weights.1 = \"🔥\"\nweights.2 = \"🔥\"",
                "line 2: `🔥` stands in the file twice, with different effects\n  hint: remove one of them",
            ),
            (
                "modifiers.stronger = \"very, 🔥\"",
                "line 1: `🔥` is no word: emoji and emoticons only have a weight\n  hint: write it in `[weights]`",
            ),
        ] {
            assert_eq!(shipped().with_lexicon(text).unwrap_err()[0].to_string(), expected);
        }
        let face = |number: u32| char::from_u32(0x1f600 + number).unwrap();
        let many: String = (0..2_001_u32).map(|n| format!("{}{}\t1\n", face(n / 50), face(n % 50))).collect();
        let faults = Words::none().with_list(&many, 1.0).unwrap_err();
        assert_eq!(faults[0].message, "the file has more than 2000 emoji and emoticons");
    }

    #[test]
    fn endings_of_a_file_leave_those_below_alone() {
        let own = shipped().with_lexicon("endings.adj = \"ish\"\nweights.-1 = \"kalt/adj\"").unwrap();
        assert_eq!(effect(&own, "kaltish"), Some(Effect::Tone(-1.0)));
        assert_eq!(effect(&own, "kalter"), None);
        assert_eq!(effect(&own, "schlechter"), Some(Effect::Tone(-2.0)));
    }

    #[test]
    fn many_faults_are_cut_off() {
        let list: String = (0..30).map(|_| "word\n").collect();
        let faults: Vec<WordFault> = shipped().with_list(&list, 1.0).unwrap_err();
        assert_eq!(faults.len(), 20);
        assert!(faults[19].hint.ends_with("; 10 more faults follow in this file"), "{}", faults[19].hint);
        let many: String = (0..200_001).map(|number| format!("word{number}\t1\n")).collect();
        let faults = Words::none().with_list(&many, 1.0).unwrap_err();
        assert_eq!(faults[0].message, "with this file the language has more than 200000 entries");
    }

    #[test]
    fn many_endings_on_many_stems_are_not_written_out() {
        let endings: String = (0..20_000).map(|number| format!("e{number} ")).collect();
        let stems: String = (0..20_000).map(|number| format!("word{number}/many, ")).collect();
        let faults = Words::none().with_lexicon(&format!("endings.many = \"{endings}\"\nweights.1 = \"{stems}\""));
        assert_eq!(faults.unwrap_err()[0].message, "with this file the language has more than 200000 entries");
    }
}
