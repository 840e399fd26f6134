//! The items of an inline build script, to change several at once.

use std::collections::BTreeMap;

use super::locate;
use super::script::{changed, of_build, with_further_lines};
use super::{EditError, apply};
use crate::yaml::{self, Node};

/// The texts of an inline build script, in file order: one for a single value, one for each item of a list. Those in
/// branches of conditions are included.
///
/// # Errors
/// The text cannot be read, there is no such output, or the script is a file of its own.
pub fn script_items(text: &str, output: Option<&str>) -> Result<Vec<String>, EditError> {
    let (root, _) = yaml::parse(text);
    let Some(root) = root else { return Err(EditError::missing("the text cannot be read")) };
    let path = of_build(&root, output)?;
    let texts = locate::scalars(&root, &path).into_iter().filter_map(|path| match locate::get(&root, &path) {
        Some(Node::Scalar(scalar)) => Some(scalar.text.clone()),
        _ => None,
    });
    Ok(texts.collect())
}

/// Replaces items of an inline build script, by their places in [`script_items`]. An item that becomes empty is removed;
/// one that becomes several lines is followed by the others as items of their own, unless it is a block of lines.
///
/// # Errors
/// Those of [`script_items`]; there is no such item, or it is written in a way that cannot be changed safely.
///
/// # Example: change the second command
/// ```
/// use sidewinder_recipe::edit::set_script_items;
///
/// let text = "build:\n  script:\n    - make  # all\n    - make install\n";
/// let edited = set_script_items(text, None, &[(1, "make install-strip".to_owned())].into()).unwrap();
/// assert_eq!(edited, "build:\n  script:\n    - make  # all\n    - make install-strip\n");
/// ```
pub fn set_script_items(
    text: &str,
    output: Option<&str>,
    items: &BTreeMap<usize, String>,
) -> Result<String, EditError> {
    let mut edited = text.to_owned();
    // From the end on, so that the places of those before stay.
    for (place, new) in items.iter().rev() {
        let mut further = None;
        edited = apply(&edited, |root| {
            let path = locate::scalars(root, &of_build(root, output)?).into_iter().nth(*place);
            let path = path.ok_or_else(|| EditError::missing(format!("the script has no item {place}")))?;
            let Some(Node::Scalar(scalar)) = locate::get(root, &path) else {
                return Err(EditError::missing(format!("the script has no item {place}")));
            };
            if scalar.text == *new {
                return Ok(None);
            }
            further = Some((path.clone(), scalar.text.clone()));
            Ok(Some(changed(path, &scalar.text, new)))
        })?;
        if let Some((path, old)) = further {
            edited = with_further_lines(&edited, &path, &old, new)?;
        }
    }
    Ok(edited)
}
