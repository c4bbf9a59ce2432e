//! Which brands an entry mentions, in which tone and how severe, and whether somebody must hear of it now. Pure: does no
//! I/O.

use std::collections::{HashMap, HashSet};

use crate::alert::{Decision, Routes, Rules};
use crate::model::correction::Verdict;
use crate::model::hash::sha256_hex;
use crate::model::{Brand, Entry, Gravity, Hit, Imprint, Instant, Judgement, Source, Tone};
use crate::query::{Matcher, Query, Subject};
use crate::sentiment::{Ask, Scorer, Severities, Workspace};
use crate::store::{FoundAlert, FoundEntry, FoundMention, FoundWay, Outcome};
use crate::story::Signature;

/// A brand with its compiled query.
#[derive(Debug, Clone)]
pub struct WatchedBrand {
    /// The brand as configured.
    pub brand: Brand,
    /// Its query.
    pub query: Query,
}

/// Names what is looked for; it changes when an entry that was read before may mention somebody all the same.
#[must_use]
pub fn wanted(watched: &[WatchedBrand]) -> String {
    // What a query names is a part of it.
    let describe = |WatchedBrand { brand, query }: &WatchedBrand| {
        format!("{:?} {query:#} {:?} {:?}", brand.name, brand.languages, brand.folding)
    };
    let wanted: Vec<String> = watched.iter().map(describe).collect();
    sha256_hex([wanted.join("\n").as_str()], 8)
}

/// Which scorer judges the mentions of which brand. Those of brands without words of their own share one.
#[derive(Debug, Clone)]
pub struct Scorers {
    common: Scorer,
    own: HashMap<String, Scorer>,
}

impl From<Scorer> for Scorers {
    fn from(common: Scorer) -> Self {
        Self { common, own: HashMap::new() }
    }
}

impl Scorers {
    /// A brand has a scorer of its own.
    pub fn insert(&mut self, brand: String, scorer: Scorer) {
        self.own.insert(brand, scorer);
    }

    /// The scorer of a brand.
    #[must_use]
    pub fn of(&self, brand: &str) -> &Scorer {
        self.own.get(brand).unwrap_or(&self.common)
    }

    /// The scorer of whatever is about no brand.
    #[must_use]
    pub fn common(&self) -> &Scorer {
        &self.common
    }
}

/// What is known of an entry before it is judged.
fn subject<'e>(source: &'e Source, entry: &'e Entry, now: Instant) -> Subject<'e> {
    Subject { source: Some(&source.name), source_kind: Some(source.kind), now: Some(now), ..Subject::from(entry) }
}

/// All brands, the tone rules and the alert rules.
pub struct Judge {
    wanted: String,
    brands: Vec<Brand>,
    matcher: Matcher,
    scorers: Scorers,
    severities: Severities,
    rules: Rules,
    routes: Routes,
}

impl Judge {
    /// Compiles the queries of all brands into one matcher.
    #[must_use]
    pub fn new(watched: Vec<WatchedBrand>, scorers: impl Into<Scorers>, rules: Rules) -> Self {
        let wanted = wanted(&watched);
        let (brands, queries) = watched.into_iter().map(|watched| (watched.brand, watched.query)).unzip();
        let (matcher, scorers, severities) = (Matcher::new(queries), scorers.into(), Severities::new());
        Self { wanted, brands, matcher, scorers, severities, rules, routes: Routes::default() }
    }

    /// The same, but alerts take these ways.
    #[must_use]
    pub fn routed(self, routes: Routes) -> Self {
        Self { routes, ..self }
    }

    /// Finds the mentions in each entry of `source` that was not `judged` as it is; what is in there are hashes of
    /// imprints.
    #[must_use]
    pub fn find_all(
        &self,
        source: &Source,
        entries: Vec<Entry>,
        judged: &HashSet<String>,
        now: Instant,
    ) -> Vec<FoundEntry> {
        entries.into_iter().map(|entry| self.find(source, entry, judged, now)).collect()
    }

    /// Whether another brand may be found once something else is counted of an entry.
    #[must_use]
    pub fn finds_by_counts(&self) -> bool {
        self.matcher.asks_counts()
    }

