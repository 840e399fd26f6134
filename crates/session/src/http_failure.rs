//! The HTTP answer that an error of a library stands for.

use std::error::Error as StdError;
use std::sync::Arc;

use rattler_cache::package_cache::PackageCacheLayerError;
use rattler_package_streaming::ExtractError;
use rattler_repodata_gateway::GatewayError;
use rattler_repodata_gateway::fetch::{FetchRepoDataError, RepoDataNotFoundError};

use crate::redact::redact;

/// An answer that was none of success.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpFailure {
    /// Its status, e.g. 404.
    pub status: u16,
    /// What was asked for, without secrets.
    pub url: String,
}

impl HttpFailure {
    /// The answer that is among the causes of an error, if one is.
    #[must_use]
    pub fn find(error: &(dyn StdError + 'static)) -> Option<Self> {
        let mut next = Some(error);
        while let Some(error) = next {
            if let Some(found) = of_request(error).or_else(|| inside(error)) {
                return Some(found);
            }
            next = error.source();
        }
        None
    }
}

fn of_request(error: &(dyn StdError + 'static)) -> Option<HttpFailure> {
    let error = match error.downcast_ref::<reqwest_middleware::Error>() {
        Some(reqwest_middleware::Error::Reqwest(error)) => error,
        Some(reqwest_middleware::Error::Middleware(error)) => return HttpFailure::find(error.as_ref()),
        None => error.downcast_ref::<reqwest::Error>()?,
    };
    let url = error.url().map(|url| redact(url.as_str())).unwrap_or_default();
    Some(HttpFailure { status: error.status()?.as_u16(), url })
}

/// Wrappers that pass for what they wrap, and so are not among its causes.
fn inside(error: &(dyn StdError + 'static)) -> Option<HttpFailure> {
    if let Some(error) = error.downcast_ref::<GatewayError>() {
        return match error {
            GatewayError::ReqwestError(error) => HttpFailure::find(error),
            GatewayError::ReqwestMiddlewareError(error) => HttpFailure::find(error.as_ref()),
            GatewayError::FetchRepoDataError(error) => HttpFailure::find(error),
            GatewayError::SubdirNotFoundError(error) => HttpFailure::find(error.as_ref()),
            _ => None,
        };
    }
    if let Some(error) = error.downcast_ref::<FetchRepoDataError>() {
        return match error {
            FetchRepoDataError::HttpError(error) => HttpFailure::find(error),
            FetchRepoDataError::NotFound(error) => HttpFailure::find(error),
            _ => None,
        };
    }
    if let Some(RepoDataNotFoundError::HttpError(error)) = error.downcast_ref() {
        return HttpFailure::find(error);
    }
    if let Some(PackageCacheLayerError::FetchError(error)) = error.downcast_ref() {
        let error: &Arc<dyn StdError + Send + Sync> = error;
        return HttpFailure::find(error.as_ref());
    }
    if let Some(ExtractError::ReqwestError(error)) = error.downcast_ref() {
        return HttpFailure::find(error);
    }
    None
}
