//! How a source is asked: lane after lane, page after page, within its budget and in the name of its account. Stores
//! nothing.

use std::time::Duration;

use url::Url;

use super::{LARGE, Pipeline, Reading, hub, older, read_page, session};
use crate::fetch;
use crate::fetch::politeness::{self, Verdict};
use crate::model::exchange::LONGEST_WORDS;
use crate::model::text::one_line;
use crate::model::{Answer, Instant, PollFault, Request, Source, Validators};
use crate::source::{self, Adapter};

/// The host is left alone for its gap between two requests of one poll as well, but for no longer than this: a poll has
/// only so much time for its pages.
pub(super) const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// A poll ends once it has read so many bytes of text, of all lanes and pages: it keeps them in memory until they are
/// stored. The next one goes on from there.
const MOST_TEXT: usize = 16 << 20;

impl Pipeline {
    /// Reads lane after lane. A fault of the server ends the poll; a lane that is broken by itself leaves the others
    /// their turn.
    pub(super) async fn read_lanes(&self, source: &Source, reading: &mut Reading, now: Instant) {
        let adapter = source::adapter(source.kind);
        for lane in adapter.lanes(source) {
            let cursor = reading.cursor.0.get(&lane).map(String::as_str);
            reading.socket = self.streams.take(&source.name, &lane, cursor);
            let read = self.read_lane(adapter, source, &lane, reading, now).await;
            let socket = reading.socket.take();
            let Err(fault) = read else {
                reading.listening.extend(socket.map(|socket| (lane, socket)));
                continue;
            };
            let cursor = reading.cursor.0.get(&lane).map(String::as_str).unwrap_or_default();
            let cursor = match &fault {
                PollFault::Status { status: 400 | 404 | 422, .. } | PollFault::Gone => adapter.after_refusal(cursor),
                PollFault::Status { .. } | PollFault::Denied { status: 403, .. } | PollFault::Unreadable(_) => {
                    adapter.after_failure(cursor)
                }
                _ => None,
            };
            reading.cursor.0.extend(cursor.map(|cursor| (lane, cursor)));
            let ends = fault.is_of_server();
            // What the server says of all lanes matters more than what one of them says of itself.
            if ends || reading.fault.is_none() {
                reading.fault = Some(fault);
            }
            if ends {
                break;
            }
        }
    }

    async fn read_lane(
        &self,
        adapter: &'static dyn Adapter,
        source: &Source,
        lane: &str,
        reading: &mut Reading,
        now: Instant,
    ) -> Result<(), PollFault> {
        let cursor = reading.cursor.0.get(lane).cloned();
        let mut request = adapter.request(source, lane, cursor.as_deref(), now);
        if adapter.revalidates() && !cursor.is_some_and(|cursor| adapter.is_unfinished(&cursor)) {
            request.validators = reading.validators.at(now);
        }
        // The way from a web page to its feed is no page of the feed.
        let (mut discovered, mut pages, mut newest) = (false, 0, None);
        while pages < self.max_pages {
            let answer = match self.ask(adapter, source, &request, reading, now).await {
                Err(fault) if pages > 0 && adapter.revalidates() => {
                    return older::unread(adapter, lane, reading, newest, fault);
                }
                answer => answer?,
            };
            let Some(answer) = answer else { break };
            let validators = request.validators.after_document(&answer, now);
            let (moved, read_from) = (answer.moved.clone(), answer.url.clone());
            let alone = if answer.body.len() > LARGE { self.large.acquire().await.ok() } else { None };
            let page = match read_page(adapter, source, lane, &reading.cursor, answer, now).await {
                Err(PollFault::WebPage { alternate: Some(feed) }) if !discovered => {
                    discovered = true;
                    self.ask_leave(source, &read_from).await?;
                    let hint = "configure this address";
                    reading.problems.push(format!("a web page was read, and the feed that it names: `{feed}`; {hint}"));
                    let credential = request.credential.filter(|_| feed.origin() == request.url.origin());
                    request = Request { url: feed, credential, validators: Validators::default(), ..request };
                    continue;
                }
                page => page?,
            };
            drop(alone);
            if pages == 0 {
                reading.moved = moved.filter(|_| !discovered);
                reading.rhythm = Some(page.rhythm);
                let hub = hub::named(reading.headers.as_ref(), &read_from, page.hub);
                reading.hub = hub.filter(|_| adapter.revalidates());
                if adapter.revalidates() && !discovered {
                    reading.validators = validators;
                }
                newest.clone_from(&reading.headers);
            } else if adapter.revalidates() {
                reading.headers.clone_from(&newest);
            }
            pages += 1;
            // Whatever was shown before was deleted after that.
            reading.entries.retain(|entry| !page.deleted.contains(&entry.key));
            reading.deleted.extend(page.deleted);
            reading.lost.extend(page.lost);
            reading.bytes += page.entries.iter().map(|entry| entry.title.len() + entry.text.len()).sum::<usize>();
            reading.usage = reading.usage.brought(source, page.entries.len().saturating_add(page.left_out), now);
            reading.entries.extend(page.entries);
            reading.problems.extend(page.problems);
            if let Some(cursor) = page.cursor {
                reading.cursor.0.insert(lane.to_owned(), cursor);
            }
            let Some(next) = page.next else { break };
            if reading.bytes > MOST_TEXT {
                let limit = MOST_TEXT >> 20;
                return Err(PollFault::Unreachable(format!("the texts of one poll are larger than {limit} MiB")));
            }
            request = next;
        }
        Ok(())
    }

