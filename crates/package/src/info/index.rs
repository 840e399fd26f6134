//! `index.json`: what a channel's index says about the package.

use std::str::FromStr as _;

use rattler_conda_types::package::{BuildString, IndexJson};
use rattler_conda_types::utils::TimestampMs;
use rattler_conda_types::{Flag, NoArchType, PackageName, Subdir, VersionWithSource};
use sidewinder_recipe::stage1::NoArch;

use super::text::json;
use crate::content::Entry;
use crate::error::{Error, Result};
use crate::process::entry_points::is_for_any_python;
use crate::request::{Dependency, PackageRequest};

/// Writes `index.json`.
///
/// # Errors
/// [`Error::Metadata`] for names, versions and settings that a package cannot have.
pub(super) fn index_json(request: &PackageRequest<'_>) -> Result<Entry> {
    json("info/index.json", &index(request)?)
}

fn index(request: &PackageRequest<'_>) -> Result<IndexJson> {
    let variant = request.variant;
    let build = &variant.recipe.build;
    let invalid = |what: &str, text: &str, error: &dyn std::fmt::Display| Error::Metadata {
        reason: format!("`{text}` is not a valid {what}: {error}"),
    };
    let name = PackageName::from_str(&variant.name.to_lowercase())
        .map_err(|error| invalid("package name", &variant.name, &error))?;
    let version =
        VersionWithSource::from_str(&variant.version).map_err(|error| invalid("version", &variant.version, &error))?;
    let build_string = BuildString::from_str(&variant.build_string)
        .map_err(|error| invalid("build string", &variant.build_string, &error))?;
    let site_packages = build.python.site_packages_path.clone();
    if site_packages.is_some() && name.as_normalized() != "python" {
        let reason = format!("`build.python.site_packages_path` is only for `python`, not for `{}`", variant.name);
        return Err(Error::Metadata { reason });
    }
    let (arch, platform) = arch_and_platform(&variant.subdir);
    let noarch = match variant.noarch {
        Some(NoArch::Generic) => NoArchType::generic(),
        Some(NoArch::Python) => NoArchType::python(),
        // One package for all Python versions, but with compiled code for one platform.
        None if is_for_any_python(variant) => NoArchType::python(),
        None => NoArchType::none(),
    };
    let run = &request.recorded.run;
    let extras = run.extras.iter().map(|(name, list)| (name.clone(), specs(list)));
    let down = build.variant.down_prioritize_variant.map_or(0, i32::unsigned_abs);
    let flags = build.flags.iter().map(|flag| Flag::from_str(flag).map_err(|error| invalid("flag", flag, &error)));
    Ok(IndexJson {
        arch,
        build: build_string,
        build_number: variant.build_number,
        constrains: specs(&run.constrains),
        depends: specs(&run.depends),
        extra_depends: extras.collect(),
        features: None,
        flags: flags.collect::<Result<_>>()?,
        license: variant.recipe.about.license.clone(),
        license_family: variant.recipe.about.license_family.clone(),
        noarch,
        platform,
        purls: None,
        python_site_packages_path: site_packages,
        repodata_revision: None,
        subdir: Some(variant.subdir.clone()),
        timestamp: Some(TimestampMs::from_timestamp_millis(time(request)?)),
        // Solvers count them: each makes the package less preferred.
        track_features: (0..down).map(|index| format!("{}-p-{index}", name.as_normalized())).collect(),
        name,
        version,
    })
}

/// The time of the package.
///
/// # Errors
/// [`Error::Metadata`] for one that is too far away.
pub(super) fn time(request: &PackageRequest<'_>) -> Result<jiff::Timestamp> {
    let seconds = request.configuration.timestamp;
    i64::try_from(seconds)
        .ok()
        .and_then(|seconds| jiff::Timestamp::from_second(seconds).ok())
        .ok_or_else(|| Error::Metadata { reason: format!("{seconds} seconds since 1970 is not a valid time") })
}

/// The texts of dependencies, without duplicates; the first stays.
pub(super) fn specs(dependencies: &[Dependency]) -> Vec<String> {
    let mut specs: Vec<String> = Vec::new();
    for dependency in dependencies {
        if !specs.contains(&dependency.spec) {
            specs.push(dependency.spec.clone());
        }
    }
    specs
}

/// `linux-64` → `x86_64` and `linux`; nothing for noarch packages.
fn arch_and_platform(subdir: &str) -> (Option<String>, Option<String>) {
    let Ok(subdir) = Subdir::from_str(subdir) else { return (None, None) };
    let arch = subdir.arch().map(|arch| arch.to_string());
    let platform = subdir.only_platform().map(str::to_owned);
    (arch, platform)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::Origin;

    #[test]
    fn duplicates_are_removed() {
        let dependency = |spec: &str| Dependency { spec: spec.to_owned(), origin: Origin::Recipe };
        assert_eq!(specs(&[dependency("zlib >=1.2"), dependency("a"), dependency("zlib >=1.2")]), ["zlib >=1.2", "a"]);
    }

    #[test]
    fn platforms_have_the_names_of_conda() {
        let names = |subdir| {
            let (arch, platform) = arch_and_platform(subdir);
            (arch.unwrap_or_default(), platform.unwrap_or_default())
        };
        assert_eq!(names("linux-64"), ("x86_64".into(), "linux".into()));
        assert_eq!(names("osx-arm64"), ("arm64".into(), "osx".into()));
        assert_eq!(names("noarch"), (String::new(), String::new()));
    }
}
