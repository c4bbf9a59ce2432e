//! Which addresses are not reached unless a source says so: everything that is not the public internet. Decided on the
//! address that is connected to, never on a name: names are judged by what they resolve to, literals before asking.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::{fmt, io};

use futures_util::future::BoxFuture;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

use super::words;

/// Why an address is not reached.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(super) struct Forbidden(String);

/// Why a name leads nowhere.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum ResolveError {
    /// No address belongs to it, or nobody can tell.
    #[error("the name `{name}` cannot be resolved: {cause}")]
    Unknown { name: String, cause: String },
    /// No address that belongs to it may be reached.
    #[error(transparent)]
    Forbidden(Forbidden),
}

/// Judges a literal in an address, however it is written (`127.1`, `0x7f.1`, `2130706433`, `[::ffff:127.0.0.1]`). A
/// resolver never sees those.
///
/// # Errors
/// When it may not be reached. Names pass: [`Resolver`] judges them.
pub(super) fn check_literal(url: &Url) -> Result<(), Forbidden> {
    let address = match url.host() {
        Some(Host::Ipv4(address)) => IpAddr::V4(address),
        Some(Host::Ipv6(address)) => IpAddr::V6(address),
        Some(Host::Domain(_)) | None => return Ok(()),
    };
    match forbidden(address) {
        Some(kind) => Err(Forbidden(format!("`{address}` is {kind}"))),
        None => Ok(()),
    }
}

/// How a name becomes addresses.
pub(super) type Lookup = Arc<dyn Fn(String) -> BoxFuture<'static, io::Result<Vec<SocketAddr>>> + Send + Sync>;

/// As the system does it.
pub(super) fn of_system() -> Lookup {
    Arc::new(|name| Box::pin(async move { Ok(tokio::net::lookup_host((name, 0)).await?.collect()) }))
}

/// Resolves names; unless `allow_private`, only public addresses come out. What comes out is what is connected to.
#[derive(Clone)]
pub(super) struct Resolver {
    pub(super) allow_private: bool,
    pub(super) lookup: Lookup,
}

impl Resolver {
    /// Judges the name in an address that somebody else will resolve. A literal has been judged already.
    ///
    /// # Errors
    /// When it has no address that may be reached.
    pub(super) async fn check(&self, url: &Url) -> Result<(), ResolveError> {
        match url.domain() {
            Some(name) => self.addresses(name).await.map(drop),
            None => Ok(()),
        }
    }

    /// The addresses of a name that may be reached; their ports say nothing.
    ///
    /// # Errors
    /// When there is none.
    pub(super) async fn addresses(&self, name: &str) -> Result<Vec<SocketAddr>, ResolveError> {
        let found = (self.lookup)(name.to_owned()).await.map_err(|error| unknown(name, &error.to_string()))?;
        admit(name, found, self.allow_private)
    }
}

impl fmt::Debug for Resolver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Resolver").field("allow_private", &self.allow_private).finish_non_exhaustive()
    }
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let resolver = self.clone();
        Box::pin(async move {
            let reached = resolver.addresses(name.as_str()).await?;
            Ok(Box::new(reached.into_iter()) as Addrs)
        })
    }
}

/// The addresses of a name that may be reached.
fn admit(name: &str, mut found: Vec<SocketAddr>, allow_private: bool) -> Result<Vec<SocketAddr>, ResolveError> {
    let Some(first) = found.first().map(SocketAddr::ip) else {
        return Err(unknown(name, "it has no address"));
    };
    if !allow_private {
        found.retain(|address| forbidden(address.ip()).is_none());
    }
    match forbidden(first) {
        Some(kind) if found.is_empty() => {
            Err(ResolveError::Forbidden(Forbidden(format!("`{name}` leads to `{first}`, {kind}"))))
        }
        _ => Ok(found),
    }
}

fn unknown(name: &str, cause: &str) -> ResolveError {
    let cause = cause.trim_start_matches("failed to lookup address information: ").to_owned();
    ResolveError::Unknown { name: words::plain(name), cause }
}

/// What kind of address it is, if it is not one of the public internet.
fn forbidden(address: IpAddr) -> Option<&'static str> {
    match address {
        IpAddr::V4(address) => forbidden_v4(address),
        IpAddr::V6(address) => forbidden_v6(address),
    }
}

/// By the IANA IPv4 special-purpose address registry.
fn forbidden_v4(address: Ipv4Addr) -> Option<&'static str> {
    Some(match address.octets() {
        [127, ..] => "a loopback address",
        [10, ..] | [172, 16..=31, ..] | [192, 168, ..] => "a private address",
        [169, 254, ..] => "a link-local address",
        [100, 64..=127, ..] => "an address inside a provider's network",
        [224..=239, ..] => "a multicast address",
        [192, 0, 2, _] | [198, 51, 100, _] | [203, 0, 113, _] => "an address for documentation",
        [198, 18..=19, ..] => "an address for benchmarks",
        [0 | 240..=255, ..] | [192, 0, 0, _] | [192, 88, 99, _] => "a reserved address",
        _ => return None,
    })
}

