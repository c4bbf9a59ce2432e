//! Tones: texts in three languages with the words that speak, texts that are not judged, and hostile ones.
mod examples;

mod rules;

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use mentiond::model::{Entry, EntryKey, Field, Hit, Judgement, Language, Place, Tone};
use mentiond::sentiment::Scorer;
use proptest::prelude::*;

static SCORER: LazyLock<Scorer> = LazyLock::new(Scorer::new);

fn entry(text: &str) -> Entry {
    Entry { text: text.to_owned(), ..Entry::new(EntryKey("test:1".to_owned())) }
}

fn judge(text: &str) -> Judgement {
    SCORER.judge(&entry(text), &[])
}

fn claimed(text: &str, language: &str) -> Judgement {
    SCORER.judge(&Entry { language: Language::parse(language), ..entry(text) }, &[])
}

fn hits(text: &str, brand: &str) -> Vec<Hit> {
    let places = text.match_indices(brand);
    places
        .map(|(start, _)| Hit { term: brand.to_owned(), field: Field::Text, start, end: start + brand.len() })
        .collect()
}

fn language(judgement: &Judgement) -> Option<&str> {
    judgement.language.as_ref().map(Language::as_str)
}

/// Each text, its tone, and the words that must be among the reasons, with their notes.
type Case<'c> = (&'c str, Tone, &'c [(&'c str, &'c str)]);

