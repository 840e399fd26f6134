//! Reads one HTTP/1.1 request.

use std::collections::BTreeMap;
use std::io::{self, BufRead, Error, ErrorKind, Read};

/// More than any client of a channel sends.
const MAX_LINE_BYTES: u64 = 64 * 1024;

#[derive(Debug, Clone)]
pub(super) struct Request {
    pub(super) method: String,
    /// As the client wrote it.
    pub(super) target: String,
    /// Names in lower case.
    pub(super) headers: BTreeMap<String, String>,
}

impl Request {
    /// The next request of a connection; nothing when the client has closed it.
    pub(super) fn read(reader: &mut impl BufRead) -> io::Result<Option<Self>> {
        let Some(first) = line(reader)? else { return Ok(None) };
        let mut words = first.split(' ');
        let (Some(method), Some(target)) = (words.next(), words.next()) else {
            return Err(Error::new(ErrorKind::InvalidData, "not an HTTP request"));
        };
        let mut request = Self { method: method.to_owned(), target: target.to_owned(), headers: BTreeMap::new() };
        while let Some(header) = line(reader)?.filter(|line| !line.is_empty()) {
            if let Some((name, value)) = header.split_once(':') {
                request.headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
            }
        }
        // A body says nothing to a site of files, but it has to be gone before the next request.
        let length = request.headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
        io::copy(&mut reader.take(length), &mut io::sink())?;
        Ok(Some(request))
    }

    /// The path without a query, percent escapes undone. A client that takes this for a proxy writes whole addresses.
    pub(super) fn path(&self) -> String {
        let path = self.target.split(['?', '#']).next().unwrap_or_default();
        let behind_host = path.strip_prefix("http://").map(|rest| rest.find('/').and_then(|start| rest.get(start..)));
        let path = behind_host.map_or(path, |behind| behind.unwrap_or("/"));
        let mut bytes = Vec::with_capacity(path.len());
        let mut rest = path.as_bytes();
        while let Some((&first, tail)) = rest.split_first() {
            let escaped = tail.get(..2).filter(|_| first == b'%').and_then(|digits| {
                let digits = std::str::from_utf8(digits).ok()?;
                u8::from_str_radix(digits, 16).ok()
            });
            bytes.push(escaped.unwrap_or(first));
            rest = if escaped.is_some() { tail.get(2..).unwrap_or_default() } else { tail };
        }
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

/// One line without its end; nothing at the end of the stream.
fn line(reader: &mut impl BufRead) -> io::Result<Option<String>> {
    let mut bytes = Vec::new();
    if reader.take(MAX_LINE_BYTES).read_until(b'\n', &mut bytes)? == 0 {
        return Ok(None);
    }
    Ok(Some(String::from_utf8_lossy(&bytes).trim_end_matches(['\r', '\n']).to_owned()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn a_request_is_read_and_the_next_one_starts_behind_its_body() {
        let text = b"GET /a%20b%2Fc?q=1 HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabcHEAD / HTTP/1.1\r\n\r\n";
        let mut reader = text.as_slice();
        let request = Request::read(&mut reader).unwrap().unwrap();
        assert_eq!((request.method.as_str(), request.path().as_str()), ("GET", "/a b/c"));
        assert_eq!(request.headers.get("host").map(String::as_str), Some("x"));
        assert_eq!(Request::read(&mut reader).unwrap().unwrap().method, "HEAD");
        let mut to_proxy = b"GET http://h.org/a/b?q HTTP/1.1\r\n\r\n".as_slice();
        assert_eq!(Request::read(&mut to_proxy).unwrap().unwrap().path(), "/a/b");
        assert!(Request::read(&mut reader).unwrap().is_none());
    }
}
