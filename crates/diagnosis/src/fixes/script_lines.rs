//! Changes of lines of the build script.

use super::Fix;
use crate::finding::{Finding, FindingKind};

/// Variables that every build script can use.
const VARIABLES: &[&str] = &[
    "PREFIX",
    "BUILD_PREFIX",
    "SRC_DIR",
    "RECIPE_DIR",
    "PYTHON",
    "PY_VER",
    "SP_DIR",
    "STDLIB_DIR",
    "CPU_COUNT",
    "PKG_NAME",
    "PKG_VERSION",
    "PKG_BUILDNUM",
    "SHLIB_EXT",
    "HOME",
    "PATH",
    "CC",
    "CXX",
    "CFLAGS",
    "CXXFLAGS",
    "CPPFLAGS",
    "LDFLAGS",
    "CONDA_BUILD",
    "target_platform",
    "build_platform",
    "CMAKE_ARGS",
    "CONDA_BUILD_SYSROOT",
];

pub(super) fn fixes(finding: &Finding, script: &str) -> Vec<Fix> {
    let subject = finding.subject.as_deref().unwrap_or_default();
    match finding.kind {
        FindingKind::SyntaxError if subject.contains("\\r") => vec![replace("\r", "", "bash needs Unix line endings")],
        FindingKind::MissingFile if subject.ends_with("\\r'") || subject.ends_with('\r') => {
            vec![replace("\r", "", "bash needs Unix line endings")]
        }
        FindingKind::UnboundVariable => unbound(subject, script),
        FindingKind::TestFailure => deselect(finding, subject, script),
        FindingKind::MissingHeader => {
            compile_lines(script).into_iter().map(|line| append(line, "-I$PREFIX/include", HOST)).collect()
        }
        FindingKind::MissingLibrary if finding.evidence.text.contains("error while loading shared libraries") => {
            let why = "programs of the build find libraries of the host environment";
            let mut fixes: Vec<Fix> =
                compile_lines(script).into_iter().map(|line| append(line, "-Wl,-rpath,$PREFIX/lib", why)).collect();
            fixes.push(super::flags::variable("LDFLAGS", "$LDFLAGS -Wl,-rpath,$PREFIX/lib", why));
            fixes.push(super::flags::variable("LD_LIBRARY_PATH", "$PREFIX/lib", why));
            fixes
        }
        FindingKind::NotPositionIndependent => compile_lines(script)
            .into_iter()
            .map(|line| append(line, "-fPIC", "compile position-independent code"))
            .collect(),
        FindingKind::MultipleDefinition => compile_lines(script)
            .into_iter()
            .map(|line| append(line, "-fcommon", "gcc before version 10 merged tentative definitions"))
            .collect(),
        FindingKind::MissingCommand => own_compiler(subject, script),
        FindingKind::MissingLibrary => {
            compile_lines(script).into_iter().map(|line| append(line, "-L$PREFIX/lib", HOST)).collect()
        }
        _ => Vec::new(),
    }
}

const HOST: &str = "finds what the host environment has";

/// The lines that run a compiler, each once.
pub(super) fn compile_lines(script: &str) -> Vec<&str> {
    const MAX_LINES: usize = 3;
    let is_compiler = |word: &str| {
        let name = word.trim_matches(['"', '$', '{', '}']);
        matches!(name, "CC" | "CXX") && word.contains('$')
            || matches!(name, "gcc" | "g++" | "cc" | "c++" | "clang" | "clang++")
    };
    let mut lines: Vec<&str> = script
        .lines()
        .map(str::trim)
        .filter(|line| line.split_whitespace().next().is_some_and(is_compiler) && !line.ends_with('\\'))
        .filter(|line| !line.contains(['|', ';', '&', '>', '#']))
        .collect();
    lines.dedup();
    lines.truncate(MAX_LINES);
    lines
}

/// Adds flags at the end of a line.
pub(super) fn append(line: &str, flags: &str, why: &str) -> Fix {
    replace(line, &format!("{line} {flags}"), why)
}

fn replace(find: &str, replace: &str, why: &str) -> Fix {
    Fix::Script { find: find.to_owned(), replace: replace.to_owned(), why: why.to_owned() }
}

/// Makefiles and scripts that name `gcc` instead of the compiler of the environment, which has another name.
fn own_compiler(subject: &str, script: &str) -> Vec<Fix> {
    let variable = match subject {
        "gcc" | "cc" | "clang" => "CC",
        "g++" | "c++" | "clang++" => "CXX",
        "ar" => "AR",
        "ld" => "LD",
        _ => return Vec::new(),
    };
    let why = format!("`${variable}` is the tool of the environment");
    let mut fixes = Vec::new();
    if script.lines().any(|line| line.trim().starts_with(&format!("{subject} "))) {
        fixes.push(replace(&format!("{subject} "), &format!("${variable} "), &why));
    }
    let make = script.lines().map(str::trim).find(|line| line.split_whitespace().next() == Some("make"));
    if let Some(make) = make {
        fixes.push(replace(make, &format!("{make} {variable}=\"${variable}\""), &why));
    }
    fixes
}

