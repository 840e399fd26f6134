//! Which values of a combination an output depends on: what is hashed, except for pins.

use std::collections::{BTreeMap, BTreeSet};

use super::RenderConfig;
use super::hash::{UsedVariant, set_key};
use crate::model::{Combination, NoArch, VariantValue};
use crate::stage1::{Dependency, EvaluatedOutput};
use crate::variants::normalize_key;

/// Keys that always take part.
pub(super) const FIXED_KEYS: [&str; 3] = ["target_platform", "channel_targets", "channel_sources"];

/// All values that evaluation sees, by normalized key: extra context, the combination on top.
pub(super) struct Visible<'e> {
    values: BTreeMap<String, VariantValue>,
    environment: &'e BTreeSet<String>,
}

impl<'e> Visible<'e> {
    /// `environment`: names of variables that the build sets, in normal form.
    pub(super) fn new(combination: &Combination, config: &RenderConfig, environment: &'e BTreeSet<String>) -> Self {
        let mut values: BTreeMap<String, VariantValue> = config
            .extra_context
            .iter()
            .map(|(key, value)| (normalize_key(key).into_owned(), VariantValue::from_json(value)))
            .collect();
        values.extend(combination.iter().map(|(key, value)| (key.clone(), value.clone())));
        Self { values, environment }
    }

    /// Values that are looked up, or asked for by a free spec, or always taken; as `context` records them.
    fn looked_up(
        &self,
        accessed: &BTreeSet<String>,
        free_specs: &BTreeSet<String>,
        shadows: &BTreeMap<String, Option<VariantValue>>,
    ) -> UsedVariant {
        let mut used = UsedVariant::new();
        let names: BTreeSet<_> = accessed.iter().chain(free_specs).map(|name| normalize_key(name)).collect();
        for (key, value) in &self.values {
            let taken = names.contains(key.as_str())
                || FIXED_KEYS.contains(&key.as_str())
                || self.environment.contains(key.as_str());
            if !taken {
                continue;
            }
            match shadows.get(key) {
                None => used.insert(key.clone(), value.clone()),
                Some(Some(recorded)) => used.insert(key.clone(), recorded.clone()),
                Some(None) => None,
            };
        }
        used
    }
}

/// The used variant of one output, without its pins. The order of the steps is part of the format.
pub(super) fn used_variant(output: &EvaluatedOutput, visible: &Visible<'_>) -> UsedVariant {
    let build = &output.recipe.build;
    let mut used = visible.looked_up(&output.accessed, &output.free_specs, &output.context_shadows);
    if build.noarch == Some(NoArch::Python) {
        used.remove("python");
    }
    if build.noarch.is_some() {
        used.insert("target_platform".to_owned(), VariantValue::String("noarch".to_owned()));
    }
    for dependency in &output.recipe.requirements.run {
        if let Dependency::Spec(spec) = dependency
            && dependency.name().starts_with("__")
        {
            set_key(&mut used, dependency.name(), VariantValue::String(spec.clone()));
        }
    }
    // So `python` comes back for noarch Python packages, as in the reference.
    if let Some(staging) = &output.staging {
        let inherited = visible.looked_up(&staging.accessed, &staging.free_specs, &output.context_shadows);
        for (key, value) in inherited {
            used.entry(key).or_insert(value);
        }
    }
    for key in &build.variant.use_keys {
        if let Some(value) = visible.values.get(normalize_key(key).as_ref()) {
            set_key(&mut used, key, value.clone());
        }
    }
    for key in &build.variant.ignore_keys {
        let ignored = normalize_key(key);
        used.retain(|key, _| normalize_key(key) != ignored);
    }
    used
}
