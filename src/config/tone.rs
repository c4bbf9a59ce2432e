//! `[[tone.words]]` and `[[brand.words]]`: files with words of the user's own, and what stands in them. Never looks at the
//! words; that is the work of `sentiment`.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::check::within;
use super::content;
use super::fault::{Findings, Place};
use super::file::{List, WordsTable};
use super::paths::Surroundings;
use super::reader::{Key, Written};
use super::words::shown;
use crate::model::Language;

/// Largest file of words in bytes.
const LARGEST: u64 = 4 << 20;
/// Most files of words of one list.
const MOST_FILES: usize = 50;

/// The user's own words.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ToneConfig {
    /// For all brands; of two files that speak of a word the later one counts.
    pub words: Vec<WordsFile>,
    /// For a brand alone, by its name; they win over those for all brands.
    pub of_brands: BTreeMap<String, Vec<WordsFile>>,
}

/// A file of words.
#[derive(Debug, Clone, PartialEq)]
pub struct WordsFile {
    /// The language of the words.
    pub language: Language,
    /// Where the language stands.
    pub place: Place,
    /// Which file it is.
    pub path: PathBuf,
    /// What it is.
    pub form: WordsForm,
    /// What stands in it.
    pub text: Arc<str>,
}

/// What a file of words is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum WordsForm {
    /// A lexicon in TOML.
    Lexicon,
    /// A word, a tab and a weight on each line; the weights times `scale` are those of a lexicon.
    List {
        /// By what the weights are multiplied.
        scale: f64,
    },
}

/// Reads the files of a configuration, each once.
pub(super) struct Reading<'a> {
    around: &'a Surroundings<'a>,
    texts: BTreeMap<PathBuf, Result<Arc<str>, String>>,
    tone: ToneConfig,
}

impl<'a> Reading<'a> {
    /// A reading that has read nothing yet.
    pub(super) fn new(around: &'a Surroundings<'a>) -> Self {
        Self { around, texts: BTreeMap::new(), tone: ToneConfig::default() }
    }

    /// The words for all brands.
    pub(super) fn add(&mut self, list: Key<List<WordsTable>>, findings: &mut Findings) {
        self.tone.words = self.files(list, findings);
    }

    /// The words for a brand alone.
    pub(super) fn add_brand(&mut self, brand: &str, list: Key<List<WordsTable>>, findings: &mut Findings) {
        let files = self.files(list, findings);
        if !files.is_empty() {
            self.tone.of_brands.insert(brand.to_owned(), files);
        }
    }

    /// What was read.
    pub(super) fn finish(self) -> ToneConfig {
        self.tone
    }

    fn files(&mut self, list: Key<List<WordsTable>>, findings: &mut Findings) -> Vec<WordsFile> {
        let written = list.or(Vec::new());
        if let Some(first) = written.get(MOST_FILES) {
            findings.add(&first.place, format!("there are more than {MOST_FILES} files of words"), "join some of them");
        }
        written.into_iter().take(MOST_FILES).filter_map(|table| self.file(table, findings)).collect()
    }

    fn file(&mut self, table: Written<WordsTable>, findings: &mut Findings) -> Option<WordsFile> {
        let Written { value: table, place } = table;
        let language = table.language.required(&place, "language", "language = \"en\"", findings);
        let file = table.file.required(&place, "file", "file = \"words/en.toml\"", findings);
        let scaled = table.scale.place().cloned();
        let why = "weights times the scale are from -4 to 4";
        let scale = within(table.scale, 0.001..=1000.0, 1.0, why, findings);
        let file = file?;
        let path = self.around.absolute(&file);
        let form = match path.extension().and_then(|extension| extension.to_str()) {
            Some("toml") => WordsForm::Lexicon,
            Some("tsv" | "txt") => WordsForm::List { scale },
            _ => {
                let message = format!("{} is neither a lexicon nor a list of words", shown(&path.to_string_lossy()));
                let hint = "name a lexicon `*.toml`, and a list `*.tsv` or `*.txt`";
                findings.add(&file.place, message, hint);
                return None;
            }
        };
        if let (WordsForm::Lexicon, Some(place)) = (form, scaled) {
            findings.add(&place, "a lexicon has no scale", "remove the key; it is for lists of words");
        }
        let text = self.texts.entry(path.clone()).or_insert_with(|| content::text(&path, LARGEST).map(Arc::from));
        match text {
            Ok(text) => {
                let (Written { value: language, place }, text) = (language?, Arc::clone(text));
                Some(WordsFile { language, place, path, form, text })
            }
            Err(message) => {
                findings.add(&file.place, message.clone(), "relative paths start from the folder of the configuration");
                None
            }
        }
    }
}
