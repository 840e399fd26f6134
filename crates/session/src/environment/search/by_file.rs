//! Packages by the files in them.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use rattler_conda_types::{RepoDataRecord, Subdir};
use sidewinder_search::{FileList, NameMatch, Question, SearchKind, likely_providers};

use super::files::{Outcome, Wanted, read_lists};
use super::newest::{by_name, version_count, versions};
use super::request::SearchRequest;
use super::result::{FoundPackage, SearchResult, SearchedPackages};
use super::{Scope, gateway};
use crate::cancel::Cancel;
use crate::environment::channels::CurrentChannels;
use crate::environment::shared_clients::SharedClients;
use crate::error::Result;
use crate::progress::Progress;
use crate::redact::redact;

/// Maximum number of files that are listed for a package.
const MAX_FILES: usize = 20;
/// Maximum number of names that are suggested.
const MAX_SUGGESTIONS: usize = 5;
/// Maximum number of packages of a channel on a server that are looked at because an archive of theirs is in the pool.
const MAX_POOLED: usize = 500;
/// Timeout for the packages that a diagnosis suggests.
const LOCAL_TIMEOUT: Duration = Duration::from_secs(10);

/// A package that has what is wanted, or is likely to.
struct Answer {
    rank: (usize, usize),
    likely: usize,
    files: Vec<String>,
    name: String,
}

pub(super) async fn search(scope: &Scope<'_>, request: &SearchRequest) -> Result<SearchResult> {
    let (text, kind) = (request.text()?, request.kind());
    let question = Question::new(kind, text);
    let likely = likely_providers(kind, text);
    let lists = Lists::read(scope, &likely, request.max_downloads()).await?;
    let answers = lists.answers(&question, &likely);
    let did_you_mean = if answers.iter().any(|answer| !answer.files.is_empty()) {
        Vec::new()
    } else {
        question.nearest(lists.read.iter().map(|(_, list)| list), MAX_SUGGESTIONS)
    };
    let packages = answers.into_iter().take(request.limit()).filter_map(|answer| lists.describe(answer)).collect();
    Ok(SearchResult {
        query: text.to_owned(),
        kind,
        platform: scope.platform.to_string(),
        packages,
        did_you_mean,
        searched: SearchedPackages {
            names: scope.names().count(),
            file_lists: lists.read.len(),
            unreadable: lists.unreadable,
        },
    })
}

/// Names of packages that contain what a finding misses, best first. Nothing is downloaded but indexes of channels, and
/// nobody waits long: there may be none because of that.
pub(in super::super) async fn local_providers(
    kind: SearchKind,
    subject: &str,
    platform: Subdir,
    channels: &CurrentChannels,
    services: &SharedClients,
) -> Vec<String> {
    let cancel = Cancel::new();
    let progress = Progress::default();
    let work = async {
        let scope = Scope::read(services, channels, platform, &progress, &cancel).await?;
        let likely = likely_providers(kind, subject);
        let lists = Lists::read(&scope, &likely, 0).await?;
        let answers = lists.answers(&Question::new(kind, subject), &likely);
        let names = answers.into_iter().filter(|answer| !answer.files.is_empty()).map(|answer| answer.name);
        Result::<Vec<String>>::Ok(names.collect())
    };
    tokio::time::timeout(LOCAL_TIMEOUT, work).await.ok().and_then(Result::ok).unwrap_or_default()
}

/// Lists of files of the newest builds of packages.
struct Lists {
    /// All records of the packages that were looked at, newest first, with their channel.
    records: BTreeMap<String, (String, Vec<Arc<RepoDataRecord>>)>,
    read: Vec<(String, FileList)>,
    unreadable: usize,
}

