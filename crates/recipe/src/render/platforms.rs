//! Which platforms a rendering may be asked for.

use rattler_conda_types::Subdir;

use super::RenderConfig;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};

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
}
