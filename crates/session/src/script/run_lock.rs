//! One run at a time in a build folder, whichever process started it.
//!
//! The session's own lock ends with its process, and a run may outlive that: for the moment in which it is being ended, or
//! because it was asked to go on. So each run has a lock of its own, which the supervisor holds until the script ended.

use std::fs::{File, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use crate::error::{Error, Result};
use crate::layout::Layout;

const FILE: &str = ".run.lock";
/// How long a run whose host is gone may take to end.
const ENDING_TIMEOUT: Duration = Duration::from_secs(10);
const RETRY_INTERVAL: Duration = Duration::from_millis(10);
/// How long a lock that was released may still be held by a process that this one is just starting: until its program
/// begins, it has all descriptors of this one.
const RELEASE_TIMEOUT: Duration = Duration::from_millis(100);
/// What the file says when a run outlives its host.
const KEPT: &str = "keep";

/// Takes the lock; `keep`: for a run that outlives this process. Waits for a run that is being ended since its host is
/// gone. Blocks.
///
/// # Errors
/// [`Error::Busy`] while another run goes on, [`Error::Io`].
pub(super) fn lock(layout: &Layout, keep: bool) -> Result<File> {
    let path = layout.build_dir.join(FILE);
    let mut file = open(&path)?;
    let started_waiting = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => break,
            Err(TryLockError::WouldBlock) => {
                let timeout = if is_ending(&mut file) { ENDING_TIMEOUT } else { RELEASE_TIMEOUT };
                if started_waiting.elapsed() > timeout {
                    return Err(busy(&mut file, layout));
                }
                std::thread::sleep(RETRY_INTERVAL);
            }
            Err(TryLockError::Error(error)) => return Err(Error::io("cannot lock", path)(error)),
        }
    }
    let text = format!("{} {} {}\n", std::process::id(), started(std::process::id()), if keep { KEPT } else { "end" });
    let written = file.set_len(0).and_then(|()| file.rewind()).and_then(|()| file.write_all(text.as_bytes()));
    written.map_err(Error::io("cannot write", path))?;
    Ok(file)
}

/// Whether a run goes on in a build folder that is to go on without its host. Blocks.
///
/// # Errors
/// [`Error::Busy`] if so.
pub(crate) fn check_no_kept_run(layout: &Layout) -> Result<()> {
    let Ok(mut file) = open(&layout.build_dir.join(FILE)) else { return Ok(()) };
    match file.try_lock() {
        Err(TryLockError::WouldBlock) if holder(&mut file).is_some_and(|(_, _, keep)| keep) => {
            Err(busy(&mut file, layout))
        }
        _ => Ok(()),
    }
}

fn open(path: &Path) -> Result<File> {
    let mut options = std::fs::OpenOptions::new();
    options.create(true).truncate(false).read(true).write(true);
    // What a script put in its place is not followed.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, nix::libc::O_NOFOLLOW | nix::libc::O_NONBLOCK);
    options.open(path).map_err(Error::io("cannot open", path))
}

/// The process that started the run, and whether the run outlives it.
fn holder(file: &mut File) -> Option<(u32, u64, bool)> {
    let mut text = String::new();
    file.rewind().ok()?;
    file.take(100).read_to_string(&mut text).ok()?;
    let mut words = text.split_ascii_whitespace();
    Some((words.next()?.parse().ok()?, words.next()?.parse().ok()?, words.next()? == KEPT))
}

fn is_ending(file: &mut File) -> bool {
    // One that has not written yet who it is has only just begun.
    holder(file).is_some_and(|(pid, start, keep)| !keep && started(pid) != start)
}

/// When a process started, which tells it apart from later ones with its number; 0 for one that is gone.
#[cfg(target_os = "linux")]
fn started(pid: u32) -> u64 {
    let pid = i32::try_from(pid).unwrap_or(0);
    super::process::process_of(nix::unistd::Pid::from_raw(pid)).map_or(0, |process| process.started())
}

#[cfg(all(unix, not(target_os = "linux")))]
fn started(pid: u32) -> u64 {
    let pid = nix::unistd::Pid::from_raw(i32::try_from(pid).unwrap_or(0));
    u64::from(nix::sys::signal::kill(pid, None).is_ok())
}

#[cfg(not(unix))]
fn started(_: u32) -> u64 {
    1
}

fn busy(file: &mut File, layout: &Layout) -> Error {
    let by = holder(file).map_or_else(String::new, |(pid, ..)| format!(", started by process {pid}"));
    Error::Busy { reason: format!("a run is still going on in `{}`{by}", layout.build_dir.display()) }
}
