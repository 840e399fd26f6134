//! The head of a request to the proxy: RFC 9112 §3.2.2 (a whole URL) and RFC 9110 §9.3.6 (`CONNECT`).

use super::hosts::split_port;

/// What a client asks the proxy for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ProxyRequest {
    pub(super) host: String,
    pub(super) port: u16,
    /// What is sent to the host first; `None` for `CONNECT`, where the client speaks to the host itself.
    pub(super) head: Option<Vec<u8>>,
}

impl ProxyRequest {
    /// Reads a head, up to and with its empty line. `None` when it is not a request to a proxy.
    pub(super) fn parse(head: &[u8]) -> Option<Self> {
        let head = std::str::from_utf8(head).ok()?;
        let (line, headers) = head.split_once("\r\n")?;
        let mut words = line.split(' ');
        let (method, target, version) = (words.next()?, words.next()?, words.next()?);
        if words.next().is_some() || !version.starts_with("HTTP/1.") {
            return None;
        }
        if method == "CONNECT" {
            let (host, port) = split_port(target)?;
            return Some(Self { host: host.to_owned(), port: port?, head: None });
        }
        let rest = target.strip_prefix("http://")?;
        let path_at = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(path_at);
        // What precedes an `@` is a user, not the host.
        let authority = authority.rsplit('@').next()?;
        let (host, port) = split_port(authority)?;
        let slash = if path.starts_with('/') { "" } else { "/" };
        let mut own = format!("{method} {slash}{path} HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\n");
        // One request per connection: a second one could be for another host.
        let dropped = ["host", "connection", "proxy-connection", "proxy-authorization", "keep-alive"];
        for header in headers.split("\r\n").filter(|header| !header.is_empty()) {
            let name = header.split(':').next().unwrap_or_default().trim().to_ascii_lowercase();
            if !dropped.contains(&name.as_str()) {
                own.push_str(header);
                own.push_str("\r\n");
            }
        }
        own.push_str("\r\n");
        Some(Self { host: host.to_owned(), port: port.unwrap_or(80), head: Some(own.into_bytes()) })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn requests_are_read() {
        let connect = ProxyRequest::parse(b"CONNECT example.org:443 HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
        assert_eq!(connect, ProxyRequest { host: "example.org".into(), port: 443, head: None });
        let get =
            b"GET http://user@example.org:81?q HTTP/1.1\r\nHost: other.test\r\nProxy-Connection: k\r\nAccept: a\r\n\r\n";
        let get = ProxyRequest::parse(get).unwrap();
        assert_eq!((get.host.as_str(), get.port), ("example.org", 81));
        let head = String::from_utf8(get.head.unwrap()).unwrap();
        assert_eq!(head, "GET /?q HTTP/1.1\r\nHost: example.org:81\r\nConnection: close\r\nAccept: a\r\n\r\n");
        for bad in
            ["GET / HTTP/1.1\r\n\r\n", "CONNECT example.org HTTP/1.1\r\n\r\n", "CONNECT a:1 x HTTP/1.1\r\n\r\n", "x"]
        {
            assert_eq!(ProxyRequest::parse(bad.as_bytes()), None, "{bad}");
        }
    }
}
