//! mentiond hears what people say about a brand and makes sure somebody answers in time.
//!
//! A poll goes like this; `pipeline.rs` tells it top to bottom:
//!
//! ```text
//! source    how to ask a network, and how to read its answer
//! fetch     the one HTTP client: guarded, bounded, polite
//! parse     bytes -> feed, HTML -> text
//! query     which brands are mentioned
//! sentiment in which tone and how severe, and which words say so
//! story     which mentions are copies of one another
//! alert     whether somebody must hear of it now
//! health    whether a source is well
//! seal      how sessions of networks are kept
//! link      what stands in a mail so that its recipient can answer by it
//! store     entries, mentions, alerts, cursors and outbox rows in one transaction
//! digest    when a period ends, and how it is summed up
//! report    what each recipient is told about it
//! replay    what would have been told of what was said, by another configuration
//! deliver   the outbox -> mail and channels
//! web       the server: whether all is well, what recipients answer, and what hubs deliver (websub)
//! worker    the loops that make it happen, started by `app` for `cli`
//! ```
//!
//! Who may import whom. `tests/architecture.rs` reads this table and fails on any other `crate::` path:
//!
//! | level | module | may import |
//! |---|---|---|
//! | 0 | model, clock, shutdown, pulse, tally | model |
//! | 1 | config, parse, query, story, health, websub, link, seal | model |
//! | 1 | sentiment | model, query |
//! | 2 | source, insight, digest | model, config, parse (source only), query |
//! | 2 | alert | model, config, query, sentiment |
//! | 2 | store | model, config, story, health |
//! | 2 | fetch | model, config, clock |
//! | 2 | deliver | model, config, tally, link, fetch |
//! | 2 | telemetry | config |
//! | 3 | pipeline | model, config, clock, seal, source, fetch, parse, query, sentiment, story, alert, store |
//! | 3 | replay | model, config, query, story, alert, insight, digest |
//! | 3 | report | model, config, store, insight, digest |
//! | 3 | web | model, config, clock, shutdown, pulse, tally, websub, link, store, deliver |
//! | 4 | worker | model, config, clock, shutdown, pulse, tally, websub, pipeline, report, insight, alert, store, deliver, telemetry |
//! | 5 | app, cli, demo | everything above |

pub mod model;

pub mod clock;
pub mod pulse;
pub mod shutdown;
pub mod tally;

pub mod config;

pub mod health;
pub mod link;
pub mod parse;
pub mod query;
pub mod seal;
pub mod sentiment;
pub mod story;
pub mod websub;

pub mod alert;
pub mod digest;
pub mod insight;
pub mod source;

pub mod deliver;
pub mod fetch;
pub mod store;
pub mod telemetry;

pub mod pipeline;
pub mod replay;
pub mod report;
pub mod web;

pub mod worker;

pub mod app;
pub mod cli;
pub mod demo;
