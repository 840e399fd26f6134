//! `recipe/rendered_recipe.yaml`: everything that the package was built from.

use rattler_conda_types::{PrefixRecord, RepoDataRecord};
use serde_json::{Map, Value, json};
use sidewinder_recipe::stage1::{self, Pin};

use super::text::yaml;
use super::variant::normalized;
use crate::content::Entry;
use crate::error::{Error, Result};
use crate::options::ArchiveFormat;
use crate::prefix::{Folder, read_records};
use crate::request::{Dependency, Origin, PackageRequest, RunDependencies};

/// Writes `rendered_recipe.yaml`.
///
/// # Errors
/// [`Error::Metadata`]; [`Error::Record`] for a record of an environment that cannot be read.
pub(super) fn rendered_recipe(request: &PackageRequest<'_>) -> Result<Entry> {
    let recorded = request.recorded;
    let mut value = Map::new();
    value.insert("recipe".into(), recipe(request)?);
    value.insert("build_configuration".into(), build_configuration(request)?);
    let is_merged = request.folders.build_prefix == request.folders.host_prefix;
    let pins = Pins::of(&request.variant.recipe.requirements);
    let build = if is_merged {
        Value::Null
    } else {
        environment(&request.folders.build_prefix, pins.values(Requirements::Build, &recorded.build))?
    };
    let host = environment(&request.folders.host_prefix, pins.values(Requirements::Host, &recorded.host))?;
    let run_value = run(&recorded.run, &pins);
    value.insert("finalized_dependencies".into(), json!({ "build": build, "host": host, "run": run_value }));
    value.insert("finalized_sources".into(), json!(request.configuration.sources));
    if let Some(staging) = &recorded.staging {
        let (build, host) = (&staging.build, &staging.host);
        let no_requirements = stage1::Requirements::default();
        let cache = request.variant.recipe.staging_caches.first();
        let pins = Pins::of(cache.map_or(&no_requirements, |cache| &cache.requirements));
        value.insert(
            "finalized_cache_dependencies".into(),
            json!({
                "build": resolved(pins.values(Requirements::Build, &build.0), build.1.clone())?,
                "host": resolved(pins.values(Requirements::Host, &host.0), host.1.clone())?,
                "run": run(&staging.run, &pins),
            }),
        );
        value.insert("finalized_cache_sources".into(), json!(staging.sources));
        value.insert("staging_library_name_map".into(), json!(staging.libraries));
    }
    value.insert("system_tools".into(), json!({ "sidewinder": env!("CARGO_PKG_VERSION") }));
    yaml("info/recipe/rendered_recipe.yaml", &value)
}

/// The evaluated recipe, with what the reference's form of it differs in.
fn recipe(request: &PackageRequest<'_>) -> Result<Value> {
    let mut value = to_value(&request.variant.recipe)?;
    if let Some(build) = value.as_object_mut().map(|recipe| recipe.entry("build").or_insert_with(|| json!({})))
        && let Some(build) = build.as_object_mut()
    {
        build.insert("string".into(), request.variant.build_string.clone().into());
    }
    Ok(value)
}

fn build_configuration(request: &PackageRequest<'_>) -> Result<Value> {
    let (variant, configuration, folders) = (request.variant, request.configuration, request.folders);
    let mut hash = Map::new();
    hash.insert("hash".into(), variant.hash.clone().into());
    if !variant.hash_prefix.is_empty() {
        hash.insert("prefix".into(), variant.hash_prefix.clone().into());
    }
    let subpackages: Map<String, Value> = subpackages(request).into_iter().collect();
    let channels: Vec<&str> = configuration.channels.iter().map(|url| url.trim_end_matches('/')).collect();
    let archive_type = match request.options.format.unwrap_or_default() {
        ArchiveFormat::Conda => "conda",
        ArchiveFormat::TarBz2 => "tar_bz2",
    };
    Ok(json!({
        // Of a noarch package, the target is `noarch`.
        "target_platform": variant.subdir,
        "host_platform": {
            "platform": variant.host_platform,
            "virtual_packages": configuration.host_virtual_packages,
        },
        "build_platform": {
            "platform": variant.build_platform,
            "virtual_packages": configuration.build_virtual_packages,
        },
        "variant": normalized(&variant.variant)?,
        "hash": hash,
        "directories": {
            "host_prefix": folders.host_prefix,
            "build_prefix": folders.build_prefix,
            "work_dir": folders.work_dir,
            "build_dir": folders.build_dir,
        },
        "channels": channels,
        "channel_priority": configuration.channel_priority,
        "solve_strategy": "highest",
        "timestamp": super::index::time(request)?.to_string(),
        "subpackages": subpackages,
        "packaging_settings": { "archive_type": archive_type, "compression_level": request.options.level()? },
    }))
}

/// The output itself and its siblings.
fn subpackages(request: &PackageRequest<'_>) -> Vec<(String, Value)> {
    let variant = request.variant;
    let entry = |name: &str, version: &str, build_string: &str| {
        (name.to_owned(), json!({ "name": name, "version": version, "build_string": build_string }))
    };
    let siblings = variant.subpackages.iter();
    let mut all: Vec<_> = siblings
        .filter(|(name, _)| !name.eq_ignore_ascii_case(&variant.name))
        .map(|(name, sibling)| entry(name, &sibling.version, &sibling.build_string))
        .collect();
    all.push(entry(&variant.name, &variant.version, &variant.build_string));
    all.sort_by(|left, right| left.0.cmp(&right.0));
    all
}

