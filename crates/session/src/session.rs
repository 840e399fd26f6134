//! The session itself: holds the state and puts the stages of the way in order; does little on its own.

mod checkpoints;
mod create;
mod generated;
mod output_folder;
mod package;
mod rattler_build_compat;
mod recipe_script;
mod refresh;
mod registry;
mod staging;
mod state;
mod suggest;
mod sync;
mod test;

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError};

use serde::{Deserialize, Serialize};
use sidewinder_recipe::RenderedVariant;
use tokio::sync::{Mutex, MutexGuard};

use self::output_folder::OutputFolder;
pub use self::recipe_script::{RecipeScriptOptions, RecipeScriptUpdate};
pub use self::registry::{ListOptions, PruneOptions, PrunedSession, SessionInfo, SessionState};
use self::registry::{Registered, Registry};
use self::state::{CurrentState, State};
pub use self::sync::{EnvironmentChanges, SyncOptions, SyncResult};
pub use self::test::{ContentsResult, OpenTest, RecipeTest, TestChoice, TestKind};
use crate::cancel::Cancel;
use crate::environment::{
    AddRequest, Channels, EnvironmentChange, EnvironmentLock, InstalledPackage, Platforms, RemoveRequest,
    SharedClients, SolveSettings, add_packages, cache_dir, lock_installed, packages, remove_packages, resolve,
};
use crate::error::{Error, Result};
use crate::layout::{BuildFolder, DebugPaths, Layout, SessionLock, check_folder, is_temporary_root};
use crate::options::SessionOptions;
use crate::patch::{Patch, PatchOptions, PatchRequest, RecordedRun, create_patch};
use crate::progress::{Environment, Progress};
use crate::script::{
    self, CallerEnvironment, Command, EditedPackage, OutputSink, RunOptions, RunRequest, ScriptResult, ScriptSource,
    StdinStream, Usage,
};

/// A build environment that is set up but not run: run, look, change, run again.
///
/// One thing happens at a time: a second run, or adding packages during a run, is refused with [`Error::Busy`]. The
/// build folder is held against other sessions, of this process and others, until the session is closed or dropped.
#[derive(Debug)]
pub struct DebugSession {
    layout: Layout,
    output_folder: OutputFolder,
    state: CurrentState,
    services: SharedClients,
    settings: SolveSettings,
    closed: AtomicBool,
    /// Stops what runs when the session is closed.
    life: Cancel,
    /// Held by what runs or changes the session; closing releases the lock on the folder.
    working: Mutex<Option<Hold>>,
    /// What its runs used.
    usage: std::sync::Mutex<Usage>,
}

/// What a session has as long as it lives.
#[derive(Debug)]
struct Hold {
    /// Its build folder.
    lock: SessionLock,
    /// Its place in the registry.
    registered: Option<Registered>,
}

/// What is run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Run {
    /// The build script.
    Script,
    /// One command in the environment of the build.
    Command(Command),
}

/// Settings of [`DebugSession::add_packages`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields))]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct AddOptions {
    /// To which environment. Default: host.
    pub environment: Option<Environment>,
    /// Channels in place of the session's own.
    pub channels: Option<Vec<String>>,
    /// Whether packages are only chosen, and nothing is changed. Default: false.
    pub dry_run: Option<bool>,
}

/// Settings of [`DebugSession::remove_packages`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields))]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct RemoveOptions {
    /// From which environment. Default: host.
    pub environment: Option<Environment>,
    /// Whether nothing is changed. Default: false.
    pub dry_run: Option<bool>,
}

/// Settings of [`DebugSession::close`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields))]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct CloseOptions {
    /// Keeps the folders although the session made them.
    pub keep: bool,
    /// Removes the build folder although it is in an output folder that was given.
    pub remove: bool,
}

