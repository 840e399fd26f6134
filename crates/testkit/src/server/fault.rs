//! What goes wrong, and for which requests.

use std::time::Duration;

/// Something that goes wrong with requests for certain paths.
#[derive(Debug, Clone, Default)]
pub struct Fault {
    pattern: String,
    skip: u64,
    first: Option<u64>,
    pub(super) status: Option<u16>,
    pub(super) headers: Vec<(String, String)>,
    pub(super) latency: Duration,
    pub(super) cut_to: Option<usize>,
    pub(super) corrupt: bool,
    pub(super) drop: bool,
    pub(super) body: Option<Vec<u8>>,
}

impl Fault {
    /// A fault for paths like that (the first slash left out); `*` stands for any text.
    pub fn on(pattern: &str) -> Self {
        Self { pattern: pattern.to_owned(), ..Self::default() }
    }

    /// Only the first so many requests.
    pub fn first(mut self, count: u64) -> Self {
        self.first = Some(count);
        self
    }

    /// All but the first so many requests.
    pub fn after(mut self, count: u64) -> Self {
        self.skip = count;
        self
    }

    /// Answers with that status and no content.
    pub fn status(mut self, status: u16) -> Self {
        self.status = Some(status);
        self
    }

    /// Asks to come back after so many seconds.
    pub fn retry_after(self, seconds: u64) -> Self {
        self.header("retry-after", &seconds.to_string())
    }

    /// Sends the client elsewhere, with a 302.
    pub fn redirect(self, location: &str) -> Self {
        self.status(302).header("location", location)
    }

    /// Names the file that is sent.
    pub fn content_disposition(self, file_name: &str) -> Self {
        self.header("content-disposition", &format!("attachment; filename=\"{file_name}\""))
    }

    /// Adds a header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Waits before it answers.
    pub fn latency(mut self, latency: Duration) -> Self {
        self.latency = latency;
        self
    }

    /// Announces the whole content, sends so many bytes of it, and closes the connection.
    pub fn cut_to(mut self, bytes: usize) -> Self {
        self.cut_to = Some(bytes);
        self
    }

    /// Turns the bits of one byte in the middle.
    pub fn corrupt(mut self) -> Self {
        self.corrupt = true;
        self
    }

    /// Closes the connection without an answer.
    pub fn drop_connection(mut self) -> Self {
        self.drop = true;
        self
    }

    /// Answers with other content.
    pub fn body(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.body = Some(bytes.into());
        self
    }

    pub(super) fn is_about(&self, path: &str) -> bool {
        is_like(&self.pattern, path)
    }

    /// Whether it takes the request that is so many behind the first it met.
    pub(super) fn takes(&self, nth: u64) -> bool {
        nth >= self.skip && self.first.is_none_or(|first| nth < self.skip + first)
    }
}

/// Whether a path (its first slash left out) is like a pattern in which `*` stands for any text.
pub(super) fn is_like(pattern: &str, path: &str) -> bool {
    fits(pattern.as_bytes(), path.strip_prefix('/').unwrap_or(path).as_bytes())
}

fn fits(pattern: &[u8], text: &[u8]) -> bool {
    match pattern.split_first() {
        None => text.is_empty(),
        Some((b'*', rest)) => fits(rest, text) || text.split_first().is_some_and(|(_, shorter)| fits(pattern, shorter)),
        Some((wanted, rest)) => text.split_first().is_some_and(|(first, tail)| first == wanted && fits(rest, tail)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_text() {
        for (pattern, path, like) in [
            ("*", "/a/b", true),
            ("*.conda", "/linux-64/a-1-0.conda", true),
            ("*/make-*.conda", "/linux-64/make-1.conda", true),
            ("noarch/repodata.json", "/noarch/repodata.json", true),
            ("*.conda", "/a.conda.zst", false),
            ("", "/", true),
        ] {
            assert_eq!(is_like(pattern, path), like, "{pattern} {path}");
        }
    }

    #[test]
    fn a_fault_can_skip_and_end() {
        let fault = Fault::on("*").after(1).first(2);
        assert_eq!([0, 1, 2, 3].map(|nth| fault.takes(nth)), [false, true, true, false]);
    }
}
