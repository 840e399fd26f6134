//! Variables, flags and commands that the field uses against known causes.

use super::Fix;
use super::script_lines::{append, compile_lines};
use crate::candidates::library_of_symbol;
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
        FindingKind::UndefinedSymbol => {
            let mut fixes = repeated_libraries(script);
            fixes.extend(match library_of_symbol(subject) {
                Some(library) => link(script, library, &format!("links `lib{library}`")),
                None => system_library(subject, script),
            });
            fixes
        }
        FindingKind::CompileError => compiler_flags(finding, text, script),
        FindingKind::VersionMismatch if text.contains("Compatibility with CMake < ") => {
            vec![variable("CMAKE_POLICY_VERSION_MINIMUM", "3.5", "CMake 4 then accepts projects for older versions")]
        }
        FindingKind::VersionMismatch if text.contains("digital envelope") => {
            vec![variable("NODE_OPTIONS", "--openssl-legacy-provider", "enables the hashes that older bundlers use")]
        }
        FindingKind::ConfigureFailed if text.contains("codec can't ") => {
            let why = "Python then reads files as UTF-8";
            vec![variable("PYTHONUTF8", "1", why), variable("LC_ALL", "C.UTF-8", why)]
        }
        FindingKind::ConfigureFailed if subject == "config.guess" => {
            vec![command(
                "cp $BUILD_PREFIX/share/gnuconfig/config.* .",
                "newer files know this machine; they may also belong in a subfolder",
            )]
        }
        FindingKind::MissingHeader => search_path("CPATH", "$PREFIX/include"),
        FindingKind::MissingLibrary => search_path("LIBRARY_PATH", "$PREFIX/lib"),
        FindingKind::MissingPkgConfig => search_path("PKG_CONFIG_PATH", "$PREFIX/lib/pkgconfig"),
        FindingKind::MissingCmakePackage => search_path("CMAKE_PREFIX_PATH", "$PREFIX"),
        FindingKind::MissingFile if text.contains("o rule to make target") || text.contains("o such file") => {
            ordered(script)
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

/// Where tools look for what is in the host environment, if a project does not say so.
fn search_path(name: &str, value: &str) -> Vec<Fix> {
    let value = if matches!(name, "PKG_CONFIG_PATH" | "CMAKE_PREFIX_PATH") {
        format!("{value}:${name}")
    } else {
        value.to_owned()
    };
    vec![variable(name, value.trim_end_matches(":$CMAKE_PREFIX_PATH"), "finds what the host environment has")]
}

/// Makefiles with dependencies missing between targets work with one job.
fn ordered(script: &str) -> Vec<Fix> {
    parallel_flag(script)
        .map(|flag| Fix::Script {
            find: flag,
            replace: "-j1".to_owned(),
            why: "with several jobs, a target may be built before what it needs".to_owned(),
        })
        .into_iter()
        .collect()
}

/// `-j` with a number or variable, as the script has it.
fn parallel_flag(script: &str) -> Option<String> {
    script
        .split_whitespace()
        .filter_map(|word| word.strip_prefix("-j"))
        .find(|jobs| !jobs.is_empty() && *jobs != "1" && !jobs.starts_with(|c: char| c.is_ascii_alphabetic()))
        .map(|jobs| format!("-j{}", jobs.trim_end_matches([';', '&', ')'])))
        .or_else(|| {
            ["-j ${CPU_COUNT}", "-j $CPU_COUNT"].into_iter().find(|flag| script.contains(flag)).map(str::to_owned)
        })
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
    let missing: Vec<&str> =
        ["--no-build-isolation", "--no-deps"].into_iter().filter(|flag| !script.contains(flag)).collect();
    if !script.contains("pip install ") || missing.is_empty() {
        return Vec::new();
    }
    vec![Fix::Script {
        find: "pip install ".to_owned(),
        replace: format!("pip install {} ", missing.join(" ")),
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
fn system_library(symbol: &str, script: &str) -> Vec<Fix> {
    let library = match symbol.split('@').next().unwrap_or(symbol) {
        "clock_gettime" | "clock_settime" | "shm_open" | "shm_unlink" | "timer_create" | "mq_open" | "aio_read" => "rt",
        "dlopen" | "dlsym" | "dlclose" | "dlerror" | "dladdr" => "dl",
        name if name.starts_with("pthread_") || name.starts_with("sem_") => "pthread",
        "sin" | "cos" | "tan" | "pow" | "exp" | "log" | "log10" | "sqrt" | "floor" | "ceil" | "fmod" | "lgamma"
        | "round" => "m",
        _ => return Vec::new(),
    };
    link(script, library, &format!("links `lib{library}` of the system"))
}

/// Linkers read static libraries in order: what comes before the sources that use it is skipped.
fn repeated_libraries(script: &str) -> Vec<Fix> {
    let is_source =
        |word: &str| [".c", ".cc", ".cpp", ".cxx", ".o", ".f90", ".a"].iter().any(|end| word.ends_with(end));
    compile_lines(script)
        .into_iter()
        .filter_map(|line| {
            let words: Vec<&str> = line.split_whitespace().collect();
            let last = words.iter().rposition(|word| is_source(word))?;
            let early: Vec<&str> = words.iter().take(last).filter(|word| word.starts_with("-l")).copied().collect();
            (!early.is_empty())
                .then(|| append(line, &early.join(" "), "libraries come after the objects that use them"))
        })
        .collect()
}

/// Ways to link a library: on the only line that links, or by the variables of `make` and `configure`.
fn link(script: &str, library: &str, why: &str) -> Vec<Fix> {
    let mut fixes: Vec<Fix> = compile_lines(script)
        .into_iter()
        .filter(|line| !line.contains(" -c "))
        .map(|line| append(line, &format!("-l{library}"), why))
        .collect();
    fixes.extend(["LDLIBS", "LIBS", "LDFLAGS"].map(|name| variable(name, &format!("${name} -l{library}"), why)));
    fixes
}

fn compiler_flags(finding: &Finding, text: &str, script: &str) -> Vec<Fix> {
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
    if let Some((_, rest)) = text.split_once("only available with '-std=") {
        let standard = rest.split('\'').next().unwrap_or_default();
        if standard.chars().all(|c| c.is_ascii_alphanumeric() || c == '+') && !standard.is_empty() {
            return with_standard(standard, name, script);
        }
    }
    if let Some(warning) = text
        .rsplit_once("[-Werror=")
        .and_then(|(_, rest)| rest.split(']').next())
        .or_else(|| text.rsplit_once("[-W").and_then(|(_, rest)| rest.split(']').next()))
    {
        let is_option =
            !warning.is_empty() && warning.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '='));
        if is_option {
            let why = "makes the error a warning, as older compilers did";
            let mut fixes: Vec<Fix> = [format!(" -Werror={warning}"), " -Werror".to_owned()]
                .into_iter()
                .filter(|flag| script.split('\n').any(|line| format!("{line} ").contains(&format!("{flag} "))))
                .map(|flag| Fix::Script { replace: format!(" -Wno-error={warning}"), find: flag, why: why.to_owned() })
                .collect();
            fixes.push(variable(name, &format!("${name} -Wno-error={warning}"), why));
            return fixes;
        }
    }
    standard(text).map_or_else(Vec::new, |standard| with_standard(standard, name, script))
}

fn with_standard(standard: &str, flags: &str, script: &str) -> Vec<Fix> {
    let why = format!("the sources need {standard}");
    let mut fixes: Vec<Fix> =
        compile_lines(script).into_iter().map(|line| append(line, &format!("-std={standard}"), &why)).collect();
    fixes.push(variable(flags, &format!("${flags} -std={standard}"), &why));
    fixes
}

/// The language standard that a compiler asks for.
fn standard(text: &str) -> Option<&'static str> {
    if text.contains("only allowed in C99") {
        return Some("gnu99");
    }
    if !text.contains("std::") && !text.contains("'std'") && !text.contains("C++") {
        return None;
    }
    let has = |words: &str| words.split(' ').any(|word| text.contains(word));
    if has("C++20 span> 'span' 'format' 'source_location' 'ranges' 'bit_cast' 'jthread' std::span std::format concept")
    {
        Some("gnu++20")
    } else if has(
        "C++17 optional string_view variant filesystem 'any' 'clamp' 'byte' 'size' 'data' 'apply' 'invoke' std::any init-statement if-init",
    ) {
        Some("gnu++17")
    } else if has("C++14 make_unique 'exchange' 'enable_if_t' 'make_index_sequence'") {
        Some("gnu++14")
    } else if has("C++11") {
        Some("gnu++11")
    } else {
        None
    }
}

/// A path that is safe in a shell without quotes.
fn is_script_file(path: &str) -> bool {
    !path.is_empty()
        && !path.starts_with('-')
        && path.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '/' | '_' | '-'))
}

pub(super) fn variable(name: &str, value: &str, why: &str) -> Fix {
    Fix::EnvironmentVariable { name: name.to_owned(), value: value.to_owned(), why: why.to_owned() }
}

pub(super) fn command(command: &str, why: &str) -> Fix {
    Fix::Command { command: command.to_owned(), why: why.to_owned() }
}
