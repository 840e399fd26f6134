//! From a request to an answer: credentials, faults, content, ETag.

use std::io::{self, Write};
use std::thread;
use std::time::Duration;

use sha2::{Digest, Sha256};

use super::fault::Fault;
use super::request::Request;
use super::{Credentials, Shared};

/// What is sent back.
#[derive(Debug, Default)]
pub(super) struct Answer {
    /// 0: nothing at all, the connection is dropped.
    pub(super) status: u16,
    /// The connection ends with this answer.
    pub(super) closes: bool,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    latency: Duration,
    /// How much of the body is sent.
    cut_to: Option<usize>,
}

pub(super) fn answer(request: &Request, shared: &Shared) -> Answer {
    let path = request.path();
    let Some(fault) = shared.fault_for(&path) else { return without_fault(request, &path, shared) };
    if fault.drop {
        return Answer { closes: true, latency: fault.latency, ..Answer::default() };
    }
    let mut answer = match (&fault.body, fault.status) {
        (Some(body), status) => Answer { status: status.unwrap_or(200), body: body.clone(), ..Answer::default() },
        (None, Some(status)) => Answer { status, ..Answer::default() },
        (None, None) => without_fault(request, &path, shared),
    };
    spoil(&mut answer, fault);
    answer
}

fn spoil(answer: &mut Answer, fault: &Fault) {
    answer.latency = fault.latency;
    answer.headers.extend(fault.headers.iter().cloned());
    if fault.corrupt {
        let middle = answer.body.len() / 2;
        if let Some(byte) = answer.body.get_mut(middle) {
            *byte = !*byte;
        }
    }
    if let Some(bytes) = fault.cut_to {
        answer.cut_to = Some(bytes);
        answer.closes = true;
    }
}

fn without_fault(request: &Request, path: &str, shared: &Shared) -> Answer {
    let (path, has_token) = within_token(path, shared.site.credentials.as_ref());
    if let Some(challenge) = refused(request, has_token, shared.site.credentials.as_ref()) {
        let headers = vec![("www-authenticate".to_owned(), challenge.to_owned())];
        return Answer { status: 401, headers, ..Answer::default() };
    }
    let Some(body) = shared.content(path) else { return Answer { status: 404, ..Answer::default() } };
    let tag = format!("\"{}\"", hex::encode(Sha256::digest(&body)).get(..16).unwrap_or_default());
    let headers = vec![("etag".to_owned(), tag.clone()), ("cache-control".to_owned(), "no-cache".to_owned())];
    let known =
        request.headers.get("if-none-match").is_some_and(|tags| tags.split(',').any(|known| known.trim() == tag));
    let (status, body) = if known { (304, Vec::new()) } else { (200, body) };
    Answer { status, headers, body, ..Answer::default() }
}

/// The path without the token that the site requires as its first segment, and whether the token was present.
fn within_token<'a>(path: &'a str, credentials: Option<&Credentials>) -> (&'a str, bool) {
    let Some(Credentials::InPath { token }) = credentials else { return (path, false) };
    path.strip_prefix(&format!("/t/{token}")).map_or((path, false), |rest| (rest, true))
}

/// The challenge for a client that does not show what it has to.
fn refused(request: &Request, has_token: bool, credentials: Option<&Credentials>) -> Option<&'static str> {
    let (expected, challenge) = match credentials? {
        Credentials::Basic { user, password } => {
            (format!("Basic {}", base64(format!("{user}:{password}").as_bytes())), "Basic realm=\"testkit\"")
        }
        Credentials::Bearer { token } => (format!("Bearer {token}"), "Bearer"),
        Credentials::InPath { .. } => return (!has_token).then_some("Token"),
    };
    (request.headers.get("authorization") != Some(&expected)).then_some(challenge)
}

impl Answer {
    pub(super) fn send(&self, connection: &mut impl Write, request: &Request) -> io::Result<()> {
        thread::sleep(self.latency);
        if self.status == 0 {
            return Ok(());
        }
        let mut head = format!("HTTP/1.1 {} {}\r\n", self.status, reason(self.status));
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        if self.status != 304 {
            head.push_str(&format!("content-length: {}\r\n", self.body.len()));
        }
        head.push_str(if self.closes { "connection: close\r\n\r\n" } else { "\r\n" });
        let mut message = head.into_bytes();
        if request.method != "HEAD" {
            message.extend(self.body.iter().take(self.cut_to.unwrap_or(self.body.len())));
        }
        connection.write_all(&message)?;
        connection.flush()
    }
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        302 => "Found",
        304 => "Not Modified",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        503 => "Service Unavailable",
        _ => "Status",
    }
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let number =
            chunk.iter().fold(0_u32, |number, byte| (number << 8) | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            if place > chunk.len() {
                text.push('=');
            } else {
                let index = (number >> (18 - 6 * place)) & 63;
                text.push(LETTERS.get(index as usize).map_or('=', |letter| char::from(*letter)));
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_as_others_write_it() {
        let texts = ["", "f", "fo", "foo", "user:pass"].map(|text| base64(text.as_bytes()));
        assert_eq!(texts, ["", "Zg==", "Zm8=", "Zm9v", "dXNlcjpwYXNz"]);
    }
}
