-- Instants are milliseconds since 1970 UTC; lists and maps are JSON. Long texts stand last in their tables: what
-- stands behind one is reached only through all its pages.

-- `interval_ms` is the interval in force, `fixed_ms` the configured one, or 0 where it follows from the source's pace.
-- A source with a reason in `stopped` is not polled; `credential` is a hash of what it was asked with, and another one starts
-- it again. `unended` polls were begun, the one that goes on included, since the last one that was stored: their calls are in no
-- `usage`. `session` is sealed with a key that is not in the database. One that has `moved_to` is asked there; `moving_to` is where its last
-- `moving_seen` polls in a row were led.
CREATE TABLE source_state (
    name TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    host TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    credential TEXT NOT NULL DEFAULT '',
    wanted TEXT NOT NULL,
    configured BIGINT NOT NULL,
    interval_ms BIGINT NOT NULL,
    fixed_ms BIGINT NOT NULL,
    weight DOUBLE PRECISION NOT NULL,
    cursor TEXT NOT NULL,
    validators TEXT NOT NULL,
    next_poll_at BIGINT NOT NULL,
    last_polled_at BIGINT,
    first_read_at BIGINT,
    known_since BIGINT,
    last_read_at BIGINT,
    shown_at BIGINT,
    failures BIGINT NOT NULL,
    fault TEXT,
    pointed_at BIGINT,
    stopped TEXT,
    moved_to TEXT,
    moving_to TEXT,
    moving_seen BIGINT NOT NULL DEFAULT 0,
    rhythm TEXT NOT NULL,
    pace TEXT NOT NULL,
    usage TEXT NOT NULL DEFAULT '{}',
    unended BIGINT NOT NULL DEFAULT 0,
    lanes TEXT NOT NULL DEFAULT '{}',
    session TEXT,
    claimed_by TEXT,
    claimed_until BIGINT,
    health TEXT NOT NULL DEFAULT 'healthy',
    health_since BIGINT,
    health_why TEXT NOT NULL DEFAULT '',
    against BIGINT NOT NULL DEFAULT 0,
    failing_since BIGINT,
    news_since BIGINT,
    news_at BIGINT,
    news_occasions DOUBLE PRECISION NOT NULL DEFAULT 0
);
CREATE INDEX source_of_host ON source_state (host, next_poll_at, name) WHERE configured = 1 AND stopped IS NULL;
CREATE INDEX source_claimed ON source_state (host, claimed_until) WHERE claimed_until IS NOT NULL;

-- A host is asked one thing at a time, and not before `next_at`; its last `refusals` answers in a row were refusals.
-- `ready_at` is when the first of its sources can be claimed, and unknown where it has none; the triggers keep it, whoever
-- writes what it follows from.
CREATE TABLE host_state (
    host TEXT PRIMARY KEY,
    next_at BIGINT NOT NULL,
    refusals BIGINT NOT NULL DEFAULT 0,
    ready_at BIGINT
);
CREATE INDEX host_ready ON host_state (ready_at, host) WHERE ready_at IS NOT NULL;

CREATE TRIGGER host_may_be_ready AFTER UPDATE OF next_at ON host_state BEGIN
    UPDATE host_state SET ready_at = max(
        NEW.next_at,
        (SELECT min(next_poll_at) FROM source_state WHERE host = NEW.host AND configured = 1 AND stopped IS NULL),
        coalesce((SELECT max(claimed_until) FROM source_state WHERE host = NEW.host AND claimed_until IS NOT NULL), 0)
    ) WHERE host = NEW.host;
END;
CREATE TRIGGER source_may_be_ready
AFTER UPDATE OF host, configured, stopped, next_poll_at, claimed_until ON source_state BEGIN
    UPDATE host_state SET next_at = next_at WHERE host = NEW.host;
    UPDATE host_state SET next_at = next_at WHERE host = OLD.host AND OLD.host <> NEW.host;
END;

