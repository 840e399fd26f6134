//! Downstream tests: the tests of another package, in environments that contain the package under test.

use std::path::{Path, PathBuf};

use rattler_conda_types::MatchSpec;
use sidewinder_recipe::stage1::Test;
use url::Url;

use super::finished::{FinishedPackage, IndexedTest, invalid};
use super::{OpenTest, RecipeTest, create, no_part, plan};
use crate::cancel::Cancel;
use crate::environment::{SharedClients, records};
use crate::error::{Error, Result};
use crate::options::SessionOptions;
use crate::progress::{Environment, Progress};
use crate::session::{CloseOptions, DebugSession};
use crate::sources::download;

/// Sets up one test of the downstream package. A downstream package that has no tests passes if it can be installed
/// together with the package under test.
///
/// # Errors
/// Those of creating a session: [`Error::Solve`] if the packages do not go together, because a test that could not run
/// proves nothing.
pub(super) async fn open(
    package: &FinishedPackage,
    test: RecipeTest,
    spec: &str,
    part: usize,
    options: SessionOptions,
    progress: Progress,
    cancel: &Cancel,
) -> Result<DebugSession> {
    let installs = OpenTest { test, part, parts: 1, part_name: Some(spec.to_owned()) };
    let plan = plan::environment_only(package, vec![spec.to_owned(), package.exact_spec()])?;
    let packages = vec![package.path.clone()];
    let probe = create(installs.clone(), plan, packages, options.clone(), progress.clone(), cancel).await?;
    let folder = tempfile::tempdir().map_err(Error::io("failed to create", std::env::temp_dir()))?;
    let found = find(&probe, spec, folder.path(), &progress, cancel).await;
    let (downstream, tests) = match found {
        Ok(downstream) => {
            let tests: Vec<IndexedTest> = downstream
                .tests
                .iter()
                // Downstream tests of the downstream package could go on forever, and its contents do not depend on this
                // package.
                .filter(|test| !matches!(test.test, Test::Downstream(_) | Test::PackageContents(_)))
                .cloned()
                .collect();
            (downstream, tests)
        }
        Err(error) => {
            probe.close(CloseOptions::default()).await?;
            return Err(error);
        }
    };
    if tests.is_empty() && part == 0 {
        return Ok(probe);
    }
    probe.close(CloseOptions::default()).await?;
    let chosen = tests.get(part).ok_or_else(|| no_part(part, tests.len()))?;
    // Both are required exactly: else an older package under test could satisfy the downstream package.
    let required = [package.exact_spec(), downstream.exact_spec()];
    let plan = plan::plan(&downstream, &chosen.test, None, &required)?;
    let name = format!("{} test {}: {}", downstream.index.name, chosen.index, chosen.described().summary);
    let open = OpenTest { parts: tests.len(), part_name: Some(name), ..installs };
    let packages = vec![package.path.clone(), downstream.path.clone()];
    create(open, plan, packages, options, progress, cancel).await
}

/// The archive of the downstream package that was installed.
async fn find(
    probe: &DebugSession,
    spec: &str,
    folder: &Path,
    progress: &Progress,
    cancel: &Cancel,
) -> Result<FinishedPackage> {
    let wanted: MatchSpec = spec.parse().map_err(|error: rattler_conda_types::ParseMatchSpecError| {
        Error::InvalidSpec { spec: spec.to_owned(), reason: error.to_string() }
    })?;
    let records = records(&probe.layout.host_prefix).await?;
    let name = wanted.name.as_exact().map(rattler_conda_types::PackageName::as_normalized);
    let record = records
        .iter()
        .map(|record| &record.repodata_record)
        .find(|record| name == Some(record.package_record.name.as_normalized()))
        .ok_or_else(|| Error::Install {
            environment: Environment::Host,
            package: Some(spec.to_owned()),
            reason: format!("the downstream package `{spec}` is not in the environment"),
            http: None,
        })?;
    let path = fetch(&probe.services, &record.url, &record.identifier.to_string(), folder, progress, cancel).await?;
    super::blocking(move || FinishedPackage::read(&path)).await
}

async fn fetch(
    services: &SharedClients,
    url: &Url,
    file_name: &str,
    folder: &Path,
    progress: &Progress,
    cancel: &Cancel,
) -> Result<PathBuf> {
    if url.scheme() == "file" {
        return url.to_file_path().map_err(|()| invalid(Path::new(url.path()), "its URL is not a path"));
    }
    let path = folder.join(file_name);
    download(services.client().client(), url, &path, progress, cancel).await?;
    Ok(path)
}
