//! Which mentions become alerts: the default rules and rules of all kinds, in three languages.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use mentiond::alert::{Decision, HoldReason, Rules};
use mentiond::config::{RuleConfig, default_rules};
use mentiond::model::{Brand, Entry, EntryKey, Folding, Instant, Judgement, Severity, Tone};
use mentiond::query::{Context, Query, Scope, Subject};

fn now() -> Instant {
    DateTime::<Utc>::UNIX_EPOCH + TimeDelta::days(20_000)
}

fn brand(name: &str) -> Brand {
    Brand {
        name: name.to_owned(),
        query: name.to_owned(),
        folding: Folding::default(),
        languages: Vec::new(),
        recipients: Vec::new(),
        labels: Vec::new(),
        competitors: Vec::new(),
    }
}

fn entry(title: &str, text: &str) -> Entry {
    Entry { title: title.to_owned(), text: text.to_owned(), ..Entry::new(EntryKey("test:1".to_owned())) }
}

fn judged(tone: Tone, score: f64) -> Judgement {
    let score = (tone != Tone::Unscored).then_some(score);
    Judgement { tone, score, language: None, reasons: Vec::new() }
}

fn rule(name: &str) -> RuleConfig {
    RuleConfig {
        name: name.to_owned(),
        brands: Vec::new(),
        tones: Vec::new(),
        max_score: None,
        severities: Vec::new(),
        keywords: Vec::new(),
        keyword_lists: Vec::new(),
        query: None,
        max_age: Duration::from_secs(7 * 86_400),
    }
}

/// The rules of a file that names none.
fn usual() -> Rules {
    Rules::new(&default_rules())
}

fn decide(rules: &Rules, entry: &Entry, judgement: &Judgement) -> Decision {
    rules.decide(&brand("Acme"), entry, judgement, now())
}

fn alert(rule: &str, keyword: &str) -> Decision {
    let keyword = (!keyword.is_empty()).then(|| keyword.to_owned());
    Decision::Alert { rule: rule.to_owned(), keyword }
}

#[test]
fn harm_alerts_in_every_tone_but_praise() {
    for (text, keyword) in [
        ("Acme recalls 4,000 car seats", "recalls"),
        ("The strap broke and my son was injured", "injured"),
        ("My lawyers will write to you", "lawyers"),
        ("A data breach at Acme", "data breach"),
        ("The charger caught fire", "caught fire"),
        ("Acme ruft 4.000 Kindersitze zurück: Rückrufaktion", "rückrufaktion"),
        ("Bei dem Unfall wurde ein Kind verletzt", "verletzt"),
        ("Schadstoffe im Spielzeug gefunden", "schadstoffe"),
        ("Wir haben einen Anwalt", "anwalt"),
        ("DATENLECK bei Acme", "datenleck"),
        ("Verletzte nach Brand in Halle", "verletzte"),
        ("Acme tilbakekaller 4000 bilseter", "tilbakekaller"),
        ("Barnet ble skadet av stolen", "ble skadet"),
        ("Vi kontakter advokaten vår", "advokaten"),
        ("Kundedata på avveie", "kundedata på avveie"),
        ("Laderen tok fyr", "tok fyr"),
        ("Un boycott contre Acme", "boycott"),
    ] {
        for tone in [Tone::Negative, Tone::Neutral, Tone::Unscored] {
            assert_eq!(decide(&usual(), &entry("", text), &judged(tone, 0.0)), alert("harm", keyword), "{text}");
        }
        let praised = decide(&usual(), &entry("", text), &judged(Tone::Positive, 0.6));
        assert_eq!(praised, Decision::Hold(HoldReason::OtherTone), "{text}");
    }
}

#[test]
fn harmless_texts_do_not_alarm() {
    for text in [
        "No recall needed, says Acme",
        "As I recall, Acme began in Oslo",
        "Nobody was hurt, no injuries",
        "A skilled team in the gift shop",
        "The assembly line is hidden behind the bakery",
        "Kein Rückruf nötig",
        "Ich bitte um Rückruf",
        "Niemand wurde verletzt",
        "Die Geschenke sind in Brandenburg",
        "Ungiftig und ohne Schadstoffe",
        "Ingen tilbakekalling",
        "Heldigvis ble ikke skadet noen, ingen ble skadet",
        "Vi er gift og bor i Bergen",
        "Helt ufarlig for barn",
        "A rash decision by Acme",
        "Sales exploded at Acme",
        "The crowd exploded with joy",
        "Acme stitches are neat",
        "Acme nominated for hospital charity",
        "Der Umsatz explodierte",
    ] {
        let decision = decide(&usual(), &entry("", text), &judged(Tone::Neutral, 0.0));
        assert_eq!(decision, Decision::Hold(HoldReason::NoKeyword), "{text}");
    }
    let both = entry("No recall of toys", "but a recall of car seats");
    assert_eq!(decide(&usual(), &both, &judged(Tone::Neutral, 0.0)), alert("harm", "recall"));
}

