//! The session as JavaScript sees it.

use std::path::PathBuf;
use std::sync::Arc;

use napi::bindgen_prelude::PromiseRaw;
use napi::{Env, Result};
use napi_derive::napi;
use serde::de::DeserializeOwned;
use sidewinder_session::script::OutputSink;
use sidewinder_session::session::DebugSession;
use sidewinder_session::{Error, Progress, session};

use crate::callback::{Output, OutputCallback, OutputFlow, ProgressCallback, Reports};
use crate::environment::end_of;
use crate::error::{guard, to_js};
use crate::stdin::StdinWriter;
use crate::token::CancelToken;

/// Sets up a session; see `DebugSession::create`.
#[napi]
pub fn create_session<'env>(
    env: &'env Env,
    variant: String,
    options: String,
    cancel: &CancelToken,
    on_progress: Option<ProgressCallback>,
) -> Result<PromiseRaw<'env, NativeSession>> {
    crate::runtime::check().map_err(|error| to_js(&error))?;
    let cancel = cancel.cancel.clone();
    env.spawn_future(guard(move || async move {
        let variant = read("variant", &variant)?;
        let options = read("options", &options)?;
        let reports = Reports::to(on_progress);
        let created = DebugSession::create(variant, options, reports.progress.clone(), &cancel).await;
        let session = reports.flush(created).await?;
        Ok(NativeSession { session: Arc::new(session) })
    }))
}

/// Takes up a session that an earlier process left; see `DebugSession::attach`.
#[napi]
pub fn attach_session<'env>(
    env: &'env Env,
    dir: String,
    options: String,
    cancel: &CancelToken,
    on_progress: Option<ProgressCallback>,
) -> Result<PromiseRaw<'env, NativeSession>> {
    crate::runtime::check().map_err(|error| to_js(&error))?;
    let cancel = cancel.cancel.clone();
    env.spawn_future(guard(move || async move {
        let options = read("options", &options)?;
        let reports = Reports::to(on_progress);
        let attached = DebugSession::attach(&PathBuf::from(dir), options, reports.progress.clone(), &cancel).await;
        let session = reports.flush(attached).await?;
        Ok(NativeSession { session: Arc::new(session) })
    }))
}

/// The folders of a session that may be in use, as JSON text; see `DebugSession::find`.
#[napi]
pub fn find_session(dir: String) -> Result<String> {
    DebugSession::find(&PathBuf::from(dir)).and_then(|paths| write(&paths)).map_err(|error| to_js(&error))
}

/// The sessions of this machine, as JSON text; see `DebugSession::list`.
#[napi]
pub fn list_sessions<'env>(env: &'env Env, options: String, cancel: &CancelToken) -> Result<PromiseRaw<'env, String>> {
    crate::runtime::check().map_err(|error| to_js(&error))?;
    let cancel = cancel.cancel.clone();
    env.spawn_future(guard(move || async move {
        let options = read("options", &options)?;
        write(&cancel.run(blocking(move || DebugSession::list(&options))).await?)
    }))
}

/// Chooses packages for each of the platforms (JSON text of a list) and installs nothing; the locks as JSON text.
#[napi]
pub fn solve_environments<'env>(
    env: &'env Env,
    variant: String,
    options: String,
    platforms: String,
    cancel: &CancelToken,
    on_progress: Option<ProgressCallback>,
) -> Result<PromiseRaw<'env, String>> {
    crate::runtime::check().map_err(|error| to_js(&error))?;
    let cancel = cancel.cancel.clone();
    env.spawn_future(guard(move || async move {
        let variant = read("variant", &variant)?;
        let options = read("options", &options)?;
        let platforms: Vec<String> = read("platforms", &platforms)?;
        let reports = Reports::to(on_progress);
        let solved = DebugSession::solve(&variant, &options, &platforms, &reports.progress, &cancel).await;
        write(&reports.flush(solved).await?)
    }))
}

