//! Errors and panics as JavaScript errors.

use std::any::Any;
use std::future::{Future, poll_fn};
use std::panic::AssertUnwindSafe;

use futures::FutureExt;
use sidewinder_session::{Error, Result};

use crate::memory;

/// An error whose message is the JSON text of its record.
pub(crate) fn to_js(error: &Error) -> napi::Error {
    let record = error.record();
    napi::Error::from_reason(serde_json::to_string(&record).unwrap_or(record.message))
}

/// Does asynchronous work; a panic in it becomes [`Error::Internal`]. When memory runs out meanwhile, the work is stopped.
///
/// Takes a function, because the futures of a session are large. Created by the caller, they would be on the stack of
/// JavaScript's thread, and Node.js, which runs code of its own when a promise is made (`AsyncLocalStorage`), would find no
/// stack left and throw `undefined`. This way they are created on a thread of the runtime, and live on the heap.
pub(crate) async fn guard<T, F>(work: impl FnOnce() -> F) -> napi::Result<T>
where
    F: Future<Output = Result<T>>,
{
    memory::ensure_reserve().map_err(|error| to_js(&error))?;
    let mut future = Box::pin(AssertUnwindSafe(work()).catch_unwind());
    let ended = poll_fn(|context| {
        let polled = future.as_mut().poll(context);
        // Stops what goes on; it is waited for as usual.
        memory::is_low();
        polled
    });
    match ended.await {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(Error::Cancelled)) if memory::is_low() => Err(to_js(&memory::exhausted())),
        Ok(Err(error)) => Err(to_js(&error)),
        Err(panic) => Err(to_js(&of_panic(panic_text(&*panic)))),
    }
}

/// tokio panics where it cannot start a thread.
fn of_panic(reason: String) -> Error {
    let of_threads = ["spawn worker thread", "spawn thread", "failed to spawn", "Resource temporarily unavailable"];
    if of_threads.iter().any(|text| reason.contains(text)) {
        return Error::Exhausted { resource: "processes and threads", reason };
    }
    Error::Internal { reason }
}

fn panic_text(panic: &(dyn Any + Send)) -> String {
    panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "panic".to_owned())
}
