//! Checks the platforms that a rendering is requested for.

use rattler_conda_types::Subdir;

use super::RenderConfig;
use crate::diagnostic::{Code, Diagnostic, DiagnosticRecord, Diagnostics, TextIndex, nearest};

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
                let message = format!("unknown platform `{platform}` in `{option}`");
                let help = match nearest(platform, Subdir::all().map(|known| known.as_str())) {
                    Some(meant) => format!("did you mean `{meant}`?"),
                    None => "expected one like `linux-64`, `linux-aarch64`, `osx-64`, `osx-arm64`, `win-64`".to_owned(),
                };
                diagnostics.push(Diagnostic::error(Code::InvalidValue, message, None).with_help(help));
            }
        }
        if diagnostics.has_errors() { Err(diagnostics) } else { Ok(()) }
    }
}

impl RenderConfig {
    /// The platforms that conda does not know, as plain data.
    #[must_use]
    pub fn platform_problems(&self) -> Vec<DiagnosticRecord> {
        let problems = self.check_platforms().err().unwrap_or_default().into_sorted();
        problems.iter().map(|problem| DiagnosticRecord::new(problem, &TextIndex::new(""), None)).collect()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn an_unknown_platform_has_help() {
        let help = |platform: &str| {
            let config = RenderConfig { target_platform: Some(platform.to_owned()), ..RenderConfig::default() };
            let diagnostics = config.check_platforms().unwrap_err();
            diagnostics.items()[0].help.clone().unwrap()
        };
        assert_eq!(help("linux64"), "did you mean `linux-64`?");
        assert!(help("amiga").starts_with("expected one like `linux-64`"));
    }
}
