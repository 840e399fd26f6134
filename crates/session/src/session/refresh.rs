//! Writes the scripts again for the current recipe, while sources and environments stay.

use std::path::Path;

use sidewinder_recipe::RenderedVariant;

use super::state::State;
use super::{DebugSession, create, generated, staging};
use crate::error::{Error, Result};
use crate::progress::Progress;

impl DebugSession {
    /// Writes `build_env.sh` and `conda_build.sh` as setting up does, for another variant of the same package or, without
    /// one, for the one that the session has: script files of the recipe are read again then. Edits of both files are
    /// lost; the rest of the work folder and both environments stay. What the recipe requires now is not installed: see
    /// [`Self::add_packages`].
    ///
    /// # Errors
    /// [`Error::InvalidOption`] for a variant that is of another package, platform or folder, or merges its environments
    /// otherwise; [`Error::Script`], [`Error::Io`], [`Error::Replaced`], [`Error::Busy`], [`Error::Closed`].
    pub async fn refresh_scripts(&self, variant: Option<RenderedVariant>, progress: Progress) -> Result<()> {
        let _working = self.begin()?;
        self.layout.check_own()?;
        let mut state = State::clone(&self.state());
        match variant {
            Some(variant) => {
                self.check_variant(&state, &variant)?;
                state.variant = variant;
            }
            None if state.is_foreign() => {
                return Err(refused("another tool made the session, and its recipe is not known"));
            }
            None => {}
        }
        create::write_scripts_again(&self.layout, &state, &progress).await?;
        generated::save(&self.layout)?;
        self.layout.write_state(&state.without_secrets())?;
        self.state.set(state);
        Ok(())
    }

    /// Whether the folders of the session are those that another variant would have.
    pub(super) fn check_variant(&self, state: &State, variant: &RenderedVariant) -> Result<()> {
        let old = &state.variant;
        let name = |variant| staging::subject_name(variant, &state.options).to_lowercase();
        if name(old) != name(variant) {
            return Err(refused(&format!("the session is of `{}`, not of `{}`", name(old), name(variant))));
        }
        for (field, old, new) in [
            ("buildPlatform", &old.build_platform, &variant.build_platform),
            ("hostPlatform", &old.host_platform, &variant.host_platform),
        ] {
            if old != new {
                return Err(refused(&format!("`{field}` is `{new}`, but the environments are for `{old}`")));
            }
        }
        if variant.recipe.build.merge_build_and_host_envs != self.layout.merged {
            return Err(refused("`merge_build_and_host_envs` changed, which takes a new session"));
        }
        let folder = variant.recipe_path.as_deref().and_then(|path| Path::new(path).parent());
        let canonical = |folder: &Path| fs_err::canonicalize(folder).unwrap_or_else(|_| folder.to_path_buf());
        if folder.is_some_and(|folder| canonical(folder) != canonical(&self.layout.recipe_dir)) {
            let reason = format!("its recipe is not in `{}`, that of the session is", self.layout.recipe_dir.display());
            return Err(refused(&reason));
        }
        Ok(())
    }
}

fn refused(reason: &str) -> Error {
    Error::InvalidOption { option: "variant", reason: reason.to_owned() }
}
