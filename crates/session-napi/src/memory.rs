//! Address space that is kept for when the system has none left.
//!
//! Rust ends the process when an allocation fails. With a limit of virtual memory (`ulimit -v`, usual on clusters), that
//! would take the host with it. So the addon keeps a reserve: the first allocation that fails releases it and is tried
//! again, all work that goes on is stopped, and its calls reject with `RESOURCE_EXHAUSTED`. Further calls are refused until
//! there is room for a reserve again. Pages of the reserve are never touched, so it takes no memory.
#![expect(unsafe_code, reason = "an allocator is unsafe by nature")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicBool, AtomicPtr, Ordering};
use std::sync::{Mutex, PoisonError};

use sidewinder_session::{Cancel, Error, Result};

/// More than the work that goes on needs to stop; also what a call needs at least.
const RESERVE_BYTES: usize = 64 * 1024 * 1024;

static RESERVE: AtomicPtr<u8> = AtomicPtr::new(std::ptr::null_mut());
/// An allocation has failed since the last reserve was taken.
static IS_LOW: AtomicBool = AtomicBool::new(false);
/// What all calls are children of; a new one each time that memory runs out.
static CALLS: Mutex<Option<Cancel>> = Mutex::new(None);

/// The system's allocator with a reserve.
pub(crate) struct Allocator;

#[global_allocator]
static ALLOCATOR: Allocator = Allocator;

// SAFETY: everything is done by the system's allocator; what it could not give is asked for a second time.
unsafe impl GlobalAlloc for Allocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promises are those of the call.
        again(|| unsafe { System.alloc(layout) })
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as above.
        again(|| unsafe { System.alloc_zeroed(layout) })
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: as above; when it fails, the old block is untouched.
        again(|| unsafe { System.realloc(pointer, layout, size) })
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { System.dealloc(pointer, layout) }
    }
}

fn again(allocate: impl Fn() -> *mut u8) -> *mut u8 {
    let pointer = allocate();
    if !pointer.is_null() {
        return pointer;
    }
    // Nothing here may allocate.
    IS_LOW.store(true, Ordering::Release);
    release_reserve();
    allocate()
}

/// Takes a reserve if there is none.
///
/// # Errors
/// [`Error::Exhausted`] when there is no room for one.
pub(crate) fn ensure_reserve() -> Result<()> {
    if RESERVE.load(Ordering::Acquire).is_null() {
        let reserve = map().ok_or_else(|| Error::Exhausted {
            resource: "memory",
            reason: format!("fewer than {} MiB of virtual memory are left to this process", RESERVE_BYTES >> 20),
        })?;
        if RESERVE.compare_exchange(std::ptr::null_mut(), reserve, Ordering::AcqRel, Ordering::Acquire).is_err() {
            unmap(reserve);
        }
        IS_LOW.store(false, Ordering::Release);
    }
    Ok(())
}

/// Whether an allocation has failed; then all calls are stopped, once.
pub(crate) fn is_low() -> bool {
    if !IS_LOW.load(Ordering::Acquire) {
        return false;
    }
    let calls = CALLS.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some(calls) = calls {
        calls.cancel();
    }
    true
}

/// A handle for a call, which is also stopped when memory runs out.
pub(crate) fn cancel_handle() -> Cancel {
    CALLS.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_with(Cancel::new).child()
}

/// What calls that were stopped reject with.
pub(crate) fn exhausted() -> Error {
    Error::Exhausted { resource: "memory", reason: "an allocation failed, and the work was stopped".to_owned() }
}

fn release_reserve() {
    let reserve = RESERVE.swap(std::ptr::null_mut(), Ordering::AcqRel);
    if !reserve.is_null() {
        unmap(reserve);
    }
}

#[cfg(unix)]
fn map() -> Option<*mut u8> {
    use nix::libc;
    let (access, kind) =
        (libc::PROT_READ | libc::PROT_WRITE, libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE);
    // SAFETY: a new mapping at a place that the system chooses.
    let mapped = unsafe { libc::mmap(std::ptr::null_mut(), RESERVE_BYTES, access, kind, -1, 0) };
    (mapped != libc::MAP_FAILED).then(|| mapped.cast())
}

#[cfg(unix)]
fn unmap(reserve: *mut u8) {
    // SAFETY: only what `map` made comes here, once.
    unsafe { nix::libc::munmap(reserve.cast(), RESERVE_BYTES) };
}

/// Elsewhere there is no limit of virtual memory for a process.
#[cfg(not(unix))]
fn map() -> Option<*mut u8> {
    Some(std::ptr::NonNull::dangling().as_ptr())
}

#[cfg(not(unix))]
fn unmap(_: *mut u8) {}
