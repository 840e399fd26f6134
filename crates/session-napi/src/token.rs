//! The handle that JavaScript stops work with.

use napi_derive::napi;
use sidewinder_session::Cancel;

/// Stops the calls it was given to. The SDK wires it to an `AbortSignal`.
#[napi]
pub struct CancelToken {
    pub(crate) cancel: Cancel,
}

#[napi]
impl CancelToken {
    /// A token that nobody has used yet.
    #[napi(constructor)]
    #[must_use]
    pub fn new() -> Self {
        Self { cancel: crate::memory::cancel_handle() }
    }

    /// Stops all calls that hold the token.
    #[napi]
    pub fn cancel(&self) {
        self.cancel.cancel();
    }
}

impl Default for CancelToken {
    fn default() -> Self {
        Self::new()
    }
}
