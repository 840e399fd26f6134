//! Changes of lines of the build script.

use super::Fix;
use crate::finding::{Finding, FindingKind};

pub(super) fn fixes(finding: &Finding, script: &str) -> Vec<Fix> {
    let subject = finding.subject.as_deref().unwrap_or_default();
    match finding.kind {
        FindingKind::SyntaxError if subject.contains("\\r") => vec![replace("\r", "", "bash needs Unix line endings")],
        FindingKind::MissingFile if subject.ends_with("\\r'") || subject.ends_with('\r') => {
            vec![replace("\r", "", "bash needs Unix line endings")]
        }
        FindingKind::UnboundVariable => super::variables::unbound(subject, script),
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
        FindingKind::MissingCommand => {
            let mut fixes = assignment(subject, script);
            fixes.extend(own_compiler(subject, script));
            fixes
        }
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

pub(super) fn replace(find: &str, replace: &str, why: &str) -> Fix {
    Fix::Script { find: find.to_owned(), replace: replace.to_owned(), why: why.to_owned() }
}

/// `NAME = value` runs a command `NAME`.
fn assignment(name: &str, script: &str) -> Vec<Fix> {
    let is_name = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') && !name.is_empty();
    let line = script.lines().map(str::trim).find(|line| {
        let rest = line.strip_prefix("export ").unwrap_or(line).strip_prefix(name).unwrap_or_default();
        is_name && rest.starts_with([' ', '=']) && rest.trim_start().starts_with('=')
    });
    let Some((left, right)) = line.and_then(|line| line.split_once('=')) else { return Vec::new() };
    let (find, replacement) = (format!("{left}={right}"), format!("{}={}", left.trim_end(), right.trim_start()));
    if find == replacement {
        return Vec::new();
    }
    vec![replace(&find, &replacement, "the shell allows no spaces around `=`")]
}

/// Makefiles and scripts that name `gcc` instead of the compiler of the environment, which has another name.
fn own_compiler(subject: &str, script: &str) -> Vec<Fix> {
    // Also `gcc-9` and `x86_64-conda_cos6-linux-gnu-cc`.
    let tool = subject.rsplit_once("-gnu-").map_or(subject, |(_, tool)| tool);
    let variable = match tool.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | '-')) {
        "gcc" | "cc" | "clang" | "icc" => "CC",
        "g++" | "c++" | "clang++" | "icpc" => "CXX",
        "gfortran" | "f77" | "f90" | "f95" | "ifort" => "FC",
        "ar" | "gcc-ar" => "AR",
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

/// Tests that need a server cannot pass in a build; all others still run.
fn deselect(finding: &Finding, test: &str, script: &str) -> Vec<Fix> {
    const NETWORK: [&str; 14] = [
        "socket.",
        "Temporary failure in name resolution",
        "herror",
        "[Errno 101]",
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
    fn only_lines_that_compile_count() {
        assert_eq!(
            compile_lines("mkdir x\n$CC a.c -o a\n  ${CXX} b.cc\necho gcc\n$CC a | tee"),
            ["$CC a.c -o a", "${CXX} b.cc"]
        );
    }
}
