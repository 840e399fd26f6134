//! Setting a session up: folders → staging output → sources and environments side by side → scripts.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::{SystemTime, UNIX_EPOCH};

use sidewinder_recipe::RenderedVariant;
use tokio::sync::Mutex;

use super::output_folder::OutputFolder;
use super::registry::Registry;
use super::state::{CurrentState, State};
use super::test::TestSetup;
use super::{DebugSession, Hold, blocking};
use super::{generated, package, staging};
use crate::cancel::Cancel;
use crate::environment::{self, AddedSpecs, Prefixes, Resolved, RunDependencies, SharedClients, SolveSettings};
use crate::error::{Error, Result};
use crate::layout::{Layout, LayoutRequest};
use crate::options::{SessionOptions, Staging};
use crate::progress::{Phase, Progress};
use crate::redact::redact;
use crate::script::{self, CallerEnvironment, HostPython, RecipeLines, ScriptSource, Shell, VariableInput};
use crate::sources::{self, Limits, SourceRequest};

impl DebugSession {
    /// Resolves dependencies, fetches sources, installs environments and writes the build script; runs nothing.
    ///
    /// After an error nothing of the session is left.
    ///
    /// # Errors
    /// [`Error::InvalidVariant`], [`Error::InvalidOption`], [`Error::PathTooLong`], [`Error::Busy`] while a live session
    /// holds the build folder, [`Error::Source`], [`Error::Checksum`], [`Error::Patch`], [`Error::Channel`],
    /// [`Error::InvalidSpec`], [`Error::Pin`], [`Error::Solve`], [`Error::RunExports`], [`Error::Install`],
    /// [`Error::Script`], [`Error::Io`], [`Error::Cancelled`].
    pub async fn create(
        variant: RenderedVariant,
        options: SessionOptions,
        progress: Progress,
        cancel: &Cancel,
    ) -> Result<Self> {
        Self::create_for(None, variant, options, progress, cancel).await
    }

    /// Creates a session for the build of a variant, or for a test of a package.
    pub(super) async fn create_for(
        test: Option<TestSetup>,
        variant: RenderedVariant,
        options: SessionOptions,
        progress: Progress,
        cancel: &Cancel,
    ) -> Result<Self> {
        cancel.check()?;
        if options.network == Some(false) {
            blocking(script::check_network_isolation).await?;
        }
        let services = SharedClients::shared(&options)?;
        services.notes().iter().for_each(|note| progress.warn(note.clone()));
        let output_folder = OutputFolder::choose(options.output_dir.as_deref())?;
        let registry = Registry::new(services.cache_dir());
        let folder = output_folder.clone();
        match Self::create_in(test, folder, &registry, variant, options, services, progress, cancel).await {
            Ok(session) => Ok(session),
            Err(error) => {
                // The error is what matters, also when the folder cannot be removed.
                let _ = output_folder.remove().await;
                if let Some(root) = output_folder.temporary_root() {
                    registry.forget(root);
                }
                Err(error)
            }
        }
    }

    #[expect(clippy::too_many_arguments, reason = "called once, right above")]
    async fn create_in(
        test: Option<TestSetup>,
        output_folder: OutputFolder,
        registry: &Registry,
        variant: RenderedVariant,
        options: SessionOptions,
        services: SharedClients,
        progress: Progress,
        cancel: &Cancel,
    ) -> Result<Self> {
        // Before there is anything that a killed process could leave behind.
        let root = output_folder.temporary_root();
        let early = root.and_then(|root| registry.enter(root, Some(root), &variant));
        output_folder.make()?;
        let layout = Layout::plan(LayoutRequest {
            output_dir: output_folder.path(),
            name: staging::subject_name(&variant, &options),
            recipe_path: variant.recipe_path.as_deref().map(Path::new),
            merged: variant.recipe.build.merge_build_and_host_envs,
            no_build_id: options.no_build_id.unwrap_or(true),
        })?;
        let layout = if test.is_some() { layout.for_test() } else { layout };
        if let Some(test) = &test {
            test.publish(&layout)?;
        }
        let settings = SolveSettings::from_options(&options, &variant, &layout.output_dir)?;
        note_channels(&options, &variant, &progress);
        warn_of_spaces(&layout, &progress);
        let lock = layout.lock()?;
        let registered = match early {
            Some(early) => Some(early.at(&layout.build_dir)),
            None => registry.enter(&layout.build_dir, None, &variant),
        };
        blocking({
            let layout = layout.clone();
            move || {
                if layout.work_dir.exists() {
                    script::check_no_kept_run(&layout)?;
                    // What runs still of a session whose process was killed.
                    script::end_processes_of(&layout.work_dir);
                }
                layout.make()
            }
        })
        .await?;
        if let Err(error) = check_enforceable(&layout, &options).await {
            let _ = remove_new(&layout).await;
            registry.forget(&layout.build_dir);
            return Err(error);
        }
        let mut state = State {
            variant,
            options: without_secrets(options)?,
            created: SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs()),
            setup_log: Vec::new(),
            added: AddedSpecs::default(),
            temporary_root: output_folder.temporary_root().map(Path::to_path_buf),
            test: test.as_ref().map(|test| test.open.clone()),
        };
        if let Err(error) = fill(&layout, &mut state, test, &settings, &services, &progress, cancel).await {
            let _ = remove_new(&layout).await;
            registry.forget(&layout.build_dir);
            return Err(error);
        }
        Ok(Self {
            layout,
            output_folder,
            state: CurrentState::new(state),
            services,
            settings: settings.without_lock(),
            closed: AtomicBool::new(false),
            life: Cancel::new(),
            working: Mutex::new(Some(Hold { lock, registered })),
            usage: std::sync::Mutex::default(),
        })
    }
}

