//! Packages and fixes for what a run missed, checked against the session's channels.

use sidewinder_diagnosis::{Finding, FindingKind, Suggestion, candidates, fixes, test_fixes};

use super::DebugSession;
use crate::environment::{Platforms, known_packages, packages};
use crate::error::Result;
use crate::progress::Environment;

/// The maximum number of packages that are suggested for one finding.
const MAX_SUGGESTIONS: usize = 5;

impl DebugSession {
    /// Adds suggestions to findings: packages that the session's channels have and the environment lacks. Adds the fixes
    /// that follow from them.
    ///
    /// # Errors
    /// Repodata or the records of a prefix cannot be read. The findings then have fixes that need no package.
    pub(super) async fn suggest(&self, findings: &mut [Finding], script: Option<&str>) -> Result<()> {
        let checked = self.suggest_packages(findings).await;
        for finding in findings {
            finding.fixes = if self.state().test.is_some() { test_fixes(finding) } else { fixes(finding, script) };
        }
        checked
    }

    async fn suggest_packages(&self, findings: &mut [Finding]) -> Result<()> {
        let candidates: Vec<Vec<Suggestion>> = findings.iter().map(candidates).collect();
        let platforms = Platforms::of(&self.state().variant)?;
        for environment in [Environment::Build, Environment::Host] {
            let wanted = candidates.iter().flatten().filter(|candidate| candidate.environment == environment);
            let names: Vec<String> = wanted.map(|candidate| candidate.spec.clone()).collect();
            if names.is_empty() {
                continue;
            }
            let platform = if environment == Environment::Build { platforms.build } else { platforms.host };
            let known = known_packages(&names, platform, &self.settings, &self.services).await?;
            let installed = packages(self.prefix(environment)).await?;
            for (finding, candidates) in findings.iter_mut().zip(&candidates) {
                let useful = candidates.iter().filter(|candidate| {
                    candidate.environment == environment
                        && known.contains(&candidate.spec)
                        // A version that does not fit is of a package that is installed.
                        && (finding.kind == FindingKind::VersionMismatch
                            || installed.iter().all(|package| package.name != candidate.spec))
                });
                finding.suggestions.extend(useful.take(MAX_SUGGESTIONS).cloned());
            }
        }
        Ok(())
    }
}
