//! The evaluated `about` section.

use serde::{Deserialize, Serialize};

/// What the package is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(default)]
pub struct About {
    /// Home page, normalized.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub homepage: Option<String>,
    /// Repository, normalized.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repository: Option<String>,
    /// Documentation, normalized.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub documentation: Option<String>,
    /// SPDX expression as written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub license: Option<String>,
    /// Globs of license files; an empty list where the recipe says that there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub license_file: Option<Vec<String>>,
    /// Family of the license.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub license_family: Option<String>,
    /// One line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// Several lines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}
