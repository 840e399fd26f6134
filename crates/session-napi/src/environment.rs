//! The end of a JavaScript environment: a worker thread that is terminated settles no promise, and its runs must end.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use napi::Env;
use sidewinder_session::Cancel;

static ENDS: Mutex<Option<HashMap<usize, Cancel>>> = Mutex::new(None);

/// A handle that is used when the environment ends.
pub(crate) fn end_of(env: &Env) -> napi::Result<Cancel> {
    let key = env.raw() as usize;
    let mut ends = ENDS.lock().unwrap_or_else(PoisonError::into_inner);
    let ends = ends.get_or_insert_default();
    if let Some(end) = ends.get(&key) {
        return Ok(end.clone());
    }
    let end = Cancel::new();
    env.add_env_cleanup_hook(end.clone(), move |end| {
        end.cancel();
        if let Some(ends) = ENDS.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
            ends.remove(&key);
        }
    })?;
    ends.insert(key, end.clone());
    Ok(end)
}
