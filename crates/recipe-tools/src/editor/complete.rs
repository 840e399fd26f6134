//! Completions.

use serde::{Deserialize, Serialize};
use sidewinder_recipe::VariantConfig;
use sidewinder_recipe::diagnostic::{Position, TextIndex};
use sidewinder_recipe::stage0::format::{Field, Kind};
use sidewinder_recipe::{Span, VariantValue};

use super::byte_of;
use super::fields::{kinds, missing, scalars, sections};
use super::functions::functions;
use super::place::{Place, Row, place};

/// What a completion stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum CompletionKind {
    /// A field of the format.
    Field,
    /// A value that the field takes.
    Value,
    /// A function or filter of templates.
    Function,
    /// A variable of `context`, or one that tells platforms apart.
    Variable,
    /// A variant key.
    VariantKey,
}

/// A text that can be written at a place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields))]
#[serde(rename_all = "camelCase")]
pub struct Completion {
    /// What a list of completions shows.
    pub label: String,
    /// What it stands for.
    pub kind: CompletionKind,
    /// What is written.
    pub insert: String,
    /// What is replaced: the part of the word before the cursor.
    pub span: Position,
    /// A few words about it, such as the values of a variant key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// One or two sentences about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub documentation: Option<String>,
}

/// Everything that can be written at a UTF-16 offset of a recipe, which need not parse.
///
/// `variants` are the keys that templates and dependencies can use.
///
/// # Example: fields of `package`
/// ```
/// use sidewinder_recipe::VariantConfig;
/// use sidewinder_recipe_tools::editor::complete;
///
/// let text = "package:\n  name: demo\n  v";
/// let found = complete(text, text.len(), &VariantConfig::default());
/// assert_eq!(found[0].insert, "version: ");
/// ```
#[must_use]
pub fn complete(text: &str, offset: usize, variants: &VariantConfig) -> Vec<Completion> {
    let cursor = byte_of(text, offset);
    let before = text.get(..cursor).unwrap_or_default();
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let line = before.get(start..).unwrap_or_default();
    if is_comment(line) {
        return Vec::new();
    }
    let completer = Completer { text, cursor, line, variants, index: TextIndex::new(text) };
    match line.rfind("${{").filter(|open| !line.get(*open..).is_some_and(|rest| rest.contains("}}"))) {
        Some(open) => completer.in_expression(line.get(open + 3..).unwrap_or_default()),
        None => completer.in_yaml(),
    }
}

fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with('#') || line.contains(" #")
}

struct Completer<'t> {
    text: &'t str,
    cursor: usize,
    /// The line up to the cursor.
    line: &'t str,
    variants: &'t VariantConfig,
    index: TextIndex<'t>,
}

