//! The mails of an incident: what they say, in a page and in a text, and that they form one thread.

use chrono::TimeDelta;
use mail_parser::{MessageParser, MimeHeaders as _};
use mentiond::deliver::{Rendered, message_id, preview, render};
use mentiond::model::Notice;
use mentiond::model::incident::{
    IncidentCount, IncidentCounts, IncidentEnding, IncidentEvidence, IncidentKind, IncidentPhase, Talk,
};
use mentiond::model::notice::{FirstMail, HourOfStories, IncidentNotice, ToldBefore};
use mentiond::model::outbox::{OutboxKind, OutboxMessage};

use crate::common::notices::{at, evidence, item, mail, mention, message};

fn count(observed: u32, expected: f64, log10_tail: f64) -> IncidentCount {
    IncidentCount { observed, expected, log10_tail }
}

pub fn start() -> IncidentNotice {
    let hour = |index: i64| HourOfStories {
        from: at("2026-11-23T15:00:00Z") + TimeDelta::hours(index),
        negative: match index {
            20 => 2,
            21 => 4,
            22 => 8,
            5 => 1,
            _ => 0,
        },
        others: u64::from(index % 3 == 0) * 2,
    };
    IncidentNotice {
        brand: "Skip Hop".to_owned(),
        phase: IncidentPhase::Start,
        ending: None,
        evidence: evidence(),
        learning: false,
        update_after: 6 * 3_600,
        first: Some(mention(17, "The strap of our bag tore, and my son fell")),
        stories: vec![
            mention(18, "Strap torn after a week, and nobody answers"),
            mention(17, "The strap of our bag tore, and my son fell"),
            mention(19, "Same here: the buckle broke <b>twice</b>"),
        ],
        hours: (0..24).map(hour).collect(),
        usual: (0..24).map(|index| 0.2 + f64::from(index % 12) / 40.0).collect(),
        folded: 0,
        folded_items: Vec::new(),
        first_mail: None,
        told_before: None,
        acknowledged: false,
        taken: None,
    }
}

pub fn sent(notice: IncidentNotice) -> OutboxMessage {
    message(31, OutboxKind::Incident, Notice::Incident(Box::new(notice)))
}

fn rendered(notice: IncidentNotice) -> Rendered {
    render(&sent(notice), &mail())
}

#[test]
fn who_hears_of_it_since_nobody_has_acknowledged_it_reads_to_whom_it_was_written() {
    let told = |told: &[(&str, &str)]| {
        let told = told.iter().map(|(who, when)| ToldBefore { recipient: (*who).to_owned(), at: at(when) }).collect();
        rendered(IncidentNotice { told_before: Some(told), ..start() })
    };
    let mail = told(&[("anna@skiphop.example", "2026-11-24T14:21:00Z")]);
    let text = mail.text.split_whitespace().collect::<Vec<_>>().join(" ");
    let written = "It was written to anna@skiphop.example (24 Nov 2026, 14:21 UTC); nobody has acknowledged it.";
    assert!(text.contains(written), "{text}");
    assert!(mail.html.contains(written), "{}", mail.html);
    assert!(told(&[]).text.contains("\n\nNobody could be reached before you.\n\n"), "{}", told(&[]).text);
}

#[test]
fn the_first_mail_says_what_how_unusual_who_and_what_comes_next() {
    let Rendered { subject, text, html, attachments } = rendered(start());
    assert_eq!(subject, "Skip Hop: negative stories spread, 14 in 3 hours where 1 is usual");
    let (head, rest) = text.split_once("\n== How it began ==\n").unwrap();
    assert_eq!(
        head,
        "Skip Hop: negative stories spread, 14 in 3 hours where 1 is usual

More people than usual speak badly of Skip Hop. It began on Tue 24 Nov 2026,
11:42 UTC.

Seen: 14 negative stories within 3 hours, until 14:20 UTC
Usual: 1 is usual in 3 hours at this time of the week
By chance: about once in 40 years (1 in 120,000 stretches of 3 hours)
Authors: 13 people where 1 is usual (by chance 1 in 89,000)
Who: a broad wave: no author wrote more than 14%
All tones: 22 stories where 9.7 are usual, by 20 people where 8.9 are usual
(by chance 1 in 13): only the negative ones are more than usual
In all: 14 negative stories by 13 people since the first one; copies are not
counted

The last 24 hours, negative stories per hour
  ·····▁··············▂▄█·
  from Mon 15:00 until now
  The worst hour, from Tue 13:00 on, had 8 negative stories where 0.5 are
  usual.
"
    );
    assert!(rest.starts_with("\n- The strap of our bag tore, and my son fell\n  https://forum.example.org/"), "{rest}");
    let stories = rest.split_once("\n== Stories that drive it ==\n").unwrap().1;
    assert!(!stories.contains("my son fell"), "it is shown once: {stories}");
    assert!(stories.contains("- Strap torn after a week, and nobody answers\n"), "{stories}");
    assert!(
        stories.contains(
            "What comes next: You will hear of it again when the number of stories or of\npeople has doubled, when it \
             spreads faster, after 6 hours if it goes on, and\nwhen it is over."
        ),
        "{stories}"
    );
    for said in ["By chance", "about once in 40 years", "How it began", "the buckle broke &#60;b&#62;twice"] {
        assert!(html.contains(said), "`{said}` is missing in {html}");
    }
    assert!(!html.contains("Alerts</h2>") && html.len() < 40_000, "{}", html.len());
    let picture = attachments[0].content_id.as_deref().unwrap();
    let image = "width=\"520\" height=\"180\" alt=\"The worst hour, from Tue 13:00 on, had 8 negative stories where 0.5 are usual.\"";
    assert!(html.contains(&format!("<img class=\"faint\" src=\"cid:{picture}\" {image}")), "{html}");
    assert!(text.lines().all(|line| line.chars().count() <= 78 || line.contains("://")), "{text}");
}

