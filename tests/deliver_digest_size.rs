//! How long digests are, what comes beside them, and that nothing from the network breaks out of its place in them.

use crate::common::notices::{COUNTS, at, complete, digest_notice, mail, mention, message, report};
use crate::deliver_digest::{everything, gaps, told};
use mail_parser::{MessageParser, MimeHeaders as _};
use mentiond::config::Way;
use mentiond::deliver::{posting, preview, render};
use mentiond::model::digest::{Headline, Recovered, StoryList, Tops, Waiting};
use mentiond::model::incident::IncidentEnding;
use mentiond::model::notice::{BrandReport, Counts, Coverage, DigestNotice, Gap, MentionView};
use mentiond::model::outbox::OutboxKind;
use mentiond::model::{Notice, Tongue};

#[test]
fn a_digest_is_never_so_long_that_mail_programs_cut_it() {
    let long = MentionView { snippet: "word ".repeat(56), ..mention(17, &"title ".repeat(20)) };
    let full = |name: &str| {
        let waiting = Waiting { items: vec![long.clone(); 10], total: 700, overdue: 30 };
        BrandReport {
            brand: name.to_owned(),
            mentions: vec![long.clone(); 50],
            waiting,
            worth: Vec::new(),
            ..everything()
        }
    };
    for brands in [1, 2, 5, 30, 1_000] {
        let brands: Vec<BrandReport> = (0..brands).map(|number| full(&format!("Brand {number}"))).collect();
        let (number, mail) = (brands.len(), told(digest_notice(brands, gaps())));
        assert!(mail.html.len() < 100_000, "{number} brands: {}", mail.html.len());
        assert!(mail.html.len() > 40_000 || number > 20, "{number} brands: {}", mail.html.len());
        assert!(mail.text.lines().all(|line| line.chars().count() <= 78));
    }
    let mail = told(digest_notice(vec![full("Skip Hop")], gaps()));
    assert!(mail.text.contains("more mentions are not shown."), "{}", mail.text);
}

#[test]
fn many_sources_that_were_not_read_take_no_room_from_the_brands() {
    let reason = "connection refused: no route to the host of this source";
    let many = |name: &str| -> Vec<Gap> {
        let gap =
            |number| Gap { source: format!("{name} {number}"), since: None, until: None, reason: reason.to_owned() };
        (0..1_000).map(gap).collect()
    };
    let coverage = Coverage { sources: 3_000, unread: many("dead"), recovered: many("back"), ..gaps() };
    let mail = told(digest_notice(vec![everything()], coverage));
    assert!(mail.html.len() < 96_000, "{}", mail.html.len());
    for part in [&mail.text, &mail.html] {
        assert!(part.contains("dead 29:") && !part.contains("dead 30:") && part.contains("back 29:"), "{part}");
        assert_eq!(part.matches("and 970 more").count(), 2, "{part}");
        assert!(part.contains("Needs an answer"), "{part}");
    }
}

#[test]
fn brands_that_the_table_leaves_out_are_counted() {
    let brands = |many: usize| (0..many).map(|number| BrandReport { brand: format!("Brand {number}"), ..everything() });
    let mail = told(digest_notice(brands(1_000).collect(), complete()));
    assert!(mail.text.contains("\n  - and 940 more\n") && mail.html.contains(">and 940 more</td>"), "{}", mail.text);
    let mail = told(digest_notice(brands(60).collect(), complete()));
    assert!(!mail.text.contains("\n  - and "), "{}", mail.text);
}

#[test]
fn a_complaint_of_another_year_says_so() {
    let mut brand = everything();
    brand.recovered[0].complained_at = "2025-11-12T10:00:00Z".parse().unwrap();
    let mail = told(digest_notice(vec![brand], complete()));
    assert!(mail.html.contains("complained on Wed 12 Nov 2025, 11:00 CET"), "{}", mail.html);
}

#[test]
fn what_mentiond_noted_of_a_gap_is_not_quoted_as_if_a_server_had_said_it() {
    for reason in [Gap::NO_POLL, Gap::NOT_POLLED_YET] {
        let gap = Gap { source: "forum".to_owned(), since: None, until: None, reason: reason.to_owned() };
        let coverage = Coverage { sources: 2, unread: vec![gap], ..Coverage::default() };
        for language in [Tongue::De, Tongue::Nb] {
            let notice = Notice::Digest(digest_notice(vec![everything()], coverage.clone()));
            let mut message = message(18, OutboxKind::Digest, notice);
            message.language = language;
            let html = render(&message, &mail()).html;
            assert!(html.contains("forum") && !html.contains(reason), "{html}");
        }
    }
}

#[test]
fn what_waits_for_just_as_long_as_it_may_is_due_now() {
    let mut brand = everything();
    let notice = digest_notice(Vec::new(), complete());
    brand.waiting.items[0].published_at = Some(notice.to - chrono::TimeDelta::minutes(24 * 60 + 59));
    brand.waiting.items[0].found_at = notice.to;
    let mail = told(DigestNotice { brands: vec![brand], ..notice });
    assert!(mail.text.contains("  24 h, due now · "), "{}", mail.text);
}

