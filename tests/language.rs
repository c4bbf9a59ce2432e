//! Languages: how often each is told right, on short texts of our own and on those that lie beside the checkout; claims,
//! mixed texts, and texts in none of the languages that are told apart.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use mentiond::model::{Entry, EntryKey, Language};
use mentiond::sentiment::Scorer;

static SCORER: LazyLock<Scorer> = LazyLock::new(Scorer::new);
/// How a text is counted for which nothing tells.
const NONE: &str = "-";

fn told(text: &str, claim: Option<&str>) -> String {
    let mut entry = Entry::new(EntryKey("test:1".to_owned()));
    text.clone_into(&mut entry.text);
    entry.language = claim.and_then(Language::parse);
    SCORER.judge(&entry, &[]).language.map_or(NONE.to_owned(), |language| language.as_str().to_owned())
}

/// How often each language was told.
type Told = BTreeMap<String, usize>;

fn count<'t>(texts: impl Iterator<Item = &'t str>) -> Told {
    texts.fold(Told::new(), |mut counts, text| {
        *counts.entry(told(text, None)).or_default() += 1;
        counts
    })
}

/// Of all texts, in percent, those in one of `languages`.
fn percent(told: &Told, languages: &[&str]) -> f64 {
    let among = told.iter().filter(|(language, _)| languages.contains(&language.as_str()));
    100.0 * among.map(|(_, count)| *count).sum::<usize>() as f64 / told.values().sum::<usize>().max(1) as f64
}

fn own(language: &str) -> Told {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/data/language/{language}.txt"));
    let told = count(std::fs::read_to_string(file).unwrap().lines());
    eprintln!("{language}: {told:?}");
    told
}

/// The two ways to write Norwegian are read with the same lexicon.
const NORWEGIAN: [&str; 2] = ["nb", "nn"];

#[test]
fn short_texts_in_our_languages_are_told() {
    for (language, right, bar) in
        [("en", &["en"][..], 99.0), ("de", &["de"], 98.0), ("nb", &NORWEGIAN, 97.0), ("nn", &NORWEGIAN, 94.0)]
    {
        let told = own(language);
        assert_eq!(told.values().sum::<usize>(), 100, "{language}");
        assert!(percent(&told, right) >= bar, "{language}: {told:?}");
    }
}

#[test]
fn short_texts_in_other_languages_are_not_taken_for_ours() {
    for language in ["da", "sv", "nl", "fr", "es"] {
        let told = own(language);
        assert_eq!(told.values().sum::<usize>(), 200, "{language}");
        assert!(percent(&told, &["en", "de", "nb", "nn"]) <= 10.0, "{language}: {told:?}");
    }
}

/// The folder of the labelled texts; without it the test says so, and fails where it must not be skipped.
fn folder() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/sentiment");
    if folder.is_dir() {
        return Some(folder);
    }
    let must = std::env::var("CI").is_ok_and(|ci| ci == "true");
    assert!(!must, "{} is missing, so that nothing was told", folder.display());
    eprintln!("nothing was told: {} is missing", folder.display());
    None
}

fn length(text: &str) -> &'static str {
    match text.chars().count() {
        ..=30 => "up to 30 characters",
        31..=80 => "31 to 80 characters",
        _ => "over 80 characters",
    }
}

#[test]
fn languages_of_the_labelled_texts_are_told() {
    let Some(folder) = folder() else { return };
    let mut told: BTreeMap<(String, &str), Told> = BTreeMap::new();
    for file in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if file.extension().is_none_or(|extension| extension != "tsv") {
            continue;
        }
        for line in std::fs::read_to_string(file).unwrap().lines().skip(1) {
            let fields: Vec<&str> = line.split('\t').collect();
            let answer = self::told(fields[4], None);
            for part in ["all", length(fields[4])] {
                *told.entry((fields[1].to_owned(), part)).or_default().entry(answer.clone()).or_default() += 1;
            }
        }
    }
    for (language, right, bar) in [("en", &["en"][..], 99.0), ("de", &["de"], 98.5), ("no", &NORWEGIAN, 93.0)] {
        for ((_, part), told) in told.iter().filter(|((of, _), _)| of == language) {
            eprintln!(
                "{language}, {part}: {:.2} % of {}, {told:?}",
                percent(told, right),
                told.values().sum::<usize>()
            );
        }
        let all = &told[&(language.to_owned(), "all")];
        assert!(percent(all, right) >= bar, "{language}: {:.2} %, {all:?}", percent(all, right));
    }
}

