//! The license expression.

use sidewinder_recipe::Code;
use sidewinder_recipe::yaml::{Mapping, Scalar};

use crate::edits::Replacement;
use crate::lint::LintSeverity::Warning;
use crate::lint::report::Report;
use crate::lint::rule::Rule;
use crate::lint::subject::{Subject, as_mapping, as_scalar};

pub(super) const RULES: &[Rule] = &[Rule {
    id: "unknown-license",
    conda_forge: Some("R-044"),
    severity: Warning,
    only_conda_forge: false,
    summary: "The license is not an SPDX expression. The fix writes the identifier that common names stand for. At conda-forge \
              also `R-007` and `R-010`.",
    example: "package:\n  name: demo\n  version: \"1.0\"\nabout:\n  license: Apache 2.0\n",
    check: unknown,
}];

fn unknown(subject: &Subject<'_>, report: &mut Report<'_>) {
    let abouts = subject.packages().into_iter().filter_map(|output| output.section("about"));
    let top = subject.root.get("about").and_then(as_mapping).filter(|_| subject.is_multi());
    let licenses: Vec<&Scalar> = abouts.chain(top).filter_map(license).collect();
    for license in licenses {
        // The core's rule decides what an SPDX expression is.
        let invalid = subject.diagnostics.iter().find(|problem| {
            problem.code == Code::InvalidLicense && problem.span.is_some_and(|span| span.start == license.span.start)
        });
        let is_unknown = license.text.trim().eq_ignore_ascii_case("unknown");
        let Some(invalid) = invalid else {
            if is_unknown {
                report.add(license.span, "the license is unknown").conda_forge("R-007");
            }
            continue;
        };
        let problem = report.add(license.span, invalid.message.clone());
        match (known_license(&license.text), &invalid.help) {
            (Some(name), _) => {
                problem.help(format!("write `{name}`"));
                let text = quoted_like(subject.text, license, &name);
                problem.fix(format!("Write `{name}`"), vec![Replacement { span: license.span, text }]);
            }
            (None, Some(help)) => {
                problem.help(help.clone());
            }
            (None, None) => {}
        }
        if license.text.to_ascii_lowercase().contains("license") {
            problem.conda_forge("R-010");
        } else if is_unknown {
            problem.conda_forge("R-007");
        }
    }
}

fn license(about: &Mapping) -> Option<&Scalar> {
    about.get("license").and_then(as_scalar)
}

fn quoted_like(text: &str, old: &Scalar, new: &str) -> String {
    match text.get(old.span.start as usize..).and_then(|rest| rest.chars().next()) {
        Some(quote @ ('"' | '\'')) => format!("{quote}{new}{quote}"),
        _ => new.to_owned(),
    }
}

