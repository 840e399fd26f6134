//! The used variant: `hash_input.json` and `recipe/variant_config.yaml`.

use sidewinder_recipe::render::hash_input as text_of_hash;

use super::text::yaml;
use crate::content::Entry;
use crate::error::Result;
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
    yaml("info/recipe/variant_config.yaml", &request.variant.variant)
}