-- A time in which a source was not read. `since` is unknown when it never was.
CREATE TABLE outage (
    id INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    since BIGINT,
    noticed_at BIGINT NOT NULL,
    until BIGINT,
    reason TEXT NOT NULL
);
CREATE UNIQUE INDEX outage_open ON outage (source) WHERE until IS NULL;
CREATE INDEX outage_until ON outage (until);

-- What was said in a source from `since` to `until` may be missing, for the `reason` (JSON): the network showed it no more, or
-- it was not read back to it. What is missing because a lane cannot be read names the `lane`, and goes when it is read.
CREATE TABLE loss (
    id INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    lane TEXT,
    since BIGINT NOT NULL,
    until BIGINT NOT NULL,
    noticed_at BIGINT NOT NULL,
    reason TEXT NOT NULL
);
CREATE INDEX loss_of_source ON loss (source, until);
CREATE INDEX loss_until ON loss (until);

-- When somebody was there last, to poll and to listen to hubs, and since when without a break. One row.
CREATE TABLE presence (
    id BIGINT PRIMARY KEY,
    since BIGINT NOT NULL,
    seen_at BIGINT NOT NULL
);

-- That a source came from one state to another. `since` and `why` are those of the new state.
CREATE TABLE health_change (
    id INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    at BIGINT NOT NULL,
    was TEXT NOT NULL,
    was_since BIGINT,
    health TEXT NOT NULL,
    since BIGINT,
    why TEXT NOT NULL
);
CREATE INDEX health_change_of_source ON health_change (source, at);
CREATE INDEX health_change_at ON health_change (at);

-- `source` saw it first; `key` is that of the sighting that its title, text and address are from. `engagement_first` is
-- what was counted when it was found; `engagement` and `followers` were last found to be others at `counted_at`. At
-- `lapsed_at` what was said of it by a network that lets nobody keep that for longer was last taken out.
CREATE TABLE entry (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL,
    source TEXT NOT NULL,
    url TEXT,
    title TEXT NOT NULL,
    author_name TEXT,
    author_handle TEXT,
    author_url TEXT,
    author_identity TEXT,
    followers BIGINT,
    published_at BIGINT,
    language TEXT,
    tags TEXT NOT NULL,
    rating DOUBLE PRECISION,
    engagement BIGINT,
    entry_kind TEXT,
    place TEXT,
    parent TEXT,
    thread TEXT,
    engagement_first BIGINT,
    counted_at BIGINT,
    found_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    edited_at BIGINT,
    deleted_at BIGINT,
    lapsed_at BIGINT,
    text TEXT NOT NULL
);
CREATE INDEX entry_found ON entry (found_at, seen_at);

-- Under which key each source shows an entry. `content` changes when it is edited, `judged` also when other brands are
-- looked for; `page` is the same for addresses that lead to the same page; `lapsed_content` is the `content` of what may be kept
-- no longer, which is empty then. All four are hashes. `recount_at` is when the source is to be asked for its counts; nothing
-- when it is not.
CREATE TABLE sighting (
    key TEXT NOT NULL,
    source TEXT NOT NULL,
    entry_id BIGINT NOT NULL REFERENCES entry (id) ON DELETE CASCADE,
    page TEXT,
    content TEXT NOT NULL,
    judged TEXT NOT NULL,
    lapsed_content TEXT,
    found_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    deleted_at BIGINT,
    recount_at BIGINT,
    PRIMARY KEY (key, source)
) WITHOUT ROWID;
CREATE INDEX sighting_to_recount ON sighting (source, recount_at) WHERE recount_at IS NOT NULL;
CREATE INDEX sighting_of_entry ON sighting (entry_id, source, found_at);
CREATE INDEX sighting_of_page ON sighting (page) WHERE page IS NOT NULL;