#[test]
fn a_claim_decides_where_words_do_not() {
    for (text, claim, expected) in [
        // These words are of both languages.
        ("Han betaler.", "nb", "nb"),
        ("Han betaler.", "da", "da"),
        ("Alt er rent.", "da", "da"),
        ("Alt er rent.", "nb", "nb"),
        ("Super!", "de", "de"),
        ("Super!", "en", "en"),
        ("Acme", "nb", "nb"),
        // Nothing to read, or nothing that we could read.
        ("12345 !!! ???", "de", "de"),
        ("Это ужасный сервис", "ru", "ru"),
        ("A szolgáltatás nagyon rossz volt, soha többé.", "hu", "hu"),
        // Words that are clear.
        ("Der Zug ist nicht gekommen und niemand hat etwas gesagt.", "en", "de"),
        ("Das war gar nichts.", "en", "de"),
        ("They never answered my mail.", "de", "en"),
        ("Jeg har ikke fått svar fra dere.", "en", "nb"),
        ("Det blev virkelig dårligt, og jeg fik aldrig min bog.", "nb", "da"),
        ("Je n'ai jamais reçu ma commande.", "en", "fr"),
    ] {
        assert_eq!(told(text, Some(claim)), expected, "{text} (claimed to be {claim})");
    }
}

#[test]
fn a_mixed_text_is_in_the_language_of_its_larger_part() {
    for (text, expected) in [
        ("„The best service ever“ steht auf dem Schild, und dann wartet man zwei Stunden auf den Kellner.", "de"),
        ("Their slogan is „Freude am Fahren“ but there was no joy in waiting six weeks for a spare part.", "en"),
        ("«We are sorry for the inconvenience», skriver de, men pengene mine har jeg ikke fått tilbake.", "nb"),
        ("Update: der Support hat mir heute Abend doch noch geantwortet, thank you!", "de"),
    ] {
        assert_eq!(told(text, None), expected, "{text}");
    }
}

#[test]
fn signs_addresses_and_handles_tell_nothing() {
    for text in
        ["", "😡😡😡", "https://www.example.org/the-best-service-of-all", "@the_best_of_all", "12345 !!!", "№ 5"]
    {
        assert_eq!(told(text, None), NONE, "{text}");
    }
    for text in
        ["@the_best_of_them Das ist nicht gut https://example.org/what-is-this-about", "Das ist nicht gut 😡 #fail"]
    {
        assert_eq!(told(text, None), "de", "{text}");
    }
}

#[test]
fn texts_in_none_of_the_languages_are_not_taken_for_ours() {
    for text in [
        "A szolgáltatás nagyon rossz volt, soha többé nem rendelek innen.",
        "Serviciul a fost foarte prost și nu mi-au dat banii înapoi.",
        "Teenindus oli väga halb ja raha ei saanud ma tagasi.",
        "Pelayanannya sangat buruk dan uang saya tidak kembali.",
        "Hizmet çok kötüydü ve paramı geri alamadım.",
        "Usluga je bila jako loša i nisu mi vratili novac.",
        "Il servizio è stato pessimo e non mi hanno ridato i soldi.",
        "O serviço foi péssimo e não me devolveram o dinheiro.",
        "Palvelu oli todella huonoa enkä saanut rahojani takaisin.",
        "Obsługa była fatalna i nie oddali mi pieniędzy.",
        "Þjónustan var mjög léleg og ég fékk ekki peningana til baka.",
        "Služby byly hrozné a peníze mi nevrátili.",
        "Η εξυπηρέτηση ήταν απαίσια.",
        "これはひどいサービスです",
        "这个服务太差了",
        "الخدمة سيئة جدا",
    ] {
        assert!(
            !["en", "de", "nb", "nn"].contains(&told(text, None).as_str()),
            "{text} is taken for {}",
            told(text, None)
        );
    }
}
