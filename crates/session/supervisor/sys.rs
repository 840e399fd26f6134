//! System calls. Numbers differ between architectures; where an older call is missing on one, the newer one is used.

use core::arch::asm;

#[cfg(target_arch = "x86_64")]
mod number {
    pub const READ: usize = 0;
    pub const WRITE: usize = 1;
    pub const CLOSE: usize = 3;
    pub const RT_SIGPROCMASK: usize = 14;
    pub const RT_SIGACTION: usize = 13;
    pub const IOCTL: usize = 16;
    pub const GETPID: usize = 39;
    pub const SOCKET: usize = 41;
    pub const SENDMSG: usize = 46;
    pub const BIND: usize = 49;
    pub const LISTEN: usize = 50;
    pub const CLONE: usize = 56;
    pub const EXECVE: usize = 59;
    pub const WAIT4: usize = 61;
    pub const KILL: usize = 62;
    pub const FCNTL: usize = 72;
    pub const GETRUSAGE: usize = 98;
    pub const GETPPID: usize = 110;
    pub const SETSID: usize = 112;
    pub const GETPGID: usize = 121;
    pub const PRCTL: usize = 157;
    pub const CLOCK_GETTIME: usize = 228;
    pub const EXIT_GROUP: usize = 231;
    pub const WAITID: usize = 247;
    pub const OPENAT: usize = 257;
    pub const PPOLL: usize = 271;
    pub const UNSHARE: usize = 272;
    pub const SIGNALFD4: usize = 289;
    pub const PIPE2: usize = 293;
    pub const PRLIMIT64: usize = 302;
}

#[cfg(target_arch = "aarch64")]
mod number {
    pub const FCNTL: usize = 25;
    pub const IOCTL: usize = 29;
    pub const OPENAT: usize = 56;
    pub const CLOSE: usize = 57;
    pub const PIPE2: usize = 59;
    pub const READ: usize = 63;
    pub const WRITE: usize = 64;
    pub const PPOLL: usize = 73;
    pub const SIGNALFD4: usize = 74;
    pub const EXIT_GROUP: usize = 94;
    pub const WAITID: usize = 95;
    pub const UNSHARE: usize = 97;
    pub const CLOCK_GETTIME: usize = 113;
    pub const KILL: usize = 129;
    pub const RT_SIGACTION: usize = 134;
    pub const RT_SIGPROCMASK: usize = 135;
    pub const GETPGID: usize = 155;
    pub const SETSID: usize = 157;
    pub const GETRUSAGE: usize = 165;
    pub const PRCTL: usize = 167;
    pub const GETPID: usize = 172;
    pub const GETPPID: usize = 173;
    pub const SOCKET: usize = 198;
    pub const BIND: usize = 200;
    pub const LISTEN: usize = 201;
    pub const SENDMSG: usize = 211;
    pub const CLONE: usize = 220;
    pub const EXECVE: usize = 221;
    pub const WAIT4: usize = 260;
    pub const PRLIMIT64: usize = 261;
}

// The same everywhere.
const OPEN_TREE: usize = 428;
const MOVE_MOUNT: usize = 429;
const CLOSE_RANGE: usize = 436;
const MOUNT_SETATTR: usize = 442;
const LANDLOCK_RESTRICT_SELF: usize = 446;

pub const SIGKILL: i32 = 9;
pub const SIGTERM: i32 = 15;
pub const SIGCHLD: i32 = 17;
const SIGPIPE: i32 = 13;
const SIGXFSZ: i32 = 25;

pub const ENOENT: isize = -2;
pub const EINTR: isize = -4;
pub const ECHILD: isize = -10;

const AT_FDCWD: isize = -100;
const O_RDONLY: usize = 0;
const O_WRONLY: usize = 1;
const O_CLOEXEC: usize = 0o2_000_000;
const O_NONBLOCK: usize = 0o4000;

fn call(number: usize, arguments: [usize; 6]) -> isize {
    let [a, b, c, d, e, f] = arguments;
    let result: isize;
    // SAFETY: each caller passes what the call expects.
    #[cfg(target_arch = "x86_64")]
    unsafe {
        asm!("syscall", inlateout("rax") number as isize => result, in("rdi") a, in("rsi") b, in("rdx") c, in("r10") d,
             in("r8") e, in("r9") f, lateout("rcx") _, lateout("r11") _, options(nostack));
    }
    // SAFETY: as above.
    #[cfg(target_arch = "aarch64")]
    unsafe {
        asm!("svc 0", in("x8") number, inlateout("x0") a as isize => result, in("x1") b, in("x2") c, in("x3") d,
             in("x4") e, in("x5") f, options(nostack));
    }
    result
}

