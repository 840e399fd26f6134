//! The metadata of a package: everything below `info/`.

mod about;
mod index;
mod licenses;
mod link;
mod paths;
mod recipe_folder;
mod rendered;
mod run_exports;
mod test_files;
mod tests;
mod text;
mod tree;
mod variant;

pub(crate) use licenses::license_files;
pub(crate) use paths::{Detection, packaged_files, paths_json};
pub(crate) use recipe_folder::recipe_files;
pub(crate) use test_files::{TestFiles, test_files};

use crate::content::{Digest, Entry};
use crate::error::Result;
use crate::request::PackageRequest;

/// Metadata that does not depend on the content of the files.
///
/// # Errors
/// [`crate::Error::Metadata`], [`crate::Error::EntryPoint`], [`crate::Error::Test`].
pub(crate) fn metadata(request: &PackageRequest<'_>, test_files: &TestFiles) -> Result<Vec<Entry>> {
    let mut entries = vec![
        index::index_json(request)?,
        variant::hash_input(request)?,
        about::about_json(request)?,
        tests::tests_yaml(request, test_files)?,
    ];
    entries.extend(run_exports::run_exports_json(request)?);
    entries.extend(link::link_json(request)?);
    if !request.options.no_include_recipe {
        entries.push(variant::variant_config(request)?);
        entries.push(rendered::rendered_recipe(request)?);
    }
    Ok(entries)
}

/// All members below `info/`, in the order of archives.
///
/// # Errors
/// [`crate::Error::Metadata`].
pub(crate) fn complete(
    mut metadata: Vec<Entry>,
    detection: &Detection,
    entries: &[Entry],
    digests: &[Option<Digest>],
) -> Result<Vec<Entry>> {
    metadata.push(paths_json(detection, entries, digests)?);
    metadata.sort_by(|left, right| std::path::Path::new(&left.path).cmp(std::path::Path::new(&right.path)));
    metadata.dedup_by(|left, right| left.path == right.path);
    Ok(metadata)
}
