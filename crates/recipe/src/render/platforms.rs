//! The three platforms of a rendering.

use rattler_conda_types::Subdir;

use super::RenderConfig;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::stage1::Combination;
use crate::variants::VariantValue;

/// Platform of a rendering that names none.
pub const DEFAULT_PLATFORM: &str = "linux-64";

impl RenderConfig {
    /// Whether conda knows the platforms that are given.
    ///
    /// # Errors
    /// `invalid-value` for each that it does not know.
    pub fn check_platforms(&self) -> Result<(), Diagnostics> {
        let mut diagnostics = Diagnostics::default();
        for (option, platform) in [
            ("targetPlatform", &self.target_platform),
            ("hostPlatform", &self.host_platform),
            ("buildPlatform", &self.build_platform),
        ] {
            if let Some(platform) = platform.as_deref().filter(|platform| platform.parse::<Subdir>().is_err()) {
                let message = format!("`{option}` is no platform: `{platform}`");
                diagnostics.push(Diagnostic::error(Code::InvalidValue, message, None));
            }
        }
        if diagnostics.has_errors() { Err(diagnostics) } else { Ok(()) }
    }

    /// Platform the package is for.
    #[must_use]
    pub fn target(&self) -> &str {
        self.target_platform.as_deref().unwrap_or(DEFAULT_PLATFORM)
    }

    /// Platform the build runs on.
    #[must_use]
    pub fn build(&self) -> &str {
        self.build_platform.as_deref().unwrap_or(DEFAULT_PLATFORM)
    }

    /// Platform of the host environment for one combination: as given where it differs from the target platform, else
    /// the combination's target platform; a key `host_platform` overrides both.
    #[must_use]
    pub fn host_of<'c>(&'c self, combination: &'c Combination) -> &'c str {
        let given = self.host_platform.as_deref().filter(|host| *host != self.target());
        text(combination, "host_platform").or(given).unwrap_or_else(|| self.target_of(combination))
    }

    /// The target platform of one combination.
    #[must_use]
    pub fn target_of<'c>(&'c self, combination: &'c Combination) -> &'c str {
        text(combination, "target_platform").unwrap_or_else(|| self.target())
    }

    /// The build platform of one combination.
    #[must_use]
    pub fn build_of<'c>(&'c self, combination: &'c Combination) -> &'c str {
        text(combination, "build_platform").unwrap_or_else(|| self.build())
    }
}

fn text<'c>(combination: &'c Combination, key: &str) -> Option<&'c str> {
    match combination.get(key) {
        Some(VariantValue::String(text)) => Some(text),
        _ => None,
    }
}
