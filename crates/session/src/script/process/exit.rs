//! How a process ended.

use std::process::ExitStatus;

/// How a process ended, as a shell reports it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::script) struct Exit {
    /// 128 + n for signal n.
    pub(in crate::script) code: i32,
    /// Name of the signal.
    pub(in crate::script) signal: Option<String>,
}

impl From<ExitStatus> for Exit {
    #[cfg(unix)]
    fn from(status: ExitStatus) -> Self {
        use std::os::unix::process::ExitStatusExt;
        match (status.code(), status.signal()) {
            (Some(code), _) => Self { code, signal: None },
            (None, Some(number)) => {
                let name = nix::sys::signal::Signal::try_from(number).map(|signal| signal.as_str().to_owned());
                Self { code: 128 + number, signal: Some(name.unwrap_or_else(|_| format!("SIG{number}"))) }
            }
            (None, None) => Self { code: 1, signal: None },
        }
    }

    #[cfg(not(unix))]
    fn from(status: ExitStatus) -> Self {
        Self { code: status.code().unwrap_or(1), signal: None }
    }
}
