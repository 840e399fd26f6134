//! The supervisor's own arguments.

use crate::sys;

/// How many mounts may be changed; see `sandbox_setup.rs`.
pub const MAX_MOUNTS: usize = 256;
/// How many resource limits may be set.
const MAX_LIMITS: usize = 8;

/// A path whose mount differs from what is around it.
#[derive(Clone, Copy)]
pub struct Mount {
    pub path: *const u8,
    pub writable: bool,
}

/// What the host asked for.
pub struct Options {
    /// `keep`: the run goes on when the host is gone.
    pub keep: bool,
    /// `no-network`: a network namespace with nothing but loopback.
    pub no_network: bool,
    /// `listen=PORT`: a socket listens on this port of that loopback, and is sent to the host.
    pub listen: u16,
    /// `user-namespace`: a user namespace, whose maps follow as `uid-map=` and `gid-map=`.
    pub user_namespace: bool,
    pub uid_map: &'static [u8],
    pub gid_map: &'static [u8],
    /// `deny-setgroups`: what an unprivileged user has to give up before the groups can be mapped.
    pub deny_setgroups: bool,
    /// `landlock`: the rules on the descriptor of that name are enforced.
    pub landlock: bool,
    /// `read-only`: all file systems become read-only, except paths given as `write=`; in these, paths given as `protect=`
    /// stay read-only. In the order in which they are given.
    pub read_only: bool,
    pub mounts: [Mount; MAX_MOUNTS],
    pub mount_count: usize,
    /// `cgroups=N`: enters that many.
    pub cgroups: i32,
    /// `rlimit=RESOURCE:VALUE`.
    pub limits: [(usize, u64); MAX_LIMITS],
    pub limit_count: usize,
    /// The program and its arguments, ending with a null.
    pub program: *const *const u8,
}

impl Options {
    /// # Safety
    /// `arguments` has `count` strings, then a null; all live as long as the process.
    pub unsafe fn parse(arguments: *const *const u8, count: usize) -> Self {
        let mut options = Self {
            keep: false,
            no_network: false,
            listen: 0,
            user_namespace: false,
            uid_map: b"",
            gid_map: b"",
            deny_setgroups: false,
            landlock: false,
            read_only: false,
            mounts: [Mount { path: core::ptr::null(), writable: false }; MAX_MOUNTS],
            mount_count: 0,
            cgroups: 0,
            limits: [(0, 0); MAX_LIMITS],
            limit_count: 0,
            program: core::ptr::null(),
        };
        let mut index = 1;
        while index < count {
            // SAFETY: in bounds.
            let pointer = unsafe { *arguments.add(index) };
            // SAFETY: a C string that lives as long as the process.
            let argument = unsafe { sys::bytes(pointer) };
            index += 1;
            if argument == b"--" {
                // SAFETY: in bounds; the null follows.
                options.program = unsafe { arguments.add(index) };
                return options;
            }
            options.take(argument, pointer);
        }
        sys::exit(124)
    }

    fn take(&mut self, argument: &'static [u8], pointer: *const u8) {
        match argument {
            b"keep" => self.keep = true,
            b"no-network" => self.no_network = true,
            b"user-namespace" => self.user_namespace = true,
            b"deny-setgroups" => self.deny_setgroups = true,
            b"landlock" => self.landlock = true,
            b"read-only" => self.read_only = true,
            _ => self.take_value(argument, pointer),
        }
    }

    fn take_value(&mut self, argument: &'static [u8], pointer: *const u8) {
        if let Some(map) = argument.strip_prefix(b"uid-map=") {
            self.uid_map = map;
        } else if let Some(map) = argument.strip_prefix(b"gid-map=") {
            self.gid_map = map;
        } else if argument.starts_with(b"write=") && self.mount_count < MAX_MOUNTS {
            self.mount(pointer, b"write=".len(), true);
        } else if argument.starts_with(b"protect=") && self.mount_count < MAX_MOUNTS {
            self.mount(pointer, b"protect=".len(), false);
        } else if let Some(port) = argument.strip_prefix(b"listen=") {
            self.listen = number(port) as u16;
        } else if let Some(count) = argument.strip_prefix(b"cgroups=") {
            self.cgroups = number(count) as i32;
        } else if let Some(limit) = argument.strip_prefix(b"rlimit=")
            && let Some(colon) = limit.iter().position(|byte| *byte == b':')
            && self.limit_count < MAX_LIMITS
        {
            self.limits[self.limit_count] = (number(&limit[..colon]) as usize, number(&limit[colon + 1..]));
            self.limit_count += 1;
        } else {
            // Going on without an option that was asked for might be unsafe.
            sys::exit(124);
        }
    }
}

impl Options {
    fn mount(&mut self, argument: *const u8, prefix: usize, writable: bool) {
        // SAFETY: behind the prefix, in the same string.
        self.mounts[self.mount_count] = Mount { path: unsafe { argument.add(prefix) }, writable };
        self.mount_count += 1;
    }
}

/// A decimal number; whatever is none ends the process, as an option must not be misread.
fn number(text: &[u8]) -> u64 {
    let mut value: u64 = 0;
    for byte in text {
        if !byte.is_ascii_digit() {
            sys::exit(124);
        }
        value = value.wrapping_mul(10).wrapping_add(u64::from(byte - b'0'));
    }
    value
}