#[test]
fn an_incident_that_was_none_is_not_over() {
    let subject = |ending| {
        let mut brand = BrandReport { waiting: Waiting::default(), ..everything() };
        brand.incidents.truncate(1);
        brand.incidents[0].ended = Some(("2026-11-24T06:00:00Z".parse().unwrap(), ending));
        told(digest_notice(vec![brand], complete())).subject
    };
    assert!(subject(IncidentEnding::Calm).contains("1 incident is over"));
    assert!(!subject(IncidentEnding::Revised).contains("incident"));
}

#[test]
fn the_whole_list_comes_as_a_file_and_the_way_out_in_the_mail() {
    let mut notice = digest_notice(vec![everything()], complete());
    let csv = "\u{feff}brand,title\r\nSkip Hop,\"Größter Ärger, æøå\"\r\n".to_owned();
    notice.list = Some(StoryList { file: "daily-2026-11-24.csv".to_owned(), csv: csv.clone(), stories: 1, all: 12 });
    notice.leave = Some("https://mentiond.skiphop.example/unsubscribe/abc".to_owned());
    let page = told(notice.clone());
    for part in [&page.text, &page.html] {
        assert!(part.contains("The first 1 of 12 stories are in the attached daily-2026-11-24.csv."), "{part}");
        assert!(part.contains("https://mentiond.skiphop.example/unsubscribe/abc"), "{part}");
    }
    let dir = tempfile::tempdir().unwrap();
    let message = message(18, OutboxKind::Digest, Notice::Digest(notice));
    let files = preview(dir.path(), &message, &mail()).unwrap();
    let raw = std::fs::read(&files[0]).unwrap();
    let parsed = MessageParser::default().parse(&raw).unwrap();
    let header = |name| parsed.header_raw(name).map(str::trim);
    assert_eq!(header("List-Unsubscribe"), Some("<https://mentiond.skiphop.example/unsubscribe/abc>"));
    assert_eq!(header("List-Unsubscribe-Post"), Some("List-Unsubscribe=One-Click"));
    assert_eq!(header("List-Id"), Some("<daily.digest.mentiond.skiphop.example>"));
    assert_eq!((header("In-Reply-To"), header("References")), (None, None), "each shows its own subject");
    let content_type = parsed.content_type().unwrap();
    assert_eq!((content_type.ctype(), content_type.subtype()), ("multipart", Some("mixed")));
    assert_eq!((parsed.text_body_count(), parsed.html_body_count()), (1, 1));
    let files: Vec<_> = parsed.attachments().filter(|part| part.content_id().is_none()).collect();
    let [file] = files.as_slice() else { panic!("one file besides the pictures: {files:?}") };
    assert_eq!(file.attachment_name(), Some("daily-2026-11-24.csv"));
    assert_eq!(file.contents(), csv.as_bytes());
}

#[test]
fn without_a_link_no_mail_program_is_told_of_one_and_a_name_cannot_smuggle_a_header() {
    let mut notice = digest_notice(vec![everything()], complete());
    notice.digest = "daily\r\nBcc: x@example.org".to_owned();
    notice.brands[0].brand = "Skip\r\nBcc: y@example.org\r\n\r\nHop".to_owned();
    for leave in [None, Some("https://x.example/a>\r\nBcc: z@example.org".to_owned())] {
        notice.leave = leave;
        let dir = tempfile::tempdir().unwrap();
        let message = message(18, OutboxKind::Digest, Notice::Digest(notice.clone()));
        let raw = std::fs::read(&preview(dir.path(), &message, &mail()).unwrap()[0]).unwrap();
        let parsed = MessageParser::default().parse(&raw).unwrap();
        assert!(
            parsed.header_raw("List-Unsubscribe").is_none() && parsed.header_raw("List-Unsubscribe-Post").is_none()
        );
        assert_eq!(
            parsed.header_raw("List-Id").map(str::trim),
            Some("<daily--bcc--x-example-org.digest.mentiond.skiphop.example>")
        );
        assert!(parsed.bcc().is_none(), "{}", String::from_utf8_lossy(&raw));
        assert!(parsed.subject().unwrap().starts_with("Skip Bcc: y@example.org Hop: 3 complaints wait"), "{parsed:?}");
        assert_eq!((parsed.text_body_count(), parsed.html_body_count()), (1, 1));
    }
}

