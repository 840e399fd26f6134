//! The host's side of the supervisor (Linux): starting it, talking to it, hearing how the run ended.

use std::ffi::{CString, OsStr};
use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::sync::OnceLock;

use nix::sys::signal::Signal;
use nix::unistd::Pid;
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

use super::descendants::{Descendant, RUN_MARK, of_build, process, signal};
use super::spawn::{ScriptPipes, Words, assignment, spawn};
use super::{Confinement, Exit, Finished, Pipes, ReapedUsage, RunLeftovers, Start};

/// Descriptors of the supervisor: `mod fd` in `supervisor/main.rs`.
mod fd {
    pub(super) const CONTROL: i32 = 3;
    pub(super) const STATUS: i32 = 4;
    pub(super) const LOCK: i32 = 5;
    pub(super) const RULESET: i32 = 6;
    pub(super) const LOG: i32 = 7;
    pub(super) const OUTPUT: i32 = 8;
    pub(super) const ERRORS: i32 = 9;
    pub(super) const CGROUPS: i32 = 10;
    pub(super) const PROXY: i32 = 15;
}

/// The program.
const IMAGE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/supervisor"));

/// What the supervisor takes from the host: end everything, asking first; kill everything; the output was read.
const END: &[u8] = b"T";
const KILL: &[u8] = b"K";
const READ: &[u8] = b"R";

/// A run below a supervisor.
#[derive(Debug)]
pub(in crate::script) struct Supervised {
    supervisor: Pid,
    /// Told apart from later processes with its number.
    identity: Option<Descendant>,
    work_dir: Option<PathBuf>,
    /// Once it is closed, the supervisor ends the run.
    control: File,
    status: AsyncFd<OwnedFd>,
    ending: Option<Ending>,
}

/// What the supervisor says of the end of a run.
#[derive(Clone, Copy, Debug)]
struct Ending {
    exit_status: i32,
    usage: Option<ReapedUsage>,
    /// Nothing is left that the supervisor would stay for.
    is_last: bool,
}

