//! What is about the brand and what is not, what rises and falls, and which words of a search speak: texts with the words
//! that must be among their reasons, and the notes of these.

use super::{SCORER, entry, hits, judge};
use mentiond::model::{Entry, Language, Tone};
use mentiond::sentiment::{Ask, Workspace};

/// A language, a text, its tone towards Acme, and a word with its note.
type Case<'c> = (&'c str, &'c str, Tone, &'c str, &'c str);

fn check(cases: &[Case<'_>]) {
    for (language, text, tone, word, note) in cases {
        let claimed = Entry { language: Language::parse(language), ..entry(text) };
        let judgement = SCORER.judge(&claimed, &hits(text, "Acme"));
        assert_eq!(judgement.tone, *tone, "{text}: {judgement:?}");
        let found = judgement.reasons.iter().any(|reason| reason.word == *word && reason.note == *note);
        assert!(found, "{word} ({note}) is not among the reasons of {text}: {:?}", judgement.reasons);
    }
}

#[test]
fn comparisons_have_a_direction() {
    use Tone::{Negative, Positive};
    let others = "said of others that are compared with it";
    let unlike = "said of others that are unlike it";
    check(&[
        ("en", "Everybody is friendlier than Acme.", Negative, "friendlier", others),
        ("en", "Acme is friendlier than everybody.", Positive, "friendlier", ""),
        ("en", "Unlike Acme, the others are friendly people.", Negative, "friendly", unlike),
        ("en", "I have switched from Acme to Globex.", Negative, "switched from", ""),
        ("en", "I have switched to Acme from Globex.", Positive, "switched to", ""),
        ("de", "Alle sind freundlicher als Acme.", Negative, "freundlicher", others),
        ("de", "Acme ist freundlicher als Globex.", Positive, "freundlicher", ""),
        ("nb", "Alle er hyggeligere enn Acme.", Negative, "hyggeligere", others),
        ("nb", "Acme er hyggeligere enn Globex.", Positive, "hyggeligere", ""),
        ("nb", "I motsetning til Acme er Globex hyggelige.", Negative, "hyggelige", unlike),
        ("nb", "Jeg har byttet fra Acme til Globex.", Negative, "byttet fra", ""),
    ]);
}

#[test]
fn who_says_it_and_who_does_it_is_not_who_it_is_about() {
    use Tone::{Negative, Neutral};
    let (said, done) = ("said by the brand", "done to others");
    check(&[
        ("en", "Acme said that the weather was awful in all of Europe.", Neutral, "awful", said),
        ("en", "The weather was awful in all of Europe, said Acme.", Neutral, "awful", said),
        ("en", "According to Acme, the weather was awful in all of Europe.", Neutral, "awful", said),
        ("en", "The unions slam Acme in a letter.", Negative, "slam", ""),
        ("en", "Acme slams the unions in a letter.", Neutral, "slams", done),
        ("en", "Acme was slammed by the unions in a letter.", Negative, "slammed", ""),
        ("de", "Laut Acme war das Wetter in ganz Europa grauenhaft.", Neutral, "grauenhaft", said),
        ("nb", "Fagforeningen kritiserer Acme i et brev.", Negative, "kritiserer", ""),
        ("nb", "Acme kritiserer fagforeningen i et brev.", Neutral, "kritiserer", done),
    ]);
}

#[test]
fn praise_that_mocks_is_blame() {
    use Tone::{Negative, Neutral, Positive};
    check(&[
        (
            "en",
            "Great, another hour on hold with Acme",
            Negative,
            "Great",
            "mocks, before \"another hour\", further from the brand",
        ),
        ("en", "Great, my problem with Acme was solved again", Neutral, "Great", "further from the brand"),
        ("en", "Great, the strike at Acme is over", Neutral, "Great", "further from the brand"),
        ("de", "Danke, Acme! Die Störung wurde wieder behoben", Neutral, "Danke", ""),
        ("nb", "Bra, Acme! Ødelagt hjul byttet, handler gjerne igjen", Positive, "Bra", ""),
        ("en", "Great... Acme lost my bag again", Negative, "Great", "mocks, before \"again\", further from the brand"),
        ("en", "Great, no more delays at Acme", Positive, "Great", "further from the brand"),
        ("en", "Great service, Acme, and no delays again", Positive, "Great", ""),
        ("en", "Great, Acme fixed the broken seat at once", Neutral, "Great", "further from the brand"),
        ("de", "Na toll, schon wieder Verspätung bei Acme", Negative, "Verspätung", ""),
        (
            "de",
            "Super, wieder eine Stunde Verspätung bei Acme",
            Negative,
            "Super",
            "mocks, before \"wieder\", further from the brand",
        ),
        ("de", "Super, keine Verspätung bei Acme", Positive, "Super", "further from the brand"),
        (
            "nb",
            "Flott, enda en time i telefonkø hos Acme",
            Negative,
            "Flott",
            "mocks, before \"enda en\", further from the brand",
        ),
        (
            "nb",
            "Så bra, toget til Acme er innstilt igjen",
            Negative,
            "bra",
            "stronger by \"Så\", mocks, before \"igjen\", further from the brand",
        ),
        (
            "nb",
            "Supert! Nok en forsinkelse hos Acme.",
            Negative,
            "Supert",
            "mocks, before \"Nok en\", further from the brand",
        ),
        ("nb", "Flott, ingen forsinkelser hos Acme", Positive, "Flott", "further from the brand"),
        ("nb", "Bra, feilen hos Acme er rettet", Neutral, "Bra", "further from the brand"),
    ]);
}

#[test]
fn neither_negates_both() {
    use Tone::{Negative, Positive};
    check(&[
        ("en", "Neither the food nor the service at Acme was good", Negative, "good", "negated by \"Neither\""),
        (
            "de",
            "Weder das Essen noch der Service von Acme hat uns begeistert",
            Negative,
            "begeistert",
            "negated by \"Weder\"",
        ),
        ("de", "Acme ist weder teuer noch schlecht", Positive, "teuer", "negated by \"weder\""),
        ("de", "Acme ist weder teuer noch schlecht", Positive, "schlecht", "negated by \"weder\""),
        ("nb", "Acme er verken billig eller bra", Negative, "billig", "negated by \"verken\""),
        ("nb", "Acme er verken billig eller bra", Negative, "bra", "negated by \"verken\""),
        ("en", "Acme is neither slow nor expensive and I love it", Positive, "love it", "further from the brand"),
        ("de", "Acme ist weder teuer noch langsam und ich liebe es", Positive, "ich liebe", ""),
        ("nb", "Acme er verken dyr eller treg og jeg elsker den", Positive, "elsker", "further from the brand"),
        ("nb", "Verken maten eller servicen var god hos Acme", Negative, "god", "negated by \"Verken\""),
        (
            "nb",
            "Acme er verken dyr eller treg, men veldig bra",
            Positive,
            "bra",
            "stronger by \"veldig\", after \"men\", further from the brand",
        ),
    ]);
}

#[test]
fn what_is_quoted_counts_less() {
    use Tone::{Negative, Positive};
    check(&[
        ("en", "Testers call Acme \"excellent\"", Positive, "excellent", "quoted"),
        ("en", "The great service of Acme", Positive, "great", ""),
        (
            "en",
            "A guest called Acme \"a really terrible place\"",
            Negative,
            "terrible",
            "stronger by \"really\", quoted",
        ),
        ("en", "The \"Inn\" of Acme is terrible", Negative, "terrible", ""),
        ("de", "Testurteil „sehr gut“ für Acme", Positive, "sehr gut", "quoted"),
        ("nb", "Testen kaller Acme «elendig»", Negative, "elendig", "quoted"),
    ]);
}

#[test]
fn a_single_word_speaks_where_all_who_know_it_agree() {
    for (text, tone) in [
        ("Perfekt", Tone::Positive),
        ("Super!", Tone::Positive),
        ("Elendig", Tone::Negative),
        ("Gift", Tone::Unscored),
        ("brand", Tone::Unscored),
        ("fin", Tone::Unscored),
        ("Stuhl", Tone::Unscored),
        ("Acme", Tone::Unscored),
    ] {
        let judgement = SCORER.judge(&entry(text), &hits(text, "Acme"));
        assert_eq!((judgement.tone, judgement.language), (tone, None), "{text}");
    }
}

#[test]
fn figures_of_growth_say_what_growth_says() {
    use Tone::{Negative, Positive};
    check(&[
        ("en", "Sales at Acme exploded in March", Positive, "Sales at Acme exploded", ""),
        ("en", "The battery of my Acme exploded", Negative, "exploded", ""),
        ("de", "Der Umsatz bei Acme explodierte", Positive, "Umsatz bei Acme explodierte", ""),
        ("nb", "Prisene hos Acme har eksplodert", Negative, "Prisene hos Acme har eksplodert", ""),
        ("en", "Shares fell as a tank of Acme exploded", Negative, "exploded", ""),
    ]);
}

#[test]
fn what_is_only_thought_of_and_what_is_conceded_count_less() {
    use Tone::{Negative, Positive};
    check(&[
        ("en", "If the shop were slow, Acme would close it.", Negative, "slow", "only thought of: \"If\""),
        ("en", "Although the waiters were rude, it was a fantastic evening.", Positive, "rude", "behind \"Although\""),
        ("de", "Obwohl die Kellner unhöflich waren, war es ein fantastischer Abend.", Positive, "fantastischer", ""),
        (
            "nb",
            "Selv om kelnerne var uhøflige, var det en fantastisk kveld.",
            Positive,
            "uhøflige",
            "behind \"Selv om\"",
        ),
        ("en", "But the room was great.", Positive, "great", ""),
    ]);
}

#[test]
fn what_rises_and_falls_is_good_or_bad_by_what_it_is() {
    use Tone::{Negative, Positive};
    check(&[
        ("en", "Profit at Acme rose in the first quarter.", Positive, "rose", "of \"Profit\""),
        ("en", "The running costs of Acme rose in the first quarter.", Negative, "rose", "of \"costs\""),
        (
            "en",
            "Profit at Acme did not rise in the first quarter.",
            Negative,
            "rise",
            "of \"Profit\", negated by \"not\"",
        ),
        ("de", "Der Umsatz von Acme ist im ersten Quartal gestiegen.", Positive, "gestiegen", "of \"Umsatz\""),
        ("de", "Der Verlust von Acme ist im ersten Quartal gesunken.", Positive, "gesunken", "of \"Verlust\""),
        ("nb", "Kostnadene til Acme økte i første kvartal.", Negative, "økte", "of \"Kostnadene\""),
        ("nb", "Underskuddet til Acme falt i første kvartal.", Positive, "falt", "of \"Underskuddet\""),
    ]);
}

#[test]
fn words_near_the_brand_weigh_most() {
    let text = "Globex had terrible and awful rooms. We walked, we ate, and after that Acme was great.";
    let near = |brand| SCORER.judge(&entry(text), &hits(text, brand)).score.unwrap();
    assert!(near("Acme") > near("Globex"), "{} {}", near("Acme"), near("Globex"));
    let judgement = SCORER.judge(&entry(text), &hits(text, "Acme"));
    let note = |word: &str| judgement.reasons.iter().find(|reason| reason.word == word).unwrap().note.clone();
    assert_eq!((note("terrible").as_str(), note("great").as_str()), ("further from the brand", ""));
}

#[test]
fn a_text_that_is_written_to_the_brand_is_about_it() {
    let text = "@acme Thank you. But my bag came late. It is broken.";
    let hit = hits(text, "acme");
    let reasons = SCORER.judge(&entry(text), &hit).reasons;
    assert!(reasons.len() >= 2, "{reasons:?}");
    for reason in reasons {
        assert!(!reason.note.contains("brand") && !reason.note.contains("others"), "{reason:?}");
    }
}

#[test]
fn words_that_were_looked_for_speak_unless_they_are_names() {
    for (language, text, word, tone) in [
        ("de", "Verspätung bei der Linie 5", "Verspätung", Tone::Negative),
        ("de", "Bei der Linie Super ist heute Montag", "Super", Tone::Neutral),
        ("en", "They are under investigation for fraud on Monday", "fraud", Tone::Negative),
        ("en", "The film Fraud is on the programme on Monday", "Fraud", Tone::Neutral),
        ("en", "They open the best buy in the city on Monday", "best buy", Tone::Neutral),
    ] {
        let claimed = Entry { language: Language::parse(language), ..entry(text) };
        let judgement = SCORER.judge(&claimed, &hits(text, word));
        assert_eq!(judgement.tone, tone, "{text}: {judgement:?}");
    }
}

#[test]
fn hashtags_without_borders_are_split_into_known_words() {
    for (text, word) in [
        ("I will go there tomorrow with them #neveragain", Some("neveragain")),
        ("I will go there tomorrow with them #notimpressed", Some("impressed")),
        ("I will go there tomorrow with the #therapist", None),
    ] {
        let judgement = judge(text);
        assert_eq!(judgement.reasons.first().map(|reason| reason.word.as_str()), word, "{text}: {judgement:?}");
    }
}

#[test]
fn a_title_that_the_text_repeats_counts_once() {
    let text = "Terrible service at the counter, and I have told them so";
    let titled = |title: &str| SCORER.judge(&Entry { title: title.to_owned(), ..entry(text) }, &[]).reasons.len();
    assert_eq!(titled("Terrible service at the …"), titled(""));
    assert_eq!(titled("Awful"), titled("") + 1);
    assert_eq!(titled("Terrible service - at the counter - The Courier"), titled(""));
    assert_eq!(titled("Awful - Terrible service at the counter"), titled("") + 2);
    let copied = Entry { title: "Acme lost my terrible bag - The Courier".to_owned(), ..entry("") };
    let text = "Acme lost my terrible bag  The Courier";
    let alone = SCORER.judge(&entry(text), &[]);
    let both = SCORER.judge(&Entry { text: text.to_owned(), ..copied }, &[]);
    assert_eq!((both.score, both.reasons), (alone.score, alone.reasons));
}

#[test]
fn the_words_of_a_brand_s_name_never_speak() {
    for (language, text, name, word) in [
        ("en", "I bought it at monster today", "Monster", "monster"),
        ("en", "rage is a shop in the city", "Rage Shop", "rage"),
        ("de", "Wir waren heute bei Betrug im Laden", "Betrug", "Betrug"),
    ] {
        let claimed = Entry { language: Language::parse(language), ..entry(text) };
        let places = hits(text, word);
        let tone = |brand| {
            let ask = Ask { reasons: true, brand, ..Ask::default() };
            SCORER.judge_in(&mut Workspace::default(), &claimed, &places, ask).tone
        };
        assert_eq!((tone(Some(name)), tone(Some("Globex"))), (Tone::Neutral, Tone::Negative), "{text}");
    }
}

#[test]
fn what_only_looks_like_a_rule_is_none() {
    use Tone::{Negative, Neutral, Positive};
    for (language, text, tone) in [
        // Who writes as a customer compares nothing.
        ("de", "Ich bin sehr zufrieden als Acme Kunde.", Positive),
        ("de", "Alles super als Acme Kunde.", Positive),
        ("de", "Leckeres Essen als Acme Gast.", Positive),
        ("de", "Guter Service als Acme Kunde seit vielen Jahren, ich bin zufrieden.", Positive),
        ("de", "Freundlicher als erwartet war es bei Acme, wirklich freundlich.", Positive),
        ("de", "Bessere Beratung als bei Acme findet man leicht.", Negative),
        ("en", "They were more helpful than I expected Acme to be.", Positive),
        // Something else is compared.
        ("en", "Compared to last year Acme is much better.", Positive),
        ("en", "Compared to other shops Acme is awful.", Negative),
        ("en", "Compared to Acme the others are awful.", Positive),
        ("de", "Im Vergleich zum Vorjahr ist Acme viel besser.", Positive),
        ("nb", "Sammenlignet med fjoråret er Acme mye bedre.", Positive),
        // What stands behind `than` is said of the other one.
        ("en", "Acme is cheaper than the rip-off Globex.", Positive),
        ("en", "I would rather have Acme than the awful Globex.", Positive),
        ("en", "Acme has fewer problems than Globex.", Neutral),
        ("de", "Acme ist freundlicher als die furchtbare Globex.", Positive),
        ("nb", "Jeg vil heller ha Acme enn elendige Globex.", Positive),
        // Words that are other words as well.
        ("en", "The Acme claims process is awful.", Negative),
        ("en", "Acme continued to be rude to us.", Negative),
        ("de", "Es ist zu laut bei Acme und furchtbar dreckig.", Negative),
        // Whoever writes is no other.
        ("en", "Acme killed my dog.", Negative),
        ("en", "Acme threatened me.", Negative),
        ("en", "Acme fired me while I was pregnant.", Negative),
        ("de", "Acme hat mich beleidigt.", Negative),
        ("de", "Acme bedroht mich.", Negative),
        ("nb", "Acme truet meg.", Negative),
        // `aldri` stands behind its verb.
        ("nb", "Acme skuffer aldri.", Positive),
        ("nb", "Acme svikter aldri.", Positive),
        ("nb", "Acme svarer aldri.", Negative),
        ("nb", "Acme er aldri bra.", Negative),
        // Who goes away or comes need not be a customer.
        ("en", "We left Acme at six.", Neutral),
        ("en", "The flight left Acme Airport on time.", Neutral),
        ("en", "I left Acme a good review.", Positive),
        ("de", "Wir verlassen Acme heute um acht.", Neutral),
        ("de", "Jetzt bei Acme: Züge nach Oslo.", Neutral),
        ("nb", "Vi er ferdig med Acme for i dag.", Neutral),
    ] {
        let claimed = Entry { language: Language::parse(language), ..entry(text) };
        let judgement = SCORER.judge(&claimed, &hits(text, "Acme"));
        assert_eq!(judgement.tone, tone, "{text}: {judgement:?}");
    }
}

#[test]
fn memory_that_served_other_texts_changes_nothing() {
    let mut workspace = Workspace::default();
    let texts =
        ["Not good, but cheap!!!", "Acme is awful and rude :-(", "", "Wir sind begeistert 😍", "#neveragain soooo bad"];
    for text in texts.into_iter().chain(texts) {
        let hits = hits(text, "Acme");
        let explained = SCORER.judge(&entry(text), &hits);
        let brief = SCORER.judge_in(&mut workspace, &entry(text), &hits, Ask::default());
        assert_eq!((brief.tone, brief.score), (explained.tone, explained.score), "{text}");
        assert_eq!(brief.reasons, Vec::new());
    }
}

#[test]
fn a_language_that_is_given_is_not_doubted() {
    let german = Language::parse("de").unwrap();
    let ask = Ask { language: Some(&german), reasons: true, brand: None };
    let judgement = SCORER.judge_in(&mut Workspace::default(), &entry("the list of them is super"), &[], ask);
    assert_eq!((judgement.language.as_ref(), judgement.tone), (Some(&german), Tone::Positive), "{judgement:?}");
}
