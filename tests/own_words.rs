//! Words of the user's own: they lie on top of the shipped ones, for all brands or for one, and their faults are told.

use std::path::Path;

use crate::common::daemon::mentiond;
use mentiond::app::{Plan, scorers};
use mentiond::config::{self, Config, Env};
use mentiond::model::{Entry, EntryKey, Instant, Language, Tone};

const BRANDS: &str = "recipients = [\"anna@example.org\"]\n[[source]]\nname = \"Hacker News\"\nkind = \"hacker_news\"\n\
                      [[brand]]\nname = \"Skip Hop\"\n[[brand]]\nname = \"Lego\"\n";

fn load(dir: &Path, text: &str) -> Config {
    let path = dir.join("mentiond.toml");
    std::fs::write(&path, text).unwrap();
    let home = ("HOME".to_owned(), "/home/anna".to_owned());
    config::load(&path, &Env([home].into())).unwrap()
}

fn write(dir: &Path, name: &str, text: &str) {
    std::fs::create_dir_all(dir.join("words")).unwrap();
    std::fs::write(dir.join("words").join(name), text).unwrap();
}

fn english(text: &str) -> Entry {
    Entry { text: text.to_owned(), language: Language::parse("en"), ..Entry::new(EntryKey("test:1".to_owned())) }
}

#[test]
fn words_of_ones_own_win_for_all_brands_and_those_of_a_brand_over_them() {
    let dir = tempfile::tempdir().unwrap();
    write(
        dir.path(),
        "en.toml",
        "[modifiers]\nnegates = \"hardly ever\"\n[weights]\n-3 = \"wobbly, flappy\"\n0 = \"terrible\"\n",
    );
    write(dir.path(), "later.tsv", "# from -1 to 1\nflappy\t0.75\n");
    write(dir.path(), "lego.txt", "wobbly\t3\n");
    let config = load(
        dir.path(),
        &format!(
            "{BRANDS}[[brand.words]]\nlanguage = \"en\"\nfile = \"words/lego.txt\"\n\
             [[tone.words]]\nlanguage = \"en\"\nfile = \"words/en.toml\"\n\
             [[tone.words]]\nlanguage = \"en\"\nfile = \"words/later.tsv\"\nscale = 4\n"
        ),
    );
    let scorers = scorers(&config).unwrap();
    for (brand, text, tone) in [
        ("Skip Hop", "the strap is wobbly", Tone::Negative),
        ("Skip Hop", "the strap is flappy", Tone::Positive),
        ("Skip Hop", "the strap is terrible", Tone::Neutral),
        ("Skip Hop", "the strap is hardly ever great", Tone::Negative),
        ("Skip Hop", "the strap is awful", Tone::Negative),
        ("Lego", "the strap is wobbly", Tone::Positive),
        ("Lego", "the strap is terrible", Tone::Neutral),
    ] {
        assert_eq!(scorers.of(brand).judge(&english(text), &[]).tone, tone, "{brand}: {text}");
    }
    assert_eq!(scorers.common().judge(&english("the strap is wobbly"), &[]).tone, Tone::Negative);
    assert!(
        std::ptr::eq(scorers.of("Skip Hop"), scorers.common()),
        "a brand without words of its own has no other scorer"
    );
}

