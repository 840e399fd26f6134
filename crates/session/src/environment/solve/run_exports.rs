//! Run exports: what packages of an environment pass on to the host environment and to the package that is built.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use futures::future::try_join_all;
use rattler_conda_types::RepoDataRecord;
use rattler_conda_types::package::RunExportsJson;
use rattler_repodata_gateway::RunExportsReporter;
use sidewinder_recipe::stage1::Recipe;

use super::specs::{FinalDependency, Origin, parse_spec};
use crate::environment::channels::gateway::GatewayReporter;
use crate::environment::shared_clients::SharedClients;
use crate::error::{Error, Result};
use crate::http_failure::HttpFailure;
use crate::progress::{Environment, Progress};
use crate::redact::chain;

/// The run exports that the recipe does not want.
#[derive(Clone, Debug, Default)]
pub(super) struct Ignored {
    by_name: HashSet<String>,
    from_package: HashSet<String>,
}

impl Ignored {
    /// What a recipe ignores; a package that works with any Python ignores Python's.
    pub(super) fn of(recipe: &Recipe) -> Self {
        let ignored = &recipe.requirements.ignore_run_exports;
        let names = |list: &[String]| {
            let python = recipe.build.python.version_independent.then(|| "python".to_owned());
            list.iter().map(|name| name.trim().to_ascii_lowercase()).chain(python).collect()
        };
        Self { by_name: names(&ignored.by_name), from_package: names(&ignored.from_package) }
    }

    fn keeps(&self, spec: &str) -> bool {
        // A spec that names no package exactly cannot be meant.
        let name = parse_spec(spec).ok().and_then(|spec| Some(spec.name.as_exact()?.as_normalized().to_owned()));
        name.is_none_or(|name| !self.by_name.contains(&name))
    }
}

/// The run exports of the packages that one environment was asked for, by package name.
#[derive(Clone, Debug, Default)]
pub(super) struct Direct {
    packages: BTreeMap<String, RunExportsJson>,
}

/// What a package that is built gets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ForRun {
    pub(super) depends: Vec<FinalDependency>,
    pub(super) constrains: Vec<FinalDependency>,
}

impl Direct {
    /// Reads the run exports of the packages that `specs` name, run exports themselves left out: a package that came in
    /// on its own passes nothing on.
    ///
    /// They are in the record, else in the package file of a local channel, else in the channel's
    /// `run_exports.json`, else in the package, which is downloaded into the package cache.
    ///
    /// # Errors
    /// [`Error::RunExports`], naming the package.
    pub(super) async fn read(
        services: &SharedClients,
        records: &mut [RepoDataRecord],
        specs: &[FinalDependency],
        progress: &Progress,
    ) -> Result<Self> {
        let mut requested = HashSet::new();
        for dependency in specs.iter().filter(|spec| !matches!(spec.origin, Origin::RunExport { .. })) {
            if let Some(name) = dependency.match_spec()?.name.as_exact() {
                requested.insert(name.as_normalized().to_owned());
            }
        }
        let gateway = services.gateway([]);
        let reporter: Arc<dyn RunExportsReporter> =
            Arc::new(GatewayReporter { services: services.clone(), progress: progress.clone() });
        let direct = records.iter_mut().filter(|record| requested.contains(record.package_record.name.as_normalized()));
        let reads = direct.map(async |record| {
            let package = record.identifier.to_string();
            gateway.ensure_run_exports(std::iter::once(&mut *record), Some(Arc::clone(&reporter))).await.map_err(
                |error| Error::RunExports { package, reason: chain(&error), http: HttpFailure::find(&error) },
            )?;
            let exports = record.package_record.run_exports.clone().unwrap_or_default();
            Ok::<_, Error>((record.package_record.name.as_normalized().to_owned(), exports))
        });
        Ok(Self { packages: try_join_all(reads).await?.into_iter().collect() })
    }

    /// Splits off the packages that other specs name too.
    pub(super) fn split_off(&mut self, specs: &[FinalDependency]) -> Result<Self> {
        let mut split = BTreeMap::new();
        for spec in specs {
            if let Some(name) = spec.match_spec()?.name.as_exact()
                && let Some(exports) = self.packages.remove(name.as_normalized())
            {
                split.insert(name.as_normalized().to_owned(), exports);
            }
        }
        Ok(Self { packages: split })
    }

    /// What packages of the build environment pass on to the host environment: what they export strongly.
    pub(super) fn for_host(&self, ignored: &Ignored) -> Vec<FinalDependency> {
        self.kept(Environment::Build, ignored, |exports| vec![&exports.strong])
    }

