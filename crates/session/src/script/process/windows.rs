//! Process trees on Windows, ended by `taskkill`.

use std::os::windows::process::CommandExt;
use std::process::{Child, Command, Stdio};

use super::Waiter;

/// `CREATE_NEW_PROCESS_GROUP`: a Ctrl+C in the caller's console is not the script's business.
const NEW_PROCESS_GROUP: u32 = 0x0000_0200;

pub(in crate::script) fn prepare(command: &mut Command) {
    command.creation_flags(NEW_PROCESS_GROUP);
}

pub(super) fn wait_without_reaping(child: &mut Child) {
    let _ = child.wait();
}

/// A process and all that it started; killed when dropped before it was ended.
#[derive(Debug)]
pub(in crate::script) struct Tree {
    leader: Option<u32>,
}

impl Tree {
    pub(in crate::script) fn of(child: &Child) -> Self {
        Self { leader: Some(child.id()) }
    }

    /// Ends all processes.
    pub(in crate::script) async fn terminate(&mut self, waiter: &mut Waiter) {
        if let Some(leader) = self.leader.take() {
            let _ = tokio::task::spawn_blocking(move || kill(leader)).await;
            waiter.ended().await;
        }
    }

    /// Processes whose parent ended cannot be told from others.
    pub(in crate::script) fn end_leftovers(&mut self) -> Leftovers {
        self.leader = None;
        Leftovers
    }
}

/// What a script left behind.
#[derive(Debug)]
pub(in crate::script) struct Leftovers;

impl Leftovers {
    pub(in crate::script) fn end(self) {}
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