    /// Judges known entries anew of which something else is counted now; nothing is found where no query and no rule asks
    /// for that.
    #[must_use]
    pub fn recount(&self, source: &Source, entries: Vec<Entry>, now: Instant) -> Vec<FoundEntry> {
        let weighs = self.finds_by_counts() || self.rules.ask_counts();
        let plain = |entry: Entry| FoundEntry {
            imprint: Imprint::of(&entry, &self.wanted),
            mentions: Vec::new(),
            before: true,
            signature: Signature::default(),
            entry,
        };
        if weighs {
            self.find_all(source, entries, &HashSet::new(), now)
        } else {
            entries.into_iter().map(plain).collect()
        }
    }

    fn find(&self, source: &Source, entry: Entry, judged: &HashSet<String>, now: Instant) -> FoundEntry {
        let imprint = Imprint::of(&entry, &self.wanted);
        let before = judged.contains(&imprint.judged);
        // What the source claims has been weighed with the text: where nothing was found, the text speaks against it.
        let asked = !before && self.matcher.asks_language();
        let language = asked.then(|| self.scorers.common().language(&entry)).flatten();
        let subject = Subject { language: language.as_ref(), ..subject(source, &entry, now) };
        let found = if before { Vec::new() } else { self.matcher.find(subject) };
        let mentions: Vec<FoundMention> = found
            .into_iter()
            .filter_map(|(index, hits)| self.mention(self.brands.get(index)?, subject, hits, now))
            .collect();
        let signature = if mentions.is_empty() { Signature::default() } else { Signature::of(&entry) };
        FoundEntry { entry, imprint, mentions, before, signature }
    }

    fn mention(&self, brand: &Brand, subject: Subject<'_>, hits: Vec<Hit>, now: Instant) -> Option<FoundMention> {
        let ask = Ask { reasons: true, brand: Some(&brand.name), ..Ask::default() };
        let judgement = self.scorers.of(&brand.name).judge_in(&mut Workspace::default(), subject.entry, &hits, ask);
        if !listens_to(brand, &judgement) {
            return None;
        }
        let gravity = self.severities.judge(subject.entry, &hits, judgement.language.as_ref());
        let outcome = self.decide(brand, subject, &judgement, &gravity, now);
        let ruled = Verdict { tone: judgement.tone, score: judgement.score };
        let others = Tone::ALL.into_iter().filter(|tone| *tone != ruled.tone).map(|said| {
            let Verdict { tone, score } = ruled.corrected(said);
            let judgement = Judgement { tone, score, ..judgement.clone() };
            (tone, self.decide(brand, subject, &judgement, &gravity, now))
        });
        let otherwise = others.collect();
        Some(FoundMention { brand: brand.name.clone(), hits, judgement, gravity, outcome, otherwise })
    }

    fn decide(
        &self,
        brand: &Brand,
        subject: Subject<'_>,
        judgement: &Judgement,
        gravity: &Gravity,
        now: Instant,
    ) -> Outcome {
        let (language, severity) = (judgement.language.as_ref(), Some(gravity.severity));
        let subject = Subject { language, severity, ..subject };
        let subject = Subject { judgement: Some(judgement), ..subject };
        let decision = self.rules.decide(brand, subject, judgement, now);
        let label = decision.label().to_owned();
        let alert = match decision {
            Decision::Alert { rule, keyword } => {
                let ways = self.ways(brand, &rule, &subject);
                Some(FoundAlert { rule, keyword, ways })
            }
            Decision::Hold(_) => None,
        };
        Outcome { decision: label, alert }
    }

    /// The ways of an alert. Who is reached by several is told on the first.
    fn ways(&self, brand: &Brand, rule: &str, subject: &Subject<'_>) -> Vec<FoundWay> {
        let mut told = HashSet::new();
        let ways = self.routes.find(&brand.name, rule, subject).into_iter();
        let found = ways.map(|way| {
            let recipients = way.recipients(brand).iter().filter(|recipient| told.insert((*recipient).clone()));
            let recipients = recipients.cloned().collect();
            FoundWay { route: way.route.to_owned(), recipients, grouping: way.settings.grouping.clone() }
        });
        found.collect()
    }
}

