//! Build tools: their environment, and the package to update when a version does not fit.

use super::{commands, languages, libraries};
use crate::finding::{Environment, Finding};

/// Packages that run during the build and belong to the build environment, however they are missed.
const BUILD_TOOLS: &[&str] = &[
    "autoconf",
    "autoconf-archive",
    "automake",
    "bison",
    "ca-certificates",
    "ccache",
    "cmake",
    "cuda-nvcc",
    "doxygen",
    "flex",
    "gettext-tools",
    "git",
    "gnuconfig",
    "gobject-introspection",
    "gperf",
    "help2man",
    "intltool",
    "libtool",
    "m4",
    "make",
    "meson",
    "nasm",
    "ninja",
    "patchelf",
    "pkg-config",
    "pkgconf",
    "rust",
    "swig",
    "sysroot_linux-64",
    "texinfo",
    "extra-cmake-modules",
    "gxx_linux-64",
    "gcc_linux-64",
];

/// Modules of Python itself from which versions have removed names: no package has another version of them.
const CHANGED_STDLIB: &[&str] = &[
    "array",
    "ast",
    "asyncio",
    "base64",
    "cgi",
    "collections",
    "configparser",
    "distutils",
    "fractions",
    "gettext",
    "imp",
    "importlib",
    "inspect",
    "locale",
    "logging",
    "math",
    "os",
    "pkgutil",
    "platform",
    "plistlib",
    "random",
    "re",
    "ssl",
    "string",
    "sys",
    "threading",
    "time",
    "types",
    "typing",
    "unittest",
    "xml",
];

pub(super) fn is_build_tool(package: &str) -> bool {
    BUILD_TOOLS.contains(&package)
}

/// Packages for what has a version that does not fit.
pub(super) fn of_version(finding: &Finding, subject: &str) -> (Environment, Vec<String>) {
    let message = finding.message.as_str();
    let names = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
    if message.starts_with("R package") {
        return (Environment::Host, languages::r(subject));
    }
    if message.starts_with("Perl module") {
        return (Environment::Host, languages::perl(subject));
    }
    if message.starts_with("Python module") || message.starts_with("Python package") {
        // `Python module X has no Y`, whichever of both the subject is.
        let module = message.split('`').nth(1).unwrap_or(subject);
        let top = module.split('.').next().unwrap_or(module);
        let packages = if CHANGED_STDLIB.contains(&top) { Vec::new() } else { languages::python(module) };
        return (Environment::Host, packages);
    }
    match subject {
        "cmake" | "meson" | "ninja" => (Environment::Build, names(&[subject])),
        "rustc" | "Cargo" | "cargo" => (Environment::Build, names(&["rust"])),
        edition if edition.starts_with("edition") => (Environment::Build, names(&["rust"])),
        "go" => (Environment::Build, names(&["go", "go-cgo", "go-nocgo"])),
        "node" | "npm" => (Environment::Build, names(&["nodejs"])),
        "java" => (Environment::Build, names(&["openjdk"])),
        "Autoconf" | "Automake" | "libtool" | "gettext" | "autoconf" | "Gradle" => {
            (Environment::Build, names(&[&subject.to_lowercase()]))
        }
        "R" => (Environment::Host, names(&["r-base"])),
        "Cython" => (Environment::Host, names(&["cython"])),
        "python" | "perl" | "ruby" | "numpy" | "setuptools" => (Environment::Host, names(&[subject])),
        library if library.starts_with("GLIBCXX_") || library.starts_with("CXXABI_") => {
            (Environment::Host, libraries::of_library("stdc++"))
        }
        _ => (Environment::Host, Vec::new()),
    }
}

/// Packages with a file that build tools copy into projects.
pub(super) fn of_file(file: &str) -> Vec<String> {
    let packages: &[&str] = match file.rsplit('/').next().unwrap_or(file) {
        "config.guess" | "config.sub" => &["gnuconfig"],
        "install-sh" | "missing" | "compile" | "depcomp" | "mkinstalldirs" | "ylwrap" | "test-driver" => &["automake"],
        "ltmain.sh" => &["libtool"],
        "config.rpath" => &["gettext", "gettext-tools"],
        _ => &[],
    };
    packages.iter().map(|&package| package.to_owned()).collect()
}

/// Certificates are a package.
pub(super) fn of_network(line: &str) -> Vec<String> {
    let is_certificate = ["certificate", "CERTIFICATE", "CAfile"].iter().any(|word| line.contains(word));
    if is_certificate { vec!["ca-certificates".to_owned()] } else { Vec::new() }
}

/// Whether projects that write `x not found` mean a command.
pub(super) fn is_command(name: &str) -> bool {
    commands::is_known(name)
}
