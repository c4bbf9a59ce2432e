//! Quiet hours: what they hold, what breaks through, and that the morning brings one mail.

use std::sync::Arc;

use chrono::Weekday;
use chrono_tz::Tz;
use mentiond::alert::Peace;
use mentiond::config::{QuietConfig, QuietSpan};
use mentiond::model::HoldReason;
use mentiond::model::hold::SilenceScope;
use mentiond::query::Library;
use mentiond::store::{NewSilence, OpenHold};

use super::bed::{ANNA, Bed, HOP, HOUR, OLE, at, audience, complaint, grouping};
use super::silences::{held, told, urgent};

/// From ten to seven in Oslo; the tests begin there at nine in the morning.
const NIGHT: i64 = 13 * HOUR;
const MORNING: i64 = 22 * HOUR;

async fn bed(urgent_breaks_through: bool) -> Bed {
    let days = (0..7).map(|day| Weekday::try_from(day).unwrap()).collect();
    let spans = vec![QuietSpan { days, from: 22 * 60, to: 7 * 60 }];
    let quiet = QuietConfig { spans, time_zone: Tz::Europe__Oslo, urgent_breaks_through, ..QuietConfig::default() };
    let mut bed = Bed::new().await;
    bed.store = bed.store.guarded(Arc::new(Peace::new(Library::default(), quiet, &[])));
    bed
}

#[tokio::test]
async fn a_night_is_one_mail_in_the_morning_and_what_is_urgent_does_not_wait() {
    let bed = bed(true).await;
    for hour in 0..9 {
        let now = NIGHT + hour * HOUR;
        let key = |what: &str| format!("{what}{hour}");
        let found = vec![complaint(&key("a"), HOP, &[ANNA, OLE]), complaint(&key("x"), "Lego", &[ANNA])];
        bed.poll("blog", found, at(now)).await;
        assert_eq!(bed.deliver(at(now + 300)).await, []);
    }
    bed.poll("forum", vec![urgent(complaint("injury", HOP, &[ANNA]))], at(MORNING - HOUR)).await;
    assert_eq!(told(&bed.deliver(at(MORNING - HOUR + 30)).await), ["alert anna: injury"]);
    let hold = OpenHold { reason: HoldReason::QuietHours, silence: None, alerts: 18, incidents: 0, until: at(MORNING) };
    assert_eq!(bed.store.open_holds().await.unwrap(), [hold]);
    assert_eq!(bed.store.next_release_at(at(NIGHT + 30)).await.unwrap(), Some(at(MORNING)));
    assert_eq!(bed.store.release_held(at(MORNING - 1)).await.unwrap(), 0);
    assert_eq!(bed.store.release_held(at(MORNING)).await.unwrap(), 2, "one for each recipient");
    let mails = bed.deliver(at(MORNING)).await;
    let notice = held(mails.iter().find(|mail| mail.recipient == ANNA).unwrap());
    assert_eq!(notice.brands, ["Lego", HOP]);
    assert_eq!((notice.items.len(), notice.more, notice.causes[0].alerts), (18, 0, 18));
    assert_eq!((notice.causes[0].author.as_ref(), notice.causes[0].until), (None, at(MORNING)));
    assert_eq!(bed.store.release_held(at(MORNING + HOUR)).await.unwrap(), 0);
    bed.poll("blog", vec![complaint("day", HOP, &[OLE])], at(MORNING + HOUR)).await;
    assert_eq!(told(&bed.deliver(at(MORNING + HOUR + 30)).await), ["alert ole: day"]);
}

#[tokio::test]
async fn an_urgent_alert_waits_where_it_shall_not_break_through() {
    let bed = bed(false).await;
    bed.poll("forum", vec![urgent(complaint("injury", HOP, &[ANNA]))], at(NIGHT)).await;
    assert_eq!(bed.deliver(at(NIGHT + 30)).await, []);
    assert_eq!(bed.store.release_held(at(MORNING)).await.unwrap(), 1);
    assert_eq!(told(&bed.deliver(at(MORNING)).await), ["held anna: injury"]);
}

#[tokio::test]
async fn what_a_silence_frees_at_night_waits_for_the_morning_and_reminders_do_too() {
    let bed = bed(true).await;
    bed.poll("blog", vec![complaint("old", HOP, &[ANNA])], at(NIGHT - HOUR)).await;
    assert_eq!(told(&bed.deliver(at(NIGHT - HOUR + 30)).await), ["alert anna: old"]);
    let scope = SilenceScope { query: Some("title:new".to_owned()), ..SilenceScope::default() };
    let silence = NewSilence { scope: &scope, ends_at: at(NIGHT + HOUR), author: "Kari", comment: "why" };
    bed.store.add_silence(silence, at(NIGHT - HOUR)).await.unwrap();
    bed.poll("blog", vec![complaint("new", HOP, &[ANNA])], at(NIGHT - 600)).await;
    assert_eq!(bed.deliver(at(NIGHT - 300)).await, []);
    assert_eq!(bed.store.release_held(at(NIGHT + HOUR)).await.unwrap(), 0);
    assert_eq!(bed.store.enqueue_reminders(&grouping(), &audience(), at(NIGHT + 4 * HOUR)).await.unwrap(), 0);
    assert_eq!(bed.store.release_held(at(MORNING)).await.unwrap(), 1);
    let mails = bed.deliver(at(MORNING)).await;
    assert_eq!(told(&mails), ["held anna: old new"]);
    assert_eq!(held(&mails[0]).causes.len(), 1, "both by the quiet hours in the end");
}