fn check(expected: &str, cases: &[Case<'_>]) {
    let scorer = &*SCORER;
    for (text, tone, reasons) in cases {
        let judgement = scorer.judge(&entry(text), &[]);
        assert_eq!(judgement.tone, *tone, "{text}: {judgement:?}");
        assert_eq!(language(&judgement), Some(expected), "{text}");
        for (word, note) in *reasons {
            let found = judgement.reasons.iter().any(|reason| reason.word == *word && reason.note == *note);
            assert!(found, "{word} ({note}) is not among the reasons of {text}: {:?}", judgement.reasons);
        }
    }
}

#[test]
fn english_texts() {
    use Tone::{Negative, Neutral, Positive};
    check(
        "en",
        &[
            ("The service was terrible and nobody helped us.", Negative, &[("terrible", "")]),
            ("We love it, the best bag we ever had.", Positive, &[("love it", "")]),
            ("The firm opens on Monday at nine in the morning.", Neutral, &[]),
            ("This is not good.", Negative, &[("good", "negated by \"not\"")]),
            ("It is not bad at all, we are happy with it.", Positive, &[("not bad at all", "")]),
            ("They were very helpful when I called.", Positive, &[("helpful", "stronger by \"very\"")]),
            (
                "The food was good, but the waiters were rude.",
                Negative,
                &[("good", "before \"but\""), ("rude", "after \"but\"")],
            ),
            ("Delivery was slow, but the quality is excellent.", Positive, &[("excellent", "after \"but\"")]),
            ("Thanks for nothing, I have been waiting for three weeks.", Negative, &[("Thanks for nothing", "")]),
            ("What a waste of money, you should never buy this again!", Negative, &[("waste of money", "")]),
            ("I was TERRIBLY treated by them", Negative, &[("TERRIBLY", "in capitals")]),
            (
                "This is soooo baaaad and I want my money back",
                Negative,
                &[("baaaad", "stronger by \"soooo\", stretched")],
            ),
            ("This is what you get from them #WorstServiceEver", Negative, &[("WorstServiceEver", "")]),
            ("My order never arrived and there is no answer to my mails.", Negative, &[("never arrived", "")]),
            ("Best regards from the United States to all of you", Neutral, &[]),
        ],
    );
}

#[test]
fn german_texts() {
    use Tone::{Negative, Neutral, Positive};
    check(
        "de",
        &[
            ("Der Service war eine Katastrophe und niemand hat uns geholfen.", Negative, &[("Katastrophe", "")]),
            ("Wir sind begeistert, die beste Tasche von allen!", Positive, &[("begeistert", "")]),
            ("Die Firma eröffnet am Montag um neun Uhr eine Filiale in Köln.", Neutral, &[]),
            ("Das Gerät ist nicht gut und wir schicken es weg.", Negative, &[("nicht gut", "")]),
            ("Der Kundendienst überzeugt mich nicht", Negative, &[("überzeugt", "negated by \"nicht\"")]),
            ("Der Kundendienst hilft mir nicht", Negative, &[("hilft mir nicht", "")]),
            ("Die Mitarbeiter waren sehr nett zu uns.", Positive, &[("nett", "stronger by \"sehr\"")]),
            (
                "Die Tasche ist schön, aber der Reißverschluss ist schon kaputt.",
                Negative,
                &[("ist schön", "before \"aber\""), ("kaputt", "after \"aber\"")],
            ),
            (
                "Vielen Dank für nichts, ich warte seit drei Wochen auf mein Geld.",
                Negative,
                &[("Vielen Dank für nichts", "")],
            ),
            ("Schon wieder eine Signalstörung, und der Zug fällt heute aus.", Negative, &[("Signalstörung", "")]),
            (
                "Ich habe schon drei Mal angerufen, aber keine Antwort.",
                Negative,
                &[("keine Antwort", "after \"aber\"")],
            ),
            ("Ihr lasst mich seit Tagen im Stich, eine Frechheit ist das", Negative, &[("Frechheit", "")]),
            ("Eine Unverschaemtheit, und das bei der Verspaetung", Negative, &[("Unverschaemtheit", "")]),
            (
                "Das ist ja ein GROSSES Ärgernis für uns alle, ENTTÄUSCHEND",
                Negative,
                &[("ENTTÄUSCHEND", "in capitals")],
            ),
        ],
    );
}

#[test]
fn norwegian_texts() {
    use Tone::{Negative, Neutral, Positive};
    check(
        "nb",
        &[
            ("Servicen var elendig og ingen hjalp oss.", Negative, &[("elendig", "")]),
            ("Vi elsker den, det beste kjøpet vi har gjort.", Positive, &[("elsker", "")]),
            ("Firmaet åpner en ny butikk i Bergen på mandag.", Neutral, &[]),
            ("Maten er ikke god og jeg vil ikke ha den.", Negative, &[("ikke god", "")]),
            ("De ansatte var veldig hyggelige mot oss.", Positive, &[("hyggelige", "stronger by \"veldig\"")]),
            (
                "Vesken er fin, men glidelåsen er allerede ødelagt.",
                Negative,
                &[("fin", "before \"men\""), ("ødelagt", "after \"men\"")],
            ),
            ("Takk for ingenting, jeg venter fortsatt på pakken min.", Negative, &[("Takk for ingenting", "")]),
            ("Jeg har ringt tre ganger, men får ikke svar på noe.", Negative, &[("får ikke svar", "after \"men\"")]),
            ("Jeg handler aldri mer hos dere!", Negative, &[("aldri mer", "")]),
        ],
    );
}

#[test]
fn the_words_of_the_brand_carry_no_tone() {
    let text = "I went to the Best Buy with my mother";
    assert_eq!(judge(text).tone, Tone::Positive);
    let masked = SCORER.judge(&entry(text), &hits(text, "Best Buy"));
    assert_eq!((masked.tone, masked.reasons), (Tone::Neutral, Vec::new()));
    let text = "Best Buy has the best service of all";
    let judgement = SCORER.judge(&entry(text), &hits(text, "Best Buy"));
    assert_eq!(judgement.reasons.len(), 1, "{judgement:?}");
    let titled = Entry { title: "Best Buy".to_owned(), ..entry("opens on Monday in the city") };
    let hit = Hit { term: "best buy".to_owned(), field: Field::Title, start: 0, end: 8 };
    assert_eq!(SCORER.judge(&titled, &[hit]).tone, Tone::Neutral);
}

#[test]
fn addresses_and_handles_carry_no_tone() {
    for text in
        ["See https://hate.example/terrible/worst for the list of it", "We asked @worst_hater for the list of it"]
    {
        assert_eq!(judge(text).reasons, Vec::new(), "{text}");
    }
}

#[test]
fn title_and_text_count() {
    let titled = Entry { title: "Terrible service".to_owned(), ..entry("I have been there on Monday.") };
    let judgement = SCORER.judge(&titled, &[]);
    assert_eq!(judgement.tone, Tone::Negative);
    assert_eq!(judgement.reasons[0].word, "Terrible");
}

#[test]
fn reasons_say_where_they_stand() {
    let entry = Entry { title: "Schöne Frechheit".to_owned(), ..entry("Der Zug war wieder zu spät, nie wieder!") };
    let judgement = SCORER.judge(&entry, &[]);
    let places: Vec<_> = judgement.reasons.iter().map(|reason| (reason.word.as_str(), reason.place.unwrap())).collect();
    assert!(places.contains(&("Frechheit", Place { field: Field::Title, start: 8, end: 17 })), "{places:?}");
    assert!(places.contains(&("nie wieder", Place { field: Field::Text, start: 29, end: 39 })), "{places:?}");
}

#[test]
fn languages_without_a_lexicon_are_unscored() {
    for (text, expected) in [
        ("C'est vraiment une catastrophe, je ne suis pas du tout content de ce service.", Some("fr")),
        ("El servicio es muy malo y no me han devuelto el dinero.", Some("es")),
        ("Het is niet goed en ik heb nog geen geld terug.", Some("nl")),
        ("Det är inte bra och jag har inte fått något svar från er.", Some("sv")),
        ("Jeg har ikke fået noget svar af jer, og det er efter tre uger meget dårligt.", Some("da")),
        ("Это ужасный сервис, деньги не вернули.", None),
        ("これはひどいサービスです", None),
        ("", None),
        ("12345 !!! ???", None),
    ] {
        let judgement = judge(text);
        assert_eq!((judgement.tone, judgement.score), (Tone::Unscored, None), "{text}: {judgement:?}");
        assert_eq!(language(&judgement), expected, "{text}");
    }
    assert_eq!(language(&claimed("Это ужасный сервис", "ru")), Some("ru"));
    assert_eq!(claimed("Это ужасный сервис", "en").tone, Tone::Unscored, "a claim does not make it English");
}

#[test]
fn the_claim_of_the_source_counts_unless_the_words_speak_against_it() {
    assert_eq!(claimed("Super!", "de").tone, Tone::Positive);
    assert_eq!(claimed("Helt rått!", "nb").tone, Tone::Positive);
    assert_eq!(language(&claimed("Acme", "de")), Some("de"));
    assert_eq!(claimed("Acme", "de").tone, Tone::Neutral);
    let german = claimed("Der Zug ist nicht gekommen und niemand hat etwas gesagt.", "en");
    assert_eq!(language(&german), Some("de"));
    let finnish = claimed("Palvelu oli todella huono", "fi");
    assert_eq!((finnish.tone, language(&finnish)), (Tone::Unscored, Some("fi")));
    assert_eq!(language(&claimed("Eg er ikkje nøgd", "nn")), Some("nn"));
}

#[test]
fn an_unknown_language_is_scored_only_if_one_lexicon_alone_speaks_clearly() {
    let clear = judge("Frechheit!");
    assert_eq!((clear.tone, language(&clear)), (Tone::Negative, Some("de")));
    assert_eq!(judge("Gift").tone, Tone::Unscored, "it is a present here and poison there");
    assert_eq!(judge("Acme").tone, Tone::Unscored, "it is a name");
}

#[test]
fn emoji_and_emoticons_speak_in_every_language() {
    for (text, tone) in [
        ("😡😡😡", Tone::Negative),
        ("❤\u{fe0f}", Tone::Positive),
        ("👍\u{1f3fd}", Tone::Positive),
        (":-(", Tone::Negative),
        ("Acme :-)", Tone::Positive),
        ("これはひどいサービスです 😡", Tone::Negative),
        ("🚲", Tone::Unscored),
    ] {
        assert_eq!(judge(text).tone, tone, "{text}");
    }
    assert_eq!(judge("😡").reasons[0].word, "😡");
    assert_eq!(judge("https://example.org/a").tone, Tone::Unscored, "no `:/` in an address");
}

#[test]
fn stars_decide_unless_the_words_contradict_strongly() {
    let rated = |stars, text| SCORER.judge(&Entry { rating: Some(stars), ..entry(text) }, &[]);
    for (stars, text, tone) in [
        (1.0, "", Tone::Negative),
        (2.0, "I bought it on Monday for my sister.", Tone::Negative),
        (3.0, "", Tone::Neutral),
        (3.0, "The service was terrible and rude.", Tone::Negative),
        (4.0, "I bought it on Monday for my sister.", Tone::Positive),
        (5.0, "The service could be a bit slow.", Tone::Positive),
        (5.0, "C'est vraiment très bien pour nous.", Tone::Positive),
        (4.0, "Worst scam ever! Terrible, awful, never again, I hate it!", Tone::Negative),
        (0.0, "", Tone::Negative),
        (f64::NAN, "", Tone::Unscored),
        (1e300, "", Tone::Positive),
    ] {
        let judgement = rated(stars, text);
        assert_eq!(judgement.tone, tone, "{stars} {text}: {judgement:?}");
        assert!(judgement.score.is_none_or(|score| (-1.0..=1.0).contains(&score)));
    }
    for (stars, reason) in [
        (1.0, Some(("★", -4.0, "1 of 5 stars"))),
        (4.5, Some(("★", 3.0, "4.5 of 5 stars"))),
        (9.0, Some(("★", 4.0, "5 of 5 stars"))),
        (3.0, None),
        (f64::NAN, None),
    ] {
        let reasons = rated(stars, "").reasons;
        let told = reasons.last().map(|reason| (reason.word.as_str(), reason.weight, reason.note.as_str()));
        assert_eq!(told, reason, "{stars}");
    }
}

#[test]
fn one_word_said_often_does_not_count_for_ever() {
    let judgement = judge(&"terrible ".repeat(1000));
    assert_eq!(judgement.reasons.len(), 3);
    let many = judge(&"terrible and awful and horrible and dreadful, the worst of all. ".repeat(100));
    assert!(many.reasons.len() <= 40);
}

#[test]
fn hostile_texts_take_linear_time() {
    let scorer = &*SCORER;
    let time = |text: &str| {
        let start = Instant::now();
        let judgement = scorer.judge(&entry(text), &[]);
        assert!(judgement.score.is_none_or(|score| (-1.0..=1.0).contains(&score)));
        start.elapsed()
    };
    for unit in [
        "terrible ",
        "a",
        "not ",
        "never .. ",
        "!",
        "e\u{301}",
        "\u{301}",
        "👩\u{200d}❤\u{fe0f}\u{200d}👨 ",
        "\u{200d}",
        "😡",
        "but good ",
        "BAD,",
        "#",
        "@",
        ":-",
        "'",
        "https://",
        "not good ",
        "im stich ",
        "\u{ad}",
        "Ab",
        "#Ab",
    ] {
        let size = if unit == "terrible " { 1 << 20 } else { 1 << 17 };
        let text = unit.repeat(size / unit.len());
        assert!(time(&text) < Duration::from_secs(20), "{unit:?} is not linear");
    }
    let small = time(&"not a good one, but ".repeat(2_000));
    let large = time(&"not a good one, but ".repeat(20_000));
    assert!(large < small.max(Duration::from_millis(5)) * 60, "{small:?} {large:?}");
    assert!(time(&"!".repeat(100_000)) < Duration::from_secs(5));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_judged_within_bounds(
        text in "(\\PC|(not|very|good|bad|but|nicht|gut|aber|ikke|men|verspätung|😡|:-\\)|!|,|\\.|#|@|\u{301}|\u{200d}| )){0,80}",
        title in "\\PC{0,20}",
        claim in prop::option::of("(en|de|nb|fr|xx)"),
        rating in prop::option::of(any::<f64>()),
        start in 0usize..200,
        length in 0usize..50,
    ) {
        let hit = Hit { term: "x".to_owned(), field: Field::Text, start, end: start + length };
        let entry = Entry { title, rating, language: claim.and_then(|tag| Language::parse(&tag)), ..entry(&text) };
        let judgement = SCORER.judge(&entry, &[hit]);
        prop_assert_eq!(judgement.score.is_none(), judgement.tone == Tone::Unscored);
        prop_assert!(judgement.score.is_none_or(|score| (-1.0..=1.0).contains(&score)));
        for reason in &judgement.reasons {
            prop_assert!(reason.weight.is_finite() && !reason.word.is_empty());
            let Some(place) = reason.place else {
                prop_assert_eq!(&*reason.word, "★", "only stars stand nowhere");
                continue;
            };
            let part = if place.field == Field::Title { &entry.title } else { &entry.text };
            prop_assert_eq!(part.get(place.start..place.end), Some(reason.word.as_str()));
        }
    }
}

#[test]
fn the_language_alone_is_that_of_the_judgement() {
    for (text, claim) in [
        ("The service was terrible and nobody helped us.", "de"),
        ("Der Service war schrecklich und niemand hat geholfen.", ""),
        ("Acme", "nb"),
        ("Acme", ""),
        ("Acme: это ужасно, никто не отвечает", "en"),
        ("Acme terrible", ""),
        ("", "en"),
    ] {
        let entry = Entry { language: Language::parse(claim), ..entry(text) };
        assert_eq!(SCORER.language(&entry), SCORER.judge(&entry, &[]).language, "{text}");
    }
    let english = entry("The service was terrible and nobody helped us.");
    assert_eq!(SCORER.language(&english).as_ref().map(Language::as_str), Some("en"));
}
