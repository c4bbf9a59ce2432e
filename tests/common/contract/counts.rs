//! The same network, asked for the counts of known entries: what is asked, what is read, what each refusal means.

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex};

use http::HeaderMap;
use mentiond::model::{Answer, Author, Counts, EntryKey, Source, Stale};
use mentiond::pipeline::Reading;
use mentiond::source::adapter;
use serde_json::Value;

use super::super::broken::broken;
use super::super::hostile::Server;
use super::{Contract, NETWORK, Scripted, compare, now, pipeline, raw, readable, request, section, until};

impl Contract {
    /// Asks for the counts of known entries instead, and compares what was written down of that.
    pub async fn counts(self, name: &str, stale: &[Stale]) {
        let mut told = String::new();
        let (reading, counts, requests) = self.recount(stale, &self.pages).await;
        section(&mut told, "counts", &requests);
        told.push_str(&counts);
        reading.deleted.iter().for_each(|key| writeln!(told, "deleted: {}", key.0).unwrap());
        assert_eq!((reading.fault, reading.problems), (None, Vec::new()));
        let (logins, pages): (Vec<_>, Vec<_>) = self.pages.iter().cloned().partition(|page| page.is_login());
        writeln!(told, "\n# refusals\n").unwrap();
        for refusal in self.refusals.iter().chain([&self.empty]) {
            let script = [logins.as_slice(), std::slice::from_ref(refusal)].concat();
            let (reading, counts, requests) = self.recount(stale, &script).await;
            let fault = reading.fault.as_ref().map(|fault| format!("{}{}: {fault}", fault.label(), until(fault)));
            let outcome = fault.unwrap_or_else(|| format!("{counts:?} {:?}", reading.problems));
            writeln!(told, "{} ({}): {outcome}, {} requests", refusal.name, refusal.status, requests.len()).unwrap();
        }
        writeln!(told, "\n# broken samples\n").unwrap();
        for page in &pages {
            let body = serde_json::from_slice(&page.body).unwrap();
            let read = |body: Value| {
                let body = body.to_string().into_bytes();
                let url = self.source.url.clone();
                let answer = Answer { url, status: page.status, moved: None, headers: HeaderMap::new(), body };
                adapter(self.source.kind).counts(&self.source, stale, &answer).is_ok()
            };
            let outcomes: Vec<bool> = broken(&body).into_iter().map(read).collect();
            let good = outcomes.iter().filter(|good| **good).count();
            writeln!(told, "{}: {good} read, {} refused", page.name, outcomes.len() - good).unwrap();
        }
        compare(name, &told);
    }

    /// Asks for counts once: what was read, what is counted, and the requests that it made.
    async fn recount(&self, stale: &[Stale], script: &[Scripted]) -> (Reading, String, Vec<String>) {
        let queue = Arc::new(Mutex::new(script.iter().cloned().collect::<VecDeque<_>>()));
        let empty = self.empty.clone();
        let server =
            Server::start(move |_| raw(&queue.lock().unwrap().pop_front().unwrap_or_else(|| empty.clone()))).await;
        let address = server.url("/").as_str().trim_end_matches('/').to_owned();
        let source = Source { url: server.url(self.path), ..self.source.clone() };
        let mut reading = Reading::default();
        let asked = pipeline().read_counts(&source, stale, &mut reading, now()).await;
        let mut counts: Vec<_> = asked.counts.into_iter().collect();
        counts.sort_by(|(one, _), (other, _)| one.cmp(other));
        let line = |(key, counts): (EntryKey, Counts)| {
            let number = |count: Option<u64>| count.map_or("unknown".to_owned(), |count| count.to_string());
            format!("{}: engagement {}, followers {}\n", key.0, number(counts.engagement), number(counts.followers))
        };
        let requests = server.requests().into_iter().zip(server.bodies()).map(|(head, body)| request(&head, &body));
        let requests = requests.map(|request| readable(&request).replace(&address, NETWORK)).collect();
        let mut authors: Vec<_> = asked.authors.into_iter().collect();
        authors.sort_by(|(one, _), (other, _)| one.cmp(other));
        let named = |(key, author): (EntryKey, Author)| {
            let handle = author.handle.as_deref().unwrap_or("no handle");
            format!("{}: by {:?}, {handle}, {}\n", key.0, author.name, author.identity())
        };
        let counts: String = counts.into_iter().map(line).chain(authors.into_iter().map(named)).collect();
        (reading, format!("{counts}{} of {} done\n", asked.of.len(), stale.len()), requests)
    }
}