/// Refuses limits and a sandbox that the first run would be refused for, before anything is downloaded.
async fn check_enforceable(layout: &Layout, options: &SessionOptions) -> Result<()> {
    let (layout, limits, sandbox) = (layout.clone(), options.limits, options.sandbox.clone());
    let network = options.network.unwrap_or(true);
    blocking(move || script::check_enforceable(limits, sandbox.as_ref(), network, &layout)).await
}

async fn remove_new(layout: &Layout) -> Result<()> {
    let layout = layout.clone();
    blocking(move || layout.remove_build_dir()).await
}

/// Many build systems cannot handle them, and fail in ways that do not name the reason.
fn warn_of_spaces(layout: &Layout, progress: &Progress) {
    if layout.build_dir.to_string_lossy().contains(char::is_whitespace) {
        progress.warn(format!(
            "The path of the build folder contains spaces, which many build systems cannot handle: {}",
            layout.build_dir.display()
        ));
    }
}

/// Says where channels come from that the caller did not name.
fn note_channels(options: &SessionOptions, variant: &RenderedVariant, progress: &Progress) {
    if options.channels.is_none()
        && let Some(channels) = environment::channel_sources(variant)
    {
        let channels: Vec<_> = channels.iter().map(|channel| redact(channel)).collect();
        progress.info(format!("Channels from `channel_sources` of the variant: {}", channels.join(", ")));
    }
}

/// What the folders of a session are filled from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Setup<'a> {
    pub(super) layout: &'a Layout,
    pub(super) variant: &'a RenderedVariant,
    /// Whether the variant stands for a staging output.
    pub(super) is_staging: bool,
    /// Whether the variant stands for a test of a package.
    pub(super) is_test: bool,
    pub(super) options: &'a SessionOptions,
    pub(super) settings: &'a SolveSettings,
    pub(super) services: &'a SharedClients,
    pub(super) created: u64,
    pub(super) progress: &'a Progress,
}

/// Fills the folders of a session.
async fn fill(
    layout: &Layout,
    state: &mut State,
    test: Option<TestSetup>,
    settings: &SolveSettings,
    services: &SharedClients,
    progress: &Progress,
    cancel: &Cancel,
) -> Result<()> {
    let variant = staging::subject(&state.variant, &state.options)?;
    let (options, created) = (&state.options, state.created);
    let is_staging = options.staging == Staging::Debug;
    let is_test = test.is_some();
    let setup =
        Setup { layout, variant: &variant, is_staging, is_test, options, settings, services, created, progress };
    let staged = staging::prepare(&setup, cancel).await?;
    let resolved = setup.sources_and_environments(staged.inherited.clone(), cancel).await?;
    package::record(layout, &resolved, staged.recorded.clone())?;
    staged.restore_prefix(&setup)?;
    cancel.check()?;
    setup.write_scripts(resolved.host.python().as_ref())?;
    generated::save(layout)?;
    if let Some(test) = test {
        let layout = layout.clone();
        blocking(move || test.fill(&layout)).await?;
    }
    state.setup_log = progress.log_lines();
    layout.write_state(&state.without_secrets())
}