#[test]
fn a_rise_of_all_talk_is_told_as_one() {
    let counts = IncidentCounts {
        all_stories: count(310, 9.7, -40.0),
        all_authors: count(1, 0.01, -2.0),
        negative_authors: count(1, 1.0, -0.2),
        ..evidence().counts
    };
    let said =
        rendered(IncidentNotice { evidence: IncidentEvidence { counts, talk: Talk::All, ..evidence() }, ..start() });
    for words in [
        "More people than usual speak of Skip Hop, and more of them badly. It began on",
        "Authors: 1 person where 1 is usual Who: a broad wave: no author wrote more than 14% All tones: 310 stories where 9.7 are usual (by chance less than 1 in \
         1,000,000,000), by 1 person where hardly any are usual (by chance 1 in 100): all talk is more than usual In all",
    ] {
        assert!(unwrapped(&said).contains(words), "{}", said.text);
    }
    assert!(said.html.contains("all talk is more than usual"), "{}", said.html);
}

#[test]
fn an_incident_that_somebody_takes_care_of_promises_only_what_comes() {
    for phase in [IncidentPhase::Start, IncidentPhase::Update] {
        let said = rendered(IncidentNotice { acknowledged: true, phase, ..start() });
        let next = "What comes next: Somebody takes care of it, so you will hear of it again only when the number of \
                    stories or of people has doubled, when it spreads faster, and when it is over. Until then single alerts about Skip Hop come with these mails;";
        assert!(unwrapped(&said).contains(next), "{}", said.text);
        assert!(!said.text.contains("6 hours") && !said.html.contains("6 hours"), "{}", said.text);
        let taken = ToldBefore { recipient: "kari@skiphop.example".to_owned(), at: at("2026-11-24T07:00:00Z") };
        let said = rendered(IncidentNotice { acknowledged: true, taken: Some(taken), phase, ..start() });
        let who = "kari@skiphop.example takes care of it since 24 Nov 2026, 07:00 UTC.";
        assert!(said.text.contains(who) && said.html.contains(who), "{}", said.text);
    }
}

#[test]
fn a_cold_start_and_who_writes_are_said() {
    let note = |learning, kind| {
        let counts = IncidentCounts { negative_stories: count(14, 0.02, -5.07), ..evidence().counts };
        let evidence = IncidentEvidence { kind, top_author_share: 0.6, counts, ..evidence() };
        rendered(IncidentNotice { learning, evidence, ..start() })
    };
    let cold = note(true, IncidentKind::RepeatPoster);
    assert_eq!(cold.subject, "Skip Hop: negative stories spread, 14 in 3 hours where hardly any are usual");
    assert!(cold.text.contains("\nA cold start: mentiond does not know Skip Hop well yet"), "{}", cold.text);
    assert!(cold.html.contains("A cold start: "));
    let who = "Who: one person writes most of it: 60% are by the same author";
    assert!(unwrapped(&cold).contains(who), "{}", cold.text);
    let known = note(false, IncidentKind::Brigade);
    assert!(!known.text.contains("cold start"));
    let who = "Who: few people who write a lot: the most frequent one wrote 60%";
    assert!(unwrapped(&known).contains(who), "{}", known.text);
}

/// The lines of a text as one.
fn unwrapped(rendered: &Rendered) -> String {
    rendered.text.replace('\n', " ")
}

