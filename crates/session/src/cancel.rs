//! Stopping what runs.

use std::future::Future;

use tokio_util::sync::CancellationToken;

use crate::error::{Error, Result};

/// A handle that stops what was given it; clones stop together.
#[derive(Clone, Debug, Default)]
pub struct Cancel {
    token: CancellationToken,
}

impl Cancel {
    /// A handle that nobody has used yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Stops everything that holds this handle.
    pub fn cancel(&self) {
        self.token.cancel();
    }

    /// A handle that is stopped together with this one, but can be stopped alone.
    #[must_use]
    pub fn child(&self) -> Self {
        Self { token: self.token.child_token() }
    }

    /// Whether it was used.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.token.is_cancelled()
    }

    /// Waits until it is used.
    pub async fn cancelled(&self) {
        self.token.cancelled().await;
    }

    /// Goes on, or ends with [`Error::Cancelled`].
    ///
    /// # Errors
    /// [`Error::Cancelled`] once the handle was used.
    pub fn check(&self) -> Result<()> {
        if self.is_cancelled() { Err(Error::Cancelled) } else { Ok(()) }
    }

    /// Waits for a future, or ends with [`Error::Cancelled`] as soon as the handle is used; the future is dropped then.
    ///
    /// # Errors
    /// Those of the future, and [`Error::Cancelled`].
    pub async fn run<T>(&self, future: impl Future<Output = Result<T>>) -> Result<T> {
        tokio::select! {
            biased;
            () = self.token.cancelled() => Err(Error::Cancelled),
            result = future => result,
        }
    }

    /// The token itself, for libraries that take one.
    #[must_use]
    pub fn token(&self) -> &CancellationToken {
        &self.token
    }
}
