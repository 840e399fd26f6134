//! Starting a process on Unix without copying the one that starts it.
//!
//! The standard library forks as soon as a process is to have a session of its own, and a fork copies the page tables of
//! the whole Node.js process: tens of milliseconds. `posix_spawn` shares them until the new program begins.

use std::ffi::{CStr, CString, OsStr};
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::process::{ChildStderr, ChildStdin, ChildStdout, Command};

use nix::fcntl::OFlag;
use nix::spawn::{PosixSpawnAttr, PosixSpawnFileActions, PosixSpawnFlags, posix_spawn};
use nix::sys::signal::{SigSet, Signal};
use nix::sys::stat::Mode;
use nix::unistd::Pid;

use super::Pipes;

/// `POSIX_SPAWN_SETSID`, which no safe library names.
const SET_SID: i32 = if cfg!(target_vendor = "apple") { 0x400 } else { 0x80 };

/// Above all descriptors that a child gets: what is duplicated to a low number must not be overwritten before.
const ABOVE_ALL: i32 = 64;

/// Program, arguments and environment of a command.
pub(super) struct Words {
    pub(super) program: CString,
    pub(super) arguments: Vec<CString>,
    pub(super) environment: Vec<CString>,
}

impl Words {
    /// # Errors
    /// Of kind `InvalidInput` for an argument that contains a NUL.
    pub(super) fn of(command: &Command) -> io::Result<Self> {
        let arguments = std::iter::once(command.get_program()).chain(command.get_args());
        let environment = command.get_envs().filter_map(|(name, value)| Some((name, value?)));
        Ok(Self {
            program: c_string(command.get_program())?,
            arguments: arguments.map(c_string).collect::<io::Result<_>>()?,
            environment: environment.map(|(name, value)| assignment(name, value)).collect::<io::Result<_>>()?,
        })
    }
}

/// The three pipes of a script, as both sides have them.
pub(super) struct ScriptPipes {
    pub(super) pipes: Pipes,
    stdin: Option<OwnedFd>,
    stdout: OwnedFd,
    stderr: OwnedFd,
}

impl ScriptPipes {
    pub(super) fn new(wants_stdin: bool) -> io::Result<Self> {
        let (stdout, child_stdout) = io::pipe()?;
        let (stderr, child_stderr) = io::pipe()?;
        let (child_stdin, stdin) = if wants_stdin {
            let (child_stdin, stdin) = io::pipe()?;
            (Some(child_stdin.into()), Some(ChildStdin::from(OwnedFd::from(stdin))))
        } else {
            (None, None)
        };
        let stdout = ChildStdout::from(OwnedFd::from(stdout));
        let stderr = ChildStderr::from(OwnedFd::from(stderr));
        Ok(Self {
            pipes: Pipes { stdin, stdout, stderr },
            stdin: child_stdin,
            stdout: child_stdout.into(),
            stderr: child_stderr.into(),
        })
    }

    /// The script's ends, as its standard streams; without a standard input, `/dev/null` goes there.
    pub(super) fn ends(&self) -> Vec<(BorrowedFd<'_>, i32)> {
        let stdin = self.stdin.as_ref().map(|stdin| (stdin.as_fd(), 0));
        stdin.into_iter().chain([(self.stdout.as_fd(), 1), (self.stderr.as_fd(), 2)]).collect()
    }
}

/// Starts a program in a session of its own, in the current folder, with these descriptors under these numbers.
///
/// # Errors
/// Those of the system.
pub(super) fn spawn(
    program: &CStr,
    arguments: &[CString],
    environment: &[CString],
    descriptors: &[(BorrowedFd<'_>, i32)],
) -> io::Result<Pid> {
    let mut files = PosixSpawnFileActions::init()?;
    let mut high = Vec::with_capacity(descriptors.len());
    for (descriptor, number) in descriptors {
        let copy = rustix::io::fcntl_dupfd_cloexec(descriptor, ABOVE_ALL)?;
        files.add_dup2(copy.as_raw_fd(), *number)?;
        high.push(copy);
    }
    if !descriptors.iter().any(|(_, number)| *number == 0) {
        files.add_open(0, "/dev/null", OFlag::O_RDONLY, Mode::empty())?;
    }
    let mut attributes = PosixSpawnAttr::init()?;
    attributes.set_flags(
        PosixSpawnFlags::from_bits_retain(SET_SID)
            | PosixSpawnFlags::POSIX_SPAWN_SETSIGMASK
            | PosixSpawnFlags::POSIX_SPAWN_SETSIGDEF,
    )?;
    attributes.set_sigmask(&SigSet::empty())?;
    // Node.js ignores it, and a script's programs are to end when nobody reads what they write.
    let mut defaults = SigSet::empty();
    defaults.add(Signal::SIGPIPE);
    attributes.set_sigdefault(&defaults)?;
    Ok(posix_spawn(program, &files, &attributes, arguments, environment)?)
}

/// Makes room in a pipe, so that a script that writes much is not stopped at every turn. Where the system does not allow
/// it, the pipe stays as it is.
pub(in crate::script) fn widen(pipe: &impl AsFd) {
    #[cfg(target_os = "linux")]
    let _ = rustix::pipe::fcntl_setpipe_size(pipe, 1024 * 1024);
    #[cfg(not(target_os = "linux"))]
    let _ = pipe;
}

pub(super) fn c_string(text: &OsStr) -> io::Result<CString> {
    CString::new(text.as_bytes()).map_err(|_| io::Error::new(io::ErrorKind::InvalidInput, "an argument contains a NUL"))
}

pub(super) fn assignment(name: &OsStr, value: &OsStr) -> io::Result<CString> {
    let mut text = name.to_owned();
    text.push("=");
    text.push(value);
    c_string(&text)
}
