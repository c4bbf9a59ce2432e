//! A store that has run for a month, and what must stand in one that was polled.

use std::path::Path;

use mentiond::config::StoreConfig;
use mentiond::store::Store;
use sqlx::{Connection, Executor, Row, SqliteConnection};

/// Writes `DIR/mentiond.db` with so many entries, a third of them mentions with a story each, spread over these feeds and
/// a month.
pub fn fill(dir: &Path, entries: usize, feeds: usize) {
    run(async {
        let url = format!("sqlite://{}", dir.join("mentiond.db").display());
        let config = StoreConfig { url: url.clone(), keep_entries: std::time::Duration::from_secs(86_400) };
        Store::open(&config).await.unwrap().close().await;
        let mut raw = SqliteConnection::connect(&url).await.unwrap();
        raw.execute("PRAGMA synchronous = OFF; PRAGMA cache_size = -200000; PRAGMA temp_store = MEMORY").await.unwrap();
        let mut tx = raw.begin().await.unwrap();
        sqlx::query(
            "INSERT INTO entry (key, source, url, title, author_name, published_at, language, tags, found_at, seen_at, text) \
             WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < $1) \
             SELECT printf('feed:feed%05d:urn:old:%d', i % $2, i), printf('feed%05d', i % $2), \
             printf('https://news.example/%d', i), printf('Title of the entry %d', i), printf('author%d', i % 5000), \
             t, 'en', '[]', t, t, printf('%.*c', 300, 'x') \
             FROM (SELECT i, unixepoch() * 1000 - (30 * 86400000 / $1) * ($1 - i) AS t FROM n)",
        )
        .bind(entries as i64)
        .bind(feeds as i64)
        .execute(&mut *tx)
        .await
        .unwrap();
        for sql in [
            "INSERT INTO sighting (key, source, entry_id, page, content, judged, found_at, seen_at) \
             SELECT key, source, id, lower(hex(randomblob(12))), lower(hex(randomblob(12))), lower(hex(randomblob(12))), \
             found_at, seen_at FROM entry ORDER BY key, source",
            "INSERT INTO mention (entry_id, brand, found_at, tone, score, language, decision, story_id, hits, reasons) \
             SELECT id, 'Skip Hop', found_at, 'negative', -0.3, 'en', 'no_rule', id, '[]', '[]' FROM entry WHERE id % 3 = 0",
            "INSERT INTO story (id, brand, first_mention_id, started_at) SELECT story_id, brand, id, found_at FROM mention",
            "INSERT INTO story_key (key, found_at, mention_id) SELECT random(), m.found_at, m.id FROM mention m, \
             (SELECT 1 FROM entry LIMIT 12) WHERE m.found_at > (unixepoch() - 3 * 86400) * 1000 ORDER BY 1",
        ] {
            tx.execute(sql).await.unwrap();
        }
        tx.commit().await.unwrap();
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").await.unwrap();
        raw.close().await.unwrap();
    });
}

/// Every entry that was shown is there once, and every source stands as its last poll left it.
pub fn check(database: &Path, entries: u64, feeds: usize) {
    run(async {
        let mut raw = SqliteConnection::connect(&format!("sqlite://{}", database.display())).await.unwrap();
        let row = raw
            .fetch_one(
                "SELECT (SELECT count(*) FROM entry), (SELECT count(*) FROM source_state WHERE last_read_at IS NOT NULL \
                 AND fault IS NULL AND claimed_by IS NULL AND validators LIKE '%etag%')",
            )
            .await
            .unwrap();
        let (stored, read): (i64, i64) = (row.get(0), row.get(1));
        assert_eq!((stored.unsigned_abs(), read.unsigned_abs()), (entries, feeds as u64), "what was polled is stored");
        raw.close().await.unwrap();
    });
}

fn run(work: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work);
}
