//! What a package needs to know about the set-up. It is kept in the host prefix, with the records of its packages, so that
//! checkpoints and forks have their own.

use std::collections::HashSet;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use rattler_conda_types::RepoDataRecord;
use sidewinder_package::{Dependency, Origin, Recorded, RecordedStaging, RunDependencies, RunExports, paths_below};
use sidewinder_recipe::RenderedVariant;
use sidewinder_recipe::stage1::Source;

use crate::environment::{self, FinalDependency, Resolved, ResolvedEnvironment, SolvedDependencies};
use crate::error::{Error, Result};
use crate::layout::{Layout, check_folder};
use crate::sources::hide_secrets;

/// Without `.json`, which conda's tools would take for the record of a package.
const FILE: &str = "conda-meta/sidewinder-build";
/// How often the build script ran in this prefix. In the prefix as well: after a checkpoint is restored, later runs do not
/// count.
const RUNS_FILE: &str = "conda-meta/sidewinder-runs";

/// The paths below the host prefix as they are now.
///
/// # Errors
/// [`Error::Io`].
pub(in super::super) fn installed_paths(layout: &Layout) -> Result<HashSet<PathBuf>> {
    Ok(paths_below(&layout.host_prefix)?.into_iter().map(PathBuf::from).collect())
}

/// Records a set-up right after the environments were installed.
///
/// # Errors
/// [`Error::Io`].
pub(in super::super) fn record(layout: &Layout, resolved: &Resolved, staging: Option<RecordedStaging>) -> Result<()> {
    let recorded = Recorded {
        installed: paths_below(&layout.host_prefix)?,
        build: dependencies(&resolved.build.specs),
        host: dependencies(&resolved.host.specs),
        run: run_dependencies(&resolved.run),
        staging,
    };
    write(layout, &recorded)
}

/// Records paths that came with packages that were added; what the script made before stays its own.
///
/// # Errors
/// [`Error::Io`].
pub(in super::super) fn record_additions(layout: &Layout, before: &HashSet<PathBuf>) -> Result<()> {
    let Some(mut recorded) = read(layout)? else { return Ok(()) };
    let after = paths_below(&layout.host_prefix)?;
    let known: HashSet<String> = recorded.installed.iter().cloned().collect();
    let added = after.into_iter().filter(|path| !before.contains(Path::new(path)) && !known.contains(path));
    recorded.installed.extend(added.collect::<Vec<_>>());
    write(layout, &recorded)
}

/// Records the dependencies of a changed recipe.
///
/// # Errors
/// [`Error::Io`].
pub(in super::super) fn record_dependencies(layout: &Layout, solved: &SolvedDependencies) -> Result<()> {
    let Some(mut recorded) = read(layout)? else { return Ok(()) };
    recorded.build = dependencies(&solved.build);
    recorded.host = dependencies(&solved.host);
    recorded.run = run_dependencies(&solved.run);
    write(layout, &recorded)
}

/// What is recorded of a staging output, while its environments are installed.
///
/// # Errors
/// [`Error::Io`], [`Error::Internal`].
pub(in super::super) async fn staging_of(
    layout: &Layout,
    variant: &RenderedVariant,
    resolved: &Resolved,
) -> Result<RecordedStaging> {
    let environment = |one: &ResolvedEnvironment| -> (Vec<Dependency>, Vec<RepoDataRecord>) {
        (dependencies(&one.specs), one.records.clone())
    };
    let sources = variant.recipe.source.iter().map(|source: &Source| {
        let mut source = source.clone();
        hide_secrets(&mut source);
        serde_json::to_value(source).map_err(|error| Error::Internal { reason: error.to_string() })
    });
    let records = environment::records(&layout.host_prefix).await?;
    Ok(RecordedStaging {
        build: environment(&resolved.build),
        host: environment(&resolved.host),
        run: run_dependencies(&resolved.run),
        sources: sources.collect::<Result<_>>()?,
        libraries: sidewinder_package::libraries(&records).into_iter().collect(),
    })
}

/// Reads what was recorded; nothing for a session that an earlier version made.
///
/// # Errors
/// [`Error::Io`].
pub(super) fn read(layout: &Layout) -> Result<Option<Recorded>> {
    let path = layout.host_prefix.join(FILE);
    match std::fs::read(&path) {
        Ok(text) => serde_json::from_slice(&text)
            .map(Some)
            .map_err(|error| Error::io("failed to read", &path)(std::io::Error::other(error.to_string()))),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::io("failed to read", path)(error)),
    }
}

/// Counts a run of the build script. A count that cannot be written is not worth failing the run for: it only warns.
pub(in super::super) fn count_run(layout: &Layout) {
    let count = runs(layout).saturating_add(1);
    let _ = replace(layout, RUNS_FILE, count.to_string().as_bytes());
}

/// How often the build script ran in the host prefix.
pub(super) fn runs(layout: &Layout) -> u32 {
    let text = std::fs::read_to_string(layout.host_prefix.join(RUNS_FILE)).unwrap_or_default();
    text.trim().parse().unwrap_or_default()
}

/// Writes the record; whole or not at all.
fn write(layout: &Layout, recorded: &Recorded) -> Result<()> {
    let text = serde_json::to_vec(recorded).map_err(|error| Error::Internal { reason: error.to_string() })?;
    replace(layout, FILE, &text)
}

/// Replaces a file of the host prefix; whole or not at all.
fn replace(layout: &Layout, name: &str, text: &[u8]) -> Result<()> {
    let path = layout.host_prefix.join(name);
    let folder = layout.host_prefix.join("conda-meta");
    check_folder(&folder)?;
    let mut file = tempfile::NamedTempFile::new_in(&folder).map_err(Error::io("failed to write", &folder))?;
    file.write_all(text).map_err(Error::io("failed to write", &path))?;
    file.persist(&path).map_err(|error| error.error).map_err(Error::io("failed to write", path))?;
    Ok(())
}

fn dependencies(list: &[FinalDependency]) -> Vec<Dependency> {
    list.iter().map(dependency).collect()
}

fn dependency(dependency: &FinalDependency) -> Dependency {
    use crate::environment::Origin as Solved;
    let origin = match &dependency.origin {
        // What was added by hand is treated as if the recipe said so.
        Solved::Recipe | Solved::Added => Origin::Recipe,
        Solved::Variant => Origin::Variant,
        Solved::PinSubpackage => Origin::PinSubpackage,
        Solved::PinCompatible => Origin::PinCompatible,
        Solved::RunExport { environment, package } => {
            Origin::RunExport { environment: environment.to_string(), package: package.clone() }
        }
    };
    Dependency { spec: dependency.spec.clone(), origin }
}

fn run_dependencies(run: &environment::RunDependencies) -> RunDependencies {
    let exports = &run.run_exports;
    RunDependencies {
        depends: dependencies(&run.depends),
        constrains: dependencies(&run.constrains),
        extras: run.extras.iter().map(|(name, list)| (name.clone(), dependencies(list))).collect(),
        run_exports: RunExports {
            noarch: dependencies(&exports.noarch),
            strong: dependencies(&exports.strong),
            strong_constraints: dependencies(&exports.strong_constraints),
            weak: dependencies(&exports.weak),
            weak_constraints: dependencies(&exports.weak_constraints),
        },
    }
}
