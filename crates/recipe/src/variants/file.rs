//! `variants.yaml`: keys with lists of values, templates and conditions.

use indexmap::IndexMap;

use super::file_templates::{FileTemplates, Verdict};
use super::key::normalize_key;
use super::{VariantConfig, VariantValue};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Span};
use crate::template::Template;
use crate::yaml::{self, Entry, Node, Scalar};

/// Reads a `variants.yaml`; `None` where a problem leaves nothing to return.
pub(super) fn read_variants(text: &str, templates: &FileTemplates<'_>) -> (Option<VariantConfig>, Diagnostics) {
    let (root, diagnostics, _) = yaml::read(text).into_mapping();
    let mut reader = Reader { templates, diagnostics };
    if let Some(span) = selector_comment(text) {
        let message = "Comments like '# [win]' select lines only in conda_build_config.yaml; here they do nothing";
        let help = "Write the choice as a condition: - if: win / then: …";
        reader.diagnostics.push(Diagnostic::warning(Code::KeyIgnored, message, span).with_help(help));
    }
    let mut config = VariantConfig { values: IndexMap::new(), zip_keys: Vec::new() };
    for entry in root.map(|root| root.entries).unwrap_or_default() {
        reader.entry(&entry, &mut config);
    }
    let failed = reader.diagnostics.has_errors();
    ((!failed).then_some(config), reader.diagnostics)
}

/// The warning for a key of older versions.
pub(super) fn pin_run_as_build(span: Span) -> Diagnostic {
    Diagnostic::warning(Code::KeyIgnored, "'pin_run_as_build' has no effect", span)
        .with_help("Give run exports in the recipe of the library, or pin with pin_compatible()")
}

/// The error for a key whose value is no list.
pub(super) fn not_a_list(key: &str, span: Span) -> Diagnostic {
    Diagnostic::error(Code::InvalidVariantConfig, format!("The values of '{key}' must be a list"), span)
        .with_help(format!("Write one value as a list, too: {key}: [value]"))
}

/// The error for zip keys that are no list of lists of names.
pub(super) fn zip_shape(span: Span) -> Diagnostic {
    Diagnostic::error(Code::InvalidZipKeys, "zip_keys must be a list of lists of keys", span)
        .with_help("For example: zip_keys: [[python, numpy]]")
}

struct Reader<'t> {
    templates: &'t FileTemplates<'t>,
    diagnostics: Diagnostics,
}

impl Reader<'_> {
    fn entry(&mut self, entry: &Entry, config: &mut VariantConfig) {
        match (entry.key.text.as_str(), &entry.value) {
            ("pin_run_as_build", _) => self.diagnostics.push(pin_run_as_build(entry.key.span)),
            ("zip_keys", value) => match zip_keys(value) {
                Some(groups) => config.zip_keys = groups,
                None => self.diagnostics.push(zip_shape(value.span())),
            },
            (key, Node::Sequence(list)) => {
                let mut values = Vec::new();
                self.items(&list.items, &mut values);
                if !values.is_empty() {
                    config.values.insert(normalize_key(key).into_owned(), values);
                }
            }
            (key, other) => self.diagnostics.push(not_a_list(key, other.span())),
        }
    }

    fn items(&mut self, items: &[Node], out: &mut Vec<VariantValue>) {
        for item in items {
            match item {
                Node::Scalar(scalar) => self.scalar(scalar, out),
                Node::Mapping(mapping) if mapping.get("if").is_some() => self.conditional(mapping, out),
                other => self.diagnostics.push(Diagnostic::error(
                    Code::InvalidVariantConfig,
                    "A variant value must be a text, a number, a bool, or an if/then/else",
                    other.span(),
                )),
            }
        }
    }

    fn scalar(&mut self, scalar: &Scalar, out: &mut Vec<VariantValue>) {
        if !Template::is_template(&scalar.text) {
            out.push(literal(scalar));
            return;
        }
        match self.templates.render(&scalar.text, scalar.span) {
            Ok(text) if text.is_empty() => {}
            Ok(text) => out.push(VariantValue::String(text)),
            Err(diagnostic) => self.diagnostics.push(diagnostic),
        }
    }

    fn conditional(&mut self, mapping: &yaml::Mapping, out: &mut Vec<VariantValue>) {
        for entry in &mapping.entries {
            if !matches!(entry.key.text.as_str(), "if" | "then" | "else") {
                let message = format!("'{}' has no effect beside if, then and else", entry.key.text);
                self.diagnostics.push(Diagnostic::warning(Code::KeyIgnored, message, entry.key.span));
            }
        }
        let Some(then) = mapping.get("then") else {
            let message = "A condition needs a 'then'";
            self.diagnostics.push(Diagnostic::error(Code::MissingField, message, mapping.span));
            return;
        };
        let Some(Node::Scalar(condition)) = mapping.get("if") else {
            let message = "The condition of 'if' must be an expression";
            self.diagnostics.push(Diagnostic::error(Code::WrongType, message, mapping.span));
            return;
        };
        let holds = match self.templates.condition(&condition.text, condition.span) {
            Ok(Verdict::Holds) => true,
            Ok(Verdict::Fails) => false,
            Ok(Verdict::Undefined) => {
                let message = format!("'{}' is not defined here, so that the condition does not hold", condition.text);
                let help = "Variant files see the platform variables, and no variant keys";
                let warning = Diagnostic::warning(Code::ConditionIgnored, message, condition.span);
                self.diagnostics.push(warning.with_help(help));
                false
            }
            Err(diagnostic) => {
                self.diagnostics.push(diagnostic);
                return;
            }
        };
        match if holds { Some(then) } else { mapping.get("else") } {
            Some(Node::Sequence(list)) => self.items(&list.items, out),
            Some(item) => self.items(std::slice::from_ref(item), out),
            None => {}
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

/// Where a comment stands that looks like a selector of the older format.
fn selector_comment(text: &str) -> Option<Span> {
    let at = text.match_indices("# [").find_map(|(at, found)| {
        let rest = text.get(at + found.len()..)?;
        let word = rest.split(']').next()?;
        let looks_like_one = !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        looks_like_one.then_some((at, at + found.len() + word.len() + 1))
    })?;
    Some(Span::new(at.0, at.1))
}