impl Completer<'_> {
    fn in_yaml(&self) -> Vec<Completion> {
        let lines: Vec<&str> = self.text.lines().collect();
        let line = self.text.get(..self.cursor).unwrap_or_default().matches('\n').count();
        let row = Row::read(self.line);
        let column = row.as_ref().map_or(self.line.len(), |row| row.column);
        let mut place = place(&lines, line, column);
        // The search reads the whole line; what matters is what comes before the cursor.
        place.is_item = self.line.trim_start().starts_with('-');
        let is_multi = lines.iter().any(|line| line.starts_with("outputs:"));
        match row.and_then(|row| Some((row.key?, row.rest))) {
            Some((key, value)) => {
                place.path.push(key);
                let value_kinds = kinds(&place.path, is_multi);
                self.values(&value_kinds, value, key, &place)
            }
            None => {
                let word = self.line.get(column.min(self.line.len())..).unwrap_or_default();
                let kinds = kinds(&place.path, is_multi);
                let mut found: Vec<Completion> = missing(&kinds, &place.siblings, place.is_item)
                    .into_iter()
                    .filter(|field| starts_like(field.name, word))
                    .map(|field| self.field(&field, word, column))
                    .collect();
                if place.is_item && place.siblings.is_empty() {
                    let last = place.path.last().copied().unwrap_or_default();
                    found.extend(self.values(&kinds, word, last, &place));
                }
                found
            }
        }
    }

    /// A field, with the start of its value.
    fn field(&self, field: &Field, word: &str, column: usize) -> Completion {
        let margin = " ".repeat(column + 2);
        let insert = match field.kind {
            Kind::Mapping(_) | Kind::Map(_) => format!("{}:\n{margin}", field.name),
            Kind::List(_) | Kind::PlainList(_) | Kind::FilledList(_) => format!("{}:\n{margin}- ", field.name),
            kind if scalars(&kind)
                .iter()
                .any(|scalar| !matches!(scalar, Kind::Null | Kind::MatchSpec | Kind::Expression)) =>
            {
                format!("{}: ", field.name)
            }
            kind if !scalars(&kind).is_empty() => format!("{}:\n{margin}- ", field.name),
            kind if !sections(&kind).is_empty() => format!("{}:\n{margin}", field.name),
            _ => format!("{}: ", field.name),
        };
        Completion {
            label: field.name.to_owned(),
            kind: CompletionKind::Field,
            insert,
            span: self.span(word.len()),
            detail: field.is_required.then(|| "required".to_owned()),
            documentation: Some(field.about.to_owned()),
        }
    }

    /// Values that fields of these kinds take.
    fn values(&self, kinds: &[Kind], value: &str, key: &str, place: &Place<'_>) -> Vec<Completion> {
        let mut found = Vec::new();
        let is_condition = key == "if";
        for kind in kinds.iter().flat_map(scalars) {
            match kind {
                Kind::Bool | Kind::PlainBool | Kind::BoolWord | Kind::QuotedBool => {
                    found.extend(["true", "false"].map(|word| self.value(word, word, value, None)));
                }
                Kind::Word(words) => found.extend(words.iter().map(|word| self.value(word, word, value, None))),
                Kind::SchemaVersion => found.push(self.value("1", "1", value, None)),
                Kind::License if !value.is_empty() => found.extend(self.licenses(value)),
                Kind::MatchSpec if !is_condition => found.extend(self.dependencies(value, place)),
                Kind::Expression => return self.in_expression(value),
                _ => {}
            }
        }
        if is_condition {
            return self.in_expression(value);
        }
        found.retain(|completion| starts_like(&completion.label, value));
        found.dedup_by(|a, b| a.label == b.label);
        found
    }

    fn value(&self, label: &str, insert: &str, word: &str, documentation: Option<&str>) -> Completion {
        Completion {
            label: label.to_owned(),
            kind: CompletionKind::Value,
            insert: insert.to_owned(),
            span: self.span(word.len()),
            detail: None,
            documentation: documentation.map(str::to_owned),
        }
    }

    /// SPDX identifiers; the last word of an expression is completed.
    fn licenses(&self, value: &str) -> Vec<Completion> {
        let word = value.rsplit(' ').next().unwrap_or(value);
        spdx::identifiers::LICENSES
            .iter()
            .filter(|license| !word.is_empty() && starts_like(license.name, word))
            .map(|license| {
                let mut completion = self.value(license.name, license.name, word, Some(license.full_name));
                // Shown although an expression is longer than the identifier.
                completion.label = format!("{}{}", value.strip_suffix(word).unwrap_or_default(), license.name);
                completion
            })
            .collect()
    }

    /// What dependencies often are: variant keys, compilers, pins on outputs.
    fn dependencies(&self, value: &str, place: &Place<'_>) -> Vec<Completion> {
        let mut found = Vec::new();
        let section = place.path.iter().rev().find(|key| matches!(**key, "build" | "host" | "run" | "run_constraints"));
        if section == Some(&"build") {
            for (name, language) in
                [("compiler", "c"), ("compiler", "cxx"), ("compiler", "fortran"), ("compiler", "rust"), ("stdlib", "c")]
            {
                let help = functions().iter().find(|function| function.name == name).map(|function| function.about);
                let text = format!("${{{{ {name}('{language}') }}}}");
                found.push(self.value(&text, &text, value, help));
            }
        }
        if !matches!(section, Some(&"build")) {
            for name in self.outputs() {
                let text = format!("${{{{ pin_subpackage('{name}', exact=True) }}}}");
                found.push(self.value(
                    &text,
                    &text,
                    value,
                    Some("This output, in exactly the build of this rendering."),
                ));
            }
        }
        for (key, values) in &self.variants.values {
            if is_setting(key) {
                continue;
            }
            let name = key.replace('_', "-");
            let mut completion = self.value(&name, &name, value, None);
            completion.kind = CompletionKind::VariantKey;
            completion.detail = Some(listed(values));
            found.push(completion);
        }
        found
    }

    /// Names of the outputs, as far as they are literals.
    fn outputs(&self) -> Vec<&str> {
        let mut names = Vec::new();
        let mut is_package = false;
        for line in self.text.lines() {
            let line = line.trim_start().trim_start_matches("- ");
            if let (true, Some(name)) = (is_package, line.strip_prefix("name: ")) {
                let name = name.trim().trim_matches(['"', '\'']);
                if !name.contains("${{") && !names.contains(&name) {
                    names.push(name);
                }
            }
            is_package = line.starts_with("package:");
        }
        names
    }

    /// Inside of braces or in a condition: variables, functions, filters.
    fn in_expression(&self, expression: &str) -> Vec<Completion> {
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        let start = expression
            .char_indices()
            .rev()
            .take_while(|(_, c)| is_word(*c))
            .last()
            .map_or(expression.len(), |(at, _)| at);
        let word = expression.get(start..).unwrap_or_default();
        let rest = expression.get(..start).unwrap_or_default();
        // In a text there is nothing to complete.
        if rest.matches('\'').count() % 2 == 1 || rest.matches('"').count() % 2 == 1 || rest.ends_with('.') {
            return Vec::new();
        }
        let is_filter = rest.trim_end().ends_with('|');
        let mut found: Vec<Completion> = Vec::new();
        if !is_filter {
            for (name, value) in self.context() {
                found.push(self.variable(name, CompletionKind::Variable, word, value.to_owned()));
            }
            for (key, values) in &self.variants.values {
                found.push(self.variable(key, CompletionKind::VariantKey, word, listed(values)));
            }
            for (name, about) in PLATFORM_VARIABLES {
                found.push(self.variable(name, CompletionKind::Variable, word, (*about).to_owned()));
            }
        }
        for function in functions().iter().filter(|function| function.is_filter == is_filter) {
            let insert = if is_filter {
                function.usage.rsplit('|').next().map_or(function.name, str::trim)
            } else {
                function.usage
            };
            found.push(Completion {
                label: function.name.to_owned(),
                kind: CompletionKind::Function,
                insert: insert.to_owned(),
                span: self.span(word.len()),
                detail: Some(function.usage.to_owned()),
                documentation: Some(function.about.to_owned()),
            });
        }
        found.retain(|completion| starts_like(&completion.label, word));
        let mut seen: Vec<String> = Vec::new();
        found.retain(|completion| {
            let is_new = !seen.contains(&completion.label);
            seen.push(completion.label.clone());
            is_new
        });
        found
    }

    fn variable(&self, name: &str, kind: CompletionKind, word: &str, detail: String) -> Completion {
        Completion {
            label: name.to_owned(),
            kind,
            insert: name.to_owned(),
            span: self.span(word.len()),
            detail: Some(detail),
            documentation: None,
        }
    }

    /// The variables of `context` with their values as written.
    fn context(&self) -> Vec<(&str, &str)> {
        let mut found = Vec::new();
        let mut is_context = false;
        for line in self.text.lines() {
            let Some(row) = Row::read(line) else { continue };
            let Some(key) = row.key else { continue };
            if row.column == 0 {
                is_context = key == "context";
            } else if is_context {
                found.push((key, row.rest.trim()));
            }
        }
        found
    }

    /// The last so many bytes before the cursor.
    fn span(&self, length: usize) -> Position {
        self.index.position(Span::new(self.cursor.saturating_sub(length), self.cursor))
    }
}

