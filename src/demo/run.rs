//! The demo from beginning to end: sets the world up, lets the daemon live through it, and says what came of it.

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use tokio::net::TcpListener;

use super::days::{self, Day};
use super::summary::Findings;
use super::{Catcher, Folder, Mails, Server, World};
use crate::app::{App, StateLock};
use crate::clock::Clock;
use crate::config::{self, Config, Env};
use crate::shutdown::{Shutdown, unless_stopped};

/// The configuration that is run, but for the two addresses below.
const CONFIGURATION: &str = include_str!("../../config/demo.toml");
/// Where the world is, unless somebody else listens there. It is always the same, so that the links in the mails of a
/// former demo work while one is served.
const WORLD: &str = "127.0.0.1:7807";
/// Where the mail server is, unless somebody else listens there.
const MAIL: &str = "127.0.0.1:7825";

/// Shows mentiond at work in `dir`, or in a new folder, and says on `out` what happens; with `serve`, the world and the
/// mails can then be visited until the stop is asked for.
///
/// # Errors
/// When the folder is not the demo's to use, something cannot be written, or the daemon fails.
pub async fn run(dir: Option<PathBuf>, serve: bool, out: &mut impl Write, shutdown: Shutdown) -> Result<()> {
    let folder = prepare(dir)?;
    let clock = Clock::simulated(days::begin());
    let world = Arc::new(World::load()?);
    let mails = Arc::new(Mails::new(&folder.mails(), clock.clone()));
    let server = Server::start(listen(WORLD).await?, Arc::clone(&world), Arc::clone(&mails), clock.clone())?;
    let catcher = Catcher::start(listen(MAIL).await?, Arc::clone(&mails))?;
    let config = configure(&folder, &server, &catcher)?;

    writeln!(out, "Ten days of an invented world, on a fast clock. Nothing leaves this machine.\n")?;
    let began = std::time::Instant::now();
    let app = App::start(config, clock.clone()).await?;
    let lived = unless_stopped(&shutdown, days::live(&app, &clock, &world, &mails, out)).await;
    let findings = match lived {
        Some(days) => Some(gather(&app, &days?).await?),
        None => None,
    };
    app.stop().await?;
    let Some(findings) = findings else {
        writeln!(out, "\nStopped. What there is lies in {}", folder.path().display())?;
        return Ok(());
    };
    writeln!(out, "\nThat took {:.1} s.", began.elapsed().as_secs_f64())?;
    findings.show(&mails.all(), &folder, out)?;
    if serve {
        let _lock = StateLock::take(&folder.state())?;
        visit(&server, out, &shutdown).await?;
    }
    Ok(())
}

/// The folder, with nothing of a former demo in it. A daemon that runs there is left alone.
fn prepare(dir: Option<PathBuf>) -> Result<Folder> {
    let folder = Folder::choose(dir)?;
    let _lock = StateLock::take(&folder.state())?;
    folder.clear()?;
    Ok(folder)
}

/// Listens at `wanted`, or at any free port if that one is taken.
async fn listen(wanted: &str) -> Result<TcpListener> {
    if let Ok(listener) = TcpListener::bind(wanted).await {
        return Ok(listener);
    }
    TcpListener::bind("127.0.0.1:0").await.context("nothing can listen on 127.0.0.1")
}

/// Writes the configuration down, with the addresses as they are, and reads it as the daemon would. The environment of
/// this process has no part in it: it may name a real mail server.
fn configure(folder: &Folder, server: &Server, catcher: &Catcher) -> Result<Config> {
    let port = |address: &str| address.rsplit(':').next().map(|port| format!("port = {port}")).unwrap_or_default();
    let text = CONFIGURATION
        .replace(WORLD, &server.address().to_string())
        .replace(&port(MAIL), &port(&catcher.address().to_string()));
    let path = folder.config();
    std::fs::write(&path, &text).with_context(|| format!("the file `{}` cannot be written", path.display()))?;
    Ok(config::parse(&path.to_string_lossy(), &text, &Env::default())?)
}

async fn gather(app: &App, days: &[Day]) -> Result<Findings> {
    Findings::gather(app.store(), days).await.context("what was found cannot be read")
}

async fn visit(server: &Server, out: &mut impl Write, shutdown: &Shutdown) -> Result<()> {
    let address = server.address();
    writeln!(out, "\nTo visit until Ctrl-C")?;
    writeln!(out, "  the mails  http://{address}/mails")?;
    writeln!(out, "  the world  http://{address}/")?;
    out.flush()?;
    shutdown.cancelled().await;
    Ok(())
}
