//! The proxies that the environment names, as other programs read it. Never shows a name or password for one.

use std::fmt;

use url::Url;

use super::env::Env;
use super::fault::{Findings, Place};

/// Which requests go through a proxy. No key of the file says so: machines that need proxies name them for all programs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProxyConfig {
    /// For `http` addresses (`http_proxy`, else `all_proxy`).
    pub http: Option<ProxyAddress>,
    /// For `https` addresses (`https_proxy`, else `all_proxy`).
    pub https: Option<ProxyAddress>,
    /// Hosts, domains and networks that are reached without one, separated by commas (`no_proxy`).
    pub except: String,
}

/// Where a proxy is, with the name and password it wants to hear, if any.
#[derive(Clone, PartialEq, Eq)]
pub struct ProxyAddress(Url);

impl ProxyAddress {
    /// The address for whoever connects to it; it may hold a password.
    #[must_use]
    pub fn expose_secret(&self) -> &Url {
        &self.0
    }
}

/// Its host only.
impl fmt::Debug for ProxyAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ProxyAddress").field(&self.0.host_str().unwrap_or_default()).finish()
    }
}

/// Reads the variables in small letters, else in capitals. `HTTP_PROXY` is passed over where a web server runs mentiond
/// as a CGI program, since there a request can set it.
pub(super) fn resolve(env: &Env, findings: &mut Findings) -> ProxyConfig {
    let of_request = env.get("REQUEST_METHOD").is_some();
    let first = |names: [&'static str; 2]| {
        let trusted = names.into_iter().filter(|name| !(of_request && *name == "HTTP_PROXY"));
        trusted.filter_map(|name| Some((name, env.get(name)?))).next()
    };
    let mut address = |names| {
        let (name, text) = first(names)?;
        let wrong =
            |message| findings.add(&Place::variable(name), message, "for instance `http://proxy.example.org:3128`");
        parse(text).map_err(wrong).ok()
    };
    let all = address(["all_proxy", "ALL_PROXY"]);
    ProxyConfig {
        http: address(["http_proxy", "HTTP_PROXY"]).or_else(|| all.clone()),
        https: address(["https_proxy", "HTTPS_PROXY"]).or(all),
        except: first(["no_proxy", "NO_PROXY"]).map(|(_, text)| text.to_owned()).unwrap_or_default(),
    }
}

fn parse(text: &str) -> Result<ProxyAddress, String> {
    let whole = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
    let url = Url::parse(&whole).map_err(|_| "the address of the proxy cannot be read".to_owned())?;
    match url.scheme() {
        "http" | "https" => Ok(ProxyAddress(url)),
        other => Err(format!("a proxy that speaks `{other}` cannot be used, only `http` and `https`")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> (ProxyConfig, String) {
        let env = Env(variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect());
        let mut findings = Findings::default();
        let proxies = resolve(&env, &mut findings);
        let faults = findings.into_faults().iter().map(ToString::to_string).collect::<Vec<_>>();
        (proxies, faults.join("\n"))
    }

    #[test]
    fn variables_are_read_as_other_programs_do() {
        let [a, b, c] = ["http://a.example:1/", "https://b.example:2/", "http://c.example/"];
        for (variables, http, https) in [
            (vec![], None, None),
            (vec![("http_proxy", a), ("HTTPS_PROXY", b)], Some(a), Some(b)),
            (vec![("HTTP_PROXY", b), ("http_proxy", a)], Some(a), None),
            (vec![("ALL_PROXY", c)], Some(c), Some(c)),
            (vec![("all_proxy", c), ("https_proxy", b)], Some(c), Some(b)),
            (vec![("HTTP_PROXY", a), ("https_proxy", b), ("REQUEST_METHOD", "GET")], None, Some(b)),
            (vec![("http_proxy", a), ("REQUEST_METHOD", "GET")], Some(a), None),
            (vec![("http_proxy", ""), ("https_proxy", "c.example")], None, Some(c)),
        ] {
            let (proxies, faults) = read(&variables);
            let seen = |proxy: &Option<ProxyAddress>| proxy.as_ref().map(|proxy| proxy.expose_secret().to_string());
            let expected = (http.map(str::to_owned), https.map(str::to_owned));
            assert_eq!((seen(&proxies.http), seen(&proxies.https)), expected, "{variables:?}");
            assert_eq!(faults, "");
        }
        assert_eq!(read(&[("NO_PROXY", "localhost, .example.org")]).0.except, "localhost, .example.org");
    }

    #[test]
    fn a_password_is_not_shown() {
        let (proxies, _) = read(&[("http_proxy", "http://anna:hunter2@proxy.example:3128")]);
        assert_eq!(format!("{:?}", proxies.http), "Some(ProxyAddress(\"proxy.example\"))");
        let (_, faults) =
            read(&[("all_proxy", "socks5://anna:hunter2@proxy.example"), ("http_proxy", "http://a:hunter2@:x")]);
        let hint = "\n  hint: for instance `http://proxy.example.org:3128`";
        let kind = "environment: all_proxy: a proxy that speaks `socks5` cannot be used, only `http` and `https`";
        let unread = "environment: http_proxy: the address of the proxy cannot be read";
        assert_eq!(faults, format!("{kind}{hint}\n{unread}{hint}"));
    }
}
