//! A work tree of one commit, in the cache.

use std::path::{Path, PathBuf};

use super::program::Git;
use super::repository::Repository;
use crate::cancel::Cancel;
use crate::error::{Error, Result};
use crate::layout::remove_tree;

/// What a work tree holds beside the commit's own files.
#[derive(Clone, Copy, Debug)]
pub(super) struct Parts {
    pub(super) submodules: bool,
    pub(super) large_files: bool,
}

/// Makes the work tree of a commit unless it is there; it appears whole or not at all.
///
/// # Errors
/// [`Error::Source`], [`Error::Io`], [`Error::Spawn`], [`Error::Cancelled`].
pub(super) async fn checkout(
    repository: &Repository<'_>,
    commit: &str,
    parts: Parts,
    address: (&str, &str),
    folder: &Path,
    cancel: &Cancel,
) -> Result<PathBuf> {
    let (remote, shown) = address;
    let kind = match (parts.submodules, parts.large_files) {
        (true, true) => "all",
        (true, false) => "submodules",
        (false, true) => "lfs",
        (false, false) => "plain",
    };
    let to = folder.join(format!("{kind}-{commit}"));
    if to.is_dir() {
        return Ok(to);
    }
    let half = folder.join("half");
    remove_tree(&half).map_err(Error::io("cannot remove", &half))?;
    fs_err::create_dir_all(&half).map_err(Error::io("cannot create", &half))?;
    let git = || Git::new(&half, shown).large_files(parts.large_files);
    git().args(&["init", "--quiet"]).run("`git init`", cancel).await?;
    let spec = format!("+{commit}:refs/heads/sidewinder");
    git()
        .args(&["fetch", "--quiet", "--update-shallow", "--no-write-fetch-head", "--"])
        .path(repository.folder())
        .args(&[&spec, "+refs/tags/*:refs/tags/*"])
        .run("copying from the cache", cancel)
        .await?;
    // Large files and relative submodules are looked for where the repository came from.
    git().args(&["remote", "add", "--", "origin", remote]).run("`git remote`", cancel).await?;
    if parts.large_files {
        git().args(&["lfs", "version"]).run("`git lfs` (is git-lfs installed?)", cancel).await?;
        git().args(&["lfs", "install", "--local", "--skip-repo"]).run("`git lfs install`", cancel).await?;
    }
    git().args(&["checkout", "--quiet", "--detach", commit, "--"]).run("`git checkout`", cancel).await?;
    git().args(&["update-ref", "-d", "refs/heads/sidewinder"]).run("`git update-ref`", cancel).await?;
    if parts.submodules && half.join(".gitmodules").is_file() {
        let git = if is_local(remote) { git() } else { git().no_local_files() };
        git.args(&["submodule", "--quiet", "update", "--init", "--recursive"])
            .run("fetching submodules", cancel)
            .await?;
    }
    hide_secrets(&half, remote)?;
    fs_err::rename(&half, &to).map_err(Error::io("cannot write", &to))?;
    Ok(to)
}

/// Whether a repository is on this machine.
pub(super) fn is_local(remote: &str) -> bool {
    remote.starts_with("file:") || Path::new(remote).is_absolute()
}

/// The copy in the work folder must not hold the secrets of the address: git writes them into settings, also of
/// submodules, and into logs.
fn hide_secrets(folder: &Path, remote: &str) -> Result<()> {
    let secret = url::Url::parse(remote).ok().filter(|url| url.scheme() != "ssh" && !url.username().is_empty());
    let userinfo = secret.and_then(|_| Some(remote.split_once("://")?.1.split_once('@')?.0.to_owned()));
    let Some(userinfo) = userinfo.map(|userinfo| format!("{userinfo}@")) else { return Ok(()) };
    let mut pending = vec![folder.join(".git")];
    while let Some(folder) = pending.pop() {
        for entry in fs_err::read_dir(&folder).map_err(Error::io("cannot read", &folder))? {
            let entry = entry.map_err(Error::io("cannot read", &folder))?;
            let (path, kind) = (entry.path(), entry.file_type().map_err(Error::io("cannot read", &folder))?);
            if kind.is_dir() && entry.file_name() != "objects" {
                pending.push(path);
            } else if kind.is_file()
                && let Ok(text) = std::fs::read_to_string(&path)
                && text.contains(&userinfo)
            {
                fs_err::write(&path, text.replace(&userinfo, "***@")).map_err(Error::io("cannot write", &path))?;
            }
        }
    }
    Ok(())
}
