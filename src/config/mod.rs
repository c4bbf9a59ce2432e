//! The configuration, resolved: every value checked, every default filled in, one struct per subsystem.
//! Reading never writes a file, and reports every fault at once. What the file looks like is `file.rs`.

mod addresses;
mod alert;
pub mod argument;
mod brand;
mod channel;
mod check;
mod content;
mod deliver;
mod digest;
mod dkim;
mod env;
mod escalation;
mod fault;
mod fetch;
mod file;
mod health;
mod json_api;
mod log;
mod mail;
mod named;
mod paths;
mod proxy;
mod quiet;
mod rate;
mod reader;
mod route;
mod rule;
mod secret;
mod source;
mod spike;
mod stand_in;
mod store;
mod syntax;
mod template;
mod tone;
mod web;
mod webhook;
mod without;
mod words;

use std::io::Read;
use std::path::{Path, PathBuf};

use chrono_tz::Tz;

pub use crate::model::units::bytes_text;
pub use alert::GroupingConfig;
pub use channel::{ChannelConfig, ChannelKind, SecretUrl, Way, WebhookKey};
pub use deliver::DeliverConfig;
pub use digest::{DigestConfig, WhenQuiet};
pub use dkim::DkimConfig;
pub use env::{Env, VARIABLES, Variable};
pub use escalation::EscalationStep;
pub use fault::{Fault, Faults, Place};
pub use fetch::FetchConfig;
pub use file::known_keys;
pub use health::HealthConfig;
pub use log::LogConfig;
pub use mail::{MailConfig, SmtpConfig, SmtpSecurity};
pub use named::{NamedQuery, NamedSet};
pub use proxy::{ProxyAddress, ProxyConfig};
pub use quiet::{DAY_MINUTES, QuietConfig, QuietSpan};
pub use rate::Rate;
pub use route::{RouteConfig, RouteSettings};
pub use rule::{RuleConfig, default_rules};
pub use spike::{SpikeConfig, SpikeSettings};
pub use store::StoreConfig;
pub use tone::{ToneConfig, WordsFile, WordsForm};
pub use web::WebConfig;
pub use without::{can_log_in, for_search, without_file};
pub use words::{KEYWORD_LISTS, Wrong};

use crate::model::outbox::StandIns;
use crate::model::{Brand, Source, Tongues};
use fault::Findings;
use file::File;
use paths::Surroundings;

/// Everything the daemon needs to know.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where the database, the lock, the heartbeat and mails written as files live.
    pub state_dir: PathBuf,
    /// The database.
    pub store: StoreConfig,
    /// How the log is written.
    pub log: LogConfig,
    /// How feeds and APIs are fetched.
    pub fetch: FetchConfig,
    /// How mail leaves.
    pub mail: MailConfig,
    /// Where mentiond can be reached over HTTP.
    pub web: WebConfig,
    /// What is watched.
    pub brands: Vec<Located<Brand>>,
    /// Where.
    pub sources: Vec<Located<Source>>,
    /// The user's own words.
    pub tone: ToneConfig,
    /// When a mention becomes an alert; the default rules if the file names none.
    pub rules: Vec<Located<RuleConfig>>,
    /// Query expressions with a name.
    pub queries: Vec<Located<NamedQuery>>,
    /// Lists of words with a name.
    pub sets: Vec<Located<NamedSet>>,
    /// How alerts are grouped.
    pub grouping: GroupingConfig,
    /// Whether and how readily somebody is told when negative stories spread.
    pub spikes: SpikeConfig,
    /// In which language who is told.
    pub tongues: Tongues,
    /// When recipients are left alone.
    pub quiet: QuietConfig,
    /// Who is told next of what nobody acknowledges.
    pub escalation: Vec<EscalationStep>,
    /// Who hears of which alerts, and how; what none of them matches goes to the recipients of the brand.
    pub routes: Vec<Located<RouteConfig>>,
    /// The summaries.
    pub digests: Vec<Located<DigestConfig>>,
    /// Who is told how sources are.
    pub health: HealthConfig,
    /// Who is told when notices do not arrive.
    pub deliver: DeliverConfig,
    /// Who gets what a way out does not deliver.
    pub stand_ins: StandIns,
    /// The ways out beside mail.
    pub channels: Vec<ChannelConfig>,
}

/// A value with the place in the file where it (for a brand: its query; for a digest: its schedule) was written, so
/// that checks of other modules can say where the fault is. `place` is `None` for values that nobody wrote.
#[derive(Debug, Clone, PartialEq)]
pub struct Located<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub place: Option<Place>,
}

/// Largest configuration file in bytes.
const LARGEST_FILE: u64 = 16 << 20;

/// A configuration as far as it could be resolved, with what is wrong with it: faulty keys have their defaults. So
/// modules that know more than this one (queries, schedules) can add what they find before people are told.
#[derive(Debug, Clone)]
pub struct Draft {
    /// What it means.
    pub config: Config,
    /// What is wrong.
    pub faults: Vec<Fault>,
}

impl Draft {
    /// The configuration, if nothing is wrong with it.
    ///
    /// # Errors
    /// Everything that is wrong with it, sorted by line.
    pub fn conclude(mut self) -> Result<Config, Faults> {
        self.faults.sort_by_key(|fault| (fault.place.line, fault.place.column));
        if self.faults.is_empty() { Ok(self.config) } else { Err(Faults(self.faults)) }
    }
}

