//! Changes to a recipe's text that leave all the rest as it is: comments, order, quotes and blank lines stay.
//!
//! An edit is made twice, on the text and on the tree, and is only returned if the changed text reads as the changed
//! tree. So an edit either does exactly what it says, or fails.

mod change;
mod kinds;
mod locate;
mod recipe_tests;
mod script;
mod script_items;
mod splice;
mod write;

use serde::{Deserialize, Serialize};

use crate::diagnostic::{DiagnosticRecord, TextIndex};
use crate::model::RepodataRevision;
use crate::stage0;
use crate::yaml::{self, Node};

use change::{Change, Goal, NewValue};
pub use kinds::{Edit, EditValue};
pub use locate::{Section, TestSection};
pub use script_items::{script_items, set_script_items};

/// What kept an edit from being made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum EditFault {
    /// The text cannot be read, already before the edit.
    UnreadableText,
    /// There is no such output, source or item.
    NothingThere,
    /// The place is written in a way that cannot be changed without changing more.
    UnsafePlace,
    /// The recipe would not parse any more.
    BreaksRecipe,
}

/// Why an edit was not made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EditError {
    /// What kept it from being made.
    pub fault: EditFault,
    /// One sentence.
    pub message: String,
    /// What is wrong with the text: before the edit if it cannot be read, else what the edit would break.
    pub diagnostics: Vec<DiagnosticRecord>,
}

impl std::fmt::Display for EditError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for EditError {}

impl EditError {
    fn path_not_found() -> Self {
        Self::missing("path not found in the recipe")
    }

    fn missing(message: impl Into<String>) -> Self {
        Self { fault: EditFault::NothingThere, message: message.into(), diagnostics: Vec::new() }
    }

    fn not_safe(message: impl Into<String>) -> Self {
        Self { fault: EditFault::UnsafePlace, message: message.into(), diagnostics: Vec::new() }
    }
}

/// Makes the edits one after the other and returns the new text.
///
/// # Errors
/// The text cannot be read, there is no such output, source or item, or an edit would break the recipe.
///
/// # Example: add a dependency
/// ```
/// use sidewinder_recipe::edit::{Edit, Section, edit};
///
/// let text = "requirements:\n  run:\n    - python  # the interpreter\npackage:\n  name: a\n  version: 1\n";
/// let add = Edit::AddRequirement { output: None, section: Section::Run, spec: "numpy >=2".to_owned() };
/// assert_eq!(
///     edit(text, &[add], Default::default()).unwrap(),
///     "requirements:\n  run:\n    - python  # the interpreter\n    - numpy >=2\npackage:\n  name: a\n  version: 1\n"
/// );
/// ```
pub fn edit(text: &str, edits: &[Edit], revision: RepodataRevision) -> Result<String, EditError> {
    let (_, before) = stage0::parse(text, revision);
    let mut edited = text.to_owned();
    for edit in edits {
        edited = make(&edited, edit)?;
    }
    let (_, after) = stage0::parse(&edited, revision);
    if after.has_errors() && !before.has_errors() {
        let index = TextIndex::new(&edited);
        let diagnostics = after.into_sorted().iter().map(|d| DiagnosticRecord::new(d, &index, None)).collect();
        let message = "the edit would break the recipe".to_owned();
        return Err(EditError { fault: EditFault::BreaksRecipe, message, diagnostics });
    }
    Ok(edited)
}

