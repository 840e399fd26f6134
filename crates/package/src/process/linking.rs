//! Whether binaries and run dependencies fit: every library that a binary links against is provided (otherwise the binary
//! overlinks), and every library that a run export added is linked against (otherwise the package overdepends).

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};

use rattler_conda_types::{MatchSpec, PackageName, ParseMatchSpecOptions, PrefixRecord, RepodataRevision};
use sidewinder_recipe::stage1::Behavior;

use super::relink::Binary;
use super::system_libraries::SystemLibraries;
use crate::error::{Error, Result};
use crate::globs::Filter;
use crate::prefix::{Installed, name_of};
use crate::report::Warnings;
use crate::request::{Dependency, Origin, PackageRequest};

/// Packages whose libraries programs load without linking against them.
const INTERPRETERS: [&str; 5] = ["python", "r-base", "ruby", "nodejs", "powershell"];

/// Checks what the binaries of the package link against.
///
/// # Errors
/// [`Error::Overlinking`] and [`Error::Overdepending`] if the recipe asks for errors, [`Error::Glob`].
pub(crate) fn check(
    request: &PackageRequest<'_>,
    binaries: &[Binary],
    installed: &Installed,
    build: &[PrefixRecord],
    warnings: &mut Warnings,
) -> Result<()> {
    let linking = &request.variant.recipe.build.dynamic_linking;
    let checker = Checker {
        request,
        installed,
        run: run_names(&request.recorded.run.depends),
        own: binaries.iter().map(|binary| binary.path.as_str()).collect(),
        system: SystemLibraries::of(&request.variant.target_platform, build, &installed.records),
        allowed: Filter::new("build.dynamic_linking.missing_dso_allowlist", &linking.missing_dso_allowlist)?,
    };
    let mut used = BTreeSet::new();
    for binary in binaries {
        let mut lines = Vec::new();
        for needed in &binary.needed {
            let library = checker.resolve(binary, needed);
            let verdict = checker.judge(&library);
            if let Verdict::Dependency(package) = &verdict {
                used.insert(package.clone());
            }
            if verdict == Verdict::Overlinking {
                if linking.overlinking_behavior == Behavior::Error {
                    return Err(Error::Overlinking { path: binary.path.clone(), library });
                }
                let message = format!("`{}` links against `{library}`, which no run dependency provides", binary.path);
                warnings.about("overlinking", &binary.path, message);
            }
            lines.push(format!(" ├─ {library}{}", verdict.mark()));
        }
        if !lines.is_empty() {
            request.monitor.info(format!("[{}] links against:\n{}", binary.path, lines.join("\n")));
        }
    }
    for package in checker.overdepending(&used) {
        if linking.overdepending_behavior == Behavior::Error {
            return Err(Error::Overdepending { package });
        }
        let message = format!("no binary links against `{package}`, a run dependency from a run export");
        warnings.add("overdepending", message);
    }
    Ok(())
}

struct Checker<'a> {
    request: &'a PackageRequest<'a>,
    installed: &'a Installed,
    /// Names of the run dependencies.
    run: HashSet<String>,
    /// Binaries of the package itself.
    own: HashSet<&'a str>,
    system: SystemLibraries,
    allowed: Filter,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Verdict {
    Dependency(String),
    System,
    Package,
    Allowed,
    Overlinking,
}

impl Verdict {
    fn mark(&self) -> String {
        match self {
            Self::Dependency(package) => format!(" ({package})"),
            Self::System => " (system)".to_owned(),
            Self::Package => " (package)".to_owned(),
            Self::Allowed | Self::Overlinking => String::new(),
        }
    }
}

