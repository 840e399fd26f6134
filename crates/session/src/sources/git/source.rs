//! Bringing a git source into the cache.

use std::path::{Path, PathBuf};

use sidewinder_recipe::stage1::GitSource;
use url::Url;

use super::checkout::{Parts, checkout, is_local};
use super::reference::Reference;
use super::remote::Remote;
use super::repair::{is_damaged, repair};
use super::repository::Repository;
use crate::error::{Error, Result};
use crate::layout::remove_tree;
use crate::redact::redact;
use crate::sources::cache::LockedEntry;
use crate::sources::fetch::{Context, FetchedSource};
use crate::sources::origin::Origin;
use crate::sources::selection::Selection;

/// Fetches a git source and makes a work tree of it.
///
/// Branches, tags and short names are looked up again for every session, as they may have moved; whole commits never.
///
/// # Errors
/// [`Error::Source`], [`Error::Spawn`] if `git` is not installed, [`Error::Io`], [`Error::Cancelled`].
pub(in crate::sources) async fn fetch(source: &GitSource, context: &Context) -> Result<FetchedSource> {
    let address = address(&source.git, &context.recipe_dir)?;
    let remote = Remote::new(&address)?;
    let reference = Reference::new(source.rev.as_deref(), &remote.shown)?;
    // Git's own way of writing "all of it".
    let depth = source.depth.and_then(|depth| u32::try_from(depth).ok()).filter(|&depth| depth > 0);
    context.progress.info(format!("Fetching source from git: {}", remote.shown));

    let depth_key = depth.map(|depth| depth.to_string()).unwrap_or_default();
    let entry = context.cache.entry(&["git", &address, &depth_key]).lock(&context.cancel).await?;
    let folder = entry.git_folder();
    let db = folder.join("db");
    for damage in repair(&db)? {
        context.progress.warn(format!("{}: repaired the repository in the cache: {damage}", remote.shown));
    }
    let is_new = !db.exists();
    let mut outcome = fetch_once(source, &reference, &remote, depth, &entry, context).await;
    if let Err(error) = &outcome
        && !is_new
        && !matches!(error, Error::Cancelled | Error::Spawn { .. })
        && is_damaged(&db, &remote.shown, &context.cancel).await?
    {
        if context.offline && !is_local(&remote.url) {
            let reason =
                "the repository in the cache is damaged; run once without `offline` to fetch it again".to_owned();
            return Err(Error::Source { location: remote.shown, reason, http: None });
        }
        let warning = format!("{}: the repository in the cache is damaged; fetching it again", remote.shown);
        context.progress.warn(warning);
        remove_tree(&db).map_err(Error::io("cannot remove", &db))?;
        outcome = fetch_once(source, &reference, &remote, depth, &entry, context).await;
    }
    let (root, commit) = outcome?;
    context.progress.info(format!("Checked out {commit}"));
    let origin = Origin::Tree { root, selection: Selection::filtered(&source.filter) };
    Ok(FetchedSource { origin, extracted: None, commit: Some(commit) })
}

/// Fetches what is missing and checks the commit out; returns the work tree and the commit.
async fn fetch_once(
    source: &GitSource,
    reference: &Reference,
    remote: &Remote,
    depth: Option<u32>,
    entry: &LockedEntry,
    context: &Context,
) -> Result<(PathBuf, String)> {
    let folder = entry.git_folder();
    let repository = Repository::open(folder.join("db"), remote, entry, depth, &context.cancel).await?;
    let offline = context.offline && !is_local(&remote.url);
    let commit = repository.resolve(reference, offline).await?;
    if let Some(expected) = &source.expected_commit
        && !expected.trim().eq_ignore_ascii_case(&commit)
    {
        let revision = source.rev.as_deref().unwrap_or("HEAD");
        return Err(Error::Source {
            location: remote.shown.clone(),
            reason: format!("commit mismatch: expected {expected}, got {commit} for revision `{revision}`"),
            http: None,
        });
    }
    let parts = Parts { submodules: source.submodules, large_files: source.lfs };
    let checkouts = folder.join("checkouts");
    if fs_err::symlink_metadata(&checkouts).is_ok_and(|metadata| !metadata.is_dir()) {
        remove_tree(&checkouts).map_err(Error::io("cannot remove", &checkouts))?;
    }
    fs_err::create_dir_all(&checkouts).map_err(Error::io("cannot create", &checkouts))?;
    let root = checkout(&repository, &commit, parts, remote, &checkouts, &context.progress, &context.cancel).await?;
    Ok((root, commit))
}

/// The address as git is given it: a URL of a kind that runs no commands, `user@host:path`, or an absolute path.
fn address(git: &str, recipe_dir: &Path) -> Result<String> {
    let refused = |reason: &str| Error::Source { location: redact(git), reason: reason.to_owned(), http: None };
    let git = git.trim();
    if git.is_empty() || git.starts_with('-') || git.contains(char::is_control) {
        return Err(refused("not a valid repository address"));
    }
    if git.contains("://") {
        let url = Url::parse(git).map_err(|error| refused(&format!("invalid URL: {error}")))?;
        if !["http", "https", "ssh", "git", "file", "git+ssh", "git+https"].contains(&url.scheme()) {
            return Err(refused(&format!("repositories of the kind `{}:` are not supported", url.scheme())));
        }
        // `ssh://-oProxyCommand=…` would be an option of ssh.
        if url.host_str().is_some_and(|host| host.starts_with('-')) || url.username().starts_with('-') {
            return Err(refused("the name of the host is not valid"));
        }
        return Ok(git.strip_prefix("git+").unwrap_or(git).to_owned());
    }
    if git.contains("::") {
        return Err(refused("remote helpers are not supported"));
    }
    let path = recipe_dir.join(git);
    if path.exists() {
        let path = fs_err::canonicalize(&path).map_err(Error::io("cannot resolve", &path))?;
        return path.to_str().map(str::to_owned).ok_or_else(|| refused("its path is not valid Unicode"));
    }
    // `host:path`, but no Windows drive.
    if git.split_once(':').is_some_and(|(host, _)| host.len() > 1 && !host.contains(['/', '\\'])) {
        return Ok(git.to_owned());
    }
    Err(refused(&format!("repository not found: `{}`", path.display())))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn addresses_that_could_run_commands_are_refused() {
        let dir = tempfile::tempdir().unwrap();
        for git in ["ext::sh -c touch% x", "--upload-pack=x", "-x", "", "ssh://-oProxyCommand=x/y", "fd::1", "x://h/y"]
        {
            assert!(matches!(address(git, dir.path()), Err(Error::Source { .. })), "{git}");
        }
        for git in ["https://h.org/a.git", "git@h.org:a/b.git", "ssh://git@h.org/a", "host:path"] {
            assert_eq!(address(git, dir.path()).unwrap(), git);
        }
    }
}
