//! Severities: texts in three languages with the word that makes them severe and what stands beside it; and what is
//! done with a severity afterwards.

use std::path::Path;
use std::sync::LazyLock;

use crate::common::notices::{alert, item, mail, mention};
use mentiond::deliver::render;
use mentiond::model::notice::MentionView;
use mentiond::model::{Concern, Entry, EntryKey, Field, Gravity, Hit, Language, Place, Severity};
use mentiond::sentiment::{Scorer, Severities, harm_words};

static SEVERITIES: LazyLock<Severities> = LazyLock::new(Severities::new);

fn entry(title: &str, text: &str) -> Entry {
    Entry { title: title.to_owned(), text: text.to_owned(), ..Entry::new(EntryKey("test:1".to_owned())) }
}

fn hits(text: &str, brand: &str, field: Field) -> Vec<Hit> {
    let places = text.match_indices(brand);
    places.map(|(start, _)| Hit { term: brand.to_owned(), field, start, end: start + brand.len() }).collect()
}

fn judge(text: &str, language: &str) -> Gravity {
    let hits = hits(text, "Acme", Field::Text);
    SEVERITIES.judge(&entry("", text), &hits, Language::parse(language).as_ref())
}

/// What is wrong with a line of a table: `severity | word | what changed it | text`.
fn fault(line: &str, language: &str) -> Option<String> {
    let fields: Vec<&str> = line.splitn(4, '|').map(str::trim).collect();
    let &[severity, word, note, text] = &fields[..] else { return Some(format!("not four fields: {line}")) };
    let gravity = judge(text, language);
    let right = if word.is_empty() {
        gravity.concerns.is_empty()
    } else {
        gravity.concerns.iter().any(|concern| concern.word == word && concern.note == note)
    };
    let places = gravity.concerns.iter().all(|concern| text[concern.place.start..concern.place.end] == concern.word);
    let right = right && places && gravity.severity.as_str() == severity;
    (!right).then(|| format!("{text}: {gravity:?}"))
}

fn check(language: &str) {
    let path = Path::new("tests/data/severity").join(language).with_extension("txt");
    let table = std::fs::read_to_string(path).unwrap();
    let lines: Vec<&str> = table.lines().filter(|line| !line.starts_with('#')).collect();
    assert!(lines.len() >= 40, "only {} texts", lines.len());
    let faults: Vec<String> = lines.iter().filter_map(|line| fault(line, language)).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn english_severities() {
    check("en");
}

#[test]
fn german_severities() {
    check("de");
}

#[test]
fn norwegian_severities() {
    check("nb");
}

#[test]
fn a_text_is_searched_in_its_own_language_and_an_unknown_one_in_all() {
    // A German hospital, and a word that only Germans write.
    assert_eq!(judge("Wir waren im Krankenhaus", "de").severity, Severity::Urgent);
    assert_eq!(judge("Wir waren im Krankenhaus", "en").severity, Severity::Info);
    for language in ["", "fr", "da"] {
        assert_eq!(judge("Krankenhaus", language).severity, Severity::Urgent, "{language}");
        assert_eq!(judge("ambulance", language).severity, Severity::Urgent, "{language}");
    }
    assert_eq!(judge("Eg vart send på sykehus", "nn").severity, Severity::Urgent, "Nynorsk is read as Bokmål");
}

#[test]
fn the_words_of_the_brand_are_no_harm() {
    let text = "Lightning Strike opens a shop on Monday";
    let hits = hits(text, "Lightning Strike", Field::Text);
    let english = Language::parse("en");
    assert_eq!(SEVERITIES.judge(&entry("", text), &hits, english.as_ref()), Gravity::default());
    assert_eq!(SEVERITIES.judge(&entry("", text), &[], english.as_ref()).severity, Severity::Notice);
}

#[test]
fn what_is_far_from_the_brand_is_not_urgent() {
    let filling = "We walked on and on through the old town and looked at many shops. ".repeat(5);
    let far = format!("Bought shoes at Acme. {filling} Later somebody was injured on the market.");
    let gravity = judge(&far, "en");
    assert_eq!((gravity.severity, gravity.concerns[0].note.as_str()), (Severity::Notice, "far from the brand"));
    let english = Language::parse("en");
    let titled = entry("Acme in the old town", &far.replace("Acme", "them"));
    let hits = hits("Acme in the old town", "Acme", Field::Title);
    assert_eq!(SEVERITIES.judge(&titled, &hits, english.as_ref()).severity, Severity::Urgent, "the title names it");
}

#[test]
fn title_and_text_count_and_not_too_many_words_are_kept() {
    let gravity =
        SEVERITIES.judge(&entry("Acme recall", &"injured, ".repeat(200)), &[], Language::parse("en").as_ref());
    assert_eq!((gravity.severity, gravity.concerns.len()), (Severity::Urgent, 20));
    assert_eq!(gravity.concerns[0].place.field, Field::Title);
}

#[test]
fn the_gravest_word_counts_wherever_it_stands() {
    let text = format!("Police said {}that the child died of it", "police ".repeat(19));
    let gravity = judge(&text, "en");
    assert_eq!((gravity.severity, gravity.concerns.len()), (Severity::Urgent, 20));
    let words: Vec<&str> = gravity.concerns.iter().map(|concern| concern.word.as_str()).collect();
    assert_eq!((words[0], words[19]), ("Police", "died"));
}

#[test]
fn a_mail_names_the_severity_and_its_words() {
    let concern = |word: &str, severity, note: &str| Concern {
        word: word.to_owned(),
        severity,
        note: note.to_owned(),
        place: Place { field: Field::Text, start: 0, end: word.len() },
    };
    let said = |severity, concerns| {
        let view = MentionView { severity, concerns, ..mention(17, "Still no answer") };
        let mail = render(&alert(vec![item(view)], 0, false), &mail());
        let line = mail.text.lines().find(|line| line.contains("Severity")).map(|line| line.trim().to_owned());
        (line, mail.html)
    };
    let words = vec![
        concern("injured", Severity::Urgent, ""),
        concern("<b>re\r\ncall", Severity::Urgent, "far from the brand"),
    ];
    let (line, html) = said(Severity::Urgent, words);
    assert_eq!(line.as_deref(), Some("Severity: urgent, from injured, <b>re call (far from the brand)"));
    assert!(html.contains("Severity: <bdi>urgent, from injured, &#60;b&#62;re call"), "{html}");
    assert_eq!(said(Severity::Notice, Vec::new()).0.as_deref(), Some("Severity: notice"));
    let (line, html) = said(Severity::Info, Vec::new());
    assert!(line.is_none() && !html.contains("Severity"));
}

#[test]
fn severity_is_no_tone() {
    let text = "Acme recalled the car seats at once, great service, we love it!";
    assert_eq!(judge(text, "en").severity, Severity::Urgent);
    assert!(Scorer::new().judge(&entry("", text), &[]).score.unwrap() > 0.0);
}

#[test]
fn every_word_that_alerts_has_a_severity_of_its_own() {
    for word in harm_words() {
        let found = SEVERITIES.judge(&entry("", &word), &[], None);
        assert!(!found.concerns.is_empty(), "{word}");
    }
}
