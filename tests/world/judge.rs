//! What has come of the hour, as a table, and that it is as it should be.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

use chrono::TimeDelta;
use mentiond::app::Plan;
use mentiond::config::{Config, StoreConfig};
use mentiond::demo::Mails;
use mentiond::model::{Instant, Source};
use mentiond::source::adapter;
use mentiond::store::Store;
use sqlx::{Connection as _, Row as _, SqliteConnection};

use super::list::Order;
use super::lively::{BREAKS, Lively};
use super::networks::{self, DAY, Network, SMALL};
use super::posts::{Post, begin};
use super::server::{Call, Seen, What, World};
use super::troubles::TROUBLES;

/// Calls of a poll beyond its lanes and pages: one that is refused, a login, and it again.
const BEYOND: usize = 3;
/// Calls of a poll that count known posts again.
const RECOUNTS: usize = 2;

/// What the store has of a post.
#[derive(Default, Clone, Copy)]
struct Stored {
    entries: usize,
    mentions: usize,
    alerts: usize,
    /// Mails that tell of it.
    mails: usize,
    engagement: Option<i64>,
}

/// What is known at the end.
pub struct Outcome<'o> {
    pub config: &'o Config,
    pub world: &'o World,
    pub lively: &'o Lively,
    pub mails: &'o Mails,
    /// While the daemon was not there.
    pub away: (Instant, Instant),
    pub end: Instant,
}

/// The end of a source: what was asked, and what was found.
struct Account<'a> {
    network: &'a Network,
    source: &'a Source,
    posts: Vec<Post>,
    calls: Vec<Call>,
    /// How often it showed one of them.
    shown: usize,
    found: Vec<Stored>,
    /// Streams that were opened, where it streams.
    opened: Option<usize>,
    /// From the first moment to the last.
    span: TimeDelta,
}

/// Of each post its token and source, with what is stored of it.
async fn stored(url: &str) -> BTreeMap<(String, String), Stored> {
    let mut connection = SqliteConnection::connect(url).await.unwrap();
    let sql = "SELECT e.source, e.title || ' ' || e.text, \
               (SELECT count(*) FROM mention m WHERE m.entry_id = e.id), \
               (SELECT count(*) FROM alert a JOIN mention m ON m.id = a.mention_id WHERE m.entry_id = e.id), \
               (SELECT count(*) FROM outbox_alert o JOIN alert a ON a.id = o.alert_id JOIN mention m ON m.id = a.mention_id \
               JOIN outbox n ON n.id = o.outbox_id WHERE m.entry_id = e.id AND n.state = 'sent'), e.engagement FROM entry e";
    let mut found = BTreeMap::<_, Stored>::new();
    for row in sqlx::query(sql).fetch_all(&mut connection).await.unwrap() {
        let number = |column: usize| usize::try_from(row.get::<i64, _>(column)).unwrap();
        for token in tokens(&row.get::<String, _>(1)) {
            let stored = found.entry((row.get(0), token)).or_default();
            stored.entries += 1;
            stored.mentions += number(2);
            stored.alerts += number(3);
            stored.mails += number(4);
            stored.engagement = row.get(5);
        }
    }
    found
}

/// What coverage says to be lost.
async fn losses(url: String) -> Vec<String> {
    let store = Store::open(&StoreConfig { url, keep_entries: Duration::from_secs(86_400) }).await.unwrap();
    let lost = store.losses(begin() - TimeDelta::days(400), begin() + TimeDelta::days(1)).await.unwrap();
    store.close().await;
    lost.iter().map(|lost| format!("coverage: {lost:?}")).collect()
}

fn tokens(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !c.is_alphanumeric());
    words.filter(|word| word.starts_with("token0")).map(str::to_owned).collect()
}

