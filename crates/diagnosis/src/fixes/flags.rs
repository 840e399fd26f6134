//! Variables, flags and commands that the field uses against known causes.

use super::Fix;
use crate::finding::{Finding, FindingKind};

pub(super) fn fixes(finding: &Finding, script: &str) -> Vec<Fix> {
    let text = finding.evidence.text.as_str();
    let subject = finding.subject.as_deref().unwrap_or_default();
    match finding.kind {
        FindingKind::VersionUnknown if text.contains("Versioning for this project") => {
            vec![variable("PBR_VERSION", "$PKG_VERSION", "pbr takes the version from here instead of git")]
        }
        FindingKind::VersionUnknown => {
            vec![variable(
                "SETUPTOOLS_SCM_PRETEND_VERSION",
                "$PKG_VERSION",
                "setuptools-scm and hatch-vcs take the version from here instead of git",
            )]
        }
        FindingKind::OutOfMemory => jobs(script),
        FindingKind::NotPositionIndependent => {
            vec![
                variable("CFLAGS", "$CFLAGS -fPIC", "compile position-independent code"),
                variable("CXXFLAGS", "$CXXFLAGS -fPIC", "compile position-independent code"),
            ]
        }
        FindingKind::MultipleDefinition => {
            vec![variable("CFLAGS", "$CFLAGS -fcommon", "gcc before version 10 merged tentative definitions")]
        }
        FindingKind::UndefinedSymbol => system_library(subject),
        FindingKind::CompileError => compiler_flags(finding, text),
        FindingKind::VersionMismatch if text.contains("Compatibility with CMake < ") => {
            vec![variable("CMAKE_POLICY_VERSION_MINIMUM", "3.5", "CMake 4 then accepts projects for older versions")]
        }
        FindingKind::VersionMismatch if text.contains("digital envelope") => {
            vec![variable("NODE_OPTIONS", "--openssl-legacy-provider", "enables the hashes that older bundlers use")]
        }
        FindingKind::ConfigureFailed if subject == "config.guess" => {
            vec![command(
                "cp $BUILD_PREFIX/share/gnuconfig/config.* .",
                "newer files know this machine; they may also belong in a subfolder",
            )]
        }
        FindingKind::MissingPythonModule | FindingKind::Network | FindingKind::Offline => pip(script),
        FindingKind::FileExists => exists(script),
        FindingKind::Permission if is_script_file(subject) => {
            vec![command(&format!("chmod +x {subject}"), "makes the file executable")]
        }
        FindingKind::MissingCommand if subject == "java" || subject == "javac" => {
            vec![variable("JAVA_HOME", "$BUILD_PREFIX/lib/jvm", "where the package `openjdk` has Java")]
        }
        _ => Vec::new(),
    }
}

fn jobs(script: &str) -> Vec<Fix> {
    let flag = ["-j${CPU_COUNT}", "-j$CPU_COUNT", "-j ${CPU_COUNT}", "-j $CPU_COUNT", "-j$(nproc)"]
        .into_iter()
        .find(|flag| script.contains(flag));
    let why = "fewer jobs at the same time need less memory";
    match flag {
        Some(flag) => vec![Fix::Script { find: flag.to_owned(), replace: "-j1".to_owned(), why: why.to_owned() }],
        None => vec![variable("CPU_COUNT", "1", why), variable("CMAKE_BUILD_PARALLEL_LEVEL", "1", why)],
    }
}

fn pip(script: &str) -> Vec<Fix> {
    if !script.contains("pip install ") || script.contains("--no-build-isolation") {
        return Vec::new();
    }
    vec![Fix::Script {
        find: "pip install ".to_owned(),
        replace: "pip install --no-build-isolation --no-deps ".to_owned(),
        why: "pip then uses the packages of the host environment instead of downloading them".to_owned(),
    }]
}

fn exists(script: &str) -> Vec<Fix> {
    [("ln -s ", "ln -sf ", "replaces what exists"), ("mkdir ", "mkdir -p ", "accepts a folder that exists")]
        .into_iter()
        .filter(|(find, replace, _)| script.contains(find) && !script.contains(replace))
        .map(|(find, replace, why)| Fix::Script {
            find: find.to_owned(),
            replace: replace.to_owned(),
            why: why.to_owned(),
        })
        .collect()
}

/// Functions in libraries of the system that must be named before glibc 2.34, or always.
fn system_library(symbol: &str) -> Vec<Fix> {
    let library = match symbol.split('@').next().unwrap_or(symbol) {
        "clock_gettime" | "clock_settime" | "shm_open" | "shm_unlink" | "timer_create" | "mq_open" | "aio_read" => "rt",
        "dlopen" | "dlsym" | "dlclose" | "dlerror" | "dladdr" => "dl",
        name if name.starts_with("pthread_") || name.starts_with("sem_") => "pthread",
        "sin" | "cos" | "tan" | "pow" | "exp" | "log" | "log10" | "sqrt" | "floor" | "ceil" | "fmod" | "lgamma"
        | "round" => "m",
        _ => return Vec::new(),
    };
    vec![variable("LDFLAGS", &format!("$LDFLAGS -l{library}"), &format!("links `lib{library}` of the system"))]
}

fn compiler_flags(finding: &Finding, text: &str) -> Vec<Fix> {
    let is_cxx = finding
        .at
        .as_ref()
        .is_some_and(|at| [".cc", ".cpp", ".cxx", ".hpp", ".C"].iter().any(|end| at.file.ends_with(end)));
    let name = if is_cxx { "CXXFLAGS" } else { "CFLAGS" };
    if text.contains(" at (1)") && (text.contains("Type mismatch") || text.contains("Rank mismatch")) {
        return vec![variable(
            "FFLAGS",
            "$FFLAGS -fallow-argument-mismatch",
            "gfortran 10 and newer reject what older ones accepted",
        )];
    }
    if let Some(warning) = text
        .rsplit_once("[-Werror=")
        .and_then(|(_, rest)| rest.split(']').next())
        .or_else(|| text.rsplit_once("[-W").and_then(|(_, rest)| rest.split(']').next()))
    {
        let is_option =
            !warning.is_empty() && warning.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '='));
        if is_option {
            return vec![variable(
                name,
                &format!("${name} -Wno-error={warning}"),
                "makes the error a warning, as older compilers did",
            )];
        }
    }
    Vec::new()
}

/// A path that is safe in a shell without quotes.
fn is_script_file(path: &str) -> bool {
    !path.is_empty()
        && !path.starts_with('-')
        && path.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '/' | '_' | '-'))
}

fn variable(name: &str, value: &str, why: &str) -> Fix {
    Fix::EnvironmentVariable { name: name.to_owned(), value: value.to_owned(), why: why.to_owned() }
}

fn command(command: &str, why: &str) -> Fix {
    Fix::Command { command: command.to_owned(), why: why.to_owned() }
}