macro_rules! call {
    ($number:expr $(, $argument:expr)*) => {{
        let given = [$($argument as usize),*];
        let mut arguments = [0usize; 6];
        arguments[..given.len()].copy_from_slice(&given);
        call($number, arguments)
    }};
}

/// # Safety
/// A C string that lives as long as the result.
pub unsafe fn bytes(string: *const u8) -> &'static [u8] {
    let mut length = 0;
    // SAFETY: up to and with the final zero.
    unsafe {
        while *string.add(length) != 0 {
            length += 1;
        }
        core::slice::from_raw_parts(string, length)
    }
}

pub fn exit(status: i32) -> ! {
    loop {
        call!(number::EXIT_GROUP, status);
    }
}

pub fn read(descriptor: i32, buffer: &mut [u8]) -> isize {
    loop {
        let count = call!(number::READ, descriptor, buffer.as_mut_ptr(), buffer.len());
        if count != EINTR {
            return count;
        }
    }
}

pub fn write(descriptor: i32, mut buffer: &[u8]) -> bool {
    while !buffer.is_empty() {
        match call!(number::WRITE, descriptor, buffer.as_ptr(), buffer.len()) {
            EINTR => {}
            count if count > 0 => buffer = &buffer[count as usize..],
            _ => return false,
        }
    }
    true
}

pub fn close(descriptor: i32) {
    call!(number::CLOSE, descriptor);
}

/// Closes all descriptors from one on, or has the next program close them.
pub fn close_range(first: i32, on_exec: bool) {
    const ON_EXEC: usize = 4;
    if call!(CLOSE_RANGE, first, u32::MAX, if on_exec { ON_EXEC } else { 0 }) >= 0 {
        return;
    }
    // Linux before 5.11.
    const F_SETFD: usize = 2;
    for descriptor in first..4096 {
        if on_exec {
            call!(number::FCNTL, descriptor, F_SETFD, 1usize);
        } else {
            close(descriptor);
        }
    }
}

pub fn open_to_read(path: &core::ffi::CStr) -> i32 {
    call!(number::OPENAT, AT_FDCWD, path.as_ptr(), O_RDONLY | O_CLOEXEC) as i32
}

/// Writes a file of `/proc`, which takes all of it in one call.
pub fn write_file(path: *const u8, text: &[u8]) -> isize {
    let file = call!(number::OPENAT, AT_FDCWD, path, O_WRONLY | O_CLOEXEC);
    if file < 0 {
        return file;
    }
    let count = call!(number::WRITE, file, text.as_ptr(), text.len());
    close(file as i32);
    count.min(0)
}

pub fn pipe() -> Result<[i32; 2], isize> {
    let mut ends = [0i32; 2];
    let result = call!(number::PIPE2, ends.as_mut_ptr(), O_CLOEXEC);
    if result < 0 { Err(result) } else { Ok(ends) }
}

pub fn fork() -> isize {
    call!(number::CLONE, SIGCHLD)
}

/// # Safety
/// All are C strings; both lists end with a null.
pub unsafe fn execute(path: *const u8, arguments: *const *const u8, environment: *const *const u8) -> isize {
    call!(number::EXECVE, path, arguments, environment)
}

pub fn parent() -> i32 {
    call!(number::GETPPID) as i32
}

pub fn own_pid() -> i32 {
    call!(number::GETPID) as i32
}

pub fn new_session() {
    call!(number::SETSID);
}

pub fn group_of(pid: i32) -> i32 {
    call!(number::GETPGID, pid) as i32
}

pub fn kill(pid: i32, signal: i32) -> bool {
    call!(number::KILL, pid as isize, signal) >= 0
}

pub fn set_name(name: &core::ffi::CStr) {
    const PR_SET_NAME: usize = 15;
    call!(number::PRCTL, PR_SET_NAME, name.as_ptr());
}

pub fn become_subreaper() {
    const PR_SET_CHILD_SUBREAPER: usize = 36;
    call!(number::PRCTL, PR_SET_CHILD_SUBREAPER, 1usize);
}