/// Prints the table and holds that it is as it should be.
pub async fn judge(outcome: &Outcome<'_>, dir: &Path) {
    let url = format!("sqlite://{}", dir.join("state/mentiond.db").display());
    let (seen, found) = (outcome.world.seen(), stored(&url).await);
    let sources = Plan::of(outcome.config, outcome.end).unwrap().sources;
    let mut wrong = [seen.wrongs.clone(), losses(url).await].concat();
    println!(
        "{:<19}{:>5}{:>6}{:>7}{:>8}{:>5}{:>9}{:>7}{:>6}{:>6}{:>7}{:>8}  quota",
        "source",
        "posts",
        "shown",
        "stored",
        "doubles",
        "lost",
        "mentions",
        "alerts",
        "polls",
        "calls",
        "logins",
        "counted"
    );
    for (place, network) in networks::all().iter().enumerate() {
        let posts = outcome.world.posts(place);
        let of = |post: &Post| found.get(&(network.name().to_owned(), post.token())).copied().unwrap_or_default();
        let account = Account {
            network,
            source: sources.iter().find(|source| source.name == network.name()).unwrap(),
            calls: seen.calls.iter().filter(|call| call.network == place).copied().collect(),
            shown: seen.shown.iter().filter(|shown| **shown == place).count(),
            found: posts.iter().map(of).collect(),
            posts,
            opened: outcome.lively.opened(network.kind),
            span: outcome.end - begin(),
        };
        wrong.extend(account.tell(&seen, outcome.away));
    }
    for (number, trouble) in TROUBLES.iter().enumerate().filter(|(number, _)| !seen.troubles.contains(number)) {
        wrong.push(format!("{} never wanted to be left alone (trouble {number})", trouble.network));
    }
    wrong.extend(mailed(outcome.mails, found.values().map(|stored| stored.alerts).sum()));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Holds that nobody is told of anything twice. A mail names ten and counts the others.
fn mailed(mails: &Mails, alerts: usize) -> Option<String> {
    let mut told = BTreeMap::<String, usize>::new();
    for mail in mails.all() {
        let raw = std::fs::read_to_string(&mail.eml).unwrap().replace("=\r\n", "");
        tokens(&raw).into_iter().for_each(|token| *told.entry(token).or_default() += 1);
    }
    let often: Vec<_> = told.iter().filter(|(_, mails)| **mails > 1).collect();
    println!("{alerts} alerts in {} mails, which name {} of them", mails.all().len(), told.len());
    (!often.is_empty()).then(|| format!("told in several mails: {often:?}"))
}

impl Account<'_> {
    /// Prints its line; answers what is wrong with it.
    fn tell(&self, seen: &Seen, (gone, back): (Instant, Instant)) -> Vec<String> {
        let (network, name) = (self.network, self.network.name());
        let sum = |of: fn(&Stored) -> usize| self.found.iter().map(of).sum::<usize>();
        let number = |what| self.calls.iter().filter(|call| call.what == what).count();
        let (polls, largest) = self.polls();
        let (most_polls, most_calls) = self.most();
        let (quota, is_over) = self.quota(largest);
        let quota = quota.unwrap_or_else(|| format!("{polls} of {most_polls} polls"));
        println!(
            "{name:<19}{:>5}{:>6}{:>7}{:>8}{:>5}{:>9}{:>7}{polls:>6}{:>6}{:>7}{:>8}  {quota}",
            self.posts.len(),
            self.shown,
            sum(|stored| stored.entries),
            sum(|stored| stored.entries.saturating_sub(1)),
            sum(|stored| usize::from(stored.entries == 0)),
            sum(|stored| stored.mentions),
            sum(|stored| stored.alerts),
            self.calls.len(),
            number(What::Login),
            number(What::Counts),
        );
        let mut wrong = Vec::new();
        let mut hold = |is_so: bool, what: String| wrong.extend((!is_so).then(|| format!("{name}: {what}")));
        hold(!is_over, format!("more calls than its quota: {quota}"));
        if name == SMALL {
            return wrong;
        }
        for (post, stored) in self.posts.iter().zip(&self.found) {
            let counts = [stored.entries, stored.mentions, stored.alerts, stored.mails];
            let told = usize::from(!post.is_old());
            let all = "entries, mentions, alerts, mails";
            hold(counts == [1, 1, told, told], format!("{} of {} has {all}: {counts:?}", post.token(), post.at));
            if let Some(count) = seen.counts.get(&post.number).map(|count| i64::try_from(*count).unwrap()) {
                let engagement = stored.engagement;
                hold(engagement == Some(count), format!("{} counts {engagement:?} and not {count}", post.token()));
            }
        }
        let missed = self.posts.iter().filter(|post| post.at > gone && post.at < back).count();
        hold(missed > 0, "nobody wrote while the daemon was away".to_owned());
        let overlaps = polls > 3 && network.lists.first().is_some_and(|list| list.order == Order::Newest);
        hold(!overlaps || self.shown > self.posts.len(), "nothing was shown again".to_owned());
        hold(polls <= most_polls, format!("{polls} polls are more than {most_polls}"));
        hold(largest <= most_calls, format!("{largest} calls of a poll are more than {most_calls}"));
        // At the beginning, after each break, after the crash, and once more where it breaks off soon.
        let streams = self.opened.unwrap_or_default();
        hold(streams <= BREAKS.len() + 3, format!("{streams} streams were opened"));
        hold(number(What::Login) > 1 || !network.logs_in(), "its sessions were never opened anew".to_owned());
        hold(number(What::Login) <= polls, format!("{} logins in {polls} polls", number(What::Login)));
        let counts = network.authors.is_some() || network.lists.iter().any(|list| list.is_recount);
        hold(counts == (number(What::Counts) > 0), format!("{} calls to count again", number(What::Counts)));
        wrong
    }

    /// How often it was polled, and the calls of the largest poll: a poll is over within a moment.
    fn polls(&self) -> (usize, usize) {
        let mut polls = BTreeMap::<_, usize>::new();
        self.calls.iter().for_each(|call| *polls.entry(call.at).or_default() += 1);
        (polls.len(), polls.values().max().copied().unwrap_or_default())
    }

    /// Polls at most, and calls of one.
    fn most(&self) -> (usize, usize) {
        let interval = self.source.interval.usual();
        // One at the beginning, and one after the crash for what it broke off.
        let rounds = usize::try_from(self.span.to_std().unwrap().as_secs() / interval.as_secs()).unwrap() + 2;
        let (lanes, pages) = (self.lanes(), self.network.pages(self.posts.len()));
        // What the network takes in a short time may be less than a round wants.
        let window = self.network.quota.filter(|(_, seconds)| *seconds < DAY);
        let polls = window.map_or(1, |(allowed, _)| (lanes * pages).div_ceil(allowed).max(1));
        (rounds * polls, lanes + pages + BEYOND + RECOUNTS)
    }

    fn lanes(&self) -> usize {
        adapter(self.network.kind).lanes(self.source).len()
    }

    /// What it was asked in the time that its quota is for, of how much it allows; and whether that is too much. A quota for
    /// a day is to last for the day: only what counts known posts again may take what was left over before.
    fn quota(&self, largest: usize) -> (Option<String>, bool) {
        let Some((allowed, seconds)) = self.network.quota else { return (None, false) };
        if self.network.name() == SMALL {
            let calls = self.calls.len();
            return (Some(format!("{calls} of {allowed} a day")), !(1..=allowed).contains(&calls));
        }
        if seconds < DAY {
            let busiest = self.busiest(TimeDelta::seconds(seconds));
            let lanes = Some(self.lanes()).filter(|lanes| *lanes > allowed);
            let told = lanes.map(|lanes| format!(", for {lanes} lanes")).unwrap_or_default();
            return (Some(format!("{busiest} of {allowed} in {seconds} s{told}")), busiest > allowed);
        }
        let share = |seconds: i64| usize::try_from(seconds).unwrap() * allowed / usize::try_from(DAY).unwrap();
        let polls = self.calls.iter().filter(|call| call.what != What::Counts).count();
        let until_now = (begin() + self.span).timestamp() % DAY;
        let (part, all) = (share(self.span.num_seconds()) + largest, share(until_now));
        let told = format!("{} of {all} of a day's {allowed}, {polls} of {part} in polls", self.calls.len());
        (Some(told), polls > part || self.calls.len() > all)
    }

    /// Most calls in a time as long as this.
    fn busiest(&self, window: TimeDelta) -> usize {
        let within =
            |from: Instant| self.calls.iter().filter(|call| call.at >= from && call.at < from + window).count();
        self.calls.iter().map(|call| within(call.at)).max().unwrap_or_default()
    }
}
