//! Dependencies to add.

use super::spec::constraint;
use super::{Fix, FixSection, RequirementEdit};
use crate::finding::{Environment, Finding, FindingKind, Suggestion};

/// Alternatives that are worth a try.
const MAX_ALTERNATIVES: usize = 3;

pub(super) fn fixes(finding: &Finding, script: &str) -> Vec<Fix> {
    let first = interpreter(finding).or_else(|| empty_variable(finding, script)).or_else(|| compiler(finding));
    let mut fixes: Vec<Fix> = first.into_iter().collect();
    let packages = finding.suggestions.iter().filter(|suggestion| fixes.is_empty() || !is_compiler(&suggestion.spec));
    fixes.extend(packages.take(MAX_ALTERNATIVES).map(|suggestion| add(finding, suggestion)).collect::<Vec<_>>());
    fixes
}

/// A package that a test lacks is one that its users lack.
pub(super) fn test_fixes(finding: &Finding) -> Vec<Fix> {
    let packages = finding.suggestions.iter().filter(|suggestion| !is_compiler(&suggestion.spec));
    packages
        .take(MAX_ALTERNATIVES)
        .map(|suggestion| {
            let edits =
                vec![RequirementEdit::AddRequirement { section: FixSection::Run, spec: spec(finding, suggestion) }];
            Fix::Recipe { edits, why: why(finding, suggestion) }
        })
        .collect()
}

fn add(finding: &Finding, suggestion: &Suggestion) -> Fix {
    let section = match suggestion.environment {
        Environment::Build => FixSection::Build,
        Environment::Host => FixSection::Host,
    };
    let edits = vec![RequirementEdit::AddRequirement { section, spec: spec(finding, suggestion) }];
    Fix::Recipe { edits, why: why(finding, suggestion) }
}

fn spec(finding: &Finding, suggestion: &Suggestion) -> String {
    match constraint(finding.required.as_deref(), finding.found.as_deref()) {
        Some(version) => format!("{} {version}", suggestion.spec),
        None => suggestion.spec.clone(),
    }
}

fn why(finding: &Finding, suggestion: &Suggestion) -> String {
    let subject = finding.subject.as_deref().unwrap_or("what is missing");
    match finding.kind {
        FindingKind::VersionMismatch => format!("require a version of `{}` that fits", suggestion.spec),
        _ => format!("`{}` may provide `{subject}`", suggestion.spec),
    }
}

/// `$PYTHON` and others are paths in the host environment, whether the interpreter is installed there or not.
fn interpreter(finding: &Finding) -> Option<Fix> {
    let subject = finding.subject.as_deref()?;
    if !matches!(finding.kind, FindingKind::MissingFile | FindingKind::MissingCommand) || !subject.contains("/host_env")
    {
        return None;
    }
    let (_, name) = subject.rsplit_once("/bin/")?;
    let spec = match name {
        "python" | "python3" => "python",
        "pip" | "pip3" => "pip",
        "perl" => "perl",
        "R" | "Rscript" => "r-base",
        "ruby" => "ruby",
        "node" => "nodejs",
        _ => return None,
    };
    let edits = vec![RequirementEdit::AddRequirement { section: FixSection::Host, spec: spec.to_owned() }];
    Some(Fix::Recipe { edits, why: format!("the host environment has no `{name}`") })
}

/// Activation scripts of compilers and the build environment set `CC`, `PYTHON` and others. Where nothing requires them,
/// `$CC x.c` runs `x.c`.
fn empty_variable(finding: &Finding, script: &str) -> Option<Fix> {
    if !matches!(finding.kind, FindingKind::MissingCommand | FindingKind::Permission) {
        return None;
    }
    let line = script.lines().nth(usize::try_from(finding.script_line?).ok()?.checked_sub(1)?)?;
    let subject = finding.subject.as_deref()?;
    let (variable, section, spec) = [
        ("CC", FixSection::Build, "${{ compiler('c') }}"),
        ("CXX", FixSection::Build, "${{ compiler('cxx') }}"),
        ("AR", FixSection::Build, "${{ compiler('c') }}"),
        ("FC", FixSection::Build, "${{ compiler('fortran') }}"),
        ("F77", FixSection::Build, "${{ compiler('fortran') }}"),
        ("GFORTRAN", FixSection::Build, "${{ compiler('fortran') }}"),
        ("PYTHON", FixSection::Host, "python"),
        ("PERL", FixSection::Host, "perl"),
        ("R", FixSection::Host, "r-base"),
        ("RSCRIPT", FixSection::Host, "r-base"),
    ]
    .into_iter()
    .find(|(name, ..)| {
        [format!("${name}"), format!("${{{name}}}"), format!("\"${name}\"")]
            .iter()
            .any(|variable| line.contains(&format!("{variable} ")) && line.contains(&format!(" {subject}")))
    })?;
    let edits = vec![RequirementEdit::AddRequirement { section, spec: spec.to_owned() }];
    Some(Fix::Recipe { edits, why: format!("`${variable}` is empty: `{spec}` sets it") })
}

/// Recipes name compilers by language, so that variants choose them.
fn compiler(finding: &Finding) -> Option<Fix> {
    if finding.kind != FindingKind::MissingCommand {
        return None;
    }
    let name = finding.subject.as_deref()?;
    let tool = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let tool = tool
        .rsplit_once("-gnu-")
        .map_or(tool, |(_, tool)| tool)
        .trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | '-'));
    let language = match tool {
        "C compiler" | "cc" | "gcc" | "clang" => "c",
        "C++ compiler" | "c++" | "g++" | "clang++" => "cxx",
        "Fortran compiler" | "gfortran" | "f77" | "f95" | "flang" => "fortran",
        "cargo" | "rustc" => "rust",
        "go" => "go",
        "nvcc" => "cuda",
        _ => return None,
    };
    let spec = format!("${{{{ compiler('{language}') }}}}");
    let edits = vec![RequirementEdit::AddRequirement { section: FixSection::Build, spec }];
    Some(Fix::Recipe { edits, why: format!("the build needs `{tool}`: require the compiler of the variant") })
}

fn is_compiler(package: &str) -> bool {
    ["gcc", "gxx", "gfortran", "clang", "clangxx", "rust", "go", "go-cgo", "go-nocgo", "cuda-nvcc"].contains(&package)
        || package.ends_with("-compiler")
        || package.ends_with("_linux-64")
}
