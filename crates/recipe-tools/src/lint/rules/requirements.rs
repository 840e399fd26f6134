//! Dependencies: duplicates, spelling, compilers.

use std::collections::HashMap;

use sidewinder_recipe::edit::{Edit, Section, edit};
use sidewinder_recipe::render::RepodataRevision;

use crate::edits::Replacement;
use crate::lint::LintSeverity::{Hint, Warning};
use crate::lint::items::Item;
use crate::lint::layout::item_lines;
use crate::lint::report::Report;
use crate::lint::rule::Rule;
use crate::lint::subject::{Output, Subject};

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "duplicate-dependency",
        conda_forge: None,
        severity: Warning,
        only_conda_forge: false,
        summary: "A dependency is listed twice in one section.",
        example: "package:\n  name: demo\n  version: \"1.0\"\nrequirements:\n  run:\n    - python\n    - numpy\n    - python\n",
        check: duplicates,
    },
    Rule {
        id: "spec-spacing",
        conda_forge: Some("R-048"),
        severity: Hint,
        only_conda_forge: false,
        summary: "A match spec is not written as `name version build`: the space before the version is missing, or there is one \
                  behind an operator. At conda-forge also `R-021` and `R-022`.",
        example: "package:\n  name: demo\n  version: \"1.0\"\nrequirements:\n  run:\n    - python>=3.10\n    - numpy >= 2\n",
        check: spacing,
    },
    Rule {
        id: "compiler-without-stdlib",
        conda_forge: Some("R-033"),
        severity: Hint,
        only_conda_forge: true,
        summary: "A compiler is used without `${{ stdlib('c') }}`, which chooses the C library and the minimum macOS.",
        example: "package:\n  name: demo\n  version: \"1.0\"\nrequirements:\n  build:\n    - ${{ compiler('c') }}\n",
        check: stdlib,
    },
];

const SECTIONS: [&str; 4] = ["build", "host", "run", "run_constraints"];

fn duplicates(subject: &Subject<'_>, report: &mut Report<'_>) {
    for output in subject.outputs() {
        for section in SECTIONS {
            let mut seen: HashMap<&str, Vec<Item<'_>>> = HashMap::new();
            for item in output.requirements(section) {
                let text = item.text().trim();
                let before = seen.entry(text).or_default();
                // An item in a branch repeats one of its own branch or of a list around it.
                if before.iter().any(|first| item.branch.starts_with(&first.branch)) {
                    let problem =
                        report.add(item.scalar.span, format!("`{text}` is listed twice in `requirements.{section}`"));
                    problem.help("remove one of them");
                    // A branch must not become empty.
                    let lines = item_lines(subject.text, item.scalar.span).filter(|_| item.is_unconditional());
                    if let Some(lines) = lines {
                        problem.fix("Remove the second one", vec![Replacement { span: lines, text: String::new() }]);
                    }
                } else {
                    before.push(item);
                }
            }
        }
    }
}

fn spacing(subject: &Subject<'_>, report: &mut Report<'_>) {
    for output in subject.outputs() {
        for item in SECTIONS.iter().flat_map(|section| output.requirements(section)) {
            let text = item.text().trim();
            let Some(better) = spaced(text) else { continue };
            let problem = report.add(item.scalar.span, format!("`{text}` is not written as `name version build`"));
            problem.help(format!("write `{better}`")).conda_forge(kind(text));
            let start = item.scalar.span.start as usize;
            let source = subject.text.get(start..item.scalar.span.end as usize).unwrap_or_default();
            if let Some(at) = source.find(text).filter(|at| *at <= 1) {
                let replacement = Replacement::new(start + at, start + at + text.len(), better);
                problem.fix("Write the spec with the usual spaces", vec![replacement]);
            }
        }
    }
}

fn kind(text: &str) -> &'static str {
    let has_space_after_operator = [">= ", "<= ", "== ", "> ", "< ", "= "].iter().any(|part| text.contains(part));
    let has_space = text.contains(' ');
    if has_space_after_operator {
        "R-021"
    } else if has_space {
        "R-048"
    } else {
        "R-022"
    }
}

/// A literal spec with a space before the version and none in it; `None` if it is written so, or if that would change
/// what it means.
fn spaced(text: &str) -> Option<String> {
    if text.contains("${{") || text.contains('[') || text.contains("::") {
        return None;
    }
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')))?;
    let (name, rest) = text.split_at(end);
    let rest = rest.trim_start();
    if name.is_empty() || !rest.starts_with(['=', '<', '>', '!', '~']) {
        return None;
    }
    let mut version = String::with_capacity(rest.len());
    let mut previous = ' ';
    let mut characters = rest.chars().peekable();
    while let Some(c) = characters.next() {
        let is_beside_operator =
            matches!(previous, '=' | '<' | '>' | '!' | '~' | ',' | '|') || matches!(characters.peek(), Some(',' | '|'));
        if c == ' ' && is_beside_operator {
            continue;
        }
        version.push(c);
        previous = c;
    }
    let better = format!("{name} {version}");
    let read = |spec: &str| sidewinder_recipe::stage0::Dependency::parse(spec, RepodataRevision::Legacy).ok();
    let same = read(text)?.spec == read(&better)?.spec;
    (better != text && same).then_some(better)
}

fn stdlib(subject: &Subject<'_>, report: &mut Report<'_>) {
    // There is no C library to choose.
    if subject.is_for_wasm() {
        return;
    }
    for output in subject.outputs() {
        let build = output.requirements("build");
        let Some(compiler) = build.iter().find_map(|item| Some((item, needs_stdlib(item)?))) else { continue };
        let has_stdlib = SECTIONS.iter().flat_map(|section| output.requirements(section)).any(|item| {
            item.text().contains("stdlib(") || item.name().is_some_and(|name| name.starts_with("sysroot_"))
        });
        if has_stdlib {
            continue;
        }
        let (item, language) = compiler;
        let problem = report.add(item.scalar.span, format!("`compiler('{language}')` without `stdlib('c')`"));
        problem.help("add `${{ stdlib('c') }}` to `requirements.build`");
        let change = Edit::AddRequirement {
            output: output.parent.and(output.name()).map(|name| name.text.clone()),
            section: Section::Build,
            spec: "${{ stdlib('c') }}".to_owned(),
        };
        let edited = edit(subject.text, &[change], subject.options.repodata_revision);
        if let Some(change) = edited.ok().and_then(|edited| Replacement::between(subject.text, &edited)) {
            problem.proposal("Add `${{ stdlib('c') }}`", vec![change]);
        }
    }
}

/// The language of a compiler that links against the C library.
fn needs_stdlib(item: &Item<'_>) -> Option<String> {
    let language = item.call("compiler")?;
    // As conda-forge: only these languages need it.
    let needs = matches!(language, "c" | "cxx" | "fortran" | "rust" | "m2w64_c" | "m2w64_cxx" | "m2w64_fortran");
    needs.then(|| language.to_owned())
}

/// Whether an output uses the compiler of a language.
pub(super) fn uses_compiler(output: &Output<'_>, language: &str) -> bool {
    output.requirements("build").iter().any(|item| item.call("compiler") == Some(language))
}
