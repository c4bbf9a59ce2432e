//! How a source is asked: lane after lane, page after page, within its budget and in the name of its account. Stores
//! nothing.

use std::time::Duration;

use chrono::TimeDelta;
use url::Url;

use super::{LARGE, Pipeline, Reading, Unread, hiding, hub, older, read_page, session};
use crate::fetch;
use crate::fetch::politeness::{self, Verdict};
use crate::model::exchange::LONGEST_WORDS;
use crate::model::text::one_line;
use crate::model::{Answer, Instant, PollFault, Request, Source, Validators};
use crate::source::{self, Adapter};

/// The host is left alone for its gap between two requests of one poll as well, but for no longer than this: a poll has
/// only so much time for its pages.
pub(super) const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// Who wants to be left alone for longer once a part was read refuses the rest. Some networks count by the hour, and no two
/// clocks agree.
const LONGEST_REST: TimeDelta = TimeDelta::minutes(70);

/// A rest is worth while if there is time for a call behind it.
const CALL: Duration = Duration::from_secs(5);

/// A lane that is denied to us rests as one of a source that is asked no more often.
const DENIED: Duration = Duration::from_secs(3_600);

/// So many lanes in a row that are denied to us are no matter of these lanes.
const MOST_DENIED: u32 = 3;

/// A poll ends once it has read so many bytes of text, of all lanes and pages: it keeps them in memory until they are
/// stored. The next one goes on from there.
const MOST_TEXT: usize = 16 << 20;

/// Calls of a poll that its network counts apart, and that are no pages therefore. They take a second or two each, so that
/// many more would take longer than a poll may.
const MOST_BESIDE: u32 = 100;

/// Of what is wrong with pages, so much is told of one poll.
const MOST_PROBLEMS: usize = 200;

