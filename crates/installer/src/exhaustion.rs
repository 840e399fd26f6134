//! Errors that say that the system is out of something, and may pass.

use std::error::Error as StdError;
use std::io;

/// What the system is out of, if that is what an error or one of its causes says: threads or processes, memory, file
/// descriptors, disk space.
#[must_use]
pub fn exhausted_resource(error: &(dyn StdError + 'static)) -> Option<&'static str> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(resource) = error.downcast_ref::<io::Error>().and_then(of_io) {
            return Some(resource);
        }
        next = error.source();
    }
    None
}

/// As [`exhausted_resource`], for an error of the file system or of starting a process.
#[must_use]
pub fn of_io(error: &io::Error) -> Option<&'static str> {
    match error.kind() {
        io::ErrorKind::OutOfMemory => return Some("memory"),
        io::ErrorKind::StorageFull => return Some("disk space"),
        io::ErrorKind::QuotaExceeded => return Some("disk quota"),
        _ => {}
    }
    if let Some(resource) = error.get_ref().and_then(|inner| exhausted_resource(inner)) {
        return Some(resource);
    }
    of_code(error.raw_os_error().or_else(|| code_in_text(&error.to_string()))?)
}

/// `fs_err` keeps the kind of the error that it wraps, but neither its code nor its source; the code is in its text.
fn code_in_text(text: &str) -> Option<i32> {
    let (_, after) = text.rsplit_once("(os error ")?;
    after.split(')').next()?.parse().ok()
}

#[cfg(unix)]
fn of_code(code: i32) -> Option<&'static str> {
    use rustix::io::Errno;
    match Errno::from_raw_os_error(code) {
        Errno::AGAIN => Some("processes and threads"),
        Errno::NOMEM => Some("memory"),
        Errno::MFILE => Some("file descriptors of this process"),
        Errno::NFILE => Some("file descriptors"),
        Errno::NOSPC => Some("disk space"),
        Errno::DQUOT => Some("disk quota"),
        _ => None,
    }
}

#[cfg(not(unix))]
fn of_code(_code: i32) -> Option<&'static str> {
    None
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn the_resource_is_found_below_other_errors() {
        for (code, resource) in [
            (rustix::io::Errno::AGAIN, Some("processes and threads")),
            (rustix::io::Errno::MFILE, Some("file descriptors of this process")),
            (rustix::io::Errno::NOSPC, Some("disk space")),
            (rustix::io::Errno::NOMEM, Some("memory")),
            (rustix::io::Errno::ACCESS, None),
        ] {
            let error = io::Error::from_raw_os_error(code.raw_os_error());
            let wrapped = crate::Error::Io { action: "cannot write", path: "x".into(), source: error };
            assert_eq!(exhausted_resource(&io::Error::other(wrapped)), resource, "{code:?}");
            let text = io::Error::from_raw_os_error(code.raw_os_error()).to_string();
            assert_eq!(of_io(&io::Error::other(format!("failed to open `x`: {text}"))), resource, "{code:?}");
        }
    }
}
