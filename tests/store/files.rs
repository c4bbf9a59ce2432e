//! The file: where it lies, who may read it, which version it has.

use mentiond::store::{Migration, Store};

use super::bed::{Bed, at, config, setup};

#[tokio::test]
async fn a_path_may_hold_blanks_percents_and_other_marks() {
    let dir = tempfile::tempdir().unwrap();
    let url = format!("{}/a b/50%25 %C3%A6 %3Fx%23/mentiond.db", dir.path().display());
    let store = Store::open(&config(&url)).await.unwrap();
    store.sync_sources(&[setup("blog")], at(0)).await.unwrap();
    store.close().await;
    assert!(
        dir.path().join("a b/50% æ ?x#/mentiond.db").metadata().unwrap().len() > 0,
        "the file is where it was asked for"
    );
    let store = Store::open(&config(&url)).await.unwrap();
    assert_eq!(store.source_states().await.unwrap().len(), 1);
}

#[cfg(unix)]
#[tokio::test]
async fn nobody_else_may_read_the_database() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("state/mentiond.db");
    let store = Store::open(&config(&path.display().to_string())).await.unwrap();
    store.sync_sources(&[setup("blog")], at(0)).await.unwrap();
    for (file, mode) in [("state", 0o700), ("state/mentiond.db", 0o600), ("state/mentiond.db-wal", 0o600)] {
        assert_eq!(dir.path().join(file).metadata().unwrap().permissions().mode() & 0o777, mode, "{file}");
    }
}

#[tokio::test]
async fn a_new_database_is_brought_to_this_version_once() {
    let dir = tempfile::tempdir().unwrap();
    let config = config(&dir.path().join("mentiond.db").display().to_string());
    let first = Store::migrate(&config).await.unwrap();
    assert_eq!((first.from, first.to), (0, 1));
    assert_eq!(Store::migrate(&config).await.unwrap(), Migration { from: 1, to: 1 });
}

#[tokio::test]
async fn a_newer_database_is_refused_and_left_alone() {
    let bed = Bed::new().await;
    bed.store.close().await;
    bed.execute("INSERT INTO schema_version (version) VALUES (99)").await;
    let config = config(&bed.dir.path().join("mentiond.db").display().to_string());
    let message = "the database is at version `99`, this mentiond knows up to version `1`\n  hint: run the newer \
                   mentiond again, or restore the backup made before it";
    assert_eq!(Store::open(&config).await.unwrap_err().to_string(), message);
    assert_eq!(Store::migrate(&config).await.unwrap_err().to_string(), message);
    assert_eq!(bed.number("SELECT count(*) FROM source_state").await, 2);
}

#[tokio::test]
async fn two_that_start_at_the_same_time_do_not_meet() {
    for _ in 0..10 {
        let dir = tempfile::tempdir().unwrap();
        let config = config(&dir.path().join("mentiond.db").display().to_string());
        let starts = (0..4).map(|_| {
            tokio::spawn({
                let config = config.clone();
                async move { Store::open(&config).await.map(drop) }
            })
        });
        for start in starts.collect::<Vec<_>>() {
            start.await.unwrap().unwrap();
        }
    }
}

#[tokio::test]
async fn what_cannot_be_opened_is_said_without_secrets() {
    let mut config = config("/dev/null/mentiond.db");
    let error = Store::open(&config).await.unwrap_err().to_string();
    assert!(error.starts_with("the database `/dev/null/mentiond.db` cannot be opened: "), "{error}");
    for url in ["postgres://me:hunter2@host/db", "sqlite:relative.db", "hunter2"] {
        config.url = url.to_owned();
        let error = Store::open(&config).await.unwrap_err().to_string();
        assert!(error.contains("hint: write `sqlite:///absolute/path/to/mentiond.db`"), "{error}");
        assert!(url == "hunter2" || !error.contains("hunter2"), "{error}");
    }
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("mentiond.db"), "this is no database, but a text that is long enough to be read")
        .unwrap();
    config.url = format!("sqlite://{}/mentiond.db", dir.path().display());
    let error = Store::open(&config).await.unwrap_err().to_string();
    assert!(error.starts_with("the database `") && error.ends_with("file is not a database"), "{error}");
    std::fs::create_dir(dir.path().join("folder")).unwrap();
    config.url = format!("sqlite://{}/folder", dir.path().display());
    let error = Store::open(&config).await.unwrap_err().to_string();
    assert!(
        error.ends_with(
            "/folder` cannot be opened: error returned from database: (code: 14) unable to open database file"
        ),
        "{error}"
    );
}

#[tokio::test]
async fn sqlite_is_one_without_the_fault_that_loses_the_log() {
    let bed = Bed::new().await;
    let mut raw = bed.raw().await;
    let version: String = sqlx::query_scalar("SELECT sqlite_version()").fetch_one(&mut raw).await.unwrap();
    let parts: Vec<u32> = version.split('.').map(|part| part.parse().unwrap()).collect();
    assert!(parts >= vec![3, 51, 3], "{version}");
}