impl DebugSession {
    /// Takes up a session that an earlier process left, by its work, build or output folder. Nothing is solved,
    /// installed or written; the settings of its creation remain, except for caches, credentials and offline mode, which
    /// `options` give.
    ///
    /// The folder may also be one that rattler-build made: what is not written down there, such as the recipe and the
    /// channels, is not known then.
    ///
    /// # Errors
    /// [`Error::NotASession`], [`Error::Busy`] while another live session holds the folder, [`Error::Io`].
    pub async fn attach(dir: &Path, options: SessionOptions, progress: Progress, cancel: &Cancel) -> Result<Self> {
        cancel.check()?;
        let (layout, mut state) = match Layout::read_state::<State>(dir) {
            Err(error @ Error::NotASession { .. }) => rattler_build_compat::read(dir)?.ok_or(error)?,
            read => read?,
        };
        let lock = layout.lock()?;
        if sync::recover(&layout)? {
            progress.warn("The last sync of the session was interrupted; its work folder is what it was before");
        }
        if state.temporary_root.as_ref().is_some_and(|root| !is_temporary_root(root, &layout.build_dir)) {
            let reason = "`session.json` names folders that are not the session's own".to_owned();
            return Err(Error::NotASession { path: layout.build_dir, reason });
        }
        state.options.cache_dir = options.cache_dir.or(state.options.cache_dir);
        state.options.auth_file = options.auth_file.or(state.options.auth_file);
        state.options.offline = options.offline;
        let services = SharedClients::shared(&state.options)?;
        services.notes().iter().for_each(|note| progress.warn(note.clone()));
        let settings = SolveSettings::from_options(&state.options, &state.variant, &layout.output_dir)?;
        let output_folder = OutputFolder::of(&layout, state.temporary_root.as_deref());
        let root = output_folder.temporary_root();
        let registered = Registry::new(services.cache_dir()).enter_again(&layout.build_dir, root, &state.variant);
        progress.info(format!("Attached to {}", layout.build_dir.display()));
        Ok(Self {
            layout,
            output_folder,
            state: CurrentState::new(state),
            services,
            settings,
            closed: AtomicBool::new(false),
            life: Cancel::new(),
            working: Mutex::new(Some(Hold { lock, registered })),
            usage: std::sync::Mutex::default(),
        })
    }

    /// Its folders and files.
    #[must_use]
    pub fn paths(&self) -> DebugPaths {
        self.layout.paths()
    }

    /// What it was made from, or refreshed from last.
    #[must_use]
    pub fn variant(&self) -> RenderedVariant {
        self.state().variant.clone()
    }

    /// What the set-up logged, line by line.
    #[must_use]
    pub fn setup_log(&self) -> Vec<String> {
        self.state().setup_log.clone()
    }

    /// The build script as it is on disk.
    ///
    /// # Errors
    /// [`Error::Io`], [`Error::Closed`].
    pub async fn read_build_script(&self) -> Result<String> {
        self.check_open()?;
        let path = self.layout.build_script();
        fs_err::tokio::read_to_string(&path).await.map_err(Error::io("cannot read", path))
    }

    /// Replaces the build script; whole or not at all, and it stays executable.
    ///
    /// # Errors
    /// [`Error::Replaced`] when the work folder was, [`Error::Io`], [`Error::Closed`].
    pub async fn write_build_script(&self, text: &str) -> Result<()> {
        self.check_open()?;
        self.layout.check_own()?;
        script::replace(&self.layout, text)
    }

    /// Runs the build script or a command. A script that fails is a result, not an error. Nothing is solved or
    /// installed.
    ///
    /// # Errors
    /// [`Error::Busy`], [`Error::Closed`], [`Error::Cancelled`], and those of [`script::run`].
    pub async fn run(
        &self,
        what: Run,
        options: RunOptions,
        cancel: &Cancel,
        on_output: Option<OutputSink>,
    ) -> Result<ScriptResult> {
        self.run_with_stdin(what, options, None, cancel, on_output).await
    }

