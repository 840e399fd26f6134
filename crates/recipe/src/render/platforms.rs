//! Which platforms a rendering may be asked for.

use rattler_conda_types::Subdir;

use super::RenderConfig;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, nearest};

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
                let help = match nearest(platform, Subdir::all().map(|known| known.as_str())) {
                    Some(meant) => format!("did you mean `{meant}`?"),
                    None => "platforms are `linux-64`, `linux-aarch64`, `osx-64`, `osx-arm64`, `win-64` and others"
                        .to_owned(),
                };
                diagnostics.push(Diagnostic::error(Code::InvalidValue, message, None).with_help(help));
            }
        }
        if diagnostics.has_errors() { Err(diagnostics) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

    use super::*;

    #[test]
    fn an_unknown_platform_has_help() {
        let help = |platform: &str| {
            let config = RenderConfig { target_platform: Some(platform.to_owned()), ..RenderConfig::default() };
            let diagnostics = config.check_platforms().unwrap_err();
            diagnostics.items()[0].help.clone().unwrap()
        };
        assert_eq!(help("linux64"), "did you mean `linux-64`?");
        assert!(help("amiga").starts_with("platforms are `linux-64`"));
    }
}
