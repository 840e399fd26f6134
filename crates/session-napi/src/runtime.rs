//! The threads that the addon's futures run on.

use std::panic::catch_unwind;
use std::sync::atomic::{AtomicBool, Ordering};

use sidewinder_session::{Error, Result};
use tokio::runtime::{Builder, Runtime};

/// Stack of each thread. The futures of a session are deep, and without optimization larger than the 2 MiB that threads
/// have by default; only what is touched takes memory.
const STACK_BYTES: usize = 16 * 1024 * 1024;

static HAS_THREADS: AtomicBool = AtomicBool::new(true);

/// Gives the addon a runtime with larger stacks, before its first use.
///
/// Where not all threads can be started it has fewer. Without any, napi's own runtime would panic while Node loads the
/// addon, which ends the process: a runtime without threads takes its place, and [`check`] refuses all work.
#[napi_derive::module_init]
fn init() {
    let wanted = std::thread::available_parallelism().map_or(2, usize::from);
    // One more than workers: the first blocking call needs a thread as well.
    let threads = sidewinder_session::startable_threads(wanted + 1, STACK_BYTES).saturating_sub(1);
    let runtime = (threads > 0).then(|| with_threads(threads)).flatten();
    HAS_THREADS.store(runtime.is_some(), Ordering::Relaxed);
    if let Some(runtime) = runtime.or_else(|| Builder::new_current_thread().build().ok()) {
        napi::bindgen_prelude::create_custom_tokio_runtime(runtime);
    }
}

/// tokio panics where it cannot start a worker: another process can have taken the last thread in the meantime.
fn with_threads(threads: usize) -> Option<Runtime> {
    let build = move || {
        Builder::new_multi_thread().worker_threads(threads).enable_all().thread_stack_size(STACK_BYTES).build().ok()
    };
    catch_unwind(build).ok().flatten()
}

/// Refuses work that nothing could do.
pub(crate) fn check() -> Result<()> {
    if HAS_THREADS.load(Ordering::Relaxed) {
        return Ok(());
    }
    let reason = "no thread could be started when the addon was loaded; start the process again".to_owned();
    Err(Error::Exhausted { resource: "processes and threads", reason })
}