impl Supervised {
    /// Starts a supervisor and with it the script. `None` where the machine cannot run the supervisor and nothing asks
    /// for what only the supervisor can do.
    ///
    /// # Errors
    /// Those of the system: of the supervisor, and of what it could not set up for the script.
    pub(super) fn start(start: &Start<'_>) -> io::Result<Option<(Self, Pipes)>> {
        let Some(image) = image() else { return Ok(None) };
        let path = CString::new(format!("/proc/self/fd/{}", image.as_raw_fd()))?;
        let words = Words::of(start.command)?;
        let mut arguments = vec![CString::from(c"sidewinder-run")];
        if start.keep.is_some() {
            arguments.push(c"keep".into());
        }
        arguments.extend(options(&start.confinement)?);
        arguments.push(c"--".into());
        arguments.push(words.program);
        // The program is also the first of its own arguments.
        arguments.extend(words.arguments.into_iter().skip(1));
        let mark = start.work_dir.map_or(OsStr::new(""), |folder| folder.as_os_str());
        let mut environment = vec![assignment(OsStr::new(RUN_MARK), mark)?];
        environment.extend(words.environment);

        let pipes = ScriptPipes::new(start.stdin)?;
        let (commands, control) = io::pipe()?;
        let (status, tell) = io::pipe()?;
        let mut descriptors = pipes.ends();
        descriptors.extend([(commands.as_fd(), fd::CONTROL), (tell.as_fd(), fd::STATUS)]);
        if let Some(lock) = start.lock {
            descriptors.push((lock.as_fd(), fd::LOCK));
        }
        if let Some(log) = start.keep {
            let (stdout, stderr) = (pipes.pipes.stdout.as_fd(), pipes.pipes.stderr.as_fd());
            descriptors.extend([(log.as_fd(), fd::LOG), (stdout, fd::OUTPUT), (stderr, fd::ERRORS)]);
        }
        if let Some(sandbox) = &start.confinement.sandbox {
            descriptors.push((sandbox.ruleset.as_fd(), fd::RULESET));
        }
        if let Some(proxy) = &start.confinement.proxy {
            descriptors.push((proxy.as_fd(), fd::PROXY));
        }
        for (number, cgroup) in (fd::CGROUPS..).zip(&start.confinement.cgroups) {
            descriptors.push((cgroup.as_fd(), number));
        }
        let supervisor = match spawn(&path, &arguments, &environment, &descriptors) {
            Ok(supervisor) => supervisor,
            // Without `/proc`, or where nothing may be executed that is not in a file system.
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::NotFound | io::ErrorKind::PermissionDenied | io::ErrorKind::Unsupported
                ) =>
            {
                if start.confinement.is_none() {
                    return Ok(None);
                }
                let reason = format!("cannot start the supervisor of the run, which requires /proc: {error}");
                return Err(io::Error::new(io::ErrorKind::Unsupported, reason));
            }
            Err(error) => return Err(error),
        };
        drop(descriptors);
        drop((commands, tell));
        let mut status = File::from(OwnedFd::from(status));
        let ending = match started(&mut status) {
            Ok(()) => None,
            // It ends right after it said so, or without a word when the script was fast enough to kill it.
            Err(error) => match reap(supervisor) {
                Some(exit) if exit.signal.is_some() => Some(Ending::lost()),
                _ => return Err(error),
            },
        };
        rustix::io::ioctl_fionbio(&status, true)?;
        #[expect(unsafe_code, reason = "tokio has no safe way to watch a descriptor")]
        // SAFETY: the descriptor is owned, stays open as long as it is watched, and its number never changes.
        let status = unsafe { AsyncFd::register_with_interest(OwnedFd::from(status), Interest::READABLE)? };
        let identity = process(supervisor);
        let work_dir = start.work_dir.map(Path::to_path_buf);
        let control = File::from(OwnedFd::from(control));
        Ok(Some((Self { supervisor, identity, work_dir, control, status, ending }, pipes.pipes)))
    }

    /// The supervisor, below which all processes of the run are.
    pub(super) fn supervisor(&self) -> Option<i32> {
        Some(self.supervisor.as_raw()).filter(|pid| *pid > 0)
    }

    pub(super) async fn ended(&mut self) {
        while self.ending.is_none() {
            let Ok(mut ready) = self.status.readable().await else { return };
            let mut record = [0; 1024];
            match rustix::io::read(self.status.get_ref(), &mut record) {
                Ok(length) => self.ending = Some(Ending::read(record.get(..length).unwrap_or_default())),
                Err(rustix::io::Errno::AGAIN) => ready.clear_ready(),
                Err(rustix::io::Errno::INTR) => {}
                Err(_) => self.ending = Some(Ending::lost()),
            }
        }
    }

    pub(super) async fn terminate(&mut self) {
        // One that is gone has killed the script with it.
        let _ = self.control.write_all(END);
        self.ended().await;
    }

    pub(super) fn finish(mut self) -> io::Result<Finished> {
        let ending = self.ending.take().unwrap_or(Ending::lost());
        if ending.usage.is_none()
            && let Some(work_dir) = &self.work_dir
        {
            // The kernel has killed the script with its supervisor, but not what the script started.
            for process in of_build(work_dir, self.identity) {
                signal(process, Signal::SIGKILL);
            }
        }
        let exit = Exit::from(ExitStatus::from_raw(ending.exit_status));
        if ending.is_last {
            reap(self.supervisor);
        } else {
            // The output was read: what is left of the script's process group may end.
            let _ = self.control.write_all(READ);
            reap_later(self.supervisor);
        }
        self.supervisor = Pid::from_raw(0);
        Ok(Finished { exit, usage: ending.usage, leftovers: RunLeftovers::default() })
    }
}

impl Drop for Supervised {
    fn drop(&mut self) {
        if self.supervisor.as_raw() != 0 {
            let _ = self.control.write_all(KILL);
            reap_later(self.supervisor);
        }
    }
}

impl Ending {
    /// `X`, whether nothing is left, the exit status, processor times and memory, then `/proc/self/io`.
    fn read(record: &[u8]) -> Self {
        let parts = record.split_at_checked(30).filter(|(head, _)| head.starts_with(b"X"));
        let Some((head, io)) = parts else { return Self::lost() };
        let number = |at: usize| {
            let bytes = head.get(at..at + 8).and_then(|bytes| bytes.try_into().ok());
            bytes.map_or(0, |bytes| u64::try_from(i64::from_le_bytes(bytes)).unwrap_or(0))
        };
        let status = head.get(2..6).and_then(|bytes| bytes.try_into().ok()).map_or(0, i32::from_le_bytes);
        let io = String::from_utf8_lossy(io);
        let counter = |name: &str| {
            let line = io.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
            line.and_then(|value| value.parse().ok()).unwrap_or(0)
        };
        let usage = ReapedUsage {
            cpu_micros: number(6) + number(14),
            max_memory_bytes: number(22) * 1024,
            read_bytes: counter("rchar"),
            written_bytes: counter("wchar"),
        };
        Self { exit_status: status, usage: Some(usage), is_last: head.get(1) == Some(&1) }
    }

    /// The supervisor was killed: the script dies with it, by `SIGKILL`.
    fn lost() -> Self {
        Self { exit_status: nix::libc::SIGKILL, usage: None, is_last: true }
    }
}

