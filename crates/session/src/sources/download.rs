//! Downloading one file over HTTP.

use std::path::Path;
use std::time::{Duration, Instant};

use futures::StreamExt;
use reqwest::header::{CONTENT_DISPOSITION, RETRY_AFTER};
use reqwest_middleware::ClientWithMiddleware;
use tokio::io::AsyncWriteExt;
use url::Url;

use super::checksum::{Actual, Hasher};
use super::retry;
use crate::cancel::Cancel;
use crate::error::{Error, Result};
use crate::http_failure::HttpFailure;
use crate::progress::{Progress, ProgressEvent};
use crate::redact::redact;

/// How long a server may stay silent, before its answer and between two pieces of it.
const SILENCE: Duration = Duration::from_secs(60);

/// How often progress is reported.
const REPORT_EVERY: Duration = Duration::from_millis(100);

/// A finished download.
#[derive(Debug)]
pub(crate) struct Download {
    /// Name that the server gives the file, if it does.
    pub(crate) server_name: Option<String>,
    /// Checksums of what arrived.
    pub(crate) actual: Actual,
}

/// One attempt's failure.
enum Failure {
    /// It may work the next time.
    Transient { reason: String, retry_after: Option<String>, http: Option<HttpFailure> },
    /// It will not.
    Final(Error),
}

/// Downloads to a path, which is made or overwritten; tries again what may pass.
///
/// # Errors
/// [`Error::Source`], [`Error::Io`], [`Error::Cancelled`].
pub(crate) async fn download(
    client: &ClientWithMiddleware,
    url: &Url,
    to: &Path,
    progress: &Progress,
    cancel: &Cancel,
) -> Result<Download> {
    let shown = redact(url.as_str());
    progress.info(format!("Downloading from: {shown}"));
    let mut attempt = 0;
    loop {
        let outcome = cancel.run(async { Ok::<_, Error>(try_once(client, url, to, progress).await) }).await?;
        match outcome {
            Ok(download) => return Ok(download),
            Err(Failure::Final(error)) => return Err(error),
            Err(Failure::Transient { reason, http, .. }) if attempt == retry::RETRIES => {
                let reason = format!("{reason} (after {} retries)", retry::RETRIES);
                return Err(Error::Source { location: shown, reason, http });
            }
            Err(Failure::Transient { reason, retry_after, .. }) => {
                let wait = retry::wait(attempt, retry_after.as_deref());
                progress
                    .warn(format!("{reason}. Retry attempt #{attempt}. Sleeping {:.1?} before the next attempt", wait));
                cancel
                    .run(async {
                        tokio::time::sleep(wait).await;
                        Ok::<_, Error>(())
                    })
                    .await?;
                attempt += 1;
            }
        }
    }
}

async fn try_once(
    client: &ClientWithMiddleware,
    url: &Url,
    to: &Path,
    progress: &Progress,
) -> Result<Download, Failure> {
    let shown = redact(url.as_str());
    let silent = || Failure::Transient {
        reason: format!("{shown}: timed out after {} s without an answer", SILENCE.as_secs()),
        retry_after: None,
        http: None,
    };
    let response = tokio::time::timeout(SILENCE, client.get(url.clone()).send())
        .await
        .map_err(|_| silent())?
        .map_err(|error| request_failure(error, &shown))?;
    let status = response.status();
    let answer = || Some(HttpFailure { status: status.as_u16(), url: shown.clone() });
    if retry::is_transient(status) {
        let retry_after = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()).map(str::to_owned);
        return Err(Failure::Transient {
            reason: format!("the server answered {status}"),
            retry_after,
            http: answer(),
        });
    }
    if !status.is_success() {
        return Err(Failure::Final(Error::Source {
            location: shown.clone(),
            reason: format!("the server answered {status}"),
            http: answer(),
        }));
    }
    let server_name = response
        .headers()
        .get(CONTENT_DISPOSITION)
        .and_then(|value| std::str::from_utf8(value.as_bytes()).ok())
        .and_then(disposition_name);
    let total = response.content_length();
    let mut meter = Meter::new(to, total, progress);
    let mut hasher = Hasher::default();
    let cannot_write = |error| Failure::Final(Error::io("cannot write", to)(error));
    let mut file = tokio::fs::File::create(to).await.map_err(cannot_write)?;
    let mut body = response.bytes_stream();
    while let Some(piece) = tokio::time::timeout(SILENCE, body.next()).await.map_err(|_| silent())? {
        let piece = piece.map_err(|error| Failure::Transient {
            reason: format!("the connection broke: {}", causes(&error.without_url())),
            retry_after: None,
            http: None,
        })?;
        hasher.update(&piece);
        file.write_all(&piece).await.map_err(cannot_write)?;
        meter.add(piece.len());
    }
    file.flush().await.map_err(cannot_write)?;
    meter.finish();
    Ok(Download { server_name, actual: hasher.finish() })
}