/// Reads a configuration file, and the files with secrets that it names.
///
/// # Errors
/// Everything that is wrong with it.
pub fn load(path: &Path, env: &Env) -> Result<Config, Faults> {
    draft(path, env)?.conclude()
}

/// Reads a configuration file as far as it goes, and the files with secrets that it names.
///
/// # Errors
/// When the file cannot be read at all.
pub fn draft(path: &Path, env: &Env) -> Result<Draft, Faults> {
    let file = path.display().to_string();
    match read(path) {
        Ok(text) => Ok(understand(&file, &text, env)),
        Err(message) => {
            let hint = "name one with `--config FILE`; `config/mentiond.toml` is a start".to_owned();
            Err(Faults(vec![Fault { place: Place::whole(&file, ""), message, hint: Some(hint) }]))
        }
    }
}

/// Resolves the text of a configuration file. `file_name` is how the user named it: it stands in faults, and its folder
/// is where relative paths start.
///
/// # Errors
/// Everything that is wrong with it.
pub fn parse(file_name: &str, text: &str, env: &Env) -> Result<Config, Faults> {
    understand(file_name, text, env).conclude()
}

fn understand(file_name: &str, text: &str, env: &Env) -> Draft {
    let mut findings = Findings::default();
    let file = File::parse(file_name, text, &mut findings);
    resolve(file, file_name, env, findings)
}

/// What was written -> what it means.
fn resolve(mut file: File, name: &str, env: &Env, mut findings: Findings) -> Draft {
    let found = &mut findings;
    env::overrule(&mut file, env, found);
    let around = Surroundings::of(name, env);
    let stand_ins = stand_in::take(&mut file);
    let (channels, secrets) = channel::resolve(&mut file, &stand_ins, &around, found);
    let stand_ins = stand_in::resolve(stand_ins, found);

    let state_dir = around.state_dir(file.state_dir, name, found);
    let store = store::resolve(file.store.or_default(), &state_dir, &around, found);
    let log = log::resolve(file.log.or_default());
    let fetch = fetch::resolve(file.fetch.or_default(), env, found);
    let time_zone = file.time_zone.or(Tz::UTC);
    let (mail, passwords) = mail::resolve(file.mail.or_default(), time_zone, &state_dir, &around, found);
    let web = web::resolve(file.web, &around, found);
    let mut words = tone::Reading::new(&around);
    words.add(file.tone.or_default().words, found);
    let mut spikes = SpikeConfig::general(file.spike.or_default(), time_zone, found);
    let mut tongues = Tongues { general: file.language.or_default(), ..Tongues::default() };
    let (brands, names) =
        brand::resolve(file.brand, file.recipients, name, (&mut words, &mut spikes, &mut tongues), found);
    let tone = words.finish();
    let (sources, tokens) = source::resolve(file.source, name, (&around, web.public_url.is_some()), found);
    let rules = rule::resolve(file.rule, &names, found);
    let queries = named::queries(file.query, found);
    let sets = named::sets(file.set, found);
    let mut alert = file.alert.or_default();
    let escalation = escalation::resolve(std::mem::take(&mut alert.escalate), &[], found);
    let (grouping, quiet, language) = alert::resolve(alert, time_zone, found);
    let known = route::Known { brands: &names, rules: rules.iter().map(|rule| rule.value.name.as_str()).collect() };
    let root = RouteSettings {
        recipients: Vec::new(),
        grouping: grouping.clone(),
        quiet: quiet.clone(),
        escalation: escalation.clone(),
        language,
    };
    tongues.routes.extend(language.map(|language| (String::new(), language)));
    let routes = route::resolve(file.route, &root, &known, &mut tongues, found);
    let digests = digest::resolve(file.digest, time_zone, (&brands, &names), &mut tongues, found);
    let health = health::resolve(file.health.or_default(), fetch.timeout, &brands, &digests, found);
    let deliver = deliver::resolve(file.deliver.or_default(), &channels, found);
    env::refuse_others(env, &[tokens, secrets, passwords].concat(), found);

    let config = Config {
        state_dir,
        store,
        log,
        fetch,
        mail,
        web,
        brands,
        sources,
        tone,
        rules,
        queries,
        sets,
        grouping,
        spikes,
        tongues,
        quiet,
        escalation,
        routes,
        digests,
        health,
        deliver,
        stand_ins,
        channels,
    };
    Draft { config, faults: findings.into_faults() }
}

fn read(path: &Path) -> Result<String, String> {
    let mut bytes = Vec::new();
    std::fs::File::open(path)
        .and_then(|file| file.take(LARGEST_FILE + 1).read_to_end(&mut bytes))
        .map_err(|error| format!("the file {}", content::why_unreadable(&error)))?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > LARGEST_FILE) {
        return Err(format!("the file is larger than {LARGEST_FILE} bytes"));
    }
    String::from_utf8(bytes).map_err(|error| {
        let before = error.as_bytes().iter().take(error.utf8_error().valid_up_to());
        let line = before.filter(|byte| **byte == b'\n').count() + 1;
        format!("the file is not UTF-8: line {line} has a byte that does not belong there")
    })
}