-- What an entry said before it was changed, by the sighting with that key, and how its mentions were judged by that.
CREATE TABLE revision (
    id INTEGER PRIMARY KEY,
    entry_id BIGINT NOT NULL REFERENCES entry (id) ON DELETE CASCADE,
    replaced_at BIGINT NOT NULL,
    key TEXT NOT NULL,
    url TEXT,
    title TEXT NOT NULL,
    rating DOUBLE PRECISION,
    judgements TEXT NOT NULL,
    text TEXT NOT NULL
);
CREATE INDEX revision_of_entry ON revision (entry_id, replaced_at);

-- One with a `revision_id` was judged by that revision of its entry, not by what it says now. The rules say `ruled_tone` and
-- `ruled_score`; `tone` and `score` count, and are the same unless somebody has said otherwise of its text, whose hash is
-- `text_key`. `leads` is 1 for the first mention of its story; the triggers of `story` keep it. `author` is a hash of the
-- author's identity, and `engagement` that of the entry: digests count by them without reading entries. The AUTOINCREMENT keeps
-- ids, by which notices quote mentions, from being used twice.
CREATE TABLE mention (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    entry_id BIGINT NOT NULL REFERENCES entry (id) ON DELETE CASCADE,
    brand TEXT NOT NULL,
    found_at BIGINT NOT NULL,
    tone TEXT NOT NULL,
    score DOUBLE PRECISION,
    language TEXT,
    decision TEXT NOT NULL,
    story_id BIGINT,
    leads BIGINT NOT NULL DEFAULT 0,
    author BIGINT,
    engagement BIGINT,
    withdrawn_at BIGINT,
    revision_id BIGINT,
    text_key TEXT,
    ruled_tone TEXT NOT NULL,
    ruled_score DOUBLE PRECISION,
    hits TEXT NOT NULL,
    reasons TEXT NOT NULL,
    severity TEXT NOT NULL,
    concerns TEXT NOT NULL,
    UNIQUE (entry_id, brand)
);
CREATE INDEX mention_of_brand ON mention (brand, found_at, story_id, entry_id);
CREATE INDEX mention_leading ON mention (brand, tone, found_at, score, author, story_id, entry_id, withdrawn_at) WHERE leads = 1;
CREATE INDEX mention_copying ON mention (brand, found_at, story_id) WHERE leads = 0;
CREATE INDEX mention_loud ON mention (brand, found_at, engagement) WHERE leads = 1 AND engagement > 0;
CREATE INDEX mention_complaining ON mention (author, brand, found_at) WHERE tone = 'negative' AND author IS NOT NULL;
CREATE INDEX mention_praising ON mention (author, brand, found_at) WHERE tone = 'positive' AND author IS NOT NULL;
CREATE INDEX mention_of_story ON mention (story_id, leads, found_at, tone, author);
CREATE INDEX mention_of_text ON mention (text_key) WHERE text_key IS NOT NULL;

-- What somebody said of the tone of a text, and what the rules had said. It holds for all mentions of the brand with that
-- text, and stays when they are forgotten.
CREATE TABLE correction (
    text_key TEXT NOT NULL,
    brand TEXT NOT NULL,
    tone TEXT NOT NULL,
    corrected_at BIGINT NOT NULL,
    corrected_by TEXT NOT NULL,
    note TEXT,
    ruled_tone TEXT NOT NULL,
    ruled_score DOUBLE PRECISION,
    language TEXT,
    title TEXT NOT NULL,
    reasons TEXT NOT NULL,
    PRIMARY KEY (text_key, brand)
);
CREATE INDEX correction_at ON correction (corrected_at);

-- Mentions that tell the same thing. The first one is that which was published first; when it is forgotten, the next one
-- takes its place. `answered_at` is when somebody said that it is taken care of, whether or not an alert came of it.
CREATE TABLE story (
    id INTEGER PRIMARY KEY,
    brand TEXT NOT NULL,
    first_mention_id BIGINT REFERENCES mention (id) ON DELETE SET NULL,
    started_at BIGINT NOT NULL,
    answered_at BIGINT,
    answered_by TEXT
);
CREATE INDEX story_of_first ON story (first_mention_id);