/// A brand that names languages does not hear others; a text of unknown language is heard.
fn listens_to(brand: &Brand, judgement: &Judgement) -> bool {
    let Some(language) = &judgement.language else { return true };
    brand.languages.is_empty() || brand.languages.iter().any(|wanted| wanted.covers(language))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{EntryKey, Folding, Language, SourceKind};

    fn brand(query: &str) -> Brand {
        Brand {
            name: "Acme".to_owned(),
            query: query.to_owned(),
            folding: Folding::default(),
            languages: Vec::new(),
            recipients: Vec::new(),
            labels: Vec::new(),
            competitors: Vec::new(),
        }
    }

    /// Whether a brand with this query is found in a text of which the source claims a language.
    fn finds(query: &str, text: &str, claim: &str) -> bool {
        let watched = WatchedBrand { query: Query::parse(query).unwrap(), brand: brand(query) };
        let judge = Judge::new(vec![watched], Scorer::new(), Rules::new(&[]));
        let url = "https://news.example/feed".parse().unwrap();
        let source = Source::new("news".to_owned(), SourceKind::Feed, url);
        let (text, language) = (text.to_owned(), Language::parse(claim));
        let entry = Entry { text, language, ..Entry::new(EntryKey("1".to_owned())) };
        let found = judge.find_all(&source, vec![entry], &HashSet::new(), Instant::UNIX_EPOCH);
        found.iter().any(|found| !found.mentions.is_empty())
    }

    #[test]
    fn who_listens_to_norwegian_hears_nynorsk() {
        let nynorsk = "Eg er veldig misnøgd med Acme, dei svarar ikkje på noko av det eg spør om";
        assert!(finds("acme lang:nn", nynorsk, "") && finds("acme lang:no", nynorsk, ""));
        assert!(!finds(
            "acme lang:nn",
            "Jeg er veldig misfornøyd med Acme, de svarer ikke på noe av det jeg spør om",
            ""
        ));
        let judgement = Judgement::unscored(Language::parse("nn"));
        let listens = |tag: &str| {
            let languages = Language::parse(tag).into_iter().collect();
            listens_to(&Brand { languages, ..brand("acme") }, &judgement)
        };
        assert!(listens("no") && listens("nn") && !listens("da"));
    }

    #[test]
    fn a_claim_that_the_text_speaks_against_is_no_language() {
        let russian = "Acme: это ужасно, никто не отвечает";
        assert!(finds("acme", russian, "en") && !finds("acme lang:en", russian, "en"));
        assert!(!finds("acme has:lang", russian, "en"), "which it is, nobody knows");
        let english = "Acme never answers my mails and this is the worst service of all";
        assert!(finds("acme lang:en", english, "de") && !finds("acme lang:de", english, "de"));
        assert!(finds("acme lang:de", "Acme", "de"), "nothing speaks against it");
    }

    #[test]
    fn what_was_there_before_the_source_was_read_raises_no_alert() {
        let watched = WatchedBrand { query: Query::parse("acme").unwrap(), brand: brand("acme") };
        let judge = Judge::new(vec![watched], Scorer::new(), Rules::new(&crate::config::default_rules()));
        let url = "https://news.example/feed".parse().unwrap();
        let source = Source::new("news".to_owned(), SourceKind::Feed, url);
        let text = "Acme is terrible. My order is broken and nobody answers, I want a refund".to_owned();
        let entry = Entry { text, ..Entry::new(EntryKey("1".to_owned())) };
        let mut found = judge.find_all(&source, vec![entry], &HashSet::new(), Instant::UNIX_EPOCH).remove(0);
        assert!(found.mentions[0].outcome.alert.is_some());
        crate::pipeline::there::hold_alerts(&mut found);
        let mention = &found.mentions[0];
        assert_eq!((mention.outcome.decision.as_str(), mention.outcome.alert.is_some()), ("there_before", false));
        assert!(mention.otherwise.iter().all(|(_, outcome)| outcome.alert.is_none()));
    }
}
