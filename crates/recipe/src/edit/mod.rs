//! Changes to a recipe's text that leave all the rest as it is: comments, order, quotes and blank lines stay.
//!
//! An edit is made twice, on the text and on the tree, and is only returned if the changed text reads as the changed
//! tree. So an edit either does exactly what it says, or fails.

mod change;
mod locate;
mod splice;
mod write;

use crate::diagnostic::{DiagnosticRecord, TextIndex};
use crate::render::RepodataRevision;
use crate::stage0;
use crate::yaml;

use change::{Change, Goal};
pub use locate::Section;

/// One change to a recipe.
///
/// `output` names an output by its literal `package.name` or `staging.name`; `None` is the recipe itself, which for
/// recipes with `outputs` has sources and a build but no requirements.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// Adds a dependency at the end of a section, which is made if there is none.
    AddRequirement {
        /// Of which output.
        output: Option<String>,
        /// To which section.
        section: Section,
        /// A match spec or a template.
        spec: String,
    },
    /// Removes all dependencies with a name from a section, also those in branches of conditions.
    RemoveRequirement {
        /// Of which output.
        output: Option<String>,
        /// From which section.
        section: Section,
        /// The package name.
        name: String,
    },
    /// Adds a patch at the end of a source's patches.
    AddPatch {
        /// Of which output.
        output: Option<String>,
        /// Which source, counted from 0 in file order, those in branches of conditions included.
        source: usize,
        /// The path of the patch.
        patch: String,
    },
    /// Removes a patch from a source.
    RemovePatch {
        /// Of which output.
        output: Option<String>,
        /// Which source, counted as for [`Edit::AddPatch`].
        source: usize,
        /// The path of the patch, as written.
        patch: String,
    },
    /// Sets the build number.
    SetBuildNumber {
        /// Of which output.
        output: Option<String>,
        /// The number.
        number: u64,
    },
}

/// Why an edit was not made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EditError {
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
    fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), diagnostics: Vec::new() }
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
        return Err(EditError { message: "the edit would break the recipe".to_owned(), diagnostics });
    }
    Ok(edited)
}

fn make(text: &str, edit: &Edit) -> Result<String, EditError> {
    match edit {
        Edit::AddRequirement { output, section, spec } => apply(text, |root| {
            let mut path = locate::output(root, output.as_deref())?;
            path.extend(["requirements".into(), section.key().into()]);
            Ok(Some(Change { path, goal: Goal::Append(spec.clone()) }))
        }),
        Edit::AddPatch { output, source, patch } => apply(text, |root| {
            let mut path = locate::source(root, output.as_deref(), *source)?;
            path.push("patches".into());
            Ok(Some(Change { path, goal: Goal::Append(patch.clone()) }))
        }),
        Edit::SetBuildNumber { output, number } => apply(text, |root| {
            let mut path = locate::output(root, output.as_deref())?;
            path.extend(["build".into(), "number".into()]);
            Ok(Some(Change { path, goal: Goal::Set(number.to_string()) }))
        }),
        Edit::RemoveRequirement { output, section, name } => {
            let missing = || EditError::new(format!("`{}` has no `{name}`", section.key()));
            remove_all(text, missing, |root| {
                let mut path = locate::output(root, output.as_deref())?;
                path.extend(["requirements".into(), section.key().into()]);
                Ok(locate::item(root, path, &|item| locate::is_named(item, name)))
            })
        }
        Edit::RemovePatch { output, source, patch } => {
            let missing = || EditError::new(format!("the source has no patch `{patch}`"));
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
    find: impl Fn(&yaml::Node) -> Result<Option<locate::Path>, EditError>,
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
fn apply(
    text: &str,
    change: impl FnOnce(&yaml::Node) -> Result<Option<Change>, EditError>,
) -> Result<String, EditError> {
    let (root, diagnostics) = yaml::parse(text);
    let root = match root {
        Some(root) if !diagnostics.has_errors() => root,
        _ => {
            let index = TextIndex::new(text);
            let diagnostics =
                diagnostics.into_sorted().iter().map(|d| DiagnosticRecord::new(d, &index, None)).collect();
            return Err(EditError { message: "the text cannot be read".to_owned(), diagnostics });
        }
    };
    let Some(change) = change(&root)? else { return Ok(text.to_owned()) };
    let edited = splice::edited(text, &root, &change)?;
    let expected = change.applied(root)?;
    match yaml::parse(&edited) {
        (Some(read), diagnostics) if !diagnostics.has_errors() && change::same(&read, &expected) => Ok(edited),
        _ => Err(EditError::new("the text is written in a way that this edit cannot change safely")),
    }
}

#[cfg(test)]
mod tests;
