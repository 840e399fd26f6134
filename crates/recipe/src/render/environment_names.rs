//! Names of the variables that a build sets, by platform. A variant key with such a name always takes part, even where
//! no recipe text names it: `MACOSX_DEPLOYMENT_TARGET` is the one that matters in practice.

use super::RenderConfig;
use crate::template::platform::DEFAULT_PLATFORM;

const ALWAYS: &[&str] = &["CPU_COUNT", "LANG", "LC_ALL", "SHLIB_EXT"];
const UNIX_BUILD: &[&str] = &["EDITOR", "HOME", "SHELL", "TERM", "USER"];
const WINDOWS_BUILD: &[&str] = &[
    "ALLUSERSPROFILE",
    "APPDATA",
    "COMPUTERNAME",
    "ComSpec",
    "CommonProgramFiles",
    "CommonProgramFiles(x86)",
    "CommonProgramW6432",
    "HOMEDRIVE",
    "HOMEPATH",
    "LOCALAPPDATA",
    "LOGONSERVER",
    "NUMBER_OF_PROCESSORS",
    "PATHEXT",
    "PROCESSOR_ARCHITECTURE",
    "PROCESSOR_ARCHITEW6432",
    "PROCESSOR_IDENTIFIER",
    "PROMPT",
    "PSModulePath",
    "PUBLIC",
    "ProgramData",
    "ProgramFiles",
    "ProgramFiles(x86)",
    "ProgramW6432",
    "SystemDrive",
    "SystemRoot",
    "TEMP",
    "TMP",
    "USERDOMAIN",
    "USERNAME",
    "USERPROFILE",
    "windir",
];

const LINUX: &[&str] = &[
    "BUILD",
    "CMAKE_GENERATOR",
    "DEJAGNU",
    "DISPLAY",
    "LD_RUN_PATH",
    "PATH",
    "PKG_CONFIG_PATH",
    "QEMU_LD_PREFIX",
    "QEMU_UNAME",
];
const OSX: &[&str] = &["CMAKE_GENERATOR", "MACOSX_DEPLOYMENT_TARGET", "OSX_ARCH", "PATH", "PKG_CONFIG_PATH"];
const WINDOWS: &[&str] = &[
    "CYGWIN_PREFIX",
    "INCLUDE",
    "LIB",
    "LIBRARY_BIN",
    "LIBRARY_INC",
    "LIBRARY_LIB",
    "LIBRARY_PREFIX",
    "Path",
    "SCRIPTS",
];
const IOS: &[&str] = &["CMAKE_GENERATOR", "HOST", "IOS_ARCH", "IPHONEOS_DEPLOYMENT_TARGET", "PATH", "PKG_CONFIG_PATH"];
const ANDROID: &[&str] = &["ANDROID_ABI", "ANDROID_API_LEVEL", "CMAKE_GENERATOR", "HOST", "PATH", "PKG_CONFIG_PATH"];

/// Names of the variables that a build on `build_platform` for `target_platform` sets, as the reference's command line
/// passes them; for [`RenderConfig::build_environment_names`](super::RenderConfig::build_environment_names).
#[must_use]
pub fn build_environment_names(target_platform: &str, build_platform: &str) -> Vec<String> {
    let build = family(build_platform);
    let mut names = ALWAYS.to_vec();
    names.extend(if build == "win" { WINDOWS_BUILD } else { UNIX_BUILD });
    if matches!(build, "linux" | "osx" | "win") {
        names.push("BUILD");
    }
    names.extend(match family(target_platform) {
        "linux" => LINUX,
        "osx" => OSX,
        "win" => WINDOWS,
        "ios" | "iossimulator" => IOS,
        "android" => ANDROID,
        _ => &["PATH"],
    });
    names.sort_unstable();
    names.dedup();
    names.into_iter().map(str::to_owned).collect()
}

impl RenderConfig {
    /// Names of variables that the build sets, given or by platform.
    pub(super) fn environment_names(&self) -> Vec<String> {
        self.build_environment_names.clone().unwrap_or_else(|| {
            let target = self.target_platform.as_deref().unwrap_or(DEFAULT_PLATFORM);
            build_environment_names(target, self.build_platform.as_deref().unwrap_or(DEFAULT_PLATFORM))
        })
    }
}

fn family(platform: &str) -> &str {
    platform.split('-').next().unwrap_or(platform)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_deployment_target_belongs_to_osx() {
        let name = "MACOSX_DEPLOYMENT_TARGET".to_owned();
        assert!(build_environment_names("osx-arm64", "linux-64").contains(&name));
        assert!(!build_environment_names("linux-64", "osx-arm64").contains(&name));
    }

    #[test]
    fn names_stand_once() {
        let names = build_environment_names("linux-64", "linux-64");
        assert_eq!(names.iter().filter(|name| *name == "BUILD").count(), 1);
        assert!(names.is_sorted());
    }
}
