//! What a script writes, on its way from the pipes to the caller, the log and the result.
//!
//! bytes → secrets masked → log, kept head and tail, and text for the caller's callback

mod decode;
mod flow;
mod keep;
mod log;
mod mask;
mod pump;

use std::fmt;
use std::sync::Arc;

pub use sidewinder_diagnosis::Stream;

pub use self::flow::Flow;
pub(super) use self::log::Log;
pub(super) use self::mask::Secrets;
pub(super) use self::pump::{Collected, Pump, ScriptOutput};

/// Takes a piece of output.
type Take = dyn Fn(Stream, &str) + Send + Sync;

/// Takes output as it comes, never with half a character.
#[derive(Clone)]
pub struct OutputSink {
    take: Arc<Take>,
    flow: Option<Flow>,
}

impl fmt::Debug for OutputSink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OutputSink").field("flow", &self.flow).finish_non_exhaustive()
    }
}

impl OutputSink {
    /// A function that is called from one thread at a time; the script waits while it runs.
    pub fn new(take: impl Fn(Stream, &str) + Send + Sync + 'static) -> Self {
        Self { take: Arc::new(take), flow: None }
    }

    /// The script waits as well while too many pieces were passed to the function and not taken yet. Once it is to be ended,
    /// it does not, and what there is no room for is only in the log and the result.
    #[must_use]
    pub fn within(self, flow: Flow) -> Self {
        Self { flow: Some(flow), ..self }
    }

    fn flow(&self) -> Option<&Flow> {
        self.flow.as_ref()
    }

    fn pass(&self, stream: Stream, text: &str) {
        if let Some(flow) = &self.flow {
            flow.send();
        }
        (self.take)(stream, text);
    }
}
