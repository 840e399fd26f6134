//! Secrets in URLs never reach a message.

/// What stands in place of a secret.
const MASK: &str = "***";

/// Masks user names, passwords and conda tokens of all URLs in a text.
#[must_use]
pub fn redact(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        let (before, after) = rest.split_at(at + 3);
        out.push_str(before);
        let end = after.find(is_url_end).unwrap_or(after.len());
        let (url, tail) = after.split_at(end);
        // The path of a `file` URL may begin with `/t/` without being a token.
        if before.ends_with("file://") {
            out.push_str(url)
        } else {
            push_redacted(&mut out, url)
        }
        rest = tail;
    }
    out.push_str(rest);
    out
}

/// An error with all its causes, without secrets: `outer: inner: innermost`.
pub(crate) fn chain(error: &(dyn std::error::Error + 'static)) -> String {
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

fn is_url_end(c: char) -> bool {
    c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '<' | '>' | ')')
}

/// Pushes what follows the `://` of one URL.
fn push_redacted(out: &mut String, url: &str) {
    let authority_end = url.find(['/', '?', '#']).unwrap_or(url.len());
    let (authority, path) = url.split_at(authority_end);
    match authority.rsplit_once('@') {
        Some((_, host)) => {
            out.push_str(MASK);
            out.push('@');
            out.push_str(host);
        }
        None => out.push_str(authority),
    }
    match path.strip_prefix("/t/") {
        Some(token) => {
            let end = token.find(['/', '?', '#']).unwrap_or(token.len());
            out.push_str("/t/");
            out.push_str(MASK);
            out.push_str(token.get(end..).unwrap_or_default());
        }
        None => out.push_str(path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_names_passwords_and_tokens_are_masked() {
        assert_eq!(redact("cannot get (https://me:pw@h.org/c) now"), "cannot get (https://***@h.org/c) now");
        assert_eq!(redact("https://h.org/t/tk-1/c/noarch"), "https://h.org/t/***/c/noarch");
        assert_eq!(redact("https://a@b@h/x http://h/t/s"), "https://***@h/x http://h/t/***");
    }

    #[test]
    fn what_holds_no_secret_stays() {
        for text in ["file:///t/x/y", "https://h.org/c", "a: b", "file:///home/t/me@x"] {
            assert_eq!(redact(text), text);
        }
    }
}