CREATE TRIGGER story_is_led AFTER INSERT ON story BEGIN
    UPDATE mention SET leads = 1 WHERE id = NEW.first_mention_id;
END;
CREATE TRIGGER story_is_led_by_another AFTER UPDATE OF first_mention_id ON story BEGIN
    UPDATE mention SET leads = 0 WHERE id = OLD.first_mention_id AND OLD.first_mention_id <> NEW.first_mention_id;
    UPDATE mention SET leads = 1 WHERE id = NEW.first_mention_id;
END;

-- Under which keys copies of a mention are looked for; forgotten when the window for copies is over.
CREATE TABLE story_key (
    key BIGINT NOT NULL,
    found_at BIGINT NOT NULL,
    mention_id BIGINT NOT NULL,
    PRIMARY KEY (key, found_at, mention_id)
) WITHOUT ROWID;
CREATE INDEX story_key_found ON story_key (found_at);

CREATE TABLE alert (
    id INTEGER PRIMARY KEY,
    mention_id BIGINT NOT NULL UNIQUE REFERENCES mention (id) ON DELETE CASCADE,
    brand TEXT NOT NULL,
    rule TEXT NOT NULL,
    keyword TEXT,
    created_at BIGINT NOT NULL,
    acknowledged_at BIGINT,
    acknowledged_by TEXT
);
CREATE INDEX alert_open ON alert (created_at) WHERE acknowledged_at IS NULL;

-- A muting of alerts by somebody until `ends_at`, or until somebody ended it.
CREATE TABLE silence (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    brand TEXT,
    query TEXT,
    urgent BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    author TEXT NOT NULL,
    comment TEXT NOT NULL,
    ended_at BIGINT,
    ended_by TEXT
);
CREATE INDEX silence_end ON silence (ends_at);
CREATE INDEX silence_ended ON silence (ended_at) WHERE ended_at IS NOT NULL;

-- That a recipient is not told of an alert yet, and what holds it. The row goes when it is summed up.
CREATE TABLE held_alert (
    recipient TEXT NOT NULL,
    alert_id BIGINT NOT NULL REFERENCES alert (id) ON DELETE CASCADE,
    route TEXT NOT NULL,
    reason TEXT NOT NULL,
    silence_id BIGINT REFERENCES silence (id),
    held_at BIGINT NOT NULL,
    until BIGINT NOT NULL,
    PRIMARY KEY (recipient, alert_id)
) WITHOUT ROWID;
CREATE INDEX held_of_alert ON held_alert (alert_id);
CREATE INDEX held_until ON held_alert (until);
CREATE INDEX held_by ON held_alert (silence_id) WHERE silence_id IS NOT NULL;

