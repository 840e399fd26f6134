//! Reads and validates the extracted packages of a transaction, before any of them is linked.

use crate::error::{Error, Result};
use crate::extracted_package::ExtractedPackage;
use crate::fetch::Fetched;
use crate::package_key::is_file_name;
use crate::package_metadata::MetadataCache;
use crate::transaction::Transaction;
use crate::validate_paths::validate_paths;

use rattler_conda_types::RepoDataRecord;

/// Reads the packages that a transaction is about to link. None of their paths leads out of the prefix.
///
/// # Errors
/// [`Error::Package`] for a package whose list of files cannot be read, or that fails validation.
pub(crate) async fn read_packages(
    records: Vec<RepoDataRecord>,
    transaction: &Transaction,
    fetched: &Fetched,
    metadata: &MetadataCache,
) -> Result<Vec<ExtractedPackage>> {
    let (transaction, fetched, metadata) = (transaction.clone(), fetched.clone(), metadata.clone());
    let read = tokio::task::spawn_blocking(move || {
        let read = |record: RepoDataRecord| {
            let package = record.identifier.to_string();
            read_one(record, &fetched, &metadata)
                .map_err(|reason| Error::refused(&transaction.prefix, package, &reason))
        };
        let packages = records.into_iter().map(read).collect::<Result<Vec<_>>>()?;
        validate_paths(&packages, &transaction)?;
        Ok(packages)
    });
    read.await.map_err(|error| Error::Internal { reason: format!("cannot read packages: {error}") })?
}

fn read_one(record: RepoDataRecord, fetched: &Fetched, cache: &MetadataCache) -> Result<ExtractedPackage, String> {
    let extracted = fetched.get(&record).ok_or("it was not fetched")?.clone();
    let metadata = cache.read(&extracted.folder)?;
    if record.package_record.noarch.is_python()
        && let Some(bad) = metadata.entry_points.iter().find(|command| !is_file_name(command))
    {
        return Err(format!("the name of its entry point `{bad}` is not a file name"));
    }
    Ok(ExtractedPackage { record, folder: extracted.folder, entry: extracted.entry, metadata })
}
