//! The processes below the supervisor.
//!
//! Those whose parents are gone become its own children, as it is their subreaper. So to end everything it is enough to
//! kill one's children until there are none left: their children come up.

use crate::sys;

/// Numbers of own children; empty where the kernel lacks `CONFIG_PROC_CHILDREN`.
pub struct Children {
    buffer: [u8; 4096],
    length: usize,
}

impl Children {
    pub fn now() -> Self {
        let mut children = Self { buffer: [0; 4096], length: 0 };
        let file = sys::open_to_read(c"/proc/thread-self/children");
        if file >= 0 {
            children.length = sys::read(file, &mut children.buffer).max(0) as usize;
            sys::close(file);
        }
        children
    }

    pub fn each(&self, mut act: impl FnMut(i32)) {
        let mut pid = 0i32;
        for byte in &self.buffer[..self.length] {
            if byte.is_ascii_digit() {
                pid = pid.wrapping_mul(10).wrapping_add(i32::from(byte - b'0'));
            } else {
                if pid > 1 {
                    act(pid);
                }
                pid = 0;
            }
        }
    }
}

/// Asks the script, its group and all that became the supervisor's own to end.
pub fn ask_all(main: i32) {
    sys::kill(-main, sys::SIGTERM);
    Children::now().each(|pid| {
        if sys::group_of(pid) != main {
            sys::kill(pid, sys::SIGTERM);
        }
    });
}

/// Kills the script's group, and children until none are left.
pub fn kill_all(main: i32, mut reap_one: impl FnMut() -> isize) {
    sys::kill(-main, sys::SIGKILL);
    loop {
        Children::now().each(|pid| {
            sys::kill(pid, sys::SIGKILL);
        });
        loop {
            match reap_one() {
                sys::ECHILD => return,
                pid if pid > 0 => {}
                _ => break,
            }
        }
        // A child that cannot be killed at once waits for a device.
        sys::poll(&mut [], Some(1));
    }
}

/// Signals the script's group, and says whether it has members. After the script was reaped the group keeps its number as
/// long as it has members, and an own child in it proves that.
pub fn signal_group(main: i32, signal: i32) -> bool {
    let mut any = false;
    Children::now().each(|pid| any |= sys::group_of(pid) == main);
    if any {
        sys::kill(-main, signal);
    }
    any
}
