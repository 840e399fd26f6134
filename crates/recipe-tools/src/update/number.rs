//! The build number: where it is written, and how it is reset.

use sidewinder_recipe::edit::{Edit, EditValue, edit};
use sidewinder_recipe::yaml::{self, Mapping, Node};

use super::snapshot::literals;

/// The text with another build number, wherever one is written. Offsets such as `${{ build + 100 }}` stay.
pub(super) fn set(text: &str, number: u64) -> String {
    let (root, _) = yaml::parse(text);
    let Some(Node::Mapping(root)) = root else { return text.to_owned() };
    let literals = literals(text);
    let mut edits = Vec::new();
    collect(&root, None, number, &literals, &mut edits);
    if let Some(Node::Sequence(outputs)) = root.get("outputs") {
        for output in &outputs.items {
            if let Node::Mapping(output) = output
                && let Some(name) = name_of(output)
            {
                collect(output, Some(name), number, &literals, &mut edits);
            }
        }
    }
    let mut edited = text.to_owned();
    for change in edits {
        // A number that is written in a way that cannot be edited stays.
        edited = edit(&edited, &[change], Default::default()).unwrap_or(edited);
    }
    edited
}

fn name_of(output: &Mapping) -> Option<String> {
    match output.get("package") {
        Some(Node::Mapping(package)) => match package.get("name") {
            Some(Node::Scalar(name)) => Some(name.text.clone()),
            _ => None,
        },
        _ => None,
    }
}

fn collect(
    mapping: &Mapping,
    output: Option<String>,
    number: u64,
    literals: &[(String, String)],
    edits: &mut Vec<Edit>,
) {
    let Some(Node::Mapping(build)) = mapping.get("build") else { return };
    let Some(Node::Scalar(scalar)) = build.get("number") else { return };
    if !scalar.text.contains("${{") {
        if scalar.text.trim() != number.to_string() {
            edits.push(Edit::SetBuildNumber { output, number });
        }
        return;
    }
    // Variables that are whole numbers, and are called like a build number or are all that the template is.
    let inner = scalar.text.trim().trim_start_matches("${{").trim_end_matches("}}").trim();
    for (name, value) in literals {
        let is_used = scalar.text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == name);
        let is_number = value.parse::<u64>().is_ok();
        if is_used && is_number && (inner == name || name.contains("build") || name.contains("number")) {
            let value = EditValue::Integer(i64::try_from(number).unwrap_or(0));
            let change = Edit::SetContext { name: name.clone(), value };
            if !edits.contains(&change) {
                edits.push(change);
            }
        }
    }
}
