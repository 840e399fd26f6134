//! The threads that the addon's futures run on.

use std::panic::catch_unwind;
use std::sync::atomic::{AtomicBool, Ordering};

use sidewinder_session::{Error, Result};
use tokio::runtime::Builder;

/// Stack of each thread. The futures of a session are deep, and without optimization larger than the 2 MiB that threads
/// have by default; only what is touched takes memory.
const STACK_BYTES: usize = 16 * 1024 * 1024;

static HAS_THREADS: AtomicBool = AtomicBool::new(true);

/// Gives the addon a runtime with larger stacks, before its first use.
///
/// tokio panics where a worker cannot be started, and a panic here would end the process: a runtime without threads takes
/// its place then, and [`check`] refuses all work. This runs while the library is loaded: a thread that ends waits for the
/// loader's lock, so no thread may be joined here.
#[napi_derive::module_init]
fn init() {
    let build = || Builder::new_multi_thread().enable_all().thread_stack_size(STACK_BYTES).build().ok();
    let runtime = catch_unwind(build).ok().flatten();
    HAS_THREADS.store(runtime.is_some(), Ordering::Relaxed);
    if let Some(runtime) = runtime.or_else(|| Builder::new_current_thread().build().ok()) {
        napi::bindgen_prelude::create_custom_tokio_runtime(runtime);
    }
}

/// Refuses work that nothing could do.
///
/// # Errors
/// [`Error::Exhausted`].
pub(crate) fn check() -> Result<()> {
    crate::memory::ensure_reserve()?;
    if HAS_THREADS.load(Ordering::Relaxed) {
        return Ok(());
    }
    let reason = "no thread could be started when the addon was loaded; start the process again".to_owned();
    Err(Error::Exhausted { resource: "processes and threads", reason })
}
