//! Running `git`: without questions, without surprises from the user's settings, and stopped when cancelled.

use std::path::Path;
use std::process::Stdio;

use tokio::process::Command;

use crate::cancel::Cancel;
use crate::error::{Error, Result};
use crate::redact::redact;

/// Protocols that a source may use; `ext::` and the like run commands.
const PROTOCOLS: &str = "file:git:http:https:ssh";
const REMOTE_PROTOCOLS: &str = "git:http:https:ssh";

/// Where git looks for a repository, or for what it runs: the caller's own must not leak into a source's.
const REMOVED: [&str; 12] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_NAMESPACE",
    "GIT_CONFIG",
    "GIT_CONFIG_PARAMETERS",
    "GIT_EXTERNAL_DIFF",
    "GIT_TEMPLATE_DIR",
    "GIT_PREFIX",
];

/// A `git` command in a folder.
pub(super) struct Git<'a> {
    command: Command,
    location: &'a str,
}

impl<'a> Git<'a> {
    /// A command; `location` is the repository's address for messages, without secrets.
    pub(super) fn new(folder: &Path, location: &'a str) -> Self {
        let mut command = Command::new("git");
        command
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        for name in REMOVED {
            command.env_remove(name);
        }
        command
            // Without a terminal to ask on, a missing password is an error instead of a wait without end.
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("GCM_INTERACTIVE", "never")
            .env("GIT_ASKPASS", "")
            .env("SSH_ASKPASS", "")
            .env("GIT_ALLOW_PROTOCOL", PROTOCOLS)
            .env("LC_ALL", "C");
        if std::env::var_os("GIT_SSH_COMMAND").is_none() && std::env::var_os("GIT_SSH").is_none() {
            command.env("GIT_SSH_COMMAND", "ssh -o BatchMode=yes");
        }
        for setting in [
            "core.hooksPath=/dev/null",
            "core.fsmonitor=false",
            "core.autocrlf=false",
            "advice.detachedHead=false",
            "init.defaultBranch=main",
            "submodule.recurse=false",
            "protocol.ext.allow=never",
            "gc.auto=0",
            "maintenance.auto=false",
            "transfer.credentialsInUrl=allow",
        ] {
            command.args(["-c", setting]);
        }
        Self { command, location }
    }

    /// Adds a setting for this command. Before [`Self::args`].
    pub(super) fn setting(mut self, setting: &str) -> Self {
        self.command.args(["-c", setting]);
        self
    }

    /// Sets a variable of the environment.
    pub(super) fn variable(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    /// Lets git hold a lock for as long as it runs, also when this process was killed: the handle is its standard input,
    /// from which it reads nothing.
    pub(super) fn holding(mut self, lock: Option<std::fs::File>) -> Self {
        if let Some(lock) = lock {
            self.command.stdin(lock);
        }
        self
    }

    /// Whether large files are fetched by git-lfs; without, their pointers stay. Before [`Self::args`].
    pub(super) fn large_files(mut self, fetch: bool) -> Self {
        if !fetch {
            for setting in ["filter.lfs.smudge=", "filter.lfs.process=", "filter.lfs.required=false"] {
                self.command.args(["-c", setting]);
            }
        }
        self
    }

    /// Forbids repositories of this machine: a submodule of a remote repository must not name one.
    pub(super) fn no_local_files(mut self) -> Self {
        self.command.env("GIT_ALLOW_PROTOCOL", REMOTE_PROTOCOLS);
        self
    }

    /// Adds arguments.
    pub(super) fn args(mut self, args: &[&str]) -> Self {
        self.command.args(args);
        self
    }

    /// Adds an argument that is a path.
    pub(super) fn path(mut self, path: &Path) -> Self {
        self.command.arg(path);
        self
    }

    /// Runs it; returns what it printed.
    ///
    /// # Errors
    /// [`Error::Source`] with git's own words, [`Error::Spawn`] where there is no git, [`Error::Cancelled`].
    pub(super) async fn run(self, what: &str, cancel: &Cancel) -> Result<String> {
        let location = self.location;
        self.try_run(cancel).await?.map_err(|words| Error::Source {
            location: location.to_owned(),
            reason: format!("{what} failed: {words}"),
            http: None,
        })
    }

    /// Runs it; a failure of git is a value.
    ///
    /// # Errors
    /// [`Error::Spawn`], [`Error::Cancelled`].
    pub(super) async fn try_run(mut self, cancel: &Cancel) -> Result<std::result::Result<String, String>> {
        cancel.check()?;
        let spawn = |source| Error::Spawn { program: "git".to_owned(), source };
        let child = self.command.spawn().map_err(spawn)?;
        // Dropped when cancelled, which kills it.
        let output = cancel.run(async { child.wait_with_output().await.map_err(spawn) }).await?;
        if output.status.success() {
            return Ok(Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned()));
        }
        let words = String::from_utf8_lossy(&output.stderr);
        Ok(Err(without_secrets(words.trim())))
    }
}

/// Git repeats addresses with all that is in them.
fn without_secrets(words: &str) -> String {
    words
        .split(' ')
        .map(|word| {
            let bare = word.trim_matches(['\'', '"', ',', ':']);
            if bare.contains("://") || bare.contains('@') { word.replace(bare, &redact(bare)) } else { word.to_owned() }
        })
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gits_words_lose_their_secrets() {
        let words = "fatal: unable to access 'https://me:s3cr3t@h.org/a.git/': not found";
        assert_eq!(without_secrets(words), "fatal: unable to access 'https://***@h.org/a.git/': not found");
    }
}
