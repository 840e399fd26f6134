//! Packages that stand for the platform: sysroots, virtual packages, license collectors.

use crate::lint::LintSeverity::{Hint, Warning};
use crate::lint::report::Report;
use crate::lint::rule::Rule;
use crate::lint::rules::requirements::uses_compiler;
use crate::lint::subject::Subject;

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "sysroot-dependency",
        conda_forge: Some("R-034"),
        severity: Warning,
        only_conda_forge: true,
        summary: "The recipe requires `sysroot_linux-…` itself. `${{ stdlib('c') }}` does that, in the version of \
                  `c_stdlib_version`.",
        example: "package:\n  name: demo\n  version: \"1.0\"\nrequirements:\n  build:\n    - sysroot_linux-64 ==2.28\n",
        check: sysroot,
    },
    Rule {
        id: "osx-constraint",
        conda_forge: Some("R-035"),
        severity: Warning,
        only_conda_forge: true,
        summary: "The recipe constrains `__osx` itself. `${{ stdlib('c') }}` does that, in the version of `c_stdlib_version`.",
        example: "package:\n  name: demo\n  version: \"1.0\"\nrequirements:\n  run:\n    - __osx >=11.0\n",
        check: osx,
    },
    Rule {
        id: "rust-licenses",
        conda_forge: Some("R-031"),
        severity: Hint,
        only_conda_forge: true,
        summary: "A Rust program contains its dependencies, so their licenses have to be packaged. `cargo-bundle-licenses` \
                  collects them.",
        example: "package:\n  name: demo\n  version: \"1.0\"\nrequirements:\n  build:\n    - ${{ compiler('rust') }}\n",
        check: rust,
    },
    Rule {
        id: "go-licenses",
        conda_forge: Some("R-032"),
        severity: Hint,
        only_conda_forge: true,
        summary: "A Go program contains its dependencies, so their licenses have to be packaged. `go-licenses` collects them.",
        example: "package:\n  name: demo\n  version: \"1.0\"\nrequirements:\n  build:\n    - ${{ compiler('go-nocgo') }}\n",
        check: go,
    },
];

fn sysroot(subject: &Subject<'_>, report: &mut Report<'_>) {
    for output in subject.outputs() {
        for item in ["build", "host", "run"].iter().flat_map(|section| output.requirements(section)) {
            if let Some(name) = item.name().filter(|name| name.starts_with("sysroot_linux-")) {
                report
                    .add(item.scalar.span, format!("`{name}` is required directly"))
                    .help("add `${{ stdlib('c') }}` to `requirements.build` instead, and set `c_stdlib_version`");
            }
        }
    }
}

fn osx(subject: &Subject<'_>, report: &mut Report<'_>) {
    for output in subject.outputs() {
        for item in ["run", "run_constraints"].iter().flat_map(|section| output.requirements(section)) {
            if item.name().as_deref() == Some("__osx") && item.has_constraint() && output.is_arch() {
                report
                    .add(item.scalar.span, "`__osx` is constrained directly")
                    .help("add `${{ stdlib('c') }}` to `requirements.build` instead, and set `c_stdlib_version`");
            }
        }
    }
}

fn rust(subject: &Subject<'_>, report: &mut Report<'_>) {
    licenses(subject, &["rust"], "cargo-bundle-licenses", "Rust", report);
}

fn go(subject: &Subject<'_>, report: &mut Report<'_>) {
    licenses(subject, &["go", "go-cgo", "go-nocgo"], "go-licenses", "Go", report);
}

fn licenses(subject: &Subject<'_>, languages: &[&str], tool: &str, language: &str, report: &mut Report<'_>) {
    // One output may collect the licenses of all.
    let outputs = subject.outputs();
    let mut dependencies = outputs.iter().flat_map(|output| output.requirements("build"));
    if dependencies.any(|item| item.name().as_deref() == Some(tool)) {
        return;
    }
    for output in &outputs {
        if !languages.iter().any(|name| uses_compiler(output, name)) {
            continue;
        }
        let items = output.requirements("build");
        let compiler = items.iter().find(|item| item.call("compiler").is_some_and(|name| languages.contains(&name)));
        if let Some(compiler) = compiler {
            report
                .add(compiler.scalar.span, format!("the licenses of {language} dependencies are not collected"))
                .help(format!(
                    "add `{tool}` to `requirements.build`, run it in the script, and list its result in `license_file`"
                ));
            return;
        }
    }
}
