//! A work tree of one commit, in the cache.

use std::path::{Path, PathBuf};

use super::program::Git;
use super::remote::Remote;
use super::repository::Repository;
use crate::cancel::Cancel;
use crate::error::{Error, Result};
use crate::layout::remove_tree;
use crate::progress::Progress;
use crate::sources::tree_fingerprint::tree_fingerprint;

/// What a work tree contains besides the commit's own files.
#[derive(Clone, Copy, Debug)]
pub(super) struct Parts {
    pub(super) submodules: bool,
    pub(super) large_files: bool,
}

/// Creates the work tree of a commit unless it is cached and as it was; it appears as a whole or not at all.
///
/// # Errors
/// [`Error::Source`] when git fails, [`Error::Io`] when a file cannot be written, [`Error::Spawn`], [`Error::Cancelled`].
pub(super) async fn checkout(
    repository: &Repository<'_>,
    commit: &str,
    parts: Parts,
    remote: &Remote,
    folder: &Path,
    progress: &Progress,
    cancel: &Cancel,
) -> Result<PathBuf> {
    let shown = remote.shown.as_str();
    let kind = match (parts.submodules, parts.large_files) {
        (true, true) => "all",
        (true, false) => "submodules",
        (false, true) => "lfs",
        (false, false) => "plain",
    };
    let to = folder.join(format!("{kind}-{commit}"));
    let seal = folder.join(format!("{kind}-{commit}.fingerprint"));
    if to.exists() {
        let sealed = fs_err::read_to_string(&seal).ok();
        if sealed.is_some() && tree_fingerprint(&to).ok() == sealed {
            return Ok(to);
        }
        if sealed.is_some() {
            progress.warn(format!("{shown}: the checkout in the cache was changed; checking out {commit} again"));
        }
        remove_tree(&to).map_err(Error::io("cannot remove", &to))?;
    }
    let half = folder.join("half");
    remove_tree(&half).map_err(Error::io("cannot remove", &half))?;
    fs_err::create_dir_all(&half).map_err(Error::io("cannot create", &half))?;
    let git =
        || remote.authorize(Git::new(&half, shown).holding(repository.lock_handle())).large_files(parts.large_files);
    git().args(&["init", "--quiet"]).run("`git init`", cancel).await?;
    let spec = format!("+{commit}:refs/heads/sidewinder");
    git()
        .args(&["fetch", "--quiet", "--update-shallow", "--no-write-fetch-head", "--"])
        .path(repository.folder())
        .args(&[&spec, "+refs/tags/*:refs/tags/*"])
        .run("copying from the cache", cancel)
        .await?;
    // Large files and relative submodules are looked for where the repository came from.
    git().args(&["remote", "add", "--", "origin", &remote.url]).run("`git remote`", cancel).await?;
    if parts.large_files {
        git().args(&["lfs", "version"]).run("`git lfs` (is git-lfs installed?)", cancel).await?;
        git().args(&["lfs", "install", "--local", "--skip-repo"]).run("`git lfs install`", cancel).await?;
    }
    git().args(&["checkout", "--quiet", "--detach", commit, "--"]).run("`git checkout`", cancel).await?;
    git().args(&["update-ref", "-d", "refs/heads/sidewinder"]).run("`git update-ref`", cancel).await?;
    if parts.submodules && half.join(".gitmodules").is_file() {
        let git = if is_local(&remote.url) { git() } else { git().no_local_files() };
        git.args(&["submodule", "--quiet", "update", "--init", "--recursive"])
            .run("fetching submodules", cancel)
            .await?;
    }
    // Before the tree has its name: a process that is killed in between must not leave a tree that nobody checks.
    let fingerprint = tree_fingerprint(&half).map_err(Error::io("cannot read", &half))?;
    fs_err::write(&seal, fingerprint).map_err(Error::io("cannot write", &seal))?;
    fs_err::rename(&half, &to).map_err(Error::io("cannot write", &to))?;
    Ok(to)
}

/// Whether a repository is on this machine.
pub(super) fn is_local(remote: &str) -> bool {
    remote.starts_with("file:") || Path::new(remote).is_absolute()
}
