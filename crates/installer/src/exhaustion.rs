//! Errors that mean that the system ran out of something. The same call may succeed later.

use std::error::Error as StdError;
use std::io;

/// What the system ran out of, if an error or one of its causes says so: threads or processes, memory, file descriptors,
/// disk space.
///
/// # Example
/// ```
/// let error = std::io::Error::from(std::io::ErrorKind::StorageFull);
/// assert_eq!(sidewinder_installer::exhaustion::exhausted_resource(&error), Some("disk space"));
/// ```
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
        io::ErrorKind::FileTooLarge => return Some("file size"),
        _ => {}
    }
    if let Some(resource) = error.get_ref().and_then(|inner| exhausted_resource(inner)) {
        return Some(resource);
    }
    match error.raw_os_error() {
        Some(code) => of_code(code),
        // `fs_err` keeps the kind of the error that it wraps, but neither its code nor its source.
        None => of_text(&error.to_string()),
    }
}

/// As [`exhausted_resource`], for the text of an error whose causes a library does not pass on, or of a program's output.
#[must_use]
pub fn of_text(text: &str) -> Option<&'static str> {
    // The standard library adds the code to each message of the system, whatever the language of the message is.
    let mut codes = text.split("(os error ").skip(1).filter_map(|after| after.split(')').next()?.parse().ok());
    codes.find_map(of_code).or_else(|| {
        let (_, resource) = MESSAGES.iter().find(|(message, _)| text.contains(message))?;
        Some(*resource)
    })
}

/// Messages of the C library, as programs such as git print them.
const MESSAGES: [(&str, &str); 5] = [
    ("No space left on device", "disk space"),
    ("Too many open files", "file descriptors"),
    ("Cannot allocate memory", "memory"),
    ("Disk quota exceeded", "disk quota"),
    ("File too large", "file size"),
];

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
        // `ulimit -f`.
        Errno::FBIG => Some("file size"),
        _ => None,
    }
}

/// Of Windows: `ERROR_TOO_MANY_OPEN_FILES`, `ERROR_NOT_ENOUGH_MEMORY`, `ERROR_OUTOFMEMORY`, `ERROR_COMMITMENT_LIMIT`,
/// `ERROR_HANDLE_DISK_FULL`, `ERROR_DISK_FULL`, `ERROR_DISK_QUOTA_EXCEEDED`.
#[cfg(not(unix))]
fn of_code(code: i32) -> Option<&'static str> {
    match code {
        4 => Some("file descriptors of this process"),
        8 | 14 | 1455 => Some("memory"),
        39 | 112 => Some("disk space"),
        1295 => Some("disk quota"),
        _ => None,
    }
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
            let error = || io::Error::from_raw_os_error(code.raw_os_error());
            let wrapped = crate::Error::Io { action: "cannot write", path: "x".into(), source: error() };
            assert_eq!(exhausted_resource(&io::Error::other(wrapped)), resource, "{code:?}");
            let text = format!("failed to open `x`: {}", error());
            assert_eq!(of_text(&text), resource, "{text}");
            assert_eq!(of_io(&io::Error::other(text)), resource, "{code:?}");
        }
        assert_eq!(of_text("fatal: write error: No space left on device"), Some("disk space"));
        assert_eq!(of_text("no such file (os error 2): x (os error 28)"), Some("disk space"));
    }
}
