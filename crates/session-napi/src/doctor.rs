//! Examining the machine, as JavaScript sees it.

use napi::bindgen_prelude::PromiseRaw;
use napi::{Env, Result};
use napi_derive::napi;
use sidewinder_session::doctor;

use crate::error::{guard, to_js};
use crate::session::{read, write};
use crate::token::CancelToken;

/// What works on this machine, as JSON text; see `doctor::examine`.
#[napi]
pub fn examine_machine<'env>(
    env: &'env Env,
    options: String,
    cancel: &CancelToken,
) -> Result<PromiseRaw<'env, String>> {
    crate::runtime::check().map_err(|error| to_js(&error))?;
    let cancel = cancel.cancel.clone();
    env.spawn_future(guard(move || async move {
        let options = read("options", &options)?;
        write(&doctor::examine(options, &cancel).await?)
    }))
}
