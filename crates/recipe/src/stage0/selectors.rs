//! `# [win]` comments: conda-build selects lines by them, recipes of this format do not.

use super::reader::Reader;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::yaml::{Mapping, Node};

/// First words of conda-build selectors.
const WORDS: [&str; 20] = [
    "win",
    "win32",
    "win64",
    "unix",
    "linux",
    "linux32",
    "linux64",
    "osx",
    "arm64",
    "aarch64",
    "ppc64le",
    "s390x",
    "x86",
    "x86_64",
    "emscripten",
    "vc",
    "np",
    "build_platform",
    "target_platform",
    "true",
];

/// Warns of every comment that looks like a selector.
pub(super) fn warn_of_selectors(reader: &mut Reader, text: &str, root: &Mapping) {
    let found: Vec<Span> = selectors(text).collect();
    if found.is_empty() {
        return;
    }
    let mut scalars = Vec::new();
    root.entries.iter().for_each(|entry| collect(&entry.value, &mut scalars));
    scalars.sort_by_key(|span| span.start);
    for span in found {
        // Scripts may contain such comments: there they are part of a block scalar.
        let before = scalars.partition_point(|scalar: &Span| scalar.start <= span.start);
        let inside = before.checked_sub(1).and_then(|at| scalars.get(at)).is_some_and(|scalar| span.end <= scalar.end);
        if !inside {
            let message = "selector comments have no effect in this recipe format";
            let help = "write the condition as `- if: win` with `then:`, or as `${{ value if win else other }}`";
            reader.report(Diagnostic::warning(Code::KeyIgnored, message, span).with_help(help));
        }
    }
}

fn selectors(text: &str) -> impl Iterator<Item = Span> {
    text.match_indices("# [").filter_map(|(at, opening)| {
        let condition = text.get(at + opening.len()..)?.lines().next()?.split(']').next()?;
        let mut words = condition.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|w| !w.is_empty());
        let word = words.find(|word| *word != "not")?;
        let is_selector = WORDS.contains(&word) || (word.starts_with("py") && word != "python");
        is_selector.then(|| Span::new(at, at + opening.len() + condition.len() + 1))
    })
}

fn collect(node: &Node, spans: &mut Vec<Span>) {
    match node {
        Node::Scalar(scalar) => spans.push(scalar.span),
        Node::Sequence(list) => list.items.iter().for_each(|item| collect(item, spans)),
        Node::Mapping(mapping) => mapping.entries.iter().for_each(|entry| collect(&entry.value, spans)),
    }
}

#[cfg(test)]
mod tests {
    use crate::check;

    #[test]
    fn selectors_are_warned_about_where_they_are_comments() {
        let text = "package: {name: a, version: '1'}\nbuild:\n  skip: true  # [win]\n  script: |\n    echo  # [osx]\nrequirements:\n  \
                    run:\n    - b  # [not win and py<38]\n    - c  # [see below]\n";
        let found = check(text, None, Default::default());
        let lines: Vec<_> = found.iter().filter_map(|d| Some((d.code.as_str(), d.span?.line))).collect();
        assert_eq!(lines, [("key-ignored", 3), ("key-ignored", 8)]);
    }
}