/// Whether a completion begins like the word before the cursor, in any case.
fn starts_like(label: &str, word: &str) -> bool {
    label.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
}

/// Keys that are settings of the build rather than packages.
fn is_setting(key: &str) -> bool {
    let ends =
        ["_compiler", "_compiler_version", "_stdlib", "_stdlib_version", "_platform", "_version", "_min", "_impl"];
    key.chars().any(|c| c.is_ascii_uppercase())
        || ends.iter().any(|end| key.ends_with(end))
        || matches!(
            key,
            "channel_sources"
                | "channel_targets"
                | "docker_image"
                | "cdt_name"
                | "cdt_arch"
                | "extend_keys"
                | "perl"
                | "r_base"
        )
}

fn listed(values: &[VariantValue]) -> String {
    const MAX: usize = 5;
    let mut texts: Vec<String> = values
        .iter()
        .take(MAX)
        .map(|value| match value {
            VariantValue::String(text) => text.clone(),
            other => serde_json::to_string(other).unwrap_or_default(),
        })
        .collect();
    if values.len() > MAX {
        texts.push("…".to_owned());
    }
    texts.join(", ")
}

const PLATFORM_VARIABLES: &[(&str, &str)] = &[
    ("linux", "whether the target platform is Linux"),
    ("osx", "whether the target platform is macOS"),
    ("win", "whether the target platform is Windows"),
    ("unix", "whether the target platform is Linux, macOS or another Unix"),
    ("x86_64", "whether the target platform has this architecture"),
    ("aarch64", "whether the target platform has this architecture"),
    ("arm64", "whether the target platform has this architecture"),
    ("target_platform", "the platform of the package, e.g. `linux-64`"),
    ("build_platform", "the platform that the build runs on"),
    ("host_platform", "the platform of the host environment"),
];

