//! Replays the mentions that are stored, of all brands in the order in which they were found.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::io::Write;

use anyhow::Result;

use super::{Arguments, begin, print, summary};
use crate::cli::options::{Need, argument_fault, named};
use crate::clock::Clock;
use crate::model::Instant;
use crate::query::Subject;
use crate::replay::Found;
use crate::store::{JudgedMention, Position, Store, StoreError};

/// Mentions that are held at a time, of all brands together, and the least and most of one.
const HELD: usize = 10_000;
/// Silences that are heeded, the last ones.
const SILENCES: usize = 1_000;
const PAGE: std::ops::RangeInclusive<usize> = 20..=500;

/// The mentions of one brand.
struct Stream {
    brand: String,
    page: VecDeque<JudgedMention>,
    place: Position,
}

/// The mentions of all brands. The next of each stands in the heap.
struct Merged<'s> {
    store: &'s Store,
    streams: Vec<Stream>,
    next: BinaryHeap<Reverse<(Instant, i64, usize)>>,
    page: usize,
}

/// Replays what is stored; what there is to say at the end, in lines.
pub async fn replay(arguments: &Arguments, clock: &Clock, output: &mut impl Write) -> Result<Vec<String>> {
    let (config, plan) = arguments.config.load_with_plan(Need::AllButMailServer, clock)?;
    let configured: Vec<String> = plan.watched.iter().map(|watched| watched.brand.name.clone()).collect();
    let store = Store::open_existing(&config.store).await?;
    let brands = brands(&store, configured, &arguments.brand).await?;
    let mut merged = Merged::open(&store, brands).await?;
    let now = clock.now();
    let silences = store.silences(None, SILENCES).await?.into_iter().map(|(silence, _)| silence).collect();
    let mut replay = begin(arguments, &config, plan, silences, now);
    while let Some((brand, mention)) = merged.next().await? {
        replay.find(&found(&brand, &mention));
        print(&mut replay, output)?;
    }
    replay.finish(Some(now));
    print(&mut replay, output)?;
    store.close().await;
    Ok(summary::lines(replay.tally(), "mention", arguments.config.present().as_deref(), 0))
}

/// The brands that are wanted: of all that are configured or have mentions.
async fn brands(store: &Store, mut known: Vec<String>, wanted: &[String]) -> Result<Vec<String>> {
    for brand in store.mentioned_brands().await? {
        if !known.contains(&brand) {
            known.push(brand);
        }
    }
    if let Some(unknown) = wanted.iter().find(|name| !known.contains(name)) {
        let all = named(known.iter().map(String::as_str));
        let hint = format!("configured or stored are {all}");
        return Err(argument_fault("--brand", format!("there is no brand `{unknown}`"), hint).into());
    }
    known.retain(|name| wanted.is_empty() || wanted.contains(name));
    Ok(known)
}

fn found<'a>(brand: &'a str, mention: &'a JudgedMention) -> Found<'a> {
    let subject = Subject {
        source: Some(&mention.source),
        source_kind: mention.source_kind,
        language: mention.judgement.language.as_ref(),
        severity: Some(mention.severity),
        ..Subject::from(&mention.entry)
    };
    Found {
        at: mention.found_at,
        brand,
        subject,
        source_since: mention.source_since,
        judgement: &mention.judgement,
        story: mention.story,
    }
}

impl<'s> Merged<'s> {
    async fn open(store: &'s Store, brands: Vec<String>) -> Result<Self, StoreError> {
        let page = (HELD / brands.len().max(1)).clamp(*PAGE.start(), *PAGE.end());
        let begin = Position::after(Instant::MIN_UTC);
        let stream = |brand| Stream { brand, page: VecDeque::new(), place: begin };
        let streams: Vec<Stream> = brands.into_iter().map(stream).collect();
        let mut merged = Self { store, streams, next: BinaryHeap::new(), page };
        for at in 0..merged.streams.len() {
            merged.expect(at).await?;
        }
        Ok(merged)
    }

    /// The next mention, with its brand.
    async fn next(&mut self) -> Result<Option<(String, JudgedMention)>, StoreError> {
        let Some(Reverse((_, _, at))) = self.next.pop() else { return Ok(None) };
        let taken = self.streams.get_mut(at).and_then(|stream| Some((stream.brand.clone(), stream.page.pop_front()?)));
        self.expect(at).await?;
        Ok(taken)
    }

    /// Puts the next mention of a brand into the heap, if there is one.
    async fn expect(&mut self, at: usize) -> Result<(), StoreError> {
        let Some(stream) = self.streams.get_mut(at) else { return Ok(()) };
        if stream.page.is_empty()
            && let Some((page, place)) = self.store.judged_mentions(&stream.brand, stream.place, self.page).await?
        {
            (stream.page, stream.place) = (page.into(), place);
        }
        if let Some(mention) = stream.page.front() {
            self.next.push(Reverse((mention.found_at, mention.id, at)));
        }
        Ok(())
    }
}
