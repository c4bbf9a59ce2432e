//! A brand's part of a digest, read from the store.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::TimeDelta;

use super::{DigestPlan, Reported};
use crate::digest::{self, Period};
use crate::insight::metrics;
use crate::insight::tops::Tally;
use crate::model::Instant;
use crate::model::digest::{BarLength, ChartBar, Comparison, Tops, Voice, Waiting, Worth};
use crate::model::notice::{BrandReport, Counts, Coverage, MentionView};
use crate::store::{Forgotten, Store, StoreError, StoryText};

/// Sources, authors and people who were won back that are named per brand.
const TOPS: usize = 5;
/// Stories that wait for an answer that are shown per brand.
const WAITING: usize = 8;
/// What began longer ago is not told as waiting any more, unless the period began earlier.
const WAITS: TimeDelta = TimeDelta::days(7);
/// Stories that are read for their words and sources; of more, every so-and-so-many-th.
const SAMPLE: u64 = 3_000;
/// So many periods before this one tell which words are usual.
const USUAL: i32 = 4;

/// What the reports on all brands have in common.
pub(super) struct Frame {
    period: Period,
    before: (Instant, Instant),
    pub(super) bars: BarLength,
    bounds: Vec<Instant>,
    pub(super) coverage: Coverage,
    entries: u64,
    entries_before: u64,
    unread_before: u64,
    forgotten: Forgotten,
    shown: usize,
    brands: Arc<BTreeMap<String, Reported>>,
}

/// What a brand is compared by, with itself and with others.
pub(super) struct Measured {
    known: Option<Instant>,
    bars: Vec<ChartBar>,
    authors: Vec<(String, u64)>,
    counts: Counts,
    before: Comparison,
}

impl Frame {
    pub(super) async fn of(store: &Store, plan: &DigestPlan, period: Period) -> Result<Self, StoreError> {
        let before = digest::before(period, &plan.schedule);
        let (bars, bounds) = digest::bars(period, plan.config.time_zone);
        let then = store.coverage(before.0, before.1).await?;
        Ok(Self {
            period,
            before,
            bars,
            bounds,
            coverage: store.coverage(period.from, period.to).await?,
            entries: store.entries_read(period.from, period.to).await?,
            entries_before: store.entries_read(before.0, before.1).await?,
            unread_before: (then.unread.len() + then.recovered.len()) as u64 + then.losing(),
            forgotten: store.forgotten().await?,
            shown: plan.config.max_mentions,
            brands: Arc::clone(&plan.brands),
        })
    }

    /// Whether entries that were read after this instant were forgotten,
    fn has_lost_entries(&self, since: Instant) -> bool {
        self.forgotten.entries.is_some_and(|until| until > since)
    }

    /// and whether mentions were: up to when.
    fn lost_mentions(&self, since: Instant) -> Option<Instant> {
        self.forgotten.mentions.filter(|until| *until > since)
    }

    /// These brands and those with which they are compared, each once.
    pub(super) fn with_competitors(&self, brands: &[String]) -> BTreeSet<String> {
        let competitors = brands.iter().filter_map(|brand| self.brands.get(brand)).flat_map(|known| &known.competitors);
        brands.iter().chain(competitors).cloned().collect()
    }

    /// Counts what was told of a brand in the period and before it.
    pub(super) async fn measure(&self, store: &Store, brand: &str) -> Result<Measured, StoreError> {
        let known = store.known_since(brand).await?;
        let begun = store.begun(brand, &self.bounds).await?;
        let counts = store.counts_of(brand, &begun, self.entries).await?;
        let counts = Counts { forgotten: self.has_lost_entries(self.period.from), ..counts };
        let before = self.comparison(store, brand, known).await?;
        let authors = store.top_authors(brand, &begun, TOPS).await?;
        Ok(Measured { known, bars: begun.bars().to_vec(), authors, counts, before })
    }

    async fn comparison(&self, store: &Store, brand: &str, known: Option<Instant>) -> Result<Comparison, StoreError> {
        let (from, to) = self.before;
        if let Some(until) = self.lost_mentions(from).filter(|until| known.is_none_or(|known| known <= *until)) {
            return Ok(Comparison::Forgotten { until });
        }
        if known.is_none_or(|known| known > from) {
            return Ok(Comparison::TooYoung { since: known });
        }
        let begun = store.begun(brand, &[from, to]).await?;
        let counts = store.counts_of(brand, &begun, self.entries_before).await?;
        let metrics = metrics::score(Counts { forgotten: self.has_lost_entries(from), ..counts });
        Ok(Comparison::Before { from, metrics, unread: self.unread_before })
    }

