//! `variants.yaml`: keys with lists of values, templates and conditions.

use super::config::{KeySpans, Read};
use super::file_templates::{FileTemplates, Verdict};
use super::key::normalize_key;
use super::{VariantConfig, VariantValue};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Span};
use crate::template::{Expression, Template};
use crate::yaml::{self, Entry, Node, Scalar};

/// Reads a `variants.yaml`.
pub(super) fn read_variants(text: &str, templates: &FileTemplates<'_>) -> Read {
    let (root, diagnostics, _) = yaml::read(text).into_mapping();
    let mut reader = Reader { templates, diagnostics, spans: KeySpans::default() };
    if let Some(span) = selector_comment(text) {
        let message = "selector comments like `# [win]` have no effect in this format";
        let help = "write a condition: `- if: win` with `then:`, or name the file `conda_build_config.yaml`";
        reader.diagnostics.push(Diagnostic::warning(Code::KeyIgnored, message, span).with_help(help));
    }
    let mut config = VariantConfig::default();
    for entry in root.map(|root| root.entries).unwrap_or_default() {
        reader.entry(&entry, &mut config);
    }
    Read::new(config, reader.spans, reader.diagnostics)
}

/// The warning for a key of older versions.
pub(super) fn pin_run_as_build(span: Span) -> Diagnostic {
    Diagnostic::warning(Code::KeyIgnored, "`pin_run_as_build` has no effect", span)
        .with_help("use `run_exports` in the recipe of the library, or `pin_compatible()`")
}

/// The error for a key whose value is not a list.
pub(super) fn not_a_list(key: &str, span: Span) -> Diagnostic {
    Diagnostic::error(Code::InvalidVariantConfig, format!("expected a list of values for `{key}`"), span).with_help(
        if key == "__migrator" {
            "migration files are input for conda-smithy; use the variant files that it renders".to_owned()
        } else {
            format!("write a single value as a list too: `{key}: [value]`")
        },
    )
}

/// The error for zip keys that are not a list of lists of names.
pub(super) fn zip_shape(span: Span) -> Diagnostic {
    Diagnostic::error(Code::InvalidZipKeys, "expected a list of lists of keys as `zip_keys`", span)
        .with_help("for example `zip_keys: [[python, numpy]]`")
}

struct Reader<'t> {
    templates: &'t FileTemplates<'t>,
    diagnostics: Diagnostics,
    spans: KeySpans,
}

