//! Packages that would bring what a run missed.

use sidewinder_diagnosis::{Finding, Suggestion, candidates};

use super::DebugSession;
use crate::environment::{Platforms, known_packages, packages};
use crate::error::Result;
use crate::progress::Environment;

/// The most packages that are suggested for one finding.
const MOST: usize = 5;

impl DebugSession {
    /// Adds to findings what the session's channels have and the environment has not.
    pub(super) async fn suggest(&self, findings: &mut [Finding]) -> Result<()> {
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
                        && installed.iter().all(|package| package.name != candidate.spec)
                });
                finding.suggestions.extend(useful.take(MOST).cloned());
            }
        }
        Ok(())
    }
}