fn make(text: &str, edit: &Edit) -> Result<String, EditError> {
    match edit {
        Edit::AddRequirement { output, section, spec } => apply(text, |root| {
            let mut path = locate::output(root, output.as_deref())?;
            path.extend(["requirements".into(), section.key().into()]);
            Ok(Some(Change { path, goal: Goal::Append(spec.as_str().into()) }))
        }),
        Edit::AddPatch { output, source, patch } => apply(text, |root| {
            let mut path = locate::source(root, output.as_deref(), *source)?;
            path.push("patches".into());
            Ok(Some(Change { path, goal: Goal::Append(patch.as_str().into()) }))
        }),
        Edit::SetBuildNumber { output, number } => apply(text, |root| {
            let mut path = locate::output(root, output.as_deref())?;
            path.extend(["build".into(), "number".into()]);
            let value = NewValue { text: number.to_string(), is_text: false, keeps_quotes: true };
            Ok(Some(Change { path, goal: Goal::Set(value) }))
        }),
        Edit::SetVersion { output, version } => apply(text, |root| {
            let path = locate::version(root, output.as_deref())?;
            // In `package` any plain text is a text, in `context` numbers are not.
            let is_text = path.first() == Some(&"context".into());
            let value = NewValue { text: version.clone(), is_text, keeps_quotes: true };
            Ok(Some(Change { path, goal: Goal::Set(value) }))
        }),
        Edit::SetContext { name, value } => {
            let path = vec!["context".into(), name.as_str().into()];
            apply(text, |_| Ok(Some(Change { path, goal: Goal::Set(value.into()) })))
        }
        Edit::SetSource { output, source, key, value } => apply(text, |root| {
            let mut path = locate::source(root, output.as_deref(), *source)?;
            path.push(key.as_str().into());
            // A list of one URL stays a list.
            if let Some(Node::Sequence(list)) = locate::get(root, &path)
                && list.items.len() == 1
            {
                path.push(locate::Step::Index(0));
            }
            Ok(Some(Change { path, goal: Goal::Set(value.into()) }))
        }),
        Edit::Set { output, path: keys, value } => apply(text, |root| {
            let mut path = locate::output(root, output.as_deref())?;
            path = locate::steps(root, path, keys);
            Ok(Some(Change { path, goal: Goal::Set(value.into()) }))
        }),
        Edit::Remove { output, path: keys } => apply(text, |root| {
            let path = locate::steps(root, locate::output(root, output.as_deref())?, keys);
            if keys.is_empty() || locate::get(root, &path).is_none() {
                return Err(EditError::missing(format!("`{}` not found", keys.join("."))));
            }
            let is_item = matches!(path.last(), Some(locate::Step::Index(_)));
            Ok(Some(Change { path, goal: if is_item { Goal::Remove } else { Goal::RemoveKey } }))
        }),
        Edit::ReplaceScript { output, find, replace } => {
            script::replace(text, |root| script::of_build(root, output.as_deref()), find, replace)
        }
        Edit::AddScriptLine { output, line, before, after } => {
            let place = script::LinePlace::of(before.as_deref(), after.as_deref())?;
            script::add_line(text, |root| script::of_build(root, output.as_deref()), line, place)
        }
        Edit::RemoveScriptLine { output, line } => {
            script::remove_line(text, |root| script::of_build(root, output.as_deref()), line)
        }
        Edit::AddTest { output, commands, imports, requirements } => {
            let test = recipe_tests::new_test(commands, imports, requirements)?;
            apply(text, |root| {
                let mut path = locate::output(root, output.as_deref())?;
                path.push("tests".into());
                Ok(Some(Change { path, goal: Goal::Append(test) }))
            })
        }
        Edit::AddTestCommand { output, test, command } => script::add_line(
            text,
            |root| recipe_tests::script(root, output.as_deref(), *test),
            command,
            script::LinePlace::End,
        ),
        Edit::ReplaceTest { output, test, find, replace } => {
            script::replace(text, |root| recipe_tests::part(root, output.as_deref(), *test), find, replace)
        }
        Edit::AddTestRequirement { output, test, section, spec } => apply(text, |root| {
            let path = recipe_tests::requirements(root, output.as_deref(), *test, *section)?;
            Ok(Some(Change { path, goal: Goal::Append(spec.as_str().into()) }))
        }),
        Edit::RemoveRequirement { output, section, name } => {
            let missing = || EditError::missing(format!("`{}` has no `{name}`", section.key()));
            remove_all(text, missing, |root| {
                let mut path = locate::output(root, output.as_deref())?;
                path.extend(["requirements".into(), section.key().into()]);
                Ok(locate::item(root, path, &|item| locate::is_named(item, name)))
            })
        }
        Edit::RemovePatch { output, source, patch } => {
            let missing = || EditError::missing(format!("the source has no patch `{patch}`"));
            remove_all(text, missing, |root| {
                let mut path = locate::source(root, output.as_deref(), *source)?;
                path.push("patches".into());
                Ok(locate::item(root, path, &|item| item == patch))
            })
        }
    }
}

/// Removes what `find` finds until it finds nothing more.
fn remove_all(
    text: &str,
    missing: impl FnOnce() -> EditError,
    find: impl Fn(&Node) -> Result<Option<locate::Path>, EditError>,
) -> Result<String, EditError> {
    let mut edited = text.to_owned();
    loop {
        let next = apply(&edited, |root| Ok(find(root)?.map(|path| Change { path, goal: Goal::Remove })))?;
        if next == edited {
            break;
        }
        edited = next;
    }
    if edited == text { Err(missing()) } else { Ok(edited) }
}

/// Makes a change, if there is one, and checks that the new text reads as the changed tree.
fn apply(text: &str, change: impl FnOnce(&Node) -> Result<Option<Change>, EditError>) -> Result<String, EditError> {
    let (root, diagnostics) = yaml::parse(text);
    let root = match root {
        Some(root) if !diagnostics.has_errors() => root,
        _ => {
            let index = TextIndex::new(text);
            let diagnostics =
                diagnostics.into_sorted().iter().map(|d| DiagnosticRecord::new(d, &index, None)).collect();
            let message = "the text cannot be read".to_owned();
            return Err(EditError { fault: EditFault::UnreadableText, message, diagnostics });
        }
    };
    let Some(change) = change(&root)? else { return Ok(text.to_owned()) };
    let edited = splice::edited(text, &root, &change)?;
    let expected = change.applied(root)?;
    match yaml::parse(&edited) {
        (Some(read), diagnostics) if !diagnostics.has_errors() && change::same(&read, &expected) => Ok(edited),
        _ => Err(EditError::not_safe("the text is written in a way that this edit cannot change safely")),
    }
}

#[cfg(test)]
mod script_tests;
#[cfg(test)]
mod tests;