#[test]
fn nothing_breaks_out_of_its_place_in_any_language() {
    let text = "</td><script>alert(1)</script>\r\nBcc: x@example.org\n.\n\0\u{202e}\u{2028}\" onclick=\"x";
    let hostile =
        |view: MentionView| MentionView { title: text.to_owned(), url: Some("javascript:x".to_owned()), ..view };
    let evil = || Headline { id: 1, title: text.to_owned(), url: Some("javascript:x".to_owned()) };
    let mut brand = everything();
    brand.brand = text.to_owned();
    brand.mentions = brand.mentions.into_iter().map(hostile).collect();
    brand.waiting.items = brand.waiting.items.into_iter().map(hostile).collect();
    brand.incidents[0].first = Some(evil());
    brand.tops = Tops { keywords: vec![(text.to_owned(), 2)], hashtags: vec![(text.to_owned(), 2)], sample: Some(2) };
    brand.voice[1].brand = text.to_owned();
    brand.recovered[0] =
        Recovered { author: text.to_owned(), complaint: evil(), praise: evil(), ..brand.recovered[0].clone() };
    let quiet = BrandReport { brand: text.to_owned(), ..report(Counts::default(), Vec::new()) };
    let notice = digest_notice(vec![brand.clone(), brand, quiet], gaps());
    for language in Tongue::ALL {
        let mut message = message(18, OutboxKind::Digest, Notice::Digest(notice.clone()));
        message.language = language;
        let mail = render(&message, &mail());
        assert!(!mail.subject.contains(|c: char| c.is_control() || c == '\u{202e}'), "{:?}", mail.subject);
        assert!(mail.subject.chars().count() <= 150, "{}", mail.subject);
        for content in [&mail.text, &mail.html] {
            assert!(!content.contains(|c: char| (c.is_control() && c != '\n') || "\u{202e}\u{2028}".contains(c)));
            assert!(!content.contains("\nBcc:") && !content.contains("\n."), "{content}");
            assert!(!content.contains("javascript:"), "{content}");
        }
        assert!(!mail.html.contains("<script") && !mail.html.contains("\" onclick"), "{}", mail.html);
        assert!(mail.html.split("src=\"").skip(1).all(|address| address.starts_with("cid:")), "{}", mail.html);
        for outside in ["src='", "url(", "<link", "@import", "<iframe"] {
            assert!(!mail.html.contains(outside), "{outside}");
        }
    }
}

#[test]
fn a_digest_from_before_these_parts_is_still_read() {
    let notice = digest_notice(vec![report(COUNTS, vec![mention(17, "Still no answer")])], complete());
    let mut stored = serde_json::to_value(Notice::Digest(notice.clone())).unwrap();
    for new in ["first", "bars", "list"] {
        assert!(stored.as_object_mut().unwrap().remove(new).is_some(), "{new}");
    }
    let brand = stored["brands"][0].as_object_mut().unwrap();
    for new in ["worth", "waiting", "incidents", "before", "chart", "tops", "voice", "recovered"] {
        assert!(brand.remove(new).is_some(), "{new}");
    }
    brand["metrics"]["counts"].as_object_mut().unwrap().remove("forgotten").unwrap();
    assert_eq!(serde_json::from_value::<Notice>(stored).unwrap(), Notice::Digest(notice));
}

#[test]
fn authors_who_praise_now_are_read_by_their_former_name_too() {
    let brand = everything();
    let mut stored = serde_json::to_value(&brand).unwrap();
    let recovered = stored.as_object_mut().unwrap().remove("recovered").unwrap();
    stored["regained"] = recovered;
    assert_eq!(serde_json::from_value::<BrandReport>(stored).unwrap().recovered, brand.recovered);
    assert!(!brand.recovered.is_empty());
}

#[test]
fn what_waits_and_is_told_again_counts_once_in_short() {
    let complaint = |id: i64, found: &str| MentionView { found_at: at(found), ..mention(id, "No answer") };
    let before = vec![complaint(1, "2026-11-22T09:00:00Z"), complaint(2, "2026-11-22T10:00:00Z")];
    let brand = |more| BrandReport {
        waiting: Waiting { items: before.clone(), total: 2, overdue: 2 },
        more,
        ..report(Counts { mentions: 5, stories: 5, ..COUNTS }, vec![mention(3, "New"), mention(4, "Newer")])
    };
    let in_short = |brand: BrandReport| {
        let server = "https://chat.example".parse().unwrap();
        let room = Way::Matrix { server, room: "!r:chat.example".to_owned(), token: "t".to_owned().into() };
        let notice = Notice::Digest(digest_notice(vec![brand], complete()));
        posting(&room, &message(18, OutboxKind::Digest, notice), chrono_tz::Tz::UTC, at("2026-11-24T07:00:00Z"))
            .unwrap()
            .body
    };
    // Three are shown: both that wait, and a new one.
    assert_eq!(brand(3).waiting_since_before(), 2);
    assert!(in_short(brand(3)).contains("4 more are not shown here."), "of five new stories and two from before");
    assert_eq!(brand(2).waiting_since_before(), 1, "one of those that wait is a story of the period too");
    assert!(in_short(brand(2)).contains("3 more are not shown here."));
    assert_eq!(brand(1).waiting_since_before(), 0);
    assert!(in_short(brand(1)).contains("2 more are not shown here."));
}
