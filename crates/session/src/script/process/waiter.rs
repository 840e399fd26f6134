//! Waiting for a process in two steps: first it ended, later it is reaped.
//!
//! In between nothing else can have its number, so that signals reach nobody else. The runtime's own way needs a handler
//! for `SIGCHLD`, which Node.js has already taken.

use std::io;

use tokio::sync::oneshot;

use super::{Exit, Process};

/// For a thread that only waits.
const STACK: usize = 128 * 1024;

/// Waits for one process.
#[derive(Debug)]
pub(in crate::script) struct Waiter {
    process: Option<Process>,
    notice: Notice,
}

/// How the end of the process is noticed.
#[derive(Debug)]
enum Notice {
    /// The system makes a file readable.
    #[cfg(target_os = "linux")]
    File(tokio::io::unix::AsyncFd<std::os::fd::OwnedFd>),
    /// A thread waits.
    Thread(oneshot::Receiver<io::Result<Exit>>),
    /// It ended.
    Ended(Option<io::Result<Exit>>),
}

impl Waiter {
    pub(super) fn new(process: Process) -> Self {
        #[cfg(target_os = "linux")]
        if let Some(file) = watched(&process) {
            return Self { process: Some(process), notice: Notice::File(file) };
        }
        Self { process: None, notice: Notice::Thread(wait_on_thread(process)) }
    }

    /// Waits until the process ended. Can be cancelled and called again.
    pub(in crate::script) async fn ended(&mut self) {
        let exit = match &mut self.notice {
            #[cfg(target_os = "linux")]
            Notice::File(file) => {
                // An error would come again and again; waiting for the process itself reports what is wrong.
                let _ = file.readable().await;
                None
            }
            Notice::Thread(exit) => exit.await.ok(),
            Notice::Ended(_) => return,
        };
        self.notice = Notice::Ended(exit);
    }

    /// Reaps the process and says how it ended.
    ///
    /// # Errors
    /// Those of the system.
    pub(in crate::script) fn reap(mut self) -> io::Result<Exit> {
        match (self.process.take(), &mut self.notice) {
            (Some(process), _) => process.wait(),
            (None, Notice::Ended(exit)) => exit.take().unwrap_or_else(|| Err(nobody_waits())),
            (None, _) => Err(nobody_waits()),
        }
    }
}

impl Drop for Waiter {
    fn drop(&mut self) {
        // A run that was given up: its process was killed, and must not stay as a zombie.
        if let Some(process) = self.process.take() {
            let _ = std::thread::Builder::new().stack_size(STACK).spawn(move || process.wait());
        }
    }
}

fn nobody_waits() -> io::Error {
    io::Error::other("no thread could wait for the process")
}

#[cfg(target_os = "linux")]
fn watched(process: &Process) -> Option<tokio::io::unix::AsyncFd<std::os::fd::OwnedFd>> {
    let file = process.file()?;
    #[expect(unsafe_code, reason = "tokio has no safe way to watch a file")]
    // SAFETY: the file is owned, stays open as long as it is watched, and its number never changes.
    unsafe {
        tokio::io::unix::AsyncFd::register_with_interest(file, tokio::io::Interest::READABLE).ok()
    }
}

/// Where the system has no such file, the process is reaped as soon as it ended.
fn wait_on_thread(process: Process) -> oneshot::Receiver<io::Result<Exit>> {
    let (sender, receiver) = oneshot::channel();
    // Without a thread the sender is dropped, and the run fails instead of waiting without end.
    let _ = std::thread::Builder::new().stack_size(STACK).spawn(move || {
        let _ = sender.send(process.wait());
    });
    receiver
}
