//! Servers, processes and samples that several themes need.

pub mod aiosmtpd;
pub mod broken;
pub mod contract;
pub mod daemon;
pub mod described;
pub mod digests;
pub mod dovecot;
pub mod feeds;
pub mod hostile;
pub mod kinds;
pub mod networks;
pub mod notices;
pub mod publisher;
pub mod samples;
pub mod secrets;
pub mod shown;
pub mod smtp;
pub mod streams;
pub mod web;
