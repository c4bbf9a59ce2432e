//! How mails tell of a tone that somebody has set.

use std::collections::BTreeSet;

use mentiond::deliver::render;
use mentiond::model::correction::{Corrected, Verdict};
use mentiond::model::notice::MentionView;
use mentiond::model::outbox::OutboxMessage;
use mentiond::model::{Tone, Tongue};

use crate::common::notices::{alert, at, item, mail, mention, reason};

#[test]
fn a_tone_that_somebody_has_set_is_told_with_what_the_rules_say() {
    let ruled = Verdict { tone: Tone::Negative, score: Some(-0.82) };
    let by = |name: &str| Some(Corrected { by: name.to_owned(), at: at("2026-11-24T07:12:00Z"), ruled });
    let neutral = MentionView { tone: Tone::Neutral, score: Some(0.0), corrected: by("Kari"), ..mention(17, "One") };
    let negative = MentionView { corrected: by("O\u{202e}le\n"), ..mention(18, "Another") };
    let mail = render(&alert(vec![item(neutral), item(negative)], 0, false), &mail());
    let text = mail.text.split_whitespace().collect::<Vec<_>>().join(" ");
    for words in [
        "neutral, corrected by Kari on 24 Nov 2026, 07:12 UTC; the rules say negative (−0.82)",
        "negative (−0.82), confirmed by Ole on 24 Nov 2026, 07:12 UTC",
    ] {
        assert!(text.contains(&format!("Tone: {words}, from broke (−1.8)")), "{text}");
        assert!(mail.html.contains(words), "{}", mail.html);
    }
}

/// What the scorer says of a word, as it stands in its sources, without what is quoted or filled in.
fn notes() -> BTreeSet<String> {
    let mut notes = BTreeSet::new();
    for file in ["aim", "around", "quoted", "weigh"] {
        let text = std::fs::read_to_string(format!("src/sentiment/{file}.rs")).unwrap();
        let calls =
            text.lines().filter(|line| [".times(", ".say(", "note.push_str("].iter().any(|call| line.contains(call)));
        for line in calls {
            let plain = line.replace("\\\"", "\u{0}");
            for literal in plain.split('"').skip(1).step_by(2) {
                let parts = literal.split(['\u{0}', '{', '}']).flat_map(|part| part.split(", ")).map(str::trim);
                notes.extend(parts.filter(|part| part.len() > 2 || *part == "of").map(str::to_owned));
            }
        }
    }
    notes
}

#[test]
fn what_the_scorer_notes_is_told_in_every_language() {
    let mut notes = notes();
    for variable in ["what", "side"] {
        assert!(notes.remove(variable), "{variable} is filled in: {notes:?}");
    }
    let filled_in = [
        "stronger by",
        "weaker by",
        "before",
        "after",
        "behind",
        "only thought of:",
        "past:",
        "only possible:",
        "said of somebody else:",
    ];
    notes.extend(filled_in.map(str::to_owned));
    assert!(notes.contains("of") && notes.contains("mocks") && notes.contains("further from the brand"), "{notes:?}");
    for note in &notes {
        let reasons = vec![reason("plim", -1.0, note)];
        let message = alert(vec![item(MentionView { reasons, ..mention(17, "One") })], 0, false);
        for language in [Tongue::De, Tongue::Nb] {
            let text = render(&OutboxMessage { language, ..message.clone() }, &mail()).text;
            let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(!line.contains(&format!("−1,0, {note})")), "{note} in {language:?}: {line}");
            assert!(line.contains("plim (−1,0, "), "{line}");
        }
    }
}
