//! How mails tell of a tone that somebody has set.

use mentiond::deliver::render;
use mentiond::model::Tone;
use mentiond::model::correction::{Corrected, Verdict};
use mentiond::model::notice::MentionView;

use crate::common::notices::{alert, at, item, mail, mention};

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
