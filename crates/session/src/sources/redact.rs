//! Addresses without their secrets, for messages, logs and files.

use url::Url;

const HIDDEN: &str = "***";

/// Words in the name of a query parameter that make its value a secret.
const SECRET_WORDS: [&str; 9] = ["token", "key", "secret", "passw", "sig", "auth", "credential", "session", "code"];

/// An address without user name, password, channel token (`/t/<token>/`) and secret query values.
///
/// Texts that are no URLs come back as they are, but for what stands before an `@`.
#[must_use]
pub fn redact(address: &str) -> String {
    // `git:secret@host:path` reads as a URL of the kind `git:`.
    let Some(mut url) = Url::parse(address).ok().filter(|url| !url.cannot_be_a_base()) else {
        return redact_scp_like(address);
    };
    if url.password().is_some() || (!url.username().is_empty() && url.scheme() != "ssh") {
        // Neither can fail for an address that has them.
        let _ = url.set_password(None);
        let _ = url.set_username(HIDDEN);
    }
    redact_channel_token(&mut url);
    redact_query(&mut url);
    url.into()
}

/// `user:password@host:path`; a lone user name such as `git` is no secret.
fn redact_scp_like(address: &str) -> String {
    match address.split_once('@') {
        Some((user, rest)) if user.contains(':') && !user.contains('/') => format!("{HIDDEN}@{rest}"),
        _ => address.to_owned(),
    }
}

fn redact_channel_token(url: &mut Url) {
    let Some(segments) = url.path_segments() else { return };
    let mut segments: Vec<String> = segments.map(str::to_owned).collect();
    if segments.len() > 2
        && segments.first().is_some_and(|first| first == "t")
        && let Some(token) = segments.get_mut(1)
    {
        HIDDEN.clone_into(token);
        url.set_path(&segments.join("/"));
    }
}

fn redact_query(url: &mut Url) {
    if url.query().is_none() {
        return;
    }
    let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    let is_secret = |name: &str| {
        let name = name.to_ascii_lowercase();
        SECRET_WORDS.iter().any(|word| name.contains(word))
    };
    if pairs.iter().any(|(name, _)| is_secret(name)) {
        let mut query = url.query_pairs_mut();
        query.clear();
        for (name, value) in &pairs {
            query.append_pair(name, if is_secret(name) { HIDDEN } else { value });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_left_out() {
        for (address, shown) in [
            ("https://user:pass@h.org/a.tar.gz", "https://***@h.org/a.tar.gz"),
            ("https://ghp_abc@h.org/a.git", "https://***@h.org/a.git"),
            ("https://h.org/t/to-ken/chan/a.tar.gz", "https://h.org/t/***/chan/a.tar.gz"),
            ("https://h.org/a?x=1&X-Amz-Signature=ab", "https://h.org/a?x=1&X-Amz-Signature=***"),
            ("https://h.org/a?access_token=ab", "https://h.org/a?access_token=***"),
            ("git:secret@h.org:a/b", "***@h.org:a/b"),
        ] {
            assert_eq!(redact(address), shown);
        }
    }

    #[test]
    fn plain_addresses_stay_as_they_are() {
        for address in [
            "https://h.org/t/a.tar.gz",
            "https://h.org/a.tar.gz?version=1",
            "git@h.org:a/b.git",
            "ssh://git@h.org/a/b.git",
            "../src",
            "file:///tmp/a",
        ] {
            assert_eq!(redact(address), address);
        }
    }
}