pub fn die_with_parent() {
    const PR_SET_PDEATHSIG: usize = 1;
    call!(number::PRCTL, PR_SET_PDEATHSIG, SIGKILL);
}

pub fn no_new_privileges() -> isize {
    const PR_SET_NO_NEW_PRIVS: usize = 38;
    call!(number::PRCTL, PR_SET_NO_NEW_PRIVS, 1usize)
}

pub fn enforce_landlock(ruleset: i32) -> isize {
    call!(LANDLOCK_RESTRICT_SELF, ruleset, 0usize)
}

pub fn block_all_signals() {
    let all = u64::MAX;
    call!(number::RT_SIGPROCMASK, 2usize, &raw const all, 0usize, 8usize);
}

/// As a program expects it: nothing blocked, and a signal that hosts ignore (Node.js `SIGPIPE`, Python both) ends it.
pub fn reset_signals() {
    let default = [0usize; 4];
    for signal in [SIGPIPE, SIGXFSZ] {
        call!(number::RT_SIGACTION, signal, default.as_ptr(), 0usize, 8usize);
    }
    let none = 0u64;
    call!(number::RT_SIGPROCMASK, 2usize, &raw const none, 0usize, 8usize);
}

/// A descriptor that is readable when a child ended.
pub fn child_events() -> i32 {
    let set = 1u64 << (SIGCHLD - 1);
    call!(number::SIGNALFD4, -1isize, &raw const set, 8usize, O_CLOEXEC | O_NONBLOCK) as i32
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct Poll {
    pub descriptor: i32,
    pub events: i16,
    pub happened: i16,
}

impl Poll {
    /// Waits for input; a negative descriptor is passed over.
    pub const fn input(descriptor: i32) -> Self {
        Self { descriptor, events: 1, happened: 0 }
    }
}

/// Waits at most so many milliseconds, or without end.
pub fn poll(descriptors: &mut [Poll], milliseconds: Option<i64>) {
    let time = milliseconds.map(|time| [time / 1000, time % 1000 * 1_000_000]);
    let pointer = time.as_ref().map_or(core::ptr::null(), |time| time.as_ptr());
    call!(number::PPOLL, descriptors.as_mut_ptr(), descriptors.len(), pointer, 0usize, 8usize);
}

/// Milliseconds of a clock that only goes forward.
pub fn now() -> i64 {
    let mut time = [0i64; 2];
    call!(number::CLOCK_GETTIME, 1usize, time.as_mut_ptr());
    time[0] * 1000 + time[1] / 1_000_000
}

/// Whether a child ended that was not waited for yet; its number stays taken.
pub fn has_ended(pid: i32) -> bool {
    const P_PID: usize = 1;
    const WNOHANG: usize = 1;
    const WEXITED: usize = 4;
    const WNOWAIT: usize = 0x0100_0000;
    let mut information = [0i32; 32];
    let result = call!(number::WAITID, P_PID, pid, information.as_mut_ptr(), WEXITED | WNOHANG | WNOWAIT, 0usize);
    // `si_signo` stays zero when nothing happened.
    result >= 0 && information[0] != 0
}

/// Takes the status of an ended child: of one, or of any (-1). `ECHILD` when there are no children.
pub fn reap(pid: i32, status: &mut i32) -> isize {
    const WNOHANG: usize = 1;
    // All children, also those with another exit signal.
    const WALL: usize = 0x4000_0000;
    loop {
        let result = call!(number::WAIT4, pid as isize, &raw mut *status, WNOHANG | WALL, 0usize);
        if result != EINTR {
            return result;
        }
    }
}

/// Processor time in microseconds and the largest memory of one process in KiB, of all children that were waited for.
pub fn usage_of_children() -> [i64; 3] {
    let mut usage = [0i64; 18];
    call!(number::GETRUSAGE, -1isize, usage.as_mut_ptr());
    [usage[0] * 1_000_000 + usage[1], usage[2] * 1_000_000 + usage[3], usage[4]]
}

pub fn set_limit(resource: usize, value: u64) -> isize {
    let limit = [value, value];
    call!(number::PRLIMIT64, 0usize, resource, limit.as_ptr(), 0usize)
}

pub const CLONE_NEWNS: usize = 0x0002_0000;
pub const CLONE_NEWIPC: usize = 0x0800_0000;
pub const CLONE_NEWUSER: usize = 0x1000_0000;
pub const CLONE_NEWNET: usize = 0x4000_0000;

pub fn unshare(flags: usize) -> isize {
    call!(number::UNSHARE, flags)
}

/// A detached copy of a folder's mounts.
pub fn copy_mounts(path: *const u8) -> isize {
    const OPEN_TREE_CLONE: usize = 1;
    const AT_RECURSIVE: usize = 0x8000;
    call!(OPEN_TREE, AT_FDCWD, path, OPEN_TREE_CLONE | O_CLOEXEC | AT_RECURSIVE)
}

pub fn attach_mounts(tree: i32, path: *const u8) -> isize {
    const MOVE_MOUNT_F_EMPTY_PATH: usize = 4;
    call!(MOVE_MOUNT, tree, c"".as_ptr(), AT_FDCWD, path, MOVE_MOUNT_F_EMPTY_PATH)
}

/// `struct mount_attr`: flags to set, to clear, propagation, a user namespace.
pub fn change_all_mounts(set: u64, propagation: u64) -> isize {
    const AT_RECURSIVE: usize = 0x8000;
    let attributes = [set, 0, propagation, 0];
    call!(MOUNT_SETATTR, AT_FDCWD, c"/".as_ptr(), AT_RECURSIVE, attributes.as_ptr(), 32usize)
}

/// As [`change_all_mounts`], of a detached copy.
pub fn change_mounts(tree: i32, set: u64) -> isize {
    const AT_EMPTY_PATH_RECURSIVE: usize = 0x9000;
    let attributes = [set, 0, 0, 0];
    call!(MOUNT_SETATTR, tree, c"".as_ptr(), AT_EMPTY_PATH_RECURSIVE, attributes.as_ptr(), 32usize)
}

/// Switches loopback on; without it, tests that talk to themselves fail.
pub fn loopback_up() {
    const AF_INET: usize = 2;
    const SOCK_DGRAM: usize = 2;
    const SIOCSIFFLAGS: usize = 0x8914;
    const IFF_UP_RUNNING: u8 = 0x41;
    let socket = call!(number::SOCKET, AF_INET, SOCK_DGRAM | O_CLOEXEC, 0usize);
    if socket < 0 {
        return;
    }
    let mut request = [0u8; 40];
    request[0] = b'l';
    request[1] = b'o';
    request[16] = IFF_UP_RUNNING;
    call!(number::IOCTL, socket, SIOCSIFFLAGS, request.as_mut_ptr());
    close(socket as i32);
}

/// Listens on a port of loopback, and sends the socket over another one: who has it takes connections of this network
/// namespace from outside.
pub fn listen_for(port: u16, receiver: i32) -> isize {
    const AF_INET: u16 = 2;
    const SOCK_STREAM: usize = 1;
    let socket = call!(number::SOCKET, AF_INET, SOCK_STREAM | O_CLOEXEC | O_NONBLOCK, 0usize);
    if socket < 0 {
        return socket;
    }
    let mut address = [0u8; 16];
    address[..2].copy_from_slice(&AF_INET.to_ne_bytes());
    address[2..4].copy_from_slice(&port.to_be_bytes());
    address[4..8].copy_from_slice(&[127, 0, 0, 1]);
    let mut result = call!(number::BIND, socket, address.as_ptr(), address.len());
    if result >= 0 {
        result = call!(number::LISTEN, socket, 128usize);
    }
    if result >= 0 {
        result = send_descriptor(receiver, socket as i32);
    }
    close(socket as i32);
    result
}

/// Sends a copy of a descriptor over a Unix socket, with one byte.
fn send_descriptor(receiver: i32, descriptor: i32) -> isize {
    const SOL_SOCKET: u32 = 1;
    const SCM_RIGHTS: u32 = 1;
    /// `struct cmsghdr` with one descriptor, padded to eight bytes.
    #[repr(C)]
    struct Control {
        length: usize,
        level: u32,
        kind: u32,
        descriptor: i32,
        padding: u32,
    }
    let byte = [b'L'];
    let text = [byte.as_ptr() as usize, byte.len()];
    let control = Control { length: 20, level: SOL_SOCKET, kind: SCM_RIGHTS, descriptor, padding: 0 };
    // `struct msghdr`: no name; one piece of data; the control message; no flags.
    let message = [0usize, 0, text.as_ptr() as usize, 1, &raw const control as usize, size_of::<Control>(), 0];
    call!(number::SENDMSG, receiver, message.as_ptr(), 0usize)
}
