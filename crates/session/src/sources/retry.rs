//! When a failed request is tried again, and how long to wait before.

use std::time::Duration;

use reqwest::StatusCode;

/// How many times a request is tried again.
pub(crate) const RETRIES: u32 = 3;

const MAX_WAIT: Duration = Duration::from_secs(30);

/// Whether a status may be another one next time.
pub(crate) fn is_transient(status: StatusCode) -> bool {
    status.is_server_error() || status == StatusCode::REQUEST_TIMEOUT || status == StatusCode::TOO_MANY_REQUESTS
}

/// The wait before retry `attempt` (from 0): what the server asks for within reason, else about 0.5 s, 1 s, 2 s, never
/// the same for two clients.
pub(crate) fn wait(attempt: u32, retry_after: Option<&str>) -> Duration {
    if let Some(seconds) = retry_after.and_then(|text| text.trim().parse::<u64>().ok()) {
        return Duration::from_secs(seconds).min(MAX_WAIT);
    }
    let base = Duration::from_millis(500).saturating_mul(2u32.saturating_pow(attempt));
    base.mul_f64(0.5 + jitter()).min(MAX_WAIT)
}

/// A number from 0 to 1 from the hasher keys that the standard library draws at random.
fn jitter() -> f64 {
    use std::hash::{BuildHasher, Hasher};
    let random = std::collections::hash_map::RandomState::new().build_hasher().finish();
    f64::from(u32::try_from(random >> 32).unwrap_or_default()) / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_are_bounded() {
        for attempt in 0..3 {
            let middle = 0.5 * 2f64.powi(i32::try_from(attempt).unwrap_or_default());
            let wait = wait(attempt, None).as_secs_f64();
            assert!((middle * 0.5..=middle * 1.5).contains(&wait), "attempt {attempt}: {wait}");
        }
        assert_eq!(wait(0, Some("2")), Duration::from_secs(2));
        assert_eq!(wait(0, Some("86400")), MAX_WAIT);
        assert_eq!(wait(40, None), MAX_WAIT);
    }

    #[test]
    fn only_failures_that_may_pass_are_tried_again() {
        for (status, again) in
            [(404, false), (403, false), (401, false), (408, true), (429, true), (500, true), (503, true)]
        {
            assert_eq!(StatusCode::from_u16(status).is_ok_and(is_transient), again, "{status}");
        }
    }
}