#[test]
fn complaints_alert_when_they_are_negative() {
    for (text, keyword) in [
        ("Nobody replies to my mails", "nobody replies"),
        ("I want a refund", "refund"),
        ("The zip is broken", "broken"),
        ("Seit drei Wochen keine Antwort", "keine antwort"),
        ("Das Gerät ist kaputt", "kaputt"),
        ("Ich verlange eine Rückerstattung", "rückerstattung"),
        ("Får ikke svar på mail", "får ikke svar"),
        ("Pakken er ikke levert", "ikke levert"),
        ("Stolen er ØDELAGT", "ødelagt"),
    ] {
        let text = entry("", text);
        assert_eq!(decide(&usual(), &text, &judged(Tone::Negative, -0.4)), alert("complaint", keyword), "{text:?}");
        let neutral = decide(&usual(), &text, &judged(Tone::Neutral, 0.0));
        assert_eq!(neutral, Decision::Hold(HoldReason::NoKeyword), "{text:?}");
    }
}

#[test]
fn every_reason_to_hold_has_its_case() {
    let plain = entry("", "a plain text");
    let negative = judged(Tone::Negative, -0.5);
    let old = Entry { published_at: Some(now() - TimeDelta::days(8)), ..plain.clone() };
    let with = |change: fn(&mut RuleConfig)| {
        let mut rule = rule("one");
        change(&mut rule);
        Rules::new(&[rule])
    };
    let cases = [
        (Rules::new(&[]), &plain, HoldReason::NoRule),
        (with(|rule| rule.brands = vec!["Other".to_owned()]), &plain, HoldReason::NoRule),
        (with(|rule| rule.tones = vec![Tone::Positive]), &plain, HoldReason::OtherTone),
        (with(|rule| rule.max_score = Some(-0.6)), &plain, HoldReason::ScoreTooHigh),
        (with(|rule| rule.severities = vec![Severity::Urgent]), &plain, HoldReason::OtherSeverity),
        (with(|rule| rule.keywords = vec!["refund".to_owned()]), &plain, HoldReason::NoKeyword),
        (with(|rule| rule.query = Some("refund".to_owned())), &plain, HoldReason::OtherQuery),
        (with(|_| {}), &old, HoldReason::TooOld),
    ];
    for (rules, entry, reason) in &cases {
        assert_eq!(decide(rules, entry, &negative), Decision::Hold(*reason));
    }
    let labels: Vec<&str> = HoldReason::ALL.into_iter().map(HoldReason::as_str).collect();
    assert_eq!(
        labels,
        [
            "no_rule",
            "other_tone",
            "score_too_high",
            "other_severity",
            "no_keyword",
            "other_query",
            "too_old",
            "there_before",
            "silenced",
            "quiet_hours"
        ]
    );
    // The poll knows what was there before, and the others are about alerts.
    let not_of_rules = [HoldReason::ThereBefore, HoldReason::Silenced, HoldReason::QuietHours];
    for reason in HoldReason::ALL.into_iter().filter(|reason| !not_of_rules.contains(reason)) {
        assert!(cases.iter().any(|(_, _, case)| *case == reason), "{reason:?} has no case");
    }
}

#[test]
fn a_rule_asks_for_severities() {
    let rules = Rules::new(&[RuleConfig { severities: vec![Severity::Urgent, Severity::Notice], ..rule("severe") }]);
    let (text, neutral) = (entry("", "a plain text"), judged(Tone::Neutral, 0.0));
    for (severity, decision) in [
        (Some(Severity::Urgent), alert("severe", "")),
        (Some(Severity::Notice), alert("severe", "")),
        (Some(Severity::Info), Decision::Hold(HoldReason::OtherSeverity)),
        (None, Decision::Hold(HoldReason::OtherSeverity)),
    ] {
        let subject = Subject { severity, ..Subject::from(&text) };
        assert_eq!(rules.decide(&brand("Acme"), subject, &neutral, now()), decision, "{severity:?}");
    }
}

