//! Where the configuration comes from, for every command that needs one.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::app::{self, Plan};
use crate::clock::Clock;
use crate::config::{self, Config, Env, Fault, Faults, FetchConfig};
use crate::model::Source;
use crate::model::text::one_line;
use crate::pipeline::{Scorers, WatchedBrand};
use crate::query::Library;
use crate::sentiment::Scorer;

/// How much of the configuration a command needs to be right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// All of it.
    Everything,
    /// All but how to reach the mail server and the channels: the command sends nothing.
    AllButMailServer,
    /// The user's words.
    Words,
    /// The brands with their queries and the user's words.
    Brands,
    /// What queries can name.
    Names,
    /// When somebody is told of something: rules, routes, grouping, spikes and digests.
    Notices,
    /// Where the store is: the command does not mind what is wrong elsewhere.
    Store,
    /// What the sources are called, and where they are.
    Addresses,
    /// A poll that stores nothing: sources, what they are asked for, and how they are fetched.
    Poll,
}

impl Need {
    /// Commands that mail need everything, the others not the mail server.
    pub fn of_sending(sends: bool) -> Self {
        if sends { Self::Everything } else { Self::AllButMailServer }
    }

    /// Whether a fault stands in the way. One without a key is one of the file as a whole.
    fn minds(self, fault: &Fault) -> bool {
        let key = fault.place.key.as_str();
        let begins = |starts: &[&str]| starts.iter().any(|start| key.starts_with(start));
        match self {
            Self::Everything => true,
            // The last but one are the credentials that systemd hands to the daemon alone; those of channels begin like them.
            Self::AllButMailServer => !begins(&[
                "mail.smtp",
                "mail.dkim",
                "MENTIOND_SMTP_",
                "MENTIOND_DKIM_",
                "MENTIOND_CHANNEL_",
                "smtp_",
                "dkim_",
                "channel",
            ]),
            Self::Words => key.is_empty() || key.starts_with("tone") || key.contains(".words"),
            Self::Brands => key.is_empty() || begins(&["brand", "query", "set", "tone"]),
            Self::Notices => {
                key.is_empty() || begins(&["rule", "route", "alert", "spike", "digest", "query", "set", "time_zone"])
            }
            Self::Names => key.is_empty() || begins(&["query", "set"]),
            // There may be no source yet.
            Self::Addresses => {
                let ends = |end: &&str| key.starts_with("source[") && key.ends_with(end);
                key.is_empty()
                    || (key == "source" && fault.place.line > 0)
                    || [".name", ".kind", ".url"].iter().any(ends)
            }
            Self::Poll => {
                let of_brand = key.strip_prefix("brand[").and_then(|rest| rest.split_once(']')).map(|(_, key)| key);
                key.is_empty()
                    || begins(&["source", "MENTIOND_SOURCE_", "fetch", "query", "set"])
                    || key.to_ascii_lowercase().ends_with("_proxy")
                    || of_brand.is_some_and(|key| ["", ".name", ".query"].contains(&key))
            }
            Self::Store => key.is_empty() || begins(&["state_dir", "store", "MENTIOND_ST"]),
        }
    }
}

/// Looked for in this order when `--config` is not given.
const USUAL_FILES: [&str; 2] = ["mentiond.toml", "/etc/mentiond/mentiond.toml"];

/// The option that names the configuration.
#[derive(Debug, Clone, Args)]
pub struct ConfigOption {
    /// The configuration file [default: ./mentiond.toml, then /etc/mentiond/mentiond.toml]
    #[arg(long, short, value_name = "FILE", env = "MENTIOND_CONFIG")]
    pub config: Option<PathBuf>,
}

impl ConfigOption {
    /// Reads the configuration and compiles its expressions.
    ///
    /// # Errors
    /// All faults that the need minds at once, those of queries and schedules included, or that there is no file.
    pub fn load_with_plan(&self, need: Need, clock: &Clock) -> Result<(Config, Plan), Faults> {
        let mut draft = config::draft(&self.file()?, &Env::of_process())?;
        let plan = Plan::draft(&draft.config, clock.now(), &mut draft.faults);
        draft.faults.retain(|fault| need.minds(fault));
        Ok((draft.conclude()?, plan))
    }

