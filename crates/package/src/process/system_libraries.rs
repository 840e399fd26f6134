//! Libraries that every system of a platform has.

use std::collections::HashSet;

use rattler_conda_types::PrefixRecord;

use crate::prefix::name_of;

/// The libraries of glibc. A sysroot package need not contain them: `stdlib('c')` alone says that the package uses the
/// system's.
const GLIBC: [&str; 14] = [
    "libc.so.6",
    "libm.so.6",
    "libdl.so.2",
    "libpthread.so.0",
    "librt.so.1",
    "libutil.so.1",
    "libresolv.so.2",
    "libmvec.so.1",
    "libanl.so.1",
    "libnsl.so.1",
    "libthread_db.so.1",
    "libBrokenLocale.so.1",
    "libnss_files.so.2",
    "libnss_dns.so.2",
];

/// Libraries that every system of a platform has.
#[derive(Debug, Default)]
pub(crate) struct SystemLibraries {
    names: HashSet<String>,
    /// The loader's name depends on the architecture: `ld-linux-x86-64.so.2`.
    has_loader: bool,
    platform: Platform,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Platform {
    #[default]
    Linux,
    MacOs,
    Windows,
}

impl SystemLibraries {
    /// The system libraries of a platform: on Linux what the sysroot package of the build environment contains.
    pub(crate) fn of(target_platform: &str, build: &[PrefixRecord], host: &[PrefixRecord]) -> Self {
        let platform = match target_platform.split('-').next() {
            Some("osx") => Platform::MacOs,
            Some("win") => Platform::Windows,
            _ => Platform::Linux,
        };
        let mut names = HashSet::new();
        let mut has_loader = false;
        let sysroots = build.iter().chain(host).filter(|record| name_of(record).starts_with("sysroot_"));
        for record in sysroots {
            has_loader = true;
            names.extend(GLIBC.iter().map(|&name| name.to_owned()));
            let files = record.files.iter().filter_map(|path| path.file_name()?.to_str());
            names.extend(files.filter(|name| name.contains(".so")).map(str::to_owned));
        }
        Self { names, has_loader, platform }
    }

    /// Whether a library, by its file name or absolute path, is one of the system.
    pub(crate) fn contains(&self, library: &str) -> bool {
        match self.platform {
            Platform::Linux => {
                let name = library.rsplit('/').next().unwrap_or(library);
                self.names.contains(name) || (self.has_loader && name.starts_with("ld-linux"))
            }
            Platform::MacOs => ["/usr/lib/", "/opt/X11/", "/System/Library/", "/Library/Frameworks/"]
                .iter()
                .any(|folder| library.starts_with(folder)),
            Platform::Windows => is_windows_library(&library.to_ascii_lowercase()),
        }
    }
}

/// DLLs of `C:\Windows\System32` that programs link against by name.
fn is_windows_library(name: &str) -> bool {
    const NAMES: [&str; 34] = [
        "advapi32.dll",
        "avicap32.dll",
        "bcrypt.dll",
        "cabinet.dll",
        "comctl32.dll",
        "comdlg32.dll",
        "crypt32.dll",
        "d3d11.dll",
        "dbghelp.dll",
        "dnsapi.dll",
        "dwmapi.dll",
        "dxgi.dll",
        "gdi32.dll",
        "imm32.dll",
        "iphlpapi.dll",
        "kernel32.dll",
        "mpr.dll",
        "msvcrt.dll",
        "ncrypt.dll",
        "netapi32.dll",
        "ntdll.dll",
        "ole32.dll",
        "oleaut32.dll",
        "opengl32.dll",
        "psapi.dll",
        "rpcrt4.dll",
        "secur32.dll",
        "setupapi.dll",
        "shell32.dll",
        "shlwapi.dll",
        "user32.dll",
        "version.dll",
        "winmm.dll",
        "ws2_32.dll",
    ];
    name.starts_with("api-ms-win-") || NAMES.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_platform_has_its_own_libraries() {
        let mac = SystemLibraries::of("osx-arm64", &[], &[]);
        assert!(mac.contains("/usr/lib/libSystem.B.dylib") && !mac.contains("@rpath/libz.dylib"));
        let windows = SystemLibraries::of("win-64", &[], &[]);
        assert!(windows.contains("KERNEL32.dll") && !windows.contains("zlib.dll"));
        // Without a sysroot package nothing is known about the system.
        assert!(!SystemLibraries::of("linux-64", &[], &[]).contains("libc.so.6"));
    }
}
