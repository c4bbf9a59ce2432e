//! Numbers, plurals, lists and times in all languages.

use chrono_tz::Tz;

use super::*;

fn all<T>(ask: impl Fn(&dyn Words) -> T) -> [T; 3] {
    Tongue::ALL.map(|tongue| ask(of(tongue)))
}

#[test]
fn numbers_read_well() {
    assert_eq!(all(|words| words.grouped(1_234_567)), ["1,234,567", "1.234.567", "1\u{202f}234\u{202f}567"]);
    assert_eq!(all(|words| words.grouped(999)), ["999", "999", "999"]);
    assert_eq!(all(|words| words.signed(-0.824, 2)), ["−0.82", "−0,82", "−0,82"]);
    assert_eq!(all(|words| words.signed(0.4, 1)), ["+0.4", "+0,4", "+0,4"]);
    assert_eq!(all(|words| words.signed(-0.001, 2)), ["0.00", "0,00", "0,00"]);
    for (number, read) in [
        (100.0, ["100%", "100\u{a0}%", "100\u{a0}%"]),
        (12.4, ["12%", "12\u{a0}%", "12\u{a0}%"]),
        (1.25, ["1.2%", "1,2\u{a0}%", "1,2\u{a0}%"]),
        (0.04, ["0.04%", "0,04\u{a0}%", "0,04\u{a0}%"]),
        (0.001, ["less than 0.01%", "weniger als 0,01\u{a0}%", "mindre enn 0,01\u{a0}%"]),
        (0.0, ["0%", "0\u{a0}%", "0\u{a0}%"]),
    ] {
        assert_eq!(all(|words| words.percent(number)), read);
    }
}

#[test]
fn what_is_counted_is_none_one_or_many() {
    let counted = |number| all(|words| words.mentions(number));
    assert_eq!(counted(0), ["no mentions", "keine Erwähnungen", "ingen omtaler"]);
    assert_eq!(counted(1), ["1 mention", "1 Erwähnung", "1 omtale"]);
    assert_eq!(counted(2), ["2 mentions", "2 Erwähnungen", "2 omtaler"]);
    assert_eq!(counted(1_204), ["1,204 mentions", "1.204 Erwähnungen", "1\u{202f}204 omtaler"]);
}

#[test]
fn lists_end_with_the_word_for_and() {
    let items = |items: &[&str]| items.iter().map(|item| (*item).to_owned()).collect::<Vec<_>>();
    assert_eq!(all(|words| words.list(&items(&["a", "b", "c"]), 0)), ["a, b and c", "a, b und c", "a, b og c"]);
    let longer = all(|words| words.list(&items(&["a", "b"]), 1_204));
    assert_eq!(longer, ["a, b and 1,204 more", "a, b und 1.204 weitere", "a, b og 1\u{202f}204 til"]);
    assert_eq!(all(|words| words.list(&items(&["a"]), 0)), ["a", "a", "a"]);
    assert_eq!(all(|words| words.list(&[], 0)), ["", "", ""]);
}

#[test]
fn times_name_their_zone_on_both_sides_of_a_change_of_clocks() {
    let summer: Instant = "2026-10-25T00:30:00Z".parse().unwrap();
    let winter: Instant = "2026-10-25T01:30:00Z".parse().unwrap();
    let said = |at: Instant, zone: Tz| Tongue::ALL.map(|tongue| Speech::new(tongue, zone).day_and_time(at));
    assert_eq!(
        said(summer, Tz::Europe__Oslo),
        [
            "Sun 25 Oct 2026, 02:30 CEST",
            "So., 25.\u{a0}Okt. 2026, 02:30\u{a0}Uhr MESZ",
            "sø. 25.\u{a0}okt. 2026 kl.\u{a0}02.30 CEST"
        ]
    );
    assert_eq!(
        said(winter, Tz::Europe__Oslo),
        [
            "Sun 25 Oct 2026, 02:30 CET",
            "So., 25.\u{a0}Okt. 2026, 02:30\u{a0}Uhr MEZ",
            "sø. 25.\u{a0}okt. 2026 kl.\u{a0}02.30 CET"
        ]
    );
    let speeches = Tongue::ALL.map(|tongue| Speech::new(tongue, Tz::UTC));
    assert_eq!(
        speeches.map(|speech| speech.time(summer)),
        ["25 Oct 2026, 00:30 UTC", "25.\u{a0}Okt. 2026, 00:30\u{a0}Uhr UTC", "25.\u{a0}okt. 2026 kl.\u{a0}00.30 UTC"]
    );
    assert_eq!(speeches.map(|speech| speech.day(summer)), ["25 Oct", "25.\u{a0}Okt.", "25.\u{a0}okt."]);
    assert_eq!(speeches.map(|speech| speech.hour(summer)), ["Sun 00:30", "So. 00:30", "sø. 00.30"]);
    assert_eq!(speeches.map(|speech| speech.clock(summer)), ["00:30 UTC", "00:30\u{a0}Uhr UTC", "kl.\u{a0}00.30 UTC"]);
}

#[test]
fn every_day_and_month_has_its_name() {
    let months = (1..=12).map(|month| format!("2026-{month:02}-{month:02}T12:00:00Z"));
    let told = months.map(|at| at.parse::<Instant>().unwrap());
    let of = |tongue| {
        let speech = Speech::new(tongue, Tz::UTC);
        told.clone().map(|at| speech.day(at).replace('\u{a0}', " ")).collect::<Vec<_>>().join(", ")
    };
    assert_eq!(of(Tongue::En), "1 Jan, 2 Feb, 3 Mar, 4 Apr, 5 May, 6 Jun, 7 Jul, 8 Aug, 9 Sep, 10 Oct, 11 Nov, 12 Dec");
    assert_eq!(
        of(Tongue::De),
        "1. Jan., 2. Feb., 3. März, 4. Apr., 5. Mai, 6. Juni, 7. Juli, 8. Aug., 9. Sept., 10. Okt., 11. Nov., 12. Dez."
    );
    assert_eq!(
        of(Tongue::Nb),
        "1. jan., 2. feb., 3. mars, 4. april, 5. mai, 6. juni, 7. juli, 8. aug., 9. sep., 10. okt., 11. nov., 12. des."
    );
    let days = (23..30).map(|day| format!("2026-11-{day}T12:00:00Z").parse::<Instant>().unwrap());
    let weekday = |tongue, at| Speech::new(tongue, Tz::UTC).hour(at).split(' ').next().unwrap_or_default().to_owned();
    let week = |tongue| days.clone().map(|at| weekday(tongue, at)).collect::<Vec<_>>().join(" ");
    assert_eq!(
        Tongue::ALL.map(week),
        ["Mon Tue Wed Thu Fri Sat Sun", "Mo. Di. Mi. Do. Fr. Sa. So.", "ma. ti. on. to. fr. lø. sø."]
    );
}
