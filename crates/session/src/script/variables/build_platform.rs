//! What depends on the platform that the build runs on.

use super::family::{Family, Target};
use super::{VariableInput, Variables, set, text};
use crate::options::Isolation;

/// What Windows programs need of the caller's environment.
const WINDOWS_FORWARDED: [&str; 31] = [
    "ALLUSERSPROFILE",
    "APPDATA",
    "CommonProgramFiles",
    "CommonProgramFiles(x86)",
    "CommonProgramW6432",
    "COMPUTERNAME",
    "ComSpec",
    "HOMEDRIVE",
    "HOMEPATH",
    "LOCALAPPDATA",
    "LOGONSERVER",
    "NUMBER_OF_PROCESSORS",
    "PATHEXT",
    "ProgramData",
    "ProgramFiles",
    "ProgramFiles(x86)",
    "ProgramW6432",
    "PROMPT",
    "PSModulePath",
    "PUBLIC",
    "SystemDrive",
    "SystemRoot",
    "TEMP",
    "TMP",
    "USERDOMAIN",
    "USERNAME",
    "USERPROFILE",
    "windir",
    "PROCESSOR_ARCHITEW6432",
    "PROCESSOR_ARCHITECTURE",
    "PROCESSOR_IDENTIFIER",
];

pub(super) fn add(variables: &mut Variables, input: &VariableInput<'_>) {
    let build = Target::new(&input.variant.build_platform);
    match build.family {
        Family::Windows => windows(variables, input, build),
        family => {
            if let Some(triple) = triple(family, build.arch) {
                set(variables, "BUILD", triple);
            }
            if input.isolation == Isolation::Strict {
                set(variables, "HOME", text(&input.layout.work_dir));
                set(variables, "USER", "rattler");
                set(variables, "SHELL", "/bin/bash");
                set(variables, "EDITOR", "/bin/false");
                set(variables, "TERM", "xterm-256color");
            }
        }
    }
}

/// The GNU name of the build platform.
fn triple(family: Family, arch: &str) -> Option<String> {
    match (family, arch) {
        (Family::Linux, "64") => Some("x86_64-conda_cos6-linux-gnu".into()),
        (Family::Linux, "32") => Some("i686-conda_cos6-linux-gnu".into()),
        (Family::Linux, "ppc64le") => Some("powerpc64le-conda_cos7-linux-gnu".into()),
        (Family::Linux, "ppc64") => Some("powerpc64-conda_cos7-linux-gnu".into()),
        (Family::Linux, arch) => Some(format!("{arch}-conda_cos7-linux-gnu")),
        (Family::Osx, "64") => Some("x86_64-apple-darwin13.4.0".into()),
        (Family::Osx, "32") => Some("i386-apple-darwin13.4.0".into()),
        (Family::Osx, "arm64") => Some("arm64-apple-darwin20.0.0".into()),
        _ => None,
    }
}

fn windows(variables: &mut Variables, input: &VariableInput<'_>, build: Target<'_>) {
    let arch = match build.arch {
        "64" => "amd64",
        "32" => "i386",
        other => other,
    };
    let inherited = input.caller.get("BUILD").map(str::to_owned);
    set(variables, "BUILD", inherited.unwrap_or_else(|| format!("{arch}-pc-windows-19.0.0")));
    input.forward(variables, &WINDOWS_FORWARDED);
    for (name, value) in input.caller.iter() {
        if let (Some(name), Some(value)) = (name.to_str(), value.to_str())
            && is_visual_studio(name)
        {
            set(variables, name, value);
        }
    }
    if input.isolation == Isolation::Strict {
        set(variables, "USERPROFILE", text(&input.layout.work_dir));
    }
}

/// `VS140COMNTOOLS`, `VS2022INSTALLDIR`: where Visual Studio says that it is.
fn is_visual_studio(name: &str) -> bool {
    let Some(rest) = name.strip_prefix("VS") else { return false };
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    match rest.get(digits..) {
        Some("COMNTOOLS") => matches!(digits, 2 | 3),
        Some("INSTALLDIR") => digits == 4,
        _ => false,
    }
}
