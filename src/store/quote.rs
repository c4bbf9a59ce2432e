//! What notices quote of mentions goes with these: where the network wants a deleted post to be forgotten, or lets nobody
//! keep it for longer, out of every notice, whether it was sent, waits to be or was given up, which then says so; and where a
//! mention is forgotten since its time is over, out of what was sent.
//! Which notice quotes which mention is noted by triggers, whoever writes it.

use serde_json::{Map, Value, json};
use sqlx::{Any, Row as _, Transaction};

use super::kept::author_name;
use super::{Store, StoreError, integer};
use crate::model::Instant;

/// Quotes that go in one transaction.
const BATCH: usize = 500;
const OF_NOTICE: &str = "UPDATE outbox SET notice = $2 WHERE id = $1";
const OF_INCIDENT: &str = "UPDATE incident SET notice = $2 WHERE id = $1";

/// Why nothing may be said any more of what was said, and since when.
#[derive(Clone, Copy)]
pub enum Gone {
    /// Its source has deleted it.
    Deleted(Instant),
    /// Its network lets nobody keep it for longer.
    Lapsed(Instant),
    /// Who has said it is known from a network that lets nobody keep that for longer; the words are not.
    Unnamed,
}

/// What is left of a quote.
#[derive(Clone, Copy)]
enum Left<'a> {
    /// Its number, and why no more; of its author, among those of its brand, one story less.
    Number { gone: Gone, brand: &'a str, author: Option<&'a str> },
    /// Nothing. It was sent, and its mention is forgotten.
    Nothing,
}

/// Takes back what notices and incidents say of a mention that is gone.
pub async fn take_back(tx: &mut Transaction<'_, Any>, gone: Gone, id: i64) -> Result<(), StoreError> {
    let mention = sqlx::query(
        "SELECT m.brand, e.author_name, e.author_identity FROM mention m JOIN entry e ON e.id = m.entry_id WHERE m.id = $1",
    );
    let mention = mention.bind(id).fetch_one(&mut **tx).await?;
    let (brand, author): (String, Option<String>) = (mention.try_get("brand")?, author_name(&mention)?);
    let left = Left::Number { gone, brand: &brand, author: author.as_deref() };
    // The file of a digest, which it has until it is sent, shows stories that are not noted.
    let notices = sqlx::query(
        "SELECT o.id, o.notice FROM outbox o WHERE o.id IN (SELECT outbox_id FROM quote WHERE mention_id = $1) \
         OR (o.state IN ('waiting', 'dead') AND o.kind = 'digest' \
         AND CASE WHEN json_valid(o.notice) THEN json_type(o.notice, '$.list') END = 'object')",
    );
    for row in notices.bind(id).fetch_all(&mut **tx).await? {
        rewrite(tx, OF_NOTICE, &row, (id, left)).await?;
    }
    let incidents =
        sqlx::query("SELECT id, notice FROM incident WHERE brand = $1 AND instr(notice, '\"id\":' || $2 || ',') > 0");
    for row in incidents.bind(&brand).bind(id.to_string()).fetch_all(&mut **tx).await? {
        rewrite(tx, OF_INCIDENT, &row, (id, left)).await?;
    }
    Ok(())
}

impl Store {
    /// Takes what was sent of forgotten mentions out of the notices that quote them, and out of incidents that are over.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) async fn forget_quotes(&self) -> Result<(), StoreError> {
        let forgotten = || {
            sqlx::query(
                "SELECT q.mention_id, o.id FROM quote q JOIN outbox o ON o.id = q.outbox_id \
                 WHERE o.state IN ('sent', 'handed_over', 'dropped') \
                 AND NOT EXISTS (SELECT 1 FROM mention m WHERE m.id = q.mention_id) LIMIT $1",
            )
        };
        while forgotten().bind(1_i64).fetch_optional(&self.pools.read).await?.is_some() {
            let mut tx = self.begin().await?;
            for row in forgotten().bind(integer(BATCH)).fetch_all(&mut *tx).await? {
                forget_quote(&mut tx, row.try_get("mention_id")?, row.try_get("id")?).await?;
            }
            tx.commit().await?;
        }
        let told: Vec<(i64, i64)> = sqlx::query_as(
            "SELECT DISTINCT i.id, t.atom FROM incident i, json_tree(CASE WHEN json_valid(i.notice) THEN i.notice END) t \
             WHERE i.ended_at IS NOT NULL \
             AND t.key = 'id' AND t.type = 'integer' AND t.atom > 0 \
             AND NOT EXISTS (SELECT 1 FROM mention m WHERE m.id = t.atom)",
        )
        .fetch_all(&self.pools.read)
        .await?;
        for (incident, mention) in told {
            let mut tx = self.begin().await?;
            let row = sqlx::query("SELECT id, notice FROM incident WHERE id = $1").bind(incident);
            if let Some(row) = row.fetch_optional(&mut *tx).await? {
                rewrite(&mut tx, OF_INCIDENT, &row, (mention, Left::Nothing)).await?;
            }
            tx.commit().await?;
        }
        Ok(())
    }
}

