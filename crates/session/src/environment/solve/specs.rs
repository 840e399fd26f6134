//! Dependencies of a recipe → match specs.

use std::collections::BTreeMap;

use rattler_conda_types::{MatchSpec, ParseMatchSpecOptions, RepoDataRecord, RepodataRevision};
use serde::{Deserialize, Serialize};
use sidewinder_recipe::render::{RenderedVariant, apply_pin};
use sidewinder_recipe::stage1::{Dependency, Pin};
use sidewinder_recipe::variants::VariantValue;

use crate::error::{Error, Result};
use crate::progress::Environment;

/// A dependency whose pins and variant values are filled in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct FinalDependency {
    /// The match spec, e.g. `libfoo >=1.2,<2.0a0`.
    pub spec: String,
    /// Where it comes from.
    pub origin: Origin,
}

/// Where a dependency comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Origin {
    /// As written in the recipe.
    Recipe,
    /// A bare name in the recipe, with the variant's value.
    Variant,
    /// `pin_subpackage`.
    PinSubpackage,
    /// `pin_compatible`.
    PinCompatible,
    /// Added to the session by hand.
    Added,
    /// The run exports of a package.
    RunExport {
        /// In which environment the package is.
        environment: Environment,
        /// Its name.
        package: String,
    },
}

impl FinalDependency {
    /// The dependency as a match spec.
    ///
    /// # Errors
    /// [`Error::InvalidSpec`].
    pub fn match_spec(&self) -> Result<MatchSpec> {
        parse_spec(&self.spec)
    }

    /// Name and constraint apart, for tables; `*` stands for no constraint.
    pub(in super::super) fn parts(&self) -> (String, String) {
        let (name, constraint) = self.spec.split_once(' ').unwrap_or((&self.spec, "*"));
        let mark = match &self.origin {
            Origin::Recipe | Origin::Added => String::new(),
            Origin::Variant => " (V)".to_owned(),
            Origin::PinSubpackage => " (PS)".to_owned(),
            Origin::PinCompatible => " (PC)".to_owned(),
            Origin::RunExport { environment, package } => format!(" (RE of [{environment}: {package}])"),
        };
        (name.to_owned(), format!("{constraint}{mark}"))
    }
}

/// Reads a match spec leniently, with everything that any revision of repodata may hold.
///
/// # Errors
/// [`Error::InvalidSpec`].
pub(in super::super) fn parse_spec(spec: &str) -> Result<MatchSpec> {
    let options = ParseMatchSpecOptions::lenient().with_repodata_revision(RepodataRevision::V3);
    MatchSpec::from_str(spec, options)
        .map_err(|error| Error::InvalidSpec { spec: spec.to_owned(), reason: error.to_string() })
}

/// Reads the match specs of dependencies.
///
/// # Errors
/// [`Error::InvalidSpec`].
pub(in super::super) fn match_specs(dependencies: &[FinalDependency]) -> Result<Vec<MatchSpec>> {
    dependencies.iter().map(FinalDependency::match_spec).collect()
}

/// What dependencies are filled in from.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Known<'a> {
    /// The variant, with the outputs that `pin_subpackage` may name.
    pub(in super::super) variant: &'a RenderedVariant,
    /// The solved environments that `pin_compatible` looks in, the first that has a package wins.
    pub(in super::super) solved: &'a [&'a [RepoDataRecord]],
}

