//! Building a package from what the script installed.

mod recorded;
mod request;
mod scripts;

use sidewinder_package::{BuiltPackage, PackageOptions, PackagedFile};

pub(super) use self::recorded::{
    count_run, installed_paths, record, record_additions, record_dependencies, staging_of,
};
use self::request::Input;
use super::DebugSession;
use crate::cancel::Cancel;
use crate::error::{Error, Result};
use crate::options::Staging;
use crate::progress::{Phase, Progress};

impl DebugSession {
    /// Builds a package from what the script installed into the host prefix, puts it into the channel folder and indexes
    /// that. Can be called again after another run; a package of the same name is replaced.
    ///
    /// # Errors
    /// [`Error::Package`] for what keeps a package from being built; then none is in the channel folder.
    /// [`Error::InvalidOption`], also for a session of a staging output, which makes no package; [`Error::NotASession`] for
    /// one that another tool made; [`Error::Channel`] if the folder cannot be indexed; [`Error::Io`],
    /// [`Error::Cancelled`], [`Error::Busy`], [`Error::Closed`].
    pub async fn package(&self, options: PackageOptions, progress: Progress, cancel: &Cancel) -> Result<BuiltPackage> {
        let _phase = progress.phase(Phase::Package, None);
        let output_dir = options.output_dir.clone().unwrap_or_else(|| self.layout.output_dir.clone());
        let package = self.on_prefix(options, &progress, cancel, |input| input.build()).await?;
        for warning in &package.warnings {
            progress.warn(warning.message.clone());
        }
        sidewinder_package::index(&output_dir).await?;
        Ok(package)
    }

    /// Lists what the package would contain, without building it.
    ///
    /// # Errors
    /// Those of [`DebugSession::package`].
    pub async fn files(&self, cancel: &Cancel) -> Result<Vec<PackagedFile>> {
        self.on_prefix(PackageOptions::default(), &Progress::default(), cancel, |input| input.files()).await
    }

    async fn on_prefix<T: Send + 'static>(
        &self,
        options: PackageOptions,
        progress: &Progress,
        cancel: &Cancel,
        work: impl FnOnce(&Input) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let _working = self.begin()?;
        self.layout.check_own()?;
        let state = self.state();
        if state.is_foreign() {
            let reason = "another tool made the session, and its recipe is not known".to_owned();
            return Err(Error::NotASession { path: self.layout.build_dir.clone(), reason });
        }
        if state.options.staging == Staging::Debug {
            let reason = "a staging output makes no package; create a session of an output that inherits from it";
            return Err(Error::InvalidOption { option: "staging", reason: reason.to_owned() });
        }
        self.until_closed(cancel, async |cancel| {
            let input =
                Input::collect(&self.layout, &state, &self.settings, options, progress.clone(), cancel.clone()).await?;
            super::blocking(move || work(&input)).await
        })
        .await
    }
}
