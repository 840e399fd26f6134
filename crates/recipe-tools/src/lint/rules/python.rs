//! Packages of Python code.

use crate::edits::Replacement;
use crate::lint::LintSeverity::{Hint, Warning};
use crate::lint::items::Item;
use crate::lint::report::Report;
use crate::lint::rule::Rule;
use crate::lint::rules::build::commands;
use crate::lint::subject::{Output, Subject, as_scalar};

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "python-lower-bound",
        conda_forge: Some("R-026"),
        severity: Warning,
        only_conda_forge: false,
        summary: "A `noarch: python` package requires `python` without a lower bound, so it can be installed with versions that \
                  it does not support.",
        example: "package:\n  name: demo\n  version: \"1.0\"\nbuild:\n  noarch: python\nrequirements:\n  host:\n    - python\n  run:\n    - python\n",
        check: lower_bound,
    },
    Rule {
        id: "python-only-in-host",
        conda_forge: Some("R-023"),
        severity: Hint,
        only_conda_forge: false,
        summary: "A language is in `host`, but not in `run`.",
        example: "package:\n  name: demo\n  version: \"1.0\"\nrequirements:\n  host:\n    - python\n    - pip\n",
        check: only_in_host,
    },
    Rule {
        id: "python-version-constraint",
        conda_forge: Some("R-024"),
        severity: Hint,
        only_conda_forge: false,
        summary: "A package that is built for each Python version constrains it itself, although variants choose it.",
        example: "package:\n  name: demo\n  version: \"1.0\"\nrequirements:\n  host:\n    - python >=3.10\n  run:\n    - python >=3.10\n",
        check: constraint,
    },
    Rule {
        id: "missing-build-backend",
        conda_forge: Some("R-046"),
        severity: Hint,
        only_conda_forge: false,
        summary: "The script runs pip without build isolation, but `host` has no build backend such as `setuptools` or \
                  `hatchling`.",
        example: "package:\n  name: demo\n  version: \"1.0\"\nbuild:\n  noarch: python\n  script: python -m pip install . --no-deps\nrequirements:\n  \
                  host:\n    - python\n    - pip\n  run:\n    - python >=3.10\n",
        check: backend,
    },
];

/// The items that are `python` and nothing more or with a constraint.
fn python<'s>(output: &Output<'s>, section: &str) -> Vec<Item<'s>> {
    output.requirements(section).into_iter().filter(|item| item.name().as_deref() == Some("python")).collect()
}

fn is_noarch_python(output: &Output<'_>) -> bool {
    output.noarch().is_some_and(|noarch| noarch.text == "python")
}

fn lower_bound(subject: &Subject<'_>, report: &mut Report<'_>) {
    for output in subject.packages().iter().filter(|output| is_noarch_python(output)) {
        let items = python(output, "run");
        if items.is_empty() || items.iter().any(Item::has_constraint) {
            continue;
        }
        let Some(item) = items.iter().find(|item| item.is_unconditional()) else { continue };
        let problem = report.add(item.scalar.span, "`python` without a lower bound in a `noarch: python` package");
        problem.help("write `python >=${{ python_min }}`, or the lowest version that the package supports");
        let source = subject.text.get(item.scalar.span.start as usize..item.scalar.span.end as usize);
        if source == Some("python") {
            let text = "python >=${{ python_min }}".to_owned();
            problem.proposal("Require `python_min`", vec![Replacement { span: item.scalar.span, text }]);
        }
    }
}

fn only_in_host(subject: &Subject<'_>, report: &mut Report<'_>) {
    // There the languages' own packages add themselves by run exports.
    if subject.is_for_wasm() {
        return;
    }
    for output in subject.packages() {
        for language in ["python", "r-base"] {
            let has = |section: &str| {
                output.requirements(section).iter().any(|item| item.name().as_deref() == Some(language))
            };
            // A template may give it.
            let is_unclear = output.requirements("run").iter().any(|item| item.name().is_none());
            if !has("host") || has("run") || is_unclear {
                continue;
            }
            let items = output.requirements("host");
            if let Some(item) = items.iter().find(|item| item.name().as_deref() == Some(language)) {
                report
                    .add(item.scalar.span, format!("`{language}` is in `host`, but not in `run`"))
                    .help(format!("add `{language}` to `requirements.run`, unless it only builds the package"));
            }
        }
    }
}

fn constraint(subject: &Subject<'_>, report: &mut Report<'_>) {
    for output in subject.packages().iter().filter(|output| output.is_arch()) {
        let version_independent = output.build_value("python").is_some();
        for item in ["host", "run"].iter().flat_map(|section| python(output, section)) {
            let is_literal = !item.text().contains("${{");
            if item.has_constraint() && item.is_unconditional() && is_literal && !version_independent {
                report
                    .add(
                        item.scalar.span,
                        format!("`{}` in a package that is built for each Python version", item.text()),
                    )
                    .help("write `python`, and leave out versions with `skip` in `build`");
            }
        }
    }
}

/// Packages that build Python packages; what begins or ends like them counts as well.
const BACKENDS: &[&str] = &[
    "cmake-build-extension",
    "cython",
    "dunamai",
    "enscons",
    "jupyter-packaging",
    "jupyter_packaging",
    "maturin",
    "meson-python",
    "pbr",
    "pymsbuild",
    "pyqt-builder",
    "sip",
    "truststore",
    "uv",
    "versioningit",
    "whey",
];
const BACKEND_STARTS: &[&str] = &["setuptools", "hatch", "flit", "poetry", "pdm", "scikit-build", "uv-"];
const BACKEND_ENDS: &[&str] = &["-backend", "-build", "-core"];

fn is_backend(name: &str) -> bool {
    BACKENDS.contains(&name)
        || BACKEND_STARTS.iter().any(|start| name.starts_with(start))
        || BACKEND_ENDS.iter().any(|end| name.ends_with(end))
}

fn backend(subject: &Subject<'_>, report: &mut Report<'_>) {
    // A wheel needs no backend.
    let sources = subject.sources();
    let mut urls = sources.iter().filter_map(|source| source.get("url")).filter_map(as_scalar);
    if urls.any(|url| url.text.ends_with(".whl")) {
        return;
    }
    for output in subject.packages() {
        let mut scripts = Vec::new();
        if let Some(script) = output.build_value("script") {
            commands(script, &mut scripts);
        }
        let runs_pip = scripts.iter().any(|script| script.text.contains("pip install"));
        // With build isolation pip installs the backend itself.
        let is_isolated = scripts.iter().any(|script| script.text.contains("--build-isolation"));
        let items = output.requirements("host");
        let Some(pip) = items.iter().find(|item| item.name().as_deref() == Some("pip")) else { continue };
        // What a template gives may be a backend.
        let has_backend = items.iter().any(|item| item.name().is_none_or(|name| is_backend(&name)));
        if runs_pip && !is_isolated && !has_backend {
            report
                .add(pip.scalar.span, "pip is used, but no build backend is in `host`")
                .help("add the backend that the project's pyproject.toml names; without one that is `setuptools`");
        }
    }
}