-- A notice on its way. An alert row collects alerts of a route (the empty one is that of `[alert]`) until it is sealed, which is when it is first claimed, and a health
-- row changes of health; its language is settled when it is first claimed, too. The AUTOINCREMENT keeps ids, and so Message-IDs, from being used twice. `told_at` is when it was told through the fallback that it does not arrive.
CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    brand TEXT,
    recipient TEXT NOT NULL,
    route TEXT NOT NULL DEFAULT '',
    cause TEXT UNIQUE,
    created_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    sealed_at BIGINT,
    state TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    claimed_by TEXT,
    claimed_until BIGINT,
    finished_at BIGINT,
    last_error TEXT,
    told_at BIGINT,
    language TEXT,
    -- What it tells, the same for all who are told the same of an incident, a digest or sources; alerts are in `outbox_alert`.
    topic TEXT,
    -- Since when it is tried in vain, in its last round of attempts.
    tried_at BIGINT,
    -- The mail server that may have accepted it, since its answer was lost, and when that happened first.
    unanswered_by TEXT,
    unanswered_at BIGINT,
    -- Since when it is tried, if somebody gave it another round of attempts.
    retried_at BIGINT,
    -- Of a notice that stands in for one that did not arrive: the first of them, the last recipient it was for, and since when that was tried;
    -- and a list of those whom the same did not reach either.
    handed_from BIGINT REFERENCES outbox (id) ON DELETE SET NULL,
    instead_of TEXT,
    instead_since BIGINT,
    instead_others TEXT,
    notice TEXT
);
CREATE UNIQUE INDEX outbox_handed ON outbox (handed_from, recipient) WHERE handed_from IS NOT NULL;
CREATE INDEX outbox_topic ON outbox (topic, recipient) WHERE topic IS NOT NULL;
CREATE UNIQUE INDEX outbox_collecting ON outbox (brand, recipient, route) WHERE kind = 'alert' AND sealed_at IS NULL;
CREATE UNIQUE INDEX outbox_gathering ON outbox (recipient) WHERE kind = 'health' AND sealed_at IS NULL;
CREATE INDEX outbox_waiting ON outbox (due_at) WHERE state = 'waiting';
CREATE INDEX outbox_dead ON outbox (finished_at) WHERE state = 'dead';
CREATE INDEX outbox_undelivered ON outbox (created_at) WHERE kind = 'undelivered';
CREATE INDEX outbox_group ON outbox (brand, recipient, sealed_at);
CREATE INDEX outbox_finished ON outbox (finished_at);
CREATE INDEX outbox_state ON outbox (state, created_at);

CREATE TABLE outbox_alert (
    outbox_id BIGINT NOT NULL REFERENCES outbox (id) ON DELETE CASCADE,
    alert_id BIGINT NOT NULL REFERENCES alert (id) ON DELETE CASCADE,
    route TEXT NOT NULL,
    PRIMARY KEY (outbox_id, alert_id)
);
CREATE INDEX outbox_of_alert ON outbox_alert (alert_id);

-- Which notices quote which mentions: what they say of one may have to go with it. The triggers keep it, whoever writes a
-- notice; a number that is of something else is found in none.
CREATE TABLE quote (
    mention_id BIGINT NOT NULL,
    outbox_id BIGINT NOT NULL REFERENCES outbox (id) ON DELETE CASCADE,
    PRIMARY KEY (mention_id, outbox_id)
) WITHOUT ROWID;
CREATE INDEX quote_of_notice ON quote (outbox_id);

CREATE TRIGGER notice_is_written AFTER INSERT ON outbox WHEN json_valid(NEW.notice) BEGIN
    INSERT OR IGNORE INTO quote (mention_id, outbox_id)
    SELECT DISTINCT atom, NEW.id FROM json_tree(NEW.notice) WHERE key = 'id' AND type = 'integer' AND atom > 0;
END;
CREATE TRIGGER notice_is_written_anew AFTER UPDATE OF notice ON outbox WHEN json_valid(NEW.notice) BEGIN
    INSERT OR IGNORE INTO quote (mention_id, outbox_id)
    SELECT DISTINCT atom, NEW.id FROM json_tree(NEW.notice) WHERE key = 'id' AND type = 'integer' AND atom > 0;
END;

CREATE TABLE outbox_health (
    outbox_id BIGINT NOT NULL REFERENCES outbox (id) ON DELETE CASCADE,
    change_id BIGINT NOT NULL REFERENCES health_change (id) ON DELETE CASCADE,
    PRIMARY KEY (outbox_id, change_id)
);
CREATE INDEX outbox_of_change ON outbox_health (change_id);

CREATE TABLE attempt (
    id INTEGER PRIMARY KEY,
    outbox_id BIGINT NOT NULL REFERENCES outbox (id) ON DELETE CASCADE,
    at BIGINT NOT NULL,
    outcome TEXT NOT NULL,
    error TEXT
);
CREATE INDEX attempt_of_notice ON attempt (outbox_id);