/// An environment: what it was solved for, and the packages in its prefix.
fn environment(prefix: &std::path::Path, specs: Vec<Value>) -> Result<Value> {
    let records = match Folder::open(prefix) {
        Ok(folder) => read_records(&folder)?,
        Err(_) => Vec::new(),
    };
    resolved(specs, records.into_iter().map(|record: PrefixRecord| record.repodata_record).collect())
}

fn resolved(specs: Vec<Value>, records: Vec<RepoDataRecord>) -> Result<Value> {
    if specs.is_empty() && records.is_empty() {
        return Ok(Value::Null);
    }
    let records: Vec<Value> =
        records.into_iter().map(without_credentials).map(|record| to_value(&record)).collect::<Result<_>>()?;
    Ok(json!({ "specs": specs, "resolved": records }))
}

/// A record whose addresses anyone may read.
fn without_credentials(mut record: RepoDataRecord) -> RepoDataRecord {
    let clean = |url: &mut url::Url| {
        // Neither fails for addresses of channels, and those without a host have no credentials.
        let _ = url.set_username("");
        let _ = url.set_password(None);
        url.set_query(None);
        let path = url.path().to_owned();
        // anaconda.org: `/t/<token>/channel`.
        if let Some((_, rest)) = path.strip_prefix("/t/").and_then(|rest| rest.split_once('/')) {
            url.set_path(&format!("/{rest}"));
        }
    };
    clean(&mut record.url);
    if let Some(channel) = &mut record.channel
        && let Ok(mut url) = url::Url::parse(channel)
    {
        clean(&mut url);
        *channel = url.to_string();
    }
    record
}

fn run(run: &RunDependencies, pins: &Pins<'_>) -> Value {
    let mut value = Map::new();
    value.insert("depends".into(), pins.values(Requirements::Run, &run.depends).into());
    value.insert("constraints".into(), pins.values(Requirements::Constraints, &run.constrains).into());
    let exports = &run.run_exports;
    let kinds = [
        ("weak", &exports.weak),
        ("strong", &exports.strong),
        ("noarch", &exports.noarch),
        ("weak_constrains", &exports.weak_constraints),
        ("strong_constrains", &exports.strong_constraints),
    ];
    let specs = |list: &[Dependency]| list.iter().map(|dependency| dependency.spec.clone()).collect::<Vec<_>>();
    let exports: Map<String, Value> = kinds
        .into_iter()
        .filter(|(_, list)| !list.is_empty())
        .map(|(kind, list)| (kind.to_owned(), specs(list).into()))
        .collect();
    if !exports.is_empty() {
        value.insert("run_exports".into(), exports.into());
    }
    Value::Object(value)
}

/// The pins of a recipe, which say more than the match specs that they become.
struct Pins<'a> {
    /// The pins of each list of requirements, in their order.
    lists: Vec<(Requirements, Vec<(&'static str, &'a Pin)>)>,
}

/// A list of requirements. One package may be pinned differently in each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Requirements {
    Build,
    Host,
    Run,
    Constraints,
}

impl<'a> Pins<'a> {
    fn of(requirements: &'a stage1::Requirements) -> Self {
        let lists = [
            (Requirements::Build, &requirements.build),
            (Requirements::Host, &requirements.host),
            (Requirements::Run, &requirements.run),
            (Requirements::Constraints, &requirements.run_constraints),
        ];
        let pin = |dependency: &'a stage1::Dependency| match dependency {
            stage1::Dependency::PinSubpackage(pin) => Some(("pin_subpackage", &pin.pin_subpackage)),
            stage1::Dependency::PinCompatible(pin) => Some(("pin_compatible", &pin.pin_compatible)),
            stage1::Dependency::Spec(_) => None,
        };
        Self { lists: lists.map(|(list, dependencies)| (list, dependencies.iter().filter_map(pin).collect())).into() }
    }

    /// The dependencies of a list with their origins.
    fn values(&self, list: Requirements, dependencies: &[Dependency]) -> Vec<Value> {
        // Pins of one name keep their order, so each is used once.
        let mut left: Vec<_> =
            self.lists.iter().filter(|(other, _)| *other == list).flat_map(|(_, pins)| pins.iter().copied()).collect();
        dependencies.iter().map(|item| dependency(item, &mut left)).collect()
    }
}

/// A dependency with its origin.
fn dependency(dependency: &Dependency, pins: &mut Vec<(&'static str, &Pin)>) -> Value {
    let spec = &dependency.spec;
    let name = spec.split([' ', '=', '<', '>', '!', '~']).next().unwrap_or(spec);
    match &dependency.origin {
        Origin::Recipe => json!({ "source": spec }),
        Origin::Variant => json!({ "variant": name, "spec": spec }),
        Origin::PinSubpackage => pinned("pin_subpackage", name, spec, pins),
        Origin::PinCompatible => pinned("pin_compatible", name, spec, pins),
        Origin::RunExport { environment, package } => {
            json!({ "spec": spec, "from": environment, "run_export": package })
        }
    }
}

/// A pin with its bounds and the match spec that it became.
fn pinned(kind: &'static str, name: &str, spec: &str, pins: &mut Vec<(&'static str, &Pin)>) -> Value {
    let position = pins.iter().position(|(other, pin)| *other == kind && pin.name.eq_ignore_ascii_case(name));
    let pin = position.map(|index| pins.remove(index).1);
    let mut value = Map::new();
    value.insert(kind.to_owned(), name.into());
    if let Some(Value::Object(fields)) = pin.and_then(|pin| serde_json::to_value(pin).ok()) {
        value.extend(fields.into_iter().filter(|(field, _)| field != "name"));
    }
    value.insert("spec".into(), spec.into());
    Value::Object(value)
}

fn to_value(value: &impl serde::Serialize) -> Result<Value> {
    serde_json::to_value(value).map_err(|error| Error::Metadata { reason: error.to_string() })
}
