//! The fields that a place can have.

use sidewinder_recipe::stage0::format::{CONDITION, Field, Kind, MULTI, SINGLE, Section};

/// What a path of keys leads to, from the root of a recipe.
pub(super) fn kinds(path: &[&str], is_multi: bool) -> Vec<Kind> {
    let root: &'static Section = if is_multi { &MULTI } else { &SINGLE };
    let mut kinds = vec![Kind::Mapping(root)];
    for key in path {
        // Branches of a condition are of the kind of the list's items.
        if matches!(*key, "then" | "else") && kinds.iter().any(is_conditional) {
            continue;
        }
        kinds = kinds.iter().flat_map(|kind| below(kind, key)).collect();
    }
    kinds
}

/// The kinds of the value of a key.
fn below(kind: &Kind, key: &str) -> Vec<Kind> {
    match kind {
        Kind::Mapping(section) => {
            section.fields.iter().filter(|field| field.name == key).map(|field| field.kind).collect()
        }
        Kind::Map(value) => vec![**value],
        _ => inner(kind).iter().flat_map(|kind| below(kind, key)).collect(),
    }
}

/// What a list or a choice contains.
fn inner(kind: &Kind) -> Vec<Kind> {
    match kind {
        Kind::List(item) | Kind::PlainList(item) | Kind::FilledList(item) | Kind::One(item) => vec![**item],
        Kind::OneOf(kinds) => kinds.to_vec(),
        _ => Vec::new(),
    }
}

/// Whether items of the kind may be conditional.
pub(super) fn is_conditional(kind: &Kind) -> bool {
    matches!(kind, Kind::List(_) | Kind::One(_)) || inner(kind).iter().any(is_conditional)
}

/// The mappings that a value may be.
pub(super) fn sections(kind: &Kind) -> Vec<&'static Section> {
    match kind {
        Kind::Mapping(section) => vec![*section],
        _ => inner(kind).iter().flat_map(sections).collect(),
    }
}

/// The single values that a value may be.
pub(super) fn scalars(kind: &Kind) -> Vec<Kind> {
    match kind {
        Kind::Mapping(_) | Kind::Map(_) => Vec::new(),
        Kind::List(_) | Kind::PlainList(_) | Kind::FilledList(_) | Kind::One(_) | Kind::OneOf(_) => {
            inner(kind).iter().flat_map(scalars).collect()
        }
        scalar => vec![*scalar],
    }
}

/// The fields that can be added to a mapping which has some already.
pub(super) fn missing(kinds: &[Kind], present: &[&str], is_item: bool) -> Vec<Field> {
    let mut sections: Vec<&Section> = kinds.iter().flat_map(sections).collect();
    // Of several mappings, the one whose own field is there.
    let decided: Vec<&Section> = sections
        .iter()
        .copied()
        .filter(|section| section.fields.iter().any(|field| field.is_required && present.contains(&field.name)))
        .collect();
    if !decided.is_empty() {
        sections = decided;
    }
    let is_condition = present.contains(&"if") && kinds.iter().any(is_conditional);
    if is_condition {
        sections = vec![&CONDITION];
    } else if is_item && present.is_empty() && kinds.iter().any(is_conditional) {
        sections.push(&CONDITION);
    }
    let mut fields: Vec<Field> = Vec::new();
    for field in sections.iter().flat_map(|section| section.fields) {
        let is_first_of_condition = !matches!(field.name, "then" | "else") || is_condition;
        if !present.contains(&field.name) && is_first_of_condition && !fields.iter().any(|f| f.name == field.name) {
            fields.push(*field);
        }
    }
    fields
}

/// The field that a path ends with.
pub(super) fn field(path: &[&str], is_multi: bool) -> Option<Field> {
    let (key, parents) = path.split_last()?;
    let kinds = kinds(parents, is_multi);
    let own = kinds.iter().flat_map(sections).flat_map(|section| section.fields).find(|field| field.name == *key);
    let condition = CONDITION.fields.iter().filter(|_| kinds.iter().any(is_conditional));
    own.or_else(|| condition.into_iter().find(|field| field.name == *key)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(path: &[&str], present: &[&str], is_item: bool) -> Vec<&'static str> {
        missing(&kinds(path, path.contains(&"outputs")), present, is_item).iter().map(|field| field.name).collect()
    }

    #[test]
    fn fields_that_are_there_are_not_proposed() {
        assert_eq!(names(&["package"], &["name"], false), ["version"]);
        assert_eq!(names(&["outputs", "requirements", "run_exports"], &["weak", "strong"], false).len(), 3);
    }

    #[test]
    fn a_field_decides_which_mapping_it_is() {
        assert!(names(&["source"], &[], true).contains(&"git"));
        assert!(!names(&["source"], &["url"], false).contains(&"git"));
        assert!(names(&["source"], &["url"], false).contains(&"sha256"));
        assert_eq!(names(&["tests"], &["script"], false), ["requirements", "files"]);
    }

    #[test]
    fn lists_may_have_conditions() {
        assert_eq!(names(&["requirements", "run"], &[], true), ["if"]);
        assert_eq!(names(&["requirements", "run"], &["if"], false), ["then", "else"]);
        assert_eq!(names(&["requirements", "run", "then"], &[], true), ["if"]);
        assert_eq!(names(&["build", "script", "secrets"], &[], true), Vec::<&str>::new());
    }
}
