//! Bringing a git source into the cache.

use std::path::Path;

use sidewinder_recipe::stage1::GitSource;
use url::Url;

use super::checkout::{Parts, checkout, is_local};
use super::reference::Reference;
use super::repository::Repository;
use crate::error::{Error, Result};
use crate::redact::redact;
use crate::sources::fetch::{Context, FetchedSource};
use crate::sources::origin::Origin;
use crate::sources::selection::Selection;

/// Fetches a git source and makes a work tree of it.
///
/// Branches, tags and short names are looked up anew for every session, as they may have moved; whole commits never.
///
/// # Errors
/// [`Error::Source`], [`Error::Spawn`] where there is no `git`, [`Error::Io`], [`Error::Cancelled`].
pub(in crate::sources) async fn fetch(source: &GitSource, context: &Context) -> Result<FetchedSource> {
    let remote = address(&source.git, &context.recipe_dir)?;
    let shown = redact(&remote);
    let reference = Reference::new(source.rev.as_deref(), &shown)?;
    // Git's own way of writing "all of it".
    let depth = source.depth.and_then(|depth| u32::try_from(depth).ok()).filter(|&depth| depth > 0);
    context.progress.info(format!("Fetching source from git: {shown}"));

    let depth_key = depth.map(|depth| depth.to_string()).unwrap_or_default();
    let entry = context.cache.entry(&["git", &remote, &depth_key]).lock(&context.cancel).await?;
    let folder = entry.git_folder();
    let repository = Repository::open(folder.join("db"), &remote, &shown, depth, &context.cancel).await?;
    let offline = context.offline && !is_local(&remote);
    let commit = repository.resolve(&reference, offline).await?;
    if let Some(expected) = &source.expected_commit
        && !expected.trim().eq_ignore_ascii_case(&commit)
    {
        let revision = source.rev.as_deref().unwrap_or("HEAD");
        return Err(Error::Source {
            location: shown,
            reason: format!("commit mismatch: expected {expected}, got {commit} for revision `{revision}`"),
            http: None,
        });
    }
    let parts = Parts { submodules: source.submodules, large_files: source.lfs };
    let checkouts = folder.join("checkouts");
    fs_err::create_dir_all(&checkouts).map_err(Error::io("cannot create", &checkouts))?;
    let root = checkout(&repository, &commit, parts, (&remote, &shown), &checkouts, &context.cancel).await?;
    context.progress.info(format!("Checked out {commit}"));
    let origin = Origin::Tree { root, selection: Selection::filtered(&source.filter) };
    Ok(FetchedSource { origin, extracted: None, commit: Some(commit) })
}

/// The address as git is given it: a URL of a kind that runs no commands, `user@host:path`, or an absolute path.
fn address(git: &str, recipe_dir: &Path) -> Result<String> {
    let refused = |reason: &str| Error::Source { location: redact(git), reason: reason.to_owned(), http: None };
    let git = git.trim();
    if git.is_empty() || git.starts_with('-') || git.contains(char::is_control) {
        return Err(refused("this is no address of a repository"));
    }
    if git.contains("://") {
        let url = Url::parse(git).map_err(|error| refused(&format!("this is no URL: {error}")))?;
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
    Err(refused(&format!("there is no repository at `{}`", path.display())))
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
