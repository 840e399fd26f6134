//! Starting a process on Unix without copying the one that starts it.
//!
//! The standard library forks as soon as a process is to have a session of its own, and a fork copies the page tables of
//! the whole Node.js process: tens of milliseconds. `posix_spawn` shares them until the new program is there.

use std::ffi::{CString, OsStr};
use std::io;
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::process::{ChildStderr, ChildStdin, ChildStdout, Command};

use nix::fcntl::OFlag;
use nix::spawn::{PosixSpawnAttr, PosixSpawnFileActions, PosixSpawnFlags, posix_spawn};
use nix::sys::signal::{SigSet, Signal};
use nix::sys::stat::Mode;

use super::Started;
use super::unix::Process;

/// `POSIX_SPAWN_SETSID`, which no safe library names.
const SET_SID: i32 = if cfg!(target_vendor = "apple") { 0x400 } else { 0x80 };

/// Starts a command in a session of its own, in the folder that this process is in.
///
/// With the session it has no terminal either: a program that asks for a password fails at once, and does not wait for
/// an answer that nobody gives.
///
/// # Errors
/// Those of the system, and of arguments that contain a NUL.
pub(in crate::script) fn start(command: &mut Command, wants_stdin: bool) -> io::Result<Started> {
    let program = c_string(command.get_program())?;
    let arguments = std::iter::once(command.get_program()).chain(command.get_args());
    let arguments = arguments.map(c_string).collect::<io::Result<Vec<_>>>()?;
    let environment = command.get_envs().filter_map(|(name, value)| Some((name, value?)));
    let environment = environment.map(|(name, value)| assignment(name, value)).collect::<io::Result<Vec<_>>>()?;

    let (stdout, child_stdout) = io::pipe()?;
    let (stderr, child_stderr) = io::pipe()?;
    let mut files = PosixSpawnFileActions::init()?;
    files.add_dup2(child_stdout.as_raw_fd(), 1)?;
    files.add_dup2(child_stderr.as_raw_fd(), 2)?;
    let stdin = if wants_stdin {
        let (child_stdin, stdin) = io::pipe()?;
        files.add_dup2(child_stdin.as_raw_fd(), 0)?;
        Some((child_stdin, stdin))
    } else {
        files.add_open(0, "/dev/null", OFlag::O_RDONLY, Mode::empty())?;
        None
    };

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

    let pid = posix_spawn(program.as_c_str(), &files, &attributes, &arguments, &environment)?;
    Ok(Started {
        process: Process::new(pid),
        stdin: stdin.map(|(_, stdin)| ChildStdin::from(OwnedFd::from(stdin))),
        stdout: ChildStdout::from(OwnedFd::from(stdout)),
        stderr: ChildStderr::from(OwnedFd::from(stderr)),
    })
}

fn c_string(text: &OsStr) -> io::Result<CString> {
    CString::new(text.as_bytes()).map_err(|_| io::Error::new(io::ErrorKind::InvalidInput, "an argument contains a NUL"))
}

fn assignment(name: &OsStr, value: &OsStr) -> io::Result<CString> {
    let mut text = name.to_owned();
    text.push("=");
    text.push(value);
    c_string(&text)
}
