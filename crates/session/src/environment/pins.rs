//! `pin_subpackage` and `pin_compatible` → match specs.

use sidewinder_recipe::stage1::Pin;

use crate::error::{Error, Result};

/// The match spec that a pin gives for a version and a build string.
///
/// # Errors
/// [`Error::Pin`].
pub(super) fn apply(kind: &'static str, pin: &Pin, version: &str, build_string: &str) -> Result<String> {
    let _ = (version, build_string);
    Err(Error::Pin { kind, name: pin.name.clone(), reason: "pins are not evaluated yet".to_owned() })
}
