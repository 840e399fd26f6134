//! The environment of the process that makes or runs a session, handed in so that results can be reproduced.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};

/// Environment variables of the caller.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CallerEnvironment {
    variables: BTreeMap<OsString, OsString>,
}

impl CallerEnvironment {
    /// What this process has now.
    #[must_use]
    pub fn of_process() -> Self {
        Self { variables: std::env::vars_os().collect() }
    }

    /// The value of a variable, if it exists and is Unicode.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.get_os(name)?.to_str()
    }

    /// The value of a variable as it is.
    #[must_use]
    pub fn get_os(&self, name: &str) -> Option<&OsStr> {
        let exact = self.variables.get(OsStr::new(name));
        if exact.is_some() || !cfg!(windows) {
            return exact.map(OsString::as_os_str);
        }
        // Names differ in case from one Windows program to the next.
        let mut same = self.variables.iter().filter(|(other, _)| other.eq_ignore_ascii_case(name));
        same.next().map(|(_, value)| value.as_os_str())
    }

    /// All variables, sorted by name.
    pub fn iter(&self) -> impl Iterator<Item = (&OsStr, &OsStr)> {
        self.variables.iter().map(|(name, value)| (name.as_os_str(), value.as_os_str()))
    }
}

impl<N: Into<OsString>, V: Into<OsString>> FromIterator<(N, V)> for CallerEnvironment {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(variables: I) -> Self {
        Self { variables: variables.into_iter().map(|(name, value)| (name.into(), value.into())).collect() }
    }
}
