//! Names of variant keys: `-`, `.` and `_` are the same character.

use std::borrow::Cow;

/// A key in its normal form: `-` and `.` become `_`; case stays.
#[must_use]
pub fn normalize_key(key: &str) -> Cow<'_, str> {
    if key.contains(['-', '.']) { Cow::Owned(key.replace(['-', '.'], "_")) } else { Cow::Borrowed(key) }
}