#[test]
fn the_reason_to_hold_is_the_condition_that_came_closest() {
    let rules = Rules::new(&[
        RuleConfig { keywords: vec!["refund".to_owned()], ..rule("words") },
        RuleConfig { tones: vec![Tone::Positive], ..rule("praise") },
    ]);
    let decision = decide(&rules, &entry("", "a plain text"), &judged(Tone::Negative, -0.5));
    assert_eq!(decision, Decision::Hold(HoldReason::NoKeyword));
}

#[test]
fn the_first_rule_that_holds_wins_and_the_limits_are_inclusive() {
    let two = Rules::new(&[rule("first"), rule("second")]);
    let text = entry("", "a plain text");
    assert_eq!(decide(&two, &text, &judged(Tone::Neutral, 0.0)), alert("first", ""));
    assert_eq!(decide(&usual(), &text, &judged(Tone::Negative, -0.7)), alert("very negative", ""));
    let above = decide(&usual(), &text, &judged(Tone::Negative, -0.69));
    assert_eq!(above, Decision::Hold(HoldReason::NoKeyword));
    let unscored = Rules::new(&[RuleConfig { max_score: Some(1.0), ..rule("scored") }]);
    let decision = decide(&unscored, &text, &judged(Tone::Unscored, 0.0));
    assert_eq!(decision, Decision::Hold(HoldReason::ScoreTooHigh));
}

#[test]
fn age_is_counted_from_the_publication() {
    let published = |ago: TimeDelta| Entry { published_at: Some(now() - ago), ..entry("", "a plain text") };
    let rules = Rules::new(&[rule("any")]);
    let neutral = judged(Tone::Neutral, 0.0);
    for (text, decision) in [
        (entry("", "no date"), alert("any", "")),
        (published(TimeDelta::days(7)), alert("any", "")),
        (published(TimeDelta::days(7) + TimeDelta::seconds(1)), Decision::Hold(HoldReason::TooOld)),
        (published(-TimeDelta::days(400)), alert("any", "")),
    ] {
        assert_eq!(decide(&rules, &text, &neutral), decision, "{:?}", text.published_at);
    }
}

#[test]
fn keywords_of_the_configuration_count_in_title_text_and_tags_and_know_no_excuse() {
    let rules = Rules::new(&[RuleConfig {
        keywords: vec!["recall".to_owned(), "Zip Fastener".to_owned()],
        keyword_lists: vec!["harm".to_owned()],
        ..rule("own")
    }]);
    let neutral = judged(Tone::Neutral, 0.0);
    assert_eq!(decide(&rules, &entry("No recall", ""), &neutral), alert("own", "recall"));
    assert_eq!(decide(&rules, &entry("", "the zip-fastener"), &neutral), alert("own", "Zip Fastener"));
    let tagged = Entry { tags: vec!["boycott".to_owned()], ..entry("", "a plain text") };
    assert_eq!(decide(&rules, &tagged, &neutral), alert("own", "boycott"));
}

#[test]
fn a_rule_asks_its_query_about_all_that_is_known_of_a_mention() {
    let config = RuleConfig { query: Some("given below".to_owned()), ..rule("asks") };
    let mut rules = Rules::new(&[config]);
    let (text, bad) = (entry("", "The recall of the bag"), judged(Tone::Negative, -0.5));
    let unasked = decide(&rules, &text, &bad);
    assert_eq!(unasked, Decision::Hold(HoldReason::OtherQuery), "a rule does not hold before its query was read");
    let context = Context { scope: Scope::Mention, ..Context::default() };
    rules.ask(0, Query::parse_in("recall* score:<-0.3 tone:negative -age:>7d", &context).unwrap());
    assert_eq!(decide(&rules, &text, &bad), alert("asks", "recall*"));
    for (text, judgement) in [
        (&text, judged(Tone::Negative, -0.3)),
        (&text, judged(Tone::Neutral, 0.0)),
        (&entry("", "The bag"), judged(Tone::Negative, -0.5)),
    ] {
        assert_eq!(decide(&rules, text, &judgement), Decision::Hold(HoldReason::OtherQuery));
    }
}