async fn forget_quote(tx: &mut Transaction<'_, Any>, mention: i64, notice: i64) -> Result<(), StoreError> {
    let row = sqlx::query("SELECT id, notice FROM outbox WHERE id = $1").bind(notice).fetch_one(&mut **tx).await?;
    rewrite(tx, OF_NOTICE, &row, (mention, Left::Nothing)).await?;
    sqlx::query("DELETE FROM quote WHERE mention_id = $1 AND outbox_id = $2")
        .bind(mention)
        .bind(notice)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Writes a notice without a quote, if it holds one. One that cannot be read is nobody's quote.
async fn rewrite(
    tx: &mut Transaction<'_, Any>,
    sql: &'static str,
    row: &sqlx::any::AnyRow,
    (mention, left): (i64, Left<'_>),
) -> Result<(), StoreError> {
    let written: Option<&str> = row.try_get("notice")?;
    let Some(mut notice) = written.and_then(|notice| serde_json::from_str::<Value>(notice).ok()) else {
        return Ok(());
    };
    if strip(&mut notice, mention, left) {
        sqlx::query(sql).bind(row.try_get::<i64, _>("id")?).bind(notice.to_string()).execute(&mut **tx).await?;
    }
    Ok(())
}

/// Takes everything out that is said of a mention, wherever it stands in a notice; whether there was anything.
fn strip(value: &mut Value, mention: i64, left: Left<'_>) -> bool {
    match value {
        Value::Array(values) => values.iter_mut().fold(false, |changed, value| changed | strip(value, mention, left)),
        Value::Object(object) => {
            let own = strip_object(object, mention, left);
            object.values_mut().fold(own, |changed, value| changed | strip(value, mention, left))
        }
        _ => false,
    }
}

fn strip_object(object: &mut Map<String, Value>, mention: i64, left: Left<'_>) -> bool {
    let mut changed = false;
    if is_of(Some(&*object), mention) {
        let words = [("title", json!("")), ("url", Value::Null), ("snippet", json!(""))];
        let marked = [("reasons", json!([])), ("concerns", json!([]))];
        let unnamed = matches!(left, Left::Number { gone: Gone::Unnamed, .. });
        let words = words.into_iter().chain(marked).filter(|_| !unnamed);
        for (key, nothing) in words.chain([("author", Value::Null)]) {
            changed |= object.get(key).is_some_and(|said| *said != nothing);
            object.entry(key).and_modify(|said| *said = nothing);
        }
        match left {
            Left::Number { gone, .. } => {
                let since = match gone {
                    Gone::Deleted(at) => Some(("deleted_at", at)),
                    Gone::Lapsed(at) => Some(("lapsed_at", at)),
                    Gone::Unnamed => None,
                };
                if let Some((why, at)) = since {
                    object.entry(why).and_modify(|since| *since = json!(at));
                }
            }
            Left::Nothing => {
                object.insert("id".to_owned(), json!(0));
                changed = true;
            }
        }
    }
    if let Some(Value::Array(recovered)) = object.get_mut("recovered") {
        let told = recovered.len();
        let of = |line: &Value| {
            ["complaint", "praise"].iter().any(|part| is_of(line.get(part).and_then(Value::as_object), mention))
        };
        recovered.retain(|line| !of(line));
        changed |= recovered.len() < told;
    }
    if let Left::Number { brand, author: Some(name), .. } = left
        && object.get("brand").and_then(Value::as_str) == Some(brand)
        && let Some(Value::Array(authors)) = object.get_mut("top_authors")
    {
        for author in authors.iter_mut().filter(|author| author.get(0).and_then(Value::as_str) == Some(name)) {
            let others = author.get(1).and_then(Value::as_u64).unwrap_or_default().saturating_sub(1);
            *author = json!([name, others]);
            changed = true;
        }
        authors.retain(|author| author.get(1) != Some(&json!(0)));
    }
    if let Some(Value::Object(list)) = object.get_mut("list")
        && let Some(shorter) = list.get("csv").and_then(Value::as_str).and_then(|csv| without(csv, mention))
    {
        let stories = list.get("stories").and_then(Value::as_u64).unwrap_or_default();
        list.insert("csv".to_owned(), json!(shorter));
        list.insert("stories".to_owned(), json!(stories.saturating_sub(1)));
        changed = true;
    }
    changed
}

/// Whether an object shows this mention; other things have numbers, but no title.
fn is_of(object: Option<&Map<String, Value>>, mention: i64) -> bool {
    object
        .is_some_and(|object| object.get("id").and_then(Value::as_i64) == Some(mention) && object.contains_key("title"))
}

/// The file of a digest without the line of a mention, whose number is its second cell; `None` where there is none.
fn without(csv: &str, mention: i64) -> Option<String> {
    let mention = mention.to_string();
    let (mut quoted, mut cells, mut begin, mut cell) = (false, 0, 0, 0);
    for (at, character) in csv.char_indices() {
        match character {
            '"' => quoted = !quoted,
            ',' | '\n' if !quoted => {
                let is_it = cells == 1 && csv.get(cell..at) == Some(mention.as_str());
                if is_it {
                    let end = end_of_line(csv, at);
                    return Some(format!("{}{}", csv.get(..begin)?, csv.get(end..)?));
                }
                (cells, cell) = (cells + 1, at + 1);
                if character == '\n' {
                    (cells, begin) = (0, at + 1);
                }
            }
            _ => {}
        }
    }
    None
}

/// Where the line goes on after, outside of quotes.
fn end_of_line(csv: &str, from: usize) -> usize {
    let mut quoted = false;
    for (at, character) in csv.char_indices().skip_while(|(at, _)| *at < from) {
        match character {
            '"' => quoted = !quoted,
            '\n' if !quoted => return at + 1,
            _ => {}
        }
    }
    csv.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_story_leaves_the_file_whatever_stands_in_its_cells() {
        let csv = "brand,mention,title\r\nAcme,1,\"two\r\nlines, \"\"17,\"\"\"\r\n\"A, B\",17,gone\r\nAcme,170,17\r\n";
        let left = "brand,mention,title\r\nAcme,1,\"two\r\nlines, \"\"17,\"\"\"\r\nAcme,170,17\r\n";
        assert_eq!(without(csv, 17).as_deref(), Some(left));
        assert_eq!(without(csv, 2), None);
        let last = "brand,mention,title\r\n\"A, B\",17,gone\r\nAcme,170,17\r\n";
        assert_eq!(without(csv, 1).as_deref(), Some(last));
    }

    #[test]
    fn a_mention_is_taken_out_wherever_it_stands() {
        let view = |id: i64| {
            json!({ "id": id, "brand": "Acme", "title": "T", "snippet": "S", "url": "https://x.example", "author": "Kari",
                    "reasons": [{ "word": "bad" }], "concerns": [], "deleted_at": null, "copies": 2 })
        };
        let praise = json!({ "id": 8, "title": "P", "url": null });
        let recovered = |id: i64| json!({ "author": "Kari", "complaint": { "id": id, "title": "C", "url": null }, "praise": praise });
        let mut notice = json!({
            "kind": "digest", "list": { "csv": "brand,mention\r\nAcme,7,T\r\n", "stories": 1, "all": 2 },
            "brands": [{ "brand": "Acme", "mentions": [view(7), view(8)], "recovered": [recovered(7), recovered(6)],
                         "incidents": [{ "id": 7, "first": { "id": 7, "title": "T", "url": null } }],
                         "top_authors": [["Kari", 2], ["Ole", 1]] },
                       { "brand": "Other", "top_authors": [["Kari", 1]] }]
        });
        let at = Instant::UNIX_EPOCH;
        let of = |author| Left::Number { gone: Gone::Deleted(at), brand: "Acme", author };
        assert!(strip(&mut notice, 7, of(Some("Kari"))));
        let brand = &notice["brands"][0];
        let erased = json!({ "id": 7, "brand": "Acme", "title": "", "snippet": "", "url": null, "author": null,
                             "reasons": [], "concerns": [], "deleted_at": at, "copies": 2 });
        assert_eq!(brand["mentions"], json!([erased, view(8)]));
        assert_eq!(brand["recovered"], json!([recovered(6)]));
        assert_eq!(brand["incidents"], json!([{ "id": 7, "first": { "id": 7, "title": "", "url": null } }]));
        assert_eq!(brand["top_authors"], json!([["Kari", 1], ["Ole", 1]]), "of another post");
        assert_eq!(notice["brands"][1]["top_authors"], json!([["Kari", 1]]), "of another brand");
        assert_eq!(notice["list"], json!({ "csv": "brand,mention\r\n", "stories": 0, "all": 2 }));
        assert!(!strip(&mut notice, 7, of(None)), "once");
        let mut unnamed = json!({ "mentions": [view(7), view(8)], "recovered": [recovered(7)] });
        assert!(strip(&mut unnamed, 7, Left::Number { gone: Gone::Unnamed, brand: "Acme", author: None }));
        let mut nobodys = view(7);
        nobodys["author"] = Value::Null;
        assert_eq!(unnamed, json!({ "mentions": [nobodys, view(8)], "recovered": [] }));
        assert!(strip(&mut notice, 9, of(Some("Kari"))), "of a story that is not shown");
        assert_eq!(notice["brands"][0]["top_authors"], json!([["Ole", 1]]));
        assert!(strip(&mut notice, 8, Left::Nothing));
        assert_eq!(notice["brands"][0]["mentions"][1]["id"], json!(0));
    }
}
