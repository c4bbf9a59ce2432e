//! What went wrong on the way, in plain words. Never shows an address beyond its host.

use std::error::Error;
use std::io;
use std::time::Duration;

use rustls::CertificateError as Certificate;
use url::Url;

use super::guard::{Forbidden, ResolveError};
use super::redirect::Hop;
use super::words;
use crate::config::bytes_text;
use crate::model::PollFault;

/// What lets an address be reached that is not public, where a configuration asks for it.
pub const PERMISSION: &str = "`allow_private = true` at the source";

/// Whose configuration lets an address be reached that is not public.
#[derive(Debug, Clone, Copy)]
pub(super) enum Permission {
    /// The source that is read.
    OfSource,
    /// The channel that something is said to.
    OfChannel,
}

/// The address may not be reached. Who configured it may allow it; who only redirects there may not.
pub(super) fn forbidden(why: &Forbidden, hop: &Hop<'_>) -> PollFault {
    PollFault::Refused(match hop.permission {
        _ if hop.redirects > 0 => format!("a redirect is not followed: {why}"),
        Permission::OfSource => format!("{why}; {PERMISSION} lets it be read"),
        Permission::OfChannel => format!("{why}; `allow_private = true` at the channel lets it be reached"),
    })
}

/// The whole request took too long.
pub(super) fn too_slow(url: &Url, timeout: Duration) -> PollFault {
    PollFault::Unreachable(format!("no whole answer from `{}` within {}", words::host(url), words::seconds(timeout)))
}

/// No head of an answer came in time.
pub(super) fn silent(hop: &Hop<'_>, timeout: Duration) -> PollFault {
    PollFault::Unreachable(format!(
        "`{}` does not begin to answer within {}",
        words::host(&hop.url),
        words::seconds(timeout)
    ))
}

/// The body stands still.
pub(super) fn idle(url: &Url, timeout: Duration) -> PollFault {
    PollFault::Unreachable(format!("the answer of `{}` stood still for {}", words::host(url), words::seconds(timeout)))
}

/// The decoded body is too large.
pub(super) fn too_large(max_body: u64) -> PollFault {
    PollFault::Unreachable(format!("the answer is larger than {}", bytes_text(max_body)))
}

/// A name that leads nowhere, or where it may not.
pub(super) fn unresolved(why: &ResolveError, hop: &Hop<'_>) -> PollFault {
    match why {
        ResolveError::Forbidden(why) => forbidden(why, hop),
        ResolveError::Unknown { .. } => PollFault::Unreachable(why.to_string()),
    }
}

/// The connection, made through `proxy` if there is one, or what came through it.
pub(super) fn broken(
    error: &reqwest::Error,
    hop: &Hop<'_>,
    proxy: Option<&Url>,
    connect_timeout: Duration,
) -> PollFault {
    let host = words::host(&hop.url);
    for cause in causes(error) {
        if let Some(why) = cause.downcast_ref::<ResolveError>() {
            return unresolved(why, hop);
        }
        if let Some(insecure) = cause.downcast_ref::<rustls::Error>() {
            return self::insecure(insecure, &host);
        }
        if let Some(refused) = cause.downcast_ref::<io::Error>()
            && refused.kind() == io::ErrorKind::ConnectionRefused
        {
            let who = proxy.map_or_else(|| format!("`{host}`"), |proxy| format!("the proxy `{}`", words::host(proxy)));
            return PollFault::Unreachable(format!("{who} refuses the connection"));
        }
    }
    let through = proxy.map(|proxy| format!(" through the proxy `{}`", words::host(proxy))).unwrap_or_default();
    if error.is_connect() && error.is_timeout() {
        let within = words::seconds(connect_timeout);
        return PollFault::Unreachable(format!("no connection to `{host}`{through} within {within}"));
    }
    let innermost = causes(error).last().map(|cause| words::plain(&cause.to_string())).unwrap_or_default();
    PollFault::Unreachable(if error.is_connect() {
        format!("no connection to `{host}`{through}: {innermost}")
    } else if error.is_request() {
        format!("`{host}` gives no usable answer: {innermost}")
    } else {
        format!("the answer of `{host}` cannot be read to its end: {innermost}")
    })
}

/// The connection of a stream.
pub(super) fn unconnected(error: &io::Error, hop: &Hop<'_>) -> PollFault {
    let host = words::host(&hop.url);
    match error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
        Some(insecure) => self::insecure(insecure, &host),
        None if error.kind() == io::ErrorKind::ConnectionRefused => {
            PollFault::Unreachable(format!("`{host}` refuses the connection"))
        }
        None => PollFault::Unreachable(format!("no connection to `{host}`: {}", words::plain(&error.to_string()))),
    }
}

/// The same, which was waited for too long.
pub(super) fn unconnected_in_time(hop: &Hop<'_>, timeout: Duration) -> PollFault {
    let (host, within) = (words::host(&hop.url), words::seconds(timeout));
    PollFault::Unreachable(format!("no connection to `{host}` within {within}"))
}

/// TLS does not begin.
pub(super) fn insecure(insecure: &rustls::Error, host: &str) -> PollFault {
    PollFault::Unreachable(match insecure {
        rustls::Error::InvalidCertificate(why) => {
            format!("the certificate of `{host}` is not valid: {}", certificate(why))
        }
        _ => format!("no secure connection to `{host}`: {}", words::plain(&insecure.to_string())),
    })
}

/// Whether the server hung up before it answered.
pub(super) fn is_hang_up(error: &reqwest::Error) -> bool {
    let hangs_up = |cause: &(dyn Error + 'static)| {
        let by_system = cause.downcast_ref::<io::Error>().is_some_and(|error| {
            matches!(
                error.kind(),
                io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted | io::ErrorKind::BrokenPipe
            )
        });
        by_system || cause.downcast_ref::<hyper::Error>().is_some_and(hyper::Error::is_incomplete_message)
    };
    error.is_request() && !error.is_connect() && causes(error).any(hangs_up)
}

/// An error's causes from the outside in.
pub(super) fn causes(error: &reqwest::Error) -> impl Iterator<Item = &(dyn Error + 'static)> {
    std::iter::successors(error.source(), |cause| cause_of(*cause))
}

/// An I/O error hides what it wraps from [`Error::source`].
fn cause_of<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        Some(wrapped) => Some(wrapped),
        None => error.source(),
    }
}

fn certificate(why: &Certificate) -> String {
    match why {
        Certificate::Expired | Certificate::ExpiredContext { .. } => "it has expired".to_owned(),
        Certificate::NotValidYet | Certificate::NotValidYetContext { .. } => "its time has not come yet".to_owned(),
        Certificate::NotValidForName | Certificate::NotValidForNameContext { .. } => {
            "it belongs to another name".to_owned()
        }
        Certificate::UnknownIssuer => "this machine does not know who issued it".to_owned(),
        Certificate::Revoked => "it was revoked".to_owned(),
        other => words::plain(&other.to_string()),
    }
}
