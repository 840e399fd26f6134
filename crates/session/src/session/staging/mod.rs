//! Outputs that build on a staging output: what the staging output's script makes is part of what they are set up with.
//!
//! The staging output is set up and built in the build folder of the output, with the same prefixes, because paths of
//! both end up in what it makes. What it put into the host prefix and what it left in the work folder is kept in the
//! output folder's `build_cache`, under a key that follows from everything it was made from; the next set-up finds it
//! there unless something of that changed. Then the environments are set up again for the output, as in a build.

mod kept;
mod key;
mod tree;

use std::borrow::Cow;

use sidewinder_recipe::RenderedVariant;
use sidewinder_recipe::stage1::Build;

use self::kept::Kept;
use super::create::Setup;
use super::package;
use crate::cancel::Cancel;
use crate::environment::RunDependencies;
use crate::error::{Error, Result};
use crate::options::{SessionOptions, Staging};
use crate::script::{self, CallerEnvironment, RunOptions, RunRequest, ScriptSource};

/// Lines of the script's output that an error shows.
const LINES: usize = 20;

/// The variant that a session is about: the one given, or what stands for the staging output it builds on.
///
/// # Errors
/// [`Error::InvalidOption`] when the staging output is asked for and there is none, [`Error::InvalidVariant`].
pub(super) fn subject<'a>(variant: &'a RenderedVariant, options: &SessionOptions) -> Result<Cow<'a, RenderedVariant>> {
    if options.staging == Staging::Build {
        return Ok(Cow::Borrowed(variant));
    }
    of(variant)?.map(Cow::Owned).ok_or_else(|| Error::InvalidOption {
        option: "staging",
        reason: format!("the output `{}` builds on no staging output", variant.name),
    })
}

/// Name of the package or staging output that a session is about, which its build folder is named after.
pub(super) fn subject_name<'a>(variant: &'a RenderedVariant, options: &SessionOptions) -> &'a str {
    let staging = variant.recipe.inherits_from.as_ref().filter(|_| options.staging == Staging::Debug);
    staging.map_or(&variant.name, |inherits| &inherits.cache_name)
}

/// Whether the staging output that a variant builds on, and that was built for it, is not that of another one.
pub(super) fn is_changed(old: &RenderedVariant, new: &RenderedVariant, options: &SessionOptions) -> bool {
    if options.staging == Staging::Debug {
        return false;
    }
    let named = |variant: &RenderedVariant| {
        let inherits = variant.recipe.inherits_from.clone()?;
        let staging = variant.recipe.staging_caches.iter().find(|staging| staging.name == inherits.cache_name)?;
        serde_json::to_value((inherits, staging)).ok()
    };
    named(old) != named(new)
}

/// A variant that stands for the staging output that another one builds on, if it does.
fn of(variant: &RenderedVariant) -> Result<Option<RenderedVariant>> {
    let recipe = &variant.recipe;
    let Some(inherits) = &recipe.inherits_from else { return Ok(None) };
    let named = recipe.staging_caches.iter().find(|staging| staging.name == inherits.cache_name);
    let staging = named.ok_or_else(|| Error::InvalidVariant {
        reason: format!("it builds on the staging output `{}`, but does not hold it", inherits.cache_name),
    })?;
    let mut variant = variant.clone();
    let source = ScriptSource::of_staging(staging.build.as_ref());
    variant.recipe.build = Build {
        script: source.script.cloned(),
        steps: source.steps.map(<[_]>::to_vec),
        merge_build_and_host_envs: recipe.build.merge_build_and_host_envs,
        ..Build::default()
    };
    variant.recipe.source.clone_from(&staging.source);
    variant.recipe.requirements = staging.requirements.clone();
    variant.recipe.inherits_from = None;
    variant.recipe.staging_caches = Vec::new();
    Ok(Some(variant))
}

