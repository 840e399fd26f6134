//! Where edits of a recipe's tests go.

use super::change::NewItem;
use super::locate::{self, Path, TestSection};
use super::{EditError, script};
use crate::yaml::Node;

/// A test to add.
///
/// # Errors
/// There are neither commands nor imports, or both.
pub(super) fn new_test(commands: &[String], imports: &[String], requirements: &[String]) -> Result<NewItem, EditError> {
    let list = |items: &[String]| NewItem::List(items.to_vec());
    match (commands.is_empty(), imports.is_empty()) {
        (false, true) => {
            let mut entries = vec![("script", list(commands))];
            if !requirements.is_empty() {
                entries.push(("requirements", NewItem::Map(vec![("run", list(requirements))])));
            }
            Ok(NewItem::Map(entries))
        }
        (true, false) if requirements.is_empty() => {
            Ok(NewItem::Map(vec![("python", NewItem::Map(vec![("imports", list(imports))]))]))
        }
        (true, false) => Err(EditError::missing("a Python test has no `requirements`; use `commands`")),
        _ => Err(EditError::missing("expected either `commands` or `imports`")),
    }
}

/// The commands of a script test.
pub(super) fn script(root: &Node, output: Option<&str>, test: usize) -> Result<Path, EditError> {
    let mut path = locate::test(root, output, test)?;
    path.push("script".into());
    if locate::get(root, &path).is_none() {
        return Err(EditError::missing(format!("test {test} has no `script`")));
    }
    script::content(root, path)
}

/// The part of a test whose texts are replaced.
pub(super) fn part(root: &Node, output: Option<&str>, test: usize) -> Result<Path, EditError> {
    let path = locate::test(root, output, test)?;
    for key in ["script", "python", "perl", "r", "ruby", "package_contents", "downstream"] {
        let with_key: Path = path.iter().cloned().chain([key.into()]).collect();
        if locate::get(root, &with_key).is_some() {
            return if key == "script" { script::content(root, with_key) } else { Ok(with_key) };
        }
    }
    Err(EditError::missing(format!("test {test} has no texts")))
}

/// The dependencies of a script test.
pub(super) fn requirements(
    root: &Node,
    output: Option<&str>,
    test: usize,
    section: TestSection,
) -> Result<Path, EditError> {
    let mut path = locate::test(root, output, test)?;
    let has_script = locate::get(root, &path).is_some_and(|node| match node {
        Node::Mapping(mapping) => mapping.get("script").is_some(),
        _ => false,
    });
    if !has_script {
        return Err(EditError::missing(format!("test {test} is not a script test: only those have requirements")));
    }
    path.extend(["requirements".into(), section.key().into()]);
    Ok(path)
}
