//! The kinds of edits.

use serde::{Deserialize, Serialize};

use super::locate::{Section, TestSection};

/// One change to a recipe.
///
/// `output` names an output by its literal `package.name` or `staging.name`; `None` is the recipe itself, which for
/// recipes with `outputs` has sources and a build but no requirements.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "RecipeEdit"))]
#[serde(tag = "kind", rename_all = "camelCase")]
#[cfg_attr(not(feature = "typescript"), serde(deny_unknown_fields))]
pub enum Edit {
    /// Adds a dependency at the end of a section, which is made if there is none.
    AddRequirement {
        /// Of which output.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        output: Option<String>,
        /// To which section.
        section: Section,
        /// A match spec or a template.
        spec: String,
    },
    /// Removes all dependencies with a name from a section, also those in branches of conditions.
    RemoveRequirement {
        /// Of which output.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        output: Option<String>,
        /// From which section.
        section: Section,
        /// The package name.
        name: String,
    },
    /// Adds a patch at the end of a source's patches.
    AddPatch {
        /// Of which output.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        output: Option<String>,
        /// Which source, counted from 0 in file order, those in branches of conditions included.
        source: usize,
        /// The path of the patch.
        patch: String,
    },
    /// Removes a patch from a source.
    RemovePatch {
        /// Of which output.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        output: Option<String>,
        /// Which source, counted as for [`Edit::AddPatch`].
        source: usize,
        /// The path of the patch, as written.
        patch: String,
    },
    /// Sets the build number.
    SetBuildNumber {
        /// Of which output.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        output: Option<String>,
        /// The number.
        number: u64,
    },
    /// Sets the version. Where `package.version` is a variable of `context`, it is set there.
    SetVersion {
        /// Of which output; without it `recipe.version` in recipes with outputs.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        output: Option<String>,
        /// The version.
        version: String,
    },
    /// Sets a variable of `context`, which is made if there is none.
    SetContext {
        /// The variable.
        name: String,
        /// Its value; a text stays text, also where it looks like a number.
        value: EditValue,
    },
    /// Sets a value of a source, such as `url`, `sha256`, `tag` or `rev`.
    SetSource {
        /// Of which output.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        output: Option<String>,
        /// Which source, counted as for [`Edit::AddPatch`].
        source: usize,
        /// The key.
        key: String,
        /// Its value.
        value: EditValue,
    },
    /// Sets any other single value, such as `about.summary` or `build.noarch`.
    Set {
        /// Of which output.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        output: Option<String>,
        /// The keys that lead to it, from the output or the recipe on; items of lists by their numbers, from 0.
        path: Vec<String>,
        /// Its value.
        value: EditValue,
    },
    /// Removes a key with its value, such as `md5` of a source.
    Remove {
        /// Of which output.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        output: Option<String>,
        /// The keys that lead to it, from the output or the recipe on; items of lists by their numbers, from 0.
        path: Vec<String>,
    },
    /// Replaces a text in the inline build script, at every occurrence, also in branches of conditions. A line that
    /// becomes empty is removed.
    ReplaceScript {
        /// Of which output.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        output: Option<String>,
        /// Text within one line, or within several lines of the same item.
        find: String,
        /// The new text; one with line breaks becomes several lines or items.
        replace: String,
    },
    /// Adds a line to the inline build script: at the end, or next to the first line that contains a text.
    AddScriptLine {
        /// Of which output.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        output: Option<String>,
        /// The line.
        line: String,
        /// Text of the line that it goes before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        before: Option<String>,
        /// Text of the line that it goes after.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        after: Option<String>,
    },
    /// Removes a line of the inline build script, at every occurrence.
    RemoveScriptLine {
        /// Of which output.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        output: Option<String>,
        /// The whole line; white space around it does not count.
        line: String,
    },
    /// Adds a test at the end of the tests: of commands, or of Python imports.
    AddTest {
        /// Of which output.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        output: Option<String>,
        /// Commands of a script test.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        commands: Vec<String>,
        /// Modules of a Python test.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        imports: Vec<String>,
        /// What a script test needs besides the package.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        requirements: Vec<String>,
    },
    /// Adds a command at the end of a script test.
    AddTestCommand {
        /// Of which output.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        output: Option<String>,
        /// Which test, counted from 0 in file order, those in branches of conditions included.
        test: usize,
        /// The command.
        command: String,
    },
    /// Replaces a text in the commands, imports or file patterns of a test, at every occurrence.
    ReplaceTest {
        /// Of which output.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        output: Option<String>,
        /// Which test, counted as for [`Edit::AddTestCommand`].
        test: usize,
        /// Text within one item.
        find: String,
        /// The new text.
        replace: String,
    },
    /// Adds a dependency of a script test.
    AddTestRequirement {
        /// Of which output.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        output: Option<String>,
        /// Which test, counted as for [`Edit::AddTestCommand`].
        test: usize,
        /// To which section.
        section: TestSection,
        /// A match spec or a template.
        spec: String,
    },
}

/// A value that an edit writes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(untagged)]
pub enum EditValue {
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// Text, or a template.
    Text(String),
}