/// What a staging output left for the output that builds on it.
#[derive(Debug, Default)]
pub(super) struct Staged {
    kept: Option<Kept>,
    /// What its packages pass on to the package that is built.
    pub(super) inherited: RunDependencies,
    /// Its environments and sources, which the metadata of the package contains.
    pub(super) recorded: Option<sidewinder_package::RecordedStaging>,
}

impl Staged {
    /// Adds the files of the staging output to the host prefix.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub(super) fn restore_prefix(&self, setup: &Setup<'_>) -> Result<()> {
        let Some(kept) = &self.kept else { return Ok(()) };
        let files = tree::copy(&kept.prefix(), &setup.layout.host_prefix)?;
        setup.progress.info(format!("Restored {files} files of the staging output into the host environment"));
        Ok(())
    }
}

/// Builds the staging output that a variant builds on, or finds what it made before. Its work folder is then in place, and
/// both prefixes are empty.
///
/// # Errors
/// [`Error::Staging`] when its script fails, and those of setting up a session.
pub(super) async fn prepare(setup: &Setup<'_>, cancel: &Cancel) -> Result<Staged> {
    let Some(variant) = of(setup.variant)? else { return Ok(Staged::default()) };
    let (layout, progress) = (setup.layout, setup.progress);
    let inherits = setup.variant.recipe.inherits_from.as_ref();
    let name = inherits.map_or("", |inherits| inherits.cache_name.as_str());
    progress.info(format!("Setting up the staging output `{name}`"));
    // A lock is of the environments of the output.
    let settings = setup.settings.without_lock();
    let staging = Setup { variant: &variant, is_staging: true, settings: &settings, ..*setup };
    let resolved = staging.sources_and_environments(RunDependencies::default(), cancel).await?;
    cancel.check()?;
    staging.write_scripts(resolved.host.python().as_ref())?;
    let kept = Kept::new(layout, key::key(&staging, &resolved)?);
    if kept.is_there() {
        progress.info(format!("The staging output `{name}` was built before; taking what it made"));
        tree::clear(&layout.work_dir)?;
        tree::copy(&kept.work(), &layout.work_dir)?;
    } else {
        progress.info(format!("Building the staging output `{name}`"));
        let installed = package::installed_paths(layout)?;
        run(&staging, name, cancel).await?;
        kept.keep(layout, &installed)?;
    }
    let recorded = package::staging_of(layout, &variant, &resolved).await?;
    for prefix in [&layout.build_prefix, &layout.host_prefix] {
        tree::clear(prefix)?;
    }
    let inherits_exports = inherits.is_some_and(|inherits| inherits.inherit_run_exports);
    let inherited = if inherits_exports { resolved.run } else { RunDependencies::default() };
    Ok(Staged { kept: Some(kept), inherited, recorded: Some(recorded) })
}

/// Runs the script of a staging output.
async fn run(staging: &Setup<'_>, name: &str, cancel: &Cancel) -> Result<()> {
    let caller = CallerEnvironment::of_process();
    let options = RunOptions { max_output_bytes: Some(1 << 16), ..RunOptions::default() };
    let request = RunRequest {
        layout: staging.layout,
        caller: &caller,
        isolation: staging.options.isolation,
        network: staging.options.network.unwrap_or(true),
        limits: staging.options.limits,
        sandbox: staging.options.sandbox.as_ref(),
        pass_env: &staging.options.pass_env,
        secrets: ScriptSource::of_build(&staging.variant.recipe.build).secrets(),
        options: &options,
        stdin: None,
    };
    let result = script::run(request, cancel, None).await?;
    if result.success {
        return Ok(());
    }
    let output = format!("{}{}", result.stdout, result.stderr);
    let lines: Vec<&str> = output.trim_end().lines().collect();
    let tail = lines.get(lines.len().saturating_sub(LINES)..).unwrap_or_default().join("\n");
    Err(Error::Staging { name: name.to_owned(), exit_code: result.exit_code, output: tail })
}