    /// As [`Self::run`], with a standard input that is written while it runs.
    ///
    /// # Errors
    /// As [`Self::run`].
    pub async fn run_with_stdin(
        &self,
        what: Run,
        options: RunOptions,
        stdin: Option<StdinStream>,
        cancel: &Cancel,
        on_output: Option<OutputSink>,
    ) -> Result<ScriptResult> {
        let _working = self.begin()?;
        self.layout.check_own()?;
        let _recorded = matches!(what, Run::Script).then(|| RecordedRun::start(&self.layout.build_dir));
        let caller = CallerEnvironment::of_process();
        let state = self.state();
        let subject = staging::subject(&state.variant, &state.options)?;
        let request = RunRequest {
            layout: &self.layout,
            caller: &caller,
            isolation: state.options.isolation,
            network: state.options.network.unwrap_or(true),
            limits: state.options.limits,
            sandbox: state.options.sandbox.as_ref(),
            pass_env: &state.options.pass_env,
            secrets: ScriptSource::of_build(&subject.recipe.build).secrets(),
            options: &options,
            stdin: stdin.as_ref(),
        };
        self.until_closed(cancel, async |cancel| {
            let running = self.services.begin_run(&self.prefixes());
            let result = match &what {
                Run::Script => script::run(request, cancel, on_output).await,
                Run::Command(command) => script::exec(request, command, cancel, on_output).await,
            };
            drop(running);
            // Also after a failure: other sessions must get the original of what was edited.
            let edited = self.edited_packages().await;
            let mut result = result?;
            result.edited_packages = edited;
            self.usage.lock().unwrap_or_else(PoisonError::into_inner).add(&result.usage);
            // The run is over: what keeps suggestions from being found, cancellation included, must
            // not lose its result.
            let script = match &what {
                Run::Script if !result.success => self.read_build_script().await.ok(),
                _ => None,
            };
            let _ = cancel.run(self.suggest(&mut result.diagnosis, script.as_deref())).await;
            Ok(result)
        })
        .await
    }

    /// The installed files that were edited since the last check. A failure to find them must not lose the result of a
    /// run.
    async fn edited_packages(&self) -> Vec<EditedPackage> {
        let edited = self.services.edited_files(&self.prefixes()).await;
        self.by_environment(edited.unwrap_or_else(|error| {
            tracing::warn!("cannot check installed files for edits: {error}");
            Vec::new()
        }))
    }

    /// Reads all installed files that the session shares with others and compares their checksums with those that the
    /// packages list. A file that differs becomes private to the session; the shared copy is restored from the archive.
    ///
    /// Runs compare sizes, times, modes, owners and inodes only. This also finds what leaves no trace there, such as a
    /// failing disk.
    ///
    /// # Errors
    /// [`Error::Busy`], [`Error::Closed`], [`Error::Cancelled`]; [`Error::Io`] when an environment or the package pool
    /// cannot be read or written.
    pub async fn verify_packages(&self, cancel: &Cancel) -> Result<Vec<EditedPackage>> {
        let _working = self.begin()?;
        let edited = self.until_closed(cancel, async |_| self.services.verify_files(&self.prefixes()).await).await?;
        Ok(self.by_environment(edited))
    }

    fn by_environment(&self, edited: Vec<sidewinder_installer::EditedFile>) -> Vec<EditedPackage> {
        let environment = |prefix: &Path| match prefix == self.layout.host_prefix {
            true => Environment::Host,
            false => Environment::Build,
        };
        let edited = edited.into_iter().map(|file| EditedPackage {
            environment: environment(&file.prefix),
            package: file.package,
            path: file.path,
        });
        edited.collect()
    }

    /// The prefixes of the session: one where build and host are merged.
    fn prefixes(&self) -> Vec<&Path> {
        let (build, host) = (self.layout.build_prefix.as_path(), self.layout.host_prefix.as_path());
        if build == host { vec![host] } else { vec![build, host] }
    }