#[cfg(test)]
mod tests {
    use indexmap::IndexMap;

    use super::*;

    fn at(marked: &str) -> Vec<(String, String)> {
        let cursor = marked.find('¦').unwrap_or(marked.len());
        let text = marked.replacen('¦', "", 1);
        let offset = text.get(..cursor).unwrap_or_default().encode_utf16().count();
        let python = vec![VariantValue::String("3.12.*".to_owned()), VariantValue::String("3.13.*".to_owned())];
        let variants =
            VariantConfig { values: IndexMap::from([("python".to_owned(), python)]), ..VariantConfig::default() };
        complete(&text, offset, &variants).into_iter().map(|c| (c.label, c.insert)).collect()
    }

    fn labels(marked: &str) -> Vec<String> {
        at(marked).into_iter().map(|(label, _)| label).collect()
    }

    #[test]
    fn fields_are_proposed_with_the_start_of_their_value() {
        assert_eq!(at("bui¦"), [("build".to_owned(), "build:\n  ".to_owned())]);
        assert_eq!(at("requirements:\n  ho¦"), [("host".to_owned(), "host:\n    - ".to_owned())]);
        assert_eq!(at("build:\n  num¦\n"), [("number".to_owned(), "number: ".to_owned())]);
        assert_eq!(labels("package:\n  name: é\n  ¦\nbuild:\n  number: 0\n"), ["version"]);
        assert_eq!(labels("tests:\n  - scr¦"), ["script"]);
        assert_eq!(labels("outputs:\n  - package:\n      name: a\n    requ¦"), ["requirements"]);
    }

    #[test]
    fn values_are_those_of_the_field() {
        assert_eq!(labels("build:\n  noarch: ¦"), ["python", "generic"]);
        assert_eq!(labels("build:\n  noarch: py¦"), ["python"]);
        assert_eq!(labels("about:\n  license: BSD-3-Clause-At¦"), ["BSD-3-Clause-Attribution"]);
        assert_eq!(labels("build:\n  merge_build_and_host_envs: t¦"), ["true"]);
        assert_eq!(labels("requirements:\n  host:\n    - pyth¦"), ["python"]);
        assert!(labels("requirements:\n  build:\n    - $¦").contains(&"${{ compiler('c') }}".to_owned()));
    }

    #[test]
    fn expressions_know_variables_and_functions() {
        let text = "context:\n  version: '1'\n  name: a\npackage:\n  name: ${{ na¦ }}\n";
        assert_eq!(labels(text), ["name"]);
        assert_eq!(labels("context:\n  version: '1'\nabout:\n  summary: ${{ version | rep¦"), ["replace"]);
        assert_eq!(labels("build:\n  skip:\n    - uni¦"), ["unix"]);
        assert_eq!(labels("requirements:\n  run:\n    - if: pyt¦"), ["python"]);
        assert_eq!(labels("about:\n  summary: ${{ 'pyt¦"), Vec::<String>::new());
        assert_eq!(labels("about:\n  summary: ${{ compi¦"), ["compiler"]);
    }

    #[test]
    fn comments_have_no_completions() {
        assert_eq!(labels("# bui¦"), Vec::<String>::new());
        assert_eq!(labels("build:\n  number: 1  # nu¦"), Vec::<String>::new());
    }
}
