//! What a script writes, on its way from the pipes to the caller, the log and the result.
//!
//! bytes → secrets masked → log, kept head and tail, and text for the caller's callback

mod decode;
mod keep;
mod log;
mod mask;
mod pump;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub(super) use self::log::Log;
pub(super) use self::mask::Secrets;
pub(super) use self::pump::{Collected, Pipes, Pump};

/// One of the two streams of a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum Stream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

/// Takes output as it comes. Called from one thread at a time, never with half a character; a script waits while it
/// runs.
pub type OutputSink = Arc<dyn Fn(Stream, &str) + Send + Sync>;