-- What people did with a dead letter: tried it again, or dropped it.
CREATE TABLE letter_act (
    id INTEGER PRIMARY KEY,
    outbox_id BIGINT NOT NULL REFERENCES outbox (id) ON DELETE CASCADE,
    at BIGINT NOT NULL,
    act TEXT NOT NULL,
    author TEXT NOT NULL,
    comment TEXT
);
CREATE INDEX letter_act_of_notice ON letter_act (outbox_id);

-- A way out (`mail`, or a channel as `channel:NAME`) by which nothing gets through since its last success. `told_at` is when
-- that was told through the fallback; one that was told stays with its end until that is told, too, beside the next.
CREATE TABLE way_failure (
    id INTEGER PRIMARY KEY,
    way TEXT NOT NULL,
    since BIGINT NOT NULL,
    last_error TEXT NOT NULL,
    told_at BIGINT,
    ended_at BIGINT
);
CREATE UNIQUE INDEX way_failure_open ON way_failure (way) WHERE ended_at IS NULL;

-- Since when the stories of a brand are watched for spikes.
CREATE TABLE spike_watch (
    brand TEXT PRIMARY KEY,
    since BIGINT NOT NULL
);
CREATE INDEX spike_watch_since ON spike_watch (since);

-- How far they are: the last mention that was looked at, and the hour until which time has passed. What follows from the
-- mentions until there has been told. One row.
CREATE TABLE spike_cursor (
    id BIGINT PRIMARY KEY,
    mention_id BIGINT NOT NULL,
    passed_at BIGINT NOT NULL
);

-- A spike of negative stories, with what supports it as it was last told, and all that is told of it as it stands, for
-- those who hear of it later. It is open while it has no end.
CREATE TABLE incident (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    brand TEXT NOT NULL,
    onset BIGINT NOT NULL,
    found_at BIGINT NOT NULL,
    told_at BIGINT NOT NULL,
    told BIGINT NOT NULL,
    ended_at BIGINT,
    ending TEXT,
    acknowledged_at BIGINT,
    acknowledged_by TEXT,
    evidence TEXT NOT NULL,
    notice TEXT NOT NULL
);
CREATE UNIQUE INDEX incident_open ON incident (brand) WHERE ended_at IS NULL;
CREATE INDEX incident_of_brand ON incident (brand, onset);
CREATE INDEX incident_ended ON incident (ended_at) WHERE ended_at IS NOT NULL;

-- Negative stories that were no incident since too few people wrote them, as they stood when there were most of them (`at`);
-- found `since`.
CREATE TABLE few_authors (
    id INTEGER PRIMARY KEY,
    brand TEXT NOT NULL,
    since BIGINT NOT NULL,
    at BIGINT NOT NULL,
    stories BIGINT NOT NULL,
    evidence TEXT NOT NULL
);
CREATE INDEX few_authors_of_brand ON few_authors (brand, since);
CREATE INDEX few_authors_at ON few_authors (at);

-- Who was told of an incident, by which route, and by which row of the outbox first: later mails answer that one.
CREATE TABLE incident_told (
    incident_id BIGINT NOT NULL REFERENCES incident (id) ON DELETE CASCADE,
    recipient TEXT NOT NULL,
    route TEXT NOT NULL,
    outbox_id BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (incident_id, recipient)
) WITHOUT ROWID;

-- That somebody is not told yet how an incident stands, and what holds it. The row goes when it is told.
CREATE TABLE held_incident (
    incident_id BIGINT NOT NULL REFERENCES incident (id) ON DELETE CASCADE,
    recipient TEXT NOT NULL,
    route TEXT NOT NULL,
    reason TEXT NOT NULL,
    silence_id BIGINT REFERENCES silence (id),
    held_at BIGINT NOT NULL,
    until BIGINT NOT NULL,
    PRIMARY KEY (incident_id, recipient)
) WITHOUT ROWID;
CREATE INDEX incident_held_until ON held_incident (until);
CREATE INDEX incident_held_by ON held_incident (silence_id) WHERE silence_id IS NOT NULL;

