//! What the mail says that sums up what was held.

use mentiond::deliver::{Rendered, render};
use mentiond::model::notice::{HeldNotice, HoldCause, MentionView, ToldBefore};
use mentiond::model::outbox::OutboxKind;
use mentiond::model::{HoldReason, Notice};

use crate::common::notices::{at, item, mail, mention, message};

pub fn silence(author: &str, comment: &str, alerts: u64) -> HoldCause {
    let (author, comment) = (Some(author.to_owned()), Some(comment.to_owned()));
    HoldCause { reason: HoldReason::Silenced, author, comment, until: at("2026-11-24T14:00:00Z"), alerts }
}

fn rendered(causes: Vec<HoldCause>, mentions: Vec<MentionView>, more: u64) -> Rendered {
    rendered_after(Vec::new(), 0, causes, mentions, more)
}

/// The same where others were told of some of them.
fn rendered_after(
    told: Vec<ToldBefore>,
    told_alerts: u64,
    causes: Vec<HoldCause>,
    mentions: Vec<MentionView>,
    more: u64,
) -> Rendered {
    let mut brands: Vec<String> = mentions.iter().map(|mention| mention.brand.clone()).collect();
    brands.dedup();
    let items = mentions.into_iter().map(item).collect();
    render(
        &message(21, OutboxKind::Held, Notice::Held(HeldNotice { causes, brands, items, more, told, told_alerts })),
        &mail(),
    )
}

#[test]
fn what_a_silence_held() {
    let causes = vec![silence("Kari", "the shop moves", 12)];
    let mail = rendered(causes, vec![mention(17, "Still no answer"), mention(18, "It broke")], 10);
    assert_eq!(mail.subject, "Skip Hop: held until now: Still no answer (and 11 more)");
    let (head, rest) = mail.text.split_once("\n\n").unwrap();
    let heading = "12 alerts were held by the silence of Kari until 24 Nov 2026, 14:00 UTC";
    assert_eq!(head, format!("{heading}\n“the shop moves”"));
    let tail = "\
10 more are not shown here; “mentiond status” lists the latest.

Once somebody takes care of it, say so, and nobody is reminded:
  for the first alone:
  mentiond ack --mention 17
  for all of this brand:
  mentiond ack --brand \"Skip Hop\"
";
    assert!(rest.contains(tail), "{rest}");
    assert!(mail.html.contains(heading) && mail.html.contains("“the shop moves”"));
}

#[test]
fn what_was_held_of_several_brands_by_several_causes() {
    let until = at("2026-11-25T06:00:00Z");
    let night = HoldCause { reason: HoldReason::QuietHours, author: None, comment: None, until, alerts: 1 };
    let lego = MentionView { brand: "Lego".to_owned(), ..mention(18, "It broke") };
    let mail = rendered(vec![silence("Kari", "we know", 1), night.clone()], vec![mention(17, "No answer"), lego], 0);
    assert_eq!(mail.subject, "Skip Hop and Lego: held until now: No answer (and 1 more)");
    let (head, rest) = mail.text.split_once("\n\n").unwrap();
    let lead = "1 by the silence of Kari until 24 Nov 2026, 14:00 UTC (“we know”); 1 by quiet\nhours until 25 Nov 2026, 06:00 UTC.";
    assert_eq!(head, format!("2 alerts were held\n{lead}"));
    for part in ["Why: Lego: rule “complaint”", "  for all of Lego:\n  mentiond ack --brand Lego\n"] {
        assert!(rest.contains(part), "{part}\n{rest}");
    }
    let one = rendered(vec![night], vec![mention(17, "No answer")], 0);
    assert!(one.text.starts_with("1 alert was held by quiet hours until 25 Nov 2026, 06:00 UTC\n\n- No answer\n"));
    assert_eq!(one.subject, "Skip Hop: held until now: No answer");
}

#[test]
fn what_others_were_told_of_before() {
    let told = || vec![ToldBefore { recipient: "anna@skiphop.example".to_owned(), at: at("2026-11-24T06:30:00Z") }];
    let said = |told_alerts, mentions| {
        let causes = vec![silence("Kari", "we know", 2)];
        rendered_after(told(), told_alerts, causes, mentions, 0).text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let two = || vec![mention(17, "No answer"), mention(18, "It broke")];
    let all = said(2, two());
    let written =
        "“we know” It was written to anna@skiphop.example (24 Nov 2026, 06:30 UTC); nobody has acknowledged it.";
    assert!(all.contains(written), "{all}");
    let part = said(1, two());
    let written = "1 of them was written to anna@skiphop.example (24 Nov 2026, 06:30 UTC); nobody has acknowledged it.";
    assert!(part.contains(written), "{part}");
}

#[test]
fn who_made_a_silence_cannot_break_out_of_the_mail() {
    let attack = "</td><script>alert(1)</script>\r\nBcc: x@example.org\n\0\u{202e}";
    let mail = rendered(vec![silence(attack, attack, 1)], vec![mention(17, "No answer")], 0);
    assert!(!mail.html.contains("<script") && !mail.subject.contains('\n'));
    assert!(!mail.text.contains("\nBcc:") && !mail.text.contains('\0') && !mail.text.contains('\u{202e}'));
}
