//! Cancellation: one token that everything that waits takes.

use std::future::Future;

use tokio_util::sync::CancellationToken;

/// A handle that cancels the operations it was given to; clones cancel together.
///
/// ```
/// # use sidewinder_installer::Cancel;
/// let cancel = Cancel::new();
/// let child = cancel.child();
/// cancel.cancel();
/// assert!(child.check().is_err());
/// ```
#[derive(Clone, Debug, Default)]
pub struct Cancel {
    token: CancellationToken,
}

/// The caller cancelled the operation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, thiserror::Error)]
#[error("the operation was cancelled")]
pub struct Cancelled;

impl Cancel {
    /// A handle that is not cancelled.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Cancels everything that holds this handle, its clones or its children.
    pub fn cancel(&self) {
        self.token.cancel();
    }

    /// A handle that is cancelled together with this one, but can also be cancelled alone.
    #[must_use]
    pub fn child(&self) -> Self {
        Self { token: self.token.child_token() }
    }

    /// Whether it is cancelled.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.token.is_cancelled()
    }

    /// Waits until it is cancelled.
    pub async fn cancelled(&self) {
        self.token.cancelled().await;
    }

    /// Returns an error once the handle is cancelled, for `?` between two steps.
    ///
    /// # Errors
    /// [`Cancelled`] once [`Cancel::cancel`] was called.
    pub fn check(&self) -> Result<(), Cancelled> {
        if self.is_cancelled() { Err(Cancelled) } else { Ok(()) }
    }

    /// Waits for a future, or drops it as soon as the handle is cancelled.
    ///
    /// # Errors
    /// Those of the future, and [`Cancelled`] when the handle was cancelled first.
    pub async fn run<T, E: From<Cancelled>>(&self, future: impl Future<Output = Result<T, E>>) -> Result<T, E> {
        tokio::select! {
            biased;
            () = self.token.cancelled() => Err(Cancelled.into()),
            result = future => result,
        }
    }

    /// The token itself, for libraries that take one.
    #[must_use]
    pub fn token(&self) -> &CancellationToken {
        &self.token
    }
}
