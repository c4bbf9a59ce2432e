//! The configuration file as written: which tables there are, which keys each has, and of which type. Says nothing
//! about defaults, ranges or what belongs together; that is the work of the files named like the tables.

mod special;

use std::net::SocketAddr;
use std::time::Duration;

use chrono_tz::Tz;
use toml::de::{DeTable, DeValue};
use url::Url;

use super::addresses::{Contact, Host, Listened, Recipient, Sender, Tag, UserAgent};
use super::channel::ChannelKind;
use super::digest::WhenQuiet;
use super::dkim::Name;
use super::fault::{Findings, Place};
use super::json_api::{Header, PagingWord, Pointer};
use super::mail::SmtpSecurity;
use super::quiet::Quiet;
use super::rate::Rate;
use super::reader::{Key, Readable, Reader, TABLE, Written, table};
use super::syntax;
use super::words::{Bytes, Country, FilePath, KeywordList, Line, LogFilter, LogFormat, Repeat, Spelling};
use crate::model::json_api::{DateForm, Pick};
use crate::model::{EntryKind, Language, Severity, Slot, SourceKind, Tone, Tongue};

pub(super) use special::{Nested, SmtpTable};

/// A list whose elements know where they stand.
pub(super) type List<T> = Vec<Written<T>>;

