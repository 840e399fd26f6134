//! `source`: where the code comes from.

use sidewinder_recipe::yaml::{Mapping, Node, Scalar};

use crate::edits::Replacement;
use crate::lint::LintSeverity::{Hint, Warning};
use crate::lint::report::Report;
use crate::lint::rule::Rule;
use crate::lint::subject::{Subject, as_scalar};
use sidewinder_recipe::Span;

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "missing-checksum",
        conda_forge: Some("R-019"),
        severity: Warning,
        only_conda_forge: false,
        summary: "A download has neither `sha256` nor `md5`, so a changed file would go unnoticed.",
        example: "package:\n  name: demo\n  version: \"1.0\"\nsource:\n  url: https://example.org/demo-1.0.tar.gz\n",
        check: missing_checksum,
    },
    Rule {
        id: "insecure-url",
        conda_forge: None,
        severity: Warning,
        only_conda_forge: false,
        summary: "A URL with `http:` leads to a host that also serves `https:`.",
        example: "package:\n  name: demo\n  version: \"1.0\"\nabout:\n  homepage: http://github.com/example/demo\n",
        check: insecure_url,
    },
    Rule {
        id: "unpinned-git-source",
        conda_forge: None,
        severity: Warning,
        only_conda_forge: false,
        summary: "A git source names neither `rev` nor `tag`, so each build may get other code.",
        example: "package:\n  name: demo\n  version: \"1.0\"\nsource:\n  git: https://github.com/example/demo\n  branch: main\n",
        check: unpinned_git,
    },
    Rule {
        id: "wheel-source",
        conda_forge: Some("R-029"),
        severity: Warning,
        only_conda_forge: false,
        summary: "The source is a wheel. Packages should be built from source; a pure Python wheel is tolerable for `noarch: \
                  python`. At conda-forge `R-028` for compiled wheels and `R-030` for pure ones of `noarch` packages.",
        example: "package:\n  name: demo\n  version: \"1.0\"\nsource:\n  url: https://example.org/demo-1.0-cp312-cp312-linux_x86_64.whl\n  \
                  md5: d41d8cd98f00b204e9800998ecf8427e\n",
        check: wheel,
    },
];

fn missing_checksum(subject: &Subject<'_>, report: &mut Report<'_>) {
    for source in subject.sources() {
        if source.get("url").is_none() || ["sha256", "md5"].iter().any(|key| source.get(key).is_some()) {
            continue;
        }
        // An attestation signs the file, checksum included.
        if source.get("attestation").is_some() {
            continue;
        }
        report.add(url_span(source), "source without a checksum").help("add `sha256`");
    }
}

fn url_span(source: &Mapping) -> Span {
    source.entries.iter().find(|entry| entry.key.text == "url").map_or(source.span, |entry| entry.key.span)
}

fn urls(source: &Mapping) -> Vec<&Scalar> {
    match source.get("url") {
        Some(Node::Scalar(scalar)) => vec![scalar],
        Some(Node::Sequence(list)) => list.items.iter().filter_map(as_scalar).collect(),
        _ => Vec::new(),
    }
}

/// Hosts, and parents of hosts, that serve `https:` for everything that they serve for `http:`.
const SECURE_HOSTS: &[&str] = &[
    "apache.org",
    "bitbucket.org",
    "boost.org",
    "cmake.org",
    "codeberg.org",
    "debian.org",
    "ffmpeg.org",
    "freedesktop.org",
    "github.com",
    "github.io",
    "githubusercontent.com",
    "gitlab.com",
    "gitlab.io",
    "gnome.org",
    "gnu.org",
    "kernel.org",
    "launchpad.net",
    "mozilla.org",
    "python.org",
    "readthedocs.io",
    "readthedocs.org",
    "sourceforge.net",
    "x.org",
];

fn insecure_url(subject: &Subject<'_>, report: &mut Report<'_>) {
    let mut found: Vec<&Scalar> = subject.sources().into_iter().flat_map(urls).collect();
    let mut abouts: Vec<&Mapping> = subject.packages().iter().filter_map(|output| output.section("about")).collect();
    if let Some(Node::Mapping(about)) = subject.root.get("about").filter(|_| subject.is_multi()) {
        abouts.push(about);
    }
    for about in abouts {
        for key in ["homepage", "repository", "documentation"] {
            found.extend(about.get(key).and_then(as_scalar));
        }
    }
    for scalar in found {
        let Some(rest) = scalar.text.strip_prefix("http://") else { continue };
        let host = rest.split(['/', ':', '?', '#']).next().unwrap_or_default().to_ascii_lowercase();
        let is_port = rest.get(host.len()..).is_some_and(|rest| rest.starts_with(':'));
        let is_secure = SECURE_HOSTS
            .iter()
            .any(|known| host.strip_suffix(known).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')));
        if is_port || !is_secure {
            continue;
        }
        let problem = report.add(scalar.span, format!("`{host}` also serves `https:`"));
        problem.help("write `https:`");
        let start = scalar.span.start as usize;
        if let Some(at) = subject.text.get(start..).and_then(|text| text.find("http://")).filter(|at| *at <= 1) {
            let end = start + at + "http".len();
            problem.fix("Use `https:`", vec![Replacement::new(end, end, "s")]);
        }
    }
}

fn unpinned_git(subject: &Subject<'_>, report: &mut Report<'_>) {
    for source in subject.sources() {
        let Some(git) = source.get("git").and_then(as_scalar) else { continue };
        // A path: the recipe is in the repository that it builds.
        if !git.text.contains("://") && !git.text.starts_with("git@") {
            continue;
        }
        if ["rev", "tag", "expected_commit"].iter().all(|key| source.get(key).is_none()) {
            report
                .add(git.span, "git source without `rev` or `tag`")
                .help("name the tag or the commit of the version that is packaged");
        }
    }
}

fn wheel(subject: &Subject<'_>, report: &mut Report<'_>) {
    let is_noarch = !subject.packages().is_empty() && subject.packages().iter().all(|output| output.noarch().is_some());
    for url in subject.sources().into_iter().flat_map(urls) {
        let Some(name) = url.text.rsplit('/').next().and_then(|file| file.strip_suffix(".whl")) else { continue };
        if !name.ends_with("-none-any") {
            report
                .add(url.span, "the source is a compiled wheel")
                .help("build the package from source")
                .conda_forge("R-028");
        } else if is_noarch {
            report
                .add(url.span, "the source is a wheel")
                .help("use the source distribution if there is one")
                .severity(Hint)
                .conda_forge("R-030");
        } else {
            report
                .add(url.span, "the source is a wheel, but the package is not `noarch`")
                .help("use the source distribution, or make the package `noarch: python`");
        }
    }
}
