//! Process trees on Windows, ended by `taskkill`.

use std::os::windows::process::CommandExt;
use std::process::{Child, Command, Stdio};

use super::{Exit, Pipes, Waiter};

/// `CREATE_NEW_PROCESS_GROUP`: a Ctrl+C in the caller's console is not the script's business.
const NEW_PROCESS_GROUP: u32 = 0x0000_0200;

/// Starts a command.
///
/// # Errors
/// Those of the system.
pub(super) fn start_direct(command: &mut Command, wants_stdin: bool) -> std::io::Result<(Process, Pipes)> {
    command.stdin(if wants_stdin { Stdio::piped() } else { Stdio::null() });
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).creation_flags(NEW_PROCESS_GROUP);
    let mut child = command.spawn()?;
    let missing = || std::io::Error::other("the process has no pipe");
    let pipes = Pipes {
        stdin: child.stdin.take(),
        stdout: child.stdout.take().ok_or_else(missing)?,
        stderr: child.stderr.take().ok_or_else(missing)?,
    };
    Ok((Process { child }, pipes))
}

/// A process that was started.
#[derive(Debug)]
pub(super) struct Process {
    child: Child,
}

impl Process {
    /// Waits until it ended.
    pub(super) fn wait(mut self) -> std::io::Result<Exit> {
        self.child.wait().map(Exit::from)
    }
}

/// Processes of Windows do not show their environment: what left its tree is not found.
pub fn end_processes_of(_work_dir: &std::path::Path) {}

/// Pipes of Windows stay as they are.
pub(in crate::script) fn widen<T>(_: &T) {}

/// A process and all that it started; killed when dropped before it was ended.
#[derive(Debug)]
pub(in crate::script) struct Tree {
    leader: Option<u32>,
}

impl Tree {
    pub(super) fn of(process: &Process, _work_dir: Option<&std::path::Path>, _keep: bool) -> Self {
        Self { leader: Some(process.child.id()) }
    }

    /// Ends all processes.
    pub(super) async fn terminate(&mut self, waiter: &mut Waiter) {
        if let Some(leader) = self.leader.take() {
            kill(leader);
            waiter.ended().await;
        }
    }

    /// Says how the process ended. What it left behind cannot be told from other processes.
    pub(super) fn finish(mut self, waiter: Waiter) -> std::io::Result<(Exit, Leftovers)> {
        self.leader = None;
        Ok((waiter.reap()?, Leftovers))
    }
}

/// What a script left behind.
#[derive(Debug)]
pub(in crate::script) struct Leftovers;

impl Leftovers {
    pub(super) fn end_later(self) {}
}

impl Drop for Tree {
    fn drop(&mut self) {
        if let Some(leader) = self.leader {
            kill(leader);
        }
    }
}

fn kill(leader: u32) {
    let mut command = Command::new("taskkill");
    command.args(["/T", "/F", "/PID", &leader.to_string()]).stdin(Stdio::null());
    let _ = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
}