/// Each line is a key of the file; a struct is a table, a list of structs is a `[[table]]`.
macro_rules! tables {
    ($($(#[$doc:meta])* $name:ident { $($key:ident: $kind:ty,)* })*) => {$(
        $(#[$doc])*
        #[derive(Default)]
        pub(super) struct $name {
            $(pub(super) $key: Key<$kind>,)*
        }

        impl $name {
            fn fill(entries: &DeTable<'_>, place: &Place, reader: &mut Reader<'_>) -> Self {
                reader.refuse_other_keys(entries, place, &Self::own_keys());
                Self::take(entries, place, reader)
            }

            fn own_keys() -> Vec<&'static str> {
                vec![$(bare(stringify!($key))),*]
            }

            fn take(entries: &DeTable<'_>, place: &Place, reader: &mut Reader<'_>) -> Self {
                Self { $($key: reader.key(entries, place, bare(stringify!($key))),)* }
            }
        }

        impl Readable for $name {
            const KIND: &'static str = TABLE;

            fn read(value: &DeValue<'_>, place: &Place, reader: &mut Reader<'_>) -> Option<Self> {
                table(value, place, reader).map(|entries| Self::fill(entries, place, reader))
            }

            fn keys(path: &str, out: &mut Vec<String>) {
                $(
                    let key = [path, bare(stringify!($key))].join(if path.is_empty() { "" } else { "." });
                    <$kind as Readable>::keys(&key, out);
                )*
            }
        }
    )*};
}

tables! {
    /// The whole file.
    File {
        state_dir: FilePath,
        recipients: List<Recipient>,
        time_zone: Tz,
        language: Tongue,
        store: StoreTable,
        log: LogTable,
        fetch: FetchTable,
        mail: MailTable,
        web: WebTable,
        tone: ToneTable,
        alert: AlertTable,
        spike: SpikeTable,
        rule: List<RuleTable>,
        route: List<RouteTable>,
        query: List<QueryTable>,
        set: List<SetTable>,
        brand: List<BrandTable>,
        source: List<SourceTable>,
        digest: List<DigestTable>,
        health: HealthTable,
        deliver: DeliverTable,
        channel: List<ChannelTable>,
    }

    /// `[store]`.
    StoreTable {
        url: String,
        keep_entries: Duration,
    }

    /// `[log]`.
    LogTable {
        filter: LogFilter,
        format: LogFormat,
    }

    /// `[fetch]`.
    FetchTable {
        contact: Contact,
        user_agent: UserAgent,
        timeout: Duration,
        connect_timeout: Duration,
        head_timeout: Duration,
        idle_timeout: Duration,
        max_body: Bytes,
        concurrency: i64,
        host_gap: Duration,
        max_pages: i64,
    }

    /// `[mail]`.
    MailTable {
        from: Sender,
        dir: FilePath,
        max_attempts: i64,
        fallback: List<Recipient>,
        fallback_after: Duration,
        smtp: SmtpTable,
        dkim: DkimTable,
    }

    /// `[mail.smtp]` but for its fallbacks, and `[[mail.smtp.fallback]]`.
    ServerTable {
        host: Host,
        port: i64,
        security: SmtpSecurity,
        username: Line,
        password_file: FilePath,
        allow_plaintext: bool,
        timeout: Duration,
        ca_file: FilePath,
        connections: i64,
        rate: Rate,
    }

    /// `[mail.dkim]`.
    DkimTable {
        selector: Name,
        domain: Name,
        key_file: FilePath,
    }

    /// `[web]`.
    WebTable {
        listen: SocketAddr,
        public_url: Url,
        metrics_listen: SocketAddr,
        key_file: FilePath,
    }

    /// `[tone]`.
    ToneTable {
        words: List<WordsTable>,
    }

    /// `[[tone.words]]` and `[[brand.words]]`.
    WordsTable {
        language: Language,
        file: FilePath,
        scale: f64,
    }

    /// `[alert]`.
    AlertTable {
        group_wait: Duration,
        group_interval: Duration,
        repeat_interval: Repeat,
        repeat_until: Duration,
        quiet: Quiet,
        time_zone: Tz,
        urgent_breaks_through: bool,
        incidents_break_through: bool,
        language: Tongue,
        escalate: List<EscalateTable>,
    }

    /// `[[alert.escalate]]` and `[[route.escalate]]`.
    EscalateTable {
        after: Duration,
        recipients: List<Recipient>,
    }

    /// `[spike]` and `[brand.spike]`.
    SpikeTable {
        enabled: bool,
        budget: f64,
        time_zone: Tz,
        update_interval: Duration,
    }

    /// `[[rule]]`.
    RuleTable {
        name: Line,
        brands: List<Line>,
        tones: List<Tone>,
        max_score: f64,
        severities: List<Severity>,
        keywords: List<Line>,
        keyword_lists: List<KeywordList>,
        query: String,
        max_age: Duration,
    }

    /// `[[route]]`, and those within one.
    RouteTable {
        name: Line,
        brands: List<Line>,
        severities: List<Severity>,
        rules: List<Line>,
        query: String,
        r#continue: bool,
        recipients: List<Recipient>,
        group_wait: Duration,
        group_interval: Duration,
        repeat_interval: Repeat,
        repeat_until: Duration,
        quiet: Quiet,
        time_zone: Tz,
        urgent_breaks_through: bool,
        incidents_break_through: bool,
        language: Tongue,
        escalate: List<EscalateTable>,
        route: Nested,
    }

    /// `[[query]]`.
    QueryTable {
        name: Line,
        query: String,
    }

    /// `[[set]]`.
    SetTable {
        name: Line,
        words: List<Line>,
    }

    /// `[[brand]]`.
    BrandTable {
        name: Line,
        query: String,
        folding: List<Spelling>,
        languages: List<Language>,
        recipients: List<Recipient>,
        labels: List<Line>,
        competitors: List<Line>,
        mail_language: Tongue,
        words: List<WordsTable>,
        spike: SpikeTable,
    }

    /// `[[source]]`.
    SourceTable {
        name: Line,
        kind: SourceKind,
        url: Listened,
        terms: List<Line>,
        tags: List<Tag>,
        places: List<Line>,
        interval: Duration,
        weight: f64,
        language: Language,
        allow_private: bool,
        token_file: FilePath,
        webhook_secret_file: FilePath,
        verify_token_file: FilePath,
        account: Line,
        country: Country,
        first_poll_depth: Duration,
        first_alert_age: Duration,
        calls_per_day: i64,
        dollars_per_month: f64,
        refresh: bool,
        json: JsonTable,
    }

    /// `[source.json]`.
    JsonTable {
        network: Line,
        token_in: Slot,
        headers: List<Header>,
        list: Pointer,
        paging: PagingWord,
        next: Pointer,
        page_size: i64,
        first_page: i64,
        dates: DateForm,
        html: bool,
        entry_kind: EntryKind,
        id: Pick,
        url: Pick,
        title: List<Pick>,
        text: List<Pick>,
        author: Pick,
        author_handle: Pick,
        author_url: Pick,
        followers: Pick,
        published: Pick,
        language: Pick,
        tags: Pick,
        rating: Pick,
        engagement: List<Pick>,
        parent: Pick,
        thread: Pick,
        place: Pick,
        secret: List<JsonSecretTable>,
    }

    /// `[[source.json.secret]]`.
    JsonSecretTable {
        secret_in: Slot,
        secret_file: FilePath,
    }

    /// `[[digest]]`.
    DigestTable {
        name: Line,
        schedule: String,
        time_zone: Tz,
        language: Tongue,
        brands: List<Line>,
        labels: List<Line>,
        query: String,
        recipients: List<Recipient>,
        max_mentions: i64,
        when_quiet: WhenQuiet,
    }

    /// `[health]`.
    HealthTable {
        recipients: List<Recipient>,
        group_wait: Duration,
    }

    /// `[deliver]`.
    DeliverTable {
        fallback: List<Recipient>,
        fallback_after: Duration,
    }

    /// `[[channel]]`.
    ChannelTable {
        name: Line,
        kind: ChannelKind,
        url: Url,
        room: Line,
        secret_file: FilePath,
        dir: FilePath,
        allow_private: bool,
        timeout: Duration,
        rate: Rate,
        fallback: List<Recipient>,
        fallback_after: Duration,
    }
}

/// A key that is a word of Rust stands there with `r#` before it.
fn bare(key: &'static str) -> &'static str {
    key.trim_start_matches("r#")
}

impl File {
    /// Reads a file's text as far as it can be read.
    pub(super) fn parse(file: &str, text: &str, findings: &mut Findings) -> Self {
        syntax::parse(file, text, findings, |entries, findings| {
            Self::fill(entries, &Place::whole(file, ""), &mut Reader::new(file, text, findings))
        })
    }
}

/// Every key a configuration file can have, as `table.key`, in the order of the documentation.
#[must_use]
pub fn known_keys() -> Vec<String> {
    let mut keys = Vec::new();
    File::keys("", &mut keys);
    keys
}
