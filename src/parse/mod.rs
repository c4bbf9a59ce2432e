//! Bytes to feeds, HTML to text, written dates to instants, addresses to one form. Never does I/O, never builds a tree of
//! foreign markup, and its time is linear in what it reads.

pub mod date;
pub mod feed;
pub mod json;
pub mod link;
pub mod link_header;
pub mod opml;
pub mod stars;
pub mod text;

mod charset;
mod convert;
mod dates;
mod entity;
mod entry;
mod field;
mod hints;
mod json_feed;
mod json_items;
mod marks;
mod markup;
mod names;
mod open;
mod page;
mod redirect;
mod rewrite;
mod scan;
mod tags;
mod wide;
mod writer;
mod xml;
