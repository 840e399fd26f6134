//! Packaging as JavaScript sees it.

use napi::bindgen_prelude::PromiseRaw;
use napi::{Env, Result};
use napi_derive::napi;

use crate::callback::{ProgressCallback, Reports};
use crate::error::guard;
use crate::session::{NativeSession, read, write};
use crate::token::CancelToken;

#[napi]
impl NativeSession {
    /// Builds a package; what was built as JSON text. See `DebugSession::package`.
    #[napi]
    pub fn package<'env>(
        &self,
        env: &'env Env,
        options: String,
        cancel: &CancelToken,
        on_progress: Option<ProgressCallback>,
    ) -> Result<PromiseRaw<'env, String>> {
        let session = self.session.clone();
        let cancel = cancel.cancel.clone();
        env.spawn_future(guard(move || async move {
            let options = read("options", &options)?;
            let reports = Reports::to(on_progress);
            let package = session.package(options, reports.progress.clone(), &cancel).await;
            write(&reports.flush(package).await?)
        }))
    }

    /// The files that the package would contain, as JSON text. See `DebugSession::files`.
    #[napi]
    pub fn files<'env>(&self, env: &'env Env, cancel: &CancelToken) -> Result<PromiseRaw<'env, String>> {
        let session = self.session.clone();
        let cancel = cancel.cancel.clone();
        env.spawn_future(guard(move || async move { write(&session.files(&cancel).await?) }))
    }
}
