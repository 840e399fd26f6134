//! `about`: what describes the package.

use sidewinder_recipe::Span;
use sidewinder_recipe::yaml::{Mapping, Node, Scalar};

use crate::lint::LintSeverity::{Hint, Warning};
use crate::lint::report::Report;
use crate::lint::rule::Rule;
use crate::lint::subject::{Subject, as_mapping, as_scalar, entry};

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "missing-license",
        conda_forge: Some("R-002"),
        severity: Warning,
        only_conda_forge: false,
        summary: "`about.license` is absent.",
        example: "package:\n  name: demo\n  version: \"1.0\"\nabout:\n  summary: A demo\n",
        check: license,
    },
    Rule {
        id: "missing-license-file",
        conda_forge: Some("R-013"),
        severity: Warning,
        only_conda_forge: false,
        summary: "`about.license_file` is absent, so the package does not contain its license. Most licenses require that it \
                  does.",
        example: "package:\n  name: demo\n  version: \"1.0\"\nabout:\n  license: MIT\n",
        check: license_file,
    },
    Rule {
        id: "missing-summary",
        conda_forge: Some("R-002"),
        severity: Hint,
        only_conda_forge: false,
        summary: "`about.summary` is absent.",
        example: "package:\n  name: demo\n  version: \"1.0\"\nabout:\n  license: MIT\n",
        check: summary,
    },
    Rule {
        id: "missing-homepage",
        conda_forge: Some("R-002"),
        severity: Hint,
        only_conda_forge: false,
        summary: "`about.homepage` is absent.",
        example: "package:\n  name: demo\n  version: \"1.0\"\nabout:\n  license: MIT\n",
        check: homepage,
    },
];

/// `about` of the recipe or of the outputs that lack a field which the top level does not have either; with their names.
fn lacking<'s>(subject: &'s Subject<'_>, key: &str) -> Vec<(String, Span, Option<&'s Mapping>)> {
    let top = subject.root.get("about").and_then(as_mapping);
    if top.is_some_and(|about| is_given(about, key)) {
        return Vec::new();
    }
    let packages = subject.packages();
    let lacking: Vec<_> =
        packages.iter().filter(|output| !output.section("about").is_some_and(|about| is_given(about, key))).collect();
    let place = entry(&subject.root, "about").or_else(|| subject.root.entries.first());
    let span = place.map_or(subject.root.span, |entry| entry.key.span);
    if lacking.len() == packages.len() {
        return vec![("the recipe".to_owned(), span, top)];
    }
    lacking
        .into_iter()
        .map(|output| {
            let span = output.name().map_or(output.mapping.span, |name| name.span);
            (output.title(), span, output.section("about").or(top))
        })
        .collect()
}

fn is_given(about: &Mapping, key: &str) -> bool {
    match about.get(key) {
        Some(Node::Scalar(scalar)) => !matches!(scalar.text.trim(), "" | "~" | "null") || !scalar.plain,
        Some(Node::Sequence(list)) => !list.items.is_empty(),
        Some(Node::Mapping(_)) => true,
        None => false,
    }
}

fn license(subject: &Subject<'_>, report: &mut Report<'_>) {
    for (title, span, _) in lacking(subject, "license") {
        report.add(span, format!("{title} has no license")).help("add `license` to `about`, an SPDX expression");
    }
}

fn license_file(subject: &Subject<'_>, report: &mut Report<'_>) {
    for (title, span, about) in lacking(subject, "license_file") {
        // What has no license yet is reported for that.
        let Some(license) = about.and_then(|about| about.get("license")).and_then(as_scalar) else { continue };
        if !is_in_public_domain(license) {
            report
                .add(span, format!("{title} has no license file"))
                .help("add `license_file` to `about`, e.g. `license_file: LICENSE`");
        }
    }
}

/// Whether a license does not ask for a copy of itself.
fn is_in_public_domain(license: &Scalar) -> bool {
    let text = license.text.to_ascii_lowercase();
    ["public-domain", "public domain", "cc0", "proprietary"].iter().any(|word| text.contains(word))
}

fn summary(subject: &Subject<'_>, report: &mut Report<'_>) {
    for (title, span, _) in lacking(subject, "summary") {
        report.add(span, format!("{title} has no summary")).help("add `summary` to `about`, one line");
    }
}

fn homepage(subject: &Subject<'_>, report: &mut Report<'_>) {
    for (title, span, _) in lacking(subject, "homepage") {
        report.add(span, format!("{title} has no homepage")).help("add `homepage` to `about`");
    }
}
