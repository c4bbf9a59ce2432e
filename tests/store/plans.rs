//! How SQLite answers what is asked often or of much: by an index, not by reading whole tables.
//! `MENTIOND_TEST_ENTRIES` sets how many entries there are (3,000 by default).

use std::time::Instant as Stopwatch;

use sqlx::Executor;

use super::bed::{ANNA, Bed, DAY, HOP, at, complaint, plain, said};

/// Fills the store as two months would, a third of the entries being mentions.
async fn filled() -> Bed {
    let bed = Bed::new().await;
    let entries: i64 = std::env::var("MENTIOND_TEST_ENTRIES").map_or(3_000, |entries| entries.parse().unwrap());
    let batch = 500;
    for number in 0..entries / batch {
        let now = at(number * 60 * DAY * batch / entries);
        let found = (0..batch).map(|index| {
            let key = format!("{number}-{index}");
            let mut found = match index % 30 {
                0 => complaint(&key, HOP, &[ANNA]),
                1..=9 => said(&key, HOP, &format!("author{}", index % 77), Some(-0.3)),
                _ => plain(&key),
            };
            found.entry.text = "a text of the usual length ".repeat(20);
            found
        });
        bed.poll("blog", found.collect(), now).await;
        bed.deliver(now + chrono::TimeDelta::seconds(30)).await;
    }
    bed.store.optimize().await.unwrap();
    bed
}

#[tokio::test]
async fn what_is_asked_often_is_answered_by_an_index() {
    let bed = filled().await;
    let (from, to) = (at(59 * DAY), at(60 * DAY));
    for round in ["cold", "warm"] {
        let mut watch = Stopwatch::now();
        let mut lap = |what: &str| {
            println!("{round} {what}: {:?}", watch.elapsed());
            watch = Stopwatch::now();
        };
        bed.store.period_counts(HOP, from, to).await.unwrap();
        lap("counts of a day");
        bed.store.period_counts(HOP, at(30 * DAY), to).await.unwrap();
        lap("counts of a month");
        bed.store.worst_mentions(HOP, from, to, 50).await.unwrap();
        lap("worst of a day");
        bed.store.worst_mentions(HOP, at(30 * DAY), to, 50).await.unwrap();
        lap("worst of a month");
        let begun = bed.store.begun(HOP, &[at(30 * DAY), at(45 * DAY), to]).await.unwrap();
        lap("stories that began in a month");
        bed.store.top_authors(HOP, &begun, 5).await.unwrap();
        lap("authors of a month");
        bed.store.waiting(HOP, (at(30 * DAY), to), to, 10).await.unwrap();
        lap("what waits of a month");
        bed.store.candidates(HOP, at(30 * DAY), to).await.unwrap();
        lap("what may matter of a month");
        bed.store.recovered(HOP, at(30 * DAY), to, 5).await.unwrap();
        lap("who was won back in a month");
        bed.store.next_outbox_at().await.unwrap();
        bed.store.claim_outbox("me", to, to, 5).await.unwrap();
        lap("an outbox with nothing due");
        bed.store.outbox_counts().await.unwrap();
        lap("counts of the outbox");
        bed.store.next_reminder_at(&super::bed::grouping(), &super::bed::audience(), to).await.unwrap();
        lap("reminders");
        bed.store.open_alerts(20).await.unwrap();
        lap("open alerts");
    }
    let watch = Stopwatch::now();
    let pruned = bed.store.prune(at(60 * DAY), std::time::Duration::from_secs(30 * 86_400)).await.unwrap();
    println!("prune: {:?}, {pruned:?}", watch.elapsed());
    let watch = Stopwatch::now();
    bed.store.prune(at(60 * DAY), std::time::Duration::from_secs(30 * 86_400)).await.unwrap();
    println!("prune with nothing to forget: {:?}", watch.elapsed());

    // Statistics of few rows make a scan look cheap.
    bed.execute("DELETE FROM sqlite_stat1").await;
    let mut raw = bed.raw().await;
    let mut scans = Vec::new();
    for sql in statements() {
        let rows = raw.fetch_all(sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}"))).await.unwrap();
        let details = rows.iter().map(|row| sqlx::Row::get::<String, _>(row, "detail"));
        let looked_at =
            |detail: &String| is_whole_table(detail) || (is_of_a_poll(&sql) && detail.starts_with("SCAN s"));
        scans.extend(details.filter(looked_at).map(|detail| format!("{detail} in {sql}")));
    }
    assert!(scans.is_empty(), "{}", scans.join("\n"));
}

/// What every poll asks looks at no more sources than it polls.
fn is_of_a_poll(sql: &str) -> bool {
    ["claimed_by = $1, claimed_until = $2", "min(ready_at)", "SET refusals = CASE", "cursor = $3"]
        .iter()
        .any(|part| sql.contains(part))
}

/// A scan of a table that grows, without an index.
fn is_whole_table(detail: &str) -> bool {
    let scanned = detail.strip_prefix("SCAN ");
    scanned.is_some_and(|what| {
        let small = [
            "CONSTANT ROW",
            "t",
            "told",
            "page",
            "by_author",
            "again",
            "theirs",
            "p",
            "source_state",
            "host_state",
            "subscription",
            "s",
            "h",
            "u",
        ];
        !what.contains("INDEX") && !small.contains(&what)
    })
}