fn request_failure(error: reqwest_middleware::Error, shown: &str) -> Failure {
    match error {
        reqwest_middleware::Error::Reqwest(error) => {
            let transient = error.is_connect() || error.is_timeout() || error.is_request() || error.is_body();
            let transient = transient && !error.is_redirect() && !error.is_builder();
            let reason = causes(&error.without_url());
            if transient {
                Failure::Transient { reason, retry_after: None, http: None }
            } else {
                Failure::Final(Error::Source { location: shown.to_owned(), reason, http: None })
            }
        }
        reqwest_middleware::Error::Middleware(error) => {
            Failure::Final(Error::Source { location: shown.to_owned(), reason: format!("{error:#}"), http: None })
        }
    }
}

/// An error with all that caused it on one line.
fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text.push_str(": ");
            text.push_str(&cause_text);
        }
        source = cause.source();
    }
    text
}

/// The file name in a `Content-Disposition` header.
fn disposition_name(header: &str) -> Option<String> {
    let mut plain = None;
    for part in split_parameters(header).skip(1) {
        let Some((name, value)) = part.split_once('=') else { continue };
        let value = value.trim().trim_matches('"');
        match name.trim().to_ascii_lowercase().as_str() {
            // RFC 5987: charset'language'percent-encoded; it goes before the plain form.
            "filename*" => {
                let encoded = value.rsplit('\'').next().unwrap_or(value);
                return Some(percent_encoding::percent_decode_str(encoded).decode_utf8_lossy().into_owned());
            }
            "filename" => plain = Some(value.replace("\\\"", "\"")),
            _ => {}
        }
    }
    plain.filter(|name| !name.is_empty())
}

/// Splits at semicolons outside of quotes.
fn split_parameters(header: &str) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    header.split(move |c| {
        if c == '"' {
            quoted = !quoted;
        }
        c == ';' && !quoted
    })
}

/// Reports arriving bytes, not too often.
struct Meter<'a> {
    name: String,
    bytes: u64,
    total: Option<u64>,
    progress: &'a Progress,
    last: Instant,
}

impl<'a> Meter<'a> {
    fn new(to: &Path, total: Option<u64>, progress: &'a Progress) -> Self {
        let name = to.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        Self { name, bytes: 0, total, progress, last: Instant::now() }
    }

    fn add(&mut self, bytes: usize) {
        self.bytes += bytes as u64;
        if self.last.elapsed() >= REPORT_EVERY {
            self.last = Instant::now();
            self.report();
        }
    }

    fn finish(&self) {
        self.report();
    }

    fn report(&self) {
        self.progress.emit(ProgressEvent::Transfer { name: self.name.clone(), bytes: self.bytes, total: self.total });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_servers_file_name_is_read() {
        for (header, name) in [
            (r#"attachment; filename="a-1.0.tar.gz""#, Some("a-1.0.tar.gz")),
            ("attachment; filename=a.zip", Some("a.zip")),
            (r#"attachment; filename="a;b.zip"; size=3"#, Some("a;b.zip")),
            ("attachment; filename=x; filename*=UTF-8''na%C3%AFve.tgz", Some("naïve.tgz")),
            ("inline", None),
            (r#"attachment; filename="""#, None),
        ] {
            assert_eq!(disposition_name(header).as_deref(), name, "{header}");
        }
    }
}
