//! One file of words, as it stands there: a lexicon in TOML, or a list with a word and a weight on each line. Knows no
//! other file, and finds every fault at once.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::key::is_apostrophe;
use super::lexicon::Effect;
use super::role::Role;
use super::sign::{is_sign, shape};
use super::words::WordFault;

/// Longest entry, in characters.
const LONGEST_ENTRY: usize = 100;
/// Most gaps (`..`) of an entry: each multiplies the places where it may fit.
const MOST_GAPS: usize = 3;
const WEIGHT_HINT: &str = "write a number from -4 to 4";

/// What a file says.
#[derive(Debug, Default)]
pub(super) struct Layer {
    pub(super) negative: Option<f64>,
    pub(super) positive: Option<f64>,
    pub(super) capital_nouns: Option<bool>,
    pub(super) endings: BTreeMap<String, String>,
    pub(super) entries: Vec<Entry>,
    /// Emoji and emoticons with their weights.
    pub(super) signs: BTreeMap<String, f64>,
    pub(super) faults: Vec<WordFault>,
}

/// A word or expression, and what it does.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) text: String,
    /// The name of its endings.
    pub(super) endings: Option<String>,
    pub(super) effect: Effect,
    pub(super) line: usize,
}

/// A lexicon as written.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Written {
    capital_nouns: Option<bool>,
    thresholds: Thresholds,
    endings: BTreeMap<String, Spanned<String>>,
    modifiers: Modifiers,
    roles: BTreeMap<Role, Spanned<String>>,
    weights: BTreeMap<String, Spanned<String>>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Thresholds {
    negative: Option<Spanned<f64>>,
    positive: Option<Spanned<f64>>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Modifiers {
    stronger: Option<Spanned<String>>,
    weaker: Option<Spanned<String>>,
    negates: Option<Spanned<String>>,
    negates_around: Option<Spanned<String>>,
    contrast: Option<Spanned<String>>,
}

impl Layer {
    /// Reads a lexicon.
    pub(super) fn lexicon(text: &str) -> Self {
        let ends: Vec<usize> = text.match_indices('\n').map(|(end, _)| end).collect();
        let line_at = |offset: usize| 1 + ends.partition_point(|end| *end < offset);
        let written: Written = match toml::from_str(text) {
            Ok(written) => written,
            Err(fault) => {
                let line = line_at(fault.span().unwrap_or_default().start);
                let message = fault.message().lines().next().unwrap_or_default();
                let hint = "the shipped lexicons in `config/lexicon` show how one is written";
                return Self { faults: vec![WordFault::new(line, message, hint)], ..Self::default() };
            }
        };
        let mut layer = Self { capital_nouns: written.capital_nouns, ..Self::default() };
        for (name, endings) in written.endings {
            let line = line_at(endings.span().start);
            layer.add_endings(name, endings.into_inner(), line);
        }
        let Thresholds { negative, positive } = written.thresholds;
        layer.negative = layer.threshold(negative, -1.0..=0.0, line_at);
        layer.positive = layer.threshold(positive, 0.0..=1.0, line_at);
        let Modifiers { stronger, weaker, negates, negates_around, contrast } = written.modifiers;
        let modifiers = [
            (Effect::Stronger, stronger),
            (Effect::Weaker, weaker),
            (Effect::Negates, negates),
            (Effect::NegatesAround, negates_around),
            (Effect::Contrast, contrast),
        ];
        for (effect, list) in modifiers {
            list.into_iter().for_each(|list| layer.add_list(text, &list, effect, line_at));
        }
        for (role, list) in written.roles {
            layer.add_list(text, &list, Effect::Role(role), line_at);
        }
        for (number, list) in written.weights {
            match weight(&number) {
                Some(weight) => layer.add_list(text, &list, Effect::Tone(weight), line_at),
                None => {
                    let message = format!("`{}` is not a weight", number.escape_debug());
                    layer.faults.push(WordFault::new(line_at(list.span().start), message, WEIGHT_HINT));
                }
            }
        }
        layer
    }

    /// Reads a list: a word, a tab, a weight that is multiplied by `scale`. What follows a `#` is a comment.
    pub(super) fn list(text: &str, scale: f64) -> Self {
        let mut layer = Self::default();
        for (index, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
            // A keycap and a mouth may have the sign of a comment: `:#`.
            let sign =
                line.split_once('\t').filter(|(entry, _)| is_sign(entry.trim())).map_or(0, |(entry, _)| entry.len());
            let comment = line.get(sign..).and_then(|rest| rest.find('#')).map_or(line.len(), |at| sign + at);
            let content = line.get(..comment).unwrap_or_default();
            if content.trim().is_empty() {
                continue;
            }
            if let Err((message, hint)) = layer.add_line(content, scale, index + 1) {
                layer.faults.push(WordFault::new(index + 1, message, hint));
            }
        }
        layer
    }

    fn add_line(&mut self, content: &str, scale: f64, line: usize) -> Result<(), (String, String)> {
        let shape = "write a word, a tab, a weight: `never again\t-3`";
        let Some((entry, number)) = content.split_once('\t') else {
            return Err(("there is no tab in the line".to_owned(), shape.to_owned()));
        };
        if number.trim().contains('\t') {
            let hint = "keep the first two columns, for instance with `cut -f 1,2 FILE`";
            return Err(("the line has more than two columns".to_owned(), hint.to_owned()));
        }
        let shown = number.trim().escape_debug();
        let Some(written) = number.trim().parse::<f64>().ok().filter(|number| number.is_finite()) else {
            return Err((format!("`{shown}` is not a number"), shape.to_owned()));
        };
        let weight = written * scale;
        if !(-4.0..=4.0).contains(&weight) {
            let message = match scale {
                1.0 => format!("the weight `{shown}` is out of range: `-4` to `4`"),
                _ => format!("the weight `{shown}` times the scale `{scale}` is out of range: `-4` to `4`"),
            };
            return Err((message, "change the weight, or the `scale` of the file".to_owned()));
        }
        // Nobody's list has endings; `24/7` is two words.
        let entry = if is_sign(entry.trim()) { entry.to_owned() } else { entry.replace('/', " ") };
        self.add(&entry, Effect::Tone(weight), line);
        Ok(())
    }

    fn add_endings(&mut self, name: String, endings: String, line: usize) {
        if endings.split_whitespace().all(|ending| ending.chars().count() <= LONGEST_ENTRY) {
            self.endings.insert(name, endings);
            return;
        }
        let message = format!("`{}` has an ending of more than {LONGEST_ENTRY} characters", name.escape_debug());
        self.faults.push(WordFault::new(line, message, "separate endings by blanks"));
        self.endings.insert(name, String::new());
    }

    fn threshold(
        &mut self,
        written: Option<Spanned<f64>>,
        range: std::ops::RangeInclusive<f64>,
        line_at: impl Fn(usize) -> usize,
    ) -> Option<f64> {
        let written = written?;
        let value = *written.get_ref();
        if !range.contains(&value) {
            let message = format!("`{value}` is out of range: `{}` to `{}`", range.start(), range.end());
            let hint = "scores are from -1 to 1, and neutral texts are around 0";
            self.faults.push(WordFault::new(line_at(written.span().start), message, hint));
        }
        Some(value)
    }

    /// Adds the entries of a list, separated by commas and line ends, each with its line.
    fn add_list(&mut self, text: &str, list: &Spanned<String>, effect: Effect, line_at: impl Fn(usize) -> usize) {
        let start = list.span().start;
        // A line end right after the quotes does not belong to the value.
        let opening = text.get(start..).unwrap_or_default();
        let skipped = ["\"\"\"\r\n", "\"\"\"\n", "'''\r\n", "'''\n"].iter().any(|quotes| opening.starts_with(quotes));
        let first = line_at(start) + usize::from(skipped);
        for (index, line) in list.get_ref().split('\n').enumerate() {
            let entries = line.split(',').map(str::trim).filter(|entry| !entry.is_empty());
            entries.for_each(|entry| self.add(entry, effect, first + index));
        }
    }

    fn add(&mut self, entry: &str, effect: Effect, line: usize) {
        let entry = entry.trim();
        if is_sign(entry) {
            return self.add_sign(entry, effect, line);
        }
        let (text, endings) = match entry.split_once('/') {
            Some((stem, name)) => (stem.trim_end(), Some(name.trim().to_owned())),
            None => (entry, None),
        };
        match fault(text) {
            None => self.entries.push(Entry { text: text.to_owned(), endings, effect, line }),
            Some((what, hint)) => {
                let message = format!("`{}` {what}", entry.escape_debug());
                self.faults.push(WordFault::new(line, message, hint));
            }
        }
    }

    fn add_sign(&mut self, sign: &str, effect: Effect, line: usize) {
        let shape = shape(sign);
        let known = self.signs.get(&shape).copied();
        let told = sign.escape_debug();
        match (effect, known) {
            (Effect::Tone(weight), None) => {
                self.signs.insert(shape, weight);
            }
            (Effect::Tone(weight), Some(known)) if weight == known => {}
            (Effect::Tone(_), Some(_)) => {
                let message = format!("`{told}` stands in the file twice, with different effects");
                self.faults.push(WordFault::new(line, message, "remove one of them"));
            }
            _ => {
                let message = format!("`{told}` is no word: emoji and emoticons only have a weight");
                self.faults.push(WordFault::new(line, message, "write it in `[weights]`"));
            }
        }
    }
}

/// Why an entry would never be found in a text.
fn fault(text: &str) -> Option<(String, &'static str)> {
    let plain = text.strip_prefix('*').unwrap_or(text);
    let words: Vec<&str> = plain.split([' ', '-']).filter(|word| !word.is_empty()).collect();
    let is_gap = |word: Option<&&str>| word.is_some_and(|word| *word == "..");
    if text.chars().count() > LONGEST_ENTRY {
        return Some((format!("is longer than {LONGEST_ENTRY} characters"), "shorten it"));
    }
    if words.is_empty() {
        return Some(("has no word in it".to_owned(), "remove it"));
    }
    if is_gap(words.first()) || is_gap(words.last()) {
        return Some(("begins or ends with `..`".to_owned(), "`..` stands for words between two others"));
    }
    if words.iter().filter(|word| **word == "..").count() > MOST_GAPS {
        return Some((format!("has more than {MOST_GAPS} gaps"), "shorten it"));
    }
    if words.windows(2).any(|pair| pair == ["..", ".."]) {
        return Some(("has a gap after a gap".to_owned(), "write `..` once; it stands for up to four words"));
    }
    let odd = words.iter().filter(|word| **word != "..").find(|word| !is_word(word))?;
    let c = odd.chars().find(|c| !is_of_word(*c)).unwrap_or('\'');
    let hint = "texts are cut into words of letters, digits and apostrophes within; write those only";
    Some((format!("has a `{}`, which no word has there", c.escape_debug()), hint))
}

fn is_word(word: &str) -> bool {
    word.chars().all(is_of_word) && !word.starts_with(is_apostrophe) && !word.ends_with(is_apostrophe)
}

fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || is_apostrophe(c) || matches!(c, '\u{300}'..='\u{36f}')
}

