//! A process and everything it starts, as one thing that can be waited for and ended.

#[cfg(unix)]
mod descendants;
mod exit;
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

use std::process::{Child, ExitStatus};

use tokio::sync::oneshot;

pub(super) use self::exit::Exit;
#[cfg(unix)]
pub(super) use self::unix::{Tree, prepare};
#[cfg(windows)]
pub(super) use self::windows::{Tree, prepare};

#[cfg(unix)]
use self::unix::wait_without_reaping;
#[cfg(windows)]
use self::windows::wait_without_reaping;

use crate::error::{Error, Result};

/// Waits for a process on a thread of its own, in two steps: first it ended, later its number is given back. In between
/// nothing else can have this number, so that signals reach nobody else.
///
/// A thread, and not the runtime's own way, as that needs the signal handler that Node.js has already taken.
#[derive(Debug)]
pub(super) struct Waiter {
    ended: Option<oneshot::Receiver<()>>,
    reap: Option<std::sync::mpsc::Sender<()>>,
    status: tokio::task::JoinHandle<std::io::Result<ExitStatus>>,
}

impl Waiter {
    pub(super) fn new(mut child: Child) -> Self {
        let (ended_sender, ended) = oneshot::channel();
        let (reap, may_reap) = std::sync::mpsc::channel::<()>();
        let status = tokio::task::spawn_blocking(move || {
            wait_without_reaping(&mut child);
            let _ = ended_sender.send(());
            // Ends as soon as the other side is dropped.
            let _ = may_reap.recv();
            child.wait()
        });
        Self { ended: Some(ended), reap: Some(reap), status }
    }

    /// Waits until the process ended. Can be cancelled and called again.
    pub(super) async fn ended(&mut self) {
        if let Some(ended) = &mut self.ended {
            let _ = ended.await;
            self.ended = None;
        }
    }

    /// Gives the process's number back and says how it ended.
    ///
    /// # Errors
    /// [`Error::Internal`] when the system does not say.
    pub(super) async fn reap(mut self) -> Result<Exit> {
        self.reap = None;
        let internal = |reason: String| Error::Internal { reason };
        let status = self.status.await.map_err(|error| internal(format!("waiting for the script failed: {error}")))?;
        status.map(Exit::from).map_err(|error| internal(format!("cannot wait for the script: {error}")))
    }
}
