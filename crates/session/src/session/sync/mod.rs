//! Bringing a session in line with its changed recipe: sources and patches, environments, scripts.
//!
//! Everything that can fail without changing the session comes first: fetching sources, solving, downloading, merging.
//! What changes then is written so that it can be undone.

mod scripts;
mod transaction;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use sidewinder_recipe::RenderedVariant;
use sidewinder_recipe::stage1::{OneOrMany, Source};

use self::scripts::ScriptVersions;
use self::transaction::Transaction;
pub(super) use self::transaction::recover;
use super::state::State;
use super::{DebugSession, blocking, create, generated, package, staging};
use crate::cancel::Cancel;
use crate::environment::{EnvironmentChange, Prefixes, Resync, ResyncRequest, plan_resync};
use crate::error::{Error, Result};
use crate::options::ConflictChoice;
use crate::patch::{MergeRequest, SourceMerge, merge_sources};
use crate::progress::{Environment, Progress};
use crate::redact::redact;
use crate::sources::{Limits, PlacedPatch, PreparedSources, SourceRecord, SourceRequest, prepare};

/// Settings of [`DebugSession::sync`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields))]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct SyncOptions {
    /// What is done about files that the recipe and the session both changed. Default: `fail`.
    pub conflicts: ConflictChoice,
}

/// What [`DebugSession::sync`] did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct SyncResult {
    /// Names of packages that were installed, in either environment.
    pub added: Vec<String>,
    /// Names of packages that were removed.
    pub removed: Vec<String>,
    /// Names of packages that were replaced by another version or build.
    pub changed: Vec<String>,
    /// Sources whose content changed, came or went: their URLs, without secrets, or paths.
    pub sources: Vec<String>,
    /// Patches that are applied now or no longer, or whose text changed, as the recipe names them.
    pub patches: Vec<String>,
    /// Whether the build script or the variables of the build changed.
    pub scripts: bool,
    /// Files of the work folder that were written or removed, without the session's own scripts.
    pub files: Vec<String>,
    /// The changes of both environments in full.
    pub environments: EnvironmentChanges,
}

/// The changes of both environments.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct EnvironmentChanges {
    /// Of the build environment; nothing where both are one.
    pub build: EnvironmentChange,
    /// Of the host environment.
    pub host: EnvironmentChange,
}

impl DebugSession {
    /// Brings the session in line with its recipe as it is now: packages, sources, patches and scripts. Only what changed
    /// is touched. What was built stays, and so do packages that were added by hand and edits of files that the recipe did
    /// not change; texts that both changed are merged by line.
    ///
    /// # Errors
    /// [`Error::SyncConflict`] for edits that do not go together with the recipe's changes; [`Error::InvalidOption`] for a
    /// variant that takes a new session, see [`Self::refresh_scripts`]; the errors of [`DebugSession::create`];
    /// [`Error::Missing`] without a work folder, [`Error::Busy`], [`Error::Closed`]. The session is what it was then.
    pub async fn sync(
        &self,
        variant: RenderedVariant,
        options: SyncOptions,
        progress: Progress,
        cancel: &Cancel,
    ) -> Result<SyncResult> {
        let _working = self.begin()?;
        self.layout.check_own()?;
        self.layout.check_work_dir()?;
        let old = self.state();
        if old.is_foreign() {
            return Err(refused("another tool made the session, and its recipe is not known"));
        }
        self.check_variant(&old, &variant)?;
        if staging::is_changed(&old.variant, &variant, &old.options) {
            return Err(refused("the staging output that it builds on changed, which takes a new session"));
        }
        let new = State { variant, ..State::clone(&old) };
        self.until_closed(cancel, async |cancel| {
            let sync = Sync { session: self, old: &old, new: &new, options, progress: &progress, cancel };
            let result = sync.run().await?;
            self.state.set(new.clone());
            Ok(result)
        })
        .await
    }
}

struct Sync<'a> {
    session: &'a DebugSession,
    old: &'a State,
    new: &'a State,
    options: SyncOptions,
    progress: &'a Progress,
    cancel: &'a Cancel,
}

/// Sources that are fetched, next to those that the session has.
struct Sources {
    old: Vec<Source>,
    new: Vec<Source>,
    record: SourceRecord,
    prepared: PreparedSources,
}

