//! A process and everything it starts, as one thing that can be waited for and ended.

#[cfg(unix)]
mod descendants;
mod exit;
#[cfg(target_os = "linux")]
mod no_network;
#[cfg(unix)]
mod start;
#[cfg(unix)]
mod unix;
mod waiter;
#[cfg(windows)]
mod windows;

use std::process::{ChildStderr, ChildStdin, ChildStdout};

pub(super) use self::exit::Exit;
#[cfg(target_os = "linux")]
pub(super) use self::no_network::start_without_network;
#[cfg(unix)]
pub(super) use self::start::start;
#[cfg(unix)]
pub(crate) use self::unix::end_all_of;
#[cfg(unix)]
pub(super) use self::unix::{Stubborn, Tree, widen};
pub(super) use self::waiter::Waiter;
#[cfg(windows)]
pub(crate) use self::windows::end_all_of;
#[cfg(windows)]
pub(super) use self::windows::{Stubborn, Tree, start, widen};

#[cfg(unix)]
use self::unix::Process;
#[cfg(windows)]
use self::windows::Process;

/// A process that was just started, and its pipes.
#[derive(Debug)]
pub(super) struct Started {
    process: Process,
    pub(super) stdin: Option<ChildStdin>,
    pub(super) stdout: ChildStdout,
    pub(super) stderr: ChildStderr,
}

impl Started {
    /// The pipes apart from the process.
    pub(super) fn split(self) -> (Waiter, Option<ChildStdin>, ChildStdout, ChildStderr) {
        (Waiter::new(self.process), self.stdin, self.stdout, self.stderr)
    }
}

/// Where there are no namespaces, a process cannot be kept from the network.
#[cfg(not(target_os = "linux"))]
pub(super) fn start_without_network(_: &mut std::process::Command, _: bool) -> std::io::Result<Started> {
    Err(std::io::ErrorKind::Unsupported.into())
}