    /// Reads the configuration for a command that only opens the store. Where there is no file, but `mentiond run --brand`
    /// has run, the store is the one of that trial.
    ///
    /// # Errors
    /// What is wrong with the file as a whole and with the keys that say where the store is.
    pub fn load_for_store(&self) -> Result<Config, Faults> {
        let env = Env::of_process();
        let file = match self.file() {
            Ok(file) => file,
            Err(missing) => {
                let trial = config::without_file(&["trial".to_owned()], &env).ok();
                return trial.filter(|trial| trial.state_dir.exists()).ok_or(missing);
            }
        };
        let mut draft = config::draft(&file, &env)?;
        draft.faults.retain(|fault| Need::Store.minds(fault));
        draft.conclude()
    }

    /// The sources, for a command that only wants to know what they are called and where they are.
    ///
    /// # Errors
    /// What is wrong with the file as a whole, and with that.
    pub fn load_sources(&self) -> Result<Vec<Source>, Faults> {
        let mut draft = config::draft(&self.file()?, &Env::of_process())?;
        draft.faults.retain(|fault| Need::Addresses.minds(fault));
        Ok(draft.conclude()?.sources.into_iter().map(|located| located.value).collect())
    }

    /// The source with this name, asked for the words of the brands if it has none of its own, and how sources are
    /// fetched. Other sources may be wrong.
    ///
    /// # Errors
    /// What is wrong with the file as a whole and with what a poll rests on, and that there is no such source.
    pub fn load_source(&self, name: &str) -> Result<(Source, FetchConfig), Faults> {
        let mut draft = config::draft(&self.file()?, &Env::of_process())?;
        let plan = Plan::draft(&draft.config, Clock::system().now(), &mut draft.faults);
        let located = draft.config.sources.iter().find(|located| located.value.name == name);
        let own = located.and_then(|located| located.place.as_ref()).map(|place| place.key.clone());
        let is_of_another =
            |key: &str| own.as_ref().is_some_and(|own| key.starts_with("source[") && !key.starts_with(own.as_str()));
        draft.faults.retain(|fault| Need::Poll.minds(fault) && !is_of_another(&fault.place.key));
        let all = named(plan.sources.iter().map(|source| source.name.as_str()));
        let unknown = no_source(name, &all);
        if own.is_none() {
            // It may be one of those that are faulty.
            draft.faults.extend(unknown.0.iter().cloned());
        }
        let fetch = draft.conclude()?.fetch;
        let source = plan.sources.into_iter().find(|source| source.name == name);
        Ok((source.ok_or(unknown)?, fetch))
    }

    /// What queries can name, for a command that needs nothing else of the configuration and does without one.
    ///
    /// # Errors
    /// When a file that was named is missing, and what is wrong with the file as a whole and with the names.
    pub fn load_library(&self) -> Result<Library, Faults> {
        let Some(file) = self.present() else { return Ok(Library::default()) };
        let mut draft = config::draft(&file, &Env::of_process())?;
        draft.faults.retain(|fault| Need::Names.minds(fault));
        Ok(app::library(&draft.conclude()?))
    }

    /// When somebody is told of something, for a command that does without a configuration: what holds where none says
    /// otherwise. With the file, if there is one.
    ///
    /// # Errors
    /// When a file that was named is missing, and what is wrong with the file as a whole and with what decides.
    pub fn load_deciding(&self, clock: &Clock) -> Result<(Option<PathBuf>, Config, Plan), Faults> {
        match self.present() {
            Some(file) => {
                let (config, plan) = self.load_with_plan(Need::Notices, clock)?;
                Ok((Some(file), config, plan))
            }
            None => {
                let config = config::without_file(&["any".to_owned()], &Env::of_process())?;
                let plan = Plan::of(&config, clock.now())?;
                Ok((None, config, plan))
            }
        }
    }

    /// The scorers of the same file, for a command that does without one.
    ///
    /// # Errors
    /// What is wrong with the file as a whole and with the words that it names.
    pub fn load_scorers(&self) -> Result<Scorers, Faults> {
        scorers(self.present().as_deref())
    }