    /// Whether a web page that stands in place of a feed may be followed to it: its host may not want that.
    async fn ask_leave(&self, source: &Source, page: &Url) -> Result<(), PollFault> {
        if self.client.may_read(page, source.allow_private).await? {
            return Ok(());
        }
        let host = one_line(page.host_str().unwrap_or_default(), LONGEST_WORDS);
        Err(PollFault::Refused(format!(
            "a web page was found, not a feed, and the robots.txt of `{host}` does not let it be read, or cannot be read \
             itself\n  hint: configure the address of the feed"
        )))
    }

    /// One request, within the budget and in the name of the account. `None` when the document has not changed.
    pub(super) async fn ask(
        &self,
        adapter: &'static dyn Adapter,
        source: &Source,
        request: &Request,
        reading: &mut Reading,
        now: Instant,
    ) -> Result<Option<Answer>, PollFault> {
        for may_log_in_again in [true, false] {
            let asked = self.in_session(adapter, source, request, reading, now).await?;
            let answer = self.send(source, &asked, reading, now).await?;
            match politeness::verdict(&answer, adapter.fault(&answer, now), now) {
                Verdict::Read if !request.validators.same_etag(&answer) => return Ok(Some(answer)),
                Verdict::Read | Verdict::Unchanged => {
                    if adapter.revalidates() {
                        reading.validators = reading.validators.after_unchanged(&answer);
                    }
                    reading.moved = answer.moved;
                    return Ok(None);
                }
                Verdict::Fault(_) if adapter.reads(&answer) => return Ok(Some(answer)),
                Verdict::Fault(fault) if may_log_in_again && session::has_ended(&answer, &fault, reading) => {
                    (reading.session, reading.sealed) = (None, None);
                }
                Verdict::Fault(fault) => return Err(fault),
            }
        }
        Ok(None)
    }

    /// Asks, if the budget has a call left; what is asked is spent, whether or not there is an answer.
    pub(super) async fn send(
        &self,
        source: &Source,
        request: &Request,
        reading: &mut Reading,
        now: Instant,
    ) -> Result<Answer, PollFault> {
        if fetch::is_stream(&request.url) {
            return self.listen(source, request, reading, now).await;
        }
        reading.usage.allows(source, now)?;
        if reading.headers.is_some() {
            tokio::time::sleep(self.host_gap.min(LONGEST_PAUSE)).await;
        }
        reading.requests += 1;
        reading.usage = reading.usage.asked(now);
        let asked = tokio::time::Instant::now();
        let answer = self.client.get(request, source.allow_private).await;
        reading.took += asked.elapsed();
        let answer = answer?;
        reading.headers = Some(answer.headers.clone());
        Ok(answer)
    }
}
