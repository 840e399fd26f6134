//! Starting a process that has no network but its own loopback (Linux).
//!
//! A network namespace of its own needs rights that a user has only in a user namespace of their own; many systems allow
//! that, some do not. Nothing but the network is apart: files, processes and identity stay as they are. Sockets in the
//! file system still work.

use std::io;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};

use nix::libc;
use nix::sched::{CloneFlags, unshare};
use nix::unistd::{Gid, Pid, Uid, setsid};

use super::Started;
use super::unix::Process;

/// Starts a command as [`super::start`] does, without network.
///
/// # Errors
/// Those of the system: of kind `PermissionDenied` or `InvalidInput`, or without a kind for `ENOSPC`, where it allows no
/// such namespaces.
pub(in crate::script) fn start_without_network(command: &mut Command, wants_stdin: bool) -> io::Result<Started> {
    let stdin = if wants_stdin { Stdio::piped() } else { Stdio::null() };
    command.stdin(stdin).stdout(Stdio::piped()).stderr(Stdio::piped());
    let (user, group) = (Uid::effective(), Gid::effective());
    let user_map = format!("{user} {user} 1\n");
    let group_map = format!("{group} {group} 1\n");
    // SAFETY: between fork and exec only system calls are made; all memory that they need was made before.
    #[expect(unsafe_code, reason = "only the new process itself can leave the namespaces of its parent")]
    unsafe {
        command.pre_exec(move || leave_the_network(&user_map, &group_map));
    }
    let mut child = command.spawn()?;
    let pipe = || io::Error::other("a pipe is missing");
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let pid = i32::try_from(child.id()).map_err(io::Error::other)?;
    // The process is waited for by its number.
    Ok(Started {
        process: Process::new(Pid::from_raw(pid)),
        stdin,
        stdout: stdout.ok_or_else(pipe)?,
        stderr: stderr.ok_or_else(pipe)?,
    })
}

fn leave_the_network(user_map: &str, group_map: &str) -> io::Result<()> {
    setsid()?;
    // With the rights of the system's administrator, no user namespace is needed, and all users stay known.
    if unshare(CloneFlags::CLONE_NEWNET).is_err() {
        unshare(CloneFlags::CLONE_NEWUSER | CloneFlags::CLONE_NEWNET)?;
        write(c"/proc/self/setgroups", "deny")?;
        write(c"/proc/self/uid_map", user_map)?;
        write(c"/proc/self/gid_map", group_map)?;
    }
    // Without loopback, tests that talk to themselves fail. Where it cannot be had, the rest still holds.
    let _ = loopback_up();
    Ok(())
}

/// Writes a whole file with one call, as these files need; takes no memory.
fn write(path: &std::ffi::CStr, text: &str) -> io::Result<()> {
    let file =
        rustix::fs::open(path, rustix::fs::OFlags::WRONLY | rustix::fs::OFlags::CLOEXEC, rustix::fs::Mode::empty())?;
    rustix::io::write(&file, text.as_bytes())?;
    Ok(())
}

#[expect(unsafe_code, reason = "no library has a safe way to switch an interface on")]
fn loopback_up() -> io::Result<()> {
    // SAFETY: the request is whole and lives through the calls; the descriptor is closed.
    unsafe {
        let socket = libc::socket(libc::AF_INET, libc::SOCK_DGRAM | libc::SOCK_CLOEXEC, 0);
        if socket < 0 {
            return Err(io::Error::last_os_error());
        }
        let mut request: libc::ifreq = std::mem::zeroed();
        for (place, byte) in request.ifr_name.iter_mut().zip(b"lo") {
            *place = *byte as libc::c_char;
        }
        request.ifr_ifru.ifru_flags = (libc::IFF_UP | libc::IFF_RUNNING) as libc::c_short;
        let done = libc::ioctl(socket, libc::SIOCSIFFLAGS as _, &request);
        let error = io::Error::last_os_error();
        libc::close(socket);
        if done < 0 { Err(error) } else { Ok(()) }
    }
}
