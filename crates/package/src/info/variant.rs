//! The used variant: `hash_input.json` and `recipe/variant_config.yaml`.

use std::collections::BTreeMap;

use serde_json::Value;
use sidewinder_recipe::render::hash_input as text_of_hash;
use sidewinder_recipe::variants::{VariantValue, normalize_key};

use super::text::yaml;
use crate::content::Entry;
use crate::error::{Error, Result};
use crate::request::PackageRequest;

/// Writes `hash_input.json`, the text that the hash in the build string is made of.
///
/// # Errors
/// None; as the other members.
pub(super) fn hash_input(request: &PackageRequest<'_>) -> Result<Entry> {
    let text = text_of_hash(&request.variant.variant);
    Ok(Entry::made("info/hash_input.json", text.into_bytes(), false))
}

/// Writes `variant_config.yaml`.
///
/// # Errors
/// [`crate::Error::Metadata`].
pub(super) fn variant_config(request: &PackageRequest<'_>) -> Result<Entry> {
    yaml("info/recipe/variant_config.yaml", &normalized(&request.variant.variant)?)
}

/// A variant with its keys in their normal form: `lib-foo` and `lib_foo` are one key.
///
/// # Errors
/// [`Error::Metadata`].
pub(super) fn normalized(variant: &BTreeMap<String, VariantValue>) -> Result<BTreeMap<String, Value>> {
    let value = |value: &VariantValue| {
        serde_json::to_value(value).map_err(|error| Error::Metadata { reason: error.to_string() })
    };
    variant.iter().map(|(key, one)| Ok((normalize_key(key).into_owned(), value(one)?))).collect()
}