/// The program as a file that only exists in memory. `None` where the system has no such files.
fn image() -> Option<&'static File> {
    static FILE: OnceLock<Option<File>> = OnceLock::new();
    let made = || {
        let file = rustix::fs::memfd_create("sidewinder-run", rustix::fs::MemfdFlags::CLOEXEC).ok()?;
        let mut file = File::from(file);
        file.write_all(IMAGE).ok()?;
        Some(file)
    };
    FILE.get_or_init(made).as_ref()
}

/// The supervisor's options for what a script may not do.
fn options(confinement: &Confinement) -> io::Result<Vec<CString>> {
    let mut options = Vec::new();
    if confinement.no_network {
        options.push(CString::from(c"no-network"));
    }
    if confinement.proxy.is_some() {
        options.push(CString::new(format!("listen={}", crate::script::network_proxy::PORT))?);
    }
    if let Some(sandbox) = &confinement.sandbox {
        options.extend([CString::from(c"landlock"), CString::from(c"read-only")]);
        options.extend(sandbox.mounts.iter().cloned());
    }
    if confinement.no_network || confinement.sandbox.is_some() {
        options.extend(user_namespace()?);
    }
    if !confinement.cgroups.is_empty() {
        options.push(CString::new(format!("cgroups={}", confinement.cgroups.len()))?);
    }
    for (resource, value) in &confinement.resource_limits {
        options.push(CString::new(format!("rlimit={resource}:{value}"))?);
    }
    Ok(options)
}

/// Options for a user namespace in which everybody that this process knows keeps their number.
fn user_namespace() -> io::Result<Vec<CString>> {
    let (user, group) = (nix::unistd::Uid::effective(), nix::unistd::Gid::effective());
    let (user_map, group_map, denied) = if user.is_root() {
        (same_numbers("/proc/self/uid_map")?, same_numbers("/proc/self/gid_map")?, false)
    } else {
        (format!("{user} {user} 1"), format!("{group} {group} 1"), true)
    };
    let mut options = vec![CString::from(c"user-namespace")];
    options.push(CString::new(format!("uid-map={user_map}\n"))?);
    options.push(CString::new(format!("gid-map={group_map}\n"))?);
    if denied {
        options.push(c"deny-setgroups".into());
    }
    Ok(options)
}

fn same_numbers(path: &str) -> io::Result<String> {
    let map = std::fs::read_to_string(path)?;
    let lines = map.lines().filter_map(|line| {
        let mut fields = line.split_ascii_whitespace();
        let (inside, _, count) = (fields.next()?, fields.next()?, fields.next()?);
        Some(format!("{inside} {inside} {count}"))
    });
    Ok(lines.collect::<Vec<_>>().join("\n"))
}

/// Waits until the script's program began, or says what failed.
fn started(status: &mut File) -> io::Result<()> {
    let mut record = [0; 6];
    status.read_exact(&mut record).map_err(|_| io::Error::other("the supervisor of the run ended at once"))?;
    let [kind, stage, number @ ..] = record;
    if kind == b'S' {
        return Ok(());
    }
    let error = io::Error::from_raw_os_error(-i32::from_le_bytes(number));
    Err(match stage {
        // Of the program itself, or of a fork that failed for lack of resources.
        1 | 8 => error,
        stage => io::Error::new(io::ErrorKind::Unsupported, format!("{}: {error}", stage_name(stage))),
    })
}

/// `enum Stage` in `supervisor/child.rs`.
fn stage_name(stage: u8) -> &'static str {
    match stage {
        2 => "cannot create namespaces",
        3 => "cannot map users into a namespace",
        4 => "cannot make file systems read-only",
        5 => "cannot enter a cgroup",
        6 => "cannot set resource limits",
        7 => "cannot enforce Landlock rules",
        9 => "cannot listen for the proxy",
        _ => "cannot set up the process",
    }
}

fn reap(supervisor: Pid) -> Option<Exit> {
    let pid = rustix::process::Pid::from_raw(supervisor.as_raw());
    loop {
        match rustix::process::waitpid(pid, rustix::process::WaitOptions::empty()) {
            Err(rustix::io::Errno::INTR) => {}
            ended => return Some(Exit::from(ExitStatus::from_raw(ended.ok()??.1.as_raw()))),
        }
    }
}

/// A supervisor stays as long as a daemon of its run does. Without a thread to wait in, it stays a zombie after that.
fn reap_later(supervisor: Pid) {
    let waiter = std::thread::Builder::new().name("sidewinder-reap".into()).stack_size(128 * 1024);
    let _ = waiter.spawn(move || reap(supervisor));
}