impl Setup<'_> {
    /// Fetches the sources while the environments are solved and installed: neither needs the other. When one fails the
    /// other is stopped, and nothing runs on afterwards.
    pub(super) async fn sources_and_environments(
        &self,
        inherited: RunDependencies,
        cancel: &Cancel,
    ) -> Result<Resolved> {
        let Self { layout, variant, settings, services, progress, .. } = *self;
        let both = cancel.child();
        let cache_dir = source_cache(services);
        let request = SourceRequest {
            sources: &variant.recipe.source,
            layout,
            cache_dir: &cache_dir,
            client: services.client().clone(),
            offline: services.is_offline(),
            limits: Limits { dangerous_entries: self.options.archive_entries, ..Limits::default() },
            attestation: self.options.attestation,
        };
        let prefixes = Prefixes { build: &layout.build_prefix, host: &layout.host_prefix };
        let stop_on_error = |failed: bool| {
            if failed {
                both.cancel();
            }
        };
        let (sources, environments) = tokio::join!(
            async {
                let fetched = sources::fetch_all(request, progress, &both).await;
                stop_on_error(fetched.is_err());
                fetched.map(|_| ())
            },
            async {
                let installed =
                    environment::set_up_on(variant, inherited, settings, prefixes, services, progress, &both).await;
                stop_on_error(installed.is_err());
                installed
            },
        );
        match (sources, environments) {
            // Only the first failure is the cause; the other one was stopped because of it.
            (Err(Error::Cancelled), Err(error)) | (Err(error), _) | (Ok(()), Err(error)) => Err(error),
            (Ok(()), Ok(resolved)) => Ok(resolved),
        }
    }

    /// Writes the scripts for the environments as they are installed.
    pub(super) fn write_scripts(&self, python: Option<&HostPython>) -> Result<()> {
        let _phase = self.progress.phase(Phase::Script, None);
        let caller = CallerEnvironment::of_process();
        let input = VariableInput {
            variant: self.variant,
            layout: self.layout,
            python,
            caller: &caller,
            isolation: self.options.isolation,
            created: self.created,
            processors: processors(),
            shell: Shell::native(),
            is_staging: self.is_staging,
            is_test: self.is_test,
        };
        script::write(&input, ScriptSource::of_build(&self.variant.recipe.build), self.progress)
    }
}

/// Where downloaded sources are kept: with the packages, so that sessions in different folders share them.
pub(super) fn source_cache(services: &SharedClients) -> PathBuf {
    services.cache_dir().join("sidewinder").join("sources")
}

/// Brings the activation up to date after packages were added.
pub(super) async fn refresh_activation(layout: &Layout, state: &State, progress: &Progress) -> Result<()> {
    let is_edited = generated::is_edited(layout)?;
    on_installed(layout, state, |input, _| script::refresh(input, progress)).await?;
    // An edit has to be told from what was written, also the next time.
    if is_edited { Ok(()) } else { generated::save(layout) }
}

/// The recipe's part of the build script, for the environments as they are installed.
///
/// # Errors
/// Those of [`RecipeLines::of`].
pub(super) async fn recipe_lines(layout: &Layout, state: &State) -> Result<RecipeLines> {
    on_installed(layout, state, RecipeLines::of).await
}

/// Writes the scripts again for the environments as they are installed.
pub(super) async fn write_scripts_again(layout: &Layout, state: &State, progress: &Progress) -> Result<()> {
    on_installed(layout, state, |input, source| script::write(input, source, progress)).await
}

/// Work on the scripts of a session that is set up.
async fn on_installed<T>(
    layout: &Layout,
    state: &State,
    work: impl FnOnce(&VariableInput<'_>, ScriptSource<'_>) -> Result<T>,
) -> Result<T> {
    let python = environment::host_python(&layout.host_prefix).await?;
    let caller = CallerEnvironment::of_process();
    let variant = staging::subject(&state.variant, &state.options)?;
    let input = VariableInput {
        variant: &variant,
        layout,
        python: python.as_ref(),
        caller: &caller,
        isolation: state.options.isolation,
        created: state.created,
        processors: processors(),
        shell: Shell::native(),
        is_staging: state.options.staging == Staging::Debug,
        is_test: state.test.is_some(),
    };
    work(&input, ScriptSource::of_build(&variant.recipe.build))
}

fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// The options as they may be written down: channels without secrets and with absolute folders.
fn without_secrets(mut options: SessionOptions) -> Result<SessionOptions> {
    // Only the set-up installs from it.
    options.lock = None;
    for channel in options.channels.iter_mut().flatten() {
        if channel.starts_with('.') {
            let path = std::path::absolute(&channel).map_err(Error::io("cannot find", channel.as_str()))?;
            *channel = path.to_string_lossy().into_owned();
        }
        *channel = redact(channel);
    }
    let mirrors = std::mem::take(&mut options.mirrors);
    options.mirrors = mirrors
        .into_iter()
        .map(|(address, mirrors)| (redact(&address), mirrors.iter().map(|mirror| redact(mirror)).collect()))
        .collect();
    Ok(options)
}
