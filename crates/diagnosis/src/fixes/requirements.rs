//! Dependencies to add.

use super::spec::constraint;
use super::{Fix, FixSection, RequirementEdit};
use crate::finding::{Environment, Finding, FindingKind, Suggestion};

/// Alternatives that are worth a try.
const MAX_ALTERNATIVES: usize = 3;

pub(super) fn fixes(finding: &Finding) -> Vec<Fix> {
    let mut fixes: Vec<Fix> = compiler(finding).into_iter().collect();
    let packages = finding.suggestions.iter().filter(|suggestion| fixes.is_empty() || !is_compiler(&suggestion.spec));
    fixes.extend(packages.take(MAX_ALTERNATIVES).map(|suggestion| add(finding, suggestion)).collect::<Vec<_>>());
    fixes
}

fn add(finding: &Finding, suggestion: &Suggestion) -> Fix {
    let section = match suggestion.environment {
        Environment::Build => FixSection::Build,
        Environment::Host => FixSection::Host,
    };
    let spec = match constraint(finding.required.as_deref(), finding.found.as_deref()) {
        Some(version) => format!("{} {version}", suggestion.spec),
        None => suggestion.spec.clone(),
    };
    let subject = finding.subject.as_deref().unwrap_or("what is missing");
    let why = match finding.kind {
        FindingKind::VersionMismatch => format!("require a version of `{}` that fits", suggestion.spec),
        _ => format!("`{}` may provide `{subject}`", suggestion.spec),
    };
    Fix::Recipe { edits: vec![RequirementEdit::AddRequirement { section, spec }], why }
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