    fn kept<'a>(
        &'a self,
        environment: Environment,
        ignored: &Ignored,
        kinds: impl Fn(&'a RunExportsJson) -> Vec<&'a Vec<String>>,
    ) -> Vec<FinalDependency> {
        let mut kept = Vec::new();
        for (package, exports) in self.packages.iter().filter(|(package, _)| !ignored.from_package.contains(*package)) {
            for spec in kinds(exports).into_iter().flatten().filter(|spec| ignored.keeps(spec)) {
                let origin = Origin::RunExport { environment, package: package.clone() };
                kept.push(FinalDependency { spec: spec.trim().to_owned(), origin });
            }
        }
        kept
    }
}

/// What the packages of both environments pass on to the package that is built.
///
/// | direct in | package is not noarch | package is noarch |
/// |---|---|---|
/// | build | strong | nothing |
/// | host | strong and weak | what is exported for noarch |
pub(super) fn for_run(build: &Direct, host: &Direct, noarch: bool, ignored: &Ignored) -> ForRun {
    if noarch {
        let depends = host.kept(Environment::Host, ignored, |exports| vec![&exports.noarch]);
        return ForRun { depends, constrains: Vec::new() };
    }
    let mut depends = host.kept(Environment::Host, ignored, |exports| vec![&exports.strong, &exports.weak]);
    depends.extend(build.kept(Environment::Build, ignored, |exports| vec![&exports.strong]));
    let mut constrains =
        host.kept(Environment::Host, ignored, |exports| vec![&exports.strong_constrains, &exports.weak_constrains]);
    constrains.extend(build.kept(Environment::Build, ignored, |exports| vec![&exports.strong_constrains]));
    ForRun { depends, constrains }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn direct(package: &str) -> Direct {
        let list = |spec: &str| vec![spec.to_owned()];
        let exports = RunExportsJson {
            strong: list("libstrong >=1,<2"),
            weak: list("libweak 1.*"),
            noarch: list("libnoarch"),
            strong_constrains: list("libsc <9"),
            weak_constrains: list("libwk2 <9"),
        };
        Direct { packages: BTreeMap::from([(package.to_owned(), exports)]) }
    }

    fn ignoring(by_name: &[&str], from_package: &[&str]) -> Ignored {
        let set = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        Ignored { by_name: set(by_name), from_package: set(from_package) }
    }

    fn texts(dependencies: &[FinalDependency]) -> Vec<&str> {
        dependencies.iter().map(|dependency| dependency.spec.as_str()).collect()
    }

    #[test]
    fn build_packages_pass_on_what_they_export_strongly() {
        let ignored = Ignored::default();
        assert_eq!(texts(&direct("toolx").for_host(&ignored)), ["libstrong >=1,<2"]);
        let run = for_run(&direct("toolx"), &Direct::default(), false, &ignored);
        assert_eq!(texts(&run.depends), ["libstrong >=1,<2"]);
        assert_eq!(texts(&run.constrains), ["libsc <9"]);
    }

    #[test]
    fn host_packages_pass_on_strong_and_weak() {
        let run = for_run(&Direct::default(), &direct("toolx"), false, &Ignored::default());
        assert_eq!(texts(&run.depends), ["libstrong >=1,<2", "libweak 1.*"]);
        assert_eq!(texts(&run.constrains), ["libsc <9", "libwk2 <9"]);
    }

    #[test]
    fn noarch_packages_get_only_what_is_exported_for_them() {
        let run = for_run(&direct("tooly"), &direct("toolx"), true, &Ignored::default());
        assert_eq!(texts(&run.depends), ["libnoarch"]);
        assert!(run.constrains.is_empty());
    }

    #[test]
    fn exports_are_ignored_by_name_and_by_package() {
        let ignored = ignoring(&["libstrong", "libsc"], &[]);
        let run = for_run(&direct("toolx"), &direct("toolx"), false, &ignored);
        assert_eq!(texts(&run.depends), ["libweak 1.*"]);
        assert_eq!(texts(&run.constrains), ["libwk2 <9"]);
        assert!(direct("toolx").for_host(&ignored).is_empty());

        let ignored = ignoring(&[], &["toolx"]);
        assert_eq!(for_run(&direct("toolx"), &direct("toolx"), false, &ignored), ForRun::default());
        assert!(direct("toolx").for_host(&ignored).is_empty());
    }
}
