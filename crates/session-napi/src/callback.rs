//! JavaScript callbacks: called from any thread, never holding the event loop.

use std::sync::Arc;

use napi::Status;
use napi::bindgen_prelude::FnArgs;
use napi::threadsafe_function::{ThreadsafeFunction, ThreadsafeFunctionCallMode};
use napi_derive::napi;
use sidewinder_session::script::{Flow, Stream};
use sidewinder_session::{Progress, ProgressEvent};

/// Takes one event as JSON text.
pub(crate) type ProgressCallback = ThreadsafeFunction<String, (), String, Status, false, true>;

/// Takes a stream's name and a piece of its text; an empty piece is only a sign that all before it arrived.
pub(crate) type OutputCallback =
    ThreadsafeFunction<FnArgs<(String, String)>, (), FnArgs<(String, String)>, Status, false, true>;

/// Reports to a callback, or to nobody.
pub(crate) fn progress(callback: Option<ProgressCallback>) -> Progress {
    match callback {
        None => Progress::default(),
        Some(callback) => Progress::to(move |event: ProgressEvent| {
            if let Ok(text) = serde_json::to_string(&event) {
                callback.call(text, ThreadsafeFunctionCallMode::NonBlocking);
            }
        }),
    }
}

/// Keeps a script from writing faster than JavaScript takes its output.
#[napi]
pub struct OutputFlow {
    pub(crate) flow: Flow,
}

#[napi]
impl OutputFlow {
    /// For one run; so many pieces of output may wait.
    #[napi(constructor)]
    #[must_use]
    pub fn new(pieces: u32) -> Self {
        Self { flow: Flow::new(usize::try_from(pieces).unwrap_or(usize::MAX)) }
    }

    /// A piece was taken.
    #[napi]
    pub fn release(&self) {
        self.flow.release();
    }
}

/// The output of a run, on its way to a callback.
#[derive(Clone)]
pub(crate) struct Output {
    callback: Arc<OutputCallback>,
}

impl Output {
    pub(crate) fn new(callback: OutputCallback) -> Self {
        Self { callback: Arc::new(callback) }
    }

    /// Sends one piece.
    pub(crate) fn send(&self, stream: Stream, text: &str) {
        let stream = match stream {
            Stream::Stdout => "stdout",
            Stream::Stderr => "stderr",
        };
        let piece = FnArgs::from((stream.to_owned(), text.to_owned()));
        self.callback.call(piece, ThreadsafeFunctionCallMode::NonBlocking);
    }

    /// Waits until JavaScript has seen all pieces: a promise may otherwise settle before the last callback.
    pub(crate) async fn flush(&self) {
        let (seen, wait) = tokio::sync::oneshot::channel();
        let status = self.callback.call_with_return_value(
            FnArgs::from(("stdout".to_owned(), String::new())),
            ThreadsafeFunctionCallMode::NonBlocking,
            move |_, _| {
                let _ = seen.send(());
                Ok(())
            },
        );
        if status == Status::Ok {
            let _ = wait.await;
        }
    }
}
