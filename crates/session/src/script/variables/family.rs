//! Platform names taken apart.

/// Kinds of operating systems that have variables of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    Linux,
    Osx,
    Ios,
    Android,
    Windows,
    Other,
}

/// A platform such as `linux-64`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Target<'a> {
    pub(super) family: Family,
    /// The part before the last `-`.
    pub(super) system: &'a str,
    /// The part after the last `-`.
    pub(super) arch: &'a str,
}

impl<'a> Target<'a> {
    pub(super) fn new(platform: &'a str) -> Self {
        let (system, arch) = platform.rsplit_once('-').unwrap_or((platform, ""));
        let family = match system {
            "linux" => Family::Linux,
            "osx" => Family::Osx,
            "ios" | "iossimulator" => Family::Ios,
            "android" => Family::Android,
            "win" => Family::Windows,
            _ => Family::Other,
        };
        Self { family, system, arch }
    }

    /// Ending of shared libraries; platforms that have none get a text that no file has, as in the recipe's templates.
    pub(super) fn shared_library_ending(self) -> &'static str {
        match self.family {
            Family::Linux | Family::Android => ".so",
            Family::Osx | Family::Ios => ".dylib",
            Family::Windows => ".dll",
            Family::Other => ".not_implemented",
        }
    }
}