/// As in `mention.rs`.
const VIEW_TABLES: &str = "mention m JOIN entry e ON e.id = m.entry_id LEFT JOIN revision r ON r.id = m.revision_id";

const FILES: [&str; 36] = [
    "alert",
    "attempt",
    "begun",
    "claim",
    "coverage",
    "delivery",
    "entry",
    "explain",
    "few",
    "folded",
    "found",
    "gathering",
    "health",
    "hub",
    "janitor",
    "kept",
    "late",
    "letters",
    "matter",
    "mention",
    "neighbour",
    "outbox",
    "overdue",
    "period",
    "poll",
    "presence",
    "recount",
    "recovered",
    "revision",
    "sighting",
    "source",
    "spike",
    "story",
    "subscription",
    "telling",
    "waiting",
];

/// Every statement of the store that asks a table which grows, as it stands in the sources.
fn statements() -> Vec<String> {
    let source = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store");
    let mut statements = Vec::new();
    for file in FILES {
        let text = std::fs::read_to_string(source.join(format!("{file}.rs"))).unwrap();
        for literal in text.split('"').skip(1).step_by(2) {
            let sql = literal.split('\\').map(str::trim).collect::<Vec<_>>().join(" ").replace("{CLAIMED}", "name");
            let asks = ["SELECT ", "UPDATE ", "DELETE "].iter().any(|verb| sql.starts_with(verb));
            // Acknowledging is done by people, and alerts are few.
            let once = sql.starts_with("UPDATE alert");
            // What a macro puts together stands below.
            let part = sql.ends_with(" FROM");
            if asks && !sql.contains('{') && !once && !part {
                statements.push(sql);
            }
        }
    }
    // Those that are put together.
    statements.push("SELECT key, source, judged FROM sighting WHERE key IN ('a', 'b', 'b')".to_owned());
    statements.push(format!(
        "SELECT coalesce(r.text, e.text), (SELECT json_group_array(g.source) FROM sighting g WHERE g.entry_id = e.id) \
         FROM {VIEW_TABLES} WHERE m.brand = 'b' AND m.found_at > 1"
    ));
    statements.push(
        "SELECT g.key FROM sighting g JOIN entry e ON e.id = g.entry_id AND e.key = g.key WHERE g.source = 's' \
         AND g.key IN ('a', 'b') AND ($2 = 1 OR EXISTS (SELECT 1 FROM mention m WHERE m.entry_id = e.id))"
            .to_owned(),
    );
    let (kind, theirs) = ("(SELECT name FROM source_state WHERE kind = 'yelp')", "theirs");
    let shown = "EXISTS (SELECT 1 FROM sighting o JOIN source_state s ON s.name = o.source WHERE o.entry_id = g.entry_id \
                 AND s.kind = 'yelp' AND (o.seen_at >= 2 OR (s.shown_at >= 2 AND o.seen_at >= s.shown_at - 3)))";
    statements.push(format!(
        "WITH {theirs} AS MATERIALIZED (SELECT key, source FROM sighting WHERE source IN {kind}) \
         SELECT DISTINCT g.entry_id FROM {theirs} CROSS JOIN sighting g WHERE g.key = theirs.key \
         AND g.source = theirs.source AND g.content <> '' AND NOT {shown}"
    ));
    statements.push(format!("SELECT 1 FROM sighting g WHERE g.entry_id = 4 AND NOT {shown} LIMIT 1"));
    let theirs = "(SELECT g.key FROM sighting g JOIN source_state s ON s.name = g.source WHERE g.entry_id = 1 \
                  GROUP BY g.key HAVING max(CASE WHEN s.kind = 'yelp' THEN 0 ELSE 1 END) = 0)";
    statements.push(format!(
        "UPDATE mention SET text_key = NULL WHERE entry_id = 1 AND CASE WHEN revision_id IS NULL THEN \
         (SELECT e.key FROM entry e WHERE e.id = 1) ELSE (SELECT r.key FROM revision r WHERE r.id = revision_id) END IN {theirs}"
    ));
    statements.push(format!("UPDATE revision SET title = '' WHERE entry_id = 1 AND key IN {theirs}"));
    statements.push(format!("UPDATE sighting SET content = '' WHERE entry_id = 1 AND (0 = 1 OR source IN {kind})"));
    let span = "brand = 'b' AND found_at > 1 AND found_at <= 2";
    let any_tone = "tone IN ('negative', 'neutral', 'positive', 'unscored')";
    statements.push(format!(
        "SELECT tone, count(*), json_group_array(author) FILTER (WHERE author IS NOT NULL) FROM mention \
         WHERE leads = 1 AND {any_tone} AND {span} GROUP BY tone"
    ));
    statements.push(format!(
        "SELECT f.tone, count(*), json_group_array(f.author) FROM \
         (SELECT DISTINCT story_id FROM mention WHERE leads = 0 AND {span}) AS again CROSS JOIN mention f \
         WHERE f.story_id = again.story_id AND f.leads = 1 AND (f.found_at <= 1 OR f.found_at > 2) GROUP BY f.tone"
    ));
    statements.push(format!(
        "SELECT e.title FROM mention m CROSS JOIN entry e WHERE m.leads = 1 AND m.{any_tone} AND m.brand = 'b' \
         AND m.found_at > 1 AND m.found_at <= 2 AND m.story_id % 3 = 0 AND e.id = m.entry_id"
    ));
    assert!(statements.len() > 50, "only {} statements were found", statements.len());
    statements
}
