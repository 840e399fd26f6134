//! Files that tests bring along. They are installed with the package, below `etc/conda/test-files`, where other tools
//! look for them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use sidewinder_recipe::stage1::{Globs, Test};

use super::tree::{Walk, walk};
use crate::content::{Entry, not_utf8};
use crate::error::{Error, Result};
use crate::globs::Filter;
use crate::prefix::{Folder, Kind, slashed};
use crate::request::PackageRequest;

/// The files of all tests.
#[derive(Debug, Default)]
pub(crate) struct TestFiles {
    pub(crate) entries: Vec<Entry>,
    /// Folder of each test that brings files, by the test's index in the package.
    pub(crate) folders: BTreeMap<usize, String>,
}

/// The tests that a package contains: those of its files are run when it is built.
pub(super) fn stored_tests<'a>(request: &PackageRequest<'a>) -> impl Iterator<Item = &'a Test> {
    request.variant.recipe.tests.iter().filter(|test| !matches!(test, Test::PackageContents(_)))
}

/// Collects the files of script tests, from the recipe's folder and from the work folder as it is after the build.
///
/// # Errors
/// [`Error::Test`] for a path that both folders have, [`Error::Glob`], [`Error::Io`], [`Error::Cancelled`].
pub(crate) fn test_files(request: &PackageRequest<'_>) -> Result<TestFiles> {
    let mut all = TestFiles::default();
    let name = request.variant.name.to_lowercase();
    for (index, test) in stored_tests(request).enumerate() {
        let Test::Script(test) = test else { continue };
        let mut found: BTreeMap<PathBuf, (Folder, PathBuf)> = BTreeMap::new();
        let recipe = request.folders.recipe_dir.as_deref();
        collect(request, recipe, "tests.files.recipe", &test.files.recipe, index, &mut found)?;
        let source = Some(request.folders.work_dir.as_path());
        collect(request, source, "tests.files.source", &test.files.source, index, &mut found)?;
        if found.is_empty() {
            continue;
        }
        let folder = format!("etc/conda/test-files/{name}/{index}");
        for (path, (root, inside)) in found {
            let packaged = format!("{folder}/{}", slashed(&path).ok_or_else(|| not_utf8(&path))?);
            all.entries.push(Entry::on_disk(&root, &inside, packaged)?);
        }
        all.folders.insert(index, folder);
    }
    Ok(all)
}

fn collect(
    request: &PackageRequest<'_>,
    root: Option<&Path>,
    field: &'static str,
    globs: &Globs,
    index: usize,
    found: &mut BTreeMap<PathBuf, (Folder, PathBuf)>,
) -> Result<()> {
    let filter = Filter::new(field, globs)?;
    let Some(root) = root.filter(|_| filter.is_given()) else { return Ok(()) };
    let folder = Folder::open(root).map_err(Error::io("failed to read", root))?;
    let how = Walk { leave_out: Some(&request.folders.output_dir), ..Walk::default() };
    for (path, kind) in walk(root, how, request.monitor)? {
        if kind == Kind::Folder || !filter.selects(&path) {
            continue;
        }
        if found.insert(path.clone(), (folder.clone(), path.clone())).is_some() {
            let reason = format!("`{}` is both in the recipe folder and in the work folder", path.display());
            return Err(Error::Test { index, reason });
        }
    }
    Ok(())
}