/// Names that people write for licenses, in lower case, without `the` and `license`.
const NAMES: &[(&str, &str)] = &[
    ("apache", "Apache-2.0"),
    ("apache software", "Apache-2.0"),
    ("apache2", "Apache-2.0"),
    ("apache-2", "Apache-2.0"),
    ("apache 2", "Apache-2.0"),
    ("apache 2.0", "Apache-2.0"),
    ("apache-2.0", "Apache-2.0"),
    ("apache v2", "Apache-2.0"),
    ("apache v2.0", "Apache-2.0"),
    ("apache version 2.0", "Apache-2.0"),
    ("apache, version 2.0", "Apache-2.0"),
    ("apache software 2.0", "Apache-2.0"),
    ("asl 2.0", "Apache-2.0"),
    ("bsd 2-clause", "BSD-2-Clause"),
    ("bsd-2", "BSD-2-Clause"),
    ("2-clause bsd", "BSD-2-Clause"),
    ("simplified bsd", "BSD-2-Clause"),
    ("bsd 3-clause", "BSD-3-Clause"),
    ("bsd-3", "BSD-3-Clause"),
    ("bsd3", "BSD-3-Clause"),
    ("3-clause bsd", "BSD-3-Clause"),
    ("new bsd", "BSD-3-Clause"),
    ("modified bsd", "BSD-3-Clause"),
    ("mit", "MIT"),
    ("expat", "MIT"),
    ("mpl 2.0", "MPL-2.0"),
    ("mpl2", "MPL-2.0"),
    ("mpl-2", "MPL-2.0"),
    ("mozilla public 2.0", "MPL-2.0"),
    ("isc", "ISC"),
    ("zlib", "Zlib"),
    ("unlicense", "Unlicense"),
    ("psf", "PSF-2.0"),
    ("python software foundation", "PSF-2.0"),
    ("gplv2", "GPL-2.0-only"),
    ("gpl v2", "GPL-2.0-only"),
    ("gpl-2.0", "GPL-2.0-only"),
    ("gpl-2", "GPL-2.0-only"),
    ("gpl (== 2)", "GPL-2.0-only"),
    ("gplv2+", "GPL-2.0-or-later"),
    ("gpl-2.0+", "GPL-2.0-or-later"),
    ("gpl (>= 2)", "GPL-2.0-or-later"),
    ("gpl-2+", "GPL-2.0-or-later"),
    ("gplv3", "GPL-3.0-only"),
    ("gpl v3", "GPL-3.0-only"),
    ("gpl-3.0", "GPL-3.0-only"),
    ("gpl-3", "GPL-3.0-only"),
    ("gplv3+", "GPL-3.0-or-later"),
    ("gpl-3.0+", "GPL-3.0-or-later"),
    ("gpl (>= 3)", "GPL-3.0-or-later"),
    ("gpl-3+", "GPL-3.0-or-later"),
    ("lgpl-2.1", "LGPL-2.1-only"),
    ("lgplv2.1", "LGPL-2.1-only"),
    ("lgpl-2.1+", "LGPL-2.1-or-later"),
    ("lgplv3", "LGPL-3.0-only"),
    ("lgpl-3.0", "LGPL-3.0-only"),
    ("lgplv3+", "LGPL-3.0-or-later"),
    ("lgpl-3.0+", "LGPL-3.0-or-later"),
    ("agpl-3.0", "AGPL-3.0-only"),
    ("agplv3", "AGPL-3.0-only"),
    ("agplv3+", "AGPL-3.0-or-later"),
    ("agpl-3.0+", "AGPL-3.0-or-later"),
    ("boost", "BSL-1.0"),
    ("boost software", "BSL-1.0"),
    ("cc0", "CC0-1.0"),
    ("cc-by-4.0", "CC-BY-4.0"),
    ("public domain", "LicenseRef-Public-Domain"),
];

/// The SPDX identifier that a common name stands for.
fn known_license(text: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    let words: Vec<&str> =
        lower.split_whitespace().filter(|word| !matches!(*word, "the" | "license" | "licence")).collect();
    let name = words.join(" ");
    if let Some((_, id)) = NAMES.iter().find(|(known, _)| *known == name) {
        return Some((*id).to_owned());
    }
    // Identifiers in other letters, such as `mit` or `bsd-3-clause`, also in expressions.
    let fixed: Vec<String> = text.split_whitespace().map(spelled).collect::<Option<_>>()?;
    let fixed = fixed.join(" ");
    (fixed != text && spdx::Expression::parse(&fixed).is_ok()).then_some(fixed)
}

fn spelled(word: &str) -> Option<String> {
    if matches!(word.to_ascii_uppercase().as_str(), "AND" | "OR" | "WITH") {
        return Some(word.to_ascii_uppercase());
    }
    let inner = word.trim_matches(['(', ')']);
    let id = NAMES.iter().find(|(known, _)| *known == inner.to_ascii_lowercase()).map(|(_, id)| *id).or_else(|| {
        spdx::identifiers::LICENSES.iter().map(|license| license.name).find(|id| id.eq_ignore_ascii_case(inner))
    })?;
    Some(word.replace(inner, id))
}
