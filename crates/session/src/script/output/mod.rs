//! What a script writes, on its way from the pipes to the caller, the log and the result.
//!
//! bytes → secrets masked → log, kept head and tail, and text for the caller's callback

mod decode;
mod keep;
mod log;
mod mask;
mod pump;

use std::sync::Arc;

pub use sidewinder_diagnosis::Stream;

pub(super) use self::log::Log;
pub(super) use self::mask::Secrets;
pub(super) use self::pump::{Collected, Pipes, Pump};

/// Takes output as it comes. Called from one thread at a time, never with half a character; a script waits while it
/// runs.
pub type OutputSink = Arc<dyn Fn(Stream, &str) + Send + Sync>;