/// By the IANA IPv6 special-purpose address registry. Beyond `2000::/3` nothing is public but `64:ff9b::/96`, through
/// which IPv6-only networks reach IPv4 (RFC 6052): there the address inside decides.
fn forbidden_v6(address: Ipv6Addr) -> Option<&'static str> {
    Some(match address.segments() {
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            return forbidden_v4(Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low)));
        }
        [0, 0, 0, 0, 0, 0, 0, 1] => "a loopback address",
        [0, 0, 0, 0, 0, 0xffff, ..] | [0x2002, ..] | [0x2001, 0, ..] => "an IPv4 address in disguise",
        [0xfc00..=0xfdff, ..] => "a private address",
        [0xfe80..=0xfebf, ..] => "a link-local address",
        [0xff00..=0xffff, ..] => "a multicast address",
        [0x2001, 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] => "an address for documentation",
        [0x2001, 0..=0x1ff, ..] => "a reserved address",
        [0x2000..=0x3fff, ..] => return None,
        _ => "a reserved address",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_special_network_is_forbidden_from_its_first_to_its_last_address() {
        let special = "0.0.0.0 0.255.255.255 10.0.0.0 10.255.255.255 100.64.0.0 100.127.255.255 127.0.0.1 \
             127.255.255.255 169.254.0.0 169.254.169.254 169.254.255.255 172.16.0.0 172.31.255.255 192.0.0.1 192.0.2.9 \
             192.88.99.1 192.168.0.0 192.168.255.255 198.18.0.0 198.19.255.255 198.51.100.7 203.0.113.7 224.0.0.1 \
             239.255.255.255 240.0.0.1 255.255.255.255 \
             :: ::1 ::7f00:1 ::ffff:127.0.0.1 ::ffff:8.8.8.8 ::ffff:0:7f00:1 64:ff9b::127.0.0.1 64:ff9b::169.254.169.254 \
             64:ff9b:1::1 64:ff9b:1:ffff::8.8.8.8 100::1 2001::1 2001:0:53aa:64c:: 2001:2::1 2001:10::1 2001:1ff:: \
             2001:db8::1 2002:7f00:1:: 2002:808:808::1 3fff::1 3fff:fff:: 5f00::1 fc00::1 fd00:ec2::254 fdff:: fe80::1 \
             febf::1 fec0::1 ff02::1 ffff:: 4000:: 1fff::";
        for address in special.split_whitespace() {
            assert!(forbidden(address.parse().unwrap()).is_some(), "{address}");
        }
    }

    #[test]
    fn their_neighbours_are_not() {
        let public = "1.0.0.0 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.0 169.253.1.1 \
             169.255.0.0 172.15.255.255 172.32.0.0 192.0.1.0 192.0.3.0 192.88.98.1 192.167.1.1 192.169.0.0 198.17.1.1 \
             198.20.0.0 203.0.112.1 203.0.114.1 223.255.255.255 8.8.8.8 \
             64:ff9b::8.8.8.8 2001:200:: 2001:4860:4860::8888 2001:db7:: 2001:db9:: 2003::1 2606:4700::1111 3ffe:: 3fff:1000::";
        for address in public.split_whitespace() {
            assert_eq!(forbidden(address.parse().unwrap()), None, "{address}");
        }
    }

    #[test]
    fn a_literal_is_seen_through_however_it_is_written() {
        for host in "127.0.0.1 127.1 0x7f.1 2130706433 0177.0.0.1 0 %31%32%37.1 127.0.0.1. １２７.１ [::1] \
                     [::ffff:127.0.0.1] [::ffff:7f00:1] 169.254.169.254 2852039166"
            .split_whitespace()
        {
            let url = Url::parse(&format!("http://{host}/latest/meta-data?key=secret")).unwrap();
            let refused = check_literal(&url).unwrap_err().to_string();
            assert!(!refused.contains("secret"), "{host}: {refused}");
        }
        assert_eq!(check_literal(&Url::parse("http://8.8.8.8/").unwrap()), Ok(()));
        assert_eq!(check_literal(&Url::parse("http://localhost/").unwrap()), Ok(()), "a resolver judges names");
    }

    #[test]
    fn a_name_keeps_only_its_public_addresses() {
        let at = |list: &[&str]| list.iter().map(|ip| SocketAddr::new(ip.parse().unwrap(), 0)).collect::<Vec<_>>();
        let mixed = ["127.0.0.1", "8.8.8.8", "fd00::1"];
        assert_eq!(admit("x.example", at(&mixed), false), Ok(at(&["8.8.8.8"])));
        assert_eq!(admit("x.example", at(&mixed), true), Ok(at(&mixed)));
        let refused = admit("x.example", at(&["10.1.2.3", "::1"]), false).unwrap_err();
        assert_eq!(refused.to_string(), "`x.example` leads to `10.1.2.3`, a private address");
        let nowhere = admit("x.example", Vec::new(), true).unwrap_err();
        assert_eq!(nowhere.to_string(), "the name `x.example` cannot be resolved: it has no address");
    }

    #[tokio::test]
    async fn the_resolver_filters() {
        let resolve =
            |allow_private| Resolver { allow_private, lookup: of_system() }.resolve("localhost".parse().unwrap());
        let Err(refused) = resolve(false).await else { panic!("localhost was let through") };
        assert!(matches!(refused.downcast_ref(), Some(ResolveError::Forbidden(_))), "{refused}");
        assert!(resolve(true).await.is_ok_and(|mut found| found.all(|address| address.ip().is_loopback())));
    }
}
