//! The threads that the addon's futures run on.

/// Stack of each thread. The futures of a session are deep, and without optimization larger than the 2 MiB that threads
/// have by default; only what is touched takes memory.
const STACK_BYTES: usize = 16 * 1024 * 1024;

/// Gives the addon a runtime with larger stacks, before its first use.
#[napi_derive::module_init]
fn init() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().thread_stack_size(STACK_BYTES).build();
    // Where no thread can be started napi's own runtime will say so.
    if let Ok(runtime) = runtime {
        napi::bindgen_prelude::create_custom_tokio_runtime(runtime);
    }
}