    /// What all runs since the session was created or attached used.
    #[must_use]
    pub fn usage(&self) -> Usage {
        *self.usage.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A text in which the secrets that the recipe names are replaced by `********`, as in the output of a run: what the
    /// script wrote to files may contain them.
    ///
    /// # Errors
    /// Those of a variant whose staging output is missing.
    pub fn mask(&self, text: &str) -> Result<String> {
        let state = self.state();
        let subject = staging::subject(&state.variant, &state.options)?;
        let secrets = ScriptSource::of_build(&subject.recipe.build).secrets();
        Ok(script::mask(text, secrets, &CallerEnvironment::of_process()))
    }

    /// Adds packages to an environment. What is installed stays as it is, and so does what the script made. The
    /// environment's activation is brought up to date; the build script stays.
    ///
    /// # Errors
    /// [`Error::Solve`] when they do not fit what is installed, and those of [`add_packages`].
    pub async fn add_packages(
        &self,
        specs: &[String],
        options: AddOptions,
        progress: Progress,
        cancel: &Cancel,
    ) -> Result<EnvironmentChange> {
        let _working = self.begin()?;
        self.layout.check_own()?;
        check_folder(&self.prefix(options.environment.unwrap_or(Environment::Host)).join("conda-meta"))?;
        let environment = options.environment.unwrap_or(Environment::Host);
        let state = self.state();
        let platforms = Platforms::of(&state.variant)?;
        let settings = self.settings_with(options.channels.as_deref())?;
        let request = AddRequest {
            environment,
            prefix: self.prefix(environment),
            platform: if environment == Environment::Build { platforms.build } else { platforms.host },
            specs,
            settings: &settings,
            dry_run: options.dry_run.unwrap_or(false),
        };
        self.until_closed(cancel, async |cancel| {
            let before = package::installed_paths(&self.layout)?;
            let added = add_packages(request, &self.services, &progress, cancel).await?;
            if request.dry_run {
                return Ok(added.change);
            }
            package::record_additions(&self.layout, &before)?;
            if !added.change.is_empty() {
                create::refresh_activation(&self.layout, &state, &progress).await?;
            }
            let mut state = State::clone(&state);
            let known = state.added.of(environment);
            known.extend(specs.iter().filter(|spec| !known.contains(spec)).cloned().collect::<Vec<_>>());
            self.set_state(state)?;
            Ok(added.change)
        })
        .await
    }

    /// Removes packages from an environment, and the dependencies that nothing else needs. Files that belong to no package
    /// stay. The environment's activation is brought up to date; the build script stays.
    ///
    /// # Errors
    /// [`Error::Busy`], [`Error::Closed`], [`Error::Replaced`], and those of [`remove_packages`].
    pub async fn remove_packages(
        &self,
        names: &[String],
        options: RemoveOptions,
        progress: Progress,
        cancel: &Cancel,
    ) -> Result<EnvironmentChange> {
        let _working = self.begin()?;
        self.layout.check_own()?;
        let environment = options.environment.unwrap_or(Environment::Host);
        check_folder(&self.prefix(environment).join("conda-meta"))?;
        let state = self.state();
        let platforms = Platforms::of(&state.variant)?;
        let request = RemoveRequest {
            environment,
            prefix: self.prefix(environment),
            platform: if environment == Environment::Build { platforms.build } else { platforms.host },
            names,
            dry_run: options.dry_run.unwrap_or(false),
        };
        self.until_closed(cancel, async |cancel| {
            let change = remove_packages(request, &self.services, &progress, cancel).await?;
            if request.dry_run || change.is_empty() {
                return Ok(change);
            }
            create::refresh_activation(&self.layout, &state, &progress).await?;
            let mut state = State::clone(&state);
            state
                .added
                .of(environment)
                .retain(|spec| !change.removed.iter().any(|gone| names_package(spec, &gone.name)));
            self.set_state(state)?;
            Ok(change)
        })
        .await
    }

    /// The exact packages of both environments; [`SessionOptions::lock`] installs exactly those.
    ///
    /// # Errors
    /// [`Error::Io`], [`Error::Closed`].
    pub async fn lock(&self) -> Result<EnvironmentLock> {
        self.check_open()?;
        let platforms = Platforms::of(&self.state().variant)?;
        lock_installed(&self.layout.build_prefix, &self.layout.host_prefix, platforms).await
    }

    /// Chooses the packages of both environments as [`DebugSession::create`] does, for each of the platforms, or for that
    /// of the variant where none is named. Nothing is installed.
    ///
    /// # Errors
    /// Those of [`resolve`].
    pub async fn solve(
        variant: &RenderedVariant,
        options: &SessionOptions,
        platforms: &[String],
        progress: &Progress,
        cancel: &Cancel,
    ) -> Result<Vec<EnvironmentLock>> {
        cancel.check()?;
        let services = SharedClients::shared(options)?;
        services.notes().iter().for_each(|note| progress.warn(note.clone()));
        let subject = staging::subject(variant, options)?;
        let output_dir = options.output_dir.clone().unwrap_or_else(crate::layout::temporary_folder);
        let mut settings = SolveSettings::from_options(options, &subject, &output_dir)?;
        if options.output_dir.is_none() {
            settings.channels = settings.channels.without_output_folder();
        }
        let mut solutions = Vec::new();
        let named: Vec<_> = platforms.iter().map(|platform| on_platform(&subject, platform)).collect();
        let variants = if named.is_empty() { vec![subject.into_owned()] } else { named };
        for variant in &variants {
            let platforms = Platforms::of(variant)?;
            let resolved = resolve(variant, &settings, &services, progress, cancel).await?;
            solutions.push(EnvironmentLock::of_resolved(&resolved, platforms));
        }
        Ok(solutions)
    }

    /// What is installed in an environment, sorted by name.
    ///
    /// # Errors
    /// [`Error::Io`], [`Error::Closed`].
    pub async fn packages(&self, environment: Environment) -> Result<Vec<InstalledPackage>> {
        self.check_open()?;
        packages(self.prefix(environment)).await
    }

    /// Makes a patch of what changed in the work folder.
    ///
    /// # Errors
    /// [`Error::MakePatch`], [`Error::Patch`], [`Error::Missing`], [`Error::Io`], [`Error::Busy`], [`Error::Closed`].
    pub async fn create_patch(&self, options: PatchOptions, progress: Progress, cancel: &Cancel) -> Result<Patch> {
        let variant = self.variant();
        self.on_folders(cancel, move |layout, cancel| {
            layout.check_own()?;
            let request = PatchRequest { layout, variant: Some(&variant), options: &options };
            create_patch(request, &progress, cancel)
        })
        .await
    }

    /// Ends what runs, waits for its end, releases the folder, and removes what the session made: its temporary folder,
    /// or if wanted its build folder in an `outputDir` that was given. Closing twice is fine; after an error, closing again
    /// goes on.
    ///
    /// # Errors
    /// [`Error::InvalidOption`] for keeping and removing at once, [`Error::Io`] when something cannot be removed: the
    /// session is then closed to everything else, but its folder is still locked and registered.
    pub async fn close(&self, options: CloseOptions) -> Result<()> {
        self.close_unless(options, &Cancel::new()).await
    }

    /// As [`Self::close`], and stops waiting for what runs when the handle is used. A removal that has begun is finished.
    ///
    /// # Errors
    /// Those of [`Self::close`], [`Error::Cancelled`].
    pub async fn close_unless(&self, options: CloseOptions, cancel: &Cancel) -> Result<()> {
        if options.keep && options.remove {
            let reason = "`keep` and `remove` cannot be combined".to_owned();
            return Err(Error::InvalidOption { option: "remove", reason });
        }
        self.closed.store(true, Ordering::SeqCst);
        self.life.cancel();
        let mut working = cancel.run(async { Ok::<_, Error>(self.working.lock().await) }).await?;
        if working.is_none() {
            return Ok(());
        }
        let is_temporary = self.output_folder.temporary_root().is_some();
        if !options.keep {
            // Daemons too, also where the folders stay as they were given.
            let work_dir = self.layout.work_dir.clone();
            let _ = tokio::task::spawn_blocking(move || crate::script::end_processes_of(&work_dir)).await;
        }
        if options.keep || !(is_temporary || options.remove) {
            // Other sessions must get the original of what was edited since the last run.
            self.edited_packages().await;
        } else {
            // What cannot be repaired now is found by the next session that links the package.
            if let Err(error) = self.services.release(&self.prefixes()).await {
                tracing::warn!("cannot release the packages of a session: {error}");
            }
            if is_temporary { self.output_folder.remove().await } else { self.remove_build_folder().await }?;
        }
        let Some(Hold { lock, registered }) = working.take() else { return Ok(()) };
        // Also what somebody else removed is not a session any more.
        let is_left = self.layout.build_dir.is_dir();
        match registered {
            Some(registered) if is_left => registered.keep(),
            Some(registered) => registered.forget(),
            None => {}
        }
        drop(lock);
        Ok(())
    }

    /// While the session is held, so that nobody takes it up meanwhile.
    async fn remove_build_folder(&self) -> Result<()> {
        let folder = BuildFolder::new(&self.layout.build_dir);
        let removed = tokio::task::spawn_blocking(move || folder.remove());
        removed.await.map_err(|error| Error::Internal { reason: error.to_string() })?
    }

    /// The folders of a session, by its work, build or output folder, which stands for its latest session. Unlike
    /// [`Self::attach`] it takes nothing, so the session may be in use.
    ///
    /// # Errors
    /// [`Error::NotASession`], [`Error::Io`].
    pub fn find(dir: &Path) -> Result<DebugPaths> {
        Layout::find(dir).map(|layout| layout.paths())
    }

    /// The sessions of this machine, the latest first.
    ///
    /// # Errors
    /// [`Error::InvalidOption`] when there is no cache folder to look in.
    pub fn list(options: &ListOptions) -> Result<Vec<SessionInfo>> {
        Ok(Registry::new(&cache_dir(options.cache_dir.as_deref())?).list())
    }

    /// Removes the folders of sessions whose process ended without closing them, and if wanted of those that were closed
    /// and kept. Returns what became of each. Then copies of unpacked packages that no session has links to are removed
    /// from the cache, except those that the next session starts with. What a live session has is never touched.
    ///
    /// # Errors
    /// [`Error::InvalidOption`], [`Error::Cancelled`]; [`Error::Io`] when the cache cannot be trimmed. A session that
    /// cannot be removed is not an error: its result says why.
    pub fn prune(options: &PruneOptions, progress: &Progress, cancel: &Cancel) -> Result<Vec<PrunedSession>> {
        let cache = cache_dir(options.cache_dir.as_deref())?;
        let pruned = Registry::new(&cache).prune(options, progress, cancel)?;
        crate::environment::trim(&cache).map_err(Error::io("cannot remove unpacked packages from", &cache))?;
        Ok(pruned)
    }

    fn state(&self) -> Arc<State> {
        self.state.get()
    }

    /// Replaces the state, on disk too.
    fn set_state(&self, state: State) -> Result<()> {
        // The state of another tool's session is read from that tool's files.
        if !state.is_foreign() {
            self.layout.write_state(&state.without_secrets())?;
        }
        self.state.set(state);
        Ok(())
    }

    fn prefix(&self, environment: Environment) -> &Path {
        match environment {
            Environment::Build => &self.layout.build_prefix,
            Environment::Host => &self.layout.host_prefix,
        }
    }

    /// The settings that the session was set up with, not those written down: these hold no secrets.
    fn settings_with(&self, channels: Option<&[String]>) -> Result<SolveSettings> {
        let mut settings = self.settings.clone();
        if channels.is_some() {
            let root = std::env::current_dir().map_err(Error::io("cannot find the current folder", "."))?;
            settings.channels = Channels::parse(channels, &root)?.with_output_folder(&self.layout.output_dir);
        }
        Ok(settings)
    }

    fn check_open(&self) -> Result<()> {
        if self.closed.load(Ordering::SeqCst) { Err(Error::Closed) } else { Ok(()) }
    }

    fn begin(&self) -> Result<MutexGuard<'_, Option<Hold>>> {
        self.check_open()?;
        self.working.try_lock().map_err(|_| {
            let reason = "the session is busy: a script runs, or packages are being added".to_owned();
            Error::Busy { reason }
        })
    }

