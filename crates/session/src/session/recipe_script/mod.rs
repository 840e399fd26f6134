//! Carrying edits of the session's build script back into the recipe.
//!
//! The build script is a preamble and, behind it, the recipe's own lines. Those come from a file next to the recipe, or
//! from texts of the recipe whose templates were rendered. An edit of a line is an edit of what the line came from; the
//! templates of a line stay where the edit left their values alone.

mod inline;
mod lines;

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::{DebugSession, create, generated};
use crate::error::{Error, Result, SyncConflict};
use crate::script::RecipeLines;

/// What carrying edits of the build script into the recipe did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct RecipeScriptUpdate {
    /// The file that was changed: the recipe or its script; null if the script has no edits that it lacks.
    pub path: Option<PathBuf>,
    /// The new text of the file.
    pub text: Option<String>,
}

/// How edits are carried into the recipe.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct RecipeScriptOptions {
    /// Only work out the new text. Default: false.
    pub dry_run: bool,
}

impl DebugSession {
    /// Carries edits of the build script into the recipe: into its script file, or into the lines of an inline script.
    ///
    /// # Errors
    /// [`Error::SyncConflict`] for edits of lines that are not the recipe's, and where the recipe was changed meanwhile in
    /// the same place; [`Error::Script`] for scripts in `steps`, of other interpreters, and in recipes where the
    /// lines cannot be found; [`Error::Io`], [`Error::Busy`], [`Error::Closed`], [`Error::Replaced`].
    pub async fn update_recipe_script(&self, options: RecipeScriptOptions) -> Result<RecipeScriptUpdate> {
        let _working = self.begin()?;
        self.layout.check_own()?;
        let state = self.state();
        let script = self.layout.build_script();
        let kept = script.file_name().map(|name| generated::folder(&self.layout).join(name)).unwrap_or_default();
        let base = fs_err::read_to_string(&kept).map_err(Error::io("cannot read", &kept))?;
        let local = fs_err::read_to_string(&script).map_err(Error::io("cannot read", &script))?;
        if base == local {
            return Ok(RecipeScriptUpdate::default());
        }
        let lines = create::recipe_lines(&self.layout, &state).await?;
        let preamble = base.strip_suffix(lines.text().as_str()).ok_or_else(|| Error::Script {
            reason: "cannot carry edits into the recipe: its script was changed since the session was set up; \
                     bring the session in line with it first"
                .to_owned(),
        })?;
        let name = script.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let conflict =
            |reason: String| Error::SyncConflict { conflicts: vec![SyncConflict { path: name.clone(), reason }] };
        let Some(own) = local.strip_prefix(preamble) else {
            return Err(conflict(format!(
                "the lines before line {} are not from the recipe, and were edited",
                preamble.lines().count() + 1
            )));
        };
        let (path, text) = match &lines {
            RecipeLines::File { path, text } => (path.clone(), file_text(text, own)),
            RecipeLines::Inline(texts) => {
                let first = preamble.lines().count() + 1;
                let texts_after = lines::carry(texts, own, first).map_err(conflict)?;
                let recipe = &self.layout.recipe_path;
                let before = fs_err::read_to_string(recipe).map_err(Error::io("cannot read", recipe))?;
                (recipe.clone(), inline::edited(&before, &state.variant, texts, &texts_after)?)
            }
        };
        let now = fs_err::read_to_string(&path).map_err(Error::io("cannot read", &path))?;
        if now == text {
            return Ok(RecipeScriptUpdate::default());
        }
        if !options.dry_run {
            crate::patch::write_recipe_file(&path, &text)?;
        }
        Ok(RecipeScriptUpdate { path: Some(path), text: Some(text) })
    }
}

/// The new text of a script file. The script ends with a line break also where the file does not.
fn file_text(before: &str, own: &str) -> String {
    match own.strip_suffix('\n') {
        Some(text) if !before.ends_with('\n') => text.to_owned(),
        _ => own.to_owned(),
    }
}
