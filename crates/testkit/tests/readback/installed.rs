//! Installs what a channel holds, with rattler's installer.

use std::path::{Path, PathBuf};

use rattler::install::Installer;
use rattler_cache::package_cache::PackageCache;
use rattler_conda_types::{Channel as CondaChannel, RepoData, RepoDataRecord};
use sidewinder_testkit::WrittenChannel;

/// An environment with everything in it that the channel has for this machine.
pub(crate) struct Installed {
    _folder: tempfile::TempDir,
    pub(crate) prefix: PathBuf,
}

impl Installed {
    pub(crate) fn text(&self, path: &str) -> String {
        fs_err::read_to_string(self.prefix.join(path)).unwrap()
    }
}

pub(crate) fn records(channel: &Path) -> Vec<RepoDataRecord> {
    let name = CondaChannel::try_from_directory(channel).unwrap();
    let mut records = Vec::new();
    for subdir in fs_err::read_dir(channel).unwrap() {
        let index = subdir.unwrap().path().join("repodata.json");
        if index.is_file() {
            records.extend(RepoData::from_path(index).unwrap().into_repo_data_records(&name));
        }
    }
    records
}

pub(crate) async fn install(channel: &WrittenChannel) -> Installed {
    install_some(channel, |_| true).await
}

pub(crate) async fn install_some(channel: &WrittenChannel, wanted: impl Fn(&RepoDataRecord) -> bool) -> Installed {
    let folder = tempfile::tempdir().unwrap();
    let prefix = folder.path().join("env");
    Installer::new()
        .with_package_cache(PackageCache::new(folder.path().join("pkgs")))
        .with_execute_link_scripts(true)
        .install(&prefix, records(channel.path()).into_iter().filter(wanted).collect::<Vec<_>>())
        .await
        .unwrap();
    Installed { _folder: folder, prefix }
}
