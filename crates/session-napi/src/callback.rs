//! JavaScript callbacks: called from any thread, never holding the event loop.

use std::sync::Arc;

use napi::Status;
use napi::bindgen_prelude::FnArgs;
use napi::threadsafe_function::{ThreadsafeFunction, ThreadsafeFunctionCallMode};
use napi_derive::napi;
use sidewinder_session::progress::Backlog;
use sidewinder_session::script::{Flow, Stream};
use sidewinder_session::{Progress, ProgressEvent};

/// Takes one event as JSON text.
pub(crate) type ProgressCallback = ThreadsafeFunction<String, (), String, Status, false, true>;

/// Takes a stream's name and a piece of its text; an empty piece is only a sign that all before it arrived.
pub(crate) type OutputCallback =
    ThreadsafeFunction<FnArgs<(String, String)>, (), FnArgs<(String, String)>, Status, false, true>;

/// How many names of transfers wait while JavaScript is busy.
const MAX_TRANSFERS: usize = 256;

/// Reports to a callback, or to nobody.
pub(crate) struct Reports {
    pub(crate) progress: Progress,
    backlog: Backlog,
}

impl Reports {
    pub(crate) fn to(callback: Option<ProgressCallback>) -> Self {
        let backlog = Backlog::new(MAX_TRANSFERS);
        let Some(callback) = callback else { return Self { progress: Progress::default(), backlog } };
        let sender = Sender { callback: Arc::new(callback), backlog: backlog.clone() };
        let progress = Progress::to(move |event| {
            if let Some(event) = sender.backlog.push(event) {
                sender.send(event);
            }
        });
        Self { progress, backlog }
    }

    /// Waits until JavaScript has seen all events: a promise may otherwise settle before the last of them.
    pub(crate) async fn flush<T>(&self, result: T) -> T {
        self.backlog.idle().await;
        result
    }
}

/// Sends one event at a time: what JavaScript has not yet taken must not pile up.
#[derive(Clone)]
struct Sender {
    callback: Arc<ProgressCallback>,
    backlog: Backlog,
}

impl Sender {
    fn send(&self, event: ProgressEvent) {
        let mut next = Some(event);
        while let Some(event) = next {
            let Ok(text) = serde_json::to_string(&event) else {
                next = self.backlog.taken();
                continue;
            };
            let sent = Sent { sender: self.clone(), is_taken: false };
            // Where it cannot be called, what waits for its answer is dropped.
            self.callback.call_with_return_value(text, ThreadsafeFunctionCallMode::NonBlocking, move |_, _| {
                sent.taken();
                Ok(())
            });
            return;
        }
    }
}

/// An event on its way.
struct Sent {
    sender: Sender,
    is_taken: bool,
}

impl Sent {
    fn taken(mut self) {
        self.is_taken = true;
        if let Some(event) = self.sender.backlog.taken() {
            self.sender.send(event);
        }
    }
}

impl Drop for Sent {
    fn drop(&mut self) {
        // JavaScript went away.
        if !self.is_taken {
            self.sender.backlog.abandon();
        }
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
