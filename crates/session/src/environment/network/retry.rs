//! Requests that failed for a passing reason are sent again, later and later.

use std::time::{Duration, SystemTime};

use http::{Extensions, StatusCode, header};
use rattler_networking::retry_policies::{ExponentialBackoff, RetryDecision, RetryPolicy};
use reqwest::{Method, Request, Response};
use reqwest_middleware::{Error, Middleware, Next};

use crate::redact::redact;

/// How often a request is sent again.
const RETRIES: u32 = 3;
/// Waiting times between two tries.
const WAITS: (Duration, Duration) = (Duration::from_millis(250), Duration::from_secs(15));
/// The longest wait that a server may ask for.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(60);

/// Sends reading requests again after connection errors, time-outs and answers that say "later".
#[derive(Clone, Copy, Debug, Default)]
pub(in super::super) struct RetryMiddleware;

#[async_trait::async_trait]
impl Middleware for RetryMiddleware {
    async fn handle(
        &self,
        request: Request,
        extensions: &mut Extensions,
        next: Next<'_>,
    ) -> reqwest_middleware::Result<Response> {
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            return next.run(request, extensions).await;
        }
        let policy = ExponentialBackoff::builder().retry_bounds(WAITS.0, WAITS.1).build_with_max_retries(RETRIES);
        let started = SystemTime::now();
        let mut tries = 0;
        loop {
            let Some(again) = request.try_clone() else { return next.run(request, extensions).await };
            let result = next.clone().run(again, extensions).await;
            let Some(asked) = passing(&result) else { return result };
            let RetryDecision::Retry { execute_after } = policy.should_retry(started, tries) else { return result };
            let wait = execute_after.duration_since(SystemTime::now()).unwrap_or_default().max(asked);
            tries += 1;
            tracing::info!(url = %redact(request.url().as_str()), ?wait, tries, "request failed, trying again");
            tokio::time::sleep(wait).await;
        }
    }
}

/// Whether a failure may pass, with the time that the server asks to wait.
fn passing(result: &reqwest_middleware::Result<Response>) -> Option<Duration> {
    match result {
        Ok(response) => {
            let status = response.status();
            let later = status.is_server_error() && status != StatusCode::NOT_IMPLEMENTED
                || matches!(status, StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS);
            later.then(|| asked_wait(response))
        }
        Err(Error::Reqwest(error)) => {
            (error.is_connect() || error.is_timeout() || error.is_request()).then_some(Duration::ZERO)
        }
        // Middleware that refuses (offline mode, credentials) will refuse again.
        Err(Error::Middleware(_)) => None,
    }
}

fn asked_wait(response: &Response) -> Duration {
    let retry_after = response.headers().get(header::RETRY_AFTER).and_then(|value| value.to_str().ok());
    let seconds = retry_after.and_then(|text| text.trim().parse().ok()).unwrap_or(0);
    Duration::from_secs(seconds).min(MAX_RETRY_AFTER)
}
