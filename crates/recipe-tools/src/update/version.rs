//! Which text of a recipe makes its version, and how it has to change.

use indexmap::IndexMap;
use sidewinder_recipe::edit::{Edit, EditValue, edit};
use sidewinder_recipe::stage0::{self, Stage0};
use sidewinder_recipe::{VariantValue, yaml};

use super::UpdateError;
use super::snapshot::{PLATFORMS, literals, snapshot};

/// The version of the recipe, or of its first output that has one.
pub(super) fn current(recipe: &Stage0, variants: &IndexMap<String, VariantValue>) -> Option<String> {
    PLATFORMS
        .iter()
        .find_map(|platform| snapshot(recipe, platform, variants).ok()?.into_iter().find_map(|part| part.version))
}

/// The text with another version.
///
/// Tries the places where versions are written, and takes the first change after which the version is the wanted one:
/// `package.version`, a variable of `context`, several variables that it consists of, or a variable of which it is a
/// variation, as `1.2-3` for `1.2_3`.
pub(super) fn set(text: &str, wanted: &str, variants: &IndexMap<String, VariantValue>) -> Result<String, UpdateError> {
    let old = version_of(text, variants).ok_or_else(UpdateError::no_version)?;
    if old == wanted {
        return Ok(text.to_owned());
    }
    let mut candidates: Vec<Vec<Edit>> = Vec::new();
    let set_version = |output: Option<String>| Edit::SetVersion { output, version: wanted.to_owned() };
    candidates.push(vec![set_version(None)]);
    let outputs = outputs_with_version(text, &old);
    if !outputs.is_empty() {
        candidates.push(outputs.iter().cloned().map(|output| set_version(Some(output))).collect());
    }
    let set_variable =
        |name: &str, value: String| Edit::SetContext { name: name.to_owned(), value: EditValue::Text(value) };
    let literals = literals(text);
    let spellings = spellings(wanted);
    for (name, value) in &literals {
        // Variables that are the version come before those that only look like it.
        if *value == old || value.replace('-', "_") == old || value.replace('_', ".") == old || value.ends_with(&old) {
            for spelling in &spellings {
                let value = match value.strip_suffix(&old) {
                    Some(prefix) => format!("{prefix}{spelling}"),
                    None => spelling.clone(),
                };
                candidates.push(vec![set_variable(name, value)]);
            }
        }
    }
    candidates.extend(split(text, wanted, &literals));
    for (name, value) in &literals {
        if value.starts_with(|c: char| c.is_ascii_digit()) {
            candidates.extend(spellings.iter().map(|spelling| vec![set_variable(name, spelling.clone())]));
        }
    }
    for edits in candidates {
        let Ok(edited) = edit(text, &edits, Default::default()) else { continue };
        if version_of(&edited, variants).is_some_and(|new| is_same(&new, wanted)) {
            return Ok(with_outputs(edited, &old, wanted));
        }
    }
    Err(UpdateError::unknown_version_variable(&old, wanted))
}

/// Outputs that repeat the version of the recipe literally get the new one, too.
fn with_outputs(text: String, old: &str, wanted: &str) -> String {
    let edits: Vec<Edit> = outputs_with_version(&text, old)
        .into_iter()
        .map(|output| Edit::SetVersion { output: Some(output), version: wanted.to_owned() })
        .collect();
    if edits.is_empty() { text } else { edit(&text, &edits, Default::default()).unwrap_or(text) }
}

fn version_of(text: &str, variants: &IndexMap<String, VariantValue>) -> Option<String> {
    let (stage0, diagnostics) = stage0::parse(text, Default::default());
    if diagnostics.has_errors() {
        return None;
    }
    current(&stage0?, variants)
}

/// CRAN and others have `-` where conda versions have `_`.
fn is_same(new: &str, wanted: &str) -> bool {
    new == wanted || new == wanted.replace('-', "_") || new == wanted.replace('-', ".")
}

/// How a variable may write a version that a filter turns into the one of the package.
fn spellings(wanted: &str) -> Vec<String> {
    let mut spellings = vec![wanted.to_owned()];
    for other in [wanted.replace('_', "-"), wanted.replace('.', "-"), wanted.replace('.', "_"), wanted.replace('.', "")]
    {
        if !spellings.contains(&other) {
            spellings.push(other);
        }
    }
    spellings
}