/// Removes what sessions left behind; which, as JSON text; see `DebugSession::prune`.
#[napi]
pub fn prune_sessions<'env>(
    env: &'env Env,
    options: String,
    cancel: &CancelToken,
    on_progress: Option<ProgressCallback>,
) -> Result<PromiseRaw<'env, String>> {
    crate::runtime::check().map_err(|error| to_js(&error))?;
    let cancel = cancel.cancel.clone();
    env.spawn_future(guard(move || async move {
        let options = read("options", &options)?;
        let reports = Reports::to(on_progress);
        let progress = reports.progress.clone();
        let pruned = blocking(move || DebugSession::prune(&options, &progress, &cancel)).await;
        write(&reports.flush(pruned).await?)
    }))
}

/// One session.
#[napi]
pub struct NativeSession {
    pub(crate) session: Arc<DebugSession>,
}

#[napi]
impl NativeSession {
    /// Its folders and files, as JSON text.
    #[napi]
    pub fn paths_json(&self) -> Result<String> {
        write(&self.session.paths()).map_err(|e| to_js(&e))
    }

    /// The rendered variant it was made from, as JSON text.
    #[napi]
    pub fn variant_json(&self) -> Result<String> {
        write(&self.session.variant()).map_err(|e| to_js(&e))
    }

    /// What the set-up logged, line by line.
    #[napi]
    pub fn setup_log(&self) -> Vec<String> {
        self.session.setup_log()
    }

    /// A text without the secrets that the recipe names; see `DebugSession::mask`.
    #[napi]
    pub fn mask(&self, text: String) -> Result<String> {
        self.session.mask(&text).map_err(|e| to_js(&e))
    }

    /// What all its runs used, as JSON text.
    #[napi]
    pub fn usage_json(&self) -> Result<String> {
        write(&self.session.usage()).map_err(|e| to_js(&e))
    }

