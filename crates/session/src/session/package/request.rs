//! What a session knows about its package.

use std::path::Path;

use rattler_conda_types::{GenericVirtualPackage, Subdir};
use serde_json::Value;
use sidewinder_package::{
    BuiltPackage, Configuration, Folders, Monitor, PackageOptions, PackageRequest, PackagedFile, Program,
    ProgramOutput, Recorded,
};
use tokio::runtime::Handle;

use super::super::State;
use super::recorded;
use super::scripts::resolve;
use crate::cancel::Cancel;
use crate::environment::{Platforms, SolveSettings, virtual_packages};
use crate::error::{Error, Result};
use crate::layout::Layout;
use crate::options::ChannelPriority;
use crate::progress::{Progress, ProgressEvent};
use crate::script::{Confined, run_confined};

/// Everything that a package is built from.
pub(super) struct Input {
    layout: Layout,
    /// Packaging runs outside of it, but what programs leave running is ended by it.
    runtime: Handle,
    state: std::sync::Arc<State>,
    folders: Folders,
    recorded: Recorded,
    configuration: Configuration,
    options: PackageOptions,
    watch: Watch,
}

/// Passes on what happens, and stops the work.
struct Watch {
    name: String,
    progress: Progress,
    cancel: Cancel,
}

impl Monitor for Watch {
    fn is_cancelled(&self) -> bool {
        self.cancel.is_cancelled()
    }

    fn info(&self, line: String) {
        self.progress.info(line);
    }

    fn written(&self, bytes: u64, total: u64) {
        self.progress.emit(ProgressEvent::Transfer { name: self.name.clone(), bytes, total: Some(total) });
    }
}

impl Input {
    pub(super) async fn collect(
        layout: &Layout,
        state: &std::sync::Arc<State>,
        settings: &SolveSettings,
        options: PackageOptions,
        progress: Progress,
        cancel: Cancel,
    ) -> Result<Self> {
        let variant = &state.variant;
        let recorded = recorded::read(layout)?.ok_or_else(|| Error::NotASession {
            path: layout.build_dir.clone(),
            reason: "what was installed into the host prefix is not recorded; create a new session".to_owned(),
        })?;
        let platforms = Platforms::of(variant)?;
        let timestamp = match options.source_date_epoch {
            Some(time) => time,
            None => source_date_epoch()?.unwrap_or(state.created),
        };
        let configuration = Configuration {
            channels: settings.channels.urls(),
            channel_priority: match settings.priority {
                ChannelPriority::Strict => "strict",
                ChannelPriority::Flexible => "flexible",
                ChannelPriority::Disabled => "disabled",
            }
            .to_owned(),
            host_virtual_packages: virtual_texts(platforms.host, &progress).await?,
            build_virtual_packages: virtual_texts(platforms.build, &progress).await?,
            sources: sources(layout, state)?,
            created: state.created,
            runs: recorded::runs(layout),
            timestamp,
        };
        let has_recipe = variant.recipe_path.is_some() && layout.recipe_path.is_file();
        let folders = Folders {
            host_prefix: layout.host_prefix.clone(),
            build_prefix: layout.build_prefix.clone(),
            work_dir: layout.work_dir.clone(),
            build_dir: layout.build_dir.clone(),
            recipe_dir: has_recipe.then(|| layout.recipe_dir.clone()),
            recipe_path: has_recipe.then(|| layout.recipe_path.clone()),
            output_dir: layout.output_dir.clone(),
            package_files: Some(layout.build_dir.join(".rattler-build-package-files")),
        };
        let name = format!("{}-{}-{}", variant.name, variant.version, variant.build_string);
        Ok(Self {
            layout: layout.clone(),
            runtime: Handle::current(),
            state: state.clone(),
            folders,
            recorded,
            configuration,
            options,
            watch: Watch { name, progress, cancel },
        })
    }

    pub(super) fn build(&self) -> Result<BuiltPackage> {
        self.with_request(|request| Ok(sidewinder_package::build(request)?))
    }

    pub(super) fn files(&self) -> Result<Vec<PackagedFile>> {
        self.with_request(|request| Ok(sidewinder_package::files(request)?))
    }

    fn with_request<T>(&self, work: impl FnOnce(&PackageRequest<'_>) -> Result<T>) -> Result<T> {
        let recipe_dir = self.folders.recipe_dir.clone();
        let target = self.state.variant.target_platform.clone();
        let resolve_script = move |script: &_| resolve(script, recipe_dir.as_deref(), &target);
        work(&PackageRequest {
            variant: &self.state.variant,
            folders: &self.folders,
            recorded: &self.recorded,
            configuration: &self.configuration,
            options: &self.options,
            monitor: &self.watch,
            resolve_script: &resolve_script,
            run_program: &|program| self.run_program(program),
        })
    }
}

impl Input {
    /// Runs a program of the prefix as the build script ran.
    fn run_program(&self, program: Program) -> std::result::Result<ProgramOutput, String> {
        let Program { command, input, writable, timeout } = program;
        let options = &self.state.options;
        let how = Confined {
            layout: &self.layout,
            sandbox: options.sandbox.as_ref(),
            network: options.network.unwrap_or(true),
            limits: options.limits,
            writable: &writable,
            timeout,
            runtime: &self.runtime,
        };
        let ended = run_confined(command, input, how, &self.watch.cancel).map_err(|error| error.to_string())?;
        Ok(ProgramOutput { stdout: ended.stdout, stderr: ended.stderr, failure: ended.failure })
    }
}

/// `SOURCE_DATE_EPOCH` of this process: the time that reproducible builds use in place of the current one.
fn source_date_epoch() -> Result<Option<u64>> {
    const NAME: &str = "SOURCE_DATE_EPOCH";
    let Ok(text) = std::env::var(NAME) else { return Ok(None) };
    if text.trim().is_empty() {
        return Ok(None);
    }
    text.trim().parse().map(Some).map_err(|_| Error::InvalidOption {
        option: NAME,
        reason: format!("expected a number of seconds, found `{}`", text.escape_debug()),
    })
}

async fn virtual_texts(platform: Subdir, progress: &Progress) -> Result<Vec<String>> {
    let text = |package: GenericVirtualPackage| {
        format!("{}={}={}", package.name.as_normalized(), package.version, package.build_string)
    };
    Ok(virtual_packages(platform, progress).await?.into_iter().map(text).collect())
}

/// The sources with the commits that were fetched, as they are written down in the work folder; those of the recipe if
/// the script removed that.
fn sources(layout: &Layout, state: &State) -> Result<Vec<Value>> {
    let written = read_sources(&layout.work_dir.join(".source_info.json"));
    let own = &state.without_secrets().variant.recipe.source;
    if let Some(written) = written.filter(|written| written.len() == own.len()) {
        return Ok(written);
    }
    own.iter()
        .map(|source| serde_json::to_value(source).map_err(|error| Error::Internal { reason: error.to_string() }))
        .collect()
}

fn read_sources(path: &Path) -> Option<Vec<Value>> {
    let is_file = std::fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_file());
    let text = is_file.then(|| std::fs::read(path).ok()).flatten()?;
    let mut info: Value = serde_json::from_slice(&text).ok()?;
    serde_json::from_value(info.get_mut("sources")?.take()).ok()
}
