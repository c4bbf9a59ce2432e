//! mentiond at work, to look at: an invented world on loopback, a fast clock, and a mail server that catches what is
//! sent. Only the world and the clock are invented; what runs over them is the daemon as it is.

mod catcher;
mod days;
mod feeds;
mod folder;
mod mails;
mod networks;
mod pages;
mod run;
mod server;
mod summary;
mod world;

pub use catcher::Catcher;
pub use folder::{Folder, FolderError};
pub use mails::{Caught, Envelope, Mails};
pub use run::run;
pub use server::Server;
pub use world::{Acknowledgement, Item, Site, World};