impl Sync<'_> {
    async fn run(&self) -> Result<SyncResult> {
        let subject = staging::subject(&self.new.variant, &self.new.options)?;
        let (sources, environments) = self.prepare(&subject).await?;
        let result = self.change(&subject, &sources, &environments).await;
        if result.is_err() {
            sources.prepared.discard(&self.session.layout.build_dir);
        }
        result
    }

    /// Fetches sources while packages are chosen and fetched. Nothing of the session changes.
    async fn prepare(&self, subject: &RenderedVariant) -> Result<(Sources, Resync)> {
        let DebugSession { layout, services, settings, .. } = self.session;
        let both = self.cancel.child();
        let cache_dir = create::source_cache(services);
        let request = SourceRequest {
            sources: &subject.recipe.source,
            layout,
            cache_dir: &cache_dir,
            client: services.client().clone(),
            offline: services.is_offline(),
            limits: Limits { dangerous_entries: self.new.options.archive_entries, ..Limits::default() },
            attestation: self.new.options.attestation,
        };
        let environments = ResyncRequest {
            variant: subject,
            added: &self.new.added,
            settings,
            prefixes: Prefixes { build: &layout.build_prefix, host: &layout.host_prefix },
        };
        let stop_on_error = |failed: bool| {
            if failed {
                both.cancel();
            }
        };
        let (prepared, planned) = tokio::join!(
            async {
                let prepared = prepare(request, self.progress, &both).await;
                stop_on_error(prepared.is_err());
                prepared
            },
            async {
                let planned = plan_resync(environments, services, self.progress, &both).await;
                stop_on_error(planned.is_err());
                planned
            },
        );
        let old = staging::subject(&self.old.variant, &self.old.options)?.recipe.source.clone();
        match (prepared, planned) {
            (Ok(prepared), Ok(planned)) => {
                let record = SourceRecord::read(&layout.build_dir)?;
                let new = subject.recipe.source.clone();
                Ok((Sources { old, new, record, prepared }, planned))
            }
            (Ok(prepared), Err(error)) => {
                prepared.discard(&layout.build_dir);
                Err(error)
            }
            // Only the one that failed first says why; the other was stopped.
            (Err(Error::Cancelled), Err(error)) | (Err(error), _) => Err(error),
        }
    }

    async fn change(&self, subject: &RenderedVariant, sources: &Sources, environments: &Resync) -> Result<SyncResult> {
        let layout = &self.session.layout;
        let transaction = Transaction::begin(layout)?;
        let merge = match self.merge(sources, &transaction).await {
            Ok(merge) => merge,
            Err(error) => {
                transaction.undo()?;
                return Err(error);
            }
        };
        let mut result = self.report(sources, &merge, environments);
        let changed = self.apply(&transaction, sources, &merge, environments).await;
        match changed {
            Ok(scripts) => result.scripts = scripts,
            Err(error) => {
                environments.undo(&self.session.services, self.progress).await;
                transaction.undo()?;
                return Err(error);
            }
        }
        transaction.finish()?;
        self.progress.info(format!("The session is in line with the recipe of {}", subject.name));
        Ok(result)
    }

    async fn merge(&self, sources: &Sources, transaction: &Transaction<'_>) -> Result<SourceMerge> {
        let (layout, old, new) = (self.session.layout.clone(), sources.record.clone(), sources.prepared.record.clone());
        let (staged, conflicts, cancel) = (transaction.staged(), self.options.conflicts, self.cancel.clone());
        let merge = blocking(move || {
            let request = MergeRequest { layout: &layout, old: &old, new: &new, staged: &staged, conflicts };
            merge_sources(request, &cancel)
        })
        .await?;
        if merge.conflicts.is_empty() { Ok(merge) } else { Err(Error::SyncConflict { conflicts: merge.conflicts }) }
    }

    /// Makes all changes; returns whether the scripts changed. Whoever calls it undoes them after an error.
    async fn apply(
        &self,
        transaction: &Transaction<'_>,
        sources: &Sources,
        merge: &SourceMerge,
        environments: &Resync,
    ) -> Result<bool> {
        let DebugSession { layout, services, .. } = self.session;
        self.cancel.check()?;
        transaction.apply(&merge.steps)?;
        environments.apply(services, self.progress, self.cancel).await?;
        let local = transaction.scripts();
        create::write_scripts_again(layout, self.new, self.progress).await?;
        let new_generated = layout.build_dir.join("generated.sync");
        generated::copy(&layout.work_dir, &new_generated)?;
        let kept = generated::folder(layout);
        let versions = ScriptVersions { generated: &kept, local: &local, layout };
        let scripts = versions.merge(self.options.conflicts)?;
        if is_changed(sources, merge) {
            sources.prepared.write_info(layout)?;
            sources.prepared.record.write(&layout.build_dir)?;
        } else {
            sources.prepared.discard(&layout.build_dir);
        }
        layout.write_state(&self.new.without_secrets())?;
        versions.remove_unused(&new_generated)?;
        generated::replace(layout, &new_generated)?;
        package::record_dependencies(layout, &environments.dependencies)?;
        Ok(scripts)
    }

    fn report(&self, sources: &Sources, merge: &SourceMerge, environments: &Resync) -> SyncResult {
        let change = |environment| environments.change(environment);
        let environments = EnvironmentChanges { build: change(Environment::Build), host: change(Environment::Host) };
        let names = |names: &dyn Fn(&EnvironmentChange) -> Vec<String>| -> Vec<String> {
            let all: BTreeSet<String> = [&environments.build, &environments.host].into_iter().flat_map(names).collect();
            all.into_iter().collect()
        };
        SyncResult {
            added: names(&|change| change.added.iter().map(|package| package.name.clone()).collect()),
            removed: names(&|change| change.removed.iter().map(|package| package.name.clone()).collect()),
            changed: names(&|change| change.changed.iter().map(|package| package.to.name.clone()).collect()),
            sources: changed_sources(sources, merge),
            patches: changed_patches(&sources.record, &sources.prepared.record, &self.session.layout.build_dir),
            scripts: false,
            files: merge.steps.iter().map(|step| step.path.to_string_lossy().replace('\\', "/")).collect(),
            environments,
        }
    }
}

