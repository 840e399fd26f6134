//! Secrets of addresses never reach a message, a log or a file.

use url::Url;

const HIDDEN: &str = "***";

/// Words in the name of a query parameter that make its value a secret.
const SECRET_WORDS: [&str; 9] = ["token", "key", "secret", "passw", "sig", "auth", "credential", "session", "code"];

/// A text in which no URL has a user name, password, channel token (`/t/<token>/`) or secret query value; also an address
/// of the form `user:password@host:path`.
#[must_use]
pub fn redact(text: &str) -> String {
    if !text.contains("://") {
        return redact_scp_like(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        let (before, after) = rest.split_at(at + 3);
        out.push_str(before);
        let end = after.find(is_url_end).unwrap_or(after.len());
        let (url, tail) = after.split_at(end);
        // The path of a `file` URL may begin with `/t/` without being a token.
        if before.ends_with("file://") {
            out.push_str(url);
        } else {
            push_redacted(&mut out, url, before.ends_with("ssh://"));
        }
        rest = tail;
    }
    out.push_str(rest);
    out
}

/// An address that leads to the same place for who is let in otherwise: without user name, password and channel token.
#[must_use]
pub fn without_secrets(url: &Url) -> Url {
    let mut plain = url.clone();
    // Neither can be there where these fail.
    let _ = plain.set_username("");
    let _ = plain.set_password(None);
    if plain.scheme() != "file"
        && let Some(behind) =
            url.path().strip_prefix("/t/").and_then(|rest| rest.find('/').and_then(|end| rest.get(end..)))
    {
        plain.set_path(behind);
    }
    plain
}

/// An error with all its causes, without secrets: `outer: inner: innermost`.
#[must_use]
pub fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut next = Some(error);
    while let Some(error) = next {
        let text = error.to_string();
        // Transparent wrappers repeat what they wrap; some messages already end with their cause.
        if !parts.iter().any(|part| part.contains(&text)) {
            parts.push(text);
        }
        next = error.source();
    }
    redact(&parts.join(": "))
}

/// `user:password@host:path`; a lone user name such as `git` is not a secret.
fn redact_scp_like(address: &str) -> String {
    match address.split_once('@') {
        Some((user, rest)) if user.contains(':') && !user.contains(['/', ' ']) => format!("{HIDDEN}@{rest}"),
        _ => address.to_owned(),
    }
}

fn is_url_end(c: char) -> bool {
    c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '<' | '>' | ')')
}

/// Pushes what follows the `://` of one URL.
fn push_redacted(out: &mut String, url: &str, ssh: bool) {
    let authority_end = url.find(['/', '?', '#']).unwrap_or(url.len());
    let (authority, rest) = url.split_at(authority_end);
    match authority.rsplit_once('@') {
        // How to log in with a key is not a secret.
        Some((user, _)) if ssh && !user.contains(':') => out.push_str(authority),
        Some((_, host)) => out.extend([HIDDEN, "@", host]),
        None => out.push_str(authority),
    }
    let (path, query) = rest.split_once('?').map_or((rest, None), |(path, query)| (path, Some(query)));
    match path.strip_prefix("/t/").and_then(|rest| rest.split_once('/')) {
        Some((_, behind)) => out.extend(["/t/", HIDDEN, "/", behind]),
        None => out.push_str(path),
    }
    if let Some(query) = query {
        out.push('?');
        push_query(out, query);
    }
}

fn push_query(out: &mut String, query: &str) {
    let (query, fragment) = query.split_once('#').map_or((query, None), |(query, fragment)| (query, Some(fragment)));
    for (number, pair) in query.split('&').enumerate() {
        if number > 0 {
            out.push('&');
        }
        let name = pair.split('=').next().unwrap_or_default();
        let plain = name.to_ascii_lowercase();
        if name.len() < pair.len() && SECRET_WORDS.iter().any(|word| plain.contains(word)) {
            out.extend([name, "=", HIDDEN]);
        } else {
            out.push_str(pair);
        }
    }
    if let Some(fragment) = fragment {
        out.extend(["#", fragment]);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used, reason = "tests")]

    use super::*;

    #[test]
    fn secrets_are_left_out() {
        for (text, shown) in [
            ("https://user:pass@h.org/a.tar.gz", "https://***@h.org/a.tar.gz"),
            ("https://ghp_abc@h.org/a.git", "https://***@h.org/a.git"),
            ("https://h.org/t/to-ken/chan/a.tar.gz", "https://h.org/t/***/chan/a.tar.gz"),
            ("https://h.org/a?x=1&X-Amz-Signature=ab", "https://h.org/a?x=1&X-Amz-Signature=***"),
            ("https://h.org/a?access_token=ab#sha", "https://h.org/a?access_token=***#sha"),
            ("git:secret@h.org:a/b", "***@h.org:a/b"),
            ("ssh://git:secret@h.org/a", "ssh://***@h.org/a"),
            ("cannot get (https://me:pw@h.org/c?key=1) now", "cannot get (https://***@h.org/c?key=***) now"),
            ("https://a@b@h/x http://h/t/s/", "https://***@h/x http://h/t/***/"),
        ] {
            assert_eq!(redact(text), shown);
        }
    }

    #[test]
    fn an_address_without_secrets_still_leads_there() {
        for (url, plain) in [
            ("https://me:pw@h.org/c/a.conda", "https://h.org/c/a.conda"),
            ("https://h.org/t/to-ken/c/", "https://h.org/c/"),
            ("https://h.org/t/a.conda", "https://h.org/t/a.conda"),
            ("file:///t/x/c/", "file:///t/x/c/"),
        ] {
            assert_eq!(without_secrets(&Url::parse(url).expect(url)).as_str(), plain);
        }
    }

    #[test]
    fn what_holds_no_secret_stays() {
        for text in [
            "https://h.org/t/a.tar.gz",
            "https://h.org/a.tar.gz?version=1",
            "git@h.org:a/b.git",
            "ssh://git@h.org/a/b.git",
            "../src",
            "file:///tmp/a",
            "file:///t/x/y",
            "file:///home/t/me@x",
            "a: b",
            "note: mail me@h.org",
        ] {
            assert_eq!(redact(text), text);
        }
    }
}