    /// The file that was named, else a usual one that exists.
    pub fn present(&self) -> Option<PathBuf> {
        let usual = || USUAL_FILES.iter().map(Path::new).find(|file| file.exists()).map(Path::to_owned);
        self.config.clone().or_else(usual)
    }

    fn file(&self) -> Result<PathBuf, Faults> {
        self.present().ok_or_else(|| {
            Faults(vec![Fault::at(
                None,
                "mentiond",
                "there is no configuration: neither `mentiond.toml` here nor `/etc/mentiond/mentiond.toml`".to_owned(),
                "name one with `--config FILE`, or try `mentiond run --brand \"Your Brand\"` or `mentiond demo`"
                    .to_owned(),
            )])
        })
    }
}

/// The scorers of a configuration, without one those of the shipped words.
///
/// # Errors
/// What is wrong with the file as a whole and with the words that it names.
pub fn scorers(file: Option<&Path>) -> Result<Scorers, Faults> {
    let Some(file) = file else { return Ok(Scorers::from(Scorer::new())) };
    let mut draft = config::draft(file, &Env::of_process())?;
    draft.faults.retain(|fault| Need::Words.minds(fault));
    app::scorers(&draft.conclude()?)
}

/// A brand of a configuration with its query, and the scorers of that configuration.
///
/// # Errors
/// What is wrong with the file as a whole, with its brands and with its words, and when there is no such brand.
pub fn brand_and_scorers(file: &Path, name: &str) -> Result<(WatchedBrand, Scorers), Faults> {
    let mut draft = config::draft(file, &Env::of_process())?;
    let plan = Plan::draft(&draft.config, Clock::system().now(), &mut draft.faults);
    draft.faults.retain(|fault| Need::Brands.minds(fault));
    let config = draft.conclude()?;
    let watched = plan.watched.iter().find(|watched| watched.brand.name == name).cloned();
    Ok((watched.ok_or_else(|| no_brand(name, &plan.watched))?, app::scorers(&config)?))
}

/// The brands of these names, or all of them.
///
/// # Errors
/// When there is none of a name.
pub fn chosen(brands: Vec<WatchedBrand>, names: &[String]) -> Result<Vec<WatchedBrand>, Faults> {
    let known = |name: &&String| brands.iter().any(|watched| watched.brand.name == **name);
    if let Some(name) = names.iter().find(|name| !known(name)) {
        return Err(no_brand(name, &brands));
    }
    let wanted = |watched: &WatchedBrand| names.is_empty() || names.contains(&watched.brand.name);
    Ok(brands.into_iter().filter(wanted).collect())
}

fn no_brand(name: &str, brands: &[WatchedBrand]) -> Faults {
    let all = named(brands.iter().map(|watched| watched.brand.name.as_str()));
    argument_fault("--brand", format!("there is no brand `{name}`"), format!("the configuration has {all}"))
}

/// There is no source of that name; `all` are those that there are.
pub fn no_source(name: &str, all: &str) -> Faults {
    argument_fault("--source", format!("there is no source `{name}`"), format!("the configuration has {all}"))
}

/// What is wrong with an argument that only the configuration can judge: ends with 2, like other faults of usage.
pub fn argument_fault(option: &str, message: String, hint: String) -> Faults {
    Faults(vec![Fault::at(None, &format!("command line: {option}"), message, hint)])
}

/// Most characters of a name.
const NAME: usize = 80;

/// In whose name something is done.
#[derive(Debug, Args)]
pub struct Author {
    /// Who does it [default: the user, with `sudo` the one behind it]
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
}

impl Author {
    /// The name, in one line.
    pub fn name(self) -> String {
        one_line(&self.by.unwrap_or_else(user), NAME)
    }
}

/// Who sits at the terminal; with `sudo` the one behind it.
fn user() -> String {
    let env = Env::of_process();
    ["SUDO_USER", "USER"].iter().find_map(|name| env.get(name)).unwrap_or("somebody").to_owned()
}

/// Names for a hint: `a`, `b`.
pub fn named<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    names.into_iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