impl Known<'_> {
    /// Fills in dependencies of an environment: a bare name takes the variant's value.
    ///
    /// # Errors
    /// [`Error::Pin`] and [`Error::InvalidSpec`].
    pub(in super::super) fn for_environment(&self, dependencies: &[Dependency]) -> Result<Vec<FinalDependency>> {
        let values: BTreeMap<String, &VariantValue> =
            self.variant.variant.iter().map(|(key, value)| (variant_key(key), value)).collect();
        let fill = |dependency: &Dependency| {
            let value = dependency.free_name().and_then(|name| Some((name, values.get(&variant_key(name))?)));
            match value.and_then(|(name, value)| Some((name, constraint(value)?))) {
                Some((name, constraint)) => Ok(FinalDependency {
                    spec: parse_spec(&format!("{name} {constraint}"))?.to_string(),
                    origin: Origin::Variant,
                }),
                None => self.fill(dependency),
            }
        };
        dependencies.iter().map(fill).collect()
    }

    /// Fills in dependencies that end up in the package: as written, except for pins.
    ///
    /// # Errors
    /// [`Error::Pin`] and [`Error::InvalidSpec`].
    pub(in super::super) fn for_package(&self, dependencies: &[Dependency]) -> Result<Vec<FinalDependency>> {
        dependencies.iter().map(|dependency| self.fill(dependency)).collect()
    }

    fn fill(&self, dependency: &Dependency) -> Result<FinalDependency> {
        Ok(match dependency {
            Dependency::Spec(spec) => FinalDependency { spec: spec.clone(), origin: Origin::Recipe },
            Dependency::PinSubpackage(pin) => {
                FinalDependency { spec: self.subpackage(&pin.pin_subpackage)?, origin: Origin::PinSubpackage }
            }
            Dependency::PinCompatible(pin) => {
                FinalDependency { spec: self.compatible(&pin.pin_compatible)?, origin: Origin::PinCompatible }
            }
        })
    }

    fn subpackage(&self, pin: &Pin) -> Result<String> {
        const KIND: &str = "pin_subpackage";
        let same = |name: &str| name.eq_ignore_ascii_case(&pin.name);
        if let Some((_, output)) = self.variant.subpackages.iter().find(|(name, _)| same(name)) {
            return apply(KIND, pin, &output.version, &output.build_string);
        }
        if same(&self.variant.name) {
            return apply(KIND, pin, &self.variant.version, &self.variant.build_string);
        }
        let outputs: Vec<&str> = self.variant.subpackages.keys().map(String::as_str).collect();
        let reason = if outputs.is_empty() {
            "the recipe has no output of this name".to_owned()
        } else {
            format!("the recipe has no output of this name; its outputs are {}", outputs.join(", "))
        };
        Err(Error::Pin { kind: KIND, name: pin.name.clone(), reason })
    }

    fn compatible(&self, pin: &Pin) -> Result<String> {
        const KIND: &str = "pin_compatible";
        let named =
            |record: &&RepoDataRecord| record.package_record.name.as_normalized().eq_ignore_ascii_case(&pin.name);
        match self.solved.iter().find_map(|records| records.iter().find(named)) {
            Some(record) => {
                let record = &record.package_record;
                apply(KIND, pin, &record.version.as_str(), record.build.as_str())
            }
            None => Err(Error::Pin {
                kind: KIND,
                name: pin.name.clone(),
                reason: if self.solved.is_empty() {
                    "no environment is solved before this one".to_owned()
                } else {
                    "no package of this name is in the solved environments".to_owned()
                },
            }),
        }
    }
}

fn apply(kind: &'static str, pin: &Pin, version: &str, build_string: &str) -> Result<String> {
    apply_pin(pin, version, build_string).map_err(|error| Error::Pin {
        kind,
        name: pin.name.clone(),
        reason: error.to_string(),
    })
}

/// A variant key as it is compared with package names: `-`, `_` and `.` are the same.
fn variant_key(key: &str) -> String {
    key.to_ascii_lowercase().replace(['-', '.'], "_")
}

/// The constraint that a variant value puts on a bare name: `1.2` means `=1.2`, anything else is kept as it is.
fn constraint(value: &VariantValue) -> Option<String> {
    let text = match value {
        VariantValue::Bool(value) => value.to_string(),
        VariantValue::Integer(value) => value.to_string(),
        VariantValue::Float(value) => value.to_string(),
        VariantValue::String(value) => value.trim().to_owned(),
        VariantValue::Null(()) | VariantValue::Other(_) => return None,
    };
    if text.is_empty() {
        return None;
    }
    let plain = text.chars().all(|c| c.is_ascii_alphanumeric() || c == '.');
    Some(if plain { format!("={text}") } else { text })
}