impl Reader<'_> {
    fn entry(&mut self, entry: &Entry, config: &mut VariantConfig) {
        match (entry.key.text.as_str(), &entry.value) {
            ("pin_run_as_build", _) => self.diagnostics.push(pin_run_as_build(entry.key.span)),
            ("zip_keys", value) => match zip_keys(value) {
                Some(groups) => {
                    self.spans.zip_keys = Some(entry.key.span);
                    config.zip_keys = groups;
                }
                None => self.diagnostics.push(zip_shape(value.span())),
            },
            (key, Node::Sequence(list)) => {
                let mut values = Vec::new();
                self.items(&list.items, Some(&mut values));
                if !values.is_empty() {
                    let key = normalize_key(key).into_owned();
                    self.spans.keys.push((key.clone(), entry.key.span));
                    config.values.insert(key, values);
                }
            }
            (key, other) => self.diagnostics.push(not_a_list(key, other.span())),
        }
    }

    /// Adds the values of list items. `out` is `None` for a branch that is not taken: its shape and the syntax of its
    /// templates are checked like those of the others, because it may be taken on another platform.
    fn items(&mut self, items: &[Node], mut out: Option<&mut Vec<VariantValue>>) {
        for item in items {
            match item {
                Node::Scalar(scalar) => self.scalar(scalar, out.as_deref_mut()),
                Node::Mapping(mapping) if mapping.get("if").is_some() => {
                    self.conditional(mapping, out.as_deref_mut());
                }
                other => self.diagnostics.push(Diagnostic::error(
                    Code::InvalidVariantConfig,
                    "expected a string, a number, a boolean or an `if`/`then`/`else` as variant value",
                    other.span(),
                )),
            }
        }
    }

    fn scalar(&mut self, scalar: &Scalar, out: Option<&mut Vec<VariantValue>>) {
        let value = if !Template::is_template(&scalar.text) {
            Ok(Some(literal(scalar)))
        } else if out.is_some() {
            let rendered = self.templates.render(&scalar.text, scalar.span);
            rendered.map(|text| (!text.is_empty()).then_some(VariantValue::String(text)))
        } else {
            Template::parse(&scalar.text, scalar.span).map(|_| None)
        };
        match value {
            Ok(value) => {
                if let Some(out) = out {
                    out.extend(value);
                }
            }
            Err(diagnostic) => self.diagnostics.push(diagnostic),
        }
    }

    fn conditional(&mut self, mapping: &yaml::Mapping, mut out: Option<&mut Vec<VariantValue>>) {
        for entry in &mapping.entries {
            if !matches!(entry.key.text.as_str(), "if" | "then" | "else") {
                let message = format!("`{}` has no effect next to `if`, `then` and `else`", entry.key.text);
                self.diagnostics.push(Diagnostic::warning(Code::KeyIgnored, message, entry.key.span));
            }
        }
        let then = mapping.get("then");
        if then.is_none() {
            let missing = Diagnostic::error(Code::MissingField, "missing field `then`", mapping.span);
            self.diagnostics.push(missing.with_help("every `if` needs a `then`"));
        }
        let verdict = self.condition(mapping, out.is_some());
        let taken = |branch: bool| verdict == Some(branch);
        for (branch, value) in [(true, then), (false, mapping.get("else"))] {
            let out = out.as_deref_mut().filter(|_| taken(branch));
            match value {
                Some(Node::Sequence(list)) => self.items(&list.items, out),
                Some(item) => self.items(std::slice::from_ref(item), out),
                None => {}
            }
        }
    }

    /// Whether the condition holds; `None` where it has an error, or where it is not evaluated but only checked.
    fn condition(&mut self, mapping: &yaml::Mapping, evaluate: bool) -> Option<bool> {
        let Some(Node::Scalar(condition)) = mapping.get("if") else {
            let message = "expected an expression as the condition of `if`";
            self.diagnostics.push(Diagnostic::error(Code::WrongType, message, mapping.span));
            return None;
        };
        let verdict = if evaluate {
            self.templates.condition(&condition.text, condition.span).map(Some)
        } else {
            Expression::parse(&condition.text, condition.span).map(|_| None)
        };
        match verdict {
            Ok(Some(Verdict::Holds)) => Some(true),
            Ok(Some(Verdict::Fails)) => Some(false),
            Ok(Some(Verdict::Undefined)) => {
                let message = format!("`{}` is undefined here, so the condition is false", condition.text);
                let help = "variant files can use the platform variables, not other variant keys";
                let warning = Diagnostic::warning(Code::ConditionIgnored, message, condition.span);
                self.diagnostics.push(warning.with_help(help));
                Some(false)
            }
            Ok(None) => None,
            Err(diagnostic) => {
                self.diagnostics.push(diagnostic);
                None
            }
        }
    }
}

/// Plain `true` and `false` are bools, plain digits whole numbers; all else is the text as written, so that `3.10` stays.
fn literal(scalar: &Scalar) -> VariantValue {
    match scalar.text.as_str() {
        "true" | "True" | "TRUE" if scalar.plain => VariantValue::Bool(true),
        "false" | "False" | "FALSE" if scalar.plain => VariantValue::Bool(false),
        text => match text.parse::<i64>() {
            Ok(number) if scalar.plain => VariantValue::Integer(number),
            _ => VariantValue::String(scalar.text.clone()),
        },
    }
}

fn zip_keys(value: &Node) -> Option<Vec<Vec<String>>> {
    let Node::Sequence(groups) = value else { return None };
    groups
        .items
        .iter()
        .map(|group| {
            let Node::Sequence(keys) = group else { return None };
            keys.items
                .iter()
                .map(|key| match key {
                    Node::Scalar(key) => Some(normalize_key(&key.text).into_owned()),
                    _ => None,
                })
                .collect()
        })
        .collect()
}

/// Place of a comment that looks like a selector of the older format.
fn selector_comment(text: &str) -> Option<Span> {
    let at = text.match_indices("# [").find_map(|(at, found)| {
        let rest = text.get(at + found.len()..)?;
        let word = rest.split(']').next()?;
        let looks_like_one = !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        looks_like_one.then_some((at, at + found.len() + word.len() + 1))
    })?;
    Some(Span::new(at.0, at.1))
}
