//! Searching channels from JavaScript.

use napi::bindgen_prelude::PromiseRaw;
use napi::{Env, Result};
use napi_derive::napi;
use sidewinder_session::environment::search;

use crate::callback::{ProgressCallback, Reports};
use crate::error::{guard, to_js};
use crate::session::{read, write};
use crate::token::CancelToken;

/// Finds packages by name or by their files; the result as JSON text. See `environment::search`.
#[napi]
pub fn search_channels<'env>(
    env: &'env Env,
    request: String,
    options: String,
    cancel: &CancelToken,
    on_progress: Option<ProgressCallback>,
) -> Result<PromiseRaw<'env, String>> {
    crate::runtime::check().map_err(|error| to_js(&error))?;
    let cancel = cancel.cancel.clone();
    env.spawn_future(guard(move || async move {
        let request = read("search", &request)?;
        let options = read("options", &options)?;
        let reports = Reports::to(on_progress);
        let found = search(&request, &options, &reports.progress, &cancel).await;
        write(&reports.flush(found).await?)
    }))
}