    /// What is told of a brand.
    pub(super) async fn report(
        &self,
        store: &Store,
        brand: &str,
        all: &BTreeMap<String, Measured>,
    ) -> Result<Option<BrandReport>, StoreError> {
        let Some(Measured { bars, authors, counts, before, .. }) = all.get(brand) else { return Ok(None) };
        let Period { from, to, .. } = self.period;
        let waiting = store.waiting(brand, (from.min(to - WAITS), to), to, WAITING).await?;
        let (mentions, worth, waiting_told) = self.stories(store, brand, &waiting).await?;
        let step = counts.stories.div_ceil(SAMPLE).max(1);
        Ok(Some(BrandReport {
            brand: brand.to_owned(),
            metrics: metrics::score(*counts),
            top_sources: store.top_sources(brand, (from, to), step, TOPS).await?,
            top_authors: authors.clone(),
            more: counts.stories.saturating_sub((mentions.len() + waiting_told) as u64),
            mentions,
            worth,
            waiting,
            incidents: store.period_incidents(brand, from, to).await?,
            few: store.period_few(brand, from, to).await?,
            before: Some(*before),
            chart: bars.clone(),
            tops: self.tops(store, brand, step).await?,
            voice: self.voice(brand, all),
            recovered: store.recovered(brand, from, to, TOPS).await?,
        }))
    }

    /// The stories that matter, and why each does; and how many of those that wait were told in the period, be it by a copy.
    async fn stories(
        &self,
        store: &Store,
        brand: &str,
        waiting: &Waiting,
    ) -> Result<(Vec<MentionView>, Vec<(Worth, u64)>, usize), StoreError> {
        let Period { from, to, .. } = self.period;
        let told: BTreeSet<i64> = waiting.items.iter().map(|story| story.id).collect();
        let candidates = store.candidates(brand, from, to).await?;
        let copied: BTreeSet<i64> = candidates.iter().map(|story| story.id).collect();
        let of_period = |story: &&MentionView| story.found_at > from || copied.contains(&story.id);
        let waiting_told = waiting.items.iter().filter(of_period).count();
        let (mut mentions, mut worth) = (Vec::new(), Vec::new());
        for (why, ids) in digest::choose(candidates, &told, self.shown) {
            let views = store.views(&ids, to).await?;
            worth.push((why, views.len() as u64));
            mentions.extend(views);
        }
        Ok((mentions, worth, waiting_told))
    }

    async fn tops(&self, store: &Store, brand: &str, step: u64) -> Result<Tops, StoreError> {
        let Period { from, to, .. } = self.period;
        let mut now = Tally::default();
        let hear = |tally: &mut Tally, said: &StoryText| {
            tally.hear(&said.title, &said.text, &said.tags, said.language.as_deref());
        };
        store.story_texts(brand, (from, to), step, |said| hear(&mut now, &said)).await?;
        if now.stories() == 0 {
            return Ok(Tops::default());
        }
        let usual = (from - (to - from) * USUAL, from);
        let many = store.stories_begun(brand, usual.0, usual.1).await?;
        let mut before = Tally::default();
        store.story_texts(brand, usual, many.div_ceil(SAMPLE), |said| hear(&mut before, &said)).await?;
        let own = self.brands.get(brand).map(|reported| reported.own_words.as_slice()).unwrap_or_default();
        Ok(Tops { sample: (step > 1).then_some(now.stories()), ..now.tops(&before, own) })
    }

    /// The brand beside its competitors; nothing where it has none.
    fn voice(&self, brand: &str, all: &BTreeMap<String, Measured>) -> Vec<Voice> {
        let competitors = self.brands.get(brand).map(|reported| reported.competitors.as_slice()).unwrap_or_default();
        if competitors.is_empty() {
            return Vec::new();
        }
        let names = std::iter::once(brand).chain(competitors.iter().map(String::as_str));
        let measured = names.filter_map(|name| Some((name, all.get(name)?)));
        let voice = measured.map(|(name, measured)| Voice {
            brand: name.to_owned(),
            stories: measured.counts.stories,
            before: measured.before.metrics().map(|metrics| metrics.counts.stories),
            since: measured.known.filter(|known| *known > self.period.from),
        });
        voice.collect()
    }
}