/// A variable that is misspelt, or that needs a default.
fn unbound(name: &str, script: &str) -> Vec<Fix> {
    let assigned = script.lines().filter_map(|line| line.trim().trim_start_matches("export ").split_once('='));
    let known = VARIABLES.iter().copied().chain(assigned.map(|(name, _)| name));
    let nearest = known
        .filter(|known| *known != name && !known.contains(' '))
        .map(|known| (distance(name, known), known))
        .filter(|(distance, known)| *distance <= 2 && known.len() > 2 || *distance <= 1)
        .min();
    let mut fixes: Vec<Fix> = nearest
        .into_iter()
        .flat_map(|(_, known)| {
            let why = format!("`{name}` is not set, `{known}` is");
            [
                replace(&format!("${{{name}}}"), &format!("${{{known}}}"), &why),
                replace(&format!("${name}"), &format!("${known}"), &why),
            ]
        })
        .filter(|fix| matches!(fix, Fix::Script { find, .. } if script.contains(find)))
        .collect();
    if name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') && !name.is_empty() {
        let value = match name {
            "VERSION" | "PROJECT_VERSION" | "PACKAGE_VERSION" | "RELEASE" => "$PKG_VERSION".to_owned(),
            "NAME" | "PROJECT" | "PACKAGE" | "PACKAGE_NAME" => "$PKG_NAME".to_owned(),
            "INSTALL_PREFIX" | "INSTALL_DIR" | "CONDA_PREFIX" | "prefix" => "$PREFIX".to_owned(),
            "JOBS" | "NJOBS" | "NPROC" => "$CPU_COUNT".to_owned(),
            _ => format!("${{{name}:-}}"),
        };
        fixes.push(super::flags::variable(name, &value, "the script uses it, and nothing sets it"));
    }
    fixes
}

/// Number of inserted, removed, replaced and exchanged letters between two names.
fn distance(left: &str, right: &str) -> usize {
    let (left, right): (Vec<char>, Vec<char>) = (left.chars().collect(), right.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut previous: Vec<usize> = (0..=right.len()).collect();
    for (row, a) in left.iter().enumerate() {
        let mut current = vec![row + 1];
        for (column, b) in right.iter().enumerate() {
            let at = |line: &[usize], index: usize| line.get(index).copied().unwrap_or(usize::MAX / 2);
            let mut cost = (at(&previous, column) + usize::from(a != b))
                .min(at(&previous, column + 1) + 1)
                .min(at(&current, column) + 1);
            let is_exchanged =
                row > 0 && column > 0 && left.get(row - 1) == Some(b) && right.get(column - 1) == Some(a);
            if is_exchanged {
                cost = cost.min(at(&before, column - 1) + 1);
            }
            current.push(cost);
        }
        before = std::mem::replace(&mut previous, current);
    }
    previous.last().copied().unwrap_or_default()
}

/// Tests that need a server cannot pass in a build; all others still run.
fn deselect(finding: &Finding, test: &str, script: &str) -> Vec<Fix> {
    const NETWORK: [&str; 10] = [
        "URLError",
        "urllib",
        "Connection",
        "gaierror",
        "Max retries",
        "requests.exceptions",
        "httpx.",
        "aiohttp",
        "Network is unreachable",
        "Name or service not known",
    ];
    let text = finding.evidence.text.as_str();
    let is_plain = test.chars().all(|c| c.is_ascii_alphanumeric() || "./_:-[]".contains(c));
    if !test.contains("::") || !is_plain || !NETWORK.iter().any(|word| text.contains(word)) {
        return Vec::new();
    }
    ["-m pytest", "pytest "]
        .into_iter()
        .find(|call| script.contains(call))
        .map(|call| {
            let quoted = if test.contains('[') { format!("'{test}'") } else { test.to_owned() };
            let with = format!("{} --deselect={quoted}{}", call.trim_end(), if call.ends_with(' ') { " " } else { "" });
            replace(call, &with, "this test needs the network, which builds must not use; all others run")
        })
        .into_iter()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_differ_by_edits() {
        assert_eq!(distance("PREFX", "PREFIX"), 1);
        assert_eq!(distance("PERFIX", "PREFIX"), 1);
        assert_eq!(distance("SRC_DIR", "SRC_DIR"), 0);
        assert_eq!(distance("", "abc"), 3);
    }

    #[test]
    fn only_lines_that_compile_count() {
        assert_eq!(
            compile_lines("mkdir x\n$CC a.c -o a\n  ${CXX} b.cc\necho gcc\n$CC a | tee"),
            ["$CC a.c -o a", "${CXX} b.cc"]
        );
    }
}