#[test]
fn later_mails_say_what_became_of_it_and_answer_the_first() {
    let first_mail = Some(FirstMail { outbox_id: 31, created_at: at("2026-11-24T14:20:30.250Z") });
    let evidence = IncidentEvidence { negative: 31, at: at("2026-11-24T17:10:00Z"), ..evidence() };
    let folded_items = vec![item(mention(40, "Refund refused")), item(mention(41, "Never again"))];
    let update = IncidentNotice {
        phase: IncidentPhase::Update,
        evidence: evidence.clone(),
        folded: 31,
        folded_items,
        first_mail,
        ..start()
    };
    let faster = IncidentNotice { evidence: IncidentEvidence { faster: true, ..evidence.clone() }, ..update.clone() };
    let faster = rendered(faster);
    assert_eq!(faster.subject, "Skip Hop: spreading faster, 14 negative stories in 3 hours");
    assert!(unwrapped(&faster).contains("11:42 UTC, and now it spreads faster than before."), "{}", faster.text);
    let Rendered { subject, text, html, .. } = rendered(update.clone());
    assert_eq!(subject, "Skip Hop: still spreading, 31 negative stories in 6 hours");
    assert!(text.contains("\nSince the last of these mails 31 alerts more, not mailed one by one:\n- Refund refused (negative (−0.82))\n"), "{text}");
    assert!(text.contains("\n- and 29 more; “mentiond status” lists the latest.\n"), "{text}");
    assert!(html.contains("and 29 more; “mentiond status” lists the latest."));

    let ended = |ending, first_mail| IncidentNotice {
        phase: IncidentPhase::End,
        ending: Some(ending),
        evidence: IncidentEvidence { at: at("2026-11-26T17:10:00Z"), ..evidence.clone() },
        first_mail,
        ..start()
    };
    for (ending, first, subject, words) in [
        (IncidentEnding::Calm, first_mail, "calm again, 31 negative stories in 3 days", "The numbers are usual again."),
        (IncidentEnding::Calm, None, "calm again, 31 negative stories in 3 days", "while mentiond was not there"),
        (IncidentEnding::NewLevel, first_mail, "no longer unusual, 31 negative stories in 3 days", "usual level"),
        (IncidentEnding::Revised, first_mail, "the negative stories are no spike after all", "tones were corrected"),
    ] {
        let said = rendered(ended(ending, first));
        assert_eq!(said.subject, format!("Skip Hop: {subject}"));
        assert!(said.text.replace('\n', " ").contains(words), "{}", said.text);
        assert!(said.text.contains("Alerts about Skip Hop are mailed one by one again."), "{}", said.text);
        assert!(!said.text.contains("By chance"));
    }

    let dir = tempfile::tempdir().unwrap();
    let eml = |message: &OutboxMessage| std::fs::read(&preview(dir.path(), message, &mail()).unwrap()[0]).unwrap();
    let mut first = sent(start());
    first.created_at = at("2026-11-24T14:20:30.250Z");
    let later = OutboxMessage { id: 44, ..sent(update) };
    let id = message_id(&first, &mail().from);
    let id = id.trim_matches(['<', '>']);
    let (first, later) = (eml(&first), eml(&later));
    let (first, later) =
        (MessageParser::default().parse(&first).unwrap(), MessageParser::default().parse(&later).unwrap());
    assert_eq!((first.message_id(), first.in_reply_to().as_text()), (Some(id), None));
    assert_eq!((later.in_reply_to().as_text(), later.references().as_text()), (Some(id), Some(id)));
    assert_eq!(later.header("Auto-Submitted").unwrap().as_text(), Some("auto-generated"));
}

#[test]
fn the_chart_travels_within_the_mail() {
    let dir = tempfile::tempdir().unwrap();
    let files = |notice: IncidentNotice| preview(dir.path(), &sent(notice), &mail()).unwrap();
    let written = files(start());
    let raw = std::fs::read(&written[0]).unwrap();
    let page = std::fs::read_to_string(&written[1]).unwrap();
    assert!(page.contains("src=\"data:image/png;base64,iVBORw0KGgo") && !page.contains("cid:"), "a browser shows it");
    assert!(raw.is_ascii() && raw.len() < 40_000, "{}", raw.len());
    let parsed = MessageParser::default().parse(&raw).unwrap();
    let kinds: Vec<String> = parsed
        .parts
        .iter()
        .map(|part| {
            let kind = part.content_type().unwrap();
            format!("{}/{}", kind.ctype(), kind.subtype().unwrap())
        })
        .collect();
    let expected = ["multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png"];
    assert_eq!(kinds, expected);
    let [picture] = rendered(start()).attachments.try_into().unwrap();
    let (id, part) = (picture.content_id.as_deref().unwrap(), &parsed.parts[4]);
    assert_eq!((part.content_id(), part.contents()), (Some(id), picture.bytes.as_slice()));
    assert!(part.content_disposition().unwrap().is_inline());
    assert!(parsed.body_html(0).unwrap().contains(&format!("cid:{id}")));
    assert!(picture.bytes.len() < 15_000);

    assert_eq!(std::fs::read(&files(start())[0]).unwrap(), raw, "the same notice is the same mail");
    let silent = start().hours.into_iter().map(|hour| HourOfStories { negative: 0, others: 0, ..hour }).collect();
    let unknown = rendered(IncidentNotice { usual: Vec::new(), ..start() });
    assert_ne!(unknown.attachments[0].content_id, picture.content_id, "nothing is drawn where nothing is known");
    assert!(unknown.text.replace("\n  ", " ").contains("had 8 negative stories.\n"), "{}", unknown.text);
    let nothing = rendered(IncidentNotice { hours: silent, ..start() });
    assert!(nothing.attachments.is_empty() && !nothing.html.contains("<img") && !nothing.text.contains("The last"));
    assert_eq!(nothing.standalone(), nothing.html);
}
