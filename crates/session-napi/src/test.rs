//! Tests of packages as JavaScript sees them.

use std::path::PathBuf;
use std::sync::Arc;

use napi::bindgen_prelude::PromiseRaw;
use napi::{Env, Result};
use napi_derive::napi;
use sidewinder_session::session::{DebugSession, TestChoice};

use crate::callback::{ProgressCallback, Reports};
use crate::error::{guard, to_js};
use crate::session::{NativeSession, read, write};
use crate::token::CancelToken;

/// The tests of a finished package as JSON text; see `DebugSession::package_tests`.
#[napi]
pub fn package_tests(env: &Env, package_path: String) -> Result<PromiseRaw<'_, String>> {
    crate::runtime::check().map_err(|error| to_js(&error))?;
    env.spawn_future(guard(
        move || async move { write(&DebugSession::package_tests(PathBuf::from(package_path)).await?) },
    ))
}

/// Sets up the environment of a test; see `DebugSession::open_test`.
#[napi]
pub fn open_test<'env>(
    env: &'env Env,
    package_path: String,
    choice: String,
    options: String,
    cancel: &CancelToken,
    on_progress: Option<ProgressCallback>,
) -> Result<PromiseRaw<'env, NativeSession>> {
    crate::runtime::check().map_err(|error| to_js(&error))?;
    let cancel = cancel.cancel.clone();
    env.spawn_future(guard(move || async move {
        let choice: TestChoice = read("index", &choice)?;
        let options = read("options", &options)?;
        let reports = Reports::to(on_progress);
        let package = PathBuf::from(package_path);
        let opened = DebugSession::open_test(package, choice, options, reports.progress.clone(), &cancel).await;
        let session = reports.flush(opened).await?;
        Ok(NativeSession { session: Arc::new(session) })
    }))
}

/// Runs a test of a package's contents; its result as JSON text. See `DebugSession::check_contents`.
#[napi]
pub fn check_contents(env: &Env, package_path: String, index: u32) -> Result<PromiseRaw<'_, String>> {
    crate::runtime::check().map_err(|error| to_js(&error))?;
    env.spawn_future(guard(move || async move {
        write(&DebugSession::check_contents(PathBuf::from(package_path), index as usize).await?)
    }))
}

/// Takes a package out of its channel folder; its new path. See `DebugSession::withdraw`.
#[napi]
pub fn withdraw_package(env: &Env, package_path: String) -> Result<PromiseRaw<'_, String>> {
    crate::runtime::check().map_err(|error| to_js(&error))?;
    env.spawn_future(guard(move || async move { write(&DebugSession::withdraw(PathBuf::from(package_path)).await?) }))
}

#[napi]
impl NativeSession {
    /// The tests of the recipe as JSON text; see `DebugSession::tests`.
    #[napi]
    pub fn tests_json(&self) -> Result<String> {
        write(&self.session.tests()).map_err(|error| to_js(&error))
    }

    /// Sets up the environment of a test; see `DebugSession::open_own_test`.
    #[napi]
    pub fn open_test<'env>(
        &self,
        env: &'env Env,
        package_path: String,
        choice: String,
        cancel: &CancelToken,
        on_progress: Option<ProgressCallback>,
    ) -> Result<PromiseRaw<'env, NativeSession>> {
        let session = self.session.clone();
        let cancel = cancel.cancel.clone();
        env.spawn_future(guard(move || async move {
            let choice: TestChoice = read("index", &choice)?;
            let reports = Reports::to(on_progress);
            let package = PathBuf::from(package_path);
            let opened = session.open_own_test(package, choice, reports.progress.clone(), &cancel).await;
            let session = reports.flush(opened).await?;
            Ok(NativeSession { session: Arc::new(session) })
        }))
    }

    /// The test that the session is about as JSON text, `null` for a build.
    #[napi]
    pub fn open_test_json(&self) -> Result<String> {
        write(&self.session.open_test_info()).map_err(|error| to_js(&error))
    }
}