impl Checker<'_> {
    /// The library that an entry leads to, relative to the prefix if it is in it; otherwise the entry itself.
    fn resolve(&self, binary: &Binary, needed: &str) -> String {
        let prefix = &self.request.folders.host_prefix;
        let folder = prefix.join(binary.source.parent().unwrap_or(Path::new("")));
        let place = |path: &str| -> PathBuf {
            let rest = ["$ORIGIN", "${ORIGIN}", "@loader_path"].iter().find_map(|word| path.strip_prefix(word));
            rest.map_or_else(|| PathBuf::from(path), |rest| folder.join(rest.trim_start_matches('/')))
        };
        let bare = needed.strip_prefix("@rpath/").unwrap_or(needed);
        let candidates: Vec<PathBuf> = if Path::new(needed).is_absolute() {
            vec![PathBuf::from(needed)]
        } else if needed.starts_with("@loader_path") {
            vec![place(needed)]
        } else {
            binary.search.iter().map(|path| place(path).join(bare)).collect()
        };
        let found = candidates.iter().find_map(|candidate| std::fs::canonicalize(candidate).ok());
        let inside = found.as_deref().and_then(|path| path.strip_prefix(prefix).ok());
        match (inside, found.as_deref()) {
            (Some(inside), _) => inside.to_string_lossy().into_owned(),
            (None, Some(path)) => path.to_string_lossy().into_owned(),
            (None, None) => needed.to_owned(),
        }
    }

    /// Whether something provides a library.
    fn judge(&self, library: &str) -> Verdict {
        let path = Path::new(library);
        if let Some(record) = self.installed.owner(path) {
            let package = name_of(record);
            if offers_libraries(record).is_some() && self.run.contains(package) {
                return Verdict::Dependency(package.to_owned());
            }
        }
        let file_name = path.file_name().and_then(|name| name.to_str()).unwrap_or(library);
        let staged = self.request.recorded.staging.as_ref().and_then(|staging| staging.libraries.get(file_name));
        if let Some(package) = staged.filter(|package| self.run.contains(*package)) {
            return Verdict::Dependency(package.clone());
        }
        if self.system.contains(library) {
            return Verdict::System;
        }
        let bare = library.strip_prefix("@rpath/").unwrap_or(library);
        if self.own.contains(bare) || self.own.iter().any(|own| own.ends_with(&format!("/{bare}"))) {
            return Verdict::Package;
        }
        if self.allowed.selects(path) { Verdict::Allowed } else { Verdict::Overlinking }
    }

    /// The packages that came in as run exports of host packages, offer libraries, and are not linked against.
    fn overdepending(&self, used: &BTreeSet<String>) -> BTreeSet<String> {
        let exported = self.request.recorded.run.depends.iter().filter(
            |dependency| matches!(&dependency.origin, Origin::RunExport { environment, .. } if environment == "host"),
        );
        let names: BTreeSet<String> = run_names(exported).into_iter().collect();
        let offers = |name: &String| {
            let record = self.installed.package(name);
            record.and_then(offers_libraries) == Some(Offer::Libraries)
        };
        names
            .into_iter()
            .filter(|name| !INTERPRETERS.contains(&name.as_str()) && !used.contains(name) && offers(name))
            .collect()
    }
}

/// What kind of shared objects a package offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Offer {
    /// Only plug-ins of an interpreter.
    Plugins,
    Libraries,
}

/// What kind of shared objects a package offers, if any.
fn offers_libraries(record: &PrefixRecord) -> Option<Offer> {
    let offer = |path: &PathBuf| {
        let name = path.file_name()?.to_str()?;
        let is_shared = path.extension().is_some_and(|kind| ["so", "dylib", "dll", "pyd"].iter().any(|k| kind == *k))
            || name.split('.').skip(1).any(|part| part == "so");
        let is_plugin =
            path.components().any(|part| part.as_os_str() == "site-packages") || path.starts_with("lib/R/library");
        is_shared.then_some(if is_plugin { Offer::Plugins } else { Offer::Libraries })
    };
    record.files.iter().filter_map(offer).max()
}

/// The package names of dependencies.
fn run_names<'a>(dependencies: impl IntoIterator<Item = &'a Dependency>) -> HashSet<String> {
    dependencies.into_iter().filter_map(|dependency| name_in(&dependency.spec)).collect()
}

/// The package name in a match spec.
pub(crate) fn name_in(spec: &str) -> Option<String> {
    let options = ParseMatchSpecOptions::lenient().with_repodata_revision(RepodataRevision::V3);
    let spec = MatchSpec::from_str(spec, options).ok()?;
    spec.name.as_exact().map(PackageName::as_normalized).map(str::to_owned)
}

/// File name of each shared library of an environment, with the package that it belongs to; what a session records of a
/// staging output.
#[must_use]
pub fn libraries(records: &[PrefixRecord]) -> HashMap<String, String> {
    let mut libraries = HashMap::new();
    for record in records {
        for path in &record.files {
            let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
            if name.ends_with(".dylib") || name.split('.').skip(1).any(|part| part == "so") {
                libraries.insert(name.to_owned(), name_of(record).to_owned());
            }
        }
    }
    libraries
}