impl Pipeline {
    /// Reads lane after lane, the one that was asked longest ago first. What the network takes in a short time ends the
    /// poll, and the next one goes on as soon as it takes more. A fault of the server ends the poll as well; a lane that is
    /// broken by itself leaves the others their turn, and is a problem as long as one of them can be read.
    pub(super) async fn read_lanes(&self, source: &Source, reading: &mut Reading, begun: Instant) {
        let adapter = source::adapter(source.kind);
        let all = adapter.lanes(source);
        let several = all.len() > 1;
        reading.lanes = std::mem::take(&mut reading.lanes).of(&all);
        reading.unread = Unread::of(&all);
        // What is asked for no more begins anew when it is asked for again.
        reading.cursor.0.retain(|lane, _| all.contains(lane));
        let takes_turns = adapter.takes_turns(source);
        let most = if takes_turns && reading.until.is_none() { 1 } else { all.len() };
        let (mut local, mut denied) = (Vec::new(), 0);
        let turns = reading.lanes.turns(all, source.interval.usual(), begun);
        let (mut left, mut now) = (turns.len().min(most), begun);
        for lane in turns.into_iter().take(most) {
            if reading.has_its_part(source, now) || reading.beside >= MOST_BESIDE {
                break;
            }
            let Some(rested) = reading.rests_in_time(source, takes_turns, now).await else { break };
            now += rested;
            if several {
                reading.lanes.ask(&lane, now);
            }
            let cursor = reading.cursor.0.get(&lane).map(String::as_str);
            reading.socket = self.streams.take(&source.name, &lane, cursor);
            let (pages, was_cut) = (reading.pages, std::mem::take(&mut reading.goes_on));
            let read = self.read_lane(adapter, source, &lane, reading, now).await;
            let is_cut = reading.goes_on;
            reading.goes_on |= was_cut;
            let socket = reading.socket.take();
            let Err(fault) = read else {
                denied = 0;
                reading.lanes.begin(&lane, now);
                if several {
                    reading.lanes.read(&lane, now);
                }
                if is_cut {
                    reading.lanes.leave_open(&lane);
                }
                reading.pages += 1;
                left -= 1;
                reading.listening.extend(socket.map(|socket| (lane, socket)));
                continue;
            };
            let fault = fault.with_words(|words| hiding(source, reading).hide(words));
            if reading.rests(&fault, source, now) {
                if reading.pages == pages {
                    reading.lanes.take_back(&lane, now);
                } else {
                    reading.lanes.leave_open(&lane);
                }
                reading.goes_on = true;
                break;
            }
            left -= 1;
            go_on_after(adapter, &lane, reading, &fault);
            denied = if matches!(fault, PollFault::Denied { .. }) { denied + 1 } else { 0 };
            if fault.is_of_server() || denied >= MOST_DENIED {
                // What the server says of all lanes matters more than what it says of one of them.
                reading.fault = Some(fault);
                break;
            }
            let least = if matches!(fault, PollFault::Denied { .. }) { DENIED } else { Duration::ZERO };
            let interval = source.interval.usual().max(least);
            let missing = reading.lanes.fail(&lane, &fault.to_string(), interval, now);
            local.push((lane, fault, missing));
        }
        if reading.goes_on {
            reading.lanes.go_on(source.interval.usual(), begun);
        } else if left == 0 {
            reading.lanes.end_round();
        }
        let any_is_read = reading.lanes.any_is_read();
        for (lane, fault, missing) in local {
            if any_is_read {
                reading.problems.push(format!("`{}` cannot be read: {fault}", one_line(&lane, LONGEST_WORDS)));
                reading.lost.extend(missing);
            } else if reading.fault.is_none() {
                reading.fault = Some(fault);
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
        // What a stream has said until now is no page either.
        let portion = u32::from(fetch::is_stream(&request.url));
        let mut most = if adapter.takes_turns(source) { 1 } else { self.max_pages.saturating_add(portion) };
        while pages < most {
            let answer = match self.ask(adapter, source, &request, reading, now).await {
                Err(fault) if pages > 0 && adapter.revalidates() => {
                    return older::unread(adapter, lane, reading, newest, fault);
                }
                answer => answer?,
            };
            let Some(answer) = answer else {
                reading.unread.finish(lane);
                break;
            };
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
            reading.unread.pass(lane, &page);
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
            most = most.saturating_add(u32::from(reading.is_beside(&request)));
            reading.pages += u32::from(pages > portion);
            // Whatever was shown before was deleted after that.
            let is_closed = |key: &str| page.closed.iter().any(|account| key.starts_with(account));
            reading.entries.retain(|entry| !page.deleted.contains(&entry.key) && !is_closed(&entry.key.0));
            reading.deleted.extend(page.deleted);
            reading.closed.extend(page.closed);
            reading.lost.extend(page.lost);
            reading.note_old(source, lane, &page.entries, now);
            if !page.entries.is_empty() {
                reading.lanes.begin(lane, now);
            }
            reading.bytes += page.entries.iter().map(|entry| entry.title.len() + entry.text.len()).sum::<usize>();
            reading.usage = reading.usage.brought(source, page.entries.len().saturating_add(page.left_out), now);
            reading.entries.extend(page.entries);
            let room = MOST_PROBLEMS.saturating_sub(reading.problems.len());
            reading.problems.extend(page.problems.into_iter().take(room));
            if let Some(cursor) = page.cursor {
                reading.cursor.0.insert(lane.to_owned(), cursor);
            }
            if let Some(fault) = page.fault {
                return Err(fault);
            }
            let Some(next) = page.next.filter(|_| !reading.has_its_part(source, now)) else { break };
            if reading.bytes > MOST_TEXT {
                let limit = MOST_TEXT >> 20;
                return Err(PollFault::Unreachable(format!("the texts of one poll are larger than {limit} MiB")));
            }
            if pages < most && reading.is_cut_short(source, now) {
                break;
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
            let own = adapter.fault(&answer, now);
            let by_status = own.is_none();
            match politeness::verdict(&answer, own, now) {
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
                Verdict::Fault(fault)
                    if by_status
                        && asked.credential.is_some()
                        && reading.session.is_none()
                        && answer.url.origin() == asked.url.origin() =>
                {
                    return Err(refused_with_secret(fault));
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
        if request.is_counted {
            reading.usage.allows(source, now)?;
        }
        if reading.headers.is_some() {
            tokio::time::sleep(self.host_gap.min(LONGEST_PAUSE)).await;
        }
        reading.requests += 1;
        if request.is_counted {
            reading.usage = reading.usage.asked(source, now);
        }
        let asked = tokio::time::Instant::now();
        let answer = self.client.get(request, source.allow_private).await;
        reading.took += asked.elapsed();
        let answer = answer?;
        reading.headers = Some(answer.headers.clone());
        Ok(answer)
    }
}

impl Reading {
    /// Whether it has used up its part of the budget, so that the rest is left for later polls.
    fn has_its_part(&self, source: &Source, now: Instant) -> bool {
        self.requests > 0 && self.usage.has_taken_its_part(self.before, source, now)
    }

    /// Whether a call was no page, since its network counts it apart; whoever waits for the poll waits for no more pages.
    fn is_beside(&mut self, request: &Request) -> bool {
        let is_so = !request.is_counted && self.until.is_none() && self.beside < MOST_BESIDE;
        self.beside += u32::from(is_so);
        is_so
    }

    /// Leaves the network alone until it takes a call again, and for as long as it said that it wants to be where lanes take
    /// turns: how long that was, or `None` if there is no time for it.
    async fn rests_in_time(&mut self, source: &Source, takes_turns: bool, now: Instant) -> Option<Duration> {
        let Some(until) = self.until else { return (!self.is_cut_short(source, now)).then_some(Duration::ZERO) };
        let said = self.rhythm.as_ref().and_then(|rhythm| rhythm.every).filter(|_| takes_turns);
        let full = Some(self.usage.pause(source, now)).filter(|_| self.requests > 0);
        let rest = said.max(full).unwrap_or_default();
        if rest > Duration::ZERO && tokio::time::Instant::now() + rest + CALL >= until {
            self.goes_on |= full > Some(Duration::ZERO);
            return None;
        }
        tokio::time::sleep(rest).await;
        Some(rest)
    }

    /// Whether the network takes no more calls for a moment, so that the next poll goes on soon.
    fn is_cut_short(&mut self, source: &Source, now: Instant) -> bool {
        let is_full = self.requests > 0 && !self.usage.has_room(source, now);
        self.goes_on |= is_full;
        is_full
    }

    /// Whether it left something for the next poll, though nobody has refused anything.
    #[must_use]
    pub fn is_paced(&self) -> bool {
        self.goes_on && self.rest.is_none()
    }

    /// Takes it well that there was enough for now, if a part was read: the poll has no fault, and the rest comes soon.
    pub(super) fn rests(&mut self, fault: &PollFault, source: &Source, now: Instant) -> bool {
        let is_for_now = match fault {
            PollFault::Throttled { until, .. } => until.is_none_or(|until| until - now <= LONGEST_REST),
            PollFault::Spent { .. } => !self.usage.has_room(source, now),
            _ => false,
        };
        let is_enough = is_for_now && self.pages > 0;
        if is_enough {
            self.problems.push(format!("the rest was not read: {fault}"));
            self.rest = Some(fault.clone());
        }
        is_enough
    }
}

/// Who says 401 to somebody who came with a secret does not take it (RFC 9110, 15.5.2), and only a person can renew that. Of
/// a session that was just opened it says nothing: the secret opened it.
fn refused_with_secret(fault: PollFault) -> PollFault {
    match fault {
        PollFault::Denied { status: 401, message } => PollFault::Revoked { status: 401, message },
        fault => fault,
    }
}

/// The cursor of a lane that could not be read, and what is lost by going on from there.
fn go_on_after(adapter: &dyn Adapter, lane: &str, reading: &mut Reading, fault: &PollFault) {
    let before = reading.cursor.0.get(lane).map(String::as_str).unwrap_or_default();
    let after = match fault {
        PollFault::Status { status: 400 | 404 | 422, .. } | PollFault::Gone => adapter.after_refusal(before),
        PollFault::Status { .. } | PollFault::Denied { status: 403, .. } | PollFault::Unreadable(_) => {
            adapter.after_failure(before)
        }
        PollFault::Unreachable(_) | PollFault::Refused(_) => adapter.after_silence(before),
        _ => None,
    };
    let Some(after) = after else { return };
    reading.lost.extend(adapter.lost(before, &after));
    reading.cursor.0.insert(lane.to_owned(), after);
}
