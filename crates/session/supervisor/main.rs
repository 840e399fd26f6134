//! The supervisor of one run (Linux): a small static program without a standard library, embedded into the crate.
//!
//! A run must end with its host, however the host ends, and no process that the run starts may get lost. A process that
//! is killed cannot clean up, so something else has to outlive it. The host could fork, but a fork copies the page
//! tables of a whole Node.js process and shares its locks; this program takes a fraction of a millisecond to start.
//!
//! It starts the script as its child, is the subreaper of everything below (`PR_SET_CHILD_SUBREAPER`), and watches a
//! pipe whose other end only the host holds: end of file means that the host is gone. Limits and the sandbox are set up
//! between fork and exec, where nothing but system calls is needed.
//!
//! Arguments: options (see [`options`]), `--`, the program, its arguments. Descriptors: see [`fd`]. The first variable of
//! the environment marks the supervisor as the work folder's; the script does not get it.

#![no_std]
#![no_main]
#![allow(static_mut_refs, reason = "one thread; nothing is borrowed across calls")]

mod child;
mod memory;
mod options;
mod orphaned;
mod sys;
mod tree;
mod watch;

use options::Options;

/// Descriptors that the host passes, besides those of the script (0, 1, 2).
mod fd {
    /// Commands of the host; end of file once it is gone.
    pub const CONTROL: i32 = 3;
    /// What the host is told.
    pub const STATUS: i32 = 4;
    /// Holds the lock of the run while the script runs.
    pub const LOCK: i32 = 5;
    /// The Landlock rules of the sandbox.
    pub const RULESET: i32 = 6;
    /// The log, and the read ends of both output pipes: for a run that outlives its host.
    pub const LOG: i32 = 7;
    pub const OUTPUT: i32 = 8;
    pub const ERRORS: i32 = 9;
    /// `cgroup.procs` files that the script enters.
    pub const CGROUPS: i32 = 10;
    /// Takes the socket that listens in the script's network namespace.
    pub const PROXY: i32 = 15;
    /// The first one that is not the supervisor's.
    pub const END: i32 = 16;
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    sys::exit(125)
}

#[cfg(target_arch = "x86_64")]
core::arch::global_asm!(".globl _start", "_start:", "mov rdi, rsp", "and rsp, -16", "call {main}", main = sym main);
#[cfg(target_arch = "aarch64")]
core::arch::global_asm!(".globl _start", "_start:", "mov x0, sp", "bl {main}", main = sym main);

/// `stack`: the number of arguments, the arguments, a null, the environment, a null.
unsafe extern "C" fn main(stack: *const usize) -> ! {
    // SAFETY: the kernel lays the stack out like this.
    let (options, environment) = unsafe {
        let count = *stack;
        let arguments = stack.add(1).cast::<*const u8>();
        (Options::parse(arguments, count), arguments.add(count + 1))
    };
    sys::close_range(fd::END, false);
    sys::set_name(c"sidewinder-run");
    sys::become_subreaper();
    // Whoever ends the supervisor by a signal to its group or session must not lose what it watches over.
    sys::block_all_signals();
    let main = child::start(&options, environment);
    // The pipes of the script must close when the script does.
    for descriptor in [0, 1, 2, fd::RULESET] {
        sys::close(descriptor);
    }
    for index in 0..options.cgroups {
        sys::close(fd::CGROUPS + index);
    }
    watch::watch(main, options.keep)
}