    /// The build script on disk.
    #[napi]
    pub fn read_build_script<'env>(&self, env: &'env Env, cancel: &CancelToken) -> Result<PromiseRaw<'env, String>> {
        let session = self.session.clone();
        let cancel = cancel.cancel.clone();
        env.spawn_future(guard(move || async move { cancel.run(session.read_build_script()).await }))
    }

    /// Replaces the build script.
    #[napi]
    pub fn write_build_script<'env>(
        &self,
        env: &'env Env,
        text: String,
        cancel: &CancelToken,
    ) -> Result<PromiseRaw<'env, ()>> {
        let session = self.session.clone();
        let cancel = cancel.cancel.clone();
        env.spawn_future(guard(move || async move { cancel.run(session.write_build_script(&text)).await }))
    }

    /// Runs the build script; the result as JSON text.
    #[napi]
    pub fn run_script<'env>(
        &self,
        env: &'env Env,
        options: String,
        cancel: &CancelToken,
        on_output: Option<OutputCallback>,
        flow: Option<&OutputFlow>,
        stdin: Option<&StdinWriter>,
    ) -> Result<PromiseRaw<'env, String>> {
        self.run(env, session::Run::Script, options, cancel, on_output.zip(flow), stdin)
    }

    /// Runs one command (JSON text of a string or a list of strings) in the activated environment.
    #[allow(clippy::too_many_arguments, reason = "each is an argument of the JavaScript call")]
    #[napi]
    pub fn exec<'env>(
        &self,
        env: &'env Env,
        command: String,
        options: String,
        cancel: &CancelToken,
        on_output: Option<OutputCallback>,
        flow: Option<&OutputFlow>,
        stdin: Option<&StdinWriter>,
    ) -> Result<PromiseRaw<'env, String>> {
        let command = read("command", &command).map_err(|e| to_js(&e))?;
        self.run(env, session::Run::Command(command), options, cancel, on_output.zip(flow), stdin)
    }

    /// Adds packages to an environment; what changed as JSON text.
    #[napi]
    pub fn add_packages<'env>(
        &self,
        env: &'env Env,
        specs: String,
        options: String,
        cancel: &CancelToken,
        on_progress: Option<ProgressCallback>,
    ) -> Result<PromiseRaw<'env, String>> {
        let session = self.session.clone();
        let cancel = cancel.cancel.clone();
        env.spawn_future(guard(move || async move {
            let specs: Vec<String> = read("specs", &specs)?;
            let options = read("options", &options)?;
            let reports = Reports::to(on_progress);
            let added = session.add_packages(&specs, options, reports.progress.clone(), &cancel).await;
            write(&reports.flush(added).await?)
        }))
    }

    /// Removes packages from an environment; what changed as JSON text.
    #[napi]
    pub fn remove_packages<'env>(
        &self,
        env: &'env Env,
        names: String,
        options: String,
        cancel: &CancelToken,
        on_progress: Option<ProgressCallback>,
    ) -> Result<PromiseRaw<'env, String>> {
        let session = self.session.clone();
        let cancel = cancel.cancel.clone();
        env.spawn_future(guard(move || async move {
            let names: Vec<String> = read("names", &names)?;
            let options = read("options", &options)?;
            let reports = Reports::to(on_progress);
            let removed = session.remove_packages(&names, options, reports.progress.clone(), &cancel).await;
            write(&reports.flush(removed).await?)
        }))
    }

    /// What is installed in an environment, as JSON text.
    #[napi]
    pub fn packages<'env>(
        &self,
        env: &'env Env,
        environment: String,
        cancel: &CancelToken,
    ) -> Result<PromiseRaw<'env, String>> {
        let session = self.session.clone();
        let cancel = cancel.cancel.clone();
        env.spawn_future(guard(move || async move {
            let environment = serde_json::from_value(serde_json::Value::String(environment)).map_err(|_| {
                Error::InvalidOption { option: "environment", reason: "expected `host` or `build`".to_owned() }
            })?;
            write(&cancel.run(session.packages(environment)).await?)
        }))
    }

    /// Reads all shared files of installed packages and compares checksums; those that were edited, as JSON text.
    #[napi]
    pub fn verify_packages<'env>(&self, env: &'env Env, cancel: &CancelToken) -> Result<PromiseRaw<'env, String>> {
        let session = self.session.clone();
        let cancel = cancel.cancel.clone();
        env.spawn_future(guard(move || async move { write(&session.verify_packages(&cancel).await?) }))
    }

    /// The exact packages of both environments, as JSON text.
    #[napi]
    pub fn lock<'env>(&self, env: &'env Env, cancel: &CancelToken) -> Result<PromiseRaw<'env, String>> {
        let session = self.session.clone();
        let cancel = cancel.cancel.clone();
        env.spawn_future(guard(move || async move { write(&cancel.run(session.lock()).await?) }))
    }

    /// Makes a patch of what changed in the work folder; the patch as JSON text.
    #[napi]
    pub fn create_patch<'env>(
        &self,
        env: &'env Env,
        options: String,
        cancel: &CancelToken,
        on_progress: Option<ProgressCallback>,
    ) -> Result<PromiseRaw<'env, String>> {
        let session = self.session.clone();
        let cancel = cancel.cancel.clone();
        env.spawn_future(guard(move || async move {
            let options = read("options", &options)?;
            let reports = Reports::to(on_progress);
            let patch = session.create_patch(options, reports.progress.clone(), &cancel).await;
            write(&reports.flush(patch).await?)
        }))
    }

    /// Writes the scripts again, for another variant if one is given.
    #[napi]
    pub fn refresh_scripts<'env>(
        &self,
        env: &'env Env,
        variant: Option<String>,
        cancel: &CancelToken,
    ) -> Result<PromiseRaw<'env, ()>> {
        let session = self.session.clone();
        let cancel = cancel.cancel.clone();
        env.spawn_future(guard(move || async move {
            let variant = variant.map(|variant| read("variant", &variant)).transpose()?;
            cancel.check()?;
            session.refresh_scripts(variant, Progress::default()).await
        }))
    }

    /// Brings the session in line with a changed recipe; what was done as JSON text.
    #[napi]
    pub fn sync<'env>(
        &self,
        env: &'env Env,
        variant: String,
        options: String,
        cancel: &CancelToken,
        on_progress: Option<ProgressCallback>,
    ) -> Result<PromiseRaw<'env, String>> {
        let session = self.session.clone();
        let cancel = cancel.cancel.clone();
        env.spawn_future(guard(move || async move {
            let variant = read("variant", &variant)?;
            let options = read("options", &options)?;
            let reports = Reports::to(on_progress);
            let synced = session.sync(variant, options, reports.progress.clone(), &cancel).await;
            write(&reports.flush(synced).await?)
        }))
    }

    /// Carries edits of the build script into the recipe; what was changed as JSON text.
    #[napi]
    pub fn update_recipe_script<'env>(
        &self,
        env: &'env Env,
        options: String,
        cancel: &CancelToken,
    ) -> Result<PromiseRaw<'env, String>> {
        let session = self.session.clone();
        let cancel = cancel.cancel.clone();
        env.spawn_future(guard(move || async move {
            let options = read("options", &options)?;
            cancel.check()?;
            write(&session.update_recipe_script(options).await?)
        }))
    }

    /// Saves the session's folders as a checkpoint.
    #[napi]
    pub fn checkpoint<'env>(&self, env: &'env Env, name: String, cancel: &CancelToken) -> Result<PromiseRaw<'env, ()>> {
        let session = self.session.clone();
        let cancel = cancel.cancel.clone();
        env.spawn_future(guard(move || async move { session.checkpoint(&name, &cancel).await }))
    }

    /// Makes the session's folders what they were at a checkpoint.
    #[napi]
    pub fn restore<'env>(&self, env: &'env Env, name: String, cancel: &CancelToken) -> Result<PromiseRaw<'env, ()>> {
        let session = self.session.clone();
        let cancel = cancel.cancel.clone();
        env.spawn_future(guard(move || async move { session.restore(&name, &cancel).await }))
    }

    /// The names of all checkpoints.
    #[napi]
    pub fn checkpoints<'env>(&self, env: &'env Env, cancel: &CancelToken) -> Result<PromiseRaw<'env, Vec<String>>> {
        let session = self.session.clone();
        let cancel = cancel.cancel.clone();
        env.spawn_future(guard(move || async move { cancel.run(session.checkpoints()).await }))
    }

    /// An independent copy of the session.
    #[napi]
    pub fn fork<'env>(&self, env: &'env Env, cancel: &CancelToken) -> Result<PromiseRaw<'env, NativeSession>> {
        let session = self.session.clone();
        let cancel = cancel.cancel.clone();
        env.spawn_future(guard(
            move || async move { Ok(NativeSession { session: Arc::new(session.fork(&cancel).await?) }) },
        ))
    }

    /// Ends what runs and removes what the session may remove.
    #[napi]
    pub fn close<'env>(&self, env: &'env Env, options: String, cancel: &CancelToken) -> Result<PromiseRaw<'env, ()>> {
        let session = self.session.clone();
        let cancel = cancel.cancel.clone();
        env.spawn_future(guard(move || async move {
            let options = read("options", &options)?;
            session.close_unless(options, &cancel).await
        }))
    }

    fn run<'env>(
        &self,
        env: &'env Env,
        what: session::Run,
        options: String,
        cancel: &CancelToken,
        on_output: Option<(OutputCallback, &OutputFlow)>,
        stdin: Option<&StdinWriter>,
    ) -> Result<PromiseRaw<'env, String>> {
        let session = self.session.clone();
        let cancel = cancel.cancel.clone();
        let stdin = stdin.map(|stdin| stdin.stream.clone());
        let environment = end_of(env)?;
        let (output, flow) = on_output.map(|(callback, flow)| (Output::new(callback), flow.flow.clone())).unzip();
        env.spawn_future(guard(move || async move {
            let options = read("options", &options)?;
            let sink = output
                .clone()
                .zip(flow)
                .map(|(output, flow)| OutputSink::new(move |stream, text| output.send(stream, text)).within(flow));
            // Dropping the run ends it.
            let run = session.run_with_stdin(what, options, stdin, &cancel, sink);
            let result = environment.run(run).await;
            if let Some(output) = &output {
                output.flush().await;
            }
            write(&result?)
        }))
    }
}

pub(crate) fn read<T: DeserializeOwned>(option: &'static str, text: &str) -> sidewinder_session::Result<T> {
    serde_json::from_str(text).map_err(|error| Error::InvalidOption { option, reason: error.to_string() })
}

pub(crate) fn write<T: serde::Serialize>(value: &T) -> sidewinder_session::Result<String> {
    serde_json::to_string(value).map_err(|error| Error::Internal { reason: error.to_string() })
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> sidewinder_session::Result<T> + Send + 'static,
) -> sidewinder_session::Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|error| Error::Internal { reason: error.to_string() })?
}