    /// Does work that ends with [`Error::Cancelled`] when the caller says so, and with [`Error::Closed`] when the
    /// session is closed.
    async fn until_closed<T>(&self, cancel: &Cancel, work: impl AsyncFnOnce(&Cancel) -> Result<T>) -> Result<T> {
        let child = cancel.child();
        let result = {
            let work = work(&child);
            tokio::pin!(work);
            tokio::select! {
                result = &mut work => result,
                () = self.life.cancelled() => {
                    child.cancel();
                    work.await
                }
            }
        };
        match result {
            Err(Error::Cancelled) if !cancel.is_cancelled() => Err(Error::Closed),
            result => result,
        }
    }
}

/// Blocking work off the runtime's threads.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|error| Error::Internal { reason: error.to_string() })?
}

/// Whether a match spec is about a package.
fn names_package(spec: &str, name: &str) -> bool {
    spec.split(|c: char| c.is_whitespace() || "<>=!~[".contains(c))
        .next()
        .is_some_and(|of| of.eq_ignore_ascii_case(name))
}

/// The variant as it is for a package of another platform. A build environment for the same platform moves along.
fn on_platform(variant: &RenderedVariant, platform: &str) -> RenderedVariant {
    let mut variant = variant.clone();
    if variant.build_platform == variant.host_platform || variant.noarch.is_some() {
        platform.clone_into(&mut variant.build_platform);
    }
    platform.clone_into(&mut variant.host_platform);
    if variant.target_platform != "noarch" {
        platform.clone_into(&mut variant.target_platform);
    }
    variant
}
