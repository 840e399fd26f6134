//! The standard input of a run, written by JavaScript.

use napi::bindgen_prelude::{Buffer, PromiseRaw};
use napi::{Env, Result};
use napi_derive::napi;
use sidewinder_session::script::StdinStream;

use crate::error::guard;

/// Standard input that is written while the script runs; for one run.
#[napi]
#[derive(Default)]
pub struct StdinWriter {
    pub(crate) stream: StdinStream,
}

#[napi]
impl StdinWriter {
    /// Nothing is written yet.
    #[napi(constructor)]
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Passes a piece on; false once nobody will read it.
    #[napi]
    pub fn write<'env>(&self, env: &'env Env, piece: Buffer) -> Result<PromiseRaw<'env, bool>> {
        let stream = self.stream.clone();
        let piece = piece.to_vec();
        env.spawn_future(guard(move || async move { Ok(stream.write(piece).await) }))
    }

    /// The script reads the end of file after what was written.
    #[napi]
    pub fn end(&self) {
        self.stream.end();
    }
}