/// Whether a patch would have to be made against other sources than before.
fn is_changed(sources: &Sources, merge: &SourceMerge) -> bool {
    let shape = |record: &SourceRecord| -> Vec<_> {
        record.placements.iter().map(|placement| (placement.target.clone(), placement.patches.len())).collect()
    };
    !merge.steps.is_empty()
        || !merge.sources.is_empty()
        || !merge.removed_sources.is_empty()
        || merge.has_other_patches
        || shape(&sources.record) != shape(&sources.prepared.record)
}

fn changed_sources(sources: &Sources, merge: &SourceMerge) -> Vec<String> {
    let changed = merge.sources.iter().filter_map(|index| sources.new.get(*index));
    let removed = merge.removed_sources.iter().filter_map(|index| sources.old.get(*index));
    let mut locations = Vec::new();
    for location in changed.chain(removed).map(location) {
        if !locations.contains(&location) {
            locations.push(location);
        }
    }
    locations
}

fn location(source: &Source) -> String {
    match source {
        Source::Url(url) => match &url.url {
            OneOrMany::One(url) => redact(url),
            OneOrMany::Many(urls) => urls.first().map(|url| redact(url)).unwrap_or_default(),
        },
        Source::Git(git) => redact(&git.git),
        Source::Path(path) => path.path.clone(),
    }
}

/// Patches that only one of the records has with this text, in the order of the recipe.
fn changed_patches(old: &SourceRecord, new: &SourceRecord, build_dir: &std::path::Path) -> Vec<String> {
    let texts = |record: &SourceRecord| -> Vec<(String, Option<Vec<u8>>)> {
        let all = record.placements.iter().flat_map(|placement| &placement.patches);
        let text = |patch: &PlacedPatch| (patch.name.clone(), std::fs::read(build_dir.join(&patch.copy)).ok());
        all.map(text).collect()
    };
    let (old, new) = (texts(old), texts(new));
    let came = new.iter().filter(|patch| !old.contains(patch));
    let went = old.iter().filter(|patch| !new.contains(patch));
    let mut names = Vec::new();
    for (name, _) in came.chain(went) {
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    names
}

fn refused(reason: &str) -> Error {
    Error::InvalidOption { option: "variant", reason: reason.to_owned() }
}
