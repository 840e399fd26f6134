//! Waiting for a process in two steps: first it ended, later its number is given back.
//!
//! In between nothing else can have this number, so that signals reach nobody else. The runtime's own way needs a signal
//! handler that Node.js has already taken.

use std::io;
use std::process::Child;

use tokio::sync::oneshot;

use super::Exit;

/// Waits for one process.
#[derive(Debug)]
pub(in crate::script) struct Waiter {
    child: Option<Child>,
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
    pub(in crate::script) fn new(child: Child) -> Self {
        #[cfg(target_os = "linux")]
        if let Some(file) = file_of(&child) {
            return Self { child: Some(child), notice: Notice::File(file) };
        }
        Self { child: None, notice: Notice::Thread(wait_on_thread(child)) }
    }

    /// Waits until the process ended. Can be cancelled and called again.
    pub(in crate::script) async fn ended(&mut self) {
        let exit = match &mut self.notice {
            #[cfg(target_os = "linux")]
            Notice::File(file) => {
                // An error would come again and again; waiting for the process itself tells what is wrong.
                let _ = file.readable().await;
                None
            }
            Notice::Thread(exit) => exit.await.ok(),
            Notice::Ended(_) => return,
        };
        self.notice = Notice::Ended(exit);
    }

    /// Gives the process's number back and says how it ended.
    ///
    /// # Errors
    /// Those of the system.
    pub(in crate::script) fn reap(self) -> io::Result<Exit> {
        match (self.child, self.notice) {
            (Some(mut child), _) => child.wait().map(Exit::from),
            (None, Notice::Ended(Some(exit))) => exit,
            (None, _) => Err(io::Error::other("nobody waits for the process")),
        }
    }
}

#[cfg(target_os = "linux")]
fn file_of(child: &Child) -> Option<tokio::io::unix::AsyncFd<std::os::fd::OwnedFd>> {
    use rustix::process::{Pid, PidfdFlags, pidfd_open};
    let file = pidfd_open(Pid::from_child(child), PidfdFlags::NONBLOCK).ok()?;
    #[expect(unsafe_code, reason = "tokio has no safe way to watch a file")]
    // SAFETY: the file is owned, stays open as long as it is watched, and its number never changes.
    unsafe {
        tokio::io::unix::AsyncFd::register_with_interest(file, tokio::io::Interest::READABLE).ok()
    }
}

/// Where the system has no such file, the number is given back as soon as the process ended.
fn wait_on_thread(mut child: Child) -> oneshot::Receiver<io::Result<Exit>> {
    let (sender, receiver) = oneshot::channel();
    std::thread::spawn(move || {
        let _ = sender.send(child.wait().map(Exit::from));
    });
    receiver
}
