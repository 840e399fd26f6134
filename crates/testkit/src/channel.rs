//! A channel on disk: packages in their subdirs, indexed as channels of the field are.

use std::collections::BTreeSet;
use std::io::{self, Error};
use std::path::{Path, PathBuf};
use std::thread;

use fs_err as fs;
use rattler_conda_types::Subdir;
use rattler_index::{IndexFsConfig, index_fs};

use crate::package::Package;

mod run_exports;

/// Where a channel says what its packages export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RunExportsIn {
    /// In the records of the index, as `rattler_index` writes it.
    #[default]
    Repodata,
    /// In `run_exports.json` next to the index, as large channels have it.
    OwnFile,
    /// Nowhere but in the packages themselves.
    PackagesOnly,
}

/// A channel to be.
#[derive(Debug, Clone, Default)]
pub struct Channel {
    packages: Vec<Package>,
    subdirs: BTreeSet<&'static str>,
    run_exports: RunExportsIn,
    shards: bool,
}

/// A channel that has been written.
#[derive(Debug, Clone)]
pub struct WrittenChannel {
    path: PathBuf,
    made_by: Channel,
}

impl Channel {
    /// An empty channel, with subdirs for the machine's platform and `noarch`, and an index in every form.
    pub fn new() -> Self {
        let subdirs = Subdir::current().into_iter().chain([Subdir::NoArch]).map(Subdir::as_str).collect();
        Self { packages: Vec::new(), subdirs, run_exports: RunExportsIn::default(), shards: true }
    }

    /// Adds a package.
    #[expect(clippy::should_implement_trait, reason = "`add` is the word of the builder; nobody adds channels up")]
    pub fn add(mut self, package: Package) -> Self {
        self.packages.push(package);
        self
    }

    /// Adds packages.
    pub fn add_all(mut self, packages: impl IntoIterator<Item = Package>) -> Self {
        self.packages.extend(packages);
        self
    }

    /// Makes a subdir even if no package is in it.
    pub fn subdir(mut self, subdir: Subdir) -> Self {
        self.subdirs.insert(subdir.as_str());
        self
    }

    /// Leaves the sharded index out.
    pub fn without_shards(mut self) -> Self {
        self.shards = false;
        self
    }

    /// Says elsewhere what the packages export. Then there is no sharded index.
    pub fn run_exports_in(mut self, place: RunExportsIn) -> Self {
        self.run_exports = place;
        self
    }

    /// Writes the channel into `folder`, which is made if missing. Existing packages stay and are
    /// indexed as well.
    ///
    /// Waits until it is done, and can be called from async code too: it runs on a thread of its own.
    ///
    /// # Errors
    ///
    /// When a package is not valid or something cannot be written.
    pub fn write(&self, folder: &Path) -> io::Result<WrittenChannel> {
        thread::scope(|scope| {
            let work = scope.spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
                runtime.block_on(self.write_async(folder))
            });
            work.join().map_err(|_| Error::other("the thread that writes the channel panicked"))?
        })
    }

    /// Like [`Self::write`], for those who have a runtime to wait on.
    ///
    /// # Errors
    ///
    /// When a package is not valid or something cannot be written.
    pub async fn write_async(&self, folder: &Path) -> io::Result<WrittenChannel> {
        for subdir in &self.subdirs {
            fs::create_dir_all(folder.join(subdir))?;
        }
        for package in &self.packages {
            package.write(&folder.join(package.subdir.as_str()))?;
        }
        let shards = self.shards && self.run_exports == RunExportsIn::Repodata;
        index(folder, shards).await?;
        run_exports::place(folder, self.run_exports)?;
        self.at(folder)
    }

    /// The channel of this kind that has been written to that folder.
    pub(crate) fn at(&self, folder: &Path) -> io::Result<WrittenChannel> {
        let made_by = Self { packages: Vec::new(), ..self.clone() };
        Ok(WrittenChannel { path: fs::canonicalize(folder)?, made_by })
    }
}

impl WrittenChannel {
    /// The channel's folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The channel's `file://` address, ending in a slash.
    pub fn url(&self) -> String {
        // Fails for relative paths only, and this one is canonical.
        url::Url::from_directory_path(&self.path).map(String::from).unwrap_or_default()
    }

    /// The path of a package's file.
    pub fn file(&self, package: &Package) -> PathBuf {
        self.path.join(package.subdir.as_str()).join(package.file_name())
    }

    /// Adds packages to the channel and rebuilds the index.
    ///
    /// # Errors
    ///
    /// When a package is not valid or something cannot be written.
    pub fn publish(&self, packages: impl IntoIterator<Item = Package>) -> io::Result<()> {
        self.made_by.clone().add_all(packages).write(&self.path).map(drop)
    }
}

async fn index(folder: &Path, shards: bool) -> io::Result<()> {
    let config = IndexFsConfig {
        channel: folder.to_owned(),
        target_platform: None,
        repodata_patch: None,
        write_zst: true,
        write_shards: shards,
        repodata_revisions: Vec::new(),
        package_revision_assignment: Default::default(),
        // From the files alone: a test may have altered the existing index on purpose.
        force: true,
        max_parallel: 4,
        multi_progress: None,
    };
    index_fs(config).await.map_err(|error| Error::other(format!("cannot index {}: {error:#}", folder.display())))
}
