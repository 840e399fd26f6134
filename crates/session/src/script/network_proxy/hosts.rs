//! Which hosts may be reached.

use crate::error::{Error, Result};

/// Ports of a host that is listed without one.
const DEFAULT_PORTS: [u16; 2] = [80, 443];

/// A list of hosts, checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::script) struct AllowedHosts {
    hosts: Vec<AllowedHost>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct AllowedHost {
    /// In lower case, without a final dot; for all hosts below a domain, the domain.
    name: String,
    /// Whether it stands for all hosts below.
    is_below: bool,
    port: Option<u16>,
}

impl AllowedHosts {
    /// Reads entries such as `example.org`, `example.org:8080`, `*.example.org`, `[::1]:8080`.
    ///
    /// # Errors
    /// [`Error::InvalidOption`] for an entry that is not one of these; a URL is a common mistake.
    pub(in crate::script) fn parse(entries: &[String]) -> Result<Self> {
        let hosts = entries.iter().map(|entry| {
            parse(entry).ok_or_else(|| Error::InvalidOption {
                option: "sandbox",
                reason: format!(
                    "invalid host `{entry}`; expected one like `example.org`, `example.org:8080` or `*.example.org`"
                ),
            })
        });
        Ok(Self { hosts: hosts.collect::<Result<_>>()? })
    }

    /// Whether a host may be reached on a port.
    pub(in crate::script) fn allows(&self, host: &str, port: u16) -> bool {
        let host = normalized(host);
        self.hosts.iter().any(|allowed| {
            let is_host = if allowed.is_below {
                host.strip_suffix(&allowed.name).is_some_and(|before| before.ends_with('.') && before.len() > 1)
            } else {
                host == allowed.name
            };
            is_host && allowed.port.map_or(DEFAULT_PORTS.contains(&port), |allowed| allowed == port)
        })
    }
}

fn parse(entry: &str) -> Option<AllowedHost> {
    let (host, port) = split_port(entry)?;
    let (host, is_below) = host.strip_prefix("*.").map_or((host, false), |domain| (domain, true));
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    let is_address = !is_below && host.parse::<std::net::Ipv6Addr>().is_ok();
    if host.is_empty() || host.starts_with('.') || !(host.chars().all(is_name) || is_address) {
        return None;
    }
    Some(AllowedHost { name: normalized(host), is_below, port })
}

/// `host`, `host:port`, `[address]`, `[address]:port`. `None` when it is none of these.
pub(super) fn split_port(text: &str) -> Option<(&str, Option<u16>)> {
    if let Some(rest) = text.strip_prefix('[') {
        let (address, rest) = rest.split_once(']')?;
        return match rest.strip_prefix(':') {
            Some(port) => Some((address, Some(port.parse().ok()?))),
            None => rest.is_empty().then_some((address, None)),
        };
    }
    match text.split_once(':') {
        Some((host, port)) => Some((host, Some(port.parse().ok()?))),
        None => Some((text, None)),
    }
}

fn normalized(host: &str) -> String {
    host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    fn hosts(entries: &[&str]) -> Result<AllowedHosts> {
        AllowedHosts::parse(&entries.iter().map(|&entry| entry.to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn hosts_are_compared_by_name_and_port() {
        let allowed = hosts(&["Example.org", "*.example.com", "registry.test:8080", "[::1]:9"]).unwrap();
        for (host, port) in [
            ("example.org", 443),
            ("EXAMPLE.org.", 80),
            ("a.example.com", 443),
            ("a.b.example.com", 80),
            ("registry.test", 8080),
            ("::1", 9),
        ] {
            assert!(allowed.allows(host, port), "{host}:{port}");
        }
        for (host, port) in [
            ("example.org", 22),
            ("sub.example.org", 443),
            ("badexample.org", 443),
            ("example.com", 443),
            ("badexample.com", 443),
            (".example.com", 443),
            ("registry.test", 443),
            ("127.0.0.1", 80),
            ("", 80),
        ] {
            assert!(!allowed.allows(host, port), "{host}:{port}");
        }
    }

    #[test]
    fn what_is_not_a_host_is_refused() {
        for entry in ["", "https://example.org", "example.org/path", "*", "*.", "a b", "example.org:x", ".org", "a,b"] {
            assert!(hosts(&[entry]).is_err(), "{entry}");
        }
    }
}
