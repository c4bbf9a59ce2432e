//! The server on a store of a test.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use mentiond::clock::Clock;
use mentiond::config::{self, Env};
use mentiond::link::LinkKey;
use mentiond::model::{Tongue, Tongues};
use mentiond::pulse::Pulse;
use mentiond::shutdown::Shutdown;
use mentiond::store::Store;
use mentiond::tally::Tally;
use mentiond::web::{self, Hooks, WebParts};
use mentiond::websub::HubKey;
use tokio::net::TcpListener;
use tokio::sync::Notify;

pub const KEY: &str = "0123456789abcdef0123456789abcdef";

/// What the server is made of.
pub fn parts(store: &Store, clock: &Clock) -> WebParts {
    let text = "state_dir = \"/tmp\"\nrecipients = [\"a@b.example\"]\n[[brand]]\nname = \"Hop\"\n\
                [[source]]\nname = \"b\"\nkind = \"feed\"\nurl = \"https://b.example/\"\n";
    WebParts {
        store: store.clone(),
        clock: clock.clone(),
        pulse: Pulse::default(),
        tally: Tally::default(),
        hub: HubKey::new(KEY).unwrap(),
        hooks: Hooks::default(),
        link: LinkKey::new(KEY).unwrap(),
        zone: chrono_tz::Europe::Oslo,
        tongues: Tongues { digests: [("weekly-nb".to_owned(), Tongue::Nb)].into(), ..Tongues::default() },
        digests: [(("weekly".to_owned(), "anna@skiphop.example".to_owned()), Tongue::De)].into(),
        fetch: config::parse("m.toml", text, &Env::default()).unwrap().fetch,
        fallback_after: Duration::from_secs(1800),
        poller_bell: Arc::new(Notify::new()),
    }
}

/// Serves until the test ends.
pub async fn serve(router: Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(web::serve(listener, router, Shutdown::new()));
    address
}