-- Alerts that are not mailed one by one while an incident lasts, and the mail about it that has told them.
CREATE TABLE incident_alert (
    incident_id BIGINT NOT NULL REFERENCES incident (id) ON DELETE CASCADE,
    recipient TEXT NOT NULL,
    alert_id BIGINT NOT NULL REFERENCES alert (id) ON DELETE CASCADE,
    route TEXT NOT NULL,
    outbox_id BIGINT,
    PRIMARY KEY (incident_id, recipient, alert_id)
) WITHOUT ROWID;
CREATE INDEX incident_of_alert ON incident_alert (alert_id);

-- Up to when entries without a mention, and mentions, were forgotten: what is counted before it is not all there was.
CREATE TABLE forgotten (
    what TEXT PRIMARY KEY,
    until BIGINT NOT NULL
) WITHOUT ROWID;

-- The last slot a digest was composed for.
CREATE TABLE digest_slot (
    digest TEXT PRIMARY KEY,
    slot BIGINT NOT NULL
);

-- Who wants a digest no more, though the configuration names them.
CREATE TABLE digest_leave (
    digest TEXT NOT NULL,
    recipient TEXT NOT NULL,
    left_at BIGINT NOT NULL,
    left_by TEXT NOT NULL,
    PRIMARY KEY (digest, recipient)
) WITHOUT ROWID;

-- Where a hub delivers what is new in a source (WebSub). The secret that signs deliveries follows from `token` and a key
-- that is not kept here. `due_at` is when something has to be asked of the hub; nothing when it is null.
CREATE TABLE subscription (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    source TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    hub TEXT NOT NULL,
    topic TEXT NOT NULL,
    read_from TEXT NOT NULL,
    state TEXT NOT NULL,
    token TEXT UNIQUE,
    callback TEXT,
    key_id TEXT,
    allow_private BIGINT NOT NULL,
    found_at BIGINT NOT NULL,
    asked_at BIGINT,
    verified_at BIGINT,
    lease_until BIGINT,
    due_at BIGINT,
    ended_at BIGINT,
    polled_at BIGINT,
    delivered_at BIGINT,
    failures BIGINT NOT NULL,
    ignored BIGINT NOT NULL,
    last_error TEXT
);
CREATE UNIQUE INDEX subscription_of_source ON subscription (source) WHERE state <> 'ended';
CREATE INDEX subscription_former ON subscription (source, found_at) WHERE state = 'ended';
CREATE INDEX subscription_due ON subscription (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX subscription_lease ON subscription (lease_until) WHERE state = 'live';
CREATE INDEX subscription_ended ON subscription (ended_at) WHERE state = 'ended';

-- A document that a hub, or a network by webhook, delivered and that is not read yet. `subscription_id` is that of the
-- hub. What a webhook told of but did not show is asked for later: `asks` holds what is left of that.
CREATE TABLE delivered_document (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    source TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    subscription_id BIGINT REFERENCES subscription (id) ON DELETE CASCADE,
    received_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    bytes BIGINT NOT NULL,
    content_type TEXT,
    body BLOB NOT NULL,
    asks TEXT
);
CREATE INDEX delivered_for ON delivered_document (source, due_at, bytes);
CREATE INDEX delivered_by_hub ON delivered_document (subscription_id) WHERE subscription_id IS NOT NULL;

-- When a network last called at the webhook of a source, and what was refused since for a wrong signature.
CREATE TABLE webhook (
    source TEXT PRIMARY KEY,
    verified_at BIGINT,
    delivered_at BIGINT,
    refused BIGINT NOT NULL DEFAULT 0,
    refused_since BIGINT
);

-- What was delivered by webhook, by its hash: networks deliver again what they think was lost, and what was deleted since
-- must not come back with it.
CREATE TABLE webhook_delivery (
    source TEXT NOT NULL,
    digest TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (source, digest)
);
CREATE INDEX webhook_delivered ON webhook_delivery (at);