#[test]
fn emoji_and_emoticons_of_ones_own_win_in_every_language() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), "en.toml", "[weights]\n-3 = \"🔥, :), 🧸\"\n0 = \"👍\"\n");
    write(dir.path(), "de.tsv", "🔥\t-4\nxD\t-2\n");
    write(dir.path(), "lego.tsv", "🧸\t3\n❤️\u{200d}🔥\t-3\n");
    let config = load(
        dir.path(),
        &format!(
            "{BRANDS}[[brand.words]]\nlanguage = \"en\"\nfile = \"words/lego.tsv\"\n\
             [[tone.words]]\nlanguage = \"en\"\nfile = \"words/en.toml\"\n\
             [[tone.words]]\nlanguage = \"de\"\nfile = \"words/de.tsv\"\n"
        ),
    );
    let scorers = scorers(&config).unwrap();
    let judged = |brand: &str, text: &str, language: &str| {
        let entry = Entry { language: Language::parse(language), ..english(text) };
        scorers.of(brand).judge(&entry, &[])
    };
    for (brand, text, language, tone) in [
        ("Skip Hop", "the bag 🔥", "en", Tone::Negative),
        ("Skip Hop", "die Tasche 🔥", "de", Tone::Negative),
        ("Skip Hop", "🔥🔥", "", Tone::Negative),
        ("Skip Hop", "the bag :)", "en", Tone::Negative),
        ("Skip Hop", "the bag xD", "en", Tone::Negative),
        ("Skip Hop", "the bag 👍🏽", "en", Tone::Neutral),
        ("Skip Hop", "the bag 😍", "en", Tone::Positive),
        ("Skip Hop", "the bag 🧸", "en", Tone::Negative),
        ("Lego", "the bag 🧸", "en", Tone::Positive),
        ("Lego", "the bag ❤️\u{200d}🔥", "en", Tone::Negative),
        ("Lego", "the bag ❤️", "en", Tone::Positive),
    ] {
        assert_eq!(judged(brand, text, language).tone, tone, "{brand}: {text}");
    }
    let weight = |text: &str| judged("Skip Hop", text, "en").reasons.iter().map(|reason| reason.weight).sum::<f64>();
    assert!(weight("the bag 🔥") == -4.0 && weight("the bag 👍") == 0.0, "of two files the later one");
}

#[test]
fn texts_are_scored_with_the_words_of_a_configuration_that_is_named() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), "en.tsv", "wobbly\t-3\n");
    write(dir.path(), "lego.tsv", "wobbly\t3\n");
    let words = "[[brand.words]]\nlanguage = \"en\"\nfile = \"words/lego.tsv\"\n\
                 [[tone.words]]\nlanguage = \"en\"\nfile = \"words/en.tsv\"\n";
    let path = dir.path().join("mentiond.toml");
    std::fs::write(&path, format!("colour = \"red\"\n{BRANDS}{words}")).unwrap();
    let texts = dir.path().join("texts");
    std::fs::write(&texts, "the strap is wobbly\n").unwrap();
    let score = |more: &[&str]| {
        let arguments = [&["score", texts.to_str().unwrap(), "--lang", "en", "--format", "tsv"], more].concat();
        let output = mentiond(dir.path(), &arguments);
        let said = [output.stdout, output.stderr].concat();
        (output.status.code(), String::from_utf8(said).unwrap())
    };
    assert!(score(&[]).1.starts_with("1\tneg\t"), "{:?}", score(&[]));
    assert!(score(&["--target", "Lego"]).1.starts_with("1\tpos\t"), "{:?}", score(&["--target", "Lego"]));
    write(dir.path(), "en.tsv", "wobbly -3\n");
    let (code, said) = score(&[]);
    assert!(code == Some(2) && said.contains("words/en.tsv:1:1: there is no tab in the line"), "{said}");
}

#[test]
fn faults_in_the_words_are_faults_of_the_configuration() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), "en.toml", "[weights]\n-3 = \"\"\"\nwobbly,\nnice/adv\n\"\"\"\n9 = \"flappy\"\n");
    write(dir.path(), "de.tsv", "wackelig -3\n");
    let config = load(
        dir.path(),
        &format!(
            "{BRANDS}[[brand.words]]\nlanguage = \"sv\"\nfile = \"words/de.tsv\"\n\
             [[brand.words]]\nlanguage = \"en\"\nfile = \"words/en.toml\"\n\
             [[tone.words]]\nlanguage = \"en\"\nfile = \"words/en.toml\"\n\
             [[tone.words]]\nlanguage = \"de\"\nfile = \"words/de.tsv\"\n"
        ),
    );
    let faults = Plan::of(&config, Instant::UNIX_EPOCH).unwrap_err().to_string();
    let expected = "\
DIR/words/en.toml:4:1: `nice/adv` names endings that are not there
  hint: add them to `[endings]`
DIR/words/en.toml:6:1: `9` is not a weight
  hint: write a number from -4 to 4
DIR/words/de.tsv:1:1: there is no tab in the line
  hint: write a word, a tab, a weight: `never again\t-3`
DIR/mentiond.toml:10:12: brand[1].words[0].language: there is no lexicon for `sv` that words could be added to
  hint: write `en`, `de` or `nb`";
    assert_eq!(faults.replace(&dir.path().display().to_string(), "DIR"), expected, "each once");
    assert_eq!(scorers(&config).unwrap_err().0.len(), 4);
}
