//! Packages and fixes for what a run missed, checked against the session's channels.

use sidewinder_diagnosis::{Finding, FindingKind, Role, Suggestion, candidates, fixes, test_fixes};
use sidewinder_search::SearchKind;

use super::DebugSession;
use crate::environment::{InstalledPackage, Platforms, known_packages, packages, packages_with_file};
use crate::error::Result;
use crate::progress::Environment;

/// The maximum number of packages that are suggested for one finding.
const MAX_SUGGESTIONS: usize = 5;
/// The maximum number of findings for which the files of packages are searched.
const MAX_SEARCHES: usize = 4;

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
        let platform_of = |environment| match environment {
            Environment::Build => platforms.build,
            Environment::Host => platforms.host,
        };
        let build = packages(self.prefix(Environment::Build)).await?;
        let host = packages(self.prefix(Environment::Host)).await?;
        let is_installed = |suggestion: &Suggestion| {
            let installed: &[InstalledPackage] = match suggestion.environment {
                Environment::Build => &build,
                Environment::Host => &host,
            };
            installed.iter().any(|package| package.name == suggestion.spec)
        };
        // What contains the file for certain, then what the names tell.
        let searched = findings.iter_mut().filter(|finding| finding.role == Role::Cause).take(MAX_SEARCHES);
        for finding in searched {
            let (Some((kind, environment)), Some(subject)) = (searched_as(finding.kind), finding.subject.clone())
            else {
                continue;
            };
            let platform = platform_of(environment);
            let names = packages_with_file(kind, &subject, platform, &self.settings, &self.services).await?;
            let found = names.into_iter().map(|spec| Suggestion { spec, environment });
            finding.suggestions.extend(found.filter(|found| !is_installed(found)).take(MAX_SUGGESTIONS));
        }
        for environment in [Environment::Build, Environment::Host] {
            let wanted = candidates.iter().flatten().filter(|candidate| candidate.environment == environment);
            let names: Vec<String> = wanted.map(|candidate| candidate.spec.clone()).collect();
            if names.is_empty() {
                continue;
            }
            let known = known_packages(&names, platform_of(environment), &self.settings, &self.services).await?;
            for (finding, candidates) in findings.iter_mut().zip(&candidates) {
                // A version that does not fit is of a package that is installed.
                let may_be_installed = finding.kind == FindingKind::VersionMismatch;
                let useful = candidates.iter().filter(|candidate| {
                    candidate.environment == environment
                        && known.contains(&candidate.spec)
                        && (may_be_installed || !is_installed(candidate))
                });
                for candidate in useful.take(MAX_SUGGESTIONS) {
                    match finding.suggestions.iter_mut().find(|known| known.spec == candidate.spec) {
                        // The names tell more about where a tool belongs than the kind of its file.
                        Some(known) => known.environment = candidate.environment,
                        None => finding.suggestions.push(candidate.clone()),
                    }
                }
            }
        }
        for finding in findings {
            finding.suggestions.truncate(MAX_SUGGESTIONS);
        }
        Ok(())
    }
}

/// As what the file of a finding is searched for, and where its package goes.
fn searched_as(kind: FindingKind) -> Option<(SearchKind, Environment)> {
    Some(match kind {
        FindingKind::MissingCommand => (SearchKind::Command, Environment::Build),
        FindingKind::MissingHeader => (SearchKind::Header, Environment::Host),
        FindingKind::MissingLibrary => (SearchKind::Library, Environment::Host),
        FindingKind::MissingPkgConfig => (SearchKind::PkgConfig, Environment::Host),
        FindingKind::MissingCmakePackage => (SearchKind::Cmake, Environment::Host),
        FindingKind::MissingPythonModule => (SearchKind::Python, Environment::Host),
        FindingKind::MissingPerlModule => (SearchKind::Perl, Environment::Host),
        FindingKind::MissingRPackage => (SearchKind::R, Environment::Host),
        _ => return None,
    })
}
