//! Bytes to feeds, HTML to text, written dates to instants, addresses to one form. Never does I/O, never builds a tree of
//! foreign markup, and its time is linear in what it reads.

pub mod date;
pub mod feed;
pub mod json;
pub mod link;
pub mod link_header;
pub mod text;

mod balance;
mod charset;
mod json_feed;
mod markup;
mod naked;
mod page;
mod repair;
mod root;