/// Outputs whose literal version is the given one, by their literal names.
fn outputs_with_version(text: &str, version: &str) -> Vec<String> {
    let (root, _) = yaml::parse(text);
    let Some(yaml::Node::Mapping(root)) = root else { return Vec::new() };
    let Some(yaml::Node::Sequence(outputs)) = root.get("outputs") else { return Vec::new() };
    let scalar = |node: Option<&yaml::Node>| match node {
        Some(yaml::Node::Scalar(scalar)) => Some(scalar.text.clone()),
        _ => None,
    };
    outputs
        .items
        .iter()
        .filter_map(|output| match output {
            yaml::Node::Mapping(output) => match output.get("package") {
                Some(yaml::Node::Mapping(package)) if scalar(package.get("version")).as_deref() == Some(version) => {
                    scalar(package.get("name"))
                }
                _ => None,
            },
            _ => None,
        })
        .collect()
}

/// `${{ major }}.${{ minor }}.${{ patch }}`: the variables of which a version consists.
fn split(text: &str, wanted: &str, literals: &[(String, String)]) -> Option<Vec<Edit>> {
    let template = version_template(text)?;
    let template = expanded(&template, text, 0);
    let mut pieces: Vec<Result<String, String>> = Vec::new();
    let mut rest = template.as_str();
    while let Some(open) = rest.find("${{") {
        let close = open + rest.get(open..)?.find("}}")?;
        pieces.push(Err(rest.get(..open)?.to_owned()));
        pieces.push(Ok(rest.get(open + 3..close)?.trim().to_owned()));
        rest = rest.get(close + 2..)?;
    }
    pieces.push(Err(rest.to_owned()));
    let values = matched(&pieces, wanted)?;
    let edits: Vec<Edit> = values
        .into_iter()
        .filter(|(name, _)| literals.iter().any(|(literal, _)| literal == name))
        .map(|(name, value)| Edit::SetContext { name, value: EditValue::Text(value) })
        .collect();
    (edits.len() > 1).then_some(edits)
}

/// The template of the version.
fn version_template(text: &str) -> Option<String> {
    let (root, _) = yaml::parse(text);
    let Some(yaml::Node::Mapping(root)) = root else { return None };
    ["package", "recipe"].into_iter().find_map(|key| match root.get(key) {
        Some(yaml::Node::Mapping(package)) => match package.get("version") {
            Some(yaml::Node::Scalar(scalar)) => Some(scalar.text.clone()),
            _ => None,
        },
        _ => None,
    })
}

/// A template that is one variable stands for the template of that variable.
fn expanded(template: &str, text: &str, depth: usize) -> String {
    let name = template.trim().strip_prefix("${{").and_then(|rest| rest.strip_suffix("}}")).map(str::trim);
    let (root, _) = yaml::parse(text);
    if let (Some(name), Some(yaml::Node::Mapping(root)), true) = (name, root, depth < 8)
        && let Some(yaml::Node::Mapping(context)) = root.get("context")
        && let Some(yaml::Node::Scalar(scalar)) = context.get(name)
        && scalar.text.contains("${{")
    {
        return expanded(&scalar.text, text, depth + 1);
    }
    template.to_owned()
}

/// The texts that variables need, so that pieces make up the wanted text; the last one takes what is left.
fn matched(pieces: &[Result<String, String>], wanted: &str) -> Option<Vec<(String, String)>> {
    let mut values = Vec::new();
    let mut rest = wanted;
    let mut at = 0;
    while at < pieces.len() {
        match pieces.get(at)? {
            Err(literal) => rest = rest.strip_prefix(literal.as_str())?,
            Ok(name) => {
                let next = match pieces.get(at + 1) {
                    Some(Err(literal)) if !literal.is_empty() => literal.as_str(),
                    _ => "",
                };
                let end = if next.is_empty() { rest.len() } else { rest.find(next)? };
                let value = rest.get(..end)?;
                if value.is_empty() {
                    return None;
                }
                values.push((name.clone(), value.to_owned()));
                rest = rest.get(end..)?;
            }
        }
        at += 1;
    }
    rest.is_empty().then_some(values)
}
