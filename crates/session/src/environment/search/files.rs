//! The lists of files of packages: from the index, extracted packages, archives in folders or on servers.

use std::sync::Arc;

use futures::StreamExt as _;
use rattler_conda_types::RepoDataRecord;
use sidewinder_installer::Installer;
use sidewinder_search::{FileIndex, FileList};

use crate::environment::shared_clients::SharedClients;
use crate::redact::chain;

/// Lists that are read at the same time.
const AT_ONCE: usize = 8;
/// Maximum size of an archive that is downloaded as a whole, from a server that cannot send a part of it.
const MAX_DOWNLOAD_BYTES: u64 = 32 * 1024 * 1024;

/// A package whose files are wanted.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    pub(super) record: Arc<RepoDataRecord>,
    /// Whether a server may be asked.
    pub(super) may_download: bool,
}

/// What became of one list.
pub(super) enum Outcome {
    Read(Arc<RepoDataRecord>, FileList),
    /// It would have to be downloaded.
    NotLocal,
    Failed,
}

/// Reads the lists of packages, in any order. Lists that were read from archives are kept in the index.
pub(super) async fn read_lists(services: &SharedClients, wanted: Vec<Wanted>) -> Vec<Outcome> {
    let index = FileIndex::new(services.cache_dir());
    let read = wanted.into_iter().map(|wanted| read_list(services, index.clone(), wanted));
    let outcomes: Vec<(Outcome, bool)> = futures::stream::iter(read).buffer_unordered(AT_ONCE).collect().await;
    if outcomes.iter().any(|(_, is_new)| *is_new) {
        let trimmed = tokio::task::spawn_blocking(move || index.trim()).await;
        if let Ok(Err(error)) = trimmed {
            tracing::warn!("cannot trim the index of files: {error}");
        }
    }
    outcomes.into_iter().map(|(outcome, _)| outcome).collect()
}

/// A list, and whether it is new in the index.
async fn read_list(services: &SharedClients, index: FileIndex, wanted: Wanted) -> (Outcome, bool) {
    let Wanted { record, may_download } = wanted;
    let checksum = checksum(&record);
    let known = {
        let (installer, record) = (services.installer().clone(), Arc::clone(&record));
        let (index, checksum) = (index.clone(), checksum.clone());
        tokio::task::spawn_blocking(move || known_list(&installer, &index, checksum.as_deref(), &record)).await
    };
    if let Ok(Some(list)) = known {
        return (Outcome::Read(record, list), false);
    }
    let is_local = record.url.scheme() == "file";
    if !is_local && (!may_download || services.is_offline()) {
        return (Outcome::NotLocal, false);
    }
    let read = match record.url.to_file_path() {
        Ok(path) if is_local => FileList::of_archive(&path).await,
        _ => {
            let client = services.client().client().clone();
            FileList::of_url(client, record.url.clone(), MAX_DOWNLOAD_BYTES).await
        }
    };
    let list = match read {
        Ok(list) => list,
        Err(error) => {
            tracing::warn!("cannot read the files of `{}`: {}", record.identifier, chain(&error));
            return (Outcome::Failed, false);
        }
    };
    // An archive in a folder may have been replaced since the channel was indexed; its list is not that of the checksum.
    let Some(checksum) = checksum.filter(|_| !is_local || has_stated_size(&record)) else {
        return (Outcome::Read(record, list), false);
    };
    let kept = list.clone();
    let put = tokio::task::spawn_blocking(move || index.put(&checksum, &kept)).await;
    if let Ok(Err(error)) = put {
        tracing::warn!("cannot write to the index of files: {error}");
    }
    (Outcome::Read(record, list), true)
}

/// A list that needs no archive.
fn known_list(
    installer: &Installer,
    index: &FileIndex,
    checksum: Option<&str>,
    record: &RepoDataRecord,
) -> Option<FileList> {
    if let Some(list) = checksum.and_then(|checksum| index.get(checksum)) {
        return Some(list);
    }
    FileList::of_folder(&installer.extracted_folder(record)?).ok()
}

fn checksum(record: &RepoDataRecord) -> Option<String> {
    let package = &record.package_record;
    package.sha256.map(hex::encode).or_else(|| package.md5.map(hex::encode))
}

fn has_stated_size(record: &RepoDataRecord) -> bool {
    let size = record.url.to_file_path().ok().and_then(|path| std::fs::metadata(path).ok()).map(|found| found.len());
    record.package_record.size.is_none_or(|stated| Some(stated) == size)
}
