//! Scripts of tests, read by the rules of build scripts.

use std::path::Path;

use sidewinder_package::ResolvedScript;
use sidewinder_recipe::stage1::Script;

use crate::script::{Shell, resolve_script};

/// What a test's script consists of.
pub(super) fn resolve(
    script: &Script,
    recipe_dir: Option<&Path>,
    target_platform: &str,
) -> std::result::Result<ResolvedScript, String> {
    let shell = if target_platform.starts_with("win-") { Shell::Cmd } else { Shell::Bash };
    let (interpreter, content) = resolve_script(script, recipe_dir, shell).map_err(|error| error.to_string())?;
    Ok(ResolvedScript { interpreter, content })
}
