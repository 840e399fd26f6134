//! The two families of machines a script runs on, and what depends on that alone.

/// What interprets the build script: it depends on the machine, not on the platform the package is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shell {
    /// Linux and macOS.
    Bash,
    /// Windows.
    Cmd,
}

impl Shell {
    /// The shell of this machine.
    #[must_use]
    pub fn native() -> Self {
        if cfg!(windows) { Self::Cmd } else { Self::Bash }
    }

    /// File name of the script that sets up the environment.
    #[must_use]
    pub fn env_file(self) -> &'static str {
        match self {
            Self::Bash => "build_env.sh",
            Self::Cmd => "build_env.bat",
        }
    }

    /// File name of the build script.
    #[must_use]
    pub fn script_file(self) -> &'static str {
        match self {
            Self::Bash => "conda_build.sh",
            Self::Cmd => "conda_build.bat",
        }
    }

    /// Endings of scripts that it runs by itself, the first preferred.
    #[must_use]
    pub fn script_endings(self) -> &'static [&'static str] {
        match self {
            Self::Bash => &["sh"],
            Self::Cmd => &["bat", "ps1"],
        }
    }

    /// Joins parts of a path as the machine does, whatever machine this text is made on.
    #[must_use]
    pub fn join(self, base: &str, parts: &[&str]) -> String {
        let separator = match self {
            Self::Bash => '/',
            Self::Cmd => '\\',
        };
        let mut path = base.to_owned();
        for part in parts {
            if !path.ends_with(separator) {
                path.push(separator);
            }
            path.push_str(part);
        }
        path
    }
}