/// The weight that a table is named after.
pub(super) fn weight(number: &str) -> Option<f64> {
    number.parse::<f64>().ok().filter(|weight| (-4.0..=4.0).contains(weight))
}

#[cfg(test)]
mod tests {
    use super::Layer;
    use crate::sentiment::words::{WordFault, Words};

    fn faults(faults: &[WordFault]) -> Vec<String> {
        faults.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn every_fault_of_a_lexicon_has_its_line() {
        let text = "thresholds.negative = 0.5\n[modifiers]\nstronger = \"very\"\n[weights]\n7 = \"bad\"\n-1 = \"\"\"\nfine,\n\
                    nice/adv, c++, .. off, a .. .. b\n\"\"\"\n1 = \"\"\"Fine, a .. b .. c .. d .. e,\n***\"\"\"\n";
        assert_eq!(
            faults(&Words::none().with_lexicon(text).unwrap_err()),
            [
                "line 1: `0.5` is out of range: `-1` to `0`\n  hint: scores are from -1 to 1, and neutral texts are around 0",
                "line 5: `7` is not a weight\n  hint: write a number from -4 to 4",
                "line 8: `c++` has a `+`, which no word has there\n  hint: texts are cut into words of letters, digits and \
                 apostrophes within; write those only",
                "line 8: `.. off` begins or ends with `..`\n  hint: `..` stands for words between two others",
                "line 8: `a .. .. b` has a gap after a gap\n  hint: write `..` once; it stands for up to four words",
                "line 8: `nice/adv` names endings that are not there\n  hint: add them to `[endings]`",
                "line 10: `a .. b .. c .. d .. e` has more than 3 gaps\n  hint: shorten it",
                "line 10: `fine` stands in the file twice, with different effects\n  hint: remove one of them",
                "line 11: `***` has a `*`, which no word has there\n  hint: texts are cut into words of letters, digits and \
                 apostrophes within; write those only",
            ]
        );
    }

    #[test]
    fn many_tables_are_read_in_a_moment() {
        let tables: String = (0..40_000).map(|number| format!("\"9{number}\" = \"w\"\n")).collect();
        let began = std::time::Instant::now();
        let read = Layer::lexicon(&format!("[weights]\n{tables}"));
        assert_eq!(read.faults.iter().map(|fault| fault.line).max(), Some(40_001));
        assert!(began.elapsed() < std::time::Duration::from_secs(5), "{:?}", began.elapsed());
    }

    #[test]
    fn what_is_no_lexicon_is_told_where() {
        for (text, message) in [
            ("bad = [", "line 1: unclosed array, expected `]`"),
            ("[weights]\n-1 = 5", "line 2: invalid type: integer `5`, expected a string"),
            (
                "\n\n[modifiers]\nlouder = \"very\"",
                "line 4: unknown field `louder`, expected one of `stronger`, `weaker`, `negates`, `negates_around`, \
                 `contrast`",
            ),
        ] {
            let expected =
                format!("{message}\n  hint: the shipped lexicons in `config/lexicon` show how one is written");
            assert_eq!(faults(&Layer::lexicon(text).faults), [expected]);
        }
    }

    #[test]
    fn an_ending_is_no_longer_than_a_word() {
        let text =
            format!("[endings]\nshort = \"e en\"\nlong = \"e {}\"\n[weights]\n-1 = \"bad/long\"\n", "n".repeat(101));
        assert_eq!(
            faults(&Words::none().with_lexicon(&text).unwrap_err()),
            ["line 3: `long` has an ending of more than 100 characters\n  hint: separate endings by blanks"]
        );
    }

    #[test]
    fn every_fault_of_a_list_has_its_line() {
        let text = "\u{feff}good\t1\nbad\n# bad\nbad\t-1,5\nbad\t-5\nbad\t-1\t0.5\nc++\t1\ngood\t-1\nBAD\tinf\n";
        let shape = "hint: write a word, a tab, a weight: `never again\t-3`";
        assert_eq!(
            faults(&Words::none().with_list(text, 1.0).unwrap_err()),
            [
                format!("line 2: there is no tab in the line\n  {shape}"),
                format!("line 4: `-1,5` is not a number\n  {shape}"),
                "line 5: the weight `-5` is out of range: `-4` to `4`\n  hint: change the weight, or the `scale` of the file"
                    .to_owned(),
                "line 6: the line has more than two columns\n  hint: keep the first two columns, for instance with `cut -f \
                 1,2 FILE`"
                    .to_owned(),
                "line 7: `c++` has a `+`, which no word has there\n  hint: texts are cut into words of letters, digits and \
                 apostrophes within; write those only"
                    .to_owned(),
                "line 8: `good` stands in the file twice, with different effects\n  hint: remove one of them".to_owned(),
                format!("line 9: `inf` is not a number\n  {shape}"),
            ]
        );
        let faults = Layer::list("good\t1", 5.0).faults;
        assert_eq!(faults[0].message, "the weight `1` times the scale `5` is out of range: `-4` to `4`");
    }
}
