//! What is learnt from: for each language, in the order of the weights, lingua's models and sentences, a list of words, and
//! the lexicon if there is one.

use include_dir::Dir;
use lingua_bokmal_language_model as nb;
use lingua_croatian_language_model as hr;
use lingua_czech_language_model as cs;
use lingua_danish_language_model as da;
use lingua_dutch_language_model as nl;
use lingua_english_language_model as en;
use lingua_estonian_language_model as et;
use lingua_finnish_language_model as fi;
use lingua_french_language_model as fr;
use lingua_german_language_model as de;
use lingua_hungarian_language_model as hu;
use lingua_icelandic_language_model as is;
use lingua_indonesian_language_model as id;
use lingua_italian_language_model as it;
use lingua_latin_language_model as la;
use lingua_lithuanian_language_model as lt;
use lingua_nynorsk_language_model as nn;
use lingua_polish_language_model as pl;
use lingua_portuguese_language_model as pt;
use lingua_romanian_language_model as ro;
use lingua_spanish_language_model as es;
use lingua_swedish_language_model as sv;
use lingua_turkish_language_model as tr;

use crate::model::Model;
use crate::random::Random;

/// Languages that are told apart; the last one stands for all others.
pub const LANGUAGES: usize = 16;
/// Words that are made, in sum.
const MADE: usize = 400_000;

type Packed = (&'static Dir<'static>, &'static Dir<'static>);

/// The models of each language, its sentences, and the words of the list.
static PACKED: [(&[Packed], &str); LANGUAGES] = [
    (&[(&en::ENGLISH_MODELS_DIRECTORY, &en::ENGLISH_TESTDATA_DIRECTORY)], include_str!("words/en.txt")),
    (&[(&de::GERMAN_MODELS_DIRECTORY, &de::GERMAN_TESTDATA_DIRECTORY)], include_str!("words/de.txt")),
    (&[(&nb::BOKMAL_MODELS_DIRECTORY, &nb::BOKMAL_TESTDATA_DIRECTORY)], include_str!("words/nb.txt")),
    (&[(&nn::NYNORSK_MODELS_DIRECTORY, &nn::NYNORSK_TESTDATA_DIRECTORY)], include_str!("words/nn.txt")),
    (&[(&da::DANISH_MODELS_DIRECTORY, &da::DANISH_TESTDATA_DIRECTORY)], include_str!("words/da.txt")),
    (&[(&sv::SWEDISH_MODELS_DIRECTORY, &sv::SWEDISH_TESTDATA_DIRECTORY)], include_str!("words/sv.txt")),
    (&[(&nl::DUTCH_MODELS_DIRECTORY, &nl::DUTCH_TESTDATA_DIRECTORY)], include_str!("words/nl.txt")),
    (&[(&fr::FRENCH_MODELS_DIRECTORY, &fr::FRENCH_TESTDATA_DIRECTORY)], include_str!("words/fr.txt")),
    (&[(&es::SPANISH_MODELS_DIRECTORY, &es::SPANISH_TESTDATA_DIRECTORY)], include_str!("words/es.txt")),
    (&[(&it::ITALIAN_MODELS_DIRECTORY, &it::ITALIAN_TESTDATA_DIRECTORY)], ""),
    (&[(&pt::PORTUGUESE_MODELS_DIRECTORY, &pt::PORTUGUESE_TESTDATA_DIRECTORY)], ""),
    (&[(&fi::FINNISH_MODELS_DIRECTORY, &fi::FINNISH_TESTDATA_DIRECTORY)], ""),
    (&[(&pl::POLISH_MODELS_DIRECTORY, &pl::POLISH_TESTDATA_DIRECTORY)], ""),
    (&[(&is::ICELANDIC_MODELS_DIRECTORY, &is::ICELANDIC_TESTDATA_DIRECTORY)], ""),
    (&[(&cs::CZECH_MODELS_DIRECTORY, &cs::CZECH_TESTDATA_DIRECTORY)], ""),
    (
        &[
            (&tr::TURKISH_MODELS_DIRECTORY, &tr::TURKISH_TESTDATA_DIRECTORY),
            (&hu::HUNGARIAN_MODELS_DIRECTORY, &hu::HUNGARIAN_TESTDATA_DIRECTORY),
            (&ro::ROMANIAN_MODELS_DIRECTORY, &ro::ROMANIAN_TESTDATA_DIRECTORY),
            (&et::ESTONIAN_MODELS_DIRECTORY, &et::ESTONIAN_TESTDATA_DIRECTORY),
            (&id::INDONESIAN_MODELS_DIRECTORY, &id::INDONESIAN_TESTDATA_DIRECTORY),
            (&hr::CROATIAN_MODELS_DIRECTORY, &hr::CROATIAN_TESTDATA_DIRECTORY),
            (&lt::LITHUANIAN_MODELS_DIRECTORY, &lt::LITHUANIAN_TESTDATA_DIRECTORY),
            (&la::LATIN_MODELS_DIRECTORY, &la::LATIN_TESTDATA_DIRECTORY),
        ],
        "",
    ),
];

/// What a language is learnt from.
pub struct Source {
    /// Words made by each of its models.
    pub made: Vec<Vec<String>>,
    /// Sentences in words.
    pub sentences: Vec<Vec<String>>,
    /// Frequent words.
    pub listed: Vec<String>,
    /// Words and expressions of the lexicon.
    pub phrases: Vec<Vec<String>>,
}

/// Reads all sources; one model at a time, since they are large.
pub fn read(random: &mut Random) -> Vec<Source> {
    let lexicons = [
        include_str!("../../config/lexicon/en.toml"),
        include_str!("../../config/lexicon/de.toml"),
        include_str!("../../config/lexicon/nb.toml"),
    ];
    let source = |(place, (packed, list)): (usize, &(&[Packed], &str))| Source {
        made: packed
            .iter()
            .map(|(models, _)| {
                let model = Model::read(models.get_file("ngrams.fst").unwrap().contents());
                (0..MADE / packed.len()).map(|_| model.word(random)).collect()
            })
            .collect(),
        sentences: packed.iter().flat_map(|(_, texts)| sentences(texts)).collect(),
        listed: words(list),
        phrases: lexicons.get(place).map_or(Vec::new(), |lexicon| phrases(lexicon)),
    };
    PACKED.iter().enumerate().map(source).collect()
}

fn sentences(texts: &Dir<'_>) -> Vec<Vec<String>> {
    let text = texts.get_file("sentences.txt").unwrap().contents_utf8().unwrap();
    text.lines().map(words).filter(|words| !words.is_empty()).collect()
}

/// The entries of a lexicon without their marks.
fn phrases(lexicon: &str) -> Vec<Vec<String>> {
    let lexicon: toml::Table = lexicon.parse().unwrap();
    let lists = ["modifiers", "weights"].into_iter().filter_map(|name| lexicon[name].as_table());
    let lists: Vec<&str> = lists.flat_map(|table| table.values().filter_map(toml::Value::as_str)).collect();
    let entries = lists.iter().flat_map(|list| list.split([',', '\n']));
    entries.map(|entry| words(entry.split('/').next().unwrap_or_default())).filter(|words| !words.is_empty()).collect()
}

/// The words of a text as `sentiment::token` writes them, near enough.
fn words(text: &str) -> Vec<String> {
    let lower = text.to_lowercase().replace('ß', "ss").replace('’', "'");
    let words = lower.split(|c: char| !c.is_alphanumeric() && c != '\'').map(|word| word.trim_matches('\''));
    words.filter(|word| word.chars().any(char::is_alphabetic)).map(str::to_owned).collect()
}