impl Lists {
    async fn read(scope: &Scope<'_>, likely: &[String], max_downloads: usize) -> Result<Self> {
        let mut records = BTreeMap::new();
        let mut wanted = Vec::new();
        let mut downloads = max_downloads;
        let pooled = Pooled::of(scope).await;
        for (channel, names) in &scope.channels {
            let is_local = channel.base_url.url().scheme() == "file";
            // A channel on a server has too many packages to look into all.
            let names: Vec<String> = if is_local {
                names.clone()
            } else {
                let is_wanted = |name: &&String| likely.contains(name) || pooled.names.contains(*name);
                names.iter().filter(is_wanted).cloned().collect()
            };
            if names.is_empty() {
                continue;
            }
            let query = gateway::records_named(scope.services, channel, scope.platform, &names);
            let packages = by_name(scope.cancel.run(query).await?);
            for name in likely.iter().filter(|name| packages.contains_key(*name)) {
                if let Some(newest) = packages.get(name).and_then(|records| records.first()) {
                    let may_download = !is_local && downloads > 0;
                    downloads -= usize::from(may_download);
                    wanted.push(Wanted { record: Arc::clone(newest), may_download });
                }
            }
            for (name, of_name) in packages {
                if let Some(newest) = of_name.first().filter(|_| !likely.contains(&name)) {
                    wanted.push(Wanted { record: Arc::clone(newest), may_download: false });
                }
                records.insert(name, (redact(channel.base_url.as_str()), of_name));
            }
        }
        if wanted.len() > 200 {
            scope.progress.info(format!("Reading the lists of files of {} packages", wanted.len()));
        }
        let work = async { Result::<_>::Ok(read_lists(scope.services, wanted).await) };
        let mut lists = Self { records, read: Vec::new(), unreadable: 0 };
        let outcomes: Result<Vec<Outcome>> = scope.cancel.run(work).await;
        for outcome in outcomes? {
            match outcome {
                Outcome::Read(record, list) => {
                    lists.read.push((record.package_record.name.as_normalized().to_owned(), list));
                }
                Outcome::NotLocal => {}
                Outcome::Failed => lists.unreadable += 1,
            }
        }
        Ok(lists)
    }

    /// The packages with the file, best first; then those that are likely to have it, and whose files are not known.
    fn answers(&self, question: &Question, likely: &[String]) -> Vec<Answer> {
        let place = |name: &str| likely.iter().position(|other| other == name).unwrap_or(usize::MAX);
        let mut answers: Vec<Answer> = self
            .read
            .iter()
            .filter_map(|(name, list)| {
                let rank = question.rank(list)?;
                let files = question.answers(list).into_iter().take(MAX_FILES).map(str::to_owned).collect();
                Some(Answer { rank, likely: place(name), files, name: name.clone() })
            })
            .collect();
        let is_known = |name: &String| self.read.iter().any(|(other, _)| other == name);
        let unknown = likely.iter().filter(|name| self.records.contains_key(*name) && !is_known(name));
        answers.extend(unknown.map(|name| Answer {
            rank: (usize::MAX, usize::MAX),
            likely: place(name),
            files: Vec::new(),
            name: name.clone(),
        }));
        answers
            .sort_by(|a, b| (a.rank, a.likely, a.name.len(), &a.name).cmp(&(b.rank, b.likely, b.name.len(), &b.name)));
        answers
    }

    fn describe(&self, answer: Answer) -> Option<FoundPackage> {
        let (channel, records) = self.records.get(&answer.name)?;
        let newest = records.first()?;
        let is_newest = |record: &&Arc<RepoDataRecord>| record.package_record.version == newest.package_record.version;
        Some(FoundPackage {
            matched: if answer.files.is_empty() { NameMatch::Alias } else { NameMatch::File },
            name: answer.name,
            channel: channel.clone(),
            files: answer.files,
            versions: versions(records.iter().filter(is_newest)),
            version_count: version_count(records),
            license: newest.package_record.license.as_ref().map(ToString::to_string),
        })
    }
}

/// Names of packages in the pool.
struct Pooled {
    names: HashSet<String>,
}

impl Pooled {
    async fn of(scope: &Scope<'_>) -> Self {
        let installer = scope.services.installer().clone();
        let names = tokio::task::spawn_blocking(move || installer.extracted_names()).await.unwrap_or_default();
        Self { names: names.into_iter().filter(|name| scope.has(name)).take(MAX_POOLED).collect() }
    }
}
